"""The overview of a project: how far its locales and documents are, what is wrong, and what is new; and badges.

All of it is written as HTML and SVG without script, so that it can be sent around and be published anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.preview.sanitise import POLICY_OF_FILES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe.project.status import Status

GENERATOR = '<meta name="generator" content="translate-pipe preview">'
"""What overviews are known by."""


class LocaleRow(NamedTuple):
    """A locale as a whole: its name in the user's language, its status, its problems, and the address of its badge."""

    status: Status
    name: str
    problems: int
    badge: str


class Cell(NamedTuple):
    """A document in a locale."""

    status: Status
    problems: int
    address: str


class DocumentRow(NamedTuple):
    """A document, with a cell for each locale."""

    name: str
    cells: tuple[Cell, ...]


class CheckRow(NamedTuple):
    """How often a check found something, and a page on which it did."""

    check: str
    severity: str
    times: int
    address: str


class ChangeRow(NamedTuple):
    """When a catalogue was last revised, as its header says, and by whom."""

    date: str
    locale: str
    document: str
    translator: str
    address: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All that an overview shows; `source` is the name of the source language, `date` the day that it was made."""

    project: str
    source: str
    date: str
    locales: tuple[LocaleRow, ...]
    documents: tuple[DocumentRow, ...]
    checks: tuple[CheckRow, ...]
    changes: tuple[ChangeRow, ...]


def overview_html(overview: Overview) -> str:
    """The overview as a page, whose style sheet is `assets/report.css`."""
    documents = len(overview.documents)
    title = f"Translations of {escape(overview.project)}"
    many = "" if documents == 1 else "s"
    time = f'<time datetime="{overview.date}">{overview.date}</time>'
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{POLICY_OF_FILES}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{GENERATOR}
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/report.css">
</head>
<body>
<header>
<h1>{title}</h1>
<p>{documents} document{many} in {escape(overview.source)}, as of {time}</p>
</header>
<main>
{_section("locales", "Locales", _locales_html(overview.locales))}
{_section("documents", "Documents", _documents_html(overview))}
{_section("problems", "Most frequent problems", _checks_html(overview.checks))}
{_section("changes", "Newest changes", _changes_html(overview.changes))}
</main>
</body>
</html>
"""


def _section(name: str, heading: str, content: str) -> str:
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{heading}</h2>\n{content}\n</section>'


def _table(headings: Iterable[str], rows: Iterable[str], kind: str) -> str:
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<div class="table"><table class="{kind}">\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table></div>"
    )


def _locales_html(rows: Iterable[LocaleRow]) -> str:
    headings = (
        "Locale",
        "Done",
        "Progress",
        "Translated",
        "Not published",
        "Fuzzy",
        "Untranslated",
        "Words left",
        "Problems",
        "Badge",
    )
    return _table(headings, map(_locale_html, rows), "locales")


def _locale_html(row: LocaleRow) -> str:
    status = row.status
    counts = (status.translated, status.not_published, status.fuzzy, status.untranslated)
    figures = (*counts, status.words - status.words_translated)
    cells = "".join(f'<td class="figure">{figure:,}</td>' for figure in (*figures, row.problems))
    return (
        f'<th scope="row"><bdi>{escape(row.name)}</bdi> <code>{escape(status.locale)}</code></th>'
        f'<td class="figure">{status.percent} %</td><td>{_bar(status)}</td>{cells}'
        f'<td><img src="{escape(row.badge)}" alt="{escape(status.locale)}: {status.percent} %"></td>'
    )


def _bar(status: Status) -> str:
    """A bar of what is translated, not published, fuzzy and none of these."""
    total = max(status.total, 1)
    parts = []
    start = 0.0
    counts = {"translated": status.translated, "not-published": status.not_published, "fuzzy": status.fuzzy}
    for kind, count in counts.items():
        width = 100 * count / total
        parts.append(f'<rect class="{kind}" x="{start:.2f}" width="{width:.2f}" height="8"/>')
        start += width
    named = ", ".join(f"{count} {kind.replace('-', ' ')}" for kind, count in counts.items())
    label = f"{named}, {status.untranslated} untranslated"
    return (
        f'<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f'<rect class="untranslated" width="100" height="8"/>{"".join(parts)}</svg>'
    )


def _documents_html(overview: Overview) -> str:
    headings = ("Document", *(escape(row.status.locale) for row in overview.locales))
    return _table(headings, map(_document_html, overview.documents), "heat")


def _document_html(row: DocumentRow) -> str:
    return f'<th scope="row">{escape(row.name)}</th>' + "".join(map(_cell_html, row.cells))


def _cell_html(cell: Cell) -> str:
    """How far a document is, with a mark if there are problems; the colour only repeats the number."""
    problems = f", {cell.problems} problem{'s' * (cell.problems != 1)}" if cell.problems else ""
    mark = ' <span class="mark" aria-hidden="true">!</span>' if cell.problems else ""
    withheld = f", {cell.status.not_published} not published" if cell.status.not_published else ""
    title = f"{cell.status.percent} %{withheld}, {cell.status.fuzzy} fuzzy{problems}"
    return (
        f'<td class="heat-{cell.status.percent // 10}"><a href="{escape(cell.address)}" title="{title}" '
        f'aria-label="{escape(cell.status.locale)}: {title}">{cell.status.percent}{mark}</a></td>'
    )


def _checks_html(rows: Iterable[CheckRow]) -> str:
    cells = [
        f'<td class="figure">{row.times:,}</td><td><code>{escape(row.check)}</code></td>'
        f'<td><span class="severity {escape(row.severity)}">{escape(row.severity)}</span></td>'
        f'<td><a href="{escape(row.address)}">an example</a></td>'
        for row in rows
    ]
    return _table(("Count", "Check", "Severity", "Where"), cells, "checks") if cells else "<p>There are none.</p>"


def _changes_html(rows: Iterable[ChangeRow]) -> str:
    cells = [
        f'<td class="figure">{escape(row.date)}</td><td><code>{escape(row.locale)}</code></td>'
        f'<td><a href="{escape(row.address)}">{escape(row.document)}</a></td>'
        f"<td><bdi>{escape(row.translator)}</bdi></td>"
        for row in rows
    ]
    if not cells:
        return "<p>No catalogue says when it was last revised.</p>"
    return _table(("Revised", "Locale", "Document", "By"), cells, "changes")


# Badges

_COLUMN = 7.0
"""How many pixels a letter takes, about."""
_COLOURS = ((100, "#1a7f37"), (80, "#4d7c0f"), (50, "#8a6100"), (0, "#b3261e"))


def badge_svg(label: str, percent: int) -> str:
    """A badge that says how far a locale is, as SVG; `label` stands in its left half.

    >>> "63 %" in badge_svg("pl", 63)
    True
    """
    left, right = _width(label), _width(f"{percent} %")
    colour = next(colour for least, colour in _COLOURS if percent >= least)
    text = escape(label)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right:g}" height="20" role="img" '
        f'aria-label="{text}: {percent} %"><title>{text}: {percent} %</title>'
        f'<clipPath id="r"><rect width="{left + right:g}" height="20" rx="4"/></clipPath><g clip-path="url(#r)">'
        f'<rect width="{left:g}" height="20" fill="#3a3f45"/>'
        f'<rect x="{left:g}" width="{right:g}" height="20" fill="{colour}"/></g>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="{left / 2:g}" y="14">{text}</text>'
        f'<text x="{left + right / 2:g}" y="14">{percent} %</text></g></svg>\n'
    )


def _width(text: str) -> float:
    """About as many pixels as a text takes, with some space around it."""
    return _COLUMN * len(text) + 12
