"""A run over all domains, in two phases: first extract and update, then check and build.

A domain is the set of documents that share a catalogue, usually one document. What cannot be read in one does not stop
the others. Domains need nothing of each other but what links and reused translations lead to; that is why all
catalogues are brought up to date before any is used. Within a phase the domains can be done in any order, in any
process. Each phase of each domain is done only if something that it looked at the last time has changed.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

from translate_pipe.engine.cache import State
from translate_pipe.engine.files import decode
from translate_pipe.engine.fingerprints import digest
from translate_pipe.engine.shards import WHOLE
from translate_pipe.errors import FileError, GlossaryError
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.common import Common, Group
from translate_pipe.project.discovery import find_sources
from translate_pipe.project.orphans import NO_ORPHANS, find_orphans, told_of_orphans
from translate_pipe.project.ownership import Known, made_outputs, write_record
from translate_pipe.project.parts import file_diagnostic
from translate_pipe.project.phases import FIRST, Phases
from translate_pipe.project.request import Progress, Report, Run, Stage, Update
from translate_pipe.project.tool import tool_fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from translate_pipe.checks.messages.glossary import Term
    from translate_pipe.project.discovery import Project, Source


def run(request: Run, progress: Progress) -> Report:
    """Do the stages for every document of a project, alone in it; raises FileError if another run does not end."""
    request.files.kinds = request.project.configuration.kinds
    with request.files.locked(request.tell, request.shard, _part_folder(request)):
        return _run(request, progress)


def _part_folder(request: Run) -> str:
    """The folder that belongs to this run's part of the project alone; empty for the whole of it."""
    folder = request.project.state_file(request.shard).rpartition("/")[0]
    try:
        request.files.inside(folder)
    except FileError:  # told when the state is opened
        return ""
    return "" if request.shard == WHOLE else folder


def _run(request: Run, progress: Progress) -> Report:
    report = Report()
    project = request.project
    state = _state(request, report)
    known = Known.of(project, request.files)
    sources, found = find_sources(project, made_outputs(project, state, known))
    report.diagnostics += found
    if request.reports_findings:
        report.diagnostics += project.configuration.vain_opt_outs
    groups = _groups(project, sources, has_refused=any(one.severity is Severity.ERROR for one in found))
    setting, orphans = setting_of(request), NO_ORPHANS
    if request.stages & FIRST:
        orphans = find_orphans(request, state, [group.domain for group in groups], setting)
        report.diagnostics += told_of_orphans(orphans, request.stages)
    common = Common(request, state, sources, setting, glossary_of(request, report), orphans, known)
    phases = Phases(common, report, progress, groups)
    report.documents = phases.documents
    try:
        phases.run()
        if Stage.BUILD in request.stages:
            # Where not all documents could be found, those that are missing need not be gone.
            is_whole = all(one.severity is not Severity.ERROR for one in found)
            gone = common.outputs.remove_others(report) if is_whole else []
            if project.configuration.record:
                write_record(common, phases.outputs(), phases.made, gone, report)
        phases.finish(is_complete=True)
    except BaseException:
        phases.finish(is_complete=False)
        raise
    finally:
        state.close()
    report.diagnostics = list(project.configuration.graded(report.diagnostics))
    return report


def _state(request: Run, report: Report) -> State:
    """What earlier runs remember; nothing if it cannot be kept where it should be."""
    name = request.project.state_file(request.shard)
    try:
        state = State(request.files.inside(name), name)
    except FileError as error:
        report.diagnostics.append(file_diagnostic(error))
        return State(None)
    if state.problem:
        report.diagnostics.append(file_diagnostic(FileError(name, state.problem)))
    return state


def setting_of(request: Run) -> str:
    """What stands for all that the work on a document depends on besides files."""
    configuration = request.project.configuration
    glossary = ""
    with suppress(FileError):  # told when it is read
        glossary = request.files.look(configuration.glossary).digest
    parts = (tool_fingerprint(), repr(configuration), request.project.name, glossary)
    return digest(*(part.encode() for part in parts))


def glossary_of(request: Run, report: Report) -> tuple[Term, ...]:
    """The terms of the project; none if there is no glossary, or none that can be used, which is reported."""
    name = request.project.configuration.glossary
    try:
        data = request.files.read(name) if name else None
        if data is None:
            return ()
        from translate_pipe.checks.messages.glossary import parse_glossary  # with the checks, which a run may not need

        return parse_glossary(decode(data, name))
    except FileError as error:
        report.diagnostics.append(file_diagnostic(error))
    except GlossaryError as error:
        report.diagnostics.append(Diagnostic("file", Severity.ERROR, error.problem, name, error.line))
    return ()


def _groups(project: Project, sources: Sequence[Source], *, has_refused: bool) -> list[Group]:
    domains: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        domains[project.domain(source)].append(source)
    # A document that was refused might belong to a domain that several share.
    is_whole = not has_refused or "{path}" in project.configuration.domain
    return [Group(domain, tuple(members), is_whole) for domain, members in domains.items()]


__all__ = ["Progress", "Report", "Run", "Stage", "Update", "glossary_of", "run", "setting_of"]
