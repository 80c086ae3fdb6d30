"""The slugs of the source's headings, pinned on the translated ones, so that links to them keep working."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.localisation.finishing.finished import Finished
from translate_pipe.localisation.sieve import Sieve
from translate_pipe.markdown.inline.slugs import Heading, headings, html_ids
from translate_pipe.markdown.parser import outline
from translate_pipe.markdown.splicing import Edit, Holes, remains, splice, spliced_ranges
from translate_pipe.model import Diagnostic, Opening, Severity
from translate_pipe.segments import BYTE_ORDER_MARK
from translate_pipe.text.lines import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate_pipe.markdown.inline.slugs import SlugRule
    from translate_pipe.model import Document, OutlineItem, Run

_REST_OF_LINE = re.compile(rb"[^\r\n]*")
_OPEN_ATTRIBUTES = re.compile(rb"\{:?[ \t]*")
_ENDS_EMPHASIS = re.compile(r"_(?!\w)")
_BLANKS = b" \t\f\v"


class _Pin(NamedTuple):
    """A slug for heading number `nth`, counted from 0; `id` is what becomes the id of the heading itself."""

    nth: int
    slug: str
    id: str
    edit: Edit


def pin(document: Document, text: str, style: str, rule: SlugRule, file: str = "") -> Finished:
    r"""Pin the slugs of a document's headings on those of its localised text.

    `style` is `attr` (`{#slug}` behind the heading) or `html` (`<a id="slug"></a>` in front of its text), `rule` is the
    one that makes slugs, and `file` the name of the text for diagnostics. A heading gets a slug where its text is
    another one, or where it would have another slug because of the headings around it. One that the author has given an
    id keeps that.

    >>> from translate_pipe.segments import parse
    >>> from translate_pipe.markdown.inline.slugs import RULES
    >>> pin(parse("## Slaap ##\n"), "## Schlaf ##\n", "html", RULES["github"]).text
    '## <a id="slaap"></a>Schlaf ##\n'
    """
    body = text.removeprefix(BYTE_ORDER_MARK)
    pinning = _Pinning(document, body.encode(), style, rule)
    sieve: Sieve[_Pin] = Sieve(lambda tried: "" if pinning.holds_with(tried) else "another document")
    accepted = sieve.sift(pinning.pins())
    mark = text[: len(text) - len(body)]
    result = mark + splice(pinning.data, [one.edit for one in accepted]).decode()
    return Finished(result, tuple(pinning.diagnostics([one for one, _ in sieve.refused], file)))


class _Pinning:
    """A localised document before its headings get the slugs of their source."""

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
        """The slugs that headings need, in the order in which these stand."""
        source = headings(self._source.data, self._source.outline)
        if len(source) != len(self._headings):  # not the localisation of that source
            return []
        wanted = self._rule.ids(self._source.data, source)
        runs = [(one.run, two.run) for one, two in zip(source, self._headings, strict=True)]
        free = [
            nth
            for nth, (was, now) in enumerate(runs)
            if was and now and wanted[nth] and not self._is_anchored(source[nth], was, now, wanted[nth])
        ]
        chosen = {nth for nth in free if self._has_other_text(*runs[nth])}
        chosen |= set(self._misnamed(free, wanted, chosen))
        if self._misnamed(free, wanted, chosen):  # those that have just been named have changed the numbers of others
            chosen = set(free)
        return [self._pin(nth, run, wanted[nth]) for nth, (_, run) in enumerate(runs) if run and nth in chosen]

    def _is_anchored(self, heading: Heading, was: Run, now: Run, slug: str) -> bool:
        """Whether a heading of the source has an id of its own, or the translator has written the slug."""
        by_hand = html_ids(self.data[now.start : now.end].decode())
        return bool(heading.id) or any(html_ids(self._text(was))) or slug in by_hand

    def _text(self, run: Run) -> str:
        return self._source.data[run.start : run.end].decode()

    def _has_other_text(self, was: Run | None, now: Run | None) -> bool:
        if was is None or now is None:
            return False
        return self._source.data[was.start : was.end] != self.data[now.start : now.end]

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
        behind = rest.group().rstrip(_BLANKS) if rest else b""
        attributes = _OPEN_ATTRIBUTES.search(behind)
        if attributes:
            at = run.end + attributes.end()
            return _Pin(nth, slug, slug, Edit(at, at, f"#{slug} ".encode()))
        at = run.end + len(behind)  # behind the closing sequence, where all renderers look for attributes
        return _Pin(nth, slug, slug, Edit(at, at, f" {{#{slug}}}".encode()))

    def _gets_id(self, run: Run, slug: str) -> bool:
        """Whether a heading itself gets the slug as its id.

        Python-Markdown reads emphasis before attributes, also where that ends inside of them, and it reads attributes
        from the first brace. Where it would be mistaken, an element is safe.
        """
        has_brace = any("{" in str(inline.value) for inline in run.inlines if inline.kind == "Text")
        return self._style == "attr" and not has_brace and not _ENDS_EMPHASIS.search(slug)

    def holds_with(self, pins: Sequence[_Pin]) -> bool:
        """Whether the document with these slugs has them on the right headings and is the same in all else."""
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
        """What there is to say of headings on which their slug cannot be pinned."""
        lines = LineIndex(self.data)
        for one in pins:
            yield Diagnostic(
                check="anchor-pin",
                severity=Severity.WARNING,
                message=f"the anchor {one.slug} cannot be pinned on this heading, so links to #{one.slug} do not reach "
                "it; give the heading an id in the source",
                file=file,
                line=lines.line(self._headings[one.nth].opening.start),
            )


def _without_ids(items: Sequence[OutlineItem]) -> Iterator[OutlineItem]:
    """An outline in which the headings have no ids."""
    for item in items:
        if isinstance(item, Opening) and item.tag == "Heading" and isinstance(item.detail, tuple):
            level, _, *others = item.detail
            yield item._replace(detail=(level, *others))
        else:
            yield item
