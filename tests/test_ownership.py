"""A run replaces and removes only files that a run wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from project_helpers import ARTICLE, HEADER, STATE, Outcome, Project, entry, make_project, po

from translate_pipe.project.steps.outputs import Outputs, parse_record_file, record_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Keys = dict[str, str | list[str]]

MINE = "# Schlaf\n\nVon Hand, mit viel Mühe.\n"
A = "source/nl/a.md"
OUTPUT = "build/de/a.md"
RECORD = "outputs.sha256"
RECORDED: Keys = {"record": RECORD}


def _places(outcome: Outcome) -> list[str]:
    return [line.partition(": ")[0] for line in outcome.findings]


def _assert_left(outcome: Outcome, *places: str) -> None:
    assert (outcome.exit_code, _places(outcome)) == (1, list(places)), outcome


def _translate(project: Project, msgstr: str = "Schlaf") -> None:
    """Translate the heading, again if it is translated already."""
    text = project.text(po("a"))
    head, _, rest = text.partition('msgid "Slaap"\nmsgstr "')
    project.write(po("a"), f'{head}msgid "Slaap"\nmsgstr "{msgstr}"\n{rest.partition(chr(10))[2]}')


def _forget(project: Project) -> None:
    """Delete what a fresh clone lacks."""
    project.path(STATE).unlink()


@pytest.fixture
def built(tmp_path: Path) -> Project:
    project = make_project(tmp_path / "project")
    project.run("locales")
    _translate(project)
    assert project.run("locales").exit_code == 0
    return project


@pytest.fixture
def recorded(tmp_path: Path) -> Project:
    project = make_project(tmp_path / "project", {A: ARTICLE, "source/nl/b.md": ARTICLE}, **RECORDED)
    project.run("locales")
    _translate(project)
    assert project.run("locales").exit_code == 0
    return project


# Existing translations

LAYOUTS: dict[str, tuple[Keys, str, str]] = {
    "Hugo": (
        {"source": "content/{locale}", "output": "content/{locale}/{path}.md", "dialect": "hugo"},
        "content/nl/about.md",
        "content/de/about.md",
    ),
    "Hugo, by suffix": (
        {"source": "content", "output": "content/{path}.{locale}.md", "dialect": "hugo"},
        "content/about.md",
        "content/about.de.md",
    ),
    "Docusaurus": (
        {
            "source": "docs",
            "output": "i18n/{locale}/docusaurus-plugin-content-docs/current/{path}.md",
            "dialect": "docusaurus",
        },
        "docs/over/about.mdx",
        "i18n/de/docusaurus-plugin-content-docs/current/over/about.mdx",
    ),
    "MkDocs": ({"source": "docs", "output": "docs/{path}.{locale}.md", "dialect": "mkdocs"}, "docs/index.md", "docs/index.de.md"),
    "Jekyll": (
        {"source": "_articles", "output": "_articles/{locale}/{path}.md", "dialect": "jekyll"},
        "_articles/melk.md",
        "_articles/de/melk.md",
    ),
    "the defaults": ({}, A, OUTPUT),
}  # fmt: skip


@pytest.mark.parametrize(("keys", "source", "output"), LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("command", ["locales", "build"])
def test_translation_by_hand_is_left_alone(tmp_path: Path, keys: Keys, source: str, output: str, command: str) -> None:
    other = source.replace("about", "other").replace("index", "other").replace("melk", "other").replace("a.md", "o.md")
    project = make_project(tmp_path, {source: ARTICLE, other: ARTICLE, output: MINE}, **keys)
    before = project.snapshot(output.partition("/")[0])[output]
    for _ in range(2):
        outcome = project.run(command)
        _assert_left(outcome, output)
        assert "move it away or use --overwrite" in outcome.findings[0]
    assert project.snapshot(output.partition("/")[0])[output] == before
    written = (
        output.replace("about", "other").replace("index", "other").replace("melk", "other").replace("a.md", "o.md")
    )
    assert project.text(written) == ARTICLE
    _assert_left(project.run(command, "--check"), output)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", ARTICLE.encode() + b"\n", b"#" * 100_000], ids=len)
def test_file_with_other_content_is_left_alone(tmp_path: Path, content: bytes) -> None:
    project = make_project(tmp_path)
    project.write(OUTPUT, content)
    _assert_left(project.run("locales"), OUTPUT)
    assert project.content(OUTPUT) == content


def test_copy_of_the_source_is_replaced(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.write(po("a"), HEADER + "\n" + entry("Slaap", "Schlaf"))
    project.write(OUTPUT, ARTICLE)
    assert project.run("locales").exit_code == 0
    assert project.text(OUTPUT).startswith("# Schlaf\n")


def test_file_with_the_same_content_is_recognised(built: Project) -> None:
    _forget(built)
    assert built.run("locales").exit_code == 0
    _translate(built, "Ruhe")
    assert built.run("locales").exit_code == 0
    assert built.text(OUTPUT).startswith("# Ruhe\n")


@pytest.mark.parametrize("edit", ["# Schlof\n", "", ARTICLE + "\nMehr.\n"])
def test_edited_output_is_left_until_the_edit_is_undone(built: Project, edit: str) -> None:
    before = built.content(OUTPUT)
    built.write(OUTPUT, edit)
    for msgstr in ("Schlaf", "Ruhe"):
        _translate(built, msgstr)
        _assert_left(built.run("locales"), OUTPUT)
        assert built.text(OUTPUT) == edit
    built.write(OUTPUT, before)
    assert built.run("locales").exit_code == 0
    assert built.text(OUTPUT).startswith("# Ruhe\n")


def test_deleted_output_is_written_again(built: Project) -> None:
    built.path(OUTPUT).unlink()
    assert built.run("locales").exit_code == 0
    assert built.text(OUTPUT).startswith("# Schlaf\n")


def test_older_output_is_left_alone_without_the_state(built: Project) -> None:
    _forget(built)
    _translate(built, "Ruhe")
    _assert_left(built.run("locales"), OUTPUT)
    assert built.text(OUTPUT).startswith("# Schlaf\n")
    assert built.run("locales", "--overwrite").exit_code == 0
    assert built.text(OUTPUT).startswith("# Ruhe\n")
    assert built.run("locales").exit_code == 0


def test_shards_and_whole_runs_know_each_others_outputs(built: Project) -> None:
    for number, (command, msgstr) in enumerate(
        [
            (["--shard", "1/1"], "A"),
            (["--shard", "1/2"], "B"),
            (["--shard", "2/2"], "B"),
            ([], "C"),
            (["--jobs", "1"], "D"),
        ]
    ):
        _translate(built, msgstr)
        assert built.run("locales", *command).exit_code == 0, number
    assert built.text(OUTPUT).startswith("# D\n")


# Links, folders and pipes


def _folder(path: Path) -> None:
    path.mkdir(parents=True)


def _pipe(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)


def _link_to(target: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(os.path.relpath(target, path.parent.relative_to(path.parents[2])))

    return make


IN_THE_WAY = {
    "a folder": _folder,
    "a pipe": _pipe,
    "a link to a source": _link_to(A),
    "a link to a catalogue": _link_to(po("a")),
    "a link to the configuration": _link_to("translate-pipe.toml"),
    "a link to nothing": _link_to("missing.md"),
    "a link to git's own": _link_to(".git/config"),
    "a link to another file": _link_to("mine.md"),
}


@pytest.mark.parametrize("make", IN_THE_WAY.values(), ids=IN_THE_WAY.keys())
@pytest.mark.parametrize("options", [[], ["--overwrite"], ["--overwrite", "--check"]], ids=" ".join)
def test_links_and_folders_are_left_alone(tmp_path: Path, make: Callable[[Path], None], options: list[str]) -> None:
    project = make_project(tmp_path, {A: ARTICLE, "source/nl/b.md": ARTICLE, "mine.md": MINE, ".git/config": MINE})
    project.write(po("a"), HEADER + "\n" + entry("Slaap", "Schlaf"))
    project.run("update")
    make(project.path(OUTPUT))
    before = {name: project.content(name) for name in (A, po("a"), "translate-pipe.toml", "mine.md", ".git/config")}
    outcome = project.run("build", *options)
    _assert_left(outcome, OUTPUT)
    assert "--overwrite" not in outcome.findings[0]
    assert before == {name: project.content(name) for name in before}
    assert not project.path(OUTPUT).is_file() or project.path(OUTPUT).is_symlink()
    assert not project.exists("missing.md")
    assert project.exists("build/de/b.md") == ("--check" not in options)


@pytest.mark.parametrize("kind", ["source", "catalogue", "template", "glossary"])
def test_pipe_is_reported_without_waiting(tmp_path: Path, kind: str) -> None:
    project = make_project(tmp_path, {A: ARTICLE, "source/nl/b.md": ARTICLE})
    name = {"source": A, "catalogue": po("a"), "template": "locale/templates/a.pot", "glossary": "glossary.csv"}[kind]
    project.path(name).unlink(missing_ok=True)
    _pipe(project.path(name))
    outcome = project.run("locales")
    _assert_left(outcome, name)
    assert "pipe" in outcome.findings[0]
    assert project.path(name).is_fifo()
    assert project.exists("build/de/b.md")


@pytest.mark.parametrize(
    ("link", "target", "left"),
    [
        ("build/de", "source/nl", OUTPUT),
        ("build", ".git", OUTPUT),
        ("build/de", ".git/refs", OUTPUT),
        ("locale/de", ".git", po("a")),
        ("locale/templates/a.pot", po("a"), "locale/templates/a.pot"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--overwrite"]])
def test_symlink_to_a_file_of_another_kind_is_refused(
    tmp_path: Path, link: str, target: str, left: str, options: list[str]
) -> None:
    project = make_project(tmp_path, {A: ARTICLE, ".git/refs/a.md": "x", ".git/a.md": "x"})
    if link.startswith("build"):
        project.write(po("a"), HEADER + "\n" + entry("Slaap", "Schlaf"))
    if "." in target.rpartition("/")[2][1:]:
        project.write(target, HEADER)
    else:
        project.path(target).mkdir(parents=True, exist_ok=True)
    path = project.path(link)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(project.path(target))
    before = project.content(A)
    git = project.snapshot(".git")
    outcome = project.run("locales", *options)
    assert outcome.exit_code == 1
    assert left in [place.partition(":")[0] for place in _places(outcome)]
    assert project.content(A) == before
    assert project.snapshot(".git") == git


def test_file_saved_during_its_replacement_is_left_alone(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Outputs._is_own  # noqa: SLF001

    def saved_meanwhile(outputs: Outputs, output: str, data: bytes) -> bool:
        is_own = real(outputs, output, data)
        built.write(output, MINE)
        return is_own

    monkeypatch.setattr(Outputs, "_is_own", saved_meanwhile)
    _translate(built, "Ruhe")
    _assert_left(built.run("locales", "--jobs", "1"), OUTPUT)
    assert built.text(OUTPUT) == MINE


# --overwrite


@pytest.mark.parametrize("command", ["locales", "build"])
def test_overwritten_file_is_kept_in_the_state_folder(tmp_path: Path, command: str) -> None:
    project = make_project(tmp_path)
    kept = "build/.translate-pipe/replaced/build/de/a.md"
    contents = ["mine", "mine too", "mine"]
    for content, name in zip(contents, [kept, f"{kept}.2", kept], strict=True):
        project.write(OUTPUT, content)
        before = project.snapshot()
        outcome = project.run(command, "--overwrite", "--check")
        assert outcome.exit_code == 1
        assert f"would replace {OUTPUT}, which no run wrote; what was there would be kept as {name}" in outcome.stderr
        assert project.snapshot() == before
        outcome = project.run(command, "--overwrite")
        assert outcome.exit_code == 0
        assert f"replaced {OUTPUT}, which no run wrote; what was there is kept as {name}\n" in outcome.stderr
        assert (project.text(OUTPUT), project.text(name)) == (ARTICLE, content)
        assert project.run(command).exit_code == 0
    assert project.names("build/.translate-pipe") == {kept, f"{kept}.2"}


def test_overwrite_does_not_keep_outputs_of_runs(built: Project) -> None:
    _translate(built, "Ruhe")
    outcome = built.run("locales", "--overwrite")
    assert (outcome.exit_code, "replaced" in outcome.stderr) == (0, False)
    assert not built.exists("build/.translate-pipe/replaced")


@pytest.mark.parametrize(
    "keys", [{"source": ".", "exclude": ["source/*"]}, {"source": "docs", "output": "docs/{path}.{locale}.md"}]
)
def test_kept_files_are_not_documents(tmp_path: Path, keys: Keys) -> None:
    source = "docs/a.md" if keys["source"] == "docs" else "a.md"
    output = "docs/a.de.md" if keys["source"] == "docs" else OUTPUT
    project = make_project(tmp_path, {source: ARTICLE, output: MINE}, **keys)
    assert project.run("locales", "--overwrite").exit_code == 0
    assert "(1 document)" in project.run("locales").stderr


def test_file_that_cannot_be_kept_is_not_replaced(tmp_path: Path) -> None:
    project = make_project(tmp_path, {A: ARTICLE, OUTPUT: MINE, "build/.translate-pipe/replaced": "a file"})
    outcome = project.run("locales", "--overwrite")
    _assert_left(outcome, OUTPUT)
    assert "cannot be kept as build/.translate-pipe/replaced/build/de/a.md" in outcome.findings[0]
    assert project.text(OUTPUT) == MINE


NOT_OUTPUTS = {
    "a catalogue": (po("a"), "no catalogue"),
    "a text of comments in the place of a catalogue": (po("a"), "# Slaap\n\n## Melk\n"),
    "a template": ("locale/templates/a.pot", "no template"),
    "a text of comments in the place of a template": ("locale/templates/a.pot", "# Slaap\n"),
    "a template with translations": ("locale/templates/a.pot", HEADER + "\n" + entry("Slaap", "Schlaf")),
    "an obsolete translation in a template": ("locale/templates/a.pot", '#~ msgid "x"\n#~ msgstr "y"\n'),
    "the state": (STATE, "no state"),
}


@pytest.mark.parametrize(("name", "content"), NOT_OUTPUTS.values(), ids=NOT_OUTPUTS.keys())
@pytest.mark.parametrize("options", [[], ["--overwrite"]])
def test_only_outputs_are_overwritten(tmp_path: Path, name: str, content: str, options: list[str]) -> None:
    project = make_project(tmp_path, {A: ARTICLE, "source/nl/b.md": ARTICLE, name: content})
    outcome = project.run("locales", *options)
    assert outcome.exit_code == 1
    assert _places(outcome)[0].partition(":")[0] == name
    assert project.text(name) == content
    assert project.exists("build/de/b.md")


def test_invalid_template_does_not_stop_catalogues(tmp_path: Path) -> None:
    project = make_project(tmp_path, {A: ARTICLE, "locale/templates/a.pot": "no template"})
    project.run("locales")
    assert 'msgid "Slaap"' in project.text(po("a"))
    project.path("locale/templates/a.pot").unlink()
    assert project.run("locales").exit_code == 0
    assert 'msgid "Slaap"' in project.text("locale/templates/a.pot")


# Removing


def _other_pattern(project: Project) -> None:
    project.configure(output="site/{locale}/{path}.md", **RECORDED)


def _no_document(project: Project) -> None:
    project.path(A).unlink()


def _no_locale(project: Project) -> None:
    project.configure(locales=["fr"], **RECORDED)


GONE = {"the output pattern": _other_pattern, "the document": _no_document, "the locale": _no_locale}


@pytest.mark.parametrize("change", GONE.values(), ids=GONE.keys())
@pytest.mark.parametrize("has_state", [True, False], ids=["state", "record"])
def test_outputs_no_longer_needed_are_removed(
    recorded: Project, change: Callable[[Project], None], *, has_state: bool
) -> None:
    if not has_state:
        _forget(recorded)
    change(recorded)
    assert recorded.run("locales").exit_code == 0
    assert not recorded.exists(OUTPUT)
    assert OUTPUT not in recorded.text(RECORD)
    _assert_record_is_right(recorded)


@pytest.mark.parametrize("change", GONE.values(), ids=GONE.keys())
@pytest.mark.parametrize("has_state", [True, False], ids=["state", "record"])
def test_edited_output_no_longer_needed_is_left_alone(
    recorded: Project, change: Callable[[Project], None], *, has_state: bool
) -> None:
    if not has_state:
        _forget(recorded)
    recorded.write(OUTPUT, MINE)
    change(recorded)
    _assert_left(recorded.run("locales"), OUTPUT)
    assert recorded.text(OUTPUT) == MINE
    assert recorded.run("locales").exit_code == 0
    assert recorded.text(OUTPUT) == MINE


def test_symlink_at_the_path_of_an_old_output_is_left_alone(built: Project) -> None:
    built.write("mine.md", built.content(OUTPUT))
    built.path(OUTPUT).unlink()
    built.path(OUTPUT).symlink_to("../../mine.md")
    built.path(A).unlink()
    built.write("source/nl/b.md", ARTICLE)
    _assert_left(built.run("locales"), OUTPUT)
    assert built.exists("mine.md")
    assert built.path(OUTPUT).is_symlink()


# The record


def _assert_record_is_right(project: Project) -> None:
    done = subprocess.run(["sha256sum", "-c", "--strict", RECORD], cwd=project.root, capture_output=True, check=False)
    assert done.returncode == 0, done
    lines = project.text(RECORD).splitlines()
    assert lines == sorted(lines, key=lambda line: line.split("  ")[1])


def _clone(project: Project, to: Path) -> Project:
    """A clone: everything that is committed."""
    shutil.copytree(project.root, to, ignore=shutil.ignore_patterns(".translate-pipe"))
    return Project(to)


def test_sha256sum_accepts_the_record(recorded: Project) -> None:
    _assert_record_is_right(recorded)
    assert recorded.text(RECORD).count("\n") == 2
    before = recorded.snapshot()
    recorded.run("locales")
    assert recorded.snapshot() == before
    assert recorded.run("locales", "--check").exit_code == 0


def test_clone_replaces_outputs_in_the_record(recorded: Project, tmp_path: Path) -> None:
    clone = _clone(recorded, tmp_path / "clone")
    _translate(clone, "Ruhe")
    assert clone.run("locales", "--check").exit_code == 1
    assert clone.run("locales").exit_code == 0
    assert clone.text(OUTPUT).startswith("# Ruhe\n")
    _assert_record_is_right(clone)


def test_clone_leaves_edited_outputs_alone(recorded: Project, tmp_path: Path) -> None:
    clone = _clone(recorded, tmp_path / "clone")
    clone.write(OUTPUT, MINE)
    before = clone.content(RECORD)
    _assert_left(clone.run("locales"), OUTPUT)
    assert (clone.text(OUTPUT), clone.content(RECORD)) == (MINE, before)


def test_both_sides_of_a_merge_conflict_are_valid(recorded: Project, tmp_path: Path) -> None:
    clone = _clone(recorded, tmp_path / "clone")
    _translate(recorded, "Ruhe")
    recorded.run("locales")
    ours, theirs = recorded.text(RECORD), clone.text(RECORD)
    merged = f"<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> other\n"
    for content in (recorded.content(OUTPUT), clone.content(OUTPUT)):
        third = _clone(recorded, tmp_path / f"third-{len(content)}")
        third.write(RECORD, merged.replace("\n", "\r\n"))
        third.write(OUTPUT, content)
        _translate(third, "Neu")
        assert third.run("locales").exit_code == 0
        assert third.text(OUTPUT).startswith("# Neu\n")
        _assert_record_is_right(third)


def test_pulled_outputs_with_their_record_are_up_to_date(recorded: Project, tmp_path: Path) -> None:
    clone = _clone(recorded, tmp_path / "clone")
    clone.run("locales")
    _translate(recorded, "Ruhe")
    recorded.run("locales")
    for name in (RECORD, OUTPUT):
        clone.write(name, recorded.content(name))
    assert clone.run("locales", "--check").exit_code == 1  # the catalogue was not pulled
    assert clone.run("locales").exit_code == 0
    assert clone.text(OUTPUT).startswith("# Schlaf\n")
    _assert_record_is_right(clone)


@pytest.mark.parametrize("has_state", [True, False])
def test_lost_or_old_record_is_updated(recorded: Project, *, has_state: bool) -> None:
    right = recorded.content(RECORD)
    for content in (b"", right.partition(b"\n")[2], right.replace(b"a", b"0", 1)):
        recorded.write(RECORD, content)
        if not has_state:
            _forget(recorded)
        assert recorded.run("locales", "--check").exit_code == 1
        assert recorded.run("locales").exit_code == 0
        assert recorded.content(RECORD) == right


@pytest.mark.parametrize(
    "content", ["# Mine\n", "x" * 64 + "  build/de/a.md\n", "0" * 64 + "  release.tar.gz\n", b"\xff"]
)
def test_file_that_is_not_a_record_is_left_alone(recorded: Project, content: str | bytes) -> None:
    recorded.write(RECORD, content)
    before = recorded.content(RECORD)
    outcome = recorded.run("locales", "--overwrite")
    assert _places(outcome) == [RECORD]
    assert recorded.content(RECORD) == before


def test_record_of_documents_hides_and_removes_none(tmp_path: Path) -> None:
    project = make_project(tmp_path, {A: ARTICLE, "source/nl/b.md": ARTICLE}, **RECORDED)
    project.write(RECORD, subprocess.check_output(["sha256sum", A, "source/nl/b.md"], cwd=tmp_path))
    assert "(2 documents)" in project.run("locales").stderr
    project.run("locales")
    assert project.exists(A)


def test_lines_of_other_locales_and_shards_are_kept(tmp_path: Path) -> None:
    documents = {f"source/nl/{name}.md": ARTICLE for name in "abcdef"}
    project = make_project(tmp_path, documents, locales=["de", "fr"], **RECORDED)
    project.run("locales")
    before = project.text(RECORD).splitlines()
    assert len(before) == 12
    _forget(project)
    _translate(project)
    assert project.run("locales", "de").exit_code == 0
    after = project.text(RECORD).splitlines()
    assert [line for line in before if "fr" in line] == [line for line in after if "fr" in line]
    assert len({*before} & {*after}) == 11
    _forget(project)
    for part in ("1/3", "2/3", "3/3"):
        assert project.run("build", "--shard", part).exit_code == 0
        assert project.text(RECORD).splitlines() == after


@pytest.mark.parametrize("path", ["a.md", "b/ü ß.md", "c\\d.md", "\\n.md"])
def test_record_survives_writing_and_reading(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_bytes(b"x")
    written = subprocess.check_output(["sha256sum", path], cwd=tmp_path)
    record = parse_record_file(written)
    assert record is not None
    assert list(record) == [path]
    assert record_file(record) == written


def test_there_is_no_record_by_default(built: Project) -> None:
    assert built.names() == {A, OUTPUT, po("a"), "locale/templates/a.pot", "translate-pipe.toml"}
