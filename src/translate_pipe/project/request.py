"""What a run is asked to do, and what it did and found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Flag, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from translate_pipe.engine.lock import WHOLE, Shard
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.status import total

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from translate_pipe.catalogue import MergeResult, Outcome
    from translate_pipe.project.status import Status
    from translate_pipe.project.steps.work import Withheld


class Stage(Flag):
    """What a run does with each domain."""

    EXTRACT = auto()
    UPDATE = auto()
    CHECK = auto()
    BUILD = auto()
    STATUS = auto()


class Progress(Protocol):
    """Shows how far a run is."""

    def start(self, total: int) -> None:
        """A run begins that takes `total` steps, each with one document."""

    def advance(self, count: int) -> None:
        """`count` more steps are done."""


class Silence:
    """Progress that is not shown."""

    def start(self, total: int) -> None:
        """A run begins."""

    def advance(self, count: int) -> None:
        """Steps are done."""


Changes = dict[str, tuple[int, "Counter[str]"]]
"""For each locale, how many catalogues changed, and how many of their messages met which fate."""

_NOTHING: Mapping[str, int] = MappingProxyType({})
_LISTED_WITHOUT_DETAILS = 1000
"""How many files, updates or rows a report lists without details."""


@dataclass(frozen=True, slots=True)
class Update:
    """What updating did to one catalogue: how many messages met which fate, and each of them if details are wanted.

    `taken` counts the translations from each catalogue whose document is gone.
    """

    locale: str
    file: str
    changed: bool
    counts: Mapping[str, int]
    outcomes: tuple[Outcome, ...] = ()
    taken: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, locale: str, file: str, result: MergeResult, taken: Mapping[str, int] = _NOTHING, *, details: bool = True
    ) -> Update:
        """What a merge did to a catalogue."""
        counts = Counter(outcome.fate.value for outcome in result.outcomes)
        return cls(locale, file, result.changed, counts, result.outcomes if details else (), taken)


@dataclass(slots=True)
class Report:
    """What a run did and found; filled while it runs.

    - `written` are the first files that were written, or all of them with details; `writes` counts all.
    - `updates` are the first catalogues that were updated, or all of them with details; `changes` sums up all.
    - `status` has a row for each document and locale or, for very many without details, one for each locale.
    - `withheld` are the translations that are not published because of errors, `warned` counts those that a build
      publishes with a warning, `stopped` are the outputs that a build did not write because of errors.
    - `kept` are replaced files that no run wrote, each with the path of its copy.
    """

    written: list[str] = field(default_factory=list)
    writes: int = 0
    removed: list[str] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    changes: Changes = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    status: list[Status] = field(default_factory=list)
    documents: int = 0
    withheld: list[Withheld] = field(default_factory=list)
    warned: int = 0
    stopped: list[str] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether any file was (or, in a dry run, would have been) written or removed."""
        return bool(self.writes or self.removed)

    @property
    def not_published(self) -> int:
        """How many translations are not published because of their errors."""
        return len({(one.file, one.key) for one in self.withheld})

    @property
    def has_findings(self) -> bool:
        """Whether anything was found that somebody has to fix."""
        return any(found.severity is not Severity.INFO for found in self.diagnostics)

    def add_written(self, names: Sequence[str], *, details: bool) -> None:
        """Report files that were written."""
        self.writes += len(names)
        if details or self.writes <= _LISTED_WITHOUT_DETAILS:
            self.written += names

    def add_updates(self, updates: Sequence[Update], *, details: bool) -> None:
        """Report catalogues that were updated."""
        for update in updates:
            catalogues, counts = self.changes.get(update.locale, (0, Counter()))
            counts.update(update.counts)
            self.changes[update.locale] = (catalogues + 1, counts)
        if details or len(self.updates) <= _LISTED_WITHOUT_DETAILS:
            self.updates += updates

    def add_status(self, rows: Sequence[Status], *, details: bool) -> None:
        """Report how far documents are."""
        self.status += rows
        if not details and len(self.status) > _LISTED_WITHOUT_DETAILS:
            found = {row.locale: None for row in self.status}
            self.status = [total(self.status, locale) for locale in found]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is asked to do.

    - `require_complete`: a build reports what is not translated yet.
    - `is_draft`: a build without the checks and the judge.
    - `overwrite`: replace files at the paths of outputs that no run wrote.
    - `jobs`: how many processes may share the work.
    - `scheduler`: the address of a Dask scheduler whose workers share it instead; empty for none.
    - `shard`: the part of the project that is this run's.
    - `details`: report each message, file and document, however many there are.
    """

    stages: Stage
    locales: tuple[str, ...]
    now: datetime
    require_complete: bool = False
    is_draft: bool = False
    overwrite: bool = False
    jobs: int = 1
    scheduler: str = ""
    shard: Shard = WHOLE
    details: bool = True

    @property
    def only_reads(self) -> bool:
        """Whether the run is a check, which writes no file of the project whatever it finds."""
        return Stage.CHECK in self.stages and not self.stages & (Stage.EXTRACT | Stage.UPDATE | Stage.BUILD)

    @property
    def reports_findings(self) -> bool:
        """Whether the run reports what is wrong with translations; one for the status alone only counts it."""
        return bool(self.stages & (Stage.CHECK | Stage.BUILD))
