"""The first steps of a run for one domain: the template of its documents, and the catalogues in line with it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from translate_pipe import locales
from translate_pipe.catalogue import (
    Fate,
    make_template,
    merge,
    new_catalogue,
    same_messages,
    serialize_po,
    with_field,
)
from translate_pipe.catalogue.orphaned import Takeover, is_untouched
from translate_pipe.catalogue.resegment import NOTHING, families, may_concern, resegment
from translate_pipe.engine.files import FileChangedError
from translate_pipe.errors import FileError, InternalError, TranslatePipeError, blaming
from translate_pipe.model import Catalogue
from translate_pipe.project.common import Outcome, Wanted
from translate_pipe.project.parts import Part
from translate_pipe.project.reading import read_sketches
from translate_pipe.project.request import Stage, Update
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from translate_pipe.catalogue import Compendium, MergeResult
    from translate_pipe.catalogue.orphaned import OrphanedCatalogues
    from translate_pipe.catalogue.resegment import Family, Resegmentation
    from translate_pipe.model import Document, ParseOptions
    from translate_pipe.project.common import Common, Group, Task
    from translate_pipe.project.discovery import Source
    from translate_pipe.project.sketches import Sketch

_TRIES = 5
"""How often a catalogue is read and merged again because somebody saved it in the meantime."""


NO_MEMORY: Mapping[str, Compendium] = MappingProxyType({})


class _NeedsCompendiumError(TranslatePipeError):
    """A catalogue cannot be updated before what other documents have translated is at hand."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self.wanted = wanted


class Updating:
    """The template and the catalogues of one domain.

    Of the locales that are `known` there are other catalogues, which may have translated what is new in this one: it
    has to wait until `memory` has what all catalogues of its locale translate.
    """

    def __init__(
        self,
        common: Common,
        group: Group,
        sketches: Mapping[Source, Sketch],
        known: frozenset[str],
        memory: Mapping[str, Compendium] = NO_MEMORY,
    ) -> None:
        self._common = common
        self._group = group
        self._sketches = sketches
        self._memory = memory
        self._known = known
        self._stages = common.request.stages

    @property
    def is_possible(self) -> bool:
        """Whether the template can be made; of a document that cannot be read whole, messages would be missing."""
        is_whole = self._group.is_whole and len(self._sketches) == len(self._group.sources)
        return is_whole and not any(sketch.is_broken for sketch in self._sketches.values())

    @cached_property
    def _made(self) -> tuple[Catalogue, bool]:
        """The template, and whether it is to be written; its creation date moves only when its messages do."""
        common = self._common
        date = common.request.now.strftime("%Y-%m-%d %H:%M%z")
        template = make_template(
            self._sketches.values(),
            project=common.project.name,
            creation_date=date,
            references=common.configuration.references,
        )
        try:
            old = common.catalogues.catalogue(common.project.template(self._group.domain))
        except FileError:  # reported when it is written; catalogues need nothing of it
            old = None
        if old is None or not same_messages(old, template):
            return template, True
        kept = with_field(template.header, "POT-Creation-Date", old.fields.get("POT-Creation-Date", date))
        return replace(template, header=kept), False

    def extract(self, part: Part) -> None:
        """Tell what is wrong with the documents, and write the template."""
        for sketch in self._sketches.values():
            part.diagnostics += (*sketch.diagnostics, *(sketch.not_offered or ()))
        if not self.is_possible or Stage.EXTRACT not in self._stages:
            return
        name = self._common.project.template(self._group.domain)
        try:
            with blaming(name):
                template, is_new = self._made
                if is_new:
                    self._write_template(name, serialize_po(template, self._common.configuration.wrap).encode(), part)
        except FileError as error:
            part.fail(error)

    def _write_template(self, name: str, data: bytes, part: Part) -> None:
        """Write the template, if what is there is one; raises FileError else."""
        old = self._common.files.read(name)
        if old is not None:
            try:
                found = self._common.catalogues.read(old, name)
            except InternalError:
                raise
            except FileError as error:
                problem = f"is no template that can be read, so it is left alone; move it away ({error.problem})"
                raise FileError(name, problem, error.line) from error
            translated = next((message for message in found.messages if message.has_msgstr), None)
            if translated:
                problem = (
                    "has translations, so it is a catalogue and is left alone; move it away, or change the key template"
                )
                raise FileError(name, problem, translated.line)
        if self._common.files.update(name, old, data):
            part.written.append(name)

    def update_all(self, wanted_locales: Iterable[str], part: Part) -> tuple[Wanted, ...]:
        """Bring catalogues in line with the template, if that can be made; the result is what has to wait."""
        if not self.is_possible or Stage.UPDATE not in self._stages:
            return ()
        return tuple(wanted for locale in wanted_locales if (wanted := self.update(locale, part)))

    def update(self, locale: str, part: Part) -> Wanted | None:
        """Bring the catalogue of a locale in line with the template; the result is what it has to wait for."""
        name = self._common.project.catalogue(self._group.domain, locale)
        try:
            with blaming(name):
                self._update(name, locale, part)
        except FileError as error:
            part.fail(error)
        except _NeedsCompendiumError as error:
            return error.wanted
        return None

    def _update(self, name: str, locale: str, part: Part) -> None:
        """Update a catalogue, read anew whenever a translator saves it in the meantime.

        Raises FileError for one that cannot be used or does not hold still.
        """
        files, request = self._common.files, self._common.request
        for _ in range(_TRIES):
            data = files.read(name)
            catalogue = None if data is None else self._common.catalogues.read(data, name)
            result, taken = self._merged(catalogue, locale, part)
            if catalogue is not None and not result.changed:
                return
            text = serialize_po(result.catalogue, self._common.configuration.wrap)
            try:
                is_changed = files.update(name, data, text.encode())
            except FileChangedError:
                continue
            if is_changed:
                part.written.append(name)
            part.updates.append(Update.of(locale, name, result, taken, details=request.details))
            return
        raise FileChangedError(name)

    def _merged(self, catalogue: Catalogue | None, locale: str, part: Part) -> tuple[MergeResult, Mapping[str, int]]:
        """The template merged into a catalogue, which gets the header of its locale if it has none.

        With it goes how many translations are taken over from each orphan.
        """
        heir = self._heir(catalogue, locale, part)
        has_header = bool(catalogue and catalogue.header.msgstr)
        merging = self._merging(heir.catalogue, locale, is_new=catalogue is None)
        result = merging(())
        added = result.of(Fate.ADDED)
        estate = self._estate(locale, part) if added or result.of(Fate.PROPOSED) else None
        if estate:
            heir = estate.with_single_messages(heir, self._group.domain, self._made[0])
            merging = self._merging(heir.catalogue, locale, is_new=catalogue is None)
            result = merging((estate.compendium,))
            added = result.of(Fate.ADDED)
        if added and locale in self._known:
            if locale not in self._memory:
                raise _NeedsCompendiumError(Wanted(locale, frozenset(outcome.key[1] for outcome in added)))
            result = merging((estate.compendium, self._memory[locale]) if estate else (self._memory[locale],))
        result = heir.settled(result)
        return result if has_header else replace(result, changed=True), heir.taken(result)

    def _heir(self, catalogue: Catalogue | None, locale: str, part: Part) -> Takeover:
        """A catalogue or, in the place of one that nobody has translated anything in, the orphans that it continues."""
        own = Takeover(catalogue or Catalogue(()))
        estate = None if catalogue and not is_untouched(catalogue) else self._estate(locale, part)
        if estate is None:
            return own
        heir = estate.continued(self._group.domain, self._made[0])
        if catalogue is None:
            return heir
        return replace(heir, catalogue=replace(heir.catalogue, header=catalogue.header)) if heir.files else own

    def _merging(self, old: Catalogue, locale: str, *, is_new: bool) -> Callable[[tuple[Compendium, ...]], MergeResult]:
        """Merges the template into a catalogue, with the translations of some compendia at hand."""
        template, _ = self._made
        if not old.header.msgstr:
            new = new_catalogue(template, locale, locales.plural_forms(locale))
            old = replace(old, header=replace(old.header, msgstr=new.header.msgstr, raw=""))
        options = replace(self._common.configuration.merge_options, is_new=is_new)
        made = self._resegmented(old, locale, template)
        return lambda compendia: merge(old, template, options, compendia, made)

    def _estate(self, locale: str, part: Part) -> OrphanedCatalogues | None:
        """What there is to take over in a locale; what cannot be read of it is reported."""
        found = self._common.estates.of(locale)
        if found is None:
            return None
        estate, failures, unusable = found
        for failure in failures:
            part.fail(failure)
        self._common.files.note(unusable)
        return estate

    def _resegmented(self, old: Catalogue, locale: str, template: Catalogue) -> Resegmentation:
        """What a catalogue that is still of the other segmentation has for the messages of the template."""
        if not may_concern(old, template):
            return NOTHING
        return resegment(old, template, self._families, self._common.configuration.segmentation, locale)

    @cached_property
    def _families(self) -> tuple[Family, ...]:
        options = self._common.configuration.parse_options
        documents = (self._common.documents.document(source.path)[0] for source in self._sketches)
        return tuple(family for document in documents for family in _families(document, options))


def _families(document: Document, options: ParseOptions) -> Iterator[Family]:
    """The blocks of a document and their sentences, whichever of them are its segments."""
    is_cut = options.segmentation == "sentence"
    other = parse(
        document.text, document.path, replace(document.options, segmentation="block" if is_cut else "sentence")
    )
    return families(other, document) if is_cut else families(document, other)


def update_group(common: Common, task: Task, memory: Mapping[str, Compendium] = NO_MEMORY) -> Outcome:
    """Read the documents of a domain and do its first steps for some locales."""
    part = Part()
    with common.files.watched() as trace:
        sketches = read_sketches(common, task.group.sources, part, is_linted=True)
        updating = Updating(common, task.group, sketches, task.known, memory)
        updating.extract(part)
        waiting = updating.update_all(task.locales, part)
    part.trace.add(trace)
    part.take_unwritten(common.files)
    return Outcome({"": part}, waiting)
