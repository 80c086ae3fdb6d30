"""From a block outline to segments: which texts are offered for translation, as what kind, and in which slots."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.late import LateModule
from translate_pipe.markdown.dialects import Foreign, grammar, myst
from translate_pipe.markdown.outliner import BLANKS, CONTAINER
from translate_pipe.model import (
    Closing,
    Diagnostic,
    Ignore,
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
from translate_pipe.segments import runs
from translate_pipe.text.characters import has_letters_or_digits
from translate_pipe.text.lines import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe.markdown import directives
    from translate_pipe.markdown.directives import Directive
    from translate_pipe.markdown.embedded import frontmatter
    from translate_pipe.markdown.inline import inlines
    from translate_pipe.model import ParseOptions
    from translate_pipe.segments import sentences
else:  # few documents have directives, front matter or titles of containers
    directives = LateModule("translate_pipe.markdown.directives")
    frontmatter = LateModule("translate_pipe.markdown.embedded.frontmatter")
    inlines = LateModule("translate_pipe.markdown.inline.inlines")
    sentences = LateModule("translate_pipe.segments.sentences")

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
"""The kinds that may be cut into sentences. Titles and terms stay whole."""
_KINDS_OUTSIDE_BIBLIOGRAPHIES = (SegmentKind.HEADING, SegmentKind.FOOTNOTE)
"""The kinds that are segments even in a bibliography."""
_KIND_OF_BLOCK = {
    "Heading": SegmentKind.HEADING,
    "Item": SegmentKind.LIST_ITEM,
    "TableHead": SegmentKind.TABLE_HEADER,
    "TableRow": SegmentKind.TABLE_CELL,
    "BlockQuote": SegmentKind.BLOCK_QUOTE,
    "FootnoteDefinition": SegmentKind.FOOTNOTE,
    "DefinitionListTitle": SegmentKind.TERM,
    "DefinitionListDefinition": SegmentKind.DEFINITION,
    CONTAINER: SegmentKind.PARAGRAPH,
}
"""The kind of the text in a block, by the parser's name for it. In other blocks it is that of the block around."""


class _TextPlace(NamedTuple):
    """What the blocks around a text make of it: its kind, what completes the kind, and how many quotes are open."""

    kind: SegmentKind
    detail: str
    quotes: int

    def within(self, block: Opening) -> _TextPlace:
        """The place of the text in a block that opens here."""
        kind = _KIND_OF_BLOCK.get(block.tag)
        if kind is None:
            return self
        detail = ""
        if kind is SegmentKind.HEADING:
            detail = str(block.detail[0])[1:] if isinstance(block.detail, tuple) else "1"  # from H1
        elif kind is SegmentKind.FOOTNOTE:
            detail = str(block.detail)
        return _TextPlace(kind, detail, self.quotes + (kind is SegmentKind.BLOCK_QUOTE))


@dataclass(slots=True)
class _Scope:
    """An open block, and what directives say of it and its content."""

    opening: Opening
    place: _TextPlace
    skipped: bool = False
    context: str | None = None
    comments: tuple[str, ...] = ()
    pending: list[tuple[str, str, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Verbatim:
    """The verbatim block whose pieces are being read.

    `scope` holds the directives on the whole block; it is None until a piece of the block needs it. `inner` holds the
    directives inside the block, for the pieces after them. `unread` are the directives ahead, each with its offset.
    """

    item: Verbatim
    scope: _Scope | None = None
    inner: _Scope | None = None
    unread: deque[tuple[int, Directive]] = field(default_factory=deque)


_WITHOUT_BLOCKS = frozenset({"Paragraph", "TableCell"})
_UNKNOWN_MARKUP = "unknown-markup"
_LONGEST_LINE = 60
# Makes a named tuple without its own constructor, which takes twice as long.
_new = tuple.__new__
_ROOT = Opening("Document", None, 0, 0)
_TOP = _TextPlace(SegmentKind.PARAGRAPH, "", 0)


class SegmentCollector:
    """Walks an outline once and collects segments and diagnostics, in document order."""

    def __init__(self, data: bytes, path: str, options: ParseOptions) -> None:
        self._data = data
        self._path = path
        self._options = options
        self._lines = LineIndex(data)
        self._scopes = [_Scope(_ROOT, _TOP)]
        self._block: _Verbatim | None = None
        self._section = ""
        self._bibliography_level: int | None = None
        self._skip_start: int | None = None
        self._bibliography_names = runs.bibliography_names(options.bibliography_headings)
        self._foreign_kinds: set[str] = set()
        self.segments: list[Segment] = []
        self.diagnostics: list[Diagnostic] = []
        self.ignored: list[Ignore] = []

    def collect(self, items: Iterable[OutlineItem]) -> None:
        """Walk a whole outline."""
        scopes = self._scopes
        for item in items:
            if self._block and not isinstance(item, Piece):
                self._leave_verbatim(self._block)
            if isinstance(item, Opening):
                if item.tag == CONTAINER:
                    self._foreign(item)
                # These hold no blocks: without directives before them, their scope is the one around them.
                scope = scopes[-1]
                is_new = item.tag not in _WITHOUT_BLOCKS or scope.pending
                scopes.append(self._scope_in(scope, item) if is_new else scope)
            elif isinstance(item, Closing):
                self._close(scopes.pop())
            elif isinstance(item, Run):
                self._run(item)
            elif isinstance(item, Piece):
                self._piece(item)
            else:
                self._verbatim(item)
        if self._block:
            self._leave_verbatim(self._block)
        self._close(self._scopes.pop())
        if self._skip_start is not None:
            self._report(
                "directive", self._skip_start, "i18n:skip-start has no i18n:skip-end; nothing after it is offered"
            )

    # Scopes and directives

    def _scope_in(self, parent: _Scope, opening: Opening) -> _Scope:
        """A scope that inherits from its parent and takes up the directives that wait for the next block."""
        scope = _Scope(opening, parent.place.within(opening), parent.skipped, parent.context, parent.comments)
        for name, text, _ in parent.pending:
            if name == "skip":
                scope.skipped = True
            elif name == "context":
                scope.context = text
            elif name == "ignore":
                checks = tuple(re.split(r"[,\s]+", text))
                self.ignored.append(Ignore(checks, opening.start, opening.end))
            else:
                scope.comments = (*scope.comments, text)
        parent.pending.clear()
        return scope

    def _close(self, scope: _Scope) -> None:
        for name, _, offset in scope.pending:
            self._report("directive", offset, f"i18n:{name} has no block after it")

    def _verbatim(self, item: Verbatim) -> None:
        if item.tag == "FrontMatter":
            if problem := frontmatter.problem(self._data[: item.end].decode()):
                found = Diagnostic("front-matter", Severity.ERROR, problem.message, self._path, problem.line + 1)
                self.diagnostics.append(found)
        elif item.tag == "Rule":
            self._bibliography_level = None
        elif item.tag in (CONTAINER, "CodeBlock"):
            self._foreign(item)
        self._block = _Verbatim(item)
        if item.tag == "HtmlBlock" and self._data.find(b"i18n", item.start, item.end) >= 0:
            html = self._data[item.start : item.end].decode()
            position, offset = 0, item.start
            for directive in directives.directives(html):
                offset += len(html[position : directive.start].encode())
                position = directive.start
                self._block.unread.append((offset, directive))
        # A block that holds directives may hold nothing else; then those before it are for the next one too.
        if not self._block.unread:
            self._block.scope = self._scope_in(self._scopes[-1], _opening(item))

    def _leave_verbatim(self, block: _Verbatim) -> None:
        """Leave a verbatim block: directives after its last piece are about the next block."""
        for offset, directive in block.unread:
            self._apply(directive, offset, self._scopes[-1])
        self._block = None

    def _piece(self, piece: Piece) -> None:
        """Offer a piece of the verbatim block before it, or of the block that is open."""
        scope = self._scopes[-1]
        if block := self._block:
            opening = _opening(block.item)
            scope = block.scope = block.scope or self._scope_in(scope, opening)
            while block.unread and block.unread[0][0] < piece.start:
                offset, directive = block.unread.popleft()
                self._apply(directive, offset, scope)
            if scope.pending:
                block.inner = self._scope_in(scope, opening._replace(start=scope.pending[0][2]))
            scope = block.inner or scope
        # A title of a container is inline Markdown, which may be only code or an emoji.
        has_words = piece.kind is not SegmentKind.CONTAINER_TITLE or runs.has_words(inlines.inlines(piece.text))
        if has_words and not scope.skipped and self._skip_start is None:
            slot = Slot(piece.start, piece.end, piece.shape, piece.breaks)
            self._offer(piece.text, piece.kind, slot, scope, piece.detail)

    def _apply(self, directive: Directive, offset: int, scope: _Scope) -> None:
        """Apply a directive now or, if it is about a block, to the next one in a scope."""
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

    # Markup of other dialects

    def _foreign(self, item: Opening | Verbatim) -> None:
        """Report the first line of each kind that only another dialect reads as a block."""
        rules = grammar(self._options.dialects, self._options.attributes)
        foreign = rules.foreign.get(str(item.detail)) if item.tag == CONTAINER else None
        if isinstance(item.detail, dict) and not rules.directives:  # a fence of code, which may be a directive of MyST
            info = str(item.detail.get("Fenced", ""))
            if info.startswith("{") and myst.TITLED_DIRECTIVE.matcher.match(b":::" + info.encode()):
                foreign = Foreign(myst.DIRECTIVE.name, myst.DIRECTIVE.family, (myst.MYST.name,))
        scope = self._scopes[-1]
        if foreign is None or foreign.kind in self._foreign_kinds or scope.skipped or self._skip_start is not None:
            return
        pending = ((name, text) for name, text, _ in scope.pending)
        if any(name == "skip" or (name == "ignore" and _UNKNOWN_MARKUP in text) for name, text in pending):
            return
        if any(_UNKNOWN_MARKUP in one.checks for one in self.ignored if one.start <= item.start < one.end):
            return
        self._foreign_kinds.add(foreign.kind)
        line = self._data[item.start : item.end].splitlines()[0].decode(errors="replace").strip()
        shown = line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"
        own = self._options.dialects
        wanted = ", ".join(f'"{name}"' for name in (*own, foreign.dialects[0]))
        message = (
            f"'{shown}' is a block of the dialect {' or '.join(foreign.dialects)}, and the document is read as "
            f"{' and '.join(own)}; to have it read, set dialect = [{wanted}]"
        )
        self._report(_UNKNOWN_MARKUP, item.start, message)

    def _report(self, check: str, offset: int, message: str, severity: Severity = Severity.WARNING) -> None:
        region = self._lines.region(offset)
        self.diagnostics.append(Diagnostic(check, severity, message, self._path, region.line, region=region))

    # Runs

    def _run(self, run: Run) -> None:
        block = self._scopes[-1]
        scope = self._scope_in(block, block.opening) if block.pending else block
        kind, detail, quotes = block.place
        text, breaks = runs.text(self._data, run, quotes)
        if kind is SegmentKind.HEADING:
            self._section = text.replace("\n", " ")
            if runs.heading_name(text) in self._bibliography_names:
                self._bibliography_level = int(detail)
            elif self._bibliography_level is not None and int(detail) <= self._bibliography_level:
                self._bibliography_level = None
        may_be_entry = not self._options.translate_bibliography and kind not in _KINDS_OUTSIDE_BIBLIOGRAPHIES
        is_entry = may_be_entry and (self._bibliography_level is not None or runs.is_entry(text))
        if is_entry or scope.skipped or self._skip_start is not None:
            return
        images = runs.image_parts(self._data, run) if "[" in text else ()
        if images:
            for part_kind, slot in images:
                self._offer(runs.on_one_line(self._data[slot.start : slot.end]), part_kind, slot, scope)
        elif runs.has_words(run.inlines):
            if self._options.segmentation == "sentence" and kind in _KINDS_OF_PROSE:
                self._sentences(run, kind, scope, detail)
            else:
                slot = _new(Slot, (run.start, run.end, self._shape(run, scope.opening), breaks))
                self._offer(text, kind, slot, scope, detail)

    def _sentences(self, run: Run, kind: SegmentKind, scope: _Scope, detail: str) -> None:
        end = run.start
        for sentence in sentences.cut(self._data, run, self._options.source_locale, runs.has_words):
            text, breaks = runs.text(self._data, sentence, scope.place.quotes)
            shape = self._shape(sentence, scope.opening)
            if shape is SlotShape.BLOCK and end > run.start and not runs.LINE_BREAK.match(self._data, end):
                shape = SlotShape.SENTENCE
            self._offer(text, kind, Slot(sentence.start, sentence.end, shape, breaks), scope, detail)
            end = sentence.end

    def _offer(self, text: str, kind: SegmentKind, slot: Slot, scope: _Scope, detail: str = "") -> None:
        if not has_letters_or_digits(text) or "\0" in text:  # PO, a format of C strings, has no NUL
            return
        if self.segments and slot.start < self.segments[-1].slot.end:  # only a fault of this program makes such slots
            problem = f"{text!r} is part of another segment and is not offered; please report this document"
            self._report("document", slot.start, problem)
            return
        self.segments.append(
            Segment(
                text,
                kind,
                self._lines.line(slot.start),
                slot,
                detail,
                "" if kind is SegmentKind.HEADING else self._section,
                scope.context,
                scope.comments,
            )
        )

    def _shape(self, run: Run, block: Opening) -> SlotShape:
        if run.tag == "TableCell":
            return SlotShape.CELL
        if run.tag != "Heading":
            return SlotShape.BLOCK
        mark = self._data[block.start : run.start].strip(BLANKS)
        return SlotShape.ATX_HEADING if mark else SlotShape.SETEXT_HEADING


def _opening(block: Verbatim) -> Opening:
    return Opening(block.tag, block.detail, block.start, block.end)
