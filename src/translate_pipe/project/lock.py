"""One writing run at a time in a project, by a lock that the system takes back when its process ends, even if killed.

No file is made for it. On POSIX the lock is on the project's folder, opened for reading, so that nothing has to be
written for it and a save of the configuration does not lose it. Windows cannot open folders; there it is on a byte of
the configuration file, far behind its end, where it hinders no reader.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from translate_pipe.errors import FileError
from translate_pipe.project.configuration import CONFIGURATION_FILE, PYPROJECT_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 600.0
"""How many seconds to wait for another run."""

WAITING = "Waiting for another translate-pipe in this project …"

_SECONDS_BETWEEN_TRIES = 0.05

if sys.platform == "win32":
    import msvcrt

    _FAR_BEHIND_THE_END = 2**30

    def _open(root: Path) -> int:
        file = root / CONFIGURATION_FILE
        return os.open(file if file.is_file() else root / PYPROJECT_FILE, os.O_RDONLY)

    def _try_to_lock(descriptor: int) -> bool:
        """False if another run has the lock. Raises OSError where there are no locks."""
        os.lseek(descriptor, _FAR_BEHIND_THE_END, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def _open(root: Path) -> int:
        return os.open(root, os.O_RDONLY)

    def _try_to_lock(descriptor: int) -> bool:
        """False if another run has the lock. Raises OSError where there are no locks."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def project_lock(root: Path, tell: Callable[[str], None], patience: float = PATIENCE) -> Iterator[bool]:
    """Keep other runs that write out of a project; yields whether that is possible.

    Some network file systems know no locks; there the work goes on without one. `tell` gets one line if another run has
    to be waited for. Raises FileError if that run is not done after `patience` seconds.
    """
    try:
        descriptor = _open(root)
    except OSError:
        yield False
        return
    try:
        yield _take(descriptor, root, tell, patience)
    finally:
        os.close(descriptor)  # gives the lock back


def _take(descriptor: int, root: Path, tell: Callable[[str], None], patience: float) -> bool:
    """Wait for the lock; False if the file system knows none. Raises FileError after `patience` seconds."""
    try:
        if _try_to_lock(descriptor):
            return True
        tell(WAITING)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            time.sleep(_SECONDS_BETWEEN_TRIES)
            if _try_to_lock(descriptor):
                return True
    except OSError:
        return False
    problem = (
        f"another translate-pipe has been at work in this project for {patience:.0f} seconds; end it or wait for it"
    )
    raise FileError(str(root), problem)
