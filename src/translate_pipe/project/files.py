"""Reading and writing: the only module that opens files.

A file is written to a temporary neighbour first and then moved over the old one, so that it is always either the old or
the new one whole. Nothing is written outside the project.

A run that is killed may leave its temporary file behind. In a locked project that file has a fixed name, the same in
each folder: the next run can take it away by its name, without searching, and knows that nobody is writing it.
"""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from translate_pipe.errors import FileError
from translate_pipe.project.lock import project_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

_TEMPORARY_NAME = ".translate-pipe-tmp"


class FileChangedError(FileError):
    """A file that somebody else has changed since it was read; it was left as it is."""

    def __init__(self, file: str) -> None:
        super().__init__(file, "keeps changing while translate-pipe runs, so it is left alone; save it, then run again")


def read_bytes(path: Path, name: str) -> bytes:
    """The content of a file; `name` is what errors call it. Raises FileError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(name, f"cannot be read: {_reason(error)}") from error


def decode(data: bytes, name: str) -> str:
    """UTF-8 bytes as a text; raises FileError with the line of the first byte that is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"the byte 0x{data[error.start]:02X} is not valid UTF-8; save the file as UTF-8"
        raise FileError(name, problem, line) from error


class Files:
    """The files of one project, named by paths relative to its root.

    With `dry_run` nothing is written, and `write` and `remove` only say what would change.
    """

    def __init__(self, root: Path, *, dry_run: bool = False) -> None:
        self.root = root
        self._real_root = root.resolve()
        self._dry_run = dry_run
        self._is_alone = False
        self._tidied: set[Path] = set()

    @contextmanager
    def locked(self, tell: Callable[[str], None]) -> Iterator[None]:
        """Keep other runs that write out of the project; a dry run needs no lock. Raises FileError, see `project_lock`.

        `tell` gets one line if another run has to be waited for.
        """
        if self._dry_run:
            yield
            return
        with project_lock(self.root, tell) as is_alone:
            self._is_alone = is_alone
            try:
                yield
            finally:
                self._is_alone = False

    def read(self, name: str) -> bytes | None:
        """The content of a file, or None if there is none. Raises FileError where it cannot be read.

        In a locked project, what a killed run left beside it is taken away; also the files that need no writing any
        more, because the reason for it is gone, are at least read.
        """
        path = self.root / name
        self._tidy(path.parent)
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise FileError(name, f"cannot be read: {_reason(error)}") from error

    def write(self, name: str, data: bytes) -> bool:
        """Write a file if its content differs; says whether it did. Raises FileError, and then nothing has changed."""
        path = self._inside(name)
        if self.read(name) == data:
            return False
        if not self._dry_run:
            with _told(name, "written"), self._new_content(path, data) as temporary:
                temporary.replace(path)
        return True

    def update(self, name: str, old: bytes | None, data: bytes) -> bool:
        """Write a file that people write too: only if it still has the content that it was read with.

        `old` is that content, None if there was no file. Contents are compared, not times: some file systems count in
        seconds. Raises FileChangedError if somebody has saved the file since, otherwise as `write` does.
        """
        path = self._inside(name)
        if old == data:
            return False
        if not self._dry_run:
            with _told(name, "written"), self._new_content(path, data) as temporary:
                if self.read(name) != old:  # as late as possible, so that hardly a moment is left to save unnoticed
                    raise FileChangedError(name)
                temporary.replace(path)
        return True

    def remove(self, name: str) -> bool:
        """Remove a file and the folders that it leaves empty; says whether there was one. Raises FileError."""
        path = self._inside(name)
        if not path.is_file():
            return False
        if not self._dry_run:
            with _told(name, "removed"):
                path.unlink(missing_ok=True)
            self._remove_empty_folders(path.parent)
        return True

    def _inside(self, name: str) -> Path:
        """The real path of a file of the project; raises FileError for one that lies outside, also by way of a link."""
        try:
            path = (self.root / name).resolve()
        except (OSError, RuntimeError) as error:  # before Python 3.13 a loop of links is a RuntimeError
            raise FileError(name, "cannot be found: a symbolic link in its path leads to itself") from error
        if path == self._real_root or not path.is_relative_to(self._real_root):
            raise FileError(name, f"lies outside the project (it leads to {path}); nothing is written there")
        return path

    @contextmanager
    def _new_content(self, path: Path, data: bytes) -> Iterator[Path]:
        """A temporary neighbour of a file, with its new content and its mode; afterwards it is gone, come what may."""
        self._tidy(path.parent)
        token = "" if self._is_alone else f".{secrets.token_hex(8)}"
        temporary = path.with_name(token + _TEMPORARY_NAME)
        try:
            with self._create(temporary) as file:
                file.write(data)
            with suppress(FileNotFoundError):  # a new file has no mode to keep
                temporary.chmod(path.stat().st_mode)
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)

    def _create(self, path: Path) -> BinaryIO:
        """A new file, with the folders that it needs; but a project that has vanished is not brought back."""
        try:
            return path.open("xb")
        except FileNotFoundError:
            if not self._real_root.is_dir():
                raise
            path.parent.mkdir(parents=True, exist_ok=True)
            return path.open("xb")

    def _tidy(self, folder: Path) -> None:
        """Take away what a killed run left in a folder, the first time that the folder is met."""
        if self._is_alone and folder not in self._tidied:
            self._tidied.add(folder)
            with suppress(OSError):  # where nothing can be removed, writing will tell
                (folder / _TEMPORARY_NAME).unlink()

    def _remove_empty_folders(self, folder: Path) -> None:
        while folder != self._real_root:
            try:
                folder.rmdir()
            except OSError:  # not empty
                return
            folder = folder.parent


@contextmanager
def _told(name: str, what: str) -> Iterator[None]:
    """Turns the system's errors into one that names the file as the user knows it."""
    try:
        yield
    except OSError as error:
        raise FileError(name, f"cannot be {what}: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    return error.strerror or os.strerror(error.errno or 0)
