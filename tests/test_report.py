"""The results of a run as texts, tables and JSON."""

from __future__ import annotations

import json

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate_pipe.catalogue import Fate, MergeResult, Outcome
from translate_pipe.model import Catalogue, Diagnostic, Region, Severity, Side, TextSpan
from translate_pipe.project.request import Report, Update
from translate_pipe.project.status import Status, total, word_count
from translate_pipe.report.changes import summary, update_lines
from translate_pipe.report.formats import Medium, diagnostics_text
from translate_pipe.report.status_table import Screen, bar, status_json, status_table
from translate_pipe.report.text import diagnostic_line, tally
from translate_pipe.report.visible import safe, width

MISSING = Diagnostic(
    "citation",
    Severity.ERROR,
    "² is missing",
    "de.po",
    12,
    "Echt “waar”.²\nJa.",
    "menu",
    words=("²",),
    spans=(TextSpan(12, 13, Side.MSGID),),
    region=Region(14, 9, 16, 12),
)
UNREADABLE = Diagnostic("file", Severity.WARNING, "cannot be read", "fr.po")


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (MISSING, "de.po:14:9: error: ² is missing [citation] in “Echt “waar”.² Ja.”"),
        (UNREADABLE, "fr.po: warning: cannot be read [file]"),
        (
            Diagnostic("x", Severity.INFO, "m", "a.po", 1, "woord " * 30),
            f"a.po:1: info: m [x] in “{'woord ' * 11}woo…”",
        ),
    ],
)
def test_diagnostic_is_one_line_that_begins_with_its_place(found: Diagnostic, line: str) -> None:
    assert diagnostic_line(found) == line


def test_text_format_marks_the_words_in_question() -> None:
    assert diagnostics_text([MISSING, UNREADABLE], "text").splitlines() == [
        diagnostic_line(MISSING),
        "  | Echt “waar”.²\\nJa.",
        "  |             ^",
        diagnostic_line(UNREADABLE),
    ]


def test_terminal_gets_colours_instead_of_carets() -> None:
    lines = diagnostics_text([MISSING], "text", Medium(colour=True)).splitlines()
    assert click.unstyle("\n".join(lines)).splitlines() == [diagnostic_line(MISSING), "  | Echt “waar”.²\\nJa."]
    assert click.style("²", fg="red", underline=True) in lines[1]


def test_findings_are_grouped_by_file_and_line() -> None:
    found = [Diagnostic("x", Severity.INFO, "m", file, line) for file, line in [("b", 2), ("a", 9), ("b", 1), ("a", 9)]]
    places = [line.split(": ")[0] for line in diagnostics_text(found, "text").splitlines()]
    assert places == ["b:1", "b:2", "a:9", "a:9"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b]0;title\x07", "a<U+001B>]0;title<U+0007>"),
        ("\x9b31m", "<U+009B>31m"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\u202egro\u2066.exe", "<U+202E>gro<U+2066>.exe"),
        ("a\u200bb\ufeffc\u00ad", "a<U+200B>b<U+FEFF>c<U+00AD>"),
        ("a\u2028b", "a<U+2028>b"),
        ("\udcff", "<U+DCFF>"),
        ("می\u200cخواهم 👩\u200d🔬 ❤\ufe0f x\u00a0y e\u0301", "می\u200cخواهم 👩\u200d🔬 ❤\ufe0f x\u00a0y e\u0301"),
    ],
)
def test_control_characters_are_shown_by_their_number(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize("output_format", ["text", "github", "sarif"])
@pytest.mark.parametrize("colour", [False, True])
def test_hostile_catalogue_cannot_control_the_terminal(output_format: str, *, colour: bool) -> None:
    evil = "a\x1b[2J\u202e\u200b\x07\nb"
    spans = (TextSpan(0, len(evil)), TextSpan(8, 9))
    found = Diagnostic("x", Severity.ERROR, evil, evil, 1, evil, evil, evil, (evil, "b"), spans)
    text = click.unstyle(diagnostics_text([found], output_format, Medium(colour=colour)))
    assert not set(text) & set("\x1b\u202e\u200b\x07")


@pytest.mark.parametrize(
    ("severities", "messages", "text"),
    [
        (["error"], None, "1 error in 1 file"),
        (["error"] * 1200 + ["warning"], 5123, "1,200 errors, 1 warning in 2 files (5,123 messages checked)"),
        (["info", "info"], 1, "2 info in 2 files (1 message checked)"),
        (["warning", "error", "info"], 0, "1 error, 1 warning, 1 info in 2 files (0 messages checked)"),
    ],
)
def test_last_line_counts_findings_files_and_messages(severities: list[str], messages: int | None, text: str) -> None:
    found = [Diagnostic("x", Severity(one), "m", f"{number % 2}.po") for number, one in enumerate(severities)]
    assert tally(found, messages) == text


OBJECTS = [
    {
        "file": "de.po",
        "line": 12,
        "msgid": "Echt “waar”.²\nJa.",
        "msgctxt": "menu",
        "check": "citation",
        "severity": "error",
        "message": "² is missing",
        "words": ["²"],
        "start_line": 14,
        "column": 9,
        "end_line": 16,
        "end_column": 12,
    },
    {
        "file": "fr.po",
        "line": 0,
        "msgid": "",
        "msgctxt": None,
        "check": "file",
        "severity": "warning",
        "message": "cannot be read",
        "words": [],
        "start_line": 0,
        "column": 0,
        "end_line": 0,
        "end_column": 0,
    },
]


def test_diagnostics_as_json_are_one_list() -> None:
    assert json.loads(diagnostics_text([MISSING, UNREADABLE], "json")) == OBJECTS


def test_diagnostics_as_jsonl_are_an_object_a_line() -> None:
    text = diagnostics_text([MISSING, UNREADABLE], "jsonl")
    assert [json.loads(line) for line in text.splitlines()] == OBJECTS
    assert "²" in text


@pytest.mark.parametrize(("output_format", "text"), [("text", ""), ("json", "[]\n"), ("jsonl", "")])
def test_no_diagnostics_are_an_empty_text_or_list(output_format: str, text: str) -> None:
    assert diagnostics_text([], output_format) == text


@pytest.mark.parametrize(
    ("report", "dry_run", "text"),
    [
        (Report(documents=1), False, "Everything is up to date (1 document)."),
        (Report(documents=2), True, "Everything is up to date (2 documents)."),
        (Report(writes=1, documents=2), False, "1 file written (2 documents)."),
        (Report(writes=2, removed=["c"], documents=2), False, "2 files written, 1 file removed (2 documents)."),
        (
            Report(writes=1, removed=["c"], documents=1),
            True,
            "1 file would be written, 1 file would be removed (1 document).",
        ),
        (Report(removed=["c", "d"]), False, "2 files removed (0 documents)."),
    ],
)
def test_summary_counts_changes(report: Report, text: str, *, dry_run: bool) -> None:
    assert summary(report, dry_run=dry_run) == text


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        ((1, 2, 3, 4), "de.po: 1 new, 2 revived, 3 obsolete, 4 kept"),
        ((2, 0, 0, 0), "de.po: 2 new"),
        ((0, 0, 1, 5), "de.po: 1 obsolete, 5 kept"),
        ((0, 0, 0, 0), "de.po: no messages"),
    ],
)
def test_update_is_reported_in_a_line(counts: tuple[int, int, int, int], line: str) -> None:
    fates = (Fate.ADDED, Fate.REVIVED, Fate.RETIRED, Fate.KEPT)
    outcomes = [Outcome(fate, (None, "x")) for fate, count in zip(fates, counts, strict=True) for _ in range(count)]
    result = MergeResult(Catalogue(()), tuple(outcomes), changed=True)
    assert update_lines(Report(updates=[Update.of("de", "de.po", result)])) == [line]


# Status

numbers = st.integers(0, 10**6)

ROWS = [
    Status("de", "source/nl/a.md", translated=2, fuzzy=1, untranslated=0, words=30, words_translated=20),
    Status("de", "source/nl/b.md", translated=1, fuzzy=0, untranslated=3, words=12, words_translated=2),
    Status("fr", "source/nl/a.md"),
]


def test_table_shows_each_locale_with_its_documents() -> None:
    lines = [line.split() for line in status_table(ROWS, "nl", details=True).splitlines() if line.strip()]
    assert lines[0] == ["Locale", "Translated", "Fuzzy", "Untranslated", "Words", "Done"]
    assert lines[2:] == [
        ["de", "Duits", "(Deutsch)", "3", "1", "3", "22/42", "████░░░░░░", "42", "%"],
        ["source/nl/a.md", "2", "1", "0", "20/30", "██████░░░░", "66", "%"],
        ["source/nl/b.md", "1", "0", "3", "2/12", "██░░░░░░░░", "25", "%"],
        ["fr", "Frans", "(français)", "0", "0", "0", "0/0", "██████████", "100", "%"],
        ["source/nl/a.md", "0", "0", "0", "0/0", "██████████", "100", "%"],
    ]


def test_table_without_details_shows_only_locales() -> None:
    text = status_table(ROWS, "nl", details=False)
    assert "Duits (Deutsch)" in text
    assert "source/nl" not in text


@pytest.mark.parametrize("name", ["docs/[slug]/index.md", "docs/[bold]a.md", "a[/b].md", ":smile:.md", "[link=x]y.md"])
def test_table_shows_the_name_of_a_document_unchanged(name: str) -> None:
    assert name in status_table([Status("de", name)], "nl", details=True)


names = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.mark.property
@given(st.lists(st.builds(Status, st.sampled_from(["de", "ja", "ar"]), names, numbers, numbers, numbers), min_size=1))
def test_columns_of_the_table_are_aligned(rows: list[Status]) -> None:
    _, _, rule, *lines = status_table(rows, "nl", details=True).splitlines()
    assert {width(line) for line in lines if line} == {width(rule)}


@pytest.mark.property
@given(st.lists(st.builds(Status, st.just("de"), names, numbers), min_size=1), st.integers(90, 250))
def test_table_fits_the_width_of_a_terminal(rows: list[Status], columns: int) -> None:
    lines = status_table(rows, "nl", Screen(columns), details=True).splitlines()
    assert all(width(line) < columns for line in lines)


def test_narrow_terminal_shortens_names_but_not_figures() -> None:
    rows = [Status("de", "docs/een-lange-naam/met-nog-meer.md", translated=123456, words=1234567)]
    text = status_table(rows, "nl", Screen(40), details=True)
    assert "  docs/een-lange-na…" in text
    assert [line.split()[-7:-3] for line in text.splitlines()[3:-1]] == [["123456", "0", "0", "0/1234567"]] * 2


def test_totals_are_bold_if_documents_follow() -> None:
    bold, plain = (status_table(ROWS, "nl", Screen(bold=True), details=details) for details in (True, False))
    assert [line.startswith("\x1b[1m") for line in bold.splitlines()[3:-1]] == [True, False, False, True, False]
    assert [line.startswith("\x1b[1m") for line in plain.splitlines()[3:-1]] == [False, False]


def test_terminal_without_unicode_gets_an_ascii_table() -> None:
    assert status_table(ROWS, "nl", Screen(ascii_only=True), details=False).replace("ç", "c").isascii()


def test_status_as_json_has_locales_and_documents() -> None:
    found = json.loads(status_json(ROWS))
    assert found["locales"]["de"] == {
        "translated": 3,
        "not_published": 0,
        "fuzzy": 1,
        "untranslated": 3,
        "words": 42,
        "words_translated": 22,
        "percent": 42,
    }
    assert [(row["locale"], row["document"], row["percent"]) for row in found["documents"]] == [
        ("de", "source/nl/a.md", 66),
        ("de", "source/nl/b.md", 25),
        ("fr", "source/nl/a.md", 100),
    ]


@pytest.mark.parametrize(
    ("translated", "untranslated", "percent"),
    [(0, 0, 100), (0, 1, 0), (1, 0, 100), (999, 1, 99), (1, 999, 0), (2, 1, 66)],
)
def test_only_a_finished_translation_has_100_percent(translated: int, untranslated: int, percent: int) -> None:
    assert Status("de", "", translated=translated, untranslated=untranslated).percent == percent


@pytest.mark.parametrize(("percent", "cells"), [(0, 0), (9, 0), (10, 1), (99, 9), (100, 10)])
def test_bar_is_full_only_at_the_end(percent: int, cells: int) -> None:
    assert bar(percent) == "█" * cells + "░" * (10 - cells)


def test_total_belongs_to_one_locale() -> None:
    assert total(ROWS, "de") == Status("de", "", 3, 1, 3, 42, 22)
    assert total(ROWS, "ja") == Status("ja", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Een glas *lauwe* melk.", 4),
        ("’s avonds 1,5 dl", 4),
        ("anti-stressmineraal", 1),
        ("— … 💙", 0),
        ("[magnesium](magnesium.md)", 2),
        ("Ärztin, ça va?", 3),
    ],
)
def test_words_are_counted_as_a_reader_counts_them(text: str, words: int) -> None:
    assert word_count(text) == words


@pytest.mark.property
@given(st.text(st.sampled_from("ab1_-.,' *\n"), max_size=20))
def test_words_of_ascii_are_counted_as_all_others(text: str) -> None:
    assert word_count(text) == word_count(f"{text} é") - 1


# Large projects


def test_many_updates_are_reported_by_locale() -> None:
    result = MergeResult(Catalogue(()), (Outcome(Fate.ADDED, (None, "x")), Outcome(Fate.KEPT, (None, "y"))))
    updates = [Update.of(locale, f"{locale}/{n}.po", result) for n in range(1200) for locale in ("de", "fr")]
    report = Report()
    for one in updates:
        report.add_updates([one], details=False)
    assert update_lines(report) == [f"{locale}: 1200 new, 1200 kept, in 1,200 catalogues" for locale in ("de", "fr")]
    assert len(report.updates) < len(updates)
    full = Report()
    full.add_updates(updates, details=True)
    assert len(full.updates) == len(updates)


def test_status_of_many_documents_shows_totals() -> None:
    report = Report()
    for number in range(1500):
        report.add_status([Status("de", f"{number}.md", translated=1, words=3)], details=False)
        report.add_status([Status("fr", f"{number}.md", fuzzy=2, words=3)], details=False)
    assert len(report.status) < 1500
    assert [total(report.status, locale).total for locale in ("de", "fr")] == [1500, 3000]
