"""mktemp.

Source of words: coreutils.
"""

import os
import re
import secrets

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted, reason
from coursekit.shell.programs import command


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
