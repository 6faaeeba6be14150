"""Which commands there are: filled by the modules beside this one.

@command("cat [-AbEnsTv] [FILE]…")
def cat(process: Process) -> int: ...
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from coursekit.shell.process import Process

Run = Callable[[Process], int]
MODULES = (
    "apt",
    "attributes",
    "blocks",
    "columns",
    "comparing",
    "copying",
    "digests",
    "dpkg",
    "filters",
    "finding",
    "listing",
    "making",
    "matching",
    "moving",
    "naming",
    "printing",
    "reading",
    "removing",
    "scripting",
    "sed",
    "stating",
    "surroundings",
    "usage",
    "yum",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: its name, how it is called, and what it does."""

    name: str
    synopsis: str
    run: Run


_entries: dict[str, Entry] = {}


def command(synopsis: str, *aliases: str) -> Callable[[Run], Run]:
    """Register a command under the first word of its synopsis, and under further names."""

    def register(run: Run) -> Run:
        for name in (synopsis.split()[0], *aliases):
            _entries[name] = Entry(name, synopsis, run)
        return run

    return register


@cache
def commands() -> Mapping[str, Entry]:
    """All commands by name."""
    for module in MODULES:
        import_module(f"coursekit.shell.commands.{module}")
    return dict(sorted(_entries.items()))
