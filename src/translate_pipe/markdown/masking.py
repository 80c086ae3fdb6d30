"""Disguises syntax that the parser does not know as syntax that it knows.

Each thing that the rules of a document's dialects recognise is overwritten, byte by byte, with syntax of CommonMark
that makes the parser do what the site generator does:

- A line whose body is indented below it becomes the mark of a list item, so that the body is the item's content.
- A line that opens or closes a container, or is complete by itself, becomes a thematic break, which ends a paragraph
  and nothing else.
- A token within a line becomes characters that mean nothing.

What is longer than a line is only masked at a second look (`regions`).

The result is as long as the text, so the ranges of the parser's events are ranges of the text. And the parser has the
last word: a mask in a code block or in the middle of a paragraph gives no item and no break, and so counts for nothing.
From a paragraph it is taken off again, so that the paragraph is parsed as it is written.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.dialects import common
from translate_pipe.markdown.dialects.rules import HTML, Example, LineForm, LineRule
from translate_pipe.markdown.marks import (
    CODE_FENCE,
    LineMark,
    body_indent,
    glossaries,
    is_below_html,
    mark_of,
    marks_in,
    tables_below_text,
)
from translate_pipe.text.lines import EOL_BYTES, LINE_END, line_start

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from translate_pipe.markdown.dialects import Grammar
    from translate_pipe.markdown.events import Event

TOKEN_BYTE = b"\x1a"
"""The byte that replaces those of a token: SUBSTITUTE, a control character without a meaning in Markdown."""

INDENTED_TEXT = LineRule("Indented text", b"", b"", LineForm.ITEM, Example(""))
"""The rule of dialects without indented code: what is indented is text."""

# Underlines, since asterisks after the mark of a list item would make a break of the whole line.
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
# After an empty line it has to look like YAML: the example of a document with front matter.
_EXAMPLE = rb"(?:" + EOL_BYTES + rb"[ \t>]*(?=" + EOL_BYTES + _DASHES + EOL_BYTES + rb"[ \t>]*[\w-]+:[ \t\r\n]))?"
_YAML_OPTIONS = re.compile(
    _EXAMPLE + EOL_BYTES + _DASHES + rb"(?:" + EOL_BYTES + rb"(?!" + _DASHES + rb")[^\r\n]*)*" + EOL_BYTES + _DASHES
)
_LAST_FENCE = re.compile(rb"[\r\n][ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*" + EOL_BYTES + rb"?\Z")
# The masks that a renderer gets, and the rules that it may know itself.
_CONTAINERS = frozenset({LineForm.INDENTED, LineForm.OPENING, LineForm.CLOSING, LineForm.SINGLE})
_RENDERED = frozenset({common.ATTRIBUTE_LINE, common.KRAMDOWN_LINE, common.ABBREVIATION})


class Waiting(NamedTuple):
    """A mark, a token without one, or an empty line, which waits until the parser has shown the block around it.

    An empty line goes in at `start`; `insert` is the container prefix that it needs. With a mark it goes in before the
    line that closes a container, where a block of HTML or code ends that the container holds.
    """

    start: int
    end: int
    mark: LineMark | None = None
    insert: bytes | None = None


class Break(NamedTuple):
    """A line that only the parser gets: a container prefix, or the end of a code block."""

    start: int
    line: bytes


class Masked(NamedTuple):
    """A text as the parser gets it, and the marks by their starts; `plain` is the text without the masks of marks.

    `waiting` is left to the second look, in the order of the text. The lines of `breaks` are no part of `data`.
    """

    data: bytes
    marks: Mapping[int, LineMark]
    plain: bytes
    waiting: tuple[Waiting, ...] = ()
    breaks: tuple[Break, ...] = ()


def mask(data: bytes, grammar: Grammar, start: int = 0) -> Masked:
    """Disguise what the rules of a grammar find in a text, given in UTF-8; everything before `start` is blanked.

    Only the first line of anything longer is masked.
    """
    lines = _LONE_RETURN.sub(b"\n", data) if b"\r" in data else data  # the parser ends some blocks at a line feed only
    buffer = bytearray(lines)
    buffer[:start] = b"\n" * start
    waiting = [*_mask_within_lines(buffer, lines, grammar, start)]
    marks: dict[int, LineMark] = {}
    end = start
    for mark in marks_in(lines, grammar, start):
        first = mark
        if mark.rule.form is LineForm.CLOSING and mark.rule.family != HTML and is_below_html(lines, mark.start, end):
            waiting.append(_line_to_insert(lines, mark))
        end = mark.end
        if mark.rule.is_foreign and mark.rule.is_html:
            waiting.append(Waiting(mark.start, mark.end, mark))
            continue
        if mark.rule.closes is not None or lines.find(b"\n", mark.start, mark.end) >= 0:
            waiting.append(Waiting(mark.start, mark.end, mark))
            line_end = LINE_END.search(lines, mark.start, mark.end)
            if line_end:
                stop = line_end.start()
                first = mark._replace(end=stop, pieces=tuple(piece for piece in mark.pieces if piece.end <= stop))
        marks[first.start] = first
    if grammar.directives and b"{glossary}" in data:
        for one in glossaries(lines, start):
            if isinstance(one, LineMark):
                marks[one.start] = one
            else:
                waiting.append(Waiting(one[0], one[0], insert=one[1]))
    if "TABLES" in grammar.parser and b"|" in data:
        waiting += (Waiting(at, at, insert=prefix) for at, prefix in tables_below_text(lines, start))
    waiting.sort(key=itemgetter(0))
    plain = bytes(buffer)
    return with_marks(data, Masked(plain, {}, plain, tuple(waiting)), marks)


def _mask_within_lines(buffer: bytearray, lines: bytes, grammar: Grammar, start: int) -> Iterator[Waiting]:
    """Mask the tokens that are on one line, and return those that are longer.

    Colons that would make the parser see a definition where there is none are masked as well.
    """
    for found in _NO_DEFINITION.finditer(b"\n" + buffer) if b":" in lines else ():
        at = found.start(1) - 1
        buffer[at : at + 1] = b"-" if _ALIGNMENT.match(buffer, at) else TOKEN_BYTE
    if not grammar.tokens or not grammar.may_have_tokens(lines):
        return
    blocks = _BlockAttributes(lines)
    for found in grammar.tokens.finditer(lines, start):
        begin, end = found.span()
        if lines.find(b"\n", begin, end) >= 0:
            yield Waiting(begin, end)
        elif not blocks.have(found):
            buffer[begin:end] = TOKEN_BYTE * (end - begin)


def with_marks(data: bytes, masked: Masked, marks: Mapping[int, LineMark]) -> Masked:
    """A text with the masks of these marks and no others."""
    buffer = bytearray(masked.plain)
    for mark in marks.values():
        write_mask(buffer, data, mark)
    return masked._replace(data=bytes(buffer) if marks else masked.plain, marks=marks)


def may_be_idle(masked: Masked) -> bool:
    """Whether the parser may take a mask for text: one after something else on its line, or the mark of an item."""
    return any(
        mark.rule.form is LineForm.ITEM or masked.data[max(0, start - 1) : start] not in (b"", b"\n")
        for start, mark in masked.marks.items()
    )


def made_of_masks(masked: Masked, found: Iterable[Event]) -> set[int]:
    """The starts of the items, breaks and headings that the parser has found: a mask counts only there."""
    starts = set()
    for kind, value, start, _ in found:
        if kind == "Rule" or (
            kind == "Start" and (value == "Item" or (isinstance(value, dict) and "Heading" in value))
        ):
            indent = _INDENTATION.match(masked.data, start)
            starts.add(indent.end() if indent else start)
    return starts


def without_idle(data: bytes, masked: Masked, found: Iterable[Event]) -> Masked | None:
    """A text without the masks that the parser took for text; None if all count. The parser must read it as written.

    In code and HTML a mask does no harm, nor does one of blanks alone.
    """
    realised = made_of_masks(masked, found)
    waiting = [start for start in masked.marks if start not in realised and masked.data[start] not in b" \t"]
    if not waiting:
        return None
    verbatim = (
        span
        for kind, value, *span in found
        if kind == "Start" and (value == "HtmlBlock" or (isinstance(value, dict) and "CodeBlock" in value))
    )
    begin = end = 0
    idle = set()
    for start in sorted(waiting):
        while end <= start:
            begin, end = next(verbatim, (len(data), len(data) + 1))
        if start < begin:
            idle.add(start)
    if not idle:
        return None
    return with_marks(data, masked, {start: mark for start, mark in masked.marks.items() if start not in idle})


def containers_only(data: bytes, masked: Masked, found: Collection[int]) -> bytes:
    """A text with the masks of lines that make containers or are complete by themselves, and without all others.

    `found` has where the parser has found items and breaks; a mask elsewhere means nothing. Without masks are HTML
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

    It must be asked about tokens in their order. It caches what it knows of a line, which may have many.
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
            start, end = line_start(self._data, token.start()), self._end_of_line(token.start())
            fence = _FENCE_START.match(self._data, start, end)
            self._line_end = end
            self._is_heading = _HEADING.match(self._data, start, end) is not None
            self._fence_end = fence.end() if fence else -1
        if token.end() > self._last_line_end:
            self._last_line_end = self._end_of_line(token.end())
            self._is_underlined = _UNDERLINE.match(self._data, token.end()) is not None
        return self._is_heading or self._is_underlined or token.start() <= self._fence_end

    def _end_of_line(self, offset: int) -> int:
        found = LINE_END.search(self._data, offset)
        return found.start() if found else len(self._data)


def open_directives(data: bytes, masked: Masked, fences: Sequence[tuple[int, int]], grammar: Grammar) -> Masked | None:
    """Mask the fences of those code blocks that are directives whose body is Markdown; None if there are none.

    `fences` are the ranges of code blocks in bytes, as the parser gives them.
    """
    rules = grammar.lines.get(ord(":"), ())
    closing = next((rule for rule in rules if rule.form is LineForm.CLOSING), None)
    marks: list[LineMark] = []
    for start, end in fences:
        fence = CODE_FENCE.search(data, start, end)
        if not fence:
            continue
        # The first and the last line are read as if the fences were colons.
        colons = b":" * len(fence["fence"]) + fence["info"]
        rule, found = next(((rule, found) for rule in rules if (found := rule.matcher.match(colons))), (None, None))
        if rule is None or found is None or rule.form is not LineForm.OPENING:
            continue
        options = _YAML_OPTIONS.match(data, fence.end(), end)
        opening = mark_of(rule, found, grammar, fence.start())
        marks.append(opening._replace(end=options.end() if options else fence.end()))
        last = _LAST_FENCE.search(data, fence.end(), end)
        if last and closing:
            marks.append(LineMark(closing, last.start("fence"), last.end("fence"), (), is_indented=False))
    if not marks:
        return None
    buffer = bytearray(masked.data)
    for mark in marks:
        write_mask(buffer, data, mark)
    ends = [_line_to_insert(data, mark) for mark in marks if mark.rule.form is LineForm.CLOSING]
    return masked._replace(
        data=bytes(buffer),
        marks={**masked.marks, **{mark.start: mark for mark in marks}},
        waiting=tuple(sorted([*masked.waiting, *ends], key=itemgetter(0))),
    )


def _line_to_insert(data: bytes, mark: LineMark) -> Waiting:
    """The line that the parser may need before a line that closes a container."""
    begin = line_start(data, mark.start)
    return Waiting(begin, begin, mark, data[begin : mark.start])


def unindent(data: bytes, masked: Masked, blocks: Sequence[int]) -> Masked | None:
    """Turn blocks that the parser takes for code because they are indented into list items; None if there are none.

    `blocks` has the start of each, after the columns that make it code. The mark of the item goes into these columns.
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
        marks[begin] = LineMark(INDENTED_TEXT, begin, start, (), is_indented=True)
        write_mask(buffer, data, marks[begin])
    return masked._replace(data=bytes(buffer), marks=marks) if len(marks) > len(masked.marks) else None


# Masks


def write_mask(buffer: bytearray, data: bytes, mark: LineMark) -> None:
    """Overwrite a mark in a buffer that is as long as the text."""
    if mark.rule is INDENTED_TEXT:
        buffer[mark.start] = ord("+")
        return
    first = LINE_END.search(data, mark.start, mark.end)
    end = first.start() if first else mark.end
    length = end - mark.start
    if mark.rule.form is LineForm.ITEM and mark.rule.interrupts:
        # After more than four blanks the text would be code, so items in items take the rest.
        shape = b"+ " * max(0, (length - _INDENT) // 2) + b"+"
    elif mark.rule.form is LineForm.ITEM:  # a number other than 1 does not interrupt a paragraph
        shape = b"2.".rjust(min(length - 1, _WIDEST_NUMBER + 1), b"0")
    elif mark.is_indented:
        # The content of the masking item is indented as the body is, if the line is long enough for it.
        wanted = _INDENT if mark.rule.family != "component" else body_indent(data, mark)
        width = max(2, min(wanted, _WIDEST_INDENT, length - 1))
        shape = b"+" + b" " * (width - 1) + _empty_block(length - width)
    else:
        shape = _empty_block(length)
    _fill(buffer, data, mark.start, mark.end, b" ")
    buffer[mark.start : mark.start + len(shape)] = shape


def fill_token(buffer: bytearray, data: bytes, start: int, end: int) -> None:
    """Overwrite a token in a buffer that is as long as the text."""
    _fill(buffer, data, start, end, TOKEN_BYTE)


def _empty_block(length: int) -> bytes:
    """A block without text: a break, or an empty heading where there is no room for it.

    As the first block of a list item it makes the body begin a block of its own.
    """
    return _BREAK_MASK if length >= len(_BREAK_MASK) else b"#" * length


def _fill(buffer: bytearray, data: bytes, start: int, end: int, byte: bytes) -> None:
    """Overwrite everything but the line ends and the marks of the quotes around the first line."""
    if data.find(b"\n", start, end) < 0 and data.find(b"\r", start, end) < 0:
        buffer[start:end] = byte * (end - start)
        return
    quote_marks = re.compile(rb"(?:[ \t]*>){0,%d}" % data.count(b">", line_start(data, start), start))
    for line in _LINE.finditer(data, start, end):
        begin = line.start()
        if begin > start:
            begin = quote_marks.match(data, begin, line.end()).end()  # type: ignore[union-attr]  # it matches nothing, too
        buffer[begin : line.end()] = byte * (line.end() - begin)
