"""What counts as words for a reader, in prose and in code."""

from __future__ import annotations

# The local part of an address has 64 octets at most (RFC 5321, 4.5.3.1.1), which keeps the search linear.
ADDRESS = r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]+\.\S+"
"""A pattern for bare addresses of the web and of mail, which are no words."""

UNSPACED = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}"
"""A pattern for two letters of a script that has no blanks between words, or words of two letters."""

CONTROLS = r"[\x00-\x1f\x7f\x85\u2028\u2029]+"
"""A pattern for control characters and line ends of every kind, which a translation in code cannot have."""


def has_letters_or_digits(text: str) -> bool:
    """Whether there is anything in a text that a word or a number is made of.

    >>> has_letters_or_digits("3,5 %"), has_letters_or_digits("-- (…)")
    (True, False)
    """
    return any(map(str.isalnum, text))
