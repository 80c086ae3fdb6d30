"""Modules import in one direction, and only the project layer and the command line do I/O."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from translate_pipe import project

PACKAGE = Path(__file__).parents[1] / "src" / "translate_pipe"

ORDER = (
    "late",
    "registry",
    "model",
    "errors",
    "locales",
    "addresses",
    "links",
    "text",
    "markdown",
    "segments",
    "catalogue",
    "localisation",
    "checks",
    "engine",
    "project",
    "report",
    "progress",
    "preview",
    "cli",
)
"""A module imports from those before it, never from those after it."""

MODULES = sorted(PACKAGE.rglob("*.py"))
MAY_TOUCH_THE_WORLD = {"engine", "project", "preview", "cli", "progress", "__main__"}
PURE = {f"preview/{name}.py" for name in ("view", "marks", "sanitise", "composing", "pages", "overview")}
"""Modules that are pure although others of their package are not."""
WORLD = {"os", "io", "sys", "pathlib", "shutil", "tempfile", "subprocess", "socket", "time", "random", "secrets"}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, *, typing_too: bool = True) -> set[str]:
    """The dotted names that a module imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not typing_too:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
                node.body = []
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def test_every_module_is_in_the_order() -> None:
    assert {room(path) for path in MODULES} == {*ORDER, "__init__", "__main__"}


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) in ORDER], ids=str)
def test_imports_run_one_way(path: Path) -> None:
    here = ORDER.index(room(path))
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "translate_pipe" and parts[1] in ORDER:
            assert ORDER.index(parts[1]) <= here, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) in ORDER], ids=str)
def test_later_rooms_use_the_front_door_of_the_project(path: Path) -> None:
    if ORDER.index(room(path)) <= ORDER.index("project"):
        return
    inside = {name.rpartition(".")[0] for name in imports(path) if name.startswith("translate_pipe.project.")}
    assert inside <= {"translate_pipe.project", "translate_pipe.project.settings.keys"}


def test_front_door_of_the_project_has_its_names() -> None:
    assert sorted(project.__all__) == sorted(name for names in project._HOMES.values() for name in names)  # noqa: SLF001
    for name in project.__all__:
        assert getattr(project, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = project.nothing


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) == "engine"], ids=str)
def test_engine_knows_nothing_of_markdown_and_gettext(path: Path) -> None:
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("translate_pipe.")}
    assert ours <= {"engine", "errors", "late", "registry"}


def is_pure(path: Path) -> bool:
    return room(path) not in MAY_TOUCH_THE_WORLD or path.relative_to(PACKAGE).as_posix() in PURE


@pytest.mark.parametrize("path", [path for path in MODULES if is_pure(path)], ids=str)
def test_core_is_pure(path: Path) -> None:
    names = imports(path, typing_too=False) - {"io.BytesIO"}  # a buffer in memory
    assert not {name.split(".")[0] for name in names} & WORLD
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"open", "print", "input"}


def test_plain_document_is_parsed_without_heavy_imports() -> None:
    code = "import sys; from translate_pipe import parse; parse('# Kop\\n\\nTekst.\\n'); print(*sys.modules)"
    # Measuring the coverage imports modules of its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    loaded = set(done.stdout.split())
    assert not {"babel", "json", "pygments", "sentencex", "tomllib", "unicode_segmentation_rs", "yaml"} & loaded
    late = {f"markdown.embedded.{name}" for name in ("code", "frontmatter", "html_blocks")} | {"segments.sentences"}
    assert all(
        (PACKAGE / f"{name.replace('.', '/')}.py").exists() or (PACKAGE / name.replace(".", "/")).is_dir()
        for name in late
    )
    assert not {f"translate_pipe.{name}" for name in late} & loaded
