"""The parts of one text of a message: its prose, citations, links, code and tags. Each text is parsed once."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from translate_pipe.checks.helpers.lazy import lazy
from translate_pipe.checks.helpers.places import Places
from translate_pipe.checks.helpers.traits import Trait
from translate_pipe.checks.helpers.wording import sentence_starts
from translate_pipe.markdown.embedded.hypertext import LOADING, addresses, marks
from translate_pipe.markdown.inline.bare_addresses import bare_addresses
from translate_pipe.markdown.inline.citations import citations_in, may_cite
from translate_pipe.markdown.inline.inlines import inlines, plain_inlines
from translate_pipe.markdown.inline.tokens import tokens
from translate_pipe.model import Side
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from translate_pipe.markdown.inline.citations import Citation
    from translate_pipe.markdown.inline.tokens import Token
    from translate_pipe.model import Inline

OBJECT = "\ufffc"
"""Replaces code, an address or an image in the prose (U+FFFC, object replacement character)."""

_EMPHASIS = frozenset({"Emphasis", "Strong", "Strikethrough"})
_EMPHASIS_ENDS = frozenset(f"End{kind}" for kind in _EMPHASIS)
_REFERENCE = Expression(r"\[([^\[\]]*)\]\[([^\[\]^@]+)\]")
_WIKI_LINK = Expression(r"\[\[(?![\^@\d])([^\[\]|\n]{1,500})(?:\|([^\[\]|\n]{1,500}))?\]\](?![(\[])")
# MyST: {role}`target`, {role}`text <target>`; what a citation leads to is found elsewhere.
_ROLE = Expression(r"\{(?!cite\b)[A-Za-z][\w:.+-]{0,50}\}\Z")
_LONGEST_ROLE = 53
_ROLE_WITH_TEXT = Expression(r"(?<!\A)<([^<>]++)>\s*\Z")
_ROLES_OF_TEXT = frozenset({"{abbr}", "{guilabel}", "{menuselection}", "{sub}", "{sup}"})
_BLANKS = Expression(r"[ \t\r\n]+")
_WORD = Expression(r"[^\W\d_]+(?:['’\u200c\u200d][^\W\d_]+)*")
# Markup that means the same in every text: in the first group what holds text of its own or opens, in the second what
# closes. The third has what only the parser understands.
_SIMPLE_MARKUP = Expression(
    r"(?=[\x00-\x1f\\`*_\[\]{}<&~|!$^])(?:("
    r"`(?!r[ #]|[^`]*(?:///|:::|!!|-8<|\[OAD))[^`\s]++(?: [^`\s]++)*+`(?!`)"  # code, but for what generators run
    r"|<br ?/?>|<a (?:name|id)=\"[\w.:-]*+\">(?=</a>)|(?<=\">)</a>"
    r"|!?\[(?![\[^\]]|OAD)"
    r"|(?<![^ \"'(])(?:\*\*?|__?)(?=[^\W_])|(?<![^ ])(?:\*\*?|__?)(?=[`\[(\"'])"
    r")|("
    r"\]\([\w./#?=%+:,~-]*+\)"
    r"|(?<=[^\W_]|[`)\].,:;!?\"'])(?:\*\*?|__?)(?=[ .,:;)!?\"'<\u2014/]|\Z)"
    r")|((?!(?<=[^\W_])_(?=[^\W_])|!(?!\[)|&(?![#\w])).))",
    re.DOTALL,
)
# As numbers, since the operators of a flag take longer than most readings.
_MARKUP, _TOKENS, _CITATIONS = int(Trait.MARKUP), int(Trait.TOKEN), int(Trait.CITATION)
_BARE, _MARKS = int(Trait.BARE_ADDRESS | Trait.LINK), int(Trait.MARK)


class Link(NamedTuple):
    """A link: `kind` is `link`, `image`, `address` (one that is written out) or `reference` (the target is a label).

    `text` is what a reader sees of it, with an OBJECT for each character of `code`; `start` is where that begins in the
    prose, in characters. `first` and `last` are the bytes of the text that the link reaches from and to, as the parser
    gives them; 0 for a link that it does not know.
    """

    kind: str
    target: str
    text: str
    start: int
    code: tuple[str, ...] = ()
    first: int = 0
    last: int = 0


class Reading:
    """A msgid or msgstr, taken apart.

    `shown` is what a reader sees, with an OBJECT for each character of code and addresses; `prose` is the same with an
    OBJECT for citations, labels and long tokens as well: the text whose words and numbers are compared. `code` holds
    the contents of code spans, `roles` those of MyST with what they lead to, `tags` HTML as written, `emphasis` the
    kinds of emphasis, one an occurrence, and `highlights` where emphasis begins and ends in the prose. A text that is
    no Markdown has but code and tags.
    """

    def __init__(self, text: str, traits: int, side: Side = Side.MSGSTR, *, is_markdown: bool = True) -> None:
        self.text = text
        self._side = side
        self._traits = traits
        self._is_markdown = is_markdown
        self.code: list[str] = []
        self.roles: list[str] = []
        self.tags: list[str] = []
        self.emphasis: list[str] = []
        self.highlights: list[tuple[int, int]] = []
        self.links: list[Link] = []
        shown: str | None = text.replace("\n", " ") if is_markdown else text
        if shown is not None and traits & _MARKUP:
            shown = self._read_simple(shown) if is_markdown else None
        self.tokens: tuple[Token, ...] = ()
        self.citations: tuple[Citation, ...] = ()
        self.is_simple = shown is not None
        self.shown = self._without_addresses(self._walk(self.inlines) if shown is None else shown)
        if self.is_simple and not traits & _MARKS:  # what is below needs brackets or one of these
            self.prose = self.shown
            return
        if "][" in self.shown:
            self.links += [
                Link("reference", found[2].lower(), found[1], found.start())
                for found in _REFERENCE.finditer(self.shown)
            ]
        if "[[" in self.shown:
            self.links += [
                Link("link", found[1].strip(), found[2] or found[1], found.start(2 if found[2] else 1))
                for found in _WIKI_LINK.finditer(self.shown)
            ]
        if traits & _TOKENS:
            self.tokens = tokens(self.shown)
        if traits & _CITATIONS and may_cite(text):
            self.citations = citations_in(self.inlines)
        if self.tokens and self.citations:
            self.citations = _outside(self.citations, self.tokens)
            self.tokens = _outside(self.tokens, self.citations)
        self.prose = self._without_marks()

    @lazy
    def inlines(self) -> tuple[Inline, ...]:
        """The events of the parser; offsets are bytes of the text."""
        return inlines(self.text) if self._is_markdown else plain_inlines(self.text)

    @lazy
    def places(self) -> Places:
        """Where what the reading has is written in the text."""
        return Places(self.text, self._side, self.inlines if self._traits & _MARKUP else ())

    def is_like(self, other: Reading) -> bool:
        """Whether both texts are simple and have the same code, tags, links and emphasis, and no other marks."""
        return (
            self.is_simple
            and other.is_simple
            and self.code == other.code
            and self.tags == other.tags
            and self.emphasis == other.emphasis
            and not (self.tokens or other.tokens or self.citations or other.citations)
            and [link[:2] for link in self.links] == [link[:2] for link in other.links]
        )

    @lazy
    def all_links(self) -> list[Link]:
        """The links, with those of tags after the others: what a browser loads is an image."""
        found = [
            Link("image" if name in LOADING else "link", value, "", 0)
            for tag in self.tags
            for mark in marks(tag)
            for name, value in addresses(mark)
        ]
        return [*self.links, *found]

    def _read_simple(self, line: str) -> str | None:  # noqa: C901  # a call for each mark would take as long as all of this
        """As `_walk`, without the parser; None for a text that only the parser understands."""
        parts = _SIMPLE_MARKUP.split(line)
        if any(parts[3::4]) or line.endswith(" "):  # which the parser removes
            return None
        code: list[str] = []
        links: list[Link] = []
        tags: list[str] = []
        emphasis: list[str] = []
        highlights: list[tuple[int, int]] = []
        opened: list[tuple[str, int, int, int]] = []
        shown: str = parts[0]
        place = len(shown)
        for at in range(1, len(parts), 4):
            mark, end, _, text = parts[at : at + 4]
            if end:
                opening, start, codes, first = opened.pop() if opened else ("", 0, 0, 0)
                if opening == end:
                    highlights.append((start, len(shown)))
                elif opening.endswith("[") and end[0] == "]":
                    kind = "image" if opening[0] == "!" else "link"
                    last = len(line[: place + len(end)].encode())
                    first = len(line[:first].encode())
                    links.append(Link(kind, end[2:-1], shown[start:], start, tuple(code[codes:]), first, last))
                else:
                    return None
            elif mark[0] == "`":
                code.append(mark[1:-1])
                shown += OBJECT * (len(mark) - 2)
            elif mark[0] == "<":
                tags.append(mark)
            else:
                # One in another of its kind is for the parser.
                if opened and (len(opened) > 1 or (opened[0][0][-1] == "[") == (mark[-1] == "[")):
                    return None
                opened.append((mark, len(shown), len(code), place))
                if mark[-1] != "[":
                    emphasis.append("Strong" if len(mark) > 1 else "Emphasis")
            shown += text
            place += len(mark or end) + len(text)
        if opened:
            return None
        self.code, self.links, self.tags = code, links, tags
        self.emphasis, self.highlights = emphasis, highlights
        return shown

    def _walk(self, events: Sequence[Inline]) -> str:
        """Sort the events, and return what a reader sees, with OBJECTs for code and addresses."""
        shown = ""
        open_emphasis: list[int] = []
        open_links: list[tuple[Inline, int, int]] = []
        for event in events:
            kind = event.kind
            if kind == "Text":
                shown += str(event.value)
            elif kind == "Code":
                code = str(event.value)
                role = _ROLE.search(shown[-_LONGEST_ROLE:]) if shown.endswith("}") else None
                if role:
                    self.roles.append(_role(role.group(), code))
                    shown = shown[: -len(role.group())] + OBJECT * len(role.group())
                else:
                    self.code.append(_BLANKS.sub(" ", code).strip(" "))
                shown += OBJECT * len(code)
            elif kind == "InlineHtml":
                self.tags.append(str(event.value))
            elif kind in _EMPHASIS:
                self.emphasis.append(kind)
                open_emphasis.append(len(shown))
            elif kind in _EMPHASIS_ENDS and open_emphasis:
                self.highlights.append((open_emphasis.pop(), len(shown)))
            elif kind in {"Link", "Image"}:
                open_links.append((event, len(shown), len(self.code)))
            elif kind in {"EndLink", "EndImage"} and open_links:
                opening, start, codes = open_links.pop()
                shown = self._linked(opening, start, shown, tuple(self.code[codes:]))
        return shown

    def _linked(self, opening: Inline, start: int, shown: str, code: tuple[str, ...]) -> str:
        detail = opening.value
        target = detail["dest_url"] if isinstance(detail, dict) else ""
        is_mail = isinstance(detail, dict) and detail["link_type"] == "Email"
        is_address = is_mail or (isinstance(detail, dict) and detail["link_type"] == "Autolink")
        target = f"mailto:{target}" if is_mail else target
        kind = "address" if is_address else opening.kind.lower()
        self.links.append(Link(kind, target, shown[start:], start, code, opening.start, opening.end))
        return shown[:start] + OBJECT * (len(shown) - start) if is_address else shown

    def _without_addresses(self, shown: str) -> str:
        """Replace addresses that are written out by OBJECTs, and note those outside of links as links."""
        bare = bare_addresses(shown) if self._traits & _BARE else []
        if not bare:
            return shown
        ends = sorted((link.start, link.start + len(link.text)) for link in self.links)
        starts = [start for start, _ in ends]
        pieces: list[str] = []
        position = 0
        for start, text, target in bare:
            before = bisect_right(starts, start)
            if not before or start >= ends[before - 1][1]:
                self.links.append(Link("address", target, text, start))
            pieces += (shown[position:start], OBJECT * len(text))
            position = start + len(text)
        return "".join((*pieces, shown[position:]))

    def _without_marks(self) -> str:
        """What a reader sees, with an OBJECT for each character of citations and labels; its length stays the same."""
        text = self.shown
        if "][" in text:
            text = _REFERENCE.sub(lambda found: found[1] + OBJECT * (len(found.group()) - len(found[1])), text)
        if "[[" in text:
            text = _WIKI_LINK.sub(_text_of_wiki_link, text)
        if not self.citations and not self.tokens:
            return text
        spans = [(mark.start, mark.end) for mark in self.citations]
        spans += [(token.start, token.end) for token in self.tokens if token.kind != "short"]
        parts: list[str] = []
        position = 0
        for start, end in sorted(spans):
            if end > position:
                begin = max(start, position)
                parts += (text[position:begin], OBJECT * (end - begin))
                position = end
        return "".join((*parts, text[position:]))

    @lazy
    def sentence_starts(self) -> list[int]:
        """Where the sentences of the prose begin, in characters."""
        return sentence_starts(self.prose)

    @lazy
    def words(self) -> list[str]:
        """The words of the prose, without numbers."""
        return _WORD.findall(self.prose)


_Mark = TypeVar("_Mark", "Citation", "Token")


def _outside(marks: Sequence[_Mark], others: Iterable[Citation | Token]) -> tuple[_Mark, ...]:
    """The marks that are no part of another one, as `[4]` in an included file and `@key` in brackets are."""
    spans = sorted((other.start, other.end) for other in others)
    starts = [start for start, _ in spans]

    def is_inside(mark: _Mark) -> bool:
        before = bisect_right(starts, mark.start)
        start, end = spans[before - 1] if before else (0, 0)
        return mark.end <= end and end - start > mark.end - mark.start

    return tuple(mark for mark in marks if not is_inside(mark))


def _role(name: str, code: str) -> str:
    """A role of MyST without the text that readers see in its place."""
    target = _ROLE_WITH_TEXT.search(code.lstrip())
    shown = "" if name in _ROLES_OF_TEXT else _BLANKS.sub(" ", code).strip(" ")
    return f"{name}`{target[1] if target else shown}`"


def _text_of_wiki_link(found: re.Match[str]) -> str:
    """The text of a wiki link, with OBJECTs for its address and bars, as long as it was."""
    if not found[2]:
        return found.group()
    before = found.start(2) - found.start()
    return OBJECT * before + found[2] + OBJECT * 2
