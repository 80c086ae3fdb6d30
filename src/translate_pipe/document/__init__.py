"""Markdown text to a document: an outline of blocks, and the segments that stand in them."""

from __future__ import annotations

from translate_pipe.model import DEFAULT_OPTIONS, Document, ParseOptions

__all__ = ["ParseOptions", "parse"]

BYTE_ORDER_MARK = "\ufeff"


def parse(text: str, path: str = "", options: ParseOptions = DEFAULT_OPTIONS) -> Document:
    r"""Find the segments of a Markdown text.

    `text` is any text that can be encoded as UTF-8; `path` is the name that diagnostics and references give it.
    Bad content (unreadable front matter, a misspelt directive) is reported in the document's diagnostics.

    >>> document = parse("# Slaap\n\nEen glas *lauwe* melk.\n")
    >>> [(segment.text, segment.description) for segment in document.segments]
    [('Slaap', 'Heading 1'), ('Een glas *lauwe* melk.', 'Paragraph')]
    >>> document.skeleton
    ('# ', '\n\n', '\n')
    """
    # Here, because a catalogue can be read and merged without the modules that know Markdown.
    from translate_pipe.document.parser import outline
    from translate_pipe.document.segments import SegmentCollector

    body = text.removeprefix(BYTE_ORDER_MARK)
    data = body.encode()
    items = outline(body, options)
    collector = SegmentCollector(data, path, options)
    collector.collect(items)
    mark = text[: len(text) - len(body)]
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
