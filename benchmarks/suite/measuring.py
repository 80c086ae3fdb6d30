"""Measuring commands in turns: A B A B, so that a busy moment of the machine slows all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from suite.figures import Measurement, Outcome, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_TIMED = Path(__file__).with_name("timed.py")
# Compiled modules are written, as for users, even if the environment of the benchmark forbids it.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "LANGUAGE": "", "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": ""}
_SHOWN = 200


def _nothing() -> None:
    """Do nothing before a run."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A command to measure, its folder, and a function that is called before each run and not measured.

    `statuses` are the exit statuses of a run that did its work. A run may take `patience` seconds even if that is more
    than the limit of the terms.
    """

    command: Sequence[str]
    folder: Path
    before: Callable[[], None] = _nothing
    environment: Mapping[str, str] = field(default_factory=dict)
    statuses: frozenset[int] = frozenset({0})
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How often each command runs: `rounds` times, but not again after its runs have taken `budget` seconds.

    A run that takes longer than `limit` seconds by the clock is ended.
    """

    rounds: int = 5
    budget: float = 15.0
    limit: float = 60.0


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one run."""

    outcome: Outcome
    run: Run
    reason: str = ""


def run(contestant: Contestant, limit: float) -> Result:
    """Run a command once."""
    contestant.before()
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder, "report.json")
        started = [sys.executable, "-I", "-S", str(_TIMED), str(limit), str(written), *contestant.command]
        try:
            said = subprocess.run(
                started,
                cwd=contestant.folder,
                env={**os.environ, **_ENVIRONMENT, **contestant.environment},
                check=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            ).stderr.decode(errors="replace")
            took = json.loads(written.read_text(encoding="utf-8"))
        except OSError as error:  # more arguments than the system takes, a command that is not there
            return Result(Outcome.FAILED, Run(0, 0, 0), str(error.strerror))
    measured = Run(took["cpu"], took["wall"], took["memory"])
    if took["over"]:
        return Result(Outcome.TOO_LONG, measured)
    if took["status"] not in contestant.statuses:
        return Result(Outcome.FAILED, measured, _last_lines(said) or f"status {took['status']}")
    return Result(Outcome.DONE, measured)


def _last_lines(said: str) -> str:
    lines = said.strip().splitlines()
    return " ".join(line.strip() for line in lines[-2:])[-_SHOWN:]


def in_turns(contestants: Mapping[str, Contestant], job: str, case: str, terms: Terms) -> tuple[Measurement, ...]:
    """Measure commands in turns; the name of each is that of its tool."""
    found = {tool: Measurement(job, case, tool, limit=terms.limit) for tool in contestants}
    for _ in range(terms.rounds):
        for tool, contestant in contestants.items():
            sofar = found[tool]
            if sofar.outcome is Outcome.DONE and (not sofar.runs or _spent(sofar) < terms.budget):
                found[tool] = _with(sofar, run(contestant, max(terms.limit, contestant.patience)))
    return tuple(found.values())


def _spent(sofar: Measurement) -> float:
    return sum(one.wall for one in sofar.runs)


def _with(sofar: Measurement, result: Result) -> Measurement:
    if result.outcome is Outcome.DONE:
        return replace(sofar, runs=(*sofar.runs, result.run))
    least = result.run.cpu if result.outcome is Outcome.TOO_LONG else 0.0
    return replace(sofar, outcome=result.outcome, reason=result.reason, runs=(), least=least)
