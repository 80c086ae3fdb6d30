"""How much of what readers see is offered to translators, and how much of what is offered is nothing to translate.

    python prose_coverage.py [FOLDER…] [--dialect NAME] [--examples N]

The folder is one of Markdown documents; without one it is `fastapi/en` of the corpora. What is measured:

missing  the share of the words that a reader sees and that are in no segment. A document and each of its segments are
         rendered by a library that has nothing in common with our parser (`reader_words.py`), and the words of both,
         without code, are compared: a word that the document has five times has to be in five places of segments.
         Front matter counts on neither side, because a page shows it or not. Bibliographies, which are kept by design,
         are offered for the measure.
surplus  the share of the words of segments that no reader sees: markup that was taken for prose. No more words than
         these can be missing without being counted.
empty    the share of segments without a letter once code, URLs and markup are taken out.

Which of several equal words is missing cannot be known. What is told of causes is where missing words are thickest.
"""

from __future__ import annotations

import argparse
import os
import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reader_words import CODE, DIALECTS, Passage, Witness, count, witness, words

from translate_pipe.model import SegmentKind
from translate_pipe.segments import ParseOptions, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from translate_pipe.model import Document, Segment

SUFFIXES = frozenset({".md", ".mdx", ".markdown", ".qmd"})
_NOT_RENDERED = frozenset({SegmentKind.FRONT_MATTER, SegmentKind.CODE_COMMENT, SegmentKind.CODE_STRING})


class Example(NamedTuple):
    """Something found in a document: its cause, its place, the text, and how many words it is about."""

    cause: str
    path: str
    line: int
    text: str
    weight: int


@dataclass(slots=True)
class Measure:
    """What was counted in some documents."""

    seen: int = 0
    offered: int = 0
    missing: list[Example] = field(default_factory=list)
    surplus: list[Example] = field(default_factory=list)
    segments: int = 0
    empty: list[Example] = field(default_factory=list)

    def add(self, other: Measure) -> None:
        """Count another document too."""
        self.seen += other.seen
        self.offered += other.offered
        self.missing += other.missing
        self.surplus += other.surplus
        self.segments += other.segments
        self.empty += other.empty


# One document


def measure(text: str, path: str, dialect: str, seen_by: Witness) -> Measure:
    """Compare what a reader of a document sees with its segments."""
    document = parse(text, path, ParseOptions(translate_bibliography=True, dialects=(dialect,)))
    passages = seen_by.passages(text)
    seen = count(passages)
    offered: Counter[str] = Counter()
    by_segment: list[tuple[Segment, Counter[str]]] = []
    for segment in document.segments:
        if segment.kind not in _NOT_RENDERED:
            found = count(seen_by.passages_of_part(segment.text))
            by_segment.append((segment, found))
            offered += found
    return Measure(
        seen=seen.total(),
        offered=offered.total(),
        missing=_missing(document, passages, seen - offered),
        surplus=_surplus(path, by_segment, offered - seen),
        segments=len(document.segments),
        empty=[
            Example(cause, path, segment.line, segment.text, 1)
            for segment in document.segments
            if (cause := why_empty(segment.text))
        ],
    )


def _missing(document: Document, passages: Sequence[Passage], missing: Counter[str]) -> list[Example]:
    """The missing words, by the passages that have most of them."""
    places = _Places(document)
    examples = []
    for at, taken in _thickest([Counter(words(passage.text)) for passage in passages], missing):
        line = places.line(taken)
        text = " ".join(word for word in words(passages[at].text) if word in taken)
        examples.append(Example(cause_of(places.text(line), passages[at]), document.path, line, text, taken.total()))
    return examples


def _surplus(path: str, segments: Sequence[tuple[Segment, Counter[str]]], surplus: Counter[str]) -> list[Example]:
    """The words that no reader sees, by the segments that have most of them."""
    return [
        Example(str(segments[at][0].kind), path, segments[at][0].line, segments[at][0].text, taken.total())
        for at, taken in _thickest([found for _, found in segments], surplus)
    ]


def _thickest(texts: Sequence[Counter[str]], wanted: Counter[str]) -> list[tuple[int, Counter[str]]]:
    """Deal words out to the texts that they make up the largest part of; the texts by index, in their order."""
    left = Counter(wanted)
    shares = [((text & wanted).total() / text.total(), text.total(), -at) for at, text in enumerate(texts) if text]
    dealt = []
    for share, _, negative in sorted(shares, reverse=True):
        taken = texts[-negative] & left
        if not share or not left:
            break
        if taken:
            left -= taken
            dealt.append((-negative, taken))
    return sorted(dealt, key=lambda one: one[0])


class _Places:
    """Where words stand in a document's Markdown."""

    def __init__(self, document: Document) -> None:
        self._lines = document.text.splitlines()
        self._words: dict[str, set[int]] = {}
        for number, line in enumerate(self._lines, 1):
            for word in words(line):
                self._words.setdefault(word, set()).add(number)
        self._used: Counter[int] = Counter()

    def line(self, wanted: Counter[str]) -> int:
        """The line, from 1, that has most of some words and of which least was asked for before; 0 if none has any."""
        hits = Counter(line for word in wanted for line in self._words.get(word, ()))
        if not hits:
            return 0
        best = min(hits, key=lambda line: (-hits[line], self._used[line], line))
        self._used[best] += 1
        return best

    def text(self, line: int) -> str:
        """A line, or nothing for line 0."""
        return self._lines[line - 1] if line else ""


# Causes

_CAUSES: Sequence[tuple[str, str]] = (
    (r"\s*/{3,}\s", "line that opens a block: /// name | title"),
    (r"\s*(?:!!!|\?\?\?\+?)", "line that opens an admonition: !!! name “title”"),
    (r"\s*===[!+]?\s", "line that opens a tab: === “title”"),
    (r"\s*:{3,}", "line that opens a container: ::: name"),
    (r"\s*\*\[", "abbreviation: *[ABBR]: expansion"),
    (r" {0,3}\[[^\]]+\]:", "definition of a reference or footnote"),
    (r"\s*(?:>\s*)*</?[A-Za-z!]", "line that begins with an HTML tag"),
    (r"\s*(?:`{3}|~{3})", "line with a fence"),
    (r"(?:\t| {4,})\s*(?:[-*+]|\d+[.)])\s", "list item indented by four or more"),
    (r"(?:\t| {4,})", "other text indented by four or more"),
    (r"\s*(?:>\s*)*\|", "table row"),
    (r"[^|]*\|[^|]*\|", "table row"),
    (r".*<[A-Za-z][^>]*>", "line with an HTML tag in it"),
    (r"\s*(?:[-*+]|\d+[.)])\s", "list item"),
    (r" {0,3}#{1,6}\s", "heading"),
    (r"\s*>", "block quote"),
)
"""What a line that holds missing words is: the first pattern that matches its beginning."""


def cause_of(line: str, passage: Passage) -> str:
    """What kind of Markdown it is that hides words, by the line and by the HTML that it became."""
    kind = next((name for pattern, name in _CAUSES if re.match(pattern, line)), "other text")
    if passage.attribute:
        return f"attribute {passage.attribute} of <{passage.path[-1]}>, {kind}"
    block = next((tag for tag in reversed(passage.path) if tag not in {"div", "p"}), "p")
    return f"{kind}, in <{block}>"


_MARKUP: Sequence[tuple[str, str]] = (
    ("include or template code", "|".join(f"(?:{pattern})" for pattern, _ in CODE)),
    ("code", r"(`+)(?!`).*?(?<!`)\1(?!`)|<(code|pre|script|style)\b.*?</\2>"),
    ("comment", r"<!--.*?-->"),
    ("address of a link", r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?=[\s)])|\]\[[^\]]*\]"),
    ("URL", r"<?(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:)[^\s<>)]+>?|[\w.+-]{1,64}@[\w-]+\.[\w.-]+"),
    ("mark of a footnote", r"\[\^[^\]\s]+\]"),
    ("HTML tag", r"</?[A-Za-z][^<>]*>"),
    ("attribute list", r"\{:?(?:\s*(?:[.#][\w:-]+|[\w:-]+=(?:\"[^\"]*\"|'[^']*'|[^\s}]*)))+\s*\}"),
    ("container", r"\A(?:/{3,}|:{3,}|!!!|\?\?\?\+?|===)\s*[\w-]*\s*\Z"),
    ("math", r"\$[^$]+\$"),
    ("keys", r"\+\+[\w+-]+\+\+"),
    ("emoji", r"(?<![\w:]):[a-z0-9_+-]+:(?![\w:])"),
    ("character reference", r"&(?:#\d+|#x[\da-fA-F]+|\w+);"),
)
"""What is nothing to translate, each kind with its pattern, in the order in which they are taken out."""
_PATTERNS = [(name, re.compile(pattern, re.DOTALL | re.IGNORECASE | re.MULTILINE)) for name, pattern in _MARKUP]
_SEEN_ATTRIBUTE = re.compile(r"\b(?:alt|title|aria-label|placeholder)\s*=\s*[\"']?[^\"'>]*[^\W\d_]", re.IGNORECASE)


def why_empty(text: str) -> str:
    """What a msgid without words to translate consists of; empty for one with words.

    >>> why_empty("`a` and `b`"), why_empty("`a`, [`b`](c.md){.x y=z}")
    ('', 'code, address of a link, attribute list')
    >>> why_empty("<img alt='A dog'>"), why_empty("3.14")
    ('', 'only numbers')
    """
    left, found = text, []
    for name, pattern in _PATTERNS:
        if name == "HTML tag" and _SEEN_ATTRIBUTE.search(left):
            return ""
        shorter = pattern.sub(" ", left)
        if shorter != left:
            found.append(name)
        left = shorter
    if any(map(str.isalpha, left)):
        return ""
    return ", ".join(found) or "only numbers"


# Many documents


def documents(folders: Iterable[Path]) -> list[tuple[Path, Path]]:
    """The Markdown files below some folders, each with its folder."""
    return [
        (folder, path)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES and path.is_file()
    ]


def _measure_file(dialect: str, place: tuple[Path, Path]) -> Measure:
    folder, path = place
    text = path.read_bytes().decode(errors="replace")
    return measure(text, str(path.relative_to(folder)), dialect, witness(dialect))


def measure_all(folders: Sequence[Path], dialect: str) -> Measure:
    """Measure all documents of some folders."""
    total = Measure()
    with ProcessPoolExecutor() as pool:
        for one in pool.map(partial(_measure_file, dialect), documents(folders), chunksize=4):
            total.add(one)
    return total


# Printing


def _rows(total: Measure) -> list[str]:
    missing, surplus = (sum(example.weight for example in found) for found in (total.missing, total.surplus))
    rows = (
        ("words that readers see and that are in no segment", "≤ 0.1 %", missing, total.seen, "words"),
        ("segments that are only code, URL or markup", "≤ 0.5 %", len(total.empty), total.segments, "segments"),
        ("words of segments that no reader sees", "", surplus, total.offered, "words"),
    )
    return [
        "| Measure | Target | Result | Found | Of |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {target} | {part / whole if whole else 0:.2%} | {part:,} | {whole:,} {unit} |"
            for name, target, part, whole, unit in rows
        ),
    ]


def _causes(title: str, unit: str, found: Iterable[Example], shown: int) -> list[str]:
    """The causes by weight, each with some examples of the heaviest."""
    by_cause: dict[str, list[Example]] = {}
    for example in found:
        by_cause.setdefault(example.cause, []).append(example)
    weights = Counter({cause: sum(one.weight for one in examples) for cause, examples in by_cause.items()})
    lines = ["", f"## {title}", "", f"| {unit} | Cause |", "| ---: | --- |"]
    lines += [f"| {weight:,} | {_cell(cause)} |" for cause, weight in weights.most_common()]
    for cause, weight in weights.most_common() if shown else ():
        lines += ["", f"{weight:,} {cause}:", ""]
        heaviest = sorted(by_cause[cause], key=lambda one: -one.weight)[:shown]
        lines += [f"- {one.path}:{one.line}: {_cut(one.text)}" for one in heaviest]
    return lines if weights else []


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<")


def _cut(text: str) -> str:
    most = 160
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def corpus() -> Path:
    """The folder that is measured unless another is named."""
    default = Path(__file__).resolve().parents[2] / "shared/corpora"
    return Path(os.environ.get("TRANSLATE_PIPE_CORPORA", default)) / "fastapi" / "en"


def main() -> None:
    """Print the measures and their causes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER")
    parser.add_argument("--dialect", choices=DIALECTS, default="mkdocs")
    parser.add_argument("--examples", type=int, default=3, metavar="N", help="of each cause (default: 3)")
    options = parser.parse_args()
    folders = options.folders or [corpus()]
    for folder in folders:
        if not folder.is_dir():
            parser.error(f"no such folder: {folder} (set TRANSLATE_PIPE_CORPORA, or name one)")
    total = measure_all(folders, options.dialect)
    lines = [
        f"{', '.join(map(str, folders))}, dialect {options.dialect}",
        "",
        *_rows(total),
        *_causes("Words in no segment", "Words", total.missing, options.examples),
        *_causes("Segments without words", "Segments", total.empty, options.examples),
        *_causes("Words that no reader sees", "Words", total.surplus, options.examples),
    ]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
