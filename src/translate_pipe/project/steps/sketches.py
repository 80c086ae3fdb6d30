"""What catalogues need of a document, cached so that an unchanged document need not be parsed."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.engine.fingerprints import digest
from translate_pipe.engine.scheduler import Needs, Unit, batched
from translate_pipe.errors import FileError
from translate_pipe.late import LateModule
from translate_pipe.model import Segment, SegmentKind, Severity, Slot, SlotShape
from translate_pipe.project.status import word_count
from translate_pipe.project.steps.work import StepResult, diagnostic_of, diagnostic_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from translate_pipe.checks.sources import offered
    from translate_pipe.engine.cache import Cache
    from translate_pipe.engine.files import Files
    from translate_pipe.engine.scheduler import Team
    from translate_pipe.model import Diagnostic, Document, MessageKey
    from translate_pipe.project.project import Source
    from translate_pipe.project.steps.reading import DocumentReader
else:
    offered = LateModule("translate_pipe.checks.sources.offered")  # unchanged documents are not looked at

SLICE = 32
"""How many documents a worker reads or localises at once."""

SKETCHES = "document"
"""The step of the cache entries with sketches."""

LINTED = "linted"
"""The step of the cache entries with text that is not offered to translators."""

_KINDS = {str(kind): kind for kind in SegmentKind}
_SHAPES = {shape.value: shape for shape in SlotShape}


class Sketch(NamedTuple):
    """A document without its text: `words` has the messages that it needs, each once, and how many words each has.

    `digest` is that of its file. `not_offered` are diagnostics of text that readers see and that is in no segment; None
    if it has not been looked for.
    """

    path: str
    digest: str
    segments: tuple[Segment, ...]
    diagnostics: tuple[Diagnostic, ...]
    words: Mapping[MessageKey, int]
    not_offered: tuple[Diagnostic, ...] | None = None

    @classmethod
    def of(cls, document: Document, file_digest: str, not_offered: tuple[Diagnostic, ...] | None = None) -> Sketch:
        """The sketch of a document."""
        words = {(one.context, one.text): word_count(one.text) for one in document.segments}
        return cls(document.path, file_digest, document.segments, document.diagnostics, words, not_offered)

    @property
    def is_broken(self) -> bool:
        """Whether the document has an error, so that some of its segments may not have been seen."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)

    def cache_entry(self, key: str) -> str:
        """The text of a cache entry."""
        segments = [
            [
                one.text,
                one.kind,
                one.line,
                one.slot.start,
                one.slot.end,
                one.slot.shape.value,
                one.slot.breaks,
                one.detail,
                one.section,
                one.context,
                one.comments,
                self.words[one.context, one.text],
            ]
            for one in self.segments
        ]
        diagnostics = [diagnostic_values(one) for one in self.diagnostics]
        not_offered = None if self.not_offered is None else [diagnostic_values(one) for one in self.not_offered]
        content = [_fingerprint(key, self.digest), segments, diagnostics, not_offered]
        return json.dumps(content, ensure_ascii=False)

    @classmethod
    def of_cache(cls, text: str, path: str, file_digest: str, key: str) -> Sketch | None:
        """The sketch in a cache entry, None if it is that of another content or cache key."""
        if not text.startswith(f'["{_fingerprint(key, file_digest)}"'):
            return None
        try:
            _, rows, found, missed = json.loads(text)
            words = {}
            segments = []
            sections: dict[str, str] = {}  # each in memory once
            for msgid, kind, line, start, end, shape, breaks, detail, heading, context, comments, count in rows:
                slot = Slot(start, end, _SHAPES[shape], tuple(breaks))
                section = sections.setdefault(heading, heading)
                segments.append(Segment(msgid, _KINDS[kind], line, slot, detail, section, context, tuple(comments)))
                words[context, msgid] = count
            diagnostics = tuple(map(diagnostic_of, found))
            not_offered = None if missed is None else tuple(map(diagnostic_of, missed))
        except (ValueError, TypeError, KeyError):
            return None
        return cls(path, file_digest, tuple(segments), diagnostics, words, not_offered)


class SketchReader:
    """Makes the sketches of documents, or takes them from the cache.

    `key` is the cache key of work on single documents. `looks_for_text` says whether to look for text that is not
    offered to translators.
    """

    def __init__(
        self, documents: DocumentReader, files: Files, cache: Cache, key: str, *, looks_for_text: bool
    ) -> None:
        self._documents = documents
        self._files = files
        self._cache = cache
        self._key = key
        self._looks_for_text = looks_for_text
        self._last: dict[Source, Sketch] = {}  # of one domain; a run asks for them once more when it builds

    def sketches(
        self, team: Team, sources: Sequence[Source], result: StepResult, *, is_linted: bool
    ) -> dict[Source, Sketch]:
        """The sketches of the documents of a domain, in their order.

        Documents that cannot be read are missing and reported in the result. Only documents that share a catalogue come
        from the cache: a single one is seldom needed without being parsed. With `is_linted` a sketch knows of text that
        is not offered.
        """
        known: dict[Source, Sketch] = {}
        is_kept = len(sources) > 1
        paths = [source.path for source in sources] if is_kept else []
        last = self._last
        texts = self._cache.entries(SKETCHES, [source.path for source in sources if is_kept and source not in last])
        seen = self._cache.seen(paths)
        with self._files.watched() as trace:
            for source in sources:
                sketch, text = last.get(source), texts.get(source.path, "")
                if sketch or text:
                    with suppress(FileError):  # reported when it is read
                        content = self._files.look(source.path, seen.get(source.path)).digest
                        if sketch is None or sketch.digest != content:
                            sketch = Sketch.of_cache(text, source.path, content, self._key)
                        if sketch and (sketch.not_offered is not None or not is_linted):
                            known[source] = sketch
        result.trace.add(trace)
        left = [source for source in sources if source not in known]
        units = [Unit(some, len(some), partial(self._needs, some)) for some in batched(left, SLICE)]
        for found, made in team.map(SketchReader._parsed, self, (is_kept, is_linted), [units]):
            known |= found
            result.add(made)
        found = {source: known[source] for source in sources if source in known}
        self._last = found if is_kept else {}
        return found

    def _needs(self, sources: Sequence[Source]) -> Needs:
        paths = [source.path for source in sources]
        return Needs(paths, entries={LINTED: paths})

    def _parsed(self, context: tuple[bool, bool], sources: Sequence[Source]) -> tuple[dict[Source, Sketch], StepResult]:
        """Read and parse documents."""
        is_kept, is_linted = context
        found: dict[Source, Sketch] = {}
        result = StepResult()
        for source in sources:
            with result.recording(self._files, source.path):
                document, content = self._documents.document(source.path)
                not_offered = self._not_offered(document, content, result, is_kept=is_kept) if is_linted else None
                found[source] = sketch = Sketch.of(document, content, not_offered)
                if is_kept:
                    result.entries[SKETCHES, source.path] = sketch.cache_entry(self._key)
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
        fingerprint = _fingerprint(self._key, content)
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
