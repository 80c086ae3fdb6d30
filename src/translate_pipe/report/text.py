"""Diagnostics for people: lines as compilers write theirs, and a tally of them."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

import click

from translate_pipe.model import Severity
from translate_pipe.report.causes import Caused, causes
from translate_pipe.report.excerpt import excerpt_lines
from translate_pipe.report.visible import ellipsized, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from translate_pipe.model import Diagnostic
    from translate_pipe.report.formats import Medium

MSGID_COLUMNS = 70
_ORDER = {severity: place for place, severity in enumerate(Severity)}
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics with those of a file together, by line; the files as they first came."""
    found = list(diagnostics)
    places = {file: place for place, file in enumerate(dict.fromkeys(one.file for one in found))}
    return sorted(found, key=lambda one: (places[one.file], one.line))


def diagnostic_line(found: Diagnostic, *, colour: bool = False) -> str:
    """A diagnostic as compilers write theirs, with the beginning of the msgid where it is about a message.

    The line and column are those of its region, if that is known.

    >>> from dataclasses import replace
    >>> from translate_pipe.model import Diagnostic, Region, Severity
    >>> found = Diagnostic("citation", Severity.ERROR, "² is missing", "de.po", 12, "Echt waar.²")
    >>> diagnostic_line(found)
    'de.po:12: error: ² is missing [citation] in “Echt waar.²”'
    >>> diagnostic_line(replace(found, region=Region(14, 9)))
    'de.po:14:9: error: ² is missing [citation] in “Echt waar.²”'
    """
    place = safe(found.file)
    if found.region:
        place += f":{found.region.line}:{found.region.column}"
    elif found.line:
        place += f":{found.line}"
    severity = click.style(found.severity, fg=_COLOURS[found.severity], bold=True) if colour else str(found.severity)
    return f"{place}: {severity}: {safe(found.message)} [{found.check}]{about(found)}"


def about(found: Diagnostic) -> str:
    """The message that a diagnostic is about, as the end of a sentence; empty if it is about none.

    >>> from translate_pipe.model import Diagnostic, Severity
    >>> about(Diagnostic("citation", Severity.ERROR, "² is missing", msgid="Echt waar.²"))
    ' in “Echt waar.²”'
    """
    return f" in “{ellipsized(found.msgid, MSGID_COLUMNS)}”" if found.msgid else ""


def diagnostics_lines(diagnostics: Iterable[Diagnostic], medium: Medium) -> str:
    """Diagnostics as text, those of a file together and its errors first, each with an excerpt that marks its spans.

    Unless details are wanted, those that follow from another one are named in its line.
    """
    colour = medium.colour
    lines: list[str] = []
    caused = map(Caused, diagnostics) if medium.details else causes(diagnostics)
    for _, of_file in groupby(caused, lambda one: one.cause.file):
        for found, follows in sorted(of_file, key=lambda one: _ORDER[one.cause.severity]):
            lines.append(diagnostic_line(found, colour=colour) + _consequences(found, follows))
            lines += excerpt_lines(found, colour=colour)
    return "".join(f"{line}\n" for line in lines)


def _consequences(cause: Diagnostic, follows: Iterable[Diagnostic]) -> str:
    """The names of the checks with findings that follow from another one, as the end of its line."""
    named = dict.fromkeys(
        one.check if _ORDER[one.severity] >= _ORDER[cause.severity] else f"{one.check} ({one.severity})"
        for one in follows
    )
    return f"; perhaps also why: {', '.join(named)}" if named else ""


def tally(diagnostics: Sequence[Diagnostic], messages: int | None = None) -> str:
    """How many diagnostics there are, in how many files, and how many messages were checked, if that is known.

    >>> from translate_pipe.model import Diagnostic, Severity
    >>> tally([Diagnostic("citation", Severity.ERROR, "", "de.po")] * 2, 5123)
    '2 errors in 1 file (5,123 messages checked)'
    """
    counts = Counter(found.severity for found in diagnostics)
    files = len({found.file for found in diagnostics})
    kinds = [counted(counts[one], one) for one in (Severity.ERROR, Severity.WARNING) if counts[one]]
    kinds += [f"{counts[Severity.INFO]:,} info"] if counts[Severity.INFO] else []
    checked = f" ({counted(messages, 'message')} checked)" if messages is not None else ""
    return f"{', '.join(kinds)} in {counted(files, 'file')}{checked}"


def check_table(diagnostics: Sequence[Diagnostic]) -> list[str]:
    """How many diagnostics each check gave, as the rows of a table, errors first; none for a few that are seen at once.

    >>> from translate_pipe.model import Diagnostic, Severity
    >>> many = [*[Diagnostic("name", Severity.WARNING, "")] * 19, Diagnostic("link", Severity.ERROR, "")]
    >>> check_table(many)
    ['   1  error    link', '  19  warning  name']
    """
    if len(diagnostics) < _MANY:
        return []
    counts = Counter((_ORDER[found.severity], found.severity, found.check) for found in diagnostics)
    rows = sorted((order, -count, check, severity) for (order, severity, check), count in counts.items())
    column = max(len(f"{count:,}") for count in counts.values())
    return [f"  {-count:{column},}  {severity:7}  {check}" for _, count, check, severity in rows]


_MANY = 20
"""From this many diagnostics on a table sums them up."""


def by_check(diagnostics: Iterable[Diagnostic]) -> str:
    """How many diagnostics each check gave, the most frequent first.

    >>> from translate_pipe.model import Diagnostic, Severity
    >>> by_check([Diagnostic("link", Severity.ERROR, ""), *[Diagnostic("name", Severity.WARNING, "")] * 2])
    'name (2), link (1)'
    """
    counts = Counter(found.check for found in diagnostics)
    return ", ".join(f"{check} ({count:,})" for check, count in counts.most_common())


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "file"), counted(1200, "file")
    ('1 file', '1,200 files')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
