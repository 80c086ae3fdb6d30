"""The library as scripts use it: what it exports, what it refuses, and catalogues from polib."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import api_page
import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_po import catalogues, messages

import translate_pipe
from translate_pipe import (
    Catalogue,
    Message,
    MessageKey,
    ParseOptions,
    Previous,
    Reference,
    Term,
    UnknownLocaleError,
    check,
    localise,
    make_template,
    merge,
    parse,
    parse_po,
    plural_forms,
    serialize_po,
)
from translate_pipe.localisation import localise_marked

ROOT = Path(__file__).parents[1]


# Exports


def test_names_for_type_checkers_are_those_imported() -> None:
    tree = ast.parse((ROOT / "src" / "translate_pipe" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    shown = {(node.module, name.name) for node in block.body if isinstance(node, ast.ImportFrom) for name in node.names}
    assert shown == {(home, name) for home, names in translate_pipe._HOMES.items() for name in names}  # noqa: SLF001
    assert translate_pipe.__all__ == sorted({*(name for _, name in shown), "__version__"})
    assert set(translate_pipe.__all__) <= set(dir(translate_pipe))


@pytest.mark.parametrize("name", translate_pipe.__all__)
def test_public_names_are_documented(name: str) -> None:
    value = getattr(translate_pipe, name)
    assert value.__doc__
    assert f"### {name}\n" in api_page.page()


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'extract'"):
        translate_pipe.extract  # noqa: B018


def test_reference_is_made_from_the_docstrings() -> None:
    assert api_page.PAGE.read_text(encoding="utf-8") == api_page.page(), "run: make pages"


_TYPED = """
import polib
from translate_pipe import Catalogue, Diagnostic, Document, MergeResult, ParseOptions, check, localise, merge, parse

document: Document = parse("# Slaap", "a.md", ParseOptions(dialects=("gfm",)))
pofile: polib.POFile = Catalogue(()).to_polib()
result: MergeResult = merge(pofile, Catalogue.from_polib(pofile))
found: list[Diagnostic] = list(check(pofile, "a.po", source_locale="nl"))
text: str = localise(document, result.catalogue.translations).text
"""


def test_typed_script_passes_mypy(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(_TYPED + 'wrong: int = parse("").path\n', encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--config-file=", str(script)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[0].endswith('"str", variable has type "int")  [assignment]'), done.stdout
    assert done.stdout.splitlines()[1].startswith("Found 1 error"), done.stdout


# Refused arguments


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("dialects", ("mkdoc",), "unknown dialect 'mkdoc', did you mean 'mkdocs'? Known are: commonmark, gfm, mkdocs,"),
        ("dialects", ("gfm", "Hugo"), "unknown dialect 'Hugo', did you mean 'hugo'?"),
        ("dialects", ("asciidoc",), "unknown dialect 'asciidoc'; known are: commonmark, "),
        ("dialects", ("",), "unknown dialect ''; known are: "),
        ("code", "comment", "unknown code 'comment', did you mean 'comments'? Known are: none, comments, strings, all"),
        ("code", None, "unknown code None; known are: none, "),
        ("segmentation", "sentences", "unknown segmentation 'sentences', did you mean 'sentence'?"),
        ("dialects", "mkdocs", "dialects must be a tuple of texts"),
        ("dialects", ["mkdocs"], "dialects must be a tuple of texts"),
        ("front_matter", "title", "front_matter must be a tuple of texts"),
        ("attributes", (1,), "attributes must be a tuple of texts"),
        ("bibliography_headings", "Bronnen", "bibliography_headings must be a tuple of texts"),
        ("translate_bibliography", "keep", "translate_bibliography must be True or False"),
        ("source_locale", None, "source_locale must be a text"),
    ],
)
def test_invalid_parse_options_are_refused(field: str, value: object, problem: str) -> None:
    options: dict[str, Any] = {field: value}
    with pytest.raises((ValueError, TypeError)) as error:
        ParseOptions(**options)
    assert str(error.value).startswith(problem)


def test_unknown_references_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown references 'lines', did you mean 'line'"):
        make_template([], project="", creation_date="", references="lines")


@pytest.mark.parametrize("wrong", ["locale/de.po", b"", None, [], 7])
def test_other_types_than_catalogues_are_refused(wrong: Any) -> None:
    for use in (lambda: merge(wrong, Catalogue(())), lambda: merge(Catalogue(()), wrong), lambda: list(check(wrong))):
        with pytest.raises(TypeError, match=r"expected a Catalogue or a polib\.POFile, not"):
            use()


@pytest.mark.parametrize("tag", ["pt-BR", "pt_BR"])
def test_locales_may_be_bcp_47_tags(tag: str) -> None:
    assert plural_forms(tag) == "nplurals=2; plural=(n > 1);"
    terms = (Term("huid", "pt_BR", ("pele",)),)
    catalogue = Catalogue((Message("De huid is rood.", "O couro é vermelho."),))
    assert [found.check for found in check(catalogue, source_locale="nl-NL", locale=tag, glossary=terms)] == [
        "glossary"
    ]
    document = parse("Een zin. Nog een.\n", options=ParseOptions(segmentation="sentence", source_locale="nl-NL"))
    chinese: dict[MessageKey, str] = {(None, "Een zin."): "一。", (None, "Nog een."): "二。"}
    assert localise(document, chinese, locale="zh-Hans").text == "一。二。\n"
    assert localise_marked(document, chinese, lambda _, text: f"*{text}*", locale="zh-Hans").text == "*一。**二。*\n"


@pytest.mark.parametrize(("tag", "suggestion"), [("qqx", ""), ("nll", "nl"), ("q!", "")])
def test_unknown_locale_is_refused(tag: str, suggestion: str) -> None:
    with pytest.raises(UnknownLocaleError) as error:
        plural_forms(tag)
    assert (error.value.tag, error.value.suggestion[:2]) == (tag, suggestion)


# polib


@st.composite
def _for_polib(draw: st.DrawFn) -> Catalogue:
    """Catalogues that polib can hold."""
    catalogue = draw(catalogues())
    comments = st.lists(st.sampled_from(["Vertaler: Ann", "", "van 2025"]), min_size=1, max_size=3)
    header = Message(
        "",
        "".join(f"{name}: {value}\n" for name, value in draw(_fields).items()),
        translator_comments=tuple(comment for comment in draw(comments)),
        flags=draw(st.sampled_from([(), ("fuzzy",)])),
    )
    header = replace(
        header, translator_comments=() if header.translator_comments == ("",) else header.translator_comments
    )
    kept = tuple(_as_polib_holds(message) for message in catalogue.messages)
    return Catalogue(kept, header)


_fields = st.dictionaries(
    st.sampled_from(["Language", "Project-Id-Version", "X-Generator", "Plural-Forms", "A"]),
    st.sampled_from(["", "de", "text/plain; charset=UTF-8", "a: b", "nplurals=2; plural=(n != 1);"]),
)


def _as_polib_holds(message: Message) -> Message:
    """polib ignores a single empty comment line."""
    translator, extracted = message.translator_comments, message.extracted_comments
    return replace(
        message,
        translator_comments=() if translator == ("",) else translator,
        extracted_comments=() if extracted == ("",) else extracted,
    )


def held(pofile: polib.POFile) -> list[object]:
    """The whole content of a POFile."""
    entries = [{name: getattr(entry, name) for name in (*_ATTRIBUTES, "linenum")} for entry in pofile]
    return [pofile.header, list(pofile.metadata.items()), bool(pofile.metadata_is_fuzzy), entries]


_ATTRIBUTES = (
    *("msgid", "msgstr", "msgctxt", "msgid_plural", "msgstr_plural", "comment", "tcomment", "occurrences", "flags"),
    *("previous_msgid", "previous_msgctxt", "previous_msgid_plural", "obsolete", "fuzzy"),
)


@pytest.mark.property
@given(_for_polib())
def test_catalogue_survives_polib(catalogue: Catalogue) -> None:
    pofile = catalogue.to_polib()
    assert Catalogue.from_polib(pofile) == catalogue
    assert held(Catalogue.from_polib(pofile).to_polib()) == held(pofile)
    assert parse_po(serialize_po(Catalogue.from_polib(pofile))).messages == catalogue.messages


@pytest.mark.property
@given(messages())
def test_message_has_the_same_parts_in_polib(message: Message) -> None:
    entry = message.to_polib()
    assert (entry.msgid, entry.msgstr, entry.msgctxt) == (message.msgid, message.msgstr, message.msgctxt)
    assert entry.msgstr_plural == dict(enumerate(message.msgstr_plural))
    assert (entry.tcomment, entry.comment) == tuple(
        map("\n".join, (message.translator_comments, message.extracted_comments))
    )
    assert (entry.fuzzy, entry.obsolete, entry.flags) == (message.fuzzy, message.obsolete, list(message.flags))
    assert entry.previous_msgid == message.previous.msgid


_ALL = r"""# Vertaler: Ann
#
# tweede regel
#, fuzzy
msgid ""
msgstr ""
"Language: de\n"
"Content-Type: text/plain; charset=ISO-8859-1\n"
"X-Long: een\n"
"twee\n"

# van Ann
# van Bob
#. Heading 1
#: a.md:3 b.md map/c.md:12
#, fuzzy, markdown-text
#| msgctxt "oud"
#| msgid "Oude huid"
#| msgid_plural "Oude huiden"
msgctxt "lichaam"
msgid "Huid"
msgid_plural "Huiden"
msgstr[0] "Haut"
msgstr[1] "Häute"

#: FENCEDmap/met blank.mdEND:7 x.md:1
msgid "Haar \"zo\"\n"
msgstr "Haar\t"

# weg
#, fuzzy
#~ msgid "Nagel"
#~ msgstr "Nagel"
""".replace("FENCED", "\u2068").replace("END", "\u2069")


def test_everything_that_polib_reads_survives() -> None:
    pofile = polib.pofile(_ALL)
    catalogue = Catalogue.from_polib(pofile)
    read = parse_po(_ALL)
    assert catalogue.messages == read.messages
    assert [message.line for message in catalogue.messages] == [message.line for message in read.messages]
    assert catalogue.header == read.header
    assert catalogue.messages[0].previous == Previous("Oude huid", "oud", "Oude huiden")
    assert catalogue.messages[1].references == (Reference("map/met blank.md", 7), Reference("x.md", 1))
    again = catalogue.to_polib()
    assert str(again) == str(pofile)
    assert again.encoding == "iso8859-1"
    assert again.metadata["X-Long"] == "een\ntwee"


@pytest.mark.parametrize(
    ("occurrences", "references"),
    [
        ([("a.md", "3"), ("b.md", ""), ("c.md", 4)], [("a.md", 3), ("b.md", 0), ("c.md", 4)]),
        ([("map/b c.md", "5")], [("map/b c.md", 5)]),
        ([("\u2068a", ""), ("b", ""), ("c.md\u2069", "5"), ("d.md", "1")], [("a b c.md", 5), ("d.md", 1)]),
        ([("\u2068a", "")], [("\u2068a", 0)]),
        ([("a.md", "²"), ("b.md", "9" * 5000)], [("a.md:²", 0), (f"b.md:{'9' * 5000}", 0)]),
    ],
)
def test_occurrences_become_references(occurrences: list[Any], references: list[tuple[str, int]]) -> None:
    entry = polib.POEntry(msgid="Huid", occurrences=occurrences)
    assert list(Message.from_polib(entry).references) == [Reference(*one) for one in references]


def test_missing_plural_forms_are_empty() -> None:
    entry = polib.POEntry(msgid="Huid", msgid_plural="Huiden", msgstr_plural={0: "Haut", 2: "Häute"})
    assert Message.from_polib(entry).msgstr_plural == ("Haut", "", "Häute")


@pytest.mark.parametrize("twice", ["Huid", ""])
def test_duplicate_message_is_refused(twice: str) -> None:
    pofile = polib.POFile()
    pofile.extend(polib.POEntry(msgid=twice, msgstr=msgstr) for msgstr in ("eins", "zwei"))
    with pytest.raises(ValueError, match=f"msgid '{twice}' is there twice"):
        merge(pofile, Catalogue(()))


def test_comments_above_a_header_without_fields_are_written() -> None:
    catalogue = Catalogue((Message("Huid"),), Message("", translator_comments=("van Ann",)))
    assert parse_po(serialize_po(catalogue)).header == catalogue.header


def test_merge_and_check_accept_polib() -> None:
    old = parse_po('msgid "Zo.[^1]"\nmsgstr "So."\n\nmsgid "Weg"\nmsgstr "Fort"\n')
    template = parse_po('msgid "Zo.[^1]"\nmsgstr ""\n\nmsgid "Nieuw"\nmsgstr ""\n')
    expected = merge(old, template)
    result = merge(old.to_polib(), template.to_polib())
    assert result.catalogue.messages == expected.catalogue.messages
    assert result.outcomes == expected.outcomes
    assert list(check(result.catalogue.to_polib(), "de.po")) == list(check(result.catalogue, "de.po"))
    assert [found.check for found in check(old.to_polib())] == ["citation"]
