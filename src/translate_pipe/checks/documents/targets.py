"""What references can reach in a document: headings, ids, labels, and the texts that it includes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from translate_pipe.markdown.inline.slugs import explicit_ids, github_slug, is_slug_of_any_renderer
from translate_pipe.model import Opening, Piece, Run, SegmentKind, Verbatim
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from translate_pipe.model import Document, Inline, OutlineItem

_FRAGMENT_OF_FOOTNOTE = Expression(r"(?:user-content-)?fn(?:ref)?\d*[:_-]?.")
# The top of the page, a text to search for, the routes of a script, lines of code on GitHub, a tab of DocFX,
# a term of Sphinx.
_FRAGMENT_WITHOUT_TARGET = Expression(
    r"(?:top)?$|:~:|[/!?]|L\d+(?:C\d+)?(?:-L?\d+(?:C\d+)?)?$|tab/|term-", re.IGNORECASE
)


class Targets(NamedTuple):
    """What a `#fragment` can reach in a document: headings by their slugs, explicit ids, HTML ids and footnotes.

    The slug of a heading depends on the renderer. Those of all known ones count, so a fragment that is missing is so
    everywhere. `headings` are the texts that have one, and `further` those texts with others that some renderers count
    as headings. A document that `is_open` includes other texts, whose headings are not known.
    """

    ids: frozenset[str] = frozenset()
    has_footnotes: bool = False
    is_open: bool = False
    headings: tuple[str, ...] = ()
    further: tuple[str, ...] = ()

    def has(self, fragment: str) -> bool:
        """Whether a fragment, as a link writes it, may lead anywhere."""
        name = unquote(fragment)
        if self.is_open or name in self.ids or _FRAGMENT_WITHOUT_TARGET.match(name):
            return True
        if is_slug_of_any_renderer(name, self.headings) or (
            self.further and is_slug_of_any_renderer(name, self.further)
        ):
            return True
        return self.has_footnotes and _FRAGMENT_OF_FOOTNOTE.match(name) is not None


def headings_of(document: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts of the headings of a document, and the same with whatever else has an id of its text.

    Hugo gives ids to the terms of definitions, tabs of MkDocs have ids, and GitHub knows headings in HTML.
    """
    dialects = document.options.dialects
    with_terms = "hugo" in dialects or dialects == ("gfm",)
    with_titles = "mkdocs" in dialects
    headings: list[str] = []
    others: list[str] = []
    open_block: Opening | None = None
    for item in document.outline:
        if isinstance(item, Opening):
            open_block = item
        elif isinstance(item, Run):
            is_heading = item.tag == "Heading" and open_block is not None and not explicit_id(open_block)
            if is_heading:
                headings.append(plain(item.inlines))
            if is_heading or (with_terms and item.tag == "DefinitionListTitle"):
                others.append(plain(item.inlines))
        elif isinstance(item, Piece):
            if with_titles and item.kind is SegmentKind.CONTAINER_TITLE:
                others.append(item.text)
        elif isinstance(item, Verbatim) and item.tag == "HtmlBlock":
            others += _headings_in_html(document.data[item.start : item.end].decode())
    return tuple(headings), () if others == headings else tuple(others)


def plain(inlines: Sequence[Inline]) -> str:
    """The text of a heading as renderers make a slug of it."""
    return "".join(str(one.value) for one in inlines if one.kind in {"Text", "Code"})


def explicit_id(heading: Opening | None) -> str:
    """The id of a heading that an attribute list gives; may be empty."""
    detail = heading.detail if heading and heading.tag == "Heading" else None
    return str(detail[1]) if isinstance(detail, tuple) and detail[1] else ""


_HTML_HEADING = Expression(r"<h([1-6])\b[^<>]*>((?:[^<]|<(?!/?h[1-6]\b)){0,1000}+)</h\1\s*>", re.IGNORECASE)
_HTML_TAG = Expression(r"<[^<>]*>")


def _headings_in_html(text: str) -> Iterator[str]:
    if "</h" in text or "</H" in text:
        for found in _HTML_HEADING.finditer(text):
            yield _HTML_TAG.sub("", found[2])


def given_ids(document: Document) -> frozenset[str]:
    """The ids that the document gives headings and other places itself, which translations keep."""
    text, dialects = document.text, document.options.dialects
    found = {name for item in document.outline if isinstance(item, Opening) and (name := explicit_id(item))}
    found.update(explicit_ids(text))
    if "docusaurus" in dialects:
        found.update(name for one in _ID_OF_MDX.findall(text) for name in one if name)
    elif not {"pandoc", "myst"}.isdisjoint(dialects):
        found.update(labels(text))
    if "mkdocs" in dialects and "<!-- md:" in text:
        # The plugin of Material for MkDocs makes headings and terms of these.
        words = (word for comment in _MD_COMMENT.findall(text) for word in comment.split())
        found.update(name for word in words for name in (word, f"+{word}"))
    return frozenset(found)


# An id in a comment after a heading, and attributes by which components give one.
_ID_OF_MDX = Expression(
    r"\{/\*[ \t]*#?([\w:.-]+)[ \t]*\*/\}|\b(?:[a-z]+Id|permalink|anchor|slug|hash)=[\"']#?([^\"'\n]+)[\"']"
)
_MD_COMMENT = Expression(r"<!-- md:(?:setting|option) ([^<>\n]+?) -->")


# Labels

_LABEL = Expression(
    r"^[ \t>]*+(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*\(([^()\n]+)\)=[ \t]*$"  # targets of MyST
    # options
    r"|^[ \t>]*+(?:[^\w\s]{1,3}\|)?[ \t]*:?(?:name|(?:lst-)?label|target|identifier|id):[ \t]+[\"']?([^\s\"']+)"
    r"|\$\$[ \t]*\(([^\s()]+)\)[ \t]*$"  # equations of MyST
    r"|\\label\{([^{}\n]+)\}"
    r"|\b(?:label|name|id)[ \t]*=[ \t]*[\"']([^\"'\n]+)[\"']"
    r"|^[ \t>]*+`{3,}[ \t]*\{[A-Za-z]+[ \t,]+([\w:.-]+)(?=[ \t]*[,}])"  # chunks of R Markdown
    r"|(?<!\])\((?:\\?#|@)([\w:.-]+)\)"  # equations and tables of bookdown, examples of Pandoc
    r"|\"(?:label|name|identifier)\"[ \t]*:[ \t]*\"([^\"\n]+)\""
    r"|#\|[ \t]*(?:label|lst-label|name|id):[ \t]*([^\s\"'\\]+)"  # cells of notebooks
    r"|^\.\.[ \t]+_([^\n:]+):[ \t]*$",  # targets of reStructuredText
    re.MULTILINE,
)


def labels(text: str) -> Iterator[str]:
    r"""The labels that a text of Sphinx, MyST, Quarto or bookdown may define; lenient.

    >>> list(labels("(noten)=\n# Noten {#sec-n}\n\n```{python}\n#| label: fig-a\n```\n"))
    ['noten', 'fig-a', 'sec-n']
    """
    for found in _LABEL.finditer(text):
        yield found[found.lastindex or 0]
    yield from explicit_ids(text)


def labels_in_project(text: str) -> Iterator[tuple[str, bool]]:
    r"""The labels of a text in small letters, its headings among them, and whether it certainly defines each.

    >>> list(labels_in_project("(Noten)=\n# Een noot\n"))
    [('noten', False), ('noten', True), ('een noot', False), ('een-noot', False)]
    """
    for name in labels(text):
        yield normal_label(name), False
    for found in _MYST_TARGET.finditer(_FENCED.sub("", text)):
        yield normal_label(found[1]), True
    if _IDENTIFIER_LINE.search(text) or _RULE_LINE.search(text):
        yield MADE_OF_CODE, False
    for found in _HEADING_LINE.finditer(text):
        yield normal_label(found[1]), False
        yield github_slug(found[1]), False


def normal_label(name: str) -> str:
    """A label as Sphinx compares it: in small letters, with single blanks."""
    return " ".join(name.split()).casefold()


MADE_OF_CODE = ":::"
"""The label of projects whose generator knows further labels: mkdocstrings names of code, mdbook-spec rules."""

_IDENTIFIER_LINE = Expression(r"^:::[ ]\w[\w.]*[ \t]*$", re.MULTILINE)
_RULE_LINE = Expression(r"^r\[[a-z][\w.-]*\][ \t]*$", re.MULTILINE)
_MYST_TARGET = Expression(r"^\(([^()\n]+)\)=[ \t]*$", re.MULTILINE)
_FENCED = Expression(r"^([ \t>]*)(`{3,}|~{3,})(?:[^`\n{][^`\n]*|)\n(?:(?!\1\2)[^\n]*\n)*+\1\2", re.MULTILINE)
_HEADING_LINE = Expression(r"^#{1,6}[ \t]+([^\n{]*[^\n{\s])", re.MULTILINE)


CROSS_REFERENCE = Expression(
    r"(?<![\w.@\\/])-?@((?:[Ff]ig|[Tt]bl|[Ee]q|[Ss]ec|[Ll]st|[Tt]hm|[Ll]em|[Cc]or|[Pp]rp|[Cc]nj|[Dd]ef|[Ee]xm|[Ee]xr"
    r"|[Ss]ol|[Rr]em|[Aa]lg|[Tt]ip|[Nn]te|[Ww]rn|[Ii]mp|[Cc]au)[-:][\w:.-]*\w)"
)
"""References to what Quarto and pandoc-crossref number: figures, tables, sections and others; they are no citations."""

# References of Hugo

_REF = re.compile(
    rb"\{\{[<%][ \t]*(?:rel)?ref[ \t]+(?:path[ \t]*=[ \t]*)?"
    rb"(?:\"([^\"\n]+)\"|`([^`\n]+)`|([^\s\"'`=<>%]+))[^\n{}]{0,1000}[>%]\}\}"
)


def references_of_hugo(document: Document) -> Iterator[tuple[str, int, int]]:
    """The targets of `ref` and `relref`, with their offset and their place in the outline."""
    data = document.data
    if "hugo" not in document.options.dialects or b"ref " not in data:
        return
    for place, item in enumerate(document.outline):
        if isinstance(item, Run) or (isinstance(item, Verbatim) and item.tag in {"Container", "HtmlBlock"}):
            for found in _REF.finditer(data, item.start, item.end):
                yield found[found.lastindex or 0].decode(errors="ignore"), found.start(), place


# Texts that are included

_MAY_INCLUDE = re.compile(
    rb"8<|:::|\{[%{!]|\{include|\{auto|\{eval|\{embed|include:|INCLUDE|\.mdx?[\"']|listing:|asis|\br\["
)
_INCLUDE = re.compile(
    rb";?-+8<-+(?:[ \t]|$)|\{!(?:[^!\n{]|!(?!\})){0,300}\.(?:md|markdown|txt)\b"  # MkDocs
    # Tags of a template language; one with parameters is a component.
    rb"|\{%-?[ \t]*(?:include[\w-]*+[ \t]+[^\s%]+[ \t]*-?%\}|include[-_](?:relative|markdown)\b)"
    rb"|\{%-?[ \t]*(?:include|render|snippet|content-ref)\b[^%\n]*\.(?:md|markdown)\b"
    rb"|\{\{[<%][ \t]*[\w/.-]*(?:include|read|partial|snippet|import|transclu|embed|render|content|generat|fragment"
    rb"|reference|glossary|markdown|remote|definition|section|reuse|shared|api)"  # shortcodes
    rb"|\{\{[ \t]*#(?:include|rustdoc_include|template)\b"  # mdBook
    rb"|!INCLUDE\b|<!--[ \t]*@include:"  # DocFX, VitePress
    rb"|\{(?:include|embed|eval-rst|auto[\w-]*)\}",  # MyST
    re.MULTILINE,
)
_TEMPLATE = re.compile(rb"\{\{[^<%#]|\{%")
_WHOLLY_TEMPLATE = re.compile(rb"\{\{(?![<%#])(?:[^{}]|\}(?!\}))*\}\}\Z")
# The rules of a specification (mdbook-spec), which are labels as well.
_SPECIFIED = re.compile(rb"^r\[[a-z][\w.-]*\][ \t]*$", re.MULTILINE)
# Quarto lists other documents by a template.
_LISTING = re.compile(rb"^listing:", re.MULTILINE)
_MODULE = re.compile(rb"\bfrom\s*[\"'][^\"'\n]*\.mdx?[\"']")


def includes_others(document: Document) -> bool:
    r"""Whether a document includes texts that may have headings of their own.

    >>> from translate_pipe.model import ParseOptions
    >>> from translate_pipe.segments import parse
    >>> includes_others(parse('--8<-- "noten.md"\n', options=ParseOptions(dialects=("mkdocs",))))
    True
    """
    if _MAY_INCLUDE.search(document.data) is None:
        return False
    is_mdx = "docusaurus" in document.options.dialects
    if _SPECIFIED.search(document.data):
        return True
    return any(
        _run_includes(document.data, item)
        if isinstance(item, Run)
        else _block_includes(document.data, item, is_mdx=is_mdx)
        for item in document.outline
    )


def _run_includes(data: bytes, run: Run) -> bool:
    parts = [data[one.start : one.end] for one in run.inlines if one.kind in {"Text", "Token", "InlineHtml"}]
    is_made = run.tag == "Heading" and any(map(_TEMPLATE.match, parts))
    return is_made or any(map(_INCLUDE.search, parts)) or _WHOLLY_TEMPLATE.match(data, run.start, run.end) is not None


def _block_includes(data: bytes, item: OutlineItem, *, is_mdx: bool) -> bool:
    if not isinstance(item, (Verbatim, Opening)):
        return False
    if item.tag == "CodeBlock":
        info = str(item.detail["Fenced"]) if isinstance(item.detail, dict) else ""
        return info.startswith("{") and bool(_INCLUDE.match(info.encode()) or b"asis" in data[item.start : item.end])
    if item.tag == "FrontMatter":
        return _LISTING.search(data, item.start, item.end) is not None
    if item.tag not in {"Container", "HtmlBlock"}:
        return False
    text = data[item.start : item.end]
    first = text if isinstance(item, Verbatim) else text.lstrip().partition(b"\n")[0]
    if str(item.detail).startswith("Generated documentation") or _INCLUDE.search(first):
        return True
    return _WHOLLY_TEMPLATE.match(first.strip()) is not None or (is_mdx and _MODULE.search(first) is not None)


_PARTS = frozenset({
    *("_common", "_include", "_includes", "_partials", "_shared", "_snippets", "includes", "partials", "snippets"),
})  # fmt: skip
_WHOLE_PAGES = frozenset({"_index", "_sidebar", "_navbar", "_footer", "_coverpage", "__init__"})
_WITH_UNDERSCORES = frozenset({"pandoc", "hugo", "docusaurus"})


def is_part(path: str, dialects: Collection[str]) -> bool:
    """Whether a document is a part of others by its path: then its references start from those.

    >>> [is_part(path, ("gfm",)) for path in ("docs/_deel.md", "docs/includes/deel.md", "_posts/a.md", "_index.md")]
    [True, True, False, False]
    """
    *folders, name = path.split("/")
    if not _PARTS.isdisjoint(folders):
        return True
    if name.startswith("_") and name.partition(".")[0] not in _WHOLE_PAGES:
        return True
    return not _WITH_UNDERSCORES.isdisjoint(dialects) and any(one.startswith("_") for one in folders)
