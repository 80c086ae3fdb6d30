"""What a run changed, for people and for programs."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from translate_pipe.late import LateModule
from translate_pipe.report.machine import json_text
from translate_pipe.report.text import MSGID_COLUMNS, counted
from translate_pipe.report.visible import ellipsized

if TYPE_CHECKING:
    import difflib
    from collections.abc import Iterable, Mapping

    from translate_pipe import catalogue
    from translate_pipe.catalogue import MergeResult, Outcome
    from translate_pipe.project import Layout, Report
else:
    catalogue = LateModule("translate_pipe.catalogue")
    difflib = LateModule("difflib")

_MANY_CATALOGUES = 40
_MANY_ORPHANS = 5

_FATES: dict[str, str] = {
    "added": "new",
    "carried": "carried over",
    "proposed": "fuzzy",
    "revived": "revived",
    "retired": "obsolete",
    "kept": "kept",
}
"""What people read for a `Fate`, by its value. A run without merges does not import catalogues."""


def update_lines(report: Report, *, details: bool = False) -> list[str]:
    """What an update did, in a line for each catalogue that changed or, if these are very many, for each locale.

    With `details` there is always one for each catalogue, and one for each message that changed.
    """
    if not details and sum(count for count, _ in report.changes.values()) > _MANY_CATALOGUES:
        return [
            f"{locale}: {_summary(counts)}, in {counted(catalogues, 'catalogue')}"
            for locale, (catalogues, counts) in report.changes.items()
        ]
    lines = []
    for update in report.updates:
        lines.append(f"{update.file}: {_summary(update.counts)}")
        taken = update.taken  # from catalogues whose documents are gone
        if len(taken) > _MANY_ORPHANS:
            count = counted(sum(taken.values()), "translation")
            lines.append(f"  {count} taken over from {len(taken)} catalogues whose documents are gone")
        else:
            lines += (
                f"  {counted(count, 'translation')} taken over from {file}, whose document is gone"
                for file, count in taken.items()
            )
        if details:
            lines += merge_details(update.outcomes)
    return lines


def layout_lines(layout: Layout, expected: str, *, details: bool = False) -> list[str]:
    """Messages on the translations that a project has already, and on its source locale."""
    lines = []
    if layout.source_locale != expected:
        lines.append(
            f"The documents are taken for {layout.source_locale}, by their folder or the site generator; if that is "
            f"wrong, delete the configuration and name another: translate-pipe init --source-locale {expected}"
        )
    if layout.translated:
        counts = Counter(layout.translated.values())
        named = ", ".join(f"{locale} ({counts[locale]})" for locale in sorted(counts))
        found = f"{counted(len(layout.translated), 'translated document')} in {counted(len(counts), 'locale')} found"
        lines.append(f"{found}: {named}; they are left as they are.")
    if details:
        lines += (f"  {locale}: {path}" for path, locale in sorted(layout.translated.items()))
    lines += (
        f"The translations in {tag} are in a folder of another name than the one of the key output, {locale}."
        for tag, locale in layout.misnamed
    )
    return lines


def first_catalogues(report: Report) -> str:
    """The templates and catalogues of a new project, in one line.

    >>> from translate_pipe.project import Report
    >>> first_catalogues(Report(written=["locale/templates/a.pot"]))
    'Wrote 1 template and no catalogue.'
    """
    templates = sum(name.endswith(".pot") for name in report.written)
    catalogues = [f"{count} for {locale}" for locale, (count, _) in report.changes.items()]
    count = sum(count for count, _ in report.changes.values())
    named = f"{counted(count, 'catalogue')} ({', '.join(catalogues)})" if count else "no catalogue"
    return f"Wrote {counted(templates, 'template')} and {named}."


def merge_summary(result: MergeResult) -> str:
    r"""What a merge did, in one line.

    >>> from translate_pipe import merge, parse_po
    >>> merge_summary(merge(parse_po(""), parse_po('msgid "Huid"\nmsgstr ""\n')))
    '1 new'
    """
    return _summary(Counter(outcome.fate.value for outcome in result.outcomes))


def _summary(counts: Mapping[str, int]) -> str:
    named = ((counts.get(fate, 0), word) for fate, word in _FATES.items())
    return ", ".join(f"{count} {word}" for count, word in named if count) or "no messages"


def merge_details(outcomes: Iterable[Outcome]) -> list[str]:
    """What a merge did with each message that it changed, and why; edited texts as a word diff."""
    lines = []
    for outcome in outcomes:
        rule = f" ({outcome.rule})" if outcome.rule else ""
        if outcome.fate in (catalogue.Fate.CARRIED, catalogue.Fate.PROPOSED):
            old = " ".join(origin[1] for origin in outcome.origins)
            lines.append(f"  {_FATES[outcome.fate]}{rule}: {word_diff(old, outcome.key[1])}")
        elif outcome.fate is not catalogue.Fate.KEPT:
            lines.append(f"  {_FATES[outcome.fate]}{rule}: {ellipsized(outcome.key[1], MSGID_COLUMNS)}")
    return lines


def word_diff(old: str, new: str) -> str:
    """How one text became another, word by word, as git shows it.

    >>> word_diff("Neem twee pillen.", "Neem drie pillen.")
    'Neem [-twee-]{+drie+} pillen.'
    """
    marks = {"same": "{}", "gone": "[-{}-]", "come": "{{+{}+}}"}
    return "".join(marks[kind].format(text) for kind, text in word_changes(old, new))


def word_changes(old: str, new: str) -> list[tuple[str, str]]:
    """How one text became another, in pieces that are the `same`, have `gone` or have `come`.

    >>> word_changes("Neem twee pillen.", "Neem drie pillen.")
    [('same', 'Neem '), ('gone', 'twee'), ('come', 'drie'), ('same', ' pillen.')]
    """
    before, after = (re.findall(r"\s+|\w+|[^\w\s]", " ".join(text.split())) for text in (old, new))
    pieces: list[tuple[str, str]] = []
    for operation, start, end, new_start, new_end in difflib.SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        gone, come = "".join(before[start:end]), "".join(after[new_start:new_end])
        if operation == "equal":
            pieces.append(("same", gone))
        else:
            pieces += [(kind, text) for kind, text in (("gone", gone), ("come", come)) if text]
    return pieces


def merge_object(outcomes: Iterable[Outcome], *, changed: bool) -> dict[str, Any]:
    """The result of a merge as an object for JSON."""
    return {
        "changed": changed,
        "messages": [
            {
                "fate": str(outcome.fate),
                "msgctxt": outcome.key[0],
                "msgid": outcome.key[1],
                "rule": outcome.rule,
                "origins": [{"msgctxt": msgctxt, "msgid": msgid} for msgctxt, msgid in outcome.origins],
            }
            for outcome in outcomes
        ],
    }


def merge_json(result: MergeResult, *, ascii_only: bool = False) -> str:
    """The result of a merge as a JSON text."""
    return json_text(merge_object(result.outcomes, changed=result.changed), ascii_only=ascii_only)


def updates_json(report: Report, *, ascii_only: bool = False) -> str:
    """The result of an update as a JSON text: each catalogue that changed, with its messages."""
    updates = [
        {"locale": one.locale, "file": one.file, **merge_object(one.outcomes, changed=one.changed)}
        for one in report.updates
    ]
    return json_text(updates, ascii_only=ascii_only)


def summary(report: Report, *, dry_run: bool) -> str:
    """One line on what a run changed.

    >>> from translate_pipe.project import Report
    >>> summary(Report(documents=2), dry_run=False)
    'Everything is up to date (2 documents).'
    """
    documents = counted(report.documents, "document")
    if not report.changed:
        return (
            f"Nothing was written ({documents})." if report.has_findings else f"Everything is up to date ({documents})."
        )
    counts = ((report.writes, "written"), (len(report.removed), "removed"))
    done = [f"{counted(count, 'file')} {'would be ' * dry_run}{what}" for count, what in counts if count]
    return f"{', '.join(done)} ({documents})."
