"""What a site generator would execute, include or load, and the source does not have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.markdown.inline import executing
from translate_pipe.markdown.inline.inlines import inlines
from translate_pipe.model import SegmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.checks.helpers.pair import Pair, Site
    from translate_pipe.checks.helpers.texts import Reading
    from translate_pipe.model import Message


@concerns(Trait.MAY_ACT | Trait.ESCAPE, in_context=True)
def executable(pair: Pair) -> Iterator[Finding]:
    """What the site generator executes, includes or loads, and the source does not have."""
    is_value = _is_value(pair)
    msgid, msgstr = pair.message.msgid, pair.message.msgstr
    if msgid == msgstr or not (is_value or executing.may_gain(msgid, msgstr)):
        return
    site = pair.site(pair.message)
    items = _of_value if is_value else partial(_items, site, is_markdown=pair.is_markdown)
    found = executing.without_allowed(items(pair.translation), site.allowed)
    if found:
        found -= items(pair.source)
    # What another message of the catalogue no longer has may have been moved here; the document as a whole tells.
    moved = pair.context.given_away(partial(_change, site)) if found and not is_value else ()
    for item in found:
        # A brace that nothing closes is written as text in MDX.
        if item not in moved and item.text != "{":
            yield Finding(f"{item.shown} is executed, included or loaded, and is not in the source", (item.written,))


def _is_value(pair: Pair) -> bool:
    """Whether a message is known to be a value of front matter."""
    return not pair.is_markdown and any(
        comment.startswith(SegmentKind.FRONT_MATTER) for comment in pair.message.extracted_comments
    )


def _of_value(reading: Reading) -> executing.Items:
    return executing.scan_value(reading.text)


def _items(site: Site, reading: Reading, *, is_markdown: bool) -> executing.Items:
    events = reading.inlines if is_markdown else ()  # in plain text there is no code
    return executing.scan(executing.text_of_inlines(reading.text, events), site.dialects)


def _scan(site: Site, text: str) -> executing.Items:
    return executing.scan(executing.text_of_inlines(text, inlines(text)), site.dialects)


def _change(site: Site, message: Message) -> executing.Items:
    """What a message has fewer of than its source."""
    if not executing.may_gain(message.msgstr, message.msgid):
        return executing.Items()
    return _scan(site, message.msgid) - _scan(site, message.msgstr)
