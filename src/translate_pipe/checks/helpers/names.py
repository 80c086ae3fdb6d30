"""Names: the words that have a capital inside sentences, and what translations make of them."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers.lazy import lazy
from translate_pipe.checks.helpers.topics import BETWEEN, Topic, both
from translate_pipe.checks.helpers.wording import is_form_of, words_of
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from translate_pipe.checks.helpers.topics import Counts, SiteOf
    from translate_pipe.model import Message

# Each begins with a letter, which is found much quicker than a place without one before it.
_SMALL_WORD = Expression(r"[a-z](?<![\w@#./-].)[a-z]*+")
_LATIN_WORD = Expression(r"[A-Za-z][A-Za-z0-9+#]*")
_CODE_OR_ADDRESS = Expression(r"`+[^`]*`+|\]\([^()\s]*\)|<[^<>\s]+>|https?://\S+")
# It begins with the blank itself, which is found much quicker than a place after a blank.
_INSIDE = Expression(
    r" (?:(?<=[^\W\d_A-Z] )|(?<=[,;/] ))([A-Z][A-Za-z0-9]*(?:[A-Za-z0-9]|[+#]+)|[a-z]++[A-Z][A-Za-z0-9]*)(?!\w)"
)
_NAME = Expression(
    r"[A-Za-z](?<![\w@#./-].)"
    r"(?:(?<=[A-Z])[A-Za-z0-9]*(?:[A-Za-z0-9]|[+#]+)|(?<=[a-z])[a-z]*+[A-Z][A-Za-z0-9]*)(?!\w)"
)
_CAPITALISED = Expression(r"[A-Z](?<![\w@#./-].)[A-Za-z0-9]*(?:[A-Za-z0-9]|[+#]+)(?!\w)")
_INNER_CAPITAL = Expression(r"[A-Z](?<=[a-z].)")
_UNSPACED_PAIR = Expression("(?=([\u0e00-\u0eff\u3041-\u30ff\u3400-\u9fff]{2}))")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+#")
_ENOUGH = 4
_MANY = 10
_LONGEST_ACRONYM = 4
_MOSTLY = 0.9
_SELDOM = 0.1
_MOSTLY_LOST = 0.5
_SHARED = 0.6
_RARER = 10
_MARKS = ".,:;!?()[]{}'\"*_`"
_STEM = 3


def names_in(text: str) -> list[str]:
    """The words with a capital, which may be names.

    >>> names_in("De Nile bij macOS")
    ['De', 'Nile', 'macOS']
    """
    # Capitals are few, and so quickly found.
    return _NAME.findall(text) if _INNER_CAPITAL.search(text) else _CAPITALISED.findall(text)


class Use:
    """The messages that have a name: their msgids without code and addresses, and their msgstrs.

    `in_small` is the number of messages in which it is written small.
    """

    def __init__(self, name: str, pairs: list[tuple[str, str]], in_small: int) -> None:
        self.name = name
        self.pairs = pairs
        self.in_small = in_small

    @lazy
    def without(self) -> list[set[str]]:
        """The beginnings of the words of the translations that do not keep the name, not even with another ending."""
        return [stems_of(msgstr) for _, msgstr in self.pairs if not is_in(self.name, _prose(msgstr))]

    @lazy
    def others(self) -> frozenset[str]:
        """The beginnings of words that most translations without the name have, or all, if these are few."""
        counts, number = Counter(chain.from_iterable(self.without)), len(self.without)
        least = max(2, number if number <= _ENOUGH else _SHARED * number)
        return frozenset(stem for stem, count in counts.items() if count >= least)

    @lazy
    def neighbours(self) -> frozenset[str]:
        """The words with a capital that are beside the name in most of its messages: Game in Game Boy is no name."""
        counts = Counter(chain.from_iterable(neighbours(self.name, msgid) for msgid, _ in self.pairs))
        return frozenset(word for word, count in counts.items() if 2 * count > len(self.pairs))


def is_in(name: str, msgstr: str) -> bool:
    """Whether a translation has a name, perhaps with another ending."""
    at = msgstr.find(name)
    # As a word by itself, which is quicker to see than all words.
    if at >= 0 and _LETTERS.isdisjoint((msgstr[at - 1 : at], msgstr[at + len(name) : at + len(name) + 1])):
        return True
    name = name.lower()
    if name[:2] not in msgstr.lower():
        return False
    words = {word.lower() for word in _LATIN_WORD.findall(msgstr)}
    return name in words or is_inflected(name, words)


def _forms(name: str) -> tuple[str, str]:
    """A word in small letters, and the same in the other number."""
    small = name.lower()
    return small, small.removesuffix("s") if small.endswith("s") else f"{small}s"


def neighbours(name: str, text: str) -> set[str]:
    """The words with a capital directly before and after a name.

    >>> sorted(neighbours("Boy", "a Game Boy Advance, a Boy"))
    ['Advance', 'Game']
    """
    words = [word.strip(_MARKS) for word in text.split()]
    return {
        near
        for at, word in enumerate(words)
        if word == name
        for near in (*words[max(0, at - 1) : at], *words[at + 1 : at + 2])
        if near[:1].isupper()
    }


def _prose(text: str) -> str:
    return _CODE_OR_ADDRESS.sub(" ", text) if "`" in text or "](" in text or "<" in text or "://" in text else text


def names_inside(message: Message) -> tuple[str, set[str]]:
    """The text of a message without code and addresses, and the words that have a capital inside its sentences."""
    text = _prose(message.msgid)
    is_telling = not text[1:].islower() and message.msgstr != message.msgid
    return text, set(_INSIDE.findall(text)) if is_telling else set()


_USE = "="
"""Before a name in the counts. Words that are written small have nothing before them."""
TRANSLATED = "?"
"""Before a name in questions about its translations."""


class _NameTopic(Topic):
    """The words that have a capital inside sentences of the source, and the words that are written small."""

    def learn(self, message: Message, site: SiteOf) -> Iterable[str]:  # noqa: ARG002
        """The small words of a source, and its names."""
        text, names = names_inside(message)
        found: set[str] = set(_SMALL_WORD.findall(text))
        found.update([_USE + name for name in names])
        return found

    def marks(self, message: Message, site: SiteOf) -> Iterator[str]:
        """The keys, and both texts with each name."""
        for key in self.learn(message, site):
            yield both(key, both(message.msgid, message.msgstr)) if key[0] == _USE else key

    def changed(self, before: Counts, after: Counts, marks: Collection[str]) -> Iterator[str]:
        """The words that were names or are names now, and names with other translations."""
        touched = {mark.partition(BETWEEN)[0][1:] for mark in marks if mark[0] == _USE}
        small = {mark for mark in marks if mark[0] != _USE}
        used = (key[1:] for key in chain(before, after) if key[0] == _USE) if small else ()
        for name in touched.union(name for name in used if not small.isdisjoint(_forms(name))):
            if is_name(before, name) is not is_name(after, name):
                yield name
            if name in touched or _is_often_small(before, name) is not _is_often_small(after, name):
                yield TRANSLATED + name


NAMES = _NameTopic("names")


class _Capitals(Topic):
    """The words with a capital in translations."""

    def learn(self, message: Message, site: SiteOf) -> Iterable[str]:  # noqa: ARG002
        """The words of a translation."""
        return set(names_in(message.msgstr))


CAPITALS = _Capitals("capitals")


def is_name(counts: Counts, name: str) -> bool:
    """Whether a word has a capital inside sentences of the source, and seldom none."""
    # A word that is mostly written small is one that begins a sentence here.
    return in_small(counts, name) < counts[_USE + name]


def in_small(counts: Counts, name: str) -> int:
    """How many messages have a name written small, also in the other number."""
    return sum(counts[form] for form in _forms(name))


def _is_often_small(counts: Counts, name: str) -> bool:
    return in_small(counts, name) > _SELDOM * counts[_USE + name]


def may_be_kept(counts: Counts, name: str) -> bool:
    """Whether a name occurs often enough, and seldom small, for `is_kept`; that is quick to see."""
    return counts[_USE + name] >= _ENOUGH and not _is_often_small(counts, name)


def is_kept(use: Use, renamed: Collection[str]) -> bool:
    """Whether the translations of all other messages, or nearly all, keep a name or have another word for it.

    That is asked about a name that the translation of one message does not have; `renamed` are its other words.
    """
    if len(use.pairs) < _ENOUGH or use.in_small > _SELDOM * len(use.pairs):
        return False
    lost = sum(stems.isdisjoint(renamed) for stems in use.without) - 1
    if use.name.isupper() and len(use.name) <= _LONGEST_ACRONYM and (lost > 0 or len(use.pairs) < _MANY):
        return False  # which may be spelled out
    return len(use.without) < _MOSTLY_LOST * len(use.pairs) and lost <= (1 - _MOSTLY) * (len(use.pairs) - 1)


def other_names(use: Use, sample: Iterable[tuple[str, set[str]]]) -> set[str]:
    """The beginnings of words for a name, which texts of a sample without the name seldom have."""
    texts = [stems for msgid, stems in sample if use.name not in msgid] if use.others else []
    is_known = len(texts) >= _ENOUGH
    return {stem for stem in use.others if not is_known or _RARER * sum(stem in stems for stems in texts) <= len(texts)}


def stems_of(text: str) -> set[str]:
    """The beginnings of the words of a text, which their endings leave alone; pairs of characters without blanks."""
    stems = {word[:_STEM].lower() for word in words_of(text) if len(word) >= _STEM}
    return stems if text.isascii() else stems.union(_UNSPACED_PAIR.findall(text))


def is_inflected(name: str, words: Collection[str]) -> bool:
    """Whether one of the words, in lower case, is the name with an ending or a changed one."""
    base = name.lower()
    return any(word[:2] == base[:2] and is_form_of(word, base) for word in words)
