"""Which documents a project has, and where everything that belongs to them stands."""

from __future__ import annotations

import fnmatch
import os
import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from posixpath import splitext
from typing import TYPE_CHECKING
from unicodedata import normalize

from translate_pipe.engine.cache import STATE_FILE
from translate_pipe.engine.files import decode, read_bytes
from translate_pipe.engine.lock import WHOLE, Shard
from translate_pipe.errors import ConfigurationError, FileError
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.settings.configuration import TABLE, Configuration, expand, has_table, parse_configuration
from translate_pipe.project.settings.patterns import KEPT_SUFFIXES, SUFFIXES, folder_prefix, normal_path
from translate_pipe.registry import CONFIGURATION_FILE, PYPROJECT_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_FOREIGN_FOLDERS = frozenset({"node_modules", "venv", "__pycache__", "site-packages"})
_ANY_LOCALE = r"[A-Za-z]{2,3}(?:[_@][A-Za-z0-9]+)*"
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
        return not is_among_documents or _OutputNames(self.configuration, _ANY_LOCALE).matches(path)


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
    names = _Names(project)
    unreadable: list[OSError] = []
    top = folder_prefix(project.configuration.source_folder)
    for path in sorted(_candidates(project, made, unreadable.append)):
        source = Source(path, splitext(path[len(top) :])[0])
        problem = names.problem(source)
        if problem:
            diagnostics.append(Diagnostic("document", Severity.ERROR, problem, _UNPRINTABLE.sub("?", path)))
        else:
            sources.append(source)
            if warning := names.warning(source):
                diagnostics.append(Diagnostic("document", Severity.WARNING, warning, path))
    diagnostics += (_unreadable(project, error) for error in unreadable if not isinstance(error, FileNotFoundError))
    if not sources and not diagnostics:
        folder = project.configuration.source_folder
        problem = 'there are no Markdown documents here; set the key "source" to the folder that has them'
        diagnostics.append(Diagnostic("document", Severity.ERROR, problem, folder))
    return sources, diagnostics


def _unreadable(project: Project, error: OSError) -> Diagnostic:
    folder = Path(error.filename).relative_to(project.root).as_posix()
    return Diagnostic("file", Severity.ERROR, f"this folder cannot be read: {error.strerror}", folder)


class _Names:
    """Knows the documents by their names, and which of them would have the same files."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._paths: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        self._taken: dict[str, str] = {}
        paths = project.configuration.paths
        self._ambiguous = {key: found for key in ("output", "catalogue") if (found := {*chain(*paths.ambiguous(key))})}

    def problem(self, source: Source) -> str:
        """Why a document cannot be used; nothing if it can, which is then remembered."""
        if _UNPRINTABLE.search(source.path):
            return "this file name cannot be written in a catalogue; rename it without control characters"
        if source.name in self._paths:
            return f"this document would be written to the same file as {self._paths[source.name]}; rename one of them"
        files = self._ambiguous_files(source) if self._ambiguous else []
        if taken := next((file for file in files if file in self._taken), ""):
            return f"{taken} would be of {self._taken[taken]} too; rename this document, or change the path pattern"
        self._taken |= dict.fromkeys(files, source.path)
        self._paths[source.name] = source.path
        return ""

    def _ambiguous_files(self, source: Source) -> list[str]:
        """The files of a document in those locales in which another document may have the same."""
        project = self._project
        files = [project.output(source, locale) for locale in self._ambiguous.get("output", ())]
        if "{path}" in project.configuration.domain:
            domain = project.domain(source)
            files += (project.catalogue(domain, locale) for locale in self._ambiguous.get("catalogue", ()))
        return files

    def warning(self, source: Source) -> str:
        """What there is to say of a document's name where file systems ignore case or compose characters."""
        folded = source.name.casefold() if source.name.isascii() else normalize("NFC", source.name).casefold()
        other = self._folded.setdefault(folded, source.path)
        if other == source.path:
            return ""
        return f"on macOS and Windows this document has the same files as {other}; rename one of them"


def _candidates(project: Project, made: Collection[str], on_error: Callable[[OSError], None]) -> Iterator[str]:
    configuration = project.configuration
    outputs = _OutputNames(configuration)
    top = folder_prefix(configuration.source_folder)
    state = folder_prefix(configuration.state)
    for below in markdown_files(project.root / configuration.source_folder, on_error):
        path = top + below
        excluded = any(fnmatch.fnmatchcase(below, pattern) for pattern in configuration.exclude)
        if not (excluded or path in made or outputs.matches(path) or path.startswith(state)):
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
        below = folder_prefix(folder[len(start) :].strip(os.sep).replace(os.sep, "/"))
        for file in files:
            if file.endswith(suffixes):
                yield below + file


class _OutputNames:
    """Knows localised documents by their names, where they stand among the sources."""

    def __init__(self, configuration: Configuration, locales: str = "") -> None:
        pattern = re.escape(normal_path(configuration.output))
        locales = locales or "|".join(map(re.escape, configuration.locales))
        pattern = pattern.replace(r"\{locale\}", f"(?:{locales})").replace(r"\{path\}", ".+")
        pattern = re.sub(r"\\\.md\Z", lambda _: rf"\.(?:md|{'|'.join(name[1:] for name in KEPT_SUFFIXES)})", pattern)
        self._pattern = re.compile(pattern) if locales else None

    def matches(self, path: str) -> bool:
        return self._pattern is not None and self._pattern.fullmatch(path) is not None
