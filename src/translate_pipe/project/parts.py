"""What came of a step of a run, for one domain or one locale of it, and how it is remembered.

A step is a function of what it looks at and of its setting. So what came of it is kept with the names of all that it
looked at and a fingerprint of what was there; as long as the fingerprint is the same, it need not be done again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from translate_pipe.engine.files import AccessError, Trace
from translate_pipe.engine.fingerprints import digest
from translate_pipe.errors import INTERNAL, InternalError
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from translate_pipe.engine.cache import Output
    from translate_pipe.engine.files import Files
    from translate_pipe.errors import FileError
    from translate_pipe.model import MessageKey
    from translate_pipe.project.request import Update


class Withheld(NamedTuple):
    """A translation that is not published: the file of its catalogue, its message, and the document that refuses it.

    There is no document where a check has found an error, which concerns all documents.
    """

    file: str
    key: MessageKey
    document: str = ""


@dataclass(slots=True)
class Part:
    """What came of a step; filled while it runs.

    `shared` are diagnostics that other locales of the domain may have as well, of which each is told once. `written`,
    `updates` and `outputs` are what was done, which is nothing where nothing had to be. `records` are those of smaller
    steps within this one, by step and name, `unwritten` the files that a dry run would have written and that are read
    later. `kept` are the files that were replaced though no run wrote them, with the places where they are kept.
    `of_documents` is what was found in the documents themselves, whether this step reports it or not. `warned` are the
    translations that are published with a warning, by file and message. A part that `has_left` a file alone, or that is
    not `lasting` because a file could not be read or written, is done again the next time; only for the status a file
    that was left alone does not matter.
    """

    trace: Trace = field(default_factory=Trace)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    shared: list[Diagnostic] = field(default_factory=list)
    status: list[Status] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    warned: list[tuple[str, MessageKey]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    outputs: dict[str, Output] = field(default_factory=dict)
    records: dict[tuple[str, str], str] = field(default_factory=dict)
    unwritten: dict[str, bytes] = field(default_factory=dict)
    kept: list[tuple[str, str]] = field(default_factory=list)
    of_documents: list[Diagnostic] = field(default_factory=list)
    has_left: bool = False
    is_lasting: bool = True

    def fail(self, error: FileError) -> None:
        """Tell of a file that cannot be used."""
        self.diagnostics.append(file_diagnostic(error))
        self.is_lasting &= not isinstance(error, AccessError | InternalError)

    def leave(self, found: Diagnostic) -> None:
        """Report a file that is left alone."""
        self.diagnostics.append(found)
        self.has_left = True

    def for_status(self) -> Part:
        """What a run for the status alone would have made of the same domain."""
        of_files = [one for one in (*self.diagnostics, *self.shared) if one.check in ("file", INTERNAL)]
        return Part(
            trace=self.trace,
            shared=of_files + self.of_documents,
            status=self.status,
            withheld=self.withheld,
            is_lasting=self.is_lasting,
        )

    def take_unwritten(self, files: Files) -> None:
        """Take along what a dry run would have written, for the processes that read it later."""
        self.unwritten = {name: files.unwritten[name] for name in self.written if name in files.unwritten}

    def add(self, other: Part) -> None:
        """Take over what came of a part of the step."""
        self.trace.add(other.trace)
        self.diagnostics += other.diagnostics
        self.shared += other.shared
        self.status += other.status
        self.withheld += other.withheld
        self.warned += other.warned
        self.stopped += other.stopped
        self.written += other.written
        self.updates += other.updates
        self.outputs |= other.outputs
        self.records |= other.records
        self.unwritten |= other.unwritten
        self.kept += other.kept
        self.of_documents += other.of_documents
        self.has_left |= other.has_left
        self.is_lasting &= other.is_lasting


def file_diagnostic(error: FileError) -> Diagnostic:
    """What is told of a file that cannot be read or written."""
    check = INTERNAL if isinstance(error, InternalError) else "file"
    return Diagnostic(check, Severity.ERROR, error.problem, error.file, error.line)


class Record(NamedTuple):
    """What came of a step, as it is remembered; `files` and `places` are the names of what it looked at."""

    fingerprint: str
    files: list[str]
    places: dict[str, bool]
    part: Part


def record_text(part: Part, setting: str) -> str:
    """A part as it is remembered; nothing for one that has to be done again, or that an error of the tool cut short."""
    is_internal = any(one.check == INTERNAL for one in (*part.diagnostics, *part.shared))
    if part.has_left or not part.is_lasting or is_internal:
        return ""
    files = part.trace.files
    content = {
        "fingerprint": fingerprint(setting, files, lambda name: files[name].digest),
        "files": list(files),
        "places": part.trace.places,
        "diagnostics": [diagnostic_values(one) for one in part.diagnostics],
        "shared": [diagnostic_values(one) for one in part.shared],
        "status": [_status_values(one) for one in part.status],
        "withheld": [[one.file, *one.key, one.document] for one in part.withheld],
        "warned": [[file, *key] for file, key in part.warned],
        "stopped": part.stopped,
    }
    return json.dumps({name: value for name, value in content.items() if value}, ensure_ascii=False)


def parse_record(text: str) -> Record | None:
    """What is remembered of a step, None if it cannot be understood."""
    try:
        content = json.loads(text)
        part = Part(
            diagnostics=[diagnostic_of(values) for values in content.get("diagnostics", ())],
            shared=[diagnostic_of(values) for values in content.get("shared", ())],
            status=[Status(*values) for values in content.get("status", ())],
            withheld=[Withheld(file, (ctxt, msgid), path) for file, ctxt, msgid, path in content.get("withheld", ())],
            warned=[(file, (ctxt, msgid)) for file, ctxt, msgid in content.get("warned", ())],
            stopped=content.get("stopped", []),
        )
        return Record(content["fingerprint"], content.get("files", []), content.get("places", {}), part)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def fingerprint(setting: str, names: Iterable[str], digest_of: Callable[[str], str]) -> str:
    """What a setting and the contents of some files come to."""
    return digest(setting.encode(), *(f"{name}\0{digest_of(name)}".encode() for name in names))


def diagnostic_values(one: Diagnostic) -> list[object]:
    """A diagnostic as JSON knows it."""
    return [one.check, one.severity, one.message, one.file, one.line, one.msgid, one.msgctxt, one.msgstr, one.words]


def diagnostic_of(values: list[Any]) -> Diagnostic:
    """The diagnostic with these values; raises ValueError or TypeError if there is none."""
    check, severity, message, file, line, msgid, msgctxt, msgstr, words = values
    return Diagnostic(check, Severity(severity), message, file, line, msgid, msgctxt, msgstr, tuple(words))


def _status_values(one: Status) -> list[object]:
    return [
        one.locale,
        one.document,
        one.translated,
        one.fuzzy,
        one.untranslated,
        one.words,
        one.words_translated,
        one.not_published,
    ]
