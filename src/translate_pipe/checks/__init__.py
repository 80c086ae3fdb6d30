"""The checks: what is wrong with a translation, as diagnostics.

A check is a small pure function from a message to findings. The registry lists them all with their names, severities
and functions; plugins may add more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import filterfalse
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from translate_pipe.catalogue.po import located
from translate_pipe.catalogue.template import noted_syntax
from translate_pipe.checks.helpers.context import Context
from translate_pipe.checks.helpers.finding import Concerned, Finding, spans_of
from translate_pipe.checks.helpers.pair import Pair, Reaches, reaches_nothing
from translate_pipe.checks.helpers.remembered import Remembered, marks_of
from translate_pipe.checks.helpers.topics import SiteOf, unknown_site
from translate_pipe.checks.helpers.traits import NO_TRAIT, Trait
from translate_pipe.errors import internal_problem
from translate_pipe.links import NO_LINKS, LocaleLinks
from translate_pipe.model import Diagnostic, Severity, Side, Syntax, as_catalogue
from translate_pipe.registry import ALL_RULES, CHECK_GROUP, MESSAGE_RULES, load, load_plugin, names, plugins
from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import polib

    from translate_pipe.checks.helpers.finding import Find
    from translate_pipe.checks.helpers.topics import Topic
    from translate_pipe.checks.messages.glossary import Term
    from translate_pipe.model import Catalogue, Message, MessageKey
    from translate_pipe.registry import Rule


@dataclass(frozen=True, slots=True)
class Check:
    """A check of translations. Choose among `CHECKS` by name; the other fields are internal and may change.

    - `name`: its stable name, under which [What the checks find](checks.md) describes it.
    - `severity`: that of its findings.
    - `find`: gives the findings in a message and its translation.
    - `where`: it finds nothing in a message without any of these traits; none if every message may concern it.
    - `asks`: the topics that it asks `pair.context` about; none if it looks at the message alone.
    - `has_opt_out`: whether a comment or flag of a message switches it off.
    """

    name: str
    severity: Severity
    find: Find
    where: Trait = NO_TRAIT
    asks: tuple[Topic, ...] = ()
    has_opt_out: bool = True


def _registered(rule: Rule) -> Check:
    value = load(rule)
    function = value if isinstance(value, Concerned) else Concerned(cast("Find", value))
    return Check(rule.name, Severity(rule.severity), function.find, function.where, function.asks, rule.has_opt_out)


CHECKS = tuple(map(_registered, MESSAGE_RULES))
"""All checks of translations that the tool has, in the order in which they run; the registry lists them."""


@cache
def plugin_check(name: str) -> Check:
    """The check of an installed plugin; raises ValueError for one that is broken."""
    found = load_plugin(CHECK_GROUP, name)
    if name in names(ALL_RULES):
        raise ValueError(f"the plugin {name!r} has the name of a check that the tool has; rename its entry point")
    if not isinstance(found, Check) or found.name != name:
        raise ValueError(f"the plugin {name!r} does not give a Check with the name {name!r}")
    return found


def checks_with(active: Iterable[str]) -> tuple[Check, ...]:
    """All checks of the tool, and those of the plugins among `active`, the names of plugins that a project names."""
    return (*CHECKS, *(plugin_check(name) for name in active if name in plugins(CHECK_GROUP)))


NO_SYNTAXES: Mapping[MessageKey, Syntax] = MappingProxyType({})

_AS_MARKDOWN = {
    Syntax.MARKDOWN: (True,),
    Syntax.PLAIN: (False,),
    Syntax.MARKDOWN | Syntax.PLAIN: (True, False),
}
"""For each syntax how a message is read; catalogues of other tools say nothing, and theirs is read as Markdown."""


def check(  # noqa: PLR0913  # a library call: what it needs, and what a caller may leave out
    catalogue: Catalogue | polib.POFile,
    file: str = "",
    *,
    source_locale: str = "",
    locale: str = "",
    checks: tuple[Check, ...] = CHECKS,
    glossary: tuple[Term, ...] = (),
    links: LocaleLinks = NO_LINKS,
    syntaxes: Mapping[MessageKey, Syntax] = NO_SYNTAXES,
    remembered: Remembered | None = None,
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
    - `remembered`: what an earlier call found, so that only messages are checked that a change concerns. It is updated
      once all diagnostics are taken. The messages must have their `raw` lines.
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
    concerned = _Concerned(checks)
    of_blank = _Concerned([one for one in checks if one.name == "blank"])

    topics = dict.fromkeys(topic for one in checks for topic in one.asks)
    if remembered and all(message.raw for message in messages):
        marks = marks_of(messages, syntaxes)
        context = remembered.context(dict(zip(marks, messages, strict=True)), topics, site)
        correct = remembered.correct()
    else:
        marks, context, remembered = [b""] * len(messages), Context(messages, site, topics), None
        correct = frozenset()

    def really_reaches(message: Message, address: str) -> bool:
        context.asks_all = True  # it depends on other files
        return reaches(message, address)

    def findings(message: Message) -> list[Diagnostic]:
        syntax = noted_syntax(message)
        if syntaxes:
            syntax |= syntaxes.get(message.key, syntax)
        pairs = [
            Pair(
                message, source_locale, target, context, glossary, links, really_reaches, site, is_markdown=is_markdown
            )
            for is_markdown in _AS_MARKDOWN.get(syntax, (True,))
        ]
        found = _found(concerned if message.has_msgstr else of_blank, pairs, file)
        return list(_without_ignored(found, message, file, checks)) if may_opt_out(message) else found

    marked = zip(marks, messages, strict=True)
    for its_mark, message in filterfalse(lambda one: one[0] in correct, marked):
        found = remembered.findings(its_mark, message, file) if remembered else None
        if found is None:
            context.start()
            try:
                found = findings(message)
            except Exception as error:  # noqa: BLE001  # an error of our own in one message keeps no other from its checks
                found = [_internal_error(error, message, file)]
                context.asks_all = True
            if remembered:
                remembered.note(its_mark, context, found, opts_out=may_opt_out(message))
        yield from found
    if remembered:
        remembered.finish(context)


def _internal_error(error: Exception, message: Message, file: str) -> Diagnostic:
    return Diagnostic(
        "internal-error",
        Severity.ERROR,
        internal_problem(error),
        file,
        message.line,
        message.msgid,
        message.msgctxt,
        message.msgstr,
    )


def _found(checks: _Concerned, pairs: Sequence[Pair], file: str) -> list[Diagnostic]:
    """The findings of the checks in a message that is read in one way or two; what both ways show is reported once."""
    found: list[Diagnostic] = []
    for pair in pairs:
        findings = [(one, finding) for one in checks[pair.traits] for finding in one.find(pair)]
        if findings:
            found += _diagnostics(findings, pair.message, file, {(one.check, one.message, one.words) for one in found})
    return located(found, pairs[0].message) if found else found


def _diagnostics(
    findings: Iterable[tuple[Check, Finding]], message: Message, file: str, known: Collection[tuple[object, ...]]
) -> Iterator[Diagnostic]:
    """The findings with their places in the file; those in `known` are reported already."""
    sides = {Side.MSGID: message.msgid, Side.MSGSTR: message.msgstr}
    for nth, (one, finding) in enumerate(_each_once(findings)):
        searched = spans_of(finding.words, message) if nth < _MOST_SEARCHED and not finding.spans else ()
        spans = sorted(finding.spans or searched, key=lambda span: (span.side is Side.MSGID, span.start))
        words = tuple(dict.fromkeys(sides[span.side][span.start : span.end] for span in spans)) or finding.words
        if (one.name, finding.text, words) not in known:
            yield Diagnostic(
                check=one.name,
                # A project that makes an error of a check means all of its findings.
                severity=one.severity if one.severity is Severity.ERROR else finding.severity or one.severity,
                message=finding.text,
                file=file,
                line=message.line,
                msgid=message.msgid,
                msgctxt=message.msgctxt,
                msgstr=message.msgstr,
                words=words,
                spans=tuple(spans),
            )


def _each_once(findings: Iterable[tuple[Check, Finding]]) -> Iterable[tuple[Check, Finding]]:
    """The findings; those of a check with the same text, at several places, as one."""
    together: dict[tuple[str, str], tuple[Check, Finding]] = {}
    for one, finding in findings:
        same = together.get((one.name, finding.text), (one, finding))[1]
        words = dict.fromkeys((*same.words, *finding.words))
        spans = dict.fromkeys((*same.spans, *finding.spans))
        together[one.name, finding.text] = one, finding._replace(words=tuple(words), spans=tuple(spans))
    return together.values()


_MOST_SEARCHED = 200
"""The findings of one message whose words are searched, so that thousands of them take no quadratic time."""


class _Concerned(dict[int, tuple[Check, ...]]):
    """The checks that concern messages with some traits. Few combinations of traits occur, so each is kept."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks = [(one, int(one.where)) for one in checks]

    def __missing__(self, traits: int) -> tuple[Check, ...]:
        chosen = self[traits] = tuple([one for one, where in self._checks if not where or where & traits])
        return chosen


# How messages opt out

_COMMENT = Expression(r"translate-pipe:\s*ignore\s+(.+)")
_FLAG = "ignore-"


def may_opt_out(message: Message) -> bool:
    """Whether a message has a comment or flag that may switch checks off; nearly all messages have neither."""
    return bool(message.translator_comments) or any(flag.startswith(_FLAG) for flag in message.flags)


def ignored_checks(message: Message) -> tuple[str, ...]:
    """The names of the checks that a message switches off, in the order in which it names them.

    A translator comment `# translate-pipe: ignore number, name` does so, and a flag `ignore-number`, in the `#,` line,
    as Weblate has them.

    >>> from translate_pipe.model import Message
    >>> ignored_checks(Message("a", "b", translator_comments=("translate-pipe: ignore number, name",)))
    ('number', 'name')
    """
    wanted = [flag.removeprefix(_FLAG) for flag in message.flags if flag.startswith(_FLAG)]
    for comment in message.translator_comments:
        found = _COMMENT.match(comment.strip())
        if found:
            wanted += re.split(r"[\s,]+", found[1].strip())
    return tuple(dict.fromkeys(filter(None, wanted)))


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


__all__ = ["CHECKS", "Check", "check"]
