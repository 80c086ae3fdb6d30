"""Make a template of documents: the messages of a POT, in the order in which a reader meets them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from translate_pipe.catalogue.headers import template_header
from translate_pipe.model import Catalogue, Message, Reference, SegmentKind, Syntax
from translate_pipe.registry import REFERENCES, refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe.model import MessageKey, Segment

MARKDOWN_FLAG = "markdown-text"
"""The flag of po4a for messages in Markdown. Weblate knows it too and runs its Markdown checks on them."""

_MARKDOWN = (MARKDOWN_FLAG,)
_MARKDOWN_FLAGS = frozenset({MARKDOWN_FLAG, "md-text"})  # the second one is Weblate's


_UNKNOWN = Syntax(0)


def syntaxes_of(segments: Iterable[Segment]) -> dict[MessageKey, Syntax]:
    """The syntax of each message, by the kinds of the segments that it translates."""
    found: dict[MessageKey, Syntax] = {}
    for segment in segments:
        syntax = segment.kind.syntax
        known = found.setdefault(segment.key, syntax)
        if known is not syntax:
            found[segment.key] = known | syntax
    return found


def _labels(syntax: Syntax) -> str:
    return "|".join(sorted(kind for kind in SegmentKind if kind.syntax is syntax))


# A comment for plain text is matched exactly, because an author's note may begin with the same words. A comment for
# Markdown is matched by its beginning, because mistaking a note for one only adds checks.
_PLAIN_COMMENT = re.compile(rf"(?:{_labels(Syntax.PLAIN)})(?: [^\s,]\S*)?(?:, under “.*”)?")
_MARKDOWN_COMMENT = re.compile(rf"(?:{_labels(Syntax.MARKDOWN)})\b")


def noted_syntax(message: Message) -> Syntax:
    """The syntax that the flags and extracted comments of a message name; `Syntax(0)` if they name none.

    Many editors drop flags that they do not know, and some tools drop comments. So either is enough.

    >>> noted_syntax(Message("a", extracted_comments=("Front matter title", "Heading 1"))) == ~_UNKNOWN
    True
    >>> noted_syntax(Message("a", extracted_comments=("Code comment python, under “Slaap”",)))
    <Syntax.PLAIN: 2>
    """
    found = _UNKNOWN if _MARKDOWN_FLAGS.isdisjoint(message.flags) else Syntax.MARKDOWN
    for comment in message.extracted_comments:
        if _PLAIN_COMMENT.fullmatch(comment):
            found |= Syntax.PLAIN
        elif _MARKDOWN_COMMENT.match(comment):
            found |= Syntax.MARKDOWN
    return found


class Segmented(Protocol):
    """A document, or a record of one that has its path and segments."""

    @property
    def path(self) -> str:
        """The path that references name."""

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments, in document order."""


def make_template(
    documents: Iterable[Segmented], *, project: str, creation_date: str, references: str = "line"
) -> Catalogue:
    r"""Make a template of documents: one message for each msgctxt and text, with a reference to each place.

    - `documents`: what `parse` gives, in the order of the messages. Give each one a `path`; references name it.
    - `project`: the value of the header field Project-Id-Version.
    - `creation_date`: that of POT-Creation-Date, such as `2025-10-16 09:00+0000`.
    - `references`: whether a reference has a path and a `line`, the path only (`file`), or is left out (`none`).

    Raises ValueError for any other `references`.

    >>> from translate_pipe import parse
    >>> document = parse("# Slaap\n\nSlaap\n", "slaap.md")
    >>> template = make_template([document], project="Slaap", creation_date="2025-10-16 09:00+0000")
    >>> [(message.msgid, message.references) for message in template.messages]
    [('Slaap', (Reference(path='slaap.md', line=1), Reference(path='slaap.md', line=3)))]
    """
    refuse_unknown("references", references, REFERENCES)
    found: dict[MessageKey, list[tuple[str, Segment]]] = {}
    for document in documents:
        for segment in document.segments:
            found.setdefault((segment.context, segment.text), []).append((document.path, segment))
    messages: list[Message] = []
    # Many segments have the same comment, so each is made and in memory once.
    comment_of: dict[tuple[str, str, str], str] = {}
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    for (context, text), places in found.items():
        comments: list[str] = []
        where: list[Reference] = []
        is_markdown = False
        for path, segment in places:
            if segment.comments:
                comments += segment.comments
            what = (segment.kind.value, segment.detail, segment.section)
            comment = comment_of.get(what)
            if comment is None:
                comment = comment_of[what] = extracted_comment(segment)
            comments.append(comment)
            if references != "none":
                where.append(Reference(path, segment.line if references == "line" else 0))
            is_markdown = is_markdown or segment.kind.syntax is Syntax.MARKDOWN
        extracted = tuple(dict.fromkeys(comments) if len(comments) > 1 else comments)
        message = Message(
            msgid=text,
            msgctxt=context,
            extracted_comments=shared.setdefault(extracted, extracted),
            references=tuple(dict.fromkeys(where) if len(where) > 1 else where),
            flags=_MARKDOWN if is_markdown else (),
        )
        messages.append(message)
    return Catalogue(tuple(messages), template_header(project, creation_date))


def extracted_comment(segment: Segment) -> str:
    """The comment that tells translators what a segment is, and under which heading."""
    return f"{segment.description}, under “{segment.section}”" if segment.section else segment.description
