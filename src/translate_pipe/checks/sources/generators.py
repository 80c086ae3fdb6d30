"""Remove what site generators remove from a text before readers see it: shortcodes, template tags, components.

The parser has its own rules for this (`markdown.dialects`). They are not used here, because the check that needs this
has to find what those rules hide by mistake. Both lists of the elements that hold code have to agree. The end of each
element is found strictly: what has no end holds nothing.

All functions keep the lines of a text. What is taken out becomes `HOLE` within a line, and nothing on lines of its own.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.dialects import grammar
from translate_pipe.markdown.dialects.rules import LineForm
from translate_pipe.markdown.marks import marks_in
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    Step = Callable[[str, Collection[str]], str]

HOLE = "\ue001"
"""Replaces what checks do not look at: a character that is no word, no blank and no mark of Markdown."""

CODE_SIGN = "\ufffc"
"""Replaces code in what readers see."""

_BEFORE = r"^(?P<before>[ \t>]*+(?:(?:[-+*]|\d{1,9}[.)])[ \t]++)*+)"
_VALUE = Expression(r"""(?<![\w.-])([\w.-]+)[ \t]*=[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`([^`]*)`)""")


class Gap(NamedTuple):
    """A part of a text to take out. `read` are the places of texts in it that readers see, which stay."""

    start: int
    end: int
    read: tuple[tuple[int, int], ...] = ()


def without(text: str, gaps: Iterable[Gap]) -> str:
    r"""A text without some parts, which are in order; those within others count for nothing.

    >>> without("a {x} b\n{y\nz}\n<c d>\n", [Gap(2, 5), Gap(8, 13), Gap(14, 19, ((17, 18),))])
    'a \ue001 b\n\n\n\ue001d\ue001\n'
    """
    kept: list[str] = []
    position = 0
    for gap in gaps:
        if gap.start < position:
            continue
        kept.append(text[position : gap.start])
        line = text.rfind("\n", 0, gap.start) + 1
        is_alone = not text[line : gap.start].strip(" \t>") and text[gap.end : gap.end + 1] in ("", "\n")
        hole = "" if is_alone and not gap.read else HOLE
        position = gap.start
        for start, end in (*gap.read, (gap.end, gap.end)):
            kept += (hole, "\n" * text.count("\n", position, start), text[start:end])
            position = end
    kept.append(text[position:])
    return "".join(kept)


def _values(text: str, start: int, end: int, names: Collection[str]) -> tuple[tuple[int, int], ...]:
    """The places of the values in a tag that readers see, those of parameters with these `names`."""
    found = (one for one in _VALUE.finditer(text, start, end) if one[1] in names)
    return tuple(one.span(one.lastindex or 0) for one in found)


# Hugo

# No other one begins in a shortcode.
_SHORTCODE = Expression(
    r"\{\{(?P<mark>[<%])(?!/\*)\s*(?P<end>/?)\s*(?P<name>[\w./-]*)"
    r"(?P<rest>(?>\"(?:[^\"\\]|\\.)*+\"|(?!\{\{|[>%]\}\}).){0,3000}?)(?P<alone>/?)\s*[>%]\}\}",
    re.DOTALL,
)
# Readers see the code of a shortcode; it has no line ends.
_SHOWN_SHORTCODE = Expression(r"\{\{[<%]/\*(?:[^*\n]|\*(?!/[>%]\}\})){0,1000}+\*/[>%]\}\}")
_CODE_OF_HUGO = frozenset(
    {
        *("chart", "code-toggle", "comment", "goat", "highlight", "katex", "math", "mermaid", "tabpane-code"),
    }
)


def shortcodes(text: str, names: Collection[str]) -> str:
    r"""A text without the shortcodes of Hugo and Quarto; of those that hold code, without what they hold.

    >>> shortcodes("{{< code-toggle a=b />}}\nEen\n{{< highlight go >}}\ncode\n{{< /highlight >}}\n", ())
    '\nEen\n\n\n\n'
    """
    if "{{<" not in text and "{{%" not in text:
        return text
    text = _SHOWN_SHORTCODE.sub(HOLE, text)
    tags = list(_SHORTCODE.finditer(text))
    ends = partners((tag["name"], bool(tag["end"]), not tag["alone"] and tag["name"] in _CODE_OF_HUGO) for tag in tags)
    return without(text, _gaps(tags, ends, names))


def partners(tags: Iterable[tuple[str, bool, bool]]) -> dict[int, int]:
    """For each tag that opens an element, the one that closes it; both by their index.

    A tag is given as its name, whether it closes an element, and whether it opens one.

    >>> partners([("p", False, True), ("b", False, True), ("p", True, False), ("i", True, False)])
    {0: 2}
    """
    ends: dict[int, int] = {}
    opened: dict[str, list[int]] = {}
    for index, (name, closes, opens) in enumerate(tags):
        if closes:
            if waiting := opened.get(name):
                ends[waiting.pop()] = index
        elif opens:
            opened.setdefault(name, []).append(index)
    return ends


def _gaps(tags: list[re.Match[str]], ends: Mapping[int, int], names: Collection[str]) -> Iterator[Gap]:
    for index, tag in enumerate(tags):
        if index in ends:
            yield Gap(tag.start(), tags[ends[index]].end())
        else:
            yield Gap(*tag.span(), _values(tag.string, *tag.span(), names))


# Liquid and Jinja

_LIQUID = Expression(
    r"\{%-?\s*(?P<name>\w*)(?:(?!\{%|%\}).){0,3000}?%\}|\{\{(?![<%])(?:(?!\{\{|\}\}).){0,3000}?\}\}", re.DOTALL
)
_CODE_OF_LIQUID = frozenset({"comment", "highlight"})


def liquid(text: str, names: Collection[str]) -> str:
    r"""A text without the tags and values of a template language.

    >>> liquid("{% if a %}\n{{ b }} en\n{% comment %}c{% endcomment %}\n", ())
    '\n\ue001 en\n\n'
    """
    if "{%" not in text and "{{" not in text:
        return text
    tags = list(_LIQUID.finditer(text))
    named = ((tag["name"] or "").removeprefix("end") for tag in tags)
    ends = partners(
        (name, (tag["name"] or "").startswith("end"), name in _CODE_OF_LIQUID)
        for name, tag in zip(named, tags, strict=True)
    )
    return without(text, _gaps(tags, ends, names))


# Lines


def _lines(*patterns: str) -> Step:
    """A step that takes out the lines that any of some patterns match, with the lines below them if they match that.

    The group `title` of a pattern is a text that readers see.
    """
    expressions = [Expression(rf"{_BEFORE}{pattern}[ \t]*$", re.MULTILINE) for pattern in patterns]

    def take_out(text: str, names: Collection[str]) -> str:
        for expression in expressions:
            gaps: list[Gap] = []
            for found in expression.finditer(text):
                start, end = found.end("before"), found.end()
                title = (found.span("title"),) if found.groupdict().get("title") else ()
                gaps.append(Gap(start, end, (*_values(text, start, end, names), *title)))
            text = without(text, gaps)
        return text

    return take_out


_ADMONITION = Expression(
    _BEFORE + r"(?:!!!|\?\?\?\+?|===[+!]{0,2})[ ]?(?=[\w\"-])[^\"\n]*(?:\"(?P<title>[^\n]*)\"[ \t]*)?$", re.MULTILINE
)


def admonitions(text: str, _names: Collection[str]) -> str:
    r"""A text in which each line with a body that is indented below it is an item of a list, which markdown-it knows.

    >>> admonitions('!!! note "Titel"\n    Een *noot*.\n', ())
    '-   \ue001Titel\n    Een *noot*.\n'
    """
    return _ADMONITION.sub(lambda found: f"{found['before']}-   {HOLE}{found['title'] or ''}", text)


def _replaced(sign: str, expression: Expression[str]) -> Step:
    """A step that takes out everything that a pattern finds, in texts that have a sign."""

    def take_out(text: str, _names: Collection[str]) -> str:
        return without(text, (Gap(*found.span()) for found in expression.finditer(text))) if sign in text else text

    return take_out


_BRACES = rf"\{{[^{{}}\n]*\}}|{HOLE}"
_COLONS = _lines(
    rf":{{3,}}[ \t]*[\w-]*(?:{_BRACES})?(?:[ \t]+:{{3,}})?",
    rf":{{3,}}[ \t]*[\w-]+\[(?P<title>[^\n]*)\](?:{_BRACES})?",
    rf":{{3,}}[ \t]*[\w-]+(?:{_BRACES})?[ \t]++(?P<title>[^\n](?:[^\n]*[^ \t\n])?+)",
)
_OPTIONS_OF_BLOCK = r"(?:\n[ \t>]*+(?<=[ ]{4})[\w-]++:[^\n]*+)*+"
_BLOCKS_OF_MKDOCS = _lines(
    rf"/{{3,}}(?:[ ]*(?:html|caption|(?:figure|table)-caption)(?:[ ]*\|[^\n]*+)?{_OPTIONS_OF_BLOCK})?",
    rf"/{{3,}}[ ]*[\w-]+(?:[ ]*\|[ ]*(?P<title>(?:[^\n]*[^ \t\n])?+)[ \t]*+)?{_OPTIONS_OF_BLOCK}",
    r"::: [^\n]*+(?:\n(?:[ \t>]*+\n)?[ \t>]*?[ ]{4}[^\n]++)*+",
    r";?-+8<-+[ \t]+[^\n]+",
    r"\{(?P<include>[!*])[^\n]*(?P=include)\}",
)
_LINES_OF_MYST = _lines(r"\([^()\n]+\)=", r"(?:%|\+\+\+|\^{3,})[^\n]*")
_LINES_OF_PANDOC = _lines(r"\\(?!begin\b|end\b)[a-z]+(?:\{[^{}\n]*\})?")
_TITLE_BLOCK = _lines(r"(?<!\n)%[ \t]*+(?P<title>(?:[^\n]*[^ \t\n])?+)[ \t]*+(?:\n(?:%|[ \t]+\S)[^\n]*+)*+")
_GRID_TABLES = _replaced("+-", Expression(r"^[ \t>]*\+(?:[-=:]+\+)+(?:\n[ \t>]*+[+|][^\n]*+)++$", re.MULTILINE))
_SNIPPETS = _replaced("8<", Expression(r"^[ \t]*-+8<-+[ \t]*\n(?:[^\n]+\n){0,200}?[ \t]*-+8<-+[ \t]*$", re.MULTILINE))
_ABBREVIATIONS = _replaced("*[", Expression(r"(?<=^)\*\[[^\]\n]+\]:", re.MULTILINE))
_COMMENTS_OF_KRAMDOWN = _replaced(
    "{::",
    Expression(r"^\{::comment\}[ \t]*\n(?:(?!\{:/)[^\n]*\n){0,400}?\{:/(?:comment)?\}[ \t]*$", re.MULTILINE),
)


# MDX

_LONGEST = 20_000
_MOST_IN_VAIN = 50
_FENCE = r"^[ \t>]*+(?:(?:[-+*]|\d{1,9}[.)])[ \t]++)*+(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})[^\n]*$"
_MODULE = (
    r"^(?P<module>import[ \t]+(?:type[ \t]+)?(?:[\"'{*]|[\w$]+[ \t]*(?:,|from\b))"
    r"|export[ \t]+(?:default|const|let|var|function|async|class|type|interface|\{|\*))"
)
_START = Expression(
    rf"{_FENCE}|{_MODULE}|(?P<escape>\\[^\n])|(?P<comment><!--)|(?P<ticks>`+)|(?P<brace>\{{)|(?P<tag><(?=/?[A-Za-z_$>]))",
    re.MULTILINE,
)
_SCRIPT = Expression(
    r"(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|/\*(?:.*?\*/|.*)|//[^\n]*)|(?P<open>[{(\[])|(?P<close>[})\]])"
    r"|(?P<gap>\n[ \t]*(?=\n))",
    re.DOTALL,
)
_NAME = Expression(r"/?[\w$.:-]*")
_IN_TAG = Expression(r"[^<>{}\"']+|\"[^\"]*\"|'[^']*'|(?P<brace>\{)|(?P<end>>)")


class _Components:
    """Finds the modules, expressions and tags in a text of MDX, outside of code."""

    def __init__(self, text: str, names: Collection[str], kept: Collection[str]) -> None:
        self._text = text
        self._names = names
        self._kept = kept
        self._in_vain = 0
        self._ends = {
            "comment": self._end_of_comment,
            "module": self._end_of_module,
            "brace": self._end_of_expression,
            "tag": self._end_of_tag,
        }

    def gaps(self) -> Iterator[Gap]:
        position = 0
        while found := _START.search(self._text, position):
            kind = found.lastgroup or ""
            gap = self._gap(kind, found)
            position = gap.end if gap else found.end()
            if gap and kind not in {"fence", "ticks"}:
                yield gap

    def _gap(self, kind: str, found: re.Match[str]) -> Gap | None:
        """The part that begins here: to take out, or code to skip. After many parts without an end, all is text."""
        start, mark = found.start(), found[kind]
        if kind == "fence":
            closing = re.compile(rf"^[ \t>]*{mark[0]}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
            last = closing.search(self._text, found.end())
            return Gap(start, last.end() if last else len(self._text))
        if kind == "ticks":
            closing = re.compile(rf"(?<!`){mark}(?!`)|\n[ \t]*\n")
            last = closing.search(self._text, found.end(), found.end() + 2000)
            return Gap(start, last.end()) if last and last.group() == mark else None
        if kind not in self._ends or self._in_vain >= _MOST_IN_VAIN:
            return None
        end = self._ends[kind](start)
        if end < 0:
            self._in_vain += 1
            return None
        return self._element(start, end) if kind == "tag" else Gap(start, end)

    def _end_of_comment(self, start: int) -> int:
        end = self._text.find("-->", start)
        return end + 3 if end >= 0 else -1

    def _end_of_module(self, start: int) -> int:
        """Where a module ends: at the first empty line outside of its brackets, or at the very first one."""
        depth = 0
        for found in self._tokens(start):
            if found["gap"] and depth <= 0:
                return found.start()
            depth += 1 if found["open"] else -1 if found["close"] else 0
        if depth > 0:
            self._in_vain += 1
        end = self._text.find("\n\n", start)
        return end if end >= 0 else len(self._text)

    def _end_of_expression(self, start: int) -> int:
        """The offset after the brace that ends an expression; -1 if nothing ends it."""
        depth = 0
        for found in self._tokens(start):
            depth += 1 if found["open"] else -1 if found["close"] else 0
            if depth <= 0 and found["close"]:
                return found.end()
        return -1

    def _tokens(self, start: int) -> Iterator[re.Match[str]]:
        """The strings, comments and brackets of a script."""
        return _SCRIPT.finditer(self._text, start, start + _LONGEST)

    def _end_of_tag(self, start: int) -> int:
        name = _NAME.match(self._text, start + 1)
        position = name.end() if name else start + 1
        limit = min(len(self._text), start + _LONGEST)
        while found := _IN_TAG.match(self._text, position, limit):
            if found["end"]:
                return found.end()
            position = self._end_of_expression(position) if found["brace"] else found.end()
            if position < 0:
                return -1
        return -1

    def _element(self, start: int, end: int) -> Gap:
        """The gap of a tag or, if its element holds no text, of the whole element."""
        tag = self._text[start:end]
        name = (_NAME.match(tag, 1) or tag)[0]
        is_private = bool(re.search(r"""\btranslate=["']no["']|\bclass(?:Name)?=["'](?:[^"']*\s)?notranslate\b""", tag))
        if not (name in self._kept or is_private) or tag.endswith("/>"):
            return Gap(start, end, _values(self._text, start, end, self._names))
        depth = 0
        for found in re.compile(rf"<(/?){re.escape(name)}\b[^<>]*>").finditer(self._text, start, start + _LONGEST):
            depth += -1 if found[1] else not found.group().endswith("/>")
            if depth <= 0:
                return Gap(start, max(end, found.end()))
        self._in_vain += 1
        return Gap(start, end)


def components(text: str, names: Collection[str], kept: Collection[str]) -> str:
    r"""A text without the modules, expressions and tags of MDX; `kept` are the elements that hold no text.

    >>> components("import A from 'a'\n\n<A b={{c: '}'}}>Een {d} twee</A>\n", (), ())
    '\n\n\ue001Een \ue001 twee\ue001\n'
    """
    return without(text, _Components(text, names, kept).gaps())


_STEPS: Mapping[str, tuple[Step, ...]] = {
    "commonmark": (),
    "gfm": (),
    "mkdocs": (liquid, _SNIPPETS, _BLOCKS_OF_MKDOCS, admonitions, _ABBREVIATIONS),
    "myst": (liquid, _LINES_OF_MYST),
    "hugo": (shortcodes, liquid),
    "docusaurus": (_COLONS,),
    "pandoc": (_TITLE_BLOCK, shortcodes, _GRID_TABLES, _COLONS, _LINES_OF_PANDOC),
    "jekyll": (liquid, _COMMENTS_OF_KRAMDOWN, _ABBREVIATIONS),
}


@cache
def _steps_by_rules(dialect: str) -> tuple[Step, ...]:
    """The steps of a dialect that has none above, such as one of a plugin: its own rules say what is no text."""
    rules = grammar((dialect,))

    def lines(text: str, _names: Collection[str]) -> str:
        data = text.encode()
        gaps: list[Gap] = []
        at = position = 0
        for mark in marks_in(data, rules, 0):
            if mark.rule.is_foreign or mark.start < position:
                continue
            end = mark.end
            if mark.rule.form is LineForm.REGION and mark.rule.end and (found := mark.rule.end.search(data, end)):
                end = found.end()
            start = at + len(data[position : mark.start].decode())
            at = start + len(data[mark.start : end].decode())
            position = end
            read = tuple(
                (start + len(data[mark.start : one.start].decode()), start + len(data[mark.start : one.end].decode()))
                for one in mark.pieces
            )
            gaps.append(Gap(start, at, read))
        return without(text, gaps)

    def tokens(text: str, _names: Collection[str]) -> str:
        if not rules.tokens:
            return text
        hole = HOLE.encode()
        return rules.tokens.sub(lambda found: hole + b"\n" * found.group().count(b"\n"), text.encode()).decode()

    return (lines, tokens)


def shown(text: str, dialects: Collection[str], names: Collection[str], kept: Collection[str]) -> str:
    """A text, whose lines end with LF, as a renderer of Markdown gets it from the generators of its dialects.

    `names` are the parameters that readers see, `kept` the elements whose content is no text.
    """
    if "docusaurus" in dialects:
        text = components(text, names, kept)
    by_dialect = (_STEPS[name] if name in _STEPS else _steps_by_rules(name) for name in dialects)
    steps = dict.fromkeys(step for of_dialect in by_dialect for step in of_dialect)
    for step in steps:
        text = step(text, names)
    return text
