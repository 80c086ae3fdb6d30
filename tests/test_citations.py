"""Citations in every notation; a translation that loses, adds or renumbers one is reported."""

from __future__ import annotations

import pytest

from translate_pipe import check, parse_po
from translate_pipe.markdown.inline.citations import citations
from translate_pipe.model import Catalogue, Message, Severity


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Echt waar.²", ["²"]),
        ("Echt¹ waar², of¹ niet.", ["¹", "²", "¹"]),
        ("een¹²", ["¹²"]),
        ("20 m², 3 km², 20m³ en 10³", []),
        ("面積20m²と効果²", ["²"]),
        ("een<sup>1</sup> twee<SUP>2, 3</SUP>", ["¹", "²", "³"]),
        ("1<sup>e</sup> keer", []),
        ("noot[^1] en[^dosering]", ["[^1]", "[^dosering]"]),
        ("noot [ ^1]", []),
        ("`[^1]` en `²`", []),
        ("**vet²** en [link¹](/u)[^a]", ["²", "¹", "[^a]"]),
        ("![alt²](/u)", ["²"]),
        ("[@smit2020, p. 3; -@jan:1999]", ["@smit2020, 3", "@jan:1999"]),
        ("mail naar a@b.nl of @iemand", []),
        ("{cite}`a,b` en {cite:p}`c`", ["{cite}`a`", "{cite}`b`", "{cite}`c`"]),
        ("zie [12] en [1, 3] en [2–4]", ["[12]", "[1]", "[3]", "[2]", "[4]"]),
        ("انظر [١٢]", ["[12]"]),
        ("[12](/u)", []),
        ("# Kop²", ["²"]),
        ("1986. Een jaar²", ["²"]),
        ("regel een²\nregel twee¹", ["²", "¹"]),
    ],
)
def test_citations(text: str, marks: list[str]) -> None:
    assert [citation.mark for citation in citations(text)] == marks


def findings(msgid: str, msgstr: str) -> list[str]:
    return [
        found.message
        for found in check(Catalogue((Message(msgid, msgstr),)))
        if found.check.startswith("citation") or found.severity is Severity.ERROR
    ]


@pytest.mark.parametrize(
    ("msgid", "msgstr", "expected"),
    [
        ("Waar.²", "True.²", []),
        ("Waar.²", "True²", []),
        ("Waar.²", "True.² ²", ["the citation ² occurs here more often than in the source"]),
        ("Waar¹ en² zo.", "So² and¹ true.", ["the citations stand in another order than in the source (¹ ²)"]),
        ("Waar<sup>2</sup>.", "True².", []),
        ("Waar[12].", "صحيح[١٢].", []),
        ("Waar.²", "True.", ["the citation ² of the source is missing"]),
        ("Waar.", "True.²", ["the citation ² is not in the source"]),
        ("Waar.²", "True.²²", ["the citation ²² is ² in the source"]),
        ("Waar² en² zo.", "True² so.", ["the citation ² of the source is missing"]),
        ("Waar[^1][^1] en[^1].", "True.", ["the citation [^1] of the source is missing (3 times)"]),
        ("Waar.[^1]", "True.[ ^1]", ["the citation [^1] is broken here; write it without blanks"]),
        ("Waar.[^1]", "True.[^2]", ["the citation [^2] is [^1] in the source"]),
        ("Waar [@smit].", "True [@smith].", ["the citation @smith is @smit in the source"]),
        ("Waar {cite}`smit`.", "True `smit`.", ["the citation {cite}`smit` of the source is missing"]),
    ],
)  # fmt: skip
def test_translation_has_the_citations_of_its_source(msgid: str, msgstr: str, expected: list[str]) -> None:
    assert findings(msgid, msgstr) == expected


def test_finding_names_its_place_and_message() -> None:
    text = '\nmsgctxt "kop"\nmsgid "Waar.²"\nmsgstr "True."\n'
    (found,) = check(parse_po(text), "de.po")
    assert (found.check, found.severity, found.file, found.line) == ("citation", Severity.ERROR, "de.po", 2)
    assert (found.msgid, found.msgctxt) == ("Waar.²", "kop")


@pytest.mark.parametrize(
    "message",
    [
        Message("Waar.²", ""),
        Message("Waar.²", "True.", flags=("fuzzy",)),
        Message("Waar.²", "True.", obsolete=True),
    ],
)
def test_unfinished_translation_is_not_a_finding(message: Message) -> None:
    assert not list(check(Catalogue((message,))))
