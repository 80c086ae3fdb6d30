"""The formats of front matter, behind one interface."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from translate_pipe.markdown.embedded.frontmatter.values import FrontMatterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.markdown.embedded.frontmatter.values import Entry, Reading, Value


class Format(Protocol):
    """What a format's adapter can do with the content of a block. `NAME` is what people call it."""

    NAME: str

    def read(self, text: str, /) -> Reading:
        """What it says; raises FrontMatterError."""

    def spellings(self, text: str, value: Value, content: str, /) -> Iterator[str]:
        """Ways to write a text in place of a value, the best first, the one that always works last."""

    def assignments(self, text: str, key: str, entry: Entry, line_end: str, /) -> Iterator[str]:
        """What the whole content may look like once a key at its top has a value; any of them may be wrong."""


def adapter(style: str) -> Format:
    """The adapter of a style of block, `yaml`, `toml` or `json`, imported when a document first has such a block."""
    found: Format = import_module(f"translate_pipe.markdown.embedded.frontmatter.as_{style}")
    return found


@lru_cache(maxsize=16)
def _read(style: str, text: str) -> Reading | FrontMatterError:
    try:
        return adapter(style).read(text)
    except FrontMatterError as error:
        return error


def read(style: str, text: str) -> Reading:
    """What the content of a block says; raises FrontMatterError.

    Remembered, because on its way to a localised document the same content is asked for several times.
    """
    found = _read(style, text)
    if isinstance(found, FrontMatterError):
        raise FrontMatterError(str(found), found.offset)
    return found
