"""The command `init`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from translate_pipe.cli.inputs import DEFAULT_SOURCE_LOCALE, wanted_project
from translate_pipe.cli.output import print_diagnostics, say
from translate_pipe.cli.steps import run_stages
from translate_pipe.engine.files import Files
from translate_pipe.errors import ConfigurationError
from translate_pipe.locales import normalise
from translate_pipe.project import Stage, configuration_text, find_layout, parse_configuration, project_in
from translate_pipe.registry import CONFIGURATION_FILE, PYPROJECT_FILE
from translate_pipe.report.changes import first_catalogues, layout_lines
from translate_pipe.report.text import by_check, in_order

if TYPE_CHECKING:
    from translate_pipe.cli.app import Settings

_FIRST_FINDINGS = 5  # the output of `init` fits on a screen


def init_command(settings: Settings, *, source_locale: str, locales: tuple[str, ...]) -> None:
    """Write a configuration, and make the first catalogues if there are documents and locales."""
    root = Path(settings.folder)
    file, pyproject = root / CONFIGURATION_FILE, root / PYPROJECT_FILE
    if file.exists():
        raise ConfigurationError(str(file), 0, "this project is set up already; edit the file, it is not overwritten")
    if pyproject.exists() and project_in(root):
        raise ConfigurationError(str(pyproject), 0, "this project is set up already, here; edit this file")
    wanted = [normalise(locale) for locale in locales]
    given = normalise(source_locale or DEFAULT_SOURCE_LOCALE)
    layout = find_layout(root, given, wanted, is_certain=bool(source_locale))
    text = configuration_text(layout.source_locale, wanted, layout)
    # Raises an error, before anything is written, for a locale that is given twice or is the source locale.
    parse_configuration(text, CONFIGURATION_FILE)
    Files(root).write(CONFIGURATION_FILE, text.encode())
    folder = layout.source.replace("{locale}", layout.source_locale)
    say(settings, f"Wrote {file}; the documents are the Markdown files in {folder} ({layout.documents} found).")
    for line in layout.recognised:
        click.echo(line)
    say(settings, *layout_lines(layout, given, details=settings.is_verbose))
    if not layout.documents:
        say(settings, f"Put your documents into {folder}, or change the key source.")
    if not locales:
        say(settings, 'Name the locales to translate into in the key locales, as in locales = ["de", "fr"].')
    if layout.documents and locales:
        _make_first_catalogues(settings._replace(folder=str(root)))
    say(settings, "Next: translate the PO files, then run: translate-pipe locales")


def _make_first_catalogues(settings: Settings) -> None:
    stages = Stage.EXTRACT | Stage.UPDATE
    report = run_stages(settings, wanted_project(settings), stages, dry_run=False, details=True)
    if settings.is_verbose:
        say(settings, *(f"Wrote {name}" for name in report.written))
    say(settings, first_catalogues(report))
    found = in_order(report.diagnostics)
    shown = found if settings.is_verbose else found[:_FIRST_FINDINGS]
    print_diagnostics(shown, "text")
    if more := len(found) - len(shown):
        say(settings, f"… and {more:,} more findings. All: {by_check(found)}; see: translate-pipe check --source")
