"""Writes a translation so that MDX reads it as text.

In MDX a brace begins a JavaScript expression and `<` begins a tag of JSX, wherever text can be. One without its end
keeps the whole site from being built, and a whole one is run. So those that the source's segment has stay what they
are, and all others become character references, which MDX, HTML and every renderer of Markdown read as text. Code spans
and escaped characters are text already.

The grammar is that of MDX 2 and 3: HTML, autolinks and indented code do not exist, tags are JSX, names are
case-sensitive, and each tag is closed in the same emphasis, link and paragraph in which it is opened.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.dialects import common
from translate_pipe.markdown.embedded.prose import INLINE_ELEMENTS
from translate_pipe.markdown.embedded.tags import VOID
from translate_pipe.markdown.events import first_run
from translate_pipe.markdown.inline.executing import normal
from translate_pipe.model import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

_ESCAPE = r"\\[!-/:-@\[-`{-~]"
_NEXT = re.compile(rf"{_ESCAPE}|`+|[{{<$]")
_BACKTICKS = re.compile(r"`+")
# An address that is written out is a link up to the next white space, and takes in backticks (GFM, section 6.9). It
# ends at a `<` too, but not at the reference that is written in its place.
_BARE_ADDRESS = re.compile(r"(?:https?://|www\.)\S*", re.IGNORECASE)
_OPENS_FLOW = re.compile(r"\n[ \t]*[{<]")
_MATH = re.compile(common.MATH.pattern.decode(), re.ASCII)
_COMMENT = re.compile(r"<!--(?:[^<-]|<(?!!--)|-(?!->))*+-->")
_AUTOLINK = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@\\]+@[\w.-]+)>")
_DESTINATION = re.compile(r"<((?:[^<>\n\\]|\\.)*+)>(?=[ \t)])")
_BLANKS = re.compile(r"\s*")
_WHITE_SPACE = re.compile(r"[ \t]*\n[ \t>]*|\s+")
_IN_EXPRESSION = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|`(?:[^`\\]|\\.)*+`|/\*(?:[^*/]|\*(?!/)|/(?!\*))*+\*/|[{}]", re.DOTALL
)
_BRACE = re.compile(r"[{}]")
_TAG_START = re.compile(r"<(/?)((?:[^\W\d]|\$)[\w$-]*+(?:[.:][\w$-]++)*+)?")
_TAG_END = re.compile(r"(/?)\s*>")
_ATTRIBUTE = re.compile(r"([^\W\d][\w$:.-]*+)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|(?=\{)|[^\s\"'=<>`{}/]++))?")
_MODULE = re.compile(r"(?:im|ex)port ")
_DELIMITER = re.compile(r"[*~]|(?<![^\W_])_|_(?![^\W_])")

_PLAIN = INLINE_ELEMENTS - {"a", "img"}
_ADDED_ATTRIBUTES = frozenset({"lang", "dir", "translate", "title"})
_SPANS = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image"})
_UNUSUAL = re.compile(r"[^\t\n -~]")
_NEXT_LINE = "\x85"  # white space to Python and not to JavaScript
# To the parser these characters are what the replaced ones are to JavaScript; they have as many bytes.
_AS_IN_JAVASCRIPT = str.maketrans({"\n": " ", BYTE_ORDER_MARK: "\u2003", _NEXT_LINE: "é"})
_SIGN = re.compile(r"[{}<>`]")
_REFERENCES = {"{": "&#123;", "}": "&#125;", "<": "&lt;", ">": "&gt;", "`": "&#96;"}
_LEAD = "&#32;"
_FILLER = ";"
"""Replaces JSX while emphasis is parsed: a sign, like the ends of tags and braces."""


class _Kind(Enum):
    CODE = auto()
    LITERAL = auto()  # an expression, a comment or a formula
    TAG = auto()
    DESTINATION = auto()
    SIGN = auto()  # what could begin one of these


class _JsxTag(NamedTuple):
    """A tag of JSX, with its attributes but without the values that translators write."""

    name: str
    is_end: bool
    closes_itself: bool
    attributes: frozenset[tuple[str, str]]

    @property
    def is_plain(self) -> bool:
        """Whether a translation may add this tag: it only marks up a few words."""
        return self.name in _PLAIN and all(name in _ADDED_ATTRIBUTES for name, _ in self.attributes)


class _MdxMark(NamedTuple):
    kind: _Kind
    start: int
    end: int
    tag: _JsxTag | None = None


class _MdxSource(NamedTuple):
    """The JSX in the text of a segment, and the tokens that are `allowed` besides."""

    tags: frozenset[_JsxTag]
    names: frozenset[str]
    literals: re.Pattern[str] | None
    values: re.Pattern[str] | None
    allowed: frozenset[str] = frozenset()

    def allows(self, mark: _MdxMark, text: str) -> bool:
        """Whether a tag, with this text, may stay."""
        tag = mark.tag
        if tag is None:
            return False
        if tag in self.tags or tag.is_plain or (tag.name in VOID and _closed(tag) in map(_closed, self.tags)):
            return True
        # A maintainer allows a tag as it is written, or its name and each of its attributes.
        if not self.allowed or normal(text) in self.allowed:
            return bool(self.allowed)
        names = (f"<{tag.name}>", f"<{tag.name}/>")
        is_known = tag.name in self.names or tag.name in _PLAIN or not self.allowed.isdisjoint(names)
        others = ((name, value, value.strip("\"'")) for name, value in tag.attributes if name not in _ADDED_ATTRIBUTES)
        # An attribute is allowed as messages name it, by its address, or by its expression.
        return is_known and not any(
            self.allowed.isdisjoint(map(normal, (f"{name}={value}", f'{name}="{plain}"', plain)))
            for name, value, plain in others
        )

    def end(self, text: str, start: int, kind: _Kind) -> int:
        """The end of an expression, comment or formula of the source that begins at an offset; 0 if none does.

        `kind` says whether it is one by itself or a value in a tag.
        """
        pattern = self.values if kind is _Kind.TAG else self.literals
        found = pattern.match(text, start) if pattern else None
        return found.end() if found else 0


def as_text(source: str, translation: str, seen: Collection[str], allowed: Collection[str] = ()) -> str | None:
    """A translation in which only the JSX and the expressions of its source, and `allowed` ones, are more than text.

    `source` is the Markdown that it takes the place of, `seen` are the attributes whose values translators write. The
    result is None where a tag of the source is not closed in the part of the text in which it is opened.

    >>> as_text("Versie {versie}", "Version {versie} < {5} <- <3", ())
    'Version {versie} < &#123;5} &lt;- &lt;3'
    >>> as_text("Druk op <Key>Esc</Key>.", "<Key>Esc<br></Key> drücken", ())
    '<Key>Esc<br/></Key> drücken'
    """
    if _NEXT.search(translation) is None:
        return translation
    known = _read_source(source, seen)
    literal = known.end
    if allowed:
        known = known._replace(allowed=frozenset(map(normal, allowed)))
        literal = _AllowedExpressions(translation, known).end
    marks = list(_marks(translation, literal, seen))
    if any(mark.kind is _Kind.CODE and _OPENS_FLOW.search(translation, mark.start, mark.end) for mark in marks):
        return None  # at the beginning of a line these are no code
    pairs = _pairs(translation, marks, known)
    if pairs is None:
        return None
    kept = {index for pair in pairs for index in pair}
    marks = [
        mark if mark.tag is None or index in kept else mark._replace(kind=_Kind.SIGN, tag=None)
        for index, mark in enumerate(marks)
    ]
    if "\n" in translation:  # where a line of nothing but tags and expressions would be a block of its own
        jsx = [(mark.start, mark.end, "\0") for mark in marks if mark.kind in (_Kind.TAG, _Kind.LITERAL)]
        lines = _replaced(translation, jsx).split("\n")
        if any("\0" in line and not line.strip("\0 \t") for line in lines):
            return None
    spans = _spans(translation, marks)
    elements = [(marks[first].start, marks[last].end) for first, last in pairs if first != last]
    if _do_cross([*elements, *((span.start, span.end) for span in spans)]):
        return None
    return _with_references(translation, marks, spans)


def without_signs(text: str) -> str:
    """A text, without code, in which every bracket of a tag and every brace is a character reference.

    >>> without_signs("1 < 2 } 3")
    '1 &lt; 2 &#125; 3'
    """
    return _SIGN.sub(lambda found: _REFERENCES[found.group()], text)


def without_module(text: str) -> str:
    """A text, at the very beginning of a line, that MDX does not take for an import or export.

    >>> without_module("import van vlees")
    '&#105;mport van vlees'
    """
    return f"&#{ord(text[0])};{text[1:]}" if _MODULE.match(text) else text


def apart(text: str) -> str:
    """A text whose lone marks of emphasis cannot pair with marks beside it on its line.

    >>> apart("2 * 3 en *vet* met snake_case")
    '2 &#42; 3 en *vet* met snake_case'
    """
    data = text.encode()
    pieces: list[bytes] = []
    position = 0
    for one in first_run(_LEAD + text.translate(_AS_IN_JAVASCRIPT), len(_LEAD)):
        begins_after = data[max(0, one.start - 1) : one.start]
        if one.kind == "Text" and one.start >= position and begins_after != b"\\":
            lone = _DELIMITER.sub(lambda found: f"&#{ord(found.group())};", data[one.start : one.end].decode())
            pieces += (data[position : one.start], lone.encode())
            position = one.end
    return b"".join((*pieces, data[position:])).decode()


# Reading


def _read_source(source: str, seen: Collection[str]) -> _MdxSource:
    text = _WHITE_SPACE.sub(" ", source)
    marks = list(_marks(text, _Expressions(text).end, seen))
    tags = frozenset(mark.tag for mark in marks if mark.tag)
    literals = {text[mark.start : mark.end] for mark in marks if mark.kind is _Kind.LITERAL}
    values = {value for tag in tags for _, value in tag.attributes if value.startswith("{")}
    return _MdxSource(tags, frozenset(tag.name for tag in tags), _any_of(literals), _any_of(values))


def _any_of(texts: Collection[str]) -> re.Pattern[str] | None:
    """Finds one of these texts on one line, whatever the number of its blanks."""
    longest_first = sorted(texts, key=len, reverse=True)
    return re.compile("|".join(r"[ \t]+".join(map(re.escape, one.split())) for one in longest_first)) if texts else None


class _Expressions:
    """Finds the ends of expressions in a text; braces in strings and comments do not count."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_broken = False

    def end(self, _text: str, start: int, _kind: _Kind) -> int:
        """The end of the expression, comment or formula that begins at an offset; 0 if none does."""
        if self._text[start] != "{":
            found = (_COMMENT if self._text[start] == "<" else _MATH).match(self._text, start)
            return found.end() if found else 0
        if self._is_broken:
            return 0
        end = self._partner(_IN_EXPRESSION, start) or self._partner(_BRACE, start)
        # After an expression without an end, all others count as text, so that braces do not search the rest each.
        self._is_broken = not end
        return end

    def _partner(self, pattern: re.Pattern[str], start: int) -> int:
        depth = 0
        for found in pattern.finditer(self._text, start):
            depth += {"{": 1, "}": -1}.get(found.group(), 0)
            if not depth:
                return found.end()
        return 0


class _AllowedExpressions:
    """Finds the ends of those expressions in a translation that its source has or that are allowed."""

    def __init__(self, text: str, known: _MdxSource) -> None:
        self._known = known
        self._expressions = _Expressions(text)

    def end(self, text: str, start: int, kind: _Kind) -> int:
        """The end of the one that begins at an offset; 0 if none does."""
        end = self._known.end(text, start, kind)
        if not end and text[start] == "{":
            end = self._expressions.end(text, start, kind)
            # Whether a value may stay is decided with its tag.
            return end if kind is _Kind.TAG or normal(text[start:end]) in self._known.allowed else 0
        return end


def _marks(text: str, literal: Callable[[str, int, _Kind], int], seen: Collection[str]) -> Iterator[_MdxMark]:
    """The marks in a text; `literal` returns the end of an expression, comment or formula."""
    spans = _CodeSpans(text)
    position = 0
    while found := _NEXT.search(text, position):
        start, position = found.span()
        sign = found.group()
        if sign[0] == "\\":
            if sign[1] in "{<`" and spans.is_in_address(start):  # where a backslash escapes nothing
                yield _MdxMark(_Kind.SIGN, start + 1, position)
            continue
        if sign[0] == "`":
            end = spans.end(start, position)
            yield _MdxMark(_Kind.CODE if end else _Kind.SIGN, start, end or position)
            position = end or position
            continue
        mark = _mark_at(text, start, literal, seen)
        if mark:
            yield mark
            position = mark.end


class _CodeSpans:
    """Finds the ends of the code spans of a text (CommonMark, section 6.1)."""

    def __init__(self, text: str) -> None:
        addresses = [found.span() for found in _BARE_ADDRESS.finditer(text)]
        self._addresses = [start for start, _ in addresses]
        self._ends_of_addresses = [end for _, end in addresses]
        self._runs: dict[int, list[int]] = {}
        for run in _BACKTICKS.finditer(text):
            self._runs.setdefault(len(run.group()), []).append(run.start())

    def is_in_address(self, at: int) -> bool:
        """Whether a sign is part of an address that is written out."""
        before = bisect_left(self._addresses, at) - 1
        return before >= 0 and at < self._ends_of_addresses[before]

    def end(self, start: int, end: int) -> int:
        """The end of the code span that begins with these backticks; 0 if they are text."""
        if self.is_in_address(start):
            return 0
        runs = self._runs.get(end - start, [])
        following = bisect_left(runs, end)
        return runs[following] + end - start if following < len(runs) else 0


def _mark_at(
    text: str, start: int, literal: Callable[[str, int, _Kind], int], seen: Collection[str]
) -> _MdxMark | None:
    if end := literal(text, start, _Kind.LITERAL):
        return _MdxMark(_Kind.LITERAL, start, end)
    if text[start] == "$":
        return None
    if text[start] == "<":
        if text.endswith("](", 0, start) and (found := _DESTINATION.match(text, start)):
            return _MdxMark(_Kind.DESTINATION, start, found.end())
        if text[start + 1 : start + 2] in (" ", "\t", "\n"):
            return None
        tag = _tag_at(text, start, literal, seen)
        if tag and "\n" not in text[start : tag.end]:
            return tag
    return _MdxMark(_Kind.SIGN, start, start + 1)


def _tag_at(text: str, start: int, literal: Callable[[str, int, _Kind], int], seen: Collection[str]) -> _MdxMark | None:
    """The tag that begins here, if it is whole."""
    opening = _TAG_START.match(text, start)
    if opening is None:
        return None
    position = opening.end()
    attributes: set[tuple[str, str]] = set()
    while True:
        position = _BLANKS.match(text, position).end()  # type: ignore[union-attr]  # it matches nothing, too
        if closing := _TAG_END.match(text, position):
            tag = _JsxTag(opening[2] or "", bool(opening[1]), bool(closing[1]), frozenset(attributes))
            return None if tag.is_end and attributes else _MdxMark(_Kind.TAG, start, closing.end(), tag)
        name = ""
        if found := _ATTRIBUTE.match(text, position):
            name, value = found[1], found[2] or ""
            position = found.end()
            if value or not text.startswith("{", position):
                is_seen = name in seen and value[:1] in ("'", '"')
                attributes.add((name, "" if is_seen else _WHITE_SPACE.sub(" ", value)))
                continue
        end = literal(text, position, _Kind.TAG) if text.startswith("{", position) else 0
        if not end:
            return None
        attributes.add((name, _WHITE_SPACE.sub(" ", text[position:end])))
        position = end


# Which tags stay


def _pairs(text: str, marks: Sequence[_MdxMark], known: _MdxSource) -> list[tuple[int, int]] | None:
    """The tags that stay, as the marks of a start tag and its end tag; a tag that is an element is both.

    Tags that the source does not have are text unless they only mark up words; None if one that it has is lonely.
    """
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    names: list[str] = []
    lonely: list[int] = []
    for index, mark in enumerate(marks):
        tag = mark.tag
        if tag is None or not (tag.is_end or known.allows(mark, text[mark.start : mark.end])):
            continue
        if tag.closes_itself or (tag.name in VOID and not tag.is_end):
            pairs.append((index, index))
        elif not tag.is_end:
            opened.append(index)
            names.append(tag.name)
        elif names and tag.name == names[-1]:
            pairs.append((opened.pop(), index))
            names.pop()
        else:
            lonely.append(index)
    tags = (marks[index].tag for index in (*lonely, *opened))
    return None if any(tag and tag.name in known.names for tag in tags) else pairs


def _closed(tag: _JsxTag) -> _JsxTag:
    return tag._replace(closes_itself=True)


class _MdxSpan(NamedTuple):
    """Emphasis, or a link or image with its address."""

    start: int
    end: int
    address: str


def _spans(text: str, marks: Sequence[_MdxMark]) -> list[_MdxSpan]:
    """The emphasis, links and images around the marks of a text; the address of one in `<…>` is all fillers."""
    if all(mark.kind not in (_Kind.TAG, _Kind.DESTINATION) for mark in marks):
        return []
    fillers = ((mark.start, mark.end, _FILLER * (mark.end - mark.start)) for mark in marks)
    hidden = _UNUSUAL.sub(_similar_character, _replaced(text, fillers)).replace("\n", " ")
    return [
        _MdxSpan(one.start, one.end, one.value["dest_url"] if isinstance(one.value, dict) else "")
        for one in first_run(_LEAD + hidden, len(_LEAD))
        if one.kind in _SPANS
    ]


def _similar_character(found: re.Match[str]) -> str:
    """An ASCII character with the same effect on emphasis beside it as another character has in MDX."""
    character = found.group()
    if (character.isspace() and character != _NEXT_LINE) or character == BYTE_ORDER_MARK:
        return " "
    return _FILLER if character == "\0" or unicodedata.category(character)[0] in "PS" else "x"


def _do_cross(ranges: Iterable[tuple[int, int]]) -> bool:
    """Whether one of these ranges begins in another one and ends outside of it."""
    ends: list[int] = []
    for start, end in sorted(ranges, key=lambda one: (one[0], -one[1])):
        while ends and ends[-1] <= start:
            ends.pop()
        if ends and end > ends[-1]:
            return True
        ends.append(end)
    return False


# Writing


def _with_references(text: str, marks: Iterable[_MdxMark], spans: Iterable[_MdxSpan]) -> str:
    replaced: list[tuple[int, int, str]] = []
    for mark in marks:
        written = text[mark.start : mark.end]
        if mark.kind is _Kind.DESTINATION:  # an address in angle brackets, if it is that of one of the spans
            fillers = _FILLER * len(written)
            around = (span.address for span in spans if span.start < mark.start and mark.end < span.end)
            written = written if fillers in around else without_signs(written)
        elif mark.tag and mark.tag.name in VOID and not mark.tag.closes_itself:
            written = f"{written[:-1].rstrip()}/>"
        elif mark.kind is _Kind.SIGN:
            # The `>` of `<https://example.org>` would become part of the address that a renderer finds there.
            if written == "<" and (found := _AUTOLINK.match(text, mark.start)):
                replaced.append((found.end() - 1, found.end(), without_signs(">")))
            written = without_signs(written)
        replaced.append((mark.start, mark.end, written))
    return _replaced(text, sorted(replaced))


def _replaced(text: str, replacements: Iterable[tuple[int, int, str]]) -> str:
    """A text with other texts in place of its ranges; of ranges that overlap only the first one counts."""
    pieces: list[str] = []
    position = 0
    for start, end, piece in replacements:
        if start >= position:
            pieces += (text[position:start], piece)
            position = end
    return "".join((*pieces, text[position:]))
