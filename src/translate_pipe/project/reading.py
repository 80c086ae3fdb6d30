"""Documents and catalogues from disk, for the steps of a run."""

from __future__ import annotations

import errno
import os
import re
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

from translate_pipe.catalogue import parse_po
from translate_pipe.engine.files import AccessError, decode
from translate_pipe.engine.fingerprints import digest
from translate_pipe.errors import CatalogueSyntaxError, FileError, blaming
from translate_pipe.locales import may_be_same
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.keys import TEXT_NOT_OFFERED
from translate_pipe.project.sketches import Sketch, findings_of, findings_record, sketch_of, sketch_record
from translate_pipe.segments import options_for, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from translate_pipe.checks.helpers.pair import Site
    from translate_pipe.engine.files import Files
    from translate_pipe.model import Catalogue, Document, Message, ParseOptions
    from translate_pipe.project.common import Common
    from translate_pipe.project.configuration import Configuration
    from translate_pipe.project.discovery import Source
    from translate_pipe.project.parts import Part

SKETCHES = "document"
"""The step that sketches are remembered by."""

_LINTED = "linted"
"""The step that the findings of `not_offered` are remembered by."""

_BYTES_OF_DOCUMENTS = 4_000_000
"""Of Markdown, which takes some twenty times as much memory when it is parsed; less where processes share the work."""

_BYTES_OF_CATALOGUES = 4_000_000
"""Of PO; parsed it takes some three times as much memory."""

_LANGUAGE = re.compile(r'(?:msgstr[ \t]*)?"Language[ \t]*:')

Thing = TypeVar("Thing")


def read_catalogue(data: bytes, name: str) -> Catalogue:
    """A catalogue from the bytes of a PO file; raises FileError, with the line, for one that cannot be used.

    Only UTF-8 is read; a header that names another charset is refused even if the bytes happen to be valid.
    """
    try:
        with blaming(name):
            catalogue = parse_po(decode(data, name))
    except CatalogueSyntaxError as error:
        raise FileError(name, error.problem, error.line) from error
    if b"msgid" not in data and data.strip():
        raise FileError(name, "there is no message here, only comments, so this is no catalogue; move the file away")
    found = catalogue.charset
    if found not in ("", "utf-8", "utf8", "ascii", "us-ascii", "charset"):
        raise FileError(
            name, f"the header says charset={found}; convert the file with: msgconv -t UTF-8", catalogue.header.line
        )
    return catalogue


def language_problem(catalogue: Catalogue, name: str, locale: str) -> Diagnostic | None:
    """A diagnostic of a catalogue at the place of a locale whose header names another language, None if it does not."""
    language = catalogue.fields.get("Language", "")
    if not language or may_be_same(language, locale):
        return None
    if may_be_same(language, language):
        problem = (
            f"the header says Language: {language}, but this is the place of a catalogue of {locale}; "
            f"write Language: {locale}, or move the file to the catalogues of {language}"
        )
    else:
        problem = f"the header says Language: {language}, which is no locale; write Language: {locale}"
    lines = catalogue.header.raw.lstrip("\n").split("\n")
    at = next((at for at, line in enumerate(lines) if _LANGUAGE.match(line)), 0)
    return Diagnostic("header-language", Severity.WARNING, problem, name, catalogue.header.line + at)


def site_of(configuration: Configuration, message: Message, paths: Sequence[str] = ()) -> Site:
    """What is known of the site of a message: of its documents or, where no reference names these, those of `paths`."""
    from translate_pipe.checks.helpers.pair import Site

    found = dict.fromkeys([one.path for one in message.references] or paths)
    options = [options_for(path, configuration.parse_options) for path in found] or [configuration.parse_options]
    dialects = dict.fromkeys(dialect for one in options for dialect in one.dialects)
    allowed = dict.fromkeys(token for path in found for token in configuration.allowed(path))
    return Site(tuple(dialects), tuple(allowed))


class _Recent(Generic[Thing]):
    """What was made last of the contents of files, within a number of bytes; the very last is kept in any case."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, tuple[str, int, Thing]] = OrderedDict()
        self._bytes = 0

    def get(self, name: str, data: bytes, make: Callable[[], Thing]) -> tuple[Thing, str]:
        """What is made of the content of a file, now or before, with the digest of that content."""
        found = digest(data)
        kept = self._kept.pop(name, None)
        if kept:
            self._bytes -= kept[1]
        if kept is None or kept[0] != found:
            kept = (found, len(data), make())
        self._kept[name] = kept
        self._bytes += len(data)
        while self._bytes > self._limit and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1][1]
        return kept[2], found


class RecentDocuments:
    """Documents from disk; those that were parsed last are at hand, as long as their files are as they were."""

    def __init__(self, files: Files, options: ParseOptions) -> None:
        self._files = files
        self._options = options
        self._recent: _Recent[Document] = _Recent(_BYTES_OF_DOCUMENTS // (4 if files.process else 1))

    def document(self, path: str) -> tuple[Document, str]:
        """A document with the digest of its file; raises FileError for one that cannot be read."""
        with blaming(path):
            data = self._files.read(path)
            if data is None:
                raise AccessError(path, f"cannot be read: {os.strerror(errno.ENOENT)}")
            return self._recent.get(path, data, lambda: parse(decode(data, path), path, self._options))


class RecentCatalogues:
    """Catalogues from disk, likewise."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._recent: _Recent[Catalogue] = _Recent(_BYTES_OF_CATALOGUES)

    def catalogue(self, name: str) -> Catalogue | None:
        """A catalogue, None if there is none; raises FileError for one that cannot be used."""
        data = self._files.read(name)
        return None if data is None else self.read(data, name)

    def read(self, data: bytes, name: str) -> Catalogue:
        """The catalogue in what has been read from a file; raises FileError for one that cannot be used."""
        return self._recent.get(name, data, lambda: read_catalogue(data, name))[0]


def read_sketches(common: Common, sources: Sequence[Source], part: Part, *, is_linted: bool) -> dict[Source, Sketch]:
    """What catalogues need of the documents of a domain; those that cannot be read are told and missing.

    Of documents that share a catalogue nothing is parsed that is remembered. A sketch that `is_linted` also tells
    whether all text of its document is offered.
    """
    if len(sources) == 1:
        return parsed_sketches(common, sources, part, is_kept=False, is_linted=is_linted)
    known = remembered_sketches(common, sources, is_linted=is_linted)
    left = [one for one in sources if one not in known]
    missing = parsed_sketches(common, left, part, is_kept=True, is_linted=is_linted)
    return {source: sketch for source in sources if (sketch := known.get(source) or missing.get(source))}


def remembered_sketches(common: Common, sources: Sequence[Source], *, is_linted: bool) -> dict[Source, Sketch]:
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
                if sketch and (sketch.not_offered is not None or not is_linted):
                    found[source] = sketch
    return found


def parsed_sketches(
    common: Common, sources: Sequence[Source], part: Part, *, is_kept: bool, is_linted: bool
) -> dict[Source, Sketch]:
    """The sketches of documents that are read and parsed; those that are kept are going to be remembered."""
    found: dict[Source, Sketch] = {}
    for source in sources:
        try:
            document, file_digest = common.documents.document(source.path)
            with blaming(source.path):
                not_offered = _not_offered(common, document, file_digest, part) if is_linted else None
                found[source] = Sketch.of(document, file_digest, not_offered)
        except FileError as error:
            part.fail(error)
            continue
        if is_kept:
            part.records[SKETCHES, source.path] = sketch_record(found[source], common.setting_of_documents)
    return found


def _not_offered(common: Common, document: Document, file_digest: str, part: Part) -> tuple[Diagnostic, ...]:
    """What readers see of a document and no translator gets, found out once for each content of its file."""
    if TEXT_NOT_OFFERED in common.configuration.ignore_checks:
        return ()
    path = document.path
    known = findings_of(common.state.records(_LINTED, [path]).get(path, ""), file_digest, common.setting_of_documents)
    if known is None:
        from translate_pipe.checks.sources.offered import not_offered  # what has not changed is not looked at

        known = not_offered(document, common.configuration.bibliography_headings)
        part.records[_LINTED, path] = findings_record(known, file_digest, common.setting_of_documents)
    return known
