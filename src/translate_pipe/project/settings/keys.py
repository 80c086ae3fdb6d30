"""The keys of a configuration: the type of each, its default, what it is for and what it may hold."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from translate_pipe import registry
from translate_pipe.links import PLACEHOLDERS
from translate_pipe.model import BIBLIOGRAPHY_HEADINGS, DEFAULT_OPTIONS, FRONT_MATTER_KEYS

if TYPE_CHECKING:
    from translate_pipe.links import LinkRule
    from translate_pipe.model import Severity


@dataclass(frozen=True, slots=True)
class Key:
    """What the configuration knows of a key.

    - `default`: the value of a key that is not given; None where it must be given.
    - `placeholders`: those that a pattern may use; `required`: those that it must use.
    - `choices`: the only values of a text, or of the texts of a list, that has a fixed set of them.
    - `is_table`: whether the value is a table whose names are the user's own.
    - `is_path`: whether the value is a path of the project, or a pattern for paths.
    """

    description: str
    default: str | int | tuple[str, ...] | None
    placeholders: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    is_table: bool = False
    is_path: bool = False
    name: str = ""

    @property
    def is_list(self) -> bool:
        """Whether the value is a list of texts."""
        return isinstance(self.default, tuple) and not self.is_table


def key(  # noqa: PLR0913  # one for each field of a Key
    description: str,
    default: str | int | tuple[str, ...] | None,
    *,
    placeholders: tuple[str, ...] = (),
    required: tuple[str, ...] = (),
    choices: tuple[str, ...] = (),
    is_table: bool = False,
    is_path: bool = False,
) -> dict[str, Key]:
    """The metadata of a field that is a key."""
    return {"key": Key(description, default, placeholders, required, choices, is_table, is_path)}


@dataclass(frozen=True, slots=True)
class KeyValues:
    """The checked value of each key. A new key is a field here and a section of docs/configuration.md."""

    source_locale: str = field(metadata=key("The locale of the documents.", None))
    locales: tuple[str, ...] = field(metadata=key("The locales to translate into.", ()))
    source: str = field(
        metadata=key("The folder of the documents.", "source/{locale}", placeholders=("locale",), is_path=True)
    )
    exclude: tuple[str, ...] = field(
        metadata=key("Documents to leave out: glob patterns of paths below the source folder.", ())
    )
    catalogue: str = field(
        metadata=key(
            "Where the catalogue of a locale is.",
            "locale/{locale}/LC_MESSAGES/{domain}.po",
            placeholders=("locale", "domain"),
            required=("locale",),
            is_path=True,
        )
    )
    template: str = field(
        metadata=key("Where the template is.", "locale/templates/{domain}.pot", placeholders=("domain",), is_path=True)
    )
    domain: str = field(
        metadata=key(
            "Which documents share a catalogue: each has its own with {path}, all share one with a constant.",
            "{path}",
            placeholders=("path",),
            is_path=True,
        )
    )
    output: str = field(
        metadata=key(
            "Where a localised document is written.",
            "build/{locale}/{path}.md",
            placeholders=("locale", "path"),
            required=("locale", "path"),
            is_path=True,
        )
    )
    state: str = field(
        metadata=key(
            "The folder of the cache, and of the list of outputs that the tool made.",
            "build/.translate-pipe",
            is_path=True,
        )
    )
    record: str = field(
        metadata=key(
            "A file to commit, with the digests of the outputs, so that other checkouts know them; none if empty.",
            "",
            is_path=True,
        )
    )
    name: str = field(
        metadata=key("The project's name, for the header of templates; the folder's name if it is empty.", "")
    )
    dialect: tuple[str, ...] = field(
        metadata=key(
            "The flavours of Markdown that the documents are written in.",
            DEFAULT_OPTIONS.dialects,
            choices=registry.names(registry.DIALECT_CHOICES),
        )
    )
    plugins: tuple[str, ...] = field(
        metadata=key("Installed plugins that add a dialect or a check; none runs unless it is named here.", ())
    )
    attributes: tuple[str, ...] = field(
        metadata=key(
            "Further parameters of shortcodes and attributes of tags whose values are segments, as name or "
            "element.name.",
            (),
        )
    )
    front_matter: tuple[str, ...] = field(
        metadata=key("The front matter values to translate, as key paths.", FRONT_MATTER_KEYS)
    )
    front_matter_add: tuple[str, ...] = field(
        metadata=key(
            "What a build adds to the front matter of localised documents: the language, its direction, how far it is.",
            (),
            choices=("lang", "dir", "translation"),
        )
    )
    bibliography: str = field(
        metadata=key(
            "Whether the entries of a bibliography stay as they are or are offered for translation.",
            "keep",
            choices=("keep", "translate"),
        )
    )
    bibliography_headings: tuple[str, ...] = field(
        metadata=key("The headings that open a bibliography.", BIBLIOGRAPHY_HEADINGS)
    )
    code: str = field(
        metadata=key(
            "What of code blocks is offered for translation: nothing, comments, strings, or both (all).",
            "none",
            choices=registry.CODE,
        )
    )
    segmentation: str = field(
        metadata=key(
            "Whether a segment is a block, such as a paragraph, or a sentence.", "block", choices=registry.SEGMENTATIONS
        )
    )
    references: str = field(
        metadata=key("How exactly a message names its places in the source.", "line", choices=registry.REFERENCES)
    )
    wrap: int = field(metadata=key("The columns of a line in catalogues, as msgcat counts them; 0 wraps nothing.", 79))
    obsolete: str = field(
        metadata=key(
            "Whether messages that are no longer needed stay in the catalogue, as obsolete ones, or are dropped.",
            "keep",
            choices=registry.OBSOLETE,
        )
    )
    reuse: str = field(
        metadata=key(
            "What becomes of a new message whose text another document of the same locale has translated: it gets "
            "that translation as fuzzy, or at once (translated), or not (none). Texts that are only alike always come"
            " as fuzzy.",
            "fuzzy",
            choices=("fuzzy", "translated", "none"),
        )
    )
    fallback: str = field(
        metadata=key(
            "What readers see where a translation is missing: the source text, or first the translations of wider "
            "locales (pt_BR, then pt, then the source).",
            "source",
            choices=("source", "chain"),
        )
    )
    on_error: str = field(
        metadata=key(
            "What becomes of a translation with an error: it is not published, as if it were missing (fallback), it "
            "is published (publish), or its documents are not written at all (stop).",
            "fallback",
            choices=("fallback", "publish", "stop"),
        )
    )
    ignore_checks: tuple[str, ...] = field(
        metadata=key("The checks whose findings are not wanted in this project.", ())
    )
    glossary: str = field(
        metadata=key(
            "The terms of the project, with their translations; the file may be missing.", "glossary.csv", is_path=True
        )
    )
    renderer: str = field(
        metadata=key(
            "What renders source and localised documents for their comparison: Python-Markdown, cmark-gfm, "
            "which GitHub renders with, or pulldown-cmark, which follows CommonMark.",
            "markdown",
            choices=registry.RENDERERS,
        )
    )
    markdown_extensions: tuple[str, ...] = field(
        metadata=key(
            "The extensions of Python-Markdown with which documents are rendered.", registry.MARKDOWN_EXTENSIONS
        )
    )
    anchors: str = field(
        metadata=key(
            "Whether translated headings keep the anchor of their source: not (off), by an id after the heading "
            "(attr: {#slug}), or by an element before its text (html), which works on GitHub.",
            "off",
            choices=registry.ANCHORS,
        )
    )
    anchor_slugs: str = field(
        metadata=key(
            "Whose rule makes the anchors: that of GitHub and Docusaurus, of Python-Markdown (MkDocs), or of Hugo.",
            "github",
            choices=registry.ANCHOR_SLUGS,
        )
    )
    links: tuple[LinkRule, ...] = field(
        metadata=key(
            "Addresses that differ by locale: patterns with their replacements.",
            (),
            placeholders=PLACEHOLDERS,
            is_table=True,
        )
    )
    severity: tuple[tuple[str, Severity], ...] = field(
        metadata=key("The severities of checks that differ from the usual ones.", (), is_table=True)
    )
    allow: tuple[tuple[str, tuple[str, ...]], ...] = field(
        metadata=key(
            "Tokens that translations of some documents may add although a site generator executes, includes or loads"
            " them.",
            (),
            is_table=True,
        )
    )


KEYS: tuple[Key, ...] = tuple(replace(one.metadata["key"], name=one.name) for one in fields(KeyValues))
"""All keys, in the order in which they are documented and written."""
