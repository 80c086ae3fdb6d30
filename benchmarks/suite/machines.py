"""The cost of the largest public collections of Markdown, computed from measured rates.

Everything is arithmetic on a few rates: seconds of CPU for a megabyte of documents or of localised documents, and for
sending a document to a cluster.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suite.jobs import OURS, SPEEDUP
from suite.tables import speedup, table

if TYPE_CHECKING:
    from suite.figures import Case, Report

MEGA = 1e6
_HOUR, _DAY = 3600, 86_400
CORES = 16
"""Cores of the machine in the table."""


MACHINES = 4
"""How many of them the cluster in the table has."""

SENDING = 0.0010
"""Seconds of CPU that the client takes for a document that is extracted on a cluster, or built there for a locale."""
SCHEDULING = 0.0004
"""The same for the scheduler. docs/performance.md says how both were measured."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What a megabyte costs, in seconds of CPU, and what a document costs if nothing changed.

    `spread` is how much of a second process is gained: 1.0 if two are twice as fast as one.
    """

    extract: float
    build: float
    draft: float
    unchanged: float
    spread: float


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection: documents, their mean size in bytes, into how many locales."""

    name: str
    documents: int
    mean: float
    locales: int

    @property
    def megabytes(self) -> float:
        """The size of its documents."""
        return self.documents * self.mean / MEGA


COLLECTIONS = (
    Collection("MDN Web Docs", 14_000, 6_100, 10),
    Collection("Microsoft Learn", 300_000, 6_100, 10),
    Collection("Wikipedia in English", 7_028_569, 4_200, 1),
    Collection("Wikipedia in English", 7_028_569, 4_200, 20),
)
"""docs/performance.md names the sources of the numbers."""


def rates(report: Report) -> Rates | None:
    """The rates on the largest made-up collection; None if it was not measured."""
    cases = [case for case in report.cases_of("extract") if not case.real]
    if not cases:
        return None
    case = max(cases, key=lambda case: case.size)
    gains = [speedup(report, one) - 1 for one in report.cases_of(SPEEDUP)]
    known = [max(gain, 0.0) for gain in gains if not math.isnan(gain)]
    return Rates(
        _cost(report, "extract", case) / (case.size / MEGA),
        _cost(report, "build", case) / (case.size / MEGA),
        _cost(report, "draft", case) / (case.size / MEGA),
        _cost(report, "unchanged", case) / case.count,
        max(known, default=math.nan),
    )


def _cost(report: Report, job: str, case: Case) -> float:
    found = report.of(job, case.name, OURS)
    return found.cpu if found else math.nan


def first_run(collection: Collection, rates: Rates) -> float:
    """CPU seconds of the first run of all: each document extracted once and built for each locale."""
    return collection.megabytes * (rates.extract + collection.locales * rates.build)


def next_run(collection: Collection, rates: Rates) -> float:
    """CPU seconds of a run in which nothing changed."""
    return collection.documents * collection.locales * rates.unchanged


def by_the_clock(cpu: float, rates: Rates, cores: int) -> float:
    """Seconds by the clock on so many cores.

    >>> by_the_clock(100.0, Rates(0, 0, 0, 0, spread=0.5), cores=3)
    50.0
    """
    return cpu / worth(rates, cores)


def worth(rates: Rates, cores: int) -> float:
    """How many times as fast so many cores are as one, if each gains as much as the second one did."""
    return 1 + (cores - 1) * rates.spread


def on_a_cluster(collection: Collection, rates: Rates, workers: float) -> float:
    """Seconds by the clock of the first run on a cluster: of its workers, or of the client if that has more to do.

    >>> collection, rates = Collection("c", documents=1000, mean=1000, locales=2), Rates(1, 4, 0, 0, spread=1)
    >>> on_a_cluster(collection, rates, 2), on_a_cluster(collection, rates, 1_000_000)
    (5.0, 3.0)
    """
    extracting = max(collection.megabytes * rates.extract / workers, collection.documents * SENDING)
    built = collection.locales * collection.megabytes * rates.build
    return extracting + max(built / workers, collection.documents * collection.locales * SENDING)


def busy_workers(seconds: float) -> int:
    """How many workers one client keeps busy with documents that take this long.

    >>> busy_workers(0.03)
    30
    """
    return max(round(seconds / SENDING), 1)


def megabytes_in(seconds: float, rates: Rates, cores: int) -> float:
    """How many localised megabytes, documents times locales, a machine builds in a time."""
    return seconds * worth(rates, cores) / rates.build


def duration(seconds: float) -> str:
    """A time in the unit that suits it.

    >>> duration(0.5), duration(45), duration(600), duration(9000), duration(400_000)
    ('0.5 s', '45 s', '10 min', '2.5 h', '4.6 days')
    """
    if math.isnan(seconds):
        return "–"
    for unit, name in ((_DAY, "days"), (_HOUR, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return _figure(seconds / unit) + f" {name}"
    return _figure(seconds) + " s"


def _figure(value: float) -> str:
    return f"{value:,.{0 if value >= 10 else 1}f}".removesuffix(".0")  # noqa: PLR2004 - two digits are enough


def rates_table(rates: Rates) -> str:
    """The rates that all else follows from."""
    rows = (
        ("What", "Measured"),
        ("extract, a MB of documents", _per(rates.extract)),
        ("build with checks and judge, a MB of documents and locale", _per(rates.build)),
        ("build as a draft, a MB of documents and locale", _per(rates.draft)),
        ("nothing changed, a document and locale", _per(rates.unchanged)),
        ("gain of a second process", "–" if math.isnan(rates.spread) else f"{rates.spread * 100:.0f} %"),
    )
    return table(rows)


def _per(value: float) -> str:
    return "–" if math.isnan(value) else f"{value * 1e6:.0f} µs" if value < 1e-3 else f"{value:.2g} s"  # noqa: PLR2004


def costs_table(rates: Rates) -> str:
    """What the collections would cost."""
    heading = (
        "Collection",
        "Documents",
        "GB",
        "Locales",
        "First run, CPU",
        f"on {CORES} cores",
        f"{MACHINES} such machines",
        "Nothing changed, CPU",
    )
    return table([heading, *(_cost_row(one, rates) for one in COLLECTIONS)])


def _cost_row(one: Collection, rates: Rates) -> tuple[str, ...]:
    cpu = first_run(one, rates)
    return (
        one.name,
        f"{one.documents:,}",
        _figure(one.megabytes / 1000) if one.megabytes >= 1000 else f"{one.megabytes / 1000:.2f}",  # noqa: PLR2004
        str(one.locales),
        duration(cpu),
        duration(by_the_clock(cpu, rates, CORES)),
        duration(on_a_cluster(one, rates, MACHINES * worth(rates, CORES))),
        duration(next_run(one, rates)),
    )


def limits_sentence(rates: Rates) -> str:
    """Where one machine ends."""
    cores = 1 if math.isnan(rates.spread) else CORES
    hour, night = (megabytes_in(time, rates, cores) / 1000 for time in (_HOUR, 10 * _HOUR))
    machine = "one core" if cores == 1 else f"a machine of {cores} cores"
    return (
        f"By these rates {machine} builds {_figure(hour)} GB of documents times locales in an hour and "
        f"{_figure(night)} GB in a night of ten hours."
    )


def cluster_sentence(rates: Rates) -> str:
    """Where a cluster pays."""
    page = COLLECTIONS[0]
    building, extracting = rates.build * page.mean / MEGA, rates.extract * page.mean / MEGA
    return (
        f"On a cluster the client takes {SENDING * 1e3:.1f} ms for each document that it sends and whose result it "
        f"writes, and the scheduler {SCHEDULING * 1e3:.1f} ms. A page of {page.mean / 1e3:.1f} kB takes "
        f"{extracting * 1e3:.0f} ms to extract, and {building * 1e3:.0f} ms to build for a locale. So one client keeps "
        f"about {busy_workers(building)} workers busy with building, but only {busy_workers(extracting)} with "
        "extracting."
    )


def computed_part(report: Report) -> str:
    """The computed part of "Past one machine"."""
    found = rates(report)
    if found is None:
        return "Nothing has been measured yet."
    return "\n\n".join((rates_table(found), costs_table(found), limits_sentence(found), cluster_sentence(found)))
