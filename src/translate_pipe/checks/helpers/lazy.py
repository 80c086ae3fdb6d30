"""A faster `functools.cached_property` for values of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Owner = TypeVar("_Owner")
_Value = TypeVar("_Value")


class lazy(Generic[_Owner, _Value]):  # noqa: N801  # written as a decorator
    """As functools.cached_property, whose lock takes Python 3.11 longer than most of what messages hold.

    >>> class Text:
    ...     @lazy
    ...     def words(self) -> list[str]:
    ...         return ["een", "twee"]
    >>> text = Text()
    >>> text.words is text.words
    True
    """

    def __init__(self, make: Callable[[_Owner], _Value]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, owner: _Owner, _kind: type[_Owner]) -> _Value:
        """Asked for the first time; afterwards the owner has an attribute of the name, which comes first."""
        value: _Value = self._make(owner)
        owner.__dict__[self._name] = value
        return value
