"""uname, hostname, nproc: `uname` answers with the host's kernel, because a container has none of its own.

Source of words: coreutils, hostname.
"""

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command

UNAME = {
    "kernel-name": "s",
    "nodename": "n",
    "kernel-release": "r",
    "kernel-version": "v",
    "machine": "m",
    "all": "a",
    "operating-system": "o",
    "processor": "p",
    "hardware-platform": "i",
}


@command("uname [-asnrvmo]")
def uname(process: Process) -> int:
    options = parse(process.args, "asnrvmpio", UNAME)
    if options.operands:
        raise UsageError(f"extra operand {quoted(options.operands[0])}")
    kernel = process.machine.kernel
    system = "GNU/Linux" if kernel.name == "Linux" else kernel.name
    fields = {
        "s": kernel.name,
        "n": process.machine.hostname,
        "r": kernel.release,
        "v": kernel.version,
        "m": kernel.machine,
        "p": "unknown",
        "i": "unknown",
        "o": system,
    }
    given = "".join(letter for letter in fields if options.has(letter))
    wanted = "snrvmo" if options.has("a") else given or "s"
    process.line(" ".join(fields[letter] for letter in wanted))
    return 0


@command("hostname")
def hostname(process: Process) -> int:
    if process.args:
        process.complain(
            "you must be root to change the host name"
            if process.machine.uid
            else "the name of a container is given when it is created"
        )
        return 1
    process.line(process.machine.hostname)
    return 0


@command("nproc")
def nproc(process: Process) -> int:
    process.line("1")
    return 0
