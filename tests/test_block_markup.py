"""Lines of block markup stay apart from text in every dialect, and slots never overlap."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import TOKENS, documents

from translate_pipe import localise, parse
from translate_pipe.localisation.comparison import differences, page_shape
from translate_pipe.localisation.renderers import PythonMarkdown
from translate_pipe.markdown.dialects import ALL_DIALECTS, grammar
from translate_pipe.markdown.dialects.rules import LineForm
from translate_pipe.markdown.parser import for_renderers
from translate_pipe.model import Document, Segment, SegmentKind, Slot, SlotShape
from translate_pipe.segments import ParseOptions

NAMES = tuple(dialect.name for dialect in ALL_DIALECTS)
COMBINATIONS = (*((name,) for name in NAMES), *itertools.combinations(NAMES, 2), NAMES)

MARKUP = (
    "::: tip", ":::tip", ":::: details", ":::", "::: {.callout-note}", ":::{note}", ":::{figure} noot.png", "::: pakket.module",
    "!!! note", "!!! danger highlight", "??? tip", "???+ note", "/// note", "/// details", "/// html | div", "///", "//// tab",
    "{{< youtube abc >}}", "{{% steps %}}", "{{< /tabs >}}", "{{< figure src=a.png >}}", "{{< highlight go >}}",
    "{% if nieuw %}", "{% endif %}", "{%- raw -%}", "{% include figuur.html %}", "{::comment}", "{:/comment}",
    "import Tabs from '@theme/Tabs';", 'import "./a.css"', "import {A, B as C} from 'c'", "import * as d from 'd'", "import A, { B } from 'c';",
    "export const a = 1;", "export default Pagina", "export function b() {}", "export {a} from 'b'", "export * from 'c'",
    "<Tabs>", "</Tabs>", '<TabItem value="a">', "<Card /> ", "<Foo.Bar>", "{/* truncate */}", "{props.kinderen}",
    '--8<-- "a.md"', "--8<--", "{! a.md !}", "{* a.py *}", "(noten)=", "+++", "[TOC]", "[[toc]]", "{: .klein }", "{ .klein }", "{#id .klein}",
    "$$", "\\[", "\\]", "\\begin{align}", "\\end{align}", "\\newpage", "+---+---+", "+===+",
)  # fmt: skip
"""Lines without text that open or close a block in some dialect."""

TITLED = (
    ("::: tip {}", "Een tip"), (":::tip[{}]", "Een tip"), ("::: tip {{open}} {}", "Een tip"), ("::: tip {} {{open}}", "Een tip"), (":::{{note}} {}", "Een tip"),
    ('!!! note "{}"', "Een tip"), ('???+ "{}"', "Meer"), ('=== "{}"', "Linux"), ("/// note | {}", "Let op"),
    ('{{{{< figure src="a.png" caption="{}" >}}}}', "Een noot"), ('{{% include a.html caption="{}" %}}', "Een noot"), ("*[HTML]: {}", "opmaaktaal"),
)  # fmt: skip
"""Such lines with text, and the text."""

PROSE = (
    "import duties rose", "import van noten, olie en melk", "import duties, tariffs and quotas rose", "export of goods", "export default settings are good",
    "export function of the class", "import", "export", "!!! Attention, people!", "!!! wow", "!!!", "??? wat", "???", "=== kop", ":smile: hallo", ":: nee",
    "<BR>", "<b>vet</b>", "{x}", "{{ x }}", "(noot)", "[!zo] is het", "[toch]", "// geen", "$5 en $6", "{Zie de noot}", "% van de mensen", "\\* ster",
)  # fmt: skip
"""Lines of prose that begin like one."""


def options(*dialects: str) -> ParseOptions:
    return ParseOptions(dialects=dialects)


def translated(document: Document) -> str:
    """A document in which each segment has other words."""
    translations = {segment.key: f"Iets anders {at}." for at, segment in enumerate(document.segments)}
    return localise(document, translations).text


def kept(line: str, dialect: str, prefix: str = "", line_end: str = "\n") -> None:
    """Assert that a line between lines of prose stays as it is, on a line of its own."""
    lines = ["Een regel tekst.", line, "Nog een regel."]
    text = line_end.join(prefix + one for one in lines) + line_end
    document = parse(text, "a.md", options(dialect))
    assert localise(document, {}).text == text
    assert prefix + line in translated(document).split(line_end)
    assert {"Een regel tekst."} <= {segment.text for segment in document.segments}


@pytest.mark.parametrize("dialect", NAMES)
@pytest.mark.parametrize("line", MARKUP)
def test_block_markup_is_never_joined_with_text(line: str, dialect: str) -> None:
    for prefix in ("", "> ", "  "):
        kept(line, dialect, prefix)
    kept(line, dialect, line_end="\r\n")
    kept(line, dialect, line_end="\r")


@pytest.mark.property
@given(
    st.sampled_from(MARKUP),
    st.sampled_from(COMBINATIONS),
    st.sampled_from(["block", "sentence"]),
    st.lists(st.sampled_from(["Een regel.", "nog een *regel*", "en `code`", "- punt", "> aanhaling", ""]), max_size=3),
    st.lists(st.sampled_from(["Een regel.", "nog een [link](/a)", "1. punt", "## Kop", "", "| a | b |"]), max_size=3),
    st.sampled_from(["\n", "\r\n", "\r"]),
)  # fmt: skip
def test_translation_keeps_lines_of_block_markup(  # noqa: PLR0913, PLR0917
    line: str, dialects: tuple[str, ...], segmentation: str, before: list[str], after: list[str], line_end: str
) -> None:
    text = line_end.join([*before, line, *after])
    chosen = ParseOptions(dialects=dialects, segmentation=segmentation, source_locale="nl")
    document = parse(text, "a.md", chosen)
    if any(line.strip() in segment.text for segment in document.segments):  # text of a block of HTML or code
        assert before
    else:
        assert line in translated(document).split(line_end)


@pytest.mark.parametrize("dialect", NAMES)
@pytest.mark.parametrize(("line", "title"), TITLED)
def test_title_of_block_markup_is_a_segment(line: str, title: str, dialect: str) -> None:
    text = f"Een regel tekst.\n{line.format(title)}\nNog een regel.\n"
    document = parse(text, "a.md", options(dialect))
    texts = {segment.text for segment in document.segments}
    assert {"Een regel tekst.", "Nog een regel."} <= texts
    assert not any(title in text and "regel" in text for text in texts)


@pytest.mark.parametrize("dialect", ["commonmark", "gfm"])
@pytest.mark.parametrize("line", PROSE)
def test_prose_that_begins_like_block_markup_stays_prose(line: str, dialect: str) -> None:
    document = parse(f"Een regel tekst.\n{line}\nNog een regel.\n", "a.md", options(dialect))
    assert [segment.text for segment in document.segments] == [f"Een regel tekst. {line} Nog een regel."]
    assert not document.diagnostics


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("Kop\n===\n\nTekst\n", ("Kop", "Tekst")),
        ("Tekst\n\n---\n\nTekst\n", ("Tekst", "Tekst")),
        ("| a |\n| - |\n| b |\n", ("a", "b")),
        ("| a | b |\n|---|---|\n| $$ | {% x %} c |\n", ("a", "b", "{% x %} c")),
    ],
)
def test_common_markdown_is_not_block_markup(text: str, texts: tuple[str, ...]) -> None:
    document = parse(text, "a.md")
    assert tuple(segment.text for segment in document.segments) == texts
    assert not document.diagnostics


def test_unknown_markup_is_reported_once_for_each_kind() -> None:
    text = "# Kop\n\n::: tip\nEen.\n:::\n\n::: warning\nTwee.\n:::\n\n{% if a %}\nDrie.\n{% endif %}\n\n```{note}\nVier.\n```\n"
    document = parse(text, "a.md")
    found = [(one.check, one.line, one.severity.value) for one in document.diagnostics]
    assert found == [("unknown-markup", 3, "warning"), ("unknown-markup", 11, "warning")]
    assert document.diagnostics[0].message == (
        "'::: tip' is a block of the dialect docusaurus, and the document is read as gfm; "
        'to have it read, set dialect = ["gfm", "docusaurus"]'
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Tekst.\n\n```{tip} Een tip\nVier.\n```\n", 3),
        ("```\n::: tip\n```\n", 0),
        ("<!-- i18n:skip -->\n::: tip\n", 0),
        ("<!-- i18n:ignore: unknown-markup -->\n\n::: tip\n", 0),
    ],
)
def test_code_and_skipped_blocks_are_not_reported(text: str, line: int) -> None:
    assert [one.line for one in parse(text, "a.md").diagnostics if one.check == "unknown-markup"] == [line] * bool(line)


@pytest.mark.parametrize("dialect", NAMES)
def test_dialect_does_not_report_its_own_markup(dialect: str) -> None:
    for rule in next(one for one in ALL_DIALECTS if one.name == dialect).rules:
        document = parse(rule.example.markdown, "a.md", options(dialect))
        assert [one.message for one in document.diagnostics] == []


@pytest.mark.parametrize("dialect", NAMES)
def test_lines_of_other_dialects_are_found(dialect: str) -> None:
    """The quick search for lines of other dialects misses none of them."""
    own = grammar((dialect,))
    foreign = [
        rule for rules in own.lines.values() for rule in rules if rule.is_foreign and rule.form is not LineForm.ITEM
    ]
    assert foreign
    for rule in foreign:
        first = rule.example.markdown.split("\n")[0].removeprefix("> ")
        assert own.candidates.match(f"\n{first}".encode()) or not rule.matcher.match(first.encode())


def test_judge_sees_blocks_of_other_dialects() -> None:
    source = "Een.\n::: tip Titel\nTwee.\n:::\nDrie.\n\n!!! note\n    Vier.\n"
    localised = translated(parse(source, "a.md"))
    flattened = "Een. ::: tip Titel Twee. ::: Drie.\n\n!!! note Vier.\n"
    renderer = PythonMarkdown()
    shapes = [page_shape(renderer.html(for_renderers(text, ParseOptions()))) for text in (source, localised, flattened)]
    assert not list(differences(shapes[0], shapes[1]))
    assert list(differences(shapes[0], shapes[2]))


# Suffixes


@pytest.mark.parametrize(
    ("path", "dialects", "expected"),
    [
        ("a.mdx", ("gfm",), ("docusaurus",)),
        ("map/a.MDX", ("mkdocs",), ("docusaurus",)),
        ("a.qmd", ("gfm",), ("pandoc",)),
        ("a.Rmd", ("myst",), ("pandoc",)),
        ("a.mdx", ("docusaurus", "mkdocs"), ("docusaurus", "mkdocs")),
        ("a.md", ("mkdocs",), ("mkdocs",)),
        ("mdx", ("gfm",), ("gfm",)),
        ("", ("gfm",), ("gfm",)),
    ],
)
def test_suffix_chooses_the_dialect(path: str, dialects: tuple[str, ...], expected: tuple[str, ...]) -> None:
    document = parse("import A from 'a'\n\n::: {.noot}\nTekst\n:::\n", path, options(*dialects))
    assert document.options.dialects == expected


def test_imports_in_mdx_are_not_text() -> None:
    text = "import A from 'a'\n\n<A titel={1}>\n  Tekst\n</A>\n"
    assert [segment.text for segment in parse(text, "a.mdx").segments] == ["Tekst"]


# Slots

OVERLAPPING = (
    ('- a\n\n        <T label="t">\n          b\n        </T>', ("docusaurus",)),
    ('    ??? "a"', ("mkdocs", "docusaurus")),
    ('![[](g "x")]()', ("gfm",)),
    ('![a ![b](c "d")](e "f")', ("gfm",)),
    ('[![[g](h "i")](j "k")](l "m")', ("gfm",)),
)

all_options = st.builds(
    ParseOptions,
    dialects=st.sampled_from(COMBINATIONS),
    translate_bibliography=st.booleans(),
    code=st.sampled_from(["none", "comments", "strings", "all"]),
    segmentation=st.sampled_from(["block", "sentence"]),
    source_locale=st.just("nl"),
)


def assert_apart(text: str, chosen: ParseOptions) -> None:
    document = parse(text, "a.md", chosen)  # fails if slots overlap
    assert not [one for one in document.diagnostics if one.check == "document"]
    assert localise(document, {}).text == text


@pytest.mark.parametrize(("text", "dialects"), OVERLAPPING)
@pytest.mark.parametrize("segmentation", ["block", "sentence"])
def test_slots_do_not_overlap(text: str, dialects: tuple[str, ...], segmentation: str) -> None:
    assert_apart(text, ParseOptions(dialects=dialects, segmentation=segmentation, source_locale="nl"))


@pytest.mark.property
@given(st.one_of(documents(), st.lists(st.sampled_from(TOKENS), max_size=25).map("".join)), all_options)
@example("Een\n```{note}\n$$\n```\n", ParseOptions(dialects=("myst", "docusaurus")))
def test_slots_never_overlap_in_any_dialect(text: str, chosen: ParseOptions) -> None:
    assert_apart(text, chosen)


@pytest.mark.property
@given(
    st.lists(
        st.sampled_from([*MARKUP, *(line.format(text) for line, text in TITLED), "Tekst.", "", "    ", "- a", "> b", "```", "~~~", "<div>", "a | b", "- | -"]),
        max_size=12,
    ),
    st.sampled_from(["", "> ", "  ", "    "]),
    all_options,
)  # fmt: skip
def test_slots_never_overlap_among_lines_of_markup(lines: list[str], prefix: str, chosen: ParseOptions) -> None:
    assert_apart("\n".join(prefix + line for line in lines), chosen)


def test_overlapping_slots_are_rejected() -> None:
    document = parse("Een tekst.\n", "a.md")
    inner = Segment("tekst", SegmentKind.PARAGRAPH, 1, Slot(4, 9, SlotShape.BLOCK))
    with pytest.raises(ValueError, match=r"a\.md: line 1: the slot of 'tekst' overlaps another"):
        replace(document, segments=(*document.segments, inner))
