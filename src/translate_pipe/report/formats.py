"""Diagnostics in any of the formats that the command line knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.report.text import diagnostics_lines, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from translate_pipe.model import Diagnostic


def _as_it_is(file: str) -> str:
    return file


class Medium(NamedTuple):
    """Where a report is going to be read.

    `ascii_only` keeps JSON within ASCII, `colour` marks words in colour, and `place` gives the path in the repository
    of a file as it is named on the command line or in the project.
    """

    ascii_only: bool = False
    colour: bool = False
    place: Callable[[str], str] = _as_it_is


PLAIN = Medium()


def diagnostics_text(diagnostics: Iterable[Diagnostic], output_format: str, medium: Medium = PLAIN) -> str:
    """Diagnostics in one of the formats text, json (a list), jsonl (an object a line), github and sarif."""
    found = in_order(diagnostics)
    if output_format == "json":
        from translate_pipe.report.machine import diagnostics_json

        return diagnostics_json(found, ascii_only=medium.ascii_only)
    if output_format == "jsonl":
        from translate_pipe.report.machine import diagnostics_jsonl

        return diagnostics_jsonl(found, ascii_only=medium.ascii_only)
    if output_format == "github":
        from translate_pipe.report.github import diagnostics_github

        return diagnostics_github(found, medium.place)
    if output_format == "sarif":
        from translate_pipe.report.sarif import diagnostics_sarif

        return diagnostics_sarif(found, medium.place, ascii_only=medium.ascii_only)
    return diagnostics_lines(found, colour=medium.colour)
