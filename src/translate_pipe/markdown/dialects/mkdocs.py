"""MkDocs: Python-Markdown with its own extensions and those of pymdownx."""

from __future__ import annotations

from translate_pipe.markdown.dialects import common, executed
from translate_pipe.markdown.dialects.rules import (
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
from translate_pipe.text.lines import EOL_BYTES

_TYPE = rb"[\w-]+(?:[ ]+[\w-]+)*"
_TITLE = rb'[ ]+"(?P<title>[^\r\n]*)"'
# Elsewhere a line of the kind is one if its type is known, if it has a title or if a body is indented below it.
_BODY = (
    rb"(?=[ \t]*+"
    + EOL_BYTES
    + rb"(?:[ \t>]*+"
    + EOL_BYTES
    + rb")?(?:[ ]{0,3}>)*+(?:[ ]{4}|[ ]{0,3}\t)[ \t]*+[^ \t\r\n])"
)
_KNOWN_TYPE = (
    rb"(?:abstract|attention|bug|caution|check|cite|danger|done|error|example|fail|failure|faq|help|hint|important|info"
    rb"|missing|note|question|quote|seealso|success|summary|tip|tldr|todo|warning)(?:[ ]+[\w-]+)*"
)
_FITTING = rb"(?:(?:" + _TYPE + rb")?" + _TITLE + rb"|" + _KNOWN_TYPE + rb"|" + _TYPE + _BODY + rb")"

ADMONITION = LineRule(
    "Admonitions",
    b"!",
    line(rb"!!![ ]?" + _TYPE + rb"(?:" + _TITLE + rb")?"),
    LineForm.INDENTED,
    Example('!!! tip "Een tip"\n    Eet noten.', ("Een tip", "Eet noten.")),
    elsewhere=line(rb"!!![ ]?" + _FITTING),
)
DETAILS = LineRule(
    "Collapsible blocks",
    b"?",
    line(rb"\?\?\?\+?[ ]?(?:(?:" + _TYPE + rb")?" + _TITLE + rb"|" + _TYPE + rb")"),
    LineForm.INDENTED,
    Example('???+ note "Meer"\n    Eet noten.', ("Meer", "Eet noten.")),
    elsewhere=line(rb"\?\?\?\+?[ ]?" + _FITTING),
)
TAB = LineRule(
    "Tabs",
    b"=",
    line(rb"===[+!]{0,2}" + _TITLE),
    LineForm.INDENTED,
    Example('=== "Linux"\n    Open een terminal.', ("Linux", "Open een terminal.")),
    elsewhere=SAME,
)
# The options of a block are indented right below its first line (pymdownx.blocks).
_OPTIONS = rb"(?:[ \t]*+" + EOL_BYTES + rb"[ \t>]*+(?<=[ ]{4})[\w-]++:[^\r\n]*+)*+"
KEPT_BLOCK = LineRule(
    "Blocks whose argument is no title",
    b"/",
    line(rb"/{3,}[ ]*(?:html|caption|(?:figure|table)-caption)(?:[ ]*\|[^\r\n]*+)?" + _OPTIONS),
    LineForm.OPENING,
    Example("/// html | div.kader\nIn een kader.\n///", ("In een kader.",)),
    family="slash",
    elsewhere=SAME,
)
BLOCK = LineRule(
    "Blocks",
    b"/",
    line(rb"/{3,}[ ]*[\w-]+(?:[ ]*\|[ ]*" + TITLE_PATTERN + rb")?" + _OPTIONS),
    LineForm.OPENING,
    Example("/// note | Let op\n    type: warning\n\nEet noten.\n///", ("Let op", "Eet noten.")),
    family="slash",
    elsewhere=SAME,
)
BLOCK_END = LineRule(
    "The end of a block",
    b"/",
    line(rb"/{3,}"),
    LineForm.CLOSING,
    Example("/// note\nEet noten.\n///", ("Eet noten.",)),
    family="slash",
    elsewhere=SAME,
)
# mkdocstrings: what is below the identifier are its options.
_OPTIONS_BELOW = rb"(?:[ \t]*+" + EOL_BYTES + rb"(?:[ \t>]*+" + EOL_BYTES + rb")?[ \t>]*?[ ]{4}[^\r\n]++)*+"
IDENTIFIER = LineRule(
    "Generated documentation",
    b":",
    line(rb":::[ ]+[^\s{}]+" + _OPTIONS_BELOW),
    LineForm.SINGLE,
    Example("::: pakket.module\n    options:\n        members: true"),
    elsewhere=line(rb":::[ ]+\w+(?:[.:]+\w+)+" + _OPTIONS_BELOW),
)
SNIPPET = LineRule(
    "Snippets",
    b"-;",
    line(rb";?-+8<-+[ \t]+[^\r\n]+"),
    LineForm.SINGLE,
    Example('--8<-- "includes/afkortingen.md"'),
    elsewhere=SAME,
)
SNIPPETS = LineRule(
    "Snippets in blocks",
    b"-",
    line(rb"-+8<-+"),
    LineForm.REGION,
    Example("--8<--\nincludes/een.md\nincludes/twee.md\n--8<--"),
    closes=closing(rb"-+8<-+"),
    elsewhere=SAME,
)
INCLUDE_LINE = LineRule(
    "Included files",
    b"{",
    line(rb"\{(?P<mark>[!*])[^\r\n]*(?P=mark)\}"),
    LineForm.SINGLE,
    Example("{* ../voorbeelden/een.py hl[4] *}"),
    elsewhere=SAME,
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
    common.PARSER_EXTENSIONS,
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
        common.KEY_MARKS,
        common.CRITIC_MARKS,
        common.WIKI_LINK,
    ),
    executed=executed.MKDOCS_EXECUTES,
)
