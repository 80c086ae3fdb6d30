"""How far a long run is: a bar on a terminal, now and then a line elsewhere, nothing for a short run."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from translate_pipe.late import LateModule
from translate_pipe.project import Silence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich import console as rich_console
    from rich import progress as rich_progress

    from translate_pipe.project import Progress
else:  # only a long run on a terminal needs them
    rich_console = LateModule("rich.console")
    rich_progress = LateModule("rich.progress")

_FEW_DOCUMENTS = 20
_SECONDS_BETWEEN_LINES = 5.0


class Lines:
    """Writes a line every few seconds, for logs."""

    def __init__(self) -> None:
        self._total = 0
        self._done = 0
        self._last = time.monotonic()

    def start(self, total: int) -> None:
        """A run over `total` documents begins."""
        self._total = total

    def advance(self, count: int) -> None:
        """`count` more documents are done."""
        self._done += count
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = now
            click.echo(f"{self._done} of {self._total} documents", err=True)


class Bar:
    """A bar that rich draws, once there is enough to do."""

    def __init__(self) -> None:
        self._bar: rich_progress.Progress | None = None

    def start(self, total: int) -> None:
        """A run over `total` documents begins."""
        if total <= _FEW_DOCUMENTS:
            return
        self._bar = rich_progress.Progress(
            rich_progress.TextColumn("{task.description}"),
            rich_progress.BarColumn(),
            rich_progress.MofNCompleteColumn(),
            rich_progress.TimeRemainingColumn(),
            console=rich_console.Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        self._bar.add_task("Documents", total=total)

    def advance(self, count: int) -> None:
        """`count` more documents are done."""
        if self._bar:
            self._bar.advance(self._bar.task_ids[0], count)

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar:
            self._bar.stop()


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """What shows the progress of one run."""
    if quiet:
        yield Silence()
    elif sys.stderr.isatty():
        bar = Bar()
        try:
            yield bar
        finally:
            bar.stop()
    else:
        yield Lines()
