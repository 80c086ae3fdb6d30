"""The documents around one: what its links can reach in each locale."""

from __future__ import annotations

from collections import ChainMap
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from translate_pipe.checks.documents import check_localised, has_own_findings
from translate_pipe.checks.documents.page import Page, Surroundings, resolve
from translate_pipe.engine.files import Trace
from translate_pipe.errors import FileError
from translate_pipe.localisation import localise
from translate_pipe.localisation.finishing import finish
from translate_pipe.markdown.inline.destinations import destinations
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from translate_pipe.checks.documents.targets import Targets
    from translate_pipe.engine.files import Files
    from translate_pipe.model import Diagnostic, Document, MessageKey, Translations
    from translate_pipe.project.project import Project, Source
    from translate_pipe.project.steps.reading import CatalogueReader, DocumentReader


Kept = TypeVar("Kept")

TARGETS_AT_HAND = 2048
"""Of how many documents, and localised documents, the targets of links are kept."""

CATALOGUES_AT_HAND = 4
"""Of how many catalogues the translations are kept."""


class Neighbours:
    """The documents of a project in all locales, each read when a link first leads to it.

    The project's files note what is looked at for that, also if it is known already.
    """

    def __init__(
        self,
        project: Project,
        files: Files,
        sources: Iterable[Source],
        documents: DocumentReader,
        catalogues: CatalogueReader,
    ) -> None:
        self._project = project
        self._files = files
        self._sources = {source.path: source for source in sources}
        self._documents = documents
        self._catalogues = catalogues
        self._options = project.configuration.parse_options
        self._page: Page | None = None
        # In a large project, what one document needs is seldom needed by a document much later.
        self._read_targets = lru_cache(TARGETS_AT_HAND)(self._find_targets)
        self._read_translations = lru_cache(CATALOGUES_AT_HAND)(self._find_translations)

    def check(  # noqa: PLR0913  # what a check reads, and what it notes
        self,
        source: Source,
        document: Document,
        text: str,
        locale: str,
        *,
        keeps_links: bool,
        translations: Translations,
        domain: Container[Source],
        reached: set[Source],
    ) -> Iterator[Diagnostic]:
        """The findings in a finished document, given as text, that its source does not have.

        If it `keeps_links`, it has the links and citations of its source; then there is seldom anything to look for.

        Which localised documents of its `domain` are looked at is noted in `reached`, and not that their catalogues
        are: otherwise each change of a large catalogue would concern all documents with links.
        """
        if text == document.text:
            return iter(())

        def localised_targets(path: str) -> Targets | None:
            found, trace = self._read_targets(path, locale)
            target = self._sources.get(path)
            if target and target in domain:
                reached.add(target)
                names = self._catalogues_of(target, locale)
                trace = Trace({name: one for name, one in trace.files.items() if name not in names}, trace.places)
            return self._noted((found, trace))

        if self._page is None or self._page.document is not document:  # the locales of a document follow each other
            surroundings = Surroundings(self._files.exists, lambda path: self._noted(self._read_targets(path)))
            headings = self._options.bibliography_headings
            self._page = Page(document, headings=headings, surroundings=surroundings)
        if keeps_links and not has_own_findings(self._page, localised_targets):
            return iter(())
        made: frozenset[str] = frozenset()  # the addresses that the project's rules make of those of the document
        links = self._project.configuration.finish(locale).links
        if links.rules:
            addresses = {one.address for one in destinations(document.data, document.outline, document.options)}
            made = frozenset(map(links.of, addresses)) - addresses
        page = Page(
            parse(text, self._project.output(source, locale), document.options),
            source.path,
            bibliography=self._page.bibliography_blocks,
            made=made,
            surroundings=Surroundings(targets=localised_targets),
        )
        ignored = self._project.configuration.ignore_checks
        return (found for found in check_localised(self._page, page, translations) if found.check not in ignored)

    def source(self, path: str) -> Source | None:
        """The document of the project at a path."""
        return self._sources.get(path)

    def reaches(self, address: str, paths: Iterable[str], locale: str) -> bool:
        """Whether an address in one of these documents leads to a heading that its target has in a locale."""
        _, _, fragment = address.partition("#")
        targets = (resolve(path, address) if address[:1] != "#" else path for path in paths)
        found = (self._noted(self._read_targets(target, locale)) for target in targets if target)
        return bool(fragment) and any(one is not None and one.has(fragment) for one in found)

    def _noted(self, found: tuple[Kept, Trace]) -> Kept:
        """Return what was found, and note its trace each time that it is used."""
        value, trace = found
        self._files.note(trace)
        return value

    def _find_targets(self, path: str, locale: str = "") -> tuple[Targets | None, Trace]:
        """What can be reached in the file at a path; None if it cannot be read.

        With a locale, what can be reached in a document of the project once it is localised; None for other files.
        """
        configuration = self._project.configuration
        targets, source = None, self._sources.get(path)
        # What is looked at is noted when it is used; FileErrors are reported where the file is used itself.
        with self._files.watched(is_apart=True) as trace, suppress(FileError):
            if not locale:
                document, _ = self._documents.document(path)
                targets = Page(document, headings=self._options.bibliography_headings).targets
            elif source:
                document, _ = self._documents.document(path)
                finishing = configuration.finish(locale)
                names = self._catalogues_of(source, locale)
                text = localise(
                    document,
                    ChainMap(*(self._noted(self._read_translations(name)) for name in names)),
                    locale=locale,
                    links=finishing.links,
                    allowed=configuration.allowed(path),
                ).text
                finished = finish(document, text, finishing)
                targets = Page(parse(finished.text, path, document.options)).targets
        return targets, trace

    def _catalogues_of(self, source: Source, locale: str) -> list[str]:
        """The catalogues that serve a document in a locale."""
        project, domain = self._project, self._project.domain(source)
        return [project.catalogue(domain, one) for one in (locale, *project.configuration.stand_ins(locale))]

    def _find_translations(self, name: str) -> tuple[dict[MessageKey, str], Trace]:
        """The translations in a catalogue; raises FileError for one that cannot be used."""
        with self._files.watched() as trace:
            catalogue = self._catalogues.catalogue(name)
        return catalogue.translations if catalogue else {}, trace
