"""Puts pip into a virtual environment that was made without it.

Debian's Python comes without ensurepip unless python3-venv is installed. This fetches the wheel of the pip that
requirements/build.txt locks from the package index (PIP_INDEX_URL, or PyPI), checks its digest against the lock, and
lets it install itself.

Usage: python bootstrap_pip.py PYTHON-OF-THE-ENVIRONMENT
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
FORMAT = "application/vnd.pypi.simple.v1+json"


LOCK = Path(__file__).parent.parent / "requirements" / "build.txt"


def main(python: str) -> None:
    """Install the pip that is locked."""
    version, digests = locked(LOCK.read_text(encoding="utf-8"))
    name = f"pip-{version}-py3-none-any.whl"
    with urllib.request.urlopen(urllib.request.Request(INDEX, headers={"Accept": FORMAT})) as answer:  # noqa: S310
        files = json.load(answer)["files"]
    url = next((file["url"] for file in files if file["filename"] == name), "")
    if not url:
        sys.exit(f"{INDEX} does not have {name}, which {LOCK} locks; install python3-venv instead")
    with urllib.request.urlopen(urljoin(INDEX, url)) as answer:  # noqa: S310
        wheel = answer.read()
    if hashlib.sha256(wheel).hexdigest() not in digests:
        sys.exit(f"{name} from {INDEX} does not have a digest that {LOCK} names")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(wheel)
        # A wheel is a zip file, which Python runs from inside.
        subprocess.run([python, f"{path}/pip", "install", "--quiet", "--no-index", path], check=True)


def locked(requirements: str) -> tuple[str, set[str]]:
    """The version of pip in a file of requirements, and the SHA-256 digests of its files."""
    found = re.search(r"^pip==(\S+)((?:\s*\\\n\s*--hash=sha256:[0-9a-f]{64})+)", requirements, re.MULTILINE)
    if not found:
        sys.exit(f"{LOCK} does not lock pip; `make lock` does")
    return found[1], set(re.findall("[0-9a-f]{64}", found[2]))


if __name__ == "__main__":
    main(sys.argv[1])
