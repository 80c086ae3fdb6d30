"""Where sentences begin: enough to count them and to say in which one a mark is."""

from __future__ import annotations

import re

from translate_pipe.text.expression import Expression

# After a full stop a sentence begins with a blank and something that is no small letter; scripts without capitals and
# without blanks have stops of their own. Closing marks stay with the sentence that they close.
_END = Expression(
    r"(?:[.!?…](?=[\"'”’»)\]*_\ufffc]*\s+(?:\ufffc|[\"'“‘„«(\[¿¡]*[^\W_a-zß-öø-ÿа-яёіїєґ]))"
    r"|[。！？｡．](?!\s*$)|[؟۔।](?=\s))[\"'”’»）)\]*_」』\ufffc]*\s*"
)
_ABBREVIATION = Expression(
    r"(?:\b[^\W\d_]|\b(?:e\.g|i\.e|z\.b|bijv|d\.h|o\.a|p\.ex|etc|vs|cf|dr|mr|mrs|nr|no|vol|fig|ca|St|al|p|pp|blz))\Z",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 8


def sentence_starts(text: str) -> list[int]:
    """Where the sentences of a text begin, in characters; the first begins at 0.

    >>> sentence_starts("Slaap helpt. Koffie niet, zegt dr. De Boer.")
    [0, 13]
    """
    starts = [0]
    for found in _END.finditer(text):
        at = found.start()
        if not _ABBREVIATION.search(text, max(0, at - _LONGEST_ABBREVIATION), at) or text[at] != ".":
            starts.append(found.end())
    return starts if starts[-1] < len(text.rstrip()) or len(starts) == 1 else starts[:-1]
