"""Messages in which nothing has been found, so that only what depends on other messages is looked for again."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from translate_pipe.model import Message, Syntax


class Settled:
    """The marks of messages in which the checks that look at nothing else have found nothing.

    `known` are those of an earlier check with the same locales, checks, glossary and links; `marks` are filled with
    those of this one.
    """

    def __init__(self, known: Collection[bytes] = ()) -> None:
        self._known = frozenset(known)
        self.marks: list[bytes] = []

    def has(self, mark: bytes) -> bool:
        """Whether nothing was found in the message with this mark; it is kept then."""
        if mark not in self._known:
            return False
        self.marks.append(mark)
        return True


def mark(message: Message, syntax: Syntax) -> bytes:
    """A digest of all of a message that the checks look at, in 8 bytes.

    >>> from translate_pipe.model import Syntax
    >>> from translate_pipe.model import Message
    >>> mark(Message("Huid", "Haut"), Syntax.PLAIN) == mark(Message("Huid", "Haut", line=7), Syntax.PLAIN)
    True
    """
    parts = (message.msgid, message.msgstr, message.msgid_plural, *message.msgstr_plural, str(syntax.value))
    return blake2b("\0".join(parts).encode(errors="surrogatepass"), digest_size=8).digest()
