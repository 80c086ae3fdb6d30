"""The shipped articles: their catalogues are good, and the localised documents read as articles."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from typing import TYPE_CHECKING

import pyromark
import pytest
from markdown import Markdown

from translate_pipe import check, localise, parse, parse_po
from translate_pipe.markdown.events import OPTIONS
from translate_pipe.model import Severity
from translate_pipe.project import Project, open_project
from translate_pipe.project.discovery import find_sources

if TYPE_CHECKING:
    from pathlib import Path

    from translate_pipe.model import Catalogue, Document, Message

COMPLETE = ("en", "de", "fr", "es", "ar", "ja")
LOCALES = (*COMPLETE, "pl")
DOCUMENTS = ("magnesium", "huid/magnesiumolie")
MARKS = re.compile(r"[¹²]|\[\^dosering\]")
EXTENSIONS = [
    "tables",
    "footnotes",
    "attr_list",
    "def_list",
    "fenced_code",
    "abbr",
    "admonition",
    "md_in_html",
    "sane_lists",
]

pairs = pytest.mark.parametrize(("name", "locale"), [(name, locale) for name in DOCUMENTS for locale in LOCALES])
complete_pairs = pytest.mark.parametrize(
    ("name", "locale"), [(name, locale) for name in DOCUMENTS for locale in COMPLETE]
)


@pytest.fixture(scope="module")
def project(repository: Path) -> Project:
    return open_project(repository)


def catalogue(project: Project, name: str, locale: str) -> Catalogue:
    return parse_po((project.root / project.catalogue(name, locale)).read_bytes().decode())


def document(project: Project, name: str) -> Document:
    path = f"source/nl/{name}.md"
    return parse((project.root / path).read_bytes().decode(), path, project.configuration.parse_options)


def localised(project: Project, name: str, locale: str) -> str:
    result = localise(document(project, name), catalogue(project, name, locale).translations)
    assert not result.diagnostics
    return result.text


def body(text: str) -> str:
    """A document without its front matter."""
    return text.split("\n---\n", 1)[1]


def elements(text: str) -> list[object]:
    """The elements that Python-Markdown makes of a document, in their nesting, with the targets of links."""

    def shape(element: ET.Element) -> list[object]:
        target = element.get("href") or element.get("src") or ""
        return [element.tag, target, [shape(child) for child in element]]

    # Entities such as &nbsp; belong to HTML; an XML parser does not know them.
    html = Markdown(extensions=EXTENSIONS, output_format="xhtml").convert(body(text)).replace("&nbsp;", " ")
    return shape(ET.fromstring(f"<div>{html}</div>"))  # noqa: S314


def commonmark_tags(text: str) -> list[str]:
    html = pyromark.html(body(text), options=OPTIONS)
    return re.findall(r"</?\w+(?: (?:href|src|id)=\"[^\"]*\")?", html)


def test_all_documents_exist(project: Project) -> None:
    sources, diagnostics = find_sources(project)
    assert {source.name for source in sources} == set(DOCUMENTS)
    assert not diagnostics
    assert project.configuration.locales == LOCALES


@pairs
def test_localised_article_has_the_elements_of_the_source(project: Project, name: str, locale: str) -> None:
    source, result = document(project, name).text, localised(project, name, locale)
    assert elements(result) == elements(source)
    assert commonmark_tags(result) == commonmark_tags(source)


@pairs
def test_citations_are_in_place(project: Project, name: str, locale: str) -> None:
    source, result = document(project, name).text, localised(project, name, locale)
    assert [MARKS.findall(line) for line in paragraphs(result)] == [MARKS.findall(line) for line in paragraphs(source)]
    assert not [found for found in check(catalogue(project, name, locale)) if found.severity is not Severity.INFO]


def paragraphs(text: str) -> list[str]:
    return re.split(r"\n\n+", text)


@complete_pairs
def test_finished_locales_are_complete(project: Project, name: str, locale: str) -> None:
    messages = catalogue(project, name, locale).messages
    assert all(message.translated for message in messages)
    assert {message.key for message in messages} == {segment.key for segment in document(project, name).segments}


def test_polish_catalogues_are_unfinished(project: Project) -> None:
    messages = [message for name in DOCUMENTS for message in catalogue(project, name, "pl").messages]
    state = Counter(map(state_of, messages))
    assert state["fuzzy"] == 3
    assert 0.6 < state["translated"] / len(messages) < 0.72
    assert all(message.previous.msgid for message in messages if message.fuzzy)


def state_of(message: Message) -> str:
    if not message.has_msgstr:
        return "untranslated"
    return "fuzzy" if message.fuzzy else "translated"


@pairs
def test_msgfmt_accepts_the_catalogue(project: Project, name: str, locale: str) -> None:
    msgfmt = shutil.which("msgfmt")
    if not msgfmt:
        pytest.skip("gettext is not installed")
    path = project.root / project.catalogue(name, locale)
    done = subprocess.run([msgfmt, "-c", "-v", "-o", "-", path], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert b"warning" not in done.stderr


def test_main_article_has_the_agreed_size(project: Project) -> None:
    text = body(document(project, "magnesium").text)
    assert 900 <= len(text.split()) <= 1200
    assert 300 <= len(body(document(project, "huid/magnesiumolie").text).split()) <= 500


def test_percentages_follow_the_locale(project: Project) -> None:
    assert "31\u00a0%" in localised(project, "magnesium", "de")
    assert "٣١٪" in localised(project, "magnesium", "ar")
    assert "31%" in localised(project, "magnesium", "ja")
