"""Changes the code of a module in many small ways, and shows the changes that no test notices.

mutmut does the work, in a copy of the repository in .bench/mutate. Read each change that survives: write a test for
what a user would notice, or delete code that nothing needs. Some survive rightly, such as another bound of an estimate.

Usage: python mutate.py MODULE [ARGUMENTS OF PYTEST]

MODULE is a path below src/translate_pipe, such as catalogue/merge.py. Without arguments the tests are those of the file
of the same name, tests/test_merge.py.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".bench" / "mutate"
MUTMUT = str(Path(sys.executable).with_name("mutmut"))
SELECTION = "not (effort or slow or browser or kill or benchmark)"


def main(module: str, arguments: list[str]) -> int:
    """Copy, run, show. The exit status is 1 if a change survives."""
    path = Path("src", "translate_pipe", module)
    if not (ROOT / path).is_file():
        sys.exit(f"{path} does not exist; name a module such as catalogue/merge.py")
    copy_repository()
    with (FOLDER / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(configuration(path.as_posix(), arguments or [f"tests/test_{path.stem}.py"]))
    environment = {"HYPOTHESIS_PROFILE": "quick", **os.environ}
    subprocess.run([MUTMUT, "run", *jobs()], cwd=FOLDER, check=True, env=environment)
    names = survivors()
    for name in names:
        subprocess.run([MUTMUT, "show", name], cwd=FOLDER, check=True)
    print(f"{len(names)} changes survive.")
    return bool(names)


def jobs() -> list[str]:
    """As many processes as the variable MUTATE_JOBS says, or as mutmut chooses."""
    return ["--max-children", os.environ["MUTATE_JOBS"]] if os.environ.get("MUTATE_JOBS") else []


def copy_repository() -> None:
    """A fresh copy of all files that git knows or would add."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, FOLDER / name)


def configuration(module: str, tests: list[str]) -> str:
    """The table of pyproject.toml that mutmut reads. JSON's texts and lists are TOML's."""
    others = sorted(path.name for path in FOLDER.iterdir() if path.name not in {"src", "tests", "pyproject.toml"})
    table = {
        "source_paths": ["src"],
        "only_mutate": [module],
        "also_copy": ["tests", "pyproject.toml", *others],
        "pytest_add_cli_args": ["-m", SELECTION, "-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": tests,
        "mutate_only_covered_lines": True,
    }
    return "\n[tool.mutmut]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())


def survivors() -> list[str]:
    """The names of the changes that no test noticed."""
    done = subprocess.run([MUTMUT, "results"], cwd=FOLDER, check=True, capture_output=True, text=True)
    return [line.split(":")[0].strip() for line in done.stdout.splitlines() if line.endswith(": survived")]


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
