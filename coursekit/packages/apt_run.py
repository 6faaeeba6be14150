"""One run of apt-get: its process, its settings, what it reads and changes, and how it speaks.

    AptRun → AptLists → AptPlan → Apt       each adds a part of the work to those before it

Neighbours: apt_lists, apt_plan, apt. Source: apt 2.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from coursekit.fs.node import File, Metadata
from coursekit.packages import package_index as indexes
from coursekit.packages.apt_settings import AptSettings, path_filter
from coursekit.packages.dpkg_database import Database
from coursekit.packages.unpack import CACHE, Unpacking, find, unknown
from coursekit.shell.process import Process

LISTS = "/var/lib/apt/lists"
ARCHIVES = "/var/cache/apt/archives"
URI = "http://deb.debian.org/debian"
SUITE = "bullseye"
WIDTH = 80


class AptError(Exception):
    """apt gives up: lines of `E:`, with its exit code 100."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass
class AptRun:
    """What every part of the work needs."""

    process: Process
    settings: AptSettings
    quiet: int = 0
    yes: bool = False
    simulate: bool = False
    automatic: set[str] = field(default_factory=set)

    @cached_property
    def database(self) -> Database:
        """What is installed."""
        return Database(self.process.tree)

    @property
    def index(self) -> indexes.Index:
        """What the archive has."""
        return indexes.bullseye()

    @cached_property
    def files(self) -> Unpacking:
        """What changes the tree."""
        tree = self.process.tree
        caches = (find(package.more, CACHE) for package in self.index.packages.values())
        cache = next((node for node in caches if isinstance(node, File)), None)
        return Unpacking(tree, self.database, path_filter(tree), self.process.machine.now(), cache)

    def say(self, text: str, level: int = 1) -> None:
        """A line, unless it is too quiet for it."""
        if self.quiet < level + 1:
            self.process.line(text)

    def show_list(self, title: str, found: Iterable[str]) -> None:
        """A title and names below it, wrapped as on a terminal of 80 columns."""
        found = sorted(found)
        if not found:
            return
        self.say(title, 0)
        line = ""
        for name in found:
            if line and len(line) + len(name) > WIDTH - 5:
                self.say(f"  {line}", 0)
                line = ""
            line += f" {name}" if line else name
        self.say(f"  {line}", 0)

    def stamp(self, form: str = "%Y-%m-%d  %H:%M:%S") -> str:
        """Now, as a log has it."""
        return datetime.fromtimestamp(self.process.machine.now() / 10**9, UTC).strftime(form)

    def place(self, path: str, size: int, packed: int, digest: str = "") -> None:
        """A file of which only size and digest are known, in place of what was there."""
        tree = self.process.tree
        tree.makedirs(path.rpartition("/")[0], exist_ok=True)
        if tree.exists(path, follow_symlinks=False):
            tree.unlink(path)
        meta = Metadata(0o644, mtime_ns=self.process.machine.now())
        tree.put(path, File(meta, unknown(path, size, packed, digest)))

    def lock(self, path: str) -> None:
        """The file on which apt holds a lock while it works."""
        tree = self.process.tree
        if not tree.exists(path):
            tree.makedirs(path.rpartition("/")[0], exist_ok=True)
            tree.write_bytes(path, b"")
            tree.chmod(path, 0o640)
