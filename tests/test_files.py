"""Files are written completely or not at all, and never outside the project."""

from __future__ import annotations

import os
import resource
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from translate_pipe.engine.files import FileChangedError, Files, decode, read_bytes
from translate_pipe.engine.fingerprints import content_digest, digest
from translate_pipe.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@contextmanager
def _full_disk() -> Iterator[None]:
    """Limit every file to a few bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# Writing


def test_folders_are_created_for_a_file(tmp_path: Path) -> None:
    files = Files(tmp_path)
    assert files.write("build/de/huid/olie.md", b"Haut\r\n\xff")
    assert files.read("build/de/huid/olie.md") == b"Haut\r\n\xff"
    assert _names(tmp_path) == ["build", "build/de", "build/de/huid", "build/de/huid/olie.md"]


def test_file_with_the_same_content_is_not_touched(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("a.md", b"Haut")
    before = (tmp_path / "a.md").stat()
    assert not files.write("a.md", b"Haut")
    after = (tmp_path / "a.md").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_full_disk_keeps_the_old_file(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("a.md", b"old")
    with _full_disk(), pytest.raises(FileError, match=r"^a\.md: cannot be written: ."):
        files.write("a.md", b"new" * 10_000)
    assert files.read("a.md") == b"old"
    assert _names(tmp_path) == ["a.md"]


def test_full_disk_leaves_no_partial_file(tmp_path: Path) -> None:
    with _full_disk(), pytest.raises(FileError):
        Files(tmp_path).write("a.md", b"new" * 10_000)
    assert _names(tmp_path) == []


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_mode_of_a_file_is_kept(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "a.md"
    file.write_bytes(b"old")
    file.chmod(mode)
    Files(tmp_path).write("a.md", b"new")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", mode)


@pytest.mark.parametrize(
    "stem",
    [pytest.param("x" * 240, id="Latin"), pytest.param("読" * 80, id="Japanese"), pytest.param("💙" * 60, id="emoji")],
)
def test_long_names_are_possible(tmp_path: Path, stem: str) -> None:
    files = Files(tmp_path)
    assert files.write(f"{stem}.md", b"old")
    assert files.write(f"{stem}.md", b"new")
    assert _names(tmp_path) == [f"{stem}.md"]


def test_impossible_name_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r": cannot be (read|written): File name too long$"):
        Files(tmp_path).write("x" * 300, b"new")


def test_folder_at_the_path_of_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    files = Files(tmp_path)
    with pytest.raises(FileError, match=r"^a\.md: cannot be read: Is a directory$"):
        files.read("a.md")
    with pytest.raises(FileError, match=r"^a\.md: cannot be \w+: Is a directory$"):
        files.write("a.md", b"new")
    assert _names(tmp_path) == ["a.md"]


def test_file_at_the_path_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "build").write_bytes(b"mine")
    files = Files(tmp_path)
    assert files.read("build/a.md") is None
    with pytest.raises(FileError, match=r"^build/a\.md: cannot be written: "):
        files.write("build/a.md", b"new")
    assert (tmp_path / "build").read_bytes() == b"mine"


# Files that users also write


@pytest.mark.parametrize("old", [b"old", b"x" * 2_500_000, None])
def test_unchanged_file_is_updated(tmp_path: Path, old: bytes | None) -> None:
    if old is not None:
        (tmp_path / "a.po").write_bytes(old)
    assert Files(tmp_path).update("a.po", content_digest(old), b"new")
    assert (tmp_path / "a.po").read_bytes() == b"new"


@pytest.mark.parametrize("old", [b"old", None])
@pytest.mark.parametrize("now", [b"mine", b"old.", b""])
def test_changed_file_is_left_alone(tmp_path: Path, old: bytes | None, now: bytes) -> None:
    (tmp_path / "a.po").write_bytes(now)
    with pytest.raises(FileChangedError, match=r"^a\.po: keeps changing"):
        Files(tmp_path).update("a.po", content_digest(old), b"new")
    assert (tmp_path / "a.po").read_bytes() == now
    assert _names(tmp_path) == ["a.po"]


def test_update_without_a_change_touches_nothing(tmp_path: Path) -> None:
    assert not Files(tmp_path).update("a.po", digest(b"old"), b"old")
    assert Files(tmp_path, dry_run=True).update("a.po", digest(b"old"), b"new")
    assert _names(tmp_path) == []


# Leftovers of killed runs


def test_only_a_locked_project_is_tidied(tmp_path: Path) -> None:
    leftover = tmp_path / ".translate-pipe-tmp"
    leftover.write_bytes(b"half")
    Files(tmp_path).write("a.md", b"new")
    files = Files(tmp_path, dry_run=True)
    with files.locked(pytest.fail):
        files.read("a.md")
    assert leftover.read_bytes() == b"half"
    files = Files(tmp_path)
    with files.locked(pytest.fail):
        files.read("a.md")
    assert _names(tmp_path) == ["a.md"]


# Removing


def test_empty_folders_are_removed_with_a_file(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("build/de/huid/olie.md", b"")
    files.write("build/fr/olie.md", b"")
    assert files.remove("build/de/huid/olie.md")
    assert _names(tmp_path) == ["build", "build/fr", "build/fr/olie.md"]


def test_removing_the_last_file_keeps_the_project(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("a.md", b"")
    assert files.remove("a.md")
    assert tmp_path.is_dir()


@pytest.mark.parametrize("name", ["missing.md", "folder"])
def test_only_files_are_removed(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    assert not Files(tmp_path).remove(name)
    assert _names(tmp_path) == ["folder"]


@pytest.mark.skipif(os.geteuid() == 0, reason="no permission stops root")
def test_read_only_folder_is_an_error(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("locked/a.md", b"old")
    (tmp_path / "locked").chmod(0o500)
    try:
        with pytest.raises(FileError, match=r"^locked/a\.md: cannot be written: Permission denied$"):
            files.write("locked/a.md", b"new")
        with pytest.raises(FileError, match=r"^locked/a\.md: cannot be removed: Permission denied$"):
            files.remove("locked/a.md")
    finally:
        (tmp_path / "locked").chmod(0o700)
    assert files.read("locked/a.md") == b"old"


def test_dry_run_reports_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"old")
    files = Files(tmp_path, dry_run=True)
    assert files.write("a.md", b"new")
    assert files.write("b/c.md", b"new")
    assert not files.write("a.md", b"old")
    assert files.remove("a.md")
    assert not files.remove("b/c.md")
    assert (tmp_path / "a.md").read_bytes() == b"old"
    assert _names(tmp_path) == ["a.md"]


# Outside the project


@pytest.mark.parametrize(
    "name", ["../a.md", "build/../../a.md", "../project-b/a.md", "/a.md", ".", "", "linked/a.md", "a.md"]
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_nothing_is_written_or_removed_outside(tmp_path: Path, name: str, *, dry_run: bool) -> None:
    root = tmp_path / "project"
    outside = tmp_path / "project-b"
    for folder in (root, outside):
        folder.mkdir()
    for file in (tmp_path / "a.md", outside / "a.md"):
        file.write_bytes(b"mine")
    (root / "linked").symlink_to(outside, target_is_directory=True)
    (root / "a.md").symlink_to(tmp_path / "a.md")
    before = _names(tmp_path)
    files = Files(root, dry_run=dry_run)
    with pytest.raises(FileError, match="outside the project"):
        files.write(name, b"new")
    with pytest.raises(FileError, match="outside the project"):
        files.remove(name)
    assert _names(tmp_path) == before
    assert (tmp_path / "a.md").read_bytes() == (outside / "a.md").read_bytes() == b"mine"


def test_symlink_inside_the_project_stays_a_symlink(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("real/a.md", b"old")
    (tmp_path / "linked").symlink_to("real", target_is_directory=True)
    (tmp_path / "b.md").symlink_to("real/a.md")
    assert files.write("linked/a.md", b"new")
    assert files.write("b.md", b"newer")
    assert (tmp_path / "b.md").is_symlink()
    assert files.read("real/a.md") == b"newer"


def test_project_may_be_a_symlink(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to("real", target_is_directory=True)
    assert Files(tmp_path / "linked").write("a.md", b"new")
    assert (tmp_path / "real/a.md").read_bytes() == b"new"


def test_symlink_to_itself_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    files = Files(tmp_path)
    with pytest.raises(FileError, match=r"^loop/a\.md: "):
        files.write("loop/a.md", b"new")
    with pytest.raises(FileError, match=r"^loop/a\.md: "):
        files.read("loop/a.md")


# Reading


def test_missing_file_is_none_or_an_error(tmp_path: Path) -> None:
    assert Files(tmp_path).read("a.po") is None
    with pytest.raises(FileError, match=r"^a\.po: cannot be read: No such file or directory$"):
        read_bytes(tmp_path / "a.po", "a.po")


@pytest.mark.parametrize(
    ("data", "line", "byte"),
    [(b"\xff", 1, "0xFF"), (b"a\nb\ncaf\xe9\n", 3, "0xE9"), (b"a\r\n\xc3", 2, "0xC3"), (b"\xed\xa0\x80", 1, "0xED")],
)
def test_invalid_utf_8_is_reported_with_its_line(data: bytes, line: int, byte: str) -> None:
    with pytest.raises(FileError, match=rf"^a\.md:{line}: the byte {byte} is not valid UTF-8; save the file as UTF-8$"):
        decode(data, "a.md")
