"""What a run did and found, for people and for programs: texts, tables and JSON. Nothing here prints."""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from translate_pipe import locales
from translate_pipe.catalogue import Fate
from translate_pipe.project.status import total

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

    from translate_pipe.catalogue import MergeResult
    from translate_pipe.model import Diagnostic
    from translate_pipe.project.pipeline import Report
    from translate_pipe.project.status import Status

_BAR_WIDTH = 10
_MSGID_WIDTH = 70
MANY_DOCUMENTS = 25
"""From this many documents on, the status table shows totals alone unless details are asked for."""


# Diagnostics


def diagnostic_line(found: Diagnostic) -> str:
    """A diagnostic as compilers write theirs, with the beginning of the msgid where it is about a message.

    >>> from translate_pipe.model import Diagnostic, Severity
    >>> diagnostic_line(Diagnostic("citation", Severity.ERROR, "² is missing", "de.po", 12, "Echt waar.²"))
    'de.po:12: error: ² is missing [citation] in “Echt waar.²”'
    """
    place = f"{found.file}:{found.line}" if found.line else found.file
    text = f"{place}: {found.severity}: {found.message} [{found.check}]"
    return f"{text} in “{_shortened(found.msgid)}”" if found.msgid else text


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MSGID_WIDTH else line[: _MSGID_WIDTH - 1] + "…"


def diagnostic_object(found: Diagnostic) -> dict[str, Any]:
    """A diagnostic as JSON knows it."""
    return {
        "file": found.file,
        "line": found.line,
        "msgid": found.msgid,
        "msgctxt": found.msgctxt,
        "check": found.check,
        "severity": str(found.severity),
        "message": found.message,
    }


def diagnostics_text(diagnostics: Iterable[Diagnostic], output_format: str, *, ascii_only: bool = False) -> str:
    """Diagnostics in one of the formats text, json (a list) and jsonl (an object a line).

    With `ascii_only`, JSON writes all other characters as escapes, for terminals that lack them.
    """
    if output_format == "json":
        return _json([diagnostic_object(found) for found in diagnostics], ascii_only=ascii_only) + "\n"
    if output_format == "jsonl":
        return "".join(json.dumps(diagnostic_object(found), ensure_ascii=ascii_only) + "\n" for found in diagnostics)
    return "".join(diagnostic_line(found) + "\n" for found in diagnostics)


def _json(value: object, *, ascii_only: bool) -> str:
    return json.dumps(value, ensure_ascii=ascii_only, indent=2)


# What a run did

_FATES = {
    Fate.ADDED: "new",
    Fate.CARRIED: "carried over",
    Fate.PROPOSED: "fuzzy",
    Fate.REVIVED: "revived",
    Fate.RETIRED: "obsolete",
    Fate.KEPT: "kept",
}


def update_lines(report: Report, *, details: bool = False) -> list[str]:
    """What updating did, a line for each catalogue that changed and, with `details`, one for each message that did."""
    lines = []
    for update in report.updates:
        lines.append(f"{update.file}: {merge_summary(update.result)}")
        if details:
            lines += merge_details(update.result)
    return lines


def merge_summary(result: MergeResult) -> str:
    r"""What a merge did, in one line.

    >>> from translate_pipe import merge, parse_po
    >>> merge_summary(merge(parse_po(""), parse_po('msgid "Huid"\nmsgstr ""\n')))
    '1 new'
    """
    counts = ((len(result.of(fate)), word) for fate, word in _FATES.items())
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "no messages"


def merge_details(result: MergeResult) -> list[str]:
    """What a merge did with each message that it changed, and why; edited texts as a word diff."""
    lines = []
    for outcome in result.outcomes:
        rule = f" ({outcome.rule})" if outcome.rule else ""
        if outcome.fate in (Fate.CARRIED, Fate.PROPOSED):
            old = " ".join(origin[1] for origin in outcome.origins)
            lines.append(f"  {_FATES[outcome.fate]}{rule}: {word_diff(old, outcome.key[1])}")
        elif outcome.fate is not Fate.KEPT:
            lines.append(f"  {_FATES[outcome.fate]}{rule}: {_shortened(outcome.key[1])}")
    return lines


def word_diff(old: str, new: str) -> str:
    """How one text became another, word by word, as git shows it.

    >>> word_diff("Neem twee pillen.", "Neem drie pillen.")
    'Neem [-twee-]{+drie+} pillen.'
    """
    before, after = (re.findall(r"\s+|\w+|[^\w\s]", " ".join(text.split())) for text in (old, new))
    pieces = []
    for operation, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[start:end]), "".join(after[new_start:new_end])
        if operation == "equal":
            pieces.append(gone)
        else:
            pieces += [f"[-{gone}-]" * bool(gone), f"{{+{come}+}}" * bool(come)]
    return "".join(pieces)


def merge_object(result: MergeResult) -> dict[str, Any]:
    """The whole result of a merge as JSON knows it."""
    return {
        "changed": result.changed,
        "messages": [
            {
                "fate": str(outcome.fate),
                "msgctxt": outcome.key[0],
                "msgid": outcome.key[1],
                "rule": outcome.rule,
                "origins": [{"msgctxt": msgctxt, "msgid": msgid} for msgctxt, msgid in outcome.origins],
            }
            for outcome in result.outcomes
        ],
    }


def merge_json(result: MergeResult, *, ascii_only: bool = False) -> str:
    """The whole result of a merge as a JSON text."""
    return _json(merge_object(result), ascii_only=ascii_only) + "\n"


def updates_json(report: Report, *, ascii_only: bool = False) -> str:
    """The whole result of an update as a JSON text: each catalogue that changed, and its messages."""
    updates = [{"locale": one.locale, "file": one.file, **merge_object(one.result)} for one in report.updates]
    return _json(updates, ascii_only=ascii_only) + "\n"


def summary(report: Report, *, dry_run: bool) -> str:
    """One line on what a run changed.

    >>> from translate_pipe.project.pipeline import Report
    >>> summary(Report(documents=2), dry_run=False)
    'Everything is up to date (2 documents).'
    """
    documents = _counted(report.documents, "document")
    if not report.changed:
        return (
            f"Nothing was written ({documents})." if report.has_findings else f"Everything is up to date ({documents})."
        )
    counts = ((len(report.written), "written"), (len(report.removed), "removed"))
    done = [f"{_counted(count, 'file')} {'would be ' * dry_run}{what}" for count, what in counts if count]
    return f"{', '.join(done)} ({documents})."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# Status


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
    return _json(status_objects(rows), ascii_only=ascii_only) + "\n"


def status_table(rows: Sequence[Status], user_locale: str, *, details: bool) -> Table:
    """The status as a table: a total for each locale and, with `details`, a row for each document."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

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
                table.add_row(Text(f"  {row.document}"), *_cells(row))
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
