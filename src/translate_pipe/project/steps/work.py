"""What steps work on and what they return: domains, tasks and results, also as cache entries."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from translate_pipe.engine.entries import entry_text
from translate_pipe.engine.files import AccessError, Trace
from translate_pipe.engine.fingerprints import digest
from translate_pipe.errors import FileError, InternalError, blaming
from translate_pipe.model import Diagnostic, Region, Severity, Side, TextSpan
from translate_pipe.project.status import Status
from translate_pipe.registry import INTERNAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from translate_pipe.engine.cache import Output
    from translate_pipe.engine.files import Files
    from translate_pipe.model import MessageKey
    from translate_pipe.project.project import Source
    from translate_pipe.project.request import Update


Keep: TypeAlias = "Callable[[Iterable[tuple[str, str, str]], Trace, Mapping[str, Output]], None]"
"""Keeps cache entries, each as step, name and text, with what was looked at for them, and outputs."""


class Domain(NamedTuple):
    """The documents that share a catalogue, which has this name. `is_whole` says that none is known to be missing."""

    name: str
    sources: tuple[Source, ...]
    is_whole: bool

    def cache_key(self, key: str) -> str:
        """The cache key of work on this domain, within a run that has this key."""
        return digest(key.encode(), repr((self.is_whole, [one.path for one in self.sources])).encode())


class DomainTask(NamedTuple):
    """A domain and the locales to work on. Other domains have catalogues in the locales that are `known`."""

    domain: Domain
    locales: tuple[str, ...]
    known: frozenset[str] = frozenset()


class DomainResult(NamedTuple):
    """The result for each locale of a domain; that of an update, which is for all locales, has an empty name.

    Catalogues in the locales that are `waiting` need the translations of other domains, which are being updated too.
    """

    results: Mapping[str, StepResult]
    waiting: tuple[str, ...] = ()


class Withheld(NamedTuple):
    """A translation that is not published: the file of its catalogue, its message, and the document that refuses it.

    If a check has found an error in it, no document is named: it is published in none.
    """

    file: str
    key: MessageKey
    document: str = ""


@dataclass(slots=True)
class StepResult:
    """What a step did and found; filled while it runs.

    - `shared` are diagnostics that other locales of the domain may have too; each is reported once.
    - `withheld` are translations that are not published, `warned` those that are published with a warning, by file and
      message, and `stopped` the outputs that were not written because of errors.
    - `written`, `updates` and `outputs` are what was done. A result from the cache has none of them.
    - `entries` are the cache entries of smaller steps within this one, by step and name.
    - `unwritten` are the files that a dry run would have written and that later steps read.
    - `kept` are replaced files that no run wrote, each with the path of its copy.
    - `reached` are documents of the same domain whose localisations were looked at for a document.
    - `of_documents` are findings in the documents themselves, whether this step reports them or not.
    - `has_left` says that a file was left alone, `is_lasting` that all files could be read and written. Otherwise the
      step runs again next time; for the status, a file that was left alone does not matter.
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
    entries: dict[tuple[str, str], str] = field(default_factory=dict)
    unwritten: dict[str, bytes] = field(default_factory=dict)
    kept: list[tuple[str, str]] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    of_documents: list[Diagnostic] = field(default_factory=list)
    has_left: bool = False
    is_lasting: bool = True

    @contextmanager
    def recording(self, files: Files, name: str) -> Iterator[None]:
        """Work on a file: take over what is looked at for that, and report the file if it cannot be used."""
        with files.watched() as trace:
            try:
                with blaming(name):
                    yield
            except FileError as error:
                self.fail(error)
            finally:
                self.trace.add(trace)

    def fail(self, error: FileError) -> None:
        """Report a file that cannot be used."""
        self.diagnostics.append(file_diagnostic(error))
        self.is_lasting &= not isinstance(error, AccessError | InternalError)

    def leave(self, found: Diagnostic) -> None:
        """Report a file that is left alone."""
        self.diagnostics.append(found)
        self.has_left = True

    def keep_entries(self, keep: Keep | None) -> None:
        """Keep the cache entries and outputs now, so that those of a large domain do not gather in memory."""
        if keep:
            keep(((step, name, text) for (step, name), text in self.entries.items()), self.trace, self.outputs)
            self.entries = {}

    def for_status(self) -> StepResult:
        """The result that a run for the status alone would have had."""
        of_files = [one for one in (*self.diagnostics, *self.shared) if one.check in ("file", INTERNAL)]
        return StepResult(
            trace=self.trace,
            shared=of_files + self.of_documents,
            status=self.status,
            withheld=self.withheld,
            is_lasting=self.is_lasting,
        )

    def take_unwritten(self, files: Files) -> None:
        """Take along what a dry run would have written, for other processes that read it later."""
        self.unwritten = {name: files.unwritten[name] for name in self.written if name in files.unwritten}

    def add(self, other: StepResult) -> None:
        """Add the result of a part of the step."""
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
        self.entries |= other.entries
        self.unwritten |= other.unwritten
        self.kept += other.kept
        self.of_documents += other.of_documents
        self.has_left |= other.has_left
        self.is_lasting &= other.is_lasting

    def cache_entry(self, key: str) -> str:
        """The text of a cache entry; empty if the step has to run again, as after an internal error."""
        is_internal = any(one.check == INTERNAL for one in (*self.diagnostics, *self.shared))
        if self.has_left or not self.is_lasting or is_internal:
            return ""
        values = {
            "diagnostics": [diagnostic_values(one) for one in self.diagnostics],
            "shared": [diagnostic_values(one) for one in self.shared],
            "status": [[getattr(one, name) for name in Status.__slots__] for one in self.status],
            "withheld": [[one.file, *one.key, one.document] for one in self.withheld],
            "warned": [[file, *key] for file, key in self.warned],
            "stopped": self.stopped,
            "reached": self.reached,
        }
        return entry_text(key, self.trace, values)

    @classmethod
    def of_cache(cls, values: Mapping[str, Any]) -> StepResult | None:
        """The result in a cache entry, None if it cannot be read."""
        try:
            return cls(
                diagnostics=[diagnostic_of(row) for row in values.get("diagnostics", ())],
                shared=[diagnostic_of(row) for row in values.get("shared", ())],
                status=[Status(*row) for row in values.get("status", ())],
                withheld=[
                    Withheld(file, (ctxt, msgid), path) for file, ctxt, msgid, path in values.get("withheld", ())
                ],
                warned=[(file, (ctxt, msgid)) for file, ctxt, msgid in values.get("warned", ())],
                stopped=values.get("stopped", []),
                reached=values.get("reached", []),
            )
        except (ValueError, TypeError, AttributeError):
            return None


def file_diagnostic(error: FileError) -> Diagnostic:
    """The diagnostic of a file that cannot be read or written."""
    check = INTERNAL if isinstance(error, InternalError) else "file"
    return Diagnostic(check, Severity.ERROR, error.problem, error.file, error.line)


def diagnostic_values(one: Diagnostic) -> list[object]:
    """A diagnostic as JSON values."""
    return [getattr(one, name) for name in Diagnostic.__slots__]


def diagnostic_of(values: list[Any]) -> Diagnostic:
    """The diagnostic with these values; raises ValueError or TypeError if they are not those of one."""
    check, severity, message, file, line, msgid, msgctxt, msgstr, words, spans, region = values
    return Diagnostic(
        check,
        Severity(severity),
        message,
        file,
        line,
        msgid,
        msgctxt,
        msgstr,
        tuple(words),
        tuple(TextSpan(start, end, Side(side)) for start, end, side in spans),
        Region(*region) if region else None,
    )
