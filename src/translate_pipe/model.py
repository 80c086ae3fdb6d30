"""The immutable values that flow through the pipeline.

Nothing here opens a file, and nothing here imports another module of the package. The words are those of the
documentation: document, segment, skeleton, message, template, catalogue, locale, diagnostic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

MessageKey: TypeAlias = "tuple[str | None, str]"
"""What identifies a message in a catalogue: (msgctxt, msgid). No msgctxt is ``None``."""

Translations: TypeAlias = "Mapping[MessageKey, str]"
"""The msgstr of each message that may be published."""


# Diagnostics


class Severity(StrEnum):
    """How much a diagnostic matters; only errors and warnings are findings."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `file` is the path as the user wrote or configured it, `line` counts from 1 (0: the file as a whole). `msgid` and
    `msgctxt` name the message, where the finding is about one; `words` are the pieces of `msgstr`, or of `msgid`, that
    it is about, as they stand there.
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
    """Choices that change which parts of a document are segments.

    `front_matter` holds the key paths whose values are segments; `translate_bibliography` offers the entries of a
    bibliography as well; `bibliography_headings` are the headings that open one. `dialects` names the Markdown
    flavours that the document is written in. `code` says what of code blocks is offered (`none`, `comments`, `strings`,
    `all`), `segmentation` whether a segment is a `block` or a `sentence`, for which `source_locale` has to be known.
    `attributes` are the parameters of shortcodes and components, beside those of HTML, whose values readers see.
    """

    front_matter: tuple[str, ...] = FRONT_MATTER_KEYS
    translate_bibliography: bool = False
    bibliography_headings: tuple[str, ...] = BIBLIOGRAPHY_HEADINGS
    dialects: tuple[str, ...] = ("gfm",)
    code: str = "none"
    segmentation: str = "block"
    source_locale: str = ""
    attributes: tuple[str, ...] = ()


DEFAULT_OPTIONS = ParseOptions()


class SegmentKind(StrEnum):
    """What a segment is in its document; the value is what translators read, in the extracted comment."""

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
    FRONT_MATTER = "Front matter"
    CONTAINER_TITLE = "Title"
    ABBREVIATION = "Abbreviation"
    ATTRIBUTE = "Attribute"
    HTML_TEXT = "HTML text"
    CODE_COMMENT = "Code comment"
    CODE_STRING = "Code string"


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
    """The hole in the skeleton where a segment stands.

    `start` and `end` are byte offsets into the document's UTF-8 text. `breaks` holds the source's own hard breaks in
    their order, each from the blanks or backslash that make it to the container prefix of the next line.
    """

    start: int
    end: int
    shape: SlotShape
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """One translatable piece of a document.

    `text` is its Markdown on one line: the msgid. Soft line breaks are blanks there, hard breaks are newlines.
    `detail` completes the kind: a heading's level, a footnote's label, a front matter key.
    `section` is the text of the heading that the segment stands under.
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
        """The key of the message that translates this segment."""
        return (self.context, self.text)

    @property
    def description(self) -> str:
        """The kind and its detail, as translators read it.

        >>> Segment("Slaap", SegmentKind.HEADING, 1, Slot(2, 7, SlotShape.BLOCK), detail="2").description
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
    """A block begins; `detail` is all that the parser knows of it (level, alignment, label, …)."""

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
    those of the slot. A piece of a verbatim block stands right behind it in the outline.
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
    """One parsed Markdown source.

    `data` is the text in UTF-8, byte for byte, but for a byte order mark, which `byte_order_mark` stands for; all
    offsets are offsets into it. `outline` is its block structure. `segments` are in document order and their slots do
    not overlap; a document whose slots do cannot be made. `options` are those that it was parsed with, with the dialect
    that its path asks for. `ignored` holds what directives say of checks.
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
        """Raise ValueError if slots overlap or are out of order: a translation would then be written into another."""
        end = 0
        for segment in self.segments:
            slot = segment.slot
            if not end <= slot.start <= slot.end:
                raise ValueError(f"{self.path}: line {segment.line}: the slot of {segment.text!r} overlaps another")
            end = slot.end

    @property
    def text(self) -> str:
        """The source text, exactly as it was given."""
        return self.byte_order_mark + self.data.decode()

    @property
    def skeleton(self) -> tuple[str, ...]:
        """Everything that is not a segment: one piece before, between and after the slots.

        There is always one piece more than there are segments.
        """
        starts = (0, *(segment.slot.end for segment in self.segments))
        ends = (*(segment.slot.start for segment in self.segments), len(self.data))
        first, *others = (self.data[start:end].decode() for start, end in zip(starts, ends, strict=True))
        return (self.byte_order_mark + first, *others)


@dataclass(frozen=True, slots=True)
class Localised:
    """A document with translations in its slots; `fallbacks` are the segments whose translation was refused."""

    text: str = field(repr=False)
    diagnostics: tuple[Diagnostic, ...] = ()
    fallbacks: tuple[Segment, ...] = ()


# Catalogues


class Reference(NamedTuple):
    """Where a message stands in the source: a path relative to the project, and a line (0: the whole file)."""

    path: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Previous:
    """What a fuzzy message was translated from (`#|` lines)."""

    msgid: str | None = None
    msgctxt: str | None = None
    msgid_plural: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a catalogue, as the PO format defines it.

    `line` is where the entry begins in the file that it was read from and `raw` the very lines that it was read from,
    line ends as LF. Both are empty for a message that is new or changed, and neither takes part in comparison.
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
    previous: Previous = Previous()
    obsolete: bool = False
    line: int = field(default=0, compare=False)
    raw: str = field(default="", compare=False, repr=False)

    @property
    def key(self) -> MessageKey:
        """What identifies this message in its catalogue."""
        return (self.msgctxt, self.msgid)

    @property
    def fuzzy(self) -> bool:
        """Whether a person still has to look at the translation."""
        return "fuzzy" in self.flags

    @property
    def has_msgstr(self) -> bool:
        """Whether more than white space has been written as its translation, in each of its plural forms."""
        return all(string.strip() for string in self.msgstr_plural or (self.msgstr,))

    @property
    def translated(self) -> bool:
        """Whether the translation may be published: written, not fuzzy, not obsolete."""
        return self.has_msgstr and not self.fuzzy and not self.obsolete


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A PO or POT file.

    `header` is the entry with the empty msgid, whose msgstr holds the header fields. `messages` stand in file order,
    obsolete ones among them. `trailer` holds comments behind the last entry. `byte_order_mark` and `line_end` are the
    file's, so that it is written as it was found.
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
        """The msgstr of each message that may be published."""
        return {message.key: message.msgstr for message in self.messages if message.translated}

    @property
    def fields(self) -> dict[str, str]:
        """The header fields, in the file's order."""
        lines = (line.partition(":") for line in self.header.msgstr.split("\n"))
        return {name.strip(): value.strip() for name, colon, value in lines if colon}
