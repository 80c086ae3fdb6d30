"""Columns of a terminal or an editor, and texts filled into lines of so many of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from unicode_segmentation_rs import text_width

if TYPE_CHECKING:
    from collections.abc import Iterable


def columns(text: str) -> int:
    """The columns of a text: the sum over its characters, as gettext counts, whatever ligatures a font may have.

    >>> columns("slaap"), columns("睡眠")
    (5, 4)
    """
    return len(text) if text.isascii() else sum(map(_width, text))


def filled(units: Iterable[str], room: int) -> list[str]:
    """The pieces of a text, between which it may be broken, in lines of at most `room` columns where they allow it.

    >>> filled(["een ", "lange ", "regel"], 10)
    ['een lange ', 'regel']
    """
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for unit in units:
        width = columns(unit)
        if line and used + width > room:
            lines.append("".join(line))
            line, used = [], 0
        line.append(unit)
        used += width
    return [*lines, "".join(line)] if line else lines


@cache
def _width(character: str) -> int:
    return text_width(character)
