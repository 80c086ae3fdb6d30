"""Where the parts of a text that checks find are written in it, as spans of characters."""

from __future__ import annotations

from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.checks.helpers.lazy import lazy
from translate_pipe.model import TextSpan
from translate_pipe.text.lines import CharacterIndex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence

    from translate_pipe.checks.helpers.texts import Link
    from translate_pipe.markdown.inline.citations import Citation
    from translate_pipe.model import Inline, Side

MOST_PLACES = 20
"""The places of one thing that a finding gets."""


class _Walked(NamedTuple):
    """Where the texts and code spans of a text begin in what is shown, and where they are written.

    Each of `written` has the offsets, and whether the text is written as it is shown. `footnotes` are by the offset in
    what is shown and the label.
    """

    starts: list[int]
    written: list[tuple[int, int, bool]]
    footnotes: dict[tuple[int, str], TextSpan]


class Places:
    """The places in a msgid or msgstr. Most texts have no findings, so nothing is computed before the first one.

    `events` are those of the parser, empty if readers see the text as it is written.
    """

    def __init__(self, text: str, side: Side, events: Sequence[Inline]) -> None:
        self._text = text
        self._side = side
        self._events = events

    def at(self, start: int, end: int) -> TextSpan:
        """The span of characters that are written as they are."""
        return TextSpan(start, end, self._side)

    def shown(self, start: int, end: int) -> TextSpan:
        """The span of characters of what a reader sees, given by their offsets there; code is one whole."""
        if not self._walked.starts:
            return self.at(start, end)
        return self.at(self._written(start)[0], self._written(max(start, end - 1))[1])

    def of_matches(self, found: Iterable[re.Match[str]]) -> tuple[TextSpan, ...]:
        """The spans of the first matches in what a reader sees."""
        return tuple(self.shown(*one.span()) for one in islice(found, MOST_PLACES))

    def citation(self, one: Citation) -> TextSpan:
        """The span of a citation."""
        if one.start < one.end:
            return self.shown(one.start, one.end)
        return self._walked.footnotes.get((one.start, one.key)) or self.shown(one.start, one.end)

    def link(self, one: Link) -> tuple[TextSpan, ...]:
        """The span of the address of a link, or of the link if its address is written in another way.

        Empty for a link of a tag or of a wiki.
        """
        if one.last:
            start, end = self._characters.offset(one.first), self._characters.offset(one.last)
            return (self._part(self.at(start, end), one.target, self._text.rfind("](", start, end)),)
        if one.kind == "address":
            return (self.shown(one.start, one.start + len(one.text)),)
        if one.kind == "reference":
            label = one.start + len("[") + len(one.text) + len("][")
            return (self.shown(label, label + len(one.target)),)
        return ()

    def events(self, kind: str, value: str) -> tuple[TextSpan, ...]:
        """The spans of the code or tags with a value, in which one blank is like several."""
        return tuple(self._by_value.get((kind, " ".join(value.split())), ()))

    @lazy
    def _characters(self) -> CharacterIndex:
        return CharacterIndex(self._text.encode())

    @lazy
    def _by_value(self) -> dict[tuple[str, str], list[TextSpan]]:
        found: dict[tuple[str, str], list[TextSpan]] = {}
        for event in self._events:
            if event.kind in {"Code", "InlineHtml"}:
                spans = found.setdefault((event.kind, " ".join(str(event.value).split())), [])
                if len(spans) < MOST_PLACES:
                    spans.append(self._part(self._span(event), str(event.value)))
        return found

    def _part(self, span: TextSpan, written: str, first: int = 0) -> TextSpan:
        """The part of a span, from an offset on, that is written so; the span itself if there is none."""
        at = self._text.find(written, max(span.start, first), span.end) if written else -1
        return self.at(at, at + len(written)) if at >= 0 else span

    def _span(self, event: Inline) -> TextSpan:
        return self.at(self._characters.offset(event.start), self._characters.offset(event.end))

    @lazy
    def _walked(self) -> _Walked:
        walked = _Walked([], [], {})
        at = 0
        for event in self._events:
            start, end, _ = span = self._span(event)
            if event.kind in {"Text", "Code"}:
                value = str(event.value)
                walked.starts.append(at)
                walked.written.append((start, end, event.kind == "Text" and end - start == len(value)))
                at += len(value)
            elif event.kind == "FootnoteReference":
                walked.footnotes[at, str(event.value)] = span
        return walked

    def _written(self, at: int) -> tuple[int, int]:
        """Where a character of what is shown is written: from one offset to another."""
        nth = max(0, bisect_right(self._walked.starts, at) - 1)
        start, end, is_same = self._walked.written[nth]
        if is_same:
            start += at - self._walked.starts[nth]
            end = min(end, start + 1)
        return start, end
