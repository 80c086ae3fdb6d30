"""Tokens: marks of site generators within a text, which a translator leaves as they are.

They are those of all dialects at once, since a catalogue does not tell which one its documents are written in. Two
tokens are the same if the site generator takes them for the same: blanks beside signs do not matter, and parameters
that readers see, such as `title="…"`, may be translated.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from translate_pipe.markdown.dialects import ALL_DIALECTS, ATTRIBUTES, common
from translate_pipe.text.expression import Expression

SEEN_ATTRIBUTES = frozenset(ATTRIBUTES).union(*(dialect.attributes for dialect in ALL_DIALECTS))
"""The attributes and parameters that readers see, in any dialect."""

_LETTER_BEFORE = r"(?<![A-Za-z0-9_:.+/@&-])"  # of ASCII: Chinese has no blank between a token and a word
# No token holds the beginning of another one, so that many beginnings do not search the same text each.
_ATTRIBUTE_LIST = r"\{:?[ \t]*(?:[#.][\w-]|[\w:-]{1,50}=)[^{}\n]{0,300}\}"
_WHOLE = (
    r"\{\{<(?:[^{]|\{(?!\{)){0,1000}?>\}\}",  # Hugo's shortcodes
    r"\{\{%(?:[^{]|\{(?!\{)){0,1000}?%\}\}",
    r"\{\{(?![<%])(?:[^{}]|\{(?!\{)|\}(?!\})){0,500}\}\}",  # values of Liquid, Jinja and MyST
    r"\{%(?:[^{%]|\{(?!%)|%(?!\})){0,1000}%\}",  # their tags
    r"<%[^%]{0,200}%>",
    r"\{!(?:[^{!\n]|!(?!\})){1,500}!\}|\{\*(?:[^{*\n]|\*(?!\})){1,500}\*\}",  # included texts
    r"\{=[\w-]+\}",  # Pandoc's raw code
    r"\{[A-Za-z_$][\w$.]{0,100}(?:\([^{}\n]{0,200}\)[\w$.]{0,100}| (?:[-+*/%<>?]|&&|\|\||[!=]==?) [^{}\n]{1,200})\}",
    rf"{_LETTER_BEFORE}\+\+[A-Za-z0-9_\"'-]{{1,50}}(?:\+[A-Za-z0-9_\"'-]{{1,50}}){{0,9}}\+\+(?![A-Za-z0-9+])",  # keys
    r"\(@[\w-]*\)",  # Pandoc's numbered examples
    # Its keys outside of brackets; a name without digits or signs may be a person's handle.
    rf"{_LETTER_BEFORE}@(?=[A-Za-z]*(?:[0-9_]|[:-][A-Za-z0-9_]))[A-Za-z][A-Za-z0-9_]*(?:[:.-][A-Za-z0-9_]+)*",
    r"</?[A-Z][A-Za-z0-9]{0,50}\.[A-Za-z][^<>\n]{0,200}>",  # components that CommonMark takes for no tags
    r"\{(?:\+\+|--|~~|==|>>)|(?:\+\+|--|~~|==|<<)\}",  # critic marks
)
_SHORT = (
    r"\$\{[^{}\s]*\}|\{(?!:?[.#])[\w.:!\-\[\]]*\}|%\([\w.]+\)[#0 +-]*\d*[diouxXeEfFgGcrs]"
    r"|%(?:\d+\$)?[sdifu@](?![A-Za-z])|(?<![A-Za-z0-9_:]):[a-z][a-z0-9_+-]*[a-z0-9]:(?![A-Za-z0-9_:])"
)
_MATH = common.MATH.pattern.decode().replace(r"\w", "A-Za-z0-9_")
_TOKEN = Expression(
    r"(?=[{$%:+@(<=~-])"  # what none of them begins with is soon passed over
    rf"(?:(?P<attributes>{_ATTRIBUTE_LIST})|(?P<whole>{'|'.join(_WHOLE)})|(?P<math>{_MATH})|(?P<short>{_SHORT}))",
    re.DOTALL,
)
_RARER_SIGNS = Expression(r":[a-z]|<[%A-Z/]")
_SEEN = Expression(
    rf"(?<![\w-])({'|'.join(sorted(SEEN_ATTRIBUTES))})\s*=\s*"
    r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`)",
    re.DOTALL,
)
_ATTRIBUTE = Expression(r"([\w:-]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s\"'}]+)|[#.][^\s{}#.]+|[^\s{}]+")
_BLANKS = Expression(r"\s+")
_BLANKS_BESIDE_SIGNS = Expression(r"(?<=[^\w\s]) | (?=[^\w\s])")


class Token(NamedTuple):
    """A token and its range in characters; `kind` is `attributes`, `whole`, `math` or `short`.

    Short ones, such as `{name}`, `%s` and `:smile:`, replace a word, so a sentence may need them; the others are not
    read at all.
    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def identity(self) -> str:
        """The same for tokens that have the same effect.

        >>> Token("whole", '{{<figure  src="a.png" title="Een noot" >}}', 0, 43).identity
        '{{<figure src="a.png"title="">}}'
        """
        if self.kind == "short":
            return self.text
        if self.kind == "attributes":
            return _attributes(self.text)
        return _BLANKS_BESIDE_SIGNS.sub("", _BLANKS.sub(" ", _SEEN.sub(r'\1=""', self.text)))


def _attributes(text: str) -> str:
    """An attribute list in one way of writing it: in order, without quotes, without what readers see.

    >>> _attributes("{: width=30 .c title='Een noot' }"), _attributes('{.c title=Nuss width="30"}')
    ('{.c title= width=30}', '{.c title= width=30}')
    """
    items = [
        found.group()
        if found[1] is None
        else f"{found[1]}=" + ("" if found[1] in SEEN_ATTRIBUTES else found[2].strip("\"'"))
        for found in _ATTRIBUTE.finditer(text.removeprefix("{:").removesuffix("}"))
    ]
    return "{" + " ".join(sorted(items)) + "}"


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text, in their order.

    >>> [token.text for token in tokens("Druk op ++ctrl+c++ in {{ naam }} :smile:")]
    ['++ctrl+c++', '{{ naam }}', ':smile:']
    """
    # Most texts hold none, and this is asked of each message, so it asks in the fastest way.
    if not (
        "{" in text
        or "}" in text
        or "$" in text
        or "%" in text
        or "@" in text
        or "++" in text
        or ((":" in text or "<" in text) and _RARER_SIGNS.search(text) is not None)
    ):
        return ()
    return tuple(
        [Token(found.lastgroup or "", found.group(), found.start(), found.end()) for found in _TOKEN.finditer(text)]
    )
