"""Directives: HTML comments by which an author tells the pipeline what to do with a block.

<!-- i18n:skip -->              the next block is not offered for translation
<!-- i18n:skip-start -->        nothing is, up to the matching i18n:skip-end
<!-- i18n:skip-end -->
<!-- i18n:comment: TEXT -->     a comment to the translator of the next block
<!-- i18n:context: TEXT -->     the msgctxt of the next block's messages
<!-- i18n:ignore: CHECKS -->    what these checks find in the next block is not reported
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WITHOUT_TEXT = frozenset({"skip", "skip-start", "skip-end"})
WITH_TEXT = frozenset({"comment", "context", "ignore"})

_DIRECTIVE = re.compile(r"<!--\s*+i18n:\s*+(?P<name>[^\s:>]*+)\s*+(?::(?P<text>.*?))?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive as written; `problem` says what is wrong with it, and is empty if nothing is.

    `start` is its place in the text that it was found in, in characters.
    """

    name: str
    text: str = ""
    problem: str = ""
    start: int = 0


def directives(html: str) -> Iterator[Directive]:
    """The directives in a piece of HTML, in their order.

    >>> [d.name for d in directives("<!-- i18n:skip --> <!-- a comment -->")]
    ['skip']
    >>> next(directives("<!-- i18n:context: menu -->")).text
    'menu'
    """
    # Without a limit, each unclosed directive would search the rest of the text.
    for match in _DIRECTIVE.finditer(html, 0, html.rfind("-->") + len("-->")):
        name = match["name"]
        text = " ".join((match["text"] or "").split())
        problem = ""
        if name in WITHOUT_TEXT and text:
            problem = f"i18n:{name} takes no text; did you mean i18n:comment?"
        elif name in WITH_TEXT and not text:
            problem = f"i18n:{name} needs a text: <!-- i18n:{name}: … -->"
        elif name not in WITHOUT_TEXT | WITH_TEXT:
            known = ", ".join(sorted(WITHOUT_TEXT | WITH_TEXT))
            problem = f"unknown directive i18n:{name}; the directives are {known}"
        yield Directive(name, text, problem, match.start())
