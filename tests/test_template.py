"""Templates: one message per text, with comments for translators."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents

from translate_pipe.catalogue import make_template
from translate_pipe.catalogue.template import TemplateMaker
from translate_pipe.model import Message, Reference, Segment
from translate_pipe.project.steps.sketches import Sketch, SketchedDocument, syntaxes_in
from translate_pipe.segments import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from translate_pipe.catalogue.template import TemplateSegment

ONE = "---\ntitle: Slaap\n---\n\n# Slaap\n\n## Rust\n\nLees *dit*.\n\n- Lees *dit*.\n"
TWO = "<!-- i18n:comment: in een menu -->\n<!-- i18n:context: menu -->\nSlaap\n"


def test_repeated_text_is_one_message_with_two_references() -> None:
    template = make_template([parse(ONE, "a.md"), parse(TWO, "b.md")], project="p", creation_date="d")
    assert template.messages == (
        Message(
            "Slaap",
            extracted_comments=("Front matter title", "Heading 1"),
            references=(Reference("a.md", 2), Reference("a.md", 5)),
            flags=("markdown-text",),
        ),
        Message(
            "Rust", extracted_comments=("Heading 2",), references=(Reference("a.md", 7),), flags=("markdown-text",)
        ),
        Message(
            "Lees *dit*.",
            extracted_comments=("Paragraph, under “Rust”", "List item, under “Rust”"),
            references=(Reference("a.md", 9), Reference("a.md", 11)),
            flags=("markdown-text",),
        ),
        Message(
            "Slaap",
            msgctxt="menu",
            extracted_comments=("in een menu", "Paragraph"),
            references=(Reference("b.md", 3),),
            flags=("markdown-text",),
        ),
    )


def test_only_front_matter_has_no_markdown_flag() -> None:
    template = make_template([parse("---\ntitle: Slaap\n---\n", "a.md")], project="p", creation_date="d")
    assert template.messages[0].flags == ()


def test_header_of_a_template() -> None:
    template = make_template([], project="Artikelen", creation_date="2025-10-16 09:00+0000")
    assert template.header.flags == ("fuzzy",)
    assert template.fields["Project-Id-Version"] == "Artikelen"
    assert template.fields["POT-Creation-Date"] == "2025-10-16 09:00+0000"
    assert template.fields["Content-Type"] == "text/plain; charset=UTF-8"


def _rows(segments: Sequence[Segment | TemplateSegment]) -> list[tuple[object, ...]]:
    return [(one.text, one.kind, one.line, one.detail, one.section, one.context, one.comments) for one in segments]


@pytest.mark.property
@given(st.lists(documents(), min_size=1, max_size=3), st.sampled_from(["line", "file", "none"]))
def test_template_of_cached_documents_is_the_same(texts: list[str], references: str) -> None:
    read = [parse(f"{TWO}\n{ONE}{text}", f"{at}.md") for at, text in enumerate(texts)]
    made = [SketchedDocument(Sketch.of(one, "content"), one.segments) for one in read]
    kept = [SketchedDocument.of_cache(one.cache_entry("key"), one.path, "content", "key") for one in made]
    maker = TemplateMaker(references)
    for one, document in zip(kept, read, strict=True):
        assert one
        assert _rows(one.segments) == _rows(document.segments)
        maker.add(one)
    assert [one and one.sketch for one in kept] == [one.sketch for one in made]
    template = make_template(read, project="p", creation_date="d", references=references)
    assert maker.template("p", "d") == template
    syntaxes = syntaxes_in(one.sketch for one in made)
    assert syntaxes.keys() == {message.key for message in template.messages}
    for document in read:
        assert all(one.kind.syntax in syntaxes[one.key] for one in document.segments)


def test_cache_entry_of_another_content_is_not_used() -> None:
    document = parse(ONE, "a.md")
    entry = SketchedDocument(Sketch.of(document, "content"), document.segments).cache_entry("key")
    assert SketchedDocument.of_cache(entry, "a.md", "content", "key")
    assert not SketchedDocument.of_cache(entry, "a.md", "other", "key")
    assert not SketchedDocument.of_cache(entry, "a.md", "content", "other")
    assert not SketchedDocument.of_cache(entry[:-1], "a.md", "content", "key")


class _OwnMessage(Message):
    """A message of somebody who uses the library."""


@pytest.mark.parametrize("kind", [Message, _OwnMessage])
@pytest.mark.parametrize("raw", ["", 'msgid "a"', 'msgid "é"', '# “𝒜” \udc80\nmsgid "a"'])
def test_message_is_a_constant_value(kind: type[Message], raw: str) -> None:
    message = kind("a", "b", flags=("fuzzy",), line=3, raw=raw)
    assert (message.msgid, message.msgstr, message.msgctxt, message.flags, message.raw) == (
        "a",
        "b",
        None,
        ("fuzzy",),
        raw,
    )
    for name in ("msgid", "raw"):
        with pytest.raises(FrozenInstanceError):
            setattr(message, name, "c")
    assert type(message) is kind
    assert message == kind("a", "b", flags=("fuzzy",))
    assert hash(message) == hash(replace(message, raw="", line=0))
    assert replace(message, msgstr="c").raw == raw
    if kind is Message:
        assert pickle.loads(pickle.dumps(message)).raw == raw  # noqa: S301
    with pytest.raises(TypeError):
        kind()  # type: ignore[call-arg]
