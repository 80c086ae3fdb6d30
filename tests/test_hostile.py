"""What of a site generator's language a translator may write: the whole build is asked, by the pages that it publishes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from project_helpers import HEADER, entry, make_project, po

TABLE = Path(__file__).parent / "data" / "hostile.txt"


class Row(NamedTuple):
    """A row of the table for one dialect; `number` is its line."""

    number: int
    verdict: str
    place: str
    msgid: str
    msgstr: str

    def __str__(self) -> str:
        return f"{self.number}: {self.msgid} -> {self.msgstr}"


def _rows() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith(("published | ", "never | ")):
            verdict, dialects, place, msgid, msgstr = line.replace("\\n", "\n").split(" | ", 4)
            for dialect in dialects.split():
                found.setdefault(dialect, []).append(Row(number, verdict, place, msgid, msgstr))
    return found


ROWS = _rows()
PLACES = {
    "text": "{}\n",
    "heading": "## {}\n",
    "item": "- {}\n",
    "quote": "> {}\n",
    "cell": "| a |\n| --- |\n| {} |\n",
    "alt": "![{}](a.png)\n",
    "link title": '[a](a.md "{}")\n',
    "html": "<p>{}</p>\n",
    "comment": "```python\n# {}\n```\n",
    "include": '{{% include figuur.html bron="a.png" caption="{}" %}}\n',
    "shortcode": '{{{{< figure src="a.png" caption="{}" >}}}}\n',
    "title": "---\ntitle: '{}'\n---\n\nTekst.\n",
    "description": "---\ndescription: '{}'\n---\n\nTekst.\n",
}
OPT_OUT = (
    "# translate-pipe: ignore executable, html-unsafe, html-tag, placeholder, link, image, code\n#, ignore-executable\n"
)
IGNORED = ["executable", "html-unsafe", "html-tag", "placeholder", "link", "image", "code", "rendering"]
WAYS: dict[str, tuple[dict[str, str | list[str]], str, tuple[str, ...]]] = {
    "nothing": ({}, "", ()),
    "on_error": ({"on_error": "publish"}, "", ()),
    "ignore_checks": ({"ignore_checks": IGNORED}, "", ()),
    "severity": ({}, '[severity]\nexecutable = "info"\nhtml-unsafe = "warning"\nhtml-tag = "info"\n', ()),
    "renderer": ({"renderer": "commonmark"}, "", ()),
    "draft": ({}, "", ("--draft",)),
    "sentences": ({"segmentation": "sentence"}, "", ()),
    "code": ({"code": "all", "on_error": "publish"}, "", ("--draft",)),
}


def published(root: Path, dialect: str, rows: list[Row], way: str, comment: str = "") -> dict[str, bool]:
    """For each row whether anything but its source is published."""
    keys, tables, options = WAYS[way]
    documents: dict[str, str | bytes] = {
        f"source/nl/{row.number}.md": PLACES[row.place].format(row.msgid.replace("'", "’")) for row in rows
    }
    project = make_project(root, documents, dialect=dialect, **{"code": "comments", **keys})
    project.write("translate-pipe.toml", project.text("translate-pipe.toml") + tables)
    for row in rows:
        project.write(po(str(row.number)), "\n".join([HEADER, comment + entry(row.msgid, row.msgstr)]))
    project.run("update")
    project.run("build", *options)
    found = {}
    for row in rows:
        name = f"{row.number}.md"
        page = project.text(f"build/de/{name}")
        # What is no more than text in MDX is written with character references.
        is_text = dialect == "docusaurus" and row.verdict == "never" and "&" in page and row.msgstr not in page
        found[str(row)] = page != documents[f"source/nl/{name}"] and not is_text
    return found


@pytest.mark.parametrize("dialect", ROWS)
def test_each_row_is_published_or_not(tmp_path: Path, dialect: str) -> None:
    rows = ROWS[dialect]
    found = published(tmp_path, dialect, rows, "nothing")
    assert found == {str(row): row.verdict == "published" for row in rows}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("dialect", ROWS)
def test_what_is_executed_has_no_opt_out(tmp_path: Path, dialect: str, way: str) -> None:
    rows = [row for row in ROWS[dialect] if row.verdict == "never"]
    found = published(tmp_path, dialect, rows, way, OPT_OUT)
    assert [text for text, is_published in found.items() if is_published] == []
