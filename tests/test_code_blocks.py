"""Comments and strings of code blocks: which are segments, and that translations stay in their place."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from effort import assert_linear
from fixtures import read_fixtures
from hypothesis import example, given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name
from strategies import LINE_ENDS, hostile_texts

from translate_pipe import localise, parse
from translate_pipe.markdown.embedded import code
from translate_pipe.model import Document, Piece, SegmentKind
from translate_pipe.segments import ParseOptions
from translate_pipe.text.columns import columns

FIXTURES = read_fixtures(Path(__file__).parent / "data" / "code.txt")
ALL = ParseOptions(code="all")

BLOCKS = {
    "python": '# De som van\n# twee getallen.\nx = f("een tekst {y} hier", \'nog een tekst\')  # een uitleg\n'
    'def f():\n    """Geef de som.\n\n    Van twee\n    getallen.\n    """\n    return r"een ruwe tekst"\n',
    "javascript": "/**\n * De som van\n * twee getallen.\n */\nconst x = `een tekst ${y} hier`; // een uitleg\nf('een tekst', \"een tekst\");\n",
    "rust": '/// De som van\n/// twee /* getallen */.\nfn f() { let s = "een tekst {x} \\n hier"; /* een /* twee */ drie */ }\nlet t = r#"een ruwe tekst"#;\n',
    "c": '// De som van\n// twee getallen.\nint x = 1; /* een\n   uitleg */ f("een tekst %s\\n", y);\n',
    "html": '<!-- een\n     uitleg -->\n<img alt="een beeld hier" class=\'een twee\'>\n<p>tekst</p>\n',
    "sql": "-- De som van\n-- twee getallen.\nSELECT 'een tekst hier' /* een uitleg */ FROM t;\n",
    "bash": "# De som van\n# twee getallen.\necho \"een tekst $x hier\" 'nog een tekst'  # een uitleg\n",
    "go": '// De som van\n// twee getallen.\nx := `een ruwe tekst` + "een tekst" // een uitleg\n',
    "yaml": "# De som van\n# twee getallen.\na: b  # een uitleg\n",
    "lua": '-- De som van\n-- twee getallen.\n--[[ een\n uitleg ]]\nx = "een tekst"\n',
    "haskell": '-- De som van\n-- twee getallen.\n{- een\n   uitleg -}\nx = "een tekst"\n',
    "css": '/* De som van\n   twee getallen. */\na { content: "een tekst"; }\n',
    "php": '<?php\n// De som van\n# twee getallen.\n$x = "een tekst $y hier"; /* een uitleg */\n',
    "ruby": '# De som van\n# twee getallen.\nx = "een tekst #{y} hier" # een uitleg\n',
}  # fmt: skip

ENDS = (
    "*/", "/*", "-->", '"""', "'''", '"', "'", "`", "```", "~~~", "]]", "-}", "?>", "</script>", "\\", "\\n", "\\u002a/",
    "${y}", "${x()}", "{y}", "{", "#{y}", "$(rm)", "\n", "\r", "\u2028", "\0", "#", "//", "# noqa", "noqa", "- een", "1. een",
    "een", "x = 1", "漢字", "*", " ", "%s", "%>", "SPDX-x", "@param", "|", "''",
)  # fmt: skip
hostile = st.one_of(st.lists(st.sampled_from(ENDS), max_size=8).map("".join), hostile_texts)
containers = st.sampled_from(("", "> ", "    ", "> - ", "1. ", "-\t"))


def block(name: str, container: str = "", line_end: str = "\n") -> str:
    """A document with the code of a language, in a container."""
    lines = [f"```{name}", *BLOCKS[name].split("\n")[:-1], "```"]
    further = "".join(character if character in ">\t" else " " for character in container)
    head = "- een\n\n" if container == "    " else ""
    return (head + "\n".join((further if at else container) + line for at, line in enumerate(lines)) + "\n").replace(
        "\n", line_end
    )


def code_of(document: Document) -> str:
    return "\n".join(
        line.text for item in document.outline if not isinstance(item, Piece) and getattr(item, "tag", "") == "CodeBlock"
        for line in code._code_lines(document.data, item)  # type: ignore[arg-type]  # noqa: SLF001
    )  # fmt: skip


def code_tokens(name: str, text: str) -> list[tuple[str, str]]:
    """The tokens that Pygments sees in code, without comments, strings and white space."""
    found = get_lexer_by_name(name).get_tokens(text)
    return [
        (str(kind), value)
        for kind, value in found
        if value.strip() and not str(kind).startswith(("Token.Comment", "Token.Literal.String"))
    ]


@pytest.mark.parametrize(("title", "markdown", "expected"), FIXTURES, ids=[one.title for one in FIXTURES])
def test_comments_and_strings_are_segments(title: str, markdown: str, expected: list[str]) -> None:
    document = parse(markdown, title, ALL)
    assert [f"{one.line} | {one.description} | {one.text}" for one in document.segments] == expected


@pytest.mark.parametrize(("wanted", "kinds"), [
    ("none", set()),
    ("comments", {SegmentKind.CODE_COMMENT}),
    ("strings", {SegmentKind.CODE_STRING}),
    ("all", {SegmentKind.CODE_COMMENT, SegmentKind.CODE_STRING}),
])  # fmt: skip
def test_project_chooses_comments_or_strings(wanted: str, kinds: set[SegmentKind]) -> None:
    document = parse(block("python"), options=ParseOptions(code=wanted))
    assert {segment.kind for segment in document.segments} == kinds


@pytest.mark.parametrize(
    ("options", "markdown"), [('code="none"', "```py\\n# een\\n```"), ('code="all"', "```\\n# een\\n```")]
)
def test_pygments_is_imported_only_for_a_language(options: str, markdown: str) -> None:
    script = (
        "import sys; from translate_pipe import parse; from translate_pipe.model import ParseOptions\n"
        f"parse('{markdown}', options=ParseOptions({options})); print('pygments' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


@pytest.mark.parametrize(("source", "translation", "result"), [
    # A run is wrapped to the source's width, with the same prefix on each line.
    ("  # De som van de een\n  # twee getallen.\n", "Die Summe zweier Zahlen, aber sehr viel länger.",
     "  # Die Summe zweier\n  # Zahlen, aber sehr\n  # viel länger.\n"),
    ("# De som van de getallen\n# twee getallen.\n", "二つの数の合計を計算してから表示します。", "# 二つの数の合計を計算し\n# てから表示します。\n"),
    ("# kort\n", "nicht ganz so kurz", "# nicht ganz so kurz\n"),
    ("x = 1  # kort\n", "lang " * 30 + "Ende", "x = 1  # " + "lang " * 30 + "Ende\n"),
    ("# - een\n#   punt\n# - twee\n", "ein\nPunkt", "# - ein Punkt\n# - twee\n"),
    ("# De som is niet\n# meer.\n", "Die Summe von diese - so", "# Die Summe von diese - so\n"),
    ('f("een tekst")\n', 'ein "Text"', 'f("ein \\"Text\\"")\n'),
    ("f('een tekst')\n", "l'été dernier", "f('l\\'été dernier')\n"),
    ('f("een tekst\\n en")\n', "ein\nText", 'f("ein\\nText")\n'),
    ('f("een tekst en")\n', "ein\nText", 'f("ein Text")\n'),
    ('f("een tekst en")\n', "C:\\neu", 'f("C:\\\\neu")\n'),
])  # fmt: skip
def test_translation_is_wrapped_and_escaped(source: str, translation: str, result: str) -> None:
    document = parse(f"```python\n{source}```\n", options=ALL)
    localised = localise(document, {document.segments[0].key: translation})
    assert localised.text == f"```python\n{result}```\n"


@pytest.mark.parametrize(("name", "source", "translation"), [
    ("c", "/* een uitleg */\n", "aus */ int x; /* ein"),
    ("c", "// een uitleg\n", "ein Pfad C:\\"),
    ("html", "<!-- een uitleg -->\n", "aus --> <b>"),
    ("python", 'def f():\n    """Een uitleg."""\n', 'aus """ + f() + """'),
    ("python", "# een uitleg\n", "noqa: E501"),
    ("php", "<?php\n// een uitleg\n", "aus ?> <b>"),
    ("java", "/* een uitleg */\n", "aus \\u002a/ x"),
    ("js", "f(`een tekst ${x}`)\n", "ein Text ${y()}"),
    ("python", 'f(r"een tekst")\n', 'ein "Text"'),
    ("go", "x := `een tekst`\n", "ein `Text`"),
    ("sql", "SELECT 'een tekst'\n", "l'un ' OR 1=1"),
    ("bash", 'echo "een tekst"\n', "ein `rm` $(rm) Text"),
    ("rust", 'println!("een tekst {}", x);\n', "ein Text {} {}"),
])  # fmt: skip
def test_translation_that_ends_its_comment_or_string_is_refused(name: str, source: str, translation: str) -> None:
    document = parse(f"```{name}\n{source}```\n", options=ALL)
    (segment,) = document.segments
    localised = localise(document, {segment.key: translation})
    assert localised.text == document.text
    assert localised.fallbacks == (segment,)


def test_line_ends_and_container_prefixes_are_repeated() -> None:
    document = parse(block("python", "> - ", "\r\n"), options=ALL)
    long = "Die Summe zweier Zahlen, aber sehr viel länger."
    localised = localise(document, {document.segments[0].key: long}).text
    assert localised.split("\r\n")[1:4] == [">   # Die Summe zweier", ">   # Zahlen, aber sehr", ">   # viel länger."]


def test_wrapping_of_the_source_does_not_change_the_text() -> None:
    wide = parse("```py\n# De som van twee getallen.\n```\n", options=ALL)
    narrow = parse("```py\n# De som\n# van\n# twee getallen.\n```\n", options=ALL)
    assert wide.segments[0].key == narrow.segments[0].key


def test_translation_in_another_script_is_not_wider() -> None:
    document = parse("```py\n# De som van twee getallen\n# is nog een getal.\n```\n", options=ALL)
    text = localise(document, {document.segments[0].key: "二つの数の合計は" * 5}).text
    assert max(map(columns, text.split("\n"))) <= columns("# De som van twee getallen")


@pytest.mark.parametrize("name", sorted(BLOCKS))
@pytest.mark.parametrize("container", ["", "> ", "    ", "> - ", "1. ", "-\t"])
def test_segments_are_found_in_every_container(name: str, container: str) -> None:
    plain, contained = (parse(block(name, prefix), options=ALL) for prefix in ("", container))
    kinds = (SegmentKind.CODE_COMMENT, SegmentKind.CODE_STRING)
    assert plain.segments
    assert [one.key for one in contained.segments if one.kind in kinds] == [one.key for one in plain.segments]


@pytest.mark.property
@given(st.sampled_from(sorted(BLOCKS)), containers, st.sampled_from(LINE_ENDS[:2]))
def test_without_translations_nothing_changes(name: str, container: str, line_end: str) -> None:
    document = parse(block(name, container, line_end), options=ALL)
    assert localise(document, {}).text == document.text
    assert "".join(
        part for pair in zip(document.skeleton, [*_written(document), ""], strict=True) for part in pair
    ) == document.text  # fmt: skip


def _written(document: Document) -> list[str]:
    return [document.data[one.slot.start : one.slot.end].decode() for one in document.segments]


@pytest.mark.property
@given(
    st.sampled_from(sorted(BLOCKS)),
    containers,
    st.sampled_from(LINE_ENDS[:2]),
    st.lists(hostile, min_size=1, max_size=4),
)
@example("python", "", "\n", ["een", '"""', "\\"])
def test_translations_never_change_the_code(name: str, container: str, line_end: str, translations: list[str]) -> None:
    document = parse(block(name, container, line_end), options=ALL)
    mapping = {one.key: translations[at % len(translations)] for at, one in enumerate(document.segments)}
    result = parse(localise(document, mapping).text, options=ALL)
    assert code_tokens(name, code_of(result)) == code_tokens(name, code_of(document))
    kinds = [(item.kind, item.detail) for item in document.outline if isinstance(item, Piece)]
    assert [(item.kind, item.detail) for item in result.outline if isinstance(item, Piece)] == kinds


@pytest.mark.property
@given(st.lists(hostile, min_size=1, max_size=6))
def test_python_program_stays_the_same(translations: list[str]) -> None:
    document = parse(block("python"), options=ALL)
    mapping = {one.key: translations[at % len(translations)] for at, one in enumerate(document.segments)}
    result = parse(localise(document, mapping).text, options=ALL)
    assert _shape(code_of(result)) == _shape(code_of(document))


def _shape(program: str) -> str:
    tree = ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@pytest.mark.property
@given(st.sampled_from([*sorted(BLOCKS), "hcl", "java", "makefile", "jinja", "console"]), hostile, hostile)
def test_random_code_never_raises(name: str, first: str, second: str) -> None:
    text = f"> ```{name}\n> # {first}\n> {second}\n"
    document = parse(text, options=ALL)
    assert localise(document, {}).text == text


@pytest.mark.parametrize("unit", ["a\n", "/*", '"', "\\", "_", "# ", "{{", "<<E\n", "// een\n", '"a b" ', "\n", "'''"])
@pytest.mark.parametrize("name", ["python", "c", "csharp", "java", "hcl", "makefile", "js"])
def test_long_blocks_take_linear_time(name: str, unit: str) -> None:
    assert_linear(lambda size: lambda: parse(f"```{name}\n{unit * size}\n```\n", options=ALL))
