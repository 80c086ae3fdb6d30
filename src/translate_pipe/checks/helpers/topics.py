"""What checks ask about all messages of a catalogue together: texts of links, repeated texts, headings.

What the messages have in common is counted, by topic. A check asks the context for a key of a topic, which notes it. So
a later check knows which messages an edit of another one may concern; see `remembered.py`.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zlib import crc32

from translate_pipe.markdown.inline.slugs import github_slug
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from translate_pipe.model import Message

_LINK = Expression(r"(?<!!)\[([^\[\]]+)\]\(([^()\s]*)\)")
LONG = 30


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


Counts: TypeAlias = "Counter[str]"
"""How many messages have each key of a topic."""


class Topic:
    """Something that checks ask about a whole catalogue, counted by keys.

    A class of its own says what a message adds (`learn`). Its counts are kept between runs, and only what a changed
    message adds is counted again. All methods depend on nothing but their arguments. If there is a `most`, only so many
    keys are counted, the first ones in the order of their characters.
    """

    most: int | None = None

    def __init__(self, name: str) -> None:
        self.name = name
        self._seed = crc32(name.encode())

    def learn(self, message: Message, site: SiteOf) -> Iterable[str]:
        """The keys that a message adds to the counts."""
        raise NotImplementedError

    def marks(self, message: Message, site: SiteOf) -> Iterable[str]:
        """What of a message answers depend on; more than the keys where these do not say everything."""
        return self.learn(message, site)

    def changed(self, before: Counts, after: Counts, marks: Collection[str]) -> Iterable[str] | None:  # noqa: ARG002
        """The keys whose answers may be others, None for all. `marks` are those that messages have got or lost."""
        return marks

    def counted(self, messages: Iterable[Message], site: SiteOf) -> Counts:
        """The counts of messages."""
        return self.first(Counter(chain.from_iterable([self.learn(message, site) for message in messages])))

    def first(self, counts: Counts) -> Counts:
        """The counts without keys that are too many."""
        if self.most is None or len(counts) <= self.most:
            return counts
        return Counter({key: counts[key] for key in sorted(counts)[: self.most]})

    def question(self, key: str) -> int:
        """The number of a question, which is kept instead of its key. The same one of another key only costs time."""
        return crc32(key.encode(errors="surrogatepass"), self._seed)


class Occurrences(Topic):
    """A topic that checks only ask whether any message has a key."""

    def changed(self, before: Counts, after: Counts, marks: Collection[str]) -> Iterable[str]:
        """The keys that no message had before, or that none has now."""
        return [key for key in marks if (key in before) is not (key in after)]


class _LinkTexts(Topic):
    """The texts of links with what they are in translations that have the same destinations in the same order."""

    def learn(self, message: Message, site: SiteOf) -> Iterable[str]:  # noqa: ARG002
        """Each text of a link with its translation."""
        if "](" not in message.msgid:
            return ()
        source, translation = _LINK.findall(message.msgid), _LINK.findall(message.msgstr)
        if [target for _, target in source] != [target for _, target in translation]:
            return ()
        return [both(text, other) for (text, _), (other, _) in zip(source, translation, strict=True)]


LINK_TEXTS = _LinkTexts("link texts")


class _Repeated(Topic):
    """The long translations that several messages have."""

    def learn(self, message: Message, site: SiteOf) -> Iterable[str]:  # noqa: ARG002
        """A number of the translation, which others seldom have."""
        return (short(message.msgstr),) if len(message.msgstr) >= LONG else ()

    def marks(self, message: Message, site: SiteOf) -> Iterable[str]:
        """The number with the text that is translated."""
        return [both(key, message.msgid) for key in self.learn(message, site)]

    def changed(self, before: Counts, after: Counts, marks: Collection[str]) -> Iterable[str]:
        """The translations that several messages had or have."""
        keys = {mark.partition(BETWEEN)[0] for mark in marks}
        return [key for key in keys if max(before[key], after[key]) > 1]


REPEATED = _Repeated("repeated")


class _Slugs(Occurrences):
    """The fragments that translations would have as headings."""

    def learn(self, message: Message, site: SiteOf) -> Iterable[str]:  # noqa: ARG002
        """The fragment of a translation."""
        return (heading_slug(message.msgstr),) if len(message.msgstr) < _LONGEST_HEADING else ()


SLUGS = _Slugs("slugs")
_LONGEST_HEADING = 200

BETWEEN = "\0"


def both(one: str, other: str) -> str:
    """Two texts as one key."""
    return f"{one}{BETWEEN}{other}"


def short(text: str) -> str:
    """A number of a text, as a key; another text with the same one only costs time."""
    return f"{crc32(text.encode(errors='surrogatepass')):x}"


def heading_slug(text: str) -> str:
    """The fragment of a heading; its text may include the marks of the heading."""
    return github_slug(text.strip("# \n"))
