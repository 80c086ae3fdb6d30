"""Units of work, done in order: in this process while there is little to do, otherwise side by side by an executor.

An executor has workers: processes of this machine (`Processes`), or those of a cluster (`cluster.Cluster`).
"""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

from translate_pipe.late import LateModule

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from translate_pipe.engine import workers
else:
    workers = LateModule("translate_pipe.engine.workers")

WORTH_PROCESSES = 48
"""How much work must be left, in documents × locales, before processes are worth their start."""

Step = TypeVar("Step")
Context = TypeVar("Context")
Item = TypeVar("Item")
Result = TypeVar("Result")


class Needs(NamedTuple):
    """What a unit needs: files that it is sure to read, and outputs and entries of the cache, all by name."""

    files: Sequence[str] = ()
    outputs: Sequence[str] = ()
    entries: Mapping[str, Sequence[str]] = {}


class Unit(NamedTuple, Generic[Item]):
    """Work that any process can do. `size` is how much it is, in documents × locales.

    `needs` is called only if the unit goes to a worker that has no cache.
    """

    item: Item
    size: int
    needs: Callable[[], Needs] = Needs


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


class Crew(Protocol):
    """Workers that do units with the same step and context."""

    @property
    def capacity(self) -> int:
        """How many units may wait: enough that no worker idles, few enough that memory stays flat."""

    def submit(
        self, method: Callable[[Any, Any, Any], Result], unit: Unit[Any], context: object, here: Callable[[], Result]
    ) -> Callable[[], Result]:
        """Start a unit. The returned function waits for its result, or raises its error; `here` does it otherwise."""


class Executor(Protocol):
    """Something with workers."""

    @property
    def jobs(self) -> int:
        """How many units can be worked on at the same time."""

    def at_work(self, kind: type[Any], context: object) -> AbstractContextManager[Crew]:
        """Workers with a step of this class and a context. They end their work with the context manager."""

    def close(self) -> None:
        """End everything; the run is over."""


@runtime_checkable
class Divisible(Protocol):
    """A large context; a unit needs a small part of it."""

    def within(self, item: Any, /) -> object:  # noqa: ANN401  # the item of the unit
        """The part that the unit with this item needs."""


class Team:
    """Does units of work, in this process or by the workers of an executor."""

    def __init__(self, executor: Executor | None = None) -> None:
        self._executor = executor

    @property
    def jobs(self) -> int:
        """How many units can be worked on at the same time."""
        return self._executor.jobs if self._executor else 1

    def close(self) -> None:
        """End the executor; the run is over."""
        if self._executor:
            self._executor.close()

    def map(
        self,
        method: Callable[[Step, Context, Item], Result],
        step: Step,
        context: Context,
        batches: Iterable[Sequence[Unit[Item] | Done[Result] | Alone[Result]]],
    ) -> Generator[Result, None, None]:
        """Yield what `method` returns for each unit, in the order of the units. Close it if you stop early.

        `method` belongs to the class of `step`, which this process uses; workers use their own. They get `context` when
        they start, and start with the first batch that is worth it.
        """
        waiting: deque[Done[Result] | Callable[[], Result]] = deque()
        with ExitStack() as stack:
            crew: Crew | None = None
            for batch in batches:
                units = [one for one in batch if isinstance(one, Unit)]
                is_worth_it = len(units) > 1 and sum(one.size for one in units) >= WORTH_PROCESSES
                if self._executor and is_worth_it and not crew:
                    crew = stack.enter_context(self._executor.at_work(type(step), context))
                for one in batch:
                    if isinstance(one, Done):
                        waiting.append(one)
                    elif isinstance(one, Alone):
                        yield from _gathered(waiting, 0)
                        waiting.append(Done(one.call()))
                    elif crew:
                        waiting.append(crew.submit(method, one, context, partial(method, step, context, one.item)))
                    else:
                        waiting.append(Done(method(step, context, one.item)))
                    yield from _gathered(waiting, crew.capacity if crew else 0)
            yield from _gathered(waiting, 0)


THIS_PROCESS = Team()
"""Does everything in this process."""


def _gathered(waiting: deque[Done[Result] | Callable[[], Result]], left: int) -> Iterator[Result]:
    """Yield results in order until no more than `left` are waiting, and those that are there without waiting."""
    while waiting and (len(waiting) > left or isinstance(waiting[0], Done)):
        first = waiting.popleft()
        yield first.result if isinstance(first, Done) else first()


class Processes:
    """Processes of this machine, started again for each kind of work.

    `open_services` is called right before they start. It returns a picklable function that makes the services of the
    process with a given number, counted from 1. `before_work` is called with `jobs` before that.
    """

    def __init__(
        self,
        jobs: int,
        open_services: Callable[[], Callable[[int], WorkerServices]],
        before_work: Callable[[int], None],
    ) -> None:
        self.jobs = jobs
        self._open_services = open_services
        self._before_work = before_work

    @contextmanager
    def at_work(self, kind: type[Any], context: object) -> Iterator[_Forked]:
        """The processes; they are forked where possible."""
        self._before_work(self.jobs)
        prepare = partial(_Worker, self._open_services(), kind, context)
        with workers.Pool(self.jobs, prepare).at_work() as pool:
            yield _Forked(pool)

    def close(self) -> None:
        """Nothing is left to end."""


class _Forked:
    """The processes of a pool as a crew."""

    def __init__(self, pool: workers.Pool[_Worker]) -> None:
        self._pool = pool

    @property
    def capacity(self) -> int:
        return self._pool.capacity

    def submit(
        self,
        method: Callable[[Any, Any, Any], Result],
        unit: Unit[Any],
        context: object,  # noqa: ARG002  # each process has got it when it started
        here: Callable[[], Result],  # noqa: ARG002
    ) -> Callable[[], Result]:
        return self._pool.submit(_Worker.do, (method, unit.item))


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
