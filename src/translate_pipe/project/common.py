"""What all steps of a run share, in each of its processes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.engine.cache import State
from translate_pipe.project.orphans import NO_ORPHANS
from translate_pipe.project.ownership import NOTHING_KNOWN, Known, Outputs
from translate_pipe.project.request import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from translate_pipe.checks import Check
    from translate_pipe.checks.messages.glossary import Term
    from translate_pipe.engine.files import Files
    from translate_pipe.engine.fingerprints import Seen
    from translate_pipe.project.configuration import Configuration
    from translate_pipe.project.discovery import Project, Source
    from translate_pipe.project.judging import Judge
    from translate_pipe.project.orphans import Estates, Orphans
    from translate_pipe.project.parts import Part
    from translate_pipe.project.reading import RecentCatalogues, RecentDocuments
    from translate_pipe.project.request import Run
    from translate_pipe.project.surroundings import Neighbours


class Group(NamedTuple):
    """The documents of one domain; `is_whole` says that none is known to be missing."""

    domain: str
    sources: tuple[Source, ...]
    is_whole: bool


class Task(NamedTuple):
    """A domain for which something has to be done in some locales.

    Of the locales that are `known` other domains have catalogues.
    """

    group: Group
    locales: tuple[str, ...]
    known: frozenset[str] = frozenset()


class Outcome(NamedTuple):
    """What came of a phase for a domain: in each locale or, of the first phase, under an empty name for all of them.

    What is `waiting` could not be done yet: a locale, with the msgids that other domains may have translated.
    """

    parts: Mapping[str, Part]
    waiting: tuple[Wanted, ...] = ()


class Wanted(NamedTuple):
    """The new messages of a domain in one locale, which other documents may have translated."""

    locale: str
    msgids: frozenset[str]


class Setup(NamedTuple):
    """What another process needs to know of a run to take part in it."""

    request: Run
    state_file: Path | None
    sources: Sequence[Source]
    setting: str
    glossary: tuple[Term, ...]
    orphans: Orphans
    known: Known

    def common(self, process: int) -> Common:
        """What the steps share in one of the processes."""
        request = replace(self.request, files=self.request.files.for_process(process))
        return Common(
            request, State(self.state_file), self.sources, self.setting, self.glossary, self.orphans, self.known
        )


@dataclass(frozen=True)
class Common:
    """What a step needs besides its documents.

    `setting` stands for all that what comes of a step depends on besides files: configuration, options, the versions of
    the tool and of its libraries. `glossary` has the terms of the project, `orphans` the catalogues whose documents are
    gone. `known` says which outputs runs wrote, as far as the state does not.
    """

    request: Run
    state: State
    sources: Sequence[Source]
    setting: str
    glossary: tuple[Term, ...] = ()
    orphans: Orphans = NO_ORPHANS
    known: Known = NOTHING_KNOWN

    @property
    def setup(self) -> Setup:
        """What other processes need to know."""
        files = self.files.for_process(0)
        return Setup(
            request=replace(self.request, files=files, tell=_say_nothing),
            state_file=self.state.file,
            sources=self.sources,
            setting=self.setting,
            glossary=self.glossary,
            orphans=self.orphans,
            known=self.known,
        )

    def abandon(self) -> None:
        """Take away what is half written, when the work ends in the midst."""
        self.files.abandon()

    @property
    def project(self) -> Project:
        """The project."""
        return self.request.project

    @property
    def configuration(self) -> Configuration:
        """The project's choices."""
        return self.request.project.configuration

    @property
    def files(self) -> Files:
        """The project's files."""
        return self.request.files

    @cached_property
    def outputs(self) -> Outputs:
        """Writes and removes outputs."""
        return Outputs(self)

    @cached_property
    def documents(self) -> RecentDocuments:
        """The documents that were parsed last."""
        from translate_pipe.project.reading import RecentDocuments

        return RecentDocuments(self.files, self.configuration.parse_options)

    @cached_property
    def catalogues(self) -> RecentCatalogues:
        """The catalogues that were read last."""
        from translate_pipe.project.reading import RecentCatalogues

        return RecentCatalogues(self.files)

    @cached_property
    def estates(self) -> Estates:
        """What the catalogues hold whose documents are gone."""
        from translate_pipe.project.orphans import Estates

        return Estates(self.project, self.orphans)

    @cached_property
    def judge(self) -> Judge:
        """Grades localised documents."""
        from translate_pipe.project.judging import Judge

        return Judge(self.configuration)

    @cached_property
    def neighbours(self) -> Neighbours:
        """Knows the documents around one."""
        from translate_pipe.project.surroundings import Neighbours

        return Neighbours(self.project, self.files, self.sources, self.documents, self.catalogues)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The checks of messages that are wanted, with the severities that the project gives them.

        A build alone does not report what is worth no more than a word.
        """
        from translate_pipe.checks import CHECKS
        from translate_pipe.model import Severity

        if self.request.is_draft:
            return ()
        ignored = self.configuration.ignore_checks
        severities = dict(self.configuration.severity)
        wanted = tuple(
            replace(one, severity=severities.get(one.name, one.severity)) if one.has_opt_out else one
            for one in CHECKS
            if one.name not in ignored or not one.has_opt_out
        )
        if Stage.CHECK in self.request.stages:
            return wanted
        return tuple(one for one in wanted if one.severity is not Severity.INFO)

    @cached_property
    def setting_of_documents(self) -> str:
        """What of the setting concerns documents by themselves."""
        return repr((self.setting, self.configuration.parse_options))


def _say_nothing(_line: str) -> None:
    """What a process tells that has the lock already."""


class Looker:
    """Looks at many files and reads only those that the state does not know by their stamps."""

    def __init__(self, files: Files, state: State) -> None:
        self._files = files
        self._state = state
        self._known: dict[str, Seen] = {}
        self._places: dict[str, bool] = {}
        self.met: dict[str, Seen] = {}

    def expect(self, names: Iterable[str]) -> None:
        """Learn at once what is known of the files that are going to be looked at; others are forgotten."""
        self._known = self._state.seen(set(names))
        self._places = {}
        self.met = {}

    def digest(self, name: str) -> str:
        """A digest of a file as it is now, empty for one that is not there. Raises FileError if it cannot be read."""
        if name not in self.met:
            self.met[name] = self._files.look(name, self._known.get(name))
        return self.met[name].digest

    def exists(self, name: str) -> bool:
        """Whether there is a file or folder."""
        if name not in self._places:
            self._places[name] = self._files.exists(name)
        return self._places[name]

    @property
    def learnt(self) -> dict[str, Seen]:
        """The files that were read although they may be known by their stamps from now on."""
        return {name: one for name, one in self.met.items() if one.stamp and self._known.get(name) != one}
