"""The command line: what a user types, and the output."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from project_helpers import ARTICLE, HEADER, STATE, Outcome, Project, entry, make_project, po, run, start

import translate_pipe
from translate_pipe.project import reassembly

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COMMANDS = ["init", "extract", "update", "check", "build", "locales", "status", "roundtrip", "merge", "preview"]


# The command itself


def test_package_runs_as_a_module(tmp_path: Path) -> None:
    outcome = start("--version", folder=tmp_path)
    assert outcome == Outcome(0, f"translate-pipe, version {translate_pipe.__version__}\n", "")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_lists_commands_in_working_order(option: str) -> None:
    outcome = run(option)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    listed = outcome.stdout.partition("Commands:\n")[2]
    assert [line.split()[0] for line in listed.splitlines() if re.match(r"  \w", line)] == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str) -> None:
    outcome = run(command, "--help")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert re.search(rf"^Usage: \S+ {command} ", outcome.stdout)
    for option in ("--project", "--verbose", "--quiet"):
        assert option in outcome.stdout


@pytest.mark.parametrize("arguments", [["locale"], ["build", "--dry"], ["check", "--format", "xml"], ["extract", "de"]])
def test_mistyped_command_or_option_is_a_usage_error(tmp_path: Path, arguments: list[str]) -> None:
    outcome = make_project(tmp_path).run(*arguments)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr


def test_first_steps_of_a_newcomer(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(ARTICLE)
    assert start("init", "--source-locale", "nl", "de", folder=tmp_path).exit_code == 0
    outcome = start("locales", folder=tmp_path)
    assert outcome.exit_code == 0
    assert "de  German (Deutsch)" in outcome.stdout
    assert "1 file written (1 document)." in outcome.stderr
    outcome = start("locales", folder=tmp_path)
    assert (outcome.exit_code, outcome.stderr) == (0, "Everything is up to date (1 document).\n")


@pytest.mark.parametrize("command", ["update", "build", "locales", "status"])
@pytest.mark.parametrize(
    ("locale", "words"), [("fr", ["fr", "(de)", "locales"]), ("dee", ["unknown locale 'dee'", "did you mean"])]
)
def test_locale_outside_the_project_is_a_usage_error(
    tmp_path: Path, command: str, locale: str, words: list[str]
) -> None:
    project = make_project(tmp_path)
    before = project.snapshot()
    outcome = project.run(command, locale)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert [word for word in words if word not in outcome.stderr] == []
    assert project.snapshot() == before


def test_locales_may_be_bcp_47_tags(tmp_path: Path) -> None:
    project = make_project(tmp_path, locales=["pt_BR"])
    assert project.run("build", "pt-BR").exit_code == 0
    assert project.exists("build/pt_BR/a.md")


# Verbosity


def test_quiet_prints_nothing_without_findings(tmp_path: Path) -> None:
    assert make_project(tmp_path).run("locales", "-q") == Outcome(0, "", "")


def test_quiet_still_prints_findings(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": b"\xff"})
    outcome = project.run("-q", "locales")
    assert (outcome.exit_code, outcome.stderr) == (1, "")
    assert len(outcome.findings) == 1


@pytest.mark.parametrize("arguments", [["-v", "locales"], ["locales", "--verbose"]])
def test_verbose_names_written_files(tmp_path: Path, arguments: list[str]) -> None:
    outcome = make_project(tmp_path).run(*arguments)
    written = [line for line in outcome.stderr.splitlines() if line.startswith("wrote ")]
    assert written == ["wrote locale/templates/a.pot", f"wrote {po('a')}", "wrote build/de/a.md"]


def test_many_documents_show_as_totals(tmp_path: Path) -> None:
    project = make_project(tmp_path, {f"source/nl/{number}.md": ARTICLE for number in range(26)})
    outcome = project.run("status")
    assert "de  German (Deutsch)" in outcome.stdout
    assert "source/nl" not in outcome.stdout
    assert "26 documents; -v shows each of them." in outcome.stderr
    assert "source/nl/25.md" in project.run("status", "-v").stdout


# Status


def _half_translated(root: Path) -> Project:
    project = make_project(root, {"source/nl/a.md": ARTICLE + "\nEn rust.\n"}, locales=["de", "fr"])
    project.run("locales")
    project.translate(po("a"), {"Een glas melk.": "Ein Glas Milch."})
    project.translate(po("a"), {"Slaap": "Schlof"}, fuzzy=True)
    return project


def test_status_shows_locales_and_documents(tmp_path: Path) -> None:
    outcome = _half_translated(tmp_path).run("status")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    lines = [line.split() for line in outcome.stdout.splitlines() if line.strip()]
    assert lines[2:] == [
        ["de", "German", "(Deutsch)", "1", "1", "1", "3/6", "███░░░░░░░", "33", "%"],
        ["source/nl/a.md", "1", "1", "1", "3/6", "███░░░░░░░", "33", "%"],
        ["fr", "French", "(français)", "0", "0", "3", "0/6", "░░░░░░░░░░", "0", "%"],
        ["source/nl/a.md", "0", "0", "3", "0/6", "░░░░░░░░░░", "0", "%"],
    ]


def test_status_as_json(tmp_path: Path) -> None:
    outcome = _half_translated(tmp_path).run("status", "--format", "json", "de")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    counts = {"translated": 1, "not_published": 0, "fuzzy": 1, "untranslated": 1}
    numbers = {**counts, "words": 6, "words_translated": 3, "percent": 33}
    assert json.loads(outcome.stdout) == {
        "locales": {"de": numbers},
        "documents": [{"locale": "de", "document": "source/nl/a.md", **numbers}],
    }


def test_status_names_languages_in_the_users_language(tmp_path: Path) -> None:
    project = make_project(tmp_path, locales=["de", "ja"])
    outcome = start("status", folder=project.root, environment={"LC_ALL": "nl_NL.UTF-8"})
    assert outcome.exit_code == 0
    assert "de  Duits (Deutsch)" in outcome.stdout
    assert "ja  Japans (日本語)" in outcome.stdout


def test_status_as_json_is_json_despite_errors(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/b.md": b"\xff"})
    outcome = project.run("status", "--format", "json")
    assert outcome.exit_code == 1
    assert [row["document"] for row in json.loads(outcome.stdout)["documents"]] == ["source/nl/a.md"]
    assert outcome.stderr.startswith("source/nl/b.md:1: error: ")


# Invalid documents


def _places(outcome: Outcome) -> list[str]:
    """The places of the findings, as `path:line:column`, `path:line` or `path`."""
    return [re.split(r": (?:error|warning): ", line)[0] for line in outcome.findings]


def _assert_reported(outcome: Outcome, *places: str) -> None:
    """The findings are one line each, at these places, on standard output, and no exception was raised."""
    assert outcome.exit_code == 1
    assert _places(outcome) == list(places)
    assert "Traceback" not in outcome.stdout + outcome.stderr


BROKEN_DOCUMENTS = [
    pytest.param(b"# Slaap\n\ncaf\xe9\n", 3, "UTF-8", id="not UTF-8"),
    pytest.param(b"\xff\xfe#\x00", 1, "UTF-8", id="UTF-16"),
    pytest.param(b"---\ntitle: Slaap\nx: [\n---\n\n# Slaap\n", 3, "YAML", id="YAML list without an end"),
    pytest.param(b"---\ntitle: Over: slaap\n---\n\n# Slaap\n", 2, "YAML", id="YAML colon"),
    pytest.param(b"---\ntitle: Slaap\n\tx: 1\n---\n\n# Slaap\n", 3, "YAML", id="YAML tab"),
]


@pytest.mark.parametrize(("content", "line", "word"), BROKEN_DOCUMENTS)
def test_unreadable_document_keeps_its_catalogue(tmp_path: Path, content: bytes, line: int, word: str) -> None:
    project = make_project(tmp_path, {"source/nl/b.md": ARTICLE}, locales=["de", "fr"])
    project.run("locales")
    project.translate(po("b"), {"Een glas melk.": "Ein Glas Milch."})
    before = project.snapshot("locale")
    project.write("source/nl/b.md", content)
    project.write("source/nl/a.md", ARTICLE)
    project.write("source/nl/c.md", ARTICLE)
    outcome = project.run("locales")
    # YAML's own parser may report a line below.
    (place,) = _places(outcome)
    assert place in {f"source/nl/b.md:{line}", f"source/nl/b.md:{line + 1}"}
    assert outcome.exit_code == 1
    assert word in outcome.findings[0]
    assert {name: stamp for name, stamp in project.snapshot("locale").items() if name in before} == before
    assert project.exists("build/de/a.md")
    assert project.exists("build/fr/c.md")


def test_document_with_unreadable_front_matter_is_built(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlaf"})
    project.write("source/nl/a.md", "---\nx: [\n---\n\n" + ARTICLE)
    assert project.run("locales").exit_code == 1
    assert project.text("build/de/a.md") == "---\nx: [\n---\n\n# Schlaf\n\nEen glas melk.\n"


def test_unreadable_document_keeps_its_shared_catalogue(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/b.md": "# Olie\n"}, domain="site")
    project.run("locales")
    project.translate(po("site"), {"Olie": "Öl"})
    before = project.snapshot("locale")
    project.write("source/nl/b.md", b"\xff")
    project.write("source/nl/a.md", ARTICLE + "\nEn rust.\n")
    _assert_reported(project.run("locales"), "source/nl/b.md:1")
    assert project.snapshot("locale") == before
    assert project.text("build/de/a.md") == ARTICLE + "\nEn rust.\n"


def test_dangling_symlink_keeps_its_catalogue(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlaf"})
    before = project.snapshot("locale")
    project.path("source/nl/a.md").unlink()
    project.path("source/nl/a.md").symlink_to("nowhere.md")
    _assert_reported(project.run("locales"), "source/nl/a.md")
    assert project.snapshot("locale") == before


@pytest.mark.skipif(os.geteuid() == 0, reason="no permission stops root")
@pytest.mark.parametrize("name", ["source/nl/a.md", po("a")])
def test_file_without_permission_is_reported(tmp_path: Path, name: str) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/b.md": ARTICLE})
    project.run("locales")
    project.path(name).chmod(0)
    outcome = project.run("locales")
    _assert_reported(outcome, name)
    assert "Permission denied" in outcome.findings[0]


def test_missing_source_folder_is_reported(tmp_path: Path) -> None:
    project = make_project(tmp_path, {})
    for command in ("extract", "update", "check", "build", "locales"):
        outcome = project.run(command)
        _assert_reported(outcome, "source/nl")
        assert 'the key "source"' in outcome.findings[0]
    outcome = project.run("status")
    assert (outcome.exit_code, "source/nl: error: " in outcome.stderr) == (1, True)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb.md", "a?b.md"),
        ("a\rb.md", "a?b.md"),
        ("a\x1b[31mb.md", "a?[31mb.md"),
        ("a\x7fb.md", "a?b.md"),
        ("a\u2028b.md", "a?b.md"),
        (os.fsdecode(b"a\xffb.md"), "a?b.md"),
    ],
)
def test_control_characters_in_document_names_are_refused(tmp_path: Path, name: str, shown: str) -> None:
    project = make_project(tmp_path)
    try:
        project.write(f"source/nl/{name}", ARTICLE)
    except (OSError, UnicodeError):
        pytest.skip("this file system does not take such a name")
    outcome = project.run("locales")
    _assert_reported(outcome, f"source/nl/{shown}")
    assert "rename" in outcome.findings[0]
    assert project.names("build") == {"build/de/a.md"}


def test_two_documents_with_one_output_are_refused(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, {"source/nl/a.markdown": "# Een\n", "source/nl/a.md": "# Twee\n", "source/nl/b.md": ARTICLE}
    )
    outcome = project.run("locales")
    _assert_reported(outcome, "source/nl/a.md")
    assert "source/nl/a.markdown" in outcome.findings[0]
    assert project.text("build/de/a.md") == "# Een\n"
    assert project.exists("build/de/b.md")


def test_misspelt_directive_is_reported(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "# Slaap\n\n<!-- i18n:skp -->\n\nMelk.\n"})
    _assert_reported(project.run("check"), "source/nl/a.md:3:1")


# Invalid catalogues

GOOD = HEADER + "\n" + entry("Slaap", "Schlaf")
TWO_LINES = entry("Een\nTwee", "")
BROKEN_CATALOGUES = [
    pytest.param(f'{HEADER}\nmsgid "Slaap"\nmsgstr "Schlaf\n', 5, "quotation mark", id="string without an end"),
    pytest.param(f'{HEADER}\nmsgid "Slaap"\nmsgstr "Sch"laf"\n', 5, "backslash", id="bare quotation mark"),
    pytest.param(f"{GOOD}\n{entry('Slaap', 'Ruhe')}", 7, "second time", id="message twice"),
    pytest.param(f"{GOOD}\n{TWO_LINES}\n{TWO_LINES}", 10, "second time", id="message of two lines twice"),
    pytest.param(f'{GOOD}\nmsgid "Een glas"\n', 7, "msgstr", id="cut off before a msgstr"),
    pytest.param(f'{GOOD}\nmsgid "Een', 7, "quotation mark", id="cut off inside a msgid"),
    pytest.param(
        f"{HEADER}\n<<<<<<< HEAD\n{entry('Slaap', 'Schlaf')}=======\n{entry('Slaap', 'Ruhe')}>>>>>>> b\n",
        4,
        "conflict",
        id="conflict",
    ),
    pytest.param(f"{GOOD}\nwat is dit\n", 7, "not a line", id="not PO"),
    pytest.param(GOOD.replace("UTF-8", "ISO-8859-1"), 1, "ISO-8859-1", id="other charset"),
    pytest.param(GOOD.encode() + b'\nmsgid "x"\nmsgstr "\xe4"\n', 8, "UTF-8", id="bytes of another charset"),
    pytest.param(b"\xff\xfem\x00", 1, "UTF-8", id="UTF-16"),
]


@pytest.mark.parametrize(("content", "line", "word"), BROKEN_CATALOGUES)
def test_broken_catalogue_is_reported_and_left_alone(
    tmp_path: Path, content: str | bytes, line: int, word: str
) -> None:
    project = make_project(tmp_path, locales=["de", "fr"])
    project.write(po("a"), content)
    before = project.snapshot("locale/de")
    outcome = project.run("locales")
    _assert_reported(outcome, f"{po('a')}:{line}")
    assert word.lower() in outcome.findings[0].lower()
    assert project.snapshot("locale/de") == before
    assert project.exists("build/fr/a.md")
    assert not project.exists("build/de/a.md")


@pytest.mark.parametrize(("content", "line", "word"), BROKEN_CATALOGUES)
def test_broken_catalogue_is_reported_outside_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | bytes, line: int, word: str
) -> None:
    Project(tmp_path).write("bad.po", content)
    Project(tmp_path).write("good.po", GOOD)
    monkeypatch.chdir(tmp_path)
    outcome = run("check", "bad.po", "good.po")
    assert (outcome.exit_code, outcome.stderr) == (1, "1 error in 1 file (1 message checked)\n")
    assert re.fullmatch(rf"bad\.po:{line}: error: [^\n]*{word}[^\n]*\n", outcome.stdout, re.IGNORECASE)


def test_output_stays_if_its_catalogue_breaks(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    before = project.snapshot("build")
    project.write(po("a"), "<<<<<<< HEAD\n")
    project.run("locales")
    assert project.snapshot("build") == before


# Files and folders in the way


@pytest.mark.parametrize("name", ["locale/templates/a.pot", po("a"), "build/de/a.md", STATE])
def test_folder_at_the_path_of_a_file_is_reported(tmp_path: Path, name: str) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/b.md": ARTICLE}, locales=["de", "fr"])
    project.path(name).mkdir(parents=True)
    _assert_reported(project.run("locales"), name)
    assert project.path(name).is_dir()
    assert {"build/fr/a.md", "build/de/b.md"} <= project.names("build")


def test_folder_at_the_path_of_an_old_output_is_reported(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/b.md": ARTICLE, "source/nl/c.md": ARTICLE})
    project.run("locales")
    for name in ("b", "c"):
        project.path(f"source/nl/{name}.md").unlink()
    project.path("build/de/b.md").unlink()
    project.path("build/de/b.md").mkdir()
    project.run("locales")
    assert project.path("build/de/b.md").is_dir()
    assert not project.exists("build/de/c.md")


def test_file_at_the_path_of_a_folder_is_reported(tmp_path: Path) -> None:
    project = make_project(tmp_path, locales=["de", "fr"])
    project.write("build/de", "mine")
    _assert_reported(project.run("locales"), "build/de/a.md")
    assert project.text("build/de") == "mine"
    assert project.exists("build/fr/a.md")


@pytest.mark.parametrize(
    ("link", "refused"),
    [
        ("locale/de", [po("a")]),
        ("locale/de/LC_MESSAGES", [po("a")]),
        ("locale/templates", ["locale/templates/a.pot"]),
        ("build/de", ["build/de/a.md"]),
        ("build", ["build/de/a.md", "build/fr/a.md"]),
    ],
)
@pytest.mark.parametrize("target", ["outside", "loop"])
def test_symlink_out_of_the_project_is_refused(tmp_path: Path, link: str, refused: list[str], target: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    project = make_project(tmp_path / "project", locales=["de", "fr"])
    path = project.path(link)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(outside if target == "outside" else path, target_is_directory=True)
    outcome = project.run("locales")
    # The tool also reports that it cannot look up its earlier outputs.
    assert outcome.exit_code == 1
    assert [place for place in _places(outcome) if not place.endswith(STATE)] == refused
    assert list(outside.iterdir()) == []
    assert project.exists("build/fr/a.md") == (link != "build")


def test_catalogue_that_is_a_symlink_outside_is_not_written(tmp_path: Path) -> None:
    outside = tmp_path / "a.po"
    outside.write_text(HEADER)
    project = make_project(tmp_path / "project")
    project.path(po("a")).parent.mkdir(parents=True)
    project.path(po("a")).symlink_to(outside)
    _assert_reported(project.run("locales"), po("a"))
    assert outside.read_text() == HEADER


def test_output_pattern_that_leads_outside_is_refused(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", output="../site/{locale}/{path}.md")
    outcome = project.run("locales")
    assert outcome.exit_code == 2
    assert "'output' must be a path inside the project" in outcome.stderr
    assert not (tmp_path / "site").exists()


# Check


def test_check_reports_a_lost_citation_at_its_line(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "Melk helpt.¹\n"})
    assert project.run("check").exit_code == 0
    project.run("update")
    project.translate(po("a"), {"Melk helpt.¹": "Milch hilft."})
    outcome = project.run("check")
    line = project.text(po("a")).splitlines().index('msgstr "Milch hilft."') + 1
    _assert_reported(outcome, f"{po('a')}:{line}:9")
    assert "¹" in outcome.findings[0]
    assert "Melk helpt." in outcome.findings[0]
    assert outcome.stderr == "1 error in 1 file (1 message checked)\n"


def test_check_reports_no_findings(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    assert project.run("check") == Outcome(0, "", "No findings.\n")
    assert project.run("check", "-q") == Outcome(0, "", "")
    assert project.run("check", "--format", "json") == Outcome(0, "[]\n", "")
    assert project.run("check", "--format", "jsonl") == Outcome(0, "", "")


IMAGE = '![Een fles](/fles.png "Een etiket")\n'


def _breaking_image(root: Path, **keys: str | list[str]) -> Project:
    """A project with translations that are harmless alone and together make code of the text between them."""
    # The check of single messages would keep them from each other.
    keys = {"ignore_checks": ["code-broken"], **keys}
    project = make_project(root, {"source/nl/a.md": "# Slaap\n\n" + IMAGE}, **keys)
    project.run("update")
    project.translate(po("a"), {"Slaap": "Schlaf", "Een fles": "Eine ` Flasche", "Een etiket": "Ein ` Etikett"})
    return project


@pytest.mark.parametrize("command", ["check", "build", "locales"])
def test_structure_is_reported_at_the_line_of_the_message(tmp_path: Path, command: str) -> None:
    project = _breaking_image(tmp_path)
    outcome = project.run(command)
    line = project.text(po("a")).splitlines().index('msgstr "Ein ` Etikett"') + 1
    _assert_reported(outcome, f"{po('a')}:{line}:9")
    assert "structure" in outcome.findings[0]
    assert "Een etiket" in outcome.findings[0]


def test_structure_falls_back_to_the_source(tmp_path: Path) -> None:
    project = _breaking_image(tmp_path)
    project.run("build")
    assert project.text("build/de/a.md") == '# Schlaf\n\n![Eine ` Flasche](/fles.png "Een etiket")\n'


def test_structure_of_a_wider_locale_is_reported_there(tmp_path: Path) -> None:
    keys: dict[str, str | list[str]] = {"fallback": "chain", "ignore_checks": ["code-broken"]}
    project = make_project(tmp_path, {"source/nl/a.md": IMAGE}, locales=["pt", "pt_BR"], **keys)
    project.run("update")
    project.translate(po("a", "pt"), {"Een fles": "Uma ` garrafa", "Een etiket": "Um ` rótulo"})
    outcome = project.run("check")
    assert outcome.exit_code == 1
    assert {place.partition(":")[0] for place in _places(outcome)} == {po("a", "pt")}


FIELDS = ["file", "line", "msgid", "msgctxt", "check", "severity", "message", "words"]
FIELDS += ["start_line", "column", "end_line", "end_column"]


@pytest.mark.parametrize(("output_format", "read"), [("json", "list"), ("jsonl", "lines")])
def test_check_as_json(tmp_path: Path, output_format: str, read: str) -> None:
    text = "<!-- i18n:context: kop -->\n\n# Slaap[^1]\n\n[^1]: Smit.\n"
    project = make_project(tmp_path, {"source/nl/a.md": text, "source/nl/b.md": b"\xff"})
    project.run("update")
    project.translate(po("a"), {"Slaap[^1]": "Schlaf"})
    outcome = project.run("check", "--format", output_format)
    assert (outcome.exit_code, outcome.stderr) == (1, "")
    found = json.loads(outcome.stdout) if read == "list" else list(map(json.loads, outcome.stdout.splitlines()))
    citation, unreadable = sorted(found, key=lambda one: one["check"])
    assert list(citation) == list(unreadable) == FIELDS
    lines = project.text(po("a")).splitlines()
    line, start_line = lines.index("#. Heading 1") + 1, lines.index('msgstr "Schlaf"') + 1
    assert citation | {"message": ""} == {
        "file": po("a"),
        "line": line,
        "msgid": "Slaap[^1]",
        "msgctxt": "kop",
        "check": "citation",
        "severity": "error",
        "message": "",
        "words": ["[^1]"],
        "start_line": start_line,
        "column": 9,
        "end_line": start_line,
        "end_column": 15,
    }
    assert unreadable | {"message": ""} == {
        "file": "source/nl/b.md",
        "line": 1,
        "msgid": "",
        "msgctxt": None,
        "check": "file",
        "severity": "error",
        "message": "",
        "words": [],
        "start_line": 1,
        "column": 0,
        "end_line": 0,
        "end_column": 0,
    }


@pytest.mark.parametrize("output_format", ["json", "jsonl"])
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_check_as_json_keeps_every_character(tmp_path: Path, output_format: str, encoding: str) -> None:
    Project(tmp_path).write("a.po", HEADER + "\n" + entry("café 漢字 💙²", "Kaffee"))
    arguments = ["check", "--format", output_format, "--select", "citation", "a.po"]
    outcome = start(*arguments, folder=tmp_path, environment={"PYTHONIOENCODING": encoding})
    found = json.loads(outcome.stdout)
    assert (found[0] if output_format == "json" else found)["msgid"] == "café 漢字 💙²"


def test_check_takes_catalogues_outside_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Project(tmp_path).write("good.po", GOOD)
    Project(tmp_path).write("lost.po", HEADER + "\n" + entry("Melk helpt.¹", "Milch hilft."))
    monkeypatch.chdir(tmp_path)
    assert run("check", "good.po") == Outcome(0, "", "No findings.\n")
    outcome = run("check", "good.po", "lost.po")
    _assert_reported(outcome, "lost.po:5:9")


@pytest.mark.parametrize(
    ("content", "exit_code", "place"),
    [
        (GOOD, 0, ""),
        (HEADER + "\n" + entry("Melk.¹", "Milch."), 1, "-:5:9: error: "),
        (GOOD + "<<<<<<< HEAD\n", 1, "-:6: error: "),
    ],
)
def test_check_reads_standard_input(tmp_path: Path, content: str, exit_code: int, place: str) -> None:
    outcome = start("check", "-q", "-", folder=tmp_path, stdin=content.encode())
    assert (outcome.exit_code, outcome.stderr) == (exit_code, "")
    assert outcome.stdout.startswith(place)
    assert bool(outcome.stdout) == bool(exit_code)


@pytest.mark.parametrize(
    ("name", "problem"),
    [("missing.po", "No such file or directory"), ("folder", "no PO files in the folder"), ("", "")],
)
def test_check_reports_a_missing_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, problem: str) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    outcome = run("check", name)
    assert outcome.exit_code in (1, 2)
    assert problem in outcome.stdout + outcome.stderr


def test_unfinished_translation_is_not_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unfinished = f"{HEADER}\n{entry('Melk.¹', '')}\n#, fuzzy\n{entry('Thee.²', 'Tee')}\n#~ {entry('Oud.³', 'Alt')}"
    Project(tmp_path).write("a.po", unfinished.replace('\nmsgstr "Alt"', '\n#~ msgstr "Alt"'))
    monkeypatch.chdir(tmp_path)
    assert run("check", "a.po").exit_code == 0


# Roundtrip

UNREADABLE_MATTER = "---\nx: [\n---\n\nMelk.\n"


def test_roundtrip_counts_identical_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Project(tmp_path).write("a.md", "\ufeff# Slaap\r\n\r\n* a  \r\n")
    Project(tmp_path).write("b.txt", "")
    monkeypatch.chdir(tmp_path)
    assert run("roundtrip", "a.md", "b.txt") == Outcome(0, "", "2 of 2 documents are byte-identical.\n")
    assert run("roundtrip", "-q", "a.md") == Outcome(0, "", "")


def test_roundtrip_reads_documents_in_dialects(tmp_path: Path) -> None:
    tip = '!!! tip "Een tip"\n    Slaap zacht.\n'
    assert (
        start(
            "roundtrip", "--dialect", "mkdocs", "--dialect", "hugo", "-", folder=tmp_path, stdin=tip.encode()
        ).exit_code
        == 0
    )
    outcome = start("roundtrip", "--dialect", "mkdoks", "-", folder=tmp_path, stdin=b"")
    assert outcome.exit_code == 2
    assert "unknown dialect 'mkdoks', did you mean 'mkdocs'?" in outcome.stderr


def test_roundtrip_defaults_to_the_documents_of_the_project(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/b.md": UNREADABLE_MATTER})
    assert project.run("roundtrip") == Outcome(0, "", "2 of 2 documents are byte-identical.\n")


def test_roundtrip_without_documents_fails(tmp_path: Path) -> None:
    outcome = make_project(tmp_path, {}).run("roundtrip")
    assert outcome.exit_code == 1
    assert "source/nl" in outcome.stdout + outcome.stderr


@pytest.mark.parametrize("data", [b"", b"# Slaap\r\n\r\n- a\r\n", "\ufeff# Slaap\n\nMelk.".encode(), b"a\rb\n\x00"])
def test_roundtrip_reads_standard_input(tmp_path: Path, data: bytes) -> None:
    outcome = start("roundtrip", "-", folder=tmp_path, stdin=data)
    assert outcome == Outcome(0, "", "1 of 1 documents are byte-identical.\n")


def test_roundtrip_continues_after_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Project(tmp_path).write("a.md", b"# Slaap\n\xff\n")
    Project(tmp_path).write("b.md", ARTICLE)
    monkeypatch.chdir(tmp_path)
    outcome = run("roundtrip", "a.md", "missing.md", ".", "b.md")
    assert (outcome.exit_code, outcome.stderr) == (1, "1 of 4 documents are byte-identical.\n")
    assert [line.partition(": ")[0] for line in outcome.stdout.splitlines()] == ["a.md:2", "missing.md", "."]


def test_roundtrip_prints_the_first_line_that_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Project(tmp_path).write("a.md", "# Slaap\n\nEen *glas* melk. \n")
    monkeypatch.chdir(tmp_path)

    def forgetful(data: bytes, text: str, options: object, path: str) -> reassembly.Difference | None:
        assert (options, path) != (None, "")
        return reassembly.first_difference(data, text.replace(" \n", "\n").encode())

    monkeypatch.setattr("translate_pipe.cli.roundtrip_files.roundtrip", forgetful)
    outcome = run("roundtrip", "a.md")
    assert outcome.exit_code == 1
    assert outcome.stdout.splitlines() == [
        "a.md:3: not identical",
        "- b'Een *glas* melk. \\n'",
        "+ b'Een *glas* melk.\\n'",
    ]
    assert outcome.stderr == "0 of 1 documents are byte-identical.\n"


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        (b"a\nb\n", b"a\nb\n", None),
        (b"a\nb\n", b"a\nc\n", (2, b"b\n", b"c\n")),
        (b"a\nb\n", b"a\n", (2, b"b\n", b"")),
        (b"", b"a", (1, b"", b"a")),
        (b"a\r\nb", b"a\nb", (1, b"a\r\n", b"a\n")),
        (b"a", b"a\n", (1, b"a", b"a\n")),
    ],
)
def test_first_difference_has_its_line(
    before: bytes, after: bytes, difference: tuple[int, bytes, bytes] | None
) -> None:
    assert reassembly.first_difference(before, after) == (reassembly.Difference(*difference) if difference else None)


# Where the tool runs


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "xx_XX.UTF-8"},
        {"LC_ALL": "C.UTF-8", "COLUMNS": "20", "TERM": "dumb"},
    ],
    ids=lambda environment: " ".join(f"{name}={value}" for name, value in environment.items()),
)
def test_locales_works_in_any_environment(tmp_path: Path, environment: Mapping[str, str]) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "# Slaap\n\nMelk.¹\n"}, locales=["de", "ja"])
    project.run("update")
    project.translate(po("a"), {"Melk.¹": "Milch."})
    outcome = start("locales", folder=project.root, environment=environment)
    assert outcome.exit_code == 1
    assert "Traceback" not in outcome.stderr
    assert len(outcome.findings) == 1
    assert "\x1b" not in outcome.stdout + outcome.stderr
    assert project.text("build/ja/a.md") == "# Slaap\n\nMelk.¹\n"


def test_file_name_that_is_not_utf_8_is_reported(tmp_path: Path) -> None:
    outcome = start("roundtrip", os.fsdecode(b"\xff.md"), folder=tmp_path)
    assert outcome.exit_code == 1
    assert "Traceback" not in outcome.stderr


def test_closed_pipe_is_not_an_error(tmp_path: Path) -> None:
    make_project(tmp_path)
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "translate_pipe", "status"],
            cwd=tmp_path,
            stdout=theirs,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(theirs)
    assert done.stderr == b""
