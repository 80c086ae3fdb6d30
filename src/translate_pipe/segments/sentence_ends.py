"""Where sentences end in a plain text, by the library sentencex and a list of abbreviations that it does not know.

Nothing else in the package knows sentencex.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from translate_pipe.late import LateModule

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sentencex
else:  # only a text that may hold several sentences needs it
    sentencex = LateModule("sentencex")

_WINDOW = 4000
"""How many characters the library sees at once: its time grows with the square of their number where quotation marks
are not closed."""
_LONGEST_OPENING = 12

# Abbreviations that the library does not know, or that it takes for the end of a sentence before a capital; measured
# with tests/data/sentences.txt. In all languages: letters with a full stop each (o.a., d.w.z., t.ex., U.S., initials).
_LETTERS = re.compile(r"(?<![^\s(\[\"'“‘«„])(?:[^\W\d_]{1,3}\.\s?)*[^\W\d_]\.\Z|(?<![^\s(])(?:[^\W\d_]{1,3}\.){2,}\Z")
_ABBREVIATIONS = frozenset(
    word
    for words in (
        # Latin and international
        "al approx ca cf dr eds etc ibid jr mr mrs ms par prof sr st tel vs",
        # Dutch
        "afb bijv blz bv dhr drs enz evt excl hfst incl ing mej mevr ong plm resp zgn",
        # German
        "abb abs bsp bspw bzgl bzw evtl ggf hrsg inkl usw vgl zzgl",
        # French, Italian, Spanish, Portuguese
        "chap env ex mlle mme pag pág págs sig sra srta dott dra ud uds",
        # Polish, Czech, Scandinavian
        "np tj tzn tzw godz str zob např tzv dvs evt osv jfr kap",
        # Russian, Ukrainian
        "гг др им напр проф рис см стр тыс ул",
    )
    for word in words.split()
)
_OF_NUMBERS = "art bd ch fig jg jh nº no nos nr nrs op pp tab vol"
_OF_DATES = "jan feb febr mrt mar apr aug sep sept okt oct nov dec"
_BEFORE_NUMBERS = frozenset((*_OF_NUMBERS.split(), *_OF_DATES.split()))
_WORD_BEFORE_STOP = re.compile(r"(?<!\w)(\w+)\.\Z")
_LONGEST_ABBREVIATION = 24


def beginnings(text: str, locale: str) -> Iterator[int]:
    """The characters of a text at which its second sentence and all further ones begin; its white space is blanks.

    No sentence ends after an abbreviation, or before a small letter.

    >>> list(beginnings("Eet fruit, bijv. appels. Slaap goed.", "nl"))
    [25]
    """
    language = re.split("[_@-]", locale)[0]
    start, end = 0, -1
    while end < len(text):
        end = start + _WINDOW
        found = [start + one["start_index"] for one in sentencex.get_sentence_boundaries(language, text[start:end])]
        for at in found[1:]:
            before = text[max(0, at - _LONGEST_ABBREVIATION) : at].rstrip()
            first = next(filter(str.isalnum, text[at : at + _LONGEST_OPENING]), "")
            if first.islower() and first != first.title():  # Georgian has small letters only
                continue
            word = _WORD_BEFORE_STOP.search(before)
            is_abbreviated = word is not None and (
                word[1].lower() in _ABBREVIATIONS or (first.isdigit() and word[1].lower() in _BEFORE_NUMBERS)
            )
            if not is_abbreviated and not _LETTERS.search(before):
                yield at
        start = found[-1] if found and found[-1] > start + _WINDOW // 2 else end
