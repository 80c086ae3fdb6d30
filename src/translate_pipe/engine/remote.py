"""Units of work on other machines: what goes to a worker with a unit, what the worker does, and what comes back.

A worker reads the project on storage that it shares with the client, and writes nothing. What it would write comes back
with the result, and the client writes it. The client alone has the lock and the cache; a unit takes along what it needs
of the cache, and the digests of its files. A worker that sees other content, as a network file system may show for some
seconds, or that cannot read a file, leaves the unit to the client.
"""

from __future__ import annotations

import pickle
import platform
import re
import sys
import threading
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from translate_pipe.engine.cache import Cache, Output
from translate_pipe.engine.files import AccessError, FileChangedError, Files, LeftToClient, OtherContentError
from translate_pipe.engine.fingerprints import PACKAGE, SeenFile, content_digest, digest
from translate_pipe.errors import FileError
from translate_pipe.late import LateModule
from translate_pipe.registry import CONFIGURATION_FILE, PLUGIN_GROUPS, PYPROJECT_FILE, plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from importlib import metadata

    from translate_pipe.engine.scheduler import Needs, Step
else:  # takes longer to import than a small run takes
    metadata = LateModule("importlib.metadata")

SECONDS_TO_SEE = 5.0
"""Seconds to wait until a worker sees the content of a file that the client has seen."""

_SECONDS_BETWEEN_LOOKS = 0.1


class Replacement(NamedTuple):
    """A file to write if the digest of its content is still the one `before`."""

    name: str
    before: str
    data: bytes


class Addition(NamedTuple):
    """Data to add to the end of a file."""

    name: str
    data: bytes


FileChange = Replacement | Addition


class Baggage(NamedTuple):
    """What a unit takes along: digests of its files, and entries and outputs of the cache."""

    inputs: Mapping[str, str]
    entries: Mapping[tuple[str, str], str]
    outputs: Mapping[str, Output]

    @classmethod
    def of(cls, needs: Needs, files: Files, cache: Cache) -> Baggage:
        """What a unit with these needs takes along from here."""
        inputs: dict[str, str] = {}
        known = cache.seen(needs.files)
        for name in needs.files:
            with suppress(FileError):  # the worker will meet it as well
                inputs[name] = files.look(name, known.get(name)).digest
        entries = {
            (step, name): text
            for step, names in needs.entries.items()
            for name, text in cache.entries(step, names).items()
        }
        return cls(inputs, entries, cache.outputs(needs.outputs))


class Load(NamedTuple):
    """A unit on its way to a worker. `context` is its own context, None if it is the one of all units."""

    method: Callable[[Any, Any, Any], Any]
    item: object
    context: object
    baggage: Baggage


class UnitDone(NamedTuple):
    """The result of a unit, and what is to be written."""

    result: Any
    changes: Iterable[FileChange]


class Left(NamedTuple):
    """A unit that the client has to do because of the file with this name, which may have other content there."""

    name: str
    has_other_content: bool


class Raised(NamedTuple):
    """The error that a unit ended with."""

    error: Exception


class Reply(NamedTuple):
    """What became of some units; or the `problem` that keeps the worker on a `host` from doing any."""

    host: str
    problem: str
    outcomes: list[UnitDone | Left | Raised]


class RemoteServices(Protocol):
    """The services of a worker of a cluster."""

    files: RemoteFiles
    cache: SentCache

    def step(self, kind: type[Step]) -> Step:
        """Return the step of this type."""


class RemoteFiles(Files):
    """The files of a project on a worker: what is written is only gathered.

    `unwritten` are the files that a dry run would have written.
    """

    def __init__(self, root: Path, unwritten: Mapping[str, bytes], *, dry_run: bool) -> None:
        super().__init__(root, dry_run=dry_run)
        self._before: Mapping[str, bytes] = unwritten
        self._inputs: Mapping[str, str] = {}
        self._new: dict[str, bytes] = {}
        self.changes: list[FileChange] = []

    def begin(self, inputs: Mapping[str, str]) -> None:
        """Begin a unit, whose files have these digests."""
        self._inputs = inputs
        self._new = {}
        self.changes = []
        self.unwritten = dict(self._before)

    def read(self, name: str) -> bytes | None:
        """The content of a file; raises OtherContentError if it is not the one that the client has seen."""
        if name in self._new:
            data: bytes | None = self._new[name]
            self._note(name, SeenFile(content_digest(data)))
            return data
        end = 0.0
        while True:
            try:
                data = super().read(name)
            except AccessError as error:
                raise (OtherContentError if name in self._inputs else LeftToClient)(name) from error
            if name not in self._inputs or self._inputs[name] == content_digest(data):
                return data
            end = end or time.monotonic() + SECONDS_TO_SEE
            if time.monotonic() > end:
                raise OtherContentError(name)
            time.sleep(_SECONDS_BETWEEN_LOOKS)

    def append(self, name: str, data: bytes) -> None:
        """Add to the end of a file."""
        self.changes.append(Addition(name, data))

    def remove(self, name: str) -> bool:
        """Remove a file, which only the client does."""
        raise LeftToClient(name)

    def _note(self, name: str, seen: SeenFile) -> None:
        super()._note(name, seen._replace(stamp=None))  # another machine may see other times and numbers

    def _has_content(self, name: str, content: str) -> bool:
        return content_digest(self.read(name)) == content

    def _replace(self, name: str, path: Path, data: bytes, may_still: Callable[[], bool] = lambda: True) -> None:
        if self.is_dry:
            super()._replace(name, path, data, may_still)
            return
        before = self.read(name)
        if not may_still():
            raise FileChangedError(name)
        self.changes.append(Replacement(name, content_digest(before), data))
        self._new[name] = data
        self._note(name, SeenFile(digest(data)))


def write_changes(files: Files, changes: Iterable[FileChange]) -> None:
    """Write what a worker would have written; raises FileError, and FileChangedError before anything is written."""
    for one in changes:
        if isinstance(one, Replacement) and content_digest(files.read(one.name)) != one.before:
            raise FileChangedError(one.name)
    for one in changes:
        if isinstance(one, Replacement):
            files.update(one.name, one.before, one.data)
        else:
            files.append(one.name, one.data)


class SentCache(Cache):
    """The entries and outputs of the client's cache that a unit has brought along."""

    is_part = True

    def __init__(self) -> None:
        super().__init__(None)
        self._sent = Baggage({}, {}, {})

    def begin(self, baggage: Baggage) -> None:
        """Begin a unit."""
        self._sent = baggage

    def entries(self, step: str, names: Iterable[str]) -> dict[str, str]:
        """The entries of a step with these names, by name."""
        return {name: text for name in names if (text := self._sent.entries.get((step, name)))}

    def outputs(self, names: Iterable[str]) -> dict[str, Output]:
        """The outputs among these paths that the tool made."""
        return {name: self._sent.outputs[name] for name in names if name in self._sent.outputs}


# What has to be the same on both machines


class SharedProject(NamedTuple):
    """A project as a machine sees it: its folder, a digest of its configuration, and the versions in use, by name.

    `uses` are the plugins and the extensions of Python-Markdown that the configuration names.
    """

    root: str
    configuration: str
    versions: dict[str, str]
    uses: tuple[str, ...] = ()

    @classmethod
    def of(cls, root: Path, uses: tuple[str, ...] = ()) -> SharedProject:
        """What this machine sees of the project in a folder."""
        contents = (_content_of(root / name) for name in (CONFIGURATION_FILE, PYPROJECT_FILE))
        return cls(str(root), digest(*contents), versions(uses), uses)

    def problem_here(self) -> str:
        """What keeps this machine from working on the project of the client, empty if nothing does."""
        root = Path(self.root)
        here = SharedProject.of(root, self.uses)
        for name, version in self.versions.items():
            if here.versions.get(name) != version:
                found = here.versions.get(name, "none")
                return f"has {name} {found}, and this machine has {version}; install the same versions on both"
        if not root.is_dir():
            return f"cannot see the project, {self.root}; put it on storage that all workers see under the same path"
        if here.configuration != self.configuration:
            return (
                f"sees another configuration in {self.root}; put the project on storage that all workers see, "
                "and do not change the configuration during a run"
            )
        return ""


def _content_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


@lru_cache
def versions(uses: tuple[str, ...]) -> dict[str, str]:
    """The versions that results depend on: of Python, of this package with its code, and of what it requires and uses.

    The fingerprint of the tool will not do: it has times and libraries that differ between machines.
    """
    files = sorted(PACKAGE.rglob("*.py"))
    code = digest(
        *(part for file in files for part in (file.relative_to(PACKAGE).as_posix().encode(), file.read_bytes()))
    )
    found = {
        "Python": "{}.{}".format(*sys.version_info),
        "translate-pipe": f"{metadata.version('translate-pipe')} ({code[:8]})",
    }
    for requirement in metadata.requires("translate-pipe") or ():
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        if "extra ==" not in requirement:
            found[name] = metadata.version(name)
    for name in uses:
        entries = (plugins(group).get(name) for group in (*PLUGIN_GROUPS, "markdown.extensions"))
        distributions = {entry.dist.name for entry in entries if entry and entry.dist}
        if not distributions:
            distributions.update(metadata.packages_distributions().get(name.partition(".")[0], ()))
        found |= {one: metadata.version(one) for one in distributions if one != "translate-pipe"}
    return found


# In the workers


class Head(NamedTuple):
    """What a worker needs for all units that are done together: `key` names them, `services` are made from a pickle.

    It travels as a plain tuple, which any version of this package can read.
    """

    key: str
    project: tuple[str, str, dict[str, str], tuple[str, ...]]
    services: bytes


class _Session(NamedTuple):
    """What a worker has for the units that are done together."""

    key: str
    services: RemoteServices
    step: object
    context: object


_at_once = threading.Lock()
"""A worker of Dask may have several threads, but steps and their files are those of one."""
_session: _Session | None = None


def work(head: bytes, shared: bytes, units: bytes) -> bytes:
    """Do units of work; everything is pickled.

    `shared` is the type of the step and the context of all units.
    """
    with _at_once:
        return pickle.dumps(_reply(Head(*pickle.loads(head)), shared, units))  # noqa: S301  # from the client


def _reply(head: Head, shared: bytes, units: bytes) -> Reply:
    global _session  # noqa: PLW0603  # a process of Dask has no other place that lasts from task to task
    host = platform.node()
    if _session is None or _session.key != head.key:
        _session = None
        problem = SharedProject(*head.project).problem_here()
        if problem:
            return Reply(host, problem, [])
        services: RemoteServices = pickle.loads(head.services)()  # noqa: S301
        kind, context = pickle.loads(shared)  # noqa: S301
        _session = _Session(head.key, services, services.step(kind), context)
    outcomes: list[UnitDone | Left | Raised] = []
    for load in pickle.loads(units):  # noqa: S301
        outcomes.append(_done(_session, load))
        if isinstance(outcomes[-1], Raised):
            break
    return Reply(host, "", outcomes)


def _done(session: _Session, load: Load) -> UnitDone | Left | Raised:
    files = session.services.files
    files.begin(load.baggage.inputs)
    session.services.cache.begin(load.baggage)
    try:
        context = session.context if load.context is None else load.context
        result = load.method(session.step, context, load.item)
    except LeftToClient as left:
        return Left(str(left), isinstance(left, OtherContentError))
    except Exception as error:  # noqa: BLE001  # the client raises it
        return Raised(error)
    return UnitDone(result, files.changes)
