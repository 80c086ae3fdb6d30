"""Measures one run of a command: `timed.py SECONDS REPORT COMMAND…`, standard library only.

It runs in its own process because the system counts the memory of the parent for a new child: a benchmark that holds a
large catalogue would find that size in every tool. CPU time and memory are those of the command and all its children
(`os.wait4`). The system reports only the largest of several processes, so they are also read every tenth of a second
and added. A command that takes longer than SECONDS by the clock is ended, with its children.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

_PROC = Path("/proc")
_UNIT = 1024 * 1024 if sys.platform == "darwin" else 1024
"""How much of `ru_maxrss` is a MiB."""


def family(leader: int) -> list[int]:
    """The processes of the session that a process leads; none on a system without /proc."""
    found = []
    for folder in _PROC.glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[3]) == leader:
            found.append(int(folder.name))
    return found


def shared_memory(process: int) -> int:
    """KiB of a process, with its part of what it shares with others; 0 if it has just ended."""
    try:
        lines = (_PROC / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def watch(leader: int, peak: list[int], ended: threading.Event) -> None:
    """Keep in `peak` the most KiB that several processes of a session had at once."""
    while not ended.wait(0.1):
        processes = family(leader)
        if len(processes) > 1:
            peak[0] = max(peak[0], sum(map(shared_memory, processes)))


def timed(limit: float, command: list[str]) -> dict[str, float | bool]:
    """Run a command, and return its CPU time, time and memory."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True) as process:
        over = threading.Event()

        def end() -> None:
            over.set()
            with contextlib.suppress(ProcessLookupError):  # it has ended by itself just now
                os.killpg(process.pid, signal.SIGKILL)

        ended, peak = threading.Event(), [0]
        watcher = threading.Thread(target=watch, args=(process.pid, peak, ended), daemon=True)
        watcher.start()
        timer = threading.Timer(limit, end)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        timer.cancel()
        ended.set()
        watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "cpu": usage.ru_utime + usage.ru_stime,
        "wall": wall,
        "memory": max(usage.ru_maxrss / _UNIT, peak[0] / 1024),
        "status": process.returncode,
        "over": over.is_set(),
    }


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(timed(float(sys.argv[1]), sys.argv[3:])), encoding="utf-8")
