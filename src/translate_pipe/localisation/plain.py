"""Texts in which nothing but words, simple code spans and simple links has a meaning, in any renderer and dialect.

If the text of a slot and its replacement are plain and have the same links, no proof and no judge can find a
difference, so neither is asked. docs/design.md has the argument ("Plain texts need no proof"). Most texts are plain,
and rendering is the slowest step of a build.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.segments.shapes import shape_of
from translate_pipe.text.lines import EOL_BYTES, line_start

if TYPE_CHECKING:
    from translate_pipe.model import Document, Slot

KNOWN_EXTENSIONS = frozenset(
    {
        *("abbr", "admonition", "attr_list", "codehilite", "def_list", "extra", "fenced_code", "footnotes"),
        *("md_in_html", "nl2br", "sane_lists", "smarty", "tables", "toc"),
    }
)
"""The extensions of Python-Markdown whose signs no plain text has, without the prefix `markdown.extensions.`."""


class _Links(NamedTuple):
    """What two plain texts must have alike.

    - `addresses`: of links and, after `!`, of images; sorted, because a translator may move a link.
    - `code`: in order, the anchors, and the code spans that would be HTML or an address if they were not code.
    - `lines`: the number of lines.
    """

    addresses: tuple[str, ...]
    code: tuple[str, ...]
    lines: int


def has_labels(document: Document) -> bool:
    """Whether a document may define labels, so that words in brackets may be links."""
    return b"]:" in document.data


def is_plain(document: Document, slot: Slot, data: bytes, *, has_labels: bool) -> bool:
    """Whether the text of a slot and the `data` that replace it are plain and have the same links."""
    if not shape_of(slot).is_run:
        return False
    was = plain_links(document.data[slot.start : slot.end].decode(), has_labels=has_labels)
    now = plain_links(data.decode(), has_labels=has_labels) if was else None
    if was is None or now is None or was[:2] != now[:2]:
        return False
    # Python-Markdown looks for the underline of a heading or the marks of a definition after the first line or two.
    is_one_line = was.lines == now.lines == 1
    return is_one_line or (_is_even(document.data, slot) and not _UNDERLINE.match(document.data, slot.end))


def _is_even(data: bytes, slot: Slot) -> bool:
    """Whether all lines of a slot are indented alike, list markers counting as blanks.

    Otherwise Python-Markdown may see several blocks (code, items) where there is one.
    """
    first = _PREFIX.match(data, line_start(data, slot.start), slot.start)
    width = len(first.group()) if first else 0
    return all(len(prefix) == width for prefix in _NEXT_PREFIX.findall(data, slot.start, slot.end))


_WORD = "\x01"
"""Takes the place of a code span, an anchor, an escaped sign."""

_LINK = "\x02"
"""Takes the place of the signs that begin a link or an image."""

_CODE_SPAN = re.compile(r"`([^`\\|{}$\n\r]++)`")
_ADDRESS = r"[\w./#?=%+:,~-]"
_INLINE_LINK = re.compile(rf"(!?)\[([^\[\]]*+)\]\(((?:{_ADDRESS}|\({_ADDRESS}*+\))*+)\)")
# What a renderer could take for a tag, an address or a ticked box (cmark-gfm) where it sees no code.
_ACTIVE_CODE = re.compile(r"[<>&@]|://|ww\.|\[x\]", re.IGNORECASE)
# Readers of HTML take what follows these for text. knitr runs code that begins with `r`.
_UNSAFE_CODE = re.compile(r"</?(?:iframe|no\w+|plaintext|script|style|textarea|title|xmp)\b|\A(?:r[ #])", re.IGNORECASE)
_ANCHOR = re.compile(r"<a (?:name|id)=\"[\w.:-]*+\"></a>")
# No renderer that knows HTML gives a line break another meaning than a space, if it is not the first on its line.
_LINE_BREAK = re.compile(r"(?<=[^\s>])(?:<br ?/?>|\\(?=\n))")
_ESCAPED = re.compile(r"\\[*_#.+!>-]")
# With other emphasis Python-Markdown may lose what is beside it: `*a**b*[c](d)`. Underscores within words are words.
_EMPHASIS = re.compile(
    r"(?<![*_])(\*{1,2})(?![\s*_])([^*_]*+(?:(?<=\w)_(?=\w)[^*_]*+)*+)(?<!\s)\1(?![*_])"
    r"|(?<![\w*_])(_{1,2})(?![\s*_])([^*_]*+(?:(?<=\w)_(?=\w)[^*_]*+)*+)(?<!\s)\3(?![\w*_])"
    r"|(?<=\w)_(?=\w)"
)
_BRACKETED = re.compile(r"\[(?!TOC)([^\W\d_][\w ,/]++)\](?![(\[:{])")
_INVISIBLE = str.maketrans("", "", "\n\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u202f\u2060\u3000")
# Superscript digits are numbers of notes.
_SIGN = re.compile(
    r"[*_\\`\[\]{}<|$~^@⁰¹²³⁴-⁹\ufffc\ufffd]|://|ww\.|==|\+\+[\w'\"+-]*\+\+|:::|///|!!|\)=|&#?\w+;"
    rf"|[:!]{_WORD}|!{_LINK}|#(?!\w)",
    re.IGNORECASE,
)
# A line begins with a word, perhaps emphasised or in quotation marks: no block begins so, but for items and modules.
_LINE = re.compile(
    r"[ \t>]*+(?!(?:import|export)\b|\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdm]{1,9})[.)](?:\s|\Z))"
    rf"[\"'({_LINK}]{{0,3}}(?:{_WORD}|[^\W_]|[^\x00-\x7f\s])",
    re.IGNORECASE,
)
_PREFIX = re.compile(rb"[ \t>]*+(?:(?:[-+*]|\d{1,9}[.)])[ \t]++)*+")
_NEXT_PREFIX = re.compile(EOL_BYTES + rb"([ \t>]*+)")
_UNDERLINE = re.compile(rb"[^\r\n]*" + EOL_BYTES + rb"[ \t>]*(?:[=-]+[ \t]*(?:[\r\n]|\Z)|[:|*])")


_LINKS = re.compile(
    r"\]\((?:[^()<\s]|\([^()\s]*+\))*+|\]\[[^\[\]]*+\]|\[[^\[\]]*+\](?![(\[])|<[^<>]*+>|\{[^{}]*+\}|\([^()]*+\)=|@\S*+"
    r"|[\[\](){}<>`^\\⁰¹²³⁴-⁹]|\d++|&[#\w]++;"
)


def has_same_links(source: str, text: str) -> bool:
    """Whether two texts have the same links, tags, citations and numbers in the same order; only True is certain.

    >>> has_same_links("Zie [a](b.md) en <b>c</b>.", "Siehe [d](b.md), <b>e</b>!"), has_same_links("[a](b)", "[a](c)")
    (True, False)
    """
    return _LINKS.findall(source) == _LINKS.findall(text)


@lru_cache(maxsize=4096)  # the same document is localised for one locale after the other
def plain_links(text: str, *, has_labels: bool) -> _Links | None:
    """What a plain text has besides words; None for any other text."""
    text = text.replace("\r\n", "\n")
    if not (text.isprintable() or text.translate(_INVISIBLE).isprintable()) or text.endswith(" "):
        return None
    code: list[str] = []
    addresses: list[str] = []
    if "`" in text:
        spans = _CODE_SPAN.findall(text)
        if "``" in text or any(map(_UNSAFE_CODE.search, spans)):
            return None
        code += filter(_ACTIVE_CODE.search, spans)
        text = _CODE_SPAN.sub(_WORD, text)
    if "<" in text or "\\" in text:
        code += _ANCHOR.findall(text)
        text = _ESCAPED.sub(_WORD, _LINE_BREAK.sub(" ", _ANCHOR.sub(" ", text)))
    if "[x]" in text or "[X]" in text:
        return None
    if "[" in text:
        for _ in range(2):  # an image may be the text of a link
            addresses += [sign + address for sign, _, address in _INLINE_LINK.findall(text)]
            text = _INLINE_LINK.sub(_without_address, text)
        text = text if has_labels else _BRACKETED.sub(r"\1", text)
    lines = _without_emphasis(text).split("\n")
    if any(map(_SIGN.search, lines)) or not all(map(_LINE.match, lines)):
        return None
    return _Links(tuple(sorted(addresses)), tuple(code), len(lines))


def _without_emphasis(text: str) -> str:
    return _EMPHASIS.sub(r"\2\4", text) if "*" in text or "_" in text else text


def _without_address(link: re.Match[str]) -> str:
    """The text of a link. Emphasis begins and ends within it, or the signs of emphasis stay, and it is not plain."""
    return _LINK + _without_emphasis(link[2]).replace("*", "\\").replace("_", "\\")
