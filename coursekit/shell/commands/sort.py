"""sort.

Source of words: coreutils, C locale.
"""

import re
from itertools import groupby

from coursekit.shell.getopt import Options, parse
from coursekit.shell.process import Process, UsageError, encoded, quoted, quoted_if_needed
from coursekit.shell.programs import command


def lines_of(data: bytes) -> list[bytes]:
    """The lines without their ends; what follows the last line end is a line too."""
    lines = data.split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


@command("sort [-bdfghnrsuV] [-k KEY] [-t CHAR] [-o FILE] [FILE]…")
def sort(process: Process) -> int:
    options = parse(
        process.args,
        "bdfghnrsuVk:t:o:zc",
        {
            "reverse": "r",
            "numeric-sort": "n",
            "unique": "u",
            "key": "k",
            "field-separator": "t",
            "output": "o",
            "human-numeric-sort": "h",
            "ignore-case": "f",
            "version-sort": "V",
            "stable": "s",
        },
    )
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
