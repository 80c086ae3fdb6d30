"""Whether effort grows linearly with the input, however fast the machine is."""

from __future__ import annotations

import gc
import os
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FACTOR = 4  # how much larger the second size is; a quadratic action takes 16 times the time
MOST = 7.0  # a larger ratio needs larger sizes to notice the same quadratic part
ENOUGH = 0.1 if os.environ.get("HYPOTHESIS_PROFILE") == "all" else 0.015
"""Seconds; shorter times mean nothing. `make test-all` goes on to larger sizes, which show a smaller quadratic part."""
SMALLEST = 100
LARGEST = 30_000
TRIES = 3
PATIENCE = 60  # seconds; an action that takes longer counts as exponential


def seconds(action: Callable[[], object]) -> float:
    """The CPU time of an action in this thread; the test fails if it takes far too much of it.

    The time of the whole process would be exact to some milliseconds only, because of the timer of `_impatience`.
    """
    start = time.thread_time()
    with _impatience():
        action()
    return time.thread_time() - start


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
    shortest times count, because other work of the machine can only make a time longer. If it still looks too long, a
    larger size decides: a step that some sizes need and smaller ones do not is no growth.
    """
    gc.disable()  # a collection would be charged to the wrong action
    try:
        large, too_long = seconds(prepare(size)), 0
        while size < LARGEST and too_long < 2:
            size *= FACTOR
            small, large = large, seconds(prepare(size))
            for _ in range(TRIES):
                if large < max(ENOUGH, MOST * small):
                    break
                small = min(small, seconds(prepare(size // FACTOR)))
                large = min(large, seconds(prepare(size)))
            if ENOUGH <= large < MOST * small:
                return
            too_long += large >= ENOUGH
    finally:
        gc.enable()
    if too_long:
        pytest.fail(f"{size // FACTOR} take {small:.3f} s, and {size} take {large:.3f} s")
