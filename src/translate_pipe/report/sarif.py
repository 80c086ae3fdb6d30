"""Diagnostics as SARIF 2.1.0, the format that code scanning reads from any tool."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from translate_pipe import __version__
from translate_pipe.model import Severity
from translate_pipe.registry import ALL_RULES, names
from translate_pipe.report.machine import json_text
from translate_pipe.report.text import about
from translate_pipe.report.visible import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe.model import Diagnostic
    from translate_pipe.report.formats import Medium

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_RULE_INDEXES = {name: index for index, name in enumerate(names(ALL_RULES))}
_FINGERPRINT = "translatePipeMessage/v1"
_LINK = re.compile(r"\]\(")


def diagnostics_sarif(diagnostics: Iterable[Diagnostic], medium: Medium) -> str:
    """Diagnostics as a log with one run."""
    rules = [
        {
            "id": rule.name,
            "shortDescription": {"text": _message(rule.summary)},
            "help": {"text": f"{_message(rule.summary)} More on it in docs/checks.md, under “{rule.name}”."},
            "defaultConfiguration": {"level": _LEVELS[Severity(rule.severity)]},
        }
        for rule in ALL_RULES
    ]
    driver = {"name": "translate-pipe", "version": __version__, "rules": rules}
    results = [_result(found, medium.place(found.file)) for found in diagnostics]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ascii_only=medium.ascii_only)


def _result(found: Diagnostic, file: str) -> dict[str, Any]:
    # The fingerprint stays the same when lines move.
    hashed = "\0".join((found.check, file, found.msgctxt or "", found.msgid, found.message))
    fingerprint = sha256(hashed.encode(errors="surrogatepass")).hexdigest()
    result: dict[str, Any] = {
        "ruleId": found.check,
        "level": _LEVELS[found.severity],
        "message": {"text": _message(safe(found.message) + about(found))},
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if found.check in _RULE_INDEXES:
        result["ruleIndex"] = _RULE_INDEXES[found.check]
    if file:
        path = quote(file, errors="surrogateescape")
        artifact = {"uri": f"file://{path}"} if file.startswith("/") else {"uri": path, "uriBaseId": "%SRCROOT%"}
        # Code scanning hides results without a line, so a diagnostic of a whole file is shown at its beginning.
        line, column, end_line, end_column = found.region or (max(found.line, 1), 0, 0, 0)
        region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
        known = {name: value for name, value in region.items() if value}
        result["locations"] = [{"physicalLocation": {"artifactLocation": artifact, "region": known}}]
    return result


def _message(text: str) -> str:
    """A plain text message: braces are doubled because they mark placeholders, and Markdown links are no links."""
    return _LINK.sub("] (", text.replace("{", "{{").replace("}", "}}"))
