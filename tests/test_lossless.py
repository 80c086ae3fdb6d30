"""The invariant: without translations, a document is written byte for byte as it was read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from strategies import documents, hostile_texts, parse_options, valid_texts

from translate_pipe import localise, parse
from translate_pipe.markdown.dialects import ALL_DIALECTS
from translate_pipe.model import SlotShape
from translate_pipe.project.reassembly import roundtrip
from translate_pipe.segments import ParseOptions

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = ParseOptions(translate_bibliography=True)
ALL = ParseOptions(dialects=tuple(dialect.name for dialect in ALL_DIALECTS), code="all", segmentation="sentence")
"""All kinds of segments, in all dialects at once."""
MARK = "\ufeff"


def assert_lossless(text: str, options: ParseOptions = OPTIONS) -> None:
    assert roundtrip(text.encode(), text, options) is None


def variants(text: str) -> list[str]:
    """The same document with other line ends and with a byte order mark."""
    unix = text.removeprefix(MARK).replace("\r\n", "\n")
    return [text, MARK + unix, unix.replace("\n", "\r\n"), MARK + unix.replace("\n", "\r\n"), unix.replace("\n", "\r")]


@pytest.mark.property
@given(documents(), parse_options)
def test_structured_markdown_is_lossless(text: str, options: ParseOptions) -> None:
    assert_lossless(text, options)


@pytest.mark.property
@given(valid_texts, parse_options)
def test_any_text_is_lossless(text: str, options: ParseOptions) -> None:
    assert_lossless(text, options)


@pytest.mark.property
@given(hostile_texts.filter(str.isprintable), parse_options)
def test_hostile_text_is_lossless(text: str, options: ParseOptions) -> None:
    assert_lossless(text, options)


@pytest.mark.property
@given(documents(), parse_options)
def test_translation_equal_to_its_msgid_changes_nothing(text: str, options: ParseOptions) -> None:
    document = parse(text, options=options)
    assert localise(document, {segment.key: segment.text for segment in document.segments}).text == text


@pytest.mark.property
@given(documents(), parse_options)
def test_segments_are_in_order_and_do_not_overlap(text: str, options: ParseOptions) -> None:
    document = parse(text, options=options)
    ends = [segment.slot.end for segment in document.segments]
    starts = [segment.slot.start for segment in document.segments]
    assert all(start < end for start, end in zip(starts, ends, strict=True))
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
    assert len(document.skeleton) == len(document.segments) + 1


@pytest.mark.property
@given(documents(), parse_options)
def test_segment_on_one_line_is_the_source_as_written(text: str, options: ParseOptions) -> None:
    document = parse(text, options=options)
    for segment in document.segments:
        raw = document.data[segment.slot.start : segment.slot.end].decode()
        if not re.search(r"[\r\n]", raw) and segment.slot.shape is not SlotShape.SCALAR:
            assert segment.text == raw


def test_commonmark_examples_are_lossless(corpora: Path) -> None:
    specification = (corpora / "commonmark" / "spec.txt").read_text(encoding="utf-8")
    examples = re.findall(r"^`{32} example\n(.*?)^\.\n", specification, re.MULTILINE | re.DOTALL)
    assert len(examples) > 600
    for example in examples:
        for text in variants(example.replace("→", "\t")):
            assert_lossless(text)


@pytest.mark.slow
def test_corpora_are_lossless(corpora: Path) -> None:
    files = [path for path in corpora.rglob("*") if path.suffix in {".md", ".txt"}]
    assert len(files) > 300
    for path in files:
        texts = variants(path.read_bytes().decode())
        for text in texts:
            assert_lossless(text)
        assert_lossless(texts[0], ALL)


def test_difference_has_its_line() -> None:
    difference = roundtrip(b"een\ntwee\n", "een\nzwei\n", OPTIONS)
    assert difference is not None
    assert (difference.line, difference.before, difference.after) == (2, b"twee\n", b"zwei\n")
