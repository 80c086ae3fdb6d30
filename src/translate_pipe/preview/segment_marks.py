"""Marks around the segments in Markdown, and the attribute `data-segments` that replaces them in HTML.

A segment goes through a renderer between two marks of noncharacters, which Unicode reserves for such uses (The Unicode
Standard, section 23.7): no text has them and no renderer knows them. A rare punctuation mark is next to the text, so
that emphasis begins and ends beside it (CommonMark, section 6.2, on flanking). In the HTML the element that holds only
a segment, or else a `span` around it, gets the attribute.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OPEN, _CLOSE, _BESIDE = "\ufdd0", "\ufdd1", "\u2e12"
_DIGITS = "\ufde0\ufde1\ufde2\ufde3\ufde4\ufde5\ufde6\ufde7\ufde8\ufde9"
_TO_MARK = str.maketrans("0123456789", _DIGITS)
_FROM_MARK = str.maketrans(_DIGITS, "0123456789")
_MARK = re.compile(f"({_OPEN})([{_DIGITS}]+){_BESIDE}|{_BESIDE}{_CLOSE}([{_DIGITS}]+)")
_RESERVED = re.compile("[\ufdd0-\ufdef]")
# As sanitisers write them: attributes are in double quotes.
_TOKEN = re.compile(r"""<(/?)([a-zA-Z][^\s/<>]*+)([^"<>]*+(?:"[^"]*+"[^"<>]*+)*+)>|([^<]+|<)""")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
# Elements that can get the attribute instead of a span.
_WHOLE = frozenset({"abbr", "caption", "dd", "div", "dt", "figcaption", "legend", "li", "p", "summary", "td", "th"})
_WHOLE |= {"h1", "h2", "h3", "h4", "h5", "h6"}


def mark_segment(index: int, text: str) -> str:
    """A text between the marks of the segment with this index.

    >>> without_marks(mark_segment(7, "Huid"))
    'Huid'
    """
    number = str(index).translate(_TO_MARK)
    return f"{_OPEN}{number}{_BESIDE}{without_marks(text)}{_BESIDE}{_CLOSE}{number}"


def without_marks(text: str) -> str:
    """A text without marks, and without the characters that marks are made from."""
    return _RESERVED.sub("", _MARK.sub("", text)) if _RESERVED.search(text) else text


_BREAK = re.compile(r"\s*(?:[-+*]\s+)?(?=___\s*\Z)")
_MARKED = re.compile(f"{_OPEN}[{_DIGITS}]+{_BESIDE}.*?{_BESIDE}{_CLOSE}[{_DIGITS}]+")


def with_titles(text: str, rendered: str) -> str:
    """The text for a renderer, with the titles of containers as small headings.

    `rendered` is the marked `text` as renderers get it, with a break instead of the first line of a container.

    >>> with_titles(f'??? tip "{mark_segment(0, "Titel")}"', "+   ___").replace(mark_segment(0, "Titel"), "Titel")
    '+   ###### Titel'
    """
    lines = rendered.split("\n")
    if "___" in rendered:
        for at, line in enumerate(text.split("\n")[: len(lines)]):
            found = _BREAK.match(lines[at]) if _OPEN in line else None
            if found:
                lines[at] = f"{found[0]}###### {' '.join(_MARKED.findall(line))}"
    return "\n".join(lines)


_TAG = re.compile(r"""<([A-Za-z][^\s/<>]*+)((?:[^<>"']|"[^"]*"|'[^']*')*+)>""")
_QUOTED = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def with_dropped_attributes(html: str, is_kept: Callable[[str, str], bool]) -> str:
    """HTML in which the segments in attributes that a browser does not get follow their tags as text.

    `is_kept` decides, for a tag and an attribute in lower case, whether a browser gets it.

    >>> html = f'<Listing caption="{mark_segment(1, "Slaap")}">'
    >>> without_marks(with_dropped_attributes(html, lambda tag, name: name == "title"))
    '<Listing caption="Slaap"><small>Slaap</small>'
    """

    def shown(found: re.Match[str]) -> str:
        tag, attributes = found[1].lower(), found[2]
        values = (one[2] or one[3] or "" for one in _QUOTED.finditer(attributes) if not is_kept(tag, one[1].lower()))
        return found[0] + "".join(f"<small>{value}</small>" for value in values if _RESERVED.search(value))

    return _TAG.sub(shown, html) if _RESERVED.search(html) else html


def with_segments(html: str) -> str:
    """Sanitised HTML with the attribute `data-segments` in place of the marks.

    >>> with_segments(f"<p>{mark_segment(0, 'Een <em>twee</em>')}</p><p>1 {mark_segment(1, 'drie')}</p>")
    '<p data-segments="0">Een <em>twee</em></p><p>1 <span data-segments="1">drie</span></p>'
    >>> with_segments(f'<p><img alt="{mark_segment(2, "vier")}"></p>')
    '<p><img alt="vier" data-segments="2"></p>'
    """
    frames = [_Frame("", "", [])]
    for found in _TOKEN.finditer(html):
        is_end, tag, attributes, text = found.groups()
        if text is not None:
            frames[-1].items.extend(_pieces(text))
        elif is_end:
            if len(frames) > 1:
                done = frames.pop()
                frames[-1].items.append(done.html())
        elif tag in _VOID or attributes.endswith("/"):
            frames[-1].items.append(_start(tag, attributes))
        else:
            frames.append(_Frame(tag, attributes, []))
    while len(frames) > 1:
        done = frames.pop()
        frames[-1].items.append(done.html())
    return frames[0].inner()


class _SegmentMark(NamedTuple):
    """The mark at the beginning or the end of a segment."""

    opens: bool
    segment: str


class _Frame(NamedTuple):
    """An open element with the HTML and the marks that it has so far."""

    tag: str
    attributes: str
    items: list[str | _SegmentMark]

    def html(self) -> str:
        """The whole element. If it holds only one segment, it gets the attribute itself."""
        there = [item for item in self.items if not isinstance(item, str) or item.strip()]
        marks = [item for item in there if isinstance(item, _SegmentMark)]
        has_both_ends = bool(marks) and [there[0], there[-1]] == marks and marks[0].segment == marks[-1].segment
        whole = marks[0].segment if has_both_ends and self.tag in _WHOLE else ""
        start = _start(self.tag, self.attributes, whole)
        return f"{start}{self.inner(but=whole)}</{self.tag}>"

    def inner(self, but: str = "") -> str:
        """The content of the element, with a span around each segment but one."""
        pieces: list[str] = []
        open_segments: list[str] = []
        for item in self.items:
            if isinstance(item, str):
                pieces.append(item)
            elif item.segment == but:
                continue
            elif item.opens:
                pieces.append(f'<span data-segments="{item.segment}">')
                open_segments.append(item.segment)
            elif item.segment in open_segments:  # one that was opened elsewhere has no end here
                while open_segments and open_segments.pop() != item.segment:
                    pieces.append("</span>")
                pieces.append("</span>")
        return "".join((*pieces, "</span>" * len(open_segments)))


def _pieces(text: str) -> Iterator[str | _SegmentMark]:
    if not _RESERVED.search(text):
        yield text
        return
    position = 0
    for found in _MARK.finditer(text):
        if found.start() > position:
            yield without_marks(text[position : found.start()])
        yield _SegmentMark(found[1] == _OPEN, _segment(found))
        position = found.end()
    if position < len(text):
        yield without_marks(text[position:])


def _segment(found: re.Match[str]) -> str:
    return (found[2] or found[3]).translate(_FROM_MARK)


def _start(tag: str, attributes: str, index: str = "") -> str:
    """A start tag without marks. It names the segments of its attributes, and the one that is its content."""
    if not index and not _RESERVED.search(attributes):
        return f"<{tag}{attributes}>"
    found = dict.fromkeys(map(_segment, _MARK.finditer(attributes)))
    segments = " ".join(dict.fromkeys([*filter(None, [index]), *found]))
    plain = without_marks(attributes).rstrip()
    return f'<{tag}{plain} data-segments="{segments}">'
