"""Units of work, done in order: in this process while there is little to do, otherwise side by side in several."""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from translate_pipe.late import LateModule

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from translate_pipe.engine import workers
else:
    workers = LateModule("translate_pipe.engine.workers")

WORTH_PROCESSES = 48
"""How much work must be left, in documents × locales, before processes are worth their start."""

Step = TypeVar("Step")
Context = TypeVar("Context")
Item = TypeVar("Item")
Result = TypeVar("Result")


class Unit(NamedTuple, Generic[Item]):
    """Work that any process can do. `size` is how much it is, in documents × locales."""

    item: Item
    size: int


class Done(NamedTuple, Generic[Result]):
    """Work that is done already. Its result keeps its place in the order."""

    result: Result


class Alone(NamedTuple, Generic[Result]):
    """Work that may start processes of its own: this process calls it after everything before it is finished."""

    call: Callable[[], Result]


class WorkerServices(Protocol):
    """Made once in each worker, when it starts; the worker takes its steps from them."""

    def step(self, kind: type[Step]) -> Step:
        """Return the step of this type."""

    def abandon(self) -> None:
        """Remove half-written files. May be called at any moment; no work follows."""


class Team:
    """Does units of work, in this process or in up to `jobs` workers.

    `open_services` is called right before workers start. It returns a picklable function that makes the services of
    the worker with a given number, counted from 1. `at_work` is called with `jobs` before that.
    """

    def __init__(
        self,
        jobs: int = 1,
        open_services: Callable[[], Callable[[int], WorkerServices]] | None = None,
        at_work: Callable[[int], None] | None = None,
    ) -> None:
        self.jobs = jobs if open_services else 1
        self._open_services = open_services
        self._at_work = at_work

    def map(
        self,
        method: Callable[[Step, Context, Item], Result],
        step: Step,
        context: Context,
        batches: Iterable[Sequence[Unit[Item] | Done[Result] | Alone[Result]]],
    ) -> Generator[Result, None, None]:
        """Yield what `method` returns for each unit, in the order of the units. Close it if you stop early.

        `method` belongs to the class of `step`, which this process uses; workers use their own. They get `context` when
        they start, forked where possible, and start with the first batch that is worth it.
        """
        waiting: deque[Done[Result] | Callable[[], Result]] = deque()
        with ExitStack() as stack:
            pool: workers.Pool[_Worker] | None = None
            for batch in batches:
                units = [one for one in batch if isinstance(one, Unit)]
                is_worth_it = len(units) > 1 and sum(one.size for one in units) >= WORTH_PROCESSES
                if self._open_services and self.jobs > 1 and is_worth_it and not pool:
                    if self._at_work:
                        self._at_work(self.jobs)
                    prepare = partial(_Worker, self._open_services(), type(step), context)
                    pool = stack.enter_context(workers.Pool(self.jobs, prepare).at_work())
                for one in batch:
                    if isinstance(one, Done):
                        waiting.append(one)
                    elif isinstance(one, Alone):
                        yield from _gathered(waiting, 0)
                        waiting.append(Done(one.call()))
                    elif pool:
                        waiting.append(pool.submit(_Worker.do, (method, one.item)))
                    else:
                        waiting.append(Done(method(step, context, one.item)))
                    yield from _gathered(waiting, pool.capacity if pool else 0)
            yield from _gathered(waiting, 0)


THIS_PROCESS = Team()
"""Does everything in this process."""


def _gathered(waiting: deque[Done[Result] | Callable[[], Result]], left: int) -> Iterator[Result]:
    """Yield results in order until no more than `left` are waiting, and those that are there without waiting."""
    while waiting and (len(waiting) > left or isinstance(waiting[0], Done)):
        first = waiting.popleft()
        yield first.result if isinstance(first, Done) else first()


class _Worker:
    """What the worker with a given number has: its services, the step that it does, and the context of all units."""

    def __init__(
        self, open_services: Callable[[int], WorkerServices], kind: type[Any], context: object, number: int
    ) -> None:
        services = open_services(number)
        self.abandon = services.abandon
        self._step = services.step(kind)
        self._context = context

    def do(self, work: tuple[Callable[[Any, Any, Item], Result], Item]) -> Result:
        """Do a unit of work, given as the method and its item."""
        method, item = work
        return method(self._step, self._context, item)


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Split items into lists of `size`; the last one may be shorter.

    >>> list(batched("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
