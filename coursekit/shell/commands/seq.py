"""seq.

Source of words: coreutils.
"""

import re

from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command


@command("seq [-w] [-s TEXT] [FIRST [STEP]] LAST")
def seq(process: Process) -> int:
    args = process.args
    separator, wide = "\n", False
    while args and args[0] in ("-s", "-w"):
        wide = wide or args[0] == "-w"
        separator, args = (args[1], args[2:]) if args[0] == "-s" else (separator, args[1:])
    if not 1 <= len(args) <= 3:
        raise UsageError("missing operand" if not args else f"extra operand {quoted(args[3])}")
    for text in args:
        if not re.fullmatch(r"-?\d+", text):
            raise UsageError(f"invalid floating point argument: {quoted(text)}")
    numbers = [int(text) for text in args]
    first, step, last = (1, 1, *numbers)[-3:] if len(numbers) == 1 else (numbers[0], 1, numbers[1])
    if len(numbers) == 3:
        first, step, last = numbers
    if not step:
        raise UsageError("invalid Zero increment value: '0'")
    values = range(first, last + (1 if step > 0 else -1), step)
    if len(values) > 1_000_000:
        raise UsageError("more than a million numbers", hint=False)
    width = max((len(str(value)) for value in (first, last)), default=0) if wide else 0
    if values:
        texts = map(str, values)
        process.line(separator.join((text.zfill(width) for text in texts) if width else texts))
    return 0
