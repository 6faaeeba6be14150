"""which.

Source: Debian's which."""

from coursekit.shell.find_program import search
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process
from coursekit.shell.programs import command


@command("which [-a] NAME…")
def which(process: Process) -> int:
    options = parse(process.args, "a")
    status = 0
    for name in options.operands:
        with process.machine.quietly():
            path = search(process.machine, process.launcher.cwd, name, process.environment)
        if path:
            process.line(path)
        else:
            status = 1
    return status
