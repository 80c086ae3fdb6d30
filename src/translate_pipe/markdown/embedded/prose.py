"""The prose in a block of HTML, and the attributes that readers see.

Block-level tags cut prose. Inline elements belong to it, unless they wrap all of it or are at its ends
without anything to read. Offsets are bytes of the block.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.embedded.tags import TEMPLATE, HtmlToken, TokenKind, has_content
from translate_pipe.model import Piece, SegmentKind, SlotShape
from translate_pipe.text.characters import ADDRESS, has_letters_or_digits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence


INLINE_ELEMENTS = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font"),
        *("i", "img", "ins", "kbd", "mark", "nobr", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span"),
        *("strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    }
)
"""Elements that are part of a sentence. All others, also unknown ones, are between sentences."""

HTML_ATTRIBUTES = frozenset(
    {
        *("alt", "title", "placeholder", "aria-label", "aria-description", "aria-placeholder"),
        *("aria-roledescription", "aria-valuetext"),
    }
)
"""Attributes whose values readers see or hear, whatever the element."""

_ATTRIBUTES_OF = {
    "track": frozenset({"label"}),
    "option": frozenset({"label"}),
    "optgroup": frozenset({"label"}),
    "th": frozenset({"abbr"}),
    "table": frozenset({"summary"}),
}
_BUTTONS = frozenset({b"button", b"submit", b"reset"})
# Their titles name style sheets and the like.
_UNSEEN = frozenset({"base", "link", "meta", "param", "script", "source", "style"})
CODE_ELEMENTS = frozenset({"code", "samp", "tt"})
"""Elements that hold code."""


_BLANKS = b" \t\r\n\f\v"
_WHITE_SPACE = re.compile(rb"[ \t\r\n\f\v]+")
_STATEMENT = re.compile(rb"\{%[^{}]*%\}")
# Each alternative ends at the first brace, blank or semicolon, so that the search is linear.
_NO_PROSE = re.compile(
    rf"{TEMPLATE.decode()}|\{{[^{{}}]*\}}"
    r"|&(?:#[xX]?[0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]{0,31});"
    rf"|{ADDRESS}"
)


class AtomKind(Enum):
    """The role of a part of a block in the sentence around it."""

    TEXT = "text"
    OPEN = "open"
    CLOSE = "close"
    EMPTY = "empty"  # an inline tag without content, a processing instruction, a statement of a template
    OPAQUE = "opaque"  # an inline element that is left alone
    BREAK = "break"


class Atom(NamedTuple):
    """A part of a block; `token` is its tag, if any, and `is_private` says that its attributes are left alone."""

    kind: AtomKind
    start: int
    end: int
    token: HtmlToken | None = None
    is_private: bool = False

    @property
    def name(self) -> str:
        """The name of the tag."""
        return self.token.name if self.token else ""


def kind_of(token: HtmlToken) -> AtomKind:
    """The role of a tag in the sentence around it."""
    if not token.is_whole or token.kind is TokenKind.COMMENT:
        return AtomKind.BREAK
    if token.kind is TokenKind.ASIDE:
        return AtomKind.EMPTY
    if token.name not in INLINE_ELEMENTS:
        return AtomKind.BREAK
    if token.kind is TokenKind.CLOSE:
        return AtomKind.CLOSE
    return AtomKind.OPEN if has_content(token) else AtomKind.EMPTY


def pieces_of(html: bytes, marks: Iterable[Atom], names: Collection[str]) -> list[Piece]:
    """The texts and attributes of a block that translators get, in their order.

    `marks` are all of its parts but text; `names` are the attributes, in lower case, that readers see in any element.
    """
    pieces: list[Piece] = []
    for stretch in _stretches(html, marks):
        prose = _prose(html, stretch)
        if prose:
            pieces.append(prose)
        for atom in stretch:
            token = atom.token
            is_in_prose = prose is not None and prose.start <= atom.start < prose.end
            if not token or atom.is_private or is_in_prose or token.kind is not TokenKind.OPEN or not token.is_whole:
                continue
            is_button = token.name == "input" and any(
                name == "type" and html[start:end].lower() in _BUTTONS for name, start, end in token.attributes
            )
            for name, start, end in token.attributes:
                is_seen = name in names and token.name not in _UNSEEN
                is_own = name in _ATTRIBUTES_OF.get(token.name, ())
                if is_seen or is_own or (is_button and name == "value"):
                    text = _on_one_line(html[start:end])
                    if any(map(str.isalpha, _NO_PROSE.sub("", text))):
                        pieces.append(Piece(SegmentKind.ATTRIBUTE, SlotShape.ATTRIBUTE, start, end, text, name))
    return sorted(pieces, key=lambda piece: piece.start)


# Stretches between two breaks


def _stretches(html: bytes, marks: Iterable[Atom]) -> Iterator[list[Atom]]:
    """The parts of a block, cut at the breaks. Each break is a stretch of its own.

    Statements of templates in the text between the marks are parts as well.
    """
    atoms: list[Atom] = []
    position = 0
    for mark in (*marks, Atom(AtomKind.BREAK, len(html), len(html))):
        for statement in _STATEMENT.finditer(html, position, mark.start):
            if statement.start() > position:
                atoms.append(Atom(AtomKind.TEXT, position, statement.start()))
            atoms.append(Atom(AtomKind.EMPTY, statement.start(), statement.end()))
            position = statement.end()
        if mark.start > position:
            atoms.append(Atom(AtomKind.TEXT, position, mark.start))
        atoms.append(mark)
        position = mark.end
    stretch: list[Atom] = []
    for atom in paired(atoms):
        if atom.kind is AtomKind.BREAK:
            yield stretch
            yield [atom]
            stretch = []
        else:
            stretch.append(atom)
    yield stretch


def paired(atoms: Iterable[Atom]) -> list[Atom]:
    """The atoms, with a break for each inline tag whose partner is missing or is after another break."""
    result = list(atoms)
    opened: list[int] = []
    for index, atom in enumerate(result):
        if atom.kind is AtomKind.OPEN:
            opened.append(index)
        elif atom.kind is AtomKind.CLOSE and opened and result[opened[-1]].name == atom.name:
            opened.pop()
        elif atom.kind in (AtomKind.CLOSE, AtomKind.BREAK):
            _break(result, [*opened, index])
            opened.clear()
    _break(result, opened)
    return result


def _break(atoms: list[Atom], indices: Iterable[int]) -> None:
    for index in indices:
        atoms[index] = atoms[index]._replace(kind=AtomKind.BREAK)


# Prose


def _prose(html: bytes, stretch: Sequence[Atom]) -> Piece | None:
    """The text of a stretch for translators; None if it has no letters or digits outside of code, as in Markdown."""
    code_depth = 0
    for atom in stretch:
        if atom.name in CODE_ELEMENTS:
            code_depth += {AtomKind.OPEN: 1, AtomKind.CLOSE: -1}.get(atom.kind, 0)
        is_prose = atom.kind is AtomKind.TEXT and not code_depth
        if is_prose and has_letters_or_digits(_NO_PROSE.sub("", html[atom.start : atom.end].decode())):
            break
    else:
        return None
    first, last = _trimmed(html, stretch)
    start = stretch[first].start
    raw = html[start : stretch[last].end]
    start += len(raw) - len(raw.lstrip(_BLANKS))
    end = start + len(raw.strip(_BLANKS))
    return Piece(SegmentKind.HTML_TEXT, SlotShape.HTML, start, end, _on_one_line(raw))


def _trimmed(html: bytes, stretch: Sequence[Atom]) -> tuple[int, int]:
    """The first and the last atom of what is left without the tags around it and those at its ends."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    visible = [0]  # how many atoms before each one readers see
    for index, atom in enumerate(stretch):
        if atom.kind is AtomKind.OPEN:
            opened.append(index)
        elif atom.kind is AtomKind.CLOSE:
            start = opened.pop()
            partners |= {start: index, index: start}
        is_text = atom.kind is AtomKind.TEXT and bool(html[atom.start : atom.end].strip(_BLANKS))
        visible.append(visible[-1] + (is_text or atom.kind is AtomKind.OPAQUE))
    first, last = 0, len(stretch) - 1
    while True:
        head, tail = partners.get(first, first), partners.get(last, last)
        if visible[head + 1] == visible[first]:
            first = head + 1
        elif visible[last + 1] == visible[tail]:
            last = tail - 1
        elif head == last and head != first:
            first, last = first + 1, last - 1
        else:
            return first, last


def _on_one_line(raw: bytes) -> str:
    """A text with a blank for each line end and the white space around it."""

    def blank(found: re.Match[bytes]) -> bytes:
        return b" " if b"\n" in found.group() or b"\r" in found.group() else found.group()

    return _WHITE_SPACE.sub(blank, raw.strip(_BLANKS)).decode()
