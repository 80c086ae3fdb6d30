"""Localising: a translation replaces its segment and changes nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import hostile_texts, translated_documents

from translate_pipe import localise, parse
from translate_pipe.markdown.parser import outline
from translate_pipe.model import DEFAULT_OPTIONS, Document, Opening, ParseOptions, SlotShape, Verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from translate_pipe.localisation import DoubtfulBlock
    from translate_pipe.model import OutlineItem, Translations

ESCAPES = Path(__file__).parent / "data" / "escapes.txt"


def escape_cases() -> list[tuple[str, str, str]]:
    lines = ESCAPES.read_text(encoding="utf-8").splitlines()
    cases = [line.replace("\\n", "\n").split(" => ") for line in lines if " => " in line and not line.startswith("# S")]
    return [(source, translation, result) for source, translation, result in cases]


def blocks(items: tuple[OutlineItem, ...]) -> list[object]:
    """The block structure by itself: the order of starts, ends and texts."""
    return [
        (item.tag, item.detail) if isinstance(item, Opening | Verbatim) else (type(item), getattr(item, "tag", ""))
        for item in items
    ]


def skeleton_of(text: str, options: ParseOptions = DEFAULT_OPTIONS) -> list[object]:
    return blocks(outline(text.removeprefix("\ufeff"), options))


@pytest.mark.parametrize(("source", "translation", "result"), escape_cases())
def test_text_that_looks_like_a_block_stays_text(source: str, translation: str, result: str) -> None:
    document = parse(source)
    localised = localise(document, {document.segments[0].key: translation})
    assert localised.text == result
    assert not localised.diagnostics
    assert skeleton_of(localised.text) == skeleton_of(source)


@pytest.mark.property
@given(translated_documents())
@example((parse("![alt](/u 'titel')"), {(None, "alt"): "`", (None, "titel"): "`"}))
def test_translations_never_change_the_skeleton(
    case: tuple[Document, dict[tuple[str | None, str], str]],
) -> None:
    document, translations = case
    localised = localise(document, translations)
    assert skeleton_of(localised.text, document.options) == blocks(document.outline)
    position = 0
    for piece in document.skeleton:  # every piece, in order
        position = localised.text.index(piece, position) + len(piece)
    assert localised.text.endswith(document.skeleton[-1])


@pytest.mark.property
@given(translated_documents())
def test_refused_translations_are_reported_and_keep_the_source(
    case: tuple[Document, dict[tuple[str | None, str], str]],
) -> None:
    document, translations = case
    localised = localise(document, translations)
    assert [found.msgid for found in localised.diagnostics] == [segment.text for segment in localised.fallbacks]
    assert [found.line for found in localised.diagnostics] == [segment.line for segment in localised.fallbacks]
    harmless = {key: text for key, text in translations.items() if key not in {one.key for one in localised.fallbacks}}
    assert not localise(document, harmless).fallbacks


def test_translation_that_breaks_the_structure_falls_back() -> None:
    document = parse("Voor.\n\n![alt](/u 'titel')\n\nNa.\n", "a.md")
    translations: Translations = {
        (None, "Voor."): "Vor.",
        (None, "alt"): "`x",
        (None, "titel"): "y`",
        (None, "Na."): "Nach.",
    }
    localised = localise(document, translations)
    assert localised.text == "Vor.\n\n![`x](/u 'titel')\n\nNach.\n"
    (found,) = localised.diagnostics
    assert (found.check, found.file, found.line, found.msgid) == ("structure", "a.md", 3, "titel")


@pytest.mark.parametrize(
    ("first", "other"),
    [("", ""), ("> ", "> "), ("- ", "  "), ("> - ", ">   "), ("> > ", "> > "), ("- > ", "  > "), ("1. - ", "     ")],
)
def test_only_the_translation_that_breaks_a_block_falls_back(first: str, other: str) -> None:
    """The other translations stay, in whatever containers the block is."""
    lines = [f"{first}Een.", other, f"{other}![alt](/u 'titel')", other, f"{other}Twee."]
    text = "\n".join(["Voor.", "", *lines, "", *lines, "", "Na."])
    translations = {"Voor.": "Vor.", "Een.": "Eins.", "alt": "`x", "titel": "y`", "Twee.": "Zwei.", "Na.": "Nach."}
    localised = localise(parse(text), {(None, source): words for source, words in translations.items()})
    expected = text
    for source, words in translations.items():
        expected = expected if source == "titel" else expected.replace(source, words)
    assert localised.text == expected
    assert [(found.check, found.line, found.msgid) for found in localised.diagnostics] == [
        ("structure", 5, "titel"),
        ("structure", 11, "titel"),
    ]


NUMBERS = "Een.\n\nTwee.\n\nDrie.\n\nVier.\n"
LIST = "- Een\n- Twee\n- Drie\n"
RAW = "Een {% raw %}.\n\nTwee {{ x }}.\n\nDrie {% endraw %}.\n"


@pytest.mark.parametrize(
    ("dialect", "source", "translations", "result", "refused"),
    [
        # a token may move to another translation, and is counted in the whole document
        ("jekyll", "Een {{ x }}.\n\nTwee.\n", ["Eins.", "Zwei {{ x }}."], "Eins.\n\nZwei {{ x }}.\n", []),
        ("jekyll", "Een {{ x }}.\n\nTwee.\n", ["Eins {{ x }}.", "Zwei {{ x }}."], "Eins {{ x }}.\n\nTwee.\n", ["Twee."]),
        ("jekyll", "Een {{ x }}.\n\nTwee.\n", ["Eins {{ y }}.", "Zwei."], "Een {{ x }}.\n\nZwei.\n", ["Een {{ x }}."]),
        # a value of front matter is counted too
        ("jekyll", "---\ntitle: Een\n---\nTwee.\n", ["{{ x }}", "Zwei."], "---\ntitle: Een\n---\nZwei.\n", ["Een"]),
        ("jekyll", "---\ntitle: Een\n---\nTwee.\n", ["Eins", "{{ x }}"], "---\ntitle: Eins\n---\nTwee.\n", ["Twee."]),
        # each translation that has a part of a token falls back
        ("hugo", NUMBERS, ["{{< x", "Zwei.", ">}} y", "Vier."], "Een.\n\nZwei.\n\nDrie.\n\nVier.\n", ["Een.", "Drie."]),
        ("jekyll", NUMBERS, ["{% x", "y %} {% z", "Drei.", "%}"], "Een.\n\nTwee.\n\nDrei.\n\nVier.\n", ["Een.", "Twee.", "Vier."]),
        # also if no translation has a token by itself
        ("mkdocs", LIST, ["Eins {a", "onclick=b} zwei", "Drei"], "- Een\n- Twee\n- Drei\n", ["Een", "Twee"]),
        ("gfm", LIST, ["{Eins", "zwei", "onclick=b} drei"], "- Een\n- Twee\n- Drie\n", ["Een", "Twee", "Drie"]),
        ("hugo", "- Een {a\n- Twee\n- Drie\n", ["Eins {a", "b=c} zwei", "Drei"], "- Een {a\n- Twee\n- Drei\n", ["Een {a", "Twee"]),
        # a token that the source shows, and a translation would have executed
        ("jekyll", RAW, ["Eins.", "", "Drei {% endraw %}."], RAW.replace("Drie", "Drei"), ["Een {% raw %}."]),
    ],
)  # fmt: skip
def test_only_the_translations_that_add_an_executed_token_fall_back(
    dialect: str, source: str, translations: list[str], result: str, refused: list[str]
) -> None:
    document = parse(source, options=ParseOptions(dialects=(dialect,)))
    by_key = {one.key: words for one, words in zip(document.segments, translations, strict=True)}
    localised = localise(document, by_key)
    assert localised.text == result
    assert [(found.check, found.msgid) for found in localised.diagnostics] == [("executable", one) for one in refused]


@pytest.mark.parametrize("blank", ["", " ", "\n", "\t \n"])
def test_blank_translation_is_ignored(blank: str) -> None:
    document = parse("Tekst\n")
    assert localise(document, {(None, "Tekst"): blank}).text == "Tekst\n"


def test_message_is_translated_at_every_place() -> None:
    document = parse("# Slaap\n\n> Slaap\n\n- Slaap\n")
    assert localise(document, {(None, "Slaap"): "Schlaf"}).text == "# Schlaf\n\n> Schlaf\n\n- Schlaf\n"


def test_context_decides_between_two_translations() -> None:
    text = "<!-- i18n:context: meubel -->\nBank\n\n<!-- i18n:context: geld -->\nBank\n"
    localised = localise(parse(text), {("meubel", "Bank"): "Sofa", ("geld", "Bank"): "Bank"})
    assert localised.text == text.replace("Bank", "Sofa", 1)


def test_line_ends_and_byte_order_mark_are_kept() -> None:
    document = parse("\ufeff> een  \r\n> twee\r\n\r\ndrie\r\n")
    localised = localise(document, {(None, "een\ntwee"): "one\ntwo", (None, "drie"): "three\nfour"})
    assert localised.text == "\ufeff> one  \r\n> two\r\n\r\nthree  \r\nfour\r\n"


# Front matter

YAML_STYLES = (
    "title: Slaap\nrest: [1, 2] # blijft\n",
    "title: 'Slaap: een gids'\nrest: x\n",
    'rest: &a x\ntitle: "Slaap"\nmeer: *a\n',
    "title: >-\n  Slaap en\n  rust\nrest: x\n",
    "title: |\n    Slaap\n    rust\n\nrest: x\n",
    "title: Slaap\n  en rust\nrest: x\n",
    "rest: {x: 1}\ntitle: !!str Slaap\n",
    "{title: Slaap, rest: [x, y]}\n",
)


@pytest.mark.property
@given(
    st.sampled_from(YAML_STYLES),
    st.one_of(
        hostile_texts,
        st.sampled_from(["a: b", "# geen commentaar", "- x", "'", '"', "{", "[", "*x", "&x", "!x", "%", "@", "`", "yes", "12", "null",
                         "2025-10-16", "a #b", "x:", "? y", "a\nb", "|", ">", "\\", "\u00a0:", "~", "---", "..."]),
    ),
)  # fmt: skip
def test_translations_never_break_the_front_matter(content: str, translation: str) -> None:
    document = parse(f"---\n{content}---\nTekst.\n")
    (segment,) = [segment for segment in document.segments if segment.slot.shape is SlotShape.SCALAR]
    localised = localise(document, {segment.key: translation})
    assert localised.text.endswith("---\nTekst.\n")
    before = yaml.safe_load(content)
    after = yaml.safe_load(localised.text.removeprefix("---\n").removesuffix("---\nTekst.\n"))
    expected = before["title"] if localised.fallbacks or not translation.strip() else translation
    assert after["title"].strip() == expected.strip()
    assert {key: value for key, value in after.items() if key != "title"} == {
        key: value for key, value in before.items() if key != "title"
    }


@pytest.mark.parametrize(
    ("source", "translation", "result"),
    [
        ("title: Slaap # kop", "Schlaf", "title: Schlaf # kop"),
        ("title: Slaap", "Schlaf: gut", 'title: "Schlaf: gut"'),
        ("title: 'Slaap'", "l’été d'hiver", "title: 'l’été d''hiver'"),
        ('title: "Slaap"', 'der "Schlaf"', 'title: "der \\"Schlaf\\""'),
        ("title: Slaap", "Schlaf #1", 'title: "Schlaf #1"'),
        ("title: Slaap", "yes", 'title: "yes"'),
        ("title: >-\n  Slaap\n  goed", "Schlaf gut", "title: >-\n  Schlaf gut"),
        ("title: |\n  een\n  twee", "eins\nzwei", "title: |\n  eins\n  zwei"),
        ("title: Slaap", "Sommeil\u00a0: mode d’emploi", 'title: "Sommeil\u00a0: mode d’emploi"'),
    ],
)
def test_front_matter_keeps_its_style_if_possible(source: str, translation: str, result: str) -> None:
    document = parse(f"---\n{source}\n---\n")
    assert localise(document, {document.segments[0].key: translation}).text == f"---\n{result}\n---\n"


# The judge


@dataclass
class Judge:
    """Objects to texts that have a word more often than the source; in single blocks only if it `sees_blocks`."""

    word: str
    most: int = 0
    sees_blocks: bool = True
    texts: list[str] = field(default_factory=list)

    def accepts(self, text: str, blocks: Sequence[DoubtfulBlock]) -> bool:
        return not text and not blocks

    def problem(self, text: str) -> str:
        self.texts.append(text)
        return f"too many {self.word}" if text.count(self.word) > self.most else ""

    def problem_of_block(self, source: str, text: str) -> str:
        return "in a block" if self.sees_blocks and text.count(self.word) > source.count(self.word) else ""


@pytest.mark.parametrize(("sees_blocks", "problem"), [(True, "in a block"), (False, "too many 2")])
def test_translation_that_the_judge_refuses_falls_back(sees_blocks: bool, problem: str) -> None:  # noqa: FBT001
    document = parse("---\ntitle: Nul.\n---\nEen.\n\n- Twee.\n- Drie.\n\nVier.\n", "a.md")
    numbers = ["Nul.", "Een.", "Twee.", "Drie."]
    translations: Translations = {(None, text): f"{number}" for number, text in enumerate(numbers)}
    localised = localise(document, translations, Judge("2", sees_blocks=sees_blocks))
    assert localised.text == '---\ntitle: "0"\n---\n1\n\n- Twee.\n- 3\n\nVier.\n'
    (found,) = localised.diagnostics
    assert (found.check, found.file, found.line, found.msgid) == ("rendering", "a.md", 6, "Twee.")
    assert found.message.endswith(problem)


def test_document_without_translations_is_not_judged() -> None:
    judge = Judge("x")
    assert localise(parse("Een.\n"), {}, judge).text == "Een.\n"
    assert judge.texts == []


def test_correct_document_is_judged_once() -> None:
    judge = Judge("x")
    assert localise(parse("Een.\n\nTwee.\n"), {(None, "Een."): "1", (None, "Twee."): "2"}, judge).text == judge.texts[0]
    assert len(judge.texts) == 1


def test_culprits_in_separate_blocks_are_found_together() -> None:
    document = parse("\n\n".join(f"Tekst {number}." for number in range(200)))
    judge = Judge("x")
    localised = localise(document, {segment.key: "x" for segment in document.segments[::2]}, judge)
    assert len(localised.fallbacks) == 100
    assert len(judge.texts) <= 2


@pytest.mark.property
@given(translated_documents(), st.sampled_from("abc*["), st.booleans())
def test_result_satisfies_the_judge(
    case: tuple[Document, dict[tuple[str | None, str], str]],
    mark: str,
    sees_blocks: bool,  # noqa: FBT001
) -> None:
    document, translations = case
    most = document.text.count(mark)
    localised = localise(document, translations, Judge(mark, most, sees_blocks))
    assert localised.text.count(mark) <= most
    assert skeleton_of(localised.text, document.options) == blocks(document.outline)
