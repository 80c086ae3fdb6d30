"""Compare a rendered document with its rendered source.

The comparison sees only the HTML: the block elements and their nesting, and in each block the citations, addresses and
elements. What a translator may do inside a block is no difference: another order, other emphasis, a word in two code
spans, line breaks, abbreviations. The checks of messages look after these, because they know the msgid.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
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
            # The class of an admonition of Python-Markdown is the word after its marks.
            is_keyword = was and "class=admonition " in was.detail
            hint = " (a word after !!! or ??? is a keyword: keep it as it is)" if is_keyword else ""
            yield f"where the source has {_named(was)}, there is {_named(now)}{hint}"
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

# A text and the tag after it, as renderers write them: attributes have double quotes, or no value. Inside the elements
# that are named here tags may be text. The last group is the rest of the HTML from the first tag on that is not simple.
_SIMPLE_HTML = re.compile(
    r"([^<]*+)(?:<(?!(?:iframe|no\w+|plaintext|script|style|textarea|title|xmp)\b)([a-z][a-z0-9]*+)"
    r"""((?:\s++[a-z][\w:-]*+(?:="[^"]*+")?+)*+)\s*+/?>|</([a-z][a-z0-9]*+)>|(<(?s:.)*+))?+""",
    re.IGNORECASE | re.ASCII,
)
_SIMPLE_ATTRIBUTE = re.compile(r"""([\w:-]+)(?:="([^"]*)")?""", re.ASCII)


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
_OF_FOOTNOTES = ("fn:", "fn-")  # the beginnings of the ids of footnotes in lists
_LONGEST_UNIT = 8  # characters of the unit or variable before an exponent


class _StartTag(NamedTuple):
    """What the comparison needs of a start tag, wherever it is.

    `detail`, `label` and `features` are those of `BlockElement`. A void element has no content; `is_link` says that the
    first of the features is where it leads.
    """

    tag: str
    classes: frozenset[str]
    is_block: bool
    is_void: bool
    is_unknown: bool
    is_link: bool
    detail: str
    label: str
    features: tuple[Feature, ...]


class _OpenBlock:
    """A block element while it is read."""

    __slots__ = ("depth", "features", "is_cited", "start", "texts", "written")

    def __init__(self, depth: int, start: _StartTag) -> None:
        self.depth = depth
        self.start = start
        self.features = [*start.features]
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

    def finished(self) -> BlockElement:
        text = "".join(self.texts)
        raised = () if text.isascii() else tuple(map(_digits, SUPERSCRIPT.findall(text)))
        start = self.start
        return BlockElement(
            self.depth,
            start.tag,
            start.detail,
            start.label,
            tuple(self.features),
            raised,
            tuple(self.written),
        )


_OpenElement: TypeAlias = "tuple[_StartTag, _OpenBlock, int, bool]"
"""An element whose end tag has not been read yet. A plain tuple, because there are many. It has

- its start tag, and the block that it is, or is in;
- the number of the first of the block's texts that is inside the element;
- whether the text before a `<sup>` makes it an exponent.
"""


class _PageReader:
    """Reads HTML as browsers do: it skips an end tag without a start tag, and adds a missing end tag."""

    def __init__(self) -> None:
        root = _OpenBlock(0, _start_tag("", {}))
        self._blocks = [root]
        self._open: list[_OpenElement] = []
        self._open_blocks = [root]
        self._count: defaultdict[str, int] = defaultdict(int)

    def read(self, html: str) -> None:
        """Read a whole text.

        Regular expressions read simple HTML; the tokenizer, which gives the same parts, reads the rest. A tree of a
        native parser would not be faster: more than half of the time goes into what is done with each part.
        """
        for text, tag, attributes, end_tag, rest in _SIMPLE_HTML.findall(with_short_references(html)):
            if text:
                self._add_text(unescape(text) if "&" in text else text)
            if tag:
                read = _simple_tag if len(attributes) <= _SHORT else _simple_tag.__wrapped__
                self._begin(read(tag, attributes))
            elif end_tag:
                self._end(end_tag.lower())
            elif rest:
                for part in html_parts(rest):
                    if isinstance(part, str):
                        self._add_text(part)
                    elif part.kind is MarkKind.START:
                        self._begin(_start_tag(part.name, _values(part.attributes)))
                    elif part.kind is MarkKind.END:
                        self._end(part.name)

    def shape(self) -> PageShape:
        """The shape of what has been read, with neighbouring footnotes sorted by label.

        Footnotes are numbered as they are cited, so a translation may have them in another order.
        """
        root, *others = map(_OpenBlock.finished, self._blocks)
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

    def _begin(self, start: _StartTag) -> None:
        block = self._open_blocks[-1]
        if start.is_block:
            block = _OpenBlock(len(self._open_blocks) - 1, start)
            self._blocks.append(block)
            if not start.is_void:
                self._open_blocks.append(block)
        elif start.features:
            block.features += self._as_citation(start, block) if start.is_link else start.features
        if not start.is_void:
            is_exponent = start.tag == "sup" and EXPONENT.search(block.end()) is not None
            self._open.append((start, block, len(block.texts), is_exponent))
            self._count[start.tag] += 1

    def _as_citation(self, start: _StartTag, block: _OpenBlock) -> tuple[Feature, ...]:
        """The features of an element, in which the link of a footnote's mark is a citation."""
        around = self._open[-1][0] if self._open else start
        is_of_github = around.tag == "sup" and "footnote-ref" in around.classes
        is_mark = is_of_github or "footnote-ref" in start.classes or "footnote-reference" in around.classes
        if not is_mark:
            return start.features
        block.is_cited = True
        before = "#fn-" if is_of_github else "#fn:"
        link, *others = start.features
        address = unquote(link.value)
        label = address.removeprefix(before if address.startswith(before) else "#")
        return (Feature("citation", f"[^{label}]"), *others)

    def _end(self, tag: str) -> None:
        """Close an element, and those inside it that are still open."""
        if not self._count[tag]:
            return
        while True:
            start, block, first, is_exponent = self._open.pop()
            self._count[start.tag] -= 1
            if start.is_block:
                self._open_blocks.pop()
            elif start.is_unknown and start.tag == tag:
                block.features.append(Feature("element", f"<{tag}>"))
            elif start.tag == "sup" and not start.classes:
                text = "".join(block.texts[first:])
                if not is_exponent and (not block.is_cited or text.strip()):
                    numbers = map(_digits, _NUMBER.findall(text))
                    block.features += (Feature("number", f"<sup>{number}</sup>") for number in numbers)
            if start.tag == tag:
                return

    def _add_text(self, data: str) -> None:
        block = self._open_blocks[-1]
        block.texts.append(data)
        found = bare_addresses(data)
        if found and not any(self._count[tag] for tag in _UNLINKED):
            block.written += (one.target for one in found)


_SHORT = 200
"""The length of attributes up to which tags are kept for the next time. Most tags of a page are in many pages."""


@lru_cache(maxsize=4096)
def _simple_tag(tag: str, attributes: str) -> _StartTag:
    """A start tag of simple HTML."""
    pairs = [(name.lower(), unescape(value)) for name, value in _SIMPLE_ATTRIBUTE.findall(attributes)]
    return _start_tag(tag.lower(), _values(pairs))


def _values(attributes: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The attributes of a tag by their names; the first of two with the same name counts."""
    return dict(reversed(attributes))


def _start_tag(tag: str, values: dict[str, str]) -> _StartTag:
    """A start tag with these attributes."""
    classes = frozenset(values.get("class", "").split())
    is_block = tag in _BLOCKS
    if not is_block:
        is_unknown = not any(values.values()) and _is_unknown(tag)
        features = tuple(_features(tag, values, classes)) if values or tag not in _FREE else ()
        return _StartTag(
            tag,
            classes,
            is_block,
            tag in _VOID,
            is_unknown,
            "href" in values and bool(features),
            "",
            "",
            features,
        )
    attributes = [f"class={' '.join(sorted(classes))}"] if classes else []
    attributes += [f"start={values['start']}"] if tag == "ol" and "start" in values else []
    identity = values.get("id", "")
    is_footnote = (tag == "li" and identity.startswith(_OF_FOOTNOTES)) or "footnote-definition" in classes
    label = identity if is_footnote else ""
    features = tuple(_attribute_features(tag, values))
    return _StartTag(
        tag,
        classes,
        is_block,
        tag in _VOID,
        is_unknown=False,
        is_link=False,
        detail=" ".join(attributes),
        label=label,
        features=features,
    )


def _features(tag: str, values: dict[str, str], classes: frozenset[str]) -> Iterator[Feature]:
    """The features of an element that is no block. Its link is the first."""
    # A source may wrap an address with a template (`{{ x }}`), a msgid does not. Other white space counts.
    href, source = (
        " ".join(address.split()) if address and "{" in address else address
        for address in (values.get("href"), values.get("src"))
    )
    if "footnote-backref" in classes:  # there is one for each citation, and the citations are compared
        return
    if href is not None:
        yield Feature("link", href)
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
