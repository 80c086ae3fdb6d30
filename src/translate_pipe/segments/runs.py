"""What the run of a block says: its text on one line, its words, and the images that it consists of."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from translate_pipe.markdown.outliner import BLANKS, TOKEN
from translate_pipe.model import SegmentKind, Slot, SlotShape
from translate_pipe.text.expression import Expression
from translate_pipe.text.lines import EOL_BYTES
from translate_pipe.text.words import ADDRESS, has_letters_or_digits

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    for event, after in _breaks(data, run):
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
    return _line_end_with_prefix(quote_depth).sub(b" ", raw) if b"\n" in raw or b"\r" in raw else raw


@cache
def _line_end_with_prefix(quote_depth: int) -> re.Pattern[bytes]:
    return re.compile(LINE_BREAK.pattern + rb"(?: {0,3}>[ \t]?){0,%d}[ \t]*" % quote_depth)


def _breaks(data: bytes, run: Run) -> Iterator[tuple[Inline, int]]:
    """Each line break of a run, with the offset of the text of the next line, after its prefix."""
    for event, following in pairwise(run.inlines):
        if event.kind in ("SoftBreak", "HardBreak"):
            after = following.start
            # An escaped character's event begins after its backslash.
            escaped = after > event.end and data[after - 1 : after] == b"\\" and following.kind == "Text"
            yield event, after - 1 if escaped else after


def on_one_line(raw: bytes) -> str:
    """The msgid of an alt text or a title."""
    return LINE_BREAK.sub(b" ", raw).decode().strip()


def has_words(inlines: tuple[Inline, ...]) -> bool:
    """Whether a reader sees words: letters or digits outside code and bare links, an alt text or a title."""
    opaque = 0
    for inline in inlines:
        if inline.kind in ("Link", "Image"):
            detail = inline.value
            if isinstance(detail, dict):
                opaque += detail["link_type"] in _OPAQUE_LINKS
                if detail["title"]:
                    return True
        elif inline.kind == "EndLink":
            opaque = 0
        elif inline.kind == "Text" and not opaque:
            plain = str(inline.value)
            if ":" in plain or "@" in plain or "www." in plain:
                plain = _ADDRESS_OR_EMOJI.sub("", plain)
            if has_letters_or_digits(plain):
                return True
    return False


_ADDRESS_OR_EMOJI = Expression(rf"{ADDRESS}|(?<![\w:]):[a-z0-9_+-]+:(?![\w:])")


# Runs of nothing but images


def image_parts(data: bytes, run: Run) -> list[tuple[SegmentKind, int, int]]:
    """The alt texts and titles of a run that holds nothing but images, as byte ranges; nothing for other runs."""
    parts: list[tuple[SegmentKind, int, int]] = []
    open_images: list[int] = []
    open_links: list[int] = []
    for index, inline in enumerate(run.inlines):
        if inline.kind == "Image":
            # An alt text may also be the label by which a definition is found.
            if not isinstance(inline.value, dict) or inline.value["link_type"] not in _IMAGE_LINKS_WITH_FREE_ALT:
                return []
            open_images.append(index)
        elif inline.kind == "EndImage":
            start = open_images.pop()
            found = None if open_images else _parts_of_image(data, run.inlines[start], run.inlines[start + 1 : index])
            if found is None:
                return []
            parts += found
        elif open_images:  # what is in an alt text is part of it
            continue
        elif inline.kind == "Link":
            open_links.append(index)
        elif inline.kind == "EndLink":
            link = run.inlines[open_links.pop()]
            title = _title_range(data, link)
            parts += [(SegmentKind.LINK_TITLE, *title)] if title else []
        elif inline.kind not in ("SoftBreak", TOKEN) and (inline.kind != "Text" or str(inline.value).strip()):
            return []
    return [part for part in sorted(parts, key=lambda part: part[1]) if part[2] > part[1]]


def _parts_of_image(
    data: bytes, image: Inline, content: tuple[Inline, ...]
) -> list[tuple[SegmentKind, int, int]] | None:
    """The alt text and title of one image; None where the alt text's end is not where the parser's events end."""
    start = image.start + len("![")
    end = max((inline.end for inline in content), default=start)
    if data[end : end + 1] != b"]":
        return None
    title = _title_range(data, image)
    parts = [(SegmentKind.IMAGE_ALT, start, end)]
    return [*parts, (SegmentKind.IMAGE_TITLE, *title)] if title else parts


_TITLE = Expression(
    rb"[ \t\r\n](?:\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|\(((?:\\.|[^()\\])*)\))[ \t\r\n]*\)\Z",
    re.DOTALL,
)
"""Finds the title at the end of an inline link or image."""


def _title_range(data: bytes, link: Inline) -> tuple[int, int] | None:
    """The range of the title of an inline link or image, without its quotes (CommonMark, section 6.3)."""
    if not isinstance(link.value, dict) or link.value["link_type"] != "Inline" or not link.value["title"]:
        return None
    match = _TITLE.search(data[link.start : link.end])
    if not match:
        return None
    group = next(number for number in (1, 2, 3) if match[number] is not None)
    return link.start + match.start(group), link.start + match.end(group)


def slot_of_part(kind: SegmentKind, start: int, end: int) -> Slot:
    """The slot of an alt text or a title, given as `image_parts` does."""
    return Slot(start, end, SlotShape.ALT if kind is SegmentKind.IMAGE_ALT else SlotShape.TITLE)
