"""Which diagnostics a user wants to see, and the table of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.registry import ALL_RULES, CHECK_GROUP, INTERNAL, closest, names, plugins

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe.model import Diagnostic

_NAMES = names(ALL_RULES)
_WITHOUT_OPT_OUT = frozenset(rule.name for rule in ALL_RULES if not rule.has_opt_out)

_ALWAYS_REPORTED = frozenset({"file", "document", INTERNAL})
"""What `--select` does not leave out: the file was not checked at all, and silence would look like a clean result."""


def unknown_check(wanted: Iterable[str]) -> str:
    """What is wrong with the first name that no diagnostic has; empty if all are known."""
    for name in wanted:
        if name not in _NAMES and name not in plugins(CHECK_GROUP):
            likely = closest(name, (*_NAMES, *plugins(CHECK_GROUP)))
            hint = f"did you mean {likely!r}?" if likely else "translate-pipe check --list shows them."
            return f"there is no check {name!r}; {hint}"
    return ""


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
        return name == INTERNAL or (wanted and (name not in self.ignored or name in _WITHOUT_OPT_OUT))


def rules_text() -> str:
    """All rules as a table for people, and after them the checks of installed plugins, which are not imported."""
    rows = [(rule.name, rule.severity, rule.summary) for rule in ALL_RULES]
    for name, entry in sorted(plugins(CHECK_GROUP).items()):
        origin = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
        rows.append((name, "plugin", f"From {origin}; runs in projects that name it in `plugins`."))
    column = max(len(name) for name, _, _ in rows)
    return "".join(f"{name:{column}}  {severity:7}  {summary}\n" for name, severity, summary in rows)
