"""Catalogues that other programs have saved: Poedit and gettext's tools drop flags and rewrap lines."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polib
import pytest
from project_helpers import Project, make_project, po

from translate_pipe.catalogue import make_template, parse_po
from translate_pipe.catalogue.template import MARKDOWN_FLAG, noted_syntax, syntaxes_of
from translate_pipe.checks import check
from translate_pipe.model import Catalogue, Message, Segment, SegmentKind, Slot, SlotShape, Syntax

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
BUILT_IN_FLAG = re.compile(r"fuzzy|(?:no-)?wrap|[\w-]+-format|range:.*")


def gettext_tool(*command: str) -> Callable[[bytes], bytes]:
    def save(data: bytes) -> bytes:
        return subprocess.run([*command, "-"], input=data, capture_output=True, check=True).stdout

    return save


def poedit(data: bytes) -> bytes:
    """Save as Poedit does: drop unknown flags and empty header fields, and sign the header."""
    file = polib.pofile(data.decode(), wrapwidth=79)
    for entry in file:
        entry.flags = [flag for flag in entry.flags if BUILT_IN_FLAG.fullmatch(flag)]
    fields = {name: value for name, value in file.metadata.items() if value}
    language = fields.pop("Language")
    file.metadata = {**dict(sorted(fields.items())), "Language": language, "X-Generator": "Poedit 3.5"}
    return str(file).encode()


EDITORS = {
    "Poedit": poedit,
    "msgcat": gettext_tool("msgcat"),
    "msgcat --no-wrap": gettext_tool("msgcat", "--no-wrap"),
    "msgcat --width=60": gettext_tool("msgcat", "--width=60"),
    "msgcat --no-location": gettext_tool("msgcat", "--no-location"),
    "msgattrib": gettext_tool("msgattrib"),
    "msgattrib --no-wrap": gettext_tool("msgattrib", "--no-wrap"),
    "msgattrib --no-obsolete": gettext_tool("msgattrib", "--no-obsolete"),
}


@pytest.fixture(params=EDITORS)
def editor(request: pytest.FixtureRequest) -> Callable[[bytes], bytes]:
    program = request.param.partition(" ")[0]
    if program != "Poedit" and not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    return EDITORS[request.param]


def without_notes(data: bytes) -> bytes:
    """A catalogue without flags, references and extracted comments, as some tools save it."""
    file = polib.pofile(data.decode(), wrapwidth=79)
    for entry in file:
        entry.flags, entry.occurrences, entry.comment = [], [], ""
    return str(file).encode()


def findings(project: Project, *arguments: str) -> list[tuple[str, str, str]]:
    """The findings of `check`, without the lines of the messages."""
    stdout = project.run("check", "--format", "json", *arguments).stdout
    return sorted((found["msgid"], found["check"], found["message"]) for found in json.loads(stdout))


def edit_all(project: Project, edit: Callable[[bytes], bytes]) -> dict[str, bytes]:
    """Save all catalogues; return their contents."""
    saved = {}
    for name in sorted(project.names("locale")):
        if name.endswith(".po"):
            saved[name] = edit(project.content(name))
            project.write(name, saved[name])
    return saved


# The articles


def damaged(data: bytes) -> bytes:
    """A catalogue with findings in many of its translations."""
    file = polib.pofile(data.decode(), wrapwidth=79)
    for entry in file:
        if entry.msgstr and "fuzzy" not in entry.flags:
            entry.msgstr = re.sub(r"[*²³⁴`]|\]\(", "", entry.msgstr)
    return str(file).encode()


def copy_of_articles(folder: Path) -> Project:
    for name in ("source", "locale"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "translate-pipe.toml", folder)
    return Project(folder)


@pytest.fixture
def articles(tmp_path: Path) -> Project:
    return copy_of_articles(tmp_path)


def test_articles_need_no_update_after_an_editor(articles: Project, editor: Callable[[bytes], bytes]) -> None:
    saved = edit_all(articles, editor)
    assert not any(MARKDOWN_FLAG.encode() in data for data in saved.values())
    assert articles.run("update", "--check").exit_code == 0
    assert articles.run("locales").exit_code == 0
    assert {name: articles.content(name) for name in saved} == saved


@pytest.fixture(scope="module")
def of_damaged(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[str, str, str]], ...]:
    """The findings in damaged catalogues of the articles, in their project and without it."""
    articles = copy_of_articles(tmp_path_factory.mktemp("damaged"))
    edit_all(articles, damaged)
    return findings(articles), findings(articles, str(articles.path("locale")))


def test_articles_have_the_same_findings_after_an_editor(
    articles: Project, editor: Callable[[bytes], bytes], of_damaged: tuple[list[tuple[str, str, str]], ...]
) -> None:
    before, bare = of_damaged
    assert len(before) > 50
    edit_all(articles, lambda data: editor(damaged(data)))
    assert findings(articles) == before
    assert findings(articles, str(articles.path("locale"))) == bare
    edit_all(articles, without_notes)
    assert findings(articles) == before


# A message of several kinds

SHARED = "Zo *goed* is `slaap_1`"
OF_SEVERAL_KINDS = {
    "a title that is a heading as well": f"---\ntitle: {SHARED}\n---\n\n# {SHARED}\n",
    "a description that is a paragraph as well": f"---\ndescription: {SHARED}\n---\n\n{SHARED}\n",
    "a heading and a text in HTML": f"# {SHARED}\n\n<div>{SHARED}</div>\n",
    "a list item and an attribute": f'- {SHARED}\n\n<p title="{SHARED}"></p>\n',
}
LOST = "So gut ist `slaap_1`"


@pytest.mark.parametrize("document", OF_SEVERAL_KINDS.values(), ids=OF_SEVERAL_KINDS)
def test_message_of_several_kinds_keeps_its_checks(
    tmp_path: Path, document: str, editor: Callable[[bytes], bytes]
) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": document})
    project.run("update")
    assert project.text(po("a")).count("#. ") == 2
    project.translate(po("a"), {SHARED: LOST})
    edit_all(project, editor)
    assert [name for _, name, _ in findings(project)] == ["emphasis-lost"]
    assert [name for _, name, _ in findings(project, str(project.path(po("a"))))] == ["emphasis-lost"]
    edit_all(project, without_notes)
    assert [name for _, name, _ in findings(project)] == ["emphasis-lost"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("---\ntitle: {}\n---\n", "# {}\n"),
        ("# {}\n", "---\ntitle: {}\n---\n"),
    ],
)
def test_message_of_two_documents_keeps_its_checks(tmp_path: Path, first: str, second: str) -> None:
    documents = {"source/nl/a.md": first.format(SHARED), "source/nl/b.md": second.format(SHARED)}
    project = make_project(tmp_path, documents, domain="all")
    project.run("update")
    project.translate(po("all"), {SHARED: LOST})
    edit_all(project, without_notes)
    assert [name for _, name, _ in findings(project)] == ["emphasis-lost"]


def test_plain_text_stays_plain_text_after_an_editor(tmp_path: Path, editor: Callable[[bytes], bytes]) -> None:
    document = f"---\ntitle: {SHARED}\n---\n\nTekst.\n"
    project = make_project(tmp_path, {"source/nl/a.md": document})
    project.run("update")
    project.translate(po("a"), {SHARED: LOST})
    edit_all(project, editor)
    assert findings(project) == findings(project, str(project.path(po("a")))) == []


def segment(kind: SegmentKind, detail: str = "") -> Segment:
    return Segment("Slaap", kind, 1, Slot(0, 5, SlotShape.BLOCK), detail, "Kop")


class Of:
    """A document that consists of segments only."""

    path = "a.md"

    def __init__(self, *segments: Segment) -> None:
        self.segments = segments


@pytest.mark.parametrize("detail", ["", "1", "python", "image.alt", "een label"])
@pytest.mark.parametrize("kind", SegmentKind)
def test_comments_replace_the_flag(kind: SegmentKind, detail: str) -> None:
    for other in SegmentKind:
        segments = segment(kind, detail), segment(other, detail)
        (message,) = make_template([Of(*segments)], project="p", creation_date="d").messages
        wanted = syntaxes_of((one.key, one.kind.syntax) for one in segments)[message.key]
        assert noted_syntax(message) in {wanted, wanted & Syntax.MARKDOWN}
        noted = noted_syntax(replace(message, flags=()))
        assert noted in {wanted, wanted & Syntax.MARKDOWN}


def test_text_that_is_markdown_and_plain_is_checked_as_both() -> None:
    markdown = Message("[a](b/7) c", "[a](b/8) c")
    plain = replace(markdown, extracted_comments=("Front matter title",))
    as_markdown, as_plain = ({found.check for found in check(Catalogue((one,)))} for one in (markdown, plain))
    both = {found.check for found in check(Catalogue((plain,)), syntaxes={plain.key: Syntax.MARKDOWN})}
    assert as_markdown == {"link-other-page"}
    assert as_plain == {"number"}
    assert both == as_markdown | as_plain


# Updates


def test_dropped_flag_does_not_return_with_another_change(tmp_path: Path, editor: Callable[[bytes], bytes]) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "# Slaap\n\nEen.\n\nTwee.\n"})
    project.run("update")
    project.translate(po("a"), {"Slaap": "Schlaf", "Een.": "Eins.", "Twee.": "Zwei."})
    edit_all(project, editor)
    project.write("source/nl/a.md", "# Slaap\n\nEen.\n\nTwee.\n\nDrie.\n")
    project.run("update")
    messages = parse_po(project.text(po("a"))).messages
    assert [MARKDOWN_FLAG in message.flags for message in messages] == [False, False, False, True]


def test_flag_returns_with_a_new_kind(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "---\ntitle: Slaap\n---\n"})
    project.run("update")
    assert parse_po(project.text(po("a"))).messages[0].flags == ()
    project.write("source/nl/a.md", "---\ntitle: Slaap\n---\n\n# Slaap\n")
    project.run("update")
    assert parse_po(project.text(po("a"))).messages[0].flags == (MARKDOWN_FLAG,)
    project.write("source/nl/a.md", "---\ntitle: Slaap\n---\n")
    project.run("update")
    assert parse_po(project.text(po("a"))).messages[0].flags == ()


def test_template_without_the_flag_is_not_a_change(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.run("extract")
    template = "locale/templates/a.pot"
    project.write(template, project.text(template).replace(f"#, {MARKDOWN_FLAG}\n", ""))
    assert project.run("extract", "--check").exit_code == 0


# Opt-outs


@pytest.mark.parametrize(
    "comment",
    [
        "# translate-pipe: ignore emphasis-lost",
        "# Mit Absicht.\n# translate-pipe: ignore emphasis-lost, number\n# Siehe oben.",
    ],
)
def test_opt_out_in_a_comment_survives_an_editor(
    tmp_path: Path, comment: str, editor: Callable[[bytes], bytes]
) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "Zo *goed* is slaap 1.\n"})
    project.run("update")
    project.translate(po("a"), {"Zo *goed* is slaap 1.": "So gut ist Schlaf 2."})
    project.write(po("a"), project.text(po("a")).replace("#. ", f"{comment}\n#. "))
    before = findings(project)
    edit_all(project, editor)
    assert project.run("update", "--check").exit_code == 0
    assert "emphasis-lost" not in {name for _, name, _ in before}
    assert findings(project) == before
