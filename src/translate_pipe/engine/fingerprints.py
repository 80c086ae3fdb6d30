"""What is remembered of a file: a digest of its content, and the stamp by which to see that it has not been touched.

A stamp is what the file system says of a file without its being read. Every writing changes the time of the last change
(ctime), which nobody can set: a checkout of an older version, `touch`, or a clock that has gone back make another one
as well. So a file with a known stamp need not be read. Only a writing within the same tick of the file system's clock
as the one before leaves none; a file that was changed a moment before it was read is not known by its stamp for that
reason, nor one whose file system counts in whole seconds.
"""

from __future__ import annotations

import time
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import os

ABSENT = ""
"""The digest of a file that is not there."""

TICK = 0.02
"""Seconds that are surely longer than a tick of the clock of a file system that counts in less than seconds."""

_YOUNG = 2_000_000_000  # nanoseconds
_SECOND = 1_000_000_000


class Stamp(NamedTuple):
    """The size in bytes, the times of the last writing and of the last change in nanoseconds, and the file's number."""

    size: int
    modified: int
    changed: int
    number: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp in what the system says of a file."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)

    @property
    def is_exact(self) -> bool:
        """Whether the file system tells times within a second apart."""
        return self.changed % _SECOND != 0

    @property
    def is_old(self) -> bool:
        """Whether the file was last changed long enough ago to be known by this stamp from now on."""
        return self.is_exact and self.changed < time.time_ns() - _YOUNG


class Seen(NamedTuple):
    """A file as it was seen: the digest of its content, and its stamp if it can be known again by that."""

    digest: str
    stamp: Stamp | None = None


NOT_THERE = Seen(ABSENT)


def digest(*parts: bytes) -> str:
    """A digest of some bytes, of which those of each part count as a whole.

    >>> digest(b"ab", b"c") == digest(b"a", b"bc")
    False
    """
    found = blake2b(digest_size=16)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()
