"""The comparison of two outlines: whether translations have left the blocks of a document as they were."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from translate_pipe.model import Opening, Piece, Run, SlotShape, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from translate_pipe.document.splicing import Movement
    from translate_pipe.model import OutlineItem


def is_same_item(was: OutlineItem, now: OutlineItem, moved: Movement, parts: Sequence[int]) -> bool:
    """Whether an item of the localised document is that of the source, at the place to which it has moved.

    `parts` are the bytes, in order, at which the slots begin that are parts of an image or link.
    """
    if isinstance(was, Piece) or isinstance(now, Piece):
        return isinstance(was, Piece) and isinstance(now, Piece) and _is_same_piece(was, now, moved)
    if type(was) is not type(now) or was.tag != now.tag:
        return False
    if isinstance(was, Run) and isinstance(now, Run):
        is_image = bisect_left(parts, was.start) < bisect_left(parts, was.end)
        return moved.range(was) == (now.start, now.end) and (not is_image or _targets(was) == _targets(now))
    if isinstance(was, Verbatim) and isinstance(now, Verbatim):
        return was.detail == now.detail and moved.range(was) == (now.start, now.end)
    if isinstance(was, Opening) and isinstance(now, Opening):
        return was.detail == now.detail
    return True


def _is_same_piece(was: Piece, now: Piece, moved: Movement) -> bool:
    if (was.kind, was.shape, was.detail) != (now.kind, now.shape, now.detail):
        return False
    start, end = moved.range(was)
    # A translation may have quotes of its own around it, or tags around all of it, which are no part of a piece.
    is_html = was.shape in (SlotShape.HTML, SlotShape.ATTRIBUTE)
    return start <= now.start <= now.end <= end if is_html else (start, end) == (now.start, now.end)


def _targets(run: Run) -> list[tuple[str, object]]:
    """The images of a run and the links around them, with where they lead and whether they have a title."""
    targets: list[tuple[str, object]] = []
    depth = 0
    for inline in run.inlines:
        if isinstance(inline.value, dict) and not depth:
            detail = inline.value
            targets.append((inline.kind, (detail["link_type"], detail["dest_url"], bool(detail["title"]))))
        depth += (inline.kind == "Image") - (inline.kind == "EndImage")
    return targets


def runs_over(items: Iterable[OutlineItem], ends: Sequence[int]) -> bool:
    """Whether anything but text, such as a link or a piece of code, goes on from one sentence into the next."""
    inlines = (inline for item in items if ends and isinstance(item, Run) for inline in item.inlines)
    for inline in inlines:
        at = bisect_right(ends, inline.start)
        if inline.kind != "Text" and at < len(ends) and ends[at] < inline.end:
            return True
    return False
