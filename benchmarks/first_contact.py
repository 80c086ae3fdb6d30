"""The first hour with a project that exists: init, locales, translations, locales again.

    python first_contact.py [--source-locale L] [--locale L] [--examples N] FOLDER…

Each folder is copied, and the copy goes through

1. `translate-pipe init LOCALE`;
2. `translate-pipe locales`;
3. a pseudo-translation of every message (`pseudo.accented`), written into the catalogues;
4. `translate-pipe locales` again.

Reported for each folder:

changed    files of the project that another content was written to, or that are gone; there must be none
documents  what `init` made sources of
unpublished translations that a check or the proof refused
blocks     lines of block markup (fences, containers, shortcodes, components, tables, headings) that the localised
           documents have more or fewer of than their sources; there must be none
left       words that readers see untranslated in the localised documents, and in brackets those that
           `text-not-offered` names. A library that is not our parser renders them (`reader_words.py`); it knows no
           shortcodes and no components, so this is an upper bound.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pseudo import accented
from reader_words import witness, words

from translate_pipe.catalogue import parse_po, serialize_po
from translate_pipe.project import Source, open_project
from translate_pipe.project.discovery import find_sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate_pipe.project import Project

_IGNORED = (".git", "node_modules", ".venv")
_BLOCK_LINE = re.compile(
    r"[ \t>]*(?:[-+*]|\d+[.)])?[ \t]*"
    r"(`{3,}|~{3,}|:{3,}|!!!|\?\?\?\+?|===[ ]|/{3,}|\{\{[<%]|\{%|#{1,6}[ ]|\|.*\||</?[A-Za-z][\w.]*|\$\$\s*$"
    r"|import[ ].*from|export[ ])"
)
_UNTRANSLATED = re.compile(r"[b-df-hj-np-tv-z]*[aeiou][a-z]+")


@dataclass(slots=True)
class Trial:
    """What one folder gave."""

    name: str
    documents: int = 0
    messages: int = 0
    changed: list[str] = field(default_factory=list)
    checks: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    unpublished: int = 0
    blocks: list[str] = field(default_factory=list)
    words: int = 0
    left: Counter[str] = field(default_factory=Counter)
    left_in: Counter[str] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)


def try_folder(folder: Path, source_locale: str, locale: str, copy: Path) -> Trial:
    """Take a copy of a folder through its first hour."""
    trial = Trial(folder.name)
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(*_IGNORED), symlinks=True)
    before = _digests(copy)
    trial.said += _run(copy, "init", "--source-locale", source_locale, locale).splitlines()
    _run(copy, "locales", "--format", "jsonl")
    project = open_project(copy)
    locale = project.configuration.locales[0]
    sources, _ = find_sources(project, {project.output(one, locale) for one in find_sources(project)[0]})
    trial.documents = len(sources)
    trial.messages = _translate(project, sources, locale)
    for line in _run(copy, "locales", "--format", "jsonl").splitlines():
        found = json.loads(line)
        trial.checks[f"{found['check']} ({found['severity']})"] += 1
        trial.unpublished += found["severity"] == "error" and bool(found["msgid"])
        trial.examples.append(
            f"{found['check']}: {found['file']}:{found['line']}: {found['message']} {found['msgid']!r:.80}"
        )
    after = _digests(copy)
    trial.changed = sorted(name for name, digest in before.items() if after.get(name) != digest)
    for source in sources:
        output = copy / project.output(source, locale)
        if output.is_file():
            _compare(trial, source, (copy / source.path).read_text("utf-8"), output.read_text("utf-8"))
    return trial


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def _run(folder: Path, *arguments: str) -> str:
    """What a command of the tool prints on standard output."""
    command = [sys.executable, "-m", "translate_pipe", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    if "Traceback" in done.stderr or done.returncode not in (0, 1):
        sys.exit(f"{folder}: translate-pipe {' '.join(arguments)} failed:\n{done.stderr}")
    print(f"{folder.name}: {' '.join(arguments)}: exit {done.returncode}", file=sys.stderr)
    return done.stdout if "--format" in arguments else done.stdout + done.stderr


def _translate(project: Project, sources: Sequence[Source], locale: str) -> int:
    """Fill the catalogues of a locale; the result is the number of messages."""
    count = 0
    for domain in dict.fromkeys(map(project.domain, sources)):
        path = project.root / project.catalogue(domain, locale)
        if not path.is_file():
            continue
        catalogue = parse_po(path.read_text("utf-8"))
        messages = tuple(
            replace(one, msgstr=accented(one.msgid), flags=tuple(flag for flag in one.flags if flag != "fuzzy"), raw="")
            for one in catalogue.messages
        )
        path.write_text(serialize_po(replace(catalogue, messages=messages)), "utf-8")
        count += len(messages)
    return count


def _compare(trial: Trial, source: Source, was: str, now: str) -> None:
    if (lost := _block_marks(was) - _block_marks(now)) or (lost := _block_marks(now) - _block_marks(was)):
        trial.blocks.append(f"{source.path}: {dict(lost)}")
    seen = [word for passage in witness("gfm").passages(now) for word in words(passage.text)]
    trial.words += len(seen)
    left = Counter(word for word in seen if _UNTRANSLATED.fullmatch(word))
    trial.left += left
    if left:
        trial.left_in[source.path] = left.total()


def _block_marks(text: str) -> Counter[str]:
    return Counter(
        found[1].strip() if found[1][0] != "|" else "|"
        for line in text.splitlines()
        if (found := _BLOCK_LINE.match(line))
    )


def _lines(trial: Trial, examples: int) -> Iterator[str]:
    named = trial.checks.get("text-not-offered (error)", 0)
    yield (
        f"| {trial.name} | {trial.documents:,} | {trial.messages:,} | {len(trial.changed)} | {trial.unpublished} "
        f"| {len(trial.blocks)} | {trial.left.total():,} of {trial.words:,} ({named}) |"
    )
    if examples:
        yield from (f"  init: {line}" for line in trial.said)
        yield from (f"  changed: {name}" for name in trial.changed[:examples])
        yield f"  checks: {dict(trial.checks.most_common())}"
        yield from (f"  {line}" for line in trial.examples[: 4 * examples])
        yield from (f"  blocks: {line}" for line in trial.blocks[:examples])
        yield f"  left in: {dict(trial.left_in.most_common(examples))}"
        yield f"  words left: {dict(trial.left.most_common(4 * examples))}"


def main() -> None:
    """Try the folders that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--source-locale", default="en")
    parser.add_argument("--locale", default="nl")
    parser.add_argument("--examples", type=int, default=0, metavar="N", help="of each kind (default: 0)")
    parser.add_argument("--keep", type=Path, help="a folder for the copies, which are then kept")
    options = parser.parse_args()
    print("| Project | Documents | Messages | Changed | Unpublished | Blocks | Words left (named) |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as temporary:
        for folder in options.folders:
            copy = (options.keep or Path(temporary)) / folder.name
            trial = try_folder(folder, options.source_locale, options.locale, copy)
            print("\n".join(_lines(trial, options.examples)), flush=True)


if __name__ == "__main__":
    main()
