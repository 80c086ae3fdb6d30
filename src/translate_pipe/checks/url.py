"""Addresses: which of them lead to the same place, in the locale of the translation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from translate_pipe.checks.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Collection

_PARTS = Expression(r"(?:([A-Za-z][\w+.-]*):)?(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_ENCYCLOPEDIA = Expression(r"\.(?:wikipedia|wiktionary|wikibooks|wikiquote|wikisource|wikivoyage)\.org$")


class Address(NamedTuple):
    """A destination, taken apart; `path` has its percent codes decoded."""

    scheme: str
    host: str
    path: str
    query: str
    fragment: str


def parse_address(text: str) -> Address:
    """A destination as its parts; any text is one.

    >>> parse_address("https://nl.wikipedia.org/wiki/Slaap#Dromen").host
    'nl.wikipedia.org'
    """
    found = _PARTS.fullmatch(text)
    scheme, host, path, query, fragment = (part or "" for part in found.groups()) if found else ("", "", text, "", "")
    return Address(scheme.lower(), host.lower(), unquote(path), query, unquote(fragment))


def is_same(source: str, translation: str) -> bool:
    """Whether two destinations are the same but for the way in which they are written."""
    return source == translation or parse_address(source) == parse_address(translation)


def is_localised(source: str, translation: str, source_locale: str, locale: str) -> bool:
    """Whether a destination is the other one for readers of a locale: its host or a part of its path names the locale.

    >>> is_localised("https://en.wikipedia.org/wiki/Sleep", "https://de.wikipedia.org/wiki/Schlaf", "en", "de")
    True
    >>> is_localised("https://a.nl/en-us/doc", "https://a.nl/de-de/doc", "en", "de")
    True
    >>> is_localised("https://a.nl/doc", "https://b.nl/doc", "en", "de")
    False
    """
    was, now = parse_address(source), parse_address(translation)
    if was.scheme != now.scheme or not locale:
        return False
    own = _tags(locale)
    other = _tags(source_locale) | {"www"}
    if _ENCYCLOPEDIA.search(was.host) and _ENCYCLOPEDIA.search(now.host):
        return now.host.split(".")[0] in own and was.host.split(".")[-2:] == now.host.split(".")[-2:]
    host = _swapped(was.host.split("."), now.host.split("."), own, other)
    path = _swapped(was.path.split("/"), now.path.split("/"), own, other)
    query = _swapped(re.split("[?&=]", was.query), re.split("[?&=]", now.query), own, other)
    return None not in (host, path, query) and any((host, path, query))


def _tags(locale: str) -> set[str]:
    """The ways in which addresses spell a locale: de, de-de, de_DE; zh-cn and zh-hans alike."""
    if not locale:
        return set()
    whole = locale.lower().replace("_", "-").partition("@")[0]
    language = whole.partition("-")[0]
    tags = {language, whole, whole.replace("-", "_"), f"{language}-{language}"}
    return tags | {"zh": {"zh-cn", "zh-tw", "zh-hans", "zh-hant", "cn"}, "en": {"en-us", "en-gb"}}.get(language, set())


def _swapped(was: list[str], now: list[str], own: Collection[str], other: Collection[str]) -> bool | None:
    """Whether parts differ by nothing but the tag of a locale; False if they are the same, None if they differ more."""
    was, now = ([part for part in parts if part] for parts in (was, now))  # a last slash or none is the same
    if was == now:
        return False
    here = [part for part in now if not _is_tag(part, own)]
    there = [part for part in was if not _is_tag(part, own) and not _is_tag(part, other)]
    if here == there or here == [part for part in was if not _is_tag(part, other)]:
        return True
    return None


def _is_tag(part: str, tags: Collection[str]) -> bool:
    # The first page of a folder may carry the tag in its name: index.de.html.
    return part.lower().removeprefix("index.").removesuffix(".html") in tags


def file_without_tag(path: str, locale: str, source_locale: str) -> str:
    """A path without the tag of a locale in the file's name, as in `kaart.de.png`.

    >>> file_without_tag("img/kaart.de.png", "de", "nl")
    'img/kaart.png'
    """
    tags = sorted({*_tags(locale), *_tags(source_locale)})
    if not tags:
        return path
    names = "|".join(map(re.escape, tags))
    return re.sub(rf"[._-](?:{names})(?=\.[A-Za-z0-9]+$)", "", path, flags=re.IGNORECASE)
