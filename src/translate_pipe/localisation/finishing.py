"""Add to a localised document what the project wants: addresses of the locale, and anchors of the source's headings.

Each step splices its changes into the text and parses the result. A change that alters anything else is left out and
reported.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.links import NO_LINKS
from translate_pipe.localisation.sieve import Sieve
from translate_pipe.markdown.inline.destinations import destinations, write_address
from translate_pipe.markdown.inline.slugs import RULES, headings, html_ids
from translate_pipe.markdown.parser import outline
from translate_pipe.markdown.splicing import Edit, Holes, remains, splice, spliced_ranges
from translate_pipe.model import Diagnostic, Opening, Severity
from translate_pipe.text.lines import LineIndex, split_byte_order_mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate_pipe.links import LocaleLinks
    from translate_pipe.markdown.inline.destinations import Destination
    from translate_pipe.markdown.inline.slugs import SlugRule
    from translate_pipe.model import Document, OutlineItem, ParseOptions, Run


@dataclass(frozen=True, slots=True)
class Finish:
    """What the localised documents of one locale get.

    - `links`: the rules for addresses that differ in the locale.
    - `anchors`: how the slugs of the source's headings are pinned on translated headings: `off`, `attr` or `html`.
    - `anchor_slugs`: the name of the rule that makes the slugs, a key of `RULES`.
    """

    links: LocaleLinks = NO_LINKS
    anchors: str = "off"
    anchor_slugs: str = "github"


class Finished(NamedTuple):
    """A finished document, and a diagnostic for each change that was left out."""

    text: str
    diagnostics: tuple[Diagnostic, ...] = ()


def finish(document: Document, text: str, wanted: Finish, file: str = "") -> Finished:
    r"""Finish a localised document.

    - `document`: the source.
    - `text`: the localised text.
    - `wanted`: the changes to make.
    - `file`: the path of the localised text, for diagnostics.

    >>> from translate_pipe.segments import parse
    >>> finish(parse("# Slaap\n"), "# Schlaf\n", Finish(anchors="attr")).text
    '# Schlaf {#slaap}\n'
    """
    relinked = relink(document, text, wanted.links, file)
    if wanted.anchors == "off":
        return relinked
    pinned = pin(document, relinked.text, wanted.anchors, RULES[wanted.anchor_slugs], file)
    return Finished(pinned.text, relinked.diagnostics + pinned.diagnostics)


# Addresses of the locale


def relink(document: Document, text: str, links: LocaleLinks, file: str = "") -> Finished:
    r"""Put the addresses of a locale into the localised text of a document.

    An address is replaced wherever it is in the text, if the source has it too. An address that the source does not
    have is the translator's own and stays.

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
    mark, body = split_byte_order_mark(text)
    result = _Relinking(body.encode(), document.options)
    changes, unwritten = result.changes(wanted)
    sieve: Sieve[_Change] = Sieve(lambda tried: "" if result.holds_with(tried) else "another document")
    accepted = sieve.sift(changes)
    left = sorted([*unwritten, *(change.nth for change, _ in sieve.refused)])
    relinked = mark + splice(result.data, [one.edit for one in accepted]).decode()
    return Finished(relinked, tuple(result.diagnostics(left, wanted, file)))


class _Change(NamedTuple):
    """The new address for destination number `nth` of the document, counted from 0."""

    nth: int
    address: str
    edit: Edit


class _Relinking:
    """A localised document before its addresses are replaced."""

    def __init__(self, data: bytes, options: ParseOptions) -> None:
        self.data = data
        self._options = options
        self._outline = outline(data.decode(), options)
        self._places = destinations(data, self._outline, options)
        self._remains = list(remains(self._outline, _holes(self._places)))

    def changes(self, wanted: dict[str, str]) -> tuple[list[_Change], list[int]]:
        """The changes, and the numbers of the destinations where the new address cannot be written."""
        changes: list[_Change] = []
        unwritten: list[int] = []
        for nth, place in enumerate(self._places):
            address = wanted.get(place.address)
            if address is None:
                continue
            written = write_address(place, address)
            if written is None:
                unwritten.append(nth)
            else:
                changes.append(_Change(nth, address, Edit(place.start, place.end, written.encode())))
        return changes, unwritten

    def holds_with(self, changes: Sequence[_Change]) -> bool:
        """Whether the changes give the document their addresses and alter nothing else."""
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
        """A warning for each destination, given by its number, whose address was not replaced."""
        lines = LineIndex(self.data)
        for nth in numbers:
            place = self._places[nth]
            region = lines.region(place.start, place.end)
            yield Diagnostic(
                check="link-rule",
                severity=Severity.WARNING,
                message=f"{wanted[place.address]} cannot be written in the place of {place.address}, which stays; "
                "change the rule in [links]",
                file=file,
                line=region.line,
                region=region,
            )


def _holes(places: Sequence[Destination]) -> Holes:
    return Holes([(place.start, place.end) for place in places])


# Anchors of the source's headings

_REST_OF_LINE = re.compile(rb"[^\r\n]*")
_OPEN_ATTRIBUTES = re.compile(rb"\{:?[ \t]*")
_ENDS_EMPHASIS = re.compile(r"_(?!\w)")
_BLANKS = b" \t\f\v"


def pin(document: Document, text: str, style: str, rule: SlugRule, file: str = "") -> Finished:
    r"""Pin the slugs of a document's headings on the headings of its localised text, so that links keep working.

    - `document`: the source.
    - `text`: the localised text.
    - `style`: `attr` writes `{#slug}` after the heading, `html` writes `<a id="slug"></a>` before its text.
    - `rule`: makes the slugs.
    - `file`: the path of the localised text, for diagnostics.

    A heading gets a slug if its text differs from the source, or if headings around it would change its slug. A heading
    that has an id from its author keeps it.

    >>> from translate_pipe.segments import parse
    >>> pin(parse("## Slaap ##\n"), "## Schlaf ##\n", "html", RULES["github"]).text
    '## <a id="slaap"></a>Schlaf ##\n'
    """
    mark, body = split_byte_order_mark(text)
    pinning = _Pinning(document, body.encode(), style, rule)
    sieve: Sieve[_Pin] = Sieve(lambda tried: "" if pinning.holds_with(tried) else "another document")
    accepted = sieve.sift(pinning.pins())
    pinned = mark + splice(pinning.data, [one.edit for one in accepted]).decode()
    return Finished(pinned, tuple(pinning.diagnostics([one for one, _ in sieve.refused], file)))


class _Pin(NamedTuple):
    """A slug for heading number `nth`, counted from 0; `id` is the id that the heading itself gets, or empty."""

    nth: int
    slug: str
    id: str
    edit: Edit


class _Pinning:
    """A localised document before its headings get slugs."""

    def __init__(self, document: Document, data: bytes, style: str, rule: SlugRule) -> None:
        self.data = data
        self._source = document
        self._options = document.options
        self._style = style
        self._rule = rule
        self._outline = outline(data.decode(), document.options)
        self._headings = headings(data, self._outline)
        self._remains = list(remains(_without_ids(self._outline), Holes([])))

    def pins(self) -> list[_Pin]:
        """The slugs that headings need, in document order."""
        source = headings(self._source.data, self._source.outline)
        if len(source) != len(self._headings):  # the text is not a localisation of this source
            return []
        wanted = self._rule.ids(self._source.data, source)
        free: list[int] = []  # headings that may get a slug
        chosen: set[int] = set()
        for nth, (was, now, slug) in enumerate(zip(source, self._headings, wanted, strict=True)):
            if not (was.run and now.run and slug) or was.id:
                continue
            old = self._source.data[was.run.start : was.run.end]
            new = self.data[now.run.start : now.run.end]
            if any(html_ids(old.decode())) or slug in html_ids(new.decode()):
                continue  # the author wrote an id, or the translator wrote the slug
            free.append(nth)
            if old != new:
                chosen.add(nth)
        chosen |= set(self._misnamed(free, wanted, chosen))
        if self._misnamed(free, wanted, chosen):  # the slugs just chosen have changed the numbers of others
            chosen = set(free)
        return [
            self._pin(nth, heading.run, wanted[nth])
            for nth, heading in enumerate(self._headings)
            if heading.run and nth in chosen
        ]

    def _misnamed(self, free: Sequence[int], wanted: Sequence[str], chosen: set[int]) -> list[int]:
        """The headings that would have another slug than in the source, if the chosen ones have theirs."""
        named = [
            one._replace(id=wanted[nth]) if nth in chosen and one.run and self._gets_id(one.run, wanted[nth]) else one
            for nth, one in enumerate(self._headings)
        ]
        ids = self._rule.ids(self.data, named)
        return [nth for nth in free if nth not in chosen and ids[nth] != wanted[nth]]

    def _pin(self, nth: int, run: Run, slug: str) -> _Pin:
        if not self._gets_id(run, slug):
            return _Pin(nth, slug, "", Edit(run.start, run.start, f'<a id="{html.escape(slug)}"></a>'.encode()))
        rest = _REST_OF_LINE.match(self.data, run.end)
        after = rest.group().rstrip(_BLANKS) if rest else b""
        attributes = _OPEN_ATTRIBUTES.search(after)
        if attributes:
            at = run.end + attributes.end()
            return _Pin(nth, slug, slug, Edit(at, at, f"#{slug} ".encode()))
        at = run.end + len(after)  # after the closing `#`s, where all renderers look for attributes
        return _Pin(nth, slug, slug, Edit(at, at, f" {{#{slug}}}".encode()))

    def _gets_id(self, run: Run, slug: str) -> bool:
        """Whether the heading itself gets the slug as its id, rather than an element in it.

        Python-Markdown reads emphasis before attributes, even emphasis that ends inside them, and it reads attributes
        from the first brace on. Where it would misread the attributes, an element is safe.
        """
        has_brace = any("{" in str(inline.value) for inline in run.inlines if inline.kind == "Text")
        return self._style == "attr" and not has_brace and not _ENDS_EMPHASIS.search(slug)

    def holds_with(self, pins: Sequence[_Pin]) -> bool:
        """Whether the slugs end up on the right headings and alter nothing else."""
        edits = [one.edit for one in pins]
        data = splice(self.data, edits)
        items = outline(data.decode(), self._options)
        if self._remains != list(remains(_without_ids(items), Holes(spliced_ranges(edits)))):
            return False
        slugs = {one.nth: one.id for one in pins if one.id}
        return all(
            now.id == slugs.get(nth, was.id)
            for nth, (was, now) in enumerate(zip(self._headings, headings(data, items), strict=True))
        )

    def diagnostics(self, pins: Sequence[_Pin], file: str) -> Iterator[Diagnostic]:
        """A warning for each slug that was not pinned."""
        lines = LineIndex(self.data)
        for one in pins:
            region = lines.region(self._headings[one.nth].opening.start)
            yield Diagnostic(
                check="anchor-pin",
                severity=Severity.WARNING,
                message=f"the anchor {one.slug} cannot be pinned on this heading, so links to #{one.slug} do not reach "
                "it; give the heading an id in the source",
                file=file,
                line=region.line,
                region=region,
            )


def _without_ids(items: Sequence[OutlineItem]) -> Iterator[OutlineItem]:
    """The items of an outline, with the ids of headings removed."""
    for item in items:
        if isinstance(item, Opening) and item.tag == "Heading" and isinstance(item.detail, tuple):
            level, _, *others = item.detail
            yield item._replace(detail=(level, *others))
        else:
            yield item
