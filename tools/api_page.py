"""Writes docs/api.md, the reference of the library, from the signatures and docstrings of the public names.

python tools/api_page.py            writes the page
python tools/api_page.py --check    writes nothing; exit code 1 if the page would change
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import translate_pipe

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[1] / "docs" / "api.md"
WIDTH = 100

INTRODUCTION = """\
# API reference

<!-- Made by tools/api_page.py from the docstrings; do not edit. -->

Everything that `from translate_pipe import …` gives. [Use it from Python](python.md) shows how it fits together. No
function opens a file: texts and immutable values go in, immutable values come out. The package has type hints.
Whatever is not on this page is internal and may change in any version."""


class Names:
    """The public names with their definitions, by the section of the page that they belong to."""

    def __init__(self) -> None:
        self.sections: dict[str, list[str]] = {"Functions": [], "Types": [], "Errors": [], "Constants and aliases": []}
        trees: dict[str, ast.Module] = {}
        for name in translate_pipe.__all__:
            home = next((home for home, names in translate_pipe._HOMES.items() if name in names), "translate_pipe")  # noqa: SLF001
            if home not in trees:
                trees[home] = ast.parse(inspect.getsource(importlib.import_module(home)))
            section, text = entry(name, trees[home])
            self.sections[section].append(text)


def entry(name: str, module: ast.Module) -> tuple[str, str]:
    """The section and the text of one name."""
    for at, node in enumerate(module.body):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return "Functions", f"### {name}\n\n{code(function(node))}\n\n{prose(node)}"
        if isinstance(node, ast.ClassDef) and node.name == name:
            section = "Errors" if issubclass(getattr(translate_pipe, name), Exception) else "Types"
            return section, "\n\n".join(class_parts(node))
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return "Constants and aliases", f"### {name}\n\n{documentation_after(module, at)}"
    raise LookupError(name)


def documentation_after(module: ast.Module, at: int) -> str:
    """The text below a constant; `__version__`, which has none, speaks for itself."""
    after = module.body[at + 1]
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
        return markdown(str(after.value.value))
    return "The version of the package, such as `0.1.0`."


MOST_MEMBERS = 10
"""Members of an enumeration that the page lists; of more it shows the first three."""


def class_parts(node: ast.ClassDef) -> Iterator[str]:
    """The heading, the fields, the docstring and the members of a class."""
    bases = [ast.unparse(base) for base in node.bases]
    yield f"### {node.name}"
    if any(base.endswith("Enum") for base in bases):
        members = [f'{one.name} = "{one.value}"' for one in getattr(translate_pipe, node.name)]
        if len(members) > MOST_MEMBERS:
            members[3:] = ["..."]
        yield code("\n".join([f"class {node.name}({', '.join(bases)}):", *(f"    {member}" for member in members)]))
    elif issubclass(getattr(translate_pipe, node.name), Exception):
        yield code(f"class {node.name}({', '.join(bases)})")
    else:
        made = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
        yield code("class " + (call(node.name, parameters(made.args)[1:]) if made else call(node.name, fields(node))))
    yield prose(node)
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and not item.name.startswith("_"):
            yield f"#### {node.name}.{item.name}"
            yield code(member(node.name, item))
            yield prose(item)


def fields(node: ast.ClassDef) -> list[str]:
    """The fields of a class, as the parameters that make it."""
    return [
        f"{ast.unparse(item.target)}: {ast.unparse(item.annotation)}{default(field_default(item.value))}"
        for item in node.body
        if isinstance(item, ast.AnnAssign)
    ]


def field_default(value: ast.expr | None) -> ast.expr | None:
    """The default of a field; that of `field(default=…)` is the keyword."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "field":
        return next((one.value for one in value.keywords if one.arg.startswith("default")), None)  # type: ignore[union-attr]
    return value


def default(value: ast.expr | None) -> str:
    """A default as the page shows it: a literal as it is, anything else as three dots."""
    if value is None:
        return ""
    try:
        ast.literal_eval(value)
    except ValueError:
        return " = ..."
    return f" = {quoted(value)}"


def quoted(node: ast.stmt | ast.expr) -> str:
    """Code with the quotation marks that the formatter of the project gives it."""
    text = ast.unparse(node)
    return text if '"' in text else text.replace("'", '"')


def member(owner: str, node: ast.FunctionDef) -> str:
    """The signature of a method, or the type of a property."""
    if any(ast.unparse(one) == "property" for one in node.decorator_list):
        return f"{owner}.{node.name}: {ast.unparse(node.returns) if node.returns else 'Any'}"
    return function(node, owner)


def function(node: ast.FunctionDef, owner: str = "") -> str:
    """The signature of a function or method."""
    names = parameters(node.args)
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return call(f"{owner}.{node.name}" if owner else node.name, names[1:] if owner else names, result)


def parameters(arguments: ast.arguments) -> list[str]:
    """The parameters of a function, each with its type and default."""
    defaults = [None] * (len(arguments.args) - len(arguments.defaults)) + list(arguments.defaults)
    shown = [parameter(one, value) for one, value in zip(arguments.args, defaults, strict=True)]
    if arguments.kwonlyargs:
        named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        shown += ["*", *(parameter(one, value) for one, value in named)]
    return shown


def parameter(argument: ast.arg, value: ast.expr | None) -> str:
    """One parameter."""
    annotation = f": {ast.unparse(argument.annotation)}" if argument.annotation else ""
    return f"{argument.arg}{annotation}{default(value)}"


def call(name: str, arguments: list[str], result: str = "") -> str:
    """A signature on one line, or with a line for each parameter if it is long."""
    line = f"{name}({', '.join(arguments)}){result}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{name}(", *(f"    {argument}," for argument in arguments), f"){result}"])


def code(text: str) -> str:
    """A fenced block; `python` examples are run, so this has another language."""
    return f"```py\n{text}\n```"


def prose(node: ast.FunctionDef | ast.ClassDef) -> str:
    """The docstring of a name as Markdown."""
    return markdown(ast.get_docstring(node) or "")


def markdown(text: str) -> str:
    """A docstring as Markdown: its examples in fences."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(f"```pycon\n{one}\n```" if one.startswith(">>>") else one for one in paragraphs)


@cache
def page() -> str:
    """The whole page."""
    sections = Names().sections.items()
    parts = [INTRODUCTION, *(f"## {title}\n\n" + "\n\n".join(texts) for title, texts in sections)]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write the page, or say whether it would change."""
    if "--check" not in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        sys.stderr.write("docs/api.md is not what the docstrings say; run: make pages\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
