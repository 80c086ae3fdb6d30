"""Front matter in the outline of a document: a verbatim block, and a piece for each value that is translated."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.embedded.frontmatter.blocks import find, notation, read_front_matter
from translate_pipe.markdown.embedded.frontmatter.values import FrontMatterError
from translate_pipe.model import Piece, SegmentKind, SlotShape, Verbatim
from translate_pipe.text.lines import EOL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.markdown.embedded.frontmatter.values import Value
    from translate_pipe.model import OutlineItem, ParseOptions

_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Problem(NamedTuple):
    """Why front matter cannot be read, and on which line of the text, from 0."""

    message: str
    line: int


def items(text: str, options: ParseOptions) -> tuple[tuple[OutlineItem, ...], int]:
    r"""The outline of the front matter at the beginning of a text, and the offset, in characters, at which it ends.

    Front matter that cannot be read has no pieces. A text without front matter has no items, and 0 as its end.

    >>> from translate_pipe.model import DEFAULT_OPTIONS
    >>> (block, piece), end = items("+++\ntitle = 'Slaap'\n+++\nTekst.\n", DEFAULT_OPTIONS)
    >>> piece.text, piece.detail, piece.start, piece.end, end
    ('Slaap', 'title', 12, 19, 23)
    """
    block = find(text)
    if block is None:
        return (), 0
    verbatim = Verbatim("FrontMatter", block.style, 0, len(text[: block.end].encode()))
    try:
        values = read_front_matter(block.style, text[block.start : block.stop]).values
    except FrontMatterError:
        return (verbatim,), block.end
    wanted = _wanted(options.front_matter)
    # What UTF-8 cannot hold cannot be in a catalogue.
    offered = [value for value in values if wanted.fullmatch(value.path) and not _SURROGATE.search(value.text)]
    pieces = (
        Piece(SegmentKind.FRONT_MATTER, SlotShape.SCALAR, start, end, value.text, value.path)
        for value, start, end in in_bytes(text, block.start, offered)
    )
    return (verbatim, *pieces), block.end


@cache
def _wanted(chosen: tuple[str, ...]) -> re.Pattern[str]:
    """Matches the chosen paths. The key `*` of a path matches any key."""
    paths = (re.sub(r"(?:(?<=\.)|^)\\\*(?=\\\.|\\\[|$)", r"[^.\\[\\]]+", re.escape(one)) for one in chosen)
    return re.compile("|".join(f"(?:{path})" for path in paths) or "(?!)", re.DOTALL)


def in_bytes(text: str, start: int, values: Iterable[Value]) -> Iterator[tuple[Value, int, int]]:
    """Values, in the order of the text, with their ranges in its UTF-8 form.

    `start` is where their content begins, in characters.
    """
    position = offset = 0
    for value in values:
        begin = offset + len(text[position : start + value.start].encode())
        position, offset = start + value.end, begin + len(text[start + value.start : start + value.end].encode())
        yield value, begin, offset


def problem(text: str) -> Problem | None:
    r"""Why the front matter at the beginning of a text cannot be read; None if it can, or if there is none.

    >>> problem("+++\na = 1\nb =\n+++\n").message
    'this front matter is not valid TOML (Invalid value); it is left as it is until that is fixed'
    """
    block = find(text)
    if block is None:
        return None
    try:
        read_front_matter(block.style, text[block.start : block.stop])
    except FrontMatterError as error:
        name = notation(block.style).name
        before = text[: block.start + error.offset]
        line = len(re.findall(EOL, before))
        message = f"this front matter is not valid {name} ({error}); it is left as it is until that is fixed"
        return Problem(message, line)
    return None
