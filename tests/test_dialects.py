"""The dialects: which text each rule translates and keeps, and that nothing around a translation changes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fixtures import read_fixtures

from translate_pipe import localise, parse
from translate_pipe.markdown.dialects import ALL_DIALECTS, Dialect
from translate_pipe.segments import ParseOptions

if TYPE_CHECKING:
    from fixtures import Fixture

    from translate_pipe.markdown.dialects.rules import LineRule, TokenRule

FIXTURES = read_fixtures(Path(__file__).parent / "data" / "dialects.txt")
RULES: list[tuple[Dialect, LineRule | TokenRule]] = [
    (dialect, rule) for dialect in ALL_DIALECTS for rule in dialect.rules
]
# A title block must begin a document; a caption needs a table right above it.
TOP_LEVEL = frozenset({"Titles, authors and dates at the beginning", "Captions of tables"})
NESTED = [(dialect, rule) for dialect, rule in RULES if rule.name not in TOP_LEVEL]
NAMES = [f"{dialect.name}: {rule.name}" for dialect, rule in RULES]


@pytest.mark.parametrize(("dialect", "rule"), RULES, ids=NAMES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_example_of_a_rule_has_its_segments(dialect: Dialect, rule: LineRule | TokenRule, line_end: str) -> None:
    text = rule.example.markdown.replace("\n", line_end)
    document = parse(text, options=ParseOptions(dialects=(dialect.name,)))
    assert tuple(segment.text for segment in document.segments) == rule.example.segments
    assert localise(document, {}).text == text


@pytest.mark.parametrize(("dialect", "rule"), NESTED)
@pytest.mark.parametrize("prefix", ["> ", "- ", "    1. "], ids=["quote", "list", "deep list"])
def test_rules_work_inside_other_blocks(dialect: Dialect, rule: LineRule | TokenRule, prefix: str) -> None:
    lines = rule.example.markdown.split("\n")
    outer = "- buiten\n\n" if prefix.startswith(" ") else ""
    following = prefix if prefix == "> " else " " * len(prefix)
    text = outer + prefix + "Eerst.\n" + f"{following}\n" + "\n".join(following + line for line in lines)
    document = parse(text, options=ParseOptions(dialects=(dialect.name,)))
    assert [segment.text for segment in document.segments if segment.text not in ("buiten", "Eerst.")] == list(
        rule.example.segments
    )


@pytest.mark.parametrize(("dialect", "rule"), RULES, ids=NAMES)
def test_rules_ignore_code_blocks(dialect: Dialect, rule: LineRule | TokenRule) -> None:
    text = f"````text\n{rule.example.markdown}\n````\n\nDaarna.\n"
    document = parse(text, options=ParseOptions(dialects=(dialect.name,)))
    assert [segment.text for segment in document.segments] == ["Daarna."]


@pytest.mark.parametrize(("dialect", "rule"), RULES, ids=NAMES)
def test_translations_change_only_the_text(dialect: Dialect, rule: LineRule | TokenRule) -> None:
    document = parse(rule.example.markdown, options=ParseOptions(dialects=(dialect.name,)))
    translations = {segment.key: f"Ja {segment.text}" for segment in document.segments}
    localised = localise(document, translations)
    expected = rule.example.markdown
    for segment in document.segments:
        expected = expected.replace(segment.text, f"Ja {segment.text}", 1)
    assert localised.text == expected
    assert not localised.diagnostics


def test_pages_are_generated_from_the_tables(repository: Path) -> None:
    subprocess.run([sys.executable, repository / "tools" / "dialect_pages.py", "--check"], check=True)


@pytest.mark.parametrize("fixture", FIXTURES, ids=[fixture.title for fixture in FIXTURES])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_fixture_has_its_segments(fixture: Fixture, line_end: str) -> None:
    dialect, _, _ = fixture.title.partition(":")
    document = parse(fixture.text.replace("\n", line_end), options=ParseOptions(dialects=(dialect,)))
    found = [
        " | ".join((str(one.line), f"{one.kind} {one.detail}".strip(), one.text.replace("\n", r"\n")))
        for one in document.segments
    ]
    assert found == fixture.expected


@pytest.mark.parametrize("fixture", FIXTURES, ids=[fixture.title for fixture in FIXTURES])
def test_translations_of_a_fixture_are_its_segments(fixture: Fixture) -> None:
    dialect, _, _ = fixture.title.partition(":")
    options = ParseOptions(dialects=(dialect,))
    document = parse(fixture.text, options=options)
    translations = {segment.key: "Iets anders." for segment in document.segments}
    localised = localise(document, translations)
    assert not localised.diagnostics
    assert {segment.text for segment in parse(localised.text, options=options).segments} <= {"Iets anders."}


@pytest.mark.parametrize("source", ["# Kop {data-x=1}\n", "# Kop {height=60%}\n"])
def test_attributes_at_the_end_of_a_heading_stay(source: str) -> None:
    document = parse(source, options=ParseOptions(dialects=("pandoc",)))
    (segment,) = document.segments
    translation = segment.text.replace("Kop", "Title")
    assert localise(document, {segment.key: translation}).text == source.replace("Kop", "Title")


@pytest.mark.parametrize("dialect", ["mkdocs", "pandoc", "myst"])
def test_attributes_of_a_fence_name_its_language(dialect: str) -> None:
    text = "``` {.python .noten}\n# Eet noten.\n```\n"
    document = parse(text, options=ParseOptions(dialects=(dialect,), code="comments"))
    assert [segment.text for segment in document.segments] == ["Eet noten."]


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("```{note}\n---\nclass: smal\n---\nNoten.\n```\n", ("Noten.",)),
        ("```{myst}\n\n---\ntitle: Noten\nnumbering: true\n---\n\nNoten.\n```\n", ("Noten.",)),
        ("```{note}\n\n---\nNoten.\n\n---\n\nMelk.\n```\n", ("Noten.", "Melk.")),
    ],
)
def test_yaml_options_of_a_directive_are_not_text(text: str, segments: tuple[str, ...]) -> None:
    document = parse(text, options=ParseOptions(dialects=("myst",)))
    assert tuple(segment.text for segment in document.segments) == segments
