"""Finds the front matter of a text and reads its content, in any format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from translate_pipe.late import LateModule
from translate_pipe.markdown.embedded.frontmatter.values import FrontMatterError
from translate_pipe.text.lines import EOL

if TYPE_CHECKING:
    from translate_pipe.markdown.embedded.frontmatter import as_json
    from translate_pipe.markdown.embedded.frontmatter.values import FrontMatterReading, Notation
else:  # few documents have JSON
    as_json = LateModule("translate_pipe.markdown.embedded.frontmatter.as_json")

# Comments and blank lines, and then a key. Possessive, so that a text without a key is scanned once.
_BLANK_OR_COMMENT = r"(?:[ \t]*+(?:#[^\r\n]*+)?[\r\n])*+[ \t]*+"
_OPENING = {
    "yaml": re.compile(rf"---[ \t]*{EOL}"),
    "toml": re.compile(rf"\+\+\+[ \t]*{EOL}"),
}
# The search begins at the line end of the opening fence, which may be part of the match.
_CLOSING = {
    "yaml": re.compile(r"[\r\n](?P<fence>---|\.\.\.)[ \t]*+(?=[\r\n]|\Z)"),
    "toml": re.compile(r"[\r\n](?P<fence>\+\+\+)[ \t]*+(?=[\r\n]|\Z)"),
    "json": re.compile(r"[\r\n](?P<fence>\})[ \t]*+(?=[\r\n]|\Z)"),
}
_FIRST_KEY = {
    "yaml": re.compile(_BLANK_OR_COMMENT + r"(?:\{|[^\s#:=][^\r\n:=]*+[:=](?=[ \t\r\n]|\Z))"),
    "toml": re.compile(_BLANK_OR_COMMENT + r"(?:\[|[^\s#=][^\r\n=]*+=)"),
}
_REST_OF_LINE = re.compile(r"[ \t]*+(?=[\r\n]|\Z)")
# JSON that its author has broken: a brace, a key, and a brace, each at the beginning of a line.
_LIKE_JSON = re.compile(rf'\{{[ \t]*+{EOL}(?:[ \t]*+{EOL})*+[ \t]*+"[^"\r\n]*+"[ \t]*+:')


@dataclass(frozen=True, slots=True)
class FrontMatterBlock:
    """The front matter of a text; all offsets are in characters.

    `style` is its format: `yaml`, `toml` or `json`. The content goes from `start` to `stop`, and the block, with its
    fences, ends at `end`. The braces of JSON are fence and content.
    """

    style: str
    start: int
    stop: int
    end: int


def find(text: str) -> FrontMatterBlock | None:
    r"""The front matter at the beginning of a text, if there is any.

    Two thematic breaks with prose between them are none: the first line has to be a key.

    >>> find("---\ntitle: Slaap\n---\nTekst\n")
    FrontMatterBlock(style='yaml', start=4, stop=17, end=20)
    >>> find("---\nTekst\n---\n") is None
    True
    >>> find('{"title": "Slaap"}\nTekst\n').style
    'json'
    """
    if text.startswith("{"):
        # An object with keys and nothing after it on its last line, or a broken one.
        stop = as_json.end_of_object(text)
        key = None if stop else _LIKE_JSON.match(text)
        end = _REST_OF_LINE.match(text, stop) if stop else key and _CLOSING["json"].search(text, key.end())
        return FrontMatterBlock("json", 0, stop or end.end("fence"), end.end()) if end else None
    style = {"---": "yaml", "+++": "toml"}.get(text[:3])
    if not style:
        return None
    opening = _OPENING[style].match(text)
    closing = _CLOSING[style].search(text, opening.end() - 1) if opening else None
    if not opening or not closing:
        return None
    start, stop = opening.end(), closing.start("fence")
    if not _FIRST_KEY[style].match(text, start, stop) and text[start:stop].strip():
        return None
    return FrontMatterBlock(style, start, stop, closing.end())


# Reading


def notation(style: str) -> Notation:
    """The notation of a style of block, `yaml`, `toml` or `json`, imported when a document first has such a block."""
    module = import_module(f"translate_pipe.markdown.embedded.frontmatter.as_{style}")
    found: Notation = getattr(module, style.upper())
    return found


@lru_cache(maxsize=16)
def _cached_reading(style: str, text: str) -> FrontMatterReading | FrontMatterError:
    try:
        return notation(style).read(text)
    except FrontMatterError as error:
        return error


def read_front_matter(style: str, text: str) -> FrontMatterReading:
    """Read the content of a block; raises FrontMatterError.

    The last contents are cached: to localise a document reads the same content several times.
    """
    found = _cached_reading(style, text)
    if isinstance(found, FrontMatterError):
        raise FrontMatterError(str(found), found.offset)
    return found
