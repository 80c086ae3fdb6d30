"""Round trips over folders of real Markdown: nothing lost, nothing raised, and translations that keep the structure.

    python roundtrip_many.py FOLDER… [--dialect NAME…] [--examples N] [--hostile]

Each Markdown file below the folders is

1. taken apart and put together again without translations: the same bytes;
2. localised with a pseudo-translation (`pseudo.py`) of each segment, and parsed again: the same segments, with the
   texts that were put there. Translations that are refused are counted, which should be rare.

With `--hostile` the translations have a mark of a block in front of them. Then more of them are refused, but still
nothing may be raised and no segment may come or go.

Told of each folder: files, those that fail, segments, refusals, and how fast the first step is.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pseudo import hostile, pseudo

from translate_pipe.localisation import localise
from translate_pipe.project.reassembly import roundtrip
from translate_pipe.segments import ParseOptions, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from translate_pipe.model import Document, Localised, Segment

SUFFIXES = frozenset({".md", ".mdx", ".markdown", ".qmd", ".rmd"})
_SLOW = 2.0  # seconds for a file that are worth to be told


class Finding(NamedTuple):
    """What is wrong, where, and the text that it is about."""

    kind: str
    place: str
    text: str


@dataclass(slots=True)
class Tally:
    """What came out of one file or of many."""

    files: int = 0
    size: int = 0
    seconds: float = 0.0
    segments: int = 0
    unreadable: int = 0
    failures: list[Finding] = field(default_factory=list)
    refusals: list[Finding] = field(default_factory=list)
    altered: list[Finding] = field(default_factory=list)
    slow: list[Finding] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another file too."""
        self.files += other.files
        self.size += other.size
        self.seconds += other.seconds
        self.segments += other.segments
        self.unreadable += other.unreadable
        self.failures += other.failures
        self.refusals += other.refusals
        self.altered += other.altered
        self.slow += other.slow


# One file


def try_file(options: ParseOptions, path: Path, *, is_hostile: bool = False) -> Tally:
    """Try one file. Nothing may be raised, so whatever is raised is a finding."""
    data = path.read_bytes()
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return Tally(files=1, unreadable=1)
    tally = Tally(files=1, size=len(data))
    started = time.process_time()
    try:
        document = _round_trip(tally, data, text, str(path), options)
        _translate(tally, document, is_hostile=is_hostile)
    except Exception as error:  # noqa: BLE001  # this is what is looked for
        frame = traceback.extract_tb(error.__traceback__)[-1]
        kind = f"raises {type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}"
        tally.failures.append(Finding(kind, str(path), str(error)))
    seconds = time.process_time() - started
    if seconds > _SLOW:
        tally.slow.append(Finding("slow", str(path), f"{seconds:.1f} s for {len(data) / 1e6:.2f} MB"))
    return tally


def _round_trip(tally: Tally, data: bytes, text: str, path: str, options: ParseOptions) -> Document:
    started = time.process_time()
    difference = roundtrip(data, text, options)
    tally.seconds = time.process_time() - started
    if difference:
        tally.failures.append(Finding("not identical", f"{path}:{difference.line}", repr(difference)))
    return parse(text, path, options)


def _translate(tally: Tally, document: Document, *, is_hostile: bool) -> None:
    made = hostile if is_hostile else pseudo
    translations = {segment.key: made(segment.text) for segment in document.segments}
    localised = localise(document, translations)
    tally.segments = len(document.segments)
    tally.refusals = list(_refusals(document, localised))
    result = parse(localised.text, document.path, document.options)
    if len(result.segments) != len(document.segments):
        tally.altered.append(_other_number(document, result))
    elif not is_hostile:
        tally.altered += _altered(document, result, localised)


def _refusals(document: Document, localised: Localised) -> Iterator[Finding]:
    for segment, diagnostic in zip(localised.fallbacks, localised.diagnostics, strict=False):
        kind = f"{_described(segment)}, {diagnostic.check}"
        yield Finding(kind, f"{document.path}:{segment.line}", segment.text)


def _other_number(document: Document, result: Document) -> Finding:
    """A finding about segments that have come or gone, with the first place where the two differ."""
    pairs = zip_longest(document.segments, result.segments)
    was, now = next((was, now) for was, now in pairs if not was or not now or was.kind is not now.kind)
    texts = f"{was.text if was else ''!r}, {now.text if now else ''!r}"
    counts = f"{len(document.segments)} segments become {len(result.segments)}"
    return Finding("other number of segments", f"{document.path}:{was.line if was else 0}", f"{counts}: {texts}")


def _altered(document: Document, result: Document, localised: Localised) -> Iterator[Finding]:
    """The translations that are not the text of their segment when the result is parsed again."""
    refused = {id(segment) for segment in localised.fallbacks}
    for was, now in zip(document.segments, result.segments, strict=True):
        wanted_text = was.text if id(was) in refused else pseudo(was.text)
        if (was.kind, was.detail) != (now.kind, now.detail):
            yield Finding(f"{_described(was)} becomes {_described(now)}", f"{document.path}:{was.line}", was.text)
        elif _letters(wanted_text) != _letters(now.text):
            pair = f"{wanted_text!r} is read as {now.text!r}"
            yield Finding(f"{_described(was)} is read otherwise", f"{document.path}:{was.line}", pair)


def _described(segment: Segment) -> str:
    return f"{segment.kind} ({segment.slot.shape.value})"


def _letters(text: str) -> str:
    """A text without the backslashes and blanks that writing it may add."""
    return re.sub(r"[\\\s]+", "", text)


# Folders


def markdown_files(folder: Path) -> list[Path]:
    """The Markdown files below a folder."""
    return [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file()]


def _print_table(tallies: Sequence[tuple[str, Tally]]) -> None:
    print("| Folder | Files | MB | Fail | Segments | Refused | Read otherwise | MB/s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, one in tallies:
        speed = one.size / 1e6 / one.seconds if one.seconds else 0.0
        print(
            f"| {name} | {one.files:,} | {one.size / 1e6:.1f} | {len(one.failures):,} | {one.segments:,} "
            f"| {len(one.refusals):,} | {len(one.altered):,} | {speed:.1f} |"
        )
    unreadable = sum(one.unreadable for _, one in tallies)
    print(f"\nNot UTF-8, so not tried: {unreadable:,}.")


def _print_findings(title: str, found: Iterable[Finding], shown: int) -> None:
    by_kind: dict[str, list[Finding]] = {}
    for finding in found:
        by_kind.setdefault(finding.kind, []).append(finding)
    if by_kind:
        print(f"\n## {title}")
    for kind, findings in sorted(by_kind.items(), key=lambda item: -len(item[1])):
        print(f"\n{len(findings):,} {kind}:\n")
        for finding in islice(findings, shown):
            print(f"- {finding.place}: {_cut(finding.text)}")


def _cut(text: str) -> str:
    most = 240
    return text if len(text) <= most else f"{text[: most - 1]}…"


def main() -> None:
    """Try the folders that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--dialect", nargs="+", default=["gfm"], metavar="NAME")
    parser.add_argument("--code", default="none", help="none, comments, strings or all (default: none)")
    parser.add_argument("--examples", type=int, default=5, metavar="N", help="of each kind (default: 5)")
    parser.add_argument("--hostile", action="store_true", help="translations that look like blocks")
    arguments = parser.parse_args()
    options = ParseOptions(dialects=tuple(arguments.dialect), code=arguments.code, translate_bibliography=True)
    tallies: list[tuple[str, Tally]] = []
    work = partial(try_file, options, is_hostile=arguments.hostile)
    with ProcessPoolExecutor() as pool:
        for folder in arguments.folders:
            total = Tally()
            for one in pool.map(work, markdown_files(folder), chunksize=16):
                total.add(one)
            tallies.append((folder.name, total))
            print(f"{folder.name}: {total.files} files", file=sys.stderr)
    total = Tally()
    for _, one in tallies:
        total.add(one)
    _print_table([*tallies, ("all", total)] if len(tallies) > 1 else tallies)
    _print_findings("Failures", total.failures, arguments.examples)
    _print_findings("Refused translations", total.refusals, arguments.examples)
    _print_findings("Translations that are read otherwise", total.altered, arguments.examples)
    _print_findings("Slow files", total.slow, arguments.examples)
    sys.exit(bool(total.failures))


if __name__ == "__main__":
    main()
