"""The progress of each locale and document, as a table and as JSON."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from translate_pipe import locales
from translate_pipe.project import total
from translate_pipe.report.machine import json_text
from translate_pipe.report.visible import ellipsized, safe, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from translate_pipe.project import Status

_BAR_WIDTH = 10
MANY_DOCUMENTS = 25
"""From this many documents on, the status table shows totals alone unless details are asked for."""


class Screen(NamedTuple):
    """The place where a table is shown: columns of a terminal (0 elsewhere: nothing is cut) and what it can show."""

    columns: int = 0
    bold: bool = False
    ascii_only: bool = False


PAPER = Screen()


def status_objects(rows: Sequence[Status]) -> dict[str, Any]:
    """The status of every locale and document as an object for JSON."""
    return {
        "locales": {locale: _status_object(total(own, locale)) for locale, own in _by_locale(rows).items()},
        "documents": [{"locale": row.locale, "document": row.document, **_status_object(row)} for row in rows],
    }


def _status_object(row: Status) -> dict[str, int]:
    return {
        "translated": row.translated,
        "not_published": row.not_published,
        "fuzzy": row.fuzzy,
        "untranslated": row.untranslated,
        "words": row.words,
        "words_translated": row.words_translated,
        "percent": row.percent,
    }


def status_json(rows: Sequence[Status], *, ascii_only: bool = False) -> str:
    """The status as a JSON text."""
    return json_text(status_objects(rows), ascii_only=ascii_only)


_NOT_PUBLISHED = "Not published"
_HEADINGS = ("Locale", "Translated", _NOT_PUBLISHED, "Fuzzy", "Untranslated", "Words", "Done")
_GAPS = (3, 2, 1)
"""Blanks between the columns; fewer where a terminal has no room."""
_NARROWEST_NAME = 20
"""Names are not cut to less than this, even if a terminal then breaks the lines: figures are never cut."""


class _Row(NamedTuple):
    """A row of the table: the locale or document, and its figures."""

    name: str
    figures: tuple[str, ...]
    is_bold: bool = False


def status_table(rows: Sequence[Status], user_locale: str, screen: Screen = PAPER, *, details: bool) -> str:
    """The status as a table: a total for each locale and, with `details`, a row for each document.

    The column "Not published" is left out if it has zeros only. If it leaves a terminal no room, the table has no bars.
    """
    table = _rows(rows, user_locale, screen, details=details, has_bars=True)
    if not any(row.not_published for row in rows):
        table = [row._replace(figures=row.figures[:1] + row.figures[2:]) for row in table]
    elif 0 < screen.columns < _NARROWEST_NAME + sum(columns := _columns(table)) + _GAPS[-1] * len(columns) + 2:
        table = _rows(rows, user_locale, screen, details=details, has_bars=False)
    columns = _columns(table)
    names, gap = max(width(row.name) for row in table), _GAPS[0]
    if screen.columns:
        free = screen.columns - sum(columns) - 2  # one blank before; terminals differ over what their last column does
        gap = next((gap for gap in _GAPS if names <= free - gap * len(columns)), _GAPS[-1])
        names = min(names, max(_NARROWEST_NAME, free - gap * len(columns)))
    heading, *others = (_line(row, (names, *columns), " " * gap, bold=screen.bold) for row in table)
    rule = ("-" if screen.ascii_only else "─") * (names + sum(columns) + gap * len(columns))
    return "".join(f"{line}\n" for line in ("", heading, f" {rule}", *others, ""))


def _rows(rows: Sequence[Status], user_locale: str, screen: Screen, *, details: bool, has_bars: bool) -> list[_Row]:
    table = [_Row(_HEADINGS[0], _HEADINGS[1:], is_bold=True)]
    for locale, own in _by_locale(rows).items():
        name = f"{locale}  {locales.display_name(locale, user_locale)}"
        table.append(_Row(name, _figures(total(own, locale), screen, has_bars=has_bars), is_bold=details))
        if details:
            table += (_Row(f"  {safe(row.document)}", _figures(row, screen, has_bars=has_bars)) for row in own)
    return table


def _figures(row: Status, screen: Screen, *, has_bars: bool) -> tuple[str, ...]:
    done = f"{bar(row.percent, ascii_only=screen.ascii_only)} {row.percent:3d} %" if has_bars else f"{row.percent:3d} %"
    counts = (row.translated, row.not_published, row.fuzzy, row.untranslated)
    return (*map(str, counts), f"{row.words_translated}/{row.words}", done)


def _columns(table: Sequence[_Row]) -> list[int]:
    """How wide the columns of figures are."""
    return [max(map(len, cells)) for cells in zip(*(row.figures for row in table), strict=True)]


def _line(row: _Row, columns: Sequence[int], gap: str, *, bold: bool) -> str:
    """A row with its name to the left and its figures to the right."""
    name, room = row.name, columns[0]
    if width(name) > room:  # it keeps its indent and its beginning
        indent = len(name) - len(name.lstrip())
        name = " " * indent + ellipsized(name, room - indent)
    *figures, last = row.figures
    aligned = (figure.rjust(most) for figure, most in zip(figures, columns[1:], strict=False))
    line = " " + gap.join((name + " " * (room - width(name)), *aligned, last))
    return click.style(line, bold=True) if bold and row.is_bold else line


def bar(percent: int, *, ascii_only: bool = False) -> str:
    """A bar of ten cells.

    >>> bar(67), bar(67, ascii_only=True)
    ('██████░░░░', '######....')
    """
    full = percent * _BAR_WIDTH // 100
    return ("#" if ascii_only else "█") * full + ("." if ascii_only else "░") * (_BAR_WIDTH - full)


def _by_locale(rows: Sequence[Status]) -> dict[str, list[Status]]:
    grouped: defaultdict[str, list[Status]] = defaultdict(list)
    for row in rows:
        grouped[row.locale].append(row)
    return grouped
