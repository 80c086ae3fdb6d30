"""The judge of localised documents: what it renders, and what it need not render because nothing has changed."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from translate_pipe import __version__
from translate_pipe.engine.fingerprints import digest
from translate_pipe.errors import ConfigurationError
from translate_pipe.late import LateModule
from translate_pipe.localisation.plain import KNOWN_EXTENSIONS
from translate_pipe.localisation.renderers import CommonMark, GitHub, PythonMarkdown, RenderingError
from translate_pipe.markdown.embedded.tags import TokenKind, has_content, scan_html
from translate_pipe.markdown.parser import for_renderers, link_definitions
from translate_pipe.model import BYTE_ORDER_MARK, Diagnostic, Opening, Severity, Verbatim
from translate_pipe.registry import CONFIGURATION_FILE, MARKDOWN_EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib import metadata

    from translate_pipe.links import LocaleLinks
    from translate_pipe.localisation import DoubtfulBlock, comparison
    from translate_pipe.localisation.comparison import PageShape
    from translate_pipe.localisation.renderers import Renderer
    from translate_pipe.model import Document, ParseOptions
    from translate_pipe.project.settings.configuration import Configuration
else:  # drafts are not judged
    metadata = LateModule("importlib.metadata")
    comparison = LateModule("translate_pipe.localisation.comparison")

_DIFFERENCES_REPORTED = 3

_ABBREVIATION = "*["
_DEFINITION = re.compile(r"^[ \t>]*\[[^\[\]]+\]:", re.MULTILINE)

_SIGNS_THAT_REACH_FAR = ("<", "`", "~~~", "]:", "{:", "*[")
"""What in a block may have its end in another."""

_BETWEEN_BLOCKS = "\n\nx\n\n"
"""A paragraph between blocks ends each of them."""


class ProjectRenderer:
    """Renders documents as the project's site does. The renderer is made when it is first needed."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    @cached_property
    def _key(self) -> str:
        """What a verdict depends on beside the two texts."""
        chosen = self._configuration
        extensions = chosen.markdown_extensions if chosen.renderer == "markdown" else ()
        library = {"markdown": "markdown", "gfm": "multimark", "commonmark": "pyromark"}[chosen.renderer]
        installed = ""
        with suppress(metadata.PackageNotFoundError):  # a library that was installed without its metadata
            installed = metadata.version(library)
        return repr((__version__, library, installed, extensions, chosen.dialect))

    @cached_property
    def renderer(self) -> Renderer:
        """The renderer; raises ConfigurationError if the project's extensions do not work."""
        if self._configuration.renderer == "commonmark":
            return CommonMark()
        if self._configuration.renderer == "gfm":
            return GitHub()
        try:
            return PythonMarkdown(self._configuration.markdown_extensions)
        except RenderingError as error:
            problem = f"the extensions in 'markdown_extensions' cannot be used together: {error}"
            raise ConfigurationError(CONFIGURATION_FILE, 0, problem) from error

    @cached_property
    def trusts_plain_texts(self) -> bool:
        """Whether no extension of the renderer gives plain texts a meaning."""
        chosen = self._configuration
        extensions = {one.removeprefix("markdown.extensions.") for one in chosen.markdown_extensions}
        return chosen.renderer != "markdown" or extensions <= KNOWN_EXTENSIONS

    def html(self, text: str, options: ParseOptions) -> str:
        """The HTML of a Markdown text that is parsed with these options; raises RenderingError."""
        return self.renderer.html(self.as_rendered(text, options))

    def as_rendered(self, text: str, options: ParseOptions) -> str:
        """A text as the renderer gets it, line by line; `options` are those that it is parsed with.

        A project that names extensions has a renderer that knows its containers. Otherwise containers become list items
        and breaks, because the renderer would take their bodies for code, or their marks for text.
        """
        chosen = self._configuration
        if chosen.renderer != "markdown" or chosen.markdown_extensions == MARKDOWN_EXTENSIONS:
            return for_renderers(text.removeprefix(BYTE_ORDER_MARK), options)
        return text

    def verdict_key(self, document: Document, text: str, links: LocaleLinks) -> str:
        """The cache key of a verdict on a localised text of a document."""
        return digest(self._key.encode(), repr(links).encode(), document.text.encode(), text.encode())


class JudgedDocument:
    """A document whose localisations are judged. Its source is rendered once for all locales."""

    def __init__(self, renderer: ProjectRenderer, document: Document) -> None:
        self.renderer = renderer
        self.document = document
        self.diagnostic: Diagnostic | None = None
        self._blocks: dict[str, PageShape] = {}

    @cached_property
    def has_only_words_of_its_own(self) -> bool:
        """Whether plain texts are words here, because nothing in the document or renderer gives them a meaning."""
        return self.renderer.trusts_plain_texts and _ABBREVIATION not in self.document.text

    @cached_property
    def definitions(self) -> list[str] | None:
        """The definitions of labels and footnotes, which blocks need to mean the same by themselves.

        None if renderers may see other definitions than the parser.
        """
        document = self.document
        written = len(_DEFINITION.findall(document.text))
        labels = link_definitions(document.data.decode(), document.options) if written else []
        notes = [item for item in document.outline if isinstance(item, Opening) and item.tag == "FootnoteDefinition"]
        if written != len(labels) + len(notes):
            return None
        texts = [document.data[label.start : label.end].decode() for label in labels]
        return texts + [f"[^{note.detail}]: x" for note in notes]

    @cached_property
    def _inside_html(self) -> list[tuple[int, int]]:
        """The byte ranges from a tag in a block of HTML to its end tag in another one, in which Markdown may be text.

        What components hold is Markdown by itself.
        """
        document = self.document
        ranges: list[tuple[int, int]] = []
        opened: list[tuple[str, int]] = []
        for item in document.outline:
            if not (isinstance(item, Verbatim) and item.tag == "HtmlBlock"):
                continue
            for token in scan_html(document.data[item.start : item.end]):
                if not token.is_whole or (has_content(token) and not comparison.is_component(token.name)):
                    opened.append((token.name, item.start))
                elif token.kind is TokenKind.CLOSE and not comparison.is_component(token.name):
                    name, start = opened.pop() if opened else ("", 0)
                    start = start if name == token.name else 0
                    if start != item.start:
                        ranges.append((start, item.end))
        return ranges + [(start, len(document.data)) for _, start in opened]

    def is_inside_html(self, start: int) -> bool:
        """Whether the place at a byte may be inside an element of HTML that began in another block."""
        return any(first <= start < last for first, last in self._inside_html)

    def shape_of_blocks(self, blocks: str) -> PageShape:
        """Some rendered blocks of the source; raises RenderingError. Mostly they are those that were asked for last."""
        if blocks not in self._blocks:
            self._blocks = {blocks: comparison.page_shape(self.renderer.html(blocks, self.document.options))}
        return self._blocks[blocks]

    @cached_property
    def shape(self) -> PageShape | None:
        """The rendered source; None if it cannot be rendered, and then there is a diagnostic."""
        try:
            return comparison.page_shape(self.renderer.html(self.document.text, self.document.options))
        except RenderingError as error:
            problem = (
                f"{self.renderer.renderer.name} cannot render this document ({error}); what is made of it is not judged"
            )
            self.diagnostic = Diagnostic("rendering", Severity.WARNING, problem, self.document.path)
            return None


class LocalisationJudge:
    """The judge of a document in one locale, which has these links, as `localise` asks it.

    A localised text with the verdict `known` is correct.
    """

    def __init__(self, judged: JudgedDocument, links: LocaleLinks, known: str) -> None:
        self._judged = judged
        self._links = links
        self._known = known

    def accepts(self, text: str, blocks: Sequence[DoubtfulBlock]) -> bool:
        """Whether a localised document is right because these blocks are; False also if they do not show that."""
        judged = self._judged
        if not judged.has_only_words_of_its_own:
            return False
        if not blocks or self._is_known(text):
            return True
        grown = (one.text.count(sign) > one.source.count(sign) for one in blocks for sign in _SIGNS_THAT_REACH_FAR)
        if judged.definitions is None or any(grown) or any(judged.is_inside_html(one.start) for one in blocks):
            return False
        others = [one for one in judged.definitions if not any(block.source.startswith(one[:-1]) for block in blocks)]
        _, *both = zip(*blocks, strict=True)
        was, now = (_BETWEEN_BLOCKS.join(("", *texts, *others)) for texts in both)
        try:
            return not self._compared(judged.shape_of_blocks(was), now)
        except RenderingError:
            return False

    def problem(self, text: str) -> str:
        """What is wrong with a localised document; empty if it is correct, or cannot be judged."""
        if self._is_known(text):
            return ""
        source = self._judged.shape
        return "" if source is None else self._compared(source, text)

    def _is_known(self, text: str) -> bool:
        return text == self._judged.document.text or (bool(self._known) and self._known == self.verdict(text))

    def problem_of_block(self, source: str, text: str) -> str:
        """What is wrong with one localised block of the document."""
        try:
            was = self._judged.shape_of_blocks(source)
        except RenderingError:  # the document as a whole could be rendered, and shows the problem
            return ""
        return self._compared(was, text)

    def _compared(self, source: PageShape, text: str) -> str:
        renderer = self._judged.renderer
        try:
            localised = comparison.page_shape(renderer.html(text, self._judged.document.options))
        except RenderingError as error:
            return f"{renderer.renderer.name} cannot render it ({error})"
        found = list(comparison.differences(source, localised, self._links))
        others = len(found) - _DIFFERENCES_REPORTED
        return "; ".join(found[:_DIFFERENCES_REPORTED]) + (f", and {others} more" if others > 0 else "")

    def verdict(self, text: str) -> str:
        """The cache key under which a localised text is known to be correct; empty if none is needed."""
        document = self._judged.document
        if text == document.text or self._judged.diagnostic:
            return ""
        return self._judged.renderer.verdict_key(document, text, self._links)
