r"""Code blocks: their comments and strings as pieces of the outline.

Pygments says where comments and strings stand, for the language that the info string of a fence names; no language is
guessed. It is imported when the first such block is met, and not at all unless `ParseOptions.code` asks for it.

Each paragraph of comments and each string literal is a piece, so that the proof that a translation changed nothing
around it compares them all. What is no prose has an empty text, for which nothing is offered.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.document import comments, literals
from translate_pipe.document.lines import line_start
from translate_pipe.model import Piece, SegmentKind, SlotShape, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pygments.lexer import Lexer

    from translate_pipe.model import OutlineItem, ParseOptions

LEFT_ALONE = frozenset(
    {
        # diagrams
        "mermaid", "plantuml", "puml", "uml", "dot", "graphviz", "d2", "svgbob", "bob", "ditaa", "nomnoml",
        "pikchr", "vega", "vega-lite", "vegalite", "wavedrom", "blockdiag", "seqdiag", "actdiag", "nwdiag",
        "excalidraw", "structurizr",
        # tables and texts
        "csv", "tsv", "psv", "text", "txt", "plain", "plaintext", "output", "none", "raw", "log", "http", "tree",
        "treeview", "ascii", "diff", "udiff", "patch", "pytb", "py3tb", "traceback",
        # markup that has its own segments
        "markdown", "md", "mdx", "rst", "rest", "restructuredtext",
    }
)  # fmt: skip
"""Languages in which nothing is offered: diagrams, tables, output, and texts."""

DATA = frozenset(
    {
        "json", "json5", "jsonc", "jsonld", "json-ld", "geojson", "hjson", "yaml", "yml", "toml", "ini", "cfg",
        "dosini", "properties", "env", "dotenv", "hcl", "terraform", "tf", "nginx", "apache", "apacheconf",
        "docker", "dockerfile", "css", "scss", "sass", "less",
    }
)  # fmt: skip
"""Languages of data, configuration and style: comments are offered, strings are not."""

ALIASES = {
    "yml": "yaml",
    "jsonc": "json",
    "jsx": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "tsx": "typescript",
    "ipython3": "python",
    "h": "c",
    "hpp": "cpp",
    "env": "bash",
    "dotenv": "bash",
}
"""Names that people give to languages, and those by which Pygments knows them."""

SHELLS = frozenset(
    {
        "bash", "console", "fish", "ksh", "perl", "powershell", "ps1", "pwsh", "sh", "shell", "shell-session",
        "zsh",
    }
)  # fmt: skip
"""Languages in which `` ` `` in a string runs a command."""

_WITHOUT_ESCAPES = frozenset(
    {
        "ada", "bat", "batch", "cmd", "delphi", "fortran", "html", "matlab", "pascal", "plpgsql", "postgresql",
        "powershell", "ps1", "pwsh", "sql", "sqlite3", "svelte", "svg", "tsql", "vb.net", "vbnet", "vue", "xml",
        "xslt",
    }
)  # fmt: skip
NO_ESCAPES = {
    '"': _WITHOUT_ESCAPES,
    "'": _WITHOUT_ESCAPES | SHELLS - {"perl"} | {"octave"},
    "`": frozenset({"go", "golang"}),
}
"""In which languages a backslash between these quotes is a backslash."""

VISIBLE_ATTRIBUTES = frozenset({"alt", "title", "label", "placeholder", "aria-label", "aria-description", "summary"})
"""Attributes of tags whose values readers see."""

MAX_SIZE = 10_000
"""The characters of a block beyond which nothing is offered. Of 72,000 blocks in real documentation, 18 were longer."""

MAX_RUN = 400
"""The characters without any sign among them, without a blank, or on one line, beyond which nothing is offered.

The patterns of many lexers try again at each character of such a run, and so need a time that grows with its square.
"""

MAX_HEREDOCS = 100
"""The marks `<<` of a block beyond which nothing is offered: for each, some lexers look for an end to the last line."""

_RUNS = (re.compile(r".+"), re.compile(r"[\w\s]+"), re.compile(r"\S+"), re.compile(r"([^\w\s])\1*"))
_LANGUAGE = re.compile(r"\{?[ \t]*(?:#[\w-]+[ \t]+)?\.?(?P<name>[A-Za-z][\w+#-]*(?:\.net)?)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\{(?:code-block|code-cell|code|sourcecode)\}[ \t]+(?P<name>\S+)")
_LINE = re.compile(rb"(.*?)(\r\n|\n|\r|\Z)", re.DOTALL)
_FENCE = re.compile(r"(`{3,}|~{3,})")
_FOOTNOTE = re.compile(rb"\[\^[^\]]*\]:")
_DIRECTIVE_OPTION = re.compile(r":[\w-]+:")
_KEY = re.compile(r"[ \t]*(?::(?!:)|=>|\])")


class _Line(NamedTuple):
    """A line of code: its text, where its text begins in the document, and where the line itself does, in bytes."""

    text: str
    start: int
    begin: int


class _Span(NamedTuple):
    """A piece by characters of the code; `again` is as in `comments.Paragraph`."""

    kind: SegmentKind
    start: int
    end: int
    text: str
    again: tuple[int, int] | None = None
    line_break: str = ""


def with_pieces(items: Iterable[OutlineItem], data: bytes, options: ParseOptions) -> Iterator[OutlineItem]:
    """The items of an outline with the pieces of each code block behind it, as far as the options ask for them.

    `data` is the document that the byte offsets of the items are offsets into.
    """
    for item in items:
        yield item
        if options.code != "none" and isinstance(item, Verbatim) and item.tag == "CodeBlock":
            yield from pieces(data, item, options.code)


def pieces(data: bytes, block: Verbatim, wanted: str) -> list[Piece]:
    """The comments and strings of a code block, in order.

    `wanted` is `comments`, `strings` or `all`. A block without a language, or in one that Pygments does not know, has
    none.
    """
    info = block.detail.get("Fenced", "") if isinstance(block.detail, dict) else ""
    name = language(info)
    if not name or name in LEFT_ALONE or block.end - block.start > 4 * MAX_SIZE:
        return []
    lines = _code_lines(data, block)
    code = "".join(line.text + "\n" for line in lines)
    if not code.strip() or not is_safe_to_lex(code):
        return []
    spans = _spans(name, code, wanted)
    return _placed(data, lines, spans, name) if spans else []


def language(info: str) -> str:
    """The language that the info string of a fence names, in lower case; empty if it names none.

    >>> [language(info) for info in ("rust,ignore", "{ .yaml .annotate }", 'py title="x"', "{code-block} c++", "")]
    ['rust', 'yaml', 'py', 'c++', '']
    """
    match = _DIRECTIVE.match(info) or _LANGUAGE.match(info.strip())
    return match["name"].lower() if match else ""


def is_safe_to_lex(code: str) -> bool:
    r"""Whether a code has neither the size nor the runs that lexers need long for.

    >>> is_safe_to_lex("x = 1  # uitleg"), is_safe_to_lex("a\n" * 1000)
    (True, False)
    """
    if len(code) > MAX_SIZE or code.count("<<") > MAX_HEREDOCS:
        return False
    return all(match.end() - match.start() <= MAX_RUN for pattern in _RUNS for match in pattern.finditer(code))


# From the document to the code and back


def _code_lines(data: bytes, block: Verbatim) -> list[_Line]:
    """The lines of a fenced block between its fences, without what its containers put in front of them."""
    before = data[line_start(data, block.start) : block.start]
    prefix = _FOOTNOTE.sub(lambda match: b" " * len(match.group()), before)
    quotes = prefix.count(b">")
    indent = len(prefix[prefix.rfind(b">") + 1 :].removeprefix(b" " if quotes else b"").decode().expandtabs(4))
    first = _LINE.match(data, block.start, block.end)
    opening = _FENCE.match(first[1].decode()) if first else None
    if first is None or opening is None:
        return []
    found = [_stripped(match, quotes, indent) for match in _physical_lines(data, first.end(), block.end)]
    if found and _closes(found[-1].text, opening[1]):
        found.pop()
    return _without_options(found) if first[1].lstrip(b"`~").lstrip().startswith(b"{") else found


def _physical_lines(data: bytes, start: int, end: int) -> Iterator[re.Match[bytes]]:
    while start < end:
        match = _LINE.match(data, start, end)
        if match is None:
            return
        yield match
        start = match.end()


def _stripped(match: re.Match[bytes], quotes: int, indent: int) -> _Line:
    """A line without the quote marks and the indentation (in columns) of the containers."""
    raw = match[1]
    position = 0
    for _ in range(quotes):
        mark = re.compile(rb"[ \t]*> ?").match(raw, position)
        position = mark.end() if mark else position
    column = 0
    while column < indent and raw[position : position + 1] in (b" ", b"\t"):
        column += 1 if raw[position : position + 1] == b" " else 4 - column % 4
        position += 1
    return _Line(raw[position:].decode(), match.start() + position, match.start())


def _closes(line: str, fence: str) -> bool:
    """Whether a line is the closing fence of an opening one (CommonMark, section 4.5)."""
    mark = line.strip()
    return len(line) - len(line.lstrip(" ")) <= 3 and len(mark) >= len(fence) and not mark.strip(fence[0])  # noqa: PLR2004


def _without_options(lines: list[_Line]) -> list[_Line]:
    """The lines of a directive's body behind its options (`:linenos:`)."""
    count = next((at for at, line in enumerate(lines) if not _DIRECTIVE_OPTION.match(line.text)), len(lines))
    return lines[count:]


def _placed(data: bytes, lines: list[_Line], spans: Iterable[_Span], name: str) -> list[Piece]:
    """Spans of the code as pieces of the document."""
    starts = [0, *accumulate(len(line.text) + 1 for line in lines)]
    offsets: list[int] = []
    for line in lines:
        widths = (len(character.encode()) for character in line.text)
        offsets += accumulate(widths, initial=line.start)
    line_end = _line_end(data, lines)
    found: list[Piece] = []
    for span in spans:
        start, end = offsets[span.start], offsets[span.end]
        breaks = (span.line_break,) if span.line_break else ()
        if span.again:
            at, blanks = span.again
            begin = lines[bisect_right(starts, at) - 1].begin
            breaks = (line_end + data[begin : offsets[at]].decode() + " " * blanks,)
        shape = SlotShape.COMMENT if span.kind is SegmentKind.CODE_COMMENT else SlotShape.STRING
        found.append(Piece(span.kind, shape, start, end, span.text, name, breaks))
    return found


def _line_end(data: bytes, lines: list[_Line]) -> str:
    """The line end in front of the code, which is that of the opening fence."""
    begin = lines[0].begin
    return "\r\n" if data[:begin].endswith(b"\r\n") else data[begin - 1 : begin].decode()


# From the code to spans


@lru_cache(maxsize=256)
def _spans(name: str, code: str, wanted: str) -> tuple[_Span, ...]:
    """The comments and strings of a code in a language, in order."""
    tokens = _tokens(name, code)
    found: list[_Span] = []
    if wanted in ("comments", "all"):
        found += _comments(code, tokens)
    if wanted in ("strings", "all") and name not in DATA:
        found += _strings(code, tokens, name)
    return tuple(sorted(found, key=lambda span: span.start))


class _Token(NamedTuple):
    """A token of the code; `kind` is the dotted name of Pygments' type."""

    kind: str
    start: int
    text: str

    @property
    def end(self) -> int:
        """Where it ends in the code."""
        return self.start + len(self.text)


def _tokens(name: str, code: str) -> list[_Token]:
    """The tokens of a code; none if the language is not known, or the lexer does not give back the code."""
    lexer = _lexer(name)
    if lexer is None:
        return []
    # `get_tokens` would change line ends and blanks before it counts; this does not.
    found = [_Token(_name_of(kind), start, text) for start, kind, text in lexer.get_tokens_unprocessed(code) if text]
    position = 0
    for token in found:
        if token.start != position:
            return []
        position = token.end
    return found if "".join(token.text for token in found) == code else []


@lru_cache(maxsize=64)
def _lexer(name: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(ALIASES.get(name, name))
    except ClassNotFound:
        return None


@lru_cache(maxsize=1024)
def _name_of(kind: tuple[str, ...]) -> str:
    return ".".join(kind)


# Comments


def _comments(code: str, tokens: list[_Token]) -> Iterator[_Span]:
    for found in comments.paragraphs(code, _comment_ranges(code, tokens)):
        yield _Span(SegmentKind.CODE_COMMENT, found.start, found.end, found.text, found.again)


def _comment_ranges(code: str, tokens: list[_Token]) -> Iterator[tuple[int, int]]:
    """The ranges of comments; the tokens of one that consists of several are put together."""
    start = end = -1
    marks: tuple[str, str] | None = None
    depth = 0
    for token in tokens:
        if not _is_comment(token):
            continue
        is_more = token.start == end and (depth > 0 if marks else code[end - 1] != "\n")
        if not is_more:
            if start < end and depth <= 0:
                yield start, end
            start, marks, depth = token.start, comments.opening(token.text), 0
        end = token.end
        if marks and marks[0] != marks[1]:
            depth += token.text.count(marks[0]) - token.text.count(marks[1])
    if start < end and depth <= 0:
        yield start, end


_NO_PROSE = ("Comment.Preproc", "Comment.PreprocFile", "Comment.Hashbang")


def _is_comment(token: _Token) -> bool:
    if token.kind.startswith("Comment"):
        return not token.kind.startswith(_NO_PROSE)
    # Docstrings and comments that document are strings to some lexers.
    return token.kind == "Literal.String.Doc"


# Strings


class _Group(NamedTuple):
    """Where a string literal stands in the code; `attribute` is the name of the attribute that it is the value of."""

    start: int
    end: int
    attribute: str


def _strings(code: str, tokens: list[_Token], name: str) -> Iterator[_Span]:
    for group in _string_groups(tokens):
        text = code[group.start : group.end]
        quote = next((character for character in text if character in "\"'`"), "")
        has_escapes = not group.attribute and name not in NO_ESCAPES.get(quote, frozenset())
        literal = literals.read(text, has_escapes=has_escapes)
        if literal is None:
            continue
        is_offered = (
            literals.is_prose(literal.text)
            and literals.has_plain_placeholders(literal.text)
            and not _KEY.match(code, group.end)
            and (not group.attribute or group.attribute in VISIBLE_ATTRIBUTES)
            and not (name in SHELLS and quote == '"' and "`" in literal.text)
        )
        start, end = group.start + literal.start, group.start + literal.end
        yield _Span(SegmentKind.CODE_STRING, start, end, literal.text if is_offered else "", None, literal.line_break)


def _string_groups(tokens: list[_Token]) -> Iterator[_Group]:
    """The string literals of a code that stand on one line, with what is put into them (`${…}`)."""
    index = 0
    attribute = ""
    while index < len(tokens):
        token = tokens[index]
        if not _is_string(token):
            if token.kind.startswith("Name"):
                attribute = token.text.strip("= \t\n").lower() if token.kind == "Name.Attribute" else ""
            elif token.text.strip() not in ("", "="):
                attribute = ""
            index += 1
            continue
        last, is_whole = _end_of_literal(tokens, index)
        if is_whole:
            yield _Group(token.start, tokens[last].end, attribute)
        attribute = ""
        index = last + 1


def _is_string(token: _Token) -> bool:
    return token.kind.startswith("Literal.String") and token.kind != "Literal.String.Doc"


def _end_of_literal(tokens: list[_Token], first: int) -> tuple[int, bool]:
    """The last token of the literal that begins with a token, and whether it is a literal on one line."""
    at = first + 1 if tokens[first].kind.endswith("Affix") and first + 1 < len(tokens) else first
    opening = re.match(r"[A-Za-z@$]{0,3}#*(\"\"\"|'''|[\"'`])", tokens[at].text)
    if opening is None:
        return at, False
    quote = opening[1]
    if len(tokens[at].text) > opening.end() and tokens[at].text.rstrip("#").endswith(quote):
        return at, "\n" not in tokens[at].text
    depth, is_whole = 0, True
    for index in range(at + 1, len(tokens)):
        token = tokens[index]
        is_string = _is_string(token)
        if token.kind.endswith("Interpol"):
            depth += token.text.count("{") + token.text.count("(") - token.text.count("}") - token.text.count(")")
        elif is_string and depth <= 0 and token.text.endswith(quote) and not token.kind.endswith("Escape"):
            return index, is_whole
        elif not is_string and depth <= 0 and not token.kind.startswith("Name.Variable"):
            return index - 1, False
        is_whole = is_whole and "\n" not in token.text
    return len(tokens) - 1, False
