"""The benchmark: its measurements, its tables, and the page that is made from its figures."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from subprocess import run

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suite import machines, tables
from suite.figures import Case, Measurement, Outcome, Report, Run, from_json, merged, to_json
from suite.jobs import EXTRACT, GROWTHS, JOBS, MERGE, OURS, TITLES, Job, Kind, Target
from suite.machines import COLLECTIONS, Collection, Rates
from suite.measuring import Contestant, Terms, in_turns
from suite.measuring import run as run_once
from suite.page import marks, part, replaced
from suite.plot import COLOURS, draw, panels

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"

pytestmark = pytest.mark.benchmark


def measured(job: str, case: str, tool: str, *cpu: float) -> Measurement:
    return Measurement(job, case, tool, runs=tuple(Run(seconds, seconds, 50.0) for seconds in cpu))


def report(*measurements: Measurement, cases: tuple[Case, ...] = (Case("574", 574, 1_000_000),)) -> Report:
    return Report("2026-11-24", "default", "a machine", (("ours", "1.0"), ("po4a", "0.75")), cases, measurements)


# Figures


texts = st.text(st.characters(codec="utf-8"), max_size=8)
seconds = st.integers(0, 10**7).map(lambda number: number / 10_000)
runs = st.builds(Run, seconds, seconds, st.integers(0, 10**5).map(lambda number: number / 10))
reports = st.builds(
    Report,
    texts,
    texts,
    texts,
    st.dictionaries(texts, texts, max_size=3).map(lambda found: tuple(found.items())),
    st.lists(st.builds(Case, texts, st.integers(0), st.integers(0), st.booleans()), max_size=3).map(tuple),
    st.lists(
        st.builds(
            Measurement,
            texts,
            texts,
            texts,
            st.sampled_from(Outcome),
            st.lists(runs, max_size=3).map(tuple),
            seconds,
            texts,
            seconds,
        ),
        max_size=4,
    ).map(tuple),
)


@pytest.mark.property
@given(reports)
def test_figures_survive_their_file(given_report: Report) -> None:
    assert from_json(to_json(given_report)) == given_report


def test_measuring_one_job_again_keeps_the_others() -> None:
    old = report(measured("extract", "574", OURS, 0.2), measured("build", "574", OURS, 0.9))
    case = Case("growth-100000", 100_000)
    new = report(
        measured("extract", "574", OURS, 0.1), measured("documents-locales", case.name, OURS, 9.0), cases=(case,)
    )
    both = merged(old, new)
    assert {one.job: one.cpu for one in both.measurements} == {"extract": 0.1, "build": 0.9, "documents-locales": 9.0}
    assert [one.name for one in both.cases] == ["574", "growth-100000"]


# Tables


def row_of(job: Job, *measurements: Measurement) -> list[str]:
    """The cells of the only row of a job's table."""
    made = tables.job_table(report(*measurements), job)
    return [cell.strip() for cell in made.splitlines()[2].strip("|").split("|")]


def test_row_shows_each_tool_and_compares_with_the_best() -> None:
    row = row_of(
        EXTRACT,
        measured("extract", "574", OURS, 0.3, 0.1, 0.2),
        measured("extract", "574", "po4a", 0.8),
        measured("extract", "574", "toolkit", 1.2),
        Measurement("extract", "574", "mdpo", Outcome.TOO_LONG, limit=60),
    )
    expected = [
        "574 documents, 1.0 MB",
        "0.20 s, 50 MiB",
        "0.80 s, 50 MiB",
        "1.2 s, 50 MiB",
        "> 60 s",
        "4.0×",
        "≥ 3×",
        "yes",
    ]
    assert row == expected


def test_missed_target_is_shown() -> None:
    assert (
        row_of(EXTRACT, measured("extract", "574", OURS, 0.5), measured("extract", "574", "po4a", 0.8))[-1] == "**no**"
    )


def test_missing_tools_are_shown_and_not_compared() -> None:
    absent = [Measurement("extract", "574", peer, Outcome.ABSENT) for peer in EXTRACT.peers]
    row = row_of(EXTRACT, measured("extract", "574", OURS, 0.5), *absent)
    assert row[2:] == ["not installed"] * 3 + ["–", "≥ 3×", "–"]


@given(st.sampled_from(Kind), st.floats(0.01, 100), st.floats(0.001, 1000), st.floats(0.001, 1000))
def test_faster_never_misses_a_target_that_slower_meets(kind: Kind, value: float, ours: float, best: float) -> None:
    target = Target(kind, value)
    if target.met(ours=ours, best=best):
        assert target.met(ours=ours / 2, best=best)


def test_summary_has_all_jobs_with_a_target() -> None:
    found = (measured("extract", "574", OURS, 0.2), measured("extract", "574", "po4a", 0.8))
    row = "| Markdown to POT | 574 documents, 1.0 MB | 0.20 s | po4a, 0.80 s | 4.0× | ≥ 3× | yes |"
    assert tables.targets_table(report(*found)).splitlines()[2:] == [row]


@pytest.mark.parametrize(("least", "told"), [(60.0, ["> 300×", "≥ 3×", "yes"]), (0.5, ["> 2.5×", "≥ 3×", "–"])])
def test_stopped_tool_takes_at_least_its_limit(least: float, told: list[str]) -> None:
    ended = Measurement("extract", "574", "po4a", Outcome.TOO_LONG, limit=60, least=least)
    assert row_of(EXTRACT, measured("extract", "574", OURS, 0.2), ended)[-3:] == told


def test_growth_compares_with_the_cheapest_smaller_input() -> None:
    growth = GROWTHS[0]
    cases = tuple(Case(f"growth-{count}", count) for count in (10, 100, 1000))
    costs = (0.5, 1.0, 12.0)  # 50, 10 and 12 ms a document
    found = (measured(growth.name, case.name, OURS, cost) for case, cost in zip(cases, costs, strict=True))
    assert tables.worst_growth(report(*found, cases=cases), growth) == pytest.approx(0.2)


def test_nothing_measured_makes_no_table() -> None:
    assert "|" not in tables.all_tables(report())


def test_memory_of_100_000_documents_has_a_limit() -> None:
    case = Case("growth-100000", 100_000)
    found = Measurement("documents-locales", case.name, OURS, runs=(Run(1, 1, 301.0),))
    assert "| Memory of 100,000 documents | 301 MiB | ≤ 300 MiB | **no** |" in tables.limits_table(
        report(found, cases=(case,))
    )


def test_tools_have_titles_and_colours() -> None:
    assert {peer for job in JOBS for peer in job.peers} <= TITLES.keys()
    assert {peer for growth in GROWTHS for peer in (OURS, *growth.peers, *MERGE.peers)} <= COLOURS.keys()


# The page


@given(texts, texts, texts)
def test_only_text_between_marks_is_replaced(before: str, made: str, after: str) -> None:
    start, end = marks("x")
    page = f"{before}{start}old{end}{after}"
    once = replaced(page, "x", made)
    assert once.startswith(before + start)
    assert once.endswith(end + after)
    assert replaced(once, "x", made) == once


def test_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="bench:x:start"):
        replaced("nothing", "x", "text")


def test_page_matches_its_figures() -> None:
    figures = from_json(PAGE.with_suffix(".json").read_text(encoding="utf-8"))
    page = PAGE.read_text(encoding="utf-8")
    assert part(page, "tables") == tables.all_tables(figures)
    assert part(page, "machines") == machines.computed_part(figures)


# Past one machine


def test_rates_come_from_the_largest_made_up_collection() -> None:
    cases = (Case("small", 10, 10_000), Case("large", 100, 2_000_000), Case("book", 1, 9_000_000, real=True))
    found = [measured("extract", case.name, OURS, 1.0) for case in cases]
    found += [measured("build", "large", OURS, 4.0), measured("unchanged", "large", OURS, 0.2)]
    rates = machines.rates(report(*found, cases=cases))
    assert rates is not None
    assert (rates.extract, rates.build, rates.unchanged) == (0.5, 2.0, 0.002)
    assert math.isnan(rates.draft)
    assert math.isnan(rates.spread)


def test_costs_follow_from_the_rates() -> None:
    rates = Rates(extract=1.0, build=2.0, draft=0.5, unchanged=0.001, spread=1.0)
    collection = Collection("c", documents=1000, mean=5000, locales=10)
    assert machines.first_run(collection, rates) == pytest.approx(5 * 1 + 10 * 5 * 2)
    assert machines.next_run(collection, rates) == pytest.approx(10)
    assert machines.by_the_clock(160, rates, cores=16) == pytest.approx(10)
    assert machines.megabytes_in(100, rates, cores=16) == pytest.approx(800)


def test_text_names_each_collection() -> None:
    rates = Rates(1.0, 2.0, 0.5, 0.001, math.nan)
    assert all(collection.name in machines.costs_table(rates) for collection in COLLECTIONS)


# Measuring


def python(code: str, folder: Path) -> Contestant:
    return Contestant((sys.executable, "-c", code), folder)


def test_commands_run_in_turns(tmp_path: Path) -> None:
    write = "open('order', 'a').write('{}')"
    in_turns({name: python(write.format(name), tmp_path) for name in "ab"}, "job", "case", Terms(rounds=3))
    assert (tmp_path / "order").read_text() == "ababab"


def test_command_over_its_time_does_not_run_again(tmp_path: Path) -> None:
    contestant = python("open('order', 'a').write('a')", tmp_path)
    (found,) = in_turns({"a": contestant}, "job", "case", Terms(rounds=3, budget=0))
    assert len(found.runs) == 1


def test_failed_command_is_shown_and_does_not_run_again(tmp_path: Path) -> None:
    contestant = python("open('order', 'a').write('a'); raise SystemExit('no such thing')", tmp_path)
    (found,) = in_turns({"a": contestant}, "job", "case", Terms(rounds=3))
    assert (found.outcome, found.reason) == (Outcome.FAILED, "no such thing")
    assert (tmp_path / "order").read_text() == "a"


def test_missing_command_fails(tmp_path: Path) -> None:
    assert run_once(Contestant(("./nothing",), tmp_path), 60).outcome is Outcome.FAILED


def test_cpu_time_of_children_counts(tmp_path: Path) -> None:
    work = "import time\nwhile time.process_time() < 0.3: pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}])"
    result = run_once(python(code, tmp_path), 60)
    assert result.outcome is Outcome.DONE
    assert result.run.cpu >= 0.3


def test_command_that_takes_too_long_is_stopped_with_its_children(tmp_path: Path) -> None:
    child = "import time; time.sleep(2); open('late', 'w')"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    result = run_once(python(code, tmp_path), 0.3)
    assert result.outcome is Outcome.TOO_LONG
    run([sys.executable, "-c", "import time; time.sleep(2.2)"], check=True)
    assert not (tmp_path / "late").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only there is each process asked")
def test_memory_includes_all_processes_but_not_the_benchmark(tmp_path: Path) -> None:
    large = bytearray(200 * 2**20)
    alone = run_once(python("pass", tmp_path), 60)
    hold = "x = bytearray(b'1') * (50 * 2**20); import time; time.sleep(1)"
    code = f"import subprocess, sys; [p.wait() for p in [subprocess.Popen([sys.executable, '-c', {hold!r}]) for _ in '12']]"
    both = run_once(python(code, tmp_path), 60)
    assert alone.run.memory < 60
    assert both.run.memory > 100
    assert large


# The plot


def growing() -> Report:
    cases = tuple(Case(f"growth-{count}", count) for count in (10, 100))
    found = [measured("documents-extract", case.name, OURS, case.count / 100) for case in cases]
    found += [measured("documents-extract", "growth-10", "po4a", 0.5)]
    found += [Measurement("documents-extract", "growth-100", "po4a", Outcome.TOO_LONG)]
    return report(*found, cases=cases)


def test_plot_has_a_line_for_each_tool() -> None:
    (panel,) = panels(growing())
    assert [(line.tool, line.points) for line in panel.lines] == [
        (OURS, ((10, 0.1), (100, 1.0))),
        ("po4a", ((10, 0.5),)),
    ]


def test_same_figures_make_the_same_plot() -> None:
    pytest.importorskip("matplotlib")
    made = draw(panels(growing()))
    assert "translate-pipe" in made
    assert made == draw(panels(growing()))


# A whole run


def test_tiny_run_measures_every_job_and_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    parts = ("tables", "machines")
    page.write_text("".join(f"{''.join(marks(name))}\n" for name in parts), encoding="utf-8")
    command = [sys.executable, str(ROOT / "benchmarks" / "bench.py"), "--figures", str(tmp_path / "bench.json")]
    places = ["--work", str(tmp_path / "work"), "--peers", str(tmp_path / "none"), "--page", str(page)]
    hidden = {name: value for name, value in os.environ.items() if name not in {"PO4A", "MDPO", "TRANSLATE_TOOLKIT"}}
    run([*command, *places, "--size", "tiny"], check=True, env={**hidden, "PATH": ""}, capture_output=True)

    figures = from_json((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert {found.job for found in figures.measurements} >= {job.name for job in JOBS} | {one.name for one in GROWTHS}
    ours = [found for found in figures.measurements if found.tool == OURS]
    assert not [found for found in ours if found.outcome not in {Outcome.DONE, Outcome.NOT_OFFERED}]
    assert figures.of(MERGE.name, "merge-20", OURS) is not None
    text = page.read_text(encoding="utf-8")
    assert part(text, "tables") == tables.all_tables(figures)
    assert part(text, "machines") == machines.computed_part(figures)
    assert "not installed" in text
