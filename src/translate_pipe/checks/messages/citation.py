"""Citations: the translation has the marks of the source, each as often, in the same places."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

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
    source, translation = pair.source.citations, pair.translation.citations
    lost, added = _more(source, translation), _more(translation, source)
    known = {one.identity for one in source}
    # What looks like footnote marks that went wrong is in the text as it is written.
    broken = [found.span() for found in _BROKEN_NOTE.finditer(pair.translation.shown)] if lost else []
    for found, count in lost:
        mark = found[0].mark
        if broken and found[0].kind == "footnote":
            place = pair.translation.places.shown(*broken.pop(0))
            yield Finding(f"the citation {mark} is broken here; write it without blanks", spans=(place,))
        else:
            other = next((one for one in added if one[1] == count and one[0][0].identity not in known), None)
            if other:
                added.remove(other)
                text = f"the citation {other[0][0].mark} is {mark} in the source{times(count)}"
                yield Finding(text, spans=_spans(pair.translation, other[0]))
            else:
                text = f"the citation {mark} of the source is missing{times(count)}"
                yield Finding(text, spans=_spans(pair.source, found))
    for found, count in added:
        mark = found[0].mark
        if found[0].identity in known:
            text = f"the citation {mark} occurs here more often than in the source{times(count)}"
        else:
            text = f"the citation {mark} is not in the source{times(count)}"
        yield Finding(text, spans=_spans(pair.translation, found))


def _more(citations: Iterable[Citation], others: Iterable[Citation]) -> list[tuple[list[Citation], int]]:
    """The citations that occur more often than among others, those of one source together, and how much more often."""
    by_identity: dict[tuple[str, str, str], list[Citation]] = {}
    for one in citations:
        by_identity.setdefault(one.identity, []).append(one)
    known = Counter(one.identity for one in others)
    return [
        (same, len(same) - known[identity]) for identity, same in by_identity.items() if len(same) > known[identity]
    ]


def _spans(reading: Reading, citations: Sequence[Citation]) -> tuple[TextSpan, ...]:
    return tuple(map(reading.places.citation, citations[:MOST_PLACES]))


@concerns(Trait.CITATION)
def citation_order(pair: Pair) -> Iterator[Finding]:
    """Citations that have changed places, so that each is with another claim."""
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
    """Citations that are in another order within a sentence, or in another sentence than in the source."""
    source, translation = pair.source, pair.translation
    if _same_but_moved(pair):
        if not any(citation_order(pair)) and not _parts_have_moved(pair):
            order = " ".join(one.mark for one in source.citations)
            text = f"the citations stand in another order than in the source ({order})"
            yield Finding(text, spans=_spans(translation, translation.citations))
        return
    identities, others = ([one.identity for one in reading.citations] for reading in (source, translation))
    if not identities or Counter(identities) != Counter(others):
        return
    if not len(source.sentence_starts) == len(translation.sentence_starts) > 1:
        return
    before, after = (
        {one.identity: _sentence_of(one, reading.sentence_starts) for one in reading.citations}
        for reading in (source, translation)
    )
    for one in dict.fromkeys(translation.citations):
        was, now = before[one.identity], after[one.identity]
        if was != now:
            text = f"the citation {one.mark} is in sentence {was + 1} of the source, here in {now + 1}"
            yield Finding(text, spans=(translation.places.citation(one),))


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
    return bisect_left(starts, one.start) - 1


def _parts_have_moved(pair: Pair) -> bool:
    """Whether code, links or numbers are in another order too, which shows that clauses have changed places."""
    for before, after in (
        (pair.source.code, pair.translation.code),
        ([one.target for one in pair.source.links], [one.target for one in pair.translation.links]),
        ([one.value for one in pair.source_numbers], [one.value for one in pair.translation_numbers]),
    ):
        if before != after and Counter(before) == Counter(after):
            return True
    return False
