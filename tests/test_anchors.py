"""Slugs of headings as renderers make them, and as anchors of translated headings."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from effort import assert_linear
from fixtures import Fixture, read_fixtures
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from project_helpers import Project, make_project, po
from strategies import documents, hostile_texts

from translate_pipe import localise, parse
from translate_pipe.localisation.finishing import Finish, finish, pin
from translate_pipe.markdown.inline.slugs import RULES, SlugRule, headings
from translate_pipe.model import Document, SegmentKind

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).parent / "data"
WORDS = {"Slaap": "Schlaf", "Bron": "Quelle", "droom": "Traum"}


def ids(document: Document, rule: str) -> list[str]:
    return RULES[rule].ids(document.data, headings(document.data, document.outline))


def in_german(document: Document) -> str:
    """A localised document in which some words are translated."""
    pattern = re.compile("|".join(WORDS))
    translations = {one.key: pattern.sub(lambda found: WORDS[found.group()], one.text) for one in document.segments}
    return localise(document, translations).text


# Slugs


@pytest.mark.parametrize("fixture", read_fixtures(DATA / "slugs.txt"), ids=lambda fixture: fixture.title)
def test_slugs_match_the_renderers(fixture: Fixture) -> None:
    document = parse(fixture.text)
    found = ids(document, fixture.title.partition(":")[0])
    assert list(filter(None, found)) == fixture.expected


_PYTHON_MARKDOWN = Markdown(extensions=["toc", "attr_list", "tables", "fenced_code"])
_ID = re.compile(r'<h[1-6](?: class="[^"]*")? id="([^"]*)"')


def rendered_ids(text: str) -> list[str]:
    """The ids of a document's headings as Python-Markdown makes them."""
    return [html.unescape(found) for found in _ID.findall(_PYTHON_MARKDOWN.reset().convert(text))]


_pieces = st.one_of(
    st.sampled_from(
        ["een", "Huid", "*nadruk*", "**vet**", "`code`", "[link](/u)", "31 %", "1986.", "<b>x</b>", "![alt](/i 't')", "&amp;", "A&B",
         "`<b>`", "één", "漢字", "💙", "x_1", "a", "a_1", "_", "ﬁ", "½", ":tada:", "<!-- c -->", "C#", "\\*", "<http://a.b>", "*a*b"]
    ),
    st.text(st.characters(categories=["L", "N", "Zs"], max_codepoint=0x3000), min_size=1, max_size=6),
)  # fmt: skip
_heading_texts = st.lists(_pieces, min_size=1, max_size=4).map(" ".join)


def _heading(text: str, attributes: str, *, is_setext: bool) -> str:
    is_plain = not is_setext or re.match(r"[^\W\d_]", text) is None
    return f"## {text}{attributes}" if is_plain else f"{text}{attributes}\n==="


_headings = st.builds(
    _heading, _heading_texts, st.sampled_from(["", "", " {#id}", " {.c}", " {#a_1}"]), is_setext=st.booleans()
)
_pages = st.lists(st.one_of(_headings, st.just("Alinea."), st.just("> ## a")), min_size=1, max_size=6).map("\n\n".join)


@pytest.mark.property
@given(_pages)
def test_slugs_match_python_markdown(text: str) -> None:
    assert ids(parse(text), "markdown") == rendered_ids(text)


# Pins


@pytest.mark.parametrize("fixture", read_fixtures(DATA / "anchors.txt"), ids=lambda fixture: fixture.title)
def test_slugs_are_pinned_on_translated_headings(fixture: Fixture) -> None:
    style = fixture.title.partition(":")[0]
    document = parse(fixture.text)
    finished = finish(document, in_german(document), Finish(anchors=style))
    assert [line for line in finished.text.splitlines() if line.strip()] == fixture.expected
    assert not finished.diagnostics
    crlf = parse("\ufeff" + fixture.text.replace("\n", "\r\n"))
    pinned = finish(crlf, in_german(crlf), Finish(anchors=style)).text
    assert pinned == "\ufeff" + finished.text.replace("\n", "\r\n")


def test_untranslated_heading_is_pinned_if_its_number_changes() -> None:
    source = "# Kop\n\n# Kop\n"
    localised = "# Head\n\n# Kop\n"  # two translations, because of a context
    found = {style: finish(parse(source), localised, Finish(anchors=style)).text for style in ("attr", "html")}
    assert found["attr"] == "# Head {#kop}\n\n# Kop {#kop-1}\n"
    assert found["html"] == '# <a id="kop"></a>Head\n\n# <a id="kop-1"></a>Kop\n'


def test_slug_written_by_translator_is_not_repeated() -> None:
    text = '# <a id="slaap"></a>Schlaf\n'
    assert finish(parse("# Slaap\n"), text, Finish(anchors="html")).text == text


def test_heading_that_cannot_be_pinned_is_reported() -> None:
    rule = SlugRule(RULES["github"].text, lambda text: f"{text} b", RULES["github"].number)
    pinned = pin(parse("# Slaap\n\n# Bron {.x}\n"), "# Schlaf\n\n# Quelle {.x}\n", "attr", rule, "de/a.md")
    assert pinned.text == "# Schlaf\n\n# Quelle {.x}\n"
    assert [(one.check, one.file, one.line) for one in pinned.diagnostics] == [
        ("anchor-pin", "de/a.md", 1),
        ("anchor-pin", "de/a.md", 3),
    ]


def test_unrelated_text_gets_no_pins() -> None:
    assert finish(parse("# Slaap\n"), "# Schlaf\n# Traum\n", Finish(anchors="attr")).text == "# Schlaf\n# Traum\n"


def test_anchors_off_changes_nothing() -> None:
    assert finish(parse("# Slaap\n"), "# Schlaf\n", Finish()).text == "# Schlaf\n"


@pytest.mark.property
@given(_pages, st.lists(_heading_texts, min_size=6, max_size=6))
def test_pinned_document_has_the_ids_of_its_source(text: str, texts: list[str]) -> None:
    document = parse(text)
    keys = dict.fromkeys(segment.key for segment in document.segments)
    localised = localise(document, dict(zip(keys, texts, strict=False))).text
    finished = finish(document, localised, Finish(anchors="attr", anchor_slugs="markdown"))
    assert not finished.diagnostics
    anchors = re.findall(r'<a id="([^"]*)"></a>', finished.text)  # an attribute would be read as emphasis
    for was, now in zip(rendered_ids(text), rendered_ids(finished.text), strict=True):
        assert was == now or was in anchors
        assert was == now or re.search(r"_(?:-|\Z)", was) or "{" in localised


@pytest.mark.property
@given(documents(), hostile_texts, st.sampled_from(["attr", "html"]), st.sampled_from(sorted(RULES)))
def test_pins_are_the_only_difference(text: str, hostile: str, style: str, rule: str) -> None:
    document = parse(text)
    wanted = ids(document, rule)
    of_headings = (one for one in document.segments if one.kind is SegmentKind.HEADING)
    localised = localise(document, {one.key: f"{one.text} {hostile}" for one in of_headings}).text
    finished = finish(document, localised, Finish(anchors=style, anchor_slugs=rule))
    assert not finished.diagnostics
    pins = [f" {{#{slug}}}" if style == "attr" else f'<a id="{html.escape(slug)}"></a>' for slug in wanted]
    rest = finished.text
    for one in pins:
        rest = rest.replace(one, "")
    assert rest == localised or "{" in localised or "<a" in localised
    if style == "attr" and "{" not in localised:
        assert _without_own(ids(parse(finished.text), rule), document) == _without_own(wanted, document)


def _without_own(found: list[str], document: Document) -> list[str]:
    """The ids of headings that have a text, and no id of the author's in it."""
    places = headings(document.data, document.outline)
    assert len(found) == len(places)
    return [
        name
        for name, one in zip(found, places, strict=True)
        if one.run and "id=" not in document.data[one.run.start : one.run.end].decode()
    ]


@pytest.mark.property
@given(documents())
def test_untranslated_document_gets_no_pins(text: str) -> None:
    for style in ("attr", "html"):
        assert finish(parse(text), text, Finish(anchors=style)).text == text


@pytest.mark.parametrize("piece", ["# a\n", "# a_1\n", "#\n", "a\n=\n", "# {", "# <a id=", "# [](", "> # a\n"])
@pytest.mark.parametrize("rule", sorted(RULES))
def test_hostile_documents_take_linear_time(piece: str, rule: str) -> None:
    def prepare(size: int) -> Callable[[], object]:
        text = piece * size
        document = parse(text)
        return lambda: finish(document, text.replace("a", "b"), Finish(anchors="attr", anchor_slugs=rule))

    assert_linear(prepare)


# Projects

PAGE = "Zie [hier](#oorzaken) en [daar](b.md#gevolgen).\n\n# Oorzaken\n"
OTHER = "# Gevolgen\n\nTekst.\n"


def translated(root: Path, **keys: str) -> Project:
    project = make_project(root, {"source/nl/a.md": PAGE, "source/nl/b.md": OTHER}, **keys)
    project.run("update")
    sentence = "Zie [hier](#oorzaken) en [daar](b.md#gevolgen)."
    project.translate(po("a"), {"Oorzaken": "Ursachen", sentence: sentence.replace("Zie", "Siehe")})
    project.translate(po("b"), {"Gevolgen": "Folgen"})
    return project


def test_links_to_translated_headings_break_without_anchors(tmp_path: Path) -> None:
    project = translated(tmp_path)
    assert len([line for line in project.run("check").findings if "[anchor]" in line]) == 2


@pytest.mark.parametrize("style", ["attr", "html"])
def test_pinned_anchors_keep_links(tmp_path: Path, style: str) -> None:
    project = translated(tmp_path, anchors=style)
    assert project.run("check").exit_code == 0
    assert project.run("build").exit_code == 0
    heading = {"attr": "# Folgen {#gevolgen}", "html": '# <a id="gevolgen"></a>Folgen'}[style]
    assert project.text("build/de/b.md") == f"{heading}\n\nTekst.\n"
    assert project.run("build", "--check").exit_code == 0


def test_link_to_translated_slug_is_reported_with_attr(tmp_path: Path) -> None:
    for style, count in (("attr", 1), ("html", 0)):
        project = make_project(tmp_path / style, {"source/nl/a.md": "# Kop\n\nZie [hier](#kop).\n"}, anchors=style)
        project.run("update")
        project.translate(po("a"), {"Kop": "Titel", "Zie [hier](#kop).": "Siehe [hier](#titel)."})
        assert len([line for line in project.run("check").findings if "[anchor]" in line]) == count


def test_style_and_slug_rule_are_configurable(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "# Één & twee\n"}, anchors="attr", anchor_slugs="markdown")
    project.run("update")
    project.translate(po("a"), {"Één & twee": "Eins und zwei"})
    project.run("build")
    assert project.text("build/de/a.md") == "# Eins und zwei {#een-twee}\n"
    project.configure(anchor_slugs="pandoc")
    outcome = project.run("build")
    assert outcome.exit_code == 2
    assert "'github', 'markdown', 'hugo'" in outcome.stderr
