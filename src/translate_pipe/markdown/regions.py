"""The second look: masks of several lines, which count only if the parser sees their first line outside of code.

At first only single lines and tokens within them are masked. What is longer waits: regions such as formulas, tags on
several lines, tokens with a line end in them. The parser's events then show in which block each of them begins. One in
a code block is code, one that does not end in the container that it begins in is text, and of the others all lines are
masked. Lines that only count within a paragraph wait as well, and so do lines between which a paragraph ends.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import accumulate
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.dialects.rules import LineForm
from translate_pipe.markdown.events import tag_of
from translate_pipe.markdown.marks import CODE_FENCE
from translate_pipe.markdown.masking import Break, Masked, Waiting, fill_token, with_marks
from translate_pipe.text.lines import LINE_END, line_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from translate_pipe.markdown.dialects.rules import LineRule
    from translate_pipe.markdown.events import Event
    from translate_pipe.markdown.marks import LineMark

_CONTAINERS = frozenset({"Item", "BlockQuote", "FootnoteDefinition", "DefinitionListDefinition"})
_LISTS = frozenset({"Item", "DefinitionListDefinition"})
_VERBATIM = frozenset({"CodeBlock", "HtmlBlock"})
_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", "Superscript", "Subscript", "Link", "Image"})
_BLANK_LINE = re.compile(rb"(?>\r\n|\n|\r)[ \t>]*+[\r\n]")
_INDENT = re.compile(rb"[ \t]*+")
_PREFIX = re.compile(rb"[ \t>]*+")
_CONTENT = re.compile(rb"[^ \t\r\n>]")
_START = attrgetter("start")


def widened(data: bytes, masked: Masked, found: Iterable[Event]) -> Masked | None:
    """The text with more masks, of several lines each, where the events show no code; None if there are no more."""
    if not masked.waiting:
        return None
    view = _ParsedView(data, masked, found)
    plain, marks, breaks = bytearray(masked.plain), dict(masked.marks), list(masked.breaks)
    rest: list[Waiting] = []
    starts: list[int] = []  # of what is masked with a mark, and their ends after a zero
    ends = [0]
    end = -1
    for at, one in enumerate(masked.waiting):
        if one.start < end:
            continue
        stop = view.stop(one)
        if stop is None:
            rest.append(one)
            continue
        end = stop
        if one.insert is not None:
            breaks.append(Break(one.start, one.insert + view.fence_at(one)))
        elif one.mark is None:
            fill_token(plain, data, one.start, end)
        else:
            marks[one.start] = one.mark._replace(end=end)
            starts.append(one.start)
            ends.append(end)
        # If a block goes on from within, what the parser has seen after it may be wrong.
        if view.goes_on(one.start, end):
            rest += (other for other in masked.waiting[at + 1 :] if other.start >= end)
            break
    if end < 0:
        return None
    # Marks within what is masked now do not count.
    kept = {start: mark for start, mark in marks.items() if start >= ends[bisect_left(starts, start)]}
    text = masked._replace(plain=bytes(plain), waiting=tuple(rest), breaks=tuple(sorted(breaks)))
    return with_marks(data, text, kept)


class _Block(NamedTuple):
    """A block that may hide others; `kind` is its tag, a heading is one that begins with its mark."""

    start: int
    end: int
    kind: str


class _Run(NamedTuple):
    """Inline content of a block, and where the container around it ends."""

    start: int
    end: int
    limit: int


class _ParsedView:
    """Answers questions about offsets in the text from the events of the first look."""

    def __init__(self, data: bytes, masked: Masked, found: Iterable[Event]) -> None:
        self._data = data
        self._masked = masked
        self._limits: dict[int, int] = {}
        """The starts of masks of lines, with the end of the innermost container of each."""
        self._blocks: list[_Block] = []
        self._runs: list[_Run] = []
        self._families: dict[str, tuple[list[int], list[int]]] = {}
        self._read(found)
        self._verbatim = [block for block in self._blocks if block.kind in _VERBATIM]
        self._closings = _Closings(data, masked.waiting)

    def _read(self, found: Iterable[Event]) -> None:
        masked = self._masked
        ends = [len(self._data)]
        run: _Run | None = None
        depth = 0
        for kind, value, start, end in found:
            tag = tag_of(value)[0] if kind in ("Start", "End") else kind
            if tag in _INLINE or (kind not in ("Start", "End", "Rule") and not depth):
                run = run._replace(end=max(run.end, end)) if run else _Run(start, end, ends[-1])
                continue
            if run:
                self._runs.append(run)
                run = None
            if kind == "End":
                depth -= tag in _VERBATIM
                if tag in _CONTAINERS:
                    ends.pop()
            elif kind in ("Start", "Rule"):
                depth += tag in _VERBATIM
                at = _INDENT.match(masked.data, start).end()  # type: ignore[union-attr]  # it matches nothing, too
                if tag in ("Rule", "Item", "Heading"):
                    self._limits.setdefault(at, ends[-1])
                if tag in _CONTAINERS:
                    ends.append(end)
                is_heading = tag == "Heading" and masked.data[at : at + 1] == b"#" and at not in masked.marks
                if tag in _CONTAINERS or tag in _VERBATIM or is_heading:
                    self._blocks.append(_Block(start, end, tag))

    # Verdicts

    def stop(self, one: Waiting) -> int | None:
        """The end of something that waits; None if it does not count at its place."""
        if one.insert is not None:
            return one.start if self._is_break(one) else None
        if one.mark is None:
            return self._stop_of_token(one)
        if one.mark.rule.is_foreign and one.mark.rule.is_html:
            run = self._run_at(one.start)
            is_alone = run is not None and run.start == one.start and run.end <= one.end
            return one.end if run and not is_alone and one.end <= run.limit else None
        limit = self._limits.get(one.start)
        if limit is None:
            return None
        if one.mark.rule.closes is None:
            return one.end if one.end <= limit else None
        return self._stop_of_region(one.mark, limit)

    def _is_break(self, one: Waiting) -> bool:
        """Whether a block is open that the additional line would end."""
        if not one.mark:
            run = self._run_at(one.start)
            return run is not None and run.start < one.start < run.end
        family = one.mark.rule.family
        if family not in self._families:
            # The starts of the family's marks that count, and how many of its containers are open after each.
            marks = [self._masked.marks.get(start) for start in sorted(self._limits)]
            own = [mark for mark in marks if mark and mark.rule.family == family]
            steps = [{LineForm.OPENING: 1, LineForm.CLOSING: -1}.get(mark.rule.form, 0) for mark in own]
            depths = list(accumulate(steps, lambda depth, step: max(0, depth + step)))
            self._families[family] = ([mark.start for mark in own], depths)
        starts, depths = self._families[family]
        at = bisect_left(starts, one.mark.start)
        is_open = at > 0 and depths[at - 1] > 0
        return is_open and self._verbatim_at(one.start) is not None

    def fence_at(self, one: Waiting) -> bytes:
        """The fence of the code block in which a container closes; empty if there is none."""
        block = self._verbatim_at(one.start) if one.mark else None
        fence = CODE_FENCE.match(self._masked.data, block.start) if block and block.kind == "CodeBlock" else None
        return fence["fence"] if fence else b""

    def _verbatim_at(self, offset: int) -> _Block | None:
        at = bisect_left(self._verbatim, offset, key=_START) - 1
        return self._verbatim[at] if at >= 0 and offset < self._verbatim[at].end else None

    def _run_at(self, offset: int) -> _Run | None:
        at = bisect_right(self._runs, offset, key=_START) - 1
        return self._runs[at] if at >= 0 and offset < self._runs[at].end else None

    def _stop_of_token(self, one: Waiting) -> int | None:
        run = self._run_at(one.start)
        if run is None or one.end > run.limit:
            return None
        if one.end <= run.end:
            return one.end
        # In a formula on lines of its own, nothing is an item of a list.
        line = LINE_END.search(self._data, one.end)
        rest = self._data[one.end : line.start() if line else len(self._data)]
        is_alone = one.start == run.start and not rest.strip()
        return one.end if is_alone and all(block.kind in _LISTS for block in self._within(one.start, one.end)) else None

    def _stop_of_region(self, mark: LineMark, limit: int) -> int | None:
        closing = self._closings.of(mark)
        if closing is None or closing.end > limit:
            return None
        rule = mark.rule
        for block in self._within(mark.end, closing.start) if not rule.anything else ():
            is_code = block.kind == "CodeBlock" and self._masked.data[block.start : block.start + 3] in (b"```", b"~~~")
            if is_code or block.kind == "Heading":
                return None
        if rule.paragraph and _BLANK_LINE.search(self._data, mark.start, closing.start):
            return None
        return closing.end

    def _within(self, start: int, end: int) -> list[_Block]:
        """The blocks that begin between two offsets."""
        return self._blocks[bisect_right(self._blocks, start, key=_START) : bisect_left(self._blocks, end, key=_START)]

    def goes_on(self, start: int, end: int) -> bool:
        """Whether a block that begins between two offsets goes on after the second."""
        return any(
            block.end > end and _CONTENT.search(self._data, end, block.end) for block in self._within(start, end)
        )


class _Closing(NamedTuple):
    """The last line of a region: its range, and the number of quotes around it."""

    start: int
    end: int
    quotes: int


class _Closings:
    """The last line of each region, found for all regions of a rule at once."""

    def __init__(self, data: bytes, waiting: Iterable[Waiting]) -> None:
        self._data = data
        self._openings: defaultdict[LineRule, list[LineMark]] = defaultdict(list)
        for one in waiting:
            if one.mark and one.mark.rule.closes is not None:
                self._openings[one.mark.rule].append(one.mark)
        self._found: dict[LineRule, dict[int, _Closing]] = {}

    def of(self, mark: LineMark) -> _Closing | None:
        """The last line of the region that a mark opens, if it is in as many quotes as the first."""
        rule = mark.rule
        if rule not in self._found:
            matches = list(rule.end.finditer(self._data)) if rule.end else []
            is_fenced = rule.end is not None and "fence" in rule.end.groupindex
            self._found[rule] = dict(self._fenced(rule, matches) if is_fenced else self._nested(rule, matches))
        closing = self._found[rule].get(mark.start)
        quotes = self._data.count(b">", line_start(self._data, mark.start), mark.start)
        return closing if closing and closing.quotes == quotes else None

    def _nested(self, rule: LineRule, matches: Sequence[re.Match[bytes]]) -> Iterable[tuple[int, _Closing]]:
        """Each closing belongs to the last opening with its name that has none yet.

        Where openings look like closings (`$$`), each second one is a closing.
        """
        openings = self._openings[rule]
        first = openings[0]
        if rule.end and rule.end.match(self._data[first.start : first.end]):
            starts = [found.start() for found in matches]
            for opening in openings:
                at = bisect_left(starts, opening.end)
                if at < len(matches):
                    yield opening.start, self._closing(matches[at])
            return
        waiting: defaultdict[bytes, list[int]] = defaultdict(list)
        names = {opening.start: self._name(rule.matcher.match(self._data, opening.start)) for opening in openings}
        ordered = sorted(
            [(opening.start, None) for opening in openings] + [(found.end(), found) for found in matches],
            key=itemgetter(0),
        )
        for start, found in ordered:
            if found is None:
                waiting[names[start]].append(start)
            elif waiting[self._name(found)]:
                yield waiting[self._name(found)].pop(), self._closing(found)

    def _fenced(self, rule: LineRule, matches: Sequence[re.Match[bytes]]) -> Iterable[tuple[int, _Closing]]:
        """The next fence that is as long or longer closes an opening."""
        by_length: defaultdict[int, list[re.Match[bytes]]] = defaultdict(list)
        for found in matches:
            by_length[len(found["fence"])].append(found)
        for opening in self._openings[rule]:
            fence = rule.matcher.match(self._data, opening.start)
            nearest: re.Match[bytes] | None = None
            for length, fences in by_length.items():
                at = bisect_left(fences, opening.end, key=re.Match.start)
                is_long = fence is not None and length >= len(fence["fence"])
                if is_long and at < len(fences) and (nearest is None or fences[at].start() < nearest.start()):
                    nearest = fences[at]
            if nearest:
                yield opening.start, self._closing(nearest)

    @staticmethod
    def _name(found: re.Match[bytes] | None) -> bytes:
        return found.groupdict().get("same") or b"" if found else b""

    def _closing(self, found: re.Match[bytes]) -> _Closing:
        prefix = _PREFIX.match(self._data, found.start())
        quotes = self._data.count(b">", found.start(), prefix.end() if prefix else found.start())
        return _Closing(found.start(), found.end(), quotes)
