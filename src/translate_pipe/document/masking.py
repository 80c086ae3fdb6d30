"""What the parser does not know, disguised as something that it knows.

Each thing that the rules of a document's dialects recognise is overwritten, byte by byte, with syntax of CommonMark
that makes the parser do what the site generator does:

- A line whose body is indented below it becomes the mark of a list item, so that the body is the item's content.
- A line that opens, closes or stands for itself becomes a thematic break, which ends a paragraph and nothing else.
- A token within a line becomes characters that mean nothing.

The result is as long as the text, so the ranges of the parser's events are ranges of the text. And the parser has the
last word: a mask in a code block or in the middle of a paragraph gives no item and no break, and so counts for nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.document.dialects.rules import HTML, Example, Form, LineRule
from translate_pipe.model import Piece, SegmentKind, SlotShape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from translate_pipe.document.dialects import Grammar

NOTHING = b"\x1a"
"""The byte that a masked token consists of: SUBSTITUTE, a control character that has no meaning in Markdown."""

# Underlines, since asterisks behind the mark of a list item would make a break of the whole line.
_BREAK_MASK = b"___"
_INDENT = 4
_WIDEST_INDENT = 5
_TAB = 4
_LINE = re.compile(rb"[^\r\n]+")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_NEXT_INDENT = re.compile(rb"(?:[ \t>]*(?:\r\n|\n|\r))*([ \t>]*)")
_HEADING = re.compile(rb"[ \t>]*#{1,6}[ \t]")
_UNDERLINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)[ \t>]*(?:=+|-+)[ \t]*(?=[\r\n]|\Z)")
_HEADING_ATTRIBUTES = re.compile(rb"\{:?[ \t]*[.#]")
_FENCE = re.compile(rb"(?P<fence>`{3,}|~{3,})(?P<info>[^\r\n]*)")
_ELEMENT = re.compile(rb"[<{%]*[ \t]*([A-Za-z][\w.:-]*)?")
_ATTRIBUTE = re.compile(
    rb"(?<![\w-])([\w:-]+)[ \t]*=[ \t]*(?:\"((?:[^\"\\\r\n]|\\[^\r\n])*)\"|'((?:[^'\\\r\n]|\\[^\r\n])*)')"
)
# Directives may have their options as YAML between lines of dashes, right below their first line.
_DASHES = rb"[ \t>]*---[ \t]*(?=[\r\n]|\Z)"
_BREAK = rb"(?:\r\n|\n|\r)"
_YAML_OPTIONS = re.compile(_BREAK + _DASHES + rb"(?:" + _BREAK + rb"(?!" + _DASHES + rb")[^\r\n]*)*" + _BREAK + _DASHES)
_TAG_LINE = re.compile(
    rb"(?:^|(?<=\r))[ \t>]*+(?P<tag><(?:(?P<opened>[A-Za-z][\w-]*)[^<>\r\n]*|/(?P<closed>[A-Za-z][\w-]*)[ \t]*)>)"
    rb"[ \t]*(?=[\r\n]|\Z)",
    re.MULTILINE,
)
_LAST_FENCE = re.compile(rb"[\r\n][ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*(?:\r\n|\n|\r)?\Z")


class Mark(NamedTuple):
    """Where a rule has found something: its range in bytes, behind indentation and quote marks, and the text in it.

    `is_indented` says that the mask is that of a list item.
    """

    rule: LineRule
    start: int
    end: int
    pieces: tuple[Piece, ...]
    is_indented: bool


class Masked(NamedTuple):
    """A text as the parser gets it, and the marks by their starts."""

    data: bytes
    marks: Mapping[int, Mark]


def mask(data: bytes, grammar: Grammar, start: int = 0) -> Masked:
    """Disguise what the rules of a grammar find in a text, given in UTF-8; what stands before `start` is made empty."""
    buffer = bytearray(data)
    buffer[:start] = b"\n" * start
    if grammar.tokens:
        for found in grammar.tokens.finditer(data, start):
            if not _is_of_heading(data, found):
                _fill(buffer, data, found.start(), found.end(), NOTHING)
    marks: dict[int, Mark] = {}
    for mark in _marks(data, grammar, start):
        marks[mark.start] = mark
        write(buffer, data, mark)
    return Masked(bytes(buffer), marks)


def _is_of_heading(data: bytes, token: re.Match[bytes]) -> bool:
    """Whether a token is the attributes of a heading, which the parser knows itself."""
    if not _HEADING_ATTRIBUTES.match(token.group()):
        return False
    start = max(data.rfind(b"\n", 0, token.start()), data.rfind(b"\r", 0, token.start())) + 1
    return _HEADING.match(data, start) is not None or _UNDERLINE.match(data, token.end()) is not None


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
    return Masked(bytes(buffer), {**masked.marks, **{mark.start: mark for mark in marks}})


INDENTED_TEXT = LineRule("Indented text", b"", re.compile(b""), Form.INDENTED, Example(""))
"""The rule that where there is no indented code, what is indented is text."""


def unindent(masked: Masked, blocks: Sequence[int]) -> Masked | None:
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
        buffer[begin] = ord("+")
        marks[begin] = Mark(INDENTED_TEXT, begin, start, (), is_indented=True)
    return Masked(bytes(buffer), marks) if len(marks) > len(masked.marks) else None


def _directive(data: bytes, start: int, end: int, grammar: Grammar) -> Iterator[Mark]:
    """The marks of the first and the last line of a directive; they are read as if the fences were colons."""
    fence = _FENCE.search(data, start, end)
    if not fence:
        return
    colons = b":" * len(fence["fence"]) + fence["info"]
    rules = grammar.lines.get(ord(":"), ())
    rule, found = next(((rule, found) for rule in rules if (found := rule.pattern.match(colons))), (None, None))
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
    first = _LINE_END.search(data, mark.start, mark.end)
    end = first.start() if first else mark.end
    length = end - mark.start
    if mark.is_indented:
        width = _item_width(data, mark, length)
        shape = b"+" + b" " * (width - 1) + _empty_block(length - width)
    else:
        shape = _BREAK_MASK if length >= len(_BREAK_MASK) else b""
    _fill(buffer, data, mark.start, mark.end, b" ")
    buffer[mark.start : mark.start + len(shape)] = shape


def _empty_block(length: int) -> bytes:
    """A block without text, as the first one in a list item, so that the body begins a block of its own."""
    return _BREAK_MASK if length >= len(_BREAK_MASK) else b"#" * length


def _fill(buffer: bytearray, data: bytes, start: int, end: int, byte: bytes) -> None:
    """Overwrite all but the line ends."""
    for line in _LINE.finditer(data, start, end):
        buffer[line.start() : line.end()] = byte * len(line.group())


def _item_width(data: bytes, mark: Mark, length: int) -> int:
    """How far the content of the masking list item is indented: as the body is, if the line is long enough for it."""
    wanted = _INDENT if mark.rule.family != "component" else _body_indent(data, mark)
    return max(2, min(wanted, _WIDEST_INDENT, length - 1))


def _body_indent(data: bytes, mark: Mark) -> int:
    """How much further than a line the next one that is not empty is indented, in columns."""
    after = _LINE_END.search(data, mark.end)
    following = _NEXT_INDENT.match(data, after.end()) if after else None
    if not following:
        return 0
    line_start = max(data.rfind(b"\n", 0, mark.start), data.rfind(b"\r", 0, mark.start)) + 1
    return _columns(following[1]) - _columns(data[line_start : mark.start])


def _columns(indent: bytes) -> int:
    return len(indent.expandtabs(_TAB))


# Marks


def _marks(data: bytes, grammar: Grammar, start: int) -> Iterator[Mark]:
    """The lines that rules recognise, in their order; those inside of regions and of fenced code are left out."""
    if grammar.candidates is None:
        return
    stops = _Stops(data)
    elements = _Elements(data)
    fence = b""
    position = 0
    for candidate in grammar.candidates.finditer(data, start):
        at = candidate.end() - 1
        if candidate.start() < position:
            continue
        if data[at] in b"`~":
            fence = _fence_after(data, at, fence)
            continue
        mark = _mark(data, at, grammar)
        if mark is None:
            continue
        if mark.rule.closes is not None:
            end = None if fence else stops.end_of_region(mark)
            if end is None:
                continue
            mark = mark._replace(end=end)
        position = mark.end
        if mark.rule.family == HTML:
            yield from elements.marks(mark)
        else:
            yield mark


def _fence_after(data: bytes, at: int, fence: bytes) -> bytes:
    """The fence of code that is open behind a line which begins with a backtick or tilde; empty if none is."""
    found = _FENCE.match(data, at)
    if not found or (found["fence"][:1] == b"`" and b"`" in found["info"]):
        return fence
    if not fence:
        return found["fence"]
    return b"" if found["fence"].startswith(fence) and not found["info"].strip() else fence


class _Stops:
    """Where regions end; what was found ahead is kept, so that many openings do not search the same text each."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._found: dict[LineRule, re.Match[bytes] | None] = {}
        self._fences = re.compile(rb"(?:^|(?<=\r))[ \t>]*+(?:```|~~~)", re.MULTILINE)
        self._fence: re.Match[bytes] | None = None
        self._is_fence_known = False

    def end_of_region(self, mark: Mark) -> int | None:
        """Where the region that a mark opens ends; None if it is not closed, or code begins before."""
        closing = self._next(mark)
        fence = self._next_fence(mark.end)
        if closing is None or (fence is not None and fence.start() < closing.start()):
            return None
        return closing.end()

    def _next(self, mark: Mark) -> re.Match[bytes] | None:
        known = self._found.get(mark.rule)
        if mark.rule not in self._found or (known is not None and known.start() < mark.end):
            pattern = mark.rule.closes
            self._found[mark.rule] = pattern.search(self._data, mark.end) if pattern else None
        return self._found[mark.rule]

    def _next_fence(self, start: int) -> re.Match[bytes] | None:
        if not self._is_fence_known or (self._fence is not None and self._fence.start() < start):
            self._fence = self._fences.search(self._data, start)
            self._is_fence_known = True
        return self._fence


class _Elements:
    """Which lines open HTML elements and which close them, found out in one pass when it is first asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def marks(self, opening: Mark) -> Iterator[Mark]:
        """The marks of an element that is opened on a line of its own, and of the line that closes it, if one does."""
        found = self._ends.get(opening.start)
        if found:
            end = replace(opening.rule, form=Form.CLOSING)
            yield opening
            yield Mark(end, *found, (), is_indented=False)

    @cached_property
    def _ends(self) -> dict[int, tuple[int, int]]:
        """Where each element that is opened and closed on lines of their own is closed, by where it is opened."""
        ends: dict[int, tuple[int, int]] = {}
        open_elements: list[tuple[bytes, int]] = []
        count: Counter[bytes] = Counter()
        for tag in _TAG_LINE.finditer(self._data):
            start = tag.start("tag")
            if tag["opened"]:
                open_elements.append((tag["opened"].lower(), start))
                count[tag["opened"].lower()] += 1
                continue
            name = tag["closed"].lower()
            while count[name]:
                inner, opened = open_elements.pop()
                count[inner] -= 1
                if inner == name:
                    ends[opened] = (start, tag.end("tag"))
                    break
        return ends


def _mark(data: bytes, at: int, grammar: Grammar) -> Mark | None:
    for rule in grammar.lines.get(data[at], ()):
        found = rule.pattern.match(data, at)
        if found:
            return mark_of(rule, found, grammar)
    return None


def mark_of(rule: LineRule, found: re.Match[bytes], grammar: Grammar, shift: int = 0) -> Mark:
    """The mark of a rule that matches; `shift` is added to the offsets of the match."""
    start, end = found.start() + shift, found.end() + shift
    mark = Mark(rule, start, end, tuple(_pieces(rule, found, grammar, shift)), is_indented=False)
    return mark._replace(is_indented=rule.form is Form.INDENTED and _has_body(found, mark))


def _has_body(found: re.Match[bytes], mark: Mark) -> bool:
    """Whether a body is indented below; below a component there is one only if its text shows it."""
    if mark.rule.family != "component":
        return True
    if found["end"] is not None or found.group().rstrip().endswith(b"/>"):
        return False
    return _body_indent(found.string, mark) > 1


# The text in them


def _pieces(rule: LineRule, found: re.Match[bytes], grammar: Grammar, shift: int) -> Iterator[Piece]:
    groups = found.groupdict()
    label = (groups.get("label") or b"").decode()
    kind = SegmentKind.ABBREVIATION if found.group().startswith(b"*") else SegmentKind.CONTAINER_TITLE
    for name, shape in (("bracketed", SlotShape.BRACKETED), ("title", SlotShape.LINE)):
        if groups.get(name):
            start, end = found.span(name)
            yield Piece(kind, shape, start + shift, end + shift, groups[name].decode(), label)
    if groups.get("attributes"):
        yield from _attributes(found, rule, grammar, shift)


def _attributes(found: re.Match[bytes], rule: LineRule, grammar: Grammar, shift: int) -> Iterator[Piece]:
    """The values of attributes that readers see: by their names, or by those of the element and the attribute."""
    named = _ELEMENT.match(found.group())
    element = named[1] if named and named[1] else b""
    begin, end = found.span("attributes")
    for one in _ATTRIBUTE.finditer(found.string, begin, end):
        if one[1] not in grammar.attributes and element + b"." + one[1] not in grammar.attributes:
            continue
        group = 2 if one[2] is not None else 3
        text = one[group].decode().strip()
        if text:
            start, stop = one.span(group)
            yield Piece(SegmentKind.ATTRIBUTE, rule.quoting, start + shift, stop + shift, text, one[1].decode())
