"""What a message is not to be checked for, because its translator or a maintainer has said so.

A translator comment `# translate-pipe: ignore number, name` or a flag `ignore-number` (in the `#,` line, as Weblate
knows such flags) silences a check for one message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from translate_pipe.text.expression import Expression

if TYPE_CHECKING:
    from translate_pipe.model import Message

_COMMENT = Expression(r"translate-pipe:\s*ignore\s+(.+)")
_FLAG = "ignore-"


def may_opt_out(message: Message) -> bool:
    """Whether a message says anything by which it could opt out; nearly all have a flag, and hardly any one of ours."""
    return bool(message.translator_comments) or any(flag.startswith(_FLAG) for flag in message.flags)


def ignored_checks(message: Message) -> tuple[str, ...]:
    """The names that a message wants to be silent, in the order in which they stand there.

    >>> from translate_pipe.model import Message
    >>> ignored_checks(Message("a", "b", translator_comments=("translate-pipe: ignore number, name",)))
    ('number', 'name')
    """
    names = [flag.removeprefix(_FLAG) for flag in message.flags if flag.startswith(_FLAG)]
    for comment in message.translator_comments:
        found = _COMMENT.match(comment.strip())
        if found:
            names += re.split(r"[\s,]+", found[1].strip())
    return tuple(dict.fromkeys(name for name in names if name))
