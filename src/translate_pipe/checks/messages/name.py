"""Names and words that stay as they are in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from translate_pipe.checks.helpers import conventions
from translate_pipe.checks.helpers.context import is_inflected, names_in
from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.checks.helpers.pair import Pair

_LATIN_WORD = Expression(r"[A-Za-z][A-Za-z0-9+#]*")
_SHORTEST = 4


@concerns(in_context=True)
def name(pair: Pair) -> Iterator[Finding]:
    """Names that the catalogue's other translations keep and this one has lost or misspelt."""
    here = pair.translation.prose
    all_names, text = pair.context.names, pair.source.prose
    known = [found for found in names_in(text) if found in all_names]
    names = [found for found in dict.fromkeys(known) if here.count(found) < known.count(found)] if known else known
    if not names:
        return
    capitals = {word for word in _LATIN_WORD.findall(pair.translation.prose) if word[0].isupper()}
    new_words = capitals - set(_LATIN_WORD.findall(pair.source.prose)) if capitals else capitals
    prose = " ".join([here, *pair.translation.code])
    in_small = prose.lower()
    for found in names:
        misspelt = _misspelt(found, new_words, is_kept=pair.context.is_kept(found) and found not in prose)
        if misspelt:
            yield Finding(f"{misspelt} is {found} in the source", (misspelt,))
        # A name may follow a hyphen, in a compound, with another ending or in code.
        elif found.lower().removesuffix("s") not in in_small and _is_expected(found, pair):
            yield Finding(f"{found} of the source is missing", (found,))


def _is_expected(found: str, pair: Pair) -> bool:
    """Whether a name that is not here should be: others keep it, and it has no ending or other spelling here."""
    if not pair.context.is_kept(found) or found.lower() in conventions.months(pair.source_locale):
        return False
    # A name keeps its capital when it is inflected.
    capitals = {word.lower() for word in pair.translation.words if word[0].isupper()}
    return not is_inflected(found, capitals) and not pair.context.is_renamed(found, pair.message.msgstr)


def _misspelt(found: str, words: Iterable[str], *, is_kept: bool) -> str:
    """A word that has the letters of a name in another order or, if the name is kept by others, one wrong letter."""
    if len(found) < _SHORTEST:
        return ""
    for word in words:
        is_like = word[0] == found[0] and -1 <= len(word) - len(found) <= 0 and word != found
        if is_like and (sorted(word) == sorted(found) or (is_kept and _differs_in_one(word, found))):
            return word
    return ""


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
