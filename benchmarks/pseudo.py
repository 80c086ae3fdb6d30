"""Pseudo-translations: the source text with other letters, such that all its markup is still there.

    >>> pseudo("See [the *page*](a.md) and `code` of {{ site }}.")
    'Šéé [ţĥé *þáĝé*](a.md) 丹冂刀 `code` öƒ {{ site }}.'

Half of the words get accents, the others become ideographs, so that a text grows in bytes and has letters next to which
some rules of Markdown go otherwise.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_PROTECTED = re.compile(
    r"\[(?:[^\[\]\\]|\\.)*\]\[\]|"  # references whose text is their label
    r"(`+)(?!`).*?(?<!`)\1(?!`)"  # code
    r"|\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\]\[[^\]]*\]"  # where links lead
    r"|\[\^[^\]\s]+\]|\[[^\[\]]*@[^\[\]]*\]|(?<!\w)-?@[\w{][\w:.#$%&+?<>~/{}-]*"  # footnotes and citations
    r"|\{\{.*?\}\}|\{%.*?%\}|\{[^{}\n]*\}"  # templates, attributes, roles, expressions
    r"|<[^<>\n]*>|&(?:#\w+|\w+);|\\."  # tags, character references, escapes
    r"|(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:)[^\s<>)\]]+|[\w.+-]{1,64}@[\w-]+\.[\w.-]+"  # addresses
    r"|\$\$.*?\$\$|\$[^$\n]+\$|\\\(.*?\\\)"  # formulas
    r"|\+\+[\w+-]+\+\+|(?<![\w:]):[a-z0-9_+-]+:|\[\[.*?\]\]|\[![a-z]+\]",  # keys, emoji, wiki links, alerts
    re.DOTALL | re.IGNORECASE,
)
_LABEL = re.compile(r"\[(?:[^\[\]\\`]|\\.)*\](?![(\[])")
_WORD = re.compile(r"[A-Za-z]+")
_LATIN = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "áƀçđéƒĝĥíĵķļɱñöþɋŕšţúṽŵẋýžÁɃÇĐÉƑĜĤÍĴĶĻṀÑÖÞɊŔŠŢÚṼŴẊÝŽ"
)
_IDEOGRAPHS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "丹乃匚刀巳下呂廾工丁长乚爪冂口尸㔿尺丂丅凵人山乂丫乙")


def pseudo(text: str) -> str:
    """A text with other letters; what is no prose stays."""
    return _outside(_PROTECTED, text, lambda part: _outside(_LABEL, part, _letters))


def accented(text: str) -> str:
    """A text with accents on its vowels, as good as a translation to whatever checks it.

    >>> accented("See [the *page*](a.md) and `code` of {{ site }}.")
    'Séé [thé *págé*](a.md) ánd `code` óf {{ site }}.'
    """
    return _outside(_PROTECTED, text, lambda part: _outside(_LABEL, part, lambda prose: prose.translate(_ACCENTS)))


_ACCENTS = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")

_OPENERS = (
    *(
        "# ",
        "1. ",
        "- ",
        "+ ",
        "> ",
        ": ",
        "    ",
        "---\n",
        "===\n",
        "```\n",
        "~~~\n",
        "```{note}\n",
        "$$\n",
        "| a | b |\n",
    ),
    *(":::\n", "::: note\n", "!!! note\n", '??? tip "x"\n', '=== "x"\n', "/// tip\n", "///\n", "--8<-- ", "[TOC]\n"),
    *("[x]: y\n", "[^x]: y\n", "*[x]: y\n", "[!NOTE]\n", "<div>\n", "</div>\n", "<!-- ", "--> ", "<script>\n", "]]> "),
    *(
        "{{< x >}}\n",
        "{% x %}\n",
        "{: .x }\n",
        "{ ",
        "} ",
        "import x from 'y'\n",
        "export x\n",
        "<X>\n",
        '" ',
        "' ",
        "\\ ",
    ),
)


def hostile(text: str) -> str:
    """A pseudo-translation in front of which, and perhaps behind which, stands what begins or ends a block.

    >>> hostile("Title")
    '+ 丅工丅乚巳+'
    """
    number = zlib.crc32(text.encode())
    opener = _OPENERS[number % len(_OPENERS)]
    # Between two of its marks all would be code or a formula.
    closer = opener.rstrip() if number % 3 and {"`", "$"}.isdisjoint(opener) else ""
    return f"{opener}{pseudo(text)}{closer}"


def _outside(kept: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    pieces: list[str] = []
    position = 0
    for match in kept.finditer(text):
        pieces += (change(text[position : match.start()]), match[0])
        position = match.end()
    return "".join((*pieces, change(text[position:])))


def _letters(text: str) -> str:
    return _WORD.sub(lambda match: _other(match[0]), text)


def _other(word: str) -> str:
    is_ideographic = zlib.crc32(word.encode()) % 2
    return word.lower().translate(_IDEOGRAPHS) if is_ideographic else word.translate(_LATIN)
