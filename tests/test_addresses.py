"""The addresses that a translator may write, tested on the page that a build publishes."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from effort import assert_linear
from hypothesis import given
from hypothesis import strategies as st
from project_helpers import HEADER, Project, entry, make_project, po

from translate_pipe.addresses import Likeness, compare
from translate_pipe.catalogue import parse_po
from translate_pipe.checks import check
from translate_pipe.markdown.inline.bare_addresses import bare_addresses
from translate_pipe.registry import CONFIGURATION_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = Path(__file__).parent / "data" / "addresses.txt"
CHECKS = frozenset({"link", "link-other-page", "image", "html-unsafe", "homoglyph"})


class Row(NamedTuple):
    """A row of the table, with a number that identifies its message."""

    number: int
    is_published: bool
    locales: tuple[str, str]
    msgid: str
    msgstr: str
    checks: frozenset[str]

    def __str__(self) -> str:
        return f"{self.msgid} -> {self.msgstr}"


def _rows() -> list[Row]:
    found = []
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith(("published | ", "refused | ")):
            verdict, pair, msgid, msgstr, checks = f"{line} ".split(" | ")
            source_locale, locale = pair.split()
            names = frozenset(one.strip() for one in checks.split(",")) - {""}
            was, now = f"N{number} {msgid}", f"N{number} {msgstr}"
            found.append(Row(number, verdict == "published", (source_locale, locale), was, now, names))
    return found


ROWS = _rows()
PAIRS = sorted({row.locales for row in ROWS})
OPT_OUT = "# translate-pipe: ignore link, link-other-page, image, html-unsafe, homoglyph\n"


def project_of(root: Path, pair: tuple[str, str], comment: str = "") -> tuple[Project, list[Row]]:
    """A project with the rows of a pair of locales, each a paragraph of the only document."""
    source_locale, locale = pair
    rows = [row for row in ROWS if row.locales == pair]
    document = "\n\n".join(row.msgid for row in rows) + "\n"
    project = make_project(
        root, {f"source/{source_locale}/a.md": document}, source_locale=source_locale, locales=[locale]
    )
    messages = [comment + entry(row.msgid, row.msgstr) for row in rows]
    project.write(po("a", locale), "\n".join([HEADER.replace("Language: de", f"Language: {locale}"), *messages]))
    project.run("update")
    return project, rows


def published(project: Project, locale: str) -> set[str]:
    project.run("build")
    return set(project.text(f"build/{locale}/a.md").split("\n\n"))


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_rows_are_published_or_refused(tmp_path: Path, pair: tuple[str, str]) -> None:
    project, rows = project_of(tmp_path, pair)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in json.loads(project.run("check", "--format", "json").stdout):
        found[one["msgid"]].add(one["check"])
    page = {line.strip() for line in published(project, pair[1])}
    verdicts = {str(row): ((row.msgstr if row.is_published else row.msgid) in page, row.checks) for row in rows}
    assert {str(row): (True, CHECKS & found[row.msgid]) for row in rows} == verdicts


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_comments_do_not_publish_refused_addresses(tmp_path: Path, pair: tuple[str, str]) -> None:
    """Addresses are compared a second time, after rendering, where no opt-out counts."""
    project, rows = project_of(tmp_path, pair, OPT_OUT)
    page = published(project, pair[1])
    assert [str(row) for row in rows if not row.is_published and row.msgstr in page] == []


NEIGHBOURS = {
    "source/nl/a.md": "Zie [delen](b.md#share-it).\n\nLees [meer](#verder).\n\n## Verder\n",
    "source/nl/b.md": "# Share it\n\nTekst.\n",
}


def linked(root: Path, fragment: str, own: str = "verder", **keys: str) -> Project:
    project = make_project(root, NEIGHBOURS, **keys)
    project.run("update")
    of_a, of_b = (name if project.exists(name) else po("all") for name in (po("a"), po("b")))
    project.translate(of_b, {"Share it": "Teilen"})
    texts = {
        "Zie [delen](b.md#share-it).": f"Siehe [hier](b.md#{fragment}).",
        "Lees [meer](#verder).": f"Lies [mehr](#{own}).",
        "Verder": "Weiter",
    }
    project.translate(of_a, texts)
    return project


@pytest.mark.parametrize("keys", [{}, {"references": "none"}, {"domain": "all"}], ids=str)
def test_fragment_of_localised_target_is_accepted(tmp_path: Path, keys: dict[str, str]) -> None:
    project = linked(tmp_path, "teilen", "weiter", **keys)
    assert project.run("check").findings == []
    project.run("build")
    assert "Siehe [hier](b.md#teilen)." in project.text("build/de/a.md")


def test_unknown_fragment_gets_a_warning(tmp_path: Path) -> None:
    project = linked(tmp_path, "unsinn", "weiter")
    found = [one for one in project.run("check").findings if "[link-other-page]" in one]
    assert len(found) == 1
    assert "another place in the page, b.md#unsinn; in the source it is b.md#share-it" in found[0]
    project.run("build")
    assert "Siehe [hier](b.md#unsinn)." in project.text("build/de/a.md")


def test_fragment_is_checked_again_when_target_changes(tmp_path: Path) -> None:
    project = linked(tmp_path, "teilen", "weiter")
    assert project.run("locales").findings == []
    project.write(po("b"), project.text(po("b")).replace("Teilen", "Weitergeben"))
    assert any("link-other-page" in one for one in project.run("locales").findings)


DOUBTFUL = "Siehe [hier](/verwandtes)."


def test_doubtful_address_can_be_confirmed(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"source/nl/a.md": "Zie [hier](/verwant).\n"})
    project.run("update")
    project.translate(po("a"), {"Zie [hier](/verwant).": DOUBTFUL})
    assert len(project.run("check").findings) == 1
    catalogue, configuration = project.text(po("a")), project.text(CONFIGURATION_FILE)
    project.write(po("a"), catalogue.replace("#. Para", "# translate-pipe: ignore link-other-page\n#. Para"))
    assert project.run("check").findings == []
    project.write(po("a"), catalogue)
    project.write(CONFIGURATION_FILE, configuration + '\n[links]\n"/verwant" = { de = "/verwandtes" }\n')
    assert project.run("check").findings == []


def test_warning_says_how_to_confirm_the_address() -> None:
    catalogue = parse_po('msgid "Zie [hier](/verwant)."\nmsgstr "Siehe [hier](/verwandtes)."\n')
    (found,) = check(catalogue, source_locale="nl", locale="de")
    assert found.message == (
        "the link leads to another page, /verwandtes; in the source it is /verwant. "
        'If that is right, add the comment "translate-pipe: ignore link-other-page"'
    )


# Properties

HOSTS = st.sampled_from(
    ["example.nl", "example.de", "nl.example.org", "evil.example", "a.github.io", "localhost", "[::1]"]
)
PATHS = st.lists(
    st.sampled_from(["nl", "de", "a", "b.md", "..", "x_nl.htm", "https:", "", "%2e%2e", "{{ x }}"]), max_size=4
)
ADDRESSES = st.one_of(
    st.text(alphabet="htps:/\\@.#?&=%\t aenld2e", max_size=30),
    st.builds(lambda start, host, path: f"{start}{host}/{'/'.join(path)}", st.sampled_from(["https://", "//", "/", "mailto:a@"]), HOSTS, PATHS),
)  # fmt: skip


@pytest.mark.property
@given(ADDRESSES, ADDRESSES, st.sampled_from(["", "de", "pt_BR"]))
def test_refusal_does_not_depend_on_locale(source: str, translation: str, locale: str) -> None:
    for loads in (False, True):
        verdicts = {compare(source, translation, one, loads=loads).likeness is Likeness.OTHER for one in (locale, "nl")}
        assert len(verdicts) == 1
        assert compare(source, source, locale, loads=loads).likeness is Likeness.SAME


@pytest.mark.property
@given(
    ADDRESSES,
    st.sampled_from(["https://", "//", "\\\\", "https:\\", "https:/", "http://a.nl@", "javascript:", "data:"]),
)
def test_foreign_address_never_replaces_source_address(source: str, start: str) -> None:
    translation = f"{start}stranger.test/{source}"
    assert "stranger" in source or compare(source, translation, "de").likeness is Likeness.OTHER


@pytest.mark.parametrize(
    "piece", ["a.", "a@", "www.", "https://a.nl/", "(", "a-", "%25", "de/", "{", "a=https:&", "。a"]
)
def test_addresses_take_linear_time(piece: str) -> None:
    def prepare(size: int) -> Callable[[], object]:
        text = piece * size
        return lambda: (bare_addresses(text), compare(f"https://a.nl/{text}", f"https://a.nl/{text}x", "de"))

    assert_linear(prepare)


def test_many_different_links_take_linear_time() -> None:
    def prepare(size: int) -> Callable[[], object]:
        texts = (" ".join(f"[x](/{letter}{number})" for number in range(size)) for letter in "ab")
        catalogue = parse_po("".join(f'{key} "{text}"\n' for key, text in zip(("msgid", "msgstr"), texts, strict=True)))
        return lambda: list(check(catalogue, source_locale="nl", locale="de"))

    assert_linear(prepare)
