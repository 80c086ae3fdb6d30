"""YAML: finds text values and writes translations so that readers of YAML 1.1 and 1.2 agree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from translate_pipe.markdown.embedded.frontmatter.values import (
    IN_LIST,
    MAXIMUM_DEPTH,
    FrontMatterError,
    FrontMatterReading,
    Notation,
    StatedFact,
    Value,
    key_path,
    too_deep,
)
from translate_pipe.text.expression import Expression
from translate_pipe.text.lines import EOL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.markdown.embedded.frontmatter.values import Entry

_NOT_YAML = Expression(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)  # section 5.1
# YAML 1.1 breaks lines at NEL, U+2028 and U+2029 as well.
_TO_ESCAPE = Expression(rf"[\"\\\t\r\n\x85\u2028\u2029]|{_NOT_YAML.pattern}")
_NOT_IN_BLOCK = Expression(rf"[\r\x85\u2028\u2029]|{_NOT_YAML.pattern}")
_PROPERTIES = re.compile(r"(?:[&!][^\s]*\s+)+")  # anchors and tags before a value (YAML 1.2, section 6.9)
# Other readers than PyYAML take these for a number or a truth value (YAML 1.2, section 10.3.2, and 1.1, bool).
_OTHER_TYPE = re.compile(r"0[ox][0-9A-Fa-f]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[yYnN]")
# libyaml's loader, which PyYAML has wherever it could be built.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG_PREFIX = "tag:yaml.org,2002:"
_MARKS_OF_COLLECTIONS = "[{-:?"
_BLOCK_STYLES = "|>"
_INDICATOR = re.compile(r"[|>][+-]?[1-9]")
_LINE = re.compile(rf"[^\r\n]*(?:{EOL}|\Z)")


# Makes a named tuple without its own constructor, which takes twice as long: lists of keywords are long.
_new = tuple.__new__


# Reading


def read_yaml(text: str) -> FrontMatterReading:
    """Read a YAML document; raises FrontMatterError. A value counts once, also if aliases refer to it."""
    root = _compose(text)
    walk = _Walk(text)
    if root is not None:
        walk.visit(root, (), in_flow=False)
    return FrontMatterReading(tuple(walk.facts), tuple(walk.values))


def _compose(text: str) -> yaml.Node | None:
    if text.startswith("\ufeff"):  # libyaml would take it away and not count it
        raise _not_allowed(0, text[0])
    # Each collection has a mark of its own, so with few of them none is too deep.
    may_be_deep = sum(map(text.count, _MARKS_OF_COLLECTIONS)) > MAXIMUM_DEPTH
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER) if may_be_deep else ():
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAXIMUM_DEPTH:
                break
        else:
            return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FrontMatterError(error.problem or str(error), mark.index if mark else 0) from error
    except yaml.reader.ReaderError as error:
        found = _NOT_YAML.search(text)
        raise (_not_allowed(found.start(), found.group()) if found else FrontMatterError(str(error), 0)) from error
    raise too_deep(event.start_mark.index if event.start_mark else 0)


def _not_allowed(offset: int, character: str) -> FrontMatterError:
    return FrontMatterError(f"the character U+{ord(character):04X} is not allowed in YAML", offset)


class _Walk:
    """Collects the facts and values of a tree, in the order in which they are written."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen: dict[int, int] = {}
        self.facts: list[StatedFact] = []
        self.values: list[Value] = []

    def visit(self, node: yaml.Node, path: tuple[str, ...], *, in_flow: bool) -> None:
        """Walk a node and all below it, which are not deeper than MAXIMUM_DEPTH."""
        if id(node) in self._seen:
            self.facts.append(StatedFact(path, "alias", str(self._seen[id(node)])))
            return
        self._seen[id(node)] = len(self.facts)
        kind = node.tag.removeprefix(_TAG_PREFIX)
        if isinstance(node, yaml.ScalarNode):
            if kind == "str" and node.value.strip():
                start, end = _range(node, self._text)
                value = (key_path(path), node.value, start, end, len(self.facts), in_flow)
                self.values.append(_new(Value, value))
            self.facts.append(_new(StatedFact, (path, kind, node.value)))
            return
        self.facts.append(StatedFact(path, kind, str(len(node.value))))
        in_flow = in_flow or bool(getattr(node, "flow_style", False))
        if isinstance(node, yaml.MappingNode):
            for key, child in node.value:
                self.visit(child, (*path, self._key(key, path, in_flow=in_flow)), in_flow=in_flow)
        else:
            for child in node.value:
                self.visit(child, (*path, IN_LIST), in_flow=in_flow)

    def _key(self, key: yaml.Node, path: tuple[str, ...], *, in_flow: bool) -> str:
        """The part of a path for a key. A key that is not plain text is a fact by itself, and no value."""
        name = key.value if isinstance(key, yaml.ScalarNode) else "?"
        if key.tag != _TAG_PREFIX + "str" or id(key) in self._seen:
            values = len(self.values)
            self.visit(key, (*path, name), in_flow=in_flow)
            del self.values[values:]
        else:
            self._seen[id(key)] = len(self.facts)
        return name


def _range(node: yaml.ScalarNode, text: str) -> tuple[int, int]:
    """The range of the text of a scalar, after its anchor and tag."""
    start, end = node.start_mark.index, node.end_mark.index
    properties = _PROPERTIES.match(text, start, end)
    start = properties.end() if properties else start
    # The range of a block scalar includes the blank lines after it; they belong to the skeleton.
    return start, start + len(text[start:end].rstrip())


# Writing


def yaml_spellings(text: str, value: Value, content: str) -> Iterator[str]:
    """Ways to write a text, the source's own style first; only the last is sure to be read as that text."""
    source = text[value.start : value.end]
    if source[:1] in _BLOCK_STYLES:
        header, *lines = _LINE.findall(source)
        first = next((line for line in lines if line.strip()), "  ")
        indent = first[: len(first) - len(first.lstrip(" "))]
        line_end = header[len(header.rstrip("\r\n")) :]
        inner = content.strip()
        if header.startswith(">"):  # one line break is folded to a blank (section 6.5)
            inner = re.sub(r"\n+", lambda breaks: breaks.group() + "\n", inner)
        block = header + line_end.join(indent + line if line else "" for line in inner.split("\n"))
        # A block with an indentation indicator, or with blank lines after it, reads differently when it is alone.
        is_sure = _INDICATOR.match(source) is not None
        if not _NOT_IN_BLOCK.search(content) and (is_sure or _alone(f"k: {block}").rstrip() == content.rstrip()):
            yield block
    elif source[:1] == "'":
        single = "'" + content.replace("'", "''") + "'"
        if _alone(f"k: {single}") == content:
            yield single
    elif source[:1] != '"' and _is_plain(content, in_flow=value.in_flow):
        yield content
    yield _double_quoted(content)


def _is_plain(content: str, *, in_flow: bool) -> bool:
    # Not all readers of YAML take a tab inside of a plain text.
    if "\t" in content or _OTHER_TYPE.fullmatch(content):
        return False
    return _alone(f"[{content}]" if in_flow else f"k: {content}") == content


def _alone(text: str) -> str:
    """The text that a document of a single entry holds; none if it holds something else."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:
        return ""
    if not isinstance(root, yaml.CollectionNode) or len(root.value) != 1:
        return ""
    node = root.value[0][1] if isinstance(root, yaml.MappingNode) else root.value[0]
    return str(node.value) if isinstance(node, yaml.ScalarNode) and node.tag == _TAG_PREFIX + "str" else ""


_ESCAPES = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r"}


def _double_quoted(content: str) -> str:
    def escape(found: re.Match[str]) -> str:
        return _ESCAPES.get(found.group(), f"\\u{ord(found.group()):04X}")

    return f'"{_TO_ESCAPE.sub(escape, content)}"'


# Adding


def yaml_assignments(text: str, key: str, entry: Entry, line_end: str) -> Iterator[str]:
    """Ways to give a key of the mapping a value: in place of its present scalar, or after all others."""
    root = _compose(text)
    if root is None:
        yield f"{text}{key}: {_spelled(entry)}{line_end}"
    if not isinstance(root, yaml.MappingNode):
        return
    spelled = _spelled(entry)
    for name, node in root.value:
        if name.value == key:
            if isinstance(node, yaml.ScalarNode):
                start, end = _range(node, text)
                yield text[:start] + spelled + text[end:]
                yield text[:start] + " " + spelled + text[end:]  # after the colon of a key without a value
            return
    if root.flow_style:
        start, end = root.start_mark.index + 1, root.end_mark.index - 1
        before = text[:end].rstrip()
        comma = ", " if root.value and not before.endswith(",") else " "
        yield f"{before}{comma}{key}: {spelled}{text[len(before) :]}"
        yield f"{text[:start]}{key}: {spelled}, {text[start:]}"  # if there is a comment at the end
    else:
        yield f"{text}{' ' * root.start_mark.column}{key}: {spelled}{line_end}"


def _spelled(entry: Entry) -> str:
    """A value on one line, in braces if it has keys."""
    if isinstance(entry, str):
        return entry if _is_plain(entry, in_flow=True) else _double_quoted(entry)
    if isinstance(entry, int):
        return str(entry).lower()
    return "{" + ", ".join(f"{key}: {_spelled(value)}" for key, value in entry.items()) + "}"


YAML = Notation("YAML", read_yaml, yaml_spellings, yaml_assignments)
