"""From a block outline to segments: what is offered for translation, as what, and where it stands."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from translate_pipe.document import bibliography, frontmatter, sentences
from translate_pipe.document.directives import Directive, directives
from translate_pipe.document.inlines import inlines
from translate_pipe.document.lines import LineIndex
from translate_pipe.document.outliner import BLANKS, CONTAINER, TOKEN
from translate_pipe.model import (
    Closing,
    Diagnostic,
    Ignore,
    Inline,
    Opening,
    OutlineItem,
    Piece,
    Run,
    Segment,
    SegmentKind,
    Severity,
    Slot,
    SlotShape,
    Verbatim,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.model import ParseOptions

# The local part of an address has 64 octets at most (RFC 5321, 4.5.3.1.1), which keeps the search linear.
_BARE_URL = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]+\.\S+")
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+-]+:(?![\w:])")
_NO_WORDS = re.compile(f"{_BARE_URL.pattern}|{_EMOJI.pattern}")
_LINE_BREAK = re.compile(rb"[ \t]*(?:\r\n|\n|\r)")
_QUOTE_MARK = rb"(?: {0,3}>[ \t]?)"
_TITLE = re.compile(
    rb"[ \t\r\n](?:\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|\(((?:\\.|[^()\\])*)\))[ \t\r\n]*\)\Z",
    re.DOTALL,
)
_OPAQUE_LINKS = frozenset({"Autolink", "Email"})
_IMAGE_LINKS_WITH_FREE_ALT = frozenset({"Inline", "Reference"})
_KINDS_OF_PROSE = frozenset(
    {
        SegmentKind.PARAGRAPH,
        SegmentKind.LIST_ITEM,
        SegmentKind.BLOCK_QUOTE,
        SegmentKind.FOOTNOTE,
        SegmentKind.DEFINITION,
        SegmentKind.TABLE_CELL,
    }
)
"""What is cut into sentences where that is asked for; titles and terms are wholes."""
_KIND_OF_CONTAINER = {
    "Item": SegmentKind.LIST_ITEM,
    "BlockQuote": SegmentKind.BLOCK_QUOTE,
    "FootnoteDefinition": SegmentKind.FOOTNOTE,
    "DefinitionListDefinition": SegmentKind.DEFINITION,
}
_KIND_OF_BLOCK = {
    "Heading": SegmentKind.HEADING,
    "TableCell": SegmentKind.TABLE_CELL,
    "DefinitionListTitle": SegmentKind.TERM,
}


@dataclass(slots=True)
class _Scope:
    """An open block: what directives said of it and of all that it holds."""

    opening: Opening
    skipped: bool = False
    context: str | None = None
    comments: tuple[str, ...] = ()
    pending: list[tuple[str, str, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Verbatim:
    """The verbatim block whose pieces are being read.

    `scope` is what directives say of the whole block, None as long as nothing of it is known to be offered; `inner` is
    what those in the block say of what follows them there. `unread` are those still ahead, each with its offset.
    """

    item: Verbatim
    scope: _Scope | None = None
    inner: _Scope | None = None
    unread: deque[tuple[int, Directive]] = field(default_factory=deque)


_ROOT = Opening("Document", None, 0, 0)


class SegmentCollector:
    """Walks an outline once and collects segments and diagnostics, in document order."""

    def __init__(self, data: bytes, path: str, options: ParseOptions) -> None:
        self._data = data
        self._path = path
        self._options = options
        self._lines = LineIndex(data)
        self._scopes = [_Scope(_ROOT)]
        self._block: _Verbatim | None = None
        self._section = ""
        self._bibliography_level: int | None = None
        self._skip_start: int | None = None
        self._bibliography_names = frozenset(map(bibliography.heading_name, options.bibliography_headings))
        self.segments: list[Segment] = []
        self.diagnostics: list[Diagnostic] = []
        self.ignored: list[Ignore] = []

    def collect(self, items: Iterable[OutlineItem]) -> None:
        """Walk a whole outline."""
        for item in items:
            if not isinstance(item, Piece):
                self._leave_verbatim()
            match item:
                case Opening():
                    self._scopes.append(self._scope_for(item))
                case Closing():
                    self._close(self._scopes.pop())
                case Run():
                    self._run(item)
                case Verbatim():
                    self._verbatim(item)
                case Piece():
                    self._piece(item)
        self._leave_verbatim()
        self._close(self._scopes.pop())
        if self._skip_start is not None:
            self._report(
                "directive", self._skip_start, "i18n:skip-start has no i18n:skip-end; nothing after it is offered"
            )

    # Scopes and directives

    def _scope_for(self, opening: Opening) -> _Scope:
        """A scope that inherits from its parent and takes up the directives that wait for the next block."""
        return self._scope_in(self._scopes[-1], opening)

    def _scope_in(self, parent: _Scope, opening: Opening) -> _Scope:
        scope = _Scope(opening, parent.skipped, parent.context, parent.comments)
        for name, text, _ in parent.pending:
            if name == "skip":
                scope.skipped = True
            elif name == "context":
                scope.context = text
            elif name == "ignore":
                self._ignore(text, opening)
            else:
                scope.comments = (*scope.comments, text)
        parent.pending.clear()
        return scope

    def _ignore(self, text: str, block: Opening) -> None:
        self.ignored.append(Ignore(tuple(re.split(r"[,\s]+", text)), block.start, block.end))

    def _close(self, scope: _Scope) -> None:
        for name, _, offset in scope.pending:
            self._report("directive", offset, f"i18n:{name} has no block after it")

    def _verbatim(self, item: Verbatim) -> None:
        if item.tag == "FrontMatter":
            self._front_matter(item)
        elif item.tag == "Rule":
            self._bibliography_level = None
        self._block = _Verbatim(item, unread=deque(self._directives(item)))
        # A block that holds directives may hold nothing else; then those in front of it are for the next one too.
        if not self._block.unread:
            self._block.scope = self._scope_for(_opening(item))

    def _directives(self, item: Verbatim) -> Iterator[tuple[int, Directive]]:
        """The directives in a block of HTML with the bytes at which they stand."""
        if item.tag != "HtmlBlock":
            return
        html = self._data[item.start : item.end].decode()
        position, offset = 0, item.start
        for directive in directives(html):
            offset += len(html[position : directive.start].encode())
            position = directive.start
            yield offset, directive

    def _leave_verbatim(self) -> None:
        """What stands behind the last piece of a block is for the block behind it."""
        if self._block:
            for offset, directive in self._block.unread:
                self._direct(directive, offset, self._scopes[-1])
        self._block = None

    def _piece(self, piece: Piece) -> None:
        """Offer a piece of the verbatim block in front of it, or of the block that is open."""
        scope = self._scope_of_piece(self._block, piece) if self._block else self._scopes[-1]
        if not scope.skipped and self._skip_start is None and not _is_wordless(piece):
            slot = Slot(piece.start, piece.end, piece.shape, piece.breaks)
            self._offer(piece.text, piece.kind, slot, scope, piece.detail)

    def _scope_of_piece(self, block: _Verbatim, piece: Piece) -> _Scope:
        """What the directives in front of a piece say of it, be they in front of its block or in it."""
        opening = _opening(block.item)
        scope = block.scope or self._scope_for(opening)
        block.scope = scope
        while block.unread and block.unread[0][0] < piece.start:
            offset, directive = block.unread.popleft()
            self._direct(directive, offset, scope)
        if scope.pending:
            block.inner = self._scope_in(scope, opening._replace(start=scope.pending[0][2]))
        return block.inner or scope

    def _direct(self, directive: Directive, offset: int, scope: _Scope) -> None:
        """Do what a directive says, now or, if it is about a block, with the next one in a scope."""
        if directive.problem:
            self._report("directive", offset, directive.problem)
        elif directive.name == "skip-start":
            self._skip_start = offset
        elif directive.name == "skip-end":
            if self._skip_start is None:
                self._report("directive", offset, "i18n:skip-end has no i18n:skip-start before it")
            self._skip_start = None
        else:
            scope.pending.append((directive.name, directive.text, offset))

    def _report(self, check: str, offset: int, message: str, severity: Severity = Severity.WARNING) -> None:
        self.diagnostics.append(Diagnostic(check, severity, message, self._path, self._lines.line(offset)))

    # Runs

    def _run(self, run: Run) -> None:
        block = self._scopes[-1]
        scope = self._scope_for(block.opening) if block.pending else block
        is_heading = run.tag == "Heading"
        text = _text(self._data, run, self._quote_depth())
        if is_heading:
            self._enter_section(scope.opening, text)
        if scope.skipped or self._skip_start is not None:
            return
        kind, detail = self._kind(run)
        if self._is_bibliography(kind, text):
            return
        images = _image_parts(self._data, run)
        if images:
            for part_kind, start, end in images:
                self._offer(_plain(self._data[start:end]), part_kind, _part_slot(part_kind, start, end), scope)
        elif _has_words(run.inlines):
            if self._options.segmentation == "sentence" and kind in _KINDS_OF_PROSE:
                self._sentences(run, kind, scope, detail)
            else:
                self._inline(run, text, kind, scope, detail)

    def _inline(self, run: Run, text: str, kind: SegmentKind, scope: _Scope, detail: str) -> None:
        shape = self._shape(run, scope.opening)
        self._offer(text, kind, Slot(run.start, run.end, shape, _hard_breaks(self._data, run)), scope, detail)

    def _sentences(self, run: Run, kind: SegmentKind, scope: _Scope, detail: str) -> None:
        end = run.start
        for sentence in sentences.cut(self._data, run, self._options.source_locale, _has_words):
            text = _text(self._data, sentence, self._quote_depth())
            shape = self._shape(sentence, scope.opening)
            if shape is SlotShape.BLOCK and end > run.start and not _LINE_BREAK.match(self._data, end):
                shape = SlotShape.SENTENCE
            slot = Slot(sentence.start, sentence.end, shape, _hard_breaks(self._data, sentence))
            self._offer(text, kind, slot, scope, detail)
            end = sentence.end

    def _offer(self, text: str, kind: SegmentKind, slot: Slot, scope: _Scope, detail: str = "") -> None:
        if not any(map(str.isalnum, text)) or "\0" in text:  # PO, a format of C strings, has no NUL
            return
        self.segments.append(
            Segment(
                text=text,
                kind=kind,
                line=self._lines.line(slot.start),
                slot=slot,
                detail=detail,
                section="" if kind is SegmentKind.HEADING else self._section,
                context=scope.context,
                comments=scope.comments,
            )
        )

    def _shape(self, run: Run, block: Opening) -> SlotShape:
        if run.tag == "TableCell":
            return SlotShape.CELL
        if run.tag != "Heading":
            return SlotShape.BLOCK
        mark = self._data[block.start : run.start].strip(BLANKS)
        return SlotShape.ATX_HEADING if mark else SlotShape.SETEXT_HEADING

    def _kind(self, run: Run) -> tuple[SegmentKind, str]:
        if run.tag == "Heading":
            return SegmentKind.HEADING, str(_level(self._scopes[-1].opening))
        if run.tag == "TableCell" and self._scopes[-2].opening.tag == "TableHead":
            return SegmentKind.TABLE_HEADER, ""
        if run.tag in _KIND_OF_BLOCK:
            return _KIND_OF_BLOCK[run.tag], ""
        for scope in reversed(self._scopes):
            if scope.opening.tag == CONTAINER:
                break
            kind = _KIND_OF_CONTAINER.get(scope.opening.tag)
            if kind:
                return kind, str(scope.opening.detail) if kind is SegmentKind.FOOTNOTE else ""
        return SegmentKind.PARAGRAPH, ""

    def _quote_depth(self) -> int:
        return sum(scope.opening.tag == "BlockQuote" for scope in self._scopes)

    # Sections

    def _enter_section(self, heading: Opening, text: str) -> None:
        level = _level(heading)
        self._section = text.replace("\n", " ")
        if self._bibliography_level is not None and level <= self._bibliography_level:
            self._bibliography_level = None
        if bibliography.heading_name(text) in self._bibliography_names:
            self._bibliography_level = level

    def _is_bibliography(self, kind: SegmentKind, text: str) -> bool:
        if self._options.translate_bibliography or kind in (SegmentKind.HEADING, SegmentKind.FOOTNOTE):
            return False
        return self._bibliography_level is not None or bibliography.is_entry(text)

    # Front matter

    def _front_matter(self, block: Verbatim) -> None:
        problem = frontmatter.problem(self._data[: block.end].decode())
        if problem:
            line = problem.line + 1
            self.diagnostics.append(Diagnostic("front-matter", Severity.ERROR, problem.message, self._path, line))


def _opening(block: Verbatim) -> Opening:
    return Opening(block.tag, block.detail, block.start, block.end)


def _level(heading: Opening) -> int:
    level = heading.detail[0] if isinstance(heading.detail, tuple) else "H1"
    return int(str(level)[1:])


# The text of a run


def _text(data: bytes, run: Run, quote_depth: int) -> str:
    """A run's Markdown on one line: soft breaks become a blank, hard breaks a newline, container prefixes go."""
    raw = data[run.start : run.end]
    if b"\n" not in raw and b"\r" not in raw:
        return raw.decode()
    pieces: list[bytes] = []
    position = run.start
    for event, after in _breaks(data, run):
        pieces += (data[position : event.start].rstrip(BLANKS), b" " if event.kind == "SoftBreak" else b"\n")
        position = after
    pieces.append(data[position : run.end])
    # What is left are line ends inside code spans, tags and link destinations.
    prefix = _QUOTE_MARK + b"{0,%d}[ \t]*" % quote_depth
    pieces = [piece if piece == b"\n" else re.sub(_LINE_BREAK.pattern + prefix, b" ", piece) for piece in pieces]
    return b"".join(pieces).decode().strip("\n")


def _breaks(data: bytes, run: Run) -> Iterator[tuple[Inline, int]]:
    """Each line break of a run with the offset at which the text of the next line begins, behind its prefix."""
    for event, following in zip(run.inlines, run.inlines[1:], strict=False):
        if event.kind in ("SoftBreak", "HardBreak"):
            after = following.start
            # An escaped character's event begins after its backslash.
            escaped = after > event.end and data[after - 1 : after] == b"\\" and following.kind == "Text"
            yield event, after - 1 if escaped else after


def _hard_breaks(data: bytes, run: Run) -> tuple[str, ...]:
    """The hard breaks of a run as written, from the mark up to the text of the next line."""
    return tuple(data[event.start : after].decode() for event, after in _breaks(data, run) if event.kind == "HardBreak")


def _plain(raw: bytes) -> str:
    return _LINE_BREAK.sub(b" ", raw).decode().strip()


def _is_wordless(piece: Piece) -> bool:
    """Whether a piece that is inline Markdown has no words: a title that is only code or an emoji."""
    return piece.kind is SegmentKind.CONTAINER_TITLE and not _has_words(inlines(piece.text))


def _has_words(inlines: tuple[Inline, ...]) -> bool:
    """Whether a reader sees words: letters or digits outside code and bare links, an alt text or a title."""
    opaque = 0
    for inline in inlines:
        if inline.kind in ("Link", "Image"):
            detail = inline.value
            if isinstance(detail, dict):
                opaque += detail["link_type"] in _OPAQUE_LINKS
                if detail["title"]:
                    return True
        elif inline.kind == "EndLink":
            opaque = 0
        elif inline.kind == "Text" and not opaque and any(map(str.isalnum, _NO_WORDS.sub("", str(inline.value)))):
            return True
    return False


# Images that stand alone


def _image_parts(data: bytes, run: Run) -> list[tuple[SegmentKind, int, int]]:
    """The alt texts and titles of a run that holds nothing but images, as byte ranges; nothing for other runs."""
    parts: list[tuple[SegmentKind, int, int]] = []
    open_images: list[int] = []
    open_links: list[int] = []
    for index, inline in enumerate(run.inlines):
        if inline.kind == "Image":
            if not _has_free_alt(inline):
                return []
            open_images.append(index)
        elif inline.kind == "EndImage":
            start = open_images.pop()
            if open_images:
                return []
            found = _parts_of_image(data, run.inlines[start], run.inlines[start + 1 : index])
            if found is None:
                return []
            parts += found
        elif inline.kind == "Link":
            open_links.append(index)
        elif inline.kind == "EndLink":
            link = run.inlines[open_links.pop()]
            title = _title_range(data, link)
            parts += [(SegmentKind.LINK_TITLE, *title)] if title else []
        elif not open_images and not _is_blank(inline):
            return []
    return [part for part in sorted(parts, key=lambda part: part[1]) if part[2] > part[1]]


def _has_free_alt(image: Inline) -> bool:
    """Whether the alt text is not also the label by which a definition is found."""
    return isinstance(image.value, dict) and image.value["link_type"] in _IMAGE_LINKS_WITH_FREE_ALT


def _is_blank(inline: Inline) -> bool:
    return inline.kind in ("SoftBreak", TOKEN) or (inline.kind == "Text" and not str(inline.value).strip())


def _parts_of_image(
    data: bytes, image: Inline, content: tuple[Inline, ...]
) -> list[tuple[SegmentKind, int, int]] | None:
    """The alt text and title of one image; None where the alt text's end is not where the parser's events end."""
    start = image.start + len("![")
    end = max((inline.end for inline in content), default=start)
    if data[end : end + 1] != b"]":
        return None
    title = _title_range(data, image)
    parts = [(SegmentKind.IMAGE_ALT, start, end)]
    return [*parts, (SegmentKind.IMAGE_TITLE, *title)] if title else parts


def _title_range(data: bytes, link: Inline) -> tuple[int, int] | None:
    """Where the title of an inline link or image stands, without its quotes (CommonMark, section 6.3)."""
    if not isinstance(link.value, dict) or link.value["link_type"] != "Inline" or not link.value["title"]:
        return None
    match = _TITLE.search(data[link.start : link.end])
    if not match:
        return None
    group = next(number for number in (1, 2, 3) if match[number] is not None)
    return link.start + match.start(group), link.start + match.end(group)


def _part_slot(kind: SegmentKind, start: int, end: int) -> Slot:
    return Slot(start, end, SlotShape.ALT if kind is SegmentKind.IMAGE_ALT else SlotShape.TITLE)
