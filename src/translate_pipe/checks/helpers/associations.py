"""Which words of msgids and msgstrs go together in a catalogue, without a dictionary: it shows misplaced translations.

Two words go together if most messages that have one of them have the other as well. The measure is their Dice
coefficient: twice the messages with both, divided by the messages with the one plus those with the other. In a
translation, most of the words that the catalogue knows translations of have one of them; in the translation of another
message, few do.

What is learnt depends on the texts of the catalogue alone, not on earlier runs. Words are learnt from a limited number
of messages, the shortest: there the fewest words go together by chance.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from math import sqrt
from typing import TYPE_CHECKING, TypeAlias

from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# A word is its first letters, which endings leave alone: five letters or two syllables. Where there are no blanks
# between words, each pair of characters is one.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff"
_WORD = Expression(r"\b\w{3,5}")
_WORDS_OF_SCRIPTS = (
    (Expression(f"[{_UNSPACED}]"), Expression(rf"(?=([{_UNSPACED}]{{2}}|\b[A-Za-z]{{3,5}}))")),
    (Expression("[\uac00-\ud7a3]"), Expression("\\b(?:[\uac00-\ud7a3]{2}|[A-Za-z]{3,5})")),
    (Expression("[\u0900-\u0dff]"), Expression("(?<![\u0900-\u0dff])[\u0900-\u0dff]{3,5}|\\b[A-Za-z]{3,5}")),
)
_SAMPLE, _SHARE = 200, 4
"""A side is in a script if one in four characters is, in the beginnings of some texts."""

_ENOUGH = 150
"""With fewer messages, nothing is known."""
_MOST = 2000
"""The messages from which words are learnt, at most."""
_LONG = 300
"""The characters of a msgid from which words are learnt, at most."""
_RARE, _COMMON = 3, 10
"""A word is learnt if three messages have it, and not more than one in ten, as articles are."""
_LOOKED_AT = 16
"""The messages with a word in which its translations are looked for."""
_CANDIDATES = 4
_TWICE = 2
"""The messages that two words must share, lest they go together by chance."""
_KNOWN = 0.4
"""The Dice coefficient of a word and a known translation of it, at least."""
_SAME, _SURE = 4, 0.5
"""Letters of a word in both texts that is its own translation, as names are, and what that counts."""
_FEWEST = 5
"""The words without which no doubt is great enough."""
_SETTLED, _MOSTLY = 0.8, 0.6
"""Known translations, by their coefficients and as a share of those expected, that leave no doubt."""
_DOUBTFUL = 0.9
"""How much less than half of what is expected may be found, in standard deviations, as the coefficients vary."""


_Known: TypeAlias = tuple[str, float, float]
"""A translation of a word, with the Dice coefficient of the two, and the one without a message that has both."""


class _Side:
    """The msgids or the msgstrs from which words are learnt.

    `words` are those of each text, in their order; `places` are the texts that have a word, by their numbers.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._find = _finder(texts)
        found = [dict.fromkeys(self._find(text.lower())) for text in texts]
        places: defaultdict[str, list[int]] = defaultdict(list)
        for at, words in enumerate(found):
            for word in words:
                places[word].append(at)
        most = max(2 * _RARE, len(texts) // _COMMON)
        self.places = {word: where for word, where in places.items() if _RARE <= len(where) <= most}
        self.words = [[word for word in words if word in self.places] for words in found]

    def words_in(self, text: str) -> list[str]:
        """The words of a text that are learnt, in their order."""
        return [word for word in dict.fromkeys(self._find(text.lower())) if word in self.places]


class _Translations(dict[str, list[_Known]]):
    """The known translations of the words of one side; each is looked for when it is first needed."""

    def __init__(self, side: _Side, other: _Side) -> None:
        self._side, self._other = side, other

    def __missing__(self, word: str) -> list[_Known]:
        places = self._side.places[word]
        count = len(places)
        if count > _LOOKED_AT:
            places = [places[at * count // _LOOKED_AT] for at in range(_LOOKED_AT)]
        words, others = self._other.words, self._other.places
        together = Counter(chain.from_iterable([words[at] for at in places]))
        # With fewer in common, words do not go together enough.
        least = max(_TWICE, len(places) * _KNOWN / (2 - _KNOWN))
        best = sorted([(-times, other) for other, times in together.items() if times >= least])[:_CANDIDATES]
        scale = 2 * count / len(places)
        known = self[word] = []
        for negative, other in best:
            times, total = -negative, count + len(others[other])
            without = scale * (times - 1) / (total - 2) if times > _TWICE else 0.0
            known.append((other, min(1.0, scale * times / total), min(1.0, without)))
        return known


class Associations:
    """What the words of a catalogue are translated with, learnt from its msgids and msgstrs."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        chosen = [pair for pair in dict.fromkeys(texts) if pair[0] != pair[1] and len(pair[0]) <= _LONG]
        if len(chosen) > _MOST:
            chosen = sorted(chosen, key=lambda pair: len(pair[0]))[:_MOST]
        self._at = {pair: at for at, pair in enumerate(chosen)} if len(chosen) >= _ENOUGH else {}
        self._sides = (_Side([msgid for msgid, _ in self._at]), _Side([msgstr for _, msgstr in self._at]))
        self._known = (_Translations(*self._sides), _Translations(*self._sides[::-1]))

    def unrelated(self, msgid: str, msgstr: str) -> list[str]:
        """The words of a msgid whose known translations are not here, if too few are; otherwise none.

        They are words as they are learnt, which may lack their endings; the best known ones come first.
        """
        at = self._at.get((msgid, msgstr))
        words = [
            side.words_in(text) if at is None else side.words[at]
            for side, text in zip(self._sides, (msgid, msgstr), strict=True)
        ]
        if len(words[0]) + len(words[1]) < _FEWEST:
            return []
        expected = found = squares = 0.0
        lost: list[tuple[float, str]] = []
        for known, here, there in zip(self._known, words, words[::-1], strict=True):
            others = set(there)
            for word in here:
                usual = best = _SURE if len(word) >= _SAME and word in others else 0.0
                for other, dice, without in known[word]:
                    if other in others:
                        value = dice if at is None else without
                        best = max(best, value)
                        usual = max(usual, value)
                    else:
                        usual = max(usual, dice)
                if usual >= _KNOWN:
                    expected += usual
                    found += best
                    squares += usual * usual
                    if best < _KNOWN and here is words[0]:
                        lost.append((-usual, word))
                    elif found >= _SETTLED and found >= _MOSTLY * expected:
                        return []
        is_unrelated = expected / 2 - found > _DOUBTFUL * sqrt(squares + 1)
        return [word for _, word in sorted(lost)] if is_unrelated else []


def _finder(texts: Sequence[str]) -> Callable[[str], list[str]]:
    """The function that finds words, for the script that most of the texts are in."""
    sample = "".join(text[:_SAMPLE] for text in texts[:_SAMPLE])
    for letter, word in _WORDS_OF_SCRIPTS:
        if _SHARE * len(letter.findall(sample)) > len(sample):
            return word.findall
    return _WORD.findall
