"""Line ends and line numbers: LF, CRLF and lone CR each end a line, as in CommonMark (section 2.1)."""

from __future__ import annotations

import re
from bisect import bisect_right

_LINE_END = re.compile(rb"\r\n|\n|\r")


class LineIndex:
    """Turns byte offsets of a text into line numbers."""

    def __init__(self, data: bytes) -> None:
        self._starts = [match.end() for match in _LINE_END.finditer(data)]

    def line(self, offset: int) -> int:
        r"""The line, from 1, on which a byte offset stands.

        >>> LineIndex(b"a\r\nb").line(3)
        2
        """
        return bisect_right(self._starts, offset) + 1


def line_end_of(data: bytes) -> str:
    """The line end that a text uses, judged by its first one; LF for a text of one line."""
    match = _LINE_END.search(data)
    return match.group().decode() if match else "\n"
