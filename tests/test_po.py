"""Reading and writing PO: nothing is lost, and invalid text is refused with its line."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polib
import pytest
from fixtures import read_fixtures
from hypothesis import given
from hypothesis import strategies as st
from strategies import TOKENS
from unicode_segmentation_rs import text_width

from translate_pipe.catalogue import (
    make_template,
    merge,
    new_catalogue,
    parse_po,
    po_data,
    serialize_po,
    wrapped_msgids,
    written,
)
from translate_pipe.catalogue.po import message_text, parsing, with_notes
from translate_pipe.catalogue.po.parsing import parse_po_data, read_entries, read_entry
from translate_pipe.catalogue.po.wrapping import _units, field_lines
from translate_pipe.errors import CatalogueSyntaxError
from translate_pipe.locales import plural_forms
from translate_pipe.model import Catalogue, Message, Previous, Reference
from translate_pipe.segments import parse
from translate_pipe.text.columns import columns, filled_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DATA = Path(__file__).parent / "data"
ERRORS = read_fixtures(DATA / "po_errors.txt")

_texts = st.one_of(
    st.lists(st.sampled_from([*TOKENS, "woord ", "\\n", '\\"', "\x1c", "\u2029", "\a", "é-é ", "--"]), max_size=40).map(
        "".join
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=120),
)
_comments = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=90).map(str.rstrip), max_size=3
)
_flags = st.lists(
    st.sampled_from(["fuzzy", "markdown-text", "no-wrap", "max-length:80", "onbekend"]), unique=True, max_size=3
)
_references = st.lists(
    st.builds(Reference, st.sampled_from(["a.md", "map/b c.md", "é.md", "x" * 70]), st.integers(0, 999)), max_size=5
)  # fmt: skip


@st.composite
def messages(draw: st.DrawFn) -> Message:
    obsolete = draw(st.booleans())
    plural = draw(st.one_of(st.just(()), st.tuples(_texts, _texts)))
    return Message(
        msgid=draw(_texts.filter(bool)),
        msgstr="" if plural else draw(_texts),
        msgctxt=draw(st.none() | _texts),
        msgid_plural=draw(_texts.filter(bool)) if plural else "",
        msgstr_plural=plural,
        translator_comments=tuple(line for line in draw(_comments) if line[:1] not in (".", ":", ",", "|", "~")),
        extracted_comments=() if obsolete else tuple(draw(_comments)),
        references=() if obsolete else tuple(draw(_references)),
        flags=tuple(draw(_flags)),
        previous=Previous(draw(st.none() | _texts), draw(st.none() | _texts)),
        obsolete=obsolete,
    )


def catalogues() -> st.SearchStrategy[Catalogue]:
    unique = st.lists(messages(), unique_by=lambda message: message.key, max_size=4)
    header = Message("", "Language: de\nContent-Type: text/plain; charset=UTF-8\n")
    return st.builds(
        Catalogue,
        unique.map(tuple),
        header=st.just(header),
        byte_order_mark=st.sampled_from(["", "\ufeff"]),
        line_end=st.sampled_from(["\n", "\r\n"]),
    )


def read_carefully(text: str) -> list[Message]:
    """All messages of a text, each read line by line."""
    found: list[Message] = []
    at = number = 0
    while (entry := read_entry(text, at, number)).is_complete:
        found.append(entry.message())
        number += entry.raw.count("\n") + 1
        at = entry.end + 1
    return found


def details(messages: Iterable[Message]) -> list[tuple[Message, int, str]]:
    """The messages, with the fields that are not compared."""
    return [(message, message.line, message.raw) for message in messages]


_pieces = st.lists(
    st.sampled_from(
        [
            *("msgid ", "msgstr ", "msgctxt ", "msgid_plural ", "msgstr[0] ", '"woord"\n', '""\n', '"\\n"\n', '"\\\\"\n'),
            *('"\\1"\n', '"2"\n', '"\\""\n', "# a\n", "#\n", "#. b\n", "#: a.md:3 b\n", "#, fuzzy, x\n", "#~ ", "#| ", " ", "\n"),
        ]
    ),
    max_size=30,
)  # fmt: skip
_usual = st.lists(
    st.sampled_from(['#. b\n\nmsgid "a"\nmsgstr "b"\n', 'msgid "b"\nmsgstr ""\n"c"\n', '#, x\nmsgid "d"\nmsgstr ""\n'])
)


@pytest.mark.property
@given(
    st.one_of(_pieces, st.tuples(_usual, _pieces, _usual).map(lambda parts: [one for part in parts for one in part]))
)
def test_fast_reading_equals_reading_line_by_line(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        expected: object = details(read_carefully(text))
    except CatalogueSyntaxError as error:
        expected = (error.line, error.problem)
    try:
        found: object = details(read_entries(text)[0])
    except CatalogueSyntaxError as error:
        found = (error.line, error.problem)
    assert found == expected


def test_fast_reading_of_real_catalogues_equals_reading_line_by_line(corpora: Path) -> None:
    for path in sorted((corpora / "po").glob("*.po")):
        text = path.read_text(encoding="utf-8")
        assert details(read_entries(text)[0]) == details(read_carefully(text))


def polib_lines(message: Message) -> list[str]:
    """The flags and fields of a message as polib writes them, without wrapping."""
    entry = polib.POEntry(
        msgid=message.msgid,
        msgstr=message.msgstr,
        msgctxt=message.msgctxt,
        msgid_plural=message.msgid_plural,
        msgstr_plural=dict(enumerate(message.msgstr_plural)),
        flags=list(message.flags),
        obsolete=message.obsolete,
        previous_msgid=message.previous.msgid,
        previous_msgctxt=message.previous.msgctxt,
        previous_msgid_plural=message.previous.msgid_plural,
    )
    return str(entry.__unicode__(wrapwidth=0)).rstrip("\n").split("\n")


@pytest.mark.property
@given(messages())
def test_entries_are_written_as_by_polib(message: Message) -> None:
    bare = replace(message, translator_comments=(), extracted_comments=(), references=())
    assert message_text(bare, 0).split("\n") == polib_lines(bare)


_words = st.lists(
    st.sampled_from(
        [*TOKENS, *"-/\\\"'()[]*_`.,:;!?%$«»“”’…–|&é睡睡ж", "woord", "Ein", "3", "3.5", "https://a.example/b-c?d=e", "x" * 30]
        + [" "] * 30
    ),
    max_size=80,
)  # fmt: skip


@pytest.mark.property
@given(_words.map("".join), st.integers(0, 90), st.sampled_from(["", "\n"]))
def test_lines_break_where_the_text_allows_it(text: str, width: int, end: str) -> None:
    (text,) = f"{text}{end}".splitlines(keepends=True)[:1] or ("",)
    line = f'#| msgid "{polib.escape(text)}"'
    found = field_lines("#| ", "msgid", text, width)
    if not width or not text or (len(line) <= width and columns(line) <= width):
        assert found == [line]
    else:
        pieces = filled_lines(_units(text), width - len('#| ""'))
        assert found == ['#| msgid ""', *(f'#| "{piece}"' for piece in pieces)]


@pytest.mark.property
@given(catalogues())
def test_written_catalogue_is_read_again(catalogue: Catalogue) -> None:
    again = parse_po(serialize_po(catalogue))
    assert again == catalogue
    assert serialize_po(again) == serialize_po(catalogue)


def everything(catalogue: Catalogue) -> object:
    """A catalogue with the fields that are not compared."""
    return catalogue, details([catalogue.header, *catalogue.messages])


@pytest.mark.property
@given(catalogues(), catalogues(), st.sampled_from([0, 40, 79]))
def test_lines_of_written_messages_are_known(old: Catalogue, new: Catalogue, width: int) -> None:
    template = replace(new, messages=tuple(replace(one, obsolete=False) for one in (*new.messages, *old.active[::2])))
    keys = {message.key: message for message in template.messages}
    template = replace(template, messages=tuple(keys.values()))
    read = parse_po(serialize_po(old))
    for catalogue in (old, template, read, merge(read, template).catalogue, replace(read, header=Message(""))):
        data, again = written(catalogue, width)
        assert data.decode() == serialize_po(catalogue, width)
        plain = replace(catalogue, line_end="\n")
        fresh = replace(plain, messages=tuple(replace(one, raw="") for one in catalogue.messages))
        wrapped = wrapped_msgids(po_data(replace(fresh, messages=fresh.messages[::2]), width))
        assert po_data(fresh, width, wrapped) == po_data(fresh, width)
        assert everything(again) == everything(parse_po(data.decode()))


def test_lines_of_messages_in_real_catalogues_are_known(corpora: Path) -> None:
    for path in sorted((corpora / "po").glob("*.po")):
        catalogue = parse_po(path.read_text(encoding="utf-8"))
        mixed = tuple(replace(one, raw="") if at % 3 else one for at, one in enumerate(catalogue.messages))
        changed = replace(catalogue, messages=mixed[5:])
        data, again = written(changed)
        assert data.decode() == serialize_po(changed)
        assert everything(again) == everything(parse_po(data.decode()))


@pytest.mark.property
@given(catalogues())
def test_polib_reads_the_same_messages(catalogue: Catalogue) -> None:
    class Text(str):
        """A text whose line ends are those of a file; polib's own reading also splits at U+2028."""

        __slots__ = ()

        def splitlines(self, keepends: bool = False) -> list[str]:  # noqa: ARG002, FBT001, FBT002
            return self.split("\n")

    text = serialize_po(replace(catalogue, byte_order_mark="", line_end="\n"))
    read = [(entry.msgctxt, entry.msgid, entry.msgstr, bool(entry.obsolete)) for entry in polib.pofile(Text(text))]
    assert read == [(one.msgctxt, one.msgid, one.msgstr, one.obsolete) for one in catalogue.messages]


@pytest.mark.property
@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(st.sampled_from(["msgid ", "msgstr ", '"', "a", "\n", "#~ ", "#, ", "\\", "msgctxt ", '""\n'])).map(
            "".join
        ),
    )
)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        catalogue = parse_po(text)
    except CatalogueSyntaxError as error:
        line = error.line
        assert 1 <= line <= text.count("\n") + 1
    else:
        assert parse_po(serialize_po(catalogue)).messages == catalogue.messages


def read_or_refused(read: Callable[[], Catalogue]) -> object:
    try:
        return everything(read())
    except CatalogueSyntaxError as error:
        return error.line, error.problem


@pytest.mark.property
@given(
    st.tuples(catalogues().map(serialize_po), _pieces.map("".join), catalogues().map(serialize_po)),
    st.sets(st.sampled_from(range(3))),
    st.integers(0, 60),
)
def test_catalogue_is_the_same_in_pieces(texts: tuple[str, ...], chosen: set[int], size: int) -> None:
    text = "".join(texts[at] for at in chosen)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "_PIECE_BYTES", size)
        in_pieces = read_or_refused(lambda: parse_po_data(text.encode()))
    assert in_pieces == read_or_refused(lambda: parse_po(text))


def test_real_catalogues_are_written_unchanged(corpora: Path) -> None:
    files = sorted((corpora / "po").glob("*.po"))
    assert files
    for path in files:
        text = path.read_bytes().decode()
        catalogue = parse_po(text)
        assert serialize_po(catalogue) == text
        expected = [(entry.msgctxt, entry.msgid, entry.msgstr) for entry in polib.pofile(str(path))]
        assert [(one.msgctxt, one.msgid, one.msgstr) for one in catalogue.messages] == expected


@pytest.mark.parametrize("fixture", ERRORS, ids=[one.title for one in ERRORS])
def test_text_that_would_lose_something_is_refused(fixture: tuple[str, str, list[str]]) -> None:
    _, text, (expected,) = fixture
    line, part = expected.split(": ", 1)
    with pytest.raises(CatalogueSyntaxError) as caught:
        parse_po(text)
    assert (caught.value.line, part in caught.value.problem) == (int(line), True), caught.value.problem


def test_everything_in_an_entry_is_read() -> None:
    catalogue = parse_po(
        '# kop\nmsgid ""\nmsgstr ""\n"Language: de\\n"\n\n'
        "# van de vertaler\n#. van de bron\n#: a.md:3 \u2068b c.md\u2069:4 d.md\n#, fuzzy, markdown-text\n"
        '#| msgid "Vel"\nmsgctxt "lichaam"\nmsgid "Hu"\n"id"\nmsgstr "Haut"\n\n'
        '#~| msgid "x"\n#~ msgid "Bot"\n#~ msgstr "Knochen"\n\n# het einde\n'
    )  # fmt: skip
    assert catalogue.fields == {"Language": "de"}
    assert catalogue.header.translator_comments == ("kop",)
    assert catalogue.trailer == "\n# het einde"
    assert catalogue.messages == (
        Message(
            msgid="Huid",
            msgstr="Haut",
            msgctxt="lichaam",
            translator_comments=("van de vertaler",),
            extracted_comments=("van de bron",),
            references=(Reference("a.md", 3), Reference("b c.md", 4), Reference("d.md")),
            flags=("fuzzy", "markdown-text"),
            previous=Previous("Vel"),
        ),
        Message(msgid="Bot", msgstr="Knochen", previous=Previous("x"), obsolete=True),
    )
    assert [message.line for message in catalogue.messages] == [6, 16]


def test_numeric_escapes_are_read_as_in_gettext() -> None:
    (message,) = parse_po(r'msgid "a\101\x42\a\\n\t"' + '\nmsgstr ""\n').messages
    assert message.msgid == "aAB\a\\n\t"


def test_unchanged_entry_gets_only_new_references() -> None:
    text = '# van mij\n#: a.md:1\n#, fuzzy\nmsgid "lang"\nmsgstr ""\n"zelf "\n"afgebroken"\n'
    (message,) = parse_po(text).messages
    moved = with_notes(message, message.extracted_comments, (Reference("a.md", 9),), message.flags)
    assert message_text(moved) == text.replace("a.md:1", "a.md:9").rstrip("\n")


def test_entry_keeps_its_wrapping_if_its_notes_change() -> None:
    text = '# van mij\n#. Kop\n#: a.md:1\n#, fuzzy\n#| msgid "oud"\nmsgid "lang"\nmsgstr ""\n"zelf "\n"afgebroken"\n'
    (message,) = parse_po(text).messages
    changed = with_notes(message, ("Een", "Twee"), (), ("fuzzy", "markdown-text"))
    expected = (
        text.replace("#. Kop", "#. Een\n#. Twee").replace("#: a.md:1\n", "").replace("fuzzy", "fuzzy, markdown-text")
    )
    assert message_text(changed) == expected.rstrip("\n")
    bare = [line for line in text.splitlines() if not line.startswith(("#.", "#:", "#,"))]
    assert message_text(with_notes(changed, (), (), ())).splitlines() == bare


def test_msgfmt_accepts_written_catalogues(tmp_path: Path) -> None:
    msgfmt = shutil.which("msgfmt")
    if not msgfmt:
        pytest.skip("gettext is not installed")
    document = parse('# Kop\n\nTekst \\\\ met "alles"\tén een  \nregeleinde.[^1]\n\n[^1]: Noot\u2028.\n', "map/a b.md")
    template = make_template([document], project="p", creation_date="2025-10-16 09:00+0000")
    for locale in ("de", "ar", "ja", "pl", "pt_BR", "zh_Hans"):
        catalogue = merge(new_catalogue(template, locale, plural_forms(locale)), template).catalogue
        translated = tuple(replace(one, msgstr=one.msgid, flags=("fuzzy",)) for one in catalogue.messages)
        path = tmp_path / f"{locale}.po"
        path.write_text(serialize_po(replace(catalogue, messages=translated)), encoding="utf-8", newline="")
        done = subprocess.run([msgfmt, "-c", "-o", "-", path], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()


def test_new_entries_are_wrapped_as_by_msgcat(corpora: Path) -> None:
    msgcat = shutil.which("msgcat")
    if not msgcat:
        pytest.skip("gettext is not installed")
    total = same = 0
    for path in sorted((corpora / "po").glob("*.po")):
        theirs = subprocess.run([msgcat, path], capture_output=True, check=True).stdout.decode()
        for message in parse_po(theirs).messages:
            total += 1
            same += message_text(replace(message, raw="")) == message.raw.lstrip("\n")
    assert same >= total * 0.995


@pytest.mark.property
@given(messages())
def test_lines_fit_the_width_if_they_can_be_broken(message: Message) -> None:
    for line in message_text(replace(message, references=(), translator_comments=(), extracted_comments=())).split(
        "\n"
    ):
        assert text_width(line) <= 79 or not re.search(r'"[^"]* [^" ][^"]*"$', line)
