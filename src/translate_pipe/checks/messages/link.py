"""Links and images: they lead where those of the source lead, from the same texts."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, deque
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from translate_pipe.addresses import FRAGMENT, Comparison, Likeness, compare
from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.checks.helpers.places import MOST_PLACES
from translate_pipe.checks.helpers.topics import LINK_TEXTS, SLUGS, heading_slug
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.checks.helpers.wording import words_of
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate_pipe.checks.helpers.pair import Pair
    from translate_pipe.checks.helpers.texts import Link
    from translate_pipe.model import TextSpan

_BROKEN = (
    (Expression(r"\\\[[^\[\]]{0,300}\]?\\?\]?\s{0,9}\(|\\\]\\?\["), "a backslash is before a bracket"),
    (Expression(r"\]\s+\((?=[^\s)]*[/.#])"), "a blank is between ] and ("),
    (Expression(r"\][\u00ad\u061c\u200b-\u200f\u2060\ufeff]+\("), "an invisible character is between ] and ("),
    (Expression(r"\]\s*+（|［[^\]］［]*+［?[\]］]\s*+[(（]"), "its brackets are full-width ones"),
    (Expression(r"\]\((?:\s++(?:[^\s()]++\s)?+|[^\s()]++\s)[^()\"']*+\)"), "a blank is inside its address"),
)


@concerns(Trait.ADDRESS, asks=[SLUGS])
def link(pair: Pair) -> Iterator[Finding]:
    """Links that lead to another host or another kind of thing, and links that are missing or new."""
    if not have_same_links(pair):
        yield from _wrong(pair, "link", "reference")


@concerns(Trait.LINK, asks=[SLUGS])
def image(pair: Pair) -> Iterator[Finding]:
    """Images that are missing, new or others."""
    if not have_same_links(pair):
        yield from _wrong(pair, "image")


@concerns(Trait.ADDRESS, asks=[SLUGS])
def link_other_page(pair: Pair) -> Iterator[Finding]:
    """Links and images that may be right for readers of the locale, but need a person to say so."""
    if have_same_links(pair):
        return
    for kind in ("link", "image"):
        for found, other, part in _changes(pair, kind).doubtful:
            what = _PARTS.get(part, f"another {part}").format(kind=kind)
            yield Finding(
                f"the {kind} leads to {what}, {other.target}; in the source it is {found.target}. "
                'If that is right, add the comment "translate-pipe: ignore link-other-page"',
                (other.target,),
                pair.translation.places.link(other),
            )


# What is doubtful, by the part of the address that makes it so.
_PARTS = {
    FRAGMENT: "another place in the page",
    "address inside of it": "something else after the same page",
    "country": "the same name under another ending",
    "file": "another file",
    "language of the host": "a page in another language",
    "language of the page": "a page in another language",
    "language of the query": "a page in another language",
    "query": "the same page with another query",
    "scheme": "the same page without encryption",
}


def have_same_links(pair: Pair) -> bool:
    """Whether both texts have the same links in the same order, as nearly all have."""
    source, translation = _links_of_both(pair)
    if not source and not translation:
        return True
    return len(source) == len(translation) and all(
        one.target == other.target and one.kind == other.kind for one, other in zip(source, translation, strict=True)
    )


def _links_of_both(pair: Pair) -> tuple[Sequence[Link], Sequence[Link]]:
    """The links of both texts; those in tags count where the tags differ."""
    if pair.source.tags == pair.translation.tags:
        return pair.source.links, pair.translation.links
    return pair.source.all_links, pair.translation.all_links


def _wrong(pair: Pair, *kinds: str) -> Iterator[Finding]:
    """The links of these kinds that are missing, new or others."""
    changes = [_changes(pair, kind) for kind in kinds]
    lost = [link for one in changes for link in one.lost]
    added = [link for one in changes for link in one.added]
    name = "image" if "image" in kinds else "link"
    broken = _broken_brackets(pair) if lost else None
    if broken:
        # What is left of it may look like a label, or like an address that ends where a blank is.
        added = [
            one
            for one in added
            if one.kind != "reference" and not any(link.target.startswith(one.target) for link in lost[:_NEAREST])
        ]
    for found in lost:
        if broken:
            yield Finding(f"the {name} to {found.target} is broken: {broken.why}", (found.target,), broken.spans)
        elif added:
            other = added.pop(0)
            text = f"the {name} leads to {other.target}; in the source it is {found.target}"
            yield Finding(text, (other.target,), pair.translation.places.link(other))
        else:
            text = f"the {name} to {found.target} is missing"
            yield Finding(text, (found.target,), pair.source.places.link(found))
    for found in added:
        text = f"the {name} to {found.target} is not in the source"
        yield Finding(text, (found.target,), pair.translation.places.link(found))


class _Broken(NamedTuple):
    """What is wrong with the brackets of links in a translation, and where."""

    why: str
    spans: tuple[TextSpan, ...]


def _broken_brackets(pair: Pair) -> _Broken | None:
    """What is wrong with the brackets of the translation and not with those of the source."""
    for pattern, why in _BROKEN:
        found = list(pattern.finditer(pair.message.msgstr))
        if len(found) > len(pattern.findall(pair.message.msgid)):
            return _Broken(why, tuple(pair.translation.places.at(*one.span()) for one in found[:MOST_PLACES]))
    return None


class _Changes(NamedTuple):
    """The links that only the source has, those that only the translation has, and doubtful pairs of both."""

    lost: list[Link]
    added: list[Link]
    doubtful: list[tuple[Link, Link, str]]


_NEAREST = 12
"""How many links of the other side a link is compared with, so that many of them take no time that grows faster."""


def _changes(pair: Pair, kind: str) -> _Changes:
    """How the links of one kind differ.

    An address that is written out may become a link with a text, and one that was a mere address may go; a link may not
    become a mere address, for then its text has lost it.
    """
    kinds = ("link", "address") if kind == "link" else (kind,)
    source, translation = ([one for one in links if one.kind in kinds] for links in _links_of_both(pair))
    lost, rest = _without_equal(source, translation)
    doubtful: list[tuple[Link, Link, str]] = []
    for worst in (Likeness.LOCALISED, Likeness.DOUBTFUL):
        lost, rest = _without_like(pair, lost, rest, worst, doubtful)
    # The same link twice, or its address spelled out beside it, is a way of writing, not a change.
    known = {one.target for one in source}
    added = [one for one in rest if one.target not in known]
    if not lost:
        near = source[:_NEAREST]
        added = [
            one for one in added if all(_compared(pair, other, one).likeness > Likeness.LOCALISED for other in near)
        ]
    return _Changes(lost, added, doubtful)


def _without_equal(source: Sequence[Link], translation: Sequence[Link]) -> tuple[list[Link], list[Link]]:
    """The links of each side without those whose very address the other side has."""
    here: dict[tuple[str, bool], deque[int]] = {}
    for index, one in enumerate(translation):
        here.setdefault((one.target, one.kind == "address"), deque()).append(index)
    lost: list[Link] = []
    matched: set[int] = set()
    for found in sorted(source, key=lambda one: one.kind == "address"):
        is_address = found.kind == "address"
        indices = (is_address and here.get((found.target, True))) or here.get((found.target, False))
        if indices:
            matched.add(indices.popleft())
        else:
            lost.append(found)
    return lost, [one for index, one in enumerate(translation) if index not in matched]


def _without_like(
    pair: Pair, lost: list[Link], rest: list[Link], worst: Likeness, doubtful: list[tuple[Link, Link, str]]
) -> tuple[list[Link], list[Link]]:
    """The links of each side without the pairs that are no worse than this; doubtful pairs are noted."""
    left: list[Link] = []
    others = deque(rest)
    for found in lost:
        near = [others[index] for index in range(min(_NEAREST, len(others)))]
        compared = ((other, _compared(pair, found, other)) for other in near)
        match = next(((other, one) for other, one in compared if one.likeness <= worst), None)
        if match is None:
            left.append(found)
            continue
        others.remove(match[0])
        if match[1].likeness is Likeness.DOUBTFUL:
            doubtful.append((found, match[0], match[1].part))
    return left, list(others)


_OTHER = Comparison(Likeness.OTHER)
_RIGHT = Comparison(Likeness.LOCALISED)


def _compared(pair: Pair, source: Link, translation: Link) -> Comparison:
    was, now = source.target, translation.target
    if source.kind == "link" and translation.kind == "address":
        return _OTHER
    if was == now or pair.links.are_alike(was, now):
        return _RIGHT
    if source.kind == "reference":  # a label, whose address is elsewhere
        return _OTHER
    found = compare(was, now, pair.locale, loads=source.kind == "image")
    page, _, fragment = unquote(now).partition("#")
    if found.likeness is not Likeness.DOUBTFUL or found.part != FRAGMENT or not fragment or _EXTERNAL.match(page):
        return found
    # The fragment may be a heading as this catalogue, this very link or the project translates it.
    is_heading = pair.context.is_heading(fragment) or fragment == heading_slug(translation.text)
    return _RIGHT if is_heading or pair.reaches(pair.message, now) else found


_EXTERNAL = Expression(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2}")


@concerns(Trait.LINKS, asks=[LINK_TEXTS])
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
    near = ((one, other) for at, one in enumerate(aligned) for other in aligned[at + 1 : at + 1 + _MOST_SWAPPED])
    is_in_order = targets == here
    gain = max((_gain(one, other, pair, least=1 + is_in_order) for one, other in near), default=0.0)
    if is_in_order:
        # In their old order links are right unless their texts clearly belong to each other's destinations.
        if gain > _CLEAR:
            places = pair.translation.places
            spans = tuple(places.shown(one.start, one.start + len(one.text)) for one in translation if one.text)
            yield Finding("the texts of the links have changed places", spans=spans)
    # Where the texts do not show which belong together, the sentences do.
    elif gain > 0 or (sum(_likeness(*one, pair) for one in aligned) < _CLEAR and _in_other_sentences(pair)):
        spans = tuple(span for one in translation for span in pair.translation.places.link(one))
        yield Finding("the links have each other's destinations", tuple(here), spans)


_CLEAR = 0.5
_MOST_SWAPPED = 50
"""How many of the links after it a link may have changed places with, so that the time is linear in their number."""


def _by_target(links: Sequence[Link], targets: Sequence[str]) -> list[Link]:
    """The links in the order of their destinations; those with the same one in their own order."""
    order = {target: at for at, target in enumerate(dict.fromkeys(targets))}
    return sorted(links, key=lambda one: order[one.target])


def _gain(one: tuple[Link, Link], other: tuple[Link, Link], pair: Pair, least: int) -> float:
    """How much more alike the texts of two links would be if they changed places in the translation.

    As they are, they are known if at least so many messages have them.
    """
    if (one[1].text, one[1].code) == (other[1].text, other[1].code):
        return 0.0
    # Where the beginnings of the words do not tell the two apart, the words do.
    stem = _STEM if _parts(one[0], _STEM) != _parts(other[0], _STEM) else _WHOLE
    as_is = _likeness(*one, pair, stem, least) + _likeness(*other, pair, stem, least)
    return _likeness(one[0], other[1], pair, stem) + _likeness(other[0], one[1], pair, stem) - as_is


def _in_other_sentences(pair: Pair) -> bool:
    """Whether both texts have the same number of sentences and some links are in other ones."""
    source, translation = (reading.sentence_starts for reading in (pair.source, pair.translation))
    if len(source) != len(translation) or len(source) < 2:  # noqa: PLR2004  # one sentence is always the same
        return False
    before, after = (
        sorted((bisect_right(starts, one.start), one.target) for one in reading.links if one.kind == "link")
        for starts, reading in ((source, pair.source), (translation, pair.translation))
    )
    return before != after


_STEM, _WHOLE = 5, 50


def _likeness(one: Link, other: Link, pair: Pair, stem: int = _STEM, least: int = 1) -> float:
    """How much the texts of two links look like each other, from 0 to 1: by code, numbers, beginnings of words."""
    if pair.context.times_text_of_link(one.text, other.text) >= least:
        return 1.0
    mine, others = _parts(one, stem), _parts(other, stem)
    return 2 * len(mine & others) / max(1, len(mine) + len(others))


@lru_cache(maxsize=1024)  # each link of a message is compared with several others
def _parts(link: Link, stem: int) -> frozenset[str]:
    words = " ".join(words_of(link.text)).replace("-", " ").lower().split()
    return frozenset((*(word[:stem] for word in words), *_DIGITS.findall(link.text), *link.code))


_DIGITS = Expression(r"\d+")
