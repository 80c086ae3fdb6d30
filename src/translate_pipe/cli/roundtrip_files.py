"""The command `roundtrip`."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from translate_pipe.cli.app import EXIT_FINDINGS
from translate_pipe.cli.inputs import read_input, wanted_project
from translate_pipe.cli.output import print_diagnostics, say
from translate_pipe.engine.files import decode
from translate_pipe.errors import FileError, blaming
from translate_pipe.model import DEFAULT_OPTIONS
from translate_pipe.project import roundtrip
from translate_pipe.report.visible import safe

if TYPE_CHECKING:
    from translate_pipe.cli.app import Settings


def roundtrip_command(settings: Settings, *, files: tuple[str, ...], dialects: tuple[str, ...]) -> None:
    """Prove that documents without translations come out as they are."""
    names, options = list(files), DEFAULT_OPTIONS
    if not files:
        project = wanted_project(settings)
        sources, diagnostics = project.sources()
        print_diagnostics(diagnostics, "text")
        names = [str(project.root / source.path) for source in sources]
        options = project.configuration.parse_options
    if dialects:
        try:
            options = replace(options, dialects=dialects)
        except ValueError as error:
            raise click.BadParameter(f"{error}.", param_hint="'--dialect'") from error
    identical = 0
    for name in names:
        try:
            data = read_input(name)
            with blaming(name):
                difference = roundtrip(data, decode(data, name), options, name)
        except FileError as error:
            click.echo(safe(str(error)))
            continue
        if difference:
            before, after = difference.before, difference.after
            click.echo(f"{safe(name)}:{difference.line}: not identical\n- {before!r}\n+ {after!r}")
        else:
            identical += 1
    say(settings, f"{identical} of {len(names)} documents are byte-identical.")
    if identical < len(names) or not names:
        sys.exit(EXIT_FINDINGS)
