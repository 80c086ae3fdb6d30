"""How often the judge objects to translations of real catalogues, and how fast it is, for each renderer.

    python judge.py [--renderer commonmark] [--show] [CATALOGUE.po …]
    python judge.py --planted FOLDER [--show]

Each translated message is a document of its own. With `--show` each objection is printed, to be read: real catalogues
hold real defects. With `--planted` the messages are those of a folder that `plant_defects.py` wrote, before and after
their damage; what is shown then are the objections that only some renderers lead to.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

from edits import corpus

from translate_pipe import localise, parse, parse_po
from translate_pipe.localisation.comparison import differences, page_shape
from translate_pipe.localisation.renderers import CommonMark, GitHub, PythonMarkdown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from translate_pipe.localisation.renderers import Renderer

MEGABYTE = 1_000_000
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


def show(case: tuple[str, str], problems: Iterable[str]) -> None:
    """Print what the judge says about a document."""
    print(f"- {'; '.join(problems)}\n  {case[0]}  {case[1]}")


def compare_on_planted(folder: Path, *, details: bool) -> None:
    """Print how many damaged and how many undamaged messages each renderer leads the judge to refuse."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    damaged = documents((one["msgid"], one["bad"]) for one in labels if one["kind"] == "defect")
    clean = documents(
        (one["msgid"], one["bad"] if one["kind"] == "benign" else one["good"]) for one in labels if not one["synthetic"]
    )
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
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    if options.planted:
        compare_on_planted(options.planted, details=options.show)
        return
    renderer = RENDERERS[options.renderer]()
    print("| Catalogue | Messages | Objections | per cent | MB/s |\n| --- | ---: | ---: | ---: | ---: |")
    for file in options.files or sorted(corpus().glob("*.po")):
        messages = parse_po(file.read_text(encoding="utf-8")).messages
        cases = documents((one.msgid, one.msgstr) for one in messages if one.translated)
        found, speed = objections(cases, renderer)
        print(f"| {file.name} | {len(cases)} | {len(found)} | {100 * len(found) / len(cases):.2f} | {speed:.2f} |")
        for case, problems in found.items() if options.show else ():
            show(case, problems)


if __name__ == "__main__":
    main()
