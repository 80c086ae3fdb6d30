"""HTML and links that a browser executes or loads. A translation may have them only if its source has them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from urllib.parse import unquote

from translate_pipe.addresses import Likeness, compare
from translate_pipe.links import NO_LINKS, LocaleLinks
from translate_pipe.markdown.embedded.hypertext import (
    ADDRESSES,
    LANGUAGE,
    LOADING,
    HtmlMark,
    MarkKind,
    addresses,
    marks,
    marks_of_pieces,
)
from translate_pipe.markdown.inline.inlines import certain_code, inlines
from translate_pipe.text.characters import unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from translate_pipe.model import Inline

    Inlines: TypeAlias = Sequence[Inline]

_INERT = frozenset(
    {
        *(
            "a",
            "abbr",
            "acronym",
            "address",
            "area",
            "article",
            "aside",
            "audio",
            "b",
            "bdi",
            "bdo",
            "big",
            "blockquote",
        ),
        *("br", "caption", "center", "cite", "code", "col", "colgroup", "data", "dd", "del", "details", "dfn", "div"),
        *("dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hgroup", "hr", "i", "img", "ins", "kbd", "li", "main", "map", "mark", "menu", "meter", "nav", "nobr", "ol"),
        *("p", "picture", "pre", "progress", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "search", "section"),
        *("small", "source", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot"),
        *("th", "thead", "time", "tr", "track", "tt", "u", "ul", "var", "video", "wbr"),
    }
)
"""Elements that do nothing by themselves."""

_ACTIVE = frozenset(
    {
        *("applet", "base", "basefont", "body", "button", "canvas", "datalist", "dialog", "embed", "fencedframe"),
        *("fieldset", "form", "frame", "frameset", "head", "html", "iframe", "image", "input", "isindex", "keygen"),
        *("label", "legend", "link", "listing", "marquee", "math", "meta", "noembed", "noframes", "noscript", "object"),
        *(
            "optgroup",
            "option",
            "output",
            "param",
            "plaintext",
            "portal",
            "script",
            "select",
            "selectedcontent",
            "slot",
        ),
        *("style", "svg", "template", "textarea", "title", "xmp"),
    }
)
"""Elements of HTML that run, load, send or hide something, or that change what the rest of the page is."""

ELEMENTS = _INERT | _ACTIVE
"""The elements of HTML."""

_PASSIVE = LANGUAGE | frozenset(
    {
        *(
            "abbr",
            "align",
            "alt",
            "autocapitalize",
            "axis",
            "bgcolor",
            "border",
            "caption",
            "cellpadding",
            "cellspacing",
        ),
        *("char", "charoff", "class", "clear", "color", "cols", "colspan", "controls", "coords", "crossorigin"),
        *("datetime", "decoding", "default", "description", "download", "face", "headers", "height", "hidden", "high"),
        *(
            "hreflang",
            "hspace",
            "inert",
            "kind",
            "label",
            "loading",
            "loop",
            "low",
            "markdown",
            "max",
            "media",
            "min",
            "name",
        ),
        *(
            "muted",
            "noshade",
            "nowrap",
            "open",
            "optimum",
            "placeholder",
            "preload",
            "referrerpolicy",
            "rel",
            "reversed",
        ),
        *("role", "rows", "rowspan", "rules", "scope", "shape", "size", "sizes", "span", "spellcheck", "srclang"),
        *("start", "summary", "tabindex", "tagline", "target", "title", "type", "valign", "value", "vspace", "width"),
    }
)
"""Attributes that do nothing by themselves, beside `aria-…`."""

_BARE = frozenset({"autofocus", "contenteditable", "popover", "sandbox", "allowfullscreen", "ismap", "style"})
"""Attributes that act without a value."""

# As Vue, Angular and JSX have it.
_NAME_OF_SCRIPT = re.compile(r"[@:#*\[(]\w|[{}]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)\s*:")
_HARMLESS_SCHEMES = frozenset({"http", "https", "ftp", "mailto", "tel", "sms", "geo", "xmpp", "irc", "ircs"})
# Browsers skip these inside a scheme: blanks, control characters, soft hyphens, zero-width characters.
_SKIPPED = re.compile(r"[\x00-\x20\x7f\u00a0\u00ad\u200b-\u200f\u2028\u2029\u2060\ufeff]+")
_CODE_OR_LINK = frozenset({"Code", "Link", "Image"})
_AUTOLINKS = frozenset({"Autolink", "Email"})
_HOLE = "\ufffc"
_LONGEST_END = len('"><!---->')


LOAD = "something to load"
"""The kind of an address that a browser fetches."""


class Item(NamedTuple):
    """Something that acts; messages call it `kind`, and `text` is how it is written."""

    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind} that the source does not have: {self.text}"

    def as_in(self, text: str) -> Item:
        """The item as a text has it: without a hole for code and what follows it, and without an end that was added.

        >>> Item("a comment", "<!-- zie <!---->").as_in("Slaap <!-- zie ")
        Item(kind='a comment', text='<!-- zie ')
        """
        written = self.text.partition(_HOLE)[0]
        if written.startswith("<!--"):
            ends = range(len(written), max(0, len(written) - _LONGEST_END) - 1, -1)
            written = next((written[:end] for end in ends if written[:end] in text), written)
        return Item(self.kind, written)


class _Active(NamedTuple):
    """The active items of a text, and the addresses that a browser loads for it."""

    items: Counter[Item]
    loads: tuple[Item, ...]


def may_gain_markup(source: str, translation: str) -> bool:
    """Whether a translation has markup that its source does not have; without such markup nothing acts. This is quick.

    >>> may_gain_markup("<b>a</b> [c](/d)", "[e](/d) <b>f</b> < g"), may_gain_markup("<b>a</b>", "<b >a</b>")
    (False, True)
    """
    if not ("<" in translation or "](" in translation or "{" in translation):
        return False
    was, now = _MARKUP.findall(source), _MARKUP.findall(translation)
    tags = [one for one in now if one[0] == "<"]
    if all(map(_is_idle, tags)):  # whether in code or outside, and whatever the source has
        was, now = ([one for one in markup if one[0] != "<"] for markup in (was, now))
        tags = []
    # Where a tag or a list of attributes does not end, what follows may still be part of it.
    is_open = any(
        one[0] in "<{" and (one[-1] not in ">}" or one.count('"') % 2 == 1 or one.count("'") % 2 == 1) for one in now
    )
    if is_open or (tags and "\\<" in source):
        return True
    if was == now:
        return False
    # Markup in a code span of the source may now be outside of code.
    return "`" in source or "`" in translation or bool(Counter(now) - Counter(was))


def _is_idle(tag: str) -> bool:
    """Whether a tag does nothing: it has a harmless name, and no attribute that acts."""
    name, *attributes = tag[1:-1].strip("/").lower().split("/")
    return (
        _BARE_TAG.fullmatch(tag) is not None
        and name not in _ACTIVE
        and all(one not in _ACTING_NAMES and not one.startswith("on") for one in attributes)
    )


_ACTING_NAMES = _BARE | ADDRESSES | {"name"}
# After a slash there is an attribute without a value: <sys/types.h>.
_BARE_TAG = re.compile(r"</?[A-Za-z][\w.]*(?:/[A-Za-z][\w.]*)*/?>")
_MARKUP = re.compile(r"\\[`\\]|`+|<[A-Za-z/!?\x00][^>]*>?|\{[^{}]*=[^{}]*\}?|\]\(\s*[^)\s]*")


def gained(  # noqa: PLR0913, PLR0917  # two texts, and what is known of them
    source: str,
    translation: str,
    events: tuple[Inlines, Inlines] = ((), ()),
    locale: str = "",
    links: LocaleLinks = NO_LINKS,
    dialects: tuple[str, ...] = (),
) -> list[Item]:
    """The active items of a translation that are not in its source; `events` are those of both, if they are Markdown.

    Texts are read as HTML, but for code spans: renderers differ in what else they take for tags. An address of the
    source may have become that of the locale: the same file on the same site, or what the rules of `links` say. Site
    generators of some `dialects` publish the files that a link leads to.

    >>> [str(item) for item in gained("<b>a</b>", "<b onclick=c>d</b> <i lang=nl>e</i>")]
    ['an attribute that acts that the source does not have: onclick="c"']
    """
    if _PUBLISHING.intersection(dialects):
        endings = {*_DOCUMENTS, *(ending for _, ending in _files(events[0]))}
        files = [Item("a file to publish", address) for address, ending in _files(events[1]) if ending not in endings]
        if files:
            return files
    for read in (marks, marks_of_pieces):
        was, now = (_active_items(text, one, read) for text, one in zip((source, translation), events, strict=True))
        known = frozenset(was.loads)
        found = [*(now.items - was.items)]
        found += (
            load
            for load in dict.fromkeys(now.loads)
            if load not in known
            and not any(
                links.are_alike(one.text, load.text)
                or compare(one.text, load.text, locale, loads=True).likeness < Likeness.OTHER
                for one in was.loads[:_NEAREST]
            )
        )
        if found:
            return found
    # A backslash turns a tag into text in CommonMark but not in Python-Markdown, so both readings must be right.
    texts = _ESCAPED.sub("__", source), _ESCAPED.sub("__", translation)
    return [] if texts[0] == source else gained(*texts, events, locale, links, dialects)


_PUBLISHING = frozenset({"myst", "docusaurus"})
"""The dialects whose generators copy a file of the project into the site if a link leads to it."""

_FILE = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2})[^?#]*\.([A-Za-z0-9]+)(?:[?#].*)?", re.DOTALL)
_DOCUMENTS = frozenset({"md", "mdx", "html", "htm", "rst"})


def _files(events: Inlines) -> Iterator[tuple[str, str]]:
    """The addresses of links that lead to a file of the project, each with the ending of the file."""
    for one in events:
        if one.kind == "Link" and isinstance(one.value, dict) and one.value.get("link_type") not in _AUTOLINKS:
            address = unquote(str(one.value.get("dest_url", "")))
            if found := _FILE.fullmatch(address):
                yield address, found[1].lower()


def gained_in_any(  # noqa: PLR0913, PLR0917  # what is compared, and what a translation may have
    source: str,
    texts: Iterable[str],
    is_markdown: bool,  # noqa: FBT001  # a property of the slot, which no caller writes out
    locale: str = "",
    links: LocaleLinks = NO_LINKS,
    allowed: Collection[str] = (),
    dialects: tuple[str, ...] = (),
) -> list[Item]:
    """The active items of one of the readings of a translation that are neither in its source nor allowed."""
    for text in texts:
        if may_gain_markup(source, text):
            events = (inlines(source), inlines(text)) if is_markdown else ((), ())
            if items := without_allowed_items(gained(source, text, events, locale, links, dialects), allowed):
                return items
    return []


def without_allowed_items(items: Iterable[Item], allowed: Collection[str]) -> list[Item]:
    """The items whose text is not allowed; white space in it does not matter."""
    texts = {"".join(text.split()) for text in allowed}
    return [item for item in items if "".join(item.text.split()) not in texts]


_NEAREST = 12
"""How many addresses of the source an address is compared with."""


_ESCAPED = re.compile(r"\\[\\<]")


def _active_items(text: str, events: Inlines, read: Callable[[str], Iterable[HtmlMark]]) -> _Active:
    """The active items of a text, read as HTML by `read`."""
    links = [one for one in events if one.kind in _CODE_OR_LINK]
    html = without_code(text, links)
    items, loads = _items_of_links(links, html if events else "")
    if "<" in html:
        for mark in read(html):
            items += _items_of_mark(mark)
            loads += (Item(LOAD, value) for name, value in addresses(mark) if name in LOADING)
    if "{" in html and "=" in html:
        # Lists of attributes apply to the text before them. Site generators differ in where one ends, so any brace may.
        for found in _LISTED.finditer(html, html.index("{"), html.rfind("}") + 1):
            if found[1].lower() in ADDRESSES:
                loads.append(Item("an address in an attribute list", unescape(found[2].strip("\"'"))))
            else:
                items.append(Item("an attribute that acts", f"{found[1].lower()}={found[2]}"))
    items += (item for load in loads for item in _items_of_address(load.text))
    return _Active(Counter(items), tuple(loads))


def _items_of_links(links: Inlines, text: str) -> tuple[list[Item], list[Item]]:
    """The active items and the loaded images of a text, in links of the parser and of other renderers."""
    items: list[Item] = []
    loads: list[Item] = []
    for link in links:
        if isinstance(link.value, dict):
            target = str(link.value.get("dest_url", ""))
            if link.kind == "Image":
                loads.append(Item(LOAD, target))
            elif link.value.get("link_type") != "Email":
                items += _items_of_address(target)
    if "](" in text:
        known = {load.text for load in loads}
        for is_image, address, scheme in _loose_links(text):
            if is_image and address and address not in known:
                loads.append(Item(LOAD, address))
            if scheme in _RUNNING:
                items += _items_of_address(f"{scheme}:")
    return items, loads


# Renderers differ in what may be in the text and the address of a link, so every bracket counts.
_BRACKETS = re.compile(r"\\.|!?\[|\](?=(\(\s*(?:<([^<>]*)|([^\s()<>\"']*))))?", re.DOTALL)
_RUNNING = frozenset({"javascript", "vbscript", "livescript", "data", "blob", "filesystem", "file"})
_LONGEST_SCHEME = 200


def _loose_links(text: str) -> Iterator[tuple[bool, str, str]]:
    """What any renderer may take for a link or image: whether it is an image, its address, and the scheme.

    >>> list(_loose_links("![[^1]](//a.example/b) [c](javascript:d 'e)"))
    [(True, '//a.example/b', ''), (False, 'javascript:d', 'javascript')]
    """
    opened: list[bool] = []
    for found in _BRACKETS.finditer(text):
        if found[0].endswith("[") and found[0][0] != "\\":
            opened.append(found[0][0] == "!")
        elif found[0] == "]":
            is_image = bool(opened) and opened.pop()
            if found[1]:
                start = found.start() + 2
                address = unescape(text[start : start + _LONGEST_SCHEME])
                scheme = _SCHEME.match(_SKIPPED.sub("", address).lstrip("<"))
                yield is_image, unescape(found[2] or found[3] or ""), scheme[1].lower() if scheme else ""


def without_code(text: str, events: Sequence[Inline]) -> str:
    """A text without its code spans and the autolinks that HTML would take for tags."""
    data = text.encode(errors="replace")
    pieces: list[bytes] = []
    position = 0
    spans = [(one.start, one.end) for one in events if one.kind == "Code"]
    code = frozenset(certain_code(data, spans)) if spans else frozenset()
    for one in events:
        is_autolink = isinstance(one.value, dict) and one.value.get("link_type") in _AUTOLINKS
        if one.start >= position and ((one.start, one.end) in code or is_autolink):
            pieces.append(data[position : one.start])
            position = one.end
    return _HOLE.encode().join([*pieces, data[position:]]).decode(errors="replace")


def _items_of_mark(mark: HtmlMark) -> Iterator[Item]:
    if mark.kind is MarkKind.UNFINISHED and ('"' in mark.name or "'" in mark.name):
        yield Item("a tag without an end", mark.name)
    elif mark.kind is MarkKind.ASIDE:
        yield Item("a comment", f"<!--{mark.name}-->")
    elif mark.kind is MarkKind.START:
        is_known = mark.name in _INERT
        # A site's script may know elements with a hyphen.
        if mark.name in _ACTIVE or (not is_known and "-" in mark.name):
            yield Item("an active tag", f"<{mark.name}>")
        for name, value in mark.attributes:
            is_passive = name in _PASSIVE or name in ADDRESSES or name.startswith("aria-")
            # <your name here> is text to its author: names of attributes without a value.
            acts = value or name in _BARE or name.startswith("on") or _NAME_OF_SCRIPT.match(name)
            if (acts and not is_passive) or (name == "name" and mark.name == "img"):
                yield Item("an attribute that acts", f'{name}="{value}"')
        for name, value in addresses(mark):
            if name not in LOADING:
                yield from _items_of_address(value)


_LISTED = re.compile(
    rf"""(?<![\w-])(on[a-z]{{3,}}|style|hidden|inert|srcdoc|is|@[\w.:-]+|(?:v|x|hx|data-hx)-[\w.:-]+|{"|".join(sorted(ADDRESSES))})"""
    r"""[ \t]*=[ \t]*("[^"]*"|'[^']*'|[^\s}]*)""",
    re.IGNORECASE,
)
"""Finds active attributes in lists in braces, which site generators turn into attributes of HTML."""


def _items_of_address(address: str) -> Iterator[Item]:
    """The scheme of an address, if it does more than lead to a page."""
    found = _SCHEME.match(_SKIPPED.sub("", unescape(address)))
    if found and found[1].lower() not in _HARMLESS_SCHEMES:
        yield Item("an address that may run code", f"{found[1].lower()}:")
