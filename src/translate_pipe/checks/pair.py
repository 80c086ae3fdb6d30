"""A message as the checks see it: source and translation, read once, and the languages that they are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.catalogue.template import is_markdown
from translate_pipe.checks.quantity import numbers
from translate_pipe.checks.reading import Reading
from translate_pipe.links import NO_LINKS, LocaleLinks

if TYPE_CHECKING:
    from translate_pipe.checks.context import Context
    from translate_pipe.checks.glossary import Term
    from translate_pipe.checks.quantity import Number
    from translate_pipe.model import Message


class Pair(NamedTuple):
    """A message and what its two texts hold; the locales are empty where they are not known.

    `links` are the addresses that the project has for the locale.
    """

    message: Message
    source: Reading
    translation: Reading
    source_numbers: list[Number]
    translation_numbers: list[Number]
    source_locale: str
    locale: str
    context: Context
    glossary: tuple[Term, ...] = ()
    links: LocaleLinks = NO_LINKS
    is_markdown: bool = True


def read_pair(  # noqa: PLR0913, PLR0917  # what a pair is made of
    message: Message,
    source_locale: str,
    locale: str,
    context: Context,
    glossary: tuple[Term, ...] = (),
    links: LocaleLinks = NO_LINKS,
) -> Pair:
    """Read both texts of a message; `context` is the catalogue that it stands in."""
    markdown = is_markdown(message)
    source = Reading(message.msgid, is_markdown=markdown)
    translation = Reading(message.msgstr, is_markdown=markdown)
    return Pair(
        message=message,
        source=source,
        translation=translation,
        source_numbers=numbers(source.prose, source_locale),
        translation_numbers=numbers(translation.prose, locale),
        source_locale=source_locale,
        locale=locale,
        context=context,
        glossary=glossary,
        links=links,
        is_markdown=markdown,
    )
