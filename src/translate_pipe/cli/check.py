"""The command `check`: what to check and what to report. A project without changes is checked without the checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from translate_pipe.cli.output import exit_with_findings, print_diagnostics, say, without_infos
from translate_pipe.late import LateModule
from translate_pipe.model import Severity
from translate_pipe.registry import FORMAT_CHOICES
from translate_pipe.report.check_names import Selection
from translate_pipe.report.text import check_table, tally

if TYPE_CHECKING:
    from translate_pipe.cli import check_catalogues, check_documents, steps
    from translate_pipe.cli.app import Settings
else:
    check_catalogues = LateModule("translate_pipe.cli.check_catalogues")
    check_documents = LateModule("translate_pipe.cli.check_documents")
    steps = LateModule("translate_pipe.cli.steps")


def check_command(
    settings: Settings,
    *,
    files: tuple[str, ...],
    output_format: str,
    select: frozenset[str],
    ignore: frozenset[str],
    fail_on: str,
    source_locale: str,
    of_sources: bool,
    scheduler: str,
) -> None:
    """Check a project, or the files that are named."""
    if source_locale and (of_sources or not files):
        raise click.UsageError("--source-locale is for PO files; the project's is in its configuration")
    if scheduler and (of_sources or files):
        raise click.UsageError("--scheduler is for the check of a whole project")
    if of_sources:
        found = check_documents.check_documents(settings, files)
    elif files:
        found = check_catalogues.check_catalogues(settings, files, source_locale)
    else:
        found = steps.check_project(settings, scheduler)
    diagnostics = Selection(select, ignore | found.ignored).of(found.diagnostics)
    is_brief = output_format == "text" and not (settings.is_verbose or select or fail_on == Severity.INFO)
    shown = without_infos(diagnostics) if is_brief else diagnostics
    print_diagnostics(shown, output_format, root=found.root, details=settings.is_verbose)
    if any(one.name == output_format and one.with_tally for one in FORMAT_CHOICES):
        say(settings, *check_table(shown))
        more = "; -v shows the infos" if len(shown) < len(diagnostics) else ""
        say(settings, tally(diagnostics, found.messages) + more if diagnostics else "No findings.")
    exit_with_findings(diagnostics, fail_on)
