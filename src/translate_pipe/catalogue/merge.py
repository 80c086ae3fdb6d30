"""A template merged into a catalogue: new messages come in, vanished ones become obsolete, no translation is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from translate_pipe.catalogue.template import MARKDOWN_FLAG, header_text
from translate_pipe.model import Catalogue, Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe.model import MessageKey


@dataclass(frozen=True, slots=True)
class MergeResult:
    """A merged catalogue, and what became of the messages.

    kept: the message was there and still is. revived: it was obsolete and is needed again. added: it is new and has no
    translation. retired: it is no longer in the template and became obsolete.
    """

    catalogue: Catalogue
    kept: tuple[MessageKey, ...] = ()
    revived: tuple[MessageKey, ...] = ()
    added: tuple[MessageKey, ...] = ()
    retired: tuple[MessageKey, ...] = ()
    changed: bool = False
    """Whether anything but references and dates differs; if not, `catalogue` is the old one."""


def merge(catalogue: Catalogue, template: Catalogue) -> MergeResult:
    """Bring a catalogue in line with a template.

    Messages are matched by (msgctxt, msgid). They stand in the template's order, obsolete ones after them in their old
    order. References and extracted comments are the template's; all that a translator wrote is kept.
    """
    old = _by_key(catalogue.messages)
    new_keys = {message.key for message in template.messages}
    active = (_merged(old.get(message.key), message) for message in template.messages)
    others = (_retired(message) for message in catalogue.messages if message.key not in new_keys)
    merged = replace(
        catalogue,
        messages=(*active, *(message for message in others if message is not None)),
        header=_with_missing_fields(catalogue.header, template),
    )
    changed = merged.header != catalogue.header or not same_messages(catalogue, merged)
    known = {key: message.obsolete for key, message in old.items()}
    return MergeResult(
        catalogue=_with_date(merged, template) if changed else catalogue,
        kept=tuple(message.key for message in template.messages if known.get(message.key) is False),
        revived=tuple(message.key for message in template.messages if known.get(message.key)),
        added=tuple(message.key for message in template.messages if message.key not in known),
        retired=tuple(
            message.key for message in catalogue.messages if not message.obsolete and message.key not in new_keys
        ),
        changed=changed,
    )


def same_messages(first: Catalogue, second: Catalogue) -> bool:
    """Whether two catalogues have the same messages, apart from where they stand in the source."""
    return _without_references(first.messages) == _without_references(second.messages)


def with_field(header: Message, name: str, value: str) -> Message:
    """A header entry with one field set; the other lines keep their order and wording."""
    lines = header.msgstr.split("\n")
    at = next((at for at, line in enumerate(lines) if line.partition(":")[0].strip() == name), None)
    line = f"{name}: {value}".rstrip(" ")
    if at is None:
        end = len(lines) - (lines[-1] == "")
        changed = [*lines[:end], line, *lines[end:]]
    else:
        changed = [*lines[:at], line, *lines[at + 1 :]]
    return header if changed == lines else replace(header, msgstr="\n".join(changed), raw="")


def new_catalogue(template: Catalogue, locale: str, plural_forms: str) -> Catalogue:
    """A catalogue for a locale without any message yet; merge the template into it.

    `plural_forms` is the value of the Plural-Forms header field.
    """
    fields = template.fields | {"Language": locale, "Plural-Forms": plural_forms}
    return Catalogue((), Message("", header_text(fields)))


def _by_key(messages: Iterable[Message]) -> dict[MessageKey, Message]:
    """The messages by key; where an obsolete one has the same key as an active one, the active one counts."""
    found: dict[MessageKey, Message] = {}
    for message in messages:
        if message.key not in found or (found[message.key].obsolete and not message.obsolete):
            found[message.key] = message
    return found


def _merged(old: Message | None, new: Message) -> Message:
    if old is None:
        return new
    flags = tuple(flag for flag in old.flags if flag != MARKDOWN_FLAG or flag in new.flags)
    flags += tuple(flag for flag in new.flags if flag not in flags)
    content = replace(
        old,
        extracted_comments=new.extracted_comments,
        flags=flags,
        obsolete=False,
    )
    # Where nothing but references differs, the entry keeps the lines that it was read from.
    return replace(content, references=new.references, raw=old.raw if content == old else "")


def _retired(message: Message) -> Message | None:
    """A message that the template no longer has; without a translation there is nothing to keep."""
    if message.obsolete:
        return message
    if not message.has_msgstr and not message.translator_comments:
        return None
    return replace(message, obsolete=True, extracted_comments=(), references=(), raw="")


def _with_missing_fields(header: Message, template: Catalogue) -> Message:
    """The catalogue's own header, with the fields of the template that it lacks."""
    own = Catalogue((), header).fields
    for name, value in template.fields.items():
        if name not in own:
            header = with_field(header, name, value)
    return header


def _with_date(catalogue: Catalogue, template: Catalogue) -> Catalogue:
    """The catalogue with the creation date of the template that its messages are from."""
    date = template.fields.get("POT-Creation-Date")
    return replace(catalogue, header=with_field(catalogue.header, "POT-Creation-Date", date)) if date else catalogue


def _without_references(messages: Iterable[Message]) -> list[Message]:
    return [replace(message, references=()) for message in messages]
