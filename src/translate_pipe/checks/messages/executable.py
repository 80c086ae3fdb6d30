"""Tokens that a site generator executes, includes or loads and that the source does not have."""

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


@concerns(Trait.EXECUTION, in_context=True)
def executable(pair: Pair) -> Iterator[Finding]:
    """Tokens that the site generator executes, includes or loads and that the source does not have."""
    is_value = not pair.is_markdown and any(
        comment.startswith(SegmentKind.FRONT_MATTER) for comment in pair.message.extracted_comments
    )
    msgid, msgstr = pair.message.msgid, pair.message.msgstr
    if msgid == msgstr or not (is_value or executing.may_have_items(msgstr)):
        return
    site = pair.site(pair.message)
    if not (is_value or executing.may_gain(msgid, msgstr, site.dialects)):
        return
    found = executing.without_allowed(_items(pair.translation, pair, site, is_value=is_value), site.allowed)
    if found:
        found -= _items(pair.source, pair, site, is_value=is_value)
    # What another message of the catalogue no longer has may be here now; the check of the whole document knows it.
    moved = pair.context.given_away(partial(_lost, site)) if found and not is_value else ()
    for item in found:
        # A brace that nothing closes is written as text in MDX.
        if item not in moved and item.text != "{":
            yield Finding(f"{item.shown} is executed, included or loaded, and is not in the source", (item.written,))


def _items(reading: Reading, pair: Pair, site: Site, *, is_value: bool) -> executing.Items:
    """The executed tokens of one text of a message; `is_value` says that it is a value of front matter."""
    if is_value:
        return executing.scan_value(reading.text)
    events = reading.inlines if pair.is_markdown else ()  # in plain text there is no code
    return executing.scan(executing.text_of_inlines(reading.text, events), site.dialects)


def _lost(site: Site, message: Message) -> executing.Items:
    """The executed tokens that a translation has fewer of than its source."""
    if not executing.may_gain(message.msgstr, message.msgid, site.dialects):
        return executing.Items()
    source, translation = (
        executing.scan(executing.text_of_inlines(text, inlines(text)), site.dialects)
        for text in (message.msgid, message.msgstr)
    )
    return source - translation
