"""Modules that are imported when they are first used, so that the commands that never use them start fast."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class LateModule:
    """A module that is imported when one of its names is first used.

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


def late_name(package: str, homes: Mapping[str, Iterable[str]], name: str) -> object:
    """A public name of a package, imported from its module; `homes` has the names of each module.

    A package calls this in its `__getattr__` (PEP 562). Raises AttributeError if no module has the name.

    >>> late_name("texts", {"string": ["digits"]}, "digits")
    '0123456789'
    """
    for home, names in homes.items():
        if name in names:
            value: object = getattr(import_module(home), name)
            return value
    raise AttributeError(f"module {package!r} has no attribute {name!r}")
