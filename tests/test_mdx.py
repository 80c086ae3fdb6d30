"""Translations of MDX are written so that MDX reads them as text, tested with MDX's own compiler.

The variable TRANSLATE_PIPE_MDX names a folder with `@mdx-js/mdx` and its plugins in `node_modules`; `make mdx` makes
the usual one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from effort import assert_linear
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import TOKENS

from translate_pipe.localisation import localise
from translate_pipe.segments import ParseOptions, mdx, parse
from translate_pipe.segments.shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPOSITORY = Path(__file__).parents[1]
COMPILER = Path(os.environ.get("TRANSLATE_PIPE_MDX", REPOSITORY / ".bench" / "mdx"))
OPTIONS = ParseOptions(dialects=("docusaurus",))


class Compiled(NamedTuple):
    """The compiler's reading of a document: its error, the JSX and expressions, and the text."""

    error: str
    code: list[str]
    text: str


@pytest.fixture(scope="module")
def compiled() -> Iterator[Callable[[str], Compiled]]:
    node = shutil.which("node")
    if node is None or not (COMPILER / "node_modules" / "@mdx-js" / "mdx").is_dir():
        pytest.skip(f"the compiler of MDX is not here (looked in {COMPILER}; run `make mdx` or set TRANSLATE_PIPE_MDX)")
    script = (REPOSITORY / "tests" / "data" / "mdx.mjs").read_text(encoding="utf-8")
    command = [node, "--input-type=module", "--eval", script]
    with subprocess.Popen(command, cwd=COMPILER, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        stdin, stdout = process.stdin, process.stdout

        def compile_mdx(text: str) -> Compiled:
            stdin.write(json.dumps(text).encode() + b"\n")
            stdin.flush()
            return Compiled(**json.loads(stdout.readline()))

        yield compile_mdx
        stdin.close()


SENTENCES = replace(OPTIONS, segmentation="sentence", source_locale="nl")


def localised(source: str, translations: dict[str, str], options: ParseOptions = OPTIONS) -> str:
    document = parse(source, options=options)
    by_key = {one.key: translations[one.text] for one in document.segments if one.text in translations}
    return localise(document, by_key).text


# Written text, without the compiler

WRITTEN = [
    # text that looks like JSX
    ("Drie pijlen", "Drei <- dort", "Drei &lt;- dort"),
    ("Kleiner dan vijf", "<5", "&lt;5"),
    ("Kleiner dan vijf", "1 < 2 <", "1 < 2 &lt;"),
    ("Ik hou van je", "I <3 you", "I &lt;3 you"),
    ("Een tag", "x <y> z", "x &lt;y&gt; z"),
    ("Een tag", "</y>", "&lt;/y&gt;"),
    ("Een tag", "<Ding naam='x'/>", "&lt;Ding naam='x'/&gt;"),
    ("Een tag", "<b dangerouslySetInnerHTML={{__html: 1}}>x</b>", "&lt;b dangerouslySetInnerHTML=&#123;&#123;__html: 1}}>x&lt;/b&gt;"),
    ("Een adres", "<email@x.y>", "&lt;email@x.y&gt;"),
    ("Een adres", "zie <https://x.y/a>.", "zie &lt;https://x.y/a&gt;."),
    ("Een opmerking", "a <!-- b -->", "a &lt;!-- b -->"),
    ("Een verwerking", "<?php ?> <![CDATA[x]]>", "&lt;?php ?> &lt;![CDATA[x]]>"),
    # braces
    ("Open", "{ offen", "&#123; offen"),
    ("Dicht", "a } b", "a } b"),
    ("Een geheim", "{process.env.SECRET}", "&#123;process.env.SECRET}"),
    ("Een geheim", r"\{process.env.SECRET} \<b", r"\{process.env.SECRET} \<b"),
    ("Een geheim", r"\\{process.env.SECRET}", r"\\&#123;process.env.SECRET}"),
    ("Een noot", "{/* a */}", "&#123;/* a */}"),
    ("Wiskunde", "$x^{2}$", "$x^&#123;2}$"),
    ("Wiskunde $x^{2}$", "Math $x^{2}$", "Math $x^{2}$"),
    # code is text already
    ("Code", "`{a}` `<b>` ``a ` {``", "`{a}` `<b>` ``a ` {``"),
    ("Code", "a ` {b}", "a &#96; &#123;b}"),
    ("Code", "a `` {b}` c", "a &#96;&#96; &#123;b}&#96; c"),
    # markup of the source
    ("Versie {versie}", "{versie} ist da, {andere} nicht", "{versie} ist da, &#123;andere} nicht"),
    ("Versie {f({a: '}'})}", "Version {f({a: '}'})}", "Version {f({a: '}'})}"),
    ("Versie {a  +\n b}", "Version {a + b}", "Version {a + b}"),
    ("Druk <Key>op *Esc*</Key>.", "<Key>*Esc*</Key> drücken.", "<Key>*Esc*</Key> drücken."),
    ("Druk <Key x={1} title='De'/>.", "<Key x={1} title='Die'/> drücken.", "<Key x={1} title='Die'/> drücken."),
    ("Druk <Key x={1}/>.", "Druck <Key x={2}/> jetzt.", "Druck &lt;Key x=&#123;2}/> jetzt."),
    ("Druk <>op</>.", "Druck <>jetzt</>.", "Druck <>jetzt</>."),
    ("Regel<br/>twee", "Zeile<br>zwei", "Zeile<br/>zwei"),
    ("Een <img src='a.png' alt='De'/> beeld", "Ein <img src='a.png' alt='Das'> Bild", "Ein <img src='a.png' alt='Das'/> Bild"),
    ("Een [link](a)", "Ein [Link](<a b>) und [x](<b>", "Ein [Link](<a b>) und [x](&lt;b&gt;"),
    # tags that mark up words may be added
    ("Druk", "<kbd>Esc</kbd> <span lang='en'>press</span><br />", "<kbd>Esc</kbd> <span lang='en'>press</span><br />"),
    ("Druk", "<kbd>Esc", "&lt;kbd&gt;Esc"),
    ("Druk", "</kbd>Esc<kbd>", "&lt;/kbd&gt;Esc&lt;kbd&gt;"),
    # imports and exports, which begin a line
    ("Invoer", "import ü from 'z'", "&#105;mport ü from 'z'"),
    ("Uitvoer", "export nach China", "&#101;xport nach China"),
    ("Invoer", "importieren", "importieren"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "msgstr", "written"), WRITTEN)
def test_only_jsx_of_the_source_is_kept_in_a_paragraph(source: str, msgstr: str, written: str) -> None:
    document = parse(source, "a.mdx")
    slot = document.segments[0].slot
    assert shape_of(slot).write(document, slot, msgstr) == written


ALLOWED = [
    ("Een woord", "Ein {versie} und {geheim}", ["{ versie }"], "Ein {versie} und &#123;geheim}"),
    ("Een woord", "Ein { versie } < 3", ["{versie}"], "Ein { versie } < 3"),
    ("Een woord", "Ein {f({a: '}'})} {{x}}", ["{f({a:'}'})}"], "Ein {f({a: '}'})} &#123;&#123;x}}"),
    ("Een woord", "Ein <Merk /> <Kwaad />", ["<Merk/>"], "Ein <Merk /> &lt;Kwaad /&gt;"),
    ("Een woord", "Ein <Key>Wort</Key>", ["<Key>", "</Key>"], "Ein <Key>Wort</Key>"),
    ("Een woord", "Ein <Merk a={b} c={d} />", ["<Merk a={b} c={d} />"], "Ein <Merk a={b} c={d} />"),
    ("Een woord", "Ein <Merk a={b} />", ["<Merk />", 'a="{b}"'], "Ein <Merk a={b} />"),
    ("Een woord", "Ein <Merk a={c} />", ["<Merk />", 'a="{b}"'], "Ein &lt;Merk a=&#123;c&#125; /&gt;"),
    ("Een woord", '<b onclick="a()">x</b> <b onclick="b()">x</b>', ['onclick="a()"'],
     '<b onclick="a()">x</b> &lt;b onclick="b()"&gt;x&lt;/b&gt;'),
    ("Een woord", 'x <iframe src="//a.example"/>', ["<iframe>", "//a.example"], 'x <iframe src="//a.example"/>'),
    ("Een woord", 'x <iframe src="//b.example"/>', ["<iframe>", "//a.example"], 'x &lt;iframe src="//b.example"/&gt;'),
]  # fmt: skip


@pytest.mark.parametrize(("source", "msgstr", "allowed", "written"), ALLOWED)
def test_allowed_tokens_are_written_as_they_are(source: str, msgstr: str, allowed: list[str], written: str) -> None:
    document = parse(source, "a.mdx")
    slot = document.segments[0].slot
    assert shape_of(slot).write(document, slot, msgstr, allowed) == written


REFUSED = [
    ("Druk <Key>Esc</Key>.", "</Key>Esc<Key>"),
    ("Druk <Key>Esc</Key>.", "<Key>Esc"),
    ("Druk <Key>Esc</Key>.", "Esc</Key>"),
    ("Druk <Key>Esc</Key>.", "*<Key>Esc* drücken</Key>"),
    ("Druk <Key>Esc</Key>.", "[<Key>Esc](a)</Key>"),
    ("Druk <Key>Esc</Key>.", "<Key>Esc</key>"),
    ("Druk <Key>**Esc**</Key>.", "**<Key>Esc**</Key>"),
    ("Druk <Key>Esc</Key> op  \nhet bord.", "Druck\n<Key>\nEsc</Key>"),
    ("Druk <b>hier <Key/></b>", "<Key/>"),
]


@pytest.mark.parametrize(("source", "msgstr"), REFUSED)
def test_tag_that_is_not_closed_in_its_place_is_refused(source: str, msgstr: str) -> None:
    document = parse(source, "a.mdx")
    result = localise(document, {document.segments[0].key: msgstr})
    assert result.text == source
    assert [one.check for one in result.diagnostics] == ["structure"]


def test_other_dialects_are_not_escaped() -> None:
    assert localise(parse("Een tag", "a.md"), {(None, "Een tag"): "Ein <b> {tag}"}).text == "Ein <b> {tag}"


# With the compiler

SLOTS = {
    "paragraph": "Tekst\n",
    "second paragraph": "Eerst\n\nTekst\n",
    "heading": "# Tekst\n\nNog een\n",
    "heading with closing marks": "## Tekst ##\n",
    "setext heading": "Tekst\n=====\n",
    "list item": "- Tekst\n- Nog een\n",
    "loose list item": "1. Tekst\n\n   Nog een\n",
    "quote": "> Tekst\n",
    "footnote": "Een[^1]\n\n[^1]: Tekst\n",
    "first cell": "| A | B |\n|---|---|\n| Tekst | C |\n",
    "cell without pipes": "A | B\n--|--\nC | Tekst\n",
    "header": "| Tekst | B |\n|---|---|\n| C | D |\n",
    "alt": "![Tekst](a.png)\n",
    "image title": '![Alt](a.png "Tekst")\n',
    "definition title": '[a]\n\n[a]: /b "Tekst"\n',
    "admonition": ":::tip\n\nTekst\n\n:::\n",
    "admonition title": ":::tip Tekst\n\nInhoud\n\n:::\n",
    "admonition label": ":::tip[Tekst]\n\nInhoud\n\n:::\n",
    "attribute": '<Tab label="Tekst" id={1}>\n\nInhoud\n\n</Tab>\n',
    "attribute in single quotes": "<Tab label='Tekst'>\n\nInhoud\n\n</Tab>\n",
    "child": "<Tab>\n\nTekst\n\n</Tab>\n",
    "indented child": "<Tabs>\n  <Tab>\n    Tekst\n  </Tab>\n</Tabs>\n",
    "child on one line": "<p>Tekst</p>\n",
    "children on one line": "<p>Tekst</p><p>Tekst</p>\n",
    "child of HTML": "<div>\nTekst\n</div>\n",
    "indented child of HTML": "<div>\n  Tekst\n</div>\n",
    "cell of HTML": "<table>\n<tbody><tr><td>Tekst</td><td>**Nog een**</td></tr></tbody>\n</table>\n",
    "alt of HTML": '<img src="a.png" alt="Tekst" />\n',
    "summary": "<details>\n<summary>Tekst</summary>\n\nInhoud\n\n</details>\n",
    "front matter": "---\ntitle: Tekst\ndescription: 'Tekst'\n---\n\nInhoud\n",
    "code comment": "```js\n// Tekst\nx();\n```\n",
    "below an import": "import A from 'a'\n\nTekst\n",
    "in sentences": "Eerst een zin. Tekst\n",
}
WITH_CODE = (
    "Druk <Key x={1}>op *Esc*</Key> in {versie}.",
    "Regel<br/>twee <img src='a.png' alt='x' /> {f({a: 1})}",
    "**Zie <b>de <Term titel='x'>*olie*</Term></b>** <>hier</>",
    "[Zie <Key/> {a}](b) en `{c}` ~~weg~~",
)
WORDS = (
    *TOKENS, "<", "</", "<5", "<-", "<Key>", "<Key x={1}>", "</Key>", "<Key/>", "<b>", "</b>", "<i>", "</i>", "<Term titel='x'>", "</Term>", "{versie}",
    "<br>", "<br/>", "<>", "</>", "import x", "export ", "import {a} from 'b'", "{/*", "*/}", "](<", "<a@b.c>", "<img src='a.png' alt='y'>", "{...a}", "'", "`{`", "<!--",
    "\\{", "\\<", "&lt;", "{'", "'}", "{`", "`}", '<a href="', "<a b={", "}>", "$", "~", "~~", "*<b>", "x*</b>", "é<", "{é}", ":x[", ":x{", "::", "www.a.b", "_<b>_", "é*", "“*", "</b >",
)  # fmt: skip
hostile = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=10).map("".join), st.text(min_size=1, max_size=30)
)


def assert_is_as_safe(source: str, result: str, compiled: Callable[[str], Compiled]) -> None:
    was, now = compiled(source), compiled(result)
    assert not was.error
    assert not now.error, result
    kept = list(was.code)
    for one in now.code:
        if one in kept:
            kept.remove(one)
        else:
            assert _is_added_by_right(one), (one, result)


def _is_added_by_right(code: str) -> bool:
    """Whether this element only marks up words, or repeats one of the source."""
    kind, name, *attributes = json.loads(code)
    return kind == "jsx" and name in ("b", "i", "br") and attributes == [[]]


@pytest.mark.property
@given(st.sampled_from(sorted(SLOTS)), hostile, st.sampled_from(["block", "sentence"]))
@example("paragraph", "```{tip}\n```{tip}", "block")
@example("children on one line", "a ` b *c", "block")
@example("admonition", "http://x.y`<div>`", "block")
@example("admonition", "http://x.y\\<", "block")
@example("admonition", "http://x.y<\\<", "block")
@example("paragraph", "{` \n {`", "block")
@example("child on one line", "a\\", "block")
@example("admonition", "\0_<b>_</b >", "block")
@example("admonition", """<a href="<a href="> """, "block")
@example("children on one line", "{: .x}~\ufeff~", "block")
@example("children on one line", "{: .x}~\x85~", "block")
def test_random_translations_compile(
    compiled: Callable[[str], Compiled], slot: str, msgstr: str, segmentation: str
) -> None:
    options = replace(OPTIONS, code="comments", segmentation=segmentation, source_locale="nl")
    source = SLOTS[slot]
    assert_is_as_safe(source, localised(source, {"Tekst": msgstr}, options), compiled)


@pytest.mark.property
@given(
    st.sampled_from(["{}\n", "- {}\n", "# {}\n", "| A |\n|---|\n| {} |\n", "<Tab>\n\n{}\n\n</Tab>\n"]),
    st.sampled_from(WITH_CODE),
    st.lists(st.sampled_from(WORDS + tuple(" ".join(WITH_CODE).split())), max_size=10),
)
def test_code_of_the_source_is_kept(
    compiled: Callable[[str], Compiled], around: str, segment: str, words: list[str]
) -> None:
    source = around.replace("{}", segment)
    result = localised(source, {segment: " ".join(words)})
    was, now = compiled(source), compiled(result)
    assert not was.error
    assert not now.error, result
    assert {one for one in now.code if not _is_added_by_right(one)} <= set(was.code), result


@pytest.mark.parametrize(("source", "written"), [(source, written) for source, _, written in WRITTEN])
def test_compiler_finds_the_elements_of_the_source(
    source: str, written: str, compiled: Callable[[str], Compiled]
) -> None:
    was, now = compiled(source), compiled(written)
    assert not was.error
    assert not now.error
    added = set(now.code) - set(was.code)
    assert all(json.loads(one)[1] in ("kbd", "span", "br", "img") for one in added)


TEXTS = (
    "Drei <- dort",
    "<5",
    "{ offen",
    "a } b",
    "1 < 2",
    "x <y> z",
    "{process.env.SECRET}",
    "a `` b",
    "<email@x.y>",
    "a ` b",
)


@pytest.mark.parametrize("msgstr", TEXTS)
@pytest.mark.parametrize("slot", [slot for slot in SLOTS if slot not in ("front matter", "code comment")])
def test_readers_see_the_translators_text(slot: str, msgstr: str, compiled: Callable[[str], Compiled]) -> None:
    source = SLOTS[slot].replace("Tekst", "Zie de tekst")
    result = localised(source, {"Zie de tekst": f"Siehe {msgstr} hier"}, SENTENCES)
    assert result.count("Siehe") == source.count("Zie de tekst")
    assert_is_as_safe(source, result, compiled)
    if slot not in ("attribute", "attribute in single quotes", "alt", "image title", "definition title", "alt of HTML"):
        assert f"Siehe {msgstr} hier" in compiled(result).text


@pytest.mark.parametrize("text", ["<a ", "{", "`{", "{'", "<a b={", "](<", "<!--", "*<b>", "</b>", "``` ` ", "$x"])
def test_long_translation_takes_linear_time(text: str) -> None:
    source = "Een *<b>tekst</b>* met {versie} <!-- a --> <Key x={1}/>"
    assert_linear(lambda size: partial(mdx.as_text, source, text * size, ()))


@pytest.mark.parametrize("text", ["<a ", "{", "`{", "{'", "<a b={", "](<", "<!--", "{/*", "{`", "{ }", "$x"])
def test_long_source_takes_linear_time(text: str) -> None:
    assert_linear(lambda size: partial(mdx.as_text, text * size, "<b>{x}</b>", ()))
