"""Locales: tags, names, text direction and fallback chains from Babel, and plural forms.

Locales are spelled as in gettext (``pt_BR``, ``zh_Hans``, ``sr@latin``); BCP 47 tags (``pt-BR``) are accepted.
"""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from babel import Locale, localedata
from babel import UnknownLocaleError as BabelUnknownLocaleError
from babel.core import get_global

from translate_pipe.errors import UnknownLocaleError
from translate_pipe.late import LateModule
from translate_pipe.registry import closest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from babel.messages import plurals
else:  # only languages without an entry in the tables below need it
    plurals = LateModule("babel.messages.plurals")

_TAG = re.compile(r"(?P<base>[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)(?P<modifier>(?:@[A-Za-z0-9]+)?)", re.ASCII)
_SCRIPT_LENGTH = 4


def normalise(tag: str) -> str:
    """A tag in gettext's spelling; raises UnknownLocaleError for a tag that Babel does not know.

    >>> normalise("pt-br"), normalise("zh_hans"), normalise("sr@latin")
    ('pt_BR', 'zh_Hans', 'sr@latin')
    """
    spelled = _spelled(tag)
    if not spelled or not _is_known(spelled):
        raise UnknownLocaleError(tag, closest(spelled or tag, localedata.locale_identifiers()))
    return spelled


def _spelled(tag: str) -> str:
    """A tag in gettext's spelling, known or not; empty for a text that cannot be a tag."""
    found = _TAG.fullmatch(tag.strip())
    if not found:
        return ""
    language, *subtags = re.split(r"[-_]", found["base"])
    spelled = (one.title() if len(one) == _SCRIPT_LENGTH else one.upper() for one in subtags)
    return "_".join([language.lower(), *spelled]) + found["modifier"]


@cache
def _is_known(spelled: str) -> bool:
    try:
        Locale.parse(spelled.partition("@")[0])
    except (ValueError, TypeError, BabelUnknownLocaleError):
        return False
    return True


def of_path(path: str) -> str:
    """The locale that the path of a catalogue names; empty if it names none.

    The folder before LC_MESSAGES counts first, then the file's name, then its folders, the nearest first.

    >>> of_path("locale/pt_BR/LC_MESSAGES/x.po"), of_path("mut.es.0.po"), of_path("site-de_DE.po"), of_path("x.po")
    ('pt_BR', 'es', 'de_DE', '')
    """
    *folders, file = path.replace("\\", "/").split("/")
    before_messages = [folder for folder, after in itertools.pairwise(folders) if after == "LC_MESSAGES"]
    stem = re.sub(r"\.pot?\Z", "", file, flags=re.IGNORECASE)
    parts = stem.split(".")[::-1]
    # In a name such as wat-is.po the part after the hyphen is a word, so a language alone counts only between dots.
    ends = [part[hyphen.end() :] for part in parts for hyphen in re.finditer("[-_]", part)]
    names = (*before_messages[::-1], *parts, *(end for end in ends if re.search("[-_@]", end)), *folders[::-1])
    return next((found for name in names if name[:2].islower() and (found := of_tag(name))), "")


def of_tag(tag: str) -> str:
    """A tag in gettext's spelling; empty for an unknown tag.

    >>> of_tag("PT-br"), of_tag("api")
    ('pt_BR', '')
    """
    spelled = _spelled(tag)
    return spelled if spelled and _is_known(spelled) else ""


@cache
def _babel(locale: str) -> Locale:
    return Locale.parse(locale)


_GETTEXT_PLURALS = {
    "nplurals=1; plural=0;": "ja ko vi",
    "nplurals=2; plural=(n != 1);": "bg da de el en eo es et fi fo he hu it nb nl nn no pt sv tr",
    "nplurals=2; plural=(n > 1);": "fr pt_BR",
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);": "lv",
    "nplurals=3; plural=n==1 ? 0 : n==2 ? 1 : 2;": "ga",
    "nplurals=3; plural=n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2;": "ro",
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2);": "lt",
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);": (
        "be hr ru sr uk"
    ),
    "nplurals=3; plural=(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2;": "cs sk",
    "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);": "pl",
    "nplurals=4; plural=(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);": "sl",
}
"""The Plural-Forms that gettext's msginit writes (0.19 to 0.22), and the locales that it writes them for."""

_CLDR_PLURALS = {
    "nplurals=1; plural=0;": (
        "bm bo dz hnj id ig ii jbo jv kde kea km lkt lo ms my nqo osa sah ses sg su th to tpi wo yo yue zh"
    ),
    "nplurals=2; plural=(n != 1);": (
        "af an asa ast az bal bem bez brx ca ce cgg chr ckb dv ee eu fur fy gl gsw ha haw ia ie io jgo jmc ka kaj kcg"
        " kk kkj kl ks ksb ku ky lb lg lij lld mas mgo ml mn mr nd ne nnh nr ny nyn om or os pap ps rm rof rwk saq sc"
        " scn sd sdh seh sn so sq ss ssy st sw syr ta te teo tig tk tn ts ug ur uz ve vec vo vun wae xh xog yi"
    ),
    "nplurals=2; plural=(n > 1);": (
        "ak am as bho bn csw doi fa ff gu hi hy kab kn kok ln mg nso pa pcm si tg ti wa zu"
    ),
    "nplurals=2; plural=(n%10!=1 || n%100==11);": "is mk",
    "nplurals=2; plural=(n > 1 && (n < 11 || n > 99));": "tzm",
    "nplurals=2; plural=(n > 3 && (n%10==4 || n%10==6 || n%10==9));": "ceb fil",
    "nplurals=3; plural=(n==0 ? 0 : n==1 ? 1 : 2);": "blo cv ksh lag",
    "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);": "iu naq sat se sma smj smn sms",
    "nplurals=3; plural=(n <= 1 ? 0 : n <= 10 ? 1 : 2);": "shi",
    "nplurals=3; plural=(n%10==0 || (n%100>=11 && n%100<=19) ? 0 : n%10==1 && n%100!=11 ? 1 : 2);": "prg",
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);": "bs",
    "nplurals=4; plural=(n==1 || n==11 ? 0 : n==2 || n==12 ? 1 : n > 2 && n < 20 ? 2 : 3);": "gd",
    "nplurals=4; plural=(n%10==1 ? 0 : n%10==2 ? 1 : n%20==0 ? 2 : 3);": "gv",
    "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n==2 ? 1 : n%10>=2 && (n%100<11 || n%100>19) ? 2 : 3);": "sgs",
    "nplurals=4; plural=(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);": "dsb hsb",
    "nplurals=5; plural=(n==1 ? 0 : n==2 ? 1 : n==0 || (n%100>=3 && n%100<=10) ? 2"
    " : n%100>=11 && n%100<=19 ? 3 : 4);": "mt",
    "nplurals=5; plural=(n%10==1 && n%100!=11 && n%100!=71 && n%100!=91 ? 0"
    " : n%10==2 && n%100!=12 && n%100!=72 && n%100!=92 ? 1"
    " : (n%10==3 || n%10==4 || n%10==9) && (n%100<10 || n%100>19) && (n%100<70 || n%100>79) && n%100<90 ? 2"
    " : n!=0 && n%1000000==0 ? 3 : 4);": "br",
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);": "ar",
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);": "cy",
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1"
    " : n%100==2 || n%100==22 || n%100==42 || n%100==62 || n%100==82"
    " || (n%1000==0 && ((n%100000>=1000 && n%100000<=20000)"
    " || n%100000==40000 || n%100000==60000 || n%100000==80000)) || (n!=0 && n%1000000==100000) ? 2"
    " : n%100==3 || n%100==23 || n%100==43 || n%100==63 || n%100==83 ? 3"
    " : n%100==1 || n%100==21 || n%100==41 || n%100==61 || n%100==81 ? 4 : 5);": "kw",
}
"""The Plural-Forms of other languages: the rules of the Unicode CLDR for whole numbers, from Babel 2.19.

Some languages have a form for whole millions (Catalan: "un milió de fitxers"). Translators' tools leave it out, and so
does this table.
"""


_PLURALS = {
    locale: plural
    for plural, locales in (*_CLDR_PLURALS.items(), *_GETTEXT_PLURALS.items())
    for locale in locales.split()
}


def plural_forms(locale: str) -> str:
    """The value of the header field Plural-Forms for a locale, as translators' tools write it.

    `locale` is a tag such as `pt_BR` or `pt-BR`. Raises UnknownLocaleError for one that Babel does not know.

    The tables above exist because Babel's answers change with its version. Babel is asked only about languages that are
    in neither table.

    >>> plural_forms("de"), plural_forms("pt_BR")
    ('nplurals=2; plural=(n != 1);', 'nplurals=2; plural=(n > 1);')
    """
    language, *subtags = locale.partition("@")[0].replace("-", "_").split("_")
    names = [*(f"{language}_{subtag}" for subtag in subtags), language]
    if not _PLURALS.keys() & {*names}:
        normalise(locale)  # raises UnknownLocaleError instead of Babel's error
        names.append(_babel(language).language)  # the language of a deprecated tag
    if found := next((_PLURALS[name] for name in names if name in _PLURALS), ""):
        return found
    return plurals.get_plural(_babel(language)).plural_forms


_SCRIPTS = {"arabic": "Arab", "cyrillic": "Cyrl", "devanagari": "Deva", "latin": "Latn"}

_NORWEGIAN = {"nb": "no", "nn": "no"}
"""Written languages that many tools know under the common name of both."""


def may_be_same(tag: str, locale: str) -> bool:
    """Whether a tag, in the spelling of any tool, names a locale or a wider or narrower one.

    >>> may_be_same("de-AT", "de"), may_be_same("pt", "pt_BR"), may_be_same("zh_CN", "zh_Hans")
    (True, True, True)
    >>> may_be_same("pt_PT", "pt_BR"), may_be_same("zh_TW", "zh_Hans"), may_be_same("German", "de")
    (False, False, False)
    """
    found, wanted = _parts(tag), _parts(locale)
    if not (found and wanted):
        return False
    first, second = found.language, wanted.language
    return (
        (first == second or _NORWEGIAN.get(first) == second or first == _NORWEGIAN.get(second))
        and _fit(found.script, wanted.script)
        and (_fit(found.territory, wanted.territory) or _is_within(found, wanted) or _is_within(wanted, found))
    )


def _fit(first: str, second: str) -> bool:
    return not first or not second or first == second


class _Parts(NamedTuple):
    """The parts of a tag; a missing part is empty, except that a territory implies its script."""

    language: str
    script: str
    territory: str


_PARTS = re.compile(
    r"(?P<language>[a-z]{2,3})(?:_(?P<script>[A-Z][a-z]{3}))?(?:_(?P<territory>[A-Z]{2}|\d{3}))?(?:_.*)?"
)


def _parts(tag: str) -> _Parts | None:
    """The parts of a tag, without variants and charset; None if the language is unknown."""
    spelled, _, modifier = _spelled(re.sub(r"\.[\w-]+", "", tag)).partition("@")
    language, *others = spelled.split("_")
    alias = get_global("language_aliases").get(language, language)
    found = _PARTS.fullmatch("_".join((alias, *others)))
    if not found or not _is_known(found["language"]):
        return None
    language, script, territory = (found[name] or "" for name in ("language", "script", "territory"))
    script = script or _SCRIPTS.get(modifier.lower(), "") or (territory and script_of(f"{language}_{territory}"))
    return _Parts(language, script, territory)


def _is_within(parts: _Parts, wider: _Parts) -> bool:
    """Whether a territory is a part of another one, as Mexico is of Latin America."""
    chain = fallback_chain(f"{parts.language}_{parts.territory}")
    return bool(parts.territory) and f"{wider.language}_{wider.territory}" in chain


def text_direction(locale: str) -> str:
    """``ltr`` or ``rtl``."""
    return _babel(locale).text_direction


def language_tag(locale: str) -> str:
    """A locale as a BCP 47 tag, as in HTML. Modifiers that only gettext has, such as ``@euro``, are left out.

    >>> language_tag("pt_BR"), language_tag("sr@latin"), language_tag("ca@valencia")
    ('pt-BR', 'sr-Latn', 'ca-valencia')
    """
    base, _, modifier = locale.partition("@")
    language, *subtags = base.split("_")
    if modifier in _SCRIPTS:
        subtags.insert(0, _SCRIPTS[modifier])
    elif modifier == "valencia":
        subtags.append(modifier)
    return "-".join((language, *subtags))


def display_name(locale: str, user_locale: str) -> str:
    """A locale's name in the user's language, with its own name where that differs.

    >>> display_name("de", "nl"), display_name("de", "de")
    ('Duits (Deutsch)', 'Deutsch')
    """
    name, own = _name(locale, user_locale), _name(locale, locale)
    return name if name == own else f"{name} ({own})"


def _name(locale: str, user_locale: str) -> str:
    """A locale's name in the language of another locale.

    The name of a language without subtags is read from the data of the user's locale alone. Babel would first merge all
    inherited data, which takes a fifth of a run without changes.
    """
    if "_" not in locale and localedata.exists(locale) and localedata.exists(user_locale):
        languages = localedata.load(user_locale, merge_inherited=False).get("languages", {})
        # Babel's cache would otherwise keep the data without the inherited part.
        localedata._cache.pop(user_locale, None)  # noqa: SLF001
        if name := languages.get(locale):
            return str(name)
    return _babel(locale).get_display_name(_babel(user_locale)) or locale


def user_locale(environment: Mapping[str, str]) -> str:
    """The user's language, from the environment variables that POSIX names; English without them."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(variable, "").partition(".")[0]
        if value in ("C", "POSIX"):
            return "en"
        if value:
            try:
                return normalise(value)
            except UnknownLocaleError:
                return "en"
    return "en"


def fallback_chain(locale: str) -> tuple[str, ...]:
    """The locales whose translations readers of a locale can read instead, the nearest first, without the locale.

    A locale that does not use the usual script of its language has none.

    >>> fallback_chain("pt_BR"), fallback_chain("es_MX"), fallback_chain("zh_Hant")
    (('pt',), ('es_419', 'es'), ())
    """
    exceptions = get_global("parent_exceptions")
    chain: list[str] = []
    parent = _parent(locale, exceptions)
    while parent:
        chain.append(parent)
        parent = _parent(parent, exceptions)
    return tuple(chain)


def _parent(locale: str, exceptions: Mapping[str, str]) -> str:
    if "@" in locale:
        return locale.partition("@")[0]
    parent = exceptions.get(locale, locale.rpartition("_")[0])
    return parent if parent and script_of(parent) == script_of(locale) else ""


def is_usual(locale: str) -> bool:
    """Whether a locale has the likely territory of its language, according to the CLDR.

    >>> is_usual("en_US"), is_usual("en_GB")
    (True, False)
    """
    language, _, territory = locale.partition("_")
    likely: str = get_global("likely_subtags").get(language, "")
    return likely.endswith(f"_{territory}")


def script_of(locale: str) -> str:
    """The script of a locale as an ISO 15924 code: the named or the usual one; empty if unknown.

    >>> script_of("sr_Latn"), script_of("uk")
    ('Latn', 'Cyrl')
    """
    likely = get_global("likely_subtags")
    tags = (locale, likely.get(locale, ""), likely.get(locale.partition("_")[0], ""))
    scripts = (subtag for tag in tags for subtag in tag.split("_") if len(subtag) == _SCRIPT_LENGTH)
    return next(scripts, "")


_MARK = re.compile(r"[a-z]{2,3}(?:[-_](?:[a-z]{4}|[a-z]{2}|\d{3})){0,2}", re.ASCII | re.IGNORECASE)


@cache
def of_mark(text: str) -> str:
    """The locale that a part of an address names, such as `de`, `pt-br` or `zh_Hant`; empty if it names none.

    The code of a country counts too, because many sites use it for a language.

    >>> of_mark("de-DE"), of_mark("cz"), of_mark("docs")
    ('de_DE', 'cs_CZ', '')
    """
    if not _MARK.fullmatch(text):
        return ""
    spelled = _spelled(text)
    language = spelled.partition("_")[0]
    # Babel reads some codes of three letters as another language: `src` as `sc`.
    if _is_known(spelled) and (len(language) == _COUNTRY_LENGTH or Locale.parse(spelled).language == language):
        return spelled
    if len(text) != _COUNTRY_LENGTH:
        return ""
    country = text.upper()
    likely: str = get_global("likely_subtags").get(f"und_{country}", "")
    if likely:
        return f"{likely.partition('_')[0]}_{country}"
    english = get_global("territory_languages").get(country, {}).get("en", {})
    return f"en_{country}" if english.get("official_status") in _OFFICIAL else ""


_COUNTRY_LENGTH = 2


def is_mark_of(text: str, locale: str) -> bool:
    """Whether a part of an address names a locale: its language in its script, or its country.

    Another country with the same language counts only if the locale names no country.

    >>> is_mark_of("de-at", "de"), is_mark_of("pt-pt", "pt_BR"), is_mark_of("br", "pt_BR")
    (True, False, True)
    """
    named = of_mark(text)
    if not named or not locale:
        return False
    own = _region(locale)
    whole = locale.partition("@")[0]
    language = whole.partition("_")[0]
    if len(text) == _COUNTRY_LENGTH:
        likely = get_global("likely_subtags")
        if text.upper() == (own or _region(likely.get(whole, "") or likely.get(language, ""))):
            return True
    if named.partition("_")[0] != language:
        return False
    is_of_script = named == language or script_of(named) == script_of(locale)
    return is_of_script and (not own or not _region(named) or _region(named) == own)


@cache
def countries_of(locale: str) -> frozenset[str]:
    """The countries of a locale: the one that it names, or all in which its language is official.

    >>> "AT" in countries_of("de"), countries_of("pt_BR") == {"BR"}
    (True, True)
    """
    if not locale:
        return frozenset()
    own = _region(locale)
    if own.isalpha():
        return frozenset({own})
    whole = locale.partition("@")[0]
    language = whole.partition("_")[0]
    spellings = {whole, language} if script_of(whole) == script_of(language) else {whole}
    spoken: Mapping[str, Mapping[str, Mapping[str, object]]] = get_global("territory_languages")
    return frozenset(
        country
        for country, languages in spoken.items()
        if any(languages.get(one, {}).get("official_status") in _OFFICIAL for one in spellings)
    )


_OFFICIAL = frozenset({"official", "de_facto_official"})


def _region(locale: str) -> str:
    subtags = locale.partition("@")[0].split("_")[1:]
    return next((one.upper() for one in subtags if len(one) in (_COUNTRY_LENGTH, 3)), "")
