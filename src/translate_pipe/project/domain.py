"""The stages for one domain, the set of documents that share a catalogue: extract, update, check, build."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from translate_pipe import locales
from translate_pipe.catalogue import (
    Fate,
    make_template,
    merge,
    new_catalogue,
    parse_po,
    same_messages,
    serialize_po,
    with_field,
)
from translate_pipe.catalogue.resegment import NOTHING, families, may_concern, resegment
from translate_pipe.checks import check
from translate_pipe.document import parse
from translate_pipe.document.frontmatter import with_keys
from translate_pipe.errors import FileError
from translate_pipe.finishing import finish
from translate_pipe.localisation import localise
from translate_pipe.model import Catalogue, Diagnostic, Document, Severity
from translate_pipe.project.catalogues import read_catalogue
from translate_pipe.project.files import FileChangedError, decode, read_bytes
from translate_pipe.project.judging import Case
from translate_pipe.project.keys import RENDERING
from translate_pipe.project.publishing import Layer, Layers
from translate_pipe.project.request import Stage, Update
from translate_pipe.project.status import Status, added_keys, document_status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.catalogue import MergeResult
    from translate_pipe.catalogue.resegment import Family, Resegmentation
    from translate_pipe.checks.glossary import Term
    from translate_pipe.links import LocaleLinks
    from translate_pipe.model import Localised, MessageKey, ParseOptions
    from translate_pipe.project.catalogues import Memory
    from translate_pipe.project.discovery import Source
    from translate_pipe.project.judging import Judge
    from translate_pipe.project.manifest import Manifest
    from translate_pipe.project.request import Report, Run
    from translate_pipe.project.surroundings import Library

_TRIES = 5
"""How often a catalogue is read and merged again because somebody saved it in the meantime."""


@dataclass(frozen=True, slots=True)
class Group:
    """The documents of one domain; `is_whole` says that none is known to be missing."""

    domain: str
    sources: tuple[Source, ...]
    is_whole: bool


_NEEDS_STATUS = Stage.CHECK | Stage.BUILD | Stage.STATUS


@dataclass(frozen=True, slots=True)
class Common:
    """What all domains of a run share.

    `manifest` is None if it cannot be used. `memory` is what the catalogues remember of other documents, `judge` grades
    localised documents, `surroundings` knows the documents around one, `glossary` has the terms of the project.
    """

    request: Run
    report: Report
    manifest: Manifest | None
    memory: Memory
    judge: Judge
    surroundings: Library
    glossary: tuple[Term, ...]


class Domain:
    """The stages for one domain."""

    def __init__(self, common: Common, group: Group) -> None:
        request = common.request
        self._request = request
        self._project = request.project
        self._files = request.files
        self._report = common.report
        self._manifest = common.manifest
        self._memory = common.memory
        self._judge = common.judge
        self._library = common.surroundings
        self._glossary = common.glossary
        self._domain = group.domain
        self._group = group
        ignored = request.project.configuration.ignore_checks
        self._checks = tuple(one for one in request.checks if one.name not in ignored)
        self._is_judged = RENDERING not in ignored
        self._wider: dict[str, Layer | None] = {}
        self._withheld: set[tuple[str, MessageKey]] = set()
        self._told: set[Diagnostic] = set()
        self._documents: dict[Source, Document] = {}
        self._families: tuple[Family, ...] | None = None

    def run(self) -> None:
        """Do all stages that are asked for."""
        stages = self._request.stages
        documents = {source: document for source in self._group.sources if (document := self._document(source))}
        self._documents = documents
        # With a document that cannot be read whole, its messages would seem to have vanished.
        is_whole = self._group.is_whole and len(documents) == len(self._group.sources)
        is_whole = is_whole and not any(map(_is_broken, documents.values()))
        template = self._template(documents.values()) if is_whole and stages & (Stage.EXTRACT | Stage.UPDATE) else None
        cases = {source: Case(self._judge, document) for source, document in documents.items()}
        for locale in self._request.locales:
            catalogue = self._catalogue(locale, template)
            if catalogue is None:
                continue
            statuses = self._statuses(catalogue, locale) if stages & _NEEDS_STATUS else {}
            if stages & (Stage.CHECK | Stage.BUILD):
                layers = self._layers(locale, catalogue)
                self._tell_findings(layers, documents.values())
                for source, case in cases.items():
                    self._localise(source, case, layers, statuses[source])
            if Stage.STATUS in stages:
                self._report.status += statuses.values()
        if Stage.CHECK in stages:
            self._report.diagnostics += (found for case in cases.values() if (found := case.diagnostic))
        if Stage.BUILD in stages:
            self._report.withheld += len(self._withheld)

    def _statuses(self, catalogue: Catalogue, locale: str) -> dict[Source, Status]:
        """How far each document is in a locale."""
        messages = {message.key: message for message in catalogue.active}
        return {source: document_status(document, messages, locale) for source, document in self._documents.items()}

    # Reading

    def _document(self, source: Source) -> Document | None:
        try:
            text = decode(read_bytes(self._files.root / source.path, source.path), source.path)
        except FileError as error:
            self._report.diagnostics.append(file_diagnostic(error))
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
            self._report.diagnostics.append(file_diagnostic(error))
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
            self._report.diagnostics.append(file_diagnostic(error))
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
        made = self._resegmented(old, locale, template)
        result = merge(old, template, options, resegmentation=made)
        if result.of(Fate.ADDED) and self._project.configuration.reuse != "none":
            result = merge(old, template, options, (self._memory.compendium(locale),), made)
        return result if has_header else replace(result, changed=True)

    def _resegmented(self, old: Catalogue, locale: str, template: Catalogue) -> Resegmentation:
        """What a catalogue that is still of the other segmentation has for the messages of the template."""
        if not may_concern(old, template):
            return NOTHING
        options = self._project.configuration.parse_options
        if self._families is None:
            self._families = tuple(
                family for document in self._documents.values() for family in _families(document, options)
            )
        return resegment(old, template, self._families, options.segmentation, locale)

    def _replace(self, update: Update, old: bytes | None, data: bytes) -> bool:
        """Write an updated catalogue; False if somebody has saved it since it was read as `old`."""
        try:
            changed = self._files.update(update.file, old, data)
        except FileChangedError:
            return False
        except FileError as error:
            self._report.diagnostics.append(file_diagnostic(error))
            return True
        if changed:
            self._report.written.append(update.file)
        self._report.updates.append(update)
        return True

    # Check

    def _layers(self, locale: str, catalogue: Catalogue) -> Layers:
        """A locale's catalogue, and under it those of the locales that stand in for it."""
        own = self._layer(locale, catalogue)
        if self._project.configuration.fallback != "chain":
            return Layers((own,))
        wider = (self._wider_layer(parent) for parent in locales.fallback_chain(locale))
        return Layers((own, *(layer for layer in wider if layer)))

    def _layer(self, locale: str, catalogue: Catalogue) -> Layer:
        name = self._project.catalogue(self._domain, locale)
        source_locale = self._project.configuration.source_locale
        found = check(
            catalogue,
            name,
            source_locale=source_locale,
            locale=locale,
            checks=self._checks,
            glossary=self._glossary,
            links=self._project.configuration.finish(locale).links,
        )
        is_published = self._project.configuration.on_error == "publish"
        return Layer.of(locale, name, catalogue, tuple(found), is_published=is_published)

    def _wider_layer(self, locale: str) -> Layer | None:
        """The catalogue of a locale that stands in for others, None if there is none that can be used."""
        if locale not in self._wider:
            try:
                catalogue = self._read_catalogue(self._project.catalogue(self._domain, locale))
            except FileError as error:
                if locale not in self._request.locales:  # otherwise it is told there
                    self._report.diagnostics.append(file_diagnostic(error))
                catalogue = None
            self._wider[locale] = None if catalogue is None else self._layer(locale, catalogue)
        return self._wider[locale]

    def _tell_findings(self, layers: Layers, documents: Iterable[Document]) -> None:
        """Report what the checks find; a build has only to do with the errors in what it would have published."""
        if Stage.CHECK in self._request.stages:
            self._report.diagnostics += layers.layers[0].findings
        used = {segment.key for document in documents for segment in document.segments}
        for layer, key in layers.errors_of(used):
            is_own = layer is layers.layers[0]
            # What is in the catalogue of another locale of this run is told there.
            if (is_own and Stage.CHECK not in self._request.stages) or (
                not is_own and layer.locale not in self._request.locales
            ):
                self._tell_once(layer.errors[key])
            self._withhold(layer, key)

    def _withhold(self, layer: Layer, key: MessageKey) -> None:
        if Stage.BUILD in self._request.stages and self._project.configuration.on_error == "fallback":
            self._withheld.add((layer.file, key))

    def _tell_once(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Report what several locales that fall back on the same one would all report."""
        for found in diagnostics:
            if found not in self._told:
                self._told.add(found)
                self._report.diagnostics.append(found)

    # Build

    def _localise(self, source: Source, case: Case, layers: Layers, status: Status) -> None:
        document, locale = case.document, status.locale
        output = self._project.output(source, locale)
        on_error = self._project.configuration.on_error
        wanted = self._project.configuration.finish(locale)
        localised, has_errors = self._accepted(case, output, locale, layers, wanted.links)
        finished = finish(document, localised.text, wanted, output)
        self._report.diagnostics += finished.diagnostics
        if Stage.CHECK in self._request.stages:
            found = self._library.check(source, document, finished.text, locale, layers.translations)
            self._report.diagnostics += map(layers.at_message, found)
        if Stage.BUILD not in self._request.stages:
            return
        if self._request.require_complete:
            self._tell_once(layers.incomplete(document))
        if on_error == "stop" and (has_errors or layers.has_errors(document)):
            self._report.stopped.append(output)
            return
        data = with_keys(finished.text, added_keys(self._project.configuration.front_matter_add, status)).encode()
        if self._write(output, data) and self._manifest:
            self._manifest.record(output, data)

    def _accepted(
        self, case: Case, output: str, locale: str, layers: Layers, links: LocaleLinks
    ) -> tuple[Localised, bool]:
        """A localised document whose structure and rendering are those of its source, and whether any was refused.

        A message whose translation is refused is not used at all: what stands in for it is tried in its place, which
        may be the translation of a wider locale, and is judged as well.
        """
        document, has_errors = case.document, False
        judge = case.judge(output, links) if self._is_judged else None
        is_published = self._project.configuration.on_error == "publish"
        left = layers
        while True:
            localised = localise(document, left.translations, judge, locale=locale)
            if not localised.fallbacks:
                break
            has_errors = True
            self._tell_once(left.at_message(found) for found in localised.diagnostics)
            if is_published:  # the judge has only to tell; what breaks the structure is never published
                return localise(document, layers.translations, locale=locale), has_errors
            refused = {segment.key for segment in localised.fallbacks}
            for key in refused:
                if layer := left.layer_of(key):
                    self._withhold(layer, key)
            left = left.without(refused)
        if judge:
            case.record(output, localised.text, links)
        return localised, has_errors


def file_diagnostic(error: FileError) -> Diagnostic:
    """What is told of a file that cannot be read or written."""
    return Diagnostic("file", Severity.ERROR, error.problem, error.file, error.line)


def _families(document: Document, options: ParseOptions) -> Iterator[Family]:
    """The blocks of a document and their sentences, whichever of them are its segments."""
    is_cut = options.segmentation == "sentence"
    other = parse(document.text, document.path, replace(options, segmentation="block" if is_cut else "sentence"))
    return families(other, document) if is_cut else families(document, other)


def _is_broken(document: Document) -> bool:
    return any(found.severity is Severity.ERROR for found in document.diagnostics)
