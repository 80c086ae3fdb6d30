"""The steps of a run spread over processes: results come in the order of what they are for, whoever is done first.

Processes are the library's (`concurrent.futures`); what is ours is that they end at once, and tidily, when the run is
stopped. Where processes can be forked, what they share is not copied.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from translate_pipe.errors import TranslatePipeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.sharedctypes import Synchronized
    from types import FrameType


class Abandonable(Protocol):
    """What a process works with."""

    def abandon(self) -> None:
        """Take away what is half written; may be called at any moment of the work, after which there is no other."""


Shared = TypeVar("Shared", bound=Abandonable)
Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 4
_GRACE = 5.0
"""Seconds that a process has to end."""
_ENDS = (signal.SIGINT, signal.SIGTERM)

_INTERRUPTED = 130  # what shells call a process that was interrupted


class Pool(Generic[Shared]):
    """Processes that do the same with many items; `shared` is made once in each of them by `prepare`."""

    def __init__(self, jobs: int, prepare: Callable[[int], Shared]) -> None:
        context = multiprocessing.get_context(_method())
        self._jobs = jobs
        self._executor = ProcessPoolExecutor(jobs, context, _begin, (prepare, context.Value("i", 0)))

    @contextmanager
    def at_work(self) -> Iterator[Pool[Shared]]:
        """The processes, which are gone afterwards, at once if the run has been stopped."""
        try:
            yield self
        except BaseException as error:
            self.stop()
            self._executor.shutdown(cancel_futures=True)
            if isinstance(error, BrokenProcessPool):
                problem = "a process of this run has died, perhaps for want of memory; try again with --jobs 1"
                raise TranslatePipeError(problem) from error
            raise
        self._executor.shutdown()

    def stop(self) -> None:
        """End the processes at once; whoever waits for a result gets a BrokenProcessPool.

        What a process is writing it takes away first. One that has not done so in time is killed, and what it leaves is
        taken away by the next run.
        """
        processes = multiprocessing.active_children()
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(_GRACE)
            if process.is_alive():
                process.kill()

    def submit(self, function: Callable[[Shared, Item], Result], item: Item) -> Callable[[], Result]:
        """Have something done; what is returned waits for its result, or raises its error."""
        with _interrupts_delayed():  # a process that is started now is not ready for them
            return self._executor.submit(_do, function, item).result

    def map(self, function: Callable[[Shared, Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """What the function gives for each item, in the order of the items; its errors are raised here."""
        waiting: deque[Callable[[], Result]] = deque()
        for item in items:
            waiting.append(self.submit(function, item))
            if len(waiting) > self.capacity:
                yield waiting.popleft()()
        while waiting:
            yield waiting.popleft()()

    @property
    def capacity(self) -> int:
        """How many items may wait: enough that no process idles, few enough that memory stays flat."""
        return self._jobs * _AHEAD


@contextmanager
def _interrupts_delayed() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _method() -> str:
    """How processes are started: forked where that is safe, since then they need not import anything."""
    can_fork = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
    # A fork with other threads at work may take over a lock that nobody gives back.
    return "fork" if can_fork and threading.active_count() == 1 else "spawn"


# In the processes

_shared: Abandonable | None = None


def _begin(prepare: Callable[[int], Abandonable], counter: Synchronized[int]) -> None:
    """Get ready; each process has a number of its own, counted from 1."""
    global _shared  # noqa: PLW0603  # a process has one such thing, and the library offers no other place for it
    signal.signal(signal.SIGTERM, _stop)  # by which the run ends its processes
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:  # a run in the background may have been told to ignore it
        signal.signal(signal.SIGINT, _stop)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with counter.get_lock():
        counter.value += 1
        number = counter.value
    _shared = prepare(number)


def _end_with_parent() -> None:
    """Not outlive a run that is killed: nobody else may write until this process is gone."""
    parent = multiprocessing.parent_process()
    if parent:
        connection.wait([parent.sentinel])
        os._exit(_INTERRUPTED)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End at once; not by way of an exception, which whoever holds a lock at that moment might not survive."""
    try:
        if _shared:
            _shared.abandon()
    finally:
        os._exit(_INTERRUPTED)


def _do(function: Callable[[Any, Item], Result], item: Item) -> Result:
    return function(_shared, item)
