"""The fragments of headings: slugs that renderers make of their texts, and ids that authors give.

Each renderer has a rule of its own for the slug of a heading, and one for headings that have the same. `RULES` has
those that anchors can be pinned by; `is_slug_of_any_renderer` is lenient, for those who only ask where a link may lead.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.model import Closing, Opening, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from translate_pipe.model import OutlineItem

_ATTRIBUTE_ID = re.compile(r"\{(?=[^{}\n]*+\}):?[^{}\n]*#([^\s{}#]++)[^{}\n]*+\}")
_HTML_ID = re.compile(r"""\b(?:id|name)\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s"'>]+))""", re.IGNORECASE)
_NUMBERED = re.compile(r"(.*)_([0-9]{1,18})", re.DOTALL)


def explicit_ids(text: str) -> Iterator[str]:
    """The ids that an author gives in attribute lists or HTML tags.

    >>> list(explicit_ids('{: #kop .groot} <a name="bron"></a>'))
    ['kop', 'bron']
    """
    for found in _ATTRIBUTE_ID.finditer(text):
        yield found[1]
    yield from html_ids(text)


def html_ids(text: str) -> Iterator[str]:
    """The ids and names that an author gives in HTML tags."""
    for found in _HTML_ID.finditer(text):
        yield found[1] or found[2] or found[3]


# Headings


class Heading(NamedTuple):
    """A heading: its block, its run (None if it is empty), and its id from an attribute list, which may be empty."""

    opening: Opening
    run: Run | None
    id: str


def headings(data: bytes, outline: Iterable[OutlineItem]) -> list[Heading]:
    r"""The headings of a document, in their order; `data` is its text.

    >>> from translate_pipe.segments import parse
    >>> document = parse("# Slaap {#s}\n\n> Dromen\n> ---\n")
    >>> [heading.id for heading in headings(document.data, document.outline)]
    ['s', '']
    """
    found: list[Heading] = []
    opening: Opening | None = None
    run: Run | None = None
    for item in outline:
        if isinstance(item, Opening) and item.tag == "Heading":
            opening, run = item, None
        elif isinstance(item, Run) and item.tag == "Heading":
            run = item
        elif isinstance(item, Closing) and item.tag == "Heading" and opening:
            given = opening.detail[1] if isinstance(opening.detail, tuple) else None
            if run and not given:
                # Before a closing sequence the parser takes an attribute list for text; Python-Markdown does not.
                attributes = _ATTRIBUTE_ID.search(data[run.start : run.end].decode())
                given = attributes[1] if attributes else None
            found.append(Heading(opening, run, str(given or "")))
    return found


def _text_without_images(_data: bytes, run: Run) -> str:
    """The text of a heading as readers see it, without alt texts."""
    text = ""
    images = 0
    for event in run.inlines:
        images += (event.kind == "Image") - (event.kind == "EndImage")
        if event.kind in {"Text", "Code"} and not images:
            text += str(event.value)
        elif event.kind in {"SoftBreak", "HardBreak"}:
            text += "\n"
    return text


def _last_line_as_written(data: bytes, run: Run) -> str:
    """The last line of a heading as written, with character references and alt texts."""
    text = ""
    for event in run.inlines:
        if event.kind == "Text":
            text += data[event.start : event.end].decode()
        elif event.kind == "Code":
            text += str(event.value)
        elif event.kind in {"SoftBreak", "HardBreak"}:
            text = ""
    return text


# Slugs


def github_slug(heading: str) -> str:
    """The slug that GitHub and Docusaurus give to a heading's text.

    >>> github_slug("Wat is één & twee?"), github_slug("H₂O :tada:")
    ('wat-is-één--twee', 'ho-tada')
    """
    kept: list[str] = []
    for character in heading.strip().lower():
        category = unicodedata.category(character)
        # The characters of Ruby's `\p{Word}`: letters, marks, decimal digits and joiners such as `_`.
        is_of_word = category[0] in "LM" or category in {"Nd", "Nl", "Pc"} or "Ⓐ" <= character <= "ⓩ"
        if is_of_word or character in "- ":
            kept.append(character)
    return "".join(kept).replace(" ", "-")


def hugo_slug(heading: str) -> str:
    """The slug that Hugo gives to a heading's text, with its setting `github`.

    >>> hugo_slug("Wat is één & twee?"), hugo_slug("!")
    ('wat-is-één--twee', 'heading')
    """
    if not heading:
        return ""
    kept = (
        "-" if character in "- \t" else character.lower()
        for character in heading
        if character in "_- \t" or unicodedata.category(character) in {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"}
    )
    return "".join(kept) or "heading"


def markdown_slug(heading: str, *, is_unicode: bool = False) -> str:
    """The slug that Python-Markdown's extension toc gives to a heading's text.

    `is_unicode` is its setting to keep letters of all scripts.

    >>> markdown_slug("Wat is één & twee?"), markdown_slug("Wat is één & twee?", is_unicode=True)
    ('wat-is-een-twee', 'wat-is-één-twee')
    """
    if is_unicode:
        text = unicodedata.normalize("NFKC", heading)
    else:
        text = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", text).strip().lower())


def _mdbook_slug(heading: str) -> str:
    kept = (character for character in heading.strip() if character.isalnum() or character in "_- ")
    return re.sub("[A-Z]", lambda found: found.group().lower(), "".join(kept)).replace(" ", "-")


def _pandoc_slug(heading: str) -> str:
    """That of Pandoc, and of Markdig in DocFX: from the first letter on, with full stops."""
    kept = "".join(character for character in heading.lower() if character.isalnum() or character in "_-. \n")
    return "-".join(_BEFORE_LETTER.sub("", kept).split()) or "section"


def _kramdown_slug(heading: str) -> str:
    """That of kramdown: from the first letter on, in ASCII."""
    kept = _NOT_ASCII_WORD.sub("", _BEFORE_ASCII_LETTER.sub("", heading))
    return kept.replace(" ", "-").lower() or "section"


def _dashed_slug(heading: str) -> str:
    """That of VitePress: each row of marks is a dash."""
    text = unicodedata.normalize("NFKD", heading)
    name = _MARKS.sub("-", "".join(one for one in text if not unicodedata.combining(one))).strip("-").lower()
    return f"_{name}" if name[:1].isdigit() else name


def _docutils_slug(heading: str) -> str:
    """That of Sphinx: each row of what is no letter or digit of ASCII is a dash."""
    text = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return _NOT_ASCII_LETTERS.sub("-", text.lower()).strip("-").lstrip("0123456789-")


_BEFORE_LETTER = re.compile(r"\A[\W\d_]+")
_BEFORE_ASCII_LETTER = re.compile(r"\A[^A-Za-z]+")
_NOT_ASCII_WORD = re.compile(r"[^A-Za-z0-9 -]+")
_NOT_ASCII_LETTERS = re.compile(r"[^a-z0-9]+")
_MARKS = re.compile(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'“”‘’<>,.?/]+")


# Numbers of headings that have the same slug


class _Named(NamedTuple):
    """The slug of a heading's text, and its id from an attribute list, which may be empty."""

    slug: str
    id: str


def _github_ids(headings: Sequence[_Named]) -> Iterator[str]:
    """`kop`, `kop-1`, `kop-2`; a heading with an id does not count."""
    seen: Counter[str] = Counter()
    used: set[str] = set()
    for heading in headings:
        if heading.id:
            yield heading.id
            continue
        name = heading.slug
        while name in used:
            seen[heading.slug] += 1
            name = f"{heading.slug}-{seen[heading.slug]}"
        used.add(name)
        yield name


def _hugo_ids(headings: Sequence[_Named]) -> Iterator[str]:
    """`kop`, `kop-1`, `kop-2`. A given id counts from its heading on."""
    seen: Counter[str] = Counter()
    used: set[str] = set()
    for heading in headings:
        name = heading.id or heading.slug
        while name in used and name and not heading.id:
            seen[heading.slug] += 1
            name = f"{heading.slug}-{seen[heading.slug]}"
        used.add(name)
        yield name


def _markdown_ids(headings: Sequence[_Named]) -> Iterator[str]:
    """`kop`, `kop_1`, `kop_2`, where `kop_1` itself goes on with `kop_2`. All given ids count."""
    names = _UniqueNames({heading.id for heading in headings if heading.id})
    for heading in headings:
        yield heading.id or names.unique(heading.slug)


class _UniqueNames:
    """Makes names unique with `_1`, `_2`. Caches how far each row of numbers is used, so that it is linear."""

    def __init__(self, used: set[str]) -> None:
        self._used = used
        self._next: dict[tuple[str, int], int] = {}

    def unique(self, name: str) -> str:
        """The name, or, if it is used or empty, the first free one of its row."""
        if not name or name in self._used:
            numbered = _NUMBERED.fullmatch(name)
            base, number = (numbered[1], int(numbered[2]) + 1) if numbered else (name, 1)
            passed: list[int] = []
            while f"{base}_{number}" in self._used:
                passed.append(number)
                number = self._next.get((base, number), number + 1)
            self._next.update(((base, one), number) for one in passed)
            name = f"{base}_{number}"
        self._used.add(name)
        return name


# Rules


@dataclass(frozen=True, slots=True)
class SlugRule:
    """How a renderer makes the ids of headings: from which text, with which slug, with which numbers."""

    text: Callable[[bytes, Run], str]
    slug: Callable[[str], str]
    number: Callable[[Sequence[_Named]], Iterator[str]]

    def ids(self, data: bytes, headings: Iterable[Heading]) -> list[str]:
        r"""The id of each heading of a document, empty for one that has none; `data` is its text.

        >>> from translate_pipe.segments import parse
        >>> document = parse("# Slaap\n\n# Wat *u* ziet\n\n# Slaap\n")
        >>> RULES["github"].ids(document.data, headings(document.data, document.outline))
        ['slaap', 'wat-u-ziet', 'slaap-1']
        """
        texts = ((self.text(data, heading.run) if heading.run else "", heading.id) for heading in headings)
        return list(self.number([_Named(self.slug(text), given) for text, given in texts]))


RULES = {
    "github": SlugRule(_text_without_images, github_slug, _github_ids),
    "markdown": SlugRule(_text_without_images, markdown_slug, _markdown_ids),
    "hugo": SlugRule(_last_line_as_written, hugo_slug, _hugo_ids),
}
"""The rules for pinned anchors, by their names in the configuration."""

_ANY: tuple[tuple[Callable[[str], str], Callable[[Sequence[_Named]], Iterator[str]]], ...] = (
    (github_slug, _github_ids),
    (_mdbook_slug, _github_ids),
    (hugo_slug, _hugo_ids),
    (markdown_slug, _markdown_ids),
    (partial(markdown_slug, is_unicode=True), _markdown_ids),
    (_pandoc_slug, _github_ids),
    (_kramdown_slug, _github_ids),
    (_dashed_slug, _github_ids),
    (_docutils_slug, _github_ids),
)


def is_slug_of_any_renderer(name: str, headings: tuple[str, ...]) -> bool:
    """Whether any renderer gives a slug to one of a document's headings, given as plain text in their order.

    >>> names = ("wat-is-een-twee", "wat-is-één--twee", "wat-is-één-twee", "wat-is-een--twee")
    >>> [is_slug_of_any_renderer(name, ("Wat is één & twee?",)) for name in names]
    [True, True, True, False]
    """
    return any(name in _slugs_of(at, headings) for at in range(len(_ANY)))


@lru_cache(maxsize=1024)
def _slugs_of(at: int, headings: tuple[str, ...]) -> frozenset[str]:
    slug, number = _ANY[at]
    return frozenset(number([_Named(slug(text), "") for text in headings]))
