"""JSON: finds text values and writes translations in their place (RFC 8259)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from translate_pipe.markdown.embedded.frontmatter.values import (
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
    from collections.abc import Iterator

    from translate_pipe.markdown.embedded.frontmatter.values import Entry

# Section 7: a quotation mark outside a string begins one. A string that a colon follows is a key.
_STRING = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*+")(?P<colon>[ \t\r\n]*+:)?', re.DOTALL)
_MEMBER = re.compile(r'[ \t\r\n{,]*(?P<key>"(?:[^"\\]|\\.)*+")[ \t\r\n]*:[ \t\r\n]*', re.DOTALL)
_INDENT = re.compile(rf"\{{[ \t]*(?:(?P<line_end>{EOL})(?P<indent>[ \t]*))?")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=tuple,
    parse_int=lambda text: Scalar("int", text),
    parse_float=lambda text: Scalar("float", text),
    parse_constant=_refuse_constant,
)


def end_of_object(text: str) -> int:
    """Where the object at the beginning of a text ends, in characters; 0 if there is none that has keys.

    >>> end_of_object('{"a": 1} b'), end_of_object("{}"), end_of_object("{a}")
    (8, 0, 0)
    """
    try:
        tree, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return 0
    return end if tree else 0


def read_json(text: str) -> FrontMatterReading:
    """Read an object; raises FrontMatterError."""
    try:
        tree = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise FrontMatterError(error.msg, error.pos) from error
    except ValueError as error:
        raise FrontMatterError(str(error), 0) from error
    except RecursionError as error:
        raise too_deep(0) from error
    facts = facts_of(tree)
    texts = (index for index, fact in enumerate(facts) if fact.kind == "str")
    places = (string.span("string") for string in _STRING.finditer(text) if not string["colon"])
    values = (
        Value(key_path(facts[index].path), facts[index].text, *place, index)
        for index, place in zip(texts, places, strict=True)
        if facts[index].text.strip()
    )
    return FrontMatterReading(facts, tuple(values))


def json_spellings(text: str, value: Value, content: str) -> Iterator[str]:
    """The one way to write a text. Other alphabets are escaped if the source escapes them."""
    yield json.dumps(content, ensure_ascii=r"\u" in text[value.start : value.end])


def json_assignments(text: str, key: str, entry: Entry, _line_end: str) -> Iterator[str]:
    """Ways to give a key of the object a value: in place of its present one, or after all others."""
    spelled = json.dumps(entry, ensure_ascii=False)
    has_key = False
    end = 0
    while member := _MEMBER.match(text, end):
        _, end = _DECODER.raw_decode(text, member.end())
        if json.loads(member["key"]) == key:
            has_key = True
            yield text[: member.end()] + spelled + text[end:]
    if not has_key:
        before = text.removesuffix("}").rstrip()
        opening = _INDENT.match(text)
        between = f",{opening['line_end']}{opening['indent']}" if opening and opening["line_end"] else ", "
        yield f"{before}{between}{json.dumps(key)}: {spelled}{text[len(before) :]}"


JSON = Notation("JSON", read_json, json_spellings, json_assignments)
