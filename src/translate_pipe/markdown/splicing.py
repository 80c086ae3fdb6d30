"""Puts other bytes into a document, and proves that nothing else has changed."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.model import Closing, Opening, Piece, Run, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from translate_pipe.model import Inline, OutlineItem


class Edit(NamedTuple):
    """Bytes that replace those from `start` to `end`."""

    start: int
    end: int
    data: bytes


def splice(data: bytes, edits: Iterable[Edit], start: int = 0, end: int | None = None) -> bytes:
    """A text, or the part of it from `start` to `end`, with edits, which are in order and do not overlap.

    >>> splice(b"een, twee", [Edit(0, 3, b"one"), Edit(9, 9, b"!")])
    b'one, twee!'
    """
    pieces: list[bytes] = []
    position = start
    for edit in edits:
        pieces += (data[position : edit.start], edit.data)
        position = edit.end
    pieces.append(data[position:end])
    return b"".join(pieces)


def spliced_ranges(edits: Iterable[Edit]) -> list[tuple[int, int]]:
    """The ranges of the edits' bytes in the result."""
    ranges: list[tuple[int, int]] = []
    growth = 0
    for edit in edits:
        start = edit.start + growth
        ranges.append((start, start + len(edit.data)))
        growth += len(edit.data) - (edit.end - edit.start)
    return ranges


class Movement:
    """Maps byte offsets of a text to those of its result with edits, which are in order and do not overlap."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._ends: list[int] = []
        self._growth = [0]
        for edit in edits:
            self._ends.append(edit.end)
            self._growth.append(self._growth[-1] + len(edit.data) - (edit.end - edit.start))

    def range(self, start: int, end: int) -> tuple[int, int]:
        """The range in the result of what was from `start` to `end`."""
        ends, growth = self._ends, self._growth
        return start + growth[bisect_right(ends, start)], end + growth[bisect_right(ends, end)]

    def offset(self, offset: int) -> int:
        """The offset in the result of one that is in no edit, or at the end of one."""
        return offset + self._growth[bisect_right(self._ends, offset)]


class Holes:
    """Ranges of a text that do not count, in order and apart from each other."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]
        self._sizes = [0, *accumulate(end - start for start, end in ranges)]

    def outside(self, offset: int) -> int:
        """The number of bytes before an offset, without the holes.

        >>> [Holes([(2, 5)]).outside(offset) for offset in (1, 2, 4, 5, 7)]
        [1, 2, 2, 2, 4]
        """
        index = bisect_right(self._starts, offset)
        if not index:
            return offset
        overhang = max(0, self._ends[index - 1] - offset)
        return offset - self._sizes[index] + overhang

    def hold(self, start: int, end: int) -> bool:
        """Whether a range is in one of the holes."""
        index = bisect_right(self._starts, start) - 1
        return index >= 0 and end <= self._ends[index]


def remains(items: Iterable[OutlineItem], holes: Holes) -> Iterator[tuple[object, ...]]:
    """The blocks and inlines of a text without its holes, with their kinds and places.

    Two texts that are the same outside of their holes and have the same remains differ in the holes alone, also to a
    parser. The addresses of links and images are left out: they are in holes or elsewhere in the text.
    """
    for item in items:
        if isinstance(item, Closing):
            yield (item.tag,)
            continue
        place = (holes.outside(item.start), holes.outside(item.end))
        match item:
            case Opening() | Verbatim():
                yield (type(item), item.tag, item.detail, *place)
            case Run():
                yield (Run, item.tag, *place, *_inlines(item.inlines, holes))
            case Piece():
                yield (item.kind, item.shape, item.detail, item.text, *place)


def _inlines(inlines: Iterable[Inline], holes: Holes) -> Iterator[tuple[object, ...]]:
    """The inlines outside of holes. Adjacent texts are one, because how the parser cuts them means nothing."""
    text = ""
    start = end = 0
    for inline in inlines:
        if holes.hold(inline.start, inline.end):
            continue
        if inline.kind == "Text":
            start = start if text else holes.outside(inline.start)
            text, end = text + str(inline.value), holes.outside(inline.end)
            continue
        if text:
            yield ("Text", text, start, end)
            text = ""
        value = inline.value
        if isinstance(value, dict):
            value = (value["link_type"], value["title"], value["id"])
        elif inline.kind == "InlineHtml":  # its bytes are compared, and may have a hole
            value = None
        yield (inline.kind, value, holes.outside(inline.start), holes.outside(inline.end))
    if text:
        yield ("Text", text, start, end)
