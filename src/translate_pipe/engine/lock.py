"""The lock of a project: one run writes at a time. The system releases it when the process ends, even if killed.

No file is made for it. On POSIX the lock is on the project's folder, opened for reading, so nothing has to be written
and saving the configuration does not lose it. Windows cannot open folders; there it is on bytes of the configuration
file, far beyond its end, where they hinder no reader.

A project can be split into shards, which other runs do, perhaps on other machines. Runs of different shards may go on
at the same time, but not two of the same shard, nor one beside a run of the whole project. On POSIX each run of a shard
shares the lock of the project's folder, and has that of its shard's folder for itself; on Windows each has a byte of
its own, and a run of the whole project has all of them.
"""

from __future__ import annotations

import os
import sys
import time
import zlib
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from translate_pipe.errors import FileError
from translate_pipe.registry import CONFIGURATION_FILE, PYPROJECT_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` parts of a project, by number, counted from 1."""

    number: int
    count: int

    def has(self, name: str) -> bool:
        """Whether something with this name is in this shard. It is in one, in every run and on every machine.

        >>> [one.number for one in (Shard(1, 2), Shard(2, 2)) if one.has("huid/olie")]
        [2]
        """
        return zlib.crc32(name.encode()) % self.count == self.number - 1


WHOLE = Shard(1, 1)

PATIENCE = 600.0
"""How many seconds to wait for another run."""

WAITING = "Waiting for another translate-pipe in this project …"

_SECONDS_BETWEEN_TRIES = 0.05

if sys.platform == "win32":
    import msvcrt

    _FAR_BEYOND_THE_END = 2**30
    _BYTES = 2**16
    _LOCKED_FILES: tuple[str, ...] = (CONFIGURATION_FILE, PYPROJECT_FILE)  # the first that the project has

    def _try_to_lock(descriptor: int, part: Shard) -> bool:
        """False if another run has the lock. Raises OSError where there are no locks."""
        is_whole = part.count == 1
        os.lseek(descriptor, _FAR_BEYOND_THE_END + (0 if is_whole else part.number % _BYTES), os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, _BYTES if is_whole else 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    _LOCKED_FILES: tuple[str, ...] = ()  # the folder itself

    def _try_to_lock(descriptor: int, part: Shard) -> bool:
        """False if another run has the lock. Raises OSError where there are no locks."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if part.count == 1 else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def project_lock(
    root: Path, tell: Callable[[str], None], patience: float = PATIENCE, part: Shard = WHOLE, part_folder: str = ""
) -> Iterator[bool]:
    """Keep other runs from writing in a project, or in one shard of it; yields whether that is possible.

    `part_folder` is the shard's own folder, relative to `root`; it is made if it does not exist. Some network file
    systems have no locks; there the work goes on without one. `tell` gets one line if another run has the lock. Raises
    FileError if that run is not done after `patience` seconds.
    """
    with ExitStack() as stack:
        is_alone = _locked(stack, root, part, tell, patience)
        if is_alone and part_folder and sys.platform != "win32":
            folder = root / part_folder
            with suppress(OSError):  # without the folder there is no lock
                folder.mkdir(parents=True, exist_ok=True)
            is_alone = _locked(stack, folder, WHOLE, tell, patience)
        yield is_alone


def _locked(stack: ExitStack, root: Path, part: Shard, tell: Callable[[str], None], patience: float) -> bool:
    """Take the lock of a folder until the stack is left; False if the file system has no locks.

    Raises FileError after `patience` seconds.
    """
    try:
        files = (root / name for name in _LOCKED_FILES)
        descriptor = os.open(next((file for file in files if file.is_file()), root), os.O_RDONLY)
    except OSError:
        return False
    stack.callback(os.close, descriptor)  # releases the lock
    try:
        if _try_to_lock(descriptor, part):
            return True
        tell(WAITING)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            time.sleep(_SECONDS_BETWEEN_TRIES)
            if _try_to_lock(descriptor, part):
                return True
    except OSError:
        return False
    problem = (
        f"another translate-pipe has been at work in this project for {patience:.0f} seconds; end it or wait for it"
    )
    raise FileError(str(root), problem)
