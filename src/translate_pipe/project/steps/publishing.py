"""Which translation of a message is published: its locale's own or that of a wider locale, and none with an error."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

from translate_pipe.catalogue.po import located
from translate_pipe.catalogue.po.splitting import entry_mark
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.status import document_status

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

    from translate_pipe.model import Catalogue, Document, Message, MessageKey
    from translate_pipe.project.status import Status
    from translate_pipe.project.steps.sketches import Sketch

_STATE_BYTES = 16
_NO_STATE = bytes(_STATE_BYTES)


def _joined(first: bytes, second: bytes) -> bytes:
    return blake2b(first + second, digest_size=_STATE_BYTES).digest()


@dataclass(frozen=True, slots=True)
class Layer:
    """A catalogue as a source of translations.

    `findings` are those of the checks and `errors` the ones among them, by message, that keep a translation from being
    published; `translations` are the msgstrs that may be. `warned` are the messages with a warning.
    """

    locale: str
    file: str
    messages: Mapping[MessageKey, Message]
    findings: tuple[Diagnostic, ...]
    errors: Mapping[MessageKey, Sequence[Diagnostic]]
    translations: Mapping[MessageKey, str]
    warned: frozenset[MessageKey] = frozenset()

    @classmethod
    def of(
        cls, locale: str, file: str, catalogue: Catalogue, findings: tuple[Diagnostic, ...], *, is_published: bool
    ) -> Layer:
        """The layer of a catalogue; `is_published` says that translations with errors are published all the same."""
        errors: defaultdict[MessageKey, list[Diagnostic]] = defaultdict(list)
        for found in findings:
            if found.severity is Severity.ERROR:
                errors[found.msgctxt, found.msgid].append(found)
        messages = {message.key: message for message in catalogue.active}
        translations = {key: one.msgstr for key, one in messages.items() if one.translated}  # with the same keys
        if not is_published:
            translations = {key: text for key, text in translations.items() if key not in errors}
        warned = frozenset((one.msgctxt, one.msgid) for one in findings if one.severity is Severity.WARNING)
        return cls(locale, file, messages, findings, dict(errors), translations, warned)

    def within(self, keys: Collection[MessageKey]) -> Layer:
        """The same layer with these messages only, and without findings, which belong to the whole catalogue."""
        messages = {key: self.messages[key] for key in keys if key in self.messages}
        errors = {key: self.errors[key] for key in keys if key in self.errors}
        translations = {key: self.translations[key] for key in keys if key in self.translations}
        return Layer(self.locale, self.file, messages, (), errors, translations, self.warned.intersection(keys))


@dataclass(frozen=True)
class Layers:
    """The catalogues that serve one locale, its own first, then those of wider locales, nearest first.

    `refused` has for each layer the messages whose translation a document cannot use.
    """

    layers: tuple[Layer, ...]
    refused: tuple[frozenset[MessageKey], ...] = field(default=())

    @property
    def own(self) -> Layer:
        """The locale's own catalogue."""
        return self.layers[0]

    @cached_property
    def translations(self) -> Mapping[MessageKey, str]:
        """The translations to publish."""
        if len(self.layers) == 1 and not self.refused:
            return self.layers[0].translations
        result: dict[MessageKey, str] = {}
        for layer, refused in reversed(list(self._with_refused())):
            result |= {key: text for key, text in layer.translations.items() if key not in refused}
        return result

    def _with_refused(self) -> Iterator[tuple[Layer, frozenset[MessageKey]]]:
        return zip(self.layers, self.refused or (frozenset(),) * len(self.layers), strict=True)

    def layer_of(self, key: MessageKey) -> Layer | None:
        """The layer that a message's translation is taken from."""
        return next(
            (one for one, refused in self._with_refused() if key in one.translations and key not in refused), None
        )

    @property
    def own_published(self) -> Container[MessageKey]:
        """The messages whose translation in the locale's own catalogue is published."""
        own, refused = next(self._with_refused())
        return {key for key in own.translations if key not in refused} if refused else own.translations

    def status(self, path: str, words: Mapping[MessageKey, int]) -> Status:
        """How far a document is in the locale itself; what a wider locale has instead of a message does not count."""
        own = self.own
        return document_status(path, words, own.messages, self.own_published, own.locale)

    def warned(self, keys: Iterable[MessageKey]) -> Iterator[tuple[str, MessageKey]]:
        """Those of the messages that are published with a warning, each with the file of its catalogue."""
        if any(one.warned for one in self.layers):
            for key in keys:
                layer = self.layer_of(key)
                if layer and key in layer.warned:
                    yield layer.file, key

    @cached_property
    def _states(self) -> dict[int, bytes]:
        states: dict[int, bytes] = {}
        for number, layer in enumerate(self.layers):
            translations, errors, warned = layer.translations, layer.errors, layer.warned
            for key, message in layer.messages.items():
                if message.has_msgstr or key in errors:
                    kind = number << 4 | (key in translations) | (key in errors) << 1 | (key in warned) << 2
                    kind |= message.fuzzy << 3
                    state = blake2b(message.msgstr.encode(), digest_size=_STATE_BYTES, person=b"%d" % kind).digest()
                    mark = entry_mark(key)
                    states[mark] = state if mark not in states else _joined(states[mark], state)
        return states

    def state_of(self, mark: int) -> bytes:
        """A digest of all that the catalogues say of the message with this mark, always of the same length."""
        return self._states.get(mark, _NO_STATE)

    def without(self, keys: Collection[MessageKey]) -> Layers:
        """The same layers without the translations that these messages have now."""
        chosen = {key: self.layer_of(key) for key in keys}
        refused = tuple(
            before | {key for key, layer in chosen.items() if layer is one} for one, before in self._with_refused()
        )
        return Layers(self.layers, refused)

    def within(self, keys: Collection[MessageKey]) -> Layers:
        """The same layers with these messages only, so that work on one document costs the size of that document."""
        return Layers(tuple(layer.within(keys) for layer in self.layers), self.refused)

    def errors_of(self, used: Iterable[MessageKey]) -> Iterator[tuple[Layer, MessageKey]]:
        """The messages whose errors keep a translation from being published, for want of another one above them."""
        for key in used:
            for layer in self.layers:
                if key in layer.errors:
                    yield layer, key
                if key in layer.translations:
                    break

    def has_errors(self, sketch: Sketch) -> bool:
        """Whether a document lacks a translation because of its errors."""
        return any(layer.errors for layer in self.layers) and any(self.errors_of(sketch.words))

    def at_message(self, found: Diagnostic) -> Diagnostic:
        """The diagnostic of a segment, moved to where a translator can fix it."""
        key = (found.msgctxt, found.msgid)
        layer = self.layer_of(key)
        if layer is None:
            return found
        message = layer.messages[key]
        return located([replace(found, file=layer.file, msgstr=message.msgstr)], message)[0]

    def relocated(self, found: Diagnostic) -> Diagnostic:
        """A diagnostic of a message, at the line that the message has now."""
        key = (found.msgctxt, found.msgid)
        messages = (one.messages for one in self.layers if one.file == found.file and key in one.messages)
        return next((located([found], one[key])[0] for one in messages), found)

    def incomplete(self, document: Document) -> Iterator[Diagnostic]:
        """The messages of a document without a translation, except those that are withheld because of an error."""
        own = self.own
        for key, segment in {segment.key: segment for segment in document.segments}.items():
            if key in own.errors or key in self.translations:
                continue
            message = own.messages.get(key)
            if message:
                is_fuzzy = "this translation is fuzzy; look at it and remove the flag"
                problem = is_fuzzy if message.fuzzy else "not translated yet"
                place = (own.file, message.line)
            else:
                problem = f"this text is not in {own.file}; run: translate-pipe update"
                place = (document.path, segment.line)
            found = Diagnostic("incomplete", Severity.ERROR, problem, *place, segment.text, segment.context)
            yield located([found], message)[0] if message else found
