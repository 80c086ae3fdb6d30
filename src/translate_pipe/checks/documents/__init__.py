"""Checks of whole documents, sources and localised ones alike: citations against bibliography, links against headings.

A check is a small pure function from a page to spots. Localised documents have to pass `DOCUMENT_CHECKS` as well; the
checks in `lint` are for the author of a source only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast
from urllib.parse import unquote

from translate_pipe.checks.documents.page import FOOTNOTE, KEYED, NUMBERED, TO_ASCII
from translate_pipe.checks.documents.targets import CROSS_REFERENCE, normal_label, references_of_hugo
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.registry import DOCUMENT_RULES, load
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from translate_pipe.checks.documents.page import Entry, Mark, Page, PageLink
    from translate_pipe.checks.documents.targets import Targets
    from translate_pipe.model import Document, Segment, Translations
    from translate_pipe.registry import Rule

_MARKDOWN = (".md", ".markdown", ".mdx", ".qmd", ".Rmd")


_Find: TypeAlias = "Callable[[Page], Iterable[Spot]]"


class Spot(NamedTuple):
    """One finding in a document: what is wrong, and where, as a byte offset and a place in the outline.

    `key` is what it is about: two documents have the same finding if check, place and key are the same.
    `severity` is given where it is not that of the check. `written` is what the author wrote there, where the check
    knows it: the region of the diagnostic ends after it.
    """

    text: str
    offset: int
    place: int
    key: str
    severity: Severity | None = None
    written: str = ""

    @classmethod
    def of(cls, text: str, one: Mark | Entry) -> Spot:
        """A finding about a citation or an entry."""
        return cls(text, one.offset, one.place, one.key, written=one.written)


@dataclass(frozen=True, slots=True)
class DocumentCheck:
    """A check of documents by its stable name, with the severity of what it finds."""

    name: str
    severity: Severity
    find: _Find


# Citations and bibliography


def citation_undefined(page: Page) -> Iterator[Spot]:
    """Citations that no entry of the document's bibliography answers."""
    cited = _Cited(page)
    for mark in page.marks:
        if cited.is_meant(mark) and not cited.entries_of(mark):
            is_footnote = mark.family == FOOTNOTE
            text = "the footnote {} has no definition" if is_footnote else "the citation {} has no entry"
            yield Spot.of(text.format(mark.written), mark)


def citation_unused(page: Page) -> Iterator[Spot]:
    """Entries of the bibliography that nothing cites."""
    cited = _Cited(page)
    mentions: _Mentions | None = None
    reached = {key for mark in page.marks for key in cited.entries_of(mark)}
    seen: set[tuple[str, str]] = set()
    for entry in page.entries:
        key = (entry.family, entry.key)
        is_meant = cited.has_numbers or not entry.in_list
        if key not in reached and key not in seen and is_meant:
            mentions = mentions or _Mentions(page.document.text)
            if mentions.has(entry):
                continue
            what = "footnote" if entry.family == FOOTNOTE else "entry"
            yield Spot.of(f"the {what} {entry.written} is cited nowhere", entry)
        seen.add(key)


class _Mentions:
    """The marks of citations as they are written anywhere in a document, also in code and in blocks left alone."""

    def __init__(self, text: str) -> None:
        self._footnotes = {found.casefold() for found in _FOOTNOTE_MARK.findall(text)}
        numbers = (found[found.lastindex or 0] for found in _NUMBER_MARK.finditer(text))
        self._numbers = Counter(number.translate(TO_ASCII) for number in numbers)

    def has(self, entry: Entry) -> bool:
        """Whether the mark of an entry is anywhere but at the entry itself."""
        if entry.family == FOOTNOTE:
            return entry.key in self._footnotes
        return entry.family == NUMBERED and self._numbers[entry.key] > (0 if entry.in_list else 1)


_FOOTNOTE_MARK = Expression(r"\[\^([^\[\]\s]+)\](?!:)")
_NUMBER_MARK = Expression(
    r"\[(\d{1,9})\]?[\](]|<sup>\s{0,9}(\d{1,9})\s{0,9}</sup>|([⁰¹²³⁴-⁹]{1,9})(?![⁰¹²³⁴-⁹])", re.IGNORECASE
)


def bibliography_duplicate(page: Page) -> Iterator[Spot]:
    """Entries that have the number or label of another one."""
    seen: set[tuple[str, str, int]] = set()
    for entry in _meant_as_entries(page):
        key = (entry.family, entry.key, entry.group)
        if key in seen:
            what = "footnote" if entry.family == FOOTNOTE else "entry"
            text = f"the {what} {entry.written} is here a second time"
            yield Spot.of(text, entry)
        seen.add(key)


def bibliography_order(page: Page) -> Iterator[Spot]:
    """Numbered entries that do not run 1, 2, 3 and so on."""
    groups: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in _meant_as_entries(page):
        if entry.family == NUMBERED:
            groups[entry.group].append(entry)
    last = 0
    for entries in groups.values():
        in_list = [entry for entry in entries if entry.in_list]
        wrong = next((entry for entry in in_list if entry.written != f"{entry.key}."), None)
        if wrong and len({entry.written for entry in in_list}) > 1:  # not 1. 1. 1., which the renderer numbers
            text = f"the entry {wrong.written} is the {wrong.key}. of its list, and readers see that number"
            yield Spot.of(text, wrong)
        numbers = {int(entry.key) for entry in entries}
        if min(numbers) not in {1, last + 1} and not any(_is_of_bibliography(page, entry) for entry in entries):
            continue  # a legend, such as of the versions in which something came
        # A bibliography begins with 1, or goes on where the last one ended.
        previous = last if min(numbers) == last + 1 else 0
        greatest, before = previous, ""
        for entry in entries:
            number = int(entry.key)
            missing = next((one for one in range(greatest + 1, number) if one not in numbers), None)
            if number < previous:
                yield Spot.of(f"the entry {entry.written} comes after {before}", entry)
            elif missing is not None:
                yield Spot.of(f"there is no entry {missing} before the entry {entry.written}", entry)
            previous, before = number, entry.written
            greatest = max(greatest, number)
        last = max(numbers)


def _is_of_bibliography(page: Page, entry: Entry) -> bool:
    return entry.in_list or entry.place in page.bibliography_blocks


def _meant_as_entries(page: Page) -> Iterator[Entry]:
    """The entries, without items of lists whose numbers nothing cites. Each legend in a section has its own group."""
    has_numbers = _Cited(page).has_numbers
    cited: defaultdict[str, list[int]] = defaultdict(list)
    for mark in page.marks:
        cited[mark.key].append(mark.offset)
    seen: dict[tuple[int, str], int] = {}
    groups: dict[int, int] = {}  # the last legend of each section; those after the first have negative numbers
    for entry in page.entries:
        if entry.in_list and not has_numbers:
            continue
        if entry.family != NUMBERED or _is_of_bibliography(page, entry):
            yield entry
            continue
        group = groups.setdefault(entry.group, entry.group)
        offsets, before = cited[entry.key], seen.get((group, entry.key))
        if before is not None and bisect_right(offsets, before) < bisect_right(offsets, entry.offset):
            group = groups[entry.group] = -1 - len(seen)  # cited again since: a legend of another table
        seen[group, entry.key] = entry.offset
        yield entry._replace(group=group)


class _Cited:
    """The citations of a page. Only styles that it clearly uses count: `[12]` can be code and `²` an exponent."""

    def __init__(self, page: Page) -> None:
        self._keys = {(entry.family, entry.key) for entry in page.entries}
        hits = [mark for mark in page.marks if self.entries_of(mark)]
        self.has_numbers = any(mark.family == NUMBERED for mark in hits)
        self._styles = {_style(one) for one in hits} | {_style(one) for one in page.entries if not one.in_list}

    def is_meant(self, mark: Mark) -> bool:
        """Whether a mark is a citation of an entry that ought to be in the document."""
        if mark.family == FOOTNOTE:
            return mark.certain or FOOTNOTE in self._styles
        if mark.family == KEYED and CROSS_REFERENCE.match(f"@{mark.key}"):
            return False
        return mark.certain and _style(mark) in self._styles

    def entries_of(self, mark: Mark) -> tuple[tuple[str, str], ...]:
        """The entries that a mark leads to: `¹²` to the twelfth, or, if there is none, to the first two."""
        if (mark.family, mark.key) in self._keys:
            return ((mark.family, mark.key),)
        digits = tuple((mark.family, digit) for digit in mark.key)
        is_row = mark.family == NUMBERED and not mark.written.startswith("[")
        return digits if is_row and set(digits) <= self._keys else ()


def _style(one: Mark | Entry) -> str:
    """How a citation or entry is written: numbers in brackets are not superscript ones."""
    return "bracket" if one.family == NUMBERED and one.written.startswith("[") else one.family


# Links


def anchor(page: Page) -> Iterator[Spot]:
    """Links to a `#fragment` that the document they lead to does not have."""
    is_of_book = "pandoc" in page.document.options.dialects and page.document.path.endswith(".Rmd")
    labels = page.surroundings.labels() if is_of_book or "myst" in page.document.options.dialects else None
    for link in _dead_ends(page, page.has_target, page.surroundings.targets):
        target, _, fragment = link.target.partition("#")
        problem = f"#{fragment} leads to no heading of {target or 'this document'}"
        small = fragment.lower()
        if small != fragment and (page.has_target(small) if not target else _reaches(page, target, small)):
            problem += f", but #{small} does"
        elif labels is not None and not target:
            if is_foreign_label(fragment, labels):
                continue
            problem = f"#{fragment} leads to no heading of this document and no label of the project"
        yield Spot(problem, link.offset, link.place, link.target)
    for target, offset, place in references_of_hugo(page.document):
        name, _, fragment = target.partition("#")
        path = page.resolve(name if name.endswith(_MARKDOWN) else f"{name}.md") if name else None
        targets = page.surroundings.targets(path) if path and page.surroundings.targets else None
        is_reached = targets is None or targets.has(fragment) if name else page.is_part or page.has_target(fragment)
        if fragment and not is_reached:
            problem = f"#{fragment} leads to no heading of {name or 'this document'}"
            yield Spot(problem, offset, place, target)


def _reaches(page: Page, target: str, fragment: str) -> bool:
    path = page.resolve(target)
    targets = page.surroundings.targets(path) if path and page.surroundings.targets else None
    return targets is not None and targets.has(fragment)


def is_foreign_label(name: str, labels: Collection[str]) -> bool:
    """Whether a name of Sphinx or MyST is a label of the project, or may be one that programs or other projects have.

    >>> is_foreign_label("noten", {"noten"}), is_foreign_label("noot", {"noten"}), is_foreign_label("os.path", set())
    (True, False, True)
    """
    label = normal_label(unquote(name))
    if label in labels or _OF_PROGRAM.search(label):
        return True
    prefix = _PREFIX.match(label)
    return prefix is not None and not any(one.startswith(prefix.group()) for one in labels)


_PREFIX = Expression(r"[^:/]+[:/]")
_OF_PROGRAM = Expression(r"\w\.\w|[()<>*\s]|^(?:genindex|modindex|py-modindex|search)$")


def _dead_ends(
    page: Page, has_own: Callable[[str], bool], targets_of: Callable[[str], Targets | None] | None
) -> Iterator[PageLink]:
    """The links whose fragment leads nowhere; `has_own` says whether one in the document itself leads somewhere."""
    for link in page.links:
        target, _, fragment = link.target.partition("#")
        if not fragment or link.target in page.made or _TEMPLATE.search(fragment):
            continue
        if not target:
            if not page.is_part and not has_own(fragment):
                yield link
        elif targets_of and (path := page.resolve(target)) and path.endswith(_MARKDOWN):
            targets = targets_of(path)
            if targets is not None and not targets.has(fragment):
                yield link


_TEMPLATE = Expression(r"[{}<>$]")


def registered_checks(rules: Iterable[Rule]) -> tuple[DocumentCheck, ...]:
    """The checks of documents with these entries of the registry."""
    return tuple(DocumentCheck(rule.name, Severity(rule.severity), cast("_Find", load(rule))) for rule in rules)


DOCUMENT_CHECKS = registered_checks(DOCUMENT_RULES)


# Diagnostics


def check_document(page: Page, checks: tuple[DocumentCheck, ...] = DOCUMENT_CHECKS) -> Iterator[Diagnostic]:
    r"""The diagnostics of a document, check by check; a directive `i18n:ignore` silences those of its block.

    >>> from translate_pipe.checks.documents.page import Page
    >>> from translate_pipe.segments import parse
    >>> [found.message for found in check_document(Page(parse("Zo.[^1] En zo.[^2]\n\n[^1]: Smit, 2020.\n")))]
    ['the footnote [^2] has no definition']
    """
    for check, spot in _found(page, checks):
        segment = page.segment(spot.place, spot.offset)
        yield _diagnostic(check, spot, page, segment)


def has_own_findings(source: Page, targets_of: Callable[[str], Targets | None]) -> bool:
    """Whether a localised document with its source's links may have findings that the source does not have.

    `targets_of` gives what can be reached in another localised document. Only fragments of links may lead nowhere,
    where headings have other texts. Documents with citations may always have some.
    """
    dead_ends = _dead_ends(source, source.has_lasting_target, targets_of)
    return bool(source.marks or source.entries) or next(dead_ends, None) is not None


def check_localised(source: Page, localised: Page, translations: Translations) -> Iterator[Diagnostic]:
    """The diagnostics of a localised document that its source does not have.

    `localised` has the source's outline. A finding in a segment names its message; that of a message without
    translation is unfinished work, which is no finding. The file and line are those of the localised document.
    """
    found = list(_found(localised, DOCUMENT_CHECKS))
    if not found:
        return
    known = {(check.name, spot.place, spot.key) for check, spot in _found(source, DOCUMENT_CHECKS)}
    still = {(mark.place, mark.key) for mark in localised.marks}
    lost: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in source.marks:
        if (mark.place, mark.key) not in still:
            lost[mark.key].append(mark)
    for check, spot in found:
        if (check.name, spot.place, spot.key) in known:
            continue
        if check.find is citation_unused:  # the cause is the segment that has lost the citation
            segments = (source.segment(mark.place, mark.offset) for mark in lost.get(spot.key, ()))
            segment = next((one for one in segments if one), None)
        else:
            segment = source.segment(spot.place)
        if segment is None or translations.get(segment.key, "").strip():
            yield _diagnostic(check, spot, localised, segment)


def _found(page: Page, checks: tuple[DocumentCheck, ...]) -> Iterator[tuple[DocumentCheck, Spot]]:
    for check in checks:
        ignored = _Ignored(page.document, check.name)
        for spot in check.find(page):
            if not ignored.has(spot.offset):
                yield check, spot


class _Ignored:
    """The parts of a document in which a check is not to find anything."""

    def __init__(self, document: Document, check: str) -> None:
        ranges = sorted((one.start, one.end) for one in document.ignored if check in one.checks)
        self._starts = [start for start, _ in ranges]
        self._furthest = list(accumulate((end for _, end in ranges), max))

    def has(self, offset: int) -> bool:
        """Whether an offset is in any of them."""
        before = bisect_right(self._starts, offset)
        return before > 0 and offset < self._furthest[before - 1]


def _diagnostic(check: DocumentCheck, spot: Spot, page: Page, segment: Segment | None) -> Diagnostic:
    region = page.region(spot.offset, spot.written)
    return Diagnostic(
        check=check.name,
        severity=spot.severity or check.severity,
        message=spot.text,
        file=page.document.path,
        line=region.line,
        msgid=segment.text if segment else "",
        msgctxt=segment.context if segment else None,
        region=region,
    )
