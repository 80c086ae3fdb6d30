"""A project as the preview sees it: read again for each request, and never written."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import replace
from html import escape
from itertools import chain
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from translate_pipe import locales
from translate_pipe.errors import FileError, blaming
from translate_pipe.localisation import localise_marked
from translate_pipe.localisation.renderers import RenderingError
from translate_pipe.preview.composing import (
    DocumentMessages,
    LocalisedImages,
    UsedImages,
    address,
    front_matter_html,
    is_public,
    page_findings,
    segment_views,
    title_of,
)
from translate_pipe.preview.sanitise import Sanitiser
from translate_pipe.preview.segment_marks import mark_segment, with_segments, with_titles
from translate_pipe.preview.view import Findings, PageView, Pane
from translate_pipe.project import ProjectView, Stage, Withheld, file_diagnostic
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from translate_pipe.model import Catalogue, Diagnostic, Document, Message, MessageKey
    from translate_pipe.preview.composing import Addresses
    from translate_pipe.project import Progress, Project, Source, Status

_MANY = 16
"""How many rendered pages to keep."""

_MOST_CHOICES = 500
"""How many documents a page offers; a list of more is as hard to read as to load."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class _Memo(Generic[_Key, _Value]):
    """The values made last, each valid as long as it would be made from the very same objects."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, tuple[tuple[object, ...], _Value]] = OrderedDict()

    def get(self, key: _Key, made_from: tuple[object, ...], make: Callable[[], _Value]) -> _Value:
        """The value for these objects, made now or before."""
        known = self._kept.get(key)
        if known is None or list(map(id, known[0])) != list(map(id, made_from)):
            known = (made_from, make())
        self._kept[key] = known
        self._kept.move_to_end(key)
        if len(self._kept) > _MANY:
            self._kept.popitem(last=False)
        return known[1]

    def last(self, key: _Key) -> _Value | None:
        """The value made last, whatever it was made from; None if there is none."""
        known = self._kept.get(key)
        return known[1] if known else None


class _Translations(NamedTuple):
    """The messages of a document, with the catalogues that they are from."""

    messages: DocumentMessages
    catalogues: tuple[Catalogue | None, ...]


class FindingsOfAll:
    """The diagnostics of a run over a project, by message and file, and the translations that are not published."""

    def __init__(self, project: Project, diagnostics: Iterable[Diagnostic], withheld: Iterable[Withheld]) -> None:
        self._project = project
        self._withheld = frozenset(withheld)
        self._of_messages: defaultdict[tuple[str, MessageKey], list[Diagnostic]] = defaultdict(list)
        self._of_files: defaultdict[str, list[Diagnostic]] = defaultdict(list)
        for found in diagnostics:
            if found.msgid:
                self._of_messages[found.file, (found.msgctxt, found.msgid)].append(found)
            else:
                self._of_files[found.file].append(found)

    def of(self, source: Source, document: Document, locale: str) -> Iterator[Diagnostic]:
        """The diagnostics of a document in a locale: of its messages, its file and its output."""
        catalogue = self._project.catalogue(self._project.domain(source), locale)
        files = (catalogue, source.path, self._project.output(source, locale))
        for key in {segment.key: None for segment in document.segments}:
            for file in files:
                yield from self._of_messages.get((file, key), ())
        for file in files:
            yield from self._of_files.get(file, ())

    def withheld(self, document: Document, catalogue: str) -> list[MessageKey]:
        """The messages of a document whose translation in a catalogue is not published."""
        keys = dict.fromkeys(segment.key for segment in document.segments)
        of_document = (("", key) for key in keys), ((document.path, key) for key in keys)
        found = (key for path, key in chain(*of_document) if Withheld(catalogue, key, path) in self._withheld)
        return list(dict.fromkeys(found))


class Workspace:
    """The documents of a project in all its locales.

    `wanted` are the locales to show first, `user_locale` is the language that locales are named in. Raises
    ConfigurationError if the project's renderer cannot be used. Not for several threads at once.
    """

    def __init__(self, project: Project, wanted: tuple[str, ...], user_locale: str) -> None:
        self.project = project
        self.wanted = wanted
        self._user_locale = user_locale
        self._view = ProjectView(project)
        self._renderer = self._view.renderer
        self._rendered: _Memo[str, str] = _Memo()
        self._safe_sources: _Memo[tuple[str, str], str] = _Memo()
        self._messages: _Memo[str, dict[MessageKey, Message]] = _Memo()
        self._good: _Memo[tuple[str, str], PageView] = _Memo()
        self._images: dict[tuple[str, str], set[str]] = {}
        """The images that a document shows in a locale, or that its source shows beside the locale."""
        self._sources: dict[str, Source] = {}
        self._is_stale = True

    def of(self, project: Project) -> Workspace:
        """The same for another project, or for another configuration of this one."""
        wanted = tuple(one for one in self.wanted if one in project.configuration.locales)
        return Workspace(project, wanted or project.configuration.locales, self._user_locale)

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales of the project."""
        return self.project.configuration.locales

    def locale_name(self, locale: str) -> str:
        """The name of a locale in the user's language."""
        return locales.display_name(locale, self._user_locale)

    def sources(self) -> dict[str, Source]:
        """The documents of the project, by their paths, in their order."""
        if self._is_stale:
            found = {source.path: source for source in self.project.sources()[0]}
            if found != self._sources:  # values made with the same sources stay valid
                self._sources = found
            self._is_stale = False
        return self._sources

    def near(self, path: str) -> list[Source]:
        """The documents to choose from: all, or of very many those around one."""
        sources = list(self.sources().values())
        if len(sources) <= _MOST_CHOICES:
            return sources
        at = next(at for at, source in enumerate(sources) if source.path == path)
        start = min(max(at - _MOST_CHOICES // 2, 0), len(sources) - _MOST_CHOICES)
        return sources[start : start + _MOST_CHOICES]

    def look_again(self) -> None:
        """Look for documents again, because files have changed."""
        self._is_stale = True

    # Pages

    def page(self, source: Source, locale: str, addresses: Addresses) -> PageView:
        """A document beside its localisation.

        If its catalogue cannot be used, this is the last good page, with the problem.
        """
        key = (source.path, locale)
        try:
            document = self._view.document(source.path)
            translated = self._translated(source, document, locale)
            made_from = (document, *translated.catalogues, self.sources())
            with blaming(source.path):
                return self._good.get(
                    key, made_from, lambda: self._page(document, translated.messages, locale, addresses)
                )
        except FileError as error:
            view = self._good.last(key) or self._untranslated_page(source, locale, addresses)
            return replace(view, problem=str(error))

    def _untranslated_page(self, source: Source, locale: str, addresses: Addresses) -> PageView:
        """The page of a document whose catalogue cannot be used, and never could; empty if it cannot be read either."""
        try:
            document = self._view.document(source.path)
            with blaming(source.path):
                return self._page(document, DocumentMessages("", {}, {}), locale, addresses)
        except FileError:
            empty = self._pane(self.project.configuration.source_locale, ""), self._pane(locale, "")
            return PageView(source.path, source.path, locale, *empty, segments=())

    def _page(self, document: Document, translated: DocumentMessages, locale: str, addresses: Addresses) -> PageView:
        configuration = self.project.configuration
        links, allowed = configuration.finish(locale).links, configuration.allowed(document.path)
        localised = localise_marked(
            document, translated.shown, mark_segment, locale=locale, links=links, allowed=allowed
        )
        refused = {segment.key for segment in localised.fallbacks}
        shown = {key: text for key, text in translated.shown.items() if key not in refused}
        source_html = front_matter_html(document, {}) + self._source_html(document, locale, addresses)
        images = self._images[document.path, locale]
        own = LocalisedImages(addresses, frozenset(images), locale, images)
        localised_html = front_matter_html(document, shown) + self._safe(
            self._html(document, localised.text), "localised-", document, own
        )
        return PageView(
            document=document.path,
            title=title_of(document),
            locale=locale,
            source=self._pane(self.project.configuration.source_locale, source_html),
            localised=self._pane(locale, localised_html),
            segments=segment_views(document, translated),
        )

    def _pane(self, locale: str, html: str) -> Pane:
        return Pane(
            locale, self.locale_name(locale), locales.language_tag(locale), locales.text_direction(locale), html
        )

    def _translated(self, source: Source, document: Document, locale: str) -> _Translations:
        """The messages of a document; raises FileError if a catalogue cannot be used."""
        domain = self.project.domain(source)
        others = self.project.configuration.stand_ins(locale)
        names = [self.project.catalogue(domain, one) for one in (locale, *others)]
        catalogues = tuple(self._view.catalogue(source, one) for one in (locale, *others))
        own, *wider = (self._active(name, one) for name, one in zip(names, catalogues, strict=True))
        needed = dict.fromkeys(segment.key for segment in document.segments)
        messages = {key: own[key] for key in needed if key in own}
        missing = [key for key in needed if key not in messages or not messages[key].has_msgstr]
        stand_ins: dict[MessageKey, tuple[str, str]] = {}
        for parent, active in reversed(list(zip(others, wider, strict=True))):
            stand_ins |= {
                key: (parent, active[key].msgstr) for key in missing if key in active and active[key].translated
            }
        return _Translations(DocumentMessages(names[0], messages, stand_ins), catalogues)

    def _active(self, name: str, catalogue: Catalogue | None) -> dict[MessageKey, Message]:
        """The active messages of a catalogue by key, made once for all documents that share it."""

        def make() -> dict[MessageKey, Message]:
            return {message.key: message for message in catalogue.active} if catalogue else {}

        return self._messages.get(name, (catalogue,), make)

    def _source_html(self, document: Document, locale: str, addresses: Addresses) -> str:
        """The HTML of a source beside a locale. Edits of a catalogue do not render it again."""

        def make() -> str:
            rendered = self._rendered.get(
                document.path,
                (document,),
                lambda: self._html(document, localise_marked(document, {}, mark_segment).text),
            )
            used = self._images[document.path, locale] = set()
            return self._safe(rendered, "source-", document, UsedImages(addresses, used))

        return self._safe_sources.get((document.path, locale), (document, self.sources()), make)

    def _html(self, document: Document, text: str) -> str:
        """The HTML of a text made from a document."""
        try:
            return self._renderer.html(with_titles(text, self._view.as_rendered(text, document)))
        except RenderingError as error:
            return f"<p>{escape(f'{self._renderer.name} cannot render this document: {error}')}</p>"

    @staticmethod
    def _safe(html: str, prefix: str, document: Document, addresses: Addresses) -> str:
        """Sanitised HTML whose elements name their segments."""
        sanitiser = Sanitiser(prefix, lambda link: address(link, document.path, addresses))
        return with_segments(sanitiser.clean(html))

    # Findings and status

    def findings(self, source: Source, locale: str) -> Findings:
        """The findings of the checks and the judge for a document in a locale. An unreadable file is one finding."""
        found = self._view.check(source, locale, list(self.sources().values()))
        try:
            document = self._view.document(source.path)
        except FileError:
            return page_findings(parse(""), found.diagnostics)
        catalogue = self.project.catalogue(self.project.domain(source), locale)
        return page_findings(document, found.diagnostics, catalogue, found.withheld)

    def look_over(self, progress: Progress, jobs: int) -> tuple[list[Status], FindingsOfAll]:
        """The status and the findings of all documents, with `jobs` processes."""
        report = self._view.run(Stage.CHECK | Stage.STATUS, self.locales, progress, jobs)
        return report.status, FindingsOfAll(self.project, report.diagnostics, report.withheld)

    def findings_among(self, source: Source, locale: str, all_findings: FindingsOfAll) -> Findings:
        """The findings of one document among those of all; the same as `findings` gives."""
        try:
            document = self._view.document(source.path)
        except FileError as error:
            return page_findings(parse(""), [file_diagnostic(error)])
        catalogue = self.project.catalogue(self.project.domain(source), locale)
        withheld = all_findings.withheld(document, catalogue)
        return page_findings(document, all_findings.of(source, document, locale), catalogue, withheld)

    def status(self, progress: Progress) -> list[Status]:
        """The status of each document in each locale."""
        return self._view.run(Stage.STATUS, self.locales, progress).status

    def revision(self, source: Source, locale: str) -> tuple[str, str]:
        """The date of the last revision and the translator in the header of a catalogue; empty if it has none."""
        try:
            catalogue = self._view.catalogue(source, locale)
        except FileError:
            return "", ""
        fields = catalogue.fields if catalogue else {}
        translator = fields.get("Last-Translator", "").partition("<")[0].strip()
        is_named = translator not in ("", "FULL NAME")
        return fields.get("PO-Revision-Date", ""), translator if is_named else ""

    # Files

    def image(self, path: str) -> bytes | None:
        """An image that a page shows; None if no page does, or if it is outside of the project or in a dot folder."""
        if not any(path in images for images in self._images.values()):
            return None
        try:
            real = self._view.real_path(path)
            if not is_public(real.relative_to(self.project.root.resolve()).as_posix()):
                return None
            return self._view.read(path)
        except (FileError, ValueError):  # the latter for a name that no file can have
            return None
