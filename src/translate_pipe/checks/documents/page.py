"""A document as the checks of whole documents see it: its citations, bibliography and links, and their targets."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left, bisect_right
from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from translate_pipe.checks.documents import targets
from translate_pipe.checks.documents.targets import Targets
from translate_pipe.markdown.inline.citations import citations_in
from translate_pipe.model import BIBLIOGRAPHY_HEADINGS, Closing, Inline, Opening, Piece, Region, Run, Verbatim
from translate_pipe.segments import runs
from translate_pipe.text.characters import unescape
from translate_pipe.text.expression import Expression
from translate_pipe.text.lines import LineIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from translate_pipe.markdown.inline.citations import Citation
    from translate_pipe.model import Document, Segment

FOOTNOTE, NUMBERED, KEYED = "footnote", "numbered", "keyed"
"""The families of citations: those of one family lead to entries of the same."""

_FAMILY = {"footnote": FOOTNOTE, "superscript": NUMBERED, "numeric": NUMBERED, "pandoc": KEYED}
TO_ASCII = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
"""Makes digits of raised ones."""

_BREAKS = frozenset({"SoftBreak", "HardBreak"})
# The parser takes the mark of a footnote without a definition for text; [^a-z] is a class of characters.
_LITERAL_FOOTNOTE = Expression(r"\[\^(?!.-.)([\w.:-]+)\](?!\()")
_BEFORE_FOOTNOTE = Expression(r"[^\W\d]|[.,;:!?)”’\"']")
_AFTER_NO_FOOTNOTE = Expression(r"[\w+*?{]")
_RANGE = Expression(
    r"(?<!\d)(\d{1,9})\s*[–-]\s*(\d{1,9})(?!\d)|"
    r"(?<![⁰¹²³⁴-⁹])([⁰¹²³⁴-⁹]{1,9})[⁻–-]([⁰¹²³⁴-⁹]{1,9})(?![⁰¹²³⁴-⁹])"
)
_ADDRESSES = ("Autolink", "Email")
_LONGEST_RANGE = 100
# Before an entry's own number: emphasis, a bracket, a tag.
_BEFORE_HEAD = Expression(r"[\s*_(\[]*(?:<[^>]*>\s*)*\[?")
_WRITTEN_NUMBER = re.compile(rb"\s*(\d{1,9})")
# Comments, scripts and components are passed over.
_IN_HTML = (
    r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)|<(?:script|style)\b(?:[^<]|<(?!/s))*+|<(?-i:[A-Z][\w.]*[a-z])[^<>]*+"
    r"|(?<![\w.:-])(?:href|src)[ \t]*=[ \t]*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>{}]+))"
)
_BYTES_ADDRESS = re.compile(_IN_HTML.encode(), re.IGNORECASE)
_ADDRESS = Expression(_IN_HTML, re.IGNORECASE)
# A number after one of these is an exponent or index: a digit, a single letter, a sign, perhaps with a bracket.
_EXPONENT = Expression(r"(?:[\d⁺⁻⁽₀-₉]|(?<![^\W\d_])[^\W\d_])[)\]]?\Z")
_CONTEXT = 3
"""The characters before a mark that show what it is."""

_GREATEST_NUMBER = 999
_LONGEST_HEAD = 100
_LONGEST_PIECE = 500
# What a mark or a range begins with or has in it: brackets, tags, roles, references, and the bytes of raised digits,
# dashes and the digits of other scripts.
_MAY_MARK = re.compile(rb"[\[<{&\xc2\xe2]|[0-9\x80-\xff]\s*-")


class Mark(NamedTuple):
    """A citation: `place` is that of its block in the outline.

    One that is not `certain` may be something else that is written alike: an exponent, an index, a year.
    """

    family: str
    key: str
    written: str
    offset: int
    place: int
    certain: bool = True


class Entry(NamedTuple):
    """An entry of a bibliography.

    `group` is the same for the entries that are numbered together. `written` is its number as the author wrote it;
    `in_list` says that its number is that of an ordered list, whose items need not be meant as numbered.
    """

    family: str
    key: str
    written: str
    offset: int
    place: int
    group: int
    in_list: bool = False


class PageLink(NamedTuple):
    """Where a link or an image leads, as written. Addresses in HTML start from that of the page, not from its file."""

    target: str
    offset: int
    place: int
    is_html: bool = False


class Block(NamedTuple):
    """The inline content of a block; `heading` is its level (0: no heading), `section` counts headings before it."""

    place: int
    run: Run
    heading: Opening | None
    section: int
    in_bibliography: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of other files. Their paths are relative to the same folder as that of the document.

    Without them nothing is known, and no link to a file is wrong.

    - `exists`: whether there is a file or folder.
    - `targets`: what can be reached in another document, or None if that is not known.
    - `spelled`: a path as the file system has it, if only capital letters differ; otherwise empty.
    - `is_published`: whether a file that the generator publishes elsewhere than it is kept may be meant, such as one of
      a theme or of a folder `static`.
    - `names`: the names of all documents of the project, without endings and in small letters, those of folders too;
      None if they are not known.
    - `labels`: the labels that all documents of the project may define, in small letters, each with the path of the
      first document that certainly defines it, or without path; None if they are not known.
    """

    exists: Callable[[str], bool] | None = None
    targets: Callable[[str], Targets | None] | None = None
    spelled: Callable[[str], str] = lambda _: ""
    is_published: Callable[[str], bool] = lambda _: False
    names: Callable[[], Collection[str] | None] = lambda: None
    labels: Callable[[], Mapping[str, str] | None] = lambda: None


@dataclass(frozen=True)
class Page:
    """A document, read once for all checks.

    `path` is where its links start from: its own path or, for a localised document, that of its source. `headings` are
    those that open a bibliography; a localised document has instead the `bibliography` of its source, as the places of
    its blocks in the outline. `made` are addresses that the project's rules have put in, which cannot be fixed here.
    """

    document: Document
    path: str = ""
    headings: Collection[str] = BIBLIOGRAPHY_HEADINGS
    bibliography: Collection[int] | None = None
    made: Collection[str] = ()
    surroundings: Surroundings = field(default_factory=Surroundings)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks that have text, in their order."""
        names = frozenset(map(runs.heading_name, self.headings))
        found: list[Block] = []
        open_blocks: list[Opening] = []
        level_of_bibliography = section = 0
        for place, item in enumerate(self.document.outline):
            if isinstance(item, Opening):
                open_blocks.append(item)
            elif isinstance(item, Closing):
                open_blocks.pop()
            elif isinstance(item, Verbatim):
                level_of_bibliography = 0 if item.tag == "Rule" else level_of_bibliography
            elif isinstance(item, Run):
                heading = open_blocks[-1] if open_blocks[-1].tag == "Heading" else None
                if heading:
                    section += 1
                    level = int(str(heading.detail[0])[1:]) if isinstance(heading.detail, tuple) else 1
                    text = self.document.data[item.start : item.end].decode()
                    if runs.heading_name(text) in names:
                        level_of_bibliography = level
                    elif level <= level_of_bibliography:
                        level_of_bibliography = 0
                inside = level_of_bibliography > 0 and not heading
                if self.bibliography is not None:
                    inside = place in self.bibliography
                found.append(Block(place, item, heading, section, inside))
        return tuple(found)

    @cached_property
    def bibliography_blocks(self) -> frozenset[int]:
        """The places in the outline of the entries of a bibliography."""
        return frozenset(block.place for block in self.blocks if block.in_bibliography)

    @cached_property
    def _cited(self) -> tuple[tuple[Mark, ...], tuple[Entry, ...]]:
        marks: list[Mark] = []
        entries = list(_list_entries(self))
        for place, item in enumerate(self.document.outline):
            if isinstance(item, Opening) and item.tag == "FootnoteDefinition":
                label = str(item.detail)
                entries.append(Entry(FOOTNOTE, label.casefold(), f"[^{label}]", item.start, place, 0))
        for block in self.blocks:
            found = list(_marks(self.document.data, block))
            if not found:
                continue
            heads = _heads(self.document.data, block, found)
            marks += (mark for mark in found if mark.offset not in heads)
            entries += (
                Entry(mark.family, mark.key, mark.written, mark.offset, mark.place, block.section)
                for mark in found
                if mark.offset in heads
            )
        # An item whose text begins with a number has that number.
        own = {entry.group for entry in entries if entry.family == NUMBERED and not entry.in_list}
        kept = (entry for entry in entries if not (entry.in_list and entry.group in own))
        by_place = attrgetter("offset")
        return tuple(sorted(marks, key=by_place)), tuple(sorted(kept, key=by_place))

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The citations, in document order."""
        return self._cited[0]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of bibliographies, in document order."""
        return self._cited[1]

    @cached_property
    def links(self) -> tuple[PageLink, ...]:
        """The links and images, in document order."""
        found: list[PageLink] = []
        for place, item in enumerate(self.document.outline):
            if isinstance(item, Verbatim) and item.tag == "HtmlBlock":
                found += _html_links(self, item, place)
            elif isinstance(item, Run):
                for inline in item.inlines:
                    if isinstance(inline.value, dict) and inline.value["link_type"] not in _ADDRESSES:
                        found.append(PageLink(inline.value["dest_url"], inline.start, place))
                    elif inline.kind == "InlineHtml":
                        found += (PageLink(one, inline.start, place, is_html=True) for one in _in_tags(inline.value))
        return tuple(found)

    @cached_property
    def targets(self) -> Targets:
        """What can be reached in this document."""
        has_footnotes = any(entry.family == FOOTNOTE for entry in self.entries)
        return Targets(self.given_ids, has_footnotes, self.targets_are_open, *targets.headings_of(self.document))

    @cached_property
    def targets_are_open(self) -> bool:
        """Whether this document includes others, whose headings and labels are not known."""
        return targets.includes_others(self.document)

    @cached_property
    def given_ids(self) -> frozenset[str]:
        """The ids that the document gives headings and other places itself, which translations keep."""
        return targets.given_ids(self.document)

    @cached_property
    def is_part(self) -> bool:
        """Whether other documents include this one, so that its references start from those."""
        return targets.is_part(self.path or self.document.path, self.document.options.dialects)

    def has_target(self, fragment: str) -> bool:
        """Whether a fragment leads anywhere in this document."""
        return self.targets.has(fragment)

    def has_lasting_target(self, fragment: str) -> bool:
        """Whether a fragment certainly leads somewhere in each localisation of this document, too."""
        return unquote(fragment) in self.given_ids

    @cached_property
    def _lines(self) -> LineIndex:
        return LineIndex(self.document.data)

    def region(self, offset: int, written: str = "") -> Region:
        """The region of what is written at a byte offset; its end is not known if something else is written there."""
        data = written.encode()
        end = offset + len(data) if data and self.document.data.startswith(data, offset) else 0
        return self._lines.region(offset, end)

    def segment(self, index: int, offset: int | None = None) -> Segment | None:
        """The segment in a block of the outline; where there are several, the one at an offset or before it."""
        item = self.document.outline[index] if index < len(self.document.outline) else None
        if not isinstance(item, (Run, Piece)):
            return None
        first, end = bisect_left(self._starts, item.start), bisect_left(self._starts, item.end)
        if first == end:
            return None
        before = first if offset is None else min(bisect_right(self._starts, offset), end) - 1
        return self.document.segments[max(first, before)]

    def place(self, offset: int) -> int:
        """The place in the outline of the text at an offset; 0, that of front matter, if it is in none."""
        at = bisect_right(self._texts, offset, key=lambda text: text[0]) - 1
        _, end, place = self._texts[at] if at >= 0 else (0, 0, 0)
        return place if offset < end else 0

    @cached_property
    def _texts(self) -> list[tuple[int, int, int]]:
        """The beginning, the end and the place of each text of the outline."""
        outline = enumerate(self.document.outline)
        return sorted((item.start, item.end, place) for place, item in outline if isinstance(item, (Run, Piece)))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(segment.slot.start for segment in self.document.segments)

    def resolve(self, target: str) -> str | None:
        """The path that a relative link leads to, without its fragment; None for one that leads to no file."""
        return resolve(self.path or self.document.path, target)


def resolve(base: str, target: str) -> str | None:
    """The path that a relative link in the document at `base` leads to; None for one that leads to no file.

    >>> resolve("source/nl/a.md", "../b.md#kop"), resolve("a.md", "https://example.org/")
    ('source/b.md', None)
    """
    path = unquote(re.split(r"[?#]", target, maxsplit=1)[0])
    # A colon belongs to a URL; a slash in front begins at a site's root, which is not known; braces are a template.
    if not path or path.startswith(("/", "\\", "~/", "@")) or re.search(r"[:{}<>$]", path):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path))


# What a reader sees of a run


class _Shown(NamedTuple):
    """The texts and code spans of a run as one text, and where in the document each began."""

    text: str
    starts: tuple[int, ...]
    events: tuple[Inline, ...]

    def offset(self, position: int) -> int:
        """The byte offset in the document of a character of the text."""
        at = bisect_right(self.starts, position) - 1
        event = self.events[at]
        if event.kind != "Text":
            return event.start
        return event.start + len(str(event.value)[: position - self.starts[at]].encode())


def _shown(events: Sequence[Inline]) -> _Shown:
    text = ""
    starts: list[int] = []
    shown: list[Inline] = []
    for event in events:
        value = str(event.value)
        if event.kind == "Text" and len(value) > _LONGEST_PIECE:
            # In pieces, so that the offset of a character is found in the same time however long the text is.
            start = event.start
            for at in range(0, len(value), _LONGEST_PIECE):
                piece = value[at : at + _LONGEST_PIECE]
                starts.append(len(text) + at)
                shown.append(Inline("Text", piece, start, event.end))
                start += len(piece.encode())
        elif event.kind in ("Text", "Code", "FootnoteReference"):
            starts.append(len(text))
            shown.append(event)
        if event.kind in ("Text", "Code"):  # a footnote has no width, but a place
            text += value
    return _Shown(text, tuple(starts), tuple(shown))


# Citations and entries


def _marks(data: bytes, block: Block) -> Iterator[Mark]:
    """The citations of a block, the numbers at the heads of entries among them."""
    if _MAY_MARK.search(data, block.run.start, block.run.end) is None:
        return
    shown = _shown(block.run.inlines)
    if not shown.text:
        return
    footnotes = iter([event for event in block.run.inlines if event.kind == "FootnoteReference"])
    for found in citations_in(block.run.inlines):
        family = _FAMILY.get(found.kind)
        if family == FOOTNOTE:
            yield Mark(FOOTNOTE, found.key.casefold(), found.mark, next(footnotes).start, block.place)
        elif family:
            key = found.key.translate(TO_ASCII) if family == NUMBERED else found.key
            written = found.mark if family == NUMBERED else f"@{found.key}"
            certain = _is_certain(shown.text, found)
            yield Mark(family, key, written, shown.offset(found.start), block.place, certain)
    for literal in _LITERAL_FOOTNOTE.finditer(shown.text):
        offset = shown.offset(literal.start())
        if data[offset : offset + 2] == b"[^" and data[offset - 1 : offset] != b"\\":
            # Certain is a number, or a name that follows a word directly.
            hangs_on = _BEFORE_FOOTNOTE.match(shown.text, max(0, literal.start() - 1), literal.start())
            goes_on = _AFTER_NO_FOOTNOTE.match(shown.text, literal.end())
            certain = literal[1].isdigit() or bool(hangs_on and not goes_on)
            yield Mark(FOOTNOTE, literal[1].casefold(), literal.group(), offset, block.place, certain)
    for span in _RANGE.finditer(shown.text):  # a range such as [2–5] cites numbers that are not written
        first, last = (int(number.translate(TO_ASCII)) for number in span.groups() if number)
        for number in range(first + 1, last) if last - first < _LONGEST_RANGE else ():
            yield Mark(NUMBERED, str(number), span.group(), shown.offset(span.start()), block.place, certain=False)


def _is_certain(text: str, found: Citation) -> bool:
    """Whether a mark is a citation beyond doubt, so that a missing entry is worth a finding."""
    before, after = text[max(0, found.start - _CONTEXT) : found.start], text[found.end : found.end + 1]
    if found.kind == "superscript":
        return not _EXPONENT.search(before) and not re.match(r"[\w⁺⁻⁽ⁿ]", after)
    if found.kind == "numeric":
        is_index = re.search(r"[\w\])]\Z", before) is not None
        return not is_index and after not in ("[", "(") and 0 < int(found.key) <= _GREATEST_NUMBER
    return True


def _heads(data: bytes, block: Block, marks: Sequence[Mark]) -> frozenset[int]:
    """The offsets of those marks that are the numbers of entries themselves: at the beginning of a line."""
    text = data[block.run.start : block.run.end].decode()
    if not block.in_bibliography and not runs.is_entry(text):
        return frozenset()
    starts = [block.run.start]
    starts += (event.end for event in block.run.inlines if event.kind in _BREAKS)
    heads: set[int] = set()
    for mark in marks:
        if mark.family == FOOTNOTE:
            continue
        start = starts[bisect_right(starts, mark.offset) - 1]
        before = data[start : mark.offset]
        if len(before) <= _LONGEST_HEAD and _BEFORE_HEAD.fullmatch(before.lstrip(b" \t>").decode()):
            heads.add(mark.offset)
    return frozenset(heads)


def _list_entries(page: Page) -> Iterator[Entry]:
    """The items of the ordered lists of bibliographies, with the numbers that readers see."""
    if not page.bibliography_blocks:
        return
    blocks = iter(page.blocks)
    lists: list[list[int] | None] = []  # of each open list the number of its next item; None if it has none
    item_at: Opening | None = None
    for item in page.document.outline:
        if isinstance(item, Opening) and item.tag == "List":
            is_outer = isinstance(item.detail, int) and not lists
            lists.append([item.detail] if is_outer and isinstance(item.detail, int) else None)
        elif isinstance(item, Opening) and item.tag == "Item":
            item_at = item
        elif isinstance(item, Closing) and item.tag == "List":
            lists.pop()
        elif isinstance(item, Run):
            block = next(blocks)
            counter = lists[-1] if lists else None
            if counter and item_at and block.in_bibliography:
                number = counter[0]
                counter[0] += 1
                written = _WRITTEN_NUMBER.match(page.document.data, item_at.start)
                shown = f"{int(written[1])}." if written else f"{number}."
                yield Entry(NUMBERED, str(number), shown, item_at.start, block.place, block.section, in_list=True)
            item_at = None


# Links


def _html_links(page: Page, block: Verbatim, index: int) -> Iterator[PageLink]:
    """The links in a block of HTML; one in a text that is translated has the place of that text."""
    pieces: deque[tuple[int, Piece]] = deque()
    for place in range(index + 1, len(page.document.outline)):
        item = page.document.outline[place]
        if not isinstance(item, Piece):
            break
        pieces.append((place, item))
    data = page.document.data[block.start : block.end]
    for found in _BYTES_ADDRESS.finditer(data):
        address = found[found.lastindex] if found.lastindex else b""
        if not address:
            continue
        offset = block.start + found.start()
        while pieces and pieces[0][1].end <= offset:
            pieces.popleft()
        is_inside = pieces and pieces[0][1].start <= offset
        yield PageLink(unescape(address.decode().strip()), offset, pieces[0][0] if is_inside else index, is_html=True)


def _in_tags(text: object) -> Iterator[str]:
    """The addresses in a tag."""
    for found in _ADDRESS.finditer(str(text)):
        address = found[found.lastindex] if found.lastindex else ""
        if address:
            yield unescape(address.strip())
