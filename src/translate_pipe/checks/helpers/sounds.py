"""Whether a word in any script sounds like a name, so that it may be the name as another language writes it.

The names of characters in Unicode say how letters sound: HANGUL SYLLABLE DEU, ARABIC LETTER GAF, KATAKANA LETTER RO.
Only consonants are compared, in groups of those that languages exchange.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_VOWELS = frozenset("AEIOU")
_GROUPS = {
    **dict.fromkeys("BPVF", "P"),
    **dict.fromkeys("CKGQ", "K"),
    **dict.fromkeys("DT", "T"),
    **dict.fromkeys("SZJ", "S"),
    **dict.fromkeys("LR", "R"),
    "M": "M",
    "N": "N",
    "X": "KS",
}
"""Consonants that languages exchange; H, W and Y, which many leave out, are in none."""
_FEWEST = 2
"""The consonants without which any word sounds like another."""
_FOR_ONE_OTHER = 4
"""In words of so many consonants, one may be another one, or be missing."""
_ENDING = 2
"""The consonants that an ending may add."""


def sounds_like(word: str, name: str) -> bool:
    """Whether a word has the consonants of a name, and perhaps an ending.

    >>> [sounds_like(word, "Android") for word in ("안드로이드는", "Андроїд", "アンドロイド", "اندروید", "система")]
    [True, True, True, True, False]
    """
    wanted, found = _consonants(name), _consonants(word)
    if len(wanted) < _FEWEST or found[:1] != wanted[:1]:
        return False
    allowed = len(wanted) // _FOR_ONE_OTHER
    shortest, longest = len(wanted) - allowed, len(wanted) + allowed
    ends = range(shortest, min(longest, len(found)) + 1)
    return len(found) <= longest + _ENDING and any(_distance(found[:end], wanted) <= allowed for end in ends)


def _consonants(word: str) -> str:
    """The groups of the consonants of a word, without those that double one."""
    sounds = [_GROUPS.get(letter, "") for character in word for letter in _sound(character)]
    text = "".join(sounds)
    return "".join(one for one, before in zip(text, " " + text, strict=False) if one != before)


@cache
def _sound(character: str) -> str:
    """The consonants that a letter has in its name; of a Latin letter, the letter itself."""
    base = unicodedata.normalize("NFD", character)[:1].upper()
    if base.isascii():
        return base
    script, _, rest = unicodedata.name(character, "").partition(" ")
    kind, _, name = rest.replace("CAPITAL ", "").replace("SMALL LETTER", "LETTER").partition(" ")
    if kind not in {"LETTER", "SYLLABLE", "CHARACTER"} or name.startswith(("SMALL ", "SARA ")):
        return ""
    if kind == "SYLLABLE":
        return name.removesuffix("G") if name.endswith("NG") else name
    token = name.split()[0 if kind == "CHARACTER" else -1]
    if token[0] in _VOWELS and script != "CYRILLIC":  # ALEF and IOTA are vowels; Cyrillic EL and ES are not
        return ""
    return next((letter for letter in token if letter not in _VOWELS), "")


def _distance(one: str, other: str) -> int:
    """How many letters have to be put in, left out or replaced to make one text of the other."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, wanted in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != wanted))
    return row[-1]
