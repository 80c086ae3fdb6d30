"""Addresses that differ by locale: the project's rules, and how they replace an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from translate_pipe.locales import fallback_chain

PLACEHOLDERS = ("locale", "tag", "language")
"""The placeholders of a replacement: the locale as gettext writes it, its BCP 47 tag, and the language alone."""

_PLACEHOLDER = re.compile(r"\{(.*?)\}")


class LinkRule(NamedTuple):
    """A pattern of addresses and what replaces them, as in the table `links` of the configuration.

    - `pattern`: an address, in which `*` matches any characters.
    - `everywhere`: the replacement in every locale. Each `*` takes what that of the pattern matched, in order;
      `{locale}`, `{tag}` and `{language}` name the locale.
    - `by_locale`: pairs of a locale and its own replacement. A locale without one takes that of a wider locale, then
      `everywhere`; without any, the address stays.
    """

    pattern: str
    everywhere: str = ""
    by_locale: tuple[tuple[str, str], ...] = ()

    def replacement(self, locale: str) -> str:
        """The replacement for a locale, with its placeholders filled in; empty if there is none.

        >>> LinkRule("/nl/*", "/{tag}/*").replacement("pt_BR")
        '/pt-BR/*'
        """
        base = locale.partition("@")[0]
        values = {"locale": locale, "tag": base.replace("_", "-"), "language": base.partition("_")[0]}
        named = dict(self.by_locale)
        nearest = (named[one] for one in (locale, *fallback_chain(locale)) if one in named)
        text = next(nearest, self.everywhere)
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found.group()), text)


def unknown_placeholders(replacement: str) -> list[str]:
    """The names in braces that are no placeholders.

    >>> unknown_placeholders("/{locale}/{path}/*")
    ['path']
    """
    return [name for name in _PLACEHOLDER.findall(replacement) if name not in PLACEHOLDERS]


@dataclass(frozen=True)
class LocaleLinks:
    """The rules for addresses in one locale. If several patterns match an address, the longest one counts.

    - `rules`: the rules.
    - `locale`: the locale, such as `pt_BR`.
    """

    rules: tuple[LinkRule, ...] = ()
    locale: str = ""

    @cached_property
    def _by_length(self) -> tuple[tuple[list[str], str], ...]:
        rules = sorted(self.rules, key=lambda rule: -len(rule.pattern))
        return tuple((rule.pattern.split("*"), rule.replacement(self.locale)) for rule in rules)

    def of(self, address: str) -> str:
        """The address for readers of the locale; the same one if no rule matches.

        >>> rules = (LinkRule("https://en.wikipedia.org/wiki/*", "https://{language}.wikipedia.org/wiki/*"),)
        >>> LocaleLinks(rules, "pt_BR").of("https://en.wikipedia.org/wiki/Rust")
        'https://pt.wikipedia.org/wiki/Rust'
        """
        for pieces, replacement in self._by_length:
            matched = _matched(pieces, address)
            if matched is not None:
                if not replacement:
                    return address
                first, *others = replacement.split("*")
                # A replacement may leave out what the last `*` match.
                return first + "".join(text + piece for text, piece in zip(matched, others, strict=False))
        return address

    def are_alike(self, source: str, translation: str) -> bool:
        """Whether the rules make the address of a translation from that of its source."""
        return bool(self.rules) and translation != source and self.of(source) == translation


def _matched(pieces: list[str], address: str) -> list[str] | None:
    """The texts that the `*` between the pieces of a pattern match in an address; None if the pattern does not match.

    Each `*` matches as little as possible, so that nothing has to be tried twice.

    >>> _matched("/docs/*/img/*.png".split("*"), "/docs/en/img/kaart.png")
    ['en', 'kaart']
    """
    first, *others = pieces
    if not others:
        return [] if address == first else None
    *middle, last = others
    end = len(address) - len(last)
    position = len(first)
    if not address.startswith(first) or not address.endswith(last) or end < position:
        return None
    matched: list[str] = []
    for piece in middle:
        found = address.find(piece, position, end)
        if found < 0:
            return None
        matched.append(address[position:found])
        position = found + len(piece)
    return [*matched, address[position:end]]


NO_LINKS = LocaleLinks()
"""No rules: every address stays."""
