"""The preview in a real browser: what a translator sees and does."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright
from project_helpers import HEADER, Project, entry, make_project, po
from test_preview import ATTACKS
from test_preview_server import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MANY = 60

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; install Debian's package chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 700}, reduced_motion="reduce")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda said: failures.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    # The server may end before the page does; that is not a fault of the page.
    assert not [
        said for said in failures if not re.search("ERR_CONNECTION_(?:REFUSED|RESET)|Failed to fetch|503", said)
    ]


def document(count: int = MANY) -> str:
    paragraphs = (f"Alinea {number} heeft *woorden* en bron [{number}].\n" for number in range(count))
    return "# Kop\n\n" + "\n".join(paragraphs)


def catalogue(count: int = MANY, locale: str = "de") -> str:
    """All but the last paragraph is translated; the second is fuzzy, and the third and the fifth have errors."""
    entries = [HEADER.replace("de", locale), entry("Kop", "Kopf")]
    for number in range(count - 1):
        source = f"Alinea {number} heeft *woorden* en bron [{number}]."
        words = f"Absatz {number} hat *Wörter* und die Quelle" + ("." if number in (3, 5) else f" [{number}].")
        fuzzy = '#, fuzzy\n#| msgid "Alinea 1 heeft *een* en bron [1]."\n' if number == 1 else ""
        entries.append(f"#. Paragraph, under “Kop”\n{fuzzy}{entry(source, words)}")
    return "\n".join(entries)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    files: dict[str, str | bytes] = {
        "source/nl/a.md": document(),
        "source/nl/b.md": "# Ander\n",
        po("a"): catalogue(),
        po("a", "ar"): f"{HEADER.replace('de', 'ar')}\n{entry('Kop', 'عنوان')}",
    }
    return make_project(tmp_path / "project", files, locales=["de", "ar"])


@pytest.fixture
def address(project: Project) -> Iterator[str]:
    with served(project) as server:
        yield f"http://127.0.0.1:{server.port}"


def ready(page: Page, address: str, path: str = "/page/de/source/nl/a.md") -> Page:
    """The page of a document, completely loaded."""
    page.goto(address + path)
    page.wait_for_selector("html[data-ready=yes][data-findings=yes]", state="attached")
    return page


def segment(side: str, index: int) -> str:
    return f'#{side}-pane [data-segments~="{index}"]'


def top(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"]


def current(page: Page) -> str:
    """The text of the selected segment."""
    return str(page.locator("#localised-pane [aria-current=true]").first.inner_text())


# The page


def test_both_sides_are_side_by_side_and_scroll_together(page: Page, address: str) -> None:
    ready(page, address)
    left = page.locator("#source-pane").bounding_box()
    right = page.locator("#localised-pane").bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"] + 1
    for index in (20, 45, 8):
        page.evaluate(
            "index => document.querySelector(`#source-pane [data-segments~='${index}']`).scrollIntoView()", index
        )
        page.wait_for_timeout(200)
        assert abs(top(page, segment("source", index)) - top(page, segment("localised", index))) < 30


def test_right_to_left_locale_is_set_right_to_left(page: Page, address: str) -> None:
    ready(page, address, "/page/ar/source/nl/a.md")
    pane = page.locator("#localised-pane")
    assert (pane.get_attribute("dir"), pane.get_attribute("lang")) == ("rtl", "ar")
    heading = page.locator(segment("localised", 0)).first
    assert heading.inner_text() == "عنوان"
    assert heading.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert heading.evaluate("element => getComputedStyle(element).letterSpacing") in ("normal", "0px")
    ends = heading.evaluate(
        "element => { const range = document.createRange(); range.selectNodeContents(element);"
        " return [range.getBoundingClientRect().right, element.closest('article').getBoundingClientRect().right]; }"
    )
    assert ends[1] - ends[0] < 80  # the text begins at the right


def test_states_and_problems_have_words(page: Page, address: str) -> None:
    ready(page, address)
    legend = page.locator("#legend").inner_text()
    assert "57 translated 2 not published" in " ".join(legend.split())
    assert "1 fuzzy" in " ".join(legend.split())
    assert "2 problems" in page.locator("#problems summary").inner_text()


def test_panel_shows_why_a_translation_is_not_published(page: Page, address: str, project: Project) -> None:
    ready(page, address)
    page.locator(segment("localised", 4)).first.click()  # the fourth paragraph has lost its citation
    state = page.locator("#panel .state")
    assert state.inner_text().startswith("Not published")
    assert "the citation [3] of the source is missing" in state.inner_text()
    project.write(po("a"), catalogue().replace("Absatz 3 hat *Wörter* und die Quelle.", "Absatz 3 hat *Wörter* [3]."))
    page.wait_for_function("() => document.querySelector('#panel .state').textContent.startsWith('Translated')")
    page.wait_for_function("() => document.querySelector('#legend').textContent.includes('1 not published')")


def test_choosers_lead_to_other_documents_and_locales(page: Page, address: str) -> None:
    ready(page, address)
    options = page.locator("#locale-chooser option")
    assert "German" in options.nth(0).inner_text()
    page.wait_for_function("() => document.querySelector('#locale-chooser option').textContent.includes('%')")
    page.select_option("#locale-chooser", index=1)
    page.wait_for_url(re.compile(r"/page/ar/source/nl/a\.md(#|$)"))
    page.select_option("#document-chooser", index=1)
    page.wait_for_url(re.compile(r"/page/ar/source/nl/b\.md(#|$)"))


def test_click_opens_the_panel_of_a_segment(page: Page, address: str) -> None:
    ready(page, address)
    page.locator(segment("localised", 2)).first.click()
    panel = page.locator("#panel")
    text = panel.inner_text()
    for part in (
        "Alinea 1 heeft *woorden* en bron [1].",
        "Absatz 1 hat *Wörter* und die Quelle [1].",
        "Paragraph, under “Kop”",
        "source/nl/a.md:5",
        "locale/de/LC_MESSAGES/a.po:",
        "Fuzzy",
    ):
        assert part in text
    assert "een" in panel.locator("del").all_inner_texts()[0]
    assert "woorden" in panel.locator("ins").all_inner_texts()[0]
    page.locator(segment("localised", 4)).first.click()
    assert "the citation [3] of the source is missing" in panel.inner_text()


def test_pointing_at_a_segment_marks_its_counterpart(page: Page, address: str) -> None:
    ready(page, address)
    twin = page.locator(segment("localised", 3)).first
    before = twin.evaluate("element => getComputedStyle(element).backgroundColor + getComputedStyle(element).outline")
    page.locator(segment("source", 3)).first.hover()
    after = twin.evaluate("element => getComputedStyle(element).backgroundColor + getComputedStyle(element).outline")
    assert before != after


def test_everything_works_with_keys(page: Page, address: str) -> None:
    ready(page, address)
    page.keyboard.press("j")
    assert current(page) == "Kopf"
    page.keyboard.press("j")
    assert current(page).startswith("Absatz 0")
    page.keyboard.press("k")
    assert current(page) == "Kopf"
    page.keyboard.press("n")
    assert current(page).startswith("Absatz 3")
    page.keyboard.press("n")
    assert current(page).startswith("Absatz 5")
    page.keyboard.press("Shift+N")
    assert current(page).startswith("Absatz 3")
    page.keyboard.press("Enter")
    assert page.locator("#panel").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    page.keyboard.press("/")
    page.keyboard.type("WORTER* und die Quelle [50]")
    page.keyboard.press("Enter")
    assert current(page).startswith("Absatz 50")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()


def test_list_of_problems_leads_to_them(page: Page, address: str) -> None:
    ready(page, address)
    page.locator("#problems summary").click()
    page.locator("#problems button").nth(1).click()
    assert current(page).startswith("Absatz 5")


def test_phone_shows_one_side_with_a_switch(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = ready(context.new_page(), address)
    assert page.locator("#localised-pane").is_visible()
    assert page.locator("#source-pane").is_hidden()
    page.locator(".switch button").first.click()
    assert page.locator("#source-pane").is_visible()
    assert page.locator("#localised-pane").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


CONTRAST = """
() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const paint = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((one) => one / 255).map((one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!text || !element.checkVisibility() || element.closest('.visually-hidden, script, option')) continue;
    const style = getComputedStyle(element);
    const behind = [];
    for (let at = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const back = paint(['#fff', ...behind]);
    const front = paint([`rgb(${back})`, style.color]);
    const [less, more] = [light(back), light(front)].sort((a, b) => a - b);
    const ratio = (more + 0.05) / (less + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) poor.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)} ${element.textContent.slice(0, 30)}`);
  }
  return poor;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag(page: Page, address: str, project: Project, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    ready(page, address)
    for index in (2, 4, MANY):
        page.locator(segment("localised", index)).first.click()
        assert page.evaluate(CONTRAST) == []
    page.locator("#problems summary").click()
    assert page.evaluate(CONTRAST) == []
    site = project.root.parent / "site"
    project.run("preview", "--static", str(site))
    page.goto((site / "index.html").as_uri())
    assert page.evaluate(CONTRAST) == []


# Live


def updated(page: Page, count: int) -> None:
    page.wait_for_function("count => Number(document.documentElement.dataset.updates) >= count", arg=count)


def test_saved_catalogue_updates_the_page_in_place(page: Page, address: str, project: Project) -> None:
    ready(page, address)
    page.locator(segment("localised", 30)).first.click()
    page.keyboard.press("Escape")
    page.locator("#localised-pane").evaluate("pane => pane.scrollBy(0, 200)")
    page.wait_for_timeout(300)
    before = [top(page, segment(side, 31)) for side in ("source", "localised")]
    updates = int(page.evaluate("document.documentElement.dataset.updates || 0"))
    project.write(po("a"), catalogue().replace("Absatz 30 hat", "Der Absatz mit der Nummer 30 hat"))
    updated(page, updates + 1)
    changed = page.locator(segment("localised", 31)).first
    assert changed.inner_text().startswith("Der Absatz mit der Nummer 30")
    assert [round(top(page, segment(side, 31))) for side in ("source", "localised")] == [round(one) for one in before]
    assert page.locator("#localised-pane .flash").count() >= 1
    assert page.locator("#localised-pane .flash").first.inner_text().startswith("Der Absatz")


def test_saved_document_updates_the_page(page: Page, address: str, project: Project) -> None:
    ready(page, address)
    updates = int(page.evaluate("document.documentElement.dataset.updates || 0"))
    project.write("source/nl/a.md", document().replace("# Kop", "# Kop\n\nEen nieuwe alinea."))
    updated(page, updates + 1)
    assert page.locator(segment("source", 1)).first.inner_text() == "Een nieuwe alinea."


def test_broken_catalogue_is_reported_and_keeps_the_last_good_page(page: Page, address: str, project: Project) -> None:
    ready(page, address)
    project.write(po("a"), catalogue() + '\nmsgid "x\n')
    page.wait_for_selector("#problem:not([hidden])")
    assert "locale/de/LC_MESSAGES/a.po:" in page.locator("#problem").inner_text()
    assert page.locator(segment("localised", 1)).first.inner_text().startswith("Absatz 0")
    project.write(po("a"), catalogue().replace("Absatz 0", "Abschnitt 0"))
    page.wait_for_selector("#problem", state="hidden")
    page.wait_for_function("() => document.querySelector('#localised-pane').textContent.includes('Abschnitt 0')")


def test_new_findings_are_coloured_and_listed(page: Page, address: str, project: Project) -> None:
    ready(page, address)
    project.write(po("a"), catalogue().replace("Quelle [7]", "Quelle"))
    page.wait_for_function("() => document.querySelector('#problems summary').textContent.includes('3 problems')")


def test_page_reports_that_the_preview_has_ended(page: Page, project: Project) -> None:
    with served(project) as server:
        ready(page, f"http://127.0.0.1:{server.port}")
    page.wait_for_selector("#status:not([hidden])")
    assert "translate-pipe preview" in page.locator("#status").inner_text()


# Security


def test_translations_run_nothing(browser: Browser, project: Project) -> None:
    sources = [f"Aanval {number}." for number in range(len(ATTACKS))]
    project.write("source/nl/a.md", "\n\n".join(sources) + "\n")
    attacks = (attack.replace("alert(1)", "(window.ran=1)") for attack in ATTACKS)
    entries = (entry(source, f"{source} {attack}") for source, attack in zip(sources, attacks, strict=True))
    project.write(po("a"), "\n".join((HEADER, *entries)))
    site = project.root.parent / "site"
    project.run("preview", "--static", str(site))
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with served(project) as server:
        address = f"http://127.0.0.1:{server.port}"
        ready(page, address)
        for index in range(len(ATTACKS)):
            page.keyboard.press("j")
            page.keyboard.press("Enter")
            assert page.locator(segment("source", index)).count() == 1
        assert page.evaluate("window.ran") is None
        assert page.url.partition("#")[0] == f"{address}/page/de/source/nl/a.md"
        assert all(url.startswith((address, "data:")) for url in asked)
    page.goto((site / "de/a.html").as_uri())
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    assert page.evaluate("window.ran") is None
    context.close()


NOSY = """
<img src="{address}/files/source/nl/b.png"><iframe src="{address}/page/de/source/nl/a.md"></iframe>
<object data="{address}/files/source/nl/b.png"></object><script src="{address}/api/page/de/source/nl/a.md"></script>
<link rel="stylesheet" href="{address}/assets/preview.css">
<script>
window.learnt = Promise.all(['cors', 'no-cors'].map((mode) =>
  fetch('{address}/api/page/de/source/nl/a.md', {{ mode }}).then((answer) => answer.text(), () => '')));
</script>
"""


@contextmanager
def other_site(html: str) -> Iterator[str]:
    """The address of a page that another program on this machine serves."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_arguments: object) -> None:
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield str(server.server_port)
        server.shutdown()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_page_of_another_site_gets_nothing(browser: Browser, project: Project, address: str, host: str) -> None:
    project.write("source/nl/a.md", "# Kop\n\n![beeld](b.png)\n")
    project.write("source/nl/b.png", b"PNG")
    context = browser.new_context()
    page = context.new_page()
    statuses: list[int] = []
    page.on("response", lambda answer: statuses.append(answer.status) if answer.url.startswith(address) else None)
    with other_site(NOSY.format(address=address)) as port:
        page.goto(f"http://{host}:{port}/", wait_until="load")
        assert page.evaluate("window.learnt") == ["", ""]
    assert set(statuses) == {403}  # it sees fewer answers than it asked for
    assert all("Kopf" not in frame.content() for frame in page.frames)
    context.close()


# As files


def test_pages_work_without_a_server(page: Page, project: Project) -> None:
    site = project.root.parent / "site"
    project.run("preview", "--static", str(site))
    page.goto((site / "index.html").as_uri())
    assert "Translations of project" in page.title()
    page.locator(".heat a").first.click()
    page.wait_for_selector("html[data-ready=yes][data-findings=yes]", state="attached")
    assert "/de/a.html" in page.url
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    assert "the citation [3] of the source is missing" in page.locator("#panel").inner_text()
    page.select_option("#locale-chooser", index=1)
    page.wait_for_url(re.compile(r"/ar/a\.html(#|$)"))
    assert page.locator("#overview").get_attribute("href") == "../index.html"
