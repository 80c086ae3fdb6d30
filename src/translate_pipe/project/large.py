"""A phase for a domain of very many documents: the domain itself is spread over processes, by document and locale."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from translate_pipe.engine.workers import Pool
from translate_pipe.project.building import (
    Localising,
    Prepared,
    build_locales,
    localise_documents,
    prepare,
    told_of_documents,
)
from translate_pipe.project.common import Outcome
from translate_pipe.project.parts import Part
from translate_pipe.project.reading import parsed_sketches, remembered_sketches
from translate_pipe.project.updating import Updating

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from translate_pipe.project.building import Parts
    from translate_pipe.project.common import Common, Setup, Task, Wanted
    from translate_pipe.project.discovery import Source
    from translate_pipe.project.sketches import Sketch

_SLICE = 32  # documents


class _Shared(NamedTuple):
    """What each process has of a large domain."""

    common: Common
    task: Task
    sketches: Mapping[Source, Sketch]
    prepared: Sequence[Prepared] = ()

    def abandon(self) -> None:
        """Take away what is half written."""
        self.common.abandon()


def _share(
    setup: Setup, task: Task, sketches: Mapping[Source, Sketch], prepared: Sequence[Prepared], process: int
) -> _Shared:
    return _Shared(setup.common(process), task, sketches, prepared)


def _pool(
    common: Common, task: Task, sketches: Mapping[Source, Sketch], prepared: Sequence[Prepared] = ()
) -> Pool[_Shared]:
    return Pool(common.request.jobs, partial(_share, common.setup, task, sketches, prepared))


def _read(common: Common, task: Task, *, is_linted: bool) -> tuple[dict[Source, Sketch], Part]:
    """The sketches of a domain's documents in their order, and what came of reading them."""
    read = Part()
    with common.files.watched() as trace:
        known = remembered_sketches(common, task.group.sources, is_linted=is_linted)
    read.trace.add(trace)
    missing = [source for source in task.group.sources if source not in known]
    if missing:
        with _pool(common, task, {}).at_work() as pool:
            for some, part in pool.map(partial(_read_slice, is_linted=is_linted), _slices(missing)):
                known |= some
                read.add(part)
    return {source: known[source] for source in task.group.sources if source in known}, read


def _read_slice(shared: _Shared, sources: Sequence[Source], *, is_linted: bool) -> tuple[dict[Source, Sketch], Part]:
    part = Part()
    with shared.common.files.watched() as trace:
        sketches = parsed_sketches(shared.common, sources, part, is_kept=True, is_linted=is_linted)
    part.trace.add(trace)
    return sketches, part


def update_large(common: Common, task: Task) -> Outcome:
    """Do the first steps for a large domain: documents are read, and catalogues updated, side by side."""
    sketches, part = _read(common, task, is_linted=True)
    updating = Updating(common, task.group, sketches, task.known)
    with common.files.watched() as trace:
        updating.extract(part)
    part.trace.add(trace)
    if len(task.locales) == 1:
        with common.files.watched() as trace:
            waiting = updating.update_all(task.locales, part)
        part.trace.add(trace)
        return Outcome({"": part}, waiting)
    waiting = ()
    with _pool(common, task, sketches).at_work() as pool:
        for made, wanted in pool.map(_update_locale, task.locales):
            part.add(made)
            waiting += wanted
    return Outcome({"": part}, waiting)


def _update_locale(shared: _Shared, locale: str) -> tuple[Part, tuple[Wanted, ...]]:
    part = Part()
    updating = Updating(shared.common, shared.task.group, shared.sketches, shared.task.known)
    with shared.common.files.watched() as trace:
        waiting = updating.update_all([locale], part)
    part.trace.add(trace)
    part.take_unwritten(shared.common.files)
    return part, waiting


def build_large(common: Common, task: Task) -> Outcome:
    """Do the last steps for a large domain: its locales side by side or, if they are few, its documents."""
    sketches, read = _read(common, task, is_linted=False)
    parts = dict(
        _by_locale(common, task, sketches)
        if len(task.locales) > common.request.jobs
        else _by_document(common, task, sketches)
    )
    for part in parts.values():
        part.add(told_of_documents(common, sketches, read))
    return Outcome(parts)


def _by_locale(common: Common, task: Task, sketches: Mapping[Source, Sketch]) -> Iterator[tuple[str, Part]]:
    with _pool(common, task, sketches).at_work() as pool:
        yield from zip(task.locales, pool.map(_build_locale, task.locales), strict=True)


def _build_locale(shared: _Shared, locale: str) -> Part:
    return build_locales(shared.common, shared.task.group, shared.sketches, [locale])[locale]


def _by_document(common: Common, task: Task, sketches: Mapping[Source, Sketch]) -> Iterator[tuple[str, Part]]:
    for locale in task.locales:
        part = Part()
        prepared = prepare(common, task.group, sketches, locale, part)
        if prepared:
            part.add(_localised(common, task, sketches, prepared))
            order = {sketch.path: at for at, sketch in enumerate(sketches.values())}
            part.status.sort(key=lambda row: order[row.document])
        yield locale, part


def _localised(common: Common, task: Task, sketches: Mapping[Source, Sketch], prepared: Prepared) -> Part:
    """What comes of localising all documents for one locale."""
    part = Part()
    left = []
    for source, sketch in sketches.items():
        known = Localising(common, source, sketch).known(prepared)
        if known:
            part.add(known)
        else:
            left.append(source)
    if len(left) < _SLICE:
        part.add(localise_documents(common, sketches, left, [prepared])[prepared.locale])
        return part
    with _pool(common, task, sketches, [prepared]).at_work() as pool:
        for parts in pool.map(_localise_slice, _slices(left)):
            part.add(parts[prepared.locale])
    return part


def _localise_slice(shared: _Shared, sources: Sequence[Source]) -> Parts:
    return localise_documents(shared.common, shared.sketches, sources, shared.prepared)


def _slices(sources: Sequence[Source]) -> Iterator[Sequence[Source]]:
    return (sources[start : start + _SLICE] for start in range(0, len(sources), _SLICE))
