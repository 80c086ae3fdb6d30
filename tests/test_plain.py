"""Plain texts: no proof and no judge finds a difference in them, wherever they are, so neither is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from strategies import documents, parse_options, translated_documents

from translate_pipe import localise, parse
from translate_pipe.checks.documents import check_localised, has_own_findings
from translate_pipe.checks.documents.page import Page, Surroundings
from translate_pipe.checks.documents.targets import Targets
from translate_pipe.links import NO_LINKS
from translate_pipe.localisation.comparison import differences, page_shape
from translate_pipe.localisation.filling import fill, with_fillings
from translate_pipe.localisation.plain import KNOWN_EXTENSIONS, Kept, lines_with_same_markup, plain_links
from translate_pipe.localisation.proving import Leeway, prove
from translate_pipe.localisation.renderers import CommonMark, GitHub, PythonMarkdown, Renderer, RenderingError
from translate_pipe.markdown.dialects import ALL_DIALECTS
from translate_pipe.markdown.parser import for_renderers
from translate_pipe.model import Document, ParseOptions
from translate_pipe.project.settings.configuration import parse_configuration
from translate_pipe.project.steps.judging import JudgedDocument, LocalisationJudge, ProjectRenderer
from translate_pipe.registry import CONFIGURATION_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from translate_pipe.localisation import DoubtfulBlock

DIALECTS = [*((one.name,) for one in ALL_DIALECTS), tuple(one.name for one in ALL_DIALECTS)]
LOADED = sorted(KNOWN_EXTENSIONS - {"smarty", "nl2br", "codehilite"})
RENDERERS: list[Renderer] = [
    PythonMarkdown(LOADED),
    PythonMarkdown(sorted({*LOADED, "smarty", "nl2br"})),
    GitHub(),
    CommonMark(),
]

# The pieces of texts: words, simple code and links, and many signs that a text must not have everywhere.
PIECES = st.sampled_from(
    [
        *(
            "woord",
            "A",
            "i",
            "é",
            "睡眠",
            "نوم",
            "C++",
            "C#",
            "1",
            "12",
            "2.5",
            "C2001",
            "TOC",
            "NOTE",
            "import",
            "export",
        ),
        *("`code`", "`List<int>`", "`<div>`", "`a_b`", "`*`", "`[x]`", "`&amp;`", "`# x`", "[a](b.md)", "[`x`](/y#z)"),
        *(
            "[**a**](b.md)",
            "![a](b.png)",
            "[![a](b.png)](c.md)",
            "[a](b_(c))",
            "[in]",
            "[x]",
            "[in, out]",
            "<br>",
            "<br/>",
        ),
        *(
            "*",
            "**",
            "_",
            "__",
            "***",
            "*a*",
            "**b**",
            "_c_",
            "#",
            "##",
            "-",
            "--",
            "---",
            "+",
            "++",
            "=",
            "==",
            "===",
            ">",
        ),
        *(
            "<",
            "&",
            "&amp;",
            ":",
            "::",
            ":x:",
            ": ",
            "!",
            "!!",
            "!!! note",
            "?",
            "???",
            "|",
            "~",
            "~~",
            "^",
            "$",
            "@a",
            "\\",
        ),
        *(
            "\\*",
            "\\#",
            "\\>",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            '"',
            "'",
            ".",
            ",",
            ";",
            "/",
            "//",
            "%",
            "%%",
            "1.",
            "1)",
            "a.",
        ),
        *(
            "(a)",
            "i)",
            "www.x.nl",
            "http://x.nl",
            '<a name="x"></a>',
            "²",
            "\u00a0",
            "\u200c",
            "\n",
            "\n",
            " ",
            " ",
            " ",
            "  ",
        ),
    ]
)


TEXTS = st.lists(PIECES, min_size=1, max_size=6).map("".join)


def text_of(pieces: list[str]) -> str:
    return "".join(pieces)


def is_plain_text(pieces: list[str]) -> bool:
    return plain_links(text_of(pieces), has_labels=False) is not None


PLAIN = st.lists(PIECES, min_size=1, max_size=6).filter(is_plain_text)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and another in which its pieces are in another order, among others."""
    pieces = draw(PLAIN)
    others = draw(st.lists(PIECES, max_size=4))
    return text_of(pieces), text_of(draw(st.permutations(pieces + others)))


# Parts in which words count, and signs that begin or end them.
PARTS = st.sampled_from([
    "<b>", "</b>", "<sub>", "</sub>", "<sup>", "</sup>", "<T>", "<xref:a.b>", '<a href="x">', "</a>", "<script>", "</script>", "<br>\n", "<",
    '<a title="', '">', '<b onclick="x">', "<i onclick>", "[a](javascript:x)", "](b.md)", "[!NOTE]", "[!NOTE", "[x]", "[", "]", "[[", "[^1]",
    "{#a}", "{.a}", "{{ a }}", "{% a %}", '{onclick="x"}', "{", "}", "\\", "\\[", "\\(", "\\<", "\\`", "\\{", "\\a", "\\\n", "  \n", "\n",
    "&copy;", "&", "*", "**", "_", "~", "~~", "`", "`a b`", "`<script>`", "www", "https:", "//", "=", ":", "a.", "ii)", "a_b", "(", ")", '"', "#",
])  # fmt: skip
WORDS = st.sampled_from(
    [
        "huis",
        "A",
        "é",
        "睡眠",
        "1",
        "import",
        "i",
        "TOC",
        "NOTE",
        "raw",
        "x",
        "r",
        "sup",
        "div",
        "een, twee",
        "Ja. Nee",
        "b: c",
    ]
)
_WORD = re.compile(r"[^\W_]+")


@st.composite
def pairs_with_markup(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and another with the same signs and some other words."""
    pieces = st.lists(st.one_of(PIECES, PARTS), min_size=1, max_size=8).map("".join)
    text = draw(pieces.filter(lambda one: has_same_markup(one, one)))
    return text, _WORD.sub(lambda word: draw(st.one_of(st.just(word.group()), WORDS)), text)


def has_same_markup(source: str, text: str) -> bool:
    return lines_with_same_markup(source, text, has_labels=False) is not None


PLACES = [
    *(
        "{}",
        "{}\n\nnog",
        "een\n\n{}",
        "{}\n===",
        "{}\n---",
        "# {}",
        "## {} ##",
        "# {} {{#x}}",
        "> {}",
        "> > {}\n> nog",
        "- {}",
    ),
    *(
        "- {}\n- b",
        "* a\n\n  {}\n* b",
        "1. {}\n2. b",
        "- a\n    - {}\n    - c",
        "- [ ] {}",
        "a | b\n--|--\n{} | d",
        "| {} | b |\n|-|-|",
    ),
    *(
        "| a |\n|---|\n| {} |",
        "{}\n: uitleg",
        "term\n: {}",
        "a[^1]\n\n[^1]: {}",
        "a[^1]\n\n[^1]: b\n\n    {}",
        '!!! note "a"\n    {}',
    ),
    *(
        "<div>\n\n{}\n\n</div>",
        "<div markdown>\n\n{}\n\n</div>",
        "<p>a</p>\n{}",
        "tekst\n{}",
        "{}\n- b",
        "{}\n# b",
        "{}\n> b",
    ),
    *(
        "{}\n\n    code",
        "[in]: /x\n\n{}",
        "[a]: /x\n\n{}",
        "*[woord]: uitleg\n\n{}",
        "Titel\n=====\n\n{}\n\n[^1]: noot",
        "{}\n***\nb",
    ),
    *(
        "```\ncode\n```\n{}",
        "::: tip\n{}\n:::",
        ":::{{note}}\n{}\n:::",
        "/// tab | a\n{}\n///",
        "+++\n\n{}",
        "- a\n\n{}\n\n- b",
        "{}\n{{: .x}}",
    ),
    "    {}",
    "  {}",
    "-  a\n\n   {}",
    "-   a\n\n    {}",
    "1. a\n\n    {}\n\n2. b",
    "\t{}",
]


def in_place(place: str, text: str, options: ParseOptions, *, is_lazy: bool = False) -> Document:
    """A document with a text, whose lines get the prefix of the first, unless they are lazy."""
    before = place.format("\0").partition("\0")[0].rpartition("\n")[2]
    prefix = "" if is_lazy else "".join(sign if sign in "> \t" else " " for sign in before)
    return parse(place.format(text.replace("\n", "\n" + prefix)), "a.md", options)


def problems(document: Document, text: str, renderer: Renderer) -> list[str]:
    shown = [for_renderers(one, document.options) for one in (document.text, text)]
    try:
        was, now = (page_shape(renderer.html(one)) for one in shown)
    except RenderingError:
        return []
    return list(differences(was, now))


@pytest.mark.property
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(
    st.sampled_from(PLACES),
    st.one_of(pairs(), pairs_with_markup()),
    st.sampled_from(DIALECTS),
    st.sampled_from(["block", "sentence"]),
    st.booleans(),
)
@example("    {}", ("A\nA", "A i"), ("docusaurus",), "block", True)  # noqa: FBT003
@example("- {}", ("<b>C++[!NOTE](ii)", "<b>C++[!NOTE](nl)"), ("myst",), "block", False)  # noqa: FBT003
@example("{}", ("12 \\[www.x.nl", "12 \\[www.y.nl"), ("mkdocs",), "block", False)  # noqa: FBT003
def test_what_keeps_its_markup_is_proven_and_right_in_every_place(
    place: str,
    pair: tuple[str, str],
    dialects: tuple[str, ...],
    segmentation: str,
    is_lazy: bool,  # noqa: FBT001
) -> None:
    document = in_place(place, pair[0], ParseOptions(dialects=dialects, segmentation=segmentation), is_lazy=is_lazy)
    fillings, _ = fill(document, {segment.key: pair[1] for segment in document.segments}, "de")
    certain = [filling for filling in fillings if filling.keeps_markup]
    proven, refusals = prove(document, [one._replace(kept=Kept.NOTHING) for one in certain], Leeway("de"))
    # What is executed is looked for in all texts that are not plain.
    assert all(one.diagnostic.check == "executable" for one in refusals)
    assert not {one.segment.slot.start for one in refusals} & {
        one.segment.slot.start for one in certain if one.is_plain
    }
    result = with_fillings(document, proven).decode()
    assert not [problem for renderer in RENDERERS for problem in problems(document, result, renderer)]


@st.composite
def partly_translated_documents(draw: st.DrawFn) -> tuple[Document, dict[tuple[str | None, str], str]]:
    """A document in which most translations have the signs of their sources."""
    document, translations = draw(translated_documents())
    for key in translations:
        if draw(st.integers(0, 3)):
            translations[key] = _WORD.sub(lambda word: draw(st.one_of(st.just(word.group()), WORDS)), key[1])
    return document, translations


@pytest.mark.property
@given(partly_translated_documents())
def test_what_is_kept_does_not_change_what_is_refused(
    case: tuple[Document, dict[tuple[str | None, str], str]],
) -> None:
    document, translations = case
    fillings, _ = fill(document, translations, "de")
    unknown = [one._replace(kept=Kept.NOTHING) for one in fillings]
    proven, refusals = prove(document, fillings, Leeway("de"))
    all_proven, all_refusals = prove(document, unknown, Leeway("de"))
    assert [one.data for one in proven] == [one.data for one in all_proven]
    assert refusals == all_refusals


CONFIGURATION = parse_configuration('source_locale = "nl"\nlocales = ["de"]\n', CONFIGURATION_FILE)


@dataclass
class Strict:
    """A judge that looks at the whole document, always."""

    judge: LocalisationJudge

    def accepts(self, text: str, blocks: Sequence[DoubtfulBlock]) -> bool:
        return not text and not blocks

    def problem(self, text: str) -> str:
        return self.judge.problem(text)

    def problem_of_block(self, source: str, text: str) -> str:
        return self.judge.problem_of_block(source, text)


@pytest.mark.property
@given(translated_documents(), st.sampled_from(["markdown", "gfm", "commonmark"]))
def test_blocks_that_are_accepted_are_right_in_the_document(
    case: tuple[Document, dict[tuple[str | None, str], str]], renderer: str
) -> None:
    document, translations = case
    judged = JudgedDocument(ProjectRenderer(replace(CONFIGURATION, renderer=renderer)), document)
    quick = localise(document, translations, LocalisationJudge(judged, NO_LINKS, ""))
    assert quick == localise(document, translations, Strict(LocalisationJudge(judged, NO_LINKS, "")))


NOWHERE = Surroundings(targets=lambda _: Targets())


@pytest.mark.property
@given(documents(), st.lists(TEXTS, min_size=1), parse_options, st.booleans())
def test_documents_that_keep_their_links_have_no_findings_of_their_own(
    text: str,
    texts: list[str],
    options: ParseOptions,
    is_alike: bool,  # noqa: FBT001
) -> None:
    document = parse(text, "a.md", options)
    keys = dict.fromkeys(one.key for one in document.segments)
    others = cycle(texts)
    words = {key: key[1].replace("e", "é") if is_alike else next(others) for key in keys}
    judge = LocalisationJudge(JudgedDocument(ProjectRenderer(CONFIGURATION), document), NO_LINKS, "")
    localised = localise(document, words, judge)
    source = Page(document, "a.md", surroundings=NOWHERE)
    if localised.keeps_links and not has_own_findings(source, lambda _: Targets()):
        page = Page(
            parse(localised.text, "a.md", options),
            "a.md",
            bibliography=source.bibliography_blocks,
            surroundings=NOWHERE,
        )
        assert not list(check_localised(source, page, words))
