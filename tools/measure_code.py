"""Measure how the code is cut up: fragments, crowded folders, names defined twice, late imports, stilted words.

    python tools/measure_code.py [PACKAGE] [--names] [--run]

`--names` lists what is counted. `--run` also builds a document of five lines and counts the modules and functions of
the package that this runs, and how deep their calls nest.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import statistics
import sys
import tempfile
import tokenize
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parents[1]
STILTED = ("stands", "behind", "told", "in front of", "anew", "nobody", "of which", "such that", "all that")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Code:
    """The modules of a package, parsed."""

    def __init__(self, package: Path) -> None:
        self.package = package
        self.texts = {path: path.read_text(encoding="utf-8") for path in sorted(package.rglob("*.py"))}
        self.trees = {path: ast.parse(text) for path, text in self.texts.items()}

    def name(self, path: Path) -> str:
        return path.relative_to(self.package).as_posix()

    def functions(self) -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for path, tree in self.trees.items():
            yield from ((path, node) for node in ast.walk(tree) if isinstance(node, FUNCTIONS))

    def classes(self) -> Iterator[tuple[Path, ast.ClassDef]]:
        for path, tree in self.trees.items():
            yield from ((path, node) for node in ast.walk(tree) if isinstance(node, ast.ClassDef))

    def private_functions(self) -> dict[str, int]:
        """How often each private function or method of a module is used in that module."""
        uses: dict[str, int] = {}
        for path, node in self.functions():
            if node.name.startswith("_") and not node.name.startswith("__"):
                used = Counter(
                    other.id if isinstance(other, ast.Name) else other.attr
                    for other in ast.walk(self.trees[path])
                    if isinstance(other, ast.Name | ast.Attribute)
                )
                uses[f"{self.name(path)}:{node.name}"] = used[node.name]
        return uses

    def late_imports(self) -> list[str]:
        """Imports inside of functions."""
        return [
            f"{self.name(path)}:{node.lineno}"
            for path, function in self.functions()
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]

    def twice(self) -> dict[str, list[str]]:
        """Names of classes, modules and public functions and constants of the top level that occur in two modules."""
        places: dict[str, set[str]] = defaultdict(set)
        for path, tree in self.trees.items():
            if path.stem not in ("__init__", "__main__"):
                places[f"module {path.stem}"].add(self.name(path))
            for node in tree.body:
                for kind, name in _defined(node):
                    if kind == "class" or not name.startswith("_"):
                        places[f"{kind} {name}"].add(self.name(path))
        return {name: sorted(paths) for name, paths in sorted(places.items()) if len(paths) > 1}

    def folders(self) -> dict[str, int]:
        """The modules in each folder, side by side."""
        return dict(Counter(self.name(path.parent) for path in self.trees if path.stem != "__init__").most_common())

    def stilted(self) -> dict[str, int]:
        """How often each of the stilted words occurs in docstrings and comments."""
        prose = "\n".join(line for path in self.trees for line in self._prose(path)).lower()
        return {word: len(re.findall(rf"\b{word}\b", prose)) for word in STILTED}

    def _prose(self, path: Path) -> Iterator[str]:
        for token in tokenize.generate_tokens(io.StringIO(self.texts[path]).readline):
            if token.type == tokenize.COMMENT:
                yield token.string
        for node in ast.walk(self.trees[path]):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                yield node.value.value


def _defined(node: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.ClassDef):
        yield "class", node.name
    elif isinstance(node, FUNCTIONS):
        yield "function", node.name
    elif isinstance(node, ast.Assign):
        yield from (("constant", target.id) for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield "constant", node.target.id


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its docstring."""
    documented = ast.get_docstring(node, clean=False)
    first = node.body[0]
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented is not None else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def built() -> tuple[int, int, int]:
    """The modules, functions and depth of calls of the package while a document of five lines is built."""
    from translate_pipe.cli import command_line as translate_pipe

    seen: set[object] = set()
    depth = deepest = 0

    def profile(frame: object, event: str, _: object) -> None:
        nonlocal depth, deepest
        code = frame.f_code  # type: ignore[attr-defined]
        if "translate_pipe" not in code.co_filename or code.co_name == "<module>":
            return
        if event == "call":
            seen.add(code)
            depth += 1
            deepest = max(deepest, depth)
        elif event == "return":
            depth -= 1

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "source" / "en").mkdir(parents=True)
        (folder / "source" / "en" / "a.md").write_text("# One\n\nTwo *three*.\n\n- Four\n", encoding="utf-8")
        (folder / "translate-pipe.toml").write_text('source_locale = "en"\nlocales = ["de"]\n', encoding="utf-8")
        for command in ("update", "build"):
            seen.clear()
            depth = deepest = 0
            sys.setprofile(profile)
            try:
                translate_pipe([command, "-q", "--project", name, *(["--jobs", "1"] if command == "build" else [])])
            except SystemExit:
                pass
            finally:
                sys.setprofile(None)
    return len({code.co_filename for code in seen}), len(seen), deepest  # type: ignore[attr-defined]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="?", type=Path, default=HERE / "src" / "translate_pipe")
    parser.add_argument("--names", action="store_true")
    parser.add_argument("--run", action="store_true")
    options = parser.parse_args()
    code = Code(options.package)
    private = code.private_functions()
    once = sorted(name for name, uses in private.items() if uses <= 1)
    late, twice = code.late_imports(), code.twice()
    exempted = sum("PLC0415" in line for text in code.texts.values() for line in text.splitlines())
    lengths = sorted(lines(node) for _, node in code.functions())
    files = sorted(text.count("\n") for text in code.texts.values())
    stilted = code.stilted()
    rows = {
        "modules": len(code.trees),
        "lines": sum(files),
        "classes": sum(1 for _ in code.classes()),
        "functions": len(lengths),
        "length of functions, median | p95 | longest": f"{statistics.median(lengths):g} | "
        f"{lengths[len(lengths) * 95 // 100]} | {lengths[-1]}",
        "functions of at most 3 lines": f"{sum(length <= 3 for length in lengths) / len(lengths):.0%}",
        "private functions": len(private),
        "… used once": f"{len(once)} ({len(once) / max(len(private), 1):.0%})",
        "late imports": len(late),
        "… with a lint exemption": exempted,
        "modules side by side": ", ".join(
            f"{name or '.'} {count}" for name, count in code.folders().items() if count > 8
        ),
        "modules under 40 lines | over 500": f"{sum(size < 40 for size in files)} | "
        f"{sum(size > 500 for size in files)}",
        "names defined twice": len(twice),
        "stilted words": f"{sum(stilted.values())} ("
        + ", ".join(f"{word} {count}" for word, count in stilted.items() if count)
        + ")",
    }
    if options.run:
        rows["build of five lines: modules | functions | depth"] = " | ".join(map(str, built()))
    for name, value in rows.items():
        print(f"| {name} | {value} |")
    if options.names:
        print("\nUsed once:", *once, sep="\n  ")
        print("\nLate imports:", *late, sep="\n  ")
        print("\nDefined twice:", *(f"{name}: {', '.join(paths)}" for name, paths in twice.items()), sep="\n  ")


if __name__ == "__main__":
    main()
