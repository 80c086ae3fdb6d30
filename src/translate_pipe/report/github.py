"""Diagnostics as workflow commands of GitHub Actions, which shows them at their lines in a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from translate_pipe.model import Severity
from translate_pipe.report.text import about
from translate_pipe.report.visible import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from translate_pipe.model import Diagnostic

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def diagnostics_github(diagnostics: Iterable[Diagnostic], place: Callable[[str], str]) -> str:
    """Diagnostics as annotations, a line each; `place` gives a file's path in the repository."""
    return "".join(_annotation(found, place(found.file)) + "\n" for found in diagnostics)


def _annotation(found: Diagnostic, file: str) -> str:
    properties = {"file": safe(file), "line": str(found.line or ""), "title": found.check}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{_COMMANDS[found.severity]} {written}::{_data(safe(found.message) + about(found))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
