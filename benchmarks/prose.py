"""Words, clauses and sentences of Markdown prose, for the simulator of source edits."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

Span = tuple[int, int]

_VERBATIM = r"`+[^`]*`+|\]\([^)]*\)|\]\[[^\]]*\]|\[\^[^\]]+\]|https?://[^\s)>\]]+"
VERBATIM = re.compile(rf"({_VERBATIM})")
_PROTECTED = re.compile(rf"{_VERBATIM}|</?[A-Za-z][^>]*>|&#?\w+;|\\.")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_LOOSE_WORD = re.compile(r"(?<!\S)[^\W\d_]{2,}(?=[\s.,;:!?]|\Z)")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.) (?=[A-Z`\[])")
_CLAUSE_END = re.compile(r"(?<=[,;:]) (?=\S)")
_FINAL_POINT = re.compile(r"[.:!?。]?\Z")
_CODE_LINE = re.compile(r"\s*(?://|#include|\"|b\"|```|/\*|\$ |<|\|)")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"})


def masked(text: str) -> str:
    """The text with code, link destinations, tags, entities and escapes blotted out, of the same length."""
    return _PROTECTED.sub(lambda match: "\0" * len(match[0]), text)


def words(text: str) -> list[Span]:
    """Where the English words stand that are neither code nor URL."""
    return [match.span() for match in _WORD.finditer(masked(text))]


def loose_words(text: str) -> list[Span]:
    """Where words of any language stand that have blanks or punctuation around them."""
    return [match.span() for match in _LOOSE_WORD.finditer(masked(text))]


def find(pattern: str, text: str) -> list[Span]:
    """Where a pattern matches in the prose of a text."""
    return [match.span() for match in re.finditer(pattern, masked(text))]


def put(text: str, span: Span, replacement: str) -> str:
    """The text with one place replaced."""
    return text[: span[0]] + replacement + text[span[1] :]


def sentences(text: str) -> list[str]:
    """The sentences of a text; joined with a blank they are the text again."""
    return _cut(text, _SENTENCE_END)


def clauses(text: str) -> list[str]:
    """The clauses of a text, with the punctuation that ends them."""
    return _cut(text, _CLAUSE_END)


def _cut(text: str, border: re.Pattern[str]) -> list[str]:
    ends = [match.start() for match in border.finditer(masked(text))]
    return [text[start:end] for start, end in zip([0, *(end + 1 for end in ends)], [*ends, len(text)], strict=True)]


def before_final_point(text: str, addition: str) -> str:
    """The text with something added in front of its final punctuation."""
    found = _FINAL_POINT.search(text.rstrip())
    at = found.start() if found else len(text)
    return text[:at] + addition + text[at:]


def wrapped_word(text: str, rng: Random, before: str, after: str) -> str | None:
    """The text with one word between two marks, or None where no word stands free."""
    spans = loose_words(text)
    if not spans:
        return None
    start, end = rng.choice(spans)
    return put(text, (start, end), before + text[start:end] + after)


def in_prose(text: str, change: Callable[[str], str]) -> str:
    """The text with a change made everywhere but in code and link destinations."""
    pieces = VERBATIM.split(text)
    pieces[::2] = [change(piece) for piece in pieces[::2]]
    return "".join(pieces)


def rendered(text: str) -> str:
    """A text reduced to what a reader sees: texts that differ in white space, emphasis style, … only are the same."""
    return " ".join(in_prose(text, _rendered_prose).split())


def _rendered_prose(text: str) -> str:
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", html.unescape(text)).translate(_QUOTES)
    return re.sub(r"\s+", " ", re.sub(r"(?<!\w)_{1,2}|_{1,2}(?!\w)", lambda match: "*" * len(match[0]), text))


def is_prose(text: str) -> bool:
    """Whether a msgid is a running text of at least four words, on one line."""
    least = 4
    return "\n" not in text and not _CODE_LINE.match(text) and len(words(text)) >= least
