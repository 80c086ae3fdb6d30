"""From a localised document to the one that is written: what the project adds of its own, after the translators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from translate_pipe.links import NO_LINKS
from translate_pipe.localisation.finishing.finished import Finished
from translate_pipe.localisation.finishing.pinning import pin
from translate_pipe.localisation.finishing.relinking import relink
from translate_pipe.markdown.inline.slugs import RULES

if TYPE_CHECKING:
    from translate_pipe.links import LocaleLinks
    from translate_pipe.model import Document


@dataclass(frozen=True, slots=True)
class Finish:
    """What becomes of the localised documents of one locale.

    `links` are the addresses that differ there. `anchors` says how the slugs of the source's headings are pinned on
    translated ones (`off`, `attr`, `html`), and `anchor_slugs` is the name of the rule that makes them.
    """

    links: LocaleLinks = NO_LINKS
    anchors: str = "off"
    anchor_slugs: str = "github"


def finish(document: Document, text: str, wanted: Finish, file: str = "") -> Finished:
    r"""Give a localised document what the project wants in it.

    `text` is the document in another language, `file` its name for diagnostics. Each step proves that it changes
    nothing else, and leaves out what it cannot prove.

    >>> from translate_pipe.segments import parse
    >>> finish(parse("# Slaap\n"), "# Schlaf\n", Finish(anchors="attr")).text
    '# Schlaf {#slaap}\n'
    """
    relinked = relink(document, text, wanted.links, file)
    if wanted.anchors == "off":
        return relinked
    pinned = pin(document, relinked.text, wanted.anchors, RULES[wanted.anchor_slugs], file)
    return Finished(pinned.text, relinked.diagnostics + pinned.diagnostics)


__all__ = ["Finish", "Finished", "finish"]
