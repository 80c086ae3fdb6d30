"""Docusaurus: MDX with admonitions."""

from __future__ import annotations

from translate_pipe.markdown.dialects import common, executed
from translate_pipe.markdown.dialects.rules import TITLE_PATTERN, Dialect, Example, LineForm, LineRule, TokenRule, line
from translate_pipe.text.lines import EOL_BYTES

DOCUSAURUS_ADMONITION = LineRule(
    "Admonitions",
    b":",
    line(
        rb":{3,}[ ]*[\w-]+"
        rb"(?:\[(?P<bracketed>(?:[^\[\]\r\n\\]|\\[^\r\n]|\[[^\[\]\r\n]*+\])*+)\])?"
        rb"(?:\{(?P<attributes>[^{}\r\n]*)\})?"
        rb"(?:[ ]+(?![{\[])" + TITLE_PATTERN + rb")?"
    ),
    LineForm.OPENING,
    Example(":::tip[Een tip]\n\nEet noten.\n\n:::", ("Een tip", "Eet noten.")),
    family="colon",
    # With the attributes of VitePress, which are before the title or after it.
    elsewhere=line(
        rb":{3,}[ ]*[\w-]+(?:\[(?P<bracketed>(?:[^\[\]\r\n\\]|\\[^\r\n]|\[[^\[\]\r\n]*+\])*+)\])?"
        rb"(?:[ ]*+\{(?P<attributes>[^{}\r\n]*+)\})?"
        rb"(?:[ ]++(?P<title>[^\s{\[](?:[^{}\r\n]*[^ \t{}\r\n])?+))?(?:[ ]*+\{[^{}\r\n]*+\})?"
    ),
)
# Braces of JavaScript, three deep at most; what is nested deeper stays text.
# They do not reach beyond a fence of code.
_IN_BRACES = rb"(?:[^{}\r\n]|[\r\n](?![ \t>]*(?:```|~~~)))"
_BRACES = (
    rb"\{(?:" + _IN_BRACES + rb"|\{(?:" + _IN_BRACES + rb"|\{" + _IN_BRACES + rb"{0,500}+\}){0,500}+\}){0,2000}+\}"
)
_NAME = rb"(?:[A-Za-z][\w.:-]*+)?+"
_IN_TAG = (
    rb"(?:[^<>{}\"'`\r\n/]|/(?!>)|" + EOL_BYTES + rb"(?![ \t]*[\r\n])|\"[^\"]*\"|'[^']*'|" + _BRACES + rb"){0,3000}+"
)
_TAG = rb"<(?:/" + _NAME + rb"[ \t]*+|" + _NAME + _IN_TAG + rb"/?)>"

# HTML's own elements are left to the parser, but for those whose attributes are JavaScript, and for details: it often
# has code right below, and in MDX a tag does not make HTML of the lines that follow it.
_COMPONENT = rb"<(?:/?(?=[A-Z]|>|details[ >])|(?=[a-z][^<>\r\n]*[\w-]=\{))"
# Elsewhere the tags of components have a name like "Tabs"; "BR" is HTML.
_NAMED = rb"</?[A-Z][\w.]*[a-z]"
_TAGS = (
    rb"<(?P<end>/)?" + _NAME + rb"(?P<attributes>" + _IN_TAG + rb")/?>"
    rb"(?:[ \t]*+" + _TAG + rb"){0,20}+"
)
COMPONENT = LineRule(
    "Components on lines of their own",
    b"<",
    line(rb"(?=" + _COMPONENT + rb")" + _TAGS),
    LineForm.INDENTED,
    Example(
        '<Tabs>\n  <TabItem value="apt" label="Met apt">\n    Open een terminal.\n  </TabItem>\n</Tabs>',
        ("Met apt", "Open een terminal."),
    ),
    family="component",
    elsewhere=line(rb"(?=" + _NAMED + rb")" + _TAGS),
    is_html=True,
)
SUMMARY = LineRule(
    "Summaries on lines of their own",
    b"<",
    line(
        rb"(?:<details(?:[ ][^<>{}\r\n]*)?>[ \t]*)?<summary(?:[ ][^<>{}\r\n]*)?>"
        rb"[ \t]*(?P<title>(?![ \t])(?:[^<>{}&\r\n]|&(?=#?\w{1,31};))+(?<![ \t]))[ \t]*+</summary>"
    ),
    LineForm.SINGLE,
    Example("<details>\n<summary>Code tonen</summary>\n```js\neet();\n```\n</details>", ("Code tonen",)),
)
# Whole statements, so that a sentence which begins with "import" or "export" is text.
_FROM = rb"(?:from[ \t]*+)?+(?:\"[^\"\r\n]*+\"|'[^'\r\n]*+')(?:[ \t]*+with[ \t]*+\{[^{}\r\n]*+\})?+"
_NAMES = rb"\{[^{}\"'`<>]{0,2000}+\}"
_WHAT = rb"(?:type[ \t]++)?(?:[\w$]++|\*[ \t]*+as[ \t]++[\w$]++|" + _NAMES + rb")"
_IMPORT = rb"import[ \t]*+(?:" + _WHAT + rb"(?:[ \t]*+,[ \t]*+" + _WHAT + rb")?[ \t]*+(?=from\b))?" + _FROM
_TYPE = rb"[\w$<>\[\].|](?:[\w$<>\[\].| ]*[\w$<>\[\].|])?+"
_VALUE = (
    rb"(?:[\w$]++(?:[ \t]*+:[ \t]*+" + _TYPE + rb")?|[\[{][^\r\n=]*+)[ \t]*+"
    rb"(?:=[^\r\n]++|(?=;?[ \t]*+(?:[\r\n]|\Z)))"
)
_EXPORT = (
    rb"export[ \t]*(?:(?:\*(?:[ \t]*+as[ \t]++[\w$]++)?+|" + _NAMES + rb")(?:[ \t]*+" + _FROM + rb")?"
    rb"|(?<=[ \t])(?:(?:const|let|var)[ \t]+" + _VALUE + rb"|(?:type|interface)[ \t]++[\w$]++[^\r\n]*[={][^\r\n]*"
    rb"|default[ \t]+(?:[\w$]+(?:\.[\w$]+)*(?:\([^\r\n]*\)|[ \t]*+=>[^\r\n]*)?|[^\s\w][^\r\n]*)"
    rb"|(?:default[ \t]+)?(?:async[ \t]+)?function\b[ \t*]*+[\w$]*+[ \t]*+\([^\r\n]*"
    rb"|default[ \t]+async[ \t]*\([^\r\n]*|(?:default[ \t]+)?class\b[^\r\n{]*\{[^\r\n]*))"
)
_END = rb"[ \t]*+;?+[ \t]*+(?://[^\r\n]*+)?+"
# Up to a line that begins with a closing bracket: a function may have empty lines in it.
_TO_BRACKET = (
    rb"[ \t]*" + EOL_BYTES + rb"(?:(?![})\]`]|import\b|export\b|[ \t>]*(?:```|~~~))[^\r\n]*" + EOL_BYTES + rb")*"
    rb"[})\]`][^\r\n]*"
)
_IMPORT_BLOCK = rb"import[ \t]+(?:type[ \t]+)?(?:[\w$]+,[ \t]*)?\{" + _TO_BRACKET
_EXPORT_BLOCK = (
    rb"export[ \t]+(?:const|let|var|function|default|async|class|type|interface|\{)[^\r\n]*(?<=[{(\[`])" + _TO_BRACKET
)
# Further statements may follow an export, up to the next empty line.
_MORE = rb"(?:" + EOL_BYTES + rb"(?![ \t>]*(?:[\r\n]|\Z|```|~~~)|import\b|export\b)[^\r\n]*)*"
MODULE = LineRule(
    "Imports and exports",
    b"ie",
    line(
        rb"(?:" + _IMPORT_BLOCK + rb"|(?:" + _IMPORT + _END + rb"){1,20}"
        rb"|(?:" + _EXPORT_BLOCK + rb"|" + _EXPORT + _END + rb"(?=[\r\n]|\Z))" + _MORE + rb")"
    ),
    LineForm.SINGLE,
    Example("import Tabs from '@theme/Tabs';\n\nEet noten.", ("Eet noten.",)),
    elsewhere=line(
        rb"(?:" + _IMPORT_BLOCK + rb"|(?=" + _EXPORT + rb")" + _EXPORT_BLOCK + rb"|(?:" + _IMPORT + _END + rb"){1,20}"
        rb"|" + _EXPORT + _END + rb")"
    ),
)
EXPRESSION_LINE = LineRule(
    "Expressions and comments on lines of their own",
    b"{",
    # A comment holds no beginning of another one, so that many beginnings do not search the same text each.
    line(rb"(?:\{/\*(?:[^*{]|\*(?!/)|\{(?!/\*)){0,5000}+\*/\}|(?!\{/\*)" + _BRACES + rb")"),
    LineForm.SINGLE,
    Example("{/* truncate */}\n\nEet noten.", ("Eet noten.",)),
    elsewhere=line(rb"\{/\*(?:[^*{\r\n]|\*(?!/)|\{(?!/\*)){0,5000}+\*/\}|\{[A-Za-z_$][\w$]*(?:\.[\w$]+)+\}"),
)
EXPRESSION = TokenRule(
    "Expressions",
    rb"\{(?![#.:])(?:[^{}\r\n]|\{[^{}\r\n]{0,500}\}){1,1000}+\}",
    Example("Versie {props.versie} is er.", ("Versie {props.versie} is er.",)),
)

DOCUSAURUS = Dialect(
    "docusaurus",
    "Docusaurus",
    common.PARSER_EXTENSIONS,
    (
        common.COLON_END,
        DOCUSAURUS_ADMONITION,
        SUMMARY,
        COMPONENT,
        MODULE,
        EXPRESSION_LINE,
        common.SPACED_DISPLAY_MATH,
    ),
    (EXPRESSION, common.MATH, common.ATTRIBUTE_LIST),
    attributes=("description", "label", "tagline"),
    indented_code=False,
    is_mdx=True,
    executed=executed.DOCUSAURUS_EXECUTES,
)
