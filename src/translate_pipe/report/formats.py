"""Diagnostics in each of the formats of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from translate_pipe.model import Region, Severity
from translate_pipe.registry import FORMAT_CHOICES, load
from translate_pipe.report.text import about, in_order
from translate_pipe.report.visible import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from translate_pipe.model import Diagnostic


class Medium(NamedTuple):
    """The place where a report is read.

    `ascii_only` keeps JSON within ASCII, and `colour` marks words in colour. `place` gives the path of a file in its
    repository from its name on the command line or in the project. With `details` a text for people has also what
    follows from something else.
    """

    ascii_only: bool = False
    colour: bool = False
    place: Callable[[str], str] = str
    details: bool = False


PLAIN_MEDIUM = Medium()


def diagnostics_text(diagnostics: Iterable[Diagnostic], output_format: str, medium: Medium = PLAIN_MEDIUM) -> str:
    """Diagnostics in one of the formats of the registry, by its name."""
    (chosen,) = (choice for choice in FORMAT_CHOICES if choice.name == output_format)
    write = cast("Callable[[Iterable[Diagnostic], Medium], str]", load(chosen))
    return write(in_order(diagnostics), medium)


# GitHub

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def diagnostics_github(diagnostics: Iterable[Diagnostic], medium: Medium) -> str:
    """Diagnostics as workflow commands of GitHub Actions, which shows each at its line in a pull request."""
    lines = []
    for found in diagnostics:
        region = found.region or Region(found.line, 0)
        line, column = (str(number or "") for number in (region.line, region.column))
        properties = {"file": safe(medium.place(found.file)), "line": line, "col": column, "title": found.check}
        written = ",".join(
            f"{name}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}"
            for name, value in properties.items()
            if value
        )
        lines.append(f"::{_COMMANDS[found.severity]} {written}::{_escaped(safe(found.message) + about(found))}\n")
    return "".join(lines)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
