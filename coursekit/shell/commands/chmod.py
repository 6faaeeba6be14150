"""chmod, chown, chgrp, getfattr, setfattr.

Source of words: coreutils, attr.
"""

import errno
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass

from coursekit.shell.commands.symbolic_mode import ModeError, changed_mode
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted, quoted_if_needed, reason
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
        """One operand, or a file below one."""
        tree, path = self.process.tree, self.process.at(name)
        try:
            status: Status = tree.stat(path, follow_symlinks=self.follow and not self.recursive)
        except OSError as error:
            self.refuse(error, f"cannot access {quoted(name)}")
            return
        inside = self.recursive and stat.S_ISDIR(status.st_mode)
        if not (inside and self.upward):
            self.attempt(name, path, status)
        if inside:
            try:
                names = tree.listdir(path)
            except OSError as error:
                self.refuse(error, f"cannot read directory {quoted(name)}")
                return
            for entry in names:
                self.visit(join(name, entry))
            if self.upward:
                self.attempt(name, path, status)

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


@command("getfattr [-d] [-m PATTERN] [-n NAME] [-h] FILE…")
def getfattr(process: Process) -> int:
    options = parse(
        process.args,
        "dn:m:he:",
        {
            "dump": "d",
            "name": "n",
            "match": "m",
            "only-values": "only",
            "no-dereference": "h",
            "absolute-names": "absolute",
        },
    )
    pattern = options.value("m", "^user\\.")
    pattern = "" if pattern == "-" else pattern
    status = 0
    for name in options.operands:
        path, follow = process.at(name), not options.has("h")
        try:
            names = (
                [options.value("n")]
                if options.has("n")
                else sorted(process.tree.listxattr(path, follow_symlinks=follow))
            )
            values = [
                (key, process.tree.getxattr(path, key, follow_symlinks=follow))
                for key in names
                if options.has("n") or re.search(pattern, key)
            ]
        except OSError as error:
            text = "No such attribute" if error.errno == errno.ENODATA else reason(error)
            process.complain(f"{name}: {options.value('n') + ': ' if error.errno == errno.ENODATA else ''}{text}")
            status = 1
            continue
        if values:
            process.line(f"# file: {name.lstrip('/')}")
            for key, value in values:
                process.line(f"{key}={shown(value)}" if options.has("d", "n") else key)
            process.line("")
    return status


def shown(value: bytes) -> str:
    """A value as getfattr writes it: in quotes if it is text, else in base 64.

    >>> shown(b"y")
    '"y"'
    """
    text = value.decode("utf-8", "backslashreplace")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@command("setfattr -n NAME [-v VALUE] FILE… | -x NAME FILE…")
def setfattr(process: Process) -> int:
    options = parse(process.args, "n:v:x:h", {"name": "n", "value": "v", "remove": "x", "no-dereference": "h"})
    if not options.operands or not options.has("n", "x"):
        raise UsageError("an attribute and a file are needed")
    status = 0
    for name in options.operands:
        try:
            path, follow = process.at(name), not options.has("h")
            if options.has("x"):
                process.tree.removexattr(path, options.value("x"), follow_symlinks=follow)
            else:
                value = options.value("v").encode("utf-8", "surrogateescape")
                process.tree.setxattr(path, options.value("n"), value, follow_symlinks=follow)
        except OSError as error:
            process.complain(f"{quoted_if_needed(name)}: {reason(error)}")
            status = 1
    return status
