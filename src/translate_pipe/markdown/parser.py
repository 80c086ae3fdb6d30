"""Markdown text to its outline: masked for its dialects, parsed, and unmasked."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from translate_pipe.late import LateModule
from translate_pipe.markdown import regions
from translate_pipe.markdown.dialects import grammar
from translate_pipe.markdown.events import definitions, events
from translate_pipe.markdown.masking import (
    containers_only,
    made_of_masks,
    mask,
    may_be_idle,
    open_directives,
    unindent,
    without_idle,
)
from translate_pipe.markdown.outliner import Outliner
from translate_pipe.model import Closing, Piece, SegmentKind, SlotShape, Verbatim
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.markdown.dialects import Grammar
    from translate_pipe.markdown.embedded import code, frontmatter, html_blocks
    from translate_pipe.markdown.events import Definition, Event
    from translate_pipe.markdown.masking import Masked
    from translate_pipe.model import OutlineItem, ParseOptions
else:  # many documents have none of these
    code = LateModule("translate_pipe.markdown.embedded.code")
    frontmatter = LateModule("translate_pipe.markdown.embedded.frontmatter")
    html_blocks = LateModule("translate_pipe.markdown.embedded.html_blocks")

_MOST_LOOKS = 24
_MOST_ROUNDS = 6
_DIRECTIVE = re.compile(r"\{[^\s.#]")  # a name in braces, not the attributes of a code block


def outline(text: str, options: ParseOptions) -> tuple[OutlineItem, ...]:
    """Parse Markdown into its block structure.

    `text` is Markdown without a byte order mark. The byte offsets of the result are offsets into its UTF-8 form.
    Every text is valid Markdown, so this never fails.
    """
    data = text.encode()
    rules = grammar(options.dialects, options.attributes)
    # The parser takes metadata blocks anywhere; front matter is at the beginning and nowhere else.
    matter, end = frontmatter.items(text, options) if text.startswith(_OPENINGS) else ((), 0)
    start = len(text[:end].encode())
    masked, found = _parsed(data, rules, start)
    outliner = Outliner(data, masked, start)
    items: Iterable[OutlineItem] = [*matter, *outliner.feed(found)]
    titled = [one for one in definitions(masked.data, rules.parser) if one.title]
    if titled:
        items = _with_titles(items, data, titled)
    if outliner.has_html:
        items = html_blocks.with_html_pieces(items, data, options)
    if options.code != "none":
        items = code.with_code_pieces(items, data, options)
    return tuple(items)


def link_definitions(text: str, options: ParseOptions) -> list[Definition]:
    """The definitions of link references of a text, which is as `outline` takes it."""
    data = text.encode()
    rules = grammar(options.dialects, options.attributes)
    masked, _ = _parsed(data, rules, _start(text))
    return definitions(masked.data, rules.parser)


def for_renderers(text: str, options: ParseOptions) -> str:
    r"""A text, as `outline` takes it, in which any renderer sees the containers of its dialects as blocks.

    Their content is then neither code nor in one paragraph with their marks.

    >>> from translate_pipe.model import ParseOptions
    >>> for_renderers('??? tip "Titel"\n    Een {{ link }}.\n', ParseOptions(dialects=("mkdocs",)))
    '+   ___        \n    Een {{ link }}.\n'
    """
    data = text.encode()
    masked, found = _parsed(data, grammar(options.dialects, options.attributes), _start(text))
    return containers_only(data, masked, made_of_masks(masked, found)).decode()


# Front matter


# A text that begins with none of these has no front matter.
_OPENINGS = ("---", "+++", "{")


def _start(text: str) -> int:
    """Where the Markdown of a text begins, in bytes."""
    if not text.startswith(_OPENINGS):
        return 0
    block = frontmatter.find(text)
    return len(text[: block.end].encode()) if block else 0


# Masks and what they hide


def _parsed(data: bytes, rules: Grammar, start: int) -> tuple[Masked, Iterable[Event]]:
    """The events of a text with its masks.

    What the parser takes for code may hold more to mask: directives in fences, and indented text where there is no
    indented code. It is opened from the outside in.
    """
    masked = mask(data, rules, start)
    if not (masked.waiting or may_be_idle(masked) or rules.directives) and rules.indented_code:
        return masked, events(masked.data, rules.parser)
    found = list(events(masked.data, rules.parser))
    for _ in range(_MOST_LOOKS):
        opened = _opened(data, masked, found, rules)
        opened = regions.widened(data, opened or masked, found) or opened
        if opened is None:
            break
        masked, found = opened, list(_with_breaks(opened, rules))
    for _ in range(_MOST_ROUNDS):
        bared = without_idle(data, masked, found)
        if bared is None:
            return masked, found
        # Without these masks the text around them may read differently, so that other masks become idle.
        masked, found = bared, list(_with_breaks(bared, rules))
    bare = masked._replace(data=masked.plain, marks={})
    return bare, _with_breaks(bare, rules)


def _with_breaks(masked: Masked, rules: Grammar) -> Iterable[Event]:
    """The events of a masked text. The parser gets it with the lines of `breaks`, which the offsets do not count."""
    if not masked.breaks:
        return events(masked.data, rules.parser)
    starts = [one.start for one in masked.breaks]
    lines = [one.line + b"\n" for one in masked.breaks]
    pieces = [masked.data[begin:end] for begin, end in pairwise([0, *starts, len(masked.data)])]
    text = pieces[0] + b"".join(line + piece for line, piece in zip(lines, pieces[1:], strict=True))
    grown = list(accumulate(map(len, lines), initial=0))
    ends = [start + growth for start, growth in zip(starts, grown[1:], strict=True)]

    def offset(at: int) -> int:
        before = bisect_right(ends, at)
        return min(at - grown[before], starts[before]) if before < len(starts) else at - grown[before]

    return ((kind, value, offset(start), offset(end)) for kind, value, start, end in events(text, rules.parser))


def _opened(data: bytes, masked: Masked, found: Iterable[Event], rules: Grammar) -> Masked | None:
    """The text with further masks, where the events show that there is no code; None if there is nothing to mask."""
    fences: list[tuple[int, int]] = []
    indented: list[int] = []
    for kind, value, start, end in found:
        if kind == "Start" and isinstance(value, dict) and "CodeBlock" in value:
            detail = value["CodeBlock"]  # of a fence, its info string
            if not isinstance(detail, dict):
                indented.append(start)
            elif _DIRECTIVE.match(detail["Fenced"]):
                fences.append((start, end))
    opened = open_directives(data, masked, fences, rules) if rules.directives else None
    if not rules.indented_code:
        opened = unindent(data, opened or masked, indented) or opened
    return opened


# Titles of definitions


_TITLE = Expression(
    rb"[ \t\r\n](?:\"(?P<double>(?:\\[^\r\n]|[^\"\\\r\n])*)\"|'(?P<single>(?:\\[^\r\n]|[^'\\\r\n])*)'"
    rb"|\((?P<round>(?:\\[^\r\n]|[^()\\\r\n])*)\))[ \t]*\Z"
)
"""Finds the title at the end of a definition."""


def _with_titles(items: Iterable[OutlineItem], data: bytes, titled: Iterable[Definition]) -> Iterator[OutlineItem]:
    """An outline with the titles of definitions, which readers see (CommonMark, section 4.7).

    A title on several lines is left out.
    """
    waiting: list[tuple[Verbatim, Piece]] = []  # from the last one in the text to the first
    for one in sorted(titled, reverse=True):
        if title := _TITLE.search(data, one.start, one.end):
            group = title.lastgroup or ""
            piece = Piece(SegmentKind.LINK_TITLE, SlotShape.TITLE, *title.span(group), title[group].decode())
            waiting.append((Verbatim("Definition", one.label, one.start, one.end), piece))
    for item in items:
        while waiting and not isinstance(item, Closing) and waiting[-1][0].start < item.start:
            yield from waiting.pop()
        yield item
    for definition in reversed(waiting):
        yield from definition
