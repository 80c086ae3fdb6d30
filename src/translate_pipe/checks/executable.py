"""What a site generator would execute, include or load, and the source does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.checks.finding import Finding
from translate_pipe.document import executing
from translate_pipe.model import SegmentKind, SlotShape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.checks.pair import Pair
    from translate_pipe.model import Message


class Site(NamedTuple):
    """What is known of the site that a message is published on: the dialects of its documents, and what they may have.

    Without dialects these are not known.
    """

    dialects: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


def unknown_site(_message: Message) -> Site:
    """What is known of the site outside of a project."""
    return Site()


def executable(pair: Pair) -> Iterator[Finding]:
    """What the site generator executes, includes or loads, and the source does not have."""
    if pair.message.msgid == pair.message.msgstr:
        return
    found = _added(pair)
    # What another message of the catalogue no longer has may have been moved here; the document as a whole tells.
    moved = pair.context.given_away(pair.site) if found and pair.is_markdown else ()
    for item in found:
        if item not in moved:
            yield Finding(f"{item.shown} is executed, included or loaded, and is not in the source", (item.text,))


def _added(pair: Pair) -> executing.Items:
    site = pair.site(pair.message)
    return executing.without(_scan(pair, is_source=False), site.allowed) - _scan(pair, is_source=True)


def _scan(pair: Pair, *, is_source: bool) -> executing.Items:
    text = pair.message.msgid if is_source else pair.message.msgstr
    if not pair.is_markdown and any(one.startswith(SegmentKind.FRONT_MATTER) for one in pair.message.extracted_comments):
        return executing.scan_slot(text, SlotShape.SCALAR, ())
    reading = pair.source if is_source else pair.translation
    return executing.scan(executing.text_of_inlines(text, reading.inlines), pair.site(pair.message).dialects)
