"""Hugo: Goldmark with shortcodes."""

from __future__ import annotations

from translate_pipe.document.dialects import common
from translate_pipe.document.dialects.rules import Dialect, Example, Form, LineRule, TokenRule, closing, line
from translate_pipe.model import SlotShape

# The parameters of a shortcode may stand on several lines, but not beyond an empty one.
# No other one begins within.
_TEXT = rb"(?:[^{\r\n]|\{(?!\{)|(?:\r\n|\n|\r)(?![ \t>]*[\r\n])){0,3000}?"

CODE = LineRule(
    "Shortcodes that hold code",
    b"{",
    line(rb"\{\{[<%][ \t]*(?:highlight|mermaid|goat|math|katex|chart|tabpane-code)\b[^\r\n]*[>%]\}\}"),
    Form.REGION,
    Example("{{< highlight go >}}\nfmt.Println(1)\n{{< /highlight >}}"),
    closes=closing(rb"\{\{[<%][ \t]*/[ \t]*(?:highlight|mermaid|goat|math|katex|chart|tabpane-code)[ \t]*[>%]\}\}"),
)
COMMENT = LineRule(
    "Comments in templates",
    b"{",
    line(rb"\{\{[<%][ \t]*comment\b[^\r\n]*[>%]\}\}"),
    Form.REGION,
    Example("{{% comment %}}\nOverleg.\n{{% /comment %}}"),
    closes=closing(rb"\{\{[<%][ \t]*/[ \t]*comment[ \t]*[>%]\}\}"),
)
SHORTCODE_LINE = LineRule(
    "Shortcodes on lines of their own",
    b"{",
    line(rb"\{\{[<%](?!/\*)" + rb"(?P<attributes>" + _TEXT + rb")" + rb"[>%]\}\}(?:[ \t]*\{\{[<%][^\r\n]*?[>%]\}\})*"),
    Form.SINGLE,
    Example('{{< figure src="a.png" caption="Een noot" >}}', ("Een noot",)),
    quoting=SlotShape.PARAMETER,
)
SHORTCODE = TokenRule(
    "Shortcodes",
    rb"\{\{<" + _TEXT + rb">\}\}|\{\{%" + _TEXT + rb"%\}\}",
    Example('Lees [meer]({{< ref "olie.md" >}}).', ('Lees [meer]({{< ref "olie.md" >}}).',)),
)

HUGO = Dialect(
    "hugo",
    "Hugo",
    "Goldmark with shortcodes; of a shortcode on a line of its own the parameters that readers see are segments.",
    common.EXTENSIONS,
    (CODE, COMMENT, SHORTCODE_LINE, common.ATTRIBUTE_LINE, common.DISPLAY_MATH, *common.LATEX),
    (SHORTCODE, common.LIQUID, common.MATH, common.BRACKET_MATH, common.ATTRIBUTE_LIST),
)
