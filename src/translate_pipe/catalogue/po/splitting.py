"""The entries of a large PO file by their places, so that a few can be read and replaced without the others.

A message is known by its mark, a number that its key has in every run, because 100,000 numbers are read and compared in
a few milliseconds.
"""

from __future__ import annotations

import re
from array import array
from base64 import b64decode, b64encode
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING

from translate_pipe.catalogue.po.parsing import read_entries

if TYPE_CHECKING:
    from translate_pipe.model import Catalogue, Message, MessageKey

MARKS = "Q"
"""The type of an array of marks."""

SIZES = "I"
"""The type of an array of sizes."""


def entry_mark(key: MessageKey) -> int:
    """The mark of a message, the same in every run and process.

    >>> entry_mark((None, "Slaap")) == entry_mark(("", "Slaap"))
    False
    """
    context, text = key
    content = f"-{text}" if context is None else f"{len(context)} {context}{text}"
    return int.from_bytes(blake2b(content.encode(), digest_size=8).digest(), "big")


class Entries:
    """The entries of a PO file, the header first. `sizes` are their bytes, with the blank lines before each."""

    def __init__(self, data: bytes, sizes: array[int]) -> None:
        self.data = data
        self.sizes = sizes
        self._ends = array(MARKS, accumulate(sizes))

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def is_whole(self) -> bool:
        """Whether the sizes are those of all the data."""
        return len(self.sizes) > 0 and self._ends[-1] == len(self.data)

    def block(self, at: int) -> bytes:
        """The lines of an entry."""
        return self.data[self._ends[at] - self.sizes[at] : self._ends[at]]

    def message(self, at: int) -> Message:
        """The message of an entry, with line numbers that count from its own first line."""
        ((message,), _) = read_entries(self.block(at)[:-1].decode())
        return message

    def messages_from(self, at: int) -> list[Message]:
        """The messages from an entry on, with line numbers that count from there."""
        start = self._ends[at - 1] if at else 0
        return read_entries(self.data[start:-1].decode())[0]


_BETWEEN = re.compile(rb"\n\n")


def sizes_of_written(data: bytes, count: int) -> array[int] | None:
    """The sizes of the entries in a file that `po_data` made of messages without lines; None unless it has `count`."""
    sizes, start = array(SIZES), 0
    for found in _BETWEEN.finditer(data):
        sizes.append(found.end() - start)
        start = found.end()
    sizes.append(len(data) - start + 2)
    if len(sizes) != count:
        return None
    sizes[0] -= 1
    sizes[-1] -= 1
    return sizes


def sizes_of_read(catalogue: Catalogue, data: bytes) -> array[int] | None:
    """The sizes of the entries in the file that a catalogue was read from.

    None if they cannot be replaced by themselves, because something else is between them.
    """
    messages = (catalogue.header, *catalogue.messages)
    sizes, has_gaps = array(SIZES), True
    for message in messages:  # one at a time, because they keep their lines as bytes
        raw = message.raw
        has_gaps = has_gaps and (not sizes or raw.startswith("\n"))
        sizes.append(len(raw if raw.isascii() else raw.encode()) + 1)
    is_plain = catalogue.line_end == "\n" and not catalogue.byte_order_mark and not catalogue.trailer
    is_first = all(catalogue.header.line < message.line for message in messages[1:2])
    return sizes if is_plain and is_first and has_gaps and sum(sizes) == len(data) else None


def block_of(text: str) -> bytes:
    """The lines of an entry, as a file has them after another one."""
    return (text if text.startswith("\n") else "\n" + text).encode() + b"\n"


def array_text(values: array[int]) -> str:
    """An array as a text for the cache."""
    return b64encode(values).decode()


def array_of(text: str, kind: str) -> array[int]:
    """The array in such a text; raises ValueError if there is none."""
    values = array(kind)
    values.frombytes(b64decode(text, validate=True))
    return values
