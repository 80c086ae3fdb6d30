r"""Wrap the strings of a PO file as GNU gettext's msgcat does.

A line has 79 columns at most, quotes and prefix included. It is broken where Unicode allows a line break (UAX #14), as
late as possible, and always after ``\n``. The break opportunities come from unicode-segmentation-rs. gettext's own
tables are older and have a few more, which `_MORE_BREAKS` adds.

Looking up break opportunities takes most of the time, so it is done only where a line does not end in plain words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

import polib
from unicode_segmentation_rs import line_break_units

from translate_pipe.text.columns import columns, filled_lines, is_narrow

PO_WIDTH = 79
"""The columns of a line, as `msgcat --width` counts them."""

# gettext breaks between an infix separator (class IS) and a letter or symbol (class AL), which rule LB29 forbids today.
# A quotation mark counts as the backslash of its escape.
_MORE_BREAKS = re.compile(r"([.,:;])(?=[^\W\d]|[#&*<=>@^`~\"\\])")


def field_lines(prefix: str, name: str, text: str, width: int = PO_WIDTH) -> list[str]:
    r"""The lines of a field: a prefix such as ``#| ``, its name, and the string that holds a text.

    `width` is the maximum number of columns; 0 leaves every line of the text as long as it is.

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
    """The lines of a text that has no line end, except at its end."""
    content = text if _is_plain(text) else polib.escape(text)
    line = f'{prefix}{name}"{content}"'
    if not width or (len(line) <= width and columns(line) <= width):
        return [line]
    room = width - len(prefix) - len('""')
    broken = _narrow_lines(content, room) if is_narrow(content) else filled_lines(_units(text), room)
    lines = [f'{prefix}"{piece}"' for piece in broken]
    return [f'{prefix}{name}""', *lines] if name else lines


def _is_plain(text: str) -> bool:
    """Whether a text has nothing to escape."""
    return text.isprintable() and '"' not in text and "\\" not in text


def _units(text: str) -> list[str]:
    r"""The pieces of a text between which a line may be broken, escaped.

    The text has no newline except at its end, so a newline can mark the breaks.
    """
    body = text.removesuffix("\n")
    marked = _MORE_BREAKS.sub("\\1\n", "\n".join(line_break_units(body)))
    units = marked.split("\n") if marked else []
    if not _is_plain(body):
        units = [polib.escape(unit) for unit in units]
    if body != text:
        units[-1:] = ["".join(units[-1:]) + r"\n"]
    return units


# Texts whose characters all have one column

_LETTERS = r"0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0391-\u03a1\u03a3-\u03c9\u0400-\u0481"
_MARKS = r"*_`"
_BLANK = rf"[{_LETTERS}{_MARKS}.,;:!?)\]][ ](?=[{_LETTERS}{_MARKS}(\[])"
"""A blank between two words, after which a text may always be broken."""
_SURE = re.compile(_BLANK)
_BEFORE_WORD = re.compile(rf"{_BLANK}[{_MARKS}(\[]*+[{_LETTERS}]*+[{_MARKS})\]]*+[.,;:!?]*+")
"""The same with the word after it, which may not be broken."""


def _narrow_lines(content: str, room: int) -> list[str]:
    """The lines, of `room` columns each, of an escaped text whose characters all have one column.

    No rule of UAX #14 looks across the blank between two plain words. So these blanks divide the text into parts, and
    only the parts in which a line ends are looked into, each of them once.
    """
    lines: list[str] = []
    opportunities: list[int] = []  # of the parts that were looked into
    start = searched = sure = 0  # the ends of the last line, the last part, and the last line that ends between words
    room = max(0, room)
    while len(content) - start > room:
        limit = start + room
        blank = content.rfind(" ", start + 1, limit)
        word = _BEFORE_WORD.match(content, blank - 1) if blank > 0 else None
        if word and (word.end() > limit or content[word.end()] == " "):
            end = sure = blank + 1
        else:
            if searched <= limit:
                part = max(searched, sure)
                after = _SURE.search(content, limit)
                searched = after.end() if after else len(content)
                piece = content[part:searched]
                units = _units(polib.unescape(piece) if "\\" in piece else piece)
                opportunities += accumulate(map(len, units), initial=part)
            at = bisect_right(opportunities, limit)
            # the last one up to the limit, or the first one after it
            end = opportunities[at - 1] if at and opportunities[at - 1] > start else opportunities[at]
        lines.append(content[start:end])
        start = end
    return [*lines, content[start:]] if start < len(content) else lines
