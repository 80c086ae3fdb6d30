"""The last steps of a run for one domain: catalogues are checked, documents localised, judged and written."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.engine.entries import CacheEntry
from translate_pipe.engine.fingerprints import digest
from translate_pipe.engine.scheduler import THIS_PROCESS, Done, Needs, Unit, batched
from translate_pipe.localisation import localise
from translate_pipe.localisation.finishing import finish
from translate_pipe.markdown.embedded.frontmatter import with_keys
from translate_pipe.model import Severity
from translate_pipe.project.request import Stage
from translate_pipe.project.status import added_keys
from translate_pipe.project.steps.judging import JudgedDocument, LocalisationJudge
from translate_pipe.project.steps.sketches import SKETCHES, SLICE
from translate_pipe.project.steps.work import DomainResult, StepResult, Withheld
from translate_pipe.registry import RENDERING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from translate_pipe.engine.cache import Cache
    from translate_pipe.engine.files import Files
    from translate_pipe.engine.fingerprints import SeenFile
    from translate_pipe.engine.scheduler import Team
    from translate_pipe.links import LocaleLinks
    from translate_pipe.model import Localised, MessageKey
    from translate_pipe.project.project import Project, Source
    from translate_pipe.project.request import RunOptions
    from translate_pipe.project.steps.checking import Checker
    from translate_pipe.project.steps.judging import ProjectRenderer
    from translate_pipe.project.steps.outputs import Outputs
    from translate_pipe.project.steps.publishing import Layers
    from translate_pipe.project.steps.reading import DocumentReader
    from translate_pipe.project.steps.sketches import Sketch, Sketches, SketchReader
    from translate_pipe.project.steps.surroundings import Neighbours
    from translate_pipe.project.steps.work import Domain, DomainTask, Keep

LOCALES_AT_ONCE = 4
"""How many catalogues of a domain with more documents than this are in memory at once."""

DOCUMENTS_BUILT_AT_ONCE = 200
"""For how many documents to look into the cache before any of them is localised."""

ByLocale = dict[str, StepResult]
"""The result for each locale."""


class _DomainBuild(NamedTuple):
    """A domain to build. Its documents are spread over the team."""

    team: Team
    domain: Domain
    sketches: Sketches


class _Localising(NamedTuple):
    """Documents to localise into some locales, whose catalogues these are. With `is_cached` the results are kept."""

    sketches: Sketches
    layers: Mapping[str, Layers]
    is_cached: bool

    def within(self, documents: Iterable[tuple[Source, list[str]]]) -> _Localising:
        """What some of the documents need. What their links lead to elsewhere is not in it, and is read again."""
        sketches = self.sketches.within(source for source, _ in documents)
        keys = dict.fromkeys(key for sketch in sketches.values() for key in sketch.words)
        return _Localising(sketches, {locale: one.within(keys) for locale, one in self.layers.items()}, self.is_cached)


class Builder:
    """Localises documents. `key` is the run's cache key, and `keep` what `SketchReader` has."""

    def __init__(  # noqa: PLR0913  # what building reads
        self,
        project: Project,
        options: RunOptions,
        files: Files,
        cache: Cache,
        key: str,
        *,
        sketches: SketchReader,
        documents: DocumentReader,
        checker: Checker,
        renderer: ProjectRenderer,
        neighbours: Neighbours,
        outputs: Outputs,
        keep: Keep | None,
    ) -> None:
        self._project = project
        self._configuration = project.configuration
        self._options = options
        self._files = files
        self._cache = cache
        self._key = key
        self._sketches = sketches
        self._documents = documents
        self._checker = checker
        self._renderer = renderer
        self._neighbours = neighbours
        self._outputs = outputs
        self._keep = keep
        self._judged: tuple[Sketch, JudgedDocument] | None = None  # parsed and rendered once for all locales

    def build(self, team: Team, task: DomainTask) -> DomainResult:
        """Check the catalogues of a domain in the locales of the task, and localise its documents.

        Many locales are spread over the team; otherwise the documents of one locale after the other are.
        """
        read = StepResult()
        sketches = self._sketches.sketches(team, task.domain, read)
        found = [*read.diagnostics, *sketches.diagnostics()]
        read.of_documents = found
        # If the run extracts or updates, these are reported there.
        read.diagnostics, read.shared = [], [] if self._options.stages & (Stage.EXTRACT | Stage.UPDATE) else found

        at_once = len(task.locales) if len(sketches) <= LOCALES_AT_ONCE else LOCALES_AT_ONCE
        some = list(batched(task.locales, at_once if team.jobs == 1 else 1))
        outer, inner = (team, THIS_PROCESS) if len(some) > team.jobs else (THIS_PROCESS, team)
        units = [
            Unit(locales, len(locales) * len(sketches), partial(self.needs, task._replace(locales=tuple(locales))))
            for locales in some
        ]
        results: ByLocale = {}
        with closing(outer.map(Builder._built, self, _DomainBuild(inner, task.domain, sketches), [units])) as built:
            for made in built:
                results |= made
        for result in results.values():
            result.add(read)
        return DomainResult(results)

    def needs(self, task: DomainTask) -> Needs:
        """What building a domain needs."""
        sources = task.domain.sources
        wider = (other for locale in task.locales for other in self._configuration.stand_ins(locale))
        locales = dict.fromkeys((*task.locales, *wider))
        catalogues = [self._project.catalogue(task.domain.name, locale) for locale in locales]
        needs = self._needs_of_documents([(source, task.locales) for source in sources])
        # What is known of catalogues is too much to send; workers check them again.
        entries: dict[str, Sequence[str]] = {}
        if len(sources) > 1:
            entries[SKETCHES] = needs.files
            entries |= dict.fromkeys((self._step, *_STEPS_WITH_STATUS), needs.outputs)
        return Needs((*needs.files, *catalogues), needs.outputs, entries)

    def _needs_of_documents(self, documents: Iterable[tuple[Source, Iterable[str]]]) -> Needs:
        """What localising documents, each into some locales, needs beside the catalogues."""
        pairs = [(source, locale) for source, locales in documents for locale in locales]
        paths = dict.fromkeys(source.path for source, _ in pairs)
        return Needs([*paths], [self._project.output(source, locale) for source, locale in pairs])

    def _built(self, work: _DomainBuild, locales: Sequence[str]) -> ByLocale:
        """Build a domain in some locales."""
        results = {locale: StepResult() for locale in locales}
        found = {one: self._checker.layers(work.domain, work.sketches, one, results[one]) for one in locales}
        layers = {locale: one for locale, one in found.items() if one}
        context = _Localising(work.sketches, layers, is_cached=len(work.sketches) > 1)
        batches = (self._units(context, sources) for sources in batched(work.sketches, DOCUMENTS_BUILT_AT_ONCE))
        with closing(work.team.map(Builder._localised, self, context, batches)) as localised:
            for made in localised:
                for locale, result in made.items():
                    result.keep_entries(self._keep)
                    results[locale].add(result)
        return results

    def _units(
        self, context: _Localising, sources: Iterable[Source]
    ) -> list[Done[ByLocale] | Unit[list[tuple[Source, list[str]]]]]:
        """The documents that have to be localised, in slices, and the results of those that have not changed."""
        steps = (self._step,) if self._options.reports_findings else _STEPS_WITH_STATUS
        units: list[Done[ByLocale] | Unit[list[tuple[Source, list[str]]]]] = []
        sources = list(sources)
        project, locales = self._project, context.layers if context.is_cached else ()
        outputs = [project.output(source, locale) for source in sources for locale in locales]
        kept = {step: self._cache.entries(step, outputs) for step in steps}
        entries = {
            (step, output): entry
            for step, texts in kept.items()
            for output, text in texts.items()
            if (entry := CacheEntry.parse(text))
        }
        seen = self._cache.seen({name for entry in entries.values() for name in entry.files})
        for source in sources:
            known: ByLocale = {}
            for locale in locales:
                layers, output = context.layers[locale], project.output(source, locale)
                own = (entry for step in steps if (entry := entries.get((step, output))))
                found = (self._cached(entry, source, context, layers, seen) for entry in own)
                if result := next(filter(None, found), None):
                    known[locale] = result
            left = [locale for locale in context.layers if locale not in known]
            if known:
                units.append(Done(known))
            if left:
                last = units[-1] if units else None
                if isinstance(last, Unit) and len(last.item) < SLICE:
                    last.item.append((source, left))
                    units[-1] = last._replace(size=last.size + len(left))
                else:
                    some = [(source, left)]
                    units.append(Unit(some, len(left), partial(self._needs_of_documents, some)))
        return units

    def _localised(self, context: _Localising, documents: Iterable[tuple[Source, list[str]]]) -> ByLocale:
        """Localise documents, each into some locales."""
        results: ByLocale = {locale: StepResult() for locale in context.layers}
        for source, locales in documents:
            sketch = context.sketches[source]
            for locale in locales:
                layers = context.layers[locale]
                result = self.localise(source, sketch, layers, context.sketches if context.is_cached else ())
                if context.is_cached:
                    key = self._cache_key(source, layers, result.reached, context)
                    result.entries[self._step, self._project.output(source, locale)] = result.cache_entry(key)
                results[locale].add(result)
        return results

    # The cache

    @property
    def _step(self) -> str:
        """The step of the cache entries of runs that do the same with localised documents."""
        options = self._options
        return _step(options.stages, require_complete=options.require_complete, is_draft=options.is_draft)

    def _cache_key(self, source: Source, layers: Layers, reached: Iterable[str], context: _Localising) -> str:
        """The cache key of a localised document, with everything that is taken from the catalogues.

        That is also what the documents `reached` take from them, with errors or without: their headings are in it.
        """
        sketches, state_of = context.sketches, layers.state_of
        parts = [self._key.encode(), sketches.content(source).encode()]
        for one in (source, *map(self._neighbours.source, reached)):
            known = one is not None and one in sketches
            parts.append(b"".join(map(state_of, sketches.marks(one))) if one and known else b"")
        return digest(*parts, *(path.encode() for path in reached))

    def _cached(
        self, entry: CacheEntry, source: Source, context: _Localising, layers: Layers, seen: Mapping[str, SeenFile]
    ) -> StepResult | None:
        """The result of an earlier run, None if it is no longer valid. `seen` has the stamps of its files."""
        result = StepResult.of_cache(entry.result)
        if result is None:
            return None
        key = self._cache_key(source, layers, result.reached, context)
        with self._files.watched() as trace:
            if not entry.is_valid(key, lambda name: self._files.look(name, seen.get(name)).digest, self._files.exists):
                return None
        if not self._options.reports_findings:
            return StepResult(trace=trace, status=result.status, withheld=result.withheld)
        result.trace.add(trace)
        result.diagnostics = [layers.relocated(one) for one in result.diagnostics]
        result.shared = [layers.relocated(one) for one in result.shared]
        return result

    # One document

    def localise(
        self, source: Source, sketch: Sketch, layers: Layers, domain: Container[Source] = frozenset()
    ) -> StepResult:
        """Localise and judge a document for one locale, and do what the run is asked to do with it.

        What it needs of localised documents of the `domain` is noted in the result without their catalogues.
        """
        options, configuration, result = self._options, self._configuration, StepResult()
        with result.recording(self._files, source.path):
            locale, layers = layers.own.locale, layers.within(sketch.words)
            if self._judged is None or self._judged[0] is not sketch:
                document, _ = self._documents.document(source.path)
                self._judged = sketch, JudgedDocument(self._renderer, document)
            judged = self._judged[1]
            wanted, output = configuration.finish(locale), self._project.output(source, locale)
            accepted = self._accepted(judged, output, layers, wanted.links, result)
            result.status.append(accepted.published.status(sketch.path, sketch.words))
            if not options.reports_findings:
                return result
            finished = finish(judged.document, accepted.localised.text, wanted, output)
            result.diagnostics += finished.diagnostics
            if Stage.CHECK in options.stages:
                reached: set[Source] = set()
                found = self._neighbours.check(
                    source,
                    judged.document,
                    finished.text,
                    locale,
                    keeps_links=accepted.localised.keeps_links and finished.text == accepted.localised.text,
                    translations=layers.translations,
                    domain=domain,
                    reached=reached,
                )
                result.diagnostics += map(layers.at_message, found)
                result.reached = sorted(one.path for one in reached)
                result.shared += [judged.diagnostic] if judged.diagnostic else []
            if Stage.BUILD not in options.stages:
                return result
            if options.require_complete:
                result.shared += layers.incomplete(judged.document)
            if configuration.on_error == "stop" and (accepted.has_errors or layers.has_errors(sketch)):
                result.stopped.append(output)
                return result
            result.warned += (*accepted.published.warned(sketch.words), *accepted.warned)
            keys = added_keys(configuration.front_matter_add, result.status[0])
            data = with_keys(finished.text, keys).encode()
            self._outputs.write(output, data, judged.document.text.encode(), accepted.verdict, result)
        if not result.status:
            result.status.append(layers.status(sketch.path, sketch.words))
        return result

    def _accepted(
        self, judged: JudgedDocument, output: str, layers: Layers, links: LocaleLinks, result: StepResult
    ) -> _Accepted:
        """Find the localised document whose structure and rendering are those of its source.

        A message whose translation is refused is not used. What replaces it, perhaps the translation of a wider locale,
        is judged as well.
        """
        document, locale, has_errors = judged.document, layers.own.locale, False
        warned: list[tuple[str, MessageKey]] = []
        severity = self._configuration.severity_of(RENDERING, Severity.ERROR)
        known = self._cache.output(output)
        last = known.judged if known else ""
        is_judged = not self._options.is_draft and RENDERING not in self._configuration.ignore_checks
        judge = LocalisationJudge(judged, links, last) if is_judged else None
        allowed = self._configuration.allowed(document.path)
        left = layers
        while True:
            localised = localise(document, left.translations, judge, locale=locale, links=links, allowed=allowed)
            if not localised.fallbacks:
                break
            if judge and severity is not Severity.ERROR:  # what the judge finds is published all the same
                found = [left.at_message(one) for one in localised.diagnostics if one.check == RENDERING]
                result.shared += found if self._options.reports_findings else ()
                warned = [(one.file, (one.msgctxt, one.msgid)) for one in found if severity is Severity.WARNING]
                judge = None
                continue
            has_errors = True
            if self._options.reports_findings:
                result.shared += (left.at_message(found) for found in localised.diagnostics)
            if self._configuration.on_error == "publish":
                # Findings of the judge are only reported; what breaks the structure is never published.
                localised = localise(document, layers.translations, locale=locale, links=links, allowed=allowed)
                return _Accepted(localised, _withheld(layers, localised, document.path, result), has_errors, warned)
            left = _withheld(left, localised, document.path, result)
        verdict = judge.verdict(localised.text) if judge else ("" if is_judged else last)
        return _Accepted(localised, left, has_errors, warned, verdict)


class _Accepted(NamedTuple):
    """A localised document, the layers with what is published in it, and whether any translation was refused.

    `warned` are the messages that the judge warns of, by file. `verdict` is the cache key under which the judge has
    found the document correct, in this run or, if this run does not judge, in an earlier one; empty if there is none.
    """

    localised: Localised
    published: Layers
    has_errors: bool
    warned: list[tuple[str, MessageKey]]
    verdict: str = ""


def _withheld(layers: Layers, localised: Localised, path: str, result: StepResult) -> Layers:
    """The layers without the translations that a localised document does not use, which are withheld."""
    refused = dict.fromkeys(segment.key for segment in localised.fallbacks)
    result.withheld += (Withheld(one.file, key, path) for key in refused if (one := layers.layer_of(key)))
    return layers.without(refused)


def _step(stages: Stage, *, require_complete: bool = False, is_draft: bool = False) -> str:
    return f"localised {(stages & (Stage.CHECK | Stage.BUILD)).value} {require_complete:d} {is_draft:d}"


_STEPS_WITH_STATUS = (_step(Stage.CHECK | Stage.BUILD), _step(Stage.BUILD), _step(Stage.BUILD, require_complete=True))
"""The steps of runs that write, whose cache entries have the status of documents."""
