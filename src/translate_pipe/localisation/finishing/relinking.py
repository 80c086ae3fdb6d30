"""Addresses that the project's rules give to a locale, put into a localised document."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.localisation.finishing.finished import Finished
from translate_pipe.localisation.sieve import Sieve
from translate_pipe.markdown.inline.destinations import destinations, write
from translate_pipe.markdown.parser import outline
from translate_pipe.markdown.splicing import Edit, Holes, remains, splice
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.segments import BYTE_ORDER_MARK
from translate_pipe.text.lines import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate_pipe.links import LocaleLinks
    from translate_pipe.markdown.inline.destinations import Destination
    from translate_pipe.model import Document, ParseOptions


class _Change(NamedTuple):
    """Another address for a destination, which is the one number `nth` of the document, counted from 0."""

    nth: int
    address: str
    edit: Edit


def relink(document: Document, text: str, links: LocaleLinks, file: str = "") -> Finished:
    r"""Put the addresses of a locale into a localised document; `text` is the document in another language.

    Replaced are the addresses of the source, wherever they stand in the localised document. One that the source does
    not have is the translator's own, and stays.

    >>> from translate_pipe.segments import parse
    >>> from translate_pipe.links import LinkRule, LocaleLinks
    >>> links = LocaleLinks((LinkRule("/nl/*", "/{locale}/*"),), "de")
    >>> relink(parse("[Slaap](/nl/slaap) <!-- /nl/slaap -->\n"), "[Schlaf](/nl/slaap) <!-- /nl/slaap -->\n", links).text
    '[Schlaf](/de/slaap) <!-- /nl/slaap -->\n'
    """
    if not links.rules:
        return Finished(text)
    addresses = {one.address for one in destinations(document.data, document.outline, document.options)}
    wanted = {address: new for address in addresses if (new := links.of(address)) != address}
    if not wanted:
        return Finished(text)
    body = text.removeprefix(BYTE_ORDER_MARK)
    result = _Relinking(body.encode(), document.options)
    changes, unwritten = result.changes(wanted)
    sieve: Sieve[_Change] = Sieve(lambda tried: "" if result.holds_with(tried) else "another document")
    accepted = sieve.sift(changes)
    left = [*unwritten, *(change.nth for change, _ in sieve.refused)]
    diagnostics = result.diagnostics(sorted(left), wanted, file)
    mark = text[: len(text) - len(body)]
    return Finished(mark + splice(result.data, [one.edit for one in accepted]).decode(), tuple(diagnostics))


class _Relinking:
    """A localised document before it gets other addresses."""

    def __init__(self, data: bytes, options: ParseOptions) -> None:
        self.data = data
        self._options = options
        self._outline = outline(data.decode(), options)
        self._places = destinations(data, self._outline, options)
        self._remains = list(remains(self._outline, _holes(self._places)))

    def changes(self, wanted: dict[str, str]) -> tuple[list[_Change], list[int]]:
        """The changes that are wanted, and the destinations in which the new address cannot be written."""
        changes: list[_Change] = []
        unwritten: list[int] = []
        for nth, place in enumerate(self._places):
            address = wanted.get(place.address)
            if address is None:
                continue
            written = write(place, address)
            if written is None:
                unwritten.append(nth)
            else:
                changes.append(_Change(nth, address, Edit(place.start, place.end, written.encode())))
        return changes, unwritten

    def holds_with(self, changes: Sequence[_Change]) -> bool:
        """Whether the document with these changes has their addresses and is the same in all else."""
        data = splice(self.data, [change.edit for change in changes])
        items = outline(data.decode(), self._options)
        places = destinations(data, items, self._options)
        addresses = [place.address for place in self._places]
        for change in changes:
            addresses[change.nth] = change.address
        return [place.address for place in places] == addresses and self._remains == list(
            remains(items, _holes(places))
        )

    def diagnostics(self, numbers: Sequence[int], wanted: dict[str, str], file: str) -> Iterator[Diagnostic]:
        """What there is to say of destinations whose address has not been replaced."""
        lines = LineIndex(self.data)
        for nth in numbers:
            place = self._places[nth]
            yield Diagnostic(
                check="link-rule",
                severity=Severity.WARNING,
                message=f"{wanted[place.address]} cannot be written in the place of {place.address}, which stays; "
                "change the rule in [links]",
                file=file,
                line=lines.line(place.start),
            )


def _holes(places: Sequence[Destination]) -> Holes:
    return Holes([(place.start, place.end) for place in places])
