"""Which programs the shell has: each module of `commands/` registers its own, and rooms above add theirs.

@command("cat [-AbEnsTv] [FILE]…")
def cat(process: Process) -> int: ...
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from coursekit.shell.process import Process

Main = Callable[[Process], int]


@dataclass(frozen=True, slots=True)
class Program:
    """One program: its name, how it is called, and what it does."""

    name: str
    synopsis: str
    main: Main
    of_image: bool = False  # there only where the image has it; the others stand in for programs that it lacks


_programs: dict[str, Program] = {}


def command(synopsis: str, *aliases: str, of_image: bool = False) -> Callable[[Main], Main]:
    """Register a program under the first word of its synopsis, and under further names."""

    def register(main: Main) -> Main:
        for name in (synopsis.split()[0], *aliases):
            _programs[name] = Program(name, synopsis, main, of_image)
        return main

    return register


def programs() -> Mapping[str, Program]:
    """All programs that are registered, by name."""
    return MappingProxyType(_programs)
