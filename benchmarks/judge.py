"""How often the judge objects to translations of real catalogues, and how fast it is, for each renderer.

    python judge.py [--renderer commonmark] [--show] [CATALOGUE.po …]
    python judge.py --planted FOLDER [--show]
    python judge.py --documents FOLDER [--dialect mkdocs] [--show]

Each translated message is a document of its own. With `--show` each objection is printed, to be read: real catalogues
hold real defects. With `--planted` the messages are those of a folder that `plant_defects.py` wrote, before and after
their damage; with `--documents` they are whole documents with one damaged segment, and with a letter added to each
segment. Then what is shown are the objections that only some renderers lead to.
"""

from __future__ import annotations

import argparse
import json
import re
from difflib import unified_diff
from pathlib import Path
from random import Random
from time import process_time
from typing import TYPE_CHECKING

from edits import corpus

from translate_pipe import localise, parse, parse_po
from translate_pipe.localisation.comparison import differences, page_shape
from translate_pipe.localisation.renderers import CommonMark, GitHub, PythonMarkdown
from translate_pipe.markdown.parser import for_renderers
from translate_pipe.model import ParseOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe.localisation.renderers import Renderer

MEGABYTE = 1_000_000
DAMAGE = (
    (r"\]\(", "] ("),
    (r"(\]\([^)]*)\)", r"\1 )x"),
    (r"(\]\()[^)]*", r"\1https://elders.example/"),
    (r"\[\^[^\]]+\]", ""),
    (r"!\[", "["),
    (r"`", ""),
    (r"</?[a-z][^>]*>", ""),
    (r"\A", "# "),
    (r"\A", "- "),
    (r"\A", "1. "),
    (r"\A", "> "),
    (r"\A", "    "),
    (r" ", "\n\n"),
    (r" ", " | "),
    (r" ", " <div> "),
    (r" ", " <kbd>K</kbd> "),
    (r" ", " [x](https://elders.example/) "),
    (r" ", " [^nieuw] "),
    (r"\Z", " {.klasse}"),
    (r"\Z", "\n==="),
    (r"\Z", "\n---"),
    (r"\Z", "`"),
    (r"\Z", "<!--"),
)
"""What is done to one segment of a document: the first match of a pattern is replaced."""
DAMAGED = 10  # segments of a document
RENDERERS: dict[str, type[Renderer]] = {"markdown": PythonMarkdown, "gfm": GitHub, "commonmark": CommonMark}


def documents(messages: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Messages, each with its translation, as documents, source and localised. What nothing proves is left out."""
    found = []
    for msgid, msgstr in messages:
        text = msgid.replace("\n", " ")
        document = parse(text + "\n")
        if [segment.text for segment in document.segments] == [text]:
            localised = localise(document, {document.segments[0].key: msgstr.replace("\n", " ")})
            if localised.text != document.text:
                found.append((document.text, localised.text))
    return found


def objections(cases: list[tuple[str, str]], renderer: Renderer) -> tuple[dict[tuple[str, str], list[str]], float]:
    """The documents that the judge objects to, with its words, and how many megabytes it reads in a second."""
    size = sum(len(text.encode()) for case in cases for text in case)
    start = process_time()
    shapes = [(page_shape(renderer.html(source)), page_shape(renderer.html(localised))) for source, localised in cases]
    found = {case: list(differences(*pair)) for case, pair in zip(cases, shapes, strict=True)}
    speed = size / (process_time() - start) / MEGABYTE
    return {case: problems for case, problems in found.items() if problems}, speed


def damaged_documents(folder: Path, dialect: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The documents below a folder, each with damage that nothing before the judge finds, and each without damage.

    They are as the renderers get them.
    """
    chance = Random(16)
    damaged, clean = [], []
    for file in sorted(folder.rglob("*.md")):
        options = ParseOptions(dialects=(dialect,))
        document = parse(file.read_bytes().decode(), file.name, options)
        source = for_renderers(document.text, options)
        everywhere = {one.key: f"{one.text} é" for one in document.segments}
        clean.append((source, for_renderers(localise(document, everywhere).text, options)))
        for segment in chance.sample(document.segments, min(DAMAGED, len(document.segments))):
            fitting = [one for one in DAMAGE if re.search(one[0], segment.text)]
            changed = re.sub(*chance.choice(fitting), segment.text, count=1)
            localised = localise(document, {segment.key: changed})
            if localised.text != document.text:
                damaged.append((source, for_renderers(localised.text, options)))
    return damaged, clean


def show(case: tuple[str, str], problems: Iterable[str]) -> None:
    """Print what the judge says about a document, and the lines that differ."""
    lines = [*unified_diff(case[0].splitlines(), case[1].splitlines(), lineterm="", n=0)][2:]
    print("\n  ".join((f"- {'; '.join(problems)}", *(line for line in lines if not line.startswith("@")))))


def planted(folder: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The messages of a folder as documents, after their damage, and before it or with a harmless change."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    damaged = documents((one["msgid"], one["bad"]) for one in labels if one["kind"] == "defect")
    clean = documents(
        (one["msgid"], one["bad"] if one["kind"] == "benign" else one["good"]) for one in labels if not one["synthetic"]
    )
    return damaged, clean


def compare_renderers(damaged: list[tuple[str, str]], clean: list[tuple[str, str]], *, details: bool) -> None:
    """Print how many of these documents each renderer leads the judge to refuse."""
    print("| Renderer | Damaged | Refused | Undamaged | Refused | MB/s |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    refused: dict[str, dict[tuple[str, str], list[str]]] = {}
    for name, renderer in RENDERERS.items():
        refused[name], speed = objections(damaged, renderer())
        wrongly, _ = objections(clean, renderer())
        refused[name] |= wrongly
        right = sum(case in refused[name] for case in damaged)
        wrong = sum(case in wrongly for case in clean)
        print(f"| {name} | {len(damaged)} | {right} | {len(clean)} | {wrong} | {speed:.1f} |")
    for name in RENDERERS:
        for other in RENDERERS:
            if only := {case: said for case, said in refused[name].items() if case not in refused[other]}:
                print(f"\nRefused with {name}, but not with {other}: {len(only)}")
                for case, said in only.items() if details else ():
                    show(case, said)


def main() -> None:
    """Print the figures of each catalogue."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--renderer", choices=[*RENDERERS], default="markdown")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--planted", type=Path)
    parser.add_argument("--documents", type=Path)
    parser.add_argument("--dialect", default="gfm")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    if options.planted or options.documents:
        cases = planted(options.planted) if options.planted else damaged_documents(options.documents, options.dialect)
        compare_renderers(*cases, details=options.show)
        return
    renderer = RENDERERS[options.renderer]()
    print("| Catalogue | Messages | Objections | per cent | MB/s |\n| --- | ---: | ---: | ---: | ---: |")
    for file in options.files or sorted(corpus().glob("*.po")):
        messages = parse_po(file.read_text(encoding="utf-8")).messages
        pairs = documents((one.msgid, one.msgstr) for one in messages if one.translated)
        found, speed = objections(pairs, renderer)
        print(f"| {file.name} | {len(pairs)} | {len(found)} | {100 * len(found) / len(pairs):.2f} | {speed:.2f} |")
        for case, problems in found.items() if options.show else ():
            show(case, problems)


if __name__ == "__main__":
    main()
