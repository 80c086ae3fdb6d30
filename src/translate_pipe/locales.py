"""What Babel knows of locales: tags, plural forms, names, text direction and fallback chains.

Locales are written as gettext writes them (``pt_BR``, ``zh_Hans``, ``sr@latin``); BCP 47 tags (``pt-BR``) are accepted.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale
from babel import UnknownLocaleError as BabelUnknownLocaleError
from babel.core import get_global
from babel.localedata import locale_identifiers
from babel.messages.plurals import get_plural

from translate_pipe.errors import UnknownLocaleError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TAG = re.compile(r"(?P<base>[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)(?P<modifier>(?:@[A-Za-z0-9]+)?)", re.ASCII)
_SCRIPT_LENGTH = 4


def normalise(tag: str) -> str:
    """A locale tag in gettext's spelling.

    Raises UnknownLocaleError for a tag that Babel does not know.

    >>> normalise("pt-br"), normalise("zh_hans"), normalise("sr@latin")
    ('pt_BR', 'zh_Hans', 'sr@latin')
    """
    found = _TAG.fullmatch(tag.strip())
    if not found:
        raise UnknownLocaleError(tag, _suggestion(tag))
    language, *subtags = re.split(r"[-_]", found["base"])
    spelled = "_".join([language.lower(), *map(_subtag, subtags)])
    try:
        Locale.parse(spelled)
    except (ValueError, TypeError, BabelUnknownLocaleError) as error:
        raise UnknownLocaleError(tag, _suggestion(spelled)) from error
    return spelled + found["modifier"]


def _subtag(subtag: str) -> str:
    return subtag.title() if len(subtag) == _SCRIPT_LENGTH else subtag.upper()


def _suggestion(tag: str) -> str:
    found = difflib.get_close_matches(tag, locale_identifiers(), n=1)
    return found[0] if found else ""


@cache
def _babel(locale: str) -> Locale:
    return Locale.parse(locale)


def plural_forms(locale: str) -> str:
    """The Plural-Forms header field of a locale.

    >>> plural_forms("de")
    'nplurals=2; plural=(n != 1);'
    """
    return get_plural(_babel(locale)).plural_forms


def text_direction(locale: str) -> str:
    """``ltr`` or ``rtl``."""
    return _babel(locale).text_direction


def display_name(locale: str, user_locale: str) -> str:
    """A locale's name in the user's language, with its own name where that differs.

    >>> display_name("de", "nl"), display_name("de", "de")
    ('Duits (Deutsch)', 'Deutsch')
    """
    name = _babel(locale).get_display_name(_babel(user_locale)) or locale
    own = _babel(locale).get_display_name() or locale
    return name if name == own else f"{name} ({own})"


def user_locale(environment: Mapping[str, str]) -> str:
    """The language of the person at the terminal, by the variables that POSIX names, or English."""
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
    """The locales whose translations may stand in for a locale's, nearest first, the locale itself excluded.

    A locale in another script than its language's usual one has no wider locale that its readers could read.

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
    return parent if parent and _script(parent) == _script(locale) else ""


def _script(locale: str) -> str:
    """The script that a locale is written in: its own, or the usual one of its language and territory."""
    likely = get_global("likely_subtags")
    tags = (locale, likely.get(locale, ""), likely.get(locale.partition("_")[0], ""))
    scripts = (subtag for tag in tags for subtag in tag.split("_") if len(subtag) == _SCRIPT_LENGTH)
    return next(scripts, "")
