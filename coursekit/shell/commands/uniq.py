"""uniq.

Source of words and columns: coreutils, C locale.
"""

from itertools import groupby

from coursekit.shell.commands.sort import lines_of
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, quoted_if_needed
from coursekit.shell.programs import command


@command("uniq [-cdiu] [INPUT [OUTPUT]]")
def uniq(process: Process) -> int:
    options = parse(process.args, "cdiu", {"count": "c", "repeated": "d", "unique": "u", "ignore-case": "i"})
    found, status = process.inputs(options.operands[:1], quoted_if_needed)
    output = []
    for _, data in found:
        for _, group in groupby(lines_of(data), key=lambda line: line.lower() if options.has("i") else line):
            lines = list(group)
            if (options.has("d") and len(lines) < 2) or (options.has("u") and len(lines) > 1):
                continue
            output.append((b"%7d " % len(lines) if options.has("c") else b"") + lines[0] + b"\n")
    if options.operands[1:]:
        process.tree.write_bytes(process.at(options.operands[1]), b"".join(output))
    else:
        process.out(b"".join(output))
    return status
