"""Markup: emphasis, code, placeholders, formulas, blocks and breaks are those of the source."""

from __future__ import annotations

import re
from collections import Counter
from itertools import starmap
from typing import TYPE_CHECKING

from translate_pipe.checks.helpers import conventions
from translate_pipe.checks.helpers.finding import Finding, concerns, times
from translate_pipe.checks.helpers.places import MOST_PLACES
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.markdown.inline.tokens import Token
from translate_pipe.model import Severity
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate_pipe.checks.helpers.pair import Pair
    from translate_pipe.checks.helpers.texts import Reading
    from translate_pipe.model import TextSpan

_LITERAL = Expression(r"\*+|~~+|(?<![^\W_])_+|_+(?![^\W_])|(?<=[^\W_])__+(?=[^\W_])")
_NAMES = {"Emphasis": "emphasis", "Strong": "strong emphasis", "Strikethrough": "struck-out text"}


@concerns(Trait.EMPHASIS)
def emphasis_broken(pair: Pair) -> Iterator[Finding]:
    """Signs of emphasis that readers will see as such: `** so **`, `**so*`, `**so`."""
    prose = pair.translation.prose
    if not pair.source.emphasis or not ("*" in prose or "_" in prose or "~~" in prose):
        return
    visible = _visible_signs(pair.translation) - _visible_signs(pair.source)
    if visible:
        sign = next(iter(visible))
        signs = [found for found in _LITERAL.finditer(prose) if found[0][0] == sign]
        why = next(filter(None, map(_beside, signs)), "put it directly before and after the words, without blanks")
        text = f"{signs[0][0]} is in the text and marks nothing: {why}"
        yield Finding(text, spans=pair.translation.places.of_matches(iter(signs)))


def _beside(sign: re.Match[str]) -> str:
    """What to change beside a sign between punctuation and a letter, where it neither opens nor closes emphasis.

    CommonMark calls this left-flanking and right-flanking: https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run
    """
    text = sign.string
    before, after = text[sign.start() - 1 : sign.start()] if sign.start() else "", text[sign.end() : sign.end() + 1]
    if before and after.isalnum() and not (before.isalnum() or before.isspace()):
        return f"write a blank between {sign[0]} and {after}, or put {before} after {sign[0]}"
    if after and before.isalnum() and not (after.isalnum() or after.isspace()):
        return f"write a blank between {before} and {sign[0]}, or put {after} before {sign[0]}"
    return ""


def _visible_signs(reading: Reading) -> Counter[str]:
    """The characters of emphasis signs that readers see."""
    return Counter(found[0] for found in _LITERAL.findall(reading.prose) for _ in found)


@concerns(Trait.EMPHASIS)
def emphasis_lost(pair: Pair) -> Iterator[Finding]:
    """Emphasis of the source that the translation does not have, or has in another strength."""
    if pair.source.emphasis == pair.translation.emphasis or any(emphasis_broken(pair)):
        return
    source, translation = Counter(pair.source.emphasis), Counter(pair.translation.emphasis)
    # Quotation marks and code do the work of slanted letters, as strong emphasis does where a script has none.
    translation["Emphasis"] += max(0, _quoted(pair.translation) - _quoted(pair.source))
    translation["Emphasis"] += max(0, len(pair.translation.code) - len(pair.source.code))
    is_slanted = conventions.has_slanted_letters(pair.locale)
    if not is_slanted or "Hang" in conventions.scripts(pair.locale):
        translation["Emphasis"] += max(0, translation["Strong"] - source["Strong"])
    for kind, count in (source - translation).items():
        severity = Severity.INFO if kind == "Emphasis" and not is_slanted else None
        spans = _emphasised(pair.source, kind)
        words = (pair.message.msgid[one.start : one.end] for one in spans)
        named = f": {', '.join(words)}" if len(spans) == count <= _MOST_NAMED else times(count)
        yield Finding(f"{_NAMES[kind]} of the source is missing{named}", spans=spans, severity=severity)


_MOST_NAMED = 3


def _emphasised(reading: Reading, kind: str) -> tuple[TextSpan, ...]:
    """The places of words with emphasis of a kind."""
    outer_first = sorted(reading.highlights, key=lambda one: (one[0], -one[1]))
    paired = zip(reading.emphasis, outer_first, strict=False)
    places = [place for its_kind, place in paired if its_kind == kind and place[0] < place[1]]
    return tuple(starmap(reading.places.shown, places[:MOST_PLACES]))


_QUOTED = Expression(r"[\"“”„«‘'「『《][^\"“”„«»‘’'「」『』]+[\"“”»’'」』》]")


def _quoted(reading: Reading) -> int:
    return len(_QUOTED.findall(reading.prose))


@concerns(Trait.EMPHASIS)
def emphasis_added(pair: Pair) -> Iterator[Finding]:
    """Emphasis that the source does not have."""
    if pair.source.emphasis == pair.translation.emphasis:
        return
    for kind in Counter(pair.translation.emphasis) - Counter(pair.source.emphasis):
        yield Finding(f"{_NAMES[kind]} that the source does not have")


@concerns(Trait.CODE)
def code_broken(pair: Pair) -> Iterator[Finding]:
    """A backtick without its partner: the code runs on into the text, or is none."""
    if (
        pair.is_markdown
        and "`" in pair.translation.prose
        and pair.translation.prose.count("`") > pair.source.prose.count("`")
    ):
        spans = pair.translation.places.of_matches(re.finditer("`", pair.translation.prose))
        yield Finding("a backtick ` has no partner", spans=spans)


@concerns(Trait.CODE)
def code(pair: Pair) -> Iterator[Finding]:
    """Code spans that are missing or changed; their order does not matter."""
    if pair.source.code == pair.translation.code:
        return
    lost = Counter(pair.source.code) - Counter(pair.translation.code)
    added = list((Counter(pair.translation.code) - Counter(pair.source.code)).elements())
    for text, count in lost.items():
        if added:
            other = added.pop(0)
            spans = pair.translation.places.events("Code", other)
            yield Finding(f"the code `{other}` is `{text}` in the source", (other,), spans)
        else:
            spans = pair.source.places.events("Code", text)
            yield Finding(f"the code `{text}` of the source is missing{times(count)}", (text,), spans)


@concerns(Trait.TOKEN)
def placeholder(pair: Pair) -> Iterator[Finding]:
    """Tokens of programs and site generators, such as `{name}` or `{{< figure >}}`, that are missing or changed."""
    if not (pair.source.tokens or pair.translation.tokens or pair.source.roles or pair.translation.roles):
        return
    source, translation = (_tokens(reading, "short", "whole", "role") for reading in (pair.source, pair.translation))
    for identity, found in source.items():
        text = found[0].text
        # A letter that follows a name between colons at once keeps no site generator from it.
        is_glued = text[0] == text[-1] == ":" and pair.translation.text.count(text) >= len(found)
        if len(found) > len(translation.get(identity, ())) and not is_glued:
            yield _of_tokens(f"{text} of the source is missing", found, pair.source)
    for identity, found in translation.items():
        # What was code in the source lost its backticks, which is another finding.
        if len(found) > len(source.get(identity, ())) and found[0].text not in pair.source.code:
            yield _of_tokens(f"{found[0].text} is not in the source", found, pair.translation)


def _of_tokens(text: str, found: Sequence[Token], reading: Reading) -> Finding:
    """A finding about tokens; roles have no place."""
    spans = (reading.places.shown(one.start, one.end) for one in found[:MOST_PLACES] if one.start < one.end)
    return Finding(text, (found[0].text,), tuple(spans))


def _tokens(reading: Reading, *kinds: str) -> dict[str, list[Token]]:
    """The tokens of some kinds, by what makes two the same; roles are tokens without a place."""
    found: dict[str, list[Token]] = {}
    for token in reading.tokens:
        if token.kind in kinds:
            found.setdefault(token.identity, []).append(token)
    for role in reading.roles if "role" in kinds else ():
        found.setdefault(role, []).append(Token("role", role, 0, 0))
    return found


_MATH = Expression(
    r"\$\$.{1,500}?\$\$|(?<![\\$A-Za-z0-9_])\$(?![\s\d]*[\s$])[^$\n`]*?(?<![\s\\])\$(?!\d)|\\\(.{1,300}?\\\)|\\\[.{1,300}?\\\]",
    re.DOTALL,
)
# Brackets have backslashes for other reasons as well, so that formulas in them have to look like one: a sign that
# nothing else has, or an operator and no plain word.
_SIGN = Expression(r"[\^_]|\\[A-Za-z]")
_OPERATOR = Expression(r"[=+<>]|\s[-*/]\s|\A\s*[A-Za-z]?[A-Za-z0-9]\s*\Z")
_PLAIN_WORD = Expression(r"[^\W\d_]{2,}")
# What is prose in a formula, and how a locale writes a decimal point.
_TEXT_IN_MATH = Expression(r"\\(text|textrm|textit|textbf|mbox)\s*\{[^{}]*\}")
_DECIMAL_COMMA = Expression(r"(?<=\d)(?:\{,\}|,)(?=\d)")


@concerns(Trait.MATH)
def math(pair: Pair) -> Iterator[Finding]:
    """Formulas that are missing, changed, broken or doubled."""
    msgid = pair.message.msgid
    if "$" not in msgid and "\\(" not in msgid and "\\[" not in msgid:
        return
    source, translation = (_formulas(reading) for reading in (pair.source, pair.translation))
    for text, spans in source.items():
        if len(spans) > len(translation.get(text, ())):
            yield Finding(f"the formula {text} of the source is missing or changed", spans=tuple(spans[:MOST_PLACES]))
    for text, spans in translation.items():
        if text in source and len(spans) > len(source[text]):
            problem = f"the formula {text} occurs here more often than in the source"
            yield Finding(problem, spans=tuple(spans[:MOST_PLACES]))


def _formulas(reading: Reading) -> dict[str, list[TextSpan]]:
    """The places of each formula, by what makes two the same."""
    formulas: dict[str, list[TextSpan]] = {}
    for found in _MATH.finditer(reading.text):
        written = found.group()
        if not written.startswith("\\") or _is_formula(written[2:-2]):
            formula = _DECIMAL_COMMA.sub(".", _TEXT_IN_MATH.sub(r"\\\1{}", "".join(written.split())))
            formulas.setdefault(formula, []).append(reading.places.at(*found.span()))
    return formulas


def _is_formula(text: str) -> bool:
    return bool(_SIGN.search(text) or (_OPERATOR.search(text) and not _PLAIN_WORD.search(text)))


_BLOCK = Expression(
    r"\s{0,3}(?:(#{1,6})(?=\s)|([-*+])\s|(\d{1,9}[.)])\s|(>)|(\[\^[^\[\]\n]+\]:)|(:)\s|(\|))|(```|~~~)", re.MULTILINE
)
_INDENTED = Expression(r"(?: {4}| {0,3}\t)\s*\S")


@concerns(Trait.OPENING)
def block(pair: Pair) -> Iterator[Finding]:
    """Marks of a heading, list item, quote or definition at the beginning, where a catalogue holds them."""
    msgid, msgstr = pair.message.msgid, pair.message.msgstr
    if not pair.is_markdown:
        return
    rows, here = (_rows(msgid), _rows(msgstr)) if "|" in msgid else ([], [])
    if rows != here and len(rows) > 1:
        if len(rows) != len(here):
            yield Finding(f"the table has {len(rows)} rows in the source and {len(here)} here", ("|",))
        for at, (was, now) in enumerate(zip(rows, here, strict=False), 1) if len(rows) == len(here) else ():
            if was != now:
                yield Finding(f"row {at} of the table has another number of cells than in the source", ("|",))
                return
        return
    if msgid[:1].isalpha() and not msgstr[:1].isspace():
        return
    if _INDENTED.match(msgstr) and not _INDENTED.match(msgid):
        yield Finding("four blanks at the beginning make this a block of code")
    source, translation = (_opening(text) for text in (msgid, msgstr))
    is_colon = source == ":" and msgstr.lstrip().startswith("\uff1a")  # of a sentence, since it defines nothing
    if source and source != translation and not is_colon:
        begins = translation or "nothing"
        yield Finding(
            f"the text begins with {source} in the source and with {begins} here", (translation,) if translation else ()
        )
    elif source == "|" and rows != here:
        yield Finding("the row of a table has another number of cells than in the source", ("|",))


def _opening(text: str) -> str:
    """The mark that a text begins with; all bullets are one, and so are the numbers of list items."""
    found = _BLOCK.match(text)
    if not found:
        return ""
    if found[2]:
        return "-"
    return "1." if found[3] else found.group().strip()


_PIPE = Expression(r"(?<!\\)\|")
_DELIMITER_ROW = Expression(
    r"^ {0,3}(?:\||:?-++:?[ \t]*+\|)(?:[ \t]*+:?-++:?[ \t]*+\|)*+(?:[ \t]*+:?-++:?)?+[ \t]*+$", re.MULTILINE
)


def _rows(text: str) -> list[int]:
    """The bars in each row of a table; of the first line only if it has no line of dashes, and so is but a row."""
    lines = text.strip().split("\n")
    if len(lines) == 1 or not _DELIMITER_ROW.search(text):
        return [len(_PIPE.findall(lines[0]))]
    return [len(_PIPE.findall(line)) for line in lines if "|" in line]


@concerns(Trait.TOKEN)
def attribute_list(pair: Pair) -> Iterator[Finding]:
    """Attribute lists and heading ids, such as `{#id .class}`, that are missing or changed."""
    if not pair.source.tokens:
        return
    source, translation = _tokens(pair.source, "attributes"), _tokens(pair.translation, "attributes")
    for identity, found in source.items():
        if len(found) > len(translation.get(identity, ())):
            problem = f"the attributes {found[0].text} of the source are missing or changed"
            yield _of_tokens(problem, found, pair.source)
    for identity, found in translation.items():
        if len(found) > len(source.get(identity, found)):
            problem = f"the attributes {found[0].text} occur here more often than in the source"
            yield _of_tokens(problem, found, pair.translation)


_HARD = Expression(r"(?: {2,}|\\)\n|<br\s*/?>", re.IGNORECASE)
_BLANK_LINE = Expression(r"\n[ \t]*\n")


@concerns(Trait.BREAK)
def line_break(pair: Pair) -> Iterator[Finding]:
    """Hard breaks that are missing, and blank lines that would begin another paragraph."""
    if not pair.is_markdown:
        return
    msgid, msgstr = pair.message.msgid.strip(), pair.message.msgstr.strip()
    if "\n" not in msgid and "\n" not in msgstr:
        return
    lost = len(_HARD.findall(msgid)) - len(_HARD.findall(msgstr))
    if lost > 0:
        yield Finding(
            "a line break of the source is missing: end the line with two blanks and \\n"
            + (f" ({lost} times)" if lost > 1 else "")
        )
    if len(_BLANK_LINE.findall(msgstr)) > len(_BLANK_LINE.findall(msgid)):
        yield Finding("a blank line is not in the source")


@concerns(Trait.ESCAPE)
def escape(pair: Pair) -> Iterator[Finding]:
    r"""Characters that a backslash keeps as they are in the source and that have become markup here."""
    if "\\" not in pair.message.msgid or not pair.is_markdown:
        return
    lost = _visible_signs(pair.source) - _visible_signs(pair.translation)
    if lost and len(pair.translation.emphasis) > len(pair.source.emphasis):
        sign = next(iter(lost))
        yield Finding(f"{sign} needs a backslash, as in the source, to stand in the text as it is", (sign,))


_EMOJI = Expression(
    r"(?:[\U0001f1e6-\U0001f1ff]{2}|[\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff])"
    r"(?:\ufe0f|[\U0001f3fb-\U0001f3ff]|\u200d[\U0001f300-\U0001faff\u2600-\u27bf])*"
)


@concerns(Trait.EMOJI)
def emoji(pair: Pair) -> Iterator[Finding]:
    """Emoji and pictographs of the source that are missing."""
    if not _EMOJI.search(pair.message.msgid):
        return
    source, translation = (
        Counter(found.replace("\ufe0f", "") for found in _EMOJI.findall(text))
        for text in (pair.message.msgid, pair.message.msgstr)
    )
    for text in source - translation:
        yield Finding(f"{text} of the source is missing", (text,))
