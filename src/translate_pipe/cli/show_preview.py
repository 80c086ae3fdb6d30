"""The command `preview`. It needs the packages of the extra `preview`."""

from __future__ import annotations

import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from translate_pipe.cli.inputs import cores, wanted_locales, wanted_project
from translate_pipe.cli.output import say
from translate_pipe.late import LateModule
from translate_pipe.locales import user_locale
from translate_pipe.preview.site import write_site
from translate_pipe.preview.workspace import Workspace
from translate_pipe.progress import progress

if TYPE_CHECKING:
    import webbrowser

    from translate_pipe.cli.app import Settings
    from translate_pipe.preview import server
else:
    server = LateModule("translate_pipe.preview.server")
    webbrowser = LateModule("webbrowser")


def preview_command(
    settings: Settings, *, locale: str | None, port: int | None, folder: str | None, is_closed: bool
) -> None:
    """Serve the preview until it is interrupted, or write it as files into `folder`."""
    project = wanted_project(settings)
    locales = wanted_locales(project, [locale] if locale else ())
    workspace = Workspace(project, locales, user_locale(os.environ))
    if folder is not None:
        with progress(quiet=settings.is_quiet) as shown:
            pages = write_site(workspace, Path(folder), datetime.now(UTC), shown, cores())
        say(settings, f"Wrote {pages} pages and an overview; open {Path(folder, 'index.html')}")
        return

    def started(address: str) -> None:
        click.echo(address)
        say(settings, "The preview follows what is saved. Press Ctrl-C to stop it.")
        # A browser in the terminal would take the terminal away from the preview.
        has_screen = sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
        if has_screen and not is_closed:
            # Some browsers are waited for until they end, and they wait for the server.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    try:
        server.serve(workspace, port or 0, started)
    except OSError as error:
        problem = f"port {port} cannot be used: {error.strerror}; leave out --port to get one that is free"
        raise click.UsageError(problem) from error
