"""What a check finds in one message, before it is known where the message stands."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One finding: what is wrong, for a translator to read, and the pieces of the msgstr or msgid that it is about."""

    text: str
    words: tuple[str, ...] = ()


def times(count: int) -> str:
    """How often something is, to be put behind it; nothing for once.

    >>> times(2), times(1)
    (' (2 times)', '')
    """
    return f" ({count} times)" if count > 1 else ""
