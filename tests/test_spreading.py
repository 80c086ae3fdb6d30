"""Work over several processes or machines: it has the same result as a single run, and ends like one."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from project_helpers import STATE, Outcome, Project, make_project, start

from translate_pipe.engine import workers
from translate_pipe.engine.files import Files
from translate_pipe.engine.fingerprints import content_digest
from translate_pipe.engine.lock import WAITING, Shard, project_lock
from translate_pipe.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

LOCALES = ["de", "fr", "es"]
MANY = 70
TEMPORARY = ".translate-pipe-tmp"


def _document(number: int) -> str:
    link = f"Zie [een ander](a{(number + 1) % MANY:03}.md#artikel-{(number + 1) % MANY})."
    return f"# Artikel {number}\n\nAlinea {number}.\n\nVoor iedereen hetzelfde, {number % 5}.[^1]\n\n{link}\n\n[^1]: Noot.\n"


def _path(number: int) -> str:
    return f"source/nl/deel{number % 3}/a{number:03}.md" if number % 2 else f"source/nl/a{number:03}.md"


Large: TypeAlias = "Callable[..., Project]"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Large:
    return large_projects(tmp_path_factory)


def large_projects(tmp_path_factory: pytest.TempPathFactory) -> Large:
    """Makes a project in a folder, with any keys: a copy of one that is made once for the same keys."""
    made: dict[str, Project] = {}

    def copy(root: Path, **keys: str | list[str]) -> Project:
        name = repr(sorted(keys.items()))
        if name not in made:
            made[name] = _large(tmp_path_factory.mktemp("large"), **keys)
        return _copy(made[name], root)

    return copy


def _large(root: Path, **keys: str | list[str]) -> Project:
    """Many documents of all kinds: with translations, an error, a warning, an unreadable file."""
    documents: dict[str, str | bytes] = {_path(number): _document(number) for number in range(MANY)}
    project = make_project(root, documents, locales=LOCALES, name="site", **keys)
    project.run("locales", "--jobs", "1")
    for name in sorted(project.names("locale")):
        if name.endswith(".po"):
            text = re.sub(r'(msgid "((?:Artikel|Alinea) [^"]*)"\nmsgstr ")"', r'\1T \2"', project.text(name))
            text = re.sub(r'(msgid "(Voor [^"]*)\[\^1\]"\nmsgstr ")"', r'\1T \2"', text)  # without the citation
            project.write(name, text)
    project.write("source/nl/kapot.md", b"# Kapot\n\n\xff\n")
    project.write("source/nl/nieuw.md", _document(7))  # its texts are translated elsewhere
    project.path(STATE).unlink()
    return project


def _tree(project: Project) -> dict[str, bytes]:
    return {name: re.sub(rb"POT-Creation-Date: [^\\]*", b"", project.content(name)) for name in project.names()}


def _copy(project: Project, root: Path) -> Project:
    shutil.copytree(project.root, root, dirs_exist_ok=True)
    return Project(root)


def _leftovers(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if path.name.endswith(TEMPORARY)]


def _output(outcome: Outcome) -> tuple[int, str, list[str]]:
    """The output of a run, without its progress."""
    lines = [line for line in outcome.stderr.splitlines() if not re.match(r"\d+ %|\d+ of", line)]
    return outcome.exit_code, outcome.stdout, lines


@pytest.mark.parametrize("domain", ["{path}", "all"])
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("locales",), marks=pytest.mark.slow),
        pytest.param(("locales", "--check"), marks=pytest.mark.slow),
        ("build", "--draft"),
    ],
)
def test_processes_have_the_result_of_one(
    large: Large, tmp_path: Path, domain: str, arguments: tuple[str, ...]
) -> None:
    project = large(tmp_path / "project", domain=domain)
    results = []
    for jobs in (1, 2, 5):
        copy = _copy(project, tmp_path / f"jobs-{jobs}")
        first = _output(copy.run(*arguments, "--jobs", str(jobs)))
        again = _output(copy.run(*arguments, "--jobs", str(jobs)))
        results.append((first, again, _tree(copy)))
    assert results[0] == results[1] == results[2]
    assert results[0][0][0] == 1  # there are findings


@pytest.mark.parametrize("method", ["fork", pytest.param("spawn", marks=pytest.mark.slow)])
def test_processes_may_be_forked_or_spawned(
    large: Large, tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = large(tmp_path / "project")
    alone = _copy(project, tmp_path / "alone")
    expected = _output(alone.run("locales", "--jobs", "1"))
    monkeypatch.setattr(workers, "_method", lambda: method)
    assert _output(project.run("locales", "--jobs", "2")) == expected
    assert _tree(project) == _tree(alone)


def test_small_job_starts_no_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        pytest.fail("processes are started for a small job")

    monkeypatch.setattr(workers, "Pool", refuse)
    project = make_project(tmp_path, {_path(number): _document(number) for number in range(8)})
    assert project.run("locales", "--jobs", "4").exit_code == 0


# Shards


@pytest.mark.parametrize("count", [pytest.param(1, marks=pytest.mark.slow), 2, pytest.param(7, marks=pytest.mark.slow)])
@pytest.mark.parametrize("domain", ["{path}", "all"])
def test_shards_together_equal_the_whole(large: Large, tmp_path: Path, count: int, domain: str) -> None:
    whole = large(tmp_path / "whole", domain=domain, reuse="none")
    parts = _copy(whole, tmp_path / "parts")
    expected = whole.run("locales", "--jobs", "1")
    outcomes = [parts.run("locales", "--shard", f"{number}/{count}", "--jobs", "1") for number in range(1, count + 1)]
    assert {name for name in _tree(parts) if "state.sqlite" not in name} == _tree(whole).keys()
    assert all(parts.content(name) == whole.content(name) for name in whole.names("build"))
    assert sorted(line for one in outcomes for line in one.findings) == sorted(expected.findings)


def test_build_is_split_by_document_despite_a_shared_catalogue(large: Large, tmp_path: Path) -> None:
    project = large(tmp_path, domain="all")
    shutil.rmtree(project.path("build"))
    built = []
    for number in (1, 2, 3):
        before = project.names("build")
        project.run("build", "--shard", f"{number}/3")
        built.append(len(project.names("build") - before))
    assert all(count > MANY / 2 for count in built)  # a third of the documents, in three locales
    made = _tree(project)
    project.run("build")
    assert {name: content for name, content in _tree(project).items() if name in made} == made


def test_shard_keeps_the_outputs_of_the_others(large: Large, tmp_path: Path) -> None:
    project = large(tmp_path)
    for number in (1, 2):
        project.run("locales", "--shard", f"{number}/2")
    before = project.names("build")
    project.run("locales", "--shard", "1/2")
    assert project.names("build") == before
    project.path(_path(0)).unlink()
    for number in (1, 2):
        project.run("locales", "--shard", f"{number}/2")
    assert before - project.names("build") == {f"build/{locale}/a000.md" for locale in LOCALES}


@pytest.mark.slow
def test_shards_run_at_the_same_time(large: Large, tmp_path: Path) -> None:
    project = large(tmp_path / "project", reuse="none")
    whole = _copy(project, tmp_path / "whole")
    whole.run("locales", "--jobs", "1")
    command = [sys.executable, "-m", "translate_pipe", "locales", "--jobs", "1", "--shard"]
    runs = [
        subprocess.Popen([*command, f"{number}/3"], cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for number in (1, 2, 3)
    ]
    outputs = [run.communicate()[1] for run in runs]
    assert not any(WAITING.encode() in one for one in outputs)
    assert all(project.content(name) == whole.content(name) for name in whole.names("build"))
    assert _leftovers(project.root) == []


def test_whole_run_waits_for_shards(tmp_path: Path) -> None:
    messages: list[str] = []
    part = Shard(1, 2)
    with project_lock(tmp_path, messages.append, part=part, part_folder="state/1-of-2") as is_alone:
        assert is_alone
        with project_lock(tmp_path, messages.append, part=Shard(2, 2), part_folder="state/2-of-2"):
            assert messages == []
        with pytest.raises(FileError), project_lock(tmp_path, messages.append, patience=0.2):
            pass
        with (
            pytest.raises(FileError),
            project_lock(tmp_path, messages.append, patience=0.2, part=part, part_folder="state/1-of-2"),
        ):
            pass
    assert messages == [WAITING, WAITING]


@pytest.mark.parametrize("given", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", f"1/{'9' * 5000}"])
def test_invalid_shard_is_refused(tmp_path: Path, given: str) -> None:
    outcome = make_project(tmp_path).run("build", f"--shard={given}")
    assert outcome.exit_code == 2
    assert "is not a part such as 1/4" in outcome.stderr


# Runs that are stopped


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that keeps two processes busy for some seconds."""
    root = tmp_path_factory.mktemp("lasting") / "project"
    text = "\n\n".join(f"Alinea {at} met *nadruk* en [een link](https://voorbeeld.example/{at})." for at in range(60))
    return make_project(
        root,
        {f"source/nl/a{number:03}.md": f"# Artikel {number}\n\n{text}\n" for number in range(150)},
        locales=LOCALES,
    )


@contextmanager
def _interrupts(handler: signal.Handlers | Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Processes started within handle interrupts as one in the foreground does, or ignore them."""
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _start(root: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "translate_pipe", "locales", "--jobs", "2", *arguments]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def _wait_for_work(root: Path) -> None:
    end = time.monotonic() + 60
    while not list((root / "locale").rglob("*.po")) and time.monotonic() < end:
        time.sleep(0.01)


def _is_anybody_there(group: int) -> bool:
    """Whether a process of a group is alive; one that has ended does not count, even before it is reaped."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            state, _, its_group, *_ = status.read_text().rpartition(")")[2].split()
            if int(its_group) == group and state != "Z":
                return True
    return False


def _assert_no_process_is_left(group: int) -> None:
    end = time.monotonic() + 10
    while _is_anybody_there(group) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _is_anybody_there(group)


def _assert_finished(project: Project) -> None:
    outcome = start("locales", "-q", folder=project.root)
    assert outcome.exit_code == 0
    assert _leftovers(project.root) == []
    assert len(project.names("build")) == 150 * len(LOCALES)


def _write_for_ever(files: Files, name: str) -> None:
    old, new = None, b"1" * 5_000_000
    while files.update(name, content_digest(old), new):
        old, new = new, b"2" * len(new) if new[:1] == b"1" else b"1" * len(new)


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.2])
def test_stopped_process_leaves_whole_files(tmp_path: Path, delay: float) -> None:
    files = Files(tmp_path)
    names = {"a", "b"}
    with suppress(ZeroDivisionError), workers.Pool(2, files.for_process).at_work() as pool:
        for name in names:
            pool.submit(_write_for_ever, name)
        while not names <= {path.name for path in tmp_path.iterdir()}:
            time.sleep(0.01)
        time.sleep(delay)
        raise ZeroDivisionError
    contents = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert contents.keys() == names
    assert all(len(content) == 5_000_000 and len(set(content)) == 1 for content in contents.values())


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the processes of a run cannot be found")
@pytest.mark.parametrize(
    "delay", [pytest.param(0.0, marks=pytest.mark.slow), 0.3, pytest.param(1.0, marks=pytest.mark.slow)]
)
def test_interrupted_run_ends_at_once(lasting: Project, tmp_path: Path, delay: float) -> None:
    project = _copy(lasting, tmp_path / "project")
    with _interrupts(signal.default_int_handler), _start(project.root) as process:
        _wait_for_work(project.root)
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        begin = time.monotonic()
        _, stderr = process.communicate(timeout=30)
        assert time.monotonic() - begin < 5
    assert process.returncode in {0, 1, 130}
    assert b"Traceback" not in stderr
    _assert_no_process_is_left(process.pid)
    assert _leftovers(project.root) == []
    _assert_finished(project)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups to interrupt")
def test_run_that_ignores_interrupts_continues(lasting: Project, tmp_path: Path) -> None:
    project = _copy(lasting, tmp_path / "project")
    with _interrupts(signal.SIG_IGN), _start(project.root) as process:
        _wait_for_work(project.root)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode == 0
    assert len(project.names("build")) == 150 * len(LOCALES)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the processes of a run cannot be found")
def test_processes_of_a_killed_run_end(lasting: Project, tmp_path: Path) -> None:
    project = _copy(lasting, tmp_path / "project")
    with _start(project.root) as process:
        _wait_for_work(project.root)
        process.kill()
    _assert_no_process_is_left(process.pid)
    _assert_finished(project)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the processes of a run cannot be found")
def test_dead_process_is_reported(lasting: Project, tmp_path: Path) -> None:
    project = _copy(lasting, tmp_path / "project")
    with _start(project.root) as process:
        _wait_for_work(project.root)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"a process of this run has died" in stderr
    assert b"Traceback" not in stderr
    _assert_no_process_is_left(process.pid)
    _assert_finished(project)
