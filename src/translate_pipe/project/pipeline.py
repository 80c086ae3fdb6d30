"""The stages of a run, domain by domain: extract, update, check, build.

A domain is the set of documents that share a catalogue, usually one document. Nothing of one domain is needed for
another, so only one is in memory at a time, and what cannot be read in one does not stop the others.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from translate_pipe.checks.glossary import parse_glossary
from translate_pipe.errors import FileError, GlossaryError
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.catalogues import Memory, read_catalogue
from translate_pipe.project.discovery import find_sources
from translate_pipe.project.domain import Common, Domain, Group, file_diagnostic
from translate_pipe.project.files import decode
from translate_pipe.project.judging import Judge
from translate_pipe.project.manifest import Judged, Manifest
from translate_pipe.project.request import Progress, Report, Run, Stage, Update
from translate_pipe.project.surroundings import Library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from translate_pipe.checks.glossary import Term
    from translate_pipe.project.discovery import Project, Source


def run(request: Run, progress: Progress) -> Report:
    """Do the stages for every document of a project, alone in it; raises FileError if another run does not end."""
    with request.files.locked(request.tell):
        return _run(request, progress)


def _run(request: Run, progress: Progress) -> Report:
    report = Report()
    project = request.project
    try:
        manifest = Manifest(request.files, project.configuration.state)
    except FileError as error:
        report.diagnostics.append(file_diagnostic(error))
        manifest = None
    sources, found = find_sources(project, manifest.outputs if manifest else ())
    report.diagnostics += found
    report.documents = len(sources)
    groups = _groups(project, sources, has_refused=bool(found))
    state = project.configuration.state
    common = Common(
        request=request,
        report=report,
        manifest=manifest,
        memory=Memory(request, [group.domain for group in groups]),
        judge=Judge(project.configuration, Judged(request.files, state)),
        surroundings=Library(project, request.files, sources, read_catalogue),
        glossary=_glossary(request, report),
    )
    progress.start(len(sources))
    for group in groups:
        Domain(common, group).run()
        progress.advance(len(group.sources))
    if Stage.BUILD in request.stages:
        # Where not all documents could be found, those that are missing need not be gone.
        _finish_build(common, sources if not found else None)
    return report


def _glossary(request: Run, report: Report) -> tuple[Term, ...]:
    """The terms of the project; none if there is no glossary, or none that can be used, which is reported."""
    name = request.project.configuration.glossary
    try:
        data = request.files.read(name) if name else None
        return parse_glossary(decode(data, name)) if data is not None else ()
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


def _finish_build(common: Common, sources: Sequence[Source] | None) -> None:
    """Remember what was made, and remove the outputs of sources and locales that are gone, if the sources are known."""
    project, report, manifest, memory = common.request.project, common.report, common.manifest, common.judge.memory
    try:
        if sources is not None:
            locales = project.configuration.locales
            expected = {project.output(source, locale) for source in sources for locale in locales}
            memory.keep_only(expected)
            for outcome in manifest.remove_others(expected) if manifest else ():
                if isinstance(outcome, Diagnostic):
                    report.diagnostics.append(outcome)
                else:
                    report.removed.append(outcome)
        if manifest:
            manifest.save()
        memory.save()
    except FileError as error:
        report.diagnostics.append(file_diagnostic(error))


__all__ = ["Progress", "Report", "Run", "Stage", "Update", "read_catalogue", "run"]
