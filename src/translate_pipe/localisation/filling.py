"""Fill the slots of a document: write each translation as its slot needs it, and splice all of them into the text."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.localisation.plain import has_labels, is_plain
from translate_pipe.markdown.embedded import frontmatter
from translate_pipe.markdown.splicing import Edit, splice
from translate_pipe.model import (
    Closing,
    Diagnostic,
    Document,
    Opening,
    Run,
    Segment,
    Severity,
    Translations,
    Verbatim,
)
from translate_pipe.segments.sentences import is_gap, joint
from translate_pipe.segments.shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator


class Filling(NamedTuple):
    """A segment, its translation, and the bytes that go into its slot.

    - `previous_end`: where the slot of the sentence before it ends, if that sentence is translated too and the white
      space between the two changes; otherwise -1.
    - `joint`: the new white space.
    - `is_plain`: whether it can certainly change nothing but words; see `localisation.plain`.
    """

    segment: Segment
    translation: str
    data: bytes
    previous_end: int = -1
    joint: bytes = b""
    is_plain: bool = False


class Refusal(NamedTuple):
    """A segment whose translation is not used, and why."""

    segment: Segment
    diagnostic: Diagnostic


def refuse(check: str, document: Document, segment: Segment, problem: str) -> Refusal:
    """The refusal of a translation because of a check's finding."""
    found = Diagnostic(check, Severity.ERROR, problem, document.path, segment.line, segment.text, segment.context)
    return Refusal(segment, found)


def refuse_for_structure(document: Document, segment: Segment) -> Refusal:
    """The refusal of a translation that would change the blocks of the document."""
    problem = "this translation would change the structure of the document around it; the source text is used"
    return refuse("structure", document, segment, problem)


def fill(
    document: Document, translations: Translations, locale: str, allowed: Collection[str] = ()
) -> tuple[list[Filling], list[Refusal]]:
    """The fillings of the translated slots, and the refusals of translations that cannot be written into theirs."""
    wanted = [
        (segment, translation)
        for segment in document.segments
        if (translation := translations.get((segment.context, segment.text), "")).strip()
        and translation != segment.text
    ]
    values = {
        segment.slot.start: translation.strip() for segment, translation in wanted if shape_of(segment.slot).is_value
    }
    written_values = frontmatter.write_values(front_matter(document), values) if values else {}
    fillings: list[Filling] = []
    refusals: list[Refusal] = []
    previous = ends_of_previous_sentences(document) if locale else {}
    for segment, translation in wanted:
        slot = segment.slot
        shape = shape_of(slot)
        written = (
            written_values.get(slot.start) if shape.is_value else shape.write(document, slot, translation, allowed)
        )
        if written is None:
            refusals.append(refuse_for_structure(document, segment))
            continue
        filling = Filling(segment, translation, written.encode())
        end = fillings[-1].segment.slot.end if fillings else -1
        if fillings and end == previous.get(slot.start, -1):
            gap = document.data[end : slot.start].decode()
            between = joint(locale, gap, fillings[-1].data.decode(), written)
            if between != gap:
                filling = filling._replace(previous_end=end, joint=between.encode())
        fillings.append(filling)
    return fillings, refusals


def with_plain(document: Document, fillings: Iterable[Filling], *, is_judged: bool) -> list[Filling]:
    """The fillings, each with whether it is plain.

    The judge wants to know that of each one. For the proof alone it is not looked for after the first filling that is
    not plain, since the document is then parsed anyway.
    """
    labels = has_labels(document)
    result: list[Filling] = []
    is_looked_for = True
    for filling in fillings:
        slot = filling.segment.slot
        plain = is_looked_for and filling.previous_end < 0 and is_plain(document, slot, filling.data, has_labels=labels)
        is_looked_for = is_looked_for and (is_judged or plain or shape_of(slot).is_value)
        result.append(filling._replace(is_plain=True) if plain else filling)
    return result


def front_matter(document: Document) -> str:
    """The front matter of a document with its fences; empty if it has none."""
    block = document.outline[0]
    end = block.end if isinstance(block, Verbatim) and block.tag == "FrontMatter" else 0
    return document.data[:end].decode()


def ends_of_previous_sentences(document: Document) -> dict[int, int]:
    """Where the previous sentence of the same run ends, by the offset of a sentence's slot."""
    if document.options.segmentation != "sentence":
        return {}
    runs = [item for item in document.outline if isinstance(item, Run)]
    found: dict[int, int] = {}
    at = 0
    for first, second in pairwise(document.segments):
        while at < len(runs) and runs[at].end < second.slot.end:
            at += 1
        is_same_run = at < len(runs) and runs[at].start <= first.slot.start
        if is_same_run and is_gap(document.data, first.slot.end, second.slot.start):
            found[second.slot.start] = first.slot.end
    return found


def with_fillings(document: Document, fillings: Iterable[Filling], start: int = 0, end: int | None = None) -> bytes:
    """The text of a document with fillings, or the part from byte `start` to `end`, which then has all their slots."""
    return splice(document.data, edits(fillings), start, end)


def edits(fillings: Iterable[Filling]) -> Iterator[Edit]:
    """The edits that put fillings into a document, in document order."""
    end = -1
    for filling in fillings:
        slot = filling.segment.slot
        if 0 <= filling.previous_end == end:
            yield Edit(filling.previous_end, slot.end, filling.joint + filling.data)
        else:
            yield Edit(slot.start, slot.end, filling.data)
        end = slot.end


def block_ranges(document: Document, divided: Collection[str] = ()) -> dict[tuple[int, int], int]:
    """The byte ranges of the outermost blocks, each with the number of block quotes around it.

    Blocks with a tag in `divided` do not count; the blocks in them are outermost.
    """
    ranges: dict[tuple[int, int], int] = {}
    quotes = depth = 0  # open quotes that are divided, and open blocks of a range
    outer: list[str] = []
    for item in document.outline:
        if isinstance(item, Opening) and item.tag in divided and not depth:
            outer.append(item.tag)
            quotes += item.tag == "BlockQuote"
        elif isinstance(item, Closing) and not depth:
            quotes -= outer.pop() == "BlockQuote"
        elif isinstance(item, Closing):
            depth -= 1
        elif isinstance(item, (Opening, Verbatim)):
            if not depth:
                ranges[item.start, item.end] = quotes
            depth += isinstance(item, Opening)
    return ranges


def in_ranges(ranges: Iterable[tuple[int, int]], fillings: Iterable[Filling]) -> list[tuple[int, int, list[Filling]]]:
    """The ranges that have fillings, each with its fillings; `ranges` are byte ranges in ascending order.

    Fillings of front matter are left out: it is no block, and is not rendered.
    """
    ranges = list(ranges)
    starts = [start for start, _ in ranges]
    found: dict[int, list[Filling]] = {}
    for filling in fillings:
        if not shape_of(filling.segment.slot).is_value:
            found.setdefault(bisect_right(starts, filling.segment.slot.start) - 1, []).append(filling)
    return [(*ranges[index], members) for index, members in found.items()]
