"""`translate-pipe merge`: one catalogue, anywhere; and what `update` reports of its merges."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import polib
import pytest
from project_helpers import HEADER, Project, entry, make_project, po, run, start

if TYPE_CHECKING:
    from pathlib import Path

OLD = (
    HEADER
    + "\n"
    + entry("Neem twee pillen.", "Nehmen Sie zwei Pillen.")
    + "\n"
    + entry("Zie [a](/a).", "Siehe [a](/a).")
)
NEW = HEADER + "\n" + entry("Neem drie pillen.", "") + "\n" + entry("Zie [a](/b).", "")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path)
    project.write("old.po", OLD)
    project.write("new.pot", NEW)
    return project


def messages(text: str) -> dict[str, tuple[str, bool]]:
    return {one.msgid: (one.msgstr, one.fuzzy) for one in polib.pofile(text) if not one.obsolete}


def test_merged_catalogue_goes_to_standard_output(folder: Project) -> None:
    outcome = start("merge", "old.po", "new.pot", folder=folder.root)
    assert messages(outcome.stdout) == {
        "Neem drie pillen.": ("Nehmen Sie zwei Pillen.", True),
        "Zie [a](/b).": ("Siehe [a](/b).", False),
    }
    assert (outcome.exit_code, outcome.stderr) == (0, "1 carried over, 1 fuzzy, 1 obsolete\n")
    assert folder.text("old.po") == OLD


def test_merged_catalogue_goes_to_a_file(folder: Project) -> None:
    assert run("merge", "old.po", "new.pot", "-o", "out.po").exit_code == 0
    assert run("-q", "merge", "old.po", "new.pot", "-o", "old.po").stderr == ""
    assert folder.text("out.po") == folder.text("old.po")
    assert folder.names() == {"old.po", "new.pot", "out.po"}


def test_merging_again_changes_nothing(folder: Project) -> None:
    run("merge", "old.po", "new.pot", "-o", "out.po")
    before = folder.snapshot()
    assert run("merge", "out.po", "new.pot", "-o", "out.po", "--check").exit_code == 0
    assert run("merge", "out.po", "new.pot", "-o", "out.po").exit_code == 0
    assert folder.snapshot() == before


@pytest.mark.parametrize("content", ["# Slaap\n", b"\xff", "{}", 'msgid "half'])
def test_file_that_is_not_a_catalogue_is_not_replaced(folder: Project, content: str | bytes) -> None:
    folder.write("out.po", content)
    before = folder.snapshot()
    outcome = run("merge", "old.po", "new.pot", "-o", "out.po")
    assert outcome.exit_code == 1
    assert re.match(r"error: out\.po(:\d+)?: is no catalogue that can be read, so it is left alone", outcome.stderr)
    assert folder.snapshot() == before


@pytest.mark.parametrize("other", ["new.pot", "./new.pot", "memory.po"])
def test_input_file_is_not_replaced(folder: Project, other: str) -> None:
    folder.write("memory.po", OLD)
    before = folder.snapshot()
    outcome = run("merge", "old.po", "new.pot", "--compendium", "memory.po", "-o", other)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert folder.snapshot() == before


def test_pipe_is_not_replaced(folder: Project) -> None:
    os.mkfifo(folder.path("out.po"))
    assert run("merge", "old.po", "new.pot", "-o", "out.po").exit_code == 1
    assert folder.path("out.po").is_fifo()


def test_check_writes_nothing(folder: Project) -> None:
    before = folder.snapshot()
    assert run("merge", "old.po", "new.pot", "-o", "old.po", "--check").exit_code == 1
    assert folder.snapshot() == before


def test_each_change_is_shown_as_a_word_diff(folder: Project) -> None:
    outcome = run("merge", "-v", "old.po", "new.pot", "-o", "out.po")
    assert "  fuzzy (edited): Neem [-twee-]{+drie+} pillen." in outcome.stderr
    assert "  carried over (link target changed): Zie [a](/[-a-]{+b+})." in outcome.stderr
    assert folder.exists("out.po")


def test_json_has_the_whole_result(folder: Project) -> None:
    outcome = run("merge", "old.po", "new.pot", "-o", "out.po", "--format", "json")
    messages = {one["msgid"]: one for one in json.loads(outcome.stdout)["messages"]}
    assert messages["Zie [a](/b)."] == {
        "fate": "carried",
        "msgctxt": None,
        "msgid": "Zie [a](/b).",
        "rule": "link target changed",
        "origins": [{"msgctxt": None, "msgid": "Zie [a](/a)."}],
    }
    assert messages["Neem drie pillen."]["fate"] == "proposed"
    assert folder.exists("out.po")


def test_json_and_catalogue_do_not_share_standard_output(folder: Project) -> None:
    assert run("merge", "old.po", "new.pot", "--format", "json").exit_code == 2
    assert folder.names() == {"old.po", "new.pot"}


def test_obsolete_messages_can_be_dropped(folder: Project) -> None:
    assert "#~" in start("merge", "old.po", "new.pot", folder=folder.root).stdout
    assert "#~" not in start("merge", "old.po", "new.pot", "--obsolete", "drop", folder=folder.root).stdout


def test_compendia_fill_missing_messages(folder: Project) -> None:
    folder.write(
        "new.pot",
        NEW + "\n" + entry("Goed om te weten", "") + "\n" + entry("Lees ook de andere twee artikelen hierover", ""),
    )
    folder.write("one.po", HEADER + "\n" + entry("Goed om te weten", "Gut zu wissen"))
    folder.write(
        "two.po",
        HEADER
        + "\n"
        + entry("Lees ook de andere drie artikelen hierover", "Lesen Sie auch die anderen drei Artikel dazu"),
    )
    arguments = ("merge", "old.po", "new.pot", "--compendium", "one.po", "--compendium", "two.po")
    merged = messages(start(*arguments, folder=folder.root).stdout)
    assert merged["Goed om te weten"] == ("Gut zu wissen", True)
    assert merged["Lees ook de andere twee artikelen hierover"] == (
        "Lesen Sie auch die anderen drei Artikel dazu",
        True,
    )


def test_merge_reads_standard_input(folder: Project) -> None:
    outcome = start("merge", "-", "new.pot", folder=folder.root, stdin=OLD.encode())
    assert len(messages(outcome.stdout)) == 2


@pytest.mark.parametrize("broken", ["old.po", "new.pot"])
def test_unreadable_file_is_reported_and_nothing_is_written(folder: Project, broken: str) -> None:
    folder.write(broken, OLD + '\nmsgid "half')
    outcome = run("merge", "old.po", "new.pot", "-o", "out.po")
    assert outcome.exit_code == 1
    assert outcome.stderr.startswith(f"error: {broken}:")
    assert not folder.exists("out.po")


def test_gettext_reads_the_result(folder: Project) -> None:
    msgfmt = shutil.which("msgfmt")
    if not msgfmt:
        pytest.skip("gettext is not installed")
    run("merge", "old.po", "new.pot", "-o", "out.po")
    done = subprocess.run([msgfmt, "-c", "-o", os.devnull, folder.path("out.po")], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_msgmerge_keeps_the_same_unedited_translations(folder: Project, corpora: Path) -> None:
    msgmerge = shutil.which("msgmerge")
    if not msgmerge:
        pytest.skip("gettext is not installed")
    catalogue = corpora / "po" / "es.po"
    theirs = subprocess.run(
        [msgmerge, "-q", "-o", "-", catalogue, catalogue], capture_output=True, check=True
    ).stdout.decode()
    ours = start("merge", catalogue, catalogue, folder=folder.root).stdout
    assert messages(ours) == messages(theirs)


# Update


def test_update_as_json_has_the_fate_of_each_message(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "Neem twee pillen.\n"})
    project.run("update")
    project.translate(po("a"), {"Neem twee pillen.": "Nehmen Sie zwei Pillen."})
    project.write("source/nl/a.md", "Neem drie pillen.\n")
    outcome = project.run("update", "--format", "json")
    (update,) = json.loads(outcome.stdout)
    assert (update["locale"], update["file"]) == ("de", po("a"))
    assert [(one["fate"], one["rule"]) for one in update["messages"]] == [("proposed", "edited"), ("retired", "")]


def test_added_line_break_makes_a_translation_fuzzy(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "Neem twee pillen.\n"})
    project.run("update")
    project.translate(po("a"), {"Neem twee pillen.": "Nehmen Sie zwei Pillen."})
    project.write("source/nl/a.md", "Neem  \ntwee pillen.\n")
    project.run("update")
    assert "#, fuzzy" in project.text(po("a"))


def test_added_paragraph_adds_one_entry(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "Een.\n\nTwee lange woorden.\n"})
    project.run("update")
    before = project.text(po("a")).replace('msgid "Een."\nmsgstr ""', '# van mij\nmsgid "Een."\nmsgstr ""\n"Ei"\n"ns."')
    project.write(po("a"), before)
    project.write("source/nl/a.md", "Nieuw.\n\nEen.\n\nTwee lange woorden.\n")
    project.run("update")
    gone = set(before.splitlines()) - set(project.text(po("a")).splitlines())
    assert all(line.startswith(("#: ", '"POT-Creation-Date')) for line in gone)
    assert '# van mij\nmsgid "Een."\nmsgstr ""\n"Ei"\n"ns."' in project.text(po("a"))


@pytest.mark.parametrize(
    ("references", "line"), [("line", "#: source/nl/a.md:3\n"), ("file", "#: source/nl/a.md\n"), ("none", "")]
)
def test_references_follow_the_configuration(tmp_path: Path, references: str, line: str) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "\n\nEen.\n"}, references=references)
    project.run("update")
    assert line in project.text(po("a"))
    assert ("#:" in project.text(po("a"))) == bool(line)


def test_wrap_follows_the_configuration(tmp_path: Path) -> None:
    text = "woord " * 40 + "einde."
    project = make_project(tmp_path, {"source/nl/a.md": text + "\n"})
    project.write("translate-pipe.toml", project.text("translate-pipe.toml") + "wrap = 0\n")
    project.run("update")
    assert f'msgid "{text}"\n' in project.text(po("a"))


def test_obsolete_follows_the_configuration(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "Een.\n\nTwee.\n"}, obsolete="drop")
    project.run("update")
    project.translate(po("a"), {"Twee.": "Zwei."})
    project.write("source/nl/a.md", "Een.\n")
    project.run("update")
    assert "Zwei." not in project.text(po("a"))


# Other documents


@pytest.mark.parametrize(
    ("reuse", "msgstr", "fuzzy"),
    [("fuzzy", "Gut zu wissen", True), ("translated", "Gut zu wissen", False), ("none", "", False)],
)
def test_translation_of_another_document_is_proposed(tmp_path: Path, reuse: str, msgstr: str, *, fuzzy: bool) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "# Goed om te weten\n"}, reuse=reuse)
    project.run("update")
    project.translate(po("a"), {"Goed om te weten": "Gut zu wissen"})
    project.write("source/nl/b.md", "# Goed om te weten\n")
    project.run("update")
    assert messages(project.text(po("b")))["Goed om te weten"] == (msgstr, fuzzy)
    before = project.snapshot("locale")
    project.run("update")
    assert project.snapshot("locale") == before


def test_moved_paragraph_keeps_its_translation(tmp_path: Path) -> None:
    text = "Een lange alinea die verhuist.\n"
    project = make_project(
        tmp_path, {"source/nl/a.md": "# A\n\n" + text, "source/nl/b.md": "# B\n"}, reuse="translated"
    )
    project.run("update")
    project.translate(po("a"), {text.strip(): "Ein langer Absatz, der umzieht."})
    project.write("source/nl/a.md", "# A\n")
    project.write("source/nl/b.md", "# B\n\n" + text)
    project.run("update")
    assert messages(project.text(po("b")))[text.strip()] == ("Ein langer Absatz, der umzieht.", False)
    assert "#~ msgstr" in project.text(po("a"))
