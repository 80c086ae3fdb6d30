"""The front door of a project: everything that commands, the preview and scripts need of it.

    from datetime import UTC, datetime
    from pathlib import Path
    from translate_pipe.project import RunOptions, Stage, find_project

    project = find_project(Path())
    options = RunOptions(Stage.EXTRACT | Stage.UPDATE, project.configuration.locales, datetime.now(UTC))
    report = project.run(options)

Each name is imported from its module when it is first used, because importing is most of what a short command does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from translate_pipe.late import late_name

if TYPE_CHECKING:
    from translate_pipe.engine.lock import WHOLE, Shard
    from translate_pipe.project.linting import lint_text, markdown_in
    from translate_pipe.project.project import Project, Source, find_project, open_project, project_around, project_in
    from translate_pipe.project.project_view import ProjectView
    from translate_pipe.project.reassembly import roundtrip
    from translate_pipe.project.request import Progress, Report, RunOptions, Silence, Stage, Update
    from translate_pipe.project.settings.configuration import parse_configuration
    from translate_pipe.project.settings.patterns import SUFFIXES
    from translate_pipe.project.setup.layout import Layout, configuration_text, find_layout
    from translate_pipe.project.status import Status, total
    from translate_pipe.project.steps.checking import file_checks, site_of
    from translate_pipe.project.steps.reading import language_problem, read_catalogue
    from translate_pipe.project.steps.work import Withheld, file_diagnostic

_HOMES = {
    "translate_pipe.engine.lock": ("WHOLE", "Shard"),
    "translate_pipe.project.project": (
        *("Project", "Source"),
        *("find_project", "open_project", "project_around", "project_in"),
    ),
    "translate_pipe.project.request": ("Progress", "Report", "RunOptions", "Silence", "Stage", "Update"),
    "translate_pipe.project.reassembly": ("roundtrip",),
    "translate_pipe.project.settings.configuration": ("parse_configuration",),
    "translate_pipe.project.settings.patterns": ("SUFFIXES",),
    "translate_pipe.project.setup.layout": ("Layout", "configuration_text", "find_layout"),
    "translate_pipe.project.status": ("Status", "total"),
    "translate_pipe.project.steps.checking": ("file_checks", "site_of"),
    "translate_pipe.project.steps.reading": ("language_problem", "read_catalogue"),
    "translate_pipe.project.linting": ("lint_text", "markdown_in"),
    "translate_pipe.project.steps.work": ("Withheld", "file_diagnostic"),
    "translate_pipe.project.project_view": ("ProjectView",),
}

__all__ = [
    "SUFFIXES",
    "WHOLE",
    "Layout",
    "Progress",
    "Project",
    "ProjectView",
    "Report",
    "RunOptions",
    "Shard",
    "Silence",
    "Source",
    "Stage",
    "Status",
    "Update",
    "Withheld",
    "configuration_text",
    "file_checks",
    "file_diagnostic",
    "find_layout",
    "find_project",
    "language_problem",
    "lint_text",
    "markdown_in",
    "open_project",
    "parse_configuration",
    "project_around",
    "project_in",
    "read_catalogue",
    "roundtrip",
    "site_of",
    "total",
]


def __getattr__(name: str) -> object:
    """Import a name when it is first used."""
    value = globals()[name] = late_name(__name__, _HOMES, name)
    return value
