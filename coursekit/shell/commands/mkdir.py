"""mkdir, rmdir.

Source of words: coreutils.
"""

import errno
import os

from coursekit.shell.commands.symbolic_mode import ModeError, changed_mode
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted, reason
from coursekit.shell.programs import command
from coursekit.shell.real_path import is_directory, parent


@command("mkdir [-pv] [-m MODE] DIRECTORY…")
def mkdir(process: Process) -> int:
    options = parse(process.args, "pvm:", {"parents": "p", "mode": "m", "verbose": "v"})
    if not options.operands:
        raise UsageError("missing operand")
    mode = None
    if options.has("m"):
        try:
            mode = changed_mode(options.value("m"), 0o777, True, process.tree.umask)
        except ModeError:
            raise UsageError(f"invalid mode {quoted(options.value('m'))}", hint=False) from None
    status = 0
    for name in options.operands:
        try:
            if options.has("p"):
                make_parents(process, name, options.has("v"))
            else:
                process.tree.mkdir(process.at(name))
                report(process, name, options.has("v"))
            if mode is not None:
                process.tree.chmod(process.at(name), mode)
        except OSError as error:
            failed = error.filename if options.has("p") and error.filename else name
            process.complain(f"cannot create directory {quoted(str(failed))}: {reason(error)}")
            status = 1
    return status


def report(process: Process, name: str, verbose: bool) -> None:
    if verbose:
        process.line(f"mkdir: created directory {quoted(name)}")


def make_parents(process: Process, name: str, verbose: bool) -> None:
    """Make the directory and those above it, as `mkdir -p` does."""
    parts = [part for part in name.split("/") if part]
    for length in range(1, len(parts) + 1):
        path = ("/" if name.startswith("/") else "") + "/".join(parts[:length])
        try:
            process.tree.mkdir(process.at(path))
            report(process, path, verbose)
        except FileExistsError:
            if is_directory(process.tree, process.at(path)):
                continue
            code = errno.EEXIST if length == len(parts) else errno.ENOTDIR
            raise OSError(code, os.strerror(code), path) from None
        except OSError as error:
            raise OSError(error.errno, error.strerror, path) from None


@command("rmdir [-pv] DIRECTORY…")
def rmdir(process: Process) -> int:
    options = parse(process.args, "pv", {"parents": "p", "verbose": "v", "ignore-fail-on-non-empty": "ignore"})
    if not options.operands:
        raise UsageError("missing operand")
    status = 0
    for operand in options.operands:
        names = [operand]
        while options.has("p") and "/" in names[-1].strip("/"):
            names.append(parent(names[-1]))
        for name in names:
            try:
                if options.has("v"):
                    process.line(f"rmdir: removing directory, {quoted(name)}")
                process.tree.rmdir(process.at(name))
            except OSError as error:
                if error.errno == errno.ENOTEMPTY and options.has("ignore"):
                    break
                what = "failed to remove directory" if name != operand else "failed to remove"
                process.refuse(error, f"{what} {quoted(name)}")
                status = 1
                break
    return status
