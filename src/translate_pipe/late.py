"""Modules that are imported when they are first used, so that the commands that never use them start fast."""

from __future__ import annotations

from importlib import import_module


class LateModule:
    """Stands in for a module and imports it when one of its names is first asked for.

    A module names what it needs late at its top, beside its other imports, so that type checkers see the real module:

        if TYPE_CHECKING:
            import difflib
        else:
            difflib = LateModule("difflib")

    Lazy imports of the language (PEP 810) replace this once every supported Python has them.

    >>> LateModule("string").digits
    '0123456789'
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> object:
        """Import the module and keep what was asked for; raises AttributeError if the module has no such name."""
        value = getattr(import_module(self._name), attribute)
        setattr(self, attribute, value)
        return value
