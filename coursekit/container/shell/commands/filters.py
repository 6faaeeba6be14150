"""sort, uniq, wc, cut, tr, nl, rev, tac, seq.

Floor 4 (container). Source of words and columns: coreutils, C locale.
"""

import re
from collections.abc import Callable
from itertools import groupby

from coursekit.container.shell.commands.options import Options, parse
from coursekit.container.shell.commands.registry import command
from coursekit.container.shell.patterns import CLASSES
from coursekit.container.shell.process import Process, UsageError, decoded, encoded, quoted, quoted_if_needed
from coursekit.container.shell.streams import FileStream


def lines_of(data: bytes) -> list[bytes]:
    """The lines without their ends; what follows the last line end is a line too."""
    lines = data.split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


@command("sort [-bdfghnrsuV] [-k KEY] [-t CHAR] [-o FILE] [FILE]…")
def sort(process: Process) -> int:
    options = parse(process.args, "bdfghnrsuVk:t:o:zc", {"reverse": "r", "numeric-sort": "n", "unique": "u", "key": "k",
                    "field-separator": "t", "output": "o", "human-numeric-sort": "h", "ignore-case": "f",
                    "version-sort": "V", "stable": "s"})  # fmt: skip
    found, status = [], 0
    for name in options.operands or ["-"]:
        try:
            found += lines_of(process.read(name))
        except OSError as error:
            doing = "read failed" if error.errno in (5, 21) else "cannot read"
            process.refuse(error, f"{doing}: {quoted_if_needed(name)}")
            return 2
    keys = [sort_key(text, options) for text in options.values("k")]
    found.sort() if not options.has("s") else None
    for key in reversed(keys or [Key(options, 0, None, options_letters(options))]):
        found.sort(key=key.of, reverse=key.reverse)
    if not keys and not options.has("n", "h", "f", "d", "g", "V", "b"):
        found.sort(reverse=options.has("r"))
    if options.has("u"):
        whole = keys or [Key(options, 0, None, options_letters(options))]
        found = [next(group) for _, group in groupby(found, key=lambda line: [key.of(line) for key in whole])]
    text = b"".join(line + b"\n" for line in found)
    if options.has("o"):
        process.tree.write_bytes(process.at(options.value("o")), text)
    else:
        process.out(text)
    return status


def options_letters(options: Options) -> str:
    return "".join(letter for letter in "bdfghnrV" if options.has(letter))


def sort_key(text: str, options: Options) -> "Key":
    found = re.fullmatch(r"(\d+)(?:\.\d+)?([bdfghnrV]*)(?:,(\d+)(?:\.\d+)?([bdfghnrV]*))?", text)
    if not found:
        raise UsageError(f"invalid number at field start: invalid count at start of {quoted(text)}", hint=False)
    letters = found[2] + (found[4] or "")
    return Key(options, int(found[1]) - 1, int(found[3]) if found[3] else None, letters or options_letters(options))


class Key:
    """What a line is sorted by: some of its fields, as a number or as text."""

    def __init__(self, options: Options, first: int, last: int | None, letters: str) -> None:
        self.separator = encoded(options.value("t")) if options.has("t") else b""
        self.first, self.last = first, last
        self.letters = letters
        self.reverse = "r" in letters

    def of(self, line: bytes) -> tuple[float, bytes]:
        if self.separator:
            text = self.separator.join(line.split(self.separator)[self.first : self.last])
        elif self.first or self.last:
            text = b"".join(re.findall(rb"\s*\S+", line)[self.first : self.last])
        else:
            text = line
        if "b" in self.letters:
            text = text.lstrip()
        if "n" in self.letters or "h" in self.letters or "g" in self.letters:
            found = re.match(rb"\s*(-?\d*\.?\d+)([KMGT]?)", text)
            scale = 1024.0 ** b" KMGT".index(found[2] or b" ") if found and "h" in self.letters else 1.0
            return (float(found[1]) * scale if found else 0.0), b""
        if "V" in self.letters:
            text = re.sub(rb"\d+", lambda found: found[0].zfill(12), text)
        return 0.0, text.upper() if "f" in self.letters else text


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
        counts = {"l": data.count(b"\n"), "w": len(data.split()), "m": len(data), "c": len(data),
                  "L": max(lengths, default=0)}  # fmt: skip
        rows.append(([counts[letter] for letter in wanted], name))
    if len(names) > 1:
        rows.append(([sum(column) for column in zip(*(counts for counts, _ in rows), strict=True)] or [0] * len(wanted), "total"))
    width = wc_width(process, names, rows, len(wanted))
    for counts, name in rows:
        text = " ".join(str(number).rjust(width) for number in counts)
        process.line(text if not options.operands else f"{text} {name}")
    return status


def wc_width(process: Process, names: list[str], rows: list[tuple[list[int], str]], columns: int) -> int:
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


@command("cut -b LIST | -c LIST | -f LIST [-d CHAR] [-s] [FILE]…")
def cut(process: Process) -> int:
    options = parse(process.args, "b:c:f:d:ns", {"bytes": "b", "characters": "c", "fields": "f", "delimiter": "d",
                    "only-delimited": "s", "output-delimiter=": "output", "complement": "complement"})  # fmt: skip
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
            raise UsageError(f"invalid byte, character or field list {quoted(text)}" if part != "-" else
                             "invalid range with no endpoint: -")  # fmt: skip
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
        raise UsageError(f"missing operand after {quoted(options.operands[0])}\n"
                         "Two strings must be given when translating.")  # fmt: skip
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
                raise UsageError(f"range-endpoints of {quoted(f'{char}-{last}')} are in reverse collating sequence order",
                                 hint=False)  # fmt: skip
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
