"""The pipeline: documents, templates, catalogues and outputs from run to run."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polib
import pytest
from project_helpers import ARTICLE, HEADER, Project, entry, make_project, po

from translate_pipe.project import RunOptions, Stage, find_project

if TYPE_CHECKING:
    from pathlib import Path

UP_TO_DATE = "Everything is up to date"


# A run, and a second one


def test_locales_writes_templates_catalogues_and_outputs(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/huid/olie.md": "# Olie\n"}, locales=["de", "fr"]
    )
    outcome = project.run("locales")
    assert outcome.exit_code == 0
    assert project.names("locale") | project.names("build") == {
        "locale/templates/a.pot",
        "locale/templates/huid/olie.pot",
        "locale/de/LC_MESSAGES/a.po",
        "locale/de/LC_MESSAGES/huid/olie.po",
        "locale/fr/LC_MESSAGES/a.po",
        "locale/fr/LC_MESSAGES/huid/olie.po",
        "build/de/a.md",
        "build/de/huid/olie.md",
        "build/fr/a.md",
        "build/fr/huid/olie.md",
    }
    assert project.text("build/fr/a.md") == ARTICLE


def test_translations_are_published(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlaf", "Een glas melk.": "Ein Glas Milch."})
    outcome = project.run("locales")
    assert (outcome.exit_code, outcome.findings) == (0, [])
    assert project.text("build/de/a.md") == "# Schlaf\n\nEin Glas Milch.\n"


def test_second_run_changes_no_file(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/huid/olie.md": "# Olie\n"}, locales=["de", "fr"]
    )
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlaf"})
    project.run("locales")
    before = project.snapshot()
    outcome = project.run("locales")
    assert outcome.exit_code == 0
    assert f"{UP_TO_DATE} (2 documents)." in outcome.stderr
    assert project.snapshot() == before


@pytest.mark.parametrize("command", ["extract", "update", "build", "locales"])
def test_check_writes_nothing_and_reports_changes(tmp_path: Path, command: str) -> None:
    project = make_project(tmp_path)
    before = project.snapshot()
    outcome = project.run(command, "--check")
    assert outcome.exit_code == 1
    assert "would be written" in outcome.stderr
    assert project.snapshot() == before
    assert project.run(command).exit_code == 0
    done = project.snapshot()
    assert done != before
    outcome = project.run(command, "--check")
    assert outcome.exit_code == 0
    assert UP_TO_DATE in outcome.stderr
    assert project.snapshot() == done


def test_check_reports_an_output_to_be_removed(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/b.md": ARTICLE})
    project.run("locales")
    project.path("source/nl/b.md").unlink()
    before = project.snapshot()
    outcome = project.run("locales", "--check")
    assert outcome.exit_code == 1
    assert "1 file would be removed" in outcome.stderr
    assert project.snapshot() == before


@pytest.mark.parametrize(
    ("command", "made"),
    [
        ("extract", {"locale/templates/a.pot"}),
        ("update", {po("a"), po("a", "fr")}),
        ("build", {"build/de/a.md", "build/fr/a.md"}),
        ("check", set()),
        ("status", set()),
        ("roundtrip", set()),
    ],
)
def test_each_command_writes_only_its_own_files(tmp_path: Path, command: str, made: set[str]) -> None:
    project = make_project(tmp_path, locales=["de", "fr"])
    before = project.names()
    assert project.run(command).exit_code == 0
    assert project.names() - before == made


def test_only_named_locales_are_touched(tmp_path: Path) -> None:
    project = make_project(tmp_path, locales=["de", "fr"])
    project.run("locales")
    project.write("source/nl/a.md", "# Slaap\n\nEen kop thee.\n")
    before = {**project.snapshot("locale/de"), **project.snapshot("build/de")}
    assert project.run("locales", "fr").exit_code == 0
    assert {**project.snapshot("locale/de"), **project.snapshot("build/de")} == before
    assert project.text("build/fr/a.md").endswith("Een kop thee.\n")


def test_locale_named_twice_counts_once(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    once = project.run("status", "de", "--format", "json")
    assert project.run("status", "de", "DE", "--format", "json") == once


def test_build_uses_the_catalogues_as_they_are(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlaf"})
    project.write("source/nl/a.md", "# Slaap\n\nEen kop thee.\n")
    before = project.snapshot("locale")
    assert project.run("build").exit_code == 0
    assert project.text("build/de/a.md") == "# Schlaf\n\nEen kop thee.\n"
    assert project.snapshot("locale") == before


# Byte for byte


@pytest.mark.parametrize(
    "text",
    [
        "# Slaap\r\n\r\nEen glas  \r\nmelk.\r\n",
        "\ufeff# Slaap\n\nEen glas melk.",
        "* een\n- twee \t\n\n| a|b |\n|--|:-:|\n|  c |d|\n",
        "---\ntitle:   'Slaap'  # kop\ntags: [a, b]\n---\n\nSlaap\n=====\n",
        "",
        "\n\n",
        "```\nalleen code\n```\n",
    ],
)
def test_untranslated_output_is_the_source(tmp_path: Path, text: str) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": text})
    assert project.run("locales").exit_code == 0
    assert project.text("build/de/a.md") == text
    assert UP_TO_DATE in project.run("locales").stderr


def test_everything_outside_translations_stays(tmp_path: Path) -> None:
    source = "\ufeff---\r\ntitle: Slaap # kop\r\n---\r\n\r\nSlaap\r\n=====\r\n\r\n* Een glas melk. \r\n\r\n"
    project = make_project(tmp_path, {"source/nl/a.md": source})
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlaf", "Een glas melk.": "Ein Glas Milch."})
    project.run("locales")
    assert project.text("build/de/a.md") == source.replace("Slaap", "Schlaf").replace("Een glas melk", "Ein Glas Milch")


# Added, changed and removed sources


def test_new_paragraph_becomes_an_empty_message(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlaf", "Een glas melk.": "Ein Glas Milch."})
    project.write("source/nl/a.md", ARTICLE + "\nEn rust.\n")
    outcome = project.run("locales")
    assert f"{po('a')}: 1 new, 2 kept" in outcome.stderr
    assert 'msgid "En rust."\nmsgstr ""\n' in project.text(po("a"))
    assert project.text("build/de/a.md") == "# Schlaf\n\nEin Glas Milch.\n\nEn rust.\n"


def test_removed_paragraph_becomes_obsolete_and_is_revived(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), {"Een glas melk.": "Ein Glas Milch."})
    project.write("source/nl/a.md", "# Slaap\n")
    outcome = project.run("locales")
    assert f"{po('a')}: 1 obsolete, 1 kept" in outcome.stderr
    assert '#~ msgid "Een glas melk."\n#~ msgstr "Ein Glas Milch."\n' in project.text(po("a"))
    project.write("source/nl/a.md", ARTICLE)
    outcome = project.run("locales")
    assert f"{po('a')}: 1 revived, 1 kept" in outcome.stderr
    assert '\nmsgid "Een glas melk."\nmsgstr "Ein Glas Milch."\n' in project.text(po("a"))
    assert "#~" not in project.text(po("a"))
    assert project.text("build/de/a.md") == "# Slaap\n\nEin Glas Milch.\n"


def test_removed_untranslated_paragraph_leaves_nothing(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.write("source/nl/a.md", "# Slaap\n")
    project.run("locales")
    assert "melk" not in project.text(po("a"))


def test_deleted_source_removes_outputs_and_keeps_translations(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/huid/olie.md": "# Olie\n"}, locales=["de", "fr"]
    )
    project.run("locales")
    project.path("source/nl/huid/olie.md").unlink()
    catalogues = project.snapshot("locale")
    outcome = project.run("locales", "-v")
    assert outcome.exit_code == 0
    assert "removed build/de/huid/olie.md" in outcome.stderr
    assert project.names("build") == {"build/de/a.md", "build/fr/a.md"}
    assert not project.exists("build/de/huid")
    assert project.snapshot("locale") == catalogues


def test_edited_output_stays_after_its_source_is_deleted(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/b.md": ARTICLE})
    project.run("locales")
    project.path("source/nl/b.md").unlink()
    project.write("build/de/b.md", "# Schlaf, von Hand\n")
    outcome = project.run("locales")
    assert outcome.exit_code == 1
    assert [line.partition(": ")[0] for line in outcome.findings] == ["build/de/b.md"]
    assert "warning" in outcome.findings[0]
    assert "edited" in outcome.findings[0]
    assert project.run("locales").exit_code == 0
    assert project.text("build/de/b.md") == "# Schlaf, von Hand\n"


def test_other_files_are_never_removed(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": ARTICLE, "source/nl/b.md": ARTICLE})
    mine = {"build/de/mine.md", "build/de/b.html", "build/index.md", "locale/de/LC_MESSAGES/mine.po"}
    for name in mine:
        project.write(name, "mine")
    project.run("locales")
    project.path("source/nl/b.md").unlink()
    project.run("locales")
    assert not project.exists("build/de/b.md")
    assert {name for name in mine if project.text(name) == "mine"} == mine


@pytest.mark.parametrize("keys", [{}, {"output": "docs/{path}.{locale}.md", "source": "docs"}, {"source": "."}])
def test_outputs_of_a_removed_locale_are_removed(tmp_path: Path, keys: dict[str, str]) -> None:
    folder = {"docs": "docs/", ".": ""}.get(keys.get("source", ""), "source/nl/")
    project = make_project(tmp_path, {f"{folder}a.md": ARTICLE}, locales=["de", "fr"], **keys)
    project.run("locales")
    project.configure(locales=["de"], **keys)
    before = project.names()
    outcome = project.run("locales")
    assert (outcome.exit_code, outcome.findings) == (0, [])
    assert "(1 document)" in outcome.stderr
    french = {name for name in before if name.endswith((".fr.md", "fr/a.md"))}
    assert french
    assert project.names() == before - french  # nothing new; the French catalogue remains


def test_outputs_stay_if_the_source_folder_is_missing(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    before = project.snapshot("build")
    project.configure(source="sorce/{locale}")
    outcome = project.run("locales")
    assert outcome.exit_code == 1
    assert outcome.findings[0].startswith("sorce/nl: error: ")
    assert project.snapshot("build") == before


# Missing translations


@pytest.mark.parametrize("msgstr", ["", " ", "\\n"])
def test_empty_translation_falls_back_to_the_source(tmp_path: Path, msgstr: str) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), {"Slaap": msgstr})
    assert project.run("build").exit_code == 0
    assert project.text("build/de/a.md") == ARTICLE


def test_fuzzy_translation_falls_back_to_the_source(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlof"}, fuzzy=True)
    assert project.run("locales").exit_code == 0
    assert project.text("build/de/a.md") == ARTICLE
    assert 'msgstr "Schlof"' in project.text(po("a"))


@pytest.mark.parametrize(
    ("fallback", "output"), [("chain", "# Sono\n\nUm copo de leite.\n"), ("source", "# Slaap\n\nUm copo de leite.\n")]
)
@pytest.mark.parametrize("locales", [["pt_BR"], ["pt", "pt_BR"]])
def test_chain_uses_a_wider_locale(tmp_path: Path, fallback: str, output: str, locales: list[str]) -> None:
    project = make_project(tmp_path, locales=locales, fallback=fallback)
    project.run("locales")
    wider = entry("Slaap", "Sono") + "\n" + entry("Een glas melk.", "Um copo de leite (pt).")
    project.write(po("a", "pt"), HEADER.replace("de", "pt") + "\n" + wider)
    project.translate(po("a", "pt_BR"), {"Een glas melk.": "Um copo de leite."})
    assert project.run("locales").exit_code == 0
    assert project.text("build/pt_BR/a.md") == output


def test_chain_ignores_fuzzy_translations(tmp_path: Path) -> None:
    project = make_project(tmp_path, locales=["pt_BR"], fallback="chain")
    project.write(po("a", "pt"), HEADER + "\n#, fuzzy\n" + entry("Slaap", "Sono"))
    project.run("locales")
    assert project.text("build/pt_BR/a.md") == ARTICLE


def test_broken_catalogue_of_a_wider_locale_is_reported(tmp_path: Path) -> None:
    project = make_project(tmp_path, locales=["pt_BR"], fallback="chain")
    project.write(po("a", "pt"), HEADER + '\nmsgid "Slaap"\nmsgstr "Sono\n')
    outcome = project.run("locales")
    assert outcome.exit_code == 1
    assert [line.partition(": ")[0] for line in outcome.findings] == [f"{po('a', 'pt')}:5"]
    assert project.text("build/pt_BR/a.md") == ARTICLE


# Catalogues belong to translators


def test_translators_work_survives_an_update(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlaf"})
    text = project.text(po("a")).replace("Last-Translator:", "Last-Translator: Ada <ada@example.org>")
    text = text.replace('"Language: de\\n"', '"Language: de\\n"\n"X-Generator: Poedit 3.4\\n"')
    text = text.replace("#. Heading 1", "# Schlaf oder Ruhe?\n#. Heading 1").replace(
        "markdown-text", "markdown-text, no-wrap", 1
    )
    text = "# Deutsche Übersetzung.\n" + text
    project.write(po("a"), text)
    project.write("source/nl/a.md", ARTICLE + "\nEn rust.\n")
    assert project.run("locales").exit_code == 0
    after = project.text(po("a"))
    for kept in (
        "# Deutsche Übersetzung.\n",
        "Last-Translator: Ada <ada@example.org>",
        '"X-Generator: Poedit 3.4\\n"',
        "# Schlaf oder Ruhe?\n",
        "no-wrap",
        'msgid "Slaap"\nmsgstr "Schlaf"\n',
        'msgid "En rust."\nmsgstr ""\n',
    ):
        assert kept in after


def test_moved_references_alone_do_not_write_a_catalogue(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlaf"})
    project.run("locales")
    before = project.snapshot("locale")
    project.write("source/nl/a.md", "\n\n" + ARTICLE)
    assert project.run("locales").exit_code == 0
    assert project.text("build/de/a.md") == "\n\n# Schlaf\n\nEen glas melk.\n"
    assert project.snapshot("locale") == before


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_catalogue_keeps_its_line_ends_and_byte_order_mark(tmp_path: Path, line_end: str, mark: str) -> None:
    project = make_project(tmp_path)
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlaf"})
    project.write(po("a"), mark + project.text(po("a")).replace("\n", line_end))
    before = project.content(po("a"))
    project.run("locales")
    assert project.content(po("a")) == before
    project.write("source/nl/a.md", ARTICLE + "\nEn rust.\n")
    project.run("locales")
    after = project.text(po("a"))
    assert "En rust." in after
    assert (after[0] == "\ufeff", after.count("\ufeff")) == (bool(mark), len(mark))
    assert after.count("\n") == after.count(line_end)


@pytest.mark.parametrize("content", ["", "\n", entry("Slaap", "Schlaf")])
def test_catalogue_without_a_header_gets_one(tmp_path: Path, content: str) -> None:
    project = make_project(tmp_path)
    project.write(po("a"), content)
    assert project.run("locales").exit_code == 0
    text = project.text(po("a"))
    assert '"Language: de\\n"' in text
    assert "Plural-Forms: nplurals=2" in text
    assert ("Schlaf" in text) == ("Schlaf" in content)


@pytest.mark.parametrize(("locale", "nplurals"), [("de", 2), ("ja", 1), ("ar", 6), ("pt_BR", 2)])
def test_headers_name_the_project_and_the_locale(tmp_path: Path, locale: str, nplurals: int) -> None:
    project = make_project(tmp_path / "site", locales=[locale])
    project.run("locales")
    text = project.text(po("a", locale))
    assert '"Project-Id-Version: site\\n"' in text
    assert f'"Language: {locale}\\n"' in text
    assert f"Plural-Forms: nplurals={nplurals};" in text
    assert '"Content-Type: text/plain; charset=UTF-8\\n"' in text


def test_project_name_is_configurable(tmp_path: Path) -> None:
    project = make_project(tmp_path / "site", name="Articles")
    project.run("extract")
    assert '"Project-Id-Version: Articles\\n"' in project.text("locale/templates/a.pot")


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="gettext is not installed")
def test_gettext_accepts_written_files(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a b.md": ARTICLE, "source/nl/b.md": ""}, locales=["de", "ar"])
    project.run("locales")
    project.translate(po("a b"), {"Slaap": "Schlaf"})
    project.write("source/nl/a b.md", "Een glas melk.  \nEn rust.\n")
    project.run("locales")
    for name in project.names("locale"):
        subprocess.run(["msgfmt", "-c", "-o", tmp_path / "out.mo", project.path(name)], check=True)


# Other layouts


def test_documents_may_share_one_catalogue(tmp_path: Path) -> None:
    project = make_project(
        tmp_path,
        {"source/nl/a.md": "# Slaap\n\nMelk.\n", "source/nl/b/c.md": "# Slaap\n\nThee.\n"},
        domain="site",
        catalogue="po/{locale}.po",
        template="po/{domain}.pot",
    )
    assert project.run("locales").exit_code == 0
    assert project.names("po") == {"po/site.pot", "po/de.po"}
    text = project.text("po/de.po")
    assert text.count('msgid "Slaap"') == 1
    assert "#: source/nl/a.md:1 source/nl/b/c.md:1\n" in text
    project.translate("po/de.po", {"Slaap": "Schlaf", "Melk.": "Milch.", "Thee.": "Tee."})
    project.run("locales")
    assert project.text("build/de/a.md") == "# Schlaf\n\nMilch.\n"
    assert project.text("build/de/b/c.md") == "# Schlaf\n\nTee.\n"
    project.path("source/nl/b/c.md").unlink()
    project.run("locales")
    assert '#~ msgid "Thee."\n#~ msgstr "Tee."\n' in project.text("po/de.po")
    assert project.names("build") == {"build/de/a.md"}


def test_outputs_beside_the_sources_are_not_sources(tmp_path: Path) -> None:
    project = make_project(
        tmp_path,
        {"docs/index.md": ARTICLE, "docs/huid/olie.md": "# Olie\n"},
        locales=["de", "pt_BR"],
        source="docs",
        output="docs/{path}.{locale}.md",
    )
    assert "(2 documents)" in project.run("locales").stderr
    before = project.snapshot()
    assert project.names("docs") == {
        *("docs/index.md", "docs/index.de.md", "docs/index.pt_BR.md"),
        *("docs/huid/olie.md", "docs/huid/olie.de.md", "docs/huid/olie.pt_BR.md"),
    }
    assert f"{UP_TO_DATE} (2 documents)" in project.run("locales").stderr
    assert project.snapshot() == before


@pytest.mark.parametrize(
    ("output", "made"),
    [
        ("build/{locale}/{path}.md", "build/de/huid/olie.md"),
        ("./site/{locale}/{path}/index.md", "site/de/huid/olie/index.md"),
        ("i18n/{locale}/docs/current/{path}.md", "i18n/de/docs/current/huid/olie.md"),
        ("{path}.{locale}.markdown", "huid/olie.de.markdown"),
    ],
)
def test_documents_may_be_at_the_root(tmp_path: Path, output: str, made: str) -> None:
    project = make_project(tmp_path, {"huid/olie.md": "# Olie\n"}, source=".", output=output)
    assert project.run("locales").exit_code == 0
    assert project.text(made) == "# Olie\n"
    assert f"{UP_TO_DATE} (1 document)" in project.run("locales").stderr


def test_exclude_leaves_documents_out(tmp_path: Path) -> None:
    documents = dict.fromkeys(
        [
            *(
                "docs/a.md",
                "docs/b.markdown",
                "docs/draft-c.md",
                "docs/drafts/d.md",
                "docs/drafts/old/e.md",
                "docs/f.txt",
            ),
            *("docs/.hidden/g.md", "docs/node_modules/h/README.md"),
        ],
        ARTICLE,
    )
    project = make_project(tmp_path, documents, source="docs", exclude=["draft-*", "drafts/*"])
    assert project.run("locales").exit_code == 0
    assert project.names("build") == {"build/de/a.md", "build/de/b.md"}


def test_linked_folder_is_skipped_and_linked_document_is_read(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.md").write_text("# Buiten\n")
    project.path("source/nl/linked").symlink_to(tmp_path / "outside", target_is_directory=True)
    project.path("source/nl/b.md").symlink_to(tmp_path / "outside" / "b.md")
    assert project.run("locales").exit_code == 0
    assert project.names("build") == {"build/de/a.md", "build/de/b.md"}
    assert project.text("build/de/b.md") == "# Buiten\n"


# Segments

CITED = "# Slaap\n\nMelk helpt.¹\n\n## Bronvermelding\n\n¹ Smit, A., *Melk*, 2020.\n\n## Noten\n\nOver melk.\n"


@pytest.mark.parametrize(
    ("keys", "offered"),
    [
        ({}, {"Bronvermelding", "Noten", "Over melk."}),
        ({"bibliography": "translate"}, {"Bronvermelding", "¹ Smit, A., *Melk*, 2020.", "Noten", "Over melk."}),
        ({"bibliography_headings": ["Noten"]}, {"Bronvermelding", "Noten"}),
    ],
)
def test_bibliography_is_configurable(tmp_path: Path, keys: dict[str, str | list[str]], offered: set[str]) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": CITED}, **keys)
    assert project.run("locales").exit_code == 0
    assert _msgids(project) == {"Slaap", "Melk helpt.¹"} | offered
    assert project.text("build/de/a.md") == CITED


MATTER = "---\ntitle: Slaap\ndescription: Over melk\nauthor: Ada\nhero:\n  text: Rust\n---\n\nMelk.\n"


@pytest.mark.parametrize(
    ("keys", "offered"),
    [
        ({}, {"Slaap", "Over melk"}),
        ({"front_matter": ["title"]}, {"Slaap"}),
        ({"front_matter": ["author", "hero.text"]}, {"Ada", "Rust"}),
        ({"front_matter": []}, set()),
    ],
)
def test_front_matter_is_configurable(tmp_path: Path, keys: dict[str, list[str]], offered: set[str]) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": MATTER}, **keys)
    assert project.run("locales").exit_code == 0
    assert _msgids(project) == {"Melk."} | offered


def _msgids(project: Project) -> set[str]:
    lines = project.text("locale/templates/a.pot").splitlines()
    return {json.loads(line.removeprefix("msgid ")) for line in lines if line.startswith("msgid ")} - {""}


ENDLESS = (
    "{}", "{}-{}", "1-{}", "{}.{}", "{},5", "{} %", "{} km", "{}:30", "{}.5.2020", "1.{}.2020", "{}-01-01", "woord{}", "5{}", "v{}", "${}$", "&#{};",
    "[{}]", "[^{}]", "x[{}]", "[@a{}]", "<sup>{}</sup>", "[a](&#{};)", "![&#{};](a.png)", "<b title='&#{};'>x</b>", "<a href='&#{};'>x</a>",
    "# Kop_{}", "{}. Smit", "[^1]: &#{};", "| {} |\n| - |\n| {} |", "<div title='&#{};'>\nx &#{};\n</div>", "a\n\n# Bronnen\n\n{}. Smit\n\n{} Smit",
)  # fmt: skip
LINES = 'msgid "{0}"\nmsgid_plural "b"\nmsgstr[{0}] "c"\n', '#: a.md:{0}\nmsgid "Slaap"\nmsgstr "S"\n'


@pytest.mark.parametrize("digit", ["7", "⁷", "٧"])
def test_document_may_have_numbers_of_thousands_of_digits(tmp_path: Path, digit: str) -> None:
    texts = [form.replace("{}", digit * 5000) for form in ENDLESS]
    project = make_project(tmp_path, {f"source/nl/a{at}.md": f"# Kop\n\n{text}\n" for at, text in enumerate(texts)})
    project.run("locales", "--jobs", "1")
    for name in project.names("locale"):
        if name.endswith(".po"):
            catalogue = polib.pofile(str(project.path(name)))
            for message in catalogue:
                message.msgstr = message.msgid.replace(digit * 5000, digit * 5001)
            catalogue.save()
    assert project.run("locales", "--jobs", "1").exit_code in {0, 1}
    assert len([name for name in project.names("build") if digit * 5001 in project.text(name)]) > len(ENDLESS) / 2


@pytest.mark.parametrize("lines", LINES)
@pytest.mark.parametrize("digit", ["7", "٧"])
def test_catalogue_may_have_numbers_of_thousands_of_digits(tmp_path: Path, lines: str, digit: str) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "Slaap\n"})
    header = f'{HEADER.rstrip()}\n"Plural-Forms: nplurals={digit * 5000}; plural=n;\\n"\n\n'
    project.write("locale/de/LC_MESSAGES/a.po", header + lines.format(digit * 5000))
    outcome = project.run("locales", "--jobs", "1")
    assert outcome.exit_code == ("msgstr[" in lines)
    assert ("a.po:7: error: this is not a line of a PO file" in outcome.stdout) == ("msgstr[" in lines)


# A script


def test_script_runs_a_project(tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"source/nl/a.md": ARTICLE}).root
    project = find_project(folder / "source")
    assert [source.path for source in project.sources()[0]] == ["source/nl/a.md"]

    options = RunOptions(Stage.EXTRACT | Stage.UPDATE, project.configuration.locales, datetime.now(UTC))
    report = project.run(options, dry_run=True)
    assert report.written == ["locale/templates/a.pot", po("a")]
    assert not (folder / "locale").exists()
    assert project.run(options).written == report.written
    assert (folder / po("a")).exists()
    assert not project.run(options).changed


def test_dry_run_with_processes_writes_no_cache(tmp_path: Path) -> None:
    project = make_project(tmp_path, {f"source/nl/a{number}.md": f"# Nummer {number}\n" for number in range(60)})
    assert project.run("update", "--check", "--jobs", "2").exit_code == 1
    assert not project.exists("build")
