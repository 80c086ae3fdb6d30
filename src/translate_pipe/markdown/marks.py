"""Matches of the dialects' rules in a document: lines that open or close containers, and the text in them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.dialects import myst
from translate_pipe.markdown.dialects.rules import HTML, Example, LineForm, LineRule
from translate_pipe.model import Piece, SegmentKind, SlotShape
from translate_pipe.text.lines import EOL_BYTES, LINE_END, line_start

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from translate_pipe.markdown.dialects import Grammar

_TAB = 4
_NEXT_INDENT = re.compile(rb"(?:[ \t>]*" + EOL_BYTES + rb")*([ \t>]*)")
CODE_FENCE = re.compile(rb"(?P<fence>`{3,}|~{3,})(?P<info>[^\r\n]*)")
"""A fence of code with its info string, at the beginning of a line."""
_PREFIX = re.compile(rb"[ \t>]*+")
_ELEMENT = re.compile(rb"[<{%]*[ \t]*([A-Za-z][\w.:-]*)?")
_ATTRIBUTE = re.compile(
    rb"(?<![\w:-])([\w:-]++)[ \t]*+=[ \t]*(?:\"((?:[^\"\\\r\n]|\\[^\r\n])*)\"|'((?:[^'\\\r\n]|\\[^\r\n])*)')"
)
_BLANK_LINE = re.compile(rb"\n[ \t>]*+\r?\n")
_TAG_AHEAD = re.compile(rb"(?:\A|\n)[ \t>]*+(?:[-+*:][ \t]+|\d{1,9}[.)][ \t]+)*<[A-Za-z/!?]")
_TAG_LINE = re.compile(
    rb"(?:^|(?<=\r))[ \t>]*+(?P<tag><(?:(?P<opened>[A-Za-z][\w-]*+)[^<>\r\n]*+|/(?P<closed>[A-Za-z][\w-]*+)[ \t]*+)>)"
    rb"[ \t]*(?=[\r\n]|\Z)",
    re.MULTILINE,
)


class LineMark(NamedTuple):
    """A match of a rule: its range in bytes, without indentation and quote marks, and the text in it.

    `is_indented` says that the mask is that of a list item.
    """

    rule: LineRule
    start: int
    end: int
    pieces: tuple[Piece, ...]
    is_indented: bool


def marks_in(data: bytes, grammar: Grammar, start: int) -> Iterator[LineMark]:
    """The lines that match rules, in their order, also those in code and within other marks.

    The lines of `data` end with a line feed or CRLF. The mark of a region is that of its first line.
    """
    ends: dict[LineRule, int] = {}
    """Where the last mark of each rule ends, so that several marks do not search the same lines."""
    closing_tags: Mapping[int, tuple[int, int]] | None = None
    for candidate in grammar.candidates.finditer(b"\n" + data, start):
        at = candidate.end() - 1
        for rule in grammar.lines.get(data[at], ()):
            if ends.get(rule, -1) > at or (rule.is_html and rule.is_foreign and not _may_be_in_text(data, at)):
                continue
            found = rule.matcher.match(data, at)
            if not found:
                continue
            if rule.after:  # the line above matches the same rule, or is one that a line of the rule may follow
                end = max(data.rfind(b"\n", 0, at), 0)
                above = data.rfind(b"\n", 0, end) + 1
                if not above <= ends.get(rule, -1) <= end and not rule.above.match(data, above, end):
                    continue
            mark = mark_of(rule, found, grammar)
            ends[rule] = mark.end
            if rule.family != HTML:
                yield mark
                break
            # A tag that no line closes is no mark.
            closing_tags = _closing_tags(data) if closing_tags is None else closing_tags
            if at in closing_tags:
                yield mark
                yield LineMark(replace(rule, form=LineForm.CLOSING), *closing_tags[at], (), is_indented=False)
            break


def _closing_tags(data: bytes) -> dict[int, tuple[int, int]]:
    """The ranges of the lines that close HTML elements, by the starts of the lines that open these, in one pass."""
    ends: dict[int, tuple[int, int]] = {}
    open_elements: list[tuple[bytes, int]] = []
    count: Counter[bytes] = Counter()
    for tag in _TAG_LINE.finditer(data):
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


def _may_be_in_text(data: bytes, at: int) -> bool:
    """Whether a line that begins with a tag may be part of a paragraph: below another line, or with a second tag."""
    begin = data.rfind(b"\n", 0, at)
    end = data.find(b"\n", at)
    above = data[data.rfind(b"\n", 0, max(begin, 0)) + 1 : max(begin, 0)]
    stop = end if end >= 0 else len(data)
    return bool(above.strip(b" \t\r>")) or data.find(b"><", at, stop) >= 0 or data.find(b"> <", at, stop) >= 0


def is_below_html(data: bytes, at: int, start: int) -> bool:
    """Whether a line may be part of a block of HTML that begins at `start` or between there and the line."""
    end = max(data.rfind(b"\n", 0, at), start)
    for blank in _BLANK_LINE.finditer(data, start, end):
        start = blank.end() - 1
    return _TAG_AHEAD.search(data, start, end) is not None


def mark_of(rule: LineRule, found: re.Match[bytes], grammar: Grammar, shift: int = 0) -> LineMark:
    """The mark of a rule that matches; `shift` is added to the offsets of the match."""
    start, end = found.start() + shift, found.end() + shift
    pieces = tuple(_pieces(rule, found, grammar, shift)) if found.re.groupindex else ()
    mark = LineMark(rule, start, end, pieces, is_indented=rule.form in (LineForm.ITEM, LineForm.INDENTED))
    if rule.form is LineForm.INDENTED and rule.family == "component":
        # Components have a body only if the next line is indented further.
        closes_itself = found["end"] is not None or found.group().rstrip().endswith(b"/>")
        mark = mark._replace(is_indented=not closes_itself and body_indent(found.string, mark) > 1)
    return mark


def _pieces(rule: LineRule, found: re.Match[bytes], grammar: Grammar, shift: int) -> Iterator[Piece]:
    """The text in a mark: titles, and the values of attributes that readers see, `attribute` or `element.attribute`."""
    groups = found.groupdict()
    label = (groups.get("label") or b"").decode()
    kind = SegmentKind.ABBREVIATION if found.group().startswith(b"*") else SegmentKind.CONTAINER_TITLE
    for name, shape in (("bracketed", SlotShape.BRACKETED), ("title", SlotShape.LINE)):
        if groups.get(name):
            start, end = found.span(name)
            yield Piece(kind, shape, start + shift, end + shift, groups[name].decode(), label)
    if not groups.get("attributes"):
        return
    named = _ELEMENT.match(found.group())
    element = named[1] if named and named[1] else b""
    for one in _ATTRIBUTE.finditer(found.string, *found.span("attributes")):
        if one[1] not in grammar.attributes and element + b"." + one[1] not in grammar.attributes:
            continue
        group = 2 if one[2] is not None else 3
        text = one[group].decode().strip()
        if text:
            start, stop = one.span(group)
            yield Piece(SegmentKind.ATTRIBUTE, rule.quoting, start + shift, stop + shift, text, one[1].decode())


# Indentation


def body_indent(data: bytes, mark: LineMark) -> int:
    """The indentation of the next line that is not empty, less that of the marked line, in columns."""
    after = LINE_END.search(data, mark.end)
    following = _NEXT_INDENT.match(data, after.end()) if after else None
    if not following:
        return 0
    return _columns(following[1]) - _columns(data[line_start(data, mark.start) : mark.start])


def _columns(indent: bytes) -> int:
    return len(indent.expandtabs(_TAB))


# Glossaries

GLOSSARY_DEFINITION = LineRule("Definitions in a glossary", b"", b"", LineForm.ITEM, Example(""), interrupts=True)
"""The rule for glossaries: indented text below a term is its definition."""

_OPTION = re.compile(rb"[ \t>]*:[\w-]+:(?:[ \t]|\Z)")


def glossaries(data: bytes, start: int) -> Iterator[LineMark | tuple[int, bytes]]:
    """The marks of the definitions in glossaries of MyST, and the starts of terms right below other terms.

    With the latter comes the container prefix of the line. The lines of `data` end with a line feed or CRLF.
    """
    at = start
    while at < len(data):
        glossary = myst.GLOSSARY.match(data, at)
        at = _next_line(data, at)
        may_be_option, is_last_term, is_below_text = True, False, False
        while glossary and at < len(data):
            begin, at = at, _next_line(data, at)
            line = data[begin:at].rstrip()
            indent = _PREFIX.match(line).group()  # type: ignore[union-attr]  # it matches nothing, too
            depth = len(indent) - len(glossary["prefix"])
            content = line[len(indent) :]
            if content.startswith(glossary["fence"]) and not content.strip(glossary["fence"][:1]):
                break
            may_be_option = may_be_option and _OPTION.match(line) is not None
            is_text = bool(content) and not may_be_option
            is_term = is_text and depth <= 0
            if is_term and is_below_text:
                yield begin, indent
            elif is_text and is_last_term and depth > 1:
                first = begin + len(glossary["prefix"])
                yield LineMark(GLOSSARY_DEFINITION, first, first + depth, (), is_indented=True)
            is_last_term = is_term or (is_last_term and not is_text)
            is_below_text = is_text


def _next_line(data: bytes, at: int) -> int:
    end = data.find(b"\n", at)
    return end + 1 if end >= 0 else len(data)


# Tables below text

_DELIMITER_ROW = re.compile(rb"\n[ \t>]*+(?P<row>\|?+[ \t]*+:?-[-: \t]*+\|[-:| \t]*+)(?=\r?\n|\Z)")
_CELL_END = re.compile(rb"\\.|\|", re.DOTALL)


def tables_below_text(data: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The starts of tables right below a line of text, which is no part of them (as in GitHub's cmark-gfm).

    With each comes the container prefix of its first line. The parser takes the whole for a paragraph.
    """
    for found in _DELIMITER_ROW.finditer(data, start):
        head = data.rfind(b"\n", 0, found.start()) + 1
        above = data.rfind(b"\n", 0, max(head - 1, 0)) + 1
        prefix = _PREFIX.match(data, head)
        row = data[prefix.end() : found.start()] if prefix else b""
        text = data[above:head].strip(b" \t\r\n>")
        if text and prefix and _cells(row) == _cells(found["row"]):
            yield head, prefix.group()


def _cells(row: bytes) -> int:
    """The number of cells of a row of a table, with or without pipes around it."""
    row = row.strip()
    pipes = sum(found.group() == b"|" for found in _CELL_END.finditer(row))
    return pipes + 1 - row.startswith(b"|") - (row.endswith(b"|") and not row.endswith(b"\\|"))
