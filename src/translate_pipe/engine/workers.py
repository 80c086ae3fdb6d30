"""Worker processes: each does the same with many items, with what it has made once when it started.

The processes are those of `concurrent.futures`. This module makes them end at once, and tidily, when the run is
stopped. Where processes can be forked, what they share is not copied.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from translate_pipe.errors import TranslatePipeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.sharedctypes import Synchronized
    from types import FrameType


class Abandonable(Protocol):
    """What a worker works with."""

    def abandon(self) -> None:
        """Remove half-written files. May be called at any moment; no work follows."""


Shared = TypeVar("Shared", bound=Abandonable)
Argument = TypeVar("Argument")
Returned = TypeVar("Returned")

_WAITING_PER_WORKER = 4
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
        """The workers. They end with the context, at once if the run is stopped."""
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

        A process first removes what it has half written. If it takes too long it is killed, and the next run removes
        that.
        """
        processes = multiprocessing.active_children()
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(_GRACE)
            if process.is_alive():
                process.kill()

    def submit(self, function: Callable[[Shared, Argument], Returned], item: Argument) -> Callable[[], Returned]:
        """Start a call in a worker. The returned function waits for its result, or raises its error."""
        has_signals = hasattr(signal, "pthread_sigmask")
        # A process that is started now is not ready to be interrupted.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS) if has_signals else ()
        try:
            return self._executor.submit(_do, function, item).result
        finally:
            if has_signals:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @property
    def capacity(self) -> int:
        """How many items may wait: enough that no process idles, few enough that memory stays flat."""
        return self._jobs * _WAITING_PER_WORKER


def _method() -> str:
    """How processes are started: forked where that is safe, because then they need not import anything."""
    can_fork = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
    # A fork beside running threads may inherit a lock that is never released.
    return "fork" if can_fork and threading.active_count() == 1 else "spawn"


# In the processes

_shared: Abandonable | None = None


def _begin(prepare: Callable[[int], Abandonable], counter: Synchronized[int]) -> None:
    """Get ready; each process has a number of its own, counted from 1."""
    global _shared  # noqa: PLW0603  # a process has one such thing, and the library offers no other place for it
    signal.signal(signal.SIGTERM, _stop)  # by which the run ends its processes
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:  # a run in the background may ignore it
        signal.signal(signal.SIGINT, _stop)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with counter.get_lock():
        counter.value += 1
        number = counter.value
    _shared = prepare(number)


def _end_with_parent() -> None:
    """End when the run is killed, because the next run may write only when this process is gone."""
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


def _do(function: Callable[[Any, Argument], Returned], item: Argument) -> Returned:
    return function(_shared, item)
