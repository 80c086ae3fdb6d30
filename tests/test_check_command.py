"""The options of check."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from project_helpers import HEADER, Project, entry, make_project, po, run, start

from translate_pipe.registry import ALL_RULES
from translate_pipe.report.check_names import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from project_helpers import Outcome

NO_LANGUAGE = entry("", "Content-Type: text/plain; charset=UTF-8\n")
LOST_CITATION = entry("Melk helpt.¹", "Milch hilft.")
OTHER_LINK = entry("Lees [dit](/a).", "Lies [dies](//b.nl).")
NEW_NUMBER = entry("Een glas.", "Ein Glas, 42.")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A folder without a project; a.po has one error each of citation and link, b.po an added number (info)."""
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path)
    project.write("a.po", f"{HEADER}\n{LOST_CITATION}\n{OTHER_LINK}")
    project.write("b.po", f"{HEADER}\n{NEW_NUMBER}")
    return project


def _checks(*arguments: str) -> list[str]:
    outcome = run("check", "--format", "jsonl", *arguments)
    return [json.loads(line)["check"] for line in outcome.stdout.splitlines()]


# Selection


@pytest.mark.parametrize(
    ("arguments", "checks"),
    [
        ([], ["citation", "link"]),
        (["--select", "citation"], ["citation"]),
        (["--select", "citation,link"], ["citation", "link"]),
        (["--select", "link", "--select", "citation, number"], ["citation", "link"]),
        (["--ignore", "citation"], ["link"]),
        (["--ignore", "citation,link"], []),
        (["--select", "citation,link", "--ignore", "link"], ["citation"]),
        (["--select", "structure"], []),
        (["--select", ""], ["citation", "link"]),
    ],
)
@pytest.mark.usefixtures("folder")
def test_only_selected_checks_are_reported(arguments: list[str], checks: list[str]) -> None:
    assert _checks("a.po", *arguments) == checks


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.usefixtures("folder")
def test_unknown_check_gets_a_suggestion(option: str) -> None:
    outcome = run("check", option, "link,citaton", "a.po")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "did you mean 'citation'?" in outcome.stderr


def test_unreadable_file_is_always_reported(folder: Project) -> None:
    folder.write("a.po", "<<<<<<< HEAD\n")
    assert _checks("--select", "link", "a.po") == ["file"]
    assert _checks("--ignore", "file", "a.po") == []


def test_selection_works_in_a_project(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "Melk helpt.¹\n\n<!-- i18n:skp -->\n"})
    project.run("update")
    project.translate(po("a"), {"Melk helpt.¹": "Milch hilft."})
    assert len(project.run("check").findings) == 2
    (line,) = project.run("check", "--select", "directive").findings
    assert "[directive]" in line


def test_list_has_every_check_with_its_severity() -> None:
    outcome = run("check", "--list")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    listed = [line.split(maxsplit=2) for line in outcome.stdout.splitlines()]
    assert [(name, severity) for name, severity, _ in listed] == [(rule.name, rule.severity) for rule in ALL_RULES]
    assert all(summary.endswith(".") for *_, summary in listed)


def test_names_of_checks_are_unique() -> None:
    assert len({rule.name for rule in ALL_RULES}) == len(ALL_RULES)


def test_nothing_is_ignored_by_default() -> None:
    assert all(Selection().has(rule.name) for rule in ALL_RULES)


# Exit codes and the last line


@pytest.mark.parametrize(
    ("file", "codes"),
    [
        ("a.po", {"error": 1, "warning": 1, "info": 1, "never": 0}),
        ("b.po", {"error": 0, "warning": 0, "info": 1, "never": 0}),
    ],
)
@pytest.mark.usefixtures("folder")
def test_exit_code_depends_on_fail_on(file: str, codes: Mapping[str, int]) -> None:
    found = {level: run("check", "--fail-on", level, file).exit_code for level in codes}
    assert found == codes
    assert run("check", file).exit_code == codes["warning"]


def test_warnings_fail_by_default(folder: Project) -> None:
    folder.write("a.po", HEADER + "\n" + entry("Melk.", " "))
    assert run("check", "a.po").exit_code == 1
    assert run("check", "--fail-on", "error", "a.po").exit_code == 0


@pytest.mark.parametrize("output_format", ["text", "github"])
@pytest.mark.usefixtures("folder")
def test_last_line_counts_findings(output_format: str) -> None:
    outcome = run("check", "--format", output_format, "a.po", "b.po")
    more = "; -v shows the infos" if output_format == "text" else ""
    assert outcome.stderr == f"2 errors, 1 info in 2 files (3 messages checked){more}\n"
    assert run("check", "-q", "--format", output_format, "a.po").stderr == ""


@pytest.mark.parametrize("output_format", ["json", "jsonl", "sarif"])
@pytest.mark.usefixtures("folder")
def test_formats_for_programs_have_no_counts(output_format: str) -> None:
    assert run("check", "--format", output_format, "a.po").stderr == ""


# Files and folders


def _files(outcome: Outcome) -> list[str]:
    return [found["file"] for found in json.loads(outcome.stdout)]


def test_folder_means_all_po_files_in_it(folder: Project) -> None:
    for name in ("po/z/x.po", "po/b.po", "po/a.po"):
        folder.write(name, HEADER + "\n" + LOST_CITATION)
    folder.write("po/a.pot", HEADER + "\n" + LOST_CITATION)
    assert _files(run("check", "--format", "json", "po")) == ["po/a.po", "po/b.po", "po/z/x.po"]
    assert _files(run("check", "--format", "json", "po/b.po", "po", "po/b.po")) == ["po/b.po", "po/a.po", "po/z/x.po"]


@pytest.mark.parametrize("arguments", [[], ["--source", "a.md"]])
def test_source_locale_applies_to_po_files(tmp_path: Path, arguments: list[str]) -> None:
    outcome = make_project(tmp_path).run("check", "--source-locale", "nl", *arguments)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "--source-locale" in outcome.stderr


def test_unknown_source_locale_is_a_usage_error(folder: Project) -> None:
    assert folder.exists("a.po")
    outcome = run("check", "--source-locale", "nll", "a.po")
    assert outcome.exit_code == 2
    assert "unknown locale 'nll'" in outcome.stderr


@pytest.fixture
def locales(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The locales that catalogues were checked for, as (source locale, locale)."""
    seen: list[tuple[str, str]] = []

    def spy(_catalogue: object, _file: str, *, source_locale: str, locale: str, **_others: object) -> list[object]:
        seen.append((source_locale, locale))
        return []

    monkeypatch.setattr("translate_pipe.cli.check_catalogues.check", spy)
    return seen


@pytest.mark.parametrize(
    ("file", "language", "locale"),
    [
        ("x.po", "pt-BR", "pt_BR"),
        ("fr.po", "de", "de"),
        ("fr.po", "", "fr"),
        ("messages.fr.po", "German", "fr"),
        ("locale/pt_BR/LC_MESSAGES/x.po", "", "pt_BR"),
        ("x.po", "", ""),
        ("x.po", "German", ""),
    ],
)
def test_target_locale_comes_from_header_or_path(
    folder: Project, locales: list[tuple[str, str]], file: str, language: str, locale: str
) -> None:
    folder.write(file, entry("", f"Language: {language}\nContent-Type: text/plain; charset=UTF-8\n"))
    run("check", file)
    assert locales == [("en", locale)]


def test_source_locale_defaults_to_the_projects(folder: Project, locales: list[tuple[str, str]]) -> None:
    folder.configure(source_locale="nl")
    run("check", "a.po")
    run("check", "--source-locale", "fr", "a.po")
    assert locales == [("nl", "de"), ("fr", "de")]


def test_ignore_checks_applies_to_named_files(folder: Project) -> None:
    folder.configure(ignore_checks=["citation"])
    assert _checks("a.po") == ["link"]


# The language of a catalogue's header


def with_language(project: Project, language: str) -> int:
    """Write another language into the header of the German catalogue; return its line."""
    text = project.text(po("a")).replace('"Language: de\\n"', language)
    project.write(po("a"), text)
    return text[: text.find(language)].count("\n") + 1


OTHER_PLACE = "but this is the place of a catalogue of de; write Language: de, or move the file to the catalogues of fr"


@pytest.mark.parametrize(
    ("language", "problem"),
    [
        ("fr", f"the header says Language: fr, {OTHER_PLACE}"),
        ("German", "the header says Language: German, which is no locale; write Language: de"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_header_of_another_language_is_reported(tmp_path: Path, language: str, problem: str, line_end: str) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    line = with_language(project, f'"Language: {language}\\n"')
    project.write(po("a"), project.text(po("a")).replace("\n", line_end))
    found = f"{po('a')}:{line}: warning: {problem} [header-language]"
    for command in ("check", "locales"):
        outcome = project.run(command)
        assert outcome.exit_code == 1
        assert outcome.findings == [found]
    assert project.run("build").findings == []
    (named,) = project.run("check", str(project.path(po("a")))).findings
    assert named == f"{tmp_path}/{found}"


def test_header_on_the_msgstr_line_is_reported_there(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.write(po("a"), '# Kopf\nmsgid ""\nmsgstr "Language: fr\\n"\n')
    assert project.run("check").findings[0].startswith(f"{po('a')}:3: warning: the header says Language: fr,")


@pytest.mark.parametrize("language", ['"Language: \\n"', '"Language: de_DE\\n"', '"X-Language: fr\\n"'])
def test_header_that_fits_its_path_is_accepted(tmp_path: Path, language: str) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    with_language(project, language)
    assert project.run("check").findings == []
    assert project.run("check", str(project.path(po("a")))).findings == []


def test_header_language_can_be_ignored(tmp_path: Path) -> None:
    project = make_project(tmp_path, ignore_checks=["header-language"])
    project.run("locales")
    with_language(project, '"Language: fr\\n"')
    assert project.run("check").findings == []
    assert project.run("check", str(project.path(po("a")))).findings == []


def test_header_is_not_checked_outside_a_project(folder: Project) -> None:
    folder.write("locale/de/LC_MESSAGES/x.po", entry("", "Language: fr\nContent-Type: text/plain; charset=UTF-8\n"))
    assert run("check", "locale/de/LC_MESSAGES/x.po").findings == []


def test_path_decides_the_locale_of_a_catalogue(folder: Project, locales: list[tuple[str, str]]) -> None:
    folder.configure()
    folder.write("locale/de/LC_MESSAGES/x.po", entry("", "Language: fr\nContent-Type: text/plain; charset=UTF-8\n"))
    run("check", "locale/de/LC_MESSAGES/x.po")
    assert locales == [("nl", "de")]


# For CI


def _annotated(outcome: Outcome) -> str:
    return outcome.stdout.partition("file=")[2].partition(",")[0]


def _project_in(root: Path) -> Project:
    project = make_project(root, {"source/nl/a.md": "Melk helpt.¹\n"})
    project.run("update")
    project.translate(po("a"), {"Melk helpt.¹": "Milch hilft."})
    return project


def test_annotations_are_relative_to_the_current_folder(tmp_path: Path) -> None:
    project = _project_in(tmp_path / "site")
    outcome = start("check", "--project", "site", "--format", "github", folder=tmp_path)
    assert _annotated(outcome) == f"site/{po('a')}"
    assert _annotated(start("check", "--format", "github", folder=project.root)) == po("a")


def test_annotations_are_relative_to_github_workspace(tmp_path: Path) -> None:
    project = _project_in(tmp_path / "site")
    workspace = {"GITHUB_WORKSPACE": str(tmp_path)}
    for arguments in (["check"], ["build"], ["locales"], ["check", po("a")]):
        outcome = start(*arguments, "--format", "github", folder=project.root, environment=workspace)
        assert _annotated(outcome) == f"site/{po('a')}"


def test_table_is_only_in_text_format(tmp_path: Path) -> None:
    project = _project_in(tmp_path)
    for output_format in ("json", "sarif"):
        assert json.loads(project.run("locales", "--format", output_format).stdout)
    assert "German" in project.run("locales").stdout


def test_catalogue_cannot_issue_workflow_commands(folder: Project) -> None:
    folder.write("a.po", HEADER + "\n" + entry("Melk.¹", "::error::Milch"))
    assert not [line for line in run("check", "a.po").stdout.splitlines() if line.lstrip().startswith("::")]
    lines = run("check", "--format", "github", "--select", "citation", "a.po").stdout.splitlines()
    assert len(lines) == 1


@pytest.mark.parametrize("command", ["update", "locales", "status"])
def test_hostile_text_is_escaped_in_every_command(tmp_path: Path, command: str) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "# Slaap\n\nMelk\u202e en \u200bthee.¹\n"})
    if command != "update":
        project.run("update")
    outcome = project.run("-v", command)
    assert "\u202e" not in outcome.stdout + outcome.stderr
