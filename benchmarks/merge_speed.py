"""CPU time of a merge by this tool and by GNU msgmerge: user and system time of the whole process, median of some runs.

The two run in turns, so that a busy machine slows both. The large catalogue is made of the four of the corpus, several
times, with half of the longer words of each copy marked as that copy's own, so that texts are like those of one project
with many documents and no msgid occurs twice. Run it with --help.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from random import Random

from edits import LOCALES, Case, load, locale_case, make_case
from prose import in_prose, is_prose

from translate_pipe import __version__
from translate_pipe.catalogue import serialize_po
from translate_pipe.model import Catalogue, Message, Reference

SIZES = (4_000, 12_600, 116_000)
LARGE = 40_000
"""From here on msgmerge takes minutes and more."""

_EDITED = 20  # one message in so many
_LONG_WORD = re.compile(r"[A-Za-z]{4,}")
_ONCE = Path(__file__).with_name("merge_once.py")


@dataclass(frozen=True, slots=True)
class Timing:
    """CPU seconds of both tools on one case."""

    name: str
    ours: float
    msgmerge: float


def large_catalogue(size: int) -> Catalogue:
    """A catalogue of `size` messages."""
    messages: dict[str, Message] = {}
    for copy, locale in enumerate(cycle(LOCALES)):
        for message in load(locale).messages:
            made = _of_copy(message, f"{locale}{copy}")
            messages.setdefault(made.msgid, made)
            if len(messages) == size:
                return replace(load("es"), messages=tuple(messages.values()))
    raise AssertionError


def _of_copy(message: Message, copy: str) -> Message:
    """A message with the words of one copy."""
    references = tuple(Reference(f"{copy}/{reference.path}", reference.line) for reference in message.references)
    return replace(message, msgid=_distinguished(message.msgid, copy), references=references, raw="")


def _distinguished(text: str, copy: str) -> str:
    """A text with half of its longer words marked.

    >>> _distinguished("Ownership and borrowing", "es0")
    'Ownership and borrowinges0'
    """
    marked = in_prose(text, lambda piece: _LONG_WORD.sub(lambda word: _marked(word[0], copy), piece))
    if marked != text:
        return marked
    body = text.rstrip("\n")
    return f"{body} {copy}{text[len(body) :]}"


def _marked(word: str, copy: str) -> str:
    return word + copy if zlib.crc32(word.lower().encode()) % 2 else word


def large_case(size: int, edits: int, seed: int) -> Case:
    """A large catalogue with some messages edited."""
    old = large_catalogue(size)
    strangers = [message.msgid for locale in LOCALES for message in load(locale).messages if is_prose(message.msgid)]
    return make_case(old, seed=seed, edits=edits, strangers=Random(seed).sample(strangers, min(edits, len(strangers))))


# Measuring


def cpu_seconds(command: list[str]) -> float:
    """User and system time of a command and its children."""
    with Path(os.devnull).open("w") as silence:
        actions = [(os.POSIX_SPAWN_DUP2, silence.fileno(), 1)]
        process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
        _, status, usage = os.wait4(process, 0)
    if status:
        sys.exit(f"{' '.join(command)}: status {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


def our_command(old: str, template: str, out: str) -> list[str]:
    """How this tool is started: its merge command, or, before there is one, the runner script."""
    if _has_command():
        return [sys.executable, "-m", "translate_pipe", "merge", old, template, "-o", out]
    return [sys.executable, str(_ONCE), old, template, out]


def _has_command() -> bool:
    asked = subprocess.run(
        [sys.executable, "-m", "translate_pipe", "merge", "--help"], check=False, capture_output=True
    )
    return asked.returncode == 0


def measured(name: str, case: Case, *, runs: int, msgmerge_runs: int) -> Timing:
    """Both tools on a case, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        old, template, out = (str(Path(folder, file)) for file in ("old.po", "new.pot", "out.po"))
        Path(old).write_text(serialize_po(case.old), encoding="utf-8")
        Path(template).write_text(serialize_po(case.template), encoding="utf-8")
        ours, theirs = our_command(old, template, out), ["msgmerge", "--quiet", "-o", out, old, template]
        cpu_seconds(ours)  # compiles the modules, fills the disk's cache
        times: tuple[list[float], list[float]] = ([], [])
        for run in range(max(runs, msgmerge_runs)):
            if run < runs:
                times[0].append(cpu_seconds(ours))
            if run < msgmerge_runs:
                times[1].append(cpu_seconds(theirs))
    return Timing(name, statistics.median(times[0]), statistics.median(times[1]))


# Printing


def _environment() -> str:
    version = subprocess.run(["msgmerge", "--version"], check=True, capture_output=True, encoding="utf-8").stdout
    command = "the merge command" if _has_command() else "merge_once.py"
    return (
        f"translate-pipe {__version__} ({command}), Python {platform.python_version()}; {version.splitlines()[0]}; "
        f"{os.cpu_count()} cores, {platform.machine()}"
    )


def _row(timing: Timing) -> str:
    ratio = timing.ours / timing.msgmerge
    return f"| {timing.name} | {timing.ours:.2f} s | {timing.msgmerge:.2f} s | {ratio:.2f} |"


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large-runs", type=int, default=1, help="of msgmerge on large catalogues (default: 1)")
    parser.add_argument("--small", action="store_true", help="leave large catalogues out")
    arguments = parser.parse_args()
    print(
        f"{_environment()}\n\n| Messages, edited | ours | msgmerge | ratio |\n| --- | ---: | ---: | ---: |", flush=True
    )
    for locale in LOCALES:
        case = locale_case(locale, seed=arguments.seed, edits=300)
        name = f"{len(case.template.messages):,} ({locale}), 300"
        print(_row(measured(name, case, runs=arguments.runs, msgmerge_runs=arguments.runs)), flush=True)
    for size in SIZES:
        if arguments.small and size >= LARGE:
            continue
        case = large_case(size, size // _EDITED, arguments.seed)
        name = f"{len(case.template.messages):,}, {size // _EDITED:,}"
        runs = arguments.large_runs if size >= LARGE else arguments.runs
        print(_row(measured(name, case, runs=arguments.runs, msgmerge_runs=runs)), flush=True)


if __name__ == "__main__":
    main()
