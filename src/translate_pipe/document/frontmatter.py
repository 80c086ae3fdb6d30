"""Front matter: which YAML values are segments, and how a translation is written in their place.

PyYAML tells where each value stands; everything around it stays as it is. A translation is tried in the source's own
style first and, where YAML would read that differently, in quotes; each try is read again by PyYAML before it is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_NOT_YAML = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)  # section 5.1
_PROPERTIES = re.compile(r"(?:[&!][^\s]*\s+)+")  # anchors and tags in front of a value (YAML 1.2, section 6.9)
# libyaml's loader, which PyYAML has wherever it could be built.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING = "tag:yaml.org,2002:str"
_BLOCK_STYLES = "|>"
# The nodes of front matter are few; a depth that no person writes is refused before it costs the stack.
_MAXIMUM_DEPTH = 100


class FrontMatterError(ValueError):
    """YAML that cannot be read; `line` counts from 0 within the front matter."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.line = line


_BLOCK = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*(?:\r\n|\n|\r)"
    r"(?P<content>(?:[^\r\n]*(?:\r\n|\n|\r))*?)"
    r"(?:(?P=fence)|\.\.\.)[ \t]*(?=[\r\n]|\Z)"
)
_FIRST_KEY = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*[ \t]*(?:\{|[^\s#:=][^\r\n:=]*[:=](?=[ \t\r\n]|\Z))")
_STYLES = {"---": "yaml", "+++": "toml"}


@dataclass(frozen=True, slots=True)
class Block:
    """The front matter of a text: its format, and where its closing fence ends (an offset in characters)."""

    style: str
    end: int


def find(text: str) -> Block | None:
    r"""The front matter at the beginning of a text, if there is any.

    Two thematic breaks with prose between them are none: the first line has to be a key.

    >>> find("---\ntitle: Slaap\n---\nTekst\n").style
    'yaml'
    >>> find("---\nTekst\n---\n") is None
    True
    """
    if not text.startswith(tuple(_STYLES)):
        return None
    match = _BLOCK.match(text)
    if not match or (match["content"].strip() and not _FIRST_KEY.match(match["content"])):
        return None
    return Block(_STYLES[match["fence"]], match.end())


@dataclass(frozen=True, slots=True)
class Value:
    """A text value: its key path, its content, and where it stands (offsets in characters)."""

    path: str
    text: str
    start: int
    end: int


def values(yaml_text: str) -> list[Value]:
    """All text values of a mapping, in their order, with key paths such as ``title``, ``hero.actions[].text``.

    Raises FrontMatterError where the YAML cannot be read. A value that is reached twice, through an alias, counts once.
    """
    root = _compose(yaml_text)
    found = list(_walk(root, "", yaml_text, set())) if isinstance(root, yaml.MappingNode) else []
    return sorted(found, key=lambda value: value.start)


def replace(yaml_text: str, value: Value, translation: str) -> str | None:
    """The front matter's text for one value's range such that YAML reads `translation` there.

    `value` comes from `values(yaml_text)`. The result replaces ``yaml_text[value.start:value.end]``. It is None where
    no way of writing it is read back as the translation, which happens only to characters that YAML does not allow.
    """
    for candidate in _spellings(yaml_text, value, translation):
        changed = yaml_text[: value.start] + candidate + yaml_text[value.end :]
        if _reads_as(changed, yaml_text, value, translation):
            return candidate
    return None


def _compose(yaml_text: str) -> yaml.Node | None:
    depth = 0
    try:
        for event in yaml.parse(yaml_text, Loader=_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAXIMUM_DEPTH:
                problem = f"values are nested more than {_MAXIMUM_DEPTH} deep"
                raise FrontMatterError(problem, event.start_mark.line if event.start_mark else 0)
        return yaml.compose(yaml_text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FrontMatterError(error.problem or str(error), mark.line if mark else 0) from error
    except yaml.reader.ReaderError as error:
        found = _NOT_YAML.search(yaml_text)
        line = len(_LINE_BREAK.findall(yaml_text[: found.start()])) if found else 0
        problem = f"the character U+{ord(found.group()):04X} is not allowed in YAML" if found else str(error)
        raise FrontMatterError(problem, line) from error


def _walk(node: yaml.Node, path: str, yaml_text: str, seen: set[int]) -> Iterator[Value]:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            yield from _walk(child, f"{path}.{name}" if path else name, yaml_text, seen)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _walk(child, f"{path}[]", yaml_text, seen)
    elif isinstance(node, yaml.ScalarNode) and node.tag == _STRING and node.value.strip():
        yield _value(node, path, yaml_text)


def _value(node: yaml.ScalarNode, path: str, yaml_text: str) -> Value:
    start, end = node.start_mark.index, node.end_mark.index
    properties = _PROPERTIES.match(yaml_text, start, end)
    start = properties.end() if properties else start
    # A block scalar's range goes on over the blank lines behind it; they belong to the skeleton.
    end = start + len(yaml_text[start:end].rstrip())
    return Value(path, node.value.strip(), start, end)


def _spellings(yaml_text: str, value: Value, translation: str) -> Iterator[str]:
    """Ways to write a translation, the source's own style first."""
    source = yaml_text[value.start : value.end]
    style = source[:1]
    if style in _BLOCK_STYLES:
        yield _as_block(source, translation)
    single = "'" + translation.replace("'", "''") + "'"
    double = '"' + "".join(_double_quoted(character) for character in translation) + '"'
    if style not in "'\"":
        yield translation
    yield from (single, double) if style == "'" else (double,)


def _as_block(source: str, translation: str) -> str:
    """A literal (`|`) or folded (`>`) block with the source's header and indentation."""
    header, *lines = source.splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "  ")
    indent = first[: len(first) - len(first.lstrip(" "))]
    line_break = header[len(header.rstrip("\r\n")) :]
    between = line_break if header.startswith("|") else line_break * 2
    return header + between.join(indent + line for line in translation.split("\n"))


_DOUBLE_QUOTED = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r"}


def _double_quoted(character: str) -> str:
    # YAML 1.1 breaks lines at NEL, U+2028 and U+2029 as well.
    if character in "\x85\u2028\u2029" or _NOT_YAML.match(character):
        return _DOUBLE_QUOTED.get(character, f"\\u{ord(character):04X}")
    return _DOUBLE_QUOTED.get(character, character)


def _reads_as(changed: str, yaml_text: str, value: Value, translation: str) -> bool:
    """Whether the changed front matter is the old one with just this value replaced."""
    before = list(_facts(_compose(yaml_text)))
    try:
        after = list(_facts(_compose(changed)))
    except FrontMatterError:
        return False
    return len(after) == len(before) and all(
        now.tag == _STRING and now.text.strip() == translation
        if was.start <= value.start < was.end and was.is_scalar
        else (now.tag, now.text) == (was.tag, was.text)
        for was, now in zip(before, after, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Fact:
    """What matters of a YAML node: its tag, a scalar's text or a container's size, and its range in characters."""

    is_scalar: bool
    tag: str
    text: str
    start: int
    end: int


def _facts(root: yaml.Node | None) -> Iterator[_Fact]:
    """A fact for each node of a YAML tree, in the order in which they are written; aliased nodes count once."""
    seen: set[int] = set()
    waiting = [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        is_scalar = isinstance(node, yaml.ScalarNode)
        text = node.value if is_scalar else str(len(node.value))
        yield _Fact(is_scalar, node.tag, text, node.start_mark.index, node.end_mark.index)
        if isinstance(node, yaml.MappingNode):
            waiting.extend(child for pair in reversed(node.value) for child in reversed(pair))
        elif not is_scalar:
            waiting.extend(reversed(node.value))
