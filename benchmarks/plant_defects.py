"""Plant one defect, or one harmless variation, into each of many translated messages of real catalogues.

    python plant_defects.py ja.po fa.po fr.po -o planted --seed 7 --per-class 24

The folder then holds, per locale, ``mut.<locale>.<n>.po`` with the changed messages, ``clean.<locale>.<n>.po`` with the
same messages before, and ``labels.json`` with what was done to each. A message stands in many files, changed in another
way in each, among others that are as they were found. Catalogues of one locale are pooled. Messages that are fuzzy or
not really translated are left out. `check_quality.py` measures the checks on the folder; `defect_kinds.py` holds the
kinds.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from defect_kinds import Case, Entry, Kind, Scene, all_kinds

from translate_pipe.catalogue import parse_po, serialize_po
from translate_pipe.locales import normalise
from translate_pipe.model import Catalogue, Message, Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Label: TypeAlias = "dict[str, str | bool]"
_OTHER_SCRIPTS = {
    "ar": "arabic",
    "bn": "bengali",
    "el": "greek",
    "fa": "arabic",
    "he": "hebrew",
    "hi": "devanagari",
    "ja": "han",
    "ko": "hangul",
    "ru": "cyrillic",
    "uk": "cyrillic",
    "zh": "han",
}
_SHARE_CHANGED = 0.3  # of the entries of a file: some checks learn from the file what is usual in it
_SHARE_LEFT = 0.6  # of the msgid's words in the msgstr: more is hardly a translation
_LONGEST = 1500
_NOT_PROSE = re.compile(r"\s*(?://|/\*|#|\{|\||<!--|```|---|:\w|\"[^\"]*\"\s*\Z)")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    seed: int
    per_class: int
    license: str


@dataclass(frozen=True, slots=True)
class Planted:
    """A case with its kind, its number in it, and the entry that it was made of."""

    kind: Kind
    number: int
    entry: Entry
    case: Case


@dataclass(frozen=True, slots=True)
class Planting:
    """The entries of a locale and, by file, what was planted into them."""

    locale: str
    entries: Sequence[Entry]
    files: list[list[Planted]]


# Choosing entries


def _script(locale: str) -> str:
    return _OTHER_SCRIPTS.get(locale.partition("_")[0], "latin")


def _really_translated(message: Message, locale: str) -> bool:
    """Whether a person has put the message into the language, as far as a program can tell."""
    source, target = message.msgid, message.msgstr
    usable = message.translated and not message.msgid_plural and message.msgctxt is None
    if not usable or source == target or max(len(source), len(target)) > _LONGEST or _NOT_PROSE.match(source):
        return False
    if "```" in source or "\n\n" in source or source.strip() != source:
        return False
    words = re.findall(r"\b[a-z]{2,}\b", re.sub(r"`[^`]*`|\]\([^)]*\)|https?:\S+", "", source))
    if len(words) < 2:  # noqa: PLR2004
        return False
    if _script(locale) != "latin" and not re.search(r"[^\W\d_\u0000-\u024f]{2}", target):
        return False
    kept = set(re.findall(r"\b[a-z]{2,}\b", target))
    return sum(word in kept for word in words) <= _SHARE_LEFT * len(words)


def read_entries(paths: Iterable[Path]) -> dict[str, list[Entry]]:
    """The usable entries of each locale, each msgid once."""
    pools: dict[str, dict[str, Entry]] = defaultdict(dict)
    for path in paths:
        catalogue = parse_po(path.read_text(encoding="utf-8"))
        locale = normalise(catalogue.fields.get("Language") or path.stem)
        for message in catalogue.messages:
            if _really_translated(message, locale):
                pools[locale].setdefault(message.msgid, Entry(message.msgid, message.msgstr))
    return {locale: list(pool.values()) for locale, pool in sorted(pools.items())}


def _foreign(pools: Mapping[str, Sequence[Entry]], locale: str) -> dict[str, str]:
    """Translations into languages of another script."""
    return {
        entry.msgid: entry.msgstr
        for other, entries in pools.items()
        if _script(other) != _script(locale)
        for entry in entries
    }


# Planting


def plant(kind: Kind, scene: Scene, number: int) -> Iterator[tuple[Entry, Case]]:
    """Up to `number` cases of a kind, each with the entry that it was made of and each of another one."""
    used: set[str] = set()
    for make in kind.makes:
        for entry in scene.random.sample(scene.entries, len(scene.entries)):
            if len(used) == number:
                return
            if entry.msgid not in used and (case := make(entry, scene)):
                used.add(entry.msgid)
                yield entry, case


def plant_all(locale: str, pools: Mapping[str, Sequence[Entry]], kinds: Iterable[Kind], options: Options) -> Planting:
    """The cases of all kinds in the entries of a locale, spread over files."""
    entries, foreign = pools[locale], _foreign(pools, locale)
    planted: list[Planted] = []
    for kind in kinds:
        # Each kind draws for itself, so that a new kind leaves the others as they were.
        chance = Random(zlib.crc32(f"{options.seed}/{locale}/{kind.name}".encode()))
        scene = Scene(chance, locale, entries, foreign)
        cases = enumerate(plant(kind, scene, options.per_class), 1)
        planted += [Planted(kind, number, entry, case) for number, (entry, case) in cases]
    return Planting(locale, entries, _spread(planted, len(entries), Random(options.seed)))


def _spread(planted: list[Planted], entries: int, chance: Random) -> list[list[Planted]]:
    """The cases by file: an entry once in each, and a mixture of kinds in few of its entries."""
    files: list[dict[str, Planted]] = [{} for _ in range(math.ceil(len(planted) / entries / _SHARE_CHANGED))]
    for one in chance.sample(planted, len(planted)):
        free = [file for file in files if one.entry.msgid not in file]
        if not free:
            files.append({})
            free = files[-1:]
        min(free, key=len)[one.entry.msgid] = one
    return [list(file.values()) for file in files]


# Writing


def _label(one: Planted, locale: str, place: int, options: Options) -> Label:
    kind, case = one.kind, one.case
    return {
        "id": f"{locale}/{kind.name}/{one.number}",
        "lang": locale,
        "class": kind.name,
        "group": kind.group,
        "msgid": case.msgid,
        "good": case.good,
        "bad": case.bad,
        "note": case.note,
        "synthetic": case.synthetic,
        "kind": "benign" if kind.group == "benign" else "defect",
        "license": options.license,
        "file": f"mut.{locale}.{place}.po",
        "clean_file": f"clean.{locale}.{place}.po",
    }


def _write_catalogue(path: Path, locale: str, msgstrs: Mapping[str, str]) -> None:
    fields = ("Project-Id-Version: planted", f"Language: {locale}", "MIME-Version: 1.0")
    types = ("Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit")
    reference = (Reference("planted.md", 1),)
    text = serialize_po(
        Catalogue(
            messages=tuple(Message(msgid, msgstr, references=reference) for msgid, msgstr in msgstrs.items()),
            header=Message("", "".join(f"{field}\n" for field in (*fields, *types))),
        )
    )
    read = {message.msgid: message.msgstr for message in parse_po(text).messages}
    if read != dict(msgstrs):
        raise AssertionError(f"{path}: what was written does not read back")
    path.write_text(text, encoding="utf-8", newline="\n")


def write(folder: Path, plantings: Iterable[Planting], options: Options) -> None:
    """Write the catalogues and the labels."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("mut.*.po"), *folder.glob("clean.*.po")):
        old.unlink()
    labels: list[Label] = []
    for planting in plantings:
        locale = planting.locale
        for place, file in enumerate(planting.files):
            cases = {one.entry.msgid: one.case for one in file}
            mut, clean = {}, {}
            for entry in planting.entries:
                case = cases.get(entry.msgid)
                msgid = case.msgid if case else entry.msgid
                mut[msgid], clean[msgid] = (case.bad, case.good) if case else (entry.msgstr, entry.msgstr)
            _write_catalogue(folder / f"mut.{locale}.{place}.po", locale, mut)
            _write_catalogue(folder / f"clean.{locale}.{place}.po", locale, clean)
            labels += [_label(one, locale, place, options) for one in file]
    labels.sort(key=lambda label: (label["lang"], label["group"], label["class"], label["id"]))
    text = json.dumps(labels, ensure_ascii=False, indent=1)
    (folder / "labels.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Read the command line, plant, and tell what was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogues", nargs="+", type=Path, help="PO catalogues translated from English Markdown")
    parser.add_argument("-o", "--output", required=True, type=Path, help="the folder to write into")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-class", type=int, default=48, help="cases of a class per locale (default: %(default)s)")
    parser.add_argument("--classes", help="only these classes, with commas between")
    parser.add_argument("--license", default="", help="the licence of the catalogues, for the labels")
    given = parser.parse_args()

    kinds = all_kinds()
    if given.classes:
        wanted = set(given.classes.split(","))
        if unknown := wanted - {kind.name for kind in kinds}:
            parser.error(f"no such class: {', '.join(sorted(unknown))}")
        kinds = tuple(kind for kind in kinds if kind.name in wanted)
    pools = read_entries(given.catalogues)
    options = Options(given.seed, given.per_class, given.license)
    plantings = [plant_all(locale, pools, kinds, options) for locale in pools]
    for planting in plantings:
        made = [one.kind.group == "benign" for file in planting.files for one in file]
        print(
            f"{planting.locale}: {made.count(False)} defects and {made.count(True)} harmless variations"
            f" in {len(planting.entries)} entries, {len(planting.files)} files"
        )
    write(given.output, plantings, options)


if __name__ == "__main__":
    main()
