"""From the parser's events to the outline of a document: a flat list of blocks with byte ranges.

Containers open and close, the inline content of a block is one run, and blocks without inline content are verbatim.
"""

from __future__ import annotations

import re
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.dialects.rules import LineForm
from translate_pipe.markdown.events import tag_of
from translate_pipe.markdown.masking import TOKEN_BYTE
from translate_pipe.model import Closing, Inline, Opening, OutlineItem, Run, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.markdown.events import Event
    from translate_pipe.markdown.marks import LineMark
    from translate_pipe.markdown.masking import Masked

CONTAINER = "Container"
"""The tag of what the dialects' rules have found: blocks that hold others, and single lines."""

TOKEN = "Token"  # noqa: S105  # no password
"""The kind of an inline event for what a translator leaves as it is."""

BLANKS = b" \t\r\n\f\v"
"""The bytes that Markdown strips from the ends of inline content."""

_INLINE_TAGS = frozenset({"Emphasis", "Strong", "Strikethrough", "Superscript", "Subscript", "Link", "Image"})
_VERBATIM_TAGS = frozenset({"CodeBlock", "HtmlBlock"})
_PLAIN_BLOCKS = ("TableCell", "Paragraph", "TableRow")  # the most frequent of those that no mask makes
_ENDS_WITH_BLOCK = frozenset({"Paragraph", "TableCell"})
_LINE_END = re.compile(rb"[\r\n]")
_TOKEN_OR_TEXT = re.compile(rb"\x1a+|[^\x1a]+")
_MASK = re.compile(r"\x1a+")
_TOKEN_CHARACTER = TOKEN_BYTE.decode()
_END = attrgetter("end")
_INDENT = (b" ", b"\t")
_BACKSLASH = ord("\\")
# Makes a named tuple without its own constructor, which takes twice as long. Each line of a document has some.
_new = tuple.__new__
_DELIMITED = frozenset({"Code", "InlineMath", "DisplayMath"})


class _Container(NamedTuple):
    """A container that a mark has opened: its index in the outline, and how many blocks are open with it."""

    family: str
    place: int
    depth: int


@cache
def _closing(tag: str) -> Closing:
    """The end of a block; there are few tags, and very many ends."""
    return Closing(tag)


class Outliner:
    """Collects inline events into runs and turns masks back into what they hide; the rest passes through.

    The Markdown of the text begins at `start`. `has_html` says whether there is any HTML in the events fed so far.
    """

    def __init__(self, data: bytes, masked: Masked, start: int = 0) -> None:
        self._data = data
        self._masked = masked
        self._has_tokens = masked.plain[start:] != data[start:]
        self._items: list[OutlineItem] = []
        self._inlines: list[Inline] = []
        self._open: list[Opening] = []
        self._containers: list[_Container] = []
        self._verbatim_depth = 0
        # The mask of a list item holds an empty block, a break or a heading, which means nothing.
        self._awaits_mask = False
        self._ignored_heading = False
        self.has_html = False

    def feed(self, events: Iterable[Event]) -> list[OutlineItem]:  # noqa: C901, PLR0912  # a call for each costs as much as all of it
        """Turn the events of a whole text into its outline."""
        data, masked, has_tokens = self._data, self._masked.data, self._has_tokens
        items, inlines, opened, containers = self._items, self._inlines, self._open, self._containers
        for kind, value, start, end in events:
            if kind == "Start":
                if value in _PLAIN_BLOCKS:
                    if inlines:
                        self._flush()
                    opening = _new(Opening, (value, None, start, end))
                    opened.append(opening)
                    items.append(opening)
                else:
                    self._start(value, start, end)
            elif kind == "End":
                if value in _PLAIN_BLOCKS and not containers:
                    if inlines:
                        self._flush()
                    items.append(_closing(opened.pop().tag))
                else:
                    self._end(value, start, end)
            elif kind == "Rule":
                self._flush()
                self._rule(start, end)
            elif not self._verbatim_depth and kind != "TaskListMarker":
                if kind == "InlineHtml":
                    self.has_html = True
                event = _new(Inline, (kind, value, start, end))
                # Most events have no mask. The parser's value has one without a mask if the text has that character.
                if has_tokens and (masked[start:end] != data[start:end] or _TOKEN_CHARACTER in str(value)):
                    inlines += self._unmasked(event)
                else:
                    inlines.append(event)
        while self._open:  # containers that nothing closes
            self._close(len(self._data))
        return self._items

    # Blocks

    def _start(self, payload: object, start: int, end: int) -> None:
        tag, detail = (payload, None) if isinstance(payload, str) else tag_of(payload)
        if tag in _INLINE_TAGS:
            if (
                self._has_tokens
                and isinstance(detail, dict)
                and _TOKEN_CHARACTER in f"{detail['dest_url']}{detail['title']}"
            ):
                # The checks know a template in an address by its braces.
                detail = detail | {name: _MASK.sub("{}", detail[name]) for name in ("dest_url", "title")}
            self._inlines.append(_new(Inline, (tag, detail, start, end)))
            return
        if self._inlines:
            self._flush()
        if tag in _VERBATIM_TAGS:
            self.has_html = self.has_html or tag == "HtmlBlock"
            self._verbatim_depth += 1
            self._items.append(Verbatim(tag, detail, start, end))
        elif self._awaits_mask and tag == "Heading":
            self._awaits_mask = False
            self._ignored_heading = True
        elif tag == "Heading" and (mark := self._mark_at(start)) and not mark.is_indented:
            self._ignored_heading = True
            self._rule(start, end)
        elif tag == "Item" and (mark := self._mark_at(start)) and mark.is_indented:
            self._open_block(Opening(CONTAINER, mark.rule.name, mark.start, end))
            self._items += mark.pieces
            self._awaits_mask = mark.rule.form is not LineForm.ITEM
        else:
            self._open_block(_new(Opening, (tag, detail, start, end)))

    def _end(self, payload: object, start: int, end: int) -> None:
        tag = payload if isinstance(payload, str) else tag_of(payload)[0]
        if tag in _INLINE_TAGS:
            self._inlines.append(_new(Inline, ("End" + tag, None, start, end)))
        elif tag in _VERBATIM_TAGS:
            self._verbatim_depth -= 1
        elif self._ignored_heading and tag == "Heading":
            self._ignored_heading = False
        else:
            if self._inlines:
                self._flush()
            while self._is_container_innermost():
                self._close(end)
            self._items.append(_closing(self._open.pop().tag))

    def _open_block(self, opening: Opening) -> None:
        self._open.append(opening)
        self._items.append(opening)

    def _is_container_innermost(self) -> bool:
        """Whether the innermost block is a container that a mark has opened."""
        return bool(self._containers) and self._containers[-1].depth == len(self._open)

    def _close(self, end: int) -> None:
        """Close a container that a mark has opened, now that its end is known."""
        opening = self._open.pop()
        self._items[self._containers.pop().place] = opening._replace(end=end)
        self._items.append(_closing(CONTAINER))

    # Masks

    def _mark_at(self, start: int) -> LineMark | None:
        """The mark whose mask the parser has found at an offset; a list item begins with its indentation."""
        if not self._masked.marks:
            return None
        while self._masked.data[start : start + 1] in _INDENT:
            start += 1
        return self._masked.marks.get(start)

    def _rule(self, start: int, end: int) -> None:
        if self._awaits_mask:
            self._awaits_mask = False
            return
        mark = self._mark_at(start)
        if mark is None:
            self._items.append(Verbatim("Rule", None, start, end))
        elif mark.rule.form is LineForm.OPENING:
            self._containers.append(_Container(mark.rule.family, len(self._items), len(self._open) + 1))
            self._open_block(Opening(CONTAINER, mark.rule.name, mark.start, mark.end))
            self._items += mark.pieces
        elif (
            mark.rule.form is LineForm.CLOSING
            and self._is_container_innermost()
            and self._containers[-1].family == mark.rule.family
        ):
            self._close(mark.end)
        else:
            self._items += (Verbatim(CONTAINER, mark.rule.name, mark.start, mark.end), *mark.pieces)

    def _unmasked(self, event: Inline) -> Iterator[Inline]:
        """An inline event without masks: a token is an event of its own, and code and tags are as written."""
        if not isinstance(event.value, str):
            yield event
        elif event.kind == "Text" and self._masked.data[event.start : event.end] != self._data[event.start : event.end]:
            for found in _TOKEN_OR_TEXT.finditer(self._masked.data, event.start, event.end):
                written = self._data[found.start() : found.end()].decode()
                # The mask of a colon only prevents a definition.
                is_token = found.group().startswith(TOKEN_BYTE) and written != ":"
                yield Inline(TOKEN if is_token else "Text", written, found.start(), found.end())
        elif _TOKEN_CHARACTER not in event.value:
            yield event
        else:
            written = self._data[event.start : event.end].decode()
            value = written.strip("`$") if event.kind in _DELIMITED else written
            yield Inline(event.kind, value, event.start, event.end)

    # Runs

    def _flush(self) -> None:
        """End the run of the collected inline events, if there are any."""
        if not self._inlines:
            return
        data, block = self._data, self._open[-1]
        start = self._inlines[0].start
        # An escaped character's event begins after its backslash.
        if start and data[start - 1] == _BACKSLASH and data[start : start + 1] not in b"\r\n":
            start -= 1
        if block.tag in _ENDS_WITH_BLOCK:
            end = block.end
        else:
            end = max(map(_END, self._inlines))
            if block.tag != "Heading":  # content without a block of its own
                line_end = _LINE_END.search(data, end)
                end = line_end.start() if line_end else len(data)
            elif data[end - 1 : end + 2] == b"][]":  # the range of a collapsed reference lacks its `[]`
                end += 2
        while end > start and data[end - 1] in BLANKS:
            end -= 1
        if end > start:
            self._items.append(_new(Run, (block.tag, start, end, tuple(self._inlines))))
        self._inlines.clear()
