"""ps.

Source of columns: procps.
"""

import shlex

from coursekit.shell.process import Process
from coursekit.shell.programs import command


@command("ps [-ef|aux]")
def ps(process: Process) -> int:
    """The one process that the container was started for.

    Simplified: it does not run, and neither this ps nor its shell are counted.
    """
    entry = process.machine.entrypoint
    flat = "".join(arg.lstrip("-") for arg in process.args)
    if "a" in flat and "u" in flat:
        process.line("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND")
        process.line(f"root           1  0.0  0.0      0     0 ?        Ss   00:00   0:00 {entry}")
    elif "f" in flat:
        process.line("UID          PID    PPID  C STIME TTY          TIME CMD")
        process.line(f"root           1       0  0 00:00 ?        00:00:00 {entry}")
    else:
        words = shlex.split(entry) if entry.count('"') % 2 == 0 and entry.count("'") % 2 == 0 else entry.split()
        process.line("    PID TTY          TIME CMD")
        process.line(f"      1 ?        00:00:00 {(words or ['sh'])[0].rsplit('/', 1)[-1][:15]}")
    return 0
