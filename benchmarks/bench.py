"""Measures this tool and its peers at everything that users wait for, and writes tables and a plot into a page.

With --base another commit of this project, installed beside, takes part.

`make bench` runs it. The raw figures are kept as JSON, from which --tables makes the page again without measuring.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from suite.figures import Report, from_json, merged, to_json
from suite.machines import computed_part
from suite.page import replaced
from suite.plot import draw, panels
from suite.running import SIZES, Bench, Wanted
from suite.tables import all_tables

_ROOT = Path(__file__).resolve().parents[1]


def write_page(page: Path, report: Report) -> None:
    """Put the tables of a report into a page, and its figures and its plot beside it."""
    text = replaced(page.read_text(encoding="utf-8"), "tables", all_tables(report))
    page.write_text(replaced(text, "machines", computed_part(report)), encoding="utf-8")
    page.with_suffix(".json").write_text(to_json(report), encoding="utf-8")
    shown = panels(report)
    if not shown:
        return
    try:
        page.with_suffix(".svg").write_text(draw(shown), encoding="utf-8")
    except ImportError:
        print("no plot: the extra `bench` is not installed", file=sys.stderr)


def measured(size: str, work: Path, peers: Path, wanted: Wanted, base: Path | None) -> Report:
    """The report of a run of the benchmark."""
    work.mkdir(parents=True, exist_ok=True)
    bench = Bench(SIZES[size], work.resolve(), peers.resolve(), wanted, base.resolve() if base else None)
    bench.run()
    return bench.report(size)


def main() -> None:
    """Measure, or read the figures of an earlier run, and show them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="default")
    parser.add_argument(
        "--figures", type=Path, default=_ROOT / "build" / "bench.json", help="where the raw figures are"
    )
    parser.add_argument("--page", type=Path, help="the page to write tables, figures and plot into")
    parser.add_argument("--tables", action="store_true", help="measure nothing, show the figures of --figures")
    parser.add_argument("--work", type=Path, default=_ROOT / ".bench" / "work", help="where projects are made")
    parser.add_argument("--peers", type=Path, default=_ROOT / ".bench" / "peers", help="the environments of the peers")
    parser.add_argument("--base", type=Path, metavar="FOLDER", help="another commit, with its environment in .venv")
    parser.add_argument("--only", nargs="*", default=[], metavar="JOB", help="measure these jobs alone")
    parser.add_argument("--cases", nargs="*", default=[], metavar="INPUT", help="measure with these inputs alone")
    parser.add_argument("--add", action="store_true", help="keep the other figures of --figures")
    given = parser.parse_args()
    if given.tables:
        report = from_json(given.figures.read_text(encoding="utf-8"))
    else:
        wanted = Wanted(frozenset(given.only), frozenset(given.cases))
        report = measured(given.size, given.work, given.peers, wanted, given.base)
        if given.add and given.figures.exists():
            report = merged(from_json(given.figures.read_text(encoding="utf-8")), report)
        given.figures.parent.mkdir(parents=True, exist_ok=True)
        given.figures.write_text(to_json(report), encoding="utf-8")
        report = from_json(to_json(report))  # rounded as in the file, so that --tables makes the same page
    if given.page:
        write_page(given.page, report)
    print(all_tables(report))


if __name__ == "__main__":
    main()
