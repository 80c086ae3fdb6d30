"""Documents, messages and diagnostics to the values that a page shows."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from translate_pipe.addresses import Likeness, compare
from translate_pipe.catalogue.template import extracted_comment
from translate_pipe.model import Severity
from translate_pipe.preview.templates import template
from translate_pipe.preview.view import Change, Findings, FindingView, SegmentView
from translate_pipe.report.changes import word_changes
from translate_pipe.segments.shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from translate_pipe.model import Diagnostic, Document, Message, MessageKey

IMAGES = frozenset({".apng", ".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"})
"""How the names of images end that a page may show."""


class DocumentMessages(NamedTuple):
    """The messages of a document in one locale, and the path of their catalogue.

    `stand_ins` has, for messages without a translation, a wider locale and its translation.
    """

    catalogue: str
    messages: Mapping[MessageKey, Message]
    stand_ins: Mapping[MessageKey, tuple[str, str]]

    @property
    def shown(self) -> dict[MessageKey, str]:
        """The text that the page shows for each message, also if it is fuzzy and so not published."""
        own = {key: message.msgstr for key, message in self.messages.items() if message.has_msgstr}
        return {key: text for key, (_, text) in self.stand_ins.items()} | own


def segment_views(document: Document, translated: DocumentMessages) -> tuple[SegmentView, ...]:
    """The segments of a document with their messages."""
    views = []
    for index, segment in enumerate(document.segments):
        message = translated.messages.get(segment.key)
        state, changes = "untranslated", tuple[Change, ...]()
        comments: tuple[str, ...] = (
            *segment.comments,
            extracted_comment(segment.kind, segment.detail, segment.section),
        )
        if message:
            comments = tuple(filter(str.strip, (*message.extracted_comments, *message.translator_comments)))
            if message.has_msgstr:
                state = "fuzzy" if message.fuzzy else "translated"
            if message.fuzzy and message.previous.msgid is not None:
                diff = word_changes(message.previous.msgid, message.msgid)
                changes = tuple(Change(kind, text) for kind, text in diff)
        views.append(
            SegmentView(
                index=index,
                state=state,
                kind=segment.description,
                msgid=segment.text,
                msgctxt=segment.context or "",
                msgstr=message.msgstr if message else "",
                comments=comments,
                catalogue_place=f"{translated.catalogue}:{message.line}" if message else "",
                source_place=f"{document.path}:{segment.line}",
                changes=changes,
                stand_in=translated.stand_ins[segment.key][0] if segment.key in translated.stand_ins else "",
            )
        )
    return tuple(views)


def page_findings(
    document: Document, diagnostics: Iterable[Diagnostic], catalogue: str = "", withheld: Collection[MessageKey] = ()
) -> Findings:
    """The diagnostics of a document by its segments, without those of other documents' messages.

    `withheld` are the messages whose translation in `catalogue` is not published.
    """
    places: dict[MessageKey, list[int]] = {}
    for index, segment in enumerate(document.segments):
        places.setdefault(segment.key, []).append(index)
    of_segments: dict[int, dict[FindingView, None]] = {}
    others: dict[FindingView, None] = {}
    not_published: dict[int, dict[str, None]] = {index: {} for key in withheld for index in places.get(key, ())}
    for found in diagnostics:
        place = f"{found.file}:{found.line}" if found.line else found.file
        finding = FindingView(str(found.severity), found.check, found.message, place, found.words)
        if not found.msgid:
            others[finding] = None
        for index in places.get((found.msgctxt, found.msgid), ()):
            of_segments.setdefault(index, {})[finding] = None
            if index in not_published and found.severity is Severity.ERROR and found.file == catalogue:
                not_published[index][found.message] = None
    return Findings(
        {index: tuple(found) for index, found in sorted(of_segments.items())},
        tuple(others),
        {index: tuple(reasons) for index, reasons in sorted(not_published.items())},
    )


def front_matter_html(document: Document, shown: Mapping[MessageKey, str]) -> str:
    """The translatable values of the front matter, which renderers leave out, as a list; empty if there are none."""
    rows = [
        (index, segment.detail, shown.get(segment.key) or segment.text)
        for index, segment in enumerate(document.segments)
        if shape_of(segment.slot).is_value
    ]
    return template("front_matter.html").render(rows=rows)


def title_of(document: Document) -> str:
    """The title of a document, its first heading, or else its path."""
    for segment in document.segments:
        if segment.detail in ("title", "1"):
            return segment.text
    return document.path


class Addresses(Protocol):
    """The addresses of pages and images of a preview."""

    def page(self, path: str) -> str | None:
        """The address of another document's page, None if the preview has none."""

    def image(self, path: str) -> str | None:
        """The address of an image of the project, None if it is not shown."""


class UsedImages:
    """The addresses for a source document. Adds the images that it shows to `used`."""

    def __init__(self, addresses: Addresses, used: set[str]) -> None:
        self._addresses = addresses
        self._used = used

    def page(self, path: str) -> str | None:
        """The address of another document's page."""
        return self._addresses.page(path)

    def image(self, path: str) -> str | None:
        """The address of an image; None for one in a folder that is not public."""
        if not is_public(path):
            return None
        self._used.add(path)
        return self._addresses.image(path)


class LocalisedImages(UsedImages):
    """The addresses for a localised document: the images of its source, and those made of them for the locale.

    A translator must not be able to show other files of the project, least of all on a site.
    """

    def __init__(self, addresses: Addresses, of_source: frozenset[str], locale: str, used: set[str]) -> None:
        super().__init__(addresses, used)
        self._of_source = of_source
        self._locale = locale

    def image(self, path: str) -> str | None:
        """The address of an image; None for one that the source does not have in another language."""
        is_known = path in self._of_source or any(
            compare(one, path, self._locale, loads=True).likeness <= Likeness.LOCALISED for one in self._of_source
        )
        return super().image(path) if is_known else None


def is_public(path: str) -> bool:
    """Whether a path goes through no file or folder whose name begins with a dot.

    >>> is_public("img/a.png"), is_public("img/.secret/a.png")
    (True, False)
    """
    return not any(part.startswith(".") for part in path.split("/"))


def address(link: str, document: str, addresses: Addresses) -> str | None:
    """Where a relative address in a document, without its fragment, leads in the preview; None for nowhere.

    `document` is the path of the document in the project. An address that leads out of the project leads nowhere.
    """
    try:
        parts = urlsplit(link)
    except ValueError:  # brackets that are no IPv6 address
        return None
    path = normpath(join(dirname(document), unquote(parts.path)))
    if path.startswith(("../", "/")) or path == ".." or "\0" in path or parts.scheme or parts.netloc:
        return None
    if path[path.rfind(".") :].lower() in IMAGES:
        return addresses.image(path)
    return addresses.page(path)
