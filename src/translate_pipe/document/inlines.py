"""The inline content of a segment or translation, parsed on its own."""

from __future__ import annotations

import re

from translate_pipe.document.parser import outline
from translate_pipe.model import Inline, Run

_FOOTNOTE_LABEL = re.compile(r"\[(\^[^\]\s]+)\]")


# An entity for a blank, in front of which no block can begin; the parser gives it an event of its own.
_LEAD = "&#32;"


def inlines(text: str) -> tuple[Inline, ...]:
    """Parse a msgid or msgstr into inline events; their offsets are bytes of the text.

    The text stands in no document here. So it is read as the rest of a paragraph, where it can open no block, with its
    hard breaks as blanks, and each footnote that it mentions is given a definition, without which the parser takes the
    mark for text.

    >>> [inline.kind for inline in inlines("goed[^1]")]
    ['Text', 'FootnoteReference']
    """
    line = text.replace("\n", " ")
    labels = dict.fromkeys(_FOOTNOTE_LABEL.findall(line))
    definitions = "".join(f"\n\n[{label}]: -" for label in labels)
    for item in outline(f"{_LEAD}{line}{definitions}"):
        if isinstance(item, Run):
            shift = len(_LEAD)
            return tuple(
                Inline(kind, value, start - shift, end - shift) for kind, value, start, end in item.inlines[1:]
            )
    return ()
