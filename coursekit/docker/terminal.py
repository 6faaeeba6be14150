"""A way in: `exec -it CONTAINER bash`, line by line, as on a terminal.

    root@fdc889b3f706:/# cat /etc/os-release      typed by a person, or written in a notebook's cell

The shell lives from the first line to `exit`: directory and variables stay. Ctrl-D ends it, Ctrl-C drops the line.

Neighbour: container/terminal, which has the shell.
"""

import io
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from coursekit.docker.output import write_text

if TYPE_CHECKING:
    from coursekit.container.terminal import Terminal

SHELLS = ("bash", "sh", "dash", "ash")
_HARMLESS = ("-l", "-i", "--login", "-il", "-li")


def is_shell(command: Sequence[str]) -> bool:
    """Whether a command is a shell that would read from a terminal.

    >>> is_shell(["/bin/bash", "-l"]), is_shell(["bash", "-c", "ls"])
    (True, False)
    """
    head, *rest = command
    return head.rpartition("/")[2] in SHELLS and all(word in _HARMLESS for word in rest)


def interact(terminal: "Terminal", ask: Callable[[str], str]) -> int:
    """Ask for lines and show what the shell prints, until it ends; its exit code."""
    while not terminal.finished:
        try:
            write_text(terminal.send(ask(terminal.prompt)).transcript, sys.stdout)
        except EOFError:
            print("exit")  # as bash does on Ctrl-D
            break
        except KeyboardInterrupt:  # at the prompt, or while a command runs
            print("^C")
            terminal.interrupt()
    if terminal.refusal:
        write_text(terminal.refusal + "\n", sys.stderr)
    return terminal.exit_code


def play(terminal: "Terminal", text: str) -> int:
    """Lines as if they were typed, each shown after its prompt, and `exit` at the end; the exit code."""
    lines = iter(text.splitlines())
    shown = io.StringIO()

    def ask(prompt: str) -> str:
        line = next(lines, "exit")
        print(f"{prompt}{line}")
        return line

    try:
        with redirect_stdout(shown):
            return interact(terminal, ask)
    finally:
        write_text(shown.getvalue(), sys.stdout)
