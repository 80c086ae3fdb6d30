"""How far the translations of a document are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from translate_pipe import locales

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping

    from translate_pipe.markdown.embedded.frontmatter import Entry
    from translate_pipe.model import Message, MessageKey

_WORD = re.compile(r"\w+(?:[-’'.,]\w+)*")
_KINDS = bytes(ord("w" if re.match(r"\w", chr(one)) else "-" if chr(one) in "-'.," else " ") for one in range(256))
"""What each byte of an ASCII text is to `word_count`."""


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of messages, and of words of the source text, for one document or several in one locale.

    A translation that is `not_published` has an error that keeps it from readers; only what is published is
    `translated`.
    """

    locale: str
    document: str
    translated: int = 0
    fuzzy: int = 0
    untranslated: int = 0
    words: int = 0
    words_translated: int = 0
    not_published: int = 0

    @property
    def total(self) -> int:
        """The number of messages."""
        return self.translated + self.not_published + self.fuzzy + self.untranslated

    @property
    def percent(self) -> int:
        """Translated messages in per cent, rounded down, so that 100 means all."""
        return self.translated * 100 // self.total if self.total else 100


def document_status(
    path: str,
    words: Mapping[MessageKey, int],
    messages: Mapping[MessageKey, Message],
    published: Container[MessageKey],
    locale: str,
) -> Status:
    """The status of one document, whose messages count once each.

    `words` has them, with how many words each has; `messages` are the active ones of a catalogue, and `published` are
    those whose translation is published.
    """
    translated = not_published = fuzzy = untranslated = words_translated = 0
    for key, count in words.items():
        message = messages.get(key)
        if message is None or not message.has_msgstr:
            untranslated += 1
        elif message.fuzzy:
            fuzzy += 1
        elif key not in published:
            not_published += 1
        else:
            translated += 1
            words_translated += count
    return Status(locale, path, translated, fuzzy, untranslated, sum(words.values()), words_translated, not_published)


def added_keys(names: Collection[str], status: Status) -> dict[str, Entry]:
    """The keys that the front matter of a localised document gets, among those that are wanted.

    >>> added_keys(("lang", "dir", "translation"), Status("ar", "a.md", translated=1, fuzzy=2))
    {'lang': 'ar', 'dir': 'rtl', 'translation': {'locale': 'ar', 'percent': 33, 'outdated': True}}
    """
    locale = status.locale
    entries: dict[str, Entry] = {
        "lang": locales.language_tag(locale),
        "dir": locales.text_direction(locale),
        "translation": {"locale": locale, "percent": status.percent, "outdated": status.fuzzy > 0},
    }
    return {name: entry for name, entry in entries.items() if name in names}


def word_count(text: str) -> int:
    """The words of a text.

    >>> word_count("Twijfel je? Test ’s avonds 1,5 dl.")
    7
    """
    if not text.isascii():
        return len(_WORD.findall(text))
    # The same in a quarter of the time, since each message of each document is counted: letters and digits become `w`,
    # what may join them `-`, all else a blank. Two rounds, because a letter may be joined on both sides.
    kinds = b" " + text.encode().translate(_KINDS)
    if b"w-w" in kinds:
        kinds = kinds.replace(b"w-w", b"www").replace(b"w-w", b"www")
    return kinds.count(b" w") + kinds.count(b"-w")


def total(rows: Iterable[Status], locale: str) -> Status:
    """The sum over the documents of one locale."""
    of_locale = [row for row in rows if row.locale == locale]
    return Status(
        locale,
        "",
        sum(row.translated for row in of_locale),
        sum(row.fuzzy for row in of_locale),
        sum(row.untranslated for row in of_locale),
        sum(row.words for row in of_locale),
        sum(row.words_translated for row in of_locale),
        sum(row.not_published for row in of_locale),
    )
