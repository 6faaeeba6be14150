"""mv: a rename, or where a rename cannot do it, a copy and a removal.

On an overlay a directory that comes from a lower layer cannot be renamed (EXDEV): mv copies it, which is why moving a
directory of the image stores all its files again.

Source of words and rules: coreutils.
"""

import errno
import stat

from coursekit.shell.commands.cp import Copying, inner, targets
from coursekit.shell.getopt import Options, parse
from coursekit.shell.process import Process, quoted, reason
from coursekit.shell.programs import command
from coursekit.shell.real_path import Status, identity, lookup, walk

LONG = {
    "force": "f",
    "no-clobber": "n",
    "verbose": "v",
    "target-directory": "t",
    "no-target-directory": "T",
    "update": "u",
}


@command("mv [-fnTv] [-t DIRECTORY] SOURCE… TARGET")
def mv(process: Process) -> int:
    options = parse(process.args, "finTvut:", LONG)
    sources, target, into = targets(process, options.operands, options.value("t"), options.has("T"))
    results = [move(process, name, inner(target, name) if into else target, options) for name in sources]
    return int(not all(results))


def move(process: Process, source: str, target: str, options: Options) -> bool:
    """Move one name; whether it succeeded."""
    tree = process.tree
    try:
        status: Status = tree.lstat(process.at(source))
    except OSError as error:
        process.refuse(error, f"cannot stat {quoted(source)}")
        return False
    existing = lookup(tree, process.at(target or "/"), follow=False)
    if existing is not None and options.has("n"):
        return True
    problem = conflict(source, target, status, existing)
    if problem:
        process.complain(problem)
        return False
    try:
        tree.rename(process.at(source), process.at(target))
    except OSError as error:
        if error.errno != errno.EXDEV:
            process.complain(explained(error, source, target))
            return False
        return across(process, source, target, existing, status, options)
    if options.has("v"):
        process.line(f"renamed {quoted(source)} -> {quoted(target)}")
    return True


def conflict(source: str, target: str, status: Status, existing: Status | None) -> str:
    """Why the target cannot be replaced, or nothing."""
    if existing is None:
        return ""
    if identity(status) == identity(existing):
        return f"{quoted(source)} and {quoted(target)} are the same file"
    if stat.S_ISDIR(status.st_mode) and not stat.S_ISDIR(existing.st_mode):
        return f"cannot overwrite non-directory {quoted(target)} with directory {quoted(source)}"
    if stat.S_ISDIR(existing.st_mode) and not stat.S_ISDIR(status.st_mode):
        return f"cannot overwrite directory {quoted(target)} with non-directory"
    return ""


def explained(error: OSError, source: str, target: str) -> str:
    if error.errno == errno.EINVAL:
        return f"cannot move {quoted(source)} to a subdirectory of itself, {quoted(target)}"
    if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
        return f"cannot overwrite {quoted(target)}: {reason(error)}"
    return f"cannot move {quoted(source)} to {quoted(target)}: {reason(error)}"


def across(
    process: Process, source: str, target: str, existing: Status | None, status: Status, options: Options
) -> bool:
    """Copy and remove, since the kernel will not rename here."""
    tree = process.tree
    if process.at(target).startswith(process.at(source).rstrip("/") + "/"):
        process.complain(f"cannot move {quoted(source)} to a subdirectory of itself, {quoted(target)}")
        return False
    if existing is not None:
        try:
            (tree.rmdir if stat.S_ISDIR(status.st_mode) else tree.unlink)(process.at(target))
        except OSError as error:
            process.complain(
                f"inter-device move failed: {quoted(source)} to {quoted(target)}; "
                f"unable to remove target: {reason(error)}"
            )
            return False
    copying = Copying(
        process, recursive=True, follow=False, follow_operands=False, preserve=True, keep_links=True, xattrs=True
    )
    if not copying.copy(source, target):
        return False
    for path, entry in list(walk(tree, process.at(source))):
        (tree.rmdir if stat.S_ISDIR(entry.st_mode) else tree.unlink)(path)
    if options.has("v"):
        process.line(f"copied {quoted(source)} -> {quoted(target)}")
    return True
