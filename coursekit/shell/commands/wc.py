"""wc.

Source of words and columns: coreutils, C locale.
"""

from coursekit.shell.commands.sort import lines_of
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, quoted_if_needed
from coursekit.shell.programs import command
from coursekit.shell.streams import FileStream


@command("wc [-clmwL] [FILE]…")
def wc(process: Process) -> int:
    options = parse(process.args, "clmwL", {"bytes": "c", "lines": "l", "chars": "m", "words": "w"})
    wanted = [letter for letter in "lwmcL" if options.has(letter)] or ["l", "w", "c"]
    rows: list[tuple[list[int], str]] = []
    status = 0
    names = options.operands or ["-"]
    for name in names:
        try:
            data = process.read(name)
        except OSError as error:
            process.refuse(error, quoted_if_needed(name))
            status = 1
            if error.errno != 21:
                continue
            data = b""
        lengths = [len(line) for line in lines_of(data)]
        counts = {
            "l": data.count(b"\n"),
            "w": len(data.split()),
            "m": len(data),
            "c": len(data),
            "L": max(lengths, default=0),
        }
        rows.append(([counts[letter] for letter in wanted], name))
    if len(names) > 1:
        sums = [sum(column) for column in zip(*(numbers for numbers, _ in rows), strict=True)]
        rows.append((sums or [0] * len(wanted), "total"))
    width = wc_width(process, names, len(wanted))
    for numbers, name in rows:
        text = " ".join(str(number).rjust(width) for number in numbers)
        process.line(text if not options.operands else f"{text} {name}")
    return status


def wc_width(process: Process, names: list[str], columns: int) -> int:
    """wc's column width: that of the sum of the sizes, at least 7 where a size cannot be known in advance."""
    if len(names) == 1 and columns == 1:
        return 1
    total = 0
    for name in names:
        stdin = process.fds.get(0)
        if name == "-" and not isinstance(stdin, FileStream):
            return 7
        try:
            at_stdin = name == "-" and isinstance(stdin, FileStream)
            status = stdin.file.fstat() if at_stdin else process.tree.stat(process.at(name))  # type: ignore[union-attr]
        except OSError:
            continue
        if status.st_mode & 0o170000 != 0o100000:
            return 7
        total += status.st_size
    return len(str(total))
