r"""Localised Markdown by way of gettext catalogues, byte for byte.

>>> from translate_pipe import localise, parse
>>> document = parse("# Slaap\n\nWelterusten.\n")
>>> localise(document, {(None, "Welterusten."): "Gute Nacht."}).text
'# Slaap\n\nGute Nacht.\n'
"""

from __future__ import annotations

TYPE_CHECKING = False  # that of typing, without the time that importing it takes

if TYPE_CHECKING:
    from translate_pipe.catalogue import parse_po, serialize_po
    from translate_pipe.catalogue.merge import merge
    from translate_pipe.checks import check
    from translate_pipe.document import parse
    from translate_pipe.localisation import localise

__version__ = "0.1.0"

__all__ = ["__version__", "check", "localise", "merge", "parse", "parse_po", "serialize_po"]

_HOMES = {
    "check": "translate_pipe.checks",
    "localise": "translate_pipe.localisation",
    "merge": "translate_pipe.catalogue",
    "parse": "translate_pipe.document",
    "parse_po": "translate_pipe.catalogue",
    "serialize_po": "translate_pipe.catalogue",
}


def __getattr__(name: str) -> object:
    """Import on first use, so that the command line starts without the parser."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
