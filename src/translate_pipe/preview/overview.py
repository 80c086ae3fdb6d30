"""The overview of a project: progress of its locales and documents, problems and changes; and badges.

The HTML and SVG have no script, so they can be published anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.preview.templates import template

if TYPE_CHECKING:
    from translate_pipe.project import Status

GENERATOR = '<meta name="generator" content="translate-pipe preview">'
"""An overview is recognised by this element."""


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

    @property
    def description(self) -> str:
        """How far the document is, in words."""
        status = self.status
        withheld = f", {status.not_published} not published" if status.not_published else ""
        problems = f", {self.problems} problem{'s' * (self.problems != 1)}" if self.problems else ""
        return f"{status.percent} %{withheld}, {status.fuzzy} fuzzy{problems}"


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
    """The content of an overview; `source` is the name of the source language, `date` the day of the overview."""

    project: str
    source: str
    date: str
    locales: tuple[LocaleRow, ...]
    documents: tuple[DocumentRow, ...]
    checks: tuple[CheckRow, ...]
    changes: tuple[ChangeRow, ...]


def overview_html(overview: Overview) -> str:
    """The overview as a page, whose style sheet is `assets/report.css`."""
    return template("overview.html").render(overview=overview, generator=GENERATOR)


# Badges

_COLUMN = 7.0
"""How many pixels a letter takes, about."""
_COLOURS = ((100, "#1a7f37"), (80, "#4d7c0f"), (50, "#8a6100"), (0, "#b3261e"))


def badge_svg(label: str, percent: int) -> str:
    """A badge with the progress of a locale, as SVG; `label` is its left half.

    >>> "63 %" in badge_svg("pl", 63)
    True
    """
    left, right = _width(label), _width(f"{percent} %")
    colour = next(colour for least, colour in _COLOURS if percent >= least)
    return template("badge.svg").render(label=label, percent=percent, left=left, right=right, colour=colour)


def _width(text: str) -> float:
    """About as many pixels as a text takes, with some space around it."""
    return _COLUMN * len(text) + 12
