"""The immutable values that flow through the pipeline.

Nothing here opens a file. Of the package only `late` and the registry of names are imported. The words are those of the
documentation: document, segment, skeleton, message, template, catalogue, locale, diagnostic.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import MISSING, dataclass, field, fields
from enum import Enum, Flag, StrEnum, auto
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from translate_pipe import registry
from translate_pipe.late import LateModule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any, Self

    import polib
else:  # every command imports this module, and few need polib
    polib = LateModule("polib")

MessageKey: TypeAlias = "tuple[str | None, str]"
"""What identifies a message in a catalogue: the pair `(msgctxt, msgid)`. A message without msgctxt has None there."""

Translations: TypeAlias = "Mapping[MessageKey, str]"
"""A msgstr for each `(msgctxt, msgid)`. Type checkers accept a variable that is annotated `dict[MessageKey, str]`."""

BYTE_ORDER_MARK = "\ufeff"
"""The character that some editors write at the beginning of a file."""


Value = TypeVar("Value")


def _made_fast(cls: type[Value]) -> type[Value]:
    """Give a frozen class of data a constructor that sets all fields in a third of the time.

    The usual one calls `object.__setattr__` for each field. This one makes the value an instance of another class with
    the same slots, whose fields can be set. A run makes hundreds of thousands of messages and segments.
    """
    own, usual = fields(cls), vars(cls)["__init__"]  # type: ignore[arg-type]  # it is a dataclass
    opened = type("_open", (), {"__slots__": vars(cls)["__slots__"]})
    for one in own:
        if one.metadata.get("is_compact"):
            _keep_as_bytes(cls, one.name)
            _keep_as_bytes(opened, one.name)
    parameters = ", ".join(one.name if one.default is MISSING else f"{one.name}=_{one.name}" for one in own)
    names: dict[str, Any] = {f"_{one.name}": one.default for one in own}
    names |= {"_cls": cls, "_usual": usual, "_open": opened}
    code = f"""def __init__(self, {parameters}):
        if type(self) is not _cls:
            return _usual(self, {", ".join(one.name for one in own)})
        object.__setattr__(self, "__class__", _open)
        {"; ".join(f"self.{one.name} = {one.name}" for one in own)}
        self.__class__ = _cls"""
    exec(code, names)  # noqa: S102  # as `dataclass` itself does
    names["__init__"].__annotations__ = usual.__annotations__
    type.__setattr__(cls, "__init__", names["__init__"])
    return cls


def _keep_as_bytes(cls: type, name: str) -> None:
    """Keep the text of a field as UTF-8: a single wide character makes it take two or four times as much memory."""
    slot = vars(cls)[name]

    def text(self: object) -> str:
        found: str | bytes = slot.__get__(self)
        return found if isinstance(found, str) else found.decode(errors="surrogatepass")

    def keep(self: object, text: str) -> None:
        slot.__set__(self, text if text.isascii() else text.encode(errors="surrogatepass"))

    type.__setattr__(cls, name, property(text, keep))


# Diagnostics


class Severity(StrEnum):
    """How serious a diagnostic is: `error`, `warning` or `info`. A command fails on errors and warnings only."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Side(StrEnum):
    """The text of a message that a `TextSpan` is in."""

    MSGID = "msgid"
    MSGSTR = "msgstr"


class TextSpan(NamedTuple):
    """A part of the msgid or msgstr of a message: its characters from `start` up to, but without, `end`.

    Characters count from 0, as in `msgstr[span.start : span.end]`.
    """

    start: int
    end: int
    side: Side = Side.MSGSTR


class Region(NamedTuple):
    """A part of a file: from a line and column up to, but without, another column. Lines and columns are from 1.

    Columns count characters (Unicode code points). `end_line` and `end_column` are 0 if the end is not known.
    """

    line: int
    column: int
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding in a document or catalogue.

    - `check`: the name of the check, as in [What the checks find](checks.md).
    - `severity`: how serious it is.
    - `message`: one line of English that says what is wrong and what to do.
    - `file`: the path that the caller gave the document or catalogue; may be empty.
    - `line`: the line in that file, from 1; 0 for the file as a whole. For a message, the first line of its entry.
    - `msgid`, `msgctxt`, `msgstr`: the message, if the finding is about one.
    - `words`: the parts of `msgstr`, or of `msgid`, that the finding is about.
    - `spans`: where in `msgstr` or `msgid` these are; empty for a finding about the text as a whole.
    - `region`: where in the file to fix it, if that is known: for a message, the place in the lines of its msgstr that
      the first span is at, or all of its msgstr.
    """

    check: str
    severity: Severity
    message: str
    file: str = ""
    line: int = 0
    msgid: str = ""
    msgctxt: str | None = None
    msgstr: str = ""
    words: tuple[str, ...] = ()
    spans: tuple[TextSpan, ...] = ()
    region: Region | None = None

    @property
    def column(self) -> int:
        """The column of `region`, on the line of `region`; 0 if it is not known."""
        return self.region.column if self.region else 0


# Documents

FRONT_MATTER_KEYS = ("title", "description", "image.alt", "image_alt")
"""The key paths of the front matter values that are segments, unless the configuration names others."""

BIBLIOGRAPHY_HEADINGS = (
    "Bibliografie",
    "Bibliographie",
    "Bibliography",
    "Bronnen",
    "Bronnenlijst",
    "Bronvermelding",
    "Bronvermeldingen",
    "Literatur",
    "Literaturverzeichnis",
    "Literatuur",
    "Literatuurlijst",
    "Quellen",
    "Referenties",
    "References",
    "Sources",
    "Works cited",
)
"""Headings that open a bibliography, unless the configuration names others. Case and a closing colon do not count."""


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """Which parts of a document are segments.

    - `front_matter`: key paths of the front matter values that are segments, such as `hero.actions[].text`.
    - `translate_bibliography`: whether the entries of a bibliography are segments.
    - `bibliography_headings`: the headings that open a bibliography. Case and a colon at the end do not matter.
    - `dialects`: the flavours of Markdown that the document is written in, by the names in
      [Dialects](maintainers.md#dialects), or those of installed [plugins](plugins.md). The file name of MDX and Quarto
      overrides them; see `parse`.
    - `code`: which parts of code blocks are segments: `none`, `comments`, `strings` or `all`.
    - `segmentation`: whether a segment is a `block`, such as a paragraph, or a `sentence`.
    - `source_locale`: the locale of the text, such as `nl`; with it sentences end where that language ends them.
    - `attributes`: parameters of shortcodes and components, besides those of HTML, whose values are segments.

    Raises ValueError for an unknown dialect, code or segmentation; it names the known ones. Raises TypeError for a
    field of another type, such as a single text where a tuple of texts belongs.

    >>> ParseOptions(segmentation="sentences")
    Traceback (most recent call last):
    ValueError: unknown segmentation 'sentences', did you mean 'sentence'? Known are: block, sentence
    """

    front_matter: tuple[str, ...] = FRONT_MATTER_KEYS
    translate_bibliography: bool = False
    bibliography_headings: tuple[str, ...] = BIBLIOGRAPHY_HEADINGS
    dialects: tuple[str, ...] = ("gfm",)
    code: str = "none"
    segmentation: str = "block"
    source_locale: str = ""
    attributes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what `parse` would otherwise ignore without a word."""
        for name in ("front_matter", "bibliography_headings", "dialects", "attributes"):
            value = getattr(self, name)
            if not isinstance(value, tuple) or not all(isinstance(one, str) for one in value):
                raise TypeError(f"{name} must be a tuple of texts, such as ('title',), not {value!r}")
        if not isinstance(self.translate_bibliography, bool):
            raise TypeError(f"translate_bibliography must be True or False, not {self.translate_bibliography!r}")
        if not isinstance(self.source_locale, str):
            raise TypeError(f"source_locale must be a text such as 'nl', not {self.source_locale!r}")
        for dialect in self.dialects:
            registry.refuse_unknown_dialect(dialect)
        registry.refuse_unknown("code", self.code, registry.CODE)
        registry.refuse_unknown("segmentation", self.segmentation, registry.SEGMENTATIONS)


DEFAULT_OPTIONS = ParseOptions()


class Syntax(Flag):
    """How the text of a message is read; one that a heading and the front matter share is both."""

    MARKDOWN = auto()
    PLAIN = auto()


class SegmentKind(StrEnum):
    """What a segment is in its document. Translators read the value in the extracted comment of the message."""

    HEADING = "Heading"
    PARAGRAPH = "Paragraph"
    LIST_ITEM = "List item"
    TABLE_HEADER = "Table header"
    TABLE_CELL = "Table cell"
    BLOCK_QUOTE = "Block quote"
    FOOTNOTE = "Footnote"
    TERM = "Term"
    DEFINITION = "Definition"
    IMAGE_ALT = "Image alt text"
    IMAGE_TITLE = "Image title"
    LINK_TITLE = "Link title"
    FRONT_MATTER = "Front matter", Syntax.PLAIN
    CONTAINER_TITLE = "Title"
    ABBREVIATION = "Abbreviation"
    ATTRIBUTE = "Attribute", Syntax.PLAIN
    HTML_TEXT = "HTML text", Syntax.PLAIN
    CODE_COMMENT = "Code comment", Syntax.PLAIN
    CODE_STRING = "Code string", Syntax.PLAIN

    syntax: Syntax

    def __new__(cls, label: str, syntax: Syntax = Syntax.MARKDOWN) -> Self:
        """A kind with its label, and how its text is read."""
        kind = str.__new__(cls, label)
        kind._value_ = label
        kind.syntax = syntax
        return kind


class SlotShape(Enum):
    """How text must be written so that it stays inside a slot."""

    BLOCK = "block"  # the inline content of a block that may run over several lines
    SENTENCE = "sentence"  # the same, from somewhere within a line on
    ATX_HEADING = "atx heading"  # one line, closed by `#`s or attributes
    SETEXT_HEADING = "setext heading"  # several lines, closed by attributes or the underline
    CELL = "cell"  # one line between pipes
    ALT = "alt"  # between `![` and `]`
    TITLE = "title"  # between the quotes of a link title
    SCALAR = "scalar"  # a value of front matter
    LINE = "line"  # the rest of a line
    BRACKETED = "bracketed"  # one line between square brackets
    ATTRIBUTE = "attribute"  # the value of an attribute of a tag or shortcode, with or without quotes around it
    PARAMETER = "parameter"  # the value of a parameter of a shortcode, between quotes
    HTML = "html"  # text between tags, in a block of HTML
    COMMENT = "comment"  # a run of comments in code
    STRING = "string"  # a string literal in code


class Slot(NamedTuple):
    """The place of a segment in its document.

    - `start`, `end`: byte offsets into the UTF-8 text of the document, `Document.data`.
    - `shape`: how text must be written so that it stays inside the slot.
    - `breaks`: the hard line breaks of the source, in order; each reaches from the blanks or backslash that make it to
      the container prefix of the next line.
    """

    start: int
    end: int
    shape: SlotShape
    breaks: tuple[str, ...] = ()


@_made_fast
@dataclass(frozen=True, slots=True)
class Segment:
    """One translatable piece of a document.

    - `text`: its Markdown on one line, which is the msgid. A soft line break is a blank there, a hard one a newline.
    - `kind`: what it is in the document.
    - `line`: its first line in the document, from 1.
    - `slot`: its place, as byte offsets.
    - `detail`: completes the kind: the level of a heading, the label of a footnote, the key of a front matter value.
    - `section`: the text of the heading above it; empty before the first heading.
    - `context`: the msgctxt, from a directive in the document; None without one.
    - `comments`: what directives say to translators.
    """

    text: str
    kind: SegmentKind
    line: int
    slot: Slot
    detail: str = ""
    section: str = ""
    context: str | None = None
    comments: tuple[str, ...] = ()

    @property
    def key(self) -> MessageKey:
        """The `(msgctxt, msgid)` of the message that translates this segment."""
        return (self.context, self.text)

    @property
    def description(self) -> str:
        """The kind and its detail, as translators read them.

        >>> from translate_pipe import parse
        >>> parse("## Slaap").segments[0].description
        'Heading 2'
        """
        return f"{self.kind} {self.detail}" if self.detail else str(self.kind)


class Inline(NamedTuple):
    """One parser event inside a run: `kind` is the parser's name for it, `value` its payload, the offsets are bytes."""

    kind: str
    value: object
    start: int
    end: int


class Opening(NamedTuple):
    """A block begins; `detail` is what the parser knows of it (level, alignment, label, …)."""

    tag: str
    detail: object
    start: int
    end: int


class Closing(NamedTuple):
    """A block ends."""

    tag: str


class Run(NamedTuple):
    """The inline content of one block, as a byte range without surrounding blanks."""

    tag: str
    start: int
    end: int
    inlines: tuple[Inline, ...]


class Verbatim(NamedTuple):
    """A block without inline content: code, raw HTML, front matter, a thematic break."""

    tag: str
    detail: object
    start: int
    end: int


class Piece(NamedTuple):
    """Translatable text in what is not inline Markdown: HTML, code, front matter, the title of a container.

    `start` and `end` are the bytes of the slot and `shape` says how it is written; `text` is the msgid. `breaks` are
    those of the slot. A piece of a verbatim block follows it in the outline.
    """

    kind: SegmentKind
    shape: SlotShape
    start: int
    end: int
    text: str
    detail: str = ""
    breaks: tuple[str, ...] = ()


OutlineItem: TypeAlias = Opening | Closing | Run | Verbatim | Piece


class Ignore(NamedTuple):
    """Checks whose findings in a block, given by its byte range, the author does not want to hear of."""

    checks: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed Markdown source. `parse` makes it.

    - `path`: the path that the caller gave; diagnostics and references name it.
    - `byte_order_mark`: U+FEFF, or empty if the text has none.
    - `data`: the text after the byte order mark, in UTF-8. All offsets are bytes in it.
    - `outline`: the block structure. Its items are internal and may change in any version.
    - `segments`: in document order; their slots do not overlap.
    - `options`: the options of the call, with the dialect that the path asks for.
    - `diagnostics`: what is wrong with the document, such as a misspelt directive.
    - `ignored`: which checks directives switch off, and where.
    """

    path: str
    byte_order_mark: str
    data: bytes = field(repr=False)
    outline: tuple[OutlineItem, ...] = field(repr=False)
    segments: tuple[Segment, ...]
    options: ParseOptions = DEFAULT_OPTIONS
    diagnostics: tuple[Diagnostic, ...] = ()
    ignored: tuple[Ignore, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError if slots overlap or are out of order: one translation would overwrite another."""
        end = 0
        for segment in self.segments:
            slot = segment.slot
            if not end <= slot.start <= slot.end:
                raise ValueError(f"{self.path}: line {segment.line}: the slot of {segment.text!r} overlaps another")
            end = slot.end

    @property
    def text(self) -> str:
        """The source text, exactly as the caller gave it."""
        return self.byte_order_mark + self.data.decode()

    @property
    def skeleton(self) -> tuple[str, ...]:
        """The text before, between and after the slots: always one piece more than there are segments."""
        starts = (0, *(segment.slot.end for segment in self.segments))
        ends = (*(segment.slot.start for segment in self.segments), len(self.data))
        first, *others = (self.data[start:end].decode() for start, end in zip(starts, ends, strict=True))
        return (self.byte_order_mark + first, *others)


@dataclass(frozen=True, slots=True)
class Localised:
    """A document with translations in its slots. `localise` makes it.

    - `text`: the localised Markdown.
    - `diagnostics`: one for each translation that was refused, with the reason.
    - `fallbacks`: the segments of these, which keep their source text.
    - `keeps_links`: whether it certainly has the links, the HTML and the citations of its source, and no others.
      Without a judge that is not looked for.
    """

    text: str = field(repr=False)
    diagnostics: tuple[Diagnostic, ...] = ()
    fallbacks: tuple[Segment, ...] = ()
    keeps_links: bool = field(default=False, repr=False, compare=False)


# Catalogues


class Reference(NamedTuple):
    """A place of a message in the source (`#:` lines): a path, and a line from 1; 0 for the file as a whole."""

    path: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Previous:
    """The texts that a fuzzy message was translated from (`#|` lines); None for one that is not given."""

    msgid: str | None = None
    msgctxt: str | None = None
    msgid_plural: str | None = None


NO_PREVIOUS = Previous()
"""What most messages have: no texts that they were translated from."""


@_made_fast
@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a catalogue, as the PO format defines it.

    - `msgid`, `msgctxt`, `msgid_plural`, `msgstr`: texts without escapes. No msgctxt is None, no plural is empty.
    - `msgstr_plural`: the plural forms from `msgstr[0]` on; empty for a message without plural.
    - `translator_comments` (`# `), `extracted_comments` (`#.`): one text for each line, without its mark.
    - `references` (`#:`), `flags` (`#,`), `previous` (`#|`): what these lines say.
    - `obsolete`: whether the lines begin with `#~`.
    - `line`: the first line of the entry in its file, from 1; 0 for a message that was not read from a file.
    - `raw`: the lines that it was read from, with LF line ends. `serialize_po` writes them as they are, so set `raw` to
      an empty text when you change another field: `dataclasses.replace(message, msgstr="Haut", raw="")`.

    `line` and `raw` do not count when messages are compared.

    The format is that of the [GNU gettext manual](https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html).
    """

    msgid: str
    msgstr: str = ""
    msgctxt: str | None = None
    msgid_plural: str = ""
    msgstr_plural: tuple[str, ...] = ()
    translator_comments: tuple[str, ...] = ()
    extracted_comments: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    flags: tuple[str, ...] = ()
    previous: Previous = NO_PREVIOUS
    obsolete: bool = False
    line: int = field(default=0, compare=False)
    raw: str = field(default="", compare=False, repr=False, metadata={"is_compact": True})

    @property
    def key(self) -> MessageKey:
        """The `(msgctxt, msgid)` of the message."""
        return (self.msgctxt, self.msgid)

    @property
    def fuzzy(self) -> bool:
        """Whether the message has the flag `fuzzy`: a person has to look at the translation."""
        return "fuzzy" in self.flags

    @property
    def has_msgstr(self) -> bool:
        """Whether the translation, and each of its plural forms, has more than white space."""
        return all(text.strip() for text in self.msgstr_plural or (self.msgstr,))

    @property
    def translated(self) -> bool:
        """Whether the translation may be published: it is written, not fuzzy and not obsolete."""
        return self.has_msgstr and not self.fuzzy and not self.obsolete

    @classmethod
    def from_polib(cls, entry: polib.POEntry) -> Message:
        """The message that a `polib.POEntry` holds."""
        plural = {int(number): text for number, text in entry.msgstr_plural.items()}
        return cls(
            msgid=entry.msgid,
            msgstr=entry.msgstr,
            msgctxt=entry.msgctxt,
            msgid_plural=entry.msgid_plural,
            msgstr_plural=tuple(plural.get(number, "") for number in range(max(plural) + 1)) if plural else (),
            translator_comments=_lines_of(entry.tcomment),
            extracted_comments=_lines_of(entry.comment),
            references=tuple(_references_of(entry.occurrences)),
            flags=tuple(flag for flag in entry.flags if flag),
            previous=Previous(entry.previous_msgid, entry.previous_msgctxt, entry.previous_msgid_plural),
            obsolete=bool(entry.obsolete),
            line=entry.linenum or 0,
        )

    def to_polib(self) -> polib.POEntry:
        """The message as a `polib.POEntry`; `raw` has no place there."""
        return polib.POEntry(
            msgid=self.msgid,
            msgstr=self.msgstr,
            msgctxt=self.msgctxt,
            msgid_plural=self.msgid_plural,
            msgstr_plural=dict(enumerate(self.msgstr_plural)),
            tcomment="\n".join(self.translator_comments),
            comment="\n".join(self.extracted_comments),
            # Since gettext 0.22, U+2068 and U+2069 are around a path with a blank.
            occurrences=[
                (f"\u2068{one.path}\u2069" if " " in one.path else one.path, str(one.line or ""))
                for one in self.references
            ],
            flags=list(self.flags),
            previous_msgid=self.previous.msgid,
            previous_msgctxt=self.previous.msgctxt,
            previous_msgid_plural=self.previous.msgid_plural,
            obsolete=self.obsolete,
            linenum=self.line or None,
        )


def _lines_of(comment: str) -> tuple[str, ...]:
    return tuple(comment.split("\n")) if comment else ()


_LONGEST_LINE = 9
"""Digits of a line number; more digits are part of a path, as `parse_po` reads them."""


def _references_of(occurrences: Iterable[tuple[str, str | int]]) -> Iterator[Reference]:
    """References from polib, which cuts a fenced path at its blanks."""
    begun: list[str] = []
    for path, number in occurrences:
        begun.append(path)
        whole = " ".join(begun)
        if whole.startswith("\u2068") and not whole.endswith("\u2069"):
            if number:
                begun[-1] += f":{number}"
            continue
        begun.clear()
        line = str(number)
        if not line or (line.isdecimal() and len(line) <= _LONGEST_LINE):
            yield Reference(whole.strip("\u2068\u2069"), int(line or 0))
        else:
            yield Reference(f"{whole}:{line}")
    if begun:
        yield Reference(" ".join(begun))


@dataclass(frozen=True, slots=True)
class Catalogue:
    r"""A PO or POT file, as `parse_po` reads it.

    - `messages`: in the order of the file, obsolete ones among them.
    - `header`: the entry with the empty msgid; its msgstr holds the header fields.
    - `trailer`: the comments after the last entry.
    - `byte_order_mark`: U+FEFF, or empty if the file has none.
    - `line_end`: the line end of the file, LF or CRLF.

    Scripts that work with polib keep working: `Catalogue.from_polib` and `to_polib` convert, and `merge` and `check`
    take a `polib.POFile` as well.

    >>> catalogue = Catalogue((Message("Huid", "Haut"), Message("Haar")))
    >>> catalogue.translations
    {(None, 'Huid'): 'Haut'}
    >>> [entry.msgid for entry in catalogue.to_polib().untranslated_entries()]
    ['Haar']
    """

    messages: tuple[Message, ...]
    header: Message = Message("")
    trailer: str = ""
    byte_order_mark: str = ""
    line_end: str = "\n"

    @property
    def active(self) -> tuple[Message, ...]:
        """The messages that are not obsolete."""
        return tuple(message for message in self.messages if not message.obsolete)

    @property
    def translations(self) -> dict[MessageKey, str]:
        """The msgstr of each message that may be published, as `localise` takes it."""
        return {message.key: message.msgstr for message in self.messages if message.translated}

    @property
    def fields(self) -> dict[str, str]:
        """The header fields, such as `Language`, in the order of the file."""
        lines = (line.partition(":") for line in self.header.msgstr.split("\n"))
        return {name.strip(): value.strip() for name, colon, value in lines if colon}

    @property
    def charset(self) -> str:
        """The charset that the header names, in lower case; empty if it names none."""
        found = re.search(r"charset=([^\s;\\]+)", self.fields.get("Content-Type", ""), re.IGNORECASE)
        return found[1].lower() if found else ""

    @classmethod
    def from_polib(cls, pofile: polib.POFile) -> Catalogue:
        """The catalogue that a `polib.POFile` holds.

        All of it is taken over: the metadata and the comments above them, and each entry with its comments,
        occurrences, flags and previous texts, obsolete ones too. A POFile does not have the lines of its file, so
        `serialize_po` wraps each entry again. To keep the lines of a file, read it with `parse_po`.

        Raises ValueError for two active entries with the same msgctxt and msgid, because only one would survive.
        Raises TypeError for anything but a POFile.
        """
        if not hasattr(pofile, "metadata_as_entry"):
            raise TypeError(f"expected a Catalogue or a polib.POFile, not {type(pofile).__name__}")
        messages = tuple(map(Message.from_polib, pofile))
        seen: set[MessageKey] = {(None, "")}  # polib has the entry with the empty msgid as metadata
        for message in messages:
            if message.obsolete:
                continue
            if message.key in seen:
                raise ValueError(f"the entry with msgid {message.msgid!r} is there twice; remove one")
            seen.add(message.key)
        header = Message(
            "",
            "".join(f"{name}: {value}\n" for name, value in pofile.metadata.items()),
            translator_comments=_lines_of(pofile.header),
            flags=("fuzzy",) if pofile.metadata_is_fuzzy else (),
        )
        return cls(messages, header)

    def to_polib(self) -> polib.POFile:
        """The catalogue as a `polib.POFile`, with the encoding that its header names.

        A POFile has no place for the byte order mark, the line ends, comments after the last entry, and the lines that
        entries were read from. Its `save` wraps each entry again, at `wrapwidth` characters.
        """
        try:
            encoding = codecs.lookup(self.charset).name
        except LookupError:  # such as `CHARSET`, which a template has
            encoding = "utf-8"
        pofile = polib.POFile(encoding=encoding)
        pofile.header = "\n".join(self.header.translator_comments)
        pofile.metadata_is_fuzzy = self.header.fuzzy
        name = ""
        for line in self.header.msgstr.split("\n"):
            before, colon, value = line.partition(":")
            if colon:
                name = before
                pofile.metadata[name] = value.strip()
            elif name and line:
                pofile.metadata[name] += "\n" + line.strip()
        pofile.extend(message.to_polib() for message in self.messages)
        return pofile


def as_catalogue(catalogue: Catalogue | polib.POFile) -> Catalogue:
    """A catalogue, converted if it is a `polib.POFile`; raises TypeError for anything else."""
    return catalogue if isinstance(catalogue, Catalogue) else Catalogue.from_polib(catalogue)
