"""The proof that untranslated output is the input."""

from __future__ import annotations

from dataclasses import dataclass

from translate_pipe.localisation import localise
from translate_pipe.segments import ParseOptions, parse


@dataclass(frozen=True, slots=True)
class Difference:
    """The first line, from 1, in which a document and its reassembled form differ, both as bytes."""

    line: int
    before: bytes
    after: bytes


def roundtrip(data: bytes, text: str, options: ParseOptions, path: str = "") -> Difference | None:
    """Take a document apart and put it together again in two ways; None if both give back its bytes.

    The skeleton and the segments' source texts are joined, and the document is localised without translations.
    """
    document = parse(text, path, options)
    sources = [document.data[segment.slot.start : segment.slot.end].decode() for segment in document.segments]
    first, *others = document.skeleton
    joined = first + "".join(source + piece for source, piece in zip(sources, others, strict=True))
    for result in (joined, localise(document, {}).text):
        difference = first_difference(data, result.encode())
        if difference:
            return difference
    return None


def first_difference(before: bytes, after: bytes) -> Difference | None:
    r"""The first line that differs, or None.

    >>> first_difference(b"a\nb\n", b"a\nc\n")
    Difference(line=2, before=b'b\n', after=b'c\n')
    """
    if before == after:
        return None
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    shared = min(len(old), len(new))
    at = next((at for at in range(shared) if old[at] != new[at]), shared)
    return Difference(at + 1, old[at] if at < len(old) else b"", new[at] if at < len(new) else b"")
