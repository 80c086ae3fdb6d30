"""Hostile translations in real site generators: whether anything that a translator writes runs on the published page.

    python trial.py [--only GENERATOR] [--battery FILE] [--table FILE]

Each row of the battery is a document with one hostile translation. For each generator,

1. the translation is written into the document by hand. What this page does in the generator shows that the trap works.
2. `translate-pipe locales` localises the document, once with each way to opt out of checks (`VARIANTS`).
3. The generator builds all different pages, and Chromium opens them.

Time is saved where two documents are the same: each is built and opened once.

A page *runs* something if it shows the secret of the site or the result of a calculation, runs a script, asks for or
names a host that the source does not name, or hides text. It *breaks* if the generator cannot build it. What the page
of the source does as well does not count. What only misleads, such as a link to another host, does not count where
somebody has opted out of its check, as people may. The exit status is 1 if anything that came through translate-pipe
runs or breaks.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import threading
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polib
from generators import GENERATORS, MARK, TOOLS, BuildError, Generator
from visiting import CHROMIUM, visited

from translate_pipe.registry import MESSAGE_RULES, RENDERING, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_TABLES = Path(__file__).parents[2] / "tests" / "data"
BATTERIES = (Path(__file__).parent / "battery.txt", _TABLES / "hostile.txt", _TABLES / "html_hostile.txt")
"""Our own rows, and those that the tests try on all dialects; what these never publish is tried here too."""

CONFIGURATION = """\
source_locale = "nl"
locales = ["de"]
dialect = "{dialect}"
output = "build/{{locale}}/{{path}}{suffix}"
bibliography = "translate"
"""
PLACES = {
    "text": "@@\n",
    "heading": "## @@\n\nTekst.\n",
    "cell": "| Kop |\n| --- |\n| @@ |\n",
    "item": "- @@\n- Tekst\n",
    "quote": "> @@\n",
    "footnote": "Tekst.[^1]\n\n[^1]: @@\n",
    "alt": "![@@](a.png)\n",
    "link-title": "@@\n",
    "html": "<div>\n<p>@@</p>\n</div>\n",
    "html-title": '<p title="@@">Tekst</p>\n',
    "pair": "@@\n\n@@\n",
    "cells": "| Kop | Kop |\n| --- | --- |\n| @@ | @@ |\n",
    "items": "- @@\n- @@\n",
    "title": "",
    "description": "",
}
"""The documents of one or two segments in each place, below the front matter."""
_BETWEEN = " ¶ "

_NAMES = (*names(MESSAGE_RULES), RENDERING)
_ALL = json.dumps(_NAMES)
_MISLEADING = {"names a host: <a href>", "names a host: <q cite>", "hides a text"}
"""What runs nothing: errors of checks that have opt-outs."""

_BROKEN = "breaks the build"
_SEVERITY = "[severity]\n" + "".join(f'{name} = "info"\n' for name in names(MESSAGE_RULES))
_DRAFT = ("build", "--draft", "--quiet")


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to publish what a check refuses: lines of the configuration, marks in the catalogue, another command."""

    configuration: str = ""
    may_mislead: bool = False
    is_marked: bool = False
    command: tuple[str, ...] = ("locales", "--quiet")


VARIANTS = {
    "plain": Variant(),
    "marked": Variant(may_mislead=True, is_marked=True),
    "ignore_checks": Variant(f"ignore_checks = {_ALL}\n", may_mislead=True),
    "severity": Variant(_SEVERITY, may_mislead=True),
    "on_error": Variant('on_error = "publish"\n', may_mislead=True),
    "renderer": Variant('renderer = "commonmark"\n'),
    "sentence": Variant('segmentation = "sentence"\n'),
    "draft": Variant(may_mislead=True, command=_DRAFT),
    "together": Variant(
        f'on_error = "publish"\nrenderer = "commonmark"\nignore_checks = {_ALL}\n{_SEVERITY}',
        may_mislead=True,
        is_marked=True,
        command=_DRAFT,
    ),
}


class Row(NamedTuple):
    """A row of the battery."""

    place: str
    msgid: str
    msgstr: str

    def document(self, text: str) -> str:
        """The document with a text in the place of the row."""
        matter = {"title": "Kop"} | ({self.place: text} if self.place in ("title", "description") else {})
        lines = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in matter.items())
        body = PLACES[self.place] or "Tekst.\n"
        for part in text.split(_BETWEEN) if "@@" in body else ():
            body = body.replace("@@", part, 1)
        return f"---\n{lines}---\n\n{body}"

    @property
    def messages(self) -> list[tuple[str, str]]:
        """The msgid and msgstr of each segment."""
        return list(zip(self.msgid.split(_BETWEEN), self.msgstr.split(_BETWEEN), strict=True))


def read_battery(path: Path, dialect: str) -> list[Row]:
    """The rows of a file that a dialect may be tried with.

    Those of the tests begin with a verdict, and may name the dialects that they are about.
    """
    rows = []
    for line in path.read_text("utf-8").split("# ", 1)[1].splitlines():
        first, *cells = line.replace("\\n", "\n").split(" | ")
        if not cells or first in ("refused", "published"):
            continue
        if first not in ("never", "as text"):
            place, msgid, msgstr = first, cells[0], " | ".join(cells[1:])
        elif len(cells) == len(("msgid", "msgstr")):
            place, msgid, msgstr = "text", f"Een {cells[0]} hier.", f"Ein {cells[1]} hier."
        else:
            place, msgid, msgstr = cells[1].replace(" ", "-"), cells[2], " | ".join(cells[3:])
            # Our places have other documents than those of the tests, but texts of the same kinds.
            if dialect not in cells[0].split() or place not in PLACES:
                continue
        if place == "link-title":
            msgid, msgstr = (f'[Tekst](a.md "{text}")' for text in (msgid, msgstr))
        rows.append(Row(place, msgid, msgstr))
    return rows


@dataclass(frozen=True, slots=True)
class Trial:
    """What the rows did in one generator: by hand, and in each variant through translate-pipe."""

    generator: Generator
    by_hand: Mapping[Row, frozenset[str]]
    through: Mapping[Row, Mapping[str, frozenset[str]]]
    notes: Sequence[str]


def tried(generator: Generator, rows: Sequence[Row], folder: Path) -> Trial:
    """Try the rows in one generator."""
    notes: list[str] = []
    shutil.rmtree(folder, ignore_errors=True)  # of an earlier trial, perhaps with other names
    localised: dict[Row, dict[str, str]] = defaultdict(dict)
    for name, variant in VARIANTS.items():
        try:
            for row, text in _localised(generator, rows, variant, folder / "project" / name, notes).items():
                localised[row][name] = text
        except BuildError as error:
            notes.append(f"{name}: {error}")
    names: dict[str, str] = {}
    for row in rows:
        for text in (row.document(row.msgid), row.document(row.msgstr), *localised[row].values()):
            names.setdefault(text, f"p{len(names):04}")
    print(f"{generator.name}: {len(names)} pages", file=sys.stderr, flush=True)
    built = generator.build(folder / "site", {name: text for text, name in names.items()})
    seen = visited(folder / "site" / generator.output, built)
    effects = {text: seen.get(name, frozenset({_BROKEN})) for text, name in names.items()}

    def added(row: Row, text: str) -> frozenset[str]:
        return effects[text] - effects[row.document(row.msgid)]

    return Trial(
        generator,
        {row: added(row, row.document(row.msgstr)) for row in rows},
        {
            row: {
                name: added(row, text) - (_MISLEADING if VARIANTS[name].may_mislead else set())
                for name, text in localised[row].items()
            }
            for row in rows
        },
        notes,
    )


def _localised(
    generator: Generator, rows: Sequence[Row], variant: Variant, folder: Path, notes: list[str]
) -> dict[Row, str]:
    """The documents as a run of translate-pipe in one variant writes them."""
    configuration = CONFIGURATION.format(dialect=generator.dialect, suffix=generator.suffix)
    _write(folder / "translate-pipe.toml", configuration + variant.configuration)
    domains = {row: f"d{number:04}" for number, row in enumerate(rows)}
    for row, domain in domains.items():
        _write(folder / f"source/nl/{domain}{generator.suffix}", row.document(row.msgid))
        catalogue = polib.POFile()
        catalogue.metadata = {"Language": "de", "Content-Type": "text/plain; charset=UTF-8"}
        for msgid, msgstr in row.messages:
            entry = polib.POEntry(msgid=msgid, msgstr=msgstr)
            if variant.is_marked:
                entry.tcomment = f"translate-pipe: ignore {', '.join(_NAMES)}"
                entry.flags = [f"ignore-{name}" for name in _NAMES]
            catalogue.append(entry)
        _write(folder / f"locale/de/LC_MESSAGES/{domain}.po", str(catalogue))
    for command in (("extract",), ("update",), variant.command) if variant.command == _DRAFT else (variant.command,):
        done = subprocess.run(
            [sys.executable, "-m", "translate_pipe", *command],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode not in (0, 1):
            raise BuildError((done.stderr or done.stdout).strip()[-500:])
    texts = {}
    for row, domain in domains.items():
        output = folder / f"build/de/{domain}{generator.suffix}"
        texts[row] = output.read_text("utf-8") if output.is_file() else row.document(row.msgid)
        if variant == Variant():
            merged = polib.pofile(str(folder / f"locale/de/LC_MESSAGES/{domain}.po"))
            offered = {entry.msgid for entry in merged if not entry.obsolete}
            if not all(msgid in offered for msgid, _ in row.messages):
                notes.append(f"not offered: {row.place} | {row.msgid}")
    return texts


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="")


# The loopback server that a generator may be made to ask


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(MARK.encode())

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - so the base class names it
        """Say nothing."""


# The tables


def summary(trials: Iterable[Trial]) -> Iterator[str]:
    """A line for each generator."""
    yield "| Generator | Rows | Run or break by hand | Run through translate-pipe | Break through translate-pipe |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for trial in trials:
        through = [frozenset().union(*found.values()) for found in trial.through.values()]
        breaks = sum(_BROKEN in found for found in through)
        yield (
            f"| {trial.generator.name} | {len(trial.by_hand):,} | {sum(map(bool, trial.by_hand.values())):,} "
            f"| {sum(bool(found) for found in through) - breaks:,} | {breaks:,} |"
        )


def matrix(trials: Sequence[Trial]) -> Iterator[str]:
    """Payload × generator: what each does by hand, and in which variants it comes through."""
    yield "| Place | msgid | msgstr | " + " | ".join(trial.generator.name for trial in trials) + " |"
    yield "| --- " * (3 + len(trials)) + "|"
    for row in dict.fromkeys(row for trial in trials for row in trial.by_hand):
        cells = [row.place, _code(row.msgid), _code(row.msgstr)]
        for trial in trials:
            if row not in trial.by_hand:
                cells.append("")
                continue
            by_hand = ", ".join(sorted(trial.by_hand[row])) or "nothing"
            came = [name for name, found in trial.through[row].items() if found]
            cells.append(by_hand + (f"; **comes through: {', '.join(came)}**" if came else ""))
        yield "| " + " | ".join(cells) + " |"


def leaks(trial: Trial) -> Iterator[str]:
    """What came through, a line for each row."""
    for row, found in trial.through.items():
        came = {name: effects for name, effects in found.items() if effects}
        if came:
            effects = sorted(frozenset().union(*came.values()))
            ways = "always" if len(came) == len(found) else ", ".join(came)
            cells = (trial.generator.name, row.place, repr(row.msgid), repr(row.msgstr), "; ".join(effects), ways)
            yield " | ".join(cells)


def _code(text: str) -> str:
    return "`` " + re.sub(r"\s", " ", text).replace("|", "\\|") + " ``"


def main() -> None:
    """Try the battery in the generators that are installed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="GENERATOR", help="(default: all that are installed)")
    parser.add_argument("--battery", type=Path, action="append", help="(default: ours, and that of the tests)")
    parser.add_argument("--table", type=Path, help="a file for the table of each row and generator")
    options = parser.parse_args()
    if not CHROMIUM:
        sys.exit("There is no Chromium here; install Debian's package chromium.")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    threading.Thread(target=partial(server.serve_forever, poll_interval=0.1), daemon=True).start()
    loopback = f"http://127.0.0.1:{server.server_port}"
    trials = []
    for generator in GENERATORS:
        if options.only and generator.name not in options.only:
            continue
        if generator.missing:
            print(f"{generator.name} is left out: {generator.missing}. `make hostile-tools` installs what it can.")
            continue
        read = [
            row
            for path in options.battery or filter(Path.is_file, BATTERIES)
            for row in read_battery(path, generator.dialect)
        ]
        rows = tuple(dict.fromkeys(row._replace(msgstr=row.msgstr.replace("@LOOPBACK@", loopback)) for row in read))
        try:
            trials.append(tried(generator, rows, TOOLS / "work" / generator.name.lower()))
        except BuildError as error:
            print(f"{generator.name} is left out: {error}")
    print("\n".join(summary(trials)))
    if options.table:
        _write(options.table, "\n".join(matrix(trials)) + "\n")
    found = [line for trial in trials for line in leaks(trial)]
    for trial in trials:
        for note in trial.notes:
            print(f"{trial.generator.name}: {note}")
    print("\n".join(found))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
