"""Documents and translations to localised Markdown: splice, then prove that the structure is still the source's."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from translate_pipe.document import frontmatter, slots
from translate_pipe.document.parser import outline
from translate_pipe.document.segments import yaml_of
from translate_pipe.document.sentences import is_gap, joint
from translate_pipe.model import (
    Closing,
    Diagnostic,
    Document,
    Localised,
    Opening,
    Piece,
    Run,
    Segment,
    Severity,
    Slot,
    SlotShape,
    Translations,
    Verbatim,
)
from translate_pipe.sieve import Sieve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from translate_pipe.model import OutlineItem

_STRUCTURE = "structure"


class Judge(Protocol):
    """Says in words what is wrong with a localised document, and nothing of one that is right."""

    def problem(self, text: str) -> str:
        """What is wrong with a localised document."""

    def problem_of_block(self, source: str, text: str) -> str:
        """What is wrong with one localised block of the document that `problem` was last asked about."""


class _Filling(NamedTuple):
    """A segment and the bytes that go into its slot.

    `behind` is where the slot of the sentence in front of it ends, -1 if there is none; `joint` is what stands between
    the two where that one is translated as well.
    """

    segment: Segment
    data: bytes
    behind: int = -1
    joint: bytes = b""


class _Edit(NamedTuple):
    """A range of the source and the bytes that replace it."""

    start: int
    end: int
    data: bytes


class _Refusal(NamedTuple):
    """A segment whose translation is not used; `problem` is the judge's word, empty if the proof needed none."""

    segment: Segment
    problem: str = ""


def localise(
    document: Document, translations: Translations, judge: Judge | None = None, *, locale: str = ""
) -> Localised:
    r"""Put translations into a document.

    `translations` maps (msgctxt, msgid) to msgstr; a segment without one, or with a blank one, keeps its source text,
    and without any translation the result is the source byte for byte. The result is parsed again: a translation that
    would change the document's block structure is refused, its segment keeps the source text, and a diagnostic says so.
    The translations that the `judge` objects to are refused likewise. Between two sentences that are both translated
    stands the white space that the script of the `locale` has there; without a locale it stays the source's.

    >>> from translate_pipe.document import parse
    >>> localise(parse("* Kop\n* Staart\n"), {(None, "Kop"): "Head"}).text
    '* Head\n* Staart\n'
    """
    fillings, unwritten = _fillings(document, translations, locale)
    proof: Sieve[_Filling] = Sieve(lambda tried: "" if _keeps_structure(document, tried) else _STRUCTURE)
    accepted = proof.sift(fillings)
    refusals = [_Refusal(segment) for segment in unwritten]
    refusals += [_Refusal(filling.segment) for filling, _ in proof.refused]
    if judge and accepted:
        accepted, refused = _judged(document, accepted, judge)
        refusals += [_Refusal(filling.segment, problem) for filling, problem in refused]
    refusals.sort(key=lambda refusal: refusal.segment.slot.start)
    diagnostics = tuple(_diagnostic(document, refusal) for refusal in refusals)
    return Localised(_text(document, accepted), diagnostics, tuple(refusal.segment for refusal in refusals))


def _diagnostic(document: Document, refusal: _Refusal) -> Diagnostic:
    segment = refusal.segment
    if refusal.problem:
        return Diagnostic(
            check="rendering",
            severity=Severity.ERROR,
            message=f"with this translation the rendered document is not that of its source: {refusal.problem}",
            file=document.path,
            line=segment.line,
            msgid=segment.text,
            msgctxt=segment.context,
        )
    return Diagnostic(
        check="structure",
        severity=Severity.ERROR,
        message="this translation would change the structure of the document around it; the source text is used",
        file=document.path,
        line=segment.line,
        msgid=segment.text,
        msgctxt=segment.context,
    )


def _text(document: Document, fillings: Iterable[_Filling]) -> str:
    return document.byte_order_mark + _splice(document, fillings).decode()


def _judged(
    document: Document, fillings: list[_Filling], judge: Judge
) -> tuple[list[_Filling], list[tuple[_Filling, str]]]:
    """The fillings that the judge accepts, and the others with what it says of them.

    Judging a whole document is slow, so the culprits are first looked for in their blocks, each judged by itself; what
    is left is judged as a whole, and only what no block shows has to be found among all.
    """
    if not judge.problem(_text(document, fillings)):
        return fillings, []
    refused: list[tuple[_Filling, str]] = []
    for start, end, members in _by_block(document, fillings):
        refused += _culprits_in_block(document, start, end, members, judge)
    culprits = {id(filling) for filling, _ in refused}
    sieve: Sieve[_Filling] = Sieve(lambda tried: judge.problem(_text(document, tried)))
    accepted = sieve.sift([filling for filling in fillings if id(filling) not in culprits])
    return accepted, refused + sieve.refused


def _culprits_in_block(
    document: Document, start: int, end: int, fillings: list[_Filling], judge: Judge
) -> list[tuple[_Filling, str]]:
    source = document.data[start:end].decode()
    sieve: Sieve[_Filling] = Sieve(
        lambda tried: judge.problem_of_block(source, _splice(document, tried, start, end).decode())
    )
    sieve.sift(fillings)
    return sieve.refused


def _by_block(document: Document, fillings: Iterable[_Filling]) -> list[tuple[int, int, list[_Filling]]]:
    """The blocks at the top of a document that have fillings, each with its range in bytes and its fillings.

    Front matter is no block: it is not rendered.
    """
    ranges = _top_blocks(document.outline)
    starts = [start for start, _ in ranges]
    blocks: dict[int, list[_Filling]] = {}
    for filling in fillings:
        if filling.segment.slot.shape is not SlotShape.SCALAR:
            blocks.setdefault(bisect_right(starts, filling.segment.slot.start) - 1, []).append(filling)
    return [(*ranges[index], members) for index, members in blocks.items()]


def _top_blocks(items: Iterable[OutlineItem]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    depth = 0
    for item in items:
        if isinstance(item, Opening | Verbatim) and not depth:
            ranges.append((item.start, item.end))
        if isinstance(item, Opening):
            depth += 1
        else:
            depth -= isinstance(item, Closing)
    return ranges


# What goes into the slots


def _fillings(document: Document, translations: Translations, locale: str) -> tuple[list[_Filling], list[Segment]]:
    """What the translated slots get, and the segments for whose translation there is no way of writing it."""
    fillings: list[_Filling] = []
    refused: list[Segment] = []
    neighbours = _neighbours(document) if locale else {}
    for segment in document.segments:
        translation = translations.get(segment.key, "")
        if not translation.strip() or translation == segment.text:
            continue
        if segment.slot.shape is SlotShape.SCALAR:
            written = _write_scalar(document, segment.slot, translation)
        else:
            written = slots.write(document, segment.slot, translation)
        if written is None:
            refused.append(segment)
        else:
            filling = _Filling(segment, written.encode())
            if fillings and fillings[-1].segment.slot.end == neighbours.get(segment.slot.start, -1):
                filling = _joined(document, fillings[-1], filling, locale)
            fillings.append(filling)
    return fillings, refused


def _joined(document: Document, first: _Filling, second: _Filling, locale: str) -> _Filling:
    """The second of two sentences, with what stands between them."""
    behind = first.segment.slot.end
    gap = document.data[behind : second.segment.slot.start].decode()
    between = joint(locale, gap, first.data.decode(), second.data.decode())
    return second if between == gap else second._replace(behind=behind, joint=between.encode())


def _neighbours(document: Document) -> dict[int, int]:
    """For each slot that begins with a sentence, but not the first of its run, where the one in front of it ends."""
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


def _write_scalar(document: Document, slot: Slot, translation: str) -> str | None:
    block = document.outline[0]
    if not isinstance(block, Verbatim):  # a scalar's slot stands in front matter, which is the first block
        return None
    start, yaml_text = yaml_of(document.data, block)
    at = len(document.data[start : slot.start].decode())
    value = next(value for value in frontmatter.values(yaml_text) if value.start == at)
    return frontmatter.replace(yaml_text, value, translation.strip())


def _splice(document: Document, fillings: Iterable[_Filling], start: int = 0, end: int | None = None) -> bytes:
    """The document's text, or a part of it, with these fillings, which stand in it."""
    pieces: list[bytes] = []
    position = start
    for edit in _edits(fillings):
        pieces += (document.data[position : edit.start], edit.data)
        position = edit.end
    pieces.append(document.data[position:end])
    return b"".join(pieces)


def _edits(fillings: Iterable[_Filling]) -> Iterator[_Edit]:
    """What replaces what, in the order of the document."""
    end = -1
    for filling in fillings:
        slot = filling.segment.slot
        if 0 <= filling.behind == end:
            yield _Edit(filling.behind, slot.end, filling.joint + filling.data)
        else:
            yield _Edit(slot.start, slot.end, filling.data)
        end = slot.end


# The proof


def _keeps_structure(document: Document, fillings: Sequence[_Filling]) -> bool:
    """Whether the text with these fillings has the source's blocks, at the source's places."""
    result = outline(_splice(document, fillings).decode(), document.options)
    if len(result) != len(document.outline):
        return False
    moved = _Movement(fillings)
    parts = _slots_inside_links(document)
    is_same = all(_same(was, now, moved, parts) for was, now in zip(document.outline, result, strict=True))
    return is_same and not _runs_over(result, [moved.offset(end) for end in _sentence_ends(document)])


def _same(was: OutlineItem, now: OutlineItem, moved: _Movement, parts: list[int]) -> bool:
    if isinstance(was, Piece) or isinstance(now, Piece):
        return isinstance(was, Piece) and isinstance(now, Piece) and _is_same_piece(was, now, moved)
    if type(was) is not type(now) or was.tag != now.tag:
        return False
    if isinstance(was, Run) and isinstance(now, Run):
        is_image = bisect_left(parts, was.start) < bisect_left(parts, was.end)
        return moved.range(was) == (now.start, now.end) and (not is_image or _targets(was) == _targets(now))
    if isinstance(was, Verbatim) and isinstance(now, Verbatim):
        return was.detail == now.detail and moved.range(was) == (now.start, now.end)
    if isinstance(was, Opening) and isinstance(now, Opening):
        return was.detail == now.detail
    return True


def _is_same_piece(was: Piece, now: Piece, moved: _Movement) -> bool:
    if (was.kind, was.shape, was.detail) != (now.kind, now.shape, now.detail):
        return False
    start, end = moved.range(was)
    # A translation may have quotes of its own around it, or tags around all of it, which are no part of a piece.
    is_html = was.shape in (SlotShape.HTML, SlotShape.ATTRIBUTE)
    return start <= now.start <= now.end <= end if is_html else (start, end) == (now.start, now.end)


class _Movement:
    """Where a byte offset of the source stands once the slots are filled."""

    def __init__(self, fillings: Sequence[_Filling]) -> None:
        edits = list(_edits(fillings))
        self._ends = [edit.end for edit in edits]
        growths = (len(edit.data) - (edit.end - edit.start) for edit in edits)
        self._growth = [0, *accumulate(growths)]

    def range(self, item: Run | Verbatim | Piece) -> tuple[int, int]:
        """The range that an item of the source's outline must have in the result."""
        return self.offset(item.start), self.offset(item.end)

    def offset(self, offset: int) -> int:
        """Where an offset of the source stands that is in no slot, or at its end."""
        return offset + self._growth[bisect_right(self._ends, offset)]


def _sentence_ends(document: Document) -> list[int]:
    """Where sentences end that others follow in the same run."""
    return list(_neighbours(document).values())


def _runs_over(items: Iterable[OutlineItem], ends: list[int]) -> bool:
    """Whether anything but text, such as a link or a piece of code, goes on from one sentence into the next."""
    inlines = (inline for item in items if ends and isinstance(item, Run) for inline in item.inlines)
    for inline in inlines:
        at = bisect_right(ends, inline.start)
        if inline.kind != "Text" and at < len(ends) and ends[at] < inline.end:
            return True
    return False


def _slots_inside_links(document: Document) -> list[int]:
    """Where the slots begin that are parts of an image or link: alt texts and titles."""
    shapes = (SlotShape.ALT, SlotShape.TITLE)
    return [segment.slot.start for segment in document.segments if segment.slot.shape in shapes]


def _targets(run: Run) -> list[tuple[str, object]]:
    """The images of a run and the links around them, with where they lead and whether they have a title."""
    targets: list[tuple[str, object]] = []
    depth = 0
    for inline in run.inlines:
        if isinstance(inline.value, dict) and not depth:
            detail = inline.value
            targets.append((inline.kind, (detail["link_type"], detail["dest_url"], bool(detail["title"]))))
        depth += (inline.kind == "Image") - (inline.kind == "EndImage")
    return targets
