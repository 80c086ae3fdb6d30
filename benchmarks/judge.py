"""How often the judge objects to translations of real catalogues, and how fast it is.

    python judge.py [--renderer commonmark] [--show] [CATALOGUE.po …]

Each translated message is a document of its own. With `--show` each objection is printed, to be read: real catalogues
hold real defects.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import process_time

from edits import corpus

from translate_pipe import localise, parse, parse_po
from translate_pipe.localisation.comparison import differences, page_shape
from translate_pipe.localisation.renderers import CommonMark, PythonMarkdown

MEGABYTE = 1_000_000


def documents(file: Path) -> list[tuple[str, str]]:
    """The messages of a catalogue as documents, source and localised."""
    found = []
    for message in parse_po(file.read_text(encoding="utf-8")).messages:
        text = message.msgid.replace("\n", " ")
        if not message.translated or message.msgid == message.msgstr:
            continue
        document = parse(text + "\n")
        if [segment.text for segment in document.segments] == [text]:
            localised = localise(document, {document.segments[0].key: message.msgstr.replace("\n", " ")})
            found.append((document.text, localised.text))
    return found


def main() -> None:
    """Print the figures of each catalogue."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--renderer", choices=("markdown", "commonmark"), default="markdown")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    renderer = CommonMark() if options.renderer == "commonmark" else PythonMarkdown()
    print("| Catalogue | Messages | Objections | per cent | MB/s |\n| --- | ---: | ---: | ---: | ---: |")
    for file in options.files or sorted(corpus().glob("*.po")):
        cases = documents(file)
        size = sum(len(text.encode()) for case in cases for text in case)
        start = process_time()
        shapes = [
            (page_shape(renderer.html(source)), page_shape(renderer.html(localised))) for source, localised in cases
        ]
        found = [(case, list(differences(*pair))) for case, pair in zip(cases, shapes, strict=True)]
        seconds = process_time() - start
        objections = [(case, problems) for case, problems in found if problems]
        share = 100 * len(objections) / len(cases)
        print(f"| {file.name} | {len(cases)} | {len(objections)} | {share:.2f} | {size / seconds / MEGABYTE:.2f} |")
        for (source, localised), problems in objections if options.show else ():
            print(f"- {'; '.join(problems)}\n  {source}  {localised}")


if __name__ == "__main__":
    main()
