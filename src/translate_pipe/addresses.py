r"""Compare addresses as browsers read them, to see whether one may replace another in a translation.

The checks and the judge both call `compare`. It reads addresses by the WHATWG URL standard, so that `https:\\evil`,
`/\evil` and `https://good@evil` lead here where they lead in a browser. It never uses the network.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from translate_pipe import locales
from translate_pipe.late import LateModule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import can_ada
    import publicsuffixlist
else:  # few addresses differ from those of their source
    can_ada = LateModule("can_ada")
    publicsuffixlist = LateModule("publicsuffixlist")


class Likeness(IntEnum):
    """How an address of a translation relates to the one in its source; a greater value is worse."""

    SAME = 0
    LOCALISED = 1  # the same thing for readers of the locale
    DOUBTFUL = 2  # the same site and kind of thing, but perhaps another page
    OTHER = 3  # another host, or another kind of thing


class Comparison(NamedTuple):
    """The likeness of two addresses, and the first part that lowers it, as a word for messages."""

    likeness: Likeness
    part: str = ""


FRAGMENT = "fragment"
"""The part that differs if only the place in the page does."""

_SAME = Comparison(Likeness.SAME)
_WEB = frozenset({"http", "https", "ftp"})
_MAIL = frozenset({"mailto", "xmpp"})
_DEEPEST = 3  # addresses within addresses


def compare(source: str, translation: str, locale: str = "", *, loads: bool = False) -> Comparison:
    """Compare an address of a translation with the one in its source.

    `loads` is for images and everything else that a browser fetches without a click: these must stay on their site, and
    keep their file name unless the address names the locale.

    >>> compare("https://example.nl/contact", "https://example.de/kontakt", "de").likeness.name
    'LOCALISED'
    >>> [(one.likeness.name, one.part) for one in (compare("/a", "/b"), compare("/nl/", "//evil.example/de/", "de"))]
    [('DOUBTFUL', 'page'), ('OTHER', 'host')]
    """
    return _SAME if source == translation else _compare(source, translation, _Aim(locale, loads), 0)


def has_registrable_host(address: str) -> bool:
    """Whether an address names a host that can be registered.

    >>> has_registrable_host("https://a.nl。evil.com"), has_registrable_host("https://a.nl。Zo")
    (True, False)
    """
    url = _parse(address)
    return url is not None and url.is_external and _host(url.host) is not None


class _Aim(NamedTuple):
    """The locale of the translation, and whether a browser loads the address without a click."""

    locale: str
    loads: bool


def _compare(source: str, translation: str, aim: _Aim, depth: int) -> Comparison:
    was, now = _parse(source), _parse(translation)
    if was is None or now is None or depth > _DEEPEST:
        return Comparison(Likeness.OTHER, "address")
    if was == now:
        return _SAME
    if part := _part_that_must_stay(source, translation, was, now):
        return Comparison(Likeness.OTHER, part)
    if was.scheme in _MAIL:
        return _worst([_compare_mailboxes(was, now, aim), _compare_queries(was, now, aim, depth)[0]])
    host = _compare_hosts(was.host, now.host, aim)
    path = _compare_marks(was.path, now.path, aim, "page")
    query, queried = _compare_queries(was, now, aim, depth)
    is_gained = host.is_gained or path.is_gained or queried
    is_downgrade = (was.scheme, now.scheme) == ("https", "http")
    parts = [
        Comparison(Likeness.DOUBTFUL if is_downgrade else Likeness.SAME, "scheme"),
        host.comparison,
        path.comparison,
        _compare_names(path, aim, is_gained=is_gained),
        query,
        _compare_nested(_nested_in_path(was), _nested_in_path(now), aim, depth),
        _compare_fragments(was, now, aim, depth, is_gained=is_gained),
    ]
    return _worst(parts)


def _worst(parts: Sequence[Comparison]) -> Comparison:
    return max(parts, key=lambda one: one.likeness)  # the first of several


def _part_that_must_stay(source: str, translation: str, was: _Address, now: _Address) -> str:
    """The first part that differs although no locale needs another one; empty if there is none."""
    schemes = {was.scheme, now.scheme}
    if schemes != {"http", "https"} and not (len(schemes) == 1 and schemes <= _WEB | _MAIL):
        return "scheme"
    if was.is_external != now.is_external or (was.user, was.port) != (now.user, now.port):
        return "host"
    old, new = (_BLANKS.sub("", unquote(text)) for text in (source, translation))
    if new != unquote(translation) and (old == new or _parse(old) == _parse(new)):
        return "white space"  # only blanks or invisible characters are new
    return "template" if _TEMPLATE.findall(was.text) != _TEMPLATE.findall(now.text) else ""


# Reading


class _Address(NamedTuple):
    """The parts of an address, with their percent codes decoded.

    - `path`: the names between slashes; `/a/` has the path of `/a`.
    - `text`: path, query and fragment as one text.
    - `is_external`: whether the address names its host.
    """

    scheme: str
    user: str
    host: str
    port: str
    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    fragment: str
    text: str
    is_external: bool


_HERE = "here.invalid"
_LEVELS = 32
"""The most folders that a relative address may lead up; more are read as the root."""

_BLANKS = re.compile("[\\s\x00-\x1f\x7f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
# Texts that a site generator may replace: {{ x }}, {% x %}, ${x}, <x>.
_TEMPLATE = re.compile(r"[{<][^{}<>]*[}>]|[{}<>`]")


def _parse(text: str) -> _Address | None:
    """Read an address as a browser does; None for one that no browser can follow."""
    is_external = True
    try:
        url = can_ada.parse(text)
    except (TypeError, ValueError):
        try:
            url = can_ada.parse(f"https://{_HERE}/" + "~/" * _LEVELS) + text
        except (TypeError, ValueError):  # such as http://[, or half a surrogate pair
            return None
        is_external = url.host != _HERE
    pairs = (part.partition("=") for part in url.search.removeprefix("?").split("&") if part)
    query = tuple((unquote(name), unquote(value.replace("+", " "))) for name, _, value in pairs)
    names = [url.pathname]
    if url.host:
        names = url.pathname[1:].removesuffix("/").split("/") if len(url.pathname) > 1 else []
    user = f"{url.username}:{url.password}" if url.username or url.password else ""
    fragment = unquote(url.hash.removeprefix("#"))
    path = tuple(map(unquote, names))
    whole = "/".join((*path, *(f"{name}={value}" for name, value in query), fragment))
    scheme, host = url.protocol.removesuffix(":"), url.hostname.removesuffix(".")
    return _Address(scheme, user, host, url.port, path, query, fragment, whole, is_external)


# Marks of languages


class _Marked(NamedTuple):
    """How the marks of languages in two lists of names differ.

    - `is_gained`: whether the translation has a mark that the source does not have.
    - `was`, `now`: the names without their marks.
    """

    comparison: Comparison
    is_gained: bool
    was: tuple[str, ...] = ()
    now: tuple[str, ...] = ()


_PAGES = frozenset(
    ["asp", "aspx", "htm", "html", "jsp", "markdown", "md", "mdx", "php", "rst", "shtml", "txt", "xhtml"]
)
_IMAGES = frozenset(["avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp"])
_TAG = r"(?:[A-Za-z]{2}|[A-Za-z]{3}(?=[-_]))(?:[-_](?:[A-Za-z]{4}|[A-Za-z]{2}|\d{3})(?![A-Za-z0-9])){0,2}"
_AT_END = re.compile(rf"[._-]({_TAG})(?=(?:\.[A-Za-z0-9]{{1,8}})?\Z)")
_AT_BEGINNING = re.compile(rf"({_TAG})(?=[._-])[_-]?")
_ENDING = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,4})\Z")


def _compare_marks(was: Iterable[str], now: Iterable[str], aim: _Aim, part: str) -> _Marked:
    """Compare only the marks of languages in the names of two hosts or paths."""
    (old_names, old), (new_names, new) = _without_marks(was), _without_marks(now)
    gained, lost = Counter(new) - Counter(old), Counter(old) - Counter(new)
    if any(not locales.is_mark_of(mark, aim.locale) for mark in gained):
        likeness = Likeness.DOUBTFUL
    else:
        likeness = Likeness.LOCALISED if gained or lost else Likeness.SAME
    return _Marked(Comparison(likeness, f"language of the {part}"), bool(gained), old_names, new_names)


def _without_marks(names: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    left: list[str] = []
    marks: list[str] = []
    for name in names:
        rest, mark = _without_mark(name)
        if mark:
            marks.append(mark.lower().replace("_", "-"))
        if rest or not mark:
            left.append(rest)
    return tuple(left), marks


@cache
def _without_mark(name: str) -> tuple[str, str]:
    """A name without the mark of a language, and the mark; the mark is empty if the name has none.

    >>> [_without_mark(name) for name in ("de", "start.de.md", "index_nl.htm", "deed.nl", "nl-kaart.png", "kop")]
    [('', 'de'), ('start.md', 'de'), ('index.htm', 'nl'), ('deed', 'nl'), ('kaart.png', 'nl'), ('kop', '')]
    """
    if locales.of_mark(name):
        return "", name
    found = _AT_END.search(name)
    if found and (named := locales.of_mark(found[1])):
        # `.md` and `.py` at the end of a name are endings of files, no countries.
        is_ending = found[0][0] == "." and found.end() == len(name)
        if not is_ending or named.startswith(found[1].lower()):
            return name[: found.start()] + name[found.end() :], found[1]
    found = _AT_BEGINNING.match(name)
    if found and locales.of_mark(found[1]):
        return name[found.end() :], found[1]
    return name, ""


def _compare_names(path: _Marked, aim: _Aim, *, is_gained: bool) -> Comparison:
    """Compare the names of two paths; they may differ if the address leads to another language."""
    if path.was == path.now:
        return _SAME
    if _kind(path.was) != _kind(path.now):
        return Comparison(Likeness.OTHER, "kind of file")
    if aim.loads:
        return Comparison(Likeness.DOUBTFUL if is_gained else Likeness.OTHER, "file")
    is_page = is_gained and len(path.was) == len(path.now)
    return Comparison(Likeness.LOCALISED if is_page else Likeness.DOUBTFUL, "page")


def _kind(path: Sequence[str]) -> str:
    """The kind of thing that a path names: `image`, another ending of a file, or empty for a page."""
    found = _ENDING.search(path[-1]) if path else None
    ending = found[1].lower() if found else ""
    return "image" if ending in _IMAGES else "" if ending in _PAGES else ending


# Hosts


class _Host(NamedTuple):
    """The parts of a host.

    - `before`: the names before the registrable name.
    - `name`: the registrable name.
    - `suffix`: the public suffix after it.
    - `is_public`: whether anybody can register names under the suffix; others belong to a hosting service.
    """

    before: tuple[str, ...]
    name: str
    suffix: str
    is_public: bool


_NEUTRAL = frozenset({"www", "m"})
_INTERNATIONAL = frozenset({"com", "org", "net", "eu"})
_COUNTRY_LENGTH = 2
# The suffixes of countries that are sold to everybody, so that they do not name a country.
_SOLD = frozenset(
    (  # noqa: SIM905  # a row of words is easier to read
        "ac ag ai am as bz cc cd co cx dj fm gg gl io la ly me ms nu sc sh so sr st su tk to tv vc ws"
    ).split()
)
_ADDRESS_IN_NUMBERS = re.compile(r"\[.*\]|[\d.]+")


def _compare_hosts(was: str, now: str, aim: _Aim) -> _Marked:
    if was == now:
        return _Marked(_SAME, is_gained=False)
    old, new = _host(was), _host(now)
    other = _Marked(Comparison(Likeness.OTHER, "host"), is_gained=False)
    if old is None or new is None or old.name != new.name:
        return other
    marked = _compare_marks(old.before, new.before, aim, "host")
    if [*_named(marked.was)] != [*_named(marked.now)]:
        return other
    if old.suffix == new.suffix:
        return marked._replace(comparison=_worst([marked.comparison, Comparison(Likeness.LOCALISED, "host")]))
    if aim.loads:
        return other
    suffix = _compare_suffixes(old, new, aim.locale)
    return _Marked(_worst([suffix, marked.comparison]), is_gained=suffix.likeness < Likeness.OTHER)


def _named(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if name not in _NEUTRAL)


@cache
def _host(text: str) -> _Host | None:
    """The parts of a host; None for one that cannot be registered, such as `localhost` and 127.0.0.1."""
    if _ADDRESS_IN_NUMBERS.fullmatch(text):
        return None
    suffix = _suffixes().publicsuffix(text)
    if not suffix or suffix == text:
        return None
    *before, name = text.removesuffix(f".{suffix}").split(".")
    return _Host(tuple(before), name, suffix, _suffixes(only_icann=True).publicsuffix(text) == suffix)


@cache
def _suffixes(*, only_icann: bool = False) -> publicsuffixlist.PublicSuffixList:
    return publicsuffixlist.PublicSuffixList(accept_unknown=False, only_icann=only_icann)


def _compare_suffixes(was: _Host, now: _Host, locale: str) -> Comparison:
    """Compare the suffixes of two hosts that have the same name before them.

    A name under the suffix of one of the locale's countries counts as the same owner's. A name of another country may
    be the same owner's, and so may `.com` instead of a country. Any other suffix is another host. Suffixes of hosting
    services must belong to the same service.
    """
    (service, _, old), (new_service, _, new) = was.suffix.rpartition("."), now.suffix.rpartition(".")
    if was.is_public != now.is_public or not (was.is_public or service == new_service != ""):
        return Comparison(Likeness.OTHER, "host")
    if len(new) == _COUNTRY_LENGTH and new != "eu" and now.suffix not in _SOLD:
        country = "GB" if new == "uk" else new.upper()
        is_own = country in locales.countries_of(locale)
        return Comparison(Likeness.LOCALISED if is_own else Likeness.DOUBTFUL, "country")
    is_plausible = new in _INTERNATIONAL and len(old) == _COUNTRY_LENGTH
    return Comparison(Likeness.DOUBTFUL if is_plausible else Likeness.OTHER, "country")


# Mail


def _compare_mailboxes(was: _Address, now: _Address, aim: _Aim) -> Comparison:
    old, new = was.path[0].split(","), now.path[0].split(",")
    if len(old) != len(new):
        return Comparison(Likeness.OTHER, "mail address")
    found = [_SAME]
    for one, other in zip(old, new, strict=True):
        (name, _, host), (new_name, _, new_host) = one.strip().rpartition("@"), other.strip().rpartition("@")
        site, new_site = _parse(f"https://{host}"), _parse(f"https://{new_host}")
        if site is None or new_site is None or any(each.path or each.user for each in (site, new_site)):
            found.append(_SAME if one == other else Comparison(Likeness.OTHER, "mail address"))
            continue
        hosts = _compare_hosts(site.host, new_site.host, aim)
        found.append(hosts.comparison)
        if name.lower() != new_name.lower() and not hosts.is_gained:
            found.append(Comparison(Likeness.DOUBTFUL, "mailbox"))
    return _worst(found)


# Queries, fragments, and addresses inside of addresses

# Parameters with words for people: the subject of a mail, the text of a post, words to search for.
_TEXTS = frozenset(["body", "message", "q", "quote", "search", "subject", "summary", "text", "title"])
_RECIPIENTS = frozenset({"to", "cc", "bcc"})
_NESTED = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|[/\\]\s*[/\\])")
_NESTED_HOST = re.compile(r"\s*(?:[^\s/?#@]*@)?[\w-]+(?:[.。．｡][\w-]+)+(?:[:/?#\\].*)?\s*", re.DOTALL)
_IN_FRAGMENT = re.compile(r"(?:(?<![^!?])[/\\]{2}|[A-Za-z][A-Za-z0-9+.-]{0,30}:[/\\]).*", re.DOTALL)
_IN_PATH = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:[/\\].*", re.DOTALL)


def _compare_queries(was: _Address, now: _Address, aim: _Aim, depth: int) -> tuple[Comparison, bool]:
    """Compare two queries; the result also says whether the translation adds the mark of a language."""
    if was.query == now.query:
        return _SAME, False
    nested = _compare_nested(_nested_in_query(was), _nested_in_query(now), aim, depth)
    old, new = (Counter(pair for pair in one.query if not _is_marked(pair)) for one in (was, now))
    old_marks, new_marks = ([pair[1] for pair in one.query if _is_marked(pair)] for one in (was, now))
    marked = _compare_marks(old_marks, new_marks, aim, "query")
    # A value that may be translated, or that is compared by itself, does not count.
    left = [
        Counter((name, "") if name.lower() in _TEXTS or _is_nested(value) else (name, value) for name, value in rest)
        for rest in ((old - new).elements(), (new - old).elements())
    ]
    words = _SAME if left[0] == left[1] else Comparison(Likeness.OTHER if aim.loads else Likeness.DOUBTFUL, "query")
    return _worst([nested, marked.comparison, words]), marked.is_gained


def _is_marked(pair: tuple[str, str]) -> bool:
    return pair[0].lower() not in _TEXTS and bool(locales.of_mark(pair[1]))


def _nested_in_query(one: _Address) -> list[str]:
    values = (_unquoted(value) for pair in one.query for value in pair if _is_nested(value))
    found = [value if _NESTED.match(value) else f"https://{value.strip()}" for value in values]
    mails = (value for name, value in one.query if name.lower() in _RECIPIENTS and one.scheme in _MAIL)
    return [*found, *(f"mailto:{value}" for value in mails)]


def _is_nested(value: str) -> bool:
    text = _unquoted(value)
    if _NESTED.match(text):
        return True
    if not _NESTED_HOST.fullmatch(text):
        return False
    return has_registrable_host(f"https://{text.strip()}")


def _unquoted(value: str) -> str:
    """A value without percent codes, which may be encoded several times."""
    for _ in range(_DEEPEST):
        value = unquote(value)
    return value


def _nested_in_path(one: _Address) -> list[str]:
    found = _IN_PATH.search("/".join(one.path)) if one.scheme in _WEB else None
    return [_unquoted(found.group())] if found else []


def _compare_nested(was: Sequence[str], now: Sequence[str], aim: _Aim, depth: int) -> Comparison:
    """Compare the addresses inside two addresses, such as those of sites that redirect."""
    if len(was) != len(now):
        return Comparison(Likeness.OTHER, "address inside of it")
    found = (_compare(one, other, aim, depth + 1) for one, other in zip(was, now, strict=True) if one != other)
    likeness = max((one.likeness for one in found), default=Likeness.SAME)
    return Comparison(likeness, "address inside of it")


def _compare_fragments(was: _Address, now: _Address, aim: _Aim, depth: int, *, is_gained: bool) -> Comparison:
    old, new = was.fragment, now.fragment
    if old == new:
        return _SAME
    inside, new_inside = ([found.group()] if (found := _IN_FRAGMENT.search(one)) else [] for one in (old, new))
    if inside or new_inside:
        return _compare_nested(inside, new_inside, aim, depth)
    if aim.loads:
        return Comparison(Likeness.OTHER, FRAGMENT)
    (place, words, _), (new_place, new_words, _) = old.partition(":~:text="), new.partition(":~:text=")
    is_of_words = bool(words) and bool(new_words) and place == new_place
    marked = _compare_marks([old], [new], aim, FRAGMENT)
    is_of_locale = marked.is_gained and marked.comparison.likeness is Likeness.LOCALISED
    is_right = is_gained or is_of_words or is_of_locale
    return Comparison(Likeness.LOCALISED if is_right else Likeness.DOUBTFUL, FRAGMENT)
