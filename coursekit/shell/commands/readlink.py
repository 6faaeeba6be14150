"""readlink, realpath.

Source of words: coreutils.
"""

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted_if_needed
from coursekit.shell.programs import command
from coursekit.shell.real_path import real_path


@command("readlink [-efmn] FILE…")
def readlink(process: Process) -> int:
    long = {
        "canonicalize": "f",
        "canonicalize-existing": "e",
        "canonicalize-missing": "m",
        "no-newline": "n",
        "verbose": "v",
    }
    options = parse(process.args, "efmnqsvz", long)
    if not options.operands:
        raise UsageError("missing operand")
    how = options.last("efm")
    status = 0
    for name in options.operands:
        try:
            if how:
                target = real_path(process.tree, process.at(name), {"e": 0, "f": 1, "m": -1}[how])
            else:
                target = process.tree.readlink(process.at(name))
            process.out(target + ("" if options.has("n") and len(options.operands) == 1 else "\n"))
        except OSError as error:
            if options.has("v"):
                process.refuse(error, quoted_if_needed(name))
            status = 1
    return status


@command("realpath [-ems] FILE…")
def realpath(process: Process) -> int:
    options = parse(process.args, "emsqzLP", {"canonicalize-existing": "e", "canonicalize-missing": "m", "quiet": "q"})
    if not options.operands:
        raise UsageError("missing operand")
    missing = {"e": 0, "m": -1, "": 1}[options.last("em")]
    status = 0
    for name in options.operands:
        try:
            process.line(real_path(process.tree, process.at(name), missing))
        except OSError as error:
            if not options.has("q"):
                process.refuse(error, quoted_if_needed(name))
            status = 1
    return status
