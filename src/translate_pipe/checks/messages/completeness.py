"""Whether a translation is there at all, is a translation, and is whole."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers import conventions
from translate_pipe.checks.helpers.associations import ASSOCIATIONS
from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.checks.helpers.sample import SAMPLE
from translate_pipe.checks.helpers.texts import OBJECT
from translate_pipe.checks.helpers.topics import REPEATED
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.checks.helpers.vocabulary import KINDS, is_elsewhere, kind_of_code, prose_words, without_titles
from translate_pipe.checks.helpers.wording import is_doubled, words_of
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.checks.helpers.pair import Pair
    from translate_pipe.checks.helpers.texts import Reading

_RUN = 5
_PIECE = 12
_LONG = 5000
"""Characters of a text in which common words are looked for straight away."""
_FEW_LETTERS = 3
_TRUE_WORDS = 4
# The original of a term in brackets or quotation marks, and handles of people.
_GLOSS = Expression(
    r"\{\{[^{}]{0,200}\}\}|\[\[[^\[\]]{0,200}\]\]|[(（][^()（）]*[)）]|[\"“”„«「][^\"“”„«»「」]*[\"“”»」]|@[\w-]+"
)
_FEW_WORDS = 3
_FENCES = ("```", "~~~")
# What another message has not, so that the checks of it tell whether this is its translation.
_TELLING = Expression(r"[`\[\]{}<>\d]")
_NAMED = 3


@concerns(Trait.UNTRANSLATED)
def blank(pair: Pair) -> Iterator[Finding]:
    """A translation of white space alone; it counts as untranslated."""
    if pair.message.msgstr and not pair.message.msgstr.strip() and pair.message.msgid.strip():
        yield Finding("this translation has only blanks; the source text is used")


@concerns(Trait.UNTRANSLATED, asks=[SAMPLE, KINDS])
def untranslated(pair: Pair) -> Iterator[Finding]:
    """A translation that is the source text, though that has words to translate."""
    msgid = pair.message.msgid.strip()
    if pair.message.msgstr.strip() != msgid or msgid.startswith(_FENCES):
        return
    if " " not in msgid and msgid.isascii():  # one word, as most texts that stay
        return
    kind = kind_of_code(pair.message)
    if kind and pair.context.leaves_kind(kind):
        return
    if pair.context.has_prose(without_titles(pair.source)):
        yield Finding("this is the source text; is it translated?")


@concerns(asks=[SAMPLE])
def partly_untranslated(pair: Pair) -> Iterator[Finding]:
    """A sentence that is still in the source language."""
    msgid, msgstr = pair.message.msgid, pair.message.msgstr
    if msgstr.split() == msgid.split():
        return
    left = _left_of_link(pair) if "](" in msgid else ""
    if not left:
        prose, here = pair.source.prose, pair.translation.prose
        # Where no piece of the source occurs in the translation, no run of words does. In a long text, looking for the
        # words is quicker.
        is_searched = len(prose) > _LONG
        for at in range(0, len(prose) - _PIECE, _PIECE) if not is_searched else ():
            piece = prose[at : at + _PIECE]
            if piece in here and " " in piece and piece.count(OBJECT) < _PIECE // 2:
                is_searched = True
                break
        left = _left_of_sentences(pair) if is_searched else ""
    if left:
        yield Finding(f"a part of this is still the source text: {left}", (left,))


def _left_of_sentences(pair: Pair) -> str:
    """The words of a sentence that the translation has as they are; empty for none."""
    source, translation = (
        prose_words(_GLOSS.sub(" ", without_titles(one)), "|") for one in (pair.source, pair.translation)
    )
    runs = {tuple(run[at : at + _RUN]) for run in source for at in range(len(run) - _RUN + 1)}
    for run in translation if runs else ():
        for at in range(len(run) - _RUN + 1):
            words = run[at : at + _RUN]
            if tuple(words) in runs and sum(len(word) > 1 and word.islower() for word in words) >= _TRUE_WORDS:
                return " ".join(words)
    prose, starts = pair.source.prose, pair.source.sentence_starts
    for start, end in zip(starts, [*starts[1:], len(prose)], strict=True) if len(starts) > 1 else ():
        sentence = prose[start:end].strip()
        if sentence in pair.translation.prose:
            words = [word for run in prose_words(sentence, "|") for word in run]
            small = [word for word in words if word.islower() and not pair.context.keeps_word(word)]
            if len(words) >= _FEW_WORDS and len(small) >= _FEW_WORDS - 1:
                return " ".join(words)
    return ""


def _left_of_link(pair: Pair) -> str:
    """The text or title of a link that the translation has as it is; empty for none."""
    msgid, msgstr = pair.message.msgid, pair.message.msgstr
    known = {link.text for link in pair.source.links}
    if ("][" in msgstr or "] [" in msgstr) and "][" not in msgid and "] [" not in msgid:
        # The translation of a link before the link itself, which a machine leaves: [Rat] [advice](a.md).
        for link in pair.translation.links:
            before = pair.translation.prose[: link.start].rstrip()
            if link.text in known and link.text.strip(OBJECT) and before.endswith("]"):
                return link.text
    has_prose = pair.context.has_prose
    for title in _TITLE.findall(msgid) if '")' in msgid or "')" in msgid else ():
        if title in _TITLE.findall(msgstr) and has_prose(title) and title not in known:
            return str(title)
    for link in pair.translation.links:
        if link.text in known and not is_elsewhere(link) and has_prose(link.text):
            return link.text
    return ""


_TITLE = Expression(r"\]\([^()\s]*\s+[\"']([^\"'\n]+)[\"']\)")


def _emphasised_beginning(reading: Reading) -> int:
    """Where emphasis ends that begins with the text; 0 for none."""
    return max((end for start, end in reading.highlights if start == 0), default=0)


@concerns(Trait.LENGTH, asks=[SAMPLE])
def shortened(pair: Pair) -> Iterator[Finding]:
    """A translation that is so much shorter than others of the catalogue that something must be missing."""
    length = pair.context.lengths.compared(pair.source, pair.translation)
    if not length.is_shorter or pair.message.msgstr.strip() == pair.message.msgid.strip():
        return
    sentences, here = len(pair.source.sentence_starts), len(pair.translation.sentence_starts)
    heading = _emphasised_beginning(pair.source)
    # A heading at the beginning has a full stop in one language and a colon in another.
    is_heading = sentences > 1 and 0 < heading <= pair.source.sentence_starts[1]
    if here < sentences - (is_heading and _emphasised_beginning(pair.translation) > 0):
        yield Finding(f"the source has {sentences} sentences, this has {here} and is short; is one missing?")
    elif length.is_much_shorter:
        yield Finding("this is much shorter than other translations; is a part missing?")


@concerns(Trait.LENGTH, asks=[SAMPLE])
def lengthened(pair: Pair) -> Iterator[Finding]:
    """A translation that is so much longer than others of the catalogue that it must be one of another text."""
    msgstr = pair.message.msgstr.strip()
    if is_doubled(msgstr) and not is_doubled(pair.message.msgid.strip()):
        yield Finding("this text is here twice")
    elif (
        msgstr != pair.message.msgid.strip()
        and pair.context.lengths.compared(pair.source, pair.translation).is_much_longer
    ):
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


@concerns(asks=[REPEATED])
def repeated(pair: Pair) -> Iterator[Finding]:
    """A long translation that another message with another text has as well."""
    for other in pair.context.other_sources(pair.message):
        if not _say_the_same(other, pair.message.msgid):
            yield Finding(f"another message has this very translation: {other[:60]}")
            return


_TOKEN = Expression(r"[^\W_]+")
_CODE = Expression(r"`[^`]+`")
_SMALL = 3
_STEM = 4
_LONG_SOURCE = 12
_ALIKE = 0.25
_NEGATIONS = frozenset({"not", "no", "non", "pas", "ne", "ni", "não", "nie", "не", "ні", "inte", "ikke", "nem", "ei"})


def _say_the_same(one: str, other: str) -> bool:
    """Whether two sources differ in nothing that translations must show: signs, small words or endings.

    >>> _say_the_same("The car's doors have opened.", "The car doors have opened")
    True
    >>> _say_the_same("Rust in Android", "Rust in Chromium"), _say_the_same("The car opened.", "The car closed.")
    (False, False)
    """
    texts = [_TOKEN.findall(text) for text in (one, other)]
    words, others = ({word.lower() for word in text} for text in texts)
    new = words ^ others
    names = {word.lower() for text in texts for word in text[1:] if not word.islower()}
    if any(word in names or word in _NEGATIONS for word in new) or _CODE.findall(one) != _CODE.findall(other):
        return False
    stems = [{word[:_STEM] for word in new & side if len(word) > _SMALL} for side in (words, others)]
    return len(stems[0] ^ stems[1]) <= (_ALIKE * len(words | others) if len(words | others) >= _LONG_SOURCE else 0)


@concerns(asks=[ASSOCIATIONS])
def other_message(pair: Pair) -> Iterator[Finding]:
    """A translation that has hardly any of the usual translations of the words of its source."""
    msgid, msgstr = pair.message.msgid, pair.message.msgstr
    if _TELLING.search(msgid) or msgid == msgstr:
        return
    lost = pair.context.unrelated(msgid, msgstr)
    if lost:
        words = {
            word[: len(start)].lower(): word for word in words_of(msgid.replace("-", " ")) for start in lost[:_NAMED]
        }
        named = tuple(words.get(start, start) for start in lost[:_NAMED])
        yield Finding(
            "is this the translation of another message? elsewhere these words are translated otherwise: "
            + ", ".join(named),
            named,
        )
