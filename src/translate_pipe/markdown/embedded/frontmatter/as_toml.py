"""TOML: finds text values and writes translations in their place (TOML 1.0).

Python's parser does not say where a value is. But outside of strings and comments a quotation mark always begins a
string, so all strings are found without parsing. To see which value each string is, the parser reads a copy in which
each string is replaced by its number.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from translate_pipe.markdown.embedded.frontmatter.values import (
    MAXIMUM_DEPTH,
    FrontMatterError,
    FrontMatterReading,
    Notation,
    Scalar,
    Value,
    facts_of,
    key_path,
    too_deep,
)
from translate_pipe.text.lines import EOL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate_pipe.markdown.embedded.frontmatter.values import Entry, StatedFact

_TOKEN = re.compile(
    r"#[^\r\n]*+"
    r"|(?P<string>"
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*+(?:"{3,5}|\Z)'
    r"|'''(?:[^']|'{1,2}(?!'))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\r\n]|\\.)*+"?'
    r"|'[^'\r\n]*+'?)",
    re.DOTALL,
)
_LINE_END = re.compile(EOL)
_LONE_CR = re.compile(r"\r(?!\n)")
_LONG_KEY = re.compile(rf"(?:\.[ \t]*+[\w\"-]*+[ \t]*+){{{MAXIMUM_DEPTH}}}")
_LINE_OF_ERROR = re.compile(r" \(at (?:line (\d+).*|end of document)\)$")


# Reading


def read_toml(text: str) -> FrontMatterReading:
    """Read a TOML document; raises FrontMatterError.

    A lone CR ends a line, as it does in the rest of a document, though TOML does not have it.
    """
    strings = [token.span() for token in _TOKEN.finditer(text) if token["string"]]
    if _LONG_KEY.search(_TOKEN.sub('""', text)):  # the parser would be busy for hours
        raise too_deep(0)
    facts = facts_of(_parsed(text))
    try:
        values = _values(text, strings, facts)
    except FrontMatterError:  # a copy that is no TOML: the strings are not what they seemed to be
        values = ()
    return FrontMatterReading(facts, values)


def _parsed(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(_LONE_CR.sub("\n", text), parse_float=lambda number: Scalar("float", number))
    except RecursionError as error:
        raise too_deep(0) from error
    except ValueError as error:
        found = _LINE_OF_ERROR.search(str(error))
        line = int(found[1]) if found and found[1] else 1
        starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
        at_end = found is not None and not found[1]
        problem = _LINE_OF_ERROR.sub("", str(error))
        raise FrontMatterError(problem, len(text) if at_end else starts[min(line, len(starts)) - 1]) from error


def _values(text: str, strings: Sequence[tuple[int, int]], facts: Sequence[StatedFact]) -> tuple[Value, ...]:
    """The strings that are values; none if the strings of a text are not what they seemed to be.

    Raises FrontMatterError for a copy that is no TOML.
    """
    keys = {part for fact in facts_of(_parsed(_numbered(text, strings))) for part in fact.path}
    # Keys stay as they are, because the same table must have the same name in the copy.
    strings = [span for number, span in enumerate(strings) if _name(number) not in keys]
    copy = facts_of(_parsed(_numbered(text, strings)))
    places = {_name(number): span for number, span in enumerate(strings)}
    pairs = list(enumerate(zip(facts, copy, strict=False)))
    is_copy = (
        fact[:2] == twin[:2] and (twin.text in places if fact.kind == "str" else fact.text == twin.text)
        for _, (fact, twin) in pairs
    )
    if len(copy) != len(facts) or not all(is_copy):
        return ()
    values = (
        Value(key_path(fact.path), fact.text, *places[twin.text], index)
        for index, (fact, twin) in pairs
        if fact.kind == "str" and fact.text.strip()
    )
    return tuple(sorted(values, key=lambda value: value.start))


def _name(number: int) -> str:
    return f" {number}"  # with a blank, so that no bare key is the same


def _numbered(text: str, strings: Sequence[tuple[int, int]]) -> str:
    """A copy of a TOML text in which each of these strings is its number."""
    pieces: list[str] = []
    position = 0
    for number, (start, end) in enumerate(strings):
        pieces += (text[position:start], f'"{_name(number)}"')
        position = end
    return "".join((*pieces, text[position:]))


# Writing

_ESCAPES = {'"': r"\"", "\\": r"\\", "\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}
_TO_ESCAPE = re.compile(r"[\x00-\x1f\x7f\"\\]")
_TO_ESCAPE_IN_LINES = re.compile(r'[\x00-\x08\x0b-\x1f\x7f\\]|"(?="")|"\Z')
_FENCE = re.compile(r"[\r\n]\+\+\+[ \t]*[\r\n]")
_NOT_LITERAL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f']")
_NOT_LITERAL_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|'''|'\Z")


def toml_spellings(text: str, value: Value, content: str) -> Iterator[str]:
    """Ways to write a text, the source's own style first."""
    source = text[value.start : value.end]
    quote = source[0]
    if source.startswith(quote * 3):
        # There is a line end after the first quotation marks where the source has one.
        first = _LINE_END.match(source, len(quote * 3))
        found = first or _LINE_END.search(source)
        line_end = found.group() if found else "\n"
        opening = quote * 3 + (line_end if first or content.startswith("\n") else "")
        lines = _escaped(_TO_ESCAPE_IN_LINES, content) if quote == '"' else content
        lines = opening + lines.replace("\n", line_end) + quote * 3
        is_literal = quote == "'" and not _NOT_LITERAL_LINES.search(content)
        if (quote == '"' or is_literal) and not _FENCE.search(lines):
            yield lines
    elif quote == "'" and not _NOT_LITERAL.search(content):
        yield f"'{content}'"
    yield f'"{_escaped(_TO_ESCAPE, content)}"'


def _escaped(characters: re.Pattern[str], content: str) -> str:
    def escape(found: re.Match[str]) -> str:
        return _ESCAPES.get(found.group(), f"\\u{ord(found.group()):04X}")

    return characters.sub(escape, content)


# Adding

_KEY = re.compile(
    r"(?P<key>[^\n=](?:[^\n=]*[^\n= \t])?+)[ \t]*+=[ \t]*+(?P<value>[^\s\[{](?:[^\n]*[^\n \t])?+)?+[ \t]*+(?=\n|\Z)"
)


def toml_assignments(text: str, key: str, entry: Entry, line_end: str) -> Iterator[str]:
    """Ways to give a key a value: in place of its present scalar, or after all others outside of tables."""
    shape = _shape_before_tables(text)
    end = len(shape)
    spelled = _spelled(entry)
    position = 0
    for line in shape.split("\n"):
        indent = len(line) - len(line.lstrip())
        found = _KEY.match(line, indent)
        at, position = position, position + len(line) + 1
        if found and text[at + indent : at + found.end("key")].strip("\"'") == key:
            if found["value"]:
                start, stop = found.span("value")
                yield text[: at + start] + spelled + text[at + stop :]
            return
    yield f"{text[:end]}{key} = {spelled}{line_end}{text[end:]}"


def _shape_before_tables(text: str) -> str:
    """The text up to the line after the last key outside of tables, with blanked strings and comments.

    It is as long as that part of the text, and has LF for every line end.
    """

    def without_content(token: re.Match[str]) -> str:
        return ("_" if token["string"] else " ") * len(token.group())

    shape = _TOKEN.sub(without_content, text).replace("\r\n", " \n").replace("\r", "\n")
    end = position = depth = 0
    for line in shape.split("\n"):
        position += len(line) + 1
        if not depth and line.lstrip().startswith("["):
            break
        depth += len(re.findall(r"[\[{]", line)) - len(re.findall(r"[\]}]", line))
        end = position if line.strip() else end
    return shape[:end]


def _spelled(entry: Entry) -> str:
    """A value on one line, as an inline table if it has keys."""
    if isinstance(entry, str):
        return f'"{_escaped(_TO_ESCAPE, entry)}"'
    if isinstance(entry, int):
        return str(entry).lower()
    return "{ " + ", ".join(f"{key} = {_spelled(value)}" for key, value in entry.items()) + " }"


TOML = Notation("TOML", read_toml, toml_spellings, toml_assignments)
