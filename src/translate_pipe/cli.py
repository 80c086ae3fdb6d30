"""The command line: options in, one call, results out.

Results go to standard output, progress and messages to standard error. Exit 0: done and clean. 1: findings in the
content. 2: usage or configuration. Heavy modules are imported by the commands that need them.
"""

from __future__ import annotations

import io
import os
import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

import click

from translate_pipe import __version__
from translate_pipe.errors import ConfigurationError, FileError, TranslatePipeError, blaming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from translate_pipe.model import Catalogue, Diagnostic, ParseOptions
    from translate_pipe.preview.workspace import Workspace
    from translate_pipe.project.discovery import Project
    from translate_pipe.project.pipeline import Report
    from translate_pipe.project.shards import Shard
    from translate_pipe.project.status import Status

EXIT_FINDINGS = 1
EXIT_USAGE = 2
_FORMATS = ("text", "json", "jsonl", "github", "sarif")
_WITH_TALLY = ("text", "github")
_FAIL_ON = ("never", "error", "warning", "info")
_DEFAULT_SOURCE_LOCALE = "en"
_FIRST_FINDINGS = 5  # shown by `init`, whose output is to fit on a screen
_FILE = click.Path(allow_dash=True)  # making one takes Click a search for translations, so one is enough


class Settings(NamedTuple):
    """What the options that all commands share say; without a folder the project is looked for from here upwards."""

    folder: str = ""
    verbosity: int = 0


class Work(NamedTuple):
    """How much of a project is to be done, and by how many processes; None stands for all of both."""

    jobs: int | None = None
    shard: Shard | None = None


EVERYTHING = Work()


class _Commands(click.Group):
    """Turns the package's errors into one line and an exit code, and keeps the commands in their working order."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        try:
            return super().invoke(ctx)
        except TranslatePipeError as error:
            from translate_pipe.report.visible import safe

            click.echo(f"error: {safe(str(error))}", err=True)
            ctx.exit(EXIT_FINDINGS if isinstance(error, FileError) else EXIT_USAGE)


def _set_folder(context: click.Context, _option: click.Parameter, folder: str | None) -> None:
    if folder is not None:
        context.obj = (context.obj or Settings())._replace(folder=folder)


def _set_verbosity(context: click.Context, option: click.Parameter, count: int) -> None:
    if count:
        verbosity = -1 if option.name == "quiet" else count
        context.obj = (context.obj or Settings())._replace(verbosity=verbosity)
        if verbosity > 0:
            import logging  # tracebacks of internal errors are wanted

            logging.basicConfig(format="%(message)s", force=True)
            logging.getLogger("translate_pipe").setLevel(logging.DEBUG)


_folder_option = click.option(
    "--project",
    type=click.Path(),
    callback=_set_folder,
    expose_value=False,
    help="The folder of the project.  [default: this one, or the nearest above it that has one]",
)
_verbose_option = click.option(
    "-v",
    "--verbose",
    count=True,
    callback=_set_verbosity,
    expose_value=False,
    help="Say more: each file that is written.",
)
_quiet_option = click.option(
    "-q",
    "--quiet",
    count=True,
    callback=_set_verbosity,
    expose_value=False,
    help="Say nothing but findings and errors.",
)


def _command(function: Callable[..., None]) -> click.Command:
    """A command of the tool; the options that all commands share may stand before or behind its name."""
    name = function.__name__.removesuffix("_command")
    decorated = _folder_option(_verbose_option(_quiet_option(click.pass_obj(function))))
    return main.command(name=name)(decorated)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@_folder_option
@_verbose_option
@_quiet_option
@click.version_option(__version__, prog_name="translate-pipe")
@click.pass_context
def main(context: click.Context) -> None:
    """Localise Markdown by way of gettext catalogues.

    Source documents become PO files for translators; what they translate becomes Markdown in which everything that they
    did not write is byte for byte the source's.
    """
    context.obj = context.obj or Settings()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a character shows a question mark
            stream.reconfigure(errors="replace")


# Options that several commands share

_locales_argument = click.argument("locales", nargs=-1)
_dry_run_option = click.option(
    "--check", "dry_run", is_flag=True, help="Write nothing; exit 1 if something would change."
)
_format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How to report what is wrong.",
)


def _parse_shard(context: click.Context, option: click.Parameter, given: str | None) -> Shard | None:
    """A part of a project, as in 2/8."""
    if given is None:
        return None
    from translate_pipe.project.shards import Shard

    found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", given)
    number, count = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= count:
        problem = f"{given!r} is not a part such as 1/4, the first of four."
        raise click.BadParameter(problem, context, option)
    return Shard(number, count)


_jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes may share the work.  [default: one for each core]",
)
_overwrite_option = click.option(
    "--overwrite",
    is_flag=True,
    help="Replace also files at the paths of outputs that no run wrote; they are kept in the state folder.",
)
_shard_option = click.option(
    "--shard",
    metavar="I/N",
    callback=_parse_shard,
    help="Do one of N parts of the project alone, such as 2/8; the others can be done elsewhere.",
)


def _work_options(function: Callable[..., None]) -> Callable[..., None]:
    """The options of commands that may have much to do."""
    return _jobs_option(_shard_option(function))


_merge_format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to report what became of each message.",
)


def _split_ids(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> frozenset[str]:
    """The names in values such as `citation,link`; each must be one that a diagnostic can have."""
    names = [name for value in given for name in value.replace(",", " ").split()]
    if not names:
        return frozenset()
    import difflib

    from translate_pipe.report.rules import NAMES

    for name in names:
        if name not in NAMES:
            likely = difflib.get_close_matches(name, NAMES, n=1)
            hint = f"did you mean {likely[0]!r}?" if likely else "translate-pipe check --list shows them."
            raise click.BadParameter(f"there is no check {name!r}; {hint}", context, option)
    return frozenset(names)


_select_option = click.option(
    "--select",
    metavar="CHECKS",
    multiple=True,
    callback=_split_ids,
    help="Report these checks alone, such as citation,link. May be given several times.",
)
_ignore_option = click.option(
    "--ignore",
    metavar="CHECKS",
    multiple=True,
    callback=_split_ids,
    help="Do not report these checks. May be given several times.",
)
_fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(_FAIL_ON),
    default="warning",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)


def _print_rules(context: click.Context, _option: click.Parameter, is_wanted: bool) -> None:  # noqa: FBT001
    if is_wanted and not context.resilient_parsing:
        from translate_pipe.report.rules import rules_text

        click.echo(rules_text(), nl=False)
        context.exit()


_list_option = click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_rules,
    help="Show all checks with their severity, and exit.",
)


# Commands


@_command
@click.option(
    "--source-locale", default="", help="The locale of the documents.  [default: en, or what the project shows]"
)
@_locales_argument
def init(settings: Settings, source_locale: str, locales: tuple[str, ...]) -> None:
    """Set up a project: a configuration and the first catalogues.

    LOCALES are the locales to translate into, such as de fr pt_BR. Files that are translations by their names, such as
    index.de.md or docs/de/index.md, are left as they are. With -v each of them is shown, and each file that is written.
    """
    from pathlib import Path

    from translate_pipe import locales as known
    from translate_pipe.project.configuration import CONFIGURATION_FILE, PYPROJECT_FILE, parse_configuration
    from translate_pipe.project.discovery import configuration_in
    from translate_pipe.project.files import Files
    from translate_pipe.project.setup import configuration_text, find_layout
    from translate_pipe.report.changes import first_catalogues, layout_lines
    from translate_pipe.report.text import by_check, in_order

    root = Path(settings.folder)
    file = root / CONFIGURATION_FILE
    if (pyproject := root / PYPROJECT_FILE).exists() and configuration_in(root) and not file.exists():
        raise ConfigurationError(str(pyproject), 0, "this project is set up already, here; edit this file")
    if file.exists():
        raise ConfigurationError(str(file), 0, "this project is set up already; edit the file, it is not overwritten")
    wanted = [known.normalise(locale) for locale in locales]
    given = known.normalise(source_locale or _DEFAULT_SOURCE_LOCALE)
    layout = find_layout(root, given, wanted, is_certain=bool(source_locale))
    source = layout.source_locale
    text = configuration_text(source, wanted, layout)
    parse_configuration(
        text, CONFIGURATION_FILE
    )  # a locale twice, or the source locale, is told before anything is written
    Files(root).write(CONFIGURATION_FILE, text.encode())
    folder = layout.source.replace("{locale}", source)
    _say(settings, f"Wrote {file}; the documents are the Markdown files in {folder} ({layout.documents} found).")
    for line in layout.recognised:
        click.echo(line)
    _say(settings, *layout_lines(layout, given, details=settings.verbosity > 0))
    if not layout.documents:
        _say(settings, f"Put your documents into {folder}, or change the key source.")
    if not locales:
        _say(settings, 'Name the locales to translate into in the key locales, as in locales = ["de", "fr"].')
    if layout.documents and locales:
        report = _run(settings._replace(folder=str(root)), (), ("EXTRACT", "UPDATE"), dry_run=False, details=True)
        if settings.verbosity > 0:
            _say(settings, *(f"Wrote {name}" for name in report.written))
        _say(settings, first_catalogues(report))
        found = in_order(report.diagnostics)
        shown = found if settings.verbosity > 0 else found[:_FIRST_FINDINGS]
        _print_diagnostics(shown, "text")
        if more := len(found) - len(shown):
            _say(settings, f"… and {more:,} more findings. All: {by_check(found)}; see: translate-pipe check --source")
    _say(settings, "Next: translate the PO files, then run: translate-pipe locales")


@_command
@_dry_run_option
@_work_options
def extract(settings: Settings, *, dry_run: bool, jobs: int | None, shard: Shard | None) -> None:
    """Make the templates (POT) from the documents."""
    report = _run(settings, (), ("EXTRACT",), dry_run=dry_run, work=Work(jobs, shard))
    _print_diagnostics(report.diagnostics, "text")
    _finish(settings, report, dry_run=dry_run)


@_command
@_locales_argument
@_dry_run_option
@_merge_format_option
@_work_options
def update(  # noqa: PLR0913  # each is an option that a person gives
    settings: Settings,
    locales: tuple[str, ...],
    output_format: str,
    *,
    dry_run: bool,
    jobs: int | None,
    shard: Shard | None,
) -> None:
    """Bring the catalogues (PO) in line with the documents.

    With -v each message that changed is shown, edited ones as a word diff.
    """
    from translate_pipe.report.changes import updates_json

    details = settings.verbosity > 0 or output_format == "json"
    report = _run(settings, locales, ("UPDATE",), dry_run=dry_run, work=Work(jobs, shard), details=details)
    if output_format == "json":
        click.echo(updates_json(report, ascii_only=_is_limited(sys.stdout)), nl=False)
    _say_updates(settings, report)
    _print_diagnostics(report.diagnostics, "text", err=output_format == "json")
    _finish(settings, report, dry_run=dry_run)


@_command
@click.argument("files", nargs=-1, type=_FILE, metavar="[FILE]...")
@click.option("--source", "of_sources", is_flag=True, help="Check the documents themselves, not their translations.")
@_format_option
@_select_option
@_ignore_option
@_fail_on_option
@click.option(
    "--source-locale", default="", help="The locale of the source texts of PO.  [default: the project's, or en]"
)
@_list_option
def check(  # noqa: PLR0913  # each is an option that a person gives
    settings: Settings,
    files: tuple[str, ...],
    *,
    output_format: str,
    select: frozenset[str],
    ignore: frozenset[str],
    fail_on: str,
    source_locale: str,
    of_sources: bool,
) -> None:
    """Report what is wrong with the translations, or with the documents.

    Without FILE the whole project is checked; with FILE these alone, in a project or not: PO files, or Markdown with
    --source. A folder stands for all such files in it; `-` is standard input.
    """
    from translate_pipe.report.rules import Selection
    from translate_pipe.report.text import tally

    if source_locale and (of_sources or not files):
        raise click.UsageError("--source-locale is for PO files; the project's is in its configuration")
    if of_sources:
        found = _check_sources(settings, files)
    else:
        found = _check_files(settings, files, source_locale) if files else _check_project(settings)
    diagnostics = Selection(select, ignore | found.ignored).of(found.diagnostics)
    _print_diagnostics(diagnostics, output_format, root=found.root)
    if output_format in _WITH_TALLY:
        _say(settings, tally(diagnostics, found.messages) if diagnostics else "No findings.")
    _exit_with_findings(diagnostics, fail_on)


@_command
@_locales_argument
@_dry_run_option
@_format_option
@click.option("--require-complete", is_flag=True, help="Report what is not translated yet; exit 1 if there is any.")
@click.option(
    "--draft", is_flag=True, help="Write translations as they are: without the checks, and without the judge."
)
@_overwrite_option
@_work_options
def build(  # noqa: PLR0913  # each is an option that a person gives
    settings: Settings,
    locales: tuple[str, ...],
    output_format: str,
    *,
    dry_run: bool,
    require_complete: bool,
    draft: bool,
    overwrite: bool,
    jobs: int | None,
    shard: Shard | None,
) -> None:
    """Write the localised documents.

    A translation with an error is not published, unless the project chooses otherwise.
    """
    kind = {"require_complete": require_complete, "is_draft": draft, "overwrite": overwrite}
    report = _run(settings, locales, ("BUILD",), dry_run=dry_run, work=Work(jobs, shard), **kind)
    _print_diagnostics(report.diagnostics, output_format, root=_project(settings).root)
    _finish(settings, report, dry_run=dry_run)


@_command
@_locales_argument
@_dry_run_option
@_format_option
@_overwrite_option
@_work_options
def locales_command(  # noqa: PLR0913  # each is an option that a person gives
    settings: Settings,
    locales: tuple[str, ...],
    output_format: str,
    *,
    dry_run: bool,
    overwrite: bool,
    jobs: int | None,
    shard: Shard | None,
) -> None:
    """Extract, update, check and build, and show how far each locale is.

    Notes of severity info on messages are shown with -v, and by check. The table is for people; other formats than text
    are without it.
    """
    from translate_pipe.model import Severity

    stages = ("EXTRACT", "UPDATE", "CHECK", "BUILD", "STATUS")
    report = _run(settings, locales, stages, dry_run=dry_run, work=Work(jobs, shard), overwrite=overwrite)
    _say_updates(settings, report)
    is_brief = output_format == "text" and settings.verbosity <= 0
    always = ("orphan",) if settings.verbosity >= 0 else ()
    shown = [
        found
        for found in report.diagnostics
        if not is_brief or found.severity is not Severity.INFO or found.check in always
    ]
    _print_diagnostics(shown, output_format, root=_project(settings).root)
    if settings.verbosity >= 0 and output_format == "text":
        _print_status(settings, report.status, report.documents)
    _finish(settings, report, dry_run=dry_run)


@_command
@_locales_argument
@click.option(
    "--format",
    "output_format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to report.",
)
def status(settings: Settings, locales: tuple[str, ...], output_format: str) -> None:
    """Show how far each locale and document is."""
    from translate_pipe.report.status import status_json
    from translate_pipe.report.text import counted

    report = _run(settings, locales, ("STATUS",), dry_run=True, details=True)
    _print_diagnostics(report.diagnostics, "text", err=True)
    if output_format == "json":
        click.echo(status_json(report.status, ascii_only=_is_limited(sys.stdout)), nl=False)
    else:
        _print_status(settings, report.status, report.documents)
        if report.withheld:
            which = counted(report.not_published, "translation")
            _say(settings, f"{which} with errors; translate-pipe check tells what is wrong.")
    _exit_with_findings(report.diagnostics)


@_command
@click.option("--dialect", "dialects", multiple=True, metavar="NAME", help="A flavour of Markdown, such as mkdocs.")
@click.argument("files", nargs=-1, type=_FILE, metavar="[FILE]...")
def roundtrip(settings: Settings, files: tuple[str, ...], dialects: tuple[str, ...]) -> None:
    """Prove that untranslated output is byte-identical to the input.

    Without FILE all documents of the project are tried. `-` is standard input.
    """
    names, options = _roundtrip_input(settings, files)
    if dialects:
        from dataclasses import replace

        options = replace(options, dialects=_known_dialects(dialects))
    failed = [name for name in names if not _roundtrip_one(name, options)]
    identical = len(names) - len(failed)
    _say(settings, f"{identical} of {len(names)} documents are byte-identical.")
    if failed or not names:
        sys.exit(EXIT_FINDINGS)


@_command
@click.argument("old", type=_FILE, metavar="OLD.po")
@click.argument("template", type=_FILE, metavar="NEW.pot")
@click.option("-o", "--output", default="-", metavar="OUT.po", help="Where to write.  [default: standard output]")
@click.option("--compendium", "compendia", multiple=True, metavar="FILE", help="A catalogue to take translations from.")
@click.option(
    "--obsolete",
    type=click.Choice(("keep", "drop")),
    default="keep",
    show_default=True,
    help="What becomes of messages that are no longer needed.",
)
@_merge_format_option
@_dry_run_option
def merge(  # noqa: PLR0913, PLR0917  # each is an option that a person gives
    settings: Settings,
    old: str,
    template: str,
    output: str,
    compendia: tuple[str, ...],
    obsolete: str,
    output_format: str,
    *,
    dry_run: bool,
) -> None:
    """Merge a template into one catalogue, in a project or not.

    As msgmerge does: OLD.po is a catalogue with translations, NEW.pot the messages that are needed now. `-` is standard
    input. A newline in a msgid is white space here. With --format json the result is reported on standard output, so
    the catalogue needs a file.
    """
    from translate_pipe.catalogue import Compendium, MergeOptions, serialize_po
    from translate_pipe.catalogue import merge as merge_catalogues
    from translate_pipe.project.reading import read_catalogue
    from translate_pipe.report.changes import merge_details, merge_json, merge_summary

    if output_format == "json" and output == "-" and not dry_run:
        raise click.UsageError("with --format json, name a file for the catalogue with -o")
    if _is_one_of(output, (template, *compendia)) and not _is_one_of(output, (old,)):
        raise click.UsageError(
            f"{output} is read here, and would be replaced by the catalogue; name another file with -o"
        )
    catalogue, needed, *others = (read_catalogue(_read(name), name) for name in (old, template, *compendia))
    options = MergeOptions(keep_obsolete=obsolete == "keep")
    result = merge_catalogues(catalogue, needed, options, [Compendium(other.messages) for other in others])
    if output_format == "json":
        click.echo(merge_json(result, ascii_only=_is_limited(sys.stdout)), nl=False)
    if not dry_run:
        _write_catalogue(output, serialize_po(result.catalogue).encode())
    _say(settings, merge_summary(result), *(merge_details(result.outcomes) if settings.verbosity > 0 else ()))
    if dry_run and result.changed:
        sys.exit(EXIT_FINDINGS)


@_command
@click.argument("locale", required=False)
@click.option("--no-open", "is_closed", is_flag=True, help="Do not open the browser.")
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="The port to be reached at.  [default: one that is free]"
)
@click.option(
    "--static", "folder", type=click.Path(file_okay=False), metavar="DIR", help="Write the pages as files instead."
)
def preview(settings: Settings, locale: str | None, port: int | None, folder: str | None, *, is_closed: bool) -> None:
    """Show documents beside their translations in the browser, live, until Ctrl-C.

    Starts with LOCALE, or with the first locale of the project. With --static DIR the same pages, an overview of all
    documents and a badge for each locale are written as files, of all locales or of LOCALE alone.
    """
    workspace = _workspace(settings, locale)
    if folder is not None:
        _write_site(settings, workspace, folder)
        return
    from translate_pipe.preview.server import serve

    def tell(address: str) -> None:
        click.echo(address)
        _say(settings, "The preview follows what is saved. Press Ctrl-C to stop it.")
        if not is_closed and _has_screen():
            import threading
            import webbrowser

            # Some browsers are waited for until they end, and they wait for the server.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    try:
        serve(workspace, port or 0, tell)
    except OSError as error:
        problem = f"port {port} cannot be used: {error.strerror}; leave out --port to get one that is free"
        raise click.UsageError(problem) from error


def _has_screen() -> bool:
    """Whether a browser with windows can be opened; one in the terminal would take it away from the preview."""
    return sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def _workspace(settings: Settings, locale: str | None) -> Workspace:
    from translate_pipe.locales import user_locale

    project = _project(settings)
    try:
        from translate_pipe.preview.workspace import Workspace
    except ModuleNotFoundError as error:
        problem = f"the preview needs {error.name}; install it with: pip install 'translate-pipe[preview]'"
        raise click.UsageError(problem) from error
    return Workspace(project, _wanted_locales(project, [locale] if locale else ()), user_locale(os.environ))


def _write_site(settings: Settings, workspace: Workspace, folder: str) -> None:
    from datetime import UTC, datetime
    from pathlib import Path

    from translate_pipe.preview.site import write_site
    from translate_pipe.progress import progress

    with progress(quiet=settings.verbosity < 0) as shown:
        pages = write_site(workspace, Path(folder), datetime.now(UTC), shown, _cores())
    _say(settings, f"Wrote {pages} pages and an overview; open {Path(folder, 'index.html')}")


# What the commands do


def _run(
    settings: Settings,
    locales: Sequence[str],
    stages: Iterable[str],
    *,
    dry_run: bool,
    work: Work = EVERYTHING,
    **kind: bool,
) -> Report:
    """Run stages over a project and show how far it is; `kind` are options of the request."""
    from datetime import UTC, datetime

    from translate_pipe.progress import progress
    from translate_pipe.project.files import Files
    from translate_pipe.project.pipeline import Run, Stage, run
    from translate_pipe.project.shards import WHOLE

    project = _project(settings)
    kind.setdefault("details", settings.verbosity > 0)
    wanted = Stage(0)
    for stage in stages:
        wanted |= Stage[stage]
    request = Run(
        project=project,
        files=Files(project.root, dry_run=dry_run),
        stages=wanted,
        locales=_wanted_locales(project, locales),
        now=datetime.now(UTC),
        tell=lambda line: _say(settings, line),
        jobs=work.jobs or _cores(),
        shard=work.shard or WHOLE,
        **kind,
    )
    with progress(quiet=settings.verbosity < 0) as shown:
        return run(request, shown)


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _project(settings: Settings) -> Project:
    from pathlib import Path

    from translate_pipe.project.discovery import find_project, open_project

    return open_project(Path(settings.folder)) if settings.folder else find_project(Path())


def _wanted_locales(project: Project, locales: Sequence[str]) -> tuple[str, ...]:
    """The locales that a command names, or all of the project's."""
    from translate_pipe.locales import normalise

    configured = project.configuration.locales
    wanted = tuple(dict.fromkeys(map(normalise, locales)))
    for locale in wanted:
        if locale not in configured:
            known = ", ".join(configured) or "none yet"
            problem = f"{locale} is not a locale of this project ({known}); add it to the key locales"
            raise click.UsageError(problem)
    return wanted or configured


class _Checked(NamedTuple):
    """What was found, and in how many messages, if it is messages that were checked.

    `root` is the folder that the paths of the files are relative to, `ignored` are the checks that the project around
    them does not want.
    """

    diagnostics: list[Diagnostic]
    messages: int | None
    root: Path
    ignored: frozenset[str] = frozenset()


def _check_project(settings: Settings) -> _Checked:
    report = _run(settings, (), ("CHECK", "STATUS"), dry_run=True)
    checked = sum(row.translated + row.not_published for row in report.status)
    return _Checked(report.diagnostics, checked, _project(settings).root)


def _check_files(settings: Settings, names: Iterable[str], source_locale: str) -> _Checked:
    """Check PO files that need not belong to a project."""
    from functools import partial
    from pathlib import Path

    from translate_pipe.checks import check as check_catalogue
    from translate_pipe.checks.pair import unknown_site
    from translate_pipe.links import NO_LINKS
    from translate_pipe.locales import normalise
    from translate_pipe.project.parts import file_diagnostic
    from translate_pipe.project.reading import language_problem, read_catalogue, site_of

    project = _project_here(settings)
    configuration = project.configuration if project else None
    source = normalise(source_locale) if source_locale else _DEFAULT_SOURCE_LOCALE
    if configuration and not source_locale:
        source = configuration.source_locale
    diagnostics: list[Diagnostic] = []
    messages = 0
    for name in _po_files(names):
        try:
            catalogue = read_catalogue(_read(name), name)
        except FileError as error:
            diagnostics.append(file_diagnostic(error))
        else:
            messages += sum(message.translated for message in catalogue.messages)
            place = project.locale_of(Path(name)) if project and name != "-" else ""
            locale = place or _target_locale(catalogue, name)
            if place and (problem := language_problem(catalogue, name, place)):
                diagnostics.append(problem)
            links = configuration.finish(locale).links if configuration and locale else NO_LINKS
            site = partial(site_of, configuration) if configuration and place else unknown_site
            diagnostics += check_catalogue(catalogue, name, source_locale=source, locale=locale, links=links, site=site)
    if configuration:
        diagnostics = list(configuration.graded(diagnostics))
    ignored = configuration.ignore_checks if configuration else ()
    return _Checked(diagnostics, messages, Path(), frozenset(ignored))


def _check_sources(settings: Settings, names: Sequence[str]) -> _Checked:
    """Check documents: those of a project or, where names are given, files that need not belong to one."""
    from pathlib import Path

    from translate_pipe.project.parts import file_diagnostic
    from translate_pipe.project.surroundings import lint_project, lint_text, markdown_in

    if not names:
        project = _project(settings)
        ignored = frozenset(project.configuration.ignore_checks)
        found = project.configuration.graded(lint_project(project))
        return _Checked(list(found), None, project.root, ignored)
    diagnostics: list[Diagnostic] = []
    for file in (one for name in names for one in markdown_in(name)):
        try:
            diagnostics += lint_text(_read(file), file)
        except FileError as error:
            diagnostics.append(file_diagnostic(error))
    around = _project_here(settings)
    return _Checked(diagnostics, None, Path(), frozenset(around.configuration.ignore_checks if around else ()))


def _po_files(names: Iterable[str]) -> list[str]:
    """The files that are named, each once, with those of folders in their place."""
    from pathlib import Path

    found: dict[str, None] = {}
    for name in names:
        is_folder = bool(name) and name != "-" and Path(name).is_dir()
        files = [str(path) for path in sorted(Path(name).rglob("*.po")) if path.is_file()] if is_folder else [name]
        if not files:
            raise click.UsageError(f"there are no PO files in the folder {name}")
        found |= dict.fromkeys(files)
    return list(found)


def _project_here(settings: Settings) -> Project | None:
    """The project that the command is called in or pointed to, if there is one."""
    from pathlib import Path

    from translate_pipe.project.discovery import Project, configuration_in

    if settings.folder:
        return _project(settings)
    here = Path().absolute()
    found = ((folder, configuration_in(folder)) for folder in (here, *here.parents))
    return next((Project(folder, configuration) for folder, configuration in found if configuration), None)


def _target_locale(catalogue: Catalogue, name: str) -> str:
    """The locale that a catalogue's header names or else its path; empty if neither does."""
    from translate_pipe.errors import UnknownLocaleError
    from translate_pipe.locales import normalise, of_path

    try:
        return normalise(catalogue.fields.get("Language", ""))
    except UnknownLocaleError:
        return of_path(name)


def _roundtrip_input(settings: Settings, files: Sequence[str]) -> tuple[list[str], ParseOptions]:
    """The documents to try, with the options to parse them with."""
    from translate_pipe.model import DEFAULT_OPTIONS
    from translate_pipe.project.discovery import find_sources

    if files:
        return list(files), DEFAULT_OPTIONS
    project = _project(settings)
    sources, diagnostics = find_sources(project)
    _print_diagnostics(diagnostics, "text")
    return [str(project.root / source.path) for source in sources], project.configuration.parse_options


def _known_dialects(names: tuple[str, ...]) -> tuple[str, ...]:
    from translate_pipe.document.dialects import DIALECTS

    known = [dialect.name for dialect in DIALECTS]
    for name in names:
        if name not in known:
            message = f"{name!r} is not one of {', '.join(known)}."
            raise click.BadParameter(message, param_hint="'--dialect'")
    return names


def _roundtrip_one(name: str, options: ParseOptions) -> bool:
    from translate_pipe.project.files import decode
    from translate_pipe.project.roundtrip import roundtrip as differs
    from translate_pipe.report.visible import safe

    try:
        data = _read(name)
        with blaming(name):
            difference = differs(data, decode(data, name), options, name)
    except FileError as error:
        click.echo(safe(str(error)))
        return False
    if difference:
        click.echo(f"{safe(name)}:{difference.line}: not identical\n- {difference.before!r}\n+ {difference.after!r}")
    return difference is None


def _read(name: str) -> bytes:
    from pathlib import Path

    from translate_pipe.project.files import read_bytes

    return sys.stdin.buffer.read() if name == "-" else read_bytes(Path(name), name)


def _is_one_of(name: str, others: Iterable[str]) -> bool:
    """Whether a file is among others, however it is named; `-` is none."""
    from pathlib import Path

    return name != "-" and any(Path(name).resolve() == Path(other).resolve() for other in others if other != "-")


def _write_catalogue(name: str, data: bytes) -> None:
    """Write a catalogue that need not be in a project, or standard output; a file of another kind is not replaced."""
    from pathlib import Path

    from translate_pipe.project.files import Files
    from translate_pipe.project.reading import read_catalogue

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
    files.update(path.name, old, data)


# Output


def _say(settings: Settings, *lines: str) -> None:
    """A message to the person at the terminal; it may quote what others wrote."""
    if settings.verbosity >= 0:
        from translate_pipe.report.visible import safe

        for line in lines:
            click.echo(safe(line), err=True)


def _say_updates(settings: Settings, report: Report) -> None:
    from translate_pipe.report.changes import update_lines

    _say(settings, *update_lines(report, details=settings.verbosity > 0))


def _print_diagnostics(
    diagnostics: Iterable[Diagnostic], output_format: str, *, err: bool = False, root: Path | None = None
) -> None:
    """Print diagnostics; `root` is the folder that the paths of their files are relative to, if it is not this one."""
    from pathlib import Path

    from translate_pipe.report.formats import Medium, diagnostics_text

    stream = sys.stderr if err else sys.stdout
    medium = Medium(_is_limited(stream), _has_colour(stream), _place_in_repository(root or Path()))
    click.echo(diagnostics_text(diagnostics, output_format, medium), nl=False, err=err)


def _has_colour(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _columns(stream: TextIO) -> int:
    """The width of a terminal; 0 for what is none."""
    if not stream.isatty():
        return 0
    from shutil import get_terminal_size

    return get_terminal_size().columns


def _place_in_repository(root: Path) -> Callable[[str], str]:
    """How a file is named in its repository: relative to where a CI checked it out, or to this folder."""
    from functools import cache
    from pathlib import Path

    repository = Path(os.environ.get("GITHUB_WORKSPACE") or "").absolute()

    @cache
    def place(file: str) -> str:
        if file in ("", "-"):
            return file
        path = Path(os.path.normpath(Path(root, file).absolute()))
        return (path.relative_to(repository) if path.is_relative_to(repository) else path).as_posix()

    return place


def _is_limited(stream: TextIO) -> bool:
    """Whether a stream lacks some of Unicode's characters."""
    return not (stream.encoding or "").lower().startswith("utf")


def _print_status(settings: Settings, rows: Sequence[Status], documents: int) -> None:
    from translate_pipe.locales import user_locale
    from translate_pipe.report.status import MANY_DOCUMENTS, Screen, status_table

    details = settings.verbosity > 0 or documents <= MANY_DOCUMENTS
    screen = Screen(_columns(sys.stdout), _has_colour(sys.stdout), _is_limited(sys.stdout))
    click.echo(status_table(rows, user_locale(os.environ), screen, details=details), nl=False)
    if not details:
        _say(settings, f"{documents} documents; -v shows each of them.")


def _finish(settings: Settings, report: Report, *, dry_run: bool) -> None:
    """Say what changed and end with the exit code that belongs to it."""
    from translate_pipe.report.changes import summary

    if settings.verbosity > 0:
        wrote, removed = ("would write", "would remove") if dry_run else ("wrote", "removed")
        _say(settings, *(f"{wrote} {name}" for name in report.written))
        _say(settings, *(f"{removed} {name}" for name in report.removed))
    for name, kept in report.kept:
        did, is_kept = ("would replace", "would be kept") if dry_run else ("replaced", "is kept")
        _say(settings, f"{did} {name}, which no run wrote; what was there {is_kept} as {kept}")
    is_chain = _project(settings).configuration.fallback == "chain"
    _say(settings, *_doubtful(report, is_chain=is_chain), summary(report, dry_run=dry_run))
    if dry_run and report.changed:
        sys.exit(EXIT_FINDINGS)
    _exit_with_findings(report.diagnostics)


def _doubtful(report: Report, *, is_chain: bool) -> list[str]:
    """What a build left out because of errors, or published with a warning, in a line each.

    In a chain of locales a wider one may stand in for what is left out.
    """
    lines = []
    if report.withheld and not report.stopped:
        number = report.not_published
        which = "1 translation has an error and was" if number == 1 else f"{number:,} translations have errors and were"
        shown = "the text of a wider locale or the source text" if is_chain else "the source text"
        lines.append(f"{which} not published; readers see {shown}.")
    if report.warned:
        which = "1 translation was" if report.warned == 1 else f"{report.warned:,} translations were"
        lines.append(f"{which} published with a warning.")
    lines += [f"{name} is not written, because of the errors above." for name in report.stopped]
    return lines


def _exit_with_findings(diagnostics: Iterable[Diagnostic], fail_on: str = "warning") -> None:
    """End with exit code 1 if a diagnostic is at least so severe."""
    serious = _FAIL_ON[: _FAIL_ON.index(fail_on) + 1]
    if any(found.severity in serious for found in diagnostics):
        sys.exit(EXIT_FINDINGS)
