"""What a catalogue as a whole tells about its messages: the names that stay, usual lengths, repeated translations."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING

from translate_pipe.checks.words import is_form_of, words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from translate_pipe.model import Message

_SMALL_WORD = re.compile(r"(?<![\w@#./-])[a-z]+")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9+#]*")
_LINK = re.compile(r"(?<!!)\[([^\[\]]+)\]\(([^()\s]*)\)")
_CODE_OR_ADDRESS = re.compile(r"`+[^`]*`+|\]\([^()\s]*\)|<[^<>\s]+>|https?://\S+")
_INSIDE = re.compile(
    r"(?:(?<=[^\W\d_A-Z] )|(?<=[,;/] ))(?:[A-Z][A-Za-z0-9]*[A-Za-z0-9+#]|[a-z]+[A-Z][A-Za-z0-9]*)(?![\w])"
)
NAME = re.compile(r"(?<![\w@#./-])(?:[A-Z][A-Za-z0-9]*[A-Za-z0-9+#]|[a-z]+[A-Z][A-Za-z0-9]*)(?![\w])")
_ENOUGH = 4
_MOSTLY = 0.85
_MEASURABLE = 25
_LONG = 30
_STEM = 3


class Context:
    """The translated messages of a catalogue, seen together. Everything is counted when it is first asked for."""

    def __init__(self, messages: Sequence[Message] = ()) -> None:
        self._messages = messages
        self._renamed: dict[str, Counter[str]] = {}

    @cached_property
    def _uses(self) -> dict[str, tuple[int, int]]:
        seen: Counter[str] = Counter()
        small: Counter[str] = Counter()
        kept: Counter[str] = Counter()
        for message in self._messages:
            text = _CODE_OR_ADDRESS.sub(" ", message.msgid)
            small.update(set(_SMALL_WORD.findall(text)))
            names = set(_INSIDE.findall(text))
            if names:
                seen.update(names)
                words = {word.lower() for word in _LATIN_WORD.findall(message.msgstr)}
                for name in names:
                    if name.lower() in words or is_inflected(name, words):
                        kept[name] += 1
                    else:
                        self._renamed.setdefault(name, Counter()).update(_stems(message.msgstr))
        # A word that is mostly written small is one that begins a sentence here.
        return {name: (count, kept[name]) for name, count in seen.items() if small[name.lower()] < count}

    def is_name(self, word: str) -> bool:
        """Whether a word has a capital inside sentences of the source, and seldom none."""
        return word in self._uses

    def is_kept(self, name: str) -> bool:
        """Whether this catalogue's translations nearly always keep a name as it is."""
        seen, kept = self._uses.get(name, (0, 0))
        return seen >= _ENOUGH and kept >= _MOSTLY * seen

    def is_renamed(self, name: str, msgstr: str) -> bool:
        """Whether a translation without a name has a word that others without it have as well: the name in its script.

        >>> from translate_pipe.model import Message
        >>> context = Context([Message(f"In Rust {n}", f"러스트에서 {n}") for n in "ab"])
        >>> context.is_renamed("Rust", "러스트는")
        True
        """
        seen, kept = self._uses.get(name, (0, 0))
        stems = self._renamed.get(name, Counter())
        return any(stems[stem] > 1 and 2 * stems[stem] >= seen - kept for stem in _stems(msgstr))

    @cached_property
    def ratio(self) -> float:
        """How long translations are for a source of length 1, in characters; 0 where there are too few to tell."""
        ratios = [len(one.msgstr) / len(one.msgid) for one in self._messages if len(one.msgid) >= _MEASURABLE]
        return median(ratios) if len(ratios) >= _ENOUGH else 0.0

    @cached_property
    def shortest(self) -> float:
        """The length, as a share of the usual one, that only one translation in fifty falls below."""
        ratios = sorted(len(one.msgstr) / len(one.msgid) for one in self._messages if len(one.msgid) >= _MEASURABLE)
        return ratios[len(ratios) // 50] / self.ratio if self.ratio else 0.0

    @cached_property
    def link_texts(self) -> dict[str, set[str]]:
        """The texts of links with what they are in translations that have the same destinations in the same order."""
        texts: dict[str, set[str]] = {}
        for message in self._messages:
            if "](" in message.msgid:
                source, translation = _LINK.findall(message.msgid), _LINK.findall(message.msgstr)
                if [target for _, target in source] == [target for _, target in translation]:
                    for (text, _), (other, _) in zip(source, translation, strict=True):
                        texts.setdefault(text, set()).add(other)
        return texts

    @cached_property
    def repeated(self) -> dict[str, set[str]]:
        """The long translations that several messages have, with the texts that they translate."""
        sources: dict[str, set[str]] = {}
        for message in self._messages:
            if len(message.msgstr) >= _LONG:
                sources.setdefault(message.msgstr, set()).add(message.msgid)
        return {msgstr: msgids for msgstr, msgids in sources.items() if len(msgids) > 1}

    @cached_property
    def slugs(self) -> frozenset[str]:
        """The fragments that translations would have as headings."""
        return frozenset(slug(message.msgstr) for message in self._messages if len(message.msgstr) < 200)  # noqa: PLR2004


def _stems(text: str) -> set[str]:
    """The beginnings of the words of a text, which their endings leave alone."""
    return {word[:_STEM].lower() for word in words_of(text) if len(word) >= _STEM}


def is_inflected(name: str, words: Collection[str]) -> bool:
    """Whether one of the words, in lower case, is the name with an ending or a changed one."""
    base = name.lower()
    return any(word[:2] == base[:2] and is_form_of(word, base) for word in words)


def slug(text: str) -> str:
    """A heading's fragment as GitHub makes it."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text.strip("# \n").lower()))
