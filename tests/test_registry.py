"""Each check, dialect, format, key and kind of segment has documentation, a fixture and a strategy that tries it."""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fixtures import read_fixtures
from hypothesis import given
from hypothesis import strategies as st
from strategies import valid_texts

from translate_pipe import Catalogue, Diagnostic, Message, ParseOptions, Severity, localise, parse
from translate_pipe.checks import CHECKS, check
from translate_pipe.checks.documents.page import Page
from translate_pipe.checks.sources.lint import lint
from translate_pipe.errors import ConfigurationError
from translate_pipe.locales import script_of
from translate_pipe.markdown.dialects import ALL_DIALECTS
from translate_pipe.model import Region, SegmentKind, Side, TextSpan
from translate_pipe.project.settings.configuration import parse_configuration
from translate_pipe.project.settings.keys import KEYS, Key
from translate_pipe.registry import (
    ALL_RULES,
    DIALECT_CHOICES,
    DOCUMENT_RULES,
    FORMAT_CHOICES,
    MESSAGE_RULES,
    RUN_RULES,
    SOURCE_RULES,
    NamedChoice,
    Rule,
    load,
    names,
)
from translate_pipe.report.formats import diagnostics_text

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"
MESSAGES = read_fixtures(DATA / "checks.txt")
SOURCES = read_fixtures(DATA / "sources.txt")
SEGMENTS = [one.text for file in ("segments", "html", "code") for one in read_fixtures(DATA / f"{file}.txt")]
"""Markdown in which each kind of segment occurs; a fixture of a new kind joins the strategies by itself."""


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """The part of a page below a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no section {heading!r}"
    return found[1]


def by_name(entry: Rule | NamedChoice | Key) -> str:
    return entry.name


# The lists


def test_names_occur_once_and_lead_to_what_they_name() -> None:
    for entries in (ALL_RULES, DIALECT_CHOICES, FORMAT_CHOICES):
        assert len(set(names(entries))) == len(entries)
    for rule in ALL_RULES:
        assert bool(rule.home) == (rule not in RUN_RULES)
        assert rule.summary.endswith(".")
        assert not rule.home or callable(load(rule))
    assert names(DIALECT_CHOICES) == tuple(dialect.name for dialect in ALL_DIALECTS)
    assert names(MESSAGE_RULES) == tuple(one.name for one in CHECKS)


# Checks


@pytest.mark.parametrize("rule", ALL_RULES, ids=by_name)
def test_check_has_documentation(rule: Rule) -> None:
    text = page("checks.md")
    assert f"| [{rule.name}](#{rule.name}) | {rule.severity}" in text
    assert "**Finds**" in section(text, rule.name)


def texts_of(name: str) -> list[str]:
    """The msgids and msgstrs of the fixtures of a check of messages."""
    own = [fixture.text.splitlines()[1:] for fixture in MESSAGES if fixture.title.partition(": ")[0] == name]
    return [line for line in chain.from_iterable(own) if not line.startswith("| ")]


@pytest.mark.parametrize("rule", MESSAGE_RULES, ids=by_name)
def test_check_of_messages_has_fixtures_with_and_without_findings(rule: Rule) -> None:
    own = [fixture for fixture in MESSAGES if fixture.title.partition(": ")[0] == rule.name]
    # A finding of that check needs a catalogue of many messages, which test_associations.py makes.
    assert rule.name == "other-message" or any(rule.name in fixture.expected for fixture in own)
    assert any(rule.name not in fixture.expected for fixture in own)
    scripts = {script_of(fixture.text.split()[1]) for fixture in own}
    assert scripts & {"Arab", "Hebr", "Hans", "Hant", "Jpan", "Kore"}, "Latin letters alone do not show enough"
    assert "**To fix it**" in section(page("checks.md"), rule.name)


@pytest.mark.property
@pytest.mark.parametrize("rule", MESSAGE_RULES, ids=by_name)
@given(st.data())
def test_check_of_messages_takes_any_text(rule: Rule, data: st.DataObject) -> None:
    pieces = st.one_of(st.sampled_from(texts_of(rule.name)), valid_texts)
    texts = st.lists(pieces, min_size=1, max_size=2).map(" ".join)
    message = Message(data.draw(texts), data.draw(texts))
    chosen = tuple(one for one in CHECKS if one.name == rule.name)
    found = list(check(Catalogue((message,)), source_locale="nl", locale="de", checks=chosen))
    assert {one.check for one in found} <= {rule.name}


@pytest.mark.parametrize("rule", [*DOCUMENT_RULES, *SOURCE_RULES], ids=by_name)
def test_check_of_documents_has_fixtures_with_and_without_findings(rule: Rule) -> None:
    if rule.name == "long-segment":
        pytest.skip("its texts are too long for a fixture; tests/test_sources.py has them")
    own = [fixture for fixture in SOURCES if fixture.name == rule.name]
    assert any(f" | {rule.name} | " in line for fixture in own for line in fixture.expected)
    assert any(not fixture.expected for fixture in own)


@pytest.mark.property
@pytest.mark.parametrize("rule", [*DOCUMENT_RULES, *SOURCE_RULES], ids=by_name)
@given(st.data())
def test_check_of_documents_takes_any_document(rule: Rule, data: st.DataObject) -> None:
    own = [fixture.text for fixture in SOURCES if fixture.name == rule.name]
    dialects = sorted({one for fixture in SOURCES if fixture.name == rule.name for one in fixture.dialects}) or ["gfm"]
    options = ParseOptions(dialects=(data.draw(st.sampled_from(dialects)),))
    blocks = st.one_of(st.sampled_from(own or [fixture.text for fixture in SOURCES]), valid_texts)
    text = data.draw(st.lists(blocks, min_size=1, max_size=3).map("\n\n".join))
    lines = len(re.split(r"\r\n?|\n", text))
    found = lint(Page(parse(text, options=options)))
    assert all(1 <= one.line <= lines and one.check in names(ALL_RULES) for one in found)


@pytest.mark.parametrize("rule", RUN_RULES, ids=by_name)
def test_diagnostic_of_a_run_is_tested(rule: Rule) -> None:
    tests = (file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py") if file != Path(__file__))
    assert any(f"[{rule.name}]" in text or f'"{rule.name}"' in text for text in tests)


# Dialects


@pytest.mark.parametrize("choice", DIALECT_CHOICES, ids=by_name)
def test_dialect_has_documentation_and_examples(choice: NamedChoice) -> None:
    assert f"| [`{choice.name}`](dialects/{choice.name}.md) |" in section(page("maintainers.md"), "Dialects")
    text = page(f"dialects/{choice.name}.md")
    assert choice.summary in text
    (dialect,) = (one for one in ALL_DIALECTS if one.name == choice.name)
    for rule in dialect.rules:
        options = ParseOptions(dialects=(choice.name,))
        assert [one.text for one in parse(rule.example.markdown, options=options).segments] == [*rule.example.segments]


@pytest.mark.property
@pytest.mark.parametrize("choice", DIALECT_CHOICES, ids=by_name)
@given(st.data())
def test_dialect_keeps_every_byte_of_its_examples(choice: NamedChoice, data: st.DataObject) -> None:
    (dialect,) = (one for one in ALL_DIALECTS if one.name == choice.name)
    examples = [rule.example.markdown for rule in dialect.rules] or SEGMENTS
    blocks = st.one_of(st.sampled_from(examples), valid_texts)
    text = data.draw(st.lists(blocks, min_size=1, max_size=4).map("\n\n".join))
    assert localise(parse(text, options=ParseOptions(dialects=(choice.name,))), {}).text == text


# Report formats

FINDING = Diagnostic(
    "citation",
    Severity.ERROR,
    "the citation ¹ is not in the source",
    "locale/de/LC_MESSAGES/slaap.po",
    21,
    "Echt waar.²",
    msgstr="Wirklich wahr.¹",
    words=("¹",),
    spans=(TextSpan(14, 15),),
    region=Region(24, 23, 24, 24),
)


@pytest.mark.parametrize("choice", FORMAT_CHOICES, ids=by_name)
def test_format_has_documentation_with_an_example(choice: NamedChoice) -> None:
    text = section(page("commands.md"), "translate-pipe check")
    assert re.search(rf"`--format \[[^\]]*\b{choice.name}\b", text)
    example = re.search(rf"^```{choice.name}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert example
    written = iter(diagnostics_text([FINDING], choice.name).splitlines())
    for line in example[1].splitlines():
        assert line in written, f"{line!r} is not in the report, or not in this place"


_numbers = st.integers(0, 9)
_diagnostics = st.lists(
    st.builds(
        Diagnostic,
        check=st.sampled_from(names(ALL_RULES)),
        severity=st.sampled_from(Severity),
        message=st.text(),
        file=st.text(),
        line=_numbers,
        msgid=st.text(),
        msgctxt=st.none() | st.text(),
        msgstr=st.text(),
        words=st.lists(st.text(max_size=3), max_size=2).map(tuple),
        spans=st.lists(st.builds(TextSpan, _numbers, _numbers, st.sampled_from(Side)), max_size=2).map(tuple),
        region=st.none() | st.builds(Region, st.integers(1, 9), st.integers(1, 9), _numbers, _numbers),
    ),
    max_size=3,
)


@pytest.mark.property
@pytest.mark.parametrize("choice", FORMAT_CHOICES, ids=by_name)
@given(_diagnostics)
def test_format_reports_any_diagnostic(choice: NamedChoice, found: list[Diagnostic]) -> None:
    text = diagnostics_text(found, choice.name)
    assert all(text.count(one.check) >= sum(other.check == one.check for other in found) for one in found)
    assert not text or text.endswith("\n")


# Keys


def _values_of(key: Key) -> st.SearchStrategy[str | int | list[str]]:
    """Values that a key may have, as far as its entry says so."""
    if key.is_list:
        return st.lists(st.sampled_from(key.choices) if key.choices else st.sampled_from(key.default or ["a"]))  # type: ignore[arg-type]
    if key.choices:
        return st.sampled_from(key.choices)
    return st.integers(0, 200) if isinstance(key.default, int) else st.just(str(key.default))


TAKING_VALUES = [key for key in KEYS if not key.is_table and key.default is not None]
_VALUES = {"locales": ["de", "fr"], "plugins": [], "markdown_extensions": ["toc"], "ignore_checks": ["link"]}


@pytest.mark.parametrize("key", KEYS, ids=by_name)
def test_key_has_documentation_with_an_example(key: Key) -> None:
    text = section(page("configuration.md"), f"`{key.name}`")
    assert re.search(r"^- Default: ", text, re.MULTILINE)
    assert (f"[{key.name}]" if key.is_table else f"{key.name} = ") in text


@pytest.mark.property
@pytest.mark.parametrize("key", TAKING_VALUES, ids=by_name)
@given(st.data())
def test_key_takes_what_its_entry_allows(key: Key, data: st.DataObject) -> None:
    value = data.draw(st.just(_VALUES[key.name]) if key.name in _VALUES else _values_of(key))
    text = f'source_locale = "nl"\n{key.name} = {json.dumps(value)}\n'
    expected = tuple(value) if isinstance(value, list) else value
    assert getattr(parse_configuration(text, "x.toml"), key.name) == expected


@pytest.mark.property
@pytest.mark.parametrize("key", KEYS, ids=by_name)
@given(st.one_of(st.integers(-9, -1), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)))
def test_key_refuses_values_of_other_types_and_names_the_line(key: Key, value: float) -> None:
    text = ("" if key.name == "source_locale" else 'source_locale = "nl"\n') + f"{key.name} = {json.dumps(value)}\n"
    with pytest.raises(ConfigurationError, match=rf"^x\.toml:{text.count(chr(10))}: .*{key.name}"):
        parse_configuration(text, "x.toml")


# Kinds of segments


def kinds_in(texts: Iterable[str]) -> set[SegmentKind]:
    options = ParseOptions(dialects=names(DIALECT_CHOICES), code="all", translate_bibliography=True)
    return {segment.kind for text in texts for segment in parse(text, options=options).segments}


@pytest.mark.parametrize("kind", SegmentKind)
def test_kind_has_a_fixture(kind: SegmentKind) -> None:
    examples = [rule.example.markdown for dialect in ALL_DIALECTS for rule in dialect.rules]
    assert kind in kinds_in([*SEGMENTS, *examples])


@pytest.mark.property
@given(
    st.lists(st.sampled_from(SEGMENTS), max_size=4).map("\n\n".join),
    st.sampled_from(["X", "*", "<b>", "\n\n# "]),
)
def test_translations_of_fixtures_stay_in_their_slots(text: str, added: str) -> None:
    document = parse(text, options=ParseOptions(code="all", translate_bibliography=True))
    assert localise(document, {}).text == text
    translated = localise(document, {segment.key: segment.text + added for segment in document.segments}).text
    at = 0
    for piece in document.skeleton:
        at = translated.find(piece, at) + len(piece)
        assert at >= len(piece), f"{piece!r} is missing"
