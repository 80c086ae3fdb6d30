"""The checks: what is wrong with a translation, told as diagnostics.

A check is a small pure function from a message to findings. `CHECKS` is the whole list; nothing registers itself
elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from translate_pipe.catalogue.template import noted_syntax
from translate_pipe.checks.helpers.context import Context
from translate_pipe.checks.helpers.optout import ignored_checks, may_opt_out
from translate_pipe.checks.helpers.pair import Pair, Reaches, SiteOf, reaches_nothing, unknown_site
from translate_pipe.checks.helpers.settled import Settled, mark
from translate_pipe.checks.helpers.traits import NO_TRAIT, Trait
from translate_pipe.checks.messages import completeness, html, markup, typography, unicode
from translate_pipe.checks.messages.citation import citation, citation_order, citation_place
from translate_pipe.checks.messages.executable import executable
from translate_pipe.checks.messages.glossary import glossary as in_glossary
from translate_pipe.checks.messages.link import image, link, link_other_page, link_swapped
from translate_pipe.checks.messages.name import name
from translate_pipe.checks.messages.number import date, number, number_added, number_format, percent, unit
from translate_pipe.errors import internal_problem
from translate_pipe.links import NO_LINKS, LocaleLinks
from translate_pipe.model import Diagnostic, Severity, Syntax, as_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import polib

    from translate_pipe.checks.helpers.finding import Finding
    from translate_pipe.checks.messages.glossary import Term
    from translate_pipe.model import Catalogue, Message, MessageKey


@dataclass(frozen=True, slots=True)
class Check:
    """A check of translations. Choose among `CHECKS` by name; the other fields are internal and may change.

    - `name`: its stable name, under which [What the checks find](checks.md) describes it.
    - `severity`: that of its findings.
    - `find`: gives the findings in a message and its translation.
    - `where`: it finds nothing in a message without any of these traits; none if every message may concern it.
    - `in_context`: whether it compares the message with others of the catalogue.
    - `has_opt_out`: whether a comment or flag of a message switches it off.
    """

    name: str
    severity: Severity
    find: Callable[[Pair], Iterable[Finding]]
    where: Trait = NO_TRAIT
    in_context: bool = False
    has_opt_out: bool = True


_ADDRESS = Trait.LINK | Trait.BARE_ADDRESS
_MAY_ACT = Trait.TAG | Trait.LINK | Trait.SCHEME | Trait.TOKEN

CHECKS = (
    Check("citation", Severity.ERROR, citation, Trait.CITATION),
    Check("citation-order", Severity.ERROR, citation_order, Trait.CITATION),
    Check("citation-place", Severity.WARNING, citation_place, Trait.CITATION),
    Check("link", Severity.ERROR, link, _ADDRESS, in_context=True),
    Check("link-other-page", Severity.WARNING, link_other_page, _ADDRESS, in_context=True),
    Check("link-swapped", Severity.WARNING, link_swapped, Trait.LINK, in_context=True),
    Check("image", Severity.ERROR, image, Trait.LINK, in_context=True),
    Check("html-tag", Severity.ERROR, html.html_tag, Trait.TAG | Trait.TOKEN),
    Check("html-unsafe", Severity.ERROR, html.html_unsafe, _MAY_ACT, has_opt_out=False),
    Check("executable", Severity.ERROR, executable, _MAY_ACT | Trait.ESCAPE, in_context=True, has_opt_out=False),
    Check("entity", Severity.WARNING, html.entity, Trait.ENTITY),
    Check("emphasis-broken", Severity.WARNING, markup.emphasis_broken, Trait.EMPHASIS),
    Check("emphasis-lost", Severity.WARNING, markup.emphasis_lost, Trait.EMPHASIS),
    Check("emphasis-added", Severity.INFO, markup.emphasis_added, Trait.EMPHASIS),
    Check("code-broken", Severity.ERROR, markup.code_broken, Trait.CODE),
    Check("code", Severity.WARNING, markup.code, Trait.CODE),
    Check("placeholder", Severity.WARNING, markup.placeholder, Trait.TOKEN),
    Check("math", Severity.WARNING, markup.math, Trait.MATH),
    Check("block", Severity.WARNING, markup.block),
    Check("attribute-list", Severity.WARNING, markup.attribute_list, Trait.TOKEN),
    Check("line-break", Severity.WARNING, markup.line_break, Trait.BREAK),
    Check("escape", Severity.WARNING, markup.escape, Trait.ESCAPE),
    Check("emoji", Severity.WARNING, markup.emoji, Trait.EMOJI),
    Check("number", Severity.WARNING, number, Trait.DIGIT),
    Check("number-added", Severity.INFO, number_added, Trait.DIGIT),
    Check("number-format", Severity.INFO, number_format, Trait.DIGIT),
    Check("percent", Severity.WARNING, percent, Trait.DIGIT),
    Check("unit", Severity.WARNING, unit, Trait.DIGIT),
    Check("date", Severity.WARNING, date, Trait.DIGIT),
    Check("name", Severity.WARNING, name, in_context=True),
    Check("glossary", Severity.WARNING, in_glossary),
    Check("blank", Severity.WARNING, completeness.blank),
    Check("untranslated", Severity.WARNING, completeness.untranslated),
    Check("partly-untranslated", Severity.WARNING, completeness.partly_untranslated),
    Check("shortened", Severity.WARNING, completeness.shortened, in_context=True),
    Check("lengthened", Severity.WARNING, completeness.lengthened, in_context=True),
    Check("other-script", Severity.WARNING, completeness.other_script, Trait.OTHER_SCRIPT),
    Check("repeated", Severity.WARNING, completeness.repeated, in_context=True),
    Check("quotation-marks", Severity.WARNING, typography.quotation_marks, Trait.QUOTE),
    Check("brackets", Severity.WARNING, typography.brackets, Trait.BRACKET),
    Check("end-punctuation", Severity.WARNING, typography.end_punctuation),
    Check("end-punctuation-doubled", Severity.WARNING, typography.end_punctuation_doubled),
    Check("end-punctuation-changed", Severity.INFO, typography.end_punctuation_changed),
    Check("doubled-word", Severity.INFO, typography.doubled_word),
    Check("doubled-blank", Severity.INFO, typography.doubled_blank),
    Check("control-character", Severity.ERROR, unicode.control_character, Trait.UNPRINTABLE),
    Check("replacement-character", Severity.ERROR, unicode.replacement_character, Trait.REPLACEMENT),
    Check("bidi", Severity.ERROR, unicode.bidi, Trait.UNPRINTABLE),
    Check("invisible-character", Severity.ERROR, unicode.invisible_character, Trait.UNPRINTABLE),
    Check("mojibake", Severity.ERROR, unicode.mojibake, Trait.MOJIBAKE),
    Check("homoglyph", Severity.ERROR, unicode.homoglyph, Trait.HOMOGLYPH),
)
"""All checks of translations, in the order in which they run."""


NO_SYNTAXES: Mapping[MessageKey, Syntax] = MappingProxyType({})

_AS_MARKDOWN = {
    Syntax.MARKDOWN: (True,),
    Syntax.PLAIN: (False,),
    Syntax.MARKDOWN | Syntax.PLAIN: (True, False),
}
"""For each syntax how a message is read; catalogues of other tools say nothing, and theirs is read as Markdown."""


def check(  # noqa: PLR0913  # a library call: what it needs, and all that may be left out
    catalogue: Catalogue | polib.POFile,
    file: str = "",
    *,
    source_locale: str = "",
    locale: str = "",
    checks: tuple[Check, ...] = CHECKS,
    glossary: tuple[Term, ...] = (),
    links: LocaleLinks = NO_LINKS,
    syntaxes: Mapping[MessageKey, Syntax] = NO_SYNTAXES,
    settled: Settled | None = None,
    reaches: Reaches = reaches_nothing,
    site: SiteOf = unknown_site,
) -> Iterator[Diagnostic]:
    r"""Find what is wrong with the translations of a catalogue.

    - `catalogue`: the messages to check, or a `polib.POFile`. Only translated ones are: an empty, fuzzy or obsolete
      message is unfinished, which is no finding.
    - `file`: the path that the diagnostics name.
    - `source_locale`, `locale`: the languages of msgid and msgstr, such as `nl` and `pt_BR` (or `pt-BR`). Without a
      locale the header field Language counts; without either, checks that need the language find nothing.
    - `checks`: which checks to run; `CHECKS` has all of them.
    - `glossary`: the terms that translations have to use.
    - `links`: the rules for addresses that differ by locale.
    - `syntaxes`, `site`: which messages are Markdown, and in which dialects, as the documents know it. Without them,
      the flags and extracted comments of a message say it.
    - `settled`: messages in which an earlier call found nothing, and which this one skips. It is updated once all
      diagnostics are taken.
    - `reaches`: which headings links to localised documents reach.

    Returns an iterator over diagnostics, in the order of the catalogue. A message switches checks off with a comment or
    a flag; see [What the checks find](checks.md). An error of the tool itself becomes a diagnostic `internal-error`.
    Raises TypeError for anything but a catalogue or POFile, ValueError for a POFile with the same message twice.

    >>> from translate_pipe import parse_po
    >>> [found.message for found in check(parse_po('msgid "Zo.[^1]"\nmsgstr "So."\n'))]
    ['the citation [^1] of the source is missing']
    """
    catalogue = as_catalogue(catalogue)
    source_locale = source_locale.replace("-", "_")
    target = locale.replace("-", "_") or catalogue.fields.get("Language", "")
    messages = [
        message for message in catalogue.messages if message.msgstr and not message.fuzzy and not message.obsolete
    ]
    context = Context(messages)
    concerned = _Concerned(checks)
    in_context = _Concerned([one for one in checks if one.in_context])

    def findings(message: Message) -> list[Diagnostic]:
        syntax = noted_syntax(message)
        if syntaxes:
            syntax |= syntaxes.get(message.key, syntax)
        pairs = [
            Pair(message, source_locale, target, context, glossary, links, reaches, site, is_markdown=is_markdown)
            for is_markdown in _AS_MARKDOWN.get(syntax, (True,))
        ]
        traits = pairs[0].traits
        asked = concerned[traits] if message.has_msgstr else _OF_BLANK
        if may_opt_out(message):
            return list(_without_ignored(_found(asked, pairs, file), message, file, checks))
        its_mark = mark(message, syntax) if settled else b""
        if settled and settled.has(its_mark):
            asked = in_context[traits]
        found = _found(asked, pairs, file)
        if settled and not found and message.has_msgstr and asked is not in_context[traits]:
            settled.marks.append(its_mark)
        return found

    for message in messages:
        try:
            yield from findings(message)
        except Exception as error:  # noqa: BLE001  # an error of our own in one message keeps no other from its checks
            problem = internal_problem(error)
            yield Diagnostic(
                "internal-error",
                Severity.ERROR,
                problem,
                file,
                message.line,
                message.msgid,
                message.msgctxt,
                message.msgstr,
            )


def _found(checks: Iterable[Check], pairs: Sequence[Pair], file: str) -> list[Diagnostic]:
    """What the checks find in a message, read in one way or two; what both ways show is said once."""
    first, *others = pairs
    message = first.message
    found = [_diagnostic(one, finding, message, file) for one in checks for finding in one.find(first)]
    for pair in others:
        further = [_diagnostic(one, finding, message, file) for one in checks for finding in one.find(pair)]
        found += [one for one in further if one not in found]
    return found


class _Concerned(dict[int, tuple[Check, ...]]):
    """The checks that messages with the same traits are asked about; few of all traits go together."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks = [(one, int(one.where)) for one in checks]

    def __missing__(self, traits: int) -> tuple[Check, ...]:
        chosen = self[traits] = tuple([one for one, where in self._checks if not where or where & traits])
        return chosen


_OF_BLANK = tuple(one for one in CHECKS if one.name == "blank")


def _without_ignored(
    found: list[Diagnostic], message: Message, file: str, checks: tuple[Check, ...]
) -> Iterator[Diagnostic]:
    """The diagnostics that the message has not opted out of, and one for each opt-out that silences none."""
    ignored = ignored_checks(message)
    yield from (one for one in found if one.check not in ignored or one.check in _WITHOUT_OPT_OUT)
    # Flags of other tools look alike (ignore-same); only those that name a check of ours are ours.
    done = {one.name for one in checks}
    silenced = {one.check for one in found}
    for useless in ignored:
        problem = ""
        if useless in _WITHOUT_OPT_OUT:
            problem = f"no comment or flag silences {useless}; remove it"
        elif useless in done and useless not in silenced:
            problem = f"the opt-out of {useless} no longer silences anything; remove it"
        if problem:
            yield Diagnostic(
                check="useless-ignore",
                severity=Severity.WARNING,
                message=problem,
                file=file,
                line=message.line,
                msgid=message.msgid,
                msgctxt=message.msgctxt,
                msgstr=message.msgstr,
            )


_WITHOUT_OPT_OUT = frozenset(one.name for one in CHECKS if not one.has_opt_out)


def _diagnostic(one: Check, found: Finding, message: Message, file: str) -> Diagnostic:
    return Diagnostic(
        check=one.name,
        severity=one.severity,
        message=found.text,
        file=file,
        line=message.line,
        msgid=message.msgid,
        msgctxt=message.msgctxt,
        msgstr=message.msgstr,
        words=found.words,
    )


__all__ = ["CHECKS", "Check", "check"]
