"""The preview as a server: its answers, refused requests, and events for saved files."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest
from project_helpers import HEADER, PYPROJECT_TABLE, Project, entry, make_project, po, start

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PAGE = "/page/de/source/nl/a.md"
DATA = "/api/page/de/source/nl/a.md"
PATIENCE = 15.0
"""Seconds after which an expected event counts as missing."""


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: str


class Server(NamedTuple):
    """A preview that runs in its own process."""

    process: subprocess.Popen[str]
    port: int

    def get(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Answer:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request(method, path, headers=dict(headers or {}))
            with connection.getresponse() as response:
                found = {name.lower(): value for name, value in response.getheaders()}
                return Answer(response.status, found, response.read().decode())

    @contextmanager
    def news(self) -> Iterator[Iterator[str]]:
        """The lines of the event stream that have data."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", "/events")
            with connection.getresponse() as response:
                yield (line for line in before_long(response) if line.startswith("data:"))


def before_long(response: http.client.HTTPResponse) -> Iterator[str]:
    """The lines of a response, as long as they arrive in time."""
    until = time.monotonic() + 2 * PATIENCE
    for line in response:
        yield line.decode().strip()
        assert time.monotonic() < until


@contextmanager
def served(
    project: Project, *arguments: str, environment: Mapping[str, str] | None = None, is_opened: bool = False
) -> Iterator[Server]:
    """A preview of a project, as a user starts it."""
    options = () if is_opened else ("--no-open",)
    command = [sys.executable, "-m", "translate_pipe", "preview", *options, *arguments]
    with subprocess.Popen(
        command,
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment,
    ) as process:
        try:
            assert process.stdout
            address = process.stdout.readline()
            assert address.startswith("http://127.0.0.1:"), process.stderr and process.stderr.read()
            yield Server(process, int(address.rstrip().rstrip("/").rpartition(":")[2]))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return made(tmp_path_factory.mktemp("project"))


def made(root: Path) -> Project:
    files: dict[str, str | bytes] = {
        "source/nl/a.md": "# Kop\n\n![beeld](b.png)\n\nZie [b](deel/b.md).\n",
        "source/nl/deel/b.md": "# Deel\n",
        "source/nl/b.png": b"\x89PNG",
        "source/nl/c.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "source/nl/geheim.txt": "geheim",
        po("a"): f"{HEADER}\n{entry('Kop', 'Kopf')}",
    }
    return make_project(root, files, locales=["de", "ar"])


@pytest.fixture(scope="module")
def server(project: Project) -> Iterator[Server]:
    with served(project) as running:
        yield running


# Pages


def test_first_page_has_the_first_document_and_locale(server: Server) -> None:
    answer = server.get("/")
    assert (answer.status, answer.headers["location"]) == (307, PAGE)
    page = server.get(PAGE).body
    assert "Kopf" in page
    assert 'href="/page/de/source/nl/deel/b.md"' in page
    assert 'src="/files/source/nl/b.png"' in page


def test_preview_opens_with_the_named_locale(project: Project) -> None:
    with served(project, "ar") as server:
        assert server.get("/").headers["location"] == "/page/ar/source/nl/a.md"


def test_scripts_get_the_page_the_findings_and_the_status(server: Server) -> None:
    page = json.loads(server.get(DATA).body)
    assert page["segments"][0]["msgstr"] == "Kopf"
    assert page["localised"]["language"] == "de"
    assert json.loads(server.get(DATA.replace("page", "findings")).body)["others"] == []
    status = json.loads(server.get("/api/status?locale=de").body)
    assert status["documents"] == {"source/nl/a.md": 33, "source/nl/deel/b.md": 0}
    assert status["locales"] == {"de": 25, "ar": 0}


@pytest.mark.parametrize(
    "path",
    [
        "/page/xx/source/nl/a.md",
        "/page/de/source/nl/none.md",
        "/page/de/translate-pipe.toml",
        "/files/source/nl/geheim.txt",
        "/files/translate-pipe.toml",
        "/files/source/nl/none.png",
        "/files/../outside.png",
        "/files/..%2foutside.png",
        "/files/%2e%2e/outside.png",
        "/files//etc/passwd",
        "/files/source/nl/linked.png",
        "/files/a%00.png",
        "/assets/../server.py",
        "/assets/__init__.py",
        "/none",
    ],
)
def test_other_paths_are_not_found(server: Server, project: Project, path: str) -> None:
    outside = project.root.parent / "outside.png"
    outside.write_bytes(b"outside")
    linked = project.path("source/nl/linked.png")
    if not linked.is_symlink():
        linked.symlink_to(outside)
    answer = server.get(path)
    assert answer.status == 404
    assert "outside" not in answer.body.replace(path, "")


def test_only_get_is_allowed(server: Server) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert server.get(PAGE, method=method).status == 405


# Refused requests


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:{port}"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:1"},
        {"Host": "localhost.evil.example:{port}"},
        {"Origin": "http://evil.example"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"},
    ],
    ids=str,
)
def test_requests_of_other_sites_are_refused(server: Server, headers: dict[str, str]) -> None:
    answer = server.get(PAGE, {name: value.replace("{port}", str(server.port)) for name, value in headers.items()})
    assert answer.status == 403
    assert "Kopf" not in answer.body


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_names_of_this_machine_are_accepted(server: Server, host: str) -> None:
    own = f"{host}:{server.port}"
    assert server.get(PAGE, {"Host": own, "Origin": f"http://{own}"}).status == 200


def test_server_listens_only_on_this_machine(server: Server) -> None:
    with socket.socket() as other, pytest.raises(OSError, match="refused"):
        other.connect(("127.0.0.2", server.port))


@pytest.mark.parametrize("path", [PAGE, DATA, "/none", "/assets/preview.js"])
def test_each_answer_has_a_content_security_policy(server: Server, path: str) -> None:
    headers = server.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


OWN = "Een ![foto](b.png) met ![x](.dot/d.png) ![x](link.png) ![x](in.png)"
IMAGES = {
    "source/nl/a.md": f"# Kop\n\n{OWN}\n\nEen ![tekening](c.nl.svg).\n",
    po("a"): f"{HEADER}\n"
    + entry(OWN, "Ein ![Foto](secret.png) mit ![x](.dot/e.png) ![x](/source/nl/secret.png) ![x](y.png)")
    + "\n"
    + entry("Een ![tekening](c.nl.svg).", "Eine ![Zeichnung](c.de.svg)."),
}
SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A project whose translator tries to show other images of the project."""
    folder = tmp_path_factory.mktemp("gallery")
    (folder / "outside.png").write_bytes(b"outside")
    names = ("b.png", "secret.png", ".dot/d.png", ".dot/e.png", "y.png")
    files: dict[str, str | bytes] = IMAGES | {f"source/nl/{name}": b"PNG" for name in names}
    files |= {f"source/nl/c.{locale}.svg": SVG for locale in ("nl", "de")}
    project = make_project(folder / "project", files, locales=["de"])
    project.path("source/nl/link.png").symlink_to(folder / "outside.png")
    project.path("source/nl/in.png").symlink_to(".dot/d.png")
    with served(project) as running:
        running.get(PAGE)
        yield running


@pytest.mark.parametrize("name", ["b.png", "c.nl.svg", "c.de.svg"])
def test_images_of_a_document_and_its_locale_are_served(gallery: Server, name: str) -> None:
    assert gallery.get(f"/files/source/nl/{name}").status == 200


@pytest.mark.parametrize(
    "name", ["secret.png", ".dot/d.png", ".dot/e.png", "link.png", "in.png", "y.png", "deel/../secret.png", "./b.png"]
)
def test_other_images_of_the_project_are_not_served(gallery: Server, name: str) -> None:
    answer = gallery.get(f"/files/source/nl/{name}")
    assert answer.status == 404
    assert "outside" not in answer.body


def test_images_can_run_nothing(gallery: Server) -> None:
    answer = gallery.get("/files/source/nl/c.de.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


# Events


def test_saved_files_send_an_event(tmp_path: Path) -> None:
    project = made(tmp_path)
    with served(project) as server, server.news() as news:
        next(news)
        project.write(po("a"), f"{HEADER}\n{entry('Kop', 'Haupt')}")
        next(news)
        assert "Haupt" in server.get(PAGE).body
        project.write("source/nl/nieuw.md", "# Nieuw\n")
        next(news)
        assert server.get("/page/de/source/nl/nieuw.md").status == 200
        replaced = project.path("new.tmp")
        replaced.write_text("# Anders\n", encoding="utf-8")
        replaced.replace(project.path("source/nl/a.md"))
        next(news)
        assert "Anders" in server.get(PAGE).body


def test_many_saves_at_once_send_few_events(tmp_path: Path) -> None:
    project = made(tmp_path)
    with served(project) as server, server.news() as news:
        events = [next(news)]
        for number in range(40):
            project.write(po("a"), f"{HEADER}\n{entry('Kop', f'Haupt {number}')}")
            time.sleep(0.02)
        while "Haupt 39" not in server.get(PAGE).body:
            events.append(next(news))
        assert len(events) == len(set(events)) < 45


def test_invalid_configuration_is_reported_and_the_old_one_kept(tmp_path: Path) -> None:
    project = made(tmp_path)
    with served(project) as server, server.news() as news:
        next(news)
        good = project.text("translate-pipe.toml")
        project.write("translate-pipe.toml", good + "unknown = 1\n")
        next(news)
        assert "translate-pipe.toml:3" in json.loads(server.get(DATA).body)["problem"]
        project.write("translate-pipe.toml", good.replace('"ar"', '"ar", "fr"'))
        next(news)
        assert json.loads(server.get(DATA).body)["problem"] == ""
        assert server.get("/page/fr/source/nl/a.md").status == 200


def test_folders_of_a_new_configuration_are_watched(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.write("other/x.md", "# Kop\n")
    with served(project) as server, server.news() as news:
        next(news)
        project.write("translate-pipe.toml", project.text("translate-pipe.toml") + 'source = "other"\n')
        next(news)
        project.write("other/x.md", "# Anders\n")
        next(news)
        assert "Anders" in server.get("/page/de/other/x.md").body


def test_new_catalogues_are_watched(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with served(project) as server, server.news() as news:
        next(news)
        project.write(po("a"), f"{HEADER}\n{entry('Slaap', 'Schlaf')}")
        next(news)
        assert "Schlaf" in server.get(PAGE).body


# The command


def test_ctrl_c_ends_the_server_at_once(project: Project) -> None:
    with served(project) as server, server.news() as news:
        next(news)
        before = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(PATIENCE) == 0
        assert time.monotonic() - before < PATIENCE / 2
        assert server.process.stderr
        said = server.process.stderr.read()
        assert "Traceback" not in said
        assert "ERROR" not in said


def test_server_writes_nothing(tmp_path: Path) -> None:
    project = made(tmp_path)
    before = project.snapshot()
    with served(project) as server:
        for path in ("/", PAGE, DATA, DATA.replace("page", "findings"), "/api/status?locale=de"):
            server.get(path)
    assert project.snapshot() == before
    assert not project.exists("build")


@pytest.mark.parametrize(("display", "opened"), [(":0", True), ("", False)])
def test_browser_is_opened_on_a_screen(project: Project, tmp_path: Path, display: str, *, opened: bool) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{tmp_path}/opened"\nsleep 5\n', encoding="utf-8")
    browser.chmod(0o755)
    environment = {**os.environ, "DISPLAY": display, "WAYLAND_DISPLAY": "", "BROWSER": str(browser)}
    with served(project, environment=environment, is_opened=True) as server:
        until = time.monotonic() + (PATIENCE if opened else 1)
        while time.monotonic() < until and not (tmp_path / "opened").exists():
            time.sleep(0.05)
        assert (tmp_path / "opened").exists() is opened
        assert server.get(PAGE).status == 200  # although the browser has not ended


def test_used_port_is_reported(project: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = start("preview", "--no-open", "--port", str(port), folder=project.root)
    assert done.exit_code == 2
    assert f"port {port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_extensions_are_reported_before_the_start(tmp_path: Path) -> None:
    project = make_project(tmp_path, markdown_extensions=["nowhere.at.all"])
    done = start("preview", "--no-open", folder=project.root)
    assert done.exit_code == 2
    assert "nowhere.at.all" in done.stderr
    assert "Traceback" not in done.stderr


def test_server_does_not_write_the_state(tmp_path: Path) -> None:
    project = made(tmp_path)
    project.run("locales")
    before = {path: path.read_bytes() for path in project.path("build").rglob("*") if path.is_file()}
    with served(project) as server:
        for path in (PAGE, DATA.replace("page", "findings"), "/api/status?locale=de"):
            assert server.get(path).status == 200
    assert {path: path.read_bytes() for path in project.path("build").rglob("*") if path.is_file()} == before


def test_unknown_locale_is_reported(project: Project) -> None:
    done = start("preview", "--no-open", "xh", folder=project.root)
    assert done.exit_code == 2
    assert "xh is not a locale of this project (de, ar)" in done.stderr


def test_missing_packages_are_named(project: Project, tmp_path: Path) -> None:
    (tmp_path / "nh3.py").write_text("raise ModuleNotFoundError('No module named nh3', name='nh3')\n")
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = start("preview", "--no-open", folder=project.root, environment={"PYTHONPATH": path})
    assert done.exit_code == 2
    assert "pip install 'translate-pipe[preview]'" in done.stderr


def test_project_without_documents_has_a_page(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT_TABLE, encoding="utf-8")
    with served(Project(tmp_path)) as server:
        assert "no documents yet" in server.get("/").body
