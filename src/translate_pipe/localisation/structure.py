"""Compare two outlines, to see whether translations left the blocks of a document as they were."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from translate_pipe.model import Closing, Opening, Piece, Run, Verbatim
from translate_pipe.segments.shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from translate_pipe.markdown.splicing import Movement
    from translate_pipe.model import OutlineItem


def is_same(was: Sequence[OutlineItem], now: Sequence[OutlineItem], moved: Movement, parts: Sequence[int]) -> bool:
    """Whether a localised document has the items of its source, at the places to which they have moved.

    - `was`, `now`: the outlines of the source and of the localised document.
    - `moved`: where the bytes of the source are in the localised document.
    - `parts`: the offsets, in ascending order, of the slots that are parts of an image or link.
    """
    # `is` is fast, and the closings are the same objects in both outlines.
    return len(was) == len(now) and all(
        one is other or _is_same_item(one, other, moved, parts) for one, other in zip(was, now, strict=True)
    )


def _is_same_item(was: OutlineItem, now: OutlineItem, moved: Movement, parts: Sequence[int]) -> bool:
    if isinstance(was, Opening):
        return isinstance(now, Opening) and was.tag == now.tag and was.detail == now.detail
    if isinstance(was, Closing):
        return isinstance(now, Closing) and was.tag == now.tag
    place = moved.range(was.start, was.end)
    if isinstance(was, Run):
        if not isinstance(now, Run) or was.tag != now.tag or place != (now.start, now.end):
            return False
        has_parts = bool(parts) and bisect_left(parts, was.start) < bisect_left(parts, was.end)
        return not has_parts or _targets(was) == _targets(now)
    if isinstance(was, Verbatim):
        return isinstance(now, Verbatim) and was.tag == now.tag and was.detail == now.detail and place == now[2:]
    return (
        isinstance(now, Piece)
        and (was.kind, was.shape, was.detail) == (now.kind, now.shape, now.detail)
        and (
            place == (now.start, now.end) or (shape_of(was).may_shrink and place[0] <= now.start <= now.end <= place[1])
        )
    )


def _targets(run: Run) -> list[tuple[str, object]]:
    """The images and links of a run that are not inside an image: kind, address, and whether they have a title."""
    targets: list[tuple[str, object]] = []
    depth = 0
    for inline in run.inlines:
        if isinstance(inline.value, dict) and not depth:
            detail = inline.value
            targets.append((inline.kind, (detail["link_type"], detail["dest_url"], bool(detail["title"]))))
        depth += (inline.kind == "Image") - (inline.kind == "EndImage")
    return targets


def runs_over(items: Iterable[OutlineItem], ends: Sequence[int]) -> bool:
    """Whether a link, code span or the like goes on from one sentence into the next; `ends` are sorted offsets."""
    inlines = (inline for item in items if ends and isinstance(item, Run) for inline in item.inlines)
    for inline in inlines:
        at = bisect_right(ends, inline.start)
        if inline.kind != "Text" and at < len(ends) and ends[at] < inline.end:
            return True
    return False
