"""Blocks of HTML: their segments, and that no translation changes the tags around it."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from effort import assert_linear
from fixtures import read_fixtures
from hypothesis import given
from hypothesis import strategies as st
from strategies import LINE_ENDS, hostile_texts

from translate_pipe import localise, parse
from translate_pipe.markdown.embedded import html_blocks
from translate_pipe.markdown.embedded.prose import INLINE_ELEMENTS
from translate_pipe.markdown.embedded.tags import scan_html
from translate_pipe.segments import ParseOptions
from translate_pipe.segments.shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from translate_pipe.model import Document, Segment

FIXTURES = read_fixtures(Path(__file__).parent / "data" / "html.txt")


@pytest.mark.parametrize(("title", "markdown", "expected"), FIXTURES, ids=[one.title for one in FIXTURES])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=repr)
def test_blocks_of_html_have_their_segments(title: str, markdown: str, expected: list[str], line_end: str) -> None:
    document = parse(markdown.replace("\n", line_end), title)
    assert [f"{one.line} | {one.description} | {one.text}" for one in document.segments] == expected


def test_project_names_its_own_attributes() -> None:
    options = ParseOptions(attributes=("Label",))
    markdown = '<TabItem value="npm" label="Met npm">\n\nTekst.\n\n</TabItem>\n'
    assert [one.text for one in parse(markdown).segments] == ["Tekst."]
    assert [one.text for one in parse(markdown, options=options).segments] == ["Met npm", "Tekst."]


# Elements over several blocks


def protected(markdown: str) -> list[str]:
    document = parse(markdown)
    found = html_blocks.read_html_block(document.data, html_blocks.blocks_of(document.outline)).protected
    return [document.data[start:end].decode() for start, end in found]


@pytest.mark.parametrize("tag", ['div translate="no"', "svg", "div class='a notranslate'"])
def test_element_over_several_blocks_is_protected_to_its_end(tag: str) -> None:
    name = tag.split(maxsplit=1)[0]
    inside = f"<{tag}>\n\nnee\n\n<p>nee\n\n<{name}>\n\n</{name}>\n\n<p>nee\n\n</{name}>"
    markdown = f"{inside}\n\n<p>Wel.</p>\n"
    assert protected(markdown) == [inside]
    assert [one.text for one in parse(markdown).segments if is_html(one)] == ["Wel."]


def test_element_without_an_end_protects_nothing() -> None:
    markdown = '<div translate="no">\nnee\n\nTekst.\n\n<p>Wel.</p>\n'
    assert protected(markdown) == []
    assert [one.text for one in parse(markdown).segments] == ["Tekst.", "Wel."]


# Directives


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("<!-- i18n:context: a -->\n<p>een</p>\n\n<p>twee</p>", [("een", "a"), ("twee", None)]),
        ("<!-- i18n:context: a --> <p>een</p>\n\n<p>twee</p>", [("een", "a"), ("twee", None)]),
        ("<div>\n<p>een</p>\n<!-- i18n:context: a -->\n<p>twee</p>\n<p>drie</p>\n</div>\n\nvier",
         [("een", None), ("twee", "a"), ("drie", "a"), ("vier", None)]),
        ("<div>\n<!-- i18n:context: a --><p>een</p><!-- i18n:skip --><p>twee</p><!-- i18n:context: b --><p>drie</p></div>",
         [("een", "a"), ("drie", "b")]),
        ("<div>\n<p>een</p>\n<!-- i18n:skip -->\n\ntwee\n\ndrie", [("een", None), ("drie", None)]),
        ("<div>\n<p>een</p>\n<!-- i18n:skip-start -->\n<p>twee</p>\n\ndrie\n\n<!-- i18n:skip-end --> <p>vier</p>",
         [("een", None), ("vier", None)]),
        ("<!-- i18n:context: a -->\n<div>\n<p>een</p>\n<!-- i18n:comment: b -->\n<p>twee</p></div>", [("een", "a"), ("twee", "a")]),
        ("<!-- i18n:context: a -->\n<!-- een opmerking -->\n<p>een</p>", [("een", None)]),
    ],
)  # fmt: skip
def test_directives_apply_to_the_text_after_them(markdown: str, expected: list[tuple[str, str | None]]) -> None:
    document = parse(markdown)
    assert [(one.text, one.context) for one in document.segments] == expected
    assert not document.diagnostics


# Translations


def localised(markdown: str, **translations: str) -> str:
    """A document in which each segment is translated by its first words."""
    document = parse(markdown)
    by_key = {one.key: translations[word] for one in document.segments if (word := one.text.split()[0]) in translations}
    return localise(document, by_key).text


@pytest.mark.parametrize(
    ("markdown", "translation", "expected"),
    [
        ("<p>Een\n  zin</p>", "A\nsentence", "<p>A sentence</p>"),
        ("<p>Een</p>", "a < b </p><script>x", "<p>a &lt; b &lt;/p>&lt;script>x</p>"),
        ("<p>Een</p>", "a <b>c</b> <i>d", "<p>a <b>c</b> &lt;i>d</p>"),
        ("<p>Een</p>", "<b>alles</b>", "<p><b>alles</b></p>"),
        ("<p>Een</p>", "a <!-- b", "<p>a &lt;!-- b</p>"),
        ("<p>Een</p>", "C:\\", "<p>C:\\</p>"),
        ("<p>Een</p>", "a {{ b", "<p>a &#123;&#123; b</p>"),
        ("<p>Een</p>", "a {{ b }}", "<p>a {{ b }}</p>"),
        ("<p>Een</p>", "a {{</p>}}", "<p>a {{&lt;/p>}}</p>"),
        ("<p>Een <?x?> b</p>", "a <?x?> b <?y?>", "<p>a <?x?> b &lt;?y?></p>"),
        ("<p title='Een'>", "it's \"so\" </pre>", "<p title='it&#39;s \"so\" &lt;/pre>'>"),
        ("<p title=Een>", "word", "<p title=word>"),
        ("<p title=Een>", "two words", '<p title="two words">'),
        ("> <p>Een\n> zin</p>", "> a\n\n> b", "> <p>> a > b</p>"),
    ],
)  # fmt: skip
def test_translation_stays_in_its_slot(markdown: str, translation: str, expected: str) -> None:
    assert localised(markdown, Een=translation) == expected


def test_translation_without_visible_text_is_refused() -> None:
    document = parse("<p>Een <img src='a' alt='x'> beeld</p>")
    result = localise(document, {document.segments[0].key: "<img src='a' alt='x'>"})
    assert result.text == document.text
    assert [one.check for one in result.diagnostics] == ["structure"]


# Properties

PARTS = (
    "<div>", "</div>", "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<br>", "<code>", "</code>", "<a href='/x'>", "</a>",
    "<img alt='beeld'>", '<img alt="een \'beeld\'" title=titel>', "<script>", "</script>", "<svg>", "</svg>", "<div translate=no>",
    "<!-- ", " -->", "<?", "?>", "<![CDATA[", "]]>", "<!x ", "<", ">", "</", "/>", '"', "'", "=", "{", "}", "{{ x }}", "{% y %}", "{%",
    "woord", "een zin", " ", "\n", "&amp;", "É", "\x00", "<X a={", "title='", "<1", "<pre>", "</pre>", "<textarea>", "`", "*",
)  # fmt: skip
_soup = st.lists(st.sampled_from(PARTS), max_size=25).map("".join)
html_texts = st.one_of(_soup, hostile_texts)


@st.composite
def html_documents(draw: st.DrawFn) -> str:
    blocks = draw(st.lists(_soup.map(lambda text: "<div>" + text.replace("\n\n", "\n")), min_size=1, max_size=3))
    prefix = draw(st.sampled_from(["", "> ", "  ", "> > "]))
    lines = "\n\n".join(blocks).split("\n")
    return "\n".join(prefix + line for line in lines).replace("\n", draw(st.sampled_from(LINE_ENDS)))


def frame(html_text: bytes, holes: Iterable[tuple[int, int]]) -> list[bytes]:
    """The tags outside some ranges, and the parts of tags outside the ranges."""
    holes = list(holes)
    tags = []
    for token in scan_html(html_text):
        if any(start <= token.start and token.end <= end for start, end in holes):
            continue
        inner = [(start, end) for start, end in holes if token.start < start and end < token.end]
        ends = [token.start, *(at for hole in inner for at in hole), token.end]
        tags.append(b"_".join(html_text[a:b].rstrip(b"\"'=") for a, b in zip(ends[::2], ends[1::2], strict=True)))
    return tags


def filled(document: Document, translations: list[str]) -> tuple[bytes, list[tuple[int, int]]]:
    """A document with unproven translations in its slots, and their positions there."""
    parts: list[bytes] = []
    holes: list[tuple[int, int]] = []
    position = length = 0
    for segment, translation in zip(document.segments, translations, strict=False):
        written = shape_of(segment.slot).write(document, segment.slot, translation)
        if written is None or not is_html(segment):
            continue
        parts += (document.data[position : segment.slot.start], written.encode())
        length += len(parts[-2])
        holes.append((length, length + len(parts[-1])))
        length += len(parts[-1])
        position = segment.slot.end
    return b"".join((*parts, document.data[position:])), holes


def is_html(segment: Segment) -> bool:
    return segment.kind in ("HTML text", "Attribute")


@pytest.mark.property
@given(_soup.map(lambda text: "<div>" + " ".join(text.split("\n"))), st.lists(html_texts, min_size=8, max_size=8))
def test_translations_never_change_the_tags_around_them(markdown: str, translations: list[str]) -> None:
    document = parse(markdown)
    result, holes = filled(document, translations)
    written = [
        one
        for one, text in zip(document.segments, translations, strict=False)
        if is_html(one) and shape_of(one.slot).write(document, one.slot, text)
    ]
    before = frame(document.data, [(one.slot.start, one.slot.end) for one in written])
    assert [tag.replace(b'"', b"") for tag in frame(result, holes)] == [tag.replace(b'"', b"") for tag in before]


@pytest.mark.property
@given(html_documents(), html_texts)
def test_documents_keep_their_structure_and_their_text(markdown: str, translation: str) -> None:
    document = parse(markdown)
    assert localise(document, {}).text == markdown
    assert b"".join(b"".join(pair) for pair in _joined(document)) == document.data
    result = localise(document, {one.key: translation for one in document.segments})
    assert [type(item) for item in parse(result.text).outline] == [type(item) for item in document.outline]


def _joined(document: Document) -> Iterable[tuple[bytes, bytes]]:
    texts = [document.data[one.slot.start : one.slot.end] for one in document.segments]
    return zip((piece.encode() for piece in document.skeleton), [*texts, b""], strict=True)


class _Blocks(HTMLParser):
    """The tags that are not part of a sentence, as another parser sees them."""

    def __init__(self, html_text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(html_text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += [] if tag in INLINE_ELEMENTS else [f"<{tag}> {[name for name, _ in attrs]}"]

    def handle_endtag(self, tag: str) -> None:
        self.tags += [] if tag in INLINE_ELEMENTS else [f"</{tag}>"]


@pytest.mark.property
@given(html_texts, html_texts)
def test_another_parser_sees_the_same_blocks(first: str, second: str) -> None:
    markdown = '<section title="Een titel">\n<p class=x>Een tekst</p>\n<p>Nog <b>een</b> <i>tekst</i></p>\n</section>\n'
    document = parse(markdown)
    translations = dict(zip((one.key for one in document.segments), (first, second, first + second), strict=True))
    assert _Blocks(localise(document, translations).text).tags == _Blocks(markdown).tags


HOSTILE = (
    "<", "<a ", "<!--", "<div>", "<svg>", "<p>", "<b>", "<a b='", '<a b="', "</", "</b>", "<?", "<!", "<![CDATA[", "{", "{{", "{%", "<a {", "&", "&amp",
    "<script>", "<script></scrip", "<b><i></b>", "x\n", "<b>x ", "<svg>\n\n", "<p translate=no>\n\n", "<a =", "a@", "<img alt='x'>", " ", "<br>",
    "<div translate=no>x</div>", "<!-- i18n:skip -->", "<a href='#x'>",
)  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_reading_and_writing_take_linear_time(part: str) -> None:
    def prepare(size: int) -> Callable[[], object]:
        text = "<div>een " + part * size
        return lambda: localise(document := parse(text), {one.key: text for one in document.segments[:1]})

    assert_linear(prepare)


@pytest.mark.parametrize("before", ["", "> ", "- ", "  "])
def test_tag_on_several_lines_may_move_to_one(before: str) -> None:
    following = "> " if before == "> " else " " * len(before)
    document = parse(f'{before}<img src="a.png" alt="Een bed\n{following}met kussens">\n')
    localised = localise(document, {(None, "Een bed met kussens"): "Ein Bett"})
    assert not localised.diagnostics
    assert localised.text == f'{before}<img src="a.png" alt="Ein Bett">\n'
