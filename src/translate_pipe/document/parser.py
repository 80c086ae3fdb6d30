"""The adapter over pyromark: Markdown text in, a flat outline of blocks with byte ranges out.

pyromark (pulldown-cmark) gives an event for each start, end and leaf, with its byte range. Here those events become an
outline: containers open and close, the inline content of a block is one run, and blocks without inline content are
verbatim. Nothing else in the package knows pyromark's events.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyromark import Markdown, Options

from translate_pipe.document import code, frontmatter
from translate_pipe.model import Closing, Inline, Opening, OutlineItem, Run, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe.model import ParseOptions

OPTIONS = (
    Options.ENABLE_TABLES
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
    | Options.ENABLE_HEADING_ATTRIBUTES
    | Options.ENABLE_DEFINITION_LIST
    | Options.ENABLE_GFM
)

_MARKDOWN = Markdown(options=OPTIONS)

_INLINE_TAGS = frozenset({"Emphasis", "Strong", "Strikethrough", "Superscript", "Subscript", "Link", "Image"})
_VERBATIM_TAGS = frozenset({"CodeBlock", "HtmlBlock"})
_LINE_END = re.compile(rb"[\r\n]")
BLANKS = b" \t\r\n\f\v"
"""The bytes that Markdown strips from the ends of inline content."""


def outline(text: str, options: ParseOptions) -> tuple[OutlineItem, ...]:
    """Parse Markdown into its block structure.

    `text` is Markdown without a byte order mark. The byte offsets of the result are offsets into its UTF-8 form.
    Every text is valid Markdown, so this never fails.
    """
    # pyromark takes metadata blocks anywhere; front matter stands at the beginning and nowhere else.
    block = frontmatter.find(text)
    data = text.encode()
    outliner = _Outliner(data)
    if block is None:
        return tuple(code.with_pieces(outliner.feed(_events(text, 0)), data, options))
    base = len(text[: block.end].encode())
    matter = Verbatim("FrontMatter", block.style, 0, base)
    return (matter, *code.with_pieces(outliner.feed(_events(text[block.end :], base)), data, options))


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


def _events(text: str, base: int) -> Iterable[tuple[str, object, int, int]]:
    """The parser's events as (name, payload, start, end), for a text that begins at byte `base` of the whole."""
    for event, span in _MARKDOWN.events_with_range(text):
        if isinstance(event, str):
            yield event, None, span["start"] + base, span["end"] + base
        else:
            ((name, payload),) = event.items()
            yield name, payload, span["start"] + base, span["end"] + base


def _tag(payload: object) -> tuple[str, object]:
    """A tag's name and a hashable form of all that the parser knows of it."""
    if isinstance(payload, dict):
        ((name, detail),) = payload.items()
        return name, tuple(detail.values()) if isinstance(detail, dict) and name == "Heading" else detail
    return str(payload), None


class _Outliner:
    """Collects inline events into runs; everything else passes through."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._items: list[OutlineItem] = []
        self._inlines: list[Inline] = []
        self._open: list[Opening] = []
        self._verbatim_depth = 0

    def feed(self, events: Iterable[tuple[str, object, int, int]]) -> list[OutlineItem]:
        """Turn the events of a whole text into its outline."""
        for name, payload, start, end in events:
            if name == "Start":
                self._start(payload, start, end)
            elif name == "End":
                self._end(payload, start, end)
            elif name == "Rule":
                self._flush()
                self._items.append(Verbatim(name, None, start, end))
            elif not self._verbatim_depth and name != "TaskListMarker":
                self._inlines.append(Inline(name, payload, start, end))
        return self._items

    def _start(self, payload: object, start: int, end: int) -> None:
        tag, detail = _tag(payload)
        if tag in _INLINE_TAGS:
            self._inlines.append(Inline(tag, detail, start, end))
            return
        self._flush()
        if tag in _VERBATIM_TAGS:
            self._verbatim_depth += 1
            self._items.append(Verbatim(tag, detail, start, end))
        else:
            opening = Opening(tag, detail, start, end)
            self._items.append(opening)
            self._open.append(opening)

    def _end(self, payload: object, start: int, end: int) -> None:
        tag, _ = _tag(payload)
        if tag in _INLINE_TAGS:
            self._inlines.append(Inline("End" + tag, None, start, end))
            return
        if tag in _VERBATIM_TAGS:
            self._verbatim_depth -= 1
            return
        self._flush()
        self._open.pop()
        self._items.append(Closing(tag))

    def _flush(self) -> None:
        """Close the run that the collected inline events make, if there are any."""
        if not self._inlines:
            return
        block = self._open[-1]
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
