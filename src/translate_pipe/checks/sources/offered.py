"""Whether translators get everything that readers see of a source.

The parser must not be asked whether it has overlooked anything. So each segment is taken out of the text, and what is
left is shown to another renderer (`checks.witness`). The words that readers would still see outside of code are in no
message.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from dataclasses import replace
from functools import cache
from itertools import accumulate, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.checks.sources.generators import CODE_SIGN, HOLE, shown
from translate_pipe.late import LateModule
from translate_pipe.markdown.dialects import grammar
from translate_pipe.markdown.dialects.myst import DIRECTIVE, TITLED_DIRECTIVE, VERBATIM_DIRECTIVE
from translate_pipe.markdown.embedded.html_blocks import ELEMENTS_LEFT_ALONE
from translate_pipe.markdown.embedded.prose import CODE_ELEMENTS, HTML_ATTRIBUTES
from translate_pipe.markdown.outliner import CONTAINER
from translate_pipe.model import Opening, Severity, Verbatim
from translate_pipe.registry import SOURCE_RULES, TEXT_NOT_OFFERED
from translate_pipe.segments import parse
from translate_pipe.text.characters import ADDRESS
from translate_pipe.text.expression import Expression
from translate_pipe.text.lines import EOL, EOL_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from translate_pipe.checks import documents
    from translate_pipe.checks.documents import DocumentCheck, Spot, page
    from translate_pipe.checks.documents.page import Page
    from translate_pipe.checks.sources import witness
    from translate_pipe.model import Diagnostic, Document, ParseOptions, Slot
else:  # most documents have no words besides their segments
    documents = LateModule("translate_pipe.checks.documents")
    page = LateModule("translate_pipe.checks.documents.page")
    witness = LateModule("translate_pipe.checks.sources.witness")

_LETTER = Expression(r"[^\W\d_]")
_LINE_END = Expression(EOL)
OFFERED = "\ue000"
"""Replaces a segment: a character that is no word, no blank and no mark of Markdown."""

_OFFERED = OFFERED.encode()
_LINE_END_OF_BYTES = re.compile(rb"[\r\n]")
_BLANK_LINE = re.compile(EOL_BYTES + rb"[ \t>]*" + EOL_BYTES)
_HOLES = Expression(f"[{OFFERED}{HOLE}{CODE_SIGN}]+")
_WORD = Expression(r"[^\W\d_]+")
_LONGEST_EXCERPT = 80
_KEPT = ELEMENTS_LEFT_ALONE | CODE_ELEMENTS

# What readers see of Markdown and what is no text for translators, whatever the dialect.
_NO_WORDS = Expression(
    r"&(?:#[xX]?[0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]{0,31});"
    rf"|{ADDRESS}"
    r"|(?<![\w:]):[a-z0-9_+-]+:(?![\w:])"
)
_NO_WORDS_OF_DIALECTS = Expression(
    r"\[\^[^\]\s]+\]:?"  # marks of footnotes
    r"|\[![A-Za-z][\w-]*\][+-]?"  # types of alerts
    r"|^\[[ xX]\](?=\s)"  # boxes of tasks
    r"|^:(?:param|type|raises?|returns?|rtype|arg|key|keyword|meta|var)\b[^:\n]*:(?=\s)"  # fields of Sphinx
    r"|\{:?[ \t]*(?:[.#][^\s{}]|[\w:-]+=)[^{}\n]*\}|\{:[^{}\n]*\}|\{=[\w-]+\}"  # attributes
    rf"|\{{[A-Za-z][\w:.+-]*\}}(?={CODE_SIGN})"  # roles
    r"|\[\[[^\[\]\n]*\]\]|^\[(?:TOC|toc)\]$|\+\+[\w'\"+-]+\+\+|\(@[\w-]*\)"  # wiki links, keys, labels
    r"|\\begin\{([A-Za-z]+\*?)\}(?:[^\\]|\\(?!end\{)){0,3000}\\end\{\1\}"  # formulas
    r"|\$\$(?:[^$\\]|\\.)+\$\$|\$(?!\s)(?:[^$`\\\n]|\\.)+(?<!\s)\$(?!\d)",
    re.MULTILINE,
)
_BRACES = Expression(r"\{[^{}]*\}")


class _Rest(NamedTuple):
    """The text of a block that is in no segment; `is_offered` says that other text of the block is in one."""

    first: int
    last: int
    text: str
    is_offered: bool


def text_not_offered(source: Page) -> Iterator[Spot]:
    """Words that readers see and that are in no segment, so that no translator gets them."""
    document = source.document
    left = _left(document, document)
    if not left.text:
        return
    try:
        found = _found(document, left)
        if any(rest.text for rest in found) and (generous := _generous(document)):
            found = _found(document, _left(document, generous))
    except witness.NotSeenError as error:
        text = f"whether all of this document is offered to translators is not checked ({error})"
        yield documents.Spot(text, 0, 0, "", Severity.INFO)
        return
    lines = _Lines(document.data)
    for rest in _joined(found):
        offset, last = lines.place(rest)
        excerpt = " ".join(_HOLES.sub(" ", rest.text).split())
        if len(excerpt) > _LONGEST_EXCERPT:
            excerpt = excerpt[: _LONGEST_EXCERPT - 1].rstrip() + "…"
        text = f"readers see “{excerpt}”{last}, but no message has it; close what is open above it, or name its dialect"
        yield documents.Spot(text, offset, source.place(offset), rest.text)


@cache
def _checks() -> tuple[DocumentCheck, ...]:
    return documents.registered_checks(rule for rule in SOURCE_RULES if rule.name == TEXT_NOT_OFFERED)


def not_offered(document: Document, headings: Collection[str]) -> tuple[Diagnostic, ...]:
    r"""The findings of this one check in a document; `headings` are those that open a bibliography.

    >>> not_offered(parse("# Slaap\n\nEen glas *lauwe* melk.\n"), ())
    ()
    """
    if not _left(document, document).text:
        return ()
    return tuple(documents.check_document(page.Page(document, headings=headings), _checks()))


# What is left of a document without its segments


class _Left(NamedTuple):
    """A document as readers see it, without its segments. Its lines end with LF.

    A segment takes one line, however many it has in the document: `lines` has the line after each segment of several,
    and `skipped` how many lines are missing up to there.
    """

    text: str
    lines: list[int]
    skipped: list[int]

    def source_line(self, line: int) -> int:
        """The line of the document, from 0, that a line of the text is."""
        at = bisect_right(self.lines, line)
        return line + (self.skipped[at - 1] if at else 0)


def _left(document: Document, by: Document) -> _Left:
    """A document without the segments that the same text has `by` some options.

    The text is empty if it certainly has no words, for then there is nothing to be found.
    """
    data, options = document.data, document.options
    first = document.outline[0] if document.outline else None
    begin = first.end if isinstance(first, Verbatim) and first.tag == "FrontMatter" else 0
    line = _lines_in(data[:begin])
    kept = [b"\n" * line]
    named = deque(_named_lines(document))
    slots: list[Slot] = []
    position = begin
    for segment in by.segments:
        slot = segment.slot
        if slot.start >= position:
            kept += _between(data, position, slot.start, named) if named else (data[position : slot.start],)
            kept.append(_OFFERED)
            position = slot.end
            slots.append(slot)
    kept += _between(data, position, len(data), named)
    text = b"".join(kept).decode()
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if _LETTER.search(text):
        text = shown(text, options.dialects, _read(options.dialects, options.attributes), _KEPT)
    lines: list[int] = []
    skipped: list[int] = []
    if has_no_words(text, options):
        return _Left("", lines, skipped)
    missing = 0
    for slot in slots:
        line += _lines_in(data[begin : slot.start])
        begin = slot.end
        if count := _lines_in(data[slot.start : slot.end]):
            missing += count
            lines.append(line + 1)
            skipped.append(missing)
    return _Left(text, lines, skipped)


def _named_lines(document: Document) -> Iterator[tuple[int, int]]:
    """The lines that `unknown-markup` is about, as byte ranges: what other dialects read as blocks."""
    foreign = grammar(document.options.dialects, document.options.attributes).foreign
    for item in document.outline:
        if item[0] == CONTAINER and isinstance(item, (Opening, Verbatim)) and str(item.detail) in foreign:
            stops = _LINE_END_OF_BYTES if isinstance(item, Opening) else _BLANK_LINE
            end = stops.search(document.data, item.start, item.end)
            yield item.start, end.start() if end else item.end


def _between(data: bytes, start: int, end: int, named: deque[tuple[int, int]]) -> Iterator[bytes]:
    """The text between two segments, without the named lines, which leave only their line ends."""
    while named and named[0][0] < end:
        first, last = named.popleft()
        if last > start:
            yield data[start : max(start, first)]
            yield b"\n" * _lines_in(data[max(start, first) : min(last, end)])
            start = min(last, end)
        if last > end:
            named.appendleft((end, last))
            break
    yield data[start:end]


def _lines_in(data: bytes) -> int:
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


@cache
def _read(dialects: tuple[str, ...], attributes: tuple[str, ...]) -> frozenset[str]:
    """The attributes and parameters whose values readers see."""
    return HTML_ATTRIBUTES | {name.decode() for name in grammar(dialects, attributes).attributes if b"." not in name}


def _generous(document: Document) -> Document | None:
    """A document with a segment for everything that its author or project excludes; None if nothing is excluded."""
    if document.options.translate_bibliography and "i18n:" not in document.text:
        return None
    text = document.text.replace("i18n:", "i18n-")
    return parse(text, document.path, replace(document.options, translate_bibliography=True))


# What certainly has no words

_FENCED = Expression(
    r"^(?:(`{3,}+)[^`{\n]*|(~{3,}+)[^{\n]*)"
    r"(?:\n(?!(?:[ ]{4}|[ ]*\t)[ \t]*(?:\1|\2)).*)*?(?:\n[ ]{0,3}(?:\1`*|\2~*)[ \t]*$|\Z)"  # MDX ends it deeper, too
    # Indented below an empty line: a fence in an item, or all of it is code.
    r"|(?<=\n\n)^([ ]++)(`{3,}+)[^`{\n]*(?:\n(?:\3(?![ \t]*```).*|[ \t]*$))*\n\3\4`*[ \t]*$",
    re.MULTILINE,
)
_CODE = Expression(r"`(?:[^`|\\\n]++|\\\w)+`|&(?:em|en|nb|thin)sp;")
_LINK = Expression(
    rf"(?<![\\^])\[([^\[\]^|\\\n]*)\](?:\((?:https?://)?[A-Za-z0-9_./#?=&%+-]*(?:[ ]\"{OFFERED}\")?\)|(?![(\[:{{]))"
)
_ALERT = Expression(r"(?<![\\^])\[![A-Za-z][\w-]*\][ \t]*$", re.MULTILINE)
_COMMENT = Expression(r"^<!--[^<>\n]*-->[ \t]*$", re.MULTILINE)
_ANCHOR = Expression(r"(?<=# )<a (?:name|id)=\"[\w:./-]*\"></a>")
# Within a line, where no block of HTML begins.
_TAG = Expression(r"(?<=[^\s>+*.):~\\-])(?:[ ]?<(?:br[ ]?/?|/?su[bp])>)+")
_MAY_BE_SEEN = Expression(r"[^\W\d_]|[<`\[\]]|\\.|~{3}|\${2}|:{3}")


def has_no_words(text: str, options: ParseOptions) -> bool:
    r"""Whether readers certainly see no words of a text; the witness, which takes ten times as long, need not be asked.

    Only what every renderer reads alike is taken out: fenced code that begins at the margin, code and links that no
    other mark surrounds. A letter, or a mark that may begin anything else, anywhere in what is left leaves the question
    open; among these are all marks by which a block could reach over the margin or over an empty line.

    >>> from translate_pipe.model import DEFAULT_OPTIONS
    >>> has_no_words("\ue000\n```c\nint a;\n```\n| [`b`](c.md) |\n", DEFAULT_OPTIONS)
    True
    """
    if not _LETTER.search(text):
        return True
    if "```" in text or "~~~" in text:
        text = _FENCED.sub("", text)
    text = _CODE.sub(CODE_SIGN, text)
    if "[!" in text and set(options.dialects) != {"commonmark"}:
        text = _ALERT.sub("", text)
    if "[" in text:
        text = _LINK.sub(r"\1", text)
    if "<" in text and "docusaurus" not in options.dialects:
        text = _TAG.sub("", _COMMENT.sub("", text))
        if _read(options.dialects, options.attributes).isdisjoint({"name", "id"}):
            text = _ANCHOR.sub("", text)
    return not _MAY_BE_SEEN.search(text)


# What readers see of it


@cache
def _witness(dialects: tuple[str, ...]) -> witness.Witness:
    is_plain = set(dialects) == {"commonmark"}
    return witness.Witness(
        is_extended=not is_plain,
        has_html="docusaurus" not in dialects,
        has_math=not is_plain,
        title=_title_of_directive if "myst" in dialects else None,
    )


def _title_of_directive(line: str) -> str | None:
    """The title in the first line of a directive of MyST, None if its body is no text."""
    data = f":::{line}".encode()
    if VERBATIM_DIRECTIVE.matcher.match(data) or not DIRECTIVE.matcher.match(data):
        return None
    found = TITLED_DIRECTIVE.matcher.match(data)
    return (found["title"] or b"").decode() if found else ""


def _found(document: Document, left: _Left) -> list[_Rest]:
    """The blocks of a text in which readers see words."""
    if not left.text:
        return []
    options = document.options
    policy = witness.Policy(_KEPT, _read(options.dialects, options.attributes))
    seen = witness.texts(_witness(options.dialects).see(left.text), policy)
    found: list[_Rest] = []
    for _, group in groupby(seen, key=attrgetter("block")):
        parts = list(group)
        text = "".join(_BRACES.sub(HOLE, part.text) if part.is_html else part.text for part in parts)
        is_offered = OFFERED in text
        if _LETTER.search(text):
            if set(options.dialects) != {"commonmark"}:
                text = _NO_WORDS_OF_DIALECTS.sub(HOLE, text)
            text = _NO_WORDS.sub(HOLE, text)
        first, last = left.source_line(parts[0].first), left.source_line(parts[0].last)
        found.append(_Rest(first, last, text if _LETTER.search(text) else "", is_offered))
    return found


def _joined(found: Iterable[_Rest]) -> Iterator[_Rest]:
    """The blocks that have words, as one where nothing that is offered is between them."""
    waiting: _Rest | None = None
    for rest in found:
        if rest.text and waiting and not rest.is_offered:
            waiting = waiting._replace(last=rest.last, text=f"{waiting.text}\n{rest.text}")
        elif rest.text or rest.is_offered:
            if waiting:
                yield waiting
            waiting = rest if rest.text else None
    if waiting:
        yield waiting


class _Lines:
    """Finds the places of words in the text of a document."""

    def __init__(self, data: bytes) -> None:
        self._lines = data.splitlines(keepends=True)
        self._starts = [0, *accumulate(map(len, self._lines))]

    def place(self, rest: _Rest) -> tuple[int, str]:
        """The byte offset of the first word of a block, and up to which line its words go if these are several."""
        words = _WORD.findall(rest.text)
        first = self._line_of(words[0], range(rest.first, min(rest.last, len(self._lines))))
        last = self._line_of(words[-1], range(min(rest.last, len(self._lines)) - 1, first - 1, -1))
        at = max(0, self._lines[first].find(words[0].encode())) if first < len(self._lines) else 0
        return self._starts[first] + at, f" (up to line {last + 1})" if last > first else ""

    def _line_of(self, word: str, lines: range) -> int:
        wanted = word.encode()
        return next((line for line in lines if wanted in self._lines[line]), lines.start)
