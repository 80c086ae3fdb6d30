"""Hugo: Goldmark with shortcodes."""

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
from translate_pipe.model import SlotShape
from translate_pipe.text.lines import EOL_BYTES

# The parameters of a shortcode may be on several lines, but not beyond an empty one.
# No other one begins within.
_TEXT = rb"(?:[^{\r\n]|\{(?!\{)|" + EOL_BYTES + rb"(?![ \t>]*[\r\n])){0,3000}?"

_CODE = rb"(?:highlight|mermaid|goat|math|katex|chart|tabpane-code|code-toggle)"
_IN_SHORTCODE = rb"\b(?:[^}\r\n]|\}(?!\}))*[>%]\}\}"
# One that ends with a slash holds nothing.
_OPEN_SHORTCODE = rb"\b(?:[^}\r\n]|\}(?!\}))*(?<!/[>%])(?<!/[ \t][>%])\}\}"

SHORTCODE_CODE_LINE = LineRule(
    "Shortcodes that hold code or comments, on one line",
    b"{",
    line(
        rb"\{\{[<%][ \t]*(?P<code>" + _CODE + rb"|comment)" + _IN_SHORTCODE + rb"[^\r\n]*?"
        rb"\{\{[<%][ \t]*/[ \t]*(?P=code)[ \t]*[>%]\}\}"
    ),
    LineForm.SINGLE,
    Example("{{% comment %}} Overleg. {{% /comment %}}"),
)
SHORTCODE_CODE = LineRule(
    "Shortcodes that hold code",
    b"{",
    line(rb"\{\{[<%][ \t]*(?P<same>" + _CODE + rb")" + _OPEN_SHORTCODE),
    LineForm.REGION,
    Example("{{< highlight go >}}\nfmt.Println(1)\n{{< /highlight >}}"),
    closes=closing(rb"\{\{[<%][ \t]*/[ \t]*(?P<same>" + _CODE + rb")[ \t]*[>%]\}\}"),
    anything=True,
)
SHORTCODE_COMMENT = LineRule(
    "Comments in templates",
    b"{",
    line(rb"\{\{[<%][ \t]*comment" + _OPEN_SHORTCODE),
    LineForm.REGION,
    Example("{{% comment %}}\nOverleg.\n{{% /comment %}}"),
    closes=closing(rb"\{\{[<%][ \t]*/[ \t]*comment[ \t]*[>%]\}\}"),
    anything=True,
)
# The parser knows those of GitHub, which have no title.
_ALERT = (
    rb"\[!(?!(?i:note|tip|important|warning|caution)\][ \t]*(?:[\r\n]|\Z))[A-Za-z][\w-]*\][+-]?"
    rb"(?:[ \t]+" + TITLE_PATTERN + rb")?"
)
TITLED_ALERT = LineRule(
    "Alerts with a title or of a type of their own",
    b"[",
    line(_ALERT),
    LineForm.SINGLE,
    Example("> [!TIP]+ Een tip\n> Eet noten.", ("Een tip", "Eet noten.")),
    elsewhere=line(rb"(?<=>|[ \t])" + _ALERT),
)
SHORTCODE_LINE = LineRule(
    "Shortcodes on lines of their own",
    b"{",
    line(
        rb"\{\{[<%](?!/\*)(?P<attributes>" + _TEXT + rb")[>%]\}\}"
        # Each of the others ends at the first braces that end one, so that they can be divided in one way only.
        rb"(?:[ \t]*+\{\{[<%](?:[^>%\r\n]|[>%](?!\}\}))*+[>%]\}\})*+"
    ),
    LineForm.SINGLE,
    Example('{{< figure src="a.png" caption="Een noot" >}}', ("Een noot",)),
    quoting=SlotShape.PARAMETER,
    elsewhere=SAME,
)
SHORTCODE = TokenRule(
    "Shortcodes",
    rb"\{\{<" + _TEXT + rb">\}\}|\{\{%" + _TEXT + rb"%\}\}",
    Example('Lees [meer]({{< ref "olie.md" >}}).', ('Lees [meer]({{< ref "olie.md" >}}).',)),
)

HUGO = Dialect(
    "hugo",
    "Hugo",
    common.PARSER_EXTENSIONS,
    (
        SHORTCODE_CODE_LINE,
        SHORTCODE_CODE,
        SHORTCODE_COMMENT,
        SHORTCODE_LINE,
        TITLED_ALERT,
        common.ATTRIBUTE_LINE,
        common.DISPLAY_MATH,
        *common.LATEX,
    ),
    (SHORTCODE, common.LIQUID, common.MATH, common.BRACKET_MATH, common.ATTRIBUTE_LIST),
    executed=executed.HUGO_EXECUTES,
)
