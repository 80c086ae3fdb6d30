"""A project that changes between blocks and sentences keeps its translations."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import REPOSITORY
from hypothesis import given
from hypothesis import strategies as st
from project_helpers import Project

from translate_pipe import localise, parse
from translate_pipe.catalogue import Fate, MergeResult, make_template, merge, parse_po
from translate_pipe.catalogue.resegment import CUT, JOINED, Resegmentation, families, may_concern, resegment
from translate_pipe.model import Catalogue, Message, MessageKey, Previous
from translate_pipe.segments import ParseOptions

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = ParseOptions(source_locale="nl")
SENTENCE = ParseOptions(segmentation="sentence", source_locale="nl")


def template_of(text: str, options: ParseOptions) -> Catalogue:
    return make_template([parse(text, options=options)], project="", creation_date="")


def updated(catalogue: Catalogue, text: str, options: ParseOptions, locale: str = "de") -> MergeResult:
    """The catalogue of one document after `update`."""
    template = template_of(text, options)
    members = tuple(families(parse(text, options=BLOCK), parse(text, options=SENTENCE)))
    made = (
        resegment(catalogue, template, members, options.segmentation, locale)
        if may_concern(catalogue, template)
        else Resegmentation()
    )
    return merge(catalogue, template, resegmentation=made)


def cut(text: str, *messages: Message, locale: str = "de") -> MergeResult:
    return updated(Catalogue(messages), text, SENTENCE, locale)


def joined(text: str, *messages: Message, locale: str = "de") -> MergeResult:
    return updated(Catalogue(messages), text, BLOCK, locale)


def summary(result: MergeResult) -> list[tuple[str, str, bool]]:
    return [(one.msgid, one.msgstr, one.fuzzy) for one in result.catalogue.active]


# From blocks to sentences


def test_sentences_get_their_parts_of_the_translation() -> None:
    block = Message("Een.[^1] Twee?", "Eins.[^1] Zwei?", translator_comments=("Bitte duzen.",))
    result = cut("Een.[^1] Twee?\n\n[^1]: x\n", block)
    assert summary(result)[:2] == [("Een.[^1]", "Eins.[^1]", False), ("Twee?", "Zwei?", False)]
    assert [one.translator_comments for one in result.catalogue.active[:2]] == [("Bitte duzen.",), ()]
    assert [(one.fate, one.rule, one.origins) for one in result.outcomes[:2]] == [
        (Fate.CARRIED, CUT, ((None, "Een.[^1] Twee?"),))
    ] * 2
    assert result.catalogue.messages[-1].obsolete
    assert result.catalogue.messages[-1].msgstr == "Eins.[^1] Zwei?"


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("Een. Twee.", "Eins, und zwei."),  # not as many
        ("Een. Twee.", "Eins. Zwei. Drei."),
        ("Kost 5 euro. Klaar.", "Fertig. Kostet 5 Euro."),  # numbers
        ("Zie `x`. Klaar.", "Fertig. Siehe `x`."),  # code
        ("Zie [dit](/a). Klaar.", "Fertig. Siehe [dies](/a)."),  # links
        ("Waar.² Klaar.", "Fertig. Wahr.²"),  # citations
        ("Werkt het? Ja.", "Ja. Funktioniert es?"),  # questions
        ("Zie <b>dit</b>. Klaar.", "Fertig. Siehe <b>dies</b>."),  # tags
        (f"Een {'lange ' * 20}zin. Klaar.", f"Fertig. Ein {'langer ' * 20}Satz."),  # lengths
    ],
)
def test_unproven_sentences_are_fuzzy(source: str, translation: str) -> None:
    result = cut(source + "\n", Message(source, translation))
    sentences = [one for one in result.catalogue.active if one.has_msgstr]
    assert all(one.fuzzy and one.previous == Previous(source) for one in sentences)
    assert " ".join(one.msgstr for one in sentences) == translation
    assert {one.fate for one in result.outcomes if one.rule == CUT} == {Fate.PROPOSED}


def test_fuzzy_block_gives_fuzzy_sentences() -> None:
    block = Message("Een. Twee.", "Eins. Zwei.", flags=("fuzzy",), previous=Previous("Een. Drie."))
    result = cut("Een. Twee.\n", block)
    assert summary(result) == [("Een.", "Eins.", True), ("Twee.", "Zwei.", True)]
    assert {one.previous for one in result.catalogue.active} == {Previous("Een. Drie.")}


def test_sentence_keeps_its_own_translation() -> None:
    result = cut(
        "Een.\n\nEen. Twee.\n\nDrie. Vier.\n",
        Message("Een.", "EINS."),
        Message("Een. Twee.", "Eins. Zwei."),
        Message("Drie. Vier.", "Drei. Vier."),
    )
    assert summary(result)[:2] == [("Een.", "EINS.", False), ("Twee.", "Zwei.", False)]


def test_opt_out_applies_to_all_sentences() -> None:
    note = "translate-pipe: ignore number"
    result = cut("Een. Twee.\n", Message("Een. Twee.", "Eins. Zwei.", translator_comments=("x", note)))
    assert [one.translator_comments for one in result.catalogue.active] == [("x", note), (note,)]


@pytest.mark.parametrize("options", [BLOCK, SENTENCE])
def test_no_more_documents_are_read_than_one_edit_needs(options: ParseOptions) -> None:
    text = "\n\n".join(f"Zin {number}. Nog een {number}." for number in range(1000))
    template = template_of(text, options)
    old = Catalogue(tuple(replace(one, msgstr="x") for one in template.messages))
    edited = template_of(text.replace("Zin 7.", "Zin 7 hier.").replace("een 8.", "een 8. Echt."), options)
    members = iter(list(families(parse(text, options=BLOCK), parse(text, options=SENTENCE))))
    assert resegment(old, edited, members, options.segmentation, "de") == Resegmentation()
    assert len(list(members)) > 900


def test_up_to_date_catalogue_is_not_resegmented() -> None:
    text = "# Kop\n\nEen. Twee.\n\nDrie. Vier.\n"
    for options in (BLOCK, SENTENCE):
        template = template_of(text, options)
        catalogue = Catalogue(tuple(replace(one, msgstr="x") for one in template.messages))
        assert not may_concern(catalogue, template)
    assert not may_concern(Catalogue((Message("Eén.", "x"), Message("Kop", "x"))), template_of(text, BLOCK))


def test_joined_paragraphs_are_not_a_change_of_segmentation() -> None:
    old = (Message("Een.", "Eins."), Message("Twee.", "Zwei."), Message("Drie. Vier.", "Drei. Vier."))
    result = joined("Een. Twee.\n\nDrie. Vier.\n\n", *old)
    assert summary(result)[0] == ("Een. Twee.", "Eins. Zwei.", True)
    assert result.outcomes[0].rule == "joined from two"


# From sentences to blocks


def test_sentences_are_joined_as_their_script_does() -> None:
    sentences = (Message("Een.", "一。"), Message("Twee.", "二。"))
    assert summary(joined("Een. Twee.\n", *sentences, locale="ja")) == [("Een. Twee.", "一。二。", False)]
    result = joined("Een. Twee.\n", *sentences)
    assert summary(result) == [("Een. Twee.", "一。 二。", False)]
    assert (result.outcomes[0].fate, result.outcomes[0].rule) == (Fate.CARRIED, JOINED)
    assert [(one.msgid, one.obsolete) for one in result.catalogue.messages[1:]] == [("Een.", True), ("Twee.", True)]


def test_partly_translated_sentences_make_a_fuzzy_block() -> None:
    result = joined("Een. Twee. Drie.\n", Message("Een.", "Eins."), Message("Twee."), Message("Drie.", "Drei."))
    assert summary(result) == [("Een. Twee. Drie.", "Eins. Drei.", True)]
    assert result.catalogue.active[0].previous == Previous("Een. Drie.")


def test_changed_sentence_is_in_the_block() -> None:
    text = "Een. Twee.\n"
    there = cut(text, Message("Een. Twee.", "Eins. Zwei.")).catalogue
    edited = [replace(one, msgstr="Nummer zwei.", raw="") if one.msgid == "Twee." else one for one in there.messages]
    result = joined(text, *edited)
    assert summary(result) == [("Een. Twee.", "Eins. Nummer zwei.", False)]
    assert result.catalogue.active[0].translator_comments == ("Earlier translation: Eins. Zwei.",)


def test_changed_block_is_cut_again() -> None:
    text = "Een. Twee.\n"
    back = joined(text, Message("Een.", "Eins."), Message("Twee.", "Zwei.")).catalogue
    edited = [replace(one, msgstr="Eins. Nummer zwei.", raw="") if not one.obsolete else one for one in back.messages]
    result = cut(text, *edited)
    assert summary(result) == [("Een.", "Eins.", False), ("Twee.", "Nummer zwei.", False)]
    assert result.catalogue.active[1].translator_comments == ("Earlier translation: Zwei.",)


# There and back again

sources = st.sampled_from(
    ["Een.", "Twee?", "Zie [dit](/a).", "Drie `x`.", "Vier 4.", "Vijf², zes.", "Kort", "Waar.[^n]", "*Acht.*"]
)
targets = st.sampled_from(
    [
        "Eins.",
        "Zwei?",
        "Siehe [dies](/a).",
        "Drei `x`.",
        "Vier 4.",
        "Fünf², sechs.",
        "。",
        "Wahr.[^n]",
        "x\ny",
        "z. B. Neun.",
    ]
)


@st.composite
def translated(draw: st.DrawFn) -> tuple[str, Catalogue]:
    """A document and a catalogue of blocks for it."""
    paragraphs = draw(st.lists(st.lists(sources, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=6))
    text = "\n\n".join(paragraphs) + "\n\n[^n]: Noot.\n"
    messages = []
    for message in template_of(text, BLOCK).messages:
        msgstr = draw(st.one_of(st.just(""), st.lists(targets, min_size=1, max_size=5).map(" ".join)))
        flags = ("fuzzy", *message.flags) if msgstr and draw(st.booleans()) else message.flags
        messages.append(replace(message, msgstr=msgstr, flags=flags))
    return text, Catalogue(tuple(messages))


def translations(catalogue: Catalogue) -> dict[MessageKey, tuple[str, bool]]:
    return {one.key: (one.msgstr, one.fuzzy) for one in catalogue.active if one.has_msgstr}


@pytest.mark.property
@given(translated(), st.sampled_from(["de", "ja"]))
def test_changing_back_restores_every_translation(case: tuple[str, Catalogue], locale: str) -> None:
    text, blocks = case
    sentences = updated(blocks, text, SENTENCE, locale).catalogue
    back = updated(sentences, text, BLOCK, locale).catalogue
    assert [one.key for one in back.active] == [one.key for one in blocks.active]
    assert translations(blocks).items() <= translations(back).items()


@pytest.mark.property
@given(translated(), st.sampled_from(["de", "ja"]))
def test_change_loses_no_translation(case: tuple[str, Catalogue], locale: str) -> None:
    text, blocks = case
    result = updated(blocks, text, SENTENCE, locale)
    kept = {(one.key, one.msgstr) for one in result.catalogue.messages}
    assert {(one.key, one.msgstr) for one in blocks.messages if one.has_msgstr} <= kept
    again = updated(result.catalogue, text, SENTENCE, locale)
    assert not again.changed


@pytest.mark.property
@given(translated(), st.sampled_from(["de", "ja"]))
def test_proven_sentences_publish_the_same_text(case: tuple[str, Catalogue], locale: str) -> None:
    text, blocks = case
    result = updated(blocks, text, SENTENCE, locale)
    if any(one.fate is Fate.PROPOSED for one in result.outcomes) or len({*blocks.translations}) < len(blocks.messages):
        return
    before = localise(parse(text, options=BLOCK), blocks.translations, locale=locale).text
    after = localise(parse(text, options=SENTENCE), result.catalogue.translations, locale=locale).text
    assert re.sub(r"\s", "", before) == re.sub(r"\s", "", after)


# Real articles


def shipped(folder: Path) -> Project:
    for name in ("source", "locale"):
        shutil.copytree(REPOSITORY / name, folder / name)
    shutil.copy(REPOSITORY / "translate-pipe.toml", folder)
    return Project(folder)


def catalogues(project: Project) -> dict[str, Catalogue]:
    return {name: parse_po(project.text(name)) for name in project.names("locale") if name.endswith(".po")}


def test_articles_change_to_sentences_and_back(tmp_path: Path) -> None:
    project = shipped(tmp_path)
    plain = project.text("translate-pipe.toml")
    before = catalogues(project)
    project.write("translate-pipe.toml", plain + 'segmentation = "sentence"\n')
    done = project.run("update", "-v")
    assert done.exit_code == 0
    assert f"carried over ({CUT})" in done.stdout + done.stderr
    there = catalogues(project)
    for name, catalogue in before.items():
        kept = {(one.key, one.msgstr) for one in there[name].messages}
        assert {(one.key, one.msgstr) for one in catalogue.messages if one.has_msgstr} <= kept
    for locale in ("de", "en", "es"):
        found = [one for name in there if name.startswith(f"locale/{locale}/") for one in there[name].active]
        assert all(one.translated for one in found)
    # A second update changes nothing.
    assert not project.run("update").stdout.strip()
    assert catalogues(project) == there
    project.write("translate-pipe.toml", plain)
    assert project.run("update").exit_code == 0
    back = catalogues(project)
    for name, catalogue in before.items():
        assert back[name].active == catalogue.active
