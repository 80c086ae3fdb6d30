"""The benchmark: its measurements, its tables, and the page that is made from its figures."""

from __future__ import annotations

import math
import os
import re
import shutil
import sys
from pathlib import Path
from subprocess import run

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from suite import inputs, machines, tables
from suite.figures import Case, Measurement, Outcome, Report, Run, from_json, merged, to_json
from suite.jobs import (
    BUILD,
    CPP_SMALL,
    EXTRACT,
    GROWTHS,
    JOBS,
    MEMORY_LIMITS,
    MERGE,
    ONE_CATALOGUE,
    OURS,
    TEN_LOCALES,
    TITLES,
    Job,
    Kind,
    Target,
)
from suite.machines import COLLECTIONS, Collection, Rates
from suite.measuring import Contestant, Terms, in_turns
from suite.measuring import run as run_once
from suite.page import marks, part, replaced
from suite.plot import COLOURS, draw, panels
from suite.running import SIZES

from translate_pipe import check

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"

pytestmark = pytest.mark.benchmark


def measured(job: str, case: str, tool: str, *cpu: float) -> Measurement:
    return Measurement(job, case, tool, runs=tuple(Run(seconds, seconds, 50.0) for seconds in cpu))


def report(
    *measurements: Measurement, cases: tuple[Case, ...] = (Case("574", 574, 1_000_000),), base: str = ""
) -> Report:
    versions = (("ours", "1.0"), ("po4a", "0.75"))
    return Report("2026-11-24", "default", "a machine", versions, cases, measurements, base)


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
    texts,
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


def test_base_of_an_old_report_stays_unless_the_new_one_has_another() -> None:
    old, new = report(base="1234567"), report()
    assert merged(old, new).base == "1234567"
    assert merged(old, report(base="89abcde")).base == "89abcde"


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
        "–",
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
    assert row[2:] == ["not installed"] * 4 + ["–", "≥ 3×", "–"]


@given(st.sampled_from(Kind), st.floats(0.01, 100), st.floats(0.001, 1000), st.floats(0.001, 1000))
def test_faster_never_misses_a_target_that_slower_meets(kind: Kind, value: float, ours: float, best: float) -> None:
    target = Target(kind, value)
    if target.met(ours=ours, other=best):
        assert target.met(ours=ours / 2, other=best)


def test_summary_has_all_jobs_with_a_target() -> None:
    found = (measured("extract", "574", OURS, 0.2), measured("extract", "574", "po4a", 0.8))
    row = "| Markdown to POT | 574 documents, 1.0 MB | 0.20 s | po4a, 0.80 s | 4.0× | ≥ 3× | yes |"
    assert tables.targets_table(report(*found)).splitlines()[2:] == [row]


@pytest.mark.parametrize(("least", "cells"), [(60.0, ["> 300×", "≥ 3×", "yes"]), (0.5, ["> 2.5×", "≥ 3×", "–"])])
def test_stopped_tool_takes_at_least_its_limit(least: float, cells: list[str]) -> None:
    ended = Measurement("extract", "574", "po4a", Outcome.TOO_LONG, limit=60, least=least)
    assert row_of(EXTRACT, measured("extract", "574", OURS, 0.2), ended)[-3:] == cells


def test_growth_compares_with_the_cheapest_smaller_input() -> None:
    growth = GROWTHS[0]
    cases = tuple(Case(f"growth-{count}", count) for count in (10, 100, 1000))
    costs = (0.5, 1.0, 12.0)  # 50, 10 and 12 ms a document
    found = (measured(growth.name, case.name, OURS, cost) for case, cost in zip(cases, costs, strict=True))
    assert tables.worst_growth(report(*found, cases=cases), growth) == pytest.approx(0.2)


def beside(job: Job, ours: float, *others: tuple[str, float]) -> Report:
    """A report of one job on documents of cpp-docs, with the base 1234567 among the others."""
    found = [measured(job.name, CPP_SMALL, tool, seconds) for tool, seconds in ((OURS, ours), *others)]
    return report(*found, cases=(Case(CPP_SMALL, 488, real=True),), base="1234567")


def test_base_has_a_column_and_a_table() -> None:
    made = beside(EXTRACT, 0.6, ("1234567", 1.2), ("po4a", 3.0))
    assert tables.job_table(made, EXTRACT).startswith("| Input | translate-pipe | commit 1234567 | po4a | ")
    heading, _, row = tables.base_table(made).splitlines()
    assert heading == "| Job | Input | translate-pipe | commit 1234567 | share of CPU time | share of memory |"
    documents = "cpp-docs-20th: 488 documents"
    assert row == f"| Markdown to POT | {documents} | 0.60 s, 50 MiB | 1.2 s, 50 MiB | 0.50 | 1.00 |"


def test_base_that_was_stopped_takes_at_least_its_limit() -> None:
    ended = Measurement("build", "574", "1234567", Outcome.TOO_LONG, limit=60, least=60.0)
    made = report(measured("build", "574", OURS, 15.0), ended, base="1234567")
    assert tables.base_table(made).splitlines()[2].endswith("| 15 s, 50 MiB | > 60 s | < 0.25 | – |")


def test_without_a_base_there_is_no_table_of_it() -> None:
    made = tables.all_tables(report(measured("extract", "574", OURS, 0.2)))
    assert "commit" not in made
    assert "share" not in made


@pytest.mark.parametrize(
    ("ours", "base", "toolkit", "met"),
    [(3.0, 12.0, 6.0, ["yes", "yes"]), (7.0, 20.0, 6.0, ["yes", "**no**"]), (5.0, 12.0, 6.0, ["**no**", "yes"])],
)
def test_each_target_of_an_input_is_compared_with_its_own_rival(
    ours: float, base: float, toolkit: float, met: list[str]
) -> None:
    made = beside(BUILD, ours, ("1234567", base), ("toolkit", toolkit))
    rows = [row.strip("|").split("|") for row in tables.targets_table(made).splitlines()[2:]]
    assert [row[-1].strip() for row in rows] == met
    assert ["commit 1234567" in row[3] for row in rows] == [True, False]
    assert tables.job_table(made, BUILD).endswith(f"| ≤ 0.4 of the base; ≤ 1 of the best | {'; '.join(met)} |")


def test_target_beside_the_base_is_open_without_one() -> None:
    assert Target(Kind.BASE_SHARE, 0.5).met(ours=1.0, other=math.nan) is None


def test_targets_and_limits_are_for_inputs_that_some_size_has() -> None:
    known = {"version", TEN_LOCALES, *SIZES["full"].cpp_docs}
    known |= {str(number) for number in SIZES["full"].collections}
    known |= {f"merge-{number}" for number in SIZES["full"].merges}
    known |= {f"growth-{number}" for number in SIZES["full"].documents}
    known |= {ONE_CATALOGUE.format(number) for number in SIZES["full"].one_catalogue}
    assert {case for job in JOBS for case in job.targets} <= known
    assert {limit.case for limit in MEMORY_LIMITS} <= known


def test_nothing_measured_makes_no_table() -> None:
    assert "|" not in tables.all_tables(report())


def test_memory_of_100_000_documents_has_a_limit() -> None:
    case = Case("growth-100000", 100_000)
    found = Measurement("documents-locales", case.name, OURS, runs=(Run(1, 1, 301.0),))
    assert "| Documents, everything, 100,000 documents, memory | 301 MiB | ≤ 300 MiB | **no** |" in tables.limits_table(
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


# Inputs


@pytest.mark.parametrize("text", ["See [the page](a.md) now.", "It is so.[^1]", "A plain sentence."])
def test_error_is_one_that_the_checks_refuse(text: str, tmp_path: Path) -> None:
    template, broken = tmp_path / "all.pot", tmp_path / "de.po"
    numbered = (f"{number} {text}" for number in range(2000))
    template.write_text("".join(f'msgid "{one}"\nmsgstr ""\n\n' for one in numbered), encoding="utf-8")
    inputs.translate(template, broken, real_texts=True, errors=True)
    errors = [found for found in check(polib.pofile(str(broken))) if found.severity == "error"]
    assert 1 <= len(errors) <= 10


@pytest.mark.parametrize("text", ["A line.\n", "\nA [page](a.md)", "[^1]\n"])
def test_error_keeps_the_line_ends_that_gettext_compares(text: str) -> None:
    broken = inputs.with_error(text)
    assert broken != text
    assert (broken.startswith("\n"), broken.endswith("\n")) == (text.startswith("\n"), text.endswith("\n"))


def test_locales_have_different_translations(tmp_path: Path) -> None:
    template = tmp_path / "all.pot"
    template.write_text('msgid "a e i o u"\nmsgstr ""\n', encoding="utf-8")
    made = set()
    for locale in inputs.VOWELS:
        inputs.translate(template, tmp_path / "made.po", real_texts=True, locale=locale)
        made.add((tmp_path / "made.po").read_text(encoding="utf-8").rpartition("msgstr")[2])
    assert len(made) == len(inputs.VOWELS) == 10


def test_each_so_many_th_document_is_taken_from_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "cpp-docs" / "docs"
    source.mkdir(parents=True)
    for number in range(10):
        (source / f"page-{number}.md").write_text("Text.\n", encoding="utf-8")
    monkeypatch.setenv("CPP_DOCS", str(source.parent))
    found = inputs.cpp_docs("x", tmp_path / "x", 3, 2)
    assert [file.name for file in inputs.documents_in(found.folder)] == ["page-0.md", "page-3.md"]
    assert found.case == Case("x", 2, 12, real=True)
    assert found.errors


def test_documents_are_made_up_where_there_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPP_DOCS", str(tmp_path / "none"))
    found = inputs.cpp_docs("x", tmp_path / "x", 4000)
    other = inputs.made_up("3", tmp_path / "3", 3, 3100)
    assert (found.case.count, found.case.real, found.errors) == (3, False, True)
    texts = [{file.read_text() for file in inputs.documents_in(one.folder)} for one in (found, other)]
    assert texts[0].isdisjoint(texts[1])


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


# The make targets


needs_make = pytest.mark.skipif(
    not (shutil.which("make") and (ROOT / ".git").exists()), reason="needs make and a clone of the repository"
)


@needs_make
def test_make_installs_the_base_before_it_measures() -> None:
    command = ["make", "--dry-run", "--always-make", "bench", "BASE=HEAD", "CPP_DOCS=none"]
    planned = run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.replace("\n", " ")
    assert re.search(r"git archive ([0-9a-f]{7,}) .*bench\.py .*--base \.bench/base/\1", planned)


@needs_make
def test_make_refuses_a_base_that_is_no_commit() -> None:
    done = run(["make", "bench-base", "BASE=nothing"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "BASE=nothing is no commit of this repository" in done.stderr


# A whole run


def test_tiny_run_measures_every_job_and_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    parts = ("tables", "machines")
    page.write_text("".join(f"{''.join(marks(name))}\n" for name in parts), encoding="utf-8")
    command = [sys.executable, str(ROOT / "benchmarks" / "bench.py"), "--figures", str(tmp_path / "bench.json")]
    places = ["--work", str(tmp_path / "work"), "--peers", str(tmp_path / "none"), "--page", str(page)]
    base = tmp_path / "1234567"
    base.mkdir()
    (base / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    peers = {"PO4A", "MDPO", "TRANSLATE_TOOLKIT", "MDBOOK"}
    hidden = {name: value for name, value in os.environ.items() if name not in peers}
    environment = {**hidden, "PATH": "", "CPP_DOCS": str(tmp_path / "none")}
    run([*command, *places, "--size", "tiny", "--base", str(base)], check=True, env=environment, capture_output=True)

    figures = from_json((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert {found.job for found in figures.measurements} >= {job.name for job in JOBS} | {one.name for one in GROWTHS}
    own = [found for found in figures.measurements if found.tool in {OURS, "1234567"}]
    assert not [found for found in own if found.outcome not in {Outcome.DONE, Outcome.NOT_OFFERED}]
    assert {found.job for found in own if found.tool == "1234567"} == {one.name for one in (*JOBS, *GROWTHS)}
    assert figures.of(MERGE.name, "merge-20", OURS) is not None
    text = page.read_text(encoding="utf-8")
    assert part(text, "tables") == tables.all_tables(figures)
    assert part(text, "machines") == machines.computed_part(figures)
    assert "not installed" in text
