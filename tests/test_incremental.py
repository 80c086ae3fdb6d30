"""A run after a few documents of a large domain have changed: it does what a run from the beginning does, with less."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from project_helpers import STATE, Outcome, Project, make_project, po

from translate_pipe.catalogue import merge, parse_po
from translate_pipe.project.steps import sketches, updating
from translate_pipe.project.steps.sketches import SketchedDocument

if TYPE_CHECKING:
    from pathlib import Path

    from translate_pipe.model import Catalogue

DOCUMENTS = 24
WORDS = [
    "slaap",
    "nacht",
    "kussen",
    "melk",
    "lamp",
    "deken",
    "rust",
    "wekker",
    "droom",
    "kamer",
    "bed",
    "raam",
    "licht",
    "geluid",
    "stilte",
    "ritme",
    "avond",
    "ochtend",
    "thee",
    "koffie",
    "boek",
    "scherm",
    "adem",
    "hart",
    "hoofd",
    "voet",
    "laken",
    "matras",
    "temperatuur",
    "lucht",
]
SHARED = ("Opmerkingen", "Zie ook", "Voorbeeld", "Het hele jaar door.")


def _sentence(chance: random.Random) -> str:
    words = [chance.choice(WORDS) for _ in range(chance.randint(5, 12))]
    return f"{' '.join(words).capitalize()} {chance.randint(1, 99)}."


def _paragraph(chance: random.Random) -> str:
    if chance.random() < 0.1:
        return chance.choice(SHARED)
    return " ".join(_sentence(chance) for _ in range(chance.randint(1, 3)))


def _document(chance: random.Random, number: int) -> str:
    blocks = [f"# Document {number} {chance.choice(WORDS)}", _paragraph(chance), _paragraph(chance)]
    for heading in chance.sample(SHARED[:3], 2):
        blocks += [
            f"## {heading}",
            _paragraph(chance),
            _paragraph(chance),
            f"- {_sentence(chance)}\n- **{WORDS[number]}**",
        ]
    if number % 5 == 0:
        blocks.append(f"Lees [dit]({number // 2}.md#opmerkingen).")
    return "\n\n".join(blocks) + "\n"


def _edited_word(chance: random.Random, blocks: list[str]) -> None:
    at = chance.randrange(len(blocks))
    words = blocks[at].split(" ")
    words[chance.randrange(len(words))] = chance.choice(WORDS)
    blocks[at] = " ".join(words)


def _longer(chance: random.Random, blocks: list[str]) -> None:
    at = chance.randrange(len(blocks))
    blocks[at] += " " + _sentence(chance)


def _shorter(chance: random.Random, blocks: list[str]) -> None:
    at = chance.randrange(len(blocks))
    blocks[at] = blocks[at].partition(". ")[0]


def _added(chance: random.Random, blocks: list[str]) -> None:
    blocks.insert(chance.randrange(len(blocks)), _paragraph(chance))


def _shared_heading(chance: random.Random, blocks: list[str]) -> None:
    blocks.insert(chance.randrange(len(blocks)), f"## {chance.choice(SHARED)}")


def _removed(chance: random.Random, blocks: list[str]) -> None:
    del blocks[chance.randrange(len(blocks))]


def _moved(chance: random.Random, blocks: list[str]) -> None:
    blocks.insert(chance.randrange(len(blocks)), blocks.pop(chance.randrange(len(blocks))))


def _lines(chance: random.Random, blocks: list[str]) -> None:
    blocks.insert(chance.randrange(len(blocks)), "```\n" + "code\n" * chance.randint(1, 3) + "```")


def _markup(chance: random.Random, blocks: list[str]) -> None:
    blocks.insert(chance.randrange(len(blocks)), f"::: tip {_sentence(chance)}\n:::")


EDITS = (_edited_word,) * 6 + (_longer, _shorter, _added, _shared_heading, _removed, _moved, _lines, _lines, _markup)


def _edit(project: Project, chance: random.Random) -> None:
    names = sorted(project.names("source"))
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        name = chance.choice(names)
        if not project.exists(name):
            continue
        kind = chance.random()
        if kind < 0.04 and len(names) > DOCUMENTS // 2:
            project.path(name).unlink()
        elif kind < 0.08:
            project.write(f"source/nl/{chance.randint(0, 99)}.md", project.text(name) + _paragraph(chance) + "\n")
        else:
            blocks = project.text(name).rstrip("\n").split("\n\n")
            chance.choice(EDITS)(chance, blocks)
            project.write(name, "\n\n".join(blocks) + "\n")


def _translate(project: Project, chance: random.Random, share: float = 1.0) -> None:
    """Give messages without a translation one that mostly is good."""
    lines = project.text(po("all")).split('msgstr ""\n\n')
    text = lines[0]
    for line in lines[1:]:
        words = " ".join(chance.choice(WORDS).title() for _ in range(6))
        is_done = chance.random() < share and text.count("\n\n")
        text += (f'msgstr "{words}"\n\n' if is_done else 'msgstr ""\n\n') + line
    if chance.random() < 0.3:
        text = text.replace("#, fuzzy\n", "", 2).replace("#, fuzzy, markdown-text", "#, markdown-text", 2)
    project.write(po("all"), text)


def _contents(project: Project) -> dict[str, bytes]:
    return {name: re.sub(rb"POT-Creation-Date: [^\\]*", b"", project.content(name)) for name in project.names()}


def _summary(outcome: Outcome) -> list[str]:
    """The lines about a run, without those that show how far it is."""
    return [line for line in outcome.stderr.splitlines() if not re.match(r"\d+ of \d+ ", line)]


def _forget(project: Project) -> None:
    """Let a project forget all but its outputs."""
    with closing(sqlite3.connect(project.path(STATE))) as database:
        database.executescript("DELETE FROM files; DELETE FROM records")


def _project(root: Path, chance: random.Random, **keys: Any) -> Project:
    documents = {f"source/nl/{number}.md": _document(chance, number) for number in range(DOCUMENTS)}
    project = make_project(root, documents, name="site", domain="all", **keys)
    project.run("locales")
    _translate(project, chance)
    project.run("locales")
    return project


@pytest.mark.parametrize("keys", [{}, {"references": "file"}, {"segmentation": "sentence"}], ids=str)
def test_runs_after_edits_are_as_from_scratch(tmp_path: Path, keys: dict[str, str]) -> None:
    chance = random.Random(str(keys))  # noqa: S311
    project = _project(tmp_path / "project", chance, **keys)
    for number in range(10):
        state = project.content(STATE)
        _edit(project, chance)
        if chance.random() < 0.2:  # a run that is killed when it has written all files, and not its state
            project.run("locales")
            project.write(STATE, state)
            _edit(project, chance)
        if chance.random() < 0.3:
            _translate(project, chance, 0.5)
        fresh = Project(tmp_path / f"copy{number}")
        shutil.copytree(project.root, fresh.root)
        _forget(fresh)
        outcome, other = project.run("locales"), fresh.run("locales")
        assert (outcome.exit_code, outcome.findings) == (other.exit_code, other.findings)
        assert _summary(outcome) == _summary(other)
        assert _contents(project) == _contents(fresh)
        assert project.run("check").stdout == fresh.run("check").stdout
        shutil.rmtree(fresh.root)


def test_edit_of_one_document_costs_its_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = _project(tmp_path, random.Random(1))  # noqa: S311
    merged: list[int] = []
    loaded: list[str] = []

    def noted_merge(catalogue: Catalogue, template: Catalogue, *rest: Any, **options: Any) -> Any:
        merged.append(len(template.messages))
        return merge(catalogue, template, *rest, **options)

    class Noted(SketchedDocument):
        @classmethod
        def of_cache(cls, text: str, path: str, *rest: Any) -> Any:
            loaded.append(path)
            return SketchedDocument.of_cache(text, path, *rest)

    monkeypatch.setattr(updating, "merge", noted_merge)
    monkeypatch.setattr(sketches, "SketchedDocument", Noted)
    name = "source/nl/7.md"
    for word in ("ochtendzon", "avondzon"):
        project.write(name, re.sub(r"(?<=\n\n)[A-Z]\w+(?=.* \d)", word.capitalize(), project.text(name), count=1))
        assert "1 fuzzy" in project.run("locales").stderr
    total = len(parse_po(project.text(po("all"))).active)
    assert max(merged) < 20 < total / 8
    assert set(loaded) <= {name, "source/nl/15.md"}  # a link of 15 leads to 7
    merged.clear()
    project.write(name, "```\ncode\n```\n\n" + project.text(name))  # only lines change
    before = project.snapshot("locale")
    project.run("locales")
    assert project.snapshot("locale") == before
    assert max(merged) < 20
