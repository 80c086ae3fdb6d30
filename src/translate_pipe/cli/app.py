"""What all commands share: their settings, exit codes for errors, and the import of what a command runs.

Importing is most of what a short run does, so each command imports what it needs, and help needs none of it.
"""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from translate_pipe.errors import FileError, TranslatePipeError
from translate_pipe.late import LateModule
from translate_pipe.registry import SEVERITIES

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

    from translate_pipe.cli import output
else:
    logging = LateModule("logging")
    output = LateModule("translate_pipe.cli.output")

EXIT_FINDINGS = 1
EXIT_USAGE = 2
FAIL_ON = ("never", *SEVERITIES)
"""What makes the exit code 1: diagnostics of this severity, and of those before it."""


class Settings(NamedTuple):
    """Values of the options that all commands share. Without a folder, the current one and those above are searched."""

    folder: str = ""
    verbosity: int = 0

    @property
    def is_verbose(self) -> bool:
        """Whether to show details."""
        return self.verbosity > 0

    @property
    def is_quiet(self) -> bool:
        """Whether to print findings and errors only."""
        return self.verbosity < 0


def _set_folder(context: click.Context, _option: click.Parameter, folder: str | None) -> None:
    if folder is not None:
        context.obj = (context.obj or Settings())._replace(folder=folder)


def _set_verbosity(context: click.Context, option: click.Parameter, count: int) -> None:
    if count:
        verbosity = -1 if option.name == "quiet" else count
        context.obj = (context.obj or Settings())._replace(verbosity=verbosity)
        if verbosity > 0:
            # Tracebacks of internal errors go to the log.
            logging.basicConfig(format="%(message)s", force=True)
            logging.getLogger("translate_pipe").setLevel(logging.DEBUG)


COMMON_OPTIONS: tuple[click.Parameter, ...] = (
    click.Option(
        ["--project"],
        type=click.Path(),
        callback=_set_folder,
        expose_value=False,
        help="The folder of the project.  [default: this one, or the nearest above it that has one]",
    ),
    click.Option(
        ["-v", "--verbose"],
        count=True,
        callback=_set_verbosity,
        expose_value=False,
        help="Say more: each file that is written.",
    ),
    click.Option(
        ["-q", "--quiet"],
        count=True,
        callback=_set_verbosity,
        expose_value=False,
        help="Say nothing but findings and errors.",
    ),
)
"""Options that may come before or after the name of a command."""


class LateCommand(click.Command):
    """A command that calls `target`, such as `check:check_command`, with the settings and its parameters by name.

    The module, one of this folder, is imported when the command runs. If a module that it needs is not installed, a
    usage error names the `extra` of this package that installs it. The list of commands shows the first line of the
    description.
    """

    def __init__(self, name: str, target: str, description: str, *parameters: click.Parameter, extra: str = "") -> None:
        self._target = target
        self._extra = extra
        super().__init__(name, callback=self._run, params=[*COMMON_OPTIONS, *parameters], help=description)

    @property
    def function(self) -> Callable[..., None]:
        """The function that the command calls."""
        module, _, name = self._target.partition(":")
        function: Callable[..., None] = getattr(import_module(f"translate_pipe.cli.{module}"), name)
        return function

    def _run(self, **values: object) -> None:
        try:
            self.function(click.get_current_context().obj, **values)
        except ModuleNotFoundError as error:
            if not self._extra:
                raise
            problem = f"it needs {error.name}; install it with: pip install 'translate-pipe[{self._extra}]'"
            raise click.UsageError(problem) from error


class Application(click.Group):
    """A group of commands that keeps their order and turns this package's errors into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of the commands, in the order in which they are used."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run a command."""
        ctx.obj = ctx.obj or Settings()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a character shows a question mark
                stream.reconfigure(errors="replace")
        try:
            return super().invoke(ctx)
        except TranslatePipeError as error:
            output.print_error(error)
            ctx.exit(EXIT_FINDINGS if isinstance(error, FileError) else EXIT_USAGE)
