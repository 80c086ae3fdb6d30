"""The inline content of a segment or translation, parsed on its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from translate_pipe.markdown.dialects import common, hugo, mkdocs
from translate_pipe.markdown.events import first_run
from translate_pipe.model import Inline
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterable

# It passes over escaped brackets, so that no label begins within another one.
_FOOTNOTE_LABEL = re.compile(r"\\.|\[(\^(?:\\\S|[^\[\]\\\s])+)\]")

_HIDDEN = b"x"
"""Replaces each byte of a token while the text is parsed: a letter, because emphasis begins and ends beside letters."""

# An entity for a blank, before which no block can begin; the parser gives it an event of its own.
_LEAD = "&#32;"

# A text without any of these is plain text; most are.
_MARKUP = frozenset("\\`*_{}[]<>&~|!$^\r\t")

_RULES = (hugo.SHORTCODE, common.LIQUID, common.MATH, common.ATTRIBUTE_LIST, mkdocs.INCLUDE, common.CRITIC_MARKS)
# Escaped brackets are more common than formulas between them, so these need a sign that makes them formulas.
_FORMULA = rb"\\[(\[](?=[^\\\r\n]{0,1000}?(?:[\^_=]|\\[A-Za-z]))"
# A value in JavaScript of an attribute of a component.
_SCRIPT_VALUE = rb"(?<=[\w-]=)\{(?:[^{}\r\n]|\{[^{}\r\n]{0,500}\}){0,1000}+\}"
_TOKEN = Expression(
    rb"(?=[{$\\+<=~-])(?:"  # passes quickly over what begins no token
    + b"|".join(rule.pattern for rule in _RULES)
    + rb"|"
    + _SCRIPT_VALUE
    + rb"|(?="
    + _FORMULA
    + rb")(?:"
    + common.BRACKET_MATH.pattern
    + rb"))"
)
"""Finds the tokens in which characters of Markdown have no meaning.

They are those of all dialects: the dialect of the documents of a catalogue is seldom known.
"""


def inlines(text: str) -> tuple[Inline, ...]:
    """Parse a msgid or msgstr into inline events; their offsets are bytes of the text.

    A text without a document is read as the rest of a paragraph, so that it opens no block, with its hard breaks as
    blanks. Each footnote that it mentions gets a definition; without one the parser takes the mark for text. Nothing
    within tokens such as `{{ a_b }}` and `$a_b$` is markup.

    >>> [inline.kind for inline in inlines("goed[^1]")]
    ['Text', 'FootnoteReference']
    >>> [inline.value for inline in inlines("$a_b$ en $c_d$")]
    ['$a_b$ en $c_d$']
    """
    line = text.replace("\n", " ")
    if _MARKUP.isdisjoint(line):
        return (Inline("Text", line, 0, len(line.encode())),) if line else ()
    labels = dict.fromkeys(filter(None, _FOOTNOTE_LABEL.findall(line))) if "[^" in line else ()
    definitions = "".join(f"\n\n[{label}]: -" for label in labels)
    data = line.encode()
    hidden = data
    if "{" in line or "$" in line or "\\(" in line or "\\[" in line:
        # With a backtick in it, a token may be the end of one code span and the beginning of the next.
        hidden = _TOKEN.sub(lambda token: token[0] if b"`" in token[0] else _HIDDEN * len(token[0]), data)
    found = first_run(f"{_LEAD}{hidden.decode()}{definitions}", len(_LEAD))[1:]
    return tuple(found if hidden == data else [_shown(one, hidden, data) for one in found])


def _shown(inline: Inline, hidden: bytes, data: bytes) -> Inline:
    """An event of the text with hidden tokens, as one of the text itself."""
    value = inline.value
    if isinstance(value, str):
        start = hidden.find(value.encode(), inline.start, inline.end)
        return inline._replace(value=_part(data, start, value))
    if isinstance(value, dict):  # of a link or image, whose address and title are at its end
        parts = {
            name: _part(data, hidden.rfind(part.encode(), inline.start, inline.end), part)
            for name in ("dest_url", "title")
            if (part := value.get(name))
        }
        return inline._replace(value={**value, **parts})
    return inline


def _part(data: bytes, start: int, value: str) -> str:
    """The bytes as written if they are as long as the value; else the value, whose escapes or references differ."""
    return data[start : start + len(value.encode())].decode(errors="replace") if start >= 0 else value


def certain_code(
    data: bytes, spans: Iterable[tuple[int, int]], start: int = 0, end: int | None = None
) -> list[tuple[int, int]]:
    """The code spans that every renderer takes for code, as byte ranges; `spans` are all those of the text.

    Renderers differ in what becomes of code after a backtick without its partner. To kramdown, a single backtick
    between blanks is text.

    >>> certain_code(b"a `b` c", [(2, 5)]), certain_code(b"``a `b` c", [(4, 7)])
    ([(2, 5)], [])
    """
    found = list(spans)
    if data.count(b"`", start, end) != sum(data.count(b"`", *span) for span in found):
        return []
    return [(begin, end) for begin, end in found if _BETWEEN_BLANKS.match(data, max(begin - 1, start)) is None]


_BETWEEN_BLANKS = re.compile(rb"\s?`(?=\s)")

_PLAIN_MARKUP = re.compile(r"`([^`\n]+)`|</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)


def plain_inlines(text: str) -> tuple[Inline, ...]:
    """The events of a msgid or msgstr of plain text: text, tags, and code as people write it in comments.

    >>> [inline.kind for inline in plain_inlines("*a* in `b` <b>c</b>")]
    ['Text', 'Code', 'Text', 'InlineHtml', 'Text', 'InlineHtml']
    """
    found: list[tuple[str, str, str]] = []
    position = 0
    for mark in _PLAIN_MARKUP.finditer(text) if "`" in text or "<" in text else ():
        found.append(("Text", text[position : mark.start()], text[position : mark.start()]))
        found.append(("Code" if mark[1] else "InlineHtml", mark[1] or mark.group(), mark.group()))
        position = mark.end()
    found.append(("Text", text[position:], text[position:]))
    events: list[Inline] = []
    end = 0
    for kind, value, written in found:
        start, end = end, end + len(written.encode())
        if written:
            events.append(Inline(kind, value, start, end))
    return tuple(events)
