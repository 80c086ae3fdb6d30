"""Find the old message that a new one was made from, by its place and its words.

A document is a sequence, in which an edited text is between neighbours that were not edited. So messages that are gone
are first compared with the new messages between the same neighbours, where a weak likeness is enough. Then the whole
catalogue is searched, with an index of words, for a strong likeness. No step compares every message with every other.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from translate_pipe.late import LateModule
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from rapidfuzz import fuzz

    from translate_pipe.model import Message, MessageKey
else:  # a merge in which no text was edited does not need it
    fuzz = LateModule("rapidfuzz.fuzz")

_WORD = Expression(r"\w+")
_IDEOGRAPHS = "\u2e80"  # scripts from here on have no blanks between words, so pairs of characters count as words
_IDEOGRAPH = Expression(rf"[{_IDEOGRAPHS}-\U0010ffff]")

GAP_LIKENESS = 0.25
"""The least likeness of two messages between the same neighbours."""

SOLE_LIKENESS = 0.12
"""The least likeness of two messages that are the only ones between the same neighbours."""

SEARCH_LIKENESS = 0.75
"""The least likeness of two messages that only their words connect."""

CONTAINED = 0.8
"""The least share of a message's weight that another message must contain for the first to be a part of it."""

GONE_LIKENESS = 0.45
"""The least likeness of two messages that only their words connect, if the old one is gone from the template."""

_MIN_WORDS = 5  # of a part that is looked for without its place
_RARE_WORDS = 8  # of a message, by which candidates are looked up
_MAX_HOLDERS = 200  # messages with the same word; a word in more messages does not help a search
_CANDIDATES = 12  # messages that are compared in full
_MAX_PAIRS = 2500  # of messages in a gap; in a larger gap not all are compared
_AROUND = 4  # old messages before and after the place of a new one, in a larger gap


@dataclass(frozen=True, slots=True)
class Proposal:
    """One old message whose translation is proposed for a new message, or two that were joined."""

    origins: tuple[Message, ...]
    rule: str


class Lexicon:
    """The words of messages with their weights; a rare word weighs more than a common one."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts: set[int] = set()  # hashes, so that the texts need not stay in memory
        self._frequency: Counter[str] = Counter()
        for text in texts:
            self.learn(text)
        # Caches for the texts that are compared; most texts never are.
        self._words: dict[str, Counter[str]] = {}
        self._masses: dict[str, float] = {}
        self._weights: dict[str, float] = {}

    def learn(self, text: str) -> set[str]:
        """Add a text and return its words. Add all texts before the first comparison."""
        words = set(_words(text))
        self._frequency.update(words)
        self._texts.add(hash(text))
        return words

    def words(self, text: str) -> Counter[str]:
        """The words of a text, each with how often it occurs."""
        found = self._words.get(text)
        if found is None:
            found = self._words[text] = Counter(_words(text))
        return found

    def weight(self, word: str) -> float:
        """The weight of a word: its inverse document frequency."""
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
        """The likeness of two texts, from 0 to 1: by words in any order or by letters, whichever is greater."""
        mass = self.mass(first) + self.mass(second)
        by_words = 2 * self.common_mass(first, second) / mass if mass else 0.0
        by_letters = fuzz.ratio(first, second) / 100
        # Unrelated texts share four letters in ten.
        return max(by_words, (by_letters - 0.4) / 0.6)

    def containment(self, part: str, whole: str) -> float:
        """The share of a part's weight that the whole contains, from 0 to 1."""
        mass = self.mass(part)
        return self.common_mass(part, whole) / mass if mass else 0.0

    def rare_words(self, text: str) -> list[str]:
        """The rarest words of a text."""
        return sorted(self.words(text), key=lambda word: (self._frequency[word], word))[:_RARE_WORDS]


def _words(text: str) -> list[str]:
    words: list[str] = _WORD.findall(text.casefold())
    if not _IDEOGRAPH.search(text):
        return words
    return [
        part
        for word in words
        for part in (
            (word[at : at + 2] for at in range(len(word) - 1)) if len(word) > 1 and word[0] >= _IDEOGRAPHS else (word,)
        )
    ]


# By place


@dataclass(slots=True)
class MessageGap:
    """The new messages between two neighbours that the catalogue has, and the old messages that were between them."""

    new: list[Message]
    old: list[Message]


def gaps(
    old: Sequence[Message],
    new: Sequence[Message],
    anchors: Mapping[MessageKey, MessageKey],
    gone: Container[MessageKey],
) -> Iterator[MessageGap]:
    """The gaps in the new order of messages.

    - `old`, `new`: the active messages of the catalogue, and those of the template, in their order.
    - `anchors`: the keys of old messages that have a place in the new order, with their keys there.
    - `gone`: the keys of old messages without a place.

    A message that is gone belongs to the gap after its previous neighbour and to the gap before its next neighbour.
    Usually these are the same gap.
    """
    # The messages that are gone, by the new key of the neighbour before them, and of the neighbour after them.
    after: defaultdict[MessageKey | None, list[Message]] = defaultdict(list)
    before: defaultdict[MessageKey | None, list[Message]] = defaultdict(list)
    previous: MessageKey | None = None
    run: list[Message] = []
    for message in old:
        if message.key in anchors:
            previous = anchors[message.key]
            before[previous] = run
            run = []
        elif message.key in gone:
            after[previous].append(message)
            run.append(message)
    before[None] = run
    places = set(anchors.values())
    run, previous = [], None
    for message in new:
        if message.key not in places:
            run.append(message)
            continue
        if run:
            yield MessageGap(run, list(dict.fromkeys((*after[previous], *before[message.key]))))
        run, previous = [], message.key
    if run:
        yield MessageGap(run, list(dict.fromkeys((*after[previous], *before[None]))))


def pair_up(gap: MessageGap, lexicon: Lexicon) -> dict[MessageKey, Proposal]:
    """The proposals for the new messages of a gap, by key: first the most similar pairs, then parts and joins."""
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


def _neighbours(gap: MessageGap) -> Sequence[Sequence[int]]:
    """For each new message of a gap, the indexes of the old messages that it is compared with.

    In a small gap these are all. A large gap, as when most of a catalogue is new, has too many pairs; there they are
    the old messages that share its rarest words, and those at the same relative position.
    """
    old, new = gap.old, gap.new
    if len(old) * len(new) <= _MAX_PAIRS:
        return [range(len(old))] * len(new)
    search = Search(old, [message.msgid for message in new])
    near: list[list[int]] = []
    for at, message in enumerate(new):
        middle = at * len(old) // len(new)
        around = range(max(0, middle - _AROUND), min(len(old), middle + _AROUND + 1))
        near.append(sorted({*around, *search.candidates(message.msgid)}))
    return near


def _find_cuts(
    gap: MessageGap, near: Sequence[Sequence[int]], lexicon: Lexicon, found: dict[MessageKey, Proposal]
) -> None:
    """Propose the translation of an old message for its parts, even if another part has it already."""
    for at, new in enumerate(gap.new):
        if new.key in found:
            continue
        olds = (gap.old[other] for other in near[at])
        holders = [old for old in olds if lexicon.containment(new.msgid, old.msgid) >= CONTAINED]
        if holders and len(lexicon.words(new.msgid)) > 1:
            best = max(holders, key=lambda old: lexicon.likeness(new.msgid, old.msgid))
            found[new.key] = Proposal((best,), "cut in two")


def _find_joins(
    gap: MessageGap, near: Sequence[Sequence[int]], lexicon: Lexicon, found: dict[MessageKey, Proposal]
) -> None:
    """Propose the translations of two consecutive old messages for a new message that consists of both."""
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


# By words


class Compendium:
    """Other translations that `merge` may use: exact ones by msgctxt and msgid, similar ones by likeness.

    - `messages`: the translated messages, such as `Catalogue.messages` of another project.
    - `wanted`: the msgids that merges will ask for; None for any. With it, fewer messages stay in memory, so that
      `messages` can be an iterator over many catalogues.

    One compendium serves many merges. Its index is made at the first search.
    """

    def __init__(self, messages: Iterable[Message], wanted: Iterable[str] | None = None) -> None:
        translated = (message for message in messages if message.has_msgstr)
        self._wanted = None if wanted is None else frozenset(wanted)
        self._index: Search | None = None
        self._messages: dict[MessageKey, Message] = {}
        if self._wanted is None:
            self._messages.update((message.key, message) for message in translated)
            return
        self._index = Search(wanted=self._wanted)
        seen: set[int] = set()  # hashes of keys, which take less memory than keys
        places: dict[MessageKey, int] = {}
        for message in translated:  # of several with the same key, the last replaces the first
            key = message.key
            if message.msgid in self._wanted:
                self._messages[key] = message
            if hash(key) not in seen:
                seen.add(hash(key))
                place = self._index.add(message)
                if place is not None:
                    places[key] = place
            elif key in places:
                self._index.replace(places[key], message)
        self._index.prune()

    def exact(self, key: MessageKey) -> Message | None:
        """The message with this msgctxt and msgid; None if there is none."""
        return self._messages.get(key)

    def similar(self, text: str) -> Message | None:
        """The message most like a text; None if none has `SEARCH_LIKENESS`."""
        if self._wanted is not None and text not in self._wanted:
            return None
        if self._index is None:
            self._index = Search(self._messages.values())
        return self._index.best(text, SEARCH_LIKENESS)


class Search:
    """Finds the message most like a text; `wanted` are the texts that will be looked up, None for any text."""

    def __init__(self, messages: Iterable[Message] = (), wanted: Iterable[str] | None = None) -> None:
        self._lexicon = Lexicon()
        self._count = 0
        self._messages: dict[int, Message] = {}
        self._index: defaultdict[str, list[int]] = defaultdict(list)
        self._asked = None if wanted is None else {word for text in wanted for word in _words(text)}
        for message in messages:
            self.add(message)

    def add(self, message: Message) -> int | None:
        """Add a message and return its place; None if it is not kept, because it shares no word with wanted texts."""
        at = self._count
        self._count += 1
        words = self._lexicon.learn(message.msgid)
        for word in words if self._asked is None else words & self._asked:
            holders = self._index[word]
            if len(holders) <= _MAX_HOLDERS:
                holders.append(at)
                self._messages[at] = message
        return at if at in self._messages else None

    def replace(self, at: int, message: Message) -> None:
        """Put another message with the same msgid into a place."""
        self._messages[at] = message

    def prune(self) -> None:
        """Drop the messages whose words all turned out to be common."""
        held = {at for holders in self._index.values() if len(holders) <= _MAX_HOLDERS for at in holders}
        self._messages = {at: message for at, message in self._messages.items() if at in held}

    def best(self, text: str, least: float) -> Message | None:
        """The message most like a text; None if none has at least the likeness `least`."""
        likeness, at = max(
            ((self._lexicon.likeness(text, self._messages[at].msgid), -at) for at in self.candidates(text)),
            default=(0.0, 0),
        )
        return self._messages[-at] if likeness >= least else None

    def whole_or_part(self, text: str) -> Message | None:
        """A message that contains a text, or is contained in it; the shorter one must have five words or more."""
        for at in self.candidates(text):
            message = self._messages[at]
            shorter, longer = sorted((text, message.msgid), key=len)
            if (
                len(self._lexicon.words(shorter)) >= _MIN_WORDS
                and self._lexicon.containment(shorter, longer) >= CONTAINED
            ):
                return message
        return None

    def candidates(self, text: str) -> list[int]:
        """The places of the messages that share the rarest words of a text, the best first."""
        votes: Counter[int] = Counter()
        for word in self._lexicon.rare_words(text):
            holders = self._index.get(word, ())
            if len(holders) <= _MAX_HOLDERS:
                weight = self._lexicon.weight(word)
                for at in holders:
                    votes[at] += weight  # type: ignore[assignment]  # a Counter holds any number
        return [at for at, _ in votes.most_common(_CANDIDATES)]
