"""Make localised Markdown of a document and translations: fill the slots, prove the result, ask the judge."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from translate_pipe.links import NO_LINKS
from translate_pipe.localisation.filling import (
    Filling,
    Refusal,
    block_ranges,
    fill,
    in_ranges,
    refuse,
    with_fillings,
)
from translate_pipe.localisation.plain import has_same_links
from translate_pipe.localisation.proving import Leeway, prove
from translate_pipe.localisation.sieve import Sieve
from translate_pipe.model import Document, Localised, Opening, Translations
from translate_pipe.segments.shapes import shape_of
from translate_pipe.text.lines import line_start

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from translate_pipe.links import LocaleLinks


class DoubtfulBlock(NamedTuple):
    """A block whose translations are not all plain, or such rows of a table: the byte where it starts, its texts."""

    start: int
    source: str
    text: str


class Judge(Protocol):
    """Says whether a localised document is right, for example by comparing rendered pages."""

    def accepts(self, text: str, blocks: Sequence[DoubtfulBlock]) -> bool:
        """Whether a localised document is right because these blocks are; False also if they do not show that.

        All translations in other blocks are plain texts, which are right if the renderer gives them no meaning
        (`localisation.plain`). A judge that cannot tell returns False.
        """

    def problem(self, text: str) -> str:
        """What is wrong with a localised document, in words; empty if it is right."""

    def problem_of_block(self, source: str, text: str) -> str:
        """The same for one block, `source` and its localised `text`, of the document that `problem` got last."""


def localise(  # noqa: PLR0913  # a library call with many optional arguments
    document: Document,
    translations: Translations,
    judge: Judge | None = None,
    *,
    locale: str = "",
    links: LocaleLinks = NO_LINKS,
    allowed: Collection[str] = (),
) -> Localised:
    r"""Put translations into a document.

    - `document`: what `parse` gives.
    - `translations`: a msgstr for each `(msgctxt, msgid)`, such as `Catalogue.translations`. A segment without one, or
      with a blank one, keeps its source text. Keys that the document does not have are ignored.
    - `judge`: compares the rendered result with the rendered source. Without one, this step is skipped.
    - `locale`: the language of the translations, such as `zh_Hans` (or `zh-Hans`). It decides the white space between
      two translated sentences; without it, the white space of the source stays.
    - `links`: the rules for addresses that differ by locale.
    - `allowed`: tokens that a translation may have although the source does not, such as `{{ version }}`.

    Returns a `Localised`. Without translations its text is the source, byte for byte. A translation is refused if it
    would change the blocks of the document, if the judge objects to it, or if it adds something that a browser or site
    generator executes, includes or loads. Its segment then keeps the source text, and a diagnostic says why.

    >>> from translate_pipe import parse
    >>> localise(parse("* Kop\n* Staart\n"), {(None, "Kop"): "Head"}).text
    '* Head\n* Staart\n'
    """
    leeway = Leeway(locale.replace("-", "_"), links, allowed)
    fillings, refusals = _proven(document, translations, leeway, is_judged=judge is not None)
    if judge and fillings:
        fillings, refused = _judged(document, fillings, judge)
        refusals += refused
        if refused:  # the source text is back in a slot, which may repeat what another translation has
            fillings, refused = prove(document, fillings, leeway)
            refusals += refused
    localised = _localised(document, fillings, refusals)
    return replace(localised, keeps_links=_keeps_links(document, fillings)) if judge else localised


def _proven(
    document: Document, translations: Translations, leeway: Leeway, *, is_judged: bool
) -> tuple[list[Filling], list[Refusal]]:
    """The fillings that are proven, and the refusals of the other translations."""
    fillings, unwritten = fill(document, translations, leeway.locale, leeway.allowed, is_judged=is_judged)
    fillings, unproven = prove(document, fillings, leeway)
    return fillings, unwritten + unproven


def _localised(document: Document, fillings: Iterable[Filling], refusals: Iterable[Refusal]) -> Localised:
    in_order = sorted(refusals, key=lambda refusal: refusal.segment.slot.start)
    diagnostics = tuple(refusal.diagnostic for refusal in in_order)
    fallbacks = tuple(refusal.segment for refusal in in_order)
    return Localised(_text(document, fillings), diagnostics, fallbacks)


def _keeps_links(document: Document, fillings: Iterable[Filling]) -> bool:
    return all(
        filling.is_plain
        or shape_of(slot).is_value
        or has_same_links(document.data[slot.start : slot.end].decode(), filling.data.decode())
        for filling in fillings
        for slot in [filling.segment.slot]
    )


def localise_marked(  # noqa: PLR0913  # the arguments of `localise`, and the marks
    document: Document,
    translations: Translations,
    mark: Callable[[int, str], str],
    *,
    locale: str = "",
    links: LocaleLinks = NO_LINKS,
    allowed: Collection[str] = (),
) -> Localised:
    r"""Localise without a judge, and mark each segment, whether it has a translation or not.

    `mark` gets the index of a segment and the text for its slot, and returns the marked text. It must not change what
    the text means. Segments that cannot be marked (values of front matter, attributes without quotes) stay as
    they are.

    >>> from translate_pipe.segments import parse
    >>> translations = {(None, "Kop"): "Head"}
    >>> localise_marked(parse("# Kop\n\nEn\n"), translations, lambda index, text: f"({index}:{text})").text
    '# (0:Head)\n\n(1:En)\n'
    """
    fillings, refusals = _proven(
        document, translations, Leeway(locale.replace("-", "_"), links, allowed), is_judged=False
    )
    known = {filling.segment.slot.start: filling for filling in fillings}
    marked: list[Filling] = []
    for index, segment in enumerate(document.segments):
        slot = segment.slot
        filling = known.get(slot.start) or Filling(segment, "", document.data[slot.start : slot.end])
        if text := filling.data.decode():
            text = shape_of(slot).mark(document, slot, text, partial(mark, index))
        marked.append(filling._replace(data=text.encode()))
    return _localised(document, marked, refusals)


def _text(document: Document, fillings: Iterable[Filling]) -> str:
    return document.byte_order_mark + with_fillings(document, fillings).decode()


def _judged(document: Document, fillings: list[Filling], judge: Judge) -> tuple[list[Filling], list[Refusal]]:
    """The fillings that the judge accepts, and the refusals of the others with its words.

    Judging a whole document is slow. So it is only judged if the blocks with texts that are not plain do not suffice.
    If it fails, each block is judged by itself, and what passes is judged as a whole again. Only culprits that no block
    shows are looked for among all fillings.
    """
    blocks = in_ranges(block_ranges(document), fillings)
    text = _text(document, fillings)
    if judge.accepts(text, _doubtful(document, blocks)) or not judge.problem(text):
        return fillings, []
    found: list[tuple[Filling, str]] = []
    for start, end, members in blocks:
        found += _culprits_in_block(document, start, end, members, judge)
    culprits = {id(filling) for filling, _ in found}
    sieve: Sieve[Filling] = Sieve(lambda tried: judge.problem(_text(document, tried)))
    accepted = sieve.sift([filling for filling in fillings if id(filling) not in culprits])
    problem = "with this translation the rendered document is not that of its source: {}"
    return accepted, [
        refuse("rendering", document, filling.segment, problem.format(said)) for filling, said in found + sieve.refused
    ]


def _doubtful(document: Document, blocks: Iterable[tuple[int, int, list[Filling]]]) -> list[DoubtfulBlock]:
    """The blocks with texts that are not plain; of tables only the head and such rows."""
    data = document.data
    rows: list[int] | None = None
    doubtful: list[DoubtfulBlock] = []
    for start, end, members in blocks:
        if all(filling.keeps_markup for filling in members):
            continue
        begin = line_start(data, start)
        cuts: list[int] = []
        if data.startswith(b"|", start):
            rows = _rows(document) if rows is None else rows
            cuts = rows[bisect_left(rows, begin) : bisect_left(rows, end)]
        parts = [(begin, cuts[0] if cuts else end), *pairwise([*cuts, end] if cuts else ())]
        localised = {part: data[slice(*part)] for part in parts[:1]}
        for first, last, inside in in_ranges(parts, members):
            if (first, last) in localised or not all(filling.keeps_markup for filling in inside):
                localised[first, last] = with_fillings(document, inside, first, last)
        source = b"".join(data[slice(*part)] for part in localised)
        doubtful.append(DoubtfulBlock(begin, source.decode(), b"".join(localised.values()).decode()))
    return doubtful


def _rows(document: Document) -> list[int]:
    """Where the lines begin that are rows of tables, but for their heads."""
    rows = (item for item in document.outline if isinstance(item, Opening) and item.tag == "TableRow")
    return [line_start(document.data, item.start) for item in rows]


def _culprits_in_block(
    document: Document, start: int, end: int, fillings: list[Filling], judge: Judge
) -> list[tuple[Filling, str]]:
    """The fillings of one block that the judge refuses, with its words."""
    source = document.data[start:end].decode()
    sieve: Sieve[Filling] = Sieve(
        lambda tried: judge.problem_of_block(source, with_fillings(document, tried, start, end).decode())
    )
    sieve.sift(fillings)
    return sieve.refused
