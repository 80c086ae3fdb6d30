r"""Lines of a PO file wrapped as GNU gettext's msgcat wraps them.

A line has 79 columns at most, quotes and prefix included. It is broken where Unicode allows a line to break (UAX #14),
as late as possible, and always behind ``\n``. Unicode's opportunities come from unicode-segmentation-rs; gettext's
own tables are older and have a few more, which `_MORE_BREAKS` adds.
"""

from __future__ import annotations

import re

import polib
from unicode_segmentation_rs import line_break_units

from translate_pipe.document.columns import columns, filled

WIDTH = 79
"""The columns of a line, as `msgcat --width` counts them."""

# gettext breaks between an infix separator (class IS) and a letter or symbol (class AL), which rule LB29 forbids today;
# a quotation mark counts as the backslash that it is written with.
_MORE_BREAKS = re.compile(r"(?<=[.,:;])(?=[^\W\d]|[#&*<=>@^`~\"\\])")
_LINE = re.compile(r"(?P<prefix>(?:#~\| |#~ |#\| )?)(?P<name>[a-z_]+(?:\[\d+\])? )?\"(?P<content>.*)\"\Z", re.DOTALL)


def rewrapped(line: str, width: int = WIDTH) -> list[str]:
    r"""A line of an entry, such as ``msgid "…"``, as the lines that msgcat would make of it.

    `width` is the most columns that a line may have; 0 leaves every line as long as it is.

    >>> rewrapped('msgid "Huid"')
    ['msgid "Huid"']
    >>> rewrapped('msgid "' + "woord " * 14 + '"')[:2]
    ['msgid ""', '"woord woord woord woord woord woord woord woord woord woord woord woord "']
    """
    if not width or (len(line) <= width and (line.isascii() or columns(line) <= width)):
        return [line]
    match = _LINE.match(line)
    if match is None:
        return [line]
    prefix, name = match["prefix"], match["name"] or ""
    room = width - len(prefix) - len('""')
    lines = [f'{prefix}"{content}"' for content in filled(_units(polib.unescape(match["content"])), room)]
    return [f'{prefix}{name}""', *lines] if name else lines


def _units(text: str) -> list[str]:
    """The pieces of a text between which a line may be broken, escaped."""
    body = text.removesuffix("\n")
    units = [polib.escape(piece) for unit in line_break_units(body) for piece in _MORE_BREAKS.split(unit)]
    if body != text:
        units[-1:] = ["".join(units[-1:]) + r"\n"]
    return units
