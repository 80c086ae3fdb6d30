"""A message as the checks see it: source and translation, read once, and the languages that they are written in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from translate_pipe.checks.reading import Reading

if TYPE_CHECKING:
    from translate_pipe.model import Message


@dataclass(frozen=True)
class Pair:
    """A message and what its two texts hold; the locales are empty where they are not known."""

    message: Message
    source_locale: str = ""
    locale: str = ""

    @cached_property
    def source(self) -> Reading:
        """The msgid."""
        return Reading(self.message.msgid)

    @cached_property
    def translation(self) -> Reading:
        """The msgstr."""
        return Reading(self.message.msgstr)
