"""Checks of what a source defines: labels and ids that are there twice, and tags that nothing closes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.checks.documents import Spot
from translate_pipe.checks.documents.targets import explicit_id
from translate_pipe.checks.sources.generators import partners
from translate_pipe.model import Closing, Opening, Run, Verbatim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from translate_pipe.checks.documents.page import Page
    from translate_pipe.model import OutlineItem


class _Defined(NamedTuple):
    """A name that a document gives a place, and where."""

    name: str
    offset: int
    place: int


def label_duplicate(page: Page) -> Iterator[Spot]:
    """Labels of links, ids, and labels of MyST and Quarto that are defined twice."""
    yield from _definitions(page)
    if _CONDITION.search(page.document.data):  # only one of them may be on the page
        return
    first: dict[str, _Defined] = {}
    for one in sorted(_ids(page), key=attrgetter("offset")):
        line = page.region(first[one.name].offset).line if one.name in first else 0
        if line and line != page.region(one.offset).line:  # a heading may have two ids that are the same
            yield Spot(f"the id {one.name} is given twice, first on line {line}", one.offset, one.place, one.name)
        first.setdefault(one.name, one)
    if "myst" in page.document.options.dialects:
        known = page.surroundings.labels()
        for one in _targets(page):
            other = known.get(one.name.casefold(), "") if known is not None else ""
            if other and other != (page.path or page.document.path):
                yield Spot(f"the label {one.name} is defined in {other} as well", one.offset, one.place, one.name)


_CONDITION = re.compile(
    rb"\{%-?[ \t]*(?:if|unless|case|for)\b|\.content-(?:visible|hidden)|\{(?:only|ifconfig)\}|v-if="
)

# Definitions of links

_DEFINITION = re.compile(
    rb"^(?P<before>[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*)\[(?P<label>(?!\^)(?:[^\[\]\\\r\n]|\\[^\r\n]){1,200})\]:"
    rb"[ \t]*(?:\r?\n[ \t>]*)?(?P<address><[^<>\r\n]*>|[^\s<]\S*)",
    re.MULTILINE,
)


def _definitions(page: Page) -> Iterator[Spot]:
    """Definitions of a label that has another address already, which has no effect."""
    data = page.document.data
    found = [one for one in _DEFINITION.finditer(data) if one["label"].strip()]
    if len(found) < 2:  # noqa: PLR2004  # none is a second one
        return
    named = [(" ".join(one["label"].decode().split()).casefold(), one) for one in found]
    seen: dict[str, tuple[bytes, int]] = {}
    covered = _Covered(page)
    for label, one in named:
        at = one.end("before")
        if covered.has(at):
            continue
        address = one["address"].strip(b"<>")
        known, line = seen.setdefault(label, (address, at))
        if known != address:
            text = (
                f"[{label}] is defined as {known.decode()} on line {page.region(line).line} already; "
                "this definition has no effect"
            )
            yield Spot(text, at, page.place(at), label)


class _Covered:
    """The parts of a document that have text, code or HTML. Definitions of links are not in any."""

    def __init__(self, page: Page) -> None:
        items = (one for one in page.document.outline if isinstance(one, (Run, Verbatim)) and one.tag != "Definition")
        ranges = sorted((one.start, one.end) for one in items)
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]

    def has(self, offset: int) -> bool:
        at = bisect_right(self._starts, offset) - 1
        return at >= 0 and offset < self._ends[at]


# Ids and labels

_ATTRIBUTES = re.compile(rb"\{:?[^{}\n]*\}")
_HTML_ID = re.compile(
    rb"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)|<(?:script|style|svg)\b(?:[^<]|<(?!/s))*+"
    rb"|<(?:a|div|h[1-6]|p|span|section|table|img|figure|li)\b(?:[^<>]*?[ \t])id[ \t]*=[ \t]*"
    rb"(?:\"([^\"<>]+)\"|'([^'<>]+)')",
    re.IGNORECASE,
)
_TARGET = re.compile(rb"\(([^()\r\n]+)\)=")
_OPTION = re.compile(
    rb"[ \t>]*(?:[:`~]{3,}\{[A-Za-z][^\n]*\n(?:[ \t>]*(?::[\w-]+:|#\|)[^\n]*\n)*?[ \t>]*)?"
    rb"(?:#\|[ \t]*label:|:(?:name|label):)[ \t]+[\"']?([^\s\"']+)"
)
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_ID_IN_BRACES = re.compile(rb"(?<![\w&-])#([^\s{}#.=]+)|(?<![\w-])id=[\"']?([^\s{}\"'#]+)")


def _ids(page: Page) -> Iterator[_Defined]:
    """The ids and labels that a document defines outside of examples, in its order."""
    data = page.document.data
    has_labels = not {"myst", "pandoc"}.isdisjoint(page.document.options.dialects)
    for place, item in _without_examples(page):
        if isinstance(item, Run):
            for one in item.inlines:
                if one.kind == "Token":
                    yield from _in_braces(data[one.start : one.end], one.start, place)
                elif one.kind == "InlineHtml":
                    yield from _in_html(data[one.start : one.end], one.start, place)
        elif isinstance(item, (Opening, Verbatim)):
            yield from _ids_of_block(data, item, place, has_labels=has_labels)
    if "myst" in page.document.options.dialects:
        yield from _targets(page)


def _without_examples(page: Page) -> Iterator[tuple[int, OutlineItem]]:
    """The outline without the directive `myst`, which shows its text as an example."""
    shown = 0  # the depth of blocks in an example
    for place, item in enumerate(page.document.outline):
        if isinstance(item, Opening) and (shown or _EXAMPLE.match(page.document.data, item.start, item.end)):
            shown += 1
        elif isinstance(item, Closing) and shown:
            shown -= 1
        elif not shown:
            yield place, item


_EXAMPLE = re.compile(rb"[ \t>]*[:`~]{3,}\{(?:myst|example|myst-example)\}")


def _ids_of_block(data: bytes, item: Opening | Verbatim, place: int, *, has_labels: bool) -> Iterator[_Defined]:
    """The ids that a block has in its first lines, or a block of HTML anywhere."""
    text = data[item.start : item.end]
    if isinstance(item, Opening):
        if name := explicit_id(item):
            yield _Defined(name, item.start, place)
        elif item.tag == "Container":
            yield from _in_braces(text.lstrip().partition(b"\n")[0], item.start, place)
    elif item.tag == "HtmlBlock":
        yield from _in_html(text, item.start, place)
    elif item.tag == "Container" and text.lstrip().startswith(b"{"):
        yield from _in_braces(text, item.start, place)
    elif has_labels and item.tag in {"Container", "CodeBlock"} and (found := _OPTION.match(text)):
        yield _Defined(found[1].decode(), item.start + found.start(1), place)


def _in_braces(text: bytes, start: int, place: int) -> Iterator[_Defined]:
    for found in _ATTRIBUTES.finditer(text):
        if not found.group().startswith((b"{{", b"{%", b"{#!", b"{/")):
            for one in _ID_IN_BRACES.finditer(_QUOTED.sub(b'""', found.group())):
                yield _Defined((one[1] or one[2]).decode(), start + found.start(), place)


def _in_html(text: bytes, start: int, place: int) -> Iterator[_Defined]:
    for found in _HTML_ID.finditer(text):
        name = (found[found.lastindex] if found.lastindex else b"").decode()
        if name and not re.search(r"[{}<>$]", name):
            yield _Defined(name, start + found.start(), place)


def _targets(page: Page) -> Iterator[_Defined]:
    """The targets of MyST, `(label)=`."""
    data = page.document.data
    for place, item in _without_examples(page):
        if not isinstance(item, Verbatim) or not str(item.detail).startswith("Targets"):
            continue
        if found := _TARGET.search(data, item.start, item.end):
            yield _Defined(found[1].decode(), item.start, place)


# Tags

_SHORTCODE = re.compile(
    rb"(?P<shown>\{\{[<%]/\*(?:[^*]|\*(?!/[>%]\}\})){0,3000}+\*/[>%]\}\})"
    rb"|\{\{[<%](?!/\*)[ \t\r\n]*(?P<end>/?)[ \t\r\n]*(?P<name>[\w./\x80-\xff-]*)"
    rb"(?P<rest>(?:\"(?:[^\"\\\n]|\\.)*+\"|`[^`]{0,3000}+`|(?!\{\{[<%]|[>%]\}\}).){0,3000}+)(?P<close>[>%]\}\})?",
    re.DOTALL,
)
_LIQUID = re.compile(rb"\{%-?[ \t]*(?P<name>\w+)(?:[^%{]|%(?!\})|\{(?!%)){0,2000}+%\}")
_BLOCKS_OF_LIQUID = frozenset(
    {"capture", "case", "comment", "for", "highlight", "if", "ifchanged", "raw", "tablerow", "unless"}
)
# Shortcodes of Hugo and of widespread themes that hold a text.
_PAIRED = frozenset({
    *("accordion", "admonition", "alert", "callout", "cards", "caution", "column", "columns", "comment", "danger"),
    *("details", "expand", "highlight", "hint", "important", "info", "note", "notice", "pageinfo", "quote", "steps"),
    *("tab", "tabpane", "tabs", "tip", "warning"),
})  # fmt: skip


def tag_unclosed(page: Page) -> Iterator[Spot]:
    """Shortcodes of Hugo, and blocks of Liquid in Jekyll, that nothing closes or opens; they stop the generator."""
    dialects = page.document.options.dialects
    if "hugo" in dialects and b"{{" in page.document.data:
        yield from _unclosed_shortcodes(page)
    if "jekyll" in dialects and b"{%" in page.document.data:
        yield from _unclosed_blocks(page)


class _OpenTag(NamedTuple):
    """A tag by its name: whether it closes an element, or opens one, and where."""

    name: str
    closes: bool
    opens: bool
    found: re.Match[bytes]


def _body(page: Page) -> int:
    """Where the text below the front matter begins."""
    first = page.document.outline[0] if page.document.outline else None
    return first.end if isinstance(first, Verbatim) and first.tag == "FrontMatter" else 0


def _unclosed_shortcodes(page: Page) -> Iterator[Spot]:
    found = [one for one in _SHORTCODE.finditer(page.document.data, _body(page)) if not one["shown"]]
    whole = [one for one in found if one["close"]]
    for one in found:
        if not one["close"]:
            written = one.group().decode(errors="ignore").split("\n", 1)[0][:40].rstrip()
            text = f"the shortcode {written} … has no end"
            yield Spot(text, one.start(), page.place(one.start()), written, written=written)
    closed = {one["name"] for one in whole if one["end"]}
    tags = [_OpenTag(one["name"].decode(), bool(one["end"]), _opens(one, closed), one) for one in whole]
    yield from _without_partner(page, tags)


def _opens(one: re.Match[bytes], closed: Collection[bytes]) -> bool:
    """Whether a shortcode opens an element; `closed` are the names that the document closes."""
    if one["end"] or not one["name"] or one["rest"].rstrip().endswith(b"/"):
        return False
    return one["name"] in closed or (one["name"].decode() in _PAIRED and _is_alone(one))


# A parameter without a name, or one that is the text.
_TEXT_IN_PARAMETER = re.compile(rb"(?:^|\s)(?:[\"`]|[\w-]+(?:\s|$))|\b(?:text|content|body)=")


def _is_alone(one: re.Match[bytes]) -> bool:
    """Whether a shortcode is on a line of its own, and has no text as a parameter."""
    data = one.string
    before = data[max(0, data.rfind(b"\n", 0, one.start()) + 1) : one.start()]
    end = data.find(b"\n", one.end())
    after = data[one.end() : end if end >= 0 else len(data)]
    return not (before + after).strip(b" \t\r>") and not _TEXT_IN_PARAMETER.search(one["rest"].strip())


def _unclosed_blocks(page: Page) -> Iterator[Spot]:
    tags: list[_OpenTag] = []
    raw = ""
    for one in _LIQUID.finditer(page.document.data, _body(page)):
        name = one["name"].decode().removeprefix("end")
        closes = one["name"].startswith(b"end")
        if raw and not (closes and name == raw):
            continue
        raw = name if name in {"raw", "comment"} and not closes else ""
        if name in _BLOCKS_OF_LIQUID:
            tags.append(_OpenTag(name, closes, not closes, one))
    yield from _without_partner(page, tags)


def _without_partner(page: Page, tags: Sequence[_OpenTag]) -> Iterator[Spot]:
    """The tags that open or close an element without the other one."""
    ends = partners((one.name, one.closes, one.opens) for one in tags)
    closing = set(ends.values())
    alone = deque(index for index, one in enumerate(tags) if one.closes and index not in closing)
    for index, one in enumerate(tags):
        if one.opens and index not in ends:
            text = f"nothing closes {_written(one)}"
            if alone and alone[0] > index:  # the end has another name
                text += f"; {_written(tags[alone.popleft()])} does not"
        elif alone and alone[0] == index:
            alone.popleft()
            text = f"{_written(one)} closes nothing: no {one.name} is open"
        else:
            continue
        yield Spot(text, one.found.start(), page.place(one.found.start()), text, written=one.found.group().decode())


def _written(one: _OpenTag) -> str:
    return " ".join(one.found.group().decode().split())
