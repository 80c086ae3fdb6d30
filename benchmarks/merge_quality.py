"""How well translations survive simulated source edits: this merge and GNU msgmerge on the same files.

Both are judged alike, by the msgstr and the fuzzy flag of each message of the merged catalogue. Run it with --help.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from edits import CHANGING_KINDS, FREE_KINDS, INSERTED, LOCALES, UNEDITED, Case, Truth, locale_case
from prose import rendered

from translate_pipe.catalogue import merge, parse_po, serialize_po
from translate_pipe.model import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


_ALIKE = 0.6
TOOLS = ("ours", "msgmerge")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a tool made of one message. `source` is the message whose msgstr was offered, if it is not the own one."""

    truth: Truth
    message: Message
    right: bool
    wrong: bool
    source: Message | None = None

    @property
    def silent(self) -> bool:
        """Whether a changed meaning is published with the old translation."""
        return self.truth.changed and self.message.has_msgstr and not self.message.fuzzy

    @property
    def failed(self) -> bool:
        """Whether anything is not as it should be."""
        return not self.right or self.wrong or self.silent


def our_merge(old: str, template: str) -> tuple[Message, ...]:
    """The messages as translate-pipe merges them."""
    return merge(parse_po(old), parse_po(template)).catalogue.active


def msgmerge(old: str, template: str) -> tuple[Message, ...]:
    """The messages as GNU msgmerge merges them."""
    with tempfile.TemporaryDirectory() as folder:
        old_path, template_path = Path(folder, "old.po"), Path(folder, "new.pot")
        old_path.write_text(old, encoding="utf-8")
        template_path.write_text(template, encoding="utf-8")
        command = ["msgmerge", "--quiet", "--no-wrap", "-o", "-", str(old_path), str(template_path)]
        return parse_po(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout).active


# Judging


def judge(case: Case, messages: Iterable[Message], *, strict: bool = False) -> list[Judgement]:
    """Compare each message of the template with the truth."""
    homes: dict[str, Message] = {}
    for message in case.old.messages:
        if message.has_msgstr:
            homes.setdefault(message.msgstr, message)
    found = {message.key: message for message in messages}
    return [_judged(truth, found.get(key, Message(key[1])), homes, strict=strict) for key, truth in case.truths.items()]


def _judged(truth: Truth, message: Message, homes: Mapping[str, Message], *, strict: bool) -> Judgement:
    own = not message.has_msgstr or _is_own(truth, message.msgstr, homes)
    source = None if own else homes.get(message.msgstr)
    return Judgement(truth, message, own and _is_right(truth, message, strict=strict), not own, source)


def _is_own(truth: Truth, msgstr: str, homes: Mapping[str, Message]) -> bool:
    """Whether a msgstr is the own one, or the own one adapted, or a part of it."""
    texts = [text for text in (*truth.expected, *(own.msgstr for own in truth.own)) if text]
    if msgstr in texts or any(rendered(msgstr) == rendered(text) for text in texts):
        return True
    if msgstr in homes:
        return False
    return any(msgstr in text or SequenceMatcher(None, msgstr, text).ratio() >= _ALIKE for text in texts)


def _is_right(truth: Truth, message: Message, *, strict: bool) -> bool:
    if truth.kind == INSERTED:
        return not message.has_msgstr
    if truth.kind == UNEDITED:
        return (message.msgstr, message.fuzzy) == (truth.own[0].msgstr, truth.own[0].fuzzy)
    if truth.changed:
        return message.has_msgstr and message.fuzzy
    if strict:
        return not message.fuzzy and message.msgstr == truth.expected[0]
    return not message.fuzzy and any(rendered(message.msgstr) == rendered(text) for text in truth.expected)


# Printing


def table(judged: Mapping[str, list[Judgement]]) -> str:
    """A Markdown table: a row for each kind of edit and for each group of kinds."""
    lines = [
        f"| Kind of edit | Messages | {' | '.join(f'{tool}: right | wrong proposal | not fuzzy' for tool in judged)} |",
        "| --- |" + " ---: |" * (1 + 3 * len(judged)),
    ]
    groups = [("meaning changed", CHANGING_KINDS), ("meaning-free", FREE_KINDS)]
    for name, kinds in groups:
        lines += [_row(kind, (kind,), judged) for kind in kinds]
        lines.append(_row(f"**All {name}**", kinds, judged))
    lines += [_row(kind, (kind,), judged) for kind in (INSERTED, UNEDITED)]
    return "\n".join(lines)


def _row(name: str, kinds: tuple[str, ...], judged: Mapping[str, list[Judgement]]) -> str:
    cells = [name]
    for judgements in judged.values():
        of_kind = [judgement for judgement in judgements if judgement.truth.kind in kinds]
        if len(cells) == 1:
            cells.append(str(len(of_kind)))
        cells.append(_share(sum(judgement.right for judgement in of_kind), len(of_kind)))
        cells.append(str(sum(judgement.wrong for judgement in of_kind)))
        cells.append(str(sum(judgement.silent for judgement in of_kind)))
    return f"| {' | '.join(cells)} |"


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %" if total else "–"


def summary(judged: Mapping[str, list[Judgement]]) -> str:
    """The targets as a Markdown table."""
    goals = {
        "own translation offered fuzzy, of meaning changed": ("≥ 97 %", _fuzzy_share),
        "carried with the right msgstr, of meaning-free": ("100 %", _carried_share),
        "wrong proposals, of edited and inserted": ("≤ 1 %", lambda them: _wrong_share(them, everything=False)),
        "wrong proposals, of the whole template": ("≤ 1 %", lambda them: _wrong_share(them, everything=True)),
        "not fuzzy though the meaning changed": ("0", lambda them: str(sum(one.silent for one in them))),
        "unedited translations altered": ("0", _altered),
    }
    lines = [f"| Measure | Target | {' | '.join(judged)} |", "| --- |" + " ---: |" * (1 + len(judged))]
    for name, (target, measure) in goals.items():
        lines.append(f"| {name} | {target} | {' | '.join(measure(them) for them in judged.values())} |")
    return "\n".join(lines)


def _fuzzy_share(judgements: list[Judgement]) -> str:
    return _right_share(judgements, CHANGING_KINDS)


def _carried_share(judgements: list[Judgement]) -> str:
    return _right_share(judgements, FREE_KINDS)


def _right_share(judgements: list[Judgement], kinds: tuple[str, ...]) -> str:
    chosen = [judgement.right for judgement in judgements if judgement.truth.kind in kinds]
    return _share(sum(chosen), len(chosen))


def _wrong_share(judgements: list[Judgement], *, everything: bool) -> str:
    chosen = [judgement.wrong for judgement in judgements if everything or judgement.truth.kind != UNEDITED]
    return f"{_share(sum(chosen), len(chosen))} ({sum(chosen)})"


def _altered(judgements: list[Judgement]) -> str:
    return str(
        sum(
            judgement.truth.kind == UNEDITED and not judgement.right
            for judgement in judgements
            if judgement.truth.kind == UNEDITED and judgement.truth.own[0].has_msgstr
        )
    )


def failures(judgements: Iterable[Judgement], kind: str) -> str:
    """What went wrong with a kind of edit, in full."""
    return "\n\n".join(
        _failure(judgement)
        for judgement in judgements
        if judgement.failed and (judgement.truth.kind == kind or (kind == "wrong" and judgement.wrong))
    )


def _failure(judgement: Judgement) -> str:
    message, truth = judgement.message, judgement.truth
    what = "wrong" if judgement.wrong else "not fuzzy" if judgement.silent else "not right"
    lines = [f"--- {truth.kind}: {what}, fuzzy: {message.fuzzy}"]
    lines += [f"old:      {own.msgid!r}" for own in truth.own]
    lines += [f"new:      {message.msgid!r}", f"offered:  {message.msgstr!r}"]
    lines += [f"expected: {text!r}" for text in dict.fromkeys(truth.expected)]
    if judgement.source is not None:
        lines.append(f"is from:  {judgement.source.msgid!r}")
    return "\n".join(lines)


# Running


def run(
    locales: Iterable[str], tools: Iterable[str], *, seed: int, edits: int, strict: bool
) -> dict[str, list[Judgement]]:
    """Edit each catalogue and judge what each tool makes of it."""
    merges: dict[str, Callable[[str, str], tuple[Message, ...]]] = {"ours": our_merge, "msgmerge": msgmerge}
    judged: dict[str, list[Judgement]] = {tool: [] for tool in tools}
    for locale in locales:
        case = locale_case(locale, seed=seed, edits=edits)
        old, template = serialize_po(case.old), serialize_po(case.template)
        for tool, judgements in judged.items():
            judgements.extend(judge(case, merges[tool](old, template), strict=strict))
    return judged


def lost(judgements: Iterable[Judgement]) -> Counter[str]:
    """How many failures each kind has."""
    return Counter(judgement.truth.kind for judgement in judgements if judgement.failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edits", type=int, default=300, help="edited messages of each catalogue (default: 300)")
    parser.add_argument("--locales", default=",".join(LOCALES))
    parser.add_argument("--tools", default=",".join(TOOLS), help="ours, msgmerge or both")
    parser.add_argument("--strict", action="store_true", help="carried only counts with the very change in the msgstr")
    parser.add_argument("--show", metavar="KIND", help="show our failures of a kind ('wrong': all wrong proposals)")
    return parser.parse_args()


def main() -> None:
    """Print the tables, or the failures of one kind."""
    arguments = _arguments()
    tools = ["ours"] if arguments.show else arguments.tools.split(",")
    judged = run(
        arguments.locales.split(","), tools, seed=arguments.seed, edits=arguments.edits, strict=arguments.strict
    )
    if arguments.show:
        print(failures(judged["ours"], arguments.show) or f"No failures; kinds with some: {dict(lost(judged['ours']))}")
        return
    version = subprocess.run(["msgmerge", "--version"], check=True, capture_output=True, encoding="utf-8").stdout
    print(f"{version.splitlines()[0]}; Python {sys.version.split()[0]}; seed {arguments.seed}, {arguments.edits} edits")
    print(f"in each of {arguments.locales}\n\n{table(judged)}\n\n{summary(judged)}")


if __name__ == "__main__":
    main()
