"""Setting a project up: where its documents are, and a configuration that says so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from translate_pipe.project.discovery import markdown_files
from translate_pipe.project.keys import KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FOLDERS = ("source", "docs", "content", "src", "doc")
_WRITTEN_LISTS = frozenset({"locales", "front_matter", "exclude"})


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a project's documents are: the value of the key `source`, and how many there are."""

    source: str
    documents: int


def find_layout(root: Path, source_locale: str) -> Layout:
    """The folder that looks most like the one of the documents.

    A folder of the source locale comes first (`source/nl`, `docs/nl`), then a usual one (`docs`), then the whole.
    """
    candidates = [f"{folder}/{{locale}}" for folder in _FOLDERS] + ["{locale}", *_FOLDERS, "."]
    for candidate in candidates:
        folder = root / candidate.replace("{locale}", source_locale)
        count = sum(1 for _ in markdown_files(folder))
        if count:
            return Layout(candidate, count)
    return Layout("source/{locale}", 0)


def configuration_text(source_locale: str, locales: Sequence[str], layout: Layout) -> str:
    """A configuration with a comment for each key; keys that keep their default are commented out."""
    given: dict[str, str | int | tuple[str, ...]] = {
        "source_locale": source_locale,
        "locales": tuple(locales),
        "source": layout.source,
    }
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
