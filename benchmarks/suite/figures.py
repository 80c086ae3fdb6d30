"""Measurements as frozen values, and the JSON that they are kept in."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How a measurement ended."""

    DONE = "done"
    TOO_LONG = "too long"
    GIVEN_UP = "not tried"
    """A smaller input already took too long."""
    ABSENT = "not installed"
    NOT_OFFERED = "not offered"
    """The tool has no such thing, or not in this version."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command took, with all its children: seconds of CPU, seconds by the clock, MiB at the peak."""

    cpu: float
    wall: float
    memory: float


@dataclass(frozen=True, slots=True)
class Case:
    """An input: its name, how many of the counted things it has (documents, segments, messages), and its bytes."""

    name: str
    count: int
    size: int = 0
    real: bool = False


@dataclass(frozen=True, slots=True)
class Measurement:
    """The runs of one tool at one job on one case.

    `least` is the CPU time of a run at the moment when it was ended because it took too long.

    >>> Measurement("extract", "574", "ours", runs=(Run(0.3, 0.2, 40.0), Run(0.1, 0.1, 50.0), Run(0.2, 0.1, 45.0))).cpu
    0.2
    """

    job: str
    case: str
    tool: str
    outcome: Outcome = Outcome.DONE
    runs: tuple[Run, ...] = ()
    limit: float = 0.0
    reason: str = ""
    least: float = 0.0

    @property
    def cpu(self) -> float:
        """The median of the CPU seconds; not a number where nothing was measured."""
        return _median([run.cpu for run in self.runs])

    @property
    def wall(self) -> float:
        """The median of the seconds by the clock."""
        return _median([run.wall for run in self.runs])

    @property
    def memory(self) -> float:
        """The largest peak of memory, in MiB."""
        return max((run.memory for run in self.runs), default=float("nan"))


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one run of the benchmark. `base` names the tool that is another commit of this project, if any."""

    date: str
    size: str
    machine: str
    versions: tuple[tuple[str, str], ...]
    cases: tuple[Case, ...]
    measurements: tuple[Measurement, ...]
    base: str = ""

    def of(self, job: str, case: str, tool: str) -> Measurement | None:
        """The measurement of a tool at a job on a case, if there is one."""
        wanted = (job, case, tool)
        return next((found for found in self.measurements if (found.job, found.case, found.tool) == wanted), None)

    def cases_of(self, job: str) -> tuple[Case, ...]:
        """The cases that a job was measured on."""
        names = {found.case for found in self.measurements if found.job == job}
        return tuple(case for case in self.cases if case.name in names)


def _median(values: list[float]) -> float:
    return statistics.median(values) if values else float("nan")


def merged(old: Report, new: Report) -> Report:
    """An old report with the figures of a newer one, which win where both have some. The size is the old one."""
    cases = {case.name: case for case in (*old.cases, *new.cases)}
    found = {(one.job, one.case, one.tool): one for one in (*old.measurements, *new.measurements)}
    versions = {**dict(old.versions), **dict(new.versions)}
    return replace(
        new,
        size=old.size,
        versions=tuple(versions.items()),
        cases=tuple(cases.values()),
        measurements=tuple(found.values()),
        base=new.base or old.base,
    )


def to_json(report: Report) -> str:
    """The JSON of a report, a measurement a line."""
    head = {"date": report.date, "size": report.size, "machine": report.machine, "versions": dict(report.versions)}
    if report.base:
        head["base"] = report.base
    cases = [[case.name, case.count, case.size, case.real] for case in report.cases]
    parts = (
        *(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()),
        f'"cases": {_rows(cases)}',
        f'"measurements": {_rows([_plain(found) for found in report.measurements])}',
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _rows(values: list[Any]) -> str:
    return "[\n" + ",\n".join(f"  {json.dumps(value, ensure_ascii=False)}" for value in values) + "\n]"


def _plain(found: Measurement) -> dict[str, Any]:
    runs = [[round(run.cpu, 4), round(run.wall, 4), round(run.memory, 1)] for run in found.runs]
    known = {"job": found.job, "case": found.case, "tool": found.tool, "outcome": str(found.outcome), "runs": runs}
    rest = {"limit": found.limit, "reason": found.reason, "least": round(found.least, 4)}
    return known | {key: value for key, value in rest.items() if value}


def from_json(text: str) -> Report:
    """The report of a JSON text that `to_json` wrote."""
    read = json.loads(text)
    return Report(
        read["date"],
        read["size"],
        read["machine"],
        tuple(read["versions"].items()),
        tuple(Case(*case) for case in read["cases"]),
        tuple(_measurement(found) for found in read["measurements"]),
        read.get("base", ""),
    )


def _measurement(read: dict[str, Any]) -> Measurement:
    runs = tuple(Run(*run) for run in read["runs"])
    outcome = Outcome(read["outcome"])
    rest = {key: read[key] for key in ("limit", "reason", "least") if key in read}
    return Measurement(read["job"], read["case"], read["tool"], outcome, runs, **rest)
