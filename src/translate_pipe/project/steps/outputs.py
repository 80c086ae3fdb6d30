"""Outputs: which files runs own. A run replaces and removes those, and no others.

A file at the path of an output is owned if a run wrote its bytes there. That is known from the cache, from the journal
of a run that was killed before it wrote the cache, or from the project's record. A file with the text of its source is
owned too, because nothing is lost with it.

The record is a text file that is committed with the outputs, in the format of `sha256sum`. It tells other checkouts
about outputs that are not in their cache.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.engine.cache import STATE_FILE, Cache, Output
from translate_pipe.engine.files import FileChangedError, ForeignFileError, LeftToClient
from translate_pipe.engine.fingerprints import content_digest, digest
from translate_pipe.errors import FileError
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.settings.patterns import SUFFIXES, folder_prefix
from translate_pipe.project.steps.work import file_diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from translate_pipe.engine.files import Files
    from translate_pipe.project.project import Project, Source
    from translate_pipe.project.request import Report, RunOptions
    from translate_pipe.project.steps.work import StepResult

_JOURNAL = f"{STATE_FILE}-writing-"
_REPLACED = "replaced"
_PART_FOLDER = re.compile(r"\d+-of-\d+")
_JOURNAL_LINE = re.compile(r"([0-9a-f]{32}) (.+)")
_RECORD_LINE = re.compile(r"(\\?)([0-9a-fA-F]{64}) [ *](.+)")
_CONFLICT_MARK = re.compile(r"(?:<{7}|\|{7}|={7}|>{7})(?: |\Z)")
_TRIES = 5

Record = dict[str, tuple[str, ...]]
"""The digests of outputs by path; after a merge in version control, an output may have several."""


class KnownOutputs(NamedTuple):
    """Digests of what runs wrote, by path, as journals and the project's record know them."""

    journal: Mapping[str, frozenset[str]]
    record: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, project: Project, files: Files) -> KnownOutputs:
        """Read the journals and the record of a project; those that cannot be read are ignored."""
        journal: dict[str, frozenset[str]] = {}
        for folder in _state_folders(project, files):
            for name in _journals(files, folder):
                with suppress(FileError):
                    for line in (files.read(name) or b"").decode(errors="replace").split("\n"):
                        if found := _JOURNAL_LINE.fullmatch(line):
                            journal[found[2]] = journal.get(found[2], frozenset()) | {found[1]}
        name = project.configuration.record
        try:
            record = parse_record_file(files.read(name)) if name else None
        except FileError:  # reported when it is written
            record = None
        return cls(journal, record or {})

    def outputs(self, project: Project) -> set[str]:
        """The paths of these outputs.

        A record that somebody made for other files must not hide documents. So a path among the documents counts only
        if it looks like that of an output.
        """
        return {*self.journal, *(name for name in self.record if project.may_be_output(name))}


NO_KNOWN_OUTPUTS = KnownOutputs({}, {})


def made_outputs(project: Project, cache: Cache, known: KnownOutputs) -> set[str]:
    """The paths of outputs among the documents that earlier runs wrote."""
    return cache.outputs_below(project.configuration.source_folder) | known.outputs(project)


def _state_folders(project: Project, files: Files) -> list[str]:
    """The state folder, and those of the shards."""
    top = folder_prefix(project.configuration.state)
    parts = (name for name in files.names_in(top) if _PART_FOLDER.fullmatch(name))
    return [top, *(f"{top}{name}/" for name in parts)]


def _journals(files: Files, folder: str) -> list[str]:
    return [folder + name for name in files.names_in(folder) if name.startswith(_JOURNAL)]


# The record


def parse_record_file(data: bytes | None) -> Record | None:
    r"""The digests in a record, by path; None if the file is not a record.

    Conflict marks of version control are ignored, so that both sides count.

    >>> parse_record_file(b"<<<<<<< ours\n" + b"a" * 64 + b"  build/de/a.md\n")
    {'build/de/a.md': ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',)}
    >>> parse_record_file(b"# Slaap\n")
    """
    try:
        text = (data or b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    record: Record = {}
    for line in text.replace("\r\n", "\n").split("\n"):
        found = _RECORD_LINE.fullmatch(line)
        if found:
            path = (
                re.sub(r"\\(.)", lambda mark: {"n": "\n", "r": "\r"}.get(mark[1], mark[1]), found[3])
                if found[1]
                else found[3]
            )
            if not path.endswith(SUFFIXES):
                return None
            record[path] = (*record.get(path, ()), found[2].lower())
        elif line.strip() and not _CONFLICT_MARK.match(line):
            return None
    return record


def record_file(record: Mapping[str, Iterable[str]]) -> bytes:
    """A record as `sha256sum` writes it, sorted by path; backslashes in paths are escaped in the same way."""
    lines: list[str] = []
    for path in sorted(record):
        mark, written = ("\\", path.replace("\\", "\\\\")) if "\\" in path else ("", path)
        lines += (f"{mark}{one}  {written}\n" for one in record[path])
    return "".join(lines).encode()


# Writing and removing


class Outputs:
    """Writes and removes outputs, in one process. `sources` are all documents of the project."""

    def __init__(  # noqa: PLR0913  # what writing outputs reads
        self,
        project: Project,
        options: RunOptions,
        files: Files,
        cache: Cache,
        *,
        sources: Sequence[Source],
        known: KnownOutputs,
    ) -> None:
        self._project = project
        self._options = options
        self._files = files
        self._cache = cache
        self._sources = sources
        self._known = known
        self._record = project.configuration.record
        self._state_folder = folder_prefix(project.configuration.state)
        self._journal = f"{project.state_file(options.shard).removesuffix(STATE_FILE)}{_JOURNAL}"

    def write(self, output: str, data: bytes, source: bytes, judged: str, result: StepResult) -> None:
        """Write the output of a source, unless a file is there that no run wrote, which is reported.

        `judged` is the digest of the verdict that found it correct.
        """
        kept: list[tuple[str, str]] = []

        def may_replace(old: bytes | None) -> bool:
            if old is not None and old != source and not self._is_own(output, old):
                if self._cache.is_part:  # the other caches may know it
                    raise LeftToClient(output)
                if not self._options.overwrite:
                    return False
                kept.append((output, self._keep(output, old)))
            if not self._files.is_dry:  # noted in case the run is killed before it writes the cache
                line = f"\n{digest(data)} {output}\n"  # the previous line may be cut short
                with suppress(FileError):  # reported when the cache is written
                    self._files.append(f"{self._journal}{self._files.process}", line.encode())
            return True

        if self._files.leads_elsewhere(output) and self._files.real(output) in self._documents:
            problem = "leads by a symbolic link to a document, so it is left alone; remove the link"
            result.leave(Diagnostic("output", Severity.ERROR, problem, output))
            return
        try:
            if self._files.write_output(output, data, may_replace):
                result.written.append(output)
        except ForeignFileError as error:
            result.leave(Diagnostic("output", Severity.ERROR, error.problem, output))
            return
        result.kept += kept
        result.outputs[output] = Output(digest(data), judged, sha256(data).hexdigest() if self._record else "")

    @cached_property
    def _documents(self) -> frozenset[Path]:
        """The real paths of all documents, which an output may reach by a linked folder."""
        return frozenset(self._files.real(source.path) for source in self._sources)

    def _is_own(self, output: str, data: bytes) -> bool:
        """Whether a run wrote these bytes there."""
        found, known = digest(data), self._known
        caches = (self._cache, *(() if self._cache.is_part else self._other_caches))
        return (
            found in known.journal.get(output, ())
            or (output in known.record and sha256(data).hexdigest() in known.record[output])
            or any(made.digest == found for cache in caches if (made := cache.output(output)))
        )

    @cached_property
    def _other_caches(self) -> tuple[Cache, ...]:
        """The caches of other shards, or of the whole project."""
        own = self._cache.file
        folders = (self._files.root / folder for folder in _state_folders(self._project, self._files))
        return tuple(Cache(folder / STATE_FILE) for folder in folders if folder / STATE_FILE != own)

    def _keep(self, output: str, data: bytes) -> str:
        """Copy a file that is going to be replaced into the state folder; returns the path of the copy."""
        first = name = f"{self._state_folder}{_REPLACED}/{output}"
        number = 1
        try:
            while self._files.read(name) not in (None, data):
                number += 1
                name = f"{first}.{number}"
            self._files.write(name, data)
        except FileError as error:
            problem = f"this file cannot be kept as {name} ({error.problem}), so it is not replaced; move it away"
            raise ForeignFileError(output, problem) from error
        return name

    def forget_journals(self) -> None:
        """Remove the journals, because the cache has everything that is in them."""
        if self._cache.file and not self._files.is_dry:
            for name in _journals(self._files, self._journal.rpartition("/")[0] + "/"):
                with suppress(FileError):
                    self._files.remove(name)

    def remove_others(self, report: Report) -> list[str]:
        """Remove the outputs whose source or locale is gone; returns the paths that are no outputs any more.

        An output that somebody has edited is left alone and reported, once.
        """
        known = self._known
        digests: dict[str, set[str]] = {}
        if others := known.outputs(self._project):
            others -= set(self._expected())
            digests = {name: {*known.journal.get(name, ())} for name in others if self._options.shard.has(name)}
        try:
            for name, made in self._cache.outputs_but(self._expected()):
                digests.setdefault(name, set()).add(made)
        except FileError as error:
            report.diagnostics.append(file_diagnostic(error))
            return []
        for output in sorted(digests):
            try:
                found = self._files.look(output).digest
                recorded = known.record.get(output, ())
                is_own = found in digests[output] or (
                    bool(recorded) and sha256(self._files.read(output) or b"").hexdigest() in recorded
                )
                if found and is_own and not self._files.is_link(output):
                    self._files.remove(output)
                    report.removed.append(output)
                elif found:
                    problem = (
                        "its source is gone, but somebody has edited this file since it was made; it is left alone"
                    )
                    report.diagnostics.append(Diagnostic("output", Severity.WARNING, problem, output))
            except FileError as error:
                report.diagnostics.append(file_diagnostic(error))
            if not self._files.is_dry:
                with suppress(FileError):  # reported when the cache is written
                    self._cache.forget_output(output)
        return list(digests)

    def _expected(self) -> Iterator[str]:
        """The outputs that the project has now."""
        for source in self._sources:
            yield from (self._project.output(source, locale) for locale in self._project.configuration.locales)

    def write_record(
        self, outputs: Iterable[str], made: Mapping[str, str], gone: Iterable[str], report: Report
    ) -> None:
        """Update the record with the outputs of this run; other lines stay as they are.

        `made` has the digests of the outputs that were written or compared, `gone` are those that were removed.
        """
        name = self._record
        known = self._cache.outputs(outputs)
        try:
            for _ in range(_TRIES):
                data = self._files.read(name)
                before = parse_record_file(data)
                if before is None:
                    raise ForeignFileError(name, "is no list of digests of outputs, so it is left alone; move it away")
                record = before | {output: (found,) for output, found in made.items()}
                for output, one in known.items():
                    if output not in made and one.sha256 and record.get(output) != (one.sha256,):
                        seen = self._cache.seen([output]).get(output)
                        if self._files.look(output, seen).digest == one.digest:
                            record[output] = (one.sha256,)
                for output in gone:
                    record.pop(output, None)
                text = record_file(record)
                try:
                    is_same = (data or b"").replace(b"\r\n", b"\n") == text
                    if not is_same and self._files.update(name, content_digest(data), text):
                        report.add_written([name], details=self._options.details)
                except FileChangedError:  # another shard has just written its lines
                    continue
                return
            raise FileChangedError(name)
        except FileError as error:
            report.diagnostics.append(file_diagnostic(error))
