"""A message as the checks see it: source and translation, read once, and the languages that they are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.checks.quantity import numbers
from translate_pipe.checks.reading import Reading

if TYPE_CHECKING:
    from translate_pipe.checks.context import Context
    from translate_pipe.checks.glossary import Term
    from translate_pipe.checks.quantity import Number
    from translate_pipe.model import Message


class Pair(NamedTuple):
    """A message and what its two texts hold; the locales are empty where they are not known."""

    message: Message
    source: Reading
    translation: Reading
    source_numbers: list[Number]
    translation_numbers: list[Number]
    source_locale: str
    locale: str
    context: Context
    glossary: tuple[Term, ...] = ()


def read_pair(
    message: Message, source_locale: str, locale: str, context: Context, glossary: tuple[Term, ...] = ()
) -> Pair:
    """Read both texts of a message; `context` is the catalogue that it stands in."""
    source, translation = Reading(message.msgid), Reading(message.msgstr)
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
    )
