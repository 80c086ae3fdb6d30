"""Make the messages of a merged catalogue from old messages and those of the template."""

from __future__ import annotations

from dataclasses import fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from translate_pipe.catalogue.po import with_notes
from translate_pipe.catalogue.template import MARKDOWN_FLAG
from translate_pipe.model import Message, Previous

if TYPE_CHECKING:
    from translate_pipe.model import Catalogue


def updated(old: Message, new: Message, plural_count: int) -> Message:
    """An old message with the comments, references, flags and plural of a message of the template."""
    flags = old.flags
    if flags != new.flags:
        # Many editors drop the flag for Markdown each time they save. It is added again only when another note of the
        # message changes; otherwise it would come and go with each update and save.
        is_dropped = MARKDOWN_FLAG not in flags and old.extracted_comments == new.extracted_comments
        kept = tuple(flag for flag in flags if flag != MARKDOWN_FLAG or flag in new.flags)
        added = (flag for flag in new.flags if flag not in kept and not (is_dropped and flag == MARKDOWN_FLAG))
        flags = (*kept, *added)
    is_same_plural = old.msgid_plural == new.msgid_plural
    if not old.obsolete and is_same_plural:
        return with_notes(old, new.extracted_comments, new.references, flags)
    content = replace(
        old,
        msgid_plural=new.msgid_plural,
        extracted_comments=new.extracted_comments,
        references=new.references,
        flags=flags,
        obsolete=False,
        raw="",
    )
    if is_same_plural:
        return content
    singular = old.msgstr_plural[0] if old.msgstr_plural else old.msgstr
    if not new.msgid_plural:
        content = replace(content, msgstr=singular, msgstr_plural=())
    elif not old.msgstr_plural:
        content = replace(content, msgstr="", msgstr_plural=(singular, *("",) * (plural_count - 1)))
    return _as_fuzzy(content) if singular else content


def _as_fuzzy(message: Message) -> Message:
    return message if message.fuzzy else replace(message, flags=("fuzzy", *message.flags))


def without_translation(new: Message, plural_count: int) -> Message:
    """A message of the template without a translation."""
    return replace(new, msgstr_plural=("",) * plural_count if new.msgid_plural else (), line=0, raw="")


def proposed(new: Message, origins: tuple[Message, ...], plural_count: int) -> Message:
    """A message of the template with the translation of old messages, as fuzzy."""
    first = origins[0]
    msgstr = " ".join(origin.msgstr or (origin.msgstr_plural or ("",))[0] for origin in origins)
    if len(origins) > 1:
        previous = Previous(" ".join(origin.msgid for origin in origins))
    elif first.fuzzy and first.previous.msgid is not None:
        previous = first.previous  # the text that was translated
    else:
        previous = Previous(first.msgid, first.msgctxt, first.msgid_plural or None)
    own_flags = tuple(flag for flag in first.flags if flag not in ("fuzzy", MARKDOWN_FLAG))
    plural = first.msgstr_plural or (msgstr, *("",) * (plural_count - 1))
    message = replace(
        new,
        msgstr="" if new.msgid_plural else msgstr,
        msgstr_plural=plural if new.msgid_plural else (),
        translator_comments=tuple(line for origin in origins for line in origin.translator_comments),
        flags=(*own_flags, *(flag for flag in new.flags if flag not in own_flags)),
        previous=previous,
        line=0,
        raw="",
    )
    return _as_fuzzy(message)


def retired(message: Message) -> Message | None:
    """A message as obsolete; None if it has neither translation nor comment, so that nothing is lost without it."""
    if message.obsolete:
        return message
    if not any(message.msgstr_plural or (message.msgstr,)) and not message.translator_comments:
        return None
    return replace(message, obsolete=True, extracted_comments=(), references=(), raw="")


def same_messages(first: Catalogue, second: Catalogue) -> bool:
    """Whether two catalogues have the same messages, apart from their references.

    The flag for Markdown does not count either, because many editors drop it.
    """
    return len(first.messages) == len(second.messages) and all(
        before is after or (_CONTENT(before) == _CONTENT(after) and _other_flags(before) == _other_flags(after))
        for before, after in zip(first.messages, second.messages, strict=True)
    )


_CONTENT = attrgetter(
    *(field.name for field in fields(Message) if field.compare and field.name not in {"references", "flags"})
)


def _other_flags(message: Message) -> list[str]:
    return [flag for flag in message.flags if flag != MARKDOWN_FLAG]
