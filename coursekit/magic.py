"""`%docker` and `%%docker`: docker's verbs in a notebook, on a store of the lesson's own.

    %docker ps -a                        one command
    %%docker                             a cell of commands, one a line
    %%docker exec -i fdc889b3f706 sh     the cell is what the command reads
    %%docker exec -it fdc889b3f706 bash  the cell is what is typed: shown with its prompts, as on a terminal

The store is a directory that lives as long as the kernel, and holds the container of the study note that the course
follows; nothing a learner does there outlasts a restart of the kernel, or `%reload_ext coursekit`, with which a lesson
begins: it can then be run from top to bottom again.

Imported by `%load_ext coursekit`.
"""

import re
import shlex
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from coursekit.docker import docker as verbs
from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, complain, execute
from coursekit.docker.note_session import note_session
from coursekit.exercises import wide_marks
from coursekit.language import _, later

NO_TERMINAL = later(
    "a notebook's cell has no terminal: begin a cell with %%docker exec -it …, and write below it what you would type"
)
_QUOTED = re.compile(r"""\\.|'[^']*'|"(?:\\.|[^"\\])*"|(?P<comment>(?<!\S)\#.*)""", re.S)


@cache
def _lesson_folder() -> "tempfile.TemporaryDirectory[str]":
    """The directory of this kernel's store; it goes when the kernel does."""
    return tempfile.TemporaryDirectory(prefix="coursekit-lesson-", ignore_cleanup_errors=True)


def lesson_client(stdin: str = "", ask: Callable[[str], str] | None = None) -> Client:
    """What `%docker` works on in this kernel; the note's container is in it from the first time on."""
    root = Path(_lesson_folder().name) / "store"
    return Client(root, stdin, ask, terminal=_(NO_TERMINAL), seed=note_session)


def words(line: str) -> list[str]:
    """The line split as a shell does, a comment left out. Raises: ValueError for a quote that is never closed.

    >>> words("exec web sh -c 'echo $HOME # no comment'  # a comment")
    ['exec', 'web', 'sh', '-c', 'echo $HOME # no comment']
    """
    comment = next((match.start() for match in _QUOTED.finditer(line) if match["comment"]), len(line))
    return shlex.split(line[:comment])


@magics_class
class DockerMagics(Magics):
    """The two magics."""

    @no_var_expand  # braces and dollars belong to docker and to the shell in the container
    @line_cell_magic
    def docker(self, line: str, cell: str | None = None) -> None:
        """A docker command on the lesson's own store."""
        if cell is None:
            self._run(line, "", self._ask())
        elif line.strip():
            self._run(line, cell, None)
        else:
            for command in filter(None, map(str.strip, cell.splitlines())):
                if not command.startswith("#"):
                    print(f"$ docker {command.removeprefix('docker ')}")
                    self._run(command, "", None)

    def _run(self, line: str, stdin: str, ask: Callable[[str], str] | None) -> None:
        try:
            args = words(line)
        except ValueError as error:
            complain(f"docker: {error}")
            return
        code = execute(verbs, args[1:] if args[:1] == ["docker"] else args, lesson_client(stdin, ask), "docker")
        if code and (wide := wide_marks.WIDE.search(line)):
            print(wide_marks.about(wide[0]))
        if self.shell is not None:
            self.shell.user_ns["_exit_code"] = code

    def _ask(self) -> Callable[[str], str] | None:
        """How to ask the person for a line: a front end may or may not let a cell do that."""

        def ask(prompt: str) -> str:
            try:
                return input(prompt)
            except StdinNotImplementedError as error:
                raise DockerError(_(NO_TERMINAL)) from error
            except KeyboardInterrupt as error:  # the stop button is the way out, not Ctrl-C of a line
                raise EOFError from error

        return ask


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """What `%load_ext coursekit` calls."""
    ipython.register_magics(DockerMagics)


def unload_ipython_extension(ipython: Any) -> None:
    """What `%reload_ext coursekit` calls first: the store goes, and the lesson finds the note's container as it was."""
    _lesson_folder.cache_clear()
