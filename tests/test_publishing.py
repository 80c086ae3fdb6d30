"""Publishing: nothing with an error, unless the project wants it, and the run reports it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from project_helpers import HEADER, Project, entry, make_project, po

from translate_pipe.localisation.renderers import PythonMarkdown
from translate_pipe.project.steps.publishing import Layer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CITED = "# Slaap\n\nMelk helpt.[^1]\n\nEn thee.\n\n[^1]: Smit 2020.\n"
NOTE = "# Slaap\n\n!!! weetje\n"
NOTE_TEXT = "!!! weetje"
WRONG_NOTE = "!!! Wissenswert, Milch."
"""To Python-Markdown one is an empty admonition and the other a paragraph; to the parser both are paragraphs."""
BOTTLE = "![Een fles](/u 'Een etiket')\n"
BROKEN_BOTTLE = {"Een fles": "Eine ` Flasche", "Een etiket": "Ein ` Etikett"}
"""Together they would make code of the text between them; the second one is refused."""


def project_with(tmp_path: Path, text: str, translations: dict[str, str], **keys: str | list[str]) -> Project:
    project = make_project(tmp_path, {"source/nl/a.md": text}, **keys)
    catalogue = HEADER + "".join("\n" + entry(msgid, msgstr) for msgid, msgstr in translations.items())
    project.write(po("a"), catalogue)
    return project


LOST = {"Slaap": "Schlaf", "Melk helpt.[^1]": "Milch hilft.", "En thee.": "Und Tee."}


# A translation with an error


@pytest.mark.parametrize("command", ["build", "locales"])
def test_translation_with_an_error_is_not_published(tmp_path: Path, command: str) -> None:
    project = project_with(tmp_path, CITED, LOST)
    outcome = project.run(command)
    assert outcome.exit_code == 1
    assert project.text("build/de/a.md") == CITED.replace("Slaap", "Schlaf").replace("En thee.", "Und Tee.")
    assert len([line for line in outcome.findings if "error: the citation [^1]" in line]) == 1
    assert outcome.findings[0].startswith(f"{po('a')}:")
    assert "1 translation has an error and was not published; readers see the source text." in outcome.stderr
    assert "Milch hilft." in project.text(po("a"))


def test_line_is_that_of_the_msgstr(tmp_path: Path) -> None:
    project = project_with(tmp_path, CITED, LOST)
    line = project.text(po("a")).split('msgstr "Milch')[0].count("\n") + 1
    assert project.run("build").findings[0].startswith(f"{po('a')}:{line}:9: error: ")


def test_build_does_not_report_warnings(tmp_path: Path) -> None:
    project = project_with(tmp_path, "Druk op `Enter` nu.\n", {"Druk op `Enter` nu.": "Drücke jetzt die Taste."})
    assert "warning" in project.run("check").stdout
    outcome = project.run("build")
    assert (outcome.exit_code, outcome.findings) == (0, [])
    assert project.text("build/de/a.md") == "Drücke jetzt die Taste.\n"


def test_build_ignores_errors_of_unused_messages(tmp_path: Path) -> None:
    project = project_with(tmp_path, "# Slaap\n", {**LOST})
    outcome = project.run("build")
    assert (outcome.exit_code, outcome.findings) == (0, [])
    assert "published" not in outcome.stderr
    assert project.run("check").exit_code == 1


def test_on_error_publish(tmp_path: Path) -> None:
    project = project_with(tmp_path, CITED, LOST, on_error="publish")
    outcome = project.run("build")
    assert outcome.exit_code == 1
    assert "the citation [^1]" in outcome.findings[0]
    assert "Milch hilft.\n" in project.text("build/de/a.md")
    assert "not published" not in outcome.stderr


def test_on_error_stop(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, {"source/nl/a.md": CITED, "source/nl/b.md": "# Slaap\n"}, locales=["de", "fr"], on_error="stop"
    )
    project.run("locales")
    project.translate(po("b"), {"Slaap": "Schlaf"})
    project.translate(po("a"), {"En thee.": "Und Tee."})
    project.run("build")
    before = project.text("build/de/a.md")
    assert "Und Tee." in before
    project.translate(po("a"), {"Slaap": "Schlaf", "Melk helpt.[^1]": "Milch hilft."})
    project.translate(po("a", "fr"), {"Slaap": "Sommeil"})
    outcome = project.run("build")
    assert outcome.exit_code == 1
    assert "build/de/a.md is not written" in outcome.stderr
    assert project.text("build/de/a.md") == before
    assert project.text("build/de/b.md") == "# Schlaf\n"
    assert project.text("build/fr/a.md").startswith("# Sommeil\n")


def test_ignored_check_does_not_stop_publishing(tmp_path: Path) -> None:
    project = project_with(tmp_path, CITED, LOST, ignore_checks=["citation", "rendering"])
    outcome = project.run("build")
    assert (outcome.exit_code, outcome.findings) == (0, [])
    assert "Milch hilft.\n" in project.text("build/de/a.md")


def test_build_check_reports_the_same(tmp_path: Path) -> None:
    project = project_with(tmp_path, CITED, LOST)
    before = project.snapshot()
    dry = project.run("build", "--check")
    assert project.snapshot() == before
    assert dry.findings == project.run("build").findings


class Counting(dict[Any, Any]):
    """A mapping that counts how often somebody goes through all of it."""

    walks = 0

    def _walked(self, walk: Callable[[], Any]) -> Any:
        self.walks += 1
        return walk()

    def __iter__(self) -> Any:
        return self._walked(super().__iter__)

    def keys(self) -> Any:
        return self._walked(super().keys)

    def values(self) -> Any:
        return self._walked(super().values)

    def items(self) -> Any:
        return self._walked(super().items)


@pytest.mark.parametrize("on_error", ["fallback", "stop", "publish"])
@pytest.mark.parametrize("command", ["build", "locales", "check"])
def test_document_does_not_depend_on_the_size_of_its_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, on_error: str
) -> None:
    original = Layer.of
    counting: list[Counting] = []

    def counted(*values: Any, **keys: Any) -> Layer:
        layer = original(*values, **keys)
        whole: dict[str, Any] = {
            name: Counting(getattr(layer, name)) for name in ("messages", "errors", "translations")
        }
        counting.extend(whole.values())
        return replace(layer, **whole)

    monkeypatch.setattr(Layer, "of", counted)
    documents = {f"source/nl/{name}.md": text for name, text in (("a", CITED), ("b", NOTE), ("c", BOTTLE))}
    project = make_project(tmp_path, documents, domain="all", on_error=on_error, ignore_checks=["code-broken"])
    broken = {**LOST, NOTE_TEXT: WRONG_NOTE, **BROKEN_BOTTLE}
    catalogue = HEADER + "".join("\n" + entry(*pair) for pair in broken.items())
    for more in ("", "\n" + entry("Nieuw.", "Neu.")):  # the second time with the state of each document
        project.write(po("all"), catalogue + more)
        outcome = project.run(command)
        found = {re.findall(r"\[([a-z-]+)\] in “", line)[-1] for line in outcome.findings if ": error: " in line}
        assert found == {"citation", "rendering", "structure"}
    assert counting
    assert max(one.walks for one in counting) < len(documents)


# The judge


def test_translation_that_only_the_judge_refuses_is_not_published(tmp_path: Path) -> None:
    project = project_with(tmp_path, NOTE, {"Slaap": "Schlaf", NOTE_TEXT: WRONG_NOTE})
    outcome = project.run("build")
    assert outcome.exit_code == 1
    (found,) = outcome.findings
    assert found.startswith(f"{po('a')}:")
    assert "[rendering]" in found
    assert "where the source has <div class=admonition weetje>" in found
    assert project.text("build/de/a.md") == NOTE.replace("Slaap", "Schlaf")
    assert "1 translation has an error and was not published; readers see the source text." in outcome.stderr


@pytest.mark.parametrize("command", ["check", "locales"])
def test_check_runs_the_judge(tmp_path: Path, command: str) -> None:
    project = project_with(tmp_path, NOTE, {NOTE_TEXT: WRONG_NOTE})
    outcome = project.run(command)
    assert outcome.exit_code == 1
    assert len([line for line in outcome.findings if "[rendering]" in line]) == 1


@pytest.mark.parametrize("keys", [{"renderer": "commonmark"}, {"renderer": "gfm"}, {"markdown_extensions": ["tables"]}])
def test_renderer_is_configurable(tmp_path: Path, keys: dict[str, str | list[str]]) -> None:
    project = project_with(tmp_path, NOTE, {NOTE_TEXT: WRONG_NOTE}, **keys)
    assert project.run("build").exit_code == 0
    assert "Milch." in project.text("build/de/a.md")


def test_on_error_publish_applies_to_the_judge(tmp_path: Path) -> None:
    project = project_with(tmp_path, NOTE, {NOTE_TEXT: WRONG_NOTE}, on_error="publish")
    outcome = project.run("build")
    assert (outcome.exit_code, len(outcome.findings)) == (1, 1)
    assert "Milch." in project.text("build/de/a.md")


def test_on_error_stop_applies_to_the_judge(tmp_path: Path) -> None:
    project = project_with(tmp_path, NOTE, {NOTE_TEXT: WRONG_NOTE}, on_error="stop")
    outcome = project.run("build")
    assert outcome.exit_code == 1
    assert "build/de/a.md is not written" in outcome.stderr
    assert not project.exists("build/de/a.md")


def test_document_that_cannot_be_rendered_is_published_with_a_warning(tmp_path: Path) -> None:
    # What an abbreviation changes shows only in the whole document.
    deep = "# Slaap\n\n" + "*a " * 3000 + "b*" * 3000 + "\n\n*[S]: Slaap\n"
    project = project_with(tmp_path, deep, {"Slaap": "Schlaf"}, locales=["de"], dialect="mkdocs")
    outcome = project.run("check")
    assert outcome.exit_code == 1
    assert next(line for line in outcome.findings if "[rendering]" in line).startswith("source/nl/a.md: warning: ")
    assert project.run("build").exit_code == 0
    assert project.text("build/de/a.md") == deep.replace("Slaap", "Schlaf")


@pytest.mark.parametrize(
    ("extensions", "is_seen"), [(None, True), (["admonition"], False), (["admonition", "md_in_html"], False)]
)
def test_containers_are_disguised_only_with_default_extensions(
    tmp_path: Path, renders: list[str], extensions: list[str] | None, *, is_seen: bool
) -> None:
    keys: dict[str, str | list[str]] = {"dialect": "mkdocs"}
    if extensions:
        keys["markdown_extensions"] = extensions
    source, localised = (f'=== "Een"\n\n    <kbd lang=nl>M</kbd> is {word}.\n' for word in ("melk", "Milch"))
    project = project_with(
        tmp_path, source, {"<kbd lang=nl>M</kbd> is melk.": "<kbd lang=nl>M</kbd> is Milch."}, **keys
    )
    assert project.run("build").exit_code == 0
    assert ["+   ___" in text for text in renders] == [is_seen, is_seen]
    assert project.text("build/de/a.md") == localised


# Only changed documents are judged again


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are rendered."""
    texts: list[str] = []
    original = PythonMarkdown.html

    def html(self: PythonMarkdown, text: str) -> str:
        texts.append(text)
        return original(self, text)

    monkeypatch.setattr(PythonMarkdown, "html", html)
    return texts


def test_only_changed_documents_are_judged_again(tmp_path: Path, renders: list[str]) -> None:
    sources = {f"source/nl/{name}.md": f"# Slaap\n\n{text}\n\n*[S]: x\n" for name, text in TEXTS.items()}
    project = make_project(tmp_path, sources, locales=["de", "fr"])
    project.run("locales")
    assert renders == []  # without translations there is nothing to judge
    for name in TEXTS:
        project.translate(po(name), {"Slaap": "Schlaf"})
        project.translate(po(name, "fr"), {"Slaap": "Sommeil"})
    project.run("locales")
    assert len(renders) == 6  # each source once, each localised document once
    renders.clear()
    project.run("locales")
    project.run("check")
    assert renders == []
    project.translate(po("a"), {"Melk.": "Milch."})
    project.run("locales")
    assert sorted(text.split("\n\n")[:2] for text in renders) == [["# Schlaf", "Milch."], ["# Slaap", "Melk."]]
    renders.clear()
    project.write("source/nl/b.md", sources["source/nl/b.md"].replace("Thee.", "Thee!"))
    project.run("locales")
    assert len(renders) == 3  # its source and both of its localisations


TEXTS = {"a": "Melk.", "b": "Thee."}


def test_a_draft_keeps_the_verdicts_of_earlier_runs(tmp_path: Path, renders: list[str]) -> None:
    project = project_with(
        tmp_path, "Druk op <kbd lang=nl>A</kbd>.\n", {"Druk op <kbd lang=nl>A</kbd>.": "Drücke <kbd lang=nl>A</kbd>."}
    )
    project.run("build")
    assert len(renders) == 2
    project.run("build", "--draft")
    (tmp_path / "build/de/a.md").unlink()
    project.run("build")
    assert len(renders) == 2


def test_only_blocks_with_more_than_words_are_judged(tmp_path: Path, renders: list[str]) -> None:
    text = "# Slaap\n\nMelk en `thee`, zie [a](b.md).\n\nDruk op <kbd lang=nl>A</kbd>.\n"
    words = {"Slaap": "Schlaf", "Melk en `thee`, zie [a](b.md).": "Siehe [a](b.md): Milch, `thee`."}
    project = project_with(tmp_path, text, words | {"Druk op <kbd lang=nl>A</kbd>.": "Drücke <kbd lang=nl>A</kbd>."})
    project.run("build")
    assert ["kbd" in text and "`" not in text for text in renders] == [True, True]


@pytest.mark.parametrize("keys", [{"markdown_extensions": ["tables"]}, {"markdown_extensions": []}])
def test_another_renderer_judges_all_documents_again(
    tmp_path: Path, renders: list[str], keys: dict[str, list[str]]
) -> None:
    project = project_with(tmp_path, "# Slaap <kbd lang=nl>\n", {"Slaap <kbd lang=nl>": "Schlaf <kbd lang=nl>"})
    project.run("build")
    renders.clear()
    project.configure(**keys)
    project.run("build")
    assert len(renders) == 2


def test_refused_translations_are_reported_each_time(tmp_path: Path) -> None:
    project = project_with(tmp_path, NOTE, {"Slaap": "Schlaf", NOTE_TEXT: WRONG_NOTE})
    first = project.run("build")
    before = project.snapshot("build")
    second = project.run("build")
    assert second.exit_code == 1
    assert second.findings == first.findings
    assert project.snapshot("build") == before


# Fallback


def brazil(tmp_path: Path, text: str, own: dict[str, str], wider: dict[str, str], **keys: str | list[str]) -> Project:
    project = make_project(tmp_path, {"source/nl/a.md": text}, locales=["pt_BR"], fallback="chain", **keys)
    for locale, translations in (("pt_BR", own), ("pt", wider)):
        header = HEADER.replace("de", locale, 1)
        project.write(po("a", locale), header + "".join("\n" + entry(*pair) for pair in translations.items()))
    return project


def test_chain_replaces_a_translation_with_an_error(tmp_path: Path) -> None:
    project = brazil(tmp_path, CITED, {"Melk helpt.[^1]": "Leite ajuda."}, {"Melk helpt.[^1]": "O leite ajuda.[^1]"})
    outcome = project.run("build")
    assert outcome.exit_code == 1
    assert [line.partition(":")[0] for line in outcome.findings] == [po("a", "pt_BR")]
    assert "O leite ajuda.[^1]\n" in project.text("build/pt_BR/a.md")


def test_chain_replaces_a_translation_that_the_judge_refuses(tmp_path: Path) -> None:
    own, wider = {"Zie [daar](/x).": "Veja lá."}, {"Zie [daar](/x).": "Vê [ali](/x)."}
    project = brazil(tmp_path, "Zie [daar](/x).\n", own, wider, ignore_checks=["link"])
    outcome = project.run("build")
    (found,) = outcome.findings
    assert found.startswith(po("a", "pt_BR"))
    assert "the link /x is missing" in found
    assert project.text("build/pt_BR/a.md") == "Vê [ali](/x).\n"


def test_errors_of_a_wider_locale_are_reported_if_used(tmp_path: Path) -> None:
    broken = {"Melk helpt.[^1]": "Leite ajuda."}
    project = brazil(tmp_path, CITED, {}, broken)
    outcome = project.run("build")
    assert [line.partition(":")[0] for line in outcome.findings] == [po("a", "pt")]
    assert "Melk helpt.[^1]" in project.text("build/pt_BR/a.md")
    project.write(po("a", "pt_BR"), HEADER + "\n" + entry("Melk helpt.[^1]", "Leite ajuda.[^1]"))
    assert project.run("build").exit_code == 0
    assert "Leite ajuda.[^1]" in project.text("build/pt_BR/a.md")


# Unfinished translations


def test_require_complete_reports_unfinished_translations(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "# Slaap\n\nMelk.\n\nThee.\n"})
    project.run("locales")
    project.translate(po("a"), {"Slaap": "Schlaf"})
    project.translate(po("a"), {"Melk.": "Milch."}, fuzzy=True)
    assert project.run("build").exit_code == 0
    outcome = project.run("build", "--require-complete")
    assert outcome.exit_code == 1
    assert [line.partition(": ")[2] for line in outcome.findings] == [
        "error: this translation is fuzzy; look at it and remove the flag [incomplete] in “Melk.”",
        "error: not translated yet [incomplete] in “Thee.”",
    ]
    assert project.text("build/de/a.md") == "# Schlaf\n\nMelk.\n\nThee.\n"


def test_text_without_a_message_is_incomplete(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "# Slaap\n"})
    outcome = project.run("build", "--require-complete")
    assert outcome.exit_code == 1
    assert outcome.findings[0].startswith("source/nl/a.md:1: error: ")
    assert "translate-pipe update" in outcome.findings[0]
    assert project.text("build/de/a.md") == "# Slaap\n"


def test_wider_locale_completes_a_translation(tmp_path: Path) -> None:
    project = brazil(tmp_path, "# Slaap\n", {}, {"Slaap": "Sono"})
    assert project.run("build", "--require-complete").exit_code == 0


def test_complete_translation_has_no_findings(tmp_path: Path) -> None:
    project = project_with(tmp_path, "# Slaap\n", {"Slaap": "Schlaf"})
    assert project.run("build", "--require-complete").exit_code == 0
