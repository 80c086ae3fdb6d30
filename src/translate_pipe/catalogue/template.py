"""Make a template of documents: the messages of a POT, in the order in which a reader meets them."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

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

Key = TypeVar("Key", bound=Hashable)

# Makes a named tuple without its own constructor, which takes twice as long.
_new = tuple.__new__


def syntaxes_of(places: Iterable[tuple[Key, Syntax]]) -> dict[Key, Syntax]:
    """The syntax of each message, by that of each of its places."""
    found: dict[Key, Syntax] = {}
    for key, syntax in places:
        known = found.setdefault(key, syntax)
        if known is not syntax:
            found[key] = known | syntax
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


class TemplateSegment(NamedTuple):
    """What a template needs of a segment; see `Segment`."""

    text: str
    kind: SegmentKind
    line: int
    detail: str
    section: str
    context: str | None
    comments: tuple[str, ...]


class Segmented(Protocol):
    """A document, or a record of one that has its path and segments."""

    @property
    def path(self) -> str:
        """The path that references name."""

    @property
    def segments(self) -> Iterable[Segment | TemplateSegment]:
        """The segments, in document order."""


class TemplateMaker:
    """Makes a template of documents that it gets one after the other. `references` is what `make_template` takes."""

    def __init__(self, references: str = "line") -> None:
        refuse_unknown("references", references, REFERENCES)
        self._references = references
        self._messages: dict[MessageKey, Message] = {}
        self._repeated: dict[MessageKey, tuple[list[str], list[Reference]]] = {}
        """All comments and references of the messages that occur more than once."""
        # Many segments have the same comment, so each is made and in memory once.
        self._comments: dict[tuple[SegmentKind, str, str], tuple[str, ...]] = {}

    def add(self, document: Segmented) -> None:
        """Add the segments of a document."""
        messages, repeated, comments_of, path = self._messages, self._repeated, self._comments, document.path
        has_references, has_line = self._references != "none", self._references == "line"
        for segment in document.segments:
            what = (segment.kind, segment.detail, segment.section)
            comments = comments_of.get(what)
            if comments is None:
                comments = comments_of[what] = (extracted_comment(*what),)
            if segment.comments:
                comments = (*dict.fromkeys((*segment.comments, *comments)),)
            references = (_new(Reference, (path, segment.line if has_line else 0)),) if has_references else ()
            key = (segment.context, segment.text)
            known = messages.get(key)
            is_markdown = segment.kind.syntax is Syntax.MARKDOWN
            if known is None:
                messages[key] = Message(
                    msgid=segment.text,
                    msgctxt=segment.context,
                    extracted_comments=comments,
                    references=references,
                    flags=_MARKDOWN if is_markdown else (),
                )
                continue
            if key not in repeated:
                repeated[key] = ([*known.extracted_comments], [*known.references])
            repeated[key][0].extend(comments)
            repeated[key][1].extend(references)
            if is_markdown and not known.flags:
                messages[key] = replace(known, flags=_MARKDOWN)

    def template(self, project: str, creation_date: str) -> Catalogue:
        """The template of the documents so far, for `make_template`."""
        shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        for key, (comments, references) in self._repeated.items():
            extracted = tuple(dict.fromkeys(comments))
            self._messages[key] = replace(
                self._messages[key],
                extracted_comments=shared.setdefault(extracted, extracted),
                references=tuple(dict.fromkeys(references)),
            )
        return Catalogue(tuple(self._messages.values()), template_header(project, creation_date))


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
    maker = TemplateMaker(references)
    for document in documents:
        maker.add(document)
    return maker.template(project, creation_date)


def extracted_comment(kind: SegmentKind, detail: str, section: str) -> str:
    """The comment that tells translators what a segment is, and under which heading."""
    description = f"{kind} {detail}" if detail else str(kind)
    return f"{description}, under “{section}”" if section else description
