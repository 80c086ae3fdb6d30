"""The plot of cost against size: which lines it has is pure, and drawn by matplotlib.

The picture is SVG without a background, in colours of a middle lightness, so that it is read on light and dark pages.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suite.jobs import DOCUMENTS_LOCALES, GROWTHS, MERGE, OURS, TITLES

if TYPE_CHECKING:
    from suite.figures import Report

COLOURS = {OURS: "#d9480f", "po4a": "#2f7fd1", "toolkit": "#2b8a3e", "mdpo": "#9c5fc4", "msgmerge": "#b08400"}
_MARKERS = {OURS: "o", "po4a": "s", "toolkit": "^", "mdpo": "D", "msgmerge": "v"}
_GREY = "#7d8590"


@dataclass(frozen=True, slots=True)
class Line:
    """The points of one tool: sizes and CPU seconds."""

    tool: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes."""

    title: str
    unit: str
    lines: tuple[Line, ...]


_SHOWN = (
    *((growth.name, growth.title, growth.unit, growth.peers) for growth in GROWTHS if growth.peers),
    (MERGE.name, MERGE.title, "message", MERGE.peers),
    *((growth.name, growth.title, growth.unit, growth.peers) for growth in GROWTHS if growth.name == DOCUMENTS_LOCALES),
)
"""What is drawn: job, title, unit and peers of each panel."""


def panels(report: Report) -> tuple[Panel, ...]:
    """The panels of what was measured, ours first in each."""
    made = (Panel(title, f"{unit}s", _lines(report, job, peers)) for job, title, unit, peers in _SHOWN)
    return tuple(panel for panel in made if panel.lines)


def _lines(report: Report, job: str, peers: tuple[str, ...]) -> tuple[Line, ...]:
    lines = (Line(tool, _points(report, job, tool)) for tool in (OURS, *peers))
    return tuple(line for line in lines if line.points)


def _points(report: Report, job: str, tool: str) -> tuple[tuple[float, float], ...]:
    found = ((case.count, report.of(job, case.name, tool)) for case in report.cases_of(job) if not case.real)
    return tuple((count, one.cpu) for count, one in found if one and one.runs)


def draw(shown: tuple[Panel, ...]) -> str:
    """The SVG of panels. The same panels give the same text."""
    import matplotlib as mpl  # noqa: PLC0415 - the extra `bench` has it, the tests of the tables do not need it
    from matplotlib.figure import Figure  # noqa: PLC0415

    settings: Any = {"svg.hashsalt": "bench", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9}
    with mpl.rc_context(settings):
        rows = -(-len(shown) // 2)
        figure = Figure(figsize=(9, 3.6 * rows), layout="constrained")
        for axes, panel in zip(figure.subplots(rows, 2, squeeze=False).flat, shown, strict=False):
            _draw_panel(axes, panel)
        for axes in figure.axes[len(shown) :]:
            axes.remove()
        target = io.StringIO()
        figure.savefig(target, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return "".join(f"{line.rstrip()}\n" for line in target.getvalue().splitlines())


def _draw_panel(axes: Any, panel: Panel) -> None:  # noqa: ANN401 - matplotlib is no dependency of the type checker
    from matplotlib.ticker import LogLocator, NullLocator  # noqa: PLC0415 - as above

    for line in panel.lines:
        sizes, costs = zip(*line.points, strict=True)
        ours = line.tool == OURS
        axes.plot(
            sizes,
            costs,
            marker=_MARKERS[line.tool],
            markersize=5,
            color=COLOURS[line.tool],
            linewidth=2.4 if ours else 1.4,
            label=TITLES[line.tool],
            zorder=3 if ours else 2,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    sizes_of_all = sorted({size for line in panel.lines for size, _ in line.points})
    axes.set_xticks(sizes_of_all, labels=[f"{size:,}" for size in sizes_of_all])
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
    axes.set_title(panel.title, color=_GREY, fontsize=10)
    axes.set_xlabel(panel.unit, color=_GREY)
    axes.set_ylabel("CPU seconds", color=_GREY)
    axes.tick_params(which="both", colors=_GREY)
    axes.grid(visible=True, which="major", color=_GREY, alpha=0.25, linewidth=0.6)
    for spine in axes.spines.values():
        spine.set_color(_GREY)
    axes.legend(frameon=False, labelcolor=_GREY, fontsize=8, loc="best")
