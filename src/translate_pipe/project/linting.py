"""The documents of a folder by themselves, in a project or not: findings in the sources, before any translation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from translate_pipe.checks.documents.page import Page, Surroundings
from translate_pipe.checks.sources.lint import lint
from translate_pipe.engine.files import decode, read_bytes
from translate_pipe.errors import FileError, blaming
from translate_pipe.model import DEFAULT_OPTIONS
from translate_pipe.project.discovery import markdown_files
from translate_pipe.project.steps.work import file_diagnostic
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.checks.documents.page import Targets
    from translate_pipe.model import Diagnostic, Document, ParseOptions
    from translate_pipe.project.project import Project


class Shelf:
    """Markdown files below a folder, as links reach them. Each is read when a link first leads to it."""

    def __init__(self, root: Path, options: ParseOptions = DEFAULT_OPTIONS) -> None:
        self._root = root
        self._options = options
        self._targets: dict[str, Targets | None] = {}

    def page(self, document: Document) -> Page:
        """A document of this folder in its surroundings."""
        surroundings = Surroundings(self.exists, self.targets)
        return Page(document, headings=self._options.bibliography_headings, surroundings=surroundings)

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder at a path."""
        try:
            return (self._root / path).exists()
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


def read_document(file: Path, name: str, options: ParseOptions) -> Document:
    """A document from disk; raises FileError for one that cannot be read."""
    with blaming(name):
        return parse(decode(read_bytes(file, name), name), name, options)


def lint_project(project: Project) -> Iterator[Diagnostic]:
    """The findings in the sources of a project."""
    sources, found = project.sources()
    yield from found
    options = project.configuration.parse_options
    shelf = Shelf(project.root, options)
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
