"""The checks: what is wrong with a translation, told as diagnostics.

A check is a small pure function from a message to findings. `CHECKS` is the whole list; nothing registers itself
elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from translate_pipe.checks.citation import citation
from translate_pipe.checks.pair import Pair
from translate_pipe.model import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from translate_pipe.checks.finding import Finding
    from translate_pipe.model import Catalogue


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its stable name, with the severity of what it finds."""

    name: str
    severity: Severity
    find: Callable[[Pair], Iterable[Finding]]


CHECKS = (Check("citation", Severity.ERROR, citation),)


def check(
    catalogue: Catalogue,
    file: str = "",
    *,
    source_locale: str = "",
    locale: str = "",
    checks: tuple[Check, ...] = CHECKS,
) -> Iterator[Diagnostic]:
    r"""The diagnostics of a catalogue's translated messages, in file order.

    Empty, fuzzy and obsolete messages are unfinished, which is no finding. `file` is the path to name. `source_locale`
    is the locale of the msgids and `locale` that of the msgstrs; what is not given is not used, but for the locale that
    the header names.

    >>> from translate_pipe.catalogue import parse_po
    >>> [found.message for found in check(parse_po('msgid "Zo.[^1]"\nmsgstr "So."\n'))]
    ['the citation [^1] of the source is missing']
    """
    target = locale or catalogue.fields.get("Language", "")
    for message in catalogue.messages:
        if message.translated:
            pair = Pair(message, source_locale, target)
            for one in checks:
                for found in one.find(pair):
                    yield Diagnostic(
                        check=one.name,
                        severity=one.severity,
                        message=found.text,
                        file=file,
                        line=message.line,
                        msgid=message.msgid,
                        msgctxt=message.msgctxt,
                        msgstr=message.msgstr,
                        words=found.words,
                    )


__all__ = ["CHECKS", "Check", "check"]
