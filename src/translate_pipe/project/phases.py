"""The two phases of a run: first extract and update, then check and build.

Each phase finds out which domains have something to do, has it done, and reports and caches the results in the order of
the domains.
"""

from __future__ import annotations

from collections import deque
from contextlib import closing, suppress
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.engine.fingerprints import digest
from translate_pipe.engine.scheduler import THIS_PROCESS, Alone, Done, Processes, Team, Unit, batched
from translate_pipe.errors import FileError
from translate_pipe.late import LateModule
from translate_pipe.project.request import Stage
from translate_pipe.project.steps.orphans import ORPHANS
from translate_pipe.project.steps.work import DomainResult, DomainTask, StepResult, file_diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from translate_pipe import catalogue
    from translate_pipe.catalogue import Compendium
    from translate_pipe.engine import cluster
    from translate_pipe.engine.cache import Cache
    from translate_pipe.engine.entries import CacheKeeper
    from translate_pipe.engine.files import Files
    from translate_pipe.engine.scheduler import Executor, Needs
    from translate_pipe.model import Diagnostic, Message, MessageKey
    from translate_pipe.project.request import Progress, Report
    from translate_pipe.project.services import RunContext, Services
    from translate_pipe.project.steps import building, updating
    from translate_pipe.project.steps.work import Domain, Withheld
else:  # not needed if nothing has changed
    catalogue = LateModule("translate_pipe.catalogue")
    cluster = LateModule("translate_pipe.engine.cluster")
    building = LateModule("translate_pipe.project.steps.building")
    updating = LateModule("translate_pipe.project.steps.updating")

FIRST = Stage.EXTRACT | Stage.UPDATE
"""The stages of the first phase, in which catalogues change. The second phase reads them."""

DOMAINS_AT_ONCE = 200
"""For how many domains to look into the cache before any of them is worked on."""

DOCUMENTS_OF_A_LARGE_DOMAIN = 64
"""A domain with this many documents is spread over processes by itself."""


class _Phase(NamedTuple):
    """A phase: the step of its cache entries, and the parts of each domain that have an entry of their own.

    The first phase has one part without a name, the second phase one for each locale. Results of the second phase are
    also kept under the `status_step`, if it has a name, for later runs that want the status alone.
    """

    step: str
    parts: tuple[str, ...]
    is_first: bool
    status_step: str = ""


class Phases:
    """Does the phases of a run for its domains. Results go into the report."""

    def __init__(  # noqa: PLR0913  # what a run consists of
        self,
        context: RunContext,
        services: Services,
        files: Files,
        cache: Cache,
        keeper: CacheKeeper,
        *,
        domains: Sequence[Domain],
        report: Report,
        progress: Progress,
        tell: Callable[[str], None],
    ) -> None:
        self._context = context
        self._project = context.project
        self._options = context.options
        self._services = services
        self._files = files
        self._report = report
        self._progress = progress
        self._all_domains = [domain.name for domain in domains]
        shard = context.options.shard
        if context.options.stages is Stage.BUILD:  # only reads catalogues, so that documents need not stay together
            own = (one._replace(sources=tuple(s for s in one.sources if shard.has(s.name))) for one in domains)
            self._domains = [domain for domain in own if domain.sources]
        else:
            self._domains = [domain for domain in domains if shard.has(domain.name)]
        self._cache = cache
        self._keeper = keeper
        self._team = Team(self._executor(tell))
        self._reported: set[Diagnostic] = set()
        self.made: dict[str, str] = {}
        """The digests for the project's record, of the outputs that were localised in this run."""

    def _executor(self, tell: Callable[[str], None]) -> Executor | None:
        """What does the units of work; None for this process alone."""
        options, services, keeper = self._options, self._services, self._keeper
        configuration = self._project.configuration
        if options.scheduler:
            return cluster.Cluster(
                options.scheduler,
                services.for_cluster,
                self._files,
                self._cache,
                uses=(*configuration.plugins, *configuration.markdown_extensions),
                wrote=lambda trace: keeper.add((), trace),
                tell=tell,
            )
        return Processes(options.jobs, services.for_workers, keeper.at_work) if options.jobs > 1 else None

    def outputs(self, locales: Sequence[str]) -> Iterator[str]:
        """The outputs in some locales of the documents that this run works on."""
        for domain in self._domains:
            for source in domain.sources:
                yield from (self._project.output(source, locale) for locale in locales)

    def run(self) -> None:
        """Do all phases."""
        options, locales = self._options, self._options.locales
        phases = []
        if options.stages & FIRST or not locales:
            phases.append(_Phase(_step("first", options.stages & FIRST, locales), ("",), is_first=True))
        if options.stages & ~FIRST and locales:
            step, status_step = _step("status"), ""
            if options.stages is not Stage.STATUS:
                others = locales if self._project.configuration.fallback == "chain" else ()
                status_step = "" if options.is_draft else step
                step = _step("second", options.stages, others, options.require_complete, options.is_draft)
            phases.append(_Phase(step, locales, is_first=False, status_step=status_step))
        project, names = self._project, [domain.name for domain in self._domains]
        every = project.configuration.locales
        catalogues = (project.catalogue(name, locale) for name in names for locale in every)
        self._keeper.tidy(chain(map(project.template, names), catalogues, self.outputs(every)))
        orphans = self._context.orphans
        if orphans.cache_entry:
            self._keeper.add([(ORPHANS, "", orphans.cache_entry)], orphans.trace)
        self._report.documents = sum(len(domain.sources) for domain in self._domains)
        self._progress.start(self._report.documents * len(phases))
        for phase in phases:
            self._do(phase)
            self._keeper.flush()

    def finish(self, *, is_complete: bool) -> None:
        """Write the cache, also of a run that has not come to its end."""
        self._team.close()
        self._keeper.finish(is_complete=is_complete, has_written=self._report.changed)
        if self._keeper.failure:
            self._report.diagnostics.append(file_diagnostic(self._keeper.failure))
        elif is_complete:
            self._services.outputs.forget_journals()

    def _do(self, phase: _Phase) -> None:
        """Do a phase for all domains; those with new messages that others may have translated come last."""
        started: deque[tuple[Domain, Mapping[str, StepResult]]] = deque()
        delayed: list[tuple[Domain, StepResult, tuple[str, ...]]] = []
        with closing(self._outcomes(phase, self._batches(phase, started))) as outcomes:
            for outcome in outcomes:
                domain, known = started.popleft()
                if outcome.waiting:
                    self._files.unwritten |= outcome.results[""].unwritten
                    delayed.append((domain, outcome.results[""], outcome.waiting))
                else:
                    self._keep(phase, domain, outcome.results)
                    self._add_to_report(domain, [known.get(part) or outcome.results[part] for part in phase.parts])
        memory: dict[str, Compendium] = {}
        for locale in dict.fromkeys(locale for _, _, locales in delayed for locale in locales):
            messages: dict[MessageKey, Message] = {}
            for name in self._all_domains:
                with suppress(FileError):  # reported where this catalogue is updated itself
                    found = self._services.catalogues.catalogue(self._project.catalogue(name, locale))
                    messages |= {one.key: one for one in found.messages if one.has_msgstr} if found else {}
            memory[locale] = catalogue.Compendium(messages.values())
        for domain, result, locales in delayed:
            task = DomainTask(domain, locales, frozenset(memory))
            result.add(self._services.updater.update(THIS_PROCESS, task, memory).results[""])
            self._keep(phase, domain, {"": result})
            self._add_to_report(domain, [result])

    def _batches(
        self, phase: _Phase, started: deque[tuple[Domain, Mapping[str, StepResult]]]
    ) -> Iterator[list[Unit[DomainTask] | Done[DomainResult] | Alone[DomainResult]]]:
        """What is left to do for each domain. Adds the domains to `started`, with the results that are still valid."""
        for domains in batched(self._domains, DOMAINS_AT_ONCE):
            keys: dict[str, str] = {}
            for domain in domains:
                key = domain.cache_key(self._context.key)
                keys |= {_entry_name(part, domain): key for part in phase.parts}
            valid = self._keeper.valid(phase.step, keys)
            results = {name: result for name, one in valid.items() if (result := StepResult.of_cache(one.result))}
            units: list[Unit[DomainTask] | Done[DomainResult] | Alone[DomainResult]] = []
            for domain in domains:
                found = {part: results.get(_entry_name(part, domain)) for part in phase.parts}
                started.append((domain, {part: result for part, result in found.items() if result}))
                left = tuple(part for part, result in found.items() if not result)
                if not left:
                    units.append(Done(DomainResult({})))
                    continue
                locales = self._options.locales if phase.is_first else left
                task = DomainTask(domain, locales, self._locales_with_catalogues if phase.is_first else frozenset())
                if len(domain.sources) >= DOCUMENTS_OF_A_LARGE_DOMAIN and self._team.jobs > 1:
                    step = self._services.updater.update if phase.is_first else self._services.builder.build
                    units.append(Alone(partial(step, self._team, task)))
                else:
                    units.append(Unit(task, len(domain.sources) * len(left), partial(self._needs, phase, task)))
            yield units

    def _needs(self, phase: _Phase, task: DomainTask) -> Needs:
        return self._services.updater.needs(task) if phase.is_first else self._services.builder.needs(task)

    def _outcomes(
        self, phase: _Phase, batches: Iterator[list[Unit[DomainTask] | Done[DomainResult] | Alone[DomainResult]]]
    ) -> Generator[DomainResult, None, None]:
        """The result for each domain, in order."""
        for batch in batches:
            if all(isinstance(one, Done) for one in batch):  # if nothing has changed, no step is imported
                yield from (one.result for one in batch if isinstance(one, Done))
            elif phase.is_first:
                yield from self._team.map(
                    updating.Updater.update, self._services.updater, THIS_PROCESS, chain([batch], batches)
                )
            else:
                yield from self._team.map(
                    building.Builder.build, self._services.builder, THIS_PROCESS, chain([batch], batches)
                )

    @cached_property
    def _locales_with_catalogues(self) -> frozenset[str]:
        """The locales in which other domains may have translated what is new in a catalogue."""
        if len(self._all_domains) < 2 or self._project.configuration.reuse == "none":  # noqa: PLR2004
            return frozenset()
        name, exists = self._project.catalogue, self._files.exists
        locales = self._options.locales
        return frozenset(one for one in locales if any(exists(name(domain, one)) for domain in self._all_domains))

    def _keep(self, phase: _Phase, domain: Domain, results: Mapping[str, StepResult]) -> None:
        """Cache what was done for a domain."""
        key = domain.cache_key(self._context.key) if results else ""
        for part, result in results.items():
            self._files.unwritten |= result.unwritten
            self.made |= {output: made.sha256 for output, made in result.outputs.items() if made.sha256}
            if self._files.is_dry and not self._options.only_reads:
                continue
            name = _entry_name(part, domain)
            entries = [(phase.step, name, result.cache_entry(key))]
            if phase.status_step:
                entries.append((phase.status_step, name, result.for_status().cache_entry(key)))
            entries += ((step, entry, text) for (step, entry), text in result.entries.items())
            self._keeper.add(entries, result.trace, result.outputs)

    def _add_to_report(self, domain: Domain, results: Iterable[StepResult]) -> None:
        """Report the results for a domain."""
        report, details = self._report, self._options.details
        shared: set[Diagnostic] = set()
        withheld: dict[Withheld, None] = {}
        warned: set[tuple[str, MessageKey]] = set()
        for result in results:
            report.add_written(result.written, details=details)
            report.add_updates(result.updates, details=details)
            for found in result.diagnostics:
                # Both phases meet a file that cannot be used.
                if found.check == "file" and found in self._reported:
                    continue
                report.diagnostics.append(found)
                if found.check == "file":
                    self._reported.add(found)
            for found in result.shared:
                if found not in shared:
                    shared.add(found)
                    report.diagnostics.append(found)
            if Stage.STATUS in self._options.stages:
                report.add_status(result.status, details=details)
            report.stopped += result.stopped
            report.kept += result.kept
            withheld |= dict.fromkeys(result.withheld)
            warned.update(result.warned)
        report.withheld += withheld
        report.warned += len(warned)
        self._progress.advance(len(domain.sources))


def _entry_name(part: str, domain: Domain) -> str:
    """The name of a cache entry."""
    return f"{part}\n{domain.name}"


def _step(*parts: object) -> str:
    """The step of the cache entries of runs that are asked for the same."""
    return digest(repr(parts).encode())
