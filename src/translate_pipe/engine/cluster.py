"""Units of work on the workers of a Dask cluster, which is the only module that uses Dask.

The scheduler sends units to workers, and again to others if a worker dies. Everything that they need travels with them
as bytes, so Dask looks into none of it; see `remote`.
"""

from __future__ import annotations

import pickle
import time
import uuid
import warnings
from asyncio import CancelledError as CancelledTask
from collections import deque
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from translate_pipe.engine import remote
from translate_pipe.engine.remote import Baggage, Head, Left, Load, Reply, SharedProject, UnitDone
from translate_pipe.engine.scheduler import Divisible
from translate_pipe.errors import FileError, TranslatePipeError
from translate_pipe.late import LateModule

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterable, Iterator

    import distributed

    from translate_pipe.engine.cache import Cache
    from translate_pipe.engine.files import Files, Trace
    from translate_pipe.engine.scheduler import Needs, Result, Unit
else:
    distributed = LateModule("distributed")
    logging = LateModule("logging")

SIZE_AT_ONCE = 16
"""How much work is sent at once, in documents × locales; Dask takes about a millisecond for each."""

_WAITING_PER_WORKER = 4
_PATIENCE = 10
"""Seconds until a scheduler that does not answer is taken for gone."""
_SECONDS_BETWEEN_COUNTS = 2.0
_ENOUGH_WORK = 2
"""As how many workers a cluster counts at least: a part of the work is worth sending even to a single one."""


class Cluster:
    """The workers of a Dask scheduler as an executor. It connects when it is first used.

    `open_services` returns a picklable function that makes the services of a worker. `files` and `cache` are those of
    this process, which alone writes. `uses` names what has to be installed everywhere, see `SharedProject`. `wrote`
    gets what was looked at when something was written. `tell` gets a line for the person at the terminal.
    """

    def __init__(  # noqa: PLR0913  # what the client alone can do
        self,
        address: str,
        open_services: Callable[[], Callable[[], remote.RemoteServices]],
        files: Files,
        cache: Cache,
        *,
        uses: tuple[str, ...],
        wrote: Callable[[Trace], None],
        tell: Callable[[str], None],
    ) -> None:
        self.address = address
        self._files = files
        self._cache = cache
        self._uses = uses
        self._wrote = wrote
        self._open_services = open_services
        self._tell = tell
        self._client: distributed.Client | None = None
        self._project: SharedProject | None = None
        self._workers = 0
        self._counted = 0.0
        self._has_warned = False

    @property
    def client(self) -> distributed.Client:
        """The connection to the scheduler; raises TranslatePipeError if there is none."""
        if self._client is None:
            self._client = self._connected()
            if not self._client.nthreads():
                self._tell(f"The scheduler at {self.address} has no workers yet; waiting for one …")
        return self._client

    def _connected(self) -> distributed.Client:
        try:
            _be_quiet()
        except ModuleNotFoundError as error:
            problem = f"--scheduler needs {error.name}; install it with: pip install 'translate-pipe[cluster]'"
            raise TranslatePipeError(problem) from error
        is_secret = self.address.startswith("tls:")
        if is_secret and not distributed.Security().get_connection_args("client").get("ssl_context"):
            problem = f"{self.address} needs certificates; name them in Dask's configuration, see docs/performance.md"
            raise TranslatePipeError(problem)
        client = distributed.Client.__new__(distributed.Client)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about versions of Dask's dependencies
                client.__init__(self.address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[misc]
        except OSError as error:
            client.status = "closed"  # otherwise it says so by itself when it is deleted
            problem = f"no Dask scheduler answers at {self.address}; start one with: dask scheduler"
            raise TranslatePipeError(problem) from error
        except Exception as error:
            client.status = "closed"
            problem = (
                f"the Dask scheduler at {self.address} cannot be used, perhaps because its version of Dask differs "
                f"({type(error).__name__}: {str(error).partition(chr(10))[0]})"
            )
            raise TranslatePipeError(problem) from error
        return client

    @property
    def jobs(self) -> int:
        """How many workers there are now; more may join at any time."""
        if time.monotonic() > self._counted + _SECONDS_BETWEEN_COUNTS:
            with self.named_errors():
                self._workers = len(self.client.nthreads())
            self._counted = time.monotonic()
        return max(self._workers, _ENOUGH_WORK)

    @contextmanager
    def at_work(self, kind: type[Any], context: object) -> Iterator[RemoteCrew]:
        """The workers, who all get a context."""
        project = self._project = self._project or SharedProject.of(self._files.real("."), self._uses)
        head = Head(uuid.uuid4().hex, (*project,), pickle.dumps(self._open_services()))
        common = None if isinstance(context, Divisible) else context
        crew = RemoteCrew(self, pickle.dumps(tuple(head)), pickle.dumps((kind, common)))
        try:
            yield crew
        except BaseException:
            with suppress(Exception):  # the scheduler may be gone
                crew.cancel()
            raise

    def pack(self, needs: Needs) -> Baggage:
        """What a unit with these needs takes along."""
        return Baggage.of(needs, self._files, self._cache)

    def write(self, changes: Iterable[remote.FileChange]) -> None:
        """Write what a worker would have written; raises FileError."""
        with self._files.watched() as trace:
            remote.write_changes(self._files, changes)
        self._wrote(trace)

    def close(self) -> None:
        """End the connection."""
        if self._client is not None:
            with suppress(Exception):  # the scheduler may be gone
                self._client.close(timeout=1)
            self._client = None

    def warn(self, host: str, name: str) -> None:
        """Say once that a worker sees other files than this machine."""
        if not self._has_warned:
            self._has_warned = True
            problem = "cannot read the content that this machine sees there; the work on it is done here"
            self._tell(f"{name}: the worker on {host} {problem}")

    @contextmanager
    def named_errors(self) -> Iterator[None]:
        """Turn the errors of Dask into ones for people."""
        try:
            yield
        except distributed.KilledWorker as error:
            problem = (
                "one worker after the other has died of the same documents, perhaps for want of memory; what was done "
                "is kept, run again with larger workers or without --scheduler"
            )
            raise TranslatePipeError(problem) from error
        except ModuleNotFoundError as error:
            problem = f"a worker lacks {error.name}; install the same version of translate-pipe there"
            raise TranslatePipeError(problem) from error
        except (OSError, CancelledError, CancelledTask, distributed.client.ClosedClientError) as error:
            problem = f"the Dask scheduler at {self.address} has gone; what was done is kept, run again"
            raise TranslatePipeError(problem) from error


def _be_quiet() -> None:
    """Keep Dask's log of connections from the terminal: the errors of this module say it in one line."""
    _ = distributed.Client  # it configures its loggers when it is imported
    for name in ("asyncio", "tornado", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("asyncio", "distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _work() -> Callable[..., bytes]:
    """A function that calls `remote.work` in a worker.

    It is pickled by value. A worker without this package then reports that; with a function that is imported there, it
    would end without a word.
    """
    return lambda *parts: __import__("importlib").import_module("translate_pipe.engine.remote").work(*parts)


class _Parcel:
    """Units that are sent at once."""

    def __init__(self) -> None:
        self.loads: list[Load] = []
        self.size = 0
        self.future: distributed.Future[bytes] | None = None
        self.reply: Reply | None = None


class RemoteCrew:
    """Workers that do units with the same context."""

    def __init__(self, cluster: Cluster, head: bytes, shared: bytes) -> None:
        self._cluster = cluster
        self._client = cluster.client
        self._blobs = [self._held(head), self._held(shared)]
        self._parcel = _Parcel()
        self._sent: deque[_Parcel] = deque()

    def _held(self, data: bytes) -> distributed.Future[bytes]:
        with warnings.catch_warnings(), self._cluster.named_errors():
            warnings.simplefilter("ignore")  # about the size
            return self._client.submit(bytes, data, pure=False)

    @property
    def capacity(self) -> int:
        """How many units may wait."""
        return self._cluster.jobs * _WAITING_PER_WORKER * SIZE_AT_ONCE

    def submit(
        self, method: Callable[[Any, Any, Any], Result], unit: Unit[Any], context: object, here: Callable[[], Result]
    ) -> Callable[[], Result]:
        """Send a unit when there is enough to send. The returned function waits for its result, or raises its error.

        `here` does the unit in this process.
        """
        parcel, nth = self._parcel, len(self._parcel.loads)
        own = context.within(unit.item) if isinstance(context, Divisible) else None
        parcel.loads.append(Load(method, unit.item, own, self._cluster.pack(unit.needs())))
        parcel.size += unit.size
        if parcel.size >= SIZE_AT_ONCE:
            self._send()
        return lambda: self._result(parcel, nth, here)

    def _send(self) -> distributed.Future[bytes]:
        parcel, self._parcel = self._parcel, _Parcel()
        with self._cluster.named_errors():
            future = self._client.submit(_work(), *self._blobs, pickle.dumps(parcel.loads), pure=False)
        parcel.future = future
        parcel.loads = []
        self._sent.append(parcel)
        return future

    def _result(self, parcel: _Parcel, nth: int, here: Callable[[], Result]) -> Result:
        reply = parcel.reply or self._reply(parcel)
        if reply.problem:
            raise TranslatePipeError(f"the worker on {reply.host} {reply.problem}")
        outcome = reply.outcomes[nth]
        if isinstance(outcome, Left):
            if outcome.has_other_content:
                self._cluster.warn(reply.host, outcome.name)
            return here()
        if isinstance(outcome, UnitDone):
            try:
                self._cluster.write(outcome.changes)
            except FileError:  # somebody has saved the file, or it cannot be written: what follows is as on one machine
                return here()
            result: Result = outcome.result
            return result
        raise outcome.error

    def _reply(self, parcel: _Parcel) -> Reply:
        future = parcel.future or self._send()
        with self._cluster.named_errors():
            data = future.result()
        reply: Reply = pickle.loads(data)  # noqa: S301  # from workers that run what they are sent
        parcel.reply, parcel.future = reply, None  # so that the scheduler can forget it
        self._sent.remove(parcel)
        return reply

    def cancel(self) -> None:
        """Let the workers do no more of this."""
        self._client.cancel([parcel.future for parcel in self._sent if parcel.future], force=True)
