"""The PO format: text to catalogue and back.

The reader is strict where a lenient one loses work: polib reads an unterminated ``msgstr "Haut`` as ``Hau`` and goes
on, so its string rules (`polib.unescape`) are used line by line, under a grammar that refuses what it cannot read
whole. Entries are written by polib and wrapped as msgcat
wraps them. A message that nobody changed is written as the very lines it was read from.

The format is described in the GNU gettext manual, section "The Format of PO Files".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import polib

from translate_pipe.catalogue.wrapping import WIDTH, rewrapped
from translate_pipe.errors import CatalogueSyntaxError
from translate_pipe.model import Catalogue, Message, Previous, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

BYTE_ORDER_MARK = "\ufeff"
_SHOWN = 40  # characters of a msgid in an error

_STRING = r'"((?:[^"\\]|\\.)*)"[ \t]*\Z'
_FIELD = re.compile(rf"(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?[ \t]*{_STRING}")
_CONTINUATION = re.compile(_STRING)
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: |\Z)")
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(a)|(.))")
_NUMERIC_ESCAPE = re.compile(r"\\[0-7xa]")
_REFERENCE = re.compile(r"(?:\u2068([^\u2069]*)\u2069|(\S+?))(?::(\d+))?(?=\s|\Z)")
_CHARSET = re.compile(r"charset=([^\s;\\]+)", re.IGNORECASE)


# Reading


def parse_po(text: str) -> Catalogue:
    r"""Read a PO or POT text.

    Raises CatalogueSyntaxError for anything that could not be written back without loss: syntax errors, duplicate
    messages, a truncated entry, conflict markers of a version control system.

    >>> parse_po('msgid "Huid"\nmsgstr "Haut"\n').messages[0].msgstr
    'Haut'
    """
    body = text.removeprefix(BYTE_ORDER_MARK)
    line_end = "\r\n" if "\r\n" in body else "\n"
    entries = list(_entries(body.replace("\r\n", "\n").split("\n")))
    trailer = entries.pop().raw if entries and not entries[-1].is_complete else ""
    messages = [entry.message() for entry in entries]
    header = next((message for message in messages if message.key == (None, "") and not message.obsolete), None)
    if header is not None:
        messages.remove(header)
    _refuse_duplicates([header, *messages] if header else messages)
    return Catalogue(
        messages=tuple(messages),
        header=header or Message(""),
        trailer=trailer,
        byte_order_mark=text[: len(text) - len(body)],
        line_end=line_end,
    )


def charset(catalogue: Catalogue) -> str:
    """The charset that the header names, in lower case, or an empty text."""
    found = _CHARSET.search(catalogue.fields.get("Content-Type", ""))
    return found[1].lower() if found else ""


def _refuse_duplicates(messages: list[Message]) -> None:
    lines: dict[tuple[str | None, str], int] = {}
    for message in messages:
        if message.obsolete:
            continue
        first = lines.setdefault(message.key, message.line)
        if first != message.line:
            shown = " ".join(message.msgid.split())
            shown = shown if len(shown) < _SHOWN else shown[: _SHOWN - 1] + "…"
            raise CatalogueSyntaxError(
                message.line, f'the message "{shown}" stands here a second time (first on line {first}); remove one'
            )


_Strings: TypeAlias = "dict[str, list[str]]"
"""The pieces of each string of an entry, by its keyword."""

_Target: TypeAlias = "tuple[_Strings, str] | None"
"""Where a continuation line goes."""


@dataclass(slots=True)
class _Entry:
    """An entry while its lines are read; the keywords of `strings` have the plural index."""

    line: int = 0
    raw: str = ""
    rank: int = 0  # of its last keyword
    obsolete: bool | None = None
    comments: dict[str, list[str]] = field(default_factory=dict)
    strings: _Strings = field(default_factory=dict)
    previous: _Strings = field(default_factory=dict)

    @property
    def has_msgstr(self) -> bool:
        return "msgstr" in self.strings or "msgstr[0]" in self.strings

    @property
    def is_complete(self) -> bool:
        return "msgid" in self.strings

    def message(self) -> Message:
        """The message that the lines make."""
        comments = self.comments
        strings = {name: "".join(pieces) for name, pieces in self.strings.items()}
        previous = {name: "".join(pieces) for name, pieces in self.previous.items()}
        plural = sorted((name for name in strings if name.startswith("msgstr[")), key=lambda name: int(name[7:-1]))
        return Message(
            msgid=strings["msgid"],
            msgstr=strings.get("msgstr", ""),
            msgctxt=strings.get("msgctxt"),
            msgid_plural=strings.get("msgid_plural", ""),
            msgstr_plural=tuple(strings[name] for name in plural),
            translator_comments=tuple(comments.get("", ())),
            extracted_comments=tuple(comments.get(".", ())),
            references=tuple(_references(comments.get(":", ()))),
            flags=tuple(flag for line in comments.get(",", ()) for flag in map(str.strip, line.split(",")) if flag),
            previous=Previous(previous.get("msgid"), previous.get("msgctxt"), previous.get("msgid_plural")),
            obsolete=bool(self.obsolete),
            line=self.line,
            raw=self.raw,
        )


def _entries(lines: list[str]) -> Iterator[_Entry]:
    """The entries of a text; the last one is incomplete if comments stand behind the last message."""
    entry = _Entry()
    start = 0  # of the entry's lines
    end = 0  # behind its last line that is not blank
    target: _Target = None
    for number, line in enumerate(lines):
        if target and line.startswith('"') and entry.obsolete is False and (found := _CONTINUATION.match(line)):
            target[0][target[1]].append(_unescape(found[1]))  # most lines are of this kind
            end = number + 1
            continue
        if not line.strip():
            continue
        if entry.has_msgstr and _begins_entry(line):
            entry.raw = "\n".join(lines[start:end])
            yield entry
            entry, start, target = _Entry(), end, None
        entry.line = entry.line or number + 1
        target = _read_line(entry, line, number + 1, target)
        end = number + 1
    if entry.is_complete and not entry.has_msgstr:
        problem = "the file ends in the middle of a message: its msgstr is missing"
        raise CatalogueSyntaxError(end, problem)
    entry.raw = "\n".join(lines[start:end])
    if entry.raw:
        yield entry


def _begins_entry(line: str) -> bool:
    """Whether a line, after a msgstr, belongs to the next entry: all but `"…"` and `msgstr[N]`, obsolete or not."""
    content = line.removeprefix("#~").lstrip() if line.startswith("#~") and not line.startswith("#~|") else line
    return not content.startswith(('"', "msgstr["))


def _read_line(entry: _Entry, line: str, number: int, target: _Target) -> _Target:
    """Take one line up into an entry; the result is where a continuation line after it goes."""
    if not line.startswith("#"):
        return _read_content(entry, line.strip(" \t"), number, target, obsolete=False)
    if line.startswith("#~|"):
        return _read_string(entry, line[3:].strip(" \t"), number, target, entry.previous)
    if line.startswith("#~"):
        return _read_content(entry, line[2:].strip(" \t"), number, target, obsolete=True)
    if line.startswith("#|"):
        return _read_string(entry, line[2:].strip(" \t"), number, target, entry.previous)
    if entry.is_complete and not entry.has_msgstr:
        raise CatalogueSyntaxError(number, "a comment stands between msgid and msgstr; the msgstr is missing")
    kind = line[1:2] if line[1:2] in {".", ":", ","} else ""
    text = line[1 + len(kind) :]
    entry.comments.setdefault(kind, []).append(text.removeprefix(" "))
    return None


def _read_content(entry: _Entry, content: str, number: int, target: _Target, *, obsolete: bool) -> _Target:
    if entry.obsolete not in (None, obsolete):
        raise CatalogueSyntaxError(number, "an entry is either obsolete (#~) on all its lines or on none")
    entry.obsolete = obsolete
    return _read_string(entry, content, number, target, entry.strings)


def _read_string(entry: _Entry, content: str, number: int, target: _Target, strings: _Strings) -> _Target:
    """A line with a keyword and a string, or a string that goes on."""
    found = _FIELD.match(content)
    if found:
        name = found[1] if found[2] is None else f"{found[1]}[{int(found[2])}]"
        _refuse_misplaced(entry, found[1], name, number, strings)
        strings[name] = [_unescape(found[3])]
        return strings, name
    continuation = _CONTINUATION.match(content)
    if continuation and target and target[0] is strings:
        strings[target[1]].append(_unescape(continuation[1]))
        return target
    problem = "this text belongs to no message" if continuation else _syntax_problem(content)
    raise CatalogueSyntaxError(number, problem)


_RANKS = {"msgctxt": 1, "msgid": 2, "msgid_plural": 3, "msgstr": 4}


def _refuse_misplaced(entry: _Entry, keyword: str, name: str, number: int, strings: _Strings) -> None:
    if name in strings:
        problem = f"{name} stands twice in one message; the line before it may be missing its msgstr"
        raise CatalogueSyntaxError(number, problem)
    if strings is entry.strings:
        rank = _RANKS[keyword]
        if rank < entry.rank or (keyword == "msgstr" and "msgid" not in strings):
            raise CatalogueSyntaxError(number, f"{name} stands in the wrong place; the order is msgctxt, msgid, msgstr")
        entry.rank = rank


def _syntax_problem(content: str) -> str:
    if _CONFLICT.match(content):
        return "a conflict of a merge is not resolved here; choose one side and remove the marker lines"
    if re.match(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr)(?:\[\d+\])?[ \t]*)?"', content):
        quotes = len(re.findall(r'(?<!\\)(?:\\\\)*"', content))
        if quotes == 1:
            return 'the closing quotation mark " is missing'
        return r"a quotation mark inside the text needs a backslash: \""
    return f"this is not a line of a PO file: {content[:40]!r}"


def _unescape(raw: str) -> str:
    """A PO string's content; polib knows all escapes but the numeric ones and the bell."""
    if "\\" not in raw:
        return raw
    if _NUMERIC_ESCAPE.search(raw.replace(r"\\", "")):
        return _ESCAPE.sub(_unescape_one, raw)
    return str(polib.unescape(raw))


def _unescape_one(match: re.Match[str]) -> str:
    octal, hexadecimal, bell, _ = match.groups()
    if octal:
        return chr(int(octal, 8))
    if hexadecimal:
        return chr(int(hexadecimal, 16))
    return "\a" if bell else str(polib.unescape(match.group()))


def _references(lines: list[str] | tuple[()]) -> Iterator[Reference]:
    """References, of which gettext since 0.22 fences paths with blanks in U+2068 and U+2069."""
    for line in lines:
        if "\u2068" in line:
            for match in _REFERENCE.finditer(line):
                yield Reference(match[1] or match[2], int(match[3] or 0))
        else:
            for reference in line.split():
                path, _, number = reference.rpartition(":")
                is_numbered = path and number.isdecimal()
                yield Reference(path, int(number)) if is_numbered else Reference(reference)


# Writing


def serialize_po(catalogue: Catalogue, width: int = WIDTH) -> str:
    """The text of a catalogue; messages with `raw` lines keep them.

    `width` is the most columns that the lines of the other messages may have, 0 for any number.
    """
    has_header = catalogue.header.raw or catalogue.header.msgstr
    messages = (catalogue.header, *catalogue.messages) if has_header else catalogue.messages
    entries = [message_text(message, width) for message in messages]
    if catalogue.trailer:
        entries.append(catalogue.trailer)
    # The lines of an entry that was read include the blank ones in front of it.
    blocks = [entry if entry.startswith("\n") else "\n" + entry for entry in entries]
    text = "\n".join(blocks).lstrip("\n") + "\n"
    return catalogue.byte_order_mark + text.replace("\n", catalogue.line_end)


def message_text(message: Message, width: int = WIDTH) -> str:
    """The lines of one entry, without a final line end."""
    if message.raw:
        return message.raw
    comments = _comment_lines("#", message.translator_comments)
    if not message.obsolete:
        comments += _comment_lines("#.", message.extracted_comments)
        comments += _reference_lines(message.references)
    return "\n".join([*comments, _fields_text(message, width)])


def _fields_text(message: Message, width: int) -> str:
    """Flags, previous and strings of a message: polib writes them on one line each, long ones are wrapped then."""
    entry = polib.POEntry(
        msgid=message.msgid,
        msgstr=message.msgstr,
        msgctxt=message.msgctxt,
        msgid_plural=message.msgid_plural,
        msgstr_plural=dict(enumerate(message.msgstr_plural)),
        flags=list(message.flags),
        obsolete=message.obsolete,
        previous_msgid=message.previous.msgid,
        previous_msgctxt=message.previous.msgctxt,
        previous_msgid_plural=message.previous.msgid_plural,
    )
    lines = str(entry.__unicode__(wrapwidth=0)).rstrip("\n").split("\n")
    return "\n".join(wrapped for line in lines for wrapped in rewrapped(line, width))


def with_notes(
    message: Message,
    extracted_comments: tuple[str, ...],
    references: tuple[Reference, ...],
    flags: tuple[str, ...],
) -> Message:
    """A message with other extracted comments, references and flags; its other lines stay as they are."""
    raw = message.raw
    if raw and extracted_comments != message.extracted_comments:
        raw = _raw_with(raw, "#.", _comment_lines("#.", extracted_comments))
    if raw and references != message.references:
        raw = _raw_with(raw, "#:", _reference_lines(references))
    if raw and flags != message.flags:
        raw = _raw_with(raw, "#,", [f"#, {', '.join(flags)}"] if flags else [])
    changed = replace(message, extracted_comments=extracted_comments, references=references, flags=flags, raw=raw)
    return message if changed == message else changed


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
    return [f"{mark} {line}".rstrip() for line in comments]


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
