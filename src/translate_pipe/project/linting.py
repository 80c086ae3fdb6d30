"""The documents of a folder by themselves, in a project or not: findings in the sources, before any translation."""

from __future__ import annotations

import posixpath
import re
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from translate_pipe.checks.documents.page import Page, Surroundings
from translate_pipe.checks.documents.targets import labels_in_project
from translate_pipe.checks.sources.lint import lint
from translate_pipe.engine.files import decode, read_bytes
from translate_pipe.errors import FileError, blaming
from translate_pipe.model import DEFAULT_OPTIONS
from translate_pipe.project.discovery import markdown_files
from translate_pipe.project.steps.work import file_diagnostic
from translate_pipe.segments import parse
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from translate_pipe.checks.documents.targets import Targets
    from translate_pipe.model import Diagnostic, Document, ParseOptions
    from translate_pipe.project.project import Project


class Shelf:
    """Markdown files below a folder, as links reach them. Each is read when a link first leads to it.

    `documents` are the paths of all documents of a project, if it is one.
    """

    def __init__(
        self, root: Path, options: ParseOptions = DEFAULT_OPTIONS, documents: Sequence[str] | None = None
    ) -> None:
        self._root = root
        self._options = options
        self._documents = documents
        self._targets: dict[str, Targets | None] = {}
        self._ignored = cache(self._ignored_below)
        self._folders = cache(self._folders_published_from)
        self._names_in = cache(self._names_in_folder)

    def page(self, document: Document) -> Page:
        """A document of this folder in its surroundings."""
        surroundings = Surroundings(
            self.exists, self.targets, self.spelled, self.is_published, lambda: self._names, lambda: self._labels
        )
        return Page(document, headings=self._options.bibliography_headings, surroundings=surroundings)

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder at a path, or will be one: version control ignores what is generated."""
        try:
            return (self._root / path).exists() or self._is_ignored(path)
        except OSError:  # a name that is too long for the file system
            return False

    def targets(self, path: str) -> Targets | None:
        """What can be reached in the file at a path; None if it cannot be read."""
        if path not in self._targets:
            try:
                document = read_document(self._root / path, path, self._options)
                with blaming(path):
                    self._targets[path] = Page(document, headings=self._options.bibliography_headings).targets
            except FileError:
                self._targets[path] = None
        return self._targets[path]

    def spelled(self, path: str) -> str:
        """The path of a file that differs only in capital letters; empty if there is none."""
        at: list[str] = []
        for name in path.split("/"):
            if name == "..":
                found = name
            else:
                names = self._names_in("/".join(at))
                found = name if name in names.values() else names.get(name.casefold(), "")
            if not found:
                return ""
            at.append(found)
        return "/".join(at)

    def _names_in_folder(self, folder: str) -> Mapping[str, str]:
        try:
            return {one.name.casefold(): one.name for one in (self._root / folder).iterdir()}
        except OSError:
            return {}

    def is_published(self, path: str) -> bool:
        """Whether a folder whose files the generator publishes as they are has a file that the path may mean."""
        names = [name for name in path.split("/") if name != ".."]
        tails = ["/".join(names[at:]) for at in range(len(names))]
        folder = self._folders(posixpath.dirname(path))
        return any((one / tail).is_file() for one in folder for tail in tails)

    def _folders_published_from(self, folder: str) -> list[Path]:
        """The folders of files that are published elsewhere, above a folder of documents: of themes, and `static`."""
        found: list[Path] = []
        for one in _above(folder):
            place = self._root / one
            with suppress(OSError):
                for pattern in _PUBLISHED:
                    found += place.glob(pattern)
                settings = place / "mkdocs.yml"
                if settings.is_file():
                    custom = _CUSTOM_THEME.findall(settings.read_text(encoding="utf-8", errors="replace"))
                    found += (place / one for one in custom)
        return found

    def _is_ignored(self, path: str) -> bool:
        """Whether a file `.gitignore` above a path names it."""
        for folder in _above(posixpath.dirname(path)):
            below = path[len(folder) :].lstrip("/")
            if any(fnmatchcase(below, pattern) for pattern in self._ignored(folder)):
                return True
        return False

    def _ignored_below(self, folder: str) -> list[str]:
        """The patterns of `.gitignore` in a folder that name a path, and not only a kind of file."""
        try:
            lines = (self._root / folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []
        patterns = (line.strip() for line in lines)
        named = (one for one in patterns if "/" in one.rstrip("/") and not one.startswith(("#", "!", "**")))
        return [pattern for one in named for pattern in (one.strip("/"), f"{one.strip('/')}/*")]

    @cached_property
    def _names(self) -> frozenset[str] | None:
        """The names of all documents, and of the folders that have any; None outside of a project."""
        if self._documents is None:
            return None
        names = (name for path in self._documents for name in path.split("/"))
        return frozenset(name.partition(".")[0].casefold() for name in names)

    @cached_property
    def _labels(self) -> Mapping[str, str] | None:
        """The labels that the documents and notebooks of the project may define; None outside of a project."""
        if self._documents is None:
            return None
        found: dict[str, str] = {}
        folder = self._root / posixpath.commonpath([posixpath.dirname(path) for path in self._documents] or [""])
        others: list[str] = []  # Sphinx and Quarto read them as well, or include them
        with suppress(OSError):
            files = sorted(one for ending in ("ipynb", "rst", "tex", "txt") for one in folder.rglob(f"*.{ending}"))
            others = [one.relative_to(self._root).as_posix() for one in files]
        for path in (*self._documents, *others):
            with suppress(OSError):
                text = (self._root / path).read_text(encoding="utf-8", errors="replace")
                for label, is_certain in labels_in_project(text):
                    if is_certain or label not in found:
                        found[label] = found.get(label) or (path if is_certain else "")
        return found


def _above(folder: str) -> Iterator[str]:
    """A folder and those above it, up to the root, which is empty."""
    while folder not in {"", "/"}:
        yield folder
        folder = posixpath.dirname(folder)
    yield folder


_PUBLISHED = (
    *("static", "public", "assets", "_static", "overrides", "theme", "custom_theme", "themes/*", "themes/*/static"),
    *("themes/*/assets", "themes/*/source"),
)
_CUSTOM_THEME = Expression(r"^[ \t]+custom_dir:[ \t]*[\"']?([^\"'\n#]*[^\"'\s#])", re.MULTILINE)


def read_document(file: Path, name: str, options: ParseOptions) -> Document:
    """A document from disk; raises FileError for one that cannot be read."""
    with blaming(name):
        return parse(decode(read_bytes(file, name), name), name, options)


def lint_project(project: Project) -> Iterator[Diagnostic]:
    """The findings in the sources of a project."""
    sources, found = project.sources()
    yield from found
    options = project.configuration.parse_options
    shelf = Shelf(project.root, options, [source.path for source in sources])
    for source in sources:
        try:
            document = read_document(project.root / source.path, source.path, options)
            with blaming(source.path):
                findings = lint(shelf.page(document))
        except FileError as error:
            findings = [file_diagnostic(error)]
        yield from findings


def markdown_in(name: str) -> list[str]:
    """The Markdown files below a folder, or the one file that is named."""
    folder = Path(name)
    return [str(folder / below) for below in sorted(markdown_files(folder))] if folder.is_dir() else [name]


def lint_text(data: bytes, name: str) -> Iterator[Diagnostic]:
    """The findings in a Markdown file outside of a project. That of `-` has no place, so its links are not followed."""
    try:
        with blaming(name):
            document = parse(decode(data, name), Path(name).as_posix())
            findings = lint(Page(document) if name == "-" else Shelf(Path()).page(document))
    except FileError as error:
        findings = [file_diagnostic(error)]
    yield from findings
