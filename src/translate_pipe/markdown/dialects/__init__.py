"""The dialects of Markdown: for each a small table of syntax that the parser does not know.

CommonMark and its extensions are known to the parser. What site generators have added (admonitions, tabs, shortcodes,
directives, components, Liquid) is recognised by the rules here. A document may be written in several dialects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple, cast

from translate_pipe.markdown.dialects import common
from translate_pipe.markdown.dialects.common import GFM
from translate_pipe.markdown.dialects.rules import Dialect, LineRule
from translate_pipe.registry import DIALECT_CHOICES, DIALECT_GROUP, load, load_plugin, names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ALL_DIALECTS = tuple(cast("Dialect", load(choice)) for choice in DIALECT_CHOICES)
"""All dialects that the tool has, in the order of the registry."""


@cache
def plugin_dialect(name: str) -> Dialect:
    """The dialect of an installed plugin; raises ValueError for one that is broken."""
    found = load_plugin(DIALECT_GROUP, name)
    if name in names(DIALECT_CHOICES):
        raise ValueError(f"the plugin {name!r} has the name of a dialect that the tool has; rename its entry point")
    if not isinstance(found, Dialect) or found.name != name:
        raise ValueError(f"the plugin {name!r} does not give a Dialect with the name {name!r}")
    return found


@cache
def dialects_named(wanted: tuple[str, ...]) -> tuple[Dialect, ...]:
    """The dialects with these names: those of the tool in the order of the registry, then those of plugins."""
    own = [dialect for dialect in ALL_DIALECTS if dialect.name in wanted]
    known = names(DIALECT_CHOICES)
    return (*own, *(plugin_dialect(name) for name in wanted if name not in known))


ATTRIBUTES = ("alt", "aria-label", "caption", "placeholder", "title")
"""The attributes of tags, shortcodes and directives that readers see, in all dialects."""


class Foreign(NamedTuple):
    """A rule of other dialects: its name for people, the kind of its lines, and the dialects that have it."""

    name: str
    kind: str
    dialects: tuple[str, ...]


_LINE_BEGINNING = rb"\n[ \t>]*+(?:(?:[-+*:]|\d{1,9}[.)])[ \t][ \t>]*+)*"
"""Indentation, quote marks, and the marks of list items and definitions that begin on the line."""

# The beginnings of lines that match rules in all dialects. Few lines have one; the search runs over every document.
# The rules of a dialect that `_FOREIGN_ORDER` does not list count by their first byte.
_FOREIGN_BEGINNINGS = (
    rb"(?=[!?=/:{;\[*(#\\$+<ie-])"
    rb"(?:!!!|\?\?\?|===|///|::|:[\w-]+:|\{[%{:.# !*/\w]|;?-+8<|\[!|\[\[?_?(?i:toc)|\*\[|\([^()\r\n]{1,200}\)[=\x20]"
    rb"|#\.[ ]|\\[a-z\[\]]|\$\$|\+[-=:+]|</?[A-Z]|(?:im|ex)port\b)"
)
_FOREIGN_ORDER = ("docusaurus", "jekyll", "hugo", "myst", "pandoc", "mkdocs", "gfm", "commonmark")
"""The order in which rules of other dialects are tried. Those that are more exact, or have text, come first."""


@dataclass(frozen=True)
class Grammar:
    """The rules of all dialects of a document, put together.

    `lines` are the rules by the byte that a line begins with, first those of the document's dialects and then the lines
    of other dialects that are kept apart from text. `own` are the first bytes of the former. `foreign` has for each
    rule of the latter, by name, what it is and the names of the dialects that have it. `attributes` are those that
    readers see.
    """

    parser: frozenset[str]
    lines: Mapping[int, tuple[LineRule, ...]]
    own: bytes
    foreign: Mapping[str, Foreign]
    token_patterns: tuple[bytes, ...]
    attributes: frozenset[bytes]
    directives: bool
    indented_code: bool
    is_mdx: bool

    @cached_property
    def candidates(self) -> re.Pattern[bytes]:
        """Finds lines that may match a rule, in a text that begins with an extra line feed.

        The match ends where the line's content begins.
        """
        own = rb"[" + re.escape(self.own) + rb"]|" if self.own else b""
        return re.compile(_LINE_BEGINNING + rb"(?=" + own + _FOREIGN_BEGINNINGS + rb")")

    @cached_property
    def tokens(self) -> re.Pattern[bytes] | None:
        """Finds tokens; None if there are no rules for them."""
        return re.compile(b"|".join(self.token_patterns)) if self.token_patterns else None

    def may_have_tokens(self, data: bytes) -> bool:
        """Whether a text may have tokens. If formulas are the only ones, a text without a dollar has none."""
        return b"$" in data or self.token_patterns != (common.MATH.pattern,)


@cache
def grammar(dialects: tuple[str, ...], attributes: tuple[str, ...] = ()) -> Grammar:
    """The rules of the named dialects; `attributes` are further ones that readers see."""
    chosen = dialects_named(dialects)
    rules = dict.fromkeys(rule for dialect in chosen for rule in dialect.lines)
    tokens = dict.fromkeys(rule.pattern for dialect in chosen for rule in dialect.tokens)
    foreign = _foreign(chosen)
    strays = (rule.as_foreign("") for rule in rules if rule.elsewhere and not rule.is_html)
    tried = (*rules, *strays, *foreign)
    lines = {first: tuple(rule for rule in tried if first in rule.first) for rule in tried for first in rule.first}
    names = {*ATTRIBUTES, *attributes, *(name for dialect in chosen for name in dialect.attributes)}
    return Grammar(
        parser=frozenset().union(*(dialect.parser for dialect in chosen)),
        lines=lines,
        own=bytes({first for rule in (*rules, *_unlisted()) for first in rule.first}),
        foreign={rule.name: about for rule, about in foreign.items()},
        token_patterns=tuple(tokens),
        attributes=frozenset(name.encode() for name in names),
        directives=any(dialect.directives for dialect in chosen),
        indented_code=all(dialect.indented_code for dialect in chosen),
        is_mdx=any(dialect.is_mdx for dialect in chosen),
    )


def _unlisted() -> list[LineRule]:
    """The rules of dialects that `_FOREIGN_ORDER` does not list, as far as documents of other dialects know them."""
    dialects = (dialect for dialect in ALL_DIALECTS if dialect.name not in _FOREIGN_ORDER)
    return [rule for dialect in dialects for rule in dialect.lines if rule.elsewhere is not None]


def _foreign(chosen: Sequence[Dialect]) -> dict[LineRule, Foreign]:
    """The rules of other dialects that count in documents of the chosen ones."""
    own = {rule for dialect in chosen for rule in dialect.lines}
    found: dict[LineRule, Foreign] = {}
    in_order = [rule for name in _FOREIGN_ORDER for dialect in dialects_named((name,)) for rule in dialect.lines]
    for rule in dict.fromkeys((*in_order, *_unlisted())):
        if rule.elsewhere is None or rule in own:
            continue
        dialects = tuple(dialect.name for dialect in ALL_DIALECTS if rule in dialect.lines)
        found[rule.as_foreign(", ".join(dialects))] = Foreign(rule.name, rule.family or rule.name, dialects)
    if not any("GFM" in dialect.parser for dialect in chosen):
        found[common.ALERT.as_foreign(GFM.name)] = Foreign(common.ALERT.name, common.ALERT.name, (GFM.name,))
    return found


__all__ = ["ALL_DIALECTS", "ATTRIBUTES", "Dialect", "Foreign", "Grammar", "dialects_named", "grammar", "plugin_dialect"]
