"""The content of a page as values; `json_of` makes the JSON for scripts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of a word diff: `kind` is `same`, `gone` or `come`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A diagnostic; `place` is `file:line`, and `words` are the pieces of the msgstr that it is about."""

    severity: str
    check: str
    message: str
    place: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A segment with its message.

    `state` is `translated`, `fuzzy` or `untranslated` or, where the findings are known, `not-published`; `kind` says
    what it is in the document. `catalogue_place` and `source_place` are `file:line`, the first empty if the catalogue
    lacks the message. `changes` is the word diff from the previous msgid, if there is one. `stand_in` is the locale
    whose translation is shown because there is none in this one.
    """

    index: int
    state: str
    kind: str
    msgid: str
    msgctxt: str
    msgstr: str
    comments: tuple[str, ...]
    catalogue_place: str
    source_place: str
    changes: tuple[Change, ...] = ()
    stand_in: str = ""


@dataclass(frozen=True, slots=True)
class Pane:
    """One side of a page: a locale with its name in the user's language, its tag and direction for HTML, and the HTML.

    The HTML is sanitised. Its elements with the attribute `data-segments` show the segments with these indexes, which
    blanks separate.
    """

    locale: str
    name: str
    language: str
    direction: str
    html: str


@dataclass(frozen=True, slots=True)
class PageView:
    """A document beside its localisation.

    `problem` says why something cannot be shown as it is on disk, such as a catalogue with an error.
    """

    document: str
    title: str
    locale: str
    source: Pane
    localised: Pane
    segments: tuple[SegmentView, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """The diagnostics of a page: of its segments, by their indexes, and of the document as a whole.

    `not_published` has the indexes of the segments whose translation readers do not get, with the reasons.
    """

    segments: dict[int, tuple[FindingView, ...]]
    others: tuple[FindingView, ...] = ()
    not_published: dict[int, tuple[str, ...]] = field(default_factory=dict)


class Choice(NamedTuple):
    """A page to choose; `percent` is -1 until it is known."""

    value: str
    name: str
    address: str
    percent: int = -1


@dataclass(frozen=True, slots=True)
class PageContext:
    """The other pages, and where the files of a page are.

    `assets` and `overview` are addresses, the latter empty if there is no overview. A live page asks the server for
    its findings and for changes; another one has its `findings` with it.
    """

    documents: tuple[Choice, ...]
    locales: tuple[Choice, ...]
    assets: str
    overview: str = ""
    is_live: bool = True
    findings: Findings | None = None


def json_of(value: PageView | Findings) -> dict[str, Any]:
    """The JSON for scripts: the fields by their names, tuples as lists."""
    return asdict(value)
