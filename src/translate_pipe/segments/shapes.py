"""The shapes of slots: how the text of each is written, read, marked and compared.

The model names the shapes (`SlotShape`); each has one class here. Other modules ask the shape of a slot what they need
to know and never compare its name:

    shape_of(segment.slot).write(document, segment.slot, translation)

A new shape is a name in the model and a class in `_SHAPES`. Whatever makes slots of it names it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from translate_pipe.late import LateModule
from translate_pipe.markdown.dialects import grammar
from translate_pipe.markdown.inline import executing
from translate_pipe.markdown.inline.inlines import inlines
from translate_pipe.model import SlotShape
from translate_pipe.segments.escaping import WHITE_SPACE, balanced, closed, escaped, stripped_lines, text_of_line
from translate_pipe.text.lines import last_of, line_end_of, line_start

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from translate_pipe.markdown.embedded import comments, fragments, literals
    from translate_pipe.markdown.inline.executing import Items
    from translate_pipe.model import Document, Piece, Slot
    from translate_pipe.segments import mdx
else:  # few documents have slots that need these
    comments = LateModule("translate_pipe.markdown.embedded.comments")
    fragments = LateModule("translate_pipe.markdown.embedded.fragments")
    literals = LateModule("translate_pipe.markdown.embedded.literals")
    mdx = LateModule("translate_pipe.segments.mdx")

_MDX_SIGNS = frozenset("<>{}")
_QUOTES = ("'", '"')
_LINE_BEGINNING = re.compile(r"\n[ \t>]+")
# What can be on a line before the text of a block: quote marks, list markers, footnote labels, definition marks.
_CONTAINER_PREFIX = re.compile(
    r"(?:[ \t]*(?:>|[-+*:](?=[ \t])|\d{1,9}[.)](?=[ \t])|\[\^[^\]]{1,200}\]:|\[[ xX]\](?=[ \t])))*[ \t]*"
)
_CLOSING_SEQUENCE = re.compile(r"(?:(?<=[ \t])|^)(#+)$")
_BARE_PIPE = re.compile(r"\\.|\|", re.DOTALL)


def shape_of(place: Slot | Piece) -> Shape:
    """The shape of a slot, or of the slot that a piece becomes."""
    return _SHAPES[place.shape]


class Shape:
    """What the steps need to know of the slots of one shape. By default the text is inline Markdown on one line."""

    is_value = False
    """Whether slots hold values of the front matter.

    The module `frontmatter` writes and proves all values of a document together. Renderers do not show them.
    """

    is_link_part = False
    """Whether slots are inside a link or an image, whose address has to stay."""

    is_run = False
    """Whether slots hold the whole inline content of a block, or a sentence of it."""

    may_shrink = False
    """Whether the result may hold a smaller piece than the slot: quotes or tags of a translation are outside it."""

    is_markdown = True
    """Whether every renderer reads the text as Markdown, so that links in it are links and code spans hold no tags."""

    has_escapes = True
    """Whether a backslash at the end of a line would escape what follows it."""

    # Writing

    def write(self, document: Document, slot: Slot, translation: str, allowed: Collection[str] = ()) -> str | None:
        """The text that replaces `document.data[slot.start:slot.end]` so that the translation stays in its slot.

        Tokens of MDX that are `allowed` stay as they are. The result is None if nothing in the slot could say this.
        """
        text: str | None = translation
        if grammar(document.options.dialects, document.options.attributes).is_mdx:
            text = self.in_mdx(document, slot, translation, allowed)
        lines = stripped_lines(text or "")
        if not lines:
            return None
        return self.join(document, slot, [closed(line) for line in lines] if self.has_escapes else lines)

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str | None:
        """Join the lines of a translation into the text of a slot. No line is empty. None if no text fits the slot."""
        return " ".join(lines)

    def in_mdx(self, document: Document, slot: Slot, translation: str, allowed: Collection[str]) -> str | None:
        """A translation in which MDX sees no JSX but that of the source and what is `allowed`, before it is joined."""
        source = source_of(document, slot)
        seen = {name.decode() for name in grammar(document.options.dialects, document.options.attributes).attributes}
        wanted = translation.strip(WHITE_SPACE)
        text = mdx.as_text(source, wanted, seen, allowed)
        if text is None or any(line[0] in "<`" and text_of_line(line) != line for line in stripped_lines(text)):
            return None  # with a backslash, a tag or code that has to stay would be text
        has_allowed = bool(allowed) and text != mdx.as_text(source, wanted, seen)
        text = self.fit_mdx(text, has_signs=has_allowed or not _MDX_SIGNS.isdisjoint(source))
        is_first = not line_before(document, slot) and not source.startswith(("import ", "export "))
        return mdx.without_module(text) if is_first else text

    def fit_mdx(self, text: str, *, has_signs: bool) -> str:
        """What a text of MDX needs in slots of this shape; it `has_signs` if it may hold signs of JSX."""
        return text

    # Reading

    def texts_with_tags(self, translation: str, written: str) -> list[str]:
        """The texts in which a browser could find tags, of a translation and what is `written` of it.

        A backslash before a backtick makes text of a code span, so both texts count.
        """
        if self.is_markdown and "\\`" in written and written != translation:
            return [translation, _LINE_BEGINNING.sub("\n", written)]
        return [translation]

    def executed(self, text: str, dialects: tuple[str, ...]) -> Items:
        """What a site generator executes, includes or loads of a text in such a slot."""
        return executing.scan(executing.text_of_inlines(text, inlines(text)), dialects)

    # Marking

    def mark(self, document: Document, slot: Slot, text: str, mark: Callable[[str], str]) -> str:
        """The text for the slot with a mark, which `mark` makes; the text as it is where a mark would change more."""
        return mark(text)


# Inline Markdown


class BlockShape(Shape):
    """The inline content of a block, which may run over several lines."""

    is_run = True

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str:
        # Where the source's text begins with a colon (an emoji code), a colon opens nothing.
        is_harmless = lines[0].startswith(":") and document.data[slot.start : slot.start + 1] == b":"
        return self.more_lines(document, slot, lines[0] if is_harmless else text_of_line(lines[0]), lines[1:])

    def more_lines(self, document: Document, slot: Slot, text: str, lines: list[str]) -> str:
        """A text with further lines, each after the hard break that the source has there."""
        breaks = iter(slot.breaks)
        last = slot.breaks[-1] if slot.breaks else ""
        for line in lines:
            last = next(breaks, last) or self.new_break(document, slot)
            text += last + text_of_line(line)
        return text

    def new_break(self, document: Document, slot: Slot) -> str:
        """A hard break where the source has none, with the container prefix that the next line needs.

        Two blanks make it, because not every renderer knows the backslash. Quote marks are kept; everything else on
        the line before the text (list markers, footnote labels) becomes blanks.
        """
        before = self.prefix(line_before(document, slot).decode())
        rest = before.lstrip("> \t")
        kept = before[: len(before) - len(rest)]
        indent = "    " if rest.startswith("[^") else re.sub(r"[^>\t]", " ", rest)
        return "  " + line_end_of(document.data) + kept + indent

    def prefix(self, before: str) -> str:
        """The container prefix in what is on the line before the slot."""
        return before


class SentenceShape(BlockShape):
    """A sentence that begins within a line, where nothing opens a block."""

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str:
        return self.more_lines(document, slot, lines[0], lines[1:])

    def prefix(self, before: str) -> str:
        found = _CONTAINER_PREFIX.match(before)  # it matches nothing, too
        return found.group() if found else ""


class SetextHeadingShape(BlockShape):
    """A heading with an underline, which may run over several lines."""

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str:
        return without_attributes(document, slot, super().join(document, slot, lines))


class AtxHeadingShape(Shape):
    """A heading on one line, which `#`s or attributes may close."""

    is_run = True

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str:
        return without_attributes(document, slot, _CLOSING_SEQUENCE.sub(r"\\\1", " ".join(lines)))


class CellShape(Shape):
    """A cell of a table: one line between pipes."""

    is_run = True

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str:
        text = " ".join(lines)
        if "|" in text:
            text = _BARE_PIPE.sub(lambda match: r"\|" if match.group() == "|" else match.group(), text)
        before = last_of(document.data, slot.start, b"|\n\r")
        return text if document.data[before : before + 1] == b"|" else text_of_line(text)


class AltShape(Shape):
    """An alt text, between `![` and `]`. It is never the label by which the address is looked up; see `image_parts`."""

    is_link_part = True

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str:
        return balanced(" ".join(lines))


class TitleShape(Shape):
    """The title of a link or image, between quotes."""

    is_link_part = True

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str:
        quote = byte_before(document, slot)
        return escaped(" ".join(lines), "()" if quote == "(" else quote)

    def in_mdx(self, document: Document, slot: Slot, translation: str, allowed: Collection[str]) -> str:
        return without_new_signs(document, slot, translation)


class LineShape(Shape):
    """The rest of a line, such as the title of a container, which not every renderer reads as Markdown."""

    is_markdown = False

    def fit_mdx(self, text: str, *, has_signs: bool) -> str:
        text = balanced(text)  # Docusaurus puts a title between brackets
        return text if "`" in text or has_signs else mdx.without_signs(text)


class BracketedShape(Shape):
    """One line between square brackets, which not every renderer reads as Markdown."""

    is_markdown = False

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str:
        return escaped(" ".join(lines), "[]")


# Text of HTML, templates and code


class ParameterShape(Shape):
    """The value of a parameter of a shortcode, between quotes. It is plain text with tags."""

    is_markdown = False

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str:
        return escaped(" ".join(lines), byte_before(document, slot))

    def in_mdx(self, document: Document, slot: Slot, translation: str, allowed: Collection[str]) -> str:
        return translation

    def executed(self, text: str, dialects: tuple[str, ...]) -> Items:
        return executing.scan(executing.text_of_inlines(text, ()), dialects)

    def mark(self, document: Document, slot: Slot, text: str, mark: Callable[[str], str]) -> str:
        if text[0] == text[-1] in _QUOTES and len(text) > 1:
            return f"{text[0]}{mark(text[1:-1])}{text[-1]}"
        return mark(text) if byte_before(document, slot) in _QUOTES else text


class AttributeShape(ParameterShape):
    """The value of an attribute of a tag, with or without quotes. It is written so that nothing in it is a tag."""

    may_shrink = True
    has_escapes = False

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str:
        quote = byte_before(document, slot)
        return fragments.value_of_attribute(quote if quote in _QUOTES else "", " ".join(lines))

    def in_mdx(self, document: Document, slot: Slot, translation: str, allowed: Collection[str]) -> str:
        return without_new_signs(document, slot, translation)

    def texts_with_tags(self, translation: str, written: str) -> list[str]:
        return []


class HtmlShape(Shape):
    """Text between the tags of a block of HTML. Tags that may not be there are made text."""

    may_shrink = True
    is_markdown = False
    has_escapes = False

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str:
        text = " ".join(lines)
        if not grammar(document.options.dialects, document.options.attributes).is_mdx:
            return fragments.text_between_tags(document.data[slot.start : slot.end], text)
        text = closed(text)  # MDX reads Markdown there
        return text if line_before(document, slot).strip(b" \t>") else text_of_line(text)

    def fit_mdx(self, text: str, *, has_signs: bool) -> str:
        return mdx.apart(balanced(text))

    def texts_with_tags(self, translation: str, written: str) -> list[str]:
        return [written]

    def executed(self, text: str, dialects: tuple[str, ...]) -> Items:
        return executing.scan(executing.text_of_inlines(text, ()), dialects)


class _CodeShape(Shape):
    """Text in code, without tags and Markdown. What a backslash means is up to the programming language."""

    has_escapes = False

    def in_mdx(self, document: Document, slot: Slot, translation: str, allowed: Collection[str]) -> str:
        return translation

    def texts_with_tags(self, translation: str, written: str) -> list[str]:
        return []

    def executed(self, text: str, dialects: tuple[str, ...]) -> Items:
        return executing.scan(executing.text_of_code(text), dialects)


class CommentShape(_CodeShape):
    """A run of comments."""

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str | None:
        return comments.write_comment(document, slot, lines)


class StringShape(_CodeShape):
    """A string literal."""

    def join(self, document: Document, slot: Slot, lines: list[str]) -> str | None:
        return literals.write_literal(document, slot, lines)


class ValueShape(Shape):
    """A value of the front matter."""

    is_value = True
    is_markdown = False

    def write(self, document: Document, slot: Slot, translation: str, allowed: Collection[str] = ()) -> str | None:
        """None: `frontmatter` writes the values of a document together."""
        return None

    def executed(self, text: str, dialects: tuple[str, ...]) -> Items:
        return executing.scan_value(text)

    def mark(self, document: Document, slot: Slot, text: str, mark: Callable[[str], str]) -> str:
        return text


_SHAPES: dict[SlotShape, Shape] = {
    SlotShape.BLOCK: BlockShape(),
    SlotShape.SENTENCE: SentenceShape(),
    SlotShape.ATX_HEADING: AtxHeadingShape(),
    SlotShape.SETEXT_HEADING: SetextHeadingShape(),
    SlotShape.CELL: CellShape(),
    SlotShape.ALT: AltShape(),
    SlotShape.TITLE: TitleShape(),
    SlotShape.SCALAR: ValueShape(),
    SlotShape.LINE: LineShape(),
    SlotShape.BRACKETED: BracketedShape(),
    SlotShape.ATTRIBUTE: AttributeShape(),
    SlotShape.PARAMETER: ParameterShape(),
    SlotShape.HTML: HtmlShape(),
    SlotShape.COMMENT: CommentShape(),
    SlotShape.STRING: StringShape(),
}


# What is around a slot


def source_of(document: Document, slot: Slot) -> str:
    """What the source has in a slot, as it is written there."""
    return document.data[slot.start : slot.end].decode()


def line_before(document: Document, slot: Slot) -> bytes:
    """What is on the line of a slot before it."""
    return document.data[line_start(document.data, slot.start) : slot.start]


def byte_before(document: Document, slot: Slot) -> str:
    """The byte before a slot, such as a quote; U+FFFD for one that is part of a longer character."""
    return document.data[slot.start - 1 : slot.start].decode(errors="replace")


def without_attributes(document: Document, slot: Slot, heading: str) -> str:
    """A heading whose last braces are text; the parser takes attributes there even after a backslash.

    Braces that the source's heading ends with too are a token of a dialect, and stay.
    """
    brace = heading.rfind("{") if heading.endswith("}") else -1
    if brace < 0 or document.data.endswith(heading[brace:].encode(), slot.start, slot.end):
        return heading
    return f"{heading[:brace]}&#123;{heading[brace + 1 :]}"


def without_new_signs(document: Document, slot: Slot, translation: str) -> str:
    """A title or value, in which MDX sees no JSX, without signs of it, unless the source has some."""
    return mdx.without_signs(translation) if _MDX_SIGNS.isdisjoint(source_of(document, slot)) else translation
