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
    """Remove one name and, if asked, all below it; the exit status.

    What waits is a list, not the stack of Python: a tree may be thousands of directories deep.
    """
    tree = process.tree
    stay: set[str] = set()  # directories in which something could not be removed
    waiting = [(name, "", False)]  # a name, its directory, and whether it was emptied
    while waiting:
        name, above, emptied = waiting.pop()
        if name in stay:
            stay.add(above)
            continue
        try:
            path = process.at(name)
            if emptied:
                tree.rmdir(path)
                told(process, f"removed directory {quoted(name)}", options)
            elif not stat.S_ISDIR(tree.lstat(path).st_mode):
                tree.unlink(path)
                told(process, f"removed {quoted(name)}", options)
            elif options.has("r", "R"):
                children = tree.listdir(path)
                waiting.append((name, above, True))
                waiting += [(join(name, child), name, False) for child in reversed(children)]
            elif options.has("d"):
                waiting.append((name, above, True))
            else:
                process.complain(f"cannot remove {quoted(name)}: Is a directory")
                stay.add(above)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR) or not options.has("f"):
                process.refuse(error, f"cannot remove {quoted(name)}")
                stay.add(above)
    return int("" in stay)


def told(process: Process, text: str, options: Options) -> None:
    if options.has("v"):
        process.line(text)
