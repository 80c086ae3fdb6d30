"""A sample of the messages of a catalogue, by which checks know usual lengths and its words.

Messages are chosen by a checksum of their texts, so that a changed message seldom changes the sample, and a moved one
never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from translate_pipe.checks.helpers.lengths import Lengths
from translate_pipe.checks.helpers.topics import BETWEEN, Topic, both
from translate_pipe.checks.helpers.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from translate_pipe.checks.helpers.topics import Counts, SiteOf
    from translate_pipe.model import Message

_DIGITS = 8
OF_NAMES = "?"
"""The question how common words are that may be other names."""


class _Sample(Topic):
    """Some texts with their translations."""

    most = 400

    def learn(self, message: Message, site: SiteOf) -> Iterable[str]:  # noqa: ARG002
        """The texts of a message, after their checksum, by which they are chosen."""
        if message.msgid == message.msgstr:
            return ()
        texts = both(message.msgid, message.msgstr)
        return (f"{crc32(texts.encode(errors='surrogatepass')):0{_DIGITS}x}{texts}",)

    def changed(self, before: Counts, after: Counts, marks: Collection[str]) -> Iterable[str] | None:  # noqa: ARG002
        """The words about which the sample says something else. Usual lengths concern all messages."""
        if before.keys() == after.keys():
            return ()
        was, now = (Lengths(texts_of(counts)) for counts in (before, after))
        if (was.is_known, was.ratio, was.spread) != (now.is_known, now.ratio, now.spread):
            return None
        words = Vocabulary(texts_of(before)).differing(Vocabulary(texts_of(after)))
        return None if words is None else [OF_NAMES, *words]


SAMPLE = _Sample("sample")


def texts_of(counts: Counts) -> list[tuple[str, str]]:
    """The texts of a sample with their translations."""
    parts = (key[_DIGITS:].partition(BETWEEN) for key in sorted(counts))
    return [(msgid, msgstr) for msgid, _, msgstr in parts]
