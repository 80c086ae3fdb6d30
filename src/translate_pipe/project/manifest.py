"""What the tool remembers of the outputs that it made.

Those, and only those, are removed when their source is gone; and those that the judge found right are not judged again.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from translate_pipe.errors import FileError
from translate_pipe.model import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from translate_pipe.project.files import Files

_FILE = "outputs.json"
_JUDGED_FILE = "judged.json"
_VERSION = 1


class Manifest:
    """The paths of the outputs that earlier runs made, with a digest of what was written there."""

    def __init__(self, files: Files, folder: str) -> None:
        self._files = files
        self._name = f"{folder}/{_FILE}"
        self._digests = _read(files, self._name, "outputs")

    @property
    def outputs(self) -> Collection[str]:
        """The paths of the outputs that are remembered."""
        return self._digests.keys()

    def record(self, output: str, data: bytes) -> None:
        """Remember what an output consists of."""
        self._digests[output] = _digest(data)

    def remove_others(self, expected: Iterable[str]) -> Iterator[str | Diagnostic]:
        """Remove the remembered outputs that are no longer expected; yields their paths.

        An output that somebody has edited since is left alone, with a diagnostic.
        """
        for output in sorted(self._digests.keys() - set(expected)):
            digest = self._digests.pop(output)
            try:
                data = self._files.read(output)
                if data is not None and _digest(data) == digest:
                    self._files.remove(output)
                    yield output
                elif data is not None:
                    message = (
                        "its source is gone, but somebody has edited this file since it was made; it is left alone"
                    )
                    yield Diagnostic("output", Severity.WARNING, message, output)
            except FileError as error:
                yield Diagnostic("file", Severity.ERROR, error.problem, error.file)

    def save(self) -> None:
        """Write down what is remembered; nothing is written while there is nothing."""
        if self._digests or self._files.read(self._name) is not None:
            _write(self._files, self._name, "outputs", self._digests)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write(files: Files, name: str, key: str, digests: Mapping[str, str]) -> None:
    text = json.dumps({"version": _VERSION, key: digests}, indent=1, sort_keys=True) + "\n"
    files.write(name, text.encode())


def _read(files: Files, name: str, key: str) -> dict[str, str]:
    """The remembered digests; a file that cannot be understood counts as none, since then nothing is removed."""
    try:
        content = json.loads(files.read(name) or b"{}")
    except (ValueError, RecursionError):
        return {}
    outputs = content.get(key) if isinstance(content, dict) and content.get("version") == _VERSION else None
    if not isinstance(outputs, dict):
        return {}
    return {path: digest for path, digest in outputs.items() if isinstance(digest, str)}


class Judged:
    """Which localised documents the judge has found right, so that only those that changed are judged again.

    All that a verdict depends on is in its digest. A memory that is lost or cannot be understood costs time only.
    """

    def __init__(self, files: Files, folder: str) -> None:
        self._files = files
        self._name = f"{folder}/{_JUDGED_FILE}"
        try:
            self._digests = _read(files, self._name, "judged")
        except FileError:
            self._digests = {}
        self._saved = dict(self._digests)

    def holds(self, output: str, digest: str) -> bool:
        """Whether this very text was found right for an output."""
        return self._digests.get(output) == digest

    def record(self, output: str, digest: str) -> None:
        """Remember that a text was found right."""
        self._digests[output] = digest

    def keep_only(self, expected: Collection[str]) -> None:
        """Forget the outputs that are no longer expected."""
        self._digests = {output: digest for output, digest in self._digests.items() if output in expected}

    def save(self) -> None:
        """Write down what has changed; raises FileError."""
        if self._digests != self._saved:
            _write(self._files, self._name, "judged", self._digests)
