"""All commands of the command line with their options, as one table.

A new command is a row here and a function with the same parameters in a module of this package.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from translate_pipe import __version__
from translate_pipe.cli.app import COMMON_OPTIONS, FAIL_ON, Application, LateCommand
from translate_pipe.late import LateModule
from translate_pipe.registry import FORMAT_CHOICES, OBSOLETE, names

if TYPE_CHECKING:
    from translate_pipe.engine import lock
    from translate_pipe.report import check_names
else:
    check_names = LateModule("translate_pipe.report.check_names")
    lock = LateModule("translate_pipe.engine.lock")


def _shard(context: click.Context, option: click.Parameter, given: str | None) -> lock.Shard | None:
    """A part of a project, written such as 2/8."""
    if given is None:
        return None
    found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", given)
    number, count = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= count:
        problem = f"{given!r} is not a part such as 1/4, the first of four."
        raise click.BadParameter(problem, context, option)
    return lock.Shard(number, count)


def _address(context: click.Context, option: click.Parameter, given: str) -> str:
    """The address of a Dask scheduler."""
    if given and not re.fullmatch(r"[a-z]+://[^\s/]+/?", given):
        raise click.BadParameter(f"{given!r} is not an address such as tcp://host:8786.", context, option)
    return given


def _check_names(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> frozenset[str]:
    """The names in values such as `citation,link`."""
    names = [name for value in given for name in value.replace(",", " ").split()]
    if names and (problem := check_names.unknown_check(names)):
        raise click.BadParameter(problem, context, option)
    return frozenset(names)


def _print_checks(context: click.Context, _option: click.Parameter, is_wanted: bool) -> None:  # noqa: FBT001  # by Click
    if is_wanted and not context.resilient_parsing:
        click.echo(check_names.rules_text(), nl=False)
        context.exit()


def _format(*names: str, what: str) -> click.Option:
    return click.Option(
        ["--format", "output_format"], type=click.Choice(names), default="text", show_default=True, help=what
    )


_A_FILE = click.Path(allow_dash=True)  # making one takes Click a search for translations, so one is enough
_LOCALES = click.Argument(["locales"], nargs=-1)
_FILES = click.Argument(["files"], nargs=-1, type=_A_FILE, metavar="[FILE]...")
_DRY_RUN = click.Option(["--check", "dry_run"], is_flag=True, help="Write nothing; exit 1 if something would change.")
_FORMAT = _format(*names(FORMAT_CHOICES), what="How to report what is wrong.")
_MERGE_FORMAT = _format("text", "json", what="How to report what became of each message.")
_OVERWRITE = click.Option(
    ["--overwrite"],
    is_flag=True,
    help="Replace also files at the paths of outputs that no run wrote; they are kept in the state folder.",
)
_SCHEDULER = click.Option(
    ["--scheduler"],
    metavar="ADDRESS",
    default="",
    callback=_address,
    help="Let the workers of a Dask scheduler share the work, such as tcp://host:8786.",
)
_WORK = (
    click.Option(
        ["--jobs"],
        type=click.IntRange(min=1),
        metavar="N",
        help="How many processes may share the work.  [default: one for each core]",
    ),
    _SCHEDULER,
    click.Option(
        ["--shard"],
        metavar="I/N",
        callback=_shard,
        help="Do one of N parts of the project alone, such as 2/8; the others can be done elsewhere.",
    ),
)

COMMANDS = (
    LateCommand(
        "init",
        "init:init_command",
        """Set up a project: a configuration and the first catalogues.

        LOCALES are the locales to translate into, such as de fr pt_BR. Files that are translations by their names, such
        as index.de.md or docs/de/index.md, are left as they are. With -v each of them is shown, and each file that is
        written.
        """,
        click.Option(
            ["--source-locale"],
            default="",
            help="The locale of the documents.  [default: en, or what the project shows]",
        ),
        _LOCALES,
    ),
    LateCommand(
        "extract",
        "steps:extract_command",
        "Make the templates (POT) from the documents.",
        _DRY_RUN,
        *_WORK,
    ),
    LateCommand(
        "update",
        "steps:update_command",
        """Bring the catalogues (PO) in line with the documents.

        With -v each message that changed is shown, edited ones as a word diff.
        """,
        _LOCALES,
        _DRY_RUN,
        _MERGE_FORMAT,
        *_WORK,
    ),
    LateCommand(
        "check",
        "check:check_command",
        """Report what is wrong with the translations, or with the documents.

        Without FILE the whole project is checked; with FILE these alone, in a project or not: PO files, or Markdown
        with --source. A folder means all such files in it; `-` is standard input.
        """,
        _FILES,
        click.Option(
            ["--source", "of_sources"], is_flag=True, help="Check the documents themselves, not their translations."
        ),
        _FORMAT,
        click.Option(
            ["--select"],
            metavar="CHECKS",
            multiple=True,
            callback=_check_names,
            help="Report these checks alone, such as citation,link. May be given several times.",
        ),
        click.Option(
            ["--ignore"],
            metavar="CHECKS",
            multiple=True,
            callback=_check_names,
            help="Do not report these checks. May be given several times.",
        ),
        click.Option(
            ["--fail-on"],
            type=click.Choice(FAIL_ON),
            default="warning",
            show_default=True,
            help="The least severity that makes the exit code 1.",
        ),
        click.Option(
            ["--source-locale"],
            default="",
            help="The locale of the source texts of PO.  [default: the project's, or en]",
        ),
        _SCHEDULER,
        click.Option(
            ["--list"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_checks,
            help="Show all checks with their severity, and exit.",
        ),
    ),
    LateCommand(
        "build",
        "steps:build_command",
        """Write the localised documents.

        A translation with an error is not published, unless the project chooses otherwise.
        """,
        _LOCALES,
        _DRY_RUN,
        _FORMAT,
        click.Option(
            ["--require-complete"], is_flag=True, help="Report what is not translated yet; exit 1 if there is any."
        ),
        click.Option(
            ["--draft"],
            is_flag=True,
            help="Write translations as they are: without the checks, and without the judge.",
        ),
        _OVERWRITE,
        *_WORK,
    ),
    LateCommand(
        "locales",
        "steps:locales_command",
        """Extract, update, check and build, and show how far each locale is.

        Notes of severity info on messages are shown with -v, and by check. The table is for people; other formats than
        text are without it.
        """,
        _LOCALES,
        _DRY_RUN,
        _FORMAT,
        _OVERWRITE,
        *_WORK,
    ),
    LateCommand(
        "status",
        "steps:status_command",
        "Show how far each locale and document is.",
        _LOCALES,
        _format("text", "json", what="How to report."),
    ),
    LateCommand(
        "roundtrip",
        "roundtrip_files:roundtrip_command",
        """Prove that untranslated output is byte-identical to the input.

        Without FILE all documents of the project are tried. `-` is standard input.
        """,
        click.Option(
            ["--dialect", "dialects"], multiple=True, metavar="NAME", help="A flavour of Markdown, such as mkdocs."
        ),
        _FILES,
    ),
    LateCommand(
        "merge",
        "merge_files:merge_command",
        """Merge a template into one catalogue, in a project or not.

        As msgmerge does: OLD.po is a catalogue with translations, NEW.pot the messages that are needed now. `-` is
        standard input. A newline in a msgid is white space here. With --format json the result is reported on standard
        output, so the catalogue needs a file.
        """,
        click.Argument(["old"], type=_A_FILE, metavar="OLD.po"),
        click.Argument(["template"], type=_A_FILE, metavar="NEW.pot"),
        click.Option(
            ["-o", "--output"], default="-", metavar="OUT.po", help="Where to write.  [default: standard output]"
        ),
        click.Option(
            ["--compendium", "compendia"],
            multiple=True,
            metavar="FILE",
            help="A catalogue to take translations from.",
        ),
        click.Option(
            ["--obsolete"],
            type=click.Choice(OBSOLETE),
            default="keep",
            show_default=True,
            help="What becomes of messages that are no longer needed.",
        ),
        _MERGE_FORMAT,
        _DRY_RUN,
    ),
    LateCommand(
        "preview",
        "show_preview:preview_command",
        """Show documents beside their translations in the browser, live, until Ctrl-C.

        Starts with LOCALE, or with the first locale of the project. With --static DIR the same pages, an overview of
        all documents and a badge for each locale are written as files, of all locales or of LOCALE alone.
        """,
        click.Argument(["locale"], required=False),
        click.Option(["--no-open", "is_closed"], is_flag=True, help="Do not open the browser."),
        click.Option(
            ["--port"],
            type=click.IntRange(1, 65535),
            metavar="N",
            help="The port to be reached at.  [default: one that is free]",
        ),
        click.Option(
            ["--static", "folder"],
            type=click.Path(file_okay=False),
            metavar="DIR",
            help="Write the pages as files instead.",
        ),
        extra="preview",
    ),
)
"""Every command, in the order in which they are used."""

command_line = Application(
    "translate-pipe",
    commands=COMMANDS,
    params=[*COMMON_OPTIONS],
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Localise Markdown by way of gettext catalogues.

    Source documents become PO files for translators; what they translate becomes Markdown in which everything that they
    did not write is byte for byte the source's.
    """,
)
click.version_option(__version__, prog_name="translate-pipe")(command_line)
