"""The proof that translations leave a document what it is: they add nothing that acts, and change none of its blocks.

What acts is HTML that a browser executes or loads, and tokens that a site generator executes, includes or loads. HTML
is looked at in each translation by itself. Tokens may move from one segment to another, so they are counted in the
whole document, once its blocks are known to be the source's.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.links import NO_LINKS, LocaleLinks
from translate_pipe.localisation.filling import (
    Filling,
    edits,
    ends_of_previous_sentences,
    filled,
    front_matter,
    in_ranges,
    refuse,
    refuse_for_structure,
)
from translate_pipe.localisation.sieve import Sieve
from translate_pipe.localisation.structure import is_same, runs_over
from translate_pipe.markdown.embedded import frontmatter
from translate_pipe.markdown.inline import active, executing
from translate_pipe.markdown.parser import outline
from translate_pipe.markdown.splicing import Edit, Movement, splice, spliced_ranges
from translate_pipe.model import Closing, Opening, Verbatim
from translate_pipe.segments.shapes import shape_of
from translate_pipe.text.lines import without_quote_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from translate_pipe.localisation.filling import Refusal
    from translate_pipe.model import Document, OutlineItem


class Leeway(NamedTuple):
    """What translations may have that the source does not: addresses of the `locale`, and tokens that are `allowed`.

    `links` are the addresses that the project has for the locale.
    """

    locale: str = ""
    links: LocaleLinks = NO_LINKS
    allowed: Collection[str] = ()


def prove(document: Document, fillings: list[Filling], leeway: Leeway) -> tuple[list[Filling], list[Refusal]]:
    """The fillings that leave the document what it is, and the refusals of the others.

    Nearly always no filling is refused. Where one is, the source text takes its place, which may bring back what
    another translation has as well; so what is left is looked at again.
    """
    proof = _Proof(document, leeway)
    refusals = proof.refusals_of_html(fillings)
    kept = _without(fillings, refusals)
    while kept:
        result = proof.outline_if_same(kept)
        refused = proof.refusals_of_structure(kept) if result is None else proof.refusals_of_tokens(kept, result)
        if not refused:
            break
        refusals += refused
        kept = _without(kept, refused)
    return kept, refusals


def _without(fillings: list[Filling], refusals: Iterable[Refusal]) -> list[Filling]:
    refused = {refusal.segment.slot.start for refusal in refusals}
    return [filling for filling in fillings if filling.segment.slot.start not in refused] if refused else fillings


class _Proof:
    """A document, and what its translations may have that it does not."""

    def __init__(self, document: Document, leeway: Leeway) -> None:
        self._document = document
        self._leeway = leeway
        self._dialects = document.options.dialects

    # HTML that acts

    def refusals_of_html(self, fillings: Iterable[Filling]) -> list[Refusal]:
        """The fillings with anything that a browser executes or loads and the source does not have."""
        refusals = []
        for segment, translation, data, *_ in fillings:
            shape = shape_of(segment.slot)
            texts = shape.texts_with_tags(translation, data.decode())
            if items := active.gained_in_any(segment.text, texts, shape.is_markdown, *self._leeway, self._dialects):
                problem = f"{items[0]}; the source text is used"
                refusals.append(refuse("html-unsafe", self._document, segment, problem))
        return refusals

    # Tokens that act

    def refusals_of_tokens(self, fillings: list[Filling], result: Sequence[OutlineItem]) -> list[Refusal]:
        """The fillings that add tokens which a site generator executes, includes or loads; `result` is the outline."""
        changed = self._changed(fillings)
        found = self._added(fillings, changed, result)
        problem = "this translation adds {}, which is executed, included or loaded; the source text is used"
        return [
            refuse("executable", self._document, filling.segment, problem.format(item.shown))
            for filling, item in (self._adding(fillings, changed, result, found) if found else ())
        ]

    def _changed(self, fillings: Sequence[Filling]) -> list[Filling]:
        """The fillings that may have other tokens than the texts that they replace."""
        data = self._document.data
        values = [filling for filling in fillings if shape_of(filling.segment.slot).is_value]
        others = fillings[len(values) :]  # front matter is at the beginning
        pairs = [(data[filling.segment.slot.start : filling.segment.slot.end], filling.data) for filling in others]
        return [*values, *(others[index] for index in executing.may_differ(pairs, self._dialects))]

    def _added(
        self, fillings: Sequence[Filling], changed: Sequence[Filling], result: Sequence[OutlineItem]
    ) -> executing.Items:
        """The tokens that the text with these fillings has beside the source's."""
        values = [filling for filling in changed if shape_of(filling.segment.slot).is_value]
        found = sum((self._change(filling) for filling in values), executing.Items())
        if len(changed) > len(values):
            now = executing.scan(executing.text_of_document(filled(self._document, fillings), result), self._dialects)
            found += executing.without(now, self._leeway.allowed) - self._tokens_of_source
        return found

    @cached_property
    def _tokens_of_source(self) -> executing.Items:
        text = executing.text_of_document(self._document.data, self._document.outline)
        return executing.scan(text, self._dialects)

    def _change(self, filling: Filling) -> executing.Items:
        """What a filling by itself adds, and as negative counts what it takes away."""
        slot = filling.segment.slot
        shape = shape_of(slot)
        texts = (filling.segment.text, filling.translation)
        if not shape.is_value:
            texts = (self._document.data[slot.start : slot.end].decode(), filling.data.decode())
        was, now = (shape.executed(text, self._dialects) for text in texts)
        change = executing.without(now, self._leeway.allowed)
        change.subtract(was)
        return change

    def _adding(
        self,
        fillings: Sequence[Filling],
        changed: Sequence[Filling],
        result: Sequence[OutlineItem],
        found: executing.Items,
    ) -> list[tuple[Filling, executing.Executed]]:
        """The fillings that add tokens, of which these were found too many, each with one of them.

        Where no filling shows them by itself, they are those that have a part in one.
        """
        adding = executing.adding([self._change(filling) for filling in changed], found)
        if adding:
            return [(changed[index], item) for index, item in adding.items()]
        made = list(edits(fillings))
        text = executing.text_of_document(splice(self._document.data, made), result)
        waiting = executing.places(text, self._dialects, found)[::-1]
        culprits = []
        item = None
        for filling, (start, end) in zip(fillings, spliced_ranges(made), strict=True):
            while waiting and waiting[-1].start < end:
                following = waiting.pop()
                item = following if item is None or following.end > item.end else item
            if item is not None and start < item.end:
                culprits.append((filling, item))
        return culprits or [(filling, next(iter(found))) for filling in changed]

    # Blocks

    def outline_if_same(self, fillings: Sequence[Filling]) -> Sequence[OutlineItem] | None:
        """The outline of the text with these fillings, if it has the source's blocks, at the source's places."""
        document = self._document
        made = list(edits(fillings))
        text = splice(document.data, made).decode()
        result = outline(text, document.options)
        is_kept = _is_same_structure(document.outline, result, made, self._places)
        return result if is_kept and _keeps_front_matter(document, text, fillings) else None

    @cached_property
    def _places(self) -> _Places:
        slots = [segment.slot for segment in self._document.segments]
        in_links = [slot.start for slot in slots if shape_of(slot).is_link_part]
        return _Places(in_links, list(ends_of_previous_sentences(self._document).values()))

    def refusals_of_structure(self, fillings: Sequence[Filling]) -> list[Refusal]:
        """The fillings without which the text has the source's blocks, at the source's places.

        The culprits are first looked for in ever smaller parts of the document, each parsed by itself: to parse the
        whole for each of them would take time that grows with the square of its size. What no part shows has to be
        found in the whole.
        """
        found = self._culprits(_parts(self._document, fillings))
        culprits = {filling.segment.slot.start for filling in found}
        sieve: Sieve[Filling] = Sieve(lambda tried: _OTHER_BLOCKS if self.outline_if_same(tried) is None else "")
        sieve.sift([filling for filling in fillings if filling.segment.slot.start not in culprits])
        found += [filling for filling, _ in sieve.refused]
        return [refuse_for_structure(self._document, filling.segment) for filling in found]

    def _culprits(self, parts: Sequence[_Part]) -> list[Filling]:
        """The fillings that parts in a row do not bear; both halves are only parsed if the whole does not."""
        if not parts:
            return []
        quotes = min(part.quotes for part in parts)
        problem = self._problem_of_part((parts[0].start, parts[-1].end), quotes)
        fillings = [filling for part in parts for filling in part.fillings]
        if not problem(fillings):
            return []
        if len(parts) > 1:
            middle = len(parts) // 2
            return self._culprits(parts[:middle]) + self._culprits(parts[middle:])
        sieve: Sieve[Filling] = Sieve(problem)
        sieve.sift(fillings)
        return [filling for filling, _ in sieve.refused]

    def _problem_of_part(self, span: tuple[int, int], quotes: int) -> Callable[[Sequence[Filling]], str]:
        """What says of fillings whether a part of the document, parsed by itself, keeps its blocks with them.

        There is a line end before it, for much has another meaning at the beginning of a text.
        """
        start, end = span
        options = self._document.options
        data = b"\n" + self._document.data[start:end]
        source = outline(without_quote_marks(data, quotes).decode(), options)
        inside = self._places.within(start, end)

        def problem(tried: Sequence[Filling]) -> str:
            made = [Edit(edit.start - start + 1, edit.end - start + 1, edit.data) for edit in edits(tried)]
            text = without_quote_marks(splice(data, made), quotes).decode()
            return "" if _is_same_structure(source, outline(text, options), made, inside) else _OTHER_BLOCKS

        return problem


_OTHER_BLOCKS = "its blocks are not those of the source"


class _Places(NamedTuple):
    """What the proof needs of a document besides its outline, as bytes in their order.

    `in_links` are those at which the slots begin that are parts of an image or link, alt texts and titles, and
    `sentence_ends` those at which sentences end that others follow in the same run.
    """

    in_links: list[int]
    sentence_ends: list[int]

    def within(self, start: int, end: int) -> _Places:
        """The places in a part of the document that has one byte before it."""
        return _Places(
            *([at - start + 1 for at in one[bisect_left(one, start) : bisect_left(one, end)]] for one in self)
        )


def _is_same_structure(
    source: Sequence[OutlineItem], result: Sequence[OutlineItem], made: Sequence[Edit], places: _Places
) -> bool:
    """Whether an outline is that of its source with some edits."""
    moved = Movement(made)
    if not is_same(source, result, moved, places.in_links):
        return False
    return not runs_over(result, [moved.offset(end) for end in places.sentence_ends])


def _keeps_front_matter(document: Document, text: str, fillings: Iterable[Filling]) -> bool:
    """Whether the front matter of a localised text says what the source's does, apart from what is translated."""
    scalars = {
        filling.segment.slot.start: filling.translation.strip()
        for filling in fillings
        if shape_of(filling.segment.slot).is_value
    }
    return not scalars or frontmatter.says(front_matter(document), text, scalars)


class _Part(NamedTuple):
    """Some bytes of a document that can be parsed by themselves, and what goes into them.

    `quotes` is the number of block quotes that they are in, whose marks are no text of theirs.
    """

    start: int
    end: int
    quotes: int
    fillings: list[Filling]


_DIVIDED = frozenset({"List", "BlockQuote"})


def _parts(document: Document, fillings: Iterable[Filling]) -> list[_Part]:
    """The smallest parts with fillings, in their order."""
    ranges = _ranges_of_parts(document.outline)
    return [
        _Part(start, end, ranges[start, end], inside)
        for start, end, members in in_ranges(list(ranges), fillings)
        if (inside := [filling for filling in members if filling.segment.slot.end <= end])
    ]


def _ranges_of_parts(items: Iterable[OutlineItem]) -> dict[tuple[int, int], int]:
    """The smallest parts and in how many quotes each is: blocks, but not lists and quotes, which may be long."""
    ranges: dict[tuple[int, int], int] = {}
    quotes = depth = 0  # open quotes, and open blocks of a part
    divided: list[str] = []
    for item in items:
        if isinstance(item, Opening) and item.tag in _DIVIDED and not depth:
            divided.append(item.tag)
            quotes += item.tag == "BlockQuote"
        elif isinstance(item, Closing) and not depth:
            quotes -= divided.pop() == "BlockQuote"
        elif isinstance(item, Closing):
            depth -= 1
        elif isinstance(item, (Opening, Verbatim)):
            if not depth:
                ranges[item.start, item.end] = quotes
            depth += isinstance(item, Opening)
    return ranges
