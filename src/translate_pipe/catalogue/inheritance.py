"""What a catalogue takes over from catalogues whose documents are gone.

A renamed document needs a new catalogue, and its old catalogue has no document any more. A new catalogue continues the
old ones that it evidently comes from: they are merged as if they were in its place. Any catalogue takes single messages
with the same text and context. All of them stay as they are: translated, or fuzzy with their previous text, with
comments and flags.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.catalogue.merge import Fate, MergeResult, Outcome
from translate_pipe.catalogue.similar import Compendium
from translate_pipe.catalogue.template import MARKDOWN_FLAG
from translate_pipe.model import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from translate_pipe.model import Message, MessageKey

RULE = "document gone"
"""The rule of messages that are taken over as they are."""

_OWN_FLAGS = {MARKDOWN_FLAG, "no-wrap"}

_COMMON = 50
"""Texts in more orphans than this say nothing about where a document comes from."""

_SHARE = 4
"""A new catalogue continues the likest orphan if at least one in so many of its messages is needed."""


class Orphan(NamedTuple):
    """A catalogue whose document is gone: its file, and the domain that it had."""

    file: str
    domain: str


class _Held(NamedTuple):
    """A message, and the number of the orphan that has it."""

    orphan: int
    message: Message


class _Choice(NamedTuple):
    """The best messages for a text by orphan, and the one that is taken where no name decides."""

    best: Mapping[int, Message]
    is_unanimous: bool
    usual: _Held


class _Taker(NamedTuple):
    """A domain that takes over, and the messages that each orphan has in common with it, the likest first.

    `origin` is the orphan that its document evidently comes from.
    """

    domain: str
    shared: Mapping[int, frozenset[MessageKey]]
    origin: int | None


@dataclass(frozen=True, slots=True)
class Inheritance:
    """A catalogue with what it takes over; `files` has the orphan of each message that is taken over.

    The `lent` messages are there for the merge alone: what it does not need of them belongs to other catalogues.
    """

    catalogue: Catalogue
    files: Mapping[MessageKey, str] = field(default_factory=dict)
    lent: frozenset[MessageKey] = frozenset()

    def settled(self, result: MergeResult) -> MergeResult:
        """The result of merging this catalogue: messages that were taken over are carried, lent ones are given back."""
        if not self.files:
            return result
        messages = (one for one in result.catalogue.messages if not (one.obsolete and one.key in self.lent))
        outcomes = (one for one in result.outcomes if not (one.fate is Fate.RETIRED and one.key in self.lent))
        return replace(
            result,
            catalogue=replace(result.catalogue, messages=tuple(messages)),
            outcomes=tuple(map(self._named, outcomes)),
        )

    def _named(self, outcome: Outcome) -> Outcome:
        if outcome.key in self.files and outcome.fate in (Fate.KEPT, Fate.REVIVED):
            return Outcome(Fate.CARRIED, outcome.key, RULE, (outcome.key,))
        return outcome

    def taken(self, result: MergeResult) -> dict[str, int]:
        """How many translations the result has from each orphan."""
        origins = (one.origins[0] for one in result.outcomes if one.origins and one.fate is not Fate.RETIRED)
        return dict(Counter(self.files[key] for key in origins if key in self.files))


class Estate:
    """The orphans of a locale, and which catalogue takes what of them."""

    def __init__(self, orphans: Iterable[tuple[Orphan, Catalogue]]) -> None:
        self._orphans: list[Orphan] = []
        self._catalogues: list[Catalogue] = []
        self._sizes: list[int] = []
        self._holders: defaultdict[MessageKey, dict[int, Message]] = defaultdict(dict)
        self._users: defaultdict[MessageKey, list[int]] = defaultdict(list)
        self._choices: dict[MessageKey, _Choice] = {}
        for number, (orphan, catalogue) in enumerate(orphans):
            self._orphans.append(orphan)
            self._catalogues.append(catalogue)
            self._sizes.append(len(catalogue.active))
            for message in catalogue.active:
                self._users[message.key].append(number)
            for message in catalogue.messages:
                holders = self._holders[message.key] if message.has_msgstr else {}
                if number not in holders or _rank(message) < _rank(holders[number]):
                    holders[number] = message

    @cached_property
    def compendium(self) -> Compendium:
        """The translations, for texts that are like theirs."""
        return Compendium(message for holders in self._holders.values() for message in holders.values())

    def continued(self, domain: str, template: Catalogue) -> Inheritance:
        """The orphans that a new catalogue of a domain continues, as one; an empty catalogue if there is none."""
        return self._continued(self._taker(domain, template))

    def inheritance(self, heir: Inheritance, domain: str, template: Catalogue) -> Inheritance:
        """What the catalogue of a domain takes over of single messages, beside what it has taken over already."""
        taker = self._taker(domain, template)
        files = dict(heir.files)
        known = {message.key for message in heir.catalogue.messages}
        singles = []
        for message in template.active:
            if message.key not in known and (held := self._best(message.key, taker)):
                files[message.key] = self._orphans[held.orphan].file
                singles.append(replace(held.message, obsolete=True, raw=""))  # a merge revives what it needs
        catalogue = replace(heir.catalogue, messages=(*heir.catalogue.messages, *singles))
        return Inheritance(catalogue, files, heir.lent)

    def _taker(self, domain: str, template: Catalogue) -> _Taker:
        shared: defaultdict[int, set[MessageKey]] = defaultdict(set)
        for message in template.active:
            users = self._users.get(message.key, ())
            for one in users if len(users) <= _COMMON else ():
                shared[one].add(message.key)
        ranks = {one: (-len(keys), *self._distance(one, domain)) for one, keys in shared.items()}
        order = sorted(ranks, key=lambda one: (ranks[one], one))
        is_clear = len(order) == 1 or (len(order) > 1 and ranks[order[0]] < ranks[order[1]])
        is_origin = is_clear and len(shared[order[0]]) * 2 >= min(len(template.active), self._sizes[order[0]])
        return _Taker(domain, {one: frozenset(shared[one]) for one in order}, order[0] if is_origin else None)

    def _distance(self, orphan: int, domain: str) -> tuple[int, int]:
        """How far the name of an orphan's domain is from another: by the last part, then by the others."""
        *folders, name = self._orphans[orphan].domain.split("/")
        *others, other = domain.split("/")
        return name != other, -len({*folders} & {*others})

    def _continued(self, taker: _Taker) -> Inheritance:
        """The orphans that a new catalogue continues, as one: those of which it has at least half, and the likest.

        What a likelier one has as well does not count. Of the likest it may have less, and then only borrows.
        """
        if not taker.shared:
            return Inheritance(Catalogue(()))
        first = next(iter(taker.shared))
        parts: list[int] = []
        covered: set[MessageKey] = set()
        for one, keys in taker.shared.items():
            if len(keys - covered) * 2 >= self._sizes[one]:
                parts.append(one)
                covered |= keys
        own = {message.key for one in parts for message in self._catalogues[one].messages}
        lent: frozenset[MessageKey] = frozenset()
        if first not in parts and len(taker.shared[first]) * _SHARE >= self._sizes[first]:
            parts.insert(0, first)
            lent = frozenset(message.key for message in self._catalogues[first].messages if message.key not in own)
        likest = self._catalogues[first]
        if not parts:
            return Inheritance(Catalogue((), likest.header))
        files: dict[MessageKey, str] = {}
        for one in parts:
            for message in self._catalogues[one].messages:
                if message.has_msgstr:
                    files.setdefault(message.key, self._orphans[one].file)
        is_sole = parts == [first]
        base = replace(likest, messages=self._joined(sorted(parts), taker), trailer=likest.trailer if is_sole else "")
        return Inheritance(base, files, lent)

    def _joined(self, parts: Sequence[int], taker: _Taker) -> tuple[Message, ...]:
        """The messages of orphans, each key once: first those in use, in their order."""
        found: dict[MessageKey, Message] = {}
        messages = [message for one in parts for message in self._catalogues[one].messages]
        for message in sorted(messages, key=attrgetter("obsolete")):
            if message.key in found:
                continue
            is_own = parts == [taker.origin] and (message.has_msgstr or message.translator_comments)
            held = None if is_own else self._best(message.key, taker)
            found[message.key] = held.message if held else message
        return tuple(sorted(found.values(), key=attrgetter("obsolete")))

    def _best(self, key: MessageKey, taker: _Taker) -> _Held | None:
        """The message that is taken for a text.

        Final translations come before fuzzy ones, and those in use before obsolete ones. If they differ, that of the
        orphan which the document evidently comes from counts, then that of the likest name, then the most common one;
        if there is no such, it is fuzzy.
        """
        if key not in self._holders:
            return None
        choice = self._choices.get(key)
        if choice is None:
            choice = self._choices[key] = _choice(self._holders[key])
        best = choice.best
        if choice.is_unanimous:
            return choice.usual
        if taker.origin is not None and taker.origin in best:
            return _Held(taker.origin, best[taker.origin])
        if len(best) <= _COMMON:
            distances = {one: self._distance(one, taker.domain) for one in best}
            near = [one for one in best if distances[one] == min(distances.values())]
            if len(near) == 1:
                return _Held(near[0], best[near[0]])
        return choice.usual


def _choice(holders: Mapping[int, Message]) -> _Choice:
    least = min(map(_rank, holders.values()))
    best = {one: message for one, message in holders.items() if _rank(message) == least}
    texts = Counter(map(_text, best.values()))
    (most, count), *others = texts.most_common(2)
    orphan, chosen = next((one, message) for one, message in best.items() if _text(message) == most)
    if others and others[0][1] == count and not chosen.fuzzy:
        chosen = replace(chosen, flags=("fuzzy", *chosen.flags), raw="")
    return _Choice(best, not others, _Held(orphan, chosen))


def _rank(message: Message) -> tuple[bool, bool]:
    return message.fuzzy, message.obsolete


def _text(message: Message) -> tuple[str, tuple[str, ...]]:
    return message.msgstr, message.msgstr_plural


def is_untouched(catalogue: Catalogue) -> bool:
    """Whether nobody has written anything into a catalogue yet, so that it is as good as new."""
    return not any(
        message.has_msgstr or message.translator_comments or {*message.flags} - _OWN_FLAGS
        for message in catalogue.messages
    )
