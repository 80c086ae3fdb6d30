"""Which findings about a message follow from another one, so that a report for people names each cause once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from translate_pipe.model import Diagnostic, TextSpan

_UNREADABLE = frozenset({"invisible-character", "control-character", "mojibake"})
"""With one of these findings nothing else about the text is sure: each part that it is in reads as something else."""

_LENGTH = frozenset({"shortened", "lengthened"})
_ALSO_OF_ERRORS = _LENGTH | {"repeated"}
"""Signs that something is wrong, which an error explains."""

_FOLLOWS = {
    "html-unsafe": frozenset({"html-tag", "link", "link-other-page", "image"}),
    "link": frozenset({"citation"}),
    "homoglyph": frozenset({"code", "link", "link-other-page", "image"}),
}
"""For each check the checks whose findings at the same place follow from its own."""

_FOLLOWS_ANYWHERE = {
    "code-broken": frozenset({"code"}),
    "block": frozenset({"citation"}),
    "name": frozenset({"brackets"}),
    "number": frozenset({"brackets"}),
}
"""The same, wherever in the message the findings are."""


class Caused(NamedTuple):
    """A finding with those that may follow from it."""

    cause: Diagnostic
    follows: tuple[Diagnostic, ...] = ()


def causes(diagnostics: Iterable[Diagnostic]) -> Iterator[Caused]:
    """The findings that follow from no other, each with those that follow from it, in the order of the diagnostics.

    Only findings about the same message, with neighbours in the order, are compared.

    >>> from translate_pipe.model import Diagnostic, Severity
    >>> broken = Diagnostic("code-broken", Severity.ERROR, "a backtick ` has no partner", msgid="Neem `zes`.")
    >>> lost = Diagnostic("code", Severity.ERROR, "the code `zes` of the source is missing", msgid="Neem `zes`.")
    >>> [(one.cause.check, [other.check for other in one.follows]) for one in causes([lost, broken])]
    [('code-broken', ['code'])]
    """
    together: list[Diagnostic] = []
    for found in diagnostics:
        if together and _entry(together[0]) != _entry(found):
            yield from _of_message(together)
            together = []
        together.append(found)
    yield from _of_message(together)


def _entry(found: Diagnostic) -> tuple[str, int, str, str | None]:
    return found.file, found.line, found.msgid, found.msgctxt


def _of_message(found: Sequence[Diagnostic]) -> Iterator[Caused]:
    if len(found) < 2 or not found[0].msgid:  # noqa: PLR2004  # findings about a file as a whole are of no message
        yield from map(Caused, found)
        return
    causes_of = {id(one): next((other for other in found if _follows(one, other)), None) for one in found}
    for one in found:
        if causes_of[id(one)] is None:
            yield Caused(one, tuple(other for other in found if causes_of[id(other)] is one))


def _follows(found: Diagnostic, cause: Diagnostic) -> bool:
    """Whether a finding follows from another one; never the other way round as well."""
    if cause.check in _UNREADABLE:
        return found.check not in _UNREADABLE
    if found.check in _UNREADABLE:
        return False
    if found.check in _ALSO_OF_ERRORS:
        return cause.severity == "error" and cause.check not in _ALSO_OF_ERRORS
    if found.check in _FOLLOWS_ANYWHERE.get(cause.check, ()):
        return True
    return found.check in _FOLLOWS.get(cause.check, ()) and _overlap(found.spans, cause.spans)


def _overlap(spans: Iterable[TextSpan], others: Sequence[TextSpan]) -> bool:
    return any(
        one.side is other.side and one.start < other.end and other.start < one.end for one in spans for other in others
    )
