"""The preview as files: the pages of all documents and locales, an overview and badges."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import quote

from translate_pipe.engine.files import Files
from translate_pipe.errors import FileError
from translate_pipe.preview.assets import ASSETS, asset
from translate_pipe.preview.overview import (
    GENERATOR,
    Cell,
    ChangeRow,
    CheckRow,
    DocumentRow,
    LocaleRow,
    Overview,
    badge_svg,
    overview_html,
)
from translate_pipe.preview.pages import page_html
from translate_pipe.preview.view import Choice, PageContext
from translate_pipe.project import Status, total

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from translate_pipe.preview.workspace import Workspace
    from translate_pipe.project import Progress, Source

_OVERVIEW = "index.html"
_MOST = 10
"""How many checks and changes an overview names."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?")


def write_site(workspace: Workspace, folder: Path, now: datetime, progress: Progress, jobs: int = 1) -> int:
    """Write the pages of the wanted locales into a folder, and return their number; `jobs` processes do the checks.

    Other files in the folder stay. Raises FileError if one of them is in the place of a page, or if a file cannot be
    written.
    """
    files = Files(folder)
    _claim(workspace, files)
    site = _Site(workspace, files, progress, jobs)
    site.write_pages()
    site.write_overview(now)
    for name in ASSETS:
        files.write(f"assets/{name}", asset(name))
    return site.pages


def _claim(workspace: Workspace, files: Files) -> None:
    """Make a folder one of previews, whose files may be replaced. Raises FileError if other files are in the way.

    The overview is written first, so that the folder is recognised even after a run that was killed.
    """
    folder = files.root
    found = files.read(_OVERVIEW)
    if found is not None and GENERATOR.encode() not in found:
        problem = "this file is not an overview of translate-pipe; choose another folder, or remove it"
        raise FileError(str(folder / _OVERVIEW), problem)
    if found is not None:
        return
    locales, sources = workspace.wanted, workspace.sources().values()
    pages = (_page_file(locale, source) for locale in locales for source in sources)
    for name in ("files", *(f"assets/{one}" for one in ASSETS), *map(_badge_file, locales), *pages):
        if files.exists(name):
            raise FileError(str(folder / name), "no preview made this; choose another folder, or remove it")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(str(folder), f"this folder cannot be made: {error.strerror}") from error
    files.write(_OVERVIEW, f"<!doctype html>{GENERATOR}<p>This preview is not complete.\n".encode())


class _Site:
    """The files of one preview."""

    def __init__(self, workspace: Workspace, files: Files, progress: Progress, jobs: int) -> None:
        self._workspace = workspace
        self._files = files
        self._progress = progress
        rows, self._findings = workspace.look_over(progress, jobs)
        self._status = {(row.document, row.locale): row for row in rows}
        self._percents = {key: row.percent for key, row in self._status.items()}
        self._totals = {locale: total(rows, locale) for locale in workspace.wanted}
        self._problems: Counter[tuple[str, str]] = Counter()
        self._checks: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], str] = {}
        self._changes: list[ChangeRow] = []
        self._sources = workspace.sources()
        self._images: set[str] = set()
        self.pages = 0

    # Pages

    def write_pages(self) -> None:
        """Write the page of each document in each wanted locale, and the images that they show."""
        self._progress.start(len(self._sources))
        for source in self._sources.values():
            for locale in self._workspace.wanted:
                self._write_page(source, locale)
            self._progress.advance(1)

    def _write_page(self, source: Source, locale: str) -> None:
        addresses = _FileAddresses(self._sources, locale, source)
        view = self._workspace.page(source, locale, addresses)
        findings = self._workspace.findings_among(source, locale, self._findings)
        for one in chain(*findings.segments.values(), findings.others):
            if one.severity != "info":
                self._problems[source.path, locale] += 1
            self._checks[one.check, one.severity] += 1
            self._examples.setdefault((one.check, one.severity), quote(_page_file(locale, source)))
        around = replace(self._around(source, locale, addresses), findings=findings)
        self._files.write(_page_file(locale, source), page_html(view, around).encode())
        self.pages += 1
        date, translator = self._workspace.revision(source, locale)
        if known := _DATE.match(date):
            address = quote(_page_file(locale, source))
            self._changes.append(ChangeRow(known[0], locale, source.name, translator, address))
        for path in addresses.images - self._images:
            self._images.add(path)
            data = self._workspace.image(path)
            if data is not None:
                self._files.write(f"files/{path}", data)

    def _around(self, source: Source, locale: str, addresses: _FileAddresses) -> PageContext:
        documents = (
            Choice(one.path, one.name, addresses.of(locale, one), self._percents.get((one.path, locale), -1))
            for one in self._workspace.near(source.path)
        )
        locales = (
            Choice(one, self._workspace.locale_name(one), addresses.of(one, source), self._totals[one].percent)
            for one in self._workspace.wanted
        )
        return PageContext(
            tuple(documents),
            tuple(locales),
            assets=f"{addresses.root}assets/",
            overview=f"{addresses.root}{_OVERVIEW}",
            is_live=False,
        )

    # The overview

    def write_overview(self, now: datetime) -> None:
        """Write the overview and a badge for each wanted locale."""
        problems: Counter[str] = Counter()
        for (_, locale), count in self._problems.items():
            problems[locale] += count
        locales = tuple(
            LocaleRow(self._totals[one], self._workspace.locale_name(one), problems[one], _badge_file(one))
            for one in self._workspace.wanted
        )
        overview = Overview(
            project=self._workspace.project.name,
            source=self._workspace.locale_name(self._workspace.project.configuration.source_locale),
            date=f"{now:%Y-%m-%d}",
            locales=locales,
            documents=tuple(map(self._document_row, self._sources.values())),
            checks=tuple(
                CheckRow(check, severity, count, self._examples[check, severity])
                for (check, severity), count in self._checks.most_common(_MOST)
            ),
            changes=tuple(sorted(self._changes, reverse=True)[:_MOST]),
        )
        for row in overview.locales:
            self._files.write(row.badge, badge_svg(row.status.locale, row.status.percent).encode())
        self._files.write(_OVERVIEW, overview_html(overview).encode())

    def _document_row(self, source: Source) -> DocumentRow:
        cells = []
        for locale in self._workspace.wanted:
            status = self._status.get((source.path, locale))
            status = status or Status(locale, source.path, untranslated=1)  # a document that cannot be read has none
            cells.append(Cell(status, self._problems[source.path, locale], quote(_page_file(locale, source))))
        return DocumentRow(source.name, tuple(cells))


def _badge_file(locale: str) -> str:
    return f"badges/{locale}.svg"


def _page_file(locale: str, source: Source) -> str:
    return f"{locale}/{source.name}.html"


class _FileAddresses:
    """The addresses of pages and images, seen from a page. Collects the images that the page shows."""

    def __init__(self, sources: Mapping[str, Source], locale: str, source: Source) -> None:
        self._sources = sources
        self._locale = locale
        self.root = "../" * (source.name.count("/") + 1)
        self.images: set[str] = set()

    def of(self, locale: str, source: Source) -> str:
        """The address of a page."""
        return self.root + quote(_page_file(locale, source))

    def page(self, path: str) -> str | None:
        """The address of another document's page in this locale."""
        source = self._sources.get(path)
        return self.of(self._locale, source) if source else None

    def image(self, path: str) -> str | None:
        """The address of an image, which is copied."""
        self.images.add(path)
        return f"{self.root}files/{quote(path)}"
