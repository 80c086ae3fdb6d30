"""The jobs of the benchmark, the compared tools and the targets. Nothing here runs anything."""

from __future__ import annotations

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
    "msgmerge": "msgmerge",
}


class Kind(Enum):
    """What a target says."""

    TIMES_LESS = auto()
    """The best peer takes at least so many times our CPU time."""
    SHARE = auto()
    """We take at most this share of the CPU time of the best peer."""
    SECONDS = auto()
    """We take at most so many seconds of CPU time."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached.

    >>> Target(Kind.SHARE, 0.6).text, Target(Kind.SHARE, 0.6).met(ours=1.0, best=2.0)
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
            case Kind.SECONDS:
                return f"≤ {self.value * 1000:g} ms" if self.value < 0.1 else f"≤ {self.value:g} s"  # noqa: PLR2004

    def met(self, *, ours: float, best: float) -> bool | None:
        """Whether our seconds meet it beside the best peer's; None if there is nothing to compare with (NaN)."""
        if ours != ours or (best != best and self.kind is not Kind.SECONDS):  # noqa: PLR0124 - NaN is not itself
            return None
        match self.kind:
            case Kind.TIMES_LESS:
                return best >= self.value * ours
            case Kind.SHARE:
                return ours <= self.value * best
            case Kind.SECONDS:
                return ours <= self.value


@dataclass(frozen=True, slots=True)
class Job:
    """A row of tables: a thing that users wait for.

    `peers_of` names the job whose figures the peers have here too, because it is the same job to them.
    """

    name: str
    title: str
    about: str
    peers: tuple[str, ...]
    targets: Mapping[str, Target] = field(default_factory=dict)
    peers_of: str = ""
    unit: str = "document"


def _times(*values: float) -> dict[str, Target]:
    return {case: Target(Kind.TIMES_LESS, value) for case, value in zip(("574", "500", "5000"), values, strict=False)}


VERSION = Job(
    "version",
    "Start",
    "`--version` of each tool, the shortest run.",
    ("po4a", "toolkit", "mdpo", "msgmerge"),
    {"version": Target(Kind.SECONDS, 0.045)},
)
EXTRACT = Job(
    "extract",
    "Markdown to POT",
    "All documents into one template, from scratch: `translate-pipe extract`, `po4a-updatepo`, "
    "`md2po -P --multifile=onefile` of Translate Toolkit, `md2po -s` of mdpo.",
    ("po4a", "toolkit", "mdpo"),
    _times(3, 4, 8),
)
BUILD = Job(
    "build",
    "PO to Markdown, with checks and judge",
    "All localised documents from one finished catalogue, from scratch. `translate-pipe build` checks "
    "every translation and compares each document with its source through a second renderer; the others do neither. "
    "`po4a --no-update`, `po2md -t` of Translate Toolkit, `po2md` of mdpo once for each document.",
    ("po4a", "toolkit", "mdpo"),
    _times(5, 6, 10),
)
DRAFT = Job(
    "draft",
    "PO to Markdown, as a draft",
    "The same with `translate-pipe build --draft`, which only inserts the translations and proves the structure: "
    "still more than the others do.",
    BUILD.peers,
    _times(5, 6, 10),
    peers_of="build",
)
UNCHANGED = Job(
    "unchanged",
    "Nothing changed",
    "`translate-pipe locales` a second time, `po4a` a second time, `po2md -S` of Translate Toolkit with a catalogue "
    "for each document (with one for all it redoes everything), `md2po` of mdpo onto its own result.",
    ("po4a", "toolkit", "mdpo"),
    {"574": Target(Kind.SECONDS, 0.15), "5000": Target(Kind.SECONDS, 0.25)},
)
EDITED = Job(
    "edited",
    "One sentence edited",
    "One sentence of one document is edited before each run of `translate-pipe locales` and `po4a`; the others have no "
    "such run.",
    ("po4a",),
    _times(10),
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
    {
        "merge-4000": Target(Kind.SHARE, 1),
        "merge-12600": Target(Kind.SHARE, 0.6),
        "merge-116000": Target(Kind.SHARE, 0.15),
    },
    unit="message",
)

JOBS = (EXTRACT, BUILD, DRAFT, UNCHANGED, EDITED, TOUCHED, MERGE, VERSION)


@dataclass(frozen=True, slots=True)
class Growth:
    """How the cost of a job grows with the size of its input; `most` is how much more a unit may cost than before."""

    name: str
    title: str
    unit: str
    about: str
    peers: tuple[str, ...] = ()
    most: float = 0.2


GROWTHS = (
    Growth(
        "documents-extract",
        "Documents to POT",
        "document",
        "`translate-pipe extract` with a template for each document; the others as above, with one template for all.",
        ("po4a", "toolkit", "mdpo"),
    ),
    Growth(
        "documents-locales",
        "Documents, everything",
        "document",
        "`translate-pipe locales` with a finished catalogue for each document and nothing else: extract, update, "
        "check, build.",
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

MEMORY_JOB, MEMORY_DOCUMENTS, MEMORY_MOST = "documents-locales", 100_000, 300.0
"""Of so many documents, a run may take this many MiB at its peak."""

SPEEDUP = "speed-up"
"""The job whose tools are the numbers of processes."""
