"""cut, tr, nl, rev, tac, seq.

Source of words and columns: coreutils, C locale.
"""

import re
from collections.abc import Callable

from coursekit.shell.commands.sort import lines_of
from coursekit.shell.getopt import parse
from coursekit.shell.patterns import CLASSES
from coursekit.shell.process import Process, UsageError, decoded, encoded, quoted, quoted_if_needed
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


@command("tr [-cds] SET1 [SET2]")
def tr(process: Process) -> int:
    options = parse(process.args, "cCdst", {"complement": "c", "delete": "d", "squeeze-repeats": "s"}, permute=False)
    sets = [character_set(text) for text in options.operands]
    if not sets:
        raise UsageError("missing operand")
    if len(sets) == 1 and not options.has("d", "s"):
        raise UsageError(
            f"missing operand after {quoted(options.operands[0])}\nTwo strings must be given when translating."
        )
    data = decoded(process.stdin.read())
    first = sets[0]
    if options.has("c", "C"):
        inside = set(first)
        first = [char for char in dict.fromkeys([*map(chr, range(256)), *data]) if char not in inside]
    if options.has("d"):
        gone = set(first)
        data = "".join(char for char in data if char not in gone)
    elif len(sets) > 1:
        second = sets[1] + sets[1][-1:] * (len(first) - len(sets[1]))
        table = dict(zip(reversed(first), reversed(second[: len(first)]), strict=False))
        data = "".join(table.get(char, char) for char in data)
    if options.has("s"):
        squeezed = set(sets[-1] if len(sets) > 1 else first)
        data = "".join(char for index, char in enumerate(data) if not (index and data[index - 1] == char in squeezed))
    process.out(data)
    return 0


def character_set(text: str) -> list[str]:
    """The characters of a set: escapes, ranges, classes.

    >>> "".join(character_set("a-c\\\\n"))
    'abc\\n'
    """
    found: list[str] = []
    named = re.compile(r"\[:([a-z]+):\]")
    escapes = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
    position = 0
    while position < len(text):
        matched = named.match(text, position)
        if matched and matched[1] in CLASSES:
            expression = re.compile(f"[{CLASSES[matched[1]]}]", re.ASCII)
            found += [chr(code) for code in range(128) if expression.match(chr(code))]
            position = matched.end()
            continue
        char = text[position]
        octal = re.compile(r"\\([0-7]{1,3})").match(text, position)
        if octal:
            char, position = chr(int(octal[1], 8) & 0xFF), octal.end()
        elif char == "\\" and position + 1 < len(text):
            char, position = escapes.get(text[position + 1], text[position + 1]), position + 2
        else:
            position += 1
        if text[position : position + 1] == "-" and position + 1 < len(text):
            last = text[position + 1]
            if last < char:
                problem = f"range-endpoints of {quoted(f'{char}-{last}')} are in reverse collating sequence order"
                raise UsageError(problem, hint=False)
            found += [chr(code) for code in range(ord(char), ord(last) + 1)]
            position += 2
        else:
            found.append(char)
    return found


@command("nl [FILE]…")
def nl(process: Process) -> int:
    options = parse(process.args, "b:", {"body-numbering": "b"})
    found, status = process.inputs(options.operands, quoted_if_needed)
    number = 0
    for _, data in found:
        for line in lines_of(data):
            if line or options.value("b") == "a":
                number += 1
                process.out(b"%6d\t" % number + line + b"\n")
            else:
                process.out(b"       \n")
    return status


@command("rev [FILE]…")
def rev(process: Process) -> int:
    found, status = process.inputs(process.args, reason_of)
    for _, data in found:
        for line in lines_of(data):
            process.line(decoded(line)[::-1])
    return status


def reason_of(name: str) -> str:
    return f"cannot open {name}"


@command("tac [FILE]…")
def tac(process: Process) -> int:
    found, status = process.inputs(process.args, lambda name: f"failed to open {quoted(name)} for reading")
    for _, data in found:
        process.out(b"".join(reversed(data.splitlines(keepends=True))))
    return status


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
        process.line(separator.join(str(value).zfill(width) for value in values))
    return 0
