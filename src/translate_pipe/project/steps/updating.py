"""The first steps of a run for one domain: make the template of its documents, and merge it into its catalogues."""

from __future__ import annotations

import json
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe import locales
from translate_pipe.catalogue import (
    Fate,
    merge,
    new_catalogue,
    po_data,
    same_messages,
    with_field,
    wrapped_msgids,
    written,
)
from translate_pipe.catalogue.orphaned import Takeover, is_untouched
from translate_pipe.catalogue.resegment import NO_RESEGMENTATION, families, may_concern, resegment
from translate_pipe.catalogue.template import TemplateMaker
from translate_pipe.engine.files import FileChangedError
from translate_pipe.engine.fingerprints import digest
from translate_pipe.engine.scheduler import Needs, Unit, batched
from translate_pipe.errors import FileError, InternalError
from translate_pipe.model import Catalogue
from translate_pipe.project.request import Stage, Update
from translate_pipe.project.steps.sketches import LINTED, SKETCHES
from translate_pipe.project.steps.work import DomainResult, StepResult
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from translate_pipe.catalogue import Compendium, MergeOptions, MergeResult
    from translate_pipe.catalogue.orphaned import OrphanedCatalogues
    from translate_pipe.catalogue.resegment import Family
    from translate_pipe.engine.cache import Cache
    from translate_pipe.engine.files import Files
    from translate_pipe.engine.scheduler import Team
    from translate_pipe.model import Diagnostic
    from translate_pipe.project.project import Project
    from translate_pipe.project.steps.orphans import OrphanedTranslations
    from translate_pipe.project.steps.reading import CatalogueReader, DocumentReader
    from translate_pipe.project.steps.sketches import SketchReader
    from translate_pipe.project.steps.work import Domain, DomainTask

_TRIES = 5
"""How often a catalogue is read and merged again because somebody has saved it in the meantime."""

_LARGE_TEMPLATE = 200
"""How many messages a template must have before the cache keeps what is in its file."""

_TEMPLATES = "template"
"""The step of these cache entries."""

NO_MEMORY: Mapping[str, Compendium] = {}  # no proxy, because workers get it pickled


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


class _Families:
    """The families of a domain. Each is made when it is first needed, by parsing, and kept for other locales."""

    def __init__(self, made: Iterator[Family]) -> None:
        self._made = made
        self._known: list[Family] = []

    def __iter__(self) -> Iterator[Family]:
        yield from self._known
        for family in self._made:
            self._known.append(family)
            yield family


@dataclass(slots=True)
class _DomainUpdate:
    """A domain to update. `families` are those of its documents, once a locale has asked for them."""

    domain: Domain
    known: frozenset[str]
    memory: Mapping[str, Compendium]
    template: Catalogue
    families: _Families | None = None


class _LastTemplate(NamedTuple):
    """The template in a file: its digest and creation date, and whether it has the messages of the new one.

    `is_known` says that a run with this cache key wrote it or found these messages in it, so that it has no
    translations, `is_ours` that it wrote it.
    """

    file: str
    date: str
    is_same: bool
    is_known: bool
    is_ours: bool


class Updater:
    """Writes templates and updates catalogues. `key` is the run's cache key."""

    def __init__(  # noqa: PLR0913  # what an update reads
        self,
        project: Project,
        options: UpdateOptions,
        files: Files,
        cache: Cache,
        key: str,
        *,
        sketches: SketchReader,
        documents: DocumentReader,
        catalogues: CatalogueReader,
        orphaned: OrphanedTranslations,
    ) -> None:
        self._project = project
        self._options = options
        self._files = files
        self._cache = cache
        self._key = key
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
        maker, read = TemplateMaker(self._options.references), 0
        found: list[Diagnostic] = []
        is_whole = task.domain.is_whole  # of a document that cannot be read whole, messages would be missing
        with result.recording(self._files, self._project.template(task.domain.name)):
            for document in self._sketches.documents(team, sources, result):
                sketch = document.sketch
                found += (*sketch.diagnostics, *(sketch.not_offered or ()))
                is_whole = is_whole and not sketch.is_broken
                maker.add(document)
                read += 1
        result.diagnostics += found
        if not is_whole or read < len(sources):
            return DomainResult({"": result})
        wanted = task.locales if Stage.UPDATE in self._options.stages else ()
        template = None
        if wanted or Stage.EXTRACT in self._options.stages:
            template = self._extracted(task.domain, maker, result)
        if template is None:
            return DomainResult({"": result})
        del maker  # and what it has beside the template
        work = _DomainUpdate(task.domain, task.known, memory, template)
        waiting = []
        units = [Unit(locale, len(sources), partial(self._needs_of_catalogue, work, locale)) for locale in wanted]
        with closing(team.map(Updater._update, self, work, [units])) as updates:
            for locale, (update, is_waiting) in zip(wanted, updates, strict=True):
                result.add(update)
                if is_waiting:
                    waiting.append(locale)
        return DomainResult({"": result}, tuple(waiting))

    def needs(self, task: DomainTask) -> Needs:
        """What updating a domain needs."""
        name = task.domain.name
        paths = [source.path for source in task.domain.sources]
        catalogues = (self._project.catalogue(name, locale) for locale in task.locales)
        template = self._project.template(name)
        entries = {SKETCHES: paths if len(paths) > 1 else (), LINTED: paths, _TEMPLATES: [template]}
        return Needs((*paths, template, *catalogues), entries=entries)

    def _needs_of_catalogue(self, work: _DomainUpdate, locale: str) -> Needs:
        return Needs([self._project.catalogue(work.domain.name, locale)])

    # Templates

    def _extracted(self, domain: Domain, maker: TemplateMaker, result: StepResult) -> Catalogue | None:
        """Make the template and, if the run extracts, write it; None if it cannot be made, which is reported.

        Its creation date moves only when its messages do.
        """
        options, name = self._options, self._project.template(domain.name)
        template = None
        with result.recording(self._files, name):
            date = options.now.strftime("%Y-%m-%d %H:%M%z")
            template = maker.template(options.name, date)
            content = _content(template) if len(template.messages) >= _LARGE_TEMPLATE else ""
            last = self._last_template(name, template, content)
            kept = None
            if last and last.is_same:
                date, kept = last.date, last
                template = replace(template, header=with_field(template.header, "POT-Creation-Date", date))
            elif Stage.EXTRACT in options.stages:
                file = self._write_template(name, template, result, last)
                kept = _LastTemplate(file, date, is_same=True, is_known=True, is_ours=True)
            if content and kept:
                result.entries[_TEMPLATES, name] = json.dumps([self._key, kept.file, content, date, kept.is_ours])
        result.take_unwritten(self._files)
        return template

    def _last_template(self, name: str, template: Catalogue, content: str) -> _LastTemplate | None:
        """What is known of the template that was written last; None if there is none that can be used.

        A large one with the content that the last run left is not read.
        """
        text = self._cache.entries(_TEMPLATES, [name]).get(name, "") if content else ""
        with suppress(FileError):  # reported when it is written; catalogues do not need it
            with suppress(ValueError, TypeError):
                key, file, known, date, is_ours = json.loads(text)
                if key == self._key and self._files.look(name, self._cache.seen([name]).get(name)).digest == file:
                    return _LastTemplate(file, date, is_same=known == content, is_known=True, is_ours=is_ours)
            data = self._files.read(name)
            if data is not None:
                old = self._catalogues.parsed(data, name)
                date = old.fields.get("POT-Creation-Date", template.fields["POT-Creation-Date"])
                is_same = same_messages(old, template)
                return _LastTemplate(digest(data), date, is_same=is_same, is_known=False, is_ours=False)
        return None

    def _write_template(self, name: str, template: Catalogue, result: StepResult, last: _LastTemplate | None) -> str:
        """Write a template, and return its digest; raises FileError if the file that is there is not one."""
        old = self._files.read(name)
        is_last = bool(old is not None and last and last.is_known and digest(old) == last.file)
        if old is not None and not is_last:
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
        wrapped = wrapped_msgids(old) if old and is_last and last and last.is_ours else {}
        data = po_data(template, self._options.wrap, wrapped)
        if self._files.update(name, old, data):
            result.written.append(name)
        return digest(data)

    # Catalogues

    def _update(self, work: _DomainUpdate, locale: str) -> tuple[StepResult, bool]:
        """Update the catalogue of a locale; the result, and whether it has to wait for other domains.

        It is read again whenever a translator saves it in the meantime.
        """
        result, is_waiting = StepResult(), False
        name = self._project.catalogue(work.domain.name, locale)
        with result.recording(self._files, name):
            for _ in range(_TRIES):
                data = self._files.read(name)
                catalogue = None if data is None else self._catalogues.parsed(data, name)
                merging = self._merged(work, catalogue, locale, result)
                if merging is None:
                    is_waiting = True
                    break
                merged, taken = merging
                if catalogue is not None and not merged.changed:
                    break
                new, again = written(merged.catalogue, self._options.wrap)
                with suppress(FileChangedError):
                    if self._files.update(name, data, new):
                        result.written.append(name)
                    self._catalogues.keep(name, new, again)
                    result.updates.append(Update.of(locale, name, merged, taken, details=self._options.details))
                    break
            else:
                raise FileChangedError(name)
        result.take_unwritten(self._files)
        return result, is_waiting

    def _merged(
        self, work: _DomainUpdate, catalogue: Catalogue | None, locale: str, result: StepResult
    ) -> tuple[MergeResult, Mapping[str, int]] | None:
        """The template merged into a catalogue, which gets the header of its locale if it has none.

        With it goes how many translations were taken over from each catalogue whose document is gone. A catalogue
        without any translation continues such a one. None if other domains have to be updated first.
        """
        name = work.domain.name
        heir = Takeover(catalogue or Catalogue(()))
        if is_untouched(heir.catalogue) and (orphans := self._orphans_of(locale, result)):
            continued = orphans.continued(name, work.template)
            if catalogue is None:
                heir = continued
            elif continued.files:
                heir = replace(continued, catalogue=replace(continued.catalogue, header=catalogue.header))
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
                return None
            merged = merging((orphans.compendium, work.memory[locale]) if orphans else (work.memory[locale],))
        merged = heir.settled(merged)
        has_header = bool(catalogue and catalogue.header.msgstr)
        return merged if has_header else replace(merged, changed=True), heir.taken(merged)

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
            work.families = work.families or _Families(self._families(work))
            other = resegment(old, template, work.families, self._options.segmentation, locale)
        return lambda compendia: merge(old, template, options, compendia, other)

    def _families(self, work: _DomainUpdate) -> Iterator[Family]:
        """The blocks of all documents with their sentences, whichever of the two are the segments."""
        is_cut = self._options.segmentation == "sentence"
        for source in work.domain.sources:
            document, _ = self._documents.document(source.path)
            recut = replace(document.options, segmentation="block" if is_cut else "sentence")
            counterpart = parse(document.text, document.path, recut)
            yield from families(counterpart, document) if is_cut else families(document, counterpart)

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


def _content(template: Catalogue) -> str:
    """A digest of what `same_messages` compares in a template."""
    rows = ((one.msgctxt, one.msgid, one.extracted_comments) for one in template.messages)
    return digest(*(json.dumps(list(some)).encode() for some in batched(rows, 1000)))
