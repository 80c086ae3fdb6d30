"""Prove that translations change no block of a document and add nothing that is executed, included or loaded.

HTML that a browser executes or loads is looked for in each translation. Tokens that a site generator executes, includes
or loads may move from one segment to another, so they are counted in the whole document, after its blocks have been
compared.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.links import NO_LINKS, LocaleLinks
from translate_pipe.localisation.filling import (
    Filling,
    block_ranges,
    edits,
    ends_of_previous_sentences,
    front_matter,
    in_ranges,
    refuse,
    refuse_for_structure,
    with_fillings,
)
from translate_pipe.localisation.sieve import Sieve
from translate_pipe.localisation.structure import is_same, runs_over
from translate_pipe.markdown.embedded import frontmatter
from translate_pipe.markdown.inline import active, executing
from translate_pipe.markdown.parser import outline
from translate_pipe.markdown.splicing import Edit, Movement, splice, spliced_ranges
from translate_pipe.segments.shapes import shape_of
from translate_pipe.text.lines import without_quote_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from translate_pipe.localisation.filling import Refusal
    from translate_pipe.model import Document, OutlineItem


class Leeway(NamedTuple):
    """What translations may have that the source does not.

    - `locale`: the language of the translations, in which addresses may differ.
    - `links`: the project's rules for addresses in the locale.
    - `allowed`: tokens such as `{{ version }}`.
    """

    locale: str = ""
    links: LocaleLinks = NO_LINKS
    allowed: Collection[str] = ()


def prove(document: Document, fillings: list[Filling], leeway: Leeway) -> tuple[list[Filling], list[Refusal]]:
    """The fillings that change nothing but their slots, and the refusals of the others.

    Nearly always no filling is refused. If one is, the source text returns to its slot, which may repeat what another
    translation has; so the remaining fillings are checked again.
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
    """The checks of one document's fillings."""

    def __init__(self, document: Document, leeway: Leeway) -> None:
        self._document = document
        self._leeway = leeway
        self._dialects = document.options.dialects

    # Active HTML

    def refusals_of_html(self, fillings: Iterable[Filling]) -> list[Refusal]:
        """The refusals of translations with HTML that a browser executes or loads and the source does not have."""
        refusals = []
        for segment, translation, data, *_ in (filling for filling in fillings if not filling.keeps_markup):
            shape = shape_of(segment.slot)
            texts = shape.texts_with_tags(translation, data.decode())
            if items := active.gained_in_any(segment.text, texts, shape.is_markdown, *self._leeway, self._dialects):
                problem = f"{items[0]}; the source text is used"
                refusals.append(refuse("html-unsafe", self._document, segment, problem))
        return refusals

    # Executed tokens

    def refusals_of_tokens(self, fillings: list[Filling], result: Sequence[OutlineItem]) -> list[Refusal]:
        """The refusals of translations that add executed tokens; `result` is what `outline_if_same` found."""
        document = self._document
        unsure = [filling for filling in fillings if not filling.is_plain]
        values = [filling for filling in unsure if shape_of(filling.segment.slot).is_value]
        others = unsure[len(values) :]  # front matter comes first
        pairs = [(document.data[one.segment.slot.start : one.segment.slot.end], one.data) for one in others]
        differing = [others[index] for index in executing.may_differ(pairs, self._dialects)]
        found = sum((self._change(filling) for filling in values), executing.Items())
        if differing:
            localised = with_fillings(document, fillings)
            result = result or outline(localised.decode(), document.options)
            text = executing.text_of_document(localised, result)
            now = executing.without_allowed(executing.scan(text, self._dialects), self._leeway.allowed)
            source = executing.text_of_document(document.data, document.outline)
            found += now - executing.scan(source, self._dialects)
        if not found:
            return []
        changed = [*values, *differing]
        adding = executing.adding([self._change(filling) for filling in changed], found)
        culprits = [(changed[index], item) for index, item in adding.items()]
        culprits = culprits or self._holding_parts(fillings, result, found)
        if not culprits:  # they take something away, such as the `raw` before a token that was shown
            culprits = [(filling, next(iter(found))) for filling in changed]
        problem = "this translation adds {}, which is executed, included or loaded; the source text is used"
        return [
            refuse("executable", document, filling.segment, problem.format(item.shown)) for filling, item in culprits
        ]

    def _change(self, filling: Filling) -> executing.Items:
        """The tokens that one filling adds, and as negative counts those that it removes."""
        slot = filling.segment.slot
        shape = shape_of(slot)
        texts = (filling.segment.text, filling.translation)
        if not shape.is_value:
            texts = (self._document.data[slot.start : slot.end].decode(), filling.data.decode())
        was, now = (shape.executed(text, self._dialects) for text in texts)
        change = executing.without_allowed(now, self._leeway.allowed)
        change.subtract(was)
        return change

    def _holding_parts(
        self, fillings: Sequence[Filling], result: Sequence[OutlineItem], found: executing.Items
    ) -> list[tuple[Filling, executing.Executed]]:
        """The fillings that hold a part of the tokens `found`, each with one of these tokens.

        A token may begin in one segment and end in another, though neither has a token by itself.
        """
        made = list(edits(fillings))
        text = executing.text_of_document(splice(self._document.data, made), result)
        waiting = executing.places(text, self._dialects, found)[::-1]
        holding = []
        item = None
        for filling, (start, end) in zip(fillings, spliced_ranges(made), strict=True):
            while waiting and waiting[-1].start < end:
                following = waiting.pop()
                item = following if item is None or following.end > item.end else item
            if item is not None and start < item.end:
                holding.append((filling, item))
        return holding

    # Blocks

    def outline_if_same(self, fillings: Sequence[Filling]) -> Sequence[OutlineItem] | None:
        """The outline of the localised text; None if its blocks or its front matter are not those of the source.

        If all fillings in blocks keep the markup of their sources, the text is not parsed and the result is empty.
        """
        document = self._document
        unsure = [filling for filling in fillings if not filling.keeps_markup]
        if not unsure:
            return ()
        made = list(edits(fillings))
        text = splice(document.data, made).decode()
        result: Sequence[OutlineItem] = ()
        if not all(shape_of(filling.segment.slot).is_value for filling in unsure):
            result = outline(text, document.options)
            if not _is_same_structure(document.outline, result, made, self._places):
                return None
        if shape_of(unsure[0].segment.slot).is_value:  # front matter comes first
            values = {
                filling.segment.slot.start: filling.translation.strip()
                for filling in fillings
                if shape_of(filling.segment.slot).is_value
            }
            return result if frontmatter.says(front_matter(document), text, values) else None
        return result

    @cached_property
    def _places(self) -> _Places:
        slots = [segment.slot for segment in self._document.segments]
        in_links = [slot.start for slot in slots if shape_of(slot).is_link_part]
        return _Places(in_links, list(ends_of_previous_sentences(self._document).values()))

    def refusals_of_structure(self, fillings: Sequence[Filling]) -> list[Refusal]:
        """The refusals of translations that change the blocks of the document.

        Ever smaller parts of the document are parsed by themselves until the culprits are found. Parsing the whole
        document for each of them would take time that grows with the square of its size. Only culprits that no part
        shows are looked for in the whole document.
        """
        document = self._document
        ranges = block_ranges(document, _DIVIDED)
        passages = [
            _Passage(start, end, ranges[start, end], inside)
            for start, end, members in in_ranges(ranges, fillings)
            if (inside := [filling for filling in members if filling.segment.slot.end <= end])
        ]
        found = self._culprits(passages)
        culprits = {filling.segment.slot.start for filling in found}
        sieve: Sieve[Filling] = Sieve(lambda tried: _OTHER_BLOCKS if self.outline_if_same(tried) is None else "")
        sieve.sift([filling for filling in fillings if filling.segment.slot.start not in culprits])
        found += [filling for filling, _ in sieve.refused]
        return [refuse_for_structure(document, filling.segment) for filling in found]

    def _culprits(self, passages: Sequence[_Passage]) -> list[Filling]:
        """The fillings that change the blocks of consecutive passages; halves are parsed only if the whole differs."""
        if not passages:
            return []
        quotes = min(passage.quotes for passage in passages)
        problem = self._test_of_passage((passages[0].start, passages[-1].end), quotes)
        fillings = [filling for passage in passages for filling in passage.fillings]
        if not problem(fillings):
            return []
        if len(passages) > 1:
            middle = len(passages) // 2
            return self._culprits(passages[:middle]) + self._culprits(passages[middle:])
        sieve: Sieve[Filling] = Sieve(problem)
        sieve.sift(fillings)
        return [filling for filling, _ in sieve.refused]

    def _test_of_passage(self, span: tuple[int, int], quotes: int) -> Callable[[Sequence[Filling]], str]:
        """A test for a sieve: the problem of some fillings if they change the blocks of a passage, parsed by itself.

        The passage gets a line end before it, because some syntax has another meaning at the beginning of a text.
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
    """Offsets that the proof needs besides the outline, in ascending order.

    - `in_links`: where the slots of alt texts and titles begin, which are parts of images and links.
    - `sentence_ends`: where the sentences end that another sentence follows in the same run.
    """

    in_links: list[int]
    sentence_ends: list[int]

    def within(self, start: int, end: int) -> _Places:
        """The places between two offsets, counted from one byte before the first."""
        return _Places(
            *([at - start + 1 for at in one[bisect_left(one, start) : bisect_left(one, end)]] for one in self)
        )


def _is_same_structure(
    source: Sequence[OutlineItem], result: Sequence[OutlineItem], made: Sequence[Edit], places: _Places
) -> bool:
    """Whether the outline of an edited text is the one that its source had."""
    moved = Movement(made)
    if not is_same(source, result, moved, places.in_links):
        return False
    return not runs_over(result, [moved.offset(end) for end in places.sentence_ends])


class _Passage(NamedTuple):
    """A range of bytes that can be parsed by itself, with its fillings.

    `quotes` is the number of block quotes around it, whose marks are on its lines.
    """

    start: int
    end: int
    quotes: int
    fillings: list[Filling]


_DIVIDED = frozenset({"List", "BlockQuote"})
"""Blocks that may be long. Each block in them is a passage of its own."""
