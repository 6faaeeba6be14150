"""touch, mkdir, rmdir, ln, mkfifo, mknod, mktemp.

Source of words: coreutils.
"""

import errno
import os
import re
import secrets
import stat
from datetime import UTC, datetime

from coursekit.errors import os_error
from coursekit.shell.commands.symbolic_mode import ModeError, changed_mode
from coursekit.shell.getopt import Options, parse
from coursekit.shell.process import Process, UsageError, quoted, reason
from coursekit.shell.programs import command
from coursekit.shell.real_path import base, identity, is_directory, join, lookup, parent

TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d", "%H:%M")


def instant(text: str, now_ns: int) -> int:
    """The time that `-d text` names, in nanoseconds, in UTC. Raises: UsageError."""
    cleaned = re.sub(r"\s*(UTC|Z|GMT|\+0000)$", "", text.strip())
    if cleaned == "now":
        return now_ns
    if re.fullmatch(r"@-?\d+(\.\d+)?", cleaned):
        whole, _, fraction = cleaned[1:].partition(".")
        return int(whole) * 10**9 + int((fraction + "0" * 9)[:9])
    cleaned, _, fraction = cleaned.partition(".")
    for form in TIMES:
        try:
            when = datetime.strptime(cleaned, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        if form == "%H:%M":
            today = datetime.fromtimestamp(now_ns // 10**9, UTC)
            when = when.replace(year=today.year, month=today.month, day=today.day)
        return int(when.timestamp()) * 10**9 + int((fraction + "0" * 9)[:9])
    raise UsageError(f"invalid date format {quoted(text)}", hint=False)


def stamp(text: str, now_ns: int) -> int:
    """The time that `touch -t [[CC]YY]MMDDhhmm[.ss]` names. Raises: UsageError."""
    digits, _, seconds = text.partition(".")
    year = str(datetime.fromtimestamp(now_ns // 10**9, UTC).year)
    whole = {8: year + digits, 10: ("20" if digits[:2] < "69" else "19") + digits, 12: digits}.get(len(digits), "")
    try:
        when = datetime.strptime(whole + (seconds or "00"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(f"invalid date format {quoted(text)}", hint=False) from None
    return int(when.timestamp()) * 10**9


@command("touch [-acmh] [-d TIME | -t STAMP | -r FILE] FILE…")
def touch(process: Process) -> int:
    options = parse(
        process.args, "acfmhd:t:r:", {"no-create": "c", "date": "d", "reference": "r", "no-dereference": "h"}
    )
    if not options.operands:
        raise UsageError("missing file operand")
    now = process.machine.now()
    when = None
    if options.has("d"):
        when = instant(options.value("d"), now)
    elif options.has("t"):
        when = stamp(options.value("t"), now)
    elif options.has("r"):
        when = process.tree.stat(process.at(options.value("r"))).st_mtime_ns
    failed = [name for name in options.operands if not touched(process, name, when, options)]
    return int(bool(failed))


def touched(process: Process, name: str, when: int | None, options: Options) -> bool:
    """Touch one file; whether that succeeded. coreutils opens it for writing first, and tells of that failure."""
    tree, follow, opens = process.tree, not options.has("h"), not options.has("c", "h")
    doing = "setting times of"
    try:
        path = process.at(name)
        status = lookup(tree, path, follow=follow)
        if status is None:
            if options.has("c"):
                return True
            doing = "cannot touch"
            tree.open(path, os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK | os.O_NOCTTY).close()
            if when is None:
                return True
            doing = "setting times of"
        elif opens and not stat.S_ISDIR(status.st_mode) and not tree.access(path, os.W_OK):
            doing = "cannot touch"
        tree.utime(path, ns=None if when is None else (when, when), follow_symlinks=follow)
    except OSError as error:
        closed = error.errno == errno.EPERM and doing == "cannot touch"  # what opening said, not setting times
        process.refuse(os_error(errno.EACCES, name) if closed else error, f"{doing} {quoted(name)}")
        return False
    return True


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


@command("mkfifo NAME…")
def mkfifo(process: Process) -> int:
    options = parse(process.args, "m:", {"mode": "m"})
    status = 0
    for name in options.operands:
        try:
            process.tree.mkfifo(process.at(name), 0o666)
        except OSError as error:
            process.complain(f"cannot create fifo {quoted(name)}: {reason(error)}")
            status = 1
    return status


@command("mknod NAME {b|c} MAJOR MINOR | NAME p")
def mknod(process: Process) -> int:
    options = parse(process.args, "m:", {"mode": "m"})
    match options.operands:
        case [name, "p"]:
            mode, device = stat.S_IFIFO | 0o666, 0
        case [name, ("b" | "c" | "u") as letter, major, minor] if major.isdigit() and minor.isdigit():
            mode = (stat.S_IFBLK if letter == "b" else stat.S_IFCHR) | 0o666
            device = os.makedev(int(major), int(minor))
        case _:
            raise UsageError("missing operand")
    try:
        process.tree.mknod(process.at(name), mode, device)
    except OSError as error:
        process.complain(f"{name}: {reason(error)}")
        return 1
    return 0


@command("mktemp [-d] [TEMPLATE]")
def mktemp(process: Process) -> int:
    options = parse(process.args, "dp:q", {"directory": "d", "tmpdir": "p"})
    template = options.operands[0] if options.operands else "/tmp/tmp.XXXXXXXXXX"
    found = re.search(r"X{3,}", template)
    if not found:
        raise UsageError(f"too few X's in template {quoted(template)}", hint=False)
    name = (
        template[: found.start()]
        + secrets.token_hex(len(found.group()))[: len(found.group())]
        + template[found.end() :]
    )
    try:
        if options.has("d"):
            process.tree.mkdir(process.at(name), 0o700)
        else:
            process.tree.open(process.at(name), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600).close()
    except OSError as error:
        what = "directory" if options.has("d") else "file"
        process.complain(f"failed to create {what} via template {quoted(template)}: {reason(error)}")
        return 1
    process.line(name)
    return 0
