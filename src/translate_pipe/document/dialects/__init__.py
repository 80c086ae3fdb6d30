"""The dialects of Markdown: for each a small table of what is recognised beside the parser.

CommonMark and its extensions are known to the parser. What site generators have added (admonitions, tabs, shortcodes,
directives, components, Liquid) is recognised by the rules here. A document may be written in several dialects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from translate_pipe.document.dialects import common
from translate_pipe.document.dialects.common import COMMONMARK, GFM
from translate_pipe.document.dialects.docusaurus import DOCUSAURUS
from translate_pipe.document.dialects.hugo import HUGO
from translate_pipe.document.dialects.jekyll import JEKYLL
from translate_pipe.document.dialects.mkdocs import MKDOCS
from translate_pipe.document.dialects.myst import MYST
from translate_pipe.document.dialects.pandoc import PANDOC
from translate_pipe.document.dialects.rules import Dialect, LineRule

if TYPE_CHECKING:
    from collections.abc import Mapping

DIALECTS = (COMMONMARK, GFM, MKDOCS, MYST, HUGO, DOCUSAURUS, PANDOC, JEKYLL)
"""All dialects, in the order in which they are documented."""

ATTRIBUTES = ("alt", "aria-label", "caption", "placeholder", "title")
"""The attributes of tags, shortcodes and directives that readers see, in all dialects."""


@dataclass(frozen=True)
class Grammar:
    """The rules of all dialects of a document, put together.

    `lines` are the rules by the byte that a line begins with, `attributes` those that readers see.
    """

    parser: frozenset[str]
    lines: Mapping[int, tuple[LineRule, ...]]
    token_patterns: tuple[bytes, ...]
    attributes: frozenset[bytes]
    directives: bool
    indented_code: bool

    @cached_property
    def candidates(self) -> re.Pattern[bytes] | None:
        """What finds lines that begin with a byte of a rule, the last one of the match; None if there are no rules."""
        return _candidates(bytes(self.lines)) if self.lines else None

    @cached_property
    def tokens(self) -> re.Pattern[bytes] | None:
        """What finds tokens; None if there are none to find."""
        return re.compile(b"|".join(self.token_patterns)) if self.token_patterns else None

    def may_have_tokens(self, data: bytes) -> bool:
        """Whether it is worth looking for tokens: where these are formulas only, a text without a dollar has none."""
        return b"$" in data or self.token_patterns != (common.MATH.pattern,)


@cache
def grammar(dialects: tuple[str, ...], attributes: tuple[str, ...] = ()) -> Grammar:
    """The rules of the named dialects; `attributes` are further ones that readers see."""
    chosen = [dialect for dialect in DIALECTS if dialect.name in dialects]
    rules = dict.fromkeys(rule for dialect in chosen for rule in dialect.lines)
    tokens = dict.fromkeys(rule.pattern for dialect in chosen for rule in dialect.tokens)
    lines = {first: tuple(rule for rule in rules if first in rule.first) for rule in rules for first in rule.first}
    names = {*ATTRIBUTES, *attributes, *(name for dialect in chosen for name in dialect.attributes)}
    return Grammar(
        parser=frozenset().union(*(dialect.parser for dialect in chosen)),
        lines=lines,
        token_patterns=tuple(tokens),
        attributes=frozenset(name.encode() for name in names),
        directives=any(dialect.directives for dialect in chosen),
        indented_code=all(dialect.indented_code for dialect in chosen),
    )


def _candidates(firsts: bytes) -> re.Pattern[bytes]:
    """Finds the lines that begin with one of these bytes, and the fences of code."""
    marks = rb"(?:(?:[-+*:]|\d{1,9}[.)])[ \t]+)?"  # of a list item or a definition that the line begins
    return re.compile(rb"(?:^|(?<=\r))[ \t>]*+" + marks + rb"[`~" + re.escape(firsts) + rb"]", re.MULTILINE)


__all__ = ["ATTRIBUTES", "DIALECTS", "Dialect", "Grammar", "grammar"]
