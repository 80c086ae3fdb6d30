"""What commands work on: the project, and files that a user names, in a project or not."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from translate_pipe.engine.files import read_bytes
from translate_pipe.locales import normalise
from translate_pipe.project import Project, find_project, open_project, project_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from translate_pipe.cli.app import Settings

DEFAULT_SOURCE_LOCALE = "en"


def wanted_project(settings: Settings) -> Project:
    """The project that `--project` names or that the current folder is in; raises ConfigurationError for none."""
    return open_project(Path(settings.folder)) if settings.folder else find_project(Path())


def project_here(settings: Settings) -> Project | None:
    """The same, but None if the current folder is in no project."""
    if settings.folder:
        return wanted_project(settings)
    return project_around(Path())


def wanted_locales(project: Project, locales: Sequence[str]) -> tuple[str, ...]:
    """The locales that a command names, or all of the project's."""
    configured = project.configuration.locales
    wanted = tuple(dict.fromkeys(map(normalise, locales)))
    for locale in wanted:
        if locale not in configured:
            known = ", ".join(configured) or "none yet"
            problem = f"{locale} is not a locale of this project ({known}); add it to the key locales"
            raise click.UsageError(problem)
    return wanted or configured


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_input(name: str) -> bytes:
    """The content of a file; `-` is standard input. Raises FileError."""
    return sys.stdin.buffer.read() if name == "-" else read_bytes(Path(name), name)


def is_one_of(name: str, others: Iterable[str]) -> bool:
    """Whether two names, however they are written, are of the same file; `-` is none."""
    return name != "-" and any(Path(name).resolve() == Path(other).resolve() for other in others if other != "-")
