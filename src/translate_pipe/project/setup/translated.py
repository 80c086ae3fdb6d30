"""Which Markdown files are translations of others, as their paths say: folders and endings named like a locale.

Babel knows hundreds of languages, and the tags of many of them are words (`it`, `is`, `os`). So a tag that is one, or
that hardly any project is translated into, needs evidence: the user or the site generator names it, or its files have
the names of other documents.
"""

from __future__ import annotations

import fnmatch
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from posixpath import splitext
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe import locales

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

_WORDS = frozenset(
    """
    am an as ba be br ca co cs ee eu fo ga gd ha he hi ho hr ia id ie ii in io is it la lo mi ml mo mr ms mt my nd no
    nr ny oc om or os pa pi ps qu rm rn sa sc sd se sg sh si so st su tk tn to ts tt ug ve vi vo wa wo xh yi yo za
    """.split()  # noqa: SIM905  # a list would be a page
)
"""Tags of two letters that more folders have for a word, an abbreviation or a file format than for a language."""

_LANGUAGES = frozenset({"ckb", "fil", "pcm", "yue"})
"""Tags of three letters that need no evidence."""

_COUNTRIES = {
    "cn": "zh_CN",
    "cz": "cs",
    "dk": "da",
    "gr": "el",
    "jp": "ja",
    "kr": "ko",
    "tw": "zh_TW",
    "ua": "uk",
    "vn": "vi",
}
"""Countries that people name instead of a language, which is always to be shown by evidence."""

_FOLDERS_OF_LOCALES = frozenset(
    ("i18n", "intl", "l10n", "locale", "locales", "localised", "localized", "translated", "translation", "translations")
)
_TAG = re.compile(
    r"[a-z]{2,3}(?:[-_](?:hans|hant|latn|cyrl|arab|deva|beng|guru|tfng))?(?:[-_](?:[a-z]{2}|\d{3}))?(?:@[a-z]+)?",
    re.ASCII | re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[._-]")
_SHORT = 2  # letters


class LocaleMark(NamedTuple):
    """A name in a path that is, or ends in, a tag: what is before and after the tag, and the path without it.

    The path without it is empty where the tag is the whole name of a file.
    """

    before: str
    tag: str
    after: str
    bare: str
    locale: str
    is_file: bool

    @property
    def is_whole(self) -> bool:
        """Whether the tag is a whole name, without anything before it."""
        return self.before == "" or self.before.endswith("/")

    @property
    def is_plain(self) -> bool:
        """Whether the tag is that of a language that folders and files are named after, and hardly a word."""
        if self.tag.lower() in _COUNTRIES:
            return False
        language = self.locale.partition("_")[0]
        is_usual = len(language) == _SHORT and language not in _WORDS
        return "_" in self.locale or (self.tag.islower() and (is_usual or language in _LANGUAGES))

    def pattern(self, top: int) -> str:
        """A pattern of translations with this mark, without the first `top` characters; empty if none is certain."""
        if not self.is_file:
            return f"{_literal(self.before[top:])}{self.tag}/*" if len(self.before) >= top else "*"
        return f"*.{self.tag}{self.after}" if self.before.endswith(".") else ""


def is_folder_of_locales(folder: str) -> bool:
    """Whether a folder (`docs/i18n/`) is named as one in which each locale has its own."""
    return folder.rstrip("/").rpartition("/")[2].lower() in _FOLDERS_OF_LOCALES


@cache
def locale_of(tag: str) -> str:
    """The locale that a tag names, empty if it names none."""
    if tag == "src" or not _TAG.fullmatch(tag):  # Babel knows a language that is called src
        return ""
    return _COUNTRIES.get(tag.lower()) or locales.of_tag(tag)


def _split(name: str) -> Iterator[tuple[str, str, str]]:
    """The part of a name before the longest tag at its end, with the separator and without it, and the tag."""
    if locale_of(name):
        yield "", "", name
        return
    for found in _SEPARATOR.finditer(name, 1):
        if locale_of(name[found.end() :]):
            yield name[: found.end()], name[: found.start()], name[found.end() :]
            return


def _marks(path: str) -> Iterator[LocaleMark]:
    """The marks of a path, the outermost first."""
    *folders, file = path.split("/")
    for at, folder in enumerate(folders):
        parent = "".join(f"{name}/" for name in folders[:at])
        below = "/".join((*folders[at + 1 :], file))
        for head, bare, tag in _split(folder):
            place = f"{parent}{bare}/{below}" if bare else parent + below
            yield LocaleMark(parent + head, tag, f"/{below}", place, locale_of(tag), is_file=False)
    parent = "".join(f"{name}/" for name in folders)
    stem, suffix = splitext(file)
    for head, bare, tag in _split(stem):
        yield LocaleMark(
            parent + head, tag, suffix, f"{parent}{bare}{suffix}" if bare else "", locale_of(tag), is_file=True
        )


@dataclass(frozen=True, slots=True)
class Translated:
    """The Markdown files of a project: its documents, and the locale of each translation.

    `marks` has the mark by which each translation is known, and those of documents that are marked as the source.
    """

    documents: tuple[str, ...]
    locales: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, LocaleMark] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many translations there are in each locale, by tag."""
        return dict(sorted(Counter(self.locales.values()).items()))

    def excluded(self, folder: str) -> tuple[str, ...]:
        """Patterns, as for the key `exclude`, of the translations below a folder (`docs/`), of no document."""
        documents = [path[len(folder) :] for path in self.documents if path.startswith(folder)]
        wide: dict[str, bool] = {}
        patterns: dict[str, None] = {}
        for path in self.locales:
            if path.startswith(folder):
                name = path[len(folder) :]
                pattern = self.marks[path].pattern(len(folder))
                if pattern and pattern not in wide:
                    wide[pattern] = not any(fnmatch.fnmatchcase(one, pattern) for one in documents)
                patterns[pattern if wide.get(pattern) else _literal(name)] = None
        return tuple(patterns)


def _literal(text: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", text)


def find_translated(
    paths: Iterable[str], source_locale: str, named: Collection[str] = (), generator: str = ""
) -> Translated:
    """Distinguish documents from translations, by the paths of all Markdown files of a project.

    `named` are locales that need no evidence, `generator` is the text of the site generator's configuration.
    """
    return _TranslationFinder(sorted(paths), source_locale, named, generator).found()


class _TranslationFinder:
    """Looks for evidence that a mark is one."""

    def __init__(self, paths: Sequence[str], source_locale: str, named: Collection[str], generator: str) -> None:
        self._paths = frozenset(paths)
        self._source = source_locale
        self._named = frozenset(named)
        self._generator = generator
        self._marks = {path: found for path in paths if (found := list(_marks(path)))}
        self._all = paths
        self._groups: defaultdict[str, defaultdict[str, list[LocaleMark]]] = defaultdict(lambda: defaultdict(list))
        for marks in self._marks.values():
            for mark in marks:
                self._groups[mark.before][mark.tag].append(mark)
        # For each folder, the paths below those of its folders that are not named after a locale, relative to it.
        self._beside: defaultdict[str, set[str]] = defaultdict(set)
        for path in paths:
            parts = path.split("/")
            for at, name in enumerate(parts[:-1]):
                if not locale_of(name):
                    self._beside["".join(f"{one}/" for one in parts[:at])].add("/" + "/".join(parts[at + 1 :]))
        self._names = {
            (before, tag): {one.after for one in marks}
            for before, tags in self._groups.items()
            for tag, marks in tags.items()
        }
        self._folders_with_files = {path.rpartition("/")[0] for path in paths}

    def found(self) -> Translated:
        """Documents and translations."""
        # The source locale or, if nothing is named after it, the one of its language that most is named after.
        counts = Counter(mark.locale for marks in self._marks.values() for mark in marks)
        sources = {self._source}
        if self._source not in counts and "_" not in self._source:
            others = [one for one in counts if one.partition("_")[0] == self._source and one not in self._named]
            sources.update(sorted(others, key=lambda one: (-counts[one], not locales.is_usual(one)))[:1])
        is_folder_mark = cache(self._is_folder_mark)
        documents = []
        translated: dict[str, str] = {}
        seen: dict[str, LocaleMark] = {}
        for path in self._all:
            for mark in self._marks.get(path, ()):
                if mark.locale in sources:
                    if mark.is_file or mark.is_whole:
                        seen.setdefault(path, mark)
                elif self._is_file_mark(mark) if mark.is_file else is_folder_mark(mark.before, mark.tag):
                    translated[path], seen[path] = mark.locale, mark
                    break
            else:
                documents.append(path)
        return Translated(tuple(documents), translated, seen)

    # Folders

    def _is_folder_mark(self, before: str, tag: str) -> bool:
        """Whether a tag in the name of a folder is that of translations, which have the same mark."""
        tags = self._groups[before]
        same = tags[tag]
        mark = same[0]
        if not mark.is_whole:
            return sum(one.bare in self._paths for one in same) * 2 >= len(same)
        if mark.is_plain or mark.locale in self._named or _names(self._generator, tag):
            return True
        # A folder of locales is named so, or the source or nothing else is in it.
        if is_folder_of_locales(before) or any(found[0].locale == self._source for found in tags.values()):
            return True
        has_others = before in self._beside or before.rstrip("/") in self._folders_with_files
        if len(tags) > 1 and before and not has_others:
            return True
        # Half of the files have the name of another one, without the tag or in the folder of a surer locale.
        surer = [self._names[before, other] for other, found in tags.items() if other != tag and found[0].is_plain]
        evidence = 0
        for one in same:
            if one.after not in self._beside.get(before, ()):  # a name that any folder has, such as index.md
                evidence += one.bare in self._paths or any(one.after in names for names in surer)
        return evidence * 2 >= len(same)

    # Files

    def _is_file_mark(self, mark: LocaleMark) -> bool:
        others = [tag for tag in self._groups[mark.before] if tag != mark.tag]
        if mark.is_whole:  # translations/de.md
            is_sure = is_folder_of_locales(mark.before) or mark.before.lower().endswith("readme/")
            return is_sure or (mark.is_plain and self._has_plain(mark, others))
        *folders, file = mark.bare.split("/")
        above = ("/".join((*folders[:at], file)) for at in range(len(folders) + 1))
        has_sibling = any(path in self._paths for path in above)
        is_dotted = mark.before.endswith(".")
        if is_dotted:
            return has_sibling or bool(others) or mark.is_plain or mark.locale in self._named
        if "_" in mark.locale:
            return True
        is_sure = mark.is_plain or splitext(file)[0].isupper()
        return is_sure and (has_sibling or self._has_plain(mark, others))

    def _has_plain(self, mark: LocaleMark, others: Iterable[str]) -> bool:
        return any(self._groups[mark.before][tag][0].is_plain for tag in others)


def _names(text: str, tag: str) -> bool:
    """Whether the configuration of a site generator names a tag: as a text, a key or a table."""
    quoted = rf"""(?P<quote>['"]?){re.escape(tag)}(?P=quote)[ \t]*"""
    forms = (
        rf"^[ \t]*{quoted}:[ \t]*(?:\{{|$)",  # a key with a table
        rf"^[ \t]*-[ \t]+(?:locale:[ \t]*)?{quoted}$",  # an item of a list
        rf"""[\[,][ \t]*(?=['"]){quoted}(?=[,\]])""",
        rf"""\b(?:lang|locale)["']?[ \t]*[:=][ \t]*(?=['"]){quoted}""",
        rf"^[ \t]*\[(?:\w+\.)?{re.escape(tag)}\]",
    )
    return any(re.search(form, text, re.MULTILINE) for form in forms)
