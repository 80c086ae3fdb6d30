"""Digests of contents, stamps of files, and the fingerprint of the tool itself.

A stamp is what the file system knows about a file. Each write changes the time of the last change (ctime), which no
program can set: so do the checkout of an older version, `touch`, and a clock that has gone back. So a file with a known
stamp need not be read. Only a second write within the same tick of the file system's clock keeps the stamp. For that
reason a file that was changed a moment before it was read has no stamp, nor has one whose file system counts in whole
seconds.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from io import FileIO

ABSENT = ""
"""The digest of a file that does not exist."""

TICK = 0.02
"""Seconds; longer than a tick of any file system's clock that counts in less than seconds."""

_YOUNG = 2_000_000_000  # nanoseconds
_SECOND = 1_000_000_000
_PIECE_BYTES = 1_000_000
PACKAGE = Path(__file__).parents[1]
"""The folder of this package."""


class Stamp(NamedTuple):
    """The size in bytes, the times of the last writing and of the last change in nanoseconds, and the file's number."""

    size: int
    modified: int
    changed: int
    number: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp in the status of a file."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)

    @property
    def is_exact(self) -> bool:
        """Whether the file system counts in less than seconds."""
        return self.changed % _SECOND != 0

    @property
    def is_old(self) -> bool:
        """Whether the last change is long enough ago for the file to be known by this stamp."""
        return self.is_exact and self.changed < time.time_ns() - _YOUNG


class SeenFile(NamedTuple):
    """A file as it was seen: the digest of its content, and its stamp if the file is known by that."""

    digest: str
    stamp: Stamp | None = None


NOT_THERE = SeenFile(ABSENT)


def digest(*parts: bytes) -> str:
    """The digest of some parts; where one part ends counts too.

    >>> digest(b"ab", b"c") == digest(b"a", b"bc")
    False
    """
    found = blake2b(digest_size=16)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()


def content_digest(data: bytes | None) -> str:
    """The digest of the content of a file, None if there is no file."""
    return ABSENT if data is None else digest(data)


def digest_of_file(file: FileIO) -> str:
    """The digest of the content of an open file, which need not be in memory for that."""
    size = os.fstat(file.fileno()).st_size
    found = blake2b(size.to_bytes(8, "big"), digest_size=16)
    while piece := file.read(_PIECE_BYTES):
        found.update(piece)
    return found.hexdigest()


@cache
def tool_fingerprint() -> str:
    """A fingerprint of this version of the tool, of Python and of all installed libraries.

    The name of a folder that an installation makes has the library's version, so nothing is opened or imported. The
    modules of this package count by their times, because developers do not change the version with each edit.
    """
    installed: list[str] = []
    for folder in sys.path:
        with suppress(OSError):  # an archive, or a folder that does not exist
            names = os.listdir(folder or ".")  # noqa: PTH208  # names are enough
            installed += (name for name in names if name.endswith((".dist-info", ".egg-info")))
    modules = sorted(f"{entry.path} {entry.stat().st_mtime_ns}" for entry in _modules(os.fspath(PACKAGE)))
    return digest(sys.version.encode(), repr(sorted(installed)).encode(), repr(modules).encode())


def _modules(folder: str) -> list[os.DirEntry[str]]:
    found: list[os.DirEntry[str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                found += _modules(entry.path)
            elif entry.name.endswith(".py"):
                found.append(entry)
    return found
