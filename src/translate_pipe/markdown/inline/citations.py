"""Citations: the marks in a text that lead to a source.

Known kinds: footnotes `[^1]`, superscripts `¹` and `<sup>1</sup>`, Pandoc keys `[@key, p. 3]`, MyST roles
`` {cite}`key` `` and numeric marks `[12]`. Marks inside code are not citations.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.inline.inlines import inlines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate_pipe.model import Inline


class Citation(NamedTuple):
    """One mark: its kind (`footnote`, `superscript`, `pandoc`, `myst`, `numeric`) and what it names.

    `locator` holds the numbers after a Pandoc key, such as pages, in ASCII digits. `start` and `end` are where the
    mark is in the text that a reader sees, in characters: texts and code spans, without what marks them up. A place
    is no part of what a citation is, so compare `identity`.
    """

    kind: str
    key: str
    locator: str = ""
    start: int = 0
    end: int = 0

    @property
    def identity(self) -> tuple[str, str, str]:
        """The same for citations of the same source."""
        return self[:3]

    @property
    def mark(self) -> str:
        """The mark as an author writes it."""
        return _MARKS[self.kind].format(self.key) + (f", {self.locator}" if self.locator else "")


_MARKS = {"footnote": "[^{}]", "superscript": "{}", "pandoc": "@{}", "myst": "{{cite}}`{}`", "numeric": "[{}]"}

_SUPERSCRIPT_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_TO_SUPERSCRIPT = str.maketrans("0123456789", _SUPERSCRIPT_DIGITS)
SUPERSCRIPT = re.compile(rf"[{_SUPERSCRIPT_DIGITS}]+")
_LONGEST_NUMBER = 9
"""The most digits of the number of a source."""
# After a digit or a unit of length it is an exponent: 10³, 20 m², 20m².
EXPONENT = re.compile(r"(?:\d|(?:\d|(?<!\w))(?:[kdcmµn]?m|s|ft|in))\Z")
LONGEST_UNIT = 3
_PANDOC = re.compile(r"(?<![\w.])-?@([\w][\w:.#$%&\-+?<>~/]*[\w/]|\w)")
_BRACKET = re.compile(r"\[[^\[\]]*\]")
_NUMERIC = re.compile(r"\[(\d{1,9}(?:\s*[,;–-]\s*\d{1,9})*)\]")
_NUMBER = re.compile(r"(?<!\d)\d{1,9}(?!\d)")
_MYST_ROLE = re.compile(r"\{cite(?::[a-z]+)*\}$")
_MAY_CITE = re.compile(rf"[{_SUPERSCRIPT_DIGITS}]|\[[\d^]|@\w|<sup|\{{cite", re.IGNORECASE)


def citations(text: str) -> tuple[Citation, ...]:
    """The citations of a msgid or msgstr, in their order, as often as they occur.

    >>> [citation.mark for citation in citations("Echt waar.² Zie ook[^dosering] en [@smit2020, p. 3].")]
    ['²', '[^dosering]', '@smit2020, 3']
    >>> citations("20 m² en 10³")
    ()
    """
    return citations_in(inlines(text)) if may_cite(text) else ()


def may_cite(text: str) -> bool:
    """Whether a text has any character that a citation needs."""
    return _MAY_CITE.search(text) is not None


def citations_in(events: Sequence[Inline]) -> tuple[Citation, ...]:
    """The citations in the events of a msgid or msgstr, in their order."""
    # Adjacent texts are one text, because the parser splits them at brackets.
    found: list[Citation] = []
    text = ""
    start = last = 0
    in_superscript = False
    for event in events:
        if event.kind == "Text":
            value = str(event.value)
            # A backslash is a gap of one byte between the events. What it escapes opens no citation.
            is_escaped = event.start - last == 1 and value.startswith(_OPENING)
            text += f"{_NO_MARK}{value[1:]}" if is_escaped else value
            last = event.end
            continue
        last = event.end
        end = start + len(text)
        role = _MYST_ROLE.search(text) if event.kind == "Code" else None
        if role:
            keys = str(event.value).split(",")
            stop = end + len(str(event.value))
            found += (Citation("myst", key.strip(), "", start + role.start(), stop) for key in keys)
        found += _in_text(text, start, in_superscript=in_superscript)
        # The text before a mark decides whether it is an exponent, so nothing is kept over a break.
        text, start = "", end
        if event.kind == "FootnoteReference":
            found.append(Citation("footnote", str(event.value), "", start, start))
        elif event.kind == "InlineHtml":
            in_superscript = str(event.value).lower().startswith("<sup")
        elif event.kind == "Code":
            start += len(str(event.value))
    return (*found, *_in_text(text, start, in_superscript=in_superscript))


_OPENING = ("@", "{")
_NO_MARK = "\ufffc"


def _in_text(text: str, start: int, *, in_superscript: bool) -> Iterator[Citation]:
    """The citations of a text that begins at `start`."""
    if in_superscript:
        for number in _NUMBER.finditer(text):
            key = _digits(number.group()).translate(_TO_SUPERSCRIPT)
            yield Citation("superscript", key, "", start + number.start(), start + number.end())
        return
    found = [
        Citation("superscript", match.group(), "", match.start(), match.end())
        for match in SUPERSCRIPT.finditer(text)
        if match.end() - match.start() <= _LONGEST_NUMBER
        and not EXPONENT.search(text, max(0, match.start() - LONGEST_UNIT), match.start())
    ]
    if "[" in text:
        for bracket in _BRACKET.finditer(text):
            place = bracket.span()
            for part in bracket.group()[1:-1].split(";"):
                for name in _PANDOC.finditer(part):
                    # The words of a locator (p., blz., S.) are translated; its numbers stay the same.
                    locator = ", ".join(map(_digits, _NUMBER.findall(part[name.end() :])))
                    found.append(Citation("pandoc", name[1], locator, *place))
            if _NUMERIC.fullmatch(bracket.group()):
                found += (Citation("numeric", _digits(one), "", *place) for one in _NUMBER.findall(bracket.group()))
    for citation in sorted(found, key=lambda item: item.start):
        yield citation._replace(start=start + citation.start, end=start + citation.end)


def _digits(number: str) -> str:
    """A number in ASCII digits, whatever script's digits it is written in."""
    return "".join(str(unicodedata.digit(digit)) for digit in number)
