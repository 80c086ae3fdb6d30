"""Keys that a build adds to the front matter of localised documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from translate_pipe.markdown.embedded.frontmatter.blocks import find, notation, read_front_matter
from translate_pipe.markdown.embedded.frontmatter.values import FrontMatterError, facts_of
from translate_pipe.text.lines import line_end_of, split_byte_order_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from translate_pipe.markdown.embedded.frontmatter.values import Entry, StatedFact


def with_keys(text: str, entries: Mapping[str, Entry]) -> str:
    r"""A document with keys at the top of its front matter, which it gets, as YAML, if it has none.

    A key that is there already gets the new value if its value is a scalar. Whatever else is there stays as it is, and
    so does front matter that cannot be read. To do it again changes nothing.

    >>> with_keys("---\ntitle: Slaap # kop\n---\nTekst.\n", {"lang": "de", "translation": {"percent": 50}})
    '---\ntitle: Slaap # kop\nlang: de\ntranslation: {percent: 50}\n---\nTekst.\n'
    """
    mark, body = split_byte_order_mark(text)
    if not entries:
        return text
    line_end = line_end_of(body.encode())
    if find(body) is None:
        gap = line_end if body and not body.startswith(("\r", "\n")) else ""
        body = f"---{line_end}---{line_end}{gap}{body}"
    for key, entry in entries.items():
        body = _with_key(body, key, entry, line_end)
    return mark + body


def _with_key(text: str, key: str, entry: Entry, line_end: str) -> str:
    """A text with one more key, or as it is if the key cannot be added so that nothing else changes."""
    block = find(text)
    if block is None:
        return text
    content = text[block.start : block.stop]
    try:
        before = read_front_matter(block.style, content).facts
        candidates = [*notation(block.style).assignments(content, key, entry, line_end)]
    except FrontMatterError:
        return text
    for candidate in candidates:
        try:
            after = read_front_matter(block.style, candidate).facts
        except FrontMatterError:
            continue
        added = tuple(fact for fact in after if fact.path[:1] == (key,))
        if added == facts_of({key: entry})[1:] and _without(before, key) == _without(after, key):
            result = text[: block.start] + candidate + text[block.stop :]
            found = find(result)
            is_whole = found is not None and found.end - block.end == len(result) - len(text)
            return result if is_whole else text
    return text


def _without(facts: Iterable[StatedFact], key: str) -> list[StatedFact]:
    """The facts without those of one key, and without that of the whole, which counts the keys."""
    return [fact for fact in facts if fact.path and fact.path[0] != key]
