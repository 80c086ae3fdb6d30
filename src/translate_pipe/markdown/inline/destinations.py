"""The addresses of a document: in links, images, autolinks, definitions of references, and HTML.

The parser knows the addresses and the ranges of the links; here the exact bytes of each address are found, so that
another one can take its place and nothing else changes.
"""

from __future__ import annotations

import re
from enum import Enum
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.embedded.tags import scan_html
from translate_pipe.markdown.parser import link_definitions
from translate_pipe.model import Closing, Opening, Run, Verbatim
from translate_pipe.text.characters import unescape
from translate_pipe.text.lines import without_quote_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.model import Inline, OutlineItem, ParseOptions


class AddressForm(Enum):
    """How an address is written."""

    BARE = "bare"  # CommonMark 6.3: without blanks, with balanced parentheses
    ANGLED = "angled"  # CommonMark 6.3: between angle brackets, which belong to the range
    AUTOLINK = "autolink"  # CommonMark 6.5: the text of an autolink, without its angle brackets
    QUOTED = "quoted"  # the value of an HTML attribute, without the quotes around it
    UNQUOTED = "unquoted"  # the value of an HTML attribute that has no quotes


class Destination(NamedTuple):
    """An address, and the bytes from `start` to `end` that it is written in."""

    address: str
    start: int
    end: int
    form: AddressForm


def destinations(data: bytes, outline: Iterable[OutlineItem], options: ParseOptions) -> list[Destination]:
    r"""The addresses of a document, in the order of its text, but for those in code.

    >>> from translate_pipe.segments import parse
    >>> document = parse("[a](/x 'y') <img src=z> [b]\n\n[b]: <u v>\n")
    >>> [(found.address, found.form.value) for found in destinations(document.data, document.outline, document.options)]
    [('/x', 'bare'), ('z', 'unquoted'), ('u v', 'angled')]
    """
    found: list[Destination] = []
    for start, end, _, address, _ in link_definitions(data.decode(), options):
        text = _PREFIXES.sub(lambda prefix: b" " * len(prefix.group()), data[start:end])
        label = _LABEL.match(text)
        if label and address:
            first, last, form = _written(text, label.end(), len(text))
            found.append(Destination(address, start + first, start + last, form))
    depth = 0
    for item in outline:
        if isinstance(item, Opening):
            depth += item.tag == "BlockQuote"
        elif isinstance(item, Closing):
            depth -= item.tag == "BlockQuote"
        elif isinstance(item, Run):
            found += _in_run(without_quote_marks(data[item.start : item.end], depth), item)
        elif isinstance(item, Verbatim) and item.tag == "HtmlBlock":
            found += _in_html(without_quote_marks(data[item.start : item.end], depth), item.start)
    return sorted(found, key=lambda one: one.start)


# Markdown


# What may be between the end of the last inline of a link's text and its address; a collapsed reference ends late.
_BEFORE_ADDRESS = re.compile(rb"(?:\[\])?[ \t\r\n]*\]\([ \t\r\n]*")
_ANGLED = re.compile(rb"<(?:\\[^\r\n]|[^<>\\\r\n])*>")
_BARE = re.compile(rb"[^\x00-\x20\x7f]*")
_LINKS = frozenset({"Link", "Image"})
_ENDS_OF_LINKS = frozenset({"EndLink", "EndImage"})
_PARENTHESIS = re.compile(rb"\\[()\\]|[()]")


def _in_run(text: bytes, run: Run) -> Iterator[Destination]:
    """The addresses in inline content; `text` is that of the run. A reference has its address elsewhere."""
    base = run.start
    open_links: list[tuple[Inline, int]] = []  # each with the end of the last inline in its text
    for inline in run.inlines:
        if isinstance(inline.value, dict) and inline.kind in _LINKS:
            open_links.append((inline, inline.start + (2 if inline.kind == "Image" else 1)))
            continue
        if inline.kind == "InlineHtml":
            yield from _in_html(text[inline.start - base : inline.end - base], inline.start)
        elif inline.kind in _ENDS_OF_LINKS and open_links:
            link, end = open_links.pop()
            detail = link.value if isinstance(link.value, dict) else {}
            address = detail["dest_url"]
            if detail["link_type"] == "Autolink":
                yield Destination(address, link.start + 1, link.end - 1, AddressForm.AUTOLINK)
            elif detail["link_type"] == "Inline" and address:
                before = _BEFORE_ADDRESS.match(text, end - base, link.end - base)
                if before:
                    first, last, form = _written(text, before.end(), link.end - base)
                    yield Destination(address, base + first, base + last, form)
        if open_links:
            link, end = open_links[-1]
            open_links[-1] = (link, max(end, inline.end))


def _written(text: bytes, start: int, end: int) -> tuple[int, int, AddressForm]:
    """The range of the address that begins at `start` of a text and ends before `end`, and its form."""
    angled = _ANGLED.match(text, start, end)
    if angled:
        return start, angled.end(), AddressForm.ANGLED
    bare = _BARE.match(text, start, end)
    until = bare.end() if bare else start
    depth = 0
    for found in _PARENTHESIS.finditer(text, start, until):
        depth += {b"(": 1, b")": -1}.get(found.group(), 0)
        if depth < 0:
            return start, found.start(), AddressForm.BARE
    return start, until, AddressForm.BARE


# In definitions
_LABEL = re.compile(rb"\[(?:\\.|[^\[\]\\])*\]:[ \t\r\n]*", re.DOTALL)
_PREFIXES = re.compile(rb"(?<=[\r\n])[ \t>]+")


# HTML


_ADDRESSES = frozenset({"href", "src"})
_QUOTES = (b'"', b"'")


def _in_html(text: bytes, base: int) -> Iterator[Destination]:
    """The addresses in the tags of an HTML text that begins at byte `base`; a tag that does not end is none."""
    attributes = (one for token in scan_html(text) if token.is_whole for one in token.attributes)
    for attribute in attributes:
        if attribute.name in _ADDRESSES:
            raw = text[attribute.start : attribute.end].decode()
            # What a browser strips is not part of the address.
            written = raw.strip()
            address = unescape(written)
            if address:
                is_quoted = text[attribute.start - 1 : attribute.start] in _QUOTES
                start = base + attribute.start + len(raw[: len(raw) - len(raw.lstrip())].encode())
                form = AddressForm.QUOTED if is_quoted else AddressForm.UNQUOTED
                yield Destination(address, start, start + len(written.encode()), form)


# Writing


_REFERENCE = re.compile(r"&(?=#?\w+;)")
_NOT_BARE = re.compile(r"[\x00-\x20\x7f]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\x00-\x20\x7f<>]*")
# A pipe would end the cell of a table.
_IN_ANGLES = re.compile(r"[<>|]|\\(?=[!-/:-@\[-`{-~]|\Z)")
_ESCAPABLE = re.compile(r"\||\\(?=[!-/:-@\[-`{-~]|\Z)")
_NOT_IN_ATTRIBUTE = re.compile(r"[\s\"'=<>`]")


def write_address(destination: Destination, address: str) -> str | None:
    """The text that replaces a destination with another address; None if that cannot be written there.

    >>> place = Destination("/u", 0, 2, AddressForm.BARE)
    >>> write_address(place, "/v_(w)"), write_address(place, "/v w"), write_address(place, "/v)")
    ('/v_(w)', '</v w>', '</v)>')
    """
    if re.search(r"[\r\n\0]", address) or not address:
        return None
    if destination.form is AddressForm.AUTOLINK:
        return address if _SCHEME.fullmatch(address) else None
    if destination.form in {AddressForm.QUOTED, AddressForm.UNQUOTED}:
        text = address if unescape(address) == address else address.replace("&", "&amp;")
        return _NOT_IN_ATTRIBUTE.sub(lambda found: f"&#{ord(found.group())};", text)
    depths = list(accumulate({"(": 1, ")": -1}.get(character, 0) for character in address))
    is_balanced = min(depths) >= 0 and depths[-1] == 0
    may_be_bare = is_balanced and not _NOT_BARE.search(address) and not address.startswith("<")
    if destination.form is AddressForm.BARE and may_be_bare:
        return _REFERENCE.sub("&amp;", _ESCAPABLE.sub(_escaped, address))
    return f"<{_REFERENCE.sub('&amp;', _IN_ANGLES.sub(_escaped, address))}>"


def _escaped(found: re.Match[str]) -> str:
    return "\\" + found.group()
