"""Columns of a terminal or an editor, and texts filled into lines of so many of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from unicode_segmentation_rs import text_width

if TYPE_CHECKING:
    from collections.abc import Iterable

# Latin, Greek and Cyrillic letters and signs; most texts need no look at each of their characters.
_NARROW = re.compile(r"[ -~\xa1-\xac\xae-\u02ff\u0386-\u03ff\u0400-\u0482\u2013-\u2026]*+\Z")


_cached_width = cache(text_width)


def is_narrow(text: str) -> bool:
    """Whether a text is known to have a column for each of its characters; False may also mean that it is unknown.

    >>> is_narrow("été"), is_narrow("睡眠")
    (True, False)
    """
    return text.isascii() or _NARROW.match(text) is not None


def columns(text: str) -> int:
    """The columns of a text: the sum over its characters, as gettext counts, whatever ligatures a font may have.

    >>> columns("slaap"), columns("睡眠")
    (5, 4)
    """
    return len(text) if is_narrow(text) else sum(map(_cached_width, text))


def filled_lines(units: Iterable[str], room: int) -> list[str]:
    """The pieces of a text, between which it may be broken, in lines of at most `room` columns where they allow it.

    >>> filled_lines(["een ", "lange ", "regel"], 10)
    ['een lange ', 'regel']
    """
    pieces = list(units)
    ends = list(accumulate(map(columns, pieces)))
    lines: list[str] = []
    start = used = 0
    while start < len(pieces):
        stop = max(start + 1, bisect_right(ends, used + room, start))
        lines.append("".join(pieces[start:stop]))
        start, used = stop, ends[stop - 1]
    return lines
