"""A message that is cut in a new way: what its parts get from its translation.

A line of block markup was part of a paragraph before it was known as such, as in `::: tip Eet noten. :::`. Now the line
is kept, and what is left of the paragraph are messages of their own. The old translation is cut at the same lines, if
it has each of them as often as the old text, as it was written and in the same order. What is between two of them is
then the translation of what was between them in the old text. Where that was one message it is final, where several it
is fuzzy, since nothing says where the first one ends.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RECUT = "cut at block markup"
"""The rule by which a part of a message is taken out of its translation."""

_LEAD = 3
_LONGEST = 5000  # characters; a formula or table may be long, but no paragraph is longer
# What lines of block markup begin with, and the row of a table that says how its columns are aligned.
_MARKUP = re.compile(
    r"(?:^|(?<=[\s|]))(?:!!!|\?\?\?|===[ +!]|/{3,}|:{3,}|\{[%{:.#!*/]|-+8<|\$\$|\[!|\*\[|\\(?:begin|end|\[|\])"
    r"|</?[A-Z]|(?:im|ex)port |:?-+:?[ ]*\||\([^()\s]+\)=)"
)


class Part(NamedTuple):
    """What a new message gets of an old translation; `is_proven` says that the same text is published as before."""

    msgid: str
    msgstr: str
    is_proven: bool


class Texts:
    """The msgids that parts are looked for among, by how they begin."""

    def __init__(self, msgids: Iterable[str]) -> None:
        self._by_lead: defaultdict[str, list[str]] = defaultdict(list)
        for msgid in msgids:
            self._by_lead[msgid[:_LEAD]].append(msgid)
        for found in self._by_lead.values():
            found.sort(key=len, reverse=True)

    def at(self, text: str, start: int) -> str:
        """The longest msgid that a text has at a place, up to the end of a word; empty if none."""
        for length in range(_LEAD, 0, -1):
            for msgid in self._by_lead.get(text[start : start + length], ()):
                end = start + len(msgid)
                if text.startswith(msgid, start) and (end == len(text) or not text[end - 1 : end + 1].isalnum()):
                    return msgid
        return ""


def parts(old_msgid: str, msgstr: str, texts: Texts) -> list[Part]:
    """What the parts of an old message get of its translation; nothing if it has no block markup or cannot be cut.

    >>> [tuple(part) for part in parts("Eet. ::: tip Noot. :::", "Iss. ::: tip Nuss. :::", Texts(["Eet.", "Noot."]))]
    [('Eet.', 'Iss.', True), ('Noot.', 'Nuss.', True)]
    >>> [tuple(part) for part in parts("::: tip Titel Noot. :::", "::: tip Titel Nuss. :::", Texts(["Titel", "Noot."]))]
    [('Titel', 'Titel Nuss.', False), ('Noot.', 'Titel Nuss.', False)]
    >>> parts("::: tip Noot. :::", "::: Tipp Nuss. :::", Texts(["Noot."]))
    []
    """
    if len(old_msgid) > _LONGEST or not _MARKUP.search(old_msgid):
        return []
    pieces = list(_pieces(old_msgid, texts))
    kept = [text for text, is_text in pieces if not is_text]
    if not any(_MARKUP.search(text) for text in kept) or len(kept) == len(pieces):
        return []
    found: list[Part] = []
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
        found += (Part(msgid, between, is_proven) for msgid in members)
        at = end
    return found if at == len(msgstr) else []


def _pieces(text: str, texts: Texts) -> Iterator[tuple[str, bool]]:
    """The parts of a text that are messages, and what is kept between them; blanks alone are nothing."""
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
