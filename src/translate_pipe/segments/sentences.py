"""Cuts a run of inline Markdown into sentences, and decides what white space goes between two translated ones.

Where sentences end (`sentence_ends`) is asked about what a reader sees: texts, with a word for each piece of code, and
without citations. Its answers are proposals. A cut is made only where white space is between two sentences (or, in
scripts without blanks, right after their full stop), never inside links, emphasis, code, tags, formulas and brackets,
and never after an abbreviation. A citation after the full stop belongs to the sentence before it, and lines on both
sides of a hard break stay together. A missing cut costs little, a wrong one is half a sentence for a translator.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from translate_pipe.late import LateModule
from translate_pipe.markdown.embedded.tags import VOID
from translate_pipe.markdown.inline.citations import EXPONENT, LONGEST_UNIT
from translate_pipe.markdown.inline.inlines import inlines
from translate_pipe.model import Inline, Run
from translate_pipe.segments.sentence_ends import beginnings
from translate_pipe.text.lines import EOL_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from translate_pipe import locales

    Span = tuple[int, int]
else:  # to parse a document needs none
    locales = LateModule("translate_pipe.locales")

_BLANKS_BETWEEN = frozenset(" \t\u3000")
_GAP = re.compile(rb"(?:[ \t]|\xe3\x80\x80)*(?:" + EOL_BYTES + rb"[ \t>]*)?")
_SPACE = re.compile(r"\s")
_FULL_WIDTH_END = re.compile(r"[。！？｡．][”’）)]*\Z")
_LONGEST_CLOSING = 8

# What a reader sees of a citation; its lengths are bounded so that a search stays linear.
_CITATION = re.compile(
    r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+"
    r"|\[\d{1,9}(?:\s?[,;–-]\s?\d{1,9}){0,50}\]"
    r"|\[[^\[\]@]{0,200}@\w[^\[\]]{0,300}\]"
)
# Formulas, and the braces of templates and attribute lists.
_OPAQUE = re.compile(r"\$\$?(?=\S)[^$]{1,500}(?<=\S)\$\$?(?!\d)|\{\{.{0,500}?\}\}|\{[%:#.].{0,500}?\}")
_ROLE = re.compile(r"\{[\w:.-]{1,60}\}\Z")
_CITING_ROLE = re.compile(r"\{cite(?::[a-z]+)*\}\Z")
_LONGEST_ROLE = 62
_TAG = re.compile(r"</?([a-zA-Z][\w-]*)")
_MOST_TAGS = 20
_PAIRED = frozenset({"Emphasis", "Strong", "Strikethrough", "Superscript", "Subscript", "Link", "Image"})
_HARD_BREAK = "\n"
_SEEN = {"SoftBreak": " ", "HardBreak": _HARD_BREAK, "FootnoteReference": ""}
_WORD = "Code"
_BRACKETS = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【", "」": "「", "』": "『"}
_BRACKET = re.compile("[()\\[\\]{}（）【】「」『』]")

# Scripts whose sentences follow each other without a blank. Thai, Lao, Khmer, Burmese and Tibetan write no blanks
# between words, but do between sentences.
_SCRIPTS_WITHOUT_BLANKS = frozenset({"Jpan", "Hrkt", "Hira", "Kana", "Hani", "Hans", "Hant", "Bopo"})
_MARKS_AT_END = re.compile(rf"(?:\[[^\[\]]*\]|[{'⁰¹²³⁴⁵⁶⁷⁸⁹'}]|[*_~`]|</?\w+>)*\Z")
_MARKS_AT_BEGINNING = re.compile(r"\A(?:\[|[*_~`]|</?\w+>)*")
_NEIGHBOURHOOD = 80


# Cutting


def cut(data: bytes, run: Run, locale: str, has_words: Callable[[tuple[Inline, ...]], bool]) -> tuple[Run, ...]:
    """The sentences of a run in a document's UTF-8 text, as runs of their own; what lies between them is white space.

    A sentence that `has_words` says no of stays with a neighbour.
    """
    spans = _spans(data, run.start, run.end, run.inlines, locale)
    if len(spans) == 1:
        return (run,)
    speaks = [has_words(members) for members in _shares(data, run.inlines, spans)]
    spans = _with_neighbours(spans, speaks)
    shares = _shares(data, run.inlines, spans)
    return tuple(Run(run.tag, *span, members) for span, members in zip(spans, shares, strict=True))


def split(text: str, locale: str) -> tuple[str, ...]:
    """The sentences of a msgid or msgstr, without the white space between them.

    >>> split("Eet fruit, bijv. appels.[^1] *Altijd* goed!", "nl")
    ('Eet fruit, bijv. appels.[^1]', '*Altijd* goed!')
    >>> split("そうです。はい。", "ja")
    ('そうです。', 'はい。')
    """
    data = text.encode()
    spans = _spans(data, 0, len(data), inlines(text), locale)
    speaks = [any(map(str.isalpha, data[start:end].decode())) for start, end in spans]
    return tuple(data[start:end].decode() for start, end in _with_neighbours(spans, speaks))


def is_gap(data: bytes, start: int, end: int) -> bool:
    """Whether a range of a document's bytes holds nothing but the white space between two sentences."""
    return _GAP.fullmatch(data, start, end) is not None


def _with_neighbours(spans: Sequence[Span], speaks: Sequence[bool]) -> list[Span]:
    """The spans, with those without words joined to the span before them, or else to the one after."""
    joined = [spans[0]]
    has_spoken = speaks[0]
    for span, spoken in zip(spans[1:], speaks[1:], strict=True):
        if spoken and has_spoken:
            joined.append(span)
        else:
            joined[-1] = (joined[-1][0], span[1])
            has_spoken = has_spoken or spoken
    return joined


def _shares(data: bytes, events: Iterable[Inline], spans: Sequence[Span]) -> list[tuple[Inline, ...]]:
    """The events of a run in each span. A text that goes on from one span to the next is divided."""
    shares: list[list[Inline]] = [[] for _ in spans]
    at = 0
    for event in events:
        while at + 1 < len(spans) and event.start >= spans[at + 1][0]:
            at += 1
        if event.end <= spans[at][1]:
            shares[at].append(event)
            continue
        for index in range(at, len(spans)):
            start, end = max(spans[index][0], event.start), min(spans[index][1], event.end)
            if spans[index][0] >= event.end:
                break
            if start < end and event.kind == "Text":
                shares[index].append(Inline("Text", data[start:end].decode(), start, end))
    return [tuple(share) for share in shares]


def _spans(data: bytes, start: int, end: int, events: Sequence[Inline], locale: str) -> list[Span]:
    """The byte ranges of the sentences of an inline text, in their order; always at least one."""
    view = _PlainView(data, start, events)
    gaps = dict.fromkeys(gap for at in view.proposals(locale) if (gap := view.gap(at)) and is_gap(data, *gap))
    starts = (start, *(after for _, after in gaps))
    ends = (*(before for before, _ in gaps), end)
    return list(zip(starts, ends, strict=True))


class _PlainView:
    """An inline text as its reader sees it, character by character, with the place of each in the bytes.

    A character that is not seen (a mark of emphasis, a citation) is an empty text. `depth` says in how many things that
    are never cut each is; `is_free` is for blanks that may be between two sentences.
    """

    def __init__(self, data: bytes, start: int, events: Sequence[Inline]) -> None:
        self._data = data
        self._end = start
        self._nesting = 0
        self._open_tags: list[str] = []
        self._seen: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._depth: list[int] = []
        self._opens: list[bool] = []
        for event in events:
            self._add(event)
        # Readers see no citations where sentences end.
        seen = self._text()
        for citation in _CITATION.finditer(seen):
            first, after = citation.span()
            is_exponent = EXPONENT.search(seen, max(0, first - LONGEST_UNIT), first) is not None
            if not is_exponent or citation.group()[0] == "[":
                for cell in self._cells(first, after):
                    self._seen[cell] = ""
        # No cut is made in formulas and brackets, only before and after them.
        seen = self._text()
        for first, after in (*(match.span() for match in _OPAQUE.finditer(seen)), *_bracketed(seen)):
            for cell in self._cells(first + 1, after):
                self._depth[cell] += 1

    # Reading the events

    def _add(self, event: Inline) -> None:
        if event.kind == "Text":
            self._add_text(event)
        elif event.kind in _SEEN:
            self._put(_SEEN[event.kind], event.start, event.end)
        elif event.kind == "InlineHtml":
            self._add_tag(event)
        elif event.kind.startswith("End"):
            self._nesting -= 1
            self._put("", event.start, event.end)
        elif event.kind in _PAIRED:
            self._put("", event.start, event.start, opens=True)
            self._nesting += 1
        else:  # code and the like: a word, unless it is a role that cites
            role = _ROLE.search("".join(self._seen[-_LONGEST_ROLE:]))
            left = len(role.group()) if role else 0
            index = len(self._seen)
            while left > 0:  # a character reference may give several characters in one place
                index -= 1
                left -= len(self._seen[index])
                self._seen[index] = ""
            is_citation = role is not None and _CITING_ROLE.search(role.group()) is not None
            self._put("" if is_citation else _WORD, event.start, event.end)

    def _add_text(self, event: Inline) -> None:
        start = event.start
        raw = self._data[start : event.end].decode()
        if raw.replace("\n", " ") != str(event.value):  # an entity, or a character that the parser replaces
            self._put(str(event.value) or "?", start, event.end)
            return
        # An escaped character's event begins after its backslash.
        is_escaped = start > self._end and self._data[start - 1 : start] == b"\\"
        place = start
        for character in raw:
            end = place + len(character.encode())
            seen = "" if self._open_tags[-1:] == ["sup"] else character
            self._put(seen, place - (is_escaped and place == start), end)
            place = end

    def _add_tag(self, event: Inline) -> None:
        tag = str(event.value)
        name = _TAG.match(tag)
        if name is None or tag.endswith("/>") or name[1].lower() in VOID:
            self._put(_HARD_BREAK if name and name[1].lower() == "br" else "", event.start, event.end)
        elif tag.startswith("</"):
            if self._open_tags and name[1].lower() in self._open_tags[-_MOST_TAGS:]:
                while self._open_tags.pop() != name[1].lower():
                    self._nesting -= 1
                self._nesting -= 1
            self._put("", event.start, event.end)
        else:
            self._put("", event.start, event.end, opens=True)
            self._open_tags.append(name[1].lower())
            self._nesting += 1

    def _put(self, seen: str, start: int, end: int, *, opens: bool = False) -> None:
        self._seen.append(seen)
        self._starts.append(start)
        self._ends.append(end)
        self._depth.append(self._nesting)
        self._opens.append(opens)
        self._end = max(self._end, end)

    def _text(self) -> str:
        """The text of the view, and where each of its characters begins in it."""
        self._offsets = [0, *accumulate(map(len, self._seen))]
        return "".join(self._seen)

    def _cells(self, start: int, end: int) -> range:
        """The characters of the view in a range of its text."""
        return range(bisect_left(self._offsets, start), bisect_left(self._offsets, end))

    # Where to cut

    def proposals(self, locale: str) -> Iterator[int]:
        """Where sentences begin in the text, as far as its plain text shows."""
        return beginnings(_SPACE.sub(" ", self._text()), locale)

    def gap(self, at: int) -> Span | None:
        """The bytes of the white space before a sentence that begins at `at`; None if there must be no cut."""
        first = bisect_left(self._offsets, at)
        while first < len(self._seen) and not self._seen[first].strip():
            first += 1
        while first and self._opens[first - 1]:
            first -= 1
        if first == len(self._seen) or self._depth[first]:
            return None
        before = first
        while before and self._seen[before - 1] in _BLANKS_BETWEEN:
            before -= 1
        if not before or self._seen[before - 1].isspace():
            return None
        if before < first:
            return self._ends[before - 1], self._starts[first]
        is_end = _FULL_WIDTH_END.search("".join(self._seen[max(0, first - _LONGEST_CLOSING) : first]))
        return (self._starts[first],) * 2 if is_end else None


def _bracketed(text: str) -> Iterator[Span]:
    """The outermost pairs of brackets."""
    waiting: list[tuple[str, int]] = []
    counts: Counter[str] = Counter()
    found: list[Span] = []
    for match in _BRACKET.finditer(text):
        opening = _BRACKETS.get(match.group())
        if opening is None:
            waiting.append((match.group(), match.start()))
            counts[match.group()] += 1
        elif counts[opening]:
            bracket = ""
            while bracket != opening:  # those after the last opening bracket of the kind have no partner
                bracket, start = waiting.pop()
                counts[bracket] -= 1
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, match.end()))
    return iter(found)


# Joining


def joint(locale: str, gap: str, before: str, after: str) -> str:
    r"""The white space between two sentences in a locale, where `gap` is that of another one.

    `before` and `after` are the two sentences. Scripts that write none between sentences still do between two that
    end and begin in another script.

    >>> joint("ja", " ", "はい。", "そうです。"), joint("en", "", "Yes.", "It is."), joint("de", "\n", "Ja.", "Gut.")
    ('', ' ', '\n')
    """
    if locales.script_of(locale) not in _SCRIPTS_WITHOUT_BLANKS:
        return gap or " "
    last = _MARKS_AT_END.sub("", before[-_NEIGHBOURHOOD:])[-1:]
    first = _MARKS_AT_BEGINNING.sub("", after[:_NEIGHBOURHOOD])[:1]
    is_wide = any(unicodedata.east_asian_width(character) in "WF" for character in (last, first) if character)
    return "" if is_wide else gap or " "
