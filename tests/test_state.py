"""The state: a run redoes only what is needed, and never uses an outdated entry."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from project_helpers import ARTICLE, STATE, Project, make_project, po

from translate_pipe import checks
from translate_pipe.checks.helpers.pair import Pair
from translate_pipe.engine import fingerprints
from translate_pipe.engine.files import Files
from translate_pipe.engine.fingerprints import digest
from translate_pipe.engine.lock import project_lock
from translate_pipe.localisation import localise
from translate_pipe.project.steps import building, checking, reading
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UP_TO_DATE = "Everything is up to date"
LINKING = "# Huid\n\nZie [de slaap](a.md#slaap).\n"
EDITED = ARTICLE.replace("melk", "thee")
LONG_AGO = 1_600_000_000


class Work:
    """The work of a run: the documents that it parses and those that it localises."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.parsed: list[str] = []
        self.localised: list[str] = []

        def noted_parse(text: str, path: str, *rest: Any) -> Any:
            self.parsed.append(path)
            return parse(text, path, *rest)

        def noted_localise(document: Any, *rest: Any, **options: Any) -> Any:
            self.localised.append(document.path)
            return localise(document, *rest, **options)

        monkeypatch.setattr(reading, "parse", noted_parse)
        monkeypatch.setattr(building, "localise", noted_localise)

    def of(self, project: Project, *command: str) -> tuple[set[str], set[str]]:
        """The documents that a command parses and localises."""
        self.parsed.clear()
        self.localised.clear()
        project.run(*(command or ("locales",)))
        return set(self.parsed), set(self.localised)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(monkeypatch)


def two(root: Path, **keys: str | list[str]) -> Project:
    """Two documents, one with a link into the other, translated and built."""
    project = make_project(root, {"source/nl/a.md": ARTICLE, "source/nl/b.md": LINKING}, name="site", **keys)
    assert project.run("locales").exit_code == 0
    catalogue = project.configured_catalogue("a")
    project.translate(catalogue, {"Slaap": "Schlaf"})
    project.translate(project.configured_catalogue("b"), {"Huid": "Haut"})
    project.run("locales")
    return project


NOTHING: tuple[set[str], set[str]] = (set(), set())
A, B = "source/nl/a.md", "source/nl/b.md"


@pytest.mark.parametrize("domain", ["{path}", "all"])
def test_unchanged_work_is_not_done_again(tmp_path: Path, work: Work, domain: str) -> None:
    project = two(tmp_path, domain=domain)
    before, state = project.snapshot(), project.content(STATE)
    assert work.of(project) == NOTHING
    assert (project.snapshot(), project.content(STATE)) == (before, state)


def test_edit_redoes_only_dependent_work(tmp_path: Path, work: Work) -> None:
    project = two(tmp_path)
    project.write(B, LINKING + "\nNog iets.\n")
    assert work.of(project)[1] == {B}
    project.write(A, EDITED)
    assert work.of(project)[1] == {A, B}  # a link of b leads into a
    assert work.of(project) == NOTHING


def test_edit_in_a_shared_catalogue_redoes_only_dependent_work(tmp_path: Path, work: Work) -> None:
    project = two(tmp_path, domain="all")
    project.write(B, LINKING + "\nNog iets.\n")
    parsed, localised = work.of(project)
    assert (parsed, localised) == ({A, B}, {B})  # the link of b leads into a
    project.translate(po("all"), {"Nog iets.": "Noch etwas."})
    assert work.of(project)[1] == {B}


def test_link_concerns_only_what_it_leads_to_in_a_shared_catalogue(tmp_path: Path, work: Work) -> None:
    project = two(tmp_path, domain="all")
    third = "source/nl/c.md"
    project.write(third, "# Oog\n")
    assert work.of(project)[1] == {third}
    project.translate(po("all"), {"Oog": "Auge"})
    assert work.of(project)[1] == {third}
    project.translate(po("all"), {"Zie [de slaap](a.md#slaap).": "Siehe [den Schlaf](a.md#schlaf)."})
    assert work.of(project)[1] == {B}
    project.write(po("all"), project.text(po("all")).replace('Schlaf"', 'Schlummer"'))
    assert work.of(project)[1] == {A, B}
    assert [one for one in project.run("check").findings if "[anchor]" in one]
    project.write(po("all"), project.text(po("all")).replace('Schlummer"', 'Schlaf"'))
    assert not [one for one in project.run("check").findings if "[anchor]" in one]


# Noticed changes


def remove_output(project: Project) -> None:
    project.path("build/de/a.md").unlink()


def edit_source(project: Project) -> None:
    project.write(A, EDITED)


def edit_catalogue(project: Project) -> None:
    project.write(po("a"), project.text(po("a")).replace("Schlaf", "Schlof"))


def break_catalogue(project: Project) -> None:
    project.write(po("a"), project.text(po("a")) + '\nmsgid "half')


def remove_catalogue(project: Project) -> None:
    project.path(po("a")).unlink()


def edit_template(project: Project) -> None:
    project.write("locale/templates/a.pot", "")


def remove_template(project: Project) -> None:
    project.path("locale/templates/a.pot").unlink()


def configure(project: Project) -> None:
    project.configure(front_matter_add=["lang"], name="site")


def add_glossary(project: Project) -> None:
    project.write("glossary.csv", "nl,de\nSlaap,Schläfchen\n")


def remove_target(project: Project) -> None:
    project.path(A).unlink()


def break_link(project: Project) -> None:
    project.write(A, ARTICLE.replace("# Slaap", "# Rust"))


CHANGES: list[Callable[[Project], None]] = [
    remove_output,
    edit_source,
    edit_catalogue,
    break_catalogue,
    remove_catalogue,
    edit_template,
    remove_template,
    configure,
    add_glossary,
    remove_target,
    break_link,
]


def _without_dates(project: Project) -> dict[str, bytes]:
    return {name: re.sub(rb"POT-Creation-Date: [^\\]*", b"", project.content(name)) for name in project.names()}


def _assert_as_from_scratch(project: Project, copy: Path) -> None:
    """A run with a state has the output of one without."""
    shutil.copytree(project.root, copy)
    fresh = Project(copy)
    with closing(sqlite3.connect(fresh.path(STATE))) as database:
        database.executescript("DELETE FROM files; DELETE FROM records")  # the outputs stay known
    outcome, other = project.run("locales", "-v"), fresh.run("locales", "-v")
    assert (outcome.exit_code, outcome.findings) == (other.exit_code, other.findings)
    assert _without_dates(project) == _without_dates(fresh)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("domain", ["{path}"])
def test_each_change_is_noticed(tmp_path: Path, change: Callable[[Project], None], domain: str) -> None:
    project = two(tmp_path / "project", domain=domain)
    change(project)
    _assert_as_from_scratch(project, tmp_path / "copy")
    assert UP_TO_DATE not in project.run("locales").stderr or project.run("locales").exit_code == 0


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_noticed_after_the_clock_went_back(tmp_path: Path, change: Callable[[Project], None]) -> None:
    """Files with the size and the time of those that they replace differ in values that programs cannot set."""
    project = two(tmp_path / "project")
    times = {name: project.path(name).stat().st_mtime_ns for name in project.names()}
    change(project)
    for name, moment in times.items():
        if project.exists(name):
            os.utime(project.path(name), ns=(moment, moment))
    _assert_as_from_scratch(project, tmp_path / "copy")


def test_touched_file_is_read_and_nothing_is_done(tmp_path: Path, work: Work) -> None:
    project = two(tmp_path)
    for name in project.names():
        os.utime(project.path(name), (LONG_AGO, LONG_AGO))
    assert work.of(project) == NOTHING
    assert work.of(project) == NOTHING


def test_checkout_of_an_older_commit_is_noticed(tmp_path: Path) -> None:
    project = two(tmp_path)
    older = {name: project.content(name) for name in project.names("source") | project.names("locale")}
    edit_source(project)
    project.run("locales")
    newer = project.text("build/de/a.md")
    for name, content in older.items():
        project.write(name, content)
    assert project.run("locales").exit_code == 0
    assert project.text("build/de/a.md") == "# Schlaf\n\nEen glas melk.\n" != newer


def test_another_version_of_the_tool_redoes_everything(
    tmp_path: Path, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = two(tmp_path)
    monkeypatch.setattr("translate_pipe.project.pipeline.tool_fingerprint", lambda: "another")
    assert work.of(project) == ({A, B}, {A, B})
    assert work.of(project) == NOTHING


def _fingerprint() -> str:
    fingerprints.tool_fingerprint.cache_clear()
    return fingerprints.tool_fingerprint()


def test_edited_module_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "module.py"
    module.write_text("")
    monkeypatch.setattr(fingerprints, "PACKAGE", tmp_path)
    before = _fingerprint()
    assert _fingerprint() == before
    os.utime(module, (LONG_AGO, LONG_AGO))
    assert _fingerprint() != before


def test_findings_are_reported_in_every_run(tmp_path: Path, work: Work) -> None:
    project = two(tmp_path)
    project.write(po("b"), project.text(po("b")).replace('(a.md#slaap)."\nmsgstr ""', '(a.md#slaap)."\nmsgstr "Weg."'))
    first = project.run("locales")
    assert (first.exit_code, len(first.findings)) == (1, 1)
    parsed, localised = work.of(project)
    assert (parsed, localised) == NOTHING
    again = project.run("locales")
    assert (again.exit_code, again.findings, again.stdout) == (1, first.findings, first.stdout)


def test_each_command_has_its_own_entries(tmp_path: Path, work: Work) -> None:
    project = two(tmp_path)
    project.run("build", "de")
    assert work.of(project, "build", "de") == NOTHING
    assert work.of(project) == NOTHING


def test_check_reads_the_state_and_writes_nothing(tmp_path: Path, work: Work) -> None:
    project = two(tmp_path)
    before, state = project.snapshot(), project.content(STATE)
    assert work.of(project, "locales", "--check") == NOTHING
    assert (project.snapshot(), project.content(STATE)) == (before, state)


def test_state_can_be_deleted(tmp_path: Path) -> None:
    project = two(tmp_path)
    before = project.snapshot()
    shutil.rmtree(project.path("build/.translate-pipe"))
    outcome = project.run("locales")
    assert UP_TO_DATE in outcome.stderr
    assert project.snapshot() == before


# A state that cannot be trusted


def _set_version(project: Project) -> None:
    with closing(sqlite3.connect(project.path(STATE))) as database:
        database.execute("PRAGMA user_version = 99")


def _drop_tables(project: Project) -> None:
    with closing(sqlite3.connect(project.path(STATE))) as database:
        database.executescript("DROP TABLE records; DROP TABLE outputs; CREATE TABLE outputs (x)")


def _garble_records(project: Project) -> None:
    with closing(sqlite3.connect(project.path(STATE))) as database:
        database.execute("""UPDATE records SET record = '{"fingerprint": 3, "diagnostics": [[1]]}'""")
        database.commit()


def _cut(project: Project) -> None:
    project.write(STATE, project.content(STATE)[:5000])


def _garble(project: Project) -> None:
    content = project.content(STATE)
    project.write(STATE, content[:4096] + bytes(byte ^ 0x55 for byte in content[4096:]))


def test_empty_state_is_created_again(tmp_path: Path, work: Work) -> None:
    project = two(tmp_path)
    project.write("build/de/mine.md", "mine")
    project.write(STATE, "")
    before = project.snapshot()
    outcome = project.run("locales")
    assert (outcome.exit_code, UP_TO_DATE in outcome.stderr) == (0, True)
    assert project.snapshot() == before
    assert work.of(project) == NOTHING


def _foreign_database() -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript("CREATE TABLE files (path TEXT); INSERT INTO files VALUES (1); PRAGMA user_version = 1")
        return database.serialize()


@pytest.mark.parametrize(
    "content", [b"{", b"mine", b"\xff" * 10_000, b"SQLite format 3\x00", _foreign_database()], ids=range(5)
)
def test_file_that_is_not_a_state_is_left_alone(tmp_path: Path, content: bytes) -> None:
    project = two(tmp_path)
    project.write(STATE, content)
    project.write(A, EDITED)
    outcome = project.run("locales")
    assert outcome.exit_code == 1
    assert outcome.findings[0].startswith(f"{STATE}: error: is not the state of translate-pipe")
    assert project.content(STATE) == content
    assert "thee" in project.text(po("a"))
    for command in ("status", "check"):
        project.run(command)
        assert project.content(STATE) == content


def test_pipe_at_the_path_of_the_state_is_left_alone(tmp_path: Path) -> None:
    project = two(tmp_path)
    project.path(STATE).unlink()
    os.mkfifo(project.path(STATE))
    assert project.run("locales").findings[0].startswith(f"{STATE}: error: is not the state")
    assert project.path(STATE).is_fifo()


_VERSION_1 = """
CREATE TABLE files (name TEXT PRIMARY KEY, digest TEXT, size INT, modified INT, changed INT, number INT) WITHOUT ROWID;
CREATE TABLE outputs (name TEXT PRIMARY KEY, digest TEXT, judged TEXT) WITHOUT ROWID;
CREATE TABLE records (step TEXT, name TEXT, record TEXT, PRIMARY KEY (step, name)) WITHOUT ROWID;
CREATE TABLE at_work (processes INT);
PRAGMA user_version = 1;
"""


@pytest.mark.parametrize("keys", [{}, {"record": "outputs.sha256"}])
def test_state_of_the_previous_version_is_migrated(tmp_path: Path, keys: dict[str, str]) -> None:
    """Known outputs stay known: they are replaced and removed as before."""
    project = two(tmp_path, **keys)
    made = {name: digest(project.content(name)) for name in project.names("build")}
    project.path(STATE).unlink()
    with closing(sqlite3.connect(project.path(STATE))) as database:
        database.executescript(_VERSION_1)
        database.executemany("INSERT INTO outputs VALUES (?, ?, '')", made.items())
        database.commit()
    project.write(A, EDITED)
    project.path(B).unlink()
    assert project.run("locales", "--check").exit_code == 1
    assert project.run("status").exit_code == 0
    outcome = project.run("locales")
    assert (outcome.exit_code, outcome.findings) == (0, [])
    assert project.text("build/de/a.md") == "# Schlaf\n\nEen glas thee.\n"
    assert project.names("build") == {"build/de/a.md"}
    assert UP_TO_DATE in project.run("locales").stderr


@pytest.mark.parametrize("damage", [_set_version, _drop_tables, _garble_records, _cut, _garble])
def test_damaged_state_only_costs_time(tmp_path: Path, damage: Callable[[Project], None]) -> None:
    project = two(tmp_path)
    project.write("build/de/mine.md", "mine")
    before = project.snapshot()
    damage(project)
    outcome = project.run("locales")
    assert (outcome.exit_code, outcome.findings) == (0, [])
    assert project.snapshot() == before


def _remember_output(project: Project, name: str, content: bytes) -> None:
    with closing(sqlite3.connect(project.path(STATE))) as database:
        database.execute("INSERT INTO outputs VALUES (?, ?, '', '')", (name, digest(content)))
        database.commit()


def test_state_with_outside_paths_removes_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_bytes(b"mine")
    project = two(tmp_path / "project")
    _remember_output(project, "../mine.md", b"mine")
    outcome = project.run("locales")
    assert (tmp_path / "mine.md").read_bytes() == b"mine"
    assert outcome.exit_code == 1
    assert outcome.findings[0].startswith("../mine.md: ")


def test_known_output_with_other_content_is_not_removed(tmp_path: Path) -> None:
    project = two(tmp_path)
    project.write("build/de/mine.md", "mine")
    _remember_output(project, "build/de/mine.md", b"the tool's")
    assert "left alone" in project.run("locales").stdout
    assert project.text("build/de/mine.md") == "mine"


def test_verdict_is_removed_with_its_document(tmp_path: Path) -> None:
    project = two(tmp_path)
    project.path(A).unlink()
    project.run("locales")
    with closing(sqlite3.connect(project.path(STATE))) as database:
        assert {name for (name,) in database.execute("SELECT name FROM outputs")} == {"build/de/b.md"}


# Young files


def test_output_edited_right_after_a_run_is_noticed(tmp_path: Path) -> None:
    project = two(tmp_path)
    for number in range(20):
        right = project.content("build/de/a.md")
        project.write("build/de/a.md", right.replace(b"Schlaf", b"Schl0%d" % (number % 10)))
        outcome = project.run("locales")
        assert [line.partition(": ")[0] for line in outcome.findings] == ["build/de/a.md"]
        project.write("build/de/a.md", right)
        assert project.run("locales").exit_code == 0


def test_source_saved_again_at_once_is_noticed(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    for number in range(20):
        project.write(A, f"# Slaap {number:02}\n")
        project.run("locales")
        assert project.text("build/de/a.md") == f"# Slaap {number:02}\n"


def test_old_files_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = two(tmp_path)
    time.sleep(2.1)  # files changed within two seconds before reading are read again
    for name in (A, B):
        project.write(name, project.content(name) + b"\nNog iets.\n")
    time.sleep(2.1)
    project.run("locales")
    read: list[str] = []
    real = Files.read

    def noted(files: Files, name: str) -> bytes | None:
        read.append(name)
        return real(files, name)

    monkeypatch.setattr(Files, "read", noted)
    assert UP_TO_DATE in project.run("locales").stderr
    assert {name for name in read if name != "glossary.csv"} == set()


def test_records_are_readable(tmp_path: Path) -> None:
    project = two(tmp_path)
    with closing(sqlite3.connect(project.path(STATE))) as database:
        for step, record in database.execute("SELECT step, record FROM records"):
            content = json.loads(record)
            assert len(content) == 2 if step == "linted" else {"fingerprint", "files"} <= content.keys()


# Checks keep what they found


_SEVERAL = "".join(f"Een zin over slapen nummer {nth}.\n\n" for nth in range(8))


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Project, list[str]]:
    """A project with a translated catalogue, and the msgids of the messages that checks look at."""
    monkeypatch.setattr(checking, "MESSAGES_WORTH_CACHING", 1)
    looked_at: list[str] = []

    class NotedPair(Pair):
        def __init__(self, message: Any, *rest: Any, **options: Any) -> None:
            looked_at.append(message.msgid)
            super().__init__(message, *rest, **options)

    monkeypatch.setattr(checks, "Pair", NotedPair)
    project = make_project(tmp_path, {"source/nl/a.md": _SEVERAL})
    project.run("locales")
    project.translate(
        po("a"), {f"Een zin over slapen nummer {nth}.": f"Ein Satz über Schlaf Nummer {nth}." for nth in range(8)}
    )
    shutil.rmtree(tmp_path / "build", ignore_errors=True)
    return project, looked_at


def _edit(project: Project) -> None:
    project.write(po("a"), project.content(po("a")).replace(b"Nummer 3", b"Nummer 9"))


_CHECKS = pytest.mark.parametrize("command", [("check",), ("check", po("a"))], ids=["project", "file"])


@_CHECKS
def test_second_check_looks_at_what_has_changed(
    checked: tuple[Project, list[str]], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    project, looked_at = checked
    monkeypatch.chdir(project.root)
    assert project.run(*command).findings == []
    assert len(looked_at) == 8
    before = {name: one for name, one in project.snapshot().items() if not name.startswith("build/")}
    _edit(project)
    for looks_at in (["Een zin over slapen nummer 3."], []):
        looked_at.clear()
        outcome = project.run(*command)
        assert len(outcome.findings) == 1
        assert "the number 3 of the source is not here" in outcome.stdout
        assert looked_at == looks_at
    after = project.snapshot()
    assert {name for name in after if name not in before and not name.startswith("build/")} == set()
    assert {name for name, one in before.items() if after[name] != one} == {po("a")}


@_CHECKS
def test_check_fails_for_no_state_that_cannot_be_written(
    checked: tuple[Project, list[str]], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    project, _ = checked
    monkeypatch.chdir(project.root)
    project.write("build", b"no folder")
    for _ in range(2):
        outcome = project.run(*command)
        assert (outcome.exit_code, outcome.findings) == (0, [])
    assert project.content("build") == b"no folder"


@_CHECKS
def test_check_waits_for_no_run_and_keeps_nothing_beside_it(
    checked: tuple[Project, list[str]], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    project, _ = checked
    monkeypatch.chdir(project.root)
    with project_lock(project.root, lambda _: None):
        assert project.run(*command).exit_code == 0
    assert not project.exists(STATE)
