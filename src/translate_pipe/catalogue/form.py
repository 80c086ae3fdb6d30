"""Compare what two msgids say, apart from how they are written, and carry a translation from one to the other.

Two msgids with the same canonical form say the same. They may differ in ways that need no new translation (white space,
the kind of quotation marks, the marks of emphasis, escapes and entities) and in parts that a translation repeats
unchanged (the addresses of links, the numbers or labels of citations).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from translate_pipe.markdown.dialects import ALL_DIALECTS, grammar
from translate_pipe.markdown.inline.citations import SUPERSCRIPT
from translate_pipe.markdown.inline.inlines import inlines
from translate_pipe.markdown.marks import marks_in

_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans({**dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‘’‚‛", "'")})
_BARE_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'`\]]*[^\s<>\"'`\].,;:!?)]")
_NUMERIC_CITATION = re.compile(r"\[\d+\]")
_LABEL = re.compile(r"(?<=\])\[[^\[\]]+\]")
_TARGET_ATTRIBUTE = re.compile(r"(?<=[\s\"'])((?:href|src)\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s>\"']+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RepeatedPart:
    """A part of a text that its translation repeats; `kind` is `target`, `citation` or `label`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class CanonicalForm:
    """The canonical form of a text, without its repeated parts, and these parts in their order."""

    canonical: tuple[object, ...]
    parts: tuple[RepeatedPart, ...]


@lru_cache(maxsize=4096)  # a merge asks twice: to find a message of the same form, and to carry its translation
def form_of(text: str) -> CanonicalForm:
    """The form of a msgid or msgstr.

    >>> form_of("Lees *dit*.") == form_of("Lees  _dit_.")
    True
    >>> form_of("Waar.[^1]").parts
    (RepeatedPart(kind='citation', text='[^1]'),)
    """
    tokens: list[object] = []  # texts, and tuples for everything else
    parts: list[RepeatedPart] = []
    is_autolink = False
    words = ""
    for event in inlines(text):
        if event.kind == "Text":
            words += "" if is_autolink else str(event.value)
            continue
        tokens.append(_plain(words, parts))
        words = ""
        if isinstance(event.value, dict):
            parts.append(RepeatedPart("target", event.value["dest_url"]))
            is_autolink = event.value["link_type"] in ("Autolink", "Email")
            tokens.append((event.kind, event.value["title"]))
        elif event.kind == "FootnoteReference":
            parts.append(RepeatedPart("citation", f"[^{event.value}]"))
            tokens.append((event.kind,))
        elif event.kind == "InlineHtml":
            tag = str(event.value)
            parts += (RepeatedPart("target", found[2].strip("\"'")) for found in _TARGET_ATTRIBUTE.finditer(tag))
            tokens.append((event.kind, _SPACE.sub(" ", _TARGET_ATTRIBUTE.sub(r"\1", tag))))
        else:
            is_autolink = is_autolink and event.kind != "EndLink"
            tokens.append((event.kind, event.value))
    tokens.append(_plain(words, parts))
    return CanonicalForm(tuple(token for token in tokens if token != ""), tuple(parts))


# After a digit, a sign, a variable or a function, a raised number is an exponent (10⁻³, mc², cos²) and a number in
# brackets is an index (x[1]); another number then changes the meaning. Variables are single letters and short words
# without a vowel. Citations follow words, punctuation and blanks.
_CALCULATES = re.compile(
    r"(?:[\d⁺⁻₀-₉]|(?<!\w)(?:\w|[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{2,3}|cos|exp|log|mol|sin|tan))\Z"
)
_LONGEST_NAME = 3

_IN_PLAIN_TEXT = (
    ("target", _BARE_URL),
    ("label", _LABEL),
    ("citation", _NUMERIC_CITATION),
    ("citation", SUPERSCRIPT),
)


def _plain(text: str, parts: list[RepeatedPart]) -> str:
    """A text with plain quotation marks and single blanks, without its repeated parts, which are added to `parts`."""
    for kind, pattern in _IN_PLAIN_TEXT:
        pieces: list[str] = []
        end = 0
        for found in pattern.finditer(text):
            start = found.start()
            if kind == "citation" and _CALCULATES.search(text, max(0, start - _LONGEST_NAME), start):
                continue
            parts.append(RepeatedPart(kind, found.group()))
            pieces += (text[end:start], f"\0{kind}\0")  # a text from a PO file holds no NUL
            end = found.end()
        text = "".join((*pieces, text[end:])) if pieces else text
    return _SPACE.sub(" ", text.translate(_QUOTES))


# Carrying a translation over


@dataclass(frozen=True, slots=True)
class Carried:
    """The translation of a changed msgid, and the names of the rules that carried it over."""

    msgstr: str
    rules: tuple[str, ...]


def carry(old_msgid: str, new_msgid: str, msgstr: str, *, hard_breaks: bool = False) -> Carried | None:
    """The translation of the new msgid, made from that of the old one; None if a person has to look.

    With `hard_breaks`, a newline in a msgid is a line break that readers see. A translation is then not carried over if
    the number of newlines changes. Without it, a newline is white space.

    >>> carry("Zie [hier](/a).[^1]", "Zie [hier](/b).[^2]", "Siehe [hier](/a).[^1]")
    Carried(msgstr='Siehe [hier](/b).[^2]', rules=('link target changed', 'citation renumbered'))
    >>> carry("Niet doen.", "Wel doen.", "Nicht tun.") is None
    True
    """
    old, new = form_of(old_msgid), form_of(new_msgid)
    if (
        old.canonical != new.canonical
        or [part.kind for part in old.parts] != [part.kind for part in new.parts]
        or (hard_breaks and old_msgid.count("\n") != new_msgid.count("\n"))
    ):
        return None
    pairs = list(zip(old.parts, new.parts, strict=True))
    became = dict(pairs)
    if any(became[before] != after for before, after in pairs):  # an old part became two different ones
        return None
    mapping = {before: after for before, after in became.items() if before != after}
    carried = _with_parts(msgstr, old.parts, mapping) if mapping else msgstr
    if carried is None:
        return None
    rules = [_PART_RULES[kind] for kind in _PART_RULES if any(part.kind == kind for part in mapping)]
    styles = (name for name, style in _STYLES.items() if style.findall(old_msgid) != style.findall(new_msgid))
    return Carried(carried, (*rules, *styles))


CONTAINER_MARK = "mark of a container"
"""The rule of titles of containers that are cut out of the translation of their line."""

_MAX_LINE = 1000  # characters


def framed(text: str) -> tuple[str, tuple[str, str]] | None:
    """The title in the first line of a container of any dialect, and the marks before and after it.

    Such a line was a paragraph until the project got its dialect. None for any other text.

    >>> framed("/// tip | Een tip")
    ('Een tip', ('/// tip | ', ''))
    >>> framed('=== "Een tip"'), framed("Een tip")
    (('Een tip', ('=== "', '"')), None)
    """
    # No such line begins with a letter or digit. So for most texts the rules of the dialects are not tried.
    if len(text) > _MAX_LINE or text[:1].isalnum():
        return None
    data = text.encode()
    rules = grammar(tuple(dialect.name for dialect in ALL_DIALECTS))
    mark = next(marks_in(data, rules, 0), None)
    if mark is None or (mark.start, mark.end) != (0, len(data)) or len(mark.pieces) != 1:
        return None
    (title,) = mark.pieces
    return title.text, (data[: title.start].decode(), data[title.end :].decode())


def unframed(old_msgid: str, new_msgid: str, msgstr: str) -> str | None:
    """The title in the translation of a container's first line; None unless all else in the line is unchanged.

    The new msgid must be the title in the old one.

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


# The surroundings that a part of each kind may have, so that it is not a piece of something longer.
_CONTEXTS = {
    "target": r"(?<![\w/.-]){}(?![\w/-])",
    "label": r"(?<=\]){}",
    "citation": r"(?<![⁰¹²³⁴-⁹]){}(?![⁰¹²³⁴-⁹])",
}


def _with_parts(
    msgstr: str, old_parts: tuple[RepeatedPart, ...], mapping: dict[RepeatedPart, RepeatedPart]
) -> str | None:
    """A translation with its parts replaced, all at once; None if it does not repeat them as often as the source."""
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
