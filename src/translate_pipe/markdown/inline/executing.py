"""Tokens that a site generator or browser executes, includes or loads, and those that a translation adds.

A translator is not an author of code: the active items of a localised document must be among those of its source, each
as often as there. `scan` finds them; each of `_FINDERS` looks for one kind. `excess` compares two counts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.dialects import ALL_DIALECTS, ATTRIBUTES, dialects_named
from translate_pipe.markdown.dialects.executed import FRONT_MATTER, UNKNOWN, ExecutedRule, View
from translate_pipe.markdown.inline.inlines import certain_code
from translate_pipe.model import Run, Verbatim
from translate_pipe.text.expression import Expression
from translate_pipe.text.lines import EOL_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from translate_pipe.model import Inline, OutlineItem

_LONGEST = 60  # characters that a message shows


@dataclass(frozen=True, slots=True)
class Executed:
    """Something that is executed, included or loaded: its kind, and its text without parts that have no effect.

    How it is `written`, and at which bytes of its text, does not matter where two are compared.
    """

    kind: str
    text: str
    written: str = field(default="", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    @property
    def shown(self) -> str:
        """How it is written, cut short for messages."""
        return self.written if len(self.written) <= _LONGEST else f"{self.written[:_LONGEST]}…"


Items = Counter[Executed]


class Text(NamedTuple):
    """A text, the same text without its code, and where its code spans are.

    `data` is the text without front matter. In `marked` the contents of code are blanks; both are as long. `spans` maps
    the start of each code span to its end, its backticks included. `offset` is where the text begins in its document.
    """

    data: bytes
    marked: bytes
    spans: Mapping[int, int]
    offset: int = 0

    @property
    def plain(self) -> bytes:
        """The text without its code and without what a backslash escapes, as long as the text."""
        return _ESCAPED.sub(b"  ", self.marked) if b"\\" in self.marked else self.marked


# Any ASCII punctuation may be escaped (CommonMark, section 2.4).
_ESCAPED = re.compile(rb"\\[!-/:-@\[-`{-~]")
_BACKTICKS = re.compile(rb"`+")


def text_of_document(data: bytes, outline: Iterable[OutlineItem]) -> Text:
    """The text of a document with this outline."""
    start = 0
    code: list[tuple[int, int]] = []
    spans: dict[int, int] = {}
    for item in outline:
        if isinstance(item, Run):
            spans.update(_code(data, item.inlines, item.start, item.end))
        elif isinstance(item, Verbatim) and item.tag == "CodeBlock":
            code.append((item.start, item.end))
        elif isinstance(item, Verbatim) and item.tag == "FrontMatter":
            start = item.end
    return _text(data, start, code, spans)


def text_of_inlines(text: str, events: Iterable[Inline]) -> Text:
    """A text of a segment or message, parsed by itself."""
    data = text.encode(errors="replace")
    return _text(data, 0, (), dict(_code(data, events, 0, len(data))))


def text_of_code(code: str) -> Text:
    """A text that is all code."""
    data = code.encode()
    return Text(data, b" " * len(data), {})


def _code(data: bytes, events: Iterable[Inline], start: int, end: int) -> list[tuple[int, int]]:
    spans = [(one.start, one.end) for one in events if one.kind == "Code"]
    return certain_code(data, spans, start, end) if spans else []


def _text(data: bytes, start: int, code: Sequence[tuple[int, int]], spans: Mapping[int, int]) -> Text:
    marked = data
    if code or spans:
        buffer = bytearray(data)
        for begin, end in code:
            buffer[begin:end] = b" " * (end - begin)
        for begin, end in spans.items():
            ticks = _BACKTICKS.match(data, begin, end)
            width = ticks.end() - begin if ticks else 0
            buffer[begin + width : end - width] = b" " * (end - begin - 2 * width)
        marked = bytes(buffer)
    if not start:
        return Text(data, marked, spans)
    return Text(data[start:], marked[start:], {begin - start: end - start for begin, end in spans.items()}, start)


def scan(text: Text, dialects: tuple[str, ...]) -> Items:
    """The active items of a text of these dialects; without any, of one whose dialect is not known.

    >>> [item.written for item in scan(text_of_inlines("Versie {{ site.versie }}.", ()), ("jekyll",))]
    ['{{ site.versie }}']
    """
    return Counter(_found(text, dialects))


def places(text: Text, dialects: tuple[str, ...], wanted: Items) -> list[Executed]:
    """The wanted items of a text with their places, in the order of their starts."""
    return sorted((item for item in _found(text, dialects) if item in wanted), key=lambda item: item.start)


def scan_value(value: str) -> Items:
    """The active items of a value of front matter, which themes put into attributes and templates."""
    data = value.encode(errors="replace")
    return Counter(_scan(Text(data, data, {}), data, _OF_VALUES))


def may_have_items(text: str) -> bool:
    """Whether a text may have active items, in any dialect. This is quick."""
    # One by one these are quicker than an expression.
    if "{" in text or "}" in text or "<" in text or "\\" in text or "&" in text:
        return True
    for mark in _RARE_MARKS:  # noqa: SIM110  # without a generator
        if mark in text:
            return True
    return False


def may_gain(source: str, translation: str, dialects: tuple[str, ...]) -> bool:
    """Whether a translation may have active items that its source does not have, in some dialects. This is quick.

    It has none if all parts of possible items are the same in both, in the same order, whatever prose is between them.

    >>> may_gain("Versie {{ a }} is er.", "Da ist Version {{ a }}.", ()), may_gain("b", "{{ a }}", ())
    (False, True)
    """
    data = translation.encode(errors="replace")
    marks = _marks(dialects)
    for mark in marks:
        if mark in data:
            is_mdx = b"<" in marks and ("<" in source or "<" in translation)
            return _may_gain(source.encode(errors="replace"), data, is_mdx=is_mdx)
    return False


def may_differ(pairs: Sequence[tuple[bytes, bytes]], dialects: tuple[str, ...]) -> list[int]:
    """Which of the texts that take the place of others may have other active items than these. This is quick.

    >>> may_differ([(b"Versie {{ a }} is er.", b"Da ist Version {{ a }}."), (b"b", b"{{ a }}")], ("jekyll",))
    [1]
    """
    texts = [text for pair in pairs for text in pair]
    everything = b"\n".join(texts)
    # Nearly all texts have no mark, so search for the marks and not in each text.
    places: list[int] = []
    for mark in _marks(dialects):
        at = everything.find(mark)
        while at >= 0:
            places.append(at)
            at = everything.find(mark, at + len(mark))
    if not places:
        return []
    starts = list(accumulate([len(text) + 1 for text in texts], initial=0))
    marked = sorted({(bisect_right(starts, place) - 1) // 2 for place in places})
    is_mdx = "docusaurus" in dialects
    return [index for index in marked if _may_gain(*pairs[index], is_mdx=is_mdx)]


def _may_gain(source: bytes, translation: bytes, *, is_mdx: bool) -> bool:
    if _is_uncertain(translation) or _is_uncertain(source):
        return True
    # A backtick in a tag is none of code.
    is_of_tags = is_mdx or any(b"`" in text and _BACKTICK_IN_TAG.search(text) for text in (source, translation))
    parts = _PARTS_WITH_TAGS if is_of_tags else _PARTS
    return _parts(source, parts) != _parts(translation, parts)


def _is_uncertain(text: bytes) -> bool:
    """Whether more than the parts of a text counts, or a token may end in another text of the document."""
    if text.count(b"{") != text.count(b"}") or text.find(b"}") < text.find(b"{"):
        return True
    if b"`" in text and (text.count(b"`") % 2 or _UNCERTAIN_CODE.search(text)):
        return True
    for rare in _RARE:
        if rare in text:
            return True
    return b"port " in text and _MODULE.search(text) is not None


def _parts(text: bytes, pattern: re.Pattern[bytes]) -> list[list[bytes]]:
    return [_CONTINUED.sub(b" ", part).split() for part in pattern.findall(text)]


_CONTINUED = re.compile(rb"[\r\n][ \t>]*")  # a line end, and the marks of quotes on the next line

# More of the text around these counts than a part holds. They are rare in prose.
_RARE = (b"-8<", b"///", b":::", b"!!swagger", b"[OAD", b"`r ", b"`r#")
_RARE_MARKS = (*(mark.decode() for mark in _RARE), "import ", "export ")
_MODULE = re.compile(rb"(?:\A|[\r\n])[ \t>]*(?:im|ex)port ")
# Renderers differ in whether these begin code.
_UNCERTAIN_CODE = re.compile(rb"\\`|``|(?:\A|\s)`\s")

_BACKTICK_IN_TAG = re.compile(rb"<[A-Za-z/!?][^<>`]*`")

# The parts of possible items, with what is in braces and in code. Parts that touch are one part.
_ARGUMENTS = rb"(?:\[[^\[\]{}\r\n]*\]?)*"
_BEHIND_BRACE = rb"(?:[^{}]*(?=\})|" + _ARGUMENTS + rb")"
_PARTS = re.compile(
    rb"(?=[`{}$\\&])(?:`[^`]*`?|\}%b|\$?\{[^{}]*|(?:\\[!-z|~]?[A-Za-z]*|&[#\w;]*)%b)+" % (_BEHIND_BRACE, _ARGUMENTS)
)
_PARTS_WITH_TAGS = re.compile(rb"(?=[$<{`\\&])\$?[<{`\\&][\s\S]*")


def without_allowed(items: Items, allowed: Collection[str]) -> Items:
    """The items whose text is not allowed."""
    texts = {normal(text) for text in allowed}
    return Counter({item: count for item, count in items.items() if item.text not in texts}) if texts else items


def adding(changes: Sequence[Items], found: Items) -> dict[int, Executed]:
    """Which changes to take back so that no item is found too often any more, each with such an item.

    A change has what is added, with negative counts for what is taken away. What is only moved adds up to nothing. A
    change that is taken back no longer takes away, so that others may then be too many.
    """
    total = Items()
    by_item: dict[Executed, list[int]] = {}
    for index, change in enumerate(changes):
        total.update(change)
        for item, count in change.items():
            if count > 0:
                by_item.setdefault(item, []).append(index)
    # A token that spans several texts looks different in each of them.
    waiting = [item for item in found if total[item] > 0] or [item for item, count in total.items() if count > 0]
    waiting.reverse()
    taken: dict[int, Executed] = {}
    while waiting:
        item = waiting.pop()
        while total[item] > 0 and by_item.get(item):
            index = by_item[item].pop()
            if index not in taken:
                taken[index] = item
                total.subtract(changes[index])
                waiting += [one for one, count in changes[index].items() if count < 0 < total[one]]
    return taken


# Rules of dialects


class _Rules:
    """Rules that look at the same view, as one pattern."""

    def __init__(self, rules: Sequence[ExecutedRule]) -> None:
        self._rules = {f"r{nth}": rule for nth, rule in enumerate(rules)}
        self.pattern = Expression(
            b"|".join(b"(?P<%s>%s)" % (name.encode(), rule.pattern) for name, rule in self._rules.items())
        )

    def of(self, found: re.Match[bytes]) -> ExecutedRule:
        return self._rules[found.lastgroup or ""]


def _chosen(dialects: tuple[str, ...]) -> Iterable[ExecutedRule]:
    if not dialects:
        return UNKNOWN
    return dict.fromkeys(rule for dialect in dialects_named(dialects) for rule in dialect.executed)


@cache
def _marks(dialects: tuple[str, ...]) -> tuple[bytes, ...]:
    """Texts so chosen that one is in each item."""
    return tuple(dict.fromkeys(mark for rule in _chosen(dialects) for mark in rule.marks))


@cache
def _rules(dialects: tuple[str, ...]) -> Mapping[View, _Rules]:
    by_view: dict[View, list[ExecutedRule]] = {}
    for rule in _chosen(dialects):
        by_view.setdefault(rule.view, []).append(rule)
    return {view: _Rules(rules) for view, rules in by_view.items()}


_OF_VALUES = _Rules(FRONT_MATTER)


def _found(text: Text, dialects: tuple[str, ...]) -> Iterator[Executed]:
    for view, rules in _rules(dialects).items():
        yield from _scan(text, {View.FILE: text.data, View.FORMULA: text.marked}.get(view, text.plain), rules)


def _scan(text: Text, seen: bytes, rules: _Rules) -> Iterator[Executed]:
    """The items that rules find in a view of a text, from left to right; no two overlap."""
    at = 0
    ends = _Ends(seen)
    spans = text.spans
    before = {end: start for start, end in spans.items()}
    while found := rules.pattern.search(seen, at):
        rule = rules.of(found)
        start, end = found.span()
        if rule.ends:
            end = ends.pair(start, end) if rule.ends == b"}" else ends.find(rule.ends, end)
            if end < 0:  # the beginning of a token without its end
                at = found.end()
                if rule.example:
                    yield _executed(rule, text, start, at)
                continue
        if rule.code == "after":
            end = spans.get(end, end)
        elif rule.code == "before":
            start = before.get(start, start)
        at = max(end, found.end())
        if rule.is_inert:
            if rule.example:
                yield _executed(rule, text, start, found.end())
            continue
        yield _executed(rule, text, start, end)
        if shown := _SHOWN.match(seen, start, end):
            at = ends.of_block(shown[1], end)  # the end tag is the next item


# Between these tags nothing is executed.
_SHOWN = re.compile(rb"\{%[-+]?\s*(raw|comment|verbatim)\b")
_BLANK_LINE = re.compile(EOL_BYTES + rb"[ \t>]*[\r\n]")
_BRACE = re.compile(rb"[{}]")


_NOWHERE = 1 << 62


class _Next:
    """The next match in a text, asked for from left to right, so that each part of the text is searched once."""

    def __init__(self, find: Callable[[int], int]) -> None:
        self._find = find
        self._place = -1

    def at(self, start: int) -> int:
        """The offset of the next one from here on; _NOWHERE, which is after any text, if there is none."""
        if self._place < start:
            found = self._find(start)
            self._place = found if found >= 0 else _NOWHERE
        return self._place


class _Ends:
    """Finds the ends of the tokens of a text, from left to right."""

    def __init__(self, seen: bytes) -> None:
        self._seen = seen
        self._marks: dict[bytes, _Next] = {}
        self._blank_lines = _Next(partial(_place, _BLANK_LINE, seen))
        self._pairs: dict[int, int] | None = None

    def find(self, mark: bytes, at: int) -> int:
        """The end of a token, looked for from here on; -1 if it does not end in its paragraph."""
        if mark not in self._marks:
            self._marks[mark] = _Next(partial(self._seen.find, mark))
        end = self._marks[mark].at(at)
        return end + len(mark) if end < self._blank_lines.at(at) else -1

    def pair(self, start: int, at: int) -> int:
        """The place at which the brace before `at` is closed; -1 if it is not."""
        if self._pairs is None:
            self._pairs = {}
            waiting: list[int] = []
            for brace in _BRACE.finditer(self._seen, start):
                if brace.group() == b"{":
                    waiting.append(brace.end())
                elif waiting:
                    self._pairs[waiting.pop()] = brace.end()
        return self._pairs.get(at, -1)

    def of_block(self, name: bytes, at: int) -> int:
        """The end of the block of a template language that begins here; its start if it does not end."""
        if name not in self._marks:
            self._marks[name] = _Next(partial(_place, re.compile(rb"\{%[-+]?\s*end" + name + rb"\b"), self._seen))
        end = self._marks[name].at(at)
        return end if end < len(self._seen) else at


def _place(pattern: re.Pattern[bytes], text: bytes, start: int) -> int:
    found = pattern.search(text, start)
    return found.start() if found else -1


# How tokens are compared

_SEEN = frozenset(ATTRIBUTES).union(*(dialect.attributes for dialect in ALL_DIALECTS))
_PARAMETER = re.compile(
    rf"(?<![\w-])({'|'.join(sorted(_SEEN))})\s*=\s*(?:\"(?:[^\"\\{{}}<>%]|\\.)*\"|'(?:[^'\\{{}}<>%]|\\.)*')"
)
_BLANKS_BESIDE_SIGNS = re.compile(r"(?<=[^\w\s]) | (?=[^\w\s])")
_LINE = re.compile(r"\s*[\r\n][ \t>]*|\s+")


def _executed(rule: ExecutedRule, text: Text, start: int, end: int) -> Executed:
    written = text.data[start:end].decode(errors="replace")
    return Executed(rule.name, normal(written), written, start + text.offset, end + text.offset)


def normal(token: str) -> str:
    r"""A token without blanks that have no effect, and without the parameters that readers see.

    >>> normal('{{<  figure src="a.png"\n  title="Een noot" >}}')
    '{{<figure src="a.png"title="">}}'
    """
    return _BLANKS_BESIDE_SIGNS.sub("", _PARAMETER.sub(r'\1=""', _LINE.sub(" ", token)))
