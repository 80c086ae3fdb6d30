"""Citations: the marks in a text that lead to a source.

Known kinds: footnotes `[^1]`, superscripts `¹` and `<sup>1</sup>`, Pandoc keys `[@key, p. 3]`, MyST roles
`` {cite}`key` `` and numeric marks `[12]`. Marks inside code are not citations.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.document.inlines import inlines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.model import Inline


class Citation(NamedTuple):
    """One mark: its kind (`footnote`, `superscript`, `pandoc`, `myst`, `numeric`) and what it names."""

    kind: str
    key: str

    @property
    def mark(self) -> str:
        """The mark as an author writes it."""
        return _MARKS[self.kind].format(self.key)


_MARKS = {"footnote": "[^{}]", "superscript": "{}", "pandoc": "@{}", "myst": "{{cite}}`{}`", "numeric": "[{}]"}

_SUPERSCRIPT_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_TO_SUPERSCRIPT = str.maketrans("0123456789", _SUPERSCRIPT_DIGITS)
SUPERSCRIPT = re.compile(rf"[{_SUPERSCRIPT_DIGITS}]+")
# A digit or a unit of length in front makes an exponent of it: 10³, 20 m², 20m².
EXPONENT = re.compile(r"(?:\d|(?:\d|(?<!\w))(?:[kdcmµn]?m|s|ft|in))\Z")
LONGEST_UNIT = 3
_PANDOC = re.compile(r"(?<![\w.])-?@([\w][\w:.#$%&\-+?<>~/]*[\w/]|\w)")
_BRACKET = re.compile(r"\[[^\[\]]*\]")
_NUMERIC = re.compile(r"\[(\d+(?:\s*[,;–-]\s*\d+)*)\]")
_MYST_ROLE = re.compile(r"\{cite(?::[a-z]+)*\}$")
_MAY_CITE = re.compile(rf"[{_SUPERSCRIPT_DIGITS}\[@]|<sup|\{{cite", re.IGNORECASE)


def citations(text: str) -> tuple[Citation, ...]:
    """The citations of a msgid or msgstr, in their order, as often as they occur.

    >>> [citation.mark for citation in citations("Echt waar.² Zie ook[^dosering] en [@smit2020, p. 3].")]
    ['²', '[^dosering]', '@smit2020']
    >>> citations("20 m² en 10³")
    ()
    """
    if not _MAY_CITE.search(text):
        return ()
    return tuple(_found(inlines(text)))


def _found(events: tuple[Inline, ...]) -> Iterator[Citation]:
    """Walk the events; adjacent texts are one text, because the parser splits them at brackets."""
    text = ""
    in_superscript = False
    for event in events:
        if event.kind == "Text":
            text += str(event.value)
            continue
        if event.kind == "Code" and _MYST_ROLE.search(text):
            yield from (Citation("myst", key.strip()) for key in str(event.value).split(","))
        yield from _in_text(text, in_superscript=in_superscript)
        # What stands in front of a mark tells whether it is an exponent, so a break keeps no text.
        text = ""
        if event.kind == "FootnoteReference":
            yield Citation("footnote", str(event.value))
        elif event.kind == "InlineHtml":
            in_superscript = str(event.value).lower().startswith("<sup")
    yield from _in_text(text, in_superscript=in_superscript)


def _in_text(text: str, *, in_superscript: bool) -> Iterator[Citation]:
    if in_superscript:
        for number in re.findall(r"\d+", text):
            yield Citation("superscript", _digits(number).translate(_TO_SUPERSCRIPT))
        return
    found = [
        (match.start(), Citation("superscript", match.group()))
        for match in SUPERSCRIPT.finditer(text)
        if not EXPONENT.search(text, max(0, match.start() - LONGEST_UNIT), match.start())
    ]
    for bracket in _BRACKET.finditer(text):
        found += [(bracket.start(), Citation("pandoc", match[1])) for match in _PANDOC.finditer(bracket.group())]
    for match in _NUMERIC.finditer(text):
        found += [(match.start(), Citation("numeric", _digits(number))) for number in re.findall(r"\d+", match[1])]
    for _, citation in sorted(found, key=lambda item: item[0]):
        yield citation


def _digits(number: str) -> str:
    """A number in ASCII digits, whatever script's digits it is written in."""
    return "".join(str(unicodedata.digit(digit)) for digit in number)
