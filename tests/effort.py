"""Whether effort grows linearly with the input, however fast the machine is."""

from __future__ import annotations

import gc
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FACTOR = 4  # how much larger the second size is; a quadratic action takes 16 times the time
MOST = 9.0
ENOUGH = 0.05  # seconds; shorter times mean nothing
SMALLEST = 100
LARGEST = 30_000
TRIES = 3
PATIENCE = 60  # seconds; an action that takes longer counts as exponential


@contextmanager
def _without_collections() -> Iterator[None]:
    """Switch off garbage collection, whose time would be charged to the wrong action."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seconds(action: Callable[[], object]) -> float:
    """The CPU time of an action; the test fails if it takes far too much of it."""
    start = time.process_time()
    with _impatience():
        action()
    return time.process_time() - start


@contextmanager
def _impatience() -> Iterator[None]:
    """End an action that would take minutes; a search for a pattern checks for signals now and then, too."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGPROF, _give_up)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _give_up(_signal: int, _frame: object) -> None:
    pytest.fail(f"it has taken more than {PATIENCE} s")


def assert_linear(prepare: Callable[[int], Callable[[], object]], size: int = SMALLEST) -> None:
    """Assert that the time of the prepared action grows in proportion to the size.

    The size grows until the time can be measured. A time that does not look linear is measured again, and the
    shortest times count, because other work of the machine can only make a time longer.
    """
    small = large = 0.0
    with _without_collections():
        while large < ENOUGH and size < LARGEST:
            size *= FACTOR
            small, large = large, seconds(prepare(size))
        tries = 0
        while large >= ENOUGH and large >= MOST * small:
            if tries == TRIES:
                pytest.fail(f"{size // FACTOR} take {small:.3f} s, and {size} take {large:.3f} s")
            again = seconds(prepare(size // FACTOR))
            small, large = min(small or again, again), min(large, seconds(prepare(size)))
            tries += 1
