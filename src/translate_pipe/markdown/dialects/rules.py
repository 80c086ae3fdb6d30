"""Rules of dialects: how to recognise syntax that the parser does not know, and the text in it.

A rule recognises a whole line, or a token within one, by a regular expression over bytes. It never says how blocks
nest: `masking` disguises what a rule has found as something that the parser knows, of the same length, and the parser
does the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.model import SlotShape

if TYPE_CHECKING:
    from translate_pipe.markdown.dialects.executed import ExecutedRule

HTML = "html"
"""The family of lines that are nothing but the tag of an HTML element; the parser knows which of them closes which."""


SAME = b""
"""Says that in documents of other dialects a rule is recognised by the same pattern."""


class Example(NamedTuple):
    """Markdown, and the segments that it has; the documentation shows it and the tests try it."""

    markdown: str
    segments: tuple[str, ...] = ()


class LineForm(Enum):
    """Kinds of lines, and where their bodies are."""

    INDENTED = "the body is indented below the line"
    ITEM = "the text follows on the same line, as that of a list item"
    OPENING = "the body follows, up to the closing line of the same family"
    CLOSING = "a body ends"
    SINGLE = "the line is complete by itself"
    CODE = "what follows, up to the line that closes it, is code"
    CODE_END = "code ends"
    REGION = "all up to and with the line that closes it is left alone"


@dataclass(frozen=True, eq=False)
class LineRule:
    """Lines that are no Markdown, or not only. Rules are compared by identity, which is quick.

    `pattern` is tried after the indentation and the quote marks of a line that begins with one of the bytes `first`
    there, and matches up to the end of a line; that of an item matches the mark before the text. Its groups are
    text: `title` to the end of the line, `bracketed` between square brackets. In the group `attributes` the values of
    those that readers see are text, written as `quoting` says. `label` is what a title is the title of. `interrupts`
    says that an item also begins in the middle of a paragraph. `after` has to match at the beginning of the line above,
    unless that line is one of the same rule.

    `closes` finds the last line of a region. If both patterns have a group `same`, these must be equal; the group
    `fence` of the last line must begin with that of the first one. A region holds `anything`, or else neither code nor
    headings; if it is a `paragraph`, no blank lines either.

    `elsewhere` is the pattern by which the rule is recognised in documents of other dialects, where its lines are kept
    apart from the text around them; None means that there they are text. Lines that are HTML (`is_html`) are a block of
    it there, unless they are in a paragraph.
    """

    name: str
    first: bytes
    pattern: bytes
    form: LineForm
    example: Example
    family: str = ""
    quoting: SlotShape = SlotShape.ATTRIBUTE
    closes: bytes | None = None
    interrupts: bool = False
    after: bytes = b""
    anything: bool = False
    paragraph: bool = False
    elsewhere: bytes | None = None
    is_html: bool = False
    is_foreign: bool = False

    # Patterns are compiled when a document first needs them: all together they take longer than most documents.

    @cached_property
    def matcher(self) -> re.Pattern[bytes]:
        """The pattern, compiled."""
        return re.compile(self.pattern)

    @cached_property
    def above(self) -> re.Pattern[bytes]:
        """The pattern for the line above, compiled."""
        return re.compile(self.after)

    def as_foreign(self, dialects: str) -> LineRule:
        """The rule as documents of other dialects have it; `dialects` names those that it is a rule of.

        The lines of a region are kept there, and what is between them is text.
        """
        form = LineForm.SINGLE if self.form is LineForm.REGION or self.is_html else self.form
        return replace(
            self,
            name=f"{self.name} ({dialects})",
            pattern=self.elsewhere or self.pattern,
            form=form,
            closes=None,
            is_foreign=True,
        )

    @cached_property
    def end(self) -> re.Pattern[bytes] | None:
        """The pattern for the end of a region, compiled."""
        return re.compile(self.closes, re.MULTILINE) if self.closes is not None else None


@dataclass(frozen=True, slots=True)
class TokenRule:
    """Marks within a line that a translator leaves as they are; the pattern has no groups but unnamed ones."""

    name: str
    pattern: bytes
    example: Example


@dataclass(frozen=True, slots=True)
class Dialect:
    """A flavour of Markdown: what the parser is asked to know, and the rules for what it does not.

    `attributes` are those that readers see. `directives` says that fences of code may be those of directives, and
    `indented_code` that an indentation of four columns makes code. `is_mdx` says that braces and tags are code.
    `executed` has what the site generator executes.
    """

    name: str
    title: str
    parser: frozenset[str]
    lines: tuple[LineRule, ...] = ()
    tokens: tuple[TokenRule, ...] = ()
    attributes: tuple[str, ...] = ()
    directives: bool = False
    indented_code: bool = True
    is_mdx: bool = False
    executed: tuple[ExecutedRule, ...] = ()

    @property
    def rules(self) -> tuple[LineRule | TokenRule, ...]:
        """All rules, in the order in which they are documented."""
        return (*self.lines, *self.tokens)


TITLE_PATTERN = rb"(?P<title>[^\s](?:[^\r\n]*[^ \t\r\n])?+)"
"""The pattern of a title that goes on to the end of its line, without the blanks there.

It is greedy: a lazy one would look at each run of blanks once for each of its characters.
"""


def line(pattern: bytes) -> bytes:
    """A pattern that has to match up to the end of a line."""
    return rb"(?:" + pattern + rb")[ \t]*(?=[\r\n]|\Z)"


def closing(pattern: bytes) -> bytes:
    """A pattern that finds a line further on: indentation and quote marks, the pattern, and nothing else."""
    return rb"(?:^|(?<=\r))[ \t>]*+(?:" + pattern + rb")[ \t]*(?=[\r\n]|\Z)"
