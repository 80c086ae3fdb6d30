"""Every name that a diagnostic can have, and the selection of diagnostics that a user wants to see."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.errors import INTERNAL
from translate_pipe.late import LateModule
from translate_pipe.model import Severity
from translate_pipe.project.keys import DOCUMENT_CHECKS, MESSAGE_CHECKS, WITHOUT_OPT_OUT
from translate_pipe.registry import closest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe import checks
    from translate_pipe.checks.sources import lint
    from translate_pipe.model import Diagnostic
else:
    checks = LateModule("translate_pipe.checks")
    lint = LateModule("translate_pipe.checks.sources.lint")


class Rule(NamedTuple):
    """A kind of diagnostic: its stable name, its severity, and one sentence that says what it finds."""

    name: str
    severity: Severity
    summary: str


OTHERS = (
    Rule("structure", Severity.ERROR, "Translations that would change the structure of the document around them."),
    Rule("rendering", Severity.ERROR, "Translations with which the rendered document is not that of its source."),
    Rule("useless-ignore", Severity.WARNING, "Opt-outs of messages that no longer silence anything."),
    Rule(
        "header-language", Severity.WARNING, "Catalogues whose header names another language than that of their place."
    ),
    Rule(
        "incomplete",
        Severity.ERROR,
        "Texts without a translation to publish; only build --require-complete reports them.",
    ),
    Rule("anchor-pin", Severity.WARNING, "Headings on which the anchor of their source cannot be pinned."),
    Rule("link-rule", Severity.WARNING, "Addresses in whose place those of [links] cannot be written."),
    Rule("front-matter", Severity.ERROR, "Front matter that is not valid YAML, TOML or JSON."),
    Rule("directive", Severity.WARNING, "Directives that have no effect, or not the one that was meant."),
    Rule("unknown-markup", Severity.WARNING, "Lines that open or close a block in a dialect that is not read here."),
    Rule("document", Severity.ERROR, "What keeps documents from being used at all."),
    Rule("file", Severity.ERROR, "Files that cannot be read or written."),
    Rule(INTERNAL, Severity.ERROR, "Errors of the tool itself; what they are about was not done."),
    Rule("orphan", Severity.INFO, "Catalogues and templates whose documents are gone."),
    Rule("output", Severity.ERROR, "Files that no run wrote, where a run would write or remove an output."),
)
"""The diagnostics that are not in the lists of checks."""

NAMES = (*MESSAGE_CHECKS, *DOCUMENT_CHECKS, *(rule.name for rule in OTHERS))
"""Every name, in the order of the rules."""


def unknown_check(names: Iterable[str]) -> str:
    """A problem with the first name that no diagnostic has; empty if all names are known."""
    for name in names:
        if name not in NAMES:
            likely = closest(name, NAMES)
            hint = f"did you mean {likely!r}?" if likely else "translate-pipe check --list shows them."
            return f"there is no check {name!r}; {hint}"
    return ""


@cache
def all_rules() -> tuple[Rule, ...]:
    """All rules. The checks describe themselves; importing them takes long."""
    return (
        *(
            Rule(one.name, one.severity, (one.find.__doc__ or one.name).partition("\n")[0])
            for one in (*checks.CHECKS, *lint.SOURCE_CHECKS)
        ),
        *OTHERS,
    )


_ALWAYS_REPORTED = frozenset({"file", "document", INTERNAL})
"""Diagnostics of files that were not checked at all. Silence would look like a clean result."""


class Selection(NamedTuple):
    """The names of the diagnostics to report: those selected, or all, without those ignored."""

    selected: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()

    def of(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The diagnostics that are to be reported."""
        return [found for found in diagnostics if self.has(found.check)]

    def has(self, name: str) -> bool:
        """Whether diagnostics of this name are to be reported.

        >>> Selection(frozenset({"citation"})).has("citation"), Selection(frozenset({"citation"})).has("structure")
        (True, False)
        """
        wanted = not self.selected or name in self.selected or name in _ALWAYS_REPORTED
        return name == INTERNAL or (wanted and (name not in self.ignored or name in WITHOUT_OPT_OUT))


def rules_text() -> str:
    """The rules as a table for people."""
    column = max(map(len, NAMES))
    return "".join(f"{rule.name:{column}}  {rule.severity:7}  {rule.summary}\n" for rule in all_rules())
