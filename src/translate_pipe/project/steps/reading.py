"""Documents and catalogues, read from disk."""

from __future__ import annotations

import errno
import os
import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

from translate_pipe.catalogue import parse_po_data
from translate_pipe.catalogue.po.parsing import NO_TEXTS
from translate_pipe.engine.files import AccessError, decode
from translate_pipe.engine.fingerprints import digest
from translate_pipe.errors import CatalogueSyntaxError, FileError, blaming
from translate_pipe.locales import may_be_same
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from translate_pipe.engine.files import Files
    from translate_pipe.model import Catalogue, Document, ParseOptions

_BYTES_OF_DOCUMENTS = 4_000_000
"""Of Markdown. A parsed document takes about twenty times as much memory; workers keep a quarter of this."""

_BYTES_OF_CATALOGUES = 4_000_000
"""Of PO. A parsed catalogue takes about three times as much memory."""

_LANGUAGE = re.compile(r'(?:msgstr[ \t]*)?"Language[ \t]*:')

Thing = TypeVar("Thing")


def read_catalogue(data: bytes, name: str, texts: Mapping[str, str] = NO_TEXTS) -> Catalogue:
    """Parse the bytes of a PO file; raises FileError, with the line, if it cannot be used.

    Only UTF-8 is read; a header that names another charset is refused even if the bytes happen to be valid.
    """
    try:
        with blaming(name):
            try:
                catalogue = parse_po_data(data, texts)
            except UnicodeDecodeError:
                decode(data, name)  # raises FileError with the line
                raise
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
    """The diagnostic of a catalogue whose header names another language than that of its path; None if it does not."""
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


class _RecentlyParsed(Generic[Thing]):
    """The things that were parsed last, up to a number of bytes of their files. The very last one is always kept.

    With more than that, a run goes through all of them in order and does not come back to one before it is gone. From
    then on a few are enough.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._least = limit // 8
        self._kept: OrderedDict[str, tuple[str, int, Thing]] = OrderedDict()
        self._bytes = 0

    def get(self, name: str, data: bytes, make: Callable[[], Thing]) -> tuple[Thing, str]:
        """The thing in a file with this content, and the digest of the content. `make` is called if it is not kept."""
        found = digest(data)
        kept = self._kept.pop(name, None)
        if kept:
            self._bytes -= kept[1]
        if kept is None or kept[0] != found:
            kept = (found, len(data), make())
        self._kept[name] = kept
        self._bytes += len(data)
        if self._bytes > self._limit:
            self._limit = self._least
        while self._bytes > self._limit and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1][1]
        return kept[2], found


class DocumentReader:
    """Reads and parses documents. Those that were parsed last are kept while their files are unchanged."""

    def __init__(self, files: Files, options: ParseOptions) -> None:
        self.options = options
        self._files = files
        self._recent: _RecentlyParsed[Document] = _RecentlyParsed(_BYTES_OF_DOCUMENTS // (4 if files.process else 1))

    def document(self, path: str) -> tuple[Document, str]:
        """The document at a path, and the digest of its file; raises FileError if it cannot be read."""
        with blaming(path):
            data = self._files.read(path)
            if data is None:
                if self._files.is_link(path):
                    raise AccessError(path, "this link leads to no file; remove it, or let it lead to a document")
                raise AccessError(path, f"cannot be read: {os.strerror(errno.ENOENT)}")
            return self._recent.get(path, data, lambda: parse(decode(data, path), path, self.options))


class CatalogueReader:
    """Reads and parses catalogues. Those that were parsed last are kept while their files are unchanged."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._recent: _RecentlyParsed[Catalogue] = _RecentlyParsed(_BYTES_OF_CATALOGUES)

    def catalogue(self, name: str, texts: Mapping[str, str] = NO_TEXTS) -> Catalogue | None:
        """The catalogue in a file, None if there is no file; raises FileError if it cannot be used."""
        data = self._files.read(name)
        return None if data is None else self.parsed(data, name, texts)

    def parsed(self, data: bytes, name: str, texts: Mapping[str, str] = NO_TEXTS) -> Catalogue:
        """The catalogue in bytes that were read from a file; raises FileError if it cannot be used.

        `texts` are what `parse_po_data` takes.
        """
        return self._recent.get(name, data, lambda: read_catalogue(data, name, texts))[0]

    def keep(self, name: str, data: bytes, catalogue: Catalogue) -> None:
        """Keep the catalogue that would be read from bytes that were written to a file."""
        self._recent.get(name, data, lambda: catalogue)
