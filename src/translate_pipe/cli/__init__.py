"""The command line.

- `commands` has the table of all commands and their options. It is light to import, and so are `--help`, completion and
  usage errors.
- Each command runs a function of another module here, which is imported when the command runs.
- `inputs` opens projects and reads the files that a user names; `output` prints.

Results go to standard output, progress and messages to standard error. Exit code 0: done, no findings. 1: findings in
the content. 2: wrong usage or configuration.
"""

from translate_pipe.cli.commands import command_line

__all__ = ["command_line"]
