"""Plugins: a dialect and a check of another distribution, which only projects that name them use."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from project_helpers import Outcome, Project, make_project, po, start

PAGE = (Path(__file__).parents[1] / "docs" / "plugins.md").read_text(encoding="utf-8")
DOCUMENT = "# Doos\n\n%% note Bewaar droog\n\nACME maakt dozen.\n"
KEYS: dict[str, str | list[str]] = {"plugins": ["acme", "acme-brand"], "dialect": "acme"}


def block(fence: str) -> str:
    """A code block of the page about plugins."""
    found = re.search(rf"^```{re.escape(fence)}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


class Site:
    """A folder of installed distributions, beside those of this environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, module: str, groups: dict[str, dict[str, str]]) -> None:
        """Install a distribution as pip does: its module, and a folder that describes it."""
        info = self.folder / "translate_pipe_acme-1.0.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: translate-pipe-acme\nVersion: 1.0\n", encoding="utf-8"
        )
        lines = (
            f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
            for group, entries in groups.items()
        )
        (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
        (self.folder / "translate_pipe_acme.py").write_text(module, encoding="utf-8")

    def run(self, project: Project, *arguments: str) -> Outcome:
        """Run a command in a project, in a process that has the distributions."""
        return start(*arguments, folder=project.root, environment={"PYTHONPATH": str(self.folder)})


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The distribution from the documentation, installed."""
    made = Site(tmp_path / "site")
    made.install(block("python"), tomllib.loads(block("toml pyproject.toml"))["project"]["entry-points"])
    return made


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project", {"source/nl/a.md": DOCUMENT, "source/nl/b.md": DOCUMENT}, **KEYS)


def test_example_of_the_documentation_is_a_configuration(site: Site, project: Project) -> None:
    project.write("translate-pipe.toml", block("toml acme"))
    project.write("source/en/a.md", DOCUMENT)
    assert site.run(project, "check").exit_code == 0


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_dialect_and_check_run_in_every_process(site: Site, project: Project, jobs: str) -> None:
    assert site.run(project, "update", "--jobs", jobs).exit_code == 0
    for name in ("a", "b"):
        project.translate(po(name), {"Bewaar droog": "Trocken lagern", "ACME maakt dozen.": "Akme macht Kisten."})
    found = site.run(project, "check", "--format", "json")
    assert [(one["file"], one["check"], one["severity"]) for one in json.loads(found.stdout)] == [
        (po("a"), "acme-brand", "error"),
        (po("b"), "acme-brand", "error"),
    ]
    assert site.run(project, "build", "--jobs", jobs).exit_code == 1
    assert "%% note Trocken lagern\n\nACME maakt dozen.\n" in project.text("build/de/b.md")


def test_check_of_a_plugin_can_be_selected(site: Site, project: Project) -> None:
    site.run(project, "update")
    project.translate(po("a"), {"ACME maakt dozen.": "Akme macht Kisten."})
    assert site.run(project, "check", "--ignore", "acme-brand").findings == []
    assert len(site.run(project, "check", "--select", "acme-brand").findings) == 1
    assert len(site.run(project, "check", po("a")).findings) == 1
    assert "acme-brand" in site.run(project, "check", "--list").stdout
    assert "ruleId" in site.run(project, "check", "--format", "sarif").stdout
    project.configure(**KEYS, ignore_checks=["acme-brand"])
    assert site.run(project, "check").findings == []
    project.configure(**KEYS)
    project.write("translate-pipe.toml", project.text("translate-pipe.toml") + '[severity]\nacme-brand = "warning"\n')
    assert ": warning: the brand" in site.run(project, "check").stdout


def test_plugin_that_is_not_named_is_not_imported(site: Site, project: Project) -> None:
    project.configure()
    site.install("raise SystemExit('imported')", {"translate_pipe.checks": {"acme-brand": "translate_pipe_acme:BRAND"}})
    for command in (["locales"], ["check"], ["check", "--list"], ["check", "--select", "acme-brand"]):
        assert site.run(project, *command).exit_code == 0


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"plugins": ["acme", "acme-brnd"]}, "no plugin 'acme-brnd' is installed, did you mean 'acme-brand'?"),
        ({"plugins": ["other"]}, "no plugin 'other' is installed; install the distribution that has it"),
        ({"dialect": "acme"}, "the dialect 'acme' belongs to a plugin, which has to be named: plugins = [\"acme\"]"),
        ({"dialect": "acne"}, "'dialect' cannot hold 'acne'"),
        ({"ignore_checks": ["acme-brand"]}, "unknown check 'acme-brand'"),
        ({"plugins": ["acme-brand"], "dialect": "acme"}, "the dialect 'acme' belongs to a plugin"),
    ],
)
def test_missing_plugin_is_an_error(
    site: Site, project: Project, keys: dict[str, str | list[str]], problem: str
) -> None:
    project.configure(**keys)
    outcome = site.run(project, "check")
    assert outcome.exit_code == 2
    assert problem in outcome.stderr
    assert re.search(r"translate-pipe\.toml:\d+: ", outcome.stderr)
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        ("import missing", "cannot be loaded: ModuleNotFoundError: No module named 'missing'"),
        ("", "cannot be loaded: AttributeError"),
        ("BRAND = 5", "does not give a Check with the name 'acme-brand'"),
        ("from translate_pipe import CHECKS\nBRAND = CHECKS[0]", "does not give a Check with the name 'acme-brand'"),
    ],
)
def test_broken_plugin_is_an_error_of_the_configuration(
    site: Site, project: Project, module: str, problem: str
) -> None:
    site.install(module, {"translate_pipe.checks": {"acme-brand": "translate_pipe_acme:BRAND"}})
    project.configure(plugins=["acme-brand"])
    outcome = site.run(project, "check")
    assert outcome.exit_code == 2
    assert problem in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_plugin_cannot_use_the_name_of_a_check(site: Site, project: Project) -> None:
    module = "from translate_pipe import Check, Severity\nLINK = Check('link', Severity.INFO, lambda pair: ())\n"
    site.install(module, {"translate_pipe.checks": {"link": "translate_pipe_acme:LINK"}})
    project.configure(plugins=["link"])
    assert "has the name of a check that the tool has" in site.run(project, "check").stderr


def test_error_in_a_check_of_a_plugin_is_a_finding(site: Site, project: Project) -> None:
    module = "from translate_pipe import Check, Severity\ndef find(pair):\n    raise RuntimeError('oops')\n"
    module += "BRAND = Check('acme-brand', Severity.INFO, find)\n"
    site.install(module, {"translate_pipe.checks": {"acme-brand": "translate_pipe_acme:BRAND"}})
    project.configure(plugins=["acme-brand"])
    site.run(project, "update")
    project.translate(po("a"), {"Doos": "Kiste"})
    outcome = site.run(project, "check")
    assert "[internal-error]" in outcome.stdout
    assert "Traceback" not in outcome.stderr


def test_library_knows_the_dialects_of_installed_plugins(site: Site) -> None:
    script = (
        "from translate_pipe import ParseOptions, parse\n"
        f"document = parse({DOCUMENT!r}, options=ParseOptions(dialects=('acme',)))\n"
        "print([segment.text for segment in document.segments])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": str(site.folder)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['Doos', 'Bewaar droog', 'ACME maakt dozen.']"
