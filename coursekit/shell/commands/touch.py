"""touch.

Source of words: coreutils.
"""

import errno
import os
import re
import stat
from datetime import UTC, datetime

from coursekit.errors import os_error
from coursekit.fs import linux_numbers
from coursekit.shell.getopt import Options, parse
from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command
from coursekit.shell.real_path import lookup

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
            tree.open(path, os.O_WRONLY | os.O_CREAT | linux_numbers.O_NONBLOCK).close()
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
