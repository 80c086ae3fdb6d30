"""Reports as Markdown tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suite.figures import Case, Measurement, Outcome, Report
from suite.jobs import (
    GROWTHS,
    JOBS,
    MEMORY_DOCUMENTS,
    MEMORY_JOB,
    MEMORY_MOST,
    OURS,
    SPEEDUP,
    TITLES,
    Growth,
    Job,
    Kind,
    Target,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTHING = "–"
_KILO = 1000


def seconds(value: float) -> str:
    """Seconds with as many digits as are worth reading.

    >>> seconds(0.0213), seconds(0.634), seconds(4.26), seconds(155.2), seconds(float("nan"))
    ('21 ms', '0.63 s', '4.3 s', '155 s', '–')
    """
    if math.isnan(value):
        return _NOTHING
    if value < 0.1:  # noqa: PLR2004 - where hundredths of a second no longer tell
        return f"{value * _KILO:.0f} ms"
    return f"{value:.{2 if value < 1 else 1 if value < 10 else 0}f} s"  # noqa: PLR2004 - digits by size


def times(value: float) -> str:
    """A ratio.

    >>> times(0.6312), times(12.34), times(140.2), times(float("nan"))
    ('0.63×', '12×', '140×', '–')
    """
    if math.isnan(value):
        return _NOTHING
    return f"{value:.{2 if value < 1 else 1 if value < 10 else 0}f}×"  # noqa: PLR2004 - digits by size


def table(rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """A Markdown table of rows, the heading first; all columns but the first `left` ones are for figures.

    >>> print(table([("a", "b"), ("x", "1")]))
    | a | b |
    | --- | ---: |
    | x | 1 |
    """
    heading, *body = rows
    rule = ["---"] * left + ["---:"] * (len(heading) - left)
    return "\n".join(f"| {' | '.join(row)} |" for row in (heading, rule, *body))


def case_title(case: Case, unit: str) -> str:
    """A case for people.

    >>> case_title(Case("574", 574, 973_389), "document"), case_title(Case("book", 1, 2_400, real=True), "document")
    ('574 documents, 1.0 MB', 'book: 1 document, 2.4 kB')
    """
    counted = f"{case.count:,} {unit}{'' if case.count == 1 else 's'}"
    name = f"{case.name}: {counted}" if case.real else counted
    return f"{name}, {_bytes(case.size)}" if case.size else name


def _bytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"  # noqa: PLR2004 - from here on megabytes


def cell(found: Measurement | None, *, memory: bool = True) -> str:
    """What a table shows of a measurement.

    >>> cell(Measurement("extract", "574", "mdpo", Outcome.TOO_LONG, limit=60))
    '> 60 s'
    """
    if found is None:
        return _NOTHING
    match found.outcome:
        case Outcome.DONE:
            peak = f", {found.memory:.0f} MiB" if memory else ""
            return f"{seconds(found.cpu)}{peak}"
        case Outcome.TOO_LONG:
            return f"> {found.limit:g} s"
        case Outcome.NOT_OFFERED:
            return _NOTHING
        case other:
            return str(other)


# Jobs


def job_table(report: Report, job: Job) -> str:
    """A job on all of its cases, ours and the peers, and whether the targets are met; "" if it was not measured."""
    cases = report.cases_of(job.name)
    if not cases:
        return ""
    heading = (
        "Input",
        TITLES[OURS],
        *(TITLES[peer] for peer in job.peers),
        "best other takes",
        "Target",
        "Met",
    )
    return table([heading, *(_job_row(report, job, case) for case in cases)])


def _job_row(report: Report, job: Job, case: Case) -> tuple[str, ...]:
    ours = report.of(job.name, case.name, OURS)
    best = best_of(report, job, case)
    target = job.targets.get(case.name)
    return (
        case_title(case, job.unit) if case.count else job.title,
        cell(ours),
        *(cell(report.of(job.peers_of or job.name, case.name, peer)) for peer in job.peers),
        _ratio(_cpu(ours), best),
        target.text if target else _NOTHING,
        _met(target, _cpu(ours), best),
    )


def targets_table(report: Report) -> str:
    """All jobs that have a target, a row for each input; "" if none was measured."""
    rows = [
        _target_row(report, job, case, job.targets[case.name])
        for job in JOBS
        for case in report.cases_of(job.name)
        if case.name in job.targets
    ]
    heading = ("Job", "Input", TITLES[OURS], "best other", "it takes", "Target", "Met")
    return table([heading, *rows], left=2) if rows else ""


def _target_row(report: Report, job: Job, case: Case, target: Target) -> tuple[str, ...]:
    mine = _cpu(report.of(job.name, case.name, OURS))
    best = best_of(report, job, case)
    return (
        job.title,
        case_title(case, job.unit) if case.count else _NOTHING,
        seconds(mine),
        f"{TITLES[best.tool]}, {best.sign}{seconds(best.cpu)}" if best else _NOTHING,
        _ratio(mine, best),
        target.text,
        _met(target, mine, best),
    )


@dataclass(frozen=True, slots=True)
class Best:
    """The least CPU time of other tools; if it is `open`, the tool was ended after so long, and takes longer."""

    tool: str
    cpu: float
    open: bool

    @property
    def sign(self) -> str:
        """The sign before a figure that is a lower bound."""
        return "> " if self.open else ""


def best_of(report: Report, job: Job, case: Case) -> Best | None:
    """The best of the peers at a job, None if there is none; one that took too long only if none did not."""
    found = [report.of(job.peers_of or job.name, case.name, peer) for peer in job.peers]
    done = [Best(one.tool, one.cpu, open=False) for one in found if one and one.runs]
    ended = [Best(one.tool, one.least, open=True) for one in found if one and one.least]
    return min(done or ended, key=lambda best: best.cpu, default=None)


def _cpu(found: Measurement | None) -> float:
    return found.cpu if found else math.nan


def _ratio(mine: float, best: Best | None) -> str:
    return f"{best.sign}{times(best.cpu / mine)}" if best and not math.isnan(mine) else _NOTHING


def _met(target: Target | None, mine: float, best: Best | None) -> str:
    met = target.met(ours=mine, best=best.cpu if best else math.nan) if target else None
    by_its_time = target and target.kind is not Kind.SECONDS
    # What is missed beside a tool that was ended may be met beside what it would have taken.
    return _yes_or_no(None if met is False and by_its_time and best and best.open else met)


def _yes_or_no(met: bool | None) -> str:  # noqa: FBT001 - what is shown is just this
    return {True: "yes", False: "**no**", None: _NOTHING}[met]


# Growth


def growth_table(report: Report, growth: Growth) -> str:
    """The cost of a unit by the size of the input; "" if it was not measured."""
    cases = report.cases_of(growth.name)
    if not cases:
        return ""
    heading = (
        "Input",
        TITLES[OURS],
        f"a {growth.unit}",
        "against the cheapest smaller input",
        *(TITLES[peer] for peer in growth.peers),
    )
    rows: list[tuple[str, ...]] = [heading]
    for at, case in enumerate(cases):
        rows.append(
            (
                case_title(case, growth.unit),
                cell(report.of(growth.name, case.name, OURS)),
                _small(unit_cost(report, growth, case)),
                _change(growth_at(report, growth, at)),
                *(cell(report.of(growth.name, case.name, peer)) for peer in growth.peers),
            )
        )
    return table(rows)


def unit_cost(report: Report, growth: Growth, case: Case) -> float:
    """Our CPU seconds for a unit of a case."""
    return _cpu(report.of(growth.name, case.name, OURS)) / case.count


def growth_at(report: Report, growth: Growth, at: int) -> float:
    """How much more a unit of the case costs than one of the cheapest smaller case: 0.2 is 20 % more."""
    cases = report.cases_of(growth.name)
    smaller = [unit_cost(report, growth, case) for case in cases[:at]]
    known = [cost for cost in smaller if not math.isnan(cost)]
    return unit_cost(report, growth, cases[at]) / min(known) - 1 if known else math.nan


def _small(value: float) -> str:
    return _NOTHING if math.isnan(value) else f"{value * _KILO:.3g} ms"


def _change(value: float) -> str:
    return _NOTHING if math.isnan(value) else f"{value * 100:+.0f} %"


def worst_growth(report: Report, growth: Growth) -> float:
    """The most that a unit costs more than one of a smaller input."""
    found = [growth_at(report, growth, at) for at in range(len(report.cases_of(growth.name)))]
    return max((value for value in found if not math.isnan(value)), default=math.nan)


def limits_table(report: Report) -> str:
    """Growth and memory against what they may be; "" if nothing of it was measured."""
    rows = [
        (
            f"{growth.title}, cost of a {growth.unit}",
            _change(worst_growth(report, growth)),
            f"≤ {growth.most * 100:+.0f} %",
            _yes_or_no(worst_growth(report, growth) <= growth.most),
        )
        for growth in GROWTHS
        if not math.isnan(worst_growth(report, growth))
    ]
    memory = report.of(MEMORY_JOB, f"growth-{MEMORY_DOCUMENTS}", OURS)
    if memory and memory.runs:
        met = _yes_or_no(memory.memory <= MEMORY_MOST)
        rows.append(
            (f"Memory of {MEMORY_DOCUMENTS:,} documents", f"{memory.memory:.0f} MiB", f"≤ {MEMORY_MOST:.0f} MiB", met)
        )
    return table([("What", "Measured", "Target", "Met"), *rows]) if rows else ""


# Processes


def speedup_table(report: Report) -> str:
    """A build by the number of processes; "" if it was not measured."""
    cases = report.cases_of(SPEEDUP)
    if not cases:
        return ""
    rows = []
    for case in cases:
        one, two = (report.of(SPEEDUP, case.name, tool) for tool in ("1", "2"))
        rows.append(
            (case_title(case, "document"), _by_the_clock(one), _by_the_clock(two), times(speedup(report, case)))
        )
    return table([("Input", "`--jobs 1`", "`--jobs 2`", "as fast"), *rows])


def speedup(report: Report, case: Case) -> float:
    """How many times as fast two processes are as one, by the clock."""
    one, two = (report.of(SPEEDUP, case.name, tool) for tool in ("1", "2"))
    return one.wall / two.wall if one and two else math.nan


def _by_the_clock(found: Measurement | None) -> str:
    if found is None or found.outcome is not Outcome.DONE:
        return cell(found)
    return f"{seconds(found.wall)} ({seconds(found.cpu)} CPU, {found.memory:.0f} MiB)"


# All


def environment(report: Report) -> str:
    """Where and with what was measured."""
    known = ", ".join(f"{TITLES.get(tool, tool)} {version}" for tool, version in report.versions)
    return f"Measured on {report.date}, size `{report.size}`; {report.machine}; {known}."


def all_tables(report: Report) -> str:
    """All tables of a report, each with a heading and a description."""
    parts = [environment(report)]
    parts += _part(
        "Targets",
        "The targets, and a summary of the tables below. All times are CPU times.",
        targets_table(report),
    )
    for job in JOBS:
        parts += _part(job.title, job.about, job_table(report, job))
    for growth in GROWTHS:
        parts += _part(growth.title, growth.about, growth_table(report, growth))
    parts += _part(
        "Growth and memory",
        "The largest increase in the cost of a unit over a smaller input, and the memory of all processes together.",
        limits_table(report),
    )
    parts += _part("Two processes", "`translate-pipe build` from scratch, by the clock.", speedup_table(report))
    parts += _part("What failed", "Commands that ended with an error, and the reason.", _failures(report))
    return "\n\n".join(parts)


def _part(title: str, about: str, made: str) -> tuple[str, ...]:
    return (f"### {title}", about, made) if made else ()


def _failures(report: Report) -> str:
    """What failed, the jobs that failed for one reason in one row."""
    jobs: dict[tuple[str, str, str], list[str]] = {}
    for one in report.measurements:
        if one.outcome is Outcome.FAILED:
            jobs.setdefault(
                (one.case, TITLES.get(one.tool, one.tool), one.reason.replace("|", "\\|").replace("`", "'")), []
            ).append(one.job)
    rows = [(case, tool, ", ".join(names), f"`{reason}`") for (case, tool, reason), names in jobs.items()]
    return table([("Input", "Tool", "Jobs", "Error"), *rows], left=4) if rows else ""
