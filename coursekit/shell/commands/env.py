"""env, printenv.

Source of words: coreutils.
"""

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, quoted
from coursekit.shell.programs import command


@command("env [-i] [-u NAME] [NAME=VALUE]… [COMMAND [ARGUMENT]…]", "printenv")
def env(process: Process) -> int:
    if process.name == "printenv" and process.args:
        return printenv(process)
    options = parse(process.args, "iu:0", {"ignore-environment": "i", "unset": "u"}, permute=False)
    environment = {} if options.has("i") else dict(process.environment)
    for name in options.values("u"):
        environment.pop(name, None)
    rest = list(options.operands)
    while rest and "=" in rest[0]:
        name, _, value = rest.pop(0).partition("=")
        environment[name] = value
    if not rest:
        for name, value in environment.items():
            process.line(f"{name}={value}")
        return 0
    if not process.finds(rest[0]):
        process.complain(f"{quoted(rest[0])}: No such file or directory")
        return 127
    return process.spawn(rest, environment)


def printenv(process: Process) -> int:
    found = [process.environment[name] for name in process.args if name in process.environment]
    for value in found:
        process.line(value)
    return int(len(found) < len(process.args))
