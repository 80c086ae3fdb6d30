"""A tolerant scanner of HTML tags with exact byte positions.

It follows the tokenizer of the HTML standard (section 13.2.5 of WHATWG HTML), but for what it leaves out: names keep
their characters, entities are text, and nothing is an error. What HTML does not know but people write in Markdown is
stepped over in one piece: `{{ … }}` and `{% … %}` of templates, and `{…}` of JSX where an attribute or its value would
are. Each byte is looked at a fixed number of times, so the time is linear in the length.

Why this is not the work of a library is in docs/design.md.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

VOID = frozenset(
    {
        *("area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta"),
        *("param", "source", "track", "wbr"),
    }
)
"""Elements that never have an end tag (section 13.1.2)."""

_RAW = frozenset({"script", "style", "textarea", "iframe", "xmp", "noembed", "noframes"})
"""Elements whose content has no tags but their own end tag (section 13.1.2)."""

# Braces end the search for the end of a template token; a search to the end of the text for each `{{` would be
# quadratic.
TEMPLATE = rb"\{\{[^{}]*\}\}|\{%[^{}]*%\}"
"""A token of Liquid, Jinja, Hugo and their like."""

_NEXT = re.compile(TEMPLATE + rb"|<(?=[A-Za-z!?]|/.)", re.DOTALL)
_TAG_NAME = re.compile(rb"[^\s/>]+")
_GAP = re.compile(rb"[\s/]*")
_NAME = re.compile(rb"=?[^\s/>=]*")
_EQUALS = re.compile(rb"\s*=\s*")
_VALUE = re.compile(rb"\"([^\"]*)\"?|'([^']*)'?|([^\s>]*)")
_BRACE = re.compile(rb"[{}]")


class TokenKind(Enum):
    """Kinds of tokens. Readers do not see asides, which are declarations and processing instructions."""

    OPEN = "open"
    CLOSE = "close"
    COMMENT = "comment"
    ASIDE = "aside"


class Attribute(NamedTuple):
    """An attribute with the bytes of its value, without quotes; `name` is in lower case."""

    name: str
    start: int
    end: int


class HtmlToken(NamedTuple):
    """A tag or an aside; `name` is in lower case, and empty for an aside.

    `closes_itself` says that the tag is written as `<a/>`, `is_whole` that it has an end.
    """

    kind: TokenKind
    name: str
    start: int
    end: int
    attributes: tuple[Attribute, ...] = ()
    closes_itself: bool = False
    is_whole: bool = True


def has_content(token: HtmlToken) -> bool:
    """Whether what follows a tag is the content of its element."""
    return token.kind is TokenKind.OPEN and token.name not in VOID and not token.closes_itself and token.is_whole


def scan_html(html: bytes) -> Iterator[HtmlToken]:
    """The tags and asides of a text in their order, with offsets into it; what lies between them is text.

    >>> [(token.kind.value, token.name) for token in scan_html(b'1 < 2 <A href="/">x</a><!-- y -->')]
    [('open', 'a'), ('close', 'a'), ('comment', '')]
    """
    return _Scanner(html).tokens()


class _Scanner:
    def __init__(self, html: bytes) -> None:
        self._html = html

    def tokens(self) -> Iterator[HtmlToken]:
        html = self._html
        position = 0
        while found := _NEXT.search(html, position):
            position = found.end()
            if found.group() != b"<":  # a token of a template
                continue
            start = found.start()
            is_close = html.startswith(b"/", start + 1)
            name = start + 1 + is_close
            if html.startswith(b"<!--", start):
                token = self._until(b"-->", TokenKind.COMMENT, start, start + 2)
            elif html.startswith(b"<![CDATA[", start):
                token = self._until(b"]]>", TokenKind.ASIDE, start, start)
            elif html.startswith(b"<?", start):
                token = self._until(b"?>", TokenKind.ASIDE, start, start + 1)
            elif not html[name : name + 1].isalpha():
                token = self._until(b">", TokenKind.ASIDE, start, start)
            else:
                token = self._tag(TokenKind.CLOSE if is_close else TokenKind.OPEN, start, name)
            yield token
            position = token.end
            if token.kind is TokenKind.OPEN and token.name in _RAW and not token.closes_itself:
                end_tag = re.compile(rb"</%s(?=[\s/>])" % token.name.encode(), re.IGNORECASE)
                found = end_tag.search(html, token.end)
                position = found.start() if found else len(html)

    def _until(self, mark: bytes, kind: TokenKind, start: int, inside: int) -> HtmlToken:
        end = self._html.find(mark, inside)
        return HtmlToken(kind, "", start, len(self._html) if end < 0 else end + len(mark), is_whole=end >= 0)

    def _tag(self, kind: TokenKind, start: int, name_start: int) -> HtmlToken:
        html = self._html
        position = _end(_TAG_NAME, html, name_start)
        name = html[name_start:position].decode().lower()
        attributes: list[Attribute] = []
        while True:
            gap_start, position = position, _end(_GAP, html, position)
            if position == len(html):
                return HtmlToken(kind, name, start, position, tuple(attributes), is_whole=False)
            if html.startswith(b">", position):
                closes_itself = html.endswith(b"/", gap_start, position)
                return HtmlToken(kind, name, start, position + 1, tuple(attributes), closes_itself)
            if end := self._partners.get(position):  # braces in place of an attribute
                position = end
                continue
            attribute_start, position = position, _end(_NAME, html, position)
            equals = _EQUALS.match(html, position)
            if not equals:
                continue
            attribute = html[attribute_start:position].decode().lower()
            position = equals.end()
            if end := self._partners.get(position):  # braces in place of its value
                position = end
            elif (value := _VALUE.match(html, position)) and value.lastindex is not None:
                attributes.append(Attribute(attribute, value.start(value.lastindex), value.end(value.lastindex)))
                position = value.end()

    @cached_property
    def _partners(self) -> dict[int, int]:
        """The end of the braces that open at an offset."""
        partners: dict[int, int] = {}
        opened: list[int] = []
        for brace in _BRACE.finditer(self._html):
            if brace.group() == b"{":
                opened.append(brace.start())
            elif opened:
                partners[opened.pop()] = brace.end()
        return partners


def _end(pattern: re.Pattern[bytes], html: bytes, start: int) -> int:
    found = pattern.match(html, start)
    return found.end() if found else start
