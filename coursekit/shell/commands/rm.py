"""rm.

Source of words: coreutils.
"""

import errno
import stat

from coursekit.shell.getopt import Options, parse
from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command
from coursekit.shell.real_path import base, join


@command("rm [-rRfdv] FILE…")
def rm(process: Process) -> int:
    options = parse(
        process.args,
        "rRfdviI",
        {"recursive": "r", "force": "f", "dir": "d", "verbose": "v", "no-preserve-root": "root"},
    )
    if not options.operands:
        if options.has("f"):
            return 0
        raise UsageError("missing operand")
    status = 0
    for name in options.operands:
        recursive = options.has("r", "R")
        if recursive and base(name) in (".", ".."):
            process.complain(f"refusing to remove '.' or '..' directory: skipping {quoted(name)}")
            status = 1
        elif recursive and name.strip("/") == "" and name and not options.has("root"):
            process.complain("it is dangerous to operate recursively on '/'")
            process.complain("use --no-preserve-root to override this failsafe")
            status = 1
        else:
            status |= remove(process, name, options)
    return status


def remove(process: Process, name: str, options: Options) -> int:
    """Remove one name and, if asked, all below it; the exit status."""
    tree = process.tree
    try:
        path = process.at(name)
        if not stat.S_ISDIR(tree.lstat(path).st_mode):
            tree.unlink(path)
            told(process, f"removed {quoted(name)}", options)
            return 0
        if not options.has("r", "R"):
            if not options.has("d"):
                process.complain(f"cannot remove {quoted(name)}: Is a directory")
                return 1
        else:
            below = [remove(process, join(name, child), options) for child in tree.listdir(path)]
            if any(below):
                return 1
        tree.rmdir(path)
        told(process, f"removed directory {quoted(name)}", options)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR) and options.has("f"):
            return 0
        process.refuse(error, f"cannot remove {quoted(name)}")
        return 1
    return 0


def told(process: Process, text: str, options: Options) -> None:
    if options.has("v"):
        process.line(text)
