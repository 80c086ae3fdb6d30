"""Tells when files are saved that the preview shows."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING

from watchfiles import Change, awatch

from translate_pipe.preview.composing import IMAGES
from translate_pipe.project.patterns import SUFFIXES
from translate_pipe.registry import CONFIGURATION_FILE, PYPROJECT_FILE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Iterable
    from pathlib import Path

    from translate_pipe.project.discovery import Project

_QUIET = 20
"""Milliseconds without another change after which a save is taken to be done."""
_AT_MOST = 200
"""Milliseconds after which changes are told even if there are ever more."""
_CONFIGURATIONS = frozenset({CONFIGURATION_FILE, PYPROJECT_FILE})
_SHOWN = frozenset({*SUFFIXES, *IMAGES, ".po"})


async def changes_of(project: Project) -> AsyncGenerator[bool, None]:
    """Yields whenever documents, catalogues or the configuration have been changed: whether the last was among them.

    The first time it yields as soon as it watches, since files may have been changed before.

    Editors save in many ways, for instance by putting a new file in the place of the old one, so folders are watched:
    those of sources and catalogues with all in them, and that of the project by itself.
    """
    told: asyncio.Queue[bool] = asyncio.Queue()
    root = project.root.resolve()
    others = {*_CONFIGURATIONS, PurePath(project.configuration.glossary).name} - {""}
    tasks = [
        asyncio.create_task(_watch(_folders(project, root), told, others, is_deep=True)),
        asyncio.create_task(_watch([root], told, others, is_deep=False)),
    ]
    try:
        await asyncio.sleep(0)  # by then the tasks have run until they wait for changes
        yield False
        while True:
            is_configuration = await told.get()
            while not told.empty():  # what has happened at the same time is told at once
                is_configuration |= told.get_nowait()
            yield is_configuration
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _watch(folders: Iterable[Path], told: asyncio.Queue[bool], others: Collection[str], *, is_deep: bool) -> None:
    def is_shown(change: Change, path: str) -> bool:
        name = PurePath(path)
        # What is in a new folder may have been there before it was watched.
        is_new_folder = change is Change.added and not name.suffix
        return name.suffix in _SHOWN or name.name in others or is_new_folder

    watched = awatch(*folders, watch_filter=is_shown, step=_QUIET, debounce=_AT_MOST, recursive=is_deep)
    async for changes in watched:
        told.put_nowait(any(PurePath(path).name in _CONFIGURATIONS for _, path in changes))


def _folders(project: Project, root: Path) -> list[Path]:
    """The folders that sources and catalogues are in or, as long as there is none, the next one above it."""
    chosen = project.configuration
    folders = []
    for name in (chosen.source_folder, chosen.catalogue.partition("{")[0].rpartition("/")[0]):
        folder = root / name
        while not folder.is_dir() and folder != root:
            folder = folder.parent
        folders.append(folder)
    return folders
