"""Fixture files: a title, one or more parts between lines of a dot, and expectations up to a blank line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Fixture(NamedTuple):
    """One fixture of a file."""

    title: str
    text: str
    expected: list[str]

    @property
    def name(self) -> str:
        """What the title begins with, up to a colon; dialects in brackets may follow it."""
        return self.title.partition(":")[0].partition(" (")[0]

    @property
    def dialects(self) -> tuple[str, ...]:
        """The dialects that the title names; none if it names none."""
        _, bracket, rest = self.title.partition(":")[0].partition(" (")
        return tuple(rest.rstrip(")").split(", ")) if bracket else ()


def read_fixtures(path: Path) -> list[Fixture]:
    """The fixtures of a file; the paragraph before the first one describes the file."""
    lines = iter(path.read_text(encoding="utf-8").split("\n\n", 1)[1].split("\n"))
    found = []
    for title in lines:
        if title:
            assert next(lines) == ".", title
            text = list(iter(lambda: next(lines), "."))
            expected = list(iter(lambda: next(lines, ""), ""))
            found.append(Fixture(title, "\n".join(text) + "\n", expected))
    return found
