"""The excerpt below a finding: the part of the translation with the words in question, marked."""

from __future__ import annotations

import pytest

from translate_pipe.checks.helpers.finding import spans_of
from translate_pipe.model import Diagnostic, Message, Severity
from translate_pipe.report.excerpt import EXCERPT_COLUMNS, excerpt_lines
from translate_pipe.report.visible import width


def _excerpt(msgstr: str, *words: str, msgid: str = "") -> list[str]:
    spans = tuple(spans_of(words, Message(msgid, msgstr)))
    found = Diagnostic("x", Severity.ERROR, "m", "a.po", 1, msgid, None, msgstr, words, spans)
    return [line.removeprefix("  | ") for line in excerpt_lines(found)]


@pytest.mark.parametrize(
    ("msgstr", "words", "lines"),
    [
        pytest.param("Milch hilft.²", ["²"], ["Milch hilft.²", "            ^"], id="one"),
        pytest.param("Milch, Tee, Milch", ["Milch"], ["Milch, Tee, Milch", "^^^^^       ^^^^^"], id="twice"),
        pytest.param("Milch, Tee", ["Tee", "Milch"], ["Milch, Tee", "^^^^^  ^^^"], id="two words"),
        pytest.param("30 von 130", ["30"], ["30 von 130", "^^"], id="not inside another number"),
        pytest.param(
            "Schlaflabor", ["labor"], ["Schlaflabor", "      ^^^^^"], id="inside another word if nowhere else"
        ),
        pytest.param("睡眠很好", ["很好"], ["睡眠很好", "    ^^^^"], id="wide characters"),
        pytest.param("e\u0301te\u0301 dort", ["dort"], ["e\u0301te\u0301 dort", "    ^^^^"], id="combining characters"),
        pytest.param(
            "👩\u200d🔬 forscht", ["forscht"], ["👩\u200d🔬 forscht", "   ^^^^^^^"], id="emoji of several characters"
        ),
        pytest.param("a\u202eb", ["\u202e"], ["a<U+202E>b", " ^^^^^^^^"], id="direction"),
        pytest.param("x\u200by z", ["z"], ["x<U+200B>y z", "           ^"], id="behind an invisible character"),
        pytest.param("Was\u00a0?", ["\u00a0?"], ["Was<U+00A0>?", "   ^^^^^^^^^"], id="blank that looks like another"),
        pytest.param("m\u200ce", ["\u200c"], ["m<U+200C>e", " ^^^^^^^^"], id="joiner"),
        pytest.param("a\nb", ["b"], ["a\\nb", "   ^"], id="line break"),
        pytest.param("Milch", ["Tee"], [], id="not there"),
        pytest.param("Milch", [""], [], id="empty"),
        pytest.param("Milch", [], [], id="none"),
    ],
)
def test_words_are_marked_where_readers_see_them(msgstr: str, words: list[str], lines: list[str]) -> None:
    assert _excerpt(msgstr, *words) == lines


def test_words_missing_in_the_translation_are_marked_in_the_source() -> None:
    assert _excerpt("Milch hilft.", "²", msgid="Melk helpt.²") == ["Melk helpt.²", "           ^"]


def test_right_to_left_text_has_marks_beside_the_word() -> None:
    assert _excerpt("نم جيدا [^1]", "[^1]") == ["نم جيدا ⟦[^1]⟧"]


@pytest.mark.parametrize("letter", ["a", "é", "漢", "e\u0301"])
@pytest.mark.parametrize(
    ("before", "after"), [(0, 0), (200, 0), (0, 200), (200, 200), (5, 90), (90, 5), (64, 0), (65, 0)]
)
def test_long_text_is_cut_around_the_word(letter: str, before: int, after: int) -> None:
    text, marks = _excerpt(f"{letter * before}[^12]{letter * after}", "[^12]")
    assert "[^12]" in text
    assert width(text) <= EXCERPT_COLUMNS
    assert width(text.partition("[")[0]) == marks.index("^")
    assert marks.count("^") == 5
    whole = width(letter) * (before + after) + 5
    assert ("…" in text) == (whole > EXCERPT_COLUMNS)
    assert whole <= EXCERPT_COLUMNS or width(text) >= EXCERPT_COLUMNS - 3


def test_endless_combining_marks_are_cut() -> None:
    (line, _) = _excerpt("a" + "\u0301" * 100_000 + " Milch", "a\u0301")
    assert len(line) < 10 * EXCERPT_COLUMNS
