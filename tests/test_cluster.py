"""Work on the workers of a Dask cluster: it has the result of one process, whatever becomes of the workers."""

from __future__ import annotations

import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest
from project_helpers import STATE, Outcome, Project, make_project, run, start
from test_spreading import LOCALES, MANY, Large, large_projects

from translate_pipe.engine import cluster, remote
from translate_pipe.engine.cache import Cache
from translate_pipe.engine.files import Files, LeftToClient
from translate_pipe.engine.fingerprints import digest
from translate_pipe.engine.scheduler import Needs
from translate_pipe.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ADDRESS = "tcp://127.0.0.1:1"


def _tree(project: Project) -> dict[str, bytes]:
    names = (name for name in project.names() if not name.endswith("state.sqlite"))
    return {name: re.sub(rb"POT-Creation-Date: [^\\]*", b"", project.content(name)) for name in names}


def _copy(project: Project, root: Path) -> Project:
    shutil.copytree(project.root, root)
    return Project(root)


def _output(outcome: Outcome) -> tuple[int, str, list[str]]:
    """The output of a run, without its progress."""
    lines = [line for line in outcome.stderr.splitlines() if not re.match(r"\d+ %|\d+ of", line)]
    return outcome.exit_code, outcome.stdout, lines


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Large:
    return large_projects(tmp_path_factory)


# Without Dask: a client that does in this process what workers would do


class _Future:
    def __init__(self, value: object) -> None:
        self.value = value

    def result(self) -> object:
        return self.value


class _Client:
    """Does the tasks at once, after `before` each of them."""

    def __init__(self, before: Callable[[int], None] = lambda _: None) -> None:
        self.parcels = 0
        self._before = before

    def submit(self, function: Callable[..., object], *values: Any, **_options: object) -> _Future:
        if len(values) > 1:  # the first two only bring data to the workers
            self.parcels += 1
            self._before(self.parcels)
        return _Future(function(*(one.value if isinstance(one, _Future) else one for one in values)))

    def nthreads(self) -> dict[str, int]:
        return {"worker": 1}

    def cancel(self, *_values: object, **_options: object) -> None:
        pass

    def close(self, **_options: object) -> None:
        pass


def _with_client(monkeypatch: pytest.MonkeyPatch, client: _Client) -> None:
    monkeypatch.setattr(cluster.Cluster, "client", client)
    monkeypatch.setattr(remote, "SECONDS_TO_SEE", 0.0)


@pytest.mark.parametrize("domain", ["{path}", "all"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("locales",),  # three locales of a large domain go to workers as a whole, a single one is split by document
        pytest.param(("locales", "--check"), marks=pytest.mark.slow),
        pytest.param(("locales", "--overwrite", "-v"), marks=pytest.mark.slow),
        pytest.param(("build", "--draft"), marks=pytest.mark.slow),
        ("build", "de", "--require-complete"),
        pytest.param(("check",), marks=pytest.mark.slow),
        pytest.param(("update", "--format", "json"), marks=pytest.mark.slow),
        pytest.param(("extract",), marks=pytest.mark.slow),
        pytest.param(("locales", "--shard", "1/2"), marks=pytest.mark.slow),
    ],
    ids=" ".join,
)
def test_cluster_has_the_result_of_one_process(
    tmp_path: Path, large: Large, domain: str, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = large(tmp_path / "alone", domain=domain)
    alone.write("build/de/a000.md", "Een bestand van iemand anders.\n")
    together = _copy(alone, tmp_path / "together")
    client = _Client()
    _with_client(monkeypatch, client)
    here = () if arguments == ("check",) else ("--jobs", "1")
    for _ in range(2):
        expected = _output(alone.run(*arguments, *here))
        assert _output(together.run(*arguments, "--scheduler", ADDRESS)) == expected
        assert _tree(together) == _tree(alone)
    assert client.parcels or "--shard" in arguments


def test_state_of_a_cluster_is_that_of_one_process(
    tmp_path: Path, large: Large, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = large(tmp_path)
    client = _Client()
    _with_client(monkeypatch, client)
    project.run("locales", "--scheduler", ADDRESS)
    before, parcels = project.snapshot(), client.parcels
    expected = project.run("locales", "--scheduler", ADDRESS)
    assert client.parcels == parcels  # nothing has changed, so nothing is sent
    assert project.run("locales", "--jobs", "1") == expected
    assert project.snapshot() == before


def test_catalogue_saved_during_the_run_is_kept(tmp_path: Path, large: Large, monkeypatch: pytest.MonkeyPatch) -> None:
    project = large(tmp_path)
    name = "locale/de/LC_MESSAGES/a000.po"
    project.write("source/nl/a000.md", project.text("source/nl/a000.md") + "\nNieuw.\n")

    def save(parcel: int) -> None:
        if parcel == 2:  # the changes of the first parcel are not written yet
            project.write(name, project.text(name) + "\n# van de vertaler\n")

    _with_client(monkeypatch, _Client(save))
    project.run("update", "--scheduler", ADDRESS)
    assert "# van de vertaler" in project.text(name)
    assert 'msgid "Nieuw."' in project.text(name)


def test_worker_that_sees_old_files_leaves_them_to_the_client(
    tmp_path: Path, large: Large, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = large(tmp_path / "alone")
    together = _copy(alone, tmp_path / "together")
    expected = _output(alone.run("locales", "--jobs", "1"))
    _with_client(monkeypatch, _Client())
    read = Files.read

    def stale(files: Files, name: str) -> bytes | None:
        data = read(files, name)
        return b"# Vroeger\n" if name == "source/nl/a002.md" and isinstance(files, remote.RemoteFiles) else data

    monkeypatch.setattr(Files, "read", stale)
    code, stdout, stderr = _output(together.run("locales", "--scheduler", ADDRESS))
    assert (code, stdout) == expected[:2]
    (line,) = [line for line in stderr if line not in expected[2]]
    assert re.match(r"source/nl/a002\.md: the worker on .* cannot read the content that this machine sees there;", line)
    assert _tree(together) == _tree(alone)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"root": "/nowhere/at/all"}, "cannot see the project, /nowhere/at/all; put it on storage"),
        ({"configuration": "other"}, "sees another configuration in "),
        ({"versions": {"translate-pipe": "0.1 (abc)"}}, "and this machine has 0.1 (abc); install the same versions"),
        ({"versions": {"pyromark": "0.0"}}, "has pyromark "),
    ],
    ids=["folder", "configuration", "version", "library"],
)
def test_worker_that_differs_ends_the_run_with_one_line(
    tmp_path: Path, large: Large, change: dict[str, Any], problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = large(tmp_path)
    _with_client(monkeypatch, _Client())
    of = remote.SharedProject.of
    real, calls = of(project.root.resolve()), []

    def seen(root: Path, uses: tuple[str, ...]) -> remote.SharedProject:  # the first one asks for the client
        calls.append(root)
        return real._replace(**change) if len(calls) == 1 else of(root, uses)

    monkeypatch.setattr(remote.SharedProject, "of", seen)
    outcome = project.run("locales", "--scheduler", ADDRESS)
    assert outcome.exit_code == 2
    (line,) = [line for line in outcome.stderr.splitlines() if "worker" in line]
    assert problem in line


def test_versions_of_what_the_configuration_names_count() -> None:
    assert "pymdown-extensions" not in remote.versions(("tables", "toc"))
    named = remote.versions(("tables", "pymdownx.superfences", "local_module"))
    assert named["pymdown-extensions"]
    assert {"Python", "translate-pipe", "pyromark", "markdown"} <= named.keys()


def test_worker_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    files = remote.RemoteFiles(tmp_path, {}, dry_run=False)
    files.begin({})
    files.update("a", digest(b"old"), b"new")
    files.write("b/c", b"new")
    files.append("log", b"line")
    assert files.read("a") == files.read("b/c") == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    changes = pickle.loads(pickle.dumps(files.changes))  # noqa: S301
    with pytest.raises(LeftToClient):
        files.remove("a")
    remote.write_changes(Files(tmp_path), changes)
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == {
        "a": b"new",
        "c": b"new",
        "log": b"line",
    }
    with pytest.raises(FileError, match="keeps changing"):
        remote.write_changes(Files(tmp_path), changes)


def test_unit_takes_along_what_it_needs_of_the_cache(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    cache = Cache(project.path(STATE))
    needs = Needs(["source/nl/a.md", "gone.md"], ["build/de/a.md", "build/de/b.md"], {"linted": ["source/nl/a.md"]})
    baggage = remote.Baggage.of(needs, Files(tmp_path), cache)
    cache.close()
    sent = remote.SentCache()
    sent.begin(baggage)
    assert baggage.inputs["gone.md"] == ""
    assert sent.output("build/de/a.md")
    assert sent.output("build/de/b.md") is None
    assert sent.entries("linted", ["source/nl/a.md", "x"]).keys() == {"source/nl/a.md"}
    assert sent.entries("document", ["source/nl/a.md"]) == {}


@pytest.mark.parametrize("given", ["localhost:8786", "tcp://", "tcp://a b:1", "8786"])
def test_invalid_address_is_refused(tmp_path: Path, given: str) -> None:
    outcome = make_project(tmp_path).run("locales", f"--scheduler={given}")
    assert outcome.exit_code == 2
    assert "is not an address such as tcp://host:8786" in outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("locales", "--jobs", "2"), "give one"),
        (("check", "locale/de/LC_MESSAGES/a.po"), "the check of a whole project"),
        (("check", "--source"), "the check of a whole project"),
    ],
)
def test_scheduler_has_its_place(tmp_path: Path, arguments: tuple[str, ...], problem: str) -> None:
    outcome = make_project(tmp_path).run(*arguments, "--scheduler", ADDRESS)
    assert outcome.exit_code == 2
    assert problem in outcome.stderr


def test_cluster_is_not_needed_for_little_work(tmp_path: Path) -> None:
    assert make_project(tmp_path).run("locales", "--scheduler", ADDRESS).exit_code == 0


# With Dask


def _has_dask() -> bool:
    try:
        import distributed  # noqa: F401, PLC0415  # takes a second
    except ModuleNotFoundError:
        return False
    return True


class Dask:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._port = folder / "scheduler.json"
        self.scheduler = self._start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        self._wait(lambda: bool(self._addresses()))
        self.address = self._addresses()[0]
        self.workers: list[subprocess.Popen[bytes]] = []

    def _addresses(self) -> list[str]:
        """The address of the scheduler, once it has written it."""
        return re.findall(r"tcp://[\d.:]+", self._port.read_text()) if self._port.exists() else []

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            f"distributed.cli.{name}",
            "--scheduler-file",
            str(self._port),
            "--no-dashboard",
        ]
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen([*command, *arguments], stdout=log, stderr=log, cwd=self._folder)
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process

    def add_worker_without_the_package(self) -> None:
        code = (
            "import sys; sys.modules['translate_pipe'] = None; from distributed.cli.dask_worker import main; "
            f"main(['{self.address}', '--no-nanny', '--no-dashboard', '--nthreads', '1'])"
        )
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-c", code], stdout=log, stderr=log, cwd=self._folder)
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)

    def _wait(self, is_there: Callable[[], object]) -> None:
        end = time.monotonic() + 120
        while not is_there():
            assert time.monotonic() < end, (self._folder / "log").read_text()
            time.sleep(0.05)

    def add_worker(self) -> None:
        self.workers.append(
            self._start("dask_worker", "--no-nanny", "--nthreads", "1", "--local-directory", str(self._folder))
        )

    def wait_for_workers(self, count: int) -> None:
        with self.client() as client:
            client.wait_for_workers(count, timeout=120)

    @contextmanager
    def client(self) -> Iterator[Any]:
        import distributed  # noqa: PLC0415

        with distributed.Client(self.address, set_as_default=False) as client:
            yield client

    def processes_that_worked(self) -> set[int]:
        """The processes of the workers that have done units."""
        with self.client() as client:
            # A named function would be imported there, from a module that is no package.
            found: dict[str, int] = client.run(lambda: os.getpid() if remote._session else 0)  # noqa: SLF001
        return {number for number in found.values() if number}


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    if not _has_dask():
        pytest.skip("distributed is not installed (the extra cluster)")
    folder = tmp_path / "dask"
    folder.mkdir()
    with ExitStack() as stack:
        yield Dask(folder, stack)


def _lasting(root: Path) -> Project:
    """A project that keeps two workers busy for some seconds."""
    text = "\n\n".join(f"Alinea {at} met *nadruk* en [een link](https://voorbeeld.example/{at})." for at in range(60))
    documents = {f"source/nl/a{number:03}.md": f"# Artikel {number}\n\n{text}\n" for number in range(150)}
    return make_project(root, documents, locales=LOCALES, name="site")


def _at_two_workers(folder: Path, dask: Dask) -> tuple[Project, Project]:
    """A lasting project for the two workers that Dask gets, and a copy of it."""
    for _ in range(2):
        dask.add_worker()
    project = _lasting(folder / "project")
    alone = _copy(project, folder / "alone")
    dask.wait_for_workers(2)
    return project, alone


@contextmanager
def _running(project: Project, dask: Dask) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "translate_pipe", "locales", "--scheduler", dask.address]
    with subprocess.Popen(command, cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        yield process


def _wait_for_work(project: Project) -> None:
    end = time.monotonic() + 120
    while not list((project.root / "locale").rglob("*.po")) and time.monotonic() < end:
        time.sleep(0.01)


def test_workers_have_the_result_of_one_process(tmp_path: Path, large: Large, dask: Dask) -> None:
    for _ in range(2):
        dask.add_worker()
    alone = large(tmp_path / "alone")
    together = _copy(alone, tmp_path / "together")
    expected = _output(alone.run("locales", "--jobs", "1"))
    dask.wait_for_workers(2)
    assert _output(start("locales", "--scheduler", dask.address, folder=together.root)) == expected
    assert _tree(together) == _tree(alone)
    assert dask.processes_that_worked() == {worker.pid for worker in dask.workers}
    assert len(together.names("build")) > MANY


@pytest.mark.slow
def test_killed_worker_costs_nothing_but_its_units(tmp_path: Path, dask: Dask) -> None:
    project, alone = _at_two_workers(tmp_path, dask)
    with _running(project, dask) as process:
        _wait_for_work(project)
        dask.workers[0].kill()
        stdout, stderr = process.communicate(timeout=300)
    expected = alone.run("locales", "--jobs", "1")
    assert (process.returncode, stdout.decode()) == (0, expected.stdout), stderr.decode()
    assert _tree(project) == _tree(alone)


@pytest.mark.slow
def test_worker_that_joins_late_gets_work(tmp_path: Path, dask: Dask) -> None:
    project = _lasting(tmp_path / "project")
    alone = _copy(project, tmp_path / "alone")
    with _running(project, dask) as process:
        assert process.stderr
        assert any(b"has no workers yet; waiting for one" in line for line in process.stderr)
        dask.add_worker()
        _wait_for_work(project)
        dask.add_worker()
        stdout, stderr = process.communicate(timeout=300)
    expected = alone.run("locales", "--jobs", "1")
    assert (process.returncode, stdout.decode()) == (0, expected.stdout), stderr.decode()
    assert dask.processes_that_worked() == {worker.pid for worker in dask.workers}
    assert _tree(project) == _tree(alone)


@pytest.mark.slow
def test_run_without_its_scheduler_ends_with_one_line_and_keeps_what_was_done(tmp_path: Path, dask: Dask) -> None:
    project, alone = _at_two_workers(tmp_path, dask)
    with _running(project, dask) as process:
        _wait_for_work(project)
        dask.scheduler.kill()
        _, stderr = process.communicate(timeout=120)
    assert process.returncode == 2
    lines = [line for line in stderr.decode().splitlines() if not re.match(r"\d+ %|\d+ of", line)]
    assert lines == [f"error: the Dask scheduler at {dask.address} has gone; what was done is kept, run again"]
    written = project.names("locale")
    assert written
    again = project.run("locales", "-v")
    assert again.exit_code == 0
    assert not {name for name in written if f"wrote {name}\n" in again.stderr}
    alone.run("locales", "--jobs", "1")
    assert _tree(project) == _tree(alone)


@pytest.mark.slow
def test_worker_without_the_package_ends_the_run_with_one_line(tmp_path: Path, large: Large, dask: Dask) -> None:
    dask.add_worker_without_the_package()
    project = large(tmp_path / "project")
    dask.wait_for_workers(1)
    outcome = start("locales", "--scheduler", dask.address, folder=project.root)
    assert outcome.exit_code == 2
    (line,) = [line for line in outcome.stderr.splitlines() if "error:" in line]
    assert re.search(r"a worker lacks translate_pipe[.\w]*; install the same version of translate-pipe there$", line)


@pytest.mark.slow
def test_interrupted_run_ends_at_once(tmp_path: Path, dask: Dask) -> None:
    dask.add_worker()
    project = _lasting(tmp_path / "project")
    dask.wait_for_workers(1)
    with _running(project, dask) as process:
        _wait_for_work(project)
        process.send_signal(signal.SIGINT)
        begin = time.monotonic()
        _, stderr = process.communicate(timeout=60)
        assert time.monotonic() - begin < 20
    assert b"Traceback" not in stderr
    assert run("--project", project.root, "locales").exit_code == 0


def test_error_of_dask_ends_the_run_with_one_line(
    tmp_path: Path, large: Large, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not _has_dask():
        pytest.skip("distributed is not installed (the extra cluster)")
    import distributed  # noqa: PLC0415

    project = large(tmp_path)
    for error, problem in (
        (distributed.KilledWorker("work", cast("Any", "worker"), 3), "one worker after the other has died"),
        (
            distributed.client.FutureCancelledError("work", "scheduler-connection-lost"),
            "has gone; what was done is kept",
        ),
        (OSError("closed"), "has gone; what was done is kept"),
        (ModuleNotFoundError("No module named 'polib'", name="polib"), "a worker lacks polib; install"),
    ):
        client = _Client()
        monkeypatch.setattr(_Future, "result", _raising(error))
        _with_client(monkeypatch, client)
        outcome = project.run("locales", "--scheduler", ADDRESS)
        assert outcome.exit_code == 2
        (line,) = [line for line in outcome.stderr.splitlines() if "error:" in line]
        assert problem in line


def _raising(error: Exception) -> Callable[[_Future], object]:
    def result(_future: _Future) -> object:
        raise error

    return result


@pytest.mark.slow
def test_scheduler_that_is_not_there_is_reported(tmp_path: Path, large: Large) -> None:
    if not _has_dask():
        pytest.skip("distributed is not installed (the extra cluster)")
    project = large(tmp_path)
    for address, problem in ((ADDRESS, "no Dask scheduler answers at"), ("tls://127.0.0.1:1", "needs certificates")):
        outcome = start("locales", "--scheduler", address, folder=project.root)
        assert outcome.exit_code == 2
        (line,) = [line for line in outcome.stderr.splitlines() if "documents" not in line]
        assert address in line
        assert problem in line
