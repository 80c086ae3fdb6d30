"""The trial of hostile translations: it sees what a page does, and compares it with the source's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from generators import GENERATORS, Generator
from trial import BATTERIES, PLACES, Row, Trial, leaks, read_battery, summary
from visiting import CHROMIUM, visited

from translate_pipe import parse

if TYPE_CHECKING:
    from pathlib import Path

BATTERY = BATTERIES[0]
HUGO = next(one for one in GENERATORS if one.name == "Hugo")
ROWS = read_battery(BATTERY, "gfm")

pytestmark = pytest.mark.benchmark


def test_battery_has_rows_for_each_place() -> None:
    assert len(ROWS) >= 200
    assert {row.place for row in ROWS} | {"link-title"} == set(PLACES)


def test_tables_of_the_tests_have_no_other_places() -> None:
    rows = [row for path in BATTERIES for one in GENERATORS for row in read_battery(path, one.dialect)]
    assert {row.place for row in rows} <= {*PLACES, "link-title"}


@pytest.mark.parametrize("row", dict.fromkeys(row._replace(msgstr=row.msgid) for row in ROWS), ids=repr)
def test_text_of_a_row_is_a_segment(row: Row) -> None:
    offered = {segment.text for segment in parse(row.document(row.msgid)).segments}
    assert {msgid for msgid, _ in row.messages} <= offered


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; install Debian's package chromium")
def test_chromium_reports_what_a_page_does(tmp_path: Path) -> None:
    pages = {
        "<p>alert(1) and https://evil.example in a text are no deeds</p>": frozenset(),
        '<a href="b.html">a link</a>': frozenset(),
        "<p>LEAKED</p>": {"shows LEAKED"},
        "<script>alert(1)</script>": {"runs a script"},
        '<b onmouseover="alert(1)">x</b>': {"has a handler: <b onmouseover>", "runs a script"},
        '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>': {"runs a script"},
        '<a href="javascript:alert(1)">x</a>': {"has a script for an address: <a href>", "runs a script"},
        '<img src="//evil.example/a.png">': {"asks for evil.example", "names a host: <img src>"},
        '<meta http-equiv="refresh" content="0;url=//evil.example">': {"asks for evil.example"},
        '<a href="https://evil.example/">x</a>': {"names a host: <a href>"},
        "<b hidden>WEG</b>": {"hides a text"},
    }
    paths = {}
    for number, html in enumerate(pages):
        paths[html] = tmp_path / f"{number}.html"
        paths[html].write_text(f"<!doctype html><body>{html}</body>", "utf-8")
    seen = visited(tmp_path, paths)
    for html, effects in pages.items():
        assert effects <= seen[html], html
        assert bool(effects) == bool(seen[html]), html


@pytest.mark.skipif(bool(HUGO.missing), reason="there is no Hugo here; install Debian's package hugo")
def test_page_that_breaks_the_build_does_not_stop_others(tmp_path: Path) -> None:
    page = "---\ntitle: A\n---\n\n"
    built = HUGO.build(tmp_path, {"p0000": page + "{{< ran >}}", "p0001": page + "{{< ran", "p0002": page + "Tekst."})
    assert set(built) == {"p0000", "p0002"}
    assert "LEAKED" in built["p0000"].read_text("utf-8")
    assert "LEAKED" not in built["p0002"].read_text("utf-8")


def test_missing_generator_is_named() -> None:
    assert Generator("X", "gfm", ("no-such-program",), "{page}.md", "site", "{page}.html").missing


def test_active_pages_are_counted_and_listed() -> None:
    quiet, loud = Row("text", "a", "b"), Row("text", "c", "d")
    runs = frozenset({"runs a script"})
    trial = Trial(
        HUGO,
        {quiet: runs, loud: runs},
        {quiet: {"plain": frozenset()}, loud: {"plain": frozenset(), "draft": runs}},
        [],
    )
    assert list(summary([trial]))[-1] == "| Hugo | 2 | 2 | 1 | 0 |"
    assert list(leaks(trial)) == ["Hugo | text | 'c' | 'd' | runs a script | draft"]
