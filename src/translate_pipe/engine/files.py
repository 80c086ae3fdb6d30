"""Reading and writing files: the only module that opens them.

A file is written to a temporary neighbour first, which then replaces it. So it is always the old or the new one, whole.
Nothing is written outside the project.

A run that is killed may leave temporary files. In a locked project they have fixed names, the same in each folder and
one for each process of the run. So the next run can remove them by name, without a search, and knows that no process is
writing them.

Everything that a step looks at can be recorded in a trace, so that the step need not run again while that is unchanged.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import FileIO
from typing import TYPE_CHECKING, TypeVar

from translate_pipe.engine.fingerprints import ABSENT, NOT_THERE, SeenFile, Stamp, digest, digest_of_file
from translate_pipe.engine.lock import WHOLE, project_lock
from translate_pipe.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path
    from typing import BinaryIO, Literal

    from translate_pipe.engine.lock import Shard

Found = TypeVar("Found")

_TEMPORARY_NAME = ".translate-pipe-tmp"


class AccessError(FileError):
    """A file that cannot be read or written now. Its content does not matter."""


class FileChangedError(AccessError):
    """A file that somebody else has changed since it was read. It is left alone."""

    def __init__(self, file: str) -> None:
        super().__init__(file, "keeps changing while translate-pipe runs, so it is left alone; save it, then run again")


class ForeignFileError(AccessError):
    """A file that no run wrote, at the path of an output. It is left alone."""

    def __init__(self, file: str, problem: str = "") -> None:
        problem = problem or "no run wrote these bytes, so the file is left alone; move it away or use --overwrite"
        super().__init__(file, problem)


class LeftToClient(BaseException):  # no error of the unit, so steps must not catch it
    """A worker of a cluster cannot finish a unit because of the file with this name. The client does it."""


class OtherContentError(LeftToClient):
    """A worker does not see the content of a file that the client has seen."""


def read_bytes(path: Path, name: str) -> bytes:
    """The content of a file; errors call it `name`. Raises FileError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise AccessError(name, f"cannot be read: {_reason(error)}") from error


def decode(data: bytes, name: str) -> str:
    """Decode UTF-8; raises FileError with the line of the first byte that is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"the byte 0x{data[error.start]:02X} is not valid UTF-8; save the file as UTF-8"
        raise FileError(name, problem, line) from error


@dataclass(slots=True)
class Trace:
    """What a step looked at: files, as they were last read or written, and paths, with whether there is a file."""

    files: dict[str, SeenFile] = field(default_factory=dict)
    places: dict[str, bool] = field(default_factory=dict)

    def see(self, name: str, seen: SeenFile) -> None:
        """Record how a file was seen. The stamp of a file that was just written stays valid when it is read."""
        known = self.files.get(name)
        if seen.stamp or known is None or known.digest != seen.digest:
            self.files[name] = seen

    def add(self, other: Trace) -> None:
        """Add what was looked at later."""
        for name, seen in other.files.items():
            self.see(name, seen)
        self.places |= other.places


class Files:
    """The files of one project, named by paths relative to its root.

    - `dry_run`: write nothing. Files that people write too, and that later steps read, are kept in `unwritten` and read
      as if they had been written.
    - `process`: the number of this process among those of a run.
    - `leftovers`: of how many processes a killed run may have left temporary files.
    - `before_writing`: called once, before anything is written.
    - `kinds`: which kinds of file a path may be. A link from one kind to another is not followed.
    """

    def __init__(self, root: Path, *, dry_run: bool = False) -> None:
        self.root = root
        self.is_dry = dry_run
        self.unwritten: dict[str, bytes] = {}
        self.process = 0
        self.leftovers = 1
        self.before_writing: Callable[[], None] | None = None
        self.kinds: Callable[[str], Collection[str]] | None = None
        self._real_root = root.resolve()
        self._is_alone = False
        self._part = ""
        self._tidied: set[Path] = set()
        self._real_folders: dict[str, Path] = {}  # most files of a run are in few folders
        self._traces: list[Trace] = []
        self._unfinished: Path | None = None

    def for_process(self, number: int) -> Files:
        """The same files for another process of the run, which shares the lock."""
        files = Files(self.root, dry_run=self.is_dry)
        files.unwritten = dict(self.unwritten)
        files.process = number
        files.kinds = self.kinds
        files.leftovers = 0  # what others are writing now looks like what a killed run has left
        files._is_alone = self._is_alone
        files._part = self._part
        return files

    @contextmanager
    def locked(self, tell: Callable[[str], None], part: Shard = WHOLE, part_folder: str = "") -> Iterator[None]:
        """Keep other runs that write out of the project, or out of a part of it, to which a folder belongs.

        A dry run needs no lock. `tell` gets one line if another run has to be waited for. Raises FileError, see
        `project_lock`.
        """
        if self.is_dry:
            yield
            return
        with project_lock(self.root, tell, part=part, part_folder=part_folder) as is_alone:
            self._is_alone = is_alone
            self._part = "" if part.count == 1 else f".{part.number}-of-{part.count}"
            try:
                yield
            finally:
                self._is_alone = False

    @contextmanager
    def watched(self, *, is_apart: bool = False) -> Iterator[Trace]:
        """Record what is looked at in this context. If it `is_apart`, the contexts around it do not record it too."""
        trace, around = Trace(), self._traces
        self._traces = [trace] if is_apart else [*around, trace]
        try:
            yield trace
        finally:
            self._traces = around

    def note(self, trace: Trace) -> None:
        """Count what was looked at before as looked at now, because its result is used again."""
        for one in self._traces:
            one.add(trace)

    def _note(self, name: str, seen: SeenFile) -> None:
        for trace in self._traces:
            trace.see(name, seen)

    def exists(self, name: str) -> bool:
        """Whether there is a file or folder."""
        try:
            found = name in self.unwritten or (self.root / name).exists()
        except (OSError, ValueError):  # a name that is too long for the file system, or that none can have
            found = False
        for trace in self._traces:
            trace.places[name] = found
        return found

    def look(self, name: str, known: SeenFile | None = None) -> SeenFile:
        """The state of a file now. It is read only if it is not `known` by its stamp. Raises FileError."""
        if name not in self.unwritten and known is not None:
            with suppress(OSError, ValueError):
                if Stamp.of(os.stat(f"{self.root}/{name}")) == known.stamp:  # noqa: PTH116  # thousands a run
                    self._note(name, known)
                    return known
        with self.watched() as trace:
            self.read(name)
        return trace.files[name]

    def read(self, name: str) -> bytes | None:
        """The content of a file, or None if there is none. Raises FileError where it cannot be read.

        In a locked project, what a killed run left beside it is removed. Each file is at least read, also if nothing
        has to be written any more.
        """
        if name in self.unwritten:
            data = self.unwritten[name]
            self._note(name, SeenFile(digest(data)))
            return data
        found = self._through(name, FileIO.readall)
        if found is None:
            self._note(name, NOT_THERE)
            return None
        data, stamp = found
        if self._traces:
            self._note(name, SeenFile(digest(data), stamp))
        return data

    def _through(self, name: str, take: Callable[[FileIO], Found]) -> tuple[Found, Stamp | None] | None:
        """What is taken from a file, with its stamp if the file is known by that; None if there is no file."""
        path = self.root / name
        self._tidy(path.parent)
        try:
            with open(path, "rb", buffering=0, opener=_open_at_once) as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise AccessError(name, "cannot be read: it is a pipe or a device, not a file")
                before = Stamp.of(status)
                found = take(file)
                after = Stamp.of(os.fstat(file.fileno()))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise AccessError(name, f"cannot be read: {_reason(error)}") from error
        return found, before if before == after and before.is_old else None

    def _has_content(self, name: str, content: str) -> bool:
        """Whether a file has the content with a digest now. It is not read as a whole, because it may be large."""
        found = self._through(name, digest_of_file)
        return (found[0] if found else ABSENT) == content

    def write(self, name: str, data: bytes) -> bool:
        """Write a file if its content differs; says whether it did. Raises FileError, and then nothing has changed."""
        path = self._target(name)
        if self.read(name) == data:
            return False
        self._replace(name, path, data)
        return True

    def write_output(self, name: str, data: bytes, may_replace: Callable[[bytes | None], bool]) -> bool:
        """Write an output if its content differs; says whether it did.

        `may_replace` is asked of the content that is there, None if there is no file. Raises ForeignFileError if it may
        not be replaced, or if there is a symbolic link, otherwise as `update` does.
        """
        path = self._target(name)
        old = self.read(name)
        if old == data:
            return False
        if self.is_link(name):
            problem = "this is a symbolic link, which no run made, so it is left alone; move it away"
            raise ForeignFileError(name, problem)
        if not may_replace(old):
            raise ForeignFileError(name)
        self._replace(name, path, data, lambda: self.read(name) == old)
        return True

    def real(self, name: str) -> Path:
        """The real path of a file, wherever it is."""
        return (self.root / name).resolve()

    def leads_elsewhere(self, name: str) -> bool:
        """Whether there is a symbolic link in the path of a file."""
        return self.inside(name) != self._real_root / name

    def is_link(self, name: str) -> bool:
        """Whether there is a symbolic link at a path."""
        return (self.root / name).is_symlink()

    def update(self, name: str, old: str, data: bytes) -> bool:
        """Write a file that people write too: only if it still has the content that it was read with.

        `old` is the digest of that content, see `content_digest`. Contents are compared, not times: some file systems
        count in seconds. Raises FileChangedError if somebody has saved the file since, otherwise as `write` does.
        """
        path = self._target(name)
        if old == digest(data):
            return False
        self._replace(name, path, data, lambda: self._has_content(name, old))
        if self.is_dry:
            self.unwritten[name] = data
        return True

    def _replace(self, name: str, path: Path, data: bytes, may_still: Callable[[], bool] = lambda: True) -> None:
        """Replace the content of a file. Raises FileChangedError unless `may_still` is true right before that."""
        if self.is_dry:
            self._note(name, SeenFile(digest(data)))
            return
        if self.before_writing:
            self.before_writing()
            self.before_writing = None
        self._tidy(path.parent)
        token = self._token(self.process) if self._is_alone else f".{os.urandom(8).hex()}"
        temporary = self._unfinished = path.with_name(token + _TEMPORARY_NAME)
        with _named_errors(name, "written"):
            try:
                with self._open(temporary, "xb") as file:
                    file.write(data)
                with suppress(FileNotFoundError):  # a new file has no mode to keep
                    mode = path.stat().st_mode
                    if mode != temporary.stat().st_mode:
                        temporary.chmod(mode)
                if not may_still():  # as late as possible, to leave hardly a moment for an unnoticed save
                    raise FileChangedError(name)
                written = Stamp.of(temporary.stat())
                temporary.replace(path)
                self._unfinished = None
                stamp = Stamp.of(path.stat())
            finally:
                self.abandon()
        # A move changes the time of the last change, but not that of the last writing.
        is_ours = written.is_exact and written[:2] == stamp[:2] and written.number == stamp.number
        self._note(name, SeenFile(digest(data), stamp if is_ours else None))

    def remove(self, name: str) -> bool:
        """Remove a file and the folders that it leaves empty; says whether there was one. Raises FileError."""
        path = self._target(name)
        if not path.is_file():
            return False
        if not self.is_dry:
            with _named_errors(name, "removed"):
                path.unlink(missing_ok=True)
            folder = path.parent
            with suppress(OSError):  # not empty
                while folder != self._real_root:
                    folder.rmdir()
                    folder = folder.parent
        return True

    def append(self, name: str, data: bytes) -> None:
        """Add to the end of a file in one step, or make it. Raises FileError."""
        path = self._target(name)
        with _named_errors(name, "written"), self._open(path, "ab") as file:
            file.write(data)

    def names_in(self, folder: str) -> list[str]:
        """The names of the files and folders in a folder; none if there is no such folder."""
        try:
            return sorted(path.name for path in (self.root / folder).iterdir())
        except OSError:
            return []

    def _target(self, name: str) -> Path:
        """The real path of a file to write or remove; raises FileError if a link leads to a file of another kind."""
        path = self.inside(name)
        real = path.relative_to(self._real_root).as_posix()
        if real != name and self.kinds and (others := set(self.kinds(real)) - set(self.kinds(name))):
            kinds = " and ".join(sorted(others))
            raise AccessError(
                name, f"leads by a symbolic link to {real} ({kinds}), so it is left alone; remove the link"
            )
        return path

    def inside(self, name: str) -> Path:
        """The real path of a file of the project; raises FileError if that is outside, also by a link."""
        folder, _, last = name.rpartition("/")
        try:
            if folder not in self._real_folders:
                self._real_folders[folder] = (self.root / folder).resolve()
            path = self._real_folders[folder] / last
            if last == ".." or path.is_symlink():
                path = path.resolve()
        except (OSError, RuntimeError) as error:  # before Python 3.13 a loop of links is a RuntimeError
            if isinstance(error, OSError) and error.errno != errno.ELOOP:
                raise AccessError(name, f"cannot be written: {_reason(error)}") from error
            raise AccessError(name, "cannot be found: a symbolic link in its path leads to itself") from error
        if path == self._real_root or not path.is_relative_to(self._real_root):
            raise AccessError(name, f"lies outside the project (it leads to {path}); nothing is written there")
        if ".git" in str(path).lower() and ".git" in map(str.lower, path.parts):
            raise AccessError(name, "lies in the folder .git, which belongs to git alone; nothing is written there")
        return path

    def abandon(self) -> None:
        """Remove a half-written file. May be called in the middle of writing, when the process has to end."""
        if self._unfinished:
            self._unfinished.unlink(missing_ok=True)
            self._unfinished = None

    def _open(self, path: Path, mode: Literal["xb", "ab"]) -> BinaryIO:
        """Open a file for writing, and make the folders that it needs unless the project has vanished."""
        try:
            return path.open(mode)
        except FileNotFoundError:
            if not self._real_root.is_dir():
                raise
            path.parent.mkdir(parents=True, exist_ok=True)
            return path.open(mode)

    def tidy(self, name: str) -> None:
        """Remove what a killed run may have left beside a file."""
        self._tidy((self.root / name).parent)

    def _tidy(self, folder: Path) -> None:
        """Remove what a killed run left in a folder, the first time that the folder is used."""
        if self._is_alone and folder not in self._tidied:
            self._tidied.add(folder)
            for process in range(self.leftovers):
                with suppress(OSError):  # if nothing can be removed, writing reports it
                    (folder / (self._token(process) + _TEMPORARY_NAME)).unlink()

    def _token(self, process: int) -> str:
        """The start of the names of a process's temporary files; empty in a run with one process."""
        return f"{self._part}.{process}" if process else self._part


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting for the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextmanager
def _named_errors(name: str, what: str) -> Iterator[None]:
    """Turn errors of the system into a FileError with the name that users know."""
    try:
        yield
    except OSError as error:
        raise AccessError(name, f"cannot be {what}: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    return error.strerror or os.strerror(error.errno or 0)
