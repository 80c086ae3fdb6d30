"""Regular expressions that are compiled when a text first needs them: few runs need half of them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, AnyStr, Generic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Expression(Generic[AnyStr]):
    r"""A regular expression with the methods of a compiled one.

    >>> Expression("[ae]+\\w").findall("een aap")
    ['een', 'aap']
    """

    def __init__(self, pattern: AnyStr, flags: int = 0) -> None:
        self.pattern: AnyStr = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[AnyStr]:
        return re.compile(self.pattern, self._flags)

    # Each is the compiled expression's own method from its first use on, so that no call is in between.

    @cached_property
    def search(self) -> Callable[..., re.Match[AnyStr] | None]:
        """As that of re.Pattern, like those below."""
        return self._compiled.search

    @cached_property
    def match(self) -> Callable[..., re.Match[AnyStr] | None]:
        """Match at the beginning."""
        return self._compiled.match

    @cached_property
    def fullmatch(self) -> Callable[..., re.Match[AnyStr] | None]:
        """Match the whole text."""
        return self._compiled.fullmatch

    @cached_property
    def findall(self) -> Callable[..., list[Any]]:
        """The texts, or the tuples of groups, of all matches."""
        return self._compiled.findall

    @cached_property
    def finditer(self) -> Callable[..., Iterator[re.Match[AnyStr]]]:
        """All matches."""
        return self._compiled.finditer

    @cached_property
    def sub(self) -> Callable[..., AnyStr]:
        """Replace all matches."""
        return self._compiled.sub

    @cached_property
    def split(self) -> Callable[..., list[Any]]:
        """The texts between the matches, each followed by the groups of the next match."""
        return self._compiled.split
