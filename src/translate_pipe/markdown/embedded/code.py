r"""Code blocks: their comments and strings as pieces of the outline.

Pygments says where comments and strings are, for the language that the info string of a fence names; no language is
guessed. It is imported when the first such block is met, and not at all unless `ParseOptions.code` asks for it.

Each paragraph of comments and each string literal is a piece, so that the proof that a translation changed nothing
around it compares them all. What is no prose has an empty text, for which nothing is offered.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, dropwhile
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.embedded import comments, literals
from translate_pipe.markdown.embedded.languages import DATA, LANGUAGES_LEFT_ALONE, NO_ESCAPES, SHELLS, language
from translate_pipe.markdown.embedded.lexing import MAX_SIZE, comment_ranges, is_safe_to_lex, string_groups, tokens_of
from translate_pipe.model import Piece, SegmentKind, SlotShape, Verbatim
from translate_pipe.text.lines import EOL_BYTES, line_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.model import OutlineItem, ParseOptions

_LINE = re.compile(rb"([^\r\n]*)(" + EOL_BYTES + rb"|\Z)")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_QUOTE_MARK = re.compile(rb"[ \t]*> ?")
_FOOTNOTE = re.compile(rb"\[\^[^\[\]]*\]:")
_DIRECTIVE_OPTION = re.compile(r":[\w-]+:")
_KEY = re.compile(r"[ \t]*(?::(?!:)|=>|\])")


VISIBLE_ATTRIBUTES = frozenset({"alt", "title", "label", "placeholder", "aria-label", "aria-description", "summary"})
"""Attributes of tags whose values readers see."""


class _CodeLine(NamedTuple):
    """A line of code: its text, and the starts of its text and of the line itself in the document, in bytes."""

    text: str
    start: int
    begin: int


class _CodeSpan(NamedTuple):
    """A piece by characters of the code; `again` is as in `comments.Paragraph`."""

    kind: SegmentKind
    start: int
    end: int
    text: str
    again: tuple[int, int] | None = None
    line_break: str = ""


def with_code_pieces(items: Iterable[OutlineItem], data: bytes, options: ParseOptions) -> Iterator[OutlineItem]:
    """The items of an outline, and after each code block the pieces in it that the options ask for.

    `data` is the document that the byte offsets of the items are offsets into.
    """
    for item in items:
        yield item
        if options.code != "none" and isinstance(item, Verbatim) and item.tag == "CodeBlock":
            yield from pieces(data, item, options.code)


def pieces(data: bytes, block: Verbatim, wanted: str) -> list[Piece]:
    """The comments and strings of a code block, in order.

    `wanted` is `comments`, `strings` or `all`. A block without a language, or in one that Pygments does not know, has
    none.
    """
    info = block.detail.get("Fenced", "") if isinstance(block.detail, dict) else ""
    name = language(info)
    if not name or name in LANGUAGES_LEFT_ALONE or block.end - block.start > 4 * MAX_SIZE:
        return []
    lines = _code_lines(data, block)
    code = "".join(line.text + "\n" for line in lines)
    if not code.strip() or not is_safe_to_lex(code):
        return []
    spans = _spans(name, code, wanted)
    if not spans:
        return []
    starts = [0, *accumulate(len(line.text) + 1 for line in lines)]
    offsets: list[int] = []  # of each character of the code in the document
    for line in lines:
        offsets += accumulate((len(character.encode()) for character in line.text), initial=line.start)
    first = lines[0].begin
    line_end = "\r\n" if data[:first].endswith(b"\r\n") else data[first - 1 : first].decode()
    found: list[Piece] = []
    for span in spans:
        breaks = (span.line_break,) if span.line_break else ()
        if span.again:
            at, blanks = span.again
            begin = lines[bisect_right(starts, at) - 1].begin
            breaks = (line_end + data[begin : offsets[at]].decode() + " " * blanks,)
        shape = SlotShape.COMMENT if span.kind is SegmentKind.CODE_COMMENT else SlotShape.STRING
        found.append(Piece(span.kind, shape, offsets[span.start], offsets[span.end], span.text, name, breaks))
    return found


# From the document to the code


def _code_lines(data: bytes, block: Verbatim) -> list[_CodeLine]:
    """The lines of a fenced block between its fences, without the prefixes of its containers."""
    before = data[line_start(data, block.start) : block.start]
    prefix = _FOOTNOTE.sub(lambda match: b" " * len(match.group()), before)
    quotes = prefix.count(b">")
    indent = len(prefix[prefix.rfind(b">") + 1 :].removeprefix(b" " if quotes else b"").decode().expandtabs(4))
    first = _LINE.match(data, block.start, block.end)
    opening = _FENCE.match(first[1].decode()) if first else None
    if first is None or opening is None:
        return []
    found: list[_CodeLine] = []
    for line in _LINE.finditer(data, first.end(), block.end):
        if line.start() == block.end:  # the empty match after the last line end
            break
        raw, position, column = line[1], 0, 0
        for _ in range(quotes):
            mark = _QUOTE_MARK.match(raw, position)
            position = mark.end() if mark else position
        while column < indent and raw[position : position + 1] in (b" ", b"\t"):
            column += 1 if raw[position : position + 1] == b" " else 4 - column % 4
            position += 1
        found.append(_CodeLine(raw[position:].decode(), line.start() + position, line.start()))
    last = found[-1].text if found else ""
    # The closing fence is at least as long as the opening one (CommonMark, section 4.5).
    is_fence = last.strip().startswith(opening[1]) and not last.strip().strip(opening[1][0])
    if is_fence and not last.startswith("    "):
        found.pop()
    is_directive = first[1].lstrip(b"`~").lstrip().startswith(b"{")
    return list(dropwhile(lambda line: _DIRECTIVE_OPTION.match(line.text), found)) if is_directive else found


# From the code to spans


@lru_cache(maxsize=256)
def _spans(name: str, code: str, wanted: str) -> tuple[_CodeSpan, ...]:
    """The comments and strings of a code in a language, in order."""
    tokens = tokens_of(name, code)
    found: list[_CodeSpan] = []
    if wanted in ("comments", "all"):
        found += (
            _CodeSpan(SegmentKind.CODE_COMMENT, one.start, one.end, one.text, one.again)
            for one in comments.paragraphs(code, comment_ranges(code, tokens))
        )
    if wanted in ("strings", "all") and name not in DATA:
        for group in string_groups(tokens):
            text = code[group.start : group.end]
            quote = next((character for character in text if character in "\"'`"), "")
            has_escapes = not group.attribute and name not in NO_ESCAPES.get(quote, frozenset())
            literal = literals.read_literal(text, has_escapes=has_escapes)
            if literal is None:
                continue
            is_offered = (
                literals.is_prose_literal(literal.text)
                and literals.has_plain_placeholders(literal.text)
                and not _KEY.match(code, group.end)
                and (not group.attribute or group.attribute in VISIBLE_ATTRIBUTES)
                and not (name in SHELLS and quote == '"' and "`" in literal.text)
            )
            start, end = group.start + literal.start, group.start + literal.end
            text = literal.text if is_offered else ""
            found.append(_CodeSpan(SegmentKind.CODE_STRING, start, end, text, None, literal.line_break))
    return tuple(sorted(found, key=lambda span: span.start))
