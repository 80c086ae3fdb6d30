"""A project in parts, each of which another run, on another machine, can do."""

from __future__ import annotations

import zlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` parts of a project, by number, counted from 1."""

    number: int
    count: int

    def has(self, name: str) -> bool:
        """Whether a thing with this name is in this part; it is in one, the same in every run and on every machine.

        >>> [one.number for one in (Shard(1, 2), Shard(2, 2)) if one.has("huid/olie")]
        [2]
        """
        return zlib.crc32(name.encode()) % self.count == self.number - 1


WHOLE = Shard(1, 1)
