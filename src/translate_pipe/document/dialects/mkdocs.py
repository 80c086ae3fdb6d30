"""MkDocs: Python-Markdown with its own extensions and those of pymdownx."""

from __future__ import annotations

from translate_pipe.document.dialects import common
from translate_pipe.document.dialects.rules import Dialect, Example, Form, LineRule, TokenRule, closing, line
from translate_pipe.document.lines import EOL_BYTES

_TYPE = rb"[\w-]+(?:[ ]+[\w-]+)*"
_TITLE = rb'[ ]+"(?P<title>[^\r\n]*)"'

ADMONITION = LineRule(
    "Admonitions",
    b"!",
    line(rb"!!![ ]?" + _TYPE + rb"(?:" + _TITLE + rb")?"),
    Form.INDENTED,
    Example('!!! tip "Een tip"\n    Eet noten.', ("Een tip", "Eet noten.")),
)
DETAILS = LineRule(
    "Collapsible blocks",
    b"?",
    line(rb"\?\?\?\+?[ ]?(?:(?:" + _TYPE + rb")?" + _TITLE + rb"|" + _TYPE + rb")"),
    Form.INDENTED,
    Example('???+ note "Meer"\n    Eet noten.', ("Meer", "Eet noten.")),
)
TAB = LineRule(
    "Tabs",
    b"=",
    line(rb"===[+!]{0,2}" + _TITLE),
    Form.INDENTED,
    Example('=== "Linux"\n    Open een terminal.', ("Linux", "Open een terminal.")),
)
# The options of a block stand indented right below its first line (pymdownx.blocks).
_OPTIONS = rb"(?:[ \t]*" + EOL_BYTES + rb"[ \t>]*[ ]{4}[ ]*[\w-]+:[^\r\n]*)*"
KEPT_BLOCK = LineRule(
    "Blocks whose argument is no title",
    b"/",
    line(rb"/{3,}[ ]*(?:html|caption|(?:figure|table)-caption)(?:[ ]*\|[^\r\n]*)?" + _OPTIONS),
    Form.OPENING,
    Example("/// html | div.kader\nIn een kader.\n///", ("In een kader.",)),
    family="slash",
)
BLOCK = LineRule(
    "Blocks",
    b"/",
    line(rb"/{3,}[ ]*[\w-]+(?:[ ]*\|[ ]*(?P<title>[^\s][^\r\n]*?))?" + _OPTIONS),
    Form.OPENING,
    Example("/// note | Let op\n    type: warning\n\nEet noten.\n///", ("Let op", "Eet noten.")),
    family="slash",
)
BLOCK_END = LineRule(
    "The end of a block",
    b"/",
    line(rb"/{3,}"),
    Form.CLOSING,
    Example("/// note\nEet noten.\n///", ("Eet noten.",)),
    family="slash",
)
# mkdocstrings: what is below the identifier are its options.
IDENTIFIER = LineRule(
    "Generated documentation",
    b":",
    line(rb":::[ ]+[\w.]+[^\r\n]*(?:[ \t]*" + EOL_BYTES + rb"(?:[ \t>]*" + EOL_BYTES + rb")?[ \t>]*[ ]{4}[^\r\n]+)*"),
    Form.SINGLE,
    Example("::: pakket.module\n    options:\n        members: true"),
)
SNIPPET = LineRule(
    "Snippets",
    b"-;",
    line(rb";?-+8<-+[ \t]+[^\r\n]+"),
    Form.SINGLE,
    Example('--8<-- "includes/afkortingen.md"'),
)
SNIPPETS = LineRule(
    "Snippets in blocks",
    b"-",
    line(rb"-+8<-+"),
    Form.REGION,
    Example("--8<--\nincludes/een.md\nincludes/twee.md\n--8<--"),
    closes=closing(rb"-+8<-+"),
)
INCLUDE_LINE = LineRule(
    "Included files",
    b"{",
    line(rb"\{(?P<mark>[!*])[^\r\n]*(?P=mark)\}"),
    Form.SINGLE,
    Example("{* ../voorbeelden/een.py hl[4] *}"),
)
# A comment that a plugin replaces, as the term of a definition; the parser takes it for a block of HTML.
COMMENT_TERM = TokenRule(
    "Comments as terms",
    rb"<!--(?:[^<\r\n-]|-(?!->)){0,500}+-->(?=[^<>\r\n]*"
    + EOL_BYTES
    + rb"[ \t>]*(?:"
    + EOL_BYTES
    + rb"[ \t>]*)?:[ \t])",
    Example("<!-- md:option taal -->\n\n:   De taal van de site.", ("De taal van de site.",)),
)
INCLUDE = TokenRule(
    "Included texts",
    rb"\{!(?:[^{!\r\n]|!(?!\})){0,1000}+!\}|\{\*(?:[^{*\r\n]|\*(?!\})){0,1000}+\*\}",
    Example("De versie is {!versie.md!}.", ("De versie is {!versie.md!}.",)),
)

MKDOCS = Dialect(
    "mkdocs",
    "MkDocs",
    "Python-Markdown with its extensions, those of pymdownx, and the plugins of MkDocs that people use most.",
    common.EXTENSIONS,
    (
        ADMONITION,
        DETAILS,
        TAB,
        KEPT_BLOCK,
        BLOCK,
        BLOCK_END,
        IDENTIFIER,
        common.MARKDOWN_IN_HTML,
        SNIPPET,
        SNIPPETS,
        INCLUDE_LINE,
        common.ABBREVIATION,
        common.TABLE_OF_CONTENTS,
        common.ATTRIBUTE_LINE,
        common.KRAMDOWN_LINE,
        common.LIQUID_LINE,
        common.DISPLAY_MATH,
        *common.LATEX,
    ),
    (
        common.MATH,
        common.BRACKET_MATH,
        common.LIQUID,
        common.ATTRIBUTE_LIST,
        INCLUDE,
        COMMENT_TERM,
        common.KEYS,
        common.CRITIC_MARKS,
        common.WIKI_LINK,
    ),
)
