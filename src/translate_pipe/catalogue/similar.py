"""Which old message a new one was made from, judged by what it says and by where it stands.

A document is a sequence: what was edited stands between neighbours that were not. So the messages that are gone are
first compared with the new ones in the same gap, where a weak likeness is enough, and only then is the whole catalogue
searched, by way of an index of words, for a strong one. Neither step compares every message with every other.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from translate_pipe.model import Message, MessageKey

_WORD = re.compile(r"\w+")
_IDEOGRAPHS = "\u2e80"  # from here on scripts do without blanks; their words are taken to be pairs of characters
_IDEOGRAPH = re.compile(rf"[{_IDEOGRAPHS}-\U0010ffff]")

GAP_LIKENESS = 0.25
"""How alike two messages between the same neighbours must be."""

SOLE_LIKENESS = 0.12
"""How alike they must be where the gap holds just these two."""

SEARCH_LIKENESS = 0.75
"""How alike two messages must be that nothing but their words connects."""

CONTAINED = 0.8
"""The share of a message's weight that another must hold for it to be a part of it."""

GONE_LIKENESS = 0.45
"""How alike they must be where the old one is gone, so that it is likely to have become something else."""

_FEW_WORDS = 4
_RARE_WORDS = 8  # of a message, by which candidates are looked up
_COMMON = 200  # messages with a word; a word in more is no help in a search
_CANDIDATES = 12  # that are compared in full
_PAIRS = 2500  # of messages in a gap, up to which all are compared
_AROUND = 4  # old messages before and after the place of a new one in a larger gap


@dataclass(frozen=True, slots=True)
class Proposal:
    """Old messages whose translation is offered for a new one: one, or two that were joined."""

    origins: tuple[Message, ...]
    rule: str


class Lexicon:
    """The words of messages, and how much each tells: a rare word more than a common one."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts: set[int] = set()  # their hashes, since the texts themselves need not stay in memory
        self._frequency: Counter[str] = Counter()
        for text in texts:
            self.learn(text)
        # Of the texts that are compared; most of those that are learned never are.
        self._words: dict[str, Counter[str]] = {}
        self._masses: dict[str, float] = {}
        self._weights: dict[str, float] = {}

    def learn(self, text: str) -> set[str]:
        """Count a text in; the result is its words. All are to be learned before the first is compared."""
        words = set(_words(text))
        self._frequency.update(words)
        self._texts.add(hash(text))
        return words

    def words(self, text: str) -> Counter[str]:
        """The words of a text, with how often each occurs."""
        found = self._words.get(text)
        if found is None:
            found = self._words[text] = Counter(_words(text))
        return found

    def weight(self, word: str) -> float:
        """How much a word tells: its inverse document frequency."""
        weight = self._weights.get(word)
        if weight is None:
            weight = math.log(1 + max(1, len(self._texts)) / (1 + self._frequency[word]))
            self._weights[word] = weight
        return weight

    def mass(self, text: str) -> float:
        """The weight of all words of a text."""
        mass = self._masses.get(text)
        if mass is None:
            mass = sum(count * self.weight(word) for word, count in self.words(text).items())
            self._masses[text] = mass
        return mass

    def common_mass(self, first: str, second: str) -> float:
        """The weight of the words that two texts have in common."""
        theirs, weight = self.words(second), self.weight
        return sum(
            min(count, theirs[word]) * weight(word) for word, count in self.words(first).items() if word in theirs
        )

    def likeness(self, first: str, second: str) -> float:
        """How alike two texts are, from 0 to 1: by their words in any order, or letter by letter."""
        from rapidfuzz import fuzz

        mass = self.mass(first) + self.mass(second)
        by_words = 2 * self.common_mass(first, second) / mass if mass else 0.0
        by_letters = fuzz.ratio(first, second) / 100
        # Texts that have nothing to do with each other share four letters in ten.
        return max(by_words, (by_letters - 0.4) / 0.6)

    def containment(self, part: str, whole: str) -> float:
        """The share of a text's weight that another text holds, from 0 to 1."""
        mass = self.mass(part)
        return self.common_mass(part, whole) / mass if mass else 0.0

    def rare_words(self, text: str) -> list[str]:
        """The words of a text that tell the most."""
        return sorted(self.words(text), key=lambda word: (self._frequency[word], word))[:_RARE_WORDS]


def _words(text: str) -> list[str]:
    words: list[str] = _WORD.findall(text.casefold())
    if not _IDEOGRAPH.search(text):
        return words
    return [part for word in words for part in (_pairs(word) if word[0] >= _IDEOGRAPHS else (word,))]


def _pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)] if len(word) > 1 else [word]


# By where they stand


@dataclass(slots=True)
class Gap:
    """New messages between two neighbours that were there before, and the old ones that stood there."""

    new: list[Message]
    old: list[Message]


def gaps(
    old: Sequence[Message],
    new: Sequence[Message],
    anchors: Mapping[MessageKey, MessageKey],
    gone: Container[MessageKey],
) -> Iterator[Gap]:
    """The gaps of a new order of messages.

    `anchors` maps the keys of old messages that have a place in the new order to their keys there, `gone` holds the
    keys of those whose place is sought. A message that is gone belongs to the gap behind the neighbour before it and to
    the gap in front of the neighbour after it; usually that is the same one.
    """
    behind, in_front = _neighbourhoods(old, anchors, gone)
    places = set(anchors.values())
    run: list[Message] = []
    before: MessageKey | None = None
    for message in new:
        if message.key not in places:
            run.append(message)
            continue
        if run:
            yield Gap(run, list(dict.fromkeys((*behind[before], *in_front[message.key]))))
        run, before = [], message.key
    if run:
        yield Gap(run, list(dict.fromkeys((*behind[before], *in_front[None]))))


def _neighbourhoods(
    old: Sequence[Message], anchors: Mapping[MessageKey, MessageKey], gone: Container[MessageKey]
) -> tuple[defaultdict[MessageKey | None, list[Message]], defaultdict[MessageKey | None, list[Message]]]:
    """The messages that are gone, by the neighbour before them and by the neighbour after them."""
    behind: defaultdict[MessageKey | None, list[Message]] = defaultdict(list)
    in_front: defaultdict[MessageKey | None, list[Message]] = defaultdict(list)
    before: MessageKey | None = None
    run: list[Message] = []
    for message in old:
        if message.key in anchors:
            before = anchors[message.key]
            in_front[before] = run
            run = []
        elif message.key in gone:
            behind[before].append(message)
            run.append(message)
    in_front[None] = run
    return behind, in_front


def pair_up(gap: Gap, lexicon: Lexicon) -> dict[MessageKey, Proposal]:
    """The proposals for the new messages of a gap: the likest pairs first, then parts and joins."""
    near = _neighbours(gap)
    pairs = sorted(
        (
            (lexicon.likeness(new.msgid, gap.old[other].msgid), -abs(at - other), at, other)
            for at, new in enumerate(gap.new)
            for other in near[at]
        ),
        reverse=True,
    )
    least = SOLE_LIKENESS if len(gap.new) == len(gap.old) == 1 else GAP_LIKENESS
    found: dict[MessageKey, Proposal] = {}
    taken: set[int] = set()
    for likeness, _, at, other in pairs:
        new = gap.new[at]
        if likeness >= least and new.key not in found and other not in taken:
            found[new.key] = Proposal((gap.old[other],), "edited")
            taken.add(other)
    _find_cuts(gap, near, lexicon, found)
    _find_joins(gap, near, lexicon, found)
    return found


def _neighbours(gap: Gap) -> Sequence[Sequence[int]]:
    """The places of the old messages that each of the new ones is compared with.

    These are all, as long as that is not too many: where most of a catalogue is new, it may be one gap. Then they are
    those that share its rarest words, and those that stand at the same part of the way.
    """
    old, new = gap.old, gap.new
    if len(old) * len(new) <= _PAIRS:
        return [range(len(old))] * len(new)
    search = Search(old, [message.msgid for message in new])
    near: list[list[int]] = []
    for at, message in enumerate(new):
        middle = at * len(old) // len(new)
        around = range(max(0, middle - _AROUND), min(len(old), middle + _AROUND + 1))
        near.append(sorted({*around, *search.candidates(message.msgid)}))
    return near


def _find_cuts(gap: Gap, near: Sequence[Sequence[int]], lexicon: Lexicon, found: dict[MessageKey, Proposal]) -> None:
    """A new message that is part of an old one gets its translation, even if another part has it already."""
    for at, new in enumerate(gap.new):
        if new.key in found:
            continue
        olds = (gap.old[other] for other in near[at])
        holders = [old for old in olds if lexicon.containment(new.msgid, old.msgid) >= CONTAINED]
        if holders and len(lexicon.words(new.msgid)) > 1:
            best = max(holders, key=lambda old: lexicon.likeness(new.msgid, old.msgid))
            found[new.key] = Proposal((best,), "cut in two")


def _find_joins(gap: Gap, near: Sequence[Sequence[int]], lexicon: Lexicon, found: dict[MessageKey, Proposal]) -> None:
    """A new message that is made of two old ones, one after the other, gets both translations."""
    used = {origin.key for proposal in found.values() for origin in proposal.origins}
    for at, new in enumerate(gap.new):
        own = {origin.key for origin in found[new.key].origins} if new.key in found else set()
        for first, second in ((gap.old[other], gap.old[other + 1]) for other in near[at] if other + 1 < len(gap.old)):
            if any(key in used and key not in own for key in (first.key, second.key)):
                continue
            both = f"{first.msgid} {second.msgid}"
            parts = (lexicon.containment(first.msgid, new.msgid), lexicon.containment(second.msgid, new.msgid))
            if min(parts) >= CONTAINED and lexicon.containment(new.msgid, both) >= CONTAINED:
                found[new.key] = Proposal((first, second), "joined from two")


# By what they say


class Compendium:
    """Other translations that `merge` may use: exact ones by msgctxt and msgid, others by likeness.

    - `messages`: the translated messages, such as `Catalogue.messages` of another project.
    - `wanted`: the msgids that merges will ask for; None for any. With it, less of the messages stays in memory, so
      that `messages` can be an iterator over many catalogues.

    One compendium serves many merges. Its index is made when a merge first searches it.
    """

    def __init__(self, messages: Iterable[Message], wanted: Iterable[str] | None = None) -> None:
        told = (message for message in messages if message.has_msgstr)
        self._wanted = None if wanted is None else frozenset(wanted)
        self._index: Search | None = None
        self._messages: dict[MessageKey, Message] = {}
        if self._wanted is None:
            self._messages.update((message.key, message) for message in told)
        else:
            self._gather(told, self._wanted)

    def exact(self, key: MessageKey) -> Message | None:
        """The message with the same msgctxt and msgid, if there is one."""
        return self._messages.get(key)

    def similar(self, text: str) -> Message | None:
        """The message most like a text, None if none is like enough."""
        if self._wanted is not None and text not in self._wanted:
            return None
        if self._index is None:
            self._index = Search(self._messages.values())
        return self._index.best(text, SEARCH_LIKENESS)

    def _gather(self, messages: Iterable[Message], wanted: frozenset[str]) -> None:
        """Index messages for the wanted texts; of several with a key the last counts, in the place of the first."""
        index = self._index = Search(wanted=wanted)
        seen: set[int] = set()  # hashes of keys, which take less memory than the keys
        places: dict[MessageKey, int] = {}
        for message in messages:
            key = message.key
            if message.msgid in wanted:
                self._messages[key] = message
            if hash(key) not in seen:
                seen.add(hash(key))
                place = index.add(message)
                if place is not None:
                    places[key] = place
            elif key in places:
                index.replace(places[key], message)
        index.prune()


class Search:
    """Finds, among many messages, the one most like a text; `wanted` are the texts that are asked for, if not any."""

    def __init__(self, messages: Iterable[Message] = (), wanted: Iterable[str] | None = None) -> None:
        self._lexicon = Lexicon()
        self._count = 0
        self._messages: dict[int, Message] = {}
        self._index: defaultdict[str, list[int]] = defaultdict(list)
        self._asked = None if wanted is None else {word for text in wanted for word in _words(text)}
        for message in messages:
            self.add(message)

    def add(self, message: Message) -> int | None:
        """The place of one more message, None if it is not kept because it can be no answer."""
        at = self._count
        self._count += 1
        words = self._lexicon.learn(message.msgid)
        for word in words if self._asked is None else words & self._asked:
            holders = self._index[word]
            if len(holders) <= _COMMON:
                holders.append(at)
                self._messages[at] = message
        return at if at in self._messages else None

    def replace(self, at: int, message: Message) -> None:
        """Put another message with the same msgid in a place."""
        self._messages[at] = message

    def prune(self) -> None:
        """Forget the messages that only have words which turned out to be common."""
        held = {at for holders in self._index.values() if len(holders) <= _COMMON for at in holders}
        self._messages = {at: message for at, message in self._messages.items() if at in held}

    def best(self, text: str, least: float) -> Message | None:
        """The message most like a text, None if none is as like as `least`."""
        likeness, at = max(
            ((self._lexicon.likeness(text, self._messages[at].msgid), -at) for at in self.candidates(text)),
            default=(0.0, 0),
        )
        return self._messages[-at] if likeness >= least else None

    def whole_or_part(self, text: str) -> Message | None:
        """A message that a text is a part of, or that is a part of it; None for texts of a few words."""
        for at in self.candidates(text):
            message = self._messages[at]
            shorter, longer = sorted((text, message.msgid), key=len)
            if (
                len(self._lexicon.words(shorter)) > _FEW_WORDS
                and self._lexicon.containment(shorter, longer) >= CONTAINED
            ):
                return message
        return None

    def candidates(self, text: str) -> list[int]:
        """The places of the messages that share the words of a text that tell the most."""
        votes: Counter[int] = Counter()
        for word in self._lexicon.rare_words(text):
            holders = self._index.get(word, ())
            if len(holders) <= _COMMON:
                weight = self._lexicon.weight(word)
                for at in holders:
                    votes[at] += weight  # type: ignore[assignment]  # a Counter holds any number
        return [at for at, _ in votes.most_common(_CANDIDATES)]
