"""A template merged into a catalogue: every translation that still says something goes on, and none is lost.

Each message of the template gets the first of these that there is:

0. what it is given from the messages of another segmentation (`resegment`);
1. its own translation, found by (msgctxt, msgid), also among the obsolete messages;
2. the translation of a message that says the same in another form, with the same change made in it (`form`);
3. as fuzzy, the translation of the message that it was edited from, found by place and likeness (`similar`);
4. nothing yet.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from translate_pipe.catalogue.po import with_notes
from translate_pipe.catalogue.resegment import NOTHING, Resegmentation
from translate_pipe.catalogue.similar import (
    GONE_LIKENESS,
    SEARCH_LIKENESS,
    Compendium,
    Lexicon,
    Proposal,
    Search,
    gaps,
    pair_up,
)
from translate_pipe.catalogue.template import MARKDOWN_FLAG, header_text
from translate_pipe.model import Catalogue, Message, Previous, as_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polib

    from translate_pipe.catalogue.recut import Part
    from translate_pipe.model import MessageKey


class Fate(StrEnum):
    """What became of a message.

    - `kept`: the catalogue had it already.
    - `revived`: it was obsolete and is needed again.
    - `carried`: an old message said the same in another form; its translation is final.
    - `proposed`: it was edited; the old translation is there as fuzzy.
    - `added`: it is new and has no translation.
    - `retired`: the template no longer has it; it is obsolete now, or dropped if it had no translation.
    """

    KEPT = "kept"
    REVIVED = "revived"
    CARRIED = "carried"
    PROPOSED = "proposed"
    ADDED = "added"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message.

    - `fate`: what became of it.
    - `key`: its `(msgctxt, msgid)`.
    - `rule`: the rules that carried or proposed the translation, divided by `, `; see
      [Carried over](maintainers.md#carried-over) and [Proposed as fuzzy](maintainers.md#proposed-as-fuzzy).
    - `origins`: the keys of the old messages that the translation is from.
    """

    fate: Fate
    key: MessageKey
    rule: str = ""
    origins: tuple[MessageKey, ...] = ()


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What `merge` gives.

    - `catalogue`: the merged catalogue. `result.catalogue.to_polib()` is the same as a `polib.POFile`.
    - `outcomes`: what became of each message: first those of the template in its order, then the retired ones.
    - `changed`: whether more than references and dates differs. If not, `catalogue` is the old one.
    """

    catalogue: Catalogue
    outcomes: tuple[Outcome, ...] = ()
    changed: bool = False

    def of(self, fate: Fate) -> tuple[Outcome, ...]:
        """The outcomes with this fate."""
        return tuple(outcome for outcome in self.outcomes if outcome.fate is fate)


@dataclass(frozen=True, slots=True)
class MergeOptions:
    """How `merge` works.

    - `keep_obsolete`: whether messages that the template no longer has stay, as obsolete ones.
    - `trust_compendia`: whether an exact translation from a compendium is final, not fuzzy.
    - `hard_breaks`: whether a newline in a msgid is a line break that readers see, as in the catalogues of this tool.
      In those of other tools it is white space.
    - `is_new`: whether the result gets the references of the template even if nothing else differs.
    """

    keep_obsolete: bool = True
    trust_compendia: bool = False
    hard_breaks: bool = False
    is_new: bool = False


DEFAULTS = MergeOptions()

_TRIES = 50
"""How many old messages of the same form are tried; a catalogue may consist of nothing else."""


def merge(
    catalogue: Catalogue | polib.POFile,
    template: Catalogue | polib.POFile,
    options: MergeOptions = DEFAULTS,
    compendia: Iterable[Compendium] = (),
    resegmentation: Resegmentation = NOTHING,
) -> MergeResult:
    """Bring a catalogue in line with a template.

    - `catalogue`: the translations so far; see `new_catalogue` for a locale that has none. A `polib.POFile` is
      converted first.
    - `template`: the messages of the documents now, from `make_template` or a POT file. May be a `polib.POFile` too.
    - `options`: what becomes of obsolete messages, and the like.
    - `compendia`: other translations, which messages get that the catalogue has no translation for.
    - `resegmentation`: translations cut or joined from another segmentation; only `translate-pipe update` makes it.

    Returns a `MergeResult` with a new catalogue. Its messages are in the order of the template; obsolete ones follow in
    their old order. References and extracted comments are those of the template; whatever a translator wrote stays.
    Raises ValueError for a POFile with the same message twice, TypeError for anything but a catalogue or POFile.

    The rules are in [What update did, and why](maintainers.md#what-update-did-and-why).

    >>> old = Catalogue((Message("De huid.", "Die Haut."), Message("Het haar.", "Das Haar.")))
    >>> result = merge(old, Catalogue((Message("De  huid."), Message("De nagel."))))
    >>> [(message.msgid, message.msgstr, message.obsolete) for message in result.catalogue.messages]
    [('De  huid.', 'Die Haut.', False), ('De nagel.', '', False), ('Het haar.', 'Das Haar.', True)]
    >>> [str(outcome.fate) for outcome in result.outcomes]
    ['carried', 'added', 'retired']
    """
    catalogue, template = as_catalogue(catalogue), as_catalogue(template)
    merger = _Merger(catalogue, template, options, tuple(compendia), resegmentation)
    active = merger.merged()
    gone = [message for message in catalogue.messages if message.key not in merger.settled]
    obsolete = (
        [retired for message in gone if (retired := _retired(message)) is not None] if options.keep_obsolete else []
    )
    merged = replace(
        catalogue,
        messages=(*active, *obsolete),
        header=_with_missing_fields(catalogue.header, template),
    )
    changed = options.is_new or merged.header != catalogue.header or not same_messages(catalogue, merged)
    retirements = (Outcome(Fate.RETIRED, message.key) for message in gone if not message.obsolete)
    return MergeResult(
        catalogue=_with_date(merged, template) if changed else catalogue,
        outcomes=(*merger.outcomes, *retirements),
        changed=changed,
    )


class _Merger:
    """Finds a translation for each message of a template, the surest ways first."""

    def __init__(
        self,
        catalogue: Catalogue,
        template: Catalogue,
        options: MergeOptions,
        compendia: tuple[Compendium, ...],
        resegmentation: Resegmentation,
    ) -> None:
        self._options = options
        self._old = _by_key(catalogue.messages)
        self._order = catalogue.active
        self._template = template.active
        self._new = {message.key: message for message in self._template}
        self._compendia = compendia
        self._resegmentation = resegmentation
        self._plural_count = _plural_count(catalogue)
        # Old messages that are still looking for their place in the template.
        self._gone = {key: message for key, message in self._old.items() if key not in self._new and message.has_msgstr}
        self._found: dict[MessageKey, tuple[Message, Outcome]] = {}
        self._anchors: dict[MessageKey, MessageKey] = {}
        self._missing = dict(self._new)
        """The messages of the template that still have none."""
        self.settled = set(self._new)
        """Keys of old messages that need not become obsolete."""

    @property
    def outcomes(self) -> list[Outcome]:
        """What became of each message of the template."""
        return [self._found[key][1] for key in self._new]

    def merged(self) -> list[Message]:
        """The messages of the template with the best translation that there is for each."""
        self._resegment()
        self._match_exactly()
        if self._missing:
            if self._gone:
                self._carry_over()
                self._carry_titles()
                self._carry_parts()
                self._propose_by_place()
            self._propose_by_words()
            self._look_up()
        for key, message in list(self._missing.items()):
            self._settle(_untranslated(message, self._plural_count), Outcome(Fate.ADDED, key))
        return [self._found[key][0] for key in self._new]

    def _settle(self, content: Message, outcome: Outcome) -> None:
        self._found[outcome.key] = (content, outcome)
        del self._missing[outcome.key]

    # 0. From messages of another segmentation

    def _resegment(self) -> None:
        for key, message in list(self._missing.items()) if self._resegmentation.made else ():
            made = self._resegmentation.made.get(key)
            if made is None:
                continue
            fate = Fate.CARRIED if made.is_proven else Fate.PROPOSED
            content = _updated(made.message, message, self._plural_count)
            self._settle(content, Outcome(fate, key, made.rule, made.origins))
            for origin in made.origins:
                self._anchors.setdefault(origin, key)
        for key in self._resegmentation.given_up:
            self._gone.pop(key, None)

    # 1. Its own translation

    def _match_exactly(self) -> None:
        for key, message in list(self._missing.items()):
            old = self._old.get(key)
            if old is not None:
                fate = Fate.REVIVED if old.obsolete else Fate.KEPT
                self._settle(_updated(old, message, self._plural_count), Outcome(fate, key))
                self._anchors[key] = key

    # 2. The same in another form

    # A merge in which nothing was edited needs no Markdown, whose parser is then not imported.

    def _carry_over(self) -> None:
        from translate_pipe.catalogue.form import form_of

        forms: defaultdict[tuple[object, ...], dict[MessageKey, Message]] = defaultdict(dict)
        for old in self._gone.values():
            forms[form_of(old.msgid).canonical][old.key] = old
        for message in list(self._missing.values()):
            waiting = forms.get(form_of(message.msgid).canonical, {})
            for old in list(islice(waiting.values(), _TRIES)):
                if self._carry(old, message):
                    self._anchors[old.key] = message.key
                    self.settled.add(old.key)
                    del self._gone[old.key], waiting[old.key]
                    break

    def _carry_titles(self) -> None:
        """Titles of containers that were part of a paragraph, before the project had its dialect.

        The old messages are not settled: they come back with the old dialect.
        """
        from translate_pipe.catalogue.form import framed, unframed

        lines: defaultdict[str, list[Message]] = defaultdict(list)
        for old in self._gone.values():
            if found := framed(old.msgid):
                lines[found[0]].append(old)
        for message in list(self._missing.values()):
            for old in lines.get(message.msgid, ()):
                title = unframed(old.msgid, message.msgid, old.msgstr)
                if title and old.msgctxt == message.msgctxt:
                    self._take_title(replace(old, msgid=message.msgid, msgstr=title, line=0, raw=""), message, old.key)
                    break

    def _take_title(self, content: Message, message: Message, origin: MessageKey) -> None:
        from translate_pipe.catalogue.form import TITLE

        outcome = Outcome(Fate.CARRIED, message.key, TITLE, (origin,))
        self._settle(_updated(content, message, self._plural_count), outcome)
        self._anchors[origin] = message.key
        del self._gone[origin]

    def _carry_parts(self) -> None:
        """Parts of paragraphs in which there are lines of block markup, which are now kept.

        The old messages are not settled: they come back with the old dialect.
        """
        from translate_pipe.catalogue.recut import Texts, parts

        # Of messages that are there already only those of several words, since markup has words too.
        texts = Texts(key[1] for key in self._new if " " in key[1] or key in self._missing)
        for old in [one for one in self._gone.values() if not one.msgid_plural]:
            found = parts(old.msgid, old.msgstr, texts)
            for part in found:
                message = self._missing.get((old.msgctxt, part.msgid))
                if message:
                    self._take_part(old, message, part)
            if found:
                self._gone.pop(old.key, None)

    def _take_part(self, old: Message, message: Message, part: Part) -> None:
        from translate_pipe.catalogue.recut import RECUT

        is_final = part.is_proven and not old.fuzzy
        flags = tuple(flag for flag in old.flags if flag != "fuzzy")
        content = replace(
            old,
            msgid=message.msgid,
            msgstr=part.msgstr,
            flags=flags if is_final else ("fuzzy", *flags),
            previous=Previous() if is_final else Previous(old.msgid, old.msgctxt),
            line=0,
            raw="",
        )
        outcome = Outcome(Fate.CARRIED if is_final else Fate.PROPOSED, message.key, RECUT, (old.key,))
        self._settle(_updated(content, message, self._plural_count), outcome)
        self._anchors.setdefault(old.key, message.key)

    def _carry(self, old: Message, message: Message) -> bool:
        """Take over a translation whose msgid says the same, if its own text allows the change."""
        if old.msgctxt != message.msgctxt or old.msgid_plural or message.msgid_plural:
            return False
        from translate_pipe.catalogue.form import carry

        carried = carry(old.msgid, message.msgid, old.msgstr, hard_breaks=self._options.hard_breaks)
        if carried is None:
            return False
        content = replace(old, msgid=message.msgid, msgstr=carried.msgstr, line=0, raw="")
        outcome = Outcome(Fate.CARRIED, message.key, ", ".join(carried.rules), (old.key,))
        self._settle(_updated(content, message, self._plural_count), outcome)
        return True

    # 3. Edited

    def _propose_by_place(self) -> None:
        missing = self._missing.values()
        lexicon = Lexicon(message.msgid for message in (*self._gone.values(), *missing))
        for gap in gaps(self._order, self._template, self._anchors, self._gone):
            for key, proposal in pair_up(gap, lexicon).items():
                self._propose(key, proposal)

    def _propose_by_words(self) -> None:
        used = {origin for _, outcome in self._found.values() for origin in outcome.origins}
        free = [message for message in self._gone.values() if message.key not in used]
        for message, best in _most_like(list(self._missing.values()), free, GONE_LIKENESS):
            self._propose(message.key, Proposal((best,), "edited"))
        for message, best in _wholes_and_parts(list(self._missing.values()), list(self._gone.values())):
            self._propose(message.key, Proposal((best,), "part of it"))
        known = [message for message in self._old.values() if message.has_msgstr]
        for message, best in _most_like(list(self._missing.values()), known, SEARCH_LIKENESS):
            if not self._carry(best, message):
                self._propose(message.key, Proposal((best,), "similar"))

    def _propose(self, key: MessageKey, proposal: Proposal) -> None:
        origins = tuple(origin.key for origin in proposal.origins)
        # A guess that nobody looked at goes on as a guess; it need not be kept for a return of its text as well.
        own = (origin for origin in proposal.origins if self._old.get(origin.key) is origin)
        given_up = self._resegmentation.given_up
        self.settled.update(origin.key for origin in own if origin.fuzzy and origin.key not in given_up)
        message = _fuzzy(self._new[key], proposal.origins, self._plural_count)
        self._settle(message, Outcome(Fate.PROPOSED, key, proposal.rule, origins))

    # 4. From elsewhere

    def _look_up(self) -> None:
        for compendium in self._compendia:
            for message in list(self._missing.values()):
                exact = compendium.exact(message.key)
                if exact is not None and self._options.trust_compendia and not exact.fuzzy:
                    self._take_over(exact, message)
                elif exact is not None:
                    self._propose(message.key, Proposal((exact,), "compendium"))
                elif (best := compendium.similar(message.msgid)) is not None:
                    self._propose(message.key, Proposal((best,), "compendium, similar"))

    def _take_over(self, exact: Message, message: Message) -> None:
        content = replace(exact, references=message.references, obsolete=False, line=0, raw="")
        outcome = Outcome(Fate.CARRIED, message.key, "compendium", (exact.key,))
        self._settle(_updated(content, message, self._plural_count), outcome)


def _most_like(missing: list[Message], known: list[Message], least: float) -> Iterator[tuple[Message, Message]]:
    """Each of the missing messages for which there is one as like it as `least`, with that one."""
    search = _search(known, missing)
    for message in missing:
        best = search.best(message.msgid, least) if search else None
        if best is not None:
            yield message, best


def _wholes_and_parts(missing: list[Message], known: list[Message]) -> Iterator[tuple[Message, Message]]:
    """Each of the missing messages that is a part of another, or another a part of it, with that one."""
    search = _search(known, missing)
    for message in missing:
        found = search.whole_or_part(message.msgid) if search else None
        if found is not None:
            yield message, found


def _search(known: list[Message], missing: list[Message]) -> Search | None:
    return Search(known, [message.msgid for message in missing]) if known and missing else None


# The messages that a merge makes


def _updated(old: Message, new: Message, plural_count: int) -> Message:
    """A message that goes on, with what the template has to say of it."""
    flags = old.flags if old.flags == new.flags else _updated_flags(old, new)
    if not old.obsolete and old.msgid_plural == new.msgid_plural:
        return with_notes(old, new.extracted_comments, new.references, flags)
    content = replace(
        old,
        extracted_comments=new.extracted_comments,
        references=new.references,
        flags=flags,
        obsolete=False,
        raw="",
    )
    return content if old.msgid_plural == new.msgid_plural else _with_plural(content, new.msgid_plural, plural_count)


def _updated_flags(old: Message, new: Message) -> tuple[str, ...]:
    """The translator's flags with those of the template.

    Many editors drop the flag for Markdown each time they save. It returns when another note of the message changes, so
    that it does not go to and fro.
    """
    kept = tuple(flag for flag in old.flags if flag != MARKDOWN_FLAG or flag in new.flags)
    is_dropped = MARKDOWN_FLAG not in old.flags and old.extracted_comments == new.extracted_comments
    added = (flag for flag in new.flags if flag not in kept and not (is_dropped and flag == MARKDOWN_FLAG))
    return (*kept, *added)


def _with_plural(message: Message, msgid_plural: str, plural_count: int) -> Message:
    """A message whose plural changed, came or went; its translation has to be looked at again."""
    singular = message.msgstr_plural[0] if message.msgstr_plural else message.msgstr
    changed = replace(message, msgid_plural=msgid_plural)
    if not msgid_plural:
        changed = replace(changed, msgstr=singular, msgstr_plural=())
    elif not message.msgstr_plural:
        changed = replace(changed, msgstr="", msgstr_plural=(singular, *("",) * (plural_count - 1)))
    return _as_fuzzy(changed) if singular else changed


def _as_fuzzy(message: Message) -> Message:
    return message if message.fuzzy else replace(message, flags=("fuzzy", *message.flags))


def _untranslated(new: Message, plural_count: int) -> Message:
    return replace(new, msgstr_plural=("",) * plural_count if new.msgid_plural else (), line=0, raw="")


def _fuzzy(new: Message, origins: tuple[Message, ...], plural_count: int) -> Message:
    """A new message with the translation of the old ones that it was made from, for a person to look at."""
    first = origins[0]
    strings = [origin.msgstr or (origin.msgstr_plural or ("",))[0] for origin in origins]
    msgstr = " ".join(strings)
    if len(origins) > 1:
        previous = Previous(" ".join(origin.msgid for origin in origins))
    elif first.fuzzy and first.previous.msgid is not None:
        previous = first.previous  # what the translation was really made from
    else:
        previous = Previous(first.msgid, first.msgctxt, first.msgid_plural or None)
    own_flags = tuple(flag for flag in first.flags if flag not in ("fuzzy", MARKDOWN_FLAG))
    message = replace(
        new,
        msgstr="" if new.msgid_plural else msgstr,
        msgstr_plural=_plural_strings(first, msgstr, plural_count) if new.msgid_plural else (),
        translator_comments=tuple(line for origin in origins for line in origin.translator_comments),
        flags=(*own_flags, *(flag for flag in new.flags if flag not in own_flags)),
        previous=previous,
        line=0,
        raw="",
    )
    return _as_fuzzy(message)


def _plural_strings(origin: Message, msgstr: str, plural_count: int) -> tuple[str, ...]:
    return origin.msgstr_plural or (msgstr, *("",) * (plural_count - 1))


def _plural_count(catalogue: Catalogue) -> int:
    """How many plural forms the catalogue's language has; 2 where its header does not say."""
    found = re.search(r"nplurals\s*=\s*(\d{1,2})(?!\d)", catalogue.fields.get("Plural-Forms", ""))
    return int(found[1]) if found else 2


def _retired(message: Message) -> Message | None:
    """A message that the template no longer has; without a translation there is nothing to keep."""
    if message.obsolete:
        return message
    if not any(message.msgstr_plural or (message.msgstr,)) and not message.translator_comments:
        return None
    return replace(message, obsolete=True, extracted_comments=(), references=(), raw="")


# Catalogues


def _by_key(messages: Iterable[Message]) -> dict[MessageKey, Message]:
    """The messages by key; where an obsolete one has the same key as an active one, the active one counts."""
    found: dict[MessageKey, Message] = {}
    for message in messages:
        known = found.setdefault(message.key, message)
        if known.obsolete and not message.obsolete:
            found[message.key] = message
    return found


def same_messages(first: Catalogue, second: Catalogue) -> bool:
    """Whether two catalogues have the same messages, apart from where they stand in the source.

    The flag for Markdown does not count either: many editors drop it.
    """
    return len(first.messages) == len(second.messages) and all(
        before is after or (_CONTENT(before) == _CONTENT(after) and _other_flags(before) == _other_flags(after))
        for before, after in zip(first.messages, second.messages, strict=True)
    )


_CONTENT = attrgetter(
    *(field.name for field in fields(Message) if field.compare and field.name not in {"references", "flags"})
)


def _other_flags(message: Message) -> list[str]:
    return [flag for flag in message.flags if flag != MARKDOWN_FLAG]


def with_field(header: Message, name: str, value: str) -> Message:
    """A header entry with one field set; the other lines keep their order and wording."""
    lines = header.msgstr.split("\n")
    at = next((at for at, line in enumerate(lines) if line.partition(":")[0].strip() == name), None)
    line = f"{name}: {value}".rstrip(" ")
    if at is None:
        end = len(lines) - (lines[-1] == "")
        changed = [*lines[:end], line, *lines[end:]]
    else:
        changed = [*lines[:at], line, *lines[at + 1 :]]
    return header if changed == lines else replace(header, msgstr="\n".join(changed), raw="")


def new_catalogue(template: Catalogue, locale: str, plural_forms: str) -> Catalogue:
    r"""A catalogue for a locale, without messages. Merge the template into it.

    - `template`: its header fields are copied.
    - `locale`: the value of the header field Language, as gettext writes it: `de`, `pt_BR`.
    - `plural_forms`: the value of the header field Plural-Forms; `plural_forms(locale)` has it.

    >>> template = Catalogue((Message("Huid"),), Message("", "Project-Id-Version: Huid\n"))
    >>> new_catalogue(template, "de", "nplurals=2; plural=(n != 1);").fields["Language"]
    'de'
    """
    fields = template.fields | {"Language": locale, "Plural-Forms": plural_forms}
    return Catalogue((), Message("", header_text(fields)))


def _with_missing_fields(header: Message, template: Catalogue) -> Message:
    """The catalogue's own header, with the fields of the template that it lacks; editors drop empty ones."""
    own = Catalogue((), header).fields
    for name, value in template.fields.items():
        if value and name not in own:
            header = with_field(header, name, value)
    return header


def _with_date(catalogue: Catalogue, template: Catalogue) -> Catalogue:
    """The catalogue with the creation date of the template that its messages are from."""
    date = template.fields.get("POT-Creation-Date")
    return replace(catalogue, header=with_field(catalogue.header, "POT-Creation-Date", date)) if date else catalogue
