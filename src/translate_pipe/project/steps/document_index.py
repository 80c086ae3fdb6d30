"""The index of a large domain: which messages each document has, for runs in which few documents have changed."""

from __future__ import annotations

import json
from array import array
from base64 import b64decode, b64encode
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from translate_pipe.catalogue.po.splitting import MARKS, array_of, array_text, entry_mark
from translate_pipe.catalogue.template import syntaxes_of
from translate_pipe.engine.fingerprints import digest
from translate_pipe.model import Syntax
from translate_pipe.project.steps.work import diagnostic_of, diagnostic_values

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from translate_pipe.model import Diagnostic
    from translate_pipe.project.project import Source
    from translate_pipe.project.steps.sketches import Sketch, SketchedDocument

INDEX = "index"
"""The step of the cache entries with indexes."""

MOST_CHANGED = 100
"""With more changed documents than this, a domain is read as a whole."""

Findings: TypeAlias = "tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]"
"""The diagnostics of a document, and those of text that is not offered."""


class DocumentIndex:
    """What is kept of the documents of a domain: the digest of each file, what is found in it, and its messages.

    `contents` are the digests by path. `found` has the documents with findings. `marks` are those of the messages of
    one document after the other, `kinds` are the numbers of their syntaxes, and `counts` say how many each has.
    """

    def __init__(
        self,
        contents: Mapping[str, str],
        found: Mapping[str, Findings],
        marks: array[int],
        kinds: bytes,
        counts: Iterable[int],
    ) -> None:
        self.contents = contents
        self.found = found
        self._marks = marks
        self._kinds = kinds
        self._ranges = dict(zip(contents, pairwise(accumulate(counts, initial=0)), strict=True))

    @classmethod
    def of_cache(cls, text: str, key: str) -> DocumentIndex | None:
        """The index in a cache entry, None if it is that of another cache key."""
        if not text.startswith(f'["{digest(key.encode())}"'):
            return None
        try:
            _, rows, found, marks, kinds = json.loads(text)
            findings = {
                path: (tuple(map(diagnostic_of, own)), tuple(map(diagnostic_of, missed)))
                for path, (own, missed) in found.items()
            }
            contents = {path: content for path, content, _ in rows}
            counts = [count for _, _, count in rows]
            return cls(contents, findings, array_of(marks, MARKS), b64decode(kinds), counts)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def cache_entry(self, key: str) -> str:
        """The text of a cache entry."""
        rows = [(path, content, len(self.marks_of(path))) for path, content in self.contents.items()]
        found = {path: [[diagnostic_values(one) for one in some] for some in both] for path, both in self.found.items()}
        content = [digest(key.encode()), rows, found, array_text(self._marks), b64encode(self._kinds).decode()]
        return json.dumps(content, ensure_ascii=False)

    @cached_property
    def order(self) -> list[int]:
        """The marks of all messages, each once, in the order of the template."""
        return list(dict.fromkeys(self._marks))

    @cached_property
    def syntaxes(self) -> dict[int, Syntax]:
        """The syntax of each message, by its mark; see `syntaxes_of`."""
        markdown = Syntax.MARKDOWN.value
        found = dict.fromkeys(self._marks, Syntax.MARKDOWN)
        others = {mark for mark, kind in zip(self._marks, self._kinds, strict=True) if kind != markdown}
        places = ((one, Syntax(kind)) for one, kind in zip(self._marks, self._kinds, strict=True) if one in others)
        return found | syntaxes_of(places)

    @cached_property
    def name(self) -> str:
        """A digest by which other cache entries know this index."""
        return digest(repr(list(self.contents.items())).encode(), self._marks.tobytes())

    def marks_of(self, path: str) -> array[int]:
        """The marks of the messages of a document; none if the domain does not have it."""
        start, end = self._ranges.get(path, (0, 0))
        return self._marks[start:end]

    def kinds_of(self, path: str) -> bytes:
        """The numbers of the syntaxes of these messages."""
        start, end = self._ranges.get(path, (0, 0))
        return self._kinds[start:end]

    def changed(self, now: DocumentIndex) -> frozenset[str]:
        """The paths of the documents that are not the same in a later index."""
        was, others = self.contents, now.contents
        return frozenset(path for path in was.keys() | others if was.get(path) != others.get(path))

    def keeps_messages(self, now: DocumentIndex, paths: Iterable[str]) -> bool:
        """Whether none of these documents has lost a message in a later index."""
        return all(set(self.marks_of(path)) <= set(now.marks_of(path)) for path in paths)

    def others(self, paths: Collection[str]) -> set[int]:
        """The marks of the messages of all documents but these."""
        return set(chain.from_iterable(self.marks_of(path) for path in self.contents if path not in paths))


class IndexMaker:
    """Makes an index of documents that it gets one after the other, in the order of the domain."""

    def __init__(self) -> None:
        self._contents: dict[str, str] = {}
        self._found: dict[str, Findings] = {}
        self._marks = array(MARKS)
        self._kinds = bytearray()
        self._counts: list[int] = []

    def add(self, sketch: Sketch) -> None:
        """Add a document."""
        marks = array(MARKS, map(entry_mark, sketch.words))
        kinds = bytes(sketch.syntaxes.get(key, Syntax.MARKDOWN).value for key in sketch.words)
        self._add(sketch.path, sketch.digest, marks, kinds, (sketch.diagnostics, sketch.not_offered or ()))

    def add_unchanged(self, index: DocumentIndex, path: str) -> None:
        """Add a document as an earlier index has it."""
        found = index.found.get(path, ((), ()))
        self._add(path, index.contents[path], index.marks_of(path), index.kinds_of(path), found)

    def _add(self, path: str, content: str, marks: array[int], kinds: bytes, found: Findings) -> None:
        self._contents[path] = content
        self._marks += marks
        self._kinds += kinds
        self._counts.append(len(marks))
        if any(found):
            self._found[path] = found

    def index(self) -> DocumentIndex:
        """The index of the documents so far."""
        return DocumentIndex(self._contents, self._found, self._marks, bytes(self._kinds), self._counts)


class ChangedDocuments(NamedTuple):
    """The documents of a domain, few of them changed.

    - `sources`: all documents, by path, in their order.
    - `before`, `now`: the index of the last run, and the new one.
    - `changed`: the documents that have changed and that are still there, by path.
    - `replaced`: as what the last run knew them, as far as that is known.
    - `load`: reads other documents; raises FileError for one that changes now.
    """

    sources: Mapping[str, Source]
    before: DocumentIndex
    now: DocumentIndex
    changed: Mapping[str, SketchedDocument]
    replaced: Mapping[str, SketchedDocument]
    load: Callable[[Sequence[Source], DocumentIndex], Mapping[str, SketchedDocument]]

    def read(self, paths: Collection[str]) -> dict[str, SketchedDocument]:
        """Those of these documents that are still there, by path, in their order."""
        there = [path for path in self.sources if path in paths]
        loaded = self.load([self.sources[path] for path in there if path not in self.changed], self.before)
        return {path: self.changed[path] if path in self.changed else loaded[path] for path in there}
