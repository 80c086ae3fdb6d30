"""Pages of the preview: the segments in rendered HTML, sanitised, with their messages and diagnostics."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project_helpers import HEADER, entry, make_project, po

from translate_pipe.localisation import localise, localise_marked
from translate_pipe.localisation.renderers import CommonMark, GitHub, PythonMarkdown, Renderer
from translate_pipe.markdown.parser import for_renderers
from translate_pipe.model import ParseOptions, SlotShape
from translate_pipe.preview.composing import address
from translate_pipe.preview.sanitise import Sanitiser
from translate_pipe.preview.segment_marks import mark_segment, with_segments, with_titles, without_marks
from translate_pipe.preview.workspace import Workspace
from translate_pipe.project import open_project
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from translate_pipe.model import Document
    from translate_pipe.preview.view import PageView

SEGMENTS = re.compile(r'data-segments="([\d ]+)"')


class Here:
    """Addresses of a preview that has every page and every image."""

    def page(self, path: str) -> str | None:
        return f"/page/{path}"

    def image(self, path: str) -> str | None:
        return f"/files/{path}"


def shown(html: str) -> set[int]:
    return {int(index) for indexes in SEGMENTS.findall(html) for index in indexes.split()}


def visible(document: Document) -> set[int]:
    """The segments that a renderer shows; front matter reaches the page in another way."""
    return {index for index, one in enumerate(document.segments) if one.slot.shape.value != "scalar"}


# Marks

REAL = (("rust-book", ("gfm",)), ("fastapi/en", ("mkdocs",)), ("fastapi/de", ("mkdocs",)))


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "dialects"), REAL)
@pytest.mark.parametrize("renderer", [PythonMarkdown(), GitHub(), CommonMark()], ids=lambda one: one.name)
def test_marks_show_each_segment_and_change_nothing_else(
    corpora: Path, folder: str, dialects: tuple[str, ...], renderer: Renderer
) -> None:
    sanitiser = Sanitiser("a-", lambda link: link)
    for file in sorted((corpora / folder).rglob("*.md")):
        document = parse(file.read_bytes().decode(), file.name, ParseOptions(dialects=dialects))
        text = localise_marked(document, {}, mark_segment).text
        assert without_marks(text) == document.text
        rendered = for_renderers(text, document.options)
        plain = renderer.html(for_renderers(document.text, document.options))
        assert without_marks(renderer.html(rendered)) == plain, file.name
        html = with_segments(sanitiser.clean(renderer.html(with_titles(text, rendered))))
        assert shown(html) == visible(document), file.name
        assert without_marks(html) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# Kop\n", '<h1 id="a-kop" data-segments="0">Kop</h1>'),
        ("**Kop** en\n", '<p data-segments="0"><strong>Kop</strong> en</p>'),
        ("- een\n\n    twee\n", '<p data-segments="0">een</p>\n<p data-segments="1">twee</p>'),
        ("- een\n    - twee\n", '<li><span data-segments="0">een</span><ul>\n<li data-segments="1">twee</li>'),
        ("| a | b |\n|---|--:|\n| c | d |\n", '<td align="right" data-segments="3">d</td>'),
        ('![alt](/b.png "titel")\n', '<img alt="alt" title="titel" data-segments="0 1">'),
        ("Zo.[^1]\n\n[^1]: Bron.\n", 'data-segments="0">Zo.<sup'),
        ("`code` staat er\n", '<p data-segments="0"><code>code</code> staat er</p>'),
        ("_schuin_ en __vet__\n", '<p data-segments="0"><em>schuin</em> en <strong>vet</strong></p>'),
        ("Term\n:   Uitleg\n", '<dt data-segments="0">Term</dt>\n<dd data-segments="1">Uitleg</dd>'),
    ],
)
def test_element_that_is_a_segment_is_marked(source: str, html: str) -> None:
    text = localise_marked(parse(source), {}, mark_segment).text
    assert html in with_segments(Sanitiser("a-", lambda _: None).clean(PythonMarkdown().html(text)))


@given(st.text(alphabet=st.sampled_from("ab*_`[]()<>#-|\n \ufdd0\ufdd1\ufde0\ufde1\u2e12"), max_size=60))
def test_hostile_texts_cannot_imitate_marks(text: str) -> None:
    document = parse("Een alinea.\n\nNog een.\n")
    marked = localise_marked(document, {(None, "Een alinea."): text}, mark_segment).text
    html = with_segments(Sanitiser("a-", lambda _: None).clean(PythonMarkdown().html(marked)))
    assert shown(html) <= {0, 1}
    assert not re.search("[\ufdd0-\ufdef]", html)
    Balanced().feed(html)


class Balanced(HTMLParser):
    """Fails if elements do not end in the reverse order of their starts."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag not in ("br", "hr", "img", "wbr", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_marked_and_unmarked_localisation_agree() -> None:
    source = '---\ntitle: Kop\n---\n\n# Kop\n\nEen [link](a.md).\n\n<p title="Kop">x</p>\n\n![kop][]\n\n[kop]: b.png\n'
    document = parse(source)
    translations: dict[tuple[str | None, str], str] = {
        (None, "Kop"): "Head",
        (None, "Een [link](a.md)."): "A [link](a.md).",
    }
    marked = localise_marked(document, translations, mark_segment).text
    assert without_marks(marked) == localise(document, translations).text


@pytest.mark.parametrize(
    ("msgstr", "allowed", "is_shown"),
    [
        ("Das {a} Wort", (), False),
        ("Das {a} Wort", ("{a}",), True),
        ("Das <b onclick='a()'>Wort</b>", (), False),
        ("Das <b onclick='a()'>Wort</b>", ('onclick="a()"',), True),
        ('Das <img src="//a.example/b.png"> Wort', (), False),
        ('Das <img src="//a.example/b.png"> Wort', ("//a.example/b.png",), True),
    ],
)
@pytest.mark.parametrize("source", ["Een <b>woord</b>\n", "---\ntitle: Een <b>woord</b>\n---\n\nTekst\n"])
def test_marked_localisation_refuses_what_a_build_refuses(
    source: str, msgstr: str, allowed: tuple[str, ...], *, is_shown: bool
) -> None:
    document = parse(source, "a.md", ParseOptions(dialects=("mkdocs",)))
    msgstr = msgstr.replace("{a}", "{{ a }}")
    allowed = tuple(one.replace("{a}", "{{ a }}") for one in allowed)
    translations = {document.segments[0].key: msgstr}
    built = localise(document, translations, locale="de", allowed=allowed)
    marked = localise_marked(document, translations, mark_segment, locale="de", allowed=allowed)
    assert without_marks(marked.text) == built.text
    assert marked.fallbacks == built.fallbacks
    if document.segments[0].slot.shape is not SlotShape.SCALAR:
        assert (built.text != source) is is_shown


# Sanitising

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><animate onbegin=alert(1)></svg>",
    "<a href='javascript:alert(1)'>a</a>",
    "[a](javascript:alert(1))",
    "<a href='&#106;avascript:alert(1)'>a</a>",
    "<a href='java\tscript:alert(1)'>a</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='javascript:alert(1)'>",
    "<form action='javascript:alert(1)'><button>a</button></form>",
    "<button formaction='javascript:alert(1)'>a</button>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<style>@import 'http://evil.example/a.css'</style>",
    "<div style='background:url(javascript:alert(1))'>a</div>",
    "<body onload=alert(1)>",
    "<base href='http://evil.example/'>",
    "<meta http-equiv='refresh' content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href='http://evil.example/a.css'>",
    "<details open ontoggle=alert(1)>a</details>",
    "<video><source onerror=alert(1)></video>",
    "<input autofocus onfocus=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "</article></section><script>alert(1)</script>",
    '<p data-segments="1" id="page-data" class="panel">a</p>',
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<![CDATA[><script>alert(1)</script>]]>",
)
"""Ways for a translation to run a script in a browser, or to imitate a part of the page."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_sanitising_removes_everything_that_runs(attack: str) -> None:
    html = Sanitiser("localised-", lambda link: link).clean(PythonMarkdown().html(f"Tekst {attack}\n\n{attack}\n"))
    elements = Elements()
    elements.feed(html)
    assert not elements.tags & {
        *("script", "style", "iframe", "object", "embed", "form", "button", "input", "base", "meta", "link", "svg"),
        *("math", "template", "video", "noscript", "body", "textarea", "select"),
    }
    for name, value in elements.attributes:
        assert not name.startswith(("on", "data-"))
        assert name not in ("style", "srcdoc", "action", "formaction")
        assert not re.match(r"\s*(?:javascript|data|vbscript):", value, re.IGNORECASE)
        assert name != "id" or value.startswith("localised-")


class Elements(HTMLParser):
    """The elements of a text and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += ((name, value or "") for name, value in attrs)


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("../magnesium.md", "/page/source/nl/magnesium.md"),
        ("olie.md", "/page/source/nl/huid/olie.md"),
        ("beeld%20een.png", "/files/source/nl/huid/beeld een.png"),
        ("../../../../etc/passwd", None),
        ("../../../../a.png", None),
        ("/etc/a.png", None),
        ("a.png\0", None),
        ("//evil.example/a.png", None),
        ("http://[::1/a.png", None),
    ],
)
def test_links_lead_to_pages_of_the_project_only(link: str, leads_to: str | None) -> None:
    assert address(link, "source/nl/huid/olie.md", Here()) == leads_to


@pytest.mark.parametrize(
    ("link", "href"),
    [("#dosis", "#localised-dosis"), ("b.md#dosis", "/page/b.md#localised-dosis"), ("b.md", "/page/b.md")],
)
def test_fragments_stay_on_their_side(link: str, href: str) -> None:
    sanitiser = Sanitiser("localised-", lambda path: f"/page/{path}")
    assert f'<a href="{href}"' in sanitiser.clean(f'<a href="{link}">a</a>')


# Pages

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

#. Heading 1
#: source/nl/a.md:1
msgid "Kop"
msgstr "Head"

#. Paragraph
# Let op de toon.
#, fuzzy
#| msgid "Neem twee pillen [^1]."
msgid "Neem drie pillen [^1]."
msgstr "Take two pills [^1]."

msgid "Zie de bron [^1]."
msgstr "See the source."

msgid "Nog niets."
msgstr ""
"""
SOURCE = "# Kop\n\nNeem drie pillen [^1].\n\nZie de bron [^1].\n\nNog niets.\n\nNieuw.\n\n[^1]: Bron.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_project(tmp_path, {"source/nl/a.md": SOURCE, "locale/en/LC_MESSAGES/a.po": PO}, locales=["en", "ar"])
    return tmp_path


def workspace(root: Path) -> Workspace:
    project = open_project(root)
    return Workspace(project, project.configuration.locales, "en")


def page(there: Workspace, locale: str = "en") -> PageView:
    return there.page(there.sources()["source/nl/a.md"], locale, Here())


TABLES = '[allow]\n"{{ versie }}" = ["a.md"]\n\n[links]\n"https://a.example/nl/*" = "https://b.example/{locale}/*"\n'
IMAGE = '<img src="https://{}/c.png" alt=""> {}'
ACTING = {
    "Een titel": ("Ein Titel", "Ein <script> Titel"),
    "Een woord.": ("Ein {{ versie }} Wort.", "Ein {{ geheim }} Wort."),
    "Een <b>blok</b>.": ("Ein <b lang=nl>Block</b>.", "Ein <b onclick='a()'>Block</b>."),
    IMAGE.format("a.example/nl", "beeld"): (
        IMAGE.format("b.example/de", "Bild"),
        IMAGE.format("c.example/de", "Bild"),
    ),
}


@pytest.mark.parametrize("is_hostile", [False, True])
def test_page_shows_what_a_build_publishes(tmp_path: Path, *, is_hostile: bool) -> None:
    title, *texts = ACTING
    document = "\n\n".join((f"---\ntitle: {title}\n---", *texts)) + "\n"
    project = make_project(tmp_path, {"source/nl/a.md": document}, dialect="jekyll", renderer="commonmark")
    project.write("translate-pipe.toml", project.text("translate-pipe.toml") + TABLES)
    translations = {msgid: pair[is_hostile] for msgid, pair in ACTING.items()}
    project.write(po("a"), HEADER + "".join("\n" + entry(*pair) for pair in translations.items()))
    project.run("build")
    built = project.text("build/de/a.md")
    shown = page(workspace(project.root), "de").localised.html
    for words in ("Titel", "Wort.", "Block", "Bild"):
        assert (words in built, words in shown) == (not is_hostile, not is_hostile), (words, built, shown)


def test_each_segment_has_its_message(root: Path) -> None:
    view = page(workspace(root))
    states = [(segment.msgid, segment.state) for segment in view.segments]
    assert states[:5] == [
        ("Kop", "translated"),
        ("Neem drie pillen [^1].", "fuzzy"),
        ("Zie de bron [^1].", "translated"),
        ("Nog niets.", "untranslated"),
        ("Nieuw.", "untranslated"),
    ]
    fuzzy, new = view.segments[1], view.segments[4]
    assert fuzzy.catalogue_place == "locale/en/LC_MESSAGES/a.po:9"
    assert fuzzy.source_place == "source/nl/a.md:3"
    assert fuzzy.comments == ("Paragraph", "Let op de toon.")
    assert [(change.kind, change.text) for change in fuzzy.changes] == [
        ("same", "Neem "),
        ("gone", "twee"),
        ("come", "drie"),
        ("same", " pillen [^1]."),
    ]
    assert new.catalogue_place == ""
    assert "Take two pills" in view.localised.html
    assert "Neem drie pillen" in view.source.html


def test_findings_are_at_their_segments(root: Path) -> None:
    there = workspace(root)
    found = there.findings(there.sources()["source/nl/a.md"], "en")
    assert [(index, one.check, one.place) for index, some in found.segments.items() for one in some] == [
        (2, "citation", "locale/en/LC_MESSAGES/a.po:16")
    ]


def test_page_has_the_direction_and_name_of_the_locale(root: Path) -> None:
    view = page(workspace(root), "ar")
    assert (view.localised.direction, view.localised.language) == ("rtl", "ar")
    assert view.localised.name == "Arabic (العربية)"


def test_broken_catalogue_keeps_the_last_good_page(root: Path) -> None:
    there = workspace(root)
    good = page(there)
    catalogue = root / "locale/en/LC_MESSAGES/a.po"
    catalogue.write_text(PO + 'msgid "x\n', encoding="utf-8")
    broken = page(there)
    assert broken.problem.startswith("locale/en/LC_MESSAGES/a.po:21: ")
    assert broken.localised == good.localised
    catalogue.write_text(PO.replace("Head", "Heading"), encoding="utf-8")
    mended = page(there)
    assert mended.problem == ""
    assert "Heading" in mended.localised.html


def test_broken_catalogue_has_a_page_from_the_start(root: Path) -> None:
    (root / "locale/en/LC_MESSAGES/a.po").write_bytes(b'msgid "\xff"\n')
    view = page(workspace(root))
    assert "locale/en/LC_MESSAGES/a.po" in view.problem
    assert "Neem drie pillen" in view.localised.html


def test_unreadable_source_has_a_page_with_the_error(root: Path) -> None:
    (root / "source/nl/a.md").write_bytes(b"# Kop \xff\n")
    there = workspace(root)
    assert page(there).problem.startswith("source/nl/a.md:1: ")
    assert there.findings(there.sources()["source/nl/a.md"], "en").others[0].place == "source/nl/a.md:1"


def test_page_uses_translations_of_a_wider_locale(tmp_path: Path) -> None:
    files = {
        "source/nl/a.md": "Kop\n",
        "locale/pt/LC_MESSAGES/a.po": 'msgid ""\nmsgstr "Language: pt\\n"\n\nmsgid "Kop"\nmsgstr "Título"\n',
    }
    make_project(tmp_path, files, locales=["pt_BR", "pt"], fallback="chain")
    view = page(workspace(tmp_path), "pt_BR")
    assert view.segments[0].stand_in == "pt"
    assert "Título" in view.localised.html


def test_chooser_lists_the_neighbours_of_many_documents(tmp_path: Path) -> None:
    make_project(tmp_path, {f"source/nl/{number:04}.md": "Kop\n" for number in range(1200)})
    there = workspace(tmp_path)
    for number in (0, 600, 1199):
        offered = [source.name for source in there.near(f"source/nl/{number:04}.md")]
        assert len(offered) == 500
        assert f"{number:04}" in offered


def test_preview_writes_nothing(root: Path) -> None:
    before = sorted(tree(root))
    there = workspace(root)
    page(there)
    there.findings(there.sources()["source/nl/a.md"], "en")
    there.status(NoProgress())
    assert sorted(tree(root)) == before


def tree(root: Path) -> Iterator[tuple[str, bytes]]:
    return ((str(path), path.read_bytes()) for path in root.rglob("*") if path.is_file())


class NoProgress:
    def start(self, total: int) -> None: ...

    def advance(self, count: int) -> None: ...
