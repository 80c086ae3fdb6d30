"""Jekyll: kramdown and Liquid."""

from __future__ import annotations

from translate_pipe.document.dialects import common
from translate_pipe.document.dialects.rules import Dialect, Example, Form, LineRule, closing, line

CODE = LineRule(
    "Highlighted code and comments",
    b"{",
    line(rb"\{%-?[ ]*(?:highlight|comment)\b[^\r\n]*?%\}"),
    Form.REGION,
    Example("{% highlight ruby %}\nputs 1\n{% endhighlight %}"),
    closes=closing(rb"\{%-?[ ]*end(?:highlight|comment)[ ]*-?%\}"),
)

JEKYLL = Dialect(
    "jekyll",
    "Jekyll",
    "kramdown with Liquid, as on GitHub Pages.",
    common.EXTENSIONS,
    (
        CODE,
        common.LIQUID_LINE,
        common.KRAMDOWN_LINE,
        common.ABBREVIATION,
        common.DISPLAY_MATH,
        *common.LATEX,
    ),
    (common.MATH, common.LIQUID, common.ATTRIBUTE_LIST),
)
