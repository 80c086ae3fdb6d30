"""The checks: what is wrong with a translation, told as diagnostics.

A check is a small pure function from a message to texts, one a finding. `CHECKS` is the whole list; nothing registers
itself elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from translate_pipe.checks.citation import citation
from translate_pipe.model import Diagnostic, Message, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from translate_pipe.model import Catalogue


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its stable name, with the severity of what it finds."""

    name: str
    severity: Severity
    find: Callable[[Message], Iterable[str]]


CHECKS = (Check("citation", Severity.ERROR, citation),)


def check(catalogue: Catalogue, file: str = "") -> Iterator[Diagnostic]:
    r"""The diagnostics of a catalogue's translated messages, in file order.

    Empty, fuzzy and obsolete messages are unfinished, which is no finding. `file` is the path to name.

    >>> from translate_pipe.catalogue import parse_po
    >>> [found.message for found in check(parse_po('msgid "Zo.[^1]"\nmsgstr "So."\n'))]
    ['the citation [^1] of the source is missing']
    """
    for message in catalogue.messages:
        if message.translated:
            for one in CHECKS:
                for text in one.find(message):
                    yield Diagnostic(one.name, one.severity, text, file, message.line, message.msgid, message.msgctxt)
