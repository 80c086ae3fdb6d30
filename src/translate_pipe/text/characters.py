"""Character references such as `&eacute;` and `&#233;`."""

from __future__ import annotations

import html
import re

_LONG = re.compile(r"&#([0-9]{8,})")
_GREATEST = 0x10FFFF
_DIGITS = len(str(_GREATEST))


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
