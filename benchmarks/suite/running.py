"""Runs all jobs on all inputs of a size, and keeps what was found."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from suite import inputs
from suite.figures import Case, Measurement, Outcome, Report
from suite.jobs import BUILD, DRAFT, EDITED, EXTRACT, GROWTHS, MERGE, OURS, SPEEDUP, TOUCHED, UNCHANGED, VERSION
from suite.measuring import Contestant, Terms, in_turns
from suite.tables import cell
from suite.tools import Entry, Place, SetupError, TranslatePipe, all_tools, version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from suite.inputs import Collection

_MADE_UP_SIZES = {574: 1650}
"""Characters of a document of the collections, about; others have 4,500."""
_OF_COLLECTIONS = {job.name for job in (EXTRACT, BUILD, UNCHANGED, EDITED, TOUCHED)}
_EDITED_BY_PEERS = 1000
"""The others are not asked to follow an edit in more documents: a minute and more for what is not to be compared."""
_STARTS = 20
"""How often a start is measured, which takes next to nothing."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: the numbers of documents, messages and segments, and how long.

    Builds by one and by two processes are compared with collections of at most `most_split` documents.
    """

    collections: tuple[int, ...]
    merges: tuple[int, ...]
    documents: tuple[int, ...]
    segments: tuple[int, ...]
    terms: Terms
    most_rounds: int = 20
    real: bool = True
    most_split: int = 1000
    merge_limit: float = 150.0
    growth_limit: float = 20.0
    real_limit: float = 30.0


SIZES = {
    "tiny": Size((5,), (20,), (2,), (10,), Terms(rounds=1), most_rounds=1, real=False),
    "small": Size(
        (50,),
        (400, 1200),
        (20, 100),
        (10, 100, 1000),
        Terms(rounds=1, limit=10),
        most_rounds=2,
        growth_limit=10.0,
        real_limit=10.0,
    ),
    "default": Size(
        (574, 500, 5000),
        (4000, 12_600, 116_000),
        (100, 1000, 10_000),
        (10, 100, 1000, 10_000, 100_000),
        Terms(rounds=3, budget=4.0, limit=60.0),
    ),
}
SIZES["full"] = replace(
    SIZES["default"],
    documents=(100, 1000, 10_000, 100_000),
    terms=Terms(rounds=5, budget=20.0, limit=120.0),
    most_split=5000,
    merge_limit=1200.0,
    growth_limit=60.0,
    real_limit=120.0,
)


class Bench:
    """A run of the benchmark: its tools, its folder, and what it has found so far."""

    def __init__(self, size: Size, folder: Path, peers: Path, only: frozenset[str]) -> None:
        self._size = size
        self._folder = folder / inputs.edition()
        self._tools = all_tools(peers)
        self._ours = TranslatePipe()
        self._only = only
        self._found: list[Measurement] = []
        self._cases: dict[str, Case] = {}
        self._given_up: dict[tuple[str, str], int] = {}

    def run(self) -> None:
        """Measure everything."""
        for measure in (self._versions, self._collections, self._merges, self._document_growth, self._segment_growth):
            measure()

    def report(self, size: str) -> Report:
        """What was found."""
        versions = ((name, version_of(tool)) for name, tool in self._tools.items())
        known = (*((name, version) for name, version in versions if version), ("Python", platform.python_version()))
        date = datetime.now(tz=UTC).date().isoformat()
        return Report(date, size, machine(), known, tuple(self._cases.values()), tuple(self._found))

    # Parts

    def _versions(self) -> None:
        asked = {name: tool.version_command for name, tool in self._tools.items()}
        self._measure(VERSION.name, Case("version", 0), asked, rounds=_STARTS)

    def _collections(self) -> None:
        made_up = (
            inputs.made_up(str(number), self._folder / f"documents-{number}", number, _MADE_UP_SIZES.get(number, 4500))
            for number in self._size.collections
        )
        for collection in (*made_up, *(inputs.real() if self._size.real else ())):
            with self._places(collection) as places:
                self._collection(collection.case, places)

    def _collection(self, case: Case, places: Mapping[str, Place]) -> None:
        tools = [self._tools[name] for name in (OURS, *BUILD.peers)]
        few = [self._tools[name] for name in (OURS, *EDITED.peers) if name == OURS or case.count <= _EDITED_BY_PEERS]
        self._measure(EXTRACT.name, case, {tool.name: partial(tool.extract, places[tool.name]) for tool in tools})
        self._measure(BUILD.name, case, {tool.name: partial(tool.build, places[tool.name]) for tool in tools})
        self._measure(DRAFT.name, case, {OURS: partial(self._ours.draft, places[OURS])})
        self._measure(UNCHANGED.name, case, {tool.name: partial(tool.unchanged, places[tool.name]) for tool in tools})
        self._measure(TOUCHED.name, case, {tool.name: partial(tool.touched, places[tool.name]) for tool in few})
        self._measure(EDITED.name, case, {tool.name: partial(tool.edited, places[tool.name]) for tool in few})
        if not case.real and case.count <= self._size.most_split:
            jobs = {str(number): partial(self._ours.with_processes, places[OURS], number) for number in (1, 2)}
            self._measure(SPEEDUP, case, jobs)

    def _merges(self) -> None:
        if not self._wanted(MERGE.name):
            return
        tools = [self._tools[name] for name in (OURS, *MERGE.peers)]
        made_up = (inputs.made_up_merge(number) for number in self._size.merges)
        for made in chain(made_up, inputs.real_merges() if self._size.real else ()):
            folder = self._folder / "merge" / made.case.name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "old.po").write_text(made.old, encoding="utf-8")
            (folder / "new.pot").write_text(made.template, encoding="utf-8")
            asked = {tool.name: partial(tool.merge, folder) for tool in tools}
            self._measure(MERGE.name, made.case, asked, limit=self._size.merge_limit)

    def _document_growth(self) -> None:
        for number in self._size.documents if self._wanted("documents-extract", "documents-locales") else ():
            collection = inputs.made_up(f"growth-{number}", self._folder / f"growth-{number}", number, 1000)
            with self._places(collection, per_document=True) as places:
                self._grown("documents-extract", collection.case, places)
                self._measure(
                    "documents-locales", collection.case, {OURS: partial(self._ours.locales, places[OURS])}, rounds=2
                )

    def _segment_growth(self) -> None:
        for number in self._size.segments if self._wanted("segments-extract", "segments-build") else ():
            collection = inputs.one_document(self._folder / f"segments-{number}", number)
            with self._places(collection) as places:
                self._grown("segments-extract", collection.case, places)
                self._measure(
                    "segments-build", collection.case, {OURS: partial(self._ours.build, places[OURS])}, rounds=2
                )

    def _grown(self, job: str, case: Case, places: Mapping[str, Place]) -> None:
        """Extract with all tools that the table of growth compares."""
        peers = next(growth.peers for growth in GROWTHS if growth.name == job)
        tools = [self._tools[name] for name in (OURS, *peers)]
        asked = {tool.name: partial(tool.extract, places[tool.name]) for tool in tools}
        self._measure(job, case, asked, rounds=2, limit=self._size.growth_limit)

    # Measuring

    @contextmanager
    def _places(self, collection: Collection, *, per_document: bool = False) -> Iterator[dict[str, Place]]:
        """A folder for each tool, gone afterwards."""
        root = self._folder / "work"
        shutil.rmtree(root, ignore_errors=True)
        places = {name: Place(root / name, collection, per_document=per_document) for name in self._tools}
        for place in places.values():
            place.folder.mkdir(parents=True)
        yield places
        shutil.rmtree(root)

    def _measure(
        self,
        job: str,
        case: Case,
        asked: Mapping[str, Callable[[], Entry]],
        *,
        rounds: int = 0,
        limit: float = 0.0,
    ) -> None:
        """Measure a job on a case by all that have something for it, on the size's terms or others."""
        if not self._wanted(job):
            return
        usual = self._size.terms
        terms = replace(
            usual,
            rounds=min(rounds or usual.rounds, self._size.most_rounds),
            limit=limit or (self._size.real_limit if case.real else usual.limit),
        )
        self._cases.setdefault(case.name, case)
        entries = {tool: self._entry(job, case, tool, ask) for tool, ask in asked.items()}
        contestants = {tool: entry for tool, entry in entries.items() if isinstance(entry, Contestant)}
        measured = {found.tool: found for found in in_turns(contestants, job, case.name, terms)}
        for tool, entry in entries.items():
            found = entry if isinstance(entry, Measurement) else measured[tool]
            if found.outcome is Outcome.TOO_LONG:
                self._given_up[job, tool] = case.size
            self._found.append(found)
            print(
                f"{job:18} {case.name:>14} {tool:10} {cell(found)} {found.reason}".rstrip(), file=sys.stderr, flush=True
            )

    def _entry(self, job: str, case: Case, tool: str, ask: Callable[[], Entry]) -> Contestant | Measurement:
        """The command of a tool for a job, or why it is not run."""
        # What extracting is too much for is not asked for the rest, which would have to extract first.
        first = (self._given_up.get((one, tool)) for one in (job, EXTRACT.name) if job in _OF_COLLECTIONS or one == job)
        if any(size is not None and size <= case.size for size in first):
            return Measurement(job, case.name, tool, Outcome.GIVEN_UP)
        try:
            entry = ask()
        except SetupError as error:
            return Measurement(job, case.name, tool, Outcome.FAILED, reason=str(error))
        return entry if isinstance(entry, Contestant) else Measurement(job, case.name, tool, entry)

    def _wanted(self, *jobs: str) -> bool:
        return not self._only or bool(self._only & {*jobs})


def machine() -> str:
    """The machine for people: processor, cores, memory, system."""
    return ", ".join(filter(None, (_processor(), f"{os.cpu_count()} cores", _memory(), platform.system())))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _memory() -> str:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return ""
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB of memory"
