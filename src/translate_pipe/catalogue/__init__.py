"""Catalogues and templates: make a template, and merge it into the catalogues of the locales."""

from __future__ import annotations

from translate_pipe.catalogue.headers import new_catalogue, with_field
from translate_pipe.catalogue.merge import Fate, MergeOptions, MergeResult, Outcome, merge
from translate_pipe.catalogue.messages import same_messages
from translate_pipe.catalogue.po import parse_po, parse_po_data, po_data, serialize_po, wrapped_msgids, written
from translate_pipe.catalogue.similar import Compendium
from translate_pipe.catalogue.template import make_template

__all__ = [
    "Compendium",
    "Fate",
    "MergeOptions",
    "MergeResult",
    "Outcome",
    "make_template",
    "merge",
    "new_catalogue",
    "parse_po",
    "parse_po_data",
    "po_data",
    "same_messages",
    "serialize_po",
    "with_field",
    "wrapped_msgids",
    "written",
]
