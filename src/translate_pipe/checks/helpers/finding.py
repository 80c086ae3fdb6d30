"""What a check of messages is, and what it finds in one message, before the place of the message is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from translate_pipe.checks.helpers.traits import NO_TRAIT, Trait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from translate_pipe.checks.helpers.pair import Pair


class Finding(NamedTuple):
    """One finding: what is wrong, for a translator to read, and the pieces of the msgstr or msgid that it is about."""

    text: str
    words: tuple[str, ...] = ()


Find: TypeAlias = "Callable[[Pair], Iterable[Finding]]"


@dataclass(frozen=True, slots=True)
class Concerned:
    """The function of a check with the messages that it concerns; see the fields of the same names in `Check`."""

    find: Find
    where: Trait = NO_TRAIT
    in_context: bool = False

    def __call__(self, pair: Pair) -> Iterable[Finding]:
        """What the check finds."""
        return self.find(pair)


def concerns(where: Trait = NO_TRAIT, *, in_context: bool = False) -> Callable[[Find], Concerned]:
    """Decorates the function of a check that looks at some messages only, or at others of the catalogue as well."""
    return lambda find: Concerned(find, where, in_context)


def times(count: int) -> str:
    """How often something is, as the end of a sentence; empty for once.

    >>> times(2), times(1)
    (' (2 times)', '')
    """
    return f" ({count} times)" if count > 1 else ""
