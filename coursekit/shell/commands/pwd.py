"""pwd, as a program.

Source of words: coreutils.
"""

from contextlib import suppress

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process
from coursekit.shell.programs import command
from coursekit.shell.real_path import real_path


@command("pwd [-LP]")
def pwd(process: Process) -> int:
    """The program beside the builtin: what `exec`, `env` and `docker exec` start knows no names that were followed."""
    options = parse(process.args, "LP", {"logical": "L", "physical": "P"})
    here = real_path(process.tree, process.launcher.cwd)
    named = process.environment.get("PWD", "")
    with suppress(OSError):
        if options.has("L") and named.startswith("/") and real_path(process.tree, named) == here:
            here = named
    process.line(here)
    return 0
