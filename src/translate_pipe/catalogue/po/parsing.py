"""Read PO text into a catalogue.

An entry of the usual kind is read by one regular expression, which is five times as fast as reading it line by line.
All other entries are read line by line, under a strict grammar: polib reads an unterminated ``msgstr "Haut`` as ``Hau``
and goes on, so only its escapes (`polib.unescape`) are used.

The format is described in the GNU gettext manual, section "The Format of PO Files".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import polib

from translate_pipe.errors import CatalogueSyntaxError
from translate_pipe.model import Catalogue, Message, Previous, Reference, Region, Side
from translate_pipe.text.lines import split_byte_order_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from translate_pipe.model import Diagnostic, MessageKey

NO_TEXTS: Mapping[str, str] = MappingProxyType({})
_SHOWN = 40  # characters of a msgid in an error


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
    mark, body = split_byte_order_mark(text)
    line_end = "\r\n" if "\r\n" in body else "\n"
    entries, trailer = read_entries(body.replace("\r\n", "\n"))
    header, messages = split_header(entries)
    return Catalogue(messages, header, trailer, byte_order_mark=mark, line_end=line_end)


def parse_po_data(data: bytes, texts: Mapping[str, str] = NO_TEXTS) -> Catalogue:
    r"""Read a PO or POT file of any size, as `parse_po` reads its text. Raises UnicodeDecodeError too.

    A large file is decoded and read in pieces, because one wide character makes a text take two or four times as much
    memory as its bytes. A piece begins with the comments of an entry. A file that cannot be cut so, or that has an
    error, is read as a whole. `texts` are msgids that are in memory, each by itself; a message has no copy of these.

    >>> parse_po_data(b'msgid "Huid"\nmsgstr "Haut"\n').messages[0].msgstr
    'Haut'
    """
    if len(data) <= _PIECE_BYTES:
        return parse_po(data.decode())
    mark, _ = split_byte_order_mark(data[:3].decode(errors="ignore"))
    line_end = "\r\n" if b"\r\n" in data else "\n"
    lines = data.replace(b"\r\n", b"\n")
    entries: list[Message] = []
    trailer = ""
    at = len(mark.encode())
    number = 0
    while at < len(lines):
        cut = _CUT.search(lines, at + _PIECE_BYTES)
        end = cut.start() + 1 if cut else len(lines)
        try:
            found, trailer = read_entries(lines[at:end].decode(), number, texts)
        except (CatalogueSyntaxError, UnicodeDecodeError):
            return parse_po(data.decode())
        if trailer and cut:
            return parse_po(data.decode())
        entries += found
        number += lines.count(b"\n", at, end) + 1
        at = end + 1
    header, messages = split_header(entries)
    return Catalogue(messages, header, trailer, byte_order_mark=mark, line_end=line_end)


_PIECE_BYTES = 1 << 20
_CUT = re.compile(rb'"\n(?=\n+#[ .:,|])')
"""Where an entry ends for certain, if the text up to there is read without an error and without a trailer."""


def split_header(entries: Sequence[Message]) -> tuple[Message, tuple[Message, ...]]:
    """The header among the entries of a file, empty if there is none, and the other entries.

    Raises CatalogueSyntaxError if two active entries have the same msgctxt and msgid.
    """
    active = [message for message in entries if not message.obsolete]
    if len({(message.msgctxt, message.msgid) for message in active}) < len(active):
        lines: dict[MessageKey, int] = {}
        for message in active:
            first = lines.setdefault(message.key, message.line)
            if first != message.line:
                shown = " ".join(message.msgid.split())
                shown = shown if len(shown) < _SHOWN else shown[: _SHOWN - 1] + "…"
                problem = f'the message "{shown}" is here a second time (first on line {first}); remove one'
                raise CatalogueSyntaxError(message.line, problem)
    for at, message in enumerate(entries):
        if not message.msgid and message.msgctxt is None and not message.obsolete:
            return message, (*entries[:at], *entries[at + 1 :])
    return Message(""), tuple(entries)


def read_entries(text: str, lines_before: int = 0, texts: Mapping[str, str] = NO_TEXTS) -> tuple[list[Message], str]:
    """The entries of a text with LF line ends, the header among them, and the comments after the last entry."""
    messages: list[Message] = []
    at, number = 0, lines_before  # of the characters and lines that are read
    while at < len(text):
        if found := _USUAL.match(text, at):
            blank, translator, extracted, references, flags, msgctxt, msgid, msgstr = found.groups()
            msgid = _content(msgid)
            message = Message(
                msgid=texts.get(msgid, msgid),
                msgstr=_content(msgstr),
                msgctxt=None if msgctxt is None else _content(msgctxt),
                translator_comments=tuple(_contents(translator, 1)) if translator else (),
                extracted_comments=_shared_contents(extracted) if extracted else (),
                references=_references(references) if references else (),
                flags=_flags(_shared_contents(flags)) if flags else (),
                line=number + len(blank) + 1,
                raw=found[0],
            )
            end = found.end()
        else:
            entry = read_entry(text, at, number)
            if not entry.is_complete:
                return messages, entry.raw
            message = entry.message()
            end = entry.end
        messages.append(message)
        number += text.count("\n", at, end) + 1
        at = end + 1
    return messages, ""


# Entries of the usual kind

# A string is on one or several lines. It has no numeric escapes, because a line may end inside one.
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
"""An active entry as gettext and this tool write it, without plural and previous, up to the next entry."""


def _content(string: str) -> str:
    """The text of a string, which is between quotes on each of its lines."""
    joined = string[1:-1].replace('"\n"', "")
    return str(polib.unescape(joined)) if "\\" in joined else joined


def _contents(block: str, mark: int) -> list[str]:
    """The contents of comment lines of one kind, whose marks have `mark` characters."""
    return [line[mark:].removeprefix(" ") for line in block.split("\n")[:-1]]


_ONE_REFERENCE = re.compile(r"#: ([^\s\u2068]+):([0-9]{1,9})\n")


_shared_path = lru_cache(maxsize=1024)(str)


def _references(block: str) -> tuple[Reference, ...]:
    """The references of comment lines. Most entries have one; each path is in memory once."""
    if one := _ONE_REFERENCE.fullmatch(block):
        return (Reference(_shared_path(one[1]), int(one[2])),)
    return tuple(Reference(_shared_path(path), line) for path, line in references_in(_contents(block, 2)))


# Many entries have the same extracted comments and flags. The caches keep each of them in memory once.


@lru_cache(maxsize=256)
def _shared_contents(block: str) -> tuple[str, ...]:
    return tuple(_contents(block, 2))


@lru_cache(maxsize=256)
def _flags(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(flag for line in lines for flag in map(str.strip, line.split(",")) if flag)


# All entries, line by line

_LINE = re.compile(r"^.*", re.MULTILINE)
_LINE_STRING = r'"((?:[^"\\]|\\.)*)"[ \t]*\Z'
_FIELD = re.compile(rf"(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d{{1,4}})\])?[ \t]*{_LINE_STRING}")
_CONTINUATION = re.compile(_LINE_STRING)
_MORE_OF_ENTRY = re.compile(r'(?:#~(?!\|)\s*)?(?:"|msgstr\[)')
"""The lines after a msgstr that do not belong to the next entry."""
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: |\Z)")
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(a)|(.))")
_NUMERIC_ESCAPE = re.compile(r"\\[0-7xa]")
_LINE_DIGITS = 9
"""Digits of a line number; a number with more digits is part of a path."""
_REFERENCE = re.compile(r"(?:\u2068([^\u2069]*)\u2069|(\S+?))(?::(\d{1,9}))?(?=\s|\Z)")

_Strings: TypeAlias = "dict[str, list[str]]"
"""The pieces of each string of an entry, by its keyword with the plural index."""

_Target: TypeAlias = "tuple[_Strings, str] | None"
"""The strings and the keyword that a continuation line belongs to."""


@dataclass(slots=True)
class RawEntry:
    """An entry while its lines are read.

    - `line`: its first line, from 1.
    - `raw`: its lines, with the blank lines before it.
    - `end`: the offset of the end of its last line.
    - `rank`: the rank of its last keyword.
    - `obsolete`: None until a line decides.
    - `comments`: the comment lines, by their mark without `#`.
    """

    line: int = 0
    raw: str = ""
    end: int = 0
    rank: int = 0
    obsolete: bool | None = None
    comments: dict[str, list[str]] = field(default_factory=dict)
    strings: _Strings = field(default_factory=dict)
    previous: _Strings = field(default_factory=dict)

    @property
    def has_msgstr(self) -> bool:
        """Whether its msgstr has begun."""
        return "msgstr" in self.strings or "msgstr[0]" in self.strings

    @property
    def is_complete(self) -> bool:
        """Whether it has a msgid, and not only comments."""
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
            references=tuple(references_in(comments.get(":", ()))),
            flags=_flags(tuple(comments.get(",", ()))),
            previous=Previous(previous.get("msgid"), previous.get("msgctxt"), previous.get("msgid_plural")),
            obsolete=bool(self.obsolete),
            line=self.line,
            raw=self.raw,
        )


def read_entry(text: str, start: int, lines_before: int) -> RawEntry:
    """The entry at an offset of a text, with the blank lines before it.

    `lines_before` is the number of lines before the offset. At the end of a text the entry is incomplete if only
    comments are left. Raises CatalogueSyntaxError for what could not be written again without loss.
    """
    entry = RawEntry(end=start)
    target: _Target = None
    last = 0  # the last line that is not blank
    for number, found_line in enumerate(_LINE.finditer(text, start), start=lines_before + 1):
        line = found_line[0]
        if target and line.startswith('"') and entry.obsolete is False and (found := _CONTINUATION.match(line)):
            target[0][target[1]].append(_unescape(found[1]))  # most lines are of this kind
        elif not line.strip():
            continue
        elif entry.has_msgstr and not _MORE_OF_ENTRY.match(line):
            break
        else:
            entry.line = entry.line or number
            target = _read_line(entry, line, number, target)
        entry.end, last = found_line.end(), number
    if entry.is_complete and not entry.has_msgstr:
        raise CatalogueSyntaxError(last, "the file ends in the middle of a message: its msgstr is missing")
    entry.raw = text[start : entry.end]
    return entry


def _read_line(entry: RawEntry, line: str, number: int, target: _Target) -> _Target:
    """Add a line to an entry; the result is what a continuation line after it belongs to."""
    if not line.startswith("#"):
        return _read_content(entry, line.strip(" \t"), number, target, obsolete=False)
    if line.startswith("#~|"):
        return _read_string(entry, line[3:].strip(" \t"), number, target, entry.previous)
    if line.startswith("#~"):
        return _read_content(entry, line[2:].strip(" \t"), number, target, obsolete=True)
    if line.startswith("#|"):
        return _read_string(entry, line[2:].strip(" \t"), number, target, entry.previous)
    if entry.is_complete and not entry.has_msgstr:
        raise CatalogueSyntaxError(number, "there is a comment between msgid and msgstr; the msgstr is missing")
    kind = line[1:2] if line[1:2] in {".", ":", ","} else ""
    text = line[1 + len(kind) :]
    entry.comments.setdefault(kind, []).append(text.removeprefix(" "))
    return None


def _read_content(entry: RawEntry, content: str, number: int, target: _Target, *, obsolete: bool) -> _Target:
    if entry.obsolete not in (None, obsolete):
        raise CatalogueSyntaxError(number, "an entry is either obsolete (#~) on all its lines or on none")
    entry.obsolete = obsolete
    return _read_string(entry, content, number, target, entry.strings)


_RANKS = {"msgctxt": 1, "msgid": 2, "msgid_plural": 3, "msgstr": 4}


def _read_string(entry: RawEntry, content: str, number: int, target: _Target, strings: _Strings) -> _Target:
    """Add a line with a keyword and a string, or with the continuation of a string."""
    found = _FIELD.match(content)
    if found:
        keyword = found[1]
        name = keyword if found[2] is None else f"{keyword}[{int(found[2])}]"
        if name in strings:
            problem = f"{name} is there twice in one message; the line before it may be missing its msgstr"
            raise CatalogueSyntaxError(number, problem)
        if strings is entry.strings:
            rank = _RANKS[keyword]
            if rank < entry.rank or (keyword == "msgstr" and "msgid" not in strings):
                raise CatalogueSyntaxError(number, f"{name} is in the wrong place; the order is msgctxt, msgid, msgstr")
            entry.rank = rank
        strings[name] = [_unescape(found[3])]
        return strings, name
    continuation = _CONTINUATION.match(content)
    if continuation and target and target[0] is strings:
        strings[target[1]].append(_unescape(continuation[1]))
        return target
    problem = "this text belongs to no message" if continuation else _syntax_problem(content)
    raise CatalogueSyntaxError(number, problem)


def _syntax_problem(content: str) -> str:
    if _CONFLICT.match(content):
        return "a conflict of a merge is not resolved here; choose one side and remove the marker lines"
    if re.match(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr)(?:\[\d{1,4}\])?[ \t]*)?"', content):
        quotes = len(re.findall(r'(?<!\\)(?:\\\\)*"', content))
        if quotes == 1:
            return 'the closing quotation mark " is missing'
        return r"a quotation mark inside the text needs a backslash: \""
    return f"this is not a line of a PO file: {content[:40]!r}"


def _unescape(raw: str) -> str:
    """The text of a PO string; polib knows all escapes except numeric ones and the bell."""
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


def references_in(lines: Iterable[str]) -> Iterator[Reference]:
    """The references of comment lines. Since gettext 0.22, a path with blanks is between U+2068 and U+2069."""
    for line in lines:
        if "\u2068" in line:
            for match in _REFERENCE.finditer(line):
                yield Reference(match[1] or match[2], int(match[3] or 0))
        else:
            for reference in line.split():
                path, _, number = reference.rpartition(":")
                is_numbered = path and number.isdecimal() and len(number) <= _LINE_DIGITS
                yield Reference(path, int(number)) if is_numbered else Reference(reference)


# Where a text is in its file


def located(found: Iterable[Diagnostic], message: Message) -> list[Diagnostic]:
    r"""The diagnostics of a message with the line of its entry, and the region of its msgstr to look at.

    That is the region of the first span in the msgstr, or all of the msgstr if no span is in it. A message that was not
    read from a file has no regions.

    >>> from translate_pipe.model import Diagnostic, Severity, TextSpan
    >>> (message,) = parse_po('msgid "Ja."\nmsgstr ""\n"\\"Ja\\".²"\n').messages
    >>> (found,) = located([Diagnostic("citation", Severity.ERROR, "", spans=(TextSpan(5, 6),))], message)
    >>> found.line, found.region
    (1, Region(line=3, column=9, end_line=3, end_column=10))
    """
    found = list(found)
    if not found:  # as in most messages
        return found
    places = _MsgstrPlaces(message)
    return [replace(one, line=message.line, region=places.region(one)) for one in found]


_MSGSTR = re.compile(rf"[ \t]*msgstr[ \t]*{_LINE_STRING}")
_MORE_OF_MSGSTR = re.compile(rf"[ \t]*{_LINE_STRING}")


class _MsgstrPlaces:
    """Where each character of a msgstr is in its file.

    The raw text is cut after each escape and at each line. Within a stretch, the columns go with the characters.
    """

    def __init__(self, message: Message) -> None:
        self._starts: list[int] = []  # in the msgstr, in characters
        self._places: list[tuple[int, int]] = []  # in the file: line and column
        at = 0
        lines = message.raw.split("\n")
        blank = next((index for index, line in enumerate(lines) if line.strip()), 0)
        pattern = _MSGSTR
        for line, text in enumerate(lines[blank:], start=message.line):
            found = pattern.match(text)
            if not found:
                continue
            pattern = _MORE_OF_MSGSTR
            piece, column = found[1], found.start(1) + 1
            self._cut(at, line, column)
            last = 0
            for escape in _ESCAPE.finditer(piece):
                at += escape.start() - last + len(_unescape(escape.group()))
                last = escape.end()
                self._cut(at, line, column + last)
            at += len(piece) - last
        self._length = at
        self._is_known = bool(self._starts) and at == len(message.msgstr)

    def _cut(self, start: int, line: int, column: int) -> None:
        self._starts.append(start)
        self._places.append((line, column))

    def region(self, found: Diagnostic) -> Region | None:
        """The region of a diagnostic."""
        if not self._is_known:
            return None
        start, end = next(((one.start, one.end) for one in found.spans if one.side is Side.MSGSTR), (0, self._length))
        at = bisect_right(self._starts, start) - 1
        line, column = self._places[at]
        column += start - self._starts[at]
        if end <= start:
            return Region(line, column, line, column)
        # The end is on the line of the last character.
        at = bisect_left(self._starts, end)
        is_past = at == len(self._starts) or self._starts[at] > end
        if is_past or (at > 0 and self._places[at - 1][0] < self._places[at][0]):
            at -= 1
        end_line, end_column = self._places[at]
        return Region(line, column, end_line, end_column + end - self._starts[at])
