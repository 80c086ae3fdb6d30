"""Pandoc and Quarto."""

from __future__ import annotations

from translate_pipe.markdown.dialects import common, executed
from translate_pipe.markdown.dialects.hugo import SHORTCODE, SHORTCODE_LINE
from translate_pipe.markdown.dialects.rules import (
    SAME,
    TITLE_PATTERN,
    Dialect,
    Example,
    LineForm,
    LineRule,
    TokenRule,
    line,
)
from translate_pipe.text.lines import EOL_BYTES

RAW_ATTRIBUTE = TokenRule(
    "Raw code",
    rb"\{=[\w-]+\}",
    Example(r"Regel `\newline`{=latex} twee.", (r"Regel `\newline`{=latex} twee.",)),
)
NUMBERED_EXAMPLE = TokenRule(
    "Labels of numbered examples",
    rb"(?<!\w)\(@[\w-]*\)",
    Example("Zie (@eerste).", ("Zie (@eerste).",)),
)
TITLE_BLOCK = LineRule(
    "Titles, authors and dates at the beginning",
    b"%",
    line(rb"\A%[ \t]*" + TITLE_PATTERN + rb"[ \t]*(?:" + EOL_BYTES + rb"(?:%|[ \t]+[^\s])[^\r\n]*)*"),
    LineForm.SINGLE,
    Example("% Over noten\n% Een schrijver\n% 2024\n\nEet noten.", ("Over noten", "Eet noten.")),
)
_END_OF_CAPTION = rb"(?:[ \t]*+\{[^{}\r\n]*+\})?+[ \t]*+(?=[\r\n]|\Z)"
# Only after a table: elsewhere a colon begins a definition.
TABLE_CAPTION = LineRule(
    "Captions of tables",
    b":",
    (
        rb"(?:(?<=[|+]\n\n)|(?<=[|+]\r\n\r\n)|(?<=[|+]\r\r))"
        rb":[ \t]+(?P<title>[^\s](?:[^ \t\r\n]|[ \t]++(?!"
        + _END_OF_CAPTION
        + rb"))*+)"
        + _END_OF_CAPTION
        + rb"(?=(?:"
        + EOL_BYTES
        + rb"[ \t]*(?:[\r\n]|\Z))|\Z)"
    ),
    LineForm.SINGLE,
    Example("| a |\n| - |\n| b |\n\n: Een tabel {#tbl-noten}", ("a", "b", "Een tabel")),
)
LINE_BLOCK = LineRule(
    "Line blocks",
    b"|",
    rb"\|(?:[ ]{1,40}(?=[^ |\r\n][^|\r\n]*(?:[\r\n]|\Z))|(?=[\r\n]|\Z))",
    LineForm.ITEM,
    Example("| Een noot\n|   en nog een", ("Een noot", "en nog een")),
    interrupts=True,
)
NUMBERED_ITEM = LineRule(
    "Numbered examples, and items that are numbered by Pandoc",
    b"#(",
    rb"(?:#\.|\(@[\w-]{0,9}\))[ ]{1,2}(?=[^ \r\n])",
    LineForm.ITEM,
    Example("#. Een noot\n#. Nog een\n\n(@olie) Met olie", ("Een noot", "Nog een", "Met olie")),
    elsewhere=SAME,
)
PAGE_BREAK = LineRule(
    "Commands of LaTeX on lines of their own",
    b"\\",
    line(rb"\\(?:newpage|pagebreak|clearpage|tableofcontents|appendix|bigskip|medskip|smallskip|noindent)"),
    LineForm.SINGLE,
    Example("\\newpage"),
    elsewhere=SAME,
)

GRID_TABLE = LineRule(
    "Grid tables, which are left alone",
    b"+",
    line(rb"\+(?:[-=:]+\+)+(?:" + EOL_BYTES + rb"[ \t>]*[+|][^\r\n]*)+"),
    LineForm.SINGLE,
    Example("+---+---+\n| a | b |\n+===+===+\n| c | d |\n+---+---+"),
    elsewhere=line(rb"\+(?:[-=:]+\+)+"),
)

PANDOC = Dialect(
    "pandoc",
    "Pandoc and Quarto",
    common.PARSER_EXTENSIONS,
    (
        TITLE_BLOCK,
        TABLE_CAPTION,
        LINE_BLOCK,
        NUMBERED_ITEM,
        common.COLON_END,
        common.DIV,
        SHORTCODE_LINE,
        common.ATTRIBUTE_LINE,
        PAGE_BREAK,
        GRID_TABLE,
        common.DISPLAY_MATH,
        *common.LATEX,
    ),
    (
        SHORTCODE,
        common.MATH,
        common.BRACKET_MATH,
        common.ATTRIBUTE_LIST,
        RAW_ATTRIBUTE,
        NUMBERED_EXAMPLE,
    ),
    attributes=("fig-alt", "fig-cap", "tbl-cap"),
    executed=executed.PANDOC_EXECUTES,
)
