"""The HTML of a page: a document on the left, its localisation on the right, and the findings.

A page has the data that its script needs; only a live page asks the server. It has no inline script and no style
attribute, so a strict content security policy holds for it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import accumulate, chain
from typing import NamedTuple

from translate_pipe.preview.assets import SCRIPTS
from translate_pipe.preview.templates import template
from translate_pipe.preview.view import Findings, PageContext, PageView, json_of

_STATES = ("translated", "not-published", "fuzzy", "untranslated")
"""In the order of the progress bar."""


class _StateCount(NamedTuple):
    """How many segments are in a state, and where its part of the progress bar starts."""

    name: str
    start: int
    segments: int


def page_html(view: PageView, around: PageContext, ui_language: str = "en") -> str:
    """A document beside its localisation as an HTML page.

    `ui_language` is the tag of the language in which locales are named. The HTML of the two panes must be sanitised;
    everything else is escaped.
    """
    not_published = around.findings.not_published if around.findings else {}
    segments = [replace(one, state="not-published") if one.index in not_published else one for one in view.segments]
    view = replace(view, segments=tuple(segments))
    counts = Counter(segment.state for segment in segments)
    starts = accumulate((counts[state] for state in _STATES), initial=0)
    return template("page.html").render(
        view=view,
        around=around,
        ui_language=ui_language,
        title=view.title or view.document,
        scripts=SCRIPTS,
        states=[_StateCount(state, start, counts[state]) for state, start in zip(_STATES, starts, strict=False)],
        found="Checking …" if around.findings is None else _numbers(around.findings),
        data=_data(view, around.findings),
    )


def _numbers(findings: Findings) -> str:
    """The number of problems, and of notes, which need no work."""
    found = [*chain.from_iterable(findings.segments.values()), *findings.others]
    notes = sum(finding.severity == "info" for finding in found)
    problems = _counted(len(found) - notes, "problem") or "No problems"
    return ", ".join(filter(None, (problems, _counted(notes, "note"))))


def _counted(number: int, what: str) -> str:
    """A number of things in words, empty for none.

    >>> _counted(1, "note"), _counted(2, "problem"), _counted(0, "note")
    ('1 note', '2 problems', '')
    """
    return f"{number} {what if number == 1 else f'{what}s'}" if number else ""


def _data(view: PageView, findings: Findings | None) -> str:
    r"""The data for the script, as JSON that cannot end the element around it.

    It lacks the HTML of the panes, because the page has that already.

    >>> from translate_pipe.preview.view import Pane
    >>> pane = Pane("nl", "Dutch", "nl", "ltr", "<p>…</p>")
    >>> _data(PageView("a.md", "</script>", "nl", pane, pane, ()), None)[:64]
    '{"page": {"document": "a.md", "title": "\\u003c/script>", "locale'
    """
    page = json_of(view)
    for side in ("source", "localised"):
        del page[side]["html"]
    data = {"page": page, "findings": json_of(findings) if findings else None}
    return json.dumps(data, ensure_ascii=False).replace("<", r"\u003c")
