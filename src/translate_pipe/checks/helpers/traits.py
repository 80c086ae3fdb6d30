"""Traits of a text, found by its characters alone. Most checks concern few texts and skip the others by them.

A text may have a trait without need, but never lacks one: a text without it has nothing of that kind, however it is
parsed. Characters count by their first byte in UTF-8, which is fast to find.
"""

from __future__ import annotations

from enum import IntFlag, auto


class Trait(IntFlag):
    """Something that a text may hold."""

    MARKUP = auto()  # without it a text of Markdown is nothing but text
    CITATION = auto()
    LINK = auto()
    BARE_ADDRESS = auto()  # www. or a mail address, which need no markup
    TAG = auto()
    ENTITY = auto()
    EMPHASIS = auto()
    CODE = auto()
    TOKEN = auto()
    MATH = auto()
    BREAK = auto()
    ESCAPE = auto()
    EMOJI = auto()
    DIGIT = auto()
    QUOTE = auto()
    BRACKET = auto()
    OTHER_SCRIPT = auto()  # another than the Latin one
    UNPRINTABLE = auto()
    REPLACEMENT = auto()
    LOST_BYTE = auto()
    MOJIBAKE_END = auto()  # what the second byte of a letter becomes
    HOMOGLYPH = auto()
    MARK = auto()  # of a citation or token in a text without brackets, braces and tags
    ACTION = auto()  # what a browser may act on
    EXECUTION = auto()  # what a site generator may act on
    LINKS = auto()  # several links
    OPENING = auto()  # what may begin a block, at the beginning
    END = auto()  # other ends than the same stop, or none, after a word
    BLANKS = auto()  # several in a row
    UNTRANSLATED = auto()
    TERM = auto()
    LENGTH = auto()  # an unusual one
    ADDRESS = LINK | BARE_ADDRESS
    MARKUP_CHECKS = CITATION | ADDRESS | TAG | ENTITY | EMPHASIS | CODE | TOKEN | ESCAPE


NO_TRAIT = Trait(0)


def _bytes(*ranges: tuple[int, int]) -> bytes:
    return bytes(byte for first, last in ranges for byte in range(first, last + 1))


# A character reference may be any sign, except where checks look at the raw text.
_FIRST_BYTES = {
    Trait.MARKUP: b"\\`*_{}[]<>&~|!$^\r\t",
    Trait.CITATION: b"[@<{\xc2\xe2",  # ² and ⁴
    Trait.LINK: b"[<&/",
    Trait.BARE_ADDRESS: b".@",
    Trait.TAG: b"<",
    Trait.ENTITY: b"&",
    Trait.EMPHASIS: b"*_~",
    Trait.CODE: b"`&",
    Trait.TOKEN: b"{}$%@+:<&`",
    Trait.MATH: b"$\\",
    Trait.BREAK: b"\n",
    Trait.ESCAPE: b"\\",
    Trait.EMOJI: b"\xe2\xf0",
    Trait.DIGIT: b"0123456789&" + _bytes((0xD9, 0xE1), (0xEA, 0xEA), (0xEF, 0xF0)),
    Trait.QUOTE: b'"&\xc2\xe2\xe3\xef',
    Trait.BRACKET: b"()[]{}&\xe3\xef",
    Trait.OTHER_SCRIPT: b"&" + _bytes((0xCD, 0xE1), (0xE3, 0xED)),
    Trait.UNPRINTABLE: _bytes((0, 0x1F), (0x7F, 0x7F)) + b"\xc2\xcd\xd8\xe1\xe2\xe3\xee\xef\xf3",
    Trait.REPLACEMENT: b"\xef",
    Trait.LOST_BYTE: b"\x82\x83\x84\x85\x90\x91",  # the second of a capital that the first byte of a letter becomes
    Trait.MOJIBAKE_END: b"\xc2\xc5\xc6\xcb\xd0\xd1\xe2",
    Trait.HOMOGLYPH: b"&" + _bytes((0xCD, 0xD6), (0xE1, 0xE2), (0xEA, 0xEA), (0xEF, 0xF0)),
    Trait.ACTION: b"\\<[&/:{}$%@+`",
    Trait.EXECUTION: b"\\<[&/:{}$%@+`",
    Trait.MARK: b"%@+:$\xc2\xe2",  # ² and ⁴
    Trait.LINKS: b"[<&/",
}
_TRAITS = [0] * 256
for _trait, _bytes_of_trait in _FIRST_BYTES.items():
    for _byte in _bytes_of_trait:
        _TRAITS[_byte] |= int(_trait)
_PLAIN = bytes(byte for byte, traits in enumerate(_TRAITS) if not traits)


def traits_of(text: str) -> int:
    """The traits of a text, as the bits of a Trait.

    >>> Trait.EMPHASIS in Trait(traits_of("Slaap *goed*.")), Trait.CITATION in Trait(traits_of("Slaap *goed*."))
    (True, False)
    """
    # Half a surrogate pair, which no file can hold, is no reason to stop.
    found = 0
    for byte in set(text.encode(errors="surrogatepass").translate(None, _PLAIN)):
        found |= _TRAITS[byte]
    return found
