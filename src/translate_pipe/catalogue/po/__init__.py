"""The PO format: text to a catalogue and back."""

from __future__ import annotations

from translate_pipe.catalogue.po.parsing import located, parse_po
from translate_pipe.catalogue.po.serializing import message_text, serialize_po, with_lines, with_notes

__all__ = ["located", "message_text", "parse_po", "serialize_po", "with_lines", "with_notes"]
