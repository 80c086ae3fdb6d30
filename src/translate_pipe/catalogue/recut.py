"""Cut the translation of a paragraph at block markup that used to be part of it.

With another dialect, a line of block markup is part of a paragraph, as in `::: tip Eet noten. :::`. When the project
gets the right dialect, the line moves to the skeleton and the rest of the paragraph becomes messages of their own. The
old translation is cut at the same lines, if it has each of them as often as the old text, unchanged and in the same
order. The text between two lines is then the translation of what was between them in the old text. If that was one
message, the translation is final; if it was several, it is fuzzy, because nothing says where the first one ends.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RECUT = "cut at block markup"
"""The rule of translations that are cut out of an older one."""

_LEAD = 3  # characters that msgids are looked up by
_MAX_LENGTH = 5000  # characters; a longer msgid is a formula or a table, not a paragraph
# How lines of block markup begin, and the row of a table that aligns its columns.
_MARKUP = re.compile(
    r"(?:^|(?<=[\s|]))(?:!!!|\?\?\?|===[ +!]|/{3,}|:{3,}|\{[%{:.#!*/]|-+8<|\$\$|\[!|\*\[|\\(?:begin|end|\[|\])"
    r"|</?[A-Z]|(?:im|ex)port |:?-+:?[ ]*\||\([^()\s]+\)=)"
)


class RecutPart(NamedTuple):
    """A new message and its part of an old translation; `is_proven` says that readers see the same text as before."""

    msgid: str
    msgstr: str
    is_proven: bool


class Texts:
    """The msgids that a part may have, by their first characters."""

    def __init__(self, msgids: Iterable[str]) -> None:
        self._by_lead: defaultdict[str, list[str]] = defaultdict(list)
        for msgid in msgids:
            self._by_lead[msgid[:_LEAD]].append(msgid)
        for found in self._by_lead.values():
            found.sort(key=len, reverse=True)

    def at(self, text: str, start: int) -> str:
        """The longest msgid at an offset of a text that does not end inside a word; empty if there is none."""
        for length in range(_LEAD, 0, -1):
            for msgid in self._by_lead.get(text[start : start + length], ()):
                end = start + len(msgid)
                if text.startswith(msgid, start) and (end == len(text) or not text[end - 1 : end + 1].isalnum()):
                    return msgid
        return ""


def may_be_cut(msgid: str) -> bool:
    """Whether there may be block markup in an old text."""
    return len(msgid) <= _MAX_LENGTH and _MARKUP.search(msgid) is not None


def recut(old_msgid: str, msgstr: str, texts: Texts) -> list[RecutPart]:
    """The parts of an old message with their translations; empty if it has no block markup or cannot be cut.

    >>> [tuple(part) for part in recut("Eet. ::: tip Noot. :::", "Iss. ::: tip Nuss. :::", Texts(["Eet.", "Noot."]))]
    [('Eet.', 'Iss.', True), ('Noot.', 'Nuss.', True)]
    >>> [tuple(part) for part in recut("::: tip Titel Noot. :::", "::: tip Titel Nuss. :::", Texts(["Titel", "Noot."]))]
    [('Titel', 'Titel Nuss.', False), ('Noot.', 'Titel Nuss.', False)]
    >>> recut("::: tip Noot. :::", "::: Tipp Nuss. :::", Texts(["Noot."]))
    []
    """
    if not may_be_cut(old_msgid):
        return []
    pieces = list(_pieces(old_msgid, texts))
    kept = [text for text, is_text in pieces if not is_text]
    if not any(_MARKUP.search(text) for text in kept) or len(kept) == len(pieces):
        return []
    found: list[RecutPart] = []
    at = 0
    groups = [(key, [text for text, _ in group]) for key, group in groupby(pieces, key=lambda piece: piece[1])]
    for number, (is_text, members) in enumerate(groups):
        if not is_text:
            text = members[0]
            if not msgstr.startswith(text, at) or old_msgid.count(text) != msgstr.count(text):
                return []
            at += len(text)
            continue
        end = msgstr.find(groups[number + 1][1][0], at) if number + 1 < len(groups) else len(msgstr)
        between = msgstr[at : max(end, at)].strip()
        if not between:
            return []
        is_proven = len(members) == 1 and not _MARKUP.search(between)
        found += (RecutPart(msgid, between, is_proven) for msgid in members)
        at = end
    return found if at == len(msgstr) else []


def _pieces(text: str, texts: Texts) -> Iterator[tuple[str, bool]]:
    """The pieces of a text, without blank ones, each with whether it is a message or is kept."""
    start = at = 0
    while at < len(text):
        msgid = texts.at(text, at) if not text[at].isspace() and not text[max(at - 1, 0) : at].isalnum() else ""
        if not msgid:
            at += 1
            continue
        if text[start:at].strip():
            yield text[start:at], False
        yield msgid, True
        start = at = at + len(msgid)
    if text[start:].strip():
        yield text[start:], False
