"""What a `#fragment` can reach in a document: headings by their slugs, explicit ids, HTML ids and footnotes.

Which slug a heading gets depends on the renderer. Those of GitHub, of mdBook and of Python-Markdown (MkDocs), with and
without letters beyond ASCII, are all accepted, so a fragment that is missed is missed everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_ATTRIBUTES = re.compile(r"\{:?[^{}\n]*#([^\s{}#]+)[^{}\n]*\}")
_HTML_ID = re.compile(r"""\b(?:id|name)\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s"'>]+))""", re.IGNORECASE)
_FOOTNOTE = re.compile(r"(?:user-content-)?fn(?:ref)?\d*[:_-]?.")
_OF_THE_BROWSER = re.compile(r"(?:top)?$|:~:", re.IGNORECASE)


class Targets(NamedTuple):
    """What can be reached in one document."""

    ids: frozenset[str] = frozenset()
    has_footnotes: bool = False

    def has(self, fragment: str) -> bool:
        """Whether a fragment, as a link writes it, leads anywhere; the top of the page is everywhere."""
        name = unquote(fragment)
        if name in self.ids or _OF_THE_BROWSER.match(name):
            return True
        return self.has_footnotes and _FOOTNOTE.match(name) is not None


def explicit_ids(text: str) -> Iterator[str]:
    """The ids that an author has given in attribute lists or HTML tags.

    >>> list(explicit_ids('{: #kop .groot} <a name="bron"></a>'))
    ['kop', 'bron']
    """
    for found in _ATTRIBUTES.finditer(text):
        yield found[1]
    for found in _HTML_ID.finditer(text):
        yield found[1] or found[2] or found[3]


def slugs(headings: Iterable[str]) -> frozenset[str]:
    """The slugs of a document's headings, given as plain text in their order; a repeated one gets a number.

    >>> sorted(slugs(["Wat is één & twee?"]))
    ['wat-is-een-twee', 'wat-is-één--twee', 'wat-is-één-twee']
    """
    found: set[str] = set()
    texts = list(headings)
    for rule, separator in _RULES:
        found |= set(_numbered(map(rule, texts), separator))
    return frozenset(found)


def _numbered(names: Iterable[str], separator: str) -> Iterator[str]:
    """The names, each made unique as renderers do it: the second `kop` becomes `kop-1`."""
    seen: Counter[str] = Counter()
    for name in names:
        yield f"{name}{separator}{seen[name]}" if seen[name] else name
        seen[name] += 1


def github_slug(heading: str) -> str:
    """The slug that GitHub gives to a heading.

    >>> github_slug("Wat is één & twee?")
    'wat-is-één--twee'
    """
    kept = (character for character in heading.strip().lower() if _is_of_word(character) or character in "- ")
    return "".join(kept).replace(" ", "-")


def _mdbook(heading: str) -> str:
    kept = (character for character in heading.strip() if character.isalnum() or character in "_- ")
    return re.sub("[A-Z]", lambda found: found.group().lower(), "".join(kept)).replace(" ", "-")


def _python_markdown(heading: str) -> str:
    return _joined(unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode())


def _python_markdown_unicode(heading: str) -> str:
    return _joined(unicodedata.normalize("NFKC", heading))


def _joined(text: str) -> str:
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", text).strip().lower())


def _is_of_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" or character == "_"


_RULES: tuple[tuple[Callable[[str], str], str], ...] = (
    (github_slug, "-"),
    (_mdbook, "-"),
    (_python_markdown, "_"),
    (_python_markdown_unicode, "_"),
)
