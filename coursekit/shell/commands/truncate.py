"""truncate.

Source of words: coreutils.
"""

import os
import re

from coursekit.fs import linux_numbers
from coursekit.shell.commands.head import SUFFIXES
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted, reason
from coursekit.shell.programs import command

LONGEST = 16 << 40  # bytes of a file, as on ext4


@command("truncate [-c] -s [+|-]SIZE FILE…")
def truncate(process: Process) -> int:
    options = parse(process.args, "cs:", {"size=": "s", "no-create": "c"})
    if not options.has("s"):
        raise UsageError("you must specify either '--size' or '--reference'")
    if not options.operands:
        raise UsageError("missing file operand")
    text = options.value("s")
    found = re.fullmatch(r"([-+]?)(\d+)([A-Za-z]*)", text)
    if not found or found[3] not in SUFFIXES:
        raise UsageError(f"Invalid number: {quoted(text)}", hint=False)
    amount = int(found[2]) * SUFFIXES[found[3]]
    status = 0
    for name in options.operands:
        path = process.at(name)
        try:
            if not process.tree.exists(path):
                if options.has("c"):
                    continue
                process.tree.open(path, os.O_WRONLY | os.O_CREAT | linux_numbers.O_NONBLOCK).close()
            now = process.tree.stat(path).st_size
            length = {"": amount, "+": now + amount, "-": max(now - amount, 0)}[found[1]]
            if length > LONGEST:
                process.complain(f"failed to truncate {quoted(name)} at {length} bytes: File too large")
                status = 1
                continue
            process.tree.truncate(path, length)
        except OSError as error:
            process.complain(f"cannot open {quoted(name)} for writing: {reason(error)}")
            status = 1
    return status
