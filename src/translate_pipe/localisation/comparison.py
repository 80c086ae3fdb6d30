"""Compare a rendered document with its rendered source.

The comparison sees only the HTML: the block elements and their nesting, and in each block the citations, addresses and
elements. What a translator may do inside a block is no difference: another order, other emphasis, a word in two code
spans, line breaks, abbreviations. The checks of messages look after these, because they know the msgid.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from urllib.parse import unquote

from translate_pipe.addresses import Likeness, compare
from translate_pipe.links import NO_LINKS, LocaleLinks
from translate_pipe.markdown.embedded.hypertext import (
    ADDRESSES,
    LANGUAGE,
    LOADING,
    HtmlMark,
    MarkKind,
    addresses,
    html_parts,
)
from translate_pipe.markdown.inline.bare_addresses import bare_addresses
from translate_pipe.markdown.inline.citations import EXPONENT, SUPERSCRIPT
from translate_pipe.markdown.inline.tokens import SEEN_ATTRIBUTES
from translate_pipe.text.characters import with_short_references

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Feature(NamedTuple):
    """Something in a block that a translation has to keep. `kind` is the word for it in messages."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"the {self.kind} {self.value}"


class BlockElement(NamedTuple):
    """A block element, with what is in it but not in a block inside it.

    - `depth`: the number of block elements around it.
    - `tag`: the name of the element, in lower case; empty for what is outside all blocks.
    - `detail`: those of its attributes that shape it.
    - `label`: the id of a footnote.
    - `features`: what a translation has to keep.
    - `raised`: the superscript digits in its text, as ASCII digits. `<sup>` may replace them and the other way round.
    - `written`: the addresses that its text spells out. A translation may make links of them.
    """

    depth: int
    tag: str
    detail: str
    label: str
    features: tuple[Feature, ...]
    raised: tuple[str, ...]
    written: tuple[str, ...]

    @property
    def form(self) -> tuple[int, str, str, str]:
        """Depth, tag, detail and label, which must be the same in a translation."""
        return self[:4]


PageShape: TypeAlias = tuple[BlockElement, ...]
"""The block elements of a rendered document, in document order."""


def page_shape(html: str) -> PageShape:
    """The shape of a document's HTML.

    >>> [(block.depth, block.tag, block.features) for block in page_shape('<ul><li><a href="/a">b</a></li></ul>')]
    [(0, 'ul', ()), (1, 'li', (Feature(kind='link', value='/a'),))]
    """
    reader = _PageReader()
    reader.read(html)
    return reader.shape()


def differences(source: PageShape, localised: PageShape, links: LocaleLinks = NO_LINKS) -> Iterator[str]:
    """What is different in a localised document, in words for a message.

    After the first block element that differs nothing more is compared. `links` are the project's rules for addresses.

    >>> list(differences(page_shape('<p><a href="/a">b</a></p>'), page_shape("<p>b</p>")))
    ['the link /a is missing']
    """
    for was, now in zip_longest(source, localised):
        if was is None or now is None or was.form != now.form:
            yield f"where the source has {_named(was)}, there is {_named(now)}"
            return
        if was.features != now.features or was.written != now.written:
            yield from _differences_in_block(was, now, links)


def _named(block: BlockElement | None) -> str:
    if block is None:
        return "nothing"
    attributes = "".join(f" {part}" for part in (block.detail, block.label) if part)
    return f"<{block.tag}{attributes}>" if block.tag else "text outside of all blocks"


def _differences_in_block(was: BlockElement, now: BlockElement, links: LocaleLinks) -> Iterator[str]:
    missing = list((Counter(was.features) - Counter(now.features)).elements())
    added = list((Counter(now.features) - Counter(was.features)).elements())
    for feature in tuple(missing):
        match = next((other for other in added if _may_replace(feature, other, links)), None)
        if match:
            missing.remove(feature)
            added.remove(match)
    # A sentence in another order may have to name the same thing twice.
    added = [
        one
        for one in added
        if one.kind not in _REPEATABLE or (one not in was.features and one.value not in was.written)
    ]
    # The checks of messages report missing attributes, because they know the lists that these were in.
    missing = [one for one in missing if one.kind != _ATTRIBUTE]
    # ¹ and <sup>1</sup> are the same to a reader.
    yield from (f"{one} is missing" for one in _without_raised(missing, now.raised))
    yield from (f"{one} is not in the source" for one in _without_raised(added, was.raised))
    # An address that the text spells out may replace one of the source, written or linked.
    known = {*was.written, *(one.value for one in was.features if one.kind == "link")}
    for address in now.written:
        link = Feature("link", address)
        if address not in known and not any(_may_replace(Feature("link", one), link, links) for one in known):
            yield f"the address {address} is not in the source"


def _without_raised(features: Iterable[Feature], raised: Iterable[str]) -> list[Feature]:
    """The features without the numbers that the other side has as superscript digits."""
    others = Counter(f"<sup>{number}</sup>" for number in raised)
    kept = []
    for one in features:
        if one.kind == "number" and others[one.value]:
            others[one.value] -= 1
        else:
            kept.append(one)
    return kept


def _may_replace(was: Feature, now: Feature, links: LocaleLinks) -> bool:
    """Whether an address may replace another. Where that is doubtful, a check of messages warns."""
    if was.kind != now.kind or was.kind not in _WITH_ADDRESS:
        return False
    if links.are_alike(was.value, now.value):
        return True
    return compare(was.value, now.value, links.locale, loads=was.kind != "link").likeness < Likeness.OTHER


_ATTRIBUTE = "attribute"
_REPEATABLE = frozenset({"link", _ATTRIBUTE})
_WITH_ADDRESS = frozenset({"link", "image", "address"})


# Reading HTML

# Most of what renderers write: text, and tags whose attributes are in double quotes. Inside the elements that are named
# here tags may be text.
_SIMPLE_HTML = re.compile(
    r"([^<]+)|<(?!(?:iframe|no\w+|plaintext|script|style|textarea|title|xmp)\b)([a-z][a-z0-9]*)"
    r"""((?:\s+[a-z][\w:-]*="[^"]*")*)\s*/?>|</([a-z][a-z0-9]*)>""",
    re.IGNORECASE | re.ASCII,
)
_QUOTED_ATTRIBUTE = re.compile(r"""([\w:-]+)="([^"]*)\"""", re.ASCII)
_NO_CLASSES: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _words(
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup "
    "option p pre search section summary table tbody td tfoot th thead title tr ul"
)
_VOID = _words("area base br col embed hr img input link meta param source track wbr")
# Emphasis, code, line breaks and the like, in which languages differ. The checks of messages look after them.
_FREE = _words(
    "abbr acronym b bdi bdo big br cite code del dfn em font i ins mark nobr q rb rp rt rtc ruby s small strike "
    "strong sub sup tt u wbr"
)
_KNOWN = _words(
    "area audio base button canvas data datalist embed iframe img input kbd label link map math meta meter noscript "
    "object output param picture progress samp script select slot source style svg template textarea time track var "
    "video"
)
# A translation may add an element with these attributes alone.
_ADDABLE_ATTRIBUTES = LANGUAGE | {"title"}
# Attributes that translators write, that renderers make of texts, or that the check `attribute-list` looks after.
_OF_TRANSLATORS = LANGUAGE | SEEN_ATTRIBUTES | _words("abbr class for href hreflang id name src summary")
# Site generators make no links of addresses in these elements.
_UNLINKED = ("a", "code", "pre", "script", "style")
_TO_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NUMBER = re.compile(r"\d+")
_LONGEST_UNIT = 8  # characters of the unit or variable before an exponent


class _OpenElement(NamedTuple):
    """An element whose end tag has not been read yet.

    - `block`: the number of the block that it is, or is in.
    - `start`: the number of the first of the block's texts that is inside the element.
    - `is_exponent`: whether the text before a `<sup>` makes it an exponent.
    """

    tag: str
    is_block: bool
    block: int
    start: int
    classes: frozenset[str]
    is_unknown: bool = False
    is_exponent: bool = False


class _OpenBlock:
    """A block element while it is read."""

    def __init__(self, depth: int, tag: str, values: dict[str, str], classes: frozenset[str]) -> None:
        attributes = [f"class={' '.join(sorted(classes))}"] if classes else []
        attributes += [f"start={values['start']}"] if tag == "ol" and "start" in values else []
        identity = values.get("id", "")
        is_footnote = (tag == "li" and identity.startswith("fn:")) or "footnote-definition" in classes
        self.form = (depth, tag, " ".join(attributes), identity if is_footnote else "")
        self.features: list[Feature] = []
        self.texts: list[str] = []
        self.written: list[str] = []
        self.is_cited = False

    def end(self) -> str:
        """The last few characters of the text so far, without joining all of it for each element."""
        end = ""
        for text in reversed(self.texts):
            end = text[-_LONGEST_UNIT:] + end
            if len(end) >= _LONGEST_UNIT:
                break
        return end

    def finished(self, text: str) -> BlockElement:
        raised = () if text.isascii() else tuple(map(_digits, SUPERSCRIPT.findall(text)))
        return BlockElement(*self.form, tuple(self.features), raised, tuple(self.written))


class _PageReader:
    """Reads HTML as browsers do: it skips an end tag without a start tag, and adds a missing end tag."""

    def __init__(self) -> None:
        self._blocks = [_OpenBlock(0, "", {}, _NO_CLASSES)]
        self._open: list[_OpenElement] = []
        self._open_blocks = [0]
        self._count: Counter[str] = Counter()

    def read(self, html: str) -> None:
        """Read a whole text.

        Regular expressions read simple HTML; the tokenizer, which gives the same parts, reads the rest.
        """
        position = 0
        html = with_short_references(html)
        for found in _SIMPLE_HTML.finditer(html):
            if found.start() != position:
                break
            position = found.end()
            text, tag, attributes, end_tag = found.groups()
            if text:
                self._add_text(unescape(text) if "&" in text else text)
            elif end_tag:
                self._end(end_tag.lower())
            else:
                pairs = [(name.lower(), unescape(value)) for name, value in _QUOTED_ATTRIBUTE.findall(attributes)]
                self._begin(tag.lower(), pairs)
        for part in html_parts(html[position:]) if position < len(html) else ():
            if isinstance(part, str):
                self._add_text(part)
            elif part.kind is MarkKind.START:
                self._begin(part.name, part.attributes)
            elif part.kind is MarkKind.END:
                self._end(part.name)

    def shape(self) -> PageShape:
        """The shape of what has been read, with neighbouring footnotes sorted by label.

        Footnotes are numbered as they are cited, so a translation may have them in another order.
        """
        texts = ["".join(block.texts) for block in self._blocks]
        root, *others = map(_OpenBlock.finished, self._blocks, texts)
        blocks = [root, *others] if root.features else others
        shape: list[BlockElement] = []
        position = 0
        while position < len(blocks):
            if not blocks[position].label:
                shape.append(blocks[position])
                position += 1
                continue
            depth = blocks[position].depth
            notes: list[list[BlockElement]] = []  # each with the blocks in it
            while position < len(blocks) and (
                blocks[position].depth > depth or (blocks[position].label and blocks[position].depth == depth)
            ):
                if blocks[position].depth == depth:
                    notes.append([])
                notes[-1].append(blocks[position])
                position += 1
            for note in sorted(notes, key=lambda note: note[0].label):
                shape += note
        return tuple(shape)

    def _begin(self, tag: str, attributes: Sequence[tuple[str, str]]) -> None:
        values = dict(reversed(attributes))  # the first of two with the same name counts
        classes = _NO_CLASSES
        if values:
            classes = frozenset(values.get("class", "").split())
        is_block = tag in _BLOCKS
        if is_block:
            self._blocks.append(_OpenBlock(len(self._open_blocks) - 1, tag, values, classes))
            self._open_blocks.append(len(self._blocks) - 1)
            if values:
                self._blocks[-1].features += _attribute_features(tag, values)
        elif values or tag not in _FREE:
            self._blocks[self._open_blocks[-1]].features += self._features(tag, values, classes)
        if tag in _VOID:
            if is_block:
                self._open_blocks.pop()
            return
        index = self._open_blocks[-1]
        block = self._blocks[index]
        is_unknown = not is_block and not any(values.values()) and _is_unknown(tag)
        is_exponent = tag == "sup" and EXPONENT.search(block.end()) is not None
        self._open.append(_OpenElement(tag, is_block, index, len(block.texts), classes, is_unknown, is_exponent))
        self._count[tag] += 1

    def _end(self, tag: str) -> None:
        """Close an element, and those inside it that are still open."""
        if not self._count[tag]:
            return
        while True:
            element = self._open.pop()
            self._count[element.tag] -= 1
            block = self._blocks[element.block]
            if element.is_block:
                self._open_blocks.pop()
            elif element.is_unknown and element.tag == tag:
                block.features.append(Feature("element", f"<{tag}>"))
            elif element.tag == "sup" and not element.classes:
                text = "".join(block.texts[element.start :])
                if not element.is_exponent and (not block.is_cited or text.strip()):
                    numbers = map(_digits, _NUMBER.findall(text))
                    block.features += (Feature("number", f"<sup>{number}</sup>") for number in numbers)
            if element.tag == tag:
                return

    def _add_text(self, data: str) -> None:
        block = self._blocks[self._open_blocks[-1]]
        block.texts.append(data)
        found = bare_addresses(data)
        if found and not any(self._count[tag] for tag in _UNLINKED):
            block.written += (one.target for one in found)

    def _features(self, tag: str, values: dict[str, str], classes: frozenset[str]) -> Iterator[Feature]:
        """The features of an element that is no block."""
        # A source may wrap an address with a template (`{{ x }}`), a msgid does not. Other white space counts.
        href, source = (
            " ".join(address.split()) if address and "{" in address else address
            for address in (values.get("href"), values.get("src"))
        )
        if "footnote-backref" in classes:  # there is one for each citation, and the citations are compared
            return
        if href is not None:
            is_citation = "footnote-ref" in classes or (
                bool(self._open) and "footnote-reference" in self._open[-1].classes
            )
            self._blocks[self._open_blocks[-1]].is_cited |= is_citation
            label = re.sub(r"^#(?:fn:)?", "", unquote(href))
            yield Feature("citation", f"[^{label}]") if is_citation else Feature("link", href)
        elif tag == "a":
            anchor = values.get("id") or values.get("name")
            if anchor:
                yield Feature("anchor", anchor)
        if source is not None:
            yield Feature("image" if tag == "img" else "address", source)
        yield from _attribute_features(tag, values)
        if tag in {"a", "img"} or tag in _FREE or (tag == "span" and values.keys() <= _ADDABLE_ATTRIBUTES):
            return
        # An unknown name in angle brackets is text to its author: <your name>.
        if any(values.values()) or not _is_unknown(tag):
            yield Feature("element", f"<{tag}>")


def _attribute_features(tag: str, values: dict[str, str]) -> Iterator[Feature]:
    """The attributes that a translation may not add, except `href` and `src`."""
    for name, value in values.items():
        if name in ADDRESSES and name not in {"href", "src"}:
            for _, address in addresses(HtmlMark(MarkKind.START, tag, ((name, value),))):
                yield Feature("address" if name in LOADING else "link", address)
        elif name not in _OF_TRANSLATORS and (value or tag in _BLOCKS or not _is_unknown(tag)):
            yield Feature(_ATTRIBUTE, f'{name}="{value}" of <{tag}>')


def _is_unknown(tag: str) -> bool:
    return tag not in _KNOWN and tag not in _FREE and tag not in {"a", "span"} and "-" not in tag


def is_component(tag: str) -> bool:
    """Whether HTML knows no element with this name in lower case, so that it has no meaning to a renderer."""
    return tag not in _BLOCKS and _is_unknown(tag)


def _digits(number: str) -> str:
    return number.translate(_TO_DIGITS)
