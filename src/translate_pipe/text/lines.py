"""Line ends, line numbers and line beginnings: LF, CRLF and lone CR each end a line, as in CommonMark (section 2.1)."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from translate_pipe.model import BYTE_ORDER_MARK, Region

EOL = r"(?>\r\n|\n|\r)"
"""The pattern of a line end, for texts.

The group is atomic. Otherwise CRLF could match as one line end or as two, and a pattern that repeats lines would try
both for each line, in a time that doubles with every line.
"""

EOL_BYTES = EOL.encode()
"""The pattern of a line end, for bytes."""

LINE_END = re.compile(EOL_BYTES)
"""Finds a line end in bytes."""


def split_byte_order_mark(text: str) -> tuple[str, str]:
    r"""The byte order mark of a text, empty if it has none, and the rest of the text.

    >>> split_byte_order_mark("\ufeffA"), split_byte_order_mark("A")
    (('\ufeff', 'A'), ('', 'A'))
    """
    body = text.removeprefix(BYTE_ORDER_MARK)
    return text[: len(text) - len(body)], body


class CharacterIndex:
    """Turns byte offsets of a text into offsets in characters."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._is_ascii = data.isascii()

    @cached_property
    def _counts(self) -> list[int]:
        """The characters before each stride of the text."""
        strides = (self._data[at : at + _STRIDE] for at in range(0, len(self._data), _STRIDE))
        return list(accumulate(map(_characters, strides), initial=0))

    def offset(self, at: int) -> int:
        """The characters before a byte offset.

        >>> CharacterIndex("één".encode()).offset(4)
        2
        """
        if self._is_ascii:
            return at
        nth = at // _STRIDE
        return self._counts[nth] + _characters(self._data[nth * _STRIDE : at])


_STRIDE = 256
_NO_FIRST_BYTES = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that go on with a character."""


def _characters(data: bytes) -> int:
    return len(data.translate(None, _NO_FIRST_BYTES))


class LineIndex:
    """Turns byte offsets of a text into lines and columns."""

    def __init__(self, data: bytes) -> None:
        self._characters = CharacterIndex(data)
        # The lines of bytes, unlike those of a text, end at LF, CRLF and CR alone.
        self._starts = list(accumulate(map(len, data.splitlines(keepends=True))))
        if self._starts and not data.endswith((b"\n", b"\r")):
            self._starts.pop()

    def line(self, offset: int) -> int:
        r"""The line, from 1, of a byte offset.

        >>> LineIndex(b"a\r\nb").line(3)
        2
        """
        return bisect_right(self._starts, offset) + 1

    def region(self, start: int, end: int = 0) -> Region:
        r"""The region of the bytes from `start` to `end`; without an end, it begins at `start`.

        >>> LineIndex("a\r\nébc".encode()).region(5, 6)
        Region(line=2, column=2, end_line=2, end_column=3)
        """
        return Region(*self._place(start), *(self._place(end) if end > start else (0, 0)))

    def _place(self, offset: int) -> tuple[int, int]:
        line = self.line(offset)
        start = self._starts[line - 2] if line > 1 else 0
        return line, self._characters.offset(offset) - self._characters.offset(start) + 1


def line_end_of(data: bytes) -> str:
    """The line end that a text uses, judged by its first one; LF for a text of one line."""
    match = LINE_END.search(data)
    return match.group().decode() if match else "\n"


def line_start(data: bytes, offset: int) -> int:
    r"""The first byte of the line of an offset.

    >>> line_start(b"een\rtwee", 6)
    4
    """
    return last_of(data, offset, b"\n\r") + 1


def last_of(data: bytes, offset: int, characters: bytes) -> int:
    r"""The offset of the last one of some characters before another offset; -1 if there is none.

    The search goes back in strides, so that it is over soon where one of the characters is near, also in a text that
    has no others.

    >>> last_of(b"een\rtwee", 6, b"\n\r"), last_of(b"een", 3, b"\n")
    (3, -1)
    """
    stride = 256
    while True:
        begin = max(0, offset - stride)
        found = max(data.rfind(characters[at : at + 1], begin, offset) for at in range(len(characters)))
        if found >= 0 or not begin:
            return found
        stride *= 4


def without_quote_marks(data: bytes, depth: int) -> bytes:
    r"""A text with blanks in place of the marks of `depth` block quotes; every byte keeps its place.

    The first line begins after the marks.

    >>> without_quote_marks(b"<p>\n> > Tekst", 1)
    b'<p>\n  > Tekst'
    """
    if not depth or not LINE_END.search(data):
        return data
    marks = re.compile(rb"(?<=[\r\n])(?:[ \t]*>){1,%d}" % depth)
    return marks.sub(lambda found: b" " * len(found.group()), data)
