"""A project in a temporary folder, and the commands that a user runs in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from click.testing import CliRunner

from translate_pipe.cli import command_line
from translate_pipe.registry import CONFIGURATION_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ARTICLE = "# Slaap\n\nEen glas melk.\n"
"""The smallest document that most tests need: two messages."""


STATE = "build/.translate-pipe/state.sqlite"
"""The default folder of the state."""

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The exit code and the output of a command."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def findings(self) -> list[str]:
        """The lines of standard output as a compiler would write them: path, severity, message."""
        return [line for line in self.stdout.splitlines() if re.search(r": (?:error|warning): ", line)]


def run(*arguments: str | Path, stdin: bytes | None = None, environment: Mapping[str, str] = NOTHING) -> Outcome:
    """Run a command in this process; raise every exception that the tool does not turn into a message."""
    runner = CliRunner(env={"LC_ALL": "C.UTF-8", **environment})
    result = runner.invoke(command_line, [*map(str, arguments)], input=stdin, catch_exceptions=False)
    return Outcome(result.exit_code, result.stdout, result.stderr)


def start(
    *arguments: str | Path, folder: Path, stdin: bytes = b"", environment: Mapping[str, str] = NOTHING
) -> Outcome:
    """Run a command as a user does: in its own process, in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "translate_pipe", *map(str, arguments)],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


class Project:
    """The folder of a project."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        return self.root / name

    def exists(self, name: str) -> bool:
        return self.path(name).exists()

    def content(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def text(self, name: str) -> str:
        return self.content(name).decode()

    def write(self, name: str, content: str | bytes) -> None:
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_bytes(content.encode() if isinstance(content, str) else content)

    def configure(self, **keys: str | list[str]) -> None:
        """Write the configuration: Dutch to German unless the keys say otherwise."""
        settings = {"source_locale": "nl", "locales": ["de"], **keys}
        # JSON's texts and lists are TOML's.
        self.write(CONFIGURATION_FILE, "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items()))

    def configured_catalogue(self, document: str) -> str:
        """The German catalogue of a document: its own, or the shared one."""
        own = po(document)
        return own if self.exists(own) else po("all")

    def translate(self, name: str, translations: Mapping[str, str], *, fuzzy: bool = False) -> None:
        """Fill in the empty msgstr of messages, as a translator does in an editor."""
        text = self.text(name)
        for msgid, msgstr in translations.items():
            empty = f'msgid "{msgid}"\nmsgstr ""\n'
            assert text.count(empty) == 1, f"{name} has no empty message {msgid!r}:\n{text}"
            filled = f'msgid "{msgid}"\nmsgstr "{msgstr}"\n'
            text = text.replace(empty, "#, fuzzy\n" + filled if fuzzy else filled)
        self.write(name, text)

    def run(self, *arguments: str) -> Outcome:
        return run("--project", self.root, *arguments)

    def names(self, folder: str = "") -> set[str]:
        """The paths of all files of a folder, relative to the project, without the state."""
        files = (path for path in self.path(folder).rglob("*") if not path.is_dir())
        names = {path.relative_to(self.root).as_posix() for path in files}
        return {name for name in names if not name.startswith(STATE)}

    def snapshot(self, folder: str = "") -> dict[str, tuple[bytes, int, int]]:
        """Each file's content, time and identity; equal snapshots mean that no file was written."""
        return {name: (self.content(name), *self._stamps(name)) for name in self.names(folder)}

    def _stamps(self, name: str) -> tuple[int, int]:
        status = self.path(name).stat()
        return status.st_mtime_ns, status.st_ino


def make_project(root: Path, documents: Mapping[str, str | bytes] | None = None, **keys: str | list[str]) -> Project:
    """A project with documents (path and content), configured by `keys`."""
    project = Project(root)
    project.configure(**keys)
    for name, content in ({"source/nl/a.md": ARTICLE} if documents is None else documents).items():
        project.write(name, content)
    return project


def po(name: str, locale: str = "de") -> str:
    """The path of a catalogue in the default layout."""
    return f"locale/{locale}/LC_MESSAGES/{name}.po"


def entry(msgid: str, msgstr: str) -> str:
    """A message in PO format."""
    return f"msgid {json.dumps(msgid, ensure_ascii=False)}\nmsgstr {json.dumps(msgstr, ensure_ascii=False)}\n"


HEADER = entry("", "Language: de\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n")
PYPROJECT_TABLE = '[project]\nname = "site"\n\n[tool.translate-pipe]\nsource_locale = "nl"\nlocales = ["de"]\n'
