"""Catalogues on disk: reading one, and what those of all documents remember."""

from __future__ import annotations

from typing import TYPE_CHECKING

from translate_pipe.catalogue import Compendium, charset, parse_po
from translate_pipe.errors import CatalogueSyntaxError, FileError
from translate_pipe.project.files import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate_pipe.model import Catalogue, Message
    from translate_pipe.project.request import Run


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


class Memory:
    """What other documents have translated, read when a message is first found to be new."""

    def __init__(self, request: Run, domains: Sequence[str]) -> None:
        self._request = request
        self._domains = domains
        self._compendia: dict[str, Compendium] = {}

    def compendium(self, locale: str) -> Compendium:
        """The translations of all catalogues of a locale, as they are on disk when they are first asked for."""
        if locale not in self._compendia:
            self._compendia[locale] = Compendium(self._messages(locale))
        return self._compendia[locale]

    def _messages(self, locale: str) -> Iterator[Message]:
        for domain in self._domains if len(self._domains) > 1 else ():
            name = self._request.project.catalogue(domain, locale)
            try:
                data = self._request.files.read(name)
                yield from read_catalogue(data, name).messages if data is not None else ()
            except FileError:  # told where this catalogue is updated itself
                continue
