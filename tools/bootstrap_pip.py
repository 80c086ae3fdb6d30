"""Puts pip into a virtual environment that was made without it.

Debian's Python comes without ensurepip unless python3-venv is installed. This fetches pip's own wheel from the package
index (PIP_INDEX_URL, or PyPI), checks its digest, and lets it install itself.

Usage: python bootstrap_pip.py PYTHON-OF-THE-ENVIRONMENT
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
FORMAT = "application/vnd.pypi.simple.v1+json"


def main(python: str) -> None:
    """Install the newest pip that the index offers as a wheel."""
    with urllib.request.urlopen(urllib.request.Request(INDEX, headers={"Accept": FORMAT})) as answer:  # noqa: S310
        files = json.load(answer)["files"]
    wheels = [file for file in files if file["filename"].endswith("-py3-none-any.whl") and not file.get("yanked")]
    newest = max(wheels, key=lambda file: version(file["filename"]))
    with urllib.request.urlopen(urljoin(INDEX, newest["url"])) as answer:  # noqa: S310
        wheel = answer.read()
    if hashlib.sha256(wheel).hexdigest() != newest["hashes"]["sha256"]:
        sys.exit(f"{newest['filename']} from {INDEX} does not have the digest that the index names")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, newest["filename"])
        path.write_bytes(wheel)
        # A wheel is a zip file, which Python runs from inside.
        subprocess.run([python, f"{path}/pip", "install", "--quiet", "--no-index", path], check=True)  # noqa: S603


def version(filename: str) -> tuple[int, ...]:
    """The version in a wheel's file name; pre-releases come last."""
    numbers = filename.split("-")[1].split(".")
    return tuple(int(number) for number in numbers) if all(map(str.isdigit, numbers)) else (0,)


if __name__ == "__main__":
    main(sys.argv[1])
