"""The adapter over pyromark: Markdown in, events with byte ranges out.

pyromark (pulldown-cmark) gives an event for each start, end and leaf. Nothing else in the package knows pyromark.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pyromark import Markdown, Options

from translate_pipe.markdown.dialects import grammar
from translate_pipe.model import DEFAULT_OPTIONS, Inline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


Event: TypeAlias = "tuple[str, object, int, int]"
"""An event: its kind, its payload, and its range in bytes. A plain tuple, because there are many."""


class Definition(NamedTuple):
    """A definition of a link reference: its range in bytes without its indentation, and what it gives."""

    start: int
    end: int
    label: str
    address: str
    title: str


@cache
def _options(extensions: frozenset[str]) -> Options:
    """The options of the parser for some extensions, named without ENABLE_."""
    chosen = (getattr(Options, f"ENABLE_{name}") for name in sorted(extensions))
    return reduce(or_, chosen, Options(0))


@cache
def _markdown(extensions: frozenset[str]) -> Markdown:
    return Markdown(options=_options(extensions))


_LARGE = 200_000
"""The size of a text, in bytes, from which on the memory for the parser is reserved first."""

_MEMORY = 64
"""The bytes of memory that the parser may need for each byte of a text."""

OPTIONS = _options(grammar(DEFAULT_OPTIONS.dialects).parser)
"""The extensions of the default dialect, used for texts outside of documents."""


def _decoded(data: bytes) -> str:
    """The text of some UTF-8 for the parser; raises MemoryError if there is too little memory to parse it.

    Without memory the parser would end the process. The bytes reserved here are never written to, so they are free.
    """
    if len(data) >= _LARGE:
        bytes(len(data) * _MEMORY)
    return data.decode()


def events(data: bytes, extensions: frozenset[str]) -> Iterator[Event]:
    """The events of a text in UTF-8, parsed with these extensions; those of blocks are `Start`, `End` and `Rule`."""
    found: Iterable[tuple[Any, Any]] = _markdown(extensions).events_with_range(_decoded(data))
    for event, span in found:
        if isinstance(event, str):
            yield event, None, span["start"], span["end"]
        else:
            kind, value = event.popitem()  # the only one
            yield kind, value, span["start"], span["end"]


def definitions(data: bytes, extensions: frozenset[str]) -> list[Definition]:
    """The definitions of link references in a text in UTF-8.

    Of several with the same label only the first is one (CommonMark, section 4.7).
    """
    if b"]:" not in data:
        return []
    found = _markdown(extensions).reference_definitions(_decoded(data))
    return [
        Definition(one["span"]["start"], one["span"]["end"], label, one["dest"], one["title"] or "")
        for label, one in found.items()
    ]


_MARKDOWN = Markdown(options=OPTIONS)


def first_run(text: str, shift: int = 0) -> list[Inline]:
    """The inline events of the first block of a text, which must be a paragraph; offsets are bytes, less `shift`.

    This is what checks do for each message, so it leaves out what only outlines need.
    """
    run: list[Inline] = []
    for event, span in _MARKDOWN.events_with_range(text):
        if isinstance(event, str):
            run.append(Inline(event, None, span["start"] - shift, span["end"] - shift))
            continue
        ((name, payload),) = event.items()
        if name == "End":
            if payload == "Paragraph":
                break
            tag, _ = tag_of(payload)
            run.append(Inline("End" + tag, None, span["start"] - shift, span["end"] - shift))
        elif name == "Start":
            tag, detail = tag_of(payload)
            if tag != "Paragraph":
                run.append(Inline(tag, detail, span["start"] - shift, span["end"] - shift))
        else:
            run.append(Inline(name, payload, span["start"] - shift, span["end"] - shift))
    return run


def tag_of(payload: object) -> tuple[str, object]:
    """A tag's name, and a hashable form of what the parser knows of it."""
    if isinstance(payload, dict):
        ((name, detail),) = payload.items()
        return name, tuple(detail.values()) if name == "Heading" and isinstance(detail, dict) else detail
    return str(payload), None
