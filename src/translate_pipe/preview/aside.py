"""The slow parts of a page, in a process of their own so that no page waits for them: checks and status."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.preview.workspace import Workspace
from translate_pipe.project import Silence, total

if TYPE_CHECKING:
    from translate_pipe.preview.view import Findings
    from translate_pipe.project import Project, Source


class Question(NamedTuple):
    """A locale of a project and, for findings, a document."""

    project: Project
    locale: str
    source: Source | None = None


class Aside:
    """The workspace of the other process, kept as long as the project is the same."""

    def __init__(self) -> None:
        self._workspace: Workspace | None = None

    def of(self, project: Project) -> Workspace:
        """A workspace that sees the files as they are now."""
        if self._workspace is None or self._workspace.project != project:
            self._workspace = Workspace(project, project.configuration.locales, "en")
        self._workspace.look_again()
        return self._workspace

    def abandon(self) -> None:
        """Does nothing: this process never writes."""


def new_aside(_number: int) -> Aside:
    """The state of the process, made when it starts."""
    return Aside()


def begin(_aside: Aside, _nothing: None) -> None:
    """Does nothing but start the process."""


def findings(aside: Aside, question: Question) -> Findings | None:
    """The findings of a document."""
    return aside.of(question.project).findings(question.source, question.locale) if question.source else None


def percentages(aside: Aside, question: Question) -> dict[str, dict[str, int]]:
    """How far the documents are in a locale, and all locales."""
    workspace = aside.of(question.project)
    rows = workspace.status(Silence())
    documents = {row.document: row.percent for row in rows if row.locale == question.locale}
    return {"documents": documents, "locales": {one: total(rows, one).percent for one in workspace.locales}}
