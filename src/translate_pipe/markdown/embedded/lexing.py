"""The adapter over Pygments: finds comments and string literals in code.

Nothing else in the package knows Pygments, which is imported when the first code block is read. Offsets are characters
of the code.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.late import LateModule
from translate_pipe.markdown.embedded import comments
from translate_pipe.markdown.embedded.languages import ALIASES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pygments import lexers, util
    from pygments.lexer import Lexer
else:  # few projects offer code
    lexers = LateModule("pygments.lexers")
    util = LateModule("pygments.util")

MAX_SIZE = 10_000
"""The characters of a block beyond which nothing is offered. Of 72,000 blocks in real documentation, 18 were longer."""

MAX_RUN = 400
"""The characters without any sign among them, without a blank, or on one line, beyond which nothing is offered.

The patterns of many lexers try again at each character of such a run, and so need a time that grows with its square.
"""

MAX_HEREDOCS = 100
"""The marks `<<` of a block beyond which nothing is offered: for each, some lexers look for an end to the last line."""

_RUNS = (re.compile(r".+"), re.compile(r"[\w\s]+"), re.compile(r"\S+"), re.compile(r"([^\w\s])\1*"))


def is_safe_to_lex(code: str) -> bool:
    r"""Whether lexers are fast on some code: it is neither large nor has long runs without signs.

    >>> is_safe_to_lex("x = 1  # uitleg"), is_safe_to_lex("a\n" * 1000)
    (True, False)
    """
    if len(code) > MAX_SIZE or code.count("<<") > MAX_HEREDOCS:
        return False
    return all(match.end() - match.start() <= MAX_RUN for pattern in _RUNS for match in pattern.finditer(code))


class CodeToken(NamedTuple):
    """A token of the code; `kind` is the dotted name of Pygments' type."""

    kind: str
    start: int
    text: str

    @property
    def end(self) -> int:
        """Its end in the code."""
        return self.start + len(self.text)


def tokens_of(name: str, code: str) -> list[CodeToken]:
    """The tokens of some code; none if the language is unknown, or the tokens do not add up to the code."""
    lexer = _lexer(name)
    if lexer is None:
        return []
    # `get_tokens` would change line ends and blanks before it counts; this does not.
    found = [CodeToken(_name_of(kind), start, text) for start, kind, text in lexer.get_tokens_unprocessed(code) if text]
    position = 0
    for token in found:
        if token.start != position:
            return []
        position = token.end
    return found if "".join(token.text for token in found) == code else []


@lru_cache(maxsize=64)
def _lexer(name: str) -> Lexer | None:
    try:
        return lexers.get_lexer_by_name(ALIASES.get(name, name))
    except util.ClassNotFound:
        return None


_name_of = lru_cache(maxsize=1024)(".".join)


# Comments


def comment_ranges(code: str, tokens: list[CodeToken]) -> Iterator[tuple[int, int]]:
    """The ranges of comments; the tokens of one that consists of several are put together."""
    start = end = -1
    marks: tuple[str, str] | None = None
    depth = 0
    for token in tokens:
        # Docstrings and comments that document are strings to some lexers.
        is_comment = token.kind.startswith("Comment") and not token.kind.startswith(_NO_PROSE)
        if not is_comment and token.kind != "Literal.String.Doc":
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


# Strings


class StringGroup(NamedTuple):
    """The range of a string literal in the code; `attribute` names the attribute that has it as its value."""

    start: int
    end: int
    attribute: str


def string_groups(tokens: list[CodeToken]) -> Iterator[StringGroup]:
    """The string literals of a code that are on one line, with what is put into them (`${…}`)."""
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
            yield StringGroup(token.start, tokens[last].end, attribute)
        attribute = ""
        index = last + 1


def _is_string(token: CodeToken) -> bool:
    return token.kind.startswith("Literal.String") and token.kind != "Literal.String.Doc"


def _end_of_literal(tokens: list[CodeToken], first: int) -> tuple[int, bool]:
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
