"""Update the template and a catalogue of a large domain when few of its documents have changed.

Only the messages of these documents are made, merged and written; all other entries are copied. The result is that of
an update from the beginning, because `merge` compares an old message only with those between the same neighbours, with
those that are gone, and with those that have no translation yet. A merge that looks further is done as a whole.
"""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass, replace
from functools import cache, cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from translate_pipe.catalogue.headers import with_field
from translate_pipe.catalogue.merge import Fate, MergeResult
from translate_pipe.catalogue.po import message_text
from translate_pipe.catalogue.po.splitting import (
    MARKS,
    SIZES,
    Entries,
    array_of,
    array_text,
    block_of,
    entry_mark,
    sizes_of_read,
)
from translate_pipe.catalogue.recut import may_be_cut
from translate_pipe.catalogue.resegment import has_segmentation
from translate_pipe.catalogue.template import MARKDOWN_FLAG
from translate_pipe.engine.fingerprints import digest
from translate_pipe.model import Catalogue, Message
from translate_pipe.project.steps.document_index import MOST_CHANGED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from translate_pipe.catalogue.resegment import Family
    from translate_pipe.catalogue.template import Segmented, TemplateSegment
    from translate_pipe.model import MessageKey, Segment
    from translate_pipe.project.steps.document_index import ChangedDocuments, DocumentIndex
    from translate_pipe.project.steps.sketches import SketchedDocument

_LEAD = 8
"""By how many of its first characters a text is found by those that begin like it."""

_SUM = 1 << 128

_BLANK = (b'\nmsgstr ""\n\n', b'\nmsgstr " ', b'\nmsgstr "\\', b'\nmsgstr ""\n"\\', b'\nmsgstr ""\n" ', b"msgid_plural")
"""In what entries there may be no translation that counts; what is found too often only makes a merge a whole one."""


class TemplateRecord(NamedTuple):
    """What is known of the template in a file: its digest and creation date, and a digest of its content.

    If a run has written it, there are the `sizes` of its entries, and the `leads` of their texts. It was made with the
    index `basis`, but the references to the documents that are `stale` may be older.
    """

    file: str
    date: str
    content: str
    basis: str = ""
    stale: frozenset[str] = frozenset()
    sizes: array[int] = array(SIZES)
    leads: array[int] = array(SIZES)

    @classmethod
    def of_cache(cls, text: str, key: str) -> TemplateRecord | None:
        """The record in a cache entry, None if it is that of another cache key."""
        try:
            its_key, file, date, content, basis, stale, sizes, leads = json.loads(text)
            arrays = array_of(sizes, SIZES), array_of(leads, SIZES)
            return cls(file, date, content, basis, frozenset(stale), *arrays) if its_key == key else None
        except (ValueError, TypeError):
            return None

    def cache_entry(self, key: str) -> str:
        """The text of a cache entry."""
        arrays = array_text(self.sizes), array_text(self.leads)
        return json.dumps([key, self.file, self.date, self.content, self.basis, sorted(self.stale), *arrays])

    def with_index(self, before: DocumentIndex | None, now: DocumentIndex | None) -> TemplateRecord:
        """The record of the same file, which has the messages of a new index too; `before` is the last index."""
        if now and before and self.sizes and self.basis == before.name:
            changed = before.changed(now)
            if before.keeps_messages(now, changed):
                return self._replace(basis=now.name, stale=self.stale | changed)
        return self._replace(basis="", stale=frozenset(), sizes=array(SIZES), leads=array(SIZES))


class CatalogueRecord(NamedTuple):
    """What is known of the catalogue in a file with this digest: it has what a template of the index `basis` has.

    References to the documents that are `stale` may be older. `sizes` are those of its entries.
    """

    file: str
    basis: str
    stale: frozenset[str]
    sizes: array[int]

    @classmethod
    def of_cache(cls, text: str, key: str) -> CatalogueRecord | None:
        """The record in a cache entry, None if it is that of another cache key."""
        try:
            its_key, file, basis, stale, sizes = json.loads(text)
            return None if its_key != key else cls(file, basis, frozenset(stale), array_of(sizes, SIZES))
        except (ValueError, TypeError):
            return None

    def cache_entry(self, key: str) -> str:
        """The text of a cache entry."""
        return json.dumps([key, self.file, self.basis, sorted(self.stale), array_text(self.sizes)])

    def with_index(self, before: DocumentIndex, now: DocumentIndex) -> CatalogueRecord | None:
        """The record of the same file, which needs no other messages with a new index; None if that is not enough."""
        changed = before.changed(now)
        is_enough = before.keeps_messages(now, changed)
        return self._replace(basis=now.name, stale=self.stale | changed) if is_enough else None

    @classmethod
    def of(cls, catalogue: Catalogue, data: bytes, template: Catalogue, index: DocumentIndex) -> CatalogueRecord | None:
        """The record of a catalogue that a template was merged into; None if its entries cannot be replaced alone."""
        count = len(template.messages)
        stale: set[str] = set()
        if [one.key for one in catalogue.messages[:count]] != [one.key for one in template.messages]:
            return None
        for old, new in zip(catalogue.messages, template.messages, strict=False):
            if old.obsolete or (MARKDOWN_FLAG in old.flags and MARKDOWN_FLAG not in new.flags):
                return None
            if old.references != new.references:
                stale |= {one.path for one in (*old.references, *new.references)}
        sizes = sizes_of_read(catalogue, data)
        if (
            sizes is None
            or not stale <= index.contents.keys()
            or not all(one.obsolete for one in catalogue.messages[count:])
        ):
            return None
        return cls(digest(data), index.name, frozenset(stale), sizes)


def lead_of(text: str) -> int:
    """The lead of a text."""
    return crc32(text[:_LEAD].encode())


def content_of(order: Sequence[int], total: int) -> str:
    """A digest of what `same_messages` compares in templates: the order of the messages, and the total of them."""
    return f"{digest(array(MARKS, order).tobytes())} {total:x}"


def total_of(messages: Iterable[Message]) -> int:
    """The sum of the contents of messages. If a message changes, the difference is added."""
    return sum(map(_content, messages)) % _SUM


def _content(message: Message) -> int:
    content = repr((message.msgctxt, message.msgid, message.extracted_comments)).encode()
    return int.from_bytes(blake2b(content, digest_size=16).digest(), "big")


@dataclass(frozen=True)
class TemplateChange:
    """How a template changes with a few documents, which are at these `paths`.

    `window` are the marks of their messages, old and new, and `made` the new messages among them. `pot` is the template
    before, made with the index `before`; `now` is the index of the new one.
    """

    before: DocumentIndex
    now: DocumentIndex
    record: TemplateRecord
    pot: Entries
    paths: frozenset[str]
    window: frozenset[int]
    made: Mapping[int, Message]
    new_header: Message

    @cached_property
    def header(self) -> Message:
        """The header, whose creation date moves only when the messages do."""
        return with_field(self.new_header, "POT-Creation-Date", self.record.date) if self.is_same else self.new_header

    @cached_property
    def places(self) -> dict[int, int]:
        """The places of the entries in the files, by their marks; the header is before them."""
        return {mark: at for at, mark in enumerate(self.before.order, 1)}

    @cached_property
    def is_same(self) -> bool:
        """Whether the template has the same messages as before, apart from their references."""
        return self.before.order == self.now.order and all(
            _content(self.pot.message(self.places[mark])) == _content(one) for mark, one in self.made.items()
        )

    @property
    def content(self) -> str:
        """The content of the new template."""
        old = (self.pot.message(self.places[mark]) for mark in self.window if mark in self.places)
        total = int(self.record.content.partition(" ")[2], 16)
        return content_of(self.now.order, (total - total_of(old) + total_of(self.made.values())) % _SUM)

    def message(self, mark: int) -> Message:
        """A message of the new template."""
        found = self.made.get(mark)
        return found or replace(self.pot.message(self.places[mark]), raw="", line=0)

    @cached_property
    def inside(self) -> frozenset[int]:
        """The marks of the window and of the neighbours of each, in the old order and in the new one."""
        found = set(self.window)
        for order in (self.before.order, self.now.order):
            for at, mark in enumerate(order):
                if mark in self.window:
                    found.update(order[max(0, at - 1) : at + 2])
        return frozenset(found)

    def leads(self) -> array[int]:
        """The leads of the messages of the new template."""
        old, places, made = self.record.leads, self.places, self.made
        return array(
            SIZES, [lead_of(made[mark].msgid) if mark in made else old[places[mark] - 1] for mark in self.now.order]
        )

    def may_resegment(self, gone: Collection[str]) -> bool:
        """Whether a text that is gone begins with one of the template, or the other way round: see `may_concern`."""
        if any(len(text) < _LEAD for text in gone):
            return True
        asked = {lead_of(text[:length]) for text in gone for length in range(1, _LEAD + 1)}
        texts = [self.message(mark).msgid for mark in self._like(asked)]
        return any(text.startswith(one) or one.startswith(text) for text in texts for one in gone)

    def parts_of(self, texts: Iterable[str]) -> Iterable[int]:
        """The marks of the messages whose text may be in one of these texts, from the beginning of a word on."""
        asked = {
            lead_of(text[at : at + length])
            for text in texts
            for at in range(len(text))
            if not text[max(at - 1, 0) : at].isalnum()
            for length in range(1, _LEAD + 1)
        }
        return self._like(asked)

    def _like(self, leads: Collection[int]) -> set[int]:
        """The marks of the messages of the new template with one of these leads."""
        old = (mark for mark, lead in zip(self.before.order, self.record.leads, strict=True) if lead in leads)
        new = {mark for mark, one in self.made.items() if lead_of(one.msgid) in leads}
        return new | (set(old) - self.window)

    def file(self, width: int) -> Entries:
        """The new file of the template."""
        texts = {mark: message_text(one, width) for mark, one in self.made.items()}
        return self.spliced(self.pot, message_text(self.header, width), texts)

    def spliced(self, old: Entries, header: str, texts: Mapping[int, str], rest: Iterable[str] = ()) -> Entries:
        """A file with the entries of another one in the new order, some of which have new texts; `rest` comes last."""
        places, block = self.places, old.block
        blocks = [block_of(header).lstrip(b"\n")]
        blocks += [block_of(texts[mark]) if mark in texts else block(places[mark]) for mark in self.now.order]
        blocks += map(block_of, rest)
        return Entries(b"".join(blocks), array(SIZES, map(len, blocks)))


def template_change(
    documents: ChangedDocuments,
    record: TemplateRecord,
    pot: Entries,
    make: Callable[[Iterable[Segmented]], Catalogue],
) -> TemplateChange | None:
    """How a template changes, None if too many documents have changed. `make` makes a template of some documents."""
    before, now = documents.before, documents.now
    changed = before.changed(now)
    paths = record.stale | changed
    is_known = pot.is_whole and len(pot) == len(before.order) + 1 == len(record.leads) + 1
    if not is_known or len(paths) > MOST_CHANGED:
        return None
    own = documents.read(paths)
    window = {mark for path in paths for index in (before, now) for mark in index.marks_of(path)}
    shared = window & now.others(paths)

    @cache
    def differences(path: str) -> set[int]:
        return _differences(documents.replaced[path], own[path])

    unclear = {
        mark
        for path in changed
        for mark in shared.intersection((*before.marks_of(path), *now.marks_of(path)))
        if path not in documents.replaced or path not in own or mark in differences(path)
    }
    template = make(own.values())
    made = {entry_mark(message.key): message for message in template.messages}
    if unclear:
        holders = documents.read({path for path in now.contents if not unclear.isdisjoint(now.marks_of(path))})
        parts = make(_Excerpt.of(one, unclear) for one in holders.values())
        made |= {entry_mark(message.key): message for message in parts.messages}
    order = {path: at for at, path in enumerate(now.contents)}
    places = {mark: at for at, mark in enumerate(before.order, 1)}
    for mark in shared - unclear:
        was, fresh = pot.message(places[mark]), made.get(mark)
        kept = [one for one in was.references if one.path not in paths]
        both = sorted((*kept, *(fresh.references if fresh else ())), key=lambda one: order[one.path])
        made[mark] = replace(was, references=tuple(both), raw="", line=0)
    return TemplateChange(before, now, record, pot, paths, frozenset(window), made, template.header)


class _Excerpt(NamedTuple):
    """Some segments of a document."""

    path: str
    segments: list[Segment | TemplateSegment]

    @classmethod
    def of(cls, document: SketchedDocument, marks: Collection[int]) -> _Excerpt:
        own = [one for one in document.segments if entry_mark((one.context, one.text)) in marks]
        return cls(document.path, own)


def _differences(old: SketchedDocument, new: SketchedDocument) -> set[int]:
    """The marks of the messages whose comments and flags get other parts from two versions of a document."""
    was, now = _notes(old), _notes(new)
    return {entry_mark(key) for key in was.keys() | now.keys() if was.get(key) != now.get(key)}


def _notes(document: SketchedDocument) -> dict[MessageKey, list[tuple[object, ...]]]:
    found: dict[MessageKey, list[tuple[object, ...]]] = {}
    for one in document.segments:
        found.setdefault((one.context, one.text), []).append((one.kind, one.detail, one.section, tuple(one.comments)))
    return found


class PartialMerge(NamedTuple):
    """A merge of the messages inside a change; `others` messages of the template were not looked at."""

    record: CatalogueRecord
    po: Entries
    result: MergeResult
    others: int

    def file(self, change: TemplateChange, width: int) -> Entries:
        """The new file of the catalogue."""
        merged = self.result.catalogue
        texts = {entry_mark(one.key): message_text(one, width) for one in merged.messages if not one.obsolete}
        rest = (message_text(one, width) for one in merged.messages if one.obsolete)
        return change.spliced(self.po, message_text(merged.header, width), texts, rest)


def partial_merge(  # noqa: PLR0913, PLR0917  # what is merged, and how
    change: TemplateChange,
    record: CatalogueRecord,
    data: bytes,
    merge: Callable[[Catalogue, Catalogue], MergeResult],
    members: Iterable[Family],
    segmentation: str,
) -> PartialMerge | None:
    """Merge the changed part of a template into a catalogue; None if it takes the whole of both.

    `merge` merges a template into a catalogue without the translations of others. `members` are the families of the
    documents, made when they are needed.
    """
    if record.file != digest(data) or record.basis != change.before.name or not record.stale <= change.paths:
        return None
    po = Entries(data, record.sizes)
    if not po.is_whole:
        return None

    def parts(inside: Collection[int]) -> tuple[Catalogue, Catalogue]:
        order = [mark for mark in change.before.order if mark in inside]
        active = [po.message(change.places[mark]) for mark in order]
        wanted = tuple(change.message(mark) for mark in change.now.order if mark in inside)
        return Catalogue((*active, *obsolete), po.message(0)), Catalogue(wanted, change.header)

    obsolete = po.messages_from(len(change.before.order) + 1)
    catalogue, template = parts(change.inside)
    wanted = {message.key for message in template.messages}
    gone = [message for message in catalogue.messages if message.key not in wanted and message.has_msgstr]
    if not catalogue.header.msgstr:
        return None
    active = [message.msgid for message in gone if not message.obsolete]
    if change.may_resegment(active):
        # Of the template, only what is new or has no translation may be missing among the active ones.
        blank = sum(map(data.count, _BLANK)) + 1  # which the last entry may be
        others = len(active) if segmentation == "sentence" else blank + len(change.window - change.places.keys())

        def is_active(key: MessageKey) -> bool:
            at = change.places.get(entry_mark(key))
            found = po.message(at) if at else None
            return found is not None and not found.msgid_plural and bool(found.msgstr.strip())

        if not has_segmentation(members, segmentation, is_active, others):
            return None
    if cut := [message.msgid for message in gone if may_be_cut(message.msgid)]:
        catalogue, template = parts(change.inside.union(change.parts_of(cut)))
    result = merge(catalogue, template)
    # Where no old message is near, all messages of the catalogue and those of other catalogues are looked through.
    if any(one.fate is Fate.ADDED or one.rule == "similar" for one in result.outcomes):
        return None
    return PartialMerge(record, po, result, len(change.now.order) - len(template.messages))
