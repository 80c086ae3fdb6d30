"""HTML as a browser's tokenizer reads it, and the kinds of elements and attributes there are.

justhtml is the tokenizer. `tags.py` knows where tags are in a document; this module knows what they mean to a browser.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.late import LateModule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justhtml.parser import stream as justhtml_stream
else:  # few texts have tags that differ from those of their source
    justhtml_stream = LateModule("justhtml.parser.stream")

LOADING = frozenset(
    {
        *("src", "srcset", "poster", "data", "background", "lowsrc", "dynsrc", "imagesrcset", "archive", "codebase"),
        *("classid", "manifest", "icon", "profile", "ping", "action", "formaction"),
    }
)
"""Attributes with an address that a browser fetches, or sends data to, without the reader following a link."""

LEADING = frozenset({"href", "xlink:href", "cite", "longdesc", "usemap"})
"""Attributes with an address that readers may follow."""

ADDRESSES = LOADING | LEADING
"""Attributes whose value is one or more addresses."""

LANGUAGE = frozenset({"dir", "lang", "translate", "xml:lang"})
"""Attributes that say in which language a text is."""


class MarkKind(Enum):
    """Kinds of marks. An aside is a comment, a declaration or a processing instruction."""

    START = "start"
    END = "end"
    ASIDE = "aside"
    UNFINISHED = "unfinished"


class HtmlMark(NamedTuple):
    """A tag or an aside; `name` is in lower case, or the text of an aside or of an unfinished tag.

    Of two attributes with the same name a browser takes the first. Character references in values are resolved.
    """

    kind: MarkKind
    name: str
    attributes: tuple[tuple[str, str], ...] = ()


_END = "\ue000"
"""The text of a comment after the text; a tag or comment without an end takes it in."""

_CLOSERS = (">", '">', "'>")


def marks(html: str) -> tuple[HtmlMark, ...]:
    """The tags and asides of a text, in their order.

    A tag without an end, which takes in what follows on the page, is given as UNFINISHED, and once more for each way in
    which what follows may end it.

    >>> [(mark.name, mark.attributes) for mark in marks('<B TITLE=">" onclick=x>y</b>')]
    [('b', (('title', '>'), ('onclick', 'x'))), ('b', ())]
    """
    found = _marks(f"{html}<!--{_END}-->")
    if found and found[-1] == HtmlMark(MarkKind.ASIDE, _END):
        return tuple(found[:-1])
    found.append(HtmlMark(MarkKind.UNFINISHED, html[html.find("<") :]))
    for closer in _CLOSERS:
        found += _marks(html + closer)
    return tuple(found)


def marks_of_pieces(html: str) -> Iterator[HtmlMark]:
    """The tags and asides of a text if each `<` begins one, whatever is before it.

    So it is where a renderer makes text of the tag before it, for a reason that a browser does not know.

    >>> [mark.name for mark in marks_of_pieces('<b title="<i>">') if mark.kind is MarkKind.START]
    ['b', 'i']
    """
    for piece in _PIECE.finditer(html):
        yield from marks(piece.group())


_PIECE = re.compile(r"<[A-Za-z/!?\x00](?:[^<]|<(?![A-Za-z/!?\x00]))*")


def _marks(html: str) -> list[HtmlMark]:
    return [part for part in html_parts(html) if isinstance(part, HtmlMark)]


def html_parts(html: str) -> Iterator[HtmlMark | str]:
    """The marks of a text and the texts between them, with references resolved, but without unfinished marks."""
    for kind, value in justhtml_stream.stream(html):
        if isinstance(value, str):
            yield value if kind == "text" else HtmlMark(MarkKind.END if kind == "end" else MarkKind.ASIDE, value)
        elif isinstance(value[1], dict):
            yield HtmlMark(MarkKind.START, str(value[0]), tuple((name, text or "") for name, text in value[1].items()))
        else:
            yield HtmlMark(MarkKind.ASIDE, f"doctype {value[0]}")


def addresses(mark: HtmlMark) -> Iterator[tuple[str, str]]:
    """The attributes of a tag that link or load, each with one address.

    >>> list(addresses(marks('<img src="a.png" srcset="b.png 1x, c.png 2x" alt="d">')[0]))
    [('src', 'a.png'), ('srcset', 'b.png'), ('srcset', 'c.png')]
    """
    for name, value in mark.attributes:
        if name in {"srcset", "imagesrcset"}:
            yield from ((name, one.split()[0]) for one in value.split(",") if one.strip())
        elif name in {"ping", "archive"}:
            yield from ((name, one) for one in value.split())
        elif name in ADDRESSES:
            yield name, value
