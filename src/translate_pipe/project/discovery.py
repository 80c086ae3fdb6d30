"""Which documents a project has, and where everything that belongs to them stands."""

from __future__ import annotations

import fnmatch
import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from posixpath import splitext
from typing import TYPE_CHECKING

from translate_pipe.errors import ConfigurationError, FileError
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.configuration import (
    CONFIGURATION_FILE,
    PYPROJECT_FILE,
    TABLE,
    Configuration,
    expand,
    has_table,
    parse_configuration,
)
from translate_pipe.project.files import decode, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

SUFFIXES = (".md", ".markdown", ".mdx", ".qmd", ".Rmd")
_KEPT_SUFFIXES = frozenset({".mdx", ".qmd", ".Rmd"})
"""Endings by which site generators tell what a file is, so that outputs have them too."""
_FOREIGN_FOLDERS = frozenset({"node_modules", "venv", "__pycache__", "site-packages"})
_UNUSUAL = re.compile(r"(?:\A|/)\.?(?:/|\Z)")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Source:
    """A document's file: its path relative to the project, and its name, the path below the source folder, bare."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a configuration."""

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
            parts = _normal(self.catalogue("\0", locale)).split("\0")
            if re.fullmatch(".+".join(map(re.escape, parts)), below):
                return locale
        return ""

    def output(self, source: Source, locale: str) -> str:
        """The path of a localised document."""
        output = _normal(expand(self.configuration.output, path=source.name, locale=locale))
        suffix = splitext(source.path)[1]
        return output.removesuffix(".md") + suffix if suffix in _KEPT_SUFFIXES and output.endswith(".md") else output


def open_project(folder: Path) -> Project:
    """The project in a folder; raises ConfigurationError."""
    configuration = configuration_in(folder)
    if configuration is None:
        problem = f"there is no {CONFIGURATION_FILE} here; make one with: translate-pipe init"
        raise ConfigurationError(str(folder), 0, problem)
    return Project(folder, configuration)


def find_project(folder: Path) -> Project:
    """The project in a folder or in the nearest folder above it; raises ConfigurationError."""
    for root in (folder, *folder.absolute().parents):
        configuration = configuration_in(root)
        if configuration:
            return Project(root, configuration)
    problem = f"there is no {CONFIGURATION_FILE} here or above; make one with: translate-pipe init"
    raise ConfigurationError(str(folder), 0, problem)


def configuration_in(root: Path) -> Configuration | None:
    """The configuration in a folder, None if there is none; raises ConfigurationError for one that cannot be used."""
    text = _text_of(root / CONFIGURATION_FILE)
    if text is not None:
        return parse_configuration(text, CONFIGURATION_FILE)
    text = _text_of(root / PYPROJECT_FILE)
    if text is not None and has_table(text, TABLE):
        return parse_configuration(text, PYPROJECT_FILE, table=TABLE)
    return None


def _text_of(file: Path) -> str | None:
    if not file.is_file():
        return None
    try:
        return decode(read_bytes(file, file.name), file.name)
    except FileError as error:
        raise ConfigurationError(error.file, error.line, error.problem) from error


def find_sources(project: Project, made: Collection[str] = ()) -> tuple[list[Source], list[Diagnostic]]:
    """The documents of a project, sorted by path, and what is wrong with others.

    Hidden folders, linked folders, the names in `exclude` and localised documents are passed over; `made` are the paths
    of localised documents that earlier runs made, perhaps in locales that the project no longer has.
    """
    sources: list[Source] = []
    diagnostics: list[Diagnostic] = []
    outputs: dict[str, str] = {}
    unreadable: list[OSError] = []
    top = _below(project.configuration.source_folder)
    for path in sorted(_candidates(project, made, unreadable.append)):
        source = Source(path, splitext(path[len(top) :])[0])
        problem = _problem(source, outputs)
        if problem:
            diagnostics.append(Diagnostic("document", Severity.ERROR, problem, _UNPRINTABLE.sub("?", path)))
        else:
            outputs[source.name] = path
            sources.append(source)
    diagnostics += (_unreadable(project, error) for error in unreadable if not isinstance(error, FileNotFoundError))
    if not sources and not diagnostics:
        folder = project.configuration.source_folder
        problem = 'there are no Markdown documents here; set the key "source" to the folder that has them'
        diagnostics.append(Diagnostic("document", Severity.ERROR, problem, folder))
    return sources, diagnostics


def _unreadable(project: Project, error: OSError) -> Diagnostic:
    folder = Path(error.filename).relative_to(project.root).as_posix()
    return Diagnostic("file", Severity.ERROR, f"this folder cannot be read: {error.strerror}", folder)


def _problem(source: Source, outputs: dict[str, str]) -> str:
    if _UNPRINTABLE.search(source.path):
        return "this file name cannot be written in a catalogue; rename it without control characters"
    if source.name in outputs:
        return f"this document would be written to the same file as {outputs[source.name]}; rename one of them"
    return ""


def _candidates(project: Project, made: Collection[str], on_error: Callable[[OSError], None]) -> Iterator[str]:
    configuration = project.configuration
    outputs = _OutputNames(configuration)
    top = _below(configuration.source_folder)
    for below in markdown_files(project.root / configuration.source_folder, on_error):
        path = top + below
        excluded = any(fnmatch.fnmatchcase(below, pattern) for pattern in configuration.exclude)
        if not excluded and path not in made and not outputs.matches(path):
            yield path


def markdown_files(top: Path, on_error: Callable[[OSError], None] | None = None) -> Iterator[str]:
    """The paths of the Markdown files below a folder, relative to it; hidden and foreign folders are passed over.

    `on_error` gets the folders that cannot be read.
    """
    return files_below(top, SUFFIXES, on_error)


def files_below(
    top: Path, suffixes: tuple[str, ...], on_error: Callable[[OSError], None] | None = None
) -> Iterator[str]:
    """The paths of the files with some endings, likewise."""
    start = os.fspath(top)
    for folder, folders, files in os.walk(start, onerror=on_error):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _FOREIGN_FOLDERS]
        below = _below(folder[len(start) :].strip(os.sep).replace(os.sep, "/"))
        for file in files:
            if file.endswith(suffixes):
                yield below + file


def _below(folder: str) -> str:
    """What the paths of the files in a folder begin with; nothing for the project's own folder.

    >>> _below("source/nl"), _below("./docs/"), _below(".")
    ('source/nl/', 'docs/', '')
    """
    normal = _normal(folder)
    return "" if normal in ("", ".") else f"{normal}/"


def _normal(path: str) -> str:
    """A path as it is usually written, without `./` and doubled slashes; one that leads upwards still does."""
    return str(PurePosixPath(path)) if _UNUSUAL.search(path) else path


class _OutputNames:
    """Knows localised documents by their names, where they stand among the sources."""

    def __init__(self, configuration: Configuration) -> None:
        pattern = re.escape(str(PurePosixPath(configuration.output)))
        locales = "|".join(map(re.escape, configuration.locales))
        pattern = pattern.replace(r"\{locale\}", f"(?:{locales})").replace(r"\{path\}", ".+")
        pattern = re.sub(r"\\\.md\Z", lambda _: rf"\.(?:md|{'|'.join(name[1:] for name in _KEPT_SUFFIXES)})", pattern)
        self._pattern = re.compile(pattern) if configuration.locales else None

    def matches(self, path: str) -> bool:
        return self._pattern is not None and self._pattern.fullmatch(path) is not None
