"""Links and images: they lead where those of the source lead, from the same texts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

from translate_pipe.checks.context import heading_slug
from translate_pipe.checks.expression import Expression
from translate_pipe.checks.finding import Finding
from translate_pipe.checks.url import file_without_tag, is_localised, is_same, parse_address
from translate_pipe.checks.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate_pipe.checks.pair import Pair
    from translate_pipe.checks.reading import Link

_BROKEN = (
    (Expression(r"\\\[[^\[\]]{0,300}\]?\\?\]?\s{0,9}\("), "a backslash stands in front of a bracket"),
    (Expression(r"\]\s+\((?=[^\s)]*[/.#])"), "a blank stands between ] and ("),
    (Expression(r"\][\u00ad\u061c\u200b-\u200f\u2060\ufeff]+\("), "an invisible character stands between ] and ("),
    (Expression(r"\]\s*（|［[^\]］]*［?[\]］]\s*[(（]"), "its brackets are full-width ones"),
    (Expression(r"\]\(\s*[^\s()]*\s+[^\s()\"']*[^()\"']*\)"), "a blank stands inside its address"),
)


def link(pair: Pair) -> Iterator[Finding]:
    """Links whose destination is another one, and links that are missing or new."""
    if have_same_links(pair):
        return
    for kind in ("link", "reference"):
        lost, added = _unmatched(pair, kind)
        yield from _told(pair, lost, added, kind)


def image(pair: Pair) -> Iterator[Finding]:
    """Images that are missing, new or others."""
    if have_same_links(pair):
        return
    lost, added = _unmatched(pair, "image")
    yield from _told(pair, lost, added, "image")


def have_same_links(pair: Pair) -> bool:
    """Whether both texts have the same links in the same order, as nearly all have."""
    source, translation = pair.source.links, pair.translation.links
    if not source and not translation:
        return True
    return len(source) == len(translation) and all(
        one.target == other.target and one.kind == other.kind for one, other in zip(source, translation, strict=True)
    )


def _told(pair: Pair, lost: list[Link], added: list[Link], kind: str) -> Iterator[Finding]:
    broken = _reason(pair) if lost else ""
    name = "image" if kind == "image" else "link"
    for found in lost:
        if broken:
            yield Finding(f"the {name} to {found.target} is broken: {broken}", (found.target,))
        elif added:
            other = added.pop(0)
            yield Finding(f"the {name} leads to {other.target}; in the source it is {found.target}", (other.target,))
        else:
            yield Finding(f"the {name} to {found.target} is missing", (found.target,))
    for found in added:
        yield Finding(f"the {name} to {found.target} is not in the source", (found.target,))


def _unmatched(pair: Pair, kind: str) -> tuple[list[Link], list[Link]]:
    """The links of each side that the other side lacks.

    An address that is written out may become a link with a text, and one that was a mere address may go; a link may not
    become a mere address, for then its text has lost it.
    """
    source = [one for one in pair.source.links if _is(one, kind)]
    rest = [one for one in pair.translation.links if _is(one, kind)]
    lost = []
    for found in sorted(source, key=lambda one: one.kind == "address"):
        match = next((other for other in rest if _leads_alike(found, other, pair)), None)
        if match:
            rest.remove(match)
        else:
            lost.append(found)
    known = {one.target for one in source}
    # The same link twice, or its address spelled out beside it, is a way of writing, not a change.
    return lost, [one for one in rest if one.target not in known and not _is_elsewhere(one, lost, pair)]


def _is(one: Link, kind: str) -> bool:
    return one.kind == kind or (kind == "link" and one.kind == "address")


def _is_elsewhere(one: Link, lost: Sequence[Link], pair: Pair) -> bool:
    return not lost and any(_leads_alike(other, one, pair) for other in pair.source.links)


def _leads_alike(source: Link, translation: Link, pair: Pair) -> bool:
    if source.kind == "link" and translation.kind == "address":
        return False
    was, now = source.target, translation.target
    if is_same(was, now) or is_localised(was, now, pair.source_locale, pair.locale):
        return True
    if pair.links.are_alike(was, now):
        return True
    if source.kind == "image":
        names = (file_without_tag(one, pair.locale, pair.source_locale) for one in (was, now))
        return len(set(names)) == 1
    return _is_own_fragment(was, now, translation.text, pair)


def _is_own_fragment(was: str, now: str, text: str, pair: Pair) -> bool:
    """Whether only the fragment differs, and names a heading as this catalogue or this very link translates it."""
    before, after = parse_address(was), parse_address(now)
    is_local = not before.host and before[:4] == after[:4] and bool(before.fragment) and bool(after.fragment)
    return is_local and (after.fragment[1:] in pair.context.slugs or after.fragment[1:] == heading_slug(text))


def _reason(pair: Pair) -> str:
    """Why a link is none: what is wrong with the brackets of the translation, if the source has not the same."""
    for pattern, reason in _BROKEN:
        if len(pattern.findall(pair.message.msgstr)) > len(pattern.findall(pair.message.msgid)):
            return reason
    return ""


def link_swapped(pair: Pair) -> Iterator[Finding]:
    """Links that have each other's destinations: the texts have kept their places and the destinations have not."""
    if len(pair.source.links) < 2:  # noqa: PLR2004  # one link cannot be swapped
        return
    source = [one for one in pair.source.links if one.kind == "link"]
    translation = [one for one in pair.translation.links if one.kind == "link"]
    targets = [one.target for one in source]
    here = [one.target for one in translation]
    if len(set(targets)) < 2 or Counter(targets) != Counter(here):  # noqa: PLR2004
        return
    aligned = list(zip(_by_target(source, targets), _by_target(translation, targets), strict=True))
    gain = max((_gain(one, other, pair) for one, other in combinations(aligned, 2)), default=0.0)
    if targets == here:
        # In their old order links are right unless their texts clearly belong to each other's destinations.
        if gain > _CLEAR:
            yield Finding("the texts of the links have changed places", tuple(one.text for one in translation))
    elif gain > 0 or (_are_unlike(aligned, pair) and _in_other_sentences(pair)):
        yield Finding("the links have each other's destinations", tuple(here))


_CLEAR = 0.5


def _by_target(links: Sequence[Link], targets: Sequence[str]) -> list[Link]:
    """The links in the order of their destinations; those with the same one in their own order."""
    return sorted(links, key=lambda one: targets.index(one.target))


def _gain(one: tuple[Link, Link], other: tuple[Link, Link], pair: Pair) -> float:
    """How much more alike the texts of two links would be if they changed places in the translation."""
    as_is = _likeness(*one, pair) + _likeness(*other, pair)
    return _likeness(one[0], other[1], pair) + _likeness(other[0], one[1], pair) - as_is


def _are_unlike(aligned: Sequence[tuple[Link, Link]], pair: Pair) -> bool:
    """Whether no two texts show that they belong together."""
    return sum(_likeness(*one, pair) for one in aligned) < _CLEAR


def _in_other_sentences(pair: Pair) -> bool:
    """Whether both texts have the same number of sentences and some links stand in other ones."""
    source, translation = (reading.sentence_starts for reading in (pair.source, pair.translation))
    if len(source) != len(translation) or len(source) < 2:  # noqa: PLR2004  # one sentence is always the same
        return False
    before, after = (
        sorted((bisect_right(starts, one.start), one.target) for one in reading.links if one.kind == "link")
        for starts, reading in ((source, pair.source), (translation, pair.translation))
    )
    return before != after


def _likeness(one: Link, other: Link, pair: Pair) -> float:
    """How much the texts of two links look like each other, from 0 to 1: by code, numbers, beginnings of words."""
    if other.text in pair.context.link_texts.get(one.text, ()):
        return 1.0
    mine, others = (
        {*(word[:5].lower() for word in words_of(link.text)), *re.findall(r"\d+", link.text), *link.code}
        for link in (one, other)
    )
    return 2 * len(mine & others) / max(1, len(mine) + len(others))
