"""Catalogues and templates whose documents are gone: finding them, reporting them, and reading their translations.

They are found by the patterns of the configuration. The folders are searched only if the documents or the configuration
have changed since the last run. A run never changes or deletes these files.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from translate_pipe.engine.files import Files, Trace
from translate_pipe.engine.fingerprints import digest
from translate_pipe.errors import FileError, UnknownLocaleError
from translate_pipe.late import LateModule
from translate_pipe.locales import normalise
from translate_pipe.model import Diagnostic, Severity
from translate_pipe.project.discovery import files_below
from translate_pipe.project.request import Stage
from translate_pipe.project.settings.configuration import expand
from translate_pipe.project.settings.patterns import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from translate_pipe.catalogue import orphaned
    from translate_pipe.engine.cache import Cache
    from translate_pipe.project.project import Project
    from translate_pipe.project.steps import reading
else:  # few projects have orphans
    orphaned = LateModule("translate_pipe.catalogue.orphaned")
    reading = LateModule("translate_pipe.project.steps.reading")

ORPHANS = "orphans"
"""The step of the cache entry with the orphans of a project."""

_REPORTED_ONE_BY_ONE = 20
"""Up to this many orphans are reported one by one, with the number of their translations."""

_REFERENCES = re.compile(rb"^#:(.+)$", re.MULTILINE)
_DOCUMENT = re.compile(rf"\.(?:{'|'.join(suffix[1:] for suffix in SUFFIXES)})(?![\w.])".encode())


@dataclass(frozen=True, slots=True)
class Orphans:
    """The catalogues whose documents are gone, as file and domain by locale, and the templates.

    `held` has the digest of each file that is reported by itself, and how many final and fuzzy translations it had.
    `cache_entry` is the text of a new cache entry, empty if nothing has changed; `trace` is what was looked at.
    """

    catalogues: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    templates: Sequence[str] = ()
    held: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)
    cache_entry: str = ""
    trace: Trace = field(default_factory=Trace)

    @classmethod
    def of_cache(cls, text: str, fingerprint: str) -> Orphans | None:
        """The orphans in a cache entry, None if it is that of other documents or another configuration."""
        try:
            content = json.loads(text)
            if content["fingerprint"] != fingerprint:
                return None
            return cls(
                {locale: [(name, domain) for name, domain in found] for locale, found in content["catalogues"].items()},
                content["templates"],
                {name: (found, final, fuzzy) for name, (found, final, fuzzy) in content["held"].items()},
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


NO_ORPHANS = Orphans()


def find_orphans(project: Project, cache: Cache, domains: Iterable[str], key: str) -> Orphans:
    """The orphans of a project with these domains; `key` is the run's cache key."""
    now = digest(key.encode(), *(domain.encode() for domain in sorted(domains)))
    text = cache.entries(ORPHANS, [""]).get("", "")
    known = Orphans.of_cache(text, now)
    searcher = _Searcher(project, frozenset(domains))
    catalogues = known.catalogues if known else searcher.catalogues()
    templates = known.templates if known else searcher.templates()
    reader = _OrphanCounter(project, cache, known.held if known else {})
    catalogues = {
        locale: there for locale, found in catalogues.items() if (there := [one for one in found if reader.has(one[0])])
    }
    templates = [name for name in templates if reader.has(name)]
    if sum(map(len, catalogues.values())) <= _REPORTED_ONE_BY_ONE:
        for found in catalogues.values():
            for name, _ in found:
                reader.count(name)
    content = {
        "fingerprint": now,
        "files": list(reader.held),
        "catalogues": catalogues,
        "templates": templates,
        "held": reader.held,
    }
    made = json.dumps(content, ensure_ascii=False)
    return Orphans(catalogues, templates, reader.held, made if made != text else "", reader.trace)


class _Searcher:
    """Searches for the files of domains without a document."""

    def __init__(self, project: Project, domains: frozenset[str]) -> None:
        self._project = project
        self._configuration = project.configuration
        self._domains = domains
        self._below = cache(self._files)
        self._path_of = _matcher(self._configuration.domain)

    def catalogues(self) -> dict[str, list[tuple[str, str]]]:
        """The orphaned catalogues of each locale, as file and domain."""
        matchers = {
            locale: _matcher(self._configuration.catalogue, locale=locale) for locale in self._configuration.locales
        }
        found: dict[str, list[tuple[str, str]]] = {}
        for locale, match in matchers.items():
            for name, domain in self._of(self._configuration.catalogue, match, locale=locale):
                # With a pattern such as {locale}_{domain}.po a catalogue of zh_Hant looks like one of zh.
                others = (matchers[other](name) for other in matchers if other != locale)
                longer = any(matchers[other](name) for other in matchers if len(other) > len(locale))
                if not longer and not any(other in self._domains for other in others):
                    found.setdefault(locale, []).append((name, domain))
        return found

    def templates(self) -> list[str]:
        """The templates without a document."""
        pattern = self._configuration.template
        return [name for name, _ in self._of(pattern, _matcher(pattern))]

    def _of(self, pattern: str, match: Callable[[str], str], **values: str) -> Iterator[tuple[str, str]]:
        """The files that have a pattern and whose document is gone, each with its domain."""
        folder = expand(pattern, **values).partition("{")[0].rpartition("/")[0]
        for name in self._below(folder) if "{domain}" in pattern else ():
            domain = match(name)
            if not domain or domain in self._domains:
                continue
            path, top = self._path_of(domain), self._project.root / self._configuration.source_folder
            if path and any(_may_be_there(f"{top}/{path}{suffix}") for suffix in SUFFIXES):
                continue  # its document is excluded, refused or in a folder that cannot be read
            references: list[bytes] = []
            with suppress(OSError):
                references = _REFERENCES.findall((self._project.root / name).read_bytes())
            # Catalogues of other tools have references to other files than documents.
            if not references or any(_DOCUMENT.search(line) for line in references):
                yield name, domain

    def _files(self, folder: str) -> list[str]:
        """The catalogues and templates below a folder."""
        start = f"{folder}/" if folder else ""
        return sorted(start + below for below in files_below(self._project.root / folder, (".po", ".pot")))


def _matcher(pattern: str, **values: str) -> Callable[[str], str]:
    """A function that finds the value of a pattern's last placeholder in a path; empty if the path does not match."""
    text = re.escape(expand(pattern, **values))
    named = re.search(r"\\\{(\w+)\\\}", text)
    if not named:
        return lambda _: ""
    first, *others = text.split(named[0])
    expression = re.compile(first + "(.+)" + r"(?:\1)".join(others))
    return lambda name: found[1] if (found := expression.fullmatch(name)) else ""


def _may_be_there(name: str) -> bool:
    """Whether a file exists; also true if that cannot be found out."""
    try:
        os.lstat(name)  # faster with a string than with a Path
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


class _OrphanCounter:
    """Counts the translations of orphans."""

    def __init__(self, project: Project, cache: Cache, held: Mapping[str, tuple[str, int, int]]) -> None:
        # Reading in a locked project removes what a killed run left, but how much that is, is not known yet.
        self._files = Files(project.root, dry_run=True)
        self._cache = cache
        self._known = held
        self.held: dict[str, tuple[str, int, int]] = {}
        self.trace = Trace()

    def has(self, name: str) -> bool:
        """Whether a file still exists."""
        return _may_be_there(f"{self._files.root}/{name}")

    def count(self, name: str) -> None:
        """Count the translations of a catalogue, unless its content is one that was counted before."""
        with suppress(FileError), self._files.watched() as trace:  # reported when it is needed
            seen = self._files.look(name, self._cache.seen([name]).get(name))
            self.trace.add(trace)
            known = self._known.get(name)
            if known is None or known[0] != seen.digest:
                messages = reading.read_catalogue(self._files.read(name) or b"", name).messages
                final = sum(message.translated for message in messages)
                fuzzy = sum(message.has_msgstr and message.fuzzy and not message.obsolete for message in messages)
                known = (seen.digest, final, fuzzy)
            self.held[name] = known


# Reporting


def orphan_diagnostics(orphans: Orphans, stages: Stage) -> Iterator[Diagnostic]:
    """The diagnostics of orphans, for the stages of a run."""
    if Stage.EXTRACT in stages:
        problem = "has no document any more, and nothing needs this template; delete it"
        yield from _diagnostics(dict.fromkeys(orphans.templates, problem))
    if Stage.UPDATE in stages:
        for found in orphans.catalogues.values():
            problems = {}
            for name, _ in found:
                what = ""
                if name in orphans.held:
                    _, final, fuzzy = orphans.held[name]
                    counts = [f"{final} translation{'s' * (final != 1)}"] + [f"{fuzzy} fuzzy"] * bool(fuzzy)
                    what = f" but holds {' and '.join(counts)}" if final or fuzzy else " and holds no translation"
                problems[name] = (
                    f"has no document any more{what}; other documents take over what they need of it, and it is never "
                    "changed: delete it when nothing is missing"
                )
            yield from _diagnostics(problems)


def _diagnostics(problems: Mapping[str, str]) -> Iterator[Diagnostic]:
    names = list(problems)
    for name in names[:_REPORTED_ONE_BY_ONE]:
        yield Diagnostic("orphan", Severity.INFO, problems[name], name)
    if len(names) > _REPORTED_ONE_BY_ONE:
        others = len(names) - _REPORTED_ONE_BY_ONE
        more = f"and {others} more files like this one have no document any more"
        yield Diagnostic("orphan", Severity.INFO, more, names[_REPORTED_ONE_BY_ONE])


# Taking over


class OrphanedTranslations:
    """The translations in the orphans of each locale, read when they are first needed."""

    def __init__(self, project: Project, orphans: Orphans) -> None:
        self._orphans = orphans.catalogues
        # Not among the files that a step looks at: what was taken over once is not given back.
        self._files = Files(project.root, dry_run=True)
        self._read_catalogues: dict[str, tuple[orphaned.OrphanedCatalogues, list[FileError], Trace]] = {}

    def has(self, locale: str) -> bool:
        """Whether there are orphans in a locale."""
        return bool(self._orphans.get(locale))

    def of(self, locale: str) -> tuple[orphaned.OrphanedCatalogues, list[FileError], Trace] | None:
        """The translations, and the files that cannot be read, with what was looked at; None without orphans."""
        if locale not in self._orphans or locale in self._read_catalogues:
            return self._read_catalogues.get(locale)
        found = []
        failures: list[FileError] = []
        unusable = Trace()
        for name, domain in self._orphans[locale]:
            with self._files.watched() as trace:
                try:
                    data = self._files.read(name)
                    catalogue = None if data is None else reading.read_catalogue(data, name)
                except FileError as error:
                    failures.append(error)
                    unusable.add(trace)
                    continue
            language = (
                ""  # of the header; a catalogue without one, or with an unknown one, is for the locale of its path
            )
            with suppress(UnknownLocaleError):
                language = normalise(catalogue.fields.get("Language", "") if catalogue else "").partition("_")[0]
            if catalogue and language in ("", locale.partition("_")[0]):
                found.append((orphaned.Orphan(name, domain), catalogue))
        self._read_catalogues[locale] = orphaned.OrphanedCatalogues(found), failures, unusable
        return self._read_catalogues[locale]
