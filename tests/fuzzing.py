"""Random documents in the syntax of each dialect, and everything that a run does with one document."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING

from strategies import LINE_ENDS, TOKENS

from translate_pipe.catalogue import make_template, merge, new_catalogue, parse_po, serialize_po
from translate_pipe.checks import check
from translate_pipe.checks.documents import check_localised
from translate_pipe.checks.documents.page import Page
from translate_pipe.checks.sources.lint import lint
from translate_pipe.links import LinkRule, LocaleLinks
from translate_pipe.localisation import localise
from translate_pipe.localisation.comparison import differences, page_shape
from translate_pipe.localisation.finishing import Finish, finish
from translate_pipe.localisation.renderers import CommonMark, GitHub, PythonMarkdown, RenderingError
from translate_pipe.markdown.dialects import ALL_DIALECTS
from translate_pipe.markdown.parser import for_renderers
from translate_pipe.segments import ParseOptions, parse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from translate_pipe.localisation.renderers import Renderer
    from translate_pipe.model import Document

CHARACTERS = (
    "é", "漢", "👩‍👩‍👧", "e\u0301", "\u0301", "\x00", "\x1a", "\u2028", "\u2029", "\x85", "\ufeff", "\xa0", "\u200b", "\u202e", "ß", "İ", "ﬁ", "𝒳", "¹", "²",
    "\t", " ", "  ", "    ", "\\", "&fjlig;", "&NotEqualTilde;", "&#0;", "&#xD800;", "&#x110000;", "&nbsp;", "。", "！", "ا", "\ufdd0", "\uffff",
)  # fmt: skip
"""Characters of several bytes, several characters in one glyph, or none."""

WORDS = (
    "een", "Zo is het. En zo", "Dr. Jansen", "31 %", "1,5", "a b", "Tip", "`kop`", "`a", "*b*", "**", "[a](b)", "[a](b#c 'd')", "![x](y)", "[^1]", "[^1]: ",
    "[a]: b 'c'\n", "{ref}`a`", "{cite}`a`", "<b>", "</b>", "<a href='b'>", "<!-- x -->", "<!-- i18n:ignore a -->", "| a | b |", "| - | -: |", ":-|", "---", "- ", "1. ", "> ",
    "# ", "```py\n", "```\n", "# Een zin. Nog een\n", '"Een tekst hier"', "'''", '"""', "// Een opmerking\n", "/* Een\n * tekst */", "@key", "[@key, p. 3]", "$", "$$", "http://a.b/c",
    "title: a\n", 'title = "a"\n', '"title": "a"', "---\n", "+++\n", "...\n", "{\n", "}\n", "key:\n", "- a\n", "label='a b'", 'title="a b"', "ul>li", "{#id}", "|", "||",
)  # fmt: skip

PREFIXES = (
    "> ",
    ">",
    "- ",
    "+\t",
    "1. ",
    "2) ",
    ": ",
    ":   ",
    "    ",
    "  ",
    "\t",
    "# ",
    "[^1]: ",
    "| ",
    "- [ ] ",
    "a ",
    "% ",
    "{",
    "<div>",
    "\\",
)
"""Beginnings of lines."""

EXAMPLES = {dialect.name: tuple(rule.example.markdown for rule in dialect.rules) for dialect in ALL_DIALECTS}


def pieces(names: Sequence[str]) -> tuple[str, ...]:
    """Pieces of documents in some dialects: their examples, whole and in lines and words, and other text."""
    examples = [example for name in names for example in EXAMPLES[name]]
    lines = [line for example in examples for line in example.split("\n")]
    words = [word for line in lines for word in line.split(" ")]
    own = tuple(dict.fromkeys((*examples, *lines, *words)))
    return own * max(1, len(TOKENS) // max(1, len(own))) + TOKENS + WORDS + CHARACTERS


DIALECT_CHOICES = (
    *((one.name,) for one in ALL_DIALECTS),
    *combinations([one.name for one in ALL_DIALECTS], 2),
    tuple(one.name for one in ALL_DIALECTS),
)
OPTIONS = tuple(
    ParseOptions(
        dialects=names, segmentation=segmentation, code=code, translate_bibliography=bibliography, source_locale="nl"
    )
    for names, segmentation, code, bibliography in product(
        DIALECT_CHOICES, ("block", "sentence"), ("none", "comments", "strings", "all"), (False, True)
    )
)
"""Each dialect alone and with each other one, with every choice that a project has for parsing."""

_LINKS = LocaleLinks((LinkRule("*", "/{tag}/*"),), "ja")
_RENDERERS: tuple[Renderer, ...] = (PythonMarkdown(), GitHub(), CommonMark())


def random_text(random: Random, names: Sequence[str], most: int = 14) -> str:
    """A text of pieces or of mutilated examples, with line ends of one kind or of several."""
    count = random.randint(1, most)
    if random.random() < 0.5:
        some = pieces(names)
        text = "".join(random.choice(some) for _ in range(count))
    else:
        text = "".join(_mutilated_line(random, names) for _ in range(count))
    if random.random() < 0.3:
        text = "".join(random.choice("éé漢") if one.isalpha() and random.random() < 0.5 else one for one in text)
    ends = random.choice((*LINE_ENDS, ""))
    if ends:
        return text.replace("\n", ends)
    return "".join(random.choice(LINE_ENDS) if part == "\n" else part for part in text)


def _mutilated_line(random: Random, names: Sequence[str]) -> str:
    """One or more lines of an example, in containers, with insertions and with some characters replaced."""
    some = pieces(names)
    line = random.choice(some)
    for _ in range(random.choice((0, 0, 1, 1, 2, 4))):
        at = random.randint(0, len(line))
        till = at + random.choice((0, 0, 0, 1, 1, 5))
        line = line[:at] + random.choice(random.choice((some, CHARACTERS, WORDS))) + line[till:]
    prefix = "".join(random.choice(PREFIXES) for _ in range(random.choice((0, 0, 0, 1, 1, 2))))
    return prefix + line + random.choice(("\n", "\n", "\n", "\n\n", " \n", "  \n", "\\\n", ""))


def go_through(text: str, options: ParseOptions, msgstrs: Sequence[str]) -> None:
    """Do everything with a document that a run does, and assert what must be true of every document."""
    document = parse(text, "a.md", options)
    assert localise(document, {}).text == text
    joined = [*document.skeleton[:1]]
    for segment, piece in zip(document.segments, document.skeleton[1:], strict=True):
        assert segment.text.strip()
        joined += (document.data[segment.slot.start : segment.slot.end].decode(), piece)
    assert "".join(joined) == text
    lint(page := Page(document))
    _keep_catalogues(document, msgstrs)
    _publish(document, page, [""])
    _publish(document, page, msgstrs)


def _publish(document: Document, page: Page, msgstrs: Sequence[str]) -> None:
    """Localise a document, then finish, check and judge the result."""
    options = document.options
    translations = {one.key: msgstrs[at % len(msgstrs)] or f"{one.text} é" for at, one in enumerate(document.segments)}
    localised = localise(document, translations, locale="ja")
    finish(document, localised.text, Finish(anchors="html", anchor_slugs="markdown"))
    finished = finish(document, localised.text, Finish(_LINKS, anchors="attr"))
    again = Page(parse(finished.text, "b.md", options), bibliography=page.bibliography_blocks)
    list(check_localised(page, again, translations))
    for renderer in _RENDERERS:
        rendered = [for_renderers(one.removeprefix("\ufeff"), options) for one in (document.text, localised.text)]
        with suppress(RenderingError):
            source, target = (page_shape(renderer.html(one)) for one in rendered)
            assert not list(differences(source, source))
            list(differences(source, target, _LINKS))


def _keep_catalogues(document: Document, msgstrs: Sequence[str]) -> None:
    """Make catalogues of a document, write, read, merge and check them."""
    template = make_template([document], project="p", creation_date="2025-10-16 09:00+0000")
    keys = [message.key for message in template.messages]
    assert [message.key for message in parse_po(serialize_po(template)).messages] == keys
    empty = merge(new_catalogue(template, "de", "nplurals=2; plural=(n != 1);"), template).catalogue
    translated = replace(
        empty,
        messages=tuple(
            replace(one, msgstr=msgstrs[at % len(msgstrs)], raw="") for at, one in enumerate(empty.messages)
        ),
    )
    read = parse_po(serialize_po(translated))
    assert [(one.key, one.msgstr) for one in read.active] == [(one.key, one.msgstr) for one in translated.active]
    assert not merge(read, template).changed
    list(check(read, "de.po", source_locale="nl", locale="de"))
