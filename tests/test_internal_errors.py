"""An error of the tool itself in one document or message is a finding; the rest of the run goes on."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest
from project_helpers import make_project, po, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from project_helpers import Project

MANY = 70
BAD = "Kapot hier"
ERRORS: dict[str, Callable[[], BaseException]] = {
    "index": lambda: IndexError("list index out of range"),
    "recursion": lambda: RecursionError("maximum recursion depth exceeded"),
    "assertion": AssertionError,
    "memory": MemoryError,
}
WORDS = {"memory": "not enough memory"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Enough documents to be spread over processes."""
    return make_project(tmp_path, documents())


def documents() -> dict[str, str]:
    return {f"source/nl/{name:02}.md": f"# Kop {name}\n\n{BAD if name == 7 else 'Goed hier'}\n" for name in range(MANY)}


def broken(monkeypatch: pytest.MonkeyPatch, place: str, make: Callable[[], BaseException] | None = None) -> None:
    """Have a function raise if one of its arguments contains the bad text."""
    original = pkgutil.resolve_name(place)

    def failing(*arguments: Any, **options: Any) -> Any:
        if any(BAD in str(getattr(one, "text", one)) or BAD in repr(one) for one in arguments):
            error = (make or ERRORS["index"])()
            raise error
        return original(*arguments, **options)

    monkeypatch.setattr(place, failing)


def internal(lines: list[str]) -> list[str]:
    return [line for line in lines if "internal error" in line or "not enough memory" in line]


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("command", "kind"), [*(("locales", kind) for kind in ERRORS), ("extract", "index")])
def test_document_that_fails_to_parse_is_reported(
    project: Project, monkeypatch: pytest.MonkeyPatch, command: str, kind: str, jobs: str
) -> None:
    project.run("locales", "--jobs", "1")
    kept = project.content(po("07")), project.content("build/de/07.md")
    for name in ("07", "08"):
        project.write(f"source/nl/{name}.md", project.text(f"source/nl/{name}.md") + "\nNieuw.\n")

    with monkeypatch.context() as faults:
        broken(faults, "translate_pipe.project.steps.reading.parse", ERRORS[kind])
        for _ in range(2):  # the step is not stored as done
            outcome = project.run(command, "--jobs", jobs)
            assert outcome.exit_code == 1
            found = internal(outcome.findings)
            assert len(found) == 1
            assert found[0].startswith("source/nl/07.md: error: ")
            assert WORDS.get(kind, "please report") in found[0]
    assert (project.content(po("07")), project.content("build/de/07.md")) == kept
    assert "Nieuw." in project.text("locale/templates/08.pot")
    assert "Nieuw." not in project.text("locale/templates/07.pot")
    assert project.run("locales").exit_code == 0
    assert "Nieuw." in project.text(po("07"))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_shared_catalogue_is_left_alone_if_a_document_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    project = make_project(tmp_path, documents(), domain="all")
    project.run("locales", "--jobs", "1")
    kept = project.content(po("all"))
    for name in ("07", "08"):
        project.write(f"source/nl/{name}.md", project.text(f"source/nl/{name}.md") + "\nNieuw.\n")
    with monkeypatch.context() as faults:
        broken(faults, "translate_pipe.project.steps.reading.parse")
        outcome = project.run("locales", "--jobs", jobs)
    assert outcome.exit_code == 1
    assert len(internal(outcome.findings)) == 1
    assert project.content(po("all")) == kept
    assert project.exists("build/de/07.md")
    assert "Nieuw." in project.text("build/de/08.md")


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("domain", ["{path}", "all"])
@pytest.mark.parametrize(
    "place",
    [
        "translate_pipe.project.steps.building.localise",
        "translate_pipe.project.steps.building.finish",
        "translate_pipe.project.steps.judging.comparison.page_shape",
    ],
)
def test_document_that_fails_to_localise_keeps_its_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, domain: str, jobs: str
) -> None:

    project = make_project(tmp_path, documents(), domain=domain)
    project.run("locales", "--jobs", "1")
    old = project.content("build/de/07.md")
    catalogue = po("07") if domain == "{path}" else po("all")
    project.translate(catalogue, {BAD: "Kaputt &amp; neu"})  # a plain text is not judged
    with monkeypatch.context() as faults:
        broken(faults, place)
        outcome = project.run("locales", "--jobs", jobs)
    assert outcome.exit_code == 1
    assert [line.partition(":")[0] for line in internal(outcome.findings)] == ["source/nl/07.md"]
    assert project.content("build/de/07.md") == old
    assert project.run("locales", "--jobs", jobs).exit_code == 0
    assert "Kaputt" in project.text("build/de/07.md")


@pytest.mark.parametrize("command", [("check",), ("locales",), ("build",)])
def test_message_whose_check_fails_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:

    project = make_project(tmp_path, {"source/nl/a.md": f"Goed.\n\n{BAD}\n\nEen [a](b).\n"})
    project.run("locales")
    project.translate(po("a"), {"Goed.": "Gut.", BAD: "Kaputt", "Een [a](b).": "Ein a."})
    with monkeypatch.context() as faults:
        broken(faults, "translate_pipe.checks.Pair")
        outcome = project.run(*command)
    (found,) = internal(outcome.findings)
    line = int(found.split(":")[1])
    assert f'msgid "{BAD}"' in project.text(po("a")).split("\n")[line - 1 : line + 3]
    assert found.startswith(f"{po('a')}:{line}: error: ")
    assert any("[a](b)" in one or "the link" in one for one in outcome.findings)
    assert outcome.exit_code == 1
    if command != ("check",):
        assert "Gut." in project.text("build/de/a.md")
        assert "Kaputt" not in project.text("build/de/a.md")
    project.run("locales")
    assert "Kaputt" in project.text("build/de/a.md")


@pytest.mark.parametrize("place", ["merge", "TemplateMaker.add"])
def test_catalogue_that_fails_to_merge_is_left_alone(
    project: Project, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:

    project.run("locales", "--jobs", "1")
    kept = project.content(po("07"))
    for name in ("07", "08"):
        project.write(f"source/nl/{name}.md", project.text(f"source/nl/{name}.md") + "\nNieuw.\n")

    def failing(*arguments: Any, **options: Any) -> Any:
        if any(BAD in repr(one) for one in arguments):
            raise IndexError
        return original(*arguments, **options)

    original = attrgetter(place)(sys.modules["translate_pipe.project.steps.updating"])
    with monkeypatch.context() as faults:
        faults.setattr(f"translate_pipe.project.steps.updating.{place}", failing)
        outcome = project.run("update")
    assert outcome.exit_code == 1
    assert internal(outcome.findings)
    assert project.content(po("07")) == kept
    assert "Nieuw." in project.text(po("08"))


def test_checks_of_sources_and_round_trips_continue(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:

    broken(monkeypatch, "translate_pipe.project.linting.lint")
    outcome = project.run("check", "--source")
    assert outcome.exit_code == 1
    assert [line.partition(":")[0] for line in internal(outcome.findings)] == ["source/nl/07.md"]
    broken(monkeypatch, "translate_pipe.project.reassembly.parse")
    outcome = project.run("roundtrip")
    assert outcome.exit_code == 1
    assert len(internal(outcome.stdout.splitlines())) == 1


@pytest.mark.parametrize("option", [("--ignore", "internal-error"), ("--select", "number")])
def test_no_option_silences_an_internal_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: tuple[str, str]
) -> None:

    broken(monkeypatch, "translate_pipe.checks.Pair")
    file = tmp_path / "a.po"
    file.write_text(f'msgid "{BAD}"\nmsgstr "Kaputt"\n')
    outcome = run("check", *option, file)
    assert outcome.exit_code == 1
    assert internal(outcome.findings)


def test_verbose_shows_the_traceback(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:

    broken(monkeypatch, "translate_pipe.project.steps.reading.parse")
    assert "Traceback" not in project.run("extract", "--jobs", "1").stderr
    assert "Traceback" in project.run("extract", "-v", "--jobs", "1").stderr


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_interrupt_still_ends_a_run(
    project: Project, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:

    broken(monkeypatch, "translate_pipe.project.steps.reading.parse", error)
    outcome = None
    try:
        outcome = project.run("extract", "--jobs", "1")
    except (KeyboardInterrupt, SystemExit):
        return
    assert not internal(outcome.findings)
    assert not project.exists("locale/templates/08.pot")


LIMITED = """
import resource, sys
from translate_pipe.__main__ import main
import translate_pipe.project.steps.building, translate_pipe.project.steps.updating, translate_pipe.project.steps.reading
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 60_000_000,) * 2)
sys.argv = ["translate-pipe", "locales", "--jobs", "1"]
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is that of Linux")
def test_document_too_large_for_the_memory_is_reported(tmp_path: Path) -> None:

    project = make_project(tmp_path, {"source/nl/a.md": "Goed.\n", "source/nl/b.md": "*a* [b](c) " * 400_000})
    project.write("source/nl/c.md", "Ook goed.\n")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""},
    )
    assert done.returncode == 1, done.stderr
    assert "source/nl/b.md: error: there is not enough memory" in done.stdout
    assert project.exists("build/de/a.md")
    assert project.exists("build/de/c.md")


@pytest.mark.parametrize(
    "place", ["project.steps.reading.parse", "preview.workspace.localise_marked", "project.steps.building.localise"]
)
def test_preview_pages_of_other_documents_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": f"{BAD}\n", "source/nl/b.md": "Goed hier\n"})
    project.run("locales")
    project.translate(po("a"), {BAD: "Kaputt"})
    broken(monkeypatch, f"translate_pipe.{place}")
    assert project.run("preview", "--static", str(tmp_path / "site")).exit_code in {0, 1}
    pages = {path.name: path.read_text("utf-8") for path in (tmp_path / "site").rglob("*.html")}
    of = {name: text for name, text in pages.items() if name in {"a.html", "b.html"}}
    assert "please report" in of["a.html"]
    assert "please report" not in of["b.html"]
    assert "Goed hier" in of["b.html"]
