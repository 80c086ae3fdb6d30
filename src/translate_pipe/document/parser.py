"""Markdown text to its outline: masked for its dialects, parsed, and unmasked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from translate_pipe.document import code as code_blocks
from translate_pipe.document import frontmatter, html
from translate_pipe.document.dialects import grammar
from translate_pipe.document.events import definitions, events, tag_of
from translate_pipe.document.masking import containers_only, mask, open_directives, unindent
from translate_pipe.document.outliner import Outliner
from translate_pipe.model import Closing, Piece, SegmentKind, SlotShape, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.document.dialects import Grammar
    from translate_pipe.document.events import Definition
    from translate_pipe.document.masking import Masked
    from translate_pipe.model import Inline, OutlineItem, ParseOptions

_DEEPEST_CODE = 12
_INDENTED = "Indented"
_DIRECTIVE = re.compile(r"\{[^\s.#]")  # a name in braces, not the attributes of a code block
_INDENT = re.compile(rb"[ \t]*+")
_TITLE = re.compile(
    rb"[ \t\r\n](?:\"(?P<double>(?:\\[^\r\n]|[^\"\\\r\n])*)\"|'(?P<single>(?:\\[^\r\n]|[^'\\\r\n])*)'"
    rb"|\((?P<round>(?:\\[^\r\n]|[^()\\\r\n])*)\))[ \t]*\Z"
)


def outline(text: str, options: ParseOptions) -> tuple[OutlineItem, ...]:
    """Parse Markdown into its block structure.

    `text` is Markdown without a byte order mark. The byte offsets of the result are offsets into its UTF-8 form.
    Every text is valid Markdown, so this never fails.
    """
    data = text.encode()
    rules = grammar(options.dialects, options.attributes)
    # The parser takes metadata blocks anywhere; front matter stands at the beginning and nowhere else.
    matter, end = frontmatter.items(text, options)
    masked, found = _parsed(data, rules, len(text[:end].encode()))
    items = Outliner(data, masked).feed(found)
    titled = _with_titles(items, data, definitions(masked.data, rules.parser))
    offered = html.with_pieces([*matter, *titled], data, options)
    return tuple(code_blocks.with_pieces(offered, data, options))


def link_definitions(text: str, options: ParseOptions) -> list[Definition]:
    """The definitions of link references of a text, which is as `outline` takes it."""
    data = text.encode()
    rules = grammar(options.dialects, options.attributes)
    masked, _ = _parsed(data, rules, _start(text))
    return definitions(masked.data, rules.parser)


def for_renderers(text: str, options: ParseOptions) -> str:
    r"""A text, as `outline` takes it, in which any renderer sees the containers of its dialects as blocks.

    What stands in them is then neither code nor in one paragraph with their marks.

    >>> from translate_pipe.model import ParseOptions
    >>> for_renderers('??? tip "Titel"\n    Een {{ link }}.\n', ParseOptions(dialects=("mkdocs",)))
    '+   ___        \n    Een {{ link }}.\n'
    """
    data = text.encode()
    masked, found = _parsed(data, grammar(options.dialects, options.attributes), _start(text))
    starts = {_behind_indent(data, event.start) for event in found if _is_mask(event)}
    return containers_only(data, masked, starts).decode()


def _behind_indent(data: bytes, start: int) -> int:
    """Where an item or a break begins behind its indentation, which the parser counts as part of it."""
    found = _INDENT.match(data, start)
    return found.end() if found else start


def _is_mask(event: Inline) -> bool:
    """Whether an event is what a mask makes, the item of a list or a break."""
    return event.kind == "Rule" or (event.kind == "Start" and tag_of(event.value)[0] == "Item")


def _start(text: str) -> int:
    """Where the Markdown of a text begins, in bytes."""
    block = frontmatter.find(text)
    return len(text[: block.end].encode()) if block else 0


# Masks and what they hide


def _parsed(data: bytes, rules: Grammar, start: int) -> tuple[Masked, list[Inline]]:
    """The events of a text with its masks.

    What the parser takes for code may hold more to mask: directives in fences, and indented text where there is no
    indented code. It is opened from the outside in.
    """
    masked = mask(data, rules, start)
    found = list(events(masked.data, rules.parser))
    for _ in range(_DEEPEST_CODE if rules.directives or not rules.indented_code else 0):
        opened = _opened(data, masked, found, rules)
        if opened is None:
            break
        masked, found = opened, list(events(opened.data, rules.parser))
    return masked, found


def _opened(data: bytes, masked: Masked, found: list[Inline], rules: Grammar) -> Masked | None:
    """The text with further masks, for what the events show to be no code; None if nothing is."""
    blocks = [(event, _code(event)) for event in found if event.kind == "Start"]
    opened = None
    if rules.directives:
        fences = [(event.start, event.end) for event, code in blocks if code is not None and _DIRECTIVE.match(code)]
        opened = open_directives(data, masked, fences, rules)
    if not rules.indented_code:
        indented = [event.start for event, code in blocks if code == _INDENTED]
        opened = unindent(opened or masked, indented) or opened
    return opened


def _code(event: Inline) -> str | None:
    """The info string of a code block that begins, `Indented` if it has no fence; None for other events."""
    if not isinstance(event.value, dict) or "CodeBlock" not in event.value:
        return None
    detail = event.value["CodeBlock"]
    return str(detail["Fenced"]) if isinstance(detail, dict) else _INDENTED


# Titles of definitions


def _with_titles(items: Iterable[OutlineItem], data: bytes, found: Iterable[Definition]) -> Iterator[OutlineItem]:
    """An outline with the definitions of links that have titles, each in front of what follows it in the text."""
    waiting = [titled for one in sorted(found, reverse=True) if one.title and (titled := _titled(data, one))]
    for item in items:
        while waiting and not isinstance(item, Closing) and waiting[-1][0].start < item.start:
            yield from waiting.pop()
        yield item
    for definition in reversed(waiting):
        yield from definition


def _titled(data: bytes, definition: Definition) -> tuple[Verbatim, Piece] | None:
    """A definition with its title, which a reader sees (CommonMark, section 4.7); None if it is on several lines."""
    title = _TITLE.search(data, definition.start, definition.end)
    if title is None:
        return None
    group = title.lastgroup or ""
    piece = Piece(SegmentKind.LINK_TITLE, SlotShape.TITLE, *title.span(group), title[group].decode())
    return Verbatim("Definition", definition.label, definition.start, definition.end), piece
