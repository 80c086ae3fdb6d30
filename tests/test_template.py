"""Templates: one message per text, with comments for translators."""

from __future__ import annotations

from translate_pipe.catalogue import make_template
from translate_pipe.model import Message, Reference
from translate_pipe.segments import parse

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
