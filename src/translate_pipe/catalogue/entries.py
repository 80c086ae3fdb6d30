"""One entry of a PO file, read line by line.

The reader is strict where a lenient one loses work: polib reads an unterminated ``msgstr "Haut`` as ``Hau`` and goes
on, so its escapes (`polib.unescape`) are used line by line, under a grammar that refuses what it cannot read
whole. It reads every entry that there can be, and knows what is wrong with all others; ordinary entries are read
faster (`catalogue/po.py`).

The format is described in the GNU gettext manual, section "The Format of PO Files".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import polib

from translate_pipe.errors import CatalogueSyntaxError
from translate_pipe.model import Message, Previous, Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STRING = r'"((?:[^"\\]|\\.)*)"[ \t]*\Z'
_FIELD = re.compile(rf"(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d{{1,4}})\])?[ \t]*{_STRING}")
_CONTINUATION = re.compile(_STRING)
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: |\Z)")
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(a)|(.))")
_NUMERIC_ESCAPE = re.compile(r"\\[0-7xa]")
_LONGEST_LINE = 9
"""Digits of the number of a line; what has more is part of a path."""
_REFERENCE = re.compile(r"(?:\u2068([^\u2069]*)\u2069|(\S+?))(?::(\d{1,9}))?(?=\s|\Z)")

_Strings: TypeAlias = "dict[str, list[str]]"
"""The pieces of each string of an entry, by its keyword."""

_Target: TypeAlias = "tuple[_Strings, str] | None"
"""Where a continuation line goes."""


@dataclass(slots=True)
class Entry:
    """An entry while its lines are read; the keywords of `strings` have the plural index."""

    line: int = 0
    raw: str = ""
    end: int = 0  # the offset of the end of its last line
    rank: int = 0  # of its last keyword
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
        """Whether it is more than comments."""
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
            flags=tuple(flag for line in comments.get(",", ()) for flag in map(str.strip, line.split(",")) if flag),
            previous=Previous(previous.get("msgid"), previous.get("msgctxt"), previous.get("msgid_plural")),
            obsolete=bool(self.obsolete),
            line=self.line,
            raw=self.raw,
        )


def read_entry(text: str, start: int, lines_before: int) -> Entry:
    """The entry whose lines begin at an offset of a text, blank ones in front of it included.

    At the end of a text the entry is incomplete if nothing or only comments are left. Raises CatalogueSyntaxError for
    what could not be written back without loss.
    """
    entry = Entry(end=start)
    target: _Target = None
    last = 0  # line that is not blank
    for number, (line, end) in enumerate(_lines(text, start), start=lines_before + 1):
        if target and line.startswith('"') and entry.obsolete is False and (found := _CONTINUATION.match(line)):
            target[0][target[1]].append(_unescape(found[1]))  # most lines are of this kind
        elif not line.strip():
            continue
        elif entry.has_msgstr and _begins_entry(line):
            break
        else:
            entry.line = entry.line or number
            target = _read_line(entry, line, number, target)
        entry.end, last = end, number
    if entry.is_complete and not entry.has_msgstr:
        raise CatalogueSyntaxError(last, "the file ends in the middle of a message: its msgstr is missing")
    entry.raw = text[start : entry.end]
    return entry


def _lines(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The lines of a text from an offset on, each with the offset where it ends."""
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end], end
        start = end + 1


def _begins_entry(line: str) -> bool:
    """Whether a line, after a msgstr, belongs to the next entry: all but `"…"` and `msgstr[N]`, obsolete or not."""
    content = line.removeprefix("#~").lstrip() if line.startswith("#~") and not line.startswith("#~|") else line
    return not content.startswith(('"', "msgstr["))


def _read_line(entry: Entry, line: str, number: int, target: _Target) -> _Target:
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


def _read_content(entry: Entry, content: str, number: int, target: _Target, *, obsolete: bool) -> _Target:
    if entry.obsolete not in (None, obsolete):
        raise CatalogueSyntaxError(number, "an entry is either obsolete (#~) on all its lines or on none")
    entry.obsolete = obsolete
    return _read_string(entry, content, number, target, entry.strings)


def _read_string(entry: Entry, content: str, number: int, target: _Target, strings: _Strings) -> _Target:
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


def _refuse_misplaced(entry: Entry, keyword: str, name: str, number: int, strings: _Strings) -> None:
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
    if re.match(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr)(?:\[\d{1,4}\])?[ \t]*)?"', content):
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


def references_in(lines: Iterable[str]) -> Iterator[Reference]:
    """References, of which gettext since 0.22 fences paths with blanks in U+2068 and U+2069."""
    for line in lines:
        if "\u2068" in line:
            for match in _REFERENCE.finditer(line):
                yield Reference(match[1] or match[2], int(match[3] or 0))
        else:
            for reference in line.split():
                path, _, number = reference.rpartition(":")
                is_numbered = path and number.isdecimal() and len(number) <= _LONGEST_LINE
                yield Reference(path, int(number)) if is_numbered else Reference(reference)
