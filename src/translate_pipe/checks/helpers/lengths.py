"""How long a translation is for its source, by what is usual in a catalogue.

The length of a translation varies more, the longer its source is: its variance grows in proportion. So the deviation
from the usual length is measured in standard deviations, as Gale and Church (1993) align sentences.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.checks.helpers.wording import words_of
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from translate_pipe.checks.helpers.texts import Reading

_MARKUP = Expression(r"`+[^`]*`+|\]\([^()\s]*\)|<[^<>]+>|https?://\S+|\{[^{}]*\}")
# Deviations that are doubtful, in standard deviations.
_SHORTER = -2.0
_MUCH_SHORTER = -3.3
_MUCH_SHORTER_SHARE = 0.65
_MUCH_LONGER = 6.5
_SAMPLE = 200
_ENOUGH = 4
_MEASURABLE = 12
_PHRASE = 30
_TYPICAL = 25
_TYPICAL_SPREAD = 1.5  # of most languages, for a ratio of 1
_DEVIATION = 1.4826  # the standard deviation divided by the median deviation
_GLOSS = Expression(r"[(（\[「『«“\"][^()（）\[\]「」『』«»“”\"]*[)）\]」』»”\"]")


def length_of(text: str) -> int:
    """The characters of a text without blanks, code, addresses and the lines of tables.

    >>> length_of("Slaap | \ufffc\ufffc goed")
    9
    """
    return len(text) - text.count(" ") - text.count("\ufffc") - text.count("-") - text.count("|")


class Compared(NamedTuple):
    """How much longer a translation is than usual: in standard deviations, and as a share of the usual length.

    `source` is the length of its source.
    """

    deviation: float
    share: float
    source: int

    @property
    def is_much_shorter(self) -> bool:
        """Whether a part must be missing."""
        return self.deviation < _MUCH_SHORTER and self.share < _MUCH_SHORTER_SHARE and self.source >= _PHRASE

    @property
    def is_shorter(self) -> bool:
        """Whether a sentence may be missing."""
        return self.deviation < _SHORTER

    @property
    def is_much_longer(self) -> bool:
        """Whether it must be of another text."""
        return self.deviation > _MUCH_LONGER


class Lengths:
    """The usual length of translations, and how much it varies, by a sample of texts with their translations."""

    def __init__(self, texts: Sequence[tuple[str, str]]) -> None:
        pairs = [
            (length_of(_MARKUP.sub("", msgid)), length_of(_MARKUP.sub("", msgstr))) for msgid, msgstr in texts[:_SAMPLE]
        ]
        pairs = [pair for pair in pairs if pair[0] >= _MEASURABLE]
        self.is_known = len(pairs) >= _ENOUGH
        self.ratio = _median([translation / source for source, translation in pairs]) if self.is_known else 1.0
        found = [abs(translation - self.ratio * source) / sqrt(source) for source, translation in pairs]
        usual = _DEVIATION * _median(found) if self.is_known else 0.0
        # Few messages do not show how much lengths vary.
        typical = _TYPICAL_SPREAD * self.ratio
        self.spread = (len(pairs) * max(usual, typical / 3) + _TYPICAL * typical) / (len(pairs) + _TYPICAL)

    def may_be_unusual(self, source: str, translation: str) -> bool:
        """Whether one text may be too short or too long for the other."""
        # Asked of each message, so what few texts have is not counted.
        if len(source) < _MEASURABLE or not self.is_known:
            return False
        before = len(source) - source.count(" ") - source.count("\ufffc")
        after = len(translation) - translation.count(" ") - translation.count("\ufffc")
        return not _SHORTER < self.deviation(before, after) < _MUCH_LONGER

    def deviation(self, source: int, translation: int) -> float:
        """How much longer a translation is than usual, in standard deviations; 0 if too little is known."""
        if not self.is_known or source < _MEASURABLE:
            return 0.0
        return (translation - self.ratio * source) / sqrt(source) / self.spread

    def compared(self, source: Reading, translation: Reading) -> Compared:
        """How the length of a translation compares, without what both texts share and the terms that it explains."""
        prose = translation.prose
        known = source.prose.lower()
        for gloss in _GLOSS.findall(prose):
            if gloss[1:-1].strip().lower() in known:
                prose = prose.replace(gloss, "")
        shared = sum(map(len, {*words_of(source.prose)} & {*words_of(prose)}))
        found = self._compared(length_of(source.prose) - shared, length_of(prose) - shared)
        if len(source.code) != len(translation.code) or len(source.links) != len(translation.links):
            # Code and addresses that one text lost count as its words.
            whole = self._compared(len(source.shown), len(translation.shown))
            found = whole if abs(whole.deviation) < abs(found.deviation) else found
        return found

    def _compared(self, source: int, translation: int) -> Compared:
        # What both texts share may leave next to nothing to compare.
        lacking = max(0, _MEASURABLE - source)
        source, translation = source + lacking, translation + round(lacking * self.ratio)
        return Compared(self.deviation(source, translation), translation / source / self.ratio, source)


def _median(values: Sequence[float]) -> float:
    """The median. The library's module statistics takes a while to load."""
    ordered, half = sorted(values), len(values) // 2
    return (ordered[half] + ordered[~half]) / 2
