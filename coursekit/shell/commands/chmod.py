"""chmod, chown, chgrp.

Source of words: coreutils.
"""

import re
import stat
from collections.abc import Callable
from dataclasses import dataclass

from coursekit.shell.commands.symbolic_mode import ModeError, changed_mode
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command
from coursekit.shell.real_path import Status, join

LONG = {"recursive": "R", "verbose": "v", "no-dereference": "h", "reference": "reference=", "silent": "f", "quiet": "f"}


@dataclass(slots=True)
class Changing:
    """A change to files or, with -R, to all below them too: what fails is said, and the others follow."""

    process: Process
    change: Callable[[str, Status], None]
    doing: str  # "changing permissions of"
    recursive: bool = False  # links are then not followed
    follow: bool = True
    upward: bool = False  # a directory comes after what is in it
    failed: bool = False

    def visit(self, name: str) -> None:
        """One operand and, with -R, all below it, in order; what waits is a list, not the stack of Python."""
        tree = self.process.tree
        waiting: list[tuple[str, Status | None]] = [(name, None)]  # a status: all below it was visited
        while waiting:
            name, after = waiting.pop()
            path = self.process.at(name)
            if after:
                self.attempt(name, path, after)
                continue
            try:
                status: Status = tree.stat(path, follow_symlinks=self.follow and not self.recursive)
            except OSError as error:
                self.refuse(error, f"cannot access {quoted(name)}")
                continue
            inside = self.recursive and stat.S_ISDIR(status.st_mode)
            if not (inside and self.upward):
                self.attempt(name, path, status)
            if not inside:
                continue
            try:
                names = tree.listdir(path)
            except OSError as error:
                self.refuse(error, f"cannot read directory {quoted(name)}")
                continue
            if self.upward:
                waiting.append((name, status))
            waiting += [(join(name, entry), None) for entry in reversed(names)]

    def attempt(self, name: str, path: str, status: Status) -> None:
        try:
            self.change(path, status)
        except OSError as error:
            self.refuse(error, f"{self.doing} {quoted(name)}")

    def refuse(self, error: OSError, text: str) -> None:
        self.process.refuse(error, text)
        self.failed = True


@command("chmod [-R] MODE FILE…")
def chmod(process: Process) -> int:
    args, early = [], True
    for arg in process.args:  # `chmod -x file`: a mode, no option
        mode_like = early and re.fullmatch(r"-[rwxXstugo]+([-+=,].*)?", arg) is not None
        args.append("--" if mode_like else arg)
        if mode_like:
            args.append(arg)
            early = False
    options = parse(args, "Rvcf", LONG)
    match options.operands:
        case []:
            raise UsageError("missing operand")
        case [mode]:
            raise UsageError(f"missing operand after {quoted(mode)}")
        case [mode, *names]:
            pass
    tree, recursive = process.tree, options.has("R")

    def change(path: str, before: Status) -> None:
        if not (recursive and stat.S_ISLNK(before.st_mode)):
            tree.chmod(path, changed_mode(mode, before.st_mode, stat.S_ISDIR(before.st_mode), tree.umask))

    changing = Changing(process, change, "changing permissions of", recursive)
    try:
        for name in names:
            changing.visit(name)
    except ModeError:
        raise UsageError(f"invalid mode: {quoted(mode)}") from None
    return int(changing.failed)


def number_of(process: Process, text: str, database: str, what: str) -> int:
    """The id that a name or a number stands for; -1 for none. Raises: UsageError."""
    if not text:
        return -1
    numbers = process.machine.numbers(database)
    if text in numbers:
        return numbers[text]
    if text.isdigit():
        return int(text)
    raise UsageError(f"invalid {what}: {quoted(text)}", hint=False)


@command("chown [-Rh] OWNER[:[GROUP]] FILE…")
def chown(process: Process) -> int:
    options = parse(process.args, "Rhvcf", LONG)
    if len(options.operands) < 2:
        after = f" after {quoted(options.operands[0])}" if options.operands else ""
        raise UsageError(f"missing operand{after}")
    owner, *names = options.operands
    user, colon, group = owner.partition(":")
    try:
        uid = number_of(process, user, "passwd", "user")
        gid = number_of(process, group, "group", "group")
    except UsageError as error:
        raise UsageError(f"{error.text.split(':')[0]}: {quoted(owner)}", hint=False) from None
    if colon and not group and user:
        gid = process.machine.primary_group(uid)
    return give(process, names, uid, gid, options.has("R"), options.has("h"), "ownership")


@command("chgrp [-Rh] GROUP FILE…")
def chgrp(process: Process) -> int:
    options = parse(process.args, "Rhvcf", LONG)
    if len(options.operands) < 2:
        raise UsageError("missing operand")
    group, *names = options.operands
    gid = number_of(process, group, "group", "group")
    return give(process, names, -1, gid, options.has("R"), options.has("h"), "group")


def give(process: Process, names: list[str], uid: int, gid: int, recursive: bool, link: bool, what: str) -> int:
    follow = not (link or recursive)

    def change(path: str, before: Status) -> None:
        process.tree.chown(path, uid, gid, follow_symlinks=follow)

    changing = Changing(process, change, f"changing {what} of", recursive, follow, upward=True)
    for name in names:
        changing.visit(name)
    return int(changing.failed)
