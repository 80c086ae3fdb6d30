"""Numbers that a text has in words, or with a word for thousands or millions, and digits that are parts of words."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers import conventions
from translate_pipe.checks.helpers.wording import is_form_of, words_of
from translate_pipe.late import LateModule
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    import decimal

    from translate_pipe.checks.helpers.quantity import Number
else:  # few numbers have a word for thousands
    decimal = LateModule("decimal")

_LONGEST_SPELLED = 7
_SHORT, _STEM = 3, 4
_DUALS = frozenset({"ar", "he", "mt", "sl"})
"""Languages in which the form of a noun says two, or one: ساعتان is two hours."""
_COMPOUNDING = frozenset({"af", "da", "de", "et", "fi", "fo", "fy", "hu", "is", "lb", "nb", "nl", "nn", "no", "sv"})
"""Languages that write a number and the next word as one: driejarig."""
_ARTICLES = frozenset(
    {"af", "ca", "da", "de", "el", "es", "fr", "gl", "hu", "it", "lb", "nb", "nl", "nn", "no", "pt", "ro", "sv", "tr"}
)
"""Languages in which the indefinite article is the word for one."""
_ELIDING = frozenset({"ca", "fr", "it"})
"""Languages that write words with an apostrophe between them: un'uscita is one exit."""
_ENGLISH_ARTICLES = frozenset({"a", "an"})
_ARTICLE_PREFIXES = frozenset({"ar", "fa", "he", "ur"})
_LONGEST_PREFIX, _LONGEST_ENDING = 3, 3
_INFLECTING = frozenset({"be", "bg", "bs", "cs", "hr", "lt", "lv", "mk", "pl", "ru", "sk", "sl", "sr", "uk"})
"""Languages in which short words for numbers change inside: dwa, dwóch; два, двох."""
_COUNTED = (
    "つ个個番回種种类類度位次部名人年月日章节節項件点點本枚台層层对對対維维"
    "步歩条條代级級時时分秒週周倍階阶字行列組组円元歳岁歲头頭匹天"
)
_IS_SIGN = Expression("[\u2e80-\u9fff]")
_PREFIXES = {
    "1": ("mono", "uni", "одно"),
    "2": ("bi", "di", "du", "дво", "дву"),
    "3": ("tri", "три", "трёх", "трех", "трьох"),
    "4": ("cuadri", "quadri", "tetra", "чотири", "четырёх", "четырех"),
}
_OTHER_WORDS = {
    ("ro", "1"): ("o",),
    ("ja", "100"): ("数百", "百分之百"),
    ("ja", "1000"): ("数千",),
    ("ko", "100"): ("수백",),
    ("ko", "1000"): ("수천",),
    ("zh", "100"): ("数百", "數百", "几百", "百分之百"),
    ("zh", "1000"): ("数千", "數千", "几千", "成千"),
}
"""Words that CLDR does not have among its numbers."""
# Ordinals that CLDR does not spell, by Wiktionary's lists of numerals; what follows may be an ending.
_ORDINALS = {
    "bg": ("първ", "втор", "трет", "четвърт", "пет"),
    "bn": ("প্রথম", "দ্বিতীয়", "তৃতীয়", "চতুর্থ", "পঞ্চম"),
    "cs": ("prvn", "druh", "třet", "čtvrt", "pát"),
    "fa": ("اول", "دوم", "سوم", "چهارم", "پنجم"),
    "hr": ("prv", "drug", "treć", "četvrt", "pet"),
    "pl": ("pierwsz", "drug", "trzeci", "czwart", "piąt"),
    "ro": ("prim", "doi", "trei", "patr", "cinci"),
    "sk": ("prv", "druh", "tret", "štvrt", "piat"),
    "sr": ("прв", "друг", "трећ", "четврт", "пет"),
    "uk": ("перш", "друг", "трет", "четверт", "п'ят"),
}


def is_spelled(found: Number, prose: str, locale: str) -> bool:
    """Whether the words of a text hold the number in words, as a cardinal or an ordinal."""
    return times_spelled(found.value, prose, locale) > 0


def is_left_to_words(found: Number, source: str, source_locale: str, prose: str, locale: str) -> bool:
    """Whether a translation has a number in words, besides those that the source has in words.

    >>> from translate_pipe.checks.helpers.quantity import numbers
    >>> two = numbers("two tasks: (1) and (2)", "en")[1]
    >>> [is_left_to_words(two, "two tasks: (1) and (2)", "en", text, "de") for text in ("zwei: (1)", "zwei: (1), zwei")]
    [False, True]
    """
    language = locale.partition("_")[0]
    if language in _DUALS and found.value in {"1", "2"}:
        return True
    if not found.written.isdigit():
        return False
    here = times_spelled(found.value, prose, locale)
    if not here:
        return _is_in_prefix(found, source, prose) or _roman(found.value) in words_of(prose)
    words = set(conventions.number_words(int(found.value), source_locale))
    there = sum(word in words for word in words_of(_COUNTED_WORD.sub(" ", source).lower()))
    if found.value == "1" and language in _ARTICLES:
        there += sum(word in _ENGLISH_ARTICLES for word in words_of(source.lower()))
    return here > there


def times_spelled(value: str, prose: str, locale: str) -> int:
    """How many words, or other places of a text, say a whole number."""
    if not value.isdigit() or len(value) > _LONGEST_SPELLED:
        return 0
    language = locale.partition("_")[0]
    spellings = conventions.number_words(int(value), locale).union(_OTHER_WORDS.get((language, value), ()))
    ordinals = _ORDINALS.get(language, ())
    stem = ordinals[int(value) - 1] if 0 < int(value) <= len(ordinals) else ""
    if not (spellings or stem):
        return 0
    text = prose.lower()
    if language in _ELIDING:
        text = text.replace("'", " ").replace("’", " ")
    found = 0
    words = []
    for spelling in spellings:
        if _IS_SIGN.match(spelling):
            # A sign such as 一 is part of many words; it counts before the noun.
            sign = f"(?:{spelling}|第{spelling})[{_COUNTED}]" if len(spelling) == 1 else spelling
            found += len(re.findall(sign, text))
        elif " " in spelling:
            found += text.count(spelling)
        else:
            words.append(spelling)
    return found + sum(
        bool(stem and word.startswith(stem)) or any(_is_number_word(word, one, language) for one in words)
        for word in words_of(text)
    )


def _is_number_word(word: str, spelling: str, language: str) -> bool:
    """Whether a word is a number word, perhaps inflected or in a compound."""
    if word == spelling:
        return True
    if word.startswith(spelling) and len(spelling) >= _SHORT:
        return language in _COMPOUNDING or (len(spelling) >= _STEM and len(word) <= len(spelling) + _STEM)
    # Arabic and Hebrew write articles and prepositions at the front; tens follow units in einundzwanzig.
    is_prefixed = language in _ARTICLE_PREFIXES and len(word) - len(spelling) <= _LONGEST_PREFIX
    if word.endswith(spelling) and len(spelling) >= _SHORT and (is_prefixed or language in _COMPOUNDING):
        return True
    if language in _INFLECTING or not spelling[0].isascii():
        return is_form_of(word, spelling)
    return len(spelling) > _SHORT and word.startswith(spelling[:-1]) and len(word) - len(spelling) <= _LONGEST_ENDING


# In `2 seconds`, the second one is no number.
_COUNTED_WORD = Expression(r"\d[ \u00a0-]?[^\W\d_]+")


def _is_in_prefix(found: Number, source: str, prose: str) -> bool:
    """Whether a number with a hyphen has become a part of a word: 3-dimensional, tridimensional."""
    starts = _PREFIXES.get(found.value, ()) if source[found.end : found.end + 1] == "-" else ()
    return bool(starts) and any(word.startswith(starts) for word in words_of(prose.lower()))


_ROMAN = (("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1))
_LARGEST_ROMAN = 39


def _roman(value: str) -> str:
    """A number in Roman numerals, as centuries are written in many languages; empty for a large one.

    >>> _roman("18"), _roman("19")
    ('XVIII', 'XIX')
    """
    rest, found = int(value), ""
    for letters, size in _ROMAN if rest <= _LARGEST_ROMAN else ():
        found += letters * (rest // size)
        rest %= size
    return found


# Scales


@cache
def scales(locale: str) -> dict[str, int]:
    """The words and signs for thousands, millions and so on after a number, with their powers of ten.

    >>> scales("nl")["miljoen"], scales("ja")["万"]
    (6, 4)
    """
    found: dict[str, int] = {"千": 3, "천": 3}
    for patterns in conventions.compact_patterns(locale):
        for size, pattern in patterns.items():
            word = pattern.replace("'", "").replace("0", "").strip().lower()
            zeros = pattern.count("0")
            if word and zeros:
                found.setdefault(word, len(size) - zeros)
    return found


def scaled(found: Number, prose: str, locale: str) -> str:
    """The value of a number with the word after it, in plain digits: 1.5 million is 1500000.

    >>> from translate_pipe.checks.helpers.quantity import numbers
    >>> [scaled(numbers(text, locale)[0], text, locale) for text, locale in (("1,5 miljoen", "nl"), ("150万", "ja"))]
    ['1500000', '1500000']
    """
    known = scales(locale)
    rest = prose[found.end : found.end + _LONGEST_SCALE].lstrip(" \u00a0\u202f").lower()
    word = max((one for one in known if rest.startswith(one)), key=len, default="")
    if not word or (word.isascii() and rest[len(word) : len(word) + 1].isalpha()):
        return ""
    try:
        value = decimal.Decimal(found.value).scaleb(known[word])
    except ArithmeticError:
        return ""
    return format(value.normalize(), "f")


_LONGEST_SCALE = 24
