"""Where the front matter of a text is."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = r"[^\r\n]*(?:\r\n|\n|\r)"
_BLANK_OR_COMMENT = r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*[ \t]*"
_FENCED = {
    "yaml": re.compile(rf"---[ \t]*(?:\r\n|\n|\r)(?P<content>(?:{_LINE})*?)(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)"),
    "toml": re.compile(rf"\+\+\+[ \t]*(?:\r\n|\n|\r)(?P<content>(?:{_LINE})*?)\+\+\+[ \t]*(?=[\r\n]|\Z)"),
}
_FIRST_KEY = {
    "yaml": re.compile(_BLANK_OR_COMMENT + r"(?:\{|[^\s#:=][^\r\n:=]*[:=](?=[ \t\r\n]|\Z))"),
    "toml": re.compile(_BLANK_OR_COMMENT + r"(?:\[|[^\s#=][^\r\n=]*=)"),
}
_REST_OF_LINE = re.compile(r"[ \t]*(?=[\r\n]|\Z)")
# JSON that its author has broken: a brace, a key, and a brace, each at the beginning of a line.
_LIKE_JSON = re.compile(
    rf'\{{[ \t]*(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))*[ \t]*"[^"\r\n]*"[ \t]*:(?:{_LINE})*?\}}[ \t]*(?=[\r\n]|\Z)'
)


@dataclass(frozen=True, slots=True)
class Block:
    """The front matter of a text; all offsets are in characters.

    `style` is its format: `yaml`, `toml` or `json`. The content goes from `start` to `stop`, and the block, with its
    fences, ends at `end`. The braces of JSON are fence and content.
    """

    style: str
    start: int
    stop: int
    end: int


def find(text: str) -> Block | None:
    r"""The front matter at the beginning of a text, if there is any.

    Two thematic breaks with prose between them are none: the first line has to be a key.

    >>> find("---\ntitle: Slaap\n---\nTekst\n")
    Block(style='yaml', start=4, stop=17, end=20)
    >>> find("---\nTekst\n---\n") is None
    True
    >>> find('{"title": "Slaap"}\nTekst\n').style
    'json'
    """
    if text.startswith("{"):
        return _find_json(text)
    style = {"---": "yaml", "+++": "toml"}.get(text[:3])
    match = _FENCED[style].match(text) if style else None
    if not style or not match or (match["content"].strip() and not _FIRST_KEY[style].match(match["content"])):
        return None
    return Block(style, match.start("content"), match.end("content"), match.end())


def _find_json(text: str) -> Block | None:
    """An object with keys and nothing behind it on its last line, or what was meant to be one."""
    from translate_pipe.document.frontmatter import as_json  # the rarest of the formats

    stop = as_json.end_of_object(text)
    match = _REST_OF_LINE.match(text, stop) if stop else _LIKE_JSON.match(text)
    if not match:
        return None
    stop = stop or text.rindex("}", 0, match.end()) + 1
    return Block("json", 0, stop, match.end())
