"""MyST: directives and roles, for Sphinx and Jupyter Book."""

from __future__ import annotations

import re

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

_NAME = rb"[\w:.+-]+"
_VERBATIM = (
    rb"(?:code|code-block|code-cell|sourcecode|literalinclude|math|mermaid|graphviz|digraph|raw|include|toctree"
    rb"|eval-rst|contents|bibliography|autodoc2?-\w+|auto\w+|doctest|testcode|testoutput|csv-table|plantuml|embed|parsed-literal"
    rb"|productionlist|index|highlight)"
)
_TITLED = (
    rb"(?:admonition|attention|caution|danger|error|hint|important|note|seealso|tip|warning|todo|versionadded|"
    rb"versionchanged|deprecated|topic|sidebar|dropdown|card|grid-item-card|tab-item|tab|rubric|prf:\w+|exercise|"
    rb"solution|theorem|lemma|proof|proposition|definition|example|remark|list-table|table|epigraph|pull-quote)"
)

VERBATIM_DIRECTIVE = LineRule(
    "Directives whose body is no text",
    b":",
    line(rb"(?P<fence>:{3,})\{" + _VERBATIM + rb"(?:[ \t][^{}\r\n]*)?\}[^\r\n]*"),
    LineForm.REGION,
    Example(":::{math}\na^2 + b^2 = c^2\n:::"),
    closes=closing(rb"(?P<fence>:{3,})"),
    anything=True,
    elsewhere=SAME,
)
TITLED_DIRECTIVE = LineRule(
    "Directives with a title",
    b":",
    line(rb":{3,}\{" + _TITLED + rb"(?:[ \t][^{}\r\n]*)?\}(?:[ \t]+" + TITLE_PATTERN + rb")?"),
    LineForm.OPENING,
    Example(":::{tip} Een tip\n:class: dropdown\n\nEet noten.\n:::", ("Een tip", "Eet noten.")),
    family="colon",
    elsewhere=SAME,
)
DIRECTIVE = LineRule(
    "Directives",
    b":",
    line(rb":{3,}\{" + _NAME + rb"(?:[ \t][^{}\r\n]*)?\}[^\r\n]*"),
    LineForm.OPENING,
    Example(":::{figure} noot.png\n:alt: Een noot\n\nEen walnoot.\n:::", ("Een noot", "Een walnoot.")),
    family="colon",
    elsewhere=SAME,
)
OPTION = LineRule(
    "Options of directives",
    b":",
    line(rb":(?:(?P<label>alt|caption|title):[ \t]*" + TITLE_PATTERN + rb"|[\w-]+:(?:[ \t][^\r\n]*)?)"),
    LineForm.SINGLE,
    Example(":::{note}\n:class: smal\n\nEet noten.\n:::", ("Eet noten.",)),
    after=rb"[ \t>]*(?:[-+*:][ \t]+|\d{1,9}[.)][ \t]+)*(?::{3,}|`{3,}|~{3,})\{" + _NAME,
    elsewhere=SAME,
)
# Below each other; a line by itself that begins with an emoji is text.
_FIELD = rb":[A-Za-z][^:`\r\n]{0,60}:[ ]{1,8}(?=[^ \r\n])"
FIELD = LineRule(
    "Lists of fields",
    b":",
    _FIELD + rb"(?=[^\r\n]*+" + EOL_BYTES + rb"[ \t>]*(?:[ ]{4,}[^ ]|" + _FIELD + rb"))",
    LineForm.ITEM,
    Example(":soort: noot\n:smaak: zoet en rond", ("noot", "zoet en rond")),
    interrupts=True,
    after=rb"[ \t>]*\r?\Z",
)
NEXT_FIELD = LineRule(
    "Further fields",
    b":",
    _FIELD,
    LineForm.ITEM,
    Example(":soort: noot\n:smaak: zoet en rond", ("noot", "zoet en rond")),
    interrupts=True,
    after=rb"[ \t>]*(?:[ ]{4,}[^ ]|" + _FIELD + rb")",
)
GLOSSARY = re.compile(rb"(?P<prefix>[ \t>]*+)(?P<fence>:{3,}|`{3,}|~{3,})\{glossary\}[^\r\n]*")
"""The first line of a directive whose lines are terms, each with its definition indented below it."""
TARGET = LineRule(
    "Targets",
    b"(",
    line(rb"\([^()\r\n]+\)="),
    LineForm.SINGLE,
    Example("(noten)=\n# Noten", ("Noten",)),
    elsewhere=SAME,
)
COMMENT = LineRule(
    "Comments and breaks between blocks",
    b"%+^",
    line(rb"(?:%|\+\+\+|\^{3,})[^\r\n]*"),
    LineForm.SINGLE,
    Example("% nog nakijken\nEet noten.", ("Eet noten.",)),
    elsewhere=line(rb"\+\+\+"),
)
ROLE = TokenRule(
    "Roles",
    rb"\{[A-Za-z][\w:.+-]*\}(?=`)",
    Example("Zie {ref}`noten` en {doc}`olie`.", ("Zie {ref}`noten` en {doc}`olie`.",)),
)
LABELLED_MATH = TokenRule(
    "Formulas with a label",
    rb"\$\$(?:[^$`\\\r\n]|\\[^\r\n]?|" + EOL_BYTES + rb"(?![ \t>]*[\r\n])){1,5000}+\$\$[ \t]*\([\w:.-]{1,100}\)",
    Example("$$ a = b $$ (gelijk)"),
)

MYST = Dialect(
    "myst",
    "MyST",
    common.PARSER_EXTENSIONS,
    (
        common.COLON_END,
        VERBATIM_DIRECTIVE,
        TITLED_DIRECTIVE,
        DIRECTIVE,
        common.DIV,
        OPTION,
        FIELD,
        NEXT_FIELD,
        TARGET,
        COMMENT,
        common.ATTRIBUTE_LINE,
        common.SPACED_DISPLAY_MATH,
        *common.LATEX,
    ),
    (ROLE, common.LIQUID, LABELLED_MATH, common.MATH, common.ATTRIBUTE_LIST),
    directives=True,
    executed=executed.MYST_EXECUTES,
)
