"""The part of rendered HTML that a browser may get.

Many people write translations, and each can hold HTML. nh3, which follows the parser of the HTML standard, removes
script, style, forms and frames, and limits classes and ids, so that nothing can pass for a part of the page around it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nh3

from translate_pipe.preview.segment_marks import with_dropped_attributes

if TYPE_CHECKING:
    from collections.abc import Callable

_SCHEMES = {"http", "https", "mailto"}
_EVERYWHERE = {"id", "lang", "dir", "title", "class"}
_CLASSES = (
    "admonition admonition-title attention caution danger error example failure footnote footnote-backref footnote-ref "
    "hint important info note quote success tip toc warning task-list task-list-item"
)
_TAGS = (nh3.ALLOWED_TAGS | {"picture", "section"}) - {"map", "area"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": _EVERYWHERE,
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"align", "colspan", "rowspan", "headers"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "details": {"open"},
    "bdo": {"dir"},
    "q": {"cite"},
    "time": {"datetime"},
}
_ALIGNMENT = re.compile(r' style="text-align: (left|right|center);"')


class Sanitiser:
    """Removes from the HTML of one side of a page what must not reach a browser.

    `prefix` is added to the ids of elements, so that those of the two sides differ. `address` maps the relative
    addresses of links and images to those in the preview, or to None.
    """

    def __init__(self, prefix: str, address: Callable[[str], str | None]) -> None:
        self._address = address
        self._prefix = prefix
        self._cleaner = nh3.Cleaner(
            tags=_TAGS,
            clean_content_tags={"script", "style"},
            attributes=_ATTRIBUTES,
            attribute_filter=self._filtered,
            url_schemes=_SCHEMES,
            url_relative=self._relative,
            id_prefix=prefix,
        )

    def clean(self, html: str) -> str:
        """The HTML that a browser may get."""
        # How Python-Markdown aligns the cells of a table; no other style gets through.
        html = with_dropped_attributes(html, _is_kept)
        return self._cleaner.clean(_ALIGNMENT.sub(r' align="\1"', html))

    def _relative(self, address: str) -> str | None:
        if address.startswith("//"):
            return None
        page, mark, fragment = address.partition("#")
        leads_to = self._address(page) if page else ""
        return f"{leads_to}#{self._prefix}{fragment}" if mark and leads_to is not None else leads_to

    @staticmethod
    def _filtered(_tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return " ".join(word for word in value.split() if word in _ALLOWED_CLASSES) or None
        return value


def _is_kept(tag: str, attribute: str) -> bool:
    return tag in _TAGS and (attribute in _EVERYWHERE or attribute in _ATTRIBUTES.get(tag, ()))


_ALLOWED_CLASSES = frozenset(_CLASSES.split())
