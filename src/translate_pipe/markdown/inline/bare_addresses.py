"""Addresses that are written out in a text, which site generators turn into links."""

from __future__ import annotations

import re
from typing import NamedTuple

from translate_pipe.addresses import has_registrable_host
from translate_pipe.text.expression import Expression


class Bare(NamedTuple):
    """An address in a text: where it begins, how it is written, and where a link made of it leads."""

    start: int
    text: str
    target: str


# GitHub Flavored Markdown 0.29, section 6.9: `http://` and the like, `www.`, and mail addresses. Other renderers also
# make links after letters of other scripts, so these count. People who write without blanks put the full stop or the
# bracket of their script right after an address, which ends there.
_CHARACTER = r"[^\s<>\"'`|（）「」『』【】、。，；\ufffc]"
_BARE = Expression(
    rf"(?<![A-Za-z0-9])(?:(?:https?|ftp)://{_CHARACTER}+|(?<![@/.:_-])www\.{_CHARACTER}+)"
    r"|(?<![A-Za-z0-9._+-])(?:(?:mailto|xmpp):)?(?P<mail>[A-Za-z0-9._+-]++@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+"
    r"(?<=[A-Za-z]))(?![A-Za-z0-9_@-])",
    re.IGNORECASE,
)
_TAIL = ".,;:!?*_~]}\u200b"
_ONLY_HOST = Expression(r"(?:[A-Za-z]+://|www\.)[^/?#]*", re.IGNORECASE)
# In a host, browsers read an ideographic full stop as a full stop.
_GOES_ON = Expression(r"。[A-Za-z0-9-]+(?:[.。．｡][A-Za-z0-9-]+)*(?:[:/?#][^\s<>]*)?")


def bare_addresses(text: str) -> list[Bare]:
    """The addresses that are written out in a text, without the punctuation after them.

    >>> [one.target for one in bare_addresses("Zie www.a.nl/b_(c)), https://a.nl. Mail b@a.nl.")]
    ['http://www.a.nl/b_(c)', 'https://a.nl', 'mailto:b@a.nl']
    """
    # Few texts have any. This is quicker than the expression.
    if not ("://" in text or "@" in text or "ww." in text or "WW." in text or "Ww." in text or "wW." in text):
        return []
    addresses: list[Bare] = []
    for found in _BARE.finditer(text):
        whole = found.group()
        if found["mail"]:
            has_scheme = whole[:7].lower().startswith(("mailto:", "xmpp:"))
            addresses.append(Bare(found.start(), whole, whole if has_scheme else f"mailto:{whole}"))
            continue
        written = whole.rstrip(_TAIL)
        while written.endswith(")") and written.count(")") > written.count("("):  # one that the address does not open
            written = written[:-1].rstrip(_TAIL)
        if _ONLY_HOST.fullmatch(whole) and (more := _GOES_ON.match(text, found.end())):
            longer = whole + more.group()
            written = longer if has_registrable_host(_as_link(longer)) else written
        if "." in written or "://" in written:
            addresses.append(Bare(found.start(), written, _as_link(written)))
    return addresses


def _as_link(written: str) -> str:
    return written if "://" in written[:9] else f"http://{written}"
