"""cut.

Source of words and columns: coreutils, C locale.
"""

import re
from collections.abc import Callable

from coursekit.shell.commands.sort import lines_of
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, encoded, quoted, quoted_if_needed
from coursekit.shell.programs import command


@command("cut -b LIST | -c LIST | -f LIST [-d CHAR] [-s] [FILE]…")
def cut(process: Process) -> int:
    options = parse(
        process.args,
        "b:c:f:d:ns",
        {
            "bytes": "b",
            "characters": "c",
            "fields": "f",
            "delimiter": "d",
            "only-delimited": "s",
            "output-delimiter=": "output",
            "complement": "complement",
        },
    )
    unit = options.last("bcf")
    if not unit:
        raise UsageError("you must specify a list of bytes, characters, or fields")
    delimiter = encoded(options.value("d", "\t"))
    if len(delimiter) != 1:
        raise UsageError("the delimiter must be a single character")
    chosen = positions(options.value(unit), options.has("complement"))
    found, status = process.inputs(options.operands, quoted_if_needed)
    joiner = encoded(options.value("output")) if options.has("output") else (delimiter if unit == "f" else b"")
    for _, data in found:
        for line in lines_of(data):
            if unit != "f":
                pieces = [line[index : index + 1] for index in range(len(line))]
            elif delimiter in line:
                pieces = line.split(delimiter)
            elif options.has("s"):
                continue
            else:
                process.out(line + b"\n")
                continue
            kept = [piece for index, piece in enumerate(pieces, 1) if chosen(index)]
            process.out(joiner.join(kept) + b"\n")
    return status


def positions(text: str, complement: bool = False) -> Callable[[int], bool]:
    """Whether a position belongs to a list such as `1,3-5,7-`. Raises: UsageError."""
    ranges: list[tuple[int, float]] = []
    for part in text.split(","):
        found = re.fullmatch(r"(\d*)(-?)(\d*)", part)
        if not found or part in ("", "-"):
            raise UsageError(
                f"invalid byte, character or field list {quoted(text)}"
                if part != "-"
                else "invalid range with no endpoint: -"
            )
        if found[1] == "0":
            raise UsageError("fields are numbered from 1")
        first = int(found[1] or 1)
        ranges.append((first, float(found[3]) if found[3] else (float("inf") if found[2] else first)))
    return lambda index: any(low <= index <= high for low, high in ranges) != complement
