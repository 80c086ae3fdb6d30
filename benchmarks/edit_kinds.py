"""The kinds of edits that writers make in a source, each as a function from an old message to its new msgid.

A kind may change the old message first, so that there is something to edit: a footnote mark, an image, a typo.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prose import (
    before_final_point,
    clauses,
    find,
    in_prose,
    loose_words,
    put,
    sentences,
    words,
    wrapped_word,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from translate_pipe.model import Message


@dataclass(frozen=True, slots=True)
class Desk:
    """What an edit draws from: chance, the words of the corpus, sentences that stand nowhere in the catalogue."""

    rng: Random
    vocabulary: Sequence[str]
    strangers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Change:
    """The old messages as they stand in the old catalogue, the msgids that take their place, the right msgstrs.

    The first of `expected` has the same change made in it; the others are as good (a soft wrap need not be copied).
    """

    old: tuple[Message, ...]
    new: tuple[str, ...]
    expected: tuple[str, ...]


def _change(old: Message, new: str, *expected: str) -> Change | None:
    return Change((old,), (new,), expected or (old.msgstr,)) if new != old.msgid else None


def _both(message: Message, alter: Callable[[str], str | None]) -> Message | None:
    """A message with the same thing added to its msgid and its msgstr."""
    msgid, msgstr = alter(message.msgid), alter(message.msgstr)
    return replace(message, msgid=msgid, msgstr=msgstr, raw="") if msgid and msgstr else None


def _swapped(message: Message, alter: Callable[[str], str], *also: str) -> Change | None:
    """The same change in msgid and msgstr."""
    return _change(message, alter(message.msgid), alter(message.msgstr), *also)


# Meaning-free


def soft_wrap(desk: Desk, message: Message) -> Change | None:
    """Blanks become line ends, as an editor that wraps writes them."""
    msgid, width = message.msgid, desk.rng.randint(25, 72)
    lines, line = [], ""
    for word in msgid.split(" "):
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return _change(message, "\n".join([*lines, line]))


def double_blank(desk: Desk, message: Message) -> Change | None:
    """A second blank, in the new or the old text."""
    blanks = find(r"(?<=\S) (?=\S)", message.msgid)
    if not blanks:
        return None
    double = put(message.msgid, desk.rng.choice(blanks), "  ")
    if desk.rng.random() < 1 / 2:
        return _change(replace(message, msgid=double, raw=""), message.msgid)
    return _change(message, double)


def no_break_space(desk: Desk, message: Message) -> Change | None:
    """A blank becomes a no-break space."""
    blanks = find(r"(?<=\S) (?=\S)", message.msgid)
    return _change(message, put(message.msgid, desk.rng.choice(blanks), "\u00a0")) if blanks else None


_DESTINATION = re.compile(r"(?<=\]\()[^()\s]+(?=\))|(?<!\]\()https?://[^\s()<>\]`\"']+[^\s()<>\]`\"'.,;:!?]")


def link_url(desk: Desk, message: Message) -> Change | None:
    """The destination of a link changes wherever it stands; messages without a link get one first."""
    own = _DESTINATION.findall(message.msgid)
    fitting = own and sorted(own) == sorted(_DESTINATION.findall(message.msgstr))
    linked = message if fitting else _linked(desk, message)
    if linked is None or (own and not fitting):
        return None
    url = desk.rng.choice(_DESTINATION.findall(linked.msgid))
    other = _other_url(desk.rng, url)
    return _swapped(linked, lambda text: _DESTINATION.sub(lambda at: other if at[0] == url else at[0], text))


def _linked(desk: Desk, message: Message) -> Message | None:
    rng = desk.rng
    url = f"https://{rng.choice(['example.org', 'docs.example.com', 'wiki.example.net'])}/{rng.choice(desk.vocabulary)}"
    form = rng.randrange(3)
    if form == 0:
        return _both(message, lambda text: before_final_point(text, f" (<{url}>)"))
    if form == 1:
        return _both(message, lambda text: before_final_point(text, f" ({url})"))
    url = rng.choice([url, f"../{rng.choice(desk.vocabulary)}.md#{rng.choice(desk.vocabulary)}"])
    return _both(message, lambda text: wrapped_word(text, rng, "[", f"]({url})"))


def _other_url(rng: Random, url: str) -> str:
    forms = [
        url.rstrip("/") + rng.choice(["/index.html", "/v2", "/en", ".html"]),
        url.partition("#")[0] + "#" + rng.choice(["top", "usage", "section-2"]),
        re.sub(r"[^/]+/?\Z", rng.choice(["guide", "manual.html", "2024/overview"]), url),
        re.sub(r"\A(https?://)[^/]+", r"\1www.new-home.example", url),
        re.sub(r"\Ahttp:", "https:", url),
    ]
    return rng.choice([form for form in forms if form not in {url, "https://guide"}])


def image_path(desk: Desk, message: Message) -> Change | None:
    """The path of an image changes."""
    rng, name = desk.rng, desk.rng.choice(desk.vocabulary)
    path = rng.choice([f"images/{name}.png", f"../assets/{name}-1.svg", f"https://example.org/{name}.jpg"])
    other = rng.choice([f"img/{name}.png", f"images/{name}-2.svg", f"../assets/{rng.choice(desk.vocabulary)}.webp"])
    form = rng.choice([f"![{name}]({path})", f'![]({path} "{name}")'])
    pictured = _both(message, lambda text: f"{form} {text}" if rng.random() < 1 / 2 else f"{text} {form}")
    return None if pictured is None else _swapped(pictured, lambda text: text.replace(path, other))


def reference_label(desk: Desk, message: Message) -> Change | None:
    """The label of a reference link is renamed, once or twice in a message."""
    rng = desk.rng
    label, other = rng.sample([*dict.fromkeys(desk.vocabulary)][:2000], 2)
    other = rng.choice([other, f"{label}-2", label.upper() + "-new"])
    linked = _both(message, lambda text: wrapped_word(text, rng, "[", f"][{label}]"))
    if linked and rng.random() < 1 / 3:
        linked = _both(linked, lambda text: before_final_point(text, f" ([{label}][{label}])"))
    return None if linked is None else _swapped(linked, lambda text: text.replace(f"][{label}]", f"][{other}]"))


_STYLES = [("*", "_"), ("_", "*"), ("**", "__"), ("__", "**")]


def emphasis_style(desk: Desk, message: Message) -> Change | None:
    """*x* becomes _x_, ** becomes __, or the other way round."""
    if find(r"[*_]", message.msgid):
        return None
    rng = desk.rng
    before, after = rng.choice(_STYLES)
    marked = _both(message, lambda text: wrapped_word(text, rng, before, before))
    if marked is None:
        return None
    form = re.compile(rf"(?<![*_\w]){re.escape(before)}([^\W_]+){re.escape(before)}(?![*_\w])")
    return _swapped(
        marked, lambda text: in_prose(text, lambda piece: form.sub(rf"{after}\1{after}", piece)), marked.msgstr
    )


_ENTITIES = [
    ("R&D", "R&amp;D"),
    (" & ", " &amp; "),
    ("(2 \\* 3)", "(2 * 3)"),
    ("(2 \\* 3)", "(2 &ast; 3)"),
    ("\u00a0%", "&nbsp;%"),
    ("snake\\_case", "snake_case"),
    ("©", "&copy;"),
    (" — ", " &mdash; "),
    ("—", "&#8212;"),
    ("1 &lt; 2", "1 \\< 2"),
    ("…", "&hellip;"),
    ("C\\#", "C#"),
    ("\\[sic\\]", "&#91;sic&#93;"),
]


def entity(desk: Desk, message: Message) -> Change | None:
    """A character becomes an entity or an escape that means the same, or the other way round."""
    before, after = desk.rng.sample(desk.rng.choice(_ENTITIES), 2)
    addition = f" (99{before})" if "%" in before else f"{before}etc." if before[0] == " " else f" {before}"
    marked = _both(message, lambda text: before_final_point(text, addition))
    return None if marked is None else _swapped(marked, lambda text: text.replace(before, after), marked.msgstr)


def quotes(desk: Desk, message: Message) -> Change | None:
    """Straight quotation marks and apostrophes become typographic ones, or the other way round."""
    straight = message
    if not find("[\"']", message.msgid):
        quoted = wrapped_word(message.msgid, desk.rng, '"', '"')
        if quoted is None:
            return None
        straight = replace(message, msgid=quoted, raw="")
    curly = in_prose(straight.msgid, _typographic)
    if desk.rng.random() < 1 / 2:
        return _change(straight, curly)
    return _change(replace(straight, msgid=curly, raw=""), straight.msgid)


def _typographic(text: str) -> str:
    text = re.sub(r"(?<!\S)\"|(?<=\()\"", "“", text).replace('"', "”")
    return re.sub(r"(?<![\w”.,)])'(?=\w)", "‘", text).replace("'", "’")


def several_free(desk: Desk, message: Message) -> Change | None:
    """Two meaning-free edits at once: a link and white space, or quotation marks and white space."""
    first = desk.rng.choice([link_url, image_path, reference_label, quotes])(desk, message)
    if first is None:
        return None
    second = soft_wrap(desk, replace(message, msgid=first.new[0], raw=""))
    return replace(first, new=second.new) if second else None


# Meaning-changing

_AUXILIARY = r"\b(?:is|are|was|were|can|could|will|would|should|must|may|might|does|do|did|has|have)\b(?! not\b)"
_CONTRACTED = r"\b(?:is|are|was|were|could|would|should|does|do|did)n['’]t\b"


def negation(desk: Desk, message: Message) -> Change | None:
    """A negation is inserted or taken away."""
    msgid, rng = message.msgid, desk.rng
    forms = [put(msgid, at, "") for at in find(r" (?:not|never)\b(?! only)", msgid)]
    forms += [put(msgid, at, msgid[at[0] : at[1] - 3]) for at in find(_CONTRACTED, msgid)]
    forms += [put(msgid, at, "can") for at in find(r"\b(?:cannot|can['’]t)\b", msgid)]
    if not forms or rng.random() < 1 / 3:
        forms += [put(msgid, at, msgid[slice(*at)] + " " + rng.choice(["not", "not", "never"])) for at in _verbs(msgid)]
        forms += [put(msgid, at, "can't") for at in find(r"\bcan\b(?! not)", msgid)]
        forms += [put(msgid, at, "without") for at in find(r"\bwith\b", msgid)]
        forms += [put(msgid, at, "no") for at in find(r"\b(?:any|some)\b", msgid)]
    return _change(message, rng.choice(forms)) if forms else None


def _verbs(text: str) -> list[tuple[int, int]]:
    return find(_AUXILIARY, text)


_NUMBER = r"(?<![\w.,/\-\0])\d+(?:[.,]\d+)*(?![\w/\-\0])"
_NUMERALS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NUMERAL = rf"\b(?:{'|'.join(_NUMERALS[1:])})\b"
_AMOUNTS = [" ({} times)", " (about {})", " (version {})", " (at most {} %)", " (10{})", " (5 m{})", " (step {} of 12)"]


def number(desk: Desk, message: Message) -> Change | None:
    """A number changes: a figure, a numeral or an exponent."""
    rng = desk.rng
    numerals = find(_NUMERAL, message.msgid)
    if numerals and rng.random() < 1 / 2:
        return _change(message, put(message.msgid, rng.choice(numerals), rng.choice(_NUMERALS)))
    counted = message
    if not find(_NUMBER, message.msgid):
        amount = rng.choice(_AMOUNTS)
        figures = ["²", "³"] if amount in {" (10{})", " (5 m{})"} else ["3", "12", "1.5", "40", "2,000"]
        one, other = rng.sample(figures, 2)
        added = _both(message, lambda text: before_final_point(text, amount.format(one)))
        return None if added is None else _change(added, before_final_point(message.msgid, amount.format(other)))
    at = rng.choice(find(_NUMBER, counted.msgid))
    return _change(counted, put(counted.msgid, at, _other_number(rng, counted.msgid[slice(*at)])))


def _other_number(rng: Random, figures: str) -> str:
    at = rng.randrange(len(figures))
    changed = put(figures, (at, at + 1), str(rng.randint(1, 9)))
    return rng.choice([changed, figures + "0", str(rng.randint(2, 99))])


_UNITS = [("km", "miles"), ("MB", "GB"), ("kB", "KiB"), ("ms", "s"), ("minutes", "hours"), ("mg", "g"), ("°C", "°F")]
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "October", "December"]


def unit(desk: Desk, message: Message) -> Change | None:
    """The unit of an amount changes; the amount stays."""
    one, other = desk.rng.sample(desk.rng.choice(_UNITS), 2)
    amount = desk.rng.randint(2, 90)
    old = _both(message, lambda text: before_final_point(text, f" ({amount} {one})"))
    return None if old is None else _change(old, before_final_point(message.msgid, f" ({amount} {other})"))


def date(desk: Desk, message: Message) -> Change | None:
    """A date changes: the day, the month, the year, or a date in figures."""
    rng = desk.rng
    month, other = rng.sample(range(len(_MONTHS)), 2)
    day, year = rng.randint(1, 27), rng.randint(1999, 2024)
    forms = [(day, other, year), (day + 1, month, year), (day, month, year + 1)]
    changed = rng.choice(forms)
    style = rng.choice([_long_date, _iso_date])
    msgid = before_final_point(message.msgid, f" ({style(day, month, year)})")
    msgstr = before_final_point(message.msgstr, f" ({rng.choice([_dotted_date, style])(day, month, year)})")
    old = replace(message, msgid=msgid, msgstr=msgstr, raw="")
    return _change(old, before_final_point(message.msgid, f" ({style(*changed)})"))


def _long_date(day: int, month: int, year: int) -> str:
    return f"{day} {_MONTHS[month]} {year}"


def _iso_date(day: int, month: int, year: int) -> str:
    return f"{year}-{month + 1:02}-{day:02}"


def _dotted_date(day: int, month: int, year: int) -> str:
    return f"{day}.{month + 1}.{year}"


def _other_word(desk: Desk, word: str) -> str:
    other = next(other for other in iter(lambda: desk.rng.choice(desk.vocabulary), "") if other != word.lower())
    return other.capitalize() if word[0].isupper() else other


def word_replaced(desk: Desk, message: Message) -> Change | None:
    """One word is replaced by another word of the corpus."""
    start, end = desk.rng.choice(words(message.msgid))
    return _change(message, put(message.msgid, (start, end), _other_word(desk, message.msgid[start:end])))


def code_replaced(desk: Desk, message: Message) -> Change | None:
    """A name in code changes, which the msgstr has too."""
    spans = [match.span(1) for match in re.finditer(r"`(\w+)`", message.msgid)]
    if not spans:
        return None
    start, end = desk.rng.choice(spans)
    return _change(message, put(message.msgid, (start, end), message.msgid[start:end] + desk.rng.choice(["_mut", "2"])))


def word_inserted(desk: Desk, message: Message) -> Change | None:
    """A word comes in."""
    start, end = desk.rng.choice(words(message.msgid))
    inserted = f"{message.msgid[start:end]} {desk.rng.choice(desk.vocabulary)}"
    return _change(message, put(message.msgid, (start, end), inserted))


def word_deleted(desk: Desk, message: Message) -> Change | None:
    """A word goes."""
    spans = find(r" [A-Za-z]+(?= )", message.msgid)
    return _change(message, put(message.msgid, desk.rng.choice(spans), "")) if spans else None


def sentence_appended(desk: Desk, message: Message) -> Change | None:
    """A sentence that stands nowhere else comes behind."""
    addition = desk.rng.choice(sentences(desk.rng.choice(desk.strangers)))
    return _change(message, f"{message.msgid} {addition}") if message.msgid[-1] in ".!?:" else None


def sentence_removed(desk: Desk, message: Message) -> Change | None:
    """One of several sentences goes."""
    parts = sentences(message.msgid)
    at = desk.rng.randrange(len(parts))
    kept = " ".join([*parts[:at], *parts[at + 1 :]])
    return _change(message, kept) if words(kept) and len(words(kept)) * 4 >= len(words(message.msgid)) else None


def clause_moved(desk: Desk, message: Message) -> Change | None:
    """A clause stands elsewhere; the words are the same."""
    parts = clauses(message.msgid.rstrip("."))
    if len(parts) == 1:
        return None
    at = desk.rng.randrange(len(parts))
    others = [*parts[:at], *parts[at + 1 :]]
    others.insert(desk.rng.choice([place for place in range(len(parts)) if place != at]), parts[at])
    return _change(message, " ".join(others).rstrip(",;:") + ("." if message.msgid.endswith(".") else ""))


def rewritten(desk: Desk, message: Message) -> Change | None:
    """30 to 70 % of the words are others, and the clauses stand in another order."""
    least = 6
    spans = words(message.msgid)
    if len(spans) < least:
        return None
    count = max(2, round(len(spans) * desk.rng.uniform(0.3, 0.7)))
    text = message.msgid
    for start, end in sorted(desk.rng.sample(spans, count), reverse=True):
        text = put(text, (start, end), _other_word(desk, text[start:end]))
    return _change(message, _reordered(desk.rng, text))


def _reordered(rng: Random, text: str) -> str:
    point = text[-1] if text[-1] in ".!?:" else ""
    parts = [part.rstrip(",;:.") for part in clauses(text[: len(text) - len(point)])]
    if len(parts) == 1:
        blanks = [start for start, _ in find(" ", text)]
        middle = rng.choice(blanks[len(blanks) // 3 : -(len(blanks) // 3)] or blanks)
        parts = [text[:middle], text[middle + 1 :].removesuffix(point)]
    turn = rng.randint(1, len(parts) - 1)
    return ", ".join([*parts[turn:], *parts[:turn]]) + point


def typo_corrected(desk: Desk, message: Message) -> Change | None:
    """The old text has two letters swapped, one missing or one double; the new one has not."""
    least = 4
    spans = [(start, end) for start, end in words(message.msgid) if end - start >= least]
    if not spans:
        return None
    start, end = desk.rng.choice(spans)
    word, at = message.msgid[start:end], desk.rng.randrange(1, end - start - 1)
    forms = [
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    ]
    typo = desk.rng.choice([form for form in forms if form != word])
    return _change(replace(message, msgid=put(message.msgid, (start, end), typo), raw=""), message.msgid)


def capitalisation(desk: Desk, message: Message) -> Change | None:
    """Words get a capital letter, lose it, or are all capitals."""
    msgid = message.msgid
    spans = [span for span in words(msgid) if span[1] - span[0] > 1]
    for start, end in spans if desk.rng.random() < 1 / 4 else [desk.rng.choice(spans)] if spans else []:
        word = msgid[start:end]
        msgid = put(
            msgid, (start, end), word.swapcase() if word[1:].islower() and start else word[0].swapcase() + word[1:]
        )
    return _change(message, msgid)


def cut_in_two(desk: Desk, message: Message) -> Change | None:
    """A paragraph becomes two, each with half a chance to be the longer one."""
    parts = sentences(message.msgid)
    least = 4
    cuts = [(" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, len(parts))]
    cuts = [cut for cut in cuts if all(len(words(part)) >= least for part in cut)]
    return Change((message,), desk.rng.choice(cuts), (message.msgstr,)) if cuts else None


def joined(first: Message, second: Message) -> Change:
    """Two paragraphs become one."""
    both = tuple(f"{first.msgstr}{between}{second.msgstr}" for between in (" ", "\n", "\n\n", ""))
    return Change((first, second), (f"{first.msgid} {second.msgid}",), (*both, first.msgstr, second.msgstr))


def free_and_changing(desk: Desk, message: Message) -> Change | None:
    """A link and a word or a number at once: what may be carried must not hide what may not."""
    first = desk.rng.choice([link_url, image_path, reference_label, emphasis_style, quotes])(desk, message)
    if first is None or len(first.old[0].msgid) > len(first.new[0]) * 2:
        return None
    base = replace(message, msgid=first.new[0], raw="")
    second = desk.rng.choice([negation, word_replaced, word_deleted, word_inserted])(desk, base)
    return Change(first.old, second.new, (first.old[0].msgstr, *first.expected)) if second else None


# Marks, renumbered throughout a document

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def footnote_mark(value: int) -> str:
    """A footnote reference of Markdown."""
    return f"[^{value}]"


def superscript_mark(value: int) -> str:
    """A citation mark in raised figures."""
    return str(value).translate(_SUPERSCRIPTS)


def renumbered(desk: Desk, messages: Sequence[Message], mark: Callable[[int], str]) -> list[Change]:
    """The messages of a document get marks, which the new version counts otherwise."""
    rng = desk.rng
    value = rng.choice([1, 1, 1, 8])
    marks: list[list[int]] = []
    for _ in messages:
        count = rng.choice([1, 1, 1, 2, 3])
        marks.append(list(range(value, value + count)))
        value += count
    shift = rng.choice([1, 1, 2] if marks[0][0] == 1 else [1, 2, -1])
    renumber = {old: old + shift for values in marks for old in values}
    return [_renumbered(rng, message, values, renumber, mark) for message, values in zip(messages, marks, strict=True)]


def _renumbered(
    rng: Random, message: Message, values: list[int], renumber: dict[int, int], mark: Callable[[int], str]
) -> Change:
    after = [renumber[value] for value in values]
    msgid_places, msgstr_places = _mark_places(rng, message.msgid, values), _mark_places(rng, message.msgstr, values)
    old = replace(
        message,
        msgid=_marked(message.msgid, msgid_places, values, mark),
        msgstr=_marked(message.msgstr, msgstr_places, values, mark),
        raw="",
    )
    new = _marked(message.msgid, msgid_places, after, mark)
    return Change((old,), (new,), (_marked(message.msgstr, msgstr_places, after, mark),))


def _mark_places(rng: Random, text: str, values: list[int]) -> list[int]:
    """Where the marks go, in their order: behind free words, or at the end."""
    free = [end for _, end in loose_words(text)]
    places = rng.sample(free, min(len(free), len(values) - 1))
    return sorted([*places, *[len(text)] * (len(values) - len(places))])


def _marked(text: str, places: list[int], values: list[int], mark: Callable[[int], str]) -> str:
    for place, value in sorted(zip(places, values, strict=True), reverse=True):
        text = put(text, (place, place), mark(value))
    return text


MARKS: dict[str, Callable[[int], str]] = {
    "footnote marks renumbered": footnote_mark,
    "superscripts renumbered": superscript_mark,
}
FREE: dict[str, Callable[[Desk, Message], Change | None]] = {
    "soft wrap": soft_wrap,
    "double blank": double_blank,
    "no-break space": no_break_space,
    "URL of a link": link_url,
    "image path": image_path,
    "reference label": reference_label,
    "emphasis style": emphasis_style,
    "entity or escape": entity,
    "quotation marks": quotes,
    "two free edits": several_free,
}
CHANGING: dict[str, Callable[[Desk, Message], Change | None]] = {
    "negation": negation,
    "number": number,
    "unit": unit,
    "date": date,
    "word replaced": word_replaced,
    "name in code": code_replaced,
    "word inserted": word_inserted,
    "word deleted": word_deleted,
    "sentence appended": sentence_appended,
    "sentence removed": sentence_removed,
    "clause moved": clause_moved,
    "rewritten": rewritten,
    "typo corrected": typo_corrected,
    "capitalisation": capitalisation,
    "cut in two": cut_in_two,
    "free and changing": free_and_changing,
}
JOINED = "two joined"
