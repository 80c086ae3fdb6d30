"""Numbers, dates, percentages and units: the translation has those of the source, by value."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers import conventions
from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.checks.helpers.quantity import dates, may_be_dated, unit_around
from translate_pipe.checks.helpers.spelling import is_left_to_words, is_spelled, scaled
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.checks.helpers.wording import has_hole, is_form_of, words_of
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from translate_pipe.checks.helpers.pair import Pair
    from translate_pipe.checks.helpers.quantity import Number
    from translate_pipe.checks.helpers.texts import Reading
    from translate_pipe.model import TextSpan


_ENOUGH = 20
"""More numbers than this need not be named to show that a translation has others than its source."""


@concerns(Trait.DIGIT)
def number(pair: Pair) -> Iterator[Finding]:
    """Numbers of the source that the translation has not, or has with another value."""
    source, translation = pair.source_numbers, pair.translation_numbers
    if not source or _have_the_same(pair):
        return
    lost, added = _unmatched(source, translation)
    if not lost:
        return
    added = added[:_ENOUGH]
    lost = _explained(pair, lost[:_ENOUGH], added)
    new = [found for found in added if not is_spelled(found, pair.source.prose, pair.source_locale)]
    for found in lost:
        if new:
            other = new.pop(0)
            text = f"the number {found.written} of the source is not here; {other.written} is"
            yield Finding(text, spans=(_span(pair.translation, other), _span(pair.source, found)))
        else:
            yield Finding(f"the number {found.written} of the source is missing", spans=(_span(pair.source, found),))


def _span(reading: Reading, found: Number) -> TextSpan:
    """The place of a number, with its minus sign."""
    start = found.start - 1 if found.written.startswith(("-", "−")) else found.start
    return reading.places.shown(start, found.end)


@concerns(Trait.DIGIT)
def number_added(pair: Pair) -> Iterator[Finding]:
    """Numbers that the source has neither in digits nor in words."""
    if not pair.translation_numbers or _have_the_same(pair):
        return
    lost, added = _unmatched(pair.source_numbers, pair.translation_numbers)
    if not lost:
        months = {str(month) for month in _months(pair.source.prose, pair.source_locale)}
        for found in added:
            if found.value not in months and not is_spelled(found, pair.source.prose, pair.source_locale):
                text = f"the number {found.written} is not in the source"
                yield Finding(text, spans=(_span(pair.translation, found),))


@concerns(Trait.DIGIT)
def number_format(pair: Pair) -> Iterator[Finding]:
    """Numbers that are written as in the source, but that readers of the locale take for others."""
    if not pair.source_numbers:
        return
    values = {found.written: found.value for found in pair.source_numbers}
    for found in pair.translation_numbers:
        if values.get(found.written, found.value) != found.value:
            text = f"{found.written} is read as {found.value} in this language"
            yield Finding(text, spans=(_span(pair.translation, found),))


@concerns(Trait.DIGIT)
def percent(pair: Pair) -> Iterator[Finding]:
    """Percentages that have lost their sign or word, and numbers that have got one."""
    if not (_has_percent(pair.source.prose) or _has_percent(pair.translation.prose)):
        return
    here = pair.translation.prose
    for found, other in _pairs_by_value(pair):
        if found.sign == "%" != other.sign and not _is_named_percent(here, other, pair.locale):
            text = f"the percent sign of {found.written} % is missing"
            yield Finding(text, spans=(_span(pair.translation, other),))
        elif other.sign == "%" != found.sign and not any(sign in pair.message.msgid.lower() for sign in _PERCENTS):
            text = f"{other.written} is no percentage in the source"
            yield Finding(text, spans=(_span(pair.translation, other),))


def _is_named_percent(prose: str, found: Number, locale: str) -> bool:
    """Whether a number has a word for percent beside it, before or after: yüzde 5, 5 Prozent."""
    near = words_of(prose[max(0, found.start - _NEAR) : found.start].lower())[-_BESIDE:]
    near += words_of(prose[found.end : found.end + _NEAR].lower())[:_BESIDE]
    known = [word for one in (*_PERCENTS[1:], *conventions.percent_words(locale)) for word in one.split()[-1:]]
    return any(
        one.startswith(word) and (len(one) <= len(word) + _ENDING or not word.isascii())
        for one in near
        for word in known
    )


_NEAR, _BESIDE, _ENDING = 25, 2, 3


def _has_percent(text: str) -> bool:
    return "%" in text or (not text.isascii() and any(sign in text for sign in "％٪﹪‰"))


_PERCENTS = ("%", "percent", "procent", "prozent", "per cent")


@concerns(Trait.DIGIT)
def unit(pair: Pair) -> Iterator[Finding]:
    """Units and currencies that have become others: 25 km is not 25 mi."""
    if not any(one.sign and one.sign != "%" for one in pair.source_quantities):
        return
    for found, other in _pairs_by_value(pair):
        if found.sign != other.sign and _measures_alike(found.sign, other.sign):
            was, now = _with_unit(pair.source, found), _with_unit(pair.translation, other)
            if was.split() != now.split():
                yield Finding(f"{was} of the source is {now} here", spans=(_span_of_unit(pair.translation, other),))


def _measures_alike(sign: str, other: str) -> bool:
    """Whether both signs are units of the same kind, such as length, or currencies: only such are taken for others."""
    kinds = [one.partition("-")[0] if "-" in one else one and _CURRENCY for one in (sign, other)]
    return kinds[0] == kinds[1] and kinds[0] not in {"", "%"}


_CURRENCY = "currency"


@concerns(Trait.DIGIT)
def date(pair: Pair) -> Iterator[Finding]:
    """Dates in digits that have become other dates, and months by name that have become other months."""
    if not pair.source_numbers:
        return
    may_differ = may_be_dated(pair.translation_numbers)
    here = {found.value: found for found in dates(pair.translation.prose, pair.locale)} if may_differ else {}
    there = {found.value: found for found in dates(pair.source.prose, pair.source_locale)} if here else {}
    others = [found for value, found in here.items() if value not in there]
    for value, found in there.items() if others else ():
        # Written with points, 5.6.2024 may be read with the month first where the source is.
        is_swapped = "/" in others[0].written and (value[0], value[2], value[1]) in here
        if value not in here and not is_swapped:
            place = pair.translation.places.shown(others[0].start, others[0].end)
            yield Finding(f"the date {found.written} of the source is {others[0].written} here", spans=(place,))
    source = _months(pair.source.prose, pair.source_locale)
    translation = _months(pair.translation.prose, pair.locale) if source else {}
    wrong = next((word for month, word in translation.items() if month not in source), "")
    numeric = {found.value for found in pair.translation_numbers} if wrong else set()
    for month, word in source.items() if wrong else ():
        if month not in translation and str(month) not in numeric:
            yield Finding(f"the month {word} of the source is {wrong} here", (wrong,))


def _months(text: str, locale: str) -> dict[int, str]:
    """The months that a text names beside a number, each with the word for it."""
    names = conventions.months(locale)
    spaced = text.replace(",", " ").replace(".", " ")
    if names.keys().isdisjoint(spaced.lower().split()):
        return {}
    words = spaced.split()
    found: dict[int, str] = {}
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        month = names.get(word.lower())
        if month and (before[:1].isdigit() or after[:1].isdigit()):
            found[month] = word
    return found


# Matching


def _have_the_same(pair: Pair) -> bool:
    """Whether both texts have the same numbers in the same order, as most have."""
    source, translation = pair.source_numbers, pair.translation_numbers
    return len(source) == len(translation) and [one.value for one in source] == [one.value for one in translation]


def _unmatched(source: list[Number], translation: list[Number]) -> tuple[list[Number], list[Number]]:
    """The numbers of each side that the other lacks; the same digits are the same number however they are read."""
    lost, rest = _without_common(source, translation, lambda one: one.value)
    return _without_common(lost, rest, lambda one: one.written)


def _without_common(
    source: list[Number], translation: list[Number], key: Callable[[Number], str]
) -> tuple[list[Number], list[Number]]:
    """The numbers of each side without as many on the other side with the same key."""
    here, there = Counter(map(key, translation)), Counter(map(key, source))
    return _beyond(source, here, key), _beyond(translation, there, key)


def _beyond(numbers: list[Number], others: Counter[str], key: Callable[[Number], str]) -> list[Number]:
    """The numbers for which there is none, or none any more, among others."""
    left = []
    for one in numbers:
        if others[key(one)] > 0:
            others[key(one)] -= 1
        else:
            left.append(one)
    return left


def _pairs_by_value(pair: Pair) -> Iterator[tuple[Number, Number]]:
    """The numbers of the source, each with the one of the same value in the translation that suits it best."""
    rest: defaultdict[str, defaultdict[str, list[Number]]] = defaultdict(lambda: defaultdict(list))
    for other in reversed(pair.translation_quantities):
        rest[other.value][other.sign].append(other)
    for found in sorted(pair.source_quantities, key=lambda one: not one.sign):
        same = rest[found.value]
        sign = found.sign if same[found.sign] else next((sign for sign, left in same.items() if left), None)
        if sign is not None:
            yield found, same[sign].pop()


def _explained(pair: Pair, lost: list[Number], added: list[Number]) -> list[Number]:
    """The lost numbers that nothing in the translation accounts for; takes from `added` what accounts for others."""
    # The months of dates in digits that the translation writes by name.
    months = {one.month for one in dates(pair.source.prose, pair.source_locale)}
    names = conventions.months(pair.locale) if months else {}
    words = words_of(pair.translation.prose.lower()) if months else []
    by_name = {
        str(month) for name, month in names.items() if month in months and any(is_form_of(word, name) for word in words)
    }
    unexplained = [found for found in _without_times(lost, added, pair) if found.value not in by_name]
    unexplained = [
        found
        for found in unexplained
        if not (_is_scaled(found, pair, added) or _is_time(found, added) or _is_below_zero(found, pair, added))
    ]
    unexplained = _regrouped(unexplained, added)
    # A new number is a better account of a lost one than a word that may count something else.
    changed, rest = unexplained[: len(added)], unexplained[len(added) :]
    if not rest:
        return changed
    source, here = pair.source, pair.translation
    # An article next to a gap is not the number that was there.
    has_gap = any(found.value == "1" for found in rest) and has_hole(here.prose, source.prose, pair.language)
    return changed + [
        found
        for found in rest
        if (has_gap and found.value == "1")
        or not (
            _is_in_word(found, source.prose)
            or (found.written in here.code and found.written not in source.code)
            or any(link.kind == "address" and found.written in link.text for link in here.links)  # without a blank
            or (not added and _is_said_once(found, pair))
            or (
                is_left_to_words(found, source.prose, pair.source_locale, here.prose, pair.locale)
                and not _has_bare_percent(found, pair)
            )
        )
    ]


def _is_in_word(found: Number, prose: str) -> bool:
    """Whether a number is a part of a word or abbreviation that may be translated, such as 2FA, E2EE and p1."""
    before, after = prose[found.start - 1 : found.start], _ABBREVIATION.match(prose, found.end)
    return (before.isalpha() and before.isascii()) or after is not None


_ABBREVIATION = Expression(r"(?!GB|MB|KB|TB|PB|MHz|GHz|MW|KW|GW)[A-Z]{2,}(?![a-z])|D\b")


def _is_said_once(found: Number, pair: Pair) -> bool:
    """Whether the source says a number twice of the same thing, and the translation once: three hours each."""
    noun = _noun(pair.source.prose, found)
    same = [one for one in pair.source_numbers if one.value == found.value]
    return (
        bool(noun)
        and len(same) > 1
        and all(_noun(pair.source.prose, one) == noun for one in same)
        and any(one.value == found.value for one in pair.translation_numbers)
    )


def _noun(prose: str, found: Number) -> str:
    words = prose[found.end : found.end + _LONGEST_NOUN].split(maxsplit=1)
    return words[0].strip(".,;:)!?") if words else ""


def _has_bare_percent(found: Number, pair: Pair) -> bool:
    """Whether a percentage has lost its number, but not its sign; an article is no number then."""
    here = pair.translation.prose
    return _PERCENT_AFTER.match(pair.source.prose, found.end) is not None and _BARE_PERCENT.search(here) is not None


_PERCENT_AFTER = Expression(r"[ \u00a0\u202f]?[%٪％]")
_BARE_PERCENT = Expression(r"(?<![\d\s])[ \u00a0\u202f]?[%٪％](?! ?\d)")


_TIME = Expression(r"\b(\d{1,2})(?::(\d{2}))?\s*([ap])\.?m\b", re.IGNORECASE)


def _without_times(lost: list[Number], added: list[Number], pair: Pair) -> list[Number]:
    """The lost numbers without those of times that the translation writes by the 24-hour clock."""
    for time in islice(_TIME.finditer(pair.source.prose), _ENOUGH) if lost else ():
        hour = int(time[1]) % _HALF_DAY + (_HALF_DAY if time[3].lower() == "p" else 0)
        values = {found.value for found in pair.translation_numbers}
        if str(hour) in values or time[1] in values:
            added[:] = [found for found in added if found.value != str(hour)]
            is_full = time[2] in {None, "00"}
            lost = [
                found
                for found in lost
                if not (time.start() <= found.start < time.end() and (is_full or found.start == time.start()))
            ]
    return lost


_HALF_DAY = 12
_GROUP = 3
_LONGEST_NOUN = 40


def _is_scaled(found: Number, pair: Pair, added: list[Number]) -> bool:
    """Whether the translation counts in other units of ten: 3万 is 30,000, and 10亿 is 1 billion."""
    value = scaled(found, pair.source.prose, pair.source_locale)
    for other in added:
        other_value = scaled(other, pair.translation.prose, pair.locale)
        if (value or other_value) and (value or found.value) == (other_value or other.value):
            added.remove(other)
            return True
    return False


_CLOCK = Expression(r"(\d{1,2})[.:h](\d{2})")


def _is_time(found: Number, added: list[Number]) -> bool:
    """Whether a time such as 14.30 is one with a word for the hour, perhaps by the 12-hour clock: 午後2時30分."""
    clock = _CLOCK.fullmatch(found.written)
    if not clock or int(clock[1]) >= 2 * _HALF_DAY or int(clock[2]) >= _MINUTES:
        return False
    hour, minute = int(clock[1]), int(clock[2])
    numbers = [other for other in added if other.value in {str(hour), str(hour % _HALF_DAY)}]
    minutes = [other for other in added if other.value == str(minute)]
    if not numbers or (minute and not minutes):
        return False
    added.remove(numbers[0])
    if minute and minutes[0] in added:
        added.remove(minutes[0])
    return True


_MINUTES = 60


def _is_below_zero(found: Number, pair: Pair, added: list[Number]) -> bool:
    """Whether the minus sign of a number is a word here, or after it, as some write from right to left."""
    value = found.value.lstrip("-")
    if value == found.value:
        return False
    here = pair.translation.prose
    for other in added:
        is_after = pair.language in _FROM_RIGHT and here[other.end : other.end + 1] in {"-", "−"}
        if other.value == value and (
            is_after or any(word in here.lower() for word in conventions.minus_words(pair.locale))
        ):
            added.remove(other)
            return True
    return False


_FROM_RIGHT = frozenset({"ar", "fa", "he", "ur"})


def _regrouped(lost: list[Number], added: list[Number]) -> list[Number]:
    """Without numbers that are only cut up in another way: 10 000 as two, `2,5` for `2, 5`."""
    pieces = [piece for found in lost for piece in _pieces(found.written)]
    others = [piece for found in added for piece in _pieces(found.written)]
    is_regrouped = len(lost) != len(added) and pieces == others
    # 10000 and 10 000: all groups but the first have three digits.
    is_regrouped |= (
        len(others) > 1
        and "".join(others) == "".join(pieces)
        and all(len(one) == _GROUP for one in (*others[1:], *(pieces[1:] if len(lost) == 1 else ())))
    )
    if not is_regrouped:
        return lost
    added.clear()
    return []


def _pieces(written: str) -> list[str]:
    return [piece for piece in "".join(c if c.isdigit() else " " for c in written).split() if piece]


def _with_unit(reading: Reading, found: Number) -> str:
    """A number with its unit, as it is written."""
    prose = reading.prose
    before, after = unit_around(prose, found)
    return prose[found.start - before : found.end + after]


def _span_of_unit(reading: Reading, found: Number) -> TextSpan:
    before, after = unit_around(reading.prose, found)
    return reading.places.shown(found.start - before, found.end + after)
