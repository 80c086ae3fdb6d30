"""Which words of msgids and msgstrs go together in a catalogue, without a dictionary: it shows misplaced translations.

Two words go together if most messages that have one of them have the other as well. The measure is their Dice
coefficient: twice the messages with both, divided by the messages with the one plus those with the other. In a
translation, most of the words that the catalogue knows translations of have one of them; in the translation of another
message, few do.

What is learnt depends on the texts of the catalogue alone, neither on their order nor on earlier runs. Words are learnt
from a limited number of messages, the shortest: there the fewest words go together by chance. In a large catalogue most
edits change none of these, and so no finding about another message.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from translate_pipe.checks.helpers.topics import BETWEEN, Topic, both
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from translate_pipe.checks.helpers.topics import Counts, SiteOf
    from translate_pipe.model import Message

_SAMPLE, _SHARE = 200, 4
"""A side is in a script if one in four characters is, in the beginnings of some texts."""


class _Script(NamedTuple):
    """How words are found in a script, and what is before them.

    A word is its first letters, which endings leave alone: five letters or two syllables. Where there are no blanks
    between words, each pair of characters is one.
    """

    letter: Expression[str]
    words: Expression[str]
    gap: str = " "

    def is_of(self, texts: Sequence[str]) -> bool:
        """Whether texts are in this script."""
        sample = "".join(text[:_SAMPLE] for text in texts[:_SAMPLE])
        return _SHARE * len(self.letter.findall(sample)) > len(sample)


_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff"
_SCRIPTS = (
    _Script(Expression(f"[{_UNSPACED}]"), Expression(rf"(?=([{_UNSPACED}]{{2}}|\b[A-Za-z]{{3,5}}))"), gap=""),
    _Script(Expression("[\uac00-\ud7a3]"), Expression("\\b(?:[\uac00-\ud7a3]{2}|[A-Za-z]{3,5})")),
    _Script(Expression("[\u0900-\u0dff]"), Expression("(?<![\u0900-\u0dff])[\u0900-\u0dff]{3,5}|\\b[A-Za-z]{3,5}")),
)
_OTHER_SCRIPTS = _Script(Expression(r"\w"), Expression(r"\b\w{3,5}"))

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
_FEWEST_LOST = 2
"""The words of a msgid without a known translation, at least: one may be said in another way."""
_SETTLED, _MOSTLY = 0.8, 0.6
"""Known translations, by their coefficients and as a share of those expected, that leave no doubt."""
_BEGINNING = 200
"""The characters of a msgid in which such words are looked for."""
_DOUBTFUL, _OF_CHARACTERS = 1.0, 1.15
"""How much less than half of what is expected may be found, in standard deviations, as the coefficients vary.

Pairs of characters overlap, so that they say less than words.
"""


_Known: TypeAlias = tuple[str, float, float]
"""A translation of a word, with the Dice coefficient of the two, and the one without a message that has both."""


class _Side:
    """The msgids or the msgstrs from which words are learnt.

    `words` are those of each text, in their order; `places` are the texts that have a word, by their numbers.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        script = next((one for one in _SCRIPTS if one.is_of(texts)), _OTHER_SCRIPTS)
        self.find, self.gap = script.words.findall, script.gap
        found = [dict.fromkeys(self.find(text.lower())) for text in texts]
        places: defaultdict[str, list[int]] = defaultdict(list)
        for at, words in enumerate(found):
            for word in words:
                places[word].append(at)
        most = max(2 * _RARE, len(texts) // _COMMON)
        self.places = {word: where for word, where in places.items() if _RARE <= len(where) <= most}
        self.words = [[word for word in words if word in self.places] for words in found]

    def words_in(self, text: str) -> list[str]:
        """The words of a text, in their order."""
        return list(dict.fromkeys(self.find(text.lower())))


class _KnownTranslations(dict[str, list[_Known]]):
    """The known translations of the words of one side; each is looked for when it is first needed."""

    def __init__(self, side: _Side, other: _Side) -> None:
        self._side, self._other = side, other

    def __missing__(self, word: str) -> list[_Known]:
        places = self._side.places[word]
        count = len(places)
        if count > _LOOKED_AT:
            places = [places[at * count // _LOOKED_AT] for at in range(_LOOKED_AT)]
        words, others = self._other.words, self._other.places
        together: dict[str, int] = {}
        for at in places:  # they are few, and a Counter takes longer to make
            for other in words[at]:
                together[other] = together.get(other, 0) + 1
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
        chosen = [pair for pair in dict.fromkeys(texts) if _is_of_use(*pair)]
        # Their order must not depend on that in the catalogue, lest a moved message makes another model.
        chosen = sorted(chosen, key=lambda pair: (len(pair[0]), pair))[:_MOST]
        self.pairs = {pair: at for at, pair in enumerate(chosen)} if len(chosen) >= _ENOUGH else {}
        self.sides = (_Side([msgid for msgid, _ in self.pairs]), _Side([msgstr for _, msgstr in self.pairs]))
        self.translations = (_KnownTranslations(*self.sides), _KnownTranslations(*self.sides[::-1]))

    @classmethod
    def of(cls, counts: Counts) -> Associations:
        """The model that is learnt from the pairs that are counted."""
        pairs = (key[len(f"{0:{_DIGITS}}") :].partition(BETWEEN) for key in counts)
        return cls((msgid, msgstr) for msgid, _, msgstr in pairs)

    def words(self, msgid: str, msgstr: str) -> list[list[str]]:
        """The words of both texts, also those that are not learnt; none if nothing is known."""
        texts = (msgid, msgstr) if self.pairs else ()
        return [side.words_in(text) for side, text in zip(self.sides, texts, strict=False)]

    def questions(self, msgid: str, msgstr: str, words: Sequence[Sequence[str]]) -> list[str]:
        """What `unrelated` depends on, as keys of the topic."""
        pair = [question(_PAIR, both(msgid, msgstr))] if words else []
        return pair + [question(side, word) for side, some in enumerate(words) for word in some]

    def unrelated(self, msgid: str, msgstr: str, words: Sequence[Sequence[str]] = ()) -> list[str]:
        """The words of a msgid whose known translations are not here, if too few are; otherwise none.

        They are words as they are learnt, which may lack their endings; the best known ones come first. `words` are
        those of both texts, if the caller has them.
        """
        at = self.pairs.get((msgid, msgstr))
        words = words or self.words(msgid, msgstr)
        if not words:
            return []
        words = [[word for word in some if word in side.places] for side, some in zip(self.sides, words, strict=True)]
        if len(words[0]) + len(words[1]) < _FEWEST:
            return []
        expected = found = squares = 0.0
        lost: list[tuple[float, str]] = []
        for known, here, there in zip(self.translations, words, words[::-1], strict=True):
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
            if 2 * found >= expected:
                return []
        doubtful = _DOUBTFUL if all(side.gap for side in self.sides) else _OF_CHARACTERS
        is_unrelated = expected / 2 - found > doubtful * sqrt(squares + 1)
        return [word for _, word in sorted(lost)] if is_unrelated and len(lost) >= _FEWEST_LOST else []

    def related(self, msgid: str, msgstr: str) -> tuple[bool, list[str]]:
        """Whether a translation surely is one of its source, as most are, and the words of the source that say so.

        The known translations of its first words are looked for as they are written, which is much quicker than to find
        the words of the msgstr. What is said depends on what is known of these words alone.
        """
        at = self.pairs.get((msgid, msgstr))
        known, places, text = self.translations[0], self.sides[0].places, " " + msgstr.lower()
        gap = self.sides[1].gap
        expected = found = 0.0
        seen: list[str] = []
        for word in self.sides[0].words_in(msgid[:_BEGINNING]):
            seen.append(word)
            best = usual = 0.0
            for other, dice, without in known[word] if word in places else ():
                usual = max(usual, dice)
                value = dice if at is None else without
                if value > best and gap + other in text:
                    best = value
            if usual >= _KNOWN:
                expected += usual
                found += best
                if found >= _SETTLED and found >= _MOSTLY * expected:
                    return True, seen
        return False, seen

    # What another edit of the catalogue changes

    def differing(self, other: Associations) -> Iterator[str] | None:
        """The words that another model translates in another way, as questions; None if it reads texts otherwise."""
        pairs = self.pairs.keys() ^ other.pairs.keys()
        finders = [[side.find for side in model.sides] for model in (self, other)]
        if not (self.pairs and other.pairs) or finders[0] != finders[1] or len(pairs) > _MANY_CHANGES:
            return None
        return chain((question(_PAIR, both(*pair)) for pair in pairs), self._differing(other, pairs))

    def _differing(self, other: Associations, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
        words: list[set[str]] = [set(), set()]
        for pair in pairs:
            for some, text, side in zip(words, pair, self.sides, strict=True):
                some.update(side.words_in(text))
        for number in (0, 1):
            words[number] |= self.sides[number].places.keys() ^ other.sides[number].places.keys()
        for number in (0, 1):
            # The count of a word matters for those that it is with.
            beside = {
                one
                for model in (self, other)
                for word in words[1 - number]
                for at in model.sides[1 - number].places.get(word, ())
                for one in model.sides[number].words[at]
            }
            for word in words[number] | beside:
                was, now = (
                    model.translations[number][word] if word in model.sides[number].places else None
                    for model in (self, other)
                )
                if was != now:
                    yield question(number, word)


_MANY_CHANGES = 40
"""Changed pairs of texts from which on all messages are checked again."""


_PAIR = 2


def question(side: int, word: str) -> str:
    """The key of a question: what is known of a word of a msgid (0) or msgstr (1), or whether a pair is learnt from."""
    return f"{side}{word}"


class _AssociatedWords(Topic):
    """The pairs of texts from which words are learnt."""

    most = _MOST

    def learn(self, message: Message, site: SiteOf) -> Iterable[str]:  # noqa: ARG002
        """The texts of a message, in an order in which the shortest come first."""
        msgid, msgstr = message.msgid, message.msgstr
        return (f"{len(msgid):{_DIGITS}}{both(msgid, msgstr)}",) if _is_of_use(msgid, msgstr) else ()

    def changed(self, before: Counts, after: Counts, marks: Collection[str]) -> Iterable[str] | None:  # noqa: ARG002
        """The words whose known translations differ."""
        if before.keys() == after.keys():
            return ()
        return Associations.of(before).differing(Associations.of(after))


_DIGITS = "03"
ASSOCIATIONS = _AssociatedWords("associations")


def _is_of_use(msgid: str, msgstr: str) -> bool:
    return msgid != msgstr and len(msgid) <= _LONG
