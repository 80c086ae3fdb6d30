"""Citations: the translation has the marks of the source, each as often, in the same places."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from translate_pipe.checks.helpers.finding import Finding, concerns, times
from translate_pipe.checks.helpers.places import MOST_PLACES
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from translate_pipe.checks.helpers.pair import Pair
    from translate_pipe.checks.helpers.texts import Reading
    from translate_pipe.markdown.inline.citations import Citation
    from translate_pipe.model import TextSpan

# What people make of `[^1]`: blanks inside, other brackets, backslashes, the caret in front, an invisible character.
_BROKEN_NOTE = Expression(
    r"\\?[\[［][\s\u200b-\u200f\u2060\ufeff]*+\\?[\^＾]\s*+[\w-]++\s*+\\?[\]］]?|[\^＾][\[［]\s*+[\w-]++\s*+[\]］]"
)


@concerns(Trait.CITATION)
def citation(pair: Pair) -> Iterator[Finding]:
    """Citations that the translation lacks, has too often or should not have."""
    if not pair.source.citations and not pair.translation.citations:
        return
    source, translation = (_by_identity(one.citations) for one in (pair.source, pair.translation))
    lost, added = _more(source, translation), _more(translation, source)
    broken = _broken(pair) if lost else []
    for found, count in lost:
        mark = found[0].mark
        if broken and found[0].kind == "footnote":
            yield Finding(f"the citation {mark} is broken here; write it without blanks", spans=(broken.pop(0),))
        else:
            text = f"the citation {mark} of the source is missing{times(count)}"
            yield Finding(text, spans=_spans(pair.source, found))
    for found, count in added:
        mark = found[0].mark
        if found[0].identity in source:
            text = f"the citation {mark} occurs here more often than in the source{times(count)}"
        else:
            text = f"the citation {mark} is not in the source{times(count)}"
        yield Finding(text, spans=_spans(pair.translation, found))


_ByIdentity: TypeAlias = "dict[tuple[str, str, str], list[Citation]]"


def _by_identity(citations: Iterable[Citation]) -> _ByIdentity:
    found: _ByIdentity = {}
    for one in citations:
        found.setdefault(one.identity, []).append(one)
    return found


def _more(citations: _ByIdentity, others: _ByIdentity) -> list[tuple[list[Citation], int]]:
    """The citations that are there more often than among others, and how much more often."""
    counts = ((found, len(found) - len(others.get(identity, ()))) for identity, found in citations.items())
    return [(found, count) for found, count in counts if count > 0]


def _spans(reading: Reading, citations: Sequence[Citation]) -> tuple[TextSpan, ...]:
    return tuple(map(reading.places.citation, citations[:MOST_PLACES]))


def _broken(pair: Pair) -> list[TextSpan]:
    """What looks like footnote marks that went wrong: they stand in the text as they are written."""
    return [pair.translation.places.shown(*found.span()) for found in _BROKEN_NOTE.finditer(pair.translation.shown)]


@concerns(Trait.CITATION)
def citation_order(pair: Pair) -> Iterator[Finding]:
    """Citations that have changed places, so that they stand with each other's claims."""
    if not _same_but_moved(pair):
        return
    source, translation = _clusters(pair.source), _clusters(pair.translation)
    inside_only = [sorted(cluster) for cluster in source] == [sorted(cluster) for cluster in translation]
    if inside_only or _sentences(pair.source) != _sentences(pair.translation):
        order = " ".join(one.mark for one in pair.source.citations)
        text = f"the citations have changed places; in the source they stand as {order}"
        yield Finding(text, spans=_spans(pair.translation, pair.translation.citations))


@concerns(Trait.CITATION)
def citation_place(pair: Pair) -> Iterator[Finding]:
    """Citations that stand in another order within a sentence, or in another sentence than in the source."""
    if _same_but_moved(pair):
        if not any(citation_order(pair)) and not _parts_have_moved(pair):
            order = " ".join(one.mark for one in pair.source.citations)
            text = f"the citations stand in another order than in the source ({order})"
            yield Finding(text, spans=_spans(pair.translation, pair.translation.citations))
    elif pair.source.citations and _sentences_differ(pair):
        for one, was, now in _moved(pair):
            text = f"the citation {one.mark} is in sentence {was + 1} of the source, here in {now + 1}"
            yield Finding(text, spans=(pair.translation.places.citation(one),))


def _same_but_moved(pair: Pair) -> bool:
    source, translation = pair.source.citations, pair.translation.citations
    if len(source) < 2 or len(source) != len(translation):  # noqa: PLR2004  # one mark alone has no order
        return False
    before, after = ([one.identity for one in marks] for marks in (source, translation))
    return before != after and Counter(before) == Counter(after)


def _clusters(reading: Reading) -> list[list[tuple[str, str, str]]]:
    """The citations, those together that have nothing but blanks and punctuation between them."""
    clusters: list[list[tuple[str, str, str]]] = []
    end = -1
    for one in reading.citations:
        between = reading.shown[end : one.start] if end >= 0 else "text"
        if any(character.isalnum() for character in between) or end < 0:
            clusters.append([])
        clusters[-1].append(one.identity)
        end = max(one.end, one.start)
    return clusters


def _sentences(reading: Reading) -> list[tuple[int, tuple[str, str, str]]]:
    """Each citation with the number of the sentence that it belongs to."""
    starts = reading.sentence_starts
    return sorted((_sentence_of(one, starts), one.identity) for one in reading.citations)


def _sentence_of(one: Citation, starts: Sequence[int]) -> int:
    # A mark after the full stop belongs to the sentence that ends there.
    return sum(1 for start in starts if start < one.start) - 1


def _sentences_differ(pair: Pair) -> bool:
    """Whether both texts have the same number of sentences, but not the same citations in each."""
    source, translation = (reading.sentence_starts for reading in (pair.source, pair.translation))
    return (
        len(source) == len(translation) > 1
        and Counter(one.identity for one in pair.source.citations)
        == Counter(one.identity for one in pair.translation.citations)
        and _sentences(pair.source) != _sentences(pair.translation)
    )


def _moved(pair: Pair) -> Iterator[tuple[Citation, int, int]]:
    before, after = (
        {one.identity: _sentence_of(one, reading.sentence_starts) for one in reading.citations}
        for reading in (pair.source, pair.translation)
    )
    for one in dict.fromkeys(pair.translation.citations):
        if before[one.identity] != after[one.identity]:
            yield one, before[one.identity], after[one.identity]


def _parts_have_moved(pair: Pair) -> bool:
    """Whether what tells that clauses have changed places has done so too: code, links and numbers."""
    for before, after in (
        (pair.source.code, pair.translation.code),
        ([one.target for one in pair.source.links], [one.target for one in pair.translation.links]),
        ([one.value for one in pair.source_numbers], [one.value for one in pair.translation_numbers]),
    ):
        if before != after and Counter(before) == Counter(after):
            return True
    return False
