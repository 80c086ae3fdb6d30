"""The promises of SECURITY.md about hostile catalogues, documents and configurations, tested in whole runs.

The preview has its tests in `test_preview_server.py`, `test_preview_site.py` and `test_preview_browser.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from project_helpers import HEADER, entry, make_project, po

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "Een [woord](https://example.org/) hier."
HOSTILE = (
    "Ein <script>alert(1)</script>",
    "Ein <b onclick='alert(1)'>Wort</b>",
    "Ein [Wort](javascript:alert(1)) hier.",
    "Ein <iframe src='https://evil.example/'></iframe>",
    "Ein <form action='https://evil.example/'>Wort</form>",
    "Ein <style>p { display: none }</style>",
    "Ein <meta http-equiv='refresh' content='0;url=//evil.example'>",
)
WAYS_OUT: tuple[dict[str, str | list[str]], ...] = (
    {},
    {"on_error": "publish"},
    {"ignore_checks": ["html-unsafe", "html-tag", "link"]},
    {"renderer": "commonmark"},
    {"renderer": "gfm"},
)


@pytest.mark.parametrize("way_out", WAYS_OUT, ids=str)
@pytest.mark.parametrize("comment", ["", "# translate-pipe: ignore html-unsafe, html-tag, link\n"])
def test_active_html_is_never_published(tmp_path: Path, way_out: dict[str, str | list[str]], comment: str) -> None:
    documents = {f"source/nl/{number}.md": f"{SOURCE}\n" for number in range(len(HOSTILE))}
    catalogues = {po(str(number)): f"{HEADER}\n{comment}{entry(SOURCE, text)}" for number, text in enumerate(HOSTILE)}
    project = make_project(tmp_path, documents | catalogues, locales=["de"], **way_out)
    project.run("build", "--draft")
    for number, text in enumerate(HOSTILE):
        published = project.text(f"build/de/{number}.md")
        assert not re.search(r"<(?:script|iframe|form|style|meta)|onclick|javascript:", published), text


@pytest.mark.parametrize("text", ["Ein { Wort", "Ein {process.env.SECRET} Wort", "Ein <5 Wort", "import a from 'b'"])
def test_translation_of_mdx_is_text(tmp_path: Path, text: str) -> None:
    files = {"source/nl/a.mdx": "Een woord\n", po("a"): f"{HEADER}\n{entry('Een woord', text)}"}
    project = make_project(tmp_path, files, locales=["de"], on_error="publish")
    project.run("build", "--draft")
    assert not re.search(r"[{<]|^import ", project.text("build/de/a.mdx"))


def test_symlink_out_of_the_project_is_not_written(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    files = {"source/nl/a.md": "Een woord\n", po("a"): f"{HEADER}\n{entry('Een woord', 'Ein Wort')}"}
    project = make_project(tmp_path / "project", files, locales=["de"])
    project.path("build").mkdir(exist_ok=True)
    project.path("build/de").symlink_to(outside)
    assert project.run("build").exit_code == 1
    assert not list(outside.iterdir())
