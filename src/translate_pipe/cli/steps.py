"""The commands that run steps over a project: extract, update, build, all of them, and the status."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from translate_pipe.cli.app import EXIT_FINDINGS
from translate_pipe.cli.inputs import cores, wanted_locales, wanted_project
from translate_pipe.cli.output import (
    Checked,
    exit_with_findings,
    has_colour,
    is_limited,
    print_diagnostics,
    say,
    without_infos,
)
from translate_pipe.late import LateModule
from translate_pipe.locales import user_locale
from translate_pipe.progress import progress
from translate_pipe.project import WHOLE, RunOptions, Stage
from translate_pipe.report.changes import summary, update_lines, updates_json
from translate_pipe.report.status_table import MANY_DOCUMENTS, Screen, status_json, status_table
from translate_pipe.report.text import counted

if TYPE_CHECKING:
    import shutil
    from collections.abc import Sequence

    from translate_pipe.cli.app import Settings
    from translate_pipe.project import Project, Report, Shard
else:
    shutil = LateModule("shutil")


def run_stages(
    settings: Settings,
    project: Project,
    stages: Stage,
    locales: Sequence[str] = (),
    *,
    dry_run: bool,
    jobs: int | None = None,
    scheduler: str = "",
    shard: Shard | None = None,
    details: bool | None = None,
    **options: bool,
) -> Report:
    """Run stages over a project and show the progress. `options` are those of `RunOptions`.

    Without `jobs` each core gets a process. Without `details` the settings decide.
    """
    if jobs and scheduler:
        raise click.UsageError(
            "--jobs is for the processes of this machine, --scheduler for those of a cluster; give one"
        )
    request = RunOptions(
        stages=stages,
        locales=wanted_locales(project, locales),
        now=datetime.now(UTC),
        jobs=jobs or cores(),
        scheduler=scheduler,
        shard=shard or WHOLE,
        details=settings.is_verbose if details is None else details,
        **options,
    )
    with progress(quiet=settings.is_quiet) as shown:
        return project.run(request, shown, lambda line: say(settings, line), dry_run=dry_run)


def extract_command(
    settings: Settings, *, dry_run: bool, jobs: int | None, scheduler: str, shard: Shard | None
) -> None:
    """Make the templates."""
    project = wanted_project(settings)
    report = run_stages(settings, project, Stage.EXTRACT, dry_run=dry_run, jobs=jobs, scheduler=scheduler, shard=shard)
    print_diagnostics(report.diagnostics, "text")
    _finish(settings, project, report, dry_run=dry_run)


def update_command(
    settings: Settings,
    *,
    locales: tuple[str, ...],
    output_format: str,
    dry_run: bool,
    jobs: int | None,
    scheduler: str,
    shard: Shard | None,
) -> None:
    """Bring the catalogues in line with the documents."""
    project = wanted_project(settings)
    is_json = output_format == "json"
    details = settings.is_verbose or is_json
    report = run_stages(
        settings,
        project,
        Stage.UPDATE,
        locales,
        dry_run=dry_run,
        jobs=jobs,
        scheduler=scheduler,
        shard=shard,
        details=details,
    )
    if is_json:
        click.echo(updates_json(report, ascii_only=is_limited(sys.stdout)), nl=False)
    _say_updates(settings, report)
    print_diagnostics(report.diagnostics, "text", err=is_json)
    _finish(settings, project, report, dry_run=dry_run)


def check_project(settings: Settings, scheduler: str) -> Checked:
    """Check all translations of a project, without a change of its files."""
    project = wanted_project(settings)
    report = run_stages(settings, project, Stage.CHECK | Stage.STATUS, dry_run=True, scheduler=scheduler)
    messages = sum(row.translated + row.not_published for row in report.status)
    return Checked(report.diagnostics, messages, project.root)


def build_command(
    settings: Settings,
    *,
    locales: tuple[str, ...],
    output_format: str,
    dry_run: bool,
    require_complete: bool,
    draft: bool,
    overwrite: bool,
    jobs: int | None,
    scheduler: str,
    shard: Shard | None,
) -> None:
    """Write the localised documents."""
    project = wanted_project(settings)
    report = run_stages(
        settings,
        project,
        Stage.BUILD,
        locales,
        dry_run=dry_run,
        jobs=jobs,
        scheduler=scheduler,
        shard=shard,
        require_complete=require_complete,
        is_draft=draft,
        overwrite=overwrite,
    )
    print_diagnostics(report.diagnostics, output_format, root=project.root, details=settings.is_verbose)
    _finish(settings, project, report, dry_run=dry_run)


def locales_command(
    settings: Settings,
    *,
    locales: tuple[str, ...],
    output_format: str,
    dry_run: bool,
    overwrite: bool,
    jobs: int | None,
    scheduler: str,
    shard: Shard | None,
) -> None:
    """Run all steps and show the status."""
    project = wanted_project(settings)
    stages = Stage.EXTRACT | Stage.UPDATE | Stage.CHECK | Stage.BUILD | Stage.STATUS
    report = run_stages(
        settings,
        project,
        stages,
        locales,
        dry_run=dry_run,
        jobs=jobs,
        scheduler=scheduler,
        shard=shard,
        overwrite=overwrite,
    )
    _say_updates(settings, report)
    is_brief = output_format == "text" and not settings.is_verbose
    always = () if settings.is_quiet else ("orphan",)
    shown = without_infos(report.diagnostics, always) if is_brief else report.diagnostics
    print_diagnostics(shown, output_format, root=project.root, details=settings.is_verbose)
    if output_format == "text" and not settings.is_quiet:
        _print_status(settings, report)
    _finish(settings, project, report, dry_run=dry_run)


def status_command(settings: Settings, *, locales: tuple[str, ...], output_format: str) -> None:
    """Show how far each locale and document is."""
    project = wanted_project(settings)
    report = run_stages(settings, project, Stage.STATUS, locales, dry_run=True, details=True)
    print_diagnostics(report.diagnostics, "text", err=True)
    if output_format == "json":
        click.echo(status_json(report.status, ascii_only=is_limited(sys.stdout)), nl=False)
    else:
        _print_status(settings, report)
        if report.withheld:
            which = counted(report.not_published, "translation")
            say(settings, f"{which} with errors; translate-pipe check shows what is wrong.")
    exit_with_findings(report.diagnostics)


def _say_updates(settings: Settings, report: Report) -> None:
    """Print which catalogues an update changed."""
    say(settings, *update_lines(report, details=settings.is_verbose))


def _print_status(settings: Settings, report: Report) -> None:
    """Print the status table; many documents are summed up unless details are wanted."""
    details = settings.is_verbose or report.documents <= MANY_DOCUMENTS
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    screen = Screen(columns, has_colour(sys.stdout), is_limited(sys.stdout))
    click.echo(status_table(report.status, user_locale(os.environ), screen, details=details), nl=False)
    if not details:
        say(settings, f"{report.documents} documents; -v shows each of them.")


def _finish(settings: Settings, project: Project, report: Report, *, dry_run: bool) -> None:
    """Print what a run changed, and end with its exit code."""
    if settings.is_verbose:
        wrote, removed = ("would write", "would remove") if dry_run else ("wrote", "removed")
        say(settings, *(f"{wrote} {name}" for name in report.written))
        say(settings, *(f"{removed} {name}" for name in report.removed))
    for name, kept in report.kept:
        did, is_kept = ("would replace", "would be kept") if dry_run else ("replaced", "is kept")
        say(settings, f"{did} {name}, which no run wrote; what was there {is_kept} as {kept}")
    if report.withheld and not report.stopped:
        number = report.not_published
        which = "1 translation has an error and was" if number == 1 else f"{number:,} translations have errors and were"
        is_chain = project.configuration.fallback == "chain"
        shown = "the text of a wider locale or the source text" if is_chain else "the source text"
        say(settings, f"{which} not published; readers see {shown}.")
    if report.warned:
        which = "1 translation was" if report.warned == 1 else f"{report.warned:,} translations were"
        say(settings, f"{which} published with a warning.")
    say(settings, *(f"{name} is not written, because of the errors above." for name in report.stopped))
    say(settings, summary(report, dry_run=dry_run))
    if dry_run and report.changed:
        sys.exit(EXIT_FINDINGS)
    exit_with_findings(report.diagnostics)
