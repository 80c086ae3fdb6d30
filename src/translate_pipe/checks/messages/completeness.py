"""Whether a translation is there at all, is a translation, and is whole."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers import conventions
from translate_pipe.checks.helpers.context import MEASURABLE, MUCH_LONGER, MUCH_SHORTER, SHORTER
from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.checks.helpers.texts import OBJECT
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.checks.helpers.wording import is_doubled, words_of
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.checks.helpers.pair import Pair
    from translate_pipe.checks.helpers.texts import Reading

_RUN = 5
_PIECE = 10
_LONG = 5000
"""Characters of a text in which common words are looked for straight away."""
_FEW_LETTERS = 3
_TRUE_WORDS = 4
_TRUE_WORD = 3
# The original of a term in brackets or quotation marks, and handles of people.
_GLOSS = Expression(
    r"\{\{[^{}]{0,200}\}\}|\[\[[^\[\]]{0,200}\]\]|[(（][^()（）]*[)）]|[\"“”„«「][^\"“”„«»「」]*[\"“”»」]|@[\w-]+"
)
_PATH = Expression(r"\w[/_.]\w")
_FEW_WORDS = 2
# What another message has not, so that the checks of it tell whether this is its translation.
_TELLING = Expression(r"[`\[\]{}<>\d]")
_NAMED = 3


@concerns(Trait.UNTRANSLATED)
def blank(pair: Pair) -> Iterator[Finding]:
    """A translation of white space alone; it counts as untranslated."""
    if pair.message.msgstr and not pair.message.msgstr.strip() and pair.message.msgid.strip():
        yield Finding("this translation has only blanks; the source text is used")


@concerns(Trait.UNTRANSLATED)
def untranslated(pair: Pair) -> Iterator[Finding]:
    """A translation that is the source text, though that has words to translate."""
    if pair.message.msgstr.strip() == pair.message.msgid.strip():
        words = [word for word in pair.source.words if len(word) >= _TRUE_WORD and word.islower()]
        if len(words) >= _FEW_WORDS:
            yield Finding("this is the source text; is it translated?")


def partly_untranslated(pair: Pair) -> Iterator[Finding]:
    """A sentence that is still in the source language."""
    prose, here = pair.source.prose, pair.translation.prose
    # Where no piece of the source occurs in the translation, no run of words does. In a long text, looking for the
    # words is quicker.
    if len(prose) <= _LONG:
        for at in range(0, len(prose) - _PIECE, _PIECE):
            piece = prose[at : at + _PIECE]
            if piece in here and OBJECT not in piece:
                break
        else:
            return
    source, translation = (_running_words(one) for one in (pair.source, pair.translation))
    if len(source) < _RUN or len(translation) < _RUN or pair.message.msgstr.split() == pair.message.msgid.split():
        return
    runs = {tuple(source[at : at + _RUN]) for at in range(len(source) - _RUN + 1)}
    for at in range(len(translation) - _RUN + 1):
        run = translation[at : at + _RUN]
        if tuple(run) in runs and sum(len(word) > 1 and word.islower() for word in run) >= _TRUE_WORDS:
            yield Finding("a part of this is still the source text: " + " ".join(run), tuple(run[:1]))
            return


def _running_words(reading: Reading) -> list[str]:
    """The words of a text's sentences: no titles, labels, glosses, quotations or paths."""
    characters = list(reading.prose)
    for start, end in (*reading.highlights, *((link.start, link.start + len(link.text)) for link in reading.links)):
        if end - start < len(characters) // 2:
            characters[start:end] = OBJECT * (end - start)
    text = _GLOSS.sub(" ", "".join(characters))
    return words_of(" ".join(word for word in text.split() if not _PATH.search(word)))


@concerns(Trait.LENGTH, in_context=True)
def shortened(pair: Pair) -> Iterator[Finding]:
    """A translation that is so much shorter than others of the catalogue that something must be missing."""
    source, translation = pair.source.shown, pair.translation.shown
    usual = pair.context.ratio
    if not usual or len(source) < MEASURABLE:
        return
    ratio = len(translation) / len(source) / usual
    if ratio < MUCH_SHORTER:
        yield Finding("this is much shorter than other translations; is a part missing?")
    elif ratio < min(SHORTER, pair.context.shortest):
        sentences, others = len(pair.source.sentence_starts), len(pair.translation.sentence_starts)
        if others < sentences:
            yield Finding(f"the source has {sentences} sentences, this has {others} and is short; is one missing?")


@concerns(Trait.LENGTH, in_context=True)
def lengthened(pair: Pair) -> Iterator[Finding]:
    """A translation that is so much longer than others of the catalogue that it must be one of another text."""
    msgstr = pair.message.msgstr.strip()
    if is_doubled(msgstr) and not is_doubled(pair.message.msgid.strip()):
        yield Finding("this text is here twice")
        return
    usual = pair.context.ratio
    is_measurable = bool(usual) and len(pair.source.shown) >= MEASURABLE
    if is_measurable and len(pair.translation.shown) / len(pair.source.shown) / usual > MUCH_LONGER:
        yield Finding("this is much longer than other translations; is it of another text?")


_SCRIPTS = {
    "Cyrl": "\u0400-\u052f",
    "Grek": "\u0370-\u03ff",
    "Arab": "\u0620-\u06ff",
    "Hebr": "\u05d0-\u05ea",
    "Hani": "\u4e00-\u9fff\u3400-\u4dbf",
    "Kana": "\u3040-\u30ff",
    "Hang": "\uac00-\ud7a3",
    "Thai": "\u0e01-\u0e4e",
    "Deva": "\u0900-\u097f",
    "Beng": "\u0980-\u09ff",
    "Taml": "\u0b80-\u0bff",
    "Armn": "\u0531-\u0587",
    "Geor": "\u10a0-\u10ff",
}


@concerns(Trait.OTHER_SCRIPT)
def other_script(pair: Pair) -> Iterator[Finding]:
    """Words in a script that neither the language nor the source is written in."""
    prose = pair.translation.prose
    own = conventions.scripts(pair.locale)
    # Deleting bytes is much quicker than looking for words.
    if not own or not prose.encode(errors="surrogatepass").translate(None, _familiar(own)):
        return
    found = [word for word in _foreign(own).finditer(prose) if word.group() not in pair.source.prose]
    if sum(len(word.group()) for word in found) > _FEW_LETTERS:
        text = f"{found[0].group()} is in a script that this language is not written in"
        yield Finding(text, spans=pair.translation.places.of_matches(found))


@cache
def _familiar(own: frozenset[str]) -> bytes:
    """The bytes of UTF-8 with which no letter of another script than a locale's own begins."""
    foreign: set[int] = set()
    for name, letters in _SCRIPTS.items():
        if name not in own:
            for first, last in re.findall("(.)-(.)", letters):
                foreign.update(range(first.encode()[0], last.encode()[0] + 1))
    return bytes(byte for byte in range(256) if byte not in foreign)


@cache
def _foreign(own: frozenset[str]) -> Expression[str]:
    """Words in any of the known scripts but a locale's own."""
    return Expression("[" + "".join(letters for name, letters in _SCRIPTS.items() if name not in own) + "]{2,}")


@concerns(in_context=True)
def repeated(pair: Pair) -> Iterator[Finding]:
    """A long translation that another message with another text has as well."""
    if pair.message.msgstr in pair.context.repeated:
        other = min(pair.context.repeated[pair.message.msgstr] - {pair.message.msgid})
        yield Finding(f"another message has this very translation: {other[:60]}")


@concerns(in_context=True)
def other_message(pair: Pair) -> Iterator[Finding]:
    """A translation that has hardly any of the usual translations of the words of its source."""
    msgid, msgstr = pair.message.msgid, pair.message.msgstr
    if _TELLING.search(msgid) or msgid == msgstr:
        return
    lost = pair.context.associations.unrelated(msgid, msgstr)
    if lost:
        words = {word[: len(start)].lower(): word for word in words_of(msgid) for start in lost[:_NAMED]}
        named = tuple(words.get(start, start) for start in lost[:_NAMED])
        yield Finding(
            "is this the translation of another message? elsewhere these words are translated otherwise: "
            + ", ".join(named),
            named,
        )
