"""Python-Markdown, made faster without changing what it renders.

The library tries each of its inline patterns on each piece of text, which is nearly half of its work; most blocks can
match only a few of them. It also takes blocks from the front of a list, which moves all the others, so its work grows
with the square of the length of a document. Brackets without an end have the same effect; `open_brackets` finds texts
with too many of them beforehand.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, MutableSequence
from functools import partial
from typing import TYPE_CHECKING, overload
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import InlineProcessor
from markdown.util import Registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown.blockparser import BlockParser
    from markdown.inlinepatterns import Pattern

_SIGNS = {
    "backtick": ("`",),
    "escape": ("\\",),
    "footnote": ("[",),
    "reference": ("[",),
    "link": ("[",),
    "image_link": ("![",),
    "image_reference": ("![",),
    "short_reference": ("[",),
    "short_image_ref": ("![",),
    "autolink": ("<",),
    "automail": ("<",),
    "linebreak": ("  \n",),
    "html": ("<",),
    "entity": ("&",),
    "not_strong": ("*", "_"),
    "em_strong": ("*", "_"),
    "em_strong2": ("*", "_"),
}
"""The inline patterns of Python-Markdown and its extensions. Every match of a pattern has one of its signs."""

_INLINE_PRIORITY = 20
"""The priority under which the library registers the step that applies inline patterns."""

_BLOCKS_FOR_DEQUE = 2000
"""From this many blocks on, a deque is faster than a list."""

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_BRACKET = re.compile(r"\\.|\]\(|[\[\]()]", re.DOTALL)
_MOST_READ = 4_000_000
"""Characters that may be read in vain, which takes about a second."""


def fast_markdown(extensions: list[str]) -> Markdown:
    """Python-Markdown with these extensions, made faster. Raises whatever an extension raises when it is loaded.

    A renderer with inline patterns that are not Python-Markdown's own still tries all patterns on all blocks.
    """
    markdown = Markdown(extensions=extensions)
    own = {markdown.inlinePatterns[name]: signs for name, signs in _SIGNS.items() if name in markdown.inlinePatterns}
    patterns = [(own.get(pattern, ()), pattern) for pattern in markdown.inlinePatterns]
    if type(markdown.treeprocessors["inline"]) is InlineProcessor and all(
        signs and type(pattern).__module__.startswith("markdown.") for signs, pattern in patterns
    ):
        markdown.treeprocessors.register(_Inline(markdown, patterns), "inline", _INLINE_PRIORITY)
    markdown.parser.parseChunk = partial(_parse_chunk, markdown.parser)  # type: ignore[method-assign]
    return markdown


def open_brackets(text: str) -> int:
    """The number of brackets without an end in a text, if they would take Python-Markdown very long; otherwise 0.

    For each bracket the library reads to the end of the paragraph, and for each `<` to the end of the text.

    >>> open_brackets("[a](b " * 3), open_brackets("[a](b " * 3000), open_brackets("[a](b) " * 3000)
    (0, 3000, 0)
    """
    if (text.count("[") + text.count("<")) * len(text) <= _MOST_READ:
        return 0
    text = _without_code(text)
    after_tags = text[text.rfind(">") + 1 :]
    if (count := after_tags.count("<")) * len(after_tags) > _MOST_READ:
        return count
    for paragraph in _BLANK_LINE.split(text):
        if paragraph.count("[") * len(paragraph) > _MOST_READ:
            count = _without_end(paragraph)
            if count * len(paragraph) > _MOST_READ:
                return count
    return 0


def _without_code(text: str) -> str:
    """The text without its code blocks, where brackets do not matter. A fence without an end is text."""
    kept: list[str] = []
    fenced: list[str] = []
    fence = ""
    for line in text.split("\n"):
        content = line.lstrip(" ")
        if fence:
            fenced.append(line)
            if content.startswith(fence):
                fence, fenced = "", []
        elif content.startswith(("```", "~~~")):
            fence, fenced = content[: len(content) - len(content.lstrip(content[0]))], [line]
        elif not line.startswith(("    ", "\t")):
            kept.append(line)
    return "\n".join((*kept, *fenced))


def _without_end(paragraph: str) -> int:
    """The number of brackets without an end in a paragraph, with those that begin addresses."""
    brackets = addresses = 0
    for found in _BRACKET.finditer(paragraph):
        sign = found.group()
        if sign == "[":
            brackets += 1
        elif sign in ("]", "]("):
            brackets = max(brackets - 1, 0)
            addresses += sign == "]("
        elif addresses and sign in ("(", ")"):
            addresses += 1 if sign == "(" else -1
    return brackets + addresses


def _parse_chunk(parser: BlockParser, parent: Element, text: str) -> None:
    """The library's own method, with a deque for many blocks."""
    blocks = text.split("\n\n")
    parser.parseBlocks(parent, blocks if len(blocks) < _BLOCKS_FOR_DEQUE else _Blocks(blocks))  # type: ignore[arg-type]


class _Blocks(MutableSequence[str]):
    """A list of blocks whose first item is removed and inserted in constant time."""

    def __init__(self, blocks: Iterable[str]) -> None:
        self._blocks = deque(blocks)

    def __len__(self) -> int:
        return len(self._blocks)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        return list(self._blocks)[index] if isinstance(index, slice) else self._blocks[index]

    def __setitem__(self, index: int | slice, value: str | Iterable[str]) -> None:
        if isinstance(index, int) and isinstance(value, str):
            self._blocks[index] = value
            return
        changed = list(self._blocks)
        changed[index] = value  # type: ignore[index,assignment]  # the list checks the types
        self._blocks = deque(changed)

    def __delitem__(self, index: int | slice) -> None:
        if isinstance(index, int):
            del self._blocks[index]
        else:
            changed = list(self._blocks)
            del changed[index]
            self._blocks = deque(changed)

    def insert(self, index: int, value: str) -> None:
        self._blocks.insert(index, value)


class _Inline(InlineProcessor):
    """Applies to each block the inline patterns that can match in it."""

    def __init__(self, md: Markdown, patterns: Sequence[tuple[tuple[str, ...], Pattern]]) -> None:
        super().__init__(md)
        self._patterns = patterns
        self._signs = tuple(dict.fromkeys(sign for signs, _ in patterns for sign in signs))
        self._chosen: dict[tuple[bool, ...], Registry[Pattern]] = {}

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Apply the patterns to the blocks of a tree."""
        children: list[Element] = []
        for block in tree:
            text = "".join(block.itertext()) + (block.tail or "")
            here = tuple([sign in text for sign in self._signs])
            if here not in self._chosen:
                present = {sign for sign, is_here in zip(self._signs, here, strict=True) if is_here}
                chosen = self._chosen[here] = Registry()
                for place, (signs, pattern) in enumerate(self._patterns):
                    if not present.isdisjoint(signs):
                        chosen.register(pattern, str(place), -place)
            patterns = self._chosen[here]
            if patterns:
                # The tail of a block may become elements, which are its siblings then.
                alone = Element(tree.tag)
                alone.append(block)
                self.inlinePatterns = patterns  # type: ignore[assignment]  # the stubs have another class of this name
                super().run(alone, ancestors)
                children += alone
            else:
                children.append(block)
        tree[:] = children
        return tree
