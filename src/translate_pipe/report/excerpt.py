"""The piece of a translation that a finding is about, with the words in question marked."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import click

from translate_pipe.report.visible import JOINERS, clusters, name, safe, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.model import Diagnostic

COLUMNS = 70
_BEFORE = 28
"""The columns that stand before the first marked word, where there is so much text."""
_MOST_CHARACTERS = 4 * COLUMNS
_GUTTER = "  | "
"""So that a line of an excerpt is never taken for anything else, such as a command to the runner of a CI."""
_ELLIPSIS = "…"


class _Cell(NamedTuple):
    """What a reader takes for one character, as it is shown."""

    text: str
    width: int
    marked: bool


def excerpt_lines(found: Diagnostic, *, colour: bool = False) -> list[str]:
    """The words of a finding in the msgstr, or else in the msgid; nothing where they stand in neither.

    With `colour` they are coloured and underlined, otherwise a second line of carets marks them.
    """
    for text in (found.msgstr, found.msgid) if found.words else ():
        marked = _marked(text, found.words)
        if marked:
            cells = _window(text, marked)
            return _coloured(cells) if colour else _plain(cells)
    return []


# Finding the words


def _marked(text: str, words: Iterable[str]) -> frozenset[int]:
    """The indexes of the characters that belong to one of the words."""
    return frozenset(index for word in set(words) for span in _spans(text, word) for index in range(*span))


def _spans(text: str, word: str) -> list[tuple[int, int]]:
    """Where a word stands: by itself or, if it stands nowhere by itself, as a part of others."""
    if not word or word not in text:
        return []
    literal = re.escape(word)
    start = r"(?<!\w)" if re.match(r"\w", word) else ""
    end = r"(?!\w)" if re.match(r"\w", word[-1]) else ""
    alone = [found.span() for found in re.finditer(start + literal + end, text)]
    return alone or [found.span() for found in re.finditer(literal, text)]


# Cutting out


def _window(text: str, marked: frozenset[int]) -> list[_Cell]:
    """The cells around the first marked character, as many as fit."""
    first = min(marked)
    begin, end = max(0, first - _MOST_CHARACTERS), first + _MOST_CHARACTERS
    before = list(_cells(text[begin:first], begin, marked))
    after = list(_cells(text[first:end], first, marked))
    behind = sum(cell.width for cell in after) + (end < len(text))
    # What the end of a text leaves free goes to its beginning.
    kept = _last(before, max(_BEFORE, COLUMNS - behind), is_whole=begin == 0)
    used = sum(cell.width for cell in kept)
    return kept + _first(after, COLUMNS - used, is_whole=end >= len(text))


def _cells(text: str, begin: int, marked: frozenset[int]) -> Iterator[_Cell]:
    index = begin
    for cluster in clusters(text):
        chosen = [char for offset, char in enumerate(cluster) if index + offset in marked]
        index += len(cluster)
        shown = _named(cluster) if chosen and all(map(_is_unseen, chosen)) else safe(cluster)
        yield _Cell(shown, width(shown), bool(chosen))


def _is_unseen(char: str) -> bool:
    """Whether nobody would see which character is marked: a joiner, or a blank that is not the usual one."""
    return char in JOINERS or (char != " " and unicodedata.category(char) == "Zs")


def _named(cluster: str) -> str:
    return "".join(name(char) if _is_unseen(char) else safe(char) for char in cluster)


def _first(cells: list[_Cell], columns: int, *, is_whole: bool) -> list[_Cell]:
    if is_whole and sum(cell.width for cell in cells) <= columns:
        return cells
    kept, used = [], len(_ELLIPSIS)
    for cell in cells:
        used += cell.width
        if used > columns:
            break
        kept.append(cell)
    # A single cell that is too wide is shown all the same, because it is what the finding is about.
    return [*(kept or cells[:1]), _Cell(_ELLIPSIS, 1, marked=False)]


def _last(cells: list[_Cell], columns: int, *, is_whole: bool) -> list[_Cell]:
    if is_whole and sum(cell.width for cell in cells) <= columns:
        return cells
    kept: list[_Cell] = []
    used = len(_ELLIPSIS)
    for cell in reversed(cells):
        used += cell.width
        if used > columns:
            break
        kept.append(cell)
    return [_Cell(_ELLIPSIS, 1, marked=False), *reversed(kept)]


# Marking


def _groups(cells: list[_Cell]) -> Iterator[tuple[str, bool]]:
    """Neighbouring cells that are all marked, or all not."""
    pieces: list[str] = []
    is_marked = False
    for cell in cells:
        if cell.marked != is_marked and pieces:
            yield "".join(pieces), is_marked
            pieces = []
        is_marked = cell.marked
        pieces.append(cell.text)
    if pieces:
        yield "".join(pieces), is_marked


def _coloured(cells: list[_Cell]) -> list[str]:
    styled = (click.style(text, fg="red", underline=True) if marked else text for text, marked in _groups(cells))
    return [_GUTTER + "".join(styled)]


def _plain(cells: list[_Cell]) -> list[str]:
    text = "".join(cell.text for cell in cells)
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text):
        # Where a terminal puts these characters nobody knows, so the marks stand among them.
        return [_GUTTER + "".join(f"⟦{piece}⟧" if marked else piece for piece, marked in _groups(cells))]
    carets = "".join(("^" if cell.marked else " ") * cell.width for cell in cells)
    return [_GUTTER + text, _GUTTER + carets.rstrip()]
