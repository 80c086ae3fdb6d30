"""The first steps of a run for one domain: the template of its documents, and its catalogues in line with it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe import locales
from translate_pipe.catalogue import (
    Fate,
    make_template,
    merge,
    new_catalogue,
    same_messages,
    serialize_po,
    with_field,
)
from translate_pipe.catalogue.orphaned import Takeover, is_untouched
from translate_pipe.catalogue.resegment import NO_RESEGMENTATION, families, may_concern, resegment
from translate_pipe.engine.files import FileChangedError
from translate_pipe.engine.scheduler import Unit
from translate_pipe.errors import FileError, InternalError, TranslatePipeError, blaming
from translate_pipe.model import Catalogue
from translate_pipe.project.request import Stage, Update
from translate_pipe.project.steps.work import DomainResult, StepResult
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from translate_pipe.catalogue import Compendium, MergeOptions, MergeResult
    from translate_pipe.catalogue.orphaned import OrphanedCatalogues
    from translate_pipe.catalogue.resegment import Family
    from translate_pipe.engine.files import Files
    from translate_pipe.engine.scheduler import Team
    from translate_pipe.model import Document, ParseOptions
    from translate_pipe.project.project import Project, Source
    from translate_pipe.project.steps.orphans import OrphanedTranslations
    from translate_pipe.project.steps.reading import CatalogueReader, DocumentReader
    from translate_pipe.project.steps.sketches import Sketch, SketchReader
    from translate_pipe.project.steps.work import Domain, DomainTask

_TRIES = 5
"""How often a catalogue is read and merged again because somebody has saved it in the meantime."""

NO_MEMORY: Mapping[str, Compendium] = MappingProxyType({})


class UpdateOptions(NamedTuple):
    """What a run wants of templates and catalogues.

    `name` is what templates call the project, `references`, `wrap` and `segmentation` are the configuration's keys.
    With `details` each update reports every message.
    """

    stages: Stage
    now: datetime
    details: bool
    name: str
    references: str
    wrap: int
    segmentation: str
    merge: MergeOptions


@dataclass(slots=True)
class _DomainUpdate:
    """A domain to update. `families` are made when they are first needed."""

    domain: Domain
    sketches: Mapping[Source, Sketch]
    known: frozenset[str]
    memory: Mapping[str, Compendium]
    template: Catalogue
    families: tuple[Family, ...] | None = None


class _NeedsCompendiumError(TranslatePipeError):
    """A catalogue needs the translations of other domains, which are not there yet."""


class Updater:
    """Writes templates and updates catalogues."""

    def __init__(  # noqa: PLR0913  # what an update reads
        self,
        project: Project,
        options: UpdateOptions,
        files: Files,
        *,
        sketches: SketchReader,
        documents: DocumentReader,
        catalogues: CatalogueReader,
        orphaned: OrphanedTranslations,
    ) -> None:
        self._project = project
        self._options = options
        self._files = files
        self._sketches = sketches
        self._documents = documents
        self._catalogues = catalogues
        self._orphaned = orphaned

    def update(self, team: Team, task: DomainTask, memory: Mapping[str, Compendium] = NO_MEMORY) -> DomainResult:
        """Extract the template of a domain and update its catalogues in the locales of the task.

        Other domains may have translated what is new in a catalogue, if they have catalogues in its locale. It is
        updated only if `memory` has all translations of that locale; otherwise the result says that it is waiting.
        """
        result = StepResult()
        sources = task.domain.sources
        sketches = self._sketches.sketches(team, sources, result, is_linted=True)
        for sketch in sketches.values():
            result.diagnostics += (*sketch.diagnostics, *(sketch.not_offered or ()))
        # Of a document that cannot be read whole, messages would be missing.
        is_whole = task.domain.is_whole and len(sketches) == len(sources)
        wanted = task.locales if Stage.UPDATE in self._options.stages else ()
        if not is_whole or any(sketch.is_broken for sketch in sketches.values()):
            return DomainResult({"": result})
        template = self._extracted(task.domain, sketches, result) if wanted or self._is_extracting else None
        if template is None:
            return DomainResult({"": result})
        work = _DomainUpdate(task.domain, sketches, task.known, memory, template)
        waiting = []
        units = [Unit(locale, len(sources)) for locale in wanted]
        with closing(team.map(Updater._update, self, work, [units])) as updates:
            for locale, (update, is_waiting) in zip(wanted, updates, strict=True):
                result.add(update)
                if is_waiting:
                    waiting.append(locale)
        return DomainResult({"": result}, tuple(waiting))

    # Templates

    @property
    def _is_extracting(self) -> bool:
        return Stage.EXTRACT in self._options.stages

    def _extracted(self, domain: Domain, sketches: Mapping[Source, Sketch], result: StepResult) -> Catalogue | None:
        """Make the template and, if the run extracts, write it; None if it cannot be made, which is reported."""
        name = self._project.template(domain.name)
        template = None
        with self._files.watched() as trace:
            try:
                with blaming(name):
                    template, is_new = self._template(name, sketches)
                    if is_new and self._is_extracting:
                        self._write_template(name, serialize_po(template, self._options.wrap).encode(), result)
            except FileError as error:
                result.fail(error)
        result.trace.add(trace)
        result.take_unwritten(self._files)
        return template

    def _template(self, name: str, sketches: Mapping[Source, Sketch]) -> tuple[Catalogue, bool]:
        """The template, and whether to write it. Its creation date moves only when its messages do."""
        options = self._options
        date = options.now.strftime("%Y-%m-%d %H:%M%z")
        template = make_template(
            sketches.values(), project=options.name, creation_date=date, references=options.references
        )
        try:
            old = self._catalogues.catalogue(name)
        except FileError:  # reported when it is written; catalogues do not need it
            old = None
        if old is None or not same_messages(old, template):
            return template, True
        kept = with_field(template.header, "POT-Creation-Date", old.fields.get("POT-Creation-Date", date))
        return replace(template, header=kept), False

    def _write_template(self, name: str, data: bytes, result: StepResult) -> None:
        """Write a template; raises FileError if the file that is there is not one."""
        old = self._files.read(name)
        if old is not None:
            try:
                found = self._catalogues.parsed(old, name)
            except InternalError:
                raise
            except FileError as error:
                problem = f"is no template that can be read, so it is left alone; move it away ({error.problem})"
                raise FileError(name, problem, error.line) from error
            translated = next((message for message in found.messages if message.has_msgstr), None)
            if translated:
                problem = (
                    "has translations, so it is a catalogue and is left alone; move it away, or change the key template"
                )
                raise FileError(name, problem, translated.line)
        if self._files.update(name, old, data):
            result.written.append(name)

    # Catalogues

    def _update(self, work: _DomainUpdate, locale: str) -> tuple[StepResult, bool]:
        """Update the catalogue of a locale; the result, and whether it has to wait for other domains."""
        result, is_waiting = StepResult(), False
        name = self._project.catalogue(work.domain.name, locale)
        with self._files.watched() as trace:
            try:
                with blaming(name):
                    self._update_file(work, name, locale, result)
            except FileError as error:
                result.fail(error)
            except _NeedsCompendiumError:
                is_waiting = True
        result.trace.add(trace)
        result.take_unwritten(self._files)
        return result, is_waiting

    def _update_file(self, work: _DomainUpdate, name: str, locale: str, result: StepResult) -> None:
        """Update a catalogue; read it again whenever a translator saves it in the meantime.

        Raises FileError if it cannot be used or keeps changing.
        """
        for _ in range(_TRIES):
            data = self._files.read(name)
            catalogue = None if data is None else self._catalogues.parsed(data, name)
            merged, taken = self._merged(work, catalogue, locale, result)
            if catalogue is not None and not merged.changed:
                return
            text = serialize_po(merged.catalogue, self._options.wrap)
            try:
                is_changed = self._files.update(name, data, text.encode())
            except FileChangedError:
                continue
            if is_changed:
                result.written.append(name)
            result.updates.append(Update.of(locale, name, merged, taken, details=self._options.details))
            return
        raise FileChangedError(name)

    def _merged(
        self, work: _DomainUpdate, catalogue: Catalogue | None, locale: str, result: StepResult
    ) -> tuple[MergeResult, Mapping[str, int]]:
        """The template merged into a catalogue, which gets the header of its locale if it has none.

        With it goes how many translations were taken over from each catalogue whose document is gone.
        """
        name = work.domain.name
        heir = self._heir(work, catalogue, locale, result)
        has_header = bool(catalogue and catalogue.header.msgstr)
        merging = self._merging(work, heir.catalogue, locale, is_new=catalogue is None)
        merged = merging(())
        added = merged.of(Fate.ADDED)
        orphans = self._orphans_of(locale, result) if added or merged.of(Fate.PROPOSED) else None
        if orphans:
            heir = orphans.with_single_messages(heir, name, work.template)
            merging = self._merging(work, heir.catalogue, locale, is_new=catalogue is None)
            merged = merging((orphans.compendium,))
            added = merged.of(Fate.ADDED)
        if added and locale in work.known:
            if locale not in work.memory:
                raise _NeedsCompendiumError
            merged = merging((orphans.compendium, work.memory[locale]) if orphans else (work.memory[locale],))
        merged = heir.settled(merged)
        return merged if has_header else replace(merged, changed=True), heir.taken(merged)

    def _heir(self, work: _DomainUpdate, catalogue: Catalogue | None, locale: str, result: StepResult) -> Takeover:
        """A catalogue or, instead of one without any translation, the orphaned catalogues that it continues."""
        own = Takeover(catalogue or Catalogue(()))
        orphans = None if catalogue and not is_untouched(catalogue) else self._orphans_of(locale, result)
        if orphans is None:
            return own
        heir = orphans.continued(work.domain.name, work.template)
        if catalogue is None:
            return heir
        return replace(heir, catalogue=replace(heir.catalogue, header=catalogue.header)) if heir.files else own

    def _merging(
        self, work: _DomainUpdate, old: Catalogue, locale: str, *, is_new: bool
    ) -> Callable[[tuple[Compendium, ...]], MergeResult]:
        """A function that merges the template into a catalogue with the translations of compendia."""
        template = work.template
        if not old.header.msgstr:
            new = new_catalogue(template, locale, locales.plural_forms(locale))
            old = replace(old, header=replace(old.header, msgstr=new.header.msgstr, raw=""))
        options = replace(self._options.merge, is_new=is_new)
        other = NO_RESEGMENTATION  # what a catalogue of the other segmentation has for the messages of the template
        if may_concern(old, template):
            if work.families is None:
                documents = (self._documents.document(source.path)[0] for source in work.sketches)
                work.families = tuple(
                    family for document in documents for family in _families(document, self._documents.options)
                )
            other = resegment(old, template, work.families, self._options.segmentation, locale)
        return lambda compendia: merge(old, template, options, compendia, other)

    def _orphans_of(self, locale: str, result: StepResult) -> OrphanedCatalogues | None:
        """What there is to take over in a locale. Catalogues that cannot be read are reported."""
        found = self._orphaned.of(locale)
        if found is None:
            return None
        orphans, failures, unusable = found
        for failure in failures:
            result.fail(failure)
        self._files.note(unusable)
        return orphans


def _families(document: Document, options: ParseOptions) -> Iterator[Family]:
    """The blocks of a document with their sentences, whichever of the two are its segments."""
    is_cut = options.segmentation == "sentence"
    other = parse(
        document.text, document.path, replace(document.options, segmentation="block" if is_cut else "sentence")
    )
    return families(other, document) if is_cut else families(document, other)
