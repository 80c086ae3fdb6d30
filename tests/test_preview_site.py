"""The preview as files: pages, an overview and badges, whose links work without a server."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from project_helpers import HEADER, Project, entry, make_project, po
from test_preview import NoProgress

from translate_pipe.preview.workspace import Workspace
from translate_pipe.project import open_project

if TYPE_CHECKING:
    from pathlib import Path

REVISED = HEADER.replace("Language", "PO-Revision-Date: {date}\\nLast-Translator: {by} <x@example.org>\\nLanguage")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    files: dict[str, str | bytes] = {
        "source/nl/a.md": "# Kop\n\n![beeld](b.png)\n\nZie [deel](deel/b.md) en bron [12].\n",
        "source/nl/deel/b c.md": "# Deel\n\nTerug naar [a](../a.md).\n",
        "source/nl/b.png": b"\x89PNG",
        po("a"): "{}\n{}\n{}".format(
            REVISED.format(date="2026-01-02 10:00+0000", by="Anna"),
            entry("Kop", "Kopf"),
            entry("Zie [deel](deel/b.md) en bron [12].", "Siehe [Teil](deel/b.md) und Quelle."),
        ),
        po("deel/b c"): REVISED.format(date="2026-03-04 10:00+0000", by="Bea <script>"),
    }
    return make_project(tmp_path / "project", files, locales=["de", "ar"])


class Links(HTMLParser):
    """The links of a page, and the files that it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += (
            value or "" for name, value in attrs if name in ("href", "src") or (tag, name) == ("option", "value")
        )


def test_all_pages_exist_and_all_links_work(project: Project) -> None:
    site = project.root.parent / "site"
    outcome = project.run("preview", "--static", str(site))
    assert outcome.exit_code == 0
    assert "4 pages" in outcome.stderr
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    assert pages == ["ar/a.html", "ar/deel/b c.html", "de/a.html", "de/deel/b c.html", "index.html"]
    assert (site / "files/source/nl/b.png").read_bytes() == b"\x89PNG"
    for page in pages:
        links = Links()
        links.feed((site / page).read_text(encoding="utf-8"))
        for link in links.found:
            path = unquote(link.partition("#")[0])
            if path and not path.startswith("data:"):
                assert not path.startswith("/"), f"{page} leads to {link}"
                assert (site / page).parent.joinpath(path).exists(), f"{page} leads to {link}"


def test_overview_has_progress_findings_and_news(project: Project) -> None:
    site = project.root.parent / "site"
    project.run("preview", "--static", str(site))
    text = (site / "index.html").read_text(encoding="utf-8")
    assert "Translations of project" in text
    assert re.search(r"German \(Deutsch\).*?20 %", text, re.DOTALL)
    assert re.search(r"<code>citation</code>.*?error.*?href=\"de/a.html\"", text)
    newest = re.findall(r'<td class="figure">(2026-[-\d]+ [:\d]+)</td>', text)
    assert newest == ["2026-03-04 10:00", "2026-01-02 10:00"]
    assert "Bea" in text
    assert "example.org" not in text
    assert "<script" not in text


def test_each_page_has_a_content_security_policy(project: Project) -> None:
    site = project.root.parent / "site"
    project.run("preview", "--static", str(site))
    for page in site.rglob("*.html"):
        head, _, _ = page.read_text(encoding="utf-8").partition("<link")
        policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', head)
        assert policy, page
        assert policy[1].startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in policy[1]


def test_translation_cannot_copy_images_to_the_site(project: Project) -> None:
    project.write("source/nl/secret.png", b"secret")
    project.write(po("a"), f"{HEADER}\n{entry('Kop', 'Kopf ![x](secret.png)')}")
    site = Project(project.root.parent / "site")
    project.run("preview", "--static", str(site.root))
    assert [name for name in site.names() if name.endswith(".png")] == ["files/source/nl/b.png"]
    assert "secret.png" not in re.sub(r"<script.*?</script>", "", site.text("de/a.html"), flags=re.DOTALL)


def test_badge_is_an_image_with_the_progress_of_a_locale(project: Project) -> None:
    site = project.root.parent / "site"
    project.run("preview", "--static", str(site))
    badge = ET.fromstring((site / "badges/de.svg").read_bytes())  # noqa: S314  # our own
    assert badge.attrib["aria-label"] == "de: 20 %"


def test_one_locale_can_be_written_by_itself(project: Project) -> None:
    site = project.root.parent / "site"
    project.run("preview", "de", "--static", str(site))
    assert not (site / "ar").exists()
    assert (site / "badges/de.svg").exists()


def test_unchanged_pages_are_not_written_again(project: Project) -> None:
    site = Project(project.root.parent / "site")
    project.run("preview", "--static", str(site.root))
    before = site.snapshot()
    project.run("preview", "--static", str(site.root))
    assert site.snapshot() == before


def test_other_html_files_are_not_overwritten(project: Project) -> None:
    site = project.root.parent / "site"
    site.mkdir()
    (site / "index.html").write_text("<p>mine", encoding="utf-8")
    outcome = project.run("preview", "--static", str(site))
    assert outcome.exit_code == 1
    assert "choose another folder" in outcome.stderr
    assert [path.name for path in site.iterdir()] == ["index.html"]


@pytest.mark.parametrize("name", ["de/a.html", "assets/preview.css", "badges/de.svg", "files/x.png"])
def test_folder_of_another_site_is_left_alone(project: Project, name: str) -> None:
    site = Project(project.root.parent / "site")
    site.write(name, "mine")
    outcome = project.run("preview", "--static", str(site.root))
    assert outcome.exit_code == 1
    assert "choose another folder" in outcome.stderr
    assert site.names() == {name}
    assert site.text(name) == "mine"


def test_other_files_in_the_folder_are_kept(project: Project) -> None:
    site = Project(project.root.parent / "site")
    site.write("CNAME", "mine")
    for _ in range(2):
        assert project.run("preview", "--static", str(site.root)).exit_code == 0
    assert site.text("CNAME") == "mine"


def test_folder_that_cannot_be_created_is_reported(project: Project) -> None:
    outcome = project.run("preview", "--static", str(project.path("source/nl/a.md") / "site"))
    assert outcome.exit_code == 1
    assert "a.md/site" in outcome.stderr


def test_files_and_server_agree(project: Project) -> None:
    project.write(po("a"), project.text(po("a")) + "\n" + entry("beeld", "Bild (c) "))
    there = Workspace(open_project(project.root), ("de", "ar"), "en")
    _, of_all = there.look_over(NoProgress(), 1)
    for source in there.sources().values():
        for locale in there.locales:
            assert there.findings_among(source, locale, of_all) == there.findings(source, locale)


def test_broken_catalogue_does_not_stop_the_other_pages(project: Project) -> None:
    site = project.root.parent / "site"
    project.write(po("a"), 'msgid "x\n')
    outcome = project.run("preview", "--static", str(site))
    assert outcome.exit_code == 0
    assert "a.po:1" in (site / "de/a.html").read_text(encoding="utf-8")
    assert "Deel" in (site / "de/deel/b c.html").read_text(encoding="utf-8")
