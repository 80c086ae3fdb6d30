"""The run of a block: its text on one line, its words, its images, and whether it belongs to a bibliography.

A bibliography has the entries that citations lead to.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from translate_pipe.markdown.outliner import BLANKS, TOKEN
from translate_pipe.model import SegmentKind, Slot, SlotShape
from translate_pipe.text.characters import ADDRESS, has_letters_or_digits
from translate_pipe.text.expression import Expression
from translate_pipe.text.lines import EOL_BYTES

if TYPE_CHECKING:
    from translate_pipe.model import Inline, Run

LINE_BREAK = re.compile(rb"[ \t]*" + EOL_BYTES)
"""A line end with the blanks before it."""

_OPAQUE_LINKS = frozenset({"Autolink", "Email"})
_IMAGE_LINKS_WITH_FREE_ALT = frozenset({"Inline", "Reference"})


def text(data: bytes, run: Run, quote_depth: int) -> tuple[str, tuple[str, ...]]:
    """A run's Markdown on one line: soft breaks become a blank, hard breaks a newline, container prefixes go.

    `data` is the document, `quote_depth` the number of block quotes around the run. Returns the text and its
    hard breaks as written, from the mark up to the text of the next line.
    """
    raw = data[run.start : run.end]
    if b"\n" not in raw and b"\r" not in raw:
        return raw.decode(), ()
    pieces: list[bytes] = []
    hard: list[str] = []
    position = run.start
    for event, following in pairwise(run.inlines):
        if event.kind not in ("SoftBreak", "HardBreak"):
            continue
        after = following.start  # what is between the two is the prefix of the line
        # An escaped character's event begins after its backslash.
        if after > event.end and data[after - 1 : after] == b"\\" and following.kind == "Text":
            after -= 1
        pieces.append(_without_line_ends(data[position : event.start].rstrip(BLANKS), quote_depth))
        if event.kind == "SoftBreak":
            pieces.append(b" ")
        else:
            pieces.append(b"\n")
            hard.append(data[event.start : after].decode())
        position = after
    pieces.append(_without_line_ends(data[position : run.end], quote_depth))
    return b"".join(pieces).decode().strip("\n"), tuple(hard)


def _without_line_ends(raw: bytes, quote_depth: int) -> bytes:
    """The text between two breaks. Code spans, tags and link destinations may hold line ends."""
    if b"\n" not in raw and b"\r" not in raw:
        return raw
    return re.sub(LINE_BREAK.pattern + rb"(?: {0,3}>[ \t]?){0,%d}[ \t]*" % quote_depth, b" ", raw)


def on_one_line(raw: bytes) -> str:
    """The msgid of an alt text or a title."""
    return LINE_BREAK.sub(b" ", raw).decode().strip()


def has_words(inlines: tuple[Inline, ...]) -> bool:
    """Whether a reader sees words: letters or digits outside code and bare links, an alt text or a title."""
    opaque = 0
    for kind, value, _, _ in inlines:
        if kind == "Text":
            plain = "" if opaque else str(value)
            if ":" in plain or "@" in plain or "www." in plain:
                plain = _ADDRESS_OR_EMOJI.sub("", plain)
            if has_letters_or_digits(plain):
                return True
        elif kind in ("Link", "Image"):
            if isinstance(value, dict):
                opaque += value["link_type"] in _OPAQUE_LINKS
                if value["title"]:
                    return True
        elif kind == "EndLink":
            opaque = 0
    return False


_ADDRESS_OR_EMOJI = Expression(rf"{ADDRESS}|(?<![\w:]):[a-z0-9_+-]+:(?![\w:])")


# Runs of nothing but images


def image_parts(data: bytes, run: Run) -> list[tuple[SegmentKind, Slot]]:
    """The alt texts and titles of a run that holds nothing but images; nothing for other runs."""
    parts: list[tuple[SegmentKind, Slot]] = []
    open_images: list[int] = []
    open_links: list[int] = []
    for index, inline in enumerate(run.inlines):
        if inline.kind == "Image":
            # An alt text may also be the label by which a definition is found.
            if not isinstance(inline.value, dict) or inline.value["link_type"] not in _IMAGE_LINKS_WITH_FREE_ALT:
                return []
            open_images.append(index)
        elif inline.kind == "EndImage":
            first = open_images.pop()
            image = run.inlines[first]
            start = image.start + len("![")
            end = max((one.end for one in run.inlines[first + 1 : index]), default=start)
            if open_images or data[end : end + 1] != b"]":  # an image in an alt text, or an end that no event has
                return []
            parts += [(SegmentKind.IMAGE_ALT, Slot(start, end, SlotShape.ALT)), *_title(data, image)]
        elif open_images:  # what is in an alt text is part of it
            continue
        elif inline.kind == "Link":
            open_links.append(index)
        elif inline.kind == "EndLink":
            parts += _title(data, run.inlines[open_links.pop()])
        elif inline.kind not in ("SoftBreak", TOKEN) and (inline.kind != "Text" or str(inline.value).strip()):
            return []
    return sorted(((kind, slot) for kind, slot in parts if slot.end > slot.start), key=lambda part: part[1].start)


_TITLE = Expression(
    rb"[ \t\r\n](?:\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|\(((?:\\.|[^()\\])*)\))[ \t\r\n]*\)\Z",
    re.DOTALL,
)
"""Finds the title at the end of an inline link or image."""


def _title(data: bytes, link: Inline) -> list[tuple[SegmentKind, Slot]]:
    """The title of an inline link or image, without its quotes (CommonMark, section 6.3), if it has one."""
    if not isinstance(link.value, dict) or link.value["link_type"] != "Inline" or not link.value["title"]:
        return []
    match = _TITLE.search(data[link.start : link.end])
    if not match:
        return []
    start, end = match.span(match.lastindex or 0)
    kind = SegmentKind.IMAGE_TITLE if link.kind == "Image" else SegmentKind.LINK_TITLE
    return [(kind, Slot(link.start + start, link.start + end, SlotShape.TITLE))]


# Bibliographies

_MARKS = re.compile(r"[*_`~]|\{[^{}]*\}")
_NUMBERING = re.compile(r"^\W*(?:\d+[.)]?)*\s*")
_FIRST_OF_ENTRY = frozenset("¹²³⁰⁴⁵⁶⁷⁸⁹<")
_ENTRY = re.compile(r"(?:[¹²³⁰⁴-⁹]+|<sup>\s*\d+\s*</sup>)[.):]?\s*\S")


@lru_cache(1000)  # many documents of a reference have the same headings
def heading_name(text: str) -> str:
    """A heading as it is compared: without emphasis, numbering, closing colon and case.

    >>> heading_name("5. **Bronnen:**") == heading_name("bronnen")
    True
    """
    plain = _NUMBERING.sub("", _MARKS.sub("", text))
    return plain.strip().rstrip(":").strip().casefold()


@cache
def bibliography_names(headings: tuple[str, ...]) -> frozenset[str]:
    """The names of the headings that open a bibliography, the same for all documents of a project."""
    return frozenset(map(heading_name, headings))


def is_entry(text: str) -> bool:
    """Whether a text is an entry of a bibliography by its looks: it begins with a superscript number.

    >>> is_entry("¹ Waring, W.S. et al.")
    True
    """
    return text[:1] in _FIRST_OF_ENTRY and _ENTRY.match(text) is not None
