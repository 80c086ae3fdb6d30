"""Setting up a project: the first contact."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from project_helpers import ARTICLE, HEADER, PYPROJECT_TABLE, Project, run

from translate_pipe.project.settings.configuration import parse_configuration
from translate_pipe.project.setup.layout import GENERATORS as GENERATORS_OF_THE_TOOL
from translate_pipe.project.setup.layout import Layout, configuration_text, find_layout
from translate_pipe.registry import CONFIGURATION_FILE, PYPROJECT_FILE

# The files of a folder, the value of `source`, and the number of documents.
LAYOUTS = [
    (["docs/a.md"], "docs", 1),
    (["docs/a.md", "docs/b/c.markdown", "docs/logo.png"], "docs", 2),
    (["source/nl/a.md"], "source/{locale}", 1),
    (["docs/nl/a.md", "docs/README.md"], "docs/{locale}", 1),
    (["content/nl/a.md", "docs/a.md"], "content/{locale}", 1),
    (["nl/a.md", "README.md"], "{locale}", 1),
    (["README.md"], ".", 1),
    (["articles/a.md", "README.md"], ".", 2),
    (["docs/logo.png", "a.md"], ".", 1),
    (["source/nl/notes.txt"], "source/{locale}", 0),
    ([], "source/{locale}", 0),
    (["a.md", "node_modules/x/README.md", ".venv/x/README.md", ".github/ISSUE_TEMPLATE.md"], ".", 1),
    (["src/node_modules/x/README.md", "a.md"], ".", 1),
]


@pytest.mark.parametrize(("names", "source", "documents"), LAYOUTS)
def test_documents_are_found(tmp_path: Path, names: list[str], source: str, documents: int) -> None:
    for name in names:
        Project(tmp_path).write(name, ARTICLE)
    assert find_layout(tmp_path, "nl") == Layout(source, documents, source_locale="nl")


@pytest.mark.parametrize(("names", "source", "documents"), [layout for layout in LAYOUTS if layout[2]])
def test_locales_works_after_init(tmp_path: Path, names: list[str], source: str, documents: int) -> None:
    project = Project(tmp_path)
    for name in names:
        project.write(name, ARTICLE)
    outcome = project.run("init", "--source-locale", "nl", "de", "fr")
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert f'source = "{source}"' in project.text(CONFIGURATION_FILE)
    assert len(project.names("locale")) == documents * 3  # a template and two catalogues
    outcome = project.run("locales")
    assert outcome.exit_code == 0
    assert len({name for name in project.names("build") if name.endswith(".md")}) == documents * 2
    assert "Everything is up to date" in project.run("locales").stderr


# The files of a project, and lines of its configuration.
GENERATORS = [
    (
        ["mkdocs.yml", "docs/a.md"],
        ['dialect = "mkdocs"', '# renderer = "markdown"', 'source = "docs"', '# output = "build/{locale}/{path}.md"'],
    ),
    (["mkdocs.yaml", "source/a.md", "docs/a.md"], ['dialect = "mkdocs"', 'source = "docs"']),
    (["zensical.toml", "docs/a.md"], ['dialect = "mkdocs"', '# renderer = "markdown"', 'source = "docs"']),
    (["hugo.toml", "content/a.md"], ['dialect = "hugo"', 'renderer = "gfm"', 'output = "content/{path}.{locale}.md"']),
    (["config/_default/hugo.yaml", "content/nl/a.md"], ['output = "content/{locale}/{path}.md"']),
    (["config.toml", "content/a.md", "docs/a.md"], ['dialect = "hugo"', 'source = "content"']),
    (["config.toml", "docs/a.md"], ['# dialect = ["gfm"]']),
    (
        ["docusaurus.config.ts", "src/a.md", "docs/a.mdx"],
        ['dialect = "docusaurus"', 'renderer = "gfm"', 'source = "docs"'],
    ),
    (
        ["docusaurus.config.js", "docs/a.md"],
        ['output = "i18n/{locale}/docusaurus-plugin-content-docs/current/{path}.md"'],
    ),
    (["_quarto.yml", "a.qmd"], ['dialect = "pandoc"', 'renderer = "gfm"', 'source = "."']),
    (["myst.yml", "a.md"], ['dialect = "myst"']),
    (["_toc.yml", "_config.yml", "a.md"], ['dialect = "myst"']),
    (["_config.yml", "a.md"], ['dialect = "jekyll"']),
    (["book.toml", "docs/a.md", "src/a.md"], ['dialect = "gfm"', 'source = "src"']),
    (["conf.py", "a.md"], ['# dialect = ["gfm"]']),
    (["a.md"], ['# dialect = ["gfm"]', '# renderer = "markdown"']),
]


@pytest.mark.parametrize(("names", "lines"), GENERATORS)
def test_init_recognises_the_site_generator(tmp_path: Path, names: list[str], lines: list[str]) -> None:
    project = Project(tmp_path)
    for name in names:
        project.write(name, ARTICLE if name.endswith((".md", ".mdx", ".qmd")) else "")
    outcome = project.run("init", "--source-locale", "nl", "de")
    assert outcome.exit_code == 0
    written = project.text(CONFIGURATION_FILE).splitlines()
    assert [line for line in lines if line not in written] == []
    assert outcome.stdout.startswith(f"{names[0]}: this is ") == ('# dialect = ["gfm"]' not in lines)
    assert project.run("locales").exit_code == 0
    assert "Everything is up to date" in project.run("locales").stderr


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("conf.py", 'extensions = ["myst_parser"]\n', 'dialect = "myst"'),
        ("docs/conf.py", b'extensions = ["myst_nb"]  # caf\xe9\n', 'dialect = "myst"'),
        ("mkdocs.yml", "plugins:\n  - search\n  - i18n:\n", 'output = "docs/{path}.{locale}.md"'),
    ],
)
def test_init_reads_the_configuration_of_the_site_generator(
    tmp_path: Path, name: str, text: str | bytes, line: str
) -> None:
    project = Project(tmp_path)
    project.write("docs/a.md", ARTICLE)
    project.write(name, text)
    assert project.run("init", "--source-locale", "nl", "de").exit_code == 0
    assert line in project.text(CONFIGURATION_FILE).splitlines()


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("requirements.txt", "sphinx>=8\nMarkdown==3.7\n", '# renderer = "markdown"'),
        ("requirements.txt", "sphinx>=8\nmarkdown-it-py\n# markdown\n", 'renderer = "gfm"'),
        ("docs/requirements.txt", "pymdown-extensions\n", '# renderer = "markdown"'),
        ("pyproject.toml", '[project]\ndependencies = [\n    "markdown>=3",\n]\n', '# renderer = "markdown"'),
        ("pyproject.toml", '[project]\nkeywords = ["a"]\ndescription = "Markdown"\n', 'renderer = "gfm"'),
        ("requirements.txt", b"\xff\n", 'renderer = "gfm"'),
    ],
)
def test_init_leaves_the_renderer_to_projects_that_install_python_markdown(
    tmp_path: Path, name: str, text: str | bytes, line: str
) -> None:
    project = Project(tmp_path)
    project.write("docs/a.md", ARTICLE)
    project.write("conf.py", 'extensions = ["myst_parser"]\n')
    project.write(name, text)
    assert project.run("init", "--source-locale", "nl", "de").exit_code == 0
    assert line in project.text(CONFIGURATION_FILE).splitlines()


def test_each_generator_is_documented() -> None:
    text = (Path(__file__).parents[1] / "docs" / "maintainers.md").read_text(encoding="utf-8")
    for generator in GENERATORS_OF_THE_TOOL:
        assert f"| {generator.name} |" in text
        assert f"`{generator.files[0].removeprefix('docs/')}`" in text


def test_init_reports_its_files_and_the_next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path)
    project.write("docs/a.md", ARTICLE)
    monkeypatch.chdir(tmp_path)
    outcome = run("init", "--source-locale", "nl", "de", "pt-BR")
    assert outcome.exit_code == 0
    assert "Wrote 1 template and 2 catalogues (1 for de, 1 for pt_BR)." in outcome.stderr.splitlines()
    assert CONFIGURATION_FILE in outcome.stderr.splitlines()[0]
    assert "docs" in outcome.stderr.splitlines()[0]
    assert "translate-pipe locales" in outcome.stderr.splitlines()[-1]
    assert project.names() == {
        CONFIGURATION_FILE,
        "docs/a.md",
        "locale/templates/a.pot",
        "locale/de/LC_MESSAGES/a.po",
        "locale/pt_BR/LC_MESSAGES/a.po",
    }


def test_init_in_an_empty_folder_says_where_documents_go(tmp_path: Path) -> None:
    project = Project(tmp_path)
    outcome = project.run("init", "--source-locale", "nl", "de")
    assert outcome.exit_code == 0
    assert "Put your documents into source/nl" in outcome.stderr
    assert project.names() == {CONFIGURATION_FILE}
    project.write("source/nl/a.md", ARTICLE)
    assert project.run("locales").exit_code == 0
    assert project.text("build/de/a.md") == ARTICLE


def test_init_without_locales_says_where_to_name_them(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("docs/a.md", ARTICLE)
    outcome = project.run("init")
    assert outcome.exit_code == 0
    assert re.search(r"the key locales, as in locales = \[", outcome.stderr)
    assert project.names() == {CONFIGURATION_FILE, "docs/a.md"}


@pytest.mark.parametrize("content", ["", "# mine\n", 'source_locale = "nl"\n'])
def test_init_never_overwrites_a_configuration(tmp_path: Path, content: str) -> None:
    project = Project(tmp_path)
    project.write(CONFIGURATION_FILE, content)
    project.write("docs/a.md", ARTICLE)
    before = project.snapshot()
    outcome = project.run("init", "--source-locale", "nl", "de")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert f"{CONFIGURATION_FILE}: this project is set up already" in outcome.stderr
    assert project.snapshot() == before


def test_init_does_not_shadow_a_configuration_in_pyproject(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write(PYPROJECT_FILE, PYPROJECT_TABLE)
    project.write("docs/a.md", ARTICLE)
    before = project.snapshot()
    outcome = project.run("init", "--source-locale", "nl", "fr")
    assert outcome.exit_code == 2
    assert PYPROJECT_FILE in outcome.stderr
    assert project.snapshot() == before


def test_init_keeps_existing_translations(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("docs/a.md", ARTICLE)
    project.write("locale/de/LC_MESSAGES/a.po", HEADER + '\nmsgid "Slaap"\nmsgstr "Schlaf"\n')
    assert project.run("init", "--source-locale", "nl", "de").exit_code == 0
    assert 'msgstr "Schlaf"' in project.text("locale/de/LC_MESSAGES/a.po")
    assert project.run("locales").exit_code == 0
    assert project.text("build/de/a.md").startswith("# Schlaf\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["dee"], "unknown locale 'dee'"),
        (["--source-locale", "xx"], "unknown locale 'xx'"),
        (["--source-locale", "nl", "nl"], "source locale"),
        (["de", "de"], "twice"),
    ],
)
def test_init_with_a_mistake_writes_nothing(tmp_path: Path, arguments: list[str], words: str) -> None:
    outcome = run("--project", tmp_path, "init", *arguments)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert words in outcome.stderr
    assert list(tmp_path.iterdir()) == []


def test_init_reports_an_unreadable_document(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("docs/a.md", b"caf\xe9\n")
    project.write("docs/b.md", ARTICLE)
    outcome = project.run("init", "--source-locale", "nl", "de")
    assert outcome.findings[0].startswith("docs/a.md:1: error: ")
    assert project.exists("locale/de/LC_MESSAGES/b.po")


def test_init_shows_the_first_findings_and_counts_the_others(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for number in range(20):
        project.write(f"docs/{number}.md", b"caf\xe9\n")
    project.write("docs/a.md", ARTICLE)
    outcome = project.run("init", "--source-locale", "nl", "de")
    assert len(outcome.findings) == 5
    assert "… and 15 more findings. All: file (20); see: translate-pipe check --source" in outcome.stderr
    (tmp_path / CONFIGURATION_FILE).unlink()
    assert len(project.run("-v", "init", "--source-locale", "nl", "de").findings) == 20


# The written configuration


def test_written_configuration_has_the_defaults() -> None:
    text = configuration_text("nl", ["de"], Layout("source/{locale}", 1))
    plain = parse_configuration('source_locale = "nl"\nlocales = ["de"]\n', CONFIGURATION_FILE)
    assert parse_configuration(text, CONFIGURATION_FILE) == plain
    uncommented = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
    assert uncommented.count("\n# ") < text.count("\n# ")
    assert parse_configuration(uncommented, CONFIGURATION_FILE) == plain


def test_written_configuration_ends_with_a_line_end() -> None:
    text = configuration_text("nl", ["de"], Layout("docs", 1))
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
