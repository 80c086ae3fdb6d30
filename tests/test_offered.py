"""Text that readers see and that is in no segment is reported, whatever the parser takes it for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from effort import assert_linear
from hypothesis import given
from hypothesis import strategies as st
from project_helpers import make_project, po
from strategies import LINE_ENDS

from translate_pipe.checks.documents.page import Page
from translate_pipe.checks.sources import offered
from translate_pipe.checks.sources.lint import lint
from translate_pipe.checks.sources.offered import not_offered, text_not_offered
from translate_pipe.markdown.dialects import ALL_DIALECTS
from translate_pipe.model import Document, Severity
from translate_pipe.segments import ParseOptions, parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = tuple(dialect.name for dialect in ALL_DIALECTS)


def options(dialect: str) -> ParseOptions:
    return ParseOptions(dialects=(dialect,), translate_bibliography=True)


def named(document: Document) -> list[tuple[int, str]]:
    """The lines and the texts of the findings."""
    page = Page(document)
    return [(page.region(spot.offset).line, " ".join(spot.key.split())) for spot in text_not_offered(page)]


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def without_segment(document: Document, text: str) -> Document:
    """The document of a parser that has overlooked a text."""
    left = tuple(segment for segment in document.segments if segment.text != text)
    assert len(left) < len(document.segments), text
    return replace(document, segments=left)


TEXTS = [
    ("gfm", "# Een kop {#kop}\n\nEen *noot*\nop twee regels.\n\n- een\n\n  twee\n- [x] drie\n\n> citaat\n> > diep\n"),
    ("gfm", "| kop | ander |\n| --- | :-: |\n| cel | `code` |\n\nTerm\n: Uitleg\n\nTekst[^1]\n\n[^1]: Voetnoot\n"),
    ("gfm", '<p>Een <b>noot</b></p>\n\n<img alt="beeld" src="a.png">\n\n![plaatje](b.png "titel")\n\n[r]: /u "opschrift"\n'),
    ("commonmark", "Kop\n===\n\n1. een\n2. twee\n\n       code\n\n<div>\n\ntekst\n\n</div>\n"),
    ("mkdocs", '!!! note "Titel"\n    Een noot.\n\n    === "Tab"\n\n        Diep.\n\n??? tip\n    Dicht.\n\n*[HTML]: opmaaktaal\n'),
    ("mkdocs", '/// note | Titel\n    type: x\n\nEen noot.\n///\n\n--8<-- "a.md"\n\n::: pakket.module\n    options: {}\n\nSlot.\n'),
    ("myst", ":::{tip} Titel\n:class: smal\n\nEen noot.\n:::\n\n```{note}\nNog een.\n```\n\n(doel)=\n# Kop\n\n% overleg\nSlot.\n"),
    ("hugo", '{{< figure src="a.png" caption="Bijschrift" >}}\n\nEen noot.\n\n{{< highlight go >}}\ncode\n{{< /highlight >}}\n'),
    ("hugo", "> [!TIP]+ Titel\n> Een noot.\n\n{{% comment %}}\nOverleg.\n{{% /comment %}}\n\nSlot.\n"),
    ("docusaurus", ':::tip[Titel]\n\nEen noot.\n\n:::\n\n:::note Ander\n\nTwee.\n\n:::\n\n<Tabs>\n  <TabItem label="Met">\n    Diep.\n  </TabItem>\n</Tabs>\n'),
    ("docusaurus", "import A from 'a';\n\nexport const b = {\n  c: 'd',\n};\n\n{/* overleg */}\n\n<A b={{c: 1}} />\n\nSlot.\n"),
    ("pandoc", '% Titel\n% Schrijver\n\n::: {.callout-tip title="Tip"}\nEen noot.\n:::\n\n```{=latex}\ncode\n```\n\n\\newpage\n\nSlot.\n'),
    ("jekyll", "{% if a %}\nEen noot.\n{% endif %}\n\n{% highlight ruby %}\ncode\n{% endhighlight %}\n\nSlot.\n{: .klas}\n"),
]  # fmt: skip


@pytest.mark.parametrize("line_end", LINE_ENDS, ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(("dialect", "text"), TEXTS)
def test_overlooked_text_is_reported_with_its_line(dialect: str, text: str, line_end: str) -> None:
    document = parse(text.replace("\n", line_end), "a.md", options(dialect))
    assert named(document) == []
    for segment in document.segments:
        ((line, found),) = named(without_segment(document, segment.text))
        assert (line, [*words(found)]) == (segment.line, [word for word in words(segment.text) if word != "b"])


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("hugo", "1. Een.\n\n   ```md\n   $$\n   a\n   $$\n   ```\n\n## Twee\n\nDrie.\n"),
        ("gfm", "1. Een.\n\n   ```md\n   \\[\n   ```\n\n## Twee\n\n\\]\n\nDrie.\n"),
        ("mkdocs", "1. Een.\n\n   ```md\n   --8<--\n   ```\n\n## Twee\n\n--8<--\n\nDrie.\n"),
        (
            "hugo",
            "Een.\n\n{{< code-toggle a=b />}}\n\n## Twee\n\n{{< code-toggle >}}\na\n{{< /code-toggle >}}\n\nDrie.\n",
        ),
        ("hugo", "Een.\n\n{{< highlight go />}}\n\n## Twee\n\n{{< mermaid >}}\na\n{{< /mermaid >}}\n\nDrie.\n"),
        ("pandoc", "Een.\n\n$$\na\n\n## Twee\n\nb\n$$\n\nDrie.\n"),
        ("docusaurus", "Een.\n\n<A b='c'\n  d={{e: {f: {g: {h: 1}}}}}>\n  Twee\n</A>\n\nDrie.\n"),
        ("docusaurus", "Een.\n\n<A>\n\n    \tTwee\n\n</A>\n\nDrie.\n"),
        ("myst", "Een.\n\n:a: Twee\n\nDrie.\n"),
    ],
)
def test_swallowed_text_is_a_segment_or_reported(dialect: str, text: str) -> None:
    document = parse(text, "a.md", options(dialect))
    reached = " ".join([*(segment.text for segment in document.segments), *(text for _, text in named(document))])
    assert [word for word in ("Een", "Twee", "Drie") if word not in reached] == []


KEPT = [
    ("gfm", "```\ncode\n```\n\n    code\n\n`code`\n\n<code>code</code>\n\n<pre>code</pre>\n\n<https://a.nl/b>\n\nhttps://a.nl\n"),
    ("gfm", "<script>\nconst a = 1;\n\nb();\n</script>\n\n<style>\n\np { color: red }\n\n</style>\n\n<!-- een\n\nopmerking -->\n"),
    ("gfm", '<div translate="no">\n\nNiet *dit*.\n\n<p class="notranslate">ook</p>\n\n</div>\n\n<svg><text>Niet</text></svg>\n'),
    ("gfm", "---\ntags: [een, twee]\n---\n\n$$\na^2 = \\text{oppervlak}\n$$\n\n[![][a]][b]\n\n[a]: /beeld.png\n[b]: /ergens\n"),
    ("gfm", "<!-- i18n:skip -->\nNiet dit.\n\n<!-- i18n:skip-start -->\n\n- of\n- dit\n\n<!-- i18n:skip-end -->\n\n:tada:\n"),
    ("gfm", "Tekst.¹\n\n## Bronnen\n\n¹ Smit, 2020.\n\n- Jansen, 2021.\n"),
    ("mkdocs", "{! a.md !}\n\n{{ macro }}\n\n[TOC]\n\n++ctrl+alt++\n\n[[pagina]]\n\n$a_b$\n\n\\(x = y\\)\n\n![](a.png){ .klas }\n"),
    ("hugo", "{{< code-toggle >}}\ntitle = 'a'\n\n[params]\n{{< /code-toggle >}}\n\n{{< youtube id >}}\n\n{.klas}\n"),
    ("myst", "```{code-block} python\ncode\n```\n\n```{toctree}\nkop <bestand>\n```\n\n{ref}`doel`\n\n<project:#doel>\n\n{{ waarde }}\n"),
    ("docusaurus", '{props.a}\n\n{[1, 2].map((a) => <b>{a}</b>)}\n\n<!-- truncate -->\n\n<style>{`p {}`}</style>\n\n<A b="c" />\n'),
    ("pandoc", "+---+---+\n| a | b |\n+===+===+\n| c | d |\n+---+---+\n\n\\begin{align}\na &= b\n\\end{align}\n\n{{< include a.qmd >}}\n"),
    ("jekyll", '{% comment %}\nOverleg.\n{% endcomment %}\n\n{::comment}\nOverleg.\n{:/comment}\n\n{% include a.html b="c" %}\n\n{:toc}\n'),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "text"), KEPT)
def test_text_excluded_on_purpose_is_not_reported(dialect: str, text: str) -> None:
    assert named(parse(text, "a.md", ParseOptions(dialects=(dialect,)))) == []


@pytest.mark.parametrize(
    "text",
    [
        "::: tip Titel\nTekst.\n:::\n",
        '!!! note "Titel"\n    Tekst.\n',
        "import A from 'a'\n\nTekst.\n",
        "{% if a %}\nTekst.\n{% endif %}\n",
        '{{< figure title="een" >}}\nTekst.\n',
        "> /// note | Titel\n> Tekst.\n> ///\n",
    ],
)
def test_lines_of_other_dialects_are_reported_once(text: str) -> None:
    found = lint(Page(parse(text.replace("\n", "\r\n"), "a.md")))
    assert {one.check for one in found} == {"unknown-markup"}
    document = without_segment(parse(text, "a.md", options("gfm")), "Tekst.")
    assert ["Tekst" in text for _, text in named(document)] == [True]


def test_neighbours_are_reported_together() -> None:
    document = parse("Een.\n\n# Twee\n\nDrie.\n\nVier.\n\nVijf.\n", "a.md", options("gfm"))
    for text in ("Een.", "Twee", "Drie.", "Vijf."):
        document = without_segment(document, text)
    assert named(document) == [(1, "Een. Twee Drie."), (9, "Vijf.")]
    first, second = not_offered(document, ())
    assert "“Een. Twee Drie.” (up to line 5)" in first.message
    assert "“Vijf.”, but" in second.message
    assert (first.check, first.severity, first.file, first.line) == ("text-not-offered", Severity.ERROR, "a.md", 1)


TITLE = '[a]: /b "een\n  titel"\n'
"""A title on several lines, which cannot be written back and so is not a segment."""


def test_directive_silences_the_finding() -> None:
    text = "<!-- i18n:ignore: text-not-offered -->\n<p title='\x00een'>Tekst\x00</p>\n"
    assert [one.check for one in lint(Page(parse(text.partition("\n")[2], "a.md")))] == ["text-not-offered"]
    assert lint(Page(parse(text, "a.md"))) == []


@pytest.mark.parametrize("stage", ["extract", "update", "locales"])
def test_finding_is_reported_again_from_the_state(tmp_path: Path, stage: str) -> None:
    project = make_project(
        tmp_path, {"source/nl/a.md": f"Tekst.\n\n{TITLE}", "source/nl/b.md": "Goed.\n"}, locales=["de"]
    )
    for _ in range(2):
        found = project.run(stage)
        assert found.exit_code == 1
        assert found.stdout.count("[text-not-offered]") == 1
        assert "source/nl/a.md:3:10: error: readers see “een titel” (up to line 4)" in found.stdout
    assert "text-not-offered" not in project.run("build").stdout


def test_unchanged_document_is_not_rendered_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": TITLE, "source/nl/b.md": "Goed.\n"}, locales=["de"])
    project.run("locales")
    monkeypatch.setattr(offered, "not_offered", None)
    project.translate(po("b"), {"Goed.": "Gut."})
    assert "[text-not-offered]" in project.run("locales").stdout
    project.configure(domain="all", ignore_checks=["text-not-offered"])
    assert "[text-not-offered]" not in project.run("locales").stdout


# Texts that would take a renderer very long


_PIECES = (
    "[", "[a](", "![a](", "*a **a ", "`a ``a ", "<a ", '<a b="', "<!-- ", "{{< a ", "{{< highlight >}}", "{% highlight %}",
    "{{ a ", "{% a ", "{a ", "{`a ", "{/* a", "<A b={", "<A>a ", "<pre>a ", "<svg>a\n\n", "import a from 'b'\n", "export const a = {\n\n",
    "> ", "- ", "1. ", "- a\n", "a\n", "a\n\n", "[a]: b\n", "[a]: b 'c\n", "[^a]: b\n", "$$\n", "$$\na\n\n", "\\[\na\n", "\\begin{a}\n", "$a ",
    "| a ", "| a | b |\n| - | - |\n", "|-", "```\n", "~~~ a\n", ":::{a}\n", "```{a}\n", "a\n: b\n", "!!! a\n    ", "/// a\n", "--8<--\n",
    "*[a]: b\n", "+-+\n| a\n", "{::comment}\na\n", "http://a ", "a@b.c ", "[[a|b]] ", "{#a} ", 'a="b', "[a][b] ", "- a\n  - b\n", "<b>a</b>",
)  # fmt: skip


@pytest.mark.parametrize("left_out", ["", "docusaurus"])  # MDX has no HTML
@pytest.mark.parametrize("piece", _PIECES)
def test_text_takes_linear_time(piece: str, left_out: str) -> None:
    dialects = tuple(name for name in NAMES if name != left_out)

    def prepare(size: int) -> Callable[[], object]:
        text = piece * size
        document = Document(
            "a.md", "", text.encode(), (), (), ParseOptions(dialects=dialects, translate_bibliography=True)
        )
        return lambda: list(text_not_offered(Page(document)))

    assert_linear(prepare)


def test_unchecked_document_is_reported() -> None:
    document = replace(parse("[a " * 20_000, "a.md", options("gfm")), segments=())
    (found,) = not_offered(document, ())
    assert (found.severity, found.line) == (Severity.INFO, 1)
    assert "is not checked" in found.message


# Texts without words


_CERTAIN = (
    "```c\nint a;\n```\n", "````\na\n```\n````\n", "~~~ a\nb\n~~~\n", "\n\n  ```c\n  a\n\n    b\n  ```\n", "`a`", "&nbsp;", "`\\a`", "[`a`](b.md)", "[1](#a)", "[1]", f'![1](a.png "{offered.OFFERED}")',
    "[!NOTE]\n", "<!-- a -->\n", '## <a name="a"></a> ', "| `a` | 1 |\n", "1 <sup>2</sup>", "`a`<br /><br>", offered.OFFERED, "\\\n", "| - | - |\n",
)  # fmt: skip
"""What is taken out, and what may be beside it."""
_UNCERTAIN = (
    "```", "    ```\n", "\n\n   ```\n", "\n\n    ```\n    a\n    ```\n", "   a\n", "```{note}\n", "~~~\n", "`", "``", "``` ```", "`a|b`", "`\\(a`", "\\", "|", "- ", "1. ", "> ", "    ", "  ", "\t", "[", "]", "(", ")", "](",
    "(a)", "]:", "[1]:", "[^1]:", "[^1]", "^[", "^", "<", "<!--", "-->", "# ", "<p>", "</p>", "<br>", " <sup>", "</sub>", '<a id="a"></a>', "$", "$$", "\\[", "\\]", "\\(",
    "\\)", "\\begin{a}", "\\end{a}", ":::", ": ", "~ ", "!", "*", "=\n", "-\n", "{", "}", '"', "'", "&", "+", "++", "[[", "]]", "#", "*[",
    "\x0b", "\x0c", "\xa0", "\u2028", "\0", "a",
)  # fmt: skip
_pieces = st.one_of(st.sampled_from(_CERTAIN), st.just("\n"), st.just("\n\n"), st.sampled_from(_UNCERTAIN))


def unread(text: str, dialect: str) -> Page:
    """A page of a parser that finds no segments in a text."""
    return Page(Document("a.md", "", text.encode(), (), (), options(dialect)))


@pytest.mark.property
@given(st.lists(_pieces, max_size=12).map("".join), st.sampled_from(NAMES))
def test_witness_would_find_nothing_where_it_is_not_asked(text: str, dialect: str) -> None:
    found = list(text_not_offered(unread(text, dialect)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offered, "has_no_words", lambda _text, _options: False)
        assert found == list(text_not_offered(unread(text, dialect)))


@pytest.mark.parametrize("text", ["".join(_CERTAIN), *_CERTAIN])
def test_witness_is_not_asked_about_text_without_words(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(offered, "witness", None)
    assert not list(text_not_offered(unread(text, "gfm")))


# Any document


_HIDERS = (
    "$$", "\\[", "\\begin{a}", "<!--", "<pre>", "<script>", ":::", "::::{note}", "///", "+++", "---", "%", "--8<--", "import {", "export default (",
    "{/*", "{", "{::comment}", "!!! note", '=== "Tab"', "<Tabs>", "<div markdown>", "| a |\n| - |", "[^1]:", ": x", "{.klas}", "(x)=", "*[A]: b",
)  # fmt: skip
"""Lines that hide text from a parser that misreads them: here they are in code."""
_FENCES = (("```", "```"), ("~~~ md", "~~~"), ("````md {a=b}", "````"))
_WORDS = st.integers(0, 10**6).map(
    lambda number: "woord" + "".join(chr(ord("a") + int(digit)) for digit in str(number))
)


def _code(lines: list[str], fence: tuple[str, str]) -> str:
    return "\n".join([fence[0], *lines, fence[1]])


_code_blocks = st.builds(_code, st.lists(st.sampled_from(_HIDERS), min_size=1, max_size=3), st.sampled_from(_FENCES))
_text_blocks = st.one_of(
    _WORDS,
    st.builds("{} `{}` {}".format, _WORDS, st.sampled_from(_HIDERS).map(lambda one: one.partition("\n")[0]), _WORDS),
    st.builds("## {}".format, _WORDS),
    st.builds("- {}\n- {}".format, _WORDS, _WORDS),
    st.builds("{}\n===".format, _WORDS),
    st.builds("| {} |\n| --- |\n| {} |".format, _WORDS, _WORDS),
    st.builds("<p>{}</p>".format, _WORDS),
)
_PLACES = (("> ", "> "), ("- ", "  "), ("12. ", "    "), ("> - ", ">   "), ("- > ", "  > "))


def _placed(blocks: list[str], place: tuple[str, str]) -> str:
    first, others = place
    lines = "\n\n".join(blocks).split("\n")
    return "\n".join([first + lines[0], *((others + line).rstrip() for line in lines[1:])])


_blocks = st.recursive(
    st.one_of(_text_blocks, _code_blocks),
    lambda inner: st.builds(_placed, st.lists(inner, min_size=1, max_size=3), st.sampled_from(_PLACES)),
    max_leaves=6,
)
_CONTAINERS = {
    "mkdocs": ('!!! note "Titel"\n    ', "    ", ""),
    "myst": (":::::{tip} Titel\n", "", "\n:::::"),
    "docusaurus": (":::tip[Titel]\n\n", "", "\n\n:::"),
    "pandoc": ("::: {.kader}\n", "", "\n:::"),
    "hugo": ("{{< kader >}}\n\n", "", "\n\n{{< /kader >}}"),
    "jekyll": ("{% if a %}\n\n", "", "\n\n{% endif %}"),
}


@st.composite
def _documents(draw: st.DrawFn) -> tuple[str, str]:
    """A dialect and a document in it."""
    dialect = draw(st.sampled_from(NAMES))
    texts = draw(st.lists(_blocks, min_size=1, max_size=6))
    if dialect in _CONTAINERS and draw(st.booleans()):
        first, others, last = _CONTAINERS[dialect]
        texts.append(_placed(texts[-1:], (first, others)) + last)
    text = "\n\n".join(texts) + "\n"
    return dialect, text.replace("\n", draw(st.sampled_from(LINE_ENDS)))


@pytest.mark.property
@given(_documents())
def test_each_word_is_in_a_segment_or_reported(given_one: tuple[str, str]) -> None:
    dialect, text = given_one
    document = parse(text, "a.md", options(dialect))
    reached = {word for segment in document.segments for word in words(segment.text)}
    reached |= {word for _, found in named(document) for word in words(found)}
    assert set(re.findall(r"woord[a-j]+", text)) - reached == set()
