"""Tokens that a site generator executes, includes or loads and that the source does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from translate_pipe.checks.helpers.finding import Finding, concerns
from translate_pipe.checks.helpers.topics import Occurrences
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.markdown.inline import executing
from translate_pipe.markdown.inline.inlines import inlines
from translate_pipe.model import SegmentKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from translate_pipe.checks.helpers.pair import Pair
    from translate_pipe.checks.helpers.texts import Reading
    from translate_pipe.checks.helpers.topics import Site, SiteOf
    from translate_pipe.model import Message


class _Lost(Occurrences):
    """The executed tokens that translations have fewer of than their sources."""

    def learn(self, message: Message, site: SiteOf) -> Iterable[str]:
        """The tokens that the translation of a message lacks."""
        if not executing.may_have_items(message.msgid):
            return ()
        dialects = site(message).dialects
        if not executing.may_gain(message.msgstr, message.msgid, dialects):
            return ()
        source, translation = (
            executing.scan(executing.text_of_inlines(text, inlines(text)), dialects)
            for text in (message.msgid, message.msgstr)
        )
        return [_key(item) for item in source - translation]


_LOST = _Lost("executed tokens")


def _key(item: executing.Executed) -> str:
    return f"{item.kind} {item.text}"


@concerns(Trait.EXECUTION, asks=[_LOST])
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
    for item in found:
        key = _key(item)
        is_moved = not is_value and key in pair.context.ask(_LOST, key)
        # A brace that nothing closes is written as text in MDX.
        if not is_moved and item.text != "{":
            yield Finding(f"{item.shown} is executed, included or loaded, and is not in the source", (item.written,))


def _items(reading: Reading, pair: Pair, site: Site, *, is_value: bool) -> executing.Items:
    """The executed tokens of one text of a message; `is_value` says that it is a value of front matter."""
    if is_value:
        return executing.scan_value(reading.text)
    events = reading.inlines if pair.is_markdown else ()  # in plain text there is no code
    return executing.scan(executing.text_of_inlines(reading.text, events), site.dialects)
