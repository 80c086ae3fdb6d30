"""The checks of documents: their findings in a source, and in a localised document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from effort import assert_linear
from fixtures import Fixture, read_fixtures

from translate_pipe import localise, parse
from translate_pipe.checks.documents import check_localised
from translate_pipe.checks.documents.page import Page, Surroundings
from translate_pipe.checks.documents.targets import Targets
from translate_pipe.checks.sources.lint import LONGEST_SEGMENT, lint
from translate_pipe.model import DEFAULT_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from translate_pipe.model import MessageKey

FIXTURES = read_fixtures(Path(__file__).parent / "data" / "sources.txt")
FILES = {
    "ander.md": Targets(frozenset({"kop"})),
    "beeld een.png": None,
    "Code/voorbeeld.go": None,
    "deel.md": Targets(is_open=True),
    "docs/ander.md": None,
    "docs/a/noot.png": None,
    "docs/content/recept.md": None,
    "docs/content/thee/_index.md": None,
}
LABELS = {"elders": "docs/ander.md", "fig-elders": "", "python:klasse": ""}
IN_SMALL_LETTERS = {path.casefold(): path for path in FILES}


def surroundings(folder: str) -> Surroundings:
    return Surroundings(
        FILES.__contains__,
        FILES.get,
        lambda path: IN_SMALL_LETTERS.get(path.casefold(), ""),
        lambda path: path.endswith("img/logo.png"),  # of a theme
        lambda: {"ander", "recept", "thee"} if folder else None,
        lambda: LABELS if folder else None,
    )


@pytest.mark.parametrize("fixture", FIXTURES, ids=[one.title for one in FIXTURES])
def test_source_has_its_findings(fixture: Fixture) -> None:
    """A title with dialects in brackets is that of docs/a.md, a document of a project; others are alone."""
    folder = "docs/" if fixture.dialects else ""
    options = replace(DEFAULT_OPTIONS, dialects=fixture.dialects or DEFAULT_OPTIONS.dialects)
    document = parse(fixture.text, f"{folder}a.md", options)
    found = lint(Page(document, surroundings=surroundings(folder)))
    assert [f"{one.line} | {one.check} | {one.message}" for one in found] == fixture.expected


def test_long_segment() -> None:
    words = " ".join(["woord"] * LONGEST_SEGMENT)
    assert lint(Page(parse(f"{words} [hier](https://a.nl/een/twee).\n"))) != []
    (found,) = lint(Page(parse(f"Kop.\n\n{words} te veel.\n", "a.md")))
    assert (found.check, found.line, found.msgid) == ("long-segment", 3, f"{words} te veel.")
    assert lint(Page(parse(f"<!-- i18n:ignore: long-segment -->\n{words} te veel.\n"))) == []
    assert lint(Page(parse(words + "\n"))) == []
    assert [one.line for one in lint(Page(parse(f"---\ntitle: {words} te veel\n---\n")))] == [2]


def test_lines_of_findings_with_byte_order_mark_and_crlf() -> None:
    (found,) = lint(Page(parse("\ufeff# Kop\r\n\r\nEen café\r\nmet [^9].\r\n", "a.md")))
    assert (found.file, found.line, found.msgid) == ("a.md", 4, "Een café met [^9].")


def localised(markdown: str, translations: dict[str, str], **around: object) -> list[tuple[str, int, str, str]]:
    source = parse(markdown, "bron/a.md")
    keys: dict[MessageKey, str] = {(None, msgid): msgstr for msgid, msgstr in translations.items()}
    page = Page(source, surroundings=Surroundings(**around))  # type: ignore[arg-type]
    result = Page(
        parse(localise(source, keys).text, "doel/a.md"),
        source.path,
        bibliography=page.bibliography_blocks,
        surroundings=page.surroundings,
    )
    found = check_localised(page, result, keys)
    return [(one.check, one.line, one.msgid, one.message) for one in found]


SLEEP = "Zie [hier](#oorzaken).\n\n## Oorzaken\n"


def test_link_to_a_translated_heading() -> None:
    assert localised(SLEEP, {"Zie [hier](#oorzaken).": "Siehe [hier](#oorzaken).", "Oorzaken": "Ursachen"}) == [
        ("anchor", 1, "Zie [hier](#oorzaken).", "#oorzaken leads to no heading of this document")
    ]
    assert localised(SLEEP, {"Zie [hier](#oorzaken).": "Siehe [hier](#ursachen).", "Oorzaken": "Ursachen"}) == []
    assert localised(SLEEP, {"Zie [hier](#oorzaken).": "Siehe [hier](#oorzaken)."}) == []
    with_id = SLEEP.replace("Oorzaken\n", "Oorzaken {#oorzaken}\n")
    assert localised(with_id, {"Zie [hier](#oorzaken).": "Siehe [hier](#oorzaken).", "Oorzaken": "Ursachen"}) == []


def test_link_in_an_untranslated_text_is_not_a_finding() -> None:
    assert localised(SLEEP, {"Oorzaken": "Ursachen"}) == []


def test_link_outside_messages_is_reported_in_the_localised_document() -> None:
    markdown = "## Oorzaken\n\nTekst.¹\n\n## Bronnen\n\n¹ Smit, zie [hier](#oorzaken).\n"
    assert localised(markdown, {"Oorzaken": "Ursachen"}) == [
        ("anchor", 7, "", "#oorzaken leads to no heading of this document")
    ]


def test_link_to_a_heading_of_another_localised_document() -> None:
    targets = {"bron/b.md": Targets(frozenset({"ursachen"}))}.get
    found = localised("Zie [hier](b.md#oorzaken).\n", {"Zie [hier](b.md#oorzaken).": "Siehe [hier](b.md#oorzaken)."})
    assert found == []
    markdown = "Zie [hier](b.md#ursachen).\n"
    translation = {"Zie [hier](b.md#ursachen).": "Siehe [hier](b.md#oorzaken)."}
    assert [one[:3] for one in localised(markdown, translation, targets=targets)] == [
        ("anchor", 1, "Zie [hier](b.md#ursachen).")
    ]


CITED = "Waar.¹ Echt.²\n\nOok.¹\n\n## Bronnen\n\n¹ Smit, 2020.\n\n² Jansen, 2021.\n"


def test_translation_that_loses_or_adds_a_citation() -> None:
    found = localised(CITED, {"Waar.¹ Echt.²": "Wahr.¹ Echt.³", "Bronnen": "Belege"})
    assert found == [
        ("citation-undefined", 1, "Waar.¹ Echt.²", "the citation ³ has no entry"),
        ("citation-unused", 9, "Waar.¹ Echt.²", "the entry ² is cited nowhere"),
    ]


def test_findings_of_the_source_are_not_repeated() -> None:
    broken = CITED.replace("Ook.¹", "Ook.³ En [daar](#x).[^9]")
    translations = {"Waar.¹ Echt.²": "Wahr.¹ Echt.²", "Ook.³ En [daar](#x).[^9]": "Auch.³ Und [dort](#x).[^9]"}
    assert localised(broken, translations) == []


def test_bibliography_survives_a_translated_heading() -> None:
    numbered = "Waar.¹²\n\n## Bronnen\n\n1. Smit, 2020.\n2. Jansen, 2021.\n"
    assert localised(numbered, {"Waar.¹²": "Wahr.¹²", "Bronnen": "Belegstellen"}) == []
    assert [one[0] for one in localised(numbered, {"Waar.¹²": "Wahr.¹", "Bronnen": "Belege"})] == ["citation-unused"]


@pytest.mark.parametrize("piece", ["1", "¹", "1 ", "{#a", "[^a", "<a href=#b"])
def test_paragraphs_take_linear_time(piece: str) -> None:
    def prepare(size: int) -> Callable[[], object]:
        document = parse(f'<a href="\n\n# {piece * size}\n\n{piece * size}\n', "a.md")
        return lambda: lint(Page(document))

    assert_linear(prepare)


@pytest.mark.parametrize(
    ("dialect", "piece"),
    [
        ("hugo", "{{< x "),
        ("hugo", '{{< ref "a.md" >}} '),
        ("hugo", "{{</* x "),
        ("hugo", "{{< /x >}}"),
        ("jekyll", "{% if x "),
        ("jekyll", "{% include_a_a "),
        ("jekyll", "{% endif %}"),
        ("mkdocs", "{! a"),
        ("mkdocs", "[a b][c] "),
        ("mkdocs", "[a"),
        ("mkdocs", '<a id="x" '),
        ("mkdocs", "<a id "),
        ("myst", "(a)=\n"),
        ("myst", "{ref}`a <b>` "),
        ("myst", "$$ (a"),
        ("pandoc", "@fig-a "),
        ("pandoc", "\\@ref(a:b) "),
        ("pandoc", "[a]: b\n"),
        ("docusaurus", "<img src="),
    ],
)
def test_references_take_linear_time(dialect: str, piece: str) -> None:
    options = replace(DEFAULT_OPTIONS, dialects=(dialect,))

    def prepare(size: int) -> Callable[[], object]:
        document = parse(f"# Kop\n\n{piece * (size // 4)}\n", "a.md", options)
        return lambda: lint(Page(document, surroundings=Surroundings(lambda _: False, labels=dict)))

    assert_linear(prepare)


def test_entries_with_large_numbers_take_linear_time() -> None:
    def prepare(many: int) -> Callable[[], object]:
        text = "".join(f"<!-- i18n:ignore: anchor -->\n[hier](#nergens-{at})\n\n" for at in range(many))
        text += " ".join(["woord¹"] * many) + "\n\n# Bronnen\n\n999999999. Smit\n"
        return lambda: lint(Page(parse(text, "a.md")))

    assert_linear(prepare)
