"""Fill the slots of a document: write each translation as its slot needs it, and splice all of them into the text."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.localisation.plain import Kept, has_labels, kept
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
from translate_pipe.segments.shapes import line_before, shape_of, source_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


_new = tuple.__new__  # makes a named tuple twice as fast as its own constructor; there is one for each segment


class Filling(NamedTuple):
    """A segment, its translation, and the bytes that go into its slot.

    - `previous_end`: where the slot of the sentence before it ends, if that sentence is translated too and the white
      space between the two changes; otherwise -1.
    - `joint`: the new white space.
    - `kept`: what it certainly keeps of its source.
    """

    segment: Segment
    translation: str
    data: bytes
    previous_end: int = -1
    joint: bytes = b""
    kept: Kept = Kept.NOTHING

    @property
    def is_plain(self) -> bool:
        """Whether it can certainly change nothing but words."""
        return self.kept is Kept.ALL_BUT_WORDS

    @property
    def keeps_markup(self) -> bool:
        """Whether it certainly has the structure and the rendering of its source."""
        return self.kept is not Kept.NOTHING


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
    document: Document,
    translations: Translations,
    locale: str,
    allowed: Collection[str] = (),
    *,
    is_judged: bool = True,
) -> tuple[list[Filling], list[Refusal]]:
    """The fillings of the translated slots, and the refusals of translations that cannot be written into theirs.

    The judge wants to know what each filling keeps. For the proof alone it is not looked for after the first filling
    that may keep nothing, since the document is then parsed anyway.
    """
    wanted = [
        (segment, translation)
        for segment in document.segments
        if (translation := translations.get((segment.context, segment.text), "")).strip()
        and translation != segment.text
    ]
    plain_values, written_values = _values(document, wanted)
    fillings: list[Filling] = []
    refusals: list[Refusal] = []
    previous = ends_of_previous_sentences(document) if locale else {}
    labels = has_labels(document)
    is_looked_for = True
    end = -1
    for segment, translation in wanted:
        slot = segment.slot
        shape = shape_of(slot)
        if shape.is_value:
            written = plain_values.get(slot.start) or written_values.get(slot.start)
        else:
            written = shape.write(document, slot, translation, allowed)
        if written is None:
            refusals.append(refuse_for_structure(document, segment))
            continue
        data = written.encode()
        previous_end, between = -1, b""
        if fillings and end == previous.get(slot.start, -1):
            gap = document.data[end : slot.start].decode()
            new = joint(locale, gap, fillings[-1].data.decode(), written)
            if new != gap:
                previous_end, between = end, new.encode()
        keeps = Kept.NOTHING
        if shape.is_value:
            keeps = Kept.ALL_BUT_WORDS if slot.start in plain_values else keeps
        elif is_looked_for:
            keeps = kept(document, slot, data, has_labels=labels) if previous_end < 0 else keeps
            is_looked_for = is_judged or keeps is not Kept.NOTHING
        fillings.append(_new(Filling, (segment, translation, data, previous_end, between, keeps)))
        end = slot.end
    return fillings, refusals


def _values(document: Document, wanted: Iterable[tuple[Segment, str]]) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """How translations of values of the front matter are written, those that are certainly right and the others."""
    plain: dict[int, str] = {}
    others: dict[int, str] = {}
    matter = _matter(document)
    is_yaml = matter is not None and matter.detail == "yaml"
    for segment, translation in wanted:
        slot = segment.slot
        if not shape_of(slot).is_value:
            break  # front matter comes first
        before, written = line_before(document, slot).decode(), source_of(document, slot)
        text = translation.strip()
        if is_yaml and (result := frontmatter.quoted_plainly(before, written, segment.text, text)):
            plain[slot.start] = result
        else:
            others[slot.start] = text
    return plain, frontmatter.write_values(front_matter(document), others) if others else {}


def front_matter(document: Document) -> str:
    """The front matter of a document with its fences; empty if it has none."""
    block = _matter(document)
    return document.data[: block.end].decode() if block else ""


def _matter(document: Document) -> Verbatim | None:
    block = document.outline[0] if document.outline else None
    return block if isinstance(block, Verbatim) and block.tag == "FrontMatter" else None


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
