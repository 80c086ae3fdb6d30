"""A translation with an error counts as not published, wherever progress is shown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
from project_helpers import HEADER, Project, entry, make_project, po

from translate_pipe.localisation.renderers import PythonMarkdown
from translate_pipe.preview.aside import Aside, Question, percentages
from translate_pipe.preview.workspace import Workspace
from translate_pipe.project import open_project

if TYPE_CHECKING:
    from pathlib import Path


class Reason(NamedTuple):
    """The reason why a translation is not published, in a document of three messages, two of them translated."""

    document: str
    translations: dict[str, str]
    check: str
    said: str
    keys: dict[str, str | list[str]]
    even_if_published: bool = False


REASONS = {
    "a check": Reason(
        "# Slaap\n\nEn thee.\n\nMelk [helpt](/x).\n",
        {"En thee.": "Und Tee.", "Melk [helpt](/x).": "Milch hilft."},
        "link",
        "the link to /x is missing",
        {},
    ),
    "the judge": Reason(
        "# Slaap\n\nEn thee.\n\n!!! weetje\n",
        {"En thee.": "Und Tee.", "!!! weetje": "!!! Wissenswert, Milch."},
        "rendering",
        "the rendered document is not that of its source",
        {},
    ),
    "the structure": Reason(
        "# Slaap\n\n![Een fles](/u 'Een etiket')\n",
        {"Een fles": "Eine ` Flasche", "Een etiket": "Ein ` Etikett"},
        "structure",
        "would change the structure of the document",
        {"ignore_checks": ["code-broken"]},
        even_if_published=True,
    ),
}
MODES = ["fallback", "stop", "publish"]
reasons = pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS)
modes = pytest.mark.parametrize("on_error", MODES)


def catalogue(translations: dict[str, str]) -> str:
    return HEADER + "".join("\n" + entry(*pair) for pair in translations.items())


def project_of(root: Path, reason: Reason, **keys: str | list[str]) -> Project:
    project = make_project(root, {"source/nl/a.md": reason.document}, **reason.keys, **keys)
    project.write(po("a"), catalogue(reason.translations))
    return project


def expected(reason: Reason, on_error: str) -> dict[str, int]:
    is_published = on_error == "publish" and not reason.even_if_published
    return {
        "translated": 1 + is_published,
        "not_published": 1 - is_published,
        "fuzzy": 0,
        "untranslated": 1,
        "percent": 66 if is_published else 33,
    }


def counts(project: Project, *arguments: str) -> dict[str, int]:
    """The counts that `status` shows for the one document; the locale has the same."""
    found = json.loads(project.run("status", "--format", "json", *arguments).stdout)
    (row,) = found["documents"]
    assert found["locales"][row["locale"]].items() <= row.items()
    assert sum(row[state] for state in ("translated", "not_published", "fuzzy", "untranslated")) == 3
    return {name: row[name] for name in expected(REASONS["a check"], "stop")}


@reasons
@modes
def test_status_counts_unpublished_translations(tmp_path: Path, reason: Reason, on_error: str) -> None:
    project = project_of(tmp_path, reason, on_error=on_error)
    before = project.snapshot()
    assert counts(project) == expected(reason, on_error)  # before any run, and without writing
    assert project.snapshot() == before
    project.run("build")
    assert counts(project) == expected(reason, on_error)  # with the state of the run
    words = json.loads(project.run("status", "--format", "json").stdout)["locales"]["de"]
    assert (words["words_translated"] < words["words"] - 1) is (expected(reason, on_error)["not_published"] == 1)


@reasons
@modes
@pytest.mark.parametrize("command", ["status", "locales"])
def test_table_has_a_column_for_unpublished(tmp_path: Path, reason: Reason, on_error: str, command: str) -> None:
    project = project_of(tmp_path, reason, on_error=on_error)
    project.run("update")
    outcome = project.run(command)
    heading, *rows = [
        re.split(r"  +", line.strip()) for line in outcome.stdout.splitlines() if " %" in line or "Locale" in line
    ]
    wanted = expected(reason, on_error)
    assert heading[1:-2] == ["Translated", *["Not published"] * wanted["not_published"], "Fuzzy", "Untranslated"]
    for row in rows:
        figures = [int(figure) for figure in row if figure.isdigit()]
        assert sum(figures) == 3
        assert figures[0] == wanted["translated"]
        assert row[-1].endswith(f"{wanted['percent']} %")


@reasons
def test_status_refers_to_check_for_findings(tmp_path: Path, reason: Reason) -> None:
    outcome = project_of(tmp_path, reason).run("status")
    assert (outcome.exit_code, outcome.findings) == (0, [])
    assert outcome.stderr == "1 translation with errors; translate-pipe check shows what is wrong.\n"


@reasons
@modes
def test_check_counts_checked_messages(tmp_path: Path, reason: Reason, on_error: str) -> None:
    assert "(2 messages checked)" in project_of(tmp_path, reason, on_error=on_error).run("check").stderr


@reasons
@modes
def test_front_matter_counts_published_translations(tmp_path: Path, reason: Reason, on_error: str) -> None:
    project = project_of(tmp_path, reason, on_error=on_error, front_matter_add=["translation"])
    project.run("build")
    if on_error == "stop":
        assert not project.exists("build/de/a.md")
    else:
        percent = expected(reason, on_error)["percent"]
        assert f"translation: {{locale: de, percent: {percent}, outdated: false}}" in project.text("build/de/a.md")


def test_draft_publishes_translations_with_errors(tmp_path: Path) -> None:
    project = project_of(tmp_path, REASONS["a check"], front_matter_add=["translation"])
    project.run("build", "--draft")
    assert "percent: 66" in project.text("build/de/a.md")
    assert counts(project) == expected(REASONS["a check"], "fallback")


@pytest.mark.parametrize(
    ("keys", "comment"), [({"ignore_checks": ["link", "rendering"]}, ""), ({}, "# translate-pipe: ignore link\n")]
)
def test_ignored_checks_do_not_count(tmp_path: Path, keys: dict[str, str | list[str]], comment: str) -> None:
    reason = REASONS["a check"]
    project = project_of(tmp_path, reason, **({"ignore_checks": ["rendering"]} | keys))
    project.write(po("a"), project.text(po("a")).replace('msgid "Melk', f'{comment}msgid "Melk'))
    assert counts(project)["not_published"] == 0
    project.run("build")
    assert "Milch hilft." in project.text("build/de/a.md")


@pytest.mark.parametrize("reason", ["a check", "the judge"])
@modes
def test_fallback_does_not_count_as_published(tmp_path: Path, reason: str, on_error: str) -> None:
    broken = REASONS[reason]
    project = make_project(
        tmp_path, {"source/nl/a.md": broken.document}, locales=["pt_BR"], fallback="chain", on_error=on_error
    )
    header = HEADER.replace("de", "pt_BR", 1)
    project.write(po("a", "pt_BR"), catalogue(broken.translations).replace(HEADER, header))
    *_, (msgid, _) = broken.translations.items()
    good = msgid.replace("Melk", "Leite")
    project.write(po("a", "pt"), catalogue({msgid: good}).replace(HEADER, HEADER.replace("de", "pt", 1)))
    assert counts(project) == expected(broken, on_error)
    outcome = project.run("build")
    assert counts(project) == expected(broken, on_error)
    if on_error == "fallback" and reason == "a check":
        assert "readers see the text of a wider locale or the source text." in outcome.stderr
        assert "Leite" in project.text("build/pt_BR/a.md")


# The preview


def site_of(project: Project) -> Path:
    site = project.root.parent / "site"
    assert project.run("preview", "--static", str(site)).exit_code == 0
    return site


@reasons
@modes
@pytest.mark.parametrize("has_built", [False, True])
def test_preview_shows_the_state_and_its_reason(
    tmp_path: Path, reason: Reason, on_error: str, *, has_built: bool
) -> None:
    project = project_of(tmp_path / "project", reason, on_error=on_error)
    if has_built:
        project.run("build")
    text = (site_of(project) / "de/a.html").read_text(encoding="utf-8")
    shown = dict(re.findall(r'<li data-state="([a-z-]+)"><b>(\d+)</b>', text))
    wanted = expected(reason, on_error)
    assert {name.replace("-", "_"): int(number) for name, number in shown.items()}.items() <= wanted.items()
    data = json.loads(re.findall(r'<script type="application/json" id="page-data">(.*?)</script>', text, re.DOTALL)[0])
    states = [segment["state"] for segment in data["page"]["segments"]]
    assert states == ["untranslated", "translated", "not-published" if wanted["not_published"] else "translated"]
    reasons_given = data["findings"]["not_published"]
    if wanted["not_published"]:
        assert list(reasons_given) == ["2"]
        assert [reason.said in one for one in reasons_given["2"]] == [True]
    else:
        assert reasons_given == {}

    there = Workspace(open_project(project.root), ("de",), "en")  # as the server does
    (source,) = there.sources().values()
    found = there.findings(source, "de").not_published
    assert {str(index): list(given) for index, given in found.items()} == reasons_given
    assert percentages(Aside(), Question(there.project, "de")) == {
        "documents": {source.path: wanted["percent"]},
        "locales": {"de": wanted["percent"]},
    }


@reasons
@modes
def test_overview_and_badge_count_unpublished_translations(tmp_path: Path, reason: Reason, on_error: str) -> None:
    site = site_of(project_of(tmp_path / "project", reason, on_error=on_error))
    wanted = expected(reason, on_error)
    text = (site / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'<th scope="col">([A-Z][a-z ]+)</th>', text)[3:7] == [
        "Translated",
        "Not published",
        "Fuzzy",
        "Untranslated",
    ]
    row = re.findall(r'<td class="figure">([\d,]+)</td>', text)[:4]
    assert [int(number) for number in row] == [
        wanted[state] for state in ("translated", "not_published", "fuzzy", "untranslated")
    ]
    assert ("1 not published" in text) is bool(wanted["not_published"])
    assert f"de: {wanted['percent']} %" in (site / "badges/de.svg").read_text(encoding="utf-8")


def test_translation_refused_in_one_document_is_published_in_the_other(tmp_path: Path) -> None:
    reason = REASONS["the structure"]
    documents = {"source/nl/a.md": reason.document, "source/nl/b.md": "# Slaap\n\nEen etiket\n"}
    project = make_project(tmp_path / "project", documents, domain="all", **reason.keys)
    project.write(po("all"), catalogue(reason.translations))
    rows = json.loads(project.run("status", "--format", "json").stdout)["documents"]
    assert [row["not_published"] for row in rows] == [1, 0]
    site = site_of(project)
    for name, number in (("a", 1), ("b", 0)):
        text = (site / f"de/{name}.html").read_text(encoding="utf-8")
        assert f'<li data-state="not-published"><b>{number}</b> not published</li>' in text


# The state


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that the judge renders."""
    texts: list[str] = []
    original = PythonMarkdown.html

    def html(self: PythonMarkdown, text: str) -> str:
        texts.append(text)
        return original(self, text)

    monkeypatch.setattr(PythonMarkdown, "html", html)
    return texts


@pytest.mark.parametrize("command", ["build", "locales"])
@pytest.mark.parametrize("domain", ["{path}", "all"])
def test_status_uses_the_results_of_a_run(
    tmp_path: Path, renders: list[str], monkeypatch: pytest.MonkeyPatch, command: str, domain: str
) -> None:
    documents = {f"source/nl/{at}.md": one.document for at, one in enumerate(REASONS.values())}
    project = make_project(tmp_path, documents, domain=domain, ignore_checks=["code-broken"])
    project.run("update")
    translations = [one.translations for one in REASONS.values()]
    if domain == "all":
        project.write(po("all"), catalogue({msgid: text for some in translations for msgid, text in some.items()}))
    else:
        for at, some in enumerate(translations):
            project.write(po(str(at)), catalogue(some))
    without_memory = project.run("status", "--format", "json").stdout
    assert json.loads(without_memory)["locales"]["de"]["not_published"] == 3
    project.run(command)
    renders.clear()
    with monkeypatch.context() as patched:
        patched.setattr("translate_pipe.project.steps.building.Builder.build", lambda *_: pytest.fail("asked again"))
        assert project.run("status", "--format", "json").stdout == without_memory
    assert renders == []

    name = po("all") if domain == "all" else po("0")
    project.write(name, project.text(name).replace("Milch hilft.", "Milch half."))
    found = json.loads(project.run("status", "--format", "json").stdout)
    assert found == json.loads(without_memory)
    assert not [text for text in renders if "!!! weetje" in text]  # the other documents are as they were


def test_status_follows_changes_of_its_inputs(tmp_path: Path) -> None:
    reason = REASONS["a check"]
    project = project_of(tmp_path, reason)
    project.run("locales")
    bad, good = "Milch hilft.", "Milch [hilft](/x)."
    project.write(po("a"), project.text(po("a")).replace(bad, good))
    assert counts(project)["not_published"] == 0
    project.write(po("a"), project.text(po("a")).replace(good, bad))
    assert counts(project)["not_published"] == 1
    project.configure(on_error="publish")
    assert counts(project)["not_published"] == 0
    project.configure()
    assert counts(project)["not_published"] == 1
    project.write("source/nl/a.md", reason.document.replace("Melk", "Water"))
    assert counts(project)["not_published"] == 0


def test_status_reports_unreadable_files_each_time(tmp_path: Path) -> None:
    project = project_of(tmp_path, REASONS["a check"])
    project.write("source/nl/b.md", b"\xff")
    project.write("source/nl/c.md", "<!-- i18n:skip-start -->\n\nEn rust.\n")
    first = project.run("status")
    assert first.exit_code == 1
    project.run("locales")
    again = project.run("status")
    assert (again.exit_code, again.stderr) == (1, first.stderr)
