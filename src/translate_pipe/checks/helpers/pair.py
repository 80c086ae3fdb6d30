"""A message as the checks see it: source and translation, and the languages that they are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from translate_pipe.checks.helpers.lazy import lazy
from translate_pipe.checks.helpers.quantity import numbers, with_signs
from translate_pipe.checks.helpers.texts import Reading
from translate_pipe.checks.helpers.traits import traits_of
from translate_pipe.links import NO_LINKS, LocaleLinks
from translate_pipe.model import Side

if TYPE_CHECKING:
    from collections.abc import Callable

    from translate_pipe.checks.helpers.context import Context
    from translate_pipe.checks.helpers.quantity import Number
    from translate_pipe.checks.messages.glossary import Term
    from translate_pipe.model import Message


Reaches: TypeAlias = "Callable[[Message, str], bool]"
"""Whether an address in a message leads to a heading that the localised project has."""


def reaches_nothing(_message: Message, _address: str) -> bool:
    """The default outside of a project, where no headings are known."""
    return False


class Site(NamedTuple):
    """The site that a message is published on: the dialects of its documents, and the tokens that a maintainer allows.

    Without dialects, these are not known.
    """

    dialects: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


SiteOf: TypeAlias = "Callable[[Message], Site]"
"""The site that a message is published on."""


def unknown_site(_message: Message) -> Site:
    """The default outside of a project, where nothing is known of the site."""
    return Site()


class Pair:
    """A message and what its two texts hold, read as Markdown or as plain text when a check first asks for it.

    `traits` are those of both texts together. The locales are empty where they are not known. `context` is the
    catalogue of the message, `links` are the addresses that the project has for the locale, and `reaches` knows the
    headings of its localised documents, `site` the site that it is published on.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # what a pair is made of
        self,
        message: Message,
        source_locale: str,
        locale: str,
        context: Context,
        glossary: tuple[Term, ...] = (),
        links: LocaleLinks = NO_LINKS,
        reaches: Reaches = reaches_nothing,
        site: SiteOf = unknown_site,
        *,
        is_markdown: bool = True,
    ) -> None:
        self.message = message
        self.is_markdown = is_markdown
        self.source_locale = source_locale
        self.locale = locale
        self.context = context
        self.glossary = glossary
        self.links = links
        self.reaches = reaches
        self.site = site
        self.language = locale.partition("_")[0]
        self._source_traits = traits_of(message.msgid)
        self._traits = traits_of(message.msgstr)
        self.traits = self._source_traits | self._traits

    @lazy
    def source(self) -> Reading:
        """The parts of the msgid."""
        return Reading(self.message.msgid, self._source_traits, Side.MSGID, is_markdown=self.is_markdown)

    @lazy
    def translation(self) -> Reading:
        """The parts of the msgstr."""
        return Reading(self.message.msgstr, self._traits, Side.MSGSTR, is_markdown=self.is_markdown)

    @lazy
    def source_numbers(self) -> list[Number]:
        """The numbers of the msgid, in their order."""
        return numbers(self.source.prose, self.source_locale)

    @lazy
    def translation_numbers(self) -> list[Number]:
        """The numbers of the msgstr, in their order."""
        return numbers(self.translation.prose, self.locale)

    @lazy
    def source_quantities(self) -> list[Number]:
        """The numbers of the msgid with what they count."""
        return with_signs(self.source_numbers, self.source.prose, self.source_locale)

    @lazy
    def translation_quantities(self) -> list[Number]:
        """The numbers of the msgstr with what they count."""
        return with_signs(self.translation_numbers, self.translation.prose, self.locale)
