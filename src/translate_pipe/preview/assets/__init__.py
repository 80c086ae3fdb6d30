"""The style sheets and scripts of the preview."""

from __future__ import annotations

from importlib.resources import files

SCRIPTS = ("preview.js", "sides.js", "panel.js", "finding.js", "live.js")
"""The scripts of a page, in the order in which they are loaded."""

ASSETS = ("preview.css", "report.css", *SCRIPTS)
"""The names of all files."""


def asset(name: str) -> bytes:
    """The content of one of them."""
    return files(__name__).joinpath(name).read_bytes()
