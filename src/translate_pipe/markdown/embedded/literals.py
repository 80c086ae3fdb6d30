r"""String literals in code: which hold words for people, and how a translation is written there."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.text.characters import CONTROLS, UNSPACED

if TYPE_CHECKING:
    from translate_pipe.model import Document, Slot

_UNSPACED = re.compile(UNSPACED)
_CONTROLS = re.compile(CONTROLS)
_LITERAL = re.compile(
    r"(?P<prefix>[A-Za-z@$]{0,3})(?P<hashes>#*)(?P<quote>\"\"\"|'''|[\"'`])(?P<body>.*)(?P=quote)(?P=hashes)\Z",
    re.DOTALL,
)
_RAW_PREFIX = re.compile(r"[rR@]")
_OPENING = re.compile(r"(?!(?<=#)#)(?P<prefix>[A-Za-z@$]{0,3})(?P<hashes>#*)(?P<quote>\"\"\"|'''|[\"'`])[ \t]*\Z")
_PLACEHOLDER = re.compile(
    r"\$?\{\{?[^{}]*\}\}?|#\{[^{}]*\}"
    r"|\\\([^()]*\)|\$\(|\$[A-Za-z_]\w*|%\(\w+\)[a-z]"
    r"|%[-+#0]*\d*(?:\.\d+)?(?:l{0,2})[sdifgxXcqvupTt](?![^\W\d_])|[{}]|`"
)
"""Placeholders, which a program replaces by values. A translation that has others would change the program."""

_CODE = re.compile(
    r"(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|DROP|PRAGMA|BEGIN|COMMIT)\b"
    r"|^[\w-]+\(|^\([\w-]+: |^\w+ = |[\w.-]+/[\w.+-]+;"
    r"|\\[dwsbDWSB]|\(\?|\.\*|\[\^|[\w\]]\+\$|^<\w[^>]*>\s*$|==|&&|\|\||=>|;\s*$|^--?\w|\s--?\w+\b"
)
"""Statements of SQL, media types, regular expressions, conditions, options of commands."""

_WORD = re.compile(r"[(\"'“‘«„¿¡*\[<]*[^\W\d_]+(?:[-'’][^\W\d_]+)*[)\"'”’»*\]>,.:;!?…]*\Z")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)

NEWLINE_ESCAPE = r"\n"


class Literal(NamedTuple):
    r"""The text of a string literal: its range in the literal, the msgid, and how a line break is spelt in it.

    `line_break` is `\n` where the source uses it, a blank where it does not, and empty in a literal without escapes.
    """

    start: int
    end: int
    text: str
    line_break: str


def read_literal(literal: str, *, has_escapes: bool) -> Literal | None:
    r"""The text between the quotes of a literal on one line; None if it is unclear.

    `has_escapes` says whether the language has backslashes in literals with these quotes at all.

    >>> read_literal('"Zeg \\"hallo\\"!"', has_escapes=True)
    Literal(start=1, end=15, text='Zeg "hallo"!', line_break=' ')
    """
    match = _LITERAL.match(literal)
    if match is None or "\n" in literal:
        return None
    body, quote = match["body"], match["quote"]
    raw = not has_escapes or bool(_RAW_PREFIX.search(match["prefix"])) or bool(match["hashes"])
    bare = body if raw else _ESCAPE.sub("", body)
    if quote in bare or (not raw and bare.endswith("\\")):
        return None
    start = match.start("body") + len(body) - len(body.lstrip())
    end = match.start("body") + len(body.rstrip())
    if end <= start:
        return None
    written = literal[start:end]
    if raw:
        return Literal(start, end, written, "")
    text = _ESCAPE.sub(lambda found: found[1] if found[1] == quote[0] else found[0], written)
    return Literal(start, end, text, NEWLINE_ESCAPE if NEWLINE_ESCAPE in written else " ")


def is_prose_literal(text: str) -> bool:
    """Whether a string is for people: two words, or letters of a script without blanks, and mostly words.

    Names, keys, paths, addresses, formats and regular expressions have no blanks, or signs instead of words between
    them. A single word could be any of these, and is not offered.

    >>> [is_prose_literal(text) for text in ("Hallo, {naam}!", "user-id", "%Y-%m-%d %H:%M", "text/html; q=0.8")]
    [False, False, False, False]
    >>> is_prose_literal("Dag, wereld!"), is_prose_literal("你好")
    (True, True)
    """
    plain = _PLACEHOLDER.sub(" ", text)
    if _CODE.search(text) or not _LETTERS.search(plain):
        return False
    if _UNSPACED.search(plain):
        return True
    parts = _ESCAPE.sub(" ", plain).split()
    words = [part for part in parts if _WORD.match(part)]
    has_two = sum(bool(_LETTERS.search(part)) for part in words) > 1
    return has_two and len(words) * 3 >= len(parts) * 2


def has_plain_placeholders(text: str) -> bool:
    """Whether the placeholders in a string can be distinguished from its text with certainty.

    >>> has_plain_placeholders("Hallo {naam}"), has_plain_placeholders("${f({x: 1})}")
    (True, False)
    """
    found = _PLACEHOLDER.findall(text)
    return not any(part in ("{", "}", "$(") for part in found)


def write_literal(document: Document, slot: Slot, lines: list[str]) -> str | None:
    """A translation as the text of a string literal; None if there is no spelling in which it stays one."""
    before = document.data[max(0, slot.start - 80) : slot.start].decode(errors="replace")
    match = _OPENING.search(before)
    if match is None:
        return None
    source = document.data[slot.start : slot.end].decode()
    line_break = slot.breaks[0] if slot.breaks else ""
    quote = match["quote"]
    parts = [_CONTROLS.sub(" ", line).strip() for line in lines]
    text = (line_break or " ").join(parts)
    if Counter(_PLACEHOLDER.findall(text)) != Counter(_PLACEHOLDER.findall(source)):
        return None
    if not line_break:
        return None if quote in text or text.endswith(("\\", quote[0])) else text
    # Quotes and backslashes become characters; escapes that the source has as well stay escapes.
    known = {"\\" + quote[0], *(match.group() for match in _ESCAPE.finditer(source))}
    unsafe = re.compile(rf"\\(?:.|\Z)|{quote[0]}", re.DOTALL)
    return unsafe.sub(lambda found: found[0] if found[0] in known else "\\" + found[0], text)
