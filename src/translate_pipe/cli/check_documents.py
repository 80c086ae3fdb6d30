"""The command `check --source` for documents, which need not belong to a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from translate_pipe.cli.inputs import project_here, read_input, wanted_project
from translate_pipe.cli.output import Checked
from translate_pipe.errors import FileError
from translate_pipe.project import file_diagnostic, lint_text, markdown_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from translate_pipe.cli.app import Settings
    from translate_pipe.model import Diagnostic


def check_documents(settings: Settings, names: Sequence[str]) -> Checked:
    """Check the documents of the project or, if names are given, these."""
    if not names:
        project = wanted_project(settings)
        ignored = frozenset(project.configuration.ignore_checks)
        found = project.lint()
        return Checked(list(found), root=project.root, ignored=ignored)
    diagnostics: list[Diagnostic] = []
    for file in (one for name in names for one in markdown_in(name)):
        try:
            diagnostics += lint_text(read_input(file), file)
        except FileError as error:
            diagnostics.append(file_diagnostic(error))
    around = project_here(settings)
    return Checked(diagnostics, ignored=frozenset(around.configuration.ignore_checks if around else ()))
