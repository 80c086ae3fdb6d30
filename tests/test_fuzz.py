"""Everything that a run does with a document, on random documents in the syntax of each dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fuzzing import OPTIONS, go_through, random_text
from hypothesis import given
from hypothesis import strategies as st
from strategies import hostile_texts

from translate_pipe.localisation import localise
from translate_pipe.markdown.dialects import ALL_DIALECTS, Dialect
from translate_pipe.segments import ParseOptions, parse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random


@pytest.mark.property
@given(st.sampled_from(OPTIONS), st.randoms(), st.lists(hostile_texts, min_size=1, max_size=3))
def test_random_documents_pass_through_a_run(options: ParseOptions, random: Random, msgstrs: Sequence[str]) -> None:
    go_through(random_text(random, options.dialects), options, msgstrs)


# Masks of lines that turn out to be text, and offsets inside a character.
ODD = {
    "a comment behind a colon": (": % één\nx\n", "myst"),
    "a comment in a paragraph": ("a\n: % één  \nx\n", "myst"),
    "a break in a definition": (": +++ éé\nx\n", "myst"),
    "an identifier in a paragraph": (": ::: éé.é  \nx\n", "mkdocs"),
    "a mask as wide as a character": (": [^1]: ^^^é\nx", "myst"),
    "an emoji as a row of a table": (":-| Zie {ref}`kop`", "gfm"),
    "a row of a table as an emoji": (":-|\n", "gfm"),
    "several characters of a reference": ("&fjlig;{&fjlig;}`kop` en zo. En zo.", "myst"),
    "a reference in a role": ("{&NotEqualTilde;}`kop` Zo. En zo.", "gfm"),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("segmentation", ["block", "sentence"])
def test_odd_documents_pass_through_a_run(name: str, end: str, segmentation: str) -> None:
    text, dialect = ODD[name]
    options = ParseOptions(dialects=(dialect,), segmentation=segmentation, source_locale="nl")
    go_through(text.replace("\n", end), options, ["é"])


@pytest.mark.parametrize("dialect", ALL_DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("before", [": ", "> : ", "x\n> y\n: ", "[^1]: ", ":  ", "- : "])
def test_unmasked_line_is_read_as_written(dialect: Dialect, before: str) -> None:
    """A mask in a paragraph is removed; inlines of the parser there could begin inside a character."""
    options = ParseOptions(dialects=(dialect.name,), segmentation="sentence", source_locale="nl")
    for line in {line for rule in dialect.lines for line in rule.example.markdown.split("\n")}:
        for at in range(2, 6):
            for more in ("é", "éé", "漢"):
                text = f"{before}{line[:at]}{more}{line[at:]}  \nx\n"
                assert localise(parse(text, "", options), {}).text == text
