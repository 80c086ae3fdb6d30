"""What a check finds in one message, before it is known where the message stands."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One finding: what is wrong, for a translator to read, and the pieces of the msgstr or msgid that it is about."""

    text: str
    words: tuple[str, ...] = ()
