"""Checks of sources: what makes an article wrong or hard to translate, for its author to fix.

`SOURCE_CHECKS` are the checks of `documents` and the ones here. Rules with many false alarms are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from translate_pipe.checks.documents import DOCUMENT_CHECKS, Spot, check_document, registered_checks
from translate_pipe.checks.sources.references import CLOSED, OPAQUE, OPENED, source_text
from translate_pipe.model import Closing, Diagnostic, Opening, Run, SegmentKind, Severity
from translate_pipe.registry import SOURCE_RULES
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.checks.documents.page import Page

LONGEST_SEGMENT = 120
"""The words of a segment that is not yet long."""

HARMLESS_TAGS = frozenset(
    {
        *("abbr", "b", "bdi", "bdo", "br", "cite", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp"),
        *("small", "strong", "sub", "sup", "u", "wbr"),
    }
)
"""Inline tags that a translator copies without harm, because Markdown has nothing shorter or nothing at all."""

_WORD = Expression(r"\w+(?:[-’'.,]\w+)*")
_ADDRESS = Expression(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*|<?https?://\S+")


# Emphasis and code

_LETTER = r"[^\W\d_]"
# A mark may open only after one of these, or at the beginning.
_FREE = r"(?<![^\s(\[“\"'‘])"
_BROKEN = (
    # **vet ** or ** vet**: a blank inside keeps the marks from being marks.
    (
        Expression(
            rf"{_FREE}(\*\*|__)"
            r"(?:[^\S\n](?=\S)(?:(?!\1)[^\n])*?(?!\1)\S|(?=\S)(?:(?!\1)[^\n])*?[^\S\n])"
            r"\1(?!\w)"
        ),
        "blank",
    ),
    (
        Expression(
            rf"{_FREE}([*_])(?!\1)"
            r"(?:[^\S\n](?=[^\W_])(?:(?!\1)[^\n])*?(?!\1)\S|(?=[^\W_])(?:(?!\1)[^\n])*?[^\S\n])"
            r"\1(?![\w*_])"
        ),
        "blank",
    ),
    # **vet without an end, or an end without a beginning; *args and **kwargs are code that lacks its backticks.
    (Expression(rf"(?<![\w*\"/=])(\*\*)(?=[\w“‘(]|{OPENED})(?!kwargs\b|\w+_\w|[a-z]+[),=])"), "unpaired"),
    (Expression(r"(?<=[^\s*(])(\*\*)(?![\w*])"), "unpaired"),
    # A mark too many beside emphasis: ***vet**.
    (Expression(rf"(?<![\w*_])([*_])(?={OPENED})|(?<={CLOSED})([*_])(?![\w*_])"), "unpaired"),
    # *cursief in the middle of a sentence.
    (Expression(rf"(?<=\w )(\*)(?={_LETTER}{{2}}[^*/]*\Z)(?!args\b|\.)"), "unpaired"),
)
_BACKTICK = Expression(r"`+")
_TEXTS = {
    "blank": "the blank inside {0}…{0} keeps it from being emphasis; readers see the {0}",
    "unpaired": "{} has no partner; readers see it as it is",
}


def source_emphasis(page: Page) -> Iterator[Spot]:
    """Marks of emphasis and code that the parser took for text."""
    for block in page.blocks:
        texts = (str(inline.value) for inline in block.run.inlines if inline.kind == "Text")
        if all({"*", "_", "`"}.isdisjoint(text) for text in texts):
            continue
        source = source_text(page.document.data, block.run)
        # One finding of emphasis and one of code is enough.
        for pattern, kind in _BROKEN:
            found = pattern.search(source.text)
            if found:
                text = _TEXTS[kind].format(next(filter(None, found.groups())))
                yield Spot(text, source.offsets[found.start()], block.place, text)
                break
        backtick = _BACKTICK.search(source.text)
        if backtick:
            text = f"the backtick {backtick.group()} opens no code; readers see it as it is"
            yield Spot(text, source.offsets[backtick.start()], block.place, text)


# Segments


def long_segment(page: Page) -> Iterator[Spot]:
    """Segments of so many words that a small edit makes much to look through again."""
    for segment in page.document.segments:
        if len(segment.text) < 2 * LONGEST_SEGMENT:  # too short for as many words with something between them
            continue
        words = len(_WORD.findall(_ADDRESS.sub("", segment.text)))
        if words > LONGEST_SEGMENT:
            text = f"this segment has {words} words; several of at most {LONGEST_SEGMENT} are easier to translate"
            yield Spot(text, segment.slot.start, page.place(segment.slot.start), segment.text)


_END_OF_SENTENCE_LACKS = Expression(r"[^\W\d_][,;]?\Z|,\Z")
_STOPS = frozenset({b".", b"!", b"?", b":"})
_CONTAINER = Expression(r"(?:!!!|\?\?\?|:::|///|===|\{[%{*]|\$\$|\\)")
_MARKED = f"(?:{OPENED}[^{CLOSED}]*{CLOSED}|{OPAQUE})"
# A name with its description, as parameters have it, or nothing but a name or a formula.
_ENTRY = Expression(rf"{_MARKED}[ ]*(?:\([^()\n]*\)[ ]*)?(?:{OPAQUE}|\n|[:=–—-]|[,;]?\Z)")
# The mark of an item, such as b. or iv), or code.
_ITEM = Expression(r"\w{1,4}[.)]\s|\w+[\[({<=.:_]")
_MARKED_TEXT = Expression(_MARKED)
_FEWEST_WORDS = 3


def split_sentence(page: Page) -> Iterator[Spot]:
    """Sentences that run on in the next paragraph: neither half can be translated well without the other."""
    offered = {segment.slot.start for segment in page.document.segments if segment.kind is not SegmentKind.HEADING}
    outline = page.document.outline
    for index, first in enumerate(outline[:-3]):
        if not isinstance(first, Run):
            continue
        closing, opening, second = outline[index + 1 : index + 4]
        is_followed = closing == Closing("Paragraph") and isinstance(opening, Opening) and opening.tag == "Paragraph"
        if not is_followed or not isinstance(second, Run):
            continue
        if {first.start, second.start} <= offered and _runs_on(page.document.data, first, second):
            text = "this sentence ends without a full stop and seems to run on in the next paragraph"
            yield Spot(text, first.inlines[-1].start, index, "")


def _runs_on(data: bytes, first: Run, second: Run) -> bool:
    if data[first.end - 1 : first.end] in _STOPS:  # as nearly all paragraphs end
        return False
    end, start = source_text(data, first).text, source_text(data, second).text
    if any(pattern.match(text) for pattern in (_CONTAINER, _ENTRY) for text in (end, start)):
        return False
    if end.startswith((OPENED, OPAQUE)) and start.startswith((OPENED, OPAQUE)):
        return False
    # The items of a list of conditions have no capital letters.
    if end[:1].islower() or len(_WORD.findall(_MARKED_TEXT.sub("", end))) < _FEWEST_WORDS or _ITEM.match(start):
        return False
    end = end.rstrip(OPENED + CLOSED)
    start = start.lstrip(OPENED)
    return bool(_END_OF_SENTENCE_LACKS.search(end)) and start[:1].islower() and not start[1:2].isupper()


# Raw HTML

_TAG = Expression(r"</?([a-z][a-z0-9-]*)", re.IGNORECASE)


def raw_html(page: Page) -> Iterator[Spot]:
    """HTML in Markdown that a translator has to copy; in a block of HTML there is no other way of writing."""
    for index, item in enumerate(page.document.outline):
        tags: dict[str, int] = {}
        for inline in item.inlines if isinstance(item, Run) else ():
            found = _TAG.match(str(inline.value)) if inline.kind == "InlineHtml" else None
            if found and found[1].lower() not in HARMLESS_TAGS:
                tags.setdefault(found[1].lower(), inline.start)
        if tags and page.segment(index):
            names = ", ".join(f"<{name}>" for name in tags)
            yield Spot(f"translators have to copy the HTML of {names}", min(tags.values()), index, names)


SOURCE_CHECKS = (*DOCUMENT_CHECKS, *registered_checks(SOURCE_RULES))
"""The checks of sources, in the order in which they run."""

_NAMES = frozenset(check.name for check in SOURCE_CHECKS) | {"unknown-markup"}


def lint(page: Page) -> list[Diagnostic]:
    r"""All diagnostics of a source, in the order of its lines: those of parsing it among them.

    >>> from translate_pipe.checks.documents.page import Page
    >>> from translate_pipe.segments import parse
    >>> [found.check for found in lint(Page(parse("Dit is ** heel** raar.\n\nEn <u>d<i>i</i></u><font>t</font>?\n")))]
    ['source-emphasis', 'raw-html']
    """
    found = list(page.document.diagnostics)
    for ignored in page.document.ignored:
        for name in ignored.checks:
            if name not in _NAMES:
                text = f"i18n:ignore names no check of documents: {name}"
                region = page.region(ignored.start)
                path = page.document.path
                found.append(Diagnostic("directive", Severity.WARNING, text, path, region.line, region=region))
    return sorted([*found, *check_document(page, SOURCE_CHECKS)], key=lambda one: one.line)
