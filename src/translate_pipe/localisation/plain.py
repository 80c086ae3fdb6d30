"""Texts in which nothing but words, simple code spans and simple links has a meaning, in any renderer and dialect.

If the text of a slot and its replacement are plain and have the same links, no proof and no judge can find a
difference, so neither is asked. docs/design.md has the argument ("Plain texts need no proof"). Most texts are plain,
and rendering is the slowest step of a build.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from itertools import chain
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


class Kept(Enum):
    """What of its source a text certainly keeps. Each of these is more than the one before."""

    NOTHING = 0
    MARKUP = 1
    """All markup, with other words around it: so its structure and its rendering."""
    ALL_BUT_WORDS = 2
    """It is plain, and has nothing that is executed, included or loaded."""


def kept(document: Document, slot: Slot, data: bytes, *, has_labels: bool) -> Kept:
    """What the `data` that replace the text of a slot certainly keep of it."""
    if not shape_of(slot).is_run:
        return Kept.NOTHING
    source, text = document.data[slot.start : slot.end].decode(), data.decode()
    if _are_prose(source, text):
        return Kept.ALL_BUT_WORDS
    lines = lines_with_same_markup(source, text, has_labels=has_labels)
    if lines and _are_safe(document, slot, *lines):
        return Kept.MARKUP
    links = plain_links(source, has_labels=has_labels)
    others = plain_links(text, has_labels=has_labels) if links else None
    if links and others and links[:2] == others[:2] and _are_safe(document, slot, links.lines, others.lines):
        return Kept.ALL_BUT_WORDS
    return Kept.NOTHING


def _are_safe(document: Document, slot: Slot, was: int, now: int) -> bool:
    """Whether two texts of so many lines are in one block each, which the line after them does not change.

    Python-Markdown looks for the underline of a heading or the marks of a definition after the first line or two.
    """
    is_one_line = was == now == 1
    return is_one_line or (_is_even(document.data, slot) and not _UNDERLINE.match(document.data, slot.end))


def _are_prose(source: str, text: str) -> bool:
    """Whether two texts are one line of words each: half of all texts are, so one look at both comes first."""
    both = f"{source}\ufffc{text}"
    return (
        _PROSE.match(both) is not None
        and both.isprintable()
        and not ("//" in both or ":::" in both or "!!" in both or "w." in both or "W." in both)
    )


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
# Signs that a renderer or dialect reads wherever they are. Superscript digits are numbers of notes.
# Each branch of these patterns begins with one character, and no branch ignores case, so that re can be quick.
_RARE_SIGNS = rf":(?://|::|{_WORD})|[Ww][Ww]\.|==|\+\+[\w'\"+-]*\+\+|///|!(?:!|{_WORD})|\)=|#(?!\w)"
_INVISIBLE = str.maketrans("", "", "\n\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u202f\u2060\u3000")
_SIGN = re.compile(rf"[*_\\`\[\]{{}}<|$~^@⁰¹²³⁴-⁹\ufffc\ufffd]|{_RARE_SIGNS}|&#?\w+;|!{_LINK}")
_ITEM = r"(?:import|export)\b|\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdm]{1,9})[.)](?=[\s\ufffc]|\Z)"
# A line begins with a word, perhaps emphasised or in quotation marks: no block begins so, but for items and modules.
_LINE = re.compile(rf"[ \t>]*+(?!{_ITEM})[\"'({_LINK}]{{0,3}}(?:{_WORD}|[^\W_]|[^\x00-\x7f\s])", re.IGNORECASE)
# A line with none of the signs, nor anything that could be one together with what is beside it.
_ONE_LINE = rf"(?!{_ITEM})[^\W\d_][^`{{}}<>|$~^@⁰¹²³⁴-⁹\ufffc\ufffd*_\\\[\]&#+=\r\n]*+(?<! )"
_PROSE = re.compile(rf"{_ONE_LINE}\ufffc{_ONE_LINE}\Z", re.IGNORECASE)
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
    if not _is_readable(text):
        return None
    text = text.replace("\r\n", "\n")
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


# What is in `<sup>` is the number of a note, or an exponent.
_TAGS = (
    r"</?(?i:a|b|br|del|em|i|ins|mark|s|small|span|strong|sub|u|wbr)(?=[\s/>])(?:[^<>\"'`\n]|\"[^\"<>`\n]*+\")*+>"
    r"|<[A-Za-z][\w+.-]++:[^\s<>\"'`]*+>|</?(?!(?i:sup)\b)[\w.]++>|\\</?(?!(?i:sup)\b)[\w.]++\\?>"
)
_BRACES = r"\{(?:[^{}<>`\n]|\{(?:[^{}<>`\n]|\{[^{}<>`\n]*+\})*+\})*+\}"
_PART = re.compile(
    rf"(`[^`\n]++`|{_TAGS}|{_BRACES}|\\[^\w\n`<{{]|\]\((?:{_ADDRESS}|\({_ADDRESS}*+\))*+\)"
    r"|&#?\w++;|\[!\w++\](?!\()|\[.?\](?!\())"
)
_BETWEEN = "\n\x03\n"
"""Is between two texts that are looked at together: it is in none, and no part goes over a line end."""

# In a text without its words.
_NO_MARKUP = re.compile(rf"[`{{}}<|$^@⁰¹²³⁴-⁹\ufffc\ufffd]|{_RARE_SIGNS}|\][(:]|\[\[|\\(?:{_WORD}|\Z)")
_WORDS = re.compile(rf"[^\W_⁰¹²³⁴-⁹](?:[^*_~\\\[\]<>!#`{{}}|$^@=+:/⁰¹²³⁴-⁹\ufffc\ufffd\n{_WORD}]*[^\W_⁰¹²³⁴-⁹])?")
_MARKED_LINE = re.compile(
    rf"[ \t>]*+(?!{_ITEM})[\"'(*_\\\[]{{0,5}}[./!]?(?:{_WORD}|[^\W_]|\[|[^\x00-\x7f\s])", re.IGNORECASE
)
# A line end between words is a space, unless it is a break, or there may be a block of HTML or a list of attributes.
_SOFT_BREAK = re.compile(r"([^\W_][.,;:!?)\"']{0,2}) ?\n[ \t>]*+(?=[^\W_])")
_SOFT_BREAK_AFTER_BREAK = re.compile(r"(?<=[^\s>])(<br ?/?>) ?\n[ \t>]*+(?=[^\W_])", re.IGNORECASE)


def lines_with_same_markup(source: str, text: str, *, has_labels: bool) -> tuple[int, int] | None:
    """The number of lines of two texts that have the same markup; None for any others.

    Both have the same signs in the same order, and words between them where the other text has words. Each run of words
    begins and ends with a letter or digit. The parts in which words count are the same: code, tags, addresses, what is
    in braces. Both texts are looked at together, because this is done for half of all texts.
    """
    if not (_is_readable(source) and _is_readable(text)) or "``" in source or "``" in text:
        return None
    has_breaks = "\n" in source or "\n" in text
    both = f"{source}{_BETWEEN}{text}"
    if has_breaks:
        both = _SOFT_BREAK_AFTER_BREAK.sub(r"\1 ", both.replace("\r\n", "\n"))
    both, *parts = _PART.split(both)
    both = _WORD.join([both, *parts[1::2]])
    parts = parts[::2]
    half = len(parts) // 2
    lines = [one.split("\n") for one in both.split(_BETWEEN)]
    if parts[:half] != parts[half:] or not all(map(_MARKED_LINE.match, chain(*lines))):
        return None
    was, now = _WORDS.sub("w", _SOFT_BREAK.sub(r"\1 ", both) if has_breaks else both).split(_BETWEEN)
    if was != now or _NO_MARKUP.search(was) or (has_labels and "[" in was):
        return None
    # Perhaps there is an address, a table of contents, or an element in which tags are text.
    written = "".join(parts[:half])
    is_unsafe = "w." in both or "W." in both or "TOC" in both or ("<" in written and _UNSAFE_CODE.search(written))
    return None if is_unsafe else (len(lines[0]), len(lines[1]))


def _is_readable(text: str) -> bool:
    """Whether a text has no signs that readers cannot see, but for line ends and some kinds of blanks."""
    is_printable = text.isprintable() or text.replace("\r\n", "\n").translate(_INVISIBLE).isprintable()
    return is_printable and text[-1:] != " "


def _without_emphasis(text: str) -> str:
    return _EMPHASIS.sub(r"\2\4", text) if "*" in text or "_" in text else text


def _without_address(link: re.Match[str]) -> str:
    """The text of a link. Emphasis begins and ends within it, or the signs of emphasis stay, and it is not plain."""
    return _LINK + _without_emphasis(link[2]).replace("*", "\\").replace("_", "\\")
