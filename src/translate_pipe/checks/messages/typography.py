"""Punctuation: quotation marks and brackets in pairs, the end of the sentence, words and blanks once."""

from __future__ import annotations

import re
from operator import eq
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.checks.helpers.sample import SAMPLE
from translate_pipe.checks.helpers.texts import OBJECT
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.checks.helpers.pair import Pair

_QUOTES = Expression(r"[\"“”„‟«»＂「」『』〝〞〟]")
_BRACKETS = (("(（", ")）"), ("[［【", "]］】"), ("{｛", "}｝"))
# What may precede a closing bracket without a partner: `a)` and `2)` of a list within the text, `:-)`.
_ENUMERATOR = Expression(r"(?:(?:^|[\s;,:])\w{1,2}|[:;=]-?)\Z")
_ENDS = {
    **dict.fromkeys(".。．｡।۔።։။。", "."),
    **dict.fromkeys("!！﹗", "!"),
    **dict.fromkeys("?？؟⸮", "?"),
    **dict.fromkeys(":：﹕", ":"),
    **dict.fromkeys("…⋯", "…"),
}
_STOPS = (".", "。", ",", "，")
_CLOSING = "\u200b\u200c\u200d\"'”’»«“„)]*_~）］」』】›‹＂\u200e\u200f\u061c" + OBJECT
# Languages in which a text that ends with a noun has no full stop, with the endings of verbs and the particles that
# only a sentence or the beginning of one has.
_VERB_ENDINGS = {
    "ko": frozenset("다까죠오자네를는을며"),
    "ja": frozenset("うくすつぬふむるぐぶいただねよかせんをはがへに"),
}
_GREEK_QUESTIONS = (";", "\u037e")
# The end of an abbreviation is none of a sentence.
_ABBREVIATED = Expression(
    r"(?:\b(?:etc|enz|usw|itd|e\.g|i\.e|a\.m|p\.m|bzw|Inc|Ltd)|\b(?:т\.\s?[дп]|др))\.\Z", re.IGNORECASE
)
_AND_SO_ON = ("など", "等", "等等", "등")
_BRACKETED_END = Expression(r"[(（\[［【「][^()（）\[\]［］【】「」]*[)）\]］】」]\s*\Z")
_STOPS_EVERYWHERE = frozenset({"ja", "ko", "zh", "yue"})
_QUESTIONS_BY_WORDS = frozenset({"ja", "ko"})
_LONG = 50
_CUT = -1.7  # standard deviations of the length
_WITHOUT_STOPS = frozenset({"th", "lo", "km", "bo"})
_REDUPLICATING = frozenset({"tr", "az", "id", "ms", "hi", "bn", "ur", "th", "vi", "ko", "sw", "fil", "zh", "ja", "ta"})
# Words that grammar brings together: vous vous trompez, die, die kommen.
_DOUBLES = {
    "fr": frozenset({"vous", "nous"}),
    "de": frozenset({"die", "der", "das", "sie"}),
    "nl": frozenset({"die", "dat", "je"}),
    "en": frozenset({"that", "had"}),
    # Adverbs that Persian makes of a word said twice: little by little, one by one.
    "fa": frozenset({"کم", "تک", "آرام", "نرم", "دانه", "یواش", "رفته", "جدا", "گروه"}),
}
_DOUBLED = Expression(r"\b([^\W\d_]{2,})[ \u00a0]+\1\b", re.IGNORECASE)
_BLANKS = Expression(r"(?<=\S)(?<![.!?])[ \u00a0]{2,}(?=[^\s\\])")


@concerns(Trait.QUOTE)
def quotation_marks(pair: Pair) -> Iterator[Finding]:
    """A quotation mark that has no partner, where those of the source have."""
    here = _QUOTES.findall(pair.translation.prose)
    if len(here) % 2 and len(_QUOTES.findall(pair.source.prose)) % 2 == 0:
        spans = pair.translation.places.of_matches(_QUOTES.finditer(pair.translation.prose))
        yield Finding("a quotation mark has no partner", spans=spans)


@concerns(Trait.BRACKET)
def brackets(pair: Pair) -> Iterator[Finding]:
    """A bracket that has no partner, where those of the source have, and brackets that have lost what was in them."""
    prose = pair.translation.prose
    empty = list(_EMPTY_BRACKETS.finditer(prose))
    if len(empty) > len(_EMPTY_BRACKETS.findall(pair.source.prose)):
        yield Finding("nothing is between these brackets", spans=pair.translation.places.of_matches(empty))
    for opening, closing in _BRACKETS:
        if sum(map(prose.count, opening)) == sum(map(prose.count, closing)):
            continue
        if _has_lone(prose, opening, closing) and not _has_lone(pair.source.prose, opening, closing):
            found = re.finditer(f"[{re.escape(opening + closing)}]", prose)
            text = f"a bracket {opening[0]} or {closing[0]} has no partner"
            yield Finding(text, spans=pair.translation.places.of_matches(found))


# Without a blank before them they belong to a name of code, such as main().
_EMPTY_BRACKETS = Expression(r"(?:^|(?<=[\s\u3000-\u9fff]))(?:\(\s?\)|（\s?）)")


def _has_lone(text: str, opening: str, closing: str) -> bool:
    """Whether a bracket has no partner, other than the one after the number or letter of an item."""
    depth = 0
    for found in re.finditer(f"[{re.escape(opening + closing)}]", text):
        if found.group() in opening:
            depth += 1
        elif depth:
            depth -= 1
        elif not _ENUMERATOR.search(text, max(0, found.start() - 4), found.start()):
            return True
    return depth > 0


@concerns(Trait.END, asks=[SAMPLE])
def end_punctuation(pair: Pair) -> Iterator[Finding]:
    """The stop at the end of the source that the translation does not have."""
    language = pair.language
    if language in _WITHOUT_STOPS:
        return
    source, translation = _ends(pair)
    if _is_other_kind(source, translation, language):
        yield Finding(f"the source ends with {source} and this text with {translation}")
    elif source and not translation and _needs_stop(pair, source):
        yield Finding(f"the source ends with {source} and this text does not")


def _needs_stop(pair: Pair, source: str) -> bool:
    """Whether the end of the source is one that a translation without any end lacks."""
    prose = pair.translation.prose.rstrip()
    if not any(map(str.isalpha, pair.source.prose)) or _ABBREVIATED.search(_without_closing(pair.source.prose)):
        return False
    bracket = _BRACKETED_END.search(prose)
    if bracket:
        # The stop may be before the bracket, or was within one that is no sentence here.
        was = _BRACKETED_END.search(pair.source.prose)
        if was or _end(prose[: bracket.start()]):
            return False
    if source == "…" and prose.endswith(_AND_SO_ON):
        return False
    endings = _VERB_ENDINGS.get(pair.language)
    if source != "." or endings is None:
        return True
    last = next((character for character in reversed(prose) if character.isalpha()), "")
    # One sentence may end with a noun; the last one of several, and one that is too short, lacks its end.
    return (
        last in endings
        or len(pair.translation.sentence_starts) > 1
        or (
            len(pair.source.prose) >= _LONG
            and pair.context.lengths.compared(pair.source, pair.translation).deviation < _CUT
        )
    )


def _is_other_kind(source: str, translation: str, language: str) -> bool:
    """Whether a question has become a statement, or a text that leads on to what follows ends here.

    Japanese and Korean mark questions by a particle. They and Chinese often close a text with a full stop before what
    it announces.
    """
    if translation != ".":
        return False
    return (source == "?" and language not in _QUESTIONS_BY_WORDS) or (
        source == ":" and language not in _STOPS_EVERYWHERE
    )


_DOUBLE_END = Expression(r"(?<![.。])(?:\.\.|。[。.]|,[.,]|[.。][,，]|[!?]\.|[؟।]\.)$")


@concerns(Trait.END)
def end_punctuation_doubled(pair: Pair) -> Iterator[Finding]:
    """Two stops at the end where one is enough."""
    if pair.translation.prose[-1:].isalnum():
        return
    text = pair.translation.prose.rstrip().rstrip(_CLOSING).rstrip()
    end = text[-3:]
    if not (end.endswith(_STOPS) and _DOUBLE_END.search(end)):
        return
    if not _DOUBLE_END.search(pair.source.prose.rstrip().rstrip(_CLOSING).rstrip()[-3:]):
        yield Finding("two stops stand at the end", spans=(pair.translation.places.shown(len(text) - 2, len(text)),))


@concerns(Trait.END)
def end_punctuation_changed(pair: Pair) -> Iterator[Finding]:
    """A stop at the end that is another one than in the source."""
    source, translation = _ends(pair)
    language = pair.language
    is_usual = source in {":", "?"} and translation == "." and language in _STOPS_EVERYWHERE
    if translation and source != translation and not is_usual and not _is_other_kind(source, translation, language):
        now = f"the source with {source}" if source else "the source with none"
        yield Finding(f"this text ends with {translation}, {now}")


def _ends(pair: Pair) -> tuple[str, str]:
    """The kinds of stops that both texts end with."""
    source, translation = _end(pair.source.prose), _end(pair.translation.prose)
    if pair.language == "el" and not translation and pair.translation.prose.rstrip().endswith(_GREEK_QUESTIONS):
        translation = "?"
    return source, translation


def _end(text: str) -> str:
    """The kind of stop that a text ends with, before closing marks; empty for none."""
    if text[-1:].isalnum():
        return ""
    end = text if text[-1:] in _ENDS else _without_closing(text)
    if end.endswith(("...", "。。。")):
        return "…"
    # A stop may follow the bracket or be inside it.
    return _ENDS.get(end[-1:], "")


def _without_closing(text: str) -> str:
    return text.rstrip().rstrip(_CLOSING).rstrip().rstrip(_CLOSING)


def doubled_word(pair: Pair) -> Iterator[Finding]:
    """A word that occurs twice in a row."""
    if pair.language in _REDUPLICATING:
        return
    words = pair.translation.prose.lower().split()
    if not any(map(eq, words, words[1:])):
        return
    usual = _DOUBLES.get(pair.language, frozenset())
    for found in _DOUBLED.finditer(pair.translation.prose):
        if found[1].lower() not in usual and not _DOUBLED.search(pair.source.prose):
            yield Finding(f"{found[1]} is here twice", spans=(pair.translation.places.shown(*found.span()),))


@concerns(Trait.BLANKS)
def doubled_blank(pair: Pair) -> Iterator[Finding]:
    """Two blanks where one is enough."""
    msgid, msgstr = pair.message.msgid, pair.message.msgstr
    if "  " in msgstr and len(_BLANKS.findall(msgstr)) > len(_BLANKS.findall(msgid)):
        yield Finding("two blanks stand here where one is enough")
