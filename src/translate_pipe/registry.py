"""The one list of what users choose from: checks, dialects, report formats and values of configuration keys.

An entry has the name and a summary for users, and says which function or value has that name. The command line, the
configuration, the documentation and the tests read the lists here, so that none of them has a list of its own. Of the
package this module imports only `late`, because all others may read it.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.late import LateModule

if TYPE_CHECKING:
    import difflib
    from collections.abc import Iterable, Mapping, Sequence
    from importlib import metadata
else:  # only an error needs the first; the other takes longer than most of a start, and few projects have plugins
    difflib = LateModule("difflib")
    metadata = LateModule("importlib.metadata")

CONFIGURATION_FILE = "translate-pipe.toml"
PYPROJECT_FILE = "pyproject.toml"
"""The files that may hold the configuration of a project."""


# Checks

ERROR, WARNING, INFO = SEVERITIES = ("error", "warning", "info")
"""The severities of diagnostics, the worst first."""


class Rule(NamedTuple):
    """A kind of diagnostic.

    - `name`: its stable name, the `check` of a diagnostic.
    - `severity`: one of `SEVERITIES`, unless the project chooses another.
    - `summary`: a sentence on what it finds.
    - `home`: the function of the check, as `module:function` below the package; empty if a step of the run reports it.
    - `has_opt_out`: whether an option, the key `ignore_checks`, a comment or a flag can silence it.
    - `stays_error`: whether it stays an error whatever the project says, so that no setting publishes what it finds.
    - `is_of_files`: whether it says that a file was left out; no project may change its severity.
    """

    name: str
    severity: str
    summary: str
    home: str = ""
    has_opt_out: bool = True
    stays_error: bool = False
    is_of_files: bool = False


MESSAGE_RULES = (
    Rule(
        "citation",
        ERROR,
        "Citations that the translation lacks, has too often or should not have.",
        "checks.messages.citation:citation",
    ),
    Rule(
        "citation-order",
        ERROR,
        "Citations that changed places, so that each supports another claim.",
        "checks.messages.citation:citation_order",
    ),
    Rule(
        "citation-place",
        WARNING,
        "Citations in another order within a sentence, or in another sentence than in the source.",
        "checks.messages.citation:citation_place",
    ),
    Rule(
        "link",
        ERROR,
        "Links that lead to another host or another kind of thing, and links that are missing or new.",
        "checks.messages.link:link",
    ),
    Rule(
        "link-other-page",
        WARNING,
        "Links and images that may be right for readers of the locale, but need a person to say so.",
        "checks.messages.link:link_other_page",
    ),
    Rule(
        "link-swapped",
        WARNING,
        "Links that have each other's destinations: the texts kept their places and the destinations did not.",
        "checks.messages.link:link_swapped",
    ),
    Rule("image", ERROR, "Images that are missing, new or others.", "checks.messages.link:image"),
    Rule(
        "html-tag",
        ERROR,
        "Tags and attribute lists that are missing, new, changed or not in pairs.",
        "checks.messages.html:html_tag",
    ),
    Rule(
        "html-unsafe",
        ERROR,
        "HTML that a browser executes and that the source does not have.",
        "checks.messages.html:html_unsafe",
        has_opt_out=False,
        stays_error=True,
    ),
    Rule(
        "executable",
        ERROR,
        "What the site generator executes, includes or loads, and the source does not have.",
        "checks.messages.executable:executable",
        has_opt_out=False,
        stays_error=True,
    ),
    Rule(
        "entity",
        WARNING,
        "Character references such as `&copy;` that are broken or missing.",
        "checks.messages.html:entity",
    ),
    Rule(
        "emphasis-broken",
        WARNING,
        "Signs of emphasis that readers see as such: `** so **`, `**so*`, `**so`.",
        "checks.messages.markup:emphasis_broken",
    ),
    Rule(
        "emphasis-lost",
        WARNING,
        "Emphasis of the source that the translation does not have, or has in another strength.",
        "checks.messages.markup:emphasis_lost",
    ),
    Rule(
        "emphasis-added",
        INFO,
        "Emphasis that the source does not have.",
        "checks.messages.markup:emphasis_added",
    ),
    Rule(
        "code-broken",
        ERROR,
        "A backtick without its partner: the code runs on into the text, or is none.",
        "checks.messages.markup:code_broken",
    ),
    Rule(
        "code",
        WARNING,
        "Code spans that are missing or changed; they may be in another order.",
        "checks.messages.markup:code",
    ),
    Rule(
        "placeholder",
        WARNING,
        "Tokens of programs and site generators, such as `{name}` or `{{< figure >}}`, that are missing or changed.",
        "checks.messages.markup:placeholder",
    ),
    Rule(
        "math",
        WARNING,
        "Formulas that are missing, changed, broken or doubled.",
        "checks.messages.markup:math",
    ),
    Rule(
        "block",
        WARNING,
        "Marks of a heading, list item, quote or definition at the beginning, where a catalogue holds them.",
        "checks.messages.markup:block",
    ),
    Rule(
        "attribute-list",
        WARNING,
        "Attribute lists and heading ids, such as `{#id .class}`, that are missing or changed.",
        "checks.messages.markup:attribute_list",
    ),
    Rule(
        "line-break",
        WARNING,
        "Hard breaks that are missing, and blank lines that would begin another paragraph.",
        "checks.messages.markup:line_break",
    ),
    Rule(
        "escape",
        WARNING,
        "Characters that a backslash protects in the source and that are markup in the translation.",
        "checks.messages.markup:escape",
    ),
    Rule(
        "emoji",
        WARNING,
        "Emoji and pictographs of the source that are missing.",
        "checks.messages.markup:emoji",
    ),
    Rule(
        "number",
        WARNING,
        "Numbers of the source that the translation does not have, or has with another value.",
        "checks.messages.number:number",
    ),
    Rule(
        "number-added",
        INFO,
        "Numbers that the source has neither in digits nor in words.",
        "checks.messages.number:number_added",
    ),
    Rule(
        "number-format",
        INFO,
        "Numbers that are written as in the source, but that readers of the locale take for others.",
        "checks.messages.number:number_format",
    ),
    Rule(
        "percent",
        WARNING,
        "Percentages that lost their sign or word, and numbers that got one.",
        "checks.messages.number:percent",
    ),
    Rule(
        "unit",
        WARNING,
        "Units and currencies that became others: 25 km is not 25 mi.",
        "checks.messages.number:unit",
    ),
    Rule(
        "date",
        WARNING,
        "Dates in digits that became other dates, and months by name that became other months.",
        "checks.messages.number:date",
    ),
    Rule(
        "name",
        WARNING,
        "Names that the catalogue's other translations keep and this one lost or misspelt.",
        "checks.messages.name:name",
    ),
    Rule(
        "glossary",
        WARNING,
        "Terms of the glossary that are translated otherwise, or that should have stayed as they are.",
        "checks.messages.glossary:glossary",
    ),
    Rule(
        "blank",
        WARNING,
        "A translation of white space alone; it counts as untranslated.",
        "checks.messages.completeness:blank",
    ),
    Rule(
        "untranslated",
        WARNING,
        "A translation that is the source text, though that has words to translate.",
        "checks.messages.completeness:untranslated",
    ),
    Rule(
        "partly-untranslated",
        WARNING,
        "A sentence that is still in the source language.",
        "checks.messages.completeness:partly_untranslated",
    ),
    Rule(
        "shortened",
        WARNING,
        "A translation that is so much shorter than others of the catalogue that something must be missing.",
        "checks.messages.completeness:shortened",
    ),
    Rule(
        "lengthened",
        WARNING,
        "A translation that is so much longer than others of the catalogue that it must be one of another text.",
        "checks.messages.completeness:lengthened",
    ),
    Rule(
        "other-script",
        WARNING,
        "Words in a script that neither the language nor the source is written in.",
        "checks.messages.completeness:other_script",
    ),
    Rule(
        "repeated",
        WARNING,
        "A long translation that another message with another text has as well.",
        "checks.messages.completeness:repeated",
    ),
    Rule(
        "other-message",
        WARNING,
        "A translation that seems to be one of another message, by the words that go together elsewhere.",
        "checks.messages.completeness:other_message",
    ),
    Rule(
        "quotation-marks",
        WARNING,
        "A quotation mark that has no partner, where those of the source have.",
        "checks.messages.typography:quotation_marks",
    ),
    Rule(
        "brackets",
        WARNING,
        "A bracket that has no partner, where those of the source have.",
        "checks.messages.typography:brackets",
    ),
    Rule(
        "end-punctuation",
        WARNING,
        "The stop at the end of the source that the translation does not have.",
        "checks.messages.typography:end_punctuation",
    ),
    Rule(
        "end-punctuation-doubled",
        WARNING,
        "Two stops at the end where one is enough.",
        "checks.messages.typography:end_punctuation_doubled",
    ),
    Rule(
        "end-punctuation-changed",
        INFO,
        "A stop at the end that is another one than in the source.",
        "checks.messages.typography:end_punctuation_changed",
    ),
    Rule("doubled-word", INFO, "A word that occurs twice in a row.", "checks.messages.typography:doubled_word"),
    Rule("doubled-blank", INFO, "Two blanks where one is enough.", "checks.messages.typography:doubled_blank"),
    Rule(
        "control-character",
        ERROR,
        "Control characters, which no text needs, and private ones, which have no meaning elsewhere.",
        "checks.messages.unicode:control_character",
    ),
    Rule(
        "replacement-character",
        ERROR,
        "The character that replaces one that could not be read.",
        "checks.messages.unicode:replacement_character",
    ),
    Rule(
        "bidi",
        ERROR,
        "Overrides of the writing direction, and embeddings and isolates that are not closed: they reorder the rest.",
        "checks.messages.unicode:bidi",
    ),
    Rule(
        "invisible-character",
        ERROR,
        "Characters that are not seen but break words, addresses, code and searches.",
        "checks.messages.unicode:invisible_character",
    ),
    Rule(
        "mojibake",
        ERROR,
        "Text that was read in another encoding than it was written in: `Ã©` for `é`.",
        "checks.messages.unicode:mojibake",
    ),
    Rule(
        "homoglyph",
        ERROR,
        "Letters of another alphabet inside code or an address of the source, which look like the right ones.",
        "checks.messages.unicode:homoglyph",
    ),
)
"""The checks of messages, in the order in which they run and are documented."""

DOCUMENT_RULES = (
    Rule(
        "citation-undefined",
        ERROR,
        "Citations for which the document's bibliography has no entry.",
        "checks.documents:citation_undefined",
    ),
    Rule(
        "citation-unused",
        WARNING,
        "Entries of the bibliography that nothing cites.",
        "checks.documents:citation_unused",
    ),
    Rule(
        "bibliography-duplicate",
        ERROR,
        "Entries that have the number or label of another one.",
        "checks.documents:bibliography_duplicate",
    ),
    Rule(
        "bibliography-order",
        WARNING,
        "Numbered entries that do not run 1, 2, 3 and so on.",
        "checks.documents:bibliography_order",
    ),
    Rule(
        "anchor",
        WARNING,
        "Links to a `#fragment` that the document they lead to does not have.",
        "checks.documents:anchor",
    ),
)
"""The checks of documents, for sources and localised documents alike."""

SOURCE_RULES = (
    Rule(
        "text-not-offered",
        ERROR,
        "Words that readers see and that are in no segment, so that no translator gets them.",
        "checks.sources.offered:text_not_offered",
    ),
    Rule(
        "source-emphasis",
        WARNING,
        "Marks of emphasis and code that the parser took for text.",
        "checks.sources.lint:source_emphasis",
    ),
    Rule(
        "source-link",
        ERROR,
        "Links and images that lead to a file that is not there.",
        "checks.sources.references:source_link",
    ),
    Rule(
        "reference-undefined",
        WARNING,
        "References to a label that nothing defines: `[text][label]`, a role of MyST, a figure of Quarto.",
        "checks.sources.references:reference_undefined",
    ),
    Rule(
        "label-duplicate",
        WARNING,
        "Labels of links, ids, and labels of MyST and Quarto that are defined twice.",
        "checks.sources.labels:label_duplicate",
    ),
    Rule(
        "tag-unclosed",
        ERROR,
        "Shortcodes of Hugo, and blocks of Liquid in Jekyll, that nothing closes.",
        "checks.sources.labels:tag_unclosed",
    ),
    Rule(
        "long-segment",
        INFO,
        "Segments of so many words that a small edit leaves much to check again.",
        "checks.sources.lint:long_segment",
    ),
    Rule(
        "split-sentence",
        WARNING,
        "Sentences that continue in the next paragraph: neither half can be translated well without the other.",
        "checks.sources.lint:split_sentence",
    ),
    Rule(
        "raw-html",
        INFO,
        "HTML in Markdown that a translator has to copy; a block of HTML is not reported.",
        "checks.sources.lint:raw_html",
    ),
)
"""Further checks of sources: what their author alone can fix."""

TEXT_NOT_OFFERED = "text-not-offered"
RENDERING = "rendering"
HEADER_LANGUAGE = "header-language"
INTERNAL = "internal-error"

RUN_RULES = (
    Rule(
        "structure",
        ERROR,
        "Translations that would change the structure of the document around them.",
        stays_error=True,
    ),
    Rule(RENDERING, ERROR, "Translations with which the rendered document differs from its source."),
    Rule("useless-ignore", WARNING, "Opt-outs of messages that no longer silence anything."),
    Rule(HEADER_LANGUAGE, WARNING, "Catalogues whose header names another language than their path."),
    Rule("incomplete", ERROR, "Texts without a translation to publish; only build --require-complete reports them."),
    Rule("anchor-pin", WARNING, "Headings on which the anchor of their source cannot be pinned."),
    Rule("link-rule", WARNING, "Addresses that a rule of [links] cannot replace."),
    Rule("front-matter", ERROR, "Front matter that is not valid YAML, TOML or JSON.", is_of_files=True),
    Rule("directive", WARNING, "Directives that have no effect, or not the one that was meant."),
    Rule("unknown-markup", WARNING, "Lines that open or close a block in a dialect that the document is not read as."),
    Rule("document", ERROR, "Documents that cannot be used at all.", is_of_files=True),
    Rule("file", ERROR, "Files that cannot be read or written.", is_of_files=True),
    Rule(INTERNAL, ERROR, "Errors of the tool itself; the work in question was not done.", is_of_files=True),
    Rule("orphan", INFO, "Catalogues and templates whose documents are gone."),
    Rule("output", ERROR, "Files that no run wrote, where a run would write or remove an output.", is_of_files=True),
)
"""The diagnostics that steps of a run report, and no check."""

ALL_RULES = (*MESSAGE_RULES, *DOCUMENT_RULES, *SOURCE_RULES, *RUN_RULES)
"""Every diagnostic that there is, in the order in which the documentation lists them; plugins may add more."""


# Dialects and report formats


class NamedChoice(NamedTuple):
    """Something that users choose by its name.

    - `name`: what users write.
    - `summary`: a sentence on what it is.
    - `home`: its value or function, as `module:name` below the package.
    - `with_tally`: of a report format, whether people read it, so that `check` ends with the number of findings.
    """

    name: str
    summary: str
    home: str
    with_tally: bool = False


DIALECT_CHOICES = (
    NamedChoice("commonmark", "Nothing but the CommonMark specification.", "markdown.dialects.common:COMMONMARK"),
    NamedChoice(
        "gfm",
        "GitHub's flavour: tables, task lists, strikethrough, alerts and footnotes; with definition lists and heading "
        "ids.",
        "markdown.dialects.common:GFM",
    ),
    NamedChoice(
        "mkdocs",
        "Python-Markdown with its extensions, those of pymdownx, and the plugins of MkDocs that people use most.",
        "markdown.dialects.mkdocs:MKDOCS",
    ),
    NamedChoice(
        "myst",
        "Directives, roles and targets, for Sphinx and Jupyter Book; directives may be fenced with colons or "
        "backticks.",
        "markdown.dialects.myst:MYST",
    ),
    NamedChoice(
        "hugo",
        "Goldmark with shortcodes; of a shortcode on a line of its own the parameters that readers see are segments.",
        "markdown.dialects.hugo:HUGO",
    ),
    NamedChoice(
        "docusaurus",
        "MDX: Markdown with components, expressions and admonitions.",
        "markdown.dialects.docusaurus:DOCUSAURUS",
    ),
    NamedChoice(
        "pandoc", "Pandoc's Markdown, with the shortcodes and callouts of Quarto.", "markdown.dialects.pandoc:PANDOC"
    ),
    NamedChoice("jekyll", "kramdown with Liquid, as on GitHub Pages.", "markdown.dialects.jekyll:JEKYLL"),
)
"""The flavours of Markdown, in the order in which they are documented."""

FORMAT_CHOICES = (
    NamedChoice("text", "A line for each diagnostic, for people.", "report.text:diagnostics_lines", with_tally=True),
    NamedChoice("json", "One list of objects.", "report.machine:diagnostics_json"),
    NamedChoice("jsonl", "An object a line.", "report.machine:diagnostics_jsonl"),
    NamedChoice(
        "github",
        "Workflow commands of GitHub Actions, which annotate a pull request.",
        "report.formats:diagnostics_github",
        with_tally=True,
    ),
    NamedChoice("sarif", "SARIF 2.1.0, for code scanning.", "report.sarif:diagnostics_sarif"),
)
"""The formats in which diagnostics are reported. The function takes diagnostics and a `Medium`, and gives a text."""


# Values of configuration keys

CODE = ("none", "comments", "strings", "all")
"""Which parts of code blocks may be segments."""

SEGMENTATIONS = ("block", "sentence")
"""How long a segment is."""

REFERENCES = ("line", "file", "none")
"""How exactly a message names its places in the source."""

OBSOLETE = ("keep", "drop")
"""Whether messages that are no longer needed stay in a catalogue."""

RENDERERS = ("markdown", "gfm", "commonmark")
"""What renders documents for their comparison: Python-Markdown, cmark-gfm or pulldown-cmark."""

MARKDOWN_EXTENSIONS = (
    "tables",
    "footnotes",
    "attr_list",
    "def_list",
    "fenced_code",
    "abbr",
    "admonition",
    "md_in_html",
    "sane_lists",
    "toc",
)
"""The extensions of Python-Markdown with which documents are rendered, unless the configuration names others."""

ANCHORS = ("off", "attr", "html")
"""How translated headings keep the anchor of their source."""

ANCHOR_SLUGS = ("github", "markdown", "hugo")
"""Whose rule makes the anchors of headings."""


# Reading the lists


def names(entries: Iterable[Rule | NamedChoice]) -> tuple[str, ...]:
    """The names of entries, in their order.

    >>> names(FORMAT_CHOICES)
    ('text', 'json', 'jsonl', 'github', 'sarif')
    """
    return tuple(entry.name for entry in entries)


def load(entry: Rule | NamedChoice) -> object:
    """The function or value at the home of an entry; imports its module."""
    module, _, name = entry.home.partition(":")
    value: object = getattr(import_module(f"translate_pipe.{module}"), name)
    return value


def closest(name: str, known: Sequence[str]) -> str:
    """The known name that is most like an unknown one; empty if none is like it.

    >>> closest("mkdoc", names(DIALECT_CHOICES)), closest("word", names(DIALECT_CHOICES))
    ('mkdocs', '')
    """
    return next(iter(difflib.get_close_matches(name, known, n=1)), "")


def refuse_unknown(kind: str, name: object, known: Sequence[str]) -> None:
    """Raise ValueError unless a name is known; the error lists the known names and suggests the closest one.

    >>> refuse_unknown("code", "all", CODE)
    >>> refuse_unknown("segmentation", "sentences", SEGMENTATIONS)
    Traceback (most recent call last):
    ValueError: unknown segmentation 'sentences', did you mean 'sentence'? Known are: block, sentence
    """
    if name in known:
        return
    close = closest(name, known) if isinstance(name, str) else ""
    hint = f", did you mean {close!r}? Known are: " if close else "; known are: "
    raise ValueError(f"unknown {kind} {name!r}{hint}{', '.join(known)}")


# Plugins

DIALECT_GROUP, CHECK_GROUP = PLUGIN_GROUPS = ("translate_pipe.dialects", "translate_pipe.checks")
"""The groups of entry points by which other distributions add a dialect or a check of messages."""


@cache
def plugins(group: str) -> Mapping[str, metadata.EntryPoint]:
    """The entry points of installed distributions in a group, by their names. Nothing of them is imported."""
    return {one.name: one for one in metadata.entry_points(group=group)}


def load_plugin(group: str, name: str) -> object:
    """The value that an installed entry point names; imports its module. Raises ValueError if that fails."""
    entry = plugins(group)[name]
    try:
        return entry.load()
    except Exception as error:  # a plugin is foreign code, which may raise anything
        problem = f"the plugin {name!r} ({entry.value}) cannot be loaded: {type(error).__name__}: {error}"
        raise ValueError(problem) from error


def refuse_unknown_dialect(name: str) -> None:
    """Raise ValueError unless a dialect is one of the tool or of an installed plugin."""
    known = names(DIALECT_CHOICES)
    if name not in known:
        refuse_unknown("dialect", name, (*known, *plugins(DIALECT_GROUP)))
