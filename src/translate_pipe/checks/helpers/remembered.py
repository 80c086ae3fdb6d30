"""What an earlier check of a catalogue found and learned, so that a later one costs what has changed.

The findings in a message are a function of the message and of the answers to what its checks ask about the catalogue.
So they are kept with a digest of the message and the numbers of its questions. When other messages change, their keys
are counted again, each topic says which answers may be others, and the messages that asked for one of these are checked
again. What a message that is gone had added is counted off; for that the texts of all messages are kept, compressed.

All of it is texts by name. Where they are kept is not known here.
"""

from __future__ import annotations

import json
import zlib
from array import array
from base64 import b64decode, b64encode
from bisect import bisect_right
from collections import Counter
from contextlib import suppress
from hashlib import blake2b
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

from translate_pipe.catalogue.po import located
from translate_pipe.catalogue.po.parsing import read_entries
from translate_pipe.checks.helpers.context import Context
from translate_pipe.model import Diagnostic, Severity, Side, Syntax, TextSpan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from translate_pipe.checks.helpers.topics import Counts, SiteOf, Topic
    from translate_pipe.model import Message, MessageKey

_MARK_BYTES = 16  # so many that a harmful message cannot be given the mark of a harmless one
_ALWAYS = 255
"""Instead of a number of questions: the message asked something else, and is always checked again."""
_BYTE_ORDER = array("I", (1,)).tobytes().hex()
_BUCKETS = 64
"""Into how many parts the texts are divided. Those that an edit concerns are read and written again."""
_MOSTLY_NEW = 0.5
"""The share of changed messages from which on all are checked."""


def mark(message: Message, syntax: Syntax) -> bytes:
    """A digest of a message that was read from a file, without its place, and of its syntax in the documents.

    >>> from translate_pipe.model import Message, Syntax
    >>> mark(Message("a", raw='msgid "a"'), Syntax.PLAIN) == mark(Message("a", line=7, raw='msgid "a"'), Syntax.PLAIN)
    True
    """
    # A name for each step would take as long as the digest.
    return blake2b(
        f"{syntax._value_} {message.raw.lstrip(_LINE_FEED)}".encode(errors="surrogatepass"),
        digest_size=_MARK_BYTES,
    ).digest()


_LINE_FEED = "\n"


def marks_of(messages: Iterable[Message], syntaxes: Mapping[MessageKey, Syntax]) -> list[bytes]:
    """The marks of messages, whose syntaxes these are as far as they are known."""
    if not syntaxes:  # to ask for a key takes time in a large catalogue
        return [mark(message, _NOT_KNOWN) for message in messages]
    return [mark(message, syntaxes.get(message.key, _NOT_KNOWN)) for message in messages]


_NOT_KNOWN = Syntax(0)


class Remembered:
    """What an earlier check with the same `key` kept, as `read` gives it by name, and what this check adds.

    `checks` are the names of those that run now. If more of them ran earlier, what they found is used but not changed.
    `changes` has the texts to keep once everything is checked, an empty one for those that are no longer needed.
    """

    def __init__(self, key: str, checks: Iterable[str], read: Callable[[Iterable[str]], Mapping[str, str]]) -> None:
        self._key = f"{key} {_BYTE_ORDER}"
        self._checks = list(checks)
        self._read = read
        self._is_partial = False
        self._marks = b""
        self._sizes = b""
        self._questions = array("I")
        self._findings: dict[str, list[list[Any]]] = {}
        self._kept_topics: list[str] = []
        self._opting_out: set[str] = set()
        with suppress(ValueError, KeyError, TypeError):  # a damaged one is none
            self._load(read(["index"]).get("index", ""))
        size = len(self._marks)
        self._places = {self._marks[at : at + _MARK_BYTES]: at // _MARK_BYTES for at in range(0, size, _MARK_BYTES)}
        self._stale: set[bytes] = set()
        self._gone: set[bytes] = set()
        self._new: dict[bytes, Message] = {}
        self._noted: dict[bytes, array[int] | None] = {}
        self.changes: dict[str, str] = {}

    def _load(self, text: str) -> None:
        key, head, marks, sizes, questions = text.split("\n")
        if key != self._key:
            return
        content = json.loads(head)
        if not set(self._checks) <= set(content["checks"]):
            return
        counted = array("I")
        counted.frombytes(b64decode(questions))
        self._is_partial = len(self._checks) < len(content["checks"])
        self._findings, self._kept_topics = content["findings"], content["topics"]
        self._opting_out = set(content["opting_out"])
        self._sizes, self._questions, self._marks = b64decode(sizes), counted, b64decode(marks)

    @property
    def _ends(self) -> list[int]:
        """Where the questions of each message begin, and where the last ones end."""
        return list(accumulate((0 if size == _ALWAYS else size for size in self._sizes), initial=0))

    # What has changed

    def context(self, messages: Mapping[bytes, Message], topics: Iterable[Topic], site: SiteOf) -> Context:
        """The context for messages, given by their marks. Finds out which of them have to be checked."""
        by_name = {topic.name: topic for topic in topics}
        self._new = {one: message for one, message in messages.items() if one not in self._places}
        self._gone = self._places.keys() - messages.keys()
        self._stale = {one for one, at in self._places.items() if self._sizes[at] == _ALWAYS} - self._gone
        counts: dict[str, Counts] | None = {}
        if len(self._new) + len(self._gone) > _MOSTLY_NEW * len(messages):
            counts = None
        elif self._new or self._gone or self._stale:
            counts = self._counts_now(by_name, messages.values(), site)
        if counts is None:
            self._forget(messages)
        return Context(list(messages.values()), site, by_name.values(), counts)

    def _forget(self, messages: Mapping[bytes, Message]) -> None:
        """Check everything, because little is known or too much has changed."""
        self._places, self._marks, self._sizes, self._questions = {}, b"", b"", array("I")
        self._findings, self._kept_topics, self._opting_out, self._stale, self._gone = {}, [], set(), set(), set()
        self._is_partial = False
        self._new = dict(messages)

    def _counts_now(
        self, topics: Mapping[str, Topic], messages: Collection[Message], site: SiteOf
    ) -> dict[str, Counts] | None:
        """The counts of all topics that are kept; None if something is missing. Notes which messages are stale."""
        texts = self._read([_of_topic(name) for name in self._kept_topics])
        buckets = self._buckets({_bucket(one) for one in self._gone})
        try:
            gone = [_message(buckets[_bucket(one)][one]) for one in self._gone]
            before = {name: Counter[str](json.loads(texts[_of_topic(name)])) for name in self._kept_topics}
            known = [topics[name] for name in self._kept_topics]
        except (KeyError, ValueError, IndexError):
            return None
        counts: dict[str, Counts] = {}
        changed: set[int] = set()
        for topic in known:
            was = counts[topic.name] = before[topic.name]
            if not (self._new or gone):
                continue
            now = counts[topic.name] = was.copy()
            gained, lost = (
                (
                    Counter(chain.from_iterable([topic.learn(one, site) for one in some])),
                    Counter(chain.from_iterable([topic.marks(one, site) for one in some])),
                )
                for some in (self._new.values(), gone)
            )
            now.update(gained[0])
            now.subtract(lost[0])
            for key in lost[0]:
                if now[key] <= 0:
                    del now[key]
            if topic.most is not None:
                # The key that takes the place of one that is gone is among those that were too many.
                lacks_one = len(was) >= topic.most and not was.keys().isdisjoint(lost[0])
                now = counts[topic.name] = topic.counted(messages, site) if lacks_one else topic.first(now)
            marks = {one for one in {*gained[1], *lost[1]} if gained[1][one] != lost[1][one]}
            answers = topic.changed(was, now, marks)
            if answers is None:
                self._stale.update(self._places)
            else:
                changed.update(map(topic.question, answers))
        self._stale.update(self._asking(changed))
        self._stale -= self._gone
        return counts

    def _asking(self, changed: Collection[int]) -> Iterator[bytes]:
        """The marks of the messages that asked one of these questions."""
        ends = self._ends if changed else []
        for place, question in enumerate(self._questions if changed else ()):
            if question in changed:
                at = bisect_right(ends, place) - 1
                yield self._marks[at * _MARK_BYTES : (at + 1) * _MARK_BYTES]

    # What is found

    def correct(self) -> AbstractSet[bytes]:
        """The marks of the messages that need no check and have no findings, as nearly all."""
        known = self._places.keys() - self._stale
        unsure = chain(self._findings, self._opting_out if self._is_partial else ())
        return known.difference(map(bytes.fromhex, unsure))

    def findings(self, one: bytes, message: Message, file: str) -> list[Diagnostic] | None:
        """The findings in the message with a mark, None if it has to be checked."""
        if one not in self._places or one in self._stale:
            return None
        if self._is_partial and one.hex() in self._opting_out:  # an opt-out that silences none is a finding
            return None
        rows = self._findings.get(one.hex(), ()) if self._findings else ()
        if self._is_partial:
            rows = [row for row in rows if row[0] in self._checks]
        return list(_diagnostics(rows, message, file)) if rows else []

    def note(self, one: bytes, context: Context, found: Sequence[Diagnostic], *, opts_out: bool) -> None:
        """Note what has been found in the message with a mark, what was asked for it, and whether it may opt out."""
        if self._is_partial:
            return
        is_bound = context.asks_all or len(context.asked) >= _ALWAYS
        questions = None if is_bound else array("I", sorted(context.asked))
        rows = [_row(each) for each in found]
        at = self._places.get(one)
        if at is not None and is_bound and self._sizes[at] == _ALWAYS and self._findings.get(one.hex(), []) == rows:
            return
        self._noted[one] = questions
        self._findings.pop(one.hex(), None)
        if rows:
            self._findings[one.hex()] = rows
        if opts_out:
            self._opting_out.add(one.hex())

    # What is kept

    def finish(self, context: Context) -> None:
        """Note what to keep, once everything is checked."""
        if self._is_partial or not (self._noted or self._gone):
            return
        for one in self._gone:
            self._findings.pop(one.hex(), None)
            self._opting_out.discard(one.hex())
        dropped = sorted(at for one, at in self._places.items() if one in self._gone or one in self._noted)
        ends, start = self._ends, 0
        marks, sizes, questions = bytearray(), bytearray(), array("I")
        for at in (*dropped, len(self._sizes)):
            marks += self._marks[start * _MARK_BYTES : at * _MARK_BYTES]
            sizes += self._sizes[start:at]
            questions += self._questions[ends[start] : ends[at]]
            start = at + 1
        for one, asked in self._noted.items():
            marks += one
            sizes.append(_ALWAYS if asked is None else len(asked))
            questions.extend(asked or ())
        head = {"checks": self._checks, "topics": list(context.counts), "findings": self._findings}
        head["opting_out"] = list(self._opting_out)
        parts = (b64encode(part).decode() for part in (marks, sizes, questions.tobytes()))
        self.changes["index"] = "\n".join((self._key, json.dumps(head), *parts))
        if self._new or self._gone or context.counts.keys() - set(self._kept_topics):
            self.changes |= {_of_topic(name): json.dumps(counts) for name, counts in context.counts.items()}
        self._keep_texts()

    def _keep_texts(self) -> None:
        """Keep the texts of new messages, and no longer those of gone ones."""
        numbers = {_bucket(one) for one in (*self._new, *self._gone)}
        buckets = self._buckets(numbers if self._places else ())
        for one in self._gone:
            buckets.get(_bucket(one), {}).pop(one, None)
        for one, message in self._new.items():
            buckets.setdefault(_bucket(one), {})[one] = message.raw.lstrip("\n")
        for number in range(_BUCKETS) if not self._places else numbers:
            self.changes[_of_bucket(number)] = _packed(buckets.get(number, {}))

    def _buckets(self, numbers: Collection[int]) -> dict[int, dict[bytes, str]]:
        """The texts of these numbers, by the marks of their messages."""
        texts = self._read(map(_of_bucket, numbers)) if numbers else {}
        return {number: _unpacked(texts.get(_of_bucket(number), "")) for number in numbers}


def _of_topic(name: str) -> str:
    return f"topic {name}"


def _of_bucket(number: int) -> str:
    return f"texts {number}"


def _bucket(one: bytes) -> int:
    return one[0] % _BUCKETS


def _packed(texts: Mapping[bytes, str]) -> str:
    """Texts by their marks as one text; a text with a NUL cannot be kept."""
    usable = {one: text for one, text in texts.items() if "\0" not in text}
    if not usable:
        return ""
    data = "\0".join(usable.values()).encode(errors="surrogatepass")
    # The quickest level: most texts are never read again.
    return b64encode(b"".join(usable)).decode() + " " + b64encode(zlib.compress(data, 1)).decode()


def _unpacked(text: str) -> dict[bytes, str]:
    """The texts that `_packed` made one text of; none if it is damaged."""
    try:
        marks, data = map(b64decode, text.split(" "))
        texts = zlib.decompress(data).decode(errors="surrogatepass").split("\0")
    except (ValueError, zlib.error):
        return {}
    return {marks[at * _MARK_BYTES : (at + 1) * _MARK_BYTES]: one for at, one in enumerate(texts)}


def _message(raw: str) -> Message:
    """The message that was read from some lines; raises IndexError if these are none."""
    entries, _ = read_entries(raw)
    return entries[0]


def _row(found: Diagnostic) -> list[Any]:
    spans = [[span.start, span.end, span.side.value] for span in found.spans]
    return [found.check, found.severity.value, found.message, found.words, spans, found.region is not None]


def _diagnostics(rows: Iterable[list[Any]], message: Message, file: str) -> Iterator[Diagnostic]:
    """The findings in these rows, at the places that the message has now."""
    for check, severity, text, words, spans, has_region in rows:
        found = Diagnostic(
            check,
            Severity(severity),
            text,
            file,
            message.line,
            message.msgid,
            message.msgctxt,
            message.msgstr,
            tuple(words),
            tuple(TextSpan(start, end, Side(side)) for start, end, side in spans),
        )
        yield from located([found], message) if has_region else (found,)
