"""Catalogues are checked, and layered: those of wider locales supply what a locale does not translate."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from translate_pipe.checks import check
from translate_pipe.checks.helpers.remembered import Remembered
from translate_pipe.checks.helpers.topics import Site
from translate_pipe.engine.cache import Cache
from translate_pipe.engine.files import Files
from translate_pipe.engine.fingerprints import digest, tool_fingerprint
from translate_pipe.engine.lock import project_lock
from translate_pipe.errors import FileError
from translate_pipe.model import Catalogue
from translate_pipe.project.request import Stage
from translate_pipe.project.settings.patterns import normal_path
from translate_pipe.project.steps.publishing import Layer, Layers
from translate_pipe.project.steps.reading import language_problem
from translate_pipe.project.steps.work import StepResult, Withheld
from translate_pipe.registry import HEADER_LANGUAGE
from translate_pipe.segments import options_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from translate_pipe.checks import Check
    from translate_pipe.checks.messages.glossary import Term
    from translate_pipe.model import Message
    from translate_pipe.project.project import Project
    from translate_pipe.project.request import RunOptions
    from translate_pipe.project.settings.configuration import Configuration
    from translate_pipe.project.steps.reading import CatalogueReader
    from translate_pipe.project.steps.sketches import Sketches
    from translate_pipe.project.steps.surroundings import Neighbours
    from translate_pipe.project.steps.work import Domain

MESSAGES_WORTH_CACHING = 200
"""How many messages a catalogue must have before the cache keeps what is found in them."""

_CHECKED = "checked"
"""The step of these cache entries."""


def site_of(configuration: Configuration, message: Message, paths: Sequence[str] = ()) -> Site:
    """The dialects and allowed tokens of a message's documents; those at `paths` if no reference names any."""
    found = dict.fromkeys([one.path for one in message.references] or paths)
    options = [options_for(path, configuration.parse_options) for path in found] or [configuration.parse_options]
    dialects = dict.fromkeys(dialect for one in options for dialect in one.dialects)
    allowed = dict.fromkeys(token for path in found for token in configuration.allowed(path))
    return Site(tuple(dialects), tuple(allowed))


def remembered_checks(cache: Cache, name: str, key: str, checks: Iterable[Check]) -> Remembered:
    """What the cache knows of earlier checks of a catalogue."""
    return Remembered(key, (one.name for one in checks), partial(cache.entries, f"{_CHECKED} {name}"))


@contextmanager
def file_checks(project: Project, name: str, checks: Sequence[Check], source_locale: str) -> Iterator[Remembered]:
    """What is known of earlier checks of a catalogue by itself; what this one finds is kept at the end.

    It is not kept if another run is at work, or if the state cannot be written.
    """
    files = Files(project.root, dry_run=True)
    state = project.state_file()
    try:
        cache = Cache(files.inside(state), state)
    except FileError:
        cache = Cache(None)
    try:
        key = digest(*(part.encode() for part in (tool_fingerprint(), repr(project.configuration), source_locale)))
        alone = f"alone {normal_path(os.path.relpath(name, project.root))}"
        remembered = remembered_checks(cache, alone, key, checks)
        yield remembered
        if remembered.changes:
            with suppress(FileError), project_lock(project.root, lambda _: None, patience=0):
                cache.keep_entries(f"{_CHECKED} {alone}", remembered.changes)
                cache.commit()
    finally:
        cache.close()


class Checker:
    """Reads and checks catalogues. `checks` and `glossary` are used for all, `key` is the run's cache key."""

    def __init__(  # noqa: PLR0913  # what checking reads
        self,
        project: Project,
        options: RunOptions,
        files: Files,
        cache: Cache,
        key: str,
        *,
        catalogues: CatalogueReader,
        neighbours: Neighbours,
        checks: tuple[Check, ...],
        glossary: tuple[Term, ...],
    ) -> None:
        self._project = project
        self._configuration = project.configuration
        self._options = options
        self._files = files
        self._cache = cache
        self._key = key
        self._catalogues = catalogues
        self._neighbours = neighbours
        self._checks = checks
        self._glossary = glossary

    def layers(self, domain: Domain, sketches: Sketches, locale: str, result: StepResult) -> Layers | None:
        """Read and check the catalogue of a locale; None if it cannot be used. The result gets what is found."""
        name = self._project.catalogue(domain.name, locale)
        layers = None
        with result.recording(self._files, name):
            catalogue = self._catalogues.catalogue(name, sketches.texts()) or Catalogue(())
            found = [self._layer(domain, sketches, locale, catalogue, result)]
            for wider in self._configuration.stand_ins(locale):
                try:
                    fallback = self._catalogues.catalogue(self._project.catalogue(domain.name, wider))
                except FileError as error:
                    failed = StepResult()
                    failed.fail(error)
                    if wider not in self._options.locales:  # otherwise it is reported there
                        result.shared += failed.diagnostics
                    result.is_lasting &= failed.is_lasting
                    continue
                if fallback:
                    found.append(self._layer(domain, sketches, wider, fallback, result))
            layers = Layers(tuple(found))
            if Stage.CHECK in self._options.stages and HEADER_LANGUAGE not in self._configuration.ignore_checks:
                problem = language_problem(catalogue, name, locale)
                result.diagnostics += [problem] if problem else []
            self._report(layers, sketches, result)
        return layers

    def _layer(
        self,
        domain: Domain,
        sketches: Sketches,
        locale: str,
        catalogue: Catalogue,
        result: StepResult,
    ) -> Layer:
        configuration = self._configuration
        name = self._project.catalogue(domain.name, locale)
        paths = [source.path for source in domain.sources]
        remembered = None
        if len(catalogue.messages) >= MESSAGES_WORTH_CACHING:
            key = digest(*(repr(part).encode() for part in (self._key, locale, paths)))
            remembered = remembered_checks(self._cache, name, key, self._checks)

        def reaches(message: Message, address: str) -> bool:
            """Whether an address in a message leads to a heading of the localised project."""
            of_message = {one.path for one in message.references} or (set(paths) if len(paths) == 1 else ())
            return self._neighbours.reaches(address, of_message, locale)

        found = check(
            catalogue,
            name,
            source_locale=configuration.source_locale,
            locale=locale,
            checks=self._checks,
            glossary=self._glossary,
            links=configuration.finish(locale).links,
            syntaxes=sketches.syntaxes(message.key for message in catalogue.active),
            remembered=remembered,
            reaches=reaches,
            site=lambda message: site_of(configuration, message, paths),
        )
        findings = tuple(found) if self._checks else ()
        if remembered:
            result.entries |= {(f"{_CHECKED} {name}", part): text for part, text in remembered.changes.items()}
        return Layer.of(locale, name, catalogue, findings, is_published=configuration.on_error == "publish")

    def _report(self, layers: Layers, sketches: Sketches, result: StepResult) -> None:
        """Report what the checks find; a build only reports errors in what it would have published."""
        is_checking = Stage.CHECK in self._options.stages
        if is_checking:
            result.diagnostics += layers.own.findings
        wrong = {key for one in layers.layers for key in one.errors}
        for layer, key in layers.errors_of(sketches.used(wrong) if wrong else ()):
            # Findings in the catalogue of another locale of this run are reported there.
            is_reported = is_checking if layer is layers.own else layer.locale in self._options.locales
            if self._options.reports_findings and not is_reported:
                result.shared += layer.errors[key]
            if key not in layer.translations:
                result.withheld.append(Withheld(layer.file, key))
