"""The configuration: what it may contain, where it is found, and the errors for mistakes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from project_helpers import ARTICLE, Project, make_project, run

from translate_pipe.errors import ConfigurationError
from translate_pipe.markdown.inline.slugs import RULES
from translate_pipe.project.settings.configuration import TABLE, expand, parse_configuration
from translate_pipe.project.settings.keys import KEYS
from translate_pipe.registry import ALL_RULES, ANCHOR_SLUGS, CONFIGURATION_FILE, PYPROJECT_FILE, names

if TYPE_CHECKING:
    from pathlib import Path

MINIMAL = 'source_locale = "nl"\n'

# The text below `source_locale = "nl"`, the wrong line, and words of the message.
MISTAKES = [
    pytest.param('locale = ["de"]\n', 2, ["'locale'", "did you mean 'locales'?"], id="unknown key"),
    pytest.param("\n\nxyzzy = 1\n", 4, ["'xyzzy'", "source_locale", "fallback"], id="unknown key like no other"),
    pytest.param('"locals" = ["de"]\n', 2, ["'locals'", "'locales'"], id="unknown key in quotes"),
    pytest.param('[tool.translate-pipe]\nlocales = ["de"]\n', 2, ["'tool'"], id="unknown table"),
    pytest.param('[source]\nfolder = "docs"\n', 2, ["'source'", "text"], id="table in place of a text"),
    pytest.param('locales = "de"\n', 2, ["'locales'", "list"], id="text in place of a list"),
    pytest.param('# locales\nlocales = ["de", 3]\n', 3, ["'locales'", "list of texts"], id="number in a list"),
    pytest.param("source = 3\n", 2, ["'source'", "text"], id="number in place of a text"),
    pytest.param('fallback = ["chain"]\n', 2, ["'fallback'", "text"], id="list in place of a text"),
    pytest.param("source = docs\n", 2, ["TOML"], id="text without quotation marks"),
    pytest.param('locales = ["de"]\nlocales = ["fr"]\n', 3, ["TOML"], id="key twice"),
    pytest.param('\nlocales = ["de"', 3, ["TOML"], id="list without an end"),
    pytest.param('output = "build/{lang}/{path}.md"\n', 2, ["{lang}", "{locale}"], id="unknown placeholder"),
    pytest.param('name = "{path}"\n', 2, ["{path}", "'name'", "none"], id="placeholder where none is"),
    pytest.param('output = "build/{path}.md"\n', 2, ["'output'", "{locale}"], id="output without locale"),
    pytest.param('output = "build/{locale}.md"\n', 2, ["'output'", "{path}"], id="output without path"),
    pytest.param('catalogue = "po/{domain}.po"\n', 2, ["'catalogue'", "{locale}"], id="catalogue without locale"),
    pytest.param('catalogue = "po/{locale}.po"\n', 2, ["{domain}"], id="one catalogue for many domains"),
    pytest.param('template = "po/all.pot"\n', 2, ["{domain}"], id="one template for many domains"),
    pytest.param('source = "/tmp/x"\n', 2, ["'source'", "inside the project"], id="absolute path"),
    pytest.param('output = "../{locale}/{path}.md"\n', 2, ["'output'", "inside the project"], id="path upwards"),
    pytest.param('bibliography = "drop"\n', 2, ["'keep'", "'translate'"], id="bad choice of bibliography"),
    pytest.param('fallback = "none"\n', 2, ["'source'", "'chain'"], id="bad choice of fallback"),
    pytest.param('on_error = "ignore"\n', 2, ["'fallback'", "'publish'", "'stop'"], id="bad choice of on_error"),
    pytest.param('renderer = "pandoc"\n', 2, ["'markdown'", "'gfm'", "'commonmark'"], id="bad choice of renderer"),
    pytest.param('\nignore_checks = ["citaton"]\n', 3, ["'citaton'", "did you mean 'citation'?"], id="unknown check"),
    pytest.param('ignore_checks = ["xyzzy"]\n', 2, ["'xyzzy'", "citation", "rendering"], id="check like no other"),
    pytest.param('markdown_extensions = ["tables", "tabels"]\n', 2, ["'tabels'"], id="unknown extension"),
    pytest.param('glossary = "../terms.csv"\n', 2, ["inside the project"], id="glossary outside"),
    pytest.param('locales = ["de", "pt_BT"]\n', 2, ["'pt_BT'", "did you mean"], id="unknown locale"),
    pytest.param('locales = ["xx"]\n', 2, ["'xx'", "such as de"], id="unknown locale like no other"),
    pytest.param('locales = [""]\n', 2, ["unknown locale"], id="empty locale"),
    pytest.param('locales = ["de./../../x"]\n', 2, ["unknown locale"], id="path in a locale"),
    pytest.param('locales = ["de@../../x"]\n', 2, ["unknown locale"], id="path in a locale's modifier"),
    pytest.param('locales = ["de", "nl"]\n', 2, ["source locale", "'nl'"], id="source locale among the locales"),
    pytest.param('locales = ["de", "fr", "de"]\n', 2, ["twice"], id="locale twice"),
    pytest.param(f"wrap = {'9' * 5000}\n", 2, ["a number is too long"], id="endless number"),
    pytest.param(f"wrap = {'[' * 50_000}\n", 2, ["nested too deep"], id="endless nesting"),
    pytest.param("severity = 1\n", 2, ["'severity'", "[severity]"], id="severity that is no table"),
    pytest.param('[severity]\n\nlinc = "error"\n', 4, ["'linc'", "did you mean 'link'?"], id="severity of no check"),
    pytest.param('[severity]\nlink = "fatal"\n', 3, ["'link'", "'error'", "'info'"], id="unknown severity"),
    pytest.param("[severity]\nwrap = 0\n", 3, ["'wrap'", "[severity]"], id="key below the table of severities"),
    pytest.param("allow = []\n", 2, ["'allow'", "[allow]"], id="what is allowed as a list"),
    pytest.param('[allow]\n"{{ a }}" = "b.md"\n', 3, ["{{ a }}", "list of documents"], id="allowed in no list"),
    pytest.param('[allow]\n"{{ a }}" = []\n', 3, ["{{ a }}", "list of documents"], id="allowed nowhere"),
    pytest.param('[allow]\n" " = ["*"]\n', 2, ["empty"], id="nothing allowed"),
    pytest.param('[allow]\nwrap = ["*"]\n', 3, ["'wrap'", "[allow]"], id="key below the table of what is allowed"),
    pytest.param('locales = ["pt-BR", "pt_br"]\n', 2, ["twice"], id="locale twice in two spellings"),
]


@pytest.mark.parametrize(("text", "line", "words"), MISTAKES)
def test_mistake_is_reported_in_one_line_with_its_place(tmp_path: Path, text: str, line: int, words: list[str]) -> None:
    project = make_project(tmp_path)
    project.write(CONFIGURATION_FILE, MINIMAL + text)
    before = project.snapshot()
    outcome = project.run("locales")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert re.fullmatch(rf"error: (?:.*/)?translate-pipe\.toml:{line}: [^\n]+\n", outcome.stderr)
    assert [word for word in words if word not in outcome.stderr] == []
    assert project.snapshot() == before


@pytest.mark.parametrize("text", ["", "# empty\n", 'locales = ["de"]\n'])
def test_source_locale_is_required(tmp_path: Path, text: str) -> None:
    project = Project(tmp_path)
    project.write(CONFIGURATION_FILE, text)
    outcome = project.run("status")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert re.fullmatch(r"error: (?:.*/)?translate-pipe\.toml(?::1)?: .*'source_locale' is missing.*\n", outcome.stderr)


def test_unknown_source_locale_is_reported(tmp_path: Path) -> None:
    outcome = make_project(tmp_path, source_locale="nk").run("status")
    assert outcome.exit_code == 2
    assert "translate-pipe.toml:1: unknown locale 'nk'" in outcome.stderr


@pytest.mark.parametrize(
    ("tag", "locale"), [("pt-BR", "pt_BR"), ("PT_br", "pt_BR"), ("zh-hant", "zh_Hant"), ("sr@latin", "sr@latin")]
)
def test_locales_may_be_bcp_47_tags(tag: str, locale: str) -> None:
    text = f'source_locale = "nl-nl"\nlocales = ["{tag}"]\n'
    configuration = parse_configuration(text, CONFIGURATION_FILE)
    assert (configuration.source_locale, configuration.locales) == ("nl_NL", (locale,))


def test_all_keys_except_source_locale_have_defaults() -> None:
    configuration = parse_configuration(MINIMAL, CONFIGURATION_FILE)
    assert configuration.source_folder == "source/nl"
    for key in KEYS:
        assert getattr(configuration, key.name) == ("nl" if key.name == "source_locale" else key.default)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("source_locale", "en"),
        ("locales", ["de", "fr"]),
        ("source", "docs"),
        ("exclude", ["drafts/*"]),
        ("catalogue", "po/{domain}/{locale}.po"),
        ("template", "po/{domain}.pot"),
        ("domain", "site"),
        ("output", "docs/{path}.{locale}.md"),
        ("state", ".state"),
        ("name", "The site"),
        ("front_matter", []),
        ("bibliography", "translate"),
        ("bibliography_headings", ["Noten"]),
        ("fallback", "chain"),
    ],
)
def test_each_key_can_be_set(key: str, value: str | list[str]) -> None:
    text = ("" if key == "source_locale" else MINIMAL) + f"{key} = {json.dumps(value)}\n"
    expected = tuple(value) if isinstance(value, list) else value
    assert getattr(parse_configuration(text, CONFIGURATION_FILE), key) == expected


FIXED = {"document", "file", "front-matter", "internal-error", "output"}
"""The diagnostics about files that were left out."""


def test_every_diagnostic_about_contents_can_have_a_severity() -> None:
    graded = [name for name in names(ALL_RULES) if name not in FIXED]
    lines = "".join(f'{name} = "error"\n' for name in graded)
    configuration = parse_configuration(f'source_locale = "nl"\n[severity]\n{lines}', CONFIGURATION_FILE)
    assert [name for name, _ in configuration.severity] == graded


@pytest.mark.parametrize("name", sorted(FIXED - {"output"}))  # which is a key as well
def test_severity_of_skipped_files_is_fixed(name: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"toml:3: the severity of '{name}' is fixed"):
        parse_configuration(f'source_locale = "nl"\n[severity]\n{name} = "info"\n', CONFIGURATION_FILE)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('ignore_checks = ["html-unsafe"]\n', 2),
        ('\n[severity]\nlink = "info"\nexecutable = "info"\n', 5),
        ('\n[severity]\nstructure = "warning"\n', 4),
        ('severity = { structure = "warning" }\n', 2),
        ('severity.executable = "info"\n', 2),
    ],
)
@pytest.mark.parametrize(("file", "table"), [("translate-pipe.toml", ""), ("pyproject.toml", "tool.translate-pipe")])
def test_useless_opt_out_is_reported_at_its_line(text: str, line: int, file: str, table: str) -> None:
    if table:
        text, line = text.replace("[severity]", f"[{table}.severity]"), line + 1
    whole = (f"[{table}]\n" if table else "") + f'source_locale = "nl"\n{text}'
    (found,) = parse_configuration(whole, file, table=table).vain_opt_outs
    assert (found.check, found.file, found.line) == ("useless-ignore", file, line)


def test_constant_domain_needs_no_placeholder() -> None:
    text = MINIMAL + 'domain = "site"\ncatalogue = "po/{locale}.po"\ntemplate = "po/site.pot"\n'
    assert parse_configuration(text, CONFIGURATION_FILE).catalogue == "po/{locale}.po"


def test_document_named_like_a_placeholder_is_not_expanded() -> None:
    assert expand("build/{locale}/{path}.md", locale="de", path="{locale}") == "build/de/{locale}.md"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_byte_order_mark_and_crlf_are_accepted(tmp_path: Path, mark: str, line_end: str) -> None:
    project = make_project(tmp_path)
    text = mark + f'{MINIMAL}locales = ["de"]\n'.replace("\n", line_end)
    project.write(CONFIGURATION_FILE, text)
    assert project.run("status").exit_code == 0


def test_configuration_that_is_not_utf_8_is_reported_with_its_line(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.write(CONFIGURATION_FILE, b'source_locale = "nl"\nname = "caf\xe9"\n')
    outcome = project.run("status")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert re.fullmatch(r"error: (?:.*/)?translate-pipe\.toml:2: [^\n]*UTF-8[^\n]*\n", outcome.stderr)


# Where the configuration is found


def _in_pyproject(root: Path, text: str) -> Project:
    project = Project(root)
    project.write(PYPROJECT_FILE, text)
    project.write("source/nl/a.md", ARTICLE)
    return project


PYPROJECT = '[project]\nname = "site"\nversion = "1"\n\n'


@pytest.mark.parametrize("header", [f"[{TABLE}]", '[tool."translate-pipe"]'])
def test_configuration_can_be_in_pyproject(tmp_path: Path, header: str) -> None:
    project = _in_pyproject(tmp_path, f'{PYPROJECT}{header}\nsource_locale = "nl"\nlocales = ["de"]\n')
    assert project.run("locales").exit_code == 0
    assert project.exists("build/de/a.md")


@pytest.mark.parametrize("header", [f"[{TABLE}]", f"[ {TABLE} ]", '[tool."translate-pipe"]'])
def test_mistake_in_pyproject_is_reported_with_its_line(tmp_path: Path, header: str) -> None:
    project = _in_pyproject(tmp_path, f'{PYPROJECT}{header}\nsource_locale = "nl"\nname = 3\n')
    outcome = project.run("locales")
    assert outcome.exit_code == 2
    assert re.match(r"error: (?:.*/)?pyproject\.toml:7: 'name' must be a text", outcome.stderr)


def test_invalid_pyproject_is_reported_if_it_has_the_table(tmp_path: Path) -> None:
    project = _in_pyproject(tmp_path, f'[{TABLE}]\nsource_locale = "nl"\nlocales = [de]\n')
    outcome = project.run("locales")
    assert outcome.exit_code == 2
    assert re.match(r"error: (?:.*/)?pyproject\.toml:3: .*TOML", outcome.stderr)


def test_pyproject_without_the_table_is_ignored(tmp_path: Path) -> None:
    outcome = _in_pyproject(tmp_path, PYPROJECT).run("locales")
    assert outcome.exit_code == 2
    assert "translate-pipe init" in outcome.stderr


def test_own_file_takes_precedence_over_pyproject(tmp_path: Path) -> None:
    project = make_project(tmp_path, locales=["fr"])
    project.write(PYPROJECT_FILE, f'[{TABLE}]\nsource_locale = "nl"\nlocales = ["de"]\n')
    assert project.run("locales").exit_code == 0
    assert project.exists("build/fr/a.md")
    assert not project.exists("build/de/a.md")


def test_outside_a_project_the_error_names_init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("locales")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "translate-pipe init" in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_project_is_found_from_a_folder_inside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path)
    monkeypatch.chdir(project.path("source/nl"))
    assert run("locales").exit_code == 0
    assert project.exists("build/de/a.md")
    assert project.names("source") == {"source/nl/a.md"}


@pytest.mark.parametrize(
    "arguments", [["--project", "site", "build"], ["build", "--project", "site"], ["build", "de", "--project=site"]]
)
def test_project_option_works_before_and_after_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    project = make_project(tmp_path / "site")
    monkeypatch.chdir(tmp_path)
    assert run(*arguments).exit_code == 0
    assert project.exists("build/de/a.md")


def test_named_project_is_not_searched_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path)
    before = project.snapshot()
    monkeypatch.chdir(tmp_path)
    outcome = run("--project", "stie", "locales")
    assert outcome.exit_code == 2
    assert "stie" in outcome.stderr
    assert project.snapshot() == before


def test_there_is_a_rule_for_each_kind_of_slugs() -> None:
    assert tuple(RULES) == ANCHOR_SLUGS
