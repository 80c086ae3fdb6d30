"""The phases of a run: what has to be done is found out, spread over processes, gathered in order, and remembered."""

from __future__ import annotations

import time
from collections import deque
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.engine.files import Trace
from translate_pipe.engine.fingerprints import TICK, digest
from translate_pipe.errors import FileError
from translate_pipe.project.common import Group, Looker, Task
from translate_pipe.project.orphans import ORPHANS
from translate_pipe.project.parts import Part, Record, file_diagnostic, fingerprint, parse_record, record_text
from translate_pipe.project.request import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from translate_pipe.catalogue import Compendium
    from translate_pipe.engine.cache import Output
    from translate_pipe.engine.fingerprints import Seen
    from translate_pipe.engine.workers import Pool
    from translate_pipe.model import Diagnostic, Message, MessageKey
    from translate_pipe.project.common import Common, Outcome, Wanted
    from translate_pipe.project.orphans import Orphans
    from translate_pipe.project.parts import Withheld
    from translate_pipe.project.request import Progress, Report

FIRST = Stage.EXTRACT | Stage.UPDATE
"""The stages of the first phase, in which catalogues change; the second one reads them."""

_AT_ONCE = 200
"""For how many domains it is found out at once whether there is anything to be done."""

_MANY = 48
"""How many documents and locales must have something to be done before processes are worth their start."""

_LARGE = 64
"""From so many documents on, a domain is spread over processes by itself."""

_MANY_FILES = 2000
"""After how many files the state is kept, so that a run that is killed has not been in vain."""

_MANY_LEARNT = 100
"""How many files must have got a new stamp, and nothing else, for the state to be written."""


class _Phase(NamedTuple):
    """A phase: the step that its records are remembered by, and the units that it does of each domain.

    Of the first phase there is one unit, without a name; of the second there is one for each locale. What comes of the
    second phase is also remembered by the `status_step`, if it has one, for later runs that want the status alone.
    """

    step: str
    units: tuple[str, ...]
    is_first: bool
    status_step: str = ""

    def name(self, group: Group, unit: str) -> str:
        """What the record of a unit is called."""
        return f"{unit}\n{group.domain}"


class _Pending(NamedTuple):
    """A domain whose turn comes when those before it are done: what is known of it, and what is being done."""

    group: Group
    known: Mapping[str, Part]
    outcome: Callable[[], Outcome] | None


class Phases:
    """Does the phases of a run for its domains; what comes of it goes into the report, in the order of the domains."""

    def __init__(self, common: Common, report: Report, progress: Progress, groups: Sequence[Group]) -> None:
        self._common = common
        self._request = common.request
        self._report = report
        self._progress = progress
        self._domains = [group.domain for group in groups]
        self._groups = list(_sharded(common, groups))
        self._memory = _Memory(common)
        self._kept = _Keeper(common)
        self._known: frozenset[str] | None = None
        self._told: set[Diagnostic] = set()

    @property
    def documents(self) -> int:
        """How many documents this run has to do with."""
        return sum(len(group.sources) for group in self._groups)

    @property
    def made(self) -> Mapping[str, str]:
        """The digests that the record of the project has of the outputs that were localised in this run."""
        return self._kept.made

    def outputs(self) -> Iterator[str]:
        """The outputs that this run has to do with."""
        project = self._common.project
        for group in self._groups:
            yield from (project.output(source, one) for source in group.sources for one in self._request.locales)

    def run(self) -> None:
        """Do all phases."""
        phases = list(self._phases())
        self._kept.tidy(self._groups)
        self._kept.add_orphans(self._common.orphans)
        self._progress.start(self.documents * len(phases))
        for phase in phases:
            self._do(phase)
            self._kept.flush()

    def finish(self, *, is_complete: bool) -> None:
        """Keep what is to be remembered, also of a run that has not come to its end."""
        has_written = self._report.changed
        self._kept.finish(is_complete=is_complete, has_written=has_written)
        if self._kept.failure:
            self._report.diagnostics.append(file_diagnostic(self._kept.failure))

    def _phases(self) -> Iterator[_Phase]:
        request, configuration = self._request, self._common.configuration
        stages, locales = request.stages, request.locales
        if stages & FIRST or not locales:
            yield _Phase(_step("first", stages & FIRST, locales), ("",), is_first=True)
        if stages & ~FIRST and locales:
            status_step = _step("status")
            others = locales if configuration.fallback == "chain" else ()
            step = _step("second", stages, others, request.require_complete, request.is_draft)
            if stages is Stage.STATUS:
                yield _Phase(status_step, locales, is_first=False)
            else:
                yield _Phase(step, locales, is_first=False, status_step="" if request.is_draft else status_step)

    def _do(self, phase: _Phase) -> None:
        waiting: deque[_Pending] = deque()
        delayed: list[tuple[Group, Part, tuple[Wanted, ...]]] = []
        with ExitStack() as stack:
            spread = _Spread(self._common, phase, self._kept, stack)
            for some in _slices(self._groups, _AT_ONCE):
                known = self._kept.known(phase, some)
                missing = [tuple(unit for unit in phase.units if unit not in done) for done in known]
                spread.expect(zip(some, missing, strict=True))
                for group, done, units in zip(some, known, missing, strict=True):
                    if spread.is_large(group, units):  # it has all processes for itself
                        self._gather(phase, waiting, 0, delayed)
                    outcome = spread.submit(self._task(phase, group, units)) if units else None
                    waiting.append(_Pending(group, done, outcome))
                    self._gather(phase, waiting, spread.capacity, delayed)
            self._gather(phase, waiting, 0, delayed)
        self._do_delayed(phase, delayed)

    def _task(self, phase: _Phase, group: Group, missing: tuple[str, ...]) -> Task:
        if not phase.is_first:
            return Task(group, missing)
        if self._known is None:
            self._known = self._memory.locales(self._domains)
        return Task(group, self._request.locales, self._known)

    def _gather(
        self,
        phase: _Phase,
        waiting: deque[_Pending],
        left: int,
        delayed: list[tuple[Group, Part, tuple[Wanted, ...]]],
    ) -> None:
        """Take what is done in the order of the domains, until no more than so many are left."""
        while waiting and (len(waiting) > left or waiting[0].outcome is None):
            pending = waiting.popleft()
            outcome = pending.outcome() if pending.outcome else None
            made = outcome.parts if outcome else {}
            if outcome and outcome.waiting:
                self._common.files.unwritten |= made[""].unwritten
                delayed.append((pending.group, made[""], outcome.waiting))
            else:
                self._kept.add(phase, pending.group, made)
                self._tell(pending.group, [(pending.known.get(unit) or made[unit]) for unit in phase.units])

    def _do_delayed(self, phase: _Phase, delayed: Sequence[tuple[Group, Part, tuple[Wanted, ...]]]) -> None:
        """Update the catalogues with new messages, now that all others are as they are going to be."""
        if not delayed:
            return
        from translate_pipe.project.updating import update_group

        memory = self._memory.compendia(self._domains, [one for _, _, waiting in delayed for one in waiting])
        for group, part, waiting in delayed:
            outcome = update_group(
                self._common, Task(group, tuple(one.locale for one in waiting), frozenset(memory)), memory
            )
            part.add(outcome.parts[""])
            self._kept.add(phase, group, {"": part})
            self._tell(group, [part])

    def _tell(self, group: Group, parts: Iterable[Part]) -> None:
        """Put what came of a domain into the report."""
        report, details = self._report, self._request.details
        told: set[Diagnostic] = set()
        withheld: dict[Withheld, None] = {}
        warned: set[tuple[str, MessageKey]] = set()
        for part in parts:
            report.add_written(part.written, details=details)
            report.add_updates(part.updates, details=details)
            # A file that cannot be used is met in both phases.
            report.diagnostics += (one for one in part.diagnostics if one.check != "file" or _is_new(one, self._told))
            report.diagnostics += (one for one in part.shared if _is_new(one, told))
            if Stage.STATUS in self._request.stages:
                report.add_status(part.status, details=details)
            report.stopped += part.stopped
            report.kept += part.kept
            withheld |= dict.fromkeys(part.withheld)
            warned.update(part.warned)
        report.withheld += withheld
        report.warned += len(warned)
        self._progress.advance(len(group.sources))


class _Spread:
    """Has the tasks of a phase done: in this process while they are few, otherwise in several."""

    def __init__(self, common: Common, phase: _Phase, kept: _Keeper, stack: ExitStack) -> None:
        self._common = common
        self._phase = phase
        self._kept = kept
        self._stack = stack
        self._pool: Pool[Common] | None = None

    @property
    def capacity(self) -> int:
        """How many tasks may be under way."""
        return self._pool.capacity if self._pool else 0

    def is_large(self, group: Group, units: Sequence[str]) -> bool:
        """Whether a domain has so much to be done that it is spread by itself."""
        return self._common.request.jobs > 1 and bool(units) and len(group.sources) >= _LARGE

    def expect(self, tasks: Iterable[tuple[Group, Sequence[str]]]) -> None:
        """Start processes if what is coming is worth them."""
        count = sum(len(group.sources) * len(units) for group, units in tasks if not self.is_large(group, units))
        jobs = self._common.request.jobs
        if jobs > 1 and count >= _MANY and not self._pool:
            from translate_pipe.engine.workers import Pool

            self._kept.at_work(jobs)
            self._pool = self._stack.enter_context(Pool(jobs, self._common.setup.common).at_work())

    def submit(self, task: Task) -> Callable[[], Outcome]:
        """Have a task done; what is returned waits for what comes of it."""
        if self.is_large(task.group, task.locales):
            self._kept.at_work(self._common.request.jobs)
            outcome = self._large(task)
        elif self._pool:
            return self._pool.submit(self._function, task)
        else:
            outcome = self._function(self._common, task)
        return lambda: outcome

    @property
    def _function(self) -> Callable[[Common, Task], Outcome]:
        if self._phase.is_first:
            from translate_pipe.project.updating import update_group

            return update_group
        from translate_pipe.project.building import build_group

        return build_group

    def _large(self, task: Task) -> Outcome:
        from translate_pipe.project import large

        return (large.update_large if self._phase.is_first else large.build_large)(self._common, task)


class _Memory:
    """What the catalogues of all domains translate."""

    def __init__(self, common: Common) -> None:
        self._common = common

    def locales(self, domains: Sequence[str]) -> frozenset[str]:
        """The locales of which there are catalogues from which others may take translations."""
        if len(domains) < 2 or self._common.configuration.reuse == "none":  # noqa: PLR2004
            return frozenset()
        names = self._common.project.catalogue
        exists = self._common.files.exists
        return frozenset(
            locale for locale in self._common.request.locales if any(exists(names(one, locale)) for one in domains)
        )

    def compendia(self, domains: Sequence[str], wanted: Iterable[Wanted]) -> dict[str, Compendium]:
        """The translations of all catalogues of the locales that are wanted."""
        from translate_pipe.catalogue import Compendium

        return {
            locale: Compendium(self._messages(domains, locale))
            for locale in dict.fromkeys(one.locale for one in wanted)
        }

    def _messages(self, domains: Sequence[str], locale: str) -> Iterator[Message]:
        for domain in domains:
            with suppress(FileError):  # told where this catalogue is updated itself
                catalogue = self._common.catalogues.catalogue(self._common.project.catalogue(domain, locale))
                yield from catalogue.messages if catalogue else ()


class _Keeper:
    """Knows what need not be done, and keeps what has been done, little by little."""

    def __init__(self, common: Common) -> None:
        self._common = common
        self._state = common.state
        self._looker = Looker(common.files, common.state)
        self._is_kept = not common.files.is_dry
        self.failure: FileError | None = None
        self.made: dict[str, str] = {}
        self._records: dict[str, dict[str, str]] = {}
        self._seen = Trace()
        self._outputs: dict[str, Output] = {}
        self._learnt: dict[str, Seen] = {}
        self._processes = self._state.processes_at_work
        self._was_killed = self._processes > 0
        if self._is_kept:
            common.files.leftovers = max(1, self._processes)
            common.files.before_writing = lambda: self.at_work(1)

    def tidy(self, groups: Iterable[Group]) -> None:
        """Take away what a killed run has left, before any process writes anything that looks like it."""
        if not (self._was_killed and self._is_kept):
            return
        project, files = self._common.project, self._common.files
        for group in groups:
            files.tidy(project.template(group.domain))
            for locale in self._common.configuration.locales:
                files.tidy(project.catalogue(group.domain, locale))
                for source in group.sources:
                    files.tidy(project.output(source, locale))

    def known(self, phase: _Phase, groups: Sequence[Group]) -> list[dict[str, Part]]:
        """For each domain what is known to come of its units, because all is as it was when they were done."""
        names = [phase.name(group, unit) for group in groups for unit in phase.units]
        texts = self._state.records(phase.step, names)
        records = {name: record for name, text in texts.items() if (record := parse_record(text))}
        self._looker.expect(name for record in records.values() for name in record.files)
        found = []
        for group in groups:
            setting = _setting(self._common, group) if records else ""
            units = ((unit, records.get(phase.name(group, unit))) for unit in phase.units)
            found.append({unit: record.part for unit, record in units if record and self._is_true(record, setting)})
        self._learnt |= self._looker.learnt
        return found

    def _is_true(self, record: Record, setting: str) -> bool:
        """Whether all is as it was when a record was made."""
        try:
            now = fingerprint(setting, record.files, self._looker.digest)
        except FileError:
            return False
        return now == record.fingerprint and all(
            self._looker.exists(name) is is_there for name, is_there in record.places.items()
        )

    def add(self, phase: _Phase, group: Group, parts: Mapping[str, Part]) -> None:
        """Keep what came of some units of a domain."""
        for part in parts.values():
            self._common.files.unwritten |= part.unwritten
            self.made |= {output: made.sha256 for output, made in part.outputs.items() if made.sha256}
        if not self._is_kept:
            return
        setting = _setting(self._common, group)
        for unit, part in parts.items():
            self._records.setdefault(phase.step, {})[phase.name(group, unit)] = record_text(part, setting)
            if phase.status_step:
                record = record_text(part.for_status(), setting)
                self._records.setdefault(phase.status_step, {})[phase.name(group, unit)] = record
            self._seen.add(part.trace)
            self._outputs |= part.outputs
            for (step, name), text in part.records.items():
                self._records.setdefault(step, {})[name] = text
        if len(self._seen.files) > _MANY_FILES:
            self.flush()

    def at_work(self, processes: int) -> None:
        """Remember, before anything is written, how many processes may leave something behind if they are killed."""
        if processes > self._processes or (self._was_killed and processes):
            self._processes = max(processes + 1, self._processes)
            with suppress(FileError):  # told when the run is over
                self._state.keep_at_work(self._processes)

    def add_orphans(self, orphans: Orphans) -> None:
        """Keep which files have no document any more."""
        if self._is_kept and orphans.record:
            self._records.setdefault(ORPHANS, {})[""] = orphans.record
            self._seen.add(orphans.trace)

    def flush(self) -> None:
        """Keep for good what has been gathered."""
        if self._is_kept and (self._records or self._seen.files or len(self._learnt) > _MANY_LEARNT):
            try:
                self._write()
            except FileError:
                self._write_anew()
        self._records, self._seen, self._outputs = {}, Trace(), {}

    def _write(self) -> None:
        self._state.keep_seen(self._learnt | self._seen.files)
        for step, records in self._records.items():
            self._state.keep_records(step, records)
        self._state.keep_outputs(self._outputs)
        self._state.commit()

    def _write_anew(self) -> None:
        """Try once more, in case that the folder has vanished; if that is in vain, nothing more is kept."""
        try:
            self._write()
        except FileError as error:
            self.failure = error
            self._is_kept = False

    def finish(self, *, is_complete: bool, has_written: bool) -> None:
        """Keep all, and that the run is over; one that is not complete may have left something behind."""
        self.flush()
        if self._is_kept and is_complete:
            try:
                self._state.keep_at_work(0)
                self._common.outputs.forget_journals()
            except FileError as error:
                self.failure = error
        if has_written:  # so that whoever writes one of these files after the run leaves another stamp
            time.sleep(TICK)


def _is_new(found: Diagnostic, told: set[Diagnostic]) -> bool:
    """Whether a diagnostic has not been told yet; from now on it has."""
    if found in told:
        return False
    told.add(found)
    return True


def _setting(common: Common, group: Group) -> str:
    """What stands for all that the work on a domain depends on besides the content of files."""
    return digest(common.setting.encode(), repr((group.is_whole, [one.path for one in group.sources])).encode())


def _step(*parts: object) -> str:
    """The name of a step of runs that are asked for the same."""
    return digest(repr(parts).encode())


def _sharded(common: Common, groups: Sequence[Group]) -> Iterator[Group]:
    """What of the domains is this run's.

    Documents that share a catalogue stay together, but not in a build, which only reads it.
    """
    shard = common.request.shard
    for group in groups:
        if common.request.stages is Stage.BUILD:
            sources = tuple(source for source in group.sources if shard.has(source.name))
            if sources:
                yield group._replace(sources=sources)
        elif shard.has(group.domain):
            yield group


def _slices(groups: Sequence[Group], size: int) -> Iterator[Sequence[Group]]:
    return (groups[start : start + size] for start in range(0, len(groups), size))
