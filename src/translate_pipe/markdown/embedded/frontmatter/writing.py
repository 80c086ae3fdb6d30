"""Translations in front matter: how each is written, and the proof that the result says the right things.

Nothing is trusted: the format's own parser reads the result again. It must say what the source says, but for the
translated values, which must be the translations.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.markdown.embedded.frontmatter.blocks import find, notation, read_front_matter
from translate_pipe.markdown.embedded.frontmatter.pieces import in_bytes
from translate_pipe.markdown.embedded.frontmatter.values import FrontMatterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from translate_pipe.markdown.embedded.frontmatter.blocks import FrontMatterBlock
    from translate_pipe.markdown.embedded.frontmatter.values import FrontMatterReading, Value

_SURROGATE = re.compile(r"[\ud800-\udfff]")  # which UTF-8 cannot hold


class _Matter(NamedTuple):
    """The front matter of a text, read; `places` are its values by the bytes at which they begin."""

    text: str
    block: FrontMatterBlock
    reading: FrontMatterReading

    @property
    def content(self) -> str:
        return self.text[self.block.start : self.block.stop]

    @property
    def places(self) -> dict[int, Value]:
        return {start: value for value, start, _ in in_bytes(self.text, self.block.start, self.reading.values)}


def _matter(text: str) -> _Matter | None:
    block = find(text)
    try:
        return _Matter(text, block, read_front_matter(block.style, text[block.start : block.stop])) if block else None
    except FrontMatterError:
        return None


def write_values(text: str, translations: Mapping[int, str]) -> dict[int, str]:
    r"""How translations of values are written in the front matter at the beginning of a text.

    `translations` maps the byte at which a value begins to its translation; the result maps it to what takes the
    value's place. A value is missing there if nothing that takes its place is read as the translation. The source's
    style is kept where it can say the translation. White space around a value's text stays.

    >>> write_values("---\ntitle: Slaap\n---\n", {11: "Schlaf: gut"})
    {11: '"Schlaf: gut"'}
    """
    source = _matter(text)
    if source is None:
        return {}
    source = source._replace(text=text[: source.block.end])
    places = source.places
    wanted = [
        _Spelling(start, places[start], translation)
        for start, translation in sorted(translations.items())
        if start in places and not _SURROGATE.search(translation)
    ]
    choices = [choice._replace(spelling=_spellings(source, choice)[0]) for choice in wanted]
    return {choice.place: choice.spelling for choice in _settled(source, choices, [])}


_KEY = re.compile(r"[ ]*[A-Za-z_][\w.-]*:[ ]+")
_QUOTED = re.compile(r"(\"[^\"\\]{1,1000}\"|'[^'\\]{1,1000}')")  # YAML knows no limit but for keys, of 1,024


def quoted_plainly(before: str, written: str, text: str, translation: str) -> str:
    r"""A translation in place of a text of YAML in quotation marks, if that can certainly change nothing else.

    `before` is what is on the line before the text, `written` is the text with its quotation marks. Between these marks
    there are no escapes and no line ends, before and afterwards, so YAML reads them and everything around them in the
    same way. The result is empty if this is not so, or if one of the texts may be more than words to a theme.

    >>> quoted_plainly("title: ", '"Slaap"', "Slaap", "Schlaf: gut"), quoted_plainly("- ", '"Slaap"', "Slaap", "Schlaf")
    ('"Schlaf: gut"', '')
    """
    result = f"{written[:1]}{translation}{written[-1:]}"
    both = written + result
    is_plain = (
        written[1:-1] == text
        and both.isprintable()
        and not _MEANING.search(both)
        and _QUOTED.fullmatch(written)
        and _QUOTED.fullmatch(result)
        and _KEY.fullmatch(before)
    )
    return result if is_plain else ""


_MEANING = re.compile(r"[<>{}=`]|\]\(")


def says(source: str, localised: str, translations: Mapping[int, str]) -> bool:
    """Whether the front matter of a localised text says what its source's says, with translations in their places.

    `translations` are those of `write_values`. Front matter that cannot be read says nothing, and so nothing wrong.
    """
    was = _matter(source)
    if was is None:
        return True
    places = was.places
    choices = (_Spelling(start, places[start], text) for start, text in translations.items() if start in places)
    now = _matter(localised)
    return now is not None and _agrees(was, now, tuple(choices))


class _Spelling(NamedTuple):
    """A way to write a translation in place of a value."""

    place: int
    value: Value
    translation: str
    spelling: str = ""

    @property
    def content(self) -> str:
        return self.value.content_for(self.translation)


def _spellings(source: _Matter, choice: _Spelling) -> list[str]:
    return list(notation(source.block.style).spellings(source.content, choice.value, choice.content))


def _settled(source: _Matter, choices: Sequence[_Spelling], settled: list[_Spelling]) -> list[_Spelling]:
    """The choices that are right together with the settled ones, each in its first right spelling.

    Nearly always these are all, in their first spelling. If not, each half is looked at by itself, which costs a
    reading for each halving.
    """
    if not choices or _is_right(source, [*settled, *choices]):
        return list(choices)
    if len(choices) == 1:
        (choice,) = choices
        others = (choice._replace(spelling=other) for other in islice(_spellings(source, choice), 1, None))
        return [other for other in others if _is_right(source, [*settled, other])][:1]
    middle = len(choices) // 2
    first = _settled(source, choices[:middle], settled)
    return first + _settled(source, choices[middle:], settled + first)


def _is_right(source: _Matter, choices: Sequence[_Spelling]) -> bool:
    text, start = source.text, source.block.start
    pieces: list[str] = []
    position = 0
    for choice in choices:
        pieces += (text[position : start + choice.value.start], choice.spelling)
        position = start + choice.value.end
    changed = "".join((*pieces, text[position:]))
    now = _matter(changed)
    return now is not None and now.block.end == len(changed) and _agrees(source, now, choices)


def _agrees(was: _Matter, now: _Matter, choices: Sequence[_Spelling]) -> bool:
    if was.block.style != now.block.style:
        return False
    facts = list(was.reading.facts)
    for choice in choices:
        facts[choice.value.fact] = facts[choice.value.fact]._replace(text=choice.content)
    return tuple(facts) == now.reading.facts
