"""The keys of a configuration: their names, what they are for, their defaults and what they may hold.

What a key may hold is written out here, though other modules know it as well (a test compares them): every command
reads the configuration, and the modules that do the work take far longer to import than that.
"""

from __future__ import annotations

from dataclasses import dataclass

from translate_pipe import registry
from translate_pipe.links import PLACEHOLDERS
from translate_pipe.model import BIBLIOGRAPHY_HEADINGS, DEFAULT_OPTIONS, FRONT_MATTER_KEYS

RENDERING = "rendering"
"""The name of the judge's check, which looks at whole documents and so is not among those of messages."""

HEADER_LANGUAGE = "header-language"
"""The name of the check of a catalogue's header, which is about no message."""

TEXT_NOT_OFFERED = "text-not-offered"
"""The name of the one check of sources that runs whenever a document is read for its template."""

SEVERITIES = ("error", "warning", "info")
"""The severities that a project may give a check."""

WITHOUT_OPT_OUT = ("html-unsafe", "executable")
"""The checks of what is executed, included or loaded; nothing but the table `allow` silences what they find."""

ALWAYS_ERRORS = (*WITHOUT_OPT_OUT, "structure")
"""The checks whose severity stays an error: no setting publishes what they find."""

MESSAGE_CHECKS = (
    "citation",
    "citation-order",
    "citation-place",
    "link",
    "link-other-page",
    "link-swapped",
    "image",
    "html-tag",
    "html-unsafe",
    "executable",
    "entity",
    "emphasis-broken",
    "emphasis-lost",
    "emphasis-added",
    "code-broken",
    "code",
    "placeholder",
    "math",
    "block",
    "attribute-list",
    "line-break",
    "escape",
    "emoji",
    "number",
    "number-added",
    "number-format",
    "percent",
    "unit",
    "date",
    "name",
    "glossary",
    "blank",
    "untranslated",
    "partly-untranslated",
    "shortened",
    "lengthened",
    "other-script",
    "repeated",
    "quotation-marks",
    "brackets",
    "end-punctuation",
    "end-punctuation-doubled",
    "end-punctuation-changed",
    "doubled-word",
    "doubled-blank",
    "control-character",
    "replacement-character",
    "bidi",
    "invisible-character",
    "mojibake",
    "homoglyph",
)
"""The names of the checks of messages."""

DOCUMENT_CHECKS = (
    "citation-undefined",
    "citation-unused",
    "bibliography-duplicate",
    "bibliography-order",
    "anchor",
    "text-not-offered",
    "source-emphasis",
    "source-link",
    "long-segment",
    "split-sentence",
    "raw-html",
)
"""The names of the checks of documents."""

GRADED = (
    *MESSAGE_CHECKS,
    *DOCUMENT_CHECKS,
    "structure",
    RENDERING,
    "useless-ignore",
    HEADER_LANGUAGE,
    "incomplete",
    "anchor-pin",
    "link-rule",
    "directive",
    "unknown-markup",
    "orphan",
)
"""The diagnostics that the table `severity` may name: all that the content of catalogues and documents can cause."""


@dataclass(frozen=True, slots=True)
class Key:
    """One configuration key.

    `default` is None where the key must be given. `placeholders` are those that a pattern may use, `required` those
    that it must; `choices` are the only values of a text, or of the texts of a list, that has a fixed set of them. The
    value `is_table` of a key whose names are the user's own.
    """

    name: str
    description: str
    default: str | int | tuple[str, ...] | None
    placeholders: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    is_table: bool = False

    @property
    def is_path(self) -> bool:
        """Whether the value is a path of the project, or a pattern for paths."""
        return self.name in (
            "source",
            "catalogue",
            "template",
            "domain",
            "output",
            "state",
            "record",
            "glossary",
        )

    @property
    def is_list(self) -> bool:
        """Whether the value is a list of texts."""
        return isinstance(self.default, tuple) and not self.is_table


KEYS = (
    Key("source_locale", "The locale of the documents.", None),
    Key("locales", "The locales to translate into.", ()),
    Key("source", "The folder of the documents.", "source/{locale}", ("locale",)),
    Key("exclude", "Documents to leave out: glob patterns of paths below the source folder.", ()),
    Key(
        "catalogue",
        "Where the catalogue of a locale stands.",
        "locale/{locale}/LC_MESSAGES/{domain}.po",
        ("locale", "domain"),
        ("locale",),
    ),
    Key("template", "Where the template stands.", "locale/templates/{domain}.pot", ("domain",)),
    Key(
        "domain",
        "Which documents share a catalogue: each has its own with {path}, all share one with a constant.",
        "{path}",
        ("path",),
    ),
    Key(
        "output",
        "Where a localised document is written.",
        "build/{locale}/{path}.md",
        ("locale", "path"),
        ("locale", "path"),
    ),
    Key("state", "The folder in which the tool remembers which outputs it made.", "build/.translate-pipe"),
    Key(
        "record",
        "A file, to be committed, with the digests of the outputs, by which other checkouts know them; none if empty.",
        "",
    ),
    Key("name", "The project's name, for the header of templates; the folder's name if it is empty.", ""),
    Key(
        "dialect",
        "The flavours of Markdown that the documents are written in.",
        DEFAULT_OPTIONS.dialects,
        choices=registry.DIALECTS,
    ),
    Key(
        "attributes",
        "Further parameters of shortcodes and attributes of tags whose values are segments, as name or element.name.",
        (),
    ),
    Key("front_matter", "The front matter values to translate, as key paths.", FRONT_MATTER_KEYS),
    Key(
        "front_matter_add",
        "What a build adds to the front matter of localised documents: the language, its direction, how far it is.",
        (),
        choices=("lang", "dir", "translation"),
    ),
    Key(
        "bibliography",
        "Whether the entries of a bibliography stay as they are or are offered for translation.",
        "keep",
        choices=("keep", "translate"),
    ),
    Key("bibliography_headings", "The headings that open a bibliography.", BIBLIOGRAPHY_HEADINGS),
    Key(
        "code",
        "What of code blocks is offered for translation: nothing, comments, strings, or both (all).",
        "none",
        choices=registry.CODE,
    ),
    Key(
        "segmentation",
        "Whether a segment is a block, such as a paragraph, or a sentence.",
        "block",
        choices=registry.SEGMENTATIONS,
    ),
    Key(
        "references",
        "How exactly a message says where it stands in the source.",
        "line",
        choices=registry.REFERENCES,
    ),
    Key("wrap", "The columns of a line in catalogues, as msgcat counts them; 0 wraps nothing.", 79),
    Key(
        "obsolete",
        "Whether messages that are no longer needed stay in the catalogue, as obsolete ones, or are dropped.",
        "keep",
        choices=("keep", "drop"),
    ),
    Key(
        "reuse",
        "What becomes of a new message whose text another document of the same locale has translated: it gets that "
        "translation as fuzzy, or at once (translated), or not (none). Texts that are only alike always come as fuzzy.",
        "fuzzy",
        choices=("fuzzy", "translated", "none"),
    ),
    Key(
        "fallback",
        "What stands in for a missing translation: the source text, or first the translations of wider locales "
        "(pt_BR, then pt, then the source).",
        "source",
        choices=("source", "chain"),
    ),
    Key(
        "on_error",
        "What becomes of a translation with an error: it is not published, as if it were missing (fallback), it is "
        "published (publish), or nothing is written of the documents that it stands in (stop).",
        "fallback",
        choices=("fallback", "publish", "stop"),
    ),
    Key("ignore_checks", "The checks whose findings are not wanted in this project.", ()),
    Key("glossary", "The terms of the project, with their translations; the file may be missing.", "glossary.csv"),
    Key(
        "renderer",
        "What renders source and localised documents for their comparison: Python-Markdown, or pulldown-cmark, which "
        "follows CommonMark.",
        "markdown",
        choices=("markdown", "commonmark"),
    ),
    Key(
        "markdown_extensions",
        "The extensions of Python-Markdown with which documents are rendered.",
        registry.MARKDOWN_EXTENSIONS,
    ),
    Key(
        "anchors",
        "Whether translated headings keep the anchor of their source: not (off), by an id behind the heading (attr: "
        "{#slug}), or by an element in front of its text (html), which works on GitHub.",
        "off",
        choices=("off", "attr", "html"),
    ),
    Key(
        "anchor_slugs",
        "Whose rule makes the anchors: that of GitHub and Docusaurus, of Python-Markdown (MkDocs), or of Hugo.",
        "github",
        choices=("github", "markdown", "hugo"),
    ),
    Key(
        "links",
        "Addresses that differ by locale: patterns with their replacements.",
        (),
        PLACEHOLDERS,
        is_table=True,
    ),
    Key("severity", "The severities of checks, where they are to be others than the usual ones.", (), is_table=True),
    Key(
        "allow",
        "What translations of some documents may add although it is executed, included or loaded: tokens, and where.",
        (),
        is_table=True,
    ),
)
"""All keys, in the order in which they are documented and written."""
