"""Jekyll: kramdown and Liquid."""

from __future__ import annotations

from translate_pipe.markdown.dialects import common, executed
from translate_pipe.markdown.dialects.rules import SAME, Dialect, Example, LineForm, LineRule, closing, line
from translate_pipe.model import SlotShape
from translate_pipe.text.lines import EOL_BYTES

HIGHLIGHT = LineRule(
    "Highlighted code and comments",
    b"{",
    line(rb"\{%-?[ ]*(?P<same>highlight|comment)\b(?:[^%\r\n]|%(?!\}))*%\}"),
    LineForm.REGION,
    Example("{% highlight ruby %}\nputs 1\n{% endhighlight %}"),
    closes=closing(rb"\{%-?[ ]*end(?P<same>highlight|comment)[ ]*-?%\}"),
    anything=True,
)
HIGHLIGHT_LINE = LineRule(
    "Highlighted code and comments on one line",
    b"{",
    line(rb"\{%-?[ ]*(?P<code>highlight|comment)\b[^\r\n]*?\{%-?[ ]*end(?P=code)[ ]*-?%\}"),
    LineForm.SINGLE,
    Example("{% comment %} Overleg. {% endcomment %}"),
)
LIQUID_INCLUDE = LineRule(
    "Included files",
    b"{",
    line(
        rb"\{%-?[ ]*include(?:_cached|_relative)?[ ]"
        rb"(?P<attributes>(?:[^{%\r\n]|\{(?!%)|%(?!\})|" + EOL_BYTES + rb"(?![ \t>]*[\r\n])){0,2000}+)%\}"
    ),
    LineForm.SINGLE,
    Example('{% include figuur.html\n   bron="noot.png"\n   caption="Een noot" %}', ("Een noot",)),
    quoting=SlotShape.PARAMETER,
    elsewhere=SAME,
)
KRAMDOWN_COMMENT = LineRule(
    "Comments of kramdown",
    b"{",
    line(rb"\{::comment\}"),
    LineForm.REGION,
    Example("{::comment}\nOverleg.\n{:/comment}"),
    closes=closing(rb"\{:/(?:comment)?\}"),
    anything=True,
    elsewhere=line(rb"\{:(?::|/)\w*+[^{}\r\n]*\}"),
)

JEKYLL = Dialect(
    "jekyll",
    "Jekyll",
    common.PARSER_EXTENSIONS,
    (
        HIGHLIGHT_LINE,
        HIGHLIGHT,
        LIQUID_INCLUDE,
        common.LIQUID_LINE,
        KRAMDOWN_COMMENT,
        common.KRAMDOWN_LINE,
        common.ABBREVIATION,
        common.MARKDOWN_IN_HTML,
        common.SPACED_DISPLAY_MATH,
        *common.LATEX,
    ),
    (common.MATH, common.LIQUID, common.ATTRIBUTE_LIST),
    executed=executed.JEKYLL_EXECUTES,
)
