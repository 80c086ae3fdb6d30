"""The PO format: text to a catalogue and back."""

from __future__ import annotations

from translate_pipe.catalogue.po.parsing import located, parse_po, parse_po_data
from translate_pipe.catalogue.po.serializing import (
    message_text,
    po_data,
    serialize_po,
    with_notes,
    wrapped_msgids,
    written,
)

__all__ = [
    "located",
    "message_text",
    "parse_po",
    "parse_po_data",
    "po_data",
    "serialize_po",
    "with_notes",
    "wrapped_msgids",
    "written",
]
