"""What find prints of an entry: `-printf` and `-ls`.

Source of words and columns: GNU findutils.
"""

import os
import re
import stat
from dataclasses import dataclass

from coursekit.shell.commands.long_format import full_time, listed_time, permissions
from coursekit.shell.process import Process
from coursekit.shell.real_path import Status, base

TYPES = {
    "f": stat.S_IFREG,
    "d": stat.S_IFDIR,
    "l": stat.S_IFLNK,
    "p": stat.S_IFIFO,
    "c": stat.S_IFCHR,
    "b": stat.S_IFBLK,
    "s": stat.S_IFSOCK,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A path that the walk has reached."""

    path: str
    status: Status
    depth: int


def printed(process: Process, form: str, entry: Entry) -> str:
    """`-printf`: a format with its directives filled in."""
    status, machine = entry.status, process.machine
    values = {
        "p": entry.path,
        "f": base(entry.path),
        "s": str(status.st_size),
        "m": f"{stat.S_IMODE(status.st_mode):o}",
        "M": permissions(status.st_mode),
        "u": machine.names("passwd").get(status.st_uid, str(status.st_uid)),
        "g": machine.names("group").get(status.st_gid, str(status.st_gid)),
        "U": str(status.st_uid),
        "G": str(status.st_gid),
        "i": str(status.st_ino),
        "n": str(status.st_nlink),
        "d": str(entry.depth),
        "y": next((letter for letter, kind in TYPES.items() if stat.S_IFMT(status.st_mode) == kind), "U"),
        "t": full_time(status.st_mtime_ns),
        "b": str(status.st_blocks),
        "k": str(status.st_blocks // 2),
        "%": "%",
        "h": entry.path.rpartition("/")[0] or ".",
        "l": process.tree.readlink(process.at(entry.path)) if stat.S_ISLNK(status.st_mode) else "",
    }
    text = re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t", "0": "\0", "\\": "\\"}.get(found[1], found[0]), form)
    return re.sub(r"%(-?\d*)([a-zA-Z%])", lambda found: aligned(values.get(found[2], found[0]), found[1]), text)


def aligned(text: str, width: str) -> str:
    return text.ljust(int(width[1:])) if width.startswith("-") else text.rjust(int(width or 0))


def listed(process: Process, entry: Entry) -> str:
    """`-ls`: a line like that of `ls -dils`."""
    status, machine = entry.status, process.machine
    user = machine.names("passwd").get(status.st_uid, str(status.st_uid))
    group = machine.names("group").get(status.st_gid, str(status.st_gid))
    link = f" -> {process.tree.readlink(process.at(entry.path))}" if stat.S_ISLNK(status.st_mode) else ""
    size = str(status.st_size)
    if stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode):
        size = f"{os.major(status.st_rdev)}, {os.minor(status.st_rdev)}"
    mode, links = permissions(status.st_mode), status.st_nlink
    return (
        f"{status.st_ino:>9} {status.st_blocks // 2:>6} {mode} {links:>3} {user:<8} "
        f"{group:<8} {size:>8} {listed_time(status.st_mtime_ns, machine.now())} {entry.path}{link}"
    )
