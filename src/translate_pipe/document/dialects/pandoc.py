"""Pandoc and Quarto."""

from __future__ import annotations

from translate_pipe.document.dialects import common
from translate_pipe.document.dialects.hugo import SHORTCODE, SHORTCODE_LINE
from translate_pipe.document.dialects.rules import Dialect, Example, Form, LineRule, TokenRule, line

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
PAGE_BREAK = LineRule(
    "Commands of LaTeX on lines of their own",
    b"\\",
    line(rb"\\(?:newpage|pagebreak|clearpage|tableofcontents|appendix|bigskip|medskip|smallskip|noindent)"),
    Form.SINGLE,
    Example("\\newpage"),
)

GRID_TABLE = LineRule(
    "Grid tables, which are left alone",
    b"+",
    line(rb"\+(?:[-=:]+\+)+(?:(?:\r\n|\n|\r)[ \t>]*[+|][^\r\n]*)+"),
    Form.SINGLE,
    Example("+---+---+\n| a | b |\n+===+===+\n| c | d |\n+---+---+"),
)

PANDOC = Dialect(
    "pandoc",
    "Pandoc and Quarto",
    "Pandoc's Markdown, with the shortcodes and callouts of Quarto.",
    common.EXTENSIONS,
    (
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
)
