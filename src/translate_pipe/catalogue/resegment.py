"""Keep the translations when a catalogue of blocks becomes one of sentences, or the other way round.

The translation of a block is cut where its sentences end, and its pieces go to the sentences of the source. They are
final only if both sides have the same number of sentences and each pair has the same numbers, links, citations and
tags; then readers see the same text as before. Otherwise the pieces are fuzzy. On the way back, sentences are joined.
The messages of the other segmentation stay in the catalogue as obsolete ones, and are revived if their successors have
not been changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.late import LateModule
from translate_pipe.model import Message, Previous

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from translate_pipe.markdown.inline import citations, inlines
    from translate_pipe.model import Catalogue, Document, MessageKey
    from translate_pipe.segments import sentences
else:  # few merges need them
    citations = LateModule("translate_pipe.markdown.inline.citations")
    inlines = LateModule("translate_pipe.markdown.inline.inlines")
    sentences = LateModule("translate_pipe.segments.sentences")

CUT = "cut into sentences"
JOINED = "joined from sentences"
"""The rules of messages that are made from those of the other segmentation."""

_DIGITS = re.compile(r"\d+")
_TAG = re.compile(r"</?\w+")
_OPT_OUT = "translate-pipe:"
_QUESTION = re.compile(r"[?？؟;\u037e][\"'“”’»）)*_\]]{0,4}\s*\Z")
_REPEATED = frozenset({"Code", "Link", "Image"})

_CERTAINTY = 10  # how many times as many families must have the wanted segmentation
_MAX_RATIO = 2.5  # of the length of a sentence to its expected length
_LENGTH_SLACK = 20  # characters
_MAX_NESTED = 10  # texts that a text begins with


class Family(NamedTuple):
    """The keys of a block and of the sentences in it."""

    block: MessageKey
    sentences: tuple[MessageKey, ...]


@dataclass(frozen=True, slots=True)
class Resegmented:
    """A message of the wanted segmentation, made from messages of the other one.

    `is_proven` says that readers see the same text as before; otherwise the message is fuzzy.
    """

    message: Message
    rule: str
    origins: tuple[MessageKey, ...]
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Resegmentation:
    """The result of `resegment`, for `merge`.

    - `made`: messages of the wanted segmentation, by key.
    - `given_up`: the keys of old messages that are not proposed for other messages; they become obsolete.
    """

    made: Mapping[MessageKey, Resegmented] = field(default_factory=dict)
    given_up: frozenset[MessageKey] = frozenset()


NO_RESEGMENTATION = Resegmentation()


# Which messages belong together


def may_concern(catalogue: Catalogue, template: Catalogue) -> bool:
    """Whether a catalogue may have the other segmentation; a quick test; only False is certain.

    A block begins with its first sentence. So such a catalogue has a message that is not in the template and begins
    with a text of the template, or the other way round.
    """
    wanted = {message.key for message in template.active}
    gone = [message.msgid for message in catalogue.active if message.key not in wanted and message.has_msgstr]
    # In sorted order, a text comes right after the texts that it begins with.
    texts = sorted([(text, False) for text in gone] + [(text, True) for _, text in wanted] if gone else [])
    beginnings: list[tuple[str, bool]] = []
    for text, is_wanted in texts:
        while beginnings and not text.startswith(beginnings[-1][0]):
            beginnings.pop()
        if any(other != is_wanted for _, other in beginnings[-_MAX_NESTED:]):
            return True
        beginnings.append((text, is_wanted))
    return False


def has_segmentation(
    members: Iterable[Family], segmentation: str, is_active: Callable[[MessageKey], bool], others: int
) -> bool:
    """Whether a catalogue surely has the wanted segmentation, so that `resegment` makes nothing.

    `is_active` says whether the catalogue has an active translation without plural. `others` is how many messages only
    the template has without one or, for sentences, only the catalogue has with one; more than that does no harm.
    """
    blocks: set[MessageKey] = set()
    known: set[Family] = set()
    fitting = 0
    for family in members:
        blocks.add(family.block)
        if family.sentences != (family.block,) and family not in known:
            known.add(family)
            is_block = is_active(family.block)
            if segmentation == "sentence":
                own = (key for key in family.sentences if key not in blocks)
                fitting += not is_block and any(map(is_active, own))
            else:
                fitting += is_block
            if fitting > _CERTAINTY * (1 + others):
                return True
    return False


def families(blocks: Document, sentences: Document) -> Iterator[Family]:
    """The blocks of a document with their sentences, from its two segmentations."""
    waiting = iter(sentences.segments)
    sentence = next(waiting, None)
    for block in blocks.segments:
        members: list[MessageKey] = []
        while sentence and sentence.slot.start < block.slot.end:
            if sentence.slot.start >= block.slot.start:
                members.append(sentence.key)
            sentence = next(waiting, None)
        if members:
            yield Family(block.key, tuple(members))


# Translations for the wanted segmentation


def resegment(
    catalogue: Catalogue, template: Catalogue, members: Iterable[Family], segmentation: str, locale: str
) -> Resegmentation:
    """Make messages of the template's segmentation if the catalogue still has the other one.

    - `members`: the blocks of the documents with their sentences. No more of them are taken than are needed to see that
      the catalogue has the wanted segmentation, because it takes a parser to make them.
    - `segmentation`: the wanted segmentation, `block` or `sentence`, which the template has.
    - `locale`: the language of the catalogue.

    Messages that are not in the result are merged as usual.
    """
    migration = _Migration(catalogue, template, locale)
    if not migration.take(members, is_cutting=segmentation == "sentence"):
        return NO_RESEGMENTATION
    if segmentation == "sentence":
        return migration.to_sentences() if migration.has_more_blocks() else NO_RESEGMENTATION
    return migration.to_blocks() if migration.has_more_sentences() else NO_RESEGMENTATION


@dataclass(frozen=True, slots=True)
class _Piece:
    """The part of a block's translation that one sentence gets."""

    text: str
    is_proven: bool


class _Migration:
    """The translations of one catalogue on their way to the other segmentation."""

    def __init__(self, catalogue: Catalogue, template: Catalogue, locale: str) -> None:
        plain = [message for message in catalogue.messages if not message.msgid_plural and message.msgstr.strip()]
        self._active = {message.key: message for message in plain if not message.obsolete}
        self._obsolete = {message.key: message for message in plain if message.obsolete}
        self._wanted = {message.key for message in template.active}
        self._families: dict[Family, None] = {}
        self._blocks: set[MessageKey] = set()
        self._locale = locale

    def take(self, members: Iterable[Family], *, is_cutting: bool) -> bool:
        """Take families; False once so many of them have the wanted segmentation that the others cannot outnumber them.

        What has the other one is a message that only the catalogue or only the template has.
        """
        wanted, active = self._wanted, self._active.keys()
        most_others = _CERTAINTY * (1 + (len(active - wanted) if is_cutting else len(wanted - active)))
        fitting = 0
        for family in members:
            self._blocks.add(family.block)
            if family.sentences != (family.block,) and family not in self._families:
                self._families[family] = None
                fitting += self._is_cut(family) if is_cutting else family.block in active
                if fitting > most_others:
                    return False
        return True

    def has_more_blocks(self) -> bool:
        """Whether the catalogue has more blocks than sets of sentences."""
        cut = sum(self._is_cut(family) for family in self._families)
        return sum(family.block in self._active for family in self._families) > cut

    def has_more_sentences(self) -> bool:
        """Whether the catalogue has more sets of sentences than blocks."""
        cut = sum(self._is_cut(family) for family in self._families)
        return cut > sum(family.block in self._active for family in self._families)

    def _is_cut(self, family: Family) -> bool:
        """Whether the catalogue has sentences of a block, which are no blocks themselves, but not the block."""
        own = (key for key in family.sentences if key not in self._blocks)
        return family.block not in self._active and any(key in self._active for key in own)

    # Blocks to sentences

    def to_sentences(self) -> Resegmentation:
        """The sentences of all translated blocks."""
        found: dict[MessageKey, Resegmented] = {}
        for family in self._families:
            block = self._active.get(family.block)
            if block is None:
                continue
            pieces = _pieces(family, block.msgstr, self._locale)
            for at, (key, piece) in enumerate(zip(family.sentences, pieces, strict=True)):
                has_better = key in found and (found[key].is_proven or not piece.is_proven)
                if not piece.text or has_better or not self._is_free(key, piece):
                    continue
                comments = (line for line in block.translator_comments if at == 0 or line.strip().startswith(_OPT_OUT))
                previous = Previous(block.msgid, block.msgctxt)
                if block.fuzzy and block.previous.msgid:
                    previous = block.previous  # the text that was translated
                is_final = piece.is_proven and not block.fuzzy
                message = self._message(key, piece.text, comments, [block], None if is_final else previous)
                found[key] = Resegmented(message, CUT, (block.key,), piece.is_proven)
        return Resegmentation(found, frozenset(family.block for family in self._families))

    def _is_free(self, key: MessageKey, piece: _Piece) -> bool:
        """Whether a sentence may get a translation, because it has none of its own to keep or revive."""
        if key not in self._wanted or key in self._active:
            return False
        old = self._obsolete.get(key)
        return old is None or (piece.is_proven and old.msgstr != piece.text)

    def _message(
        self,
        key: MessageKey,
        msgstr: str,
        comments: Iterable[str],
        origins: Sequence[Message],
        previous: Previous | None,
    ) -> Message:
        """A message made from those of the other segmentation, fuzzy if it gets a previous text.

        A comment keeps the translation of the obsolete message that it replaces.
        """
        old = self._obsolete.get(key)
        earlier = (f"Earlier translation: {' '.join(old.msgstr.split())}",) if old else ()
        flags = dict.fromkeys(flag for origin in origins for flag in origin.flags if flag != "fuzzy")
        return Message(
            msgid=key[1],
            msgctxt=key[0],
            msgstr=msgstr,
            translator_comments=(*comments, *earlier),
            flags=("fuzzy", *flags) if previous else tuple(flags),
            previous=previous or Previous(),
        )

    # Sentences to blocks

    def to_blocks(self) -> Resegmentation:
        """The blocks whose sentences are translated, except those that are revived unchanged."""
        changed = self._changed_sentences()
        found: dict[MessageKey, Resegmented] = {}
        for family in self._families:
            if family.block not in self._wanted or family.block in self._active or family.block in found:
                continue
            known = [self._active[key] for key in family.sentences if key in self._active]
            is_whole = len(known) == len(family.sentences) and not any(message.fuzzy for message in known)
            is_changed = not changed.isdisjoint(family.sentences)
            is_obsolete = family.block in self._obsolete
            if (is_whole and is_changed) if is_obsolete else (is_whole or len(known) > 1):
                msgstr = _joined([message.msgstr for message in known], self._locale)
                comments = dict.fromkeys(line for message in known for line in message.translator_comments)
                previous = Previous(" ".join(message.msgid for message in known), family.block[0])
                message = self._message(family.block, msgstr, comments, known, None if is_whole else previous)
                origins = tuple(message.key for message in known)
                found[family.block] = Resegmented(message, JOINED, origins, is_whole)
        back = (family for family in self._families if family.block in found or family.block in self._obsolete)
        return Resegmentation(found, frozenset(key for family in back for key in family.sentences))

    def _changed_sentences(self) -> set[MessageKey]:
        """The sentences whose translation was changed after their blocks were cut.

        A sentence that is a block too has a translation of its own, so it does not count.
        """
        offered: defaultdict[MessageKey, set[str]] = defaultdict(set)  # the pieces of obsolete translations of blocks
        for family in self._families:
            block = self._obsolete.get(family.block)
            pieces = _pieces(family, block.msgstr, self._locale) if block else ()
            for key, piece in zip(family.sentences, pieces, strict=False):
                offered[key].add(piece.text)
        return {
            key
            for family in self._families
            for key in family.sentences
            if key not in self._wanted and (self._active[key].msgstr if key in self._active else "") not in offered[key]
        }


def _joined(texts: Sequence[str], locale: str) -> str:
    r"""One text of the translations of consecutive sentences.

    >>> _joined(["はい。", "そうです。"], "ja"), _joined(["Ja.", "Gut."], "de")
    ('はい。そうです。', 'Ja. Gut.')
    """
    written = [text.strip() for text in texts if text.strip()]
    rest = (sentences.joint(locale, " ", first, second) + second for first, second in pairwise(written))
    return "".join([*written[:1], *rest])


# Pieces of a translation


def _pieces(family: Family, msgstr: str, locale: str) -> list[_Piece]:
    """The piece of a block's translation for each sentence of the block.

    Sentences that do not correspond one to one get what is at the same relative position.
    """
    sources = [msgid for _, msgid in family.sentences]
    texts = sentences.split(msgstr, locale)
    if (
        len(texts) == len(sources)
        and _is_in_proportion(sources, texts)
        and all(_repeated(source) == _repeated(text) for source, text in zip(sources, texts, strict=True))
    ):
        return [_Piece(text, is_proven=True) for text in texts]
    ends = list(accumulate(map(len, sources)))
    way = ends[-1] / max(1, sum(map(len, texts)))
    shares: list[list[str]] = [[] for _ in sources]
    at, done = 0, 0
    for text in texts:
        while at + 1 < len(ends) and (done + len(text) / 2) * way > ends[at]:
            at += 1
        shares[at].append(text)
        done += len(text)
    return [_Piece(_joined(share, locale), is_proven=False) for share in shares]


def _repeated(text: str) -> tuple[object, ...]:
    """What a translation repeats: citations, links, images, code, tags, numbers, and whether it is a question."""
    events = inlines.inlines(text)
    marks = Counter(citation.identity for citation in citations.citations_in(events))
    things = Counter(
        (event.kind, event.value if event.kind == "Code" else "") for event in events if event.kind in _REPEATED
    )
    tags = Counter(tag for event in events if event.kind == "InlineHtml" for tag in _TAG.findall(str(event.value)))
    plain = "".join(str(event.value) for event in events if event.kind == "Text")
    numbers = Counter(
        "".join(str(unicodedata.digit(digit)) for digit in number)  # the digits of any script as ASCII digits
        for number in _DIGITS.findall(plain)
    )
    return marks, things, tags, numbers, _QUESTION.search(text) is not None


def _is_in_proportion(sources: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether each text has about the length that its source sentence and the lengths of all of them suggest."""
    ratio = sum(map(len, texts)) / max(1, sum(map(len, sources)))
    return all(
        len(source) * ratio / _MAX_RATIO - _LENGTH_SLACK
        <= len(text)
        <= len(source) * ratio * _MAX_RATIO + _LENGTH_SLACK
        for source, text in zip(sources, texts, strict=True)
    )
