"""Texts of others, made safe for a terminal.

A catalogue comes from anywhere. Its texts must not move the cursor, change colours or turn the direction of the text
around them, and a person has to see the invisible characters that a diagnostic is about.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from unicode_segmentation_rs import graphemes, text_width

JOINERS = frozenset("\u200c\u200d")
"""Invisible, but part of the spelling of Persian, Hindi and of many emoji."""

# Format characters that are drawn as a sign of their own: Arabic number signs and their like.
_DRAWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_AS_IN_PO = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def safe(text: str) -> str:
    r"""A text without anything that a terminal obeys; invisible characters are named.

    >>> safe("a\u202eb\x1b[31m")
    'a<U+202E>b<U+001B>[31m'
    """
    if text.isprintable():
        return text
    shown = []
    for char in text:
        if char.isprintable() or unicodedata.category(char) not in _INVISIBLE or char in JOINERS or char in _DRAWN:
            shown.append(char)
        else:
            shown.append(_AS_IN_PO.get(char) or character_number(char))
    return "".join(shown)


def character_number(char: str) -> str:
    """A character by its number in Unicode.

    >>> character_number(" ")
    '<U+0020>'
    """
    return f"<U+{ord(char):04X}>"


def width(text: str) -> int:
    """The columns that a text takes on a terminal.

    >>> width("Schlaf"), width("睡眠"), width("e\u0301")
    (6, 4, 1)
    """
    return len(text) if text.isascii() else text_width(text)


def clusters(text: str) -> list[str]:
    """The characters of a text as readers see them (grapheme clusters)."""
    return list(text) if text.isascii() else list(graphemes(text, is_extended=True))


@lru_cache(maxsize=64)  # the diagnostics of one message follow each other
def ellipsized(text: str, columns: int) -> str:
    """The beginning of a text on one line that is not wider than so many columns, safe to show.

    >>> ellipsized("Een glas melk", 10)
    'Een glas …'
    """
    line = " ".join(text.split())
    # Marks without a width can be piled up without limit.
    if len(line) <= columns * 4 and width(line) <= columns:
        return safe(line)
    kept, used = [], 0
    for cluster in clusters(line[: columns * 4]):
        used += width(cluster)
        if used >= columns:
            break
        kept.append(cluster)
    return safe("".join(kept)) + "…"
