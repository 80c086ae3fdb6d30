"""The contents of front matter in terms that all formats share: its facts, and its text values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAXIMUM_DEPTH = 100
"""The deepest nesting that is read. People write less; more would overflow the stack."""

IN_LIST = "[]"
"""The part of a path that means the entries of a list."""

Entry: TypeAlias = "str | int | Mapping[str, str | int]"
"""A value that can be added to front matter; a truth value is an int."""


class FrontMatterError(ValueError):
    """Front matter that cannot be read; `offset` counts characters from the beginning of its content."""

    def __init__(self, problem: str, offset: int) -> None:
        super().__init__(problem)
        self.offset = offset


class StatedFact(NamedTuple):
    """A node: its path of keys, its kind, and the text of a scalar or the number of entries of a container.

    `kind` is `str`, `int`, `float`, `bool`, `null`, `date`, `map` or `seq`, or what the format calls it.
    """

    path: tuple[str, ...]
    kind: str
    text: str


class Value(NamedTuple):
    """A text value: its content, its range in characters, and the index of its fact.

    `path` is the key path, such as `title` or `hero.actions[].text`. `in_flow` says that it is between brackets or
    braces, in a format where that matters.
    """

    path: str
    content: str
    start: int
    end: int
    fact: int
    in_flow: bool = False

    @property
    def text(self) -> str:
        """The content without white space around it: what is translated."""
        return self.content.strip()

    def content_for(self, translation: str) -> str:
        """The content with a translation between the white space that the source has around its text."""
        start = len(self.content) - len(self.content.lstrip())
        end = start + len(self.text)
        return self.content[:start] + translation + self.content[end:]


class FrontMatterReading(NamedTuple):
    """Everything that front matter says, in its parser's order, and its text values, in the order of the text."""

    facts: tuple[StatedFact, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar that stays as it is written, which a number of Python would not."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Notation:
    """A format of front matter: what people call it, and how the content of a block is read and written.

    - `read`: what a content says; raises FrontMatterError.
    - `spellings`: ways to write a text in place of a value, the best first, the one that always works last.
    - `assignments`: what a content may look like once a key at its top has a value; any of them may be wrong. It gets
      the content, the key, its value, and the line end of the document.
    """

    name: str
    read: Callable[[str], FrontMatterReading]
    spellings: Callable[[str, Value, str], Iterator[str]]
    assignments: Callable[[str, str, Entry, str], Iterator[str]]


@lru_cache(1000)  # the entries of a list have one path, and documents of a site have the same keys
def key_path(path: tuple[str, ...]) -> str:
    """A path as the configuration writes it.

    >>> key_path(("hero", "actions", "[]", "text"))
    'hero.actions[].text'
    """
    return "".join(part if part == IN_LIST else f".{part}" for part in path).removeprefix(".")


def facts_of(tree: object) -> tuple[StatedFact, ...]:
    """The facts of a tree of Python values, containers before what they hold.

    A mapping may also be a tuple of its pairs, in which a key may occur twice. Raises FrontMatterError for a tree that
    is too deep.

    >>> [(fact.kind, fact.text) for fact in facts_of({"a": ["b", True]})]
    [('map', '1'), ('seq', '2'), ('str', 'b'), ('bool', 'true')]
    """
    facts: list[StatedFact] = []
    waiting: list[tuple[tuple[str, ...], object]] = [((), tree)]
    while waiting:
        path, node = waiting.pop()
        if len(path) > MAXIMUM_DEPTH:
            raise too_deep(0)
        pairs = tuple(node.items()) if isinstance(node, dict) else node
        if isinstance(pairs, tuple):
            facts.append(StatedFact(path, "map", str(len(pairs))))
            waiting.extend(((*path, key), child) for key, child in reversed(pairs))
        elif isinstance(node, list):
            facts.append(StatedFact(path, "seq", str(len(node))))
            waiting.extend(((*path, IN_LIST), child) for child in reversed(node))
        else:
            facts.append(StatedFact(path, *_kind_and_text(node)))
    return tuple(facts)


def too_deep(offset: int) -> FrontMatterError:
    """The error for front matter whose values are nested too deep."""
    return FrontMatterError(f"values are nested more than {MAXIMUM_DEPTH} deep", offset)


_LONGEST_DECIMAL = 64


def _kind_and_text(node: object) -> tuple[str, str]:
    match node:
        case Scalar():
            return node.kind, node.text
        case str():
            return "str", node
        case bool():
            return "bool", str(node).lower()
        case int():  # Python refuses to write a long number in decimals
            return "int", str(node) if node.bit_length() < _LONGEST_DECIMAL else hex(node)
        case None:
            return "null", ""
        case _:
            return "date", repr(node)
