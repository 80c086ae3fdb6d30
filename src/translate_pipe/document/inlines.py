"""The inline content of a segment or translation, parsed on its own."""

from __future__ import annotations

import re

from translate_pipe.document.events import first_run
from translate_pipe.model import Inline

_FOOTNOTE_LABEL = re.compile(r"\[(\^[^\]\s]+)\]")


# An entity for a blank, in front of which no block can begin; the parser gives it an event of its own.
_LEAD = "&#32;"

# Without any of these a text is nothing but text; most are.
_MARKUP = frozenset("\\`*_{}[]<>&~|!$^\r\t")


def inlines(text: str) -> tuple[Inline, ...]:
    """Parse a msgid or msgstr into inline events; their offsets are bytes of the text.

    The text stands in no document here. So it is read as the rest of a paragraph, where it can open no block, with its
    hard breaks as blanks, and each footnote that it mentions is given a definition, without which the parser takes the
    mark for text.

    >>> [inline.kind for inline in inlines("goed[^1]")]
    ['Text', 'FootnoteReference']
    """
    line = text.replace("\n", " ")
    if _MARKUP.isdisjoint(line):
        return (Inline("Text", line, 0, len(line.encode())),) if line else ()
    labels = dict.fromkeys(_FOOTNOTE_LABEL.findall(line))
    definitions = "".join(f"\n\n[{label}]: -" for label in labels)
    shift = len(_LEAD)
    events = first_run(f"{_LEAD}{line}{definitions}")[1:]
    return tuple([Inline(kind, value, start - shift, end - shift) for kind, value, start, end in events])
