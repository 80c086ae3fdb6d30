"""Record what translate-pipe makes of many projects, or compare two records.

    python tools/record_results.py record BEFORE.json ../shared [--only mkdocs] [--command .venv/bin/translate-pipe]
    python tools/record_results.py compare BEFORE.json AFTER.json

A change of the code that must not change any result is proven with this: record before it, record after it, compare.
A record holds the SHA-256 of each template, catalogue and output, and the file, line, msgid, msgctxt, check and
severity of each diagnostic. Texts and columns of diagnostics are not in it: they may change.

The projects are the articles of this repository and, where SHARED is there, the documents and catalogues of
SHARED/corpora and SHARED/qa. Each document of a project is translated with pseudo-translations, in three grades: all
messages with accents, every third with letters of other scripts, every fifth as it would be after a careless edit, so
that findings of all kinds occur and outputs hold fallbacks too.
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
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polib

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parents[1]
sys.path.insert(0, str(HERE / "benchmarks"))

from pseudo import accented, pseudo  # noqa: E402

from translate_pipe.registry import DIALECT_CHOICES, names  # noqa: E402

DIAGNOSTIC = ("file", "line", "msgid", "msgctxt", "check", "severity")
EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.$", re.DOTALL | re.MULTILINE)


def configuration(dialect: str) -> str:
    return (
        f'source_locale = "en"\nlocales = ["de"]\nname = "record"\ndialect = ["{dialect}"]\n'
        'source = "docs"\noutput = "build/{locale}/{path}.md"\nfront_matter_add = ["lang", "translation"]\n'
        'code = "all"\n'
    )


class Recorder:
    """Runs one command in projects of a temporary folder and gathers what comes of it."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.command = command
        self.folder = folder
        self.results: dict[str, object] = {}

    def run(self, where: Path, *arguments: str) -> str:
        """Standard output of a run; its exit code and output are no failure of the recording."""
        done = subprocess.run(
            [*self.command, *arguments], cwd=where, capture_output=True, text=True, encoding="utf-8", check=False
        )
        if done.returncode not in (0, 1):
            sys.exit(f"{' '.join(arguments)} in {where}: exit {done.returncode}\n{done.stderr[-2000:]}")
        return done.stdout

    def diagnostics(self, name: str, output: str) -> None:
        found = [[entry.get(key) for key in DIAGNOSTIC] for entry in map(json.loads, output.splitlines())]
        self.results[name] = sorted(found, key=json.dumps)

    def files(self, name: str, where: Path, *patterns: str) -> None:
        for pattern in patterns:
            for path in sorted(where.glob(pattern)):
                if path.is_file() and ".translate-pipe" not in path.parts:
                    key = f"{name} {path.relative_to(where).as_posix()}"
                    self.results[key] = hashlib.sha256(_stable(path.read_bytes())).hexdigest()

    def project(self, name: str, where: Path) -> None:
        """Update, translate, check and build a project, edit its sources, and do it once more."""
        self.run(where, "update", "-q")
        self.files(f"{name} empty", where, "locale/**/*.po*")
        for path in sorted(where.glob("locale/*/LC_MESSAGES/**/*.po")):
            translate(path)
        self._build(f"{name} translated", where)
        for number, path in enumerate(sorted(where.glob("docs/**/*.md"))):
            edit(path, number)
        self.run(where, "update", "-q")
        self.files(f"{name} edited", where, "locale/**/*.po*")
        self._build(f"{name} edited", where)

    def _build(self, name: str, where: Path) -> None:
        self.diagnostics(f"{name} check", self.run(where, "check", "--format", "jsonl", "-q"))
        self.diagnostics(f"{name} sources", self.run(where, "check", "--source", "--format", "jsonl", "-q"))
        self.diagnostics(f"{name} build", self.run(where, "build", "--format", "jsonl", "-q"))
        self.files(f"{name} build", where, "build/*/**/*")
        self.diagnostics(f"{name} draft", self.run(where, "build", "--draft", "--format", "jsonl", "-q"))
        self.files(f"{name} draft", where, "build/*/**/*")


def _stable(data: bytes) -> bytes:
    return re.sub(rb'"(POT-Creation-Date|PO-Revision-Date|X-Generator): [^\n]*\n', b"", data)


def translate(path: Path) -> None:
    """Fill the empty messages of a catalogue, some well, some with faults."""
    catalogue = polib.pofile(str(path), wrapwidth=0, encoding="utf-8")
    for number, entry in enumerate(catalogue):
        if number % 11 == 10:
            continue
        text = pseudo(entry.msgid) if number % 3 == 2 else accented(entry.msgid)
        if number % 5 == 4:
            text = text.replace("[", "", 1) if number % 2 else text.replace("`", "", 1)
        if number % 13 == 12:
            text = f"{text} <b onclick=x>1</b> {{{{ y }}}}\n\n# z"
        if number % 17 == 16:
            entry.flags.append("fuzzy")
        entry.msgstr = text
    catalogue.save(str(path))


def edit(path: Path, number: int) -> None:
    """Change a document a little, as authors do: a word, a new paragraph, a moved one."""
    text = path.read_bytes()
    if number % 2:
        text = text.replace(b" the ", b" that ", 1)
    if number % 3 == 0:
        text += b"\n\nOne more paragraph.\n"
    if number % 5 == 0:
        head, *rest = text.split(b"\n\n")
        text = b"\n\n".join([head, *rest[3:], *rest[:3]])
    path.write_bytes(text)


def record(command: list[str], shared: Path, target: Path, only: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        recorder = Recorder(command, Path(name))
        for project, job in _jobs(recorder, shared).items():
            if project in only or not only:
                job(Path(name) / project.replace("/", "-"))
        target.write_text(json.dumps(recorder.results, indent=0, ensure_ascii=False), encoding="utf-8")
        print(f"{len(recorder.results)} results in {target}")


def _jobs(recorder: Recorder, shared: Path) -> dict[str, Callable[[Path], None]]:
    """What is recorded, by name; each job gets a folder of its own."""
    corpora = ("fastapi/en", "mkdocs"), ("rust-book", "gfm"), ("rust-book", "docusaurus")
    return {
        "articles": partial(_articles, recorder),
        **{dialect: partial(_dialect, recorder, shared, dialect) for dialect in names(DIALECT_CHOICES)},
        **{f"{corpus} {dialect}": partial(_corpus, recorder, shared, corpus, dialect) for corpus, dialect in corpora},
        "catalogues": partial(_catalogues, recorder, shared),
    }


def _articles(recorder: Recorder, where: Path) -> None:
    where.mkdir()
    for part in ("source", "locale", "translate-pipe.toml"):
        copy = shutil.copytree if (HERE / part).is_dir() else shutil.copy
        copy(HERE / part, where / part)
    recorder.diagnostics("articles locales", recorder.run(where, "locales", "--format", "jsonl", "-q"))
    recorder.files("articles", where, "locale/**/*.po*", "build/*/**/*")


def _dialect(recorder: Recorder, shared: Path, dialect: str, where: Path) -> None:
    _project(where, dialect)
    _examples(shared / "corpora" / "commonmark" / "spec.txt", where / "docs")
    _dialect_examples(where / "docs")
    recorder.project(dialect, where)


def _corpus(recorder: Recorder, shared: Path, corpus: str, dialect: str, where: Path) -> None:
    _project(where, dialect)
    if (shared / "corpora" / corpus).is_dir():
        shutil.copytree(shared / "corpora" / corpus, where / "docs", dirs_exist_ok=True)
    recorder.project(f"{corpus} {dialect}", where)


def _catalogues(recorder: Recorder, shared: Path, where: Path) -> None:
    where.mkdir()
    catalogues = [*shared.glob("corpora/po/*.po"), *shared.glob("qa/defects/*.po")]
    for path in catalogues:
        shutil.copy(path, where / path.name)
    if catalogues:
        names = sorted(path.name for path in catalogues)
        recorder.diagnostics("catalogues", recorder.run(where, "check", "--format", "jsonl", "-q", *names))


def _project(where: Path, dialect: str) -> None:
    (where / "docs").mkdir(parents=True)
    (where / "translate-pipe.toml").write_text(configuration(dialect), encoding="utf-8")


def _examples(spec: Path, folder: Path) -> None:
    """Write the examples of the CommonMark specification as documents, fifty in each, and each odd one alone."""
    if not spec.is_file():
        return
    examples = [text.replace("→", "\t") for text in EXAMPLE.findall(spec.read_text(encoding="utf-8"))]
    for start in range(0, len(examples), 50):
        part = "\n\n".join(examples[start : start + 50])
        (folder / f"spec-{start:03}.md").write_text(part, encoding="utf-8", newline="")
    for number in range(1, len(examples), 7):
        (folder / f"alone-{number:03}.md").write_text(examples[number], encoding="utf-8", newline="")


def _dialect_examples(folder: Path) -> None:
    """Write the examples on the pages of the dialects as documents, with each kind of line end."""
    for page in sorted((HERE / "docs" / "dialects").glob("*.md")):
        blocks = re.findall(r"^```+markdown\n(.*?)^```+$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        for number, end in enumerate(("\n", "\r\n", "\r")):
            text = "\n\n".join(blocks).replace("\n", end)
            (folder / f"{page.stem}-{number}.md").write_text(text, encoding="utf-8", newline="")


def compare(before: Path, after: Path) -> int:
    """Print what differs; the number of differing results."""
    old, new = (json.loads(path.read_text(encoding="utf-8")) for path in (before, after))
    differing = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    for key in differing:
        print(key, "" if key in old and key in new else "only before" if key in old else "only after")
        if isinstance(old.get(key), list) and isinstance(new.get(key), list):
            had, has = ({json.dumps(entry) for entry in side[key]} for side in (old, new))
            for mark, lines in (("-", had - has), ("+", has - had)):
                print(*(f"  {mark} {line}" for line in sorted(lines)[:5]), sep="\n")
    diagnostics = sum(len(value) for value in new.values() if isinstance(value, list))
    files = sum(isinstance(value, str) for value in new.values())
    print(f"{files} files and {diagnostics} diagnostics compared: {len(differing)} results differ")
    return len(differing)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="what", required=True)
    recording = commands.add_parser("record")
    recording.add_argument("target", type=Path)
    recording.add_argument("shared", type=Path)
    recording.add_argument("--only", nargs="+", default=[])
    recording.add_argument("--command", nargs="+", default=[str(Path(sys.executable).parent / "translate-pipe")])
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    options = parser.parse_args()
    if options.what == "compare":
        sys.exit(bool(compare(options.before, options.after)))
    record(options.command, options.shared.resolve(), options.target, options.only)


if __name__ == "__main__":
    main()
