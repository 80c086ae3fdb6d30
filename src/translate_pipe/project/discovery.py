"""Which documents a project has."""

from __future__ import annotations

import fnmatch
import os
import re
from itertools import chain
from pathlib import Path
from posixpath import splitext
from typing import TYPE_CHECKING
from unicodedata import normalize

from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.project import OutputNames, Source
from translate_pipe.project.settings.patterns import SUFFIXES, folder_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from translate_pipe.project.project import Project

_FOREIGN_FOLDERS = frozenset({"node_modules", "venv", "__pycache__", "site-packages"})
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def find_sources(project: Project, made: Collection[str] = ()) -> tuple[list[Source], list[Diagnostic]]:
    """Find the documents of a project, sorted by path, and diagnostics of files that are not among them.

    Hidden folders, linked folders, the names in `exclude` and localised documents are left out; `made` are the paths of
    localised documents that earlier runs made, perhaps in locales that the project no longer has.
    """
    sources: list[Source] = []
    diagnostics: list[Diagnostic] = []
    names = _Names(project)
    unreadable: list[OSError] = []
    configuration = project.configuration
    folder, outputs = configuration.source_folder, OutputNames(configuration)
    top, state = folder_prefix(folder), folder_prefix(configuration.state)
    found = markdown_files(project.root / folder, unreadable.append)
    paths = (top + one for one in found if not any(fnmatch.fnmatchcase(one, glob) for glob in configuration.exclude))
    for path in sorted(one for one in paths if not (one in made or outputs.matches(one) or one.startswith(state))):
        source = Source(path, splitext(path[len(top) :])[0])
        problem = names.problem(source)
        if problem:
            diagnostics.append(Diagnostic("document", Severity.ERROR, problem, _UNPRINTABLE.sub("?", path)))
        else:
            sources.append(source)
            if warning := names.warning(source):
                diagnostics.append(Diagnostic("document", Severity.WARNING, warning, path))
    for error in unreadable:
        if not isinstance(error, FileNotFoundError):
            name = Path(error.filename).relative_to(project.root).as_posix()
            diagnostics.append(
                Diagnostic("file", Severity.ERROR, f"this folder cannot be read: {error.strerror}", name)
            )
    if not sources and not diagnostics:
        problem = 'there are no Markdown documents here; set the key "source" to the folder that has them'
        diagnostics.append(Diagnostic("document", Severity.ERROR, problem, folder))
    return sources, diagnostics


class _Names:
    """Finds documents that would have the same files."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._paths: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        self._taken: dict[str, str] = {}
        paths = project.configuration.paths
        self._ambiguous = {key: found for key in ("output", "catalogue") if (found := {*chain(*paths.ambiguous(key))})}

    def problem(self, source: Source) -> str:
        """Why a document cannot be used; empty if it can, and then its files are taken."""
        if _UNPRINTABLE.search(source.path):
            return "this file name cannot be written in a catalogue; rename it without control characters"
        if source.name in self._paths:
            return f"this document would be written to the same file as {self._paths[source.name]}; rename one of them"
        project, files = self._project, list[str]()  # those that another document may have too, in another locale
        files += (project.output(source, locale) for locale in self._ambiguous.get("output", ()))
        if "catalogue" in self._ambiguous and "{path}" in project.configuration.domain:
            domain = project.domain(source)
            files += (project.catalogue(domain, locale) for locale in self._ambiguous["catalogue"])
        if taken := next((file for file in files if file in self._taken), ""):
            return f"{taken} would be of {self._taken[taken]} too; rename this document, or change the path pattern"
        self._taken |= dict.fromkeys(files, source.path)
        self._paths[source.name] = source.path
        return ""

    def warning(self, source: Source) -> str:
        """A warning if a file system that ignores case or composes characters confuses two documents."""
        folded = source.name.casefold() if source.name.isascii() else normalize("NFC", source.name).casefold()
        other = self._folded.setdefault(folded, source.path)
        if other == source.path:
            return ""
        return f"on macOS and Windows this document has the same files as {other}; rename one of them"


def markdown_files(top: Path, on_error: Callable[[OSError], None] | None = None) -> Iterator[str]:
    """The paths of the Markdown files below a folder, relative to it; hidden and foreign folders are left out.

    `on_error` gets the folders that cannot be read.
    """
    return files_below(top, SUFFIXES, on_error)


def files_below(
    top: Path, suffixes: tuple[str, ...], on_error: Callable[[OSError], None] | None = None
) -> Iterator[str]:
    """The paths of the files with some endings below a folder, likewise without hidden and foreign folders."""
    start = os.fspath(top)
    for folder, folders, files in os.walk(start, onerror=on_error):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _FOREIGN_FOLDERS]
        below = folder_prefix(folder[len(start) :].strip(os.sep).replace(os.sep, "/"))
        for file in files:
            if file.endswith(suffixes):
                yield below + file
