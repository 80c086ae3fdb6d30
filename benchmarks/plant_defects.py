"""Plant one defect, or one harmless variation, into each of many translated messages of real catalogues.

    python plant_defects.py ja.po fa.po fr.po -o planted --seed 7 --per-class 24

The folder then holds, per locale, ``mut.<locale>.<n>.po`` with the changed messages and ``clean.<locale>.<n>.po`` with
the same messages before, each entry once a file at most, and ``labels.json`` with what was done to each. Catalogues of
one locale are pooled. Messages that are fuzzy or not really translated are left out. `check_quality.py` measures the
checks on the folder; `defect_kinds.py` holds the kinds.
"""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections import defaultdict
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
_SHARE_LEFT = 0.6  # of the msgid's words in the msgstr: more is hardly a translation
_LONGEST = 1500
_NOT_PROSE = re.compile(r"\s*(?://|/\*|#|\{|\||<!--|```|---|:\w|\"[^\"]*\"\s*\Z)")


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


def _labels(locale: str, scene: Scene, kinds: Iterable[Kind], options: argparse.Namespace) -> Iterator[Label]:
    shards: list[set[str]] = []
    for kind in kinds:
        # Each kind draws for itself, so that a new kind leaves the others as they were.
        own = Scene(
            Random(zlib.crc32(f"{options.seed}/{locale}/{kind.name}".encode())),
            locale,
            scene.entries,
            scene.foreign,
        )
        for number, (entry, case) in enumerate(plant(kind, own, options.per_class), 1):
            # An entry stands in a file once, whatever was put into it: the same msgstr twice would be a defect itself.
            shard = next((place for place, known in enumerate(shards) if entry.msgid not in known), len(shards))
            if shard == len(shards):
                shards.append(set())
            shards[shard].add(entry.msgid)
            yield {
                "id": f"{locale}/{kind.name}/{number}",
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
                "file": f"mut.{locale}.{shard}.po",
                "clean_file": f"clean.{locale}.{shard}.po",
            }


def _write(path: Path, locale: str, msgstrs: Mapping[str, str]) -> None:
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


def write(folder: Path, labels: Sequence[Label]) -> None:
    """Write the catalogues and the labels."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("mut.*.po"), *folder.glob("clean.*.po")):
        old.unlink()
    files: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for label in labels:
        locale, msgid = str(label["lang"]), str(label["msgid"])
        files[str(label["file"]), locale][msgid] = str(label["bad"])
        files[str(label["clean_file"]), locale][msgid] = str(label["good"])
    for (name, locale), msgstrs in files.items():
        _write(folder / name, locale, msgstrs)
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
    options = parser.parse_args()

    kinds = all_kinds()
    if options.classes:
        wanted = set(options.classes.split(","))
        if unknown := wanted - {kind.name for kind in kinds}:
            parser.error(f"no such class: {', '.join(sorted(unknown))}")
        kinds = tuple(kind for kind in kinds if kind.name in wanted)
    pools = read_entries(options.catalogues)
    labels: list[Label] = []
    for locale, entries in pools.items():
        scene = Scene(Random(options.seed), locale, entries, _foreign(pools, locale))
        made = list(_labels(locale, scene, kinds, options))
        benign = sum(label["kind"] == "benign" for label in made)
        print(f"{locale}: {len(made) - benign} defects and {benign} harmless variations in {len(entries)} entries")
        labels += made
    write(options.output, labels)


if __name__ == "__main__":
    main()
