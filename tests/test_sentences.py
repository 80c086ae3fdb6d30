"""The ends of sentences, and the white space between translated ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from effort import assert_linear
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, hostile_texts, valid_texts

from translate_pipe import localise, parse
from translate_pipe.model import Closing, Document, Opening, Run, SegmentKind, Translations
from translate_pipe.segments import ParseOptions
from translate_pipe.segments.sentences import joint, split

CASES = [
    (found[1], found[2].replace("\\n", "\n"))
    for line in (Path(__file__).parent / "data" / "sentences.txt").read_text(encoding="utf-8").splitlines()
    if (found := re.fullmatch(r"([a-z]{2}): (.*)", line))
]

SENTENCES = ParseOptions(segmentation="sentence", source_locale="nl")

prose = st.lists(
    st.sampled_from(
        ["Een zin.", "Nog *een* zin!", "Wat? ", "**Vet. Ook.**", "bijv. Zo.", "`a. B`.", "[Lees. Dit](/a).", "Noot.[^n]", "b\nC.", "d.  \nE.",
         "\\*F.", "Zo is het.²", "<b>G. H.</b>", "<i>I.", "1986.", "…", "$x. Y$.", "(J. K.)", "&amp; L.", "文。字。", "http://x.y."]
    ),
    min_size=1,
    max_size=8,
).map(" ".join)  # fmt: skip
"""Paragraphs of sentences and of other text."""

texts = st.one_of(
    documents(),
    st.builds(
        lambda before, text: "".join(before + line + "\n" for line in text.split("\n")),
        st.sampled_from(["", "> "]),
        prose,
    ),
    st.builds("| a | b |\n|--|--|\n| {} | x |\n".format, prose.map(lambda text: text.replace("\n", " "))),
    prose.map("- {}\n\n[^n]: Noot.\n".format),
)


@pytest.mark.parametrize(("locale", "case"), CASES)
def test_sentences_end_as_expected(locale: str, case: str) -> None:
    found = list(split(re.sub("[‖¦]", "", case), locale))
    must = [piece.strip(" ") for piece in case.replace("¦", "").split("‖")]
    may = [piece.strip(" ") for piece in re.split("[‖¦]", case)]
    assert found in (must, may)


def test_there_are_enough_cases() -> None:
    assert len(CASES) > 150
    assert len({locale for locale, _ in CASES}) > 20


def segments(text: str, locale: str = "nl") -> list[str]:
    document = parse(text, options=ParseOptions(segmentation="sentence", source_locale=locale))
    assert localise(document, {}).text == text
    return [segment.text for segment in document.segments]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Een zin. Nog\neen. Drie.\n", ["Een zin.", "Nog een.", "Drie."]),
        ("> - Een.\n>   Twee.\n", ["Een.", "Twee."]),
        ("# Een. Twee.\n", ["Een. Twee."]),
        ("Een. Twee.\n: Drie. Vier.\n", ["Een. Twee.", "Drie.", "Vier."]),
        ("| A. B. |\n|--|\n| Een. Twee. |\n", ["A. B.", "Een.", "Twee."]),
        ("Tekst.[^1] Meer.\n\n[^1]: Een. Twee.\n", ["Tekst.[^1]", "Meer.", "Een.", "Twee."]),
        ("Een.  \nTwee. Drie.\n", ["Een.\nTwee.", "Drie."]),
        ("Een. … Twee. `x`. Drie.\n", ["Een.", "… Twee. `x`.", "Drie."]),
        ("![Een kat. Hij slaapt.](/k.png)\n", ["Een kat. Hij slaapt."]),
        (
            "Kijk <https://a.nl/pad>. Daarna dit. <https://a.nl/weg>.\n",
            ["Kijk <https://a.nl/pad>.", "Daarna dit. <https://a.nl/weg>."],
        ),
    ],
)
def test_titles_are_not_cut(text: str, expected: list[str]) -> None:
    assert segments(text) == expected


def test_sentences_without_blanks_are_cut_after_the_full_stop() -> None:
    assert segments("これは文です。次です。\n最後。\n", "ja") == ["これは文です。", "次です。", "最後。"]


def test_sentences_have_the_context_and_comments_of_their_block() -> None:
    document = parse("<!-- i18n:context: arts -->\n<!-- i18n:comment: let op -->\n\nEen. Twee.\n", options=SENTENCES)
    assert [(one.context, one.comments, one.kind) for one in document.segments] == [
        ("arts", ("let op",), SegmentKind.PARAGRAPH)
    ] * 2


@pytest.mark.property
@given(texts)
def test_documents_of_sentences_are_lossless(text: str) -> None:
    document = parse(text, options=SENTENCES)
    assert localise(document, {}, locale="ja").text == text
    assert localise(document, {one.key: one.text for one in document.segments}).text == text
    pieces = [document.skeleton[0]]
    for segment, piece in zip(document.segments, document.skeleton[1:], strict=True):
        assert segment.slot.start < segment.slot.end
        pieces += [document.data[segment.slot.start : segment.slot.end].decode(), piece]
    assert "".join(pieces) == text


@pytest.mark.property
@given(texts)
def test_sentences_have_all_the_words_of_their_blocks(text: str) -> None:
    def words(document: Document) -> str:
        return "".join(re.sub(r"\s", "", one.text) for one in document.segments)

    assert words(parse(text, options=SENTENCES)) == words(parse(text))


@pytest.mark.property
@given(st.one_of(prose, valid_texts, hostile_texts), st.sampled_from(["nl", "en", "ja", "zh_Hans", "hy", "xx", ""]))
def test_cutting_a_translation_loses_nothing(text: str, locale: str) -> None:
    assert re.sub(r"\s", "", "".join(split(text, locale))) == re.sub(r"\s", "", text)


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(type(one).__name__, one.tag) for one in document.outline if isinstance(one, Opening | Closing | Run)]


@st.composite
def translated(draw: st.DrawFn) -> tuple[Document, Translations]:
    document = parse(draw(texts), options=SENTENCES)
    return document, {segment.key: draw(hostile_texts) for segment in document.segments}


@pytest.mark.property
@given(translated(), st.sampled_from(["", "de", "ja"]))
def test_translations_never_change_their_surroundings(case: tuple[Document, Translations], locale: str) -> None:
    document, translations = case
    text = localise(document, translations, locale=locale).text
    assert blocks(parse(text, options=SENTENCES)) == blocks(document)
    if locale != "ja":
        position = 0
        for piece in document.skeleton:
            position = text.index(piece, position) + len(piece)


def test_open_mark_does_not_reach_the_next_sentence() -> None:
    document = parse("Een. Twee. Drie.\n", options=SENTENCES)
    localised = localise(document, {(None, "Een."): "a [b", (None, "Twee."): "c](/d)", (None, "Drie."): "drei"})
    assert localised.text == "a [b Twee. drei\n"
    assert [one.text for one in localised.fallbacks] == ["Twee."]


@pytest.mark.parametrize(
    ("source", "translations", "result"),
    [
        ("Een. Twee.\n", ["# a", "# b"], "\\# a # b\n"),
        ("Een.\nTwee.\n", ["1. a", "- b"], "1\\. a\n\\- b\n"),
        ("> Een. Twee.\n", ["a", "b\nc"], "> a b  \n> c\n"),
        ("- Een > deux. Twee.\n", ["a", "b\nc"], "- a b  \n  c\n"),
    ],
)
def test_only_marks_at_the_beginning_of_a_line_are_escaped(source: str, translations: list[str], result: str) -> None:
    document = parse(source, options=SENTENCES)
    filled = dict(zip((segment.key for segment in document.segments), translations, strict=True))
    assert localise(document, filled, locale="de").text == result


# The white space between two sentences


def test_scripts_without_blanks_get_none() -> None:
    document = parse("Een. Twee.\nDrie. Vier.\n", options=SENTENCES)
    translations: Translations = {(None, "Een."): "一。", (None, "Twee."): "二。", (None, "Drie."): "三。"}
    assert localise(document, translations, locale="ja").text == "一。二。三。 Vier.\n"
    assert localise(document, translations, locale="zh_Hant").text == "一。二。三。 Vier.\n"
    assert localise(document, translations, locale="th").text == "一。 二。\n三。 Vier.\n"
    assert localise(document, translations).text == "一。 二。\n三。 Vier.\n"


def test_scripts_with_blanks_get_one() -> None:
    document = parse("一。二。三。\n", options=ParseOptions(segmentation="sentence", source_locale="ja"))
    translations: Translations = {(None, "一。"): "One.", (None, "二。"): "Two."}
    assert localise(document, translations, locale="en").text == "One. Two.三。\n"


def test_refused_translation_keeps_its_white_space() -> None:
    document = parse("Een. Twee. Drie.\n", options=SENTENCES)
    translations: Translations = {(None, "Een."): "一。", (None, "Twee."): "二[", (None, "Drie."): "](/三)。"}
    assert localise(document, translations, locale="ja").text == "一。二[ Drie.\n"


@pytest.mark.parametrize(
    ("before", "behind", "expected"),
    [
        ("はい。", "次。", ""),
        ("はい。[^1]", "*次*。", ""),
        ("はい。", "Python です。", ""),
        ("Node.js.", "Vue.js。", " "),
        ("", "", " "),
    ],
)
def test_sentences_in_latin_letters_keep_their_blank(before: str, behind: str, expected: str) -> None:
    assert joint("ja", " ", before, behind) == expected


# Effort


@pytest.mark.parametrize(
    "piece", ["“", "« ", "' ", "a. ", "(", "[", ")", "<b>", "</b>", "$", "{{", "[@", "。", "*a. ", "`", "[1] ", "A.B.", "\\", "&amp; ", "a.\n"]
)  # fmt: skip
def test_texts_take_linear_time(piece: str) -> None:
    assert_linear(lambda size: lambda: split(piece * size, "nl"))


def test_blocks_need_no_sentence_library() -> None:
    code = "import sys; from translate_pipe import parse; parse('Een. Twee.'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"sentencex", "babel"} & set(loaded)
