"""The checks of documents in a project and on files, as the commands report them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from project_helpers import Project, make_project, po, run

if TYPE_CHECKING:
    import pytest

TEXT = "Zie [hier](#oorzaken) en [daar](map/b.md#gevolgen).\n\n# Oorzaken\n"
OTHER = "# Gevolgen\n\nTekst.\n"
LINKS = "Zie [hier](#oorzaken) en [daar](map/b.md#gevolgen)."
IN_GERMAN = "Siehe [hier](#oorzaken) und [dort](map/b.md#gevolgen)."


def linked(root: Path, **keys: str | list[str]) -> Project:
    project = make_project(root, {"source/nl/a.md": TEXT, "source/nl/map/b.md": OTHER}, **keys)
    project.run("update")
    return project


def anchors(project: Project, *arguments: str) -> list[str]:
    return [line for line in project.run(*(arguments or ("check",))).findings if "[anchor]" in line]


def test_broken_link_is_reported_at_its_translation(tmp_path: Path) -> None:
    project = linked(tmp_path)
    project.translate(po("a"), {"Oorzaken": "Ursachen"})
    project.translate(po("map/b"), {"Gevolgen": "Folgen"})
    assert anchors(project) == []
    project.translate(po("a"), {LINKS: IN_GERMAN})
    line = project.text(po("a")).splitlines().index(f'msgstr "{IN_GERMAN}"') + 1
    found = anchors(project)
    assert [one.rpartition(" [anchor]")[0] for one in found] == [
        f"{po('a')}:{line}:9: warning: #oorzaken leads to no heading of this document",
        f"{po('a')}:{line}:9: warning: #gevolgen leads to no heading of map/b.md",
    ]
    assert project.run("check").exit_code == 1
    assert anchors(project, "locales") == found
    assert anchors(project, "build") == []


def test_explicit_ids_keep_links(tmp_path: Path) -> None:
    documents = {
        "source/nl/a.md": TEXT.replace("# Oorzaken", "# Oorzaken {#oorzaken}"),
        "source/nl/map/b.md": OTHER.replace("# Gevolgen", "# Gevolgen {#gevolgen}"),
    }
    project = make_project(tmp_path, documents)
    project.run("update")
    project.translate(po("a"), {"Oorzaken": "Ursachen", LINKS: IN_GERMAN})
    project.translate(po("map/b"), {"Gevolgen": "Folgen"})
    assert anchors(project) == []


def test_headings_of_a_wider_locale_count(tmp_path: Path) -> None:
    project = linked(tmp_path, locales=["de", "de_AT"], fallback="chain")
    project.translate(po("map/b"), {"Gevolgen": "Folgen"})
    project.translate(po("a", "de_AT"), {LINKS: IN_GERMAN})
    assert [one.rpartition(" [anchor]")[0].partition("warning: ")[2] for one in anchors(project)] == [
        "#gevolgen leads to no heading of map/b.md"
    ]


def test_unreadable_catalogue_of_another_document_is_reported_once(tmp_path: Path) -> None:
    project = linked(tmp_path)
    project.translate(po("a"), {LINKS: IN_GERMAN})
    project.write(po("map/b"), 'msgid "\n')
    assert len(project.run("check").findings) == 1


def test_ignore_checks_applies_to_documents(tmp_path: Path) -> None:
    project = linked(tmp_path, ignore_checks=["anchor", "source-link"])
    project.translate(po("a"), {"Oorzaken": "Ursachen", LINKS: IN_GERMAN})
    assert anchors(project) == []
    project.write("source/nl/c.md", "[weg](weg.md) en [x](#x)\n")
    assert project.run("check", "--source").exit_code == 0


# Sources

BROKEN = "Tekst.[^1] Zie [a](weg.md), [b](map/b.md#oorzaken) en [c](map/b.md#gevolgen).\n"


def test_sources_of_a_project(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": BROKEN, "source/nl/map/b.md": OTHER})
    outcome = project.run("check", "--source")
    assert outcome.exit_code == 1
    assert [one.split(" in “")[0] for one in outcome.findings] == [
        "source/nl/a.md:1:7: error: the footnote [^1] has no definition [citation-undefined]",
        "source/nl/a.md:1:16: error: there is no file source/nl/weg.md [source-link]",
        "source/nl/a.md:1:29: warning: #oorzaken leads to no heading of map/b.md [anchor]",
    ]
    assert not project.exists("locale")
    project.write("source/nl/weg.md", b"\xff")
    assert "source/nl/weg.md:1: error: the byte 0xFF is not valid UTF-8" in project.run("check", "--source").stdout


def test_sources_need_no_catalogues(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": TEXT, "source/nl/map/b.md": OTHER})
    outcome = project.run("check", "--source")
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, "", "No findings.\n")


def test_files_and_folders_outside_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path)
    project.write("a.md", BROKEN)
    project.write("map/b.md", OTHER)
    project.write("map/c.md", "[terug](../a.md) en [weg](weg.md)\n")
    monkeypatch.chdir(tmp_path)
    found = json.loads(run("check", "--source", "--format", "json", "a.md").stdout)
    assert [one["check"] for one in found] == ["citation-undefined", "anchor", "source-link"]
    assert [one.split(": ")[0] for one in run("check", "--source", "map").findings] == ["map/c.md:1:21"]
    assert len(run("check", "--source", str(tmp_path / "map")).findings) == 1
    assert run("check", "--source", "nergens.md").exit_code == 1
    assert run("check", "--source", "--source-locale", "nl", "a.md").exit_code == 2


def test_source_on_standard_input_has_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("check", "--source", "-", stdin=BROKEN.encode())
    assert [one.split("[citation")[0] for one in outcome.findings] == [
        "-:1:7: error: the footnote [^1] has no definition "
    ]


def test_articles_of_this_project_are_clean() -> None:
    outcome = run("--project", Path(__file__).parents[1], "check", "--source")
    assert (outcome.exit_code, outcome.stdout) == (0, "")
