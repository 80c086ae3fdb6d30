"""The HTML of a page: a document on the left, its localisation on the right, and the findings.

A page has the data that its script needs; only a live page asks the server. It has no inline script and no style
attribute, so a strict content security policy holds for it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.preview.assets import SCRIPTS
from translate_pipe.preview.templates import template
from translate_pipe.preview.view import Findings, PageContext, PageView, SegmentView, json_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_STATES = ("translated", "not-published", "fuzzy", "untranslated")


def page_html(view: PageView, around: PageContext, ui_language: str = "en") -> str:
    """A document beside its localisation as an HTML page.

    `ui_language` is the tag of the language in which locales are named. The HTML of the two panes must be sanitised;
    everything else is escaped.
    """
    view = _with_states(view, around.findings)
    return template("page.html").render(
        view=view,
        around=around,
        ui_language=ui_language,
        title=view.title or view.document,
        scripts=SCRIPTS,
        states=_states(view.segments),
        found="Checking …" if around.findings is None else _numbers(around.findings),
        data=_data(view, around.findings),
    )


def _with_states(view: PageView, findings: Findings | None) -> PageView:
    """The page with the state of segments that are not published, as far as the findings are known."""
    if not findings or not findings.not_published:
        return view
    segments = (
        replace(one, state="not-published") if one.index in findings.not_published else one for one in view.segments
    )
    return replace(view, segments=tuple(segments))


class _StateCount(NamedTuple):
    """How many segments are in a state, and where its part of the progress bar starts."""

    name: str
    start: int
    segments: int


def _states(segments: Sequence[SegmentView]) -> list[_StateCount]:
    """The states of segments, in the order of the progress bar."""
    counts = Counter(segment.state for segment in segments)
    starts = accumulate((counts[state] for state in _STATES), initial=0)
    return [_StateCount(state, start, counts[state]) for state, start in zip(_STATES, starts, strict=False)]


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
