"""Changes of a source text that its translation survives without a review."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures import Fixture, read_fixtures
from hypothesis import given
from hypothesis import strategies as st

from translate_pipe.catalogue.form import carry, form_of

FIXTURES = read_fixtures(Path(__file__).parent / "data" / "carry.txt")

_WORDS = st.lists(st.sampled_from(["een", "*twee*", "**drie**", "[vier](/u)", "vijf[^1]", "waar¹", "`zeven`", '"acht"', "&amp;", "31 %", "niet"]), min_size=1, max_size=8)  # fmt: skip


@pytest.mark.parametrize("fixture", FIXTURES, ids=[one.title for one in FIXTURES])
def test_carry(fixture: Fixture) -> None:
    old, new, msgstr = fixture.text.replace("\\n", "\0").splitlines()
    carried = carry(old.replace("\0", "\n"), new.replace("\0", "\n"), msgstr)
    shown = f"{carried.msgstr} | {', '.join(carried.rules)}" if carried else "FUZZY"
    assert [shown] == fixture.expected


def test_hard_line_break_is_not_white_space() -> None:
    assert carry("een twee", "een\ntwee", "eins zwei", hard_breaks=True) is None
    assert carry("een twee", "een\ntwee", "eins zwei") is not None


@pytest.mark.property
@given(_WORDS, st.data())
def test_form_ignores_the_style_of_writing(words: list[str], data: st.DataObject) -> None:
    blanks = st.sampled_from([" ", "  ", "\n", "\u00a0"])
    other = "".join(word + data.draw(blanks) for word in words).strip()
    other = other.replace("*twee*", "_twee_").replace("**drie**", "__drie__").replace("&amp;", "&#38;")
    other = other.replace('"acht"', "“acht”")
    assert form_of(other) == form_of(" ".join(words))


@pytest.mark.property
@given(_WORDS, st.integers(0, 7), st.sampled_from(["niet", "geen", "32", "nooit", "`code`", "*nadruk*", "!"]))
def test_added_word_is_never_carried(words: list[str], place: int, word: str) -> None:
    text = " ".join(words)
    longer = " ".join([*words[:place], word, *words[place:]])
    assert carry(text, longer, text) is None
    assert carry(longer, text, longer) is None


@pytest.mark.property
@given(_WORDS)
def test_parts_are_replaced_and_nothing_else(words: list[str]) -> None:
    text = " ".join(words)
    changed = text.replace("/u", "/v").replace("[^1]", "[^2]").replace("¹", "²")
    carried = carry(text, changed, text)
    assert carried is not None
    assert carried.msgstr == changed
