"""The words that a reader of a Markdown document sees, by way of a renderer that is not our parser.

A document, or a msgid, is rendered: MkDocs' flavour with Python-Markdown and its extensions, CommonMark and GitHub's
with markdown-it, because Python-Markdown reads these otherwise than their authors mean them. Of the HTML the text
counts, and the attributes that browsers show or read out, without code. What the renderer writes of its own accord (the
title of an admonition that has none, the number of a footnote) is not the author's and does not count.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple, Protocol
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from translate_pipe.markdown.embedded import frontmatter
from translate_pipe.model import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

NOTHING = "\ufffc"
"""Stands where something is that is no word; not a letter, not a blank, not Markdown."""

# The flavours

# fmt: off
_ADMONITIONS = [
    "note", "abstract", "summary", "tldr", "info", "todo", "tip", "hint", "important", "success", "check", "done",
    "question", "help", "faq", "warning", "caution", "attention", "failure", "fail", "missing", "danger", "error",
    "bug", "example", "quote", "cite",
]
# fmt: on

_MKDOCS = (
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "pymdownx.arithmatex",
    "pymdownx.betterem",
    "pymdownx.blocks.admonition",
    "pymdownx.blocks.caption",
    "pymdownx.blocks.definition",
    "pymdownx.blocks.details",
    "pymdownx.blocks.html",
    "pymdownx.blocks.tab",
    "pymdownx.caret",
    "pymdownx.details",
    "pymdownx.keys",
    "pymdownx.mark",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "pymdownx.tasklist",
    "pymdownx.tilde",
    "sane_lists",
    "tables",
)
_SETTINGS: dict[str, dict[str, object]] = {
    "pymdownx.blocks.admonition": {"types": _ADMONITIONS},
    "pymdownx.blocks.tab": {"alternate_style": True},
    "pymdownx.tabbed": {"alternate_style": True},
}

# What is taken out of the Markdown before it is rendered

CODE = (
    (r"\{\*(?!\*)[^\n]*?\*\}", "includes a file of code, with the lines to show (a macro of FastAPI's documentation)"),
    (r"\{!>?[^\n]*?!\}", "includes a file (markdown-include)"),
    (r"^[ \t>]*(?:-+8<-+|--+>8--+)[^\n]*$", "includes a file (pymdownx.snippets)"),
    (
        r"^[ \t>]*::: [\w.]+\.[\w.]+[ \t]*$(?:\n(?:[ \t]*\n)?[ ]{4}[^\n]*)*|^::: \w+$(?:\n(?:[ \t]*\n)?[ ]{4}[^\n]*)*",
        "documentation that mkdocstrings makes of code: the name of a module or class, and options",
    ),
    (r"\{%.*?%\}", "a statement of Jinja or Liquid, or a shortcode of Hugo"),
    (r"\{\{.*?\}\}", "an expression of Jinja, Liquid or mdBook, or a shortcode of Hugo: what is shown is data"),
)
"""Markup that is code for another program, each with the reason why it holds no words of the author."""
_CODE = re.compile("|".join(f"(?:{pattern})" for pattern, _ in CODE), re.DOTALL | re.MULTILINE)

# An opening line without a title, which the renderer would invent.
_PREFIX = r"(?:[ \t>]|[-*+:](?=[ \t])|\d{1,9}[.)](?=[ \t]))*"
_UNTITLED = re.compile(
    rf"^(?P<indented>{_PREFIX}(?:!!!|\?\?\?\+?)[ \t]+[\w-]+(?:[ \t]+[\w-]+)*)[ \t]*$"
    rf"|^(?P<fenced>{_PREFIX}/{{3,}}[ \t]*(?:{'|'.join(_ADMONITIONS)}))[ \t]*$",
    re.MULTILINE,
)

# What is taken out of the text before its words are counted: seen by the reader, but no words to translate.
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)[^\s<>]+|[\w.+-]{1,64}@[\w-]+\.[\w.-]+", re.IGNORECASE)
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+-]+:(?![\w:])")

# Scripts without blanks between words: there each character counts.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W\u0e00-\u0eff\u3041-\u9fff]+"
)


def words(text: str) -> list[str]:
    """The words of a text as a reader sees it, without addresses and codes of emoji.

    >>> words("Don't panic: see https://a.nl/b 42 times :tada:")
    ['Don', 't', 'panic', 'see', '42', 'times']
    """
    plain = _EMOJI.sub(NOTHING, _ADDRESS.sub(NOTHING, text))
    return [word for word in _WORD.findall(plain) if any(map(str.isalnum, word))]


def without_code(text: str) -> str:
    """Markdown without the markup of `CODE` and with a mark for each title that the renderer would invent.

    >>> without_code("{* ../../a.py hl[1] *} and {% if x %}b") == f"{NOTHING} and {NOTHING}b"
    True
    """
    return _UNTITLED.sub(_titled, _CODE.sub(NOTHING, text))


def _titled(match: re.Match[str]) -> str:
    return f'{match["indented"]} "{NOTHING}"' if match["indented"] else f"{match['fenced']} | {NOTHING}"


# HTML


class Passage(NamedTuple):
    """Text between two borders of blocks, or the value of an attribute, which then has a name.

    `path` are the elements that it stands in, outermost first, without those that style text in a line.
    """

    path: tuple[str, ...]
    attribute: str
    text: str


VISIBLE_ATTRIBUTES = ("alt", "title", "aria-label", "placeholder")
# fmt: off
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark",
    "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
})
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})
# fmt: on
_CODE_ELEMENTS = frozenset({"code", "pre", "script", "style", "template", "math"})
# `keys` are those of a keyboard, whose names the renderer writes, `toc` a table of contents, made of the headings.
_CODE_CLASSES = frozenset(
    {
        "arithmatex",
        "caption-prefix",
        "footnote-anchor",
        "footnote-backref",
        "footnote-ref",
        "highlight",
        "keys",
        "mermaid",
        "toc",
    }
)


class _Reader(HTMLParser):
    """Collects the passages of HTML; the titles of those definitions that are in `counted` are left out."""

    def __init__(self, definitions: Mapping[tuple[str, str], str], counted: Iterable[str]) -> None:
        super().__init__()
        self.passages: list[Passage] = []
        self._definitions = definitions
        self._counted = set(counted)
        self._open: list[tuple[str, bool]] = []
        self._code = 0
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins: a border, or code, or attributes to read."""
        values = {name: value or "" for name, value in attrs}
        is_code = (
            tag in _CODE_ELEMENTS
            or not _CODE_CLASSES.isdisjoint(values.get("class", "").split())
            or values.get("translate", "").lower() == "no"
        )
        if is_code or tag in _VOID:
            self._text.append(NOTHING)
        elif tag not in _INLINE:
            self.flush()
        if not self._code and not is_code:
            self._attributes(tag, values)
        if tag not in _VOID:
            self._open.append((tag, is_code))
            self._code += is_code

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and with it those inside it that are still open."""
        if not any(tag == name for name, _ in self._open):
            return
        if tag not in _INLINE and tag not in _CODE_ELEMENTS:
            self.flush()
        while True:
            name, is_code = self._open.pop()
            self._code -= is_code
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._code:
            self._text.append(data)

    def flush(self) -> None:
        """End the passage that is being read."""
        text = "".join(self._text)
        self._text.clear()
        if words(text):
            self.passages.append(Passage(self._path(), "", text))

    def _attributes(self, tag: str, values: Mapping[str, str]) -> None:
        for name in VISIBLE_ATTRIBUTES:
            value = values.get(name, "")
            if not words(value):
                continue
            definition = self._definitions.get((_target(tag, values), value), "") if name == "title" else ""
            # What is written once, in a definition, is seen wherever it is used, but counts once.
            if not definition or definition not in self._counted:
                self.passages.append(Passage((*self._path(), tag), name, value))
            self._counted.add(definition)

    def _path(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self._open if name not in _INLINE)


def _target(tag: str, values: Mapping[str, str]) -> str:
    """What tells which definition an element has its title from: its address, or that it is an abbreviation."""
    return tag if tag == "abbr" else values.get("href", values.get("src", ""))


# Rendering


class Witness(Protocol):
    """Tells what readers see of a document and of parts of it."""

    def passages(self, text: str) -> list[Passage]:
        """What a reader sees of a document, front matter left out."""

    def passages_of_part(self, text: str) -> list[Passage]:
        """What a reader sees of inline Markdown from the document that was rendered last, whose definitions hold.

        The titles that stand in those definitions are left out: they are not in this text.
        """


def witness(dialect: str) -> Witness:
    """The witness of a dialect; DIALECTS has those that there is one for."""
    return _PythonMarkdown() if dialect == "mkdocs" else _MarkdownIt(dialect)


DIALECTS = ("commonmark", "gfm", "mkdocs")
"""The dialects that can be measured. Of what the others add neither renderer knows enough to be a witness."""

_INLINE_STEPS = ("inline", "attr_list", "unescape")
_CONTROL = str.maketrans("", "", "\x02\x03")  # Python-Markdown's own marks


class _PythonMarkdown:
    """Python-Markdown with what MkDocs' users switch on."""

    def __init__(self) -> None:
        self._markdown = Markdown(extensions=list(_MKDOCS), extension_configs=_SETTINGS)

    def passages(self, text: str) -> list[Passage]:
        return _read(self._markdown.reset().convert(without_code(_body(text))), self._definitions(), ())

    def passages_of_part(self, text: str) -> list[Passage]:
        root = Element("div")
        SubElement(root, "p").text = without_code(text.translate(_CONTROL))
        for name in _INLINE_STEPS:
            changed = self._markdown.treeprocessors[name].run(root)
            root = root if changed is None else changed
        html = self._markdown.serializer(root)
        for step in self._markdown.postprocessors:
            html = step.run(html)
        definitions = self._definitions()
        return _read(html, definitions, definitions.values())

    def _definitions(self) -> dict[tuple[str, str], str]:
        """The titles that stand in definitions, by what has them: references by address, abbreviations."""
        titles = {(url, title): f"[{label}]" for label, (url, title) in self._markdown.references.items() if title}
        for extension in self._markdown.registeredExtensions:
            abbreviations: Mapping[str, str] = getattr(extension, "abbrs", {})
            titles |= {("abbr", title): f"*[{name}]" for name, title in abbreviations.items()}
        return titles


class _MarkdownIt:
    """markdown-it, strictly CommonMark or with what GitHub adds, footnotes and definition lists."""

    def __init__(self, dialect: str) -> None:
        self._markdown = MarkdownIt("commonmark")
        if dialect == "gfm":
            self._markdown.enable(["table", "strikethrough"]).use(footnote_plugin).use(deflist_plugin)
        self._references: dict[str, dict[str, str]] = {}

    def passages(self, text: str) -> list[Passage]:
        known: dict[str, dict[str, dict[str, str]]] = {}
        html = self._markdown.render(without_code(_body(text)), known)
        self._references = known.get("references", {})
        return _read(_TASK.sub(r"\1", html), self._definitions(), ())

    def passages_of_part(self, text: str) -> list[Passage]:
        # Without its definition a footnote's mark would be text.
        html = self._markdown.renderInline(_FOOTNOTE.sub(NOTHING, without_code(text)), {"references": self._references})
        definitions = self._definitions()
        return _read(html, definitions, definitions.values())

    def _definitions(self) -> dict[tuple[str, str], str]:
        entries = self._references.items()
        return {(entry["href"], entry["title"]): f"[{label}]" for label, entry in entries if entry["title"]}


_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
_TASK = re.compile(r"(<li>(?:\s*<p>)?)\[[ xX]\] ")


def _body(text: str) -> str:
    body = text.removeprefix(BYTE_ORDER_MARK)
    block = frontmatter.find(body)
    return body[block.end :] if block else body


def _read(html: str, definitions: Mapping[tuple[str, str], str], counted: Iterable[str]) -> list[Passage]:
    reader = _Reader(definitions, counted)
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader.passages


def count(passages: Sequence[Passage]) -> Counter[str]:
    """How often each word stands in passages."""
    return Counter(_words_of(passages))


def _words_of(passages: Sequence[Passage]) -> Iterator[str]:
    for passage in passages:
        yield from words(passage.text)
