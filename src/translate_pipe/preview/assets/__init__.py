"""The style sheets and scripts of the preview."""

from __future__ import annotations

from importlib.resources import files

ASSETS = ("preview.css", "preview.js", "report.css")
"""Their names."""


def asset(name: str) -> bytes:
    """The content of one of them."""
    return files(__name__).joinpath(name).read_bytes()
