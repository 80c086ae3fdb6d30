"""Blocks of HTML: the parts that are left alone, and the pieces that each block offers for translation.

Markdown ends a block of HTML at a blank line (CommonMark, section 4.6), so that an element may begin in one block and
end in another, with Markdown between them. All blocks of a document are therefore read together. Offsets are bytes of
the document.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.dialects import grammar
from translate_pipe.markdown.embedded.prose import HTML_ATTRIBUTES, INLINE_ELEMENTS, Atom, AtomKind, kind_of, pieces_of
from translate_pipe.markdown.embedded.tags import HtmlToken, TokenKind, has_content, scan_html
from translate_pipe.model import Closing, Opening, Piece, Run, Verbatim
from translate_pipe.text.lines import without_quote_marks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from translate_pipe.model import OutlineItem, ParseOptions

HTML_BLOCK = "HtmlBlock"
"""The tag of a block of HTML in an outline."""

_BETWEEN_TAGS = frozenset({"InlineHtml", "SoftBreak", "HardBreak"})

ELEMENTS_LEFT_ALONE = frozenset(
    {
        *("iframe", "math", "noembed", "noframes", "object", "pre", "script", "style", "svg", "template", "textarea"),
        "xmp",
    }
)
"""Elements whose content is not prose, or cannot be written on one line."""


class HtmlBlock(NamedTuple):
    """The bytes of a block of HTML, and the number of block quotes around it."""

    start: int
    end: int
    quote_depth: int = 0


def with_html_pieces(items: Iterable[OutlineItem], data: bytes, options: ParseOptions) -> tuple[OutlineItem, ...]:
    """An outline with the pieces of each block of HTML after it, and without runs that HTML leaves alone.

    A text that is nothing but tags is a block of HTML as well: the parser takes a tag on several lines for a paragraph.
    """
    if b"<" not in data:
        return tuple(items)
    items = tuple(_with_bare_tags(items, data))
    blocks = blocks_of(items)
    if not blocks:
        return items
    html = read_html_block(data, blocks)
    names = grammar(options.dialects, options.attributes).attributes
    pieces = iter(html.pieces([name.decode() for name in names]))
    result: list[OutlineItem] = []
    protected = html.protected
    for item in items:
        if protected and isinstance(item, (Run, Piece)):
            place = bisect_right(protected, item.start, key=itemgetter(0)) - 1
            if place >= 0 and item.start < protected[place][1]:
                if isinstance(item, Run):
                    result.append(Verbatim("Protected", None, item.start, item.end))
                continue
        result.append(item)
        if _is_html(item):
            result += next(pieces)
    return tuple(result)


def _with_bare_tags(items: Iterable[OutlineItem], data: bytes) -> Iterator[OutlineItem]:
    """An outline in which a paragraph of nothing but tags is a block of HTML, as it would be on one line.

    So that the two are the same, blocks of HTML have no blanks or line ends around them.
    """
    waiting: list[OutlineItem] = []
    for item in items:
        if isinstance(item, Opening) and item.tag == "Paragraph":
            yield from waiting
            waiting = [item]
        elif waiting and isinstance(item, Run):
            block = _as_html(item)
            waiting = [block] if isinstance(block, Verbatim) else [*waiting, item]
        elif waiting and isinstance(item, Closing):
            yield from waiting if isinstance(waiting[0], Verbatim) else [*waiting, item]
            waiting = []
        else:
            yield from waiting
            waiting = []
            if isinstance(item, Verbatim) and _is_html(item):
                text = data[item.start : item.end]
                yield item._replace(start=item.end - len(text.lstrip()), end=item.start + len(text.rstrip()))
            else:
                yield _as_html(item)
    yield from waiting


def _as_html(item: OutlineItem) -> OutlineItem:
    """A run of nothing but tags as a block of HTML; any other item as it is."""
    if not isinstance(item, Run):
        return item
    for kind, value, _, _ in item.inlines:  # the first one of most runs is text
        if kind not in _BETWEEN_TAGS and str(value).strip():
            return item
    has_tags = any(inline.kind == "InlineHtml" for inline in item.inlines)
    return Verbatim(HTML_BLOCK, None, item.start, item.end) if has_tags else item


def blocks_of(items: Iterable[OutlineItem]) -> list[HtmlBlock]:
    """The blocks of HTML in an outline."""
    blocks: list[HtmlBlock] = []
    depth = 0
    for item in items:
        if isinstance(item, (Opening, Closing)) and item.tag == "BlockQuote":
            depth += 1 if isinstance(item, Opening) else -1
        elif isinstance(item, Verbatim) and _is_html(item):
            blocks.append(HtmlBlock(item.start, item.end, depth))
    return blocks


def _is_html(item: OutlineItem) -> bool:
    return isinstance(item, Verbatim) and item.tag == HTML_BLOCK


@dataclass(frozen=True)
class Html:
    """The HTML of a document, read once.

    `texts` are the blocks without container prefixes, each byte in its place. `tokens` are those of all blocks, with
    offsets into their own block, and `firsts` says which is the first of each block, and how many there are in all.
    """

    blocks: tuple[HtmlBlock, ...]
    texts: tuple[bytes, ...]
    tokens: tuple[HtmlToken, ...]
    firsts: tuple[int, ...]
    spans: tuple[Span, ...]

    @cached_property
    def protected(self) -> tuple[tuple[int, int], ...]:
        """The bytes of elements that are left alone and end in another block, with the Markdown that they hold."""
        return tuple(
            (self.blocks[span.block].start + span.start, self.blocks[span.last_block].start + span.end)
            for span in self.spans
            if span.block != span.last_block
        )

    def pieces(self, attributes: Collection[str] = ()) -> list[list[Piece]]:
        """The pieces of each block, in document order; `attributes` are visible ones beside those of HTML."""
        names = HTML_ATTRIBUTES | {name.lower() for name in attributes}
        found: list[list[Piece]] = []
        spans = iter(self.spans)
        span = next(spans, None)
        for index, (block, text) in enumerate(zip(self.blocks, self.texts, strict=True)):
            marks: list[Atom] = []  # the tags and asides of the block; an element that is left alone is one of them
            token, last = self.firsts[index : index + 2]
            while span and span.first < last and span.block <= index:
                marks += (self._atom(one, index) for one in range(token, span.first))
                is_inline = self.tokens[span.first].name in INLINE_ELEMENTS and span.block == span.last_block
                marks.append(
                    Atom(
                        AtomKind.OPAQUE if is_inline else AtomKind.BREAK,
                        span.start if span.block == index else 0,
                        span.end if span.last_block == index else len(text),
                        self.tokens[span.first] if span.block == index else None,
                        span.is_private,
                    )
                )
                token = max(token, min(span.last, last))
                if span.last_block > index:
                    break
                span = next(spans, None)
            marks += (self._atom(one, index) for one in range(token, last))
            pieces = pieces_of(text, marks, names)
            found.append([one._replace(start=one.start + block.start, end=one.end + block.start) for one in pieces])
        return found

    def _atom(self, index: int, block: int) -> Atom:
        token = self.tokens[index]
        is_private = is_not_to_be_translated(self.texts[block], token)
        return Atom(kind_of(token), token.start, token.end, token, is_private)


def read_html_block(data: bytes, blocks: Iterable[HtmlBlock]) -> Html:
    """Read the HTML of a document, given as its blocks in their order."""
    blocks = tuple(blocks)
    texts = tuple(without_quote_marks(data[block.start : block.end], block.quote_depth) for block in blocks)
    tokens: list[HtmlToken] = []
    firsts = [0]
    for text in texts:
        tokens += scan_html(text)
        firsts.append(len(tokens))
    return Html(blocks, texts, tuple(tokens), tuple(firsts), tuple(_spans(texts, tokens, firsts)))


# Elements that are left alone


class Span(NamedTuple):
    """An element that is left alone, with offsets into the blocks in which it begins and ends.

    `first` is its first token and `last` the one after it. `is_private` says that its own attributes are left alone.
    """

    block: int
    start: int
    last_block: int
    end: int
    first: int
    last: int
    is_private: bool


def is_not_to_be_translated(html: bytes, token: HtmlToken) -> bool:
    """Whether a tag says so: `translate="no"` (HTML, section 3.2.6.6) or the class that machines know."""
    if token.kind is not TokenKind.OPEN:
        return False
    return any(
        (name == "translate" and html[start:end].lower() == b"no")
        or (name == "class" and b"notranslate" in html[start:end].split())
        for name, start, end in token.attributes
    )


def _spans(texts: Sequence[bytes], tokens: Sequence[HtmlToken], firsts: Sequence[int]) -> Iterator[Span]:
    """The elements that are left alone, in their order. Those without an end tag end with their block."""
    # For each start tag the tag that ends its element: its end tag or, for a paragraph, the next `<p>`.
    ends: dict[int, int] = {}
    opened: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        waiting = opened.setdefault(token.name, [])
        if waiting and (token.kind is TokenKind.CLOSE or token.name == "p"):
            ends[waiting.pop()] = index
        if has_content(token):
            waiting.append(index)
    after = 0
    for index, token in enumerate(tokens):
        if index < after or not has_content(token):
            continue
        block = bisect_right(firsts, index) - 1
        is_private = is_not_to_be_translated(texts[block], token)
        if not is_private and token.name not in ELEMENTS_LEFT_ALONE:
            continue
        last = ends.get(index)
        if last is None:
            after = firsts[block + 1]
            yield Span(block, token.start, block, len(texts[block]), index, after, is_private)
        else:
            ends_with_it = tokens[last].kind is TokenKind.CLOSE
            end = tokens[last].end if ends_with_it else tokens[last].start
            after = last + ends_with_it
            yield Span(block, token.start, bisect_right(firsts, last) - 1, end, index, after, is_private)
