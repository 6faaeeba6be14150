"""dd and truncate: bytes at an offset.

Source of words: coreutils.
"""

import os
import re

from coursekit.shell.commands.cat import SUFFIXES
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted, reason
from coursekit.shell.programs import command
from coursekit.shell.streams import FileStream, Stream

LIMIT = 1 << 30  # bytes of one dd
LONGEST = 16 << 40  # bytes of a file, as on ext4
KNOWN = frozenset(["if", "of", "bs", "ibs", "obs", "count", "skip", "seek", "conv", "status", "oflag", "iflag"])


def size(text: str) -> int:
    """A number with its suffix, also as a product: `2x512`, `4k`. Raises: UsageError."""
    total = 1
    for factor in text.split("x"):
        found = re.fullmatch(r"(\d+)([A-Za-z]*)", factor)
        if not found or found[2] not in {**SUFFIXES, "c": 1, "w": 2}:
            raise UsageError(f"invalid number: {quoted(text)}", hint=False)
        total *= int(found[1]) * {**SUFFIXES, "c": 1, "w": 2}[found[2]]
    return total


@command("dd [if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [conv=notrunc] [status=none]")
def dd(process: Process) -> int:
    given: dict[str, str] = {}
    for arg in process.args:
        name, equals, value = arg.partition("=")
        if not equals or name not in KNOWN:
            raise UsageError(f"unrecognized operand {quoted(arg)}")
        given[name] = value
    block = size(given.get("bs", given.get("ibs", "512")))
    if not block:
        raise UsageError("invalid number: '0'", hint=False)
    flags = set(given.get("conv", "").split(","))
    count = size(given["count"]) if "count" in given else -1
    try:
        source = source_of(process, given, block)
    except OSError as error:
        process.refuse(error, f"failed to open {quoted(given.get('if', ''))}")
        return 1
    try:
        target = target_of(process, given, block, flags)
    except OSError as error:
        source.close()
        process.refuse(error, f"failed to open {quoted(given.get('of', ''))}")
        return 1
    return copy_blocks(process, source, target, block, count, given)


def source_of(process: Process, given: dict[str, str], block: int) -> Stream:
    stream = process.open(given["if"], os.O_RDONLY) if "if" in given else process.stdin
    if "skip" in given:
        stream.read(size(given["skip"]) * block)
    return stream


def target_of(process: Process, given: dict[str, str], block: int, flags: set[str]) -> Stream | None:
    """The output; stdout is None."""
    if "of" not in given:
        return None
    start = size(given.get("seek", "0")) * block
    mode = os.O_WRONLY | (0 if "nocreat" in flags else os.O_CREAT) | (os.O_EXCL if "excl" in flags else 0)
    truncates = "notrunc" not in flags
    stream = process.open(given["of"], mode | (os.O_TRUNC if truncates and not start else 0))
    if isinstance(stream, FileStream) and start:
        if truncates:
            stream.file.truncate(start)
        stream.file.seek(start)
    return stream


def copy_blocks(
    process: Process, source: Stream, target: Stream | None, block: int, count: int, given: dict[str, str]
) -> int:
    whole = partial = total = status = 0
    try:
        while count < 0 or whole + partial < count:
            data = source.read(block)
            if not data:
                break
            whole, partial = (whole + 1, partial) if len(data) == block else (whole, partial + 1)
            total += len(data)
            if total > LIMIT:
                raise UsageError(f"more than {LIMIT >> 20} MiB", hint=False)
            if target is None:
                process.out(data)
            else:
                target.write(data)
    except OSError as error:
        where = given.get("of" if target else "if", "standard output")
        process.refuse(
            error, f"error {'writing' if 'of' in given and error.errno == 28 else 'reading'} {quoted(where)}"
        )
        status = 1
    finally:
        if target is not None:
            target.close()
        if "if" in given:
            source.close()
    process.flush()
    if given.get("status") != "none":
        process.err(f"{whole}+{partial} records in\n{whole}+{partial} records out\n")
        if given.get("status") != "noxfer":
            process.err(f"{total} bytes{amounts(total)} copied, 0 s, Infinity B/s\n")
    return status


def amounts(total: int) -> str:
    """The bytes once more, in larger units, as dd adds them."""
    if total < 1000:
        return ""
    texts = []
    for unit, letters in ((1000, ["kB", "MB", "GB"]), (1024, ["KiB", "MiB", "GiB"])):
        value = float(total)
        letter = "B"
        for candidate in letters:
            if value < unit:
                break
            value, letter = value / unit, candidate
        if letter != "B":
            texts.append(f"{value:.1f} {letter}" if value < 9.95 else f"{value:.0f} {letter}")
    return f" ({', '.join(texts)})"


@command("truncate [-c] -s [+|-|<|>|/|%]SIZE FILE…")
def truncate(process: Process) -> int:
    options = parse(process.args, "cs:r:o", {"size": "s", "no-create": "c", "reference": "r"})
    if not options.has("s", "r"):
        raise UsageError("you must specify either '--size' or '--reference'")
    if not options.operands:
        raise UsageError("missing file operand")
    text = options.value("s")
    found = re.fullmatch(r"([-+<>/%]?)(\d+([A-Za-z]*))", text)
    if options.has("s") and (not found or found[3] not in SUFFIXES):
        raise UsageError(f"Invalid number: {quoted(text)}", hint=False)
    status = 0
    for name in options.operands:
        path = process.at(name)
        try:
            if not process.tree.exists(path):
                if options.has("c"):
                    continue
                process.tree.open(path, os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK).close()
            if options.has("r"):
                length = process.tree.stat(process.at(options.value("r"))).st_size
            else:
                assert found is not None
                length = resized(process.tree.stat(path).st_size, found[1], size(found[2]))
            if length > LONGEST:
                process.complain(f"failed to truncate {quoted(name)} at {length} bytes: File too large")
                status = 1
                continue
            process.tree.truncate(path, length)
        except OSError as error:
            process.complain(f"cannot open {quoted(name)} for writing: {reason(error)}")
            status = 1
    return status


def resized(now: int, mark: str, amount: int) -> int:
    """The new length: absolute, or relative as the mark says."""
    match mark:
        case "+":
            return now + amount
        case "-":
            return max(now - amount, 0)
        case "<":
            return min(now, amount)
        case ">":
            return max(now, amount)
        case "/":
            return now // amount * amount
        case "%":
            return -(-now // amount) * amount
        case _:
            return amount
