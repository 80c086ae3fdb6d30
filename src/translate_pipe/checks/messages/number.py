"""Numbers, dates, percentages and units: the translation has those of the source, by value."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers import conventions
from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.checks.helpers.quantity import dates, may_be_dated
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.checks.helpers.wording import is_form_of, words_of
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
    lost = _explained(pair, lost[:_ENOUGH], added[:_ENOUGH])
    new = [found for found in added if not _is_spelled(found, pair.source.prose, pair.source_locale)]
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
            if found.value not in months and not _is_spelled(found, pair.source.prose, pair.source_locale):
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
    here, words = pair.translation.prose.lower(), (*_PERCENTS[1:], *conventions.percent_words(pair.locale))
    for found, other in _pairs_by_value(pair):
        if found.sign == "%" != other.sign and not any(word in here for word in words):
            text = f"the percent sign of {found.written} % is missing"
            yield Finding(text, spans=(_span(pair.translation, other),))
        elif other.sign == "%" != found.sign and not any(sign in pair.message.msgid.lower() for sign in _PERCENTS):
            text = f"{other.written} is no percentage in the source"
            yield Finding(text, spans=(_span(pair.translation, other),))


def _has_percent(text: str) -> bool:
    return "%" in text or (not text.isascii() and any(sign in text for sign in "％٪﹪‰"))


_PERCENTS = ("%", "percent", "procent", "prozent", "per cent")


@concerns(Trait.DIGIT)
def unit(pair: Pair) -> Iterator[Finding]:
    """Units and currencies that have become others: 25 km is not 25 mi."""
    if not any(one.sign for one in pair.source_quantities):
        return
    for found, other in _pairs_by_value(pair):
        if found.sign and other.sign and "%" not in {found.sign, other.sign} and found.sign != other.sign:
            prose = pair.translation.prose
            was, now = _with_unit(pair.source.prose, found), _with_unit(prose, other)
            word = now[other.end - other.start :].strip()
            place = pair.translation.places.shown(other.start, prose.find(word, other.end) + len(word))
            yield Finding(f"{was} of the source is {now} here", spans=(place,))


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
    unexplained = [found for found in unexplained if not _is_scaled(found, pair, added)]
    unexplained = _regrouped(unexplained, added)
    # A new number is a better account of a lost one than a word that may count something else.
    changed = unexplained[: len(added)]
    return changed + [
        found for found in unexplained[len(added) :] if not _is_spelled(found, pair.translation.prose, pair.locale)
    ]


def _is_spelled(found: Number, prose: str, locale: str) -> bool:
    """Whether the words of a text hold the number in words, as a cardinal or an ordinal."""
    if not found.value.isdigit() or len(found.value) > _LONGEST_SPELLED:
        return False
    if locale.partition("_")[0] in _DUALS and found.value in {"1", "2"}:
        return True  # said by the form of the noun: ساعتان is two hours
    spellings = conventions.number_words(int(found.value), locale)
    return bool(spellings) and is_spelled_in(spellings, prose)


def is_spelled_in(spellings: frozenset[str], prose: str) -> bool:
    """Whether any of the spellings, or an inflected form of one, occurs in a text."""
    text = prose.lower()
    words = words_of(text)
    for spelling in spellings:
        is_sign = "\u2e80" <= spelling[:1] <= "\u9fff"
        if is_sign and len(spelling) == 1:  # a sign such as 一 is part of many words; it counts before the noun
            is_there = re.search(f"(?:{spelling}|第{spelling})[{_COUNTED}]", text) is not None
        elif is_sign or " " in spelling:
            is_there = spelling in text
        else:
            # Arabic and Hebrew write articles and prepositions at the front; Dutch and German compound (driejarig).
            is_stem = len(spelling) >= _STEM
            is_there = any(
                is_form_of(word, spelling) or (is_stem and (word.endswith(spelling) or word.startswith(spelling)))
                for word in words
            )
        if is_there:
            return True
    return False


_DUALS = frozenset({"ar", "he", "mt", "sl"})
_COUNTED = (
    "个個つ番回種种类類度位次部名人年月日章节節項件点點本枚台層层"
    "步歩条條代级級時时分秒週周倍階阶字行列組组円元歳岁歲头頭匹天"
)


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


_SCALES = {"万": 4, "萬": 4, "만": 4, "億": 8, "亿": 8, "억": 8, "千": 3, "천": 3}
_HALF_DAY = 12
_LONGEST_SPELLED = 7
_GROUP = 3
_STEM = 3


def _is_scaled(found: Number, pair: Pair, added: list[Number]) -> bool:
    """Whether the translation counts in ten thousands: 3万 is 30,000."""
    for other in added:
        zeros = _SCALES.get(pair.translation.prose[other.end : other.end + 1], 0)
        whole, _, decimals = other.value.partition(".")
        if zeros and len(decimals) <= zeros and whole + decimals.ljust(zeros, "0") == found.value:
            added.remove(other)
            return True
    return False


def _regrouped(lost: list[Number], added: list[Number]) -> list[Number]:
    """Without numbers that are only cut up in another way: 10 000 as two, `2,5` for `2, 5`."""
    pieces = [piece for found in lost for piece in _pieces(found.written)]
    others = [piece for found in added for piece in _pieces(found.written)]
    is_regrouped = len(lost) != len(added) and pieces == others
    # 10000 and 10 000: all groups but the first have three digits.
    is_regrouped |= (
        len(others) > 1 and "".join(others) == "".join(pieces) and all(len(one) == _GROUP for one in others[1:])
    )
    if not is_regrouped:
        return lost
    added.clear()
    return []


def _pieces(written: str) -> list[str]:
    return [piece for piece in "".join(c if c.isdigit() else " " for c in written).split() if piece]


def _with_unit(prose: str, found: Number) -> str:
    """A number with the word after it, as it is written."""
    rest = prose[found.end :].split(maxsplit=1)
    return prose[found.start : found.end] + (" " + rest[0].strip(".,;:)!?") if rest else "")
