"""The measures of the parser: the words that a reader sees, and segments without words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("mdit_py_plugins")

from prose_coverage import measure, why_empty
from pseudo import pseudo
from reader_words import Passage, count, witness
from roundtrip_many import try_file

from translate_pipe.model import DEFAULT_OPTIONS

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.benchmark


def seen(text: str, dialect: str = "mkdocs") -> list[str]:
    return sorted(count(witness(dialect).passages(text)).elements())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/// tip | My *title*\n\nBody\n///\n", ["Body", "My", "title"]),
        ("/// tip\n\nBody\n///\n", ["Body"]),  # the renderer writes a title of its own
        ('!!! note "Titel"\n    Body\n', ["Body", "Titel"]),
        ("!!! note\n    Body\n", ["Body"]),
        ("??? warning\n    Body\n", ["Body"]),
        ("Term\n\n:   !!! abstract\n\n        Body\n", ["Body", "Term"]),
        ('=== "Tab"\n\n    Body\n', ["Body", "Tab"]),
        ("//// tab | Tab\n\nBody\n\n////\n", ["Body", "Tab"]),
        ("Text `code` ++ctrl+c++ $x$\n\n```python\nx = 1\n```\n", ["Text"]),
        ('<div class="termy">\n\n```console\n$ run\n```\n\n</div>\n', []),
        ('<div markdown="1">\n*Inside*\n</div>\n', ["Inside"]),
        ('<p>Raw <img src="a.png" alt="Alt"> <b title="Tip">x</b></p>\n', ["Alt", "Raw", "Tip", "x"]),
        ("<style>\nh1 { color: red }\n</style>\n\n<pre>\nx\n</pre>\n", []),
        ('<p translate="no">Name</p>\n', []),
        ('![Alt](a.png "Title")\n', ["Alt", "Title"]),
        ("HTML and HTML\n\n*[HTML]: Hyper\n", ["HTML", "HTML", "Hyper", "and"]),  # defined once
        ('[a][r] [b][r]\n\n[r]: http://x.nl "Once"\n', ["Once", "a", "b"]),
        ("Text[^1]\n\n[^1]: Note\n", ["Note", "Text"]),  # numbers and arrows are the renderer's
        ("{* ../a_b.py hl[1] *}\n\n{!../x.md!}\n\n{% if a %}{{ b }}{% endif %}c\n", ["c"]),
        ("# Kop { #id .x }\n\n[a](b.md){.y target=_blank}\n", ["Kop", "a"]),
        ("Zie https://a.nl/b en a@b.nl :tada:\n", ["Zie", "en"]),
        ("---\ntitle: Front\n---\n\nBody\n", ["Body"]),
        ("Term\n:   Definition\n\n| A | B |\n| - | - |\n| c | d |\n", ["A", "B", "Definition", "Term", "c", "d"]),
    ],
)
def test_words_that_readers_of_mkdocs_see(text: str, expected: list[str]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```rust,ignore\nfn a() {}\n```\n", []),
        ("- a\n  ```sh\n  run\n  ```\n- [x] b\n", ["a", "b"]),
        ("Text[^1]\n\n[^1]: Note\n", ["Note", "Text"]),
        ("    code\n\n~~gone~~\n", ["gone"]),
        ('[a][r] [b][r]\n\n[r]: http://x.nl "Once"\n', ["Once", "a", "b"]),
        ("<figcaption>Figure</figcaption>\n", ["Figure"]),
    ],
)
def test_words_that_readers_of_github_see(text: str, expected: list[str]) -> None:
    assert seen(text, "gfm") == expected


def test_scripts_without_blanks_count_by_character() -> None:
    assert count([Passage((), "", "日本語 text")]).total() == 4


def test_part_has_the_definitions_of_its_document() -> None:
    for dialect in ("mkdocs", "gfm"):
        one = witness(dialect)
        one.passages('[a][r]\n\n[r]: http://x.nl "Once"\n')
        assert [passage.text for passage in one.passages_of_part("1986. # [b][r] `c`")] == ["1986. # b \ufffc"]


def test_missing_words_have_their_place() -> None:
    found = measure("# Kop\n\n<p>Prose that nobody offers</p>\n\nTekst\n", "a.md", "gfm", witness("gfm"))
    missing = sum(example.weight for example in found.missing)
    assert (found.seen, missing in {0, 4}) == (6, True)  # none once HTML is offered
    assert all((example.path, example.line) == ("a.md", 3) for example in found.missing)


def test_words_in_code_are_not_counted() -> None:
    found = measure("Woord\n\n    Woord\n", "a.md", "gfm", witness("gfm"))
    assert (found.seen, found.offered, found.missing) == (1, 1, [])


@pytest.mark.parametrize(
    "text",
    [
        "`a`, `b`",
        "[`a`](b.md)",
        "https://a.nl/b",
        "{{ x }}",
        "/// tip",
        "<br>",
        "[^1]",
        ":tada:",
        "{: .x #y }",
        "3.14",
        "&nbsp;",
        "$x$",
    ],
)
def test_segments_without_words(text: str) -> None:
    assert why_empty(text)


@pytest.mark.parametrize(
    "text", ["a", "`a` b", "[b](c.md)", "<img alt='Dog'>", "/// tip | Title", "![Alt](b.png)", "{name"]
)
def test_segments_with_words(text: str) -> None:
    assert not why_empty(text)


@pytest.mark.parametrize(
    "text", ["`a`", "<b>", "https://a.nl", "{{ site.x }}", "[^note]", "\\*", "&nbsp;", "[@key, p. 3]", "{role}`x`"]
)
def test_pseudo_translation_keeps_markup(text: str) -> None:
    assert text in pseudo(f"Word {text} word.")
    assert "Word" not in pseudo(f"Word {text} word.")


@pytest.mark.parametrize("is_hostile", [False, True])
def test_file_is_tried(tmp_path: Path, is_hostile: bool) -> None:  # noqa: FBT001
    (tmp_path / "a.md").write_text("# Title\n\nSome *text*.\n", encoding="utf-8")
    tally = try_file(DEFAULT_OPTIONS, tmp_path / "a.md", is_hostile=is_hostile)
    assert (tally.files, tally.segments, tally.failures, tally.altered) == (1, 2, [], [])
