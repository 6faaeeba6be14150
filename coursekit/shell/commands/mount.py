"""mount, without arguments.

Source of columns: util-linux.
"""

from coursekit.shell.process import Process
from coursekit.shell.programs import command


@command("mount")
def mount(process: Process) -> int:
    if process.args and process.args[:1] != ["-t"]:
        process.complain("permission denied: a container mounts nothing by itself")
        return 32
    for line in process.machine.mounts:
        if not process.args or f" type {process.args[-1]} " in line:
            process.line(line)
    return 0
