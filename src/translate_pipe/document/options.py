"""What a project may choose about parsing."""

from __future__ import annotations

from dataclasses import dataclass

from translate_pipe.document.bibliography import HEADINGS

FRONT_MATTER_KEYS = ("title", "description", "image.alt", "image_alt")


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """Choices that change which parts of a document are segments.

    `front_matter` holds the key paths whose values are segments; `translate_bibliography` offers the entries of a
    bibliography as well; `bibliography_headings` are the headings that open one.
    """

    front_matter: tuple[str, ...] = FRONT_MATTER_KEYS
    translate_bibliography: bool = False
    bibliography_headings: tuple[str, ...] = HEADINGS


DEFAULTS = ParseOptions()
