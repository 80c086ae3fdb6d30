"""Localised documents before the judge: what is rendered, and what need not be because nothing has changed."""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from translate_pipe import __version__
from translate_pipe.engine.fingerprints import digest
from translate_pipe.errors import ConfigurationError
from translate_pipe.localisation.comparison import differences, page_shape
from translate_pipe.localisation.renderers import CommonMark, PythonMarkdown, RenderingError
from translate_pipe.markdown.parser import for_renderers
from translate_pipe.model import BYTE_ORDER_MARK, Diagnostic, Severity
from translate_pipe.registry import CONFIGURATION_FILE, MARKDOWN_EXTENSIONS

if TYPE_CHECKING:
    from translate_pipe.links import LocaleLinks
    from translate_pipe.localisation.comparison import PageShape
    from translate_pipe.localisation.renderers import Renderer
    from translate_pipe.model import Document, ParseOptions
    from translate_pipe.project.configuration import Configuration

_MANY = 3


class Judge:
    """The judge of a run, with its renderer, made when it is first needed."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    @cached_property
    def renderer(self) -> Renderer:
        """What documents are rendered with; raises ConfigurationError if the project's extensions do not work."""
        if self._configuration.renderer == "commonmark":
            return CommonMark()
        try:
            return PythonMarkdown(self._configuration.markdown_extensions)
        except RenderingError as error:
            problem = f"the extensions in 'markdown_extensions' cannot be used together: {error}"
            raise ConfigurationError(CONFIGURATION_FILE, 0, problem) from error

    @cached_property
    def _setting(self) -> str:
        """All that a verdict depends on besides the two texts."""
        chosen = self._configuration
        extensions = chosen.markdown_extensions if chosen.renderer == "markdown" else ()
        library = {"markdown": "markdown", "commonmark": "pyromark"}[chosen.renderer]
        return repr((__version__, library, _version(library), extensions, chosen.dialect))

    def html(self, text: str, options: ParseOptions) -> str:
        """The HTML of a Markdown text, which is read with these options; raises RenderingError."""
        return self.renderer.html(self.as_rendered(text, options))

    def as_rendered(self, text: str, options: ParseOptions) -> str:
        """A text as the renderer gets it, line by line; `options` are those that it is read with.

        A project that names extensions has a renderer that knows its containers. Others are shown as list items and
        breaks to the renderer, which else would take their bodies for code, or their marks for text.
        """
        chosen = self._configuration
        if chosen.renderer == "commonmark" or chosen.markdown_extensions == MARKDOWN_EXTENSIONS:
            return for_renderers(text.removeprefix(BYTE_ORDER_MARK), options)
        return text

    def digest(self, document: Document, text: str, links: LocaleLinks) -> str:
        """What a verdict on a localised text of a document is remembered by."""
        return digest(self._setting.encode(), repr(links).encode(), document.text.encode(), text.encode())


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:  # a library that was put in place without its metadata
        return ""


class Case:
    """One document before the judge; its source is rendered once for all locales."""

    def __init__(self, judge: Judge, document: Document) -> None:
        self._judge = judge
        self.document = document
        self._unrendered = ""

    def judge(self, links: LocaleLinks, known: str) -> Bench:
        """The judge of what becomes of the document in one locale, which has these addresses.

        A text whose verdict is `known` has been found right before.
        """
        return Bench(self, links, known)

    def problem(self, text: str, links: LocaleLinks, known: str) -> str:
        """What is wrong with a localised text."""
        if text == self.document.text or (known and known == self._judge.digest(self.document, text, links)):
            return ""
        return "" if self._source is None else self._compared(self._source, text, links)

    def problem_of_block(self, source: str, text: str, links: LocaleLinks) -> str:
        """What is wrong with a localised block of a text."""
        try:
            was = page_shape(self._judge.html(source, self.document.options))
        except RenderingError:  # the document as a whole could be rendered, and tells
            return ""
        return self._compared(was, text, links)

    def _compared(self, source: PageShape, text: str, links: LocaleLinks) -> str:
        try:
            localised = page_shape(self._judge.html(text, self.document.options))
        except RenderingError as error:
            return f"{self._judge.renderer.name} cannot render it ({error})"
        found = list(differences(source, localised, links))
        more = f", and {len(found) - _MANY} more" if len(found) > _MANY else ""
        return "; ".join(found[:_MANY]) + more

    def verdict(self, text: str, links: LocaleLinks) -> str:
        """What it is remembered by that a localised text has been found right; empty if nothing has to be."""
        if text == self.document.text or self._unrendered:
            return ""
        return self._judge.digest(self.document, text, links)

    @property
    def diagnostic(self) -> Diagnostic | None:
        """What there is to say of the source itself, once it has been needed."""
        if not self._unrendered:
            return None
        return Diagnostic(
            check="rendering",
            severity=Severity.WARNING,
            message=f"{self._judge.renderer.name} cannot render this document ({self._unrendered}); "
            "what is made of it is not judged",
            file=self.document.path,
        )

    @cached_property
    def _source(self) -> PageShape | None:
        try:
            return page_shape(self._judge.html(self.document.text, self.document.options))
        except RenderingError as error:
            self._unrendered = str(error)
            return None


class Bench:
    """Where one localised document of a case is judged."""

    def __init__(self, case: Case, links: LocaleLinks, known: str) -> None:
        self._case = case
        self._links = links
        self._known = known

    def problem(self, text: str) -> str:
        """What is wrong with a localised document, in words; nothing if it is right, or cannot be judged."""
        return self._case.problem(text, self._links, self._known)

    def problem_of_block(self, source: str, text: str) -> str:
        """What is wrong with one localised block of the document."""
        return self._case.problem_of_block(source, text, self._links)
