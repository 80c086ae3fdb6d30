"""The messages of a catalogue seen together: the names that stay, usual lengths, repeated translations."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers.associations import Associations
from translate_pipe.checks.helpers.lazy import lazy
from translate_pipe.checks.helpers.lengths import Lengths
from translate_pipe.checks.helpers.prose import Vocabulary, kinds_left
from translate_pipe.checks.helpers.wording import is_form_of, words_of
from translate_pipe.markdown.inline.slugs import github_slug
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from translate_pipe.model import Message

# Each begins with a letter, which is found much quicker than a place without one before it.
_SMALL_WORD = Expression(r"[a-z](?<![\w@#./-].)[a-z]*+")
_LATIN_WORD = Expression(r"[A-Za-z][A-Za-z0-9+#]*")
_LINK = Expression(r"(?<!!)\[([^\[\]]+)\]\(([^()\s]*)\)")
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
_ENOUGH = 4
_MANY = 10
_LONGEST_ACRONYM = 4
_MOSTLY = 0.9
_SELDOM = 0.1
_MOSTLY_LOST = 0.5
_SHARED = 0.6
_SAMPLE = 300
_RARER = 10
_MARKS = ".,:;!?()[]{}'\"*_`"
_LONG = 30
_STEM = 3


def names_in(text: str) -> list[str]:
    """The words with a capital, which may be names.

    >>> names_in("De Nile bij macOS")
    ['De', 'Nile', 'macOS']
    """
    # Capitals are few, and so quickly found.
    return _NAME.findall(text) if _INNER_CAPITAL.search(text) else _CAPITALISED.findall(text)


class _Use:
    """The messages that have a name: their msgids without code and addresses, and their msgstrs.

    `in_small` is the number of messages in which it is written small.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.pairs: list[tuple[str, str]] = []
        self.in_small = 0

    @lazy
    def without(self) -> list[set[str]]:
        """The beginnings of the words of the translations that do not keep the name, not even with another ending."""
        return [_stems(msgstr) for _, msgstr in self.pairs if not is_in(self.name, _prose(msgstr))]

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
    words = text.split()
    return {
        near
        for at, word in enumerate(words)
        if word.strip(_MARKS) == name
        for near in (*words[max(0, at - 1) : at], *words[at + 1 : at + 2])
        if near[:1].isupper()
    }


def _prose(text: str) -> str:
    return _CODE_OR_ADDRESS.sub(" ", text) if "`" in text or "](" in text or "<" in text or "://" in text else text


class Context:
    """The translated messages of a catalogue, seen together. Everything is counted when it is first asked for."""

    def __init__(self, messages: Sequence[Message] = ()) -> None:
        self._messages = messages
        self._given_away: frozenset[object] | None = None
        self._others: dict[str, set[str]] = {}

    @cached_property
    def names(self) -> dict[str, _Use]:
        """The words that have a capital inside sentences of the source, and seldom none."""
        uses: dict[str, _Use] = {}
        texts = [_prose(message.msgid) for message in self._messages]
        for message, text in zip(self._messages, texts, strict=True):
            is_telling = not text[1:].islower() and message.msgstr != message.msgid
            for name in set(_INSIDE.findall(text)) if is_telling else ():
                use = uses.get(name)
                if use is None:
                    use = uses[name] = _Use(name)
                use.pairs.append((text, message.msgstr))
        in_small = {form for name in uses for form in _forms(name)}
        small = Counter(word for text in texts for word in in_small.intersection(_SMALL_WORD.findall(text)))
        for name, use in uses.items():
            use.in_small = sum(small[form] for form in _forms(name))
        # A word that is mostly written small is one that begins a sentence here.
        return {name: use for name, use in uses.items() if use.in_small < len(use.pairs)}

    def is_kept(self, name: str) -> bool:
        """Whether the translations of all other messages, or nearly all, keep a name or have another word for it.

        That is asked about a name that the translation of one message does not have.
        """
        use = self.names.get(name)
        if use is None or len(use.pairs) < _ENOUGH or use.in_small > _SELDOM * len(use.pairs):
            return False
        renamed = self._other_names(use)
        lost = sum(renamed.isdisjoint(stems) for stems in use.without) - 1
        if name.isupper() and len(name) <= _LONGEST_ACRONYM and (lost > 0 or len(use.pairs) < _MANY):
            return False  # which may be spelled out
        return len(use.without) < _MOSTLY_LOST * len(use.pairs) and lost <= (1 - _MOSTLY) * (len(use.pairs) - 1)

    def is_renamed(self, name: str, msgstr: str) -> bool:
        """Whether a translation without a name has a word that others without it have as well: the name in its script.

        >>> from translate_pipe.model import Message
        >>> context = Context([Message(f"In Rust {n}", f"러스트에서 {n}") for n in "ab"])
        >>> context.is_renamed("Rust", "러스트는")
        True
        """
        use = self.names.get(name)
        return use is not None and not self._other_names(use).isdisjoint(_stems(msgstr))

    def is_part(self, name: str, msgid: str) -> bool:
        """Whether a word is mostly a part of a longer name, which is not here: Game Boy, and here Game States."""
        use = self.names.get(name)
        return use is not None and bool(use.neighbours) and use.neighbours.isdisjoint(neighbours(name, msgid))

    def _other_names(self, use: _Use) -> set[str]:
        """The beginnings of words for a name, which texts without the name seldom have."""
        found = self._others.get(use.name)
        if found is None:
            texts = [stems for msgid, stems in self._sample if use.name not in msgid] if use.others else []
            is_known = len(texts) >= _ENOUGH
            found = self._others[use.name] = {
                stem
                for stem in use.others
                if not is_known or _RARER * sum(stem in stems for stems in texts) <= len(texts)
            }
        return found

    @cached_property
    def _sample(self) -> list[tuple[str, set[str]]]:
        """Some msgids, with the beginnings of the words of their translations."""
        step = -(-len(self._messages) // _SAMPLE) or 1
        return [(message.msgid, _stems(message.msgstr)) for message in self._messages[::step]]

    @cached_property
    def capitals(self) -> Counter[str]:
        """The words with a capital, with the number of translations that have them."""
        return Counter(chain.from_iterable(set(names_in(message.msgstr)) for message in self._messages))

    @cached_property
    def lengths(self) -> Lengths:
        """How long the translations usually are."""
        return Lengths(self._messages)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the source that the translations translate or keep."""
        return Vocabulary(self._messages)

    @cached_property
    def kinds_left(self) -> frozenset[str]:
        """The kinds of messages from code that the translators mostly leave as they are."""
        return kinds_left(self._messages)

    @cached_property
    def associations(self) -> Associations:
        """What the words of the catalogue are translated with."""
        return Associations((message.msgid, message.msgstr) for message in self._messages)

    @cached_property
    def link_texts(self) -> dict[str, Counter[str]]:
        """The texts of links with what they are in translations that have the same destinations in the same order."""
        texts: dict[str, Counter[str]] = {}
        for message in self._messages:
            if "](" in message.msgid:
                source, translation = _LINK.findall(message.msgid), _LINK.findall(message.msgstr)
                if [target for _, target in source] == [target for _, target in translation]:
                    for (text, _), (other, _) in zip(source, translation, strict=True):
                        texts.setdefault(text, Counter())[other] += 1
        return texts

    @cached_property
    def repeated(self) -> dict[str, set[str]]:
        """The long translations that several messages have, with the texts that they translate."""
        sources: dict[str, set[str]] = {}
        for message in self._messages:
            if len(message.msgstr) >= _LONG:
                sources.setdefault(message.msgstr, set()).add(message.msgid)
        return {msgstr: msgids for msgstr, msgids in sources.items() if len(msgids) > 1}

    def given_away(self, lost: Callable[[Message], Iterable[object]]) -> frozenset[object]:
        """The items that `lost` finds in the messages of this catalogue; the function of the first call counts."""
        if self._given_away is None:
            self._given_away = frozenset(item for message in self._messages for item in lost(message))
        return self._given_away

    @cached_property
    def slugs(self) -> frozenset[str]:
        """The fragments that translations would have as headings."""
        return frozenset(heading_slug(message.msgstr) for message in self._messages if len(message.msgstr) < 200)  # noqa: PLR2004


def heading_slug(text: str) -> str:
    """The fragment of a heading; its text may include the marks of the heading."""
    return github_slug(text.strip("# \n"))


def _stems(text: str) -> set[str]:
    """The beginnings of the words of a text, which their endings leave alone; pairs of characters without blanks."""
    stems = {word[:_STEM].lower() for word in words_of(text) if len(word) >= _STEM}
    return stems if text.isascii() else stems.union(_UNSPACED_PAIR.findall(text))


def is_inflected(name: str, words: Collection[str]) -> bool:
    """Whether one of the words, in lower case, is the name with an ending or a changed one."""
    base = name.lower()
    return any(word[:2] == base[:2] and is_form_of(word, base) for word in words)
