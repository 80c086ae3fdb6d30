"""The HTML of a page of the preview: a document on the left, its localisation on the right, and what is said of both.

A page works without the server, too: all that its script needs is in it, but what a live page asks for. It has no
inline script and no style attribute, so that a strict content security policy holds for it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from html import escape
from itertools import chain
from typing import TYPE_CHECKING

from translate_pipe.preview.assets import SCRIPTS
from translate_pipe.preview.sanitise import POLICY_OF_FILES
from translate_pipe.preview.view import Choice, Findings, PageView, Pane, SegmentView, Surroundings, json_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STATES = ("translated", "not-published", "fuzzy", "untranslated")

_KEYS = (
    (("j", "k"), "Next and previous segment"),
    (("n", "Shift + n"), "Next and previous problem"),
    (("Enter",), "Details of the segment"),
    (("/",), "Search; Enter goes to the next hit, Shift + Enter back"),
    (("Esc",), "Close what is open"),
    (("?",), "These keys"),
)

_WORDS = {
    "checking": "Checking …",
    "close": "Close",
    "document": "Document",
    "keys": "Keys",
    "locale": "Locale",
    "next": "Next",
    "no_problems": "No problems",
    "note": "note",
    "notes": "notes",
    "overview": "Overview",
    "pages": "Other pages",
    "previous": "Previous",
    "problem": "problem",
    "problems": "problems",
    "progress": "Progress",
    "search": "Search",
    "segment": "Segment",
    "side": "Side that is shown",
}


def page_html(view: PageView, around: Surroundings, ui_language: str = "en") -> str:
    """A whole HTML page that shows a document beside its localisation.

    `around` says where its parts and the other pages are, and `ui_language` is the tag of the language that the names
    of the locales are in. All text is escaped, but the HTML of the two panes, which must be sanitised.
    """
    live = "yes" if around.is_live else "no"
    view = _with_states(view, around.findings)
    return f"""<!DOCTYPE html>
<html lang="{escape(ui_language)}" data-live="{live}">
{_head(view, around)}
<body>
{_header(view, around)}
{_messages(view.problem)}
{_switch(view)}
<main id="panes" data-shows="localised">
{_pane("source", view.source, ui_language)}
{_pane("localised", view.localised, ui_language)}
</main>
{_panel()}
{_keys()}
<script type="application/json" id="page-data">{_data(view, around.findings)}</script>
</body>
</html>
"""


def _with_states(view: PageView, findings: Findings | None) -> PageView:
    """A page whose segments say that they are not published, as far as that is known."""
    if not findings or not findings.not_published:
        return view
    segments = (
        replace(one, state="not-published") if one.index in findings.not_published else one for one in view.segments
    )
    return replace(view, segments=tuple(segments))


def _head(view: PageView, around: Surroundings) -> str:
    assets = around.assets
    policy = "" if around.is_live else f"\n{POLICY_OF_FILES}"
    title = escape(f"{view.title or view.document} · {view.localised.name}")
    scripts = "\n".join(f'<script defer src="{escape(assets)}{name}"></script>' for name in SCRIPTS)
    return f"""<head>
<meta charset="utf-8">{policy}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{escape(assets)}preview.css">
{scripts}
</head>"""


def _header(view: PageView, around: Surroundings) -> str:
    overview = f'<a id="overview" href="{escape(around.overview)}">{_WORDS["overview"]}</a>' if around.overview else ""
    return f"""<header>
<div class="name">
<h1 id="title" dir="auto" lang="{escape(view.source.language)}">{escape(view.title or view.document)}</h1>
<p><code>{escape(view.document)}</code></p>
</div>
<nav aria-label="{_WORDS["pages"]}">
{overview}
{_chooser("document", around.documents, view.document)}
{_chooser("locale", around.locales, view.locale)}
</nav>
<div class="summary">
{_progress(view.segments)}
{_problems(around.findings)}
</div>
<div class="tools">
<label class="search"><span class="visually-hidden">{_WORDS["search"]}</span>
<input type="search" id="search" placeholder="{_WORDS["search"]}" autocomplete="off" spellcheck="false" dir="auto">
</label>
<output id="hits" for="search"></output>
<button type="button" id="keys-button" aria-haspopup="dialog" aria-label="{_WORDS["keys"]}">?</button>
</div>
</header>"""


def _chooser(what: str, choices: Iterable[Choice], chosen: str) -> str:
    """A list of pages; the value of each is its address."""
    options = "\n".join(_option(choice, is_chosen=choice.value == chosen) for choice in choices)
    return f"""<label>{_WORDS[what]}
<select id="{what}-chooser" autocomplete="off">
{options}
</select>
</label>"""


def _option(choice: Choice, *, is_chosen: bool) -> str:
    """A page to choose. Its name is there twice, since the script adds percentages when it gets to know them."""
    name = escape(choice.name)
    shown = name if choice.percent < 0 else f"{name} · {choice.percent} %"
    selected = " selected" if is_chosen else ""
    attributes = f'value="{escape(choice.address)}" data-value="{escape(choice.value)}" data-name="{name}"'
    return f"<option {attributes}{selected}>{shown}</option>"


def _progress(segments: Sequence[SegmentView]) -> str:
    """How many segments are in each state: a bar, and the numbers, which say what the colours mean."""
    counts = Counter(segment.state for segment in segments)
    ends = [sum(counts[state] for state in _STATES[:end]) for end in range(len(_STATES) + 1)]
    bars = "".join(
        f'<rect class="{state}" x="{start}" width="{end - start}" height="1"/>'
        for state, start, end in zip(_STATES, ends, ends[1:], strict=False)
    )
    items = "\n".join(
        f'<li data-state="{state}"><b>{counts[state]}</b> {state.replace("-", " ")}</li>' for state in _STATES
    )
    size = f'viewBox="0 0 {max(ends[-1], 1)} 1" preserveAspectRatio="none"'
    return f"""<svg id="progress" {size} aria-hidden="true">{bars}</svg>
<ul id="legend" aria-label="{_WORDS["progress"]}">
{items}
</ul>"""


def _problems(findings: Findings | None) -> str:
    """What opens the list of problems, which the script fills; without findings they are still being looked for."""
    return f"""<details id="problems">
<summary>{_WORDS["checking"] if findings is None else _numbers(findings)}</summary>
<div class="list"></div>
</details>"""


def _numbers(findings: Findings) -> str:
    """How many problems there are, and how many notes, which ask for nothing."""
    found = [*chain.from_iterable(findings.segments.values()), *findings.others]
    notes = sum(finding.severity == "info" for finding in found)
    problems = _counted(len(found) - notes, "problem") or _WORDS["no_problems"]
    return ", ".join(filter(None, (problems, _counted(notes, "note"))))


def _counted(number: int, what: str) -> str:
    """A number of things in words, empty for none.

    >>> _counted(1, "note"), _counted(2, "problem"), _counted(0, "note")
    ('1 note', '2 problems', '')
    """
    return f"{number} {_WORDS[what if number == 1 else f'{what}s']}" if number else ""


def _messages(problem: str) -> str:
    """Where the page speaks to its reader: of what keeps it from being up to date, and of what was just done."""
    hidden = "" if problem else " hidden"
    return f"""<div class="messages">
<p id="problem" role="alert"{hidden}>{escape(problem)}</p>
<p id="status" role="status" hidden></p>
<p id="announcer" class="visually-hidden" aria-live="polite"></p>
</div>"""


def _switch(view: PageView) -> str:
    """The choice of the side that a narrow screen shows."""
    return f"""<div class="switch" role="group" aria-label="{_WORDS["side"]}">
<button type="button" data-shows="source" aria-pressed="false">{escape(view.source.name)}</button>
<button type="button" data-shows="localised" aria-pressed="true">{escape(view.localised.name)}</button>
</div>"""


def _pane(side: str, pane: Pane, ui_language: str) -> str:
    """One side of the page. Its heading is in the user's language, whatever the language of the pane."""
    attributes = f'lang="{escape(pane.language)}" dir="{escape(pane.direction)}" aria-labelledby="{side}-name"'
    return f"""<section class="pane" id="{side}-pane" {attributes} tabindex="0">
<h2 id="{side}-name" lang="{escape(ui_language)}" dir="auto">{escape(pane.name)} <code>{escape(pane.locale)}</code></h2>
<article class="content">{pane.html}</article>
</section>"""


def _panel() -> str:
    """Where the script shows all that there is to say of one segment."""
    buttons = "\n".join(
        f'<button type="button" id="panel-{what}">{_WORDS[what]}</button>' for what in ("previous", "next", "close")
    )
    return f"""<aside id="panel" role="region" aria-label="{_WORDS["segment"]}" tabindex="-1" hidden>
<div class="head">
<h2 id="panel-name"></h2>
<span class="kind"></span>
<span class="note"></span>
{buttons}
</div>
<div class="sides"></div>
</aside>"""


def _keys() -> str:
    rows = "\n".join(
        f"<div><dt>{' '.join(f'<kbd>{key}</kbd>' for key in keys)}</dt><dd>{meaning}</dd></div>"
        for keys, meaning in _KEYS
    )
    return f"""<dialog id="keys" aria-labelledby="keys-name">
<h2 id="keys-name">{_WORDS["keys"]}</h2>
<dl>
{rows}
</dl>
<button type="button" id="keys-close">{_WORDS["close"]}</button>
</dialog>"""


def _data(view: PageView, findings: Findings | None) -> str:
    r"""What the script reads, as JSON in which nothing can end the element that it stands in.

    The HTML of the panes is left out, since the page has it already.

    >>> pane = Pane("nl", "Dutch", "nl", "ltr", "<p>…</p>")
    >>> _data(PageView("a.md", "</script>", "nl", pane, pane, ()), None)[:64]
    '{"page": {"document": "a.md", "title": "\\u003c/script>", "locale'
    """
    page = json_of(view)
    for side in ("source", "localised"):
        del page[side]["html"]
    data = {"page": page, "findings": json_of(findings) if findings else None}
    return json.dumps(data, ensure_ascii=False).replace("<", r"\u003c")
