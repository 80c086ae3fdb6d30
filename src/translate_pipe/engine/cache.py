"""SQLite cache of earlier runs. Safe to delete; losing it only costs time.

It holds the outputs that the tool made (only those are removed when their source is gone), the stamps by which files
are known without reading them, and the results of steps. SQLite writes it atomically, and a run over very many
documents need not hold it in memory.

A file of the previous version is migrated. A file of another version, or a damaged one, is replaced. A file without our
marks belongs to somebody else and is left alone.
"""

from __future__ import annotations

import sqlite3
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from translate_pipe.engine.fingerprints import SeenFile, Stamp
from translate_pipe.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


STATE_FILE = "state.sqlite"
_VERSION = 2
_PREVIOUS_VERSION = 1
_APPLICATION = 0x74706970  # "tpip"
_PATIENCE = 60.0  # seconds to wait for another process that reads or writes
_NAMES_IN_ONE_QUERY = 500
_FIRST_TABLE = "CREATE TABLE files (name TEXT PRIMARY KEY, digest TEXT, size INT"
_MARKS = f"""
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_TABLES = f"""
BEGIN;
{_FIRST_TABLE}, modified INT, changed INT, number INT) WITHOUT ROWID;
CREATE TABLE outputs (name TEXT PRIMARY KEY, digest TEXT, judged TEXT, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE records (step TEXT, name TEXT, record TEXT, PRIMARY KEY (step, name)) WITHOUT ROWID;
CREATE TABLE at_work (processes INT);
{_MARKS}"""
_MIGRATION = f"""
BEGIN;
ALTER TABLE outputs ADD COLUMN sha256 TEXT;
{_MARKS}"""
_BEGINNING = b"SQLite format 3\x00"


class Output(NamedTuple):
    """An output that the tool made: the digest of what was written, and that of the verdict that found it correct.

    `sha256` is the digest for the project's record, empty if the project has none.
    """

    digest: str
    judged: str = ""
    sha256: str = ""


class Cache:
    """What earlier runs kept, and what this run adds; `commit` writes it.

    `file` is the path, None for a cache that keeps nothing; errors call it `name`. The file is made when there is first
    something to keep. A file that cannot be read is an empty cache. If the file belongs to somebody else, `problem`
    says so and nothing is kept. Methods that write raise FileError. `is_part` says that a cache has only
    what a worker of a cluster was sent of it.
    """

    is_part = False

    def __init__(self, file: Path | None, name: str = "") -> None:
        self.problem = _foreign(file) if file else ""
        self.file = None if self.problem else file
        self._name = name
        self._database: sqlite3.Connection | None = None
        self._version = _VERSION
        self._is_usable = True
        self._rescued: dict[str, Output] = {}
        if self.file and self.file.exists():
            with suppress(sqlite3.OperationalError):  # a folder
                self._database = sqlite3.connect(self.file, timeout=_PATIENCE)
        if self._database:
            found = self._all("PRAGMA user_version")
            if found in ([(_VERSION,)], [(_PREVIOUS_VERSION,)]):
                self._version = found[0][0]
            else:
                self._rescue()
                self._is_usable = False

    def close(self) -> None:
        """Close the file; what is not committed is lost."""
        if self._database:
            self._database.close()
            self._database = None

    # Reading

    def seen(self, names: Iterable[str]) -> dict[str, SeenFile]:
        """Which of these files are known by a stamp, and how they were last seen."""
        rows = self._among("SELECT name, digest, size, modified, changed, number FROM files WHERE name IN", names)
        return {name: SeenFile(found, Stamp(*stamp)) for name, found, *stamp in rows}

    def entries(self, step: str, names: Iterable[str]) -> dict[str, str]:
        """The entries of a step with these names, by name."""
        return dict(self._among("SELECT name, record FROM records WHERE step = ? AND name IN", names, step))

    def output(self, name: str) -> Output | None:
        """The output with this path, None if the tool did not make it."""
        return self.outputs([name]).get(name)

    def outputs(self, names: Iterable[str]) -> dict[str, Output]:
        """The outputs among these paths that the tool made."""
        column = "coalesce(sha256, '')" if self._version == _VERSION else "''"
        wanted = list(names)
        rows = self._among(f"SELECT name, digest, judged, {column} FROM outputs WHERE name IN", wanted)  # noqa: S608
        known = {name: Output(*values) for name, *values in rows}
        return known or {name: self._rescued[name] for name in wanted if name in self._rescued}

    def outputs_below(self, folder: str) -> set[str]:
        """The paths of the outputs in a folder, also nested ones. The project's own folder is empty or `.`."""
        if folder in ("", "."):
            return {name for (name,) in self._all("SELECT name FROM outputs", ())}
        first, end = f"{folder}/", f"{folder}0"  # `0` is the character after `/`
        return {name for (name,) in self._all("SELECT name FROM outputs WHERE name > ? AND name < ?", (first, end))}

    def outputs_but(self, expected: Iterable[str]) -> list[tuple[str, str]]:
        """The outputs that are not expected, as path and digest, sorted by path."""
        if not self._database:
            return []
        with self._named_errors():
            self._database.execute("CREATE TEMP TABLE expected (name TEXT PRIMARY KEY) WITHOUT ROWID")
            self._database.executemany("INSERT OR IGNORE INTO expected VALUES (?)", ((name,) for name in expected))
        found = self._all(
            "SELECT name, digest FROM outputs WHERE name NOT IN (SELECT name FROM expected) ORDER BY name"
        )
        self._all("DROP TABLE IF EXISTS expected")
        return found

    @property
    def processes_at_work(self) -> int:
        """How many processes of a run may be writing now or, if the run was killed, have left temporary files."""
        found = self._all("SELECT max(processes) FROM at_work")
        return found[0][0] or 0 if found else 0

    def _among(self, query: str, names: Iterable[str], *values: str) -> Iterator[tuple[Any, ...]]:
        wanted = list(names) if self._database else []
        for start in range(0, len(wanted), _NAMES_IN_ONE_QUERY):
            some = wanted[start : start + _NAMES_IN_ONE_QUERY]
            yield from self._all(f"{query} ({','.join('?' * len(some))})", (*values, *some))

    def _all(self, query: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        if not self._database:
            return []
        try:
            return self._database.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            self._rescue()
            # A damaged file will be replaced; a busy one is only not used.
            self._is_usable = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY
            return []

    # Writing

    def keep_seen(self, files: Mapping[str, SeenFile]) -> None:
        """Keep the stamps of files. A changed file without a stamp is forgotten."""
        known = ((name, one.digest, *one.stamp) for name, one in files.items() if one.stamp)
        self._change("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", known)
        others = ((name, one.digest) for name, one in files.items() if not one.stamp)
        self._change("DELETE FROM files WHERE name = ? AND digest <> ?", others)

    def keep_entries(self, step: str, entries: Mapping[str, str]) -> None:
        """Keep entries of a step, by name. An empty text deletes the entry."""
        kept = ((step, name, text) for name, text in entries.items() if text)
        self._change("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", kept)
        gone = ((step, name) for name, text in entries.items() if not text)
        self._change("DELETE FROM records WHERE step = ? AND name = ?", gone)

    def keep_outputs(self, outputs: Mapping[str, Output]) -> None:
        """Keep outputs that the tool made."""
        rows = ((name, *one) for name, one in outputs.items())
        self._change("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?)", rows)

    def forget_output(self, name: str) -> None:
        """Delete an output from the cache."""
        self._change("DELETE FROM outputs WHERE name = ?", [(name,)])
        self._change("DELETE FROM files WHERE name = ?", [(name,)])

    def keep_at_work(self, processes: int) -> None:
        """Note that a run with this many processes is at work, 0 when it is done, and commit."""
        if processes != self.processes_at_work:
            self._change(
                "INSERT INTO at_work VALUES (?)" if processes else "DELETE FROM at_work WHERE processes > ?",
                [(processes,)],
            )
        self.commit()

    def commit(self) -> None:
        """Write everything since the last commit."""
        if self._database:
            with self._named_errors():
                self._database.commit()

    def _change(self, query: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run a query for each row. Makes the file if there is none, or none that can be used."""
        wanted = list(rows)
        if not wanted or not self.file or (not self._database and query.startswith("DELETE")):
            return
        with self._named_errors():
            if not self._database:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                if not self._is_usable:
                    self.file.unlink()
                    self._is_usable = True
                self._database = sqlite3.connect(self.file, timeout=_PATIENCE)
                (self._version,) = self._database.execute("PRAGMA user_version").fetchone()
            if self._version != _VERSION:
                self._database.executescript(_MIGRATION if self._version == _PREVIOUS_VERSION else _TABLES)
                self._version = _VERSION
            if self._rescued:
                outputs = [(name, *one) for name, one in self._rescued.items()]
                self._database.executemany("INSERT OR IGNORE INTO outputs VALUES (?, ?, ?, ?)", outputs)
                self._rescued = {}
            # Otherwise a long run locks out readers long before it commits.
            self._database.execute("PRAGMA cache_spill = OFF")
            self._database.executemany(query, wanted)

    def _rescue(self) -> None:
        """Close the file; take its outputs along, as far as they can be read."""
        with suppress(sqlite3.Error):
            if self._database:
                for name, made, judged in self._database.execute("SELECT name, digest, judged FROM outputs"):
                    self._rescued[name] = Output(made, judged)
        self.close()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """Turn errors of writing into a FileError with the name that users know."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            self._rescue()
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise FileError(self._name, f"cannot be written: {reason}") from error


def _foreign(file: Path) -> str:
    """Why a file is not a cache of this tool; empty if it is one or can become one.

    Our marks are at the beginning of the file, so they are also found in a cache that is damaged further on.
    """
    try:
        if not file.exists() or file.is_dir():
            return ""
        head = b""
        if stat.S_ISREG(file.stat().st_mode):
            with file.open("rb") as opened:
                head = opened.read(4096)
                if not head:
                    return ""
    except OSError:  # reported when it is written
        return ""
    is_ours = head[68:72] == _APPLICATION.to_bytes(4, "big") or _FIRST_TABLE.encode() in head
    if head.startswith(_BEGINNING) and is_ours:
        return ""
    return "is not the state of translate-pipe, so it is left alone and nothing is remembered; move it away"
