"""What the rules of a document's dialects find in it: lines of containers and the like, with the text in them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.document.dialects.rules import HTML, Form, LineRule
from translate_pipe.document.lines import EOL_BYTES, LINE_END, line_start
from translate_pipe.model import Piece, SegmentKind, SlotShape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.document.dialects import Grammar

_TAB = 4
_NEXT_INDENT = re.compile(rb"(?:[ \t>]*" + EOL_BYTES + rb")*([ \t>]*)")
FENCE = re.compile(rb"(?P<fence>`{3,}|~{3,})(?P<info>[^\r\n]*)")
"""A fence of code with its info string, at the beginning of a line."""
_ELEMENT = re.compile(rb"[<{%]*[ \t]*([A-Za-z][\w.:-]*)?")
_ATTRIBUTE = re.compile(
    rb"(?<![\w-])([\w:-]+)[ \t]*=[ \t]*(?:\"((?:[^\"\\\r\n]|\\[^\r\n])*)\"|'((?:[^'\\\r\n]|\\[^\r\n])*)')"
)
_TAG_LINE = re.compile(
    rb"(?:^|(?<=\r))[ \t>]*+(?P<tag><(?:(?P<opened>[A-Za-z][\w-]*)[^<>\r\n]*|/(?P<closed>[A-Za-z][\w-]*)[ \t]*)>)"
    rb"[ \t]*(?=[\r\n]|\Z)",
    re.MULTILINE,
)


class Mark(NamedTuple):
    """Where a rule has found something: its range in bytes, behind indentation and quote marks, and the text in it.

    `is_indented` says that the mask is that of a list item.
    """

    rule: LineRule
    start: int
    end: int
    pieces: tuple[Piece, ...]
    is_indented: bool


def marks_in(data: bytes, grammar: Grammar, start: int) -> Iterator[Mark]:
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
    found = FENCE.match(data, at)
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
            pattern = mark.rule.end
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
        found = rule.matcher.match(data, at)
        if found:
            return mark_of(rule, found, grammar)
    return None


def mark_of(rule: LineRule, found: re.Match[bytes], grammar: Grammar, shift: int = 0) -> Mark:
    """The mark of a rule that matches; `shift` is added to the offsets of the match."""
    start, end = found.start() + shift, found.end() + shift
    mark = Mark(rule, start, end, tuple(_pieces(rule, found, grammar, shift)), is_indented=False)
    is_item = rule.form is Form.ITEM or (rule.form is Form.INDENTED and _has_body(found, mark))
    return mark._replace(is_indented=is_item)


def _has_body(found: re.Match[bytes], mark: Mark) -> bool:
    """Whether a body is indented below; below a component there is one only if its text shows it."""
    if mark.rule.family != "component":
        return True
    if found["end"] is not None or found.group().rstrip().endswith(b"/>"):
        return False
    return body_indent(found.string, mark) > 1


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


# Indentation


def body_indent(data: bytes, mark: Mark) -> int:
    """How much further than a line the next one that is not empty is indented, in columns."""
    after = LINE_END.search(data, mark.end)
    following = _NEXT_INDENT.match(data, after.end()) if after else None
    if not following:
        return 0
    return _columns(following[1]) - _columns(data[line_start(data, mark.start) : mark.start])


def _columns(indent: bytes) -> int:
    return len(indent.expandtabs(_TAB))
