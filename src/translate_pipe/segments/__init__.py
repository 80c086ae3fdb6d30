"""Markdown text to a document: an outline of blocks, and the segments in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from translate_pipe.late import LateModule
from translate_pipe.model import DEFAULT_OPTIONS, Document, ParseOptions
from translate_pipe.text.lines import split_byte_order_mark

if TYPE_CHECKING:
    from translate_pipe.markdown import parser
    from translate_pipe.segments import collecting
else:  # a catalogue is read and merged without what knows Markdown
    collecting = LateModule("translate_pipe.segments.collecting")
    parser = LateModule("translate_pipe.markdown.parser")

__all__ = ["ParseOptions", "options_for", "parse"]

DIALECT_OF_SUFFIX = {".mdx": "docusaurus", ".qmd": "pandoc", ".rmd": "pandoc"}
"""The dialects of documents by the suffix of their name. Case does not count."""


def options_for(path: str, options: ParseOptions) -> ParseOptions:
    """The options for the document with this path: a suffix such as `.mdx` says which dialect it is written in.

    >>> options_for("a.mdx", DEFAULT_OPTIONS).dialects, options_for("a.md", DEFAULT_OPTIONS).dialects
    (('docusaurus',), ('gfm',))
    """
    dialect = DIALECT_OF_SUFFIX.get(path[-4:].lower())
    return options if dialect is None or dialect in options.dialects else replace(options, dialects=(dialect,))


def parse(text: str, path: str = "", options: ParseOptions = DEFAULT_OPTIONS) -> Document:
    r"""Find the segments of a Markdown text.

    - `text`: a whole document, as Python decodes it; anything that UTF-8 can encode. Line ends and a byte order mark
      stay as they are, so read it with `Path(name).read_bytes().decode()`.
    - `path`: the path that diagnostics and references name. It is not opened. The suffix `.mdx` makes the dialect
      `docusaurus`, `.qmd` and `.Rmd` make it `pandoc`, unless `options` has these already.
    - `options`: the dialects, and which parts of a document are segments.

    Returns a `Document`. Bad content, such as front matter that cannot be read, is no exception but one of its
    diagnostics. Raises UnicodeEncodeError for a text with lone surrogates.

    >>> document = parse("# Slaap\n\nEen glas *lauwe* melk.\n")
    >>> [(segment.text, segment.description) for segment in document.segments]
    [('Slaap', 'Heading 1'), ('Een glas *lauwe* melk.', 'Paragraph')]
    >>> document.skeleton
    ('# ', '\n\n', '\n')
    """
    options = options_for(path, options)
    mark, body = split_byte_order_mark(text)
    data = body.encode()
    items = parser.outline(body, options)
    collector = collecting.SegmentCollector(data, path, options)
    collector.collect(items)
    return Document(
        path=path,
        byte_order_mark=mark,
        data=data,
        outline=items,
        segments=tuple(collector.segments),
        options=options,
        diagnostics=tuple(collector.diagnostics),
        ignored=tuple(collector.ignored),
    )
