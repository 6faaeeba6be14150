"""basename, dirname.

Source of words: coreutils.
"""

from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command
from coursekit.shell.real_path import base, parent


@command("basename NAME [SUFFIX]")
def basename(process: Process) -> int:
    options = parse(process.args, "as:", {"multiple": "a", "suffix": "s"}, permute=False)
    names = options.operands
    if not names:
        raise UsageError("missing operand")
    suffix = options.value("s")
    if not options.has("a", "s"):
        if len(names) > 2:
            raise UsageError(f"extra operand {quoted(names[2])}")
        suffix, names = (names[1] if len(names) == 2 else ""), names[:1]
    for name in names:
        last = base(name)
        process.line(last.removesuffix(suffix) if suffix and last != suffix else last)
    return 0


@command("dirname NAME…")
def dirname(process: Process) -> int:
    options = parse(process.args, "z", {"zero": "z"})
    if not options.operands:
        raise UsageError("missing operand")
    for name in options.operands:
        process.line(parent(name))
    return 0
