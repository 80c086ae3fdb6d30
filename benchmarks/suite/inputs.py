"""Inputs: made-up and real collections, catalogues to merge, and the same translations for all tools."""

from __future__ import annotations

import os
import re
import shutil
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import collection
import polib
from collection import document, sentences, translation, write
from edits import LOCALES, corpus, load, locale_case
from pseudo import accented

from suite.figures import Case
from translate_pipe.catalogue import serialize_po
from translate_pipe.model import Catalogue, Message, Reference
from translate_pipe.segments import parse

_HEADER = "Project-Id-Version: benchmark\nLanguage: de\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
_WORD = re.compile(r"[^\W\d_]{4,}")
_EDITED = 20
"""One of so many messages is edited: 5 %."""
_DOCUMENT = 4500
_ONE_ERROR_IN = 450
"""One of so many translations has an error: 28 of 12,500."""
_LINK_OR_CITATION = re.compile(r"(?<!!)\[([^\[\]]+)\]\([^()\s]*\)|\[\^[^\]]+\]")
_TRANSLATION = re.compile(r'^msgstr "(?:bewerkt\d+ )?(?=[a-zA-Z])', re.MULTILINE)

VOWELS = {
    "de": "áéíóú",
    "fr": "àèìòù",
    "es": "âêîôû",
    "it": "äëïöü",
    "pt_BR": "ãẽĩõũ",
    "sv": "āēīōū",
    "da": "ăĕĭŏŭ",
    "fi": "ǎěǐǒǔ",
    "pl": "ȁȅȉȍȕ",
    "cs": "ȃȇȋȏȗ",
}
"""Ten locales with the vowels of their translations. They differ, or one verdict of a cache could serve all ten."""

_CPP_DOCUMENTS = 9746
_LIKE_CPP = 3100
"""Characters of a made-up document that has about as many messages as one of cpp-docs."""
_OTHER_DOCUMENTS = 1_000_000
"""The number of the first document of collections whose texts occur in no other one."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents to measure: the case, their folder and their dialect, and whether some translations have errors."""

    case: Case
    folder: Path
    dialect: str = "gfm"
    errors: bool = False

    @property
    def is_book(self) -> bool:
        """Whether mdbook can build it."""
        return (self.folder / "SUMMARY.md").is_file()


def corpora() -> Path:
    """The folder with real collections, which need not exist."""
    default = Path(__file__).resolve().parents[3] / "shared/corpora"
    return Path(os.environ.get("TRANSLATE_PIPE_CORPORA", default))


def made_up(name: str, folder: Path, documents: int, size: int) -> Collection:
    """A made-up collection, written to a folder unless it is there already."""
    if len(documents_in(folder)) != documents:
        write(folder, documents, size)
    return Collection(Case(name, documents, size_of(folder)), folder)


def one_document(folder: Path, segments: int) -> Collection:
    """A collection of one document with so many segments."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        (folder / "artikel.md").write_text(sentences(segments), encoding="utf-8")
    return Collection(Case(f"segments-{segments}", segments, size_of(folder)), folder)


def cpp_docs(name: str, folder: Path, step: int, most: int = _CPP_DOCUMENTS) -> Collection:
    """Every so many-th document of MicrosoftDocs/cpp-docs, with errors in the translations.

    `make bench` fetches that repository, or takes the folder that the variable CPP_DOCS names. If there is none, the
    documents are made up: as many, with about as many messages, whose texts occur in no other made-up collection.
    """
    shutil.rmtree(folder, ignore_errors=True)
    source = Path(os.environ.get("CPP_DOCS", Path(__file__).resolve().parents[2] / ".bench" / "cpp-docs"))
    source = source / "docs" if (source / "docs").is_dir() else source
    chosen = documents_in(source)[::step][:most]
    for file in chosen:
        target = folder / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    if not chosen:
        write(folder, min(-(-_CPP_DOCUMENTS // step), most), _LIKE_CPP, first=_OTHER_DOCUMENTS)
    case = Case(name, len(documents_in(folder)), size_of(folder), real=bool(chosen))
    return Collection(case, folder, errors=True)


def real() -> tuple[Collection, ...]:
    """The real collections that are there."""
    known = (("The Rust book", "rust-book", "gfm"), ("FastAPI", "fastapi/en", "mkdocs"))
    found = ((name, corpora() / path, dialect) for name, path, dialect in known)
    return tuple(
        Collection(Case(name, len(documents_in(folder)), size_of(folder), real=True), folder, dialect)
        for name, folder, dialect in found
        if folder.is_dir()
    )


def edition() -> str:
    """A text that is another one after each change of the made-up documents."""
    return f"{zlib.crc32(Path(collection.__file__).read_bytes()):08x}"


def documents_in(folder: Path) -> list[Path]:
    """The documents below a folder."""
    return sorted(folder.rglob("*.md"))


def size_of(folder: Path) -> int:
    """The bytes of the documents below a folder."""
    return sum(file.stat().st_size for file in documents_in(folder))


def translate(source: Path, target: Path, *, real_texts: bool, errors: bool = False, locale: str = "de") -> None:
    """Write a catalogue of any tool with a translation of each message, few of them with an error."""
    translated = accented if real_texts else translation
    vowels = str.maketrans(VOWELS["de"], VOWELS[locale])
    catalogue = polib.pofile(str(source))
    for entry in catalogue:
        entry.msgstr = translated(entry.msgid).translate(vowels)
        if errors and zlib.crc32(entry.msgid.encode()) % _ONE_ERROR_IN == 0:
            entry.msgstr = with_error(entry.msgstr)
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    catalogue.metadata["Language"] = locale
    catalogue.metadata_is_fuzzy = False
    target.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(target))


def with_error(text: str) -> str:
    r"""A translation without its first link or citation, or with an unreadable character if it has neither to lose.

    >>> with_error("Lees [dit](a.md).[^1]"), with_error("Een zin.[^1]"), ascii(with_error("Een zin."))
    ('Lees dit.[^1]', 'Een zin.', "'Een zin.\\ufffd'")
    """
    lost, count = _LINK_OR_CITATION.subn(r"\1", text, count=1)
    body = text.rstrip("\n")  # gettext refuses a msgstr that ends otherwise than its msgid
    return lost if count and lost.strip() else f"{body}\ufffd{text[len(body) :]}"


def retranslated(catalogue: str, number: int) -> str:
    r"""The text of a catalogue with one translation edited: a word is put before one in the middle.

    >>> print(retranslated('msgid "b"\nmsgstr "c"\n', 3), end="")
    msgid "b"
    msgstr "bewerkt3 c"
    """
    found = _TRANSLATION.search(catalogue, len(catalogue) // 2) or _TRANSLATION.search(catalogue)
    if found is None:
        raise ValueError("the catalogue has no translation of one line")
    return f'{catalogue[: found.start()]}msgstr "bewerkt{number} {catalogue[found.end() :]}'


def edited(text: str, number: int) -> str:
    r"""A document with one sentence edited: the first full stop after which a blank or a line end comes gets a word.

    >>> edited("# Kop\n\nEen zin. Nog een.\n", 3)
    '# Kop\n\nEen zin bewerkt3. Nog een.\n'
    """
    return re.sub(r"(?<=[a-z])\.(?=\s)", f" bewerkt{number}.", text, count=1)


# Catalogues to merge


@dataclass(frozen=True, slots=True)
class Merge:
    """An old catalogue and a new template, as PO."""

    case: Case
    old: str
    template: str


def made_up_merge(messages: int) -> Merge:
    """A catalogue with the texts of made-up documents, and the template after 5 % of them have been edited."""
    old = _catalogue(messages)
    random = Random(messages)
    chosen = set(random.sample(range(messages), max(1, messages // _EDITED)))
    edited_messages = (_bare(one, random, edit=at in chosen) for at, one in enumerate(old.messages))
    new = {message.key: message for message in edited_messages}
    template = replace(old, messages=tuple(new.values()))
    text = serialize_po(old)
    return Merge(Case(f"merge-{messages}", messages, len(text.encode())), text, serialize_po(template))


def real_merges() -> tuple[Merge, ...]:
    """The same with the catalogues of the corpus that exist."""
    made = []
    for locale in ("es", "tr") if all((corpus() / f"{locale}.po").is_file() for locale in LOCALES) else ():
        case = locale_case(locale, seed=1, edits=len(load(locale).messages) // _EDITED)
        text = serialize_po(case.old)
        size = len(text.encode())
        made.append(Merge(Case(locale, len(case.old.messages), size, real=True), text, serialize_po(case.template)))
    return tuple(made)


def _catalogue(count: int) -> Catalogue:
    messages: dict[str, Message] = {}
    number = 0
    while len(messages) < count:
        path = f"artikel-{number:05}.md"
        for segment in parse(document(number, _DOCUMENT), path).segments:
            reference = Reference(path, segment.line)
            made = Message(segment.text, msgstr=translation(segment.text), references=(reference,))
            messages.setdefault(segment.text, made)
        number += 1
    return Catalogue(messages=tuple(messages.values())[:count], header=Message("", _HEADER))


def _bare(message: Message, random: Random, *, edit: bool) -> Message:
    return replace(message, msgstr="", msgid=_with_an_edit(message.msgid, random) if edit else message.msgid)


def _with_an_edit(text: str, random: Random) -> str:
    """A text with one word replaced by another, or with a word more if it has none to replace."""
    words = list(_WORD.finditer(text))
    if not words:
        return f"{text} nieuw{random.randrange(1000)}"
    word = random.choice(words)
    return f"{text[: word.start()]}nieuw{random.randrange(1000)}{text[word.end() :]}"
