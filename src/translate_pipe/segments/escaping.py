"""Backslashes that keep a translation text in Markdown.

A translation is free text. As it is, it could open a list (`1986. Een goed jaar`), close a table cell or end a quote.
The few characters that would do so get a backslash here. The section numbers are those of CommonMark 0.31.
"""

from __future__ import annotations

import re

from translate_pipe.text.lines import EOL

WHITE_SPACE = " \t\r\n\f\v\ufeff"
"""What is stripped from translations. A byte order mark is no blank, but at the start of a file it is taken for one."""

_LINE_END = re.compile(EOL)

# HTML blocks, section 4.6: conditions 1 to 6, then 7 (a complete tag alone on its line).
_HTML_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|"
    "fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|"
    "menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|"
    "track|ul"
)
_HTML = (
    r"<(?:script|pre|style|textarea)(?=[\s>]|$)"
    r"|<[!?]"
    rf"|</?(?:{_HTML_NAMES})(?=[\s>/]|$)"
    r"|</?[a-z][a-z0-9-]*(?:[\s/][^<>]*)?>(?=[ \t]*$)"
)
_OPENS_BLOCK = re.compile(
    r"#{1,6}(?=[ \t]|$)"  # 4.2 ATX headings
    r"|>"  # 5.1 block quotes
    r"|[-+*](?=[ \t]|$)"  # 5.2 list items
    r"|([-*_])(?:[ \t]*\1){2,}[ \t]*$"  # 4.1 thematic breaks
    r"|[=-]+[ \t]*$"  # 4.3 underlines of setext headings
    r"|\+\+\+[ \t]*$"  # TOML front matter
    r"|~~~|`{3,}(?=[^`]*$)"  # 4.5 fences
    r"|:"  # definition lists
    r"|[|:-][|: \t-]*$"  # the delimiter row of a table
    rf"|{_HTML}"
    r"|\[[ xX](?=\](?:[ \t]|$))"  # task list items
    r"|\[!(?=(?:note|tip|important|warning|caution)\][ \t]*$)"  # alerts
    r"|\[(?=(?:\\.|[^\[\]\\])*\]:)",  # 4.7 definitions of link references and footnotes
    re.IGNORECASE,
)
_OPENS_ORDERED_ITEM = re.compile(r"(\d{1,9})([.)](?:[ \t]|$))", re.ASCII)
_OPEN_DEFINITION = re.compile(r"\[[^\]]*$")
_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)


def stripped_lines(translation: str) -> list[str]:
    """The lines of a translation that are not empty, without white space around them."""
    is_one_line = "\n" not in translation and "\r" not in translation
    lines = (translation,) if is_one_line else _LINE_END.split(translation)
    return [stripped for line in lines if (stripped := line.strip(WHITE_SPACE))]


def closed(line: str) -> str:
    r"""A line whose last backslash is a character and does not escape what follows the line.

    >>> closed("C:\\")
    'C:\\\\'
    """
    if not line.endswith("\\"):
        return line
    backslashes = len(line) - len(line.rstrip("\\"))
    return line + "\\" * (backslashes % 2)


def text_of_line(line: str) -> str:
    r"""A line of Markdown that is text wherever a block could begin.

    >>> text_of_line("1986. Een goed jaar")
    '1986\\. Een goed jaar'
    >>> text_of_line("# 1 in Europa")
    '\\# 1 in Europa'
    """
    if line[:1].isalpha():  # as most do; no block begins with a letter
        return line
    ordered = _OPENS_ORDERED_ITEM.match(line)
    if ordered:
        return f"{ordered[1]}\\{line[ordered.start(2) :]}"
    return "\\" + line if _OPENS_BLOCK.match(line) or _OPEN_DEFINITION.match(line) else line


def balanced(text: str) -> str:
    r"""A text in which each square bracket has a partner, or all brackets a backslash.

    >>> balanced("[a] b"), balanced("a] b")
    ('[a] b', 'a\\] b')
    """
    depth = 0
    for match in _BRACKET.finditer(text):
        depth += {"[": 1, "]": -1}.get(match.group(), 0)
        if depth < 0:
            break
    return text if depth == 0 else escaped(text, "[]")


def escaped(text: str, characters: str) -> str:
    """A text in which each of the given characters has a backslash."""
    pattern = re.compile(rf"\\.|[{re.escape(characters)}]", re.DOTALL)
    return pattern.sub(lambda match: match.group() if len(match.group()) > 1 else "\\" + match.group(), text)
