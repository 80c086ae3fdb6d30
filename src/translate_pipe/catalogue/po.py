"""The PO format: text to catalogue and back.

Entries of the usual kind are read by one regular expression each, all others line by line (`catalogue/entries.py`),
which takes five times as long; the result is the same. Strings are escaped by polib and wrapped as msgcat wraps them. A
message that nobody changed is written as the very lines it was read from.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

import polib

from translate_pipe.catalogue.entries import read_entry, references_in
from translate_pipe.catalogue.wrapping import WIDTH, field_lines
from translate_pipe.errors import CatalogueSyntaxError
from translate_pipe.model import Catalogue, Message, Previous, Reference

BYTE_ORDER_MARK = "\ufeff"
_NO_PREVIOUS = Previous()
_NO_HEADER = Message("")
_SHOWN = 40  # characters of a msgid in an error


# Reading


def parse_po(text: str) -> Catalogue:
    r"""Read a PO or POT file.

    `text` is the decoded text of the file, with LF or CRLF line ends and with or without a byte order mark. Read the
    file so that Python does not translate its line ends: `Path(name).read_bytes().decode()`.

    Returns a `Catalogue`; `serialize_po` makes the same text of it. Raises CatalogueSyntaxError, with the line, for
    what could not be written again without loss: syntax errors, duplicate messages, a truncated entry, conflict
    markers of a version control system.

    The format is that of the [GNU gettext manual](https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html).

    >>> parse_po('msgid "Huid"\nmsgstr "Haut"\n').messages[0].msgstr
    'Haut'
    """
    body = text.removeprefix(BYTE_ORDER_MARK)
    line_end = "\r\n" if "\r\n" in body else "\n"
    messages, trailer = _read(body.replace("\r\n", "\n"))
    _refuse_duplicates(messages)
    at = next((at for at, message in enumerate(messages) if _is_header(message)), None)
    header = Message("") if at is None else messages.pop(at)
    return Catalogue(
        messages=tuple(messages),
        header=header,
        trailer=trailer,
        byte_order_mark=text[: len(text) - len(body)],
        line_end=line_end,
    )


def _is_header(message: Message) -> bool:
    return not message.msgid and message.msgctxt is None and not message.obsolete


def _refuse_duplicates(messages: list[Message]) -> None:
    active = [message for message in messages if not message.obsolete]
    if len({(message.msgctxt, message.msgid) for message in active}) == len(active):
        return
    lines: dict[tuple[str | None, str], int] = {}
    for message in active:
        first = lines.setdefault(message.key, message.line)
        if first != message.line:
            shown = " ".join(message.msgid.split())
            shown = shown if len(shown) < _SHOWN else shown[: _SHOWN - 1] + "…"
            raise CatalogueSyntaxError(
                message.line, f'the message "{shown}" stands here a second time (first on line {first}); remove one'
            )


# A string is on one or several lines, with the escapes that need no look at the end of a line (a number may end there).
_PIECE = r'"[^"\\\n]*+(?:\\[^\n0-7xa][^"\\\n]*+)*+"'
_STRING = rf"{_PIECE}(?:\n{_PIECE})*+"
_USUAL = re.compile(
    rf"""
    (\n*+)
    ((?:\#(?![.:,|~]).*+\n)*+)
    ((?:\#\..*+\n)*+)
    ((?:\#:.*+\n)*+)
    ((?:\#,.*+\n)*+)
    (?:msgctxt[ ]({_STRING})\n)?+
    msgid[ ]({_STRING})\n
    msgstr[ ]({_STRING})
    (?=\n*+\Z|\n++(?:\#(?!~)|msgid[ ]|msgctxt))
    """,
    re.VERBOSE,
)
"""An entry as gettext and we write it, without plural and previous, not obsolete; and the next one begins behind it."""


def _read(text: str) -> tuple[list[Message], str]:
    """The messages of a text, with the comments behind the last one."""
    messages: list[Message] = []
    at = number = 0  # of the characters and lines that are read
    while at < len(text):
        if found := _USUAL.match(text, at):
            messages.append(_usual_message(found, number))
            end = found.end()
        else:
            entry = read_entry(text, at, number)
            if not entry.is_complete:
                return messages, entry.raw
            messages.append(entry.message())
            end = entry.end
        number += text.count("\n", at, end) + 1
        at = end + 1
    return messages, ""


def _usual_message(found: re.Match[str], number: int) -> Message:
    blank, translator, extracted, references, flags, msgctxt, msgid, msgstr = found.groups()
    return Message(
        msgid=_content(msgid),
        msgstr=_content(msgstr),
        msgctxt=None if msgctxt is None else _content(msgctxt),
        translator_comments=_comments(translator) if translator else (),
        extracted_comments=_extracted(extracted) if extracted else (),
        references=tuple(references_in(_notes(references))) if references else (),
        flags=_flags(flags) if flags else (),
        line=number + len(blank) + 1,
        raw=found[0],
    )


def _content(string: str) -> str:
    """The text of a string that stands between quotes on each of its lines."""
    joined = string[1:-1].replace('"\n"', "")
    return str(polib.unescape(joined)) if "\\" in joined else joined


def _comments(block: str) -> tuple[str, ...]:
    return tuple(line[1:].removeprefix(" ") for line in block.split("\n")[:-1])


def _notes(block: str) -> list[str]:
    """What stands behind the marks, of two characters each, of lines of one kind."""
    return [line[2:].removeprefix(" ") for line in block.split("\n")[:-1]]


# Many entries have the same extracted comments and flags, which are then in memory once.


@lru_cache(maxsize=256)
def _extracted(block: str) -> tuple[str, ...]:
    return tuple(_notes(block))


@lru_cache(maxsize=256)
def _flags(block: str) -> tuple[str, ...]:
    return tuple(flag for line in _notes(block) for flag in map(str.strip, line.split(",")) if flag)


# Writing


def serialize_po(catalogue: Catalogue, width: int = WIDTH) -> str:
    r"""The text of a PO file.

    - `catalogue`: what to write. A message with `raw` lines keeps them; the others are written as msgcat writes them.
    - `width`: the columns of a line in the latter, quotes included; 0 wraps only after a newline. A character of East
      Asian width takes two columns.

    Write it as UTF-8, without translating line ends: `Path(name).write_bytes(text.encode())`.

    >>> serialize_po(Catalogue((Message("Huid", "Haut", flags=("fuzzy",)),)))
    '#, fuzzy\nmsgid "Huid"\nmsgstr "Haut"\n'
    """
    text = "\n".join(_blocks(catalogue, width)).lstrip("\n") + "\n"
    return catalogue.byte_order_mark + text.replace("\n", catalogue.line_end)


def _blocks(catalogue: Catalogue, width: int) -> list[str]:
    """The lines of each entry and of the trailer, with the blank ones in front of them."""
    entries = [message_text(message, width) for message in _written(catalogue)]
    if catalogue.trailer:
        entries.append(catalogue.trailer)
    # The lines of an entry that was read include the blank ones in front of it.
    return [entry if entry.startswith("\n") else "\n" + entry for entry in entries]


def _written(catalogue: Catalogue) -> tuple[Message, ...]:
    has_header = catalogue.header.raw or catalogue.header != _NO_HEADER
    return (catalogue.header, *catalogue.messages) if has_header else catalogue.messages


def with_lines(catalogue: Catalogue, width: int = WIDTH) -> Catalogue:
    r"""A catalogue as it is read from what `serialize_po` writes of it, without reading all of it again.

    A message with `raw` lines only learns where they stand; what they say is taken to be what the message says, as in
    all catalogues that were read and merged.

    >>> with_lines(Catalogue((Message("Huid"), Message("Haar")))).messages[1].line
    4
    """
    blocks = _blocks(catalogue, width)
    blocks[:1] = [block.lstrip("\n") for block in blocks[:1]]
    messages: list[Message] = []
    number = 0  # of lines that are written
    for message, block in zip(_written(catalogue), blocks, strict=False):
        messages.append(_placed(message, block, number))
        number += block.count("\n") + 1
    _refuse_duplicates(messages)
    at = next((at for at, message in enumerate(messages) if _is_header(message)), None)
    header = Message("") if at is None else messages.pop(at)
    trailer = blocks[-1] if catalogue.trailer else ""
    return replace(catalogue, header=header, messages=tuple(messages), trailer=trailer)


_BLANK_LINES = re.compile(r"(?:[^\S\n]*+\n)*+")


def _placed(message: Message, block: str, number: int) -> Message:
    """A message as it is read from its lines, which stand behind `number` others."""
    blank = _BLANK_LINES.match(block)
    line = number + (blank[0].count("\n") if blank else 0) + 1
    if message.raw:
        return (
            message if (message.line, message.raw) == (line, block) else _copy(message, _notes_of(message), line, block)
        )
    ((read,), _) = _read(block)
    return _copy(read, _notes_of(read), line, block)


def message_text(message: Message, width: int = WIDTH) -> str:
    """The lines of one entry, without a final line end."""
    if message.raw:
        return message.raw
    lines = _comment_lines("#", message.translator_comments)
    if not message.obsolete:
        lines += _comment_lines("#.", message.extracted_comments)
        lines += _reference_lines(message.references)
    if message.flags:
        lines.append(f"#, {', '.join(message.flags)}")
    if message.previous != _NO_PREVIOUS:
        lines += _previous_lines(message, width)
    lines += _string_lines(message, width)
    return "\n".join(lines)


# polib writes the same lines, as the tests hold; but it made up an entry of its own for each message, and escaped each
# string twice, which took a quarter of the time of writing.


def _previous_lines(message: Message, width: int) -> list[str]:
    prefix = "#~| " if message.obsolete else "#| "
    previous = message.previous
    fields = (("msgctxt", previous.msgctxt), ("msgid", previous.msgid), ("msgid_plural", previous.msgid_plural))
    return [line for name, text in fields if text is not None for line in field_lines(prefix, name, text, width)]


def _string_lines(message: Message, width: int) -> list[str]:
    prefix = "#~ " if message.obsolete else ""
    lines = [] if message.msgctxt is None else field_lines(prefix, "msgctxt", message.msgctxt, width)
    lines += field_lines(prefix, "msgid", message.msgid, width)
    if message.msgid_plural:
        lines += field_lines(prefix, "msgid_plural", message.msgid_plural, width)
    if not message.msgstr_plural:
        return lines + field_lines(prefix, "msgstr", message.msgstr, width)
    for number, text in enumerate(message.msgstr_plural):
        lines += field_lines(prefix, f"msgstr[{number}]", text, width)
    return lines


def with_notes(
    message: Message,
    extracted_comments: tuple[str, ...],
    references: tuple[Reference, ...],
    flags: tuple[str, ...],
) -> Message:
    """A message with other extracted comments, references and flags; its other lines stay as they are."""
    has_comments = extracted_comments == message.extracted_comments
    has_references = references == message.references
    has_flags = flags == message.flags
    if has_comments and has_references and has_flags:
        return message
    raw = message.raw
    if raw and not has_comments:
        raw = _raw_with(raw, "#.", _comment_lines("#.", extracted_comments))
    if raw and not has_references:
        raw = _raw_with(raw, "#:", _reference_lines(references))
    if raw and not has_flags:
        raw = _raw_with(raw, "#,", [f"#, {', '.join(flags)}"] if flags else [])
    return _copy(message, (extracted_comments, references, flags), message.line, raw)


_Notes: TypeAlias = tuple[tuple[str, ...], tuple[Reference, ...], tuple[str, ...]]
"""The extracted comments, references and flags of a message."""


def _notes_of(message: Message) -> _Notes:
    return message.extracted_comments, message.references, message.flags


def _copy(message: Message, notes: _Notes, line: int, raw: str) -> Message:
    """A message in other lines; one more line in a document moves all behind it, and `replace` takes twice as long."""
    extracted_comments, references, flags = notes
    return Message(
        msgid=message.msgid,
        msgstr=message.msgstr,
        msgctxt=message.msgctxt,
        msgid_plural=message.msgid_plural,
        msgstr_plural=message.msgstr_plural,
        translator_comments=message.translator_comments,
        extracted_comments=extracted_comments,
        references=references,
        flags=flags,
        previous=message.previous,
        obsolete=message.obsolete,
        line=line,
        raw=raw,
    )


_BEHIND = {"#.": ("#:", "#,", "#|", "#~", "m"), "#:": ("#,", "#|", "#~", "m"), "#,": ("#|", "#~", "m")}
"""What stands behind the lines of each kind."""


def _raw_with(raw: str, mark: str, new: list[str]) -> str:
    """The lines of an entry with all those of one kind replaced."""
    lines = raw.split("\n")
    first = next((at for at, line in enumerate(lines) if line.startswith(mark)), None)
    if first is None:
        first = next(at for at, line in enumerate(lines) if line.startswith(_BEHIND[mark]))
    kept = [line for line in lines if not line.startswith(mark)]
    return "\n".join([*kept[:first], *new, *kept[first:]])


def _comment_lines(mark: str, comments: tuple[str, ...]) -> list[str]:
    return [f"{mark} {line}" if line else mark for line in comments]


def _reference_lines(references: tuple[Reference, ...]) -> list[str]:
    """References as xgettext writes them: as many on a line as fit in 79 columns."""
    lines: list[str] = []
    for reference in references:
        path = f"\u2068{reference.path}\u2069" if " " in reference.path else reference.path
        text = f"{path}:{reference.line}" if reference.line else path
        if lines and len(lines[-1]) + 1 + len(text) <= WIDTH:
            lines[-1] += " " + text
        else:
            lines.append("#: " + text)
    return lines
