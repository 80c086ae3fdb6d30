"""Writes a translation so that it stays text between tags, or the value of an attribute.

Inline tags of a translation are tags if they are whole and in pairs, as those of a msgid are. Every other `<` becomes
`&lt;`, and braces without a partner become references, so that no tag or template around the slot changes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from translate_pipe.markdown.embedded.prose import Atom, AtomKind, kind_of, paired
from translate_pipe.markdown.embedded.tags import TEMPLATE, TokenKind, scan_html

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_LESS_THAN = re.compile(TEMPLATE + rb"|<")
_BRACE = re.compile(r"[{}]")
_REFERENCES = {"{": "&#123;", "}": "&#125;", '"': "&quot;", "'": "&#39;"}
_NEEDS_NO_QUOTES = re.compile(r"[\w.-]+")


def text_between_tags(source: bytes, text: str) -> str:
    """A translation, on one line, of the text `source` between tags.

    >>> text_between_tags(b"x", "1 < 2 <b>en</b> <div>niet</div> {{ 2")
    '1 &lt; 2 <b>en</b> &lt;div>niet&lt;/div> &#123;&#123; 2'
    """
    html = _with_closed_braces(text).encode()
    asides = (source[token.start : token.end] for token in scan_html(source) if token.kind is TokenKind.ASIDE)
    known = frozenset([*asides, *_LESS_THAN.findall(source)])
    starts = set(_tags(known, html))
    escaped = _escaped(known, html, starts)
    # A `<` that is no longer one may have had tags inside it.
    is_settled = sum(1 for _ in scan_html(escaped)) == len(starts) == sum(1 for _ in _tags(known, escaped))
    return (escaped if is_settled else _escaped(known, html, ())).decode()


def value_of_attribute(quote: str, text: str) -> str:
    """A translation, on one line, of an attribute's value; `quote` is the mark around it, empty if there is none.

    >>> value_of_attribute('"', 'de "huid" < 2')
    'de &quot;huid&quot; &lt; 2'
    >>> value_of_attribute("", "de huid")
    '"de huid"'
    """
    if not quote and _NEEDS_NO_QUOTES.fullmatch(text):
        return text
    mark = quote or '"'
    # `</pre>` would end a block of HTML even inside quotes (CommonMark, section 4.6).
    value = _with_closed_braces(text).replace(mark, _REFERENCES[mark]).replace("<", "&lt;")
    return value if quote else f"{mark}{value}{mark}"


def _tags(known: Collection[bytes], html: bytes) -> Iterator[int]:
    """Where the allowed tags of a text begin: inline ones in pairs, and known instructions."""
    tokens = list(scan_html(html))
    # Each pair lies between the others, not across one that is not allowed.
    for atom in paired(Atom(kind_of(token), token.start, token.end, token) for token in tokens):
        is_aside = atom.token is not None and atom.token.kind is TokenKind.ASIDE
        if atom.kind is not AtomKind.BREAK and (not is_aside or html[atom.start : atom.end] in known):
            yield atom.start


def _escaped(known: Collection[bytes], html: bytes, kept: Collection[int]) -> bytes:
    """A text in which only the tags that begin at these bytes are tags, apart from those in known templates."""

    def escape(found: re.Match[bytes]) -> bytes:
        text = found.group()
        is_kept = found.start() in kept if text == b"<" else text in known
        return text if is_kept else text.replace(b"<", b"&lt;")

    return _LESS_THAN.sub(escape, html)


def _with_closed_braces(text: str) -> str:
    """A text in which each brace has a partner; the others are references."""
    opened: list[int] = []
    lonely: list[int] = []
    for brace in _BRACE.finditer(text):
        if brace.group() == "{":
            opened.append(brace.start())
        elif opened:
            opened.pop()
        else:
            lonely.append(brace.start())
    parts: list[str] = []
    position = 0
    for place in sorted(lonely + opened):
        parts += (text[position:place], _REFERENCES[text[place]])
        position = place + 1
    return "".join((*parts, text[position:]))
