"""JSON: diagnostics as a list or an object a line, and other values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from translate_pipe.model import Region

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe.model import Diagnostic
    from translate_pipe.report.formats import Medium


def diagnostic_object(found: Diagnostic) -> dict[str, Any]:
    """A diagnostic as an object for JSON. Lines and columns of its region are 0 if they are not known."""
    region = found.region or Region(found.line, 0)
    return {
        "file": found.file,
        "line": found.line,
        "msgid": found.msgid,
        "msgctxt": found.msgctxt,
        "check": found.check,
        "severity": str(found.severity),
        "message": found.message,
        "words": list(found.words),
        "start_line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
    }


def diagnostics_json(diagnostics: Iterable[Diagnostic], medium: Medium) -> str:
    """Diagnostics as one list."""
    return json_text([diagnostic_object(found) for found in diagnostics], ascii_only=medium.ascii_only)


def diagnostics_jsonl(diagnostics: Iterable[Diagnostic], medium: Medium) -> str:
    """Diagnostics as an object a line."""
    objects = map(diagnostic_object, diagnostics)
    return "".join(json.dumps(one, ensure_ascii=medium.ascii_only) + "\n" for one in objects)


def json_text(value: object, *, ascii_only: bool = False) -> str:
    """A value as a JSON text. With `ascii_only` other characters become escapes, for terminals that lack them."""
    return json.dumps(value, ensure_ascii=ascii_only, indent=2) + "\n"
