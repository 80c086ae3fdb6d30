"""An independent judge: a document and its localisation are rendered, and what a browser would get is compared.

A parser should not grade its own work. So here the text goes through a whole renderer, Python-Markdown unless the
project chooses otherwise, and the comparison sees nothing but the HTML that comes out: its blocks and their nesting,
and in each block the citations, addresses and elements.

What a translator may do inside a block is no difference: another order, other emphasis, other words in another
number of code spans, line breaks and abbreviations. Those are for the checks of messages, which know the msgid.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import unquote

from translate_pipe.addresses import Likeness, compare
from translate_pipe.links import NO_LINKS, LocaleLinks
from translate_pipe.markdown.embedded import frontmatter
from translate_pipe.markdown.embedded.hypertext import ADDRESSES, LANGUAGE, LOADING, Mark, MarkKind, addresses, parts
from translate_pipe.markdown.inline.bare_addresses import bare_addresses
from translate_pipe.markdown.inline.citations import EXPONENT, SUPERSCRIPT
from translate_pipe.markdown.inline.tokens import SEEN_ATTRIBUTES
from translate_pipe.segments import BYTE_ORDER_MARK
from translate_pipe.text.characters import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

EXTENSIONS = (
    "tables",
    "footnotes",
    "attr_list",
    "def_list",
    "fenced_code",
    "abbr",
    "admonition",
    "md_in_html",
    "sane_lists",
    "toc",
)
"""The extensions of Python-Markdown that are used unless the project names others."""


# Rendering


class RenderingError(Exception):
    """A text that the renderer cannot render; the text of the error says why."""


class Renderer(Protocol):
    """Makes HTML of Markdown; `name` is what people call it."""

    @property
    def name(self) -> str:
        """The name of the renderer, for messages."""

    def html(self, text: str) -> str:
        """The HTML of a Markdown text, front matter left out; raises RenderingError."""


class PythonMarkdown:
    """Python-Markdown with its extensions. Making one raises RenderingError if an extension cannot be loaded."""

    name = "Python-Markdown"

    def __init__(self, extensions: Sequence[str] = EXTENSIONS) -> None:
        self._extensions = list(extensions)
        self._start()

    def _start(self) -> None:
        from markdown import Markdown  # most commands render nothing

        from translate_pipe.localisation.quick_markdown import make_quicker

        try:
            self._markdown = Markdown(extensions=self._extensions)
            make_quicker(self._markdown)
        except Exception as error:  # extensions are foreign code, which may raise anything
            raise RenderingError(_reason(error)) from error

    def html(self, text: str) -> str:
        """The HTML of a Markdown text, front matter left out; raises RenderingError."""
        from translate_pipe.localisation.quick_markdown import open_brackets

        if count := open_brackets(text):
            raise RenderingError(f"it has {count} brackets that nothing closes")
        try:
            return self._markdown.reset().convert(_body(text))
        except Exception as error:  # so do extensions that meet a text they did not expect, and deep nesting
            self._start()  # what it has half done must not reach the next text
            raise RenderingError(_reason(error)) from error


class CommonMark:
    """pulldown-cmark, which follows CommonMark. It is the library that parses documents, so it judges less severely."""

    name = "pulldown-cmark"

    def __init__(self) -> None:
        from pyromark import Markdown

        from translate_pipe.markdown.events import OPTIONS

        self._markdown = Markdown(options=OPTIONS)

    def html(self, text: str) -> str:
        """The HTML of a Markdown text, front matter left out."""
        return self._markdown.html(_body(text))


def _body(text: str) -> str:
    text = text.removeprefix(BYTE_ORDER_MARK)
    block = frontmatter.find(text)
    return text[block.end :] if block else text


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    return f"{type(error).__name__}: {error}".partition("\n")[0]


# What is compared


class Fact(NamedTuple):
    """Something in a block that a translation has to keep; `kind` is the word for it in messages."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"the {self.kind} {self.value}"


class Block(NamedTuple):
    """A block element: how deep it stands, and what is in it but not in a block inside it.

    `detail` holds those of its attributes that shape it. `label` names a footnote. `raised` are the superscript digits
    in its text, which may stand for a `<sup>` of the other side. `written` are the addresses that its text spells out,
    of which a translation may make links.
    """

    depth: int
    tag: str
    detail: str
    label: str
    facts: tuple[Fact, ...]
    raised: tuple[str, ...]
    written: tuple[str, ...]

    @property
    def form(self) -> tuple[int, str, str, str]:
        """What has to be the same in a translation, in the same place."""
        return self[:4]


class Shape(NamedTuple):
    """A rendered document as the judge sees it."""

    blocks: tuple[Block, ...]


def shape(html: str) -> Shape:
    """The shape of a document's HTML.

    >>> [(block.depth, block.tag, block.facts) for block in shape('<ul><li><a href="/a">b</a></li></ul>').blocks]
    [(0, 'ul', ()), (1, 'li', (Fact(kind='link', value='/a'),))]
    """
    reader = _Reader()
    reader.read(html)
    return reader.shape()


# Most of what renderers write: text, and tags whose attributes stand in double quotes. In the elements that are named
# here tags may be text.
_SIMPLE = re.compile(
    r"([^<]+)|<(?!(?:iframe|no\w+|plaintext|script|style|textarea|title|xmp)\b)([a-z][a-z0-9]*)"
    r"""((?:\s+[a-z][\w:-]*="[^"]*")*)\s*/?>|</([a-z][a-z0-9]*)>""",
    re.IGNORECASE | re.ASCII,
)
_ATTRIBUTE = re.compile(r"""([\w:-]+)="([^"]*)\"""", re.ASCII)
_NO_CLASSES: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _words(
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup "
    "option p pre search section summary table tbody td tfoot th thead title tr ul"
)
_VOID = _words("area base br col embed hr img input link meta param source track wbr")
# Emphasis, code, line breaks and the like, which the languages differ in; checks of messages look after them.
_FREE = _words(
    "abbr acronym b bdi bdo big br cite code del dfn em font i ins mark nobr q rb rp rt rtc ruby s small strike "
    "strong sub sup tt u wbr"
)
_KNOWN = _words(
    "area audio base button canvas data datalist embed iframe img input kbd label link map math meta meter noscript "
    "object output param picture progress samp script select slot source style svg template textarea time track var "
    "video"
)
# An element that only says in which direction or language its text is written.
_ADDABLE_ATTRIBUTES = LANGUAGE | {"title"}
# Attributes that translators write, that renderers make of texts, and that check `attribute-list` looks after.
_OF_TRANSLATORS = LANGUAGE | SEEN_ATTRIBUTES | _words("abbr class for href hreflang id name src summary")
_ATTRIBUTE_FACT = "attribute"
_REPEATABLE = frozenset({"link", _ATTRIBUTE_FACT})
# In these no site generator makes a link of an address.
_UNLINKED = ("a", "code", "pre", "script", "style")
_TO_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NUMBER = re.compile(r"\d+")
_LONGEST_UNIT = 8


class _Element(NamedTuple):
    """An element that is open: the block that it is or stands in, and which part of that block's text its text begins.

    `is_exponent` says of a raised one that what stands in front makes an exponent of it.
    """

    tag: str
    is_block: bool
    block: int
    start: int
    classes: frozenset[str]
    is_unknown: bool = False
    is_exponent: bool = False


class _Building:
    """A block that is being read."""

    def __init__(self, depth: int, tag: str, detail: str, label: str) -> None:
        self.form = (depth, tag, detail, label)
        self.facts: list[Fact] = []
        self.texts: list[str] = []
        self.written: list[str] = []
        self.is_cited = False

    def end(self) -> str:
        """The last few characters of the text so far; there may be many elements in one block."""
        end = ""
        for text in reversed(self.texts):
            end = text[-_LONGEST_UNIT:] + end
            if len(end) >= _LONGEST_UNIT:
                break
        return end

    def finished(self, text: str) -> Block:
        raised = () if text.isascii() else tuple(map(_digits, SUPERSCRIPT.findall(text)))
        return Block(*self.form, tuple(self.facts), raised, tuple(self.written))


class _Reader:
    """Reads HTML as browsers do in this: an end tag without its start is passed over, one that lacks is implied."""

    def __init__(self) -> None:
        self._blocks = [_Building(0, "", "", "")]
        self._open: list[_Element] = []
        self._open_blocks = [0]
        self._count: Counter[str] = Counter()

    def read(self, html: str) -> None:
        """Read a whole text, as the tokenizer would; from the first thing on that is not simple, it does so itself."""
        position = 0
        html = shortened(html)
        for found in _SIMPLE.finditer(html):
            if found.start() != position:
                break
            position = found.end()
            text, tag, attributes, end_tag = found.groups()
            if text:
                self.handle_data(unescape(text) if "&" in text else text)
            elif end_tag:
                self.handle_endtag(end_tag.lower())
            else:
                pairs = [(name.lower(), unescape(value)) for name, value in _ATTRIBUTE.findall(attributes)]
                self.handle_starttag(tag.lower(), pairs)
        if position < len(html):
            self._read_parts(html[position:])

    def _read_parts(self, html: str) -> None:
        for part in parts(html):
            if isinstance(part, str):
                self.handle_data(part)
            elif part.kind is MarkKind.START:
                self.handle_starttag(part.name, part.attributes)
            elif part.kind is MarkKind.END:
                self.handle_endtag(part.name)

    def shape(self) -> Shape:
        """What has been read."""
        texts = ["".join(block.texts) for block in self._blocks]
        root, *others = map(_Building.finished, self._blocks, texts)
        blocks = [root, *others] if root.facts else others
        return Shape(tuple(_by_label(blocks)))

    def handle_starttag(self, tag: str, attributes: Sequence[tuple[str, str]]) -> None:
        """An element begins."""
        values = dict(reversed(attributes))  # of two with the same name the first counts
        classes = _NO_CLASSES
        if values:
            classes = frozenset(values.get("class", "").split())
        is_block = tag in _BLOCKS
        if is_block:
            self._open_block(tag, values, classes)
            if values:
                self._blocks[-1].facts += _attribute_facts(tag, values)
        elif values or tag not in _FREE:
            self._blocks[self._open_blocks[-1]].facts += self._facts(tag, values, classes)
        if tag in _VOID:
            if is_block:
                self._open_blocks.pop()
            return
        index = self._open_blocks[-1]
        block = self._blocks[index]
        is_unknown = not is_block and not any(values.values()) and _is_unknown(tag)
        is_exponent = tag == "sup" and EXPONENT.search(block.end()) is not None
        self._open.append(_Element(tag, is_block, index, len(block.texts), classes, is_unknown, is_exponent))
        self._count[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and with it those inside it that are still open."""
        if not self._count[tag]:
            return
        while True:
            element = self._open.pop()
            self._count[element.tag] -= 1
            self._close(element, is_closed=element.tag == tag)
            if element.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        """Text."""
        block = self._blocks[self._open_blocks[-1]]
        block.texts.append(data)
        found = bare_addresses(data)
        if found and not any(self._count[tag] for tag in _UNLINKED):
            block.written += (one.target for one in found)

    def _open_block(self, tag: str, values: dict[str, str], classes: frozenset[str]) -> None:
        attributes = [f"class={' '.join(sorted(classes))}"] if classes else []
        attributes += [f"start={values['start']}"] if tag == "ol" and "start" in values else []
        identity = values.get("id", "")
        is_footnote = (tag == "li" and identity.startswith("fn:")) or "footnote-definition" in classes
        self._blocks.append(
            _Building(len(self._open_blocks) - 1, tag, " ".join(attributes), identity if is_footnote else "")
        )
        self._open_blocks.append(len(self._blocks) - 1)

    def _facts(self, tag: str, values: dict[str, str], classes: frozenset[str]) -> Iterator[Fact]:
        """What an element says that is not a block."""
        href, source = (_on_one_line(values.get(name)) for name in ("href", "src"))
        if "footnote-backref" in classes:  # as many as there are citations, which count for themselves
            return
        if href is not None:
            is_citation = "footnote-ref" in classes or (
                bool(self._open) and "footnote-reference" in self._open[-1].classes
            )
            self._blocks[self._open_blocks[-1]].is_cited |= is_citation
            label = re.sub(r"^#(?:fn:)?", "", unquote(href))
            yield Fact("citation", f"[^{label}]") if is_citation else Fact("link", href)
        elif tag == "a":
            anchor = values.get("id") or values.get("name")
            if anchor:
                yield Fact("anchor", anchor)
        if source is not None:
            yield Fact("image" if tag == "img" else "address", source)
        yield from _attribute_facts(tag, values)
        if tag in {"a", "img"} or tag in _FREE or (tag == "span" and values.keys() <= _ADDABLE_ATTRIBUTES):
            return
        # A name in angle brackets that HTML does not have is text to its author: <your name>.
        if any(values.values()) or not _is_unknown(tag):
            yield Fact("element", f"<{tag}>")

    def _close(self, element: _Element, *, is_closed: bool) -> None:
        block = self._blocks[element.block]
        if element.is_block:
            self._open_blocks.pop()
        elif element.is_unknown and is_closed:
            block.facts.append(Fact("element", f"<{element.tag}>"))
        elif element.tag == "sup" and not element.classes:
            text = "".join(block.texts[element.start :])
            if not element.is_exponent and (not block.is_cited or text.strip()):
                block.facts += (Fact("number", f"<sup>{_digits(number)}</sup>") for number in _NUMBER.findall(text))


def _attribute_facts(tag: str, values: dict[str, str]) -> Iterator[Fact]:
    """The attributes that a translation may not add, but for `href` and `src`."""
    for name, value in values.items():
        if name in ADDRESSES and name not in {"href", "src"}:
            for _, address in addresses(Mark(MarkKind.START, tag, ((name, value),))):
                yield Fact("address" if name in LOADING else "link", address)
        elif name not in _OF_TRANSLATORS and (value or tag in _BLOCKS or not _is_unknown(tag)):
            yield Fact(_ATTRIBUTE_FACT, f'{name}="{value}" of <{tag}>')


def _on_one_line(address: str | None) -> str | None:
    """An address with blanks for line ends: a template in it (`{{ x }}`) may be wrapped, in a msgid it is not.

    Without a template, it is for browsers to say what white space in an address means.
    """
    return address if address is None or "{" not in address else " ".join(address.split())


def _is_unknown(tag: str) -> bool:
    return tag not in _KNOWN and tag not in _FREE and tag not in {"a", "span"} and "-" not in tag


def _digits(number: str) -> str:
    return number.translate(_TO_DIGITS)


def _by_label(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with neighbouring footnotes in the order of their labels: their numbers follow the sentences."""
    result: list[Block] = []
    position = 0
    while position < len(blocks):
        if not blocks[position].label:
            result.append(blocks[position])
            position += 1
            continue
        depth = blocks[position].depth
        notes: list[list[Block]] = []
        while position < len(blocks) and (
            blocks[position].depth > depth or (blocks[position].label and blocks[position].depth == depth)
        ):
            if blocks[position].depth == depth:
                notes.append([])
            notes[-1].append(blocks[position])
            position += 1
        for note in sorted(notes, key=lambda note: note[0].label):
            result += note
    return result


# The comparison


def differences(source: Shape, localised: Shape, links: LocaleLinks = NO_LINKS) -> Iterator[str]:
    """What a localised document has otherwise than its source, in words.

    The first difference of the blocks is the last one: behind it nothing can be compared. `links` are the project's
    addresses for the locale.

    >>> list(differences(shape('<p><a href="/a">b</a></p>'), shape("<p>b</p>")))
    ['the link /a is missing']
    """
    for was, now in zip_longest(source.blocks, localised.blocks):
        if was is None or now is None or was.form != now.form:
            yield f"where the source has {_named(was)}, there is {_named(now)}"
            return
        yield from _differences_of_facts(was, now, links)


def _named(block: Block | None) -> str:
    if block is None:
        return "nothing"
    attributes = "".join(f" {part}" for part in (block.detail, block.label) if part)
    return f"<{block.tag}{attributes}>" if block.tag else "text outside of all blocks"


def _differences_of_facts(was: Block, now: Block, links: LocaleLinks) -> Iterator[str]:
    if was.facts == now.facts and was.written == now.written:
        return
    missing = list((Counter(was.facts) - Counter(now.facts)).elements())
    added = list((Counter(now.facts) - Counter(was.facts)).elements())
    for fact in tuple(missing):
        match = next((other for other in added if _may_stand_for(fact, other, links)), None)
        if match:
            missing.remove(fact)
            added.remove(match)
    # A sentence in another order may have to name the same thing twice.
    added = [
        fact
        for fact in added
        if fact.kind not in _REPEATABLE or (fact not in was.facts and fact.value not in was.written)
    ]
    # Of attributes that are missing the checks of messages tell, which know the lists that they stood in.
    missing = [fact for fact in missing if fact.kind != _ATTRIBUTE_FACT]
    # ¹ and <sup>1</sup> are the same to a reader.
    missing, added = _without_raised(missing, now.raised), _without_raised(added, was.raised)
    yield from (f"{fact} is missing" for fact in missing)
    yield from (f"{fact} is not in the source" for fact in added)
    yield from _new_written(was, now, links)


def _new_written(was: Block, now: Block, links: LocaleLinks) -> Iterator[str]:
    """The addresses that a translation spells out, and that take the place of none of the source."""
    known = {*was.written, *(fact.value for fact in was.facts if fact.kind == "link")}
    new = [address for address in now.written if address not in known]
    for address in new:
        if not any(_may_stand_for(Fact("link", one), Fact("link", address), links) for one in known):
            yield f"the address {address} is not in the source"


def _without_raised(facts: Iterable[Fact], raised: Iterable[str]) -> list[Fact]:
    others = Counter(f"<sup>{number}</sup>" for number in raised)
    kept = []
    for fact in facts:
        if fact.kind == "number" and others[fact.value]:
            others[fact.value] -= 1
        else:
            kept.append(fact)
    return kept


def _may_stand_for(was: Fact, now: Fact, links: LocaleLinks) -> bool:
    """Whether an address may take the place of another; where that is doubtful, a check of messages warns."""
    addresses = {"link", "image", "address"}
    if was.kind != now.kind or was.kind not in addresses:
        return False
    if links.are_alike(was.value, now.value):
        return True
    return compare(was.value, now.value, links.locale, loads=was.kind != "link").likeness < Likeness.OTHER
