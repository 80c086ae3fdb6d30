"""A command imports only what it needs, because imports take most of the time of a short run."""

from __future__ import annotations

import inspect
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from project_helpers import make_project, run, start

from translate_pipe.cli.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from translate_pipe.cli.app import LateCommand

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"

_COMMAND = """
from translate_pipe.__main__ import main
sys.argv[0] = "translate-pipe"
try:
    main()
except SystemExit:
    pass
"""
_PROBE = """
import sys
before = set(sys.modules)
{code}
print(*sorted(set(sys.modules) - before), file=sys.stderr)
"""


def imported(code: str, *arguments: str, folder: Path | None = None) -> set[str]:
    """The modules that some code imports in its own process."""
    command = [sys.executable, "-c", _PROBE.format(code=code), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


def of_others(modules: AbstractSet[str]) -> set[str]:
    """The packages among modules that are neither ours nor Python's."""
    tops = {name.partition(".")[0] for name in modules}
    return {top for top in tops if top not in sys.stdlib_module_names and top != "translate_pipe"}


def of_ours(modules: AbstractSet[str]) -> set[str]:
    """The modules of this package, by their names in it."""
    return {name.removeprefix("translate_pipe.") for name in modules if name.startswith("translate_pipe.")}


def test_version_needs_no_imports() -> None:
    modules = imported(_COMMAND, "--version") - set(sys.builtin_module_names)
    assert modules <= {"__future__", "translate_pipe", "translate_pipe.__main__"}


@pytest.mark.parametrize("arguments", [("--version",), ("--version", "-v"), ("-q", "--version"), ("--version", "x")])
def test_both_version_outputs_agree(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert start(*arguments, folder=tmp_path) == run("--version")


def test_console_script_prints_the_version() -> None:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"translate-pipe": "translate_pipe.__main__:main"}


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("locales", "--help"), ("check", "--help"), ("nothing",)])
def test_help_needs_only_click(arguments: tuple[str, ...]) -> None:
    modules = imported(_COMMAND, *arguments)
    assert of_others(modules) <= {"click", "colorama"}
    assert of_ours(modules) == {"__main__", "cli", "cli.app", "cli.commands", "errors", "late", "registry"}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_function_of_a_command_takes_its_options(command: LateCommand) -> None:
    options = [one.name for one in command.params if one.expose_value]
    assert sorted(inspect.signature(command.function).parameters) == sorted(["settings", *map(str, options)])


_CONFIGURATION = """
source_locale = "nl"
locales = ["de", "pt_BR"]
dialect = ["mkdocs"]
anchor_slugs = "hugo"
ignore_checks = ["citation", "anchor", "rendering"]
markdown_extensions = ["tables", "toc"]
links = { "/nl/*" = "/{tag}/*" }
"""


def test_reading_a_configuration_needs_few_modules() -> None:
    code = f"from translate_pipe.project.settings.configuration import *; parse_configuration({_CONFIGURATION!r}, 'x.toml')"
    modules = imported(code)
    assert of_others(modules) == {"babel"}
    assert of_ours(modules) == {
        *("errors", "late", "links", "locales", "model", "registry"),
        *("project", "project.settings"),
        *(f"project.settings.{name}" for name in ("configuration", "keys", "patterns")),
    }
    assert not {"babel.dates", "babel.messages", "babel.numbers"} & modules


_MODULES = ("changes", "check_names", "formats", "status_table", "text")


@pytest.mark.parametrize("name", [*(f"report.{name}" for name in _MODULES), "progress", "engine.lock"])
def test_run_without_changes_needs_few_modules(name: str) -> None:
    modules = imported(f"import translate_pipe.{name}")
    assert of_others(modules) <= {"babel", "click", "colorama", "unicode_segmentation_rs"}
    assert not {"markdown", "segments", "catalogue", "checks", "localisation"} & of_ours(modules)


def test_run_without_a_cluster_needs_no_dask(tmp_path: Path) -> None:
    project = make_project(tmp_path, {f"source/nl/{number}.md": f"# Kop {number}\n" for number in range(60)})
    modules = imported(_COMMAND, "locales", "--jobs", "2", folder=project.root)
    assert not {"dask", "distributed", "tornado"} & of_others(modules)
    assert not {"engine.cluster", "engine.remote"} & of_ours(modules)


def test_status_table_needs_no_rich(tmp_path: Path) -> None:
    project = make_project(tmp_path, locales=["de"])
    project.run("update")
    assert "rich" not in of_others(imported(_COMMAND, "status", folder=project.root))
