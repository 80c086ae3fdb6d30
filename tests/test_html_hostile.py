"""The HTML that a translator may write, tested on the page that a build publishes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from effort import assert_linear
from hypothesis import given
from hypothesis import strategies as st
from project_helpers import HEADER, Project, entry, make_project, po

from translate_pipe.checks import check
from translate_pipe.localisation import localise
from translate_pipe.localisation.renderers import CommonMark, GitHub, PythonMarkdown
from translate_pipe.markdown.embedded.hypertext import MarkKind, marks
from translate_pipe.markdown.inline.active import gained, may_gain_markup
from translate_pipe.markdown.inline.inlines import inlines
from translate_pipe.model import Catalogue, Message
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TABLE = Path(__file__).parent / "data" / "html_hostile.txt"


class Row(NamedTuple):
    """A row of the table, with a number that identifies its text."""

    verdict: str
    msgid: str
    msgstr: str

    def __str__(self) -> str:
        return f"{self.msgid} -> {self.msgstr}"

    def within(self, place: str, text: str) -> str:
        """One of the texts in a place of a document."""
        return PLACES[place].format(text, number=self.msgid.partition(" ")[0])


def _rows() -> list[Row]:
    found = []
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith(("published | ", "refused | ", "never | ")):
            verdict, msgid, msgstr = line.split(" | ")
            found.append(Row(verdict, f"N{number} {msgid}", f"N{number} {msgstr}"))
    return found


ROWS = _rows()
PLACES = {
    "paragraph": "{}\n\n",
    "heading": "## {}\n\n",
    "item": "- {}\n\n",
    "cell": "| a |\n| --- |\n| {} |\n\n",
    "quote": "> {}\n\n",
    "quote in an item": "- a\n\n  > {}\n\n",
    "footnote": "x[^{number}]\n\n[^{number}]: {}\n\n",
    "in a block of HTML": "<div>\n\n{}\n\n</div>\n\n",
    "block of HTML": "<div>\n{}\n</div>\n\n",
}
# A heading's list is at its end, not in the segment; in HTML, Markdown is text, and images are not segments.
NOT_IN = {
    "heading": re.compile(r"\{: \.c \}"),
    "block of HTML": re.compile(r"\]\(|[*`\\]|\[\^|<https?:|<[a-z:]*@|<mailto:|<img|[1<] [<23b]|<3"),
}
# Ways in which a translator or a maintainer may try to get around a check.
OPT_OUT = "# translate-pipe: ignore html-tag, html-unsafe, link, image, attribute-list\n#, ignore-html-unsafe\n"
WAYS: dict[str, tuple[dict[str, str | list[str]], tuple[str, ...]]] = {
    "nothing": ({}, ()),
    "on_error": ({"on_error": "publish"}, ()),
    "ignore_checks": ({"ignore_checks": ["html-unsafe", "html-tag", "link", "image", "rendering"]}, ()),
    "renderer": ({"renderer": "commonmark"}, ()),
    "renderer of GitHub": ({"renderer": "gfm"}, ()),
    "draft": ({}, ("--draft",)),
    "sentences": ({"segmentation": "sentence"}, ()),
    "no dialect": ({"dialect": "commonmark"}, ()),
    "all dialects": ({"dialect": ["mkdocs", "myst", "hugo", "pandoc", "jekyll"]}, ()),
}


def published(root: Path, rows: list[Row], place: str, way: str, comment: str = "") -> dict[str, bool]:
    """For each row whether its msgstr is published; its msgid is published instead."""
    keys, options = WAYS[way]
    text = "".join(row.within(place, row.msgid) for row in rows) + "[^1]: Noot\n"
    project: Project = make_project(root, {"source/nl/a.md": text}, locales=["de"], **keys)
    messages = [comment + entry(row.msgid, row.msgstr) for row in rows]
    project.write(po("a", "de"), "\n".join([HEADER, *messages]))
    project.run("update")
    project.run("build", *options)
    page = project.text("build/de/a.md")
    texts = {row: (row.within(place, row.msgid), row.within(place, row.msgstr)) for row in rows}
    # Between tags, text that must not be a tag is escaped.
    lost = [str(row) for row, (was, now) in texts.items() if was not in page and now not in page]
    assert lost == [] or (place == "block of HTML" and page.count("&lt;") > text.count("&lt;"))
    return {str(row): now in page for row, (_, now) in texts.items()}


def rows_of(place: str) -> list[Row]:
    """The rows that fit a place."""
    return [row for row in ROWS if place not in NOT_IN or not NOT_IN[place].search(f"{row.msgid} {row.msgstr}")]


@pytest.mark.parametrize("place", PLACES)
def test_rows_are_published_or_refused(tmp_path: Path, place: str) -> None:
    rows = rows_of(place)
    found = published(tmp_path, rows, place, "nothing")
    assert {str(row): found[str(row)] for row in rows} == {str(row): row.verdict == "published" for row in rows}


@pytest.mark.parametrize(
    ("way", "place"), [*((way, "paragraph") for way in WAYS), *(("draft", place) for place in PLACES)]
)
def test_active_html_has_no_opt_out(tmp_path: Path, way: str, place: str) -> None:
    rows = [row for row in rows_of(place) if row.verdict == "never"]
    found = published(tmp_path, rows, place, way, OPT_OUT)
    assert [text for text, is_published in found.items() if is_published] == []


@pytest.mark.parametrize(
    ("msgstr", "token"),
    [
        ("<b onclick='a()'>y</b>", 'onclick="a()"'),
        ("<video-player>y</video-player>", "<video-player>"),
        ("y <!-- z -->", "<!-- z -->"),
    ],
)
def test_allowed_html_is_published(msgstr: str, token: str) -> None:
    document = parse("x <b>b</b>\n")
    translations = {segment.key: msgstr for segment in document.segments}
    assert localise(document, translations).fallbacks
    assert not localise(document, translations, allowed=(token,)).fallbacks


ELEMENTS = (
    "b",
    "i",
    "span",
    "img",
    "a",
    "script",
    "svg",
    "iframe",
    "x-y",
    "form",
    "style",
    "video",
    "br",
    "kbd",
    "base",
)
NAMES = (
    "title",
    "lang",
    "onclick",
    "style",
    "id",
    "class",
    "src",
    "href",
    "srcset",
    "hidden",
    "v-html",
    "@click",
    "cite",
)
VALUES = ("a", ">", "x y", "//evil.example/a", "javascript:a()", "&quot;", "'", "de", "</b>", "<script>")
SIGNS = (
    "<",
    ">",
    "/",
    '"',
    "'",
    "=",
    " ",
    "\\",
    "`",
    "``",
    "<!--",
    "-->",
    "{: ",
    "}",
    "word",
    "*",
    "[a](/b)",
    "\x00",
    "\n",
    "&lt;",
)
_attribute = st.builds(
    "{}{}{}={}{}{}".format, st.sampled_from((" ", "/", "\t", "\n")), st.sampled_from(NAMES), st.sampled_from(("", " ")),
    st.sampled_from(("", '"', "'")), st.sampled_from(VALUES), st.sampled_from(("", '"', "'")),
)  # fmt: skip
_tag = st.builds(
    "<{}{}{}".format, st.sampled_from(ELEMENTS), st.lists(_attribute, max_size=3).map("".join), st.sampled_from((">", "/>", ""))
)  # fmt: skip
hostile_html = st.lists(
    st.one_of(_tag, st.sampled_from(ELEMENTS).map("</{}>".format), st.sampled_from(SIGNS)), min_size=1, max_size=8
).map("".join)
SOURCES = (
    "Tekst",
    "Zie <b>x</b>",
    "`<script>` hier",
    '<a href="/nl">x</a>',
    '<img src="a.png" alt="b">',
    "\\<b> x",
    "*x*{: .c }",
)
INERT = {"b", "i", "span", "img", "a", "video", "br", "kbd"}


@pytest.mark.property
@given(
    st.sampled_from(SOURCES),
    hostile_html,
    st.sampled_from(["{}\n", "# {}\n", "| a |\n| - |\n| {} |\n", "<div>{}</div>\n"]),
)
def test_active_html_never_reaches_the_output(source: str, hostile: str, place: str) -> None:
    """Whatever a translator writes, a browser finds nothing active in what the renderers make of it."""
    document = parse(place.format(source))
    text = localise(document, {(None, segment.text): hostile for segment in document.segments}, locale="de").text
    for renderer in (PythonMarkdown(), GitHub(), CommonMark()):
        was, now = (Counter(acts(renderer.html(one))) for one in (document.text, text))
        assert now - was == Counter()


def acts(html: str) -> Iterator[str]:
    """The active parts of a page, by the test's own lists."""
    for mark in marks(html):
        if mark.kind is MarkKind.ASIDE:
            yield "comment"
        elif mark.kind is MarkKind.START:
            if mark.name in ELEMENTS and mark.name not in INERT:
                yield mark.name
            for name, value in mark.attributes:
                if name in {"onclick", "style", "v-html", "@click"} or (name == "id" and mark.name in INERT):
                    yield f"{name}={value}"
                elif ("evil" in value and name in {"src", "srcset"}) or (
                    name in {"href", "cite", "src"} and value.strip().startswith("javascript:")
                ):
                    yield value


PATHOLOGICAL: dict[str, Callable[[int], str]] = {
    "attributes": lambda n: "<a " + " ".join(f"a{one}" for one in range(n)),
    "tags": lambda n: "<b>" * n,
    "tags without an end": lambda n: "<a " * n,
    "quotation marks": lambda n: "<a b='\"" * n,
    "comments": lambda n: "<!--" * n,
    "references": lambda n: '<a b="' + "&" * n,
    "lists": lambda n: '{"' * n + "onclick=",
    "lists with values": lambda n: "{ onclick='\"" * n,
    "crossed tags": lambda n: "<b><i></b>" * n,
    "images": lambda n: "![a](b)<img src=c>" * n,
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_odd_html_is_compared_in_linear_time(name: str) -> None:
    def prepare(size: int) -> Callable[[], object]:
        message = Message("<i>x</i> `y` <img src=z>", PATHOLOGICAL[name](size))
        return lambda: (list(check(Catalogue((message,)), locale="de")), gained(message.msgid, message.msgstr))

    assert_linear(prepare)


TAGS = st.lists(
    st.sampled_from([
        "<io.h>", "<sys/types.h>", "<b>", "</b>", "<T>", "<img/name>", "<x/onclick>", "<x/src>", "<x/style>", "<x-y>", "<select>", "</select>",
        "<img src=x>", "<b onclick=x>", "<", ">", "\\", "\\<", "`", "``", '"', "'", "<!-- -->", "woord", " ", "<a title=", "</", "<KBD>", "<\u212abd>",
    ]),
    max_size=6,
).map("".join)  # fmt: skip


@pytest.mark.property
@given(TAGS, TAGS, st.booleans())
def test_translation_that_has_no_markup_to_gain_gains_nothing(
    source: str,
    translation: str,
    is_same: bool,  # noqa: FBT001
) -> None:
    translation = source.replace("o", "ó").replace("T", "Ü") if is_same else translation
    if not may_gain_markup(source, translation):
        assert not gained(source, translation, (inlines(source), inlines(translation)))
