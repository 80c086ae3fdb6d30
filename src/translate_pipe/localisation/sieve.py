"""Find the culprits among changes that fail a test together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Change = TypeVar("Change")


class Sieve(Generic[Change]):
    """Keeps changes that pass a test together; `refused` has the others, each with the problem that the test names.

    The test returns the problem in words, or an empty text for changes that pass. It is called once if all changes
    pass, as they nearly always do. Otherwise each half is tested together with the changes that have passed, and so on
    until the culprits are found.

    >>> sieve = Sieve(lambda tried: "too many" if sum(tried) > 4 else "")
    >>> sieve.sift([1, 9, 2]), sieve.refused
    ([1, 2], [(9, 'too many')])
    """

    def __init__(self, test: Callable[[Sequence[Change]], str]) -> None:
        self._test = test
        self.refused: list[tuple[Change, str]] = []

    def sift(self, changes: list[Change], passed: list[Change] | None = None) -> list[Change]:
        """The changes that pass together with those that have `passed` before."""
        passed = passed or []
        problem = self._test(passed + changes) if changes else ""
        if not problem:
            return changes
        if len(changes) == 1:
            self.refused.append((changes[0], problem))
            return []
        middle = len(changes) // 2
        good = self.sift(changes[:middle], passed)
        return good + self.sift(changes[middle:], passed + good)
