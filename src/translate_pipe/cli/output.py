"""What commands print: results on standard output, messages on standard error, and the exit code that ends them."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

import click

from translate_pipe.cli.app import EXIT_FINDINGS, FAIL_ON
from translate_pipe.model import Severity
from translate_pipe.report.formats import Medium, diagnostics_text
from translate_pipe.report.visible import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from translate_pipe.cli.app import Settings
    from translate_pipe.model import Diagnostic


class Checked(NamedTuple):
    """The diagnostics of files below `root`, and the checks that their project ignores.

    `messages` is how many messages were checked; None if documents were.
    """

    diagnostics: list[Diagnostic]
    messages: int | None = None
    root: Path = Path()
    ignored: frozenset[str] = frozenset()


def say(settings: Settings, *lines: str) -> None:
    """Print messages, unless the run is quiet. They may quote what others wrote."""
    if not settings.is_quiet:
        for line in lines:
            click.echo(safe(line), err=True)


def without_infos(diagnostics: Iterable[Diagnostic], keep: Collection[str] = ()) -> list[Diagnostic]:
    """The diagnostics without those for information only, except for the checks to keep."""
    return [found for found in diagnostics if found.severity is not Severity.INFO or found.check in keep]


def print_error(error: Exception) -> None:
    """Print an error that ends the command."""
    click.echo(f"error: {safe(str(error))}", err=True)


def print_diagnostics(
    diagnostics: Iterable[Diagnostic],
    output_format: str,
    *,
    err: bool = False,
    root: Path | None = None,
    details: bool = False,
) -> None:
    """Print diagnostics. `root` is the folder that the paths of their files are relative to, if not the current one.

    With `details` the text for people has also what follows from something else.
    """
    stream = sys.stderr if err else sys.stdout
    medium = Medium(is_limited(stream), has_colour(stream), _place_in_repository(root or Path()), details)
    click.echo(diagnostics_text(diagnostics, output_format, medium), nl=False, err=err)


def exit_with_findings(diagnostics: Iterable[Diagnostic], fail_on: str = "warning") -> None:
    """End with exit code 1 if a diagnostic is at least as severe as `fail_on`."""
    serious = FAIL_ON[: FAIL_ON.index(fail_on) + 1]
    if any(found.severity in serious for found in diagnostics):
        sys.exit(EXIT_FINDINGS)


def is_limited(stream: TextIO) -> bool:
    """Whether a stream lacks some of Unicode's characters."""
    return not (stream.encoding or "").lower().startswith("utf")


def has_colour(stream: TextIO) -> bool:
    """Whether a stream shows colours, and the user wants them."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _place_in_repository(root: Path) -> Callable[[str], str]:
    """How a file is named in its repository: relative to where a CI checked it out, or to the current folder."""
    repository = Path(os.environ.get("GITHUB_WORKSPACE") or "").absolute()

    @cache
    def place(file: str) -> str:
        if file in ("", "-"):
            return file
        path = Path(os.path.normpath(Path(root, file).absolute()))
        return (path.relative_to(repository) if path.is_relative_to(repository) else path).as_posix()

    return place
