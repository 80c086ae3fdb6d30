"""What catalogues need of a document, remembered so that it need not be parsed while it is as it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.engine.fingerprints import digest
from translate_pipe.model import Segment, SegmentKind, Severity, Slot, SlotShape
from translate_pipe.project.parts import diagnostic_of, diagnostic_values
from translate_pipe.project.status import word_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from translate_pipe.model import Diagnostic, Document, MessageKey

_KINDS = {str(kind): kind for kind in SegmentKind}
_SHAPES = {shape.value: shape for shape in SlotShape}


class Sketch(NamedTuple):
    """A document without its text: `words` has the messages that it needs, each once, and how many words each has.

    `digest` is that of its file. `not_offered` tells of text that readers see and that is in no segment, and is None
    where that has not been looked for.
    """

    path: str
    digest: str
    segments: tuple[Segment, ...]
    diagnostics: tuple[Diagnostic, ...]
    words: Mapping[MessageKey, int]
    not_offered: tuple[Diagnostic, ...] | None = None

    @classmethod
    def of(cls, document: Document, file_digest: str, not_offered: tuple[Diagnostic, ...] | None = None) -> Sketch:
        """What is needed of a document."""
        words = {segment.key: word_count(segment.text) for segment in document.segments}
        return cls(document.path, file_digest, document.segments, document.diagnostics, words, not_offered)

    @property
    def is_broken(self) -> bool:
        """Whether the document has an error, so that some of its segments may not have been seen."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)


def sketch_record(sketch: Sketch, setting: str) -> str:
    """A sketch as it is remembered."""
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
            sketch.words[one.key],
        ]
        for one in sketch.segments
    ]
    diagnostics = [diagnostic_values(one) for one in sketch.diagnostics]
    not_offered = None if sketch.not_offered is None else [diagnostic_values(one) for one in sketch.not_offered]
    return json.dumps([_fingerprint(setting, sketch.digest), segments, diagnostics, not_offered], ensure_ascii=False)


def sketch_of(record: str, path: str, file_digest: str, setting: str) -> Sketch | None:
    """The sketch that is remembered of a file, None if it is that of another content or setting."""
    wanted = _fingerprint(setting, file_digest)
    if not record.startswith(f'["{wanted}"'):
        return None
    try:
        _, rows, told, missed = json.loads(record)
        words = {}
        segments = []
        for text, kind, line, start, end, shape, breaks, detail, section, context, comments, count in rows:
            slot = Slot(start, end, _SHAPES[shape], tuple(breaks))
            segments.append(Segment(text, _KINDS[kind], line, slot, detail, section, context, tuple(comments)))
            words[context, text] = count
        diagnostics = tuple(map(diagnostic_of, told))
        not_offered = None if missed is None else tuple(map(diagnostic_of, missed))
    except (ValueError, TypeError, KeyError):
        return None
    return Sketch(path, file_digest, tuple(segments), diagnostics, words, not_offered)


def findings_record(findings: Iterable[Diagnostic], file_digest: str, setting: str) -> str:
    """What was found in a document, as it is remembered."""
    values = [diagnostic_values(one) for one in findings]
    return json.dumps([_fingerprint(setting, file_digest), values], ensure_ascii=False)


def findings_of(record: str, file_digest: str, setting: str) -> tuple[Diagnostic, ...] | None:
    """The findings that are remembered of a file, None if they are those of another content or setting."""
    if not record.startswith(f'["{_fingerprint(setting, file_digest)}"'):
        return None
    try:
        return tuple(map(diagnostic_of, json.loads(record)[1]))
    except (ValueError, TypeError, LookupError):
        return None


def _fingerprint(setting: str, file_digest: str) -> str:
    return digest(setting.encode(), file_digest.encode())
