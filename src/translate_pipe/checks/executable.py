"""What a site generator would execute, include or load, and the source does not have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from translate_pipe.checks.finding import Finding
from translate_pipe.document import executing
from translate_pipe.document.inlines import inlines, plain_inlines
from translate_pipe.model import SegmentKind, SlotShape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.checks.pair import Pair, Site
    from translate_pipe.model import Message


def executable(pair: Pair) -> Iterator[Finding]:
    """What the site generator executes, includes or loads, and the source does not have."""
    if pair.message.msgid == pair.message.msgstr:
        return
    site = pair.site(pair.message)
    scan = _scan_value if _is_value(pair) else partial(_scan, site, is_markdown=pair.is_markdown)
    found = executing.without(scan(pair.message.msgstr), site.allowed) - scan(pair.message.msgid)
    # What another message of the catalogue no longer has may have been moved here; the document as a whole tells.
    moved = pair.context.given_away(partial(_change, site)) if found and not _is_value(pair) else ()
    for item in found:
        # A brace that nothing closes is written as text in MDX.
        if item not in moved and item.text != "{":
            yield Finding(f"{item.shown} is executed, included or loaded, and is not in the source", (item.text,))


def _is_value(pair: Pair) -> bool:
    """Whether a message is known to be a value of front matter."""
    return not pair.is_markdown and any(
        comment.startswith(SegmentKind.FRONT_MATTER) for comment in pair.message.extracted_comments
    )


def _scan(site: Site, text: str, *, is_markdown: bool = True) -> executing.Items:
    events = inlines(text) if is_markdown else plain_inlines(text)
    return executing.scan(executing.text_of_inlines(text, events), site.dialects)


def _scan_value(text: str) -> executing.Items:
    return executing.scan_slot(text, SlotShape.SCALAR, ())


def _change(site: Site, message: Message) -> executing.Items:
    """What a message has fewer of than its source."""
    if not executing.may_hold(message.msgid.encode(errors="replace"), SlotShape.BLOCK):
        return executing.Items()
    return _scan(site, message.msgid) - _scan(site, message.msgstr)
