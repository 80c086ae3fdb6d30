"""Each shape of slot keeps a translation in its place, and is marked for the preview; no other code names it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate_pipe.localisation import localise, localise_marked
from translate_pipe.model import DEFAULT_OPTIONS, ParseOptions, SegmentKind, SlotShape
from translate_pipe.segments import parse
from translate_pipe.segments.shapes import Shape, shape_of

PACKAGE = Path(__file__).parents[1] / "src" / "translate_pipe"

MKDOCS = ParseOptions(dialects=("mkdocs",))
HUGO = ParseOptions(dialects=("hugo",))
SENTENCES = ParseOptions(segmentation="sentence", source_locale="nl")
CODE = ParseOptions(code="all")
DOCUSAURUS = ParseOptions(dialects=("docusaurus",))

# A document with one slot of the shape, a msgstr that could leave it, the output, and the marks of a preview.
CASES = [
    (SlotShape.BLOCK, "Nu\n", "# Jetzt", "\\# Jetzt\n", "<\\# Jetzt>\n", DEFAULT_OPTIONS),
    (SlotShape.SENTENCE, "1\\. Nu is het zo. Dan 2. \n", "1. Dann", "1\\. Nu is het zo. 1. Dann \n", None, SENTENCES),
    (SlotShape.ATX_HEADING, "# Nu #\n", "Jetzt #", "# Jetzt \\# #\n", "# <Jetzt \\#> #\n", DEFAULT_OPTIONS),
    (SlotShape.SETEXT_HEADING, "Nu\n==\n", "- Jetzt", "\\- Jetzt\n==\n", "<\\- Jetzt>\n==\n", DEFAULT_OPTIONS),
    (SlotShape.CELL, "| Nu |\n|----|\n", "Jetzt | dann", "| Jetzt \\| dann |\n|----|\n", None, DEFAULT_OPTIONS),
    (SlotShape.ALT, "![Nu](a.png)\n", "Jetzt]", "![Jetzt\\]](a.png)\n", "![<Jetzt\\]>](a.png)\n", DEFAULT_OPTIONS),
    (SlotShape.TITLE, '![](a.png "Nu")\n', 'Je"tzt', '![](a.png "Je\\"tzt")\n', None, DEFAULT_OPTIONS),
    (SlotShape.SCALAR, "---\ntitle: Nu\n---\n", "Jetzt: #1", '---\ntitle: "Jetzt: #1"\n---\n', '---\ntitle: "Jetzt: #1"\n---\n', DEFAULT_OPTIONS),
    (SlotShape.LINE, "/// note | Nu\n///\n", "Jetzt", "/// note | Jetzt\n///\n", None, MKDOCS),
    (SlotShape.BRACKETED, ":::note[Nu]\n:::\n", "Je]tzt", ":::note[Je\\]tzt]\n:::\n", None, DOCUSAURUS),
    (SlotShape.ATTRIBUTE, '<div title="Nu"></div>\n', 'Je"tzt', '<div title="Je&quot;tzt"></div>\n', '<div title="<Je&quot;tzt>"></div>\n', DEFAULT_OPTIONS),
    (SlotShape.PARAMETER, '{{< figure title="Nu" >}}\n', 'Je"tzt', '{{< figure title="Je\\"tzt" >}}\n', '{{< figure title="<Je\\"tzt>" >}}\n', HUGO),
    (SlotShape.HTML, "<div>Nu</div>\n", "Je</div>tzt", "<div>Je&lt;/div>tzt</div>\n", "<div><Je&lt;/div>tzt></div>\n", DEFAULT_OPTIONS),
    (SlotShape.COMMENT, "```c\n/* Nu gaat het */\n```\n", "Jetzt */ geht", None, None, CODE),
    (SlotShape.STRING, '```python\nzeg("Nu gaat het")\n```\n', 'Jetzt "geht" es', '```python\nzeg("Jetzt \\"geht\\" es")\n```\n', None, CODE),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].value)
def test_translation_stays_in_its_slot(
    case: tuple[SlotShape, str, str, str | None, str | None, ParseOptions],
) -> None:
    shape, text, msgstr, published, marked, options = case
    document = parse(text, options=options)
    segment = document.segments[-1]
    assert segment.slot.shape is shape
    localised = localise(document, {segment.key: msgstr})
    assert (localised.text, len(localised.fallbacks)) == ((text, 1) if published is None else (published, 0))
    if marked is not None:
        assert localise_marked(document, {segment.key: msgstr}, lambda _, slot: f"<{slot}>").text == marked


# More sources and msgstrs for the last slot of a document, what is published, and what a preview marks.
PLACES = [
    # a msgstr on several lines
    ("> 1. Nu is het zo. Dan.\n", "Dann\n# so", "> 1. Nu is het zo. Dann  \n>    \\# so\n", None, SENTENCES),
    ("![Nu](a.png)\n", "Je\ntzt", "![Je tzt](a.png)\n", None, DEFAULT_OPTIONS),
    ("![](a.png 'Nu')\n", "Je\ntzt", "![](a.png 'Je tzt')\n", None, DEFAULT_OPTIONS),
    ("::: note Nu\n:::\n", "Je\ntzt", "::: note Je tzt\n:::\n", None, DOCUSAURUS),
    (":::note[Nu]\n:::\n", "Je\ntzt", ":::note[Je tzt]\n:::\n", ":::note[<Je tzt>]\n:::\n", DOCUSAURUS),
    ('{{< figure title="Nu" >}}\n', "Je\ntzt", '{{< figure title="Je tzt" >}}\n', None, HUGO),
    ("<div>Nu</div>\n", "Je\ntzt", "<div>Je tzt</div>\n", None, DEFAULT_OPTIONS),
    ('<div title="Nu"></div>\n', "Je\ntzt", '<div title="Je tzt"></div>\n', None, DEFAULT_OPTIONS),
    # other brackets and quotes
    (":::note[Nu]\n:::\n", "Xenon [1", ":::note[Xenon \\[1]\n:::\n", None, DOCUSAURUS),
    ("![](a.png (Nu))\n", "Xe)non (1", "![](a.png (Xe\\)non \\(1))\n", None, DEFAULT_OPTIONS),
    ("![](a.png 'Nu')\n", "X'non (\"1\")", "![](a.png 'X\\'non (\"1\")')\n", None, DEFAULT_OPTIONS),
    ("<div title='Nu'></div>\n", "X'non \"1\"", "<div title='X&#39;non \"1\"'></div>\n", None, DEFAULT_OPTIONS),
    # an attribute without quotes gets some if it needs them, and is marked if it has some
    ("<img alt=Nu>\n", "Jetzt", "<img alt=Jetzt>\n", "<img alt=Jetzt>\n", DEFAULT_OPTIONS),
    ("<img alt=Nu>\n", "Je tzt", '<img alt="Je tzt">\n', '<img alt="<Je tzt>">\n', DEFAULT_OPTIONS),
    ("<img alt=Nu>\n", "x y", '<img alt="x y">\n', '<img alt="<x y>">\n', DEFAULT_OPTIONS),
    # a block can begin in a cell only where no pipe is before it
    ("| Nu |\n|----|\n", "- Jetzt", "| - Jetzt |\n|----|\n", "| <- Jetzt> |\n|----|\n", DEFAULT_OPTIONS),
    ("Zo | Nu\n---|----\n", "- Jetzt", "Zo | - Jetzt\n---|----\n", None, DEFAULT_OPTIONS),
    ("| Zo |\n|----|\nNu\n", "- Jetzt", "| Zo |\n|----|\n\\- Jetzt\n", None, DEFAULT_OPTIONS),
    ("| Zo |\n|----|\n| Nu\n", "1 \\* 2 | 3", "| Zo |\n|----|\n| 1 \\* 2 \\| 3\n", None, DEFAULT_OPTIONS),
    # MDX reads Markdown between tags
    ("<div>Nu</div>\n", "Jetzt\\", "<div>Jetzt\\\\</div>\n", None, DOCUSAURUS),
    ("<div>Nu</div>\n", "# Jetzt", "<div># Jetzt</div>\n", None, DOCUSAURUS),
    ("> <div>\n> Nu\n> </div>\n", "# Jetzt", "> <div>\n> \\# Jetzt\n> </div>\n", None, DOCUSAURUS),
    # an alt text that is a reference with a label is marked, its label is kept
    ("![Nu][a]\n\n[a]: a.png\n", "Jetzt", "![Jetzt][a]\n\n[a]: a.png\n", "![<Jetzt>][a]\n\n[a]: a.png\n", DEFAULT_OPTIONS),
]  # fmt: skip


@pytest.mark.parametrize(("text", "msgstr", "published", "marked", "options"), PLACES)
def test_translation_is_written_as_its_place_needs_it(
    text: str, msgstr: str, published: str, marked: str | None, options: ParseOptions
) -> None:
    document = parse(text, options=options)
    translations = {document.segments[-1].key: msgstr}
    localised = localise(document, translations)
    assert (localised.text, localised.fallbacks) == (published, ())
    if marked is not None:
        assert localise_marked(document, translations, lambda _, slot: f"<{slot}>").text == marked


_alts = st.lists(st.sampled_from(["a", " ", "[", "]", "\\", "`", "<b>", "![", "](b)", "&amp;", "\n", "*"]), max_size=6)


@pytest.mark.property
@given(_alts.map("".join), st.sampled_from(["](b)", "][b]", "][]", "]", "] [b]"]))
def test_alt_text_with_a_slot_is_not_the_label_of_its_image(alt: str, end: str) -> None:
    document = parse(f"![{alt}{end}\n\n[a]: /a\n[b]: /b\n[{alt}]: /c\n")
    for segment in document.segments:
        if segment.kind is SegmentKind.IMAGE_ALT:
            following = document.data[segment.slot.end :]
            assert following.startswith((b"](", b"][b"))


def test_each_shape_has_a_case_and_a_class() -> None:
    assert [case[0] for case in CASES] == list(SlotShape)
    classes = {type(shape_of(parse(text, options=options).segments[-1].slot)) for _, text, *_, options in CASES}
    assert len(classes) == len(SlotShape)
    assert all(one.__doc__ != Shape.__doc__ for one in classes)


def test_only_code_that_makes_slots_names_a_shape() -> None:
    rooms = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "SlotShape":
                rooms.add(path.relative_to(PACKAGE).parts[0])
            if isinstance(node, ast.Compare) and "SlotShape." in ast.unparse(node):
                assert path.relative_to(PACKAGE).parts[0] == "segments", f"{path}:{node.lineno} compares shapes"
    assert rooms == {"segments", "markdown"}
