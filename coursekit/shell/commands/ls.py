"""ls.

Source of words and columns: coreutils, output not to a terminal (one name a line).
"""

import stat
from dataclasses import dataclass

from coursekit.fs import linux_numbers
from coursekit.shell.commands.long_format import full_time, human, listed_time, permissions
from coursekit.shell.getopt import Options, parse
from coursekit.shell.patterns import byte_order
from coursekit.shell.process import Process, quoted
from coursekit.shell.programs import command
from coursekit.shell.real_path import Status, join, lookup

LONG = {
    "all": "a",
    "almost-all": "A",
    "directory": "d",
    "human-readable": "h",
    "inode": "i",
    "numeric-uid-gid": "n",
    "recursive": "R",
    "reverse": "r",
    "size": "s",
    "classify": "F",
    "full-time": "full-time",
    "no-group": "G",
    "color": "color",
    "color=": "color",
    "dereference": "L",
    "group-directories-first": "first",
}
INDICATORS = ((stat.S_ISDIR, "/"), (stat.S_ISLNK, "@"), (stat.S_ISFIFO, "|"), (stat.S_ISSOCK, "="))


@dataclass(frozen=True, slots=True)
class Item:
    """A name to list, where it is, and its status."""

    name: str
    path: str
    status: Status


@command("ls [-1aAdFgGhiLlnopQRrSst] [FILE]…", "dir")
def ls(process: Process) -> int:
    options = parse(process.args, "1aACdFgGhikLlmnNopQRrSstUuxqv", LONG)
    return Listing(process, options).run()


class Listing:
    """One run of ls."""

    def __init__(self, process: Process, options: Options) -> None:
        self.process = process
        self.options = options
        self.has = options.has
        self.long = self.has("l", "n", "g", "o", "full-time")
        self.status = 0
        self.printed = False
        self.names = ({}, {}) if self.has("n") else (process.machine.names("passwd"), process.machine.names("group"))

    def run(self) -> int:
        operands = [item for name in self.options.operands or ["."] if (item := self.operand(name))]
        files = [item for item in operands if self.has("d") or not stat.S_ISDIR(item.status.st_mode)]
        directories = [item for item in operands if item not in files]
        if files:
            self.print_items(self.ordered(files))
            self.printed = True
        headed = len(self.options.operands) > 1 or self.has("R")
        waiting = self.ordered(directories)[::-1]  # a list, not the stack of Python: a tree may be very deep
        while waiting:
            waiting += reversed(self.directory(waiting.pop(), headed))
        return self.status

    def operand(self, name: str) -> Item | None:
        """The item that an operand names; a link to a directory is followed, unless its own line is wanted."""
        try:
            path = self.process.at(name)
            status: Status = self.process.tree.lstat(path)
            if stat.S_ISLNK(status.st_mode) and not (self.has("d") or (self.long and not self.has("L"))):
                target = lookup(self.process.tree, path)
                if target is not None and (self.has("L") or stat.S_ISDIR(target.st_mode)):
                    status = target
        except OSError as error:
            self.process.refuse(error, f"cannot access {quoted(name)}")
            self.status = 2
            return None
        return Item(name, path, status)

    def ordered(self, items: list[Item]) -> list[Item]:
        ordered = items if self.has("U") else sorted(items, key=lambda item: byte_order(item.name))
        match self.options.last("tS"):
            case "t":
                ordered.sort(key=lambda item: -item.status.st_mtime_ns)
            case "S":
                ordered.sort(key=lambda item: -item.status.st_size)
        if self.has("r"):
            ordered = ordered[::-1]
        if self.has("first"):
            ordered.sort(key=lambda item: not stat.S_ISDIR(item.status.st_mode))
        return ordered

    def directory(self, directory: Item, headed: bool) -> list[Item]:
        """List a directory; with -R, the directories in it, which are to follow."""
        try:
            names = self.process.tree.listdir(directory.path)
        except OSError as error:
            self.process.refuse(error, f"cannot open directory {quoted(directory.name)}")
            self.status = max(self.status, 1 if self.has("R") else 2)
            return []
        if headed:
            self.process.out(f"{chr(10) * self.printed}{directory.name}:\n")
        self.printed = True
        items = [item for name in self.visible(names) if (item := self.child(directory, name))]
        ordered = self.ordered(items)
        if self.long or self.has("s"):
            blocks = sum(item.status.st_blocks for item in items) * 512
            self.process.line(f"total {human(blocks) if self.has('h') else blocks // 1024}")
        self.print_items(ordered)
        return [
            Item(join(directory.name, item.name), item.path, item.status)
            for item in (ordered if self.has("R") else [])
            if stat.S_ISDIR(item.status.st_mode) and item.name not in (".", "..")
        ]

    def visible(self, names: list[str]) -> list[str]:
        if self.options.last("aA") == "a":
            return [".", "..", *names]
        return [name for name in names if self.has("A") or not name.startswith(".")]

    def child(self, directory: Item, name: str) -> Item | None:
        path = join(directory.path, name)
        try:
            return Item(name, path, self.process.tree.stat(path, follow_symlinks=self.has("L")))
        except OSError as error:
            self.process.refuse(error, f"cannot access {quoted(join(directory.name, name))}")
            self.status = max(self.status, 1)
            return None

    def print_items(self, items: list[Item]) -> None:
        if self.has("m") and not self.long:
            self.process.line(", ".join(self.shown(item) for item in items))
            return
        rows = [self.row(item) for item in items]
        widths = [max(map(len, column)) for column in zip(*(cells for cells, _ in rows), strict=True)]
        for cells, name in rows:
            aligned = [
                cell.ljust(width) if left else cell.rjust(width)
                for cell, width, left in zip(cells, widths, self.left_aligned(), strict=True)
            ]
            self.process.line(" ".join([*aligned, name]))

    def left_aligned(self) -> list[bool]:
        marks = [False] * (self.has("i") + self.has("s"))
        if self.long:
            owners = [True] * ((not self.has("g")) + (not self.has("o", "G")))
            marks += [True, False, *(mark and not self.has("n") for mark in owners), False, True]
        return marks

    def row(self, item: Item) -> tuple[list[str], str]:
        """The columns before the name, and the name."""
        status = item.status
        cells = [str(status.st_ino)] if self.has("i") else []
        if self.has("s"):
            cells.append(human(status.st_blocks * 512) if self.has("h") else str(status.st_blocks // 2))
        if not self.long:
            return cells, self.shown(item)
        users, groups = self.names
        cells += [permissions(status.st_mode), str(status.st_nlink)]
        cells += [] if self.has("g") else [users.get(status.st_uid, str(status.st_uid))]
        cells += [] if self.has("o", "G") else [groups.get(status.st_gid, str(status.st_gid))]
        cells.append(self.size(status))
        now = self.process.machine.now()
        cells.append(full_time(status.st_mtime_ns) if self.has("full-time") else listed_time(status.st_mtime_ns, now))
        name = self.shown(item)
        if stat.S_ISLNK(status.st_mode):
            name = f"{item.name} -> {self.process.tree.readlink(item.path)}"
        return cells, name

    def size(self, status: Status) -> str:
        if stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode):
            return f"{linux_numbers.major(status.st_rdev)}, {linux_numbers.minor(status.st_rdev)}"
        return human(status.st_size) if self.has("h") else str(status.st_size)

    def shown(self, item: Item) -> str:
        mode = item.status.st_mode
        name = '"' + item.name.replace("\\", "\\\\").replace('"', '\\"') + '"' if self.has("Q") else item.name
        if self.has("F") or (self.has("p") and stat.S_ISDIR(mode)):
            for test, mark in INDICATORS:
                if test(mode):
                    return name + mark
            if stat.S_ISREG(mode) and mode & 0o111 and self.has("F"):
                return name + "*"
        return name
