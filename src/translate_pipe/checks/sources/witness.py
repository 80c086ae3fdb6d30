"""The adapter over markdown-it: what readers see of a document, by a renderer that is not the parser.

Nothing else in the package knows markdown-it. Only its block rules and a few of its inline rules are used: no HTML is
written, and what styles text (emphasis, strikethrough) is left as it is, since words are words with or without it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from translate_pipe.checks.sources.generators import CODE_SIGN, partners
from translate_pipe.markdown.embedded.tags import TokenKind, has_content, scan_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_LETTER = re.compile(r"[^\W\d_]")
_MOST_NESTED = 40  # blocks in blocks; each costs several frames of Python's stack
_MOST_BRACKETS = 200_000_000  # times characters: what takes less than a second
_MOST_LINES_OF_MATH = 400
_OPTIONS = re.compile(r"(?:---\n(?:.*\n)*?---(?:\n|\Z)|(?:[ \t]*:[\w-]+:.*(?:\n|\Z))+)")


class NotSeenError(Exception):
    """A document that the renderer cannot read, or would take very long for; the text of the error says why."""


class Seen(NamedTuple):
    """A part of a block: text that readers see or, if it `is_html`, HTML as the author wrote it.

    `block` counts the blocks, and `first` and `last` are the lines of the block, from 0; `last` is the one after it.
    """

    block: int
    first: int
    last: int
    text: str
    is_html: bool = False


@dataclass
class Witness:
    """Tells what readers see of Markdown.

    `title` gives the title in the first line of a directive, None if its body is no text; without it there are no
    directives.
    """

    is_extended: bool
    has_html: bool
    has_math: bool
    title: Callable[[str], str | None] | None = None
    _markdown: MarkdownIt = field(init=False)

    def __post_init__(self) -> None:
        markdown = MarkdownIt("commonmark", {"maxNesting": _MOST_NESTED}).disable("emphasis")
        if self.is_extended:
            markdown.enable("table").use(footnote_plugin).use(deflist_plugin)
        if self.has_math:
            markdown.block.ruler.before("fence", "formula", _formula, {"alt": _INTERRUPTED})
        if self.title:
            markdown.use(colon_fence_plugin)
        if not self.has_html:  # MDX has neither HTML nor indented code
            markdown.disable(["html_block", "html_inline", "autolink", "code"])
        self._markdown = markdown

    def see(self, text: str) -> list[Seen]:
        r"""The parts of a text that readers see. Its lines must end with LF. Raises NotSeenError.

        >>> [(one.first, one.text) for one in Witness(is_extended=True, has_html=True, has_math=True).see("# a `b`\n")]
        [(0, 'a '), (0, '￼')]
        """
        seen: list[Seen] = []
        try:
            self._see(text.replace("\0", "\ufffd"), 0, 0, seen)
        except NotSeenError:
            raise
        except Exception as error:  # a text that a foreign library did not expect
            raise NotSeenError(f"{type(error).__name__}: {error}".partition("\n")[0]) from error
        return seen

    def _see(self, text: str, line: int, depth: int, seen: list[Seen]) -> None:
        environment: dict[str, Any] = {}
        tokens: list[Token] = []
        self._markdown.block.parse(text, self._markdown, environment, tokens)
        lines = (0, 0)
        for token in tokens:
            lines = (token.map[0], token.map[1]) if token.map else lines
            block = seen[-1].block + 1 if seen else 0
            place = (block, line + lines[0], line + lines[1])
            if token.type == "inline":
                seen += (Seen(*place, part, is_html) for part, is_html in self._inline(token, environment))
            elif token.type == "html_block":
                seen.append(Seen(*place, token.content, is_html=True))
            elif token.type in _FENCES and self.title and depth < _MOST_NESTED and token.info.strip().startswith("{"):
                title = self.title(token.info.strip())
                if title is not None:
                    seen.append(Seen(*place, title))
                    options = _OPTIONS.match(token.content)
                    body = token.content[options.end() :] if options else token.content
                    skipped = options.group().count("\n") if options else 0
                    self._see(body, place[1] + 1 + skipped, depth + 1, seen)
        for one in environment.get("references", {}).values():
            block = seen[-1].block + 1 if seen else 0
            seen.append(Seen(block, line + one["map"][0], line + one["map"][1], one["title"]))

    def _inline(self, token: Token, environment: dict[str, Any]) -> Iterator[tuple[str, bool]]:
        """The text and the HTML of a block's inline content."""
        content = token.content
        if not _LETTER.search(content):
            yield content, False
            return
        if (content.count("[") + content.count("<") + content.count("`")) * len(content) > _MOST_BRACKETS:
            raise NotSeenError(f"a paragraph of {len(content)} characters has very many brackets")
        if self.has_math and "\\" in content:
            content = _BRACKETS.sub(_without_formula, content)
        children: list[Token] = []
        self._markdown.inline.parse(content, self._markdown, environment, children)
        yield from _visible(children)


_FENCES = frozenset({"fence", "colon_fence"})
_INTERRUPTED = ["paragraph", "reference", "blockquote", "list", "footnote_def"]


def _visible(tokens: Iterable[Token]) -> Iterator[tuple[str, bool]]:
    is_address = False
    for token in tokens:
        if token.type in {"link_open", "link_close"}:
            is_address = token.info == "auto" and token.type == "link_open"
        if is_address:
            yield CODE_SIGN, False
        elif token.type == "html_inline":
            yield token.content, True
        elif token.type == "code_inline":
            yield CODE_SIGN, False
        elif token.type == "image":
            yield from _visible(token.children or ())
        elif token.type in {"softbreak", "hardbreak"}:
            yield "\n", False
        elif token.content:
            yield token.content, False
        if title := token.attrs.get("title"):
            yield f" {title} ", False


# Formulas

_FORMULAS = (
    (re.compile(r"\$\$"), re.compile(r"\$\$[ \t]*(?:\([\w:.-]*\))?[ \t]*(?:\{[^{}]*\})?[ \t]*\Z")),
    (re.compile(r"\\\["), re.compile(r"\\\][ \t]*\Z")),
    (re.compile(r"\\begin\{[A-Za-z]+\*?\}"), re.compile(r"\\end\{[A-Za-z]+\*?\}")),
)
_BRACKETS = re.compile(r"\\\(((?:[^\\\n]|\\[^()\n])+)\\\)|\\\[((?:[^\\\n]|\\[^\[\]\n])+)\\\]")
_SIGN = re.compile(r"[=^_\\+<>]")
_LETTERS = re.compile(r"[^\W\d_]{2}")
# What no formula has after an empty line: a heading, an item, a quote, a fence, a table, a sentence.
_PROSE = re.compile(
    r"#{1,6} |[-+*] |\d{1,9}[.)] |>|`{3}|~{3}|\||(?:\[[^\]\n]*\])?[:(]"
    r"|[^\W\d_]+(?:[ ,;:]+[^\W\d_]+){2}|[^\W\d_]+[.!?]\Z"
)


def _without_formula(found: re.Match[str]) -> str:
    """A hole for a formula in brackets; brackets with backslashes around words are text."""
    text = found[1] or found[2]
    return CODE_SIGN if _SIGN.search(text) or not _LETTERS.search(text) else found.group()


def _formula(state: StateBlock, first: int, end: int, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's own order
    """A formula on separate lines. It may have empty lines, but no prose after them."""
    start = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith(("$$", "\\[", "\\b"), start) or state.is_code_block(first):
        return False
    line = _line(state, first)
    closing = next((closes for opens, closes in _FORMULAS if opens.match(line)), None)
    if closing is None:
        return False
    # What ends nowhere is not looked for again on the next lines of the same block.
    key = f"{closing.pattern} {state.blkIndent}"
    if first < state.env.setdefault("no formula before", {}).get(key, 0):
        return False
    last, is_closed = _last_line(state, first, min(end, first + _MOST_LINES_OF_MATH), closing)
    if not is_closed:
        state.env["no formula before"][key] = last
        return False
    if not silent:
        state.line = last + 1
        state.push("formula", "math", 0).map = [first, state.line]
    return True


def _last_line(state: StateBlock, first: int, end: int, closing: re.Pattern[str]) -> tuple[int, bool]:
    """The line on which a formula ends, or after which it cannot, and which of the two it is."""
    is_after_gap = False
    for number in range(first, end):
        line = _line(state, number)
        is_outside = number > first and bool(line) and state.sCount[number] < state.blkIndent
        if is_outside or (is_after_gap and _PROSE.match(line)):
            return number, False
        if closing.search(line, 2 if number == first else 0):
            return number, True
        is_after_gap = not line
    return end, False


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


# HTML


@dataclass(frozen=True)
class Policy:
    """Which HTML is no text for translators: `kept` are elements with no text in them, `read` attributes with one."""

    kept: frozenset[str]
    read: frozenset[str]


class _Part(NamedTuple):
    """A text or, with a name, a tag; `is_kept` says that what is in the element is not for translators."""

    seen: Seen
    name: str = ""
    is_end: bool = False
    is_kept: bool = False


def texts(parts: Sequence[Seen], policy: Policy) -> Iterator[Seen]:
    """The texts of a document without its HTML: no tags, no comments, no elements whose content is kept."""
    if not any(part.is_html for part in parts):
        yield from parts
        return
    pieces = [piece for part in parts for piece in (_pieces(part, policy) if part.is_html else [_Part(part)])]
    ends = partners((piece.name, piece.is_end, bool(piece.name)) for piece in pieces)
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if piece.is_kept:
            yield piece.seen._replace(text=CODE_SIGN)
            after = index + 1
            while after < len(pieces) and index not in ends and pieces[after].seen.block == piece.seen.block:
                after += 1  # what nothing closes ends with its block
            index = ends.get(index, after - 1)
        elif piece.seen.text:
            yield piece.seen
        index += 1


def _pieces(seen: Seen, policy: Policy) -> Iterator[_Part]:
    """The texts and tags of a part that is HTML; the text of a tag are its attributes that readers see."""
    html, position = seen.text.encode(), 0
    for token in scan_html(html):
        if token.start > position:
            yield _Part(_text_of(seen, html[position : token.start]))
        position = token.end
        if token.name:
            values = {one.name: html[one.start : one.end].decode() for one in token.attributes}
            is_private = values.get("translate", "").lower() == "no" or "notranslate" in values.get("class", "").split()
            is_kept = has_content(token) and (token.name in policy.kept or is_private)
            read = "" if is_private else "\n".join(values[name] for name in values if name in policy.read)
            name = token.name if has_content(token) or token.kind is TokenKind.CLOSE else ""
            yield _Part(_text_of(seen, read.encode()), name, token.kind is TokenKind.CLOSE, is_kept)
    yield _Part(_text_of(seen, html[position:]))


def _text_of(seen: Seen, html: bytes) -> Seen:
    return seen._replace(text=html.decode())
