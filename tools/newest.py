"""Runs the tests with the newest versions that the ranges of pyproject.toml allow, and reports the result.

The locks keep the gate the same from day to day, but users get the newest versions. This makes an environment of its
own in .bench/newest, prints which versions differ from the locked ones, and runs pytest there. The exit status is that
of pytest, or 0 if the package index cannot be reached.

Usage: python newest.py [ARGUMENTS OF PYTEST]
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".bench" / "newest"
PYTHON = FOLDER / ("Scripts" if os.name == "nt" else "bin") / "python"
LOCK = ROOT / "requirements" / "dev.txt"
PIP = (sys.executable, "-m", "pip", "--python", str(PYTHON), "--disable-pip-version-check")


def main(arguments: list[str]) -> int:
    """Install, compare, test."""
    if not PYTHON.exists():
        venv.create(FOLDER, with_pip=False)
    options = ("--quiet", "--retries", "1", "--timeout", "20", "--upgrade", "--upgrade-strategy", "eager")
    command = [*PIP, "install", *options, "--editable", ".[dev]"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        errors = dict.fromkeys(line.strip() for line in done.stderr.splitlines() if "ERROR:" in line)
        print("Not tested with the newest versions, because pip cannot install them:", *errors, sep="\n  ")
        return 0
    for line in differences(installed(), locked(LOCK.read_text(encoding="utf-8"))):
        print(line)
    status = subprocess.run([PYTHON, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode
    print("The tests pass" if not status else "The tests fail", "with the newest versions.")
    return status


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed() -> dict[str, str]:
    """The versions of the environment by name."""
    done = subprocess.run([*PIP, "list", "--format", "json"], check=True, capture_output=True, text=True)
    return {normal(one["name"]): one["version"] for one in json.loads(done.stdout)}


def locked(requirements: str) -> dict[str, str]:
    """The versions that a lock names; those for other platforms are left out by pip, not here."""
    return {normal(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", requirements, re.MULTILINE)}


def differences(new: dict[str, str], old: dict[str, str]) -> list[str]:
    """One line for each version that differs."""
    found = [f"{name} {old[name]} → {new[name]}" for name in sorted(new.keys() & old.keys()) if new[name] != old[name]]
    return ["Newer than the locked versions:", *(f"  {line}" for line in found)] if found else ["No newer versions."]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
