"""What a `#fragment` can reach in a document: headings by their slugs, explicit ids, HTML ids and footnotes.

Which slug a heading gets depends on the renderer. Those of all known ones are accepted, so a fragment that is missed is
missed everywhere.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from translate_pipe.text.expression import Expression

_FOOTNOTE = Expression(r"(?:user-content-)?fn(?:ref)?\d*[:_-]?.")
_OF_THE_BROWSER = Expression(r"(?:top)?$|:~:", re.IGNORECASE)


class Targets(NamedTuple):
    """What can be reached in one document."""

    ids: frozenset[str] = frozenset()
    has_footnotes: bool = False

    def has(self, fragment: str) -> bool:
        """Whether a fragment, as a link writes it, leads anywhere; the top of the page is everywhere."""
        name = unquote(fragment)
        if name in self.ids or _OF_THE_BROWSER.match(name):
            return True
        return self.has_footnotes and _FOOTNOTE.match(name) is not None
