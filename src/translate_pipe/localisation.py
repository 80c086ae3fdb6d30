"""Documents and translations to localised Markdown: splice, then prove that the structure is still the source's."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.document import frontmatter, slots
from translate_pipe.document.parser import outline
from translate_pipe.document.segments import yaml_of
from translate_pipe.model import (
    Diagnostic,
    Document,
    Localised,
    Opening,
    Run,
    Segment,
    Severity,
    Slot,
    SlotShape,
    Translations,
    Verbatim,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from translate_pipe.model import OutlineItem

    Judge: TypeAlias = Callable[[str], str]

_STRUCTURE = "structure"


class _Filling(NamedTuple):
    """A segment and the bytes that go into its slot."""

    segment: Segment
    data: bytes


class _Refusal(NamedTuple):
    """A segment whose translation is not used; `problem` is the judge's word, empty if the proof needed none."""

    segment: Segment
    problem: str = ""


def localise(document: Document, translations: Translations, judge: Judge | None = None) -> Localised:
    r"""Put translations into a document.

    `translations` maps (msgctxt, msgid) to msgstr; a segment without one, or with a blank one, keeps its source text,
    and without any translation the result is the source byte for byte. The result is parsed again: a translation that
    would change the document's block structure is refused, its segment keeps the source text, and a diagnostic says so.
    `judge` says in words what is wrong with a localised text, and nothing of one that is right; the translations that
    it objects to are refused likewise.

    >>> from translate_pipe.document import parse
    >>> localise(parse("* Kop\n* Staart\n"), {(None, "Kop"): "Head"}).text
    '* Head\n* Staart\n'
    """
    fillings, unwritten = _fillings(document, translations)
    proof = _Sieve(lambda tried: "" if _keeps_structure(document, tried) else _STRUCTURE)
    accepted = proof.sift(fillings)
    refusals = [_Refusal(segment) for segment in unwritten]
    refusals += [_Refusal(filling.segment) for filling, _ in proof.refused]
    if judge and accepted:
        second = _Sieve(lambda tried: judge(_text(document, tried)) if tried else "")
        accepted = second.sift(accepted)
        refusals += [_Refusal(filling.segment, problem) for filling, problem in second.refused]
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


# What goes into the slots


def _fillings(document: Document, translations: Translations) -> tuple[list[_Filling], list[Segment]]:
    """What the translated slots get, and the segments for whose translation there is no way of writing it."""
    fillings: list[_Filling] = []
    refused: list[Segment] = []
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
            fillings.append(_Filling(segment, written.encode()))
    return fillings, refused


def _write_scalar(document: Document, slot: Slot, translation: str) -> str | None:
    block = document.outline[0]
    if not isinstance(block, Verbatim):  # a scalar's slot stands in front matter, which is the first block
        return None
    start, yaml_text = yaml_of(document.data, block)
    at = len(document.data[start : slot.start].decode())
    value = next(value for value in frontmatter.values(yaml_text) if value.start == at)
    return frontmatter.replace(yaml_text, value, translation.strip())


def _splice(document: Document, fillings: Iterable[_Filling]) -> bytes:
    pieces: list[bytes] = []
    position = 0
    for filling in fillings:
        slot = filling.segment.slot
        pieces += (document.data[position : slot.start], filling.data)
        position = slot.end
    pieces.append(document.data[position:])
    return b"".join(pieces)


# The proof


class _Sieve:
    """Keeps the fillings that together pass a test; `refused` has the others, each with what the test says of it.

    The test says nothing of fillings that pass. Nearly always these are all of them. If not, each half is tried on its
    own, together with those that have passed, until the culprits are found, which costs a test for each halving.
    """

    def __init__(self, test: Callable[[Sequence[_Filling]], str]) -> None:
        self._test = test
        self.refused: list[tuple[_Filling, str]] = []

    def sift(self, fillings: list[_Filling], passed: list[_Filling] | None = None) -> list[_Filling]:
        """Those of the fillings that, together with the ones that passed before them, pass."""
        passed = passed or []
        problem = self._test(passed + fillings) if fillings else ""
        if not problem:
            return fillings
        if len(fillings) == 1:
            self.refused.append((fillings[0], problem))
            return []
        middle = len(fillings) // 2
        good = self.sift(fillings[:middle], passed)
        return good + self.sift(fillings[middle:], passed + good)


def _keeps_structure(document: Document, fillings: Sequence[_Filling]) -> bool:
    """Whether the text with these fillings has the source's blocks, at the source's places."""
    result = outline(_splice(document, fillings).decode())
    if len(result) != len(document.outline):
        return False
    moved = _Movement(fillings)
    parts = _slots_inside_links(document)
    return all(_same(was, now, moved, parts) for was, now in zip(document.outline, result, strict=True))


def _same(was: OutlineItem, now: OutlineItem, moved: _Movement, parts: list[int]) -> bool:
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


class _Movement:
    """Where a byte offset of the source stands once the slots are filled."""

    def __init__(self, fillings: Sequence[_Filling]) -> None:
        self._ends = [filling.segment.slot.end for filling in fillings]
        growths = (len(filling.data) - (filling.segment.slot.end - filling.segment.slot.start) for filling in fillings)
        self._growth = [0, *accumulate(growths)]

    def range(self, item: Run | Verbatim) -> tuple[int, int]:
        """The range that an item of the source's outline must have in the result."""
        return self._moved(item.start), self._moved(item.end)

    def _moved(self, offset: int) -> int:
        return offset + self._growth[bisect_right(self._ends, offset)]


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
