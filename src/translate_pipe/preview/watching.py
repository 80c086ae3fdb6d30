"""Reports when files that the preview shows are saved."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING

from watchfiles import Change, awatch

from translate_pipe.preview.composing import IMAGES
from translate_pipe.project import SUFFIXES
from translate_pipe.registry import CONFIGURATION_FILE, PYPROJECT_FILE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Iterable
    from pathlib import Path

    from translate_pipe.project import Project

_QUIET = 20
"""Milliseconds without another change after which a save is done."""
_AT_MOST = 200
"""Milliseconds after which changes are reported even if more follow."""
_CONFIGURATIONS = frozenset({CONFIGURATION_FILE, PYPROJECT_FILE})
_SHOWN = frozenset({*SUFFIXES, *IMAGES, ".po"})


async def changes_of(project: Project) -> AsyncGenerator[bool, None]:
    """Yields after each change of documents, catalogues or the configuration: whether the configuration changed.

    The first time it yields as soon as it watches, since files may have changed before.

    Editors save in many ways, for instance by replacing the old file, so folders are watched: those of sources and
    catalogues with everything in them, and the project's own folder without.
    """
    changed: asyncio.Queue[bool] = asyncio.Queue()
    root = project.root.resolve()
    others = {*_CONFIGURATIONS, PurePath(project.configuration.glossary).name} - {""}
    tasks = [
        asyncio.create_task(_watch(_folders(project, root), changed, others, is_deep=True)),
        asyncio.create_task(_watch([root], changed, others, is_deep=False)),
    ]
    try:
        await asyncio.sleep(0)  # by then the tasks have run until they wait for changes
        yield False
        while True:
            is_configuration = await changed.get()
            while not changed.empty():  # changes at the same time are reported together
                is_configuration |= changed.get_nowait()
            yield is_configuration
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _watch(
    folders: Iterable[Path], changed: asyncio.Queue[bool], others: Collection[str], *, is_deep: bool
) -> None:
    def is_shown(change: Change, path: str) -> bool:
        name = PurePath(path)
        # What is in a new folder may have been there before it was watched.
        is_new_folder = change is Change.added and not name.suffix
        return name.suffix in _SHOWN or name.name in others or is_new_folder

    watched = awatch(*folders, watch_filter=is_shown, step=_QUIET, debounce=_AT_MOST, recursive=is_deep)
    async for changes in watched:
        changed.put_nowait(any(PurePath(path).name in _CONFIGURATIONS for _, path in changes))


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
