"""The stages of a run, domain by domain: extract, update, check, build.

A domain is the set of documents that share a catalogue, usually one document. Nothing of one domain is needed for
another, so only one is in memory at a time, and what cannot be read in one does not stop the others.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import Flag, auto
from typing import TYPE_CHECKING, Protocol

from translate_pipe import locales
from translate_pipe.catalogue import (
    Compendium,
    Fate,
    charset,
    make_template,
    merge,
    new_catalogue,
    parse_po,
    same_messages,
    serialize_po,
    with_field,
)
from translate_pipe.checks import check
from translate_pipe.document import parse
from translate_pipe.errors import CatalogueSyntaxError, FileError
from translate_pipe.localisation import localise
from translate_pipe.model import Catalogue, Diagnostic, Document, Severity
from translate_pipe.project.discovery import find_sources
from translate_pipe.project.files import FileChangedError, Files, decode, read_bytes
from translate_pipe.project.manifest import Manifest
from translate_pipe.project.status import Status, document_status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from translate_pipe.catalogue import MergeResult
    from translate_pipe.model import Message, MessageKey, Translations
    from translate_pipe.project.discovery import Project, Source


class Stage(Flag):
    """What a run does with each domain."""

    EXTRACT = auto()
    UPDATE = auto()
    CHECK = auto()
    BUILD = auto()
    STATUS = auto()


class Progress(Protocol):
    """Told how far a run is."""

    def start(self, total: int) -> None:
        """A run over `total` documents begins."""

    def advance(self, count: int) -> None:
        """`count` more documents are done."""


@dataclass(frozen=True, slots=True)
class Update:
    """What updating did to one catalogue."""

    locale: str
    file: str
    result: MergeResult


@dataclass(slots=True)
class Report:
    """What a run did and found; filled while it runs."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    status: list[Status] = field(default_factory=list)
    documents: int = 0

    @property
    def changed(self) -> bool:
        """Whether any file was (or, in a dry run, would have been) written or removed."""
        return bool(self.written or self.removed)

    @property
    def has_findings(self) -> bool:
        """Whether anything was found that somebody has to mend."""
        return any(found.severity is not Severity.INFO for found in self.diagnostics)


_TRIES = 5
"""How often a catalogue is read and merged again because somebody saved it in the meantime."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run is asked to do; `tell` gets a line for the person at the terminal if the run has to wait."""

    project: Project
    files: Files
    stages: Stage
    locales: tuple[str, ...]
    now: datetime
    tell: Callable[[str], None]


def run(request: Run, progress: Progress) -> Report:
    """Do the stages for every document of a project, alone in it; raises FileError if another run does not end."""
    with request.files.locked(request.tell):
        return _run(request, progress)


def _run(request: Run, progress: Progress) -> Report:
    report = Report()
    project = request.project
    try:
        manifest = Manifest(request.files, project.configuration.state)
    except FileError as error:
        report.diagnostics.append(_file_diagnostic(error))
        manifest = None
    sources, found = find_sources(project, manifest.outputs if manifest else ())
    report.diagnostics += found
    report.documents = len(sources)
    groups = _groups(project, sources, has_refused=bool(found))
    memory = _Memory(request, [group.domain for group in groups])
    progress.start(len(sources))
    for group in groups:
        _Domain(request, report, manifest, group, memory).run()
        progress.advance(len(group.sources))
    if Stage.BUILD in request.stages and manifest:
        # Where not all documents could be found, those that are missing need not be gone.
        _finish_build(request, report, manifest, sources if not found else None)
    return report


@dataclass(frozen=True, slots=True)
class _Group:
    """The documents of one domain; `is_whole` says that none is known to be missing."""

    domain: str
    sources: tuple[Source, ...]
    is_whole: bool


def _groups(project: Project, sources: Sequence[Source], *, has_refused: bool) -> list[_Group]:
    domains: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        domains[project.domain(source)].append(source)
    # A document that was refused might belong to a domain that several share.
    is_whole = not has_refused or "{path}" in project.configuration.domain
    return [_Group(domain, tuple(members), is_whole) for domain, members in domains.items()]


def _finish_build(request: Run, report: Report, manifest: Manifest, sources: Sequence[Source] | None) -> None:
    """Remember what was made, and remove the outputs of sources and locales that are gone, if the sources are known."""
    project = request.project
    try:
        if sources is not None:
            expected = (project.output(source, one) for source in sources for one in project.configuration.locales)
            for outcome in manifest.remove_others(expected):
                if isinstance(outcome, Diagnostic):
                    report.diagnostics.append(outcome)
                else:
                    report.removed.append(outcome)
        manifest.save()
    except FileError as error:
        report.diagnostics.append(_file_diagnostic(error))


def _file_diagnostic(error: FileError) -> Diagnostic:
    return Diagnostic("file", Severity.ERROR, error.problem, error.file, error.line)


class _Memory:
    """What other documents have translated, read when a message is first found to be new."""

    def __init__(self, request: Run, domains: Sequence[str]) -> None:
        self._request = request
        self._domains = domains
        self._compendia: dict[str, Compendium] = {}

    def compendium(self, locale: str) -> Compendium:
        """The translations of all catalogues of a locale, as they are on disk when they are first asked for."""
        if locale not in self._compendia:
            self._compendia[locale] = Compendium(self._messages(locale))
        return self._compendia[locale]

    def _messages(self, locale: str) -> Iterator[Message]:
        for domain in self._domains if len(self._domains) > 1 else ():
            name = self._request.project.catalogue(domain, locale)
            try:
                data = self._request.files.read(name)
                yield from read_catalogue(data, name).messages if data is not None else ()
            except FileError:  # told where this catalogue is updated itself
                continue


class _Domain:
    """The stages for one domain."""

    def __init__(self, request: Run, report: Report, manifest: Manifest | None, group: _Group, memory: _Memory) -> None:
        self._request = request
        self._memory = memory
        self._project = request.project
        self._files = request.files
        self._report = report
        self._manifest = manifest
        self._domain = group.domain
        self._group = group

    def run(self) -> None:
        """Do all stages that are asked for."""
        stages = self._request.stages
        documents = {source: document for source in self._group.sources if (document := self._document(source))}
        # With a document that cannot be read whole, its messages would seem to have vanished.
        is_whole = self._group.is_whole and len(documents) == len(self._group.sources)
        is_whole = is_whole and not any(map(_is_broken, documents.values()))
        template = self._template(documents.values()) if is_whole and stages & (Stage.EXTRACT | Stage.UPDATE) else None
        for locale in self._request.locales:
            catalogue = self._catalogue(locale, template)
            if catalogue is None:
                continue
            if Stage.CHECK in stages:
                self._report.diagnostics += check(catalogue, self._project.catalogue(self._domain, locale))
            messages = {message.key: message for message in catalogue.active}
            if stages & (Stage.CHECK | Stage.BUILD):
                translations = self._translations(locale, catalogue)
                for source, document in documents.items():
                    self._localise(source, document, locale, translations, messages)
            if Stage.STATUS in stages:
                self._report.status += (document_status(document, messages, locale) for document in documents.values())

    # Reading

    def _document(self, source: Source) -> Document | None:
        try:
            text = decode(read_bytes(self._files.root / source.path, source.path), source.path)
        except FileError as error:
            self._report.diagnostics.append(_file_diagnostic(error))
            return None
        document = parse(text, source.path, self._project.configuration.parse_options)
        self._report.diagnostics += document.diagnostics
        return document

    def _read_catalogue(self, name: str) -> Catalogue | None:
        """A catalogue from disk, None if there is none; raises FileError for one that cannot be used."""
        data = self._files.read(name)
        if data is None:
            return None
        return read_catalogue(data, name)

    def _write(self, name: str, data: bytes) -> bool:
        try:
            changed = self._files.write(name, data)
        except FileError as error:
            self._report.diagnostics.append(_file_diagnostic(error))
            return False
        if changed:
            self._report.written.append(name)
        return True

    # Extract

    def _template(self, documents: Iterable[Document]) -> Catalogue:
        """The template; its creation date moves only when its messages do."""
        name = self._project.template(self._domain)
        date = self._request.now.strftime("%Y-%m-%d %H:%M%z")
        template = make_template(
            documents,
            project=self._project.name,
            creation_date=date,
            references=self._project.configuration.references,
        )
        try:
            old = self._read_catalogue(name)
        except FileError:  # a template is made from the documents alone, so a broken one is made anew
            old = None
        if old is not None and same_messages(old, template):
            return replace(
                template,
                header=with_field(template.header, "POT-Creation-Date", old.fields.get("POT-Creation-Date", date)),
            )
        if Stage.EXTRACT in self._request.stages:
            self._write(name, serialize_po(template, self._project.configuration.wrap).encode())
        return template

    # Update

    def _catalogue(self, locale: str, template: Catalogue | None) -> Catalogue | None:
        """A locale's catalogue, updated if that is asked for; None if it cannot be used, which is reported."""
        name = self._project.catalogue(self._domain, locale)
        try:
            if template is None or Stage.UPDATE not in self._request.stages:
                return self._read_catalogue(name) or Catalogue(())
            return self._updated(name, locale, template)
        except FileError as error:
            self._report.diagnostics.append(_file_diagnostic(error))
            return None

    def _updated(self, name: str, locale: str, template: Catalogue) -> Catalogue:
        """A locale's catalogue in line with the template, read anew whenever a translator saves it in the meantime.

        Raises FileError for one that cannot be used or does not hold still.
        """
        for _ in range(_TRIES):
            data = self._files.read(name)
            catalogue = None if data is None else read_catalogue(data, name)
            result = self._merged(catalogue, locale, template)
            if catalogue is not None and not result.changed:
                return catalogue
            text = serialize_po(result.catalogue, self._project.configuration.wrap)
            if self._replace(Update(locale, name, result), data, text.encode()):
                return parse_po(text)  # so that diagnostics name the lines of the file as it is now
        raise FileChangedError(name)

    def _merged(self, catalogue: Catalogue | None, locale: str, template: Catalogue) -> MergeResult:
        """The template merged into a catalogue, which gets the header of its locale if it has none."""
        old = catalogue or Catalogue(())
        has_header = bool(old.header.msgstr)
        if not has_header:
            new = new_catalogue(template, locale, locales.plural_forms(locale))
            old = replace(old, header=replace(old.header, msgstr=new.header.msgstr, raw=""))
        options = self._project.configuration.merge_options
        result = merge(old, template, options)
        if result.of(Fate.ADDED) and self._project.configuration.reuse != "none":
            result = merge(old, template, options, (self._memory.compendium(locale),))
        return result if has_header else replace(result, changed=True)

    def _replace(self, update: Update, old: bytes | None, data: bytes) -> bool:
        """Write an updated catalogue; False if somebody has saved it since it was read as `old`."""
        try:
            changed = self._files.update(update.file, old, data)
        except FileChangedError:
            return False
        except FileError as error:
            self._report.diagnostics.append(_file_diagnostic(error))
            return True
        if changed:
            self._report.written.append(update.file)
        self._report.updates.append(update)
        return True

    # Check and build

    def _localise(
        self,
        source: Source,
        document: Document,
        locale: str,
        translations: Translations,
        messages: Mapping[MessageKey, Message],
    ) -> None:
        localised = localise(document, translations)
        self._report.diagnostics += (self._at_message(found, locale, messages) for found in localised.diagnostics)
        if Stage.BUILD in self._request.stages:
            name = self._project.output(source, locale)
            data = localised.text.encode()
            if self._write(name, data) and self._manifest:
                self._manifest.record(name, data)

    def _translations(self, locale: str, catalogue: Catalogue) -> dict[MessageKey, str]:
        """The translations to publish: the locale's own, and under them those of the locales that stand in for it."""
        translations: dict[MessageKey, str] = {}
        if self._project.configuration.fallback == "chain":
            for parent in reversed(locales.fallback_chain(locale)):
                try:
                    fallback = self._read_catalogue(self._project.catalogue(self._domain, parent))
                except FileError as error:
                    if parent not in self._request.locales:  # otherwise it is told there
                        self._report.diagnostics.append(_file_diagnostic(error))
                    continue
                translations |= fallback.translations if fallback else {}
        return translations | catalogue.translations

    def _at_message(self, found: Diagnostic, locale: str, messages: Mapping[MessageKey, Message]) -> Diagnostic:
        """A diagnostic of a segment, moved to where a translator can mend it."""
        message = messages.get((found.msgctxt, found.msgid))
        if message is None or not message.translated:  # the translation is of a locale that stands in for this one
            return found
        return replace(found, file=self._project.catalogue(self._domain, locale), line=message.line)


def _is_broken(document: Document) -> bool:
    return any(found.severity is Severity.ERROR for found in document.diagnostics)


def read_catalogue(data: bytes, name: str) -> Catalogue:
    """A catalogue from the bytes of a PO file; raises FileError, with the line, for one that cannot be used.

    Only UTF-8 is read; a header that names another charset is refused even if the bytes happen to be valid.
    """
    try:
        catalogue = parse_po(decode(data, name))
    except CatalogueSyntaxError as error:
        raise FileError(name, error.problem, error.line) from error
    found = charset(catalogue)
    if found not in ("", "utf-8", "utf8", "ascii", "us-ascii", "charset"):
        raise FileError(
            name, f"the header says charset={found}; convert the file with: msgconv -t UTF-8", catalogue.header.line
        )
    return catalogue


__all__ = ["Progress", "Report", "Run", "Stage", "Update", "read_catalogue", "run"]
