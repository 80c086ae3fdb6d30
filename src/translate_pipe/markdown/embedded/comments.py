r"""Comments in code: where their prose is, and how a translation is written.

A comment is given as a range of characters in the code of a block. Its lines become paragraphs. Marks (`#`, `//`,
`/* … */`), decoration (the ` * ` of JavaDoc), bullets and indentation are no part of a paragraph.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from unicode_segmentation_rs import line_break_units

from translate_pipe.markdown.embedded.remarks import (
    ANNOTATION,
    BULLET,
    COMMENT_FENCE,
    is_for_tools,
    is_prose,
    stands_apart,
)
from translate_pipe.text.characters import CONTROLS, has_letters_or_digits
from translate_pipe.text.columns import columns, filled_lines
from translate_pipe.text.lines import line_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.model import Document, Slot

_BLOCKS = (
    ("<!--", "-->"),
    ("{{!--", "--}}"),
    ("{{!", "}}"),
    ("<%--", "--%>"),
    ("<%#", "%>"),
    ("--[[", "]]"),
    ("=begin", "=end"),
    ('"""', '"""'),
    ("'''", "'''"),
    ("/*", "*/"),
    ("{#", "#}"),
    ("{-", "-}"),
    ("(*", "*)"),
    ("#|", "|#"),
    ("#=", "=#"),
    ("<#", "#>"),
    ("@*", "*@"),
)
"""The marks that open and close block comments and docstrings, the longer ones first."""

_CONTROLS = re.compile(CONTROLS)
_LINE_MARK = re.compile(r"//[/!]?|#+|--+|;+|%+|!+|'+|\"|::|rem(?![^\W_])", re.IGNORECASE)
"""Finds the mark that opens a comment of one line."""

_DECORATION = re.compile(r"[ \t]*\*+(?=[ \t]|$)")
_LAST_ANNOTATION = re.compile(r"[ \t]*\(\d+\)!?[ \t]*\Z")
_FILE = re.compile(r"\S+\.\w{1,10}\Z")
_ESCAPE = re.compile(r"\\.")
_LAST_LINE_MARK = re.compile(r"(?://[/!]?|#|--|;|%|!|'|\"|::|rem)\Z", re.IGNORECASE)
_MARKS_OF_BLOCKS = ("<!--", "{#", "--[[", '"""', "'''", "<#", "<%#", "<%--", "{{!--", "{{!")
"""Marks of block comments that end like the mark of a line comment."""

_ENDS_OF_LINE_COMMENTS = ("?>", "%>", "</script")
_TRIPLE = ('"""', "'''")

COMMENT_WIDTH = 80
"""The column up to which a comment of one line stays on one line."""


class Paragraph(NamedTuple):
    """A paragraph of comments, by characters of the code.

    `again` says what a further line begins with: the (start, end) of what is repeated from the line before the text,
    and the number of blanks after it. None if the paragraph has to stay on its line.
    """

    start: int
    end: int
    text: str
    again: tuple[int, int] | None


class _Raw(NamedTuple):
    """One line of a comment after its mark, with bullet and blanks, by characters of the code.

    `comment` tells the comments apart; `margin` is where the mark or the decoration begins; `number` is that of the
    line in the code, and `begin` where that begins.
    """

    start: int
    end: int
    comment: int
    mark: str
    margin: int
    number: int
    begin: int
    is_first: bool = False


class _CommentLine(NamedTuple):
    """The text of one line of a comment."""

    start: int
    end: int
    text: str
    comment: int
    mark: str
    margin: int  # where the mark or the decoration begins, in characters of its line
    indent: int  # where the text begins, in characters of its line, after a bullet
    number: int
    bullet: int  # where its bullet begins; its start if it has none
    has_own_line: bool
    is_first: bool


def opening(text: str) -> tuple[str, str] | None:
    """The marks of the block comment that a text begins with.

    >>> opening("/* uitleg */"), opening("// uitleg")
    (('/*', '*/'), None)
    """
    return next((pair for pair in _BLOCKS if text.startswith(pair[0])), None)


def paragraphs(code: str, comments: Iterable[tuple[int, int]]) -> list[Paragraph]:
    r"""The paragraphs of comments, which are given by their ranges, in order; `text` is empty if they are not prose.

    >>> [found.text for found in paragraphs("x = 1  # een\n# twee\n# drie\n", [(7, 12), (13, 19), (20, 26)])]
    ['een', 'twee drie']
    """
    found: list[Paragraph] = []
    group: list[_CommentLine] = []
    last = fence = -1  # the line of the code that was seen last, and, within a fence, that of its last line
    for line in _lines(code, comments):
        if group and ((len(group) == 1 and _FILE.match(group[0].text)) or not _continues(group[-1], line)):
            found.append(_paragraph(group, _text_of(group)))
            group = []
        is_fenced = fence >= 0 and line.number == last + 1
        last = line.number
        is_fence = COMMENT_FENCE.match(line.text) is not None
        fence = line.number if is_fence != is_fenced else -1
        if is_fence or is_fenced or is_for_tools(line.text):
            found += [_paragraph([line], "")] if line.text else []
        elif line.text:
            group.append(line)
    return [*found, _paragraph(group, _text_of(group))] if group else found


# From comments to lines


def _lines(code: str, comments: Iterable[tuple[int, int]]) -> Iterator[_CommentLine]:
    number = begin = 0
    for index, (start, end) in enumerate(comments):
        number += code.count("\n", begin, start)
        begin = code.rfind("\n", 0, start) + 1
        pair = opening(code[start:end])
        if pair and code[start:end].endswith(pair[1]) and end - start >= len(pair[0]) + len(pair[1]):
            yield from _lines_of_block(code, (start, end), pair, index, (number, begin))
            continue
        position, line_begin = start, begin
        for at, line in enumerate(code[start:end].split("\n"), number):
            indent = len(line) - len(line.lstrip())
            mark = _LINE_MARK.match(line, indent)
            stop = position + len(line)
            if mark:
                yield _line(code, _Raw(position + mark.end(), stop, index, mark[0], position + indent, at, line_begin))
            position = line_begin = stop + 1


def _lines_of_block(
    code: str, span: tuple[int, int], pair: tuple[str, str], index: int, where: tuple[int, int]
) -> Iterator[_CommentLine]:
    number, begin = where
    start, end = span[0] + len(pair[0]), span[1] - len(pair[1])
    first, *others = code[start:end].split("\n")
    marks = "" if pair[0] in _TRIPLE else "*!|-="
    skipped = len(first) - len(first.lstrip(marks)) if marks else 0
    yield _line(code, _Raw(start + skipped, start + len(first), index, "", span[0], number, begin, is_first=True))
    is_decorated = all(not line.strip() or _DECORATION.match(line) for line in others)
    position = start + len(first) + 1
    for at, line in enumerate(others, number + 1):
        decoration = _DECORATION.match(line) if is_decorated else None
        skipped = decoration.end() if decoration else 0
        yield _line(code, _Raw(position + skipped, position + len(line), index, "", position, at, position))
        position += len(line) + 1


def _line(code: str, raw: _Raw) -> _CommentLine:
    """A line of a comment without bullet, annotations and blanks around its text."""
    written = code[raw.start : raw.end]
    bullet = start = raw.start + len(written) - len(written.lstrip())
    end = raw.start + len(written.rstrip())
    for pattern in (ANNOTATION, BULLET):
        match = pattern.match(code, start, end)
        start = match.end() if match else start
    last = _LAST_ANNOTATION.search(code[max(start, end - 20) : end])
    end = max(start, end - len(last.group())) if last else max(start, end)
    return _CommentLine(
        start=start,
        end=end,
        text=code[start:end],
        comment=raw.comment,
        mark=raw.mark,
        margin=raw.margin - raw.begin,
        indent=start - raw.begin,
        number=raw.number,
        bullet=bullet,
        has_own_line=not code[raw.begin : raw.margin].strip(),
        is_first=raw.is_first,
    )


# From lines to paragraphs


def _continues(line: _CommentLine, following: _CommentLine) -> bool:
    """Whether a line of a comment continues the paragraph of the line before it."""
    if following.number != line.number + 1 or not following.text or stands_apart(following.text):
        return False
    if following.bullet != following.start:
        return False
    if line.comment != following.comment:
        is_same_mark = line.mark and line.mark == following.mark and line.margin == following.margin
        return bool(is_same_mark and following.has_own_line and line.indent == following.indent)
    return line.is_first or line.indent == following.indent


def _text_of(group: list[_CommentLine]) -> str:
    text = " ".join(line.text for line in group)
    return text if is_prose(text) else ""


def _paragraph(group: list[_CommentLine], text: str) -> Paragraph:
    first = group[0]
    again: tuple[int, int] | None = None
    if len(group) > 1:
        again = group[1].bullet, 0
    elif first.has_own_line and not first.is_first:
        again = first.bullet, first.start - first.bullet
    return Paragraph(first.start, group[-1].end, text, again)


# Writing


def write_comment(document: Document, slot: Slot, lines: list[str]) -> str | None:
    """A translation as the text of a run of comments; None if it would end the comment or address a tool."""
    text = _CONTROLS.sub(" ", " ".join(lines)).strip()
    source = document.data[slot.start : slot.end].decode()
    before = document.data[line_start(document.data, slot.start) : slot.start].decode()
    if _breaks_out(text, source, before):
        return None
    if not slot.breaks:
        return text
    joint = slot.breaks[0]
    # As wide as the source, or as a usual line.
    known = (before + source).splitlines()
    width = max(columns(line.expandtabs(4)) for line in known) if len(known) > 1 else COMMENT_WIDTH
    room = max(width - columns(joint.lstrip("\r\n").expandtabs(4)), COMMENT_WIDTH // 4)
    written: list[str] = []
    for line in filled_lines(_breakable(text), room):
        # No line may look like the beginning of something else.
        if written and (stands_apart(line.strip()) or written[-1].rstrip().endswith("\\")):
            written[-1] += line
        else:
            written.append(line)
    written = [line.strip() for line in written]
    return None if any(line.endswith("\\") for line in written) else joint.join(written)


def _breaks_out(text: str, source: str, before: str) -> bool:
    if not has_letters_or_digits(text) or stands_apart(text) > stands_apart(source) or text.endswith("\\"):
        return True
    mark = before.rstrip()
    is_line_comment = not mark.endswith(_MARKS_OF_BLOCKS) and _LAST_LINE_MARK.search(mark) is not None
    ends = _ENDS_OF_LINE_COMMENTS if is_line_comment else [mark for pair in _BLOCKS for mark in pair]
    lowered, known = text.lower(), source.lower()
    if any(end in lowered and end not in known for end in ends):
        return True
    # Java reads `\\u` in comments, Python reads all escapes in docstrings.
    new = {escape for escape in _ESCAPE.findall(text) if escape not in source}
    return bool(new) and (not is_line_comment or "\\u" in new)


def _breakable(text: str) -> list[str]:
    """The pieces between which a text may break: after blanks, and between characters of two columns."""
    pieces: list[str] = []
    for piece in line_break_units(text):
        before = columns(pieces[-1][-1:]) if pieces else 0
        if pieces and not pieces[-1].endswith(" ") and (before == 1 or before != columns(piece[:1])):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
