"""The documentation matches the code: commands, keys, checks, modules, links and examples."""

from __future__ import annotations

import ast
import doctest
import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import click
import pytest
import yaml

import translate_pipe
from translate_pipe import __version__
from translate_pipe.catalogue import Fate, merge, parse_po, resegment
from translate_pipe.catalogue import form as forms
from translate_pipe.catalogue.po import message_text
from translate_pipe.catalogue.recut import RECUT
from translate_pipe.cli import command_line
from translate_pipe.model import Catalogue, Message, Run, Verbatim
from translate_pipe.project.settings.configuration import parse_configuration
from translate_pipe.project.settings.keys import KEYS, Key
from translate_pipe.registry import ALL_RULES, names
from translate_pipe.report.changes import merge_object, word_diff
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "translate_pipe"
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("**/*.md")])

_HEADING = re.compile(r"^(#+) +(.+?)(?: +#+)? *$")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_outside_code(text: str) -> Iterator[str]:
    """The lines of a page that are not in a fenced code block."""
    fence = ""
    for line in text.splitlines():
        mark = re.match(r" *(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip() == fence:
            fence = ""
        elif not fence:
            yield line


def headings(text: str) -> list[tuple[int, str]]:
    """The headings of a page, as (level, text)."""
    found = (_HEADING.match(line) for line in lines_outside_code(text))
    return [(len(match[1]), match[2]) for match in found if match]


def anchors(text: str) -> set[str]:
    """The fragments of a page's headings, as GitHub makes them."""
    seen: dict[str, int] = {}
    found: set[str] = set()
    for _, heading in headings(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(f"{slug}-{count}" if count else slug)
    return found


def links(text: str) -> set[str]:
    """The targets of the links and images of a page."""
    runs = (item for item in parse(text).outline if isinstance(item, Run))
    details = (inline.value for run in runs for inline in run.inlines if inline.kind in ("Link", "Image"))
    return {detail["dest_url"] for detail in details if isinstance(detail, dict)}


def section(page: Path, heading: str) -> str:
    """The text below a heading of a page, up to the next heading of any level."""
    text = page.read_text(encoding="utf-8")
    match = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match, f"{name_of(page)} has no heading {heading!r}"
    return match[1]


def code_blocks(text: str, language: str) -> list[str]:
    """The fenced code blocks of a page in a language."""
    document = parse(text)
    blocks = (item for item in document.outline if isinstance(item, Verbatim) and item.tag == "CodeBlock")
    raw = [document.data[block.start : block.end].decode() for block in blocks]
    return [block.split("\n", 1)[1].rpartition("```")[0] for block in raw if block.startswith(f"```{language}\n")]


# Links


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_existing_files_and_headings(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in links(text):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        path, _, fragment = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        if fragment:
            assert fragment in anchors(target.read_text(encoding="utf-8")), link


def test_every_page_is_reached_from_the_readme() -> None:
    reached = {ROOT / "README.md"}
    waiting = list(reached)
    while waiting:
        page = waiting.pop()
        found = {(page.parent / link.partition("#")[0]).resolve() for link in links(page.read_text(encoding="utf-8"))}
        new = (found & set(PAGES)) - reached
        reached |= new
        waiting += new
    assert sorted(reached) == PAGES


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_survive_their_own_tool(page: Path) -> None:
    document = parse(page.read_bytes().decode(), page.name)
    assert not document.diagnostics


# Commands


COMMANDS = DOCS / "commands.md"
SHARED = "Options of every command"


def test_all_commands_are_described() -> None:
    described = [text for level, text in headings(COMMANDS.read_text(encoding="utf-8")) if level > 1]
    assert described == [
        SHARED,
        *(f"translate-pipe {name}" for name in command_line.list_commands(click.Context(command_line))),
    ]


def spellings(command: click.Command) -> set[str]:
    """All options of a command, as users type them."""
    parameters = command.get_params(click.Context(command, **command.context_settings))
    options = (parameter for parameter in parameters if isinstance(parameter, click.Option))
    return {spelling for option in options for spelling in (*option.opts, *option.secondary_opts)}


def described_options(text: str) -> set[str]:
    """The options in the first column of a table."""
    cells = re.findall(r"^\| (`-.*?`) \|", text, re.MULTILINE)
    return {spelling for cell in cells for spelling in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", cell)}


def test_shared_options_are_described() -> None:
    help_names = {"-h", "--help"}
    assert described_options(section(COMMANDS, SHARED)) == spellings(command_line) | help_names


@pytest.mark.parametrize("name", sorted(command_line.commands))
def test_options_and_arguments_of_a_command_are_described(name: str) -> None:
    command = command_line.commands[name]
    text = section(COMMANDS, f"translate-pipe {name}")
    assert described_options(text) == spellings(command) - spellings(command_line) - {"-h", "--help"}
    usage = next(line for line in text.splitlines() if line.startswith("    translate-pipe "))
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            assert parameter.make_metavar(click.Context(command)) in usage
        elif not parameter.expose_value:
            continue
        else:
            assert any(spelling in usage for spelling in parameter.opts)
            if isinstance(parameter.type, click.Choice):
                choices = r"\|".join(parameter.type.choices)
                assert f"[{choices}]" in text
                assert f"Default: `{parameter.default}`" in text


def test_mentioned_commands_exist() -> None:
    for page in PAGES:
        for name in re.findall(
            r"(?:^\$ |`|^    )translate-pipe ([a-z]+)\b", page.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert name in command_line.commands, f"{name_of(page)}: translate-pipe {name}"


# Configuration


CONFIGURATION = DOCS / "configuration.md"


def test_all_keys_are_described() -> None:
    described = [text for level, text in headings(CONFIGURATION.read_text(encoding="utf-8")) if level > 1]
    assert described == [f"`{key.name}`" for key in KEYS]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_description_of_a_key_is_right(key: Key) -> None:
    text = section(CONFIGURATION, f"`{key.name}`")
    default = re.search(r"^- Default: (?:`(.*)`|none)$", text, re.MULTILINE)
    assert default
    value = tomllib.loads(f"value = {default[1]}")["value"] if default[1] else None
    assert (tuple(value) if isinstance(value, list | dict) else value) == key.default
    kind = re.search(r"^- Type: (.*(?:\n  .*)*)$", text, re.MULTILINE)
    assert kind
    assert kind[1].startswith("list of texts") == key.is_list
    assert kind[1].startswith("table") == key.is_table
    for placeholder in key.placeholders:
        assert f"`{{{placeholder}}}`" in kind[1]
    for choice in key.choices:
        if key.name == "dialect":  # they have a page each
            assert f"| [`{choice}`](dialects/{choice}.md) |" in section(MAINTAINERS, "Dialects")
        else:
            assert f"`{json.dumps(choice)}`" in kind[1]
    example = f"[{key.name}]" if key.is_table else f"{key.name} = "
    assert any(example in block for block in code_blocks(text, "toml"))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_examples_of_configurations_are_accepted(page: Path) -> None:
    for block in code_blocks(page.read_text(encoding="utf-8"), "toml"):
        given = "" if "source_locale" in block else 'source_locale = "nl"\n'
        parse_configuration(given + block, name_of(page))


# Checks


def checks_in(tree: ast.AST) -> Iterator[str]:
    """The names of checks in the diagnostics that a module makes."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = (
            function.id
            if isinstance(function, ast.Name)
            else function.attr
            if isinstance(function, ast.Attribute)
            else ""
        )
        if name not in {"Diagnostic", "_report", "refuse", "Check", "DocumentCheck"}:
            continue
        values = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "check")]
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def test_all_checks_are_described() -> None:
    reported = {
        check for file in PACKAGE.rglob("*.py") for check in checks_in(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert reported <= set(names(ALL_RULES))
    assert len(set(names(ALL_RULES))) == len(ALL_RULES)
    described = [text for level, text in headings((DOCS / "checks.md").read_text(encoding="utf-8")) if level > 1]
    assert sorted(described) == sorted(names(ALL_RULES))


# Merging


MAINTAINERS = DOCS / "maintainers.md"
TRANSLATORS = DOCS / "translators.md"


def first_column(text: str) -> list[str]:
    """The first cells of a section's table, without its heading."""
    return re.findall(r"^\| (.*?) \|", text, re.MULTILINE)[2:]


def test_rules_of_carrying_over_are_described() -> None:
    described = first_column(section(MAINTAINERS, "Carried over"))
    assert set(described) == {*forms._PART_RULES.values(), *forms._STYLES, forms.CONTAINER_MARK, RECUT}  # noqa: SLF001
    assert len(described) == len(set(described))


def test_rules_of_proposals_are_described() -> None:
    trees = [
        ast.parse((PACKAGE / "catalogue" / name).read_text(encoding="utf-8")) for name in ("merge.py", "similar.py")
    ]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    rules = {
        node.args[1].value
        for node in calls
        if isinstance(node.func, ast.Name) and node.func.id == "Proposal" and isinstance(node.args[1], ast.Constant)
    }
    assert set(first_column(section(MAINTAINERS, "Proposed as fuzzy"))) == rules


def test_rules_of_changing_the_segmentation_are_described() -> None:
    assert first_column(section(MAINTAINERS, "Sentences or blocks")) == [resegment.CUT, resegment.JOINED]


def test_fates_and_fields_of_a_result_are_described() -> None:
    fates = re.findall(r"^\| .*? \| `(\w+)` \|", section(MAINTAINERS, "What update did, and why"), re.MULTILINE)
    assert sorted(fates) == sorted(Fate)
    (example,) = json.loads(code_blocks(section(MAINTAINERS, "For programs"), "json")[0])
    result = merge(Catalogue((Message("een", "eins"),)), Catalogue((Message("een"),)))
    fields = merge_object(result.outcomes, changed=result.changed)
    assert example.keys() - {"locale", "file"} == fields.keys()
    assert example["messages"][0].keys() == fields["messages"][0].keys()
    named = {name for cell in first_column(section(MAINTAINERS, "For programs")) for name in re.findall(r"\w+", cell)}
    assert named == example.keys() | example["messages"][0].keys()


_DIFF = re.compile(r"^  (fuzzy|carried over) \((.*?)\): (.*)$", re.MULTILINE)


def test_word_diffs_are_right() -> None:
    found = _DIFF.findall(MAINTAINERS.read_text(encoding="utf-8"))
    assert found
    for word, rules, diff in found:
        if "joined" in rules:  # the two texts may be the same
            continue
        old = re.sub(r"\{\+.*?\+\}", "", re.sub(r"\[-(.*?)-\]", r"\1", diff))
        new = re.sub(r"\{\+(.*?)\+\}", r"\1", re.sub(r"\[-.*?-\]", "", diff))
        assert word_diff(old, new) == diff
        carried = forms.carry(old, new, old)
        if word == "carried over":
            assert carried
            assert ", ".join(carried.rules) == rules
        elif "compendium" not in rules:
            assert carried is None


def test_example_of_a_carried_message_is_right() -> None:
    before, after = code_blocks(section(TRANSLATORS, "Carried over"), "po")
    template = Catalogue((Message(parse_po(after).messages[0].msgid),))
    assert [message_text(one) for one in merge(parse_po(before), template).catalogue.messages] == [after.rstrip("\n")]


def test_example_of_an_edited_message_is_right() -> None:
    (edited,) = code_blocks(section(TRANSLATORS, "Edited"), "po")
    (obsolete,) = code_blocks(section(TRANSLATORS, "Obsolete"), "po")
    message = parse_po(edited).messages[0]
    assert message.previous.msgid
    old = Catalogue((Message(message.previous.msgid, message.msgstr, flags=("markdown-text",)),))
    merged = merge(old, Catalogue((Message(message.msgid, flags=("markdown-text",)),))).catalogue
    assert [message_text(one) for one in merged.messages] == [edited.rstrip("\n"), obsolete.rstrip("\n")]


def test_kinds_of_edits_of_the_benchmark_are_described() -> None:
    code = (ROOT / "benchmarks" / "edit_kinds.py").read_text(encoding="utf-8")
    kinds = first_column(section(DOCS / "performance.md", "The result").partition("By kind")[2])
    assert kinds
    for kind in kinds:
        assert f'"{kind}"' in code or kind.startswith("**") or kind in {"inserted", "unedited"}


# Rooms


def rooms() -> set[str]:
    """The folders of the package and the modules at its top, as the documentation names them."""
    folders = {f"{file.parent.relative_to(PACKAGE).as_posix()}/" for file in PACKAGE.glob("*/**/__init__.py")}
    return folders | {file.name for file in PACKAGE.glob("*.py") if not file.name.startswith("__")}


def test_rooms_are_described() -> None:
    text = (DOCS / "design.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([\w/]+(?:\.py|/))` \|", text, re.MULTILINE))
    assert named == rooms()


@pytest.mark.parametrize("page", [ROOT / "CONTRIBUTING.md", DOCS / "design.md"], ids=name_of)
def test_named_python_files_exist(page: Path) -> None:
    for name in re.findall(r"`((?:\w+/)*\w+\.py)`", page.read_text(encoding="utf-8")):
        assert (ROOT / name).exists() or (PACKAGE / name).exists(), name


def test_named_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, name_of(page)


def test_markers_of_tests_are_described() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    names = [f"`{marker.partition(':')[0]}`" for marker in settings["markers"]]
    assert first_column(section(ROOT / "CONTRIBUTING.md", "Markers")) == ["none", *names]


def test_hooks_run_the_tools_that_make_installs() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local"  # others would be fetched, and differ from `make check`
    lock = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    for hook in repository["hooks"]:
        folder, _, tool = hook["entry"].split()[0].rpartition("/")
        assert folder == ".venv/bin"
        assert re.search(rf"^{tool}==", lock, re.MULTILINE)


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml")), ids=name_of)
def test_issue_forms_ask_for_an_input_and_the_version(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    names = [field["id"] for field in fields]
    assert form["name"]
    assert form["description"]
    assert "version" in names
    assert len(names) == len(set(names))
    assert all(field["validations"]["required"] for field in fields)


def test_dependencies_are_described_with_their_ranges() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page, extras = DOCS / "dependencies.md", project["optional-dependencies"]
    for requirement in (*project["dependencies"], *extras["preview"], *extras["cluster"]):
        name, bounds = re.fullmatch(r"([a-z0-9-]+)(>=.*)", requirement).groups()  # type: ignore[union-attr]
        assert section(page, name).strip().startswith(f"`{bounds}`")


# Examples


def test_python_example_of_the_readme_runs() -> None:
    blocks = code_blocks((ROOT / "README.md").read_text(encoding="utf-8"), "python")
    assert blocks
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "README.md", "README.md", 0)
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
    assert result.attempted
    assert not result.failed, "".join(said)


def test_examples_of_the_reference_run_with_public_names() -> None:
    blocks = code_blocks((DOCS / "api.md").read_text(encoding="utf-8"), "pycon")
    assert blocks
    said: list[str] = []
    for block in blocks:
        known = {name: getattr(translate_pipe, name) for name in translate_pipe.__all__}
        example = doctest.DocTestParser().get_doctest(block, known, "api.md", "api.md", 0)
        doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert not said, "".join(said)


def recipes() -> list[tuple[str, str]]:
    """The scripts of the page for Python, each with what it prints."""
    text = (DOCS / "python.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```\n+(?:It prints:\n\n```text\n(.*?)```)?", text, re.DOTALL)


def test_recipes_for_python_run_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (source,) = code_blocks((DOCS / "python.md").read_text(encoding="utf-8"), "markdown")
    Path("docs").mkdir()
    Path("docs/slaap.md").write_bytes(source.encode())
    for script, printed in recipes():
        exec(compile(script, "docs/python.md", "exec"), {})  # noqa: S102
        assert capsys.readouterr().out == printed
    assert Path("build/de/slaap.md").exists()


def test_page_for_python_has_a_recipe_for_each_step() -> None:
    titles = [heading for level, heading in headings((DOCS / "python.md").read_text(encoding="utf-8")) if level > 1]
    assert titles == ["Extract", "Fill", "Merge", "Check", "Build", "Errors"]


def test_changelog_has_the_version() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
