"""What runs remember: an SQLite file in the state folder, of which nothing is needed and all saves work.

It holds which outputs the tool made (those, and only those, are removed when their source is gone), by which stamp a
file is known to have the content that it had, and what came of each step for each domain. SQLite writes it atomically
and lets a run over very many documents keep in memory only what it is at.

A file of the version before is brought up to date. One of another version, or one that is damaged, is made again. A
file that has none of our marks is somebody else's and is left alone.
"""

from __future__ import annotations

import sqlite3
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from translate_pipe.engine.fingerprints import Seen, Stamp
from translate_pipe.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


STATE_FILE = "state.sqlite"
_VERSION = 2
_VERSION_BEFORE = 1
_APPLICATION = 0x74706970  # "tpip"
_PATIENCE = 60.0  # seconds, for another process that is reading or writing
_MANY = 500  # names in one question
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
_FROM_THE_VERSION_BEFORE = f"""
BEGIN;
ALTER TABLE outputs ADD COLUMN sha256 TEXT;
{_MARKS}"""
_BEGINNING = b"SQLite format 3\x00"


class Output(NamedTuple):
    """An output that the tool made: a digest of what was written there, and of the verdict that found it right.

    `sha256` is the digest that the project's record has, empty if there is none.
    """

    digest: str
    judged: str = ""
    sha256: str = ""


class State:
    """What earlier runs remember, and what this one adds; kept when it is committed.

    `file` is the path, None for a state that keeps nothing; `name` is what errors call it. The file is made when there
    is first something to keep. A file that is no state remembers nothing, as does one that cannot be read; if it is
    somebody else's, `problem` says so and nothing is kept. Raises FileError where it cannot be written.
    """

    def __init__(self, file: Path | None, name: str = "") -> None:
        self.problem = _foreign(file) if file else ""
        self.file = None if self.problem else file
        self._name = name
        self._database: sqlite3.Connection | None = None
        self._version = _VERSION
        self._is_of_use = True
        self._rescued: dict[str, Output] = {}
        if self.file and self.file.exists():
            self._database = self._opened(self.file)

    def close(self) -> None:
        """Leave the file; what has not been committed is forgotten."""
        if self._database:
            self._database.close()
            self._database = None

    # Reading

    def seen(self, names: Iterable[str]) -> dict[str, Seen]:
        """The files among those with these names that are known by a stamp."""
        rows = self._among("SELECT name, digest, size, modified, changed, number FROM files WHERE name IN", names)
        return {name: Seen(found, Stamp(*stamp)) for name, found, *stamp in rows}

    def records(self, step: str, names: Iterable[str]) -> dict[str, str]:
        """What came of a step for those of these names for which it is remembered."""
        return dict(self._among("SELECT name, record FROM records WHERE step = ? AND name IN", names, step))

    def output(self, name: str) -> Output | None:
        """What is remembered of an output."""
        return self.outputs([name]).get(name)

    def outputs(self, names: Iterable[str]) -> dict[str, Output]:
        """What is remembered of those among some outputs that are remembered."""
        column = "coalesce(sha256, '')" if self._version == _VERSION else "''"
        wanted = list(names)
        rows = self._among(f"SELECT name, digest, judged, {column} FROM outputs WHERE name IN", wanted)  # noqa: S608
        known = {name: Output(*values) for name, *values in rows}
        return known or {name: self._rescued[name] for name in wanted if name in self._rescued}

    def outputs_below(self, folder: str) -> set[str]:
        """The paths of the remembered outputs in a folder; all of them for the project's own, which is empty or `.`."""
        if folder in ("", "."):
            return {name for (name,) in self._all("SELECT name FROM outputs", ())}
        first, behind = f"{folder}/", f"{folder}0"  # `0` is the character behind `/`
        return {name for (name,) in self._all("SELECT name FROM outputs WHERE name > ? AND name < ?", (first, behind))}

    def outputs_but(self, expected: Iterable[str]) -> list[tuple[str, str]]:
        """The paths of the remembered outputs that are not expected, with the digests of their contents, in order."""
        if not self._database:
            return []
        with self._told():
            self._database.execute("CREATE TEMP TABLE expected (name TEXT PRIMARY KEY) WITHOUT ROWID")
            self._database.executemany("INSERT OR IGNORE INTO expected VALUES (?)", ((name,) for name in expected))
        found = self._all(
            "SELECT name, digest FROM outputs WHERE name NOT IN (SELECT name FROM expected) ORDER BY name"
        )
        self._all("DROP TABLE IF EXISTS expected")
        return found

    @property
    def processes_at_work(self) -> int:
        """How many processes of a run may still be writing or, if that run was killed, have left something behind."""
        found = self._all("SELECT max(processes) FROM at_work")
        return found[0][0] or 0 if found else 0

    def _among(self, query: str, names: Iterable[str], *values: str) -> Iterator[tuple[Any, ...]]:
        wanted = list(names) if self._database else []
        for start in range(0, len(wanted), _MANY):
            some = wanted[start : start + _MANY]
            yield from self._all(f"{query} ({','.join('?' * len(some))})", (*values, *some))

    def _all(self, query: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        if not self._database:
            return []
        try:
            return self._database.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            self._give_up(error)
            return []

    # Writing

    def keep_seen(self, files: Mapping[str, Seen]) -> None:
        """Remember files by their stamps; those that cannot be known by one are forgotten, if they have changed."""
        known = ((name, one.digest, *one.stamp) for name, one in files.items() if one.stamp)
        self._change("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", known)
        others = ((name, one.digest) for name, one in files.items() if not one.stamp)
        self._change("DELETE FROM files WHERE name = ? AND digest <> ?", others)

    def keep_records(self, step: str, records: Mapping[str, str]) -> None:
        """Remember what came of a step; an empty record is forgotten."""
        kept = ((step, name, record) for name, record in records.items() if record)
        self._change("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", kept)
        gone = ((step, name) for name, record in records.items() if not record)
        self._change("DELETE FROM records WHERE step = ? AND name = ?", gone)

    def keep_outputs(self, outputs: Mapping[str, Output]) -> None:
        """Remember outputs."""
        rows = ((name, *one) for name, one in outputs.items())
        self._change("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?)", rows)

    def forget_output(self, name: str) -> None:
        """Forget an output."""
        self._change("DELETE FROM outputs WHERE name = ?", [(name,)])
        self._change("DELETE FROM files WHERE name = ?", [(name,)])

    def keep_at_work(self, processes: int) -> None:
        """Remember that a run with so many processes is at work, none when it is done, and commit."""
        if processes != self.processes_at_work:
            self._change(
                "INSERT INTO at_work VALUES (?)" if processes else "DELETE FROM at_work WHERE processes > ?",
                [(processes,)],
            )
        self.commit()

    def commit(self) -> None:
        """Keep what has been remembered since the last time."""
        if self._database:
            with self._told():
                self._database.commit()

    def _change(self, query: str, rows: Iterable[tuple[Any, ...]]) -> None:
        wanted = list(rows)
        if not wanted or not self.file or (not self._database and query.startswith("DELETE")):
            return
        with self._told():
            self._begun(self.file).executemany(query, wanted)

    # The file

    def _opened(self, file: Path) -> sqlite3.Connection | None:
        """The file; None for one that cannot be read or is not of this version."""
        try:
            self._database = sqlite3.connect(file, timeout=_PATIENCE)
        except sqlite3.OperationalError:  # a folder
            return None
        found = self._all("PRAGMA user_version")
        if found in ([(_VERSION,)], [(_VERSION_BEFORE,)]):
            self._version = found[0][0]
        else:
            self._rescue()
            self._is_of_use = False
        return self._database

    def _rescue(self) -> None:
        """Leave the file, and remember from it which outputs the tool made, as far as they can be read."""
        with suppress(sqlite3.Error):
            if self._database:
                for name, made, judged in self._database.execute("SELECT name, digest, judged FROM outputs"):
                    self._rescued[name] = Output(made, judged)
        self.close()

    def _give_up(self, error: sqlite3.DatabaseError) -> None:
        """Go on with little that is remembered; a file that is damaged makes room for another."""
        self._rescue()
        self._is_of_use = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY

    def _begun(self, file: Path) -> sqlite3.Connection:
        """The file, made anew if there is none of use."""
        if not self._database:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not self._is_of_use:
                file.unlink()
                self._is_of_use = True
            self._database = sqlite3.connect(file, timeout=_PATIENCE)
            (self._version,) = self._database.execute("PRAGMA user_version").fetchone()
        if self._version != _VERSION:
            is_old = self._version == _VERSION_BEFORE
            self._database.executescript(_FROM_THE_VERSION_BEFORE if is_old else _TABLES)
            self._version = _VERSION
        if self._rescued:
            rows = [(name, *one) for name, one in self._rescued.items()]
            self._database.executemany("INSERT OR IGNORE INTO outputs VALUES (?, ?, ?, ?)", rows)
            self._rescued = {}
        # Else a long run would lock out those who read before it has something to commit.
        self._database.execute("PRAGMA cache_spill = OFF")
        return self._database

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns errors of writing into one that names the file as the user knows it."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            self._rescue()
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise FileError(self._name, f"cannot be written: {reason}") from error


def _foreign(file: Path) -> str:
    """Why a file is no state of ours, empty if it is one or can become one.

    Our marks are at the beginning of the file, so a state that is damaged further on is known as well.
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
