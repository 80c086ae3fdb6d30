"""Citations of a message: the translation has the same marks as the source, each as often."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from translate_pipe.document.citations import citations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from translate_pipe.model import Message


def citation(message: Message) -> Iterator[str]:
    """What is wrong with the citations of a translated message, one text a finding.

    >>> from translate_pipe.model import Message
    >>> list(citation(Message("Echt waar.²", "Really.")))
    ['the citation ² of the source is missing']
    """
    source, translation = Counter(citations(message.msgid)), Counter(citations(message.msgstr))
    for found, count in (source - translation).items():
        times = f" ({count} times)" if count > 1 else ""
        yield f"the citation {found.mark} of the source is missing{times}"
    for found, count in (translation - source).items():
        times = f" ({count} times)" if count > 1 else ""
        if source[found]:
            yield f"the citation {found.mark} stands here more often than in the source{times}"
        else:
            yield f"the citation {found.mark} is not in the source{times}"
