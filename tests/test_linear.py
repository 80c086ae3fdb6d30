"""The time for a document grows linearly with its size, however unusual the document is."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from conftest import REPOSITORY
from effort import assert_linear
from project_helpers import make_project, po

from translate_pipe.checks.documents import check_localised
from translate_pipe.checks.documents.page import Page
from translate_pipe.checks.sources.lint import lint
from translate_pipe.localisation import localise
from translate_pipe.localisation.finishing import Finish, finish
from translate_pipe.markdown.dialects import ALL_DIALECTS
from translate_pipe.markdown.parser import for_renderers
from translate_pipe.model import Catalogue, Diagnostic, Message, Severity
from translate_pipe.project.steps.publishing import Layer, Layers
from translate_pipe.project.steps.sketches import Sketch
from translate_pipe.segments import ParseOptions, parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from translate_pipe.model import Document

pytestmark = pytest.mark.effort

NAMES = tuple(dialect.name for dialect in ALL_DIALECTS)
ALL = ParseOptions(dialects=NAMES, code="all", segmentation="sentence", source_locale="en")

PATHOLOGICAL: dict[str, Callable[[int], str]] = {
    "quotes in quotes": lambda n: ">" * n + " a\n",
    "lists in lists": lambda n: "- " * n + "a\n",
    "numbered lists in lists": lambda n: "1. " * n + "a\n",
    "open footnotes": lambda n: "[^a" * n,
    "escaped open footnotes": lambda n: "[^" + "\\[^a" * n,
    "open attribute lists in a heading": lambda n: "# " + "{ a" * n,
    "brackets": lambda n: "[" * n,
    "pairs of brackets": lambda n: "[" * n + "a" + "]" * n,
    "images": lambda n: "![a](" * n,
    "emphasis": lambda n: "*a " * n,
    "emphasis of two kinds": lambda n: "*a _b " * n,
    "backticks": lambda n: " ".join("`" * length for length in range(1, int((2 * n) ** 0.5))),
    "words": lambda n: "woord " * n,
    "less than": lambda n: "<" * n,
    "tags": lambda n: "<a " * n,
    "comments": lambda n: "a <!-- " * n,
    "processing instructions": lambda n: "a <? " * n,
    "pipes": lambda n: "|" * n,
    "ampersands": lambda n: "&" * n,
    "braces": lambda n: "{{" * n,
    "braces with words": lambda n: "{{ a " * n,
    "attribute lists": lambda n: "a{.b} " * n,
    "attribute lists on lines": lambda n: "a {.b}\n" * n,
    "dollars": lambda n: "$a " * n,
    "display formulas": lambda n: "$$\na\n" * n,
    "formulas in brackets": lambda n: "\\[\na\n\n" * n,
    "colons": lambda n: ":a\n" * n,
    "divs": lambda n: "::: a\n\n" * n,
    "admonitions": lambda n: "!!! note\n    a\n\n" * n,
    "blocks": lambda n: "/// note\n" * n,
    "snippets": lambda n: "--8<--\na\n\n" * n,
    "fences": lambda n: "```\na\n~~~\n" * n,
    "a fence": lambda n: "```py\n" + "a # b c\n" * n,
    "indented code": lambda n: "    a\n\nb\n\n" * n,
    "html comments": lambda n: "<!-- a\n\n" * n,
    "directives": lambda n: "<!-- i18n:skip -->\n\na b\n\n" * n,
    "html": lambda n: "<div>\n" * n,
    "html on a line": lambda n: "<div>" * n + "a" + "</div>" * n,
    "html in blocks": lambda n: "<div>\n\na b\n\n" * n,
    "inline html": lambda n: "<div><span>" + "<b>" * n + "a" + "</b>" * n,
    "svg": lambda n: "<svg>\n\na\n\n" * n,
    "html with markdown": lambda n: "<div markdown>\n\n" * n + "</div>\n\n" * n,
    "attributes": lambda n: "<div " + "title='a b' " * n + ">",
    "components": lambda n: "<A b={\n" * n,
    "footnotes": lambda n: "".join(f"a[^{at}]\n\n[^{at}]: b c\n\n" for at in range(n)),
    "definitions": lambda n: "".join(f"[a{at}]: /b 'c d'\n" for at in range(n)),
    "rows": lambda n: "| a | b |\n| - | - |\n" + "| c d | e |\n" * n,
    "columns": lambda n: "| a " * n + "|\n" + "| - " * n + "|\n" + "| b " * n + "|\n",
    "a thousand columns": lambda n: ("| a " * 1000 + "|\n" + "| - " * 1000 + "|\n") + "| b " * n,
    "lone returns": lambda n: "| a | b |\r| - | - |\r" + "| c d | e |\r" * n,
    "hard breaks": lambda n: "a b  \n" * n,
    "quoted lines": lambda n: "> a b\n" * n,
    "titles": lambda n: "[a](b 'c d') " * n,
    "blanks": lambda n: "a" + " " * n + "b",
    "glossaries": lambda n: "```{glossary}\na\nb\n  c\n```\n\n" * n,
    "tables below text": lambda n: "x\na | b\n- | -\nc | d\n\n" * n,
    "closing lines below html": lambda n: "::: tip\n<div>\n" + "a\n:::\n" * n,
    "formulas with code in them": lambda n: "$$\n```\n$$\n\n" * n,
    "regions with code in them": lambda n: "{{< highlight go >}}\n```\n{{< /highlight >}}\n\n" * n,
    "regions that one line closes": lambda n: "".join(":" * (3 + at % 60) + "{math}\n\n" for at in range(n)) + ":::\n",
    "tokens on two lines": lambda n: "{{< a\nb >}} {% c\n- d %}\n" * n,
    "generated documentation": lambda n: "::: a.b\n" + "    ::: a.b\n" * n,
    "components in a paragraph": lambda n: "a\n<Tabs>\n" * n,
    "shortcodes": lambda n: '{{< a title="b c" >}}\n\n' * n,
    "tags of templates": lambda n: "{% if a\n" * n,
    "yaml": lambda n: "---\n" + "".join(f"a{at}: een\n" for at in range(n)) + "---\n",
    "a long text in yaml": lambda n: "---\ntitle: " + "a " * n + "\n---\n",
    "nested yaml": lambda n: "---\na: " + "[" * n + "]" * n + "\n---\n",
    "yaml without an end": lambda n: "---\na: b\n" + "c: d\n" * n,
    "json": lambda n: '{"title": "b", ' + ",".join(f'"a{at}": "b c"' for at in range(n)) + "}\n",
    # Too deep to be read, at any size: the code after that decision must be linear, too.
    "nested json": lambda n: '{"a": ' + "[" * (n + 3000) + "]" * (n + 3000) + "}\n",
    "toml": lambda n: "+++\n" + "".join(f'a{at} = "b c"\n' for at in range(n)) + "+++\n",
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_odd_documents_take_linear_time(name: str) -> None:
    make = PATHOLOGICAL[name]
    for options in (ParseOptions(), ALL):

        def prepare(size: int, options: ParseOptions = options) -> Callable[[], object]:
            text = make(size)
            return lambda: localise(document := parse(text, "", options), changed(document), locale="de")

        assert_linear(prepare)


def changed(document: Document) -> dict[tuple[str | None, str], str]:
    """A translation of each segment, with an added letter."""
    return {segment.key: f"{segment.text} é" for segment in document.segments}


@pytest.mark.parametrize(
    "texts", [("{{ a", "b }}"), ("{{ a }}", "{% raw %}"), ("``a`", "`{: onclick=b}"), ("{#", "#}")]
)
def test_many_refused_translations_take_linear_time(texts: tuple[str, str]) -> None:
    def prepare(size: int) -> Callable[[], object]:
        document = parse("".join(f"Alinea {at}.\n\n" for at in range(size)), "", ParseOptions(dialects=("mkdocs",)))
        translations = {segment.key: texts[at % 2] for at, segment in enumerate(document.segments)}
        return lambda: localise(document, translations, locale="de")

    assert_linear(prepare)


@pytest.mark.parametrize("text", ["Alinea {} met *woorden*.\n\n", "- Punt {} in een lijst.\n", "# Kop {}\n\n"])
def test_segments_of_a_long_document_take_no_longer(text: str) -> None:
    def prepare(size: int) -> Callable[[], object]:
        document = parse("".join(text.format(at) for at in range(size)))
        translations = changed(document)
        return lambda: localise(parse(document.text), translations, locale="de")

    assert_linear(prepare, 1000)


@pytest.mark.parametrize("text", ["Alinea {} met *woorden*.\n\n", "- Punt {} in een lijst.\n"])
@pytest.mark.parametrize(("every", "size"), [(1, 100), (50, 1000)])
def test_few_refused_translations_take_linear_time(text: str, every: int, size: int) -> None:
    options = ParseOptions(dialects=("mkdocs",))

    def prepare(many: int) -> Callable[[], object]:
        document = parse("".join(text.format(at) for at in range(many)), "", options)
        translations = {
            segment.key: segment.text if at % every else f"!!! note\n{segment.text}"
            for at, segment in enumerate(document.segments)
        }

        def work() -> None:
            assert len(localise(document, translations).fallbacks) == len(range(0, many, every))

        return work

    # Each of a few refused translations among many is searched in halves, so the time has a logarithmic factor.
    assert_linear(prepare, size)


# Many documents in one catalogue


def _catalogue_of(many: int, *, has_errors: Callable[[int], bool]) -> tuple[list[tuple[Document, Sketch]], Layers]:
    """Documents that share a catalogue in which some documents have an error."""
    documents = [parse(f"# Kop {at}\n\nAlinea {at}.\n\nEn {at}.\n", f"{at}.md") for at in range(many)]
    messages = tuple(Message(one.text, f"{one.text} é") for document in documents for one in document.segments)
    findings = tuple(
        Diagnostic("link", Severity.ERROR, "", "all.po", 1, document.segments[1].text)
        for at, document in enumerate(documents)
        if has_errors(at)
    )
    catalogue = Catalogue(messages)
    own, wider = (Layer.of(one, f"{one}.po", catalogue, findings, is_published=False) for one in ("pt_BR", "pt"))
    return [(document, Sketch.of(document, "")) for document in documents], Layers((own, wider))


@pytest.mark.parametrize(
    "has_errors", [lambda at: at == 0, lambda at: at % 50 == 0, lambda _: True], ids=["one", "some", "all"]
)
def test_errors_in_a_shared_catalogue_take_linear_time(has_errors: Callable[[int], bool]) -> None:
    def prepare(many: int) -> Callable[[], object]:
        sketches, layers = _catalogue_of(many, has_errors=has_errors)
        assert sum(layers.has_errors(sketch) for _, sketch in sketches) == sum(map(has_errors, range(many)))

        def work() -> None:
            for document, sketch in sketches:
                own = layers.within(sketch.words)
                refused = [segment.key for segment in document.segments[2:]]
                list(own.errors_of(sketch.words))
                left = own.without(refused).without(refused)  # first of one locale, then of the other
                assert not left.translations.keys() & set(refused)
                found = Diagnostic("structure", Severity.ERROR, "", sketch.path, 1, refused[0][1])
                own.relocated(own.at_message(found))
                list(left.incomplete(document))
                layers.has_errors(sketch)

        return work

    assert_linear(prepare)


# Patterns that repeat line by line; `\n` is replaced by each line end.
LINES: dict[str, tuple[str, Callable[[int], str]]] = {
    "yaml without an end": ("gfm", lambda n: "---\n" + "a: b\n" * n),
    "yaml with empty lines": ("gfm", lambda n: "---\na: b\n" + "\n" * n + "x"),
    "comments in yaml": ("gfm", lambda n: "---\n" + "# a\n" * n + "x\n---\n"),
    "toml without an end": ("gfm", lambda n: "+++\n" + "a = 1\n" * n),
    "json without an end": ("gfm", lambda n: '{\n"a": [\n' + "1,\n" * n),
    "json with empty lines": ("gfm", lambda n: "{\n" + "\n" * n + '"a": \n' + "\n" * n),
    "a module without an end": ("docusaurus", lambda n: "export const a = {\n" + "b: 1,\n" * n),
    "modules without an end": ("docusaurus", lambda n: "export const a = {\n\n" * n),
    "an import without an end": ("docusaurus", lambda n: "import {\n" + "a,\n" * n),
    "a component without an end": ("docusaurus", lambda n: "<A\n" + "b='c'\n" * n),
    "quotes of a component": ("docusaurus", lambda n: "<A '\n" * n),
    "an expression without an end": ("docusaurus", lambda n: "{/*\n" + "a\n" * n),
    "options without an end": ("myst", lambda n: "```{note}\n---\n" + "a: b\n" * n + "```\n"),
    "options behind an empty line": ("myst", lambda n: "```{note}\n\n---\n" + "a: b\n" * n + "```\n"),
    "directives without an end": ("myst", lambda n: "```{note}\n---\n" * n),
    "comments in paragraphs": ("myst", lambda n: ": % é\n" * n),
    "comments": ("myst", lambda n: "a\n% é\n" * n),
    "a title block": ("pandoc", lambda n: "% a\n" + "% b\n" * n + "x"),
    "a grid table": ("pandoc", lambda n: "+---+\n" + "| a |\n" * n + "x"),
    "captions": ("pandoc", lambda n: "| a |\n\n: b\nc\n\n" * n),
    "line blocks": ("pandoc", lambda n: "| a b\n" * n),
    "numbered examples in paragraphs": ("pandoc", lambda n: "a\n#. b\n" * n),
    "options of a block": ("mkdocs", lambda n: "/// note\n" + "    a: b  \n" * n + "x"),
    "options of documentation": ("mkdocs", lambda n: "::: a.b\n" + "    c: d\n\n" * n + "x"),
    "comments as terms": ("mkdocs", lambda n: "<!-- a -->\n\n" * n),
    "a tag without an end": ("jekyll", lambda n: "{% include a\n" + "b='c'\n" * n),
    "tags": ("jekyll", lambda n: "{% a\n%}" * n + "x"),
    "tags behind a component": ("docusaurus", lambda n: "<A>" + "</a>" * n + "x\n"),
    "options of a caption": ("mkdocs", lambda n: "/// caption\n" + "      \n" * n + "x"),
    "a shortcode without an end": ("hugo", lambda n: "{{< a\n" + "b='c'\n" * n),
    "shortcodes on one line": ("hugo", lambda n: "{{< a >}}" * n + "x\n"),
    "a formula without an end": ("gfm", lambda n: "$$\n" + "a $ b\n" * n),
    "an underline": ("mkdocs", lambda n: "a {.b}\n" + "==\n" * n),
    "quoted lines": ("gfm", lambda n: "> \n" * n + "> a"),
    "rows": ("gfm", lambda n: "a | b\n:- | -\n" + "c | d\n" * n),
    "lists": ("gfm", lambda n: "- a\n\n" * n),
}

# Patterns that repeat within one line.
IN_LINES: dict[str, tuple[str, Callable[[int], str]]] = {
    "a title with blanks": ("mkdocs", lambda n: "/// note | a" + " " * n + "b\n"),
    "an abbreviation with blanks": ("mkdocs", lambda n: "*[a]: b" + " " * n + "c\n"),
    "quotes of a title": ("mkdocs", lambda n: '!!! note "' + '" ' * n + "x\n"),
    "attributes of markdown": ("mkdocs", lambda n: "<a" + " markdown" * n + "\n"),
    "attributes of markdown and more": ("mkdocs", lambda n: "<a" + " markdown" * n + ">x\n"),
    "a directive with blanks": ("myst", lambda n: ":::{tip} a" + " " * n + "b\n"),
    "an option with blanks": ("myst", lambda n: ":title: a" + " " * n + "b\n"),
    "an alert with blanks": ("hugo", lambda n: "> [!a] b" + " " * n + "c\n"),
    "a container with blanks": ("docusaurus", lambda n: ":::a b" + " " * n + "c\n"),
    "a summary with blanks": ("docusaurus", lambda n: "<summary>a" + " " * n + "b\n"),
    "brackets of a container": ("docusaurus", lambda n: ":::a[" + "[b]" * n + "\n"),
    "braces of a caption": ("pandoc", lambda n: "| a |\n\n: b" + " {" * n + "\n"),
    "a caption with blanks": ("pandoc", lambda n: "| a |\n\n: b" + " " * n + "c\n"),
    "colons of attributes": ("pandoc", lambda n: "::: {" + ":" * n + "}\n"),
    "blanks behind a formula": ("gfm", lambda n: "$$\na $$" + " " * n + "$\n"),
    "a tag that is a name": ("mkdocs", lambda n: "<div markdown>\n<" + "a" * n + "\n</div>\n"),
    "blanks of an option": ("mkdocs", lambda n: "/// note\n" + " " * n + "x\n"),
    "a key in toml": ("gfm", lambda n: "+++\na" + " " * n + "b\n+++\n"),
    "quoted parameters without an end": ("hugo", lambda n: "{{< a " + '"b" ' * n + "\n"),
    "a title with blanks behind braces": ("docusaurus", lambda n: ":::a{b} c" + " " * n + "d\n"),
    "blanks in front of a block": ("mkdocs", lambda n: " " * n + "/// note\n"),
    "hashes of ids": ("gfm", lambda n: "# a {" + "#b" * n + "\n"),
    "a directive of blanks": ("gfm", lambda n: "<!-- i18n:" + " " * n + "a -->\n"),
    "a destination with dots": ("gfm", lambda n: "[a](" + "a." * n + "!)\n"),
    "a long word in a comment": ("gfm", lambda n: "```py\n# " + ")" * n + "\n```\n"),
    "hashes before a string": ("gfm", lambda n: "```rust\nlet a = r" + "#" * n + '"Een tekst hier.";\n```\n'),
}


# The usual lane tries all line ends at once, and the most common one.
_ENDS = ["\n", "\r\n\n\r", *(pytest.param(end, marks=pytest.mark.slow) for end in ("\r\n", "\r"))]


@pytest.mark.parametrize("end", _ENDS)
@pytest.mark.parametrize("name", LINES)
def test_many_lines_take_linear_time(name: str, end: str) -> None:
    dialect, make = LINES[name]
    _assert_linear(dialect, lambda size: make(size).replace("\n", end))


@pytest.mark.parametrize("name", IN_LINES)
def test_long_line_takes_linear_time(name: str) -> None:
    _assert_linear(*IN_LINES[name])


def _assert_linear(dialect: str, make: Callable[[int], str]) -> None:
    """Everything except rendering, in the document's dialect, takes time in proportion to the document."""
    options = ParseOptions(dialects=(dialect,), code="all", segmentation="sentence", source_locale="en")

    def prepare(size: int) -> Callable[[], object]:
        text = make(size)
        return lambda: everything(text, options)

    assert_linear(prepare)


def everything(text: str, options: ParseOptions) -> None:
    document = parse(text, "", options)
    localised = localise(document, changed(document), locale="de")
    lint(page := Page(document))
    finished = finish(document, localised.text, Finish(anchors="attr"))
    again = Page(parse(finished.text, "", options), bibliography=page.bibliography_blocks)
    list(check_localised(page, again, changed(document)))
    for_renderers(localised.text, options)


def test_patterns_share_one_line_end() -> None:
    """If CRLF may match as one line end or as two, a pattern over lines becomes exponential."""
    for path in sorted((REPOSITORY / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                text = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
                is_pattern = re.search(r"(?<!\?>)\\r\\n\|\\[nr]|\\[nr]\|\\r\\n|\\r\\n\?", text)
                assert not is_pattern, f"{path.name}:{node.lineno}: use EOL of text/lines.py"


@pytest.mark.disk
@pytest.mark.parametrize("change", ["nothing", "a sentence", "a translation"])
def test_run_over_many_documents_with_errors_takes_linear_time(tmp_path: Path, change: str) -> None:
    """A run after the first one, in a project with an error in each document of one catalogue."""

    def prepare(size: int) -> Callable[[], object]:
        texts = {at: f"Tekst {at}, zie [daar](n{(at + 1) % size}.md#kop).[^1]" for at in range(size)}
        documents = {f"source/nl/n{at}.md": f"# Kop\n\n{text}\n\n[^1]: Bron.\n" for at, text in texts.items()}
        project = make_project(tmp_path / f"{change}{size}-{len(list(tmp_path.iterdir()))}", documents, domain="all")
        project.run("update")
        project.translate(po("all"), {text: f"Text {at}, siehe [dort](weg.md)." for at, text in texts.items()})
        project.run("locales", "--jobs", "1")
        if change == "a sentence":
            project.write("source/nl/n1.md", documents["source/nl/n1.md"] + "\nEn dit.\n")
        elif change == "a translation":
            project.write(po("all"), project.text(po("all")).replace("Text 1,", "Der Text 1,"))
        return lambda: project.run("locales", "--jobs", "1")

    assert_linear(prepare, 40)
