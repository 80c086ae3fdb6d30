"""The judge: the changes in a rendered document that a translation may make, and those that it may not."""

from __future__ import annotations

from contextlib import suppress
from html import unescape

import pytest
from effort import assert_linear
from hypothesis import given
from markdown import Markdown
from strategies import documents, hostile_texts

from translate_pipe.localisation.comparison import PageShape, differences, page_shape
from translate_pipe.localisation.python_markdown import open_brackets
from translate_pipe.localisation.renderers import CommonMark, GitHub, PythonMarkdown, Renderer, RenderingError
from translate_pipe.markdown.parser import for_renderers
from translate_pipe.model import ParseOptions
from translate_pipe.registry import MARKDOWN_EXTENSIONS

MARKDOWN = PythonMarkdown()
RENDERERS: list[Renderer] = [MARKDOWN, GitHub(), CommonMark()]


def found(source: str, localised: str, renderer: Renderer = MARKDOWN) -> list[str]:
    return list(differences(page_shape(renderer.html(source)), page_shape(renderer.html(localised))))


SAME = [
    ("Een glas *lauwe* melk.", "Ein Glas lauwe Milch."),
    ("Een glas melk.", "Ein **Glas** _Milch_."),
    ("__een__ en **twee**", "**eins** und __zwei__"),
    ("Zie [a](/a) en [b](/b).", "Siehe [b](/b) und [a](/a)."),
    ("De `x` van `y`.", "`y`s `x`, also `y`."),
    ("<https://x.nl/>", "[https://x.nl/](https://x.nl/)"),
    ("Zie www.x.nl of a@x.nl.", "Siehe [x](http://www.x.nl) oder <a@x.nl>."),
    ("Een [link](/a).", "Ein [Link](/b)."),
    ("`code` eerst", '<span dir="ltr">`code`</span> أولا'),
    ("`code` eerst", "<bdi>`code`</bdi> أولا"),
    ("een<br>twee", "eins zwei"),
    ("Zie [a]({{ site.url\n}}/a).", "Siehe [a]({{ site.url }}/a)."),
    ("een  \ntwee", "eins  \nzwei  \ndrei"),
    ("Waar<sup>1</sup>.", "Wahr¹."),
    ("Waar¹.", "Wahr<sup>1</sup>."),
    ("In de 19e eeuw", "Au XIX<sup>e</sup> siècle"),
    ("10<sup>3</sup> keer", "tausend Mal"),
    ("Typ <jouw naam> hier.", "Gib <deinen Namen> hier ein."),
    ("*[EU]: Europese Unie\n\nDe EU en de EU.", "*[EU]: Europäische Union\n\nDie EU."),
    ("Zie [verder](#twee).\n\n# Twee", "Siehe [weiter](#zwei).\n\n# Zwei"),
    ("Zie [verder](#twee).\n\n# Twee", "見る [続き](#第二部).\n\n# 第二部"),
    ("[TOC]\n\n# Een\n\n## Twee", "[TOC]\n\n# Eins\n\n## Zwei"),
    ("Met [`reqwest`](/r) dus.", "Mit [`reqwest`](/r), also [`reqwest`](/r)."),
    ("A[^a] B[^b]\n\n[^b]: bb\n\n    cc\n\n[^a]: aa", "B[^b] A[^a]\n\n[^b]: bb\n\n    cc\n\n[^a]: aa"),
    ("<div>x</div>", "<div>x</div>"),
    ("| a | b |\n|---|---|\n| c | d |", "| e | f |\n|---|---|\n| g | h `i` |"),
    ("![kat](/en/kat.png)", "![Katze](/de/kat.png)"),
    ("[mail](mailto:a@b.nl?subject=Vraag%20over)", "[Mail](mailto:a@b.nl?subject=Frage%20zu)"),
    ("---\ntitle: x\n---\n\nTekst", "---\ntitle: y\nmeer: '# z'\n---\n\nText"),
    ("\ufeffTekst", "\ufeffText"),
]


@pytest.mark.parametrize(("source", "localised"), SAME)
@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda one: one.name)
def test_allowed_change_is_not_a_difference(source: str, localised: str, renderer: Renderer) -> None:
    assert found(source, localised, renderer) == []


DIFFERENT = [
    ("Een [link](/a).", "Ein Link.", "the link /a is missing"),
    ("Een link.", "Ein [Link](/a).", "the link /a is not in the source"),
    ("Een [link](/a).", "Ein [Link](//b).", "the link /a is missing"),
    ("![kat](/a.png)", "![Katze](/b.png)", "the image /a.png is missing"),
    ("Waar[^1].\n\n[^1]: x", "Wahr.\n\n[^1]: x", "the citation [^1] is missing"),
    ("A[^1] B[^2].\n\n[^1]: x\n[^2]: y", "A[^1] B[^1].\n\n[^1]: x\n[^2]: y", "the citation [^2] is missing"),
    ("Waar<sup>1</sup>.", "Wahr.", "the number <sup>1</sup> is missing"),
    ("Waar<sup>1</sup>.", "Wahr<sup>2</sup>.", "the number <sup>1</sup> is missing"),
    ("Druk op <kbd>A</kbd>.", "Drücke A.", "the element <kbd> is missing"),
    ('<span class="x">a</span>', "a", "the element <span> is missing"),
    ('<a id="hier"></a>Tekst', "Text", "the anchor hier is missing"),
    ("een\n\ntwee", "eins", "where the source has <p>, there is nothing"),
    ("een", "- eins", "where the source has <p>, there is <ul>"),
    ("- een\n- twee", "- eins\n\n- zwei", "where the source has"),
    ("| a | b |\n|---|---|\n| c | d |", "| e |\n|---|\n| g |", "where the source has <th>, there is"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "localised", "difference"), DIFFERENT)
@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda one: one.name)
def test_forbidden_change_is_reported(source: str, localised: str, difference: str, renderer: Renderer) -> None:
    assert found(source, localised, renderer)[0].startswith(difference)


@pytest.mark.parametrize(
    ("source", "localised", "difference"),
    [
        (
            '!!! note "Let op"\n    Tekst.',
            '!!! note "Achtung" Text.',
            "where the source has <div class=admonition note>",
        ),
        ("Tekst.\n{: .groot }", "Text. {: .groot }", "where the source has <p class=groot>"),
        ("a\n: b", "a\n:b", "where the source has <dl>"),
    ],
)
def test_syntax_of_python_markdown_is_judged(source: str, localised: str, difference: str) -> None:
    assert found(source, localised)[0].startswith(difference)


def test_extensions_are_configurable() -> None:
    text = "| a |\n|---|\n| b |"
    assert "<table>" in MARKDOWN.html(text)
    assert "<table>" not in PythonMarkdown(("footnotes",)).html(text)


LOCALISED_ADDRESSES = [
    ("https://en.wikipedia.org/wiki/Sleep#Dreams", "https://de.wikipedia.org/wiki/Schlaf#Träume"),
    ("https://www.example.org/a", "https://de.example.org/a"),
    ("https://www.amazon.com/dp/1", "https://www.amazon.de/dp/1"),
    ("https://learn.microsoft.com/en-us/azure", "https://learn.microsoft.com/de-de/azure"),
    ("https://nodejs.org/en/docs", "https://nodejs.org/docs"),
    ("https://nodejs.org/docs", "https://nodejs.org/de/docs"),
    ("en/a.md", "de/a.md"),
    ("../en/a.md#kop", "../de/a.md#titel"),
    ("a.md#kop", "a.md#titel"),
    ("/beelden/kaart.en.png", "/beelden/kaart.de.png"),
    ("/beelden/kaart.png", "/beelden/kaart_de.png"),
    ("https://x.org/a?hl=en&b=1", "https://x.org/a?b=1&hl=de"),
    ("http://x.org/a", "https://x.org/a"),
    ("https://x.org/caf%C3%A9", "https://x.org/café"),
    ("http://[", "http://["),
]


def linked(source: str, localised: str) -> list[str]:
    was, now = (page_shape(f'<p><a href="{address}">a</a></p>') for address in (source, localised))
    return list(differences(was, now))


@pytest.mark.parametrize(("source", "localised"), LOCALISED_ADDRESSES)
def test_address_of_the_locale_is_allowed(source: str, localised: str) -> None:
    assert linked(source, localised) == []
    assert linked(localised, source) == []


@pytest.mark.parametrize(
    ("source", "localised"),
    [
        ("https://a.nl/x", "https://b.nl/x"),
        ("https://a.nl/x", "https://a.nl/x.exe"),
        ("https://a.nl/x", "/x"),
        ("a.md", "//a.md"),
        ("mailto:a@b.nl", "mailto:a@c.nl"),
        ("https://a.nl", "mailto:a.nl"),
        ("/a", "java&#9;script:alert(1)"),
        ("http://[", "http://]"),
    ],
)
def test_other_address_is_a_difference(source: str, localised: str) -> None:
    assert linked(source, localised) == [
        f"the link {source} is missing",
        f"the link {unescape(localised)} is not in the source",
    ]


@pytest.mark.property
@given(documents())
def test_document_has_the_shape_of_itself(text: str) -> None:
    for renderer in RENDERERS:
        assert found(text, text, renderer) == []


@pytest.mark.property
@given(documents(), hostile_texts)
def test_every_text_is_compared_or_reported_as_impossible(text: str, other: str) -> None:
    for renderer in RENDERERS:
        with suppress(RenderingError):
            assert all(found(text, text + other, renderer))


@pytest.mark.property
@given(documents(), hostile_texts)
def test_patterns_left_out_for_speed_change_nothing(text: str, other: str) -> None:
    for each in (f"No front matter.\n\n{text}", f"No front matter.\n\n{other}"):
        with suppress(RenderingError):
            # A footnote's second mark may be the one in a list or the one after it, which makes no difference.
            assert page_shape(MARKDOWN.html(each)) == page_shape(
                Markdown(extensions=[*MARKDOWN_EXTENSIONS]).convert(each)
            )


def test_many_blocks_are_rendered_as_by_the_library() -> None:
    text = """# Kop

Een alinea[^{n}] met *woorden*.

[^{n}]: Een noot,

    die verder gaat.

- een

    twee
- drie

> citaat

<div markdown>

binnen

</div>

```
code

code
```

!!! note
    Een

    twee

"""
    text = "".join(text.replace("{n}", str(number)) for number in range(300))
    assert text.count("\n\n") > 3000
    assert MARKDOWN.html(text) == Markdown(extensions=[*MARKDOWN_EXTENSIONS]).convert(text)


@pytest.mark.property
@given(documents(), hostile_texts)
def test_simple_html_is_read_as_by_the_parser(text: str, other: str) -> None:
    for each in (text, other):
        with suppress(RenderingError):
            for renderer in RENDERERS:
                html = renderer.html(each)
                # An end tag without its start is ignored, and the parser reads the rest.
                assert page_shape(html) == page_shape("</nothing >" + html)


DEEP = "*a " * 3000 + "b*" * 3000


def test_deeply_nested_text_is_reported_and_the_next_is_rendered() -> None:
    renderer = PythonMarkdown()
    with pytest.raises(RenderingError, match="nested too deep"):
        renderer.html(DEEP)
    assert renderer.html("*a*") == "<p><em>a</em></p>"


@pytest.mark.parametrize("piece", ["[", "![a ", "[a](b ", "[^a", "`[", "x <a "])
def test_unclosed_brackets_are_refused_quickly(piece: str) -> None:
    with pytest.raises(RenderingError, match="brackets that nothing closes"):
        PythonMarkdown().html(f"Een.\n\n{piece * 100_000}\n")


BRACKETS = (
    "Een [link](https://voorbeeld.example/(x)) en \\[ geen.\n" * 3000,
    "Een [ open haakje [ en nog een.\n\n" * 3000,
    "```\n" + "x[0 <a\n" * 3000 + "```\n",
    "Een `lijst` van `deel\n\n    " + "x[0 <a\n    " * 3000 + "\n",
    "Als a < b > c, dan.\n" * 3000,
)


@pytest.mark.parametrize("text", BRACKETS)
def test_other_brackets_are_accepted(text: str) -> None:
    assert open_brackets(text) == 0


@pytest.mark.parametrize("piece", ["[", "[\n", "`", "```\n", "    [", "[](", "<", " \n", "~~~ [<\n", "\\[", "("])
def test_brackets_are_counted_in_linear_time(piece: str) -> None:
    assert_linear(lambda size: lambda: open_brackets(piece * size + "[" * size))


@pytest.mark.parametrize(
    "text",
    [
        *(
            piece * 20_000
            for piece in ("> ", "- ", "1. ", "[", "![", "*a **b ", "<a ", "<!--", "[^1]: ", "|", "~", "`")
        ),
        "\0",
        "a\0b *\0* [\0](\0)",
        "[^a]" * 10_000 + "\n\n[^a]: noot\n",
        "|a" * 2000 + "|\n" + "|-" * 2000 + "|\n" + "|\n" * 2000,
        "a" * 1_000_000,
        "\ufffe\U0010ffff" * 1000,
        "\r" * 1000,
        "[^\n😀]",
    ],
    ids=lambda text: repr(text[:10]),
)
def test_cmark_renders_every_text(text: str) -> None:
    html = GitHub().html(text)
    assert list(differences(page_shape(html), page_shape(html))) == []


@pytest.mark.parametrize(
    "piece", ["[^a]", "[a](b ", "*a **b ", "> a\n", "- a\n", "|a|\n|-|\n", "www.a.b ", "[a]: b\n\n"]
)
def test_cmark_renders_in_linear_time(piece: str) -> None:
    assert_linear(lambda size: lambda: page_shape(GitHub().html(piece * size)))


def test_text_that_cmark_cannot_hold_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("translate_pipe.localisation.renderers._LONGEST", 3_000_000)
    assert GitHub().html("a" * 3_000_000)
    with pytest.raises(RenderingError, match="more than 3 MB"):
        GitHub().html("é" * 1_500_001)
    monkeypatch.setattr("translate_pipe.localisation.renderers._MEMORY", 2**62)
    with pytest.raises(RenderingError, match="too little memory"):
        GitHub().html("a")


@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda one: one.name)
def test_written_address_is_no_link(renderer: Renderer) -> None:
    problems = found("Zie [hier](https://a.nl/b).", "Siehe [hier] (https://a.nl/b).", renderer)
    assert problems == ["the link https://a.nl/b is missing"]


@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda one: one.name)
def test_footnotes_are_compared_by_their_labels(renderer: Renderer) -> None:
    text = "A[^een] B[^twee] C[^een].\n\n[^een]: Noot.\n\n[^twee]: Andere.\n"
    shape = page_shape(renderer.html(text))
    citations = [one.value for block in shape for one in block.features if one.kind == "citation"]
    assert citations == ["[^een]", "[^twee]", "[^een]"]
    assert len([block for block in shape if block.label]) == 2


def test_missing_extension_is_reported() -> None:
    with pytest.raises(RenderingError, match="nowhere"):
        PythonMarkdown(("nowhere.at.all",))


def test_declarations_are_read_as_by_browsers() -> None:
    assert page_shape("<p><![x[y</p>]]>") == page_shape("<p>]]&gt;")


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("<b>x</b>", "<b onclick='a()'>x</b>", 'the attribute onclick="a()" of <b> is not in the source'),
        ("<b>x</b>", '<b onclick="a()" onclick="b()">x</b>', 'the attribute onclick="a()" of <b> is not in the source'),
        ("<p>x</p>", '<p style="top:0">x</p>', 'the attribute style="top:0" of <p> is not in the source'),
        ("<p>x</p>", "<p hidden>x</p>", 'the attribute hidden="" of <p> is not in the source'),
        ("<i style='a'>x</i>", "<i style='b'>x</i>", 'the attribute style="b" of <i> is not in the source'),
        ("<q>x</q>", "<q cite='//evil.example'>x</q>", "the link //evil.example is not in the source"),
        (
            "<video></video>",
            "<video poster='//evil.example/a'></video>",
            "the address //evil.example/a is not in the source",
        ),
        ("<i>x</i>", "<i srcset='//a.example/b 2x'>x</i>", "the address //a.example/b is not in the source"),
    ],
)
def test_forbidden_attributes_are_reported(was: str, now: str, problem: str) -> None:
    assert list(differences(page_shape(f"<div>{was}</div>"), page_shape(f"<div>{now}</div>"))) == [problem]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("<b title='a'>x</b>", "<b lang='de' title='b' dir=ltr>x</b>"),
        ("<h2 id='kop'>x</h2>", "<h2 id='titel'>x</h2>"),
        ("<i style='a'>x</i> <b class=c>y</b>", "<b class=c>y</b> <i style='a'>x</i>"),
        ("<a rel=nofollow href=/a>x</a>", "<a href=/a rel=nofollow>x</a> <a rel=nofollow href=/a>y</a>"),
        ("<jouw naam>", "<jouw name>"),
        ("x<br />y", "x<br>y"),
    ],
)
def test_allowed_attributes_are_not_a_difference(was: str, now: str) -> None:
    assert list(differences(page_shape(f"<div>{was}</div>"), page_shape(f"<div>{now}</div>"))) == []


# Containers of dialects


CONTAINERS = [
    ("mkdocs", '=== "Tab"\n\n    Een [link](/a).\n'),
    ("mkdocs", '??? note "Meer"\n\n    Een [link](/a).\n'),
    ("mkdocs", "/// note | Let op\nEen [link](/a).\n///\n"),
    ("docusaurus", "<Tabs>\n<TabItem>\n\n    Een [link](/a).\n\n</TabItem>\n</Tabs>\n"),
    ("docusaurus", ":::tip\n\nEen [link](/a).\n\n:::\n"),
    ("myst", "```{note}\nEen [link](/a).\n```\n"),
    ("hugo", "{{< kader >}}\n- Een [link](/a).\n{{< /kader >}}\n"),
    ("pandoc", "::: {.kader}\n- Een [link](/a).\n:::\n"),
]


@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda renderer: renderer.name)
@pytest.mark.parametrize(("dialect", "text"), CONTAINERS)
def test_judge_sees_the_content_of_containers(renderer: Renderer, dialect: str, text: str) -> None:
    options = ParseOptions(dialects=(dialect,))

    def seen(text: str) -> PageShape:
        return page_shape(renderer.html(for_renderers(text, options)))

    assert list(differences(seen(text), seen(text.replace("(/a)", "(//b)")))) != []
    assert list(differences(seen(text), seen(text.replace("Een [link]", "Noch ein [Verweis]")))) == []
    marks = [line for line in text.splitlines() if "link" not in line and line.strip()]
    assert list(differences(seen(text), seen(text.replace(marks[0], "tekst")))) != []
