"""The command `check` for PO files, which need not belong to a project."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from translate_pipe.checks import check, checks_with
from translate_pipe.checks.helpers.topics import unknown_site
from translate_pipe.cli.inputs import DEFAULT_SOURCE_LOCALE, project_here, read_input
from translate_pipe.cli.output import Checked
from translate_pipe.errors import FileError, UnknownLocaleError
from translate_pipe.links import NO_LINKS
from translate_pipe.locales import normalise, of_path
from translate_pipe.project import file_checks, file_diagnostic, language_problem, read_catalogue, site_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.cli.app import Settings
    from translate_pipe.model import Catalogue, Diagnostic
    from translate_pipe.project import Project


def check_catalogues(settings: Settings, names: Iterable[str], source_locale: str) -> Checked:
    """Check PO files, also all those in folders. If the current folder is in a project, its configuration counts."""
    project = project_here(settings)
    configuration = project.configuration if project else None
    source = normalise(source_locale) if source_locale else DEFAULT_SOURCE_LOCALE
    if configuration and not source_locale:
        source = configuration.source_locale
    files: dict[str, None] = {}  # each once
    for name in names:
        is_folder = bool(name) and name != "-" and Path(name).is_dir()
        found = [str(path) for path in sorted(Path(name).rglob("*.po")) if path.is_file()] if is_folder else [name]
        if not found:
            raise click.UsageError(f"there are no PO files in the folder {name}")
        files |= dict.fromkeys(found)
    diagnostics: list[Diagnostic] = []
    messages = 0
    for name in files:
        try:
            catalogue = read_catalogue(read_input(name), name)
        except FileError as error:
            diagnostics.append(file_diagnostic(error))
        else:
            messages += sum(message.translated for message in catalogue.messages)
            diagnostics += _check_catalogue(catalogue, name, source, project)
    if configuration:
        diagnostics = list(configuration.graded(diagnostics))
    ignored = configuration.ignore_checks if configuration else ()
    return Checked(diagnostics, messages, ignored=frozenset(ignored))


def _check_catalogue(catalogue: Catalogue, name: str, source: str, project: Project | None) -> Iterator[Diagnostic]:
    """Check one catalogue. Its place in the project, its header or else its path says which locale it is of."""
    place = project.locale_of(Path(name)) if project and name != "-" else ""
    try:
        locale = place or normalise(catalogue.fields.get("Language", ""))
    except UnknownLocaleError:
        locale = of_path(name)
    if place and (problem := language_problem(catalogue, name, place)):
        yield problem
    links = project.configuration.finish(locale).links if project and locale else NO_LINKS
    site = partial(site_of, project.configuration) if project and place else unknown_site
    checks = checks_with(project.configuration.plugins if project else ())
    with file_checks(project, name, checks, source) if project and place else nullcontext() as remembered:
        yield from check(
            catalogue,
            name,
            source_locale=source,
            locale=locale,
            checks=checks,
            links=links,
            remembered=remembered,
            site=site,
        )
