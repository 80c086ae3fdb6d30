"""Which parts of a document are bibliography: the entries that citations lead to."""

from __future__ import annotations

import re
from functools import cache

_MARKS = re.compile(r"[*_`~]|\{[^{}]*\}")
_NUMBERING = re.compile(r"^\W*(?:\d+[.)]?)*\s*")
_ENTRY = re.compile(r"(?:[¹²³⁰⁴-⁹]+|<sup>\s*\d+\s*</sup>)[.):]?\s*\S")


def heading_name(text: str) -> str:
    """A heading as it is compared: without emphasis, numbering, closing colon and case.

    >>> heading_name("5. **Bronnen:**") == heading_name("bronnen")
    True
    """
    plain = _NUMBERING.sub("", _MARKS.sub("", text))
    return plain.strip().rstrip(":").strip().casefold()


@cache
def bibliography_names(headings: tuple[str, ...]) -> frozenset[str]:
    """The names of the headings that open a bibliography, the same for all documents of a project."""
    return frozenset(map(heading_name, headings))


def is_entry(text: str) -> bool:
    """Whether a segment's text is an entry by its looks: it begins with a superscript number.

    >>> is_entry("¹ Waring, W.S. et al.")
    True
    """
    return _ENTRY.match(text) is not None
