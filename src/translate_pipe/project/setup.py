"""Setting a project up: where its documents are, and a configuration that says so."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from translate_pipe.project.discovery import markdown_files
from translate_pipe.project.keys import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_FOLDERS = ("source", "docs", "content", "src", "doc")
_WRITTEN_LISTS = frozenset({"attributes", "dialect", "exclude", "front_matter", "front_matter_add", "locales"})


@dataclass(frozen=True, slots=True)
class Generator:
    """A site generator: the files that show it, the dialect it reads, and where it looks for what.

    One of `files`, paths below the project, has to be there, and all of `beside`; `says` is found in the file.
    `folders` are where its documents usually are. `outputs` has by the value of `source` where it reads translations,
    for the layouts in which there is but one place for them; it counts if `translated` is found in the file.
    """

    name: str
    dialect: str
    files: tuple[str, ...]
    says: str = ""
    beside: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    translated: str = ""


_HUGO_OUTPUTS = {
    "content": "content/{path}.{locale}.md",
    "content/{locale}": "content/{locale}/{path}.md",
}

GENERATORS = (
    Generator(
        "MkDocs",
        "mkdocs",
        ("mkdocs.yml", "mkdocs.yaml"),
        folders=("docs",),
        outputs={"docs": "docs/{path}.{locale}.md", "docs/{locale}": "docs/{locale}/{path}.md"},
        translated=r"^[ \t]*-[ \t]+i18n\b",
    ),
    Generator(
        "Docusaurus",
        "docusaurus",
        ("docusaurus.config.js", "docusaurus.config.ts", "docusaurus.config.mjs"),
        folders=("docs",),
        outputs={"docs": "i18n/{locale}/docusaurus-plugin-content-docs/current/{path}.md"},
    ),
    Generator(
        "Hugo",
        "hugo",
        (
            "hugo.toml",
            "hugo.yaml",
            "hugo.yml",
            "hugo.json",
            "config/_default/hugo.toml",
            "config/_default/hugo.yaml",
            "config/_default/hugo.yml",
        ),
        folders=("content",),
        outputs=_HUGO_OUTPUTS,
    ),
    Generator(
        "Hugo",
        "hugo",
        ("config.toml", "config.yaml", "config.yml", "config/_default/config.toml", "config/_default/config.yaml"),
        beside=("content",),
        folders=("content",),
        outputs=_HUGO_OUTPUTS,
    ),
    Generator("Quarto", "pandoc", ("_quarto.yml", "_quarto.yaml")),
    Generator("mdBook", "gfm", ("book.toml",), folders=("src",)),
    Generator("MyST", "myst", ("myst.yml", "docs/myst.yml")),
    Generator("Jupyter Book", "myst", ("_toc.yml",), beside=("_config.yml",)),
    Generator("Jupyter Book", "myst", ("docs/_toc.yml",), beside=("docs/_config.yml",)),
    Generator(
        "Sphinx with MyST",
        "myst",
        ("conf.py", "source/conf.py", "docs/conf.py", "docs/source/conf.py"),
        r"myst_(?:parser|nb)",
    ),
    Generator("Jekyll", "jekyll", ("_config.yml", "_config.yaml")),
)
"""The site generators that are recognised; the first that fits counts."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a project's documents are: the value of the key `source`, and how many there are.

    `generator` is the site generator that was recognised by the file `shown_by`; `output` is where it looks for
    translations, if that is certain.
    """

    source: str
    documents: int
    generator: Generator | None = None
    shown_by: str = ""
    output: str = ""

    @property
    def recognised(self) -> tuple[str, ...]:
        """What there is to say of the site generator, in lines."""
        if self.generator is None:
            return ()
        name = self.generator.name
        lines = [f'{self.shown_by}: this is {name}, so the dialect is "{self.generator.dialect}".']
        if self.output:
            lines.append(f'{name} reads translations from "{self.output}", so they are written there.')
        return tuple(lines)


def find_layout(root: Path, source_locale: str) -> Layout:
    """The folder that looks most like the one of the documents, and the site generator.

    A folder of the source locale comes first (`source/nl`, `docs/nl`), then a usual one (`docs`), then the whole; that
    of the site generator comes before others.
    """
    generator, shown_by = _generator(root)
    usual = tuple(dict.fromkeys((*(generator.folders if generator else ()), *_FOLDERS)))
    candidates = [f"{folder}/{{locale}}" for folder in usual] + ["{locale}", *usual, "."]
    for candidate in candidates:
        folder = root / candidate.replace("{locale}", source_locale)
        count = sum(1 for _ in markdown_files(folder))
        if count:
            return Layout(candidate, count, generator, shown_by, _output(root, generator, shown_by, candidate))
    return Layout("source/{locale}", 0, generator, shown_by)


def _generator(root: Path) -> tuple[Generator | None, str]:
    """The site generator of a project, and the file that shows it."""
    for generator in GENERATORS:
        if not all((root / name).exists() for name in generator.beside):
            continue
        for name in generator.files:
            if (root / name).is_file() and _found(root / name, generator.says):
                return generator, name
    return None, ""


def _found(file: Path, pattern: str) -> bool:
    """Whether a file has a pattern in it; a file that cannot be read has none."""
    if not pattern:
        return True
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return re.search(pattern, text, re.MULTILINE) is not None


def _output(root: Path, generator: Generator | None, shown_by: str, source: str) -> str:
    if generator is None or not _found(root / shown_by, generator.translated):
        return ""
    return generator.outputs.get(source, "")


def configuration_text(source_locale: str, locales: Sequence[str], layout: Layout) -> str:
    """A configuration with a comment for each key; keys that keep their default are commented out."""
    given: dict[str, str | int | tuple[str, ...]] = {
        "source_locale": source_locale,
        "locales": tuple(locales),
        "source": layout.source,
    }
    if layout.generator:
        given["dialect"] = layout.generator.dialect
    if layout.output:
        given["output"] = layout.output
    lines = ["# The configuration of translate-pipe. Lines that begin with # show the defaults.", ""]
    for key in KEYS:
        value = given.get(key.name, key.default)
        comment = "" if key.name in given else "# "
        if key.is_table:
            lines += [f"# {key.description} It stands last.", f"# [{key.name}]", ""]
            continue
        if key.is_list and key.name not in _WRITTEN_LISTS:
            continue  # a long list of defaults is documentation, not a choice
        choices = f" One of: {', '.join(key.choices)}." if key.choices else ""
        lines += [f"# {key.description}{choices}", f"{comment}{key.name} = {_toml(value)}", ""]
    return "\n".join(lines)


def _toml(value: str | int | tuple[str, ...] | None) -> str:
    """A number, a text or a list of texts in TOML, whose basic strings are written as JSON's."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
