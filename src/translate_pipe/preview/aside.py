"""What takes long about a page, done by another process so that no page has to wait: the checks, and the status."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.preview.workspace import Workspace
from translate_pipe.progress import Silence
from translate_pipe.project.status import total

if TYPE_CHECKING:
    from translate_pipe.preview.view import Findings
    from translate_pipe.project.discovery import Project, Source


class Question(NamedTuple):
    """What is asked about: a locale of a project and, for findings, a document."""

    project: Project
    locale: str
    source: Source | None = None


class Aside:
    """The other process's own workspace, which it keeps as long as the project is the same."""

    def __init__(self) -> None:
        self._workspace: Workspace | None = None

    def of(self, project: Project) -> Workspace:
        """A workspace that sees the files as they are now."""
        if self._workspace is None or self._workspace.project != project:
            self._workspace = Workspace(project, project.configuration.locales, "en")
        self._workspace.look_again()
        return self._workspace

    def abandon(self) -> None:
        """Nothing is ever written here."""


def prepare(_number: int) -> Aside:
    """What the process needs."""
    return Aside()


def begin(_aside: Aside, _nothing: None) -> None:
    """Have the process started."""


def findings(aside: Aside, question: Question) -> Findings | None:
    """What the checks say of a document."""
    return aside.of(question.project).findings(question.source, question.locale) if question.source else None


def percentages(aside: Aside, question: Question) -> dict[str, dict[str, int]]:
    """How far the documents are in a locale, and all locales."""
    workspace = aside.of(question.project)
    rows = workspace.status(Silence())
    documents = {row.document: row.percent for row in rows if row.locale == question.locale}
    return {"documents": documents, "locales": {one: total(rows, one).percent for one in workspace.locales}}
