"""Projects with existing translations: which of their files are documents, and what init does with the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project_helpers import ARTICLE, Project, run

from translate_pipe.project import open_project
from translate_pipe.project.discovery import find_sources
from translate_pipe.project.setup.layout import find_layout
from translate_pipe.project.setup.translated import find_translated
from translate_pipe.registry import CONFIGURATION_FILE

if TYPE_CHECKING:
    from pathlib import Path

# The source locale, and files; translations have their locale after them.
FILES = [
    # folders in that of the documents
    ("en", "docs/index.md docs/de/index.md=de"),
    ("en", "docs/index.md docs/zh-CN/index.md=zh_CN docs/pt-br/x.md=pt_BR docs/zh-hans/y.md=zh_Hans"),
    ("en", "docs/a/b.md docs/de/a/b.md=de docs/fr/c.md=fr"),
    ("en", "docs/guide/a.md docs/guide/de/a.md=de docs/de/guide.md=de"),
    ("en", "_posts/2020-01-01-a.md _posts/de/2020-01-01-a.md=de about.md de/about.md=de"),
    ("en", "src/content/docs/a.mdx src/content/docs/de/a.mdx=de src/content/docs/it/a.mdx=it"),
    # beside that of the documents
    ("en", "docs/en/a.md docs/de/a.md=de docs/it/other.md=it docs/no/b.md=no"),
    ("nl", "_articles/nl/a.md _articles/de/a.md=de _articles/id/x.md=id"),
    ("en", "content/en/about.md content/de/ueber.md=de"),
    ("en", "content/about.md content.de/about.md=de content.it/about.md=it"),
    ("en", "docs/a.md docs-fr/a.md=fr docs_ja/a.md=ja"),
    ("pt_BR", "docs/pt_BR/a.md docs/pt/a.md=pt docs/en/a.md=en"),
    ("en", "docs/en-US/a.md docs/de-DE/a.md=de_DE docs/en-GB/b.md=en_GB"),
    # elsewhere
    ("en", "docs/a.md i18n/de/docusaurus-plugin-content-docs/current/a.md=de i18n/it/x/a.md=it"),
    ("en", "versioned_docs/version-1.0/a.md docs/a.md i18n/fr/code.md=fr"),
    ("en", "README.md translations/de.md=de translations/it.md=it translations/README.es.md=es"),
    # endings
    ("en", "index.md index.de.md=de index.it.md=it other.md"),
    ("en", "README.md README.zh-CN.md=zh_CN README_de.md=de README-pt-br.md=pt_BR README_it.md=it"),
    ("en", "README.md README.cn.md=zh_CN README_JP.md=ja README.KR.md=ko"),
    ("en", "README.md docs/README_ja.md=ja docs/README-fr.md=fr"),
    ("en", "a.en.md a.fr.md=fr a.is.md=is"),
    ("en", "only.fr.md=fr index.md"),
    ("en", "docs/a.mdx docs/a.de.mdx=de"),
    ("en", "a_de.md=de a_fr.md=fr b.md"),
    # words
    ("en", "docs/index.md docs/is/happy.md docs/id/list.md docs/it/x.md docs/go/y.md docs/api/z.md docs/as/code.md"),
    ("en", "docs/index.md docs/no/x.md docs/cli/index.md docs/sql/a.md docs/vi/keys.md docs/os/linux.md docs/ts/a.md"),
    ("en", "docs/index.md docs/it/index.md docs/api/index.md"),  # each folder has an index.md
    ("en", "docs/install.md docs/cs/install.md docs/python/install.md"),
    ("en", "docs/index.md docs/guide.md docs/it/index.md=it docs/it/guide.md=it docs/api/ref.md"),
    ("en", "docs/guide.md docs/de/guide.md=de docs/is/guide.md=is docs/as/other.md"),
    ("en", "how.md how-to.md log.md log-in.md what-is.md opt-in.md"),
    ("en", "src/a.md lib/src/b.md src/os/c.md"),
    ("en", "classes-as-dependencies.md migrate-to-webview.md in-electron.md vs-code.md html_to_nodes.md"),
    ("en", "main.ts.md build.sh.md node.os.md"),
    ("en", "v1.0.md release-1.2.md 2020-01-01-a.md"),
    ("en", "latest/a.md 1.0/a.md next/a.md"),
    ("en", "docs/mas/a.md docs/kde/b.md docs/dev/a.md docs/bin/c.md"),
]


def split(files: str) -> dict[str, str]:
    return {name: locale for name, _, locale in (file.partition("=") for file in files.split())}


@pytest.mark.parametrize(("source", "files"), FILES)
def test_paths_distinguish_translations_from_documents(source: str, files: str) -> None:
    expected = split(files)
    found = find_translated(expected, source)
    assert {name: found.locales.get(name, "") for name in expected} == expected
    assert set(found.documents) == {name for name, locale in expected.items() if not locale}


@pytest.mark.parametrize(("source", "files"), FILES)
def test_translations_never_become_sources(tmp_path: Path, source: str, files: str) -> None:
    project = Project(tmp_path)
    expected = split(files)
    for name in expected:
        project.write(name, ARTICLE)
    outcome = project.run("init", "--source-locale", source, "sv")
    assert outcome.exit_code == 0
    sources, _ = find_sources(open_project(tmp_path))
    assert sources
    assert [one.path for one in sources if expected[one.path]] == []
    translated = sorted({locale for locale in expected.values() if locale})
    count = sum(map(bool, expected.values()))
    said = [line for line in outcome.stderr.splitlines() if "translated document" in line]
    assert [line.split(" found")[0] for line in said] == [
        f"{count} translated document{'s' * (count > 1)} in {len(translated)} locale{'s' * (len(translated) > 1)}"
    ] * bool(count)
    before = project.snapshot()
    project.run("locales")
    assert {name: before[name] for name in expected} == {name: project.snapshot()[name] for name in expected}


@pytest.mark.parametrize(
    ("named", "generator", "path"),
    [
        (["it"], "", "docs/it/rete.md"),
        (["id"], "", "docs/id/daftar.md"),
        ([], "[languages]\n[languages.it]\ntitle = 'x'\n", "docs/it/rete.md"),
        ([], "languages:\n  no:\n    title: x\n", "docs/no/nett.md"),
        ([], "i18n: { defaultLocale: 'en', locales: ['en', 'id'] },\n", "docs/id/daftar.md"),
        ([], "locales: {\n  it: { label: 'Italiano' },\n}\n", "docs/it/rete.md"),
        ([], "plugins:\n  - i18n:\n      languages:\n        - locale: it\n", "docs/it/rete.md"),
    ],
)
def test_word_is_a_locale_if_it_is_named(named: list[str], generator: str, path: str) -> None:
    paths = ["docs/index.md", "docs/guide.md", path]
    assert find_translated(paths, "en").locales == {}
    assert list(find_translated(paths, "en", named, generator).locales) == [path]


@pytest.mark.parametrize("text", ["id: 'x',", "to: '/docs',", "src: './logo.svg',", "is: true", "type: 'id'"])
def test_word_in_another_place_is_not_a_locale(text: str) -> None:
    paths = ["docs/index.md", *(f"docs/{word}/x.md" for word in ("id", "to", "src", "is"))]
    assert find_translated(paths, "en", (), text).locales == {}


# The places of documents: files, the options of init, and the written source, output and number of documents.
LAYOUTS = [
    ("docs/a.md docs/de/a.md", "", "docs", "", 1),
    ("docs/en/a.md docs/de/a.md", "", "docs/{locale}", "", 1),
    ("_config.yml _articles/a.md _articles/b.md _articles/de/a.md docs/x.md", "", "_articles",
     "_articles/{locale}/{path}.md", 2),
    ("_config.yml _articles/a.md _articles/nl/a.md _articles/de/a.md", "--source-locale nl", "_articles/{locale}",
     "_articles/{locale}/{path}.md", 1),
    ("hugo.toml content/a.md content/de/a.md", "", "content", "content/{locale}/{path}.md", 1),
    ("hugo.toml content/en/a.md content/de/a.md", "", "content/{locale}", "content/{locale}/{path}.md", 1),
    ("hugo.toml content/a.md content/a.de.md", "", "content", "content/{path}.{locale}.md", 1),
    ("hugo.toml content/a.md content.de/a.md", "", "content", "content.{locale}/{path}.md", 1),
    ("mkdocs.yml docs/a.md docs/de/a.md", "", "docs", "docs/{locale}/{path}.md", 1),
    ("docusaurus.config.js docs/a.md i18n/de/docusaurus-plugin-content-docs/current/a.md", "", "docs",
     "i18n/{locale}/docusaurus-plugin-content-docs/current/{path}.md", 1),
    ("website/content/docs/a.md website/content/docs/de/a.md README.md", "", "website/content/docs", "", 1),
    ("docs/a.md docs/b.md docs/c.md docs/guide/d.md docs/guide/de/d.md", "", "docs", "", 4),
    ("README.md README.de.md docs/a.md docs/b.md", "", "docs", "", 2),
    ("README.md README.de.md", "", ".", "", 1),
    ("docs/en-US/a.md docs/de-DE/a.md", "", "docs/en-US", "", 1),
    ("docs/a.md tests/fixtures/x/a.md tests/fixtures/x/b.md tests/fixtures/x/de/a.md", "", "docs", "", 1),
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: " ".join(layout[:2]))
def test_documents_are_beside_their_translations(tmp_path: Path, layout: tuple[str, str, str, str, int]) -> None:
    files, options, source, output, documents = layout
    project = Project(tmp_path)
    for name in files.split():
        project.write(name, ARTICLE if name.endswith(".md") else "")
    outcome = project.run("init", *options.split(), "sv")
    assert outcome.exit_code == 0
    lines = project.text(CONFIGURATION_FILE).splitlines()
    assert f'source = "{source}"' in lines
    assert (f'output = "{output}"' in lines) if output else ('# output = "build/{locale}/{path}.md"' in lines)
    assert f"({documents} found)" in outcome.stderr
    assert len(project.names("locale/templates")) == documents


# The source locale: files, configuration of a generator, and the chosen source locale.
@pytest.mark.parametrize(
    ("files", "text", "locale"),
    [
        ("docs/nl/a.md", "", "nl"),
        ("README.md docs/nl/a.md docs/nl/b.md docs/nl/c.md docs/nl/d.md docs/nl/e.md", "", "nl"),
        ("docs/nl/a.md docs/sv/a.md", "", "nl"),  # sv is translated into
        ("docs/a.md docs/nl/a.md", "", "en"),
        ("docs/a.md", "", "en"),
        ("content/a.md", 'defaultContentLanguage = "nl"\n', "nl"),
        ("content/nl/a.md content/de/a.md", "defaultContentLanguage = 'nl'\n", "nl"),
        ("content/a.md", "defaultContentLanguage = site.lang\n", "en"),
    ],
)
def test_source_locale_comes_from_the_project(tmp_path: Path, files: str, text: str, locale: str) -> None:
    project = Project(tmp_path)
    for name in files.split():
        project.write(name, ARTICLE)
    if text:
        project.write("hugo.toml", text)
    outcome = project.run("init", "sv")
    assert outcome.exit_code == 0
    assert f'source_locale = "{locale}"' in project.text(CONFIGURATION_FILE)
    assert (f"The documents are taken for {locale}" in outcome.stderr) == (locale != "en")


def test_several_possible_source_locales_are_an_error(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for name in ("docs/nl/a.md", "docs/de/a.md"):
        project.write(name, ARTICLE)
    before = project.snapshot()
    outcome = project.run("init", "sv")
    assert outcome.exit_code == 2
    assert "de (1), nl (1)" in outcome.stderr
    assert "--source-locale" in outcome.stderr
    assert project.snapshot() == before


def test_verbose_lists_translations(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for name in ("docs/a.md", "docs/b.md", "docs/de/a.md", "docs/de/b.md", "docs/fr/a.md", "docs/pt-br/a.md"):
        project.write(name, ARTICLE)
    brief = project.run("init", "sv", "nl").stderr
    assert "4 translated documents in 3 locales found: de (2), fr (1), pt_BR (1); they are left as they are." in brief
    assert "Wrote 2 templates and 4 catalogues (2 for sv, 2 for nl)." in brief
    assert len(brief.splitlines()) < 6
    assert 'exclude = ["de/*", "fr/*", "pt-br/*"]' in project.text(CONFIGURATION_FILE)
    assert 'locales = ["sv", "nl"]' in project.text(CONFIGURATION_FILE)
    project.path(CONFIGURATION_FILE).unlink()
    long = run("-v", "--project", tmp_path, "init", "sv", "nl", "de").stderr
    assert "  pt_BR: docs/pt-br/a.md" in long.splitlines()
    assert "Wrote locale/de/LC_MESSAGES/a.po" in long.splitlines()


PARTS = st.sampled_from(["docs", "a", "b.c", "guide", "de", "fr", "pt-br", "it", "os", "[x]", "i18n", "x*", "docs-de"])
NAMES = st.sampled_from(["index", "a", "README", "a.de", "a_fr", "b.it", "README.zh-CN", "de", "x[1]", "a?.fr"])
PATHS = st.sets(st.builds(lambda folders, name: "/".join((*folders, f"{name}.md")), st.lists(PARTS, max_size=3), NAMES))


@pytest.mark.property
@given(paths=PATHS)
def test_patterns_exclude_only_translations(tmp_path_factory: pytest.TempPathFactory, paths: set[str]) -> None:
    root = tmp_path_factory.mktemp("project")
    for path in paths:
        Project(root).write(path, ARTICLE)
    found = find_translated(paths, "en")
    layout = find_layout(root, "en")
    top = "" if layout.source == "." else layout.source.replace("{locale}", "en") + "/"
    assert layout.translated == found.locales
    if layout.documents:
        Project(root).configure(source_locale="en", locales=["sv"], source=layout.source, exclude=list(layout.exclude))
        sources, _ = find_sources(open_project(root))
        assert {one.path for one in sources} == {path for path in found.documents if path.startswith(top)}
