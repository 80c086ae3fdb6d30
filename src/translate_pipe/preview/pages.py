"""The HTML of a page of the preview: a document on the left, its localisation on the right, and what is said of both.

A page works without the server, too: all that its script needs is in it, but what a live page asks for. It has no
inline script and no style attribute, so that a strict content security policy holds for it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.preview.assets import SCRIPTS
from translate_pipe.preview.templates import template
from translate_pipe.preview.view import Findings, PageView, SegmentView, Surroundings, json_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_STATES = ("translated", "not-published", "fuzzy", "untranslated")


def page_html(view: PageView, around: Surroundings, ui_language: str = "en") -> str:
    """A whole HTML page that shows a document beside its localisation.

    `around` says where its parts and the other pages are, and `ui_language` is the tag of the language that the names
    of the locales are in. All text is escaped, but the HTML of the two panes, which must be sanitised.
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
    """A page whose segments say that they are not published, as far as that is known."""
    if not findings or not findings.not_published:
        return view
    segments = (
        replace(one, state="not-published") if one.index in findings.not_published else one for one in view.segments
    )
    return replace(view, segments=tuple(segments))


class _State(NamedTuple):
    """How many segments are in a state, and where its part of the progress bar starts."""

    name: str
    start: int
    segments: int


def _states(segments: Sequence[SegmentView]) -> list[_State]:
    """The states of segments, in the order of the progress bar."""
    counts = Counter(segment.state for segment in segments)
    starts = accumulate((counts[state] for state in _STATES), initial=0)
    return [_State(state, start, counts[state]) for state, start in zip(_STATES, starts, strict=False)]


def _numbers(findings: Findings) -> str:
    """How many problems there are, and how many notes, which ask for nothing."""
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
    r"""What the script reads, as JSON in which nothing can end the element that it stands in.

    The HTML of the panes is left out, since the page has it already.

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
