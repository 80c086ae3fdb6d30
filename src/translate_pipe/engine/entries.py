"""Cache entries of steps: which are still valid, and how new ones are kept.

A step is a function of its cache key and of the files that it looks at. So its result is kept with the names of these
files and a fingerprint of their contents. While the fingerprint is the same, the step need not run again.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from translate_pipe.engine.files import Trace
from translate_pipe.engine.fingerprints import TICK, digest
from translate_pipe.engine.lock import project_lock
from translate_pipe.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from translate_pipe.engine.cache import Cache, Output
    from translate_pipe.engine.files import Files
    from translate_pipe.engine.fingerprints import SeenFile

FILES_BETWEEN_COMMITS = 2000
"""How many files a run looks at before it commits the cache, so that a killed run does not start from the beginning."""

BYTES_BETWEEN_COMMITS = 4_000_000
"""How much text a run adds to the cache before it commits. SQLite has what is not committed in memory once more."""

STAMPS_WORTH_A_COMMIT = 100
"""How many files must have a new stamp, and nothing else, before the cache is written."""


class CacheEntry(NamedTuple):
    """The result of a step, as JSON values by name. `files` and `places` are what the step looked at."""

    fingerprint: str
    files: list[str]
    places: dict[str, bool]
    result: dict[str, Any]

    @classmethod
    def parse(cls, text: str) -> CacheEntry | None:
        """Read the text of an entry; None for one that cannot be read."""
        try:
            content = json.loads(text)
            return cls(content.pop("fingerprint"), content.pop("files", []), content.pop("places", {}), content)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def is_valid(self, key: str, digest_of: Callable[[str], str], exists: Callable[[str], bool]) -> bool:
        """Whether the cache key and everything that the step looked at are the same as then."""
        try:
            now = _fingerprint(key, self.files, digest_of)
        except FileError:
            return False
        return now == self.fingerprint and all(exists(name) is found for name, found in self.places.items())


def entry_text(key: str, trace: Trace, result: Mapping[str, object]) -> str:
    """The text of a cache entry; empty values of the result are left out."""
    files = trace.files
    content = {
        "fingerprint": _fingerprint(key, files, lambda name: files[name].digest),
        "files": list(files),
        "places": trace.places,
        **result,
    }
    return json.dumps({name: value for name, value in content.items() if value}, ensure_ascii=False)


def _fingerprint(key: str, names: Iterable[str], digest_of: Callable[[str], str]) -> str:
    return digest(key.encode(), *(f"{name}\0{digest_of(name)}".encode() for name in names))


class CacheKeeper:
    """Finds the valid entries of a cache for a run, and writes new ones little by little.

    A dry run reads the cache and keeps nothing. If it `only_reads`, as a check does, what it found is kept anyway,
    at its end, if no other run is at work and the cache can be written. `failure` is why it can no longer be written.
    """

    def __init__(self, files: Files, cache: Cache, *, only_reads: bool = False) -> None:
        self._files = files
        self._cache = cache
        self._only_reads = files.is_dry and only_reads
        self._is_kept = not files.is_dry
        self.failure: FileError | None = None
        self._entries: dict[str, dict[str, str]] = {}
        self._size = 0
        self._trace = Trace()
        self._outputs: dict[str, Output] = {}
        self._learnt: dict[str, SeenFile] = {}
        self._processes = cache.processes_at_work
        self._was_killed = self._processes > 0
        if self._is_kept:
            files.leftovers = max(1, self._processes)
            files.before_writing = lambda: self.at_work(1)

    def tidy(self, names: Iterable[str]) -> None:
        """Remove what a killed run left beside these files. Call it before any worker starts."""
        if self._was_killed and self._is_kept:
            for name in names:
                self._files.tidy(name)

    def valid(self, step: str, keys: Mapping[str, str]) -> dict[str, CacheEntry]:
        """The valid ones among the entries of a step. `keys` are the names of entries, each with its cache key."""
        texts = self._cache.entries(step, keys)
        entries = {name: entry for name, text in texts.items() if (entry := CacheEntry.parse(text))}
        met: dict[str, SeenFile] = {}
        places: dict[str, bool] = {}
        known = self._cache.seen({name for entry in entries.values() for name in entry.files})

        def digest_of(name: str) -> str:
            if name not in met:
                met[name] = self._files.look(name, known.get(name))
            return met[name].digest

        def exists(name: str) -> bool:
            if name not in places:
                places[name] = self._files.exists(name)
            return places[name]

        found = {name: entry for name, entry in entries.items() if entry.is_valid(keys[name], digest_of, exists)}
        self._learnt |= {name: one for name, one in met.items() if one.stamp and known.get(name) != one}
        return found

    def add(
        self, entries: Iterable[tuple[str, str, str]], trace: Trace, outputs: Mapping[str, Output] | None = None
    ) -> None:
        """Keep entries, each as step, name and text, with what was looked at for them, and outputs."""
        if not (self._is_kept or self._only_reads):
            return
        for step, name, text in entries:
            self._entries.setdefault(step, {})[name] = text
            self._size += len(text)
        self._trace.add(trace)
        self._outputs |= outputs or {}
        if len(self._trace.files) > FILES_BETWEEN_COMMITS or self._size > BYTES_BETWEEN_COMMITS:
            self.flush()

    def at_work(self, processes: int) -> None:
        """Note how many processes may leave temporary files if they are killed. Call it before they write."""
        if self._is_kept and (processes > self._processes or (self._was_killed and processes)):
            self._processes = max(processes + 1, self._processes)
            with suppress(FileError):  # reported at the end of the run
                self._cache.keep_at_work(self._processes)

    def flush(self) -> None:
        """Write what has been gathered."""
        if self._only_reads:
            return
        if self._is_kept and (self._entries or self._trace.files or len(self._learnt) > STAMPS_WORTH_A_COMMIT):
            try:
                self._write()
            except FileError:
                try:  # the folder may have vanished; the second attempt makes it again
                    self._write()
                except FileError as error:
                    self.failure = error
                    self._is_kept = False
        self._entries, self._size, self._trace, self._outputs = {}, 0, Trace(), {}

    def _keep_found(self) -> None:
        """Write what a run found that only reads, unless another run is at work or the cache cannot be written."""
        if self._entries or len(self._learnt) > STAMPS_WORTH_A_COMMIT:
            with suppress(FileError), project_lock(self._files.root, lambda _: None, patience=0):
                self._write()

    def _write(self) -> None:
        self._cache.keep_seen(self._learnt | self._trace.files)
        for step, entries in self._entries.items():
            self._cache.keep_entries(step, entries)
        self._cache.keep_outputs(self._outputs)
        self._cache.commit()

    def finish(self, *, is_complete: bool, has_written: bool) -> None:
        """Write everything, and that no process is at work any more if the run is complete."""
        if self._only_reads:
            self._keep_found()
            return
        self.flush()
        if self._is_kept and is_complete:
            try:
                self._cache.keep_at_work(0)
            except FileError as error:
                self.failure = error
        if has_written:  # so that whoever writes one of these files after the run leaves another stamp
            time.sleep(TICK)
