"""How a language writes numbers, dates and units, from Babel (CLDR) and unicode-rbnf.

Each answer is computed once per locale. An empty or unknown locale has the conventions that most languages share.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.late import LateModule
from translate_pipe.locales import script_of
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    import babel
    import unicode_rbnf
    from babel import numbers
    from babel import units as babel_units
    from unicode_rbnf import engine as rbnf_engine
else:  # loaded when a message first has something that languages write in different ways
    babel = LateModule("babel")
    numbers = LateModule("babel.numbers")
    babel_units = LateModule("babel.units")
    unicode_rbnf = LateModule("unicode_rbnf")
    rbnf_engine = LateModule("unicode_rbnf.engine")

# The units that prose counts in, by their CLDR names.
_UNITS = (
    *(f"length-{name}" for name in ("kilometer", "meter", "centimeter", "millimeter", "mile", "yard", "foot", "inch")),
    *(f"mass-{name}" for name in ("tonne", "kilogram", "gram", "milligram", "pound", "ounce")),
    *(f"volume-{name}" for name in ("liter", "deciliter", "centiliter", "milliliter", "gallon")),
    *(f"area-{name}" for name in ("square-kilometer", "square-meter", "hectare", "acre")),
    *(f"temperature-{name}" for name in ("celsius", "fahrenheit", "kelvin")),
    *(f"speed-{name}" for name in ("kilometer-per-hour", "meter-per-second", "mile-per-hour")),
    *(f"digital-{name}" for name in ("bit", "kilobit", "megabit", "gigabit")),
    *(f"digital-{name}" for name in ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")),
    *(f"frequency-{name}" for name in ("hertz", "kilohertz", "megahertz", "gigahertz")),
    *(f"duration-{name}" for name in ("millisecond", "second", "minute", "hour", "day", "week", "month", "year")),
    *(f"power-{name}" for name in ("watt", "kilowatt", "megawatt")),
    *(f"energy-{name}" for name in ("joule", "kilojoule", "kilocalorie", "kilowatt-hour")),
    *(f"electric-{name}" for name in ("volt", "ampere")),
)
_CURRENCIES = ("EUR", "USD", "GBP", "JPY", "CNY", "INR", "KRW", "RUB", "TRY", "UAH", "ILS", "PLN", "CHF", "BRL")
_CURRENCY_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY"}
_DEFAULT = "en"
_NUMBER = Expression(r"[\d\u200e\u200f\u061c]+")
_LARGEST_WORD = 31
# What weather reports say for a minus sign.
_BELOW_ZERO = {
    "ar": ("تحت الصفر",),
    "de": ("unter null",),
    "en": ("below zero",),
    "es": ("bajo cero",),
    "fa": ("زیر صفر", "منفی"),
    "fr": ("sous zéro",),
    "it": ("sotto zero", "sotto lo zero"),
    "ja": ("氷点下", "零下", "マイナス"),
    "ko": ("영하",),
    "nl": ("onder nul",),
    "pl": ("poniżej zera",),
    "pt": ("abaixo de zero",),
    "ru": ("ниже нуля", "мороз"),
    "tr": ("sıfırın altında",),
    "uk": ("нижче нуля", "мороз"),
    "zh": ("零下", "负", "負"),
}
_LONGEST_SIGN = 4
_ZEROS = {"ゼロ", "零", "제로", "zero", "صفر"}
_ROUND_WORDS = (40, 50, 60, 70, 80, 90, 100, 1000, 10_000, 100_000, 1_000_000)


class Separators(NamedTuple):
    """The signs of a locale between the digits of a number."""

    decimal: str
    group: str


@cache
def _locale(locale: str) -> babel.Locale:
    try:
        return babel.Locale.parse(locale.partition("@")[0].replace("-", "_") or _DEFAULT)
    except (ValueError, TypeError, babel.UnknownLocaleError):
        return babel.Locale.parse(_DEFAULT)


@cache
def separators(locale: str) -> Separators:
    """The decimal and the grouping sign of a locale.

    >>> separators("nl"), separators("en")
    (Separators(decimal=',', group='.'), Separators(decimal='.', group=','))
    """
    # Numbers in other digits than 0-9 have signs of their own, which are never ambiguous.
    known = _locale(locale)
    return Separators(
        numbers.get_decimal_symbol(known, numbering_system="latn"),
        numbers.get_group_symbol(known, numbering_system="latn"),
    )


@cache
def months(locale: str) -> dict[str, int]:
    """The names of the months in a locale, in lower case, long, short and as they are inflected in dates.

    >>> months("nl")["oktober"], months("nl")["okt"]
    (10, 10)
    """
    found: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in _locale(locale).months[context][width].items():
                word = name.lower().strip(".")
                if not any(character.isdigit() for character in word):
                    found.setdefault(word, number)
    return found


@cache
def number_words(number: int, locale: str) -> frozenset[str]:
    """The words for a whole number in a locale, cardinal and ordinal, in lower case; none for a large odd number.

    >>> "drie" in number_words(3, "nl"), "derde" in number_words(3, "nl")
    (True, True)
    """
    engine = _speller(locale)
    if engine is None or not (number <= _LARGEST_WORD or number in _ROUND_WORDS):
        return frozenset()
    words = set() if number else set(_ZEROS)
    for purpose in (unicode_rbnf.FormatPurpose.CARDINAL, unicode_rbnf.FormatPurpose.ORDINAL):
        try:
            spelled = engine.format_number(number, purpose).text_by_ruleset.values()
        except (ValueError, rbnf_engine.NoRuleForNumberError):  # CLDR has no rules for the ordinals of some languages
            continue
        words.update(text.lower().replace("\u00ad", "") for text in spelled)
    return frozenset(word for word in words if word and not any(character.isdigit() for character in word))


@cache
def _speller(locale: str) -> unicode_rbnf.RbnfEngine | None:
    language = str(_locale(locale).language)
    for name in (locale, language):
        try:
            return unicode_rbnf.RbnfEngine.for_language(name)
        except (ValueError, KeyError):
            continue
    return None


@cache
def units(locale: str) -> dict[str, str]:
    """The signs and names of units and currencies in a locale, each with its CLDR name or ISO code.

    >>> units("nl")["km"], units("uk")["км"], units("nl")["€"]
    ('length-kilometer', 'length-kilometer', 'EUR')
    """
    known = _locale(locale)
    # Signs such as km and °C are understood, and mistaken, in all languages.
    found: dict[str, str] = {}
    for unit in _UNITS:
        for width in ("short", "long", "narrow"):
            for number in (1, 2, 5):
                found.setdefault(_without_number(babel_units.format_unit(number, unit, width, locale=known)), unit)
    for currency in _CURRENCIES:
        for count in (1, 2, 5):
            found.setdefault(numbers.get_currency_name(currency, count, known), currency)
        found.setdefault(numbers.get_currency_symbol(currency, known), currency)
        found[currency] = currency
    found.update(_CURRENCY_SIGNS)
    found.pop("", None)
    if known.language != _DEFAULT:
        found = {word: unit for word, unit in units(_DEFAULT).items() if len(word) <= _LONGEST_SIGN} | found
    # As written first (GB is no Gb), then in lower case for those that begin a sentence or are in a title.
    return {word.lower(): unit for word, unit in reversed(found.items())} | found


def _without_number(text: str) -> str:
    return "" if "-" in text else _NUMBER.sub("", text).strip()


@cache
def percent_words(locale: str) -> tuple[str, ...]:
    """The words of a locale for the sign %, in lower case, as stems.

    >>> "procent" in percent_words("nl")
    True
    """
    if _locale(locale).language in {"zh", "yue"}:
        return ("百分之",)
    name = babel_units.get_unit_name("concentr-percent", "long", locale=_locale(locale)) or ""
    words = {
        name.lower(),
        _without_number(babel_units.format_unit(5, "concentr-percent", "long", locale=_locale(locale))).lower(),
    }
    return tuple(sorted(word for word in words if word and not set(word) <= set("%٪؉")))


@cache
def compact_patterns(locale: str) -> tuple[dict[str, str], ...]:
    """How a locale writes large numbers with a word: patterns by size, such as `0 miljoen` for 1000000."""
    forms = _locale(locale).compact_decimal_formats
    return tuple(
        {size: found.pattern for size, found in table.items()}
        for width in ("long", "short")
        for table in forms.get(width, {}).values()
    )


@cache
def minus_words(locale: str) -> tuple[str, ...]:
    """The words of a locale for a minus sign, in lower case."""
    engine = _speller(locale)
    words = set(_BELOW_ZERO.get(str(_locale(locale).language), ()))
    if engine is not None:
        spelled = engine.format_number(-1, unicode_rbnf.FormatPurpose.CARDINAL).text_by_ruleset.values()
        words.update(text.lower().split()[0] for text in spelled if " " in text)
    return tuple(sorted(words))


@cache
def month_first(locale: str) -> bool:
    """Whether a locale writes the month before the day in a short date.

    >>> month_first("en_US"), month_first("nl")
    (True, False)
    """
    pattern = str(_locale(locale).date_formats["short"].pattern).lower()
    return pattern.find("m") < pattern.find("d")


_SCRIPTS_OF = {
    "Jpan": ("Hani", "Kana"),
    "Kore": ("Hang", "Hani"),
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Hira": ("Kana", "Hani"),
}


@cache
def scripts(locale: str) -> frozenset[str]:
    """The scripts that a locale is written in, by their ISO 15924 codes; none for an unknown locale.

    >>> sorted(scripts("ja")), sorted(scripts("sr_Latn"))
    (['Hani', 'Kana'], ['Latn'])
    """
    script = script_of(locale) if locale else ""
    return frozenset(_SCRIPTS_OF.get(script, (script,))) if script else frozenset()


# Hangul has slanted letters: Korean typesetting and word processors use them for emphasis as Latin ones do.
_SLANTED = frozenset({"Latn", "Cyrl", "Grek", "Armn", "Geor", "Hang"})


@cache
def has_slanted_letters(locale: str) -> bool:
    """Whether the script of a locale has slanted letters, which emphasis is shown with; so of an unknown locale.

    >>> has_slanted_letters("pt_BR"), has_slanted_letters("zh_Hant"), has_slanted_letters("fa")
    (True, False, False)
    """
    own = scripts(locale)
    return not own or not own.isdisjoint(_SLANTED)
