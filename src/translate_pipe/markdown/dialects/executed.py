r"""Rules for what site generators execute, include or load, which no translation may add.

A rule finds tokens in one view of a document (`View`), because a generator reads some of them in the file as it is,
code and all, and others only where Markdown is text. `translate_pipe.markdown.inline.executing` does the finding.

Facts, as the generators' own documentation has them: Jekyll runs Liquid over the whole file, and kramdown takes a lone
backtick between blanks for text. Hugo finds shortcodes in code as well; `{{</* … */>}}` shows one. Quarto does the
same, and shows `{{{< … >}}}`. The macros, snippets and includes of MkDocs are read in the whole file. MyST, MDX and
attribute lists act where Markdown is text, and a backslash in front makes text of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class View(Enum):
    """The part of a document that a rule looks at."""

    FILE = "the whole file, code and comments too"
    TEXT = "text outside of code, without what a backslash escapes"
    FORMULA = "text outside of code, with its backslashes"
    VALUE = "values of front matter"


@dataclass(frozen=True, slots=True)
class ExecutedRule:
    """Something that a site generator executes, includes or loads.

    `pattern` matches a whole token; or, where the rule `ends`, what a token begins with, and the token goes on up to
    the next text that it ends with, in the same paragraph. If it ends with a brace, braces within are paired. With
    `code`, the code span after the match (`after`) or before it (`before`) belongs to the token. What a rule finds that
    `is_inert` is passed over with its contents. Patterns have no named groups, and are linear.
    Each token has one of the `marks`. `example` is a translation that is refused where the source does not have the
    same; what is inert and has none may be added.
    """

    name: str
    pattern: bytes
    example: str
    view: View = View.FILE
    ends: bytes = b""
    code: str = ""
    is_inert: bool = False
    marks: tuple[bytes, ...] = (b"{",)


# Templates

_LIQUID_TAG = ExecutedRule("Tags of a template language", rb"\{%", "{% include geheim.md %}", ends=b"%}")
_LIQUID_VALUE = ExecutedRule("Values of a template language", rb"\{\{", "{{ site.geheim }}", ends=b"}}")
_LIQUID_END = ExecutedRule("Ends of tags of a template language", rb"%\}|\}\}", "100 %} zeker", marks=(b"}",))
_LIQUID = (_LIQUID_TAG, _LIQUID_VALUE, _LIQUID_END)
# Not the attribute list of an id, `{#id .class}`.
_JINJA_COMMENT = ExecutedRule(
    "Comments of a template language",
    rb"\{#(?![\w:.-]{1,100}[^{}\r\n]{0,200}\})",
    "{# weg #}",
    ends=b"#}",
    is_inert=True,
)
_SUBSTITUTIONS = (
    ExecutedRule("Substitutions", rb"\{\{", "{{ env.config }}", View.TEXT, ends=b"}}"),
    ExecutedRule("Ends of substitutions", rb"\}\}", "einde }}", View.TEXT, marks=(b"}",)),
)

# Shortcodes

_SHORTCODES = (
    ExecutedRule("Shortcodes", rb"\{\{<", "{{< gist kwaad 1 >}}", ends=b">}}"),
    ExecutedRule("Shortcodes with Markdown", rb"\{\{%", "{{% include geheim.md %}}", ends=b"%}}"),
    ExecutedRule("Ends of shortcodes", rb"[>%]\}\}", "einde >}}", marks=(b"}",)),
)
_SHOWN_SHORTCODES = (
    ExecutedRule("Shown shortcodes", rb"\{\{[<%]/\*", "", ends=b"*/", is_inert=True),
    ExecutedRule("Ends of shown shortcodes", rb"(?<=\*/)[>%]\}\}", "", is_inert=True),
)
_TRIPLE_SHORTCODES = (ExecutedRule("Shown shortcodes of Quarto", rb"\{{3,6}[<%]", "", ends=b"}}}", is_inert=True),)

# Attribute lists

_VALUE = rb"(?:\"[^\"{}]{0,500}\"|'[^'{}]{0,500}'|[^\s\"'{}=]{0,500})"
# What a translation may have in an attribute list; whatever else has a value may do something.
_HARMLESS = (
    rb"(?:[ \t\r\n>]|[.#!]?[\w:.-]{1,100}(?![\w:.=-])"
    rb"|(?:alt|title|label|caption|lang|dir|translate|width|height|align|loading|tabindex|role|start|reversed|colspan"
    rb"|rowspan|key|value|name|fig-alt|fig-cap|fig-align|tbl-cap|fig-scap|layout-ncol|layout-nrow|icon|collapse"
    rb"|appearance|aria-[a-z]+)=" + _VALUE + rb")"
)


def _attributes(beginning: bytes, *, view: View = View.TEXT, example: str) -> ExecutedRule:
    pattern = beginning + rb"(?!" + _HARMLESS + rb"{0,100}+\})(?=[^{}=]{0,300}(?<=[\w:@.-])=)[^{}]{0,1000}+\}?"
    return ExecutedRule("Attributes that may do something", pattern, example, view)


_ATTRIBUTES = _attributes(rb"\{:?", example='*tekst*{: onclick="alert(1)"}')
# A lone backtick between blanks is text to kramdown, so what the parser takes for code need not be.
_KRAMDOWN_ATTRIBUTES = _attributes(rb"\{:(?![:/])", view=View.FILE, example='*tekst*{: onclick="alert(1)"}')
# Python-Markdown makes an attribute of a word without a value, too.
_BARE_ATTRIBUTES = ExecutedRule(
    "Attributes that hide or open something",
    rb"(?:\{:|(?<=[*_`)\]>~=+^])\{)(?=[^{}=]{0,300}(?<![\w.#-])"
    rb"(?i:hidden|inert|popover|autofocus|contenteditable)(?![\w.-]))[^{}]{0,1000}+\}",
    "*tekst*{: hidden }",
    View.TEXT,
)
# Of GitHub, which has no attribute lists; its flavour is that of other sites as well.
_HANDLERS = ExecutedRule(
    "Attributes that do something",
    rb"\{(?=[^{}]{0,1000}(?<![\w-])(?i:on[a-z]{3,}|style|src|srcset|srcdoc|href|action|formaction|data|poster|ping|http-equiv)=)"
    rb"[^{}]{0,1000}+\}?",
    '*tekst*{onclick="alert(1)"}',
    View.TEXT,
)

# Formulas, and LaTeX

_SLASH = rb"(?:\\|&#0{0,9}92;|&#[xX]0{0,9}5[cC];|&bsol;)"
# In code as well: {math}`…` and $`…`$ are formulas.
_TEX = ExecutedRule(
    "Commands of LaTeX that load or link",
    _SLASH
    + rb"(?:href|url|html(?:Id|Class|Style|Data)|require|includegraphics|class|cssId|style|data|input|include|import"
    rb"|write|immediate|openin|openout|read|newread|newwrite|catcode|csname|def|edef|gdef|xdef|let|futurelet|newcommand"
    rb"|renewcommand|newenvironment|DeclareMathOperator|verbatiminput|lstinputlisting|usepackage|directlua|ShellEscape"
    rb"|special|toggle|texttip|mathtip|action)(?![A-Za-z])(?:[{\[][^{}\[\]\r\n]{0,500}[}\]]){0,3}",
    r"$\href{javascript:alert(1)}{x}$",
    marks=(b"\\", b"&"),
)
# Where raw LaTeX is no text, but for what a translator may write in formulas.
_RAW_TEX = ExecutedRule(
    "Commands of LaTeX",
    rb"\\(?!(?:text(?:rm|it|bf|sf|tt|normal|up|sc)?|math(?:rm|it|bf|sf|tt)|mbox|emph|[lcvd]?dots|q?quad|cdot|times"
    rb"|operatorname|thinspace|ldotp|degree|circ|celsius|percent|euro|pounds)(?![A-Za-z]))[A-Za-z@]{1,100}",
    r"\write18{kwaad}",
    View.FORMULA,
    marks=(b"\\",),
)

# MkDocs

_SNIPPETS = ExecutedRule(
    "Snippets",
    rb"-{1,50}8<-{1,50}(?:[ \t]*(?:\"[^\"\r\n]{0,500}\"|'[^'\r\n]{0,500}'))?",
    '--8<-- "geheim.md"',
    marks=(b"-8<",),
)
_INCLUDES = (
    ExecutedRule("Included texts", rb"\{!", "{!geheim.md!}", ends=b"!}"),
    ExecutedRule("Included code", rb"\{\*(?=[ \t])", "{* geheim.py *}", ends=b"*}"),
    ExecutedRule(
        "API descriptions",
        rb"!!swagger(?:-http)?\b[^\r\n!]{0,500}!!|\[OAD\([^)\r\n]{0,500}\)\]",
        "!!swagger x.json!!",
        marks=(b"!!swagger", b"[OAD("),
    ),
)
_IDENTIFIERS = ExecutedRule(
    "Generated documentation", rb"(?<![:\w]):::[ \t]?(?=[^\s:{])[^\s]{1,300}", "::: os", marks=(b":::",)
)
_HTML_BLOCKS = ExecutedRule(
    "Blocks of HTML", rb"/{3,20}[ \t]*html\b[^\r\n]{0,500}", "/// html | script", marks=(b"///",)
)

# kramdown

_KRAMDOWN_EXTENSIONS = ExecutedRule("Extensions of kramdown", rb"\{:[:/][^{}\r\n]{0,500}\}", "{::nomarkdown}")

# MyST

_TEXT_ROLES = (
    rb"(?:abbr|guilabel|menuselection|sub|sup|subscript|superscript|kbd|term|ref|numref|doc|any|index|option|envvar|math"
    rb"|eq|cite(?:[:\w-]{0,50})|footcite(?:[:\w-]{0,50})|code|file|command|program|samp|dfn|mimetype|newsgroup|regexp|token"
    rb"|keyword|rfc|pep|del|u|strong|emphasis|literal|title-reference|external[\w:+.-]{0,50}|(?:py|c|cpp|js|rst|std):[\w:+-]{1,50})"
)
_ROLES = (
    ExecutedRule("Roles for text and references", rb"\{" + _TEXT_ROLES + rb"\}(?=`)", "{ref}`kop`", View.TEXT),
    ExecutedRule("Roles", rb"\{[^{}\s`]{1,100}\}(?=`)", "{eval}`geheim`", View.TEXT, code="after"),
)

# Pandoc and Quarto

_RAW_CODE = ExecutedRule(
    "Raw code", rb"(?<=`)\{=[^{}\s]{1,50}\}", "`<script>alert(1)</script>`{=html}", View.TEXT, code="before"
)
_INLINE_CELLS = ExecutedRule(
    "Code cells in a text",
    rb"`(?:[ \t]*\{[\w.+:-]{1,50}\}|r[ #])[^`]{0,1000}`?",
    "`{python} geheim`",
    marks=(b"{", b"`r ", b"`r#"),
)
_OBSERVABLE = ExecutedRule("Expressions of Observable", rb"\$\{", "${geheim}", View.TEXT, ends=b"}")

# MDX

_EXPRESSIONS = ExecutedRule("Expressions", rb"\{", "{process.env.SECRET}", View.TEXT, ends=b"}")
_MODULES = ExecutedRule(
    "Imports and exports",
    rb"(?:(?<=[\r\n])|\A)(?:import|export)[ ][^\r\n]{0,1000}",
    'import ü from "z"',
    View.TEXT,
    marks=(b"import ", b"export "),
)
_COMPONENTS = ExecutedRule(
    "Components",
    rb"</?(?:[A-Z]|[^\W\d_][\w-]{0,50}[.]|[$_]|[^\x00-\x7f]|>)[^<>]{0,1000}>?",
    "<Kwaad />",
    View.TEXT,
    marks=(b"<",),
)

# Front matter: a theme may put a value into an attribute or a template.

FRONT_MATTER = (
    ExecutedRule("Tags in front matter", rb"<", "Slaap <script>", View.VALUE),
    ExecutedRule(
        "Attributes in front matter",
        rb"[\"'`](?:[\w:.-]{1,100}[\s/]{1,9}|[\s/]){0,50}[\w:.-]{1,100}\s{0,9}(?==)",
        'Slaap" http-equiv="refresh',
        View.VALUE,
    ),
    ExecutedRule(
        "Templates in front matter",
        rb"\{[{%!=#*]|[}%!*]\}|\$\{|\{\w[\w.]{0,100}[.(]|\\[A-Za-z]{2,50}[{\[]",
        "{{ geheim }}",
        View.VALUE,
    ),
)

GFM_EXECUTES = (_HANDLERS, _TEX)
MKDOCS_EXECUTES = (
    _JINJA_COMMENT,
    *_LIQUID,
    _SNIPPETS,
    *_INCLUDES,
    _IDENTIFIERS,
    _HTML_BLOCKS,
    _ATTRIBUTES,
    _BARE_ATTRIBUTES,
    _TEX,
)
MYST_EXECUTES = (*_SUBSTITUTIONS, *_ROLES, _ATTRIBUTES, _TEX)
HUGO_EXECUTES = (*_SHOWN_SHORTCODES, *_SHORTCODES, _ATTRIBUTES, _TEX)
DOCUSAURUS_EXECUTES = (_EXPRESSIONS, _MODULES, _COMPONENTS)
PANDOC_EXECUTES = (
    *_TRIPLE_SHORTCODES,
    *_SHOWN_SHORTCODES,
    *_SHORTCODES,
    _RAW_CODE,
    _INLINE_CELLS,
    _OBSERVABLE,
    _ATTRIBUTES,
    _TEX,
    _RAW_TEX,
)
JEKYLL_EXECUTES = (*_LIQUID, _KRAMDOWN_EXTENSIONS, _KRAMDOWN_ATTRIBUTES, _TEX)

# What is executed by one of these generators or another, and in prose by none: for texts whose dialect is not known.
# `{name}` is a word to most, so an expression has to look like one.
UNKNOWN = (
    *_TRIPLE_SHORTCODES,
    *_SHOWN_SHORTCODES,
    *_SHORTCODES[:2],
    _JINJA_COMMENT,
    _LIQUID_TAG,
    _LIQUID_VALUE,
    _SNIPPETS,
    *_INCLUDES,
    _HTML_BLOCKS,
    _KRAMDOWN_EXTENSIONS,
    _HANDLERS,
    _TEX,
    *_ROLES,
    _RAW_CODE,
    _INLINE_CELLS,
    ExecutedRule("Expressions", rb"\{[A-Za-z_$][\w$]{0,100}[.(][^{}]{0,500}\}", "{process.env.SECRET}", View.TEXT),
)
