"""Path patterns: a path belongs to one kind of file, whatever the names of the documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from effort import assert_linear
from hypothesis import given
from hypothesis import strategies as st
from project_helpers import ARTICLE, make_project

from translate_pipe.errors import ConfigurationError
from translate_pipe.project.settings.configuration import expand, parse_configuration
from translate_pipe.project.settings.keys import KEYS
from translate_pipe.project.settings.patterns import Paths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Keys = dict[str, str | list[str]]

JEKYLL: Keys = {
    "source": "{locale}",
    "output": "{locale}/{path}.md",
    "catalogue": "_locale/{locale}/{domain}.po",
    "template": "_locale/templates/{domain}.pot",
    "state": "_locale/state",
}
MKDOCS: Keys = {"source": "docs", "output": "docs/{path}.{locale}.md"}

ACCEPTED: dict[str, Keys] = {
    "the defaults": {},
    "MkDocs, by suffix": MKDOCS,
    "MkDocs, by folder": {"source": "docs/{locale}", "output": "docs/{locale}/{path}.md"},
    "MkDocs, by folder beside the sources": {"source": "docs", "output": "docs/{locale}/{path}.md"},
    "Hugo, by folder": {"source": "content/{locale}", "output": "content/{locale}/{path}.md"},
    "Hugo, by suffix": {"source": "content", "output": "content/{path}.{locale}.md"},
    "Docusaurus": {
        "source": "docs",
        "output": "i18n/{locale}/docusaurus-plugin-content-docs/current/{path}.md",
    },
    "Jekyll": JEKYLL,
    "Jekyll collections": {"source": "_articles", "output": "_articles/{locale}/{path}.md"},
    "Sphinx": {"source": "docs", "output": "build/{locale}/{path}.md", "state": "docs/_build/.state"},
    "Quarto": {"source": ".", "output": "{locale}/{path}.qmd", "exclude": ["README.md"]},
    "the whole project": {"source": "."},
    "the whole project, written with dots": {"source": "./", "output": "./build/{locale}/{path}.md"},
    "the whole project by suffix": {"source": ".", "output": "{path}.{locale}.markdown"},
    "the state in a hidden folder among the sources": {"source": "docs", "state": "docs/.state"},
    "the state in a folder that is left out": {"source": ".", "state": "work/state", "exclude": ["work/*"]},
    "the state in a folder that is no source": {"source": ".", "state": "node_modules/.cache/translate-pipe"},
    "catalogues in a folder for each document": {
        "catalogue": "po/{domain}/{locale}.po",
        "template": "po/{domain}/{domain}.pot",
    },
    "one catalogue": {"domain": "site", "catalogue": "po/{locale}.po", "template": "po/site.pot"},
    "a template that is a PO file": {"domain": "site", "catalogue": "po/{locale}.po", "template": "po/site.po"},
    "templates beside the catalogues": {"template": "locale/{domain}.pot", "catalogue": "locale/{domain}.{locale}.po"},
    "locales that begin alike": {"locales": ["pt", "pt_BR"], **MKDOCS},
    "catalogues among the sources": {"source": ".", "catalogue": "{locale}/{domain}.po", "template": "{domain}.pot"},
    "a glossary among the sources": {"source": "docs", "glossary": "docs/glossary.csv"},
    "a record among the outputs": {"record": "build/outputs.sha256"},
    "a record at the top": {"record": "outputs.sha256", "source": "."},
    "folders that begin alike": {"state": "locale/templates.state", "output": "locale-site/{locale}/{path}.md"},
    "a folder called like git's": {"output": ".github/{locale}/{path}.md", "catalogue": "git/{locale}/{domain}.po"},
}

# The keys, and what the message must name.
REFUSED: dict[str, tuple[Keys, list[str]]] = {
    "outputs at the path of catalogues": (
        {"output": "locale/{locale}/LC_MESSAGES/{path}.po"},
        ["'output' must end in .md"],
    ),
    "outputs at the path of templates": ({"output": "locale/{locale}/{path}.pot"}, ["'output' must end in .md"]),
    "outputs that are TOML": ({"output": "build/{locale}/{path}.toml"}, ["'output' must end in .md"]),
    "outputs without an ending": ({"output": "build/{locale}/{path}"}, ["'output' must end in .md"]),
    "templates at the path of German catalogues": (
        {"template": "locale/de/LC_MESSAGES/{domain}.po"},
        ["'template'", "'catalogue'", "'locale/de/LC_MESSAGES/x.po'"],
    ),
    "templates at the path of the source locale's catalogues": (
        {"template": "locale/nl/LC_MESSAGES/{domain}.po"},
        ["'template'", "'catalogue'", "'locale/nl/LC_MESSAGES/x.po'"],
    ),
    "a template that some catalogue may be": (
        {"template": "po/{domain}.po", "catalogue": "po/{domain}/{locale}.po"},
        ["'template'", "'catalogue'", "'po/x/de.po'"],
    ),
    "one template, and catalogues of the same path": (
        {"domain": "site", "template": "po/de.po", "catalogue": "po/{locale}.po"},
        ["'template'", "'catalogue'", "'po/de.po'"],
    ),
    "the same path written otherwise": (
        {"domain": "site", "template": "./po//de.po", "catalogue": "po/{locale}.po"},
        ["'template'", "'catalogue'", "'po/de.po'"],
    ),
    "a catalogue that is not PO": ({"catalogue": "locale/{locale}/{domain}.md"}, ["'catalogue' must end in .po"]),
    "a template that is not PO": ({"template": "locale/{domain}.md"}, ["'template' must end in .pot or .po"]),
    "the state among the sources": (
        {"source": "docs", "state": "docs/state"},
        ["'state'", "'source'", "'docs/state/x.md'"],
    ),
    "the state below the whole project": ({"source": ".", "state": "work/state"}, ["'state'", "'source'", "'work/"]),
    "the state is the source folder": ({"source": "docs", "state": "docs"}, ["'state'", "'source'", "'docs/x.md'"]),
    "the state in a hidden folder of outputs": (
        {"output": "build/.out/{locale}/{path}.md", "state": "build/.out"},
        ["'output'", "'state'", "'build/.out/de/x.md'"],
    ),
    "the outputs in the state": (
        {"output": "build/{locale}/{path}.md", "state": "build"},
        ["'state'", "'output'", "'build/de/x.md'"],
    ),
    "the catalogues in the state": ({"state": "locale"}, ["'state'", "'catalogue'"]),
    "the templates in the state": ({"state": "locale/templates"}, ["'state'", "'template'"]),
    "the sources in the state": ({"state": "source/nl/.."}, ["inside the project"]),
    "the whole project is the state": ({"state": "."}, ["'state'"]),
    "the glossary in the state": ({"glossary": "build/.translate-pipe/terms.csv"}, ["'glossary'", "'state'"]),
    "the record in the state": ({"record": "build/.translate-pipe/outputs.sha256"}, ["'record'", "'state'"]),
    "the record is the glossary": ({"record": "terms", "glossary": "./terms"}, ["'record'", "'glossary'", "'terms'"]),
    "the glossary is the configuration": ({"glossary": "translate-pipe.toml"}, ["'glossary'", "configuration"]),
    "the record is the configuration": ({"record": "pyproject.toml"}, ["'record'"]),
    "the record is a document": ({"record": "source/nl/a.md"}, ["'record'"]),
    "the record is a catalogue": ({"record": "locale/de/LC_MESSAGES/a.po"}, ["'record'"]),
    "the record where the outputs need a folder": ({"record": "build/de"}, ["'record'", "'output'", "'build/de'"]),
    "the glossary where the sources are": ({"source": "docs", "glossary": "docs"}, ["'glossary'", "'source'"]),
    "the state below a file": ({"state": "pyproject.toml/state"}, ["'state'", "configuration"]),
    "outputs in git's folder": ({"output": ".git/{locale}/{path}.md"}, ["'output'", ".git"]),
    "catalogues in git's folder": ({"catalogue": "a/.git/{locale}/{domain}.po"}, ["'catalogue'", ".git"]),
    "the state in git's folder": ({"state": ".git/translate-pipe"}, ["'state'", ".git"]),
    "git's folder in capitals": ({"state": ".GIT/translate-pipe"}, ["'state'", ".git"]),
    "the source in git's folder": ({"source": ".git"}, ["'source'", ".git"]),
    "the record in git's folder": ({"record": ".git/outputs"}, ["'record'", ".git"]),
    "no character before the locale": ({"source": "docs", "output": "docs/{path}{locale}.md"}, ["'output'", "between"]),
    "a line break in a path": ({"output": "build/\n{locale}/{path}.md"}, ["'output'", "control characters"]),
}


def _text(keys: Mapping[str, object]) -> str:
    settings = {"source_locale": "nl", "locales": ["de", "fr"], **keys}
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())


@pytest.mark.parametrize("keys", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_layout_without_conflicts_is_accepted(keys: Keys) -> None:
    parse_configuration(_text(keys), "x.toml")


@pytest.mark.parametrize(("keys", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_layout_with_a_conflict_is_refused(tmp_path: Path, keys: Keys, words: list[str]) -> None:
    project = make_project(tmp_path, None, **{"locales": ["de", "fr"], **keys})
    before = project.snapshot()
    for command in (["locales"], ["build", "--draft"], ["locales", "--check"]):
        outcome = project.run(*command)
        assert (outcome.exit_code, outcome.stdout) == (2, "")
        assert [word for word in words if word not in outcome.stderr] == []
        assert project.snapshot() == before


@pytest.mark.parametrize("keys", [{"state": "locale"}, {"glossary": "terms", "record": "terms"}])
def test_conflict_is_reported_at_a_key_that_is_set(keys: Keys) -> None:
    with pytest.raises(ConfigurationError, match=rf"^x\.toml:{2 + len(keys)}: '{list(keys)[-1]}' and "):
        parse_configuration(_text(keys), "x.toml")


_NAMES = st.sampled_from(["a", "b", "de", "x.y", "po"])
_FOLDERS = st.lists(_NAMES, min_size=1, max_size=2).map("/".join)


def _pattern(folder: str, parts: list[str], separator: str, ending: str) -> str:
    return f"{folder}/{separator.join(parts)}{ending}"


_SEPARATORS = st.sampled_from(["/", ".", "-", "/x/"])
_OF_DOMAIN = st.permutations(["{locale}", "{domain}"])


@pytest.mark.property
@given(
    st.builds(_pattern, _FOLDERS, _OF_DOMAIN, _SEPARATORS, st.just(".po")),
    st.builds(_pattern, _FOLDERS, st.just(["{domain}"]), _SEPARATORS, st.sampled_from([".po", "/de.po", ".pot"])),
    st.lists(_FOLDERS, min_size=1, max_size=4),
)
def test_accepted_layout_has_no_two_files_at_one_path(catalogue: str, template: str, documents: list[str]) -> None:
    """The example of a conflict is one; without a conflict, no documents lead to one."""
    locales = ["de", "fr"]
    keys = {"catalogue": catalogue, "template": template, "source": "s", "state": "t", "output": "o/{locale}/{path}.md"}
    catalogues = {expand(catalogue, domain=name, locale=locale) for name in documents for locale in locales}
    templates = {expand(template, domain=name) for name in documents}
    try:
        parse_configuration(_text(keys), "x.toml")
    except ConfigurationError:
        conflict = next(iter(_paths(keys).conflicts()))
        assert {conflict.key, conflict.other} <= _paths(keys).kinds(conflict.example)
    else:
        assert not catalogues & templates


def _paths(keys: Mapping[str, object]) -> Paths:
    values = dict.fromkeys((key.name for key in KEYS), "")
    return Paths({**values, "source_locale": "nl", "locales": ("de", "fr"), "exclude": (), **_DOMAIN, **keys}, ())


_DOMAIN = {"domain": "{path}"}


def test_comparison_is_linear_in_the_number_of_locales() -> None:
    def conflicts(size: int) -> Callable[[], object]:
        locales = tuple(f"l{number}" for number in range(size))
        keys = {"locales": locales, "catalogue": "l/{locale}/{domain}.po", "template": "l/t/{domain}.po"}
        return lambda: list(_paths({"source": "s", "state": "t", "output": "o/{path}.{locale}.md", **keys}).conflicts())

    assert_linear(conflicts)


# Conflicts between names


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"output": "build/{locale}_{path}.md"}, "build/pt_BR_a.md"),
        ({"catalogue": "po/{locale}_{domain}.po"}, "po/pt_BR_a.po"),
    ],
)
def test_documents_of_two_locales_at_one_path_are_reported(tmp_path: Path, keys: Keys, path: str) -> None:
    documents = {"source/nl/a.md": ARTICLE, "source/nl/BR_a.md": "# Olie\n"}
    project = make_project(tmp_path, documents, locales=["pt", "pt_BR"], **keys)
    outcome = project.run("locales")
    assert outcome.exit_code == 1
    assert [line.partition(": ")[0] for line in outcome.findings] == ["source/nl/a.md"]
    assert f"{path} would be of source/nl/BR_a.md too" in outcome.findings[0]
    assert "Slaap" not in project.text(path)


def test_names_that_differ_only_in_case_or_accents_are_reported(tmp_path: Path) -> None:
    names = ("a.md", "A.markdown", "b\u00e9.md", "be\u0301.md")
    project = make_project(tmp_path, {f"source/nl/{name}": ARTICLE for name in names})
    if len(project.names("source")) < len(names):
        pytest.skip("this file system is one of them")
    outcome = project.run("locales")
    assert outcome.exit_code == 1
    assert len(outcome.findings) == 2
    assert all(": warning: " in line and "macOS" in line for line in outcome.findings)
    assert len(project.names("build")) == len(names)
