"""The command `merge`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from translate_pipe.catalogue import Compendium, MergeOptions, merge, serialize_po
from translate_pipe.cli.app import EXIT_FINDINGS
from translate_pipe.cli.inputs import is_one_of, read_input
from translate_pipe.cli.output import is_limited, say
from translate_pipe.engine.files import Files
from translate_pipe.engine.fingerprints import content_digest
from translate_pipe.errors import FileError
from translate_pipe.project import read_catalogue
from translate_pipe.report.changes import merge_details, merge_json, merge_summary

if TYPE_CHECKING:
    from translate_pipe.cli.app import Settings


def merge_command(
    settings: Settings,
    *,
    old: str,
    template: str,
    output: str,
    compendia: tuple[str, ...],
    obsolete: str,
    output_format: str,
    dry_run: bool,
) -> None:
    """Merge a template into a catalogue."""
    is_json = output_format == "json"
    if is_json and output == "-" and not dry_run:
        raise click.UsageError("with --format json, name a file for the catalogue with -o")
    if is_one_of(output, (template, *compendia)) and not is_one_of(output, (old,)):
        problem = f"{output} is read here, and would be replaced by the catalogue; name another file with -o"
        raise click.UsageError(problem)
    catalogue, needed, *others = (read_catalogue(read_input(name), name) for name in (old, template, *compendia))
    options = MergeOptions(keep_obsolete=obsolete == "keep")
    result = merge(catalogue, needed, options, [Compendium(other.messages) for other in others])
    if is_json:
        click.echo(merge_json(result, ascii_only=is_limited(sys.stdout)), nl=False)
    if not dry_run:
        _write_catalogue(output, serialize_po(result.catalogue).encode())
    say(settings, merge_summary(result), *(merge_details(result.outcomes) if settings.is_verbose else ()))
    if dry_run and result.changed:
        sys.exit(EXIT_FINDINGS)


def _write_catalogue(name: str, data: bytes) -> None:
    """Write a catalogue to a file, or to standard output. A file that is not a catalogue is never replaced."""
    if name == "-":
        sys.stdout.buffer.write(data)
        return
    path = Path(name).resolve()
    files = Files(path.parent)
    old = files.read(path.name)
    if old is not None:
        try:
            read_catalogue(old, name)
        except FileError as error:
            problem = f"is no catalogue that can be read, so it is left alone; name another file ({error.problem})"
            raise FileError(name, problem, error.line) from error
    files.update(path.name, content_digest(old), data)
