"""Take over translations from orphaned catalogues, whose documents are gone.

A renamed document needs a new catalogue, and its old catalogue becomes an orphan. A new catalogue continues the orphans
that most of it comes from: they are merged as if they were in its place. Every catalogue may take single messages with
the same text and context. Messages are taken as they are: translated, or fuzzy with their previous text, with comments
and flags.
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

DOCUMENT_GONE = "document gone"
"""The rule of messages that are taken over."""

_OWN_FLAGS = {MARKDOWN_FLAG, "no-wrap"}

_MAX_HOLDERS = 50
"""A text in more orphans than this does not tell where a document comes from."""

_NEEDED_SHARE = 4
"""A new catalogue continues the orphan that is most like it if it needs at least one in so many of its messages."""


class Orphan(NamedTuple):
    """A catalogue whose document is gone: the path of its file, and the domain that it had."""

    file: str
    domain: str


class _Held(NamedTuple):
    """A message, and the number of its orphan."""

    orphan: int
    message: Message


class _Candidates(NamedTuple):
    """The best messages for a text.

    - `best`: by the number of their orphan.
    - `is_unanimous`: whether all have the same translation.
    - `usual`: the one that is taken if neither origin nor name decides.
    """

    best: Mapping[int, Message]
    is_unanimous: bool
    usual: _Held


class _Taker(NamedTuple):
    """A domain that takes messages over.

    - `shared`: the keys that each orphan has in common with it, the orphan with the most first.
    - `origin`: the orphan that its document comes from; None if that is not clear.
    """

    domain: str
    shared: Mapping[int, frozenset[MessageKey]]
    origin: int | None


@dataclass(frozen=True, slots=True)
class Takeover:
    """A catalogue with the messages that it takes over.

    - `files`: the file of the orphan, by the key of a message that is taken over.
    - `lent`: the keys of messages that are only there for the merge; those that it does not need are given back,
      because other catalogues may need them.
    """

    catalogue: Catalogue
    files: Mapping[MessageKey, str] = field(default_factory=dict)
    lent: frozenset[MessageKey] = frozenset()

    def settled(self, result: MergeResult) -> MergeResult:
        """The result of merging this catalogue, where messages taken over count as carried, without lent messages."""
        if not self.files:
            return result
        messages = (one for one in result.catalogue.messages if not (one.obsolete and one.key in self.lent))
        outcomes = (one for one in result.outcomes if not (one.fate is Fate.RETIRED and one.key in self.lent))
        return replace(
            result,
            catalogue=replace(result.catalogue, messages=tuple(messages)),
            outcomes=tuple(
                Outcome(Fate.CARRIED, one.key, DOCUMENT_GONE, (one.key,))
                if one.key in self.files and one.fate in (Fate.KEPT, Fate.REVIVED)
                else one
                for one in outcomes
            ),
        )

    def taken(self, result: MergeResult) -> dict[str, int]:
        """The number of translations in a merge result that are from each orphan, by the orphan's file."""
        origins = (one.origins[0] for one in result.outcomes if one.origins and one.fate is not Fate.RETIRED)
        return dict(Counter(self.files[key] for key in origins if key in self.files))


class OrphanedCatalogues:
    """The orphans of a locale, and which messages a catalogue takes over from them."""

    def __init__(self, orphans: Iterable[tuple[Orphan, Catalogue]]) -> None:
        self._orphans: list[Orphan] = []
        self._catalogues: list[Catalogue] = []
        self._sizes: list[int] = []
        self._holders: defaultdict[MessageKey, dict[int, Message]] = defaultdict(dict)
        self._users: defaultdict[MessageKey, list[int]] = defaultdict(list)
        self._candidates: dict[MessageKey, _Candidates] = {}
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
        """All translations of the orphans, for texts that are similar to theirs."""
        return Compendium(message for holders in self._holders.values() for message in holders.values())

    def continued(self, domain: str, template: Catalogue) -> Takeover:
        """The orphans that a new catalogue of a domain continues, joined; an empty catalogue if there are none.

        These are the orphans at least half of whose messages the catalogue needs, not counting messages of an orphan
        before it; and the orphan that has most in common with it, from which it may only borrow.
        """
        taker = self._taker(domain, template)
        if not taker.shared:
            return Takeover(Catalogue(()))
        first = next(iter(taker.shared))
        parts: list[int] = []
        covered: set[MessageKey] = set()
        for one, keys in taker.shared.items():
            if len(keys - covered) * 2 >= self._sizes[one]:
                parts.append(one)
                covered |= keys
        own = {message.key for one in parts for message in self._catalogues[one].messages}
        lent: frozenset[MessageKey] = frozenset()
        if first not in parts and len(taker.shared[first]) * _NEEDED_SHARE >= self._sizes[first]:
            parts.insert(0, first)
            lent = frozenset(message.key for message in self._catalogues[first].messages if message.key not in own)
        likest = self._catalogues[first]
        if not parts:
            return Takeover(Catalogue((), likest.header))
        files: dict[MessageKey, str] = {}
        for one in parts:
            for message in self._catalogues[one].messages:
                if message.has_msgstr:
                    files.setdefault(message.key, self._orphans[one].file)
        is_sole = parts == [first]
        base = replace(likest, messages=self._joined(sorted(parts), taker), trailer=likest.trailer if is_sole else "")
        return Takeover(base, files, lent)

    def with_single_messages(self, takeover: Takeover, domain: str, template: Catalogue) -> Takeover:
        """A takeover with the single messages that the catalogue of a domain needs and does not have yet."""
        taker = self._taker(domain, template)
        files = dict(takeover.files)
        known = {message.key for message in takeover.catalogue.messages}
        singles = []
        for message in template.active:
            if message.key not in known and (held := self._best(message.key, taker)):
                files[message.key] = self._orphans[held.orphan].file
                singles.append(replace(held.message, obsolete=True, raw=""))  # a merge revives what it needs
        catalogue = replace(takeover.catalogue, messages=(*takeover.catalogue.messages, *singles))
        return Takeover(catalogue, files, takeover.lent)

    def _taker(self, domain: str, template: Catalogue) -> _Taker:
        shared: defaultdict[int, set[MessageKey]] = defaultdict(set)
        for message in template.active:
            users = self._users.get(message.key, ())
            for one in users if len(users) <= _MAX_HOLDERS else ():
                shared[one].add(message.key)
        ranks = {one: (-len(keys), *self._distance(one, domain)) for one, keys in shared.items()}
        order = sorted(ranks, key=lambda one: (ranks[one], one))
        is_clear = len(order) == 1 or (len(order) > 1 and ranks[order[0]] < ranks[order[1]])
        is_origin = is_clear and len(shared[order[0]]) * 2 >= min(len(template.active), self._sizes[order[0]])
        return _Taker(domain, {one: frozenset(shared[one]) for one in order}, order[0] if is_origin else None)

    def _distance(self, orphan: int, domain: str) -> tuple[int, int]:
        """How different the name of an orphan's domain is from another: by the last part, then by the folders."""
        *folders, name = self._orphans[orphan].domain.split("/")
        *others, other = domain.split("/")
        return name != other, -len({*folders} & {*others})

    def _joined(self, parts: Sequence[int], taker: _Taker) -> tuple[Message, ...]:
        """The messages of orphans, each key once, in their order; obsolete messages come last."""
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

        Final translations come before fuzzy ones, and active before obsolete ones. Of several that differ, the one of
        the orphan that the document comes from is taken, then the one with the most similar domain, then the most
        common one. If none is the most common, the result is fuzzy.
        """
        if key not in self._holders:
            return None
        candidates = self._candidates.get(key)
        if candidates is None:
            candidates = self._candidates[key] = _candidates(self._holders[key])
        best = candidates.best
        if candidates.is_unanimous:
            return candidates.usual
        if taker.origin is not None and taker.origin in best:
            return _Held(taker.origin, best[taker.origin])
        if len(best) <= _MAX_HOLDERS:
            distances = {one: self._distance(one, taker.domain) for one in best}
            near = [one for one in best if distances[one] == min(distances.values())]
            if len(near) == 1:
                return _Held(near[0], best[near[0]])
        return candidates.usual


def _candidates(holders: Mapping[int, Message]) -> _Candidates:
    least = min(map(_rank, holders.values()))
    best = {one: message for one, message in holders.items() if _rank(message) == least}
    texts = Counter(map(_text, best.values()))
    (most, count), *others = texts.most_common(2)
    orphan, chosen = next((one, message) for one, message in best.items() if _text(message) == most)
    if others and others[0][1] == count and not chosen.fuzzy:
        chosen = replace(chosen, flags=("fuzzy", *chosen.flags), raw="")
    return _Candidates(best, not others, _Held(orphan, chosen))


def _rank(message: Message) -> tuple[bool, bool]:
    return message.fuzzy, message.obsolete


def _text(message: Message) -> tuple[str, tuple[str, ...]]:
    return message.msgstr, message.msgstr_plural


def is_untouched(catalogue: Catalogue) -> bool:
    """Whether a catalogue has no translation, translator comment or flag yet, so that it counts as new."""
    return not any(
        message.has_msgstr or message.translator_comments or {*message.flags} - _OWN_FLAGS
        for message in catalogue.messages
    )
