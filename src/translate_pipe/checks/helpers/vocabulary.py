"""The words of a text that a translator would translate: no code, identifiers, names or titles of works."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers.topics import Topic
from translate_pipe.model import SegmentKind
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from translate_pipe.checks.helpers.texts import Link, Reading
    from translate_pipe.checks.helpers.topics import Counts, SiteOf
    from translate_pipe.model import Message

_WORD = Expression(r"[^\W\d_]+(?:['’\u200c\u200d-][^\W\d_]+)*")
# Between words of a sentence are blanks and marks of punctuation; anything else makes a word one of code.
_AROUND = ".,:;!?…()[]\"'“”„‘’«»‹›*_~\ufffc。、，：；！？（）「」"
_ENDS_RUN = ",;|/。、，；"
_UNSPACED = Expression(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_MIXED = Expression(r"[A-Za-z]*[a-z][A-Z]")  # as in identifiers and brands
_MOST_KEPT = 0.34
_KEPT = 0.5
_SURE = 3
_SHORTEST = 3
_RICH = 500
_SHORT = 4
_RUN = 2
_ELSEWHERE = Expression(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_QUOTED = Expression(r"[\"“”„«「『《][^\"“”„«»「」『』《》]+[\"“”»」』》]")
_COMMENT_SIGNS = ("//", "/*")
_TWO_WORDS = Expression(r"[^\W\d_A-Z]{3,} [^\W\d_A-Z]{3,}")
_ENOUGH = 8


def prose_words(text: str, ends: str = _ENDS_RUN) -> list[list[str]]:
    """The words of a text in runs that one of some marks, a cell or code ends.

    >>> prose_words("Zie de map src/nap.rs, `a` of x_y: slaap lekker")
    [['Zie', 'de', 'map'], ['of'], ['slaap', 'lekker']]
    """
    runs: list[list[str]] = []
    run: list[str] = []
    for part in text.split():
        word = part if part.isalpha() else part.strip(_AROUND)
        if word and (word.isalpha() or _WORD.fullmatch(word)) and not (_MIXED.match(word) or part.endswith("()")):
            if part[0] == "(" and run:
                runs.append(run)
                run = []
            run.append(word)
            if part[-1] not in ends:
                continue
        elif not word and part not in {"|", "/"}:
            continue
        if run:
            runs.append(run)
            run = []
    return [*runs, run] if run else runs


def without_titles(reading: Reading) -> str:
    """The prose of a text without titles of works: what is quoted or emphasised within it, and links to other sites."""
    characters = list(reading.prose)
    spans = [(start, end) for start, end in reading.highlights if end - start < len(characters) // 2]
    spans += [found.span() for found in _QUOTED.finditer(reading.prose) if len(found.group()) < len(characters) // 2]
    spans += [(link.start, link.start + len(link.text)) for link in reading.links if is_elsewhere(link)]
    for start, end in spans:
        characters[start:end] = "\ufffc" * (end - start)
    return "".join(characters)


def is_elsewhere(link: Link) -> bool:
    """Whether a link leads to another site, whose titles have a language of their own."""
    return _ELSEWHERE.match(link.target) is not None


class Vocabulary:
    """Which words of the source some translations translate, and which ones they keep, by a sample of texts."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._seen: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        for msgid, msgstr in texts:
            here = msgstr.lower()
            found = set(_WORD.findall(here))
            for word in set(_WORD.findall(msgid.lower())):
                self._seen[word] += 1
                # Without blanks, a word may be part of another one.
                if word in found or (len(word) >= _SHORT and word in here):
                    self._kept[word] += 1

    def differing(self, other: Vocabulary) -> list[str] | None:
        """The words about which another vocabulary differs; None if that concerns all words."""
        if (len(self._seen) >= _RICH) is not (len(other._seen) >= _RICH):
            return None
        words = {**self._seen, **other._seen}
        both = [(self._seen, other._seen), (self._kept, other._kept)]
        return [word for word in words if any(one[word] != two[word] for one, two in both)]

    def is_kept(self, word: str) -> bool:
        """Whether translations mostly keep a word as it is."""
        seen = self._seen[word.lower()]
        return seen > 1 and self._kept[word.lower()] >= _KEPT * seen

    def is_translated(self, word: str, least: int = 1) -> bool:
        """Whether at least so many translations have other words for a word, and few keep it."""
        seen = self._seen[word.lower()]
        return seen >= least and self._kept[word.lower()] <= _MOST_KEPT * seen

    def has_prose(self, text: str) -> bool:
        """Whether a text has words to translate: two of them, not in a list of single words, or one beside a number."""
        runs = prose_words(text)
        words = [word for run in runs for word in run]
        if len(self._seen) >= _RICH and len(words) >= _SURE and not any(self._seen[word.lower()] for word in words):
            return False  # another language, or a sample of text
        if any(sum(map(_size, run)) >= _RUN for run in runs) and sum(map(self._weight, words)) >= _RUN:
            return True
        has_number = any(part.strip(_AROUND).isdigit() for part in text.split())
        return has_number and any(not word.isupper() and self.is_translated(word, _SURE) for word in words)

    def _weight(self, word: str) -> int:
        """How much a word of the source shows that a text is prose."""
        if word.islower():
            return int(self.is_translated(word) or (len(word) >= _SHORTEST and not self.is_kept(word)))
        if word.lower() == word.upper():  # a script without capitals
            return _size(word)
        return int(not word.isupper() and self.is_translated(word, _RUN))


def _size(word: str) -> int:
    """About how many words of a language with blanks a word is."""
    return max(1, len(word) // _SHORTEST) if _UNSPACED.match(word) else 1


def kind_of_code(message: Message) -> str:
    """`comment` or `string` for a message that is one in code; empty for others."""
    note = message.extracted_comments[0] if message.extracted_comments else ""
    if note.startswith(SegmentKind.CODE_COMMENT) or message.msgid.startswith(_COMMENT_SIGNS):
        return "comment"
    text = message.msgid.strip()
    is_string = len(text) > 1 and text[0] == text[-1] == '"'
    return "string" if is_string or note.startswith(SegmentKind.CODE_STRING) else ""


class _KindsOfCode(Topic):
    """The kinds of messages from code, and whether these are left as they are."""

    def learn(self, message: Message, site: SiteOf) -> Iterable[str]:  # noqa: ARG002
        """The kind of a message from code of several words."""
        kind = kind_of_code(message)
        if not kind or not _TWO_WORDS.search(message.msgid):
            return ()
        return (kind, _LEFT + kind) if message.msgid == message.msgstr else (kind,)

    def changed(self, before: Counts, after: Counts, marks: Collection[str]) -> Iterable[str]:  # noqa: ARG002
        """The kinds that are left now or no longer."""
        return [kind for kind in ("comment", "string") if is_left(before, kind) is not is_left(after, kind)]


_LEFT = "left "
KINDS = _KindsOfCode("kinds of code")


def is_left(counts: Counts, kind: str) -> bool:
    """Whether a catalogue mostly leaves messages from code as they are: its translators keep code whole."""
    return counts[kind] >= _ENOUGH and counts[_LEFT + kind] >= _KEPT * counts[kind]
