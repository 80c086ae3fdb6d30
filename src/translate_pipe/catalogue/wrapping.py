r"""The strings of a PO file in lines, wrapped as GNU gettext's msgcat wraps them.

A line has 79 columns at most, quotes and prefix included. It is broken where Unicode allows a line to break (UAX #14),
as late as possible, and always behind ``\n``. Unicode's opportunities come from unicode-segmentation-rs; gettext's
own tables are older and have a few more, which `_MORE_BREAKS` adds.

Wrapping was a third of the time that it took to write a big template. Therefore the opportunities of a text are only
asked for where a line ends in anything but plain words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

import polib
from unicode_segmentation_rs import line_break_units

from translate_pipe.text.columns import columns, filled, is_narrow

WIDTH = 79
"""The columns of a line, as `msgcat --width` counts them."""

# gettext breaks between an infix separator (class IS) and a letter or symbol (class AL), which rule LB29 forbids today;
# a quotation mark counts as the backslash that it is written with.
_MORE_BREAKS = re.compile(r"([.,:;])(?=[^\W\d]|[#&*<=>@^`~\"\\])")


def field_lines(prefix: str, name: str, text: str, width: int = WIDTH) -> list[str]:
    r"""The lines of a field: its name and the string that holds a text, behind a prefix such as ``#| ``.

    `width` is the most columns that a line may have; 0 leaves every line of the text as long as it is.

    >>> field_lines("", "msgid", "Huid")
    ['msgid "Huid"']
    >>> field_lines("", "msgid", "woord " * 14)[:2]
    ['msgid ""', '"woord woord woord woord woord woord woord woord woord woord woord woord "']
    """
    if not text:
        return [f'{prefix}{name} ""']
    if not text.isprintable():
        pieces = text.splitlines(keepends=True)
        if len(pieces) > 1:
            return [f'{prefix}{name} ""', *(line for piece in pieces for line in _wrapped(prefix, "", piece, width))]
    return _wrapped(prefix, f"{name} ", text, width)


def _wrapped(prefix: str, name: str, text: str, width: int) -> list[str]:
    """The lines of a text without a line end but at its end."""
    is_plain = text.isprintable() and '"' not in text and "\\" not in text
    content = text if is_plain else polib.escape(text)
    line = f'{prefix}{name}"{content}"'
    if not width or (len(line) <= width and columns(line) <= width):
        return [line]
    room = width - len(prefix) - len('""')
    broken = _narrow_lines(content, room) if is_narrow(content) else filled(_units(text), room)
    lines = [f'{prefix}"{piece}"' for piece in broken]
    return [f'{prefix}{name}""', *lines] if name else lines


def _units(text: str) -> list[str]:
    r"""The pieces of a text between which a line may be broken, escaped.

    A text has no newline but at its end, so that it can be the mark between the pieces.
    """
    body = text.removesuffix("\n")
    marked = _MORE_BREAKS.sub("\\1\n", "\n".join(line_break_units(body)))
    units = [polib.escape(unit) for unit in marked.split("\n")] if marked else []
    if body != text:
        units[-1:] = ["".join(units[-1:]) + r"\n"]
    return units


# Texts whose characters have one column each

_LETTERS = r"0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0391-\u03a1\u03a3-\u03c9\u0400-\u0481"
_MARKS = r"*_`"
_BLANK = rf"[{_LETTERS}{_MARKS}.,;:!?)\]][ ](?=[{_LETTERS}{_MARKS}(\[])"
"""A blank behind a word and in front of another, behind which a text may be broken in any case."""
_SURE = re.compile(_BLANK)
_BEFORE_WORD = re.compile(rf"{_BLANK}[{_MARKS}(\[]*+[{_LETTERS}]*+[{_MARKS})\]]*+[.,;:!?]*+")
"""The same with a word behind it that may not be broken."""


def _narrow_lines(content: str, room: int) -> list[str]:
    """An escaped text, whose characters have one column each, in lines of `room` columns."""
    lines: list[str] = []
    opportunities = _Opportunities(content)
    start, room = 0, max(0, room)
    while len(content) - start > room:
        end = opportunities.last(start, start + room)
        lines.append(content[start:end])
        start = end
    return [*lines, content[start:]] if start < len(content) else lines


class _Opportunities:
    """Where an escaped text may be broken.

    Between a plain word and the blank in front of the next one a text falls into parts that do not concern each other:
    no rule of UAX #14 looks across. So only parts in which a line ends are looked into, each of them once.
    """

    __slots__ = ("_content", "_end", "_found", "_sure")

    def __init__(self, content: str) -> None:
        self._content = content
        self._sure = 0  # the last break between two words
        self._found: list[int] = []
        self._end = 0  # of the part that was looked into last

    def last(self, start: int, limit: int) -> int:
        """The last one behind `start` and up to `limit`, or else the first one behind it."""
        content = self._content
        blank = content.rfind(" ", start + 1, limit)
        if blank > 0 and (found := _BEFORE_WORD.match(content, blank - 1)):
            end = found.end()
            if end > limit or content[end] == " ":
                self._sure = blank + 1
                return blank + 1
        self._look(limit)
        at = bisect_right(self._found, limit)
        return self._found[at - 1] if at and self._found[at - 1] > start else self._found[at]

    def _look(self, limit: int) -> None:
        """Find all of a part, from the last place that is known up to one behind `limit`."""
        if self._end > limit:
            return
        start = max(self._end, self._sure)
        sure = _SURE.search(self._content, limit)
        self._end = sure.end() if sure else len(self._content)
        units = _units(polib.unescape(self._content[start : self._end]))
        self._found += accumulate(map(len, units), initial=start)
