"""test and [, as programs.

Neighbour: conditions, which decides."""

from coursekit.shell.conditions import TestError, evaluate
from coursekit.shell.process import Process
from coursekit.shell.programs import command


@command("test EXPRESSION", "[")
def test(process: Process) -> int:
    args = process.args
    if process.name == "[":
        if args[-1:] != ["]"]:
            process.complain("missing ']'")
            return 2
        args = args[:-1]
    try:
        return int(not evaluate(args, process.tree, process.at))
    except TestError as error:
        process.complain(str(error))
        return 2
