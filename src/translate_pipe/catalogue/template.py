"""Documents to a template: the messages of a POT, in the order in which a reader meets them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from translate_pipe.model import Catalogue, Message, Reference, SegmentKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe.model import MessageKey, Segment

MARKDOWN_FLAG = "markdown-text"
"""The flag of po4a that switches on a tool's Markdown checks; Weblate knows it as well."""

# A tuple, because looking for one of its five members takes less time than hashing a member of an enumeration.
_PLAIN_KINDS = (
    SegmentKind.FRONT_MATTER,
    SegmentKind.HTML_TEXT,
    SegmentKind.ATTRIBUTE,
    SegmentKind.CODE_COMMENT,
    SegmentKind.CODE_STRING,
)

_MARKDOWN = (MARKDOWN_FLAG,)
_PLAIN_COMMENT = re.compile(rf"(?:{'|'.join(sorted(_PLAIN_KINDS))})(?: [^\s,]\S*)?(?:, under “.*”)?")


def is_markdown(message: Message) -> bool:
    """Whether a message has to be read as Markdown: all have but those that a template of ours says to be plain text.

    Catalogues of others seldom have the flag, so that it is missing tells nothing; the comment of ours does.

    >>> is_markdown(Message("a", extracted_comments=("Code comment python, under “Slaap”",)))
    False
    >>> is_markdown(Message("a")), is_markdown(Message("a", extracted_comments=("Attribute of a thing",)))
    (True, True)
    """
    if MARKDOWN_FLAG in message.flags or not message.extracted_comments:
        return True
    return not any(_PLAIN_COMMENT.fullmatch(comment) for comment in message.extracted_comments)


class Segmented(Protocol):
    """A document, or what is known of one."""

    @property
    def path(self) -> str:
        """The path that references name."""

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments, in document order."""


def make_template(
    documents: Iterable[Segmented], *, project: str, creation_date: str, references: str = "line"
) -> Catalogue:
    """A template with one message for each text of the documents, however often it occurs.

    `project` is the value of Project-Id-Version, `creation_date` that of POT-Creation-Date (``2025-10-16 09:00+0000``).
    `references` says how exactly a message tells where it stands: by `line`, by `file`, or not at all (`none`).
    """
    found: dict[MessageKey, list[tuple[str, Segment]]] = {}
    for document in documents:
        for segment in document.segments:
            found.setdefault((segment.context, segment.text), []).append((document.path, segment))
    messages = (_message(key, places, references) for key, places in found.items())
    return Catalogue(tuple(messages), _header(project, creation_date))


def _message(key: MessageKey, places: list[tuple[str, Segment]], references: str) -> Message:
    """The message of the segments with a key, of which nearly all have one."""
    comments: list[str] = []
    where: list[Reference] = []
    is_markdown = False
    for path, segment in places:
        comments += (*segment.comments, extracted_comment(segment))
        if references != "none":
            where.append(Reference(path, segment.line if references == "line" else 0))
        is_markdown = is_markdown or segment.kind not in _PLAIN_KINDS
    return Message(
        msgid=key[1],
        msgctxt=key[0],
        extracted_comments=tuple(dict.fromkeys(comments)),
        references=tuple(dict.fromkeys(where) if len(where) > 1 else where),
        flags=_MARKDOWN if is_markdown else (),
    )


def extracted_comment(segment: Segment) -> str:
    """What translators are told about a segment: what it is, and under which heading it stands."""
    return f"{segment.description}, under “{segment.section}”" if segment.section else segment.description


def _header(project: str, creation_date: str) -> Message:
    fields = {
        "Project-Id-Version": project,
        "Report-Msgid-Bugs-To": "",
        "POT-Creation-Date": creation_date,
        "PO-Revision-Date": "YEAR-MO-DA HO:MI+ZONE",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return Message("", header_text(fields), flags=("fuzzy",))


def header_text(fields: dict[str, str]) -> str:
    """The msgstr of a header entry."""
    return "".join(f"{name}: {value}".rstrip(" ") + "\n" for name, value in fields.items())
