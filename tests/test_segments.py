"""The segments of a document: their texts, kinds and places."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures import read_fixtures

from translate_pipe import parse
from translate_pipe.model import Severity
from translate_pipe.segments import ParseOptions

FIXTURES = read_fixtures(Path(__file__).parent / "data" / "segments.txt")


@pytest.mark.parametrize(("title", "markdown", "expected"), FIXTURES, ids=[one.title for one in FIXTURES])
def test_document_has_its_segments(title: str, markdown: str, expected: list[str]) -> None:
    document = parse(markdown, title)
    found = [
        " | ".join((str(segment.line), segment.description, segment.section, segment.text.replace("\n", "\\n")))
        for segment in document.segments
    ]
    assert found == expected


def test_line_numbers_count_every_kind_of_line_end() -> None:
    assert [segment.line for segment in parse("een\r\n\r\ntwee\n\ndrie\r\rvier").segments] == [1, 3, 5, 7]


def test_bibliography_is_configurable() -> None:
    markdown = "## Bronnen\n\n¹ Waring, 2017.\n"
    assert [segment.text for segment in parse(markdown).segments] == ["Bronnen"]
    options = ParseOptions(translate_bibliography=True)
    assert [segment.text for segment in parse(markdown, options=options).segments] == ["Bronnen", "¹ Waring, 2017."]


def test_bibliography_headings_are_configurable() -> None:
    markdown = "## Verder lezen\n\nWaring, 2017.\n\n## Bronnen\n\nTekst.\n"
    options = ParseOptions(bibliography_headings=("verder LEZEN",))
    assert [segment.text for segment in parse(markdown, options=options).segments] == [
        "Verder lezen",
        "Bronnen",
        "Tekst.",
    ]


def test_front_matter_is_configurable() -> None:
    markdown = "---\nhero:\n  actions:\n  - text: Begin\n    link: /a\n  - text: Lees\ntitle: Kop\n---\n"
    options = ParseOptions(front_matter=("hero.actions[].text",))
    assert [segment.text for segment in parse(markdown, options=options).segments] == ["Begin", "Lees"]


def test_comment_and_context_apply_to_the_next_block_only() -> None:
    document = parse(
        "<!-- i18n:comment: Naam van een knop -->\n<!-- i18n:context: menu -->\n- Thuis\n- Over ons\n\nTekst.\n"
    )
    assert [(segment.text, segment.context, segment.comments) for segment in document.segments] == [
        ("Thuis", "menu", ("Naam van een knop",)),
        ("Over ons", "menu", ("Naam van een knop",)),
        ("Tekst.", None, ()),
    ]


@pytest.mark.parametrize(
    ("markdown", "line", "part"),
    [
        ("Tekst.\n\n<!-- i18n:skp -->\n", 3, "unknown directive i18n:skp"),
        ("<!-- i18n:skip: dit -->\n", 1, "takes no text"),
        ("<!-- i18n:context -->\n", 1, "needs a text"),
        ("<!-- i18n:skip-start -->\nTekst.\n", 1, "no i18n:skip-end"),
        ("<!-- i18n:skip-end -->\n", 1, "no i18n:skip-start"),
        ("> Tekst.\n>\n> <!-- i18n:skip -->\n", 3, "no block after it"),
    ],
)
def test_useless_directive_is_reported(markdown: str, line: int, part: str) -> None:
    (found,) = parse(markdown, "a.md").diagnostics
    assert (found.check, found.severity, found.file, found.line) == ("directive", Severity.WARNING, "a.md", line)
    assert part in found.message


@pytest.mark.parametrize(
    ("content", "line", "part"),
    [
        ("title: [\n", 3, "expected"),
        ("a: b\ntitle: b: c\n", 3, "mapping values are not allowed"),
        ("a: b\ntitle: \x07\n", 3, "U+0007"),
        ("a: " + "[" * 200 + "]" * 200 + "\n", 2, "nested more than"),
        ("a: *b\n", 2, "undefined alias"),
    ],
)
def test_invalid_front_matter_is_reported_with_its_line(content: str, line: int, part: str) -> None:
    document = parse(f"---\n{content}---\nTekst.\n", "a.md")
    (found,) = document.diagnostics
    assert (found.check, found.severity, found.file, found.line) == ("front-matter", Severity.ERROR, "a.md", line)
    assert part in found.message
    assert [segment.text for segment in document.segments] == ["Tekst."]


def test_recursive_alias_is_walked_once() -> None:
    document = parse("---\ntitle: &a Slaap\ndescription: *a\nzelf: &z [*z]\n---\n")
    assert [(segment.text, segment.detail) for segment in document.segments] == [("Slaap", "title")]
