"""Faults: killed runs, saves during a run, two runs at once, full disks, vanished files.

The variable TRANSLATE_PIPE_KILLS sets the number of killed runs.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest
from project_helpers import ARTICLE, STATE, Project, make_project, po, start

from translate_pipe.engine.files import Files
from translate_pipe.engine.lock import WAITING, project_lock
from translate_pipe.errors import FileError
from translate_pipe.project import Silence, open_project
from translate_pipe.project.pipeline import run as run_pipeline
from translate_pipe.project.request import Report, RunOptions, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from translate_pipe.project.request import Progress

KILLS = int(os.environ.get("TRANSLATE_PIPE_KILLS", "8"))
LOCALES = ["de", "fr", "es", "pt_BR"]
TEMPORARY = ".translate-pipe-tmp"
ALL_STAGES = Stage.EXTRACT | Stage.UPDATE | Stage.CHECK | Stage.BUILD | Stage.STATUS
GERMAN = {"Slaap": "Schlaf", "Een glas melk.": "Ein Glas Milch."}
LONGER = ARTICLE + "\nEen kop thee.\n"


def _run(root: Path, files: Files | None = None, progress: Progress | None = None) -> Report:
    """Run all stages in this process; tests inject faults into `files` or `progress`."""
    project = open_project(root)
    locales = project.configuration.locales
    options = RunOptions(ALL_STAGES, locales, datetime(2026, 1, 1, tzinfo=UTC))
    return run_pipeline(project, options, files or Files(root), progress or Silence(), print)


def _findings(report: Report) -> list[tuple[str, str]]:
    return [(found.file, found.message) for found in report.diagnostics]


def _everything(root: Path) -> set[str]:
    """The paths of all files and folders."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*")}


def _leftovers(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if path.name.endswith(TEMPORARY)]


def _tree(root: Path) -> dict[str, bytes]:
    """The contents of all files except leftovers, with the date of templates, that of the run, replaced."""
    project = Project(root)
    names = {name for name in project.names() if not name.endswith(TEMPORARY)}
    return {name: re.sub(rb"(?<=POT-Creation-Date: )[^\\]*", b"", project.content(name)) for name in names}


# Killed runs


class Edited(NamedTuple):
    """A project with much to do, before a run and after an undisturbed one."""

    root: Path
    before: dict[str, bytes]
    after: dict[str, bytes]
    seconds: float
    """The time of a run."""


def _document(number: int, paragraphs: int) -> str:
    body = "\n\n".join(f"Alinea {at} van artikel {number}." for at in range(paragraphs))
    return f"# Artikel {number}\n\n{body}\n"


def _path(number: int) -> str:
    return f"source/nl/deel{number % 7}/a{number}.md"


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Edited:
    """60 documents in 4 locales, partly translated; then each is edited, one is added and one is deleted."""
    root = tmp_path_factory.mktemp("faults") / "project"
    project = make_project(
        root, {_path(number): _document(number, 2) for number in range(60)}, locales=LOCALES, name="site"
    )
    assert project.run("locales").exit_code == 0
    for name in project.names("locale"):
        if name.endswith(".po"):
            project.write(name, re.sub(r'(msgid "(Alinea [^"]*)"\nmsgstr ")"', r'\1T \2"', project.text(name)))
    assert project.run("locales").exit_code == 0
    for number in range(60):
        project.write(_path(number), _document(number, 3).replace("Alinea 1 van", "Alinea een van"))
    project.write(_path(60), _document(60, 2))
    project.path(_path(0)).unlink()

    undisturbed = root.with_name("undisturbed")
    seconds = []
    for _ in range(2):
        shutil.rmtree(undisturbed, ignore_errors=True)
        shutil.copytree(root, undisturbed)
        begin = time.monotonic()
        assert start("locales", "-q", folder=undisturbed).exit_code == 0
        seconds.append(time.monotonic() - begin)
    return Edited(root, _tree(root), _tree(undisturbed), min(seconds))


def _assert_old_or_new(edited: Edited, now: dict[str, bytes]) -> None:
    for name in edited.before.keys() | edited.after.keys() | now.keys():
        assert now.get(name) in (edited.before.get(name), edited.after.get(name)), f"{name} is neither old nor new"


def _assert_finished(edited: Edited, root: Path) -> None:
    """A normal run does the rest, and the result does not show that a run was killed."""
    outcome = start("locales", "-q", folder=root)
    assert (outcome.findings, outcome.exit_code) == ([], 0)
    assert WAITING not in outcome.stderr
    assert _tree(root) == edited.after
    assert _leftovers(root) == []


def _kill(edited: Edited, root: Path, seed: int) -> bool:
    """Kill a run at a random moment, check what it left and finish; return whether it was writing."""
    shutil.copytree(edited.root, root)
    # In the first third, a run imports and reads.
    delay = random.Random(seed).uniform(0.3, 1.1) * edited.seconds  # noqa: S311
    command = [sys.executable, "-m", "translate_pipe", "locales", "-q"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(delay)
        process.kill()
    now = _tree(root)
    _assert_old_or_new(edited, now)
    assert len(_leftovers(root)) <= 1 + (os.cpu_count() or 1)
    _assert_finished(edited, root)
    shutil.rmtree(root)
    return now not in (edited.before, edited.after)


@pytest.mark.kill
def test_killed_runs_leave_whole_files(edited: Edited, tmp_path: Path) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        in_the_midst = list(pool.map(lambda seed: _kill(edited, tmp_path / f"kill-{seed}", seed), range(KILLS)))
    print(f"{KILLS} runs killed, {sum(in_the_midst)} of them in the midst of writing")  # noqa: T201
    assert any(in_the_midst)


@pytest.mark.kill
def test_outputs_of_killed_processes_stay_known(edited: Edited, tmp_path: Path) -> None:
    """Runs are killed while they write outputs, then all catalogues change, so that every output is out of date."""
    project = Project(tmp_path / "project")
    shutil.copytree(edited.root, project.root)
    for at, share in enumerate((0.6, 0.75, 0.9)):
        command = [sys.executable, "-m", "translate_pipe", "locales", "-q", "--jobs", "3"]
        with subprocess.Popen(
            command, cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            time.sleep(share * edited.seconds)
            process.kill()
        for name in project.names("locale"):
            if name.endswith(".po"):
                project.write(name, re.sub(r'msgstr "T\d? ?', f'msgstr "T{at} ', project.text(name)))
    outcome = start("locales", "-q", folder=project.root)
    assert (outcome.findings, outcome.exit_code) == ([], 0)
    outputs = [name for name in project.names("build") if name.endswith(".md")]
    assert len(outputs) == 60 * len(LOCALES)
    assert all("T2 Alinea" in project.text(name) for name in outputs if not name.endswith("a60.md"))


_DIES_BEFORE_THE_MOVE = """
import os, pathlib, signal, sys
from translate_pipe.cli import command_line
left, move = int(sys.argv.pop()), pathlib.Path.replace
def replace(self, target):
    global left
    left -= 1
    return move(self, target) if left >= 0 else os.kill(os.getpid(), signal.SIGKILL)
pathlib.Path.replace = replace
command_line()
"""


def _die_after(root: Path, moves: int, *arguments: str) -> None:
    """A run that is killed after some files, between the writing of a temporary file and its move."""
    command = [sys.executable, "-c", _DIES_BEFORE_THE_MOVE, *(arguments or ("locales", "--jobs", "1")), str(moves)]
    done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert _leftovers(root) == [TEMPORARY]


@pytest.mark.kill
@pytest.mark.parametrize("moves", [0, 1, 2, 100, 400])
def test_run_killed_while_writing_a_file_keeps_the_old_one(edited: Edited, tmp_path: Path, moves: int) -> None:
    root = tmp_path / "project"
    shutil.copytree(edited.root, root)
    _die_after(root, moves)
    _assert_old_or_new(edited, _tree(root))
    _assert_finished(edited, root)


@pytest.mark.parametrize("moves", range(3), ids=["template", "catalogue", "output"])
def test_leftovers_are_removed_even_if_nothing_changes(tmp_path: Path, moves: int) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    before = project.snapshot()
    project.write("source/nl/a.md", LONGER)
    _die_after(tmp_path, moves)
    project.write("source/nl/a.md", ARTICLE)
    assert project.run("locales").exit_code == 0
    assert project.names() == before.keys()


def _translate(project: Project, name: str, msgstr: str) -> None:
    project.write(po(name), re.sub(r'(msgid "Slaap"\nmsgstr) ".*"', rf'\1 "{msgstr}"', project.text(po(name))))


def _two_translated(root: Path, msgstr: str, **keys: str) -> Project:
    """Two documents whose outputs have to be written again."""
    project = make_project(root, {"source/nl/a.md": ARTICLE, "source/nl/b.md": ARTICLE}, **keys)
    project.run("locales")
    for name in ("a", "b"):
        _translate(project, name, msgstr)
    return project


@pytest.mark.parametrize(
    "command", [("build", "--jobs", "1"), ("build", "--jobs", "1", "--shard", "1/1")], ids=" ".join
)
@pytest.mark.parametrize("is_forgotten", [False, True])
def test_outputs_of_a_killed_run_are_recognised(
    tmp_path: Path, command: tuple[str, ...], *, is_forgotten: bool
) -> None:
    """A run dies after writing the output of `a` and before saving its state; then the catalogues change."""
    project = _two_translated(tmp_path, "Schlaf")
    if is_forgotten:
        project.path("build/de/a.md").unlink()
        project.path(STATE).unlink()
    for msgstr in ("Schlaf", "Schlof", "Schlef"):
        for name in ("a", "b"):
            _translate(project, name, msgstr)
        _die_after(tmp_path, 1, *command)
        assert project.text("build/de/a.md").startswith(f"# {msgstr}\n")
        for name in ("a", "b"):
            _translate(project, name, f"{msgstr} wieder")
        assert project.run("locales", "--check").exit_code == 1
        if is_forgotten:
            project.path("build/de/b.md").unlink(missing_ok=True)
    before = project.content(po("b"))
    outcome = project.run("locales")
    assert (outcome.exit_code, outcome.findings) == (0, [])
    assert project.text("build/de/a.md").startswith("# Schlef wieder\n")
    assert project.content(po("b")) == before
    assert [path.name for path in project.path("build/.translate-pipe").iterdir()] == ["state.sqlite"]


def test_outputs_of_a_killed_run_are_removed_with_their_document(tmp_path: Path) -> None:
    project = _two_translated(tmp_path, "Schlaf")
    project.path("build/de/a.md").unlink()
    project.path(STATE).unlink()
    _die_after(tmp_path, 1, "build", "--jobs", "1")
    project.path("source/nl/a.md").unlink()
    project.path("build/de/b.md").unlink()
    assert project.run("locales").exit_code == 0
    assert project.names("build") == {"build/de/b.md"}


def test_outputs_stay_known_if_the_state_cannot_be_saved(tmp_path: Path) -> None:
    project = _two_translated(tmp_path, "Schlaf")
    project.path(STATE).unlink()
    for name in ("a", "b"):
        project.path(f"build/de/{name}.md").unlink()
    project.path(STATE).mkdir()
    assert project.run("locales").exit_code == 1
    project.path(STATE).rmdir()
    for name in ("a", "b"):
        _translate(project, name, "Ruhe")
    assert project.run("locales").exit_code == 0
    assert project.text("build/de/a.md").startswith("# Ruhe\n")


def test_truncated_journal_is_read(tmp_path: Path) -> None:
    project = _two_translated(tmp_path, "Schlaf")
    _die_after(tmp_path, 1, "build", "--jobs", "1")
    (journal,) = project.path("build/.translate-pipe").glob(f"{STATE.rpartition('/')[2]}-writing-*")
    project.write(journal.relative_to(tmp_path).as_posix(), journal.read_bytes() + b"\xff\n012345")
    for name in ("a", "b"):
        _translate(project, name, "Ruhe")
    _die_after(tmp_path, 1, "build", "--jobs", "1")
    for name in ("a", "b"):
        _translate(project, name, "Rast")
    assert project.run("locales").exit_code == 0
    assert project.text("build/de/a.md").startswith("# Rast\n")


@pytest.mark.parametrize("command", [("status",), ("check",), ("locales", "--check")], ids=" ".join)
def test_read_only_run_leaves_leftovers_alone(tmp_path: Path, command: tuple[str, ...]) -> None:
    project = make_project(tmp_path)
    _die_after(tmp_path, 1)
    before = project.snapshot()
    assert project.run(*command).exit_code in (0, 1)
    assert project.snapshot() == before


def test_many_killed_runs_leave_one_leftover(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    for moves in (0, 0, 1, 0, 1):
        _die_after(tmp_path, moves)
    assert project.run("locales").exit_code == 0
    assert _leftovers(tmp_path) == []


def test_folder_with_the_name_of_a_leftover_is_reported(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.write(f"build/de/{TEMPORARY}/mine", "")
    outcome = project.run("locales")
    assert outcome.exit_code == 1
    assert [line.partition(" [")[0] for line in outcome.findings] == [
        "build/de/a.md: error: cannot be written: Is a directory"
    ]
    assert project.exists(f"build/de/{TEMPORARY}/mine")
    assert project.exists(po("a"))


def test_run_with_nothing_to_do_creates_nothing(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("update")  # makes no folder for the state
    before, everything = project.snapshot(), _everything(tmp_path)
    assert project.run("update").exit_code == 0
    assert (project.snapshot(), _everything(tmp_path)) == (before, everything)


# Saves during a run


class SavedMeanwhile(Files):
    """Files, one of them saved by another program as soon as it has been read, once for each of `saves`."""

    def __init__(self, root: Path, name: str, saves: list[Callable[[], object]]) -> None:
        super().__init__(root)
        self._name = name
        self._saves = iter(saves)

    def read(self, name: str) -> bytes | None:
        data = super().read(name)
        if name == self._name:
            next(self._saves, lambda: None)()
        return data


def _translated_and_edited(root: Path) -> Project:
    """A project with a catalogue that the next run will change."""
    project = make_project(root, {"source/nl/a.md": ARTICLE, "source/nl/b.md": ARTICLE})
    project.run("locales")
    project.write("source/nl/a.md", LONGER)
    return project


def test_catalogue_saved_during_an_update_is_read_again(tmp_path: Path) -> None:
    project = _translated_and_edited(tmp_path)
    files = SavedMeanwhile(tmp_path, po("a"), [lambda: project.translate(po("a"), GERMAN)])
    report = _run(tmp_path, files)
    assert report.diagnostics == []
    assert report.written.count(po("a")) == len(report.updates) == 1
    assert project.text("build/de/a.md") == "# Schlaf\n\nEin Glas Milch.\n\nEen kop thee.\n"
    assert '"Een kop thee."' in project.text(po("a"))
    assert project.run("locales", "--check").exit_code == 0


def test_save_with_the_same_time_is_noticed(tmp_path: Path) -> None:
    project = _translated_and_edited(tmp_path)
    project.translate(po("a"), {"Slaap": "Schlaf"})
    path = project.path(po("a"))

    def save() -> None:
        status = path.stat()
        path.write_bytes(path.read_bytes().replace(b"Schlaf", b"Schlag"))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert _run(tmp_path, SavedMeanwhile(tmp_path, po("a"), [save])).diagnostics == []
    assert 'msgstr "Schlag"' in project.text(po("a"))


def test_catalogue_created_during_an_update_is_not_overwritten(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), GERMAN)
    mine = project.content(po("a"))
    project.path(po("a")).unlink()
    report = _run(tmp_path, SavedMeanwhile(tmp_path, po("a"), [lambda: project.write(po("a"), mine)]))
    assert (report.diagnostics, project.content(po("a"))) == ([], mine)


def test_catalogue_deleted_during_an_update_is_created_again(tmp_path: Path) -> None:
    project = _translated_and_edited(tmp_path)
    report = _run(tmp_path, SavedMeanwhile(tmp_path, po("a"), [project.path(po("a")).unlink]))
    assert report.diagnostics == []
    assert '"Een kop thee."' in project.text(po("a"))


def test_half_saved_catalogue_is_reported_and_left_alone(tmp_path: Path) -> None:
    project = _translated_and_edited(tmp_path)
    half = project.content(po("a")) + b'\nmsgid "half'
    report = _run(tmp_path, SavedMeanwhile(tmp_path, po("a"), [lambda: project.write(po("a"), half)]))
    assert [file for file, _ in _findings(report)] == [po("a")]
    assert project.content(po("a")) == half


def test_catalogue_that_keeps_changing_is_reported_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = _translated_and_edited(tmp_path)
    project.write("source/nl/b.md", LONGER)
    saves = 0
    read = Files.read

    def read_and_save(files: Files, name: str) -> bytes | None:
        nonlocal saves
        data = read(files, name)
        if name == po("a"):
            saves += 1
            with project.path(name).open("a") as file:
                file.write(f"\n#~ msgid {'x' * saves!r}\n#~ msgstr 'y'\n".replace("'", '"'))
        return data

    monkeypatch.setattr(Files, "read", read_and_save)
    outcome = project.run("locales")
    assert outcome.exit_code == 1
    assert len(outcome.findings) == 1
    assert outcome.findings[0].startswith(f"{po('a')}: error: keeps changing while translate-pipe runs")
    assert 1 < saves < 20
    assert project.text(po("a")).count("#~ msgid") == saves
    assert '"Een kop thee."' in project.text(po("b"))
    assert _leftovers(tmp_path) == []


# Two runs at once


def _started(root: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "translate_pipe", *arguments]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def test_second_run_waits_for_the_first(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    before = project.snapshot()
    with project_lock(tmp_path, pytest.fail):
        second = _started(tmp_path, "locales")
        assert second.stderr
        assert second.stderr.readline() == f"{WAITING}\n"
        assert project.snapshot() == before
    output, messages = second.communicate(timeout=60)
    assert second.returncode == 0, output
    assert WAITING not in messages
    assert project.exists("build/de/a.md")


@pytest.mark.parametrize(
    "command", [("check",), ("status",), ("roundtrip",), ("locales", "--check"), ("update", "--check")], ids=" ".join
)
def test_read_only_run_does_not_wait(tmp_path: Path, command: tuple[str, ...]) -> None:
    project = make_project(tmp_path)
    with project_lock(tmp_path, pytest.fail):
        assert WAITING not in project.run(*command).stderr


def test_killed_run_releases_its_lock(tmp_path: Path) -> None:
    make_project(tmp_path)
    code = (
        "import sys, time, pathlib\n"
        "from translate_pipe.engine.lock import project_lock\n"
        "with project_lock(pathlib.Path('.'), print) as taken:\n"
        "    print(taken, flush=True)\n"
        "    time.sleep(600)\n"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "True\n"
        holder.kill()
    with project_lock(tmp_path, pytest.fail) as taken:
        assert taken


def test_run_that_waits_long_says_why(tmp_path: Path) -> None:
    messages: list[str] = []
    with (
        project_lock(tmp_path, pytest.fail),
        pytest.raises(FileError, match="another translate-pipe has been at work in this project for 0 seconds"),
        project_lock(tmp_path, messages.append, patience=0.2),
    ):
        pytest.fail("the lock was given twice")
    assert messages == [WAITING]
    with project_lock(tmp_path, pytest.fail) as taken:
        assert taken


def test_lock_creates_no_file(tmp_path: Path) -> None:
    with project_lock(tmp_path, pytest.fail) as taken:
        assert (taken, _everything(tmp_path)) == (True, set())


def test_run_continues_without_a_lock(tmp_path: Path) -> None:
    with project_lock(tmp_path / "missing", pytest.fail) as taken:
        assert not taken


def test_file_system_without_locks_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_arguments: object) -> bool:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("translate_pipe.engine.lock._try_to_lock", no_locks)
    project = make_project(tmp_path)
    assert project.run("locales").exit_code == 0
    assert project.exists("build/de/a.md")
    assert _leftovers(tmp_path) == []


@pytest.mark.slow
def test_three_runs_at_once_do_what_one_does(edited: Edited, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(edited.root, root)
    runs = [_started(root, "locales") for _ in range(3)]
    messages = [run.communicate(timeout=120)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert sum("Everything is up to date" in text for text in messages) == 2
    assert _tree(root) == edited.after
    assert _leftovers(root) == []


# Full disks and read-only file systems


@contextmanager
def _mounted(folder: Path, *options: str) -> Iterator[None]:
    """A small file system of its own in a folder; skips the test where nothing can be mounted."""
    mount = shutil.which("mount")
    if not mount or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    command = [mount, "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_file_that_does_not_fit_is_reported(tmp_path: Path) -> None:
    project = _translated_and_edited(tmp_path)
    before = _tree(tmp_path)
    project.write("source/nl/a.md", LONGER + "Nog een lange alinea. " * 200)
    project.write("source/nl/b.md", "# Slaap\n")
    with _largest_file(2000):
        outcome = project.run("locales")
    assert outcome.exit_code == 1
    refused = [line.partition(":")[0] for line in outcome.findings]
    assert refused == ["locale/templates/a.pot", po("a"), "build/de/a.md", STATE]
    assert all("cannot be written: File too large" in line for line in outcome.findings[:-1])
    refused.remove(STATE)
    assert {name: before[name] for name in refused} == {name: _tree(tmp_path)[name] for name in refused}
    assert project.text("build/de/b.md") == "# Slaap\n"
    assert _leftovers(tmp_path) == []


def _fill(file: Path) -> None:
    with suppress(OSError), file.open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


def test_full_disk_is_reported_and_loses_nothing(tmp_path: Path) -> None:
    with _mounted(tmp_path, "size=256k"):
        project = make_project(tmp_path, {f"source/nl/a{number}.md": ARTICLE for number in range(4)})
        project.run("locales")
        for number in range(4):
            project.write(f"source/nl/a{number}.md", LONGER)
        before = _tree(tmp_path)
        _fill(project.path("filler"))
        outcome = project.run("locales")
        now = _tree(tmp_path)
        assert outcome.exit_code == 1
        refused = [line for line in outcome.findings if not line.startswith(STATE)]  # the state may still fit
        assert len(refused) == 4 * 3  # a template, a catalogue and an output each
        assert all("cannot be written: No space left on device" in line for line in refused)
        assert {name: now[name] for name in before} == before
        assert _leftovers(tmp_path) == []
        project.path("filler").unlink()
        assert project.run("locales").exit_code == 0
        assert project.text("build/de/a3.md") == LONGER


def test_read_only_project_can_be_checked_and_run(tmp_path: Path) -> None:
    with _mounted(tmp_path, "size=1m"):
        project = make_project(tmp_path)
        project.run("locales")
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path)], check=True)
        for command in ("check", "status", "roundtrip", "locales"):
            assert project.run(command).exit_code == 0, command


def test_read_only_project_reports_unwritten_files(tmp_path: Path) -> None:
    with _mounted(tmp_path, "size=1m"):
        project = make_project(tmp_path)
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path)], check=True)
        outcome = project.run("locales")
        assert outcome.exit_code == 1
        assert len(outcome.findings) == 4  # template, catalogue, output and state
        assert all("cannot be written: Read-only file system" in line for line in outcome.findings)


def test_outputs_may_be_on_another_file_system(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    with _mounted(tmp_path / "build", "size=1m"):
        project = make_project(tmp_path)
        assert project.run("locales").exit_code == 0
        assert project.text("build/de/a.md") == ARTICLE


@pytest.mark.skipif(os.geteuid() == 0, reason="no permission stops root")
def test_read_only_folder_is_reported(tmp_path: Path) -> None:
    project = _translated_and_edited(tmp_path)
    folder = project.path(po("a")).parent
    folder.chmod(0o500)
    try:
        outcome = project.run("locales")
    finally:
        folder.chmod(0o700)
    assert outcome.exit_code == 1
    assert [line.partition(" [")[0] for line in outcome.findings] == [
        f"{po('a')}: error: cannot be written: Permission denied"
    ]
    assert project.text("build/de/a.md") == LONGER


# Vanished files and folders


class Meanwhile(Silence):
    """Does something after the documents are found and before the first is read."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act

    def start(self, total: int) -> None:  # noqa: ARG002
        self._act()


def test_vanished_document_keeps_its_catalogue(tmp_path: Path) -> None:
    project = _translated_and_edited(tmp_path)
    before = project.snapshot()
    project.write("source/nl/b.md", LONGER)
    report = _run(tmp_path, progress=Meanwhile(project.path("source/nl/a.md").unlink))
    assert _findings(report) == [("source/nl/a.md", "cannot be read: No such file or directory")]
    after = project.snapshot()
    for name in ("locale/templates/a.pot", po("a"), "build/de/a.md"):
        assert after[name] == before[name]
    assert project.text("build/de/b.md") == LONGER


@pytest.mark.parametrize("folder", ["build", "locale", "build/.translate-pipe"])
def test_vanished_folder_is_created_again(tmp_path: Path, folder: str) -> None:
    project = _translated_and_edited(tmp_path)
    expected = project.names()

    class AfterTheFirst(Silence):
        def advance(self, count: int) -> None:  # noqa: ARG002
            if project.exists("build/de/a.md"):
                shutil.rmtree(project.path(folder), ignore_errors=True)
            self.advance = super().advance  # type: ignore[method-assign]

    assert _run(tmp_path, progress=AfterTheFirst()).diagnostics == []
    assert project.run("locales").exit_code == 0
    assert project.names() == expected


def test_vanished_source_folder_loses_nothing(tmp_path: Path) -> None:
    project = _translated_and_edited(tmp_path)
    before = {**project.snapshot("locale"), **project.snapshot("build")}
    report = _run(tmp_path, progress=Meanwhile(lambda: shutil.rmtree(project.path("source"))))
    assert [file for file, _ in _findings(report)] == ["source/nl/a.md", "source/nl/b.md"]
    assert {**project.snapshot("locale"), **project.snapshot("build")} == before


def test_vanished_project_is_not_created_again(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    files = Files(project.root)
    shutil.rmtree(project.root)
    with files.locked(pytest.fail), pytest.raises(FileError, match=r"^build/a\.md: cannot be written: No such file"):
        files.write("build/a.md", b"new")
    assert not project.root.exists()
