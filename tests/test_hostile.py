"""What translators may write in a site generator's language, tested on the pages that a build publishes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from project_helpers import HEADER, Project, entry, make_project, po

from translate_pipe import localise, parse
from translate_pipe.checks import CHECKS
from translate_pipe.localisation.renderers import CommonMark, GitHub, PythonMarkdown
from translate_pipe.markdown.dialects import ALL_DIALECTS
from translate_pipe.markdown.inline import executing
from translate_pipe.markdown.inline.inlines import inlines
from translate_pipe.model import SegmentKind
from translate_pipe.segments import ParseOptions

if TYPE_CHECKING:
    from translate_pipe.markdown.dialects.executed import ExecutedRule

TABLE = Path(__file__).parent / "data" / "hostile.txt"


VERDICTS = ("published | ", "as text | ", "refused | ", "never | ")


class Row(NamedTuple):
    """A row of the table for one dialect; `number` is its line."""

    number: int
    verdict: str
    place: str
    msgid: str
    msgstr: str

    def __str__(self) -> str:
        return f"{self.number}: {self.msgid} -> {self.msgstr}"


def _rows() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith(VERDICTS):
            verdict, dialects, place, msgid, msgstr = line.replace("\\n", "\n").split(" | ", 4)
            for dialect in dialects.split():
                found.setdefault(dialect, []).append(Row(number, verdict, place, msgid, msgstr))
    return found


ROWS = _rows()
PLACES = {
    "text": "{}\n",
    "heading": "## {}\n",
    "item": "- {}\n",
    "quote": "> {}\n",
    "cell": "| a |\n| --- |\n| {} |\n",
    "alt": "![{}](a.png)\n",
    "link title": '[a](a.md "{}")\n',
    "html": "<p>{}</p>\n",
    "comment": "```python\n# {}\n```\n",
    "include": '{{% include figuur.html bron="a.png" caption="{}" %}}\n',
    "shortcode": '{{{{< figure src="a.png" caption="{}" >}}}}\n',
    "title": "---\ntitle: '{}'\n---\n\nTekst.\n",
    "footnote": "Tekst.[^1]\n\n[^1]: {}\n",
    "html attribute": '<p title="{}">x</p>\n',
    "html block": "<div>\n{}\n</div>\n",
    "summary": "<details><summary>{}</summary></details>\n",
    "nested": "---\nhero:\n  - name: '{}'\n---\n\nTekst.\n",
    "toml": '+++\ntitle = "{}"\n+++\n\nTekst.\n',
    "json": '{{\n"title": "{}"\n}}\n\nTekst.\n',
    "description": "---\ndescription: '{}'\n---\n\nTekst.\n",
}
FRONT_MATTER = ["title", "description", "hero[].name"]
OPT_OUT = (
    "# translate-pipe: ignore executable, html-unsafe, html-tag, placeholder, link, image, code\n#, ignore-executable\n"
)
IGNORED = ["executable", "html-unsafe", "html-tag", "placeholder", "link", "image", "code", "rendering"]
WAYS: dict[str, tuple[dict[str, str | list[str]], str, tuple[str, ...]]] = {
    "nothing": ({}, "", ()),
    "on_error": ({"on_error": "publish"}, "", ()),
    "ignore_checks": ({"ignore_checks": IGNORED}, "", ()),
    "severity": ({}, '[severity]\nexecutable = "info"\nhtml-unsafe = "warning"\nhtml-tag = "info"\n', ()),
    "renderer": ({"renderer": "commonmark"}, "", ()),
    "renderer of GitHub": ({"renderer": "gfm"}, "", ()),
    "draft": ({}, "", ("--draft",)),
    "sentences": ({"segmentation": "sentence"}, "", ()),
    "code": ({"code": "all", "on_error": "publish"}, "", ("--draft",)),
}
# The usual lane tries at once what only silences checks: if one of these worked, more would be published.
WAYS["silence"] = ({"on_error": "publish", "ignore_checks": IGNORED}, WAYS["severity"][1], ())
_SILENCES = ("nothing", "on_error", "ignore_checks", "severity")
_WAY_CASES = [pytest.param(way, marks=[pytest.mark.slow] if way in _SILENCES else []) for way in WAYS]


def published(root: Path, dialect: str, rows: list[Row], way: str, comment: str = "") -> dict[str, bool]:
    """For each row whether the build publishes more than its source."""
    keys, tables, options = WAYS[way]
    documents: dict[str, str | bytes] = {
        f"source/nl/{row.number}.md": PLACES[row.place].format(row.msgid.replace("'", "’")) for row in rows
    }
    project = make_project(
        root, documents, dialect=dialect, **{"code": "comments", "front_matter": FRONT_MATTER, **keys}
    )
    project.write("translate-pipe.toml", project.text("translate-pipe.toml") + tables)
    for row in rows:
        project.write(po(str(row.number)), "\n".join([HEADER, comment + entry(row.msgid, row.msgstr)]))
    project.run("update", "--jobs", "1")
    project.run("build", "--jobs", "1", *options)
    found = {}
    for row in rows:
        name = f"{row.number}.md"
        page = project.text(f"build/de/{name}")
        # In MDX, text is written with character references.
        is_text = dialect == "docusaurus" and row.verdict == "never" and "&" in page and row.msgstr not in page
        if row.verdict == "as text":
            assert elements(page) == elements(str(documents[f"source/nl/{name}"]))
        found[str(row)] = page != documents[f"source/nl/{name}"] and not is_text
    return found


def elements(text: str) -> list[tuple[str, list[str], str | None]]:
    """The elements of a page, with the names of their attributes and their addresses."""
    found: list[tuple[str, list[str], str | None]] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            values = dict(attrs)
            found.append((tag, sorted(values), values.get("href") or values.get("src")))

    Parser().feed(CommonMark().html(text))
    return found


@pytest.mark.parametrize("dialect", ROWS)
def test_rows_are_published_or_refused(tmp_path: Path, dialect: str) -> None:
    rows = ROWS[dialect]
    found = published(tmp_path, dialect, rows, "nothing")
    assert found == {str(row): row.verdict in ("published", "as text") for row in rows}


@pytest.mark.parametrize("way", _WAY_CASES)
@pytest.mark.parametrize("dialect", ROWS)
def test_executable_tokens_have_no_opt_out(tmp_path: Path, dialect: str, way: str) -> None:
    rows = [row for row in ROWS[dialect] if row.verdict == "never"]
    found = published(tmp_path, dialect, rows, way, OPT_OUT)
    assert [text for text, is_published in found.items() if is_published] == []


# The maintainer's choices

ALLOWED = '[allow]\n"{{ versie }}" = ["gids/*"]\n"<iframe>" = ["gids/*"]\n"src=\\"//a.example\\"" = ["gids/*"]\n'


def project_with(root: Path, msgstr: str, tables: str, **keys: str | list[str]) -> Project:
    """A project with Jekyll and two documents with the same text, which has one translation for both."""
    text = "Een woord.\n"
    documents: dict[str, str | bytes] = {"source/nl/gids/a.md": text, "source/nl/b.md": text}
    project = make_project(root, documents, dialect="jekyll", domain="all", **keys)
    project.write("translate-pipe.toml", project.text("translate-pipe.toml") + tables)
    project.run("update")
    project.translate(po("all"), {"Een woord.": msgstr})
    return project


def test_allowed_token_is_published_only_in_its_documents(tmp_path: Path) -> None:
    project = project_with(tmp_path, "Ein {{versie}} Wort.", ALLOWED)
    done = project.run("locales")
    assert project.text("build/de/gids/a.md") == "Ein {{versie}} Wort.\n"
    assert project.text("build/de/b.md") == "Een woord.\n"
    assert [line for line in done.findings if "executable" in line]


def test_other_tokens_stay_unpublished(tmp_path: Path) -> None:
    project = project_with(tmp_path, "Ein {{ versie }} {{ geheim }} Wort.", ALLOWED)
    project.run("locales")
    assert project.text("build/de/gids/a.md") == "Een woord.\n"


IN_MDX = {
    "text": ("Een woord.\n", "Een woord.", "{}\n"),
    "heading": ("## Een woord.\n", "Een woord.", "## {}\n"),
    "cell": ("| a |\n| --- |\n| Een woord. |\n", "Een woord.", "| a |\n| --- |\n| {} |\n"),
    "title": (":::tip[Een woord.]\n\nTekst\n\n:::\n", "Een woord.", ":::tip[{}]\n\nTekst\n\n:::\n"),
    "old title": (":::tip Een woord.\n\nTekst\n\n:::\n", "Een woord.", ":::tip {}\n\nTekst\n\n:::\n"),
    "html": ("<p>Een woord.</p>\n", "Een woord.", "<p>{}</p>\n"),
    "alt": ("![Een woord.](a.png)\n", "Een woord.", "![{}](a.png)\n"),
}


@pytest.mark.parametrize("place", IN_MDX)
@pytest.mark.parametrize("suffix", [".md", ".mdx"])
def test_allowed_token_is_executed_in_mdx(tmp_path: Path, place: str, suffix: str) -> None:
    source, msgid, written = IN_MDX[place]
    documents: dict[str, str | bytes] = {f"source/nl/gids/a{suffix}": source, f"source/nl/b{suffix}": source}
    project = make_project(
        tmp_path,
        documents,
        dialect="docusaurus",
        domain="all",
        output="build/{locale}/{path}" + suffix,
    )
    table = '[allow]\n"{versie}" = ["gids/*"]\n'
    project.write("translate-pipe.toml", project.text("translate-pipe.toml") + table)
    project.run("update")
    project.translate(po("all"), {msgid: "Ein { versie } Wort."})
    done = project.run("locales")
    assert project.text(f"build/de/gids/a{suffix}") == written.format("Ein { versie } Wort.")
    assert "{" not in project.text(f"build/de/b{suffix}")
    assert done.exit_code == 0, done.findings


def test_attempt_to_opt_out_is_reported(tmp_path: Path) -> None:
    tables = '[severity]\nexecutable = "info"\n'
    project = project_with(tmp_path, "Ein {{ geheim }} Wort.", tables, ignore_checks=["html-unsafe"])
    text = project.text(po("all"))
    project.write(po("all"), text.replace('msgid "Een woord."', '#, ignore-executable\nmsgid "Een woord."'))
    done = project.run("check")
    findings = "\n".join(done.findings)
    assert "translate-pipe.toml:5: warning: 'ignore_checks' does not silence html-unsafe" in findings
    assert "translate-pipe.toml:7: warning: 'severity' does not silence executable" in findings
    assert "no comment or flag silences executable" in findings
    assert "{{ geheim }} is executed" in findings
    assert "{{ geheim }} is executed" in "\n".join(project.run("check", "--ignore", "executable").findings)


def test_severity_of_a_check_decides_publishing(tmp_path: Path) -> None:
    project = project_with(tmp_path, "Ein Wort", '[severity]\nend-punctuation = "error"\n')
    project.run("locales")
    assert project.text("build/de/b.md") == "Een woord.\n"
    project.write("translate-pipe.toml", project.text("translate-pipe.toml").replace('"error"', '"info"'))
    done = project.run("locales")
    assert project.text("build/de/b.md") == "Ein Wort\n"
    assert "with a warning" not in done.stderr


@pytest.mark.parametrize(("severity", "is_published"), [("error", False), ("warning", True), ("info", True)])
def test_severity_of_the_judge_decides_publishing(tmp_path: Path, severity: str, *, is_published: bool) -> None:
    tables = f'[severity]\nrendering = "{severity}"\n'
    project = make_project(tmp_path, {"source/nl/a.md": "Een woord: [link](a.md).\n"}, ignore_checks=["link"])
    project.write("translate-pipe.toml", project.text("translate-pipe.toml") + tables)
    project.run("update")
    project.translate(po("a"), {"Een woord: [link](a.md).": "Ein Wort: [Link](https://a.example/)."})
    for _ in range(2):  # the second time with the state of the first
        done = project.run("locales")
        if severity != "info":
            assert [f": {severity}: " in line for line in done.findings if "[rendering]" in line] == [True]
        assert (project.text("build/de/a.md") == "Ein Wort: [Link](https://a.example/).\n") is is_published
        assert ("with a warning" in done.stderr) is (severity == "warning")


@pytest.mark.parametrize("command", ["build", "locales"])
def test_translations_published_with_a_warning_are_counted(tmp_path: Path, command: str) -> None:
    project = project_with(tmp_path, "Ein Wort", "")
    assert "1 translation was published with a warning." in project.run(command).stderr
    assert "1 translation was published with a warning." in project.run(command).stderr


# Random tokens anywhere

HEADS = (
    "---\ntitle: Een titel\ndescription: 'Een regel'\nhero:\n  - name: Een naam\n  - name: \"Nog een naam\"\n---\n",
    "---\ntitle: >-\n  Een titel\n  op twee regels\nhero: [{name: Een naam}]\n---\n",
    '+++\ntitle = \'Een titel\'\ndescription = "Een regel"\n[[hero]]\nname = "Een naam"\n+++\n',
    '{\n"title": "Een titel",\n"hero": [{"name": "Een naam"}]\n}\n',
)
BODY = """
# Een kop

Een woord hier. En nog een zin.

Een `woord` hier, met *nadruk* en [een link](a.md "een titel").

- een punt
- nog een punt

> een citaat

| een | twee |
| --- | --- |
| drie | vier |

![een beeld](a.png "een titel van een beeld")

[![een klein beeld](a.png)](a.md)

<p title="een titel van HTML">een alinea</p>

<img src="a.png" alt='een beeld van HTML' />
"""
HOSTILE: dict[str, tuple[tuple[str, ...], str]] = {
    "jekyll": (("{{ KWAAD }}", "{% KWAAD %}", '{: onclick="KWAAD"}'), r"\{[{%][^}%]*KWAAD|\{:[^{}]*onclick=\W*KWAAD"),
    "mkdocs": (("{{ KWAAD }}", "{% KWAAD %}", "{!KWAAD!}", '--8<-- "KWAAD"', "::: KWAAD"), r"(?:\{[{%!]|-8<-+|(?<![\w:]):::)\W*KWAAD"),
    "hugo": (("{{< KWAAD >}}", "{{% KWAAD %}}"), r"\{\{[<%][^}]*KWAAD"),
    "pandoc": (("{{< KWAAD >}}", "`KWAAD`{=html}", "`{python} KWAAD`", "\\input{KWAAD}", '[x]{onclick="KWAAD"}'),
        r"\{\{<[^}]*KWAAD|(?<![\w`])`KWAAD`\{=html\}|`\{python\} KWAAD|\\input\{KWAAD|\][{]onclick=\W*KWAAD"),
    "myst": (("{{ KWAAD }}", "{eval}`KWAAD`", "{KWAAD}`x`"), r"(?<![\\`])(?:\{\{[^}]*KWAAD|\{eval\}`+KWAAD|\{KWAAD\}`)"),
    "docusaurus": (("{KWAAD}", "{KWAAD.b}", "<KWAAD />", "<b title={KWAAD}>", 'import KWAAD from "z"'), r"(?<!\\)[{<]KWAAD|(?m:^import KWAAD)"),
}  # fmt: skip
"""For each dialect the inserted text, and the result that no page may have."""


ACTING = (
    '<b onclick="KWAAD">x</b>', '" onclick="KWAAD', "' onclick='KWAAD", "[x](javascript:KWAAD)", "![x](//evil.example/KWAAD)", "<img src=//evil.example/KWAAD>",
    "](javascript:KWAAD", '<a href="javascript:KWAAD">', '"><script>KWAAD</script>', "{{ KWAAD }}", "{% KWAAD %}",
)  # fmt: skip
"""Active parts in the pages of every dialect, and in its front matter."""

IN_FRONT_MATTER = re.compile(r"(?:\{[{%!*]|\$\{)\W*KWAAD|<[^>]*KWAAD|[\"'`]\s*onclick\s*=")


@st.composite
def hostile_translations(draw: st.DrawFn, dialect: str, texts: list[str]) -> list[str]:
    """Translations with tokens anywhere, or with one half here and the other half there."""
    tokens = (*HOSTILE[dialect][0], *ACTING)
    for _ in range(draw(st.integers(1, 3))):
        token = draw(st.sampled_from(tokens))
        cut = draw(st.integers(0, len(token)))
        for part in (token[:cut], token[cut:]) if draw(st.booleans()) else (token,):
            at = draw(st.integers(0, len(texts) - 1))
            place = draw(st.integers(0, len(texts[at])))
            texts[at] = texts[at][:place] + part + texts[at][place:]
    return texts


def acting(html: str) -> list[str]:
    """Active parts of a page: handlers, scripts, and addresses that run or load."""
    found: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend([tag] if tag == "script" else [])
            for name, value in attrs:
                is_bad = name.startswith("on") or (value or "").lstrip().startswith("javascript:")
                if is_bad or (name == "src" and "evil" in (value or "")):
                    found.append(f"{tag} {name}={value}")

    Parser().feed(html)
    return found


@pytest.mark.property
@pytest.mark.parametrize("dialect", HOSTILE)
@given(data=st.data(), segmentation=st.sampled_from(["block", "sentence"]), head=st.sampled_from(HEADS))
def test_tokens_never_get_into_a_page(dialect: str, data: st.DataObject, segmentation: str, head: str) -> None:
    options = ParseOptions(
        dialects=(dialect,), segmentation=segmentation, source_locale="nl", front_matter=tuple(FRONT_MATTER)
    )
    document = parse(head + BODY, "", options)
    texts = data.draw(hostile_translations(dialect, [segment.text for segment in document.segments]))
    translations = {segment.key: text for segment, text in zip(document.segments, texts, strict=True)}
    page = localise(document, translations, locale="de").text
    _, _, body = page.partition("\n# ")
    for segment in parse(page, "", options).segments:
        if segment.kind is SegmentKind.FRONT_MATTER:
            assert IN_FRONT_MATTER.search(segment.text) is None
    for renderer in (PythonMarkdown(), GitHub(), CommonMark()):
        assert acting(renderer.html(f"# {body}")) == []
    if dialect in ("docusaurus", "myst"):  # nothing acts in code there
        body = re.sub(r"(?<!\})`+[^`]*`+", "", body)
    assert re.search(HOSTILE[dialect][1], body) is None


# The rules of executable tokens

RULES = [(dialect.name, rule) for dialect in ALL_DIALECTS for rule in dialect.executed if rule.example]


@pytest.mark.parametrize(("dialect", "rule"), RULES, ids=[f"{dialect}: {rule.name}" for dialect, rule in RULES])
def test_example_of_a_rule_is_refused(dialect: str, rule: ExecutedRule) -> None:
    assert any(mark in rule.example.encode() for mark in rule.marks)
    document = parse("Een woord.\n", "", ParseOptions(dialects=(dialect,)))
    in_a_sentence = () if rule.name == "Imports and exports" else (f"Ein {rule.example} Wort.",)
    for text in (rule.example, *in_a_sentence):
        localised = localise(document, {(None, "Een woord."): text})
        is_text = dialect == "docusaurus" and rule.example not in localised.text
        assert localised.text == "Een woord.\n" or is_text


def test_only_two_checks_have_no_opt_out() -> None:
    assert {check.name for check in CHECKS if not check.has_opt_out} == {"html-unsafe", "executable"}


# The quick search before it

PROSE = ("een", "twee", " ", " ", "\n", "é", ".", "(", ":", "kwaad", "r ", "=", "-", "$", "!")
PARTS = (
    *(
        "{",
        "}",
        "{{",
        "}}",
        "{%",
        "%}",
        "`",
        "`",
        "``",
        "\\",
        "<",
        ">",
        "&#92;",
        "&",
        "[",
        "]",
        "href",
        "{eval}",
        "{=html}",
    ),
    *(
        "::: os",
        "///",
        "html",
        "import ",
        "-8<",
        "onclick=",
        "*/",
        "raw",
        "Kwaad",
        "input",
        "[a]",
        "!!swagger x!!",
        "[OAD(x)]",
    ),
)
DIALECTS_OR_NONE = [*((dialect.name,) for dialect in ALL_DIALECTS), ()]


@st.composite
def pairs_that_differ_in_prose(draw: st.DrawFn) -> tuple[str, str]:
    """A text of prose and parts of tokens, and the same with one or two words of prose added or removed."""
    source = draw(st.lists(st.sampled_from(PROSE + PARTS), min_size=1, max_size=12))
    translation = list(source)
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(translation)))
        is_longer = draw(st.booleans())
        translation[at : at + 1] = [draw(st.sampled_from(PROSE)), *translation[at : at + 1]] if is_longer else []
    return "".join(source).strip(), "".join(translation).strip()


def items_of(text: str, dialects: tuple[str, ...]) -> executing.Items:
    return executing.scan(executing.text_of_inlines(text, inlines(text)), dialects)


@pytest.mark.property
@given(texts=pairs_that_differ_in_prose(), dialects=st.sampled_from(DIALECTS_OR_NONE))
@example(texts=("Prijs {a}.", "Prijs ${a}."), dialects=("pandoc",))
@example(texts=("Zie `x` {=html}.", "Zie `x`{=html}."), dialects=("pandoc",))
@example(texts=("Zie {eval} `x`.", "Zie {eval}`x`."), dialects=("myst",))
@example(texts=("Zie {{ f({a: 1}, b) }}.", "Zie {{ f({a: 1}, config) }}."), dialects=("mkdocs",))
@example(texts=("Zie \\{% include goed.md %}.", "Zie \\{% include kwaad.md %}."), dialects=("jekyll",))
@example(texts=("Zie {% if `a` goed %}.", "Zie {% if `a` kwaad %}."), dialects=("jekyll",))
@example(texts=("naam::: os", "::: os"), dialects=("mkdocs",))
def test_quick_search_misses_no_added_token(texts: tuple[str, str], dialects: tuple[str, ...]) -> None:
    source, translation = texts
    is_passed_over = not executing.may_gain(source, translation, dialects)
    is_unchanged = not executing.may_differ([(source.encode(), translation.encode())], dialects)
    if is_passed_over or is_unchanged:
        assert not items_of(translation, dialects) - items_of(source, dialects)
