"""Hypothesis strategies: Markdown as people and adversaries write it."""

from __future__ import annotations

from hypothesis import strategies as st

from translate_pipe.document import ParseOptions
from translate_pipe.document.dialects import DIALECTS

LINE_ENDS = ("\n", "\r\n", "\r")

TOKENS = (
    "# ", "## ", "- ", "* ", "+ ", "> ", ">", "1. ", "2) ", "1986. ", "===", "---", "***", "```", "````", "~~~", "|", "\\",
    "\\|", "[x]: /u", "[^1]: ", "[^1]", "[ ] ", "[x] ", "<div>", "</div>", "<b>", "<pre>", "<!-- ", "-->", "<?", "<![CDATA[",
    "    ", "\t", ": ", ":", "`", "``", "*", "**", "_", "__", "~~", "{#id}", "{.c}", "{", "}", "[", "]", "(", ")", "![", "](",
    "http://x.y", "<http://a.b>", "&amp;", "&#35;", "a", "b c", "É", "漢字", "ض", "💙", "¹", "\u00a0", "\u2028", "\u0085",
    "\ufeff", "\x0b", "\x0c", "\x00", "+++", "| --- |", "|-|", "a | b", "[!NOTE]", '"', "'", "$", "\\[", "\\`", "  ", "title: x",
    "!!! note", '!!! tip "', '=== "', "/// note | ", "///", ":::", ":::{note} ", "```{tip}\n", "{{< ", " >}}", "{{", "}}", "{% ", " %}", "<Tab>",
    "</Tab>", "import {", "export const x", "$$", "\\(", "{: .x}", "{ .x }", "*[a]: ", "[[", "]]", "{/* ", " */}", "--8<-- ", "(x)=", "::: x",
    "...", "<!-- i18n:skip -->", "<!-- i18n:context: x -->", "#", "\n", "\n\n", "\r", "\r\n", " ",
)  # fmt: skip

hostile_texts = st.one_of(
    st.lists(st.sampled_from(TOKENS), max_size=12).map("".join),
    st.text(max_size=40),
)
"""Translations that try to break out of their slot."""

valid_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
"""Any text that UTF-8 can hold."""

_words = st.lists(
    st.sampled_from(
        ["een", "Huid", "*nadruk*", "**vet**", "`code`", "[link](/u)", "[ref][r]", "noot[^n]", "¹", "31 %", "1986.", "<b>x</b>", "\\*",
         "![alt](/i 't')", "&amp;", "<http://a.b>", "💙", "a  \nb", "c\\\nd", "e\nf", "`x\ny`", "#", "|", "\\|"]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)  # fmt: skip
_one_line = _words.map(lambda text: text.replace("\n", " "))
_cell = _one_line.map(lambda text: text.replace("|", ""))


def _heading(level: int, text: str, closing: str) -> str:
    return f"{'#' * level} {text}{closing}"


def _table(rows: list[list[str]]) -> str:
    head, *body = rows
    return "\n".join(
        ["| " + " | ".join(head) + " |", "|" + ":--|" * len(head), *("|" + "|".join(row) + " |" for row in body)]
    )


def _indented(prefix_first: str, prefix: str, text: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([prefix_first + first, *((prefix + line).rstrip() for line in rest)])


_leaves = st.one_of(
    _words,
    st.builds(_heading, st.integers(1, 6), _one_line, st.sampled_from(["", " #", " ##  ", " {#id .c}"])),
    st.builds(lambda text, line: f"{text}\n{line}", _words, st.sampled_from(["===", "---", "-"])),
    st.lists(st.lists(_cell, min_size=2, max_size=2), min_size=1, max_size=3).map(_table),
    st.sampled_from(["```\ncode # x\n```", "~~~ py\n\n\ncode", "    ingesprongen\n    code", "***", "<div>\nhtml *x*\n</div>",
                     "<!-- i18n:skip -->", "<!-- i18n:comment: let op -->", "<!-- een opmerking -->", "[r]: /u 't'", "[^n]: noot",
                     '![alt](/i "titel")', "[![alt][r]](/u 'titel')", "> [!NOTE]\n> let op", "$$\nx\n$$", '!!! note "Titel"\n    tekst']),
    st.builds(lambda term, text: f"{term}\n:   {text}", _one_line, _one_line),
)  # fmt: skip


_examples = [rule.example.markdown for dialect in DIALECTS for rule in dialect.rules]
"""What the rules of the dialects show in the documentation: each construct at least once."""

_dialect_leaves = st.one_of(
    st.sampled_from(_examples),
    st.builds(lambda example, text: example.replace("Eet noten.", text), st.sampled_from(_examples), _words),
    st.builds(lambda before, example: f"{before}\n{example}", _words, st.sampled_from(_examples)),
    st.builds(lambda example, after: f"{example}\n{after}", st.sampled_from(_examples), _words),
)
_all_leaves = st.one_of(_leaves, _dialect_leaves)


def _containers(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blocks = st.lists(children, min_size=1, max_size=3).map("\n\n".join)
    tight = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        blocks.map(lambda text: _indented("> ", "> ", text)),
        blocks.map(lambda text: _indented(">", ">", text)),
        blocks.map(lambda text: _indented("- ", "  ", text)),
        blocks.map(lambda text: _indented("12) ", "    ", text)),
        blocks.map(lambda text: _indented("-\t", "\t", text)),
        blocks.map(lambda text: _indented("[^n]: ", "    ", text)),
        blocks.map(lambda text: _indented(":   ", "    ", text)),
        tight.map(lambda items: "\n".join(_indented("* ", "  ", item) for item in items)),
        tight.map(lambda items: "\n".join(_indented("- [ ] ", "  ", item) for item in items)),
        blocks.map(lambda text: f"> {text}"),  # lazy continuation
        blocks.map(lambda text: _indented('!!! note "Titel"\n    ', "    ", text)),
        blocks.map(lambda text: _indented('=== "Titel"\n\n    ', "    ", text)),
        blocks.map(lambda text: f"/// note | Titel\n{text}\n///"),
        blocks.map(lambda text: f":::note\n{text}\n:::"),
        blocks.map(lambda text: f"::::{{tip}} Titel\n{text}\n::::"),
        blocks.map(lambda text: f"`````{{note}} Titel\n{text}\n`````"),
        blocks.map(lambda text: f'<div markdown="1">\n{text}\n</div>'),
        blocks.map(lambda text: _indented('<Tab label="Titel">\n\n  ', "  ", text) + "\n\n</Tab>"),
    )


_front_matter = st.sampled_from([
    "", "---\ntitle: Slaap\n---\n", "---\ntitle: 'Huid: een gids'\ndescription: >-\n  twee\n  regels\ntags: [a, b]\n---\n\n",
    '+++\ntitle = "x"\n+++\n', "---\nkapot: [\n---\n", "---\n\n---\n",
])  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Markdown of nested blocks, with any line end, with or without front matter, a byte order mark and a final line end."""
    blocks = draw(st.lists(st.recursive(_all_leaves, _containers, max_leaves=6), max_size=6))
    separator = draw(st.sampled_from(["\n\n", "\n", "\n\n\n", " \n\t\n"]))
    text = draw(_front_matter) + separator.join(blocks) + draw(st.sampled_from(["", "\n", "\n\n", "  "]))
    text = text.replace("\n", draw(st.sampled_from(LINE_ENDS)))
    return draw(st.sampled_from(["", "\ufeff"])) + text


parse_options = st.builds(
    ParseOptions,
    dialects=st.sampled_from([*((dialect.name,) for dialect in DIALECTS), tuple(dialect.name for dialect in DIALECTS)]),
    translate_bibliography=st.booleans(),
)
"""What a project may choose about parsing: each dialect by itself, or all of them."""
