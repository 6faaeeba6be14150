"""Which commands there are: filled by the modules named here.

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
    "coursekit.shell.commands.__init__",
    "coursekit.shell.commands.cat",
    "coursekit.shell.commands.chmod",
    "coursekit.shell.commands.cp",
    "coursekit.shell.commands.cut",
    "coursekit.shell.commands.diff",
    "coursekit.shell.commands.du",
    "coursekit.shell.commands.env",
    "coursekit.shell.commands.finding",
    "coursekit.shell.commands.grep",
    "coursekit.shell.commands.ls",
    "coursekit.shell.commands.mv",
    "coursekit.shell.commands.printf",
    "coursekit.shell.commands.readlink",
    "coursekit.shell.commands.rm",
    "coursekit.shell.commands.sed",
    "coursekit.shell.commands.sha256sum",
    "coursekit.shell.commands.sort",
    "coursekit.shell.commands.stat",
    "coursekit.shell.commands.touch",
    "coursekit.shell.commands.truncate",
    "coursekit.shell.commands.xargs",
    "coursekit.packages.apt_command",
    "coursekit.packages.dpkg_command",
    "coursekit.packages.yum_command",
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
        import_module(module)
    return dict(sorted(_entries.items()))
