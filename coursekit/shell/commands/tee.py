"""tee.

Source of words: coreutils.
"""

import os

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, quoted_if_needed, reason
from coursekit.shell.programs import command


@command("tee [-a] [FILE]…")
def tee(process: Process) -> int:
    options = parse(process.args, "ai", {"append": "a"})
    data = process.stdin.read()
    process.out(data)
    process.flush()
    status = 0
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if options.has("a") else os.O_TRUNC)
    for name in options.operands:
        try:
            stream = process.open(name, flags)
            try:
                stream.write(data)
            finally:
                stream.close()
        except OSError as error:
            process.complain(f"{quoted_if_needed(name)}: {reason(error)}")
            status = 1
    return status
