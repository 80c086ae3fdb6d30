"""Makes what the steps of a run need, once in each process, and hands each step what it uses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from translate_pipe.engine.cache import Cache
from translate_pipe.late import LateModule
from translate_pipe.model import Severity
from translate_pipe.project.request import Stage
from translate_pipe.project.steps.orphans import NO_ORPHANS
from translate_pipe.project.steps.outputs import NO_KNOWN_OUTPUTS, Outputs
from translate_pipe.registry import TEXT_NOT_OFFERED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from translate_pipe import checks
    from translate_pipe.checks.messages.glossary import Term
    from translate_pipe.engine import remote
    from translate_pipe.engine.files import Files
    from translate_pipe.engine.scheduler import Step
    from translate_pipe.project.project import Project, Source
    from translate_pipe.project.request import RunOptions
    from translate_pipe.project.steps import (
        building,
        checking,
        judging,
        orphans,
        reading,
        sketches,
        surroundings,
        updating,
    )
    from translate_pipe.project.steps.orphans import Orphans
    from translate_pipe.project.steps.outputs import KnownOutputs
    from translate_pipe.project.steps.work import Keep
else:  # a run in which nothing has changed needs none of them
    checks = LateModule("translate_pipe.checks")
    remote = LateModule("translate_pipe.engine.remote")
    building = LateModule("translate_pipe.project.steps.building")
    checking = LateModule("translate_pipe.project.steps.checking")
    judging = LateModule("translate_pipe.project.steps.judging")
    orphans = LateModule("translate_pipe.project.steps.orphans")
    reading = LateModule("translate_pipe.project.steps.reading")
    sketches = LateModule("translate_pipe.project.steps.sketches")
    surroundings = LateModule("translate_pipe.project.steps.surroundings")
    updating = LateModule("translate_pipe.project.steps.updating")


_STEPS = {"SketchReader": "sketches", "Updater": "updater", "Builder": "builder"}
"""The steps that workers do, by the names of their classes, which need not be imported for that."""


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a run knows before its first step; picklable, so that workers can make their services from it.

    `sources` are all documents of the project. `key` is the cache key of the run: configuration, glossary and version
    of the tool. `known` are outputs that are not in the cache.
    """

    project: Project
    options: RunOptions
    sources: Sequence[Source]
    key: str
    glossary: tuple[Term, ...] = ()
    orphans: Orphans = NO_ORPHANS
    known: KnownOutputs = NO_KNOWN_OUTPUTS


class Services:
    """The steps of a run and what they need, in one process. Each is made when it is first asked for.

    `keep` keeps cache entries before the step that they belong to is done.

    No step gets this object: it gets the services that it uses.
    """

    def __init__(self, context: RunContext, files: Files, cache: Cache, keep: Keep | None = None) -> None:
        self._context = context
        self._keep = keep
        self._project = context.project
        self._options = context.options
        self._configuration = context.project.configuration
        self._files = files
        self._cache = cache

    def for_workers(self) -> Callable[[int], Services]:
        """A picklable function that makes the services of the worker with a given number."""
        return partial(_of_worker, self._context, self._files.for_process(0), self._cache.file)

    def for_cluster(self) -> Callable[[], ClusterServices]:
        """A picklable function that makes the services of a worker of a cluster."""
        context = replace(self._context, project=replace(self._project, root=self._files.real(".")))
        return partial(ClusterServices, context, self._files.unwritten, dry_run=self._files.is_dry)

    def step(self, kind: type[Step]) -> Step:
        """The step of this class; see `_STEPS`."""
        found: Any = getattr(self, _STEPS[kind.__name__])
        return found  # type: ignore[no-any-return]

    def abandon(self) -> None:
        """Remove half-written files."""
        self._files.abandon()

    @cached_property
    def sketches(self) -> sketches.SketchReader:
        """Reads what catalogues need of documents."""
        return sketches.SketchReader(
            self._documents,
            self._files,
            self._cache,
            repr((self._context.key, self._configuration.parse_options)),
            looks_for_text=TEXT_NOT_OFFERED not in self._configuration.ignore_checks,
            is_asked_again=self._options.stages & ~(Stage.EXTRACT | Stage.UPDATE) != Stage(0),
            keep=self._keep,
        )

    @cached_property
    def updater(self) -> updating.Updater:
        """Writes templates and updates catalogues."""
        options, configuration = self._options, self._configuration
        return updating.Updater(
            self._project,
            updating.UpdateOptions(
                stages=options.stages,
                now=options.now,
                details=options.details,
                name=self._project.name,
                references=configuration.references,
                wrap=configuration.wrap,
                segmentation=configuration.segmentation,
                merge=configuration.merge_options,
            ),
            self._files,
            self._cache,
            self._context.key,
            sketches=self.sketches,
            documents=self._documents,
            catalogues=self.catalogues,
            orphaned=orphans.OrphanedTranslations(self._project, self._context.orphans),
        )

    @cached_property
    def checker(self) -> checking.Checker:
        """Reads and checks catalogues. A draft is not checked, and a build alone skips checks that only inform."""
        ignored, severities = self._configuration.ignore_checks, dict(self._configuration.severity)
        wanted: tuple[checks.Check, ...] = ()
        if not self._options.is_draft:
            wanted = tuple(
                replace(one, severity=severities.get(one.name, one.severity)) if one.has_opt_out else one
                for one in checks.checks_with(self._configuration.plugins)
                if one.name not in ignored or not one.has_opt_out
            )
        if Stage.CHECK not in self._options.stages:
            wanted = tuple(one for one in wanted if one.severity is not Severity.INFO)
        return checking.Checker(
            self._project,
            self._options,
            self._files,
            self._cache,
            self._context.key,
            catalogues=self.catalogues,
            neighbours=self._neighbours,
            checks=wanted,
            glossary=self._context.glossary,
        )

    @cached_property
    def builder(self) -> building.Builder:
        """Localises documents."""
        return building.Builder(
            self._project,
            self._options,
            self._files,
            self._cache,
            self._context.key,
            sketches=self.sketches,
            documents=self._documents,
            checker=self.checker,
            renderer=judging.ProjectRenderer(self._configuration),
            neighbours=self._neighbours,
            outputs=self.outputs,
            keep=self._keep,
        )

    @cached_property
    def outputs(self) -> Outputs:
        """Writes and removes outputs."""
        context = self._context
        return Outputs(
            self._project, self._options, self._files, self._cache, sources=context.sources, known=context.known
        )

    @cached_property
    def catalogues(self) -> reading.CatalogueReader:
        """Reads catalogues."""
        return reading.CatalogueReader(self._files)

    @cached_property
    def _documents(self) -> reading.DocumentReader:
        return reading.DocumentReader(self._files, self._configuration.parse_options)

    @cached_property
    def _neighbours(self) -> surroundings.Neighbours:
        return surroundings.Neighbours(
            self._project, self._files, self._context.sources, self._documents, self.catalogues
        )


class ClusterServices(Services):
    """The services of a worker of a cluster, which writes nothing and has no cache."""

    def __init__(self, context: RunContext, unwritten: Mapping[str, bytes], *, dry_run: bool) -> None:
        self.files = remote.RemoteFiles(context.project.root, unwritten, dry_run=dry_run)
        self.files.kinds = context.project.configuration.kinds
        self.cache = remote.SentCache()
        super().__init__(context, self.files, self.cache)


def _of_worker(context: RunContext, files: Files, cache_file: Path | None, number: int) -> Services:
    return Services(context, files.for_process(number), Cache(cache_file))
