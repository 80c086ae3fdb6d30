"""A simulator of source edits on a real catalogue: the old catalogue, the new template, the truth of each message.

Everything follows from the catalogue and a seed. About a fifth as many messages as are edited are deleted, as many are
inserted (half of them in the very place of a deleted one), a tenth are moved, and so are a tenth of the edited ones.
Inserted messages are held out from the catalogue, or stand in other catalogues of the corpus only; those that are a
near copy of a message that stays (70 % of the words the same) are left out, since its translation would be right.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from edit_kinds import CHANGING, FREE, JOINED, MARKS, Change, Desk, joined, renumbered
from prose import is_prose, words

from translate_pipe.catalogue import parse_po
from translate_pipe.model import Catalogue, Message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from translate_pipe.model import MessageKey

UNEDITED, INSERTED = "unedited", "inserted"
FREE_KINDS = (*FREE, *MARKS)
CHANGING_KINDS = (*CHANGING, JOINED)
LOCALES = ("es", "ko", "tr", "uk")
_NEAR_COPY = 0.7


@dataclass(frozen=True, slots=True)
class Truth:
    """What is right for one message of the template.

    `own` are the old messages that it comes from, none for an inserted one. `expected` are its right msgstrs, the best
    first. `changed` says whether its meaning changed.
    """

    kind: str
    own: tuple[Message, ...] = ()
    changed: bool = False
    expected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A catalogue, the template of an edited source, and the truth by key."""

    old: Catalogue
    template: Catalogue
    truths: dict[MessageKey, Truth]


@dataclass(slots=True)
class _Plan:
    """What becomes of each message, by its index in the catalogue."""

    changes: dict[int, tuple[str, Change]]
    absorbed: set[int]
    """Messages that were joined to the one before them."""
    held_out: set[int]
    deleted: set[int]

    @property
    def taken(self) -> set[int]:
        """The messages that something happens to."""
        return self.changes.keys() | self.absorbed | self.held_out | self.deleted


def corpus() -> Path:
    """The folder with the PO files."""
    default = Path(__file__).resolve().parents[2] / "shared/corpora"
    root = Path(os.environ.get("TRANSLATE_PIPE_CORPORA", default))
    return root / "po" if (root / "po").is_dir() else root


@cache
def load(locale: str) -> Catalogue:
    """A catalogue of the corpus without its obsolete messages."""
    catalogue = parse_po((corpus() / f"{locale}.po").read_text(encoding="utf-8"))
    return replace(catalogue, messages=catalogue.active)


def is_subject(message: Message) -> bool:
    """Whether a message is worth an edit: prose that a person has translated."""
    return message.translated and message.msgid != message.msgstr and is_prose(message.msgid)


def make_case(old: Catalogue, *, seed: int, edits: int = 300, strangers: Sequence[str] = ()) -> Case:
    """Edit the source of a catalogue; `strangers` are sentences that may be inserted."""
    rng = Random(seed)
    messages = old.messages
    subjects = [at for at, message in enumerate(messages) if is_subject(message)]
    count = edits // 10
    plan = _Plan({}, set(), set(), set())
    plan.held_out.update(_not_near(rng.sample(subjects, min(3 * count, len(subjects) // 20)), messages, count))
    known = {message.msgid for message in messages}
    kept = [message.msgid for at, message in enumerate(messages) if at not in plan.held_out]
    foreign = _far_from(kept, rng.sample(sorted({*strangers} - known), min(6 * count, len({*strangers} - known))))
    vocabulary = [messages[at].msgid[slice(*span)].lower() for at in subjects for span in words(messages[at].msgid)]
    desk = Desk(rng, vocabulary, foreign[count:] or [messages[at].msgid for at in plan.held_out])
    _edit(plan, desk, messages, subjects, edits)
    free = [at for at in range(len(messages)) if at not in plan.taken]
    plan.deleted.update(rng.sample(free, 2 * count))
    return _carry_out(plan, old, rng, foreign[:count])


def locale_case(locale: str, *, seed: int, edits: int) -> Case:
    """The edits of one catalogue of the corpus."""
    others = (load(other).messages for other in LOCALES if other != locale)
    strangers = sorted({message.msgid for messages in others for message in messages if is_prose(message.msgid)})
    return make_case(load(locale), seed=seed * 100 + LOCALES.index(locale), edits=edits, strangers=strangers)


# What happens


def _edit(plan: _Plan, desk: Desk, messages: Sequence[Message], subjects: Sequence[int], edits: int) -> None:
    kinds = [*MARKS, JOINED, *FREE, *CHANGING]
    known = {message.msgid for message in messages}
    for at, kind in enumerate(kinds):
        quota = edits // len(kinds) + (at < edits % len(kinds))
        free = [subject for subject in subjects if subject not in plan.taken]
        order = desk.rng.sample(free, len(free))
        for places, change in _changes(kind, desk, messages, order, quota):
            texts = [*change.new, *(message.msgid for message in change.old)]
            own = {messages[place].msgid for place in places}
            if quota == 0 or any(text in known and text not in own for text in texts):
                continue
            plan.changes[places[0]] = (kind, change)
            plan.absorbed.update(places[1:])
            known.update(texts)
            quota -= 1
            if quota == 0:
                break


def _changes(
    kind: str, desk: Desk, messages: Sequence[Message], order: Sequence[int], quota: int
) -> Iterator[tuple[tuple[int, ...], Change]]:
    """Edits of a kind, each with the places of the messages that it takes."""
    if kind in MARKS:
        for document in _documents(messages, order):
            chosen = document[: max(quota // 2, 4)]
            changes = renumbered(desk, [messages[at] for at in chosen], MARKS[kind])
            yield from zip([(at,) for at in chosen], changes, strict=True)
    elif kind == JOINED:
        free = set(order)
        pairs = (at for at in order if at + 1 in free and _document(messages[at]) == _document(messages[at + 1]))
        used: set[int] = set()
        for at in pairs:
            if not used & {at, at + 1}:
                used |= {at, at + 1}
                yield (at, at + 1), joined(messages[at], messages[at + 1])
    else:
        edit = (FREE | CHANGING)[kind]
        for at in order:
            change = edit(desk, messages[at])
            if change is not None:
                yield (at,), change


def _document(message: Message) -> str:
    return message.references[0].path if message.references else ""


def _documents(messages: Sequence[Message], order: Iterable[int]) -> list[list[int]]:
    """The free subjects by document, in the order of the text, if there are enough of them."""
    least = 4
    documents: dict[str, list[int]] = {}
    for at in order:
        documents.setdefault(_document(messages[at]), []).append(at)
    return [sorted(document) for document in documents.values() if len(document) >= least]


# Near copies


def _bag(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


def _far_from(kept: Iterable[str], candidates: Iterable[str]) -> list[str]:
    """The candidates that no text is a near copy of."""
    bags = [_bag(text) for text in kept]
    homes: dict[str, list[int]] = {}
    for at, bag in enumerate(bags):
        for word in bag:
            homes.setdefault(word, []).append(at)
    return [text for text in candidates if not _near(_bag(text), bags, homes)]


def _near(bag: frozenset[str], bags: Sequence[frozenset[str]], homes: dict[str, list[int]]) -> bool:
    # A text that shares 70 % of the words has at least one of the rarest half.
    rare = sorted(bag, key=lambda word: (len(homes.get(word, ())), word))[: len(bag) // 2 + 1]
    near = {at for word in rare for at in homes.get(word, ())}
    return any(len(bag & bags[at]) >= _NEAR_COPY * len(bag | bags[at]) for at in near)


def _not_near(places: Sequence[int], messages: Sequence[Message], count: int) -> list[int]:
    """At most `count` of the places, whose messages have no near copy elsewhere."""
    chosen = set(places)
    others = [message.msgid for at, message in enumerate(messages) if at not in chosen]
    far = set(_far_from(others, (messages[at].msgid for at in places)))
    return [at for at in places if messages[at].msgid in far][:count]


# The two files


def _carry_out(plan: _Plan, old: Catalogue, rng: Random, foreign: Sequence[str]) -> Case:
    entries: list[tuple[Message, Truth]] = []
    before: list[Message] = []
    gaps: list[int] = []
    for at, message in enumerate(old.messages):
        if at in plan.held_out:
            entries.append((_bare(message, message.msgid), Truth(INSERTED)))
        elif at in plan.deleted:
            gaps.append(len(entries))
            before.append(message)
        elif at in plan.changes:
            kind, change = plan.changes[at]
            before.extend(change.old)
            truth = Truth(kind, change.old, kind in CHANGING_KINDS, change.expected)
            entries.extend((_bare(message, msgid), truth) for msgid in change.new)
        elif at not in plan.absorbed:
            before.append(message)
            entries.append((_bare(message, message.msgid), Truth(UNEDITED, (message,), expected=(message.msgstr,))))
    _insert(entries, foreign, gaps, rng)
    _move(entries, rng, len(plan.changes) // 10)
    unique = {message.key: (message, truth) for message, truth in reversed(entries)}
    template = [message for message, _ in reversed(unique.values())]
    truths = {key: truth for key, (_, truth) in unique.items()}
    return Case(replace(old, messages=tuple(before)), _template(old, template), truths)


def _bare(message: Message, msgid: str) -> Message:
    """A message of a template."""
    return Message(
        msgid,
        msgctxt=message.msgctxt,
        extracted_comments=message.extracted_comments,
        references=message.references,
        flags=tuple(flag for flag in message.flags if flag != "fuzzy"),
    )


def _insert(entries: list[tuple[Message, Truth]], foreign: Sequence[str], gaps: Collection[int], rng: Random) -> None:
    """Put the foreign messages in, and half of the held-out ones elsewhere: most of them where one was deleted."""
    places = [*rng.sample(sorted(gaps), min(len(gaps), len(foreign)))]
    places += [rng.randrange(len(entries)) for _ in foreign[len(places) :]]
    for place, msgid in sorted(zip(places, foreign, strict=True), reverse=True):
        neighbour = entries[min(place, len(entries) - 1)][0]
        entries.insert(place, (_bare(neighbour, msgid), Truth(INSERTED)))


def _move(entries: list[tuple[Message, Truth]], rng: Random, count: int) -> None:
    edited = [at for at, (_, truth) in enumerate(entries) if truth.kind not in {UNEDITED, INSERTED}]
    unedited = [at for at, (_, truth) in enumerate(entries) if truth.kind == UNEDITED]
    chosen = rng.sample(edited, min(count, len(edited))) + rng.sample(unedited, min(count, len(unedited)))
    moved = [entries.pop(at) for at in sorted(chosen, reverse=True)]
    for entry in moved:
        entries.insert(rng.randint(0, len(entries)), entry)


def _template(old: Catalogue, messages: Sequence[Message]) -> Catalogue:
    header = Message(
        "",
        "Project-Id-Version: benchmark\nPOT-Creation-Date: 2026-01-01 00:00+0000\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n",
        flags=("fuzzy",),
    )
    return replace(old, messages=tuple(messages), header=header, trailer="")
