"""What surrounds a command in a container: its tree, its host name, its users, the host's kernel, the clock."""

import platform
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from coursekit.errors import CourseError
from coursekit.vfs.overlay import Overlay


@dataclass(frozen=True, slots=True)
class Kernel:
    """The kernel that answers `uname`: the host's, since a container has none of its own."""

    name: str
    release: str
    version: str
    machine: str

    @staticmethod
    def of_this_host() -> "Kernel":
        uname = platform.uname()
        return Kernel(uname.system, uname.release, uname.version, uname.machine)


@dataclass(slots=True)
class Machine:
    """One container, as the commands that run in it see it."""

    tree: Overlay
    now: Callable[[], int]  # nanoseconds since 1970
    hostname: str = "localhost"
    uid: int = 0
    gid: int = 0
    further: tuple[int, ...] = ()  # groups beside `gid`, ascending
    kernel: Kernel = field(default_factory=Kernel.of_this_host)
    mounts: tuple[str, ...] = ()  # the lines of `mount`
    entrypoint: str = "sh"  # the process with pid 1, as `ps` shows it
    quietly: Callable[[], AbstractContextManager[None]] = nullcontext  # look without leaving events

    def names(self, database: str) -> dict[int, str]:
        """The names by number in /etc/passwd or /etc/group of the image; empty if it has none."""
        return {number: name for name, number in self.numbers(database).items()}

    def numbers(self, database: str) -> dict[str, int]:
        """The numbers by name; of two with one name or number, the first counts."""
        found: dict[str, int] = {}
        for row in reversed(self.rows(database)):
            if len(row) > 2 and row[2].isdigit():
                found[row[0]] = int(row[2])
        return found

    def home(self, uid: int) -> str:
        """The home directory of a user; "/" where nothing says so."""
        return next((row[5] for row in self.rows("passwd") if len(row) > 5 and row[2] == str(uid)), "/")

    def groups(self, name: str) -> tuple[int, ...]:
        """The further groups of a user, those that name it, ascending."""
        rows = self.rows("group")
        found = {int(row[2]) for row in rows if len(row) > 3 and row[2].isdigit() and name in row[3].split(",")}
        return tuple(sorted(found if name else ()))

    def primary_group(self, uid: int) -> int:
        """The group of a user, 0 where nothing says so."""
        rows = self.rows("passwd")
        return next((int(row[3]) for row in rows if len(row) > 3 and row[2] == str(uid) and row[3].isdigit()), 0)

    def rows(self, database: str) -> list[list[str]]:
        """The rows of /etc/passwd or /etc/group of the container, split at the colons; none where it cannot be read."""
        try:
            with self.quietly():
                text = self.tree.read_text(f"/etc/{database}")
        except (OSError, CourseError, UnicodeDecodeError):
            return []
        return [line.split(":") for line in text.splitlines()]
