"""What the parser does not know, disguised as something that it knows.

Each thing that the rules of a document's dialects recognise is overwritten, byte by byte, with syntax of CommonMark
that makes the parser do what the site generator does:

- A line whose body is indented below it becomes the mark of a list item, so that the body is the item's content.
- A line that opens, closes or stands for itself becomes a thematic break, which ends a paragraph and nothing else.
- A token within a line becomes characters that mean nothing.

The result is as long as the text, so the ranges of the parser's events are ranges of the text. And the parser has the
last word: a mask in a code block or in the middle of a paragraph gives no item and no break, and so counts for nothing.
From a paragraph it is taken off again, so that the paragraph is parsed as it is written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.document.dialects import common
from translate_pipe.document.dialects.rules import HTML, Example, Form, LineRule
from translate_pipe.document.lines import EOL_BYTES, LINE_END, line_start
from translate_pipe.document.marks import FENCE, Mark, body_indent, mark_of, marks_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from translate_pipe.document.dialects import Grammar
    from translate_pipe.document.events import Event

NOTHING = b"\x1a"
"""The byte that a masked token consists of: SUBSTITUTE, a control character that has no meaning in Markdown."""

INDENTED_TEXT = LineRule("Indented text", b"", b"", Form.ITEM, Example(""))
"""The rule that where there is no indented code, what is indented is text."""

# Underlines, since asterisks behind the mark of a list item would make a break of the whole line.
_BREAK_MASK = b"___"
_INDENT = 4
_WIDEST_INDENT = 5
_WIDEST_NUMBER = 9  # digits of a list item (CommonMark, section 5.2)
_LINE = re.compile(rb"[^\r\n]+")
_INDENTATION = re.compile(rb"[ \t]*+")
_HEADING = re.compile(rb"[ \t>]*#{1,6}[ \t]")
_FENCE_START = re.compile(rb"[ \t>]*(?:(?:[-+*:]|\d{1,9}[.)])[ \t]+)?(?:`{3,}|~{3,})[^`]*")
_UNDERLINE = re.compile(rb"[^\r\n]*+" + EOL_BYTES + rb"[ \t>]*+(?:=++|-++)[ \t]*+(?=[\r\n]|\Z)")
_ATTRIBUTES = re.compile(rb"\{:?[ \t]*[.#]")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
# The parser takes any colon at the beginning of a line for the mark of a definition, also that of an emoji. With a line
# feed in front, which the first line is given, the search is ten times as fast as with `^`.
_NO_DEFINITION = re.compile(rb"\n[ \t>]*+(:)(?![ \t\r\n])")
# In a row that says how the columns of a table are aligned it must not become text.
_ALIGNMENT = re.compile(rb":-+:?[ \t]*\|[|: \t-]*+(?=[\r\n]|\Z)")
# Directives may have their options as YAML between lines of dashes, right below their first line.
_DASHES = rb"[ \t>]*---[ \t]*(?=[\r\n]|\Z)"
# Behind an empty line it has to look like YAML: the example of a document with front matter.
_EXAMPLE = rb"(?:" + EOL_BYTES + rb"[ \t>]*(?=" + EOL_BYTES + _DASHES + EOL_BYTES + rb"[ \t>]*[\w-]+:[ \t\r\n]))?"
_YAML_OPTIONS = re.compile(
    _EXAMPLE + EOL_BYTES + _DASHES + rb"(?:" + EOL_BYTES + rb"(?!" + _DASHES + rb")[^\r\n]*)*" + EOL_BYTES + _DASHES
)
_LAST_FENCE = re.compile(rb"[\r\n][ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*" + EOL_BYTES + rb"?\Z")
# What a renderer is shown of the masks, and which rules it may know itself.
_CONTAINERS = frozenset({Form.INDENTED, Form.OPENING, Form.CLOSING, Form.SINGLE})
_RENDERED = frozenset({common.ATTRIBUTE_LINE, common.KRAMDOWN_LINE, common.ABBREVIATION})


class Masked(NamedTuple):
    """A text as the parser gets it, and the marks by their starts; `plain` is the text without the masks of marks."""

    data: bytes
    marks: Mapping[int, Mark]
    plain: bytes


def mask(data: bytes, grammar: Grammar, start: int = 0) -> Masked:
    """Disguise what the rules of a grammar find in a text, given in UTF-8; what stands before `start` is made empty."""
    buffer = bytearray(data)
    if b"\r" in data:  # the parser ends some blocks at a line feed only
        buffer = bytearray(_LONE_RETURN.sub(b"\n", data))
    buffer[:start] = b"\n" * start
    if b":" in data:
        for found in _NO_DEFINITION.finditer(b"\n" + buffer):
            at = found.start(1) - 1
            is_of_table = _ALIGNMENT.match(buffer, at) is not None
            _fill(buffer, data, at, at + 1, b"-" if is_of_table else NOTHING)
    if grammar.may_have_tokens(data) and grammar.tokens:
        blocks = _BlockAttributes(data)
        for found in grammar.tokens.finditer(data, start):
            if not blocks.have(found):
                _fill(buffer, data, found.start(), found.end(), NOTHING)
    return _with_marks(data, bytes(buffer), {mark.start: mark for mark in marks_in(data, grammar, start)})


def _with_marks(data: bytes, plain: bytes, marks: Mapping[int, Mark]) -> Masked:
    if not marks:
        return Masked(plain, marks, plain)
    buffer = bytearray(plain)
    for mark in marks.values():
        write(buffer, data, mark)
    return Masked(bytes(buffer), marks, plain)


def made_of_masks(data: bytes, found: Iterable[Event]) -> set[int]:
    """Where the parser has found items and breaks, behind their indentation: only there a mask counts."""
    starts = set()
    for kind, value, start, _ in found:
        if kind == "Rule" or (kind == "Start" and value == "Item"):
            indent = _INDENTATION.match(data, start)
            starts.add(indent.end() if indent else start)
    return starts


def without_idle(data: bytes, masked: Masked, found: Iterable[Event]) -> Masked | None:
    """A text without the masks that the parser took for text, which it must read as written; None if all count.

    In code and HTML a mask does no harm, nor does one of blanks alone.
    """
    realised = made_of_masks(data, found)
    waiting = [start for start in masked.marks if start not in realised and masked.data[start] not in b" \t"]
    if not waiting:
        return None
    verbatim = (span for kind, value, *span in found if kind == "Start" and _is_verbatim(value))
    begin = end = 0
    idle = set()
    for start in sorted(waiting):
        while end <= start:
            begin, end = next(verbatim, (len(data), len(data) + 1))
        if start < begin:
            idle.add(start)
    if not idle:
        return None
    return _with_marks(data, masked.plain, {start: mark for start, mark in masked.marks.items() if start not in idle})


def _is_verbatim(block: object) -> bool:
    return block == "HtmlBlock" or (isinstance(block, dict) and "CodeBlock" in block)


def containers_only(data: bytes, masked: Masked, found: Collection[int]) -> bytes:
    """A text with the masks of lines that make containers or stand for themselves, and without all others.

    `found` has where the parser has found items and breaks; a mask elsewhere stands for nothing. Without masks are HTML
    too, attribute lists and abbreviations, which a renderer may know.
    """
    buffer = bytearray(data)
    for mark in masked.marks.values():
        if (
            mark.start in found
            and mark.rule.form in _CONTAINERS
            and mark.rule.family != HTML
            and mark.rule not in _RENDERED
        ):
            buffer[mark.start : mark.end] = masked.data[mark.start : mark.end]
    return bytes(buffer)


class _BlockAttributes:
    """Tells the attributes of headings and fences, which the parser knows itself, from other tokens.

    It is asked about tokens in their order, and keeps what it knows of a line, for there may be many on one.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._line_end = -1
        self._is_heading = False
        self._fence_end = -1
        self._last_line_end = -1
        self._is_underlined = False

    def have(self, token: re.Match[bytes]) -> bool:
        """Whether a token is the attributes of a heading or a fence."""
        if not _ATTRIBUTES.match(self._data, token.start(), token.end()):
            return False
        if token.start() > self._line_end:
            self._read_line(token.start())
        if token.end() > self._last_line_end:
            self._last_line_end = self._end_of_line(token.end())
            self._is_underlined = _UNDERLINE.match(self._data, token.end()) is not None
        return self._is_heading or self._is_underlined or token.start() <= self._fence_end

    def _read_line(self, offset: int) -> None:
        start, end = line_start(self._data, offset), self._end_of_line(offset)
        fence = _FENCE_START.match(self._data, start, end)
        self._line_end = end
        self._is_heading = _HEADING.match(self._data, start, end) is not None
        self._fence_end = fence.end() if fence else -1

    def _end_of_line(self, offset: int) -> int:
        found = LINE_END.search(self._data, offset)
        return found.start() if found else len(self._data)


def open_directives(data: bytes, masked: Masked, fences: Sequence[tuple[int, int]], grammar: Grammar) -> Masked | None:
    """Mask the fences of those code blocks that are directives whose body is Markdown; None if there are none.

    `fences` are the ranges of code blocks in bytes, as the parser gives them.
    """
    marks = [mark for start, end in fences for mark in _directive(data, start, end, grammar)]
    if not marks:
        return None
    buffer = bytearray(masked.data)
    for mark in marks:
        write(buffer, data, mark)
    return Masked(bytes(buffer), {**masked.marks, **{mark.start: mark for mark in marks}}, masked.plain)


def unindent(data: bytes, masked: Masked, blocks: Sequence[int]) -> Masked | None:
    """Make list items of blocks that the parser takes for code because they are indented; None if there are none.

    `blocks` has where each begins, behind the columns that make it code; in these the mark of an item is put.
    """
    buffer = bytearray(masked.data)
    marks = dict(masked.marks)
    for start in blocks:
        if buffer[start - 4 : start] == b"    ":
            begin = start - 4
        elif buffer[start - 1 : start] == b"\t" and buffer[start : start + 1] and buffer[start] in b" \t":
            begin = start - 1
        else:
            continue
        marks[begin] = Mark(INDENTED_TEXT, begin, start, (), is_indented=True)
        write(buffer, data, marks[begin])
    return Masked(bytes(buffer), marks, masked.plain) if len(marks) > len(masked.marks) else None


def _directive(data: bytes, start: int, end: int, grammar: Grammar) -> Iterator[Mark]:
    """The marks of the first and the last line of a directive; they are read as if the fences were colons."""
    fence = FENCE.search(data, start, end)
    if not fence:
        return
    colons = b":" * len(fence["fence"]) + fence["info"]
    rules = grammar.lines.get(ord(":"), ())
    rule, found = next(((rule, found) for rule in rules if (found := rule.matcher.match(colons))), (None, None))
    if rule is None or found is None or rule.form is not Form.OPENING:
        return
    opening = mark_of(rule, found, grammar, fence.start())
    options = _YAML_OPTIONS.match(data, fence.end(), end)
    yield opening._replace(end=options.end() if options else fence.end())
    last = _LAST_FENCE.search(data, fence.end(), end)
    closing = next((rule for rule in rules if rule.form is Form.CLOSING), None)
    if last and closing:
        yield Mark(closing, last.start("fence"), last.end("fence"), (), is_indented=False)


# Masks


def write(buffer: bytearray, data: bytes, mark: Mark) -> None:
    """Overwrite a mark in a buffer that is as long as the text."""
    if mark.rule is INDENTED_TEXT:
        buffer[mark.start] = ord("+")
        return
    first = LINE_END.search(data, mark.start, mark.end)
    end = first.start() if first else mark.end
    length = end - mark.start
    if mark.rule.form is Form.ITEM:
        shape = _item_mark(mark.rule, length)
    elif mark.is_indented:
        width = _item_width(data, mark, length)
        shape = b"+" + b" " * (width - 1) + _empty_block(length - width)
    else:
        shape = _BREAK_MASK if length >= len(_BREAK_MASK) else b""
    _fill(buffer, data, mark.start, mark.end, b" ")
    buffer[mark.start : mark.start + len(shape)] = shape


def _item_mark(rule: LineRule, length: int) -> bytes:
    """The mark of a list item with text behind it; a number other than 1 does not interrupt a paragraph.

    Behind more than four blanks the text would be code, so items in items have the rest.
    """
    if rule.interrupts:
        return b"+ " * max(0, (length - _INDENT) // 2) + b"+"
    return b"2.".rjust(min(length - 1, _WIDEST_NUMBER + 1), b"0")


def _empty_block(length: int) -> bytes:
    """A block without text, as the first one in a list item, so that the body begins a block of its own."""
    return _BREAK_MASK if length >= len(_BREAK_MASK) else b"#" * length


def _fill(buffer: bytearray, data: bytes, start: int, end: int, byte: bytes) -> None:
    """Overwrite all but the line ends."""
    for line in _LINE.finditer(data, start, end):
        buffer[line.start() : line.end()] = byte * len(line.group())


def _item_width(data: bytes, mark: Mark, length: int) -> int:
    """How far the content of the masking list item is indented: as the body is, if the line is long enough for it."""
    wanted = _INDENT if mark.rule.family != "component" else body_indent(data, mark)
    return max(2, min(wanted, _WIDEST_INDENT, length - 1))
