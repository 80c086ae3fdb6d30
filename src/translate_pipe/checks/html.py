"""HTML in a text: the tags of the source, and nothing that could act in a reader's browser."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.checks.expression import Expression
from translate_pipe.checks.finding import Finding, times
from translate_pipe.checks.link import have_same_links
from translate_pipe.checks.tokens import SEEN_ATTRIBUTES
from translate_pipe.document.characters import unescape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate_pipe.checks.pair import Pair
    from translate_pipe.checks.reading import Reading

_TAG = Expression(r"<(/?)([A-Za-z][A-Za-z0-9-]*+)(.*?)(/?)>", re.DOTALL)
_ATTRIBUTE = Expression(r"""([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")
# Marking up a text for its direction, its reading or its breaks is part of writing in a language.
_FREE = frozenset(
    {"span", "bdi", "bdo", "br", "wbr", "ruby", "rb", "rt", "rp", "code", "i", "b", "em", "strong", "q", "nobr"}
)
# Attributes that are translated or that tell the language.
_OWN_ATTRIBUTES = SEEN_ATTRIBUTES | {"lang", "dir", "xml:lang", "translate", "label"}
# Of a component, whose name is more than capitals or small letters.
_COMPONENT = Expression(r"[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_ACTIVE = frozenset(
    {
        *(
            "script",
            "iframe",
            "frame",
            "frameset",
            "object",
            "embed",
            "applet",
            "style",
            "link",
            "meta",
            "base",
            "form",
        ),
        *(
            "input",
            "button",
            "textarea",
            "select",
            "svg",
            "math",
            "template",
            "portal",
            "noscript",
            "marquee",
            "dialog",
        ),
    }
)
_OPENS_ACTIVE = Expression(
    r"<[\s/\x00]*(" + "|".join(sorted(_ACTIVE)) + r"|img|video|audio|body|html|details)(?=[\s/>\x00])", re.IGNORECASE
)
_HANDLER = Expression(r"<[^<>]*?[\s/\"'](on[a-z]{3,})\s*=", re.IGNORECASE)
_SCHEME = Expression(r"(javascript|vbscript|data|livescript|mocha)\s*:", re.IGNORECASE)
_BROKEN_SCHEME = Expression(r"[(<=\"'（]\s*(javascript)\s*:", re.IGNORECASE)
# Browsers skip these inside a scheme: blanks, control characters, soft hyphens, zero-width characters.
_SKIPPED = Expression(r"[\x00-\x20\x7f\u00a0\u00ad\u200b-\u200f\u2028\u2029\u2060\ufeff]+")
_COMMENT = Expression(r"<!--|<![A-Za-z\[]|<\?")
_UNSAFE = ((_OPENS_ACTIVE, "an active tag"), (_HANDLER, "an event handler"), (_COMMENT, "a comment"))
_ENTITY = Expression(r"&(#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]+);")
# A blank, a quotation mark, a dash or an ellipsis is for the translator to choose.
_FREE_CHARACTERS = frozenset("\u00a0\u2009\u202f\u200b\u200c\u200d\u00ad\"'“”‘’„«»–—…&-")


class _Tag(NamedTuple):
    """A tag with its name and those attributes that no translator changes."""

    name: str
    is_end: bool
    attributes: tuple[tuple[str, str], ...]

    @property
    def written(self) -> str:
        attributes = "".join(f' {name}="{value}"' if name != "/" else " /" for name, value in self.attributes)
        return f"</{self.name}>" if self.is_end else f"<{self.name}{attributes}>"


def html_tag(pair: Pair) -> Iterator[Finding]:
    """Tags that are missing, new, changed or not closed."""
    if pair.source.tags == pair.translation.tags:
        return
    source, translation = Counter(_tags(pair.source)), Counter(_tags(pair.translation))
    for found, count in (source - translation).items():
        yield Finding(f"the tag {found.written} of the source is missing{times(count)}", (found.written,))
    extra = translation - source
    balance = Counter(one.name for one in extra.elements() if not one.is_end and one.name not in _VOID)
    balance.subtract(one.name for one in extra.elements() if one.is_end)
    for found in extra:
        if found.name not in _FREE:
            yield Finding(f"the tag {found.written} is not in the source", (found.written, found.name))
        elif balance[found.name]:
            yield Finding(f"the tag {found.written} has no partner", (found.written, found.name))


def _tags(reading: Reading) -> list[_Tag]:
    matches = (_TAG.fullmatch(tag) for tag in reading.tags)
    found = [_tag(one) for one in matches if one]
    # <sup>1</sup> and ¹ are the same citation, which has a check of its own.
    raised = [one for one in found if one.name == "sup"]
    is_balanced = 2 * sum(one.is_end for one in raised) == len(raised)
    if is_balanced and any(one.kind == "superscript" for one in reading.citations):
        return [one for one in found if one.name != "sup"]
    return found


def _tag(found: re.Match[str]) -> _Tag:
    """A tag of HTML, or of a component, for whose name and end capitals and slashes matter."""
    if _COMPONENT.fullmatch(found[2]):
        return _Tag(found[2], bool(found[1]), (*_attributes(found[3]), *([("/", "")] if found[4] else [])))
    return _Tag(found[2].lower(), bool(found[1]), _attributes(found[3]))


def _attributes(text: str) -> tuple[tuple[str, str], ...]:
    pairs = ((name.lower(), value.strip("\"'")) for name, value in _ATTRIBUTE.findall(text))
    return tuple(sorted(pair for pair in pairs if pair[0] not in _OWN_ATTRIBUTES and pair[0] != "href"))


def html_unsafe(pair: Pair) -> Iterator[Finding]:
    """Script, frames, event handlers, addresses that run code, styles and comments that the source does not have."""
    msgid, msgstr = pair.message.msgid, pair.message.msgstr
    if "<" in msgstr:
        source, translation = _without_code(pair.source), _without_code(pair.translation)
        for pattern, name in _UNSAFE:
            for text in Counter(_found(pattern, translation)) - Counter(_found(pattern, source)):
                yield Finding(f"{name} that the source does not have: {text}", (text,))
    if _leads_elsewhere(pair):
        known_schemes = Counter(_schemes(pair.source))
        for scheme in Counter(_schemes(pair.translation)) - known_schemes:
            yield Finding(f"an address that runs code, {scheme}:, which the source does not have", (scheme,))
    if "style" in msgstr.lower() and "style" not in msgid.lower():
        yield from (Finding("a style that the source does not have", (tag,)) for tag in _styled(pair.translation.tags))


def _leads_elsewhere(pair: Pair) -> bool:
    """Whether there is any address that the source does not have; only then it can be one that runs code."""
    return (
        pair.source.tags != pair.translation.tags
        or not have_same_links(pair)
        or "javascript" in pair.message.msgstr.lower()
    )


def _without_code(reading: Reading) -> str:
    """A text without its code spans, tags and all; what is inside them is shown and never run."""
    text = reading.text
    data = text.encode()
    spans = [(one.start, one.end) for one in reading.inlines if one.kind == "Code"]
    if not spans:
        return text
    pieces, position = [], 0
    for start, end in spans:
        pieces.append(data[position:start])
        position = end
    return b"`".join([*pieces, data[position:]]).decode(errors="replace")


def _found(pattern: Expression, text: str) -> Iterator[str]:
    return (found.group().lower().strip() for found in pattern.finditer(text))


def _schemes(reading: Reading) -> Iterator[str]:
    """The schemes that run code, of link destinations and of addresses in tags, in any spelling."""
    targets = [link.target for link in reading.links]
    values = (value.strip("\"'") for tag in reading.tags for _, value in _ATTRIBUTE.findall(tag))
    for target in [*targets, *values]:
        found = _SCHEME.match(_SKIPPED.sub("", unescape(target)))
        if found:
            yield found[1].lower()
    if "javascript" in reading.shown.lower():  # of what is no link here but may be one elsewhere
        for found in _BROKEN_SCHEME.finditer(reading.shown):
            yield found[1].lower()


def _styled(tags: Sequence[str]) -> Iterator[str]:
    for tag in tags:
        if any(name.lower() == "style" for name, _ in _ATTRIBUTE.findall(tag)):
            yield tag


def entity(pair: Pair) -> Iterator[Finding]:
    """Character references such as `&copy;` that are broken or have vanished."""
    if "&" not in pair.message.msgid:
        return
    known = Counter(_ENTITY.findall(_without_code(pair.source)))
    here = _without_code(pair.translation)
    for name, count in (known - Counter(_ENTITY.findall(here))).items():
        broken = re.search(rf"[&＆]\s*{name}\s*[;；]?|{name}[;；]", _ENTITY.sub("", here))
        if broken:
            yield Finding(f"the character &{name}; of the source is broken", (broken.group(),))
            continue
        character = unescape(f"&{name};")
        if character not in _FREE_CHARACTERS and here.count(character) < count:
            yield Finding(f"the character &{name}; of the source is missing", (f"&{name};",))
