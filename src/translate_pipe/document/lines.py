"""Line ends, line numbers and line beginnings: LF, CRLF and lone CR each end a line, as in CommonMark (section 2.1)."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

LINE_END = re.compile(rb"\r\n|\n|\r")
"""Finds a line end in bytes."""


class LineIndex:
    """Turns byte offsets of a text into line numbers."""

    def __init__(self, data: bytes) -> None:
        # The lines of bytes, unlike those of a text, end at LF, CRLF and CR alone.
        self._starts = list(accumulate(map(len, data.splitlines(keepends=True))))
        if self._starts and not data.endswith((b"\n", b"\r")):
            self._starts.pop()

    def line(self, offset: int) -> int:
        r"""The line, from 1, on which a byte offset stands.

        >>> LineIndex(b"a\r\nb").line(3)
        2
        """
        return bisect_right(self._starts, offset) + 1


def line_end_of(data: bytes) -> str:
    """The line end that a text uses, judged by its first one; LF for a text of one line."""
    match = LINE_END.search(data)
    return match.group().decode() if match else "\n"


def line_start(data: bytes, offset: int) -> int:
    r"""The byte at which the line begins that an offset stands on.

    >>> line_start(b"een\rtwee", 6)
    4
    """
    return max(data.rfind(b"\n", 0, offset), data.rfind(b"\r", 0, offset)) + 1


def without_quote_marks(data: bytes, depth: int) -> bytes:
    r"""A text with blanks for the marks of `depth` block quotes in front of its lines; every byte keeps its place.

    The first line begins behind the marks.

    >>> without_quote_marks(b"<p>\n> > Tekst", 1)
    b'<p>\n  > Tekst'
    """
    if not depth or not LINE_END.search(data):
        return data
    marks = re.compile(rb"(?<=[\r\n])(?:[ \t]*>){1,%d}" % depth)
    return marks.sub(lambda found: b" " * len(found.group()), data)
