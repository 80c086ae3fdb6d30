"""The jobs of the benchmark, the compared tools and the targets. Nothing here runs anything."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OURS = "ours"
TITLES = {
    OURS: "translate-pipe",
    "po4a": "po4a",
    "toolkit": "Translate Toolkit",
    "mdpo": "mdpo",
    "mdbook": "mdbook with i18n-helpers",
    "msgmerge": "msgmerge",
}

CPP_SMALL, CPP_LARGE = "cpp-docs-20th", "cpp-docs-2nd"
"""The inputs of every 20th and every 2nd document of cpp-docs: 488 and 4,873."""
TEN_LOCALES = "ten-locales"
ONE_CATALOGUE = "one-catalogue-{}"
"""The input of so many documents with one catalogue."""


class Kind(Enum):
    """The kinds of targets."""

    TIMES_LESS = auto()
    """The best peer takes at least this many times our CPU time."""
    SHARE = auto()
    """We take at most this share of the CPU time of the best peer."""
    BASE_SHARE = auto()
    """We take at most this share of the CPU time of the base, another commit of this project."""
    SECONDS = auto()
    """We take at most this many seconds of CPU time."""


@dataclass(frozen=True, slots=True)
class Target:
    """A limit for our CPU time.

    >>> Target(Kind.SHARE, 0.6).text, Target(Kind.SHARE, 0.6).met(ours=1.0, other=2.0)
    ('≤ 0.6 of the best', True)
    """

    kind: Kind
    value: float

    @property
    def text(self) -> str:
        """The target for people."""
        match self.kind:
            case Kind.TIMES_LESS:
                return f"≥ {self.value:g}×"
            case Kind.SHARE:
                return f"≤ {self.value:g} of the best"
            case Kind.BASE_SHARE:
                return f"≤ {self.value:g} of the base"
            case Kind.SECONDS:
                return f"≤ {self.value * 1000:g} ms" if self.value < 0.1 else f"≤ {self.value:g} s"  # noqa: PLR2004

    def met(self, *, ours: float, other: float) -> bool | None:
        """Whether our seconds meet it beside those of the best peer, or of the base; None if one of them is NaN."""
        if math.isnan(ours) or (math.isnan(other) and self.kind is not Kind.SECONDS):
            return None
        match self.kind:
            case Kind.TIMES_LESS:
                return other >= self.value * ours
            case Kind.SHARE | Kind.BASE_SHARE:
                return ours <= self.value * other
            case Kind.SECONDS:
                return ours <= self.value


@dataclass(frozen=True, slots=True)
class Job:
    """A thing that users wait for, with a table of its own.

    `targets` has the targets by the name of the input. `peers_of` names another job that is the same one to the peers;
    their figures are taken from there.
    """

    name: str
    title: str
    about: str
    peers: tuple[str, ...]
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    peers_of: str = ""
    unit: str = "document"


def _times(*values: float) -> dict[str, tuple[Target, ...]]:
    made_up = ("574", "500", "5000")
    return {case: (Target(Kind.TIMES_LESS, value),) for case, value in zip(made_up, values, strict=False)}


def _at_most(kind: Kind, values: Mapping[str, float]) -> dict[str, tuple[Target, ...]]:
    return {case: (Target(kind, value),) for case, value in values.items()}


VERSION = Job(
    "version",
    "Start",
    "`--version` of each tool, the shortest run.",
    ("po4a", "toolkit", "mdpo", "msgmerge"),
    _at_most(Kind.SECONDS, {"version": 0.045}),
)
EXTRACT = Job(
    "extract",
    "Markdown to POT",
    "All documents into one template, from scratch: `translate-pipe extract`, `po4a-updatepo`, "
    "`md2po -P --multifile=onefile` of Translate Toolkit, `md2po -s` of mdpo; for a book `mdbook build` with the "
    "renderer of mdbook-i18n-helpers.",
    ("po4a", "toolkit", "mdpo", "mdbook"),
    _times(3, 4, 8) | _at_most(Kind.BASE_SHARE, {CPP_SMALL: 0.65, CPP_LARGE: 0.6}),
)
BUILD = Job(
    "build",
    "PO to Markdown, with checks and judge",
    "All localised documents from one finished catalogue, from scratch. `translate-pipe build` checks "
    "every translation and compares each document with its source through a second renderer; the others do neither. "
    "`po4a --no-update`, `po2md -t` of Translate Toolkit, `po2md` of mdpo once for each document; for a book "
    "`mdbook build` with the preprocessor of mdbook-i18n-helpers and the renderer `markdown`.",
    ("po4a", "toolkit", "mdpo", "mdbook"),
    _times(5, 6, 10)
    | {
        CPP_SMALL: (Target(Kind.BASE_SHARE, 0.4), Target(Kind.SHARE, 1)),
        CPP_LARGE: (Target(Kind.BASE_SHARE, 0.194),),  # 45 s where 4300126 took 232 s
    },
)
DRAFT = Job(
    "draft",
    "PO to Markdown, as a draft",
    "The same with `translate-pipe build --draft`, which only inserts the translations and proves the structure: "
    "still more than the others do.",
    BUILD.peers,
    _times(5, 6, 10) | _at_most(Kind.BASE_SHARE, {CPP_SMALL: 0.5, CPP_LARGE: 0.5}),
    peers_of="build",
)
UNCHANGED = Job(
    "unchanged",
    "Nothing changed",
    "`translate-pipe locales` a second time, `po4a` a second time, `po2md -S` of Translate Toolkit with a catalogue "
    "for each document (with one for all it redoes everything), `md2po` of mdpo onto its own result.",
    ("po4a", "toolkit", "mdpo"),
    _at_most(Kind.SECONDS, {"574": 0.15, "5000": 0.25, CPP_SMALL: 0.2, CPP_LARGE: 0.5}),
)
EDITED = Job(
    "edited",
    "One sentence edited",
    "One sentence of one document is edited before each run of `translate-pipe locales` and `po4a`; the others have no "
    "such run.",
    ("po4a",),
    _times(10) | _at_most(Kind.SECONDS, {CPP_SMALL: 0.4, CPP_LARGE: 1.5}),
)
UPDATED = Job(
    "updated",
    "Update after an edit",
    "`translate-pipe update`, after one sentence has been edited and extracted.",
    (),
)
CHECKED = Job(
    "checked",
    "A catalogue checked again",
    "`translate-pipe check FILE` in the project a second time, after one translation of the catalogue has been edited.",
    (),
    _at_most(Kind.SECONDS, {CPP_SMALL: 0.25}),
)
LOCALES = Job(
    "locales",
    "The first run of ten locales",
    "`translate-pipe locales` with 200 documents and ten finished catalogues, and nothing else there: extract, update, "
    "check, build.",
    (),
    _at_most(Kind.BASE_SHARE, {TEN_LOCALES: 0.45}),
    unit="localised document",
)
TOUCHED = Job(
    "touched",
    "One document touched",
    "The same, but only the time of the document changes, not its content.",
    ("po4a",),
    _times(10),
)
MERGE = Job(
    "merge",
    "Merge, 5 % of the messages edited",
    "`translate-pipe merge`, `msgmerge`, `pot2po` of Translate Toolkit. The made-up catalogues have the texts of the "
    "made-up documents; the real ones are translations of a Rust course.",
    ("msgmerge", "toolkit"),
    _at_most(Kind.SHARE, {"merge-4000": 1, "merge-12600": 0.6, "merge-116000": 0.15}),
    unit="message",
)

JOBS = (EXTRACT, BUILD, DRAFT, UNCHANGED, EDITED, TOUCHED, UPDATED, CHECKED, LOCALES, MERGE, VERSION)


@dataclass(frozen=True, slots=True)
class Growth:
    """How the cost of a job grows with the size of its input. A larger input may cost `most` more for each unit."""

    name: str
    title: str
    unit: str
    about: str
    peers: tuple[str, ...] = ()
    most: float = 0.2


DOCUMENTS_LOCALES, CATALOGUE_LOCALES = "documents-locales", "catalogue-locales"
GROWTHS = (
    Growth(
        "documents-extract",
        "Documents to POT",
        "document",
        "`translate-pipe extract` with a template for each document; the others as above, with one template for all.",
        ("po4a", "toolkit", "mdpo"),
    ),
    Growth(
        DOCUMENTS_LOCALES,
        "Documents, everything",
        "document",
        "`translate-pipe locales` with a finished catalogue for each document and nothing else: extract, update, "
        "check, build.",
    ),
    Growth(
        CATALOGUE_LOCALES,
        "Documents of one catalogue, everything",
        "document",
        "The same with one catalogue for all documents, which has errors.",
    ),
    Growth(
        "segments-extract",
        "Segments of one document to POT",
        "segment",
        "The commands of Markdown to POT, with one document that grows.",
        ("po4a", "toolkit", "mdpo"),
    ),
    Growth(
        "segments-build",
        "Segments of one document, build",
        "segment",
        "`translate-pipe build` of that document, with checks and judge.",
    ),
)


@dataclass(frozen=True, slots=True)
class MemoryLimit:
    """The most memory that a job may take on an input, in MiB."""

    title: str
    job: str
    case: str
    most: float


MEMORY_LIMITS = (
    MemoryLimit("Documents, everything, 100,000 documents", DOCUMENTS_LOCALES, "growth-100000", 300),
    MemoryLimit(f"{EXTRACT.title}, {CPP_LARGE}", EXTRACT.name, CPP_LARGE, 300),
    MemoryLimit(f"{UPDATED.title}, {CPP_LARGE}", UPDATED.name, CPP_LARGE, 300),
    MemoryLimit(f"{BUILD.title}, {CPP_LARGE}", BUILD.name, CPP_LARGE, 300),
    MemoryLimit("Documents of one catalogue, 20,000 documents", CATALOGUE_LOCALES, ONE_CATALOGUE.format(20_000), 400),
)

SPEEDUP = "speed-up"
"""The job whose tools are the numbers of processes, and two workers of a Dask cluster on this machine."""
WORKERS = "workers"
