"""CommonMark and GitHub's flavour, and rules that several dialects share."""

from __future__ import annotations

from dataclasses import replace

from translate_pipe.markdown.dialects import executed
from translate_pipe.markdown.dialects.rules import (
    HTML,
    SAME,
    TITLE_PATTERN,
    Dialect,
    Example,
    LineForm,
    LineRule,
    TokenRule,
    closing,
    line,
)
from translate_pipe.model import SlotShape
from translate_pipe.text.lines import EOL_BYTES

PARSER_EXTENSIONS = frozenset({
    "TABLES",
    "FOOTNOTES",
    "STRIKETHROUGH",
    "TASKLISTS",
    "HEADING_ATTRIBUTES",
    "DEFINITION_LIST",
    "GFM",
})  # fmt: skip
"""Extensions of the parser that each dialect but CommonMark has."""

# Formulas

MATH = TokenRule(
    "Formulas",
    # Pandoc's rule: no blank after the first dollar or before the last one, and no digit after that one.
    rb"\$\$(?:[^$`\\\r\n]|\\[^\r\n]?|" + EOL_BYTES + rb"(?![ \t>]*[\r\n])){1,5000}+\$\$"
    rb"|\$(?<![\w$\\]\$)(?![\s$])(?:[^$`\\\r\n]|\\[^\r\n]){1,1000}+(?<!\s)\$(?![\w$])",
    Example("Los $x^2 + 1 = 0$ op.", ("Los $x^2 + 1 = 0$ op.",)),
)
BRACKET_MATH = TokenRule(
    "Formulas in brackets",
    rb"\\\((?:[^\\\r\n]|\\[^()\r\n]){1,1000}+\\\)|\\\[(?:[^\\\r\n]|\\[^\[\]\r\n]){1,1000}+\\\]",
    Example(r"Los \(x^2 + 1 = 0\) op.", (r"Los \(x^2 + 1 = 0\) op.",)),
)
DISPLAY_MATH = LineRule(
    "Formulas on lines of their own",
    b"$",
    line(rb"\$\$"),
    LineForm.REGION,
    Example("$$\na^2 + b^2 = c^2\n$$"),
    closes=closing(rb"(?:[^$\r\n]*[^$\r\n\\])?\$\$(?:[ \t]*(?:\([^()\r\n]*\)|\{[^{}\r\n]*\}))?"),
    paragraph=True,
    elsewhere=SAME,
)
SPACED_DISPLAY_MATH = replace(
    DISPLAY_MATH, paragraph=False, elsewhere=None, example=Example("$$\na^2 + b^2\n\n= c^2\n$$")
)
BRACKET_DISPLAY_MATH = LineRule(
    "Formulas in brackets on lines of their own",
    b"\\",
    line(rb"\\\["),
    LineForm.REGION,
    Example("\\[\na^2 + b^2 = c^2\n\\]"),
    closes=closing(rb"\\\]"),
    elsewhere=line(rb"\\[\[\]]"),
)
ENVIRONMENT = LineRule(
    "LaTeX environments",
    b"\\",
    line(rb"\\begin\{(?P<same>[A-Za-z]+\*?)\}[^\r\n]*"),
    LineForm.REGION,
    Example("\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}"),
    closes=closing(rb"[^\r\n]*?\\end\{(?P<same>[A-Za-z]+\*?)\}[ \t]*+[.,;]?+"),
    elsewhere=line(rb"\\(?:begin|end)\{[A-Za-z]+\*?\}"),
)
LATEX = (BRACKET_DISPLAY_MATH, ENVIRONMENT)

# Attributes

_ATTRIBUTES = rb"\{:?[ \t]*(?:[.#][^\s{}]|[\w:-]+=)[^{}\r\n]*\}"
ATTRIBUTE_LINE = LineRule(
    "Attribute lists on lines of their own",
    b"{",
    line(_ATTRIBUTES),
    LineForm.SINGLE,
    Example("Let op.\n{ .waarschuwing }", ("Let op.",)),
    elsewhere=SAME,
)
KRAMDOWN_LINE = LineRule(
    "Attribute lists of kramdown",
    b"{",
    line(rb"\{:[^{}\r\n]*\}"),
    LineForm.SINGLE,
    Example("Let op.\n{: .waarschuwing}", ("Let op.",)),
    elsewhere=SAME,
)
ATTRIBUTE_LIST = TokenRule(
    "Attribute lists",
    _ATTRIBUTES,
    Example("[Koop nu](/koop){ .knop } in de winkel.", ("[Koop nu](/koop){ .knop } in de winkel.",)),
)

# Liquid, Jinja and their like

# A tag may be on several lines, but not beyond an empty one. It holds no beginning of another one, so that many
# beginnings do not search the same text each.
_IN_LIQUID = rb"(?:[^{%\r\n]|\{(?!%)|%(?!\})|" + EOL_BYTES + rb"(?![ \t>]*[\r\n])){0,2000}+"
LIQUID_LINE = LineRule(
    "Tags of a template language on lines of their own",
    b"{",
    line(rb"(?:\{%" + _IN_LIQUID + rb"%\}[ \t]*+)++"),
    LineForm.SINGLE,
    Example("{% if nieuw %}\nNieuw!\n{% endif %}", ("Nieuw!",)),
    elsewhere=SAME,
)
LIQUID = TokenRule(
    "Tags and values of a template language",
    rb"\{%" + _IN_LIQUID + rb"%\}|\{\{(?![<%])(?:[^{}\r\n]|\{(?!\{)|\}(?!\})){0,2000}+\}\}",
    Example("Versie {{ versie }} is er.", ("Versie {{ versie }} is er.",)),
)

# Others

ABBREVIATION = LineRule(
    "Abbreviations",
    b"*",
    line(rb"\*\[(?P<label>[^\]\r\n]+)\]:[ \t]*" + TITLE_PATTERN),
    LineForm.SINGLE,
    Example("De HTML van de pagina.\n\n*[HTML]: opmaaktaal", ("De HTML van de pagina.", "opmaaktaal")),
    elsewhere=SAME,
)
TABLE_OF_CONTENTS = LineRule(
    "Tables of contents",
    b"[",
    line(rb"\[(?:TOC|toc|\[_?(?i:toc)_?\])\]"),
    LineForm.SINGLE,
    Example("[TOC]"),
    elsewhere=SAME,
)
WIKI_LINK = TokenRule(
    "Wiki links",
    # [[1]](address) is a link whose text has brackets.
    rb"\[\[[^\[\]|\r\n]{1,500}(?:\]\](?![(\[])|\|(?=[^\[\]\r\n]{1,500}\]\](?![(\[])))",
    Example("Lees [[huid/olie|meer over olie]].", ("Lees [[huid/olie|meer over olie]].",)),
)
_KEY = rb"(?:[\w'-]+|\"[^\"+\r\n]{1,50}\")"
KEY_MARKS = TokenRule(
    "Keys",
    rb"\+\+" + _KEY + rb"(?:\+" + _KEY + rb"){0,20}\+\+",
    Example("Druk op ++ctrl+alt+del++ om te stoppen.", ("Druk op ++ctrl+alt+del++ om te stoppen.",)),
)
CRITIC_MARKS = TokenRule(
    "Critic marks",
    rb"\{(?:\+\+|--|~~|==|>>)|(?:\+\+|--|~~|==|<<)\}",
    Example("Dit is {--oud--}{++nieuw++}.", ("Dit is {--oud--}{++nieuw++}.",)),
)

MARKDOWN_IN_HTML = LineRule(
    "HTML with Markdown in it",
    b"<",
    line(
        rb"<[A-Za-z][\w-]*+(?=[ \t][^<>\r\n]*+>[ \t]*+(?:[\r\n]|\Z))"
        rb"[^<>\r\n]*?[ \t]markdown(?:=(?:\"\w*\"|'\w*'|\w+))?(?:[ \t][^<>\r\n]*+)?>"
    ),
    LineForm.OPENING,
    Example('<div class="kader" markdown="1">\nEet *noten*.\n</div>', ("Eet *noten*.",)),
    family=HTML,
)

# Containers between colons

COLON_END = LineRule(
    "The end of a container",
    b":",
    line(rb":{3,}"),
    LineForm.CLOSING,
    Example(":::kader\nIn een kader.\n:::", ("In een kader.",)),
    family="colon",
    elsewhere=SAME,
)
DIV = LineRule(
    "Fenced divs",
    b":",
    line(rb":{3,}[ \t]*(?:[\w-]+|\{(?P<attributes>[^{}\r\n]*)\})(?:[ \t]+:{3,})?"),
    LineForm.OPENING,
    Example('::: {.callout-tip title="Een tip"}\nEet noten.\n:::', ("Een tip", "Eet noten.")),
    family="colon",
    quoting=SlotShape.PARAMETER,
    elsewhere=SAME,
)

ALERT = LineRule(
    "Alerts",
    b"[",
    line(rb"(?<=>|[ \t])\[!(?i:note|tip|important|warning|caution)\]"),
    LineForm.SINGLE,
    Example("> [!TIP]\n> Eet noten.", ("Eet noten.",)),
    elsewhere=SAME,
)
"""The parser knows them, unless it is asked for nothing but CommonMark."""

COMMONMARK = Dialect("commonmark", "CommonMark", frozenset())
GFM = Dialect(
    "gfm",
    "GitHub",
    PARSER_EXTENSIONS,
    (DISPLAY_MATH,),
    (MATH,),
    executed=executed.GFM_EXECUTES,
)
