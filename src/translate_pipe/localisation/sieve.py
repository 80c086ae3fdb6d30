"""Finding the culprits among changes that do not pass a test together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Change = TypeVar("Change")


class Sieve(Generic[Change]):
    """Keeps the changes that together pass a test; `refused` has the others, each with what the test says of it.

    The test says nothing of changes that pass. Nearly always these are all of them. If not, each half is tried on its
    own, together with those that have passed, until the culprits are found, which costs a test for each halving.

    >>> sieve = Sieve(lambda tried: "too many" if sum(tried) > 4 else "")
    >>> sieve.sift([1, 9, 2]), sieve.refused
    ([1, 2], [(9, 'too many')])
    """

    def __init__(self, test: Callable[[Sequence[Change]], str]) -> None:
        self._test = test
        self.refused: list[tuple[Change, str]] = []

    def sift(self, changes: list[Change], passed: list[Change] | None = None) -> list[Change]:
        """Those of the changes that, together with the ones that passed before them, pass."""
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
