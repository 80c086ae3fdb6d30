"""Hypothesis strategies: Markdown as people and adversaries write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from translate_pipe.markdown.dialects import ALL_DIALECTS
from translate_pipe.segments import ParseOptions, parse

if TYPE_CHECKING:
    from translate_pipe.model import Document

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


_examples = [rule.example.markdown for dialect in ALL_DIALECTS for rule in dialect.rules]
"""The examples of the dialects' rules in the documentation: each construct at least once."""


def _beside(example: str, text: str, place: str) -> str:
    """An example with other text in it, after it or before it."""
    return {"in": example.replace("Eet noten.", text), "behind": f"{text}\n{example}", "before": f"{example}\n{text}"}[
        place
    ]


_dialect_leaves = st.builds(_beside, st.sampled_from(_examples), _words, st.sampled_from(["in", "behind", "before"]))
_code = st.sampled_from([
    '```python\n# Een uitleg van\n# twee regels.\nprint("Slaap lekker, allemaal")  # en een noot\n```',
    "``` {.rust .smal}\n/// Een uitleg.\nlet x = 1; /* over\n * twee regels */\n```", "~~~ html\n<!-- Een uitleg. -->\n<p>Slaap</p>\n~~~",
    "```mermaid\n%% Een uitleg\na --> b\n```", '```js title="x"\nconst a = `Dag ${naam}, slaap lekker`; // noot\n```',
])  # fmt: skip
_html = st.sampled_from([
    '<p align="center">\n  <em>Slaap zacht</em>\n</p>', '<img alt="Een bed"\n  src="b.png">', "<details>\n<summary>Meer</summary>\n\nTekst.\n\n</details>",
    '<div translate="no">\n\nNiet *dit*.\n\n</div>', "<table><tr><td>Een<br>twee<td>Drie</table>", '<input placeholder=Zoek> <a title="x">y</a>',
])  # fmt: skip
_sentences = st.lists(
    st.sampled_from(["Zo is het.[^n]", "Dr. Jansen slaapt.", 'Hij zegt: "Kom!"', "Zie bijv. *dit. En dat.*", "Het is 3.5 o.a. daarom.", "[Een. Twee.](/u)", "日本。", "Wat?!"]),
    min_size=2,
    max_size=4,
).map(" ".join)  # fmt: skip
_all_leaves = st.one_of(_leaves, _dialect_leaves, _code, _html, _sentences)


# For each container: the text before its first line, before the others, and after its last one.
_WRAPPINGS = (
    ("> ", "> ", ""), (">", ">", ""), ("> ", "", ""), ("- ", "  ", ""), ("12) ", "    ", ""), ("-\t", "\t", ""), ("[^n]: ", "    ", ""),
    (":   ", "    ", ""), ('!!! note "Titel"\n    ', "    ", ""), ('=== "Titel"\n\n    ', "    ", ""), ("/// note | Titel\n", "", "\n///"),
    (":::note\n", "", "\n:::"), ("::::{tip} Titel\n", "", "\n::::"), ("`````{note} Titel\n", "", "\n`````"),
    ('<div markdown="1">\n', "", "\n</div>"), ('<Tab label="Titel">\n\n  ', "  ", "\n\n</Tab>"), ("<details>\n\n", "", "\n\n</details>"),
)  # fmt: skip


def _containers(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        _wrapped,
        st.lists(children, min_size=1, max_size=3),
        st.sampled_from(_WRAPPINGS),
        st.sampled_from(["", "* ", "- [ ] "]),
    )


def _wrapped(blocks: list[str], wrapping: tuple[str, str, str], mark: str) -> str:
    """Blocks in a container, or as the items of a tight list."""
    if mark:
        return "\n".join(_indented(mark, "  ", block) for block in blocks)
    first, following, last = wrapping
    return _indented(first, following, "\n\n".join(blocks)) + last


_front_matter = st.sampled_from([
    "", "---\ntitle: Slaap\n---\n", "---\ntitle: 'Huid: een gids'\ndescription: >-\n  twee\n  regels\ntags: [a, b]\n---\n\n",
    '+++\ntitle = "x"\n+++\n', '+++\ntitle = """\nSlaap\nzacht"""\n[image]\nalt = \'Een bed\' # noot\n+++\n',
    '{\n  "title": "Slaap \\"zacht\\"",\n  "image": {"alt": "Een bed"}\n}\n\n', "---\ntitle: |\n  Slaap\n  zacht\nimage: {alt: Een bed}\n---\n", "+++\n[image]\nalt = '''\nEen bed''' # x\n+++\n", '{\n  "title": "Huid: een gids", "n": 1\n}\n', '{\n"a": \n}\n', "---\nkapot: [\n---\n", "---\n\n---\n",
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
    dialects=st.sampled_from(
        [*((dialect.name,) for dialect in ALL_DIALECTS), tuple(dialect.name for dialect in ALL_DIALECTS)]
    ),
    translate_bibliography=st.booleans(),
    code=st.sampled_from(["none", "comments", "all"]),
    segmentation=st.sampled_from(["block", "sentence"]),
    source_locale=st.just("nl"),
)
"""The choices that a project has for parsing: each dialect alone or all of them, and all kinds of segments."""


@st.composite
def translated_documents(draw: st.DrawFn) -> tuple[Document, dict[tuple[str | None, str], str]]:
    """A document, and a hostile translation for each of its messages."""
    document = parse(draw(documents()), options=draw(parse_options))
    return document, {key: draw(hostile_texts) for key in dict.fromkeys(segment.key for segment in document.segments)}
