"""A project: where its files are, and what commands, the preview and scripts do with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import splitext
from typing import TYPE_CHECKING

from translate_pipe.engine.cache import STATE_FILE, Cache
from translate_pipe.engine.files import Files, decode, read_bytes
from translate_pipe.engine.lock import WHOLE, Shard
from translate_pipe.errors import ConfigurationError, FileError
from translate_pipe.late import LateModule
from translate_pipe.project.request import Silence
from translate_pipe.project.settings.configuration import TABLE, Configuration, expand, has_table, parse_configuration
from translate_pipe.project.settings.patterns import KEPT_SUFFIXES, SUFFIXES, folder_prefix, normal_path
from translate_pipe.registry import CONFIGURATION_FILE, PYPROJECT_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from translate_pipe.model import Diagnostic
    from translate_pipe.project import discovery, linting, pipeline
    from translate_pipe.project.request import Progress, Report, RunOptions
    from translate_pipe.project.steps import outputs
else:
    discovery = LateModule("translate_pipe.project.discovery")
    linting = LateModule("translate_pipe.project.linting")
    outputs = LateModule("translate_pipe.project.steps.outputs")
    pipeline = LateModule("translate_pipe.project.pipeline")

_ANY_LOCALE = r"[A-Za-z]{2,3}(?:[_@][A-Za-z0-9]+)*"


@dataclass(frozen=True, slots=True)
class Source:
    """A document's file: its path relative to the project, and its name, the path below the source folder, bare."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a configuration: where its files are, and what can be done with it.

    Every path is relative to `root`.
    """

    root: Path
    configuration: Configuration

    @property
    def name(self) -> str:
        """What templates call the project."""
        return self.configuration.name or self.root.resolve().name

    def domain(self, source: Source) -> str:
        """The name of the catalogue that a document's messages are in."""
        return expand(self.configuration.domain, path=source.name)

    def template(self, domain: str) -> str:
        """The path of a domain's template."""
        return expand(self.configuration.template, domain=domain)

    def catalogue(self, domain: str, locale: str) -> str:
        """The path of a domain's catalogue for a locale."""
        return expand(self.configuration.catalogue, domain=domain, locale=locale)

    def locale_of(self, file: Path) -> str:
        """The locale whose catalogue has this place, whether it is there or not; empty if none has."""
        path, root = file.absolute(), self.root.absolute()
        below = path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
        for locale in self.configuration.locales:
            parts = normal_path(self.catalogue("\0", locale)).split("\0")
            if re.fullmatch(".+".join(map(re.escape, parts)), below):
                return locale
        return ""

    def state_file(self, shard: Shard = WHOLE) -> str:
        """The path of the cache of earlier runs; each shard has its own."""
        part = "" if shard == WHOLE else f"{shard.number}-of-{shard.count}/"
        return f"{self.configuration.state}/{part}{STATE_FILE}"

    def output(self, source: Source, locale: str) -> str:
        """The path of a localised document."""
        output = normal_path(expand(self.configuration.output, path=source.name, locale=locale))
        suffix = splitext(source.path)[1]
        return output.removesuffix(".md") + suffix if suffix in KEPT_SUFFIXES and output.endswith(".md") else output

    def may_be_output(self, path: str) -> bool:
        """Whether a path may be that of an output, also of another pattern or locale; no document is one."""
        if not path.endswith(SUFFIXES):
            return False
        is_among_documents = path.startswith(folder_prefix(self.configuration.source_folder))
        return not is_among_documents or OutputNames(self.configuration, _ANY_LOCALE).matches(path)

    def run(
        self,
        options: RunOptions,
        progress: Progress | None = None,
        tell: Callable[[str], None] = lambda _: None,
        *,
        dry_run: bool = False,
    ) -> Report:
        """Do the stages of `options` for all documents, and report what was done and found.

        `tell` gets a line for the person at the terminal if the run has to wait for another one. A dry run writes
        nothing, and its report says what it would have written. Raises FileError if the other run does not end.
        """
        return pipeline.run(self, options, Files(self.root, dry_run=dry_run), progress or Silence(), tell)

    def sources(self) -> tuple[list[Source], list[Diagnostic]]:
        """The documents, sorted by path, and what is wrong with files that are not among them."""
        cache = Cache(self.root / self.state_file())
        try:
            known = outputs.KnownOutputs.of(self, Files(self.root, dry_run=True))
            return discovery.find_sources(self, outputs.made_outputs(self, cache, known))
        finally:
            cache.close()

    def lint(self) -> Iterator[Diagnostic]:
        """The findings in the documents themselves, with the severities of the configuration."""
        return self.configuration.graded(linting.lint_project(self))


def open_project(folder: Path) -> Project:
    """The project in a folder; raises ConfigurationError if there is none, or its configuration cannot be used."""
    project = project_in(folder)
    if project is None:
        problem = f"there is no {CONFIGURATION_FILE} here; make one with: translate-pipe init"
        raise ConfigurationError(str(folder), 0, problem)
    return project


def find_project(folder: Path) -> Project:
    """The project in a folder or in the nearest folder above it; raises ConfigurationError."""
    project = project_around(folder)
    if project is None:
        problem = f"there is no {CONFIGURATION_FILE} here or above; make one with: translate-pipe init"
        raise ConfigurationError(str(folder), 0, problem)
    return project


def project_around(folder: Path) -> Project | None:
    """The same, but None if no folder has a project."""
    return next(filter(None, map(project_in, (folder, *folder.absolute().parents))), None)


def project_in(folder: Path) -> Project | None:
    """The project in a folder, None if there is none; raises ConfigurationError if it cannot be used."""
    text = _text_of(folder / CONFIGURATION_FILE)
    if text is not None:
        return Project(folder, parse_configuration(text, CONFIGURATION_FILE))
    text = _text_of(folder / PYPROJECT_FILE)
    if text is not None and has_table(text, TABLE):
        return Project(folder, parse_configuration(text, PYPROJECT_FILE, table=TABLE))
    return None


def _text_of(file: Path) -> str | None:
    if not file.is_file():
        return None
    try:
        return decode(read_bytes(file, file.name), file.name)
    except FileError as error:
        raise ConfigurationError(error.file, error.line, error.problem) from error


class OutputNames:
    """The paths of localised documents, which may be in the folder of the sources."""

    def __init__(self, configuration: Configuration, locales: str = "") -> None:
        pattern = re.escape(normal_path(configuration.output))
        locales = locales or "|".join(map(re.escape, configuration.locales))
        pattern = pattern.replace(r"\{locale\}", f"(?:{locales})").replace(r"\{path\}", ".+")
        pattern = re.sub(r"\\\.md\Z", lambda _: rf"\.(?:md|{'|'.join(name[1:] for name in KEPT_SUFFIXES)})", pattern)
        self._pattern = re.compile(pattern) if locales else None

    def matches(self, path: str) -> bool:
        """Whether a path is that of a localised document."""
        return self._pattern is not None and self._pattern.fullmatch(path) is not None
