"""A run over all domains of a project.

A domain is the set of documents that share a catalogue, usually one document. A domain that cannot be read does not
stop the others. Domains need each other only for links and reused translations, so all catalogues are updated before
any is used. Within a phase the domains can be done in any order, in any process, and only those in which something has
changed since the last run.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

from translate_pipe.engine.cache import Cache
from translate_pipe.engine.entries import CacheKeeper
from translate_pipe.engine.files import decode
from translate_pipe.engine.fingerprints import digest, tool_fingerprint
from translate_pipe.engine.lock import WHOLE
from translate_pipe.errors import FileError, GlossaryError
from translate_pipe.late import LateModule
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.discovery import find_sources
from translate_pipe.project.phases import FIRST, Phases
from translate_pipe.project.request import Report, Stage
from translate_pipe.project.services import RunContext, Services
from translate_pipe.project.steps.orphans import NO_ORPHANS, find_orphans, orphan_diagnostics
from translate_pipe.project.steps.outputs import KnownOutputs, made_outputs
from translate_pipe.project.steps.work import Domain, file_diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable

    from translate_pipe.checks.messages import glossary
    from translate_pipe.checks.messages.glossary import Term
    from translate_pipe.engine.files import Files
    from translate_pipe.project.project import Project, Source
    from translate_pipe.project.request import Progress, RunOptions
else:  # most projects have none
    glossary = LateModule("translate_pipe.checks.messages.glossary")


def run(project: Project, options: RunOptions, files: Files, progress: Progress, tell: Callable[[str], None]) -> Report:
    """Do the stages for every document of a project.

    The run locks the project unless `files` are dry. `tell` gets a line for the person at the terminal if it has to
    wait for another run or for workers of a cluster. Raises FileError if the other run does not end.
    """
    files.kinds = project.configuration.kinds
    # The folder of a shard is locked by itself, so that other shards can run at the same time.
    folder = project.state_file(options.shard).rpartition("/")[0]
    try:
        files.inside(folder)
    except FileError:  # reported when the cache is opened
        folder = ""
    with files.locked(tell, options.shard, "" if options.shard == WHOLE else folder):
        return _run(project, options, files, progress, tell)


def _run(
    project: Project, options: RunOptions, files: Files, progress: Progress, tell: Callable[[str], None]
) -> Report:
    report = Report()
    cache = _opened_cache(project, options, files, report)
    known = KnownOutputs.of(project, files)
    sources, found = find_sources(project, made_outputs(project, cache, known))
    report.diagnostics += found
    if options.reports_findings:
        report.diagnostics += project.configuration.vain_opt_outs
    # If not all documents could be found, those that are missing may still exist.
    is_whole = all(one.severity is not Severity.ERROR for one in found)
    members: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        members[project.domain(source)].append(source)
    # A document that was refused might belong to a domain of several documents.
    has_all = is_whole or "{path}" in project.configuration.domain
    domains = [Domain(name, tuple(some), has_all) for name, some in members.items()]
    key, orphans = cache_key_of(project, files), NO_ORPHANS
    if options.stages & FIRST:
        orphans = find_orphans(project, cache, [domain.name for domain in domains], key)
        report.diagnostics += orphan_diagnostics(orphans, options.stages)
    context = RunContext(project, options, sources, key, read_glossary(project, files, report), orphans, known)
    keeper = CacheKeeper(files, cache, only_reads=options.only_reads)
    services = Services(context, files, cache, keeper.add)
    phases = Phases(
        context, services, files, cache, keeper, domains=domains, report=report, progress=progress, tell=tell
    )
    try:
        phases.run()
        if Stage.BUILD in options.stages:
            gone = services.outputs.remove_others(report) if is_whole else []
            if project.configuration.record:
                services.outputs.write_record(phases.outputs(options.locales), phases.made, gone, report)
        phases.finish(is_complete=True)
    except BaseException:
        phases.finish(is_complete=False)
        raise
    finally:
        cache.close()
    report.diagnostics = list(project.configuration.graded(report.diagnostics))
    return report


def _opened_cache(project: Project, options: RunOptions, files: Files, report: Report) -> Cache:
    """The cache of earlier runs; one that keeps nothing if it cannot be at its path, which is reported."""
    name = project.state_file(options.shard)
    try:
        cache = Cache(files.inside(name), name)
    except FileError as error:
        report.diagnostics.append(file_diagnostic(error))
        return Cache(None)
    if cache.problem:
        report.diagnostics.append(file_diagnostic(FileError(name, cache.problem)))
    return cache


def cache_key_of(project: Project, files: Files) -> str:
    """The cache key of runs: configuration, glossary, and version of the tool."""
    configuration = project.configuration
    content = ""
    with suppress(FileError):  # reported when it is read
        content = files.look(configuration.glossary).digest
    parts = (tool_fingerprint(), repr(configuration), project.name, content)
    return digest(*(part.encode() for part in parts))


def read_glossary(project: Project, files: Files, report: Report) -> tuple[Term, ...]:
    """The terms of the project; none if there is no glossary or it cannot be used, which is reported."""
    name = project.configuration.glossary
    try:
        data = files.read(name) if name else None
        return () if data is None else glossary.parse_glossary(decode(data, name))
    except FileError as error:
        report.diagnostics.append(file_diagnostic(error))
    except GlossaryError as error:
        report.diagnostics.append(Diagnostic("file", Severity.ERROR, error.problem, name, error.line))
    return ()
