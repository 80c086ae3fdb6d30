"""The messages of a catalogue, seen together: the answers to what checks ask about all of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers.associations import ASSOCIATIONS, Associations
from translate_pipe.checks.helpers.lengths import Lengths
from translate_pipe.checks.helpers.names import (
    CAPITALS,
    NAMES,
    TRANSLATED,
    Use,
    in_small,
    is_kept,
    is_name,
    may_be_kept,
    names_inside,
    neighbours,
    other_names,
    stems_of,
)
from translate_pipe.checks.helpers.sample import OF_NAMES, SAMPLE, texts_of
from translate_pipe.checks.helpers.topics import (
    LINK_TEXTS,
    LONG,
    REPEATED,
    SLUGS,
    both,
    short,
    unknown_site,
)
from translate_pipe.checks.helpers.vocabulary import KINDS, Vocabulary, is_left, prose_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from translate_pipe.checks.helpers.topics import Counts, SiteOf, Topic
    from translate_pipe.model import Message

_FEW_NAMES = 20


class Context:
    """The translated messages of a catalogue, seen together. A topic is counted when it is first asked for.

    `topics` are those that checks say they ask about, and `counts` those that are known, by name. `asked` has the
    questions that were asked for the last message; `asks_all` says that something else was asked, so that any change
    may matter.
    """

    def __init__(
        self,
        messages: Sequence[Message] = (),
        site: SiteOf = unknown_site,
        topics: Iterable[Topic] = (),
        counts: Mapping[str, Counts] | None = None,
    ) -> None:
        self._messages = messages
        self._site = site
        self._topics = {SAMPLE.name, *(topic.name for topic in topics)}
        self.counts: dict[str, Counts] = dict(counts or {})
        self.asked: set[int] = set()
        self.asks_all = False
        self._uses: dict[str, Use] = {}
        self._pairs: dict[str, list[tuple[str, str]]] | None = None
        self._others: dict[str, set[str]] = {}

    def start(self) -> None:
        """Begin with another message, for which nothing is asked yet."""
        self.asked.clear()
        self.asks_all = False

    @property
    def messages(self) -> Sequence[Message]:
        """All messages. A check that looks at them runs again after each change of the catalogue, so better ask."""
        self.asks_all = True
        return self._messages

    def ask(self, topic: Topic, key: str) -> Counts:
        """The counts of a topic, for an answer about one of its keys."""
        self.asked.add(topic.question(key))
        return self._known(topic)

    def _known(self, topic: Topic) -> Counts:
        found = self.counts.get(topic.name)
        if found is None:
            found = self.counts[topic.name] = topic.counted(self._messages, self._site)
        if topic.name not in self._topics:
            self.asks_all = True
        return found

    # Names

    def is_name(self, name: str) -> bool:
        """Whether a word has a capital inside sentences of the source, and seldom none."""
        return is_name(self.ask(NAMES, name), name)

    def is_kept(self, name: str) -> bool:
        """Whether the translations of all other messages, or nearly all, keep a name or have another word for it.

        That is asked about a name that the translation of one message does not have.
        """
        if not may_be_kept(self.ask(NAMES, TRANSLATED + name), name):
            return False
        use = self._use(name)
        return use is not None and is_kept(use, self._other_names(use))

    def is_renamed(self, name: str, msgstr: str) -> bool:
        """Whether a translation without a name has a word that others without it have as well: the name in its script.

        >>> from translate_pipe.model import Message
        >>> context = Context([Message(f"In Rust {n}", f"러스트에서 {n}") for n in "ab"])
        >>> context.is_renamed("Rust", "러스트는")
        True
        """
        use = self._use(name)
        return use is not None and not self._other_names(use).isdisjoint(stems_of(msgstr))

    def is_part(self, name: str, msgid: str) -> bool:
        """Whether a word is mostly a part of a longer name, which is not here: Game Boy, and here Game States."""
        use = self._use(name)
        return use is not None and bool(use.neighbours) and use.neighbours.isdisjoint(neighbours(name, msgid))

    def times_capital(self, word: str) -> int:
        """How many translations have a word with a capital."""
        return self.ask(CAPITALS, word)[word]

    def _use(self, name: str) -> Use | None:
        """The messages with a name; None for a word that is none."""
        counts = self.ask(NAMES, TRANSLATED + name)
        if not self.is_name(name):
            return None
        if name not in self._uses:
            self._uses[name] = Use(name, self._pairs_with(name), in_small(counts, name))
        return self._uses[name]

    def _pairs_with(self, name: str) -> list[tuple[str, str]]:
        """The msgids without code, and the msgstrs, of the messages that have a name."""
        if self._pairs is None and len(self._uses) >= _FEW_NAMES:
            self._pairs = {}  # for many names, one pass over the messages takes less time
            for one in self._messages:
                text, names = names_inside(one)
                for each in names:
                    self._pairs.setdefault(each, []).append((text, one.msgstr))
        if self._pairs is not None:
            return self._pairs.get(name, [])
        found = ((*names_inside(one), one.msgstr) for one in self._messages if name in one.msgid)
        return [(text, msgstr) for text, names, msgstr in found if name in names]

    def _other_names(self, use: Use) -> set[str]:
        self.asked.add(SAMPLE.question(OF_NAMES))
        if use.name not in self._others:
            self._others[use.name] = other_names(use, self._stems_of_sample)
        return self._others[use.name]

    @cached_property
    def _stems_of_sample(self) -> list[tuple[str, set[str]]]:
        return [(msgid, stems_of(msgstr)) for msgid, msgstr in texts_of(self._known(SAMPLE))]

    # Lengths

    @property
    def lengths(self) -> Lengths:
        """How long translations usually are. What depends on it depends on all messages of the sample."""
        return self._lengths

    @cached_property
    def _lengths(self) -> Lengths:
        return Lengths(texts_of(self._known(SAMPLE)))

    # Words

    def has_prose(self, text: str) -> bool:
        """Whether a text of the source language has words to translate."""
        self.asked.update([SAMPLE.question(word.lower()) for run in prose_words(text) for word in run])
        return self._vocabulary.has_prose(text)

    def keeps_word(self, word: str) -> bool:
        """Whether translations mostly keep a word as it is."""
        self.asked.add(SAMPLE.question(word.lower()))
        return self._vocabulary.is_kept(word)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(texts_of(self._known(SAMPLE)))

    def leaves_kind(self, kind: str) -> bool:
        """Whether the catalogue mostly leaves messages of a kind from code as they are."""
        return is_left(self.ask(KINDS, kind), kind)

    # Texts

    def times_text_of_link(self, text: str, other: str) -> int:
        """How often this is a link's text, in translations with the destinations of their sources in their order."""
        key = both(text, other)
        return self.ask(LINK_TEXTS, key)[key]

    def other_sources(self, message: Message) -> list[str]:
        """The other texts that have the same long translation as a message, in their order."""
        if len(message.msgstr) < LONG:
            return []
        key = short(message.msgstr)
        if self.ask(REPEATED, key)[key] < 2:  # noqa: PLR2004
            return []
        return sorted(self._repeated[message.msgstr] - {message.msgid})

    def unrelated(self, msgid: str, msgstr: str) -> list[str]:
        """The words of a text whose known translations are not in its translation, if too few of them are."""
        known = self._associations
        is_related, seen = known.related(msgid, msgstr)
        if is_related:
            self.asked.update(map(ASSOCIATIONS.question, known.questions(msgid, msgstr, [seen])))
            return []
        words = known.words(msgid, msgstr)
        self.asked.update(map(ASSOCIATIONS.question, known.questions(msgid, msgstr, words)))
        return known.unrelated(msgid, msgstr, words)

    @cached_property
    def _associations(self) -> Associations:
        return Associations.of(self._known(ASSOCIATIONS))

    @cached_property
    def _repeated(self) -> dict[str, set[str]]:
        """The long translations with the texts that they translate."""
        sources: dict[str, set[str]] = {}
        for message in self._messages:
            if len(message.msgstr) >= LONG:
                sources.setdefault(message.msgstr, set()).add(message.msgid)
        return sources

    def is_heading(self, fragment: str) -> bool:
        """Whether a translation would have this fragment as a heading."""
        return fragment in self.ask(SLUGS, fragment)
