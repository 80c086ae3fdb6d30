"""The first steps of a run for one domain: make the template of its documents, and merge it into its catalogues."""

from __future__ import annotations

from array import array
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
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
from translate_pipe.catalogue.po.splitting import SIZES, Entries, entry_mark, sizes_of_written
from translate_pipe.catalogue.resegment import NO_RESEGMENTATION, families, may_concern, resegment
from translate_pipe.catalogue.template import TemplateMaker
from translate_pipe.engine.files import FileChangedError
from translate_pipe.engine.fingerprints import content_digest, digest
from translate_pipe.engine.scheduler import Needs, Unit
from translate_pipe.errors import FileError, InternalError
from translate_pipe.model import Catalogue
from translate_pipe.project.request import Stage, Update
from translate_pipe.project.steps.document_index import INDEX, DocumentIndex, IndexMaker
from translate_pipe.project.steps.incremental import (
    CatalogueRecord,
    TemplateRecord,
    content_of,
    lead_of,
    partial_merge,
    template_change,
    total_of,
)
from translate_pipe.project.steps.sketches import LINTED, SKETCHES
from translate_pipe.project.steps.work import DomainResult, StepResult
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from translate_pipe.catalogue import Compendium, MergeOptions, MergeResult
    from translate_pipe.catalogue.orphaned import OrphanedCatalogues
    from translate_pipe.catalogue.resegment import Family
    from translate_pipe.catalogue.template import Segmented
    from translate_pipe.engine.cache import Cache
    from translate_pipe.engine.files import Files
    from translate_pipe.engine.scheduler import Team
    from translate_pipe.model import Diagnostic, Message
    from translate_pipe.project.project import Project
    from translate_pipe.project.steps.incremental import PartialMerge, TemplateChange
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

_CATALOGUES = "catalogue"
"""The step of the cache entries of the catalogues of such a template."""

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


class _NewTemplate:
    """The new template of a domain, as `change` of the last one if that is known, and the index that goes with it."""

    def __init__(
        self, make: Callable[[], Catalogue], index: DocumentIndex | None, change: TemplateChange | None = None
    ) -> None:
        self._make = make
        self.index = index
        self.change = change

    def __reduce__(self) -> tuple[object, ...]:
        """Other processes get the whole template."""
        return (_NewTemplate, (partial(replace, self.whole), self.index))

    @cached_property
    def whole(self) -> Catalogue:
        """All of the template, made when it is first needed."""
        return self._make()


@dataclass(slots=True)
class _DomainUpdate:
    """A domain to update. `families` are those of its documents, once a locale has asked for them."""

    domain: Domain
    known: frozenset[str]
    memory: Mapping[str, Compendium]
    new: _NewTemplate
    families: _Families | None = None

    @property
    def template(self) -> Catalogue:
        """The whole template."""
        return self.new.whole


class _LastTemplate(NamedTuple):
    """The template in a file, and whether it has the messages of the new one.

    `is_known` says that a run with this cache key wrote it or found these messages in it, so that it has no
    translations.
    """

    record: TemplateRecord
    is_same: bool
    is_known: bool


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
        wanted = task.locales if Stage.UPDATE in self._options.stages else ()
        new = None
        if wanted or Stage.EXTRACT in self._options.stages:
            new = self._changed(team, task.domain, result)
        if new is None:
            maker, index, read = TemplateMaker(self._options.references), IndexMaker(), 0
            found: list[Diagnostic] = []
            is_whole = task.domain.is_whole  # of a document that cannot be read whole, messages would be missing
            with result.recording(self._files, self._project.template(task.domain.name)):
                for document in self._sketches.documents(team, sources, result):
                    sketch = document.sketch
                    found += (*sketch.diagnostics, *(sketch.not_offered or ()))
                    is_whole = is_whole and not sketch.is_broken
                    maker.add(document)
                    if len(sources) > 1:
                        index.add(sketch)
                    read += 1
            result.diagnostics += found
            if not is_whole or read < len(sources):
                return DomainResult({"": result})
            if wanted or Stage.EXTRACT in self._options.stages:
                new = self._made(task.domain, maker, index.index(), result)
            del maker  # and what it has beside the template
        if new is None:
            return DomainResult({"": result})
        work = _DomainUpdate(task.domain, task.known, memory, new)
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
        catalogues = [self._project.catalogue(name, locale) for locale in task.locales]
        template = self._project.template(name)
        entries: dict[str, Sequence[str]] = {LINTED: paths, _TEMPLATES: [template]}
        if len(paths) > 1:
            entries |= {SKETCHES: paths, INDEX: [name], _CATALOGUES: catalogues}
        return Needs((*paths, template, *catalogues), entries=entries)

    def _needs_of_catalogue(self, work: _DomainUpdate, locale: str) -> Needs:
        return Needs([self._project.catalogue(work.domain.name, locale)])

    # Templates

    @property
    def _date(self) -> str:
        return self._options.now.strftime("%Y-%m-%d %H:%M%z")

    def _template_of(self, documents: Iterable[Segmented]) -> Catalogue:
        maker = TemplateMaker(self._options.references)
        for document in documents:
            maker.add(document)
        return maker.template(self._options.name, self._date)

    def _known(self, name: str) -> TemplateRecord | None:
        """What an earlier run kept of a template."""
        return TemplateRecord.of_cache(self._cache.entries(_TEMPLATES, [name]).get(name, ""), self._key)

    def _changed(self, team: Team, domain: Domain, result: StepResult) -> _NewTemplate | None:
        """The template as a change of the last one, which is written; None if it has to be made as a whole."""
        options, name = self._options, self._project.template(domain.name)
        known = self._known(name)
        # Details have what became of every message.
        if not (known and known.sizes and domain.is_whole) or Stage.EXTRACT not in options.stages or options.details:
            return None
        news: list[_NewTemplate] = []
        made = StepResult()
        with made.recording(self._files, name):
            if self._look(name) != known.file:
                return None
            documents = self._sketches.changed(team, domain, made)
            if documents is None or known.basis != documents.before.name:
                return None
            pot = Entries(self._files.read(name) or b"", known.sizes)
            change = template_change(documents, known, pot, self._template_of)
            if change is None:
                return None
            for path in documents.now.contents:
                for found in documents.now.found.get(path, ()):
                    made.diagnostics += found
            if change.is_same:
                record = known.with_index(documents.before, documents.now)
            else:
                file = change.file(options.wrap)
                if self._files.update(name, digest(pot.data), file.data):
                    made.written.append(name)
                record = TemplateRecord(digest(file.data), self._date, change.content, documents.now.name)
                record = record._replace(sizes=file.sizes, leads=change.leads())
            self._keep(domain, documents.before, documents.now, record, made)
            whole = partial(self._whole, team, domain, change.header)
            news.append(_NewTemplate(whole, documents.now, change))
        if not news:  # the file that cannot be used is met and reported again
            return None
        made.take_unwritten(self._files)
        result.add(made)
        return news[0]

    def _whole(self, team: Team, domain: Domain, header: Message) -> Catalogue:
        documents = self._sketches.documents(team, domain.sources, StepResult())
        return replace(self._template_of(documents), header=header)

    def _keep(
        self,
        domain: Domain,
        before: DocumentIndex | None,
        index: DocumentIndex | None,
        record: TemplateRecord,
        result: StepResult,
    ) -> None:
        """Keep what a later run needs to change only a part of the template."""
        result.entries[_TEMPLATES, self._project.template(domain.name)] = record.cache_entry(self._key)
        if index and not (before and before.name == index.name):
            result.entries[INDEX, domain.name] = index.cache_entry(self._sketches.key)

    def _made(
        self, domain: Domain, maker: TemplateMaker, index: DocumentIndex, result: StepResult
    ) -> _NewTemplate | None:
        """Make the template as a whole and, if the run extracts, write it; None if that fails, which is reported.

        Its creation date moves only when its messages do.
        """
        options, name = self._options, self._project.template(domain.name)
        new = None
        with result.recording(self._files, name):
            template = maker.template(options.name, self._date)
            is_large = len(template.messages) >= _LARGE_TEMPLATE
            has_index = is_large and len(domain.sources) > 1
            new = _NewTemplate(lambda: template, index if has_index else None)  # also if it cannot be written
            order = index.order if has_index else [entry_mark(message.key) for message in template.messages]
            content = content_of(order, total_of(template.messages)) if is_large else ""
            last = self._last_template(name, template, content)
            record = None
            if last and last.is_same:
                template = replace(template, header=with_field(template.header, "POT-Creation-Date", last.record.date))
                text = self._cache.entries(INDEX, [domain.name]).get(domain.name, "") if has_index else ""
                record = last.record.with_index(DocumentIndex.of_cache(text, self._sketches.key), index)
            elif Stage.EXTRACT in options.stages:
                data = self._write_template(name, template, result, last)
                record = TemplateRecord(digest(data), self._date, content)
                sizes = sizes_of_written(data, len(template.messages) + 1) if has_index else None
                if sizes:
                    leads = array(SIZES, [lead_of(message.msgid) for message in template.messages])
                    record = record._replace(basis=index.name, sizes=sizes, leads=leads)
            if content and record:
                self._keep(domain, None, index if has_index else None, record, result)
        result.take_unwritten(self._files)
        return new

    def _look(self, name: str) -> str:
        """The digest of a file."""
        return self._files.look(name, self._cache.seen([name]).get(name)).digest

    def _last_template(self, name: str, template: Catalogue, content: str) -> _LastTemplate | None:
        """What is known of the template that was written last; None if there is none that can be used.

        A large one with the content that the last run left is not read.
        """
        with suppress(FileError):  # reported when it is written; catalogues do not need it
            known = self._known(name) if content else None
            if known and self._look(name) == known.file:
                return _LastTemplate(known, is_same=known.content == content, is_known=True)
            data = self._files.read(name)
            if data is not None:
                old = self._catalogues.parsed(data, name)
                date = old.fields.get("POT-Creation-Date", template.fields["POT-Creation-Date"])
                record = TemplateRecord(digest(data), date, content)
                return _LastTemplate(record, is_same=same_messages(old, template), is_known=False)
        return None

    def _write_template(self, name: str, template: Catalogue, result: StepResult, last: _LastTemplate | None) -> bytes:
        """Write a template, and return its bytes; raises FileError if the file that is there is not one."""
        old = self._files.read(name)
        is_last = bool(old is not None and last and last.is_known and digest(old) == last.record.file)
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
        wrapped = wrapped_msgids(old) if old and is_last and last and last.record.sizes else {}
        content, old = content_digest(old), None  # it may be large
        data = po_data(template, self._options.wrap, wrapped)
        if self._files.update(name, content, data):
            result.written.append(name)
        return data

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
                if data is not None and (part := self._part(work, name, data, locale)):
                    if self._written_part(work, name, part, locale, result):
                        break
                    continue
                content = content_digest(data)
                texts = {one.msgid: one.msgid for one in work.template.messages}
                catalogue = None if data is None else self._catalogues.parsed(data, name, texts)
                data = b""  # it may be large
                merging = self._merged(work, catalogue, locale, result)
                if merging is None:
                    is_waiting = True
                    break
                merged, taken = merging
                if catalogue is not None and not merged.changed:
                    data = self._files.read(name) or b""
                    if digest(data) == content:
                        self._record(work, name, data, catalogue, result)
                    break
                new, again = written(merged.catalogue, self._options.wrap)
                with suppress(FileChangedError):
                    if self._files.update(name, content, new):
                        result.written.append(name)
                    self._catalogues.keep(name, new, again)
                    self._record(work, name, new, again, result)
                    result.updates.append(Update.of(locale, name, merged, taken, details=self._options.details))
                    break
            else:
                raise FileChangedError(name)
        result.take_unwritten(self._files)
        return result, is_waiting

    def _record(self, work: _DomainUpdate, name: str, data: bytes, catalogue: Catalogue, result: StepResult) -> None:
        """Keep what a later run needs to update only a part of a catalogue."""
        if work.new.index:
            record = CatalogueRecord.of(catalogue, data, work.template, work.new.index)
            result.entries[_CATALOGUES, name] = record.cache_entry(self._key) if record else ""

    def _part(self, work: _DomainUpdate, name: str, data: bytes, locale: str) -> PartialMerge | None:
        """The merge of the changed part of the template, None if all of it has to be merged."""
        change = work.new.change
        if change is None or self._orphaned.has(locale):
            return None
        record = CatalogueRecord.of_cache(self._cache.entries(_CATALOGUES, [name]).get(name, ""), self._key)
        if record is None:
            return None
        work.families = work.families or _Families(self._families(work))
        merging = partial(merge, options=self._options.merge)
        return partial_merge(change, record, data, merging, work.families, self._options.segmentation)

    def _written_part(
        self, work: _DomainUpdate, name: str, part: PartialMerge, locale: str, result: StepResult
    ) -> bool:
        """Write a catalogue of which a part was merged. False if somebody has saved it since it was read."""
        change, index = work.new.change, work.new.index
        if change is None or index is None:
            return False
        record = part.record.with_index(change.before, index)
        if part.result.changed:
            file = part.file(change, self._options.wrap)
            with suppress(FileChangedError):
                if self._files.update(name, digest(part.po.data), file.data):
                    result.written.append(name)
                counts = Counter(outcome.fate.value for outcome in part.result.outcomes)
                counts[Fate.KEPT.value] += part.others
                result.updates.append(Update(locale, name, changed=True, counts=counts))
                record = CatalogueRecord(digest(file.data), index.name, frozenset(), file.sizes)
                result.entries[_CATALOGUES, name] = record.cache_entry(self._key)
                return True
            return False
        result.entries[_CATALOGUES, name] = record.cache_entry(self._key) if record else ""
        return True

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
