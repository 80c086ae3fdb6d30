"""The checks of messages: their findings and what they accept, in several languages and scripts."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from effort import assert_linear
from fixtures import Fixture, read_fixtures
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, valid_texts

from translate_pipe.catalogue import parse_po
from translate_pipe.checks import CHECKS, Check, check
from translate_pipe.checks.helpers.texts import Reading
from translate_pipe.checks.helpers.traits import NO_TRAIT, Trait, traits_of
from translate_pipe.checks.messages.glossary import COLUMNS, parse_glossary
from translate_pipe.model import Catalogue, Message

if TYPE_CHECKING:
    from collections.abc import Callable


ROOT = Path(__file__).parents[1]
FIXTURES = read_fixtures(ROOT / "tests" / "data" / "checks.txt")
NAMES = [one.name for one in CHECKS]

_ESCAPE = re.compile(r"\\(?:n|u([0-9a-f]{4}))")


def unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else "\n", text)


def found_in(text: str) -> list[str]:
    """The names of the checks that find something in the messages of a fixture, one per finding.

    A finding below the severity of its check has its own severity behind the name.
    """
    first, *lines = text.removesuffix("\n").split("\n")
    source_locale, locale = first.split()
    rows = [line.removeprefix("| ") for line in lines if line.startswith("| ")]
    texts = [unescaped(line) for line in lines if not line.startswith("| ")]
    messages = (Message(msgid, msgstr) for msgid, msgstr in zip(texts[::2], texts[1::2], strict=True))
    glossary = parse_glossary("\n".join([",".join(COLUMNS), *rows])) if rows else ()
    diagnostics = check(Catalogue(tuple(messages)), source_locale=source_locale, locale=locale, glossary=glossary)
    usual = {one.name: one.severity for one in CHECKS}
    return [one.check if one.severity is usual[one.check] else f"{one.check} ({one.severity})" for one in diagnostics]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.title)
def test_fixture_has_exactly_its_findings(fixture: Fixture) -> None:
    assert sorted(found_in(fixture.text)) == sorted(fixture.expected)


def test_fixtures_belong_to_checks_and_have_unique_titles() -> None:
    titles = [fixture.title for fixture in FIXTURES]
    assert {title.partition(": ")[0] for title in titles} == set(NAMES)
    assert len(titles) == len(set(titles))


# Messages that are no Markdown

PLAIN = ["Front matter title", "HTML text, under “Slapen”", "Attribute alt", "Code comment python", "Code string c++"]
NO_MARKDOWN = [
    ("Zie *args en **kwargs.", "Siehe *args und **kwargs"),
    ("# Slaap _zo_", "Schlaf _so_"),
    ("Een regel  \n\nnog een", "Eine Zeile\nnoch eine"),
    ("Pad [a](b) \\* c", "Pfad [a] (c) * c"),
    ("Een ` apart", "Ein ` und ` allein"),
]


def found_by(msgid: str, msgstr: str, comment: str = "", flags: tuple[str, ...] = ()) -> set[str]:
    comments = (comment,) if comment else ()
    message = Message(msgid, msgstr, extracted_comments=comments, flags=flags)
    return {found.check for found in check(Catalogue((message,)), source_locale="nl", locale="de")}


@pytest.mark.parametrize("comment", PLAIN)
@pytest.mark.parametrize(("msgid", "msgstr"), NO_MARKDOWN)
def test_plain_text_has_no_findings_of_markdown(comment: str, msgid: str, msgstr: str) -> None:
    markdown = {one.name for one in CHECKS if one.name.startswith(("emphasis", "code", "link"))}
    silent = {*markdown, "block", "line-break", "escape"}
    assert not found_by(msgid, msgstr, comment) & silent


@pytest.mark.parametrize("comment", PLAIN)
def test_plain_text_has_other_findings(comment: str) -> None:
    assert "placeholder" in found_by("Hallo {naam}", "Hallo {name}", comment)
    assert "html-tag" in found_by("Zo <em>goed</em>", "So <em>gut", comment)
    assert "code" in found_by("Zie `naam` hier", "Siehe `name` hier", comment)
    assert "number" in found_by("Slaap 8 uur", "Schlafe 9 Stunden", comment)


@pytest.mark.parametrize(("comment", "flags"), [("", ()), ("Attribute of a thing", ()), (PLAIN[1], ("markdown-text",))])
def test_other_messages_are_markdown(comment: str, flags: tuple[str, ...]) -> None:
    assert "emphasis-lost" in found_by("Zo *goed* is het", "So gut ist es", comment, flags)


@pytest.mark.parametrize(
    "sign",
    [
        "{{",
        "{%",
        "{{< a ",
        "{--",
        "$a",
        "++a",
        "[[a|",
        "{a}`b`",
        "\\(a_",
        "<A x={",
        "(@",
        ":a:",
        "{#a",
        "[^a",
        "\\[^a",
        "[^a\n",
    ],
)
def test_hostile_tokens_are_checked_in_linear_time(sign: str) -> None:
    assert_linear(lambda size: lambda: found_by(sign * size, (sign * size)[1:]))


@pytest.mark.parametrize("words", ["{} ", "*{}* ", "[{}](a) "])
def test_long_prose_is_checked_in_linear_time(words: str) -> None:
    assert_linear(lambda size: lambda: found_by(words.format("woord") * size, words.format("Wort") * size))


# Opt-outs


def found_with(opt_out: str, msgstr: str = "Schlafe 9 Stunden.") -> list[str]:
    text = f'{opt_out}\nmsgid "Slaap 8 uur."\nmsgstr "{msgstr}"\n'
    return [found.check for found in check(parse_po(text), source_locale="nl", locale="de")]


@pytest.mark.parametrize(
    "opt_out",
    [
        "# translate-pipe: ignore number",
        "# Ein Scherz.\n# translate-pipe: ignore number",
        "#, ignore-number",
        "#, markdown-text, ignore-number",
    ],
)
def test_message_opts_out_of_a_check(opt_out: str) -> None:
    assert found_with("# Ein Kommentar.") == ["number"]
    assert found_with(opt_out) == []


def test_message_opts_out_of_several_checks() -> None:
    assert found_with("# translate-pipe: ignore number, end-punctuation", "Schlafe 9 Stunden") == []


def test_opt_out_silences_only_the_named_checks() -> None:
    assert found_with("# translate-pipe: ignore number", "Schlafe 9 Stunden") == ["end-punctuation"]


@pytest.mark.parametrize("opt_out", ["# translate-pipe: ignore number", "#, ignore-number"])
def test_useless_opt_out_is_reported(opt_out: str) -> None:
    assert found_with(opt_out, "Schlafe 8 Stunden.") == ["useless-ignore"]


def test_flag_of_another_tool_is_not_an_opt_out() -> None:
    assert found_with("#, ignore-same") == ["number"]


# A check runs only for messages that may concern it

ASKED_ALWAYS = tuple(replace(one, where=NO_TRAIT) for one in CHECKS)
_signs = st.text("ab Z1²٣.,:;!?\"'«“([{}])<>&#`*_~^$%@+-/|\\\n\x01éÃ¤дя中한😀\u200b\u202e\ufffd", max_size=30)
_references = st.sampled_from(
    ["&quot;", "&#96;", "&#123;x&#125;", "&#1076;&#1086;&#1084;", "&lpar;", "&#49;", "&sup2;"]
)
_texts = st.lists(st.one_of(_signs, _references, valid_texts, documents()), max_size=3).map("".join)


@pytest.mark.property
@given(_texts, _texts, st.sampled_from(["nl", "uk", "ja", "ar"]), st.sampled_from([(), ("Code comment python",)]))
def test_skipped_check_would_find_nothing(msgid: str, msgstr: str, locale: str, comments: tuple[str, ...]) -> None:
    messages = [Message(msgid, msgid + msgstr, extracted_comments=comments), Message(msgid + msgstr, msgstr)]
    for message in messages:
        asked, always = (
            list(check(Catalogue((message,)), source_locale="en", locale=locale, checks=checks))
            for checks in (CHECKS, ASKED_ALWAYS)
        )
        assert asked == always


_marks = st.sampled_from(
    [
        *(
            "`a`",
            "`a b`",
            "`<b>`",
            "`{a}`",
            "`",
            "``",
            "[a](b.md)",
            "[`a` b](c.md#d)",
            "![a](b.png)",
            "[",
            "![",
            "](a)",
        ),
        *("]", "(", ")", "*a*", "**a b**", "_a_", "__a__", "*", "**", "_", "a_b", "<br/>", "<br />", '<a id="b">'),
        *('<a id="b"></a>', "</a>", "&", "&amp;", ">", "!", "!!", "\\", "~", "|", "$", "{", "[^1]", "[[a]]", "[1](a)"),
        *(":", "::", "%", "@", "w", "ww.a.nl", "//", "²", "1", ".", ",", '"', "'", "—", "\n", "\u00a0", "é", "import "),
    ]
)
_words = st.sampled_from(["a", "woord", " ", " ", "Ze", " zo "])
_marked = st.lists(st.one_of(_marks, _words), max_size=9)


@pytest.mark.property
@given(_marked, st.lists(_words, min_size=4, max_size=4), st.sampled_from(["de", "uk"]))
def test_skipped_check_of_the_same_markup_would_find_nothing(texts: list[str], words: list[str], locale: str) -> None:
    msgid = "".join(texts)
    others = iter(words)
    msgstr = "".join(next(others, one) if one in {"a", "woord", "Ze"} else one for one in texts)
    for message in (Message(msgid, msgstr or "a"), Message(msgid, msgid + words[0])):
        asked, always = (
            list(check(Catalogue((message,)), source_locale="en", locale=locale, checks=checks))
            for checks in (CHECKS, ASKED_ALWAYS)
        )
        assert asked == always


class _Parsed(Reading):
    def _read_simple(self, line: str) -> None:
        """Leave every text to the parser."""


@pytest.mark.property
@given(_marked)
def test_simple_markup_is_read_as_the_parser_reads_it(texts: list[str]) -> None:
    text = "".join(texts)
    parsed, quick = (vars(kind(text, traits_of(text))) for kind in (_Parsed, Reading))
    for name in ("shown", "prose", "code", "roles", "tags", "emphasis", "highlights", "links", "tokens", "citations"):
        assert quick[name] == parsed[name], name


def test_all_characters_have_traits() -> None:
    for character in map(chr, (*range(0xD800), *range(0xE000, sys.maxunicode + 1))):
        traits = traits_of(character)
        if character.isdecimal():
            assert traits & Trait.DIGIT, character
        if character.isalpha() and unicodedata.name(character, "").split(" ")[0] in {
            "CYRILLIC",
            "GREEK",
            "ARMENIAN",
            "CHEROKEE",
        }:
            assert traits & Trait.HOMOGLYPH, character


def test_errors_only_equals_the_errors_of_all_findings() -> None:
    errors = tuple(one for one in CHECKS if one.severity == "error")
    catalogue = Catalogue((Message("Zo `a`.[^1]", "So 5 a"), Message("Slaap", "slee\u202ep <b>x")))
    everything = list(check(catalogue, locale="en"))
    assert list(check(catalogue, locale="en", checks=errors)) == [one for one in everything if one.severity == "error"]


def test_numbers_of_any_length_are_read() -> None:
    long = "9" * 5000
    assert [one.check for one in check(Catalogue((Message(f"a {long}", f"b {long}1"),)), locale="nl")] == ["number"]


# Other messages


_SOURCES = ["Zie [daar](/x).", "Neem 3 pillen.", "*Slaap* goed, Rust!", "Zo.[^1]", "Rust is een taal van Mozilla.", "x"]
_TARGETS = [
    "Siehe [dort](/x).",
    "Nimm 4 Pillen.",
    "Schlaf gut!",
    "So.",
    "Rust ist eine Sprache.",
    "Siehe dort, siehe dort.",
]


def _checked(catalogue: Catalogue, checks: tuple[Check, ...]) -> list[str]:
    found = check(catalogue, source_locale="nl", locale="de", checks=checks)
    return [f"{one.msgid}: {one.message}" for one in found]


@pytest.mark.parametrize("name", NAMES)
def test_only_checks_that_ask_use_other_messages(name: str) -> None:
    """A message has the same findings in any catalogue, except for checks that ask about other messages."""
    (one,) = (each for each in CHECKS if each.name == name)
    if one.asks:
        pytest.skip("this check looks around")
    others = tuple(Message(f"In Rust {at}, zie [x](#y)", f"In Rast {at}, siehe [x](#z)") for at in range(9))
    for msgid in _SOURCES:
        for msgstr in _TARGETS:
            message = Message(msgid, msgstr)
            alone = _checked(Catalogue((message,)), (one,))
            among = [line for line in _checked(Catalogue((*others, message)), (one,)) if line.startswith(msgid)]
            assert alone == among


def test_many_links_are_checked_in_linear_time() -> None:
    def prepare(size: int) -> Callable[[], object]:
        links = [f"[woord{nth}](https://example.org/{nth})" for nth in range(size)]
        return lambda: found_by(" ".join(links), " ".join(reversed(links)))

    assert_linear(prepare)
