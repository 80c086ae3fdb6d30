"""Names and words that stay as they are in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from translate_pipe.checks.helpers import conventions
from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.checks.helpers.names import CAPITALS, NAMES, is_inflected, names_in
from translate_pipe.checks.helpers.sample import SAMPLE
from translate_pipe.checks.helpers.sounds import sounds_like
from translate_pipe.checks.helpers.texts import OBJECT
from translate_pipe.checks.helpers.wording import has_hole, is_form_of
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from translate_pipe.checks.helpers.pair import Pair

_LATIN_WORD = Expression(r"[A-Za-z][A-Za-z0-9+#]*")
_SHORTEST = 4
_SHORTEST_WORD = 6
"""The letters of a word that is not known as a name and may be misspelt."""
_MANY = 60
"""Words of a text that is too long to see by a gap which of them is missing."""
_PART = Expression(r"[A-Z][a-z]{2,}")


@concerns(asks=[NAMES, CAPITALS, SAMPLE])
def name(pair: Pair) -> Iterator[Finding]:
    """Names that the catalogue's other translations keep and this one has lost or misspelt."""
    here, text = pair.translation.prose, pair.source.prose
    words = names_in(text)
    there = names_in(here) if words else words
    if words == there:
        return
    new = set(there).difference(words)
    if new:
        new.difference_update(_LATIN_WORD.findall(text))
    in_small = ""
    for found in dict.fromkeys(words):
        misspelt = _misspelt(found, new, pair) if new and len(found) >= _SHORTEST else ""
        if misspelt:
            yield Finding(f"{misspelt} is {found} in the source", (misspelt,))
        # A word that begins a sentence may be another one: Go through all the material.
        elif there.count(found) < words.count(found) and _is_inside(found, text) and pair.context.is_name(found):
            in_small = in_small or _kept_text(pair)
            # A name may follow a hyphen, in a compound, with another ending or in code.
            if found.lower().removesuffix("s") not in in_small and _is_expected(found, pair):
                yield Finding(f"{found} of the source is missing", (found,))


def _kept_text(pair: Pair) -> str:
    """The text that may hold a name, in lower case: code as well, if it is not that of the source."""
    code = [one for one in pair.translation.code if one not in pair.source.code]
    return " ".join([pair.translation.prose, *code]).lower()


def _is_expected(found: str, pair: Pair) -> bool:
    """Whether a name that is not here should be: others keep it, and it has no ending or other spelling here."""
    context, source, here = pair.context, pair.source.prose, pair.translation.prose
    is_kept = context.is_kept(found)
    if not (is_kept or has_hole(here, source, pair.language)) or found.lower() in conventions.months(
        pair.source_locale
    ):
        return False
    # A name keeps its capital when it is inflected.
    known = set(pair.source.words)
    words = [word for word in pair.translation.words if not word.islower() and word not in known]
    if not is_kept and (
        len(known) > _MANY or any(_is_inside(word, here) and not _is_form(word, known) for word in words)
    ):
        return False  # another word with a capital may be in the place of the name
    if is_inflected(found, {word.lower() for word in words}) or context.is_renamed(found, pair.message.msgstr):
        return False
    sounds = {found, *_PART.findall(found)}
    return not context.is_part(found, source) and not any(sounds_like(word, one) for word in words for one in sounds)


def _is_form(word: str, known: Collection[str]) -> bool:
    return any(word[:1] == one[:1] and is_form_of(word, one) for one in known)


def _is_inside(word: str, text: str) -> bool:
    """Whether a word is inside a sentence, where a capital shows a name."""
    at = text.find(f" {word}")
    while at > 0 and not (text[at - 1].isalnum() or text[at - 1] in _BEFORE):
        at = text.find(f" {word}", at + 1)
    return at > 0


_BEFORE = f',;/)&-–—“"({OBJECT}'
"""What may be before a blank inside a sentence, besides letters."""


def _misspelt(found: str, words: Collection[str], pair: Pair) -> str:
    """A word that has the letters of a name in another order or, if the name is kept by others, one wrong letter.

    Of a word that is not known as a name, only two neighbouring letters may have changed places.
    """
    similar = [word for word in words if word[0] == found[0] and -1 <= len(word) - len(found) <= 0]
    # A name of other sources is a mistake of this one that the translator has corrected.
    similar = [word for word in similar if not pair.context.is_name(word)]
    if not similar:
        return ""
    if pair.context.is_name(found):
        is_kept = found not in pair.translation.prose and pair.context.is_kept(found)
        return next(
            (
                word
                for word in similar
                if (sorted(word) == sorted(found) and (is_kept or not _is_other_ending(word, found)))
                or (is_kept and _differs_in_one(word, found))
            ),
            "",
        )
    if len(found) < _SHORTEST_WORD:
        return ""
    return next((word for word in similar if _is_swapped(word, found) and pair.context.times_capital(word) == 1), "")


def _is_other_ending(word: str, other: str) -> bool:
    """Whether two words differ in the order of the last letters alone, as theater and theatre do."""
    return word[:-2] == other[:-2] and {word[-2:], other[-2:]} in ({"er", "re"}, {"el", "le"})


def _is_swapped(word: str, other: str) -> bool:
    """Whether two letters have changed places; not the last ones, which languages write in another order: centre."""
    at = next((at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), len(word))
    return (
        len(word) == len(other)
        and at < len(word) - 2
        and word[at : at + 2] == other[at + 1 : at - 1 : -1]
        and word[at + 2 :] == other[at + 2 :]
    )


def _differs_in_one(word: str, other: str) -> bool:
    """Whether one letter is another one, or is missing; not the last one, which may be an ending."""
    word, other = word[:-1] if len(word) == len(other) else word, other[:-1] if len(word) == len(other) else other
    if len(word) == len(other):
        return sum(one != two for one, two in zip(word, other, strict=True)) == 1
    return (
        len(word) == len(other) - 1
        and not other.startswith(word)
        and any(other[:at] + other[at + 1 :] == word for at in range(len(other)))
    )
