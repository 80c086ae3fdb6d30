"""What one text of a message holds: its citations, links, code, tags and prose, parsed once and kept."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from translate_pipe.document.citations import citations
from translate_pipe.document.inlines import inlines

if TYPE_CHECKING:
    from translate_pipe.document.citations import Citation
    from translate_pipe.model import Inline


class Reading:
    """A msgid or msgstr, taken apart on demand."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def inlines(self) -> tuple[Inline, ...]:
        """The parser's events."""
        return inlines(self.text)

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        """The citations, in their order."""
        return citations(self.text)
