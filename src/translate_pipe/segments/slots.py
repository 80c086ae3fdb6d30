"""How a translation is written so that it stays the text of its own slot.

A translation is free text. Written as it is, it could open a list (`1986. Een goed jaar`), close a table cell or end a
quote. Here the few characters that would do so get a backslash; everything else is left as the translator wrote it.
The section numbers are those of CommonMark 0.31.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from translate_pipe.markdown.dialects import grammar
from translate_pipe.model import SlotShape
from translate_pipe.text.lines import EOL, last_of, line_end_of, line_start

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from translate_pipe.model import Document, Slot

_LINE_END = re.compile(EOL)
# A byte order mark is no blank, but at the start of a file it would be taken for one.
_BLANKS = " \t\r\n\f\v\ufeff"

# HTML blocks, section 4.6: conditions 1 to 6, then 7 (a complete tag alone on its line).
_HTML_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|"
    "fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|"
    "menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|"
    "track|ul"
)
_HTML = (
    r"<(?:script|pre|style|textarea)(?=[\s>]|$)"
    r"|<[!?]"
    rf"|</?(?:{_HTML_NAMES})(?=[\s>/]|$)"
    r"|</?[a-z][a-z0-9-]*(?:[\s/][^<>]*)?>(?=[ \t]*$)"
)
_OPENS_BLOCK = re.compile(
    r"#{1,6}(?=[ \t]|$)"  # 4.2 ATX headings
    r"|>"  # 5.1 block quotes
    r"|[-+*](?=[ \t]|$)"  # 5.2 list items
    r"|([-*_])(?:[ \t]*\1){2,}[ \t]*$"  # 4.1 thematic breaks
    r"|[=-]+[ \t]*$"  # 4.3 underlines of setext headings
    r"|\+\+\+[ \t]*$"  # TOML front matter
    r"|~~~|`{3,}(?=[^`]*$)"  # 4.5 fences
    r"|:"  # definition lists
    r"|[|:-][|: \t-]*$"  # the delimiter row of a table
    rf"|{_HTML}"
    r"|\[[ xX](?=\](?:[ \t]|$))"  # task list items
    r"|\[!(?=(?:note|tip|important|warning|caution)\][ \t]*$)"  # alerts
    r"|\[(?=(?:\\.|[^\[\]\\])*\]:)",  # 4.7 definitions of link references and footnotes
    re.IGNORECASE,
)
_OPENS_ORDERED_ITEM = re.compile(r"(\d{1,9})([.)](?:[ \t]|$))", re.ASCII)
# What can stand on a line in front of a block's text: quote marks, list markers, footnote labels, definition marks.
_CONTAINER_PREFIX = re.compile(
    r"(?:[ \t]*(?:>|[-+*:](?=[ \t])|\d{1,9}[.)](?=[ \t])|\[\^[^\]]{1,200}\]:|\[[ xX]\](?=[ \t])))*[ \t]*"
)
_OPEN_DEFINITION = re.compile(r"\[[^\]]*$")
_CLOSING_SEQUENCE = re.compile(r"(?:(?<=[ \t])|^)(#+)$")
_BARE_PIPE = re.compile(r"\\.|\|", re.DOTALL)
_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)


def write(document: Document, slot: Slot, translation: str, allowed: Collection[str] = ()) -> str | None:
    """The text that puts a translation into a slot of a document's Markdown.

    The result is what replaces ``document.data[slot.start:slot.end]``; it is None where the translation holds no text
    that could. Tokens of MDX that are `allowed` are written as they are. Front matter values are not Markdown; they
    have their own rules, in `frontmatter`.
    """
    if slot.shape in _READ_AS_MDX and _is_mdx(document):
        written = _as_mdx(document, slot, translation, allowed)
        if written is None:
            return None
        translation = written
    elif slot.shape in (SlotShape.TITLE, SlotShape.ATTRIBUTE) and _is_mdx(document):
        translation = _without_mdx_signs(document, slot, translation)
    lines = _stripped_lines(translation)
    if not lines:
        return None
    if slot.shape in _MARKDOWN_WRITERS:
        return _MARKDOWN_WRITERS[slot.shape](document, slot, [_closed(line) for line in lines])
    return _OTHER_WRITERS[slot.shape](document, slot, lines)


def _stripped_lines(translation: str) -> list[str]:
    """The lines of a translation, without blanks around them and without empty ones."""
    is_one_line = "\n" not in translation and "\r" not in translation
    lines = (translation,) if is_one_line else _LINE_END.split(translation)
    return [stripped for line in lines if (stripped := line.strip(_BLANKS))]


def _closed(line: str) -> str:
    r"""A line whose last backslash is a character and does not escape what follows the line.

    >>> _closed("C:\\")
    'C:\\\\'
    """
    if not line.endswith("\\"):
        return line
    backslashes = len(line) - len(line.rstrip("\\"))
    return line + "\\" * (backslashes % 2)


# The shapes


def _block(document: Document, slot: Slot, lines: list[str]) -> str:
    # Where the source's text begins with a colon (an emoji code), a colon opens nothing.
    is_harmless = lines[0].startswith(":") and document.data[slot.start : slot.start + 1] == b":"
    text = lines[0] if is_harmless else text_of_line(lines[0])
    return text + _more_lines(document, slot, lines[1:])


def _sentence(document: Document, slot: Slot, lines: list[str]) -> str:
    # Within a line nothing opens a block.
    return lines[0] + _more_lines(document, slot, lines[1:])


def _more_lines(document: Document, slot: Slot, lines: list[str]) -> str:
    """The lines behind the first, each with the break in front of it."""
    breaks = iter(slot.breaks)
    last = slot.breaks[-1] if slot.breaks else ""
    text = ""
    for line in lines:
        last = next(breaks, last) or _new_break(document, slot)
        text += last + text_of_line(line)
    return text


def _setext(document: Document, slot: Slot, lines: list[str]) -> str:
    return _without_attributes(document, slot, _block(document, slot, lines))


def _atx(document: Document, slot: Slot, lines: list[str]) -> str:
    text = " ".join(lines)
    return _without_attributes(document, slot, _CLOSING_SEQUENCE.sub(r"\\\1", text))


def _cell(document: Document, slot: Slot, lines: list[str]) -> str:
    text = " ".join(lines)
    if "|" in text:
        text = _BARE_PIPE.sub(lambda match: r"\|" if match.group() == "|" else match.group(), text)
    before = last_of(document.data, slot.start, b"|\n\r")
    return text if document.data[before : before + 1] == b"|" else text_of_line(text)


def _alt(_document: Document, _slot: Slot, lines: list[str]) -> str:
    text = " ".join(lines)
    return text if _is_balanced(text) else _escaped(text, "[]")


def _title(document: Document, slot: Slot, lines: list[str]) -> str:
    quote = document.data[slot.start - 1 : slot.start].decode()
    return _escaped(" ".join(lines), "()" if quote == "(" else quote)


def _line(_document: Document, _slot: Slot, lines: list[str]) -> str:
    return " ".join(lines)


def _bracketed(_document: Document, _slot: Slot, lines: list[str]) -> str:
    return _escaped(" ".join(lines), "[]")


def _parameter(document: Document, slot: Slot, lines: list[str]) -> str:
    return _escaped(" ".join(lines), document.data[slot.start - 1 : slot.start].decode())


_MARKDOWN_WRITERS: dict[SlotShape, Callable[[Document, Slot, list[str]], str]] = {
    SlotShape.BLOCK: _block,
    SlotShape.SENTENCE: _sentence,
    SlotShape.SETEXT_HEADING: _setext,
    SlotShape.ATX_HEADING: _atx,
    SlotShape.CELL: _cell,
    SlotShape.ALT: _alt,
    SlotShape.TITLE: _title,
    SlotShape.LINE: _line,
    SlotShape.BRACKETED: _bracketed,
    SlotShape.PARAMETER: _parameter,
}


# MDX


_MDX_SIGNS = frozenset("<>{}")
_READ_AS_MDX = frozenset(_MARKDOWN_WRITERS) - {SlotShape.TITLE, SlotShape.PARAMETER} | {SlotShape.HTML}
"""The shapes in which MDX looks for JSX; what is between tags is Markdown there."""


def _is_mdx(document: Document) -> bool:
    return grammar(document.options.dialects, document.options.attributes).is_mdx


def _without_mdx_signs(document: Document, slot: Slot, translation: str) -> str:
    """A title or value, in which MDX sees no JSX, written so that nothing else sees any either."""
    from translate_pipe.segments import mdx

    source = document.data[slot.start : slot.end].decode()
    return mdx.without_signs(translation) if _MDX_SIGNS.isdisjoint(source) else translation


def _as_mdx(document: Document, slot: Slot, translation: str, allowed: Collection[str]) -> str | None:
    """A translation as text of MDX, before what its shape needs is done to it."""
    from translate_pipe.segments import mdx

    seen = grammar(document.options.dialects, document.options.attributes).attributes
    source = document.data[slot.start : slot.end].decode()
    names = {name.decode() for name in seen}
    wanted = translation.strip(_BLANKS)
    text = mdx.as_text(source, wanted, names, allowed)
    if text is None or any(line[0] in "<`" and text_of_line(line) != line for line in _stripped_lines(text)):
        return None  # with a backslash, a tag or code that has to stay would be text
    if slot.shape is SlotShape.HTML:
        text = mdx.apart(text if _is_balanced(text) else _escaped(text, "[]"))
    elif slot.shape is SlotShape.LINE:
        if not _is_balanced(text):  # Docusaurus puts a title between brackets
            text = _escaped(text, "[]")
        has_allowed = bool(allowed) and text != mdx.as_text(source, wanted, names)
        if "`" not in text and _MDX_SIGNS.isdisjoint(source) and not has_allowed:  # then it may not have them at all
            text = mdx.without_signs(text)
    is_first = not _line_before(document, slot) and not source.startswith(("import ", "export "))
    return mdx.without_module(text) if is_first else text


# HTML, which knows no backslash and no lines, and code, in which a backslash is what the language makes of it. Few
# documents have such slots, so what writes them is imported when the first one is met.


def _html(document: Document, slot: Slot, lines: list[str]) -> str:
    text = " ".join(lines)
    if _is_mdx(document):  # which reads Markdown there
        text = _closed(text)
        return text if _line_before(document, slot).strip(b" \t>") else text_of_line(text)
    from translate_pipe.markdown.embedded.fragments import text_between_tags

    return text_between_tags(document.data[slot.start : slot.end], text)


def _attribute(document: Document, slot: Slot, lines: list[str]) -> str:
    from translate_pipe.markdown.embedded.fragments import value_of_attribute

    before = document.data[slot.start - 1 : slot.start]
    return value_of_attribute(before.decode() if before in (b'"', b"'") else "", " ".join(lines))


def _comment(document: Document, slot: Slot, lines: list[str]) -> str | None:
    from translate_pipe.markdown.embedded import comments

    return comments.write(document, slot, lines)


def _string(document: Document, slot: Slot, lines: list[str]) -> str | None:
    from translate_pipe.markdown.embedded import literals

    return literals.write(document, slot, lines)


_OTHER_WRITERS: dict[SlotShape, Callable[[Document, Slot, list[str]], str | None]] = {
    SlotShape.HTML: _html,
    SlotShape.ATTRIBUTE: _attribute,
    SlotShape.COMMENT: _comment,
    SlotShape.STRING: _string,
}


# Rules that they share


def text_of_line(line: str) -> str:
    r"""A line of Markdown that is text wherever a block could begin.

    >>> text_of_line("1986. Een goed jaar")
    '1986\\. Een goed jaar'
    >>> text_of_line("# 1 in Europa")
    '\\# 1 in Europa'
    """
    if line[:1].isalpha():  # as most do; no block begins with a letter
        return line
    ordered = _OPENS_ORDERED_ITEM.match(line)
    if ordered:
        return f"{ordered[1]}\\{line[ordered.start(2) :]}"
    return "\\" + line if _OPENS_BLOCK.match(line) or _OPEN_DEFINITION.match(line) else line


def _without_attributes(document: Document, slot: Slot, heading: str) -> str:
    """A heading whose last braces are text; the parser takes attributes there even behind a backslash.

    Braces that the source's heading ends with too are a token of a dialect, and stay.
    """
    brace = heading.rfind("{") if heading.endswith("}") else -1
    if brace < 0 or _ends_with(document, slot, heading[brace:]):
        return heading
    return f"{heading[:brace]}&#123;{heading[brace + 1 :]}"


def _ends_with(document: Document, slot: Slot, text: str) -> bool:
    return document.data.endswith(text.encode(), slot.start, slot.end)


def _is_balanced(text: str) -> bool:
    depth = 0
    for match in _BRACKET.finditer(text):
        depth += {"[": 1, "]": -1}.get(match.group(), 0)
        if depth < 0:
            return False
    return depth == 0


def _escaped(text: str, characters: str) -> str:
    """A text in which none of the given characters stands without a backslash."""
    pattern = re.compile(rf"\\.|[{re.escape(characters)}]", re.DOTALL)
    return pattern.sub(lambda match: match.group() if len(match.group()) > 1 else "\\" + match.group(), text)


# Where the slot stands


def _line_before(document: Document, slot: Slot) -> bytes:
    """What stands on the slot's line in front of it."""
    return document.data[line_start(document.data, slot.start) : slot.start]


def _new_break(document: Document, slot: Slot) -> str:
    """A hard break where the source has none, with the container prefix that the next line needs.

    Two blanks make it, because not every renderer knows the backslash. Quote marks are kept, and everything else in
    front of the slot (list markers, footnote labels) becomes blanks.
    """
    before = _line_before(document, slot).decode()
    if slot.shape is SlotShape.SENTENCE:  # there is text in front of it as well
        before = _CONTAINER_PREFIX.match(before).group()  # type: ignore[union-attr]  # it matches nothing, too
    rest = before.lstrip("> \t")
    kept = before[: len(before) - len(rest)]
    indent = "    " if rest.startswith("[^") else re.sub(r"[^>\t]", " ", rest)
    return "  " + line_end_of(document.data) + kept + indent
