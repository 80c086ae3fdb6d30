"""What a text says apart from how it is written: its form, and whether a translation survives a change of it.

Two msgids with the same canonical form say the same. They may differ in what no translator writes anew (white space,
the kind of quotation marks, the marks of emphasis, escapes and entities) and in parts that a translation repeats as
they are (where links lead, and which numbers or labels citations have).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from translate_pipe.markdown.dialects import ALL_DIALECTS, grammar
from translate_pipe.markdown.inline.citations import SUPERSCRIPT
from translate_pipe.markdown.inline.inlines import inlines
from translate_pipe.markdown.marks import marks_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from translate_pipe.model import Inline

_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans({**dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‘’‚‛", "'")})
_BARE_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'`\]]*[^\s<>\"'`\].,;:!?)]")
_NUMERIC_CITATION = re.compile(r"\[\d+\]")
_LABEL = re.compile(r"(?<=\])\[[^\[\]]+\]")
_TARGET_ATTRIBUTE = re.compile(r"(?<=[\s\"'])((?:href|src)\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s>\"']+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text that a translation repeats: `kind` is `target`, `citation` or `label`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """The canonical form of a text, with its parts taken out, in their order."""

    canonical: tuple[object, ...]
    parts: tuple[Part, ...]


@lru_cache(maxsize=4096)  # a merge looks for the form of a text, and then carries its translation over
def form_of(text: str) -> Form:
    """The form of a msgid or msgstr.

    >>> form_of("Lees *dit*.") == form_of("Lees  _dit_.")
    True
    >>> form_of("Waar.[^1]").parts
    (Part(kind='citation', text='[^1]'),)
    """
    parts: list[Part] = []
    tokens = _merged(_tokens(inlines(text), parts))
    return Form(tuple(tokens), tuple(parts))


def _tokens(events: tuple[Inline, ...], parts: list[Part]) -> Iterator[object]:
    """Texts, and tuples for everything else; what is taken out goes to `parts`."""
    is_autolink = False
    text = ""
    for event in events:
        if event.kind == "Text":
            text += "" if is_autolink else str(event.value)
            continue
        yield _plain(text, parts)
        text = ""
        if isinstance(event.value, dict):
            parts.append(Part("target", event.value["dest_url"]))
            is_autolink = event.value["link_type"] in ("Autolink", "Email")
            yield (event.kind, event.value["title"])
        elif event.kind == "FootnoteReference":
            parts.append(Part("citation", f"[^{event.value}]"))
            yield (event.kind,)
        elif event.kind == "InlineHtml":
            yield ("InlineHtml", _html(str(event.value), parts))
        else:
            is_autolink = is_autolink and event.kind != "EndLink"
            yield (event.kind, event.value)
    yield _plain(text, parts)


def _plain(text: str, parts: list[Part]) -> str:
    """A text without its parts, with plain quotation marks and single blanks."""
    for kind, pattern in (("target", _BARE_URL), ("label", _LABEL)):
        text = _taken_out(text, pattern, kind, parts)
    for pattern in (_NUMERIC_CITATION, SUPERSCRIPT):
        text = _taken_out(text, pattern, "citation", parts, _is_citation)
    return _SPACE.sub(" ", text.translate(_QUOTES))


# Behind a digit, a sign, a variable or a function a raised number is an exponent (10⁻³, mc², cos²), and a number in
# brackets an index (x[1]): another number is then another meaning. Variables are single letters and short words without
# a vowel; citations stand behind words, punctuation and blanks.
_CALCULATES = re.compile(
    r"(?:[\d⁺⁻₀-₉]|(?<!\w)(?:\w|[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{2,3}|cos|exp|log|mol|sin|tan))\Z"
)
_LONGEST_NAME = 3


def _is_citation(match: re.Match[str]) -> bool:
    start = match.start()
    return _CALCULATES.search(match.string, max(0, start - _LONGEST_NAME), start) is None


def _taken_out(
    text: str,
    pattern: re.Pattern[str],
    kind: str,
    parts: list[Part],
    is_part: Callable[[re.Match[str]], bool] = lambda _: True,
) -> str:
    def take(match: re.Match[str]) -> str:
        if not is_part(match):
            return match.group()
        parts.append(Part(kind, match.group()))
        return f"\0{kind}\0"  # a text from a PO file holds no NUL

    return pattern.sub(take, text)


def _html(tag: str, parts: list[Part]) -> str:
    def take(match: re.Match[str]) -> str:
        parts.append(Part("target", match[2].strip("\"'")))
        return match[1]

    return _SPACE.sub(" ", _TARGET_ATTRIBUTE.sub(take, tag))


def _merged(tokens: Iterator[object]) -> Iterator[object]:
    """The tokens without empty texts."""
    return (token for token in tokens if token != "")


# Carrying a translation over


@dataclass(frozen=True, slots=True)
class Carried:
    """A translation that holds for a changed msgid, and the rules by which it does."""

    msgstr: str
    rules: tuple[str, ...]


def carry(old_msgid: str, new_msgid: str, msgstr: str, *, hard_breaks: bool = False) -> Carried | None:
    """The translation of the new msgid, made from that of the old one; None where a person has to look.

    With `hard_breaks` a newline in a msgid is one that readers see, and a translation cannot follow when one comes or
    goes; without, it is a soft wrap like any other white space.

    >>> carry("Zie [hier](/a).[^1]", "Zie [hier](/b).[^2]", "Siehe [hier](/a).[^1]")
    Carried(msgstr='Siehe [hier](/b).[^2]', rules=('link target changed', 'citation renumbered'))
    >>> carry("Niet doen.", "Wel doen.", "Nicht tun.") is None
    True
    """
    old, new = form_of(old_msgid), form_of(new_msgid)
    if old.canonical != new.canonical or (hard_breaks and old_msgid.count("\n") != new_msgid.count("\n")):
        return None
    mapping = _mapping(old.parts, new.parts)
    if mapping is None:
        return None
    carried = _with_parts(msgstr, old.parts, mapping) if mapping else msgstr
    if carried is None:
        return None
    rules = [_PART_RULES[kind] for kind in _PART_RULES if any(part.kind == kind for part in mapping)]
    return Carried(carried, tuple(rules) + tuple(_style_rules(old_msgid, new_msgid)))


TITLE = "mark of a container"
"""The rule by which the title of a container is taken out of the line that it stands in."""


_LONGEST_LINE = 1000


def framed(text: str) -> tuple[str, tuple[str, str]] | None:
    """The title in a text that is the first line of a container of any dialect, and what stands around it.

    To a project that has just chosen its dialect such a line was a paragraph before.

    >>> framed("/// tip | Een tip")
    ('Een tip', ('/// tip | ', ''))
    >>> framed('=== "Een tip"'), framed("Een tip")
    (('Een tip', ('=== "', '"')), None)
    """
    # No such line begins with a letter or digit, which saves most texts the rules of all dialects.
    if len(text) > _LONGEST_LINE or text[:1].isalnum():
        return None
    data = text.encode()
    rules = grammar(tuple(dialect.name for dialect in ALL_DIALECTS))
    mark = next(marks_in(data, rules, 0), None)
    if mark is None or (mark.start, mark.end) != (0, len(data)) or len(mark.pieces) != 1:
        return None
    (title,) = mark.pieces
    return title.text, (data[: title.start].decode(), data[title.end :].decode())


def unframed(old_msgid: str, new_msgid: str, msgstr: str) -> str | None:
    """The title in a translation of a line, if the new msgid is the title in the old one and all else was kept.

    >>> unframed("/// tip | Een tip", "Een tip", "/// tip | Ein Tipp")
    'Ein Tipp'
    >>> unframed("/// tip | Een tip", "Een tip", "/// Tipp | Ein Tipp") is None
    True
    """
    before, after = framed(old_msgid), framed(msgstr)
    if before is None or after is None or before != (new_msgid, after[1]):
        return None
    return after[0]


_PART_RULES = {"target": "link target changed", "label": "reference renamed", "citation": "citation renumbered"}


def _mapping(old: tuple[Part, ...], new: tuple[Part, ...]) -> dict[Part, Part] | None:
    """Which parts became which; None where one part became two different ones, or the kinds do not match."""
    if [part.kind for part in old] != [part.kind for part in new]:
        return None
    mapping: dict[Part, Part] = {}
    for before, after in zip(old, new, strict=True):
        if mapping.setdefault(before, after) != after:
            return None
    return {before: after for before, after in mapping.items() if before != after}


# Where a part of each kind may stand, so that it is not taken for a piece of something longer.
_CONTEXTS = {
    "target": r"(?<![\w/.-]){}(?![\w/-])",
    "label": r"(?<=\]){}",
    "citation": r"(?<![⁰¹²³⁴-⁹]){}(?![⁰¹²³⁴-⁹])",
}


def _with_parts(msgstr: str, old_parts: tuple[Part, ...], mapping: dict[Part, Part]) -> str | None:
    """A translation with its parts replaced, all at once; None where it does not repeat them as the source does."""
    before = form_of(msgstr)
    source_count, count = Counter(old_parts), Counter(before.parts)
    if any(count[part] != source_count[part] for part in mapping):
        return None
    texts = {part.text: replacement.text for part, replacement in mapping.items()}
    longest_first = sorted(mapping, key=lambda part: len(part.text), reverse=True)
    pattern = "|".join(_CONTEXTS[part.kind].format(re.escape(part.text)) for part in longest_first)
    changed = re.sub(pattern, lambda match: texts[match.group()], msgstr)
    after = form_of(changed)
    expected = tuple(mapping.get(part, part) for part in before.parts)
    return changed if (after.canonical, after.parts) == (before.canonical, expected) else None


_STYLES = {
    "white space": re.compile(r"\s+"),
    "quotation marks": re.compile(r"[\"'“”„‟«»‘’‚‛]"),
    "emphasis style": re.compile(r"(?<!\\)[*_~]+"),
    "escapes": re.compile(r"\\[!-/:-@\[-`{-~]|&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|[&<>\u00a0]"),
}


def _style_rules(old: str, new: str) -> Iterator[str]:
    """The names of the ways in which two texts are written differently."""
    for name, pattern in _STYLES.items():
        if pattern.findall(old) != pattern.findall(new):
            yield name
