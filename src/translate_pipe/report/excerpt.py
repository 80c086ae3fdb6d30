"""The piece of a translation that a finding is about, with the words in question marked."""

from __future__ import annotations

import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import click

from translate_pipe.model import Side
from translate_pipe.report.visible import JOINERS, character_number, clusters, safe, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from translate_pipe.model import Diagnostic, TextSpan

EXCERPT_COLUMNS = 70
_BEFORE = 28
"""The columns before the first marked word, if the text has so many."""
_MOST_CHARACTERS = 3 * EXCERPT_COLUMNS
"""Characters to read on each side of a word; marks without a width can be piled up without limit."""
_GUTTER = "  | "
"""Keeps lines of an excerpt from looking like anything else, such as a command to the runner of a CI."""


class _Cell(NamedTuple):
    """One character as readers see it, with its width."""

    text: str
    width: int
    marked: bool


_ELLIPSIS = _Cell("…", 1, marked=False)
# Most characters are below U+0300 and take one column; looking them up makes long reports fast.
_USUAL = {char: _Cell(char, 1, marked=False) for char in map(chr, range(0x20, 0x300)) if char.isprintable()}


def excerpt_lines(found: Diagnostic, *, colour: bool = False) -> list[str]:
    """The spans of a diagnostic in the msgstr, or else in the msgid; nothing if it has none.

    With `colour` they are coloured and underlined, otherwise a second line of carets marks them.
    """
    spans = [one for one in found.spans if one.start < one.end]
    of_msgstr = [one for one in spans if one.side is Side.MSGSTR]
    if not spans:
        return []
    cells = _window(found.msgstr, of_msgstr) if of_msgstr else _window(found.msgid, spans)
    if colour:
        styled = (click.style(part, fg="red", underline=True) if marked else part for part, marked in _groups(cells))
        return [_GUTTER + "".join(styled)]
    shown = "".join(cell.text for cell in cells)
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in shown):
        # Terminals differ in where they put these characters, so the marks are among them.
        return [_GUTTER + "".join(f"⟦{part}⟧" if marked else part for part, marked in _groups(cells))]
    carets = "".join(("^" if cell.marked else " ") * cell.width for cell in cells)
    return [_GUTTER + shown, _GUTTER + carets.rstrip()]


# Cutting out


def _window(text: str, spans: Sequence[TextSpan]) -> list[_Cell]:
    """The cells around the first marked character, as many as fit."""
    first = min(span.start for span in spans)
    begin, end = max(0, first - _MOST_CHARACTERS), first + _MOST_CHARACTERS
    marked = {at for span in spans for at in range(span.start, min(span.end, end))}
    after, is_cut_after = _fitting(_cells(text[first:end], first, marked), EXCERPT_COLUMNS)
    is_cut_after = is_cut_after or end < len(text)
    needed = sum(cell.width for cell in after) + is_cut_after
    # What the end of a text leaves free goes to its beginning, and the other way round.
    free = max(_BEFORE, EXCERPT_COLUMNS - needed)
    before, is_cut = _fitting(_cells(text[begin:first], begin, marked, backwards=True), free)
    if is_cut or begin > 0:
        before, is_cut = _fitting(before, free - _ELLIPSIS.width)[0], True
    before.reverse()
    left = EXCERPT_COLUMNS - sum(cell.width for cell in before) - is_cut
    if needed > left:
        # A single cell that is too wide is shown all the same: the diagnostic is about it.
        after, is_cut_after = _fitting(after, left - 1)[0] or after[:1], True
    return [*[_ELLIPSIS] * is_cut, *before, *after, *[_ELLIPSIS] * is_cut_after]


def _fitting(cells: Iterable[_Cell], columns: int) -> tuple[list[_Cell], bool]:
    """The first cells, as many as fit into so many columns, and whether there are more."""
    kept: list[_Cell] = []
    for cell in cells:
        columns -= cell.width
        if columns < 0:
            return kept, True
        kept.append(cell)
    return kept, False


def _cells(text: str, begin: int, marked: set[int], *, backwards: bool = False) -> Iterator[_Cell]:
    """The cells of a text whose first character has the number `begin`, from its beginning or its end."""
    found = clusters(text)
    placed = list(zip(found, accumulate(map(len, found), initial=begin), strict=False))
    for cluster, start in reversed(placed) if backwards else placed:
        if start not in marked and cluster in _USUAL:
            yield _USUAL[cluster]
            continue
        chosen = [char for index, char in enumerate(cluster, start) if index in marked]
        if chosen and all(map(_is_unseen, chosen)):
            shown = "".join(character_number(char) if _is_unseen(char) else safe(char) for char in cluster)
        else:
            shown = safe(cluster)
        yield _Cell(shown, width(shown), bool(chosen))


def _is_unseen(char: str) -> bool:
    """Whether a mark on this character cannot be seen: a joiner, or an unusual blank."""
    return char in JOINERS or (char != " " and unicodedata.category(char) == "Zs")


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
