"""The adapter over pyromark: Markdown text in, a flat outline of blocks with byte ranges out.

pyromark (pulldown-cmark) gives an event for each start, end and leaf, with its byte range. Here those events become an
outline: containers open and close, the inline content of a block is one run, and blocks without inline content are
verbatim. Nothing else in the package knows pyromark's events.
"""

from __future__ import annotations

import re
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from pyromark import Markdown, Options

from translate_pipe.document import code as code_blocks
from translate_pipe.document import frontmatter, html
from translate_pipe.document.dialects import grammar
from translate_pipe.document.dialects.rules import Form
from translate_pipe.document.masking import INDENTED_TEXT, NOTHING, mask, open_directives, unindent
from translate_pipe.model import (
    DEFAULT_OPTIONS,
    Closing,
    Inline,
    Opening,
    OutlineItem,
    Piece,
    Run,
    SegmentKind,
    SlotShape,
    Verbatim,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.document.dialects import Grammar
    from translate_pipe.document.masking import Mark, Masked
    from translate_pipe.model import ParseOptions

CONTAINER = "Container"
"""The tag of what the dialects' rules have found: blocks that hold others, and lines that stand for themselves."""

TOKEN = "Token"  # noqa: S105  # no password
"""The kind of an inline event for what a translator leaves as it is."""


@cache
def _options(extensions: frozenset[str]) -> Options:
    """What the parser is asked to know, by the names of its extensions without ENABLE_."""
    chosen = (getattr(Options, f"ENABLE_{name}") for name in sorted(extensions))
    return reduce(or_, chosen, Options(0))


@cache
def _markdown(extensions: frozenset[str]) -> Markdown:
    return Markdown(options=_options(extensions))


OPTIONS = _options(grammar(DEFAULT_OPTIONS.dialects).parser)
"""The extensions of the default dialect, with which texts that stand in no document are parsed."""

_MARKDOWN = Markdown(options=OPTIONS)

_INLINE_TAGS = frozenset({"Emphasis", "Strong", "Strikethrough", "Superscript", "Subscript", "Link", "Image"})
_VERBATIM_TAGS = frozenset({"CodeBlock", "HtmlBlock"})
_LINE_END = re.compile(rb"[\r\n]")
_TOKEN_OR_TEXT = re.compile(rb"\x1a+|[^\x1a]+")
_INDENT = (b" ", b"\t")
_DELIMITED = frozenset({"Code", "InlineMath", "DisplayMath"})
_DEEPEST_CODE = 12
_INDENTED = "Indented"
_MAY_DEFINE = re.compile(rb"\]:[ \t]*(?:[^\s]|[\r\n])")
_DEFINED_TITLE = re.compile(
    rb"[ \t\r\n](?:\"(?P<double>(?:\\[^\r\n]|[^\"\\\r\n])*)\"|'(?P<single>(?:\\[^\r\n]|[^'\\\r\n])*)'"
    rb"|\((?P<round>(?:\\[^\r\n]|[^()\\\r\n])*)\))[ \t]*\Z"
)
BLANKS = b" \t\r\n\f\v"
"""The bytes that Markdown strips from the ends of inline content."""


def outline(text: str, options: ParseOptions) -> tuple[OutlineItem, ...]:
    """Parse Markdown into its block structure.

    `text` is Markdown without a byte order mark. The byte offsets of the result are offsets into its UTF-8 form.
    Every text is valid Markdown, so this never fails.
    """
    data = text.encode()
    rules = grammar(options.dialects, options.attributes)
    # The parser takes metadata blocks anywhere; front matter stands at the beginning and nowhere else.
    block = frontmatter.find(text)
    start = len(text[: block.end].encode()) if block else 0
    matter = [Verbatim("FrontMatter", block.style, 0, start)] if block else []
    masked, events = _parsed(data, rules, start)
    items = _Outliner(data, masked).feed(events)
    items = list(_with_definitions(items, data, masked, _markdown(rules.parser)))
    return tuple(code_blocks.with_pieces(html.with_pieces(matter + items, data, options), data, options))


def _with_definitions(
    items: list[OutlineItem], data: bytes, masked: Masked, markdown: Markdown
) -> Iterator[OutlineItem]:
    """An outline with the definitions of links that have titles, each in front of what follows it in the text."""
    waiting = _definitions(data, masked, markdown) if _MAY_DEFINE.search(data) else []
    for item in items:
        while waiting and not isinstance(item, Closing) and waiting[-1][0].start < item.start:
            yield from waiting.pop()
        yield item
    for definition in reversed(waiting):
        yield from definition


def _definitions(data: bytes, masked: Masked, markdown: Markdown) -> list[tuple[Verbatim, Piece]]:
    """The definitions of links whose title a reader sees, the last one first (CommonMark, section 4.7)."""
    found: list[tuple[Verbatim, Piece]] = []
    for label, definition in markdown.reference_definitions(masked.data.decode()).items():
        start, end = definition["span"]["start"], definition["span"]["end"]
        title = _DEFINED_TITLE.search(data, start, end) if definition["title"] else None
        if title:
            group = title.lastgroup or ""
            text = title[group].decode()
            piece = Piece(SegmentKind.LINK_TITLE, SlotShape.TITLE, *title.span(group), text)
            found.append((Verbatim("Definition", (label, definition["dest"]), start, end), piece))
    return sorted(found, key=lambda pair: pair[0].start, reverse=True)


def _parsed(data: bytes, rules: Grammar, start: int) -> tuple[Masked, list[_Event]]:
    """The events of a text with its masks.

    What the parser takes for code may hold more to mask: directives in fences, and indented text where there is no
    indented code. It is opened from the outside in.
    """
    markdown = _markdown(rules.parser)
    masked = mask(data, rules, start)
    events = list(_events(markdown, masked.data))
    for _ in range(_DEEPEST_CODE if rules.directives or not rules.indented_code else 0):
        opened = _opened(data, masked, events, rules)
        if opened is None:
            break
        masked, events = opened, list(_events(markdown, opened.data))
    return masked, events


def _opened(data: bytes, masked: Masked, events: list[_Event], rules: Grammar) -> Masked | None:
    """The text with further masks, for what the events show to be no code; None if nothing is."""
    blocks = [(event, _code(event)) for event in events if event.name == "Start"]
    opened = None
    if rules.directives:
        fences = [(event.start, event.end) for event, code in blocks if code is not None and code.startswith("{")]
        opened = open_directives(data, masked, fences, rules)
    if not rules.indented_code:
        indented = [event.start for event, code in blocks if code == _INDENTED]
        opened = unindent(opened or masked, indented) or opened
    return opened


def _code(event: _Event) -> str | None:
    """The info string of a code block that begins, `Indented` if it has no fence; None for other events."""
    if not isinstance(event.payload, dict) or "CodeBlock" not in event.payload:
        return None
    detail = event.payload["CodeBlock"]
    return str(detail["Fenced"]) if isinstance(detail, dict) else _INDENTED


def link_definitions(text: str, options: ParseOptions) -> list[tuple[int, int, str]]:
    """The definitions of link references: where each stands, in bytes, and the address that it gives.

    Of several with the same label only the first is one (CommonMark 4.7). `text` is as `outline` takes it.
    """
    block = frontmatter.find(text)
    body = text[block.end :] if block else text
    if "]:" not in body:
        return []
    base = len(text.encode()) - len(body.encode())
    found = _MARKDOWN.reference_definitions(body).values()
    return [(one["span"]["start"] + base, one["span"]["end"] + base, one["dest"]) for one in found]


def first_run(text: str) -> list[Inline]:
    """The inline events of the first block of a text, which must be a paragraph; offsets are bytes.

    This is what checks do for each message, so it leaves out all that the outline of a document needs.
    """
    run: list[Inline] = []
    for event, span in _MARKDOWN.events_with_range(text):
        if isinstance(event, str):
            run.append(Inline(event, None, span["start"], span["end"]))
            continue
        ((name, payload),) = event.items()
        if name == "End":
            if payload == "Paragraph":
                break
            tag, _ = _tag(payload)
            run.append(Inline("End" + tag, None, span["start"], span["end"]))
        elif name == "Start":
            tag, detail = _tag(payload)
            if tag != "Paragraph":
                run.append(Inline(tag, detail, span["start"], span["end"]))
        else:
            run.append(Inline(name, payload, span["start"], span["end"]))
    return run


class _Event(NamedTuple):
    """One event of the parser; the offsets are bytes of the whole text."""

    name: str
    payload: object
    start: int
    end: int


def _events(markdown: Markdown, data: bytes) -> Iterator[_Event]:
    for event, span in markdown.events_with_range(data.decode()):
        if isinstance(event, str):
            yield _Event(event, None, span["start"], span["end"])
        else:
            ((name, payload),) = event.items()
            yield _Event(name, payload, span["start"], span["end"])


def _tag(payload: object) -> tuple[str, object]:
    """A tag's name and a hashable form of all that the parser knows of it."""
    if isinstance(payload, dict):
        ((name, detail),) = payload.items()
        return name, tuple(detail.values()) if isinstance(detail, dict) and name == "Heading" else detail
    return str(payload), None


def _without_masks(detail: object) -> object:
    """The address and title of a link with braces for each token in them, by which the checks know a template."""
    if isinstance(detail, dict) and NOTHING.decode() in f"{detail['dest_url']}{detail['title']}":
        return detail | {name: _MASK.sub("{}", detail[name]) for name in ("dest_url", "title")}
    return detail


_MASK = re.compile(r"\x1a+")


class _Block(NamedTuple):
    """An open block with its place in the outline; `family` is that of a container which a mark has opened."""

    opening: Opening
    place: int
    family: str = ""


class _Outliner:
    """Collects inline events into runs and turns masks back into what they stand for; the rest passes through."""

    def __init__(self, data: bytes, masked: Masked) -> None:
        self._data = data
        self._masked = masked
        self._has_tokens = NOTHING in masked.data
        self._items: list[OutlineItem] = []
        self._inlines: list[Inline] = []
        self._open: list[_Block] = []
        self._verbatim_depth = 0
        # The mask of a list item holds an empty block, a break or a heading, which stands for nothing.
        self._awaits_mask = False
        self._ignored_heading = False

    def feed(self, events: Iterable[_Event]) -> list[OutlineItem]:
        """Turn the events of a whole text into its outline."""
        for event in events:
            if event.name == "Start":
                self._start(event)
            elif event.name == "End":
                self._end(event)
            elif event.name == "Rule":
                self._flush()
                self._rule(event)
            elif not self._verbatim_depth and event.name != "TaskListMarker":
                self._inlines += self._unmasked(event) if self._has_tokens else (Inline(*event),)
        while self._open:  # containers that nothing closes
            self._close(len(self._data))
        return self._items

    # Blocks

    def _start(self, event: _Event) -> None:
        tag, detail = _tag(event.payload)
        if tag in _INLINE_TAGS:
            self._inlines.append(Inline(tag, _without_masks(detail), event.start, event.end))
            return
        self._flush()
        if tag in _VERBATIM_TAGS:
            self._verbatim_depth += 1
            self._items.append(Verbatim(tag, detail, event.start, event.end))
            return
        mark = self._mark_at(event.start)
        if tag == "Item" and mark and mark.is_indented:
            self._open_block(Opening(CONTAINER, mark.rule.name, mark.start, event.end))
            self._items += mark.pieces
            self._awaits_mask = mark.rule is not INDENTED_TEXT
        elif tag == "Heading" and self._awaits_mask:
            self._awaits_mask = False
            self._ignored_heading = True
        else:
            self._open_block(Opening(tag, detail, event.start, event.end))

    def _end(self, event: _Event) -> None:
        tag, _ = _tag(event.payload)
        if tag in _INLINE_TAGS:
            self._inlines.append(Inline("End" + tag, None, event.start, event.end))
        elif tag in _VERBATIM_TAGS:
            self._verbatim_depth -= 1
        elif tag == "Heading" and self._ignored_heading:
            self._ignored_heading = False
        else:
            self._flush()
            while self._open[-1].family:
                self._close(event.end)
            self._items.append(Closing(self._open.pop().opening.tag))

    def _open_block(self, opening: Opening, family: str = "") -> None:
        self._open.append(_Block(opening, len(self._items), family))
        self._items.append(opening)

    def _close(self, end: int) -> None:
        """Close a container that a mark has opened, now that its end is known."""
        block = self._open.pop()
        self._items[block.place] = block.opening._replace(end=end)
        self._items.append(Closing(CONTAINER))

    # Masks

    def _mark_at(self, start: int) -> Mark | None:
        """The mark whose mask the parser has found at an offset; a list item begins with its indentation."""
        while self._data[start : start + 1] in _INDENT:
            start += 1
        return self._masked.marks.get(start)

    def _rule(self, event: _Event) -> None:
        if self._awaits_mask:
            self._awaits_mask = False
            return
        mark = self._mark_at(event.start)
        if mark is None:
            self._items.append(Verbatim("Rule", None, event.start, event.end))
        elif mark.rule.form is Form.OPENING:
            self._open_block(Opening(CONTAINER, mark.rule.name, mark.start, mark.end), mark.rule.family)
            self._items += mark.pieces
        elif mark.rule.form is Form.CLOSING and self._open and self._open[-1].family == mark.rule.family:
            self._close(mark.end)
        else:
            self._items += (Verbatim(CONTAINER, mark.rule.name, mark.start, mark.end), *mark.pieces)

    def _unmasked(self, event: _Event) -> Iterator[Inline]:
        """An inline event without masks: a token is an event of its own, and code and tags are as written."""
        if not isinstance(event.payload, str) or NOTHING.decode() not in event.payload:
            yield Inline(event.name, event.payload, event.start, event.end)
        elif event.name == "Text":
            for found in _TOKEN_OR_TEXT.finditer(self._masked.data, event.start, event.end):
                kind = TOKEN if found.group().startswith(NOTHING) else "Text"
                yield Inline(kind, self._data[found.start() : found.end()].decode(), found.start(), found.end())
        else:
            written = self._data[event.start : event.end].decode()
            value = written.strip("`$") if event.name in _DELIMITED else written
            yield Inline(event.name, value, event.start, event.end)

    # Runs

    def _flush(self) -> None:
        """Close the run that the collected inline events make, if there are any."""
        if not self._inlines:
            return
        block = self._open[-1].opening
        start = self._run_start()
        end = self._run_end(block, start)
        if end > start:
            self._items.append(Run(block.tag, start, end, tuple(self._inlines)))
        self._inlines.clear()

    def _run_start(self) -> int:
        start = self._inlines[0].start
        # An escaped character's event begins after its backslash.
        if start and self._data[start - 1 : start] == b"\\" and self._data[start : start + 1] not in b"\r\n":
            return start - 1
        return start

    def _run_end(self, block: Opening, start: int) -> int:
        last = max(inline.end for inline in self._inlines)
        if block.tag == "Heading":
            # A collapsed reference `[a][]` has a range without its `[]`.
            end = last + 2 if self._data[last : last + 2] == b"[]" and self._data[last - 1 : last] == b"]" else last
        elif block.tag in {"Paragraph", "TableCell"}:
            end = block.end
        else:
            # Tight content has no block of its own; it runs to the end of its last line.
            line_end = _LINE_END.search(self._data, last)
            end = line_end.start() if line_end else len(self._data)
        return start + len(self._data[start:end].rstrip(BLANKS))
