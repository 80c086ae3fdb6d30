"""Progress: a bar on a terminal, a line now and then elsewhere, nothing when quiet or short."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from project_helpers import ARTICLE, make_project

from translate_pipe import progress

if TYPE_CHECKING:
    from pathlib import Path


def _on_a_terminal(folder: Path, *arguments: str) -> tuple[str, str]:
    """Run a command whose standard error is a terminal; return standard output and the terminal's output."""
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "translate_pipe", *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
            check=True,
        )
    finally:
        os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # on Linux, the other end is closed
        pass
    finally:
        os.close(ours)
    return done.stdout.decode(), shown.decode()


@pytest.fixture
def many(tmp_path: Path) -> Path:
    make_project(tmp_path, {f"source/nl/{number}.md": ARTICLE for number in range(30)})
    return tmp_path


def test_long_run_shows_a_bar_on_a_terminal(many: Path) -> None:
    stdout, shown = _on_a_terminal(many, "build")
    assert "Documents" in shown
    assert "30 files written (30 documents)." in shown.splitlines()[-1]
    assert stdout == ""


def test_quiet_run_shows_nothing(many: Path) -> None:
    assert _on_a_terminal(many, "-q", "build") == ("", "")


def test_short_run_shows_no_bar(tmp_path: Path) -> None:
    make_project(tmp_path)
    _, shown = _on_a_terminal(tmp_path, "build")
    assert shown == "1 file written (1 document).\r\n"


def test_log_gets_a_line_every_few_seconds(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seconds = iter([0.0, 1.0, 6.0, 7.0, 30.0])
    monkeypatch.setattr("translate_pipe.progress.time.monotonic", lambda: next(seconds))
    with progress.progress(quiet=False) as shown:
        shown.start(40)
        for _ in range(4):
            shown.advance(10)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "20 of 40 documents\n40 of 40 documents\n")


def test_quiet_log_gets_no_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seconds = iter([0.0, 100.0, 200.0])
    monkeypatch.setattr("translate_pipe.progress.time.monotonic", lambda: next(seconds))
    with progress.progress(quiet=True) as shown:
        shown.start(20)
        shown.advance(20)
    assert capsys.readouterr() == ("", "")
