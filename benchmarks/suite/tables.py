"""Reports as Markdown tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suite.figures import Case, Measurement, Outcome, Report
from suite.jobs import (
    GROWTHS,
    JOBS,
    MEMORY_LIMITS,
    OURS,
    SPEEDUP,
    TITLES,
    WORKERS,
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
    if value < 0.1:  # noqa: PLR2004 - too short for hundredths of a second
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
    """A measurement for people.

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


def title(report: Report, tool: str) -> str:
    """A tool for people."""
    return f"commit {tool}" if tool == report.base else TITLES.get(tool, tool)


# Jobs


def job_table(report: Report, job: Job) -> str:
    """A job on all of its cases, ours and the others, and whether the targets are met; "" if it was not measured."""
    cases = report.cases_of(job.name)
    if not cases:
        return ""
    others = _others(report, job.name, job.peers)
    heading = ("Input", TITLES[OURS], *(title(report, other) for other in others))
    compared = ("best other takes",) if job.peers else ()
    rows = [_job_row(report, job, case, others) for case in cases]
    return table([(*heading, *compared, "Target", "Met"), *rows])


def _others(report: Report, job: str, peers: tuple[str, ...]) -> tuple[str, ...]:
    """The columns beside ours: the base if it was measured, and the peers."""
    is_measured = any(found.job == job and found.tool == report.base for found in report.measurements)
    return (report.base, *peers) if is_measured else peers


def _job_row(report: Report, job: Job, case: Case, others: tuple[str, ...]) -> tuple[str, ...]:
    ours = report.of(job.name, case.name, OURS)
    targets = job.targets.get(case.name, ())
    return (
        case_title(case, job.unit) if case.count else job.title,
        cell(ours),
        *(cell(report.of(_job_of(report, job, other), case.name, other)) for other in others),
        *((_ratio(_cpu(ours), best_of(report, job, case)),) if job.peers else ()),
        "; ".join(target.text for target in targets) or _NOTHING,
        "; ".join(_met(target, _cpu(ours), rival_of(report, job, case, target)) for target in targets) or _NOTHING,
    )


def _job_of(report: Report, job: Job, tool: str) -> str:
    """The job whose figure a tool has in the table of a job."""
    return job.name if tool == report.base else job.peers_of or job.name


def targets_table(report: Report) -> str:
    """All jobs that have a target, a row for each input and target; "" if none was measured."""
    rows = [
        _target_row(report, job, case, target)
        for job in JOBS
        for case in report.cases_of(job.name)
        for target in job.targets.get(case.name, ())
    ]
    heading = ("Job", "Input", TITLES[OURS], "beside", "it takes", "Target", "Met")
    return table([heading, *rows], left=2) if rows else ""


def _target_row(report: Report, job: Job, case: Case, target: Target) -> tuple[str, ...]:
    mine = _cpu(report.of(job.name, case.name, OURS))
    rival = rival_of(report, job, case, target)
    return (
        job.title,
        case_title(case, job.unit) if case.count else _NOTHING,
        seconds(mine),
        f"{title(report, rival.tool)}, {rival.sign}{seconds(rival.cpu)}" if rival else _NOTHING,
        _ratio(mine, rival),
        target.text,
        _met(target, mine, rival),
    )


@dataclass(frozen=True, slots=True)
class Best:
    """The least CPU time of other tools. If it is `open`, the tool was ended after this time and takes longer."""

    tool: str
    cpu: float
    open: bool

    @property
    def sign(self) -> str:
        """The sign before a figure that is a lower bound."""
        return "> " if self.open else ""


def best_of(report: Report, job: Job, case: Case) -> Best | None:
    """The best of the peers at a job, None if there is none; one that took too long only if none did not."""
    return _least([report.of(job.peers_of or job.name, case.name, peer) for peer in job.peers])


def rival_of(report: Report, job: Job, case: Case, target: Target) -> Best | None:
    """The figure that a target compares ours with: that of the base, or the best of the peers."""
    if target.kind is Kind.BASE_SHARE:
        return _least([report.of(job.name, case.name, report.base)])
    return best_of(report, job, case)


def _least(found: Sequence[Measurement | None]) -> Best | None:
    done = [Best(one.tool, one.cpu, open=False) for one in found if one and one.runs]
    ended = [Best(one.tool, one.least, open=True) for one in found if one and one.least]
    return min(done or ended, key=lambda best: best.cpu, default=None)


def _cpu(found: Measurement | None) -> float:
    return found.cpu if found else math.nan


def _ratio(mine: float, best: Best | None) -> str:
    return f"{best.sign}{times(best.cpu / mine)}" if best and not math.isnan(mine) else _NOTHING


def _met(target: Target, mine: float, rival: Best | None) -> str:
    met = target.met(ours=mine, other=rival.cpu if rival else math.nan)
    # Beside a tool that was ended, a missed target is open: the tool would have taken longer.
    is_open = met is False and target.kind is not Kind.SECONDS and rival is not None and rival.open
    return _yes_or_no(None if is_open else met)


def _yes_or_no(met: bool | None) -> str:  # noqa: FBT001 - what is shown is just this
    return {True: "yes", False: "**no**", None: _NOTHING}[met]


# Growth


def growth_table(report: Report, growth: Growth) -> str:
    """The cost of a unit by the size of the input; "" if it was not measured."""
    cases = report.cases_of(growth.name)
    if not cases:
        return ""
    others = _others(report, growth.name, growth.peers)
    heading = (
        "Input",
        TITLES[OURS],
        f"a {growth.unit}",
        "against the cheapest smaller input",
        *(title(report, other) for other in others),
    )
    rows: list[tuple[str, ...]] = [heading]
    for at, case in enumerate(cases):
        rows.append(
            (
                case_title(case, growth.unit),
                cell(report.of(growth.name, case.name, OURS)),
                _small(unit_cost(report, growth, case)),
                _change(growth_at(report, growth, at)),
                *(cell(report.of(growth.name, case.name, other)) for other in others),
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
    """The largest increase of the cost of a unit over a smaller input."""
    found = [growth_at(report, growth, at) for at in range(len(report.cases_of(growth.name)))]
    return max((value for value in found if not math.isnan(value)), default=math.nan)


def limits_table(report: Report) -> str:
    """Growth and memory with their limits; "" if none of them was measured."""
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
    for limit in MEMORY_LIMITS:
        found = report.of(limit.job, limit.case, OURS)
        if found and found.runs:
            met = _yes_or_no(found.memory <= limit.most)
            rows.append((f"{limit.title}, memory", f"{found.memory:.0f} MiB", f"≤ {limit.most:.0f} MiB", met))
    return table([("What", "Measured", "Target", "Met"), *rows]) if rows else ""


# Another commit


def base_table(report: Report) -> str:
    """All figures of the base beside ours, and our share of them; "" if there is no base."""
    kinds = [(job.name, job.title, job.unit) for job in JOBS]
    kinds += [(growth.name, growth.title, growth.unit) for growth in GROWTHS]
    rows = [
        (name, case_title(case, unit) if case.count else _NOTHING, *_shares(ours, base))
        for job, name, unit in kinds
        for case in report.cases_of(job)
        if (base := report.of(job, case.name, report.base)) and (ours := report.of(job, case.name, OURS))
    ]
    heading = ("Job", "Input", TITLES[OURS], title(report, report.base), "share of CPU time", "share of memory")
    return table([heading, *rows], left=2) if rows else ""


def _shares(ours: Measurement, base: Measurement) -> tuple[str, ...]:
    if ours.runs and base.runs:
        return cell(ours), cell(base), f"{ours.cpu / base.cpu:.2f}", f"{ours.memory / base.memory:.2f}"
    ended = f"< {ours.cpu / base.least:.2f}" if ours.runs and base.least else _NOTHING
    return cell(ours), cell(base), ended, _NOTHING


# Processes


def speedup_table(report: Report) -> str:
    """A build by the number of processes, and by two workers; "" if it was not measured."""
    cases = report.cases_of(SPEEDUP)
    if not cases:
        return ""
    rows = []
    for case in cases:
        one, two, workers = (_by_the_clock(report.of(SPEEDUP, case.name, tool)) for tool in ("1", "2", WORKERS))
        rows.append((case_title(case, "document"), one, two, times(speedup(report, case)), workers))
    return table([("Input", "`--jobs 1`", "`--jobs 2`", "as fast", "two workers of a cluster"), *rows])


def speedup(report: Report, case: Case) -> float:
    """How many times as fast two processes are as one, by the clock."""
    one, two = (report.of(SPEEDUP, case.name, tool) for tool in ("1", "2"))
    return one.wall / two.wall if one and two else math.nan


def _by_the_clock(found: Measurement | None) -> str:
    if found is None or found.outcome is not Outcome.DONE:
        return cell(found)
    return f"{seconds(found.wall)} ({seconds(found.cpu)} CPU, {found.memory:.0f} MiB)"


_ABOUT_SPEEDUP = (
    "`translate-pipe build` from scratch, by the clock. The workers of a Dask cluster run on this machine, beside the "
    "scheduler and the command; CPU time and memory are those of the command alone."
)

# All


def environment(report: Report) -> str:
    """The date, the machine and the versions."""
    known = ", ".join(f"{title(report, tool)} {version}" for tool, version in report.versions if tool != report.base)
    return f"Measured on {report.date}, size `{report.size}`; {report.machine}; {known}."


def all_tables(report: Report) -> str:
    """All tables of a report, each with a heading and a description."""
    parts = [environment(report)]
    parts += _part(
        "Targets",
        "The targets, and a summary of the tables below. All times are CPU times.",
        targets_table(report),
    )
    parts += _part(
        f"Beside commit {report.base}",
        f"The base is commit {report.base} of this project, in its own environment, measured in turns with this one.",
        base_table(report),
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
    parts += _part("Two processes", _ABOUT_SPEEDUP, speedup_table(report))
    parts += _part("What failed", "Commands that ended with an error, and the reason.", _failures(report))
    return "\n\n".join(parts)


def _part(title: str, about: str, made: str) -> tuple[str, ...]:
    return (f"### {title}", about, made) if made else ()


def _failures(report: Report) -> str:
    """The failures; jobs that failed for the same reason share a row."""
    jobs: dict[tuple[str, str, str], list[str]] = {}
    for one in report.measurements:
        if one.outcome is Outcome.FAILED:
            jobs.setdefault(
                (one.case, title(report, one.tool), one.reason.replace("|", "\\|").replace("`", "'")), []
            ).append(one.job)
    rows = [(case, tool, ", ".join(names), f"`{reason}`") for (case, tool, reason), names in jobs.items()]
    return table([("Input", "Tool", "Jobs", "Error"), *rows], left=4) if rows else ""
