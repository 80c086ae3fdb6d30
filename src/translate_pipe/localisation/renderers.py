"""Renderers that make HTML of Markdown, so that the judge can compare what a browser gets.

A parser should not grade its own work: the renderer is Python-Markdown or cmark-gfm, unless the project chooses
pulldown-cmark, which is the parser of the documents too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from translate_pipe.late import LateModule
from translate_pipe.markdown.embedded import frontmatter
from translate_pipe.model import BYTE_ORDER_MARK
from translate_pipe.registry import MARKDOWN_EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import multimark
    import pyromark

    from translate_pipe.localisation import python_markdown
    from translate_pipe.markdown import events
else:  # most commands render nothing
    multimark = LateModule("multimark")
    pyromark = LateModule("pyromark")
    python_markdown = LateModule("translate_pipe.localisation.python_markdown")
    events = LateModule("translate_pipe.markdown.events")


class RenderingError(Exception):
    """The renderer cannot render a text. The text of the error says why."""


class Renderer(Protocol):
    """Makes HTML of Markdown."""

    @property
    def name(self) -> str:
        """The name of the renderer, for messages."""

    def html(self, text: str) -> str:
        """The HTML of a Markdown text without its front matter; raises RenderingError."""


class PythonMarkdown:
    """Python-Markdown with its extensions. Raises RenderingError if an extension cannot be loaded."""

    name = "Python-Markdown"

    def __init__(self, extensions: Sequence[str] = MARKDOWN_EXTENSIONS) -> None:
        self._extensions = list(extensions)
        self._start()

    def _start(self) -> None:
        try:
            self._markdown = python_markdown.fast_markdown(self._extensions)
        except Exception as error:  # extensions are foreign code, which may raise anything
            raise RenderingError(_reason(error)) from error

    def html(self, text: str) -> str:
        """The HTML of a Markdown text without its front matter; raises RenderingError."""
        if count := python_markdown.open_brackets(text):
            raise RenderingError(f"it has {count} brackets that nothing closes")
        try:
            return self._markdown.reset().convert(_without_front_matter(text))
        except Exception as error:  # extensions fail on a text that they do not expect, and so does deep nesting
            self._start()  # the next text must not see the half-done state
            raise RenderingError(_reason(error)) from error


class CommonMark:
    """pulldown-cmark, which follows CommonMark. The documents are parsed by the same library, so it finds less."""

    name = "pulldown-cmark"

    def __init__(self) -> None:
        self._markdown = pyromark.Markdown(options=events.OPTIONS)

    def html(self, text: str) -> str:
        """The HTML of a Markdown text without its front matter."""
        return self._markdown.html(_without_front_matter(text))


class GitHub:
    """cmark-gfm, which GitHub renders with. It has nothing in common with the parser, and is as fast.

    It ends the process if it gets no memory, or has to write a gigabyte. So the memory is reserved first, and a text
    that may become that long is not rendered. The bytes reserved here are never written to, so they are free.
    """

    name = "cmark-gfm"

    def html(self, text: str) -> str:
        """The HTML of a Markdown text without its front matter; raises RenderingError."""
        text = _without_front_matter(text)
        size = len(text.encode())
        if size > _LONGEST:
            raise RenderingError(f"it has more than {_LONGEST // 1_000_000} MB")
        try:
            bytes(size * _MEMORY)
            html: str = multimark.markdown_to_html(text, extensions=_EXTENSIONS, unsafe=True, footnotes=True)
        except MemoryError as error:
            raise RenderingError("there is too little memory") from error
        except UnicodeDecodeError as error:
            # Of `[^` with a line break before its `]`, and without a definition, it cuts the text by a few bytes.
            return error.object.decode(errors="replace")
        return html


# Not `tagfilter`, which hides HTML from the comparison, nor `autolink`: the comparison knows the addresses that a text
# spells out. Otherwise `[text] (https://a.nl)`, in which the link is broken, would have a link.
_EXTENSIONS = ("table", "strikethrough", "tasklist")
_LONGEST = 10_000_000  # bytes of a text; its HTML may be 75 times as long, if it is nothing but footnotes
_MEMORY = 512  # bytes that are needed for each byte of a text, if it is nothing but marks


def _without_front_matter(text: str) -> str:
    text = text.removeprefix(BYTE_ORDER_MARK)
    block = frontmatter.find(text)
    return text[block.end :] if block else text


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    return f"{type(error).__name__}: {error}".partition("\n")[0]
