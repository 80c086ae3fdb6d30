"""Addresses that differ by locale: matching rules, replaced addresses, and the checks of the result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from effort import assert_linear
from fixtures import Fixture, read_fixtures
from hypothesis import given
from project_helpers import Project, make_project, po
from strategies import documents, hostile_texts

from translate_pipe import localise, parse
from translate_pipe.links import LinkRule, LocaleLinks
from translate_pipe.localisation.finishing import Finish, finish
from translate_pipe.markdown.inline.destinations import destinations
from translate_pipe.project.settings.configuration import parse_configuration
from translate_pipe.registry import CONFIGURATION_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

FIXTURES = read_fixtures(Path(__file__).parent / "data" / "links.txt")
RULES = (
    LinkRule("/en/*", "/{locale}/*"),
    LinkRule("https://en.wikipedia.org/*", "https://{language}.wikipedia.org/*"),
    LinkRule("/a", "/x y"),
    LinkRule("/b", "/p_(q)?a=1&amp=2"),
    LinkRule("/c", "/unmatched)"),
)


def links(*rules: LinkRule, locale: str = "de") -> Finish:
    return Finish(LocaleLinks(rules, locale))


def addresses(text: str) -> list[str]:
    document = parse(text)
    return [one.address for one in destinations(document.data, document.outline, document.options)]


# Patterns


@pytest.mark.parametrize(
    ("pattern", "replacement", "address", "expected"),
    [
        ("/en/*", "/de/*", "/en/a/b?c#d", "/de/a/b?c#d"),
        ("/en/*", "/de/*", "/en/", "/de/"),
        ("/en/*", "/de/*", "/en", "/en"),
        ("/en/*", "/de/*", "https://a.nl/en/", "https://a.nl/en/"),
        ("*/en/*.png", "*/de/*.jpg", "img/en/a.png", "img/de/a.jpg"),
        ("*/en/*", "/*", "img/en/a.png", "/img"),
        ("*/en/*", "/start", "img/en/a.png", "/start"),
        ("a*a", "*", "a", "a"),
        ("a*a", "x*", "aa", "x"),
        ("/en", "/{locale}", "/en", "/pt_BR"),
        ("/en", "/{tag}/{language}", "/en", "/pt-BR/pt"),
        ("[a-z]+", "x", "abc", "abc"),
        ("/en/*", "/de/*", r"/en/\1\g<0>", r"/de/\1\g<0>"),
    ],
)
def test_stars_of_a_pattern_are_repeated(pattern: str, replacement: str, address: str, expected: str) -> None:
    assert LocaleLinks((LinkRule(pattern, replacement),), "pt_BR").of(address) == expected


def test_longest_pattern_is_used() -> None:
    rules = (LinkRule("/en/*", "/de/*"), LinkRule("/en/api/*", "/en/api/*"), LinkRule("/en/a*", "/x/*"))
    for order in (rules, rules[::-1]):
        links = LocaleLinks(order, "de")
        assert [links.of(one) for one in ("/en/b", "/en/api/b", "/en/ab")] == ["/de/b", "/en/api/b", "/x/b"]


@pytest.mark.parametrize(
    ("locale", "expected"), [("de", "/d/x"), ("pt_BR", "/p/x"), ("pt", "/p/x"), ("de_AT", "/d/x"), ("fr", "/en/x")]
)
def test_replacement_falls_back_to_a_wider_locale(locale: str, expected: str) -> None:
    rule = LinkRule("/en/*", by_locale=(("de", "/d/*"), ("pt", "/p/*")))
    assert LocaleLinks((rule,), locale).of("/en/x") == expected


def test_many_stars_take_linear_time() -> None:
    rules = LocaleLinks((LinkRule("*a" * 50 + "b", "x"),), "de")
    assert rules.of("a" * 1000) == "a" * 1000
    assert_linear(lambda size: lambda: rules.of("a" * size))


# Documents


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.title)
def test_addresses_are_replaced_in_place(fixture: Fixture) -> None:
    document = parse(fixture.text)
    finished = finish(document, fixture.text, links(*RULES))
    assert [line for line in finished.text.splitlines() if line] == fixture.expected
    assert not finished.diagnostics
    for line_end in ("\r\n", "\r"):
        text = "\ufeff" + fixture.text.replace("\n", line_end)
        assert finish(parse(text), text, links(*RULES)).text == "\ufeff" + finished.text.replace("\n", line_end)


def test_address_of_the_translator_stays() -> None:
    document = parse("[Slaap](/en/slaap) en [droom](/en/droom).\n")
    text = "[Schlaf](/en/schlaf) und [Traum](/en/droom).\n"
    assert finish(document, text, links(*RULES)).text == "[Schlaf](/en/schlaf) und [Traum](/de/droom).\n"


def test_address_that_cannot_be_written_is_reported() -> None:
    text = "Zie\n<https://a.nl/b> en [a](https://a.nl/c).\n"
    finished = finish(parse(text), text, links(LinkRule("https://a.nl/*", "/lokaal/*")), "de/a.md")
    assert finished.text == "Zie\n<https://a.nl/b> en [a](/lokaal/c).\n"
    assert [(one.check, one.file, one.line, one.message) for one in finished.diagnostics] == [
        (
            "link-rule",
            "de/a.md",
            2,
            "/lokaal/b cannot be written in the place of https://a.nl/b, which stays; change the rule in [links]",
        )
    ]


@pytest.mark.property
@given(documents())
def test_rules_that_match_nothing_change_nothing(text: str) -> None:
    assert finish(parse(text), text, links(LinkRule("/nergens/*", "/*"), LinkRule("/u/"))).text == text


@pytest.mark.property
@given(documents(), hostile_texts)
def test_replaced_addresses_are_the_only_difference(text: str, hostile: str) -> None:
    """Whatever the new address is, each place has it or, with a diagnostic, the old one; the structure stays."""
    new = hostile.replace("*", "") or "-"
    document = parse(text)
    translated = localise(document, {segment.key: f"Vertaald {segment.text}" for segment in document.segments}).text
    finished = finish(document, translated, links(LinkRule("/u", new)))
    found = [LocaleLinks((LinkRule("/u", new),), "de").of(one) for one in addresses(translated)]
    was, now = addresses(translated), addresses(finished.text)
    assert len(now) == len(was)
    assert all(here in (there, wanted) for there, wanted, here in zip(was, found, now, strict=True))
    assert "/u" not in addresses(text) or sum(here == "/u" != new for here in now) == len(finished.diagnostics)
    assert [type(item) for item in parse(finished.text).outline] == [type(item) for item in document.outline]


@pytest.mark.parametrize(
    "piece", ["[a](/en/b)", "![", "[![a](/en/b)](", "<a href=/en/b ", "<!--", "[a]: /en/b\n", "(" * 9]
)
def test_hostile_documents_take_linear_time(piece: str) -> None:
    def prepare(size: int) -> Callable[[], object]:
        text = "[x](/en/y) " + piece * size
        document = parse(text)
        return lambda: finish(document, text, links(*RULES))

    assert_linear(prepare)


# Configuration

LOCALES = 'source_locale = "nl"\nlocales = ["de", "pt-BR"]\n'
MISTAKES = [
    pytest.param("links = 3\n", 3, ["'links'", "table"], id="no table"),
    pytest.param('[links]\n"/a" = 3\n', 4, ["'/a'", "text or a table"], id="a number"),
    pytest.param('[links]\n"/b" = "/c"\n"/a" = ["/x"]\n', 5, ["'/a'", "text or a table"], id="a list"),
    pytest.param('[links]\n"/a" = { de = 3 }\n', 4, ["'/a'", "by locale"], id="a number for a locale"),
    pytest.param('[links]\nde.wikipedia.org = "x"\n', 4, ["'de'", "quotes around"], id="a pattern without quotes"),
    pytest.param('[links]\n"/a" = { dx = "/x" }\n', 4, ["'dx'", "'/a'", "unknown locale"], id="unknown locale"),
    pytest.param(
        '[links]\n"/a" = { fr = "/x" }\n', 4, ["'fr'", "not among", "pt_BR"], id="not a locale of the project"
    ),
    pytest.param('[links]\n"/a" = { pt-BR = "/x", pt_BR = "/y" }\n', 4, ["'pt_BR'", "twice"], id="a locale twice"),
    pytest.param('[links]\n"/a" = "/{lang}/"\n', 4, ["{lang}", "{locale}, {tag}, {language}"], id="placeholder"),
    pytest.param('[links]\n"/a/*" = "/*/*"\n', 4, ["'/*/*'", "more *"], id="a star too many"),
    pytest.param('[links]\n"/a" = ""\n', 4, ["'/a'", "no address"], id="an empty replacement"),
    pytest.param('[links]\n"/a" = "b\\n"\n', 4, ["'/a'", "no address"], id="a line end"),
    pytest.param('[links]\n"" = "b"\n', 3, ["empty"], id="an empty pattern"),
    pytest.param('[links]\n"/a" = "/b"\nwrap = 0\n', 5, ["'wrap'", "before that line"], id="a key behind the table"),
    pytest.param('[links."/a"]\nde = "/x"\nfr = "/y"\n', 3, ["'fr'", "not among"], id="a table of its own"),
]


@pytest.mark.parametrize(("text", "line", "words"), MISTAKES)
def test_mistake_is_reported_with_its_line(tmp_path: Path, text: str, line: int, words: list[str]) -> None:
    project = make_project(tmp_path)
    project.write(CONFIGURATION_FILE, LOCALES + text)
    outcome = project.run("status")
    assert outcome.exit_code == 2
    assert f"{CONFIGURATION_FILE}:{line}: " in outcome.stderr
    assert all(word in outcome.stderr for word in words), outcome.stderr


def test_mistake_in_pyproject_is_reported_with_its_line() -> None:
    text = f'[tool.translate-pipe]\n{LOCALES}\n[tool.translate-pipe.links]\n"/b" = "/c"\n"/a" = 3\n'
    with pytest.raises(Exception, match=r"pyproject\.toml:7: .*'/a'"):
        parse_configuration(text, "pyproject.toml", table="tool.translate-pipe")


# Projects

PAGE = (
    "# Slaap\n\nZie [slaap](https://en.wikipedia.org/wiki/Sleep).\n\n"
    "Zie [droom](https://en.wikipedia.org/wiki/Dream) en [hier](../en/b.md#kop).\n"
)
TABLE = '\n[links]\n"https://en.wikipedia.org/wiki/*" = "https://{language}.wikipedia.org/wiki/*"\n"../en/*" = "../{tag}/*"\n'
SLEEP = "Zie [slaap](https://en.wikipedia.org/wiki/Sleep)."


def linked(root: Path, table: str = TABLE, **keys: str | list[str]) -> Project:
    project = make_project(root, {"source/nl/a.md": PAGE}, **{"locales": ["de", "pt_BR"], **keys})
    project.write(CONFIGURATION_FILE, project.text(CONFIGURATION_FILE) + table)
    project.run("update")
    return project


def test_each_locale_has_its_own_addresses(tmp_path: Path) -> None:
    project = linked(tmp_path)
    project.translate(po("a"), {SLEEP: "Siehe [Schlaf](https://en.wikipedia.org/wiki/Sleep)."})
    assert project.run("build").exit_code == 0
    assert project.text("build/de/a.md") == (
        "# Slaap\n\nSiehe [Schlaf](https://de.wikipedia.org/wiki/Sleep).\n\n"
        "Zie [droom](https://de.wikipedia.org/wiki/Dream) en [hier](../de/b.md#kop).\n"
    )
    portuguese = PAGE.replace("https://en.", "https://pt.").replace("../en/", "../pt-BR/")
    assert project.text("build/pt_BR/a.md") == portuguese
    assert project.run("locales", "--check").stdout.count("wikipedia") == 0
    assert project.run("roundtrip").exit_code == 0


@pytest.mark.parametrize("address", ["https://de.wikipedia.org/wiki/Sleep", "https://de.wikipedia.org/wiki/Schlaf"])
def test_translator_may_write_the_address_of_the_locale(tmp_path: Path, address: str) -> None:
    project = linked(tmp_path)
    project.translate(po("a"), {SLEEP: f"Siehe [Schlaf]({address})."})
    assert project.run("check").exit_code == 0
    project.run("build")
    assert address in project.text("build/de/a.md")


def test_address_that_only_a_rule_allows_is_published(tmp_path: Path) -> None:
    project = linked(tmp_path, '\n[links]\n"https://en.wikipedia.org/wiki/Sleep" = { de = "https://schlaf.de/" }\n')
    project.translate(po("a"), {SLEEP: "Siehe [Schlaf](https://schlaf.de/)."})
    assert project.run("check").exit_code == 0
    assert project.run("check", project.path(po("a")).as_posix()).exit_code == 0
    project.run("build")
    assert "Siehe [Schlaf](https://schlaf.de/)." in project.text("build/de/a.md")
    assert "(https://en.wikipedia.org/wiki/Sleep)" in project.text("build/pt_BR/a.md")


def test_address_of_another_locale_is_reported(tmp_path: Path) -> None:
    table = (
        '\n[links]\n"https://en.wikipedia.org/wiki/Sleep" = { de = "https://schlaf.de/", pt_BR = "https://sono.br/" }\n'
    )
    project = linked(tmp_path, table)
    project.translate(po("a"), {SLEEP: "Siehe [Schlaf](https://sono.br/)."})
    outcome = project.run("check")
    assert outcome.exit_code == 1
    assert "[link]" in outcome.stdout


def test_changed_rules_are_judged_again(tmp_path: Path) -> None:
    table = '\n[links]\n"https://en.wikipedia.org/wiki/Sleep" = { de = "https://schlaf.de/" }\n'
    project = linked(tmp_path, table)
    project.translate(po("a"), {SLEEP: "Siehe [Schlaf](https://schlaf.de/)."})
    assert project.run("build").exit_code == 0
    project.write(CONFIGURATION_FILE, project.text(CONFIGURATION_FILE).replace("schlaf.de", "schlaf.at"))
    assert "Siehe" in project.text("build/de/a.md")
    project.run("build")
    assert "Siehe" not in project.text("build/de/a.md")


def test_fragments_of_replaced_addresses_are_not_checked(tmp_path: Path) -> None:
    documents = {"source/nl/a.md": "Zie [hier](b.md#kop).\n", "source/nl/b.md": "# Kop\n", "source/nl/c.md": "Tekst.\n"}
    project = make_project(tmp_path, documents)
    project.write(CONFIGURATION_FILE, project.text(CONFIGURATION_FILE) + '\n[links]\n"b.md*" = "c.md*"\n')
    project.run("update")
    project.translate(po("a"), {"Zie [hier](b.md#kop).": "Siehe [hier](b.md#kop)."})
    assert project.run("check").exit_code == 0
    project.run("build")
    assert project.text("build/de/a.md") == "Siehe [hier](c.md#kop).\n"
