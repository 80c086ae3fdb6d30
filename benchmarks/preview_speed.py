"""How long translators wait for the preview, measured in a real browser.

    python benchmarks/preview_speed.py [--segments 2000] [--saves 21]

Prints how long a page takes to open, on the server and in the browser together: until it is seen, and until all of it
can be used; how long a saved catalogue takes until the page shows it, from the moment that the file is in place until
the browser has changed the text; and how long frames take while both sides are scrolled.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import polib
from collection import document, translation
from playwright.sync_api import sync_playwright

from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

_CONFIGURATION = 'source_locale = "nl"\nlocales = ["de"]\n'
_SOURCE = "source/nl/artikel.md"
_CATALOGUE = "locale/de/LC_MESSAGES/artikel.po"
_OPENINGS = 7
_FRAMES = """
() => new Promise((resolve) => {
  const pane = document.querySelector('#localised-pane');
  const frames = [];
  let last = performance.now();
  const step = (now) => {
    frames.push(now - last);
    last = now;
    pane.scrollBy(0, 60);
    if (frames.length < 180) requestAnimationFrame(step); else resolve(frames.slice(5));
  };
  requestAnimationFrame(step);
})
"""
_WATCH = """
() => {
  window.changed = 0;
  const note = () => { window.changed = Date.now(); };
  new MutationObserver(note).observe(document.querySelector('#localised-pane'), {subtree: true, childList: true});
}
"""


@click.command()
@click.option("--segments", default=2000, show_default=True)
@click.option("--saves", default=21, show_default=True)
def main(segments: int, saves: int) -> None:
    """Measure the preview on the article of this repository and on a long made-up document."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise click.UsageError("this needs Chromium; install Debian's package chromium")
    article = Path(__file__).resolve().parents[1]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shipped = Path(folder, "articles")
        for name in ("source", "locale"):
            shutil.copytree(article / name, shipped / name)
        shutil.copy(article / "translate-pipe.toml", shipped)
        made = Path(folder, "made")
        _make(made, segments)
        cases = (
            (shipped, "/page/ar/source/nl/magnesium.md", "locale/ar/LC_MESSAGES/magnesium.po"),
            (made, f"/page/de/{_SOURCE}", _CATALOGUE),
        )
        for project, path, catalogue in cases:
            with _served(project) as address:
                _measure(browser.new_page(), address + path, project / catalogue, saves)
        browser.close()


def _make(project: Path, segments: int) -> None:
    """A project of one document with about so many segments, all translated."""
    text = document(1, 100)
    number = 2
    while len(parse(text).segments) < segments:
        more = document(number, 4500)
        text += "\n" + more[more.index("\n# ") + 1 : more.rindex("[^1]:")]
        number += 1
    (project / "source/nl").mkdir(parents=True)
    (project / _SOURCE).write_text(text, encoding="utf-8")
    (project / "translate-pipe.toml").write_text(_CONFIGURATION, encoding="utf-8")
    subprocess.run([*_TOOL, "update", "-q"], cwd=project, check=True)
    catalogue = polib.pofile(str(project / _CATALOGUE))
    for entry in catalogue:
        entry.msgstr = translation(entry.msgid)
    catalogue.save()


_TOOL = (sys.executable, "-m", "translate_pipe")


@contextmanager
def _served(project: Path) -> Iterator[str]:
    command = [*_TOOL, "preview", "--no-open", "-q"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            if process.stdout is None:
                raise click.ClickException("the preview cannot be heard")
            yield process.stdout.readline().strip().rstrip("/")
        finally:
            process.terminate()


def _measure(page: Page, address: str, catalogue: Path, saves: int) -> None:
    opened = [_open(page, address) for _ in range(_OPENINGS)]
    seen, usable = ([one[which] for one in opened] for which in (0, 1))
    count = page.evaluate("() => JSON.parse(document.querySelector('#page-data').textContent).page.segments.length")
    click.echo(f"{count} segments")
    click.echo(
        f"  is seen after {statistics.median(seen):.0f} ms (the first time {seen[0]:.0f}, at most {max(seen):.0f})"
    )
    click.echo(f"  can be used after {statistics.median(usable):.0f} ms (the first time {usable[0]:.0f})")
    frames = page.evaluate(_FRAMES)
    click.echo(f"  frames while scrolling: median {statistics.median(frames):.1f} ms, longest {max(frames):.1f} ms")
    page.evaluate(_WATCH)
    shown = [_save(page, catalogue, number) for number in range(saves)]
    click.echo(f"  shows a save after {statistics.median(shown):.0f} ms (median of {saves}; longest {max(shown):.0f})")


def _open(page: Page, address: str) -> tuple[float, float]:
    """After how many milliseconds a page is first seen, and after how many it can be used."""
    page.goto(address)
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    usable = page.evaluate("() => performance.now()")
    seen = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.wait_for_selector("html[data-findings=yes]", state="attached")
    page.wait_for_timeout(1500)  # the status is still being asked for
    return seen, usable


def _save(page: Page, catalogue: Path, number: int) -> float:
    """Save an edited translation as editors do, and see how long it takes until the page shows it."""
    text = catalogue.read_text(encoding="utf-8")
    edited = re.sub(r'(msgid "[^"]{20,}"\nmsgstr ")(?:\d+ )?', rf"\g<1>{number} ", text, count=1)
    beside = catalogue.with_suffix(".new")
    beside.write_text(edited, encoding="utf-8")
    page.evaluate("() => { window.changed = 0; }")
    saved = time.time() * 1000
    beside.replace(catalogue)
    page.wait_for_function("() => window.changed > 0")
    shown = float(page.evaluate("() => window.changed"))
    page.wait_for_timeout(400)  # the checks look at it as well, which is not what is waited for
    return shown - saved


if __name__ == "__main__":
    main()
