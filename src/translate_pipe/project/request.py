"""What a run is asked to do, and what it did and found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Flag, auto
from typing import TYPE_CHECKING, Protocol

from translate_pipe.checks import CHECKS
from translate_pipe.model import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from translate_pipe.catalogue import MergeResult
    from translate_pipe.checks import Check
    from translate_pipe.project.discovery import Project
    from translate_pipe.project.files import Files
    from translate_pipe.project.status import Status


class Stage(Flag):
    """What a run does with each domain."""

    EXTRACT = auto()
    UPDATE = auto()
    CHECK = auto()
    BUILD = auto()
    STATUS = auto()


class Progress(Protocol):
    """Told how far a run is."""

    def start(self, total: int) -> None:
        """A run over `total` documents begins."""

    def advance(self, count: int) -> None:
        """`count` more documents are done."""


@dataclass(frozen=True, slots=True)
class Update:
    """What updating did to one catalogue."""

    locale: str
    file: str
    result: MergeResult


@dataclass(slots=True)
class Report:
    """What a run did and found; filled while it runs.

    `withheld` counts the translations that a build did not publish because of their errors, `stopped` are the outputs
    that it did not write because of them.
    """

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    status: list[Status] = field(default_factory=list)
    documents: int = 0
    withheld: int = 0
    stopped: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether any file was (or, in a dry run, would have been) written or removed."""
        return bool(self.written or self.removed)

    @property
    def has_findings(self) -> bool:
        """Whether anything was found that somebody has to mend."""
        return any(found.severity is not Severity.INFO for found in self.diagnostics)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run is asked to do.

    `tell` gets a line for the person at the terminal if the run has to wait. `checks` are the checks of messages that
    are wanted. With `require_complete` a build reports what is not translated yet.
    """

    project: Project
    files: Files
    stages: Stage
    locales: tuple[str, ...]
    now: datetime
    tell: Callable[[str], None]
    checks: tuple[Check, ...] = CHECKS
    require_complete: bool = False
