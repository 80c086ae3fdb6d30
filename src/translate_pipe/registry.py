"""The names that users choose from, each list once. Imports nothing of the package, so that everything may read it."""

from __future__ import annotations

TYPE_CHECKING = False  # `typing.TYPE_CHECKING`, without the time that importing it takes

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIGURATION_FILE = "translate-pipe.toml"
PYPROJECT_FILE = "pyproject.toml"
"""The files that may hold the configuration of a project."""

DIALECTS = ("commonmark", "gfm", "mkdocs", "myst", "hugo", "docusaurus", "pandoc", "jekyll")
"""The flavours of Markdown, in the order of the documentation."""

CODE = ("none", "comments", "strings", "all")
"""Which parts of code blocks may be segments."""

SEGMENTATIONS = ("block", "sentence")
"""How long a segment is."""

REFERENCES = ("line", "file", "none")
"""How exactly a message names its places in the source."""

MARKDOWN_EXTENSIONS = (
    "tables",
    "footnotes",
    "attr_list",
    "def_list",
    "fenced_code",
    "abbr",
    "admonition",
    "md_in_html",
    "sane_lists",
    "toc",
)
"""The extensions of Python-Markdown that render documents, unless the configuration names others."""


def closest(name: str, known: Sequence[str]) -> str:
    """The known name that is most like an unknown one; empty if none is like it.

    >>> closest("mkdoc", DIALECTS), closest("word", DIALECTS)
    ('mkdocs', '')
    """
    from difflib import get_close_matches  # only an error needs it

    return next(iter(get_close_matches(name, known, n=1)), "")


def refuse_unknown(kind: str, name: object, known: Sequence[str]) -> None:
    """Raise ValueError unless a name is known; the error lists the known names and suggests the closest one.

    >>> refuse_unknown("dialect", "mkdocs", DIALECTS)
    >>> refuse_unknown("segmentation", "sentences", SEGMENTATIONS)
    Traceback (most recent call last):
    ValueError: unknown segmentation 'sentences', did you mean 'sentence'? Known are: block, sentence
    """
    if name in known:
        return
    close = closest(name, known) if isinstance(name, str) else ""
    hint = f", did you mean {close!r}? Known are: " if close else "; known are: "
    raise ValueError(f"unknown {kind} {name!r}{hint}{', '.join(known)}")
