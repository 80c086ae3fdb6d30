"""The function of a check of messages, and its findings in one message, before their place in a file is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from translate_pipe.checks.helpers.places import MOST_PLACES
from translate_pipe.checks.helpers.traits import NO_TRAIT, Trait
from translate_pipe.model import Severity, Side, TextSpan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from translate_pipe.checks.helpers.pair import Pair
    from translate_pipe.checks.helpers.topics import Topic
    from translate_pipe.model import Message


class Finding(NamedTuple):
    """One finding: what is wrong, for a translator to read, and the parts of the msgstr or msgid that it is about.

    A check gives their `spans` where it knows them. If it gives only the `words`, `spans_of` looks for them. `severity`
    is given where it is below that of the check, a warning.
    """

    text: str
    words: tuple[str, ...] = ()
    spans: tuple[TextSpan, ...] = ()
    severity: Severity | None = None


Find: TypeAlias = "Callable[[Pair], Iterable[Finding]]"


@dataclass(frozen=True, slots=True)
class Concerned:
    """The function of a check with the messages that it concerns; see the fields of the same names in `Check`."""

    find: Find
    where: Trait = NO_TRAIT
    asks: tuple[Topic, ...] = ()

    def __call__(self, pair: Pair) -> Iterable[Finding]:
        """The findings in one message."""
        return self.find(pair)


def concerns(where: Trait = NO_TRAIT, *, asks: Iterable[Topic] = ()) -> Callable[[Find], Concerned]:
    """Decorates the function of a check that looks at some messages only, or asks about the whole catalogue."""
    return lambda find: Concerned(find, where, tuple(asks))


def times(count: int) -> str:
    """How often something is, as the end of a sentence; empty for once.

    >>> times(2), times(1)
    (' (2 times)', '')
    """
    return f" ({count} times)" if count > 1 else ""


# Looking for words


def spans_of(words: Iterable[str], message: Message) -> Iterator[TextSpan]:
    """The places of words in the msgstr of a message, or in its msgid for words that the msgstr lacks.

    >>> from translate_pipe.model import Message
    >>> [tuple(span) for span in spans_of(["30"], Message("", "130 von 30"))]
    [(8, 10, <Side.MSGSTR: 'msgstr'>)]
    """
    for word in filter(None, dict.fromkeys(words)):
        for side, text in ((Side.MSGSTR, message.msgstr), (Side.MSGID, message.msgid)):
            if places := _places(text, word):
                yield from (TextSpan(place, place + len(word), side) for place in places)
                break


def _places(text: str, word: str) -> list[int]:
    """The places at which a word is not part of another word; if there are none, its other places."""
    alone: list[int] = []
    inside: list[int] = []
    start = text.find(word)
    while start >= 0 and len(alone) < MOST_PLACES:
        end = start + len(word)
        is_inside = (start > 0 and text[start - 1].isalnum() and word[0].isalnum()) or (
            end < len(text) and text[end].isalnum() and word[-1].isalnum()
        )
        (inside if is_inside else alone).append(start)
        start = text.find(word, start + 1)
    return alone or inside[:MOST_PLACES]
