"""Documents and translations to localised Markdown: splice, then prove that the structure is still the source's."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from translate_pipe.document import executing, frontmatter, slots
from translate_pipe.document.active import gained, may_gain, without
from translate_pipe.document.inlines import inlines
from translate_pipe.document.lines import without_quote_marks
from translate_pipe.document.parser import outline
from translate_pipe.document.sentences import is_gap, joint
from translate_pipe.document.splicing import Edit, Movement, splice, spliced_ranges
from translate_pipe.document.structure import is_same, runs_over
from translate_pipe.links import NO_LINKS
from translate_pipe.model import (
    Closing,
    Diagnostic,
    Document,
    Localised,
    Opening,
    Run,
    Segment,
    Severity,
    SlotShape,
    Translations,
    Verbatim,
)
from translate_pipe.sieve import Sieve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from translate_pipe.document.active import Item
    from translate_pipe.links import LocaleLinks
    from translate_pipe.model import OutlineItem

_STRUCTURE = "structure"
_DIVIDED = frozenset({"List", "BlockQuote"})


class Judge(Protocol):
    """Says in words what is wrong with a localised document, and nothing of one that is right."""

    def problem(self, text: str) -> str:
        """What is wrong with a localised document."""

    def problem_of_block(self, source: str, text: str) -> str:
        """What is wrong with one localised block of the document that `problem` was last asked about."""


class _Filling(NamedTuple):
    """A segment, its translation, and the bytes that go into its slot.

    `behind` is where the slot of the sentence in front of it ends, -1 if there is none; `joint` is what stands between
    the two where that one is translated as well.
    """

    segment: Segment
    translation: str
    data: bytes
    behind: int = -1
    joint: bytes = b""


class _Refusal(NamedTuple):
    """A segment whose translation is not used, and why."""

    segment: Segment
    diagnostic: Diagnostic


def localise(  # noqa: PLR0913  # a library call: what it needs, and all that may be left out
    document: Document,
    translations: Translations,
    judge: Judge | None = None,
    *,
    locale: str = "",
    links: LocaleLinks = NO_LINKS,
    allowed: Collection[str] = (),
) -> Localised:
    r"""Put translations into a document.

    `translations` maps (msgctxt, msgid) to msgstr; a segment without one, or with a blank one, keeps its source text,
    and without any translation the result is the source byte for byte. The result is parsed again: a translation that
    would change the document's block structure is refused, its segment keeps the source text, and a diagnostic says so.
    The translations that the `judge` objects to are refused likewise, and those with anything that a browser or a site
    generator executes, includes or loads and the source does not have, but for tokens that are `allowed`; `links` are
    the addresses that the project has for the locale. Between two sentences that are both translated stands the white
    space that the script of the `locale` has there; without a locale it stays the source's.

    >>> from translate_pipe.document import parse
    >>> localise(parse("* Kop\n* Staart\n"), {(None, "Kop"): "Head"}).text
    '* Head\n* Staart\n'
    """
    fillings, unwritten = _fillings(document, translations, locale)
    fillings, refusals = _inert(document, fillings, locale, links, allowed)
    accepted, unproven = _proven(document, fillings, allowed)
    refusals += [
        *(_Refusal(segment, _report("structure", document, segment, _UNPROVEN)) for segment in unwritten),
        *unproven,
    ]
    if judge and accepted:
        accepted, refused = _judged(document, accepted, judge)
        refusals += [
            _Refusal(one.segment, _report("rendering", document, one.segment, f"{_RENDERED}: {problem}"))
            for one, problem in refused
        ]
        if refused:  # with a source text in its place, something may be there twice
            accepted, unproven = _proven(document, accepted, allowed)
            refusals += unproven
    refusals.sort(key=lambda refusal: refusal.segment.slot.start)
    diagnostics = tuple(refusal.diagnostic for refusal in refusals)
    return Localised(_text(document, accepted), diagnostics, tuple(refusal.segment for refusal in refusals))


_UNPROVEN = "this translation would change the structure of the document around it; the source text is used"
_ADDED = "this translation adds {}, which is executed, included or loaded; the source text is used"
_RENDERED = "with this translation the rendered document is not that of its source"


def _report(check: str, document: Document, segment: Segment, problem: str) -> Diagnostic:
    return Diagnostic(check, Severity.ERROR, problem, document.path, segment.line, segment.text, segment.context)


def localise_marked(
    document: Document, translations: Translations, mark: Callable[[int, str], str], *, locale: str = ""
) -> str:
    r"""The text that `localise` makes without a judge, with each segment marked, whether it has a translation or not.

    `mark` gets the index of a segment and what goes into its slot, and gives what is written instead. It must not
    change what the text means. Segments that cannot be marked without that (values of front matter, texts that are
    labels as well, attributes without quotes) are left as they are.

    >>> from translate_pipe.document import parse
    >>> translations = {(None, "Kop"): "Head"}
    >>> localise_marked(parse("# Kop\n\nEn\n"), translations, lambda index, text: f"({index}:{text})")
    '# (0:Head)\n\n(1:En)\n'
    """
    fillings, _ = _fillings(document, translations, locale)
    accepted, _ = _proven(document, fillings)
    known = {filling.segment.slot.start: filling for filling in accepted}
    marked = [
        _marked(document, known.get(segment.slot.start), segment, partial(mark, index))
        for index, segment in enumerate(document.segments)
    ]
    return _text(document, marked)


def _marked(document: Document, filling: _Filling | None, segment: Segment, mark: Callable[[str], str]) -> _Filling:
    """What goes into the slot of a segment, with its mark."""
    slot = segment.slot
    filling = filling or _Filling(segment, "", document.data[slot.start : slot.end])
    text = filling.data.decode()
    if slot.shape is SlotShape.SCALAR or not text or (slot.shape is SlotShape.ALT and _is_label(document, slot.end)):
        return filling
    if slot.shape in (SlotShape.ATTRIBUTE, SlotShape.PARAMETER):
        if text[0] == text[-1] in _QUOTES and len(text) > 1:
            return filling._replace(data=f"{text[0]}{mark(text[1:-1])}{text[-1]}".encode())
        if document.data[slot.start - 1 : slot.start].decode(errors="replace") not in _QUOTES:
            return filling
    return filling._replace(data=mark(text).encode())


_QUOTES = ("'", '"')


def _is_label(document: Document, end: int) -> bool:
    """Whether the alt text that ends here is what the image's address is looked up by."""
    return document.data[end : end + 2] not in (b"](", b"][") or document.data[end : end + 3] == b"][]"


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
    for start, end, members in _in_ranges(_top_blocks(document.outline), fillings):
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


def _in_ranges(
    ranges: Sequence[tuple[int, int]], fillings: Iterable[_Filling]
) -> list[tuple[int, int, list[_Filling]]]:
    """The ranges of bytes, which are in order, that have fillings, each with these.

    Front matter is left out: it is no block, and is not rendered.
    """
    starts = [start for start, _ in ranges]
    found: dict[int, list[_Filling]] = {}
    for filling in fillings:
        if filling.segment.slot.shape is not SlotShape.SCALAR:
            found.setdefault(bisect_right(starts, filling.segment.slot.start) - 1, []).append(filling)
    return [(*ranges[index], members) for index, members in found.items()]


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
    wanted = [
        (segment, translation)
        for segment in document.segments
        if (translation := translations.get((segment.context, segment.text), "")).strip()
        and translation != segment.text
    ]
    scalars = _scalars(document, wanted)
    fillings: list[_Filling] = []
    refused: list[Segment] = []
    neighbours = _neighbours(document) if locale else {}
    for segment, translation in wanted:
        if segment.slot.shape is SlotShape.SCALAR:
            written = scalars.get(segment.slot.start)
        else:
            written = slots.write(document, segment.slot, translation)
        if written is None:
            refused.append(segment)
        else:
            filling = _Filling(segment, translation, written.encode())
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


def _scalars(document: Document, wanted: Iterable[tuple[Segment, str]]) -> dict[int, str]:
    """What the values of the front matter get, by the bytes at which they begin; they are written all at once."""
    translations = {
        segment.slot.start: translation.strip()
        for segment, translation in wanted
        if segment.slot.shape is SlotShape.SCALAR
    }
    return frontmatter.write(_front_matter(document), translations) if translations else {}


def _front_matter(document: Document) -> str:
    block = document.outline[0]
    end = block.end if isinstance(block, Verbatim) and block.tag == "FrontMatter" else 0
    return document.data[:end].decode()


def _splice(document: Document, fillings: Iterable[_Filling], start: int = 0, end: int | None = None) -> bytes:
    """The document's text, or a part of it, with these fillings, which stand in it."""
    return splice(document.data, _edits(fillings), start, end)


def _edits(fillings: Iterable[_Filling]) -> Iterator[Edit]:
    """What replaces what, in the order of the document."""
    end = -1
    for filling in fillings:
        slot = filling.segment.slot
        if 0 <= filling.behind == end:
            yield Edit(filling.behind, slot.end, filling.joint + filling.data)
        else:
            yield Edit(slot.start, slot.end, filling.data)
        end = slot.end


# What acts


_NOT_MARKDOWN = frozenset({SlotShape.SCALAR, SlotShape.LINE, SlotShape.BRACKETED, SlotShape.PARAMETER, SlotShape.HTML})
# Their slots are written so that nothing in them is a tag.
_WITHOUT_TAGS = frozenset({SlotShape.ATTRIBUTE, SlotShape.COMMENT, SlotShape.STRING})
_LINE_BEGINNING = re.compile(r"\n[ \t>]+")


def _inert(
    document: Document, fillings: Sequence[_Filling], locale: str, links: LocaleLinks, allowed: Collection[str]
) -> tuple[list[_Filling], list[_Refusal]]:
    """The fillings with nothing that a browser executes or loads and the source does not have, and the refused ones."""
    kept: list[_Filling] = []
    refused: list[_Refusal] = []
    for filling in fillings:
        segment = filling.segment
        shape = segment.slot.shape
        is_markdown = shape not in _NOT_MARKDOWN
        # Between tags, those that may not be there have been made text. Elsewhere a backslash that the writing has put
        # before a backtick opens what was a code span, so the text is looked at both as it came and as it is written.
        written = filling.data.decode()
        texts = [written] if shape is SlotShape.HTML else [filling.translation]
        if is_markdown and "\\`" in written and written != filling.translation:
            texts.append(_LINE_BEGINNING.sub("\n", written))
        items: list[Item] = []
        for text in texts if shape not in _WITHOUT_TAGS else ():
            if not items and may_gain(segment.text, text):
                events = (inlines(segment.text), inlines(text)) if is_markdown else ((), ())
                items = without(gained(segment.text, text, events, locale, links), allowed)
        if items:
            problem = f"{items[0]}; the source text is used"
            refused.append(_Refusal(segment, _report("html-unsafe", document, segment, problem)))
        else:
            kept.append(filling)
    return kept, refused


# The proof


def _proven(
    document: Document, fillings: list[_Filling], allowed: Collection[str] = ()
) -> tuple[list[_Filling], list[_Refusal]]:
    """The fillings with which the text has the source's blocks and no active items beside the source's, and the others.

    Nearly always these are all. Where it is not so, a source text takes the place of a culprit, which may bring back
    what another translation has as well; so what is left is looked at again.
    """
    refused: list[_Refusal] = []
    while fillings:
        result = _outline_if_same(document, fillings)
        if result is None:
            fillings, broken = _in_structure(document, fillings)
            refused += [_Refusal(one.segment, _report("structure", document, one.segment, _UNPROVEN)) for one in broken]
            result = _outline_if_same(document, fillings)
        found = executing.Items() if result is None else _added(document, fillings, result, allowed)
        if result is None or not found:
            break
        adding = _adding(document, fillings, result, found, allowed)
        refused += [
            _Refusal(one.segment, _report("executable", document, one.segment, _ADDED.format(item.shown)))
            for one, item in adding
        ]
        culprits = {id(filling) for filling, _ in adding}
        fillings = [filling for filling in fillings if id(filling) not in culprits]
    return fillings, refused


def _in_structure(document: Document, fillings: list[_Filling]) -> tuple[list[_Filling], list[_Filling]]:
    """The fillings with which the text has the source's blocks, at the source's places, and the others.

    The culprits are first looked for in ever smaller parts of the document, each parsed by itself: to parse the whole
    for each of them would take time that grows with the square of its size. What no part shows has to be found in the
    whole.
    """
    refused = _culprits(document, _places(document), _parts(document, fillings))
    culprits = {id(filling) for filling in refused}
    sieve: Sieve[_Filling] = Sieve(lambda tried: _STRUCTURE if _outline_if_same(document, tried) is None else "")
    accepted = sieve.sift([filling for filling in fillings if id(filling) not in culprits])
    return accepted, refused + [filling for filling, _ in sieve.refused]


# What is executed, included or loaded


def _added(
    document: Document, fillings: Sequence[_Filling], result: Sequence[OutlineItem], allowed: Collection[str]
) -> executing.Items:
    """The active items that the text with these fillings, whose outline is given, has beside the source's."""
    changed = _acting(document, fillings)
    values = [filling for filling in changed if filling.segment.slot.shape is SlotShape.SCALAR]
    found = sum((_change(document, filling, allowed) for filling in values), executing.Items())
    if len(changed) > len(values):
        text = splice(document.data, _edits(fillings))
        now = executing.scan(executing.text_of_document(text, result), document.options.dialects)
        was = executing.scan(executing.text_of_document(document.data, document.outline), document.options.dialects)
        found += executing.without(now, allowed) - was
    return found


def _acting(document: Document, fillings: Sequence[_Filling]) -> list[_Filling]:
    """The fillings that may have other active items than the texts that they replace."""
    data = document.data
    values = [filling for filling in fillings if filling.segment.slot.shape is SlotShape.SCALAR]
    others = fillings[len(values) :]  # front matter stands at the beginning
    pairs = [(data[filling.segment.slot.start : filling.segment.slot.end], filling.data) for filling in others]
    return [*values, *(others[index] for index in executing.may_differ(pairs, document.options.dialects))]


def _change(document: Document, filling: _Filling, allowed: Collection[str]) -> executing.Items:
    """What a filling by itself adds, and as negative counts what it takes away."""
    slot, dialects = filling.segment.slot, document.options.dialects
    texts = (filling.segment.text, filling.translation)
    if slot.shape is not SlotShape.SCALAR:
        texts = (document.data[slot.start : slot.end].decode(), filling.data.decode())
    was, now = (executing.scan_slot(text, slot.shape, dialects) for text in texts)
    change = executing.without(now, allowed)
    change.subtract(was)
    return change


def _adding(
    document: Document,
    fillings: list[_Filling],
    result: Sequence[OutlineItem],
    found: executing.Items,
    allowed: Collection[str],
) -> list[tuple[_Filling, executing.Executed]]:
    """The fillings that add active items to a document, of which these were found too many, each with one of them.

    Where no filling shows them by itself, they are those that have a part in one.
    """
    changed = _acting(document, fillings)
    adding = executing.adding([_change(document, filling, allowed) for filling in changed], found)
    if adding:
        return [(changed[index], item) for index, item in adding.items()]
    edits = list(_edits(fillings))
    text = executing.text_of_document(splice(document.data, edits), result)
    waiting = executing.places(text, document.options.dialects, found)[::-1]
    culprits = []
    item = None
    for filling, (start, end) in zip(fillings, spliced_ranges(edits), strict=True):
        while waiting and waiting[-1].start < end:
            following = waiting.pop()
            item = following if item is None or following.end > item.end else item
        if item is not None and start < item.end:
            culprits.append((filling, item))
    return culprits or [(filling, next(iter(found))) for filling in changed]


class _Places(NamedTuple):
    """What the proof needs of a document besides its outline, as bytes in their order.

    `in_links` are those at which the slots begin that are parts of an image or link, alt texts and titles, and
    `sentence_ends` those at which sentences end that others follow in the same run.
    """

    in_links: list[int]
    sentence_ends: list[int]

    def within(self, start: int, end: int) -> _Places:
        """The places in a part of the document that has one byte in front of it."""
        return _Places(
            *([at - start + 1 for at in one[bisect_left(one, start) : bisect_left(one, end)]] for one in self)
        )


def _places(document: Document) -> _Places:
    shapes = (SlotShape.ALT, SlotShape.TITLE)
    in_links = [segment.slot.start for segment in document.segments if segment.slot.shape in shapes]
    return _Places(in_links, list(_neighbours(document).values()))


class _Part(NamedTuple):
    """Some bytes of a document that can be parsed by themselves, and what goes into them.

    `quotes` is the number of block quotes that they stand in, whose marks are no text of theirs.
    """

    start: int
    end: int
    quotes: int
    fillings: list[_Filling]


def _parts(document: Document, fillings: Iterable[_Filling]) -> list[_Part]:
    """The smallest parts with fillings, in their order."""
    ranges = _ranges_of_parts(document.outline)
    return [
        _Part(start, end, ranges[start, end], inside)
        for start, end, members in _in_ranges(list(ranges), fillings)
        if (inside := [filling for filling in members if filling.segment.slot.end <= end])
    ]


def _ranges_of_parts(items: Iterable[OutlineItem]) -> dict[tuple[int, int], int]:
    """The smallest parts and in how many quotes each stands: blocks, but not lists and quotes, which may be long."""
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


def _culprits(document: Document, places: _Places, parts: Sequence[_Part]) -> list[_Filling]:
    """The fillings that parts which stand in a row do not bear; both halves are only parsed if the whole does not."""
    if not parts:
        return []
    quotes = min(part.quotes for part in parts)
    problem = _problem_of_part(document, places, (parts[0].start, parts[-1].end), quotes)
    fillings = [filling for part in parts for filling in part.fillings]
    if not problem(fillings):
        return []
    if len(parts) > 1:
        middle = len(parts) // 2
        return _culprits(document, places, parts[:middle]) + _culprits(document, places, parts[middle:])
    sieve: Sieve[_Filling] = Sieve(problem)
    sieve.sift(fillings)
    return [filling for filling, _ in sieve.refused]


def _problem_of_part(
    document: Document, places: _Places, span: tuple[int, int], quotes: int
) -> Callable[[Sequence[_Filling]], str]:
    """What says of fillings whether a part of the document, parsed by itself, keeps its blocks with them.

    There is a line end in front of it, for much has another meaning at the beginning of a text.
    """
    start, end = span
    data = b"\n" + document.data[start:end]
    source = outline(without_quote_marks(data, quotes).decode(), document.options)
    inside = places.within(start, end)

    def problem(tried: Sequence[_Filling]) -> str:
        edits = [Edit(edit.start - start + 1, edit.end - start + 1, edit.data) for edit in _edits(tried)]
        text = without_quote_marks(splice(data, edits), quotes).decode()
        return "" if _is_same_structure(source, outline(text, document.options), edits, inside) else _STRUCTURE

    return problem


def _outline_if_same(document: Document, fillings: Sequence[_Filling]) -> Sequence[OutlineItem] | None:
    """The outline of the text with these fillings, if it has the source's blocks, at the source's places."""
    edits = list(_edits(fillings))
    text = splice(document.data, edits).decode()
    result = outline(text, document.options)
    is_kept = _is_same_structure(document.outline, result, edits, _places(document))
    return result if is_kept and _keeps_front_matter(document, text, fillings) else None


def _is_same_structure(
    source: Sequence[OutlineItem],
    result: Sequence[OutlineItem],
    edits: Sequence[Edit],
    places: _Places,
) -> bool:
    """Whether an outline is that of its source with some edits."""
    moved = Movement(edits)
    if not is_same(source, result, moved, places.in_links):
        return False
    return not runs_over(result, [moved.offset(end) for end in places.sentence_ends])


def _keeps_front_matter(document: Document, text: str, fillings: Iterable[_Filling]) -> bool:
    """Whether the front matter of a localised text says what the source's does, apart from what is translated."""
    scalars = {
        filling.segment.slot.start: filling.translation.strip()
        for filling in fillings
        if filling.segment.slot.shape is SlotShape.SCALAR
    }
    return not scalars or frontmatter.says(_front_matter(document), text, scalars)
