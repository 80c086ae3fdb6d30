"""Write a catalogue as PO text.

An entry that is unchanged is written with the lines that it was read from. Texts are escaped by polib and wrapped as
msgcat wraps them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from itertools import chain, islice
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from translate_pipe.catalogue.po.parsing import read_entries, split_header
from translate_pipe.catalogue.po.wrapping import PO_WIDTH, field_lines
from translate_pipe.model import NO_PREVIOUS, Catalogue, Message, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NOTHING_WRAPPED: Mapping[str, str] = MappingProxyType({})
_NO_HEADER = Message("")
_BLOCKS_AT_ONCE = 1000
_WRAPPED = re.compile(rb'^msgid ""(?:\n"[^"\\\n]++")++$', re.MULTILINE)
_BLANK_LINES = re.compile(r"(?:[^\S\n]*+\n)*+")


def serialize_po(catalogue: Catalogue, width: int = PO_WIDTH) -> str:
    r"""The text of a PO file.

    - `catalogue`: what to write. A message with `raw` lines keeps them; other messages are written as msgcat does.
    - `width`: the columns of a line of these, quotes included; 0 wraps only after a newline. A character of East Asian
      width takes two columns.

    Write it as UTF-8, without translating line ends: `Path(name).write_bytes(text.encode())`.

    >>> serialize_po(Catalogue((Message("Huid", "Haut", flags=("fuzzy",)),)))
    '#, fuzzy\nmsgid "Huid"\nmsgstr "Haut"\n'
    """
    text = "\n".join(_blocks(catalogue, width)) + "\n"
    return catalogue.byte_order_mark + text.replace("\n", catalogue.line_end)


def _blocks(catalogue: Catalogue, width: int, wrapped: Mapping[str, str] = NOTHING_WRAPPED) -> Iterator[str]:
    """The lines of each entry and of the trailer, with the blank lines before them."""
    entries = (message_text(message, width, wrapped) for message in _written(catalogue))
    blocks = chain(entries, [catalogue.trailer] if catalogue.trailer else ())
    for first in islice(blocks, 1):
        yield first.lstrip("\n")
    # The lines of an entry that was read include the blank lines before it.
    for block in blocks:
        yield block if block.startswith("\n") else "\n" + block


def _written(catalogue: Catalogue) -> tuple[Message, ...]:
    has_header = catalogue.header.raw or catalogue.header != _NO_HEADER
    return (catalogue.header, *catalogue.messages) if has_header else catalogue.messages


def po_data(catalogue: Catalogue, width: int = PO_WIDTH, wrapped: Mapping[str, str] = NOTHING_WRAPPED) -> bytes:
    """The bytes of the PO file that has the text of `serialize_po`.

    `wrapped` has the lines of msgids that are wrapped already; see `wrapped_msgids`.
    """
    return _data(catalogue, _blocks(catalogue, width, wrapped))


def _data(catalogue: Catalogue, blocks: Iterator[str]) -> bytes:
    """The text is encoded in pieces: one wide character makes a text take two or four times as much memory."""
    data = BytesIO()  # gives its content without a copy
    data.write(catalogue.byte_order_mark.encode())
    if first := list(islice(blocks, _BLOCKS_AT_ONCE)):
        while first:
            data.write(("\n".join(first) + "\n").replace("\n", catalogue.line_end).encode())
            first = list(islice(blocks, _BLOCKS_AT_ONCE))
    else:
        data.write(catalogue.line_end.encode())
    return data.getvalue()


def wrapped_msgids(data: bytes) -> dict[str, str]:
    """The text of the lines of the msgids that take several, in a file that `po_data` wrote, by their texts.

    Finding where lines may be broken takes most of the time of writing. Texts with escapes are left out.
    """
    found: dict[str, str] = {}
    for block in _WRAPPED.finditer(data):
        lines = block[0].decode()
        found["".join([line[1:-1] for line in lines.split("\n")[1:]])] = lines
    return found


def written(catalogue: Catalogue, width: int = PO_WIDTH) -> tuple[bytes, Catalogue]:
    r"""The bytes of a PO file, and the catalogue that would be read from them, without reading all of them.

    The catalogue has the lines and line numbers of the file. A message with `raw` lines is not read again: the lines
    must say what the message says, as they do in catalogues that were read and merged.

    >>> data, catalogue = written(Catalogue((Message("Huid"), Message("Haar"))))
    >>> catalogue.messages[1].line
    4
    """
    messages: list[Message] = []
    trailer = ""

    def noted() -> Iterator[str]:
        """Each block, once it is known how it would be read. None stays in memory."""
        nonlocal trailer
        waiting = iter(_written(catalogue))
        number = 0  # of lines before the block
        for block in _blocks(catalogue, width):
            if message := next(waiting, None):
                messages.append(_read_again(message, block, number))
                number += block.count("\n") + 1
            else:
                trailer = block
            yield block

    data = _data(catalogue, noted())
    header, others = split_header(messages)
    return data, replace(catalogue, header=header, messages=others, trailer=trailer)


def _read_again(message: Message, block: str, number: int) -> Message:
    """The message that would be read from its lines, which come after `number` others."""
    blank = _BLANK_LINES.match(block)
    line = number + (blank[0].count("\n") if blank else 0) + 1
    read = message
    if not message.raw:
        ((read,), _) = read_entries(block)
    if (read.line, read.raw) != (line, block):
        read = _copy(read, (read.extracted_comments, read.references, read.flags), line, block)
    return read


def message_text(message: Message, width: int = PO_WIDTH, wrapped: Mapping[str, str] = NOTHING_WRAPPED) -> str:
    """The lines of one entry, without a final line end.

    polib would write the same lines, as the tests prove. But it would make an entry object for each message and escape
    each string twice, which took a quarter of the time of writing.
    """
    if message.raw:
        return message.raw
    lines = _comment_lines("#", message.translator_comments) if message.translator_comments else []
    if not message.obsolete:
        lines += _comment_lines("#.", message.extracted_comments)
        lines += _reference_lines(message.references)
    if message.flags:
        lines.append(f"#, {', '.join(message.flags)}")
    prefix = "#~| " if message.obsolete else "#| "
    for name in ("msgctxt", "msgid", "msgid_plural") if message.previous is not NO_PREVIOUS else ():
        text = getattr(message.previous, name)
        if text is not None:
            lines += field_lines(prefix, name, text, width)
    prefix = "#~ " if message.obsolete else ""
    if message.msgctxt is not None:
        lines += field_lines(prefix, "msgctxt", message.msgctxt, width)
    known = wrapped.get(message.msgid)
    lines += [known] if known else field_lines(prefix, "msgid", message.msgid, width)
    if message.msgid_plural:
        lines += field_lines(prefix, "msgid_plural", message.msgid_plural, width)
    if not message.msgstr_plural:
        lines += field_lines(prefix, "msgstr", message.msgstr, width)
    for number, text in enumerate(message.msgstr_plural):
        lines += field_lines(prefix, f"msgstr[{number}]", text, width)
    return "\n".join(lines)


def with_notes(
    message: Message,
    extracted_comments: tuple[str, ...],
    references: tuple[Reference, ...],
    flags: tuple[str, ...],
) -> Message:
    """A message with other extracted comments, references and flags. Its other `raw` lines stay as they are."""
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


def _copy(message: Message, notes: _Notes, line: int, raw: str) -> Message:
    """A copy of a message, in half the time of `replace`: one more line in a document changes all later messages."""
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


_FOLLOWING = {"#.": ("#:", "#,", "#|", "#~", "m"), "#:": ("#,", "#|", "#~", "m"), "#,": ("#|", "#~", "m")}
"""How the lines begin that follow the lines of each kind."""


def _raw_with(raw: str, mark: str, new: list[str]) -> str:
    """The lines of an entry with all those of one kind replaced."""
    lines = raw.split("\n")
    first = next((at for at, line in enumerate(lines) if line.startswith(mark)), None)
    if first is None:
        first = next(at for at, line in enumerate(lines) if line.startswith(_FOLLOWING[mark]))
    kept = [line for line in lines if not line.startswith(mark)]
    return "\n".join([*kept[:first], *new, *kept[first:]])


def _comment_lines(mark: str, comments: tuple[str, ...]) -> list[str]:
    return [f"{mark} {line}" if line else mark for line in comments]


def _reference_lines(references: tuple[Reference, ...]) -> list[str]:
    """References as xgettext writes them: as many on a line as fit in 79 columns."""
    if len(references) == 1 and references[0].line and " " not in references[0].path:  # as most are
        return [f"#: {references[0].path}:{references[0].line}"]
    lines: list[str] = []
    for reference in references:
        path = f"\u2068{reference.path}\u2069" if " " in reference.path else reference.path
        text = f"{path}:{reference.line}" if reference.line else path
        if lines and len(lines[-1]) + 1 + len(text) <= PO_WIDTH:
            lines[-1] += " " + text
        else:
            lines.append("#: " + text)
    return lines
