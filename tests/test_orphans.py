"""Documents that are renamed, moved, split or joined: no translation is lost, and none becomes fuzzy."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from project_helpers import HEADER, STATE, Project, entry, make_project, po

from translate_pipe.catalogue import parse_po
from translate_pipe.project.discovery import files_below
from translate_pipe.project.steps import orphans

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from translate_pipe.model import Catalogue, Message

BED = "# Slaap\n\nEen glas melk.\n\nEen zacht bed.\n\nEen boek.\n"
SKIN = "# Huid\n\nEen klont zalf.\n\nVeel zon.\n"
A, B = "source/nl/a.md", "source/nl/b.md"

OLD = HEADER.replace("Language: de", "Last-Translator: Ada <ada@example.org>\\nLanguage-Team: Alpen\\nLanguage: de") + (
    '\n# Kurz bitte.\n#. Heading 1\n#: source/nl/a.md:1\n#, markdown-text, ignore-name\nmsgid "Slaap"\nmsgstr "Schlaf"\n'
    '\n#: source/nl/a.md:3\n#, fuzzy\n#| msgid "Een glas thee."\nmsgid "Een glas melk."\nmsgstr "Ein Glas Tee."\n'
    '\n#: source/nl/a.md:5\nmsgid "Een zacht bed."\nmsgstr "Ein weiches Bett."\n'
    '\n#: source/nl/a.md:7\nmsgid "Een boek."\nmsgstr ""\n'
    '\n#~ msgid "Een kaars."\n#~ msgstr "Eine Kerze."\n'
)
"""A catalogue of BED with a message in each state."""


def catalogue(project: Project, name: str) -> Catalogue:
    return parse_po(project.text(name))


def messages(project: Project, name: str) -> dict[str, Message]:
    return {message.msgid: message for message in catalogue(project, name).messages}


def content(message: Message) -> tuple[object, ...]:
    """The translator's parts of a message."""
    own = tuple(flag for flag in message.flags if flag != "markdown-text")
    return message.msgstr, message.translator_comments, own, message.previous, message.obsolete


def rename(project: Project, old: str, new: str) -> None:
    project.path(new).parent.mkdir(parents=True, exist_ok=True)
    project.path(old).rename(project.path(new))


# Changes that move the document's translations to another catalogue.
MOVES: dict[str, tuple[Callable[[Project], object], str]] = {
    "renamed": (lambda project: rename(project, A, B), po("b")),
    "moved into a folder": (lambda project: rename(project, A, "source/nl/bed/a.md"), po("bed/a")),
    "renamed to a name with blanks": (lambda project: rename(project, A, "source/nl/een bed.md"), po("een bed")),
    "in one catalogue of all": (lambda project: project.configure(domain="all"), po("all")),
    "in another domain": (lambda project: project.configure(domain="docs-{path}"), po("docs-a")),
    "below another source folder": (lambda project: project.configure(source="source"), po("nl/a")),
}


@pytest.mark.parametrize("options", [{}, {"reuse": "none"}, {"references": "none"}], ids=str)
@pytest.mark.parametrize("move", MOVES)
def test_renamed_document_keeps_its_translations(tmp_path: Path, move: str, options: Mapping[str, str]) -> None:
    project = make_project(tmp_path, {A: BED}, **options)
    project.write(po("a"), OLD)
    project.run("update")
    before, file = messages(project, po("a")), project.content(po("a"))
    change, name = MOVES[move]
    change(project)
    outcome = project.run("update")
    assert {msgid: content(one) for msgid, one in messages(project, name).items()} == {
        msgid: content(one) for msgid, one in before.items()
    }
    assert catalogue(project, name).fields["Last-Translator"] == "Ada <ada@example.org>"
    assert project.content(po("a")) == file
    assert "3 translations taken over from locale/de/LC_MESSAGES/a.po, whose document is gone" in outcome.stderr
    assert "locale/de/LC_MESSAGES/a.po: info: has no document any more but holds 2 translations" in outcome.stdout
    assert outcome.exit_code == 0
    assert "Everything is up to date" in project.run("update").stderr


def test_references_name_the_new_document(tmp_path: Path) -> None:
    project = make_project(tmp_path, {A: BED})
    project.write(po("a"), OLD)
    rename(project, A, B)
    project.run("update")
    assert {one.references[0].path for one in catalogue(project, po("b")).active} == {B}


def test_shared_catalogue_becomes_one_per_document(tmp_path: Path) -> None:
    project = make_project(tmp_path, {A: BED, B: SKIN}, domain="all")
    project.run("update")
    texts = {"Slaap": "Schlaf", "Een boek.": "Ein Buch.", "Huid": "Haut", "Veel zon.": "Viel Sonne."}
    project.translate(po("all"), texts)
    project.configure()
    project.run("update")
    found = {**messages(project, po("a")), **messages(project, po("b"))}
    assert {msgid: one.msgstr for msgid, one in found.items() if one.translated} == texts
    assert not any(one.fuzzy for one in found.values())


def test_edited_texts_of_a_renamed_document_are_fuzzy(tmp_path: Path) -> None:
    edited = BED.replace("zacht bed", "hard en zacht bed").replace("Een boek", "Een spannend boek")
    made = []
    for name in (A, B):
        project = make_project(tmp_path / name[-4], {A: BED}, name="site")
        project.write(po("a"), OLD.replace('Een boek."\nmsgstr ""', 'Een boek."\nmsgstr "Ein Buch."'))
        project.run("update")
        project.path(A).unlink()
        project.write(name, edited)
        project.run("update")
        found = messages(project, po(name[-4]))
        made.append({msgid: content(one) for msgid, one in found.items()})
    assert made[0] == made[1]
    assert made[1]["Een hard en zacht bed."][2] == ("fuzzy",)


def test_split_document_keeps_its_translations(tmp_path: Path) -> None:
    paragraphs = [f"Dit is alinea {number} van het verhaal." for number in range(20)]
    project = make_project(tmp_path, {A: "\n\n".join(paragraphs)})
    project.run("update")
    project.translate(po("a"), {text: text.replace("Dit is alinea", "Absatz") for text in paragraphs})
    project.path(A).unlink()
    for name, part in {"b": paragraphs[:17], "c": paragraphs[17:]}.items():
        project.write(f"source/nl/{name}.md", "\n\n".join(part))
    project.run("update")
    for name, part in {"b": paragraphs[:17], "c": paragraphs[17:]}.items():
        active = catalogue(project, po(name)).active
        assert [one.msgid for one in active if one.translated] == part


def test_joined_document_keeps_its_translations(tmp_path: Path) -> None:
    project = make_project(tmp_path, {A: BED, B: SKIN}, reuse="none")
    project.write(po("a"), OLD)
    project.run("update")
    project.translate(po("b"), {"Huid": "Haut"})
    project.path(A).unlink()
    project.write(B, SKIN + BED.replace("# Slaap\n", ""))
    outcome = project.run("update")
    found = messages(project, po("b"))
    assert {msgid: one.msgstr for msgid, one in found.items() if one.msgstr} == {
        "Huid": "Haut",
        "Een glas melk.": "Ein Glas Tee.",
        "Een zacht bed.": "Ein weiches Bett.",
    }
    assert [msgid for msgid, one in found.items() if one.fuzzy] == ["Een glas melk."]
    assert "2 translations taken over from locale/de/LC_MESSAGES/a.po" in outcome.stderr


def test_empty_catalogue_of_an_earlier_run_is_filled(tmp_path: Path) -> None:
    project = make_project(tmp_path, {B: BED})
    project.run("update")
    project.write(po("a"), OLD)
    project.path(STATE).unlink()
    project.run("update")
    assert messages(project, po("b"))["Slaap"].msgstr == "Schlaf"


def test_catalogue_without_anything_to_take_over_is_left_alone(tmp_path: Path) -> None:
    project = make_project(tmp_path, {A: SKIN, B: BED})
    project.run("update")
    project.write(po("a"), project.text(po("a")).replace("#, markdown-text\n", "#, markdown-text, ignore-name\n", 1))
    project.write(po("gone"), HEADER + "\n" + entry("Iets anders.", "Etwas anderes."))
    project.path(STATE).unlink()
    before = project.content(po("a")), project.content(po("b"))
    outcome = project.run("update", "-v")
    assert "gone.po: info: has no document any more but holds 1 translation" in outcome.stdout
    assert outcome.stderr == "Everything is up to date (2 documents).\n"
    assert (project.content(po("a")), project.content(po("b"))) == before


def test_cleared_translation_stays_empty(tmp_path: Path) -> None:
    project = make_project(tmp_path, {A: BED})
    project.write(po("a"), OLD)
    rename(project, A, B)
    project.run("update")
    project.write(po("b"), project.text(po("b")).replace('msgstr "Schlaf"', 'msgstr ""'))
    project.run("update")
    assert messages(project, po("b"))["Slaap"].msgstr == ""


def test_obsolete_translations_follow_the_configuration(tmp_path: Path) -> None:
    project = make_project(tmp_path, {A: BED}, obsolete="drop")
    project.write(po("a"), OLD)
    project.path(A).unlink()
    project.write(B, BED.replace("Een boek.", "Een kaars."))
    project.run("update")
    assert messages(project, po("b"))["Een kaars."].msgstr == "Eine Kerze."
    assert not any(one.obsolete for one in catalogue(project, po("b")).messages)


@pytest.mark.parametrize("count", [5, 60])
def test_documents_moved_together_keep_their_own_translations(tmp_path: Path, count: int) -> None:
    names = [f"deel{number}" for number in range(count)]
    project = make_project(tmp_path, {f"source/nl/{name}.md": f"# Inleiding\n\nOver {name}.\n" for name in names})
    project.run("update", "--jobs", "1")
    for name in names:
        project.translate(po(name), {"Inleiding": f"Einleitung {name}", f"Over {name}.": f"Von {name}."})
    before = {name: messages(project, po(name)) for name in names}
    for name in names:
        rename(project, f"source/nl/{name}.md", f"source/nl/map/{name}.md")
    project.run("update", "--jobs", "1")
    for name in names:
        found = messages(project, po(f"map/{name}"))
        assert {msgid: content(one) for msgid, one in found.items()} == {
            msgid: content(one) for msgid, one in before[name].items()
        }


# Two orphans


@pytest.mark.parametrize(
    ("names", "new", "translated"),
    [
        (("bed/a", "tuin/x"), "tuin/x2", None),
        (("bed/a", "tuin/x"), "bed/b", "erste"),
        (("bed/a", "tuin/x"), "huis/x", "zweite"),
        (("bed/a", "tuin/x"), "b", None),
    ],
)
def test_orphan_with_the_most_similar_name_is_used(
    tmp_path: Path, names: tuple[str, str], new: str, translated: str | None
) -> None:
    project = make_project(tmp_path, {f"source/nl/{new}.md": "Een boek.\n"})
    for name, text in zip(names, ("erste", "zweite"), strict=True):
        project.write(po(name), HEADER + "\n" + entry("Een boek.", text))
    project.run("update")
    found = messages(project, po(new))["Een boek."]
    expected = {"tuin/x2": "zweite"}.get(new, translated)
    assert (found.msgstr, found.fuzzy) == ((expected, False) if expected else ("erste", True))


def test_orphan_with_the_most_texts_is_used(tmp_path: Path) -> None:
    project = make_project(tmp_path, {B: BED})
    project.write(po("a"), OLD)
    project.write(po("z/b"), HEADER + "\n" + entry("Slaap", "Ruhe") + "\n" + entry("Nog iets.", "Noch etwas."))
    project.run("update")
    assert messages(project, po("b"))["Slaap"].msgstr == "Schlaf"


# Catalogues that are not orphans


def exclude(project: Project) -> None:
    project.configure(exclude=["a.md"])


def collide(project: Project) -> None:
    project.write("source/nl/a.markdown", SKIN)


def break_document(project: Project) -> None:
    project.write(A, b"caf\xe9\n")


@pytest.mark.parametrize("change", [exclude, collide, break_document])
def test_catalogue_of_an_excluded_document_is_not_an_orphan(tmp_path: Path, change: Callable[[Project], None]) -> None:
    project = make_project(tmp_path, {A: BED, B: SKIN})
    project.write(po("a"), OLD)
    project.run("update")
    change(project)
    project.write("source/nl/c.md", BED)
    assert "no document" not in project.run("update").stdout


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (po("django"), HEADER + '\n#: shop/views.py:12\nmsgid "Slaap"\nmsgstr "Schlaf"\n'),
        (po("guide"), HEADER + '\n#: docs/guide.rst:3\n#~ msgid "Slaap"\n#~ msgstr "Schlaf"\n'),
        ("locale/fr/LC_MESSAGES/b.po", HEADER + "\n" + entry("Slaap", "Sommeil")),
        ("other/de/b.po", HEADER + "\n" + entry("Slaap", "Schlaf")),
    ],
)
def test_catalogue_of_another_program_is_not_an_orphan(tmp_path: Path, name: str, text: str) -> None:
    project = make_project(tmp_path, {A: BED})
    project.write(name, text)
    outcome = project.run("update")
    assert "no document" not in outcome.stdout
    assert messages(project, po("a"))["Slaap"].msgstr == ""


def test_catalogue_of_another_language_is_not_used(tmp_path: Path) -> None:
    project = make_project(tmp_path, {B: BED})
    project.write(po("a"), OLD.replace("Language: de", "Language: fr"))
    project.run("update")
    assert messages(project, po("b"))["Slaap"].msgstr == ""


def test_longer_locale_is_not_part_of_a_name(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, {A: BED}, locales=["zh", "zh_Hant"], catalogue="po/{locale}_{domain}.po", template="pot/{domain}.pot"
    )
    assert project.run("update").exit_code == 0
    rename(project, A, B)
    output = project.run("update").stdout
    assert output.count("po/zh_Hant_a.po: info") == 1
    assert output.count("po/zh_a.po: info") == 1


@pytest.mark.parametrize("pattern", ["po/{domain}.{locale}.po", "{locale}/{domain}.po", "po/{domain}/{locale}.po"])
def test_orphans_are_found_by_the_pattern(tmp_path: Path, pattern: str) -> None:
    project = make_project(tmp_path, {A: BED}, catalogue=pattern)
    name = pattern.replace("{locale}", "de")
    project.write(name.replace("{domain}", "a"), OLD)
    project.run("update")
    rename(project, A, "source/nl/bed/b.md")
    project.run("update")
    assert messages(project, name.replace("{domain}", "bed/b"))["Slaap"].msgstr == "Schlaf"


# Unreadable orphans


def test_unreadable_orphan_is_reported_and_used_later(tmp_path: Path) -> None:
    project = make_project(tmp_path, {B: BED})
    broken = OLD + "\n<<<<<<< HEAD\n"
    project.write(po("a"), broken)
    outcome = project.run("update")
    assert outcome.exit_code == 1
    assert any(line.startswith(f"{po('a')}:") for line in outcome.findings)
    assert project.text(po("a")) == broken
    assert project.run("update").exit_code == 1
    project.write(po("a"), OLD)
    assert project.run("update").exit_code == 0
    assert messages(project, po("b"))["Slaap"].msgstr == "Schlaf"


# Templates, dry runs, other commands


def test_orphaned_templates_are_reported(tmp_path: Path) -> None:
    project = make_project(tmp_path, {A: BED})
    project.run("locales")
    rename(project, A, B)
    output = project.run("extract").stdout
    assert output.startswith("locale/templates/a.pot: info: has no document any more")
    assert project.exists("locale/templates/a.pot")


def test_check_reports_the_same_and_writes_nothing(tmp_path: Path) -> None:
    project = make_project(tmp_path, {A: BED})
    project.write(po("a"), OLD)
    project.run("update")
    rename(project, A, B)
    before = project.snapshot()
    dry = project.run("update", "--check")
    assert dry.exit_code == 1
    assert project.snapshot() == before
    wet = project.run("update")
    assert wet.stdout == dry.stdout
    assert "3 translations taken over" in dry.stderr
    assert project.run("update", "--check").exit_code == 0


@pytest.mark.parametrize("command", [("status",), ("check",), ("build",)])
def test_other_commands_do_not_report_orphans(tmp_path: Path, command: tuple[str]) -> None:
    project = make_project(tmp_path, {A: BED, B: SKIN})
    project.write(po("a"), OLD)
    project.run("locales")
    project.path(A).unlink()
    outcome = project.run(*command)
    assert "orphan" not in outcome.stdout + outcome.stderr
    assert "a.md" not in outcome.stdout


def test_shards_take_over_the_same_as_one_run(tmp_path: Path) -> None:
    documents = {f"source/nl/{name}.md": f"Een {name} en een boek.\n\nNog een {name}.\n" for name in "abcdefgh"}
    made = []
    for part in ((), ("1/3", "2/3", "3/3")):
        project = make_project(tmp_path / str(len(part)), documents, name="site")
        project.run("update")
        for name in "abcdefgh":
            project.translate(po(name), {f"Nog een {name}.": f"Noch ein {name}."})
        for name in "abcd":
            rename(project, f"source/nl/{name}.md", f"source/nl/{name}{name}.md")
        for shard in part or ("1/1",):
            project.run("update", "--shard", shard)
        made.append({name: messages(project, name) for name in project.names("locale/de")})
    assert made[0] == made[1]
    assert made[0][po("aa")]["Nog een a."].translated


def test_many_orphans_are_reported_in_a_few_lines(tmp_path: Path) -> None:
    project = make_project(tmp_path, {f"source/nl/{number}.md": f"Boek {number}.\n" for number in range(70)})
    project.run("update", "--jobs", "1")
    for number in range(70):
        project.translate(po(str(number)), {f"Boek {number}.": f"Buch {number}."})
    project.configure(domain="all")
    outcome = project.run("update", "--jobs", "1")
    assert len(outcome.stdout.splitlines()) < 25
    assert len(outcome.stderr.splitlines()) < 30
    assert sum(one.translated for one in catalogue(project, po("all")).active) == 70


# Effort


def test_unchanged_project_is_not_searched_for_orphans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path, {A: BED, B: SKIN})
    project.run("locales")
    rename(project, A, "source/nl/c.md")
    project.run("locales")
    walks = []

    def noted(*arguments: object) -> object:
        walks.append(arguments)
        return files_below(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(orphans, "files_below", noted)
    assert "a.po: info" in project.run("locales").stdout
    project.write(B, SKIN + "\nNog iets.\n")
    project.run("locales")
    assert walks == []
    project.path(po("a")).unlink()
    assert "a.po: info" not in project.run("locales").stdout
    project.path(B).unlink()
    project.run("locales")
    assert len(walks) == 2  # catalogues and templates


# Properties

WORDS = ("bed", "boek", "melk", "slaap", "zon", "huid", "olie", "thee")
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), max_size=5)
NAMES = ("a", "b", "map/a", "map/c", "index")


@pytest.mark.property
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    documents=st.dictionaries(st.sampled_from(NAMES), TEXTS.filter(bool), min_size=1),
    translated=st.data(),
    new=st.sampled_from(("nieuw", "map/nieuw", "a/b/c", "index2")),
)
def test_rename_loses_no_translation_and_makes_none_fuzzy(
    tmp_path: Path, documents: dict[str, list[str]], translated: st.DataObject, new: str
) -> None:
    for file in tmp_path.iterdir():
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink()
    project = make_project(tmp_path, {f"source/nl/{name}.md": "\n\n".join(texts) for name, texts in documents.items()})
    project.run("update", "--jobs", "1")
    for name, texts in documents.items():
        for text in translated.draw(st.sets(st.sampled_from(texts)), label=name):
            own = po(name)
            empty = f'msgid "{text}"\nmsgstr ""\n'
            if empty in project.text(own):
                project.translate(own, {text: f"{text} ({name})"})
    project.run("update", "--jobs", "1")
    old = translated.draw(st.sampled_from(sorted(documents)), label="renamed")
    before = {msgid: content(one) for msgid, one in messages(project, po(old)).items()}
    rename(project, f"source/nl/{old}.md", f"source/nl/{new}.md")
    others = {name: project.content(po(name)) for name in documents}
    project.run("update", "--jobs", "1")
    assert {msgid: content(one) for msgid, one in messages(project, po(new)).items()} == before
    assert {name: project.content(po(name)) for name in documents} == others
