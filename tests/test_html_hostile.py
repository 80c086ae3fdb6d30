"""Which HTML a translator may write: the whole build is asked, by the page that it publishes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from project_helpers import HEADER, Project, entry, make_project, po

TABLE = Path(__file__).parent / "data" / "html_hostile.txt"


class Row(NamedTuple):
    """A row of the table, with a number by which its text is found again."""

    verdict: str
    msgid: str
    msgstr: str

    def __str__(self) -> str:
        return f"{self.msgid} -> {self.msgstr}"


def _rows() -> list[Row]:
    found = []
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith(("published | ", "refused | ", "never | ")):
            verdict, msgid, msgstr = line.split(" | ")
            found.append(Row(verdict, f"N{number} {msgid}", f"N{number} {msgstr}"))
    return found


ROWS = _rows()
PLACES = {"paragraph": "{}\n\n", "heading": "## {}\n\n", "item": "- {}\n\n", "cell": "| a |\n| --- |\n| {} |\n\n"}
# As a translator and a maintainer may try to get a check out of the way.
OPT_OUT = "# translate-pipe: ignore html-tag, html-unsafe, link, image, attribute-list\n#, ignore-html-unsafe\n"
WAYS: dict[str, tuple[dict[str, str | list[str]], tuple[str, ...]]] = {
    "nothing": ({}, ()),
    "on_error": ({"on_error": "publish"}, ()),
    "ignore_checks": ({"ignore_checks": ["html-unsafe", "html-tag", "link", "image", "rendering"]}, ()),
    "renderer": ({"renderer": "commonmark"}, ()),
    "draft": ({}, ("--draft",)),
    "sentences": ({"segmentation": "sentence"}, ()),
    "no dialect": ({"dialect": "commonmark"}, ()),
    "all dialects": ({"dialect": ["mkdocs", "myst", "hugo", "pandoc", "jekyll"]}, ()),
}


def published(root: Path, rows: list[Row], place: str, way: str, comment: str = "") -> dict[str, bool]:
    """For each row whether its msgstr is published; its msgid is published instead."""
    keys, options = WAYS[way]
    text = "".join(PLACES[place].format(row.msgid) for row in rows) + "[^1]: Noot\n"
    project: Project = make_project(root, {"source/nl/a.md": text}, locales=["de"], **keys)
    messages = [comment + entry(row.msgid, row.msgstr) for row in rows]
    project.write(po("a", "de"), "\n".join([HEADER, *messages]))
    project.run("update")
    project.run("build", *options)
    page = project.text("build/de/a.md")
    texts = {row: (PLACES[place].format(row.msgid), PLACES[place].format(row.msgstr)) for row in rows}
    assert [str(row) for row, (was, now) in texts.items() if was not in page and now not in page] == []
    return {str(row): now in page for row, (_, now) in texts.items()}


@pytest.mark.parametrize("place", PLACES)
def test_each_row_is_published_or_not(tmp_path: Path, place: str) -> None:
    rows = [row for row in ROWS if place == "paragraph" or row.verdict != "published"]
    found = published(tmp_path, rows, place, "nothing")
    assert {str(row): found[str(row)] for row in rows} == {str(row): row.verdict == "published" for row in rows}


@pytest.mark.parametrize("way", WAYS)
def test_what_acts_has_no_opt_out(tmp_path: Path, way: str) -> None:
    rows = [row for row in ROWS if row.verdict == "never"]
    found = published(tmp_path, rows, "paragraph", way, OPT_OUT)
    assert [text for text, is_published in found.items() if is_published] == []
