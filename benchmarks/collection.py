"""Makes up Markdown documents, and translations of them, for the benchmarks: as many as wanted, of any size.

What is made follows from the numbers alone, so that every run measures the same. The prose is made of words of Dutch
that have been put in a row; the translation of a text is the text with each word in another spelling, links, code and
marks left alone, so that a build has all to do that it has with a real one.

Run it with --help to write a collection to a folder.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from random import Random

_WORDS = (  # noqa: SIM905 - a hundred quoted words would be harder to read
    "de het een van voor met op aan bij naar uit over onder tussen tegen zonder huid haar water zeep olie slaap nacht "
    "dag zon licht melk brood kaas thee koffie suiker zout vet vitamine onderzoek artsen mensen kinderen lichaam hart "
    "hersenen spieren adem lucht winter zomer koud warm droog nat schoon gezond rustig langzaam snel vaak soms altijd "
    "nooit meestal ongeveer precies vooral daarom omdat terwijl hoewel zodat voordat nadat drinken eten lopen slapen "
    "wassen smeren meten kiezen helpen werken rusten groeien verdwijnen ontstaan beschermen verzorgen behandelen "
    "voorkomen gewoonte oorzaak gevolg verschil dosis fles keuken badkamer slaapkamer ochtend avond week maand"
).split()
_SPELLING = str.maketrans("aeiou", "áéíóú")
_KEPT = re.compile(r"`[^`]*`|\]\([^)]*\)|\[\^[^\]]+\]|https?://\S+|\d[\d.,]*|<[^>]*>")


def document(number: int, size: int) -> str:
    """The Markdown of one document; `size` is about its number of characters."""
    random = Random(number)
    title = _sentence(random, number, 4)[:-1]
    made = [f"---\ntitle: {title}\ntags:\n  - een\n  - twee\n---\n\n# {_title(random, number)}\n"]
    length = len(made[0])
    at = 0
    while length < size:
        at += 1
        block = _block(random, number, at)
        made.append(block)
        length += len(block)
    made.append(f"[^1]: {_sentence(random, number, 6)}\n")
    return "\n".join(made)


def translation(text: str) -> str:
    """The made-up translation of a text of a document.

    >>> translation("Drink *water* met [zout](https://a.example/een) en `olie`.[^1]")
    'Drínk *wátér* mét [zóút](https://a.example/een) én `olie`.[^1]'
    """
    pieces: list[str] = []
    end = 0
    for kept in _KEPT.finditer(text):
        pieces += (text[end : kept.start()].translate(_SPELLING), kept.group())
        end = kept.end()
    return "".join((*pieces, text[end:].translate(_SPELLING)))


def sentences(count: int) -> str:
    """The Markdown of one document of so many paragraphs, each of one sentence, which is a segment each."""
    random = Random(count)
    return "\n".join(f"{_sentence(random, number, 6)}\n" for number in range(count))


def write(folder: Path, documents: int, size: int, *, first: int = 0) -> None:
    """Write documents of about `size` characters below a folder, a hundred to each of its folders.

    Another number of the first one gives other documents.
    """
    for number in range(first, first + documents):
        file = folder / f"deel-{number // 100:03}" / f"artikel-{number:05}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(document(number, size), encoding="utf-8", newline="\n")


def _title(random: Random, number: int) -> str:
    return f"{_words(random, 3).capitalize()} {number}"


def _words(random: Random, count: int) -> str:
    return " ".join(random.choices(_WORDS, k=count))


def _sentence(random: Random, number: int, count: int) -> str:
    """A sentence that hardly any other document has."""
    return f"{_words(random, count).capitalize()} {number} {_words(random, max(1, count // 2))}."


def _paragraph(random: Random, number: int, at: int) -> str:
    sentences = [_sentence(random, number, random.randrange(5, 14)) for _ in range(random.randrange(1, 4))]
    middle = random.choice(
        (
            f"Lees **{_words(random, 2)}** in [{_words(random, 2)}](https://voorbeeld.example/{number}/{at}).",
            f"Dat heet *{_words(random, 1)}*, in code `waarde_{at}`, ongeveer {random.randrange(2, 90)} procent.",
            f"Volgens {_words(random, 2)} is dat zo.[^1]",
            "",
        )
    )
    text = " ".join(filter(None, (*sentences, middle)))
    half = text.find(" ", len(text) // 2)
    return f"{text[:half]}\n{text[half + 1 :]}" if half > 0 else text


def _heading(random: Random, number: int, at: int) -> str:
    return f"## {_title(random, number)}.{at}\n"


def _bullets(random: Random, number: int, _at: int) -> str:
    return "".join(f"- {_sentence(random, number, 5)}\n" for _ in range(4))


def _table(random: Random, number: int, at: int) -> str:
    rows = "".join(f"| {_words(random, 2)} {number}.{at} | {random.randrange(900)} |\n" for _ in range(3))
    return f"| {_words(random, 1)} | {_words(random, 1)} |\n| --- | ---: |\n{rows}"


def _code(random: Random, _number: int, at: int) -> str:
    return f"```python\nwaarde = {at}  # {_words(random, 2)}\nprint(waarde)\n```\n"


def _quote(random: Random, number: int, at: int) -> str:
    return f"> {_paragraph(random, number, at)}".replace("\n", "\n> ") + "\n"


def _steps(random: Random, number: int, at: int) -> str:
    return f"1. {_sentence(random, number, 6)}\n2. " + _paragraph(random, number, at).replace("\n", "\n   ") + "\n"


def _prose(random: Random, number: int, at: int) -> str:
    return _paragraph(random, number, at) + "\n"


_BLOCKS = (_prose,) * 6 + (_heading, _bullets, _table, _code, _quote, _steps)
"""Half of the blocks are prose."""


def _block(random: Random, number: int, at: int) -> str:
    return random.choice(_BLOCKS)(random, number, at)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--size", type=int, default=4500, help="characters of a document, about")
    given = parser.parse_args()
    write(given.folder, given.documents, given.size)
