"""A catalogue of blocks becomes one of sentences, or the other way round, and keeps its translations.

What a block's translation says is cut where its sentences end, and goes to the sentences of the source, one by one. It
is final only if there are as many on both sides and each pair agrees in all that a translation repeats: then the same
text is published as before. Otherwise the sentences get it as fuzzy, in its order. On the way back the sentences are
joined. The messages of the segmentation that is given up stay in the catalogue as obsolete ones; where nobody has
touched their successors since, they are revived as they were.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.model import Message, Previous

# What knows Markdown and sentences is imported where it is used: few merges need it.

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from translate_pipe.model import Catalogue, Document, MessageKey

CUT = "cut into sentences"
JOINED = "joined from sentences"

_DIGITS = re.compile(r"\d+")
_TAG = re.compile(r"</?\w+")
_OPT_OUT = "translate-pipe:"
_QUESTION = re.compile(r"[?？؟;\u037e][\"'“”’»）)*_\]]{0,4}\s*\Z")
_REPEATED = frozenset({"Code", "Link", "Image"})

_OUT_OF_PROPORTION = 2.5
_SLACK = 20  # characters


class Family(NamedTuple):
    """A block and the sentences that it consists of."""

    block: MessageKey
    sentences: tuple[MessageKey, ...]


@dataclass(frozen=True, slots=True)
class Resegmented:
    """A message of the wanted segmentation, made from those of the other one.

    `is_proven` says that what is published stays the same; otherwise the message is fuzzy.
    """

    message: Message
    rule: str
    origins: tuple[MessageKey, ...]
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Resegmentation:
    """What messages of the wanted segmentation get, by key, and the keys of the old messages that are done with.

    Those stay as obsolete messages, and are offered nowhere else.
    """

    made: Mapping[MessageKey, Resegmented] = field(default_factory=dict)
    given_up: frozenset[MessageKey] = frozenset()


NOTHING = Resegmentation()


# What belongs together


def may_concern(catalogue: Catalogue, template: Catalogue) -> bool:
    """Whether a catalogue may be of the other segmentation; a quick look that only says no with certainty.

    In such a catalogue a message is gone whose text begins with one of the template, or the other way round, since a
    block begins with its first sentence.
    """
    wanted = {message.key for message in template.active}
    gone = [message.msgid for message in catalogue.active if message.key not in wanted and message.has_msgstr]
    return bool(gone) and _has_beginnings(gone, [msgid for _, msgid in wanted])


def _has_beginnings(first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether a text of one kind begins with one of the other; in the order of texts, such a one stands before it."""
    marked = sorted([(text, 0) for text in first] + [(text, 1) for text in second])
    beginnings: list[tuple[str, int]] = []
    for text, kind in marked:
        while beginnings and not text.startswith(beginnings[-1][0]):
            beginnings.pop()
        if any(other != kind for _, other in beginnings[-_NESTED:]):
            return True
        beginnings.append((text, kind))
    return False


_NESTED = 10


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


# From the one to the other


def resegment(
    catalogue: Catalogue, template: Catalogue, members: Sequence[Family], segmentation: str, locale: str
) -> Resegmentation:
    """What the template's messages get from those of the other segmentation, where the catalogue is still of that one.

    `segmentation` is the wanted one, that of the template. A message that is not in the result is merged as always.
    """
    migration = _Migration(catalogue, template, members, locale)
    if segmentation == "sentence":
        return migration.to_sentences() if migration.has_more_blocks() else NOTHING
    return migration.to_blocks() if migration.has_more_sentences() else NOTHING


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one sentence gets from the translation of its block."""

    text: str
    is_proven: bool


class _Migration:
    def __init__(self, catalogue: Catalogue, template: Catalogue, members: Sequence[Family], locale: str) -> None:
        plain = [message for message in catalogue.messages if not message.msgid_plural and message.msgstr.strip()]
        self._active = {message.key: message for message in plain if not message.obsolete}
        self._obsolete = {message.key: message for message in plain if message.obsolete}
        self._wanted = {message.key for message in template.active}
        self._families = [family for family in dict.fromkeys(members) if family.sentences != (family.block,)]
        self._blocks = {family.block for family in members}
        self._locale = locale

    def has_more_blocks(self) -> bool:
        """Whether more blocks of the catalogue are whole than are cut."""
        cut = sum(self._is_cut(family) for family in self._families)
        return sum(family.block in self._active for family in self._families) > cut

    def has_more_sentences(self) -> bool:
        """Whether more blocks of the catalogue are cut than are whole."""
        cut = sum(self._is_cut(family) for family in self._families)
        return cut > sum(family.block in self._active for family in self._families)

    def _is_cut(self, family: Family) -> bool:
        """Whether the catalogue has sentences of a block, and not the block; some sentences are blocks as well."""
        own = (key for key in family.sentences if key not in self._blocks)
        return family.block not in self._active and any(key in self._active for key in own)

    def _has_all(self, family: Family) -> bool:
        return all(key in self._active for key in family.sentences)

    # Blocks to sentences

    def to_sentences(self) -> Resegmentation:
        """The sentences of the blocks that have a translation."""
        found: dict[MessageKey, Resegmented] = {}
        for family in self._families:
            block = self._active.get(family.block)
            if block is None:
                continue
            pieces = _pieces(family, block.msgstr, self._locale)
            for at, (key, piece) in enumerate(zip(family.sentences, pieces, strict=True)):
                has_better = key in found and (found[key].is_proven or not piece.is_proven)
                if piece.text and not has_better and self._is_free(key, piece):
                    found[key] = self._sentence(key, piece, block, is_first=at == 0)
        return Resegmentation(found, frozenset(family.block for family in self._families))

    def _is_free(self, key: MessageKey, piece: _Piece) -> bool:
        """Whether a sentence of the template may get a translation, rather than keeping or reviving its own."""
        if key not in self._wanted or key in self._active:
            return False
        old = self._obsolete.get(key)
        return old is None or (piece.is_proven and old.msgstr != piece.text)

    def _sentence(self, key: MessageKey, piece: _Piece, block: Message, *, is_first: bool) -> Resegmented:
        comments = (line for line in block.translator_comments if is_first or line.strip().startswith(_OPT_OUT))
        is_fuzzy = block.fuzzy or not piece.is_proven
        previous = block.previous if block.fuzzy and block.previous.msgid else Previous(block.msgid, block.msgctxt)
        message = Message(
            msgid=key[1],
            msgctxt=key[0],
            msgstr=piece.text,
            translator_comments=(*comments, *self._superseded(key)),
            flags=_flags([block], is_fuzzy=is_fuzzy),
            previous=previous if is_fuzzy else Previous(),
        )
        return Resegmented(message, CUT, (block.key,), piece.is_proven)

    def _superseded(self, key: MessageKey) -> tuple[str, ...]:
        """A comment with the translation that an obsolete message had, which another takes the place of."""
        old = self._obsolete.get(key)
        return (f"Earlier translation: {' '.join(old.msgstr.split())}",) if old else ()

    # Sentences to blocks

    def to_blocks(self) -> Resegmentation:
        """The blocks whose sentences have translations, but those that are revived as they were."""
        offered = self._offered()
        found: dict[MessageKey, Resegmented] = {}
        for family in self._families:
            if family.block not in self._wanted or family.block in self._active or family.block in found:
                continue
            known = [self._active[key] for key in family.sentences if key in self._active]
            is_whole = self._has_all(family) and not any(message.fuzzy for message in known)
            is_changed = any(self._is_changed(key, offered) for key in family.sentences)
            is_obsolete = family.block in self._obsolete
            if (is_whole and is_changed) if is_obsolete else (is_whole or len(known) > 1):
                found[family.block] = self._block(family, known, is_whole=is_whole)
        back = (family for family in self._families if family.block in found or family.block in self._obsolete)
        return Resegmentation(found, frozenset(key for family in back for key in family.sentences))

    def _offered(self) -> dict[MessageKey, set[str]]:
        """For each sentence, what the translations of its blocks had for it."""
        offered: defaultdict[MessageKey, set[str]] = defaultdict(set)
        for family in self._families:
            block = self._obsolete.get(family.block)
            pieces = _pieces(family, block.msgstr, self._locale) if block else ()
            for key, piece in zip(family.sentences, pieces, strict=False):
                offered[key].add(piece.text)
        return offered

    def _is_changed(self, key: MessageKey, offered: Mapping[MessageKey, set[str]]) -> bool:
        """Whether somebody has translated a sentence anew since its blocks were cut.

        A sentence that is a block as well has a translation of its own, which tells nothing.
        """
        text = self._active[key].msgstr if key in self._active else ""
        return key not in self._wanted and text not in offered[key]

    def _block(self, family: Family, known: list[Message], *, is_whole: bool) -> Resegmented:
        comments = dict.fromkeys(line for message in known for line in message.translator_comments)
        previous = Previous(" ".join(message.msgid for message in known), family.block[0])
        message = Message(
            msgid=family.block[1],
            msgctxt=family.block[0],
            msgstr=_joined([message.msgstr for message in known], self._locale),
            translator_comments=(*comments, *self._superseded(family.block)),
            flags=_flags(known, is_fuzzy=not is_whole),
            previous=Previous() if is_whole else previous,
        )
        return Resegmented(message, JOINED, tuple(message.key for message in known), is_whole)


def _flags(origins: Iterable[Message], *, is_fuzzy: bool) -> tuple[str, ...]:
    flags = dict.fromkeys(flag for origin in origins for flag in origin.flags if flag != "fuzzy")
    return (*["fuzzy"] * is_fuzzy, *flags)


def _joined(texts: Sequence[str], locale: str) -> str:
    r"""Translations of sentences that follow each other, as one text.

    >>> _joined(["はい。", "そうです。"], "ja"), _joined(["Ja.", "Gut."], "de")
    ('はい。そうです。', 'Ja. Gut.')
    """
    from translate_pipe.segments.sentences import joint

    told = [text.strip() for text in texts if text.strip()]
    rest = (joint(locale, " ", first, second) + second for first, second in pairwise(told))
    return "".join([*told[:1], *rest])


# Pieces of a translation


def _pieces(family: Family, msgstr: str, locale: str) -> list[_Piece]:
    """What each sentence of a block gets of the block's translation."""
    from translate_pipe.segments.sentences import split

    sources = [msgid for _, msgid in family.sentences]
    texts = split(msgstr, locale)
    if len(texts) == len(sources) and _is_in_proportion(sources, texts) and all(map(_agree, sources, texts)):
        return [_Piece(text, is_proven=True) for text in texts]
    return [_Piece(text, is_proven=False) for text in _aligned(sources, texts, locale)]


def _agree(source: str, text: str) -> bool:
    """Whether two sentences have the same of all that a translation repeats."""
    return _repeated(source) == _repeated(text)


def _repeated(text: str) -> tuple[object, ...]:
    from translate_pipe.markdown.inline.citations import citations_in
    from translate_pipe.markdown.inline.inlines import inlines

    events = inlines(text)
    marks = Counter(citation.identity for citation in citations_in(events))
    things = Counter(
        (event.kind, event.value if event.kind == "Code" else "") for event in events if event.kind in _REPEATED
    )
    tags = Counter(tag for event in events if event.kind == "InlineHtml" for tag in _TAG.findall(str(event.value)))
    plain = "".join(str(event.value) for event in events if event.kind == "Text")
    numbers = Counter(map(_digits, _DIGITS.findall(plain)))
    return marks, things, tags, numbers, _QUESTION.search(text) is not None


def _digits(number: str) -> str:
    """A number in ASCII digits, whatever script's digits it is written in."""
    return "".join(str(unicodedata.digit(digit)) for digit in number)


def _is_in_proportion(sources: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether no sentence is much longer or shorter than its partner, by the measure of all of them together."""
    ratio = sum(map(len, texts)) / max(1, sum(map(len, sources)))
    return all(
        len(source) * ratio / _OUT_OF_PROPORTION - _SLACK
        <= len(text)
        <= len(source) * ratio * _OUT_OF_PROPORTION + _SLACK
        for source, text in zip(sources, texts, strict=True)
    )


def _aligned(sources: Sequence[str], texts: Sequence[str], locale: str) -> list[str]:
    """Each of the texts, in their order, with the source sentence that stands at the same part of the way."""
    ends = list(accumulate(map(len, sources)))
    way = ends[-1] / max(1, sum(map(len, texts)))
    shares: list[list[str]] = [[] for _ in sources]
    at, done = 0, 0
    for text in texts:
        while at + 1 < len(ends) and (done + len(text) / 2) * way > ends[at]:
            at += 1
        shares[at].append(text)
        done += len(text)
    return [_joined(share, locale) for share in shares]
