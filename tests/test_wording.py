"""What a translator reads: one line for each cause, in words that say what to change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from project_helpers import run

from translate_pipe.catalogue import parse_po
from translate_pipe.checks import check
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.report.causes import causes
from translate_pipe.report.text import check_table

if TYPE_CHECKING:
    from pathlib import Path


def messages_about(msgid: str, msgstr: str, name: str) -> list[str]:
    po = f"msgid {json.dumps(msgid)}\nmsgstr {json.dumps(msgstr, ensure_ascii=False)}\n"
    return [found.message for found in check(parse_po(po), source_locale="en", locale="de") if found.check == name]


@pytest.mark.parametrize(
    ("name", "msgid", "msgstr", "text"),
    [
        (
            "html-tag",
            "The type `Arc<T>` counts.",
            "Der Typ Arc<T> zählt.",
            "the tag <T> is not in the source; if it is code, put ` before and after it",
        ),
        (
            "html-tag",
            "A `Box<dyn Pet>` barks.",
            "Eine Box<dyn Pet> bellt.",
            "the tag <dyn Pet> is not in the source; if it is code, put ` before and after it",
        ),
        ("html-tag", "A <b>cat</b>.", "Eine Katze.", "the tags <b>…</b> of the source are missing"),
        ("html-tag", "Hello.", "<u>Hallo</u>.", "the tags <u>…</u> are not in the source"),
        ("html-tag", "Press <kbd>Esc</kbd>.", "<var>Esc</var> drücken.", "the tag <var> is <kbd> in the source"),
        ("html-tag", "A <b>cat</b>.", "Eine <b>Katze.", "the tag </b> of the source is missing"),
        ("citation", "Sleep [12].", "Schlaf [13].", "the citation [13] is [12] in the source"),
        ("citation", "Sleep [12].", "Schlaf.", "the citation [12] of the source is missing"),
        (
            "link",
            "[Beds](https://a.example/b).",
            r"\[Betten\]\[3\].",
            "the link to https://a.example/b is broken: a backslash is before a bracket",
        ),
        (
            "link",
            "[Beds](https://a.example/b).",
            "[Betten][3].",
            "the link leads to 3; in the source it is https://a.example/b",
        ),
        (
            "link",
            "[Beds](https://docs.example.org/beds/).",
            "[Betten](https://docs. example.org/beds/).",
            "the link to https://docs.example.org/beds/ is broken: a blank is inside its address",
        ),
        ("image", "Hello.", '<iframe src="https://evil.example"></iframe> Hallo.', "the image to https://evil.example"),
        (
            "emphasis-broken",
            "**Sleep.** Then wake.",
            "**Schlafe.**Dann wach auf.",
            "** is in the text and marks nothing: write a blank between ** and D, or put . after **",
        ),
        (
            "emphasis-broken",
            "Say **(so)** now.",
            "Sag**(so)** jetzt.",
            "** is in the text and marks nothing: write a blank between g and **, or put ( before **",
        ),
        (
            "emphasis-broken",
            "Very **good** so.",
            "Sehr ** gut ** so.",
            "** is in the text and marks nothing: put it directly before and after the words, without blanks",
        ),
        (
            "emphasis-lost",
            "Sleep **very well** now.",
            "Schlaf sehr gut.",
            "strong emphasis of the source is missing: very well",
        ),
        ("emphasis-lost", "*So* and *so*.", "Das und das.", "emphasis of the source is missing: So, so"),
        ("emphasis-lost", "*So* and *so*.", "*Das* und das.", "emphasis of the source is missing"),
        ("bidi", "Sleep well.", "Schlaf \u202egut.", "U+202E RIGHT-TO-LEFT OVERRIDE turns the text around"),
        (
            "invisible-character",
            "Sleep well and long.",
            "Sch\u200blaf gut und la\u200bng.",
            "an invisible character, U+200B ZERO WIDTH SPACE",
        ),
        ("html-unsafe", "Sleep `well`.", "Schlaf <!-- `gut`.", "a comment that the source does not have: <!-- "),
    ],
)
def test_one_cause_is_one_finding_that_says_what_to_change(name: str, msgid: str, msgstr: str, text: str) -> None:
    (message,) = messages_about(msgid, msgstr, name)
    assert message.startswith(text)


HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: de\\n"\n\n'
ENTRIES = (
    'msgid "Sleep [well](https://a.example/bed) (1)."\nmsgstr "Schlaf [gut](https://a.example/b\u200bed) (1)."\n\n'
    'msgid "Say so!"\nmsgstr "Sag so."\n\n'
    'msgid "Milk [2]."\nmsgstr "Milch [3]."\n\n'
    'msgid "Wake up."\nmsgstr "Wach  auf."\n'
)


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "de.po").write_text(HEADER + ENTRIES, encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("catalogue")
def test_text_names_what_may_follow_from_another_finding_in_its_line() -> None:
    lines = [line for line in run("check", "de.po").stdout.splitlines() if not line.startswith("  |")]
    assert [line.partition("[")[2].partition("]")[0] for line in lines if "a.example" not in line] == ["3"]
    (unreadable,) = (line for line in lines if "[invisible-character]" in line)
    assert unreadable.endswith("; perhaps also why: link")
    assert "link leads to" not in "".join(lines)


@pytest.mark.usefixtures("catalogue")
def test_details_show_each_finding() -> None:
    shown = run("check", "-v", "de.po").stdout
    assert "perhaps also why" not in shown
    assert "the link leads to" in shown
    assert "[invisible-character]" in shown


@pytest.mark.usefixtures("catalogue")
def test_errors_come_first_in_each_file() -> None:
    lines = [line.split(": ")[1] for line in run("check", "-v", "de.po").stdout.splitlines() if line[0] != " "]
    assert lines == sorted(lines, key=["error", "warning", "info"].index)
    assert len(set(lines)) == 2


@pytest.mark.parametrize(
    ("arguments", "is_shown"),
    [
        ((), False),
        (("-v",), True),
        (("--fail-on", "info"), True),
        (("--select", "doubled-blank"), True),
        (("--format", "github"), True),
    ],
)
@pytest.mark.usefixtures("catalogue")
def test_infos_are_counted_and_shown_when_asked_for(arguments: tuple[str, ...], *, is_shown: bool) -> None:
    outcome = run("check", *arguments, "de.po")
    assert ("doubled-blank" in outcome.stdout) is is_shown
    assert "info in 1 file" in outcome.stderr
    assert ("; -v shows the infos" in outcome.stderr) is not is_shown


def test_many_findings_are_summed_up_by_check() -> None:
    found = [Diagnostic(name, Severity.WARNING, "", "de.po") for name in ["name", "code", "name"] * 10]
    assert check_table(found) == ["  20  warning  name", "  10  warning  code"]
    assert check_table(found[:5]) == []


@pytest.mark.parametrize(
    ("checks", "shown"),
    [
        (["link", "lengthened"], ["link"]),
        (["lengthened", "code"], ["lengthened", "code"]),
        (["mojibake", "citation", "number", "mojibake"], ["mojibake", "mojibake"]),
        (["code", "code-broken", "link"], ["code-broken", "link"]),
        (["repeated"], ["repeated"]),
    ],
)
def test_what_follows_from_a_cause(checks: list[str], shown: list[str]) -> None:
    errors = {"link", "code-broken", "citation"}
    found = [
        Diagnostic(name, Severity.ERROR if name in errors else Severity.WARNING, "", "de.po", 3, "Sleep.")
        for name in checks
    ]
    assert [one.cause.check for one in causes(found)] == shown


def test_findings_of_different_messages_are_kept_apart() -> None:
    found = [
        Diagnostic(name, Severity.ERROR, "", "de.po", line, "Sleep.")
        for line, name in enumerate(["code-broken", "code"], start=1)
    ]
    assert [one.cause.check for one in causes(found)] == ["code-broken", "code"]
