"""The tools that are compared: where they are installed, their versions, and their commands for each job.

Each tool has a folder of its own for each collection, with a copy of the documents. If a job needs something first (a
template, a finished catalogue, a first run), its method makes that, which is not measured.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from suite.figures import Outcome
from suite.inputs import Collection, documents_in, edited, retranslated, translate
from suite.jobs import OURS
from suite.measuring import Contestant, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Entry = Contestant | Outcome
"""What a tool offers for a job: a command, or why there is none."""

_SETUP_LIMIT = 1800.0
_FOUND = frozenset({0, 1})
"""Our exit statuses of a run that did its work: 1 means that there are findings in the content."""
_VERSION = re.compile(r"\d+(?:\.\d+)+(?:[-.]?[a-z]+\d*)?")


class SetupError(Exception):
    """A tool failed at something that a job needs first."""


class Tool(Protocol):
    """One of the compared tools, with its commands for each job."""

    @property
    def name(self) -> str:
        """The name of its figures."""

    def version_command(self) -> Entry:
        """The command that prints the version."""

    def extract(self, place: Place) -> Entry:
        """Documents to a template, from nothing."""

    def build(self, place: Place) -> Entry:
        """A finished catalogue to localised documents, from nothing."""

    def unchanged(self, place: Place) -> Entry:
        """Everything again, though nothing changed."""

    def edited(self, place: Place) -> Entry:
        """Everything again after a sentence of one document has been edited."""

    def touched(self, place: Place) -> Entry:
        """Everything again after one document got another time."""

    def merge(self, folder: Path) -> Entry:
        """`old.po` brought in line with `new.pot`, both in the folder."""


@dataclass(frozen=True)
class Place:
    """A folder in which a tool works on a collection; `per_document` asks for a catalogue for each document."""

    folder: Path
    collection: Collection
    per_document: bool = False
    locales: tuple[str, ...] = ("de",)
    numbers: count[int] = field(default_factory=lambda: count(1))

    @property
    def _root(self) -> Path:
        return self.folder / "source" / "nl"

    def fill(self) -> None:
        """Copy the documents, unless that has been done."""
        if not self._root.is_dir():
            shutil.copytree(self.collection.folder, self._root, ignore=_only_documents)

    @cached_property
    def documents(self) -> list[str]:
        """The copied documents, by their paths in the folder."""
        self.fill()
        return [file.relative_to(self.folder).as_posix() for file in documents_in(self._root)]

    @cached_property
    def _chosen(self) -> tuple[Path, str]:
        """The document to edit and its text: the first one from the middle on that has a sentence."""
        for name in self.documents[len(self.documents) // 2 :]:
            text = (self.folder / name).read_bytes().decode()
            if edited(text, 0) != text:
                return self.folder / name, text
        raise SetupError("no document has a sentence to edit")

    def edit(self) -> None:
        """Edit a sentence of a document, another way each time."""
        file, text = self._chosen
        file.write_bytes(edited(text, next(self.numbers)).encode())

    def touch(self) -> None:
        """Give that document another time."""
        os.utime(self._chosen[0])

    def retranslate(self, name: str) -> None:
        """Edit a translation of a catalogue, another way each time."""
        file = self.folder / name
        file.write_bytes(retranslated(file.read_bytes().decode(), next(self.numbers)).encode())

    def remove(self, *names: str) -> None:
        """Remove files and folders of the folder."""
        for name in names:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            path.unlink(missing_ok=True)

    def prepare(self, *contestants: Contestant) -> None:
        """Run commands that a job needs first."""
        for contestant in contestants:
            result = run(contestant, _SETUP_LIMIT)
            if result.outcome is not Outcome.DONE:
                raise SetupError(result.reason or str(result.outcome))

    def translate(self, source: str, target: str, locale: str = "de") -> None:
        """Make a finished catalogue of a template or of an unfinished one."""
        of = self.collection
        translate(self.folder / source, self.folder / target, real_texts=of.case.real, errors=of.errors, locale=locale)


def _only_documents(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".md") and not Path(folder, name).is_dir()]


def version_of(tool: Tool) -> str:
    """The version that a tool prints, "" if it is not installed."""
    command = tool.version_command()
    if isinstance(command, Outcome):
        return ""
    environment = {**os.environ, **command.environment}
    said = subprocess.run(command.command, env=environment, check=False, capture_output=True, encoding="utf-8")
    found = _VERSION.search(said.stdout + said.stderr)
    return found[0] if found else ""


# Ours


_ALONE = ("--jobs", "1")
"""One process, as the others have."""


@dataclass(frozen=True)
class TranslatePipe:
    """translate-pipe: the one beside the Python that runs the benchmark, or another commit in its own environment."""

    name: str = OURS
    environment: Path = Path(sys.executable).parents[1]

    @cached_property
    def _start(self) -> tuple[str, ...]:
        script = self.environment / "bin" / "translate-pipe"
        return (str(script),) if script.is_file() else (sys.executable, "-m", "translate_pipe")

    @cached_property
    def _build_help(self) -> str:
        return subprocess.run(
            [*self._start, "build", "--help"], check=False, capture_output=True, encoding="utf-8"
        ).stdout

    def _command(self, place: Place, *arguments: str, before: Callable[[], None] = lambda: None) -> Contestant:
        return Contestant(
            (*self._start, "--quiet", *arguments), place.folder, before, statuses=_FOUND, patience=_SETUP_LIMIT
        )

    def version_command(self) -> Entry:
        return Contestant((*self._start, "--version"), Path.cwd())

    def extract(self, place: Place) -> Entry:
        self._project(place)
        return self._command(place, "extract", *_ALONE, before=lambda: place.remove("build", "locale/templates"))

    def build(self, place: Place) -> Entry:
        return self._build(place)

    def draft(self, place: Place) -> Entry:
        """A build without checks and judge, if this version has it."""
        return self._build(place, "--draft") if "--draft" in self._build_help else Outcome.NOT_OFFERED

    def with_processes(self, place: Place, number: int) -> Entry:
        """A build by a number of processes, if this version has the option."""
        return self._build(place, "--jobs", str(number)) if "--jobs" in self._build_help else Outcome.NOT_OFFERED

    def with_workers(self, place: Place, address: str) -> Entry:
        """A build by the workers of a Dask scheduler at an address; "" if there is none."""
        if not address or "--scheduler" not in self._build_help:
            return Outcome.NOT_OFFERED
        return self._build(place, "--scheduler", address)

    def _build(self, place: Place, *options: str) -> Contestant:
        self._finished(place)
        own = _ALONE if "--scheduler" not in options else ()
        return self._command(place, "build", *own, *options, before=lambda: place.remove("build"))

    def locales(self, place: Place) -> Entry:
        """Everything, from finished catalogues alone."""
        self._finished(place)
        return self._command(place, "locales", *_ALONE, before=lambda: place.remove("build", "locale/templates"))

    def unchanged(self, place: Place) -> Entry:
        return self._again(place)

    def edited(self, place: Place) -> Entry:
        return self._again(place, before=place.edit)

    def touched(self, place: Place) -> Entry:
        return self._again(place, before=place.touch)

    def updated(self, place: Place) -> Entry:
        """An update after a sentence of one document has been edited and extracted."""
        self._again(place)

        def before() -> None:
            place.edit()
            place.prepare(self._command(place, "extract"))

        return self._command(place, "update", *_ALONE, before=before)

    def checked(self, place: Place) -> Entry:
        """A check of the catalogue after one of its translations has been edited."""
        self._again(place)
        catalogue = "locale/de/LC_MESSAGES/all.po"
        command = self._command(place, "check", catalogue, before=lambda: place.retranslate(catalogue))
        place.prepare(command)
        return command

    def _again(self, place: Place, before: Callable[[], None] = lambda: None) -> Contestant:
        self._finished(place)
        command = self._command(place, "locales", *_ALONE, before=before)
        place.prepare(command, self._command(place, "locales"))
        return command

    def merge(self, folder: Path) -> Entry:
        return Contestant((*self._start, "--quiet", "merge", "old.po", "new.pot", "-o", f"{self.name}.po"), folder)

    def _project(self, place: Place) -> None:
        """A project with the documents of a place."""
        domain = "{path}" if place.per_document else "all"
        configuration = f'source_locale = "nl"\nlocales = {json.dumps(place.locales)}\ndomain = "{domain}"\n'
        if place.collection.dialect != "gfm":
            configuration += f'dialect = "{place.collection.dialect}"\n'
        place.fill()
        (place.folder / "translate-pipe.toml").write_text(configuration, encoding="utf-8")

    def _finished(self, place: Place) -> None:
        """A project with finished catalogues."""
        self._project(place)
        folders = {locale: place.folder / "locale" / locale / "LC_MESSAGES" for locale in place.locales}
        if all(folder.is_dir() for folder in folders.values()):
            return
        place.prepare(self._command(place, "extract"), self._command(place, "update"))
        for locale, folder in folders.items():
            for file in folder.rglob("*.po"):
                name = file.relative_to(place.folder).as_posix()
                place.translate(name, name, locale)


# po4a


_COLONS = re.compile(rb"^\s*:::", re.MULTILINE)


class Po4a:
    """po4a: the one of the system, or the checkout that the variable PO4A names."""

    name = "po4a"

    def _start(self, program: str) -> tuple[str, ...] | None:
        checkout = os.environ.get("PO4A")
        if checkout:
            return ("perl", str(Path(checkout) / program))
        found = shutil.which(program)
        return (found,) if found else None

    def _command(self, folder: Path, program: str, *arguments: str, before: Callable[[], None] = lambda: None) -> Entry:
        start = self._start(program)
        if not start:
            return Outcome.ABSENT
        checkout = os.environ.get("PO4A")
        environment = {"PERLLIB": str(Path(checkout) / "lib")} if checkout else {}
        return Contestant((*start, *arguments), folder, before, environment)

    def _documents(self, place: Place) -> list[str]:
        """The documents without lines that begin with `:::`, which end a run of po4a unless `:::` alone closes them."""
        texts = ((name, (place.folder / name).read_bytes()) for name in place.documents)
        return [name for name, text in texts if not _COLONS.search(text)]

    def version_command(self) -> Entry:
        return self._command(Path.cwd(), "po4a", "--version")

    def extract(self, place: Place) -> Entry:
        masters = (argument for document in self._documents(place) for argument in ("-m", document))
        options = ("-f", "text", "-o", "markdown", "-o", "yfm_keys=title", "-M", "UTF-8")
        return self._command(
            place.folder,
            "po4a-updatepo",
            *options,
            *masters,
            "-p",
            "alone.pot",
            before=lambda: place.remove("alone.pot"),
        )

    def build(self, place: Place) -> Entry:
        return self._finished(place, "--no-update", before=lambda: place.remove("out"))

    def unchanged(self, place: Place) -> Entry:
        return self._again(place)

    def edited(self, place: Place) -> Entry:
        return self._again(place, before=place.edit)

    def touched(self, place: Place) -> Entry:
        return self._again(place, before=place.touch)

    def _again(self, place: Place, before: Callable[[], None] = lambda: None) -> Entry:
        first = self._finished(place)
        if isinstance(first, Contestant):
            place.prepare(first)
        return self._finished(place, before=before)

    def merge(self, folder: Path) -> Entry:
        del folder
        return Outcome.NOT_OFFERED

    def _finished(self, place: Place, *options: str, before: Callable[[], None] = lambda: None) -> Entry:
        """A run of po4a with a finished catalogue."""
        options_of_all = 'opt:"-o markdown -o yfm_keys=title"'
        lines = (f"[type: text] {name} de:out/{name} {options_of_all}" for name in self._documents(place))
        first = self._command(place.folder, "po4a", "--quiet", "--no-translations", "po4a.cfg")
        if isinstance(first, Contestant) and not (place.folder / "de.po").is_file():
            head = ("[po4a_langs] de", "[po4a_paths] all.pot de:de.po")
            (place.folder / "po4a.cfg").write_text("\n".join((*head, *lines, "")), encoding="utf-8")
            place.prepare(first)
            place.translate("de.po", "de.po")
        return self._command(place.folder, "po4a", "--quiet", "--keep", "0", *options, "po4a.cfg", before=before)


# The Python ones


@dataclass(frozen=True)
class Installed:
    """The programs of an environment that `make bench-peers` made, or else of the system."""

    environment: Path
    marker: str
    """A program that only this tool has, since md2po is the name of two."""

    def command(self, folder: Path, program: str, *arguments: str, before: Callable[[], None] = lambda: None) -> Entry:
        """A command of the environment."""
        own = self.environment / "bin" / program
        if own.is_file():
            return Contestant((str(own), *arguments), folder, before)
        found = shutil.which(program)
        if found and Path(found).with_name(self.marker).is_file():
            return Contestant((found, *arguments), folder, before)
        return Outcome.ABSENT


class Toolkit:
    """Translate Toolkit."""

    name = "toolkit"

    def __init__(self, peers: Path) -> None:
        self._installed = Installed(Path(os.environ.get("TRANSLATE_TOOLKIT", peers / "translate-toolkit")), "pot2po")

    def _command(self, folder: Path, program: str, *arguments: str, before: Callable[[], None] = lambda: None) -> Entry:
        return self._installed.command(folder, program, "--progress=none", *arguments, before=before)

    def version_command(self) -> Entry:
        return self._installed.command(Path.cwd(), "md2po", "--version")

    def extract(self, place: Place) -> Entry:
        place.fill()
        options = ("-P", "--multifile=onefile", "source", "all.pot")
        return self._command(place.folder, "md2po", *options, before=lambda: place.remove("all.pot"))

    def build(self, place: Place) -> Entry:
        first = self.extract(place)
        if isinstance(first, Contestant) and not (place.folder / "de.po").is_file():
            place.prepare(first)
            place.translate("all.pot", "de.po")
        options = ("-t", "source", "de.po", "out")
        return self._command(place.folder, "po2md", *options, before=lambda: place.remove("out"))

    def unchanged(self, place: Place) -> Entry:
        place.fill()
        steps = (
            self._command(place.folder, "md2po", "source", "catalogues"),
            self._command(place.folder, "po2md", "-t", "source", "catalogues", "documents"),
        )
        place.prepare(*(step for step in steps if isinstance(step, Contestant)))
        return self._command(place.folder, "po2md", "-S", "-t", "source", "catalogues", "documents")

    def edited(self, place: Place) -> Entry:
        del place
        return Outcome.NOT_OFFERED

    touched = edited

    def merge(self, folder: Path) -> Entry:
        return self._command(folder, "pot2po", "-t", "old.po", "new.pot", "toolkit.po")


class Mdpo:
    """mdpo."""

    name = "mdpo"

    def __init__(self, peers: Path) -> None:
        self._installed = Installed(Path(os.environ.get("MDPO", peers / "mdpo")), "md2po2md")

    def version_command(self) -> Entry:
        return self._installed.command(Path.cwd(), "md2po", "--version")

    def extract(self, place: Place) -> Entry:
        return self._md2po(place, before=lambda: place.remove("all.po"))

    def _md2po(self, place: Place, before: Callable[[], None] = lambda: None) -> Entry:
        options = ("-q", "-s", "-p", "all.po")
        return self._installed.command(place.folder, "md2po", *options, *place.documents, before=before)

    def build(self, place: Place) -> Entry:
        program = self._installed.command(place.folder, "po2md")
        if isinstance(program, Outcome):
            return program
        self._first_run(place)
        if not (place.folder / "de.po").is_file():
            place.translate("all.po", "de.po")
        self._write_script(place, program.command)
        return Contestant(("sh", "build.sh"), place.folder, lambda: place.remove("out"))

    def _write_script(self, place: Place, program: Sequence[str]) -> None:
        folders = sorted({f"out/{Path(name).parent.as_posix()}" for name in place.documents})
        lines = [f"mkdir -p '{folder}'" for folder in folders]
        lines += [f"'{program[0]}' -q -p de.po -s 'out/{name}' '{name}' || exit" for name in place.documents]
        (place.folder / "build.sh").write_text("\n".join((*lines, "")), encoding="utf-8")

    def unchanged(self, place: Place) -> Entry:
        self._first_run(place)
        return self._md2po(place)

    def edited(self, place: Place) -> Entry:
        del place
        return Outcome.NOT_OFFERED

    touched = edited

    def merge(self, folder: Path) -> Entry:
        del folder
        return Outcome.NOT_OFFERED

    def _first_run(self, place: Place) -> None:
        first = self._md2po(place)
        if isinstance(first, Contestant) and not (place.folder / "all.po").is_file():
            place.prepare(first)


class Mdbook:
    """mdbook with the plugins of mdbook-i18n-helpers: for books alone, and each run does everything."""

    name = "mdbook"

    def __init__(self, peers: Path) -> None:
        self._programs = Path(os.environ.get("MDBOOK", peers / "mdbook")) / "bin"

    def _command(self, folder: Path, *arguments: str, **environment: str) -> Entry:
        program = self._programs / "mdbook"
        if not program.is_file() or not (self._programs / "mdbook-gettext").is_file():
            return Outcome.ABSENT
        path = os.pathsep.join((str(self._programs), os.environ.get("PATH", "")))
        return Contestant((str(program), *arguments), folder, environment={"PATH": path, **environment})

    def version_command(self) -> Entry:
        return self._command(Path.cwd(), "--version")

    def extract(self, place: Place) -> Entry:
        return self._build(place, "po", '{"xgettext": {"pot-file": "messages.pot"}}')

    def build(self, place: Place) -> Entry:
        first = self.extract(place)
        if isinstance(first, Contestant) and not (place.folder / "po" / "de.po").is_file():
            place.prepare(first)
            place.translate("po/messages.pot", "po/de.po")
        return self._build(place, "out", '{"markdown": {}}', MDBOOK_BOOK__LANGUAGE="de")

    def _build(self, place: Place, target: str, output: str, **environment: str) -> Entry:
        """A run of mdbook into a folder with one renderer."""
        if not place.collection.is_book:
            return Outcome.NOT_OFFERED
        place.fill()
        configuration = '[book]\ntitle = "Book"\nsrc = "source/nl"\n\n[preprocessor.gettext]\nafter = ["links"]\n'
        (place.folder / "book.toml").write_text(configuration, encoding="utf-8")
        return self._command(place.folder, "build", "-d", target, MDBOOK_OUTPUT=output, **environment)

    def unchanged(self, place: Place) -> Entry:
        del place
        return Outcome.NOT_OFFERED

    edited = touched = unchanged

    def merge(self, folder: Path) -> Entry:
        del folder
        return Outcome.NOT_OFFERED


class Msgmerge:
    """msgmerge of gettext."""

    name = "msgmerge"

    def _command(self, folder: Path, *arguments: str) -> Entry:
        found = shutil.which("msgmerge")
        return Contestant((found, *arguments), folder) if found else Outcome.ABSENT

    def version_command(self) -> Entry:
        return self._command(Path.cwd(), "--version")

    def merge(self, folder: Path) -> Entry:
        return self._command(folder, "--quiet", "-o", "msgmerge.po", "old.po", "new.pot")

    def extract(self, place: Place) -> Entry:
        del place
        return Outcome.NOT_OFFERED

    build = unchanged = edited = touched = extract


def own_tools(base: Path | None) -> tuple[TranslatePipe, ...]:
    """Ours and, if there is one, another commit: it is in the folder that has its name."""
    return (TranslatePipe(), *((TranslatePipe(base.name, base / ".venv"),) if base else ()))


def all_tools(own: Iterable[TranslatePipe], peers: Path) -> Mapping[str, Tool]:
    """All tools by name, our own first."""
    tools: tuple[Tool, ...] = (*own, Po4a(), Toolkit(peers), Mdpo(peers), Mdbook(peers), Msgmerge())
    return {tool.name: tool for tool in tools}
