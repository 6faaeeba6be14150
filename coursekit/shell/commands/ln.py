"""ln.

Source of words: coreutils.
"""

import errno
import os
import stat

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted, reason
from coursekit.shell.programs import command
from coursekit.shell.real_path import base, identity, join, lookup, parent


@command("ln [-sfnrTv] TARGET… LINK")
def ln(process: Process) -> int:
    options = parse(
        process.args,
        "sfnrTvPLit:",
        {
            "symbolic": "s",
            "force": "f",
            "no-dereference": "n",
            "relative": "r",
            "no-target-directory": "T",
            "verbose": "v",
        },
    )
    names = list(options.operands)
    if not names:
        raise UsageError("missing file operand")
    last = options.value("t") or (names.pop() if len(names) > 1 else ".")
    status_of_last = lookup(process.tree, process.at(last), follow=not options.has("n"))
    into = status_of_last is not None and stat.S_ISDIR(status_of_last.st_mode) and not options.has("T")
    if len(names) > 1 and not into:
        problem = "Not a directory" if status_of_last else "No such file or directory"
        raise UsageError(f"target {quoted(last)}: {problem}", hint=False)
    status = 0
    for name in names:
        link = join(last, base(name)) if into else last
        status |= make_link(process, name, link, options.has("s"), options.has("f"), options.has("r"))
    return status


def make_link(process: Process, name: str, link: str, symbolic: bool, force: bool, relative: bool) -> int:
    tree = process.tree
    try:
        at = process.at(link)
        if not symbolic:
            source = tree.lstat(process.at(name))
            if stat.S_ISDIR(source.st_mode):
                process.complain(f"{name}: hard link not allowed for directory")
                return 1
        existing = lookup(tree, at, follow=False)
        if existing is not None and force:
            if not symbolic and identity(existing) == identity(tree.lstat(process.at(name))):
                process.complain(f"{quoted(name)} and {quoted(link)} are the same file")
                return 1
            tree.unlink(at)
        if symbolic:
            target = os.path.relpath(process.at(name), parent(at)) if relative else name
            tree.symlink(target, at)
        else:
            tree.link(process.at(name), at)
    except OSError as error:
        if not symbolic and lookup(tree, process.at(name or "/"), follow=False) is None:
            process.complain(f"failed to access {quoted(name)}: {reason(error)}")
            return 1
        plain = symbolic and name and error.errno != errno.ENAMETOOLONG
        plain = plain or (not symbolic and error.errno in (errno.EDQUOT, errno.EEXIST, errno.ENOSPC, errno.EROFS))
        kind, arrow = ("symbolic", "->") if symbolic else ("hard", "=>")
        shown = quoted(link) if plain else f"{quoted(link)} {arrow} {quoted(name)}"
        process.complain(f"failed to create {kind} link {shown}: {reason(error)}")
        return 1
    return 0
