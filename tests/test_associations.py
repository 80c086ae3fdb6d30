"""What a catalogue teaches about its words, and the translations of other messages that it shows."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from effort import assert_linear

from translate_pipe.checks import check
from translate_pipe.checks.helpers.associations import Associations
from translate_pipe.model import Catalogue, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

# The letters of made-up words, how many each has, and what is between words.
LANGUAGES = {
    "en": ("abcdefghijklmnoprstuw", 6, " "),
    "de": ("abcdefghijklmnoprstuwäöü", 8, " "),
    "uk": ("абвгґдеєжзиіїклмнопрстух", 7, " "),
    "ar": ("ابتثجحخدذرزسشصضطعغفقكلمن", 5, " "),
    "ja": ("日月火水木金土山川田人口車門目耳手足力刀弓矢貝石竹糸米花草虫鳥魚犬馬牛羊", 2, ""),
    "th": ("กขคงจชซญดตถทธนบปผฝพฟมยรลวสหอ", 4, ""),
    "ko": ("가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주추쿠투푸후", 3, " "),
    "hi": ("कखगघचछजझटठडढतथदधनपफबभमयरलवशसह", 5, " "),
}
SIZE = 240


def sentences(locale: str) -> list[str]:
    """The same sentences in each language, of words that are chosen at random."""
    letters, length, gap = LANGUAGES[locale]
    chance = random.Random(7)  # noqa: S311  # the same in each run
    chosen = [chance.sample(range(80), 6) for _ in range(SIZE)]
    chance.seed(locale)
    words = ["".join(chance.sample(letters, length)) for _ in range(80)]
    return [gap.join(words[at] for at in one) for one in chosen]


def catalogue(source: str, target: str, size: int = SIZE) -> list[Message]:
    return [Message(*pair) for pair in zip(sentences(source)[:size], sentences(target)[:size], strict=True)]


def found_in(messages: Sequence[Message], source: str = "en", locale: str = "de") -> list[str]:
    """The msgids with the finding, in their order."""
    found = check(Catalogue(tuple(messages)), source_locale=source, locale=locale)
    return [one.msgid for one in found if one.check == "other-message"]


PAIRS = [("en", locale) for locale in LANGUAGES if locale != "en"] + [("ja", "en"), ("ko", "uk"), ("ar", "th")]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_translations_in_each_other_s_places_are_found(source: str, target: str) -> None:
    messages = catalogue(source, target)
    assert found_in(messages, source, target) == []
    one, other = 40, 200
    texts = messages[one].msgid, messages[other].msgid
    messages[one] = Message(texts[0], sentences(target)[other])
    messages[other] = Message(texts[1], sentences(target)[one])
    assert found_in(messages, source, target) == list(texts)


def test_finding_names_words_of_the_source() -> None:
    messages = catalogue("en", "de")
    messages[3] = Message(messages[3].msgid, sentences("de")[92])
    found = next(
        one
        for one in check(Catalogue(tuple(messages)), source_locale="en", locale="de")
        if one.check == "other-message"
    )
    assert found.words
    assert set(found.words) <= set(messages[3].msgid.split())


def test_order_of_messages_does_not_matter() -> None:
    messages = [*catalogue("en", "de")[:220], *(Message(one, sentences("de")[7]) for one in sentences("en")[220:])]
    found = found_in(messages)
    random.Random(5).shuffle(messages)  # noqa: S311  # the same in each run
    assert sorted(found) == sorted(found_in(messages))
    assert found


def test_small_catalogue_knows_nothing() -> None:
    messages = catalogue("en", "de", 100)
    messages[3] = Message(messages[3].msgid, sentences("de")[92])
    assert found_in(messages) == []


def test_text_with_marks_is_left_to_their_checks() -> None:
    messages = catalogue("en", "de")
    messages[3] = Message(f"`a` {messages[3].msgid}", f"`a` {sentences('de')[91]}")
    assert found_in(messages) == []


def test_untranslated_and_unknown_texts_have_no_finding() -> None:
    messages = catalogue("en", "de")
    for msgid, msgstr in [
        (messages[3].msgid, messages[3].msgid),
        ("Quite unlike everything else here", "Ganz anders als alles sonst"),
        ("Unlike", "Anders"),
    ]:
        assert found_in([*messages[4:], Message(msgid, msgstr)]) == []


def test_words_are_learnt_from_many_messages_in_linear_time() -> None:
    def learn(size: int) -> None:
        texts = [
            (f"{number % 977} woord{number} slaap", f"Wort{number} Schlaf {number % 977}") for number in range(size)
        ]
        known = Associations(texts)
        for msgid, msgstr in texts:
            known.unrelated(msgid, msgstr)

    assert_linear(lambda size: lambda: learn(size))


def test_long_message_is_looked_at_in_linear_time() -> None:
    pairs = [(one.msgid, one.msgstr) for one in catalogue("en", "de")]
    known = Associations(pairs)
    msgid, msgstr = (" ".join(side) for side in zip(*pairs, strict=True))
    assert_linear(lambda size: lambda: known.unrelated(msgid * size, msgstr * size), 1)
