"""Documents and catalogues from disk, for the steps of a run."""

from __future__ import annotations

import errno
import os
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING

from translate_pipe.catalogue import charset, parse_po
from translate_pipe.document import parse
from translate_pipe.errors import CatalogueSyntaxError, FileError
from translate_pipe.project.files import AccessError, decode
from translate_pipe.project.sketches import Sketch, sketch_of, sketch_record
from translate_pipe.project.stamps import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from translate_pipe.model import Catalogue, Document, ParseOptions
    from translate_pipe.project.common import Common
    from translate_pipe.project.discovery import Source
    from translate_pipe.project.files import Files
    from translate_pipe.project.parts import Part

SKETCHES = "document"
"""The step that sketches are remembered by."""

_KEPT_BYTES = 4_000_000
"""Of Markdown; parsed it takes some twenty times as much memory."""


def read_catalogue(data: bytes, name: str) -> Catalogue:
    """A catalogue from the bytes of a PO file; raises FileError, with the line, for one that cannot be used.

    Only UTF-8 is read; a header that names another charset is refused even if the bytes happen to be valid.
    """
    try:
        catalogue = parse_po(decode(data, name))
    except CatalogueSyntaxError as error:
        raise FileError(name, error.problem, error.line) from error
    found = charset(catalogue)
    if found not in ("", "utf-8", "utf8", "ascii", "us-ascii", "charset"):
        raise FileError(
            name, f"the header says charset={found}; convert the file with: msgconv -t UTF-8", catalogue.header.line
        )
    return catalogue


def catalogue_of(files: Files, name: str) -> Catalogue | None:
    """A catalogue of a project, None if there is none; raises FileError for one that cannot be used."""
    data = files.read(name)
    return None if data is None else read_catalogue(data, name)


class RecentDocuments:
    """Documents from disk; those that were parsed last are at hand, as long as their files are as they were."""

    def __init__(self, files: Files, options: ParseOptions) -> None:
        self._files = files
        self._options = options
        self._kept: OrderedDict[str, tuple[str, Document]] = OrderedDict()
        self._bytes = 0

    def document(self, path: str) -> tuple[Document, str]:
        """A document with the digest of its file; raises FileError for one that cannot be read."""
        data = self._files.read(path)
        if data is None:
            raise AccessError(path, f"cannot be read: {os.strerror(errno.ENOENT)}")
        found = digest(data)
        kept = self._kept.get(path)
        if kept is None or kept[0] != found:
            kept = (found, parse(decode(data, path), path, self._options))
            self._keep(path, kept)
        return kept[1], found

    def _keep(self, path: str, made: tuple[str, Document]) -> None:
        if path in self._kept:
            self._bytes -= len(self._kept.pop(path)[1].data)
        self._kept[path] = made
        self._bytes += len(made[1].data)
        while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
            self._bytes -= len(self._kept.popitem(last=False)[1][1].data)


def read_sketches(common: Common, sources: Sequence[Source], part: Part) -> dict[Source, Sketch]:
    """What catalogues need of the documents of a domain; those that cannot be read are told and missing.

    Of documents that share a catalogue nothing is parsed that is remembered.
    """
    if len(sources) == 1:
        return parsed_sketches(common, sources, part, is_kept=False)
    known = remembered_sketches(common, sources)
    missing = parsed_sketches(common, [one for one in sources if one not in known], part, is_kept=True)
    return {source: sketch for source in sources if (sketch := known.get(source) or missing.get(source))}


def remembered_sketches(common: Common, sources: Sequence[Source]) -> dict[Source, Sketch]:
    """The sketches that are remembered of documents that are as they were."""
    paths = [source.path for source in sources]
    records = common.state.records(SKETCHES, paths)
    known = common.state.seen(paths)
    found: dict[Source, Sketch] = {}
    for source in sources:
        path = source.path
        if path in records:
            with suppress(FileError):  # told when it is read
                seen = common.files.look(path, known.get(path))
                sketch = sketch_of(records[path], path, seen.digest, common.setting_of_documents)
                if sketch:
                    found[source] = sketch
    return found


def parsed_sketches(common: Common, sources: Sequence[Source], part: Part, *, is_kept: bool) -> dict[Source, Sketch]:
    """The sketches of documents that are read and parsed; those that are kept are going to be remembered."""
    found: dict[Source, Sketch] = {}
    for source in sources:
        try:
            document, file_digest = common.documents.document(source.path)
        except FileError as error:
            part.fail(error)
            continue
        found[source] = Sketch.of(document, file_digest)
        if is_kept:
            part.records[SKETCHES, source.path] = sketch_record(found[source], common.setting_of_documents)
    return found
