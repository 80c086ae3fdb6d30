"""Which characters make words, addresses and controls, and character references such as `&eacute;` and `&#233;`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from translate_pipe.late import LateModule

if TYPE_CHECKING:
    import html
else:  # few texts have references, and every run needs the rest
    html = LateModule("html")

# The local part of an address has 64 octets at most (RFC 5321, 4.5.3.1.1), which keeps the search linear.
ADDRESS = r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]+\.\S+"
"""A pattern for bare addresses of the web and of mail, which are no words."""

UNSPACED = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}"
"""A pattern for two letters of a script that has no blanks between words, or words of two letters."""

CONTROLS = r"[\x00-\x1f\x7f\x85\u2028\u2029]+"
"""A pattern for control characters and line ends of every kind, which a translation in code cannot have."""

_LONG = re.compile(r"&#([0-9]{8,})")
_GREATEST = 0x10FFFF
_DIGITS = len(str(_GREATEST))


def has_letters_or_digits(text: str) -> bool:
    """Whether there is anything in a text that a word or a number is made of.

    >>> has_letters_or_digits("3,5 %"), has_letters_or_digits("-- (…)")
    (True, False)
    """
    return any(map(str.isalnum, text))


def unescape(text: str) -> str:
    """A text with the characters that are meant, as `html.unescape` has it, whatever number a reference names.

    >>> unescape("caf&eacute; &#233;"), unescape(f"&#{'9' * 5000};")
    ('café é', '�')
    """
    return html.unescape(with_short_references(text))


def with_short_references(text: str) -> str:
    """A text without numbers of thousands of digits in references, which Python refuses to read.

    A number that is too great for a character is still too great, and still means U+FFFD (HTML standard, section
    13.2.5.80).

    >>> with_short_references(f"&#{'0' * 5000}65;"), with_short_references(f"&#{'9' * 5000};")
    ('&#65;', '&#1114112;')
    """

    def short(reference: re.Match[str]) -> str:
        digits = reference[1].lstrip("0") or "0"
        return f"&#{digits}" if len(digits) <= _DIGITS else f"&#{_GREATEST + 1}"

    return _LONG.sub(short, text) if "&#" in text else text
