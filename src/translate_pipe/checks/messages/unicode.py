"""Characters that are invisible, broken, or look like others."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers import conventions
from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.late import LateModule
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from ftfy import badness

    from translate_pipe.checks.helpers.pair import Pair
    from translate_pipe.model import TextSpan
else:  # few messages are suspect, and it takes a while to load
    badness = LateModule("ftfy.badness")

_CONTROL = Expression(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\ue000-\uf8ff]")
_OVERRIDES = Expression(r"[\u202d\u202e]")
_OPENS = "\u202a\u202b\u202d\u202e"
_ISOLATES = "\u2066\u2067\u2068"
_BIDI = Expression(r"[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = Expression(
    r"[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
_JOINERS = Expression(r"[\u200c\u200d]")
_DIRECTION_MARKS = Expression(r"[\u200e\u200f\u061c]")
# Scripts whose letters join or stack: Arabic to Mongolian, and those of India and South-East Asia.
_JOINING = Expression(r"[\u0600-\u08ff\u0900-\u109f\u1780-\u18af\ua840-\ua8ff\ufb50-\ufdff\ufe70-\ufeff]")
_EMOJI_PART = Expression(r"[\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]")
_UNSPACED = frozenset({"th", "lo", "km", "my", "bo"})
_CJK = Expression(r"[\u2e80-\u9fff\uff00-\uffef]")
_EMPHASIS = frozenset("*_~")
_REPLACEMENT = "\ufffd"
# The first byte of a letter in UTF-8 and then one of its others, as Latin-1 or the code pages 1252 and 1251 show them:
# a quick test before the thorough one.
_MOJIBAKE = Expression(
    r"[ÂÃÄÅÆÐÑØÙà-ï][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    r"|[РС][\u00a0-\u00bf\u0402-\u040f\u0452-\u045f\u2013-\u203a\u20ac\u2122]"
)
_MOJIBAKE_END = int(Trait.MOJIBAKE_END)
# The first byte of a letter whose second one got lost: a capital within or after small letters, before a blank.
_LOST_BYTE = Expression(r"(?<=[a-zà-ÿ])[ÂÃÄÅÐÑ](?=[\s\u0080-\u00bf])")


@concerns(Trait.UNPRINTABLE)
def control_character(pair: Pair) -> Iterator[Finding]:
    """Control characters, which no text needs, and private ones, which have no meaning elsewhere."""
    if pair.message.msgstr.isprintable():
        return
    for found in _new(_CONTROL, pair):
        yield Finding(f"a character that means nothing in a text, {_named(found)}", (found,))


@concerns(Trait.REPLACEMENT)
def replacement_character(pair: Pair) -> Iterator[Finding]:
    """The character that replaces one that could not be read."""
    if _REPLACEMENT in pair.message.msgstr and _REPLACEMENT not in pair.message.msgid:
        yield Finding("a character was lost here when the text was converted (U+FFFD)", (_REPLACEMENT,))


@concerns(Trait.UNPRINTABLE)
def bidi(pair: Pair) -> Iterator[Finding]:
    """Overrides of the writing direction, and embeddings and isolates that are not closed: they reorder the rest."""
    msgstr = pair.message.msgstr
    if msgstr.isprintable() or not _BIDI.search(msgstr) or _BIDI.findall(msgstr) == _BIDI.findall(pair.message.msgid):
        return
    overrides = list(_new(_OVERRIDES, pair))
    for found in overrides:
        yield Finding(f"{_named(found)} turns the text around", (found,))
    for line in msgstr.split("\n"):
        for opening, closing in ((_OPENS, "\u202c"), (_ISOLATES, "\u2069")):
            if any(character in line for character in overrides if character in opening):
                continue
            opened = sum(line.count(character) for character in opening)
            if opened != line.count(closing):
                words = tuple(character for character in opening + closing if character in line)
                yield Finding(
                    f"{_named(words[0])} has no partner; it changes the direction of everything that follows", words
                )


@concerns(Trait.UNPRINTABLE)
def invisible_character(pair: Pair) -> Iterator[Finding]:
    """Characters that are not seen but break words, addresses, code and searches."""
    msgstr = pair.message.msgstr
    if msgstr.isprintable():
        return
    for found in _INVISIBLE.finditer(msgstr):
        character = found.group()
        if character not in pair.message.msgid and not _is_at_home(character, msgstr, found.start(), pair):
            yield Finding(f"an invisible character, {_named(character)}", spans=_at(found, pair))
    for found in _JOINERS.finditer(msgstr):
        around = msgstr[max(0, found.start() - 2) : found.end() + 2]
        if not (_JOINING.search(around) or _EMOJI_PART.search(around) or found.group() in pair.message.msgid):
            yield Finding(f"an invisible character, {_named(found.group())}", spans=_at(found, pair))
    for text in (*pair.translation.code, *(link.target for link in pair.translation.links)):
        mark = _DIRECTION_MARKS.search(text)
        if mark and mark.group() not in pair.message.msgid:
            yield Finding(f"an invisible character inside code or an address, {_named(mark.group())}", (mark.group(),))


def _is_at_home(character: str, text: str, at: int, pair: Pair) -> bool:
    """Whether an invisible character does its work: a break where no blanks are, or an end of emphasis."""
    if character not in "\u200b\u2060":
        return False
    beside = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    is_unspaced = pair.language in _UNSPACED or (bool(_CJK.search(beside)) and not beside.isalpha())
    in_address = any(character in link.target for link in pair.translation.links)
    in_code = any(character in code for code in pair.translation.code)
    return not in_address and not in_code and (is_unspaced or bool(_EMPHASIS & set(beside)))


@concerns(Trait.MOJIBAKE_END | Trait.LOST_BYTE)
def mojibake(pair: Pair) -> Iterator[Finding]:
    """Text that was read in another encoding than it was written in: `Ã©` for `é`."""
    msgstr = pair.message.msgstr
    if msgstr.isascii():
        return
    found = _MOJIBAKE.search(msgstr) if pair.traits & _MOJIBAKE_END else None
    if not (found and badness.is_bad(msgstr) and not badness.is_bad(pair.message.msgid)):
        # Looking for a character is much quicker than the expression.
        found = _LOST_BYTE.search(msgstr) if any(first in msgstr for first in "ÂÃÄÅÐÑ") else None
    if found and not _LOST_BYTE.search(pair.message.msgid):
        yield Finding("this text was read in the wrong encoding", spans=_at(found, pair))


@concerns(Trait.HOMOGLYPH)
def homoglyph(pair: Pair) -> Iterator[Finding]:
    """Letters of another alphabet inside code or an address of the source, which look like the right ones."""
    if pair.message.msgstr.isascii():
        return
    prose = pair.translation.prose
    mixed = _MIXED if "Cyrl" in conventions.scripts(pair.locale) else _MIXED_OR_ENDING
    for found in mixed.finditer(prose) if _MAY_BE_MIXED.search(prose) else ():
        if found.group() not in pair.source.prose:
            spans = (pair.translation.places.shown(*found.span()),)
            yield Finding("letters of two alphabets are mixed in one word", spans=spans)
    known = {*pair.source.code, *(link.target for link in pair.source.links)}
    for text in (*pair.translation.code, *(link.target for link in pair.translation.links)):
        if text.isascii() or text in known:
            continue
        scripts = [unicodedata.name(one, "").partition(" ")[0] if one.isalpha() else "" for one in text]
        neighbours = (beside for beside in pairwise(scripts) if all(beside) and "LATIN" in beside)
        are_mixed = any(one != other for one, other in neighbours)
        if are_mixed and not {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}.isdisjoint(scripts):
            yield Finding("letters of two alphabets are mixed in one word of code or of an address", (text,))


# Latin letters are few in the texts with others. This is much quicker.
_MAY_BE_MIXED = Expression(r"[A-Za-z](?:(?<=[\u0370-\u04ff].)|(?=[\u0370-\u04ff]))")
# One letter that looks like a Latin one between Latin letters, or the other way round; endings of Latin names in
# Cyrillic letters (Rustом) are words as people write them.
_MIXED_WORD = (
    r"[A-Za-z]+[\u0370-\u03ff\u0400-\u04ff][A-Za-z]+|[\u0410-\u044f\u0456\u0457\u0454]+[aeiopcxyABCEHIKMOPTXy]"
    r"[\u0410-\u044f\u0456\u0457\u0454]+|[асеорхуіАВСЕНІКМОРТХ][A-Za-z]{2,}"
)
_MIXED = Expression(rf"\b(?:{_MIXED_WORD})\b")
_MIXED_OR_ENDING = Expression(rf"\b(?:{_MIXED_WORD}|[A-Za-z]{{2,}}[асеорхуіАВСЕНІКМОРТХ])\b")


def _at(found: re.Match[str], pair: Pair) -> tuple[TextSpan]:
    """The place of a match in the msgstr."""
    return (pair.translation.places.at(*found.span()),)


def _new(pattern: Expression[str], pair: Pair) -> Iterator[str]:
    """The characters of a kind that the source does not have, each once."""
    for found in dict.fromkeys(pattern.findall(pair.message.msgstr)):
        if found not in pair.message.msgid:
            yield found


def _named(character: str) -> str:
    """A character by its code point and name, for it cannot be shown.

    >>> _named(chr(0x202E))
    'U+202E RIGHT-TO-LEFT OVERRIDE'
    """
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
