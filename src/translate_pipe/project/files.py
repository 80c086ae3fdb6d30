"""Reading and writing: the only module that opens files.

A file is written to a temporary neighbour first and then moved over the old one, so that it is always either the old or
the new one whole. Nothing is written outside the project.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from translate_pipe.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

_TEMPORARY_SUFFIX = ".translate-pipe-tmp"


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
        self._known_folders: set[Path] = set()

    def read(self, name: str) -> bytes | None:
        """The content of a file, or None if there is none. Raises FileError where it cannot be read."""
        path = self.root / name
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
            try:
                self._replace(path, data)
            except OSError as error:
                raise FileError(name, f"cannot be written: {_reason(error)}") from error
        return True

    def remove(self, name: str) -> bool:
        """Remove a file and the folders that it leaves empty; says whether there was one. Raises FileError."""
        path = self._inside(name)
        if not path.is_file():
            return False
        if not self._dry_run:
            try:
                path.unlink()
            except OSError as error:
                raise FileError(name, f"cannot be removed: {_reason(error)}") from error
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

    def _replace(self, path: Path, data: bytes) -> None:
        if path.parent not in self._known_folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._known_folders.add(path.parent)
        temporary = path.with_name(f".{secrets.token_hex(8)}{_TEMPORARY_SUFFIX}")
        try:
            with temporary.open("xb") as file:
                file.write(data)
            if path.exists():
                temporary.chmod(path.stat().st_mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def _remove_empty_folders(self, folder: Path) -> None:
        while folder != self._real_root:
            try:
                folder.rmdir()
            except OSError:  # not empty
                return
            folder = folder.parent


def _reason(error: OSError) -> str:
    return error.strerror or os.strerror(error.errno or 0)
