"""Locks of what make installs: each version, each file by its digest, and no package index."""

from __future__ import annotations

import functools
import importlib.metadata
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
LOCKS = ROOT / "requirements"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
GROUPS: dict[str, list[str]] = PYPROJECT["dependency-groups"]

ASKED = {
    "run": PROJECT["dependencies"],
    **{extra: PROJECT["dependencies"] + requirements for extra, requirements in EXTRAS.items()},
    **GROUPS,
    "build": PYPROJECT["build-system"]["requires"] + GROUPS["build"],
}
"""The requirements of pyproject.toml that each lock file has to satisfy."""


@functools.cache
def locked(name: str) -> dict[str, list[Requirement]]:
    """The requirements of a file by name; several of one if platforms need different versions."""
    text = re.sub(r" \\\n\s+--hash=\S+", "", (LOCKS / f"{name}.txt").read_text(encoding="utf-8"))
    found: dict[str, list[Requirement]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def version_of(requirement: Requirement) -> str:
    (pin,) = requirement.specifier
    assert pin.operator == "=="
    return pin.version


def closure(asked: list[str]) -> Iterator[Requirement]:
    """Requirements with all those of the distributions that are installed here."""
    waiting = list(map(Requirement, asked))
    seen = set()
    while waiting:
        requirement = waiting.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        if requirement.name != PROJECT["name"]:
            yield requirement
        try:
            further = importlib.metadata.requires(requirement.name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        for extra in requirement.extras or {""}:
            waiting += (needed for needed in map(Requirement, further) if applies(needed, extra))


def applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def test_each_set_of_dependencies_has_a_lock() -> None:
    assert {file.stem for file in LOCKS.iterdir()} == set(ASKED)


@pytest.mark.parametrize("name", ASKED)
def test_lock_satisfies_all_requirements(name: str) -> None:
    for requirement in closure(ASKED[name]):
        pins = locked(name).get(canonicalize_name(requirement.name), [])
        assert pins, f"requirements/{name}.txt lacks {requirement.name}; run `make lock`"
        for pin in pins:
            assert requirement.specifier.contains(version_of(pin), prereleases=True), f"{pin} is not {requirement}"


@pytest.mark.parametrize("name", ASKED)
def test_lock_has_digests_and_names_no_index(name: str) -> None:
    text = (LOCKS / f"{name}.txt").read_text(encoding="utf-8")
    entry = r"[a-z0-9-]+==[\w.]+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
    assert re.fullmatch(rf"(?:#.*\n)*(?:{entry})+", text)
    assert "://" not in text


@pytest.mark.parametrize("name", ["run", "preview", "cluster", "bench", "build", "mutate"])
def test_locks_of_one_environment_agree(name: str) -> None:
    for package, pins in locked(name).items():
        for pin in locked("dev").get(package, []):
            assert version_of(pin) in map(version_of, pins), f"{package} differs in requirements/{name}.txt and dev.txt"


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
@pytest.mark.parametrize(
    ("stamp", "lock"),
    [
        (".installed", "run"),
        (".installed-preview", "preview"),
        (".installed-dev", "dev"),
        (".installed-bench", "bench"),
        (".installed-lock", "lock"),
        (".installed-mutate", "mutate"),
        (".installed", "build"),
        (".installed-dev", "build"),
    ],
)
def test_make_installs_again_after_a_changed_lock(stamp: str, lock: str) -> None:
    command = ["make", "--dry-run", "-W", f"requirements/{lock}.txt", f".venv/{stamp}"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert f"-r requirements/{lock}.txt" in done.stdout


@pytest.mark.parametrize("file", ["Makefile", "tests/try_wheel.sh", ".ci/run", "tools/bootstrap_pip.py"])
def test_pip_installs_only_locked_packages(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    for command in re.split(r"&&|\|\||\n", text):
        if re.search(r"\$\(PIP\)|\bpip\b.*[ \"]install\b", command) and not command.startswith("PIP :="):
            assert re.search("--require-hashes|--no-index", command), command
