"""The messages of a catalogue seen together: the names that stay, usual lengths, repeated translations."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
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
    r" (?:(?<=[^\W\d_A-Z] )|(?<=[,;/] ))([A-Z][A-Za-z0-9]*[A-Za-z0-9+#]|[a-z]++[A-Z][A-Za-z0-9]*)(?![\w])"
)
_NAME = Expression(
    r"[A-Za-z](?<![\w@#./-].)(?:(?<=[A-Z])[A-Za-z0-9]*[A-Za-z0-9+#]|(?<=[a-z])[a-z]*+[A-Z][A-Za-z0-9]*)(?![\w])"
)
_CAPITALISED = Expression(r"[A-Z](?<![\w@#./-].)[A-Za-z0-9]*[A-Za-z0-9+#](?![\w])")
_INNER_CAPITAL = Expression(r"[A-Z](?<=[a-z].)")
_ENOUGH = 4
_MOSTLY = 0.85
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
    """The translations of the messages that have a name."""

    def __init__(self, name: str) -> None:
        self._name = name.lower()
        self.msgstrs: list[str] = []

    @lazy
    def without(self) -> list[str]:
        """The translations that do not keep the name, not even with another ending."""
        return [msgstr for msgstr in self.msgstrs if not self._is_in(msgstr)]

    def _is_in(self, msgstr: str) -> bool:
        if self._name[:2] not in msgstr.lower():
            return False
        words = {word.lower() for word in _LATIN_WORD.findall(msgstr)}
        return self._name in words or is_inflected(self._name, words)

    @lazy
    def stems(self) -> Counter[str]:
        """The beginnings of the words of the translations without the name, with the number of translations."""
        return Counter(stem for msgstr in self.without for stem in _stems(msgstr))


class Context:
    """The translated messages of a catalogue, seen together. Everything is counted when it is first asked for."""

    def __init__(self, messages: Sequence[Message] = ()) -> None:
        self._messages = messages
        self._given_away: frozenset[object] | None = None

    @cached_property
    def names(self) -> dict[str, _Use]:
        """The words that have a capital inside sentences of the source, and seldom none."""
        uses: dict[str, _Use] = {}
        texts = [
            _CODE_OR_ADDRESS.sub(" ", text) if "`" in text or "](" in text or "<" in text or "://" in text else text
            for text in (message.msgid for message in self._messages)
        ]
        for message, text in zip(self._messages, texts, strict=True):
            for name in () if text[1:].islower() else set(_INSIDE.findall(text)):
                use = uses.get(name)
                if use is None:
                    use = uses[name] = _Use(name)
                use.msgstrs.append(message.msgstr)
        in_small = {name.lower() for name in uses}
        small = Counter(word for text in texts for word in in_small.intersection(_SMALL_WORD.findall(text)))
        # A word that is mostly written small is one that begins a sentence here.
        return {name: use for name, use in uses.items() if small[name.lower()] < len(use.msgstrs)}

    def is_kept(self, name: str) -> bool:
        """Whether this catalogue's translations nearly always keep a name as it is."""
        use = self.names.get(name)
        if use is None or len(use.msgstrs) < _ENOUGH:
            return False
        return len(use.msgstrs) - len(use.without) >= _MOSTLY * len(use.msgstrs)

    def is_renamed(self, name: str, msgstr: str) -> bool:
        """Whether a translation without a name has a word that others without it have as well: the name in its script.

        >>> from translate_pipe.model import Message
        >>> context = Context([Message(f"In Rust {n}", f"러스트에서 {n}") for n in "ab"])
        >>> context.is_renamed("Rust", "러스트는")
        True
        """
        use = self.names.get(name)
        if use is None:
            return False
        return any(use.stems[stem] > 1 and 2 * use.stems[stem] >= len(use.without) for stem in _stems(msgstr))

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
    """The beginnings of the words of a text, which their endings leave alone."""
    return {word[:_STEM].lower() for word in words_of(text) if len(word) >= _STEM}


def is_inflected(name: str, words: Collection[str]) -> bool:
    """Whether one of the words, in lower case, is the name with an ending or a changed one."""
    base = name.lower()
    return any(word[:2] == base[:2] and is_form_of(word, base) for word in words)
