"""How far each locale and document is, as a table and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from translate_pipe import locales
from translate_pipe.project.status import total
from translate_pipe.report.machine import json_text
from translate_pipe.report.visible import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from translate_pipe.project.status import Status

_BAR_WIDTH = 10
MANY_DOCUMENTS = 25
"""From this many documents on, the status table shows totals alone unless details are asked for."""


def status_objects(rows: Sequence[Status]) -> dict[str, Any]:
    """The status of every locale and document as JSON knows it."""
    return {
        "locales": {locale: _status_object(total(rows, locale)) for locale in _locales(rows)},
        "documents": [{"locale": row.locale, "document": row.document, **_status_object(row)} for row in rows],
    }


def _status_object(row: Status) -> dict[str, int]:
    return {
        "translated": row.translated,
        "fuzzy": row.fuzzy,
        "untranslated": row.untranslated,
        "words": row.words,
        "words_translated": row.words_translated,
        "percent": row.percent,
    }


def status_json(rows: Sequence[Status], *, ascii_only: bool = False) -> str:
    """The status as a JSON text."""
    return json_text(status_objects(rows), ascii_only=ascii_only)


def status_table(rows: Sequence[Status], user_locale: str, *, details: bool) -> Table:
    """The status as a table: a total for each locale and, with `details`, a row for each document."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    table.add_column("Locale", no_wrap=True)
    for heading in ("Translated", "Fuzzy", "Untranslated", "Words"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Done", no_wrap=True)
    for locale in _locales(rows):
        name = f"{locale}  {locales.display_name(locale, user_locale)}"
        table.add_row(name, *_cells(total(rows, locale)), style="bold" if details else None)
        for row in rows:
            if details and row.locale == locale:
                table.add_row(Text(f"  {safe(row.document)}"), *_cells(row))
    return table


def _cells(row: Status) -> tuple[str, ...]:
    words = f"{row.words_translated}/{row.words}"
    return str(row.translated), str(row.fuzzy), str(row.untranslated), words, f"{bar(row.percent)} {row.percent:3d} %"


def bar(percent: int) -> str:
    """A bar of ten cells.

    >>> bar(67)
    '██████░░░░'
    """
    full = percent * _BAR_WIDTH // 100
    return "█" * full + "░" * (_BAR_WIDTH - full)


def _locales(rows: Sequence[Status]) -> list[str]:
    return list(dict.fromkeys(row.locale for row in rows))
