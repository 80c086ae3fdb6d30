"""Merge a template into a catalogue, without losing any translation.

Each message of the template gets the first of these that exists:

0. what `resegment` made from messages of the other segmentation;
1. its own translation, found by (msgctxt, msgid), also among obsolete messages;
2. the translation of a message that says the same in another form, with the same change made in it (`form`);
3. as fuzzy, the translation of the message that it was edited from, found by place and similarity (`similar`);
4. a translation from the compendia;
5. nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from translate_pipe.catalogue.headers import plural_count, with_field, with_missing_fields
from translate_pipe.catalogue.messages import proposed, retired, same_messages, updated, without_translation
from translate_pipe.catalogue.resegment import NO_RESEGMENTATION, Resegmentation
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
from translate_pipe.late import LateModule
from translate_pipe.model import Catalogue, Message, Previous, as_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import polib

    from translate_pipe.catalogue import form, recut
    from translate_pipe.model import MessageKey
else:  # a merge in which no text was edited needs no Markdown parser
    form = LateModule("translate_pipe.catalogue.form")
    recut = LateModule("translate_pipe.catalogue.recut")


class Fate(StrEnum):
    """What became of a message.

    - `kept`: the catalogue had it already.
    - `revived`: it was obsolete and is needed again.
    - `carried`: an old message said the same in another form; its translation is final.
    - `proposed`: it was edited; it has the old translation as fuzzy.
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
    - `rule`: the rules that carried or proposed the translation, separated by `, `; see
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


DEFAULT_MERGE = MergeOptions()

_MAX_SAME_FORM = 50
"""How many old messages of the same form are tried; all messages of a catalogue may have the same one."""


def merge(
    catalogue: Catalogue | polib.POFile,
    template: Catalogue | polib.POFile,
    options: MergeOptions = DEFAULT_MERGE,
    compendia: Iterable[Compendium] = (),
    resegmentation: Resegmentation = NO_RESEGMENTATION,
) -> MergeResult:
    """Bring a catalogue in line with a template.

    - `catalogue`: the translations so far; see `new_catalogue` for a locale that has none. A `polib.POFile` is
      converted first.
    - `template`: the messages of the documents now, from `make_template` or a POT file. May be a `polib.POFile` too.
    - `options`: what becomes of obsolete messages, and the like.
    - `compendia`: other translations, for messages that the catalogue has no translation for.
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
    obsolete = [old for message in gone if (old := retired(message)) is not None] if options.keep_obsolete else []
    header = with_missing_fields(catalogue.header, template)
    merged = replace(catalogue, messages=(*active, *obsolete), header=header)
    changed = options.is_new or header != catalogue.header or not same_messages(catalogue, merged)
    date = template.fields.get("POT-Creation-Date")
    if changed and date:
        merged = replace(merged, header=with_field(header, "POT-Creation-Date", date))
    retirements = (Outcome(Fate.RETIRED, message.key) for message in gone if not message.obsolete)
    return MergeResult(merged if changed else catalogue, (*merger.outcomes, *retirements), changed)


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
        self._old: dict[MessageKey, Message] = {}
        for message in catalogue.messages:
            known = self._old.setdefault(message.key, message)
            if known.obsolete and not message.obsolete:  # of two with the same key, the active one counts
                self._old[message.key] = message
        self._order = catalogue.active
        self._template = template.active
        self._new = {message.key: message for message in self._template}
        self._compendia = compendia
        self._resegmentation = resegmentation
        self._plural_count = plural_count(catalogue)
        # Old messages that are not in the template, by key, until their translation has another place.
        self._gone = {key: message for key, message in self._old.items() if key not in self._new and message.has_msgstr}
        self._found: dict[MessageKey, tuple[Message, Outcome]] = {}
        self._anchors: dict[MessageKey, MessageKey] = {}
        """The keys that old messages have in the template, by their old keys."""
        self._missing = dict(self._new)
        """The messages of the template that have no translation yet."""
        self.settled = set(self._new)
        """The keys of old messages that need not become obsolete."""

    @property
    def outcomes(self) -> list[Outcome]:
        """What became of each message of the template."""
        return [self._found[key][1] for key in self._new]

    def merged(self) -> list[Message]:
        """The messages of the template, each with its best translation."""
        self._resegment()
        self._match_exactly()
        if self._missing:
            if self._gone:
                self._carry_over()
                self._carry_titles()
                self._carry_parts()
            self._propose_edited()
            self._look_up()
        for key, message in list(self._missing.items()):
            self._settle(without_translation(message, self._plural_count), Outcome(Fate.ADDED, key))
        return [self._found[key][0] for key in self._new]

    def _settle(self, content: Message, outcome: Outcome) -> None:
        self._found[outcome.key] = (content, outcome)
        del self._missing[outcome.key]

    def _take(
        self, old: Message, message: Message, fate: Fate, rule: str = "", origins: tuple[MessageKey, ...] = ()
    ) -> None:
        """Give a message of the template the content of an old message with the same key."""
        self._settle(updated(old, message, self._plural_count), Outcome(fate, message.key, rule, origins))

    # 0. From messages of the other segmentation

    def _resegment(self) -> None:
        for key, message in list(self._missing.items()) if self._resegmentation.made else ():
            made = self._resegmentation.made.get(key)
            if made is None:
                continue
            self._take(made.message, message, _fate(is_final=made.is_proven), made.rule, made.origins)
            for origin in made.origins:
                self._anchors.setdefault(origin, key)
        for key in self._resegmentation.given_up:
            self._gone.pop(key, None)

    # 1. Its own translation

    def _match_exactly(self) -> None:
        for key, message in list(self._missing.items()):
            old = self._old.get(key)
            if old is not None:
                outcome = Outcome(Fate.REVIVED if old.obsolete else Fate.KEPT, key)
                self._settle(updated(old, message, self._plural_count), outcome)
                self._anchors[key] = key

    # 2. The same in another form

    def _carry_over(self) -> None:
        forms: defaultdict[tuple[object, ...], dict[MessageKey, Message]] = defaultdict(dict)
        for old in self._gone.values():
            forms[form.form_of(old.msgid).canonical][old.key] = old
        for message in list(self._missing.values()):
            waiting = forms.get(form.form_of(message.msgid).canonical, {})
            for old in list(islice(waiting.values(), _MAX_SAME_FORM)):
                if self._carry(old, message):
                    self._anchors[old.key] = message.key
                    self.settled.add(old.key)
                    del self._gone[old.key], waiting[old.key]
                    break

    def _carry_titles(self) -> None:
        """Carry titles of containers that were parts of a paragraph until the project got its dialect.

        The old messages do not count as settled, because they are needed again with the old dialect.
        """
        lines: defaultdict[str, list[Message]] = defaultdict(list)
        for old in self._gone.values():
            if found := form.framed(old.msgid):
                lines[found[0]].append(old)
        for message in list(self._missing.values()):
            for old in lines.get(message.msgid, ()):
                title = form.unframed(old.msgid, message.msgid, old.msgstr)
                if title and old.msgctxt == message.msgctxt:
                    content = replace(old, msgid=message.msgid, msgstr=title, line=0, raw="")
                    self._take(content, message, Fate.CARRIED, form.CONTAINER_MARK, (old.key,))
                    self._anchors[old.key] = message.key
                    del self._gone[old.key]
                    break

    def _carry_parts(self) -> None:
        """Carry parts of paragraphs whose lines of block markup now belong to the skeleton.

        The old messages do not count as settled, because they are needed again with the old dialect.
        """
        # A message that the catalogue has already must have several words, because markup has single words too.
        texts = recut.Texts(key[1] for key in self._new if " " in key[1] or key in self._missing)
        for old in [one for one in self._gone.values() if not one.msgid_plural]:
            parts = recut.recut(old.msgid, old.msgstr, texts)
            for part in parts:
                message = self._missing.get((old.msgctxt, part.msgid))
                if message is None:
                    continue
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
                self._take(content, message, _fate(is_final=is_final), recut.RECUT, (old.key,))
                self._anchors.setdefault(old.key, message.key)
            if parts:
                self._gone.pop(old.key, None)

    def _carry(self, old: Message, message: Message) -> bool:
        """Carry over a translation whose msgid says the same, if its own text allows the change."""
        if old.msgctxt != message.msgctxt or old.msgid_plural or message.msgid_plural:
            return False
        carried = form.carry(old.msgid, message.msgid, old.msgstr, hard_breaks=self._options.hard_breaks)
        if carried is None:
            return False
        content = replace(old, msgid=message.msgid, msgstr=carried.msgstr, line=0, raw="")
        self._take(content, message, Fate.CARRIED, ", ".join(carried.rules), (old.key,))
        return True

    # 3. Edited

    def _propose_edited(self) -> None:
        """Propose old translations by place, then by words."""
        if self._gone:
            lexicon = Lexicon(message.msgid for message in (*self._gone.values(), *self._missing.values()))
            for gap in gaps(self._order, self._template, self._anchors, self._gone):
                for key, proposal in pair_up(gap, lexicon).items():
                    self._propose(key, proposal)
        used = {origin for _, outcome in self._found.values() for origin in outcome.origins}
        free = [message for message in self._gone.values() if message.key not in used]
        for message, best in self._searched(free, lambda search, text: search.best(text, GONE_LIKENESS)):
            self._propose(message.key, Proposal((best,), "edited"))
        for message, best in self._searched(list(self._gone.values()), Search.whole_or_part):
            self._propose(message.key, Proposal((best,), "part of it"))
        known = [message for message in self._old.values() if message.has_msgstr]
        for message, best in self._searched(known, lambda search, text: search.best(text, SEARCH_LIKENESS)):
            if not self._carry(best, message):
                self._propose(message.key, Proposal((best,), "similar"))

    def _searched(
        self, known: list[Message], find: Callable[[Search, str], Message | None]
    ) -> Iterator[tuple[Message, Message]]:
        """The missing messages for which `find` finds one of the known messages, each with that message."""
        missing = list(self._missing.values())
        if not (known and missing):
            return
        search = Search(known, [message.msgid for message in missing])
        for message in missing:
            best = find(search, message.msgid)
            if best is not None:
                yield message, best

    def _propose(self, key: MessageKey, proposal: Proposal) -> None:
        # The old message of a guess that is still unchecked need not be kept for a return of its text.
        own = (origin for origin in proposal.origins if self._old.get(origin.key) is origin)
        given_up = self._resegmentation.given_up
        self.settled.update(origin.key for origin in own if origin.fuzzy and origin.key not in given_up)
        message = proposed(self._new[key], proposal.origins, self._plural_count)
        origins = tuple(origin.key for origin in proposal.origins)
        self._settle(message, Outcome(Fate.PROPOSED, key, proposal.rule, origins))

    # 4. From the compendia

    def _look_up(self) -> None:
        for compendium in self._compendia:
            for message in list(self._missing.values()):
                exact = compendium.exact(message.key)
                if exact is not None and self._options.trust_compendia and not exact.fuzzy:
                    content = replace(exact, references=message.references, obsolete=False, line=0, raw="")
                    self._take(content, message, Fate.CARRIED, "compendium", (exact.key,))
                elif exact is not None:
                    self._propose(message.key, Proposal((exact,), "compendium"))
                elif (best := compendium.similar(message.msgid)) is not None:
                    self._propose(message.key, Proposal((best,), "compendium, similar"))


def _fate(*, is_final: bool) -> Fate:
    return Fate.CARRIED if is_final else Fate.PROPOSED
