"""Errors that keep a whole file or run from being used. The command line prints each as one line.

Bad content is no error but a diagnostic.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from translate_pipe.late import LateModule

if TYPE_CHECKING:
    import logging
    import traceback
    from collections.abc import Iterator
else:  # only an error of the tool itself needs them, and every command imports this module
    logging = LateModule("logging")
    traceback = LateModule("traceback")


class TranslatePipeError(Exception):
    """The base of the errors of this package. Its text says what is wrong and what to do."""

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the error without calling `__init__` again, whose arguments differ from `args`."""
        return Exception.__new__, (type(self), *self.args), vars(self)


class CatalogueSyntaxError(TranslatePipeError):
    """A PO text cannot be read without loss.

    - `line`: the line of the text, from 1.
    - `problem`: what is wrong there.
    """

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


class GlossaryError(TranslatePipeError):
    """A glossary cannot be used.

    - `problem`: what is wrong.
    - `line`: the line of the text, from 1.
    """

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(f"line {line}: {problem}")
        self.problem = problem
        self.line = line


class UnknownLocaleError(TranslatePipeError):
    """Babel does not know a locale.

    - `tag`: the locale as the caller wrote it.
    - `suggestion`: the known locale that is most like it; empty if none is.
    """

    def __init__(self, tag: str, suggestion: str = "") -> None:
        hint = f"; did you mean {suggestion}?" if suggestion else ", use a tag such as de, pt_BR or zh_Hans"
        super().__init__(f"unknown locale {tag!r}{hint}")
        self.tag = tag
        self.suggestion = suggestion


class ConfigurationError(TranslatePipeError):
    """A configuration cannot be used. `line` counts from 1; 0 is for the file as a whole."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        place = f"{file}:{line}" if line else file
        super().__init__(f"{place}: {problem}")


class FileError(TranslatePipeError):
    """A file cannot be read or written. `file` is the path as the user knows it; `line` counts from 1."""

    def __init__(self, file: str, problem: str, line: int = 0) -> None:
        super().__init__(f"{file}:{line}: {problem}" if line else f"{file}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem


class InternalError(FileError):
    """An error of the tool itself while it worked on one file. The rest of the run goes on."""


@contextmanager
def blaming(file: str, line: int = 0) -> Iterator[None]:
    """Turn an error of the tool itself into an InternalError that names the file it was working on.

    Use it around the work on one document or catalogue, so that the others are not affected. Errors that are meant for
    people pass unchanged, and so do KeyboardInterrupt and SystemExit, which end a run.
    """
    try:
        yield
    except TranslatePipeError:
        raise
    except Exception as error:
        raise InternalError(file, internal_problem(error), line) from error


def internal_problem(error: Exception) -> str:
    """The message for people about an error of the tool itself; the traceback goes to the log."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for this file; give the run more memory, or split the file"
    logging.getLogger(__name__).debug("internal error", exc_info=error)
    last = traceback.extract_tb(error.__traceback__)[-1:]
    places = [f", {frame.filename.replace(chr(92), '/').rpartition('/')[2]}:{frame.lineno}" for frame in last]
    what = f"{type(error).__name__}: {error}".partition("\n")[0].rstrip(" :")[:200]
    return f"internal error ({what}{''.join(places)}), please report it; -v shows the traceback"
