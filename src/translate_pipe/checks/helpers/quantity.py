"""The numbers in a text, by value: 1.000,5 in Dutch is 1,000.5 in English, and ٣١ is 31."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.checks.helpers import conventions
from translate_pipe.late import LateModule
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    import decimal
    from collections.abc import Iterator
else:  # most numbers have no decimals
    decimal = LateModule("decimal")

# Between the digits of a number: points and commas of all scripts, apostrophes, and blanks that do not break a line.
_DIGITS = Expression(r"\d+(?:[.,٫٬．，'’\u00a0\u2009\u202f]\d+)*|[₀-₉]+")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_TO_ASCII = str.maketrans("٫．，", "..,")
_FEW_DIGITS = 3
_GROUPING = Expression(r"\d{1,3}(?:[.,٬'’\u00a0\u2009\u202f]\d{3})+")
_INDIAN_GROUPING = Expression(r"\d{1,2}(?:,\d{2})*,\d{3}")
_ALWAYS_GROUPS = Expression(r"[٬'’\u00a0\u2009\u202f]")
_PERCENTS = frozenset("%％٪﹪‰")
_PERCENT_BEFORE = Expression(r"(?<![\d\s\u00a0\u202f])\s?[%٪][ \u00a0\u202f]?\Z")
_MINUS = Expression(r"(?:^|[\s(=])[-−]\Z")
_BLANKS = " \u00a0\u202f\u2009\u200e\u200f"
_UNIT = Expression(
    r"[°º]\s?[CFcf]\b|[€$£¥₹₩₽₺₴]"
    r"|[A-Za-z]+(?:[/·][A-Za-z]+)?[²³]?(?=[\u3040-\ud7a3])"  # before the ending that Japanese and Korean add
    r"|[^\W\d_]+(?:[/·][^\W\d_]+)?[²³]?(?![\d_])"
)
_FIRST_UNSPACED = "\u2e80"
"""From this character on, scripts have no blanks between words."""
_LONGEST_UNIT = 12
_SIGN_BEFORE = Expression(r"((?<!\d)(?<!\d )[€$£¥₹₩₽₺₴]|\b[A-Z]{3})[ \u00a0\u202f]?\Z")
_ISO_DATE = Expression(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_DATE = Expression(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?![\d/-])")
_LAST_MONTH = 12
_LAST_DAY = 31


class Number(NamedTuple):
    """A number: as written, its value in plain digits with a point, and its place, in characters.

    A version (1.2.3) is its own value. `sign` is `%` or the CLDR name of the unit after it, or empty: `with_signs`
    fills it in.
    """

    written: str
    value: str
    start: int
    end: int
    sign: str = ""


class Date(NamedTuple):
    """A date that is written in digits: as written, and its place, in characters."""

    written: str
    year: int
    month: int
    day: int
    start: int
    end: int

    @property
    def value(self) -> tuple[int, int, int]:
        """The year, month and day."""
        return self[1:4]


def numbers(text: str, locale: str) -> list[Number]:
    """The numbers of a text, in their order, read as the locale writes them.

    >>> [number.value for number in numbers("1.000,5 op 3 en 12,5 %", "nl")]
    ['1000.5', '3', '12.5']
    """
    found = []
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        written = match.group()
        if "." in written and _DATE.fullmatch(written):  # 6.5.2024 is three numbers, not one
            found += [Number(part, str(int(part)), start, end) for part in written.split(".")]
            continue
        is_signed = start and text[start - 1] in "-−" and _MINUS.search(text, max(0, start - 2), start)
        minus = "-" if is_signed else ""
        found.append(Number(minus + written, minus + _value(written, locale), start, end))
    return found


def with_signs(numbers: list[Number], text: str, locale: str) -> list[Number]:
    """The numbers of a text with what each of them counts.

    >>> text = "12,5 % van 3 km"
    >>> [number.sign for number in with_signs(numbers(text, "nl"), text, "nl")]
    ['%', 'length-kilometer']
    """
    units = conventions.units(locale)
    # The parts of a date are shorter than their place, and count nothing.
    signs = (
        _sign(text, one.start, one.end, units) if len(one.written) >= one.end - one.start else "" for one in numbers
    )
    return [one._replace(sign=sign) if sign else one for one, sign in zip(numbers, signs, strict=True)]


def _value(written: str, locale: str) -> str:
    """A number in ASCII digits, with a point before the decimals and no other signs; a version stays as it is."""
    if written.isdigit():
        return _in_ascii(written).lstrip("0") or "0"
    text = _ALWAYS_GROUPS.sub("", _in_ascii(written).translate(_TO_ASCII))
    signs = [character for character in text if character in ".,"]
    last = signs[-1] if signs else ""
    is_grouped = bool(_GROUPING.fullmatch(text) or _INDIAN_GROUPING.fullmatch(text))
    if len(set(signs)) > 1:
        if signs.count(last) == 1:  # 1.000,5: the last one is the decimal sign
            whole, _, decimals = text.rpartition(last)
            text = f"{re.sub('[.,]', '', whole)}.{decimals}"
    elif is_grouped and (
        len(signs) > 1 or (last != conventions.separators(locale).decimal and not text.startswith("0"))
    ):
        text = text.replace(last, "")
    elif len(signs) == 1:
        text = text.replace(last, ".")
    is_version = text.count(".") > 1 or "," in text
    return text if is_version else format(decimal.Decimal(text).normalize(), "f")


def _in_ascii(written: str) -> str:
    if written.isascii():
        return written
    text = written.translate(_SUBSCRIPTS)
    return "".join(str(int(character)) if character.isdigit() else character for character in text)


def _sign(text: str, start: int, end: int, units: dict[str, str]) -> str:
    """The sign of a number: `%`, or the unit or currency after or before it."""
    at = end
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    before = text[max(0, start - 4) : start]
    has_percent_before = ("%" in before or "٪" in before) and _PERCENT_BEFORE.search(text, max(0, start - 3), start)
    if text[at : at + 1] in _PERCENTS or has_percent_before:
        return "%"
    if before[-1:].isascii() and before[-1:].isalnum():  # in a word, or in a number of another base
        return ""
    # As most words before a number end with a small letter.
    currency = None if before.rstrip(_BLANKS)[-1:].islower() else _SIGN_BEFORE.search(text, max(0, start - 4), start)
    if currency and currency[1] in units:
        return units[currency[1]]
    unit = _UNIT.match(text, at)
    if not unit:
        return ""
    name = unit.group().replace(" ", "")
    found = units.get(name) or units.get(name.lower(), "")
    if not found and name[0] >= _FIRST_UNSPACED:
        starts = (name[:length] for length in range(min(len(name), _LONGEST_UNIT), 0, -1))
        found = next((units[start] for start in starts if start in units), "")
    return found


def unit_around(text: str, found: Number) -> tuple[int, int]:
    """How many characters of a number's unit or currency are before and after it, with blanks."""
    before = _SIGN_BEFORE.search(text, max(0, found.start - 4), found.start)
    if before:
        return found.start - before.start(), 0
    at = found.end
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    unit = _UNIT.match(text, at)
    return 0, unit.end() - found.end if unit else 0


def may_be_dated(numbers: list[Number]) -> bool:
    """Whether any of a text's numbers is as long as the year of a date."""
    return any(len(one.written) > _FEW_DIGITS for one in numbers)


def dates(text: str, locale: str) -> Iterator[Date]:
    """The dates of a text that are written in digits alone; `5/6/2024` is read as the locale orders day and month.

    >>> [date.value for date in dates("2024-05-06 en 6-5-2024", "nl")]
    [(2024, 5, 6), (2024, 5, 6)]
    """
    for match in _ISO_DATE.finditer(text):
        yield from _date(match, *(int(part) for part in match.groups()))
    for match in _DATE.finditer(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        month_first = conventions.month_first(locale) and match[2] == "/"
        yield from _date(match, year, *((first, second) if month_first else (second, first)))


def _date(match: re.Match[str], year: int, month: int, day: int) -> Iterator[Date]:
    if 1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY:
        yield Date(match.group(), year, month, day, *match.span())
