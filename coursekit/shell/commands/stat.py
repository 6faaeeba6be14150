"""stat.

Source of words and columns: coreutils.
"""

import re
import stat as modes
from collections.abc import Callable

from coursekit.fs import linux_numbers
from coursekit.shell.commands.long_format import full_time, kind, permissions
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted, quoted_if_needed
from coursekit.shell.programs import command
from coursekit.shell.real_path import Status

DIRECTIVE = re.compile(r"%([-0#]*)(\d*)(?:\.\d*)?([a-zA-Z%])")
ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "a": "\a"}
DEFAULT = """\
  File: %M
  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F
Device: %Hd,%Ld\tInode: %-11i Links: %h
Access: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)
Access: %x
Modify: %y
Change: %z
 Birth: -
"""


@command("stat [-L] [-c FORMAT | -t] FILE…")
def stat(process: Process) -> int:
    options = parse(process.args, "Lc:tf", {"dereference": "L", "format": "c", "printf=": "printf", "terse": "t"})
    if not options.operands:
        raise UsageError("missing operand")
    if options.has("f"):
        raise UsageError("-f: file systems are shown by df", hint=False)
    form, ending = DEFAULT, ""
    if options.has("c"):
        form, ending = options.value("c"), "\n"
    elif options.has("printf"):
        form = re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[0]), options.value("printf"))
    elif options.has("t"):
        form, ending = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o", "\n"
    status = 0
    for name in options.operands:
        try:
            found = process.tree.stat(process.at(name), follow_symlinks=options.has("L"))
        except OSError as error:
            process.refuse(error, f"cannot statx {quoted(name)}")
            status = 1
            continue
        process.out(described(process, form, name, found) + ending)
    return status


def described(process: Process, form: str, name: str, status: Status) -> str:
    """The format with its directives filled in."""
    form = re.sub(
        r"%[HL]d",
        lambda found: str((linux_numbers.major if found[0][1] == "H" else linux_numbers.minor)(status.st_dev)),
        form,
    )
    values = directives(process, name, status)

    def value(found: re.Match[str]) -> str:
        flags, width, letter = found.groups()
        if letter == "%":
            return "%"
        text = values[letter]() if letter in values else "?"
        if "0" in flags and width:
            return text.zfill(int(width))
        return text.ljust(int(width or 0)) if "-" in flags else text.rjust(int(width or 0))

    return DIRECTIVE.sub(value, form)


def directives(process: Process, name: str, status: Status) -> dict[str, Callable[[], str]]:
    """What each letter of a format stands for.

    Simplified: the engine keeps one time, that of the last change of the contents; access and change show the same.
    """
    machine = process.machine
    seconds = str(status.st_mtime_ns // 10**9)
    when = full_time(status.st_mtime_ns)
    return {
        "n": lambda: name,
        "N": lambda: named(process, name, status, quoted),
        "M": lambda: named(process, name, status, quoted_if_needed),
        "s": lambda: str(status.st_size),
        "b": lambda: str(status.st_blocks),
        "B": lambda: "512",
        "o": lambda: "4096",
        "f": lambda: f"{status.st_mode:x}",
        "F": lambda: kind(status.st_mode, status.st_size),
        "a": lambda: f"{modes.S_IMODE(status.st_mode):o}",
        "A": lambda: permissions(status.st_mode),
        "i": lambda: str(status.st_ino),
        "h": lambda: str(status.st_nlink),
        "d": lambda: str(status.st_dev),
        "D": lambda: f"{status.st_dev:x}",
        "u": lambda: str(status.st_uid),
        "g": lambda: str(status.st_gid),
        "U": lambda: machine.names("passwd").get(status.st_uid, "UNKNOWN"),
        "G": lambda: machine.names("group").get(status.st_gid, "UNKNOWN"),
        "t": lambda: f"{linux_numbers.major(status.st_rdev):x}",
        "T": lambda: f"{linux_numbers.minor(status.st_rdev):x}",
        "m": lambda: "/",
        "w": lambda: "-",
        "W": lambda: "0",
        "x": lambda: when,
        "y": lambda: when,
        "z": lambda: when,
        "X": lambda: seconds,
        "Y": lambda: seconds,
        "Z": lambda: seconds,
    }


def named(process: Process, name: str, status: Status, shown: Callable[[str], str]) -> str:
    """The name, and where it points if it is a symbolic link."""
    if not modes.S_ISLNK(status.st_mode):
        return shown(name)
    return f"{shown(name)} -> {shown(process.tree.readlink(process.at(name)))}"
