"""Words with their forms, and where sentences begin, without a dictionary."""

from __future__ import annotations

import re

from translate_pipe.text.expression import Expression

_WORD = Expression(r"[^\W\d_]+(?:['’\u200c\u200d-][^\W\d_]+)*")
_SHORTEST_STEM = 2
_LONGEST_ENDING = 4


def words_of(text: str) -> list[str]:
    """The words of a text, without numbers; an apostrophe or hyphen joins two parts of one word.

    >>> words_of("Rust'ta 3 foto's")
    ["Rust'ta", "foto's"]
    """
    return _WORD.findall(text)


def is_form_of(word: str, base: str) -> bool:
    """Whether a word is, or may be, an inflected form of another: the same beginning, other endings.

    >>> is_form_of("drietal", "drie"), is_form_of("одного", "один"), is_form_of("een", "twee")
    (True, True, False)
    """
    if word == base:
        return True
    if word[:1] != base[:1]:  # as nearly always
        return False
    common = 0
    for one, other in zip(word, base, strict=False):
        if one != other:
            break
        common += 1
    if len(base) == 1:
        return False
    return common >= max(_SHORTEST_STEM, len(base) - 2) and len(word) - common <= min(_LONGEST_ENDING, len(base))


_SHORTEST_DOUBLED = 24


def is_doubled(text: str) -> bool:
    """Whether both halves of a text of some length are the same."""
    half = len(text) // 2
    return len(text) >= _SHORTEST_DOUBLED and text[:half].rstrip() == text[-half:].lstrip()


# After a full stop a sentence begins with a blank and something that is no small letter; scripts without capitals and
# without blanks have stops of their own. Closing marks stay with the sentence that they close.
_SENTENCE_END = Expression(
    r"(?:[.!?…](?=[\"'”’»)\]*_\ufffc]*\s+(?:\ufffc|[\"'“‘„«(\[¿¡]*[^\W_a-zß-öø-ÿа-яёіїєґ]))"
    r"|[.!?](?<=[\u0590-\u0dff\uac00-\ud7a3].)(?=\s+\S)"  # no capital can follow
    r"|[。！？｡．](?!\s*$)|[؟۔।](?=\s))[\"'”’»）)\]*_」』\ufffc]*\s*"
)
_ABBREVIATION = Expression(
    r"(?:(?<![\w\u0300-\u036f\u064b-\u065f])[^\W\d_]|\b(?:e\.g|i\.e|z\.b|bijv|d\.h|o\.a|p\.ex|etc|vs|cf|dr|mr|mrs|nr|no|vol|fig|ca|St|al|p|pp|blz))\Z",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 8


def sentence_starts(text: str) -> list[int]:
    """Where the sentences of a text begin, in characters; the first begins at 0.

    >>> sentence_starts("Slaap helpt. Koffie niet, zegt dr. De Boer.")
    [0, 13]
    """
    starts = [0]
    for found in _SENTENCE_END.finditer(text):
        at = found.start()
        if not _ABBREVIATION.search(text, max(0, at - _LONGEST_ABBREVIATION), at) or text[at] != ".":
            starts.append(found.end())
    return starts if starts[-1] < len(text.rstrip()) or len(starts) == 1 else starts[:-1]


# What is left where something is taken out of a sentence. In French a colon has a blank before it.
_HOLE = Expression(r"(?<=\w) [.,](?=\s|\Z)|(?<=[\w.,]) [)\]]|[(\[] |, ,|\(\)|(?<=\w) /(?=\w)|(?<=\w)  (?=\w)")
_COLON_HOLE = Expression(r"(?<=\w) [:;](?=\s|\Z)")
_WITH_COLON_HOLES = frozenset({"fr", "br"})


def has_hole(text: str, source: str, language: str) -> bool:
    """Whether a blank before a full stop, after a bracket or the like shows that something is missing.

    >>> has_hole("Wir mögen .", "We like Rust.", "de"), has_hole("Wir mögen es.", "We like Rust.", "de")
    (True, False)
    """
    holes = (_HOLE,) if language in _WITH_COLON_HOLES else (_HOLE, _COLON_HOLE)
    return any(len(hole.findall(text)) > len(hole.findall(source)) for hole in holes)
