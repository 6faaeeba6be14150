"""head, tail.

Source of words: coreutils.
"""

import errno
import os
import re
from collections.abc import Callable
from itertools import islice

from coursekit.shell.getopt import Options, parse
from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command
from coursekit.shell.streams import read_line

SUFFIXES = {"": 1, "b": 512, "k": 1 << 10, "kB": 1000}
for _power, _letter in enumerate("KMGTPE", 1):
    SUFFIXES |= {_letter: 1 << 10 * _power, f"{_letter}iB": 1 << 10 * _power, f"{_letter}B": 1000**_power}


def count(text: str, what: str) -> int:
    """The number that `text` writes, with its suffix. Raises: UsageError."""
    found = re.fullmatch(r"(\d+)([A-Za-z]*)", text)
    if not found or found[2] not in SUFFIXES:
        raise UsageError(f"invalid number of {what}: {quoted(text)}", hint=False)
    return int(found[1]) * SUFFIXES[found[2]]


@command("head [-n [-]LINES | -c [-]BYTES] [-qv] [FILE]…")
def head(process: Process) -> int:
    options = parse(old_style(process.args), "n:c:qv", {"lines": "n", "bytes": "c", "quiet": "q", "verbose": "v"})
    unit = options.last("nc", "n")
    text = options.value(unit, "10")
    amount = count(text.lstrip("-+"), "bytes" if unit == "c" else "lines")

    def piece(name: str) -> bytes:
        if unit == "c" and not text.startswith("-"):
            return first_bytes(process, name, amount)
        if unit == "n" and not text.startswith("-") and name == "-":
            return b"".join(islice(iter(lambda: read_line(process.stdin), b""), amount))
        data = process.read(name)
        parts = data.splitlines(keepends=True) if unit == "n" else [data[i : i + 1] for i in range(len(data))]
        kept = parts[: len(parts) - amount] if text.startswith("-") else parts[:amount]
        output = b"".join(kept)
        if name == "-":
            process.stdin.unread(data[len(output) :])
        return output

    return each(process, options, piece)


def first_bytes(process: Process, name: str, amount: int) -> bytes:
    """The beginning of a file, and no more of it: it may be a device without an end."""
    if name == "-":
        return process.stdin.read(amount)
    stream = process.open(name, os.O_RDONLY)
    try:
        return stream.read(amount)
    finally:
        stream.close()


def old_style(args: list[str]) -> list[str]:
    """`-5` as `-n5`."""
    return ["-n" + arg[1:] if re.fullmatch(r"-\d+", arg) else arg for arg in args]


@command("tail [-n [+]LINES | -c [+]BYTES] [-qv] [FILE]…")
def tail(process: Process) -> int:
    options = parse(old_style(process.args), "n:c:qvf", {"lines": "n", "bytes": "c", "quiet": "q", "verbose": "v"})
    if options.has("f"):
        raise UsageError("-f waits for changes: nothing else runs in the teaching shell", hint=False)
    unit = options.last("nc", "n")
    text = options.value(unit, "10")
    amount = count(text.lstrip("-+"), "bytes" if unit == "c" else "lines")

    def piece(name: str) -> bytes:
        data = process.read(name)
        parts = data.splitlines(keepends=True) if unit == "n" else [data]
        if unit == "c":
            start = amount - 1 if text.startswith("+") else len(data) - amount
            return data[max(start, 0) :] if amount or text.startswith("+") else b""
        start = amount - 1 if text.startswith("+") else len(parts) - amount
        return b"".join(parts[max(start, 0) :])

    return each(process, options, piece)


def each(process: Process, options: Options, piece: Callable[[str], bytes]) -> int:
    """Print a piece of each file, with a heading where there are many."""
    status, headings = 0, 0
    headed = (len(options.operands) > 1 or options.has("v")) and not options.has("q")
    for name in options.operands or ["-"]:
        try:
            data = piece(name)
        except OSError as error:
            status = 1
            doing = "error reading" if error.errno in (errno.EISDIR, errno.EIO) else "cannot open"
            if doing == "error reading" and headed:
                process.out(f"{chr(10) * bool(headings)}==> {name} <==\n")
                headings += 1
            process.refuse(error, f"{doing} {quoted(name)}" + (" for reading" if doing == "cannot open" else ""))
            continue
        if headed:
            title = "standard input" if name == "-" else name
            process.out(f"{chr(10) * bool(headings)}==> {title} <==\n")
            headings += 1
        process.out(data)
    return status
