"""Front matter: which of its values are segments, how translations are written in their place, and keys for a build.

The parser of each format says what its text says; everything around the values stays as it is, byte for byte.
"""

from __future__ import annotations

from translate_pipe.markdown.embedded.frontmatter.adding import with_keys
from translate_pipe.markdown.embedded.frontmatter.blocks import FrontMatterBlock, find
from translate_pipe.markdown.embedded.frontmatter.pieces import Problem, items, problem
from translate_pipe.markdown.embedded.frontmatter.values import Entry
from translate_pipe.markdown.embedded.frontmatter.writing import quoted_plainly, says, write_values

__all__ = [
    "Entry",
    "FrontMatterBlock",
    "Problem",
    "find",
    "items",
    "problem",
    "quoted_plainly",
    "says",
    "with_keys",
    "write_values",
]
