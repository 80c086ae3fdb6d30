"""What a step of finishing gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from translate_pipe.model import Diagnostic


class Finished(NamedTuple):
    """A finished document, and what could not be done."""

    text: str
    diagnostics: tuple[Diagnostic, ...] = ()
