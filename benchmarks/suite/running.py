"""Runs all jobs on all inputs of a size and collects the figures."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from suite import inputs
from suite.figures import Case, Measurement, Outcome, Report
from suite.jobs import (
    BUILD,
    CATALOGUE_LOCALES,
    CHECKED,
    CPP_LARGE,
    CPP_SMALL,
    DOCUMENTS_LOCALES,
    DRAFT,
    EDITED,
    EXTRACT,
    GROWTHS,
    LOCALES,
    MERGE,
    ONE_CATALOGUE,
    OURS,
    SPEEDUP,
    TEN_LOCALES,
    TOUCHED,
    UNCHANGED,
    UPDATED,
    VERSION,
    WORKERS,
    Job,
)
from suite.measuring import Contestant, Terms, in_turns
from suite.tables import cell
from suite.tools import Entry, Place, SetupError, Tool, TranslatePipe, all_tools, own_tools, version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from suite.inputs import Collection

_MADE_UP_SIZES = {574: 1650}
"""Characters of a document of the collections, about; others have 4,500."""
_OF_COLLECTIONS = {job.name for job in (EXTRACT, BUILD, UNCHANGED, EDITED, TOUCHED)}
_EDITED_BY_PEERS = 1000
"""The peers follow an edit in at most so many documents. In more they need minutes, and no target compares them."""
_MOST_OF_BASE = 5000
"""Another commit is measured with inputs of at most so many documents or segments: its cost may be quadratic."""
_STARTS = 20
"""How often a start is measured, which is short."""


@dataclass(frozen=True, slots=True)
class Size:
    """The inputs of a run, as numbers of documents, messages and segments, and its limits of time.

    `cpp_docs` has the step from one document to the next for each input, `ten_locales` a step and a number of
    documents. `documents` have a catalogue each, `one_catalogue` has one for all. Collections of at most `most_split`
    documents are also built with one and with two processes.
    """

    collections: tuple[int, ...]
    cpp_docs: Mapping[str, int]
    ten_locales: tuple[int, int]
    merges: tuple[int, ...]
    documents: tuple[int, ...]
    one_catalogue: tuple[int, ...]
    segments: tuple[int, ...]
    terms: Terms
    most_rounds: int = 20
    real: bool = True
    most_split: int = 1000
    merge_limit: float = 150.0
    growth_limit: float = 20.0


SIZES = {
    "tiny": Size(
        collections=(5,),
        cpp_docs={CPP_SMALL: 4000},
        ten_locales=(4000, 2),
        merges=(20,),
        documents=(2,),
        one_catalogue=(2,),
        segments=(10,),
        terms=Terms(rounds=1),
        most_rounds=1,
        real=False,
    ),
    "small": Size(
        collections=(50,),
        cpp_docs={"cpp-docs-200th": 200},
        ten_locales=(900, 10),
        merges=(400, 1200),
        documents=(20, 100),
        one_catalogue=(20, 100),
        segments=(10, 100, 1000),
        terms=Terms(rounds=1, limit=10),
        most_rounds=2,
        growth_limit=10.0,
    ),
    "default": Size(
        collections=(574, 500, 5000),
        cpp_docs={CPP_SMALL: 20, CPP_LARGE: 2},
        ten_locales=(48, 200),
        merges=(4000, 12_600, 116_000),
        documents=(100, 1000, 10_000),
        one_catalogue=(500, 2000),
        segments=(10, 100, 1000, 10_000, 100_000),
        terms=Terms(rounds=3, budget=4.0, limit=60.0),
    ),
}
SIZES["full"] = replace(
    SIZES["default"],
    documents=(100, 1000, 10_000, 100_000),
    one_catalogue=(500, 5000, 20_000),
    terms=Terms(rounds=5, budget=20.0, limit=120.0),
    most_split=5000,
    merge_limit=1200.0,
    growth_limit=60.0,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The jobs and the inputs to measure; all of them if none is named."""

    jobs: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()

    def job(self, *names: str) -> bool:
        """Whether one of these jobs is wanted."""
        return not self.jobs or not self.jobs.isdisjoint(names)

    def case(self, name: str) -> bool:
        """Whether an input is wanted."""
        return not self.cases or name in self.cases


class Bench:
    """A run of the benchmark: its tools, its folder, and its figures so far."""

    def __init__(self, size: Size, folder: Path, peers: Path, wanted: Wanted, base: Path | None = None) -> None:
        self._size = size
        self._folder = folder / inputs.edition()
        self._own = own_tools(base)
        self._ours = self._own[0]
        self._tools = all_tools(self._own, peers)
        self._wanted = wanted
        self._found: list[Measurement] = []
        self._cases: dict[str, Case] = {}
        self._given_up: dict[tuple[str, str], int] = {}

    def run(self) -> None:
        """Measure everything."""
        self._versions()
        self._collections()
        self._first_locales()
        self._merges()
        self._document_growth()
        self._catalogue_growth()
        self._segment_growth()

    def report(self, size: str) -> Report:
        """All figures of the run."""
        versions = ((name, version_of(tool)) for name, tool in self._tools.items())
        known = (*((name, version) for name, version in versions if version), ("Python", platform.python_version()))
        date = datetime.now(tz=UTC).date().isoformat()
        base = self._own[1].name if len(self._own) > 1 else ""
        return Report(date, size, machine(), known, tuple(self._cases.values()), tuple(self._found), base)

    # Parts

    def _versions(self) -> None:
        asked = {name: tool.version_command for name, tool in self._tools.items()}
        if self._wanted.case("version"):
            self._measure(VERSION.name, Case("version", 0), asked, rounds=_STARTS)

    def _collections(self) -> None:
        made: dict[str, Callable[[], Collection]] = {}
        for number in self._size.collections:
            folder, characters = self._folder / f"documents-{number}", _MADE_UP_SIZES.get(number, 4500)
            made[str(number)] = partial(inputs.made_up, str(number), folder, number, characters)
        for collection in inputs.real() if self._size.real else ():
            made[collection.case.name] = partial(replace, collection)
        for name, step in self._size.cpp_docs.items():
            made[name] = partial(inputs.cpp_docs, name, self._folder / name, step)
        for name, make in made.items():
            if self._wanted.case(name):
                collection = make()
                with self._places(collection) as places:
                    self._collection(collection.case, places)

    def _collection(self, case: Case, places: Mapping[str, Place]) -> None:
        def asked(job: Job, ask: Callable[[Tool, Place], Entry]) -> dict[str, Callable[[], Entry]]:
            many = job.name in {EDITED.name, TOUCHED.name} and case.count > _EDITED_BY_PEERS
            peers = {} if many else {name: partial(ask, self._tools[name], places[name]) for name in job.peers}
            return self._of_own(places, ask) | peers

        self._measure(EXTRACT.name, case, asked(EXTRACT, lambda tool, place: tool.extract(place)))
        self._measure(BUILD.name, case, asked(BUILD, lambda tool, place: tool.build(place)))
        self._measure(DRAFT.name, case, self._of_own(places, TranslatePipe.draft))
        self._measure(UNCHANGED.name, case, asked(UNCHANGED, lambda tool, place: tool.unchanged(place)))
        self._measure(TOUCHED.name, case, asked(TOUCHED, lambda tool, place: tool.touched(place)))
        self._measure(EDITED.name, case, asked(EDITED, lambda tool, place: tool.edited(place)))
        self._measure(UPDATED.name, case, self._of_own(places, TranslatePipe.updated))
        self._measure(CHECKED.name, case, self._of_own(places, TranslatePipe.checked))
        if not case.real and case.count <= self._size.most_split:
            jobs = {str(number): partial(self._ours.with_processes, places[OURS], number) for number in (1, 2)}
            with _workers(2) if self._wanted.job(SPEEDUP) else nullcontext("") as address:
                jobs[WORKERS] = partial(self._ours.with_workers, places[OURS], address)
                self._measure(SPEEDUP, case, jobs)

    def _first_locales(self) -> None:
        if not self._wanted.job(LOCALES.name) or not self._wanted.case(TEN_LOCALES):
            return
        collection = inputs.cpp_docs(TEN_LOCALES, self._folder / TEN_LOCALES, *self._size.ten_locales)
        case = replace(collection.case, count=collection.case.count * len(inputs.VOWELS))
        with self._places(collection, locales=tuple(inputs.VOWELS)) as places:
            self._measure(LOCALES.name, case, self._of_own(places, TranslatePipe.locales))

    def _merges(self) -> None:
        if not self._wanted.job(MERGE.name):
            return
        numbers = [number for number in self._size.merges if self._wanted.case(f"merge-{number}")]
        real = inputs.real_merges() if self._size.real else ()
        for made in (*map(inputs.made_up_merge, numbers), *(one for one in real if self._wanted.case(one.case.name))):
            folder = self._folder / "merge" / made.case.name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "old.po").write_text(made.old, encoding="utf-8")
            (folder / "new.pot").write_text(made.template, encoding="utf-8")
            names = [*(tool.name for tool in self._own), *MERGE.peers]
            asked = {name: partial(self._tools[name].merge, folder) for name in names}
            self._measure(MERGE.name, made.case, asked, limit=self._size.merge_limit)

    def _document_growth(self) -> None:
        for number in self._size.documents if self._wanted.job("documents-extract", DOCUMENTS_LOCALES) else ():
            name = f"growth-{number}"
            if self._wanted.case(name):
                collection = inputs.made_up(name, self._folder / name, number, 1000)
                with self._places(collection, per_document=True) as places:
                    self._grown("documents-extract", collection.case, places)
                    self._measure(
                        DOCUMENTS_LOCALES, collection.case, self._of_own(places, TranslatePipe.locales), rounds=2
                    )

    def _catalogue_growth(self) -> None:
        for number in self._size.one_catalogue if self._wanted.job(CATALOGUE_LOCALES) else ():
            name = ONE_CATALOGUE.format(number)
            if self._wanted.case(name):
                collection = replace(inputs.made_up(name, self._folder / name, number, 1000), errors=True)
                with self._places(collection) as places:
                    self._measure(
                        CATALOGUE_LOCALES, collection.case, self._of_own(places, TranslatePipe.locales), rounds=2
                    )

    def _segment_growth(self) -> None:
        for number in self._size.segments if self._wanted.job("segments-extract", "segments-build") else ():
            if self._wanted.case(f"segments-{number}"):
                collection = inputs.one_document(self._folder / f"segments-{number}", number)
                with self._places(collection) as places:
                    self._grown("segments-extract", collection.case, places)
                    self._measure(
                        "segments-build", collection.case, self._of_own(places, TranslatePipe.build), rounds=2
                    )

    def _grown(self, job: str, case: Case, places: Mapping[str, Place]) -> None:
        """Extract with all tools that the table of growth compares."""
        peers = next(growth.peers for growth in GROWTHS if growth.name == job)
        asked = self._of_own(places, TranslatePipe.extract)
        asked |= {name: partial(self._tools[name].extract, places[name]) for name in peers}
        self._measure(job, case, asked, rounds=2, limit=self._size.growth_limit)

    def _of_own(
        self, places: Mapping[str, Place], ask: Callable[[TranslatePipe, Place], Entry]
    ) -> dict[str, Callable[[], Entry]]:
        """Our own tools, asked for a job; without the base if the input is large."""
        own = self._own if places[OURS].collection.case.count <= _MOST_OF_BASE else self._own[:1]
        return {tool.name: partial(ask, tool, places[tool.name]) for tool in own}

    # Measuring

    @contextmanager
    def _places(
        self, collection: Collection, *, per_document: bool = False, locales: tuple[str, ...] = ("de",)
    ) -> Iterator[dict[str, Place]]:
        """A folder for each tool, which is removed afterwards."""
        root = self._folder / "work"
        shutil.rmtree(root, ignore_errors=True)
        places = {name: Place(root / name, collection, per_document, locales) for name in self._tools}
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
        """Measure a job on a case with all tools that offer it, on the terms of the size or others."""
        if not self._wanted.job(job):
            return
        usual = self._size.terms
        terms = replace(
            usual,
            rounds=min(rounds or usual.rounds, self._size.most_rounds),
            limit=limit or usual.limit,
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
        """The command of a tool for a job, or the reason why it has none."""
        # A tool for which extracting takes too long is not run for the other jobs: it would have to extract first.
        first = (self._given_up.get((one, tool)) for one in (job, EXTRACT.name) if job in _OF_COLLECTIONS or one == job)
        if any(size is not None and size <= case.size for size in first):
            return Measurement(job, case.name, tool, Outcome.GIVEN_UP)
        try:
            entry = ask()
        except SetupError as error:
            return Measurement(job, case.name, tool, Outcome.FAILED, reason=str(error))
        return entry if isinstance(entry, Contestant) else Measurement(job, case.name, tool, entry)


@contextmanager
def _workers(number: int) -> Iterator[str]:
    """The address of a Dask scheduler on this machine with so many workers; "" if Dask is not installed."""
    try:
        from distributed import LocalCluster  # noqa: PLC0415  # an extra, and slow to import
    except ImportError:
        yield ""
        return
    with LocalCluster(n_workers=number, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


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
