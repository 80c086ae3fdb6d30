"""Where findings are: the spans of their words in the message, and the lines and columns in the file.

Each format of a report has the lines and columns.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fixtures import Fixture, read_fixtures
from hypothesis import given
from hypothesis import strategies as st
from strategies import TOKENS
from test_checks import unescaped

from translate_pipe.catalogue.po import located, parse_po, serialize_po
from translate_pipe.checks import check
from translate_pipe.checks.documents.page import Page
from translate_pipe.checks.sources.lint import lint
from translate_pipe.model import Catalogue, Diagnostic, Message, Severity, Side, TextSpan
from translate_pipe.project.steps.work import diagnostic_of, diagnostic_values
from translate_pipe.report.formats import diagnostics_text
from translate_pipe.segments import parse

# The entry of a PO file


def _at(message: Message, *spans: TextSpan) -> Diagnostic:
    found = Diagnostic("x", Severity.ERROR, "m", "a.po", 1, message.msgid, None, message.msgstr, spans=spans)
    (result,) = located([found], message)
    return result


def _slice(file: str, found: Diagnostic) -> str:
    """The text of a file in the region of a diagnostic, as an editor would select it."""
    assert found.region
    lines = re.split(r"\r?\n", file)[found.region.line - 1 : found.region.end_line]
    lines[-1] = lines[-1][: found.region.end_column - 1]
    lines[0] = lines[0][found.region.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("msgstr", "word", "region"),
    [
        pytest.param('msgstr "Milch hilft.²"', "²", (2, 21, 2, 22), id="one line"),
        pytest.param('msgstr ""\n"Milch "\n"hilft.²"', "²", (4, 8, 4, 9), id="several lines"),
        pytest.param('msgstr ""\n"Milch "\n"hilft."', "Milch ", (3, 2, 3, 8), id="to the end of a line"),
        pytest.param('msgstr ""\n"Milch "\n"hilft."', "hilft", (4, 2, 4, 7), id="beginning of a line"),
        pytest.param('msgstr ""\n"Milch "\n"hilft."', "ch hil", (3, 5, 4, 5), id="across lines"),
        pytest.param(r'msgstr "a\"b\\c\td"', "d", (2, 18, 2, 19), id="after escapes"),
        pytest.param(r'msgstr "a\"b"', '"', (2, 10, 2, 12), id="an escape"),
        pytest.param('msgstr ""\n"a\\n"\n"b"', "a\n", (3, 2, 3, 5), id="an escape at the end of a line"),
        pytest.param('msgstr ""\n"a\\n"\n"b"', "b", (4, 2, 4, 3), id="after a line break"),
        pytest.param(r'msgstr "\x41\101 b"', "b", (2, 18, 2, 19), id="numeric escapes"),
        pytest.param(r'msgstr "\q b"', "b", (2, 12, 2, 13), id="no escape"),
        pytest.param('msgstr "睡眠😀很好"', "很好", (2, 12, 2, 14), id="wide characters"),
        pytest.param('  msgstr\t"  b"', "b", (2, 13, 2, 14), id="blanks around the keyword"),
        pytest.param('  msgstr ""\n\n"a"\n\n"b"', "b", (6, 2, 6, 3), id="blank lines between the lines"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("before", ["", "\n\n", "\ufeff", "# vertaald\n#. Paragraph\n#: a.md:1\n#, markdown-text\n"])
def test_a_word_is_found_in_the_lines_of_its_msgstr(
    msgstr: str, word: str, region: tuple[int, int, int, int], before: str, line_end: str
) -> None:
    file = f'{before}msgid "Een ² b"\n{msgstr}\n\nmsgid "na"\nmsgstr ""\n'.replace("\n", line_end)
    message = parse_po(file).messages[0]
    at = message.msgstr.rindex(word)
    found = _at(message, TextSpan(at, at + len(word)))
    line, column, end_line, end_column = region
    more = before.count("\n")
    assert found.region == (line + more, column, end_line + more, end_column)
    assert found.line == 1 + (more if before.isspace() else 0)


@pytest.mark.parametrize(
    ("msgstr", "selected"),
    [
        ('msgstr "Milch"', "Milch"),
        ('msgstr ""\n"Milch\\n"\n"hilft"', 'Milch\\n"\n"hilft'),
        ('msgstr ""', ""),
        ('msgstr ""\n""', ""),
    ],
)
def test_a_finding_without_spans_is_about_the_whole_msgstr(msgstr: str, selected: str) -> None:
    file = f'msgid "Melk"\n{msgstr}\n'
    message = parse_po(file).messages[0]
    assert _slice(file, _at(message)) == selected
    assert _slice(file, _at(message, TextSpan(0, 4, Side.MSGID))) == selected


def test_a_message_from_elsewhere_has_no_region() -> None:
    assert _at(Message("Melk", "Milch"), TextSpan(0, 5)).region is None


_texts = st.lists(st.sampled_from([*TOKENS, "woord ", "\\n", '"', "\\", "\n", "\t", "é", "睡眠", "😀"]), max_size=40)


@pytest.mark.property
@given(_texts.map("".join), st.data(), st.sampled_from(["\n", "\r\n"]))
def test_what_an_editor_selects_is_the_span_as_it_is_written(msgstr: str, data: st.DataObject, line_end: str) -> None:
    file = serialize_po(Catalogue((Message("Melk", msgstr, extracted_comments=("c",)),), line_end=line_end))
    message = parse_po(file).messages[0]
    start = data.draw(st.integers(0, len(msgstr)))
    end = data.draw(st.integers(start, len(msgstr)))
    selected = _slice(file, _at(message, TextSpan(start, end)))
    again = parse_po(f'msgid "x"\nmsgstr "{selected}"\n').messages
    assert again[0].msgstr == msgstr[start:end]


# The words of a finding in a message


def _found(msgid: str, msgstr: str, name: str = "", locale: str = "de") -> list[Diagnostic]:
    found = check(Catalogue((Message(msgid, msgstr),)), source_locale="nl", locale=locale)
    return [one for one in found if name in ("", one.check)]


def _words(found: Diagnostic) -> list[str]:
    sides = {Side.MSGID: found.msgid, Side.MSGSTR: found.msgstr}
    return [sides[span.side][span.start : span.end] for span in found.spans]


def _assert_spans_are_words(found: Diagnostic) -> None:
    length = {Side.MSGID: len(found.msgid), Side.MSGSTR: len(found.msgstr)}
    assert all(0 <= span.start < span.end <= length[span.side] for span in found.spans)
    assert not found.spans or list(found.words) == list(dict.fromkeys(_words(found)))


@pytest.mark.parametrize(
    ("name", "msgid", "msgstr", "side", "places"),
    [
        pytest.param(
            "number-added",
            "Van 130",
            "130 von 30 und 30",
            "msgstr",
            [(8, "30"), (15, "30")],
            id="not in a longer number",
        ),
        pytest.param("number", "Op 130, 30", "Auf 130", "msgid", [(8, "30")], id="missing, but part of another one"),
        pytest.param("number", "A &amp; `b` é 8", "A &amp; `b` é", "msgid", [(14, "8")], id="after entity and code"),
        pytest.param("number", "Van -5", "Von", "msgid", [(4, "-5")], id="with its sign"),
        pytest.param("citation", "Ja[^1]", "Ja[^1] so[^1]", "msgstr", [(2, "[^1]"), (9, "[^1]")], id="more often"),
        pytest.param("citation", "Ja <b>b</b>[^1]", "Ja <b>b</b>", "msgid", [(11, "[^1]")], id="after a tag"),
        pytest.param("citation", "Ja<sup>1</sup>", "Ja", "msgid", [(7, "1")], id="in a tag"),
        pytest.param("citation", "Ja [@a, p. 3].", "Ja.", "msgid", [(3, "[@a, p. 3]")], id="as it is written"),
        pytest.param("citation", "Ja[^1].", "Ja [ ^1].", "msgstr", [(3, "[ ^1]")], id="broken"),
        pytest.param("link", "[a](/a)", "[/b b](http://b.nl '/b')", "msgstr", [(7, "http://b.nl")], id="an address"),
        pytest.param("link", "a", "[a](<http://b.nl/a b>)", "msgstr", [(5, "http://b.nl/a b")], id="in brackets"),
        pytest.param("link", "a", "é https://b.nl.", "msgstr", [(2, "https://b.nl")], id="an address that is text"),
        pytest.param(
            "link", "a", "[a](http://b.nl?a=1&amp;b)", "msgstr", [(0, "[a](http://b.nl?a=1&amp;b)")], id="entity"
        ),
        pytest.param("code", "é `a` b", "é `c` b", "msgstr", [(3, "c")], id="code"),
        pytest.param("code", "`` a`b `` b", "b", "msgid", [(3, "a`b")], id="code between two backticks"),
        pytest.param(
            "html-tag", "é <kbd >a</kbd>", "é a", "msgid", [(2, "<kbd >"), (9, "</kbd>")], id="a tag as it is written"
        ),
        pytest.param("math", "é $a  + b$", "é", "msgid", [(2, "$a  + b$")], id="a formula as it is written"),
        pytest.param("placeholder", "é &amp; {{ a }}", "é &amp;", "msgid", [(8, "{{ a }}")], id="a token"),
        pytest.param(
            "brackets", "a (b)", "[a](c) (b) ddd)", "msgstr", [(7, "("), (9, ")"), (14, ")")], id="not of a link"
        ),
        pytest.param("emphasis-broken", "*a* b", "*a* ** b**", "msgstr", [(4, "**"), (8, "**")], id="not markup"),
        pytest.param("doubled-word", "a b", "é &amp; so so b", "msgstr", [(8, "so so")], id="words"),
        pytest.param("mojibake", "é a", "cafÃ© Ã©", "msgstr", [(3, "Ã©")], id="the first one"),
    ],
)
def test_a_finding_knows_where_its_words_are(
    name: str, msgid: str, msgstr: str, side: str, places: list[tuple[int, str]]
) -> None:
    (found, *_) = _found(msgid, msgstr, name)
    spans = [span for span in found.spans if span.side == side]
    assert [(span.start, text) for span, text in zip(spans, _words(found), strict=True)] == places


@pytest.mark.parametrize(
    "fixture", read_fixtures(Path(__file__).parent / "data" / "checks.txt"), ids=lambda fixture: fixture.title
)
def test_the_spans_of_a_fixture_are_the_words(fixture: Fixture) -> None:
    first, *lines = [line for line in fixture.text.removesuffix("\n").split("\n") if not line.startswith("| ")]
    source_locale, locale = first.split()
    texts = list(map(unescaped, lines))
    messages = tuple(map(Message, texts[::2], texts[1::2]))
    for found in check(Catalogue(messages), source_locale=source_locale, locale=locale):
        _assert_spans_are_words(found)


_PIECES = ["é", "😀 ", " 3", " 1.5 km", "[^1]", "²", "[@a]", "<sup>1</sup>", "https://a.nl", "[a](/b)", "&amp;", "\\*"]
_MARKED = st.lists(st.sampled_from([*TOKENS, *_PIECES]), max_size=12).map("".join)


@pytest.mark.property
@given(_MARKED, _MARKED)
def test_the_text_at_a_span_is_the_word(msgid: str, msgstr: str) -> None:
    for found in _found(msgid, msgstr):
        _assert_spans_are_words(found)


# Formats

_PO = r"""
# vertaald
#. Paragraph
msgid "Een \"glas\" melk\n² [^1][^1]"
msgstr ""
"睡眠 \"Glas\" \\\\ Milch\n"
"😀² ³"
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_each_format_has_the_line_and_column(line_end: str) -> None:
    file = _PO.replace("\n", line_end)
    found = list(check(parse_po(file), "a.po", source_locale="nl", locale="de"))
    assert [(one.line, one.check, one.message) for one in found] == [
        (2, "citation", "the citation [^1] of the source is missing (2 times)"),
        (2, "citation", "the citation ³ is not in the source"),
    ]
    assert [_slice(file, one) for one in found] == ['睡眠 \\"Glas\\" \\\\\\\\ Milch\\n"\n"😀² ³', "³"]
    text = diagnostics_text(found, "text").splitlines()
    assert [line.split(": ")[0] for line in text[::3]] == ["a.po:6:2", "a.po:7:5"]
    annotations = diagnostics_text(found, "github").splitlines()
    assert [line.split(",title")[0] for line in annotations] == [
        "::error file=a.po,line=6,col=2",
        "::error file=a.po,line=7,col=5",
    ]
    regions = [(6, 2, 7, 6), (7, 5, 7, 6)]
    names = ("start_line", "column", "end_line", "end_column")
    assert [tuple(one[name] for name in names) for one in json.loads(diagnostics_text(found, "json"))] == regions
    lines = map(json.loads, diagnostics_text(found, "jsonl").splitlines())
    assert [tuple(one[name] for name in names) for one in lines] == regions
    (run,) = json.loads(diagnostics_text(found, "sarif"))["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    names = ("startLine", "startColumn", "endLine", "endColumn")
    places = [one["locations"][0]["physicalLocation"]["region"] for one in run["results"]]
    assert [tuple(one[name] for name in names) for one in places] == regions


def test_a_cache_entry_keeps_spans_and_regions() -> None:
    for found in check(parse_po(_PO), "a.po", source_locale="nl", locale="de"):
        assert found.spans
        assert found.region
        assert diagnostic_of(json.loads(json.dumps(diagnostic_values(found)))) == found


# Documents


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("é 睡😀[^1] a\n", {"citation-undefined": (1, 5, 1, 9)}),
        ("a\r\n\r\n> é ** b** a\r\n", {"source-emphasis": (3, 5, 0, 0)}),
        ("\ufeffé <x>a</x> [^1]\n", {"citation-undefined": (1, 12, 1, 16), "raw-html": (1, 3, 0, 0)}),
        ("a\n\n  <!-- i18n:skp -->\n", {"directive": (3, 3, 0, 0)}),
        ("a\n\n<!-- i18n:ignore: x -->\n\né b\n", {"directive": (5, 1, 0, 0)}),
    ],
)
def test_a_finding_in_a_document_has_its_line_and_column(text: str, places: dict[str, tuple[int, ...]]) -> None:
    found = lint(Page(parse(text, "a.md")))
    assert {one.check: tuple(one.region or ()) for one in found} == places
    assert all(one.region and one.line == one.region.line for one in found)
