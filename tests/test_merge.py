"""Merging a template into a catalogue.

Each case is a folder with before.po, template.pot, after.po and outcomes.txt, which has for each message its fate, the
rules, the message, and the old messages that its translation comes from.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_po import catalogues

from translate_pipe.catalogue import Compendium, Fate, MergeOptions, merge, parse_po, serialize_po, similar
from translate_pipe.markdown.dialects import ALL_DIALECTS
from translate_pipe.model import Catalogue, Message

if TYPE_CHECKING:
    from translate_pipe.catalogue.merge import Outcome
    from translate_pipe.model import MessageKey

CASES = sorted((Path(__file__).parent / "data" / "merge").iterdir())


def read(path: Path) -> Catalogue:
    return parse_po(path.read_bytes().decode())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_merge_of_a_folder(case: Path) -> None:
    result = merge(read(case / "before.po"), read(case / "template.pot"))
    assert serialize_po(result.catalogue) == (case / "after.po").read_bytes().decode()
    assert parse_po(serialize_po(result.catalogue)).messages == result.catalogue.messages
    assert result.changed == ((case / "after.po").read_bytes() != (case / "before.po").read_bytes())


def described(outcome: Outcome) -> str:
    def named(key: MessageKey) -> str:
        return f"{key[0]}: {key[1]}" if key[0] is not None else key[1]

    rule = f" ({outcome.rule})" if outcome.rule else ""
    return "\n    from ".join([f"{outcome.fate}{rule}: {named(outcome.key)}", *map(named, outcome.origins)])


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_result_of_a_folder_has_the_fate_of_each_message(case: Path) -> None:
    result = merge(read(case / "before.po"), read(case / "template.pot"))
    described_outcomes = "".join(described(outcome) + "\n" for outcome in result.outcomes)
    assert described_outcomes == (case / "outcomes.txt").read_text(encoding="utf-8")
    for fate in Fate:
        assert result.of(fate) == tuple(outcome for outcome in result.outcomes if outcome.fate == fate)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_merging_again_changes_nothing(case: Path) -> None:
    once = merge(read(case / "before.po"), read(case / "template.pot")).catalogue
    again = merge(parse_po(serialize_po(once)), read(case / "template.pot"))
    assert not again.changed
    assert serialize_po(again.catalogue) == serialize_po(once)


def test_result_has_the_fate_of_each_message() -> None:
    before = Catalogue(
        (
            Message("blijft", "bleibt"),
            Message("gaat", "geht"),
            Message("terug", "zurück", obsolete=True),
            Message("weg", "fort", obsolete=True),
        )
    )
    result = merge(before, Catalogue((Message("nieuw"), Message("terug"), Message("blijft"))))
    assert [(outcome.fate, outcome.key[1]) for outcome in result.outcomes] == [
        (Fate.ADDED, "nieuw"),
        (Fate.REVIVED, "terug"),
        (Fate.KEPT, "blijft"),
        (Fate.RETIRED, "gaat"),
    ]


@pytest.mark.property
@given(catalogues(), st.data())
def test_no_translation_is_ever_lost(catalogue: Catalogue, data: st.DataObject) -> None:
    kept = data.draw(
        st.lists(st.sampled_from(catalogue.messages), unique_by=lambda one: one.key)
        if catalogue.messages
        else st.just([])
    )
    template = Catalogue(
        (
            *(Message(one.msgid, msgctxt=one.msgctxt, msgid_plural=one.msgid_plural) for one in kept),
            Message("helemaal nieuw"),
        )
    )
    after = {one.key: one for one in merge(catalogue, template).catalogue.messages}
    for message in catalogue.messages:
        if message.has_msgstr:
            assert after[message.key].msgstr == message.msgstr
            assert after[message.key].msgstr_plural == message.msgstr_plural
            assert after[message.key].translator_comments == message.translator_comments
            assert after[message.key].fuzzy == message.fuzzy
            assert after[message.key].obsolete == (message.key not in {one.key for one in template.messages})


@pytest.mark.property
@given(catalogues())
def test_deleted_messages_are_restored(catalogue: Catalogue) -> None:
    active = Catalogue(
        tuple(one for one in catalogue.messages if not one.obsolete and one.has_msgstr), catalogue.header
    )
    template = Catalogue(
        tuple(Message(one.msgid, msgctxt=one.msgctxt, msgid_plural=one.msgid_plural) for one in active.messages)
    )
    emptied = merge(active, Catalogue(())).catalogue
    revived = merge(emptied, template).catalogue
    assert [(one.key, one.msgstr, one.msgstr_plural) for one in revived.active] == [
        (one.key, one.msgstr, one.msgstr_plural) for one in active.messages
    ]


@pytest.mark.property
@given(catalogues(), catalogues())
def test_every_translation_survives_any_merge(catalogue: Catalogue, template: Catalogue) -> None:
    result = merge(catalogue, template)
    after = {message.msgstr for message in result.catalogue.messages}
    after |= {form for message in result.catalogue.messages for form in message.msgstr_plural}
    changed = {origin for outcome in result.of(Fate.CARRIED) for origin in outcome.origins}
    plurals = {message.key for message in template.active if message.msgid_plural}
    for message in catalogue.messages:
        if message.has_msgstr and message.key not in changed and not message.msgstr_plural:
            assert message.msgstr in after or message.key in plurals
    assert [message.key for message in result.catalogue.active] == [message.key for message in template.active]
    assert parse_po(serialize_po(result.catalogue)).messages == result.catalogue.messages


def test_compendium_does_not_replace_the_own_translation() -> None:
    old = "Een oude zin over slaap en koffie in de avond."
    new = "Een oude zin over slaap en thee in de avond."
    guess = Message(old, "geraten", flags=("fuzzy",))
    catalogue = Catalogue((Message(old, "eigen", msgctxt=None), Message("Kop", "Kopf")))
    result = merge(
        catalogue, Catalogue((Message(new, msgctxt="menu"), Message("Kop"))), compendia=[Compendium([guess])]
    )
    assert "eigen" in {message.msgstr for message in result.catalogue.messages}


@pytest.mark.parametrize(
    ("is_trusted", "is_guess", "is_final"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_trusted_compendium_gives_final_translations(*, is_trusted: bool, is_guess: bool, is_final: bool) -> None:
    known = Message("Huid", "Haut", flags=("fuzzy",) if is_guess else ())
    template = Catalogue((Message("Huid"), Message("Huid", msgctxt="menu"), Message("Iets anders")))
    result = merge(Catalogue(()), template, MergeOptions(trust_compendia=is_trusted), [Compendium([known])])
    own, elsewhere, other = result.catalogue.messages
    assert (own.msgstr, own.fuzzy) == ("Haut", not is_final)
    assert elsewhere.fuzzy or not elsewhere.msgstr
    assert other.msgstr == ""


@pytest.mark.parametrize("has_breaks", [True, False])
def test_hard_line_break_is_not_white_space(*, has_breaks: bool) -> None:
    before = Catalogue((Message("Drink melk.\nSlaap goed.", "Trink Milch.\nSchlaf gut."),))
    template = Catalogue((Message("Drink melk. Slaap goed."),))
    result = merge(before, template, MergeOptions(hard_breaks=has_breaks))
    assert result.outcomes[0].fate is (Fate.PROPOSED if has_breaks else Fate.CARRIED)


_words = st.lists(
    st.sampled_from(["huid", "water", "zeep", "slaap", "nacht", "de", "het", "睡眠不足", "皮肤"]),
    min_size=1,
    max_size=6,
)
_known = st.lists(
    st.builds(Message, _words.map(" ".join), msgstr=st.sampled_from(["", "a", "b"]), msgctxt=st.sampled_from([None, "x"])),
    max_size=30,
)  # fmt: skip


@pytest.mark.property
@given(_known, st.lists(_words.map(" ".join), max_size=5))
def test_compendium_for_some_messages_finds_the_same(known: list[Message], wanted: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similar, "_MAX_HOLDERS", 4)
        everything, some = Compendium(known), Compendium(iter(known), wanted)
        for text in wanted:
            assert some.similar(text) is everything.similar(text)
            for msgctxt in (None, "x"):
                assert some.exact((msgctxt, text)) is everything.exact((msgctxt, text))


_LARGE = {
    "all alike": ("Het water van de huid {} is warm en zacht", "Het water van de huid {} is koud en zacht"),
    "of the same form": ("Zie [hier](/a{0}) en [daar](/a{0})", "Zie [hier](/b{0}) en [daar](/c{0})"),
    "all unlike": ("woord{0} ding{0} zaak{0}", "andere{0} iets{0} heel{0}"),
    "all deleted": ("Het water van de huid {}", None),
    "all new": (None, "Het water van de huid {}"),
}


@pytest.mark.parametrize(("old", "new"), _LARGE.values(), ids=_LARGE)
def test_edited_messages_are_not_all_compared(
    old: str | None, new: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, compared = 400, 0
    likeness = similar.Lexicon.likeness

    def counted(lexicon: similar.Lexicon, first: str, second: str) -> float:
        nonlocal compared
        compared += 1
        return likeness(lexicon, first, second)

    monkeypatch.setattr(similar.Lexicon, "likeness", counted)
    before = Catalogue(tuple(Message(old.format(number), "x") for number in range(size)) if old else ())
    template = Catalogue(tuple(Message(new.format(number)) for number in range(size)) if new else ())
    result = merge(before, template)
    assert len(result.outcomes) >= size
    assert compared <= size * 60


def test_titles_of_containers_follow_a_mark() -> None:
    rules = [rule for dialect in ALL_DIALECTS for rule in dialect.lines]
    lettered = {rule.name for rule in rules if any(chr(byte).isalnum() for byte in rule.first)}
    assert lettered == {"Imports and exports"}  # which have no title
