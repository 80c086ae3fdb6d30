"""The cache keeps what a run commits, loses only what it does not, and never replaces a file that another process uses."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from translate_pipe.engine import cache as cache_module
from translate_pipe.engine.cache import Cache, Output
from translate_pipe.engine.fingerprints import SeenFile, Stamp
from translate_pipe.errors import FileError

NAMES = ("build/a.md", "build/a/b.md", "build/a/c/d.md", "build.md", "build-a.md", "build0", "builds/a.md", "a.md")
STEPS = ("build", "check")

names = st.sampled_from(NAMES)
digests = st.sampled_from(["1f", "2e"])
outputs = st.builds(Output, digests, st.sampled_from(["", "3d"]), st.sampled_from(["", "4c"]))
stamps = st.builds(Stamp, *[st.integers(0, 2**62)] * 4)


def some(values: st.SearchStrategy[Output] | st.SearchStrategy[SeenFile] | st.SearchStrategy[str]) -> st.SearchStrategy:
    return st.dictionaries(names, values, max_size=3)


def at(root: Path) -> Cache:
    return Cache(root / "state" / "state.sqlite", "state/state.sqlite")


class CacheMachine(RuleBasedStateMachine):
    """A cache beside a model of it: dictionaries, and a copy of them for what is committed."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.cache = at(Path(self.folder.name))
        self.outputs: dict[str, Output] = {}
        self.seen: dict[str, SeenFile] = {}
        self.entries: dict[str, dict[str, str]] = {step: {} for step in STEPS}
        self.processes = 0
        self.committed = self.copy()

    def copy(self) -> tuple[dict[str, Output], dict[str, SeenFile], dict[str, dict[str, str]], int]:
        return {**self.outputs}, {**self.seen}, {step: {**self.entries[step]} for step in STEPS}, self.processes

    @rule(made=some(outputs))
    def keep_outputs(self, made: dict[str, Output]) -> None:
        self.cache.keep_outputs(made)
        self.outputs |= made

    @rule(name=names)
    def forget_output(self, name: str) -> None:
        self.cache.forget_output(name)
        self.outputs.pop(name, None)
        self.seen.pop(name, None)

    @rule(files=some(st.builds(SeenFile, digests, st.none() | stamps)))
    def keep_seen(self, files: dict[str, SeenFile]) -> None:
        self.cache.keep_seen(files)
        for name, one in files.items():
            if one.stamp:
                self.seen[name] = one
            elif name in self.seen and self.seen[name].digest != one.digest:
                del self.seen[name]

    @rule(step=st.sampled_from(STEPS), entries=some(st.sampled_from(["", "{}", '{"a": 1}'])))
    def keep_entries(self, step: str, entries: dict[str, str]) -> None:
        self.cache.keep_entries(step, entries)
        self.entries[step] = {name: text for name, text in (self.entries[step] | entries).items() if text}

    @rule(processes=st.integers(0, 3))
    def keep_at_work(self, processes: int) -> None:
        self.cache.keep_at_work(processes)
        self.processes = max(self.processes, processes) if processes else 0
        self.committed = self.copy()

    @rule()
    def commit(self) -> None:
        self.cache.commit()
        self.committed = self.copy()

    @rule()
    def open_again(self) -> None:
        self.cache.close()
        self.cache = at(Path(self.folder.name))
        self.outputs, self.seen, self.entries, self.processes = self.committed
        self.committed = self.copy()

    @invariant()
    def cache_is_like_the_model(self) -> None:
        assert self.cache.problem == ""
        assert self.cache.outputs(NAMES) == self.outputs
        assert self.cache.output(NAMES[0]) == self.outputs.get(NAMES[0])
        assert self.cache.seen(NAMES) == self.seen
        assert {step: self.cache.entries(step, NAMES) for step in STEPS} == self.entries
        assert self.cache.processes_at_work == self.processes
        assert self.cache.outputs_below("") == self.cache.outputs_below(".") == set(self.outputs)
        for folder in ("build", "build/a"):
            assert self.cache.outputs_below(folder) == {one for one in self.outputs if one.startswith(f"{folder}/")}
        expected = NAMES[::2]
        others = sorted((name, one.digest) for name, one in self.outputs.items() if name not in expected)
        assert self.cache.outputs_but(expected) == others

    def teardown(self) -> None:
        self.cache.close()
        self.folder.cleanup()


@pytest.mark.property
def test_cache_keeps_what_is_committed() -> None:
    run_state_machine_as_test(CacheMachine)


def test_any_number_of_names_can_be_asked_for(tmp_path: Path) -> None:
    many = {f"{number}.md": str(number) for number in range(1, 1502)}
    with closing(at(tmp_path)) as cache:
        cache.keep_entries("build", many)
        assert cache.entries("build", [*many, "other.md"]) == many
        assert cache.entries("check", many) == {}


def test_cache_without_a_file_keeps_nothing() -> None:
    cache = Cache(None)
    cache.keep_outputs({"a.md": Output("1f")})
    cache.keep_at_work(2)
    assert (cache.problem, cache.outputs(["a.md"]), cache.outputs_but([]), cache.processes_at_work) == ("", {}, [], 0)
    cache.forget_output("a.md")
    cache.close()


def test_file_is_made_when_there_is_something_to_keep(tmp_path: Path) -> None:
    with closing(at(tmp_path)) as cache:
        cache.keep_outputs({})
        cache.forget_output("a.md")
        cache.keep_entries("build", {"a.md": ""})
        cache.keep_at_work(0)
        assert not list(tmp_path.iterdir())
        cache.keep_at_work(1)
    assert (tmp_path / "state" / "state.sqlite").is_file()


def made(root: Path) -> Path:
    """A file with an output and an entry."""
    with closing(at(root)) as cache:
        cache.keep_outputs({"a.md": Output("1f", "3d", "4c")})
        cache.keep_entries("build", {"a.md": "{}"})
        cache.commit()
    return root / "state" / "state.sqlite"


def test_file_of_another_version_is_replaced_and_outputs_stay_known(tmp_path: Path) -> None:
    """Otherwise the tool would take its own outputs for somebody else's files."""
    file = made(tmp_path)
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 99")
    with closing(at(tmp_path)) as cache:
        assert cache.outputs(["a.md", "b.md"]) == {"a.md": Output("1f", "3d")}
        assert cache.entries("build", ["a.md"]) == {}
        cache.keep_outputs({"b.md": Output("2e")})
        assert cache.outputs_below("") == {"a.md", "b.md"}
        cache.commit()
    with closing(at(tmp_path)) as cache:
        assert cache.outputs(["a.md", "b.md"]) == {"a.md": Output("1f", "3d"), "b.md": Output("2e")}


def test_later_output_replaces_one_of_another_version(tmp_path: Path) -> None:
    file = made(tmp_path)
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 99")
    with closing(at(tmp_path)) as cache:
        cache.keep_outputs({"a.md": Output("2e")})
        assert cache.outputs(["a.md"]) == {"a.md": Output("2e")}


def test_file_that_another_process_uses_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "_PATIENCE", 0.01)
    file = made(tmp_path)
    cache = at(tmp_path)
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert cache.outputs(["a.md"]) == {}
        with pytest.raises(FileError, match=r"^state/state\.sqlite: cannot be written: database is locked"):
            cache.keep_outputs({"b.md": Output("2e")})
    cache.close()
    with closing(at(tmp_path)) as cache:
        assert cache.outputs(["a.md", "b.md"]) == {"a.md": Output("1f", "3d", "4c")}
        assert cache.entries("build", ["a.md"]) == {"a.md": "{}"}


def test_file_that_cannot_be_made_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(FileError, match=r"^state/state\.sqlite: cannot be written: "):
        at(tmp_path).keep_outputs({"a.md": Output("1f")})
