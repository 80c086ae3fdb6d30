"""Pages in Chromium: what they run, ask for, name and hide."""

from __future__ import annotations

import mimetypes
import re
import shutil
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Error, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from playwright.sync_api import Page, Request, Route

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_SITE = "http://site.test/"
_TRIES = 5
_PAUSE = 100  # milliseconds
_PATIENCE = 5000  # milliseconds
_CALLED = "a hostile script has called alert"
# Also in frames. The function is kept from being replaced, and says what the page is to be blamed for.
_LISTEN = f"Object.defineProperty(window, 'alert', {{value: () => console.debug({_CALLED!r})}})"
# Does what readers do: points at, focuses and clicks everything. Ordinary links are not followed.
_PROVOKE = """() => {
  const found = new Set()
  document.addEventListener('click', event => {
    const link = event.target.closest?.('a')
    const address = link && (link.href.baseVal ?? link.href ?? '')
    if (link && !/^\\s*javascript:/i.test(address)) event.preventDefault()
  }, true)
  document.addEventListener('submit', event => event.preventDefault(), true)
  for (const element of document.querySelectorAll('*')) {
    const name = element.localName
    for (const {name: attribute, value} of [...element.attributes]) {
      if (/evil\\.example/.test(value) && !['title', 'alt', 'id', 'data-md-component'].includes(attribute)
          && !(name === 'meta' && attribute === 'content' && !element.httpEquiv)) {
        found.add(`names a host: <${name} ${attribute}>`)
      }
      if (/^on/.test(attribute)) {
        found.add(`has a handler: <${name} ${attribute}>`)
        try { element.dispatchEvent(new Event(attribute.slice(2))) } catch {}
      }
      if (/^(?:href|xlink:href|action|formaction)$/.test(attribute) && /^\\s*javascript:/i.test(value)) {
        found.add(`has a script for an address: <${name} ${attribute}>`)
      }
    }
  }
  for (const element of document.querySelectorAll('article *, main *, [role=main] *, body > *, body > * *')) {
    if (!element.isConnected) continue
    for (const type of ['pointerenter', 'mouseover', 'focus', 'click']) {
      element.dispatchEvent(new MouseEvent(type, {bubbles: true, cancelable: true}))
    }
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement
    if (/\\bWEG\\b/.test(walker.currentNode.data) && !parent.checkVisibility()) found.add('hides a text')
  }
  return [...found]
}"""


def visited(site: Path, pages: Mapping[str, Path]) -> dict[str, frozenset[str]]:
    """What each page of a site does when readers open it and touch everything on it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context()
        context.add_init_script(_LISTEN)
        seen = {}
        current: set[str] = set()
        page: Page | None = None
        context.route("**/*", lambda route: _answer(route, site, current))
        context.on("console", lambda said: current.add("runs a script") if said.text == _CALLED else None)
        for name, path in pages.items():
            current.clear()
            current.update(_shown(path))
            address = _SITE + path.relative_to(site).as_posix()
            for _ in range(2):
                page = page or context.new_page()
                current.update(_provoked(page, address))
                if page.url == address:
                    break
                # A page that leads elsewhere interrupts the one after it, which is then opened again.
                _left(page)
                page.close()
                page = None
            if page and not _left(page):  # what it still has to say must not be put down to the next page
                page.close()
                page = None
            seen[name] = frozenset(current)
        browser.close()
    return seen


def _left(page: Page) -> bool:
    """Leave a page, and say whether that has worked.

    A page that leads elsewhere interrupts this, so there are several tries: to close a page with a request under way
    can wait for ever.
    """
    for _ in range(_TRIES):
        try:
            page.goto("about:blank", timeout=_PATIENCE)
        except Error:
            page.wait_for_timeout(_PAUSE)
        else:
            return True
    return False


def _provoked(page: Page, address: str) -> list[str]:
    try:
        page.goto(address, wait_until="load")
        found: list[str] = page.evaluate(_PROVOKE)
        page.wait_for_timeout(30)
    except Error as error:
        # A page that leads elsewhere at once has no time to be looked at.
        return [] if "navigat" in str(error) or "ERR_" in str(error) else [f"cannot be opened: {str(error)[:80]}"]
    else:
        return found


def _answer(route: Route, site: Path, effects: set[str]) -> None:
    """Answer a request from the folder of the site, and note requests for other hosts."""
    request: Request = route.request
    parts = urlsplit(request.url)
    if parts.hostname != "site.test":
        if parts.hostname == "evil.example":
            effects.add("asks for evil.example")
        route.fulfill(status=200, body="", content_type="text/plain")
        return
    path = site / unquote(parts.path).lstrip("/")
    if path.is_dir():
        path /= "index.html"
    if path.is_file():
        kind = mimetypes.guess_type(path.name)[0] or "text/html"
        route.fulfill(status=200, body=path.read_bytes(), content_type=kind)
    else:
        route.fulfill(status=404, body="", content_type="text/plain")


def _shown(path: Path) -> set[str]:
    """What can be seen in the HTML itself, also where a browser does not show it."""
    found = re.findall(r"LEAKED|1337", path.read_text("utf-8", errors="replace"))
    return {f"shows {word}" for word in found}
