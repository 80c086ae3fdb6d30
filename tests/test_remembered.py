"""A check that remembers an earlier one finds what a first check finds, and checks what a change concerns."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate_pipe.catalogue import parse_po, serialize_po
from translate_pipe.checks import CHECKS, Check, check
from translate_pipe.checks.helpers import associations
from translate_pipe.checks.helpers.finding import Finding
from translate_pipe.checks.helpers.remembered import Remembered
from translate_pipe.checks.helpers.topics import Occurrences, Site, Topic
from translate_pipe.model import Catalogue, Message, Severity, Syntax

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator

    from translate_pipe.checks.helpers.pair import Pair
    from translate_pipe.checks.helpers.topics import SiteOf
    from translate_pipe.model import Diagnostic

_SITE = Site(("jekyll",))


class _Earlier:
    """Checks catalogues one after the other, each with what the one before has kept."""

    def __init__(self, checks: tuple[Check, ...] = CHECKS) -> None:
        self._checks = checks
        self.kept: dict[str, str] = {}
        self.checked: list[str] = []
        self.key = "key"

    def check(
        self,
        catalogue: Catalogue,
        checks: tuple[Check, ...] = (),
        **options: Any,  # those of `check`
    ) -> list[Diagnostic]:
        """The findings; `checked` then has the msgids of the messages that were checked."""
        self.checked = []
        wanted = tuple(replace(one, find=self._noting(one)) for one in checks or self._checks)
        names = [one.name for one in wanted]
        remembered = Remembered(
            self.key, names, lambda parts: {part: self.kept[part] for part in parts if part in self.kept}
        )
        found = _found(catalogue, wanted, remembered=remembered, **options)
        self.kept |= remembered.changes
        return found

    def _noting(self, one: Check) -> Callable[[Pair], Iterable[Finding]]:
        def find(pair: Pair) -> Iterable[Finding]:
            if pair.message.msgid not in self.checked:
                self.checked.append(pair.message.msgid)
            return one.find(pair)

        return find


def _found(catalogue: Catalogue, checks: tuple[Check, ...] = CHECKS, **options: Any) -> list[Diagnostic]:
    options = {"source_locale": "nl", "locale": "de", "site": lambda _: _SITE, **options}
    return list(check(catalogue, "de.po", checks=checks, **options))


def _read(messages: Iterable[Message]) -> Catalogue:
    """A catalogue as it is read from a file, with each msgid once."""
    unique = {message.key: replace(message, raw="") for message in messages}
    return parse_po(serialize_po(Catalogue(tuple(unique.values()))))


# Edits that change the findings in another message


def _messages(*texts: tuple[str, str]) -> tuple[Message, ...]:
    return tuple(Message(msgid, msgstr) for msgid, msgstr in texts)


def _many(count: int, msgid: str, msgstr: str) -> tuple[Message, ...]:
    """Messages that differ by a number."""
    return tuple(Message(f"{msgid} {nth}", f"{msgstr} {nth}") for nth in range(count))


_LONG = "Deze tekst is lang genoeg om zijn lengte te meten, vindt men"
_LONG_TARGET = "Dieser Text ist lang genug um seine Länge zu messen, meint man"
_FILLED = _many(30, "Een gewone tekst", "Ein gewöhnlicher Text")
_RENAMED = _many(20, "Wie Rust kent", "Wer Rust kennt")
_CHANGES: dict[str, tuple[Message, tuple[Message, ...], tuple[Message, ...]]] = {
    "a name that others keep": (
        Message("Wie Rust leert", "Wer das lernt"),
        _many(6, "Wie Rust kent", "Wer Rust kennt"),
        (*_many(5, "Wie Rust kent", "Wer Rust kennt"), Message("Wie Rust kent 5", "Wer es kennt")),
    ),
    "a word that is no name": (
        Message("Wie Rust leert", "Wer das lernt"),
        (*_FILLED, *_many(6, "Wie Rust kent", "Wer Rust kennt")),
        (*_FILLED, *_many(6, "Wie Rust kent", "Wer Rust kennt"), *_many(7, "Neem rust", "Ruhe")),
    ),
    "a name with letters in another order": (
        Message("Wie Rust leert", "Wer Rsut lernt"),
        (*_FILLED, Message("Neem water", "Wasser")),
        (*_FILLED, Message("Neem rust", "Ruhe")),
    ),
    "a name in another script": (
        Message("Wie Rust leert", "Wer 녹쇠물는 lernt"),
        (*_RENAMED, Message("Heeft Rust iets", "Hat das was")),
        (*_RENAMED, Message("Heeft Rust iets", "Hat 녹쇠물에서 was")),
    ),
    "a usual length": (
        Message(_LONG, "Dieser Text"),
        _many(2, _LONG, _LONG_TARGET),
        _many(4, _LONG, _LONG_TARGET),
    ),
    "other usual lengths": (
        Message(_LONG, _LONG_TARGET[:30]),
        (*_many(20, _LONG, _LONG_TARGET), *_many(20, f"{_LONG} x", f"{_LONG_TARGET}{_LONG_TARGET[:12]}")),
        (*_many(20, _LONG, _LONG_TARGET), *_many(24, f"{_LONG} x", f"{_LONG_TARGET}{_LONG_TARGET[:12]}")),
    ),
    "a repeated translation": (
        Message("Een boek over slapen", _LONG_TARGET),
        (*_FILLED, Message("Hoe men wandelt", "Noch ein Text")),
        (*_FILLED, Message("Hoe men wandelt", _LONG_TARGET)),
    ),
    "another text with a repeated translation": (
        Message("Een boek over slapen", _LONG_TARGET),
        (*_FILLED, Message("Hoe men wandelt", _LONG_TARGET)),
        (*_FILLED, Message("Waarom honden blaffen", _LONG_TARGET)),
    ),
    "a word that others keep": (
        Message("Fizz buzz", "Fizz buzz"),
        (*_FILLED, *_messages(("Met fizz", "Mit x"), ("Een fizz", "Ein x"), ("Geen fizz", "Kein x"))),
        (*_FILLED, *_messages(("Met fizz", "Mit fizz"), ("Een fizz", "Ein fizz"), ("Geen fizz", "Kein fizz"))),
    ),
    "code that others leave": (
        Message("// neem vier pillen", "// neem vier pillen"),
        (*_FILLED, *_many(9, "// goed slapen", "// gut schlafen")),
        (*_FILLED, *(Message(f"// goed slapen {nth}", f"// goed slapen {nth}") for nth in range(9))),
    ),
    "the text of a link": (
        Message("Zie [slaap](a.md) en [waken](b.md)", "Siehe [Schlaf](b.md) und [Wachen](a.md)"),
        _FILLED,
        (
            *_FILLED,
            *_messages(("Bij [slaap](c.md)", "Bei [Schlaf](c.md)"), ("Bij [waken](d.md)", "Bei [Wachen](d.md)")),
        ),
    ),
    "a heading": (
        Message("Zie [hier](#kop).", "Siehe [hier](#titel)."),
        (*_FILLED, Message("Kop", "Titel")),
        (*_FILLED, Message("Kop", "Kopf")),
    ),
    "a token that has moved": (
        Message("Versie", "Version {{ site.versie }}"),
        (*_FILLED, Message("Nummer {{ site.versie }}", "Nummer {{ site.versie }}")),
        (*_FILLED, Message("Nummer {{ site.versie }}", "Nummer")),
    ),
}


@pytest.mark.parametrize("is_back", [False, True], ids=["", "back"])
@pytest.mark.parametrize("name", _CHANGES)
def test_message_is_checked_again_for_what_it_asked(name: str, *, is_back: bool) -> None:
    message, *others = _CHANGES[name]
    before, after = (_read((*some, message)) for some in (reversed(others) if is_back else others))
    earlier = _Earlier()
    was, now = _found(before), _found(after)
    of_message = [[one.message for one in some if one.msgid == message.msgid] for some in (was, now)]
    assert of_message[0] != of_message[1], "the edit changes nothing"
    assert earlier.check(before) == was
    assert earlier.check(after) == now
    assert earlier.check(after) == now


def test_links_are_checked_again_if_other_documents_may_have_changed() -> None:
    catalogue = _read([*_FILLED, Message("Zie [hier](a.md#kop).", "Siehe [hier](a.md#titel).")])
    earlier = _Earlier()
    for reached in (True, False, True):
        assert bool(earlier.check(catalogue, reaches=lambda *_, reached=reached: reached)) is not reached
        assert earlier.checked in ([one.msgid for one in catalogue.messages], ["Zie [hier](a.md#kop)."])


@pytest.mark.parametrize(
    "edit",
    [
        {"flags": ()},
        {"translator_comments": ("translate-pipe: ignore number",), "flags": ()},
        {"extracted_comments": ("Code comment python",)},
        {"msgstr": "Nimm vier Pillen.", "flags": ()},
    ],
    ids=["flag", "comment", "kind", "translation"],
)
def test_message_is_checked_again_after_any_change_of_its_own(edit: dict[str, Any]) -> None:
    message = Message("Neem *3* pillen.", "Nimm 4 Pillen.", flags=("ignore-number",))
    before, after = (_read((*_FILLED, one)) for one in (message, replace(message, **edit)))
    earlier = _Earlier()
    assert earlier.check(before) == _found(before)
    assert earlier.check(after) == _found(after)
    assert earlier.checked == [message.msgid]


def test_message_that_becomes_plain_text_is_checked_again() -> None:
    catalogue = _read((*_FILLED, Message("Neem *drie* pillen.", "Nimm drei Pillen.")))
    earlier = _Earlier()
    for syntax in (Syntax.MARKDOWN, Syntax.PLAIN):
        options: dict[str, Any] = {"syntaxes": {(None, "Neem *drie* pillen."): syntax}}
        assert earlier.check(catalogue, **options) == _found(catalogue, **options)


def test_nothing_is_checked_again_without_a_change() -> None:
    catalogue = _read((*_FILLED, Message("Neem 3 pillen.", "Nimm 4 Pillen.")))
    earlier = _Earlier()
    found = earlier.check(catalogue)
    assert [one.check for one in found] == ["number"]
    kept = dict(earlier.kept)
    moved = parse_po("\n\n" + serialize_po(catalogue))
    assert [one.line for one in earlier.check(moved)] == [one.line + 2 for one in found]
    assert (earlier.checked, earlier.kept) == ([], kept)


def test_fewer_checks_use_what_more_of_them_have_found() -> None:
    some = tuple(one for one in CHECKS if one.name not in ("number", "name"))
    others = (*_FILLED, Message("Neem 3 pillen.", "Nimm 4 Pillen."))
    catalogue = _read((*others, Message("Neem 3 *pillen*.", "Nimm 4 Pillen.", flags=("ignore-name",))))
    earlier = _Earlier()
    assert earlier.check(catalogue) == _found(catalogue)
    kept = dict(earlier.kept)
    assert earlier.check(catalogue, some) == _found(catalogue, some)
    assert earlier.checked == ["Neem 3 *pillen*."]  # what opts out of a check that does not run is no finding
    assert earlier.kept == kept
    assert earlier.check(catalogue, (*CHECKS, _SHOUTED)) == _found(catalogue, (*CHECKS, _SHOUTED))


@pytest.mark.parametrize("damage", ["", "x", "key", "{}\n{}"])
@pytest.mark.parametrize("part", ["index", "topic names", "texts"])
def test_damaged_state_only_costs_time(part: str, damage: str) -> None:
    before, after = (_read((*_FILLED, Message("Wie Rust leert", text))) for text in ("Wer Rust lernt", "Wer 3 lernt"))
    earlier = _Earlier()
    earlier.check(before)
    earlier.kept |= {name: damage for name in earlier.kept if name.startswith(part)}
    assert earlier.check(after) == _found(after)
    assert earlier.check(before) == _found(before)


def test_messages_without_their_lines_are_always_checked() -> None:
    catalogue = Catalogue((Message("Neem 3 pillen.", "Nimm 4 Pillen."), Message("Slaap", "Schlaf")))
    earlier = _Earlier()
    for _ in range(2):
        assert [one.check for one in earlier.check(catalogue)] == ["number"]
        assert earlier.checked == ["Neem 3 pillen.", "Slaap"]
    assert not earlier.kept


# Checks of others


class _Shouts(Occurrences):
    """The words in capitals."""

    def learn(self, message: Message, site: SiteOf) -> list[str]:  # noqa: ARG002
        return [word for word in message.msgstr.split() if word.isupper()]


class _Partners(Topic):
    """With which words of translations each word of the sources occurs: what a model of word pairs learns."""

    def learn(self, message: Message, site: SiteOf) -> list[str]:  # noqa: ARG002
        words, others = message.msgid.split(), message.msgstr.split()
        return [*words, *(f"{one} {other}" for one in words for other in others)]

    def changed(self, before: Counter[str], after: Counter[str], marks: Iterable[str]) -> Iterator[str]:
        for word in {mark.split()[0] for mark in marks}:
            if _partners(before, word) != _partners(after, word):
                yield word


def _partners(counts: Counter[str], word: str) -> list[str]:
    pairs = (key.split() for key in counts if key.startswith(f"{word} "))
    return sorted(other for _, other in pairs if 2 * counts[f"{word} {other}"] > counts[word])


_SHOUTS, _PARTNERS = _Shouts("shouts"), _Partners("partners")


def _shouted(pair: Pair) -> Iterator[Finding]:
    for word in pair.translation.words:
        if not word.isupper() and word.upper() in pair.context.ask(_SHOUTS, word.upper()):
            yield Finding(f"{word} is shouted elsewhere", (word,))


def _strange(pair: Pair) -> Iterator[Finding]:
    for word in pair.message.msgid.split():
        usual = _partners(pair.context.ask(_PARTNERS, word), word)
        if usual and not set(usual) & set(pair.message.msgstr.split()):
            yield Finding(f"{word} is usually {usual[0]}", (word,))


def _first(pair: Pair) -> Iterator[Finding]:
    if pair.message.msgstr != pair.context.messages[0].msgstr:
        yield Finding(f"not as in {pair.context.messages[0].msgstr}")


_SHOUTED = Check("shouted", Severity.WARNING, _shouted, asks=(_SHOUTS,))
_OF_OTHERS = (
    _SHOUTED,
    Check("strange", Severity.WARNING, _strange, asks=(_PARTNERS,)),
    Check("first", Severity.WARNING, _first),
    replace(_SHOUTED, name="undeclared", asks=()),
)


@pytest.mark.parametrize("one", _OF_OTHERS, ids=lambda one: one.name)
def test_checks_of_plugins_ask_topics_of_their_own(one: Check) -> None:
    words = ("ja", "nee", "wel", "niet")
    messages = [Message(f"{word} {nth}", f"{word.title()} {nth}") for word in words for nth in range(8)]
    earlier = _Earlier((one,))
    for msgstr in ("JA 3", "JA 3", "Ja 3", "NEE wel"):
        messages[3] = Message(messages[3].msgid, msgstr)
        catalogue = _read(messages)
        assert earlier.check(catalogue) == _found(catalogue, (one,))


# Any edits

_SOURCES = (
    "De taal Rust is snel {n}.",
    "Wie de Rust leert, is blij {n}",
    "In rust {n} slapen.",
    "Het project van Mozilla en Rust {n}",
    "Zie [daar](#kop) {n}",
    "Zie [hier](a.md) en [daar](b.md) {n}",
    "Lees [deel een](a.md#kop) of [deel twee](b.md) {n}.",
    "Kop {n}",
    "Titel",
    "Versie {{ site.versie }} van nummer {n}",
    "Deze tekst is zo lang dat zijn lengte een maat is voor andere teksten {n}.",
    "Nog een tekst die lang genoeg is. Hij heeft twee zinnen en nummer {n}.",
    "Neem 3 pillen met water, nummer {n}, en slaap daarna goed uit.",
    "# Code {n}",
)
_TARGETS = (
    "Die Sprache Rust ist schnell {n}.",
    "Die Sprache Rast ist schnell {n}.",
    "Die Sprache ist schnell {n}.",
    "Wer Ruhe lernt, ist froh {n}",
    "Das Projekt von Mozilla und Rust {n}",
    "Siehe [dort](#titel) {n}",
    "Siehe [dort](#kop) {n}",
    "Siehe [hier](a.md) und [dort](b.md) {n}",
    "Siehe [dort](a.md) und [hier](b.md) {n}",
    "Lies [Teil eins](a.md#titel) oder [Teil zwei](b.md) {n}.",
    "Titel",
    "Kopf {n}",
    "Version {{ site.versie }} von Nummer {n}",
    "Version {{ site.geheim }} von Nummer {n}",
    "Dieser lange Text ist so lang, dass ihn mehrere Meldungen haben.",
    "Kurz {n}.",
    "Nimm 4 Pillen mit Wasser, Nummer {n}, und schlaf danach gut aus.",
    "# Code {n}",
    " ",
)
_EXTRA: tuple[dict[str, Any], ...] = (
    {},
    {},
    {},
    {},
    {"flags": ("ignore-number",)},
    {"flags": ("fuzzy",)},
    {"translator_comments": ("translate-pipe: ignore name, shortened",)},
    {"extracted_comments": ("Front matter title",)},
    {"extracted_comments": ("Code comment python",)},
    {"msgctxt": "elsewhere"},
)
_REACHED = ("#kop", "#titel", "a.md#titel")


def _some_message(random: Random) -> Message:
    number = str(random.randrange(12))
    msgid, msgstr = (random.choice(texts).replace("{n}", number) for texts in (_SOURCES, _TARGETS))
    if random.random() < 0.5:  # one that belongs to the source
        at = random.randrange(len(_SOURCES))
        msgid = _SOURCES[at].replace("{n}", number)
        msgstr = random.choice((_TARGETS[min(at, len(_TARGETS) - 1)], *_TARGETS[:3])).replace("{n}", number)
    return Message(msgid, msgstr * random.choice((1, 1, 1, 2, 3)), **random.choice(_EXTRA))


def _edited(messages: list[Message], random: Random) -> list[Message]:
    """The messages after one edit."""
    messages = list(messages)
    at = random.randrange(len(messages) + 1)
    match random.randrange(4):
        case 0:
            messages.insert(at, _some_message(random))
        case 1:
            del messages[at : at + random.choice((1, 1, 3))]
        case 2:
            messages[at : at + 1] = [replace(one, msgstr=_some_message(random).msgstr) for one in messages[at : at + 1]]
        case _:
            messages[at : at + 1] = [replace(one, **random.choice(_EXTRA)) for one in messages[at : at + 1]]
    return messages


@pytest.mark.property
@given(st.randoms(use_true_random=False), st.integers(10, 60), st.integers(1, 8))
def test_findings_after_any_edits_are_those_of_a_first_check(random: Random, size: int, edits: int) -> None:
    earlier = _Earlier()
    messages = [_some_message(random) for _ in range(size)]
    for _ in range(edits + 1):
        catalogue = _read(messages)
        reached = set(random.sample(_REACHED, random.randrange(3)))
        options: dict[str, Any] = {
            "reaches": lambda _, address, reached=reached: address in reached,
            "syntaxes": {
                one.key: random.choice((Syntax.PLAIN, Syntax.MARKDOWN)) for one in messages if random.random() < 0.1
            },
        }
        some = tuple(one for one in CHECKS if one.severity is not Severity.INFO) if random.random() < 0.2 else CHECKS
        assert earlier.check(catalogue, some, **options) == _found(catalogue, some, **options)
        for _ in range(random.choice((0, 1, 1, 2, 5))):
            messages = _edited(messages, random)


@pytest.mark.property
@given(st.randoms(use_true_random=False), st.integers(0, 40))
def test_what_is_kept_after_edits_is_what_a_first_check_keeps(random: Random, size: int) -> None:
    """Otherwise small errors of the counts would add up."""
    messages = [_some_message(random) for _ in range(size)]
    earlier, first = _Earlier(), _Earlier()
    for _ in range(3):
        earlier.check(_read(messages))
        messages = _edited(messages, random)
    earlier.check(_read(messages))
    first.check(_read(messages))
    assert _counts(earlier).items() >= _counts(first).items()


def _counts(earlier: _Earlier) -> dict[str, dict[str, int]]:
    return {name: json.loads(text) for name, text in earlier.kept.items() if name.startswith("topic ")}


# What is learnt about words

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORDS, _OTHERS = ([f"{prefix}{letter}{letter}{prefix}" for letter in _LETTERS] for prefix in ("x", "q"))


def _sentence(random: Random) -> Message:
    """A translated sentence, or one with the translation of another."""
    places = random.sample(range(len(_WORDS)), random.randrange(2, 7))
    there = places if random.random() < 0.85 else random.sample(range(len(_WORDS)), len(places))
    return Message(" ".join(_WORDS[at] for at in places), " ".join(_OTHERS[at] for at in there))


@pytest.mark.property
@given(st.integers(0, 2**32), st.integers(20, 60), st.integers(10, 80))
def test_findings_after_edits_are_those_of_a_model_that_is_learnt_again(seed: int, size: int, most: int) -> None:
    random = Random(seed)  # noqa: S311  # the same in each run
    (one,) = (one for one in CHECKS if one.name == "other-message")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(associations, "_ENOUGH", 25)
        patch.setattr(associations, "_MOST", most)
        patch.setattr(associations.ASSOCIATIONS, "most", most, raising=False)
        earlier = _Earlier((one,))
        messages = [_sentence(random) for _ in range(size)]
        for _ in range(6):
            catalogue = _read(messages)
            assert earlier.check(catalogue) == _found(catalogue, (one,))
            for _ in range(random.choice((1, 1, 2))):
                at = random.randrange(len(messages))
                messages[at : at + random.randrange(2)] = [_sentence(random)] * random.randrange(2)
            random.shuffle(messages)
