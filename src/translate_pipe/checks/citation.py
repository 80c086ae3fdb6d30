"""Citations of a message: the translation has the same marks as the source, each as often."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from translate_pipe.checks.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.checks.pair import Pair


def citation(pair: Pair) -> Iterator[Finding]:
    """Citations that the translation lacks, has too often or should not have."""
    source, translation = Counter(pair.source.citations), Counter(pair.translation.citations)
    for found, count in (source - translation).items():
        times = f" ({count} times)" if count > 1 else ""
        yield Finding(f"the citation {found.mark} of the source is missing{times}", (found.mark,))
    for found, count in (translation - source).items():
        times = f" ({count} times)" if count > 1 else ""
        if source[found]:
            yield Finding(f"the citation {found.mark} stands here more often than in the source{times}", (found.mark,))
        else:
            yield Finding(f"the citation {found.mark} is not in the source{times}", (found.mark,))
