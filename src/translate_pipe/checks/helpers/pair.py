"""A message as the checks see it: source and translation, and the languages that they are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from translate_pipe.checks.helpers.lazy import lazy
from translate_pipe.checks.helpers.quantity import numbers, with_signs
from translate_pipe.checks.helpers.texts import Reading
from translate_pipe.checks.helpers.topics import unknown_site
from translate_pipe.checks.helpers.traits import Trait, traits_of
from translate_pipe.checks.helpers.wording import is_doubled
from translate_pipe.links import NO_LINKS, LocaleLinks
from translate_pipe.markdown.inline.executing import may_have_items
from translate_pipe.model import Side
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Callable

    from translate_pipe.checks.helpers.context import Context
    from translate_pipe.checks.helpers.quantity import Number
    from translate_pipe.checks.helpers.topics import SiteOf
    from translate_pipe.checks.messages.glossary import Term
    from translate_pipe.model import Message


Reaches: TypeAlias = "Callable[[Message, str], bool]"
"""Whether an address in a message leads to a heading that the localised project has."""


def reaches_nothing(_message: Message, _address: str) -> bool:
    """The default outside of a project, where no headings are known."""
    return False


_LINKS, _TERM, _BLANKS, _OPENING, _UNTRANSLATED, _END, _LENGTH = map(
    int,
    (Trait.LINKS, Trait.TERM, Trait.BLANKS, Trait.OPENING, Trait.UNTRANSLATED, Trait.END, Trait.LENGTH),
)
_DIGIT = int(Trait.DIGIT)
_SUBSCRIPT = Expression("[₀-₉]")  # it has the first byte of many marks, so that traits do not show it
_STOPS = ".:!?"
_WITHOUT_MARKUP = ~int(Trait.MARKUP_CHECKS | Trait.LINKS)
_WITHOUT_ACTION, _WITHOUT_EXECUTION = ~int(Trait.ACTION), ~int(Trait.EXECUTION)


class Pair:
    """A message and what its two texts hold, read as Markdown or as plain text.

    `traits` are those of both texts together, without those of simple markup that is the same in both. The locales are
    empty where they are not known. `context` is the catalogue of the message, `links` are the addresses that the
    project has for the locale, and `reaches` knows the headings of its localised documents, `site` the site that it is
    published on.
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
        traits = traits_of(f"{message.msgid} {message.msgstr}")
        self.source = Reading(message.msgid, traits, Side.MSGID, is_markdown=is_markdown)
        self.translation = Reading(message.msgstr, traits, Side.MSGSTR, is_markdown=is_markdown)
        if is_markdown and self.source.is_like(self.translation):
            traits &= _WITHOUT_MARKUP
            if len(self.source.links) > 1:
                traits |= _LINKS
            if not may_have_items(message.msgstr):
                traits &= _WITHOUT_EXECUTION
            if "javascript" not in message.msgstr.lower():
                traits &= _WITHOUT_ACTION
        self.traits = traits | self._compared()

    def _compared(self) -> int:
        """The traits of both texts together, which their characters alone do not show."""
        msgid, msgstr = self.message.msgid, self.message.msgstr
        traits = _TERM if self.glossary else 0
        if not msgid.isascii() and _SUBSCRIPT.search(msgid):
            traits |= _DIGIT
        if "  " in msgstr:
            traits |= _BLANKS
        if not msgid[:1].isalpha() or msgstr[:1].isspace() or ("|" in msgid and "\n" in msgid):
            traits |= _OPENING
        text = msgstr.strip()
        if not text or text == msgid.strip():
            traits |= _UNTRANSLATED
        if is_doubled(text) or self.context.lengths.may_be_unusual(self.source.prose, self.translation.prose):
            traits |= _LENGTH
        end, other = self.source.prose[-2:], self.translation.prose[-2:]
        if not end.isalnum() or not other.isalnum():
            stop = other[1:]
            if not (stop and stop in _STOPS and end[1:] == stop and end[0].isalnum() and other[0].isalnum()):
                traits |= _END
        return traits

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
