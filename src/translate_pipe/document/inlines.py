"""The inline content of a segment or translation, parsed on its own."""

from __future__ import annotations

import re

from translate_pipe.document.parser import outline
from translate_pipe.model import Inline, Run

_FOOTNOTE_LABEL = re.compile(r"\[(\^[^\]\s]+)\]")


def inlines(text: str) -> tuple[Inline, ...]:
    """Parse a msgid or msgstr into inline events.

    The text stands in no document here, so it is read as what follows `# `, where no block can begin, and each footnote
    that it mentions is given a definition, without which the parser takes the mark for text.

    >>> [inline.kind for inline in inlines("goed[^1]")]
    ['Text', 'FootnoteReference']
    """
    line = " ".join(text.split("\n"))
    labels = dict.fromkeys(_FOOTNOTE_LABEL.findall(line))
    definitions = "".join(f"\n\n[{label}]: -" for label in labels)
    for item in outline(f"# {line}{definitions}"):
        if isinstance(item, Run):
            return item.inlines
    return ()
