"""A project as its files are now, for a program that shows it while people edit: reads, never writes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.engine.cache import Cache
from translate_pipe.engine.files import Files
from translate_pipe.errors import FileError
from translate_pipe.project.pipeline import cache_key_of, read_glossary
from translate_pipe.project.request import Report, RunOptions, Stage
from translate_pipe.project.services import RunContext, Services
from translate_pipe.project.steps.judging import ProjectRenderer
from translate_pipe.project.steps.reading import CatalogueReader, DocumentReader
from translate_pipe.project.steps.sketches import Sketch, Sketches
from translate_pipe.project.steps.work import Domain, StepResult, file_diagnostic

if TYPE_CHECKING:
    from pathlib import Path

    from translate_pipe.model import Catalogue, Diagnostic, Document, MessageKey
    from translate_pipe.project.project import Project, Source
    from translate_pipe.project.request import Progress


class DocumentFindings(NamedTuple):
    """The diagnostics of a document in one locale, and the translations in its catalogue that are not published."""

    diagnostics: list[Diagnostic]
    withheld: list[MessageKey]


class ProjectView:
    """The files of a project, read again when they have changed. Not for several threads at once.

    Documents and catalogues that were read last are kept, so an unchanged file gives the very same object. Raises
    ConfigurationError if the project's renderer cannot be used.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._files = Files(project.root, dry_run=True)
        self._documents = DocumentReader(self._files, project.configuration.parse_options)
        self._catalogues = CatalogueReader(self._files)
        self._renderer = ProjectRenderer(project.configuration)
        self.renderer = self._renderer.renderer
        """Renders Markdown as the project's configuration says."""

    def document(self, path: str) -> Document:
        """The document at a path; raises FileError if it cannot be read."""
        return self._documents.document(path)[0]

    def catalogue(self, source: Source, locale: str) -> Catalogue | None:
        """The catalogue of a document in a locale, None if there is no file; raises FileError if it cannot be used."""
        return self._catalogues.catalogue(self.project.catalogue(self.project.domain(source), locale))

    def as_rendered(self, text: str, document: Document) -> str:
        """A text made from a document as the renderer gets it, line by line: it does not know all containers."""
        return self._renderer.as_rendered(text, document.options)

    def check(self, source: Source, locale: str, sources: list[Source]) -> DocumentFindings:
        """Check one document in one locale. `sources` are all documents of the project, which links may lead to."""
        project, files = self.project, self._files
        try:
            document, content = self._documents.document(source.path)
        except FileError as error:
            return DocumentFindings([file_diagnostic(error)], [])
        options = RunOptions(Stage.CHECK, (locale,), datetime.now(UTC))
        context = RunContext(
            project, options, sources, cache_key_of(project, files), read_glossary(project, files, Report())
        )
        sketch = Sketch.of(document, content)
        domain = Domain(project.domain(source), (source,), is_whole=True)
        result = StepResult()
        cache = Cache(project.root / project.state_file())
        try:
            services = Services(context, files, cache)
            if layers := services.checker.layers(domain, Sketches({source: sketch}), locale, result):
                result.add(services.builder.localise(source, sketch, layers))
        finally:
            cache.close()
        found = project.configuration.graded([*result.diagnostics, *result.shared, *sketch.diagnostics])
        catalogue = project.catalogue(domain.name, locale)
        return DocumentFindings(list(found), [one.key for one in result.withheld if one.file == catalogue])

    def run(self, stages: Stage, locales: tuple[str, ...], progress: Progress, jobs: int = 1) -> Report:
        """Do stages for all documents as a dry run."""
        options = RunOptions(stages, locales, datetime.now(UTC), jobs=jobs)
        return self.project.run(options, progress, dry_run=True)

    def real_path(self, name: str) -> Path:
        """The real path of a file; raises FileError if it is outside of the project."""
        return self._files.inside(name)

    def read(self, name: str) -> bytes | None:
        """The content of a file, None if there is none; raises FileError if it cannot be read."""
        return self._files.read(name)
