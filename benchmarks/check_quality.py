"""How well the checks find planted defects, and how often they blame what is in order.

    python check_quality.py planted [--missed CLASS] [--alarms]

The folder is one that `plant_defects.py` wrote. An alarm is an error or a warning of a check about a message. What is
measured:

recall  the share of defects with an alarm of a check that says nothing about the same message before the change
clean   the share of messages before the change with any alarm; real catalogues hold real defects, so it is seldom 0
benign  the share of harmless variations with an alarm of a check that says nothing about the message before the change;
        where the message is the variation to begin with, any alarm counts
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from translate_pipe.catalogue import parse_po
from translate_pipe.checks import check
from translate_pipe.model import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Place: TypeAlias = tuple[str, str]
"""A message by its file and msgid."""
_COUNTED = {Severity.ERROR, Severity.WARNING}
_SHOWN = 6  # checks of a row


@dataclass(frozen=True, slots=True)
class Label:
    """One planted case."""

    locale: str
    group: str
    name: str
    msgid: str
    good: str
    bad: str
    note: str
    file: str
    clean_file: str

    @property
    def benign(self) -> bool:
        """Whether the change is harmless."""
        return self.group == "benign"


@dataclass(slots=True)
class Tally:
    """How many of some cases have a new alarm, and of which checks."""

    cases: int = 0
    found: int = 0
    checks: Counter[str] = field(default_factory=Counter)

    def add(self, names: Iterable[str]) -> None:
        """Count a case with the checks that newly blame it."""
        new = set(names)
        self.cases += 1
        self.found += bool(new)
        self.checks.update(new)

    @property
    def share(self) -> float:
        """The share of cases with a new alarm."""
        return self.found / self.cases if self.cases else 0.0


def read_labels(folder: Path) -> list[Label]:
    """The planted cases of a folder."""
    return [
        Label(
            locale=label["lang"],
            group=label["group"],
            name=label["class"],
            msgid=label["msgid"],
            good=label["good"],
            bad=label["bad"],
            note=label["note"],
            file=label["file"],
            clean_file=label["clean_file"],
        )
        for label in json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    ]


def alarms_of(folder: Path, labels: Iterable[Label], source_locale: str = "en") -> dict[Place, list[Diagnostic]]:
    """The alarms about each message of the catalogues that the labels name."""
    in_folder = partial(_alarms_in, source_locale)
    locales = {name: label.locale for label in labels for name in (label.file, label.clean_file)}
    found: dict[Place, list[Diagnostic]] = defaultdict(list)
    with ProcessPoolExecutor() as pool:
        for alarms in pool.map(in_folder, (folder / name for name in locales), locales.values()):
            for alarm in alarms:
                found[alarm.file, alarm.msgid].append(alarm)
    return found


def _alarms_in(source_locale: str, path: Path, locale: str) -> list[Diagnostic]:
    catalogue = parse_po(path.read_text(encoding="utf-8"))
    alarms = check(catalogue, path.name, source_locale=source_locale, locale=locale)
    return [alarm for alarm in alarms if alarm.severity in _COUNTED]


def new_alarms(label: Label, alarms: Mapping[Place, list[Diagnostic]]) -> list[Diagnostic]:
    """The alarms about a changed message, of checks that are silent about it before the change."""
    got = alarms.get((label.file, label.msgid), [])
    if label.good == label.bad:
        return got
    before = {alarm.check for alarm in alarms.get((label.clean_file, label.msgid), [])}
    return [alarm for alarm in got if alarm.check not in before]


def _print_table(labels: Iterable[Label], alarms: Mapping[Place, list[Diagnostic]]) -> None:
    classes: dict[tuple[str, str], Tally] = defaultdict(Tally)
    groups: dict[str, Tally] = defaultdict(Tally)
    kinds = {False: Tally(), True: Tally()}
    clean: dict[Place, list[Diagnostic]] = {}
    for label in labels:
        names = [alarm.check for alarm in new_alarms(label, alarms)]
        for tally in (classes[label.group, label.name], groups[label.group], kinds[label.benign]):
            tally.add(names)
        twin = (label.clean_file, label.msgid)
        clean[twin] = alarms.get(twin, [])
    for (group, name), tally in sorted(classes.items()):
        told = ", ".join(f"{one} {count}" for one, count in tally.checks.most_common(_SHOWN))
        print(f"{group:13}{name:25}{tally.cases:5} {tally.share:5.0%}  {told}".rstrip())
    print()
    for group, tally in sorted(groups.items()):
        print(f"{group:13}{tally.cases:5} {tally.share:6.1%}")
    blamed = [found for found in clean.values() if found]
    print(f"\nrecall {kinds[False].share:.1%} of {kinds[False].cases}")
    blaming = Counter(name for found in blamed for name in {alarm.check for alarm in found})
    told = ", ".join(f"{one} {count}" for one, count in blaming.most_common())
    print(f"clean  {len(blamed) / max(len(clean), 1):.1%} of {len(clean)}  {told}".rstrip())
    print(f"benign {kinds[True].share:.1%} of {kinds[True].cases}")


def _print_missed(labels: Iterable[Label], alarms: Mapping[Place, list[Diagnostic]], name: str) -> None:
    for label in labels:
        if label.name == name and not new_alarms(label, alarms):
            print(
                f"{label.file}  {label.note}\n  msgid {label.msgid!r}\n  good  {label.good!r}\n  bad   {label.bad!r}\n"
            )


def _print_alarms(labels: Iterable[Label], alarms: Mapping[Place, list[Diagnostic]]) -> None:
    seen: set[tuple[str, str, str]] = set()
    for label in labels:
        twin = alarms.get((label.clean_file, label.msgid), [])
        for alarm in twin:
            # A message stands in several files, but need be read only once.
            key = (label.locale, alarm.check, label.msgid)
            if key not in seen:
                seen.add(key)
                _print_alarm(f"clean {label.clean_file}", alarm, label.good)
        if label.benign:
            for alarm in new_alarms(label, alarms):
                _print_alarm(f"{label.name} {label.file}", alarm, label.bad)


def _print_alarm(where: str, alarm: Diagnostic, msgstr: str) -> None:
    print(f"{where}  {alarm.check}: {alarm.message}\n  msgid  {alarm.msgid!r}\n  msgstr {msgstr!r}\n")


def main() -> None:
    """Read the command line and print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder that plant_defects.py wrote")
    parser.add_argument("--missed", metavar="CLASS", help="print the cases of this class without a new alarm")
    parser.add_argument("--alarms", action="store_true", help="print the alarms about what is in order")
    parser.add_argument("--locale", help="only this locale")
    parser.add_argument("--source-locale", default="en", help="the locale of the msgids (default: en)")
    options = parser.parse_args()

    labels = [label for label in read_labels(options.folder) if options.locale in {None, label.locale}]
    if options.missed and options.missed not in {label.name for label in labels}:
        parser.error(f"no such class: {options.missed}")
    alarms = alarms_of(options.folder, labels, options.source_locale)
    if options.missed:
        _print_missed(labels, alarms, options.missed)
    if options.alarms:
        _print_alarms(labels, alarms)
    if not options.missed and not options.alarms:
        _print_table(labels, alarms)


if __name__ == "__main__":
    main()
