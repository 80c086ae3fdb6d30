"""The last steps of a run for one domain: catalogues are checked, documents localised, judged and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.catalogue.template import syntaxes_of
from translate_pipe.checks import check
from translate_pipe.checks.helpers.settled import Settled
from translate_pipe.engine.fingerprints import digest
from translate_pipe.errors import FileError, blaming
from translate_pipe.localisation import localise
from translate_pipe.localisation.finishing import finish
from translate_pipe.markdown.embedded.frontmatter import with_keys
from translate_pipe.model import Catalogue, Severity
from translate_pipe.project.common import Outcome
from translate_pipe.project.judging import Case
from translate_pipe.project.keys import HEADER_LANGUAGE, RENDERING
from translate_pipe.project.parts import Part, Withheld, fingerprint, parse_record, record_text
from translate_pipe.project.publishing import Layer, Layers
from translate_pipe.project.reading import language_problem, read_sketches, site_of
from translate_pipe.project.request import Stage
from translate_pipe.project.status import added_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from translate_pipe.checks.helpers.pair import Site
    from translate_pipe.links import LocaleLinks
    from translate_pipe.model import Localised, Message, MessageKey, Syntax
    from translate_pipe.project.common import Common, Group, Task
    from translate_pipe.project.discovery import Source
    from translate_pipe.project.judging import Bench
    from translate_pipe.project.sketches import Sketch
    from translate_pipe.project.status import Status

_FEW = 4
"""How many large catalogues are in memory at once."""


_MANY = 200
"""How many messages a catalogue must have for it to be remembered which of them are right."""

_CHECKED = "checked"
"""The step that this is remembered by."""


class Prepared(NamedTuple):
    """What the documents of a domain need in one locale: translations with the findings about them."""

    locale: str
    layers: Layers


def prepare(
    common: Common, group: Group, sketches: Mapping[Source, Sketch], locale: str, part: Part
) -> Prepared | None:
    """Read and check the catalogue of a locale; None if it cannot be used, which is told."""
    with common.files.watched() as trace:
        name = common.project.catalogue(group.domain, locale)
        try:
            found = common.catalogues.catalogue(name)
            with blaming(name):
                prepared = _prepared(common, group, sketches, locale, found or Catalogue(()), part)
        except FileError as error:
            part.fail(error)
            prepared = None
    part.trace.add(trace)
    return prepared


def _prepared(  # noqa: PLR0913, PLR0917  # what it is made from
    common: Common, group: Group, sketches: Mapping[Source, Sketch], locale: str, catalogue: Catalogue, part: Part
) -> Prepared:
    syntaxes = syntaxes_of(segment for sketch in sketches.values() for segment in sketch.segments)
    layers = _Preparation(common, group, syntaxes, part).layers(locale, catalogue)
    is_asked = Stage.CHECK in common.request.stages and HEADER_LANGUAGE not in common.configuration.ignore_checks
    if is_asked and (problem := language_problem(catalogue, layers.layers[0].file, locale)):
        part.diagnostics.append(problem)
    tell_findings(common, layers, sketches.values(), part)
    return Prepared(locale, layers)


class _Preparation:
    """Makes the layers of one locale of a domain."""

    def __init__(self, common: Common, group: Group, syntaxes: Mapping[MessageKey, Syntax], part: Part) -> None:
        self._common = common
        self._group = group
        self._syntaxes = syntaxes
        self._part = part

    def layers(self, locale: str, catalogue: Catalogue) -> Layers:
        """A locale's catalogue, and under it those of the locales that stand in for it."""
        own = self._layer(locale, catalogue)
        wider = (self._wider_layer(other) for other in self._common.configuration.stand_ins(locale))
        return Layers((own, *(layer for layer in wider if layer)))

    def _layer(self, locale: str, catalogue: Catalogue) -> Layer:
        configuration = self._common.configuration
        name = self._common.project.catalogue(self._group.domain, locale)
        checks = self._common.checks
        memory = _MessageMemory(self._common, name, locale) if len(catalogue.messages) >= _MANY else None
        found = check(
            catalogue,
            name,
            source_locale=configuration.source_locale,
            locale=locale,
            checks=checks,
            glossary=self._common.glossary,
            links=configuration.finish(locale).links,
            syntaxes=self._syntaxes,
            settled=memory.settled if memory else None,
            reaches=lambda message, address: self._reaches(message, address, locale),
            site=self._site,
        )
        findings = tuple(found) if checks else ()
        if memory:
            self._part.records[_CHECKED, name] = memory.record()
        is_published = configuration.on_error == "publish"
        return Layer.of(locale, name, catalogue, findings, is_published=is_published)

    def _reaches(self, message: Message, address: str, locale: str) -> bool:
        """Whether an address in a message leads to a heading of the localised project."""
        sources = self._group.sources
        paths = {one.path for one in message.references} or ({sources[0].path} if len(sources) == 1 else ())
        return self._common.neighbours.reaches(address, paths, locale)

    def _site(self, message: Message) -> Site:
        """What the documents of a message are written in, and what they may have."""
        return site_of(self._common.configuration, message, [source.path for source in self._group.sources])

    def _wider_layer(self, locale: str) -> Layer | None:
        """The catalogue of a locale that stands in for others, None if there is none that can be used."""
        common = self._common
        try:
            catalogue = common.catalogues.catalogue(common.project.catalogue(self._group.domain, locale))
        except FileError as error:
            told = Part()
            told.fail(error)
            if locale not in common.request.locales:  # otherwise it is told there
                self._part.shared += told.diagnostics
            self._part.is_lasting &= told.is_lasting
            return None
        return None if catalogue is None else self._layer(locale, catalogue)


class _MessageMemory:
    """Remembers of a large catalogue in which messages nothing was found, and by which checks."""

    def __init__(self, common: Common, name: str, locale: str) -> None:
        self._checks = ",".join(one.name for one in common.checks)
        self._fingerprint = digest(common.setting.encode(), locale.encode())
        record = common.state.records(_CHECKED, [name]).get(name, "")
        first, checks, marks = [*record.split(" "), "", ""][:3]
        is_of_use = first == self._fingerprint and set(self._checks.split(",")) <= set(checks.split(","))
        self.settled = Settled(_marks(marks) if is_of_use else ())

    def record(self) -> str:
        """What is to be remembered, once all has been checked."""
        return f"{self._fingerprint} {self._checks} {b''.join(self.settled.marks).hex()}"


def _marks(text: str) -> list[bytes]:
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return []
    return [data[start : start + 8] for start in range(0, len(data), 8)]


def tell_findings(common: Common, layers: Layers, sketches: Iterable[Sketch], part: Part) -> None:
    """Report what the checks find; a build has only to do with the errors in what it would have published."""
    request = common.request
    if Stage.CHECK in request.stages:
        part.diagnostics += layers.layers[0].findings
    used = dict.fromkeys(key for sketch in sketches for key in sketch.words)
    for layer, key in layers.errors_of(used):
        is_own = layer is layers.layers[0]
        # What is in the catalogue of another locale of this run is told there.
        is_told = Stage.CHECK in request.stages if is_own else layer.locale in request.locales
        if request.reports_findings and not is_told:
            part.shared += layer.errors[key]
        if key not in layer.translations:
            part.withheld.append(Withheld(layer.file, key))


class Localising:
    """A document of a domain on its way into some locales; parsed, and rendered for the judge, once for all of them."""

    def __init__(self, common: Common, source: Source, sketch: Sketch) -> None:
        self._common = common
        self._source = source
        self._sketch = sketch
        self._case: Case | None = None

    def localise(self, prepared: Prepared, *, is_kept: bool) -> Part:
        """Localise and judge the document for one locale, count how far it is, and do what the run asks for.

        What comes of one that `is_kept` is remembered, and not done again while all that it is made from is as it was.
        """
        if is_kept and (known := self.known(prepared)):
            return known
        part = Part()
        with self._common.files.watched() as trace:
            self._do(prepared, part)
        part.trace.add(trace)
        if is_kept:
            output = self._common.project.output(self._source, prepared.locale)
            part.records[self._step, output] = record_text(part, self._setting(prepared))
        return part

    @property
    def _step(self) -> str:
        """What localised documents are remembered by, in runs that do the same with them."""
        request = self._common.request
        return _step(request.stages, require_complete=request.require_complete, is_draft=request.is_draft)

    def _do(self, prepared: Prepared, part: Part) -> None:
        try:
            with blaming(self._source.path):
                self._localise(self._common.project.output(self._source, prepared.locale), prepared, part)
        except FileError as error:
            part.fail(error)
        if not part.status:
            part.status.append(self._status(prepared.layers))

    def _status(self, layers: Layers) -> Status:
        return layers.status(self._sketch.path, self._sketch.words)

    def _setting(self, prepared: Prepared) -> str:
        """What stands for all that is taken from the catalogues."""
        translations = prepared.layers.translations
        texts = (repr((key, translations.get(key))).encode() for key in self._sketch.words)
        status = self._status(prepared.layers)
        has_errors = prepared.layers.has_errors(self._sketch)
        warned = list(prepared.layers.warned(self._sketch.words))
        known = (self._common.setting, self._sketch.digest, status, has_errors, warned)
        return digest(repr(known).encode(), *texts)

    def known(self, prepared: Prepared) -> Part | None:
        """What came of the very same in a run before; None if anything is not as it was."""
        if self._common.request.reports_findings:
            return self._known(prepared, self._step)
        known = next(filter(None, (self._known(prepared, step) for step in _STEPS_WITH_STATUS)), None)
        return known and Part(trace=known.trace, status=known.status, withheld=known.withheld)

    def _known(self, prepared: Prepared, step: str) -> Part | None:
        common = self._common
        output = common.project.output(self._source, prepared.locale)
        record = parse_record(common.state.records(step, [output]).get(output, ""))
        if record is None:
            return None
        seen = common.state.seen(record.files)
        with common.files.watched() as trace:
            try:
                now = fingerprint(
                    self._setting(prepared), record.files, lambda name: common.files.look(name, seen.get(name)).digest
                )
            except FileError:
                return None
            is_true = now == record.fingerprint and all(
                common.files.exists(name) is found for name, found in record.places.items()
            )
        record.part.trace.add(trace)
        return _relocated(record.part, prepared.layers) if is_true else None

    def _localise(self, output: str, prepared: Prepared, part: Part) -> None:
        common, locale, layers = self._common, prepared.locale, prepared.layers.within(self._sketch.words)
        stages, configuration = common.request.stages, common.configuration
        case = self._case = self._case or Case(common.judge, common.documents.document(self._source.path)[0])
        document = case.document
        wanted = configuration.finish(locale)
        accepting = _Accepting(common, case, output, part)
        localised, published, has_errors = accepting.accepted(locale, layers, wanted.links)
        status = self._status(published)
        part.status.append(status)
        if not common.request.reports_findings:
            return
        finished = finish(document, localised.text, wanted, output)
        part.diagnostics += finished.diagnostics
        if Stage.CHECK in stages:
            found = common.neighbours.check(self._source, document, finished.text, locale, layers.translations)
            part.diagnostics += map(layers.at_message, found)
        if Stage.CHECK in stages and case.diagnostic:
            part.shared.append(case.diagnostic)
        if Stage.BUILD not in stages:
            return
        if common.request.require_complete:
            part.shared += layers.incomplete(self._sketch)
        if configuration.on_error == "stop" and (has_errors or layers.has_errors(self._sketch)):
            part.stopped.append(output)
            return
        part.warned += (*published.warned(self._sketch.words), *accepting.warned)
        keys = added_keys(configuration.front_matter_add, status)
        data = with_keys(finished.text, keys).encode()
        if made := common.outputs.write(output, data, document.text.encode(), part):
            part.outputs[output] = made._replace(judged=accepting.verdict)


def _step(stages: Stage, *, require_complete: bool = False, is_draft: bool = False) -> str:
    return f"localised {(stages & (Stage.CHECK | Stage.BUILD)).value} {require_complete:d} {is_draft:d}"


_STEPS_WITH_STATUS = (_step(Stage.CHECK | Stage.BUILD), _step(Stage.BUILD), _step(Stage.BUILD, require_complete=True))
"""The steps by which runs that write remember how far a document is."""


def _relocated(part: Part, layers: Layers) -> Part:
    """What came of a document before, with its diagnostics at the lines that their messages have now."""
    part.diagnostics = [layers.relocated(one) for one in part.diagnostics]
    part.shared = [layers.relocated(one) for one in part.shared]
    return part


class _Accepted(NamedTuple):
    """A localised document, the layers with what is published in it, and whether any translation was refused."""

    localised: Localised
    published: Layers
    has_errors: bool


class _Accepting:
    """Finds the localised document whose structure and rendering are those of its source.

    `verdict` is what the judge's finding it right is remembered by. `warned` are the messages that the judge warns of.
    """

    def __init__(self, common: Common, case: Case, output: str, part: Part) -> None:
        self._common = common
        self._case = case
        self._output = output
        self._part = part
        self.verdict = ""
        self.warned: list[tuple[str, MessageKey]] = []

    def accepted(self, locale: str, layers: Layers, links: LocaleLinks) -> _Accepted:
        """The localised document, with what of the catalogues is published in it.

        A message whose translation is refused is not used at all: what stands in for it is tried in its place, which
        may be the translation of a wider locale, and is judged as well.
        """
        document, has_errors = self._case.document, False
        judge = self._judge(links)
        allowed = self._common.configuration.allowed(document.path)
        left = layers
        while True:
            localised = localise(document, left.translations, judge, locale=locale, links=links, allowed=allowed)
            if not localised.fallbacks:
                break
            if judge and not self._refuses:
                self._note(left, localised)
                judge = None
                continue
            has_errors = True
            if self._common.request.reports_findings:
                self._part.shared += (left.at_message(found) for found in localised.diagnostics)
            if self._common.configuration.on_error == "publish":
                # The judge has only to tell; what breaks the structure is never published.
                localised = localise(document, layers.translations, locale=locale, links=links, allowed=allowed)
                return _Accepted(localised, self._without(layers, localised), has_errors)
            left = self._without(left, localised)
        if judge:
            self.verdict = self._case.verdict(localised.text, links)
        return _Accepted(localised, left, has_errors)

    def _judge(self, links: LocaleLinks) -> Bench | None:
        if self._common.request.is_draft or RENDERING in self._common.configuration.ignore_checks:
            return None
        known = self._common.state.output(self._output)
        return self._case.judge(links, known.judged if known else "")

    @property
    def _refuses(self) -> bool:
        """Whether the project wants what the judge objects to left out, not only reported."""
        return self._common.configuration.severity_of(RENDERING, Severity.ERROR) is Severity.ERROR

    def _note(self, layers: Layers, localised: Localised) -> None:
        """Report what the judge objects to, which is published all the same."""
        found = [layers.at_message(one) for one in localised.diagnostics if one.check == RENDERING]
        if self._common.request.reports_findings:
            self._part.shared += found
        if self._common.configuration.severity_of(RENDERING, Severity.ERROR) is Severity.WARNING:
            self.warned += [(one.file, (one.msgctxt, one.msgid)) for one in found]

    def _without(self, layers: Layers, localised: Localised) -> Layers:
        """The layers without the translations that a localised document does not use, which are withheld."""
        refused = dict.fromkeys(segment.key for segment in localised.fallbacks)
        path = self._case.document.path
        self._part.withheld += (Withheld(one.file, key, path) for key in refused if (one := layers.layer_of(key)))
        return layers.without(refused)


Parts = dict[str, Part]
"""What came of something in each locale."""


def build_group(common: Common, task: Task) -> Outcome:
    """Read the documents and catalogues of a domain and do its last steps for some locales."""
    read = Part()
    with common.files.watched() as trace:
        sketches = read_sketches(common, task.group.sources, read, is_linted=False)
    read.trace.add(trace)
    parts: Parts = {}
    for locales_at_once in _slices(task.locales, _FEW if len(sketches) > _FEW else len(task.locales)):
        parts |= build_locales(common, task.group, sketches, locales_at_once)
    for part in parts.values():
        part.add(told_of_documents(common, sketches, read))
    return Outcome(parts)


def told_of_documents(common: Common, sketches: Mapping[Source, Sketch], read: Part) -> Part:
    """What is told of the documents themselves, if this is the first phase that sees them."""
    found = read.diagnostics + [one for sketch in sketches.values() for one in sketch.diagnostics]
    is_told = bool(common.request.stages & (Stage.EXTRACT | Stage.UPDATE))
    return Part(
        trace=read.trace,
        shared=[] if is_told else found,
        of_documents=found,
        records=read.records,
        is_lasting=read.is_lasting,
    )


def build_locales(
    common: Common, group: Group, sketches: Mapping[Source, Sketch], wanted_locales: Sequence[str]
) -> Parts:
    """Do the last steps for a domain in some locales."""
    parts = {locale: Part() for locale in wanted_locales}
    prepared = [made for locale in wanted_locales if (made := prepare(common, group, sketches, locale, parts[locale]))]
    for locale, part in localise_documents(common, sketches, sketches, prepared).items():
        parts[locale].add(part)
    return parts


def localise_documents(
    common: Common, sketches: Mapping[Source, Sketch], sources: Iterable[Source], prepared: Sequence[Prepared]
) -> Parts:
    """Localise some documents of a domain; each is read once for all locales."""
    parts: Parts = {one.locale: Part() for one in prepared}
    for source in sources:
        document = Localising(common, source, sketches[source])
        for one in prepared:
            parts[one.locale].add(document.localise(one, is_kept=len(sketches) > 1))
    return parts


def _slices(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (items[start : start + size] for start in range(0, len(items), max(size, 1)))
