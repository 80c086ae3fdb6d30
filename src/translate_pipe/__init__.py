r"""Localised Markdown by way of gettext catalogues, byte for byte.

>>> from translate_pipe import localise, parse
>>> document = parse("# Slaap\n\nWelterusten.\n")
>>> localise(document, {(None, "Welterusten."): "Gute Nacht."}).text
'# Slaap\n\nGute Nacht.\n'
"""

from __future__ import annotations

TYPE_CHECKING = False  # that of typing, without the time that importing it takes

if TYPE_CHECKING:
    from translate_pipe.catalogue.headers import new_catalogue
    from translate_pipe.catalogue.merge import Fate, MergeOptions, MergeResult, Outcome, merge
    from translate_pipe.catalogue.po.parsing import parse_po
    from translate_pipe.catalogue.po.serializing import serialize_po
    from translate_pipe.catalogue.similar import Compendium
    from translate_pipe.catalogue.template import make_template
    from translate_pipe.checks import CHECKS, Check, check
    from translate_pipe.checks.messages.glossary import Term, parse_glossary
    from translate_pipe.errors import CatalogueSyntaxError, GlossaryError, TranslatePipeError, UnknownLocaleError
    from translate_pipe.links import LinkRule, LocaleLinks
    from translate_pipe.locales import plural_forms
    from translate_pipe.localisation import Judge, localise
    from translate_pipe.model import (
        Catalogue,
        Diagnostic,
        Document,
        Localised,
        Message,
        MessageKey,
        ParseOptions,
        Previous,
        Reference,
        Region,
        Segment,
        SegmentKind,
        Severity,
        Side,
        Slot,
        TextSpan,
        Translations,
    )
    from translate_pipe.segments import parse

__version__ = "0.1.0"

_HOMES = {
    "translate_pipe.catalogue.headers": ("new_catalogue",),
    "translate_pipe.catalogue.merge": ("Fate", "MergeOptions", "MergeResult", "Outcome", "merge"),
    "translate_pipe.catalogue.po.parsing": ("parse_po",),
    "translate_pipe.catalogue.po.serializing": ("serialize_po",),
    "translate_pipe.catalogue.similar": ("Compendium",),
    "translate_pipe.catalogue.template": ("make_template",),
    "translate_pipe.checks": ("CHECKS", "Check", "check"),
    "translate_pipe.checks.messages.glossary": ("Term", "parse_glossary"),
    "translate_pipe.segments": ("parse",),
    "translate_pipe.errors": ("CatalogueSyntaxError", "GlossaryError", "TranslatePipeError", "UnknownLocaleError"),
    "translate_pipe.links": ("LinkRule", "LocaleLinks"),
    "translate_pipe.locales": ("plural_forms",),
    "translate_pipe.localisation": ("Judge", "localise"),
    "translate_pipe.model": (
        "Catalogue",
        "Diagnostic",
        "Document",
        "Localised",
        "Message",
        "MessageKey",
        "ParseOptions",
        "Previous",
        "Reference",
        "Region",
        "Segment",
        "SegmentKind",
        "Severity",
        "Side",
        "Slot",
        "TextSpan",
        "Translations",
    ),
}
"""The public names, by the module that each is imported from when it is first used."""

__all__ = [
    "CHECKS",
    "Catalogue",
    "CatalogueSyntaxError",
    "Check",
    "Compendium",
    "Diagnostic",
    "Document",
    "Fate",
    "GlossaryError",
    "Judge",
    "LinkRule",
    "LocaleLinks",
    "Localised",
    "MergeOptions",
    "MergeResult",
    "Message",
    "MessageKey",
    "Outcome",
    "ParseOptions",
    "Previous",
    "Reference",
    "Region",
    "Segment",
    "SegmentKind",
    "Severity",
    "Side",
    "Slot",
    "Term",
    "TextSpan",
    "TranslatePipeError",
    "Translations",
    "UnknownLocaleError",
    "__version__",
    "check",
    "localise",
    "make_template",
    "merge",
    "new_catalogue",
    "parse",
    "parse_glossary",
    "parse_po",
    "plural_forms",
    "serialize_po",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that the command line starts without the parser."""
    from translate_pipe.late import late_name

    value = globals()[name] = late_name(__name__, _HOMES, name)
    return value


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *__all__})
