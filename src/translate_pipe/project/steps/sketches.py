"""What catalogues need of a document, cached so that an unchanged document need not be parsed."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from translate_pipe.catalogue.po.splitting import entry_mark
from translate_pipe.catalogue.template import TemplateSegment, syntaxes_of
from translate_pipe.engine.files import FileChangedError
from translate_pipe.engine.fingerprints import digest
from translate_pipe.engine.scheduler import Done, Needs, Unit, batched
from translate_pipe.errors import FileError
from translate_pipe.late import LateModule
from translate_pipe.model import SegmentKind, Severity, Syntax
from translate_pipe.project.status import word_count
from translate_pipe.project.steps.document_index import (
    INDEX,
    MOST_CHANGED,
    ChangedDocuments,
    DocumentIndex,
    IndexMaker,
)
from translate_pipe.project.steps.work import StepResult, diagnostic_of, diagnostic_values

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from translate_pipe.checks.sources import offered
    from translate_pipe.engine.cache import Cache
    from translate_pipe.engine.files import Files
    from translate_pipe.engine.fingerprints import SeenFile
    from translate_pipe.engine.scheduler import Team
    from translate_pipe.model import Diagnostic, Document, MessageKey, Segment
    from translate_pipe.project.project import Source
    from translate_pipe.project.steps.reading import DocumentReader
    from translate_pipe.project.steps.work import Domain, Keep
else:
    offered = LateModule("translate_pipe.checks.sources.offered")  # unchanged documents are not looked at

SLICE = 32
"""How many documents a worker reads or localises at once."""

DOCUMENTS_AT_ONCE = 256
"""How many documents to look for in the cache before any of them is parsed, and how many a run has in memory whole."""

SKETCHES = "document"
"""The step of the cache entries with sketches."""

LINTED = "linted"
"""The step of the cache entries with text that is not offered to translators."""

_KINDS = {str(kind): kind for kind in SegmentKind}


class Sketch(NamedTuple):
    """What a build needs of a document: `words` has its messages, each once, and how many words each has.

    `digest` is that of its file. `syntaxes` are those of the messages that are not only Markdown. `not_offered` are
    diagnostics of text that readers see and that is in no segment; None if it has not been looked for.
    """

    path: str
    digest: str
    diagnostics: tuple[Diagnostic, ...]
    words: Mapping[MessageKey, int]
    syntaxes: Mapping[MessageKey, Syntax]
    not_offered: tuple[Diagnostic, ...] | None = None

    @classmethod
    def of(cls, document: Document, file_digest: str, not_offered: tuple[Diagnostic, ...] | None = None) -> Sketch:
        """The sketch of a document."""
        keys = dict.fromkeys([(one.context, one.text) for one in document.segments])
        words = {key: word_count(key[1]) for key in keys}
        return cls(document.path, file_digest, document.diagnostics, words, _syntaxes(document.segments), not_offered)

    def with_keys(self, shared: dict[MessageKey, MessageKey]) -> Sketch:
        """The same with the keys that other documents have too, so that each is in memory once."""
        return self._replace(words={shared.setdefault(key, key): count for key, count in self.words.items()})

    @property
    def is_broken(self) -> bool:
        """Whether the document has an error, so that some of its segments may not have been seen."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)


class SketchedDocument(NamedTuple):
    """A sketch with the segments of its document. Only making a template needs them, one document after the other."""

    sketch: Sketch
    segments: Sequence[Segment | TemplateSegment]

    @property
    def path(self) -> str:
        """The path of the document."""
        return self.sketch.path

    def cache_entry(self, key: str) -> str:
        """The text of a cache entry. Most segments have the section of the one before, and then it is left out."""
        sketch, words, last = self.sketch, self.sketch.words, ""
        rows: list[tuple[object, ...]] = []
        for one in self.segments:
            context, section = one.context, one.section
            row: tuple[object, ...] = (one.text, one.kind, one.line, words[context, one.text], one.detail)
            if context is not None or one.comments:
                row += (section, context, one.comments)
            elif section != last:
                row += (section,)
            last = section
            rows.append(row)
        diagnostics = [diagnostic_values(one) for one in sketch.diagnostics]
        not_offered = None if sketch.not_offered is None else [diagnostic_values(one) for one in sketch.not_offered]
        content = [_fingerprint(key, sketch.digest), rows, diagnostics, not_offered]
        return _ENCODER.encode(content)

    @classmethod
    def of_cache(cls, text: str, path: str, file_digest: str, key: str) -> SketchedDocument | None:
        """The document in a cache entry, None if it is that of another content or cache key."""
        if not text.startswith(f'["{_fingerprint(key, file_digest)}"'):
            return None
        try:
            _, rows, found, missed = json.loads(text)
            words = {}
            segments = []
            section, context, comments = "", None, ()
            for msgid, kind, line, count, detail, *more in rows:
                context, comments = None, ()
                if more:
                    section = more[0]
                    if len(more) > 1:
                        _, context, comments = more
                segments.append(TemplateSegment(msgid, _KINDS[kind], line, detail, section, context, tuple(comments)))
                words[context, msgid] = count
            diagnostics = tuple(map(diagnostic_of, found))
            not_offered = None if missed is None else tuple(map(diagnostic_of, missed))
        except (ValueError, TypeError, KeyError):
            return None
        sketch = Sketch(path, file_digest, diagnostics, words, _syntaxes(segments), not_offered)
        return cls(sketch, segments)


_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False)


def _syntaxes(segments: Sequence[Segment | TemplateSegment]) -> dict[MessageKey, Syntax]:
    """The syntaxes of the messages that are not only Markdown, which are few."""
    others = {(one.context, one.text) for one in segments if one.kind.syntax is not Syntax.MARKDOWN}
    places = (((one.context, one.text), one.kind.syntax) for one in segments)
    return syntaxes_of(place for place in places if place[0] in others) if others else {}


def syntaxes_in(sketches: Iterable[Sketch]) -> dict[MessageKey, Syntax]:
    """The syntax of each message of some documents."""
    return syntaxes_of((key, one.syntaxes.get(key, Syntax.MARKDOWN)) for one in sketches for key in one.words)


class Sketches(Mapping["Source", Sketch]):
    """The sketches of the documents of a domain, in their order.

    With an `index` of documents that have not changed since, a sketch is only read when it is asked for.
    """

    def __init__(
        self,
        found: Mapping[Source, Sketch | None],
        index: DocumentIndex | None = None,
        load: Callable[[Sequence[Source], DocumentIndex], Mapping[str, SketchedDocument]] | None = None,
    ) -> None:
        self._found = dict(found)
        self._index = index
        self._load = load

    def __reduce__(self) -> tuple[Any, ...]:
        """Other processes get all sketches."""
        self._read(self._found)
        return (Sketches, (self._found, self._index))

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Source]:
        return iter(self._found)

    def __contains__(self, source: object) -> bool:
        return source in self._found

    def __getitem__(self, source: Source) -> Sketch:
        self._read([source])
        found = self._found[source]
        if found is None:
            raise KeyError(source)
        return found

    def _read(self, sources: Iterable[Source]) -> None:
        unread = [source for source in sources if self._found[source] is None]
        if unread and self._load and self._index:
            loaded = self._load(unread, self._index)
            self._found |= {source: loaded[source.path].sketch for source in unread}

    def within(self, sources: Iterable[Source]) -> Sketches:
        """The sketches of some of the documents."""
        return Sketches({source: self[source] for source in sources})

    def content(self, source: Source) -> str:
        """The digest of the file of a document."""
        return self._index.contents[source.path] if self._index else self[source].digest

    def diagnostics(self) -> Iterator[Diagnostic]:
        """The diagnostics of all documents."""
        for source in self:
            index = self._index
            yield from index.found.get(source.path, ((), ()))[0] if index else self[source].diagnostics

    def texts(self) -> dict[str, str]:
        """The msgids that the sketches have in memory, each by itself."""
        return {text: text for one in self._found.values() if one for _, text in one.words}

    def marks(self, source: Source) -> Iterable[int]:
        """The marks of the messages of a document."""
        return self._index.marks_of(source.path) if self._index else map(entry_mark, self[source].words)

    def used(self, keys: Collection[MessageKey]) -> list[MessageKey]:
        """Those of some messages that a document has, in the order of the template."""
        if self._index and keys:
            by_mark = {entry_mark(key): key for key in keys}
            return [by_mark[mark] for mark in self._index.order if mark in by_mark]
        return [key for key in dict.fromkeys(key for one in self.values() for key in one.words) if key in keys]

    def syntaxes(self, keys: Iterable[MessageKey]) -> Mapping[MessageKey, Syntax]:
        """The syntaxes of those of some messages that documents have."""
        if self._index is None:
            return syntaxes_in(self.values())
        known = self._index.syntaxes
        return {key: syntax for key in keys if (syntax := known.get(entry_mark(key)))}


_Part: TypeAlias = "tuple[dict[Source, SketchedDocument | None], StepResult]"
"""Some documents, None for one that cannot be read, and what reading them found."""


class SketchReader:
    """Makes the sketches of documents, or takes them from the cache.

    - `key`: the cache key of work on single documents.
    - `looks_for_text`: whether to look for text that is not offered to translators.
    - `is_asked_again`: whether a run that updates a domain asks for its sketches once more, to build it.
    - `keep`: keeps cache entries at once, so that those of a large domain do not gather in memory. Workers have none:
      their results have the entries.
    """

    def __init__(  # noqa: PLR0913  # what reading documents needs
        self,
        documents: DocumentReader,
        files: Files,
        cache: Cache,
        key: str,
        *,
        looks_for_text: bool,
        is_asked_again: bool,
        keep: Keep | None,
    ) -> None:
        self._documents = documents
        self._files = files
        self._cache = cache
        self.key = key
        self._looks_for_text = looks_for_text
        self._is_asked_again = is_asked_again
        self._keep = keep
        self._last: dict[Source, Sketch] = {}  # of one domain, if they are asked for once more

    def sketches(self, team: Team, domain: Domain, result: StepResult) -> Sketches:
        """The sketches of the documents of a domain, in their order; see `documents`."""
        sources = domain.sources
        if index := self._index(domain, result) if not self._last and len(sources) > 1 else None:
            return Sketches(dict.fromkeys(sources), index, self._loaded)
        shared: dict[MessageKey, MessageKey] = {}
        read = self._read(team, sources, result, self._last, (len(sources) > 1, False))
        return Sketches({source: one.sketch.with_keys(shared) for source, one in read})

    def _index(self, domain: Domain, result: StepResult) -> DocumentIndex | None:
        """The index of a domain in which no document has changed."""
        text = self._cache.entries(INDEX, [domain.name]).get(domain.name, "")
        index = DocumentIndex.of_cache(text, self.key)
        paths = [source.path for source in domain.sources]
        if index is None or list(index.contents) != paths:
            return None
        seen = self._cache.seen(paths)
        with self._files.watched() as trace:
            if not all(self._content(path, seen) == content for path, content in index.contents.items()):
                return None
        result.trace.add(trace)
        return index

    def documents(self, team: Team, sources: Sequence[Source], result: StepResult) -> Iterator[SketchedDocument]:
        """The documents of a domain, in their order. Their sketches know of text that is not offered.

        Those that cannot be read are missing and reported in the result. Only documents that share a catalogue come
        from the cache: a single one is seldom needed without being parsed.
        """
        self._last = last = {}
        shared: dict[MessageKey, MessageKey] = {}
        for source, one in self._read(team, sources, result, {}, (len(sources) > 1, True)):
            if self._is_asked_again and len(sources) > 1:
                last[source] = one.sketch.with_keys(shared)
            yield one

    def changed(self, team: Team, domain: Domain, result: StepResult) -> ChangedDocuments | None:
        """The documents of a domain that have changed; None if it has to be read as a whole."""
        text = self._cache.entries(INDEX, [domain.name]).get(domain.name, "") if len(domain.sources) > 1 else ""
        before = DocumentIndex.of_cache(text, self.key)
        if before is None:
            return None
        sources, contents = {source.path: source for source in domain.sources}, before.contents
        seen = self._cache.seen(sources)
        with self._files.watched() as trace:
            same = {path for path in sources if path in contents and self._content(path, seen) == contents[path]}
        others = [source for path, source in sources.items() if path not in same]
        if len(others) > MOST_CHANGED:
            return None
        texts = self._cache.entries(SKETCHES, [source.path for source in others])
        replaced = {
            path: old
            for path, text in texts.items()
            if path in contents and (old := SketchedDocument.of_cache(text, path, contents[path], self.key))
        }
        made = StepResult()
        found = {source.path: one for source, one in self._read(team, others, made, {}, (True, True))}
        if len(found) < len(others) or any(one.sketch.is_broken for one in found.values()):
            return None  # reading it as a whole reports them
        maker = IndexMaker()
        for path in sources:
            if path in found:
                maker.add(found[path].sketch)
            else:
                maker.add_unchanged(before, path)
        result.trace.add(trace)
        result.add(made)
        self._last = {}
        return ChangedDocuments(sources, before, maker.index(), found, replaced, self._loaded)

    def _content(self, path: str, seen: Mapping[str, SeenFile]) -> str:
        """The digest of a file, empty if it cannot be read, which is reported when it is."""
        with suppress(FileError):
            return self._files.look(path, seen.get(path)).digest
        return ""

    def _loaded(self, sources: Sequence[Source], index: DocumentIndex) -> dict[str, SketchedDocument]:
        """Documents that are as an index has them, by path; raises FileError for one that changes now."""
        texts = self._cache.entries(SKETCHES, [source.path for source in sources])
        found: dict[str, SketchedDocument] = {}
        for source in sources:
            path, content = source.path, index.contents[source.path]
            one = SketchedDocument.of_cache(texts.get(path, ""), path, content, self.key)
            if one is None:
                document, now = self._documents.document(path)
                if now != content:
                    raise FileChangedError(path)
                one = SketchedDocument(Sketch.of(document, content), document.segments)
            found[path] = one
        return found

    def _read(
        self,
        team: Team,
        sources: Sequence[Source],
        result: StepResult,
        last: Mapping[Source, Sketch],
        context: tuple[bool, bool],
    ) -> Iterator[tuple[Source, SketchedDocument]]:
        """Documents of a domain. Those with a sketch among the `last` ones have no segments.

        The context says whether sketches are kept, and whether they know of text that is not offered.
        """
        batches = (self._units(some, last, context, result) for some in batched(sources, DOCUMENTS_AT_ONCE))
        waiting = deque(sources)
        read: dict[Source, SketchedDocument | None] = {}
        with closing(team.map(SketchReader._parsed, self, context, batches)) as parts:
            for found, made in parts:
                made.keep_entries(self._keep)
                result.add(made)
                read |= found
                while waiting and waiting[0] in read:
                    source = waiting.popleft()
                    if one := read.pop(source):
                        yield source, one

    def _units(
        self,
        sources: Sequence[Source],
        last: Mapping[Source, Sketch],
        context: tuple[bool, bool],
        result: StepResult,
    ) -> list[Done[_Part] | Unit[Sequence[Source]]]:
        """Some of the documents: those that are known already, and what is left to parse, in slices."""
        is_kept, is_linted = context
        known: dict[Source, SketchedDocument | None] = {}
        paths = [source.path for source in sources] if is_kept else []
        texts = self._cache.entries(SKETCHES, [source.path for source in sources if is_kept and source not in last])
        seen = self._cache.seen(paths)
        with self._files.watched() as trace:
            for source in sources:
                sketch, text = last.get(source), texts.get(source.path, "")
                if sketch or text:
                    with suppress(FileError):  # reported when it is read
                        content = self._files.look(source.path, seen.get(source.path)).digest
                        if sketch and sketch.digest == content:
                            known[source] = SketchedDocument(sketch, ())
                        elif (one := SketchedDocument.of_cache(text, source.path, content, self.key)) and (
                            one.sketch.not_offered is not None or not is_linted
                        ):
                            known[source] = one
        result.trace.add(trace)
        left = [source for source in sources if source not in known]
        units: list[Unit[Sequence[Source]]] = []
        units += (Unit(some, len(some), partial(self._needs, some)) for some in batched(left, SLICE))
        return [Done((known, StepResult())), *units]

    def _needs(self, sources: Sequence[Source]) -> Needs:
        paths = [source.path for source in sources]
        return Needs(paths, entries={LINTED: paths})

    def _parsed(self, context: tuple[bool, bool], sources: Sequence[Source]) -> _Part:
        """Read and parse documents."""
        is_kept, is_linted = context
        found: dict[Source, SketchedDocument | None] = dict.fromkeys(sources)
        result = StepResult()
        for source in sources:
            with result.recording(self._files, source.path):
                document, content = self._documents.document(source.path)
                not_offered = self._not_offered(document, content, result, is_kept=is_kept) if is_linted else None
                sketch = Sketch.of(document, content, not_offered)
                found[source] = one = SketchedDocument(sketch, document.segments)
                if is_kept:
                    result.entries[SKETCHES, source.path] = one.cache_entry(self.key)
        return found, result

    def _not_offered(
        self, document: Document, content: str, result: StepResult, *, is_kept: bool
    ) -> tuple[Diagnostic, ...]:
        """What readers see of a document and translators do not get, found once for each content of its file.

        A sketch that is kept has the findings. They are kept by themselves for documents without one.
        """
        if not self._looks_for_text:
            return ()
        headings = self._documents.options.bibliography_headings
        if is_kept:
            return offered.not_offered(document, headings)
        path = document.path
        fingerprint = _fingerprint(self.key, content)
        text = self._cache.entries(LINTED, [path]).get(path, "")
        with suppress(ValueError, TypeError, LookupError):
            if text.startswith(f'["{fingerprint}"'):
                return tuple(map(diagnostic_of, json.loads(text)[1]))
        found = offered.not_offered(document, headings)
        values = [diagnostic_values(one) for one in found]
        result.entries[LINTED, path] = json.dumps([fingerprint, values], ensure_ascii=False)
        return found


def _fingerprint(key: str, content: str) -> str:
    return digest(key.encode(), content.encode())
