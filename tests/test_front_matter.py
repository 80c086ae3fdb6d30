"""Front matter in every format: a translation replaces its value, and everything else stays."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
import tomlkit
import yaml
from effort import assert_linear
from hypothesis import given
from hypothesis import strategies as st
from project_helpers import make_project, po
from strategies import LINE_ENDS, hostile_texts

from translate_pipe import localise, parse
from translate_pipe.markdown.embedded import frontmatter
from translate_pipe.markdown.embedded.frontmatter import (
    Entry,
    find,
    problem,
    quoted_plainly,
    says,
    with_keys,
    write_values,
)
from translate_pipe.model import Severity, SlotShape
from translate_pipe.segments import ParseOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from translate_pipe.model import Localised, MessageKey, Segment

Draw: TypeAlias = "Callable[[st.SearchStrategy[Any]], Any]"

CASES = Path(__file__).parent / "data" / "front_matter.txt"
FENCES = {"yaml": ("---\n", "\n---"), "toml": ("+++\n", "\n+++"), "json": ("", "")}
LOADERS: dict[str, Callable[[str], Any]] = {"yaml": yaml.safe_load, "toml": tomllib.loads, "json": json.loads}


def fenced(style: str, content: str, body: str = "\nTekst.\n") -> str:
    opening, closing = FENCES[style]
    return opening + content + closing + body


def is_whole(text: str) -> bool:
    """Whether the front matter is complete, not cut short by a fence inside a text, and readable.

    PyYAML writes some texts so that a NEL or the like in them begins a line that ends the YAML.
    """
    block = find(text)
    is_cut = re.search("[\x85\u2028\u2029][.-]{3}", text)
    return block is not None and not problem(text) and not is_cut and text[block.end :].split() == ["Tekst."]


def load(text: str) -> Any:
    block = find(text)
    assert block
    return LOADERS[block.style](text[block.start : block.stop])


def unescaped(text: str) -> str:
    return (
        text.replace("\\\\", "\0")
        .replace("\\n", "\n")
        .replace("\\t", "\t")
        .replace("\\x07", "\x07")
        .replace("\0", "\\")
    )


def cases() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    style = ""
    for line in CASES.read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines():
        if line.startswith("# "):
            style = line.removeprefix("# ")
        elif line:
            found.append((style, *map(unescaped, line.split(" => "))))
    return found


def scalars(text: str, *paths: str) -> list[Segment]:
    options = ParseOptions(front_matter=paths)
    return [one for one in parse(text, options=options).segments if one.slot.shape is SlotShape.SCALAR]


# Writing


@pytest.mark.parametrize(("style", "source", "translation", "result"), cases())
def test_translation_keeps_the_style_if_possible(style: str, source: str, translation: str, result: str) -> None:
    document = parse(fenced(style, source), options=ParseOptions(front_matter=("title",)))
    localised = localise(document, {document.segments[0].key: translation})
    assert localised.text == fenced(style, result)
    assert load(localised.text)["title"].strip() == translation


@pytest.mark.parametrize(("style", "content", "wrong"), [
    ("yaml", "title: Slaap\ndraft: true", "Schlaf\ndraft: false"),
    ("yaml", "title: Slaap\ndraft: true", "Wach"),
    ("yaml", "title: Slaap\ndraft: true", "[Schlaf"),
    ("toml", 'title = "Slaap"\ndraft = true', '"Schlaf"\nmore = 1'),
    ("json", '{"title": "Slaap", "draft": true}', '"Schlaf", "more": 1'),
])  # fmt: skip
def test_wrongly_written_value_is_not_published(
    style: str, content: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If writing a value goes wrong, the front matter is read again and the mistake is not published."""
    text = fenced(style, content)
    document = parse(text, options=ParseOptions(front_matter=("title",)))
    segment = document.segments[0]
    monkeypatch.setattr(frontmatter, "write_values", lambda *_: {segment.slot.start: wrong})
    localised = localise(document, {segment.key: "Schlaf"})
    assert localised.text == text
    assert [one.key for one in localised.fallbacks] == [segment.key]
    assert [(one.severity, one.msgid) for one in localised.diagnostics] == [(Severity.ERROR, "Slaap")]


TRICKY = st.one_of(
    hostile_texts,
    st.text(max_size=20),
    st.sampled_from([
        "a: b", "# geen", "- x", "* x", "'", '"', '"""', "'''", "{", "[", "&x", "!x", "%", "@", "`", "yes", "null", "1.0", "12:30",
        "2025-10-16", "a #b", "x:", "? y", "a\nb", "a\r\nb", "a\rb", "|", ">", "\\", "~", "---", "...", "+++", "a\n+++\nb", "}", "]]", "😀",
        "\x07", "\x85", "\u2028", "\ufeff", "<<", "=", "{{ x }}", "\\u0041", "=\n[x]", "a\n\n\nb", "a\n  b", "0x1F", ".5", "y",
    ]),
)  # fmt: skip
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12).map(
    lambda text: f"{text} woord"
)
KEYS = st.from_regex(r"[a-z][a-z0-9_-]{0,6}", fullmatch=True)
LEAVES = st.one_of(WORDS, TRICKY, st.integers(-(2**60), 2**60), st.booleans(), st.just(1.5))
TREES = st.dictionaries(
    KEYS,
    st.recursive(
        LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)), max_leaves=8
    ),
    max_size=5,
)  # fmt: skip


def as_yaml(tree: object, draw: Draw) -> str:
    text: str = yaml.safe_dump(
        tree,
        allow_unicode=True,
        sort_keys=False,
        width=draw(st.sampled_from([20, 10_000])),
        indent=draw(st.sampled_from([2, 4])),
        default_flow_style=draw(st.sampled_from([True, False, None])),
        default_style=draw(st.sampled_from([None, None, "'", '"', "|", ">"])),
    )
    return text.rstrip("\n")


def as_json(tree: object, draw: Draw) -> str:
    return json.dumps(tree, indent=draw(st.sampled_from([None, 2, "\t"])), ensure_ascii=draw(st.booleans()))


def as_toml(tree: dict[str, Any], draw: Draw) -> str:
    style = draw(st.sampled_from(["basic", "literal", "multiline"]))

    def styled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: styled(child) for key, child in node.items()}
        if isinstance(node, list):
            return [styled(child) for child in node]
        if isinstance(node, str) and style == "literal" and not set(node) & set("'\n\r") and node.isprintable():
            return tomlkit.string(node, literal=True)
        if isinstance(node, str) and style == "multiline" and node.isprintable():
            return tomlkit.string(f"\n{node}\nx", multiline=True)
        return node

    return tomlkit.dumps(styled(tree)).rstrip("\n")


WRITERS: dict[str, Callable[[dict[str, Any], Draw], str]] = {"yaml": as_yaml, "json": as_json, "toml": as_toml}


def texts(tree: Any, path: str = "") -> list[tuple[list[Any], str]]:
    """The positions of the texts of a tree, each with its key path."""
    if isinstance(tree, dict):
        return [
            ([key, *place], found)
            for key, child in tree.items()
            for place, found in texts(child, f"{path}.{key}" if path else key)
        ]
    if isinstance(tree, list):
        return [([at, *place], found) for at, child in enumerate(tree) for place, found in texts(child, f"{path}[]")]
    return [([], path)] if isinstance(tree, str) and any(map(str.isalnum, tree)) else []


def at(tree: Any, place: list[Any]) -> Any:
    for key in place:
        tree = tree[key]
    return tree


def replaced(tree: Any, place: list[Any], text: str) -> Any:
    copy = json.loads(json.dumps(tree))
    at(copy, place[:-1])[place[-1]] = text
    return copy


def refused_as_active(localised: Localised) -> list[MessageKey]:
    """The messages whose translations are refused as executable; none is refused for another reason."""
    assert {found.check for found in localised.diagnostics} <= {"executable", "html-unsafe"}
    return [segment.key for segment in localised.fallbacks]


@pytest.mark.property
@pytest.mark.parametrize("style", FENCES)
@given(st.data(), TREES, TRICKY, st.sampled_from(LINE_ENDS))
def test_translation_changes_only_its_value(
    style: str, data: st.DataObject, tree: dict[str, Any], translation: str, line_end: str
) -> None:
    content = WRITERS[style]({"first": 1, "title": "Slaap"} | tree, data.draw)
    text = fenced(style, content)
    if "\r" not in text:
        text = text.replace("\n", line_end)
    if not is_whole(text) or not translation.strip():
        return
    is_lone = style == "toml" and line_end == "\r"
    before = load(text.replace("\r", "\n") if is_lone else text)
    places = texts(before)
    segments = scalars(text, *(path for _, path in places))
    assert len(segments) == len([place for place, _ in places if "\0" not in at(before, place)])
    segment = data.draw(st.sampled_from(segments))
    document = parse(text, options=ParseOptions(front_matter=(segment.detail,)))
    ours = [one for one in document.segments if one.slot.shape is SlotShape.SCALAR]
    only = [one for one in ours if one.text == segment.text]
    if len(only) > 1:  # the same message twice
        return
    localised = localise(document, {segment.key: translation})
    if refused_as_active(localised):
        return
    data_before, data_after = document.data, localised.text.encode()
    assert data_after.startswith(data_before[: segment.slot.start])
    assert data_after.endswith(data_before[segment.slot.end :])
    after = load(localised.text.replace("\r", "\n") if is_lone else localised.text)
    (place,) = [place for place, path in places if path == segment.detail and at(before, place).strip() == segment.text]
    old = at(before, place)
    new = old.replace(segment.text, translation.strip(), 1)
    assert after == replaced(before, place, new)


@pytest.mark.property
@pytest.mark.parametrize("style", FENCES)
@given(st.data(), TREES, st.lists(TRICKY, min_size=1, max_size=6))
def test_all_translations_fit_together(
    style: str, data: st.DataObject, tree: dict[str, Any], translations: list[str]
) -> None:
    text = fenced(style, WRITERS[style]({"title": "Slaap"} | tree, data.draw))
    if not is_whole(text):
        return
    before = load(text)
    places = texts(before)
    document = parse(text, options=ParseOptions(front_matter=tuple(path for _, path in places)))
    keys = list(dict.fromkeys(one.key for one in document.segments if one.slot.shape is SlotShape.SCALAR))
    wanted = {key: translations[number % len(translations)] for number, key in enumerate(keys)}
    localised = localise(document, wanted)
    for key in refused_as_active(localised):
        wanted.pop(key, None)
    expected = before
    for place, _ in places:
        old = at(before, place)
        new = wanted.get((None, old.strip()), "").strip()
        expected = replaced(expected, place, old.replace(old.strip(), new, 1)) if new else expected
    assert load(localised.text) == expected


MANY: dict[str, tuple[str, Callable[[range], str]]] = {
    "values": ("yaml", lambda all_of: "\n".join(f"k{number}: woord {number}" for number in all_of)),
    "folded values": ("yaml", lambda all_of: "\n".join(f"k{number}: >-\n  woord {number}" for number in all_of)),
    "a flow mapping": (
        "yaml",
        lambda all_of: "{" + ", ".join(f"k{number}: 'woord {number}'" for number in all_of) + "}",
    ),
    "strings": ("toml", lambda all_of: "\n".join(f'k{number} = "woord {number}"' for number in all_of)),
    "long strings": ("toml", lambda all_of: "\n".join(f"k{number} = '''\nwoord {number}'''" for number in all_of)),
    "members": ("json", lambda all_of: json.dumps({f"k{number}": f"woord {number}" for number in all_of}, indent=1)),
}


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("translation", ["{}", "{}: #", "{}, ]", "{}\n  x", "{}\n+++\n---\n...\nx", "{}'''", "{}\x07"])
def test_many_values_are_written_in_linear_time(name: str, translation: str) -> None:
    style, content = MANY[name]

    def prepare(many: int) -> Callable[[], Localised]:
        text, options = fenced(style, content(range(many))), ParseOptions(front_matter=("*",))
        translations = {one.key: translation.format(one.text) for one in parse(text, options=options).segments[:many]}
        return lambda: localise(parse(text, options=options), translations)

    localised = prepare(100)()
    assert not localised.diagnostics
    assert list(load(localised.text).values()) == [translation.format(f"woord {number}") for number in range(100)]
    assert_linear(prepare)


HOSTILE: dict[str, Callable[[int], str]] = {
    "dotted keys": lambda n: "+++\na" + ".a" * n + " = 1\n+++\n",
    "nested arrays in TOML": lambda n: "+++\na = " + "[" * n + "\n+++\n",
    "a long hexadecimal number": lambda n: "+++\na = 0x" + "F" * n + "\n+++\n",
    "a long number in TOML": lambda n: "+++\na = " + "1" * n + "\n+++\n",
    "quotes and backslashes": lambda n: "+++\na = " + '"""\\' * n + "\n+++\n",
    "arrays of tables": lambda n: "+++\n" + "[[a]]\n" * n + "+++\n",
    "nested objects": lambda n: '{"a":' * n,
    "a long number in JSON": lambda n: '{"a": ' + "1" * n + "}\n",
    "nested arrays in JSON": lambda n: '{"a": ' + "[" * n + "}\n",
    "open strings": lambda n: "{" + '"a' * n,
    "braces on lines": lambda n: "{\n" * n,
    "nested sequences": lambda n: "---\na: " + "[" * n + "\n---\n",
    "complex keys": lambda n: "---\n" + "? " * n + "\n---\n",
    "the same key": lambda n: "---\n" + "a: 1\n" * n + "---\n",
    "literal texts without an end": lambda n: "---\n" + "a: |\n" * n,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_front_matter_takes_linear_time(name: str) -> None:
    make = HOSTILE[name]
    assert localise(parse(make(20_000)), {}).text == make(20_000)

    def prepare(size: int) -> Callable[[], object]:
        text = make(size)
        return lambda: (parse(text), with_keys(text, {"lang": "nl"}))

    assert_linear(prepare)


def test_changed_data_is_found() -> None:
    source = "---\ntitle: a\nx: b\n---\n"
    assert says(source, "---\ntitle: c\nx: b\n---\n", {11: "c"})
    assert not says(source, "---\ntitle: c\nx: d\n---\n", {11: "c"})
    assert not says(source, "---\ntitle: c\nx: [\n---\n", {11: "c"})


# Reading


def test_wildcard_matches_one_key() -> None:
    text = "---\nfeatures:\n  een: {title: A}\n  twee: {title: B, sub: {title: C}}\ntitle: D\ntags: [E]\n---\n"
    assert [one.text for one in scalars(text, "features.*.title")] == ["A", "B"]
    assert [one.text for one in scalars(text, "*")] == ["D"]
    assert [one.text for one in scalars(text, "*[]")] == ["E"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("+++\na = 1\nb = [\n+++\n", 4, "not valid TOML"),
        ("+++\r\na = 1\r\nb = x\r\n+++\r\n", 3, "not valid TOML"),
        ('{\n"a": 1,\n}\nTekst.\n', 3, "not valid JSON"),
        ('{\r"a": 1,\r"b" 2\r}\r', 3, "not valid JSON"),
        ("---\na: \x85\nb: [\n---\n", 4, "not valid YAML"),
        ("---\n\ufeffa: b\n---\n", 2, "U+FEFF is not allowed in YAML"),
    ],
)
def test_invalid_front_matter_is_reported_with_its_line(text: str, line: int, words: str) -> None:
    document = parse(text, "a.md")
    (found,) = document.diagnostics
    assert (found.check, found.severity, found.line) == ("front-matter", Severity.ERROR, line)
    assert words in found.message
    assert "it is left as it is until that is fixed" in found.message
    assert with_keys(text, {"lang": "de"}) == text


def test_surrogate_is_not_a_segment() -> None:
    text = '{"title": "a\\ud800", "description": "Goed"}\n'
    assert [one.text for one in scalars(text, "title", "description")] == ["Goed"]


# Keys that are added


ENTRIES: dict[str, Entry] = {
    "lang": "no",
    "dir": "ltr",
    "translation": {"locale": "nb_NO", "percent": 50, "outdated": False},
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("# Kop\n", "---\nlang: nb\n---\n\n# Kop\n"),
        ("\ufeff# Kop\r\n", "\ufeff---\r\nlang: nb\r\n---\r\n\r\n# Kop\r\n"),
        ("", "---\nlang: nb\n---\n"),
        ("---\n---\n# Kop\n", "---\nlang: nb\n---\n# Kop\n"),
        ("---\n# Kop\n---\n", "---\nlang: nb\n---\n\n---\n# Kop\n---\n"),
        ("---\na: |+\n  b\n\n...\n", "---\na: |+\n  b\n\nlang: nb\n...\n"),
        ("---\n  a: b\n---\n", "---\n  a: b\n  lang: nb\n---\n"),
        ("---\na: b\nlang: nl # taal\n---\n", "---\na: b\nlang: nb # taal\n---\n"),
        ("---\nlang:\na: b\n---\n", "---\nlang: nb\na: b\n---\n"),
        ("---\nlang: [nl]\n---\n", "---\nlang: [nl]\n---\n"),
        ("---\na: &x b\nlang: *x\n---\n", "---\na: &x b\nlang: *x\n---\n"),
        ("---\n{a: b}\n---\n", "---\n{a: b, lang: nb}\n---\n"),
        ("---\n{a: b # c\n}\n---\n", "---\n{lang: nb, a: b # c\n}\n---\n"),
        ("+++\na = 1\n\n[b]\nlang = 2\n+++\n", '+++\na = 1\nlang = "nb"\n\n[b]\nlang = 2\n+++\n'),
        ("+++\n[b]\nc = 2\n+++\n", '+++\nlang = "nb"\n[b]\nc = 2\n+++\n'),
        ("+++\na = [\n[1],\n]\n+++\n", '+++\na = [\n[1],\n]\nlang = "nb"\n+++\n'),
        ("+++\n'lang' = 'nl' # taal\n+++\n", "+++\n'lang' = \"nb\" # taal\n+++\n"),
        ("+++\nlang = true\na = '''\nlang = 'x'\n'''\n+++\n", "+++\nlang = \"nb\"\na = '''\nlang = 'x'\n'''\n+++\n"),
        ('{"a": 1}\n', '{"a": 1, "lang": "nb"}\n'),
        ('{\n  "a": {"lang": 1}\n}\n', '{\n  "a": {"lang": 1},\n  "lang": "nb"\n}\n'),
        ('{"lang": null, "a": 1}\n', '{"lang": "nb", "a": 1}\n'),
    ],
)  # fmt: skip
def test_key_is_added_in_the_format_of_the_front_matter(text: str, result: str) -> None:
    assert with_keys(text, {"lang": "nb"}) == result
    assert with_keys(result, {"lang": "nb"}) == result


@pytest.mark.property
@pytest.mark.parametrize("style", FENCES)
@given(st.data(), TREES, st.sampled_from(LINE_ENDS))
def test_added_keys_change_nothing_else(style: str, data: st.DataObject, tree: dict[str, Any], line_end: str) -> None:
    text = fenced(style, WRITERS[style]({"title": "Slaap"} | tree, data.draw))
    if "\r" not in text and style != "toml":
        text = text.replace("\n", line_end)
    if not is_whole(text):
        return
    result = with_keys(text, ENTRIES)
    kept = {key for key in ENTRIES if isinstance(tree.get(key), dict | list)}
    added = {key: entry for key, entry in ENTRIES.items() if key not in kept}
    assert load(result) == load(text) | added
    assert with_keys(result, ENTRIES) == result


def test_build_adds_the_configured_keys(tmp_path: Path) -> None:
    project = make_project(
        tmp_path,
        {"source/nl/a.md": "---\ntitle: Slaap\n---\n\nMelk.\n", "source/nl/b.md": "Melk.\n"},
        locales=["ar", "pt_BR"],
        front_matter_add=["lang", "dir", "translation"],
    )
    project.run("locales")
    project.translate(po("a", "ar"), {"Slaap": "النوم"})
    project.translate(po("b", "pt_BR"), {"Melk.": "Leite."}, fuzzy=True)
    assert project.run("locales").exit_code == 0
    assert project.text("build/ar/a.md") == (
        "---\ntitle: النوم\nlang: ar\ndir: rtl\ntranslation: {locale: ar, percent: 50, outdated: false}\n---\n\nMelk.\n"
    )
    assert project.text("build/pt_BR/b.md") == (
        "---\nlang: pt-BR\ndir: ltr\ntranslation: {locale: pt_BR, percent: 0, outdated: true}\n---\n\nMelk.\n"
    )
    before = project.snapshot()
    assert project.run("locales").exit_code == 0
    assert project.snapshot() == before
    assert project.run("roundtrip").exit_code == 0


def test_unknown_key_to_add_is_reported(tmp_path: Path) -> None:
    outcome = make_project(tmp_path, front_matter_add=["lang", "direction"]).run("status")
    assert outcome.exit_code == 2
    assert "'front_matter_add' cannot hold 'direction'; it may hold 'lang', 'dir', 'translation'" in outcome.stderr


PLACES = [
    "title: {}",
    "a: 1\ntitle:   {} # noot",
    "title: {}\nb: [x, y]",
    "a:\n  title: {}\n  c: *x",
    "a: &x b\ntitle: {}\nc: *x",
    "a:\n- title: {}\n  c: d",
    "a:\n  - c: d\n    title: {}",
    "- title: {}",
    "{{title: {}}}",
    "title:\n  {}",
    "a: |\n  title: {}\ntitle: {}",
]
QUOTABLE = st.one_of(TRICKY, st.text(st.characters(exclude_categories=["C"]), max_size=20), st.just("Schlaf: gut"))


@pytest.mark.property
@given(st.sampled_from(PLACES), st.sampled_from("\"'"), QUOTABLE, QUOTABLE)
def test_plainly_quoted_text_is_written_as_the_proof_would_have_it(
    place: str, quote: str, text: str, translation: str
) -> None:
    source = fenced("yaml", place.replace("{}", quote + text + quote).replace("{{", "{").replace("}}", "}"))
    document = parse(source, options=ParseOptions(front_matter=("title", "a.title", "a[].title", "[].title")))
    for segment in document.segments[:-1]:
        slot = segment.slot
        before = document.data[: slot.start].decode().rpartition("\n")[2]
        written = document.data[slot.start : slot.end].decode()
        if result := quoted_plainly(before, written, segment.text, translation):
            assert write_values(source, {slot.start: translation}) == {slot.start: result}
