"""Path patterns: which kind of file a path is, and whether two patterns can mean the same path.

A pattern becomes an automaton that reads a path letter by letter. Two patterns can mean the same path if both automata
can read it together. The cost depends on the length of the patterns, not on the number of documents.
"""

from __future__ import annotations

import fnmatch
import re
from collections import deque
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SUFFIXES = (".md", ".markdown", ".mdx", ".qmd", ".Rmd")
"""The endings of documents."""

KEPT_SUFFIXES = (".mdx", ".qmd", ".Rmd")
"""Endings by which site generators tell what a file is, so that outputs have them too."""

_UNUSUAL = re.compile(r"(?:\A|/)\.?(?:/|\Z)")


_APART = (
    {"source", "output"},
    *({markdown, gettext} for markdown in ("source", "output") for gettext in ("catalogue", "template")),
)
"""Pairs of keys that are not compared: outputs are known by their names among sources, others by their endings."""


class Conflict(NamedTuple):
    """Two keys whose patterns can mean the same path, with such a path."""

    key: str
    other: str
    example: str


def normal_path(path: str) -> str:
    """A path as it is usually written, without `./` and doubled slashes; one that leads upwards still does."""
    return str(PurePosixPath(path)) if _UNUSUAL.search(path) else path


def folder_prefix(folder: str) -> str:
    """What the paths of the files in a folder begin with; nothing for the project's own folder.

    >>> folder_prefix("source/nl"), folder_prefix("./docs/"), folder_prefix(".")
    ('source/nl/', 'docs/', '')
    """
    normal = normal_path(folder)
    return "" if normal in ("", ".") else f"{normal}/"


# The parts of a pattern

_DOCUMENT = object()
"""The path of a document below the source folder: no part of it is empty or begins with a dot."""

_ANYTHING = object()
"""Whatever is in a folder."""

_Piece = str | tuple[str, ...] | object
"""A fixed text, one of several texts, or one of the two above."""


def _pieces(pattern: str, **values: Sequence[_Piece]) -> list[_Piece]:
    """The parts of a pattern, with the parts of the values of its placeholders."""
    found: list[_Piece] = []
    for part in re.split(r"(\{\w+\})", normal_path(pattern)):
        found += values.get(part[1:-1], [part]) if part.startswith("{") else [part]
    return found


# Automata


@dataclass(eq=False, slots=True)
class _State:
    """Where an automaton is: what it can read next, and what it is in then.

    `letters` are single letters. Each of `classes` reads any letter but the ones that it names. `slash` is what is read
    between the parts of a document's path, which is not a fixed text of the pattern.
    """

    letters: dict[str, list[_State]] = field(default_factory=dict)
    classes: list[tuple[str, _State]] = field(default_factory=list)
    slash: _State | None = None
    is_end: bool = False

    def by_class(self, letter: str) -> Iterator[_State]:
        """Where a letter leads that is no fixed text of the pattern."""
        yield from (target for excluded, target in self.classes if letter not in excluded)
        if self.slash and letter == "/":
            yield self.slash

    def after(self, letter: str) -> Iterator[_State]:
        """Where a letter leads."""
        yield from self.letters.get(letter, ())
        yield from self.by_class(letter)

    def reads(self, path: str) -> bool:
        """Whether the automaton that starts here reads a path."""
        states = {self}
        for letter in path:
            states = {target for state in states for target in state.after(letter)}
        return any(state.is_end for state in states)

    def needs_folder(self, file: str) -> bool:
        """Whether the fixed texts of the pattern that starts here make the path of a file a folder."""
        states = {self}
        for letter in f"{file}/":
            states = {target for state in states for target in state.letters.get(letter, ())}
        return bool(states)

    def append(self, piece: _Piece) -> _State:
        """Read a part of a pattern from here on; the result is where its end leads."""
        if isinstance(piece, str):
            return self._append_texts((piece,))
        if isinstance(piece, tuple):
            return self._append_texts(piece)
        inside = _State()
        excluded = "/." if piece is _DOCUMENT else ""
        self.classes.append((excluded, inside))
        inside.classes.append((excluded[:1], inside))
        if piece is _DOCUMENT:
            inside.slash = _State(classes=[(excluded, inside)])
        return inside

    def _append_texts(self, texts: Iterable[str]) -> _State:
        end = _State()
        for text in texts:
            state = self
            for letter in text[:-1]:
                following = _State()
                state.letters.setdefault(letter, []).append(following)
                state = following
            state.letters.setdefault(text[-1], []).append(end)
        return end


def _automaton(pieces: Iterable[_Piece]) -> _State:
    start = state = _State()
    for piece in filter(None, pieces):
        state = state.append(piece)
    state.is_end = True
    return start


def _common(first: _State, second: _State) -> str:
    """The shortest path that both automata read; empty if there is none."""
    seen = {(first, second)}
    waiting = deque([(first, second, "")])
    while waiting:
        one, other, read = waiting.popleft()
        if one.is_end and other.is_end:
            return read
        following = [(letter, product(targets, other.after(letter))) for letter, targets in one.letters.items()]
        following += [(letter, product(one.by_class(letter), targets)) for letter, targets in other.letters.items()]
        # The letter x is an example of the letters of two classes.
        following += [(letter, product(one.by_class(letter), other.by_class(letter))) for letter in "x/"]
        for letter, pair in ((letter, pair) for letter, pairs in following for pair in pairs):
            if pair not in seen:
                seen.add(pair)
                waiting.append((*pair, read + letter))
    return ""


# The patterns of a configuration


class Paths:
    """All path patterns of a configuration, by their keys.

    `values` are those of the configuration, `files` the paths where it may be itself.
    """

    def __init__(self, values: Mapping[str, object], files: tuple[str, ...]) -> None:
        self._values = {name: value for name, value in values.items() if isinstance(value, str)}
        self._locales = _texts(values["locales"])
        self._excluded = _texts(values["exclude"])
        catalogue_locales = (*self._locales, self._values["source_locale"])
        domain = _pieces(self._values["domain"], path=[_DOCUMENT])
        self._patterns = {
            "source": _automaton([self._source_folder, _DOCUMENT, SUFFIXES]),
            "catalogue": _automaton(self._of("catalogue", domain=domain, locale=[catalogue_locales])),
            "template": _automaton(self._of("template", domain=domain)),
            "state": _automaton([folder_prefix(self._values["state"]), _ANYTHING]),
        }
        if self._locales:
            *output, last = filter(None, self._of("output", path=[_DOCUMENT], locale=[self._locales]))
            if isinstance(last, str) and last.endswith(".md"):  # it may get the ending of its source
                output += [last.removesuffix(".md"), (".md", *KEPT_SUFFIXES)]
            else:
                output.append(last)
            self._patterns["output"] = _automaton(output)
        fixed = {name: (normal_path(path),) for name in ("glossary", "record") if (path := self._values[name])}
        self._fixed = {**fixed, "configuration": files}
        self._patterns |= {name: _automaton([paths]) for name, paths in self._fixed.items()}

    def _of(self, key: str, **values: Sequence[_Piece]) -> list[_Piece]:
        return _pieces(self._values[key], **values)

    @property
    def _source_folder(self) -> str:
        return folder_prefix(self._values["source"].replace("{locale}", self._values["source_locale"]))

    def kinds(self, path: str) -> set[str]:
        """The keys whose patterns mean a path."""
        return {key for key, pattern in self._patterns.items() if pattern.reads(path)}

    def conflicts(self) -> Iterator[Conflict]:
        """The pairs of keys that can mean the same path, although their endings are those of their kinds."""
        keys = list(self._patterns)
        for key, other in combinations(keys, 2):
            example = "" if {key, other} in _APART else _common(self._patterns[key], self._patterns[other])
            below = example.removeprefix(self._source_folder)
            is_excluded = "source" in (key, other) and any(fnmatch.fnmatchcase(below, glob) for glob in self._excluded)
            if example and not is_excluded:
                yield Conflict(key, other, example)
        for key, path in ((key, path) for key, paths in self._fixed.items() for path in paths):
            yield from (Conflict(key, other, path) for other in keys if self._patterns[other].needs_folder(path))

    def ambiguous(self, key: str) -> list[tuple[str, str]]:
        """The pairs of locales for which the pattern of a key can mean the same path, for different documents.

        With `po/{locale}_{domain}.po` both `pt` and `pt_BR` can mean `po/pt_BR_a.po`.
        """
        domain = _pieces(self._values["domain"], path=[_DOCUMENT])
        found = []
        for locale in self._locales:
            for other in self._locales:
                if other != locale and (other.startswith(locale) or other.endswith(locale)):
                    first, second = (
                        _automaton(self._of(key, path=[_DOCUMENT], domain=domain, locale=[one]))
                        for one in (locale, other)
                    )
                    if _common(first, second):
                        found.append((locale, other))
        return found


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()
