"""What the tool itself consists of: if it changes, nothing that it remembers is of use."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from translate_pipe.engine.fingerprints import digest

_PACKAGE = Path(__file__).parents[1]


@cache
def tool_fingerprint() -> str:
    """What stands for this version of the tool, of Python and of all installed libraries.

    A library's version is in the name of a folder that its installation made, so nothing is opened or imported. The
    modules of this package count by their times, since whoever works on them does not count its version up each time.
    """
    installed = sorted(
        name for folder in sys.path for name in _names(folder) if name.endswith((".dist-info", ".egg-info"))
    )
    modules = sorted(f"{entry.path} {entry.stat().st_mtime_ns}" for entry in _modules(os.fspath(_PACKAGE)))
    return digest(sys.version.encode(), repr(installed).encode(), repr(modules).encode())


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder or ".")  # noqa: PTH208  # names are enough
    except OSError:  # an archive, or a folder that is not there
        return []


def _modules(folder: str) -> list[os.DirEntry[str]]:
    found: list[os.DirEntry[str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                found += _modules(entry.path)
            elif entry.name.endswith(".py"):
                found.append(entry)
    return found
