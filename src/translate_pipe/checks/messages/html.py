"""HTML in a text: the tags of the source, and nothing that could act in a reader's browser."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.checks.helpers.finding import Finding, concerns, times
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.markdown.embedded.hypertext import ADDRESSES, LANGUAGE, MarkKind, marks
from translate_pipe.markdown.embedded.tags import VOID
from translate_pipe.markdown.inline.active import (
    ELEMENTS,
    LOAD,
    gained,
    may_gain_markup,
    without_allowed_items,
    without_code,
)
from translate_pipe.markdown.inline.tokens import SEEN_ATTRIBUTES
from translate_pipe.text.characters import unescape
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from translate_pipe.checks.helpers.pair import Pair
    from translate_pipe.checks.helpers.texts import Reading
    from translate_pipe.model import TextSpan

# Writing in a language may need marks for its direction, its reading, its breaks and its emphasis.
ADDABLE = frozenset(
    {
        *("b", "bdi", "bdo", "br", "code", "em", "i", "nobr", "q", "rb", "rp", "rt", "rtc", "ruby", "span", "strong"),
        *("sub", "sup", "wbr"),
    }
)
"""The elements that a translation may add."""

_OF_LANGUAGE = frozenset({"bdi", "bdo", "nobr", "q", "rb", "rp", "rt", "rtc", "ruby", "span", "wbr"})
"""Elements that one language needs and another does not."""

# Attributes that are translated, or that tell the language.
_OWN_ATTRIBUTES = SEEN_ATTRIBUTES | LANGUAGE | {"hreflang"}
_ADDABLE_ATTRIBUTES = LANGUAGE | {"title"}
# Of a component, whose name is more than capitals or small letters.
_COMPONENT = Expression(r"<(/?)([A-Z](?=[A-Z0-9]*+[a-z])[A-Za-z0-9]*+)(.*?)(/?)>", re.DOTALL)
_ATTRIBUTE_OF_COMPONENT = Expression(r"""([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")
_BROKEN_SCHEME = Expression(r"[(<=\"'（]\s*(javascript)\s*:", re.IGNORECASE)
_ORDINAL = Expression(r"(?<=\d)<sup>[^\W\d_]{1,3}</sup>")  # 1<sup>e</sup>, which other languages write as 1.
_ENTITY = Expression(r"&(#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]+);")
# A blank, a quotation mark, a dash or an ellipsis is for the translator to choose.
_FREE_CHARACTERS = frozenset("\u00a0\u2009\u202f\u200b\u200c\u200d\u00ad\"'“”‘’„«»–—…&-")


class _Tag(NamedTuple):
    """A tag with its name and those attributes that no translator changes, of addresses their names alone."""

    name: str
    is_end: bool
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def written(self) -> str:
        attributes = "".join(f' {name}="{value}"' if name != "/" else " /" for name, value in self.attributes)
        return f"</{self.name}>" if self.is_end else f"<{self.name}{attributes}>"

    @property
    def may_be_lost(self) -> bool:
        return self.name in _OF_LANGUAGE and not self.attributes

    @property
    def may_be_added(self) -> bool:
        return self.name in ADDABLE and all(name in _ADDABLE_ATTRIBUTES for name, _ in self.attributes)


@concerns(Trait.TAG | Trait.TOKEN)
def html_tag(pair: Pair) -> Iterator[Finding]:
    """Tags and attribute lists that are missing, new, changed or not in pairs."""
    if pair.source.tags != pair.translation.tags:
        yield from _wrong_tags(pair)
    if not (pair.source.tokens or pair.translation.tokens):
        return
    if _HAVE_LISTS.isdisjoint(pair.site(pair.message).dialects):
        return
    was, now = (
        {_of_list(one.text): one for one in reading.tokens if one.kind == "attributes"}
        for reading in (pair.source, pair.translation)
    )
    # A list with another id only is for `attribute-list`.
    for attributes in filter(None, was.keys() - now.keys()):
        one = was[attributes]
        text = f"the attributes {one.text} of the source are missing or changed"
        yield Finding(text, spans=(pair.source.places.shown(one.start, one.end),))
    for attributes in filter(None, now.keys() - was.keys()):
        one = now[attributes]
        text = f"the attributes {one.text} are not in the source"
        yield Finding(text, spans=(pair.translation.places.shown(one.start, one.end),))


def _wrong_tags(pair: Pair) -> Iterator[Finding]:
    was, now = _tags(pair.source), _tags(pair.translation)
    source, translation = Counter(was), Counter(now)
    there, here = _Written(pair.source), _Written(pair.translation)
    ordinals = len(_ORDINAL.findall(pair.source.text))
    lost = {
        tag: count
        for tag, more in (source - translation).items()
        if (count := more - ordinals if tag.name == "sup" else more) > 0 and not tag.may_be_lost
    }
    added = {tag: count for tag, count in (translation - source).items() if not tag.may_be_added}
    blamed = {tag.name for tag in (*lost, *added)}
    missing, new = (list(_with_ends(tags).items()) for tags in (lost, added))
    if len(missing) == len(new) == 1 and missing[0][0].is_end == new[0][0].is_end and len(lost) == len(added):
        (one, _), (other, ends) = missing.pop(), new.pop()
        text = f"the tag {here.text(other)} is {there.text(one)} in the source{_hint(other)}"
        yield Finding(text, (other.written, other.name), here.spans(other, *ends))
    for one, ends in missing:
        which = f"tags {there.text(one)}…{there.text(*ends)} of the source are" if ends else ""
        text = f"the {which or f'tag {there.text(one)} of the source is'} missing{times(lost[one])}"
        yield Finding(text, (one.written,), there.spans(one, *ends))
    for one, ends in new:
        which = f"tags {here.text(one)}…{here.text(*ends)} are" if ends else f"tag {here.text(one)} is"
        yield Finding(f"the {which} not in the source{_hint(one)}", (one.written, one.name), here.spans(one, *ends))
    for one in Counter(_unpaired(now)) - Counter(_unpaired(was)):
        if one.name not in blamed:
            problem = "has no start tag before it" if one.is_end else "has no end tag"
            yield Finding(f"the tag {here.text(one)} {problem}", (one.written, one.name), here.spans(one))
    for found in Counter(_HIDDEN.findall(pair.translation.text)) - Counter(_HIDDEN.findall(pair.source.text)):
        yield Finding(f"the text in {found}… is hidden from readers; only brackets may be in <rp>", (found,))


def _with_ends(tags: Mapping[_Tag, int]) -> dict[_Tag, tuple[_Tag, ...]]:
    """Start tags with the end tags that occur as often, and the tags without such a partner."""
    starts = {tag.name: tag for tag in tags if not tag.is_end}
    ends = {tag: start for tag in tags if tag.is_end and (start := starts.get(tag.name)) and tags[start] == tags[tag]}
    closed = {start: end for end, start in ends.items()}
    return {tag: (closed[tag],) if tag in closed else () for tag in tags if tag not in ends}


def _hint(tag: _Tag) -> str:
    """What to do about a tag that looks like code, such as `Arc<T>` without backticks."""
    is_code = not tag.is_end and tag.name.lower() not in ELEMENTS and "-" not in tag.name
    return "; if it is code, put ` before and after it" if is_code else ""


# Browsers hide this element, which is for the brackets around the reading of a character.
_HIDDEN = Expression(r"<rp\b[^>]{0,100}>(?!\s{0,9}[^\w\s<]{0,3}\s{0,9}<(?:/rp|rt|rb|/ruby)\b)", re.IGNORECASE)


_HAVE_LISTS = frozenset({"mkdocs", "myst", "pandoc", "jekyll"})
"""The dialects in whose texts a list in braces gives attributes to what is before it."""

_LISTED = Expression(r"""([.#])([^\s.#={}"']+)|([\w:@.-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s{}"']*)""")


def _of_list(text: str) -> tuple[tuple[str, str], ...]:
    """The attributes of a list in braces that a translation keeps.

    >>> _of_list('{: #kop .b .a title="Tekst" }')
    (('class', 'a'), ('class', 'b'), ('id', ''))
    """
    pairs = (
        ({".": "class", "#": "id"}[sign], value if sign == "." else "") if sign else (name.lower(), text.strip("\"'"))
        for sign, value, name, text in _LISTED.findall(text)
    )
    return _kept(pairs)


class _Written:
    """How the tags of a text are written, each by itself and by its name alone, as a tag without a partner has it."""

    def __init__(self, reading: Reading) -> None:
        self._places = reading.places
        self._texts: dict[_Tag, dict[str, None]] = {}
        for text in dict.fromkeys(reading.tags):
            for one in _read(text):
                for tag in {one, _Tag(one.name, one.is_end)}:
                    self._texts.setdefault(tag, {})[text] = None

    def text(self, tag: _Tag) -> str:
        """A tag as the text has it."""
        return next(iter(self._texts.get(tag, ())), tag.written)

    def spans(self, *tags: _Tag) -> tuple[TextSpan, ...]:
        """The places of tags."""
        texts = (text for tag in tags for text in self._texts.get(tag, ()))
        return tuple(span for text in texts for span in self._places.events("InlineHtml", text))


def _tags(reading: Reading) -> list[_Tag]:
    found = [one for tag in reading.tags for one in _read(tag)]
    # <sup>1</sup> and ¹ are the same citation, which has a check of its own.
    raised = [one for one in found if one.name == "sup"]
    is_balanced = 2 * sum(one.is_end for one in raised) == len(raised)
    if is_balanced and any(one.kind == "superscript" for one in reading.citations):
        return [one for one in found if one.name != "sup"]
    return found


def _read(tag: str) -> Iterator[_Tag]:
    """A tag of HTML, or of a component, for whose name and end capitals and slashes matter."""
    found = _COMPONENT.fullmatch(tag)
    if found:
        pairs = ((name.lower(), value.strip("\"'")) for name, value in _ATTRIBUTE_OF_COMPONENT.findall(found[3]))
        yield _Tag(found[2], bool(found[1]), (*_kept(pairs), *([("/", "")] if found[4] else [])))
    else:
        # An element that stays open is read with several ends, so its tag occurs more than once.
        yield from dict.fromkeys(
            _Tag(mark.name, mark.kind is MarkKind.END, _kept(mark.attributes))
            for mark in marks(tag)
            if mark.kind in _TAG_KINDS
        )


_TAG_KINDS = frozenset({MarkKind.START, MarkKind.END})


def _kept(attributes: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The attributes that a translation keeps; where an address leads is for the checks of links."""
    return tuple(
        sorted(
            (name, "" if name in ADDRESSES else " ".join(value.split()))
            for name, value in attributes
            if name not in _OWN_ATTRIBUTES
        )
    )


def _unpaired(tags: Iterable[_Tag]) -> Iterator[_Tag]:
    """The start tags without an end tag, and the end tags without a start tag, by their names."""
    opened: list[str] = []
    count: Counter[str] = Counter()
    for tag in tags:
        if tag.is_end and not count[tag.name]:
            yield _Tag(tag.name, is_end=True)
        elif tag.is_end:
            while (name := opened.pop()) != tag.name:
                count[name] -= 1
                yield _Tag(name, is_end=False)
            count[name] -= 1
        elif tag.name not in VOID and ("/", "") not in tag.attributes:
            opened.append(tag.name)
            count[tag.name] += 1
    yield from (_Tag(name, is_end=False) for name in opened)


@concerns(Trait.ACTION)
def html_unsafe(pair: Pair) -> Iterator[Finding]:
    """HTML and addresses that a browser executes and that the source does not have."""
    msgid, msgstr = pair.message.msgid, pair.message.msgstr
    if may_gain_markup(msgid, msgstr):
        events, site = (pair.source.inlines, pair.translation.inlines), pair.site(pair.message)
        found = without_allowed_items(
            gained(msgid, msgstr, events, pair.locale, pair.links, site.dialects), site.allowed
        )
        # The checks of links and images look after addresses to load. What is open is read with several ends.
        items = (one.as_in(msgstr) for one in found if one.kind != LOAD)
        for item in {one.text: one for one in items}.values():
            yield Finding(str(item), (item.text,))
    if "javascript" in msgstr.lower():  # in what is no link here but may be one elsewhere
        schemes = (
            Counter(map(str.lower, _BROKEN_SCHEME.findall(one.shown))) for one in (pair.translation, pair.source)
        )
        for scheme in next(schemes) - next(schemes):
            yield Finding(f"an address that may run code, {scheme}:, which the source does not have", (scheme,))


@concerns(Trait.ENTITY)
def entity(pair: Pair) -> Iterator[Finding]:
    """Character references such as `&copy;` that are broken or have vanished."""
    if "&" not in pair.message.msgid:
        return
    known = Counter(_ENTITY.findall(without_code(pair.source.text, pair.source.inlines)))
    here = without_code(pair.translation.text, pair.translation.inlines)
    for name, count in (known - Counter(_ENTITY.findall(here))).items():
        broken = re.search(rf"[&＆]\s*{name}\s*[;；]?|{name}[;；]", _ENTITY.sub("", here))
        if broken:
            yield Finding(f"the character &{name}; of the source is broken", (broken.group(),))
            continue
        character = unescape(f"&{name};")
        if character not in _FREE_CHARACTERS and here.count(character) < count:
            yield Finding(f"the character &{name}; of the source is missing", (f"&{name};",))
