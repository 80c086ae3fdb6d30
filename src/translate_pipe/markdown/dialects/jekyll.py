"""Jekyll: kramdown and Liquid."""

from __future__ import annotations

from translate_pipe.markdown.dialects import common, executed
from translate_pipe.markdown.dialects.rules import SAME, Dialect, Example, Form, LineRule, closing, line
from translate_pipe.model import SlotShape
from translate_pipe.text.lines import EOL_BYTES

CODE = LineRule(
    "Highlighted code and comments",
    b"{",
    line(rb"\{%-?[ ]*(?P<same>highlight|comment)\b(?:[^%\r\n]|%(?!\}))*%\}"),
    Form.REGION,
    Example("{% highlight ruby %}\nputs 1\n{% endhighlight %}"),
    closes=closing(rb"\{%-?[ ]*end(?P<same>highlight|comment)[ ]*-?%\}"),
    anything=True,
)
CODE_LINE = LineRule(
    "Highlighted code and comments on one line",
    b"{",
    line(rb"\{%-?[ ]*(?P<code>highlight|comment)\b[^\r\n]*?\{%-?[ ]*end(?P=code)[ ]*-?%\}"),
    Form.SINGLE,
    Example("{% comment %} Overleg. {% endcomment %}"),
)
INCLUDE_LINE = LineRule(
    "Included files",
    b"{",
    line(
        rb"\{%-?[ ]*include(?:_cached|_relative)?[ ]"
        rb"(?P<attributes>(?:[^{%\r\n]|\{(?!%)|%(?!\})|" + EOL_BYTES + rb"(?![ \t>]*[\r\n])){0,2000}+)%\}"
    ),
    Form.SINGLE,
    Example('{% include figuur.html\n   bron="noot.png"\n   caption="Een noot" %}', ("Een noot",)),
    quoting=SlotShape.PARAMETER,
    elsewhere=SAME,
)
KRAMDOWN_COMMENT = LineRule(
    "Comments of kramdown",
    b"{",
    line(rb"\{::comment\}"),
    Form.REGION,
    Example("{::comment}\nOverleg.\n{:/comment}"),
    closes=closing(rb"\{:/(?:comment)?\}"),
    anything=True,
    elsewhere=line(rb"\{:(?::|/)\w*+[^{}\r\n]*\}"),
)

JEKYLL = Dialect(
    "jekyll",
    "Jekyll",
    "kramdown with Liquid, as on GitHub Pages.",
    common.EXTENSIONS,
    (
        CODE_LINE,
        CODE,
        INCLUDE_LINE,
        common.LIQUID_LINE,
        KRAMDOWN_COMMENT,
        common.KRAMDOWN_LINE,
        common.ABBREVIATION,
        common.MARKDOWN_IN_HTML,
        common.SPACED_DISPLAY_MATH,
        *common.LATEX,
    ),
    (common.MATH, common.LIQUID, common.ATTRIBUTE_LIST),
    executed=executed.JEKYLL,
)
